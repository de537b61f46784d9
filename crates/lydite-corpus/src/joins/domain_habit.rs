//! A mail without a signature, where its domain's mail on the same path always has one.
//!
//! ## What it examines
//! Mails of one From address that carry no DKIM or DomainKeys field at all and left no trace of a
//! relay that rewrites, against the mails of the same From domain and path in the case: the same
//! host wrote the topmost Received field, the same type and transfer encoding, and recipients
//! inside the domain or only outside it, as here. At least 20 of those carry a signature of the
//! domain that holds under an anchored key, and between the first and the last of them by Date no
//! other came without one.
//!
//! ## What it can show
//! That this mail went another way than the others, by the counts in the note. It is the weakest
//! kind of evidence: an outlier, for a person to look at.
//!
//! ## What it cannot show
//! Which way it went. It says nothing of domains with fewer signed mails, of times before the first
//! or after the last of them, and of domains of which two mails or more came unsigned: their habit
//! is a mixed one.
//!
//! ## How it can be fooled
//! Path and Date are unsigned text: a planted mail can be given others, or a second one planted
//! beside it. A copied signature field makes a mail signed, though not one that holds.
//!
//! ## References
//! - RFC 6376 §6.1 (a missing signature is no failure); RFC 7489 §6.6.2
//! - The counts of the case itself, in the note

use datafusion::arrow::record_batch::RecordBatch;
use lydite_core::check::{Code, Text};
use lydite_core::evidence::{Claim, Direction, Evidence, Finding, Strength};
use lydite_core::item::Sha256;
use serde::Deserialize;

use super::{Found, Join, RELAYED, ROUTE, Stage, Texts, rows};
use crate::case::Result;

/// Signed mails before the domain has a habit: as many as siblings of design rule 11.
const SIGNED: usize = 20;
/// Signed mails cited as evidence; the others are counted.
const CITED: usize = 5;

pub static JOIN: Join = Join {
    id: "corpus/domain-habit",
    version: 2,
    claim: Claim::SentByDomain,
    group: "signature",
    stage: Stage::Items,
    codes: &[&UNSIGNED_AGAINST_HABIT],
    made: &[],
    sql,
    findings,
    source: include_str!("domain_habit.rs"),
};

static UNSIGNED_AGAINST_HABIT: Code = Code {
    check: "corpus/domain-habit",
    name: "unsigned-against-habit",
    claim: Claim::SentByDomain,
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "no signature, while every other mail of this domain on this path at that time has \
             one",
        fr: "aucune signature, alors que tous les autres messages de ce domaine sur ce chemin à \
             cette époque en portent une",
    },
    innocent: Text {
        en: "another sender service, a mobile client or a program of the domain (newsletters, \
             customers, printers) that does not sign; a signer that failed for an hour; a mail \
             that did not leave the domain's own servers; a gateway or export that dropped the \
             field",
        fr: "un autre service d’envoi, un client mobile ou un logiciel du domaine (lettres \
             d’information, clientèle, imprimantes) qui ne signe pas ; un signataire en panne une \
             heure ; un message resté sur les serveurs du domaine ; une passerelle ou une \
             exportation qui a perdu le champ",
    },
};

fn sql() -> String {
    format!(
        "WITH {ROUTE}, {RELAYED},
        anchored AS (
            SELECT DISTINCT sha256 FROM findings
            WHERE \"check\" = 'email/dkim-signature' AND code IN ('holds', 'holds-weak-key')),
        carrying AS (
            SELECT DISTINCT sha256 FROM signatures WHERE family IN ('dkim', 'domain-keys')),
        sent AS (
            SELECT sha256, date, lower(split_part(from_address, '@', 2)) AS domain,
                   lower(concat(coalesce(to_address, ''), ', ', coalesce(cc_address, ''), ','))
                       AS recipients
            FROM mails
            WHERE date IS NOT NULL AND from_address LIKE '%@%'
              AND strpos(from_address, ',') = 0),
        mail AS (
            SELECT DISTINCT s.sha256, s.date, s.domain, r.route,
                   strpos(s.recipients, concat('@', s.domain, ',')) > 0 AS inside
            FROM sent s JOIN route r ON r.sha256 = s.sha256),
        numbered AS (
            SELECT m.*, row_number() OVER (
                PARTITION BY m.domain, m.route, m.inside ORDER BY m.sha256) AS n
            FROM mail m JOIN anchored a ON a.sha256 = m.sha256),
        habit AS (
            SELECT domain, route, inside, count(*) AS total, min(date) AS \"first\",
                   max(date) AS \"last\",
                   array_agg(sha256 ORDER BY sha256) FILTER (WHERE n <= {CITED}) AS cited
            FROM numbered GROUP BY domain, route, inside HAVING count(*) >= {SIGNED}),
        bare AS (
            SELECT m.sha256, m.domain, m.route, h.total, h.cited,
                   count(*) OVER (PARTITION BY m.domain, m.route, m.inside) AS unsigned
            FROM mail m
            JOIN habit h ON h.domain = m.domain AND h.route = m.route AND h.inside = m.inside
            LEFT ANTI JOIN carrying c ON c.sha256 = m.sha256
            WHERE m.date > h.\"first\" AND m.date < h.\"last\")
        SELECT b.sha256, b.domain, b.route, b.total, b.cited
        FROM bare b LEFT ANTI JOIN relayed x ON x.sha256 = b.sha256
        WHERE b.unsigned = 1
        ORDER BY b.sha256"
    )
}

#[derive(Deserialize)]
struct Row {
    sha256: Sha256,
    domain: String,
    route: String,
    total: u64,
    cited: Vec<Sha256>,
}

fn findings(batch: &RecordBatch, _: &Texts) -> Result<Found> {
    let finding = |row: Row| {
        let mut signed = row.cited.into_iter().map(|sha256| Evidence::Item { sha256 });
        let note = format!(
            "{} other mails of {} on the route {} carry its signature and 0 carry none",
            row.total, row.domain, row.route
        );
        let finding = UNSIGNED_AGAINST_HABIT.at(signed.next()?).noting(note);
        Some((row.sha256, signed.fold(finding, Finding::citing)))
    };
    Ok(rows::<Row>(batch)?.into_iter().filter_map(finding).collect())
}
