//! The version of Office that saved a document, against the date of the saving.
//!
//! ## What it examines
//! Binary Office documents: the version in `DocumentSummaryInformation` (8 is Office 97, 12 Office 2007) beside the
//! last saving in `SummaryInformation`.
//!
//! ## What it can show
//! That the file was saved by a version that came out more than two years after the day it says it was
//! saved on.
//!
//! ## What it cannot show
//! Anything of versions before Office 97, and of documents younger than the version that saved them, as
//! nearly all are. When it was saved instead.
//!
//! ## How it can be fooled
//! By saving with an old Office, or by changing the number.
//!
//! ## References
//! [MS-OSHARED] §2.3.3.2.2.1 (GKPIDDSI_VERSION); `data/office_releases.tsv`, source and date in each row.

use super::layers::{at_place, evidence, ole, summary_date};
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::fact::rows;
use crate::parse::document::Document;
use crate::parse::document::profile::Name;
use crate::parse::document::stamp;

pub static CHECK: Check = Check {
    id: "document/ole-version",
    version: 2,
    claim: Claim::DateAsStated,
    group: "document-dates",
    since: (1996, 11), // Office 97
    codes: &[&NEWER],
    wants: |_| Vec::new(),
    run: Run::Document(|document| run(document).into_iter().collect()),
    source: include_str!("ole_version.rs"),
};

/// Testers had a version up to 14 months before its release.
const MARGIN: i64 = 2 * 366 * 86_400;

fn run(document: &Document) -> Option<Finding> {
    // A stub of rights management has dates of another document.
    ole(document).filter(|ole| !ole.rights_managed)?;
    let version = at_place(document, Name::Version, "DocumentSummaryInformation")?;
    let (property, saved) = summary_date(document, Name::Modified)?;
    let number = version.value.split('.').next()?;
    let table = include_str!("../../../data/office_releases.tsv");
    let row = rows(table).find(|row| row.first() == Some(&number))?;
    let [_, product, released, _, _] = row.as_slice() else { return None };
    let day: jiff::civil::Date = released.parse().ok()?;
    if saved + MARGIN >= stamp::local_seconds(day.at(0, 0, 0, 0)) {
        return None;
    }
    let note = format!("saved {}, by {product}, which came out {released}", property.value);
    let finding = NEWER.at(evidence(property)).citing(evidence(version));
    Some(finding.citing(Evidence::fact(format!("office-release:{number}"))).noting(note))
}

static NEWER: Code = Code {
    check: "document/ole-version",
    name: "newer-than-saved",
    claim: Claim::DateAsStated,
    direction: Direction::Contradicts,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "the Office that saved it came out years after the day it says it was saved on",
        fr: "l’Office qui l’a enregistré est paru des années après le jour d’enregistrement indiqué",
    },
    innocent: Text {
        en: "the clock of the machine was wrong; a converter or an archive kept the date of an older file",
        fr: "l’horloge de la machine était déréglée ; un convertisseur ou un archivage a gardé la date d’un fichier plus ancien",
    },
};
