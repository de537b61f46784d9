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

use crate::case::Result;
use crate::engine::Engine;
use crate::joins::{Made, rows};
use crate::tables::custodians;

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

/// Who may vouch, made anew each round, in this order, of `mails`, `standing`, `threads` and `custodians`:
/// `signed`, each with sender, domain, id, thread, Date, and whether it is free and established.
pub const VOUCHING: &[Made] = &[
    ("signed_mails", signed_mails),
    ("held", held),
    ("free", free),
    ("established", established),
    ("signed", signed),
];

fn signed_mails() -> String {
    "SELECT m.sha256, lower(m.from_address) AS sender,
            split_part(lower(m.from_address), '@', 2) AS domain,
            btrim(m.message_id, '<> ') AS id, m.to_address, m.cc_address,
            m.date, t.thread, s.date = 'verified' AS is_timed, s.coverage, s.marks,
            m.\"references\"
     FROM mails m JOIN standing s ON s.sha256 = m.sha256
     JOIN threads t ON t.sha256 = m.sha256
     WHERE s.status = 'verified' AND s.coverage['body'] = 'covered' AND m.date IS NOT NULL
       AND m.from_address LIKE '%@%' AND strpos(m.from_address, ',') = 0"
        .to_owned()
}

/// Signed mails of accounts that may have been opened, and whether they are shown to be of before.
fn held() -> String {
    "SELECT v.sha256, c.is_named, v.is_timed AND v.date < c.break_in AS is_before
     FROM signed_mails v JOIN custodians c ON NOT c.is_domain AND c.name = v.sender
     UNION
     SELECT v.sha256, c.is_named, v.is_timed AND v.date < c.break_in AS is_before
     FROM signed_mails v JOIN custodians c ON c.is_domain
         AND (c.name = v.domain OR ends_with(v.domain, concat('.', c.name)))"
        .to_owned()
}

fn free() -> String {
    "SELECT v.* FROM signed_mails v LEFT ANTI JOIN (
        SELECT sha256 FROM held WHERE is_before IS NOT TRUE) c ON c.sha256 = v.sha256"
        .to_owned()
}

fn established() -> String {
    let seconds = DAYS * 86_400;
    format!(
        "WITH ours AS (
            SELECT v.* FROM signed_mails v LEFT SEMI JOIN (
                SELECT sha256 FROM held WHERE is_before AND is_named) h ON h.sha256 = v.sha256),
        written_to AS (
            SELECT sha256, unnest(string_to_array(
                lower(concat_ws(', ', to_address, cc_address)), ', ')) AS name FROM ours),
        answers AS (SELECT sha256, sender, date, unnest(\"references\") AS id FROM ours),
        begun AS (
            SELECT v.sender, v.thread, min(a.date) AS since,
                   first_value(a.sha256 ORDER BY a.date, a.sha256) AS answer
            FROM signed_mails v
            JOIN answers a ON a.id = v.id AND a.sender <> v.sender
            JOIN written_to w ON w.sha256 = a.sha256 AND w.name = v.sender
            GROUP BY v.sender, v.thread),
        history AS (
            SELECT * FROM (
                SELECT *, row_number() OVER (PARTITION BY sender ORDER BY since, thread) AS n
                FROM begun)
            WHERE n <= 3),
        opened AS (SELECT min(break_in) AS at FROM custodians)
        SELECT f.sha256, array_agg(h.answer ORDER BY h.since, h.thread) AS known_by
        FROM free f CROSS JOIN opened o
        JOIN history h ON h.sender = f.sender AND h.thread <> f.thread
            AND h.since <= least(f.date, o.at) - {seconds}
        GROUP BY f.sha256 HAVING count(*) >= 2"
    )
}

fn signed() -> String {
    "SELECT v.*, f.sha256 IS NOT NULL AS is_free, e.sha256 IS NOT NULL AS is_established,
            coalesce(e.known_by, []) AS known_by
     FROM signed_mails v LEFT JOIN free f ON f.sha256 = v.sha256
     LEFT JOIN established e ON e.sha256 = v.sha256"
        .to_owned()
}
