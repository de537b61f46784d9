//! JPEG (ITU-T T.81): its segments, tables and form, and where the picture ends.

use super::joined::BIG;
use crate::evidence::Span;
use crate::limits;
use crate::parse::Defect;

/// What the file is made of, in the order it stands there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Jpeg {
    pub segments: Vec<Segment>,
    pub tables: Vec<Table>,
    pub frame: Option<Frame>,
    /// Huffman tables all equal those of Annex K.3: the encoder did not count its own.
    pub is_huffman_standard: Option<bool>,
    /// MCUs between restart markers.
    pub restart: u16,
    pub scans: usize,
    /// Colour transform of Adobe's APP14.
    pub adobe_transform: Option<u8>,
    /// Behind the last byte of the picture: its EOI, or all there is.
    pub end: usize,
    pub has_end: bool,
    pub defects: Vec<Defect>,
}

/// A marker with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// 0xFF0x without the first byte.
    pub marker: u8,
    /// Marker and length included.
    pub span: Span,
    /// Parameters alone.
    pub content: Span,
}

/// A quantisation table, in zigzag order as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub id: u8,
    pub values: [u16; 64],
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// SOF marker: 0 baseline, 1 extended, 2 progressive, 3 lossless, 9 and above arithmetic.
    pub kind: u8,
    pub precision: u8,
    pub width: u32,
    pub height: u32,
    pub components: Vec<Component>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Component {
    pub id: u8,
    pub horizontal: u8,
    pub vertical: u8,
    pub table: u8,
}

impl Frame {
    /// `4:2:0` and the like; of other ratios the factors of the first component.
    pub fn sampling(&self) -> String {
        let rest = |h: u8, v: u8| {
            self.components[1..].iter().all(|c| c.horizontal == h && c.vertical == v)
        };
        match self.components.as_slice() {
            [_] => "grey".to_owned(),
            [first, _, _] if rest(1, 1) => match (first.horizontal, first.vertical) {
                (1, 1) => "4:4:4".to_owned(),
                (2, 1) => "4:2:2".to_owned(),
                (2, 2) => "4:2:0".to_owned(),
                (1, 2) => "4:4:0".to_owned(),
                (4, 1) => "4:1:1".to_owned(),
                (h, v) => format!("{h}x{v}"),
            },
            [first, ..] => format!("{}x{}", first.horizontal, first.vertical),
            [] => "none".to_owned(),
        }
    }
}

/// Reads bytes that begin with SOI.
pub fn read(raw: &[u8]) -> Jpeg {
    let mut out = Jpeg { end: raw.len(), ..Jpeg::default() };
    let mut huffman = Vec::new();
    let mut at = 2;
    loop {
        let Some(found) = next_marker(raw, at) else {
            out.defect("a JPEG ends without its end marker", Span::new(raw.len(), raw.len()));
            break;
        };
        if found.0 > at {
            out.defect("bytes between two JPEG segments", Span::new(at, found.0));
        }
        let (start, marker, behind) = found;
        if marker == 0xd9 {
            out.end = behind;
            out.has_end = true;
            break;
        }
        // Markers without parameters: TEM, RSTn, SOI.
        if marker == 0x01 || (0xd0..=0xd8).contains(&marker) {
            at = behind;
            continue;
        }
        let length = BIG.u16(raw, behind).map(usize::from).filter(|l| *l >= 2);
        let Some(end) = length.map(|l| behind + l).filter(|end| *end <= raw.len()) else {
            out.defect("a JPEG segment runs past the end", Span::new(start, raw.len()));
            break;
        };
        let content = Span::new(behind + 2, end);
        if out.segments.len() >= limits::JPEG_SEGMENTS {
            out.defect("more JPEG segments than are read", Span::new(start, end));
            break;
        }
        let segment = Segment { marker, span: Span::new(start, end), content };
        out.segments.push(segment);
        out.segment(raw, segment, &mut huffman);
        at = if marker == 0xda { entropy_end(raw, end) } else { end };
    }
    if !huffman.is_empty() {
        out.is_huffman_standard = Some(huffman.iter().all(|table| is_standard(table)));
    }
    out
}

/// The next marker from `at` on: where it begins, its code, what is behind it.
fn next_marker(raw: &[u8], at: usize) -> Option<(usize, u8, usize)> {
    let mut at = at;
    loop {
        let start = at + memchr::memchr(0xff, raw.get(at..)?)?;
        let mut behind = start + 1;
        // Fill bytes may stand before any marker (B.1.1.2).
        while raw.get(behind) == Some(&0xff) {
            behind += 1;
        }
        match *raw.get(behind)? {
            0 => at = behind + 1,
            marker => return Some((start, marker, behind + 1)),
        }
    }
}

/// Where entropy-coded data ends: at the first marker that is no restart.
fn entropy_end(raw: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some((found, marker, behind)) = next_marker(raw, at) {
        if !(0xd0..=0xd7).contains(&marker) {
            return found;
        }
        at = behind;
    }
    raw.len()
}

impl Jpeg {
    fn defect(&mut self, what: &str, span: Span) {
        if self.defects.len() < limits::DEFECTS {
            self.defects.push(Defect { what: what.to_owned(), span });
        }
    }

