//! The Info dictionary of a PDF against its XMP.
//!
//! ## What it examines
//! Producer, creator, title, author, creation and modification date of the newest revision, as both
//! places say them, decoded. Dates that differ by the minute XMP may leave out, or by a whole time
//! zone, agree.
//!
//! ## What it can show
//! That a program changed one of the two and not the other.
//!
//! ## What it cannot show
//! Which of them is right. Anything where a file has only one of them.
//!
//! ## How it can be fooled
//! A program that writes both leaves nothing to see.
//!
//! ## References
//! ISO 32000-2 §14.3; ISO 19005-1 §6.7.3 (both shall agree); measured: 7 of 328 public files differ
//! once both are decoded (lydite research docs.md PD02).

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::parse::document::profile::Property;
use crate::parse::document::time::{self, Precision};
use crate::parse::document::{Detail, Document};

pub static CHECK: Check = Check {
    id: "document/pdf-info-xmp",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "pdf-metadata",
    since: (2001, 9), // PDF 1.4
    codes: &[&DIFFERS, &DATES_DIFFER],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("pdf_info_xmp.rs"),
};

const PAIRS: &[(&str, &str)] = &[
    ("Info /Producer", "XMP pdf:Producer"),
    ("Info /Creator", "XMP xmp:CreatorTool"),
    ("Info /Title", "XMP dc:title"),
    ("Info /Author", "XMP dc:creator"),
];

const DATES: &[(&str, &str)] =
    &[("Info /CreationDate", "XMP xmp:CreateDate"), ("Info /ModDate", "XMP xmp:ModifyDate")];

fn run(document: &Document) -> Vec<Finding> {
    if !matches!(document.detail, Detail::Pdf(_)) {
        return Vec::new();
    }
    let properties = &document.profile.properties;
    let info = |place: &str| properties.iter().find(|p| p.place == place);
    let xmp = |place: &str| -> Vec<&Property> {
        let is_it = |p: &&Property| {
            p.place.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        };
        properties.iter().filter(is_it).collect()
    };
    let mut findings = Vec::new();
    for (a, b) in PAIRS {
        let (Some(one), others) = (info(a), xmp(b)) else { continue };
        // Titles are there in several languages; authors are a list here and one string there.
        let joined: String = others.iter().map(|p| plain(&p.value)).collect();
        let is_one = others.iter().any(|p| plain(&p.value) == plain(&one.value));
        if !others.is_empty() && !is_one && joined != plain(&one.value) {
            let note = format!("{a} says {:?}, {b} {:?}", one.value, others[0].value);
            findings.push(found(&DIFFERS, one, others[0], note));
        }
    }
    for (a, b) in DATES {
        let (Some(one), Some(other)) = (info(a), xmp(b).first().copied()) else { continue };
        if let (Some(x), Some(y)) = (one.at, other.at)
            && differ(x - y)
            && (names_a_minute(one) && names_a_minute(other) || (x - y).abs() > 2 * 86_400)
        {
            let note = format!("{a} says {}, {b} {}", one.value, other.value);
            findings.push(found(&DATES_DIFFER, one, other, note));
        }
    }
    findings
}

fn found(code: &'static Code, info: &Property, xmp: &Property, note: String) -> Finding {
    code.at(Evidence::bytes(info.place.clone(), info.span))
        .citing(Evidence::bytes(xmp.place.clone(), xmp.span))
        .noting(note)
}

/// Letters and digits: blanks, separators of lists and signs that encodings lose are left out.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A day alone agrees with every time of it, whatever the zone.
fn names_a_minute(property: &Property) -> bool {
    let moment = time::pdf(&property.value).or_else(|| time::iso(&property.value));
    moment.is_some_and(|m| m.precision >= Precision::Minute)
}

/// Not by a minute's worth, and not by a time zone that one of them leaves out.
fn differ(seconds: i64) -> bool {
    let rest = seconds.rem_euclid(900);
    // Twice the widest zone: some programs write the sign the wrong way round.
    let is_zone = seconds.abs() <= 28 * 3_600 && !(60..=840).contains(&rest);
    seconds.abs() > 60 && !is_zone
}

static DIFFERS: Code = Code {
    check: "document/pdf-info-xmp",
    name: "differs",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the Info dictionary and the XMP metadata name different programs, titles or authors",
        fr: "le dictionnaire Info et les métadonnées XMP nomment des programmes, titres ou auteurs différents",
    },
    innocent: Text {
        en: "tools that print, join, compress or re-title files often update only one of the two",
        fr: "les outils qui impriment, assemblent, compressent ou renomment ne mettent souvent à jour que l’un des deux",
    },
};

static DATES_DIFFER: Code = Code {
    name: "dates-differ",
    meaning: Text {
        en: "the Info dictionary and the XMP metadata give different dates",
        fr: "le dictionnaire Info et les métadonnées XMP donnent des dates différentes",
    },
    innocent: Text {
        en: "a program saved the file and wrote its date into only one of the two",
        fr: "un programme a enregistré le fichier et n’a écrit sa date que dans l’un des deux",
    },
    ..DIFFERS
};
