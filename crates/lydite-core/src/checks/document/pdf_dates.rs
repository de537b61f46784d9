//! The dates a PDF states, against each other.
//!
//! ## What it examines
//! Creation and modification date of the Info dictionary of every revision.
//!
//! ## What it can show
//! That a file says it was changed before it was made, or that a later revision says it was saved
//! before an earlier one: clocks were set, or a date was written by hand.
//!
//! ## What it cannot show
//! Which date is wrong. Whether either is right where they agree.
//!
//! ## How it can be fooled
//! By setting both dates, or the clock of the machine.
//!
//! ## References
//! ISO 32000-2 §14.3.3, §7.9.4; measured: 1 of 1,675 public files (lydite research docs.md PD03).

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::parse::document::profile::Property;
use crate::parse::document::time::{self, Precision};
use crate::parse::document::{Detail, Document};

pub static CHECK: Check = Check {
    id: "document/pdf-dates",
    version: 1,
    claim: Claim::DateAsStated,
    group: "pdf-dates",
    since: (1993, 6), // PDF 1.0
    codes: &[&MODIFIED_FIRST, &REVISION_BACK, &ZONES],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("pdf_dates.rs"),
};

/// Two zones may lie 26 hours apart; a clock that is a day off is a clock.
const MARGIN: i64 = 48 * 3_600;
/// Summer and winter differ by an hour.
const SUMMER: i32 = 3_600;

fn run(document: &Document) -> Vec<Finding> {
    let Detail::Pdf(pdf) = &document.detail else { return Vec::new() };
    let properties = &document.profile.properties;
    let dated = |place: &str| properties.iter().find(|p| p.place == place && names_a_day(p));
    let mut findings = Vec::new();
    let (created, modified) = (dated("Info /CreationDate"), dated("Info /ModDate"));
    if let (Some(created), Some(modified)) = (created, modified) {
        if is_before(modified, created) {
            findings.push(found(&MODIFIED_FIRST, modified, created));
        }
        if let (Some(a), Some(b)) = (created.offset, modified.offset)
            && (a - b).abs() > SUMMER
        {
            findings.push(found(&ZONES, modified, created));
        }
    }
    // The newest first; an earlier revision that says the same as the next is not told again.
    let earlier = (1..pdf.revisions.len()).rev();
    let each = earlier.filter_map(|n| dated(&format!("revision {n} Info /ModDate")));
    let line: Vec<&Property> = modified.into_iter().chain(each).collect();
    let back = line.windows(2).find(|pair| is_before(pair[0], pair[1]));
    findings.extend(back.map(|pair| found(&REVISION_BACK, pair[0], pair[1])));
    findings
}

/// A year or a month alone may be any day of it; a day before there was PDF is that of a clock that
/// was never set.
pub(super) fn names_a_day(property: &Property) -> bool {
    let moment = time::pdf(&property.value).or_else(|| time::iso(&property.value));
    property.at.is_some_and(|at| at >= FIRST)
        && moment.is_some_and(|m| m.precision >= Precision::Day)
}

/// June 1993, when Adobe published PDF 1.0.
const FIRST: i64 = 738892800;

fn is_before(a: &Property, b: &Property) -> bool {
    matches!((a.at, b.at), (Some(a), Some(b)) if a < b - MARGIN)
}

fn found(code: &'static Code, a: &Property, b: &Property) -> Finding {
    code.at(Evidence::bytes(a.place.clone(), a.span))
        .citing(Evidence::bytes(b.place.clone(), b.span))
        .noting(format!("{} says {}, {} {}", a.place, a.value, b.place, b.value))
}

static MODIFIED_FIRST: Code = Code {
    check: "document/pdf-dates",
    name: "modified-before-created",
    claim: Claim::DateAsStated,
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the file says it was changed more than two days before it was made",
        fr: "le fichier se dit modifié plus de deux jours avant sa création",
    },
    innocent: Text {
        en: "a clock was wrong; a program that joins or converts files takes the dates from different sources",
        fr: "une horloge déréglée ; un programme qui assemble ou convertit des fichiers prend les dates de sources différentes",
    },
};

static REVISION_BACK: Code = Code {
    name: "revision-dated-back",
    meaning: Text {
        en: "a later revision says it was saved more than two days before an earlier one",
        fr: "une révision plus récente se dit enregistrée plus de deux jours avant une plus ancienne",
    },
    innocent: Text {
        en: "a clock was wrong; a publisher sets all dates to the day of publication; a program put back the dates of the file it started from",
        fr: "une horloge déréglée ; un éditeur met toutes les dates au jour de la publication ; un programme a remis les dates du fichier de départ",
    },
    ..MODIFIED_FIRST
};

static ZONES: Code = Code {
    name: "zones-differ",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the file was made and changed in different time zones",
        fr: "le fichier a été créé et modifié dans des fuseaux horaires différents",
    },
    innocent: Text {
        en: "travel, colleagues abroad, servers that keep universal time",
        fr: "voyages, collègues à l’étranger, serveurs réglés sur le temps universel",
    },
    ..MODIFIED_FIRST
};
