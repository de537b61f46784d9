//! Which pieces of two documents belong together: equal ones first, then those most alike between.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::limits;

/// Of a thousand: what counts as the same piece, changed.
const ALIKE: u32 = 500;

/// A piece of the original and the one of the found document that stands for it; one of the two is
/// missing where a piece was removed or inserted. Every piece stands in one pair, in order.
pub(super) type Pairs = Vec<(Option<usize>, Option<usize>)>;

/// Aligns two lists. `likeness` compares a piece of the original with one of the found, by number,
/// in thousandths.
pub(super) fn align<T: Eq + Hash>(
    original: &[T],
    found: &[T],
    likeness: impl Fn(usize, usize) -> u32,
) -> Pairs {
    let mut known = HashMap::new();
    let (was, is) = (numbered(original, &mut known), numbered(found, &mut known));
    let mut pairs = Pairs::new();
    let mut open: (Range<usize>, Range<usize>) = (0..0, 0..0);
    for op in capture_diff_slices(Algorithm::Myers, &was, &is) {
        let (old, new) = (op.old_range(), op.new_range());
        if op.tag() == DiffTag::Equal {
            block(&open, &likeness, &mut pairs);
            open = (old.end..old.end, new.end..new.end);
            pairs.extend(old.map(Some).zip(new.map(Some)));
        } else {
            open = (open.0.start..old.end, open.1.start..new.end);
        }
    }
    block(&open, &likeness, &mut pairs);
    pairs
}

fn numbered<'a, T: Eq + Hash>(list: &'a [T], known: &mut HashMap<&'a T, u32>) -> Vec<u32> {
    let number = |item| {
        let next = known.len() as u32;
        *known.entry(item).or_insert(next)
    };
    list.iter().map(number).collect()
}

/// Pairs between two equal pieces: those whose likeness adds up to most, or one after the other
/// where as many were as are and that is as good.
fn block(
    (was, is): &(Range<usize>, Range<usize>),
    likeness: &impl Fn(usize, usize) -> u32,
    pairs: &mut Pairs,
) {
    let (rows, columns) = (was.len(), is.len());
    if rows * columns > limits::DIFFERENCE_PAIRS {
        pairs.extend(was.clone().map(|w| (Some(w), None)));
        pairs.extend(is.clone().map(|i| (None, Some(i))));
        return;
    }
    let like = |row: usize, column: usize| likeness(was.start + row, is.start + column);
    let each: Vec<u32> = (0..rows * columns).map(|at| like(at / columns, at % columns)).collect();
    let worth = |row: usize, column: usize| {
        Some(each[row * columns + column]).filter(|like| *like >= ALIKE).map(u64::from)
    };
    // `best[row][column]`: what the pieces from there on can add up to.
    let width = columns + 1;
    let mut best = vec![0u64; (rows + 1) * width];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let at = row * width + column;
            let paired = worth(row, column).map_or(0, |like| like + best[at + width + 1]);
            best[at] = paired.max(best[at + width]).max(best[at + 1]);
        }
    }
    if rows == columns {
        let straight: u64 = (0..rows).map(|n| u64::from(each[n * columns + n])).sum();
        if straight >= best[0] {
            pairs.extend(was.clone().map(Some).zip(is.clone().map(Some)));
            return;
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < rows || column < columns {
        let at = row * width + column;
        let both = row < rows && column < columns;
        if both && worth(row, column).is_some_and(|like| like + best[at + width + 1] == best[at]) {
            pairs.push((Some(was.start + row), Some(is.start + column)));
            (row, column) = (row + 1, column + 1);
        } else if row < rows && (column == columns || best[at + width] == best[at]) {
            pairs.push((Some(was.start + row), None));
            row += 1;
        } else {
            pairs.push((None, Some(is.start + column)));
            column += 1;
        }
    }
}

/// How much two sorted lists have in common, in thousandths of the longer one.
pub(super) fn shared<T: Ord>(one: &[T], other: &[T]) -> u32 {
    let (mut at, mut beside, mut common) = (0, 0, 0);
    while let (Some(a), Some(b)) = (one.get(at), other.get(beside)) {
        let order = a.cmp(b);
        at += usize::from(order.is_le());
        beside += usize::from(order.is_ge());
        common += usize::from(order.is_eq());
    }
    match one.len().max(other.len()) {
        0 => 1000,
        longer => (common * 1000 / longer) as u32,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<Vec<&str>> {
        text.split('/').map(|line| line.split(' ').collect()).collect()
    }

    fn aligned(was: &str, is: &str) -> Pairs {
        let (was, is) = (words(was), words(is));
        let sorted = |line: &[&str]| {
            let mut line: Vec<String> = line.iter().map(ToString::to_string).collect();
            line.sort();
            line
        };
        align(&was, &is, |w, i| shared(&sorted(&was[w]), &sorted(&is[i])))
    }

    #[test]
    fn a_changed_line_stays_the_line_it_was() {
        let pairs = aligned("a b c/d e f/g h i", "a b c/new one/d e x/g h i");
        let expected =
            [(Some(0), Some(0)), (None, Some(1)), (Some(1), Some(2)), (Some(2), Some(3))];
        assert_eq!(pairs, expected);
        assert_eq!(aligned("a/b/c", "a/x/c")[1], (Some(1), Some(1)), "replaced in its place");
        assert_eq!(aligned("a/b/c", "a/c")[1], (Some(1), None));
    }

    proptest! {
        #[test]
        fn every_piece_stands_in_one_pair_and_in_order(
            was in "[ab ]{0,6}(/[abc ]{0,6}){0,8}", is in "[ab ]{0,6}(/[abc ]{0,6}){0,8}"
        ) {
            let pairs = aligned(&was, &is);
            let first: Vec<usize> = pairs.iter().filter_map(|p| p.0).collect();
            let second: Vec<usize> = pairs.iter().filter_map(|p| p.1).collect();
            prop_assert_eq!(first, (0..words(&was).len()).collect::<Vec<_>>());
            prop_assert_eq!(second, (0..words(&is).len()).collect::<Vec<_>>());
            prop_assert!(pairs.iter().all(|p| p.0.is_some() || p.1.is_some()));
        }
    }
}
