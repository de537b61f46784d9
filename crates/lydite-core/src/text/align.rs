//! A quote beside the text it is said to come from: which of its words stand there, which were changed.
//!
//! Whoever quotes leaves out what does not matter, so what is missing between two lines of a quote is no
//! change; what is missing, put in or replaced inside a line is. Runs of equal words are found first, the
//! longest before shorter ones and in order; between them the cheapest way is searched ([`super::gap`]).
//! A change is shown with its words and what explains it ([`Class`]); who made it this cannot know: people
//! correct, shorten and redact what they quote.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::gap::{self, Side, Step};
use super::neutral;
use super::normalise::{self, Word};
use super::quote::Line;
use crate::evidence::Span;
use crate::limits;

pub use super::neutral::Class;

/// What an alignment found. Counts are of words with letters or digits, not of signs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aligned {
    /// Words of the quote.
    pub words: usize,
    /// Those that stand in the original in this order.
    pub equal: usize,
    /// The longest run of them.
    pub longest: usize,
    /// Runs of equal words.
    pub runs: Vec<Run>,
    pub changes: Vec<Change>,
    /// Lines of the quote that have nothing in the original: another mail's, an answer without its own
    /// mark, or lines that were taken out of the original.
    pub foreign: Vec<Foreign>,
    /// Words of the original that the quote passes over between two lines; no change.
    pub left_out: usize,
    /// A bound of `limits.rs` ended the search.
    pub cut: bool,
}

/// A run of equal words, in the decoded parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub original: Span,
    pub quote: Span,
    pub words: usize,
}

/// Words that differ inside a line of the quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub class: Class,
    /// Where the words stand; empty at the place where they are missing.
    pub original: Span,
    pub quote: Span,
    /// The words, as keys joined by blanks; of long runs the first ones.
    pub was: String,
    pub is: String,
    /// How many.
    pub was_words: usize,
    pub is_words: usize,
    /// Equal words directly before and behind: how firmly the place is known.
    pub before: usize,
    pub behind: usize,
}

/// Lines of the quote without a counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foreign {
    pub quote: Span,
    pub words: usize,
}

impl Aligned {
    /// Whether enough stands in both that chance and set phrases do not explain it:
    /// [`limits::QUOTE_TELLS`].
    pub fn tells(&self) -> bool {
        self.equal >= limits::QUOTE_TELLS && self.longest >= limits::QUOTE_RUN
    }

    /// Changes that carriage does not explain.
    pub fn altering(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| !change.class.is_neutral())
    }
}

/// Two texts as words with the numbers that equal ones share.
struct Both {
    original: Vec<Word>,
    quote: Vec<Word>,
    old: Vec<u32>,
    new: Vec<u32>,
    old_signs: Vec<bool>,
    new_signs: Vec<bool>,
    /// Before this word of the quote something may be missing: a mark of shortening stood there, or
    /// lines of somebody else.
    parted: Vec<bool>,
}

/// Aligns the lines of a quote with those of a text.
pub fn align(quote: &[&Line], original: &[&Line]) -> Aligned {
    let (old, old_cut) = normalise::words(original);
    let (new, new_cut) = normalise::words(quote);
    let (new, parted) = without_marks(new, quote);
    let both = numbered(old, new, parted);
    let mut out = Aligned { cut: old_cut || new_cut, ..Aligned::default() };
    out.words = both.quote.iter().filter(|w| w.counts()).count();
    let anchors = chain(&both);
    if anchors.is_empty() {
        return out;
    }
    let steps = all_steps(&both, &anchors, &mut out);
    tell(&both, &steps, &mut out);
    out
}

