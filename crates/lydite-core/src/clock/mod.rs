//! Clocks that mail carries unawares: times inside ids, boundaries and queue numbers.
//!
//! Each decoder reads the bytes of one id by the exact grammar of the program that writes it, and
//! gives an instant; [`read`] finds the ids of one mail and compares each with the time that the
//! same hand stated: `Date`, or the stamp of the same hop. What an offset means is for the checks,
//! by the measured bands of [`band`]. Sources: `docs/checks.md`, each check's references.

pub mod band;
mod boundary;
pub(crate) mod filetime;
mod google;
mod message_id;
mod queue_id;
mod text;
mod thread_index;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::evidence::Span;
use crate::limits;
use crate::parse::date::{self, Stated};
use crate::parse::email::{Field, Mail};

/// What writes a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    AmazonSesId,
    DatedId,
    EntourageId,
    EvolutionId,
    ExchangeBoundary,
    EximHop,
    EximId,
    FastmailId,
    GmailBoundary,
    GmailMessage,
    GmailThread,
    GmxId,
    GoogleFrontEnd,
    GoogleRelay,
    GroupWiseId,
    JavaMailBoundary,
    JavaMailId,
    LotusId,
    MailRuBoundary,
    MailRuId,
    MapiId,
    MozillaId,
    NetscapeId,
    NextPart,
    OriginalArrival,
    OutlookId,
    PegasusId,
    PineId,
    PostfixLong,
    PostfixShort,
    PythonId,
    SendmailHop,
    SendmailId,
    SquirrelId,
    ThreadIndexDeep,
    ThreadIndexReply,
    ThreadIndexRoot,
    UuidOne,
    YahooId,
    YandexId,
    ZohoId,
}

impl Kind {
    /// Whether the time stands there in digits that the eye reads as a date. Whoever changes Date
    /// sees it and changes it along, so that agreement supports nothing.
    pub fn is_legible(self) -> bool {
        matches!(self, Kind::DatedId | Kind::PineId | Kind::SendmailId)
    }

    /// As tables and `data/clock_bands.tsv` write it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::AmazonSesId => "amazon-ses-id",
            Kind::DatedId => "dated-id",
            Kind::EntourageId => "entourage-id",
            Kind::EvolutionId => "evolution-id",
            Kind::ExchangeBoundary => "exchange-boundary",
            Kind::EximHop => "exim-hop",
            Kind::EximId => "exim-id",
            Kind::FastmailId => "fastmail-id",
            Kind::GmailBoundary => "gmail-boundary",
            Kind::GmailMessage => "gmail-message",
            Kind::GmailThread => "gmail-thread",
            Kind::GmxId => "gmx-id",
            Kind::GoogleFrontEnd => "google-front-end",
            Kind::GoogleRelay => "google-relay",
            Kind::GroupWiseId => "group-wise-id",
            Kind::JavaMailBoundary => "java-mail-boundary",
            Kind::JavaMailId => "java-mail-id",
            Kind::LotusId => "lotus-id",
            Kind::MailRuBoundary => "mail-ru-boundary",
            Kind::MailRuId => "mail-ru-id",
            Kind::MapiId => "mapi-id",
            Kind::MozillaId => "mozilla-id",
            Kind::NetscapeId => "netscape-id",
            Kind::NextPart => "next-part",
            Kind::OriginalArrival => "original-arrival",
            Kind::OutlookId => "outlook-id",
            Kind::PegasusId => "pegasus-id",
            Kind::PineId => "pine-id",
            Kind::PostfixLong => "postfix-long",
            Kind::PostfixShort => "postfix-short",
            Kind::PythonId => "python-id",
            Kind::SendmailHop => "sendmail-hop",
            Kind::SendmailId => "sendmail-id",
            Kind::SquirrelId => "squirrel-id",
            Kind::ThreadIndexDeep => "thread-index-deep",
            Kind::ThreadIndexReply => "thread-index-reply",
            Kind::ThreadIndexRoot => "thread-index-root",
            Kind::UuidOne => "uuid-one",
            Kind::YahooId => "yahoo-id",
            Kind::YandexId => "yandex-id",
            Kind::ZohoId => "zoho-id",
        }
    }
}

