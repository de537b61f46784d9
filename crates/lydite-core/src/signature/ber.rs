//! A reader of BER (X.690 §8), the form in which S/MIME travels.
//!
//! Mail programs write CMS with indefinite lengths and text in pieces, which readers of strict DER
//! refuse: all 17 S/MIME signatures on three public lists are written so. Every element keeps the bytes it stands in, since
//! signatures are made over those.

use std::borrow::Cow;

use crate::limits;

pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const OCTET_STRING: u8 = 0x04;
pub const OID: u8 = 0x06;
pub const SEQUENCE: u8 = 0x30;
pub const SET: u8 = 0x31;

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    /// Class, form and number as they stand in the first byte; longer numbers are not read.
    pub tag: u8,
    /// Tag, length and content.
    pub whole: &'a [u8],
    pub content: &'a [u8],
}

/// The elements of a content, one behind the other.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next element; None at the end and where nothing can be read.
    pub fn any(&mut self) -> Option<Element<'a>> {
        let (element, rest) = element(self.0, 0)?;
        self.0 = rest;
        Some(element)
    }

    /// The next element if it has that tag; else nothing is taken.
    pub fn take(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.0.first() == Some(&tag) { self.any() } else { None }
    }
}

impl<'a> Element<'a> {
    pub fn read(self) -> Reader<'a> {
        Reader(self.content)
    }

    /// The bytes of a string, whose pieces may stand one behind the other (X.690 §8.7.3).
    pub fn octets(self) -> Cow<'a, [u8]> {
        if self.tag & 0x20 == 0 {
            return Cow::Borrowed(self.content);
        }
        let mut out = Vec::new();
        pieces(self.content, 0, &mut out);
        Cow::Owned(out)
    }
}

fn pieces(content: &[u8], depth: usize, out: &mut Vec<u8>) {
    let mut reader = Reader(content);
    while let Some(piece) = reader.any() {
        if piece.tag & 0x20 == 0 {
            out.extend_from_slice(piece.content);
        } else if depth < limits::BER_DEPTH {
            pieces(piece.content, depth + 1, out);
        }
    }
}

/// The element at the start of `bytes`, and what follows it.
fn element(bytes: &[u8], depth: usize) -> Option<(Element<'_>, &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    if tag & 0x1f == 0x1f || depth > limits::BER_DEPTH {
        return None;
    }
    let (&first, rest) = rest.split_first()?;
    if first == 0x80 {
        return indefinite(bytes, tag, rest, depth);
    }
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        let add = |sum: usize, digit: &u8| sum.checked_mul(256)?.checked_add(usize::from(*digit));
        (digits.iter().try_fold(0, add)?, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    let whole = &bytes[..bytes.len() - rest.len()];
    Some((Element { tag, whole, content }, rest))
}

/// An element that ends with two zero bytes (X.690 §8.1.3.6).
fn indefinite<'a>(
    bytes: &'a [u8],
    tag: u8,
    inner: &'a [u8],
    depth: usize,
) -> Option<(Element<'a>, &'a [u8])> {
    if tag & 0x20 == 0 {
        return None;
    }
    let mut rest = inner;
    while !rest.starts_with(&[0, 0]) {
        rest = element(rest, depth + 1)?.1;
    }
    let content = &inner[..inner.len() - rest.len()];
    let rest = &rest[2..];
    let whole = &bytes[..bytes.len() - rest.len()];
    Some((Element { tag, whole, content }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_every_form() {
        for bytes in [&b"\x04\x02ab"[..], b"\x04\x81\x02ab", b"\x04\x84\0\0\0\x02ab"] {
            let element = Reader(bytes).any().unwrap();
            assert_eq!((element.content, element.whole), (&b"ab"[..], bytes));
        }
        let pieces = b"\x24\x80\x04\x01a\x24\x80\x04\x01b\0\0\x04\x00\0\0rest";
        let mut reader = Reader(pieces);
        assert_eq!(reader.any().unwrap().octets().as_ref(), b"ab");
        assert_eq!(reader.0, b"rest");
    }

    #[test]
    fn what_is_cut_or_too_deep_gives_nothing() {
        for bytes in [&b""[..], b"\x04", b"\x04\x03ab", b"\x30\x80\x04\x01a", b"\x1f\x81\x01\0"] {
            assert_eq!(Reader(bytes).any(), None, "{bytes:?}");
        }
        assert_eq!(Reader(&b"\x30\x80".repeat(100_000)).any(), None);
        assert_eq!(Reader(b"\x04\x89\xff\xff\xff\xff\xff\xff\xff\xff\xff").any(), None);
    }

    proptest::proptest! {
        #[test]
        fn elements_lie_in_their_bytes(bytes in proptest::collection::vec(0u8..=255, 0..200)) {
            let mut reader = Reader(&bytes);
            let mut seen = 0;
            while let Some(element) = reader.any() {
                seen += element.whole.len();
                assert!(element.octets().len() <= element.content.len());
            }
            assert_eq!(seen + reader.0.len(), bytes.len());
        }
    }
}
