//! TIFF directories (TIFF 6.0), which EXIF is made of too: every entry of every directory.

use super::joined::{BIG, Joined, LITTLE, Order};
use crate::evidence::Span;
use crate::limits;
use crate::parse::Defect;

/// Which directory an entry stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directory {
    /// The chain of main directories, the first is 0. In EXIF, 1 is the thumbnail's.
    Main(usize),
    Exif,
    Gps,
    Interoperability,
    Sub,
}

impl Directory {
    pub fn name(self) -> String {
        match self {
            Directory::Main(number) => format!("IFD{number}"),
            Directory::Exif => "Exif".to_owned(),
            Directory::Gps => "GPS".to_owned(),
            Directory::Interoperability => "Interop".to_owned(),
            Directory::Sub => "SubIFD".to_owned(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub directory: Directory,
    pub tag: u16,
    /// How many values the directory states.
    pub count: usize,
    pub value: Value,
    /// The value's bytes in the blob.
    pub span: Span,
    /// The same within the TIFF.
    pub at: usize,
    pub len: usize,
}

/// A value, cut at `limits::TIFF_VALUES` numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    Numbers(Vec<i64>),
    Ratios(Vec<(i64, i64)>),
    /// UNDEFINED, and kinds that are not read; cut at `limits::TIFF_OPAQUE` bytes.
    Bytes(Vec<u8>),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tiff {
    pub is_big_endian: bool,
    pub entries: Vec<Entry>,
    pub defects: Vec<Defect>,
}

impl Tiff {
    pub fn entry(&self, directory: Directory, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|e| e.directory == directory && e.tag == tag)
    }

    pub fn text(&self, directory: Directory, tag: u16) -> Option<&str> {
        self.entry(directory, tag)?.text()
    }

    pub fn number(&self, directory: Directory, tag: u16) -> Option<i64> {
        self.entry(directory, tag)?.numbers().first().copied()
    }
}

impl Entry {
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn numbers(&self) -> &[i64] {
        match &self.value {
            Value::Numbers(numbers) => numbers,
            _ => &[],
        }
    }

    pub fn ratios(&self) -> &[(i64, i64)] {
        match &self.value {
            Value::Ratios(ratios) => ratios,
            _ => &[],
        }
    }

    pub fn bytes(&self) -> &[u8] {
        match &self.value {
            Value::Bytes(bytes) => bytes,
            _ => &[],
        }
    }

    /// `Exif 0x9003`, `GPS 0x001D`, `IFD1 0x0201`; of the first directory `Exif 0x0132` too, as
    /// programs print it.
    pub fn place(&self, source: &str) -> String {
        match self.directory {
            Directory::Main(0) | Directory::Exif => format!("{source} 0x{:04X}", self.tag),
            directory => format!("{source} {} 0x{:04X}", directory.name(), self.tag),
        }
    }
}

const EXIF: u16 = 0x8769;
const GPS: u16 = 0x8825;
const INTEROPERABILITY: u16 = 0xa005;
const SUB: u16 = 0x014a;

/// Reads all directories of bytes that begin with `II*\0` or `MM\0*`; None of others.
pub fn read(tiff: &Joined) -> Option<Tiff> {
    let raw: &[u8] = &tiff.bytes;
    let order = match raw.get(..4)? {
        b"II*\0" | b"II\x55\0" | b"IIRO" | b"IIRS" => LITTLE,
        b"MM\0*" => BIG,
        _ => return None,
    };
    let mut out = Tiff { is_big_endian: order.is_big, ..Tiff::default() };
    let mut open = vec![(Directory::Main(0), order.size(raw, 4)?)];
    let mut seen = Vec::new();
    while let Some((directory, at)) = open.pop() {
        if seen.contains(&at) {
            continue;
        }
        if seen.len() >= limits::TIFF_DIRECTORIES {
            out.defect("more TIFF directories than are read", tiff.span(at, at + 2));
            break;
        }
        seen.push(at);
        let next = read_directory(&mut out, tiff, order, directory, at, &mut open);
        if let (Directory::Main(number), Some(next)) = (directory, next)
            && next != 0
        {
            // Below what the directory itself opened, so that those are read first.
            open.insert(0, (Directory::Main(number + 1), next));
        }
    }
    Some(out)
}

impl Tiff {
    fn defect(&mut self, what: &str, span: Span) {
        if self.defects.len() < limits::DEFECTS {
            self.defects.push(Defect { what: what.to_owned(), span });
        }
    }
}

/// One directory; the offset of the next one.
fn read_directory(
    out: &mut Tiff,
    tiff: &Joined,
    order: Order,
    directory: Directory,
    at: usize,
    open: &mut Vec<(Directory, usize)>,
) -> Option<usize> {
    let raw: &[u8] = &tiff.bytes;
    let Some(count) = order.u16(raw, at) else {
        out.defect("a TIFF directory lies outside of the data", tiff.span(at, at + 2));
        return None;
    };
    let count = usize::from(count);
    for number in 0..count.min(limits::TIFF_ENTRIES) {
        let here = at + 2 + number * 12;
        let Some(entry) = read_entry(tiff, order, directory, here) else {
            out.defect("a TIFF entry lies outside of the data", tiff.span(here, here + 12));
            // The rest of a damaged directory may still be read, unless the data ends here.
            if raw.len() < here + 12 {
                return None;
            }
            continue;
        };
        let target = match entry.tag {
            EXIF => Some(Directory::Exif),
            GPS => Some(Directory::Gps),
            INTEROPERABILITY => Some(Directory::Interoperability),
            SUB => Some(Directory::Sub),
            _ => None,
        };
        if let Some(target) = target {
            let offsets = entry.numbers().iter().filter_map(|n| usize::try_from(*n).ok());
            open.extend(offsets.map(|offset| (target, offset)));
        }
        out.entries.push(entry);
    }
    if count > limits::TIFF_ENTRIES {
        out.defect("a TIFF directory has more entries than are read", tiff.span(at, at + 2));
        return None;
    }
    order.size(raw, at + 2 + count * 12)
}

fn read_entry(tiff: &Joined, order: Order, directory: Directory, here: usize) -> Option<Entry> {
    let raw: &[u8] = &tiff.bytes;
    let (tag, kind) = (order.u16(raw, here)?, order.u16(raw, here + 2)?);
    let count = order.size(raw, here + 4)?;
    let width: usize = match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 => 8,
        _ => return None,
    };
    let len = count.checked_mul(width)?;
    let at = if len <= 4 { here + 8 } else { order.size(raw, here + 8)? };
    let bytes = raw.get(at..at.checked_add(len)?)?;
    let value = read_value(bytes, kind, order);
    Some(Entry { directory, tag, count, value, span: tiff.span(at, at + len), at, len })
}

fn read_value(bytes: &[u8], kind: u16, order: Order) -> Value {
    let most = limits::TIFF_VALUES;
    let long = |at: usize, signed: bool| {
        let number = order.u32(bytes, at).unwrap_or(0);
        if signed { i64::from(number.cast_signed()) } else { i64::from(number) }
    };
    match kind {
        2 => {
            let cut = &bytes[..bytes.len().min(limits::TIFF_OPAQUE)];
            Value::Text(text(cut))
        }
        1 | 6 if bytes.len() <= most => {
            let signed = |b: &u8| i64::from(b.cast_signed());
            Value::Numbers(
                bytes.iter().map(|b| if kind == 6 { signed(b) } else { i64::from(*b) }).collect(),
            )
        }
        3 | 8 => {
            let each = bytes.chunks_exact(2).take(most).map(|c| {
                let number = order.u16(c, 0).unwrap_or(0);
                if kind == 8 { i64::from(number.cast_signed()) } else { i64::from(number) }
            });
            Value::Numbers(each.collect())
        }
        4 | 9 | 13 => {
            let count = (bytes.len() / 4).min(most);
            Value::Numbers((0..count).map(|n| long(n * 4, kind == 9)).collect())
        }
        5 | 10 => {
            let count = (bytes.len() / 8).min(most);
            let each = (0..count).map(|n| (long(n * 8, kind == 10), long(n * 8 + 4, kind == 10)));
            Value::Ratios(each.collect())
        }
        _ => Value::Bytes(bytes[..bytes.len().min(limits::TIFF_OPAQUE)].to_vec()),
    }
}

/// ASCII up to its NUL. Programs write UTF-8 there, or the codepage of their machine.
pub fn text(bytes: &[u8]) -> String {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    match std::str::from_utf8(&bytes[..end]) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes[..end]).0.into_owned()
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A little-endian TIFF of one directory, values of more than four bytes behind it.
    pub fn made(entries: &[(u16, u16, Vec<u8>)]) -> Vec<u8> {
        let mut out = b"II*\0\x08\0\0\0".to_vec();
        let width = |kind: u16| [1, 1, 1, 2, 4, 8, 1, 1][usize::from(kind).min(7)];
        out.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
        let mut behind = 8 + 2 + entries.len() * 12 + 4;
        let mut values = Vec::new();
        for (tag, kind, value) in entries {
            out.extend(tag.to_le_bytes());
            out.extend(kind.to_le_bytes());
            out.extend(u32::try_from(value.len() / width(*kind)).unwrap().to_le_bytes());
            if value.len() <= 4 {
                let mut cell = value.clone();
                cell.resize(4, 0);
                out.extend(cell);
            } else {
                out.extend(u32::try_from(behind).unwrap().to_le_bytes());
                behind += value.len();
                values.extend_from_slice(value);
            }
        }
        out.extend([0; 4]);
        out.extend(values);
        out
    }

