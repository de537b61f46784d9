//! Dates as documents write them: ISO 8601, PDF, EXIF, DOS and FILETIME.
//!
//! A date that states no zone is the wall clock of an unknown place: it is counted as if it were
//! UTC and marked so. A date that does not exist (30 February, hour 25) is none.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::profile::{Name, Property};
use crate::clock::filetime;
use crate::evidence::Span;

/// An instant as a document states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970; of a local time, as if it were UTC.
    pub at: i64,
    /// Seconds east of UTC, where stated.
    pub offset: Option<i32>,
    pub is_local: bool,
    pub precision: Precision,
}

/// The smallest unit that is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    Year,
    Month,
    Day,
    Minute,
    Second,
    Fraction,
}

impl Moment {
    /// The instant in UTC, where the zone is known.
    pub fn utc(&self) -> Option<i64> {
        (!self.is_local).then_some(self.at)
    }

    fn local(at: i64, precision: Precision) -> Moment {
        Moment { at, offset: None, is_local: true, precision }
    }

    fn in_zone(mut self, offset: Option<i32>) -> Moment {
        if let Some(offset) = offset {
            self.at -= i64::from(offset);
            self.offset = Some(offset);
            self.is_local = false;
        }
        self
    }
}

/// A property that is a date; `value` as it stands, whether it could be read or not.
pub fn property(
    name: Name,
    value: &str,
    moment: Option<Moment>,
    place: impl Into<String>,
    span: Span,
) -> Property {
    let mut property = Property::text(name, value, place, span);
    if let Some(moment) = moment {
        property.at = Some(moment.at);
        property.offset = moment.offset;
        property.is_local = moment.is_local;
    }
    property
}

/// ISO 8601 as XMP, ODF and OOXML write it (ISO 16684-1 §8.2.1.1): `2017`, `2017-05`, `2017-05-04`,
/// `2017-05-04T20:35`, with seconds and any fraction, and `Z`, `+02:00`, `+0200`, `+02` or no zone.
/// A blank in place of the `T` is read too.
pub fn iso(text: &str) -> Option<Moment> {
    let mut text = Scan(text.trim().as_bytes());
    let year = text.digits(4)?;
    if !text.skip(b"-") {
        return text.0.is_empty().then(|| day(year, 1, 1, Precision::Year)).flatten();
    }
    let month = text.digits(2)?;
    if !text.skip(b"-") {
        return text.0.is_empty().then(|| day(year, month, 1, Precision::Month)).flatten();
    }
    let date = text.digits(2)?;
    if !text.skip(b"T ") {
        return text.0.is_empty().then(|| day(year, month, date, Precision::Day)).flatten();
    }
    let hour = text.digits(2)?;
    let minute = text.skip(b":").then(|| text.digits(2)).flatten()?;
    let mut second = None;
    let mut fraction = false;
    if text.skip(b":") {
        second = Some(text.digits(2)?);
        fraction = text.fraction();
    }
    let at = instant((year, month, date), (hour, minute, second.unwrap_or(0)))?;
    let precision = match second {
        None => Precision::Minute,
        Some(_) if fraction => Precision::Fraction,
        Some(_) => Precision::Second,
    };
    let offset = text.zone()?;
    text.0.is_empty().then(|| Moment::local(at, precision).in_zone(offset))
}

/// `D:20170504203500+02'00'` with any tail left out (ISO 32000-2 §7.9.4); the `D:` may be missing,
/// as it is in files of old writers, and so may the apostrophes.
pub fn pdf(text: &str) -> Option<Moment> {
    let text = text.trim().trim_end_matches('\0');
    let mut text = Scan(text.strip_prefix("D:").unwrap_or(text).as_bytes());
    let year = text.digits(4)?;
    let Some(month) = text.digits(2) else {
        return text.0.is_empty().then(|| day(year, 1, 1, Precision::Year)).flatten();
    };
    let Some(date) = text.digits(2) else {
        return text.0.is_empty().then(|| day(year, month, 1, Precision::Month)).flatten();
    };
    let Some(hour) = text.digits(2) else {
        let offset = text.pdf_zone()?;
        let moment = day(year, month, date, Precision::Day)?.in_zone(offset);
        return text.0.is_empty().then_some(moment);
    };
    let minute = text.digits(2);
    let second = minute.and_then(|_| text.digits(2));
    let at = instant((year, month, date), (hour, minute.unwrap_or(0), second.unwrap_or(0)))?;
    let precision = if second.is_some() { Precision::Second } else { Precision::Minute };
    let offset = text.pdf_zone()?;
    text.0.is_empty().then(|| Moment::local(at, precision).in_zone(offset))
}

