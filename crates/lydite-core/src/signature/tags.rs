//! Tag lists: `name=value; name=value` of signatures and key records (RFC 6376 §3.2).

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use compact_str::CompactString;

use crate::limits;

/// Lenient in what decodes to the same bytes.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// One tag, as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    pub name: &'a [u8],
    /// From behind `=` up to `;` or the end, white space kept.
    pub value: &'a [u8],
    /// Offset of `value` in the list.
    pub at: usize,
}

/// Why a list is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    Malformed(&'static str),
    /// More than `limits::TAGS`.
    TooMany,
}

/// A tag list, every name at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags<'a>(Vec<Tag<'a>>);

impl<'a> Tags<'a> {
    /// Reads a list. Empty entries are passed over; a name given twice makes the whole list void.
    pub fn parse(list: &'a [u8]) -> Result<Self, Flaw> {
        let mut tags: Vec<Tag<'a>> = Vec::new();
        let mut at = 0;
        for end in memchr::memchr_iter(b';', list).chain([list.len()]) {
            let (start, spec) = (at, &list[at..end]);
            at = end + 1;
            if spec.trim_ascii().is_empty() {
                continue;
            }
            let equals = memchr::memchr(b'=', spec).ok_or(Flaw::Malformed("a tag without ="))?;
            let name = spec[..equals].trim_ascii();
            let is_name = name.first().is_some_and(u8::is_ascii_alphabetic)
                && name.iter().all(|c| c.is_ascii_alphanumeric() || *c == b'_');
            if !is_name {
                return Err(Flaw::Malformed("a tag name with characters that no name may have"));
            }
            if tags.iter().any(|tag| tag.name == name) {
                return Err(Flaw::Malformed("a tag given twice"));
            }
            if tags.len() == limits::TAGS {
                return Err(Flaw::TooMany);
            }
            tags.push(Tag { name, value: &spec[equals + 1..], at: start + equals + 1 });
        }
        Ok(Tags(tags))
    }

    pub fn tag(&self, name: &str) -> Option<&Tag<'a>> {
        // Names are a letter or two: letter by letter is quicker than a call.
        let same = |tag: &Tag| tag.name.len() == name.len() && tag.name.iter().eq(name.as_bytes());
        self.0.iter().find(|tag| same(tag))
    }

    /// The value without white space around it.
    pub fn get(&self, name: &str) -> Option<&'a [u8]> {
        self.tag(name).map(|tag| tag.value.trim_ascii())
    }

    /// The value without any white space, as text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.tag(name).map(|tag| text(tag.value))
    }

    /// The values of a colon-separated list, without any white space, lower case.
    pub fn list(&self, name: &str) -> Option<Vec<CompactString>> {
        let item = |value: &[u8]| {
            let value = value.trim_ascii();
            let mut item = match value.iter().any(u8::is_ascii_whitespace) {
                true => CompactString::from(text(value)),
                false => CompactString::from_utf8_lossy(value),
            };
            item.make_ascii_lowercase();
            item
        };
        self.tag(name).map(|tag| tag.value.split(|c| *c == b':').map(item).collect())
    }

    /// The value as a decimal number; one too large for 64 bits is the largest.
    pub fn number(&self, name: &str) -> Option<Result<u64, Flaw>> {
        self.get(name).map(|digits| {
            if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
                return Err(Flaw::Malformed("a number that is none"));
            }
            let add = |sum: u64, c: &u8| sum.saturating_mul(10).saturating_add(u64::from(c - b'0'));
            Ok(digits.iter().fold(0, add))
        })
    }

    /// The value read as base64, white space inside allowed (RFC 6376 §3.2, base64string).
    pub fn base64(&self, name: &str) -> Option<Result<Vec<u8>, Flaw>> {
        self.tag(name).map(|tag| {
            BASE64.decode(compact(tag.value)).map_err(|_| Flaw::Malformed("base64 that is none"))
        })
    }
}

fn compact(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value.trim_ascii();
    // Folded values are long runs with few blanks between.
    while let Some(at) = rest.iter().position(u8::is_ascii_whitespace) {
        out.extend_from_slice(&rest[..at]);
        rest = rest[at..].trim_ascii_start();
    }
    out.extend_from_slice(rest);
    out
}

fn text(value: &[u8]) -> String {
    let bytes = compact(value);
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

/// `dkim-quoted-printable` (RFC 6376 §2.11): `=XX` decoded, white space dropped.
pub fn quoted_printable(value: &[u8]) -> Vec<u8> {
    let value = compact(value);
    let mut out = Vec::with_capacity(value.len());
    let mut at = 0;
    while at < value.len() {
        let hex = value.get(at + 1..at + 3).filter(|_| value[at] == b'=');
        let byte = hex.and_then(|h| u8::from_str_radix(std::str::from_utf8(h).ok()?, 16).ok());
        out.push(byte.unwrap_or(value[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_place_and_lose_folding_on_request() {
        let list = b" v=1; b = ab\r\n c= ;h=From : To;l=12;";
        let tags = Tags::parse(list).unwrap();
        let b = tags.tag("b").unwrap();
        assert_eq!(&list[b.at..b.at + b.value.len()], b.value);
        assert_eq!(tags.base64("b").unwrap().unwrap(), b"\x69\xb7");
        assert_eq!(tags.list("h").unwrap(), ["from", "to"]);
        assert_eq!(tags.number("l"), Some(Ok(12)));
        assert_eq!(tags.get("x"), None);
    }

    #[test]
    fn what_is_no_list_says_why() {
        assert!(matches!(Tags::parse(b"a=1; a=2"), Err(Flaw::Malformed(_))));
        assert!(matches!(Tags::parse(b"a=1; b"), Err(Flaw::Malformed(_))));
        assert!(matches!(Tags::parse(b"1=1"), Err(Flaw::Malformed(_))));
        let many: String = (0..=limits::TAGS).map(|i| format!("t{i}=x;")).collect();
        assert_eq!(Tags::parse(many.as_bytes()), Err(Flaw::TooMany));
        assert!(Tags::parse(b"l=-1").unwrap().number("l").unwrap().is_err());
    }

    #[test]
    fn quoted_printable_decodes_only_hex() {
        assert_eq!(quoted_printable(b"a=3A=20b\r\n c=zz="), b"a: bc=zz=");
    }
}
