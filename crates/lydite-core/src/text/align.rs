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
use super::quote::{Line, Text};
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
    /// The quote says that something was left out: `[...]`, `[snip]`, dots at the end of a line.
    pub is_shortened: bool,
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
    /// The words, as keys joined by blanks; of long runs the first [`SAID`].
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
    /// The words of the quote before and behind follow each other in the original: somebody put these lines
    /// in between, or took them out of the original.
    pub between: bool,
}

impl Aligned {
    /// Whether enough stands in both that chance and set phrases do not explain it: a run of
    /// [`limits::QUOTE_RUN`] words in a quote of which a quarter is equal, or [`limits::QUOTE_TELLS`] words that are three quarters of the quote.
    pub fn tells(&self) -> bool {
        self.longest >= limits::QUOTE_RUN && 4 * self.equal >= self.words
            || self.equal >= limits::QUOTE_TELLS && 4 * self.equal >= 3 * self.words
    }

    /// Changes that carriage does not explain, at a place that the words around make known.
    pub fn altering(&self) -> impl Iterator<Item = &Change> {
        let placed = |change: &&Change| change.before + change.behind >= limits::QUOTE_PLACED;
        self.changes.iter().filter(|change| !change.class.is_neutral()).filter(placed)
    }
}

/// Two texts as words with the numbers that equal ones share.
struct Both {
    original: Vec<Word>,
    quote: Vec<Word>,
    old: Vec<u32>,
    new: Vec<u32>,
    old_follows: Vec<bool>,
    new_follows: Vec<bool>,
    old_signs: Vec<bool>,
    new_signs: Vec<bool>,
    /// Before this word of the quote stood a mark of shortening, or lines that are not of this quote.
    marked: Vec<bool>,
}

/// Aligns the lines of a quote with those of a text.
pub fn align(quote: &[&Line], original: &[&Line]) -> Aligned {
    let (old, old_cut) = normalise::words(original);
    let (new, new_cut) = normalise::words(quote);
    let counted = new.len();
    let (new, marked) = without_marks(new, quote);
    let is_shortened = new.len() < counted;
    let follow = (follows(&old, original), follows(&new, quote));
    let both = numbered(old, new, follow, marked);
    let mut out = Aligned { cut: old_cut || new_cut, is_shortened, ..Aligned::default() };
    out.words = both.quote.iter().filter(|w| w.counts()).count();
    let anchors = chain(&both, &mut out);
    if anchors.is_empty() {
        return out;
    }
    let steps = all_steps(&both, &anchors, &mut out);
    tell(&both, &steps, &mut out);
    out
}

/// Aligns a quote of a level (1 for the first) with one text of the mail it answers: with what that text
/// says at the level above, as it should be; or with all of it, where a tenth more stands there, since
/// not every program marks what it quotes.
pub fn align_level(quote: &[&Line], depth: usize, original: &Text) -> Aligned {
    let level = align(quote, &original.level(depth.saturating_sub(1)));
    let all = align(quote, &original.all());
    if 10 * level.equal >= 9 * all.equal { level } else { all }
}

