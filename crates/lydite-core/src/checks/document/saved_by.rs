//! The list of those who saved a Word document, with the places.
//!
//! ## What it examines
//! Binary documents (.doc): the table `SttbSavedBy`, in which Word 97 to 2002 kept the last ten savings:
//! name and path.
//!
//! ## What it can show
//! By whom and where it was saved, as Word was told: disks, shares and folders of the machines it went
//! through.
//!
//! ## What it cannot show
//! When; and whether the names are those of the people. Later versions of Word write no such table.
//!
//! ## How it can be fooled
//! With a user name of one's choice.
//!
//! ## References
//! [MS-DOC] §2.5.6 (`fcSttbSavedBy`). The case it comes from: the British government's dossier
//! of February 2003.

use super::layers::ole;
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::parse::document::Document;

pub static CHECK: Check = Check {
    id: "document/saved-by",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "saved-by",
    since: (1996, 11), // Word 97
    codes: &[&LISTED],
    wants: |_| Vec::new(),
    run: Run::Document(|document| run(document).into_iter().collect()),
    source: include_str!("saved_by.rs"),
};

fn run(document: &Document) -> Option<Finding> {
    let list = &ole(document)?.word.as_ref()?.saved_by;
    let mut rest = list.iter();
    let evidence = |span| Evidence::bytes("SttbSavedBy", span);
    let mut finding = LISTED.at(evidence(rest.next()?.span));
    for saved in rest {
        finding = finding.citing(evidence(saved.span));
    }
    let mut names: Vec<&str> = list.iter().map(|saved| saved.author.as_str()).collect();
    names.dedup();
    let note = format!("{} savings, in turn by: {}", list.len(), names.join(", "));
    Some(finding.noting(note.chars().take(500).collect::<String>()))
}

static LISTED: Code = Code {
    check: "document/saved-by",
    name: "listed",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the document names who saved it last, and where",
        fr: "le document nomme ceux qui l’ont enregistré en dernier, et où",
    },
    innocent: Text { en: "", fr: "" },
};
