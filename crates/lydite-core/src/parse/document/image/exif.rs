//! EXIF (CIPA DC-008 2.32): what a camera notes, as properties.

use super::super::profile::{Name, Property};
use super::super::time::{self, Moment};
use super::tiff::{Directory, Entry, Tiff};
use crate::limits;

use Directory::{Exif, Gps, Main};

const DATE_TIME: u16 = 0x0132;
const ORIGINAL: u16 = 0x9003;
const DIGITIZED: u16 = 0x9004;
pub const MAKER_NOTE: u16 = 0x927c;
pub const USER_COMMENT: u16 = 0x9286;

/// A date with the offset that stands beside it since EXIF 2.31.
fn dated(tiff: &Tiff, directory: Directory, tag: u16, zone: u16) -> Option<Moment> {
    time::exif(tiff.text(directory, tag)?, tiff.text(Exif, zone))
}

/// When the file was last changed, the picture taken, and made digital.
pub fn changed(tiff: &Tiff) -> Option<Moment> {
    dated(tiff, Main(0), DATE_TIME, 0x9010)
}

pub fn taken(tiff: &Tiff) -> Option<Moment> {
    dated(tiff, Exif, ORIGINAL, 0x9011)
}

/// The satellites' date and time (0x001D and 0x0007), UTC.
pub fn satellites(tiff: &Tiff) -> Option<Moment> {
    let day = time::exif(tiff.text(Gps, 0x1d)?, None)?;
    let clock = tiff.entry(Gps, 0x07)?.ratios();
    let [hours, minutes, seconds] = clock.try_into().ok()?;
    let part = |(n, d): (i64, i64)| (d != 0 && n >= 0).then(|| n / d);
    let second = part(hours)? * 3_600 + part(minutes)? * 60 + part(seconds)?;
    (second < 86_401).then_some(Moment { at: day.at + second, is_local: false, ..day })
}

/// Degrees north and east, to 10⁻⁶.
pub fn position(tiff: &Tiff) -> Option<(f64, f64)> {
    let part = |reference: u16, tag: u16, negative: &str| {
        let ratios = tiff.entry(Gps, tag)?.ratios();
        let value = |at: usize| {
            let (n, d) = ratios.get(at).copied().unwrap_or((0, 1));
            // Of an unknown part programs write 0/0.
            if d == 0 { None } else { Some(small(n) / small(d)) }
        };
        let degrees =
            value(0)? + value(1).unwrap_or(0.0) / 60.0 + value(2).unwrap_or(0.0) / 3_600.0;
        let side = tiff.text(Gps, reference)?;
        Some(if side.starts_with(negative) { -degrees } else { degrees })
    };
    let (north, east) = (part(1, 2, "S")?, part(3, 4, "W")?);
    let is_place = north.abs() <= 90.0 && east.abs() <= 180.0 && (north != 0.0 || east != 0.0);
    is_place.then_some((north, east))
}

/// 32-bit numbers, which `f64` holds.
fn small(n: i64) -> f64 {
    i32::try_from(n).map_or_else(|_| u32::try_from(n).map_or(0.0, f64::from), f64::from)
}

/// Maker and model, as one says them.
pub fn camera(tiff: &Tiff) -> Option<String> {
    let text = |tag| tiff.text(Main(0), tag).map(str::trim).filter(|t| !t.is_empty());
    match (text(0x010f), text(0x0110)) {
        (Some(make), Some(model)) if !model.starts_with(make) => Some(format!("{make} {model}")),
        (make, model) => Some(model.or(make)?.to_owned()),
    }
}

pub fn software(tiff: &Tiff) -> Option<&str> {
    tiff.text(Main(0), 0x0131).map(str::trim).filter(|t| !t.is_empty())
}

