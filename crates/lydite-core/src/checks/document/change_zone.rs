//! The time zone in which somebody changed or commented.
//!
//! ## What it examines
//! Dates of tracked changes and comments in Word: `w:date` is the wall clock of the writer, marked
//! `Z` all the same; `dcterms:modified` and, since 2023, `w16du:dateUtc` are UTC.
//!
//! ## What it can show
//! How far the writer's clock stood from UTC: outright where both dates of one change are written,
//! else where the last change and the saving lie minutes apart.
//!
//! ## What it cannot show
//! Where somebody was: many places share a zone, and a computer's zone is what its user sets. A
//! last change long before the saving shows nothing, and gives an odd result only by chance.
//!
//! ## How it can be fooled
//! By setting the computer's zone.
//!
//! ## References
//! ECMA-376 part 1 §17.13.5; [MS-DOCX] (`w16du:dateUtc`); measured: in 98 of 114 documents the difference lies
//! within five minutes of a quarter of an hour (lydite research docs.md, finding 4 and OX12).

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::parse::document::profile::Name;
use crate::parse::document::{Detail, Document, w3c};

pub static CHECK: Check = Check {
    id: "document/change-zone",
    version: 1,
    claim: Claim::DateAsStated,
    group: "document-history",
    since: (2006, 11), // Word 2007
    codes: &[&STATED_BOTH_WAYS, &NEAR_THE_SAVING],
    wants: |_| Vec::new(),
    run: Run::Document(|document| finding(document).into_iter().collect()),
    source: include_str!("change_zone.rs"),
};

const QUARTER: i64 = 15 * 60;
/// Minutes from UTC besides whole hours that clocks of any country stood at since 2006 (tz database).
const BROKEN_ZONES: [i64; 17] =
    [-570, -270, -210, -150, 210, 270, 330, 345, 390, 510, 525, 570, 585, 630, 690, 765, 825];
/// Between the last change and the saving.
const NEAR: i64 = 5 * 60;

fn finding(document: &Document) -> Option<Finding> {
    let Detail::Ooxml(own) = &document.detail else { return None };
    let both = own.changes.iter().find_map(|c| Some((c, c.local? - c.utc?)));
    if let Some((change, offset)) = both {
        let rounded = (offset + QUARTER / 2).div_euclid(QUARTER) * QUARTER;
        let finding = STATED_BOTH_WAYS.at(Evidence::bytes(change.part.clone(), change.span));
        return is_zone(rounded).then(|| finding.noting(zone(rounded)));
    }
    let last = own.changes.iter().filter(|c| c.part.starts_with("word/") && c.local.is_some());
    let last = last.max_by_key(|c| c.local)?;
    let modified = document.profile.first(Name::Modified).filter(|p| !p.is_local)?;
    // The saving comes after the change, so the difference falls short of the zone's by minutes.
    let short = last.local? - modified.at?;
    let rounded = (short + NEAR).div_euclid(QUARTER) * QUARTER;
    let is_near = (-NEAR..=60).contains(&(short - rounded));
    (is_near && is_zone(rounded)).then(|| {
        let note = format!(
            "{}: last change {} by {}, saved {}",
            zone(rounded),
            w3c::written(last.local.unwrap_or_default(), true),
            last.author,
            modified.value
        );
        let finding = NEAR_THE_SAVING.at(Evidence::bytes(last.part.clone(), last.span));
        finding.noting(note).citing(Evidence::bytes(modified.place.clone(), modified.span))
    })
}

fn is_zone(offset: i64) -> bool {
    let is_whole = offset % 3_600 == 0 && (-12 * 3_600..=14 * 3_600).contains(&offset);
    is_whole || BROKEN_ZONES.contains(&(offset / 60))
}

fn zone(offset: i64) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.abs() / 60;
    format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

static STATED_BOTH_WAYS: Code = Code {
    check: "document/change-zone",
    name: "stated-both-ways",
    claim: Claim::DateAsStated,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "a change states its time on the writer’s clock and in UTC: the zone of that clock",
        fr: "une modification donne son heure à l’horloge du rédacteur et en UTC : le fuseau de cette horloge",
    },
    innocent: Text {
        en: "the zone of a computer is what its user sets, and travels with a laptop",
        fr: "le fuseau d’un ordinateur est celui que son utilisateur règle, et voyage avec lui",
    },
};

static NEAR_THE_SAVING: Code = Code {
    name: "near-the-saving",
    meaning: Text {
        en: "the last change, on the writer’s clock, lies the hours of a time zone and few minutes from the saving, in UTC: likely the zone of that clock",
        fr: "la dernière modification, à l’horloge du rédacteur, est aux heures d’un fuseau et à quelques minutes de l’enregistrement, en UTC : sans doute le fuseau de cette horloge",
    },
    innocent: Text {
        en: "chance, where the last change was made hours before the saving; a program that writes UTC in both places",
        fr: "le hasard, si la dernière modification précède l’enregistrement de plusieurs heures ; un logiciel qui écrit l’UTC aux deux endroits",
    },
    ..STATED_BOTH_WAYS
};
