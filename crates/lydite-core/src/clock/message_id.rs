//! Clocks in `Message-ID`: which programs write one, and how.
//!
//! A form is read only if everything about it is exact: lengths, alphabets, fixed letters, and the
//! host where the form alone is common.

use super::Scale::{Local, Utc};
use super::text::{civil_digits, digits, hex, hex_lower, hex_upper, number};
use super::{Decoded, Kind, Scale, filetime, plausible, queue_id};
use crate::limits;

/// Reads the id between the angle brackets. `near` (seconds since 1970) picks among the years that
/// a sendmail id leaves open.
pub fn decode(id: &[u8], near: i64) -> Option<Decoded> {
    let at = memchr::memrchr(b'@', id)?;
    let (local, host) = (&id[..at], id[at + 1..].to_ascii_lowercase());
    by_host(local, &host)
        .or_else(|| filetime::outlook_id(local))
        .or_else(|| uuid(local))
        .or_else(|| dotted(local))
        .or_else(|| lotus(local))
        .or_else(|| queue_id::exim(Kind::EximId, local.strip_prefix(b"E")?))
        .or_else(|| sendmail(local, near))
        .or_else(|| pine(local, near))
        .or_else(|| dated(local))
}

fn millis(kind: Kind, text: &[u8]) -> Option<Decoded> {
    let at = plausible(number(text)?.checked_mul(1_000)?);
    Some(Decoded { kind, scale: Utc, at })
}

fn seconds(kind: Kind, text: &[u8]) -> Option<Decoded> {
    let at = plausible(number(text)?.checked_mul(1_000_000)?);
    Some(Decoded { kind, scale: Utc, at })
}

/// Forms that mean something only at the host of their maker.
fn by_host(local: &[u8], host: &[u8]) -> Option<Decoded> {
    let parts: Vec<&[u8]> = local.split(|c| *c == b'.').take(8).collect();
    let below = |domain: &[u8]| {
        host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with(b"."))
    };
    match parts.as_slice() {
        [a, b, last] if below(b"mail.yahoo.com") && last.len() == 13 && digits(a) && digits(b) => {
            millis(Kind::YahooId, last)
        }
        [first, ..] if below(b"zoho.com") && first.len() == 11 && parts.len() >= 3 => {
            let at = i64::try_from(hex(first)?).ok()?.checked_mul(1_000).and_then(plausible);
            Some(Decoded { kind: Kind::ZohoId, scale: Utc, at })
        }
        [first, second] if below(b"mail.ru") && first.len() == 10 && digits(second) => {
            seconds(Kind::MailRuId, first)
        }
        [only]
            if (below(b"yandex.ru") || below(b"yandex.net")) && only.len() > 10 && digits(only) =>
        {
            seconds(Kind::YandexId, &only[only.len() - 10..])
        }
        [first, _, ..] if host == b"webmail.messagingengine.com" && first.len() == 10 => {
            seconds(Kind::FastmailId, first)
        }
        [only] if below(b"amazonses.com") => amazon_ses(only),
        [only] => trinity(only),
        _ => None,
    }
}

/// Amazon SES: `0100` or `0102` for the region's store, 12 hex digits of milliseconds, a random
/// number, a UUID and a counter.
fn amazon_ses(local: &[u8]) -> Option<Decoded> {
    let lengths = local.split(|c| *c == b'-').map(<[u8]>::len);
    let shaped = lengths.eq([16, 8, 4, 4, 4, 12, 6]) && local.starts_with(b"010");
    let at = hex(local.get(4..16)?)?;
    let at = i64::try_from(at).ok()?.checked_mul(1_000).and_then(plausible);
    shaped.then_some(Decoded { kind: Kind::AmazonSesId, scale: Utc, at })
}

/// GMX and web.de: `trinity-` a UUID `-` 13 digits.
fn trinity(local: &[u8]) -> Option<Decoded> {
    let rest = local.strip_prefix(b"trinity-")?;
    let last = rest.rsplit(|c| *c == b'-').next()?;
    (last.len() == 13).then(|| millis(Kind::GmxId, last))?
}