    fn segment<'a>(&mut self, raw: &'a [u8], segment: Segment, huffman: &mut Vec<&'a [u8]>) {
        let content = segment.content.of(raw);
        match segment.marker {
            0xdb => self.quantisation(content, segment.content.start),
            0xc4 => huffman.extend(huffman_tables(content)),
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf if self.frame.is_none() => {
                self.frame = frame(segment, content);
            }
            0xda => self.scans += 1,
            0xdd => self.restart = BIG.u16(content, 0).unwrap_or(0),
            0xee if content.starts_with(b"Adobe") => {
                self.adobe_transform = content.get(11).copied();
            }
            _ => {}
        }
    }

    fn quantisation(&mut self, content: &[u8], start: usize) {
        let mut at = 0;
        while let Some(head) = content.get(at) {
            let is_wide = head >> 4 != 0;
            let size = if is_wide { 128 } else { 64 };
            let Some(bytes) = content.get(at + 1..at + 1 + size) else {
                self.defect(
                    "a quantisation table is cut",
                    Span::new(start + at, start + content.len()),
                );
                break;
            };
            let mut values = [0; 64];
            for (number, value) in values.iter_mut().enumerate() {
                *value = if is_wide {
                    BIG.u16(bytes, number * 2).unwrap_or(0)
                } else {
                    u16::from(bytes[number])
                };
            }
            if self.tables.len() < limits::JPEG_TABLES {
                let span = Span::new(start + at, start + at + 1 + size);
                self.tables.push(Table { id: head & 15, values, span });
            }
            at += 1 + size;
        }
    }

    /// Parameters of segments of one marker that begin with `signature`, which is left out.
    pub fn application(&self, raw: &[u8], marker: u8, signature: &[u8]) -> Vec<Span> {
        let of_kind = self.segments.iter().filter(|s| s.marker == marker);
        let fitting = of_kind.filter(|s| s.content.of(raw).starts_with(signature));
        fitting.map(|s| Span::new(s.content.start + signature.len(), s.content.end)).collect()
    }
}

fn frame(segment: Segment, content: &[u8]) -> Option<Frame> {
    let (precision, height, width) =
        (*content.first()?, BIG.u16(content, 1)?, BIG.u16(content, 3)?);
    let count = usize::from(*content.get(5)?);
    let components = content.get(6..6 + count * 3)?.chunks_exact(3).map(|c| Component {
        id: c[0],
        horizontal: c[1] >> 4,
        vertical: c[1] & 15,
        table: c[2],
    });
    Some(Frame {
        kind: segment.marker - 0xc0,
        precision,
        width: u32::from(width),
        height: u32::from(height),
        components: components.collect(),
        span: segment.span,
    })
}

/// Each table of a DHT segment: class and number, 16 counts, values.
fn huffman_tables(content: &[u8]) -> Vec<&[u8]> {
    let mut tables = Vec::new();
    let mut rest = content;
    while let Some(counts) = rest.get(1..17) {
        let length = 17 + counts.iter().map(|c| usize::from(*c)).sum::<usize>();
        let Some(table) = rest.get(..length) else {
            break;
        };
        tables.push(table);
        rest = &rest[length..];
    }
    tables
}

/// Counts of codes of 1 to 16 bits of the tables K.3 to K.6 (T.81 Annex K.3). The values follow from
/// the order of symbols and need not be compared: an encoder that counts has other lengths.
const STANDARD: [(u8, [u8; 16]); 4] = [
    (0x00, [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]),
    (0x01, [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]),
    (0x10, [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d]),
    (0x11, [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77]),
];

fn is_standard(table: &[u8]) -> bool {
    STANDARD.iter().any(|(head, counts)| {
        // Which of the two numbers a table has is the encoder's choice.
        table[0] >> 4 == head >> 4 && table[1..17] == counts[..]
    })
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A JPEG of segments only, without picture data.
    pub fn made(segments: &[(u8, &[u8])]) -> Vec<u8> {
        let mut out = vec![0xff, 0xd8];
        for (marker, content) in segments {
            out.extend([0xff, *marker]);
            out.extend(u16::try_from(content.len() + 2).unwrap().to_be_bytes());
            out.extend_from_slice(content);
            if *marker == 0xda {
                out.extend([1, 2, 0xff, 0, 3, 0xff, 0xd0, 4]);
            }
        }
        out.extend([0xff, 0xd9]);
        out
    }

    #[test]
    fn segments_tables_and_end() {
        let table = [&[0u8][..], &[3; 64], &[1], &[5; 64]].concat();
        let frame = [8, 0, 40, 0, 60, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
        let mut raw = made(&[(0xdb, &table), (0xc2, &frame), (0xda, &[1, 1, 0, 0, 63, 0])]);
        let end = raw.len();
        raw.extend(b"behind");
        let jpeg = read(&raw);
        assert!(jpeg.defects.is_empty(), "{:?}", jpeg.defects);
        assert_eq!((jpeg.end, jpeg.has_end, jpeg.scans), (end, true, 1));
        assert_eq!(
            jpeg.tables.iter().map(|t| (t.id, t.values[9])).collect::<Vec<_>>(),
            [(0, 3), (1, 5)]
        );
        let frame = jpeg.frame.unwrap();
        assert_eq!((frame.kind, frame.width, frame.height), (2, 60, 40));
        assert_eq!(frame.sampling(), "4:2:0");
        for end in 2..raw.len() {
            read(&raw[..end]);
        }
    }
}
