//! Packages of a document that two programs read differently.
//!
//! ## What it examines
//! Names in the zip's directory, the local headers they point to, and local headers that it does not
//! list.
//!
//! ## What it can show
//! That a part stands twice under one name, that a local header says otherwise than the directory,
//! or that parts lie in the file which the directory leaves out: programs that read the one and the
//! other show different documents.
//!
//! ## What it cannot show
//! Which one somebody saw.
//!
//! ## How it can be fooled
//! Not at all: whatever is there is listed.
//!
//! ## References
//! APPNOTE 6.3.10 §4.3; ECMA-376 part 2 §6.2.2.3 (no two parts of equivalent names); design rule 18.

use std::collections::HashMap;

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Mark};
use crate::parse::document::zip::Entry;
use crate::parse::document::{Document, layout};

pub static CHECK: Check = Check {
    id: "document/two-readings",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "document-content",
    since: (2005, 5), // OpenDocument 1.0
    codes: &[&REPEATED_PART, &HEADERS_DIFFER, &UNLISTED_PART],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("two_readings.rs"),
};

/// Parts cited of one finding.
const CITED: usize = 10;

fn run(document: &Document) -> Vec<Finding> {
    let Some(package) = layout::package(document) else { return Vec::new() };
    let mut first: HashMap<String, &Entry> = HashMap::new();
    let mut repeated = Vec::new();
    for entry in package.entries.iter().filter(|entry| !entry.is_folder()) {
        let name = entry.name.replace('\\', "/").to_ascii_lowercase();
        match first.get(name.trim_start_matches('/')) {
            Some(other) if other.crc != entry.crc || other.size != entry.size => {
                repeated.extend([*other, entry]);
            }
            Some(_) => {}
            None => drop(first.insert(name.trim_start_matches('/').to_owned(), entry)),
        }
    }
    let differs = |entry: &&Entry| entry.differs.iter().any(|what| *what != "date");
    let differing: Vec<&Entry> = package.entries.iter().filter(differs).collect();
    let unlisted: Vec<&Entry> = package.unlisted.iter().filter(|e| !e.is_folder()).collect();
    let found =
        [(&REPEATED_PART, repeated), (&HEADERS_DIFFER, differing), (&UNLISTED_PART, unlisted)];
    found.iter().filter_map(|(code, entries)| finding(code, entries)).collect()
}

fn finding(code: &Code, entries: &[&Entry]) -> Option<Finding> {
    let mut names: Vec<&str> = entries.iter().take(CITED).map(|e| e.name.as_str()).collect();
    names.dedup();
    let evidence =
        |entry: &&Entry| Evidence::bytes(format!("zip entry {}", entry.name), entry.local);
    let mut evidence = entries.iter().take(CITED).map(evidence);
    let note = names.join(", ").trim_end_matches('.').to_owned();
    let finding = code.at(evidence.next()?).noting(note).marked(Mark::Ambiguous);
    Some(evidence.fold(finding, Finding::citing))
}

static REPEATED_PART: Code = Code {
    check: "document/two-readings",
    name: "repeated-part",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "a part stands twice under one name, with different content",
        fr: "une partie figure deux fois sous un même nom, avec un contenu différent",
    },
    innocent: Text {
        en: "a program added a part without removing the old one",
        fr: "un logiciel a ajouté une partie sans retirer l’ancienne",
    },
};

static HEADERS_DIFFER: Code = Code {
    name: "headers-differ",
    meaning: Text {
        en: "a part’s own header says otherwise than the directory",
        fr: "l’en-tête d’une partie ne dit pas la même chose que le répertoire",
    },
    innocent: Text {
        en: "a home-made writer of zips; names written in two codings",
        fr: "un logiciel artisanal de compression ; noms écrits en deux codages",
    },
    ..REPEATED_PART
};

static UNLISTED_PART: Code = Code {
    name: "unlisted-part",
    meaning: Text {
        en: "parts lie in the file that its directory does not list",
        fr: "des parties se trouvent dans le fichier sans figurer au répertoire",
    },
    innocent: Text {
        en: "a program removed or renewed parts by writing a new directory behind them",
        fr: "un logiciel a retiré ou renouvelé des parties en écrivant un nouveau répertoire à la suite",
    },
    ..REPEATED_PART
};
