//! Films and sound: what MP4 and QuickTime, WAV and AVI, and ID3 state of who, when and with what.
//!
//! Times of a film's header are UTC by the standard (ISO 14496-12 §8.2.2); many cameras write their
//! wall clock there. Nothing is decoded.

use super::image::joined::{BIG, LITTLE, Order};
use super::iso::{self, Box};
use super::profile::{Name, Profile, Property};
use super::time::{self, Moment, Precision};
use super::{Detail, Document, Format, Piece, image::tiff, xmp};
use crate::evidence::Span;
use crate::limits;

/// Seconds from 1904-01-01 to 1970-01-01: 66 years, 17 of them leap years.
const TO_1970: i64 = 2_082_844_800;
/// The box of an XMP packet (XMP specification part 3, §1.1.4).
const XMP: &[u8] = b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";

/// The format, by the first bytes.
pub fn format(head: &[u8]) -> Option<Format> {
    if let Some(brand) = iso::brand(head) {
        return (!iso::is_picture(&brand)).then_some(Format::Mp4);
    }
    // QuickTime of before 2001 has no brand.
    if [&b"moov"[..], b"mdat"].contains(&head.get(4..8).unwrap_or(&[])) && head.first() == Some(&0)
    {
        return Some(Format::Mp4);
    }
    if head.starts_with(b"RIFF") {
        return match head.get(8..12)? {
            b"WAVE" => Some(Format::Wav),
            b"AVI " => Some(Format::Avi),
            _ => None,
        };
    }
    let tag = head.strip_prefix(b"ID3")?.get(..7)?;
    let is_tag = (2..=4).contains(&tag[0]) && tag[1] < 0x10 && tag[3..].iter().all(|b| *b < 0x80);
    is_tag.then_some(Format::Mp3)
}

/// Reads a film or sound; None of bytes of no format that is read.
pub fn parse(raw: &[u8]) -> Option<Document<'_>> {
    let format = format(raw)?;
    let mut properties = Vec::new();
    match format {
        Format::Mp4 => boxes(&mut properties, raw, Span::new(0, raw.len()), "", 0),
        Format::Mp3 => id3(&mut properties, raw, 0),
        _ => riff(&mut properties, raw, Span::new(12, raw.len()), 0),
    }
    properties.retain(|p| !p.value.is_empty());
    properties.truncate(limits::FILM_PROPERTIES);
    let named = [Name::Title, Name::Description, Name::Keywords];
    let said = properties.iter().filter(|p| named.contains(&p.name));
    let text = said.map(|p| Piece { place: p.place.clone(), text: p.value.clone() }).collect();
    let profile = Profile { properties };
    Some(Document { raw, format, profile, text, detail: Detail::None, defects: Vec::new() })
}

fn dated(name: Name, value: &str, place: &str, span: Span) -> Property {
    let moment = time::iso(value).or_else(|| time::exif(value, None));
    time::property(name, value, moment, place, span)
}

fn named(name: Name, value: &str, place: &str, span: Span) -> Property {
    match name {
        Name::Created => dated(name, value, place, span),
        _ => Property::text(name, value, place, span),
    }
}

/// Boxes of one level; `path` is that of the box they are in.
fn boxes(out: &mut Vec<Property>, raw: &[u8], within: Span, path: &str, depth: usize) {
    if depth > limits::ISO_DEPTH {
        return;
    }
    let inner = iso::boxes(raw, within);
    let keys = inner.iter().find(|b| &b.kind == b"keys").map(|b| keys(raw, b.content));
    for found in &inner {
        if out.len() >= limits::FILM_PROPERTIES {
            return;
        }
        let kind = encoding_rs::mem::decode_latin1(&found.kind).into_owned();
        let path = if path.is_empty() { kind } else { format!("{path}/{kind}") };
        let content = found.content;
        match &found.kind {
            b"moov" | b"trak" | b"mdia" => boxes(out, raw, content, &path, depth + 1),
            b"udta" => {
                boxes(out, raw, content, &path, depth + 1);
                out.extend(
                    iso::boxes(raw, content).iter().filter_map(|b| user_text(raw, b, &path)),
                );
            }
            // A full box in MP4, a plain one in QuickTime.
            b"meta" => {
                let is_plain = raw.get(content.start + 4..content.start + 8) == Some(b"hdlr");
                let content = if is_plain { content } else { iso::full(content) };
                boxes(out, raw, content, &path, depth + 1);
            }
            b"ilst" => list(out, raw, content, &path, keys.as_deref().unwrap_or(&[])),
            b"mvhd" => header(out, raw, content, &path, Name::Created, Name::Modified),
            b"tkhd" | b"mdhd" => header(out, raw, content, &path, Name::Stored, Name::Stored),
            b"XMP_" => packet(out, raw, content),
            b"uuid" if content.of(raw).starts_with(XMP) => {
                packet(out, raw, Span::new(content.start + 16, content.end));
            }
            _ => {}
        }
    }
}

