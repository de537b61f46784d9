//! The time zone that a Word document gives away.
//!
//! ## What it examines
//! Binary documents (.doc): the wall clock of the last saving in the document's properties
//! (`dttmRevised`, local) beside the same saving in `SummaryInformation` (UTC); and both for the
//! creation.
//!
//! ## What it can show
//! The offset from UTC of the machine that saved it last, by its own settings.
//!
//! ## What it cannot show
//! Where the machine stood: a zone has many countries, and who travels or works on a server keeps
//! another zone. Daylight saving time is within the offset.
//!
//! ## How it can be fooled
//! By setting the zone of the machine before saving.
//!
//! ## References
//! [MS-DOC] §2.7.2; [MS-OLEPS] §2.11 (FILETIME). Measured on the shared corpora: in all 48
//! documents that Word says it saved, the two lie some quarters of an hour apart, to the minute.

use super::layers::{evidence, is_of_word, ole, summary_date};
use crate::check::{Check, Code, Run};
use crate::evidence::{Claim, Evidence, Finding};
use crate::parse::document::Document;
use crate::parse::document::profile::Name;
use crate::parse::document::stamp;

pub static CHECK: Check = Check {
    id: "document/word-time-zone",
    version: 1,
    claim: Claim::DateAsStated,
    group: "time-zone",
    since: (1996, 11), // Word 97
    codes: &[&OFFSET],
    wants: |_| Vec::new(),
    run: Run::Document(|document| run(document).into_iter().collect()),
    source: include_str!("word_time_zone.rs"),
};

/// Seconds by which the two may differ; Word takes the clock more than once in a saving.
const SLACK: i64 = 120;

fn run(document: &Document) -> Option<Finding> {
    let word = ole(document).filter(|_| is_of_word(document))?.word.as_ref()?;
    let (property, saved) = summary_date(document, Name::Modified)?;
    let revised = word.revised?;
    let offset = stamp::zone(revised.at, saved, SLACK)?;
    let mut note = format!("saved at {}", stamp::zone_name(offset));
    if let Some(created) = word.created
        && let Some((_, made)) = summary_date(document, Name::Created)
        && let Some(first) = stamp::zone(created.at, made, SLACK)
        && first != offset
    {
        note.push_str(&format!(", created at {}", stamp::zone_name(first)));
    }
    let clock = Evidence::bytes("DOP revised", revised.span);
    Some(OFFSET.at(evidence(property)).citing(clock).noting(note))
}

static OFFSET: Code = Code { check: "document/word-time-zone", ..super::layers::OFFSET };
