//! Property sets ([MS-OLEPS]): `SummaryInformation` and `DocumentSummaryInformation` ([MS-OSHARED]
//! §2.3.3.2), values typed and each with its bytes.

use super::compound::{Stream, u16_at, u32_at, utf16};
use crate::evidence::Span;
use crate::limits;
use crate::parse::document::code_page;

/// Format ids of the two sets that Office writes, and of the one with properties of a user's own.
const SUMMARY: [u8; 16] = *b"\xe0\x85\x9f\xf2\xf9\x4f\x68\x10\xab\x91\x08\x00\x2b\x27\xb3\xd9";
const DOCUMENT: [u8; 16] = *b"\x02\xd5\xcd\xd5\x9c\x2e\x1b\x10\x93\x97\x08\x00\x2b\x2c\xf9\xae";
const CUSTOM: [u8; 16] = *b"\x05\xd5\xcd\xd5\x9c\x2e\x1b\x10\x93\x97\x08\x00\x2b\x2c\xf9\xae";

/// Which set a property stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    Summary,
    Document,
    Custom,
    Other,
}

/// A typed value ([MS-OLEPS] §2.15).
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Integer(i64),
    Real(f64),
    Boolean(bool),
    Text(String),
    /// 100 ns: since 1601, or a duration.
    Time(u64),
    /// A value of a kind that is not read.
    Other,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    pub set: Set,
    pub id: u32,
    /// Of a property of the user's own.
    pub name: Option<String>,
    pub value: Value,
    /// Bytes of the value in the blob.
    pub span: Span,
}

/// Reads all sets of a stream; what is damaged is left out and told.
pub fn parse(stream: &Stream) -> (Vec<Property>, Option<&'static str>) {
    let bytes = &stream.bytes;
    if u16_at(bytes, 0) != Some(0xFFFE) {
        return (Vec::new(), Some("a property set without its mark"));
    }
    let count = u32_at(bytes, 24).unwrap_or(0).min(2);
    let (mut out, mut damaged) = (Vec::new(), None);
    for n in 0..count as usize {
        let at = 28 + 20 * n;
        let format: Option<[u8; 16]> = bytes.get(at..).and_then(|b| b.first_chunk().copied());
        let set = match format {
            Some(SUMMARY) => Set::Summary,
            Some(DOCUMENT) => Set::Document,
            Some(CUSTOM) => Set::Custom,
            _ => Set::Other,
        };
        let whole =
            u32_at(bytes, at + 16).is_some_and(|start| read(stream, start as usize, set, &mut out));
        if !whole {
            damaged = Some("a property set is damaged or cut");
        }
    }
    (out, damaged)
}

/// One set (§2.20); whether all of it could be read.
fn read(stream: &Stream, start: usize, set: Set, out: &mut Vec<Property>) -> bool {
    let Some(bytes) = stream.bytes.get(start..) else { return false };
    let Some(count) = u32_at(bytes, 4) else { return false };
    let mut whole = count as usize <= limits::OLE_PROPERTIES;
    let pairs: Vec<(u32, usize)> = (0..(count as usize).min(limits::OLE_PROPERTIES))
        .map_while(|n| Some((u32_at(bytes, 8 + 8 * n)?, u32_at(bytes, 12 + 8 * n)? as usize)))
        .collect();
    let offset = |id| pairs.iter().find(|(found, _)| *found == id).map(|(_, at)| *at);
    // §2.18.2: property 1 is the code page, 1252 where none stands.
    let page = offset(1).and_then(|at| u16_at(bytes, at + 4)).map_or(1_252, u32::from);
    let names = offset(0).map(|at| dictionary(bytes.get(at..).unwrap_or(&[]), page));
    for (id, at) in pairs.iter().copied().filter(|(id, _)| *id != 0) {
        let Some((value, length)) = bytes.get(at..).and_then(|b| typed(b, page)) else {
            whole = false;
            continue;
        };
        let end = (start + at + length).min(stream.bytes.len());
        let name = names.as_ref().and_then(|names| names.iter().find(|(n, _)| *n == id));
        let name = name.map(|(_, name)| name.clone());
        out.push(Property { set, id, name, value, span: stream.span(start + at, end) });
    }
    whole
}

