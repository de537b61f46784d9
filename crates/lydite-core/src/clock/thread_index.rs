//! Outlook's `Thread-Index` (PR_CONVERSATION_INDEX, MS-OXOMSG §2.2.1.3).
//!
//! A header of 22 bytes (time, GUID) and 5 bytes for each reply. Two layouts of the time are met:
//! the six highest bytes of a FILETIME (base64 begins `Ac`), and the reserved byte `01` before the
//! five highest ones (`AQ`). A reply holds 31 bits of the time passed, in steps of 2¹⁸ or 2²³ times
//! 100 ns.
//!
//! MS-OXOMSG counts it from the header; measured on three lists it is counted from the level
//! before (187 of 187 within a day, counted from the header none), and writers re-read the header
//! in the old layout even when they wrote the new one. So a reply's time is known modulo 2³¹ steps.

use super::filetime;
use super::{Decoded, Kind, Scale, plausible};

/// Header and replies; a conversation of 200 replies is longer than any client lets grow.
const HEADER: usize = 22;
const CHILD: usize = 5;

/// Reads a decoded index. `near` (microseconds since 1970, UTC) picks among the times that equal
/// each other modulo the counter: the nearest, though it be before the root, since some writers
/// take their wall clock for UTC. Without it, the first not before the root.
pub fn decode(index: &[u8], near: Option<i64>) -> Option<Decoded> {
    let (header, replies) = index.split_at_checked(HEADER)?;
    if replies.len() % CHILD != 0 || header[0] != 1 {
        return None;
    }
    let number = |bytes: &[u8]| bytes.iter().fold(0u64, |sum, b| sum << 8 | u64::from(*b));
    let old = number(&header[..6]) << 16;
    let is_new = header[1] == 1 && (0xc0..=0xe0).contains(&header[2]);
    let root = if is_new { number(&header[1..6]) << 24 } else { old };
    let of = |kind, filetime| {
        let at = filetime::micros(filetime).and_then(plausible);
        Some(Decoded { kind, scale: Scale::Utc, at })
    };
    let Some(last) = replies.chunks_exact(CHILD).last() else {
        return of(Kind::ThreadIndexRoot, root);
    };
    let is_deep = replies.len() > CHILD;
    let kind = if is_deep { Kind::ThreadIndexDeep } else { Kind::ThreadIndexReply };
    let sum = replies.chunks_exact(CHILD).fold(old, |sum, r| sum.wrapping_add(passed(r)));
    let modulus = 1u64 << (31 + shift(last));
    let start = match near.and_then(filetime::from_micros) {
        Some(near) => near.saturating_sub(modulus / 2),
        None => root,
    };
    of(kind, start.saturating_add(sum.wrapping_sub(start) % modulus))
}

/// The steps of one reply, in 100 ns.
fn passed(reply: &[u8]) -> u64 {
    let bits = u64::from(reply[0]) << 24
        | u64::from(reply[1]) << 16
        | u64::from(reply[2]) << 8
        | u64::from(reply[3]);
    (bits & 0x7fff_ffff) << shift(reply)
}

/// The first bit says how coarse the steps are.
fn shift(reply: &[u8]) -> u32 {
    if reply[0] & 0x80 == 0 { 18 } else { 23 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;
    /// 2019-05-05T10:00:00Z as FILETIME.
    fn start() -> u64 {
        filetime::from_micros(1_557_050_400_000_000).unwrap()
    }

    fn header(is_new: bool) -> Vec<u8> {
        let bytes = start().to_be_bytes();
        let mut out = if is_new { vec![1] } else { Vec::new() };
        out.extend(&bytes[..6 - out.len()]);
        out.extend([7; 16]);
        out
    }

    fn reply(index: &mut Vec<u8>, before: u64, now: u64) -> u64 {
        let steps = (now.wrapping_sub(before) >> 18) & 0x7fff_ffff;
        index.extend(&u32::try_from(steps).unwrap().to_be_bytes());
        index.push(0x10);
        before.wrapping_add(steps << 18)
    }

    #[test]
    fn both_layouts_of_the_root() {
        for is_new in [true, false] {
            let root = decode(&header(is_new), None).unwrap();
            assert_eq!(root.kind, Kind::ThreadIndexRoot);
            let behind = 1_557_050_400_000_000 - root.at.unwrap();
            assert!((0..1_700_000).contains(&behind), "{is_new}: {behind}");
        }
    }

    #[test]
    fn replies_count_from_the_level_before() {
        for is_new in [true, false] {
            let mut index = header(is_new);
            let number = |bytes: &[u8]| bytes.iter().fold(0u64, |sum, b| sum << 8 | u64::from(*b));
            let base = number(&index[..6]) << 16;
            let day = 864_000_000_000;
            let first = reply(&mut index, base, start() + day);
            reply(&mut index, first, start() + 3 * day);
            let at = decode(&index, None).unwrap().at.unwrap();
            let late = (1_557_050_400_000_000 + 3 * DAY - at) / 1_000_000;
            assert!((0..2).contains(&late), "{is_new}: {late} s");
        }
    }

    #[test]
    fn a_reply_years_later_is_the_nearest_of_its_times() {
        let mut index = header(true);
        let number = |bytes: &[u8]| bytes.iter().fold(0u64, |sum, b| sum << 8 | u64::from(*b));
        let base = number(&index[..6]) << 16;
        reply(&mut index, base, start() + 900 * 864_000_000_000);
        let date = 1_557_050_400_000_000 + 900 * DAY;
        let at = decode(&index, Some(date)).unwrap().at.unwrap();
        assert!((date - at).abs() < 2_000_000, "{}", date - at);
        let least = decode(&index, None).unwrap().at.unwrap();
        assert!(least < date, "without a date the least time not before the root");
    }

    #[test]
    fn what_is_no_index_is_none() {
        for bad in [&[][..], &[1; 21], &[2; 22], &[1; 24]] {
            assert!(decode(bad, None).is_none());
        }
        assert_eq!(decode(&[1; 22], None).unwrap().at, None, "a time before mail");
    }
}
