//! Measures quotes on mailing lists: of every reply whose parent is at hand, how much of what it quotes
//! stands in the parent, which differences show although nobody altered anything, and how many
//! alterations of a quoted line are brought to light:
//!
//! ```text
//! cargo run -p lydite-core --example quotes -- FOLDER...
//! ```
//!
//! `--changes` lists every difference on untouched mail, `--missed` every alteration that was not shown;
//! `--html` reads the replies' HTML in place of their plain text.
//! Alterations are drawn by a fixed sequence, so that runs compare. `docs/quotes.md` has the outcome.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lydite_core::evidence::Span;
use lydite_core::parse::email;
use lydite_core::text::align::{Aligned, align_level};
use lydite_core::text::normalise::{self, Kind};
use lydite_core::text::quote::{self, Conversation, Line, Text};
use lydite_core::text::{decode_header, shingle};

struct Mail {
    path: PathBuf,
    parents: Vec<String>,
    read: Conversation,
}

#[derive(Default)]
struct Counts {
    replies: usize,
    attributed: usize,
    quotes: usize,
    telling: usize,
    words: usize,
    equal: usize,
    foreign: usize,
    changed: usize,
    neutral: BTreeMap<&'static str, usize>,
    altering: BTreeMap<&'static str, usize>,
    /// Alterations by kind: quoted, shown.
    altered: BTreeMap<&'static str, (usize, usize)>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let says = |flag: &str| arguments.iter().any(|a| a == flag);
    for folder in arguments.iter().filter(|a| !a.starts_with("--")) {
        let mails = mails(Path::new(folder));
        let mut counts = Counts::default();
        let mut draw = 1u64;
        for mail in mails.values() {
            let parent = mail.parents.iter().find_map(|id| mails.get(id));
            let Some(parent) = parent else { continue };
            compare(mail, parent, &mut counts, &mut draw, &says);
        }
        counts.print(folder, mails.len());
        chance(&mails, folder);
    }
}

/// Message-ID to mail.
fn mails(folder: &Path) -> BTreeMap<String, Mail> {
    let mut mails = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let Ok(raw) = std::fs::read(&path) else { continue };
        let mail = email::parse(&raw);
        let ids = |name: &str| -> Vec<String> {
            let value =
                mail.field(&raw, name).map(|f| decode_header(f.value.of(&raw))).unwrap_or_default();
            value.split(['<', '>']).filter(|id| id.contains('@')).map(str::to_owned).collect()
        };
        let Some(id) = ids("Message-ID").pop() else { continue };
        let read = quote::read(&raw, &mail);
        mails.insert(id, Mail { path, parents: ids("In-Reply-To"), read });
    }
    mails
}

fn all(read: &Conversation) -> Vec<&Line> {
    read.main().flat_map(Text::all).collect()
}

/// All quotes of the first level, aligned with the text of the parent that has most of them.
fn aligned(text: &Text, parent: &Conversation) -> Vec<(usize, usize, Aligned)> {
    let quotes = (0..text.quotes.len()).filter(|n| text.quotes[*n].depth == 1);
    let best = |quote: usize| {
        let lines = text.quoted(quote);
        let texts = parent.texts.iter().enumerate().filter(|(_, text)| !text.is_alternative);
        let found = texts.map(|(n, text)| (quote, n, align_level(&lines, 1, text)));
        found.max_by_key(|(_, n, aligned)| (aligned.equal, std::cmp::Reverse(*n)))
    };
    quotes.filter_map(best).collect()
}

fn compare(
    mail: &Mail,
    parent: &Mail,
    counts: &mut Counts,
    draw: &mut u64,
    says: &dyn Fn(&str) -> bool,
) {
    counts.replies += 1;
    let chosen = |text: &&Text| if says("--html") { text.is_html } else { !text.is_alternative };
    for text in mail.read.texts.iter().filter(chosen) {
        for (index, beside, found) in aligned(text, &parent.read) {
            counts.quotes += 1;
            counts.attributed += usize::from(text.quotes[index].attribution.is_some());
            if !found.tells() {
                continue;
            }
            counts.add(&found);
            for change in found.altering().filter(|_| says("--changes")) {
                println!(
                    "{}\t{}\t{}\t{}|{}\t[{}]\t[{}]",
                    mail.path.display(),
                    parent.path.display(),
                    change.class.name(),
                    change.before,
                    change.behind,
                    change.was,
                    change.is
                );
            }
            let reply = Reply { path: &mail.path, text, index, says_missed: says("--missed") };
            alter(&reply, &parent.read.texts[beside], &found, counts, draw);
        }
    }
}

struct Reply<'a> {
    path: &'a Path,
    text: &'a Text,
    /// Of the quote.
    index: usize,
    says_missed: bool,
}

/// Which words of the parent one kind of alteration takes.
type Fits = fn(&normalise::Word) -> bool;

