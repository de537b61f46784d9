//! The order of a document's own dates.
//!
//! ## What it examines
//! Binary Office and RTF documents: created, last saved, last printed, and minutes of editing, as the
//! document states them.
//!
//! ## What it can show
//! Dates in an order that the work on one document does not give: saved before it was created, printed
//! before it was created, edited for longer than it existed.
//!
//! ## What it cannot show
//! Which of them is wrong, or why: copies, templates and wrong clocks give each of them.
//!
//! ## How it can be fooled
//! By setting all dates, in order.
//!
//! ## References
//! [MS-OSHARED] §2.3.3.2.1.1; RTF 1.9.1 (`\info`).

use super::layers::{evidence, lasting};
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Finding};
use crate::parse::document::profile::{Name, Property};
use crate::parse::document::{Detail, Document};

pub static CHECK: Check = Check {
    id: "document/ole-dates",
    version: 1,
    claim: Claim::DateAsStated,
    group: "document-dates",
    since: (1993, 1), // OLE 2
    codes: &[&SAVED_FIRST, &PRINTED_FIRST, &EDITED_LONGER],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("ole_dates.rs"),
};

/// Seconds of no account: Word writes minutes, and a clock may be set.
const SLACK: i64 = 300;
/// Minutes of editing that are taken for an error of the program: ten years.
const MINUTES: i64 = 5_256_000;

fn run(document: &Document) -> Vec<Finding> {
    let place = match document.detail {
        Detail::Ole(_) => "SummaryInformation",
        Detail::Rtf(_) => "\\",
        _ => return Vec::new(),
    };
    let of = |name: Name| {
        let mut all = document.profile.all(name).filter(|p| p.place.starts_with(place));
        all.find_map(|p| Some((p, p.at.filter(|at| *at > 0)?)))
    };
    let Some(created) = of(Name::Created) else { return Vec::new() };
    let (saved, printed) = (of(Name::Modified), of(Name::Printed));
    let mut findings = Vec::new();
    let mut earlier = |code: &Code, other: Option<(&Property, i64)>| {
        if let Some((property, at)) = other.filter(|(_, at)| created.1 - at > SLACK) {
            let note = format!("{} before {}", property.value, created.0.value);
            let finding = code.at(evidence(property)).citing(evidence(created.0));
            let apart = lasting(created.1 - at);
            findings.push(finding.noting(format!("{note}, {apart}")));
        }
    };
    earlier(&SAVED_FIRST, saved);
    earlier(&PRINTED_FIRST, printed);
    let edited = document.profile.all(Name::EditMinutes).find(|p| p.place.starts_with(place));
    if let (Some(edited), Some((_, saved))) = (edited, saved)
        && let Ok(minutes) = edited.value.parse::<i64>()
        && saved >= created.1
        && (1..MINUTES).contains(&minutes)
        && minutes * 60 > saved - created.1 + SLACK
    {
        let note = format!("{minutes} min of editing in {}", lasting(saved - created.1));
        findings.push(EDITED_LONGER.at(evidence(edited)).citing(evidence(created.0)).noting(note));
    }
    findings
}

static SAVED_FIRST: Code = Code {
    check: "document/ole-dates",
    name: "saved-before-created",
    claim: Claim::DateAsStated,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the last saving is before the creation",
        fr: "le dernier enregistrement précède la création",
    },
    innocent: Text {
        en: "two machines with different clocks; a converter set the creation to the day of the conversion",
        fr: "deux machines aux horloges différentes ; un convertisseur a daté la création du jour de la conversion",
    },
};

static PRINTED_FIRST: Code = Code {
    name: "printed-before-created",
    meaning: Text {
        en: "the last printing is before the creation",
        fr: "la dernière impression précède la création",
    },
    innocent: Text {
        en: "the document was made by saving another one under a new name, or from a template",
        fr: "le document a été fait en enregistrant un autre sous un nouveau nom, ou depuis un modèle",
    },
    ..SAVED_FIRST
};

static EDITED_LONGER: Code = Code {
    name: "edited-longer",
    meaning: Text {
        en: "it was edited for longer than lies between its creation and its last saving",
        fr: "il a été édité plus longtemps que l’intervalle entre sa création et son dernier enregistrement",
    },
    innocent: Text {
        en: "the document was made by saving another one under a new name, which keeps the minutes",
        fr: "le document a été fait en enregistrant un autre sous un nouveau nom, ce qui garde les minutes",
    },
    ..SAVED_FIRST
};