/// `2017:05:04 20:35:00` (EXIF 2.32 §4.6.4, DateTime), and the day alone as in GPSDateStamp; `zone`
/// is the value of the OffsetTime beside it. Blanks and zeros stand for an unknown date.
pub fn exif(text: &str, zone: Option<&str>) -> Option<Moment> {
    let mut text = Scan(text.trim_matches(['\0', ' ']).as_bytes());
    let year = text.digits(4)?;
    let month = text.skip(b":-/.").then(|| text.digits(2)).flatten()?;
    let date = text.skip(b":-/.").then(|| text.digits(2)).flatten()?;
    if text.0.is_empty() {
        return day(year, month, date, Precision::Day);
    }
    let hour = text.skip(b" T").then(|| text.digits(2)).flatten()?;
    let minute = text.skip(b":").then(|| text.digits(2)).flatten()?;
    let second = text.skip(b":").then(|| text.digits(2)).flatten();
    let fraction = second.is_some() && text.fraction();
    let at = instant((year, month, date), (hour, minute, second.unwrap_or(0)))?;
    let precision = match second {
        None => Precision::Minute,
        Some(_) if fraction => Precision::Fraction,
        Some(_) => Precision::Second,
    };
    let stated = text.zone()?;
    let beside = zone.and_then(|z| Scan(z.trim_matches(['\0', ' ']).as_bytes()).zone().flatten());
    text.0.is_empty().then(|| Moment::local(at, precision).in_zone(stated.or(beside)))
}

/// Day and time of a zip entry (APPNOTE 4.4.6): local, in steps of two seconds from 1980.
pub fn dos(date: u16, time: u16) -> Option<Moment> {
    let (date, time) = (i64::from(date), i64::from(time));
    let day = (1980 + (date >> 9), date >> 5 & 15, date & 31);
    let at = instant(day, (time >> 11, time >> 5 & 63, (time & 31) * 2))?;
    Some(Moment::local(at, Precision::Second))
}

/// Steps of 100 ns since 1601 in UTC (MS-DTYP §2.3.3). Zero stands for no date.
pub fn filetime(steps: u64) -> Option<Moment> {
    let micros = filetime::micros(steps).filter(|_| steps != 0)?;
    let at = micros.div_euclid(1_000_000);
    // What no calendar of four-digit years can show is a counter or a wrong byte.
    (-62_135_596_800..253_402_300_800).contains(&at).then_some(Moment {
        at,
        offset: None,
        is_local: false,
        precision: Precision::Fraction,
    })
}

/// Seconds since 1970 of a date and time that exist. A second of 60 is the next minute's first.
pub fn instant(date: (i64, i64, i64), time: (i64, i64, i64)) -> Option<i64> {
    let small = |n: i64| i8::try_from(n).ok();
    let day = Date::new(i16::try_from(date.0).ok()?, small(date.1)?, small(date.2)?).ok()?;
    let leap = i64::from(time.2 == 60);
    let time = Time::new(small(time.0)?, small(time.1)?, small(time.2 - leap)?, 0).ok()?;
    let moment = DateTime::from_parts(day, time).to_zoned(TimeZone::UTC).ok()?;
    Some(moment.timestamp().as_second() + leap)
}

fn day(year: i64, month: i64, date: i64, precision: Precision) -> Option<Moment> {
    Some(Moment::local(instant((year, month, date), (0, 0, 0))?, precision))
}

/// What is left of a date.
struct Scan<'a>(&'a [u8]);

impl Scan<'_> {
    fn digits(&mut self, count: usize) -> Option<i64> {
        let digits = self.0.get(..count).filter(|d| d.iter().all(u8::is_ascii_digit))?;
        let number = digits.iter().fold(0, |n, d| n * 10 + i64::from(d - b'0'));
        self.0 = &self.0[count..];
        Some(number)
    }

    fn skip(&mut self, any: &[u8]) -> bool {
        let Some((first, rest)) = self.0.split_first() else {
            return false;
        };
        let found = any.contains(first);
        if found {
            self.0 = rest;
        }
        found
    }

    fn fraction(&mut self) -> bool {
        if !self.skip(b".,") {
            return false;
        }
        let digits = self.0.iter().take_while(|c| c.is_ascii_digit()).count();
        self.0 = &self.0[digits..];
        true
    }

    /// `Z`, `+02:00`, `+0200`, `+02`, `+2:00` or nothing; None is no zone that exists.
    fn zone(&mut self) -> Option<Option<i32>> {
        while self.skip(b" ") {}
        if self.0.is_empty() {
            return Some(None);
        }
        if self.skip(b"Zz") {
            return Some(Some(0));
        }
        let sign = self.sign()?;
        // `+1:00` is written too.
        let hours = self.digits(2).or_else(|| self.digits(1))?;
        self.skip(b":");
        let minutes = if self.0.is_empty() { 0 } else { self.digits(2)? };
        offset(sign, hours, minutes)
    }

    /// `Z`, `Z00'00'`, `+02'00'`, `+02'00`, `+0200`, `+02` or nothing.
    fn pdf_zone(&mut self) -> Option<Option<i32>> {
        while self.skip(b" ") {}
        if self.0.is_empty() {
            return Some(None);
        }
        let sign = if self.skip(b"Zz") { 1 } else { self.sign()? };
        let hours = self.digits(2).unwrap_or(0);
        self.skip(b"':");
        let minutes = self.digits(2).unwrap_or(0);
        self.skip(b"'");
        offset(sign, hours, minutes)
    }

    fn sign(&mut self) -> Option<i64> {
        if self.skip(b"+") { Some(1) } else { self.skip(b"-").then_some(-1) }
    }
}

