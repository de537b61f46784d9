//! What all signature checks share: from an opened signature to its finding.

use std::fmt::Write;

use crate::check::Code;
use crate::evidence::{Cover, Evidence, Finding, Mark};
use crate::examine::Subject;
use crate::fact::{FactKey, Facts, Grade, Key};
use crate::signature::{Alignment, Family, Outcome, Signature};

/// The codes of one signature check, by what happened.
pub struct Codes {
    pub holds: &'static Code,
    pub holds_weak_key: &'static Code,
    pub holds_short_key: &'static Code,
    pub holds_exposed_key: &'static Code,
    pub holds_unanchored_key: &'static Code,
    pub holds_outside_window: &'static Code,
    /// Every blank left out before hashing: words and lines may have been joined or parted.
    pub holds_without_blanks: &'static Code,
    pub holds_unaligned: &'static Code,
    /// Body differs, the key is anchored and aligned: the headers stand.
    pub headers_hold: &'static Code,
    /// Body differs, and the key cannot speak for the From domain.
    pub body_differs: &'static Code,
    pub headers_differ: &'static Code,
    pub both_differ: &'static Code,
    /// Headers, body or both differ under a key that anybody could have made: recovering a key
    /// from the dump takes nothing from a mail.
    pub differs_unanchored_key: &'static Code,
    pub cannot_tell: &'static Code,
}

/// The key and the window of every signature of these families.
pub fn wants(subject: &Subject, families: &[Family]) -> Vec<FactKey> {
    let mut wanted = Vec::new();
    for s in subject.signatures.iter().filter(|s| families.contains(&s.family)) {
        let (domain, selector) = (s.domain.clone(), s.selector.clone());
        wanted.push(FactKey::DkimKey { domain: domain.clone(), selector: selector.clone() });
        wanted.push(FactKey::SelectorWindow { domain, selector });
    }
    wanted.sort();
    wanted.dedup();
    wanted
}

/// The code that a signature falls to.
type Lower = fn(&Codes) -> &'static Code;

/// One finding for each signature of these families.
pub fn findings(
    subject: &Subject,
    facts: &Facts,
    families: &[Family],
    codes: &Codes,
) -> Vec<Finding> {
    let chosen = subject.signatures.iter().filter(|s| families.contains(&s.family));
    chosen.map(|signature| finding(subject, facts, signature, codes)).collect()
}

fn finding(subject: &Subject, facts: &Facts, s: &Signature, codes: &Codes) -> Finding {
    let key = key_of(facts, s);
    let code = match (s.outcome, lowering(subject, facts, s, key)) {
        (Outcome::CannotTell, _) => codes.cannot_tell,
        (Outcome::BodyDiffers | Outcome::HeadersDiffer | Outcome::BothDiffer, _)
            if is_unanchored(key) =>
        {
            codes.differs_unanchored_key
        }
        (Outcome::BothDiffer, _) => codes.both_differ,
        (Outcome::HeadersDiffer, _) => codes.headers_differ,
        (Outcome::BodyDiffers, None) if s.alignment != Alignment::None => codes.headers_hold,
        (Outcome::BodyDiffers, _) => codes.body_differs,
        (Outcome::Holds, Some(lower)) => lower(codes),
        (Outcome::Holds, None) if s.alignment == Alignment::None => codes.holds_unaligned,
        (Outcome::Holds, None) if is_weak(s) => codes.holds_weak_key,
        (Outcome::Holds, None) => codes.holds,
    };
    let mut finding = code.at(Evidence::bytes(field_name(s.family), s.span)).noting(describe(s));
    // A signature of another domain never speaks of what the From domain sent.
    if s.outcome == Outcome::Holds && s.alignment == Alignment::None {
        finding.claim = codes.holds_unaligned.claim;
    }
    finding.evidence.extend(s.key.iter().map(Evidence::fact));
    if matches!(s.outcome, Outcome::Holds | Outcome::BodyDiffers) {
        finding = marked(finding.covering(s.coverage), s, key);
    }
    finding
}

/// Whether a signature by itself can lift what it covers: of the From domain, holding, with a key
/// that speaks for it. Checks that spare a mail because something is signed ask this, so that a
/// signature which anybody can add spares nothing.
pub fn lifts(subject: &Subject, facts: &Facts, s: &Signature) -> bool {
    matches!(s.family, Family::Dkim | Family::DomainKeys)
        && s.outcome == Outcome::Holds
        && s.alignment != Alignment::None
        && lowering(subject, facts, s, key_of(facts, s)).is_none()
}

/// Why a signature that opens says less than its outcome (design rules 6 and 7), if it does.
fn lowering(subject: &Subject, facts: &Facts, s: &Signature, key: Option<&Key>) -> Option<Lower> {
    if s.key_bits.is_some_and(|bits| bits < 1_024) && !s.algorithm.contains("ed25519") {
        Some(|codes| codes.holds_short_key)
    } else if key.is_some_and(|key| key.private_since.is_some()) {
        Some(|codes| codes.holds_exposed_key)
    } else if is_unanchored(key) {
        Some(|codes| codes.holds_unanchored_key)
    } else if !in_window(subject, facts, s, key) {
        Some(|codes| codes.holds_outside_window)
    } else if s.family == Family::DomainKeys && s.canonicalization == "nofws" {
        Some(|codes| codes.holds_without_blanks)
    } else {
        None
    }
}

