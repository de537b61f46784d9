//! Digits of ids.

/// Hex digits of either case, at most 16.
pub fn hex(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 16 {
        return None;
    }
    text.iter().try_fold(0u64, |sum, c| {
        let digit = char::from(*c).to_digit(16)?;
        Some(sum << 4 | u64::from(digit))
    })
}

/// Whether all are hex digits in lower case.
pub fn hex_lower(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether all are hex digits in upper case.
pub fn hex_upper(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|c| matches!(c, b'0'..=b'9' | b'A'..=b'F'))
}

/// Whether all are decimal digits, at least one.
pub fn digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// Decimal digits only, no sign.
pub fn number(text: &[u8]) -> Option<i64> {
    if !digits(text) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// A number whose digits are positions in `alphabet`.
pub fn in_alphabet(text: &[u8], alphabet: &[u8]) -> Option<i64> {
    text.iter().try_fold(0i64, |sum, c| {
        let digit = i64::try_from(memchr::memchr(*c, alphabet)?).ok()?;
        sum.checked_mul(i64::try_from(alphabet.len()).ok()?)?.checked_add(digit)
    })
}

/// Microseconds since 1970 of a civil time; None where there is no such time.
pub fn civil(parts: [i64; 6]) -> Option<i64> {
    let [year, month, day, hour, minute, second] = parts;
    let small = |n: i64| i8::try_from(n).ok();
    let time = jiff::civil::DateTime::new(
        i16::try_from(year).ok()?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        0,
    );
    let zoned = time.ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_microsecond())
}

/// `YYYYMMDDhhmmss`.
pub fn civil_digits(text: &[u8]) -> Option<i64> {
    let part = |from: usize, to: usize| number(text.get(from..to)?);
    civil([part(0, 4)?, part(4, 6)?, part(6, 8)?, part(8, 10)?, part(10, 12)?, part(12, 14)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_all_kinds() {
        assert_eq!((hex(b"fF"), hex(b""), hex(b"0x1")), (Some(255), None, None));
        assert_eq!(
            (number(b"012"), number(b"-1"), number(b"9".repeat(20).as_slice())),
            (Some(12), None, None)
        );
        assert_eq!(in_alphabet(b"ba", b"ab"), Some(2));
        assert_eq!(in_alphabet(b"zz", b"ab"), None);
        assert_eq!(civil_digits(b"19700102000001"), Some(86_401_000_000));
        assert_eq!((civil_digits(b"20021301000000"), civil_digits(b"2002")), (None, None));
    }
}
