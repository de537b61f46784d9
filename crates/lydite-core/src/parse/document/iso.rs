//! Boxes of the ISO base media format (ISO 14496-12), of which HEIF, AVIF, MP4 and QuickTime are made.

use super::image::joined::BIG;
use crate::evidence::Span;
use crate::limits;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Box {
    pub kind: [u8; 4],
    /// Size and kind included.
    pub span: Span,
    pub content: Span,
}

/// The boxes between two places, up to the first that does not fit.
pub fn boxes(raw: &[u8], within: Span) -> Vec<Box> {
    let mut out = Vec::new();
    let mut at = within.start;
    while at + 8 <= within.end && out.len() < limits::ISO_BOXES {
        let Some((size, kind)) = BIG.size(raw, at).zip(raw.get(at + 4..at + 8)) else {
            break;
        };
        let (head, size) = match size {
            // To the end of the file.
            0 => (8, within.end - at),
            1 => match (BIG.size(raw, at + 8), BIG.size(raw, at + 12)) {
                (Some(0), Some(size)) => (16, size),
                _ => break,
            },
            size => (8, size),
        };
        let Some(end) = at.checked_add(size).filter(|end| size >= head && *end <= within.end)
        else {
            break;
        };
        let kind = [kind[0], kind[1], kind[2], kind[3]];
        let content = Span::new(at + head, end);
        out.push(Box { kind, span: Span::new(at, end), content });
        at = end;
    }
    out
}

/// The first box of that kind.
pub fn find(raw: &[u8], within: Span, kind: &[u8; 4]) -> Option<Box> {
    boxes(raw, within).into_iter().find(|b| &b.kind == kind)
}

/// The content behind version and flags of a full box.
pub fn full(content: Span) -> Span {
    Span::new((content.start + 4).min(content.end), content.end)
}

/// Main brand of a file that begins with a box `ftyp`, which is small.
pub fn brand(raw: &[u8]) -> Option<[u8; 4]> {
    let is_first = raw.starts_with(&[0, 0]) && raw.get(4..8) == Some(b"ftyp");
    let brand = raw.get(8..12).filter(|_| is_first)?;
    brand.try_into().ok()
}

/// Brands of pictures (ISO 23008-12 §10, AVIF 1.1 §6).
pub fn is_picture(brand: &[u8; 4]) -> bool {
    [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1", b"avif",
        b"avis",
    ]
    .contains(&brand)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn made(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let size = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
        [&size[..], kind, content].concat()
    }

    #[test]
    fn boxes_end_where_one_does_not_fit() {
        let raw =
            [made(b"ftyp", b"heic"), made(b"free", b""), b"\0\0\xff\xffmdat".to_vec()].concat();
        let found = boxes(&raw, Span::new(0, raw.len()));
        assert_eq!(found.iter().map(|b| b.kind).collect::<Vec<_>>(), [*b"ftyp", *b"free"]);
        assert_eq!(brand(&raw), Some(*b"heic"));
        let open = [b"\0\0\0\0mdat".to_vec(), vec![7; 5]].concat();
        assert_eq!(boxes(&open, Span::new(0, open.len()))[0].content, Span::new(8, 13));
        let long = [b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x12".to_vec(), vec![7; 2]].concat();
        assert_eq!(boxes(&long, Span::new(0, long.len()))[0].content, Span::new(16, 18));
    }
}
