//! Word's binary documents ([MS-DOC]; Word 6 and 95 as far as their layout is the same): who made and
//! saved them, their own clock, and the text by the table of pieces.

use jiff::civil::DateTime;

use super::Out;
use super::compound::{Compound, Stream, half, u16_at, u32_at};
use crate::evidence::Span;
use crate::limits;
use crate::parse::document::profile::{Name, Property};
use crate::parse::document::{code_page, language, stamp};

/// `wIdent` of Word 97 and later, and of Word 6 and 95.
const WORD_97: u16 = 0xA5EC;
const WORD_6: u16 = 0xA5DC;
/// Where the pairs of offset and length begin in the FIB ([MS-DOC] §2.5.1), and of which structures
/// they are (§2.5.6, counted from 0).
const PAIRS: usize = 154;
const PRINTER: usize = 27;
const DOP: usize = 31;
const ASSOCIATED: usize = 32;
const PIECES: usize = 33;
const COMMENTERS: usize = 36;
const REVISERS: usize = 51;
const SAVED_BY: usize = 71;
const SAVED_AT: usize = 87;

/// What only Word's documents have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Version of the layout: 0xC1 Word 97, 0xD9 2000, 0x101 2002, 0x10C 2003, 0x112 2007.
    pub n_fib: u16,
    pub language: u16,
    pub encrypted: bool,
    /// Saved by appending ("allow fast saves"): earlier text may stand in the file.
    pub fast_saved: bool,
    /// The clock of the machine, whole minutes, no zone (§2.7.2).
    pub created: Option<Clock>,
    pub revised: Option<Clock>,
    pub printed: Option<Clock>,
    /// The last ten who saved it and where, the oldest first (Word 97 to 2002).
    pub saved_by: Vec<SavedBy>,
    /// Text between the pieces, which no reader shows: the first words of each, and where.
    pub left_over: Vec<(String, Span)>,
}

/// A wall clock (DTTM) with the weekday that stands beside it, from Sunday 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    pub at: i64,
    pub weekday: u8,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedBy {
    pub author: String,
    pub path: String,
    pub span: Span,
}

/// The streams of one document.
struct File<'a> {
    main: &'a Stream,
    table: Stream,
    /// Bytes of text are of this code page where they are not Unicode.
    page: u32,
    is_word_6: bool,
}

pub fn read(file: &Compound, main: &Stream, out: &mut Out) -> Word {
    let bytes = &main.bytes;
    let ident = u16_at(bytes, 0).unwrap_or(0);
    let flags = u16_at(bytes, 10).unwrap_or(0);
    let mut word = Word {
        n_fib: u16_at(bytes, 2).unwrap_or(0),
        language: u16_at(bytes, 6).unwrap_or(0),
        encrypted: flags & 0x0100 != 0,
        fast_saved: flags & 0x0004 != 0,
        ..Word::default()
    };
    if ident != WORD_97 && ident != WORD_6 {
        out.defect("a Word document of a layout that is not read", main.span(0, 2));
        return word;
    }
    out.property(Name::Version, &format!("nFib 0x{:04X}", word.n_fib), "FIB nFib", main.span(2, 4));
    if word.language != 0 {
        let language = language::tag(word.language);
        out.property(Name::Language, &language, "FIB lid", main.span(6, 8));
    }
    if word.encrypted {
        out.defect("encrypted: text and names of people in it are not read", main.span(10, 12));
        return word;
    }
    products(main, ident, out);
    let table = if flags & 0x0200 != 0 { "1Table" } else { "0Table" };
    let table = if ident == WORD_6 { Some(main.clone()) } else { file.stream(table) };
    let Some(table) = table else {
        out.defect("the stream of Word's tables is missing", main.span(10, 12));
        return word;
    };
    // Bytes of text are of Windows' western page since Word 97 (§2.9.73), before of the language's.
    let page = match (bytes.get(20), ident) {
        (Some(1), _) => 10_000,
        (_, WORD_6) => code_page::of_language(word.language).unwrap_or(1_252),
        _ => 1_252,
    };
    let file = File { main, table, page, is_word_6: ident == WORD_6 };
    if !file.is_word_6 {
        file.dates(&mut word, out);
        file.people(&mut word, out);
    }
    word.left_over = file.text(out);
    word
}

