//! GIF (GIF89a), WebP (RFC 9649) and BMP: size, where their metadata stands, where they end.

use super::joined::{Joined, LITTLE};
use crate::evidence::Span;
use crate::limits;
use crate::parse::Defect;

/// What these three have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub width: u32,
    pub height: u32,
    pub comments: Vec<(String, Span)>,
    pub exif: Option<Span>,
    pub xmp: Option<Span>,
    /// In the pieces it stands in.
    pub icc: Vec<Span>,
    pub c2pa: Option<Span>,
    pub end: usize,
    pub has_end: bool,
    pub defects: Vec<Defect>,
}

impl Found {
    fn defect(&mut self, what: &str, span: Span) {
        if self.defects.len() < limits::DEFECTS {
            self.defects.push(Defect { what: what.to_owned(), span });
        }
    }
}

/// Reads bytes that begin with `GIF8`.
pub fn gif(raw: &[u8]) -> Found {
    let size = |at| LITTLE.u16(raw, at).map_or(0, u32::from);
    let mut out = Found { width: size(6), height: size(8), end: raw.len(), ..Found::default() };
    let colours = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut at = 13 + raw.get(10).map_or(0, |flags| colours(*flags));
    for _ in 0..limits::GIF_BLOCKS {
        match raw.get(at) {
            Some(0x3b) => {
                out.end = at + 1;
                out.has_end = true;
                return out;
            }
            Some(0x2c) => {
                let table = raw.get(at + 9).map_or(0, |flags| colours(*flags));
                at = blocks_end(raw, at + 10 + table + 1);
            }
            Some(0x21) => {
                let start = at + 2;
                let end = blocks_end(raw, start);
                extension(&mut out, raw, raw.get(at + 1).copied(), Span::new(start, end));
                at = end;
            }
            _ => {
                out.defect(
                    "a GIF ends without its end mark",
                    Span::new(at.min(raw.len()), raw.len()),
                );
                return out;
            }
        }
    }
    out.defect("more GIF blocks than are read", Span::new(at, raw.len()));
    out
}

/// Behind a chain of sub-blocks and its empty last one.
fn blocks_end(raw: &[u8], at: usize) -> usize {
    let mut at = at;
    while let Some(length) = raw.get(at) {
        at += 1 + usize::from(*length);
        if *length == 0 {
            break;
        }
    }
    at.min(raw.len())
}

/// What the sub-blocks hold, without their lengths.
fn pieces(raw: &[u8], span: Span) -> Vec<Span> {
    let mut out = Vec::new();
    let mut at = span.start;
    while let Some(length) = raw.get(at).filter(|l| **l != 0 && at < span.end) {
        let end = at + 1 + usize::from(*length);
        out.push(Span::new(at + 1, end.min(span.end)));
        at = end;
    }
    out
}

fn extension(out: &mut Found, raw: &[u8], label: Option<u8>, span: Span) {
    let blocks = span.of(raw);
    match label {
        Some(0xfe) if out.comments.len() < limits::PNG_TEXTS => {
            let pieces = pieces(raw, span).into_iter().flat_map(|p| p.of(raw));
            let text: Vec<u8> = pieces.copied().collect();
            out.comments.push((super::tiff::text(&text), span));
        }
        // The packet stands there plain; 258 bytes behind it lead any reader of blocks to its end
        // (XMP specification part 3, §1.1.2).
        Some(0xff) if blocks.starts_with(b"\x0bXMP DataXMP") && blocks.len() > 12 + 258 => {
            out.xmp = Some(Span::new(span.start + 12, span.end - 258));
        }
        Some(0xff) if blocks.starts_with(b"\x0bICCRGBG1012") => {
            out.icc = pieces(raw, Span::new(span.start + 12, span.end));
        }
        _ => {}
    }
}

