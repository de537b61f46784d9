//! IPTC IIM (Information Interchange Model 4.2): captions, names and dates of newsrooms.

use super::super::profile::{Name, Property};
use super::super::time::{self, Moment};
use super::joined::{BIG, Joined};
use crate::evidence::Span;
use crate::limits;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    pub record: u8,
    pub number: u8,
    pub value: String,
    pub span: Span,
}

/// All datasets up to the first byte that opens none.
pub fn read(iptc: &Joined) -> Vec<Dataset> {
    let raw: &[u8] = &iptc.bytes;
    let mut sets: Vec<(u8, u8, Span, Vec<u8>)> = Vec::new();
    let mut at = 0;
    let mut is_utf8 = false;
    while raw.get(at) == Some(&0x1c) && sets.len() < limits::IPTC_DATASETS {
        let (Some(record), Some(number)) = (raw.get(at + 1), raw.get(at + 2)) else {
            break;
        };
        let Some((start, len)) = extent(raw, at + 3) else {
            break;
        };
        let Some(value) = raw.get(start..start.saturating_add(len)) else {
            break;
        };
        // 1:90, coded character set: ESC % G announces UTF-8 (ISO 2022).
        if (*record, *number) == (1, 90) {
            is_utf8 = value == b"\x1b%G";
        }
        let cut = &value[..value.len().min(limits::PROPERTY_TEXT * 4)];
        sets.push((*record, *number, iptc.span(start, start + len), cut.to_vec()));
        at = start + len;
    }
    let decode = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) if is_utf8 => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    };
    let each = sets.into_iter();
    each.map(|(record, number, span, bytes)| Dataset {
        record,
        number,
        value: decode(&bytes),
        span,
    })
    .collect()
}

/// Where the value begins and its length; long values state the length of their length.
fn extent(raw: &[u8], at: usize) -> Option<(usize, usize)> {
    let length = BIG.u16(raw, at)?;
    if length & 0x8000 == 0 {
        return Some((at + 2, usize::from(length)));
    }
    let digits = usize::from(length & 0x7fff);
    let bytes = raw.get(at + 2..at + 2 + digits).filter(|b| b.len() <= 4)?;
    let length = bytes.iter().fold(0usize, |n, b| n << 8 | usize::from(*b));
    Some((at + 2 + digits, length))
}

pub fn find(sets: &[Dataset], number: u8) -> Option<&Dataset> {
    sets.iter().find(|s| (s.record, s.number) == (2, number))
}

/// Date created, 2:55 and 2:60; digital creation, 2:62 and 2:63.
pub fn moment(sets: &[Dataset], date: u8, clock: u8) -> Option<Moment> {
    let day = &find(sets, date)?.value;
    let clock = find(sets, clock).map(|s| s.value.as_str()).unwrap_or("");
    // `20170504` and `203500+0200` (ISO 8601 basic); newsrooms also write dashes and colons.
    let plain = |text: &str| text.chars().filter(|c| !"-: ".contains(*c)).collect::<String>();
    let day = plain(day);
    if day.len() != 8 || !day.is_ascii() {
        return None;
    }
    let text = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]);
    let time: String = clock.chars().filter(char::is_ascii_digit).take(6).collect();
    let zone = clock.find(['+', '-']).map_or("", |at| &clock[at..]);
    if time.len() != 6 {
        return time::iso(&text);
    }
    time::iso(&format!("{text}T{}:{}:{}{zone}", &time[..2], &time[2..4], &time[4..]))
        .or_else(|| time::iso(&text))
}

pub fn properties(sets: &[Dataset]) -> Vec<Property> {
    let mut out = Vec::new();
    for set in sets.iter().filter(|s| s.record == 2 && !s.value.is_empty()) {
        let name = match set.number {
            5 | 105 => Name::Title,
            25 => Name::Keywords,
            65 => Name::Program,
            70 => Name::Version,
            80 => Name::Author,
            90 | 92 | 95 | 101 => Name::Place,
            110 | 115 => Name::Company,
            116 => Name::Label,
            120 => Name::Description,
            122 => Name::LastAuthor,
            55 | 62 => Name::Created,
            _ => continue,
        };
        let place = format!("IPTC 2:{:02}", set.number);
        if name != Name::Created {
            out.push(Property::text(name, &set.value, place, set.span));
            continue;
        }
        let clock = if set.number == 55 { 60 } else { 63 };
        let (time, span) = match find(sets, clock) {
            Some(other) => (
                format!("{} {}", set.value, other.value),
                Span::new(set.span.start.min(other.span.start), set.span.end.max(other.span.end)),
            ),
            None => (set.value.clone(), set.span),
        };
        out.push(time::property(name, &time, moment(sets, set.number, clock), place, span));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(record: u8, number: u8, value: &[u8]) -> Vec<u8> {
        let len = u16::try_from(value.len()).unwrap().to_be_bytes();
        [&[0x1c, record, number][..], &len, value].concat()
    }

    #[test]
    fn datasets_and_their_dates() {
        let raw = [
            set(1, 90, b"\x1b%G"),
            set(2, 80, "Ada É".as_bytes()),
            set(2, 55, b"20170504"),
            set(2, 60, b"203500+0200"),
            vec![0; 8],
        ]
        .concat();
        let sets = read(&Joined::within(&raw, Span::new(0, raw.len())));
        assert_eq!(sets.len(), 4);
        let properties = properties(&sets);
        assert_eq!(properties[0].value, "Ada É");
        assert_eq!((properties[1].at, properties[1].offset), (Some(1_493_922_900), Some(7_200)));
        assert_eq!(properties[1].place, "IPTC 2:55");
        for end in 0..raw.len() {
            read(&Joined::within(&raw[..end], Span::new(0, end)));
        }
    }
}
