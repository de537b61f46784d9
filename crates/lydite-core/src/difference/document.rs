//! What differs between two documents: by cell, row, column, paragraph and page.
//!
//! Pieces of one kind are aligned by content, so that an inserted row or paragraph moves nothing
//! else. A table is aligned by its columns first, then by its rows. What is alike but not equal is
//! one change, with its words before and after; what has no counterpart was inserted or removed.
//! Sums that held in the original and no longer do are told beside the changes: whoever alters an
//! amount by hand forgets them.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::align::{Pairs, align, shared};
use super::class::{class, plain};
use super::sums::{self, Line, Value};
use super::{Tokens, difference, next_word};
use crate::parse::document::Piece;

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    Number,
    Date,
    Name,
    Text,
    /// Blanks, quotes, dashes, ligatures: the words are the same.
    FormattingOnly,
    RowInserted,
    RowRemoved,
    ColumnInserted,
    ColumnRemoved,
    /// A paragraph, page, slide, comment.
    Inserted,
    Removed,
}

/// One change. Pieces are named by their number in the two lists that were compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub class: Class,
    pub found: Vec<usize>,
    pub original: Vec<usize>,
    /// Of a changed piece: its words, before and after.
    pub words: Vec<super::Piece>,
}

/// A sum that held in the original.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BrokenSum {
    /// The pieces of the found document from the first to the last that should be added.
    pub first: usize,
    pub last: usize,
    /// The piece where the sum is stated.
    pub total: usize,
    /// What they add up to.
    pub sums_to: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub changes: Vec<Change>,
    pub broken_sums: Vec<BrokenSum>,
}

/// `found` against `original`, both in reading order.
pub fn compare(found: &[Piece], original: &[Piece]) -> Comparison {
    let (is, was) = (Groups::of(found), Groups::of(original));
    let mut out = Comparison::default();
    for (found_sheet, original_sheet) in sheets(&is, &was) {
        let tables = Tables {
            found: is.sheets.get(found_sheet).unwrap_or(&NOTHING),
            original: was.sheets.get(original_sheet).unwrap_or(&NOTHING),
            texts: (found, original),
        };
        tables.compare(&mut out);
    }
    let none = Vec::new();
    let mut stems: Vec<&String> = was.runs.keys().chain(is.runs.keys()).collect();
    stems.sort();
    stems.dedup();
    for stem in stems {
        let side = |groups: &'_ Groups| groups.runs.get(stem).unwrap_or(&none).clone();
        runs((found, &side(&is)), (original, &side(&was)), &mut out);
    }
    out.changes.sort_by_key(|change| {
        (change.found.first().copied().unwrap_or(usize::MAX), change.original.first().copied())
    });
    out
}

/// Rows by number, each with its cells by column: numbers of pieces.
type Sheet = BTreeMap<u32, BTreeMap<u32, usize>>;

/// The cells of a row by the pair of their column: numbers of pieces.
type Row = BTreeMap<usize, usize>;

/// Cells of two aligned sheets by the pairs of their row and column.
type Grid = BTreeMap<(usize, usize), usize>;

/// What stands for a column or row in one of two documents.
type Side<T> = fn(&(Option<T>, Option<T>)) -> Option<T>;

static NOTHING: Sheet = Sheet::new();

/// The pieces of a document, by what can be compared with what.
#[derive(Default)]
struct Groups {
    sheets: BTreeMap<String, Sheet>,
    /// Everything that is no cell, by its place without numbers.
    runs: BTreeMap<String, Vec<usize>>,
}

impl Groups {
    fn of(pieces: &[Piece]) -> Groups {
        let mut out = Groups::default();
        for (number, piece) in pieces.iter().enumerate() {
            if let Some((sheet, row, column)) = cell(&piece.place) {
                let row = out.sheets.entry(sheet.to_owned()).or_default().entry(row).or_default();
                if let std::collections::btree_map::Entry::Vacant(free) = row.entry(column) {
                    free.insert(number);
                    continue;
                }
            }
            let stem: String = piece.place.chars().filter(|c| !c.is_ascii_digit()).collect();
            out.runs.entry(stem).or_default().push(number);
        }
        out
    }
}