/// Words without marks of shortening (`[...]`, `[snip]`), and before which words something may be missing.
fn without_marks(words: Vec<Word>, lines: &[&Line]) -> (Vec<Word>, Vec<bool>) {
    let mut kept: Vec<Word> = Vec::with_capacity(words.len());
    let mut parted = Vec::with_capacity(words.len());
    let mut is_parted = true;
    let mut at = 0;
    while at < words.len() {
        let taken = mark_of_shortening(&words[at..]);
        if taken > 0 {
            at += taken;
            is_parted = true;
            continue;
        }
        let word = &words[at];
        if let Some(last) = kept.last() {
            let follow = |n: usize| lines[n].number == lines[n - 1].number + 1;
            is_parted |= !(last.line + 1..=word.line).all(follow);
        }
        kept.push(word.clone());
        parted.push(std::mem::take(&mut is_parted));
        at += 1;
    }
    (kept, parted)
}

/// How many words a mark of shortening takes: `[...]`, `(…)`, `[snip]`, `<snip>`, dots at the end of a line.
fn mark_of_shortening(words: &[Word]) -> usize {
    let key = |n: usize| words.get(n).map_or("", |w| w.key.as_str());
    let close = match key(0) {
        "[" => "]",
        "(" => ")",
        "<" => ">",
        "..." => {
            return usize::from(words.get(1).is_none_or(|w| w.line != words[0].line));
        }
        _ => return 0,
    };
    const CUT: &[&str] =
        &["...", "..", "snip", "snipped", "cut", "trimmed", "skip", "coupé", "schnipp", "gekürzt"];
    let inner = key(1).to_lowercase();
    usize::from(CUT.contains(&inner.as_str()) && key(2) == close) * 3
}

fn numbered(original: Vec<Word>, quote: Vec<Word>, parted: Vec<bool>) -> Both {
    let mut known: HashMap<String, u32> = HashMap::new();
    let mut number = |words: &[Word]| -> Vec<u32> {
        let one = |word: &Word| {
            let next = known.len() as u32;
            *known.entry(word.key.clone()).or_insert(next)
        };
        words.iter().map(one).collect()
    };
    let (old, new) = (number(&original), number(&quote));
    let signs = |words: &[Word]| words.iter().map(|w| !w.counts()).collect();
    Both {
        old_signs: signs(&original),
        new_signs: signs(&quote),
        old,
        new,
        parted,
        original,
        quote,
    }
}

/// A run of equal words: where it begins in both, and how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Anchor {
    old: usize,
    new: usize,
    length: usize,
}

/// Words an anchor begins with, and how many of them must be more than signs.
const SEED: usize = 4;
const SEED_WORDS: usize = 3;

/// The longest runs of equal words that follow each other in both texts.
fn chain(both: &Both) -> Vec<Anchor> {
    let mut found = anchors(both);
    found.sort_by_key(|a| (std::cmp::Reverse(a.length), a.new, a.old));
    let mut chosen: BTreeMap<usize, Anchor> = BTreeMap::new();
    for anchor in found {
        let before = chosen.range(..=anchor.new).next_back().map(|(_, a)| *a);
        let behind = chosen.range(anchor.new + 1..).next().map(|(_, a)| *a);
        let mut fitted = anchor;
        if let Some(a) = before {
            let over = (a.new + a.length)
                .saturating_sub(fitted.new)
                .max((a.old + a.length).saturating_sub(fitted.old));
            fitted = Anchor {
                old: fitted.old + over,
                new: fitted.new + over,
                length: fitted.length.saturating_sub(over),
            };
        }
        if let Some(a) = behind {
            let room = a.new.saturating_sub(fitted.new).min(a.old.saturating_sub(fitted.old));
            fitted.length = fitted.length.min(room);
        }
        if is_firm(both, fitted) {
            chosen.insert(fitted.new, fitted);
        }
    }
    chosen.into_values().collect()
}

fn is_firm(both: &Both, anchor: Anchor) -> bool {
    let signs = &both.new_signs[anchor.new..anchor.new + anchor.length];
    anchor.length >= SEED && signs.iter().filter(|sign| !**sign).count() >= SEED_WORDS
}

