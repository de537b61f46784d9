//! The difference of two documents as it is told: by itself, without the two.
//!
//! Texts ([`super::document`]) and what the documents state of themselves. What an earlier state of a
//! PDF said stands apart ([`crate::parse::document::pdf::steps`]) and is left out here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Piece as Words;
use super::document::{Class, Comparison, compare};
use crate::limits;
use crate::parse::document::Piece;
use crate::parse::document::profile::{Name, Property};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    pub changes: Vec<Change>,
    /// Changes beyond `limits::DIFFERENCE_TOLD` or `limits::DIFFERENCE_TEXT`.
    pub changes_left: usize,
    pub broken_sums: Vec<BrokenSum>,
    pub properties: Vec<PropertyChange>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub class: Class,
    /// Where it stands in what was found, and where it stood: none where it does not.
    pub found: Vec<String>,
    pub original: Vec<String>,
    /// The words of both. Of a row or column, its cells between bars.
    pub words: Vec<Words>,
}

/// A sum that held in the original and does not hold in what was found, whose cells are named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BrokenSum {
    pub first: String,
    pub last: String,
    pub total: String,
    pub stated: String,
    pub sums_to: f64,
}

/// A value that the two state differently, or that one of them does not state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyChange {
    pub name: Name,
    pub place: String,
    pub found: Option<String>,
    pub original: Option<String>,
}

impl Difference {
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.broken_sums.is_empty() && self.properties.is_empty()
    }
}

/// `found` against `original`: the texts and properties of each.
pub fn difference(
    (found, found_states): (&[Piece], &[Property]),
    (original, original_states): (&[Piece], &[Property]),
) -> Difference {
    let current = |text: &[Piece]| -> Vec<Piece> {
        text.iter().filter(|piece| !is_earlier(&piece.place)).cloned().collect()
    };
    let (found, original) = (current(found), current(original));
    let comparison = compare(&found, &original);
    let mut out = Difference {
        broken_sums: sums(&comparison, &found),
        properties: properties(found_states, original_states),
        ..Difference::default()
    };
    let mut room = limits::DIFFERENCE_TEXT;
    for change in &comparison.changes {
        let told = told(change, &found, &original);
        let length: usize = told.words.iter().map(text_of).map(str::len).sum();
        if out.changes.len() == limits::DIFFERENCE_TOLD || length > room {
            out.changes_left += 1;
            continue;
        }
        room -= length;
        out.changes.push(told);
    }
    out
}

