//! Clocks in MIME boundaries.

use super::Scale::Utc;
use super::text::{digits, number};
use super::{Against, Decoded, Kind, Reading, filetime, google, plausible, reading};
use crate::evidence::Span;
use crate::limits;
use crate::parse::date::Stated;
use crate::parse::email::Entity;

/// The boundaries of a message and its parts; attached messages have a Date of their own and are
/// not entered.
pub fn read(raw: &[u8], entity: &Entity, date: Option<Stated>, into: &mut Vec<Reading>) {
    if into.len() >= limits::CLOCKS {
        return;
    }
    if let Some(decoded) = entity.media.boundary.as_deref().and_then(decode) {
        let field = entity.fields(raw, "Content-Type").next();
        let span = field.map_or(entity.header, |f| place(raw, f.value));
        into.extend(reading("Content-Type", span, decoded, date, Against::Date));
    }
    if entity.media.essence.starts_with("multipart/") {
        entity.children.iter().for_each(|child| read(raw, child, date, into));
    }
}

/// From the word `boundary` to the end of the value.
fn place(raw: &[u8], value: Span) -> Span {
    let lower = value.of(raw).to_ascii_lowercase();
    let at = memchr::memmem::find(&lower, b"boundary").unwrap_or(0);
    Span::new(value.start + at, value.end)
}

/// Reads one boundary by the grammars of the programs known.
pub fn decode(text: &[u8]) -> Option<Decoded> {
    filetime::boundary(text)
        .or_else(|| google::boundary(text))
        .or_else(|| java_mail(text))
        .or_else(|| mail_ru(text))
}

/// JavaMail and Yahoo: `----=_Part_N_H.<13>`, milliseconds since 1970.
fn java_mail(text: &[u8]) -> Option<Decoded> {
    let rest = text.strip_prefix(b"----=_Part_")?;
    let dot = memchr::memchr(b'.', rest)?;
    let mut numbers = rest[..dot].split(|c| *c == b'_');
    let (first, second) = (numbers.next()?, numbers.next()?);
    let millis = &rest[dot + 1..];
    let shaped = numbers.next().is_none() && millis.len() == 13;
    if !shaped || !digits(first) || !digits(second.strip_prefix(b"-").unwrap_or(second)) {
        return None;
    }
    let at = plausible(number(millis)?.checked_mul(1_000)?);
    Some(Decoded { kind: Kind::JavaMailBoundary, scale: Utc, at })
}

/// mail.ru: `--ALT--` letters and ten digits, seconds since 1970.
fn mail_ru(text: &[u8]) -> Option<Decoded> {
    let rest = text.strip_prefix(b"--ALT--")?;
    let (chance, seconds) = rest.split_at_checked(rest.len().checked_sub(10)?)?;
    if chance.is_empty() || !chance.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let at = plausible(number(seconds)?.checked_mul(1_000_000)?);
    Some(Decoded { kind: Kind::MailRuBoundary, scale: Utc, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_and_seconds() {
        let java = decode(b"----=_Part_17_-9876543.1612345678901").unwrap();
        assert_eq!((java.kind, java.at), (Kind::JavaMailBoundary, Some(1_612_345_678_901_000)));
        let russian = decode(b"--ALT--Ab12Cd341612345678").unwrap();
        assert_eq!((russian.kind, russian.at), (Kind::MailRuBoundary, Some(1_612_345_678_000_000)));
        for other in [&b"----=_Part_"[..], b"--ALT--", b"----=_Part_1_2.16123", b"===="] {
            assert!(decode(other).is_none(), "{other:?}");
        }
    }
}
