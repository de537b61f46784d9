//! PDF (ISO 32000-2): every revision, what it says and shows, and what its signatures cover.
//!
//! A PDF that is saved again may keep all it was and add to it. Each such state ends in a
//! cross-reference section that names the one before, so the chain of sections tells the revisions;
//! `%%EOF` does not, since a linearized file has two and a broken one none. The bytes of a revision are
//! the file's up to its end, which other readers open as the file it was.

mod canvas;
mod changes;
mod content;
mod cover;
mod crypt;
mod encoding;
mod facts;
pub mod file;
mod filter;
mod font;
mod object;
mod page;
mod revision;
mod signed;
#[cfg(test)]
mod tests;
mod xref;

use std::collections::BTreeSet;

use memchr::memmem;

pub use self::changes::Later;
pub use self::cover::Covered;
pub use self::facts::FontFact;
pub use self::font::Program;
pub use self::revision::{State, TextChange};
pub use self::signed::Signature;
use super::profile::{Name, Profile, Property};
use super::{Defect, Detail, Document, Format, Piece};
use crate::evidence::Span;
use crate::limits;

/// What only a PDF has.
#[derive(Clone, Debug, Default)]
pub struct Pdf {
    /// As the header says, and as the newest catalogue does where it says more.
    pub version: String,
    /// The oldest first. One, where the chain of sections is of no use.
    pub revisions: Vec<State>,
    pub is_linearized: bool,
    pub is_encrypted: bool,
    /// The empty password does not open it.
    pub is_locked: bool,
    /// Objects were searched: revisions are not told apart.
    pub is_repaired: bool,
    pub signatures: Vec<Signature>,
    pub fonts: Vec<FontFact>,
    pub embedded: Vec<(String, Span)>,
    pub pieces: Vec<(String, Span)>,
    /// Pages of the newest revision on which one image stands for everything: how many, of how many.
    pub scanned: usize,
    pub pages: usize,
    /// Pages with marks of Acrobat's text tool, counted from 1, and how many marks.
    pub touched_up: Vec<(usize, usize)>,
    /// Words that annotations of the newest revision cover, by page, counted from 1.
    pub covered: Vec<(usize, Covered)>,
    /// Whole files that stand in front of or behind the one that is read, in the same bytes.
    pub others: Vec<Span>,
    /// Bytes before the header, and behind the end of the newest revision that are no blanks.
    pub before: Span,
    pub after: Span,
    /// `%%EOF` in the file, and `startxref` whose section stands in no chain.
    pub marks: usize,
    pub unfollowed: Vec<Span>,
}

/// Reads a PDF.
pub fn parse(raw: &[u8]) -> Document<'_> {
    let mut document = Document {
        raw,
        format: Format::Pdf,
        profile: Profile::default(),
        text: Vec::new(),
        detail: Detail::None,
        defects: Vec::new(),
    };
    let mut pdf = Pdf { marks: memmem::find_iter(raw, b"%%EOF").count(), ..Pdf::default() };
    match file::open(raw) {
        Some(file) => read(&file, &mut pdf, &mut document),
        None => note(&mut document.defects, "no object of a PDF is found", document.raw.len()),
    }
    document.detail = Detail::Pdf(Box::new(pdf));
    document
}

fn note(defects: &mut Vec<Defect>, what: &str, end: usize) {
    if defects.len() < limits::DEFECTS {
        defects.push(Defect { what: what.to_owned(), span: Span::new(0, end) });
    }
}

fn read(file: &file::File, pdf: &mut Pdf, document: &mut Document) {
    let raw = file.raw;
    let Some(newest) = file.newest() else { return };
    pdf.is_encrypted = file.is_encrypted;
    pdf.is_locked = file.is_locked;
    pdf.is_repaired = file.is_repaired;
    pdf.version = version(newest);
    pdf.is_linearized =
        memmem::find(&raw[..raw.len().min(limits::PDF_HEAD)], b"/Linearized").is_some();
    let defects = &mut document.defects;
    if let Some(broken) = file.broken {
        note(defects, broken, raw.len());
    }
    if file.is_repaired {
        note(defects, "the cross-reference table is of no use; objects were searched", raw.len());
    }
    if file.is_locked {
        note(defects, "encrypted with a password", raw.len());
    }
    around(file, pdf);
    let properties = &mut document.profile.properties;
    let mut last = None;
    for number in (0..file.revisions.len()).rev() {
        let view = file.view(number);
        let sources = facts::sources(view);
        let is_newest = number == newest.revision;
        if number + limits::PDF_REVISIONS_READ <= newest.revision {
            break;
        }
        if is_newest || last != Some(sources) {
            let prefix =
                if is_newest { String::new() } else { format!("revision {} ", number + 1) };
            properties.extend(facts::properties(view, &prefix, defects));
        }
        last = Some(sources);
    }
    properties.extend(facts::ids(newest));
    let found = facts::found(newest);
    if found.is_cut {
        note(defects, "more objects than are looked at", raw.len());
    }
    let of_font =
        |f: &FontFact| Property::text(Name::Font, &f.name, "font dictionary /BaseFont", f.span);
    properties.extend(found.fonts.iter().map(of_font));
    (pdf.fonts, pdf.embedded, pdf.pieces) = (found.fonts, found.embedded, found.pieces);
    let shown = revision::read(file, pdf);
    if shown.is_cut {
        note(defects, "more text than is read", raw.len());
    }
    document.text = shown.text;
    beside(raw, pdf, &mut document.text);
    pdf.signatures = signed::signatures(file);
    if file.is_spent() {
        note(defects, "more unpacked bytes than are read", raw.len());
    }
}

