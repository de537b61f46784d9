//! The zip of a document, against the program the document names.
//!
//! ## What it examines
//! The headers of every entry of an OOXML or OpenDocument package: system and version of the packer,
//! flags, dates, the room that Microsoft's packaging leaves; and the program named in its properties.
//!
//! ## What it can show
//! That the file was packed as the named program packs, which taking it apart and packing it again
//! would have lost; that another program packed it; or that single parts were replaced in a package
//! of Microsoft's, which ones, and when by the clock of who did it.
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
//! public test collections (`parse/document/layout.rs`); lydite research docs.md OX05 to OX07, OD02.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::parse::document::layout::{self, Claimed, Layout};
use crate::parse::document::zip::Package;
use crate::parse::document::{Document, w3c};

pub static CHECK: Check = Check {
    id: "document/zip-writer",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "writer",
    since: (2005, 5), // OpenDocument 1.0
    codes: &[&AS_NAMED, &OTHER_WRITER, &PARTS_REPLACED],
    wants: |_| Vec::new(),
    run: Run::Document(|document| finding(document).into_iter().collect()),
    source: include_str!("zip_writer.rs"),
};

/// Parts named in a note.
const NAMED: usize = 5;

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
        // OOXML that LibreOffice writes has no habit of its own that POI does not share.
        (Claimed::Microsoft, _) => OTHER_WRITER.at(first(package)?).noting(habits(package)),
        _ => return None,
    };
    Some(finding.citing(named))
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
        en: "the file names a program of Microsoft’s and was packed by another one",
        fr: "le fichier nomme un logiciel de Microsoft et a été compressé par un autre",
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
        en: "single parts of a package of Microsoft’s were replaced by another program",
        fr: "certaines parties d’un fichier de Microsoft ont été remplacées par un autre logiciel",
    },
    innocent: Text {
        en: "labelling, document servers, mail gateways and programs that fill in forms replace parts every day",
        fr: "étiquetage, serveurs documentaires, passerelles et logiciels qui remplissent des formulaires remplacent des parties chaque jour",
    },
    ..AS_NAMED
};
