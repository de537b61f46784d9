//! What a case adds up to by signer, by route and by key. Read by `summary` and by the report.

use anyhow::{Context, Result};
use lydite_core::signature::{Family, NeutralStep};
use lydite_corpus::case::Case;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::reading;

/// A key settles a mail when it could lift it to `verified`: the signer is aligned, the body is
/// the signed body, and no signature holds that does it already.
pub const WANTED: &str = "SELECT s.domain, s.selector, count(DISTINCT s.sha256) AS mails, \
    count(DISTINCT CASE WHEN s.alignment <> 'none' AND s.body_hash = s.signed_body_hash \
        THEN s.sha256 END) AS settles \
    FROM signatures s JOIN verdicts v ON v.sha256 = s.sha256 \
    WHERE s.cannot_tell = 'key-unknown' AND v.status NOT IN ('verified', 'corroborated') \
    GROUP BY s.domain, s.selector ORDER BY settles DESC, mails DESC, s.domain, s.selector";

/// Keys that opened a signature of the case, with the mails each speaks for.
pub const USED: &str = "SELECT key AS id, domain, selector, max(key_bits) AS bits, \
    count(DISTINCT sha256) AS mails FROM signatures \
    WHERE key IS NOT NULL AND outcome <> 'cannot-tell' \
    GROUP BY key, domain, selector ORDER BY mails DESC, id";

/// Orders the outcomes of a mail's signatures, the best first.
const RANK: &str = "min(CASE outcome WHEN 'holds' THEN 0 WHEN 'body-differs' THEN 1 \
    WHEN 'headers-differ' THEN 2 WHEN 'both-differ' THEN 3 ELSE 4 END)";

/// Sums of the ranks, as the columns of [`Outcomes`].
const SUMS: &str = "count(*) AS mails, \
    count(*) FILTER (WHERE rank = 0) AS holds, \
    count(*) FILTER (WHERE rank = 1) AS body_differs, \
    count(*) FILTER (WHERE rank = 2) AS headers_differ, \
    count(*) FILTER (WHERE rank = 3) AS both_differ, \
    count(*) FILTER (WHERE rank = 4) AS cannot_tell";

/// Mails by the best outcome of their signatures. Distinct blobs are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    pub mails: u64,
    pub holds: u64,
    pub body_differs: u64,
    pub headers_differ: u64,
    pub both_differ: u64,
    pub cannot_tell: u64,
}

impl Outcomes {
    /// Both together, for the rows that a table leaves out.
    pub fn and(self, other: Outcomes) -> Outcomes {
        Outcomes {
            mails: self.mails + other.mails,
            holds: self.holds + other.holds,
            body_differs: self.body_differs + other.body_differs,
            headers_differ: self.headers_differ + other.headers_differ,
            both_differ: self.both_differ + other.both_differ,
            cannot_tell: self.cannot_tell + other.cannot_tell,
        }
    }
}

/// Signatures of one domain, selector and family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    pub domain: String,
    /// In lower case, as DNS compares it.
    pub selector: String,
    pub family: Family,
    #[serde(flatten)]
    pub outcomes: Outcomes,
    /// Of those that hold, the mails for which a neutral step had to be undone.
    pub repaired: u64,
}

/// DKIM signatures of the mails that came by one server last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The host that wrote the topmost Received field; empty without one.
    pub host: String,
    /// Mails of the route with the traces of a list or gateway.
    pub relayed: u64,
    /// Mails of the route without a DKIM signature; not among `outcomes`.
    pub unsigned: u64,
    #[serde(flatten)]
    pub outcomes: Outcomes,
}

/// Mails with a signature that holds once the step is undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub step: NeutralStep,
    pub mails: u64,
}

/// Mails of one signer and relay with a signature that is real and does not hold as found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Searched {
    pub domain: String,
    pub family: Family,
    /// The list of the route, or else its last server.
    pub relay: String,
    pub mails: u64,
    /// Of which the signed headers, the signed body, both were found.
    pub headers: u64,
    pub bodies: u64,
    pub originals: u64,
}

/// Mails with a step on the way back to what was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    pub step: lydite_core::signature::repair::steps::Step,
    pub mails: u64,
}

/// A key that is not known here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    pub domain: String,
    pub selector: String,
    /// Mails with a signature that names it.
    pub mails: u64,
    /// Mails it could lift to `verified`.
    pub settles: u64,
}

/// A key that opened a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// See [`lydite_core::fact::Key::id`].
    pub id: String,
    pub domain: String,
    pub selector: String,
    pub bits: Option<u64>,
    pub mails: u64,
}

