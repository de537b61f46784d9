//! The copies of headers that a signature carries in `z=`.
//!
//! ## What it examines
//! Signatures with `z=` (RFC 6376 §3.5): the copied fields against the fields as they stand.
//!
//! ## What it can show
//! What a header said when it was signed, where the signature holds or is opened; a difference
//! names the field that was changed on the way.
//!
//! ## What it cannot show
//! Who changed it. In a signature that cannot be opened, `z=` is a claim like any other.
//!
//! ## How it can be fooled
//! Anyone can write `z=` into a signature that holds nothing.
//!
//! ## References
//! RFC 6376 §3.5 (`z=`), §2.11 (its encoding).

use super::signed::field_name;
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::examine::Subject;

pub static CHECK: Check = Check {
    id: "email/copied-headers",
    version: 1,
    claim: Claim::HeadersAsSent,
    group: "signature",
    since: (2007, 5), // RFC 4871
    codes: &[&DIFFER],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject)),
    source: include_str!("copied_headers.rs"),
};

fn run(subject: &Subject) -> Vec<Finding> {
    let with_copies = subject.signatures.iter().filter(|s| !s.copied_differ.is_empty());
    with_copies
        .map(|s| {
            let differ: Vec<String> =
                s.copied_differ.iter().map(|(name, was)| format!("{name} was {was:?}")).collect();
            DIFFER.at(Evidence::bytes(field_name(s.family), s.span)).noting(differ.join("; "))
        })
        .collect()
}

static DIFFER: Code = Code {
    check: "email/copied-headers",
    name: "differ",
    claim: Claim::HeadersAsSent,
    direction: Direction::Inconclusive,
    strength: None,
    meaning: Text {
        en: "headers differ from the copies in the signature",
        fr: "des en-têtes diffèrent des copies portées par la signature",
    },
    innocent: Text {
        en: "lists tag subjects; relays re-fold and re-encode headers",
        fr: "les listes marquent les objets ; les relais réencodent les en-têtes",
    },
};
