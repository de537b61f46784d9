//! Fonts, characters and programs that nobody had yet at the document's dates.
//!
//! ## What it examines
//! The fonts that a document names, the characters of its text, and the version that the program which
//! made a PDF or OpenDocument gives of itself, against the latest date that the document states.
//!
//! ## What it can show
//! That the document, as it is, was written later than it says.
//!
//! ## What it cannot show
//! When it was written instead. Anything of fonts, characters and programs that are older than its
//! dates: they are in use for decades. Characters of a PDF are not looked at, since what they mean is
//! what its fonts say; nor are versions whose day is not known.
//!
//! ## How it can be fooled
//! By old fonts and old software, or by taking the name of a font out.
//!
//! ## References
//! `data/font_releases.tsv`, `data/character_ages.tsv`, `data/program_releases.tsv`, source and date in
//! each row; lydite research docs.md OX15, PD03, PD11, CO08 (Fontgate, McGoey, Balyoz, COPA v Wright).

use std::sync::LazyLock;

use super::date_order::UNSET;
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::fact::rows;
use crate::parse::document::profile::{Name, Property};
use crate::parse::document::{Detail, Document, Format, layout, w3c};

pub static CHECK: Check = Check {
    id: "document/newer-content",
    version: 1,
    claim: Claim::DateAsStated,
    group: "document-dates",
    since: (1993, 6), // PDF 1.0
    codes: &[
        &FONT_OF_ITS_PROGRAM,
        &FONT_OF_OTHERS,
        &CHARACTER_OF_ITS_PROGRAM,
        &CHARACTER_OF_OTHERS,
        &PROGRAM,
    ],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("newer_content.rs"),
};

const YEAR: i64 = 365 * 86_400;
/// The longest that testers are known to have had a font before it came out: Calibri, from 2004 on.
const FONT_MARGIN: i64 = 3 * YEAR + 31 * 86_400;
/// Characters are agreed on about a year and a half before they are published, and fonts follow at once.
const CHARACTER_MARGIN: i64 = 2 * YEAR;
/// Between the first builds that carry a number and its release.
const PROGRAM_MARGIN: i64 = YEAR;

/// Name in lower case, name, day of release.
static FONTS: LazyLock<Vec<(String, &'static str, i64)>> = LazyLock::new(|| {
    let table = rows(include_str!("../../../data/font_releases.tsv"));
    let row = |row: Vec<&'static str>| {
        let name = *row.first()?;
        Some((name.to_lowercase(), name, w3c::read(row.get(1)?)?.at))
    };
    table.filter_map(row).collect()
});

/// First, last, version, day of release, in order.
static CHARACTERS: LazyLock<Vec<(u32, u32, &'static str, i64)>> = LazyLock::new(|| {
    let table = rows(include_str!("../../../data/character_ages.tsv"));
    let row = |row: Vec<&'static str>| {
        let number = |n: usize| u32::from_str_radix(row.get(n)?, 16).ok();
        Some((number(0)?, number(1)?, *row.get(2)?, w3c::read(row.get(3)?)?.at))
    };
    table.filter_map(row).collect()
});

/// Program, version, day of release.
static PROGRAMS: LazyLock<Vec<(&'static str, &'static str, i64)>> = LazyLock::new(|| {
    let table = rows(include_str!("../../../data/program_releases.tsv"));
    let row =
        |row: Vec<&'static str>| Some((*row.first()?, *row.get(1)?, w3c::read(row.get(2)?)?.at));
    table.filter_map(row).collect()
});

fn run(document: &Document) -> Vec<Finding> {
    let is_date = |p: &&Property| {
        matches!(p.name, Name::Created | Name::Modified | Name::Edited) && p.at > Some(UNSET)
    };
    let last = document.profile.properties.iter().filter(is_date).max_by_key(|p| p.at);
    let Some((last, at)) = last.and_then(|p| Some((p, p.at?))) else { return Vec::new() };
    // A change that is dated later than the saving has a check of its own.
    let own = document.profile.first(Name::Modified).filter(|p| p.at > Some(UNSET));
    let (last, at) = match &document.detail {
        Detail::Ooxml(_) => match own.and_then(|p| Some((p, p.at?))) {
            Some(own) => own,
            None => (last, at),
        },
        _ => (last, at),
    };
    let found = [font(document, at), character(document, at), program(document, at)];
    let stated = || Evidence::bytes(last.place.clone(), last.span);
    let told = found.into_iter().flatten().map(|finding| {
        let note = format!("{}, {} {}", finding.note, last.place, last.value);
        finding.noting(note).citing(stated())
    });
    told.collect()
}