/// Builds that created it and revised it last (§2.5.4, `reserved1` and `reserved2`, in Word 97's own
/// description `lProductCreated` and `lProductRevised`): a date as ddmmyy.
fn products(main: &Stream, ident: u16, out: &mut Out) {
    if ident != WORD_97 {
        return;
    }
    for (at, place) in [(68, "FIB lProductCreated"), (72, "FIB lProductRevised")] {
        let build = u32_at(&main.bytes, at).unwrap_or(0);
        if build != 0 {
            out.property(Name::Version, &build.to_string(), place, main.span(at, at + 4));
        }
    }
}

impl File<'_> {
    /// A structure that the FIB points to: where it lies in the table stream.
    fn pair(&self, number: usize) -> Option<(usize, usize)> {
        let count = usize::from(u16_at(&self.main.bytes, PAIRS - 2)?);
        let at = PAIRS + 8 * number;
        let start = u32_at(&self.main.bytes, at)? as usize;
        let length = u32_at(&self.main.bytes, at + 4)? as usize;
        let end = start.checked_add(length)?;
        (number < count && length > 0 && end <= self.table.bytes.len()).then_some((start, end))
    }

    fn dates(&self, word: &mut Word, out: &mut Out) {
        if let Some((start, end)) = self.pair(DOP) {
            let clock = |at: usize| {
                let bits = u32_at(&self.table.bytes[..end], start + at)?;
                clock(bits, self.table.span(start + at, start + at + 4))
            };
            (word.created, word.revised, word.printed) = (clock(20), clock(24), clock(28));
            let names = [
                (Name::Created, "created"),
                (Name::Modified, "revised"),
                (Name::Printed, "last print"),
            ];
            if let Some(revision) = u16_at(&self.table.bytes[..end], start + 32) {
                let span = self.table.span(start + 32, start + 34);
                out.property(Name::Revision, &revision.to_string(), "DOP revision", span);
            }
            for (found, (name, place)) in
                [word.created, word.revised, word.printed].into_iter().zip(names)
            {
                if let Some(clock) = found {
                    out.keep(Some(clock.property(name, &format!("DOP {place}"))));
                }
            }
        }
        let at = PAIRS + 8 * SAVED_AT;
        let count = u16_at(&self.main.bytes, PAIRS - 2).map_or(0, usize::from);
        let (low, high) = (u32_at(&self.main.bytes, at), u32_at(&self.main.bytes, at + 4));
        if let (true, Some(low), Some(high)) = (count > SAVED_AT, low, high) {
            let time = u64::from(high) << 32 | u64::from(low);
            let span = self.main.span(at, at + 8);
            // Of a time that no program could have had, nothing is said.
            let saved = stamp::filetime(Name::Modified, time, "FIB dwLowDateTime", span);
            out.keep(saved.filter(|p| p.at.is_some_and(|at| at > 0)));
        }
    }

    fn people(&self, word: &mut Word, out: &mut Out) {
        let associated = self.strings(ASSOCIATED);
        // By position (SttbfAssoc).
        let names = [
            (1, Name::Template, "template"),
            (2, Name::Title, "title"),
            (6, Name::Author, "author"),
            (7, Name::LastAuthor, "last saved by"),
        ];
        for (at, name, place) in names {
            if let Some((text, span)) = associated.get(at) {
                out.property(name, text, &format!("SttbfAssoc {place}"), *span);
            }
        }
        let saved = self.strings(SAVED_BY);
        for (number, pair) in saved.chunks_exact(2).take(limits::OLE_PROPERTIES).enumerate() {
            let span = Span::new(pair[0].1.start, pair[1].1.end.max(pair[0].1.end));
            let place = format!("SttbSavedBy {}", number + 1);
            out.property(Name::LastAuthor, &pair[0].0, &place, pair[0].1);
            out.property(Name::Path, &pair[1].0, &place, pair[1].1);
            let (author, path) = (pair[0].0.clone(), pair[1].0.clone());
            word.saved_by.push(SavedBy { author, path, span });
        }
        for (name, span) in self.strings(REVISERS).into_iter().take(limits::OLE_PROPERTIES) {
            // The first is a stand-in for changes of nobody.
            if name != "Unknown" {
                out.property(Name::Editor, &name, "SttbfRMark", span);
            }
        }
        for (name, span) in self.commenters() {
            out.property(Name::Editor, &name, "GrpXstAtnOwners", span);
        }
        if let Some((start, end)) = self.pair(PRINTER) {
            let bytes = &self.table.bytes[start..end];
            let length = bytes.iter().position(|b| *b == 0).unwrap_or(0);
            let printer = code_page::decode(&bytes[..length], self.page);
            out.property(Name::Printer, &printer, "PrDrvr", self.table.span(start, start + length));
        }
    }

    /// A table of strings (STTB, §2.2.4), each with its bytes.
    fn strings(&self, number: usize) -> Vec<(String, Span)> {
        let Some((start, end)) = self.pair(number) else { return Vec::new() };
        let bytes = &self.table.bytes[..end];
        let wide = u16_at(bytes, start) == Some(0xFFFF);
        let at = start + if wide { 2 } else { 0 };
        let count = u16_at(bytes, at).map_or(0, usize::from);
        let extra = u16_at(bytes, at + 2).map_or(0, usize::from);
        let mut at = at + 4;
        let mut out = Vec::new();
        for _ in 0..count {
            let length = if wide {
                u16_at(bytes, at).map(usize::from)
            } else {
                bytes.get(at).map(|b| usize::from(*b))
            };
            let Some(length) = length else { break };
            let from = at + if wide { 2 } else { 1 };
            let to = from + if wide { 2 * length } else { length };
            let Some(text) = bytes.get(from..to) else { break };
            let text = if wide { unicode(text) } else { code_page::decode(text, self.page) };
            out.push((text, self.table.span(from, to)));
            at = to + extra;
        }
        out
    }

    /// Names of those who wrote comments, each with its count (§2.5.6).
    fn commenters(&self) -> Vec<(String, Span)> {
        let Some((mut at, end)) = self.pair(COMMENTERS) else { return Vec::new() };
        let mut out = Vec::new();
        while at < end && out.len() < limits::OLE_PROPERTIES {
            let Some(length) = u16_at(&self.table.bytes[..end], at).map(usize::from) else { break };
            let to = at + 2 + 2 * length;
            let Some(name) = self.table.bytes[..end].get(at + 2..to) else { break };
            out.push((unicode(name), self.table.span(at + 2, to)));
            at = to;
        }
        out
    }

    /// Tells the text, and gives what stands between its pieces.
    fn text(&self, out: &mut Out) -> Vec<(String, Span)> {
        let lengths = if self.is_word_6 { 52 } else { 76 };
        // Characters of main text, footnotes, headers, macros, comments, endnotes, text boxes and
        // those of headers, in this order (§2.3).
        let places = [
            "",
            "footnotes",
            "headers and footers",
            "macros",
            "comments",
            "endnotes",
            "text boxes",
            "text boxes of headers",
        ];
        let mut shown = Vec::new();
        let whole = self.characters(&mut shown, out);
        let mut rest = whole.as_slice();
        for (n, place) in places.into_iter().enumerate() {
            let count = u32_at(&self.main.bytes, lengths + 4 * n).unwrap_or(0) as usize;
            let count = if n == 0 && count == 0 { rest.len() } else { count.min(rest.len()) };
            let (part, behind) = rest.split_at(count);
            rest = behind;
            paragraphs(part, place, out);
        }
        let left_over = self.left_over(shown);
        for (number, (text, _)) in left_over.iter().enumerate() {
            out.piece(|| format!("left over {}", number + 1), text);
        }
        left_over
    }

    /// What a saving by parts left in the area of text (§2.5.2, from `fcMin` to `fcMac`) and no piece shows.
    fn left_over(&self, mut shown: Vec<(usize, usize)>) -> Vec<(String, Span)> {
        let mut out = Vec::new();
        let bound = |at: usize| u32_at(&self.main.bytes, at).unwrap_or(0) as usize;
        let (mut at, end) = (bound(24), bound(28).min(self.main.bytes.len()));
        if shown.is_empty() {
            return out;
        }
        shown.sort_unstable();
        shown.push((end, end));
        for (from, to) in shown {
            let gap = self.main.bytes.get(at..from.min(end)).unwrap_or(&[]);
            if let Some(text) = words_of(gap, self.page)
                && out.len() < limits::OLE_LEFT_OVER
            {
                out.push((text, self.main.span(at, from.min(end))));
            }
            at = at.max(to);
        }
        out
    }

    /// All text in the order of the pieces, in UTF-16: positions count its units. `shown` are the ranges
    /// of bytes that it was read from, where there are pieces.
    fn characters(&self, shown: &mut Vec<(usize, usize)>, out: &mut Out) -> Vec<u16> {
        let pieces = if self.is_word_6 { self.pieces_of_word_6() } else { self.pair(PIECES) };
        let pieces = pieces.and_then(|(start, end)| piece_table(&self.table.bytes[start..end]));
        let Some(pieces) = pieces else {
            let from = u32_at(&self.main.bytes, 24).unwrap_or(0) as usize;
            let to = u32_at(&self.main.bytes, 28).unwrap_or(0) as usize;
            if !self.is_word_6 {
                out.defect(
                    "the table of text pieces cannot be read",
                    self.main.span(PAIRS, PAIRS + 2),
                );
            }
            let to = to.min(self.main.bytes.len());
            let bytes = self.main.bytes.get(from..to).unwrap_or(&[]);
            return code_page::decode(bytes, self.page).encode_utf16().collect();
        };
        let mut text = Vec::new();
        for piece in pieces {
            let room = limits::DOCUMENT_TEXT.saturating_sub(text.len());
            let count = piece.characters.min(room);
            // §2.9.73: bit 30 marks one byte a character, its offset doubled.
            let (from, wide) = match piece.place {
                place if self.is_word_6 => (place as usize, false),
                place if place & 0x4000_0000 != 0 => ((place & 0x3FFF_FFFF) as usize / 2, false),
                place => ((place & 0x3FFF_FFFF) as usize, true),
            };
            let length = count.saturating_mul(if wide { 2 } else { 1 });
            let to = from.saturating_add(length).min(self.main.bytes.len());
            let bytes = self.main.bytes.get(from..to).unwrap_or(&[]);
            shown.push((from, to));
            if bytes.len() < length {
                out.defect("a piece of text lies behind the end", self.main.span(from, to));
            }
            if wide {
                text.extend(bytes.chunks_exact(2).map(half));
            } else {
                text.extend(code_page::decode(bytes, self.page).encode_utf16());
            }
        }
        text
    }

    /// Word 6 keeps offset and length of its pieces at 352 and has them only in files saved by parts.
    fn pieces_of_word_6(&self) -> Option<(usize, usize)> {
        let start = u32_at(&self.main.bytes, 352)? as usize;
        let end = start.checked_add(u32_at(&self.main.bytes, 356)? as usize)?;
        let complex = u16_at(&self.main.bytes, 10)? & 0x0004 != 0;
        (complex && end <= self.table.bytes.len() && start < end).then_some((start, end))
    }
}