/// What a clock counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    Utc,
    /// The writer's wall clock, whose offset from UTC the id does not hold.
    Local,
    /// UTC or a wall clock: programs differ and the id does not say.
    Unsure,
    /// Microseconds within a second; which second is not known.
    Fraction,
}

/// What a decoder finds in an id that has its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoded {
    pub kind: Kind,
    pub scale: Scale,
    /// Microseconds since 1970, in `scale`. None: the form is exact, and the time cannot be one of
    /// mail.
    pub at: Option<i64>,
}

/// Which stated time a clock is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Against {
    Date,
    /// The stamp in the same field.
    Hop,
}

/// One clock of one mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub kind: Kind,
    /// The field it stands in, and the bytes of the id (for a boundary, the parameter to the end of
    /// its field).
    pub field: String,
    pub span: Span,
    pub scale: Scale,
    /// Microseconds since 1970 as the scale counts; None where the id has its writer's form and
    /// the time cannot be one of mail.
    pub at: Option<i64>,
    pub against: Against,
    /// Seconds that the clock is later than the stated time, rounded down; None where either is
    /// missing or only the fraction is known. A wall clock is held against the stated wall clock.
    pub offset: Option<i64>,
    /// Seconds east of UTC of the writer's wall clock, where a wall clock tells it: a whole number
    /// of quarter hours between it and the moment of Date.
    pub utc_offset: Option<i32>,
}

/// A time that mail can have (microseconds since 1970).
fn plausible(at: i64) -> Option<i64> {
    limits::MAIL_SECONDS.contains(&(at.div_euclid(1_000_000))).then_some(at)
}

/// Every clock of a mail, in the order of its fields; boundaries of parts behind them.
pub fn read(raw: &[u8], mail: &Mail, date: Option<Stated>) -> Vec<Reading> {
    let mut readings = Vec::new();
    for field in &mail.root.fields {
        if readings.len() >= limits::CLOCKS {
            break;
        }
        readings.extend(field_clock(raw, field, date));
    }
    boundary::read(raw, &mail.root, date, &mut readings);
    readings.truncate(limits::CLOCKS);
    readings
}

fn field_clock(raw: &[u8], field: &Field, date: Option<Stated>) -> Option<Reading> {
    let name = field.name.of(raw);
    // Most fields are none of these: their length tells.
    if !matches!(name.len(), 8 | 10 | 11 | 12 | 21) {
        return None;
    }
    let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
    let value = field.value.of(raw);
    if is("Received") || is("X-Received") {
        return hop(field, value, name.len() == 10);
    }
    let against = Against::Date;
    if is("Message-ID") {
        let id = within_brackets(value)?;
        let near = date.map_or(0, |d| d.epoch);
        let decoded = message_id::decode(&value[id.clone()], near)?;
        return reading("Message-ID", offset_of(field, &id), decoded, date, against);
    }
    if is("Thread-Index") {
        let near = date.and_then(|d| d.epoch.checked_mul(1_000_000));
        let decoded = thread_index::decode(&base64(value)?, near)?;
        return reading("Thread-Index", field.value, decoded, date, against);
    }
    if is("X-GM-MSGID") || is("X-GM-THRID") {
        let kind = if is("X-GM-MSGID") { Kind::GmailMessage } else { Kind::GmailThread };
        let decoded = google::message_number(kind, value)?;
        let name = if is("X-GM-MSGID") { "X-GM-MSGID" } else { "X-GM-THRID" };
        return reading(name, field.value, decoded, date, against);
    }
    if is("X-OriginalArrivalTime") {
        let (decoded, stamp) = filetime::arrival(value)?;
        let stamp = date::parse(&stamp);
        let against = Against::Hop;
        return reading("X-OriginalArrivalTime", field.value, decoded, stamp, against);
    }
    None
}