    #[test]
    fn entries_have_values_and_places() {
        let raw = made(&[
            (0x0131, 2, b"Drawer 1.0\0".to_vec()),
            (0x0112, 3, vec![6, 0]),
            (0x011a, 5, [72u32.to_le_bytes(), 1u32.to_le_bytes()].concat()),
        ]);
        let tiff = read(&Joined::within(&raw, Span::new(0, raw.len()))).unwrap();
        assert_eq!(tiff.text(Directory::Main(0), 0x0131), Some("Drawer 1.0"));
        assert_eq!(tiff.number(Directory::Main(0), 0x0112), Some(6));
        assert_eq!(tiff.entries[2].ratios(), [(72, 1)]);
        assert_eq!(tiff.entries[0].span.of(&raw), b"Drawer 1.0\0");
        assert_eq!(tiff.entries[0].place("Exif"), "Exif 0x0131");
    }

    #[test]
    fn cut_and_looping_directories_end() {
        let raw = made(&[(0x0131, 2, b"Drawer 1.0\0".to_vec()), (EXIF, 4, vec![8, 0, 0, 0])]);
        for end in 0..raw.len() {
            read(&Joined::within(&raw[..end], Span::new(0, end)));
        }
        let mut looping = raw.clone();
        let next = 8 + 2 + 24;
        looping[next] = 8;
        let tiff = read(&Joined::within(&looping, Span::new(0, looping.len()))).unwrap();
        assert_eq!(tiff.entries.len(), 2);
    }
}
