//! Dates of the binary formats as properties.

use jiff::civil::DateTime;

use super::profile::{Name, Property};
use crate::clock::filetime;
use crate::evidence::Span;

/// A FILETIME (100 ns since 1601, UTC; [MS-DTYP] §2.3.3), written as RFC 3339. None where it is 0:
/// no time is kept.
pub fn filetime(name: Name, time: u64, place: impl Into<String>, span: Span) -> Option<Property> {
    if time == 0 {
        return None;
    }
    let at = seconds(time);
    let rest = time % 10_000_000;
    let stamp = at.and_then(|at| jiff::Timestamp::from_second(at).ok());
    let value = match stamp.map(|s| s.to_string()) {
        Some(text) if rest != 0 => format!("{}.{rest:07}Z", text.trim_end_matches('Z')),
        Some(text) => text,
        None => format!("FILETIME {time}"),
    };
    let at = if stamp.is_some() { at } else { None };
    Some(Property { at, offset: Some(0), ..Property::text(name, &value, place, span) })
}

/// Seconds since 1970 of a FILETIME.
pub fn seconds(time: u64) -> Option<i64> {
    filetime::micros(time).map(|micros| micros.div_euclid(1_000_000))
}

/// Seconds since 1970 of a wall clock, as if it were UTC.
pub fn local_seconds(clock: DateTime) -> i64 {
    let since = clock.duration_since(jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0));
    since.as_secs()
}

/// A wall clock without a zone. `text` as it stands.
pub fn local(
    name: Name,
    clock: DateTime,
    text: &str,
    place: impl Into<String>,
    span: Span,
) -> Property {
    let at = Some(local_seconds(clock));
    Property { at, is_local: true, ..Property::text(name, text, place, span) }
}

/// The offset from UTC, in seconds, that lies between a wall clock and an instant of the same event:
/// the nearest quarter of an hour, where it is less than `slack` away and some zone has it (UTC-12
/// to UTC+14, tz database).
pub fn zone(local: i64, utc: i64, slack: i64) -> Option<i32> {
    let apart = local.checked_sub(utc)?;
    let quarter = apart.checked_add(450)?.div_euclid(900).checked_mul(900)?;
    let fits = (-12 * 3_600..=14 * 3_600).contains(&quarter) && (apart - quarter).abs() <= slack;
    fits.then(|| i32::try_from(quarter).ok()).flatten()
}

/// `UTC+03:00`.
pub fn zone_name(offset: i32) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.abs() / 60;
    format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filetimes_become_seconds_and_keep_their_fraction() {
        let at = |time| filetime(Name::Created, time, "x", Span::default());
        let first = at(116_444_736_000_000_000).unwrap();
        assert_eq!((first.at, first.value.as_str()), (Some(0), "1970-01-01T00:00:00Z"));
        let next = at(116_444_736_000_000_001).unwrap();
        assert_eq!((next.at, next.value.as_str()), (Some(0), "1970-01-01T00:00:00.0000001Z"));
        assert_eq!(at(0), None);
        assert_eq!(at(u64::MAX).unwrap().at, None);
    }

    #[test]
    fn a_zone_is_a_quarter_of_an_hour() {
        assert_eq!(zone(10_800 + 40, 0, 120), Some(10_800));
        assert_eq!(zone(10_800 + 300, 0, 120), None);
        assert_eq!(zone(-12_600, 0, 120), Some(-12_600));
        assert_eq!(zone(86_400, 0, 120), None);
        assert_eq!(zone(i64::MIN, i64::MAX, 120), None);
        assert_eq!(zone_name(-12_600), "UTC-03:30");
    }
}