fn packet(out: &mut Vec<Property>, raw: &[u8], span: Span) {
    out.extend(xmp::read(span.of(raw), span.start).properties("XMP"));
}

/// Creation and modification, 32 or 64 bits by the version.
fn header(
    out: &mut Vec<Property>,
    raw: &[u8],
    content: Span,
    path: &str,
    created: Name,
    modified: Name,
) {
    let is_long = raw.get(content.start) == Some(&1);
    let width = if is_long { 8 } else { 4 };
    for (part, name, word) in [(0, created, "creation"), (1, modified, "modification")] {
        let at = content.start + 4 + part * width;
        let span = Span::new(at, at + width);
        let seconds = match span.of(raw) {
            [a, b, c, d] => Some(u64::from(u32::from_be_bytes([*a, *b, *c, *d]))),
            bytes => bytes.try_into().ok().map(u64::from_be_bytes),
        };
        let at = seconds.filter(|s| *s != 0).and_then(|s| Some(i64::try_from(s).ok()? - TO_1970));
        // Zero is unknown; programs that counted from 1970 show before it.
        let stamp = at.and_then(|at| jiff::Timestamp::from_second(at).ok());
        if let Some(stamp) = stamp.filter(|_| span.end <= content.end) {
            let at = stamp.as_second();
            let moment =
                Moment { at, offset: Some(0), is_local: false, precision: Precision::Second };
            let place = format!("{path} {word}");
            out.push(time::property(name, &stamp.to_string(), Some(moment), place, span));
        }
    }
}

/// Which property a four-character name of QuickTime or iTunes is; the first byte is ©.
fn name_of(kind: &[u8; 4]) -> Option<Name> {
    Some(match kind {
        b"\xa9too" | b"\xa9swr" | b"\xa9enc" => Name::Program,
        b"\xa9mak" | b"\xa9mod" => Name::Device,
        b"\xa9day" => Name::Created,
        b"\xa9nam" => Name::Title,
        b"\xa9cmt" | b"\xa9des" | b"desc" => Name::Description,
        b"\xa9aut" | b"\xa9ART" | b"\xa9art" => Name::Author,
        b"\xa9xyz" => Name::Place,
        b"\xa9cpy" | b"cprt" => Name::Label,
        _ => return None,
    })
}

/// A text of QuickTime's user data: length, language, text.
fn user_text(raw: &[u8], found: &Box, path: &str) -> Option<Property> {
    let name = name_of(&found.kind).filter(|_| found.kind[0] == 0xa9)?;
    let content = found.content.of(raw);
    let length = usize::from(BIG.u16(content, 0)?);
    let text = tiff::text(content.get(4..4 + length)?);
    let kind = encoding_rs::mem::decode_latin1(&found.kind).into_owned();
    Some(named(name, &text, &format!("{path}/{kind}"), found.content))
}

/// Names of the keys of Apple's metadata, the first has number 1.
fn keys(raw: &[u8], content: Span) -> Vec<String> {
    let start = (content.start + 8).min(content.end);
    let entries = iso::boxes(raw, Span::new(start, content.end));
    entries.iter().map(|e| tiff::text(e.content.of(raw))).collect()
}

/// iTunes' and Apple's list: each entry holds a box `data` with type, locale and value.
fn list(out: &mut Vec<Property>, raw: &[u8], content: Span, path: &str, keys: &[String]) {
    for entry in iso::boxes(raw, content).iter().take(limits::FILM_PROPERTIES) {
        let Some(data) = iso::find(raw, entry.content, b"data") else {
            continue;
        };
        let number = usize::try_from(u32::from_be_bytes(entry.kind)).ok();
        let key = number.and_then(|n| keys.get(n.checked_sub(1)?)).map(String::as_str);
        let name = match key.map(|k| k.trim_start_matches("com.apple.quicktime.")) {
            Some("creationdate") => Some(Name::Created),
            Some("make" | "model") => Some(Name::Device),
            Some("software") => Some(Name::Program),
            Some("author" | "artist") => Some(Name::Author),
            Some("title") => Some(Name::Title),
            Some("description" | "comment") => Some(Name::Description),
            Some("location.ISO6709") => Some(Name::Place),
            Some(_) => None,
            None => name_of(&entry.kind),
        };
        let span = Span::new((data.content.start + 8).min(data.content.end), data.content.end);
        if let Some(name) = name {
            let kind = encoding_rs::mem::decode_latin1(&entry.kind).into_owned();
            let place = format!("{path}/{}", key.unwrap_or(&kind));
            out.push(named(name, &tiff::text(span.of(raw)), &place, span));
        }
    }
}

