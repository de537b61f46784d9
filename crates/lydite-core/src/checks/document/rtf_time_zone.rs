//! The time zone that a Rich Text document of Word gives away.
//!
//! ## What it examines
//! RTF whose `\info` has a last saving (`\revtim`, minutes of the wall clock) and whose `\datastore`
//! carries the compound file that Word 2007 and later put there, with the same saving in UTC.
//!
//! ## What it can show
//! The offset from UTC of the machine that saved it last, by its own settings; or that the two are of
//! different savings.
//!
//! ## What it cannot show
//! Where the machine stood: a zone has many countries, and systems that were not kept up to date have
//! wrong rules for some of them.
//!
//! ## How it can be fooled
//! By setting the zone of the machine before saving; by pasting the store of another document.
//!
//! ## References
//! RTF 1.9.1 (`\revtim`, `\datastore`); [MS-CFB] §2.6.1. The case it comes from: documents of 2016, whose
//! store lay three and four hours from their wall clock. Measured on the shared corpora: of 14 documents
//! that have both, 14 lie some quarters of an hour apart, within a minute and a half.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Evidence, Finding};
use crate::parse::document::stamp;
use crate::parse::document::{Detail, Document};

pub static CHECK: Check = Check {
    id: "document/rtf-time-zone",
    version: 1,
    claim: Claim::DateAsStated,
    group: "time-zone",
    since: (2007, 1), // RTF 1.9
    codes: &[&OFFSET, &OTHER_SAVING],
    wants: |_| Vec::new(),
    run: Run::Document(|document| run(document).into_iter().collect()),
    source: include_str!("rtf_time_zone.rs"),
};

/// Seconds between the minute that is written at the head and the store at the end of a saving.
const SLACK: i64 = 180;

fn run(document: &Document) -> Option<Finding> {
    let Detail::Rtf(rtf) = &document.detail else { return None };
    let (revised, stored) = (rtf.revised?, rtf.stored?);
    let zone = stamp::zone(revised.at, stored.at, SLACK);
    let (code, note) = match zone {
        Some(offset) => (&OFFSET, format!("saved at {}", stamp::zone_name(offset))),
        None => {
            let apart = super::layers::lasting(revised.at - stored.at);
            (&OTHER_SAVING, format!("the wall clock and the store lie {apart} apart"))
        }
    };
    let clock = Evidence::bytes("\\revtim", revised.span);
    Some(code.at(clock).citing(Evidence::bytes("\\datastore", stored.span)).noting(note))
}

static OFFSET: Code = Code { check: "document/rtf-time-zone", ..super::layers::OFFSET };

static OTHER_SAVING: Code = Code {
    name: "other-saving",
    meaning: Text {
        en: "the last saving that is stated is not the one noted in Word's hidden store",
        fr: "le dernier enregistrement indiqué n’est pas celui noté dans la réserve cachée de Word",
    },
    innocent: Text {
        en: "another program saved the file and kept the store; the text was copied from another document",
        fr: "un autre programme a enregistré le fichier et gardé la réserve ; le texte vient d’un autre document",
    },
    ..OFFSET
};
