//! Savings that were appended, so that earlier content may still be in the file.
//!
//! ## What it examines
//! Word's mark of a saving by parts ("allow fast saves"), the bytes of Word's text that no piece of it
//! shows, and the number of edits that PowerPoint lists.
//!
//! ## What it can show
//! That the file grew by appending: what was deleted or replaced before may stand in it still, and can
//! be looked for; of Word's text, which words were left so.
//!
//! ## What it cannot show
//! When the words left over stood in the document. What PowerPoint left is not told. Programs of later
//! years write the file whole.
//!
//! ## How it can be fooled
//! By saving under a new name, which writes the file whole.
//!
//! ## References
//! [MS-DOC] §2.5.2 (`fComplex`, `cQuickSaves`); [MS-PPT] §2.3.3 (UserEditAtom); lydite research docs.md
//! OL07.

use super::layers::ole;
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::parse::document::Document;

pub static CHECK: Check = Check {
    id: "document/ole-appended",
    version: 2,
    claim: Claim::DocumentAsSaved,
    group: "appended",
    since: (1993, 1), // Word 6
    codes: &[&APPENDED, &LEFT_OVER],
    wants: |_| Vec::new(),
    run: Run::Document(|document| {
        [run(document), left_over(document)].into_iter().flatten().collect()
    }),
    source: include_str!("ole_appended.rs"),
};

/// Characters of left text in a note.
const NAMED: usize = 80;

fn run(document: &Document) -> Option<Finding> {
    let ole = ole(document)?;
    let whole = Evidence::bytes("document", document.span());
    if ole.word.as_ref().is_some_and(|word| word.fast_saved) {
        return Some(APPENDED.at(whole).noting("saved by parts"));
    }
    let edits = ole.slides.as_ref().map(|slides| slides.edits).filter(|edits| *edits > 1)?;
    Some(APPENDED.at(whole).noting(format!("{edits} edits, one behind the other")))
}

fn left_over(document: &Document) -> Option<Finding> {
    let word = ole(document)?.word.as_ref()?;
    let (text, span) = word.left_over.first()?;
    let text: String = text.chars().take(NAMED).collect();
    let note = format!("{} runs of text, the first {text:?}", word.left_over.len());
    Some(LEFT_OVER.at(Evidence::bytes("WordDocument, between the pieces", *span)).noting(note))
}

static APPENDED: Code = Code {
    check: "document/ole-appended",
    name: "appended",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "it was saved by appending, so that earlier content may stand in the file",
        fr: "il a été enregistré par ajout, si bien que du contenu antérieur peut subsister dans le fichier",
    },
    innocent: Text { en: "", fr: "" },
};

static LEFT_OVER: Code = Code {
    name: "text-left-over",
    meaning: Text {
        en: "text stands in the file that the document no longer shows",
        fr: "le fichier contient du texte que le document ne montre plus",
    },
    innocent: Text {
        en: "Word left what was deleted in files that it saved by parts, until it wrote them whole",
        fr: "Word laissait le texte supprimé dans les fichiers enregistrés par parties, jusqu’à les réécrire en entier",
    },
    ..APPENDED
};
