//! Clocks that count 100 ns steps since 1601 (FILETIME, MS-DTYP §2.3.3).

use super::Scale::{Local, Utc};
use super::text::{hex, hex_lower};
use super::{Decoded, Kind, plausible};

/// Seconds from 1601-01-01 to 1970-01-01 (MS-DTYP §2.3.3 and the Gregorian calendar).
const TO_1970: i64 = 11_644_473_600;

/// Microseconds since 1970 of a FILETIME.
pub fn micros(filetime: u64) -> Option<i64> {
    i64::try_from(filetime / 10).ok()?.checked_sub(TO_1970 * 1_000_000)
}

/// The other way; None before 1601.
pub fn from_micros(micros: i64) -> Option<u64> {
    u64::try_from(micros.checked_add(TO_1970 * 1_000_000)?).ok()?.checked_mul(10)
}

/// Two halves of eight hex digits, the instant if it can be one of mail.
fn instant(high: &[u8], low: &[u8]) -> Option<i64> {
    plausible(micros(hex(high)? << 32 | hex(low)?)?)
}

/// Outlook and Outlook Express: `NNNNHHHHHHHH$LLLLLLLL$xxxxxxxx@host`, a counter, the FILETIME in
/// UTC, and the host's address or chance; newer ones end in `$`.
pub fn outlook_id(local: &[u8]) -> Option<Decoded> {
    let local = local.strip_suffix(b"$").unwrap_or(local);
    let mut groups = local.split(|c| *c == b'$');
    let (first, second, third) = (groups.next()?, groups.next()?, groups.next()?);
    let shaped = groups.next().is_none() && [first.len(), second.len(), third.len()] == [12, 8, 8];
    if !shaped || ![first, second, third].into_iter().all(hex_lower) {
        return None;
    }
    Some(Decoded { kind: Kind::OutlookId, scale: Utc, at: instant(&first[4..], second) })
}

/// Outlook's boundary `----=_NextPart_000_0001_01C2C6A0.5A3B2C10`: the wall clock of the sender, no
/// time zone; and Exchange's `----_=_NextPart_001_01C2C6A0.5A3B2C10`, in UTC.
pub fn boundary(text: &[u8]) -> Option<Decoded> {
    let (kind, scale, rest) = if let Some(rest) = text.strip_prefix(b"----=_NextPart_") {
        let (counter, rest) = (rest.get(4..8)?, rest.get(9..)?);
        hex(counter)?;
        (Kind::NextPart, Local, rest)
    } else {
        let rest = text.strip_prefix(b"----_=_NextPart_")?;
        (Kind::ExchangeBoundary, Utc, rest.get(4..)?)
    };
    let (high, low) = (rest.get(..8)?, rest.get(9..)?);
    if low.len() != 8 || rest[8] != b'.' || hex(high).is_none() || hex(low).is_none() {
        return None;
    }
    Some(Decoded { kind, scale, at: instant(high, low) })
}

/// `X-OriginalArrivalTime: 23 Aug 2002 10:00:00.0000 (UTC) FILETIME=[LLLLLLLL:HHHHHHHH]`: the
/// instant, and the text in front of it as a date that [`crate::parse::date`] reads.
pub fn arrival(value: &[u8]) -> Option<(Decoded, Vec<u8>)> {
    let at = memchr::memmem::find(value, b"FILETIME=[")?;
    let inner = value.get(at + 10..at + 27)?;
    if inner[8] != b':' || value.get(at + 27) != Some(&b']') {
        return None;
    }
    let at_instant = instant(&inner[9..], &inner[..8]);
    let text = value[..at].split(|c| *c == b'.').next()?;
    let text = [text.trim_ascii(), b" +0000"].concat();
    Some((Decoded { kind: Kind::OriginalArrival, scale: Utc, at: at_instant }, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HIGH: &str = "01c24a8c";

    fn at(low: u64) -> i64 {
        micros(0x01c2_4a8c_0000_0000 | low).unwrap()
    }

    #[test]
    fn filetime_counts_from_1601() {
        // MS-DTYP §2.3.3; 116444736000000000 is the FILETIME of 1970-01-01T00:00:00Z.
        assert_eq!(micros(116_444_736_000_000_000), Some(0));
        assert_eq!(micros(132_223_104_000_000_000), Some(1_577_836_800_000_000));
    }

    #[test]
    fn outlook_ids_old_and_new() {
        let old = outlook_id(format!("0007{HIGH}$2d5c1a60$6031a8c0").as_bytes()).unwrap();
        assert_eq!((old.kind, old.at), (Kind::OutlookId, Some(at(0x2d5c_1a60))));
        let new = outlook_id(format!("0007{HIGH}$2d5c1a60$6031a8c0$").as_bytes()).unwrap();
        assert_eq!(new.at, old.at);
        // The form of Outlook, the time of nobody.
        assert_eq!(outlook_id(b"000700e3e35c$2d5c1a60$6031a8c0").unwrap().at, None);
        for other in [&b"0007$1$2"[..], b"0007C24A8C11$2d5c1a60$6031a8c0", b"", b"$$", b"a$b$c$d"] {
            assert!(outlook_id(other).is_none(), "{other:?}");
        }
    }

    #[test]
    fn boundaries_of_client_and_server() {
        let client = boundary(b"----=_NextPart_000_0001_01C24A8C.2D5C1A60").unwrap();
        assert_eq!((client.scale, client.at), (Local, Some(at(0x2d5c_1a60))));
        let server = boundary(b"----_=_NextPart_001_01C24A8C.2D5C1A60").unwrap();
        assert_eq!((server.scale, server.at), (Utc, client.at));
        assert_eq!(boundary(b"----=_NextPart_000_0001_00000000.2D5C1A60").unwrap().at, None);
        for other in [&b"----=_NextPart_"[..], b"----=_NextPart_000_0001_01C24A8C-2D5C1A60", b"x"] {
            assert!(boundary(other).is_none(), "{other:?}");
        }
    }

    #[test]
    fn arrival_is_said_twice() {
        let (decoded, text) =
            arrival(b" 23 Aug 2002 07:56:09.0000 (UTC) FILETIME=[2D5C1A60:01C24A8C]").unwrap();
        assert_eq!(decoded.at, Some(at(0x2d5c_1a60)));
        assert_eq!(text, b"23 Aug 2002 07:56:09 +0000");
        assert!(arrival(b" FILETIME=[2D5C1A60:01C24A8C").is_none());
    }
}
