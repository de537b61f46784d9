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
    fn what_is_no_date_is_none() {
        for bad in [&b""[..], b"yesterday", b"99 Foo 2017 1:2:3", b"\xff\xff"] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
    }
}
