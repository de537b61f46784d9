//! A signature over another text, where the same signer's mail on the same route arrives intact.
//!
//! ## What it examines
//! Mails with a DKIM signature that a known key made over other headers or another body, no DKIM
//! signature that holds, the signed text not recovered (`email/repair`), no rewriting relay on their
//! route, and at least 20 other mails of the
//! case with the same domain, selector, route and form whose signature holds as found (design
//! rule 11). A key that anyone could have made or have (recovered from the dump, short, published)
//! makes no siblings. The route is the host that wrote the topmost Received field; the form is the type
//! and transfer encoding of the message, since exports and gateways change mail by its form.
//!
//! ## What it can show
//! That nothing which every mail of this signer and form on this route passes changes it: what
//! changed this one did not act on the siblings.
//!
//! ## What it cannot show
//! What was signed, who changed it, or why. It says nothing about
//! mails of signers with fewer siblings.
//!
//! ## How it can be fooled
//! The route is read from unsigned header fields: a mail altered in the dump can be given another
//! one, and then has no siblings. A forwarder or a list that rewrites only some mails looks the
//! same as an alteration. Siblings planted by the maker of the dump must carry holding signatures
//! of the same key, which takes real mail of that signer.
//!
//! ## References
//! - RFC 6376 §3.7, §6.1; RFC 6377 §3 (what mailing lists change)

use datafusion::arrow::record_batch::RecordBatch;
use lydite_core::check::{Code, Text};
use lydite_core::evidence::{Claim, Direction, Evidence, Finding, Span, Strength};
use lydite_core::item::Sha256;
use lydite_core::signature::Outcome;
use serde::Deserialize;

use super::{Found, Join, RELAYED, ROUTE, Stage, Texts, rows};
use crate::case::Result;

/// Siblings that must hold before one that differs stands out (design rule 11).
const SIBLINGS: usize = 20;
/// Siblings cited as evidence; the others are counted.
const CITED: usize = 5;

pub static JOIN: Join = Join {
    id: "corpus/signer-siblings",
    version: 4,
    claim: Claim::HeadersAsSent,
    group: "signature",
    stage: Stage::Items,
    codes: &[&SIBLINGS_HOLD, &SIBLINGS_HOLD_BODY],
    made: &[],
    sql,
    findings,
    source: include_str!("signer_siblings.rs"),
};

static SIBLINGS_HOLD: Code = Code {
    check: "corpus/signer-siblings",
    name: "siblings-hold",
    claim: Claim::HeadersAsSent,
    direction: Direction::Contradicts,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "the signature was made over other headers, while mail of the same signer on the \
             same route holds as found",
        fr: "la signature porte sur d’autres en-têtes, alors que les messages du même signataire \
             sur le même chemin restent intacts",
    },
    innocent: Text {
        en: "a forwarder, list or gateway that rewrote only this mail; a header re-encoded by \
             the program that exported it; a fault of the signer",
        fr: "un relais, une liste ou une passerelle qui n’a réécrit que ce message ; un en-tête \
             recodé par le logiciel d’export ; une erreur du signataire",
    },
};

static SIBLINGS_HOLD_BODY: Code = Code {
    name: "siblings-hold-body",
    claim: Claim::BodyAsSent,
    meaning: Text {
        en: "the signature was made over another body, while mail of the same signer on the same \
             route holds as found",
        fr: "la signature porte sur un autre corps, alors que les messages du même signataire sur \
             le même chemin restent intacts",
    },
    ..SIBLINGS_HOLD
};

fn sql() -> String {
    format!(
        "WITH {ROUTE}, {RELAYED},
        signed AS (
            SELECT s.sha256, s.\"index\", s.span, s.outcome, s.domain,
                   lower(s.selector) AS selector, r.route
            FROM signatures s JOIN route r ON r.sha256 = s.sha256
            WHERE s.family = 'dkim' AND s.\"key\" IS NOT NULL
              AND s.outcome IN ('holds', 'body-differs', 'headers-differ', 'both-differ')),
        holding AS (
            SELECT DISTINCT domain, selector, route, sha256 FROM signed WHERE outcome = 'holds'),
        unanchored AS (
            SELECT DISTINCT sha256 FROM findings
            WHERE \"check\" = 'email/dkim-signature' AND code IN
                ('holds-unanchored-key', 'holds-short-key', 'holds-exposed-key')),
        numbered AS (
            SELECT *, row_number() OVER (
                PARTITION BY domain, selector, route ORDER BY sha256) AS n
            FROM holding LEFT ANTI JOIN unanchored ON unanchored.sha256 = holding.sha256),
        recovered AS (
            SELECT DISTINCT sha256 FROM findings WHERE \"check\" = 'email/repair' AND code IN
                ('equal-verified', 'equal-consistent', 'original-verified', 'original-consistent')),
        siblings AS (
            SELECT domain, selector, route, count(*) AS total,
                   array_agg(sha256 ORDER BY sha256) FILTER (WHERE n <= {CITED}) AS cited
            FROM numbered GROUP BY domain, selector, route HAVING count(*) >= {SIBLINGS})
        SELECT d.sha256, d.\"index\" AS \"index\", d.outcome, d.span['start'] AS \"start\",
               d.span['end'] AS \"end\", d.domain, d.selector, d.route, s.total, s.cited
        FROM signed d
        JOIN siblings s ON s.domain = d.domain AND s.selector = d.selector AND s.route = d.route
        LEFT ANTI JOIN relayed x ON x.sha256 = d.sha256
        LEFT ANTI JOIN holding h ON h.sha256 = d.sha256
        LEFT ANTI JOIN recovered o ON o.sha256 = d.sha256
        WHERE d.outcome <> 'holds'
        ORDER BY d.sha256, d.\"index\""
    )
}

#[derive(Deserialize)]
struct Row {
    sha256: Sha256,
    outcome: Outcome,
    start: usize,
    end: usize,
    domain: String,
    selector: String,
    route: String,
    total: u64,
    cited: Vec<Sha256>,
}

fn findings(batch: &RecordBatch, _: &Texts) -> Result<Found> {
    let finding = |row: Row| {
        let signature = Evidence::bytes("DKIM-Signature", Span::new(row.start, row.end));
        let note = format!(
            "{} other mails signed with {}._domainkey.{} on the route {} hold as found",
            row.total, row.selector, row.domain, row.route
        );
        let siblings = row.cited.into_iter().map(|sha256| Evidence::Item { sha256 });
        let code = match row.outcome {
            Outcome::BodyDiffers => &SIBLINGS_HOLD_BODY,
            _ => &SIBLINGS_HOLD,
        };
        let finding = siblings.fold(code.at(signature).noting(note), Finding::citing);
        (row.sha256, finding)
    };
    Ok(rows::<Row>(batch)?.into_iter().map(finding).collect())
}
