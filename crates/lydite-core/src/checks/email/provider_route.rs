//! The servers of the provider that From names, on the route.
//!
//! ## What it examines
//! Mail whose From is at one of the large mailbox providers of `data/providers.tsv`: whether a
//! server of somebody else received it from a public address that it looked up as one of the
//! provider's servers.
//!
//! ## What it can show
//! That the route names the provider's own server as another server saw it. Who merely writes the
//! provider's address into From fails this.
//!
//! ## What it cannot show
//! That the account was the sender's, or that the line was written by the server it names: it is
//! text. A route without the provider is no sign of anything: people send their provider's address
//! through their employer's, their list's or their own server, and lists drop lines.
//!
//! ## How it can be fooled
//! By writing the line, or copying it from another mail.
//!
//! ## References
//! RFC 5321 §4.4; `data/providers.tsv` (measured, row by row).

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::examine::Subject;
use crate::fact::Facts;
use crate::parse::received::{Hop, is_private};

pub static CHECK: Check = Check {
    id: "email/provider-route",
    version: 1,
    claim: Claim::SentByDomain,
    group: "route",
    since: (2019, 4), // the mail the table was measured on
    codes: &[&THROUGH_PROVIDER, &NOT_SEEN],
    wants: |_| Vec::new(),
    run: Run::Mail(run),
    source: include_str!("provider_route.rs"),
};

fn run(subject: &Subject, facts: &Facts) -> Vec<Finding> {
    let [from] = subject.from.list.as_slice() else { return Vec::new() };
    let hosts = facts.provider_hosts(&from.domain);
    let (Some(top), false) = (subject.hops.first(), hosts.is_empty()) else { return Vec::new() };
    let row = Evidence::fact(format!("provider:{}", from.domain));
    let through = subject.hops.iter().find_map(|hop| Some((hop, taken_from(hop, hosts)?)));
    vec![match through {
        Some((hop, name)) => THROUGH_PROVIDER
            .at(Evidence::bytes("Received", hop.span))
            .citing(row)
            .noting(format!("{} took it from {name}", hop.by.as_deref().unwrap_or_default())),
        None => NOT_SEEN
            .at(Evidence::bytes("Received", top.span))
            .citing(row)
            .noting(format!("no server took it from {}", hosts.join(" or "))),
    }]
}

/// The provider's server that a server of somebody else took the mail from, as it looked it up.
fn taken_from<'a>(hop: &'a Hop, hosts: &[String]) -> Option<&'a str> {
    let is_of = |name: &str| hosts.iter().any(|host| is_below(name, host));
    let name = hop.looked_up.as_deref()?;
    let public = hop.address.is_some_and(|address| !is_private(address));
    (public && is_of(name) && !hop.by.as_deref().is_some_and(is_of)).then_some(name)
}

fn is_below(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

static THROUGH_PROVIDER: Code = Code {
    check: "email/provider-route",
    name: "through-provider",
    claim: Claim::SentByDomain,
    direction: Direction::Supports,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "a server wrote that it took the mail from the server of the provider that From names",
        fr: "un serveur a écrit avoir reçu le message du serveur du fournisseur nommé dans From",
    },
    innocent: Text { en: "", fr: "" },
};

static NOT_SEEN: Code = Code {
    name: "not-seen",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the route does not name the servers of the provider that From names",
        fr: "le trajet ne nomme pas les serveurs du fournisseur indiqué dans From",
    },
    innocent: Text {
        en: "sent through another server with the same address; a list or gateway dropped the line; a server that looks no names up",
        fr: "envoyé par un autre serveur avec la même adresse ; une liste ou une passerelle a retiré la ligne ; un serveur qui ne cherche pas les noms",
    },
    ..THROUGH_PROVIDER
};
