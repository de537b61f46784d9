//! Files that a signed mail carries: attached to it, or in an archive attached to it.
//!
//! ## What it examines
//! Documents, images and other files that are, byte for byte, an attachment of a mail whose servers'
//! signature holds over all of it, or lie in an archive that is one; wherever in the dump they lie.
//!
//! ## What it can show
//! That the sender's domain mailed these bytes by the time of that mail (design rule 14). It counts
//! when the sender is no custodian of the dump and an established correspondent (`joins/standing.rs`).
//!
//! ## What it cannot show
//! Who wrote the file, when, and whether what it says of itself is so: a later mail says nothing of
//! earlier dates. A file in no signed mail is none the worse.
//!
//! ## How it can be fooled
//! Whoever is answered by the victim for a month before the break-in, and then mails a made file, has
//! mailed it.
//!
//! ## References
//! - Design rules 9, 13 and 14; RFC 6376 §1.1 (what a signature says)

use datafusion::arrow::record_batch::RecordBatch;
use lydite_core::check::{Code, Text};
use lydite_core::evidence::{Claim, Direction, Evidence, Finding, Mark, Strength};
use lydite_core::item::Sha256;
use lydite_core::parse::date::day;
use serde::Deserialize;

use super::{Found, Join, Stage, Texts, carried_marks, rows, witnessed};
use crate::case::Result;
use crate::tables::links::{self, Relation};

/// Mails cited as evidence; the others are counted.
const CITED: usize = 5;

pub static JOIN: Join = Join {
    id: "corpus/attached",
    version: 2,
    claim: Claim::MailedByDomain,
    group: "attachment",
    stage: Stage::Standing,
    codes: &[&MAILED, &CARRIED],
    made: &[],
    sql,
    findings,
    source: include_str!("attached.rs"),
};

static MAILED: Code = Code {
    check: "corpus/attached",
    name: "mailed",
    claim: Claim::MailedByDomain,
    direction: Direction::Supports,
    strength: Some(Strength::VeryStrong),
    meaning: Text {
        en: "an established correspondent’s signed mail carries these very bytes",
        fr: "un message signé d’un correspondant établi porte exactement ces octets",
    },
    innocent: Text { en: "", fr: "" },
};

static CARRIED: Code = Code {
    name: "carried",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "a signed mail carries these very bytes; its sender is a custodian of the dump, or too \
             little known here to vouch for them",
        fr: "un message signé porte exactement ces octets ; son expéditeur est détenteur d’une \
             boîte de la fuite, ou trop peu connu ici pour en répondre",
    },
    ..MAILED
};

fn sql() -> String {
    format!(
        "WITH direct AS (
            SELECT p.part_sha256 AS sha256, p.sha256 AS mail FROM parts p
            JOIN blobs b ON b.sha256 = p.part_sha256 AND b.kind <> 'message' AND b.reason IS NULL),
        packed AS (
            SELECT s.sha256, m.sha256 AS mail FROM sightings s
            JOIN sightings m ON m.path = split_part(s.path, '#', 1) AND m.sha256 IS NOT NULL
            WHERE strpos(s.path, '#') > 0 AND s.kind <> 'message' AND s.outcome = 'examined'),
        carried AS (SELECT * FROM direct UNION SELECT * FROM packed),
        offered AS (
            SELECT c.sha256, c.mail, v.domain, v.date, v.marks,
                   v.is_established, v.known_by
            FROM carried c JOIN signed v ON v.sha256 = c.mail AND v.coverage['attachments'] = 'covered'),
        ranked AS (
            SELECT *, count(*) OVER (PARTITION BY sha256) AS total,
                   row_number() OVER (
                       PARTITION BY sha256 ORDER BY is_established DESC, date, mail) AS n
            FROM offered)
        SELECT sha256, mail, domain, date, marks, is_established, known_by, total, n FROM ranked
        WHERE n <= {CITED} ORDER BY sha256, n"
    )
}

#[derive(Deserialize)]
struct Row {
    sha256: Sha256,
    mail: Sha256,
    domain: String,
    date: i64,
    marks: Vec<Mark>,
    is_established: bool,
    /// Answers by which its sender is known.
    known_by: Vec<Sha256>,
    total: u64,
    n: u64,
}

fn findings(batch: &RecordBatch, _: &Texts) -> Result<Found> {
    let mut out = Found::default();
    for row in rows::<Row>(batch)? {
        let note = format!("{} by {}", row.domain, day(row.date));
        out.links.push(links::Row {
            sha256: row.mail,
            other: row.sha256,
            relation: Relation::Attachment,
            note: note.clone(),
        });
        if row.n == 1 {
            out.findings.push((row.sha256, finding(&row, note)));
        }
    }
    Ok(out)
}

fn finding(row: &Row, note: String) -> Finding {
    let code = if row.is_established { &MAILED } else { &CARRIED };
    let more =
        if row.total > 1 { format!("; {} signed mails in all", row.total) } else { String::new() };
    let finding = code.at(Evidence::Item { sha256: row.mail }).noting(note + &more);
    let finding = witnessed(finding, &row.known_by);
    carried_marks(&row.marks).fold(finding, Finding::marked)
}