/// Version 1 of RFC 4122 §4.1: 60 bits of 100 ns since 1582-10-15, and the machine's number.
fn uuid(local: &[u8]) -> Option<Decoded> {
    let lengths = local.split(|c| *c == b'-').map(<[u8]>::len);
    if local.len() != 36 || !lengths.eq([8, 4, 4, 4, 12]) || local[14] != b'1' {
        return None;
    }
    let is_variant = matches!(local[19].to_ascii_lowercase(), b'8' | b'9' | b'a' | b'b');
    let time = hex(&local[15..18])? << 48 | hex(&local[9..13])? << 32 | hex(&local[..8])?;
    // RFC 4122 §4.1.4: 0x01B21DD213814000 steps lie between 1582-10-15 and 1970-01-01.
    let at = i64::try_from(time / 10).ok()?.checked_sub(0x01b2_1dd2_1381_4000 / 10);
    // Chance writes a 1 there too: without a time of mail it is no clock.
    let at = at.and_then(plausible)?;
    is_variant.then_some(Decoded { kind: Kind::UuidOne, scale: Utc, at: Some(at) })
}

/// Forms of parts with full stops between.
fn dotted(local: &[u8]) -> Option<Decoded> {
    if let Some(at) = memchr::memmem::find(local, b".JavaMail.") {
        let last = local[..at].rsplit(|c| *c == b'.').next()?;
        return (last.len() == 13).then(|| millis(Kind::JavaMailId, last))?;
    }
    if let Some(rest) = local.strip_suffix(b".squirrel") {
        let last = rest.rsplit(|c| *c == b'.').next()?;
        return (9..=10).contains(&last.len()).then(|| seconds(Kind::SquirrelId, last))?;
    }
    if let Some(rest) = local.strip_suffix(b".camel") {
        let first = rest.split(|c| *c == b'.').next()?;
        let numbers = rest.split(|c| *c == b'.').all(digits);
        return (numbers && first.len() == 10).then(|| seconds(Kind::EvolutionId, first))?;
    }
    let mut parts = local.split(|c| *c == b'.');
    let (first, second) = (parts.next()?, parts.next()?);
    match (first.len(), second.len(), parts.next(), parts.next()) {
        (8, 1..=8, None, None) if hex_upper(first) => hex_pair(first, second),
        (8, 3..=5, Some(third), None) if hex_upper(first) && digits(second) => {
            let shaped = (6..=8).contains(&third.len()) && hex_upper(third);
            // The wall clock counted as if it were UTC; other programs write a date there.
            let decoded = shaped.then(|| hex_seconds(Kind::PegasusId, first))??;
            decoded.at.map(|_| Decoded { scale: Local, ..decoded })
        }
        (9, 3, None, None) if first[0] == b's' && hex_lower(&first[1..]) && digits(second) => {
            hex_seconds(Kind::GroupWiseId, &first[1..])
        }
        (12, 1..=8, Some(chance), None) if digits(second) && chance.len() > 9 && digits(chance) => {
            let at = number(first)?.checked_mul(10_000).and_then(plausible);
            Some(Decoded { kind: Kind::PythonId, scale: Utc, at })
        }
        _ => None,
    }
}

fn hex_seconds(kind: Kind, text: &[u8]) -> Option<Decoded> {
    let at = i64::try_from(hex(text)?).ok()?.checked_mul(1_000_000).and_then(plausible);
    Some(Decoded { kind, scale: Utc, at })
}

/// Seconds from 1904, where the Macintosh counts from, to 1970.
const MAC_TO_1970: i64 = 2_082_844_800;
/// 2040-01-01, where the Macintosh already counts in the 1970s.
const YEAR_2040: i64 = 2_208_988_800;

/// Four programs write eight hex digits, a full stop and a number; the ranges of their times do not
/// meet. Mozilla and before it Netscape (whose number is hex, so that chance looks alike): seconds
/// since 1970, read until 2040. Entourage: the wall clock in seconds since 1904. Microsoft's MAPI
/// mail of 1996 to 2002: a FILETIME of the wall clock.
fn hex_pair(first: &[u8], second: &[u8]) -> Option<Decoded> {
    let count = i64::try_from(hex(first)?).ok()?;
    if let Some(percent) = memchr::memchr(b'%', second) {
        return hex_upper(&second[..percent]).then(|| entourage(count))?;
    }
    if !hex_upper(second) {
        return None;
    }
    let filetime = hex(first)? << 32 | hex(second)?;
    let at = filetime::micros(filetime).and_then(plausible);
    if second.len() == 8 && at.is_some() {
        return Some(Decoded { kind: Kind::MapiId, scale: Local, at });
    }
    match (second.len(), digits(second)) {
        (4..=7, true) if count >= MAC_TO_1970 + limits::MAIL_SECONDS.start => entourage(count),
        (4..=7, true) => hex_seconds(Kind::MozillaId, first),
        (7, false) | (8, _) => hex_seconds(Kind::NetscapeId, first),
        _ => None,
    }
    .filter(|decoded| decoded.kind == Kind::EntourageId || count < YEAR_2040)
}

