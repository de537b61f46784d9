//! What is kept of a mail's texts for work across items: the texts, and what each quotes.

use serde::{Deserialize, Serialize};

use super::normalise;
use super::quote::{Conversation, Line, Moment, Role, Style, Text};
use super::shingle;
use crate::evidence::Span;
use crate::limits;
use crate::parse::document::Piece;

/// One text part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// As in paths behind `#`; empty where the mail is one part.
    pub section: String,
    pub is_html: bool,
    /// Another form of a text that stands before it.
    pub is_alternative: bool,
    /// Every line behind its marks of quoting, joined by line feeds, at most
    /// [`limits::BODY_TEXT`] bytes.
    pub text: String,
    /// Of those, the lines that are its own.
    pub own: String,
    /// Of each level of quoting, its own first, a number for its letters and figures in their order: who is
    /// shown to say what.
    pub levels: Vec<u64>,
    /// Its reader sees something else than these lines: pictures, words kept from sight, links to elsewhere
    /// than they say, marks that turn words, attachments, lines or parts beyond a bound.
    pub shows_more: bool,
    /// The smallest hashes of its own runs of words: texts that share some share text.
    pub sketch: Vec<u64>,
}

/// One mail that is quoted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub section: String,
    /// From 1.
    pub depth: u32,
    pub style: Style,
    /// Who and what is said to be quoted, as written.
    pub name: Option<String>,
    pub address: Option<String>,
    pub date: Option<String>,
    pub moments: Vec<Moment>,
    pub subject: Option<String>,
    /// Nothing of the answer stands between its lines: where people answer in between they also cut.
    pub is_unbroken: bool,
    /// Its lines, with those it quotes itself.
    pub text: String,
    /// As [`Body::levels`], from the first that has any on.
    pub levels: Vec<u64>,
}

/// The texts of a conversation and what they quote, at most [`limits::MAIL_QUOTES`].
pub fn records(conversation: &Conversation) -> (Vec<Body>, Vec<Quote>) {
    let bodies = conversation.texts.iter().map(body).collect();
    let quotes = conversation
        .texts
        .iter()
        .flat_map(|text| (0..text.quotes.len()).map(|index| quote(text, index)));
    (bodies, quotes.take(limits::MAIL_QUOTES).collect())
}

/// Lines of a kept text, as [`super::align::align`] takes them.
pub fn lines(text: &str) -> Vec<Line> {
    let mut at = 0;
    let line = |(number, text): (usize, &str)| {
        let span = Span::new(at, at + text.len());
        at = span.end + 1;
        let (content, text, role) = (Some(span.start), text.to_owned(), Role::Own);
        Line { span, content, text, number, depth: 0, role }
    };
    text.split('\n').enumerate().map(line).collect()
}

/// What is kept to find texts that share some of a document's: the least hashes of all its pieces.
pub fn sketch_of(pieces: &[Piece]) -> Vec<u64> {
    let text: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
    kept(&lines(&text.join("\n")).iter().collect::<Vec<_>>())
}

fn kept(lines: &[&Line]) -> Vec<u64> {
    let mut sketch = shingle::sketch(lines);
    sketch.truncate(limits::BODY_SKETCH);
    sketch
}

fn body(text: &Text) -> Body {
    let own = text.own();
    let sketch = kept(&own);
    Body {
        section: text.section.clone(),
        is_html: text.is_html,
        is_alternative: text.is_alternative,
        shows_more: text.shows_more || is_cut(&text.all()),
        text: joined(&text.all()),
        own: joined(&own),
        levels: levels(&text.all(), 0),
        sketch,
    }
}

