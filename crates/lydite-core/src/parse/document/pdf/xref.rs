//! Cross-reference sections (ISO 32000-2 §7.5.4 to §7.5.8) and the chain they make: tables, streams,
//! hybrids; and the search for objects where the chain leads nowhere.

use std::collections::BTreeSet;

use memchr::memmem;

use super::filter;
use super::object::{self, Dict, Object, Parser, is_space};
use crate::limits;

/// Where one object of one section stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    Free,
    /// Offset in the file.
    At(usize),
    /// Number of the object stream, place in it.
    In(u32, u32),
}

/// One cross-reference section, what a hybrid's stream adds to it included.
#[derive(Clone, Debug)]
pub struct Section {
    pub at: usize,
    /// Behind its trailer, or behind the dictionary of its stream.
    pub end: usize,
    pub prev: Option<usize>,
    pub entries: Vec<(u32, Entry)>,
    pub trailer: Dict,
    pub is_stream: bool,
    /// It names a stream that readers of PDF 1.5 follow beside the table (§7.5.8.4).
    pub is_hybrid: bool,
}

/// The sections that are followed, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    pub sections: Vec<Section>,
    /// Why it ends before its end.
    pub broken: Option<&'static str>,
}

/// Follows the chain from the section at `start`. Offsets count from `base`, the `%PDF-` mark.
pub fn chain(raw: &[u8], base: usize, start: usize) -> Chain {
    let mut out = Chain::default();
    let mut seen = BTreeSet::new();
    let mut next = Some(start);
    let mut entries = 0;
    while let Some(at) = next {
        if out.sections.len() >= limits::PDF_REVISIONS {
            out.broken = Some("more cross-reference sections than are followed");
            break;
        }
        let Some(mut section) = found(raw, base, at) else {
            out.broken = Some("the chain of cross-reference sections leads nowhere");
            break;
        };
        if !seen.insert(section.at) {
            out.broken = Some("the chain of cross-reference sections is a circle");
            break;
        }
        if let Some(beside) = section.trailer.int(b"XRefStm")
            && let Ok(beside) = usize::try_from(beside)
            && let Some(stream) = found(raw, base, beside).filter(|s| s.is_stream)
        {
            section.is_hybrid = true;
            // The table says of what only the stream shows that it is free.
            let shown: BTreeSet<u32> = stream.entries.iter().map(|(number, _)| *number).collect();
            section.entries.retain(|(n, e)| *e != Entry::Free || !shown.contains(n));
            let own: BTreeSet<u32> = section.entries.iter().map(|(number, _)| *number).collect();
            section.entries.extend(stream.entries.into_iter().filter(|(n, _)| !own.contains(n)));
        }
        entries += section.entries.len();
        if entries > limits::PDF_OBJECTS {
            out.broken = Some("more objects than are read");
            break;
        }
        // Writers that know no earlier section write 0.
        next = section.prev.filter(|prev| *prev != 0);
        out.sections.push(section);
    }
    out
}

/// The section at an offset, counted from the mark or from the file's start.
fn found(raw: &[u8], base: usize, at: usize) -> Option<Section> {
    let exact = section(raw, base, base.checked_add(at)?);
    exact.or_else(|| if base > 0 { section(raw, base, at) } else { None })
}

/// The section that begins at `at`, give or take blanks.
pub fn section(raw: &[u8], base: usize, at: usize) -> Option<Section> {
    let mut parser = Parser::new(raw, at);
    if at >= raw.len() {
        return None;
    }
    parser.skip_space();
    let start = parser.at;
    if parser.take(b"xref") { table(raw, base, start, parser) } else { stream(raw, base, start) }
}

fn table(raw: &[u8], base: usize, start: usize, mut parser: Parser) -> Option<Section> {
    let mut entries = Vec::new();
    while let Some(first) = parser.number() {
        let count = parser.number()?;
        let mut first = u32::try_from(first).ok()?;
        for place in 0..count {
            let before = parser.at;
            let (Some(offset), Some(generation)) = (parser.number(), parser.number()) else {
                // Fewer than it says: the next line is a subsection or the trailer.
                parser.at = before;
                break;
            };
            parser.skip_space();
            let kind = raw.get(parser.at).copied();
            if !matches!(kind, Some(b'n' | b'f')) {
                parser.at = before;
                break;
            }
            parser.at += 1;
            // Some writers begin at 1 with the head of the free list, which is 0.
            if place == 0 && first == 1 && kind == Some(b'f') && generation == 65_535 {
                first = 0;
            }
            let number = u32::try_from(u64::from(first) + place).ok()?;
            let offset = usize::try_from(offset).ok()?;
            let entry = match kind {
                Some(b'n') if offset != 0 => Entry::At(located(raw, base, offset, number)),
                _ => Entry::Free,
            };
            if number <= limits::PDF_NUMBER {
                entries.push((number, entry));
            }
        }
    }
    if !parser.take(b"trailer") {
        return None;
    }
    let Some(Object::Dict(trailer)) = parser.object() else { return None };
    let prev = trailer.int(b"Prev").and_then(|p| usize::try_from(p).ok());
    let end = parser.at;
    Some(Section { at: start, end, prev, entries, trailer, is_stream: false, is_hybrid: false })
}