fn entourage(count: i64) -> Option<Decoded> {
    let at = plausible((count - MAC_TO_1970) * 1_000_000);
    Some(Decoded { kind: Kind::EntourageId, scale: Local, at })
}

/// Lotus Notes: `OF` 8 `.` 8 `-ON` the second and first word of a TIMEDATE: zone and Julian day,
/// hundredths of a second since midnight GMT.
fn lotus(local: &[u8]) -> Option<Decoded> {
    let mut groups = local.strip_prefix(b"OF")?.split(|c| *c == b'-');
    let (unique, time) = (groups.next()?, groups.next()?.strip_prefix(b"ON")?);
    let shaped = |text: &[u8]| text.len() == 17 && text[8] == b'.';
    if !shaped(unique) || !shaped(time) {
        return None;
    }
    let day = i64::try_from(hex(&time[..8])? & 0x00ff_ffff).ok()?;
    let hundredths = i64::try_from(hex(&time[9..])?).ok()?;
    // 1970-01-01 is Julian day 2,440,588; a day has 8,640,000 hundredths.
    let micros = ((day - 2_440_588) * 8_640_000 + hundredths) * 10_000;
    let at = plausible(micros).filter(|_| hundredths < 8_640_000);
    Some(Decoded { kind: Kind::LotusId, scale: Utc, at })
}

/// Sendmail: `200208221218.` and its queue id.
fn sendmail(local: &[u8], near: i64) -> Option<Decoded> {
    let (date, rest) = local.split_at_checked(12)?;
    civil_digits(&[date, b"00"].concat()).and_then(plausible)?;
    let id = rest.strip_prefix(b".")?;
    queue_id::sendmail(Kind::SendmailId, id, near)
}

/// Fourteen digits that are a date, at the start of the id or, as The Bat! writes, after a number.
/// Programs write UTC or their wall clock, and nothing says which.
fn dated(local: &[u8]) -> Option<Decoded> {
    let first = local.split(|c| !c.is_ascii_digit()).next()?;
    let is_bat = first.len() != 14 && digits(first);
    let date = if is_bat { local[first.len()..].strip_prefix(b".")? } else { first };
    let at = (date.len() == 14).then(|| civil_digits(date)).flatten().and_then(plausible)?;
    Some(Decoded { kind: Kind::DatedId, scale: Scale::Unsure, at: Some(at) })
}

