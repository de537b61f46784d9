//! Forms of MIME fields and of encoded bodies that programs are known to read in different ways.
//!
//! Only what changes the parts or their content counts: of a type, that it may be a multipart; of a
//! transfer encoding, that it may be base64 or quoted-printable.

use memchr::{memchr, memmem};

/// Whether readers could take a `Content-Transfer-Encoding` value for different encodings.
pub fn encoding_doubt(value: &[u8]) -> Option<&'static str> {
    let value = value.trim_ascii().to_ascii_lowercase();
    let known = [&b"base64"[..], b"quoted-printable", b"7bit", b"8bit", b"binary"];
    if known.contains(&value.as_slice()) {
        return None;
    }
    let marks = [&b"64"[..], b"quot", b"print", b"(", b"=?", b","];
    let is_odd = marks.iter().any(|mark| memmem::find(&value, mark).is_some());
    is_odd.then_some("a transfer encoding in a form that readers take differently")
}

/// Whether readers could take a `Content-Type` value for different types or boundaries.
pub fn type_doubt(value: &[u8]) -> Option<&'static str> {
    let value = value.to_ascii_lowercase();
    let has = |word: &[u8]| memmem::find(&value, word).is_some();
    if !has(b"multipart") && !has(b"boundary") {
        return None;
    }
    let end = memchr(b';', &value).unwrap_or(value.len());
    let essence = value[..end].trim_ascii();
    let is_token = |c: &u8| c.is_ascii_alphanumeric() || b"-._+".contains(c);
    let mut halves = essence.split(|c| *c == b'/');
    let named = halves.next() == Some(b"multipart");
    let subtype = halves.next().is_some_and(|s| !s.is_empty() && s.iter().all(is_token));
    // `multipart/mixedmultipart/mixed` has a third half.
    if has(b"multipart") && !(named && subtype && halves.next().is_none()) && !is_named(&value) {
        return Some("a multipart type in a form that readers take differently");
    }
    let at = memmem::find(&value, b"boundary")?;
    let rest = value[at + b"boundary".len()..].trim_ascii_start().strip_prefix(b"=")?;
    let rest = rest.trim_ascii_start();
    let behind = match rest.strip_prefix(b"\"") {
        Some(quoted) => {
            let Some(close) = memchr(b'"', quoted) else {
                return Some("a boundary whose quote is not closed");
            };
            if quoted[..close].contains(&b'\\') {
                return Some("a boundary with a quoted pair");
            }
            quoted[close + 1..].trim_ascii_start()
        }
        None => {
            let end = memchr(b';', rest).unwrap_or(rest.len());
            let bare = rest[..end].trim_ascii();
            if bare.iter().any(|c| b"\"(\\".contains(c) || c.is_ascii_whitespace()) {
                return Some("a boundary in a form that readers take differently");
            }
            &rest[end..]
        }
    };
    (behind.first().is_some_and(|c| *c != b';')).then_some("text behind a quoted boundary")
}

/// Whether the word multipart stands in a parameter only (a file name), behind a plain type.
fn is_named(value: &[u8]) -> bool {
    let end = memchr(b';', value).unwrap_or(value.len());
    memmem::find(&value[..end], b"multipart").is_none()
        && memmem::find(value, b"boundary").is_none()
}

/// Whether decoders give different content for a body.
pub fn body_doubt(body: &[u8], encoding: &str) -> Option<&'static str> {
    match encoding {
        "base64" => base64_doubt(body),
        "quoted-printable" => quoted_printable_doubt(body),
        _ => None,
    }
}

fn base64_doubt(body: &[u8]) -> Option<&'static str> {
    let (mut letters, mut padding) = (0usize, 0usize);
    for c in body {
        match c {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding > 0 => {
                return Some("base64 that goes on behind its end");
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => letters += 1,
            b'=' => padding += 1,
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => return Some("characters in base64 that are none of its letters"),
        }
    }
    (!(letters + padding).is_multiple_of(4) || padding > 2)
        .then_some("base64 that ends in the middle of a group")
}

fn quoted_printable_doubt(body: &[u8]) -> Option<&'static str> {
    let is_sound = |at: usize| {
        let rest = &body[at + 1..];
        let hex = rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit);
        // A line feed of its own behind the break belongs to it for some.
        let mixed = rest.starts_with(b"\r\n\n");
        hex || rest.is_empty() || rest.starts_with(b"\n") || (rest.starts_with(b"\r\n") && !mixed)
    };
    if memchr::memchr_iter(b'=', body).any(|at| !is_sound(at)) {
        return Some("escapes in quoted-printable that are none");
    }
    let is_foreign = |c: &u8| *c >= 0x7f || (*c < 0x20 && !c.is_ascii_whitespace());
    body.iter().any(is_foreign).then_some("bytes in quoted-printable that should be escaped")
}

