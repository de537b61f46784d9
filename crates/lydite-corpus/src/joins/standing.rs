//! Who can vouch for something: what joins that lift items rest on (design rules 9 and 13).
//!
//! - **Custodians**: accounts that the maker of the dump may have controlled. Addresses that stand in
//!   at least one of [`SHARE`] mails of a mailbox of the dump, the people and domains of the context
//!   file. Too many is the safe side: their mail vouches for nothing.
//! - **Signed**: `verified` mails whose whole body is covered: what a list put beside it vouches for nothing.
//! - **Free**: signed mails of nobody who is a custodian, or signed before any break-in, as far as
//!   the user states one and a signed time shows it.
//! - **Established**: free mails of a sender who has verified mail in two other threads at least
//!   [`DAYS`] days before, in each of which somebody of another domain takes part, verified.
//!
//! Fooled by: two personas at two providers who answer each other for a month, and keep the victim in
//! copy. That costs a month of preparation and two accounts whose providers sign.

use crate::case::Result;
use crate::engine::Engine;
use crate::joins::{Made, rows};
use crate::tables::custodians;

/// An address in one of as many mails of a mailbox may be its owner's.
const SHARE: u64 = 5;
/// Days of correspondence before a mail vouches (design rule 13).
const DAYS: i64 = 30;

/// Addresses that may own a mailbox of the dump.
pub fn owners(engine: &Engine) -> Result<Vec<custodians::Row>> {
    let statement = format!(
        "WITH met AS (
            SELECT DISTINCT s.parent, m.sha256, m.from_address, m.to_address, m.cc_address
            FROM sightings s JOIN mails m ON m.sha256 = s.sha256),
        size AS (SELECT parent, count(*) AS mails FROM met GROUP BY parent),
        named AS (
            SELECT parent, sha256, unnest(string_to_array(lower(concat_ws(', ', from_address,
                to_address, cc_address)), ', ')) AS name FROM met),
        counted AS (
            SELECT parent, name, count(DISTINCT sha256) AS mails FROM named
            WHERE name LIKE '%@%' GROUP BY parent, name)
        SELECT DISTINCT c.name, false AS is_domain, CAST(NULL AS BIGINT) AS break_in
        FROM counted c JOIN size s ON s.parent = c.parent
        WHERE c.mails * {SHARE} >= s.mails
        ORDER BY c.name"
    );
    let mut out = Vec::new();
    engine.each(&statement, |batch| {
        out.extend(rows::<custodians::Row>(&batch)?);
        Ok(())
    })?;
    Ok(out)
}

/// The tables that joins of the second stage read, made anew each round, in this order: `signed`, `free`
/// and `established`, each with the mail's blob, sender, domain, thread and Date. They read `standing`,
/// `threads` and `custodians`.
pub const VOUCHING: &[Made] = &[("signed", signed), ("free", free), ("established", established)];

fn signed() -> String {
    "SELECT m.sha256, lower(m.from_address) AS sender,
            split_part(lower(m.from_address), '@', 2) AS domain,
            m.date, t.thread, s.date = 'verified' AS is_timed, s.coverage, s.marks,
            m.\"references\"
     FROM mails m JOIN standing s ON s.sha256 = m.sha256
     JOIN threads t ON t.sha256 = m.sha256
     WHERE s.status = 'verified' AND s.coverage['body'] = 'covered' AND m.date IS NOT NULL
       AND m.from_address LIKE '%@%' AND strpos(m.from_address, ',') = 0"
        .to_owned()
}

fn free() -> String {
    "WITH controlled AS (
        SELECT DISTINCT v.sha256 FROM signed v JOIN custodians c ON NOT c.is_domain AND c.name = v.sender
        WHERE c.break_in IS NULL OR NOT v.is_timed OR v.date >= c.break_in
        UNION
        SELECT DISTINCT v.sha256 FROM signed v JOIN custodians c ON c.is_domain
            AND (c.name = v.domain OR ends_with(v.domain, concat('.', c.name)))
        WHERE c.break_in IS NULL OR NOT v.is_timed OR v.date >= c.break_in)
    SELECT v.* FROM signed v LEFT ANTI JOIN controlled c ON c.sha256 = v.sha256"
        .to_owned()
}

fn established() -> String {
    let seconds = DAYS * 86_400;
    format!(
        "WITH answered AS (
            SELECT thread FROM signed GROUP BY thread HAVING count(DISTINCT domain) >= 2),
        begun AS (
            SELECT v.sender, v.thread, min(v.date) AS since FROM signed v
            JOIN answered a ON a.thread = v.thread GROUP BY v.sender, v.thread),
        history AS (
            SELECT * FROM (
                SELECT *, row_number() OVER (PARTITION BY sender ORDER BY since, thread) AS n
                FROM begun)
            WHERE n <= 3),
        known AS (
            SELECT f.sha256 FROM free f
            JOIN history h ON h.sender = f.sender AND h.thread <> f.thread
                AND h.since <= f.date - {seconds}
            GROUP BY f.sha256 HAVING count(*) >= 2)
        SELECT f.* FROM free f JOIN known k ON k.sha256 = f.sha256"
    )
}
