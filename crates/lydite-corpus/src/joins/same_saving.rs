//! Documents that state the same saving and say something else.
//!
//! ## What it examines
//! Documents of one format whose dates of making and of the last saving, to the second, and whose
//! authors are the same, and whose texts are mostly one text, word by word.
//!
//! ## What it can show
//! That two files claim to be what one saving left, and that their words differ: at most one of them is.
//! Both are shown.
//!
//! ## What it cannot show
//! Which one. Programs that write many documents at once give all of them one date, so nobody is
//! accused.
//!
//! ## How it can be fooled
//! Whoever saves the changed file with a program that sets dates makes another saving of it.
//!
//! ## References
//! - Design section 2 (`altered`: the same document id and save time)

use std::collections::BTreeSet;

use datafusion::arrow::record_batch::RecordBatch;
use lydite_core::check::{Code, Text};
use lydite_core::evidence::{Claim, Direction, Evidence};
use lydite_core::item::Sha256;
use lydite_core::text::align::Aligned;
use serde::Deserialize;

use super::{Found, Join, Stage, Texts, beside, firm_changes, is_mostly_equal, rows, words_of};
use crate::case::Result;
use crate::tables::links::{self, Relation};

/// Documents of one saving that are laid beside each other: more are a program's output.
const TOGETHER: usize = 8;

pub static JOIN: Join = Join {
    id: "corpus/same-saving",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "copy",
    stage: Stage::Items,
    codes: &[&OTHER_WORDS],
    made: &[],
    sql,
    findings,
    source: include_str!("same_saving.rs"),
};

static OTHER_WORDS: Code = Code {
    check: "corpus/same-saving",
    name: "other-words",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "another document states the very same saving, with other words",
        fr: "un autre document indique exactement le même enregistrement, avec d’autres mots",
    },
    innocent: Text {
        en: "a program that writes many documents at once, or sets fixed dates; a form filled by a \
             script; a tool that keeps dates when it changes a document",
        fr: "un logiciel qui écrit plusieurs documents à la fois ou met des dates fixes ; un \
             formulaire rempli par un script ; un outil qui garde les dates en modifiant le document",
    },
};

fn sql() -> String {
    format!(
        "WITH stated AS (
            SELECT p.sha256, d.format,
                   max(p.at) FILTER (WHERE p.name = 'modified') AS modified,
                   max(p.at) FILTER (WHERE p.name = 'created') AS created,
                   coalesce(min(p.value) FILTER (WHERE p.name = 'author'), '') AS author,
                   coalesce(min(p.value) FILTER (WHERE p.name = 'last-author'), '') AS last_author
            FROM properties p JOIN documents d ON d.sha256 = p.sha256
            GROUP BY p.sha256, d.format),
        saving AS (
            SELECT s.format, s.modified, s.created, s.author, s.last_author,
                   array_agg(s.sha256) AS documents
            FROM stated s LEFT SEMI JOIN texts r ON r.sha256 = s.sha256
            WHERE s.modified IS NOT NULL
            GROUP BY s.format, s.modified, s.created, s.author, s.last_author
            HAVING count(*) BETWEEN 2 AND {TOGETHER})
        SELECT documents FROM saving ORDER BY format, modified, created, author, last_author"
    )
}

#[derive(Deserialize)]
struct Row {
    documents: BTreeSet<Sha256>,
}

fn findings(batch: &RecordBatch, texts: &Texts) -> Result<Found> {
    let mut out = Found::default();
    for row in rows::<Row>(batch)? {
        let read = |sha256: Sha256| Ok((sha256, texts.document(&sha256)?.unwrap_or_default()));
        let documents = row.documents.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        for (sha256, text) in &documents {
            for (other, other_text) in documents.iter().filter(|(other, _)| other != sha256) {
                let Some(aligned) = changed(text, other_text) else { continue };
                let (sha256, note) = (*sha256, words_of(&aligned));
                let finding = OTHER_WORDS.at(Evidence::Item { sha256: *other });
                out.findings.push((sha256, finding.noting(note.clone())));
                let (relation, other) = (Relation::Variant, *other);
                out.links.push(links::Row { sha256, other, relation, note });
            }
        }
    }
    Ok(out)
}

/// Two texts laid beside each other, if they are mostly one text with other words.
fn changed(one: &str, other: &str) -> Option<Aligned> {
    let aligned = beside(one, other);
    let differs = firm_changes(&aligned).next().is_some()
        || !aligned.foreign.is_empty()
        || aligned.left_out > 0;
    (is_mostly_equal(&aligned) && differs).then_some(aligned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_with_other_words_is_told_from_other_texts() {
        let text =
            "Budget of the campaign\nprinters 40,000 euros\nhalls 12,000 euros\ntotal 52,000";
        let found = changed(&text.replace("40,000", "90,000"), text).unwrap();
        assert!(words_of(&found).contains("“90,000” for “40,000”"), "{}", words_of(&found));
        assert!(changed(text, text).is_none());
        assert!(changed("Minutes of the meeting in the hall, all present", text).is_none());
    }
}
