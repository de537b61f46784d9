//! The version of Office that saved a document, against the date of the saving.
//!
//! ## What it examines
//! Binary Office documents: the version in `DocumentSummaryInformation` (9 is Office 2000, 12 Office 2007) beside the
//! last saving in `SummaryInformation`.
//!
//! ## What it can show
//! That the file was saved by a version that nobody had on the day it says it was saved on: half a year
//! before even the version before that one came out.
//!
//! ## What it cannot show
//! Anything of versions before Office 2000, and of documents younger than the version that saved them, as
//! nearly all are. When it was saved instead.
//!
//! ## How it can be fooled
//! By saving with an old Office, or by changing the number.
//!
//! ## References
//! [MS-OSHARED] §2.3.3.2.2.1 (GKPIDDSI_VERSION); `data/office_releases.tsv`, source and date in each row.

use super::layers::{at_place, evidence, ole, summary_date};
use super::newer_than_dates::office;
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::parse::document::Document;
use crate::parse::document::profile::Name;

pub static CHECK: Check = Check {
    id: "document/ole-version",
    version: 2,
    claim: Claim::DateAsStated,
    group: "document-dates",
    since: (1999, 1), // Office 2000
    codes: &[&NEWER],
    wants: |_| Vec::new(),
    run: Run::Document(|document| run(document).into_iter().collect()),
    source: include_str!("ole_version.rs"),
};

fn run(document: &Document) -> Option<Finding> {
    // A stub of rights management has dates of another document.
    ole(document).filter(|ole| !ole.rights_managed)?;
    let version = at_place(document, Name::Version, "DocumentSummaryInformation")?;
    let (property, saved) = summary_date(document, Name::Modified)?;
    let number = version.value.split('.').next()?;
    let named = office(number)?;
    if saved >= named.earliest {
        return None;
    }
    let note = format!(
        "saved {}, by {}, which came out {}",
        property.value, named.product, named.released
    );
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
