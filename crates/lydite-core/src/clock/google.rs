//! Clocks of Google: relays, front ends, Gmail's boundary and message numbers.

use super::Scale::{Local, Utc};
use super::text::{civil, digits, hex, hex_lower, number};
use super::{Decoded, Kind, plausible};

/// The queue id of a Google hop, `token.N.1612345678901` (milliseconds) or
/// `token.N.2021.02.03.01.57.58` (the front end's wall clock, as its own stamp states it).
pub fn hop_id(id: &[u8]) -> Option<Decoded> {
    let parts: Vec<&[u8]> = id.split(|c| *c == b'.').take(9).collect();
    let (token, rest) = parts.split_first()?;
    let alphanumeric = |c: &u8| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == b'-';
    if token.len() < 8 || !token.iter().all(alphanumeric) || !rest.iter().all(|p| digits(p)) {
        return None;
    }
    let (serial, rest) = rest.split_first()?;
    if serial.len() > 4 {
        return None;
    }
    match rest {
        [millis] if millis.len() == 13 => {
            let at = number(millis).and_then(|ms| plausible(ms.checked_mul(1_000)?));
            Some(Decoded { kind: Kind::GoogleRelay, scale: Utc, at })
        }
        [year, ..] if rest.len() == 6 && year.len() == 4 => {
            let mut time = [0; 6];
            for (slot, part) in time.iter_mut().zip(rest) {
                *slot = number(part)?;
            }
            let at = civil(time).and_then(plausible);
            Some(Decoded { kind: Kind::GoogleFrontEnd, scale: Local, at })
        }
        _ => None,
    }
}

/// Gmail's boundary: 28 hex digits, `PPPPPPPPPPPPLLLLLLHHHHHHHHCC`; H and L are microseconds since
/// 1970. P is zeros since 2016; before, the start of a machine's number, and then the form is too
/// common to be read unless its time lies before 2017.
pub fn boundary(text: &[u8]) -> Option<Decoded> {
    if text.len() != 28 || !hex_lower(text) {
        return None;
    }
    let micros = hex(&text[18..26])? << 24 | hex(&text[12..18])?;
    let at = i64::try_from(micros).ok().and_then(plausible);
    // 2004-04-01, the day Gmail opened, to 2017-01-01.
    let early = at.is_some_and(|at| (1_080_777_600_000_000..1_483_228_800_000_000).contains(&at));
    let is_zeros = text[..12].iter().all(|c| *c == b'0');
    (is_zeros || early).then_some(Decoded { kind: Kind::GmailBoundary, scale: Utc, at })
}

/// `X-GM-MSGID` and `X-GM-THRID`: milliseconds since 1970 above 20 lower bits.
pub fn message_number(kind: Kind, value: &[u8]) -> Option<Decoded> {
    let text = value.trim_ascii();
    if !(18..=20).contains(&text.len()) || !digits(text) {
        return None;
    }
    let number: u64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let millis = i64::try_from(number >> 20).ok()?;
    Some(Decoded { kind, scale: Utc, at: plausible(millis.checked_mul(1_000)?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relays_count_milliseconds_and_front_ends_write_the_hour() {
        let relay = hop_id(b"a17csp1234567abc.12.1612345678901").unwrap();
        assert_eq!((relay.kind, relay.at), (Kind::GoogleRelay, Some(1_612_345_678_901_000)));
        let newer = hop_id(b"o3-20020a5d62c3mr1606wrv.32.1612345678901").unwrap();
        assert_eq!(newer.at, relay.at);
        let front = hop_id(b"z5sor2345678qkm.65.2021.02.03.01.47.58").unwrap();
        assert_eq!((front.kind, front.at), (Kind::GoogleFrontEnd, Some(1_612_316_878_000_000)));
        assert_eq!(hop_id(b"z5sor2345678qkm.65.2021.02.33.01.47.58").unwrap().at, None);
        for other in [&b"a17csp1234567abc"[..], b"A17CSP12.1.2", b"..", b"a17csp123.1.16123"] {
            assert!(hop_id(other).is_none(), "{other:?}");
        }
    }

    #[test]
    fn gmail_boundaries_with_zeros_and_with_a_machine() {
        // 2021-02-03T09:47:58.901234Z is 0x05ba6b9d3ed272 microseconds.
        let micros: i64 = 1_612_345_678_901_234;
        let text = format!("{micros:014x}");
        let zeros = format!("000000000000{}{}7f", &text[8..], &text[..8]);
        assert_eq!(boundary(zeros.as_bytes()).unwrap().at, Some(micros));
        let machine = zeros.replacen("000000000000", "001a11c2f3d8", 1);
        assert!(boundary(machine.as_bytes()).is_none(), "machines wrote none after 2016");
        assert_eq!(boundary(b"000000000000ffffffffffffff00").unwrap().at, None);
        assert!(boundary(b"0000").is_none());
    }

    #[test]
    fn message_numbers_hold_milliseconds() {
        let number = (1_612_345_678_901u64 << 20 | 77).to_string();
        let decoded = message_number(Kind::GmailMessage, number.as_bytes()).unwrap();
        assert_eq!(decoded.at, Some(1_612_345_678_901_000));
        assert!(message_number(Kind::GmailMessage, b"12").is_none());
        assert!(message_number(Kind::GmailMessage, b"99999999999999999999").is_none());
    }
}
