//! Sheets of a binary workbook that are hidden.
//!
//! ## What it examines
//! Workbooks (.xls): the state of each sheet, shown, hidden by the menu, or hidden by a program so that
//! no menu shows it.
//!
//! ## What it can show
//! That the workbook holds tables that whoever opens it does not see.
//!
//! ## What it cannot show
//! Why. Hidden sheets keep lists and settings in most larger workbooks.
//!
//! ## How it can be fooled
//! By hiding rows or columns, or by writing white on white, which are not looked at.
//!
//! ## References
//! [MS-XLS], BoundSheet8 (`hsState`); lydite research docs.md OL08.

use super::layers::ole;
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::parse::document::Document;
use crate::parse::document::ole::excel::{Sheet, Visibility};

pub static CHECK: Check = Check {
    id: "document/ole-hidden-sheets",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "hidden-content",
    since: (1993, 12), // Excel 5
    codes: &[&HIDDEN, &VERY_HIDDEN],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("ole_hidden_sheets.rs"),
};

fn run(document: &Document) -> Vec<Finding> {
    let Some(book) = ole(document).and_then(|ole| ole.book.as_ref()) else { return Vec::new() };
    let states = [(Visibility::Hidden, &HIDDEN), (Visibility::VeryHidden, &VERY_HIDDEN)];
    let found = states.into_iter().filter_map(|(state, code)| {
        let sheets: Vec<&Sheet> = book.sheets.iter().filter(|s| s.visible == state).collect();
        let finding = code.at(Evidence::bytes("BOUNDSHEET", sheets.first()?.span));
        let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        let note: String = names.join(", ").chars().take(500).collect();
        Some(finding.noting(note))
    });
    found.collect()
}

static HIDDEN: Code = Code {
    check: "document/ole-hidden-sheets",
    name: "hidden",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the workbook has hidden sheets",
        fr: "le classeur a des feuilles masquées",
    },
    innocent: Text { en: "", fr: "" },
};

static VERY_HIDDEN: Code = Code {
    name: "very-hidden",
    meaning: Text {
        en: "the workbook has sheets that a program hid so that no menu shows them",
        fr: "le classeur a des feuilles qu’un programme a masquées hors de tout menu",
    },
    ..HIDDEN
};
