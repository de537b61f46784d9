//! Photoshop's image resources (Adobe Photoshop File Formats Specification, "Image resources").

use super::joined::{BIG, Joined};
use crate::evidence::Span;
use crate::limits;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    pub id: u16,
    /// Within the block.
    pub start: usize,
    pub end: usize,
    /// In the blob.
    pub span: Span,
}

pub const IPTC: u16 = 0x0404;
pub const THUMBNAIL_BGR: u16 = 0x0409;
pub const THUMBNAIL: u16 = 0x040c;
pub const EXIF: u16 = 0x0422;
pub const XMP: u16 = 0x0424;
/// MD5 of the IPTC block when program and captions were last in step.
pub const IPTC_DIGEST: u16 = 0x0425;

/// All resources up to the first bytes that open none.
pub fn read(block: &Joined) -> Vec<Resource> {
    let raw: &[u8] = &block.bytes;
    let mut out = Vec::new();
    let mut at = 0;
    while out.len() < limits::PHOTOSHOP_RESOURCES {
        let signed = raw
            .get(at..at + 4)
            .is_some_and(|s| [&b"8BIM"[..], b"MeSa", b"PHUT", b"AgHg", b"DCSR"].contains(&s));
        let (true, Some(id), Some(name)) = (signed, BIG.u16(raw, at + 4), raw.get(at + 6)) else {
            break;
        };
        // A name with its length byte, and data, are each filled up to an even length.
        let name = (usize::from(*name) + 2) & !1;
        let Some(size) = BIG.size(raw, at + 6 + name) else {
            break;
        };
        let start = at + 10 + name;
        let Some(end) = start.checked_add(size).filter(|end| *end <= raw.len()) else {
            break;
        };
        out.push(Resource { id, start, end, span: block.span(start, end) });
        at = end + (size & 1);
    }
    out
}

/// The JPEG in a thumbnail resource, behind its header of 28 bytes.
pub fn thumbnail(resource: &[u8]) -> Option<&[u8]> {
    let is_jpeg = BIG.u32(resource, 0)? == 1;
    is_jpeg.then(|| resource.get(28..)).flatten().filter(|j| j.starts_with(b"\xff\xd8"))
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn resource(id: u16, data: &[u8]) -> Vec<u8> {
        let size = u32::try_from(data.len()).unwrap().to_be_bytes();
        let fill = vec![0; data.len() & 1];
        [b"8BIM", &id.to_be_bytes()[..], &[0, 0], &size, data, &fill].concat()
    }

    #[test]
    fn resources_end_at_the_first_other_bytes() {
        let raw = [resource(IPTC, b"abc"), resource(IPTC_DIGEST, &[7; 16]), vec![0; 9]].concat();
        let found = read(&Joined::within(&raw, Span::new(0, raw.len())));
        assert_eq!(found.iter().map(|r| r.id).collect::<Vec<_>>(), [IPTC, IPTC_DIGEST]);
        assert_eq!(found[0].span.of(&raw), b"abc");
        for end in 0..raw.len() {
            read(&Joined::within(&raw[..end], Span::new(0, end)));
        }
    }
}