/// Where the object stands: from the mark, as most readers count, or from the file's start.
fn located(raw: &[u8], base: usize, offset: usize, number: u32) -> usize {
    let from_mark = offset.saturating_add(base);
    if base == 0 || begins(raw, from_mark, number) || !begins(raw, offset, number) {
        return from_mark;
    }
    offset
}

/// Whether `N G obj` stands there.
pub fn begins(raw: &[u8], at: usize, number: u32) -> bool {
    let mut parser = Parser::new(raw, at);
    at < raw.len()
        && parser.number() == Some(u64::from(number))
        && parser.number().is_some()
        && parser.take(b"obj")
}

fn stream(raw: &[u8], base: usize, start: usize) -> Option<Section> {
    let read = object::indirect(raw, start)?;
    let Object::Dict(dict) = read.object else { return None };
    if !dict.is(b"Type", b"XRef") {
        return None;
    }
    let from = read.data?;
    let length = dict.int(b"Length").and_then(|l| usize::try_from(l).ok());
    let data = raw.get(from..stream_end(raw, from, length))?.to_vec();
    let parameters = match dict.get(b"DecodeParms").or(dict.get(b"DP")) {
        Some(Object::Dict(one)) => vec![one.clone()],
        Some(Object::Array(many)) => many.iter().filter_map(|o| o.dict().cloned()).collect(),
        _ => Vec::new(),
    };
    let names = filter::names(dict.get(b"Filter"));
    let data = filter::decode(data, &names, &parameters, limits::PDF_STREAM_BYTES).ok()?;
    let entries = rows(raw, base, &dict, &data)?;
    let prev = dict.int(b"Prev").and_then(|p| usize::try_from(p).ok());
    let (at, end) = (read.span.start, read.span.end);
    Some(Section { at, end, prev, entries, trailer: dict, is_stream: true, is_hybrid: false })
}

/// §7.5.8.3.
fn rows(raw: &[u8], base: usize, dict: &Dict, data: &[u8]) -> Option<Vec<(u32, Entry)>> {
    let widths: Vec<usize> = dict.get(b"W")?.array()?.iter().filter_map(width).collect();
    let [kind, second, third] = *widths.first_chunk::<3>()?;
    let row = kind + second + third;
    if row == 0 {
        return None;
    }
    let size = dict.int(b"Size").unwrap_or(0);
    let index: Vec<i64> = match dict.get(b"Index").and_then(Object::array) {
        Some(list) => list.iter().filter_map(Object::int).collect(),
        None => vec![0, size],
    };
    let mut entries = Vec::new();
    let mut data = data.chunks_exact(row);
    for range in index.chunks_exact(2) {
        let first = u32::try_from(range[0]).ok()?;
        for place in 0..u32::try_from(range[1]).ok()? {
            let Some(cells) = data.next() else { return Some(entries) };
            let field = |from: usize, width: usize| {
                cells[from..from + width].iter().fold(0u64, |n, b| (n << 8) | u64::from(*b))
            };
            let number = first.checked_add(place)?;
            if number > limits::PDF_NUMBER {
                continue;
            }
            let value = field(kind, second);
            let entry = match if kind == 0 { 1 } else { field(0, kind) } {
                0 => Entry::Free,
                1 => Entry::At(located(raw, base, usize::try_from(value).ok()?, number)),
                2 => {
                    let Ok(holder) = u32::try_from(value) else { continue };
                    Entry::In(holder, field(kind + second, third) as u32)
                }
                _ => continue,
            };
            entries.push((number, entry));
        }
    }
    Some(entries)
}

fn width(object: &Object) -> Option<usize> {
    usize::try_from(object.int()?).ok().filter(|w| *w <= 8)
}