/// Words without marks of shortening (`[...]`, `[snip]`), and before which words one stood, or an answer.
fn without_marks(mut words: Vec<Word>, lines: &[&Line]) -> (Vec<Word>, Vec<bool>) {
    let mut kept = Vec::with_capacity(words.len());
    let mut marked = Vec::with_capacity(words.len());
    let mut is_marked = false;
    let mut last = None;
    while kept.len() < words.len() {
        let at = kept.len();
        let taken = mark_of_shortening(&words[at..]);
        if taken > 0 {
            kept.extend((0..taken).map(|_| false));
            is_marked = true;
            continue;
        }
        if let Some(last) = last {
            let follow = |n: usize| lines[n].number == lines[n - 1].number + 1;
            is_marked |= !(last + 1..=words[at].line).all(follow);
        }
        last = Some(words[at].line);
        kept.push(true);
        marked.push(std::mem::take(&mut is_marked));
    }
    marked.push(is_marked);
    let mut kept = kept.into_iter();
    words.retain(|_| kept.next().unwrap_or(true));
    (words, marked)
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

fn numbered(
    original: Vec<Word>,
    quote: Vec<Word>,
    (old_follows, new_follows): (Vec<bool>, Vec<bool>),
    marked: Vec<bool>,
) -> Both {
    let (old, new) = numbers(&original, &quote);
    let signs = |words: &[Word]| words.iter().map(|w| !w.counts()).collect();
    Both {
        old_signs: signs(&original),
        new_signs: signs(&quote),
        old,
        new,
        marked,
        old_follows,
        new_follows,
        original,
        quote,
    }
}

/// The words of both texts as numbers, equal where the words are.
fn numbers(original: &[Word], quote: &[Word]) -> (Vec<u32>, Vec<u32>) {
    let mut known: HashMap<&str, u32> = HashMap::new();
    let mut numbers = Vec::with_capacity(original.len() + quote.len());
    for word in original.iter().chain(quote) {
        let next = known.len() as u32;
        numbers.push(*known.entry(&word.key).or_insert(next));
    }
    let quote = numbers.split_off(original.len());
    (numbers, quote)
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
fn chain(both: &Both, out: &mut Aligned) -> Vec<Anchor> {
    let (mut found, cut) = anchors(both);
    out.cut |= cut;
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
    if anchor.length < SEED {
        return false;
    }
    let signs = &both.new_signs[anchor.new..anchor.new + anchor.length];
    signs.iter().filter(|sign| !**sign).count() >= SEED_WORDS
}

/// Every run that cannot be made longer, from places that begin with [`SEED`] equal words; and whether
/// a bound ended the search.
fn anchors(both: &Both) -> (Vec<Anchor>, bool) {
    let old: Vec<&[u32]> = both.old.windows(SEED).collect();
    let mut places: Vec<usize> = (0..old.len()).collect();
    places.sort_by_key(|at| old[*at]);
    let mut found = Vec::new();
    let mut compared = 0;
    // Ends of the runs that the word before belonged to, by their distance.
    let mut open: HashMap<isize, usize> = HashMap::new();
    for (at, seed) in both.new.windows(SEED).enumerate() {
        let first = places.partition_point(|place| old[*place] < seed);
        let equal = places[first..].iter().take_while(|place| old[**place] == seed);
        // What stands more often is a table or a rule: it is found when a run reaches it.
        for place in equal.take(limits::QUOTE_PLACES) {
            let distance = *place as isize - at as isize;
            if open.get(&distance).is_some_and(|end| *end > at) {
                continue;
            }
            let pairs = both.old[*place..].iter().zip(&both.new[at..]);
            let length = pairs.take_while(|(a, b)| a == b).count();
            compared += length;
            // One word said ten thousand times would be compared with itself at every place.
            if compared > limits::QUOTE_CELLS {
                return (found, true);
            }
            open.insert(distance, at + length);
            found.push(Anchor { old: *place, new: at, length });
        }
    }
    (found, false)
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
    at == 0 || line(at).is_none() || line(at) != line(at - 1) || both.marked[at]
}

/// A stretch of words that are the same or that differ: of the original and of the quote.
#[derive(Clone, Debug)]
struct Stretch {
    same: bool,
    old: Range<usize>,
    new: Range<usize>,
    /// Words of the original that are left out at its start and at its end.
    left: (usize, usize),
}

/// Turns steps into runs, changes, foreign lines and what was left out.
fn tell(both: &Both, steps: &[Step], out: &mut Aligned) {
    let mut list = stretches(steps);
    drop_chance(both, &mut list);
    let counting =
        |range: &Range<usize>| both.quote[range.clone()].iter().filter(|w| w.counts()).count();
    for at in 0..list.len() {
        let mut one = list[at].clone();
        if one.same {
            let words = counting(&one.new);
            out.equal += words;
            out.longest = out.longest.max(words);
            runs(both, &one, &mut out.runs);
            continue;
        }
        let around = (near(both, list[..at].iter().rev()), near(both, list[at + 1..].iter()));
        slide(both, &mut one);
        judge(both, &one, around, out);
    }
}

/// Equal words as runs whose lines follow each other in both texts, so that no run covers a line between.
fn runs(both: &Both, same: &Stretch, out: &mut Vec<Run>) {
    let length = same.new.len();
    let mut from = 0;
    for at in 1..=length {
        let (old, new) = (same.old.start + at, same.new.start + at);
        if at < length && both.old_follows[old] && both.new_follows[new] {
            continue;
        }
        let old = &both.original[same.old.start + from..old];
        let new = &both.quote[same.new.start + from..new];
        let span = |words: &[Word]| Span::new(words[0].span.start, words[words.len() - 1].span.end);
        let words = new.iter().filter(|w| w.counts()).count();
        out.push(Run { original: span(old), quote: span(new), words });
        from = at;
    }
}

/// Of every word whether its line follows that of the word before, blank ones between.
fn follows(words: &[Word], lines: &[&Line]) -> Vec<bool> {
    let line = |at: usize| words[at].line;
    let next = |at: usize| {
        at > 0 && lines[line(at)].number - lines[line(at - 1)].number == line(at) - line(at - 1)
    };
    (0..words.len()).map(next).collect()
}

/// Stretches on one side that are looked at.
const NEAR: usize = 32;

/// Equal words beside a change: up to the next words of the quote that differ, or words missing inside a
/// line of the original.
fn near<'a>(both: &Both, list: impl Iterator<Item = &'a Stretch>) -> usize {
    let counting =
        |range: &Range<usize>| both.quote[range.clone()].iter().filter(|w| w.counts()).count();
    let goes_on = |one: &&Stretch| {
        one.same || counting(&one.new) == 0 && (one.old.is_empty() || is_whole(both, &one.old))
    };
    list.take(NEAR).take_while(goes_on).filter(|one| one.same).map(|one| counting(&one.new)).sum()
}

/// Steps of a kind joined: equal and differing stretches follow each other.
fn stretches(steps: &[Step]) -> Vec<Stretch> {
    let mut list: Vec<Stretch> = Vec::new();
    let (mut old, mut new) = (0, 0);
    for step in steps {
        let same = *step == Step::Same;
        if list.last().is_none_or(|last| last.same != same) {
            list.push(Stretch { same, old: old..old, new: new..new, left: (0, 0) });
        }
        old += usize::from(*step != Step::Put);
        new += usize::from(*step != Step::Left);
        if let Some(last) = list.last_mut() {
            if *step == Step::Left {
                last.left.0 += usize::from(last.left.0 == last.old.len() && last.new.is_empty());
                last.left.1 += 1;
            } else {
                last.left.1 = 0;
            }
            (last.old.end, last.new.end) = (old, new);
        }
    }
    list
}

/// Few equal words between many that are not are chance: any two texts have them.
fn drop_chance(both: &Both, list: &mut Vec<Stretch>) {
    let counting =
        |range: &Range<usize>| both.quote[range.clone()].iter().filter(|w| w.counts()).count();
    // From the shortest on, since what is left over counts to its neighbours.
    for most in 1..limits::QUOTE_RUN {
        let mut kept: Vec<Stretch> = Vec::with_capacity(list.len());
        for at in 0..list.len() {
            let one = &list[at];
            let words = counting(&one.new);
            let before =
                kept.last().filter(|last| !last.same).map_or(0, |last| counting(&last.new));
            let behind = list.get(at + 1).map_or(0, |next| counting(&next.new));
            let chance = one.same && words <= most && before.min(behind) > FOREIGN * words;
            let same = one.same && !chance;
            match kept.last_mut().filter(|last| last.same == same) {
                Some(last) => {
                    (last.old.end, last.new.end) = (one.old.end, one.new.end);
                    last.left.1 = one.left.1;
                }
                None => kept.push(Stretch { same, ..one.clone() }),
            }
        }
        *list = kept;
    }
}

/// How many times as many words must differ on both sides of equal ones that are chance.
const FOREIGN: usize = 2;

/// Words left out or put in may be moved where the words at their edges are alike (`a. b. c` without `b.`
/// or `. b`): to where a line of the quote begins, if they can be.
fn slide(both: &Both, stretch: &mut Stretch) {
    if !stretch.old.is_empty() && !stretch.new.is_empty() {
        return;
    }
    let (old, new) = (stretch.old.clone(), stretch.new.clone());
    let put = old.is_empty();
    let (words, range) = if put { (&both.new, &new) } else { (&both.old, &old) };
    let moved = |by: isize| Stretch {
        old: old.start.wrapping_add_signed(by)..old.end.wrapping_add_signed(by),
        new: new.start.wrapping_add_signed(by)..new.end.wrapping_add_signed(by),
        ..stretch.clone()
    };
    let fits = |found: &Stretch| {
        begins_line(both, found.new.start) && (!put || begins_line(both, found.new.end))
    };
    let most = limits::QUOTE_RUN as isize;
    // The words that change places are alike on both sides, since those around the stretch are equal.
    let right = (0..most).take_while(|by| {
        let by = *by as usize;
        by == 0
            || words.get(range.end + by - 1).is_some_and(|w| *w == words[range.start + by - 1])
                && both.old.get(old.end + by - 1) == both.new.get(new.end + by - 1)
    });
    let left = (1..most).take_while(|by| {
        let by = *by as usize;
        range.start >= by
            && old.start >= by
            && new.start >= by
            && words[range.start - by] == words[range.end - by]
            && both.old[old.start - by] == both.new[new.start - by]
    });
    let places: Vec<isize> = right.chain(left.map(|by| -by)).collect();
    if let Some(found) = places.into_iter().map(moved).find(fits) {
        *stretch = found;
    }
}

/// Words in a row that a person changes; more is another text.
const CHANGED: usize = 12;

/// What one stretch is: left out, foreign, or a change.
fn judge(both: &Both, stretch: &Stretch, around: (usize, usize), out: &mut Aligned) {
    let stretch = &peeled(both, stretch, out);
    let counting = |words: &[Word]| words.iter().filter(|w| w.counts()).count();
    let old = &both.original[stretch.old.clone()];
    let new = &both.quote[stretch.new.clone()];
    let (was_words, is_words) = (counting(old), counting(new));
    if is_words == 0 && was_words > 0 {
        let kept = not_left_out(both, stretch);
        let shown = kept.as_ref().map_or(0, |range| counting(&both.original[range.clone()]));
        out.left_out += was_words - shown;
        if let Some(old) = kept {
            change(both, &Stretch { old, ..stretch.clone() }, around, out);
        }
        return;
    }
    let most = if is_whole(both, &stretch.old) { limits::QUOTE_SHORT } else { CHANGED };
    if is_lines(both, &stretch.new) && (old.is_empty() || is_words > most || was_words > most) {
        out.left_out += was_words;
        let quote = Span::new(new[0].span.start, new[new.len() - 1].span.end);
        let between = old.is_empty() && around.0 > 0 && around.1 > 0;
        out.foreign.push(Foreign { quote, words: is_words, between });
        return;
    }
    change(both, stretch, around, out);
}

/// Without whole lines of the original that were left out before or behind the words that differ.
fn peeled(both: &Both, stretch: &Stretch, out: &mut Aligned) -> Stretch {
    let mut rest = stretch.clone();
    if rest.new.is_empty() {
        return rest;
    }
    let mut leave = |range: Range<usize>| {
        out.left_out += both.original[range].iter().filter(|w| w.counts()).count();
    };
    let behind = rest.old.end - stretch.left.1.min(rest.old.len())..rest.old.end;
    if is_whole(both, &behind) && begins_line(both, rest.new.end) {
        rest.old.end = behind.start;
        leave(behind);
    }
    let before = rest.old.start..rest.old.start + stretch.left.0.min(rest.old.len());
    if is_whole(both, &before) && begins_line(both, rest.new.start) {
        rest.old.start = before.end;
        leave(before);
    }
    rest
}

fn change(both: &Both, stretch: &Stretch, (before, behind): (usize, usize), out: &mut Aligned) {
    let counting = |words: &[Word]| words.iter().filter(|w| w.counts()).count();
    let old = &both.original[stretch.old.clone()];
    let new = &both.quote[stretch.new.clone()];
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
            both.original.get(stretch.old.end),
        ),
        original: place(old, &both.original, &stretch.old),
        quote: place(new, &both.quote, &stretch.new),
        was: said(old),
        is: said(new),
        was_words: counting(old),
        is_words: counting(new),
        before,
        behind,
    });
}

