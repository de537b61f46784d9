//! What kind of word a change concerns. A hint for a reader, who sees the words themselves.

use super::{Piece, Tokens, next_word};
use crate::difference::document::Class;

/// The class of a change of words: of what weighs most among the words that changed.
pub(super) fn class(words: &[Piece]) -> Class {
    let (found, original) = (side(words, true), side(words, false));
    let text = |side: &[Word]| side.iter().map(|word| word.text).collect::<String>();
    if plain(&text(&found)) == plain(&text(&original)) {
        return Class::FormattingOnly;
    }
    let changed = [kinds(&found), kinds(&original)].concat();
    let all = found.iter().chain(&original).filter(|word| is_word(word.text)).count();
    let is_rewritten = changed.len() * 2 > all && all > 8;
    if is_rewritten {
        return Class::Text;
    }
    [Class::Number, Class::Date, Class::Name]
        .into_iter()
        .find(|class| changed.contains(class))
        .unwrap_or(Class::Text)
}

/// Without what only a typesetter sees: kinds of blanks, quotes and dashes, soft hyphens, ligatures.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' => {}
            '‘' | '’' | '‚' | '`' => out.push('\''),
            '“' | '”' | '„' | '«' | '»' => out.push('"'),
            '\u{2010}'..='\u{2015}' | '−' => out.push('-'),
            'ﬁ' => out.push_str("fi"),
            'ﬂ' => out.push_str("fl"),
            'ﬀ' => out.push_str("ff"),
            '…' => out.push_str("..."),
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    is_changed: bool,
}

fn side(words: &[Piece], found: bool) -> Vec<Word<'_>> {
    let mut out = Vec::new();
    for piece in words {
        let (text, is_changed) = match piece {
            Piece::Same(text) => (text, false),
            Piece::Found(text) if found => (text, true),
            Piece::Original(text) if !found => (text, true),
            _ => continue,
        };
        out.extend(Tokens { text, next: next_word }.map(|text| Word { text, is_changed }));
    }
    out
}

fn is_word(text: &str) -> bool {
    text.starts_with(char::is_alphanumeric)
}

fn kinds(side: &[Word]) -> Vec<Class> {
    let words: Vec<(usize, Word)> =
        side.iter().copied().enumerate().filter(|(_, word)| is_word(word.text)).collect();
    let kind = |at: usize| {
        let (place, word) = words[at];
        let near = [at.checked_sub(1), Some(at + 1)];
        let neighbours = near.into_iter().flatten().filter_map(|n| words.get(n)).map(|(_, w)| w);
        let mut neighbours = neighbours.copied();
        if word.text.starts_with(char::is_numeric) {
            let beside_month = neighbours.any(|w| is_month(w.text)) && word.text.len() <= 4;
            return if beside_month || is_date(word.text) { Class::Date } else { Class::Number };
        }
        if is_month(word.text) {
            return Class::Date;
        }
        let before = side[..place].iter().rev().find(|w| !w.text.trim().is_empty());
        let starts = before.is_none_or(|w| matches!(w.text, "." | "!" | "?" | ":"));
        let is_pair = neighbours.any(|w| is_capital(w.text) && w.is_changed);
        match is_capital(word.text) && (!starts || is_pair) {
            true => Class::Name,
            false => Class::Text,
        }
    };
    (0..words.len()).filter(|at| words[*at].1.is_changed).map(kind).collect()
}

/// A capital and small letters behind it; names in capitals have at least four.
fn is_capital(text: &str) -> bool {
    let mut letters = text.chars();
    let first = letters.next().is_some_and(char::is_uppercase);
    let small = text.chars().skip(1).any(char::is_lowercase);
    first && (small || text.chars().count() >= 4 && letters.all(char::is_uppercase))
}

/// `2017-03-02`, `02/03/2017`, `2.3.17`, `2017-03-02T10:00:00Z`.
fn is_date(text: &str) -> bool {
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    ['-', '/', '.'].into_iter().any(|mark| {
        let parts: Vec<&str> = day.split(mark).collect();
        let fits = |part: &&str| {
            part.len() <= 4 && !part.is_empty() && part.chars().all(|c| c.is_ascii_digit())
        };
        let [first, middle, last] = parts.as_slice() else {
            return false;
        };
        parts.iter().all(fits)
            && middle.parse().is_ok_and(|n: u32| (1..=31).contains(&n))
            && [first, last].iter().any(|part| part.len() <= 2)
            && (first.len() != 3 && last.len() != 3)
    })
}

fn is_month(text: &str) -> bool {
    const MONTHS: &[&str] = &[
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let lower = text.to_lowercase();
    // `may` is a verb, `mars` a planet: only the capital, or the French month, counts.
    MONTHS.contains(&lower.as_str()) && !(text == "may" || text == "march")
}

#[cfg(test)]
mod tests {
    use super::super::difference;
    use super::*;

    #[test]
    fn the_class_is_that_of_the_words_that_changed() {
        let cases = [
            ("costs 42,000 euros", "costs 4,200 euros", Class::Number),
            ("paid to Tom Reyes at once", "paid to Luc Besnard at once", Class::Name),
            ("sent on 2017-03-04 by mail", "sent on 2017-03-02 by mail", Class::Date),
            ("the evening of 9 April", "the evening of 6 April", Class::Date),
            ("le 4 mai 2017", "le 4 mars 2017", Class::Date),
            ("please wait here", "please pay here", Class::Text),
            ("l’hôtel – ouvert", "l'hôtel - ouvert", Class::FormattingOnly),
            ("one  two\nthree", "one two three", Class::FormattingOnly),
            ("Please wait", "Kindly wait", Class::Text),
            ("4200", "3900", Class::Number),
            ("4200", "", Class::Number),
        ];
        for (is, was, expected) in cases {
            assert_eq!(class(&difference(is, was)), expected, "{was} -> {is}");
        }
    }
}