fn quote(text: &Text, index: usize) -> Quote {
    let quoted = &text.quotes[index];
    let mut inside = vec![false; text.quotes.len()];
    inside[index] = true;
    // A quote stands behind the one it is in.
    for (at, other) in text.quotes.iter().enumerate().skip(index + 1) {
        inside[at] = other.within.is_some_and(|outer| inside[outer]);
    }
    let belongs = |line: &&Line| match line.role {
        Role::Own => false,
        Role::Quoted(of) => inside.get(of).copied().unwrap_or(false),
        Role::Attribution(of) => of != index && inside.get(of).copied().unwrap_or(false),
    };
    let lines: Vec<&Line> = text.lines.iter().filter(belongs).collect();
    let between = lines.first().zip(lines.last()).map(|(first, last)| first.number..last.number);
    let is_other = |line: &&Line| !belongs(line) && !line.text.trim().is_empty();
    let is_between =
        |line: &Line| between.as_ref().is_some_and(|range| range.contains(&line.number));
    let is_unbroken = !text.lines.iter().filter(is_other).any(is_between);
    let said = quoted.attribution.clone().unwrap_or_default();
    Quote {
        section: text.section.clone(),
        depth: u32::try_from(quoted.depth).unwrap_or(u32::MAX),
        style: quoted.style,
        name: said.name,
        address: said.address,
        date: said.date,
        moments: said.moments,
        subject: said.subject,
        is_unbroken,
        text: joined(&lines),
        levels: below_its_fields(levels(&lines, quoted.depth)),
    }
}

/// Some programs put marks before what stands below a block of fields: a level twice said.
fn below_its_fields(mut levels: Vec<u64>) -> Vec<u64> {
    let empty = levels.iter().take_while(|level| **level == 0).count();
    levels.split_off(empty)
}

/// A number for the letters of each level from one on; blanks, signs and empty levels at the end aside.
fn levels(lines: &[&Line], from: usize) -> Vec<u64> {
    let mut out = Vec::new();
    for word in normalise::words(lines).0.iter().filter(|word| word.counts()) {
        let level = lines[word.line].depth.saturating_sub(from);
        out.resize(out.len().max(level + 1), 0);
        out[level] = shingle::added(out[level], word.key.as_bytes());
    }
    out
}

/// Whether [`joined`] leaves lines out.
fn is_cut(lines: &[&Line]) -> bool {
    lines.iter().map(|line| line.text.len() + 1).sum::<usize>() > limits::BODY_TEXT
}

fn joined(lines: &[&Line]) -> String {
    let mut out = String::new();
    for line in lines {
        if out.len() + line.text.len() > limits::BODY_TEXT {
            break;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&line.text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::quote::of_plain;

    #[test]
    fn a_quote_is_kept_with_what_it_quotes() {
        let text = of_plain(
            "Yes.\n\nOn 3 May 2017, A <a@b.example> wrote:\n> Shall we?\n> On 2 May 2017, C wrote:\n\
             > > The price is 40.\n",
            false,
        );
        let (bodies, quotes) = records(&Conversation { texts: vec![text] });
        assert_eq!(bodies[0].own.trim(), "Yes.");
        assert_eq!(quotes[0].text, "Shall we?\nOn 2 May 2017, C wrote:\nThe price is 40.");
        assert_eq!(quotes[1].text, "The price is 40.");
        assert!(quotes.iter().all(|quote| quote.is_unbroken));
        let asked = |text: &str| records(&Conversation { texts: vec![of_plain(text, false)] }).0;
        let is_quoted = |text: &str| asked(text)[0].levels == quotes[0].levels;
        assert!(is_quoted("Shall\nwe?\n\nOn 2 May 2017, C wrote:\n> The price\n> is 40.\n"));
        assert!(!is_quoted("Shall we?\n\nOn 2 May 2017, C wrote:\nThe price is 40.\n"));
        let twice = "Yes.\n\nFrom: A <a@b.example>\nSent: 3 May 2017 10:00\nTo: C\nSubject: Price\n\n> Shall we?\n\
                     > On 2 May 2017, C wrote:\n> > The price is 40.\n";
        let (_, twice) = records(&Conversation { texts: vec![of_plain(twice, false)] });
        assert_eq!(twice[0].levels, quotes[0].levels);
        assert!(!is_quoted("> Shall we?\n\nOn 2 May 2017, C wrote:\n> The price is 40.\n"));
        let lines = lines(&quotes[0].text);
        assert_eq!(lines[2].text, "The price is 40.");
        assert_eq!(lines[2].span.of(quotes[0].text.as_bytes()), b"The price is 40.");
        let between = "On 3 May 2017, A <a@b.example> wrote:\n> Shall we?\n\nYes.\n\n> And when?\n";
        let (_, quotes) = records(&Conversation { texts: vec![of_plain(between, false)] });
        assert!(!quotes[0].is_unbroken);
    }
}