/// The other contents that programs make of a body: as it stands, and decoded in the most lenient
/// way as base64 and as quoted-printable, where it can be either.
pub fn other_contents(body: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut out = vec![("raw", body.to_vec())];
    let letters = body.iter().filter(|c| is_base64(**c)).count();
    if letters * 2 > body.len() {
        out.push(("base64", lenient_base64(body)));
    }
    if memchr(b'=', body).is_some() {
        out.push(("quoted-printable", lenient_quoted_printable(body)));
    }
    out
}

fn is_base64(c: u8) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/')
}

/// Everything that is no letter is passed over; padding ends a group and the next one begins.
fn lenient_base64(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0u32);
    for &c in body {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            // The low byte is what was asked for.
            out.push(((bits >> count) & 0xff) as u8);
        }
    }
    out
}

/// What is no escape stays as it stands; blanks may stand between `=` and the line's end.
fn lenient_quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut at = 0;
    while at < body.len() {
        if body[at] != b'=' {
            out.push(body[at]);
            at += 1;
            continue;
        }
        let rest = &body[at + 1..];
        let digits = rest.get(..2).and_then(|h| std::str::from_utf8(h).ok());
        let blanks = rest.iter().take_while(|c| matches!(c, b' ' | b'\t')).count();
        if let Some(code) = digits.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            out.push(code);
            at += 3;
        } else if rest[blanks..].starts_with(b"\r\n") {
            at += blanks + 3;
        } else if rest[blanks..].starts_with(b"\n") {
            at += blanks + 2;
        } else {
            out.push(b'=');
            at += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinary_forms_are_plain() {
        for value in ["base64", " Quoted-Printable ", "7bit", "\r\n 8bit", "8-bit", "none"] {
            assert_eq!(encoding_doubt(value.as_bytes()), None, "{value}");
        }
        for value in [
            "multipart/mixed; boundary=\"=_b c\"",
            "Multipart/Alternative;\n\tboundary=b; charset=x",
            "multipart/mixed; boundary = b",
            "text/plain; charset=utf-8",
            "text/plain; name=\"multipart (1).txt\"",
            "multipart/signed; protocol=\"a/b\"; boundary=\"b\" ; micalg=x",
        ] {
            assert_eq!(type_doubt(value.as_bytes()), None, "{value}");
        }
        assert_eq!(body_doubt(b"aGVs\r\nbG8=\r\n", "base64"), None);
        assert_eq!(body_doubt(b"a=3D=\r\nb=e9=\nc=", "quoted-printable"), None);
        assert_eq!(body_doubt(b"a=b", "7bit"), None);
    }

    #[test]
    fn what_readers_take_differently_is_doubted() {
        for value in
            ["base645", "bas(c)e64", "base64, 8bit", "=?utf-8?q?base64?=", "quoted-printable(x"]
        {
            assert!(encoding_doubt(value.as_bytes()).is_some(), "{value}");
        }
        for value in [
            "multipart/mixed; boundary=\"b\"c",
            "multipart/mixed; boundary=b(c)d",
            "multipart/mixed; boundary=\"b",
            "multipart/mixedmultipart/mixed; boundary=b",
            "application/octet-stream, multipart/mixed; boundary=b",
            "multipart; boundary=b",
        ] {
            assert!(type_doubt(value.as_bytes()).is_some(), "{value}");
        }
        for body in [&b"aGV.bG8="[..], b"aGk=aGk=", b"aGVsb"] {
            assert!(body_doubt(body, "base64").is_some(), "{body:?}");
        }
        for body in [&b"a=b"[..], b"a= \r\n", b"a=\rb", b"==3D"] {
            assert!(body_doubt(body, "quoted-printable").is_some(), "{body:?}");
        }
    }

    #[test]
    fn lenient_decoders_lose_nothing() {
        assert_eq!(lenient_base64(b"aG.k=a-Gk="), b"hihi");
        assert_eq!(lenient_quoted_printable(b"a= \r\nb=zz=41=\n"), b"ab=zzA");
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            encoding_doubt(&bytes);
            type_doubt(&bytes);
            body_doubt(&bytes, "base64");
            body_doubt(&bytes, "quoted-printable");
            other_contents(&bytes);
        }
    }
}
