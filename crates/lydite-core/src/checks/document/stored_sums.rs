//! Sums of a spreadsheet, added up again.
//!
//! ## What it examines
//! Formulas `SUM(…)` over plain numbers of the same sheet in OOXML and OpenDocument, and the value
//! stored beside each.
//!
//! ## What it can show
//! That a stored sum is not what its cells add up to: the number, or one of the cells, was put in
//! without the spreadsheet program, which would have computed it anew.
//!
//! ## What it cannot show
//! Other formulas, and sums over cells that are computed themselves. Whether the sum or a cell is
//! the one that was changed. Libraries that fill in a prepared table leave old sums, so it speaks
//! against a file only if the whole zip is as the named program packs.
//!
//! ## How it can be fooled
//! By changing the sum too, or by saving with the program.
//!
//! ## References
//! ECMA-376 part 1 §18.3.1.40 and §18.17.7.297; ISO/IEC 26300-4; lydite research docs.md OX22 and
//! finding 7 (a row of a budget with two amounts).

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::parse::document::layout::{self, Claimed, Layout};
use crate::parse::document::sheet::{self, Cell, Sheet};
use crate::parse::document::zip::Package;
use crate::parse::document::{Detail, Document};

pub static CHECK: Check = Check {
    id: "document/stored-sums",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "document-content",
    since: (2005, 5), // OpenDocument 1.0
    codes: &[&OTHER_SUM, &OTHER_SUM_OF_OTHERS],
    wants: |_| Vec::new(),
    run: Run::Document(|document| finding(document).into_iter().collect()),
    source: include_str!("stored_sums.rs"),
};

/// Sums named in a note.
const NAMED: usize = 5;

fn finding(document: &Document) -> Option<Finding> {
    let (cells, sheets, package): (&[Cell], &[Sheet], &Package) = match &document.detail {
        Detail::Ooxml(own) if own.excel.is_computed => {
            (&own.excel.cells, &own.excel.sheets, &own.package)
        }
        Detail::Odf(own) => (&own.cells, &own.sheets, &own.package),
        _ => return None,
    };
    let span = |part: &str| package.entries.iter().find(|e| e.name == part).map(|e| e.packed);
    let found = sheet::other_sums(cells);
    let place = |at: usize| -> Option<(String, &str)> {
        let cell = cells.get(at)?;
        let sheet = sheets.get(cell.sheet)?;
        Some((format!("{}!{}", sheet.name, sheet::address(cell.row, cell.column)), &sheet.part))
    };
    let mut notes = Vec::new();
    let mut evidence = Vec::new();
    for sum in found.iter().take(NAMED) {
        let (name, part) = place(sum.cell)?;
        notes.push(format!("{name} holds {} and adds up to {}", sum.stored, sum.added));
        evidence.push(Evidence::bytes(format!("{part} {name}"), span(part).unwrap_or_default()));
    }
    let more = found.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    let mut evidence = evidence.into_iter();
    let is_of_its_program =
        match layout::claimed(document).map_or(Claimed::Other, |(claimed, _)| claimed) {
            Claimed::Microsoft => layout::layout(package) == Layout::Microsoft,
            Claimed::LibreOffice => layout::layout(package) == Layout::LibreOffice,
            Claimed::Other => false,
        };
    let code = if is_of_its_program { &OTHER_SUM } else { &OTHER_SUM_OF_OTHERS };
    let finding = code.at(evidence.next()?).noting(format!("{}{more}", notes.join(", ")));
    Some(evidence.fold(finding, Finding::citing))
}

static OTHER_SUM: Code = Code {
    check: "document/stored-sums",
    name: "other-sum",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "a stored sum is not what its cells add up to, in a file packed as by the program that computes them",
        fr: "une somme enregistrée n’est pas celle de ses cellules, dans un fichier compressé comme par le logiciel qui les calcule",
    },
    innocent: Text {
        en: "a library that packs as the program does filled in numbers and computed nothing; the program was told not to compute",
        fr: "une bibliothèque qui compresse comme le logiciel a rempli des nombres sans rien calculer ; le logiciel était réglé pour ne pas calculer",
    },
};

static OTHER_SUM_OF_OTHERS: Code = Code {
    name: "other-sum-of-others",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "a stored sum is not what its cells add up to, in a file that another program than it names packed",
        fr: "une somme enregistrée n’est pas celle de ses cellules, dans un fichier compressé par un autre logiciel que celui qu’il nomme",
    },
    innocent: Text {
        en: "libraries fill in the numbers of a prepared table and leave its sums to whoever opens it",
        fr: "des bibliothèques remplissent un tableau préparé et laissent ses sommes à qui l’ouvrira",
    },
    ..OTHER_SUM
};