/// Sheet, row and column of `Sheet1!B3` and `Sheet1!B3 (hidden)`.
fn cell(place: &str) -> Option<(&str, u32, u32)> {
    let place = place.strip_suffix(" (hidden)").unwrap_or(place);
    let (sheet, at) = place.rsplit_once('!')?;
    let digits = at.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = at.split_at(digits);
    if !(1..=4).contains(&letters.len()) || !letters.bytes().all(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let column = letters.bytes().fold(0, |sum, b| sum * 26 + u32::from(b - b'A') + 1);
    Some((sheet, row.parse().ok()?, column))
}

/// Which sheets belong together: of one name, then those left over in their order.
fn sheets<'a>(found: &'a Groups, original: &'a Groups) -> Vec<(&'a str, &'a str)> {
    let (is, was) = (&found.sheets, &original.sheets);
    let mut pairs: Vec<(&str, &str)> = is
        .keys()
        .filter(|name| was.contains_key(*name))
        .map(|n| (n.as_str(), n.as_str()))
        .collect();
    let mut new = is.keys().filter(|name| !was.contains_key(*name));
    let mut old = was.keys().filter(|name| !is.contains_key(*name));
    loop {
        match (new.next(), old.next()) {
            (None, None) => return pairs,
            // A name that is in neither document stands for no sheet.
            (n, o) => pairs.push((n.map_or("", String::as_str), o.map_or("", String::as_str))),
        }
    }
}

/// Paragraphs, pages and the like of one kind.
fn runs(
    (found, is): (&[Piece], &[usize]),
    (original, was): (&[Piece], &[usize]),
    out: &mut Comparison,
) {
    let text = |pieces: &'_ [Piece], list: &[usize]| -> Vec<String> {
        list.iter().map(|n| pieces[*n].text.clone()).collect()
    };
    let (new, old) = (text(found, is), text(original, was));
    let mut known = HashMap::new();
    let mut words = |texts: &[String]| -> Vec<Vec<u32>> {
        texts.iter().map(|text| words(text, &mut known)).collect()
    };
    let (new_words, old_words) = (words(&new), words(&old));
    let pairs = align(&old, &new, |o, n| shared(&old_words[o], &new_words[n]));
    for pair in pairs {
        match pair {
            (Some(o), Some(n)) if old[o] == new[n] => {}
            (Some(o), Some(n)) => out.changes.push(changed(&new[n], &old[o], is[n], was[o])),
            (old, new) => out.changes.push(Change {
                class: if old.is_some() { Class::Removed } else { Class::Inserted },
                found: new.map(|n| is[n]).into_iter().collect(),
                original: old.map(|o| was[o]).into_iter().collect(),
                words: Vec::new(),
            }),
        }
    }
}

/// The words of a text, sorted, by the numbers that equal ones share.
fn words(text: &str, known: &mut HashMap<String, u32>) -> Vec<u32> {
    let text = plain(text);
    let words = Tokens { text: &text, next: next_word }.filter(|word| !word.trim().is_empty());
    let number = |word: &str| {
        let next = known.len() as u32;
        *known.entry(word.to_owned()).or_insert(next)
    };
    let mut numbers: Vec<u32> = words.map(number).collect();
    numbers.sort_unstable();
    numbers
}

fn changed(is: &str, was: &str, found: usize, original: usize) -> Change {
    let words = difference(is, was);
    Change {
        class: class_of_cell(is, was).unwrap_or_else(|| class(&words)),
        found: vec![found],
        original: vec![original],
        words,
    }
}

/// Two numbers are compared by their value: `4200` is `4,200.00`.
fn class_of_cell(is: &str, was: &str) -> Option<Class> {
    match (sums::value(is), sums::value(was)) {
        (Value::Number { value: is, .. }, Value::Number { value: was, .. }) => {
            Some(if is == was { Class::FormattingOnly } else { Class::Number })
        }
        _ => None,
    }
}

/// Two sheets that belong together.
struct Tables<'a> {
    found: &'a Sheet,
    original: &'a Sheet,
    texts: (&'a [Piece], &'a [Piece]),
}

