//! Dates as XML parts write them (W3C NOTE-datetime, xsd:dateTime).

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::profile::{Name, Property};
use crate::evidence::Span;

/// A date that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970; of a time without a zone, as if it were UTC.
    pub at: i64,
    /// Seconds east of UTC, where a zone is written.
    pub offset: Option<i32>,
    /// Down to what it is written: a time of day, seconds, a fraction of them.
    pub precision: Precision,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    Day,
    Second,
    Fraction,
}

/// Reads `2015-03-01T10:00:00Z`, with a fraction, another zone, none, or without a time.
pub fn read(text: &str) -> Option<Moment> {
    let text = text.trim();
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, time),
        None => (text, ""),
    };
    let mut numbers = day.splitn(3, '-').map(|n| n.parse::<i16>().ok());
    let year = numbers.next()??;
    let month = numbers.next().unwrap_or(Some(1))?;
    let date = numbers.next().unwrap_or(Some(1))?;
    let (clock, offset) = zone(time)?;
    let mut parts = clock.splitn(3, ':');
    let number = |text: Option<&str>| text.filter(|t| !t.is_empty()).unwrap_or("0").parse::<i8>();
    let hour = number(parts.next()).ok()?;
    let minute = number(parts.next()).ok()?;
    let seconds = parts.next().unwrap_or("0");
    let (second, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
    let [month, date] = [month, date].map(i8::try_from);
    let at = DateTime::new(year, month.ok()?, date.ok()?, hour, minute, second.parse().ok()?, 0);
    let at = at.ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
    let precision = match (clock.is_empty(), fraction.is_empty()) {
        (true, _) => Precision::Day,
        (_, true) => Precision::Second,
        _ => Precision::Fraction,
    };
    Some(Moment { at: at - i64::from(offset.unwrap_or(0)), offset, precision })
}

/// The time of day, and the zone behind it in seconds east of UTC.
fn zone(time: &str) -> Option<(&str, Option<i32>)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, Some(0)));
    }
    let Some(at) = time.rfind(['+', '-']) else {
        return Some((time, None));
    };
    let (clock, zone) = time.split_at(at);
    let digits: String = zone[1..].chars().filter(|c| *c != ':').collect();
    let value: i32 = digits.parse().ok()?;
    let seconds = match digits.len() {
        1 | 2 => value * 3_600,
        4 => value / 100 * 3_600 + value % 100 * 60,
        _ => return None,
    };
    (seconds <= 18 * 3_600)
        .then(|| (clock, Some(if zone.starts_with('-') { -seconds } else { seconds })))
}

/// Seconds since 1970 as such a date, with `Z` unless it is the wall clock of an unstated zone.
pub fn written(at: i64, is_local: bool) -> String {
    let zone = if is_local { "" } else { "Z" };
    match jiff::Timestamp::from_second(at) {
        Ok(time) => format!("{}{zone}", TimeZone::UTC.to_datetime(time)),
        Err(_) => String::new(),
    }
}

/// A property that is a date. What cannot be read as one keeps its text.
pub fn property(name: Name, value: &str, place: impl Into<String>, span: Span) -> Property {
    let mut property = Property::text(name, value, place, span);
    if let Some(moment) = read(&property.value) {
        property.at = Some(moment.at);
        property.offset = moment.offset;
        property.is_local = moment.offset.is_none();
    }
    property
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_written() {
        let at = |text| read(text).map(|m| (m.at, m.offset, m.precision));
        assert_eq!(at("1970-01-02T00:00:01Z"), Some((86_401, Some(0), Precision::Second)));
        assert_eq!(at("1970-01-01T02:00:00.5+02:00"), Some((0, Some(7_200), Precision::Fraction)));
        assert_eq!(at("1970-01-01T00:00:00-0130"), Some((5_400, Some(-5_400), Precision::Second)));
        assert_eq!(at("1970-01-01T00:01"), Some((60, None, Precision::Second)));
        assert_eq!(at("1970-01-02"), Some((86_400, None, Precision::Day)));
        assert_eq!(at("1970"), Some((0, None, Precision::Day)));
        for wrong in ["", "T", "2015-13-01", "2015-01-01T25:00:00Z", "x", "2015-01-01T00:00:00+999"]
        {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}
