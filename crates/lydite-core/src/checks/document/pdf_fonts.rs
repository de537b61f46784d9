//! Embedded fonts against the dates of the PDF that holds them.
//!
//! ## What it examines
//! The date of last change inside every embedded TrueType or OpenType program, against the dates that
//! the file states for itself, of every revision.
//!
//! ## What it can show
//! That a font was finished after the day on which the file says it was made or saved.
//!
//! ## What it cannot show
//! Which of the two clocks was right: a subsetting program may write its own. Nothing of fonts that are
//! only named: when a font first went round is no fact Lydite ships, for want of a dated source.
//!
//! ## How it can be fooled
//! Old fonts are at hand for everybody. Many programs remove the date.
//!
//! ## References
//! OpenType 1.9 `head` (modified); lydite research docs.md PD11 (Fontgate; the Balyoz case).

use super::pdf_dates::names_a_day;
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::parse::document::profile::{Name, Property};
use crate::parse::document::{Detail, Document};
use crate::signature::smime::moment;

pub static CHECK: Check = Check {
    id: "document/pdf-fonts",
    version: 1,
    claim: Claim::DateAsStated,
    // The clock that the font is held against is the one of the dates.
    group: "pdf-dates",
    since: (1994, 9), // PDF 1.1 embeds TrueType
    codes: &[&AFTER_SAVED, &AFTER_CREATED],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("pdf_fonts.rs"),
};

const MARGIN: i64 = 48 * 3_600;

fn run(document: &Document) -> Vec<Finding> {
    let Detail::Pdf(pdf) = &document.detail else { return Vec::new() };
    let properties = &document.profile.properties;
    let is_date = |p: &&Property| {
        matches!(p.name, Name::Created | Name::Modified | Name::Edited) && names_a_day(p)
    };
    let last = properties.iter().filter(is_date).max_by_key(|p| p.at);
    let created = properties.iter().filter(is_date).filter(|p| p.name == Name::Created);
    let created = created.max_by_key(|p| p.at);
    let newest = pdf
        .fonts
        .iter()
        .filter_map(|font| Some((font.program.as_ref()?.modified?, font)))
        .max_by_key(|(modified, font)| (*modified, std::cmp::Reverse(font.span)));
    let Some((modified, font)) = newest else { return Vec::new() };
    let over = |p: &&Property| p.at.is_some_and(|at| at + MARGIN < modified);
    let (code, date) = match (last.filter(over), created.filter(over)) {
        (Some(last), _) => (&AFTER_SAVED, last),
        (None, Some(created)) => (&AFTER_CREATED, created),
        (None, None) => return Vec::new(),
    };
    let note = format!(
        "font {} was last changed {}, {} says {}",
        font.name,
        moment(modified),
        date.place,
        date.value
    );
    vec![
        code.at(Evidence::bytes("font", font.span))
            .citing(Evidence::bytes(date.place.clone(), date.span))
            .noting(note),
    ]
}

static AFTER_SAVED: Code = Code {
    check: "document/pdf-fonts",
    name: "newer-than-saved",
    claim: Claim::DateAsStated,
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "an embedded font was last changed after every date the file states",
        fr: "une police incorporée a été modifiée après toutes les dates que le fichier indique",
    },
    innocent: Text {
        en: "the clock of the machine that saved the file was behind; a tool embedded fonts later and kept the dates",
        fr: "l’horloge de la machine retardait ; un outil a incorporé les polices plus tard en gardant les dates",
    },
};

static AFTER_CREATED: Code = Code {
    name: "newer-than-created",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "an embedded font was last changed after the file’s creation date, but not after its last change",
        fr: "une police incorporée a été modifiée après la date de création du fichier, mais pas après sa dernière modification",
    },
    innocent: Text {
        en: "the file was worked on later, or saved anew with current fonts",
        fr: "le fichier a été retravaillé plus tard, ou enregistré à nouveau avec des polices récentes",
    },
    ..AFTER_SAVED
};
