//! Pictures that look alike.
//!
//! ## What it examines
//! The looks of pictures (`parse/document/image/look.rs`, 64 bits). Equal looks are linked to the first
//! picture that has it; other looks are compared where one of five runs of twelve bits is equal, so that
//! all pairs are met that differ in at most four bits, and most that differ in [`NEAR`].
//!
//! ## What it can show
//! Where a comparison is worth it: `lydite show CASE ITEM --against OTHER` lays both over each other.
//!
//! ## What it cannot show
//! That two pictures are one: pages of text look alike (of 78 pairs of different pages 14 were within six
//! bits). So this makes links, lifts nothing and says nothing of an item.
//!
//! ## How it can be fooled
//! A crop, a turn or a mirror moves many bits.
//!
//! ## References
//! - Difference hash (Krawetz 2013, "Kind of like that"); measured in `tests/it/pictures.rs` of core

use datafusion::arrow::record_batch::RecordBatch;
use lydite_core::evidence::Claim;
use lydite_core::item::Sha256;
use lydite_core::parse::document::image::look;
use serde::Deserialize;

use super::{Found, Join, Stage, Texts, rows};
use crate::case::Result;
use crate::tables::links::{self, Relation};

/// Bits that may differ: as many as saving anew, at another size or with other tones, moved at most.
const NEAR: u32 = 5;
/// Looks that share a run of bits and are compared: more are pages, skies, blank forms.
const TOGETHER: usize = 200;

pub static JOIN: Join = Join {
    id: "corpus/look-alike",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "copy",
    stage: Stage::Settled,
    codes: &[],
    made: &[],
    sql,
    findings,
    source: include_str!("look_alike.rs"),
};

fn sql() -> String {
    let bands = (0..5).map(|band| {
        format!(
            "SELECT look, first, concat('{band}', substr(look, {}, 3)) AS band FROM looks",
            band * 3 + 1
        )
    });
    format!(
        "WITH looks AS (
            SELECT look, min(sha256) AS first FROM documents WHERE look IS NOT NULL GROUP BY look),
        banded AS ({}),
        met AS (
            SELECT band FROM banded GROUP BY band HAVING count(*) BETWEEN 2 AND {TOGETHER}),
        near AS (SELECT b.* FROM banded b JOIN met m ON m.band = b.band)
        SELECT d.sha256, d.look, l.first AS other, l.look AS other_look
        FROM documents d JOIN looks l ON l.look = d.look AND l.first <> d.sha256
        UNION
        SELECT a.first AS sha256, a.look, b.first AS other, b.look AS other_look
        FROM near a JOIN near b ON b.band = a.band AND b.look < a.look
        ORDER BY sha256, other",
        bands.collect::<Vec<_>>().join(" UNION ALL ")
    )
}

#[derive(Deserialize)]
struct Row {
    sha256: Sha256,
    look: String,
    other: Sha256,
    other_look: String,
}

fn findings(batch: &RecordBatch, _: &Texts) -> Result<Found> {
    let mut out = Found::default();
    for row in rows::<Row>(batch)? {
        let Some(bits) = distance(&row).filter(|bits| *bits <= NEAR) else { continue };
        let (sha256, other, relation) = (row.sha256, row.other, Relation::LookAlike);
        let note = format!("{bits} of 64 bits differ");
        out.links.push(links::Row { sha256, other, relation, note });
    }
    Ok(out)
}

fn distance(row: &Row) -> Option<u32> {
    let read = |look: &str| u64::from_str_radix(look, 16).ok();
    Some(look::distance(read(&row.look)?, read(&row.other_look)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted_and_what_is_no_look_is_passed_over() {
        let row = |look: &str| Row {
            sha256: Sha256::of(b"one"),
            look: look.to_owned(),
            other: Sha256::of(b"other"),
            other_look: "00000000000000ff".to_owned(),
        };
        assert_eq!(distance(&row("00000000000000fe")), Some(1));
        assert_eq!(distance(&row("80000000000000ff")), Some(1));
        assert_eq!(distance(&row("no look")), None);
    }
}
