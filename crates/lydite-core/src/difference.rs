//! What differs between the text that was found and the text it was made from, word by word.
//!
//! Used to show a reader what changed, so it must lose nothing: the pieces put together give both
//! texts back exactly, line ends included. The unit is the word; a number is one word with its
//! separators (`320,000.50`), so that a changed amount stands there whole, old and new, and no
//! digit hides in an unchanged neighbour. The search is Myers' with bounded splits (crate
//! `similar`), which takes no clock: the same texts give the same pieces on every machine.

mod align;
mod class;
pub mod document;
pub mod image;
mod sums;
pub mod told;

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::limits;

/// A run of text that stands in both texts, or in one of them alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Piece {
    Same(String),
    /// Only in the text that was found.
    Found(String),
    /// Only in the original.
    Original(String),
}

/// How fine a difference is: a property of the two sizes, so that whoever shows it can say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grain {
    Words,
    /// More than [`limits::DIFFERENCE_WORDS`] words: whole lines were compared.
    Lines,
    /// More than [`limits::DIFFERENCE_LINES`] lines too: only the common start and end were cut
    /// off, the rest is one replaced block.
    Block,
}

/// The grain at which [`difference`] compares these texts.
pub fn grain(found: &str, original: &str) -> Grain {
    let within = |next: fn(&str) -> usize, bound| {
        [found, original].iter().all(|text| Tokens { text, next }.take(bound + 1).count() <= bound)
    };
    if within(next_word, limits::DIFFERENCE_WORDS) {
        Grain::Words
    } else if within(next_line, limits::DIFFERENCE_LINES) {
        Grain::Lines
    } else {
        Grain::Block
    }
}

/// `found` against `original`. [`Piece::Same`] and [`Piece::Found`] in their order are `found`,
/// [`Piece::Same`] and [`Piece::Original`] are `original`. No piece is empty, and where a run was
/// replaced the original stands before what was found.
pub fn difference(found: &str, original: &str) -> Vec<Piece> {
    let next = match grain(found, original) {
        Grain::Words => next_word,
        Grain::Lines => next_line,
        Grain::Block => return replaced_block(found, original),
    };
    let mut numbers = HashMap::new();
    let (found, original) =
        (numbered(found, next, &mut numbers), numbered(original, next, &mut numbers));
    let mut pieces = Pieces::default();
    for op in capture_diff_slices(Algorithm::Myers, &original.numbers, &found.numbers) {
        let (was, is) = (original.text(op.old_range()), found.text(op.new_range()));
        match op.tag() {
            DiffTag::Equal => pieces.same(is),
            DiffTag::Delete | DiffTag::Insert | DiffTag::Replace => pieces.replaced(was, is),
        }
    }
    pieces.done()
}

/// A text cut into tokens, each with the number that equal tokens share.
struct Numbered<'a> {
    whole: &'a str,
    numbers: Vec<u32>,
    /// Where each token starts, and behind them the end of the text.
    starts: Vec<usize>,
}

impl<'a> Numbered<'a> {
    fn text(&self, tokens: Range<usize>) -> &'a str {
        &self.whole[self.starts[tokens.start]..self.starts[tokens.end]]
    }
}

fn numbered<'a>(
    text: &'a str,
    next: fn(&str) -> usize,
    known: &mut HashMap<&'a str, u32>,
) -> Numbered<'a> {
    let mut out = Numbered { whole: text, numbers: Vec::new(), starts: vec![0] };
    let mut end = 0;
    for token in (Tokens { text, next }) {
        let number = known.len() as u32;
        out.numbers.push(*known.entry(token).or_insert(number));
        end += token.len();
        out.starts.push(end);
    }
    out
}

/// Cuts a text; `next` gives the length of the first token of a text that is not empty.
struct Tokens<'a> {
    text: &'a str,
    next: fn(&str) -> usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.text.is_empty() {
            return None;
        }
        let (token, rest) = self.text.split_at((self.next)(self.text));
        self.text = rest;
        Some(token)
    }
}

