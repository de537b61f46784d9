//! A mail that Lydite made of a mailbox's properties.
//!
//! ## What it examines
//! The first field of the message: `X-Lydite-Rendering` stands there when the container (PST, OST,
//! MSG, TNEF) keeps properties and no mail, and the bytes were made of them. It says whether the
//! header is the one the mail was sent with (`PidTagTransportMessageHeaders`, kept verbatim by
//! Outlook and Exchange), or made of properties too.
//!
//! ## What it can show
//! What the other checks may be asked. Form (order of fields, boundaries, parts, encodings) is of
//! our making and says nothing. Under kept headers, checks of header text and of signatures count:
//! a signature over the header can still be opened, and one that holds over the body as well holds
//! over these very bytes. Under headers made of properties nothing is held for or against the mail.
//!
//! ## What it cannot show
//! The bytes that were sent. A body that does not fit its signature is to be expected here.
//!
//! ## How it can be fooled
//! Anyone can write the field into a mail. Fewer checks count then, as they would had the mail been
//! put into a mailbox file; nothing is lifted by it.
//!
//! ## References
//! - [MS-OXPROPS] `PidTagTransportMessageHeaders`; [MS-OXCMAIL] (mail into properties and back)
//! - Design rules 2 and 11 (the container keeps no raw bytes)

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::examine::Subject;
use crate::parse::mapi::render::{FIELD, Mark};

pub static CHECK: Check = Check {
    id: "email/rendering",
    version: 1,
    claim: Claim::BodyAsSent,
    group: "rendering",
    since: (1996, 4), // Exchange 4.0, the first mail server that keeps properties
    codes: &[&TRANSPORT_HEADERS, &PROPERTIES],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject).into_iter().collect()),
    source: include_str!("rendering.rs"),
};

/// Checks that look at header text and signatures alone, never at form.
const UNDER_KEPT_HEADERS: &[&str] = &[
    "email/arc-chain",
    "email/client-release",
    "email/dkim-signature",
    "email/embedded-clock",
    "email/hop-clock",
    "email/openpgp-signature",
    "email/provider-route",
    "email/repair",
    "email/route-times",
    "email/selector-window",
    "email/signing-time",
    "email/smime-signature",
    "email/weekday",
    "email/x-google-signature",
];

/// Whether a finding may stand on a mail with this mark: neutral ones always, and doubts about the
/// reading, which only keep it from being lifted.
pub fn admits(mark: Mark, finding: &Finding) -> bool {
    let speaks = matches!(finding.direction, Direction::Supports | Direction::Contradicts);
    !speaks || (mark == Mark::Transport && UNDER_KEPT_HEADERS.contains(&finding.check.as_str()))
}

fn run(subject: &Subject) -> Option<Finding> {
    let mark = Mark::of(subject.raw, subject.mail)?;
    let span = subject.mail.root.fields.first()?.span;
    let code = match mark {
        Mark::Transport => &TRANSPORT_HEADERS,
        Mark::Properties => &PROPERTIES,
    };
    Some(code.at(Evidence::bytes(FIELD, span)))
}

static TRANSPORT_HEADERS: Code = Code {
    check: "email/rendering",
    name: "transport-headers",
    claim: Claim::BodyAsSent,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the mailbox keeps this mail's header and its content as properties; the body as shown \
             is made of them and is not the bytes that were sent",
        fr: "la boîte conserve l’en-tête de ce message et son contenu sous forme de propriétés ; \
             le corps affiché en est reconstitué et n’est pas celui qui a été envoyé, octet pour \
             octet",
    },
    innocent: Text { en: "", fr: "" },
};

static PROPERTIES: Code = Code {
    name: "properties",
    meaning: Text {
        en: "the mailbox keeps this mail as properties alone; header and body as shown are made of \
             them and are not the bytes that were sent",
        fr: "la boîte ne conserve de ce message que des propriétés ; l’en-tête et le corps \
             affichés en sont reconstitués et ne sont pas ceux qui ont été envoyés",
    },
    ..TRANSPORT_HEADERS
};