/// The clock of a `Received` field: the id behind its word `id`, against its own stamp.
fn hop(field: &Field, value: &[u8], is_copy: bool) -> Option<Reading> {
    let id = word_after(value, b"id")?;
    let text = &value[id.clone()];
    let mentions = |what: &[u8]| memchr::memmem::find(value, what).is_some();
    let stamp = || date::parse(&value[memchr::memrchr(b';', value)? + 1..]);
    let (decoded, stamp) = if mentions(b"(Postfix") {
        (queue_id::postfix(text)?, stamp())
    } else if mentions(b"Exim") {
        (queue_id::exim(Kind::EximHop, text)?, stamp())
    } else if let Some(decoded) = google::hop_id(text) {
        let by = &value[word_after(value, b"by")?];
        let known = match decoded.kind {
            Kind::GoogleRelay => is_copy || by.starts_with(b"2002:") || by.starts_with(b"10."),
            _ => by.ends_with(b".google.com") || by.ends_with(b".gmail.com"),
        };
        (known.then_some(decoded)?, stamp())
    } else if mentions(b"(8.") {
        let stamp = stamp();
        (queue_id::sendmail(Kind::SendmailHop, text, stamp.map_or(0, |s| s.epoch))?, stamp)
    } else {
        return None;
    };
    let name = if is_copy { "X-Received" } else { "Received" };
    reading(name, offset_of(field, &id), decoded, stamp, Against::Hop)
}

/// Where the word behind `word` lies, without a semicolon at its end.
fn word_after(value: &[u8], word: &[u8]) -> Option<Range<usize>> {
    let mut at = 0;
    loop {
        at += memchr::memmem::find(&value[at..], word)?;
        let end = at + word.len();
        let before = at == 0 || value[at - 1].is_ascii_whitespace();
        if before && value.get(end).is_some_and(u8::is_ascii_whitespace) {
            let blanks = value[end..].iter().take_while(|c| c.is_ascii_whitespace()).count();
            let start = end + blanks;
            let is_end = |c: &u8| c.is_ascii_whitespace() || *c == b';';
            let len = value[start..].iter().position(is_end).unwrap_or(value.len() - start);
            return Some(start..start + len);
        }
        at = end;
    }
}

/// Where the text of `<…>` lies, when the value begins with it.
fn within_brackets(value: &[u8]) -> Option<Range<usize>> {
    let open = value.len() - value.trim_ascii_start().len();
    let close = memchr::memchr(b'>', value)?;
    (value.get(open) == Some(&b'<') && close > open).then_some(open + 1..close)
}

fn offset_of(field: &Field, within: &Range<usize>) -> Span {
    Span::new(field.value.start + within.start, field.value.start + within.end)
}

