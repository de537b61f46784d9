//! Dates as attribution lines state them: any order, the languages of `data/quote_grammars.tsv`, mostly to
//! the minute, mostly without a zone.

use serde::{Deserialize, Serialize};

use super::grammar;
use crate::evidence::Span;

/// One reading of a stated date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Seconds since 1970 as the wall clock showed them: with `zone` UTC is `local - zone`.
    pub local: i64,
    /// Seconds east of UTC, where it is stated.
    pub zone: Option<i32>,
    /// What the last stated figure counts, in seconds: 1, 60, or 86,400 for a day alone.
    pub precision: u32,
}

/// A date found in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// From the first figure or month to the last, in the text.
    pub span: Span,
    /// Two where `9/12/20` may be read both ways; none where the day or year is missing.
    pub readings: Vec<Moment>,
    pub has_time: bool,
}

/// What has been gathered of a date.
#[derive(Default)]
struct Parts {
    /// Year, month, day; a second reading where the order is open.
    days: Vec<(i64, i64, i64)>,
    month: Option<i64>,
    day: Option<i64>,
    year: Option<i64>,
    time: Option<(i64, i64, Option<i64>)>,
    afternoon: Option<bool>,
    zone: Option<i32>,
}

/// The first date of a text.
pub(super) fn find(text: &str) -> Option<Found> {
    let mut parts = Parts::default();
    let mut span: Option<Span> = None;
    let mut at = 0;
    while at < text.len() {
        let (length, takes) = take(&text[at..], at > 0 && is_inside(text, at), &mut parts);
        if takes {
            span =
                Some(span.map_or(Span::new(at, at + length), |s| Span::new(s.start, at + length)));
        }
        at += length;
    }
    let span = span?;
    let mut days = parts.days;
    if let (Some(month), Some(day), Some(year)) = (parts.month, parts.day, parts.year) {
        days = vec![(year, month, day)];
    }
    if days.is_empty() && parts.time.is_none() {
        return None;
    }
    let seconds = parts.time.map(|(hour, minute, second)| {
        let hour = match parts.afternoon {
            Some(true) if hour < 12 => hour + 12,
            Some(false) if hour == 12 => 0,
            _ => hour,
        };
        hour * 3_600 + minute * 60 + second.unwrap_or(0)
    });
    let precision = match parts.time {
        Some((.., Some(_))) => 1,
        Some(_) => 60,
        None => 86_400,
    };
    let moment = |(year, month, day): (i64, i64, i64)| {
        let date = jiff::civil::Date::new(year as i16, month as i8, day as i8).ok()?;
        let days = date.since(jiff::civil::date(1970, 1, 1)).ok()?.get_days();
        Some(Moment {
            local: i64::from(days) * 86_400 + seconds.unwrap_or(0),
            zone: parts.zone,
            precision,
        })
    };
    let readings = days.into_iter().filter_map(moment).collect();
    Some(Found { span, readings, has_time: seconds.is_some() })
}

/// Whether `at` stands inside a word.
fn is_inside(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_some_and(|c| c.is_alphabetic() || c == '@' || c == '_')
}

/// Reads one token: its length, and whether it belongs to the date.
fn take(rest: &str, inside: bool, parts: &mut Parts) -> (usize, bool) {
    let first = rest.chars().next().unwrap_or(' ');
    if inside || rest.starts_with('<') {
        // An address has digits and names of months in it.
        let length = if rest.starts_with('<') {
            rest.find('>').map_or(1, |e| e + 1)
        } else {
            first.len_utf8()
        };
        return (length, false);
    }
    if first.is_ascii_digit() {
        return number(rest, parts);
    }
    if matches!(first, '+' | '-') && parts.time.is_some() && parts.zone.is_none() {
        let digits: String = rest[1..]
            .chars()
            .filter(|c| *c != ':')
            .take_while(char::is_ascii_digit)
            .take(4)
            .collect();
        let taken = 1 + rest[1..]
            .find(|c: char| !(c.is_ascii_digit() || c == ':'))
            .unwrap_or(rest.len() - 1);
        if digits.len() == 4 && matches!(taken, 5 | 6) {
            return (taken, set_zone(&digits, first == '-', parts));
        }
    }
    if first.is_alphabetic() {
        let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        return (length, named(&rest[..length], parts));
    }
    (first.len_utf8(), false)
}

fn set_zone(digits: &str, west: bool, parts: &mut Parts) -> bool {
    let Ok(value) = digits.parse::<i32>() else { return false };
    let seconds = (value / 100 * 60 + value % 100) * 60;
    if seconds > 15 * 3_600 {
        return false;
    }
    parts.zone = Some(if west { -seconds } else { seconds });
    true
}