fn offset(sign: i64, hours: i64, minutes: i64) -> Option<Option<i32>> {
    if hours > 23 || minutes > 59 {
        return None;
    }
    Some(i32::try_from(sign * (hours * 3_600 + minutes * 60)).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2017-05-04T20:35:00Z.
    const EVENING: i64 = 1_493_930_100;

    fn zoned(at: i64, offset: i32, precision: Precision) -> Moment {
        Moment { at, offset: Some(offset), is_local: false, precision }
    }

    #[test]
    fn iso_dates_of_every_precision() {
        assert_eq!(iso("2017-05-04T20:35:00Z"), Some(zoned(EVENING, 0, Precision::Second)));
        let paris = zoned(EVENING - 7_200, 7_200, Precision::Fraction);
        assert_eq!(iso("2017-05-04T20:35:00.1234567+02:00"), Some(paris));
        assert_eq!(
            iso("2017-05-04T20:35-0330"),
            Some(zoned(EVENING + 12_600, -12_600, Precision::Minute))
        );
        assert_eq!(iso(" 2017-05-04 20:35:00 "), Some(Moment::local(EVENING, Precision::Second)));
        assert_eq!(
            iso("2017-05-04"),
            Some(Moment::local(EVENING - 20 * 3_600 - 35 * 60, Precision::Day))
        );
        assert_eq!(iso("2017-05").map(|m| m.precision), Some(Precision::Month));
        assert_eq!(
            iso("2017").map(|m| (m.at, m.precision)),
            Some((1_483_228_800, Precision::Year))
        );
        for none in ["", "17-05-04", "2017-02-30", "2017-05-04T25:00:00", "2017-05-04Tx", "2017x"] {
            assert_eq!(iso(none), None, "{none}");
        }
        assert_eq!(iso("2017-05-04T20:35:00+25:00"), None);
    }

    #[test]
    fn pdf_dates_with_and_without_their_tails() {
        let paris = Some(zoned(EVENING - 7_200, 7_200, Precision::Second));
        for text in ["D:20170504203500+02'00'", "D:20170504203500+02'00", "20170504203500+0200"] {
            assert_eq!(pdf(text), paris, "{text}");
        }
        assert_eq!(pdf("D:20170504203500Z00'00'"), pdf("D:20170504203500Z"));
        assert_eq!(pdf("D:20170504203500"), Some(Moment::local(EVENING, Precision::Second)));
        assert_eq!(pdf("D:201705042035").map(|m| m.precision), Some(Precision::Minute));
        assert_eq!(pdf("D:20170504").map(|m| m.precision), Some(Precision::Day));
        assert_eq!(pdf("D:2017").map(|m| m.precision), Some(Precision::Year));
        for none in ["", "D:", "D:20171304", "D:20170504203500 o'clock", "Thu May 4"] {
            assert_eq!(pdf(none), None, "{none}");
        }
    }

    #[test]
    fn exif_dates_are_local_unless_an_offset_stands_beside() {
        let local = Moment::local(EVENING, Precision::Second);
        assert_eq!(exif("2017:05:04 20:35:00\0", None), Some(local));
        assert_eq!(exif("2017:05:04 20:35:00", Some("   :  ")), Some(local));
        assert_eq!(
            exif("2017:05:04 20:35:00", Some("+02:00\0")),
            Some(zoned(EVENING - 7_200, 7_200, Precision::Second))
        );
        assert_eq!(exif("2017:05:04", None).map(|m| m.precision), Some(Precision::Day));
        for none in ["    :  :     :  :  ", "0000:00:00 00:00:00", "", "2017:13:04 20:35:00"] {
            assert_eq!(exif(none, None), None, "{none}");
        }
    }

    #[test]
    fn binary_dates() {
        assert_eq!(dos(0x4aa4, 0xa460), Some(Moment::local(EVENING, Precision::Second)));
        assert_eq!(dos(0, 0), None);
        assert_eq!(filetime(116_444_736_000_000_000).map(|m| m.at), Some(0));
        assert_eq!(filetime(0), None);
        assert_eq!(filetime(u64::MAX), None);
    }
}
