//! Who can vouch for something: what joins that lift items rest on (design rules 9 and 13).
//!
//! - **Custodians**: accounts that the maker of the dump may have controlled. Addresses that stand in
//!   at least one of [`SHARE`] mails of a mailbox of the dump, the people and domains of the context
//!   file. Too many is the safe side: their mail vouches for nothing. Only those that the user names
//!   count where somebody must be of the attacked side: mailboxes of a dump can be made up.
//! - **Signed**: `verified` mails whose whole body is covered: what a list put beside it vouches for nothing.
//! - **Free**: signed mails of nobody who is a custodian, or signed before any break-in, as far as
//!   the user states one and a signed time shows it.
//! - **Ours**: signed mails of the accounts that the context file names, signed in time before the
//!   break-in that it states: nobody else can have sent them.
//! - **Established**: free mails of a sender whom ours answered in two other threads, at least [`DAYS`]
//!   days before the mail and before the break-in: each answer is addressed to them and names a verified
//!   mail of theirs. What a correspondent's own servers say of when they wrote counts for nothing, nor
//!   do answers of others: both can be the attacker's.
//!
//! So without a stated break-in nobody is established: whoever holds the account answers whom they like.
//!
//! Fooled by: somebody who writes with the victim under a name of theirs and is answered twice, a month
//! before they open the account. That is work of months, by a person whom the victim knows.

use std::collections::HashSet;

use lydite_core::item::Sha256;
use serde::Deserialize;

use crate::case::Result;
use crate::engine::Engine;
use crate::joins::rows;
use crate::tables::{custodians, signed};

/// An address in one of as many mails of a mailbox may be its owner's.
const SHARE: u64 = 5;
/// Days of correspondence before a mail vouches (design rule 13).
const DAYS: i64 = 30;

/// Addresses that may own a mailbox of the dump. No account was opened before the break-in that the user
/// states, so theirs neither.
pub fn owners(engine: &Engine, break_in: Option<i64>) -> Result<Vec<custodians::Row>> {
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
        SELECT DISTINCT c.name, false AS is_domain, CAST(NULL AS BIGINT) AS break_in,
               false AS is_named
        FROM counted c JOIN size s ON s.parent = c.parent
        WHERE c.mails * {SHARE} >= s.mails
        ORDER BY c.name"
    );
    let mut out = Vec::new();
    engine.each(&statement, |batch| {
        let found = rows::<custodians::Row>(&batch)?.into_iter();
        out.extend(found.map(|row| custodians::Row { break_in, ..row }));
        Ok(())
    })?;
    Ok(out)
}

/// Gives the table `signed`, from `mails`, `standing`, `threads` and `custodians`: once a round, since
/// statements of joins name it many times.
pub fn give_signed(engine: &Engine) -> Result<()> {
    let statement = "SELECT m.sha256, lower(m.from_address) AS sender,
            split_part(lower(m.from_address), '@', 2) AS domain,
            btrim(m.message_id, '<> ') AS id,
            m.date, t.thread, s.date = 'verified' AS is_timed, s.coverage, s.marks,
            m.\"references\", false AS is_free, false AS is_established
        FROM mails m JOIN standing s ON s.sha256 = m.sha256
        JOIN threads t ON t.sha256 = m.sha256
        WHERE s.status = 'verified' AND s.coverage['body'] = 'covered' AND m.date IS NOT NULL
          AND m.from_address LIKE '%@%' AND strpos(m.from_address, ',') = 0
        ORDER BY m.sha256";
    let mut out = Vec::new();
    engine.each(statement, |batch| {
        out.extend(rows::<signed::Row>(&batch)?);
        Ok(())
    })?;
    engine.give(&signed::TABLE, &out)?;
    let (free, established) = (named(engine, "free")?, named(engine, "established")?);
    for row in &mut out {
        row.is_free = free.contains(&row.sha256);
        row.is_established = established.contains(&row.sha256);
    }
    engine.give(&signed::TABLE, &out)
}

/// The mails of one of the expressions below.
fn named(engine: &Engine, name: &str) -> Result<HashSet<Sha256>> {
    #[derive(Deserialize)]
    struct Row {
        sha256: Sha256,
    }
    let mut out = HashSet::new();
    engine.each(&format!("WITH {} SELECT sha256 FROM {name}", vouching()), |batch| {
        out.extend(rows::<Row>(&batch)?.into_iter().map(|row| row.sha256));
        Ok(())
    })?;
    Ok(out)
}

/// Common table expressions: `free` and `established`, over the tables `signed`, `mails` and `custodians`.
fn vouching() -> String {
    let seconds = DAYS * 86_400;
    format!(
        "held AS (
            SELECT v.sha256, c.is_named, v.is_timed AND v.date < c.break_in AS is_before
            FROM signed v JOIN custodians c ON NOT c.is_domain AND c.name = v.sender
            UNION
            SELECT v.sha256, c.is_named, v.is_timed AND v.date < c.break_in AS is_before
            FROM signed v JOIN custodians c ON c.is_domain
                AND (c.name = v.domain OR ends_with(v.domain, concat('.', c.name)))),
        controlled AS (SELECT DISTINCT sha256 FROM held WHERE is_before IS NOT TRUE),
        free AS (SELECT v.* FROM signed v LEFT ANTI JOIN controlled c ON c.sha256 = v.sha256),
        ours AS (SELECT DISTINCT sha256 FROM held WHERE is_before AND is_named),
        written_to AS (
            SELECT o.sha256, unnest(string_to_array(
                lower(concat_ws(', ', m.to_address, m.cc_address)), ', ')) AS name
            FROM ours o JOIN mails m ON m.sha256 = o.sha256),
        answers AS (
            SELECT v.sha256, v.sender, v.date, unnest(v.\"references\") AS id
            FROM signed v JOIN ours o ON o.sha256 = v.sha256),
        begun AS (
            SELECT v.sender, v.thread, min(a.date) AS since FROM signed v
            JOIN answers a ON a.id = v.id AND a.sender <> v.sender
            JOIN written_to w ON w.sha256 = a.sha256 AND w.name = v.sender
            GROUP BY v.sender, v.thread),
        history AS (
            SELECT * FROM (
                SELECT *, row_number() OVER (PARTITION BY sender ORDER BY since, thread) AS n
                FROM begun)
            WHERE n <= 3),
        opened AS (SELECT min(break_in) AS at FROM custodians),
        known AS (
            SELECT f.sha256 FROM free f CROSS JOIN opened o
            JOIN history h ON h.sender = f.sender AND h.thread <> f.thread
                AND h.since <= least(f.date, o.at) - {seconds}
            GROUP BY f.sha256 HAVING count(*) >= 2),
        established AS (SELECT f.* FROM free f JOIN known k ON k.sha256 = f.sha256)"
    )
}
