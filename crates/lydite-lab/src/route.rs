//! What servers write on a mail on its way.

use crate::mail::Mail;
use crate::moment::Moment;
use crate::people::Domain;
use crate::random::Random;

/// One server: its name and address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    pub name: String,
    pub address: String,
}

impl Host {
    pub fn outgoing(domain: &Domain) -> Host {
        Host { name: format!("mail.{}", domain.name), address: domain.address.clone() }
    }

    pub fn incoming(domain: &Domain) -> Host {
        Host { name: format!("mx.{}", domain.name), address: domain.address.clone() }
    }
}

/// The line a Postfix server writes on a mail it takes over. The first five digits of its queue number
/// are microseconds.
pub fn hop(from: &Host, by: &str, to: Option<&str>, at: Moment, random: &mut Random) -> String {
    let queue = format!("{:05X}{}", random.between(0, 999_999), random.hex(7).to_ascii_uppercase());
    let to = to.map_or(String::new(), |to| format!("\r\n\tfor <{to}>"));
    format!(
        "from {} ({} [{}])\r\n\tby {by} (Postfix) with ESMTPS id {queue}{to};\r\n\t{} ({})",
        from.name,
        from.name,
        from.address,
        at.mail(),
        if at.offset == 7_200 { "CEST" } else { "CET" }
    )
}

/// Delivers a mail: taken from its author by the server of his domain, and over the border of the
/// recipient's, `seconds` after it was handed in.
pub fn deliver(
    mail: &mut Mail,
    sender: &Domain,
    recipient: &Domain,
    to: &str,
    handed_in: Moment,
    seconds: i64,
    random: &mut Random,
) {
    let out = Host::outgoing(sender);
    let machine = Host {
        name: format!("[10.{}.{}.{}]", random.below(200), random.below(200), 2 + random.below(200)),
        address: format!("203.0.113.{}", 2 + random.below(240)),
    };
    let first = format!(
        "from {} (unknown [{}])\r\n\tby {} (Postfix) with ESMTPSA id {:05X}{};\r\n\t{} ({})",
        machine.name,
        machine.address,
        out.name,
        random.between(0, 999_999),
        random.hex(7).to_ascii_uppercase(),
        handed_in.later(1).mail(),
        if handed_in.offset == 7_200 { "CEST" } else { "CET" }
    );
    mail.put_on_top("Received", first);
    if sender.name != recipient.name {
        let by = Host::incoming(recipient).name;
        mail.put_on_top(
            "Received",
            hop(&out, &by, Some(to), handed_in.later(seconds.max(2)), random),
        );
    }
    mail.put_on_top("Delivered-To", to);
    let from = mail.get("From").unwrap_or_default();
    let address = from.rsplit('<').next().unwrap_or_default().trim_end_matches('>').to_owned();
    mail.put_on_top("Return-Path", format!("<{address}>"));
}