fn day(at: i64) -> String {
    w3c::written(at, true).chars().take(10).collect()
}

/// The font of latest release that came out after the date.
fn font(document: &Document, at: i64) -> Option<Finding> {
    let newer = document.profile.all(Name::Font).filter_map(|property| {
        let name = property.value.to_lowercase();
        let name = name.rsplit_once('+').map_or(name.as_str(), |(_, bare)| bare);
        let is_of = |family: &str| {
            // `Calibri Light`, `Calibri-Bold`, `Calibri,Bold`.
            let face = name.strip_prefix(family);
            face.is_some_and(|face| face.is_empty() || face.starts_with([' ', '-', ',']))
        };
        let known = FONTS.iter().filter(|(family, ..)| is_of(family));
        let (_, family, released) = known.max_by_key(|(family, ..)| family.len())?;
        (at < released - FONT_MARGIN).then_some((*released, *family, property))
    });
    let (released, family, property) = newer.max_by_key(|(released, ..)| *released)?;
    let code = match layout::is_microsoft_throughout(document) {
        true => &FONT_OF_ITS_PROGRAM,
        false => &FONT_OF_OTHERS,
    };
    let finding = code.at(Evidence::bytes(property.place.clone(), property.span));
    Some(finding.noting(format!("{family} came out {}", day(released))))
}

fn age(c: char) -> Option<&'static (u32, u32, &'static str, i64)> {
    let point = u32::from(c);
    let at = CHARACTERS.partition_point(|(first, ..)| *first <= point).checked_sub(1)?;
    CHARACTERS.get(at).filter(|(_, last, ..)| point <= *last)
}

/// The character of latest version that came out after the date.
fn character(document: &Document, at: i64) -> Option<Finding> {
    let is_xml = matches!(document.detail, Detail::Ooxml(_) | Detail::Odf(_));
    let newest = CHARACTERS.iter().map(|(.., released)| *released).max()?;
    if !is_xml || at >= newest - CHARACTER_MARGIN {
        return None;
    }
    let found = document.text.iter().flat_map(|piece| {
        // None of the table stands below.
        let late = piece.text.chars().filter(|c| *c >= '\u{240}');
        late.filter_map(|c| Some((c, age(c)?))).map(move |(c, age)| (age.3, age.2, c, piece))
    });
    let newer = found.filter(|(released, ..)| at < released - CHARACTER_MARGIN);
    let (released, version, c, piece) = newer.max_by_key(|(released, ..)| *released)?;
    let code = match layout::is_microsoft_throughout(document) {
        true => &CHARACTER_OF_ITS_PROGRAM,
        false => &CHARACTER_OF_OTHERS,
    };
    let finding = code.at(Evidence::bytes(piece.place.clone(), document.span()));
    let point = u32::from(c);
    Some(finding.noting(format!("U+{point:04X} came with Unicode {version} in {}", day(released))))
}

/// The version that a program gives of itself, where its day is known and lies after the date.
fn program(document: &Document, at: i64) -> Option<Finding> {
    if !matches!(document.format, Format::Pdf | Format::Odt | Format::Ods | Format::Odp) {
        return None;
    }
    let is_own = |p: &&Property| !p.place.starts_with("revision ") && !p.place.contains("History");
    let newer = document.profile.all(Name::Program).filter(is_own).filter_map(|property| {
        let (program, version) = version(&property.value)?;
        let known = PROGRAMS.iter().find(|row| row.0 == program && row.1 == version)?;
        (at < known.2 - PROGRAM_MARGIN).then_some((known, property))
    });
    let ((program, version, released), property) = newer.max_by_key(|(known, _)| known.2)?;
    let finding = PROGRAM.at(Evidence::bytes(property.place.clone(), property.span));
    Some(finding.noting(format!("{program} {version} came out {}", day(*released))))
}

/// The program of the table that names itself, and its version as the table gives it.
fn version(value: &str) -> Option<(&'static str, String)> {
    let number = |text: &str, parts: usize| {
        let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
        digits[..end].split('.').take(parts).collect::<Vec<_>>().join(".")
    };
    if let Some(rest) = value.strip_prefix("GPL Ghostscript ") {
        return Some(("Ghostscript", number(rest, 3)));
    }
    let libre = ["LibreOffice/", "LibreOffice "].iter().find_map(|name| value.strip_prefix(name));
    if let Some(rest) = libre {
        return Some(("LibreOffice", number(rest, 2)));
    }
    let is_apple = value.starts_with("macOS ") || value.starts_with("Mac OS X ");
    if is_apple && value.contains("Quartz PDFContext") {
        // From version 11 on the first number alone is the system’s.
        let both = number(value, 2);
        let whole = both.split('.').next().unwrap_or_default().to_owned();
        return Some(("macOS", if whole == "10" { both } else { whole }));
    }
    None
}

