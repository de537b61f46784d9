//! The seconds of the time at which Word saved.
//!
//! ## What it examines
//! `dcterms:modified` of a document that names Word for Windows or macOS.
//!
//! ## What it can show
//! Word writes whole minutes: seconds other than 00 were written by something else, after or
//! instead of it.
//!
//! ## What it cannot show
//! Anything where the seconds are 00, as one in sixty are by chance. Who wrote them, or why. Word for
//! the web may go by the name and version of Word 2016 and later, and was not measured: there it only
//! tells.
//!
//! ## How it can be fooled
//! By writing 00.
//!
//! ## References
//! Measured: 1,299 of 1,300 stamps of documents that name Word end in :00, the other one's zip was
//! packed anew (lydite research docs.md, finding 2 and OX04); in the collections that the tests read,
//! 206 of 206 of versions 12 to 15, 18 of 18 of version 16.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::parse::document::profile::Name;
use crate::parse::document::w3c::{self, Precision};
use crate::parse::document::{Document, Format, layout};

pub static CHECK: Check = Check {
    id: "document/word-seconds",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "writer",
    since: (2006, 11), // Word 2007
    codes: &[&SECONDS, &SECONDS_OF_OTHERS],
    wants: |_| Vec::new(),
    run: Run::Document(|document| finding(document).into_iter().collect()),
    source: include_str!("word_seconds.rs"),
};

/// As the programs for Windows and macOS name themselves; Word for the web keeps seconds.
const WORD: [&str; 2] = ["Microsoft Office Word", "Microsoft Macintosh Word"];

fn finding(document: &Document) -> Option<Finding> {
    let program = document.profile.first(Name::Program)?;
    if document.format != Format::Docx || !WORD.contains(&program.value.as_str()) {
        return None;
    }
    let modified = document.profile.first(Name::Modified)?;
    let moment = w3c::read(&modified.value)?;
    if moment.precision == Precision::Day || moment.at.rem_euclid(60) == 0 {
        return None;
    }
    let is_fine = moment.precision == Precision::Fraction;
    let version = document.profile.first(Name::Version).map_or("", |p| p.value.as_str());
    let is_measured = ["12.", "14.", "15."].iter().any(|known| version.starts_with(known));
    let code = match layout::is_microsoft_throughout(document) && is_measured && !is_fine {
        true => &SECONDS,
        false => &SECONDS_OF_OTHERS,
    };
    let finding = code.at(Evidence::bytes(modified.place.clone(), modified.span));
    let finding = finding.noting(format!("{} names {}", modified.value, program.value));
    Some(finding.citing(Evidence::bytes(program.place.clone(), program.span)))
}

static SECONDS: Code = Code {
    check: "document/word-seconds",
    name: "seconds",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the file is packed as by the Word it names, and its time of saving has seconds, which that does not write",
        fr: "le fichier est compressé comme par le Word qu’il nomme, et son heure d’enregistrement comporte des secondes, que celui-ci n’écrit pas",
    },
    innocent: Text {
        en: "a program that packs as Microsoft’s libraries do set the date; a version of Word that was not measured",
        fr: "un logiciel qui compresse comme les bibliothèques de Microsoft a fixé la date ; une version de Word non mesurée",
    },
};

static SECONDS_OF_OTHERS: Code = Code {
    name: "seconds-of-others",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the time of saving has seconds, which Word for computers does not write: something else saved last",
        fr: "l’heure d’enregistrement comporte des secondes, que Word sur ordinateur n’écrit pas : autre chose a enregistré en dernier",
    },
    innocent: Text {
        en: "libraries, document servers and Word for the web keep the name of Word and write their own time",
        fr: "bibliothèques, serveurs documentaires et Word pour le web gardent le nom de Word et écrivent leur propre heure",
    },
    ..SECONDS
};