/// Every run that cannot be made longer, from places that begin with [`SEED`] equal words.
fn anchors(both: &Both) -> Vec<Anchor> {
    let mut places: HashMap<&[u32], Vec<usize>> = HashMap::new();
    for (at, seed) in both.old.windows(SEED).enumerate() {
        let list = places.entry(seed).or_default();
        // What stands more often is a table or a rule: it is found when a run reaches it.
        if list.len() < limits::QUOTE_PLACES {
            list.push(at);
        }
    }
    let mut found = Vec::new();
    // Ends of the runs that the word before belonged to, by their distance.
    let mut open: HashMap<isize, usize> = HashMap::new();
    for (at, seed) in both.new.windows(SEED).enumerate() {
        for place in places.get(seed).into_iter().flatten() {
            let distance = *place as isize - at as isize;
            if open.get(&distance).is_some_and(|end| *end > at) {
                continue;
            }
            let pairs = both.old[*place..].iter().zip(&both.new[at..]);
            let length = pairs.take_while(|(a, b)| a == b).count();
            open.insert(distance, at + length);
            found.push(Anchor { old: *place, new: at, length });
        }
    }
    found
}

/// What becomes of every word, with the anchors' words and the gaps between them.
fn all_steps(both: &Both, anchors: &[Anchor], out: &mut Aligned) -> Vec<Step> {
    let mut steps = Vec::with_capacity(both.old.len() + both.new.len());
    let (mut old, mut new) = (0, 0);
    let mut cells = 0;
    let end = Anchor { old: both.old.len(), new: both.new.len(), length: 0 };
    for anchor in anchors.iter().chain([&end]) {
        let gap = (old..anchor.old, new..anchor.new);
        let size = (gap.0.len() + 1).saturating_mul(gap.1.len() + 1);
        if gap.0.is_empty()
            || gap.1.is_empty()
            || size > limits::QUOTE_GAP
            || cells + size > limits::QUOTE_CELLS
        {
            out.cut |= !gap.0.is_empty() && !gap.1.is_empty();
            steps.extend(gap.0.map(|_| Step::Left));
            steps.extend(gap.1.map(|_| Step::Put));
        } else {
            cells += size;
            steps.extend(between(both, gap));
        }
        steps.extend((0..anchor.length).map(|_| Step::Same));
        (old, new) = (anchor.old + anchor.length, anchor.new + anchor.length);
    }
    steps
}

fn between(both: &Both, (old, new): (Range<usize>, Range<usize>)) -> Vec<Step> {
    let original = Side { numbers: &both.old[old.clone()], signs: &both.old_signs[old] };
    let quote = Side { numbers: &both.new[new.clone()], signs: &both.new_signs[new.clone()] };
    gap::steps(&original, &quote, &|n| begins_line(both, new.start + n))
}

/// Whether a line of the quote begins with that word, or the quote ended before it.
fn begins_line(both: &Both, at: usize) -> bool {
    let line = |at: usize| both.quote.get(at).map(|w| w.line);
    at == 0 || line(at).is_none() || line(at) != line(at - 1) || both.parted[at]
}

/// A stretch of words that differ: of the original and of the quote.
#[derive(Clone, Default)]
struct Stretch {
    old: Range<usize>,
    new: Range<usize>,
}

