//! Bytes of one part of a file that may stand in several pieces, or packed, and where they stand.

use std::borrow::Cow;

use crate::evidence::Span;

#[derive(Clone, Debug)]
pub struct Joined<'a> {
    pub bytes: Cow<'a, [u8]>,
    /// Where each piece begins here and in the blob; empty of what was unpacked.
    pieces: Vec<(usize, usize)>,
    /// All of it in the blob.
    pub whole: Span,
}

impl<'a> Joined<'a> {
    /// One piece of the blob.
    pub fn within(raw: &'a [u8], span: Span) -> Joined<'a> {
        let bytes = Cow::Borrowed(span.of(raw));
        Joined { bytes, pieces: vec![(0, span.start)], whole: span }
    }

    /// Pieces of the blob, in the order they are to be read.
    pub fn of(raw: &'a [u8], spans: &[Span]) -> Option<Joined<'a>> {
        let (first, rest) = spans.split_first()?;
        if rest.is_empty() {
            return Some(Joined::within(raw, *first));
        }
        let mut bytes = Vec::new();
        let mut pieces = Vec::new();
        for span in spans {
            pieces.push((bytes.len(), span.start));
            bytes.extend_from_slice(span.of(raw));
        }
        let start = spans.iter().map(|s| s.start).min()?;
        let end = spans.iter().map(|s| s.end).max()?;
        Some(Joined { bytes: Cow::Owned(bytes), pieces, whole: Span::new(start, end) })
    }

    /// What was packed in those bytes of the blob.
    pub fn unpacked(bytes: Vec<u8>, whole: Span) -> Joined<'static> {
        Joined { bytes: Cow::Owned(bytes), pieces: Vec::new(), whole }
    }

    /// The part of it from `start` on.
    pub fn part(&self, start: usize, end: usize) -> Joined<'_> {
        let end = end.min(self.bytes.len());
        let start = start.min(end);
        let mut pieces: Vec<(usize, usize)> = Vec::new();
        for (at, blob) in &self.pieces {
            if *at <= start {
                pieces = vec![(0, blob + (start - at))];
            } else if *at < end {
                pieces.push((at - start, *blob));
            }
        }
        let bytes = Cow::Borrowed(&self.bytes[start..end]);
        Joined { bytes, pieces, whole: self.span(start, end) }
    }

    /// Where bytes of it stand in the blob; of packed ones all of them.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let place = |at: usize| {
            let (here, blob) = self.pieces.iter().rev().find(|(here, _)| *here <= at)?;
            Some(blob + (at - here))
        };
        let (start, end) = (start.min(self.bytes.len()), end.min(self.bytes.len()));
        match (place(start), place(end.max(start + 1) - 1)) {
            (Some(first), Some(_)) if end <= start => Span::new(first, first),
            (Some(first), Some(last)) if last >= first => Span::new(first, last + 1),
            _ => self.whole,
        }
    }
}

/// Numbers of either byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    pub is_big: bool,
}

impl Order {
    pub fn u16(self, raw: &[u8], at: usize) -> Option<u16> {
        let bytes: [u8; 2] = raw.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.is_big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    pub fn u32(self, raw: &[u8], at: usize) -> Option<u32> {
        let bytes: [u8; 4] = raw.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.is_big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// A 32-bit number that is an offset or a length.
    pub fn size(self, raw: &[u8], at: usize) -> Option<usize> {
        usize::try_from(self.u32(raw, at)?).ok()
    }
}

pub const BIG: Order = Order { is_big: true };
pub const LITTLE: Order = Order { is_big: false };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_keep_their_places() {
        let raw = b"..abc....defg..";
        let joined = Joined::of(raw, &[Span::new(2, 5), Span::new(9, 13)]).unwrap();
        assert_eq!(&*joined.bytes, b"abcdefg");
        assert_eq!(joined.span(1, 2).of(raw), b"b");
        assert_eq!(joined.span(4, 6).of(raw), b"ef");
        assert_eq!(joined.span(2, 4), Span::new(4, 10));
        let part = joined.part(1, 6);
        assert_eq!(&*part.bytes, b"bcdef");
        assert_eq!(part.span(0, 1).of(raw), b"b");
        assert_eq!(part.span(3, 5).of(raw), b"ef");
        let packed = Joined::unpacked(b"xyz".to_vec(), Span::new(3, 9));
        assert_eq!(packed.span(1, 2), Span::new(3, 9));
        assert_eq!(packed.part(1, 2).span(0, 1), Span::new(3, 9));
    }
}