/// Bytes that read as words, in one of the two ways in which Word writes text.
fn words_of(gap: &[u8], page: u32) -> Option<String> {
    const LEAST: usize = 12;
    let zeros = gap.iter().skip(1).step_by(2).filter(|b| **b == 0).count();
    let text = match zeros * 4 > gap.len() {
        true => unicode(gap),
        false => code_page::decode(gap, page),
    };
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '\r' | ',' | '.' | '\'' | '-');
    let count = text.chars().count();
    let words = text.chars().filter(|c| is_word(*c)).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    // Four in five, so that what is no text reads as none.
    let reads = letters >= LEAST && words * 5 >= count * 4;
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    reads.then(|| text.chars().take(limits::PROPERTY_TEXT).map(plain).collect())
}

struct TextPiece {
    characters: usize,
    place: u32,
}

/// The table of pieces in a CLX (§2.9.38, §2.8.35): positions, then eight bytes for each piece.
fn piece_table(clx: &[u8]) -> Option<Vec<TextPiece>> {
    let mut at = 0;
    while clx.get(at) == Some(&1) {
        at += 3 + usize::from(u16_at(clx, at + 1)?);
    }
    if clx.get(at) != Some(&2) {
        return None;
    }
    let length = u32_at(clx, at + 1)? as usize;
    let table = clx.get(at + 5..)?;
    let table = table.get(..length.min(table.len()))?;
    let count = table.len().checked_sub(4)? / 12;
    let position = |n: usize| u32_at(table, 4 * n).map(|p| p as usize);
    let piece = |n: usize| {
        let characters = position(n + 1)?.checked_sub(position(n)?)?;
        Some(TextPiece { characters, place: u32_at(table, 4 * (count + 1) + 8 * n + 2)? })
    };
    Some((0..count).map_while(piece).collect())
}

