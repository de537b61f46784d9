//! The mail that was signed, recovered behind the mail that was found.
//!
//! ## What it examines
//! Mails with a real DKIM or X-Google signature over other headers or another body. Every way a
//! list, gateway, mailbox or reader is known to change mail is undone and hashed; a guess that has
//! the digest inside the signature is what was signed (`lydite_core::signature::repair`).
//!
//! ## What it can show
//! The exact original, what was changed since, by word and digit, and whether the change touched
//! only how the bytes travelled. Where headers or body alone are found, that one is proven.
//!
//! ## What it cannot show
//! Who changed it or when. What is not found may still have been signed: the catalogue of steps is
//! not complete, and text that a list removed for good cannot be guessed.
//!
//! ## How it can be fooled
//! Not by search: another text with the same SHA-256 is not known. A forger can take a signed mail
//! and change it the way lists do; the recovered original is then shown beside what he made of it,
//! and what he added is residue. A body alone says nothing until the headers that carry its hash
//! are found too.
//!
//! ## References
//! - RFC 6376 §3.7 (what is hashed), §8.2; RFC 6377 (lists and DKIM); RFC 8017 §9.2 (the digest
//!   inside a signature); design rule 10

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Cover, Direction, Evidence, Finding, Mark, Strength};
use crate::examine::Subject;
use crate::signature::repair::Repair;
use crate::verdict::Status;

pub static CHECK: Check = Check {
    id: "email/repair",
    version: 1,
    claim: Claim::SentByDomain,
    group: "signature",
    since: (2007, 5), // RFC 4871
    codes: &[
        &EQUAL_VERIFIED,
        &EQUAL_CONSISTENT,
        &ORIGINAL_VERIFIED,
        &ORIGINAL_CONSISTENT,
        &HEADERS_FOUND,
        &BODY_FOUND,
    ],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject)),
    source: include_str!("repair.rs"),
};

/// The repair that says most speaks: one finding a mail.
fn run(subject: &Subject) -> Vec<Finding> {
    let best = subject.repairs.iter().max_by_key(|repair| {
        let status = repair.original.as_ref().map(|original| std::cmp::Reverse(original.status));
        (
            status,
            repair.header.is_some(),
            repair.body.is_some(),
            std::cmp::Reverse(repair.signature),
        )
    });
    best.and_then(|repair| finding(subject, repair)).into_iter().collect()
}

fn finding(subject: &Subject, repair: &Repair) -> Option<Finding> {
    let signature = subject.signatures.iter().find(|s| s.index == repair.signature)?;
    let whole = |original_verified, original_consistent| match repair.original.as_ref()?.status {
        Status::Verified => Some(original_verified),
        Status::Consistent => Some(original_consistent),
        _ => None,
    };
    let code: &Code = match (&repair.header, &repair.body) {
        (Some(_), Some(_)) if repair.original.as_ref()?.equal => {
            whole(&EQUAL_VERIFIED, &EQUAL_CONSISTENT)?
        }
        (Some(_), Some(_)) => whole(&ORIGINAL_VERIFIED, &ORIGINAL_CONSISTENT)?,
        (Some(_), None) => &HEADERS_FOUND,
        (None, Some(_)) => &BODY_FOUND,
        (None, None) => return None,
    };
    let what = super::signed::field_name(signature.family);
    let mut finding = code.at(Evidence::bytes(what, signature.span)).noting(note(repair));
    finding.evidence.extend(signature.key.iter().map(Evidence::fact));
    if let Some(original) = &repair.original {
        finding = finding.citing(Evidence::Item { sha256: original.sha256 });
        if code.direction == Direction::Supports {
            // Attachments and reading are those of the original, letter for letter.
            finding = finding.covering(original.coverage).marked(Mark::Repaired);
        }
    }
    Some(finding)
}

