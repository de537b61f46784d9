//! Words of an editing session that Word's own list of sessions leaves out.
//!
//! ## What it examines
//! The revision ids (rsids) of the runs that hold words, or of their paragraph where a run names none,
//! against the table of all ids in the settings, in files packed throughout as Word packs.
//!
//! ## What it can show
//! Which words may have been put in by another hand than Word's: Word lists an id before it uses it.
//!
//! ## What it cannot show
//! Words whose ids were copied from their neighbours. Ids of paragraphs, sections and formats are not
//! looked at: Word takes those over from templates without listing them, in one document of four.
//!
//! ## How it can be fooled
//! By using a listed id or none.
//!
//! ## References
//! ECMA-376 part 1 §17.15.1.72 (rsids), §17.3.2.25 and §17.3.1.29 (rsidR, rsidRDefault); lydite research
//! docs.md OX10; measured: none of 126 documents that Word packed has such words.

use std::collections::HashSet;

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::limits;
use crate::parse::document::{Detail, Document, layout};

pub static CHECK: Check = Check {
    id: "document/unlisted-session",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "document-content",
    since: (2006, 11), // Word 2007
    codes: &[&WORDS],
    wants: |_| Vec::new(),
    run: Run::Document(|document| finding(document).into_iter().collect()),
    source: include_str!("unlisted_session.rs"),
};

/// What stands for no session, where personal data were taken out.
const NONE: &str = "00000000";

fn finding(document: &Document) -> Option<Finding> {
    let Detail::Ooxml(own) = &document.detail else { return None };
    let word = &own.word;
    if word.rsids.iter().all(|id| id == NONE) || !layout::is_microsoft_throughout(document) {
        return None;
    }
    // A list that is cut lacks ids of its own.
    if word.rsids.len() >= limits::DOCUMENT_RSIDS {
        return None;
    }
    let listed = word.rsids.iter().chain(&word.rsid_root).map(|id| id.to_ascii_uppercase());
    let listed: HashSet<String> = listed.chain([NONE.to_owned()]).collect();
    let unlisted: Vec<_> = word.written.iter().filter(|w| !listed.contains(&w.rsid)).collect();
    let first = unlisted.first()?;
    let characters: usize = unlisted.iter().map(|w| w.characters).sum();
    let note = format!(
        "{characters} characters, first in {} (session {}); the settings list {}",
        first.place,
        first.rsid,
        word.rsids.len()
    );
    let span = own.span_of(&first.part).unwrap_or_default();
    Some(WORDS.at(Evidence::bytes(format!("{} {}", first.part, first.place), span)).noting(note))
}

static WORDS: Code = Code {
    check: "document/unlisted-session",
    name: "words",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "words belong to an editing session that the document’s list of sessions leaves out",
        fr: "des mots relèvent d’une session de rédaction absente de la liste des sessions du document",
    },
    innocent: Text {
        en: "programs that fill in, merge or compare documents put text in without listing its session",
        fr: "les logiciels qui remplissent, fusionnent ou comparent des documents insèrent du texte sans en inscrire la session",
    },
};
