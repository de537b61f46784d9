//! Tracked changes and comments of a day after the last saving.
//!
//! ## What it examines
//! The dates of tracked changes and comments, in Word on the writer's clock and since 2023 in UTC too,
//! against the date of the last change that the document states for itself.
//!
//! ## What it can show
//! That the document, which holds words written later, states a date of saving that was set back, or
//! was kept by a program that wrote those words.
//!
//! ## What it cannot show
//! Which of the two dates is off. Changes before the saving are no sign of anything.
//!
//! ## How it can be fooled
//! By setting all dates back, or by accepting the changes.
//!
//! ## References
//! ECMA-376 part 1 §17.13.4 and §17.13.5 (`w:date`), part 2 §11 (modified); ISO/IEC 26300-3 §4.3.2.1;
//! lydite research docs.md OX03 and OX12; measured: in none of 240 Word documents of public test
//! collections does a change lie more than 14 hours behind the saving.

use super::date_order::UNSET;
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::parse::document::profile::Name;
use crate::parse::document::{Detail, Document, layout, w3c};

pub static CHECK: Check = Check {
    id: "document/changed-after-saving",
    version: 1,
    claim: Claim::DateAsStated,
    group: "document-dates",
    since: (2005, 5), // OpenDocument 1.0
    codes: &[&IN_ITS_PROGRAM, &BY_OTHERS],
    wants: |_| Vec::new(),
    run: Run::Document(|document| finding(document).into_iter().collect()),
    source: include_str!("changed_after_saving.rs"),
};

/// Zones differ by at most 26 hours; the clocks of two who write in turn by less than the rest.
const MARGIN: i64 = 48 * 3_600;

fn finding(document: &Document) -> Option<Finding> {
    let modified = document.profile.first(Name::Modified)?;
    let saved = modified.at.filter(|at| *at > UNSET)?;
    let (at, who, evidence) = last(document)?;
    if at <= saved + MARGIN {
        return None;
    }
    let code = match layout::is_microsoft_throughout(document) {
        true => &IN_ITS_PROGRAM,
        false => &BY_OTHERS,
    };
    let by = if who.is_empty() { String::new() } else { format!(" by {who}") };
    let note = format!("changed {}{by}, saved {}", w3c::written(at, true), modified.value);
    let saving = Evidence::bytes(modified.place.clone(), modified.span);
    Some(code.at(evidence).noting(note).citing(saving))
}

/// The last change or comment: when, by whom, where.
fn last(document: &Document) -> Option<(i64, String, Evidence)> {
    match &document.detail {
        Detail::Ooxml(own) => {
            let dated = own.changes.iter().filter_map(|c| Some((c.utc.or(c.local)?, c)));
            let (at, change) = dated.max_by_key(|(at, _)| *at)?;
            let evidence = Evidence::bytes(change.part.clone(), change.span);
            Some((at, change.author.clone(), evidence))
        }
        Detail::Odf(own) => {
            let dated = own.changes.iter().filter_map(|(who, at)| Some(((*at)?, who)));
            let (at, who) = dated.max_by_key(|(at, _)| *at)?;
            let edited = document.profile.all(Name::Edited).find(|p| p.at == Some(at))?;
            Some((at, who.clone(), Evidence::bytes(edited.place.clone(), edited.span)))
        }
        _ => None,
    }
}

static IN_ITS_PROGRAM: Code = Code {
    check: "document/changed-after-saving",
    name: "in-its-program",
    claim: Claim::DateAsStated,
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the file, packed as Microsoft’s programs do, holds a change or comment of days after its date of saving",
        fr: "le fichier, compressé comme par les logiciels de Microsoft, contient une modification ou un commentaire postérieur de plusieurs jours à sa date d’enregistrement",
    },
    innocent: Text {
        en: "the clock of whoever wrote the change was ahead by days; a library that packs as Microsoft’s do added it and kept the date",
        fr: "l’horloge de l’auteur de la modification avançait de plusieurs jours ; une bibliothèque qui compresse de même l’a ajoutée en gardant la date",
    },
};

static BY_OTHERS: Code = Code {
    name: "by-others",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the file holds a change or comment of days after the date of saving that it states",
        fr: "le fichier contient une modification ou un commentaire postérieur de plusieurs jours à la date d’enregistrement qu’il indique",
    },
    innocent: Text {
        en: "converters and review programs add comments and keep the date of the document",
        fr: "convertisseurs et logiciels de relecture ajoutent des commentaires et gardent la date du document",
    },
    ..IN_ITS_PROGRAM
};
