//! Copies of one mail, where one of them is signed.
//!
//! ## What it examines
//! Mails of one Message-ID that display the same as another one which is `verified` or
//! `corroborated`: the sender's copy beside the delivered one, a copy in another mailbox or format.
//! Displayed are From, To, Cc, Subject, Date, Reply-To, Sender and every part, decoded, in the same kinds of
//! multipart and under the same Content-ID.
//!
//! ## What it can show
//! That what this copy displays is what the other one's signature or chain speaks for.
//!
//! ## What it cannot show
//! Anything of fields that are not displayed: when and where this copy arrived, its labels, its Bcc.
//!
//! ## How it can be fooled
//! Not by its text: equal is equal. Trace fields of the copy can be made up, and are not covered.
//!
//! ## References
//! - Design section 2 (`corroborated`), rules 1 and 10; RFC 5322 §3.6.4 (one Message-ID, one mail)

use datafusion::arrow::record_batch::RecordBatch;
use lydite_core::check::{Code, Text};
use lydite_core::evidence::{Claim, Coverage, Direction, Evidence, Finding, Mark, Strength};
use lydite_core::item::Sha256;
use serde::Deserialize;

use super::{Found, Join, Stage, Texts, carried_marks, rows};
use crate::case::Result;
use crate::tables::links::{self, Relation};

pub static JOIN: Join = Join {
    id: "corpus/copies",
    version: 2,
    claim: Claim::SentByDomain,
    group: "copy",
    stage: Stage::Standing,
    codes: &[&EQUAL],
    made: &[],
    sql,
    findings,
    source: include_str!("copies.rs"),
};

static EQUAL: Code = Code {
    check: "corpus/copies",
    name: "equal",
    claim: Claim::SentByDomain,
    direction: Direction::Supports,
    strength: Some(Strength::VeryStrong),
    meaning: Text {
        en: "another copy of this mail that displays the same is signed, or vouched for",
        fr: "une autre copie de ce message, qui affiche la même chose, est signée ou attestée",
    },
    innocent: Text { en: "", fr: "" },
};

/// Every copy beside the best other one, and the copies among themselves.
fn sql() -> String {
    "WITH shown AS (
        SELECT m.sha256, m.displayed, s.status, s.coverage, s.marks, s.is_source
        FROM mails m LEFT JOIN standing s ON s.sha256 = m.sha256
        WHERE m.displayed IS NOT NULL AND m.message_id <> ''),
    several AS (
        SELECT displayed, min(sha256) AS first FROM shown
        GROUP BY displayed HAVING count(*) > 1),
    anchor AS (
        SELECT * FROM (
            SELECT *, row_number() OVER (
                PARTITION BY displayed ORDER BY status = 'verified' DESC, sha256) AS n
            FROM shown WHERE is_source)
        WHERE n = 1)
    SELECT c.sha256, v.first, a.sha256 AS anchor, a.coverage, a.marks, c.status
    FROM shown c JOIN several v ON v.displayed = c.displayed
    LEFT JOIN anchor a ON a.displayed = c.displayed
    ORDER BY c.sha256"
        .to_owned()
}

#[derive(Deserialize)]
struct Row {
    sha256: Sha256,
    /// The least of all equal copies: every other one links to it.
    first: Sha256,
    anchor: Option<Sha256>,
    coverage: Option<Coverage>,
    marks: Option<Vec<Mark>>,
    status: Option<String>,
}

fn findings(batch: &RecordBatch, _: &Texts) -> Result<Found> {
    let mut out = Found::default();
    for row in rows::<Row>(batch)? {
        let other = row.anchor.unwrap_or(row.first);
        if other != row.sha256 {
            let (sha256, note) = (row.sha256, "displays the same".to_owned());
            out.links.push(links::Row { sha256, other, relation: Relation::Copy, note });
        }
        let (Some(anchor), Some(coverage)) = (row.anchor, row.coverage) else { continue };
        if anchor != row.sha256 && row.status.as_deref() != Some("verified") {
            let marks = row.marks.unwrap_or_default();
            let finding = EQUAL.at(Evidence::Item { sha256: anchor }).covering(coverage);
            let finding = carried_marks(&marks).fold(finding, Finding::marked);
            out.findings.push((row.sha256, finding));
        }
    }
    Ok(out)
}
