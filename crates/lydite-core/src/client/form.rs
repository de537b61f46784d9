//! A tiny language for the forms of ids and boundaries.
//!
//! Characters stand for themselves. `{d14}` is fourteen digits, `{h1-4}` one to four, as many as
//! there are: nothing is tried twice, so that a match takes one pass. `d` digits, `h` and `H` hex
//! digits in lower and upper case, `U` capital letters, `a` letters and digits, `b` those of
//! base64, `g` those of base64 in ids and names of files (`-_+=`), `n` digits and full stops.
//! `{*}` is any text to the end.

/// Whether the whole of `text` has the form.
pub fn matches(form: &str, text: &[u8]) -> bool {
    let (mut form, mut text) = (form.as_bytes(), text);
    while let Some((first, rest)) = form.split_first() {
        if *first != b'{' {
            let Some(after) = text.strip_prefix(&[*first]) else { return false };
            (form, text) = (rest, after);
            continue;
        }
        let Some((class, least, most, rest)) = class(rest) else { return false };
        if class == b'*' {
            return true;
        }
        let run = text.iter().take(most).take_while(|c| is_of(class, **c)).count();
        if run < least {
            return false;
        }
        (form, text) = (rest, &text[run..]);
    }
    text.is_empty()
}

/// Class letter, least and most count, and the form behind the brace.
fn class(form: &[u8]) -> Option<(u8, usize, usize, &[u8])> {
    let close = memchr::memchr(b'}', form)?;
    let (class, counts) = form[..close].split_first()?;
    let counts = std::str::from_utf8(counts).ok()?;
    let (least, most) = match counts.split_once('-') {
        _ if *class == b'*' => (0, 0),
        Some((least, most)) => (least.parse().ok()?, most.parse().ok()?),
        None => (counts.parse().ok()?, counts.parse().ok()?),
    };
    Some((*class, least, most, &form[close + 1..]))
}

fn is_of(class: u8, c: u8) -> bool {
    match class {
        b'd' => c.is_ascii_digit(),
        b'h' => matches!(c, b'0'..=b'9' | b'a'..=b'f'),
        b'H' => matches!(c, b'0'..=b'9' | b'A'..=b'F'),
        b'U' => c.is_ascii_uppercase(),
        b'a' => c.is_ascii_alphanumeric(),
        b'b' => c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/'),
        b'g' => c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'+' | b'='),
        b'n' => c.is_ascii_digit() || c == b'.',
        _ => false,
    }
}

/// Whether a form is written as this language asks.
#[cfg(test)]
pub fn is_form(form: &str) -> bool {
    let mut rest = form.as_bytes();
    while let Some(open) = memchr::memchr(b'{', rest) {
        let Some((letter, least, most, after)) = class(&rest[open + 1..]) else { return false };
        if !b"dhHUabgn*".contains(&letter) || least > most {
            return false;
        }
        rest = after;
    }
    !form.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_matched_whole() {
        let outlook = "{h12}${h8}${h8}@{*}";
        assert!(matches(outlook, b"000701d6fa11$2d5c1a60$6031a8c0@anna"));
        assert!(!matches(outlook, b"000701D6FA11$2d5c1a60$6031a8c0@anna"));
        assert!(!matches(outlook, b"000701d6fa11$2d5c1a60$6031a8c0"));
        assert!(matches("{d1-3}.x", b"12.x") && !matches("{d1-3}.x", b"1234.x"));
        assert!(matches("=-=-=", b"=-=-=") && !matches("=-=-=", b"=-=-=-"));
        assert!(matches("{h4}4{h3}", b"ffff4abc") && !matches("{h4}4{h3}", b"ffff5abc"));
    }

    #[test]
    fn what_is_no_form_matches_nothing() {
        for form in ["{", "{d", "{q3}", "{d3-1}", "{dx}", "{}"] {
            assert!(!is_form(form), "{form}");
            assert!(!matches(form, b"123") && !matches(form, b""), "{form}");
        }
    }
}