/// Words and signs that a change names.
pub const SAID: usize = 24;

fn said(words: &[Word]) -> String {
    let keys: Vec<&str> = words.iter().take(SAID).map(|w| w.key.as_str()).collect();
    keys.join(" ")
}

/// Whether words of the quote are whole lines of it, signs at the edges aside: equal full stops say nothing.
fn is_lines(both: &Both, range: &Range<usize>) -> bool {
    let sign = |n: usize| both.new_signs.get(n).copied().unwrap_or(false);
    let (mut start, mut end) = (range.start, range.end);
    while !begins_line(both, start) && sign(start - 1) {
        start -= 1;
    }
    while !begins_line(both, end) && sign(end) {
        end += 1;
    }
    begins_line(both, start) && begins_line(both, end)
}

/// Whether words of the original are whole lines of it.
fn is_whole(both: &Both, old: &Range<usize>) -> bool {
    let line = |n: usize| both.original.get(n).map(|w| w.line);
    let starts = old.start == 0 || line(old.start) != line(old.start - 1);
    let ends = old.end > 0 && (line(old.end).is_none() || line(old.end) != line(old.end - 1));
    !old.is_empty() && starts && ends
}

/// The words that the quote lacks, if they were not left out as people do: inside a line of it; or where
/// a line ends, a few between words that are quoted, unless they are the end of a sentence.
fn not_left_out(both: &Both, stretch: &Stretch) -> Option<Range<usize>> {
    let (at, old) = (stretch.new.start, stretch.old.clone());
    if both.marked.get(at).copied().unwrap_or(false) || is_whole(both, &old) {
        return None;
    }
    if !begins_line(both, at) && !begins_line(both, stretch.new.end) {
        return Some(old);
    }
    let words = both.original[old.clone()].iter().filter(|w| w.counts()).count();
    let ends =
        matches!(both.original[old.end - 1].key.as_str(), "." | "!" | "?" | ":" | ";" | "...");
    let quoted = stretch.new.start > 0 && stretch.new.end < both.new.len();
    (quoted && !ends && words <= limits::QUOTE_SHORT).then_some(old)
}

#[cfg(test)]
mod tests;