/// Names of a user's properties (§2.17).
fn dictionary(bytes: &[u8], page: u32) -> Vec<(u32, String)> {
    let count = (u32_at(bytes, 0).unwrap_or(0) as usize).min(limits::OLE_PROPERTIES);
    let mut out = Vec::new();
    let mut at = 4;
    for _ in 0..count {
        let (Some(id), Some(length)) = (u32_at(bytes, at), u32_at(bytes, at + 4)) else { break };
        let wide = page == 1_200;
        let length = (length as usize).saturating_mul(if wide { 2 } else { 1 });
        let Some(name) = bytes.get(at + 8..(at + 8).saturating_add(length)) else { break };
        let text = if wide { utf16(name) } else { narrow(name, page) };
        out.push((id, text));
        at += 8 + if wide { length.next_multiple_of(4) } else { length };
    }
    out
}

/// A value and the bytes it takes, type included.
fn typed(bytes: &[u8], page: u32) -> Option<(Value, usize)> {
    let kind = u32_at(bytes, 0)?;
    let word = || u32_at(bytes, 4);
    let long = || bytes.get(4..)?.first_chunk().map(|b| u64::from_le_bytes(*b));
    let counted = |unit: usize| {
        let length = (word()? as usize).saturating_mul(unit);
        Some((bytes.get(8..8usize.saturating_add(length))?, 8 + length))
    };
    Some(match kind {
        0 | 1 => (Value::Other, 4),
        2 => (Value::Integer(i64::from(u16_at(bytes, 4)?.cast_signed())), 8),
        3 | 0x16 => (Value::Integer(i64::from(word()?.cast_signed())), 8),
        0x13 | 0x17 => (Value::Integer(i64::from(word()?)), 8),
        0x14 => (Value::Integer(long()?.cast_signed()), 12),
        4 => (Value::Real(f64::from(f32::from_bits(word()?))), 8),
        5 => (Value::Real(f64::from_bits(long()?)), 12),
        11 => (Value::Boolean(u16_at(bytes, 4)? != 0), 8),
        8 | 0x1E => {
            let (text, length) = counted(1)?;
            (Value::Text(if page == 1_200 { utf16(text) } else { narrow(text, page) }), length)
        }
        0x1F => {
            let (text, length) = counted(2)?;
            (Value::Text(utf16(text)), length)
        }
        0x40 => (Value::Time(long()?), 12),
        _ => (Value::Other, 4),
    })
}

/// Text of a code page up to its NUL.
fn narrow(bytes: &[u8], page: u32) -> String {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    code_page::decode(&bytes[..end], page)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A set of these properties: id, type, value bytes.
    fn stream(properties: &[(u32, u32, &[u8])]) -> Stream {
        let mut body = Vec::new();
        let mut table = Vec::new();
        for (id, kind, value) in properties {
            let at = 8 + 8 * properties.len() + body.len();
            table.extend(id.to_le_bytes());
            table.extend(u32::try_from(at).unwrap().to_le_bytes());
            body.extend(kind.to_le_bytes());
            body.extend(*value);
        }
        let mut bytes = b"\xfe\xff\0\0\x06\0\x02\0".to_vec();
        bytes.resize(24, 0);
        bytes.extend(1u32.to_le_bytes());
        bytes.extend(SUMMARY);
        bytes.extend(48u32.to_le_bytes());
        bytes.extend(u32::try_from(8 + table.len() + body.len()).unwrap().to_le_bytes());
        bytes.extend(u32::try_from(properties.len()).unwrap().to_le_bytes());
        bytes.extend(table);
        bytes.extend(body);
        let span = Span::new(0, bytes.len());
        Stream::of(&bytes, span)
    }

    #[test]
    fn values_are_typed_decoded_and_placed() {
        let stream = stream(&[
            (1, 2, &1_251u16.to_le_bytes()),
            (4, 0x1E, b"\x05\0\0\0\xc0\xed\xed\xe0\0"),
            (12, 0x40, &1u64.to_le_bytes()),
        ]);
        let (found, damaged) = parse(&stream);
        assert_eq!(damaged, None);
        assert_eq!(found[1].value, Value::Text("Анна".to_owned()));
        assert_eq!(found[2].value, Value::Time(1));
        let span = found[2].span;
        assert_eq!(&stream.bytes[span.start + 4..span.end], &1u64.to_le_bytes());
    }

    #[test]
    fn damage_costs_its_property_and_is_told() {
        let whole = stream(&[(4, 0x1E, b"\x04\0\0\0Ada\0"), (8, 0x1E, b"\xff\xff\xff\xff")]);
        let (found, damaged) = parse(&whole);
        assert_eq!((found.len(), damaged.is_some()), (1, true));
        for cut in 0..whole.bytes.len() {
            parse(&Stream::of(&whole.bytes, Span::new(0, cut)));
        }
    }
}