/// A month, half of the day, or a zone by name.
fn named(word: &str, parts: &mut Parts) -> bool {
    let lower = word.to_lowercase();
    match lower.as_str() {
        "am" | "pm" if parts.time.is_some() => parts.afternoon = Some(lower == "pm"),
        // The name of a zone is told and not believed: some versions of Mutt write `GMT` behind any
        // wall clock (seven replies on linux-man).
        "gmt" | "utc" if parts.time.is_some() => {}
        "z" if parts.time.is_some() => parts.zone = Some(0),
        _ => match grammar::month(&lower) {
            // `mar.` is a Tuesday too: until the year stands there the last one counts.
            Some(month)
                if parts.days.is_empty() && (parts.month.is_none() || parts.year.is_none()) =>
            {
                parts.month = Some(i64::from(month));
            }
            _ => return false,
        },
    }
    true
}

/// A number with its separators: a day, a year, a date, a time.
fn number(rest: &str, parts: &mut Parts) -> (usize, bool) {
    let mut end = 0;
    for (at, c) in rest.char_indices() {
        let next = rest[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        let joins = matches!(c, '.' | '/' | '-' | ':') && next.is_ascii_digit()
            || matches!(c, 'T' | 'h' | 'H') && next.is_ascii_digit();
        if !(c.is_ascii_digit() || joins) {
            break;
        }
        end = at + 1;
    }
    let token = &rest[..end];
    if rest[end..].starts_with('@')
        || rest[end..].starts_with(char::is_alphabetic) && !is_ordinal(&rest[end..])
    {
        // The start of an address or a word.
        let length = rest.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(rest.len());
        let is_zulu = rest[end..].starts_with('Z');
        let is_half = rest[end..]
            .get(..2)
            .is_some_and(|h| h.eq_ignore_ascii_case("am") || h.eq_ignore_ascii_case("pm"));
        if !is_zulu && !is_half {
            return (length.max(1), false);
        }
    }
    if let Some((date, time)) = token.split_once('T') {
        return (end, day(date, parts) && clock(time, parts));
    }
    let is_time = token.contains([':', 'h', 'H']) && !token.contains(['/', '-']);
    let taken = if is_time {
        clock(token, parts)
    } else if token.contains(['.', '/', '-']) {
        day(token, parts)
            || (parts.time.is_none()
                && token.contains('.')
                && clock(&token.replace('.', ":"), parts))
    } else {
        plain_number(token, parts)
    };
    (end, taken)
}

fn is_ordinal(rest: &str) -> bool {
    ["st", "nd", "rd", "th", "º", "er"].iter().any(|o| rest.starts_with(o))
}

fn plain_number(token: &str, parts: &mut Parts) -> bool {
    let Ok(value) = token.parse::<i64>() else { return false };
    match token.len() {
        1 | 2 if parts.day.is_none() && (1..=31).contains(&value) => parts.day = Some(value),
        2 if parts.year.is_none() && parts.month.is_some() && parts.time.is_none() => {
            parts.year = Some(century(value))
        }
        4 if parts.year.is_none() && (1970..2200).contains(&value) => parts.year = Some(value),
        _ => return false,
    }
    true
}

fn century(year: i64) -> i64 {
    if year >= 100 {
        year
    } else if year < 70 {
        2_000 + year
    } else {
        1_900 + year
    }
}

/// `2017-05-05`, `5.5.17`, `05/05/2017` in both orders.
fn day(token: &str, parts: &mut Parts) -> bool {
    let pieces: Vec<&str> = token.split(['.', '/', '-']).collect();
    if let ([day, year], Some(_), None) = (pieces.as_slice(), parts.month, parts.year) {
        // `March-09-12`.
        return plain_number(day, parts) && plain_number(year, parts);
    }
    let [a, b, c] = pieces.as_slice() else { return false };
    let number = |piece: &str| piece.parse::<i64>().ok().filter(|_| piece.len() <= 4);
    let (Some(first), Some(middle), Some(last)) = (number(a), number(b), number(c)) else {
        return false;
    };
    if !parts.days.is_empty() {
        return false;
    }
    let fits =
        |&(_, month, day): &(i64, i64, i64)| (1..=12).contains(&month) && (1..=31).contains(&day);
    let readings = if a.len() == 4 {
        vec![(first, middle, last)]
    } else if a.len() > 2 || !matches!(c.len(), 2 | 4) {
        Vec::new()
    } else if token.contains('.') || first == middle {
        vec![(century(last), middle, first)]
    } else {
        vec![(century(last), middle, first), (century(last), first, middle)]
    };
    parts.days = readings.into_iter().filter(fits).collect();
    !parts.days.is_empty()
}

/// `14:05`, `14:05:33`, `14h05`.
fn clock(token: &str, parts: &mut Parts) -> bool {
    let pieces: Vec<Option<i64>> = token
        .split([':', 'h', 'H'])
        .map(|piece| piece.split('.').next().filter(|p| p.len() <= 2).and_then(|p| p.parse().ok()))
        .collect();
    let time = match pieces.as_slice() {
        [Some(hour), Some(minute)] => (*hour, *minute, None),
        [Some(hour), Some(minute), Some(second)] => (*hour, *minute, Some(*second)),
        _ => return false,
    };
    let fits = time.0 < 24 && time.1 < 60 && time.2.is_none_or(|s| s <= 60);
    if fits && parts.time.is_none() {
        parts.time = Some(time);
    }
    fits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(String, Option<i32>, u32)> {
        let found = find(text).unwrap_or_default();
        let say = |m: Moment| {
            let at = jiff::Timestamp::from_second(m.local).unwrap().to_string();
            (at.trim_end_matches('Z').to_owned(), m.zone, m.precision)
        };
        found.readings.into_iter().map(say).collect()
    }

    #[test]
    fn dates_of_six_languages_are_read() {
        for (text, expected, zone, precision) in [
            (
                "On Tue, Feb 18, 2020 at 09:53:19AM +0000, Ann Li wrote:",
                "2020-02-18T09:53:19",
                Some(0),
                1,
            ),
            (
                "On Wed, Sep 13, 2023 at 6:22\u{202f}PM Ann Li <a.1@b.example> wrote:",
                "2023-09-13T18:22:00",
                None,
                60,
            ),
            ("At 2024-12-14T01:37:16+0100, Ann Li wrote:", "2024-12-14T01:37:16", Some(3_600), 1),
            (
                "Le mer. 4 mai 2017 à 20:35, Ann Li <a@b.example> a écrit :",
                "2017-05-04T20:35:00",
                None,
                60,
            ),
            ("Le 4 août 2017 à 20h35, Ann Li a écrit :", "2017-08-04T20:35:00", None, 60),
            (
                "Am Samstag, den 04.03.2017, 20:35 +0100 schrieb Ann Li:",
                "2017-03-04T20:35:00",
                Some(3_600),
                60,
            ),
            ("Am 27.03.25 um 18:28 schrieb Ann Li:", "2025-03-27T18:28:00", None, 60),
            ("El jue, 4 may 2017 a las 20:35, Ann Li escribió:", "2017-05-04T20:35:00", None, 60),
            (
                "Il giorno gio 4 mag 2017 alle ore 20:35 Ann Li ha scritto:",
                "2017-05-04T20:35:00",
                None,
                60,
            ),
            ("чт, 4 мая 2017 г. в 20:35, Анна Ли <a@b.example>:", "2017-05-04T20:35:00", None, 60),
            (
                "02.04.2012 14:20 пользователь \"Ann\" <a@b.example> написал:",
                "2012-04-02T14:20:00",
                None,
                60,
            ),
            ("On Jun 25, 2024 at 02:56:05PM GMT, Ann Li wrote:", "2024-06-25T14:56:05", None, 1),
            ("Friday, July 22, 2011 6:20:01 PM", "2011-07-22T18:20:01", None, 1),
            ("March-09-12 4:22 PM", "2012-03-09T16:22:00", None, 60),
            (
                "On Wed, 2022-09-28 at 09:13 +1000, Neil wrote:",
                "2022-09-28T09:13:00",
                Some(36_000),
                60,
            ),
            ("On 12-Feb-2020 05:52 PM, Bruce wrote:", "2020-02-12T17:52:00", None, 60),
            ("On Fri, 09 Sep 2022, Jeff wrote:", "2022-09-09T00:00:00", None, 86_400),
        ] {
            assert_eq!(read(text), [(expected.to_owned(), zone, precision)], "{text}");
        }
        let both = read("On 9/12/20 1:14 AM, Ann Li wrote:");
        assert_eq!(
            both.iter().map(|b| b.0.as_str()).collect::<Vec<_>>(),
            ["2020-12-09T01:14:00", "2020-09-12T01:14:00"]
        );
        assert_eq!(read("On 7/28/21 10:20 PM, Ann Li wrote:")[0].0, "2021-07-28T22:20:00");
        assert_eq!(find("Ann Li wrote:"), None);
    }

    proptest! {
        #[test]
        fn any_text_gives_something(text in "([0-9]|[a-z]|mai|[ .:/+,TZh-]|é|<|>|@){0,40}") {
            if let Some(found) = find(&text) {
                prop_assert!(text.get(found.span.start..found.span.end).is_some());
            }
        }
    }
}