/// Whether the key is known from the dump alone (design rule 6).
fn is_unanchored(key: Option<&Key>) -> bool {
    key.is_none_or(|key| matches!(key.grade, Grade::C | Grade::D))
}

/// The key that opened the signature.
pub fn key_of<'a>(facts: &'a Facts, s: &Signature) -> Option<&'a Key> {
    facts.key(&s.domain, &s.selector, s.key.as_ref()?)
}

/// Whether the key was seen in use when the message says it was signed: by `t=`, else by a Date
/// that the signature covers. Without either there is no time to judge.
fn in_window(subject: &Subject, facts: &Facts, s: &Signature, key: Option<&Key>) -> bool {
    let Some(key) = key else { return false };
    let covered_date = (s.coverage.date == Cover::Covered).then_some(subject.date).flatten();
    let seconds = s.signed_at.or(covered_date.map(|date| date.epoch));
    speaks_at(facts, s, key, seconds).unwrap_or_else(|| {
        key.grade == Grade::Supplied && key.first_seen.is_none() && key.last_seen.is_none()
    })
}

/// Whether the key speaks for that moment (seconds since 1970); None without one.
pub fn speaks_at(facts: &Facts, s: &Signature, key: &Key, seconds: Option<i64>) -> Option<bool> {
    let day = i32::try_from(seconds?.div_euclid(86_400)).ok()?;
    Some(key.speaks_for(day, facts.window(&s.domain, &s.selector)))
}

fn is_weak(s: &Signature) -> bool {
    s.algorithm.contains("sha1") || s.key_bits.is_some_and(|bits| bits <= 1_024 && bits > 256)
}

pub fn marked(mut finding: Finding, s: &Signature, key: Option<&Key>) -> Finding {
    if !s.steps.is_empty() {
        finding = finding.marked(Mark::Repaired);
    }
    if is_weak(s) {
        finding = finding.marked(Mark::WeakKey);
    }
    if s.coverage.body == Cover::Tail {
        finding = finding.marked(Mark::ExposedTail);
    }
    if key.is_some_and(|key| key.grade == Grade::Supplied) {
        finding = finding.marked(Mark::SuppliedKey);
    }
    finding
}

pub fn field_name(family: Family) -> &'static str {
    match family {
        Family::Dkim => "DKIM-Signature",
        Family::XGoogle => "X-Google-DKIM-Signature",
        Family::ArcMessage => "ARC-Message-Signature",
        Family::ArcSeal => "ARC-Seal",
        Family::DomainKeys => "DomainKey-Signature",
    }
}

/// `d=example.org s=2016 rsa-sha256 2048 bits; covers from, date; body whole`.
fn describe(s: &Signature) -> String {
    let mut note = String::with_capacity(128);
    note.extend(["d=", &s.domain, " s=", &s.selector, " ", &s.algorithm]);
    if let Some(bits) = s.key_bits {
        let _ = write!(note, " {bits} bits");
    }
    if let Some(why) = s.cannot_tell {
        note.extend(["; ", reason(why)]);
    }
    if matches!(s.outcome, Outcome::Holds | Outcome::BodyDiffers) {
        let parts = s.coverage.parts();
        let covered = parts.iter().filter(|(_, cover)| *cover == Cover::Covered);
        note.push_str("; covers ");
        for (at, (part, _)) in covered.enumerate() {
            note.extend([if at == 0 { "" } else { ", " }, part]);
        }
    }
    if s.tail_bytes > 0 {
        let _ = write!(note, "; {} body bytes behind l= are not covered", s.tail_bytes);
    }
    for step in &s.steps {
        note.push_str(match step {
            crate::signature::NeutralStep::LineEnds => "; line ends read as CRLF",
            crate::signature::NeutralStep::UnstuffedMboxrd => "; >From lines unstuffed (mboxrd)",
            crate::signature::NeutralStep::UnstuffedMboxo => "; >From lines unstuffed (mboxo)",
        });
    }
    for quirk in &s.quirks {
        note.extend(["; ", quirk]);
    }
    note
}

fn reason(why: crate::signature::CannotTell) -> &'static str {
    use crate::signature::CannotTell as Why;
    match why {
        Why::KeyUnknown => "no key known for this selector",
        Why::KeyDoesNotOpen => "no known key of this selector opens it",
        Why::KeyRevoked => "the only known record is revoked",
        Why::KeyNotForThis => "the key record forbids this use",
        Why::Malformed => "the signature field is malformed",
        Why::Unsupported => "algorithm or canonicalisation that no standard defines",
        Why::Ed25519 => "Ed25519 does not verify and carries no digest to compare",
        Why::OneDigest => "DomainKeys does not verify and hashes header and body together",
        Why::Bounded => "more signatures than are opened",
    }
}
