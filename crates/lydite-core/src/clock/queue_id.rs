//! Queue ids that mail servers write into `Received`.

use super::Scale::{Fraction, Utc};
use super::text::{civil, digits, hex, hex_upper, in_alphabet};
use super::{Decoded, Kind, plausible};

const BASE_62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Postfix: no vowels, so that no words arise (`src/global/mail_queue.h`, `safe_ultostr`).
const BASE_52: &[u8] = b"0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
const SECOND: i64 = 1_000_000;

/// Exim: seconds, process, fraction in base 62: `17abc1-0001Ab-00`; since 4.97 6-11-4 characters.
pub fn exim(kind: Kind, id: &[u8]) -> Option<Decoded> {
    let mut groups = id.split(|c| *c == b'-');
    let (seconds, process, fraction) = (groups.next()?, groups.next()?, groups.next()?);
    let lengths = [seconds.len(), process.len(), fraction.len()];
    let shaped = groups.next().is_none() && matches!(lengths, [6, 6, 2] | [6, 11, 4]);
    if !shaped || !id.iter().all(|c| c.is_ascii_alphanumeric() || *c == b'-') {
        return None;
    }
    let at = in_alphabet(seconds, BASE_62).and_then(|s| plausible(s.checked_mul(SECOND)?));
    Some(Decoded { kind, scale: Utc, at })
}

/// Sendmail since 8.10: year, month, day, hour, minute and second a character each, two more, and
/// a process of five or six digits: `g7MCIu212345`. The year is known modulo 60; `near` (seconds
/// since 1970) picks it.
pub fn sendmail(kind: Kind, id: &[u8], near: i64) -> Option<Decoded> {
    let (time, rest) = id.split_at_checked(6)?;
    let process = rest.get(rest.len().checked_sub(5)?..)?;
    if !(12..=14).contains(&id.len()) || !digits(process) {
        return None;
    }
    // Before 8.10, and in other vendors' copies since: the hour's letter, two letters, the process.
    if time[1..3] == *b"AA" && digits(&id[3..]) {
        return None;
    }
    let mut parts = [0; 6];
    for (part, c) in parts.iter_mut().zip(time) {
        *part = i64::try_from(memchr::memchr(*c, &BASE_62[..60])?).ok()?;
    }
    let in_sixty = parts[0];
    parts[1] += 1;
    let distance = |at: &i64| (at / SECOND - near).abs();
    let years = [1900, 1960, 2020, 2080].into_iter().map(|century| century + in_sixty);
    let times = years.filter_map(|year| {
        parts[0] = year;
        plausible(civil(parts)?)
    });
    let at = times.min_by_key(distance);
    Some(Decoded { kind, scale: Utc, at })
}

/// Postfix. Long: six characters of seconds and four of microseconds in base 52, `z`, the inode.
/// Short: five hex digits of microseconds and the inode, so that only the fraction is known.
pub fn postfix(id: &[u8]) -> Option<Decoded> {
    if hex_upper(id) && (6..=16).contains(&id.len()) {
        let micros = hex(&id[..5]).and_then(|n| i64::try_from(n).ok());
        let at = micros.filter(|n| *n < SECOND);
        return Some(Decoded { kind: Kind::PostfixShort, scale: Fraction, at });
    }
    if !(12..=26).contains(&id.len()) || id[10] != b'z' {
        return None;
    }
    in_alphabet(&id[11..17.min(id.len())], BASE_52)?;
    let micros = in_alphabet(&id[6..10], BASE_52)?;
    let seconds = in_alphabet(&id[..6], BASE_52)?;
    let at = seconds.checked_mul(SECOND).filter(|_| micros < SECOND);
    let at = at.and_then(|at| plausible(at + micros));
    Some(Decoded { kind: Kind::PostfixLong, scale: Utc, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(mut number: i64, width: usize, alphabet: &[u8]) -> String {
        let base = i64::try_from(alphabet.len()).unwrap();
        let mut out = Vec::new();
        for _ in 0..width {
            out.push(alphabet[usize::try_from(number % base).unwrap()]);
            number /= base;
        }
        out.reverse();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn exim_counts_seconds_in_base_62() {
        for rest in ["-0001Ab-00", "-00000001AbC-0aB9"] {
            let id = written(1_030_010_400, 6, BASE_62) + rest;
            let decoded = exim(Kind::EximHop, id.as_bytes()).unwrap();
            assert_eq!(decoded.at, Some(1_030_010_400 * SECOND), "{id}");
        }
        for other in [&b"17abc1-0001Ab-000"[..], b"17abc1-0001-00", b"--", b"", b"1-2-3-4"] {
            assert!(exim(Kind::EximHop, other).is_none(), "{other:?}");
        }
    }

    #[test]
    fn sendmail_writes_a_character_for_each_part() {
        // 2002-08-22T12:18:56Z: year 102 − 60 = 42 `g`, August `7`, day 22 `M`, `C`, `I`, `u`.
        let at = 1_030_018_736;
        for id in ["g7MCIu212345", "g7MCIuq1012345", "g7MCIu1K2123456"] {
            let decoded = sendmail(Kind::SendmailHop, id.as_bytes(), at);
            if id.len() <= 14 {
                assert_eq!(decoded.unwrap().at, Some(at * SECOND), "{id}");
            } else {
                assert!(decoded.is_none());
            }
        }
        assert_eq!(sendmail(Kind::SendmailHop, b"g7xCIu212345", at).unwrap().at, None);
        for other in [&b"HAA12345"[..], b"RAA0000008029", b"g7MCIu2", b"", b"g7MCIuabcdefg"] {
            assert!(sendmail(Kind::SendmailHop, other, at).is_none(), "{other:?}");
        }
    }

    #[test]
    fn postfix_long_and_short() {
        let id = written(1_612_345_678, 6, BASE_52) + &written(901_234, 4, BASE_52) + "z1BcD";
        let long = postfix(id.as_bytes()).unwrap();
        assert_eq!((long.kind, long.at), (Kind::PostfixLong, Some(1_612_345_678_901_234)));
        let short = postfix(b"0D9F31C0A2").unwrap();
        assert_eq!((short.kind, short.at), (Kind::PostfixShort, Some(0x0d9f3)));
        assert_eq!(postfix(b"F42401C0A2").unwrap().at, None, "a second has no such fraction");
        for other in [&b"4DVxyz"[..], b"", b"AEIOUaeiouz123"] {
            assert!(postfix(other).is_none(), "{other:?}");
        }
    }
}
