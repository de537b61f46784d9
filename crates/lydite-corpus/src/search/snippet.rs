//! The place of a text that a query meets, cut out to be shown.

use lydite_core::limits;
use serde::Serialize;
use tantivy::tokenizer::TextAnalyzer;

use super::query::Marks;
use super::words;

/// A piece of text and what in it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// On one line; `…` where something is left out.
    #[serde(rename = "snippet")]
    pub text: String,
    /// First character and the one behind the last, of each hit.
    pub marked: Vec<[usize; 2]>,
}

/// Start and end in bytes.
type Span = (usize, usize);

/// The first of these texts that the query meets, around its densest place; else the start of the
/// first that is not empty.
pub fn of(texts: &[&str], marks: &Marks) -> Snippet {
    for text in texts {
        let found = spans(text, marks);
        if !found.is_empty() {
            return cut(text, &found, densest(&found));
        }
    }
    let first = texts.iter().find(|text| !text.trim().is_empty());
    first.map(|text| cut(text, &[], 0)).unwrap_or_default()
}

/// What the query meets: words as they stand, else by their stems.
fn spans(text: &str, marks: &Marks) -> Vec<Span> {
    let text = &text[..text.floor_char_boundary(limits::SNIPPET_SCANNED)];
    let found = plain(text, marks);
    if !found.is_empty() {
        return found;
    }
    for (mut analyzer, stems) in
        [(words::english(), &marks.english), (words::french(), &marks.french)]
    {
        let mut found = Vec::new();
        if !stems.is_empty() {
            each(&mut analyzer, text, |word, span| {
                if stems.contains(word) {
                    found.push(span);
                }
            });
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn each(analyzer: &mut TextAnalyzer, text: &str, mut visit: impl FnMut(&str, Span)) {
    analyzer
        .token_stream(text)
        .process(&mut |token| visit(&token.text, (token.offset_from, token.offset_to)));
}

fn plain(text: &str, marks: &Marks) -> Vec<Span> {
    let longest = marks.phrases.iter().map(Vec::len).max().unwrap_or(0).max(1);
    // The last words, as many as the longest phrase has.
    let mut last: Vec<(String, Span)> = Vec::new();
    let mut found: Vec<Span> = Vec::new();
    each(&mut words::plain(), text, |word, span| {
        if last.len() == longest {
            last.remove(0);
        }
        last.push((word.to_owned(), span));
        let met = marks.phrases.iter().filter(|phrase| {
            let start = last.len().checked_sub(phrase.len());
            start.is_some_and(|start| last[start..].iter().map(|w| &w.0).eq(phrase.iter()))
        });
        let longest_met = met.map(Vec::len).max();
        if let Some(length) = longest_met {
            let start = last[last.len() - length].1.0;
            while found.last().is_some_and(|before| before.0 >= start) {
                found.pop();
            }
            found.push((start, span.1));
        } else if marks.prefixes.iter().any(|prefix| word.starts_with(prefix)) {
            found.push(span);
        }
    });
    found
}

/// The hit from which on most others stand within one snippet; the first of equals.
fn densest(found: &[Span]) -> usize {
    let mut best = (0, 0);
    let mut end = 0;
    for (at, (start, _)) in found.iter().enumerate() {
        while end < found.len() && found[end].1 <= start + limits::SNIPPET {
            end += 1;
        }
        if end.saturating_sub(at) > best.1 {
            best = (at, end - at);
        }
    }
    best.0
}

fn cut(text: &str, found: &[Span], first: usize) -> Snippet {
    let hit = found.get(first).map_or(0, |span| span.0);
    let from = word_start(text, text.floor_char_boundary(hit.saturating_sub(limits::SNIPPET / 4)));
    let hit_end = found.get(first).map_or(0, |span| span.1);
    let to = text.floor_char_boundary((from + limits::SNIPPET).max(hit_end));
    let mut out = Snippet::default();
    let mut length = 0;
    if from > 0 {
        out.text.push('…');
        length += 1;
    }
    let shown = found.partition_point(|s| s.1 <= from)..found.partition_point(|s| s.0 < to);
    let found = found.get(shown).unwrap_or_default();
    let is_in = |at: usize| found.iter().any(|s| s.0 <= at && at < s.1);
    let mut is_blank = false;
    for (offset, c) in text[from..to].char_indices() {
        let at = from + offset;
        if c.is_whitespace() {
            is_blank = true;
            continue;
        }
        if std::mem::take(&mut is_blank) && offset > 0 && !matches!(out.text.as_str(), "" | "…") {
            out.text.push(' ');
            length += 1;
        }
        if is_in(at) {
            match out.marked.last_mut() {
                Some(last) if !found.iter().any(|s| s.0 == at) => last[1] = length + 1,
                _ => out.marked.push([length, length + 1]),
            }
        }
        out.text.push(c);
        length += 1;
    }
    if to < text.trim_end().len() {
        out.text.push('…');
    }
    out
}

/// The start of the word after this place, unless it is far.
fn word_start(text: &str, from: usize) -> usize {
    if from == 0 {
        return 0;
    }
    let near = text[from..].char_indices().take(limits::SNIPPET / 8);
    let blank = near.into_iter().find(|(_, c)| c.is_whitespace());
    blank.map_or(from, |(at, c)| from + at + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::fields::Fields;
    use crate::search::query::parse;

    fn shown(texts: &[&str], query: &str) -> String {
        let snippet = of(texts, &parse(&Fields::new(), query).unwrap().marks);
        let starts = |at| snippet.marked.iter().any(|m| m[0] == at);
        let ends = |at| snippet.marked.iter().any(|m| m[1] == at);
        let mut out = String::new();
        for (at, c) in snippet.text.chars().chain([' ']).enumerate() {
            out.push_str(if ends(at) { "]" } else { "" });
            out.push_str(if starts(at) { "[" } else { "" });
            out.push(c);
        }
        out.trim_end().to_owned()
    }

    #[test]
    fn the_hit_is_marked_and_stands_on_one_line() {
        assert_eq!(
            shown(&["Dear all,\n\n the Ünited front"], "united"),
            "Dear all, the [Ünited] front"
        );
        assert_eq!(shown(&["two invoices, one invoice"], "invoice"), "two invoices, one [invoice]");
        assert_eq!(shown(&["two invoices"], "invoice"), "two [invoices]");
        assert_eq!(
            shown(&["an open door, open the door"], "\"open the\""),
            "an open door, [open the] door"
        );
        assert_eq!(shown(&["invoicing"], "invo*"), "[invoicing]");
        assert_eq!(shown(&["", "nothing here"], "status:altered"), "nothing here");
        assert_eq!(shown(&["body", "the subject"], "subject"), "the [subject]");
    }

    #[test]
    fn a_long_text_is_cut_around_the_densest_place() {
        let text = format!("gold {} gold silver {}", "word ".repeat(500), "word ".repeat(500));
        let snippet = shown(&[&text], "gold silver");
        assert!(snippet.starts_with("…word") && snippet.ends_with('…'), "{snippet}");
        assert!(snippet.contains("[gold] [silver]"), "{snippet}");
        assert!(snippet.chars().count() < 2 * limits::SNIPPET);
        let hostile = "é".repeat(100_000);
        assert!(shown(&[&hostile], "x").chars().count() <= limits::SNIPPET + 2);
    }
}
