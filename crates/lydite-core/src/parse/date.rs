//! Dates of mail headers (RFC 5322 §3.3), read leniently by mail-parser.

use mail_parser::DateTime;

/// A stated date: the moment, and the offset from UTC it was stated in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Seconds since 1970, UTC.
    pub epoch: i64,
    /// Seconds east of UTC.
    pub offset: i32,
}

/// Reads a `Date` value, or the date behind the last `;` of a `Received` value.
pub fn parse(value: &[u8]) -> Option<Stated> {
    let text = String::from_utf8_lossy(value);
    let text = text.trim();
    let text = text.split_once(',').map_or(text, |(_, rest)| rest.trim_start());
    let date = DateTime::parse_rfc822(text)?;
    let offset = (i32::from(date.tz_hour) * 60 + i32::from(date.tz_minute)) * 60;
    let offset = if date.tz_before_gmt { -offset } else { offset };
    // mail-parser lets an impossible year or month pass; a moment outside 1970–2200 is no date.
    let epoch = date.to_timestamp();
    (date.is_valid() && (0..7_258_118_400).contains(&epoch)).then_some(Stated { epoch, offset })
}

/// Whether a date text states its zone as an offset, or as UTC by name. mail-parser reads the names
/// it does not know as UTC.
pub fn has_offset(value: &[u8]) -> bool {
    let words = value.split(|c| c.is_ascii_whitespace());
    words.filter(|w| !w.is_empty()).any(|word| {
        let is_offset = word.len() >= 5
            && matches!(word[0], b'+' | b'-')
            && word[1..5].iter().all(u8::is_ascii_digit);
        is_offset || [&b"GMT"[..], b"UT", b"UTC", b"Z"].contains(&word)
    })
}

/// The English weekday that stands before the date, and the one that the date falls on in its own
/// zone, counted from Monday 0; None where no weekday stands.
pub fn weekdays(value: &[u8], date: Stated) -> Option<(usize, usize)> {
    let (word, _) = value.split_at(memchr::memchr(b',', value)?);
    let word = word.trim_ascii();
    let days = [&b"mon"[..], b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];
    let named = word.get(..3)?.to_ascii_lowercase();
    let stated = days.iter().position(|day| *day == named)?;
    let day = (date.epoch + i64::from(date.offset)).div_euclid(86_400);
    // 1970-01-01 was a Thursday.
    let falls = usize::try_from((day + 3).rem_euclid(7)).ok()?;
    Some((stated, falls))
}

/// Seconds since 1970 of an RFC 3339 time; None if it is none.
pub fn rfc3339(text: &str) -> Option<i64> {
    text.trim().parse::<jiff::Timestamp>().ok().map(|at| at.as_second())
}

/// The day of a moment in UTC, as ISO 8601; seconds since 1970 for one that no calendar has.
pub fn day(epoch: i64) -> String {
    jiff::Timestamp::from_second(epoch).map_or_else(
        |_| format!("{epoch} s since 1970"),
        |at| jiff::tz::TimeZone::UTC.to_datetime(at).date().to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_moment_and_offset() {
        let date = parse(b" Fri, 5 May 2017 20:35:00 +0200").unwrap();
        assert_eq!((date.epoch, date.offset), (1_494_009_300, 7_200));
        assert_eq!(parse(b"5 May 2017 18:35:00 GMT").unwrap().epoch, 1_494_009_300);
        assert_eq!(parse(b"Fri, 05 May 2017 13:35:00 -0500 (CDT)").unwrap().offset, -18_000);
    }

    #[test]
    fn weekdays_are_counted_in_the_dates_own_zone() {
        let read = |text: &[u8]| weekdays(text, parse(text).unwrap());
        assert_eq!(read(b" Fri, 5 May 2017 00:35:00 +0200"), Some((4, 4)));
        assert_eq!(read(b"Thursday, 5 May 2017 23:35:00 -0800"), Some((3, 4)));
        assert_eq!(read(b"5 May 2017 18:35:00 GMT"), None);
        assert_eq!(read(b"ven., 5 May 2017 18:35:00 GMT"), None);
    }

    #[test]
    fn offsets_are_known_from_names() {
        assert!(
            has_offset(b"5 May 2017 18:35:00 -0000 (x)") && has_offset(b"5 May 2017 1:2:3 GMT")
        );
        assert!(!has_offset(b"5 May 2017 18:35:00 CEST") && !has_offset(b"5 May 2017 18:35:00"));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for bad in [&b""[..], b"yesterday", b"99 Foo 2017 1:2:3", b"\xff\xff"] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
    }
}