/// Text of UserComment: eight bytes name its code (§4.6.5).
pub fn comment(tiff: &Tiff) -> Option<String> {
    let bytes = tiff.entry(Exif, USER_COMMENT)?.bytes();
    let (code, text) = bytes.split_at_checked(8)?;
    let text = match code {
        b"UNICODE\0" if tiff.is_big_endian => {
            encoding_rs::UTF_16BE.decode_with_bom_removal(text).0.into_owned()
        }
        b"UNICODE\0" => encoding_rs::UTF_16LE.decode_with_bom_removal(text).0.into_owned(),
        b"ASCII\0\0\0" | [0, 0, 0, 0, 0, 0, 0, 0] => super::tiff::text(text),
        _ => return None,
    };
    let text = text.trim_matches(['\0', ' ']);
    (!text.is_empty()).then(|| text.to_owned())
}

/// The bytes of the thumbnail within the TIFF, a JPEG.
pub fn thumbnail(tiff: &Tiff) -> Option<(usize, usize)> {
    let number = |tag| usize::try_from(tiff.number(Main(1), tag)?).ok();
    let (start, len) = (number(0x0201)?, number(0x0202)?);
    (len > 0 && len <= limits::THUMBNAIL_BYTES).then_some((start, start.checked_add(len)?))
}

/// Everything the profile knows; `source` is `Exif`, of a TIFF file `TIFF`.
pub fn properties(tiff: &Tiff, source: &str) -> Vec<Property> {
    let mut out = Vec::new();
    for entry in &tiff.entries {
        // Further directories are pages, previews and thumbnails.
        if matches!(entry.directory, Main(1..) | Directory::Sub | Directory::Interoperability) {
            continue;
        }
        out.extend(property(tiff, entry, source));
    }
    if let Some((north, east)) = position(tiff)
        && let Some(entry) = tiff.entry(Gps, 2)
    {
        let value = format!("{north:.6} {east:.6}");
        out.push(Property::text(Name::Place, &value, entry.place(source), entry.span));
    }
    out
}

fn property(tiff: &Tiff, entry: &Entry, source: &str) -> Option<Property> {
    let place = entry.place(source);
    let date = |name, zone: u16| {
        let text = entry.text()?;
        let moment = dated(tiff, entry.directory, entry.tag, zone);
        let is_blank = !text.contains(|c: char| c.is_ascii_digit() && c != '0');
        (!is_blank).then(|| time::property(name, text, moment, place.clone(), entry.span))
    };
    let text = |name, value: &str| {
        let value = value.trim();
        (!value.is_empty()).then(|| Property::text(name, value, place.clone(), entry.span))
    };
    match (entry.directory, entry.tag) {
        (Main(0), DATE_TIME) => return date(Name::Modified, 0x9010),
        (Exif, ORIGINAL) => return date(Name::Created, 0x9011),
        (Exif, DIGITIZED) => return date(Name::Created, 0x9012),
        (Gps, 0x1d) => {
            let value = entry.text()?;
            if !value.contains(|c: char| c.is_ascii_digit() && c != '0') {
                return None;
            }
            let moment = satellites(tiff).or_else(|| time::exif(value, None));
            let shown = match tiff.entry(Gps, 7).map(Entry::ratios) {
                Some([h, m, s]) => {
                    let whole = |(n, d): &(i64, i64)| if *d == 0 { 0 } else { n / d };
                    format!("{value} {:02}:{:02}:{:02}", whole(h), whole(m), whole(s))
                }
                _ => value.to_owned(),
            };
            return Some(time::property(Name::Created, &shown, moment, place, entry.span));
        }
        (Exif, USER_COMMENT) => return text(Name::Description, &comment(tiff)?),
        (Exif, 0x9000) => return text(Name::Version, &super::tiff::text(entry.bytes())),
        // Windows' own, in UTF-16.
        (Main(0), 0x9c9b..=0x9c9f) => {
            let bytes: Vec<u8> =
                entry.numbers().iter().filter_map(|n| u8::try_from(*n).ok()).collect();
            let bytes = if bytes.is_empty() { entry.bytes() } else { &bytes };
            let value = encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0;
            let names =
                [Name::Title, Name::Description, Name::Author, Name::Keywords, Name::Subject];
            return text(names[usize::from(entry.tag - 0x9c9b)], value.trim_matches('\0'));
        }
        _ => {}
    }
    let name = match (entry.directory, entry.tag) {
        (Main(0), 0x010d) => Name::Title,
        (Main(0), 0x010e) => Name::Description,
        (Main(0), 0x010f | 0x0110 | 0x013c) | (Exif, 0xa431) => Name::Device,
        (Main(0), 0x0131) => Name::Program,
        (Main(0), 0x013b) | (Exif, 0xa430) => Name::Author,
        (Main(0), 0x8298) => Name::Label,
        (Exif, 0xa420) => Name::Id,
        _ => return None,
    };
    text(name, entry.text()?)
}