/// Where the data of a stream end: as stated, where `endstream` follows, else before the next one.
pub fn stream_end(raw: &[u8], from: usize, length: Option<usize>) -> usize {
    if let Some(end) = length.and_then(|l| from.checked_add(l)).filter(|end| *end <= raw.len()) {
        let mut parser = Parser::new(raw, end);
        parser.skip_space();
        if raw[parser.at..].starts_with(b"endstream") || raw[parser.at..].starts_with(b"endobj") {
            return end;
        }
    }
    let rest = raw.get(from..).unwrap_or(&[]);
    let end = memmem::find(rest, b"endstream").or_else(|| memmem::find(rest, b"endobj"));
    let end = end.unwrap_or(rest.len());
    let end = match &rest[..end] {
        [.., b'\r', b'\n'] => end - 2,
        [.., b'\n' | b'\r'] => end - 1,
        _ => end,
    };
    from + end
}

/// Where a section begins that the number behind a `startxref` leads to, by its first words alone.
pub fn leads_to(raw: &[u8], at: usize) -> Option<usize> {
    let mut parser = Parser::new(raw, at);
    parser.skip_space();
    let start = parser.at;
    if parser.take(b"xref") {
        return Some(start);
    }
    let read = object::indirect(raw, start)?;
    let is_section = read.object.dict().is_some_and(|d| d.is(b"Type", b"XRef"));
    is_section.then_some(read.span.start)
}

/// Every `startxref` and the number behind it, in order.
pub fn starts(raw: &[u8]) -> Vec<(usize, Option<usize>)> {
    let places = memmem::find_iter(raw, b"startxref").take(limits::PDF_REVISIONS);
    let read = |at: usize| {
        let number = Parser::new(raw, at + 9).number();
        (at, number.and_then(|n| usize::try_from(n).ok()))
    };
    places.map(read).collect()
}

/// Objects as they stand in the file, read without a table: number and offset, in order.
pub fn scan(raw: &[u8]) -> Vec<(u32, usize)> {
    let mut out = Vec::new();
    for at in memmem::find_iter(raw, b"obj") {
        if out.len() >= limits::PDF_OBJECTS {
            break;
        }
        if raw[..at].ends_with(b"end") {
            continue;
        }
        let Some((rest, _generation)) = number_before(raw, at) else { continue };
        let Some((start, number)) = number_before(raw, rest) else { continue };
        // `4 0 obj`: at least one blank between the two numbers, and none of a longer word before.
        let is_start = start == 0 || !raw[start - 1].is_ascii_alphanumeric();
        if rest > start && is_start && number <= u64::from(limits::PDF_NUMBER) {
            out.push((number as u32, start));
        }
    }
    out
}

/// The digits before `at` and the blanks between; where they begin, and their value.
fn number_before(raw: &[u8], at: usize) -> Option<(usize, u64)> {
    let blanks = raw[..at].iter().rev().take(20).take_while(|c| is_space(**c)).count();
    let end = at - blanks;
    let digits = raw[..end].iter().rev().take(11).take_while(|c| c.is_ascii_digit()).count();
    if digits == 0 || digits > 10 {
        return None;
    }
    let text = std::str::from_utf8(&raw[end - digits..end]).ok()?;
    Some((end - digits, text.parse().ok()?))
}

/// Trailer dictionaries that stand behind the word, in order.
pub fn trailers(raw: &[u8]) -> Vec<Dict> {
    let places = memmem::find_iter(raw, b"trailer").take(limits::PDF_REVISIONS);
    let read = |at: usize| match Parser::new(raw, at + 7).object() {
        Some(Object::Dict(dict)) => Some(dict),
        _ => None,
    };
    places.filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_with_two_subsections() {
        let raw = b"%PDF-1.4\n1 0 obj\n2\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \n7 1\n0000000000 00001 f \ntrailer<</Size 8/Prev 3>>";
        let read = section(raw, 0, 26).unwrap();
        let expected = [(0, Entry::Free), (1, Entry::At(9)), (7, Entry::Free)];
        assert_eq!((read.entries.as_slice(), read.prev), (&expected[..], Some(3)));
        assert_eq!(scan(raw), [(1, 9)]);
    }

    #[test]
    fn circles_and_huge_counts_end() {
        let raw = b"xref\n0 99999999999\ntrailer<</Prev 0>>";
        assert!(section(raw, 0, 0).is_some());
        let raw = b"   xref\n0 0\ntrailer<</Prev 3>>";
        let read = chain(raw, 0, 3);
        assert_eq!((read.sections.len(), read.broken.is_some()), (1, true));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_to_an_end(bytes in proptest::collection::vec(0u8..=255, 0..200)) {
            section(&bytes, 0, 0);
            section(&[b"xref ".as_slice(), &bytes].concat(), 3, 0);
            scan(&bytes);
            stream_end(&bytes, 3, Some(7));
        }
    }
}
