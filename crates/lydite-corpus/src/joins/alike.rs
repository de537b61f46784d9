//! Texts that are nearly the same, of mails under other ids and of documents in whatever format.
//!
//! ## What it examines
//! The sketches of all texts (`text/shingle.rs`): of items that share most of their smallest hashes, each
//! is laid beside the first that something vouches for, or else beside the first of all, word by word.
//! Mails of one Message-ID are `corpus/same-id`'s; texts of fewer than some twenty words are left out.
//!
//! ## What it can show
//! That two texts are versions of one, which of them is anchored, and which words differ. A mail is named
//! only where the other one is anchored and it is not; documents always.
//!
//! ## What it cannot show
//! Which version was first, or that anybody meant harm: drafts, later versions, form letters and the
//! issues of a newsletter are nearly the same too. So this accuses nobody.
//!
//! ## How it can be fooled
//! Whoever rewrites every sentence shares no run of words. A form letter fills the first place.
//!
//! ## References
//! - Broder 1997, "On the resemblance and containment of documents"; design section 2 (`variant`)

use datafusion::arrow::record_batch::RecordBatch;
use lydite_core::check::{Code, Text};
use lydite_core::evidence::{Claim, Direction, Evidence};
use lydite_core::item::Sha256;
use lydite_core::limits::BODY_SKETCH;
use lydite_core::text::align::Aligned;
use serde::Deserialize;

use super::{
    Found, Join, Stage, Texts, beside, firm_changes, is_mostly_equal, most, rows, words_of,
};
use crate::case::Result;
use crate::tables::links::{self, Relation};

/// Hashes of [`BODY_SKETCH`] that two texts share: of texts whose runs of words are nine tenths the same one
/// pair in 2,000 shares fewer, of those alike by a quarter one in 600 as many (binomial).
const SHARED: usize = 10;

pub static JOIN: Join = Join {
    id: "corpus/alike",
    version: 1,
    claim: Claim::BodyAsSent,
    group: "copy",
    stage: Stage::Settled,
    codes: &[&OTHER_WORDS],
    made: &[("alike_items", items), ("alike_pairs", pairs)],
    sql,
    findings,
    source: include_str!("alike.rs"),
};

static OTHER_WORDS: Code = Code {
    check: "corpus/alike",
    name: "other-words",
    claim: Claim::BodyAsSent,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "another item has nearly the same text, with some other words",
        fr: "un autre élément a presque le même texte, avec quelques autres mots",
    },
    innocent: Text {
        en: "a draft or a later version; a form letter; another issue of a newsletter; the same notice \
             to somebody else",
        fr: "un brouillon ou une version ultérieure ; une lettre type ; un autre numéro d’une lettre \
             d’information ; le même avis à quelqu’un d’autre",
    },
};

/// Every item with a sketch, numbered, the anchored before all: numbers are an eighth of the hashes that name
/// them, and a case has 16 rows of each.
fn items() -> String {
    format!(
        "WITH anchored AS (
            SELECT sha256 FROM standing WHERE status IN ('verified', 'corroborated')),
        sketched AS (
            SELECT sha256 FROM bodies
            WHERE NOT is_alternative AND array_length(sketch) = {BODY_SKETCH}
            UNION
            SELECT sha256 FROM documents WHERE array_length(sketch) = {BODY_SKETCH})
        SELECT s.sha256, a.sha256 IS NOT NULL AS is_anchored,
               row_number() OVER (ORDER BY a.sha256 IS NULL, s.sha256) AS number
        FROM sketched s LEFT JOIN anchored a ON a.sha256 = s.sha256"
    )
}

