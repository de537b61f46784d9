//! HEIF and AVIF (ISO 23008-12): where EXIF, XMP and content credentials stand, and the size.

use super::joined::BIG;
use crate::evidence::Span;
use crate::limits;
use crate::parse::document::iso;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub width: u32,
    pub height: u32,
    /// Pieces of the EXIF item from its TIFF on, and of each XMP packet.
    pub exif: Vec<Span>,
    pub xmp: Vec<Vec<Span>>,
    pub icc: Option<Span>,
    pub c2pa: Option<Span>,
    pub end: usize,
}

/// The box type of content credentials (C2PA 2.1 §A.5.1): a UUID.
const C2PA: &[u8] = b"\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81";

/// Reads bytes that begin with `ftyp` and a brand of pictures.
pub fn read(raw: &[u8]) -> Found {
    let mut out = Found::default();
    let top = iso::boxes(raw, Span::new(0, raw.len()));
    out.end = top.last().map_or(0, |b| b.span.end);
    for found in &top {
        match &found.kind {
            b"meta" => meta(&mut out, raw, iso::full(found.content)),
            b"uuid" if found.content.of(raw).starts_with(C2PA) => {
                // UUID, version and flags, purpose, offset; then the boxes of the store.
                let rest = Span::new(found.content.start + 20, found.content.end);
                let purpose = memchr::memchr(0, rest.of(raw)).unwrap_or(rest.len());
                let start = rest.start + purpose + 9;
                if rest.of(raw).starts_with(b"manifest\0") && start < rest.end {
                    out.c2pa = Some(Span::new(start, rest.end));
                }
            }
            _ => {}
        }
    }
    out
}

fn meta(out: &mut Found, raw: &[u8], within: Span) {
    let inner = iso::boxes(raw, within);
    let of = |kind: &[u8; 4]| inner.iter().find(|b| &b.kind == kind).map(|b| b.content);
    let store = of(b"idat");
    let places = of(b"iloc").map(|c| locations(raw, c, store)).unwrap_or_default();
    for (id, kind, is_xmp) in of(b"iinf").map(|c| items(raw, c)).unwrap_or_default() {
        let Some((_, spans)) = places.iter().find(|(item, _)| *item == id) else {
            continue;
        };
        match &kind {
            b"Exif" if out.exif.is_empty() => out.exif = behind_offset(raw, spans),
            b"mime" if is_xmp => out.xmp.push(spans.clone()),
            _ => {}
        }
    }
    // The largest picture; tiles and thumbnails are smaller.
    let container = of(b"iprp").and_then(|c| iso::find(raw, c, b"ipco"));
    for property in container.map(|c| iso::boxes(raw, c.content)).unwrap_or_default() {
        // Colour: a profile, or three numbers that name a standard one.
        let colour = property.content.of(raw);
        if &property.kind == b"colr" && (colour.starts_with(b"prof") || colour.starts_with(b"rICC"))
        {
            let start = property.content.start + 4;
            out.icc = out.icc.or(Some(Span::new(start, property.content.end)));
        }
        if &property.kind == b"ispe" {
            let size = iso::full(property.content).of(raw);
            let (width, height) = (BIG.u32(size, 0).unwrap_or(0), BIG.u32(size, 4).unwrap_or(0));
            if u64::from(width) * u64::from(height) > u64::from(out.width) * u64::from(out.height) {
                (out.width, out.height) = (width, height);
            }
        }
    }
}

/// An EXIF item begins with the offset of its TIFF behind these four bytes.
fn behind_offset(raw: &[u8], spans: &[Span]) -> Vec<Span> {
    let mut out = spans.to_vec();
    let Some(first) = out.first_mut() else {
        return out;
    };
    let offset = BIG.size(first.of(raw), 0).unwrap_or(0);
    first.start = first.start.saturating_add(4).saturating_add(offset).min(first.end);
    out
}

/// Id, type, and whether a `mime` item is XMP, of each item (`iinf`, `infe` of version 2 and 3).
fn items(raw: &[u8], content: Span) -> Vec<(u32, [u8; 4], bool)> {
    let is_long = raw.get(content.start).is_some_and(|version| *version > 0);
    let start = iso::full(content).start + if is_long { 4 } else { 2 };
    let entries = iso::boxes(raw, Span::new(start.min(content.end), content.end));
    let each = entries.iter().filter(|b| &b.kind == b"infe").filter_map(|entry| {
        let version = *raw.get(entry.content.start)?;
        let body = iso::full(entry.content).of(raw);
        let (id, rest) = match version {
            2 => (u32::from(BIG.u16(body, 0)?), body.get(4..)?),
            3 => (BIG.u32(body, 0)?, body.get(6..)?),
            _ => return None,
        };
        let kind: [u8; 4] = rest.get(..4)?.try_into().ok()?;
        let is_xmp = memchr::memmem::find(rest, b"application/rdf+xml").is_some();
        Some((id, kind, is_xmp))
    });
    each.collect()
}

