//! The order of a document's own dates.
//!
//! ## What it examines
//! When a package says it was created, changed, printed, and when its zip's entries were stored.
//!
//! ## What it can show
//! Dates that do not follow each other: made after it was last changed, printed before it was made,
//! packed days after it was last changed.
//!
//! ## What it cannot show
//! Which of the dates is off. Programs keep some dates and renew others.
//!
//! ## How it can be fooled
//! By setting all of them.
//!
//! ## References
//! ECMA-376 part 2 §11; ISO/IEC 26300-3 §4.3; lydite research docs.md OX03.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::parse::document::profile::{Name, Property};
use crate::parse::document::{Document, layout, w3c};

pub static CHECK: Check = Check {
    id: "document/date-order",
    version: 1,
    claim: Claim::DateAsStated,
    group: "document-dates",
    since: (2005, 5), // OpenDocument 1.0
    codes: &[&MADE_AFTER_CHANGED, &PRINTED_BEFORE_MADE, &PACKED_LATER],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("date_order.rs"),
};

/// Zones differ by at most 26 hours, and clocks a little.
const ZONES: i64 = 27 * 3_600;
/// Programs stamp one saving within a minute or two.
const ONE_SAVING: i64 = 120;
/// 1990: before, no package existed; such dates say that nobody set one.
pub const UNSET: i64 = 631_152_000;

fn run(document: &Document) -> Vec<Finding> {
    let Some(package) = layout::package(document) else { return Vec::new() };
    let first = |name| document.profile.first(name).filter(|p| p.at.is_some_and(|at| at > UNSET));
    let (made, changed) = (first(Name::Created), first(Name::Modified));
    let mut findings = Vec::new();
    if let (Some(made), Some(changed)) = (made, changed) {
        let margin = if made.is_local == changed.is_local { ONE_SAVING } else { ZONES };
        findings.extend(later(&MADE_AFTER_CHANGED, made, changed, margin));
    }
    if let (Some(made), Some(printed)) = (made, first(Name::Printed)) {
        findings.extend(later(&PRINTED_BEFORE_MADE, made, printed, ZONES));
    }
    let earliest = package
        .entries
        .iter()
        .filter_map(|entry| Some((entry.stamped()?, entry)))
        .min_by_key(|e| e.0);
    let all_stamped = package.entries.iter().all(|entry| entry.stamped().is_some());
    if let (Some(changed), Some((stamp, entry)), true) = (changed, earliest, all_stamped)
        && let Some(at) = changed.at
        && stamp - at > ZONES
    {
        let note = format!(
            "every entry is stamped {} or later, changed {}",
            w3c::written(stamp, true),
            changed.value
        );
        let evidence = Evidence::bytes(format!("zip entry {}", entry.name), entry.local);
        let finding = PACKED_LATER.at(evidence).noting(note);
        findings.push(finding.citing(Evidence::bytes(changed.place.clone(), changed.span)));
    }
    findings
}

/// Where the first date lies behind the second by more than the margin.
fn later(code: &Code, first: &Property, second: &Property, margin: i64) -> Option<Finding> {
    (first.at? - second.at? > margin).then(|| {
        let finding = code.at(Evidence::bytes(first.place.clone(), first.span));
        let finding = finding.noting(format!("{} and {}", first.value, second.value));
        finding.citing(Evidence::bytes(second.place.clone(), second.span))
    })
}

static MADE_AFTER_CHANGED: Code = Code {
    check: "document/date-order",
    name: "made-after-changed",
    claim: Claim::DateAsStated,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the document says it was made after it was last changed",
        fr: "le document dit avoir été créé après sa dernière modification",
    },
    innocent: Text {
        en: "a program renewed one date and kept the other; a template’s date; clocks of two computers",
        fr: "un logiciel a renouvelé une date et gardé l’autre ; date d’un modèle ; horloges de deux ordinateurs",
    },
};

static PRINTED_BEFORE_MADE: Code = Code {
    name: "printed-before-made",
    meaning: Text {
        en: "the document says it was printed before it was made",
        fr: "le document dit avoir été imprimé avant sa création",
    },
    innocent: Text {
        en: "saving under another name renews the date of making and keeps that of printing; a template that was printed",
        fr: "enregistrer sous un autre nom renouvelle la date de création et garde celle d’impression ; un modèle déjà imprimé",
    },
    ..MADE_AFTER_CHANGED
};

static PACKED_LATER: Code = Code {
    name: "packed-later",
    meaning: Text {
        en: "all parts were packed more than a day after the document says it was last changed",
        fr: "toutes les parties ont été compressées plus d’un jour après la dernière modification déclarée",
    },
    innocent: Text {
        en: "saved again without a change, converted, or packed anew by a gateway or by hand, which keep the date of change",
        fr: "enregistré de nouveau sans modification, converti, ou recompressé par une passerelle ou à la main, ce qui garde la date de modification",
    },
    ..MADE_AFTER_CHANGED
};