/// Bytes of the first line with its end.
fn next_line(text: &str) -> usize {
    text.find('\n').map_or(text.len(), |end| end + 1)
}

/// Bytes of the first word: letters and digits with the separators between digits, or blanks, or
/// a line end, or one other character.
fn next_word(text: &str) -> usize {
    let mut rest = text.chars();
    let Some(first) = rest.next() else {
        return 0;
    };
    if first == '\r' && rest.as_str().starts_with('\n') {
        return 2;
    }
    if is_blank(first) {
        return text.find(|c| !is_blank(c)).unwrap_or(text.len());
    }
    if !first.is_alphanumeric() {
        return first.len_utf8();
    }
    let mut end = first.len_utf8();
    let mut before = first;
    while let Some(c) = rest.next() {
        let digit_follows = rest.clone().next().is_some_and(char::is_numeric);
        let joins = is_separator(c) && before.is_numeric() && digit_follows;
        // Accents written as characters of their own belong to their letter.
        if !(c.is_alphanumeric() || joins || is_combining(c)) {
            break;
        }
        end += c.len_utf8();
        before = c;
    }
    end
}

fn is_blank(c: char) -> bool {
    c != '\r' && c != '\n' && c.is_whitespace()
}

/// Stands inside amounts, dates, times and account numbers. No-break blanks group thousands in
/// French.
fn is_separator(c: char) -> bool {
    matches!(c, '.' | ',' | ':' | '/' | '-' | '\'' | '’' | '\u{a0}' | '\u{202f}')
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Pieces under way: neighbours of a kind are joined.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    original: String,
    found: String,
}

impl Pieces {
    fn replaced(&mut self, was: &str, is: &str) {
        self.original.push_str(was);
        self.found.push_str(is);
    }

    fn same(&mut self, text: &str) {
        self.flush();
        if text.is_empty() {
            return;
        }
        match self.done.last_mut() {
            Some(Piece::Same(before)) => before.push_str(text),
            _ => self.done.push(Piece::Same(text.to_owned())),
        }
    }

    fn flush(&mut self) {
        let was = std::mem::take(&mut self.original);
        let is = std::mem::take(&mut self.found);
        if !was.is_empty() {
            self.done.push(Piece::Original(was));
        }
        if !is.is_empty() {
            self.done.push(Piece::Found(is));
        }
    }

    fn done(mut self) -> Vec<Piece> {
        self.flush();
        self.done
    }
}