fn base64(value: &[u8]) -> Option<Vec<u8>> {
    use base64::Engine;
    let text: Vec<u8> = value.iter().copied().filter(|c| !c.is_ascii_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

/// One clock, held against the time stated beside it; None where no time of mail stands in either.
fn reading(
    field: &str,
    span: Span,
    decoded: Decoded,
    stated: Option<Stated>,
    against: Against,
) -> Option<Reading> {
    // A machine whose clock was never set (1970 without a battery, 1980 on a PC) writes that year
    // into the id and into the time beside it: the id has a time, though none of mail.
    let is_unset = |stated: Stated| !limits::MAIL_SECONDS.contains(&stated.epoch);
    if decoded.at.is_none() && stated.is_some_and(is_unset) {
        return None;
    }
    let (offset, utc_offset) = match (decoded.at, stated) {
        (Some(at), Some(stated)) => offsets(decoded, at.div_euclid(1_000_000), stated),
        _ => (None, None),
    };
    Some(Reading {
        kind: decoded.kind,
        field: field.to_owned(),
        span,
        scale: decoded.scale,
        at: decoded.at,
        against,
        offset,
        utc_offset,
    })
}

/// The zones of the world (IANA tz database: −12:00 to +14:00), in seconds.
const ZONES: std::ops::RangeInclusive<i64> = -43_200..=50_400;
/// All zones since 1972 lie on quarter hours (IANA tz database, Liberia's change the last).
const QUARTER: i64 = 900;
/// How far two clocks of one act lie apart at most when a zone is drawn from them.
const SAME_ACT: i64 = 120;

/// Seconds the clock is later, and the zone of a wall clock.
fn offsets(decoded: Decoded, at: i64, stated: Stated) -> (Option<i64>, Option<i32>) {
    let from_utc = at - stated.epoch;
    let from_wall = from_utc - i64::from(stated.offset);
    match decoded.scale {
        Scale::Utc => (Some(from_utc), None),
        Scale::Fraction => (None, None),
        Scale::Unsure if from_utc.abs() < from_wall.abs() => (Some(from_utc), None),
        Scale::Unsure => (Some(from_wall), None),
        Scale::Local => {
            let zone = (from_utc + QUARTER / 2).div_euclid(QUARTER) * QUARTER;
            let fits = ZONES.contains(&zone) && (from_utc - zone).abs() <= SAME_ACT;
            // A front end's wall clock is its stamp's own. Elsewhere a zone that fits is the better
            // reading, since relays restate Date in UTC: then the clock agrees with the moment.
            let zone = fits.then_some(zone).filter(|_| decoded.kind != Kind::GoogleFrontEnd);
            let offset = zone.map_or(from_wall, |zone| from_utc - zone);
            (Some(offset), zone.and_then(|zone| i32::try_from(zone).ok()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::email;

    fn clocks(text: &str) -> Vec<Reading> {
        let raw = text.as_bytes();
        let mail = email::parse(raw);
        let date = mail.field(raw, "Date").and_then(|f| date::parse(f.value.of(raw)));
        read(raw, &mail, date)
    }

    #[test]
    fn a_hop_is_held_against_its_own_stamp() {
        let found = clocks(
            "X-Received: by 2002:a17:906:1 with SMTP id a17csp1234567abc.12.1612345678901;\r\n        \
             Wed, 03 Feb 2021 01:47:58 -0800 (PST)\r\n\
             Received: from a (a [192.0.2.1]) by b.example (Postfix) with ESMTP id F42401C0A2;\n \
             Wed,  3 Feb 2021 09:47:58 +0000\n\
             Received: by c.example id nothing; Wed, 3 Feb 2021 09:47:58 +0000\n\n",
        );
        let got: Vec<_> = found.iter().map(|r| (r.kind, r.at.is_some(), r.offset)).collect();
        assert_eq!(got, [(Kind::GoogleRelay, true, Some(0)), (Kind::PostfixShort, false, None)]);
    }

    #[test]
    fn a_wall_clock_tells_its_zone() {
        // Boundary 2021-02-03 17:47:59 on a wall, Date 09:47:58 UTC.
        let micros = (1_612_345_679i64 + 8 * 3_600) * 1_000_000;
        let filetime = filetime::from_micros(micros).unwrap();
        let text = format!(
            "Date: Wed, 3 Feb 2021 09:47:58 +0000\nContent-Type: multipart/mixed; \
             boundary=\"----=_NextPart_000_0001_{:08X}.{:08X}\"\n\n",
            filetime >> 32,
            filetime & 0xffff_ffff
        );
        let found = clocks(&text);
        assert_eq!((found[0].offset, found[0].utc_offset), (Some(1), Some(28_800)));
        assert_eq!(found[0].field, "Content-Type");
    }

    #[test]
    fn names_are_what_serde_writes() {
        for kind in [Kind::AmazonSesId, Kind::GroupWiseId, Kind::MailRuBoundary, Kind::ZohoId] {
            let written = serde_json::to_string(&kind).unwrap();
            assert_eq!(written, format!("\"{}\"", kind.name()));
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(
            id in "[0-9a-fA-FEOFNz.$@_-]{0,60}",
            bytes in proptest::collection::vec(0u8..=255, 0..80),
            near in proptest::option::of(-9_000_000_000_000_000_000i64..9_000_000_000_000_000_000),
        ) {
            for text in [id.as_bytes(), &bytes] {
                message_id::decode(text, near.unwrap_or(0));
                boundary::decode(text);
                google::hop_id(text);
                google::message_number(Kind::GmailThread, text);
                queue_id::postfix(text);
                queue_id::exim(Kind::EximHop, text);
                queue_id::sendmail(Kind::SendmailHop, text, near.unwrap_or(0));
                filetime::arrival(text);
                thread_index::decode(text, near);
            }
            let mut index = vec![1];
            index.extend(&bytes);
            thread_index::decode(&index, near);
            let mail = [b"Date: Wed, 3 Feb 2021 09:47:58 +0000\nMessage-ID: <", id.as_bytes(),
                b">\nReceived: by x (Postfix) id ", id.as_bytes(), b"; ", &bytes].concat();
            let split = email::parse(&mail);
            read(&mail, &split, None);
        }
    }
}