/// Splits at paragraphs, cells and pages. What fields are computed from is left out, since readers see
/// their results; but for formulas (`EQ`), which have none and show what they are made of.
fn paragraphs(units: &[u16], place: &str, out: &mut Out) {
    let mut number = 0;
    let mut text = String::new();
    // Where the instructions of open fields begin in the text; None behind their separator.
    let mut fields: Vec<Option<usize>> = Vec::new();
    let mut instructions = 0;
    let mut end = |text: &mut String| {
        number += 1;
        let place = if place.is_empty() { "paragraph" } else { place };
        out.piece(|| format!("{place} {number}"), text);
        text.clear();
    };
    let characters = char::decode_utf16(units.iter().copied());
    for c in characters.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)) {
        match c {
            // Begin, separator and end of a field (§2.8.25).
            '\u{13}' if fields.len() < limits::HTML_DEPTH => {
                fields.push(Some(text.len()));
                instructions += 1;
            }
            '\u{14}' => {
                if let Some(start) = fields.last_mut().and_then(Option::take) {
                    instructions -= 1;
                    text.truncate(start);
                }
            }
            '\u{15}' => {
                if let Some(start) = fields.pop().flatten() {
                    instructions -= 1;
                    if !text[start..].trim_start().starts_with("EQ") {
                        text.truncate(start);
                    }
                }
            }
            '\r' | '\u{7}' | '\u{c}' | '\u{e}' if instructions > 0 => text.push(' '),
            '\r' | '\u{7}' | '\u{c}' | '\u{e}' => end(&mut text),
            '\u{b}' => text.push('\n'),
            '\u{1e}' => text.push('\u{2011}'),
            '\u{1f}' => text.push('\u{ad}'),
            '\t' => text.push('\t'),
            '\0'..='\u{1f}' => {}
            c => text.push(c),
        }
    }
    end(&mut text);
}

