//! The zip of a document, against the program the document names.
//!
//! ## What it examines
//! The headers of every entry of an OOXML or OpenDocument package: system and version of the packer,
//! flags, dates, the room that Microsoft's packaging leaves, where `mimetype` stands; and the program
//! named in its properties.
//!
//! ## What it can show
//! That the file was packed as the named program packs, which taking it apart and packing it again
//! would have lost; that another program packed it; that single parts were replaced, which ones, and
//! when by the clock of who did it; that an OpenDocument's `mimetype` is not where every office puts it.
//!
//! ## What it cannot show
//! What was changed in a replaced part, or by whom. A change made with the named program itself
//! leaves its own habits.
//!
//! ## How it can be fooled
//! By saving with the named program, or by writing the headers as it does.
//!
//! ## References
//! APPNOTE 6.3.10 §4.3 and §4.4; ECMA-376 part 2, annex C; habits measured on 1,300 packages of
//! public test collections (`parse/document/layout.rs`); ISO/IEC 26300-2 §2.2.4 (mimetype); lydite
//! research docs.md OX05 to OX07, OD02; measured: of 42 packages by LibreOffice and OpenOffice none has
//! parts stamped more than 2 seconds apart, but for databases.

use std::collections::BTreeMap;

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::parse::document::layout::{self, Claimed, Layout};
use crate::parse::document::zip::{Entry, Package};
use crate::parse::document::{Detail, Document, Format, w3c};

pub static CHECK: Check = Check {
    id: "document/zip-writer",
    version: 2,
    claim: Claim::DocumentAsSaved,
    group: "writer",
    since: (2005, 5), // OpenDocument 1.0
    codes: &[&AS_NAMED, &OTHER_WRITER, &PARTS_REPLACED, &MIMETYPE_MOVED],
    wants: |_| Vec::new(),
    run: Run::Document(|document| {
        [finding(document), moved(document)].into_iter().flatten().collect()
    }),
    source: include_str!("zip_writer.rs"),
};

/// Parts named in a note.
const NAMED: usize = 5;
/// Seconds in which one saving packs all parts.
const ONE_SAVING: i64 = 60;

fn finding(document: &Document) -> Option<Finding> {
    let package = layout::package(document)?;
    let (claimed, program) = layout::claimed(document)?;
    let named = Evidence::bytes(program.place.clone(), program.span);
    let finding = match (claimed, layout::layout(package)) {
        (Claimed::Microsoft, Layout::Microsoft) | (Claimed::LibreOffice, Layout::LibreOffice) => {
            AS_NAMED.at(first(package)?).noting(program.value.clone())
        }
        (Claimed::Microsoft, Layout::PartlyMicrosoft(others)) => replaced(package, &others)?,
        (_, Layout::Unknown) => return None,
        (Claimed::LibreOffice, _) if is_text_or_sheet(document) => match stamped_apart(package) {
            others if others.is_empty() => OTHER_WRITER.at(first(package)?).noting(habits(package)),
            others => replaced(package, &others)?,
        },
        // OOXML that LibreOffice writes has no habit of its own that POI does not share.
        (Claimed::Microsoft, _) => OTHER_WRITER.at(first(package)?).noting(habits(package)),
        _ => return None,
    };
    Some(finding.citing(named))
}

/// OpenDocument that is written in one go. A database keeps parts of earlier savings.
fn is_text_or_sheet(document: &Document) -> bool {
    matches!(document.format, Format::Odt | Format::Ods | Format::Odp)
}

/// Entries whose date is not that of most others, by more than one saving takes.
fn stamped_apart(package: &Package) -> Vec<usize> {
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for at in package.entries.iter().filter_map(Entry::stamped) {
        *counts.entry(at).or_default() += 1;
    }
    let most = counts.iter().max_by_key(|(_, count)| **count).map(|(at, _)| *at);
    let is_apart = |entry: &Entry| match (entry.stamped(), most) {
        (Some(at), Some(most)) => (at - most).abs() > ONE_SAVING,
        (at, most) => at.is_some() != most.is_some(),
    };
    (0..package.entries.len()).filter(|at| is_apart(&package.entries[*at])).collect()
}