/// Without a search: the whole lines that both texts start and end with are cut off.
fn replaced_block(found: &str, original: &str) -> Vec<Piece> {
    let lines = |text| Tokens { text, next: next_line };
    let alike = lines(found).zip(lines(original)).take_while(|(a, b)| a == b);
    let (head, found_rest) = found.split_at(alike.map(|(line, _)| line.len()).sum());
    let original_rest = &original[head.len()..];
    let pairs = found_rest.bytes().rev().zip(original_rest.bytes().rev());
    let alike = pairs.take_while(|(a, b)| a == b).count();
    // The tail starts behind a line end, so that no word or number is cut in two.
    let tail = &found_rest.as_bytes()[found_rest.len() - alike..];
    let tail = memchr::memchr(b'\n', tail).map_or(0, |end| tail.len() - end - 1);
    let (found_middle, tail) = found_rest.split_at(found_rest.len() - tail);
    let original_middle = &original_rest[..original_rest.len() - tail.len()];
    let mut pieces = Pieces::default();
    pieces.same(head);
    pieces.replaced(original_middle, found_middle);
    pieces.same(tail);
    pieces.done()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn same(text: &str) -> Piece {
        Piece::Same(text.to_owned())
    }

    fn found(text: &str) -> Piece {
        Piece::Found(text.to_owned())
    }

    fn original(text: &str) -> Piece {
        Piece::Original(text.to_owned())
    }

    /// What the pieces say both texts were: found, original.
    fn texts(pieces: &[Piece]) -> (String, String) {
        let mut out = (String::new(), String::new());
        for piece in pieces {
            match piece {
                Piece::Same(text) => {
                    out.0.push_str(text);
                    out.1.push_str(text);
                }
                Piece::Found(text) => out.0.push_str(text),
                Piece::Original(text) => out.1.push_str(text),
            }
        }
        out
    }

    #[test]
    fn words_differ_and_the_rest_stands() {
        let pieces = difference("please pay at once, Ada\n", "please wait, Ada\n");
        let expected = [same("please "), original("wait"), found("pay at once"), same(", Ada\n")];
        assert_eq!(pieces, expected);
    }

    #[test]
    fn a_changed_number_stands_there_whole() {
        let cases = [
            ("is 320,000 euros", "is 320 euros", "320,000", "320"),
            ("is 1.534,50 euros", "is 1.234,50 euros", "1.534,50", "1.234,50"),
            ("on 2017-05-06 at", "on 2017-05-05 at", "2017-05-06", "2017-05-05"),
            (
                "FR7630006000011234567890189.",
                "FR7630006000011234567890188.",
                "FR7630006000011234567890189",
                "FR7630006000011234567890188",
            ),
            ("1\u{202f}000 €", "9\u{202f}000 €", "1\u{202f}000", "9\u{202f}000"),
        ];
        for (is, was, number, before) in cases {
            let pieces = difference(is, was);
            assert!(pieces.contains(&found(number)), "{pieces:?}");
            assert!(pieces.contains(&original(before)), "{pieces:?}");
        }
    }

    #[test]
    fn line_ends_are_words() {
        let pieces = difference("a\r\nb\n", "a\nb\n");
        assert_eq!(pieces, [same("a"), original("\n"), found("\r\n"), same("b\n")]);
        assert_eq!(difference("", ""), []);
        assert_eq!(difference("x", ""), [found("x")]);
    }

    #[test]
    fn beyond_the_bounds_lines_are_compared_and_then_one_block() {
        let words = "a b c d ".repeat(limits::DIFFERENCE_WORDS / 8 + 1);
        let (is, was) = (format!("{words}\nnew 17\nend\n"), format!("{words}\nold 12\nend\n"));
        assert_eq!(grain(&is, &was), Grain::Lines);
        let expected =
            [same(&format!("{words}\n")), original("old 12\n"), found("new 17\n"), same("end\n")];
        assert_eq!(difference(&is, &was), expected);

        let lines = "a b\n".repeat(limits::DIFFERENCE_LINES + 1);
        let (is, was) = (format!("{lines}1 new 7\nend\n"), format!("{lines}1 old 7\nend\n"));
        assert_eq!(grain(&is, &was), Grain::Block);
        let expected = [same(&lines), original("1 old 7\n"), found("1 new 7\n"), same("end\n")];
        assert_eq!(difference(&is, &was), expected);
    }

    proptest! {
        #[test]
        fn both_texts_come_back(is: String, was: String) {
            let pieces = difference(&is, &was);
            prop_assert_eq!(texts(&pieces), (is.clone(), was.clone()));
            prop_assert_eq!(texts(&replaced_block(&is, &was)), (is, was));
        }

        #[test]
        fn both_texts_come_back_where_much_is_alike(
            is in "([ab1é]|\\r?\\n|[ .,]){0,40}", was in "([ab1é]|\\r?\\n|[ .,]){0,40}"
        ) {
            let pieces = difference(&is, &was);
            prop_assert_eq!(texts(&replaced_block(&is, &was)), (is.clone(), was.clone()));
            prop_assert_eq!(texts(&pieces), (is, was));
            let empty = |piece: &Piece| match piece {
                Piece::Same(t) | Piece::Found(t) | Piece::Original(t) => t.is_empty(),
            };
            prop_assert!(!pieces.iter().any(empty));
        }
    }
}
