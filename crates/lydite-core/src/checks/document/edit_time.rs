//! Minutes of editing and number of savings, against the dates and the length.
//!
//! ## What it examines
//! `TotalTime` and `revision` (OOXML), `editing-duration` and `editing-cycles` (OpenDocument), the
//! dates of making and of the last change, the number of words.
//!
//! ## What it can show
//! More minutes of editing than lie between making and last change; many words that were saved once
//! and edited for no minute, so that they came from elsewhere.
//!
//! ## What it cannot show
//! From where. Pasting is how most texts travel.
//!
//! ## How it can be fooled
//! By writing other numbers.
//!
//! ## References
//! ECMA-376 part 1 §22.2.2.28; ISO/IEC 26300-3 §4.3.2.18; lydite research docs.md OX02, OD01.

use super::date_order::UNSET;
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::parse::document::profile::{Name, Property};
use crate::parse::document::{Document, layout};

pub static CHECK: Check = Check {
    id: "document/edit-time",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "document-history",
    since: (2005, 5), // OpenDocument 1.0
    codes: &[&LONGER_THAN_ITS_DATES, &NEVER_EDITED],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("edit_time.rs"),
};

/// An hour, for clocks that differ.
const SLACK: i64 = 60;
/// A page of text.
const MANY_WORDS: i64 = 300;

fn run(document: &Document) -> Vec<Finding> {
    if layout::package(document).is_none() {
        return Vec::new();
    }
    let first = |name| document.profile.first(name);
    let number = |p: &Property| p.value.parse::<i64>().ok();
    let Some(time) = first(Name::EditMinutes) else { return Vec::new() };
    let Some(minutes) = number(time) else { return Vec::new() };
    let mut findings = Vec::new();
    if let (Some(made), Some(changed)) = (first(Name::Created), first(Name::Modified))
        && let (Some(from), Some(to)) = (made.at, changed.at)
        && from > UNSET
        && to >= from
        && minutes > (to - from) / 60 + SLACK
    {
        let note = format!("{minutes} minutes between {} and {}", made.value, changed.value);
        let finding = LONGER_THAN_ITS_DATES.at(evidence(time)).noting(note);
        findings.push(finding.citing(evidence(made)).citing(evidence(changed)));
    }
    if let (Some(words), Some(revision)) = (first(Name::Words), first(Name::Revision))
        && number(words).is_some_and(|n| n >= MANY_WORDS)
        && number(revision).is_some_and(|n| n <= 1)
        && minutes == 0
    {
        let note = format!("{} words, saved {} times, 0 minutes", words.value, revision.value);
        let finding = NEVER_EDITED.at(evidence(time)).noting(note);
        findings.push(finding.citing(evidence(words)).citing(evidence(revision)));
    }
    findings
}

fn evidence(property: &Property) -> Evidence {
    Evidence::bytes(property.place.clone(), property.span)
}

static LONGER_THAN_ITS_DATES: Code = Code {
    check: "document/edit-time",
    name: "longer-than-its-dates",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "it says it was edited for longer than lies between its own dates",
        fr: "il dit avoir été modifié plus longtemps qu’il n’y a entre ses propres dates",
    },
    innocent: Text {
        en: "saved under another name, which renews the date of making and keeps the minutes; a computer that slept with the document open; writers that put any number there",
        fr: "enregistré sous un autre nom, ce qui renouvelle la date de création et garde les minutes ; ordinateur en veille avec le document ouvert ; logiciels qui y mettent un nombre quelconque",
    },
};

static NEVER_EDITED: Code = Code {
    name: "never-edited",
    meaning: Text {
        en: "a long text that was saved once and edited for no minute: it came from elsewhere",
        fr: "un long texte enregistré une fois et modifié zéro minute : il vient d’ailleurs",
    },
    innocent: Text {
        en: "made by a program, converted, pasted from another document, or with the personal properties removed",
        fr: "produit par un logiciel, converti, collé depuis un autre document, ou propriétés personnelles retirées",
    },
    ..LONGER_THAN_ITS_DATES
};