/// Chunks of RIFF (Microsoft, "Multimedia Programming Interface"), and of lists in it.
fn riff(out: &mut Vec<Property>, raw: &[u8], within: Span, depth: usize) {
    let mut at = within.start;
    for _ in 0..limits::ISO_BOXES {
        let header = raw.get(at..at + 4).zip(LITTLE.size(raw, at + 4));
        let Some((kind, size)) = header.filter(|_| at < within.end) else {
            return;
        };
        let start = at + 8;
        let span = Span::new(start, start.saturating_add(size).min(within.end));
        match kind {
            b"LIST"
                if depth < 4 && matches!(raw.get(start..start + 4), Some(b"INFO" | b"hdrl")) =>
            {
                riff(out, raw, Span::new((start + 4).min(span.end), span.end), depth + 1);
            }
            b"bext" => broadcast(out, raw, span),
            b"_PMX" => packet(out, raw, span),
            b"id3 " | b"ID3 " => id3(out, &raw[..span.end], span.start),
            _ => {
                let name = match kind {
                    b"IART" => Name::Author,
                    b"INAM" => Name::Title,
                    b"ICMT" | b"ISBJ" => Name::Description,
                    b"IKEY" => Name::Keywords,
                    b"ICRD" | b"IDIT" => Name::Created,
                    b"ISFT" | b"ITCH" => Name::Program,
                    b"ICOP" => Name::Label,
                    _ => {
                        at = span.end + (size & 1);
                        continue;
                    }
                };
                let place = format!("RIFF {}", String::from_utf8_lossy(kind));
                out.push(named(name, &tiff::text(span.of(raw)), &place, span));
            }
        }
        at = span.end + (size & 1);
    }
}

/// Broadcast Wave (EBU Tech 3285 §2.3): description, originator, reference, date, time.
fn broadcast(out: &mut Vec<Property>, raw: &[u8], span: Span) {
    let part = |from: usize, len: usize| {
        let part = Span::new(span.start + from, (span.start + from + len).min(span.end));
        (tiff::text(part.of(raw)), part)
    };
    let texts = [(0, 256, Name::Description), (256, 32, Name::Author), (288, 32, Name::Id)];
    for (from, len, name) in texts {
        let (text, part) = part(from, len);
        out.push(Property::text(name, &text, "RIFF bext", part));
    }
    let (value, part) = part(320, 18);
    if let Some((day, clock)) = value.split_at_checked(10) {
        let day = day.replace([':', '/', '_', ' '], "-");
        let clock = clock.replace(['-', '.', '_', ' '], ":");
        let moment = time::iso(&format!("{day}T{clock}"));
        out.push(time::property(Name::Created, &value, moment, "RIFF bext", part));
    }
}

/// ID3v2 (id3.org, 2.2 to 2.4) at `start`.
fn id3(out: &mut Vec<Property>, raw: &[u8], start: usize) {
    let Some([b'I', b'D', b'3', version, _, _, sizes @ ..]) = raw.get(start..start + 10) else {
        return;
    };
    let seven = |bytes: &[u8]| bytes.iter().fold(0, |n, b| n << 7 | usize::from(b & 0x7f));
    let end = (start + 10 + seven(sizes)).min(raw.len());
    let (letters, head) = if *version == 2 { (3, 6) } else { (4, 10) };
    let mut at = start + 10;
    for _ in 0..limits::FILM_PROPERTIES {
        let Some(kind) = raw.get(at..at + letters).filter(|k| at + head <= end && k[0] != 0) else {
            return;
        };
        let size = match version {
            2 => raw[at + 3..at + 6].iter().fold(0, |n, b| n << 8 | usize::from(*b)),
            4 => seven(&raw[at + 4..at + 8]),
            _ => Order { is_big: true }.size(raw, at + 4).unwrap_or(0),
        };
        let span = Span::new(at + head, (at + head).saturating_add(size).min(end));
        let name = match kind {
            b"TIT2" | b"TT2" => Some(Name::Title),
            b"TPE1" | b"TP1" | b"TCOM" | b"TCM" => Some(Name::Author),
            b"TSSE" | b"TSS" | b"TENC" | b"TEN" => Some(Name::Program),
            b"TDRC" | b"TDEN" | b"TYER" | b"TYE" => Some(Name::Created),
            b"TCOP" | b"TCR" => Some(Name::Label),
            _ => None,
        };
        if let Some(name) = name {
            let place = format!("ID3 {}", String::from_utf8_lossy(kind));
            out.push(named(name, &id3_text(span.of(raw)), &place, span));
        }
        at = span.end;
    }
}