#[cfg(test)]
mod tests {
    use super::super::joined::Joined;
    use super::super::tiff::{self, tests::made};
    use super::*;
    use crate::evidence::Span;

    #[test]
    fn dates_positions_and_comments() {
        let ratio = |n: u32, d: u32| [n.to_le_bytes(), d.to_le_bytes()].concat();
        let three = |a, b, c| [ratio(a, 1), ratio(b, 1), ratio(c, 100)].concat();
        // Directories behind one another: main (2 entries of 12), EXIF, GPS.
        let inner = |entries: &[(u16, u16, Vec<u8>)], at: usize| {
            let mut raw = made(entries).split_off(8);
            for (number, (_, _, value)) in entries.iter().enumerate() {
                let cell = 2 + number * 12 + 8;
                if value.len() > 4 {
                    let offset = u32::from_le_bytes(raw[cell..cell + 4].try_into().unwrap());
                    let moved = offset - 8 + u32::try_from(at).unwrap();
                    raw[cell..cell + 4].copy_from_slice(&moved.to_le_bytes());
                }
            }
            raw
        };
        let exif = [
            (0x9003, 2, b"2017:05:04 20:35:00\0".to_vec()),
            (0x9011, 2, b"+02:00\0".to_vec()),
            (0x9286, 7, b"ASCII\0\0\0Screenshot\0".to_vec()),
        ];
        let gps = [
            (1, 2, b"N\0".to_vec()),
            (2, 5, three(48, 51, 2_400)),
            (3, 2, b"W\0".to_vec()),
            (4, 5, three(2, 21, 0)),
            (7, 5, three(18, 35, 7)),
            (0x1d, 2, b"2017:05:04\0".to_vec()),
        ];
        let main_len = 2 + 24 + 4;
        let exif_at = 8 + main_len;
        let gps_at = exif_at + inner(&exif, 0).len();
        let raw = [
            made(&[
                (0x8769, 4, u32::try_from(exif_at).unwrap().to_le_bytes().to_vec()),
                (0x8825, 4, u32::try_from(gps_at).unwrap().to_le_bytes().to_vec()),
            ]),
            inner(&exif, exif_at),
            inner(&gps, gps_at),
        ]
        .concat();
        let tiff = tiff::read(&Joined::within(&raw, Span::new(0, raw.len()))).unwrap();
        assert_eq!(taken(&tiff).map(|m| (m.at, m.offset)), Some((1_493_922_900, Some(7_200))));
        assert_eq!(satellites(&tiff).map(|m| m.at), Some(1_493_922_900));
        assert_eq!(comment(&tiff).as_deref(), Some("Screenshot"));
        let place = properties(&tiff, "Exif").into_iter().find(|p| p.name == Name::Place).unwrap();
        assert_eq!(place.value, "48.856667 -2.350000");
        for at in 0..raw.len() {
            for value in [0, 0xff] {
                let mut other = raw.clone();
                other[at] = value;
                if let Some(tiff) = tiff::read(&Joined::within(&other, Span::new(0, raw.len()))) {
                    properties(&tiff, "Exif");
                    thumbnail(&tiff);
                }
            }
        }
    }
}