impl Tables<'_> {
    fn compare(&self, out: &mut Comparison) {
        let columns = self.columns();
        // Columns of the found sheet by the number of their pair; likewise of the original.
        let pair_of = |which: Side<u32>| -> BTreeMap<u32, usize> {
            let numbered = columns.iter().enumerate();
            numbered.filter_map(|(at, pair)| Some((which(pair)?, at))).collect()
        };
        let (original_at, found_at) = (pair_of(|pair| pair.0), pair_of(|pair| pair.1));
        let rows = |sheet: &Sheet, at: &BTreeMap<u32, usize>| -> Vec<Row> {
            let row = |row: &BTreeMap<u32, usize>| row.iter().map(|(c, n)| (at[c], *n)).collect();
            sheet.values().map(row).collect()
        };
        let (is, was) = (rows(self.found, &found_at), rows(self.original, &original_at));
        let is_paired: Vec<bool> = columns.iter().map(|c| c.0.is_some() && c.1.is_some()).collect();
        let pairs = self.rows(&is, &was, &is_paired);
        self.cells(&is, &was, &pairs, &is_paired, out);
        self.sums(&is, &was, &pairs, out);
    }

    fn text(&self, found: usize) -> &str {
        &self.texts.0[found].text
    }

    fn was(&self, original: usize) -> &str {
        &self.texts.1[original].text
    }

    /// Columns of the original and the found sheet that belong together, by their letters' number.
    fn columns(&self) -> Vec<(Option<u32>, Option<u32>)> {
        fn by_column<'a>(
            sheet: &Sheet,
            text: impl Fn(usize) -> &'a str,
        ) -> BTreeMap<u32, Vec<&'a str>> {
            let mut columns: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
            for row in sheet.values() {
                for (column, number) in row {
                    columns.entry(*column).or_default().push(text(*number));
                }
            }
            columns
        }
        let was = by_column(self.original, |n| self.was(n));
        let is = by_column(self.found, |n| self.text(n));
        let sorted = |columns: &BTreeMap<u32, Vec<&str>>| -> Vec<Vec<String>> {
            let mut columns: Vec<Vec<String>> =
                columns.values().map(|c| c.iter().map(ToString::to_string).collect()).collect();
            columns.iter_mut().for_each(|column| column.sort());
            columns
        };
        let (old, new) = (sorted(&was), sorted(&is));
        let (old_at, new_at): (Vec<u32>, Vec<u32>) =
            (was.keys().copied().collect(), is.keys().copied().collect());
        // As many columns under the same letters: none was inserted.
        if old_at == new_at {
            return old_at.into_iter().map(|c| (Some(c), Some(c))).collect();
        }
        let pairs = align(&old, &new, |o, n| shared(&old[o], &new[n]));
        pairs.into_iter().map(|(o, n)| (o.map(|o| old_at[o]), n.map(|n| new_at[n]))).collect()
    }

    fn rows(&self, is: &[Row], was: &[Row], is_paired: &[bool]) -> Pairs {
        fn keys<'a>(
            rows: &[Row],
            is_paired: &[bool],
            text: impl Fn(usize) -> &'a str,
        ) -> Vec<Vec<(usize, &'a str)>> {
            let row = |row: &Row| {
                let cells = row.iter().filter(|(column, _)| is_paired[**column]);
                cells.map(|(column, number)| (*column, text(*number))).collect()
            };
            rows.iter().map(row).collect()
        }
        let old = keys(was, is_paired, |n| self.was(n));
        let new = keys(is, is_paired, |n| self.text(n));
        align(&old, &new, |o, n| {
            // A row is known by its label, whatever its numbers.
            let label = |row: &[(usize, &str)]| {
                let text = row.iter().find(|(_, text)| sums::value(text) == Value::Text);
                text.map(|(column, text)| (*column, text.to_string()))
            };
            let of_label = label(&old[o]).is_some_and(|was| label(&new[n]) == Some(was));
            shared(&old[o], &new[n]).max(if of_label { 700 } else { 0 })
        })
    }

    fn cells(
        &self,
        is: &[Row],
        was: &[Row],
        pairs: &Pairs,
        is_paired: &[bool],
        out: &mut Comparison,
    ) {
        let whole = |class, found: Vec<usize>, original: Vec<usize>| Change {
            class,
            found,
            original,
            words: Vec::new(),
        };
        let mut alone: BTreeMap<usize, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (old, new) in pairs {
            let (Some(o), Some(n)) = (old, new) else {
                let class = if old.is_some() { Class::RowRemoved } else { Class::RowInserted };
                let list = |rows: &[Row], at: &Option<usize>| {
                    at.map(|at| rows[at].values().copied().collect()).unwrap_or_default()
                };
                out.changes.push(whole(class, list(is, new), list(was, old)));
                continue;
            };
            let (old, new) = (&was[*o], &is[*n]);
            let mut columns: Vec<&usize> = old.keys().chain(new.keys()).collect();
            columns.sort();
            columns.dedup();
            for column in columns {
                let (o, n) = (old.get(column), new.get(column));
                if !is_paired[*column] {
                    let lists = alone.entry(*column).or_default();
                    lists.0.extend(n);
                    lists.1.extend(o);
                    continue;
                }
                let (before, after) =
                    (o.map_or("", |o| self.was(*o)), n.map_or("", |n| self.text(*n)));
                if o.is_some() == n.is_some() && before == after {
                    continue;
                }
                let words = difference(after, before);
                let class = class_of_cell(after, before).unwrap_or_else(|| class(&words));
                let list = |at: Option<&usize>| at.copied().into_iter().collect();
                out.changes.push(Change { class, found: list(n), original: list(o), words });
            }
        }
        for (found, original) in alone.into_values() {
            let class = if found.is_empty() { Class::ColumnRemoved } else { Class::ColumnInserted };
            out.changes.push(whole(class, found, original));
        }
    }

    fn sums(&self, is: &[Row], was: &[Row], pairs: &Pairs, out: &mut Comparison) {
        // Both sheets in one grid, whose rows are pairs: so places mean the same in both.
        let grid = |rows: &[Row], which: Side<usize>| {
            let mut grid: Grid = BTreeMap::new();
            for (at, pair) in pairs.iter().enumerate() {
                for (column, number) in which(pair).iter().flat_map(|row| &rows[*row]) {
                    grid.insert((at, *column), *number);
                }
            }
            grid
        };
        let (new, old) = (grid(is, |pair| pair.1), grid(was, |pair| pair.0));
        let turned = |grid: &Grid| -> Grid {
            grid.iter().map(|((row, column), number)| ((*column, *row), *number)).collect()
        };
        self.sums_of_lines(&turned(&new), &turned(&old), out);
        self.sums_of_lines(&new, &old, out);
    }

    /// Asks again for every sum that held in a line of the original; a line is what has the same
    /// first coordinate.
    fn sums_of_lines(&self, new: &Grid, old: &Grid, out: &mut Comparison) {
        let mut lines: BTreeMap<usize, Line> = BTreeMap::new();
        for ((line, at), number) in old {
            lines.entry(*line).or_default().push((*at, sums::value(self.was(*number))));
        }
        for (line, values) in lines {
            for sum in sums::totals(&values) {
                let Some(total) = new.get(&(line, sum.total)) else {
                    continue;
                };
                let cells = new.range((line, sum.first)..(line, sum.total));
                let cells: Vec<(usize, usize)> = cells.map(|((_, at), n)| (*at, *n)).collect();
                let addends: Line =
                    cells.iter().map(|(at, n)| (*at, sums::value(self.text(*n)))).collect();
                let off = sums::off(&addends, sums::value(self.text(*total)));
                let wrong = off.filter(|off| !off.is_exact && !off.is_rounding);
                if let (Some(off), Some(first), Some(last)) = (wrong, cells.first(), cells.last()) {
                    let sums_to = off.sums_to;
                    out.broken_sums.push(BrokenSum {
                        first: first.1,
                        last: last.1,
                        total: *total,
                        sums_to,
                    });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
