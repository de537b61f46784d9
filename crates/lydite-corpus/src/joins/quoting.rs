//! What an unsigned mail quotes of a signed one.
//!
//! ## What it examines
//! The quotes in mails that nothing vouches for, beside the `verified` mails that they name in
//! References or In-Reply-To: word by word, as `corpus/quotes` does the other way round.
//!
//! ## What it can show
//! That what this mail quotes of a signed one has other words there; both are shown.
//!
//! ## What it cannot show
//! That the mail is not its sender's: people correct, shorten and redact what they quote. So this
//! accuses nobody; it names the words for a person to look at.
//!
//! ## How it can be fooled
//! A made answer that quotes faithfully shows nothing here.
//!
//! ## References
//! - Design rules 13 and 16; RFC 3676 §4.5

use std::collections::BTreeSet;

use datafusion::arrow::record_batch::RecordBatch;
use lydite_core::check::{Code, Text};
use lydite_core::evidence::{Claim, Direction, Evidence};
use lydite_core::item::Sha256;
use lydite_core::text::align::Aligned;
use serde::Deserialize;

use super::{
    Found, Join, Stage, Texts, beside, firm_changes, is_mostly_equal, most, rows, words_of,
};
use crate::case::Result;
use crate::tables::links::{self, Relation};

pub static JOIN: Join = Join {
    id: "corpus/quoting",
    version: 1,
    claim: Claim::BodyAsSent,
    group: "quote",
    stage: Stage::Settled,
    codes: &[&OTHER_WORDS],
    made: &[],
    sql,
    findings,
    source: include_str!("quoting.rs"),
};

static OTHER_WORDS: Code = Code {
    check: "corpus/quoting",
    name: "quotes-with-other-words",
    claim: Claim::BodyAsSent,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "what it quotes of a signed mail has other words there",
        fr: "ce qu’il cite d’un message signé y a d’autres mots",
    },
    innocent: Text {
        en: "whoever answered corrected, shortened or redacted what they quote",
        fr: "l’auteur de la réponse a corrigé, abrégé ou caviardé ce qu’il cite",
    },
};

fn sql() -> String {
    "WITH asked AS (
        SELECT m.sha256, m.\"references\"[-1] AS id FROM mails m
        LEFT ANTI JOIN (SELECT sha256 FROM standing WHERE status = 'verified') s
            ON s.sha256 = m.sha256
        WHERE array_length(m.\"references\") > 0),
    pair AS (
        SELECT a.sha256, m.sha256 AS other FROM asked a
        JOIN mails m ON btrim(m.message_id, '<> ') = a.id AND m.sha256 <> a.sha256
        JOIN standing s ON s.sha256 = m.sha256 AND s.status = 'verified'),
    cited AS (
        SELECT sha256, array_agg(seq ORDER BY seq) AS quotes FROM quotes WHERE depth = 1
        GROUP BY sha256)
    SELECT p.sha256, p.other, c.quotes FROM pair p JOIN cited c ON c.sha256 = p.sha256
    ORDER BY p.sha256, p.other"
        .to_owned()
}

#[derive(Deserialize)]
struct Row {
    sha256: Sha256,
    other: Sha256,
    /// Positions of its quotes of the first level.
    quotes: Vec<u32>,
}

fn findings(batch: &RecordBatch, texts: &Texts) -> Result<Found> {
    let mut out = Found::default();
    let mut told = BTreeSet::new();
    for row in rows::<Row>(batch)? {
        let Some(aligned) = best(&row, texts)? else { continue };
        let note = words_of(&aligned);
        out.links.push(links::Row {
            sha256: row.sha256,
            other: row.other,
            relation: Relation::Quote,
            note: note.clone(),
        });
        // Two copies of the quoted mail say the same twice.
        if firm_changes(&aligned).next().is_some() && told.insert(row.sha256) {
            let finding = OTHER_WORDS.at(Evidence::Item { sha256: row.other }).noting(note);
            out.findings.push((row.sha256, finding));
        }
    }
    Ok(out)
}

/// The quote that has most of one form of the text, if it tells that it is that text.
fn best(row: &Row, texts: &Texts) -> Result<Option<Aligned>> {
    let forms = texts.bodies(&row.other)?;
    let quote = |seq: &u32| texts.quote(&row.sha256, *seq);
    let quotes = row.quotes.iter().map(quote).collect::<Result<Vec<_>>>()?;
    let pairs = quotes.iter().flat_map(|quote| forms.iter().map(move |text| (quote, text)));
    let laid = pairs.map(|(quote, text)| beside(quote, text));
    Ok(most(laid.filter(Aligned::tells)).filter(is_mostly_equal))
}
