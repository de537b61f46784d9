//! Text out of bytes, through mail-parser's decoders; and what is done with text: which words are the
//! same to a reader ([`normalise`]), what a mail quotes ([`quote`]), whether that is what stood in the
//! original ([`align`]), and sketches that find one text among many ([`shingle`]).

pub mod align;
pub mod beyond;
mod gap;
mod lines;
mod neutral;
pub mod normalise;
mod page;
pub mod quote;
pub mod record;
pub mod shingle;

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{HeaderValue, MessageParser};

/// Two lower-case digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    let mut out = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        out.push(digit(byte >> 4));
        out.push(digit(byte & 15));
    }
    out
}

/// Undoes a Content-Transfer-Encoding (lower case); bytes that do not decode stay as they are.
pub fn decode_transfer<'a>(body: &'a [u8], encoding: &str) -> Cow<'a, [u8]> {
    let decoded = match encoding {
        "base64" => base64_decode(body),
        "quoted-printable" => quoted_printable_decode(body),
        _ => None,
    };
    decoded.map_or(Cow::Borrowed(body), Cow::Owned)
}

/// Text of bytes in a charset (lower case); UTF-8 where it is unknown. Undecodable bytes become
/// U+FFFD.
pub fn decode_charset<'a>(bytes: &'a [u8], charset: Option<&str>) -> Cow<'a, str> {
    match charset.filter(|c| *c != "utf-8").and_then(|c| charset_decoder(c.as_bytes())) {
        Some(decoder) => Cow::Owned(decoder(bytes)),
        None => String::from_utf8_lossy(bytes),
    }
}

/// An unstructured header value (RFC 5322 §2.2.1), unfolded, encoded words decoded (RFC 2047).
pub fn decode_header(value: &[u8]) -> String {
    if memchr::memmem::find(value, b"=?").is_none() {
        let text = String::from_utf8_lossy(value);
        return text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let mut field = Vec::with_capacity(value.len() + 16);
    field.extend_from_slice(b"Subject:");
    field.extend_from_slice(value);
    field.extend_from_slice(b"\r\n\r\n");
    let parsed = MessageParser::new().with_minimal_headers().parse_headers(&field);
    match parsed.as_ref().and_then(|m| m.headers().first()).map(|h| &h.value) {
        Some(HeaderValue::Text(text)) => text.to_string(),
        _ => String::from_utf8_lossy(value).trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_unfold_and_decode() {
        assert_eq!(decode_header(b" plain\r\n text "), "plain text");
        assert_eq!(decode_header(b" =?utf-8?Q?caf=C3=A9?= =?utf-8?B?IMOp?="), "café é");
        assert_eq!(decode_header(b" =?broken"), "=?broken");
    }

    #[test]
    fn bodies_decode() {
        assert_eq!(decode_transfer(b"caf=E9", "quoted-printable").as_ref(), b"caf\xe9");
        assert_eq!(decode_charset(b"caf\xe9", Some("iso-8859-1")), "café");
        assert_eq!(decode_charset("é".as_bytes(), None), "é");
    }
}
