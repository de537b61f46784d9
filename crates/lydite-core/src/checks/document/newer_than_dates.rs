//! Formats, versions and builds that did not exist yet at the date of the last change.
//!
//! ## What it examines
//! The namespaces that the parts of an OOXML package declare, many of which carry their year in
//! their name, the version of Office, and the build that Excel for Windows writes of itself, against
//! `dcterms:modified`.
//!
//! ## What it can show
//! That the file, as it is, was written later than it says: more than a year before the year in a
//! namespace's name nobody had it, no version bears its number half a year before the one before it came
//! out, and a build is in no more than testers' hands half a year before its release.
//!
//! ## What it cannot show
//! Anything of files whose format is older than their dates: old software runs for years. When it
//! was written instead.
//!
//! ## How it can be fooled
//! By saving with old software, or by taking the declarations out.
//!
//! ## References
//! `data/ooxml_namespaces.tsv`, `data/office_releases.tsv`, `data/office_builds.tsv`, source and date in each row; lydite
//! research docs.md OX08 and OX09.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::date_order::UNSET;
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::fact::rows;
use crate::parse::document::ooxml::Ooxml;
use crate::parse::document::profile::{Name, Property};
use crate::parse::document::{Detail, Document, layout, w3c};

pub static CHECK: Check = Check {
    id: "document/newer-than-dates",
    version: 2,
    claim: Claim::DateAsStated,
    group: "document-dates",
    since: (2006, 11), // Office 2007
    codes: &[&FORMAT_OF_ITS_PROGRAM, &FORMAT_OF_OTHERS, &VERSION, &BUILD],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("newer_than_dates.rs"),
};

/// Between the first testers of a build and its release: six months.
const BUILD_MARGIN: i64 = 183 * 86_400;
/// Inside Microsoft a version is begun when the one before it is done: Office 2013 saved documents in November
/// 2010, 26 months before it came out and four behind the listed day of Office 2010.
const VERSION_MARGIN: i64 = 183 * 86_400;
/// What Excel adds to its build (`data/office_builds.tsv`).
const EXCEL: u32 = 10_000;

static YEARS: LazyLock<HashMap<&'static str, i16>> = LazyLock::new(|| {
    let table = rows(include_str!("../../../data/ooxml_namespaces.tsv"));
    table.filter_map(|row| Some((*row.first()?, row.get(1)?.parse().ok()?))).collect()
});

/// Builds and the day of their release in seconds since 1970, in order.
static BUILDS: LazyLock<Vec<(u32, i64)>> = LazyLock::new(|| {
    let table = rows(include_str!("../../../data/office_builds.tsv"));
    table.filter_map(|row| Some((row.first()?.parse().ok()?, w3c::read(row.get(1)?)?.at))).collect()
});

/// A version of Office.
pub(super) struct Version {
    number: &'static str,
    pub product: &'static str,
    pub released: &'static str,
    /// Before, nobody had it, seconds since 1970.
    pub earliest: i64,
}

/// The versions whose forerunner has a day.
static VERSIONS: LazyLock<Vec<Version>> = LazyLock::new(|| {
    let table: Vec<_> = rows(include_str!("../../../data/office_releases.tsv")).collect();
    let version = |pair: &[Vec<&'static str>]| {
        let (before, row) = (pair.first()?, pair.get(1)?);
        Some(Version {
            number: row.first()?,
            product: row.get(1)?,
            released: row.get(2)?,
            earliest: w3c::read(before.get(2)?)?.at - VERSION_MARGIN,
        })
    };
    table.windows(2).filter_map(version).collect()
});

/// The version of that number.
pub(super) fn office(number: &str) -> Option<&'static Version> {
    VERSIONS.iter().find(|version| version.number == number)
}

fn run(document: &Document) -> Vec<Finding> {
    let Detail::Ooxml(own) = &document.detail else { return Vec::new() };
    let modified = document.profile.first(Name::Modified);
    let Some(modified) = modified.filter(|p| p.at.is_some_and(|at| at > UNSET)) else {
        return Vec::new();
    };
    let found = [
        format(document, own, modified),
        version(document, modified),
        build(document, own, modified),
    ];
    found.into_iter().flatten().collect()
}

/// The namespace of the latest year, where that lies more than one behind the date.
fn format(document: &Document, own: &Ooxml, modified: &Property) -> Option<Finding> {
    let dated = own.namespaces.iter().filter_map(|n| Some((*YEARS.get(n.0.as_str())?, n)));
    let (year, (namespace, part)) = dated.max_by_key(|(year, _)| *year)?;
    let earliest = w3c::read(&(year - 1).to_string())?.at;
    if modified.at? >= earliest {
        return None;
    }
    let code = match layout::is_microsoft_throughout(document) {
        true => &FORMAT_OF_ITS_PROGRAM,
        false => &FORMAT_OF_OTHERS,
    };
    let span = own.span_of(part).unwrap_or_default();
    let finding = code.at(Evidence::bytes(part.clone(), span));
    let note = format!("{namespace} is declared, changed {}", modified.value);
    Some(finding.noting(note).citing(stated(modified)))
}