static FONT_OF_ITS_PROGRAM: Code = Code {
    check: "document/newer-content",
    name: "font-of-its-program",
    claim: Claim::DateAsStated,
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the file, packed as Microsoft’s programs do, names a font that nobody had yet at its date of change",
        fr: "le fichier, compressé comme par les logiciels de Microsoft, nomme une police que personne n’avait encore à sa date de modification",
    },
    innocent: Text {
        en: "the computer’s clock stood wrong by years; a library that packs as Microsoft’s do kept or set the date; a font of the same name by somebody else",
        fr: "l’horloge de l’ordinateur était déréglée de plusieurs années ; une bibliothèque qui compresse de même a gardé ou fixé la date ; une police du même nom d’un autre auteur",
    },
};

static FONT_OF_OTHERS: Code = Code {
    name: "font-of-others",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the file names a font that came out years after every date it states",
        fr: "le fichier nomme une police parue des années après toutes les dates qu’il indique",
    },
    innocent: Text {
        en: "converters of old documents keep the old dates; archives date a file by the paper it was made from",
        fr: "les convertisseurs d’anciens documents gardent les anciennes dates ; les archives datent un fichier d’après le papier dont il est tiré",
    },
    ..FONT_OF_ITS_PROGRAM
};

static CHARACTER_OF_ITS_PROGRAM: Code = Code {
    name: "character-of-its-program",
    meaning: Text {
        en: "the file, packed as Microsoft’s programs do, holds a character that was not encoded yet at its date of change",
        fr: "le fichier, compressé comme par les logiciels de Microsoft, contient un caractère qui n’était pas encore codé à sa date de modification",
    },
    innocent: Text {
        en: "the computer’s clock stood wrong by years; a library that packs as Microsoft’s do kept or set the date; a font that used a free place for a sign of its own",
        fr: "l’horloge de l’ordinateur était déréglée de plusieurs années ; une bibliothèque qui compresse de même a gardé ou fixé la date ; une police qui occupait une place libre par un signe à elle",
    },
    ..FONT_OF_ITS_PROGRAM
};

static CHARACTER_OF_OTHERS: Code = Code {
    name: "character-of-others",
    meaning: Text {
        en: "the file holds a character that was encoded years after every date it states",
        fr: "le fichier contient un caractère codé des années après toutes les dates qu’il indique",
    },
    ..FONT_OF_OTHERS
};

static PROGRAM: Code = Code {
    name: "program",
    meaning: Text {
        en: "the program that made the file is of a version that came out more than a year after every date the file states",
        fr: "le programme qui a fait le fichier est d’une version parue plus d’un an après toutes les dates que le fichier indique",
    },
    ..FONT_OF_OTHERS
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_whole_and_in_order() {
        assert_eq!(FONTS.len(), rows(include_str!("../../../data/font_releases.tsv")).count());
        assert_eq!(
            CHARACTERS.len(),
            rows(include_str!("../../../data/character_ages.tsv")).count()
        );
        assert_eq!(
            PROGRAMS.len(),
            rows(include_str!("../../../data/program_releases.tsv")).count()
        );
        assert!(CHARACTERS.windows(2).all(|w| w[0].1 < w[1].0));
        assert!(CHARACTERS.first().is_some_and(|row| row.0 >= 0x240));
        // The rouble sign came in June 2014, the euro long before.
        assert_eq!(age('₽').map(|row| row.2), Some("7.0.0"));
        assert_eq!(age('€'), None);
    }

    #[test]
    fn programs_give_their_versions() {
        let of =
            |value: &str| version(value).map(|(program, version)| format!("{program} {version}"));
        for (value, expected) in [
            ("GPL Ghostscript 9.53.3", Some("Ghostscript 9.53.3")),
            ("LibreOffice 7.3", Some("LibreOffice 7.3")),
            ("LibreOffice/24.8.1.2$Linux_X86_64 LibreOffice_project/x", Some("LibreOffice 24.8")),
            ("Mac OS X 10.6.8 Quartz PDFContext", Some("macOS 10.6")),
            (
                "macOS Version 13.3.1 (a) (Build 22E772610a) Quartz PDFContext, AppendMode 1.1",
                Some("macOS 13"),
            ),
            ("macOS Kernel", None),
            ("Acrobat Distiller 9.0", None),
        ] {
            assert_eq!(of(value).as_deref(), expected, "{value}");
        }
    }
}