/// Whether a text or value is that of an earlier state of the file.
fn is_earlier(place: &str) -> bool {
    place
        .strip_prefix("revision ")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn text_of(words: &Words) -> &str {
    match words {
        Words::Same(text) | Words::Found(text) | Words::Original(text) => text,
    }
}

fn told(change: &super::document::Change, found: &[Piece], original: &[Piece]) -> Change {
    let places = |list: &[usize], pieces: &[Piece]| -> Vec<String> {
        list.iter().map(|n| pieces[*n].place.clone()).collect()
    };
    let all = |list: &[usize], pieces: &[Piece]| -> Option<String> {
        let texts: Vec<&str> = list.iter().map(|n| pieces[*n].text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join(" | "))
    };
    let words = if change.words.is_empty() {
        let was = all(&change.original, original).map(Words::Original);
        was.into_iter().chain(all(&change.found, found).map(Words::Found)).collect()
    } else {
        change.words.clone()
    };
    Change {
        class: change.class,
        found: places(&change.found, found),
        original: places(&change.original, original),
        words,
    }
}

fn sums(comparison: &Comparison, found: &[Piece]) -> Vec<BrokenSum> {
    let sums = comparison.broken_sums.iter().take(limits::DIFFERENCE_TOLD);
    let place = |n: usize| found[n].place.clone();
    sums.map(|sum| BrokenSum {
        first: place(sum.first),
        last: place(sum.last),
        total: place(sum.total),
        stated: found[sum.total].text.clone(),
        sums_to: sum.sums_to,
    })
    .collect()
}

/// Values of one name and place are compared in their order, those that both have left out.
fn properties(found: &[Property], original: &[Property]) -> Vec<PropertyChange> {
    type Values<'a> = (Vec<&'a str>, Vec<&'a str>);
    let mut by_place: BTreeMap<(Name, &str), Values> = BTreeMap::new();
    for (list, is_found) in [(found, true), (original, false)] {
        for property in list.iter().filter(|property| !is_earlier(&property.place)) {
            let values = by_place.entry((property.name, &property.place)).or_default();
            let side = if is_found { &mut values.0 } else { &mut values.1 };
            side.push(&property.value);
        }
    }
    let mut out = Vec::new();
    for ((name, place), (mut is, mut was)) in by_place {
        is.retain(|value| match was.iter().position(|other| other == value) {
            Some(at) => {
                was.remove(at);
                false
            }
            None => true,
        });
        for at in 0..is.len().max(was.len()) {
            let value = |list: &[&str]| list.get(at).map(ToString::to_string);
            let (found, original) = (value(&is), value(&was));
            out.push(PropertyChange { name, place: place.to_owned(), found, original });
        }
    }
    out.truncate(limits::DIFFERENCE_TOLD);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Span;

    fn piece(place: &str, text: &str) -> Piece {
        Piece { place: place.to_owned(), text: text.to_owned() }
    }

    fn property(name: Name, value: &str, place: &str) -> Property {
        Property::text(name, value, place, Span::new(0, 1))
    }

    #[test]
    fn changes_stand_by_themselves_with_places_words_and_sums() {
        let was = ["Hall", "4200", "Print", "1850", "Sum", "6050"];
        let at = ["A1", "B1", "A2", "B2", "A3", "B3"];
        let sheet = |texts: &[&str]| -> Vec<Piece> {
            at.iter().zip(texts).map(|(at, text)| piece(&format!("Budget!{at}"), text)).collect()
        };
        let is = ["Hall", "4200", "Print", "18500", "Sum", "6050"];
        let told = difference((&sheet(&is), &[]), (&sheet(&was), &[]));
        assert_eq!(told.changes.len(), 1);
        let change = &told.changes[0];
        assert_eq!(
            (change.class, &change.found[..]),
            (Class::Number, &["Budget!B2".to_owned()][..])
        );
        let words = [Words::Original("1850".into()), Words::Found("18500".into())];
        assert_eq!(change.words, words);
        let sum = &told.broken_sums[0];
        assert_eq!((&sum.total[..], &sum.stated[..], sum.sums_to), ("Budget!B3", "6050", 22700.0));
        let told = difference((&sheet(&was), &[]), (&sheet(&was)[2..], &[]));
        assert_eq!(told.changes[0].class, Class::RowInserted);
        assert_eq!(told.changes[0].words, [Words::Found("Hall | 4200".into())]);
        assert!(told.changes[0].original.is_empty());
    }

    #[test]
    fn values_that_both_state_are_left_out_and_so_are_earlier_states() {
        let found = [
            property(Name::Author, "Ada", "Info /Author"),
            property(Name::Font, "Lato", "font"),
            property(Name::Font, "Arial", "font"),
            property(Name::Author, "Ben", "revision 1 Info /Author"),
        ];
        let original = [
            property(Name::Author, "Ben", "Info /Author"),
            property(Name::Font, "Arial", "font"),
            property(Name::Title, "Plan", "Info /Title"),
        ];
        let text = [piece("revision 1 page 1", "before")];
        let told = difference((&text, &found), (&[], &original));
        assert!(told.changes.is_empty());
        let pairs: Vec<_> = told
            .properties
            .iter()
            .map(|p| (p.name, p.original.as_deref(), p.found.as_deref()))
            .collect();
        let expected = [
            (Name::Author, Some("Ben"), Some("Ada")),
            (Name::Title, Some("Plan"), None),
            (Name::Font, None, Some("Lato")),
        ];
        assert_eq!(pairs, expected);
        assert!(difference((&[], &found), (&[], &found)).is_empty());
    }

    #[test]
    fn what_is_too_long_is_counted() {
        let long = "a".repeat(limits::DIFFERENCE_TEXT);
        let found = [piece("paragraph 1", &long), piece("comment 1", "b")];
        let told = difference((&found, &[]), (&[], &[]));
        assert_eq!((told.changes.len(), told.changes_left), (1, 1));
    }
}