/// Reads bytes that begin with `RIFF????WEBP`.
pub fn webp(raw: &[u8]) -> Found {
    let stated = LITTLE.size(raw, 4).map_or(0, |size| size.saturating_add(8));
    let mut out = Found { end: stated.min(raw.len()), ..Found::default() };
    out.has_end = stated <= raw.len();
    if !out.has_end {
        out.defect("a WebP is shorter than it states", Span::new(0, raw.len()));
    }
    let mut at = 12;
    for _ in 0..limits::PNG_CHUNKS {
        let Some((kind, size)) = raw.get(at..at + 4).zip(LITTLE.size(raw, at + 4)) else {
            break;
        };
        let start = at + 8;
        let end = start.saturating_add(size).min(raw.len());
        let span = Span::new(start, end);
        let data = span.of(raw);
        match kind {
            b"VP8X" => {
                let three = |at| LITTLE.u32(data, at).map_or(0, |n| (n & 0xff_ffff) + 1);
                // The second number's four bytes end with the chunk.
                let high = LITTLE.u32(data, 6).map_or(0, |n| (n >> 8) + 1);
                (out.width, out.height) = (three(4), high);
            }
            b"VP8 " if out.width == 0 && data.get(3..6) == Some(b"\x9d\x01\x2a") => {
                let side = |at| LITTLE.u16(data, at).map_or(0, |n| u32::from(n & 0x3fff));
                (out.width, out.height) = (side(6), side(8));
            }
            b"VP8L" if out.width == 0 && data.first() == Some(&0x2f) => {
                let bits = LITTLE.u32(data, 1).unwrap_or(0);
                (out.width, out.height) = ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
            }
            b"EXIF" => out.exif = Some(span),
            b"XMP " => out.xmp = Some(span),
            b"ICCP" => out.icc = vec![span],
            b"C2PA" => out.c2pa = Some(span),
            _ => {}
        }
        if end >= out.end {
            break;
        }
        at = end + (size & 1);
    }
    out
}

/// Whether bytes are a Windows bitmap: its two letters alone begin many texts.
pub fn is_bmp(head: &[u8]) -> bool {
    let known = [12, 40, 52, 56, 64, 108, 124];
    head.starts_with(b"BM")
        && head.get(6..10) == Some(&[0; 4])
        && LITTLE.u32(head, 14).is_some_and(|size| known.contains(&size))
}

/// Reads a Windows bitmap (MS-WMF §2.2.2.3, BITMAPFILEHEADER).
pub fn bmp(raw: &[u8]) -> Found {
    let mut out = Found::default();
    let is_core = LITTLE.u32(raw, 14) == Some(12);
    (out.width, out.height) = if is_core {
        let side = |at| LITTLE.u16(raw, at).map_or(0, u32::from);
        (side(18), side(20))
    } else {
        let side = |at| LITTLE.u32(raw, at).map_or(0, |n| n.cast_signed().unsigned_abs());
        (side(18), side(22))
    };
    // Old writers leave the size at zero.
    let stated = LITTLE.size(raw, 2).filter(|size| *size >= 26).unwrap_or(raw.len());
    out.end = stated.min(raw.len());
    out.has_end = stated <= raw.len();
    if !out.has_end {
        out.defect("a BMP is shorter than it states", Span::new(0, raw.len()));
    }
    out
}

/// The EXIF of a WebP: some writers put the JPEG's signature before it.
pub fn webp_exif<'a>(raw: &'a [u8], span: Span) -> Joined<'a> {
    let signed = span.of(raw).starts_with(b"Exif\0\0");
    Joined::within(raw, Span::new(span.start + if signed { 6 } else { 0 }, span.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gif_comments_and_end() {
        let raw = b"GIF89a\x03\0\x02\0\0\0\0\x21\xfe\x05hello\0\x2c\0\0\0\0\x03\0\x02\0\0\x02\x02\x44\x01\0;tail";
        let gif = gif(raw);
        assert_eq!((gif.width, gif.height, gif.end), (3, 2, raw.len() - 4));
        assert_eq!(gif.comments[0].0, "hello");
        for end in 4..raw.len() {
            super::gif(&raw[..end]);
        }
    }

    #[test]
    fn webp_chunks_and_bmp_sizes() {
        let chunk = |kind: &[u8], data: &[u8]| {
            [kind, &u32::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
        };
        let size = [&[0, 0, 0, 0][..], &[99, 0, 0], &[49, 0, 0]].concat();
        let body = [b"WEBP".to_vec(), chunk(b"VP8X", &size), chunk(b"XMP ", b"<x/>")].concat();
        let raw = [chunk(b"RIFF", &body), b"tail".to_vec()].concat();
        let webp = webp(&raw);
        assert_eq!((webp.width, webp.height, webp.end), (100, 50, raw.len() - 4));
        assert_eq!(webp.xmp.unwrap().of(&raw), b"<x/>");
        for end in 12..raw.len() {
            super::webp(&raw[..end]);
        }
        let mut raw =
            b"BM\x20\0\0\0\0\0\0\0\x1a\0\0\0\x28\0\0\0\x05\0\0\0\xf9\xff\xff\xff".to_vec();
        raw.resize(32, 0);
        assert!(is_bmp(&raw));
        assert_eq!((bmp(&raw).width, bmp(&raw).height, bmp(&raw).has_end), (5, 7, true));
        assert!(!is_bmp(b"BM is a text of more than thirty letters"));
    }
}
