//! The names of author and last saver, which Word keeps twice.
//!
//! ## What it examines
//! Binary documents (.doc) that name Microsoft Word: author and last saver in `SummaryInformation`,
//! which Explorer and other programs show and change, beside the same two in the document's own table
//! of strings (`SttbfAssoc`).
//!
//! ## What it can show
//! That a name was changed outside Word: Word writes both at once.
//!
//! ## What it cannot show
//! Why. Changing properties in Explorer is nothing unusual.
//!
//! ## How it can be fooled
//! By changing the name in Word, or both places.
//!
//! ## References
//! [MS-DOC], SttbfAssoc; [MS-OSHARED] §2.3.3.2.1.1.

use super::layers::{at_place, evidence, is_of_word};
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Finding};
use crate::parse::document::Document;
use crate::parse::document::profile::Name;

pub static CHECK: Check = Check {
    id: "document/ole-names",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "document-names",
    since: (1996, 11), // Word 97
    codes: &[&AUTHOR_DIFFERS, &SAVER_DIFFERS],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("ole_names.rs"),
};

fn run(document: &Document) -> Vec<Finding> {
    if !is_of_word(document) {
        return Vec::new();
    }
    let pairs = [(Name::Author, &AUTHOR_DIFFERS), (Name::LastAuthor, &SAVER_DIFFERS)];
    let differing = pairs.into_iter().filter_map(|(name, code)| {
        let shown = at_place(document, name, "SummaryInformation")?;
        let own = at_place(document, name, "SttbfAssoc")?;
        // Some versions cut names or letters that their code page lacks.
        let same = shown.value.starts_with(&own.value) || own.value.starts_with(&shown.value);
        let lossy =
            shown.value.contains(['?', '\u{fffd}']) || own.value.contains(['?', '\u{fffd}']);
        let note = format!("{} is shown, {} stands inside", shown.value, own.value);
        (!same && !lossy).then(|| code.at(evidence(shown)).citing(evidence(own)).noting(note))
    });
    differing.collect()
}

static AUTHOR_DIFFERS: Code = Code {
    check: "document/ole-names",
    name: "author-differs",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the author that is shown is not the one noted inside the document",
        fr: "l’auteur affiché n’est pas celui noté dans le document",
    },
    innocent: Text {
        en: "the property was changed in Explorer, by a document store or by a tool that cleans properties",
        fr: "la propriété a été changée dans l’Explorateur, par une gestion documentaire ou par un outil de nettoyage",
    },
};

static SAVER_DIFFERS: Code = Code {
    name: "saver-differs",
    meaning: Text {
        en: "the last saver that is shown is not the one noted inside the document",
        fr: "le dernier enregistreur affiché n’est pas celui noté dans le document",
    },
    ..AUTHOR_DIFFERS
};