/// `headers by subject-tag-cut, body by part-unwrapped; 12 hypotheses; beside it: subject, part …`.
fn note(repair: &Repair) -> String {
    let steps = |what: &str, steps: &Option<Vec<crate::signature::repair::steps::Step>>| match steps
    {
        None => format!("{what} not found"),
        Some(steps) if steps.is_empty() => format!("{what} as found"),
        Some(steps) => {
            let ids: Vec<_> = steps.iter().map(|step| step.row().id).collect();
            format!("{what} by {}", ids.join(" "))
        }
    };
    let mut out = format!(
        "{}, {}; {} hypotheses",
        steps("headers", &repair.header),
        steps("body", &repair.body),
        repair.hypotheses
    );
    let places: Vec<_> = repair.residue.iter().map(|residue| residue.part.as_str()).collect();
    if !places.is_empty() {
        out.push_str("; beside it here: ");
        out.push_str(&places.join(", "));
    }
    out
}

/// Coverage of the found mail: what has a residue beside it is covered in part.
pub fn covered_beside_residue(repair: &Repair) -> Option<crate::evidence::Coverage> {
    let mut coverage = repair.original.as_ref()?.coverage;
    for residue in &repair.residue {
        match residue.part.as_str() {
            "subject" => coverage.subject = Cover::Tail,
            "from" => coverage.from = Cover::Tail,
            "to" => coverage.to = Cover::Tail,
            "cc" => coverage.cc = Cover::Tail,
            "date" => coverage.date = Cover::Tail,
            part if residue.is_of_body() => {
                coverage.body = Cover::Tail;
                coverage.reading = Cover::Uncovered;
                // An added part may be a file.
                if part.starts_with("part") {
                    coverage.attachments = match coverage.attachments {
                        Cover::Covered | Cover::Tail => Cover::Tail,
                        Cover::Uncovered | Cover::Absent => Cover::Uncovered,
                    };
                }
            }
            _ => {}
        }
    }
    Some(coverage)
}

const CHECK_ID: &str = "email/repair";

static EQUAL_VERIFIED: Code = Code {
    check: CHECK_ID,
    name: "equal-verified",
    claim: Claim::SentByDomain,
    direction: Direction::Supports,
    strength: Some(Strength::ExtremelyStrong),
    meaning: Text {
        en: "the signature of the From domain holds once the way the bytes travelled is undone",
        fr: "la signature du domaine de l’expéditeur tient une fois défaite la mise en forme du transport",
    },
    innocent: Text { en: "", fr: "" },
};

static EQUAL_CONSISTENT: Code = Code {
    name: "equal-consistent",
    claim: Claim::BodyAsSent,
    meaning: Text {
        en: "a signature that does not speak for all of it holds once the way the bytes travelled is undone",
        fr: "une signature partielle tient une fois défaite la mise en forme du transport",
    },
    ..EQUAL_VERIFIED
};

static ORIGINAL_VERIFIED: Code = Code {
    name: "original-verified",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the mail that the From domain signed is recovered, letter for letter; this one differs from it as shown",
        fr: "le message signé par le domaine de l’expéditeur est retrouvé à la lettre ; celui-ci en diffère comme indiqué",
    },
    ..EQUAL_VERIFIED
};

static ORIGINAL_CONSISTENT: Code = Code {
    name: "original-consistent",
    claim: Claim::BodyAsSent,
    meaning: Text {
        en: "the mail that was signed is recovered; its signature does not speak for all of it",
        fr: "le message signé est retrouvé ; sa signature n’en couvre pas tout",
    },
    ..ORIGINAL_VERIFIED
};

static HEADERS_FOUND: Code = Code {
    name: "headers-found",
    claim: Claim::HeadersAsSent,
    meaning: Text {
        en: "the signed headers are recovered; the signed body is not",
        fr: "les en-têtes signés sont retrouvés ; le corps signé ne l’est pas",
    },
    ..ORIGINAL_VERIFIED
};

static BODY_FOUND: Code = Code {
    name: "body-found",
    claim: Claim::BodyAsSent,
    meaning: Text {
        en: "a body with the hash that the signature names is recovered; the signed headers, which carry that hash, are not",
        fr: "un corps dont l’empreinte est celle de la signature est retrouvé ; les en-têtes signés, qui la portent, ne le sont pas",
    },
    ..ORIGINAL_VERIFIED
};