fn version(newest: file::View) -> String {
    let head = &newest.file.raw[newest.file.base..];
    let head = head.strip_prefix(b"%PDF-").unwrap_or(&[]);
    let digits = head.iter().take(8).take_while(|c| c.is_ascii_digit() || **c == b'.');
    let stated: String = digits.map(|c| char::from(*c)).collect();
    let catalogue = newest.catalogue().unwrap_or_default();
    match newest.of(&catalogue, b"Version").name() {
        Some(name) if name > stated.as_bytes() => String::from_utf8_lossy(name).into_owned(),
        _ => stated,
    }
}

/// Whole files one behind the other: readers that begin at the end show another one than readers that
/// begin at the start, so that the words of each are told.
fn beside(raw: &[u8], pdf: &mut Pdf, text: &mut Vec<Piece>) {
    let starts = heads(raw);
    if starts.len() < 2 {
        return;
    }
    let ends = starts.iter().skip(1).copied().chain([raw.len()]);
    let parts: Vec<Span> = starts.iter().zip(ends).map(|(s, e)| Span::new(*s, e)).collect();
    for (number, part) in parts.iter().enumerate() {
        let Some(file) = file::open(part.of(raw)).filter(|file| !file.is_repaired) else {
            continue;
        };
        pdf.others.push(*part);
        let own = revision::read(&file, &mut Pdf::default()).text;
        let is_known = |piece: &Piece| text.iter().any(|p| p.text == piece.text);
        let new: Vec<Piece> = own.into_iter().filter(|piece| !is_known(piece)).collect();
        text.extend(
            new.into_iter().map(|piece| Piece {
                place: format!("file {} {}", number + 1, piece.place),
                ..piece
            }),
        );
    }
}

/// Where files begin: at the first mark, and at every one that stands right behind an end. A PDF that is
/// embedded in a stream begins behind `stream`.
fn heads(raw: &[u8]) -> Vec<usize> {
    let blank = |c: &u8| object::is_space(*c);
    let begins = |at: &usize| {
        let before = &raw[..*at];
        let blanks = before.iter().rev().take_while(|c| blank(c)).count();
        before[..before.len() - blanks].ends_with(b"%%EOF")
    };
    let mut all = memmem::find_iter(raw, b"%PDF-");
    let first = all.next().into_iter();
    first.chain(all.filter(begins)).take(limits::PDF_FILES).collect()
}

/// Bytes before and behind, and sections that stand in no chain.
fn around(file: &file::File, pdf: &mut Pdf) {
    let raw = file.raw;
    pdf.before = Span::new(0, file.base);
    let end = match (file.revisions.last(), file.is_repaired) {
        (Some(last), false) if last.is_closed => last.end,
        _ => memmem::rfind(raw, b"%%EOF").map_or(raw.len(), |at| at + 5),
    };
    let tail = &raw[end.min(raw.len())..];
    let blanks = |c: &&u8| object::is_space(**c) || **c == 0x1a;
    let start = end + tail.iter().take_while(blanks).count();
    let stop = raw.len() - tail.iter().rev().take_while(blanks).count();
    pdf.after = Span::new(start, stop.max(start));
    if file.is_repaired {
        return;
    }
    let mut known: BTreeSet<usize> = file.sections.iter().copied().collect();
    let mut tried = BTreeSet::new();
    for (at, number) in xref::starts(raw) {
        let Some(number) = number.filter(|n| *n != 0 && tried.insert(*n)) else { continue };
        let section = xref::leads_to(raw, number.saturating_add(file.base));
        if section.is_some_and(|section| known.insert(section)) {
            pdf.unfollowed.push(Span::new(at, at + 9));
        }
    }
}

/// One page's text, under its place.
pub(crate) fn piece(prefix: &str, page: usize, what: &str, text: String) -> Piece {
    let what = if what.is_empty() { String::new() } else { format!(" {what}") };
    Piece { place: format!("{prefix}page {page}{what}"), text }
}
