//! What each revision shows, page by page, and what the next one made of it.

use std::collections::{BTreeSet, HashMap};

use super::content::{Fonts, Shown};
use super::file::File;
use super::page::{self, Page};
use super::{Pdf, piece};
use crate::evidence::Span;
use crate::limits;
use crate::parse::document::Piece;

/// One revision.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The bytes of this revision are the file's up to here.
    pub end: usize,
    /// Its own bytes.
    pub span: Span,
    pub sections: usize,
    pub is_hybrid: bool,
    pub is_closed: bool,
    /// Numbers of objects.
    pub added: usize,
    pub replaced: usize,
    pub freed: usize,
    pub pages: usize,
    /// Where its pages read otherwise than those of the revision before.
    pub changes: Vec<TextChange>,
}

/// One page that reads otherwise, words alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextChange {
    /// Counted from 1, in the later revision.
    pub page: usize,
    pub before: String,
    pub after: String,
}

/// A page's text and everything it rests on.
struct Seen {
    page: Page,
    shown: Shown,
    notes: Vec<(String, String)>,
    rests_on: BTreeSet<u32>,
}

#[derive(Default)]
pub struct Text {
    pub text: Vec<Piece>,
    pub is_cut: bool,
}

/// Reads the pages of all revisions, the newest first.
pub fn read(file: &File, pdf: &mut Pdf) -> Text {
    let mut out = Text::default();
    let state = |r: &super::file::Revision| State {
        end: r.end,
        span: r.span,
        sections: r.sections,
        is_hybrid: r.is_hybrid,
        is_closed: r.is_closed,
        added: r.added.len(),
        replaced: r.replaced.len(),
        freed: r.freed.len(),
        ..State::default()
    };
    pdf.revisions = file.revisions.iter().map(state).collect();
    if file.is_locked {
        return out;
    }
    let mut left = limits::PDF_OPERATORS;
    let mut later: Option<Vec<Seen>> = None;
    for number in (0..file.revisions.len()).rev() {
        if number + limits::PDF_REVISIONS_READ < file.revisions.len() || left == 0 {
            out.is_cut = true;
            break;
        }
        let seen = seen(file, number, later.as_deref(), &mut left, &mut out.is_cut);
        pdf.revisions[number].pages = seen.len();
        match &later {
            None => newest(&seen, pdf, &mut out),
            Some(later) => {
                let prefix = format!("revision {} ", number + 1);
                let changes = compared(&seen, later);
                let places = places(&seen);
                for change in &changes {
                    if let Some(at) = earlier_of(&places, &seen, later, change.page) {
                        let text = seen[at].shown.text.clone();
                        out.text.push(piece(&prefix, at + 1, "", text));
                    }
                }
                pdf.revisions[number + 1].changes = changes;
            }
        }
        later = Some(seen);
    }
    out
}

fn seen(
    file: &File,
    number: usize,
    later: Option<&[Seen]>,
    left: &mut usize,
    is_cut: &mut bool,
) -> Vec<Seen> {
    let view = file.view(number);
    let (pages, cut) = page::pages(view);
    *is_cut |= cut;
    let mut fonts = Fonts::new();
    // What the later revision wrote.
    let written: BTreeSet<u32> = match file.revisions.get(number + 1) {
        Some(next) => next.added.iter().chain(&next.replaced).chain(&next.freed).copied().collect(),
        None => BTreeSet::new(),
    };
    let by_number: HashMap<u32, &Seen> =
        later.into_iter().flatten().map(|s| (s.page.number, s)).collect();
    let read = |page: Page| {
        let same = by_number.get(&page.number).copied().filter(|s| {
            page.number != 0
                && s.page.dict == page.dict
                && s.page.resources == page.resources
                && s.rests_on.is_disjoint(&written)
        });
        if let Some(same) = same {
            let (shown, notes) = (same.shown.clone(), same.notes.clone());
            return Seen { page, shown, notes, rests_on: same.rests_on.clone() };
        }
        file.watch();
        let shown = page::shown(view, &page, &mut fonts, left);
        let mut notes = page::notes(view, &page, left);
        for look in page::appearances(view, &page, &mut fonts, left) {
            // What stands in the field already is not told twice.
            if !notes.iter().any(|(_, text)| text.split_whitespace().eq(look.split_whitespace())) {
                notes.push(("annotation".to_owned(), look));
            }
        }
        *is_cut |= shown.is_cut;
        Seen { page, shown, notes, rests_on: file.watched() }
    };
    pages.into_iter().map(read).collect()
}

fn newest(seen: &[Seen], pdf: &mut Pdf, out: &mut Text) {
    pdf.pages = seen.len();
    let mut kept = 0;
    for (at, page) in seen.iter().enumerate() {
        if page.shown.image >= SCANNED && page.shown.visible == 0 {
            pdf.scanned += 1;
        }
        for covered in &page.shown.covered {
            if pdf.covered.len() < limits::PDF_SAID {
                pdf.covered.push((at + 1, covered.clone()));
            }
        }
        if page.shown.touched_up > 0 {
            pdf.touched_up.push((at + 1, page.shown.touched_up));
        }
        kept += page.shown.text.len();
        if kept > limits::PDF_TEXT {
            out.is_cut = true;
            return;
        }
        if !page.shown.text.is_empty() {
            out.text.push(piece("", at + 1, "", page.shown.text.clone()));
        }
        for (what, text) in &page.notes {
            out.text.push(piece("", at + 1, what, text.clone()));
        }
    }
}

/// Scanners leave a margin, and so do programs that set a scan on a page.
const SCANNED: f64 = 0.7;

/// Where each page stands, by number of its object.
fn places(seen: &[Seen]) -> HashMap<u32, usize> {
    let numbered = seen.iter().enumerate().rev().map(|(at, s)| (s.page.number, at));
    numbered.filter(|(number, _)| *number != 0).collect()
}

/// The page of the earlier revision that the later one's page was: the same object, else the same place.
fn earlier_of(
    places: &HashMap<u32, usize>,
    earlier: &[Seen],
    later: &[Seen],
    page: usize,
) -> Option<usize> {
    let same = places.get(&later.get(page - 1)?.page.number).copied();
    same.or_else(|| (page <= earlier.len()).then_some(page - 1))
}

fn compared(earlier: &[Seen], later: &[Seen]) -> Vec<TextChange> {
    let mut out = Vec::new();
    let places = places(earlier);
    for page in 1..=later.len() {
        let Some(at) = earlier_of(&places, earlier, later, page) else { continue };
        let before = &earlier[at];
        let after = &later[page - 1];
        let (a, b) = (&before.shown.text, &after.shown.text);
        if out.len() < limits::PDF_SAID && !a.split_whitespace().eq(b.split_whitespace()) {
            let (before, after) = differing(a, b);
            out.push(TextChange { page, before, after });
        }
    }
    out
}

/// The words between what both begin and end with.
fn differing(a: &str, b: &str) -> (String, String) {
    let a: Vec<&str> = a.split_whitespace().collect();
    let b: Vec<&str> = b.split_whitespace().collect();
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let said = |words: &[&str]| -> String {
        words[..words.len() - end].join(" ").chars().take(limits::PDF_SAID_TEXT).collect()
    };
    (said(a), said(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_without_what_does_not() {
        let (a, b) = differing("Amount 1 200 EUR due", "Amount 9 200 EUR due");
        assert_eq!((a.as_str(), b.as_str()), ("1", "9"));
        let (a, b) = differing("one two", "one two three");
        assert_eq!((a.as_str(), b.as_str()), ("", "three"));
    }
}