/// The first byte names the encoding.
fn id3_text(content: &[u8]) -> String {
    let Some((encoding, text)) = content.split_first() else {
        return String::new();
    };
    let text = match encoding {
        1 if text.starts_with(b"\xfe\xff") => encoding_rs::UTF_16BE.decode(text).0.into_owned(),
        1 => encoding_rs::UTF_16LE.decode(text).0.into_owned(),
        2 => encoding_rs::UTF_16BE.decode(text).0.into_owned(),
        _ => return tiff::text(text),
    };
    text.split('\0').next().unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use super::iso::tests::made;
    use super::*;

    fn values(raw: &[u8]) -> Vec<(Name, String, String)> {
        let document = parse(raw).unwrap();
        for property in &document.profile.properties {
            assert!(property.span.end <= raw.len(), "{property:?}");
        }
        let properties = document.profile.properties.into_iter();
        properties.map(|p| (p.name, p.value, p.place)).collect()
    }

    /// 2017-05-04T20:35:00Z, counted from 1904.
    fn header() -> Vec<u8> {
        let seconds = u32::try_from(1_493_930_100 + TO_1970).unwrap().to_be_bytes();
        [&[0; 4][..], &seconds, &seconds, &[0; 88]].concat()
    }

    #[test]
    fn a_film_says_when_and_with_what() {
        let text = [&[0, 5, 0, 0][..], b"Phone"].concat();
        let key = made(b"mdta", b"com.apple.quicktime.software");
        let data = made(b"data", b"\0\0\0\x01\0\0\0\0Recorder 3");
        let list = made(&[0, 0, 0, 1], &data);
        let meta = [
            made(b"hdlr", &[0; 24]),
            made(b"keys", &[&[0, 0, 0, 0, 0, 0, 0, 1][..], &key].concat()),
            made(b"ilst", &list),
        ];
        let inner = [
            made(b"mvhd", &header()),
            made(b"udta", &made(b"\xa9mod", &text)),
            made(b"meta", &meta.concat()),
        ];
        let raw = [made(b"ftyp", b"qt  \0\0\0\0"), made(b"moov", &inner.concat())].concat();
        let found = values(&raw);
        let of = |name: Name, value: &str, place: &str| (name, value.to_owned(), place.to_owned());
        assert_eq!(
            found,
            [
                of(Name::Created, "2017-05-04T20:35:00Z", "moov/mvhd creation"),
                of(Name::Modified, "2017-05-04T20:35:00Z", "moov/mvhd modification"),
                of(Name::Device, "Phone", "moov/udta/©mod"),
                of(Name::Program, "Recorder 3", "moov/meta/ilst/com.apple.quicktime.software"),
            ]
        );
        for at in 8..raw.len() {
            parse(&raw[..at]);
            let mut other = raw.clone();
            other[at] = 0xff;
            parse(&other);
        }
    }

    #[test]
    fn sounds_say_who_and_when() {
        let chunk = |kind: &[u8], data: &[u8]| {
            let size = u32::try_from(data.len()).unwrap().to_le_bytes();
            [kind, &size, data, &vec![0; data.len() & 1]].concat()
        };
        let mut bext = vec![0; 602];
        bext[256..259].copy_from_slice(b"Ada");
        bext[320..338].copy_from_slice(b"2017-05-0420:35:00");
        let info = [b"INFO".to_vec(), chunk(b"ISFT", b"Recorder\0")].concat();
        let body = [b"WAVE".to_vec(), chunk(b"bext", &bext), chunk(b"LIST", &info)].concat();
        let raw = chunk(b"RIFF", &body);
        let found = parse(&raw).unwrap().profile;
        assert_eq!(found.first(Name::Author).unwrap().value, "Ada");
        assert_eq!(found.first(Name::Created).unwrap().at, Some(1_493_930_100));
        assert_eq!(found.first(Name::Program).unwrap().value, "Recorder");
        let frame = [b"TSSE\0\0\0\x09\0\0\x03", &b"Recorder"[..]].concat();
        let tag = [b"ID3\x03\0\0\0\0\0\x20", &frame[..], &[0; 13]].concat();
        assert_eq!(values(&tag), [(Name::Program, "Recorder".to_owned(), "ID3 TSSE".to_owned())]);
        for raw in [raw, tag] {
            for at in 12..raw.len() {
                parse(&raw[..at]);
                let mut other = raw.clone();
                other[at] = 0xff;
                parse(&other);
            }
        }
        assert_eq!(format(b"ID3 is a word at the start of a text"), None);
    }
}