/// Alters one word, one number and one name of the parent where the quote has it, leaves one out and puts
/// one in, and looks whether each shows.
fn alter(reply: &Reply, parent: &Text, untouched: &Aligned, counts: &mut Counts, draw: &mut u64) {
    let quote = reply.text.quoted(reply.index);
    let (words, _) = normalise::words(&parent.all());
    let kinds: [(&'static str, Fits); 5] = [
        ("word", |w| w.kind == Kind::Word && !w.capital && w.key.len() > 2),
        ("number", |w| w.kind == Kind::Number),
        ("name", |w| w.kind == Kind::Word && w.capital && w.key.chars().count() > 3),
        ("left out", |w| w.kind == Kind::Word && w.key.len() > 2),
        ("put in", |w| w.kind == Kind::Word && w.key.len() > 2),
    ];
    for (name, fits) in kinds {
        // Words that the quote has, by the alignment of the untouched texts.
        let is_quoted = |w: &&normalise::Word| {
            let within = |run: &Span| run.start <= w.span.start && w.span.end <= run.end;
            untouched.runs.iter().any(|run| within(&run.original))
        };
        let fit = |w: &&normalise::Word| fits(w) && parent.lines[w.line].content.is_some();
        let quoted: Vec<_> = words.iter().filter(fit).filter(is_quoted).collect();
        if quoted.is_empty() {
            continue;
        }
        *draw =
            draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let word = quoted[(*draw >> 33) as usize % quoted.len()];
        let mut altered = parent.clone();
        let line = &mut altered.lines[word.line];
        let content = line.content.expect("plain text");
        let (at, end) = (word.span.start - content, word.span.end - content);
        let with = match name {
            "number" => number(&line.text[at..end]),
            "left out" => String::new(),
            "put in" => format!("never {}", &line.text[at..end]),
            "name" => "Vasquez".to_owned(),
            _ => "harbour".to_owned(),
        };
        line.text.replace_range(at..end, &with);
        let said = line.text.clone();
        let found = align_level(&quote, 1, &altered);
        let known: Vec<_> = untouched.altering().map(|c| c.quote).collect();
        let shown = found.altering().any(|c| !known.contains(&c.quote));
        let entry = counts.altered.entry(name).or_default();
        entry.0 += 1;
        entry.1 += usize::from(shown);
        if reply.says_missed && !shown {
            println!(
                "missed\t{}\t{name}\t[{}] -> [{with}]\t{said}",
                reply.path.display(),
                word.key
            );
        }
    }
}

/// Another digit in place of the first that is no zero.
fn number(text: &str) -> String {
    let mut done = false;
    let change = |c: char| match c.to_digit(10) {
        Some(digit) if !done => {
            done = true;
            char::from_digit((digit + 1) % 10, 10).unwrap_or(c)
        }
        _ => c,
    };
    text.chars().map(change).collect()
}

/// How many words a quote has in common with a mail of another thread, by chance and by set phrases.
fn chance(mails: &BTreeMap<String, Mail>, folder: &str) {
    let list: Vec<&Mail> = mails.values().collect();
    let mut by_equal: BTreeMap<usize, usize> = BTreeMap::new();
    let (mut pairs, mut telling, mut fooled) = (0, 0, 0);
    let sketches: Vec<shingle::Sketch> =
        list.iter().map(|m| shingle::sketch(&all(&m.read))).collect();
    for (at, mail) in list.iter().enumerate() {
        for step in [97, 389, 977] {
            let beside = (at + step) % list.len();
            // Mails of one thread, or forms sent again, share text for a reason.
            if shingle::likeness(&sketches[at], &sketches[beside]) > 10 {
                continue;
            }
            for text in mail.read.main() {
                for (_, _, found) in aligned(text, &list[beside].read) {
                    pairs += 1;
                    *by_equal.entry(found.longest).or_default() += 1;
                    telling += usize::from(found.tells());
                    fooled += usize::from(found.tells() && 2 * found.equal > found.words);
                }
            }
        }
    }
    println!(
        "{folder}: {pairs} quotes beside mails of other threads: {telling} tell, {fooled} of them with more than half of their words"
    );
    let over = |n: usize| by_equal.range(n..).map(|(_, c)| c).sum::<usize>();
    let row: Vec<String> = [3, 4, 5, 6, 7, 8, 10, 12, 16, 24, 40]
        .iter()
        .map(|n| format!("{n}: {}", over(*n)))
        .collect();
    println!("  longest run of equal words, at least: {}", row.join(", "));
}

impl Counts {
    fn add(&mut self, found: &Aligned) {
        self.telling += 1;
        self.words += found.words;
        self.equal += found.equal;
        self.foreign += found.foreign.iter().map(|f| f.words).sum::<usize>();
        self.changed += usize::from(found.altering().next().is_some());
        for change in found.changes.iter().filter(|c| c.class.is_neutral()) {
            *self.neutral.entry(change.class.name()).or_default() += 1;
        }
        for change in found.altering() {
            *self.altering.entry(change.class.name()).or_default() += 1;
        }
    }

    fn print(&self, folder: &str, mails: usize) {
        println!(
            "{folder}: {mails} mails, {} replies whose parent is there, {} quotes of the first level ({} attributed), {} tell",
            self.replies, self.quotes, self.attributed, self.telling
        );
        println!(
            "  of {} words {} stand in the parent, {} in lines that do not",
            self.words, self.equal, self.foreign
        );
        println!(
            "  {} of {} untouched quotes show a change: {:?}; explained: {:?}",
            self.changed, self.telling, self.altering, self.neutral
        );
        for (name, (quoted, shown)) in &self.altered {
            println!("  {name} altered in {quoted} parents where quoted: {shown} shown");
        }
    }
}