/// OpenDocument whose `mimetype` does not stand first and unpacked.
fn moved(document: &Document) -> Option<Finding> {
    let Detail::Odf(own) = &document.detail else { return None };
    let entries = &own.package.entries;
    let stands = entries.iter().find(|entry| entry.name == "mimetype");
    let first = entries.iter().min_by_key(|entry| entry.local.start)?;
    let is_first = stands.is_some_and(|entry| entry.local == first.local);
    let (entry, note) = match stands {
        // Flat packages of other programs have none, and need none (§2.2.4).
        None => return None,
        Some(entry) if !is_first => (entry, format!("{} stands first", first.name)),
        Some(entry) if entry.method != 0 => (entry, "it is packed".to_owned()),
        Some(_) => return None,
    };
    Some(MIMETYPE_MOVED.at(Evidence::bytes("zip entry mimetype", entry.local)).noting(note))
}

fn first(package: &Package) -> Option<Evidence> {
    let first = package.entries.iter().min_by_key(|entry| entry.local.start)?;
    Some(Evidence::bytes(format!("zip entry {}", first.name), first.local))
}

fn replaced(package: &Package, others: &[usize]) -> Option<Finding> {
    let entries: Vec<_> = others.iter().filter_map(|at| package.entries.get(*at)).collect();
    let names: Vec<String> = entries
        .iter()
        .take(NAMED)
        .map(|entry| match entry.stamped() {
            Some(at) => format!("{} ({})", entry.name, w3c::written(at, true)),
            None => entry.name.clone(),
        })
        .collect();
    let more = entries.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let note =
        format!("{} of {} parts: {}{more}", entries.len(), package.entries.len(), names.join(", "));
    let mut evidence = entries
        .iter()
        .take(NAMED)
        .map(|entry| Evidence::bytes(format!("zip entry {}", entry.name), entry.local));
    let finding = PARTS_REPLACED.at(evidence.next()?).noting(note);
    Some(evidence.fold(finding, Finding::citing))
}

fn habits(package: &Package) -> String {
    let Some(first) = package.entries.iter().min_by_key(|entry| entry.local.start) else {
        return String::new();
    };
    let system = match first.made_by >> 8 {
        0 => "DOS".to_owned(),
        3 => "Unix".to_owned(),
        10 | 11 => "Windows".to_owned(),
        19 => "macOS".to_owned(),
        other => format!("system {other}"),
    };
    let version = first.made_by & 0xff;
    let when = first.stamped().map_or(String::new(), |at| format!(", {}", w3c::written(at, true)));
    format!("{} first, made by {system} {}.{}{when}", first.name, version / 10, version % 10)
}

static AS_NAMED: Code = Code {
    check: "document/zip-writer",
    name: "as-named",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Supports,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the file is packed as the program it names packs; taking it apart and packing it again would have lost that",
        fr: "le fichier est compressé comme le fait le logiciel qu’il nomme ; l’ouvrir et le recomprimer aurait effacé cela",
    },
    innocent: Text { en: "", fr: "" },
};

static OTHER_WRITER: Code = Code {
    name: "other-writer",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the file names one program and was packed by another one",
        fr: "le fichier nomme un logiciel et a été compressé par un autre",
    },
    innocent: Text {
        en: "libraries and other offices write the name of Word or Excel; gateways, labelling and document servers pack files anew; somebody zipped an unpacked file",
        fr: "bibliothèques et autres suites écrivent le nom de Word ou d’Excel ; passerelles, étiquetage et serveurs documentaires recompriment ; quelqu’un a recompressé un fichier ouvert",
    },
    ..AS_NAMED
};

static PARTS_REPLACED: Code = Code {
    name: "parts-replaced",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "single parts of the package were packed by another program, or at another time, than the rest",
        fr: "certaines parties du paquet ont été compressées par un autre logiciel, ou à un autre moment, que le reste",
    },
    innocent: Text {
        en: "labelling, document servers, mail gateways and programs that fill in forms replace parts every day",
        fr: "étiquetage, serveurs documentaires, passerelles et logiciels qui remplissent des formulaires remplacent des parties chaque jour",
    },
    ..AS_NAMED
};

static MIMETYPE_MOVED: Code = Code {
    name: "mimetype-moved",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the part that names the format does not stand first and unpacked, where every office program puts it",
        fr: "la partie qui nomme le format n’est pas en tête et non compressée, là où toute suite bureautique la place",
    },
    innocent: Text {
        en: "somebody zipped an unpacked document, or a program that does not know of the rule wrote it",
        fr: "quelqu’un a recompressé un document ouvert, ou un logiciel qui ignore la règle l’a écrit",
    },
    ..AS_NAMED
};
