//! Sketches of texts: which of many share words in the same order, without comparing all with all.
//!
//! A shingle is a run of words; a sketch keeps the smallest hashes of all shingles of a text (bottom-k,
//! Broder 1997; Cohen and Kaplan 2007). Two sketches of k hashes estimate the Jaccard likeness J of the
//! shingle sets with a standard error of √(J(1−J)/k): 0.03 at most for k = 256. Texts of at most k shingles
//! are kept whole, and their likeness is exact. The hash is fixed, so sketches of different runs and machines
//! compare.

use std::collections::BTreeSet;

use super::normalise::{self, Word};
use super::quote::Line;
use crate::limits;

/// The smallest hashes, in order, no two equal.
pub type Sketch = Vec<u64>;

/// The hashes of all runs of [`limits::SHINGLE_WORDS`] words, in order of the text; signs do not count. A
/// text of fewer words is one shingle.
pub fn shingles(words: &[Word]) -> Vec<u64> {
    let hashes: Vec<u64> =
        words.iter().filter(|w| w.counts()).map(|w| hash(w.key.as_bytes())).collect();
    if hashes.is_empty() {
        return Vec::new();
    }
    let run = limits::SHINGLE_WORDS.min(hashes.len());
    hashes
        .windows(run)
        .map(|run| run.iter().fold(SEED, |sum, word| mix(sum.rotate_left(5) ^ word)))
        .collect()
}

/// The sketch of lines.
pub fn sketch(lines: &[&Line]) -> Sketch {
    bottom(shingles(&normalise::words(lines).0))
}

/// The [`limits::SKETCH`] smallest of the hashes.
pub fn bottom(hashes: Vec<u64>) -> Sketch {
    let mut kept: BTreeSet<u64> = BTreeSet::new();
    for hash in hashes {
        if kept.len() == limits::SKETCH {
            if kept.last().is_some_and(|last| hash >= *last) || !kept.insert(hash) {
                continue;
            }
            kept.pop_last();
        } else {
            kept.insert(hash);
        }
    }
    kept.into_iter().collect()
}

/// Estimated likeness of two texts, in thousandths: shingles in both, of those in either.
pub fn likeness(one: &[u64], other: &[u64]) -> u32 {
    let (mut common, mut all) = (0u32, 0u32);
    let (mut at, mut beside) = (0, 0);
    let whole = one.len() < limits::SKETCH && other.len() < limits::SKETCH;
    while at < one.len() || beside < other.len() {
        if !whole && all as usize == limits::SKETCH {
            break;
        }
        let order = match (one.get(at), other.get(beside)) {
            (Some(a), Some(b)) => a.cmp(b),
            (Some(_), None) => std::cmp::Ordering::Less,
            _ => std::cmp::Ordering::Greater,
        };
        at += usize::from(order.is_le());
        beside += usize::from(order.is_ge());
        common += u32::from(order.is_eq());
        all += 1;
    }
    (common * 1_000).checked_div(all).unwrap_or(0)
}

/// The number of a run of bytes with these behind it; the number of none is 0.
pub(super) fn added(number: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(number, |sum, byte| mix((sum ^ u64::from(*byte)).wrapping_add(SEED)))
}

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// FNV-1a, then mixed, so that the smallest hashes are a fair draw.
fn hash(bytes: &[u8]) -> u64 {
    let fnv = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    mix(bytes.iter().fold(0xcbf2_9ce4_8422_2325, fnv))
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::quote::of_plain;
    use proptest::prelude::*;

    fn of(text: &str) -> Sketch {
        sketch(&of_plain(text, false).all())
    }

    #[test]
    fn wrapping_and_marks_do_not_matter() {
        let words: Vec<String> = (0..600).map(|n| format!("word{}", n * n % 997)).collect();
        let one = words.join(" ");
        let other: String = words.chunks(7).map(|l| format!("> {}\n", l.join("  "))).collect();
        assert_eq!(of(&one), of(&other));
        assert_eq!(likeness(&of(&one), &of(&other)), 1_000);
        assert_eq!(of(&one).len(), limits::SKETCH);
        assert_eq!(likeness(&of(&one), &of("nothing of that stands here at all, not one run")), 0);
    }

    #[test]
    fn half_in_common_is_a_third_of_both() {
        // Of two texts of 3,000 words half is common: 1,500 of 4,500, by an estimate within 3 x 0.03.
        let text = |from: usize| (from..from + 3_000).map(|n| format!("w{n} ")).collect::<String>();
        let found = likeness(&of(&text(0)), &of(&text(1_500)));
        assert!((240..430).contains(&found), "{found}");
    }

    proptest! {
        #[test]
        fn a_sketch_is_the_smallest_in_order(hashes in prop::collection::vec(0u64..2_000, 0..1_000)) {
            let mut all: Vec<u64> = hashes.clone();
            all.sort_unstable();
            all.dedup();
            all.truncate(limits::SKETCH);
            prop_assert_eq!(bottom(hashes), all);
        }
    }
}