/// Pine and Alpine: `Pine.LNX.4.33.0207191712290.10023-100000`, name, system, version, the wall
/// clock from the year of two digits to a tenth of a second. Since 2000 old ones write the years
/// since 1900 in three digits and no tenth; `near` (seconds since 1970) picks where both can be read.
fn pine(local: &[u8], near: i64) -> Option<Decoded> {
    let rest = local.strip_prefix(b"Pine.").or_else(|| local.strip_prefix(b"alpine."))?;
    let time = rest.split(|c| *c == b'.').find(|part| part.len() == 13 && digits(part))?;
    // Pine was first released in 1992.
    let century: &[u8] = if time[0] >= b'9' { b"19" } else { b"20" };
    let two = civil_digits(&[century, &time[..12]].concat());
    let three = time.strip_prefix(b"1").and_then(|rest| civil_digits(&[b"20", rest].concat()));
    let times = [two, three].into_iter().flatten().filter_map(plausible);
    let at = times.min_by_key(|at| (at / 1_000_000).abs_diff(near));
    Some(Decoded { kind: Kind::PineId, scale: Scale::Unsure, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2021-02-03T09:47:58Z.
    const AT: i64 = 1_612_345_678;

    fn read(id: &str) -> Option<(Kind, Option<i64>)> {
        decode(id.as_bytes(), AT).map(|d| (d.kind, d.at))
    }

    #[test]
    fn one_of_each() {
        let hex12 = format!("{:012x}", AT * 1_000);
        let hex8 = format!("{AT:08X}");
        for (id, kind) in [
            ("1234.567.1612345678000@mail.yahoo.com".to_owned(), Kind::YahooId),
            (format!("{:011x}.b2c4.1@zoho.com", AT * 1_000), Kind::ZohoId),
            ("1612345678.123456789@f201.i.mail.ru".to_owned(), Kind::MailRuId),
            ("123451612345678@mail.yandex.ru".to_owned(), Kind::YandexId),
            ("1612345678.9.77@webmail.messagingengine.com".to_owned(), Kind::FastmailId),
            (
                format!(
                    "0100{hex12}-01234567-0123-4567-89ab-0123456789ab-000000@email.amazonses.com"
                ),
                Kind::AmazonSesId,
            ),
            ("trinity-0a1b-4c5d-1612345678000@3c-app-gmx".to_owned(), Kind::GmxId),
            ("9.1612345678000.JavaMail.web@app.example".to_owned(), Kind::JavaMailId),
            ("192.0.2.7.1612345678.squirrel@example.org".to_owned(), Kind::SquirrelId),
            (format!("{hex8}.7040105@example.org"), Kind::MozillaId),
            (format!("{hex8}.AB12CD34@example.org"), Kind::NetscapeId),
            ("1612345678.25103.3.camel@example.org".to_owned(), Kind::EvolutionId),
            (format!("{hex8}.9143.1D8992DA@example.org"), Kind::PegasusId),
            (format!("{:08X}.1F87%ana@example.org", AT + MAC_TO_1970), Kind::EntourageId),
            (format!("{:08X}.1411192@example.org", AT + MAC_TO_1970), Kind::EntourageId),
            ("01D6FA11.AE61E700@example.org".to_owned(), Kind::MapiId),
            ("Pine.LNX.4.33.2102030947580.10023-100000@example.org".to_owned(), Kind::PineId),
            ("alpine.DEB.2.21.2102030947580.1@example.org".to_owned(), Kind::PineId),
            ("Pine.GSO.3.95.iB1.0.1210203094758.21617A-1@example.org".to_owned(), Kind::PineId),
            ("1592216.20210203094758@example.org".to_owned(), Kind::DatedId),
            (format!("s{}.012@example.org", hex8.to_lowercase()), Kind::GroupWiseId),
            ("161234567800.2211.12345678901234567890@example.org".to_owned(), Kind::PythonId),
            ("202102030947.113x1w212345@example.org".replace("113x", "1139"), Kind::SendmailId),
            ("20210203094758.12345-1-a@example.org".to_owned(), Kind::DatedId),
        ] {
            let (found, at) = read(&id).unwrap_or_else(|| panic!("{id}"));
            assert_eq!(found, kind, "{id}");
            if !matches!(kind, Kind::SendmailId | Kind::MapiId) {
                assert_eq!(at, Some(AT * 1_000_000), "{id}");
            }
        }
    }

    #[test]
    fn uuids_of_version_one() {
        // RFC 9562 §A.1: C232AB00-9414-11EC-B3C8-9F6BDECED846 is 2022-02-22T19:22:22Z.
        let (kind, at) = read("c232ab00-9414-11ec-b3c8-9f6bdeced846@example.org").unwrap();
        assert_eq!((kind, at), (Kind::UuidOne, Some(1_645_557_742_000_000)));
        assert_eq!(read("c232ab00-9414-41ec-b3c8-9f6bdeced846@example.org"), None);
        assert_eq!(read("00000000-0000-1000-8000-000000000000@example.org"), None, "1582");
    }

    #[test]
    fn notes_counts_julian_days() {
        // 2021-02-03 is Julian day 2,459,249 (0x258671); 09:47:58 is 3,527,800 hundredths.
        let id = "OF1A2B3C4D.00112233-ON85258671.0035D478-85258671.0035E000@example.org";
        assert_eq!(read(id), Some((Kind::LotusId, Some(AT * 1_000_000))));
        let late = id.replace("0035D478", "FFFFFFFF");
        assert_eq!(read(&late), Some((Kind::LotusId, None)));
    }

    #[test]
    fn other_ids_are_none() {
        for id in [
            "",
            "@",
            "a@b",
            "12345678901234@x",
            "20211303094758.1@x",
            "601A71CE.abc@x",
            "trinity-@x",
            ".JavaMail.@x",
            ".squirrel@x",
            "OF-ON@x",
            "E-@x",
            "1.2.3@mail.yahoo.com",
            "CAFx+abc=12345678@mail.gmail.com",
        ] {
            assert_eq!(read(id), None, "{id}");
        }
    }
}