/// Turns steps into runs, changes, foreign lines and what was left out.
fn tell(both: &Both, steps: &[Step], out: &mut Aligned) {
    let (mut old, mut new) = (0, 0);
    let mut stretches: Vec<Stretch> = Vec::new();
    // Equal words before each stretch, and behind the last.
    let mut same: Vec<Stretch> = Vec::new();
    let mut at = 0;
    while at < steps.len() {
        let is_same = steps[at] == Step::Same;
        let mut one = Stretch { old: old..old, new: new..new };
        while at < steps.len() && (steps[at] == Step::Same) == is_same {
            old += usize::from(steps[at] != Step::Put);
            new += usize::from(steps[at] != Step::Left);
            at += 1;
        }
        one.old.end = old;
        one.new.end = new;
        if is_same { same.push(one) } else { stretches.push(one) }
    }
    for run in &same {
        let words = both.quote[run.new.clone()].iter().filter(|w| w.counts()).count();
        out.equal += words;
        out.longest = out.longest.max(words);
        let span = |words: &[Word]| Span::new(words[0].span.start, words[words.len() - 1].span.end);
        out.runs.push(Run {
            original: span(&both.original[run.old.clone()]),
            quote: span(&both.quote[run.new.clone()]),
            words,
        });
    }
    for stretch in stretches {
        let around = |fits: &dyn Fn(&Stretch) -> bool| {
            let run = same.iter().find(|run| fits(run));
            run.map_or(0, |run| both.quote[run.new.clone()].iter().filter(|w| w.counts()).count())
        };
        let before =
            around(&|run| run.new.end == stretch.new.start && run.old.end == stretch.old.start);
        let behind =
            around(&|run| run.new.start == stretch.new.end && run.old.start == stretch.old.end);
        judge(both, &stretch, (before, behind), out);
    }
}

/// Words in a row that a person changes; more is another text.
const CHANGED: usize = 12;

/// What one stretch is: left out, foreign, or a change.
fn judge(both: &Both, stretch: &Stretch, (before, behind): (usize, usize), out: &mut Aligned) {
    let old = &both.original[stretch.old.clone()];
    let new = &both.quote[stretch.new.clone()];
    let counting = |words: &[Word]| words.iter().filter(|w| w.counts()).count();
    let (was_words, is_words) = (counting(old), counting(new));
    let edge =
        before == 0 && stretch.new.start == 0 || behind == 0 && stretch.new.end == both.quote.len();
    if new.is_empty() {
        if edge || is_left_out(both, stretch) {
            out.left_out += was_words;
            return;
        }
    } else if is_lines(both, &stretch.new)
        && (old.is_empty() || is_words > CHANGED || edge && before + behind == 0)
    {
        out.left_out += was_words;
        out.foreign.push(Foreign {
            quote: Span::new(new[0].span.start, new[new.len() - 1].span.end),
            words: is_words,
        });
        return;
    }
    let place = |words: &[Word], all: &[Word], range: &Range<usize>| match words {
        [first, .., last] => Span::new(first.span.start, last.span.end),
        [one] => one.span,
        [] => {
            let at = range.start.checked_sub(1).map_or(0, |n| all[n].span.end);
            Span::new(at, at)
        }
    };
    out.changes.push(Change {
        class: neutral::class(
            old,
            new,
            stretch.old.start.checked_sub(1).map(|n| &both.original[n]),
        ),
        original: place(old, &both.original, &stretch.old),
        quote: place(new, &both.quote, &stretch.new),
        was: said(old),
        is: said(new),
        was_words,
        is_words,
        before,
        behind,
    });
}

fn said(words: &[Word]) -> String {
    let keys: Vec<&str> = words.iter().take(2 * CHANGED).map(|w| w.key.as_str()).collect();
    keys.join(" ")
}

/// Whether words of the quote are whole lines of it.
fn is_lines(both: &Both, range: &Range<usize>) -> bool {
    begins_line(both, range.start) && begins_line(both, range.end)
}

/// Whether what the quote lacks was left out as people do: at a mark of shortening; whole lines of the
/// original; or, between two lines of the quote, more than a few words.
fn is_left_out(both: &Both, stretch: &Stretch) -> bool {
    let at = stretch.new.start;
    let line = |n: usize| both.original.get(n).map(|w| w.line);
    let old = &stretch.old;
    let starts = old.start == 0 || line(old.start) != line(old.start - 1);
    let ends = line(old.end).is_none() || line(old.end) != line(old.end - 1);
    let parted = both.parted.get(at).copied().unwrap_or(true);
    parted || starts && ends || begins_line(both, at) && old.len() > limits::QUOTE_SHORT
}

#[cfg(test)]
mod tests;