/// Minutes, hours, day, month, year since 1900, weekday (DTTM). None where no date is kept.
fn clock(bits: u32, span: Span) -> Option<Clock> {
    let part = |from: u32, width: u32| i16::try_from(bits >> from & ((1 << width) - 1)).ok();
    let small = |from, width| part(from, width).and_then(|p| i8::try_from(p).ok());
    let (minute, hour, day, month) = (small(0, 6)?, small(6, 5)?, small(11, 5)?, small(16, 4)?);
    let date = DateTime::new(1_900 + part(20, 9)?, month, day, hour, minute, 0, 0).ok()?;
    let weekday = u8::try_from(bits >> 29).ok()?;
    Some(Clock { at: stamp::local_seconds(date), weekday, span })
}

impl Clock {
    fn property(self, name: Name, place: &str) -> Property {
        let text = jiff::Timestamp::from_second(self.at).map(|t| t.to_string()).unwrap_or_default();
        let text = text.trim_end_matches(":00Z");
        Property {
            at: Some(self.at),
            is_local: true,
            ..Property::text(name, text, place, self.span)
        }
    }
}

fn unicode(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(half).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_minutes_of_the_wall() {
        // 2017-03-27 10:52, a Monday.
        let bits = 52 | 10 << 6 | 27 << 11 | 3 << 16 | 117 << 20 | 1 << 29;
        let read = clock(bits, Span::default()).unwrap();
        assert_eq!((read.at, read.weekday), (1_490_611_920, 1));
        assert_eq!(read.property(Name::Modified, "x").value, "2017-03-27T10:52");
        assert_eq!(clock(0, Span::default()), None);
    }

    #[test]
    fn fields_show_their_result_and_paragraphs_are_numbered() {
        let text: Vec<u16> =
            "a\u{13}HYPERLINK x\u{14}b\u{15}c\r\rd\u{7}\u{13}x\u{15}e\u{13}EQ y\u{15}"
                .encode_utf16()
                .collect();
        let (mut profile, mut pieces, mut defects) = Default::default();
        let mut out = Out::new(&mut profile, &mut pieces, &mut defects);
        paragraphs(&text, "", &mut out);
        let found: Vec<_> = pieces.iter().map(|p| (p.place.as_str(), p.text.as_str())).collect();
        assert_eq!(found, [("paragraph 1", "abc"), ("paragraph 3", "d"), ("paragraph 4", "eEQ y")]);
    }

    #[test]
    fn pieces_are_counted_by_their_positions() {
        let mut clx = vec![1, 2, 0, 9, 9, 2, 28, 0, 0, 0];
        for number in [0u32, 5, 7] {
            clx.extend(number.to_le_bytes());
        }
        clx.extend([0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0x10, 8, 0, 0x40, 0, 0]);
        let pieces = piece_table(&clx).unwrap();
        let found: Vec<_> = pieces.iter().map(|p| (p.characters, p.place)).collect();
        assert_eq!(found, [(5, 0x800), (2, 0x4000_0810)]);
        for cut in 0..clx.len() {
            piece_table(&clx[..cut]);
        }
    }
}