/// The version of Office that the properties name (`AppVersion`), where it came out years later.
fn version(document: &Document, modified: &Property) -> Option<Finding> {
    let stated = document.profile.all(Name::Version).find(|p| p.place.ends_with("AppVersion"))?;
    let named = office(stated.value.split('.').next()?)?;
    if modified.at? >= named.earliest || !layout::is_microsoft_throughout(document) {
        return None;
    }
    let note = format!("{} came out {}, changed {}", named.product, named.released, modified.value);
    let finding = VERSION.at(Evidence::bytes(stated.place.clone(), stated.span));
    Some(finding.noting(note).citing(self::stated(modified)))
}

fn build(document: &Document, own: &Ooxml, modified: &Property) -> Option<Finding> {
    let version = own.excel.version.as_ref()?;
    let is_excel =
        document.profile.first(Name::Program).is_some_and(|p| p.value == "Microsoft Excel");
    // 7: Excel 2016 and later. Libraries copy the numbers of the versions before.
    if !is_excel || version.last_edited != Some(7) || !layout::is_microsoft_throughout(document) {
        return None;
    }
    let number = version.build?.checked_sub(EXCEL)?;
    let (listed, released) = *BUILDS.iter().rev().find(|(build, _)| *build <= number)?;
    (modified.at? < released - BUILD_MARGIN).then(|| {
        let day = w3c::written(released, true);
        let note = format!(
            "build {number}, build {listed} was released {}, changed {}",
            day.get(..10).unwrap_or(&day),
            modified.value
        );
        let finding =
            BUILD.at(Evidence::bytes(format!("{} rupBuild", own.main_part), version.span));
        finding.noting(note).citing(stated(modified))
    })
}

fn stated(modified: &Property) -> Evidence {
    Evidence::bytes(modified.place.clone(), modified.span)
}

static FORMAT_OF_ITS_PROGRAM: Code = Code {
    check: "document/newer-than-dates",
    name: "format-of-its-program",
    claim: Claim::DateAsStated,
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the file, packed as Microsoft’s programs do, declares a format that did not exist yet at its date of change",
        fr: "le fichier, compressé comme par les logiciels de Microsoft, déclare un format qui n’existait pas encore à sa date de modification",
    },
    innocent: Text {
        en: "the computer’s clock stood wrong by years; a library that packs as Microsoft’s do kept or set the date",
        fr: "l’horloge de l’ordinateur était déréglée de plusieurs années ; une bibliothèque qui compresse de même a gardé ou fixé la date",
    },
};

static FORMAT_OF_OTHERS: Code = Code {
    name: "format-of-others",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the file declares a format that did not exist yet at its date of change; another program than it names wrote it",
        fr: "le fichier déclare un format qui n’existait pas encore à sa date de modification ; un autre logiciel que celui nommé l’a écrit",
    },
    innocent: Text {
        en: "converters of old documents keep the old dates and write a new format",
        fr: "les convertisseurs d’anciens documents gardent les anciennes dates et écrivent un format nouveau",
    },
    ..FORMAT_OF_ITS_PROGRAM
};

static VERSION: Code = Code {
    name: "version",
    meaning: Text {
        en: "the version of Office that the file, packed as Microsoft’s programs do, names came out years after its date of change",
        fr: "la version d’Office que nomme le fichier, compressé comme par les logiciels de Microsoft, est parue des années après sa date de modification",
    },
    innocent: Text {
        en: "the computer’s clock stood wrong by years; a library that packs as Microsoft’s do wrote the number and kept or set the date",
        fr: "l’horloge de l’ordinateur était déréglée de plusieurs années ; une bibliothèque qui compresse de même a écrit le numéro et gardé ou fixé la date",
    },
    ..FORMAT_OF_ITS_PROGRAM
};

static BUILD: Code = Code {
    name: "build",
    meaning: Text {
        en: "the build of Excel that saved the file was released more than half a year after its date of change",
        fr: "la version d’Excel qui a enregistré le fichier est parue plus de six mois après sa date de modification",
    },
    innocent: Text {
        en: "the computer’s clock stood wrong; a library wrote the number of a build; a build that was tested for long inside Microsoft",
        fr: "l’horloge de l’ordinateur était déréglée ; une bibliothèque a écrit le numéro d’une version ; une version longtemps testée chez Microsoft",
    },
    ..FORMAT_OF_ITS_PROGRAM
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_whole_and_in_order() {
        assert_eq!(YEARS.len(), rows(include_str!("../../../data/ooxml_namespaces.tsv")).count());
        assert_eq!(BUILDS.len(), rows(include_str!("../../../data/office_builds.tsv")).count());
        assert!(BUILDS.is_sorted() && BUILDS.windows(2).all(|w| w[0].1 <= w[1].1));
        assert!(VERSIONS.len() >= 7 && VERSIONS.is_sorted_by_key(|v| v.earliest));
        assert!(office("16").is_some_and(|v| v.released == "2015-09-22"));
        assert_eq!(YEARS.get("http://schemas.microsoft.com/office/word/2010/wordml"), Some(&2010));
    }
}
