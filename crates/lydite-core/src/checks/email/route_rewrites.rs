//! The last server of the route, and whether a relay that rewrites stood in it.
//!
//! ## What it examines
//! The topmost `Received` field, the type and transfer encoding of the message, and the fields that mailing lists, forwarders and scanning
//! gateways leave behind.
//!
//! ## What it can show
//! That headers or body may have been changed on the way by software that does so for everybody.
//! Used by design rules 10 and 11: where a relay rewrites, a signature over another text says
//! nothing against a mail.
//!
//! ## What it cannot show
//! That no relay rewrote: many leave no trace. Absence of this finding is no evidence.
//!
//! ## How it can be fooled
//! Anybody can write these fields; doing so only ever weakens what is said against a mail.
//!
//! ## References
//! RFC 2369, RFC 2919 (list fields); RFC 3834 (auto-submitted); RFC 5321 §4.4 (Received).

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::examine::Subject;
use crate::parse::email::Field;
use crate::parse::received;

pub static CHECK: Check = Check {
    id: "email/route-rewrites",
    version: 1,
    claim: Claim::HeadersAsSent,
    group: "route",
    since: (1982, 8), // RFC 822
    codes: &[&ROUTE, &RELAY],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject)),
    source: include_str!("route_rewrites.rs"),
};

/// Starts of field names that lists, forwarders and gateways which change mail leave behind.
const TRACES: &[&str] = &[
    "list-",
    "mailing-list",
    "x-mailman",
    "x-beenthere",
    "x-mailing-list",
    "x-google-group",
    "x-loop",
    "resent-",
    "x-forwarded",
    "x-original-from",
    "x-ms-exchange",
    "x-mimecast",
    "x-proofpoint",
    "x-barracuda",
    "x-ironport",
    "x-virus-scanned",
    "x-spam-",
    "x-antivirus",
    "x-disclaimer",
];

fn run(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(top) = subject.mail.field(subject.raw, "Received") {
        let host = received::by_host(top.value.of(subject.raw));
        let media = &subject.mail.root.media;
        let note = format!("{host}; {} {}", media.essence, media.encoding);
        findings.push(ROUTE.at(Evidence::bytes("Received", top.span)).noting(note));
    }
    if let Some(field) = trace(subject) {
        let name = String::from_utf8_lossy(field.name.of(subject.raw)).into_owned();
        findings.push(RELAY.at(Evidence::bytes(name.clone(), field.span)).noting(name));
    }
    findings
}

/// The first field that a list, forwarder or gateway which changes mail left behind.
pub fn trace<'a>(subject: &Subject<'a>) -> Option<&'a Field> {
    subject.mail.root.fields.iter().find(|field| {
        let name = field.name.of(subject.raw);
        let starts =
            |trace: &str| name.get(..trace.len()).map(|s| s.eq_ignore_ascii_case(trace.as_bytes()));
        TRACES.iter().any(|trace| starts(trace) == Some(true))
    })
}

static ROUTE: Code = Code {
    check: "email/route-rewrites",
    name: "route",
    claim: Claim::HeadersAsSent,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the server that received the message last, and the form it came in",
        fr: "le serveur qui a reçu le message en dernier, et la forme sous laquelle il est venu",
    },
    innocent: Text { en: "", fr: "" },
};

static RELAY: Code = Code {
    name: "relay",
    meaning: Text {
        en: "a list, forwarder or gateway that may rewrite messages stood in the route",
        fr: "une liste, un renvoi ou une passerelle pouvant réécrire les messages se trouvait sur le trajet",
    },
    ..ROUTE
};