/// Where each item stands (`iloc`): in the file, or in the store of `idat`.
fn locations(raw: &[u8], content: Span, store: Option<Span>) -> Vec<(u32, Vec<Span>)> {
    let mut reader = Reader { bytes: content.of(raw), at: 4 };
    let version = content.of(raw).first().copied().unwrap_or(0);
    read_locations(&mut reader, version, raw.len(), store).unwrap_or_default()
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// A number of 0, 2, 4 or 8 bytes.
    fn number(&mut self, width: u8) -> Option<usize> {
        let bytes = self.bytes.get(self.at..self.at + usize::from(width))?;
        self.at += usize::from(width);
        bytes.iter().try_fold(0usize, |n, b| n.checked_mul(256)?.checked_add(usize::from(*b)))
    }
}

fn read_locations(
    reader: &mut Reader,
    version: u8,
    len: usize,
    store: Option<Span>,
) -> Option<Vec<(u32, Vec<Span>)>> {
    let widths = reader.number(2)?;
    let nibble = |shift: usize| u8::try_from(widths >> shift & 15).ok();
    let (offset, length, base) = (nibble(12)?, nibble(8)?, nibble(4)?);
    let index = if version > 0 { nibble(0)? } else { 0 };
    let wide = if version == 2 { 4 } else { 2 };
    let count = reader.number(wide)?;
    let mut out = Vec::new();
    for _ in 0..count.min(limits::ISO_ITEMS) {
        let id = u32::try_from(reader.number(wide)?).ok()?;
        let method = if version > 0 { reader.number(2)? & 15 } else { 0 };
        reader.number(2)?;
        let start = reader.number(base)?;
        let extents = reader.number(2)?;
        let mut spans = Vec::new();
        for _ in 0..extents.min(limits::ISO_EXTENTS) {
            reader.number(index)?;
            let (at, size) = (reader.number(offset)?, reader.number(length)?);
            let origin = match (method, store) {
                (0, _) => 0,
                (1, Some(store)) => store.start,
                _ => continue,
            };
            let from = origin.checked_add(start)?.checked_add(at)?;
            let to = from.checked_add(size)?;
            if to <= len && size > 0 {
                spans.push(Span::new(from, to));
            }
        }
        out.push((id, spans));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::document::iso::tests::made;

    #[test]
    fn exif_stands_where_the_item_says() {
        let tiff = b"II*\0\x08\0\0\0\0\0";
        let exif = [&[0, 0, 0, 6][..], b"Exif\0\0", tiff].concat();
        let entry = made(b"infe", b"\x02\0\0\0\0\x07\0\0Exif\0");
        let info = made(b"iinf", &[b"\0\0\0\0\0\x01", &entry[..]].concat());
        let size = made(b"ispe", b"\0\0\0\0\0\0\x01\0\0\0\0\x80");
        let sizes = made(b"iprp", &made(b"ipco", &size));
        let whole = |at: u8| {
            // Offsets and lengths of four bytes, one item 7 of one extent.
            let place =
                [b"\0\0\0\0\x44\0\0\x01\0\x07\0\0\0\x01\0\0\0", &[at, 0, 0, 0, 20][..]].concat();
            let inner = [b"\0\0\0\0".to_vec(), info.clone(), made(b"iloc", &place), sizes.clone()];
            let head = [made(b"ftyp", b"heic\0\0\0\0"), made(b"meta", &inner.concat())].concat();
            let start = head.len() + 8;
            ([head, made(b"mdat", &exif)].concat(), start)
        };
        let start = whole(0).1;
        let (raw, _) = whole(u8::try_from(start).unwrap());
        let found = read(&raw);
        assert_eq!((found.width, found.height, found.end), (256, 128, raw.len()));
        assert_eq!(found.exif.len(), 1);
        assert_eq!(found.exif[0].of(&raw), tiff);
        for end in 0..raw.len() {
            read(&raw[..end]);
        }
        for at in 0..raw.len() {
            let mut other = raw.clone();
            other[at] = 0xff;
            read(&other);
        }
    }
}