/// Every item beside one other: the first of those that share a hash. Words are told (`is_told`) of
/// documents, and of mails where the other one is anchored and this one is not.
fn pairs() -> String {
    format!(
        "WITH sketched AS (
            SELECT i.number, unnest(b.sketch) AS hash FROM bodies b
            JOIN alike_items i ON i.sha256 = b.sha256
            WHERE NOT b.is_alternative AND array_length(b.sketch) = {BODY_SKETCH}
            UNION ALL
            SELECT i.number, unnest(d.sketch) AS hash FROM documents d
            JOIN alike_items i ON i.sha256 = d.sha256
            WHERE array_length(d.sketch) = {BODY_SKETCH}),
        leading AS (
            SELECT hash, min(number) AS first FROM sketched GROUP BY hash
            HAVING min(number) < max(number)),
        shared AS (
            SELECT s.number, l.first, count(DISTINCT s.hash) AS hashes
            FROM sketched s JOIN leading l ON l.hash = s.hash WHERE l.first < s.number
            GROUP BY s.number, l.first HAVING count(DISTINCT s.hash) >= {SHARED}),
        pair AS (
            SELECT *, row_number() OVER (
                PARTITION BY number ORDER BY hashes DESC, first) AS place
            FROM shared)
        SELECT x.sha256, y.sha256 AS other, p.hashes,
               m.sha256 IS NULL OR y.is_anchored AND NOT x.is_anchored AS is_told
        FROM pair p
        JOIN alike_items x ON x.number = p.number JOIN alike_items y ON y.number = p.first
        LEFT JOIN mails m ON m.sha256 = x.sha256
        LEFT JOIN mails o ON o.sha256 = y.sha256
        WHERE p.place = 1
          AND (coalesce(m.message_id, '') = '' OR coalesce(o.message_id, '') <> m.message_id)"
    )
}

fn sql() -> String {
    "SELECT * FROM alike_pairs ORDER BY sha256".to_owned()
}

#[derive(Deserialize)]
struct Row {
    sha256: Sha256,
    other: Sha256,
    /// Shared, of [`BODY_SKETCH`].
    hashes: usize,
    is_told: bool,
    /// Where words are to be told.
    #[serde(skip)]
    texts: Vec<String>,
    #[serde(skip)]
    others: Vec<String>,
}

fn findings(batch: &RecordBatch, texts: &Texts) -> Result<Found> {
    let mut out = Found::default();
    for mut row in rows::<Row>(batch)? {
        if row.is_told {
            (row.texts, row.others) = (said(&row.sha256, texts)?, said(&row.other, texts)?);
        }
        let laid = laid(&row);
        let about = format!("{} of {BODY_SKETCH} hashes of runs of words", row.hashes);
        let note = laid.as_ref().map_or(about, words_of);
        if laid.as_ref().is_some_and(is_version) {
            let finding = OTHER_WORDS.at(Evidence::Item { sha256: row.other });
            out.findings.push((row.sha256, finding.noting(note.clone())));
        }
        let Row { sha256, other, .. } = row;
        out.links.push(links::Row { sha256, other, relation: Relation::Variant, note });
    }
    Ok(out)
}

/// What a mail says itself, in each form, or a document.
fn said(sha256: &Sha256, texts: &Texts) -> Result<Vec<String>> {
    let mut out = texts.own(sha256)?;
    out.extend(texts.document(sha256)?);
    Ok(out)
}

/// The two texts of theirs that have most in common.
fn laid(row: &Row) -> Option<Aligned> {
    let pairs = row.texts.iter().flat_map(|text| row.others.iter().map(move |other| (text, other)));
    most(pairs.map(|(text, other)| beside(text, other))).filter(is_mostly_equal)
}

/// Whether nine tenths of each are the other, and words differ whose place is sure.
fn is_version(aligned: &Aligned) -> bool {
    let most = 10 * aligned.equal >= 9 * aligned.words && 9 * aligned.left_out <= aligned.equal;
    most && firm_changes(aligned).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Dear all,\nthe board agreed to pay 40,000 euros to the printers in March, \
        and to leave the halls as they are until we know how many will come on the last evening.\nAnne";

    fn told(text: &str) -> Option<Aligned> {
        let row = Row {
            sha256: Sha256::of(b"one"),
            other: Sha256::of(b"other"),
            hashes: SHARED,
            is_told: true,
            texts: vec![text.to_owned()],
            others: vec![TEXT.to_owned()],
        };
        laid(&row).filter(is_version)
    }

    #[test]
    fn some_other_words_are_told_and_equal_or_other_texts_are_not() {
        let changed = told(&TEXT.replace("40,000", "90,000")).unwrap();
        assert!(words_of(&changed).contains("“90,000” for “40,000”"), "{}", words_of(&changed));
        assert!(told(TEXT).is_none());
        let half: String = TEXT.split_inclusive(' ').take(15).collect();
        assert!(told(&half).is_none(), "a part of it is no version");
        assert!(told("Minutes of the meeting in the hall, all present").is_none());
    }
}