/// Keys that opened a signature, those of most mails first.
pub fn used(case: &Case) -> Result<Vec<Used>> {
    typed(case, USED)
}

/// The signers of a case, those of most mails first.
pub fn signers(case: &Case) -> Result<Vec<Signer>> {
    typed(
        case,
        &format!(
            "WITH best AS (
                SELECT sha256, domain, lower(selector) AS selector, family, {RANK} AS rank,
                       min(CASE WHEN outcome = 'holds' THEN cardinality(steps) END) AS undone
                FROM signatures WHERE domain <> '' GROUP BY sha256, domain, lower(selector), family)
            SELECT domain, selector, family, {SUMS},
                   count(*) FILTER (WHERE rank = 0 AND undone > 0) AS repaired
            FROM best GROUP BY domain, selector, family
            ORDER BY mails DESC, holds DESC, domain, selector, family"
        ),
    )
}

/// The routes of a case, those of most mails first.
pub fn routes(case: &Case) -> Result<Vec<Route>> {
    typed(
        case,
        &format!(
            "WITH best AS (
                SELECT sha256, {RANK} AS rank FROM signatures WHERE family = 'dkim'
                GROUP BY sha256),
            hosts AS (
                SELECT sha256, min(split_part(note, ';', 1)) AS host FROM findings
                WHERE \"check\" = 'email/route-rewrites' AND code = 'route' GROUP BY sha256),
            relays AS (
                SELECT DISTINCT sha256 FROM findings
                WHERE \"check\" = 'email/route-rewrites' AND code = 'relay'),
            mailed AS (
                SELECT m.sha256, coalesce(h.host, '') AS host, b.rank, r.sha256 AS relay
                FROM mails m LEFT JOIN hosts h ON h.sha256 = m.sha256
                LEFT JOIN best b ON b.sha256 = m.sha256
                LEFT JOIN relays r ON r.sha256 = m.sha256),
            counted AS (
                SELECT host, {SUMS}, count(relay) AS relayed, count(*) - count(rank) AS unsigned
                FROM mailed GROUP BY host)
            SELECT host, mails - unsigned AS mails, holds, body_differs, headers_differ,
                   both_differ, cannot_tell, relayed, unsigned
            FROM counted ORDER BY mails + unsigned DESC, host"
        ),
    )
}

/// Neutral steps under which signatures hold.
pub fn steps(case: &Case) -> Result<Vec<Step>> {
    typed(
        case,
        "SELECT step, count(DISTINCT sha256) AS mails FROM (
            SELECT sha256, unnest(steps) AS step FROM signatures WHERE outcome = 'holds')
         GROUP BY step ORDER BY mails DESC, step",
    )
}

/// What was searched behind signatures that do not hold, by signer and relay, the most first.
pub fn searched(case: &Case) -> Result<Vec<Searched>> {
    typed(
        case,
        "WITH each AS (
            SELECT r.sha256, s.domain, s.family, r.relay,
                   bool_or(r.header IS NOT NULL) AS header, bool_or(r.body IS NOT NULL) AS body,
                   bool_or(r.original IS NOT NULL) AS whole
            FROM repairs r JOIN signatures s
                ON s.sha256 = r.sha256 AND s.\"index\" = r.signature
            GROUP BY r.sha256, s.domain, s.family, r.relay)
         SELECT domain, family, relay, count(*) AS mails, count(*) FILTER (WHERE header) AS headers,
                count(*) FILTER (WHERE body) AS bodies, count(*) FILTER (WHERE whole) AS originals
         FROM each GROUP BY domain, family, relay ORDER BY mails DESC, domain, family, relay",
    )
}

/// Steps that lead back to signed headers and bodies, those of most mails first.
pub fn back(case: &Case) -> Result<Vec<Back>> {
    typed(
        case,
        "SELECT step, count(DISTINCT sha256) AS mails FROM (
            SELECT sha256, unnest(header) AS step FROM repairs WHERE header IS NOT NULL
            UNION ALL SELECT sha256, unnest(body) AS step FROM repairs WHERE body IS NOT NULL)
         WHERE step IS NOT NULL GROUP BY step ORDER BY mails DESC, step",
    )
}

/// Keys not known here, the most useful first.
pub fn wanted(case: &Case) -> Result<Vec<Wanted>> {
    typed(case, WANTED)
}

fn typed<T: DeserializeOwned>(case: &Case, sql: &str) -> Result<Vec<T>> {
    let rows = reading::rows(case, sql)?.into_iter().map(serde_json::from_value);
    rows.collect::<serde_json::Result<_>>().context("rows of another shape than asked for")
}
