//! Encoders as senders use them: the same text written the ways it may have been written.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Quoted-printable (RFC 2045 §6.7) with lines of at most `width` characters, soft breaks counted.
pub fn quoted_printable(text: &[u8], width: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 8);
    for (number, line) in text.split(|c| *c == b'\n').enumerate() {
        if number > 0 {
            out.extend_from_slice(b"\r\n");
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut column = 0;
        for (at, &c) in line.iter().enumerate() {
            let last = at + 1 == line.len();
            let plain =
                matches!(c, b'!'..=b'<' | b'>'..=b'~') || (matches!(c, b' ' | b'\t') && !last);
            let size = if plain { 1 } else { 3 };
            // The last piece of a line needs no room for a soft break.
            if column + size > width - usize::from(!last) {
                out.extend_from_slice(b"=\r\n");
                column = 0;
            }
            if plain {
                out.push(c);
            } else {
                out.extend_from_slice(format!("={c:02X}").as_bytes());
            }
            column += size;
        }
    }
    out
}

/// Base64 in lines of `width` characters, each with its line end.
pub fn base64(text: &[u8], width: usize) -> Vec<u8> {
    let encoded = STANDARD.encode(text);
    let mut out = Vec::with_capacity(encoded.len() + encoded.len() / 32 + 2);
    for line in encoded.as_bytes().chunks(width) {
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// `text` as encoded words (RFC 2047), the ways common senders write it.
pub fn words(text: &str) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for charset in ["UTF-8", "utf-8"] {
        // Characters a word may take beside `=??B??=` and the charset; 75 is the standard's bound.
        for width in [75, 76, 72, 1_000] {
            let room = width - 7 - charset.len();
            for encoding in ['B', 'b'] {
                let encode = |t: &str| STANDARD.encode(t);
                out.push(split_words(text, charset, encoding, room, char::len_utf8, encode));
            }
            for encoding in ['Q', 'q'] {
                out.push(split_words(text, charset, encoding, room, q_size, q_encode));
            }
        }
    }
    out.sort();
    out.dedup();
    out
}

fn split_words(
    text: &str,
    charset: &str,
    encoding: char,
    room: usize,
    size: impl Fn(char) -> usize,
    encode: impl Fn(&str) -> String,
) -> Vec<u8> {
    let room = if encoding.eq_ignore_ascii_case(&'b') { room / 4 * 3 } else { room };
    let (mut words, mut word, mut used) = (Vec::new(), String::new(), 0);
    for c in text.chars() {
        if used + size(c) > room && !word.is_empty() {
            words.push(std::mem::take(&mut word));
            used = 0;
        }
        word.push(c);
        used += size(c);
    }
    words.push(word);
    let words: Vec<String> =
        words.iter().map(|w| format!("=?{charset}?{encoding}?{}?=", encode(w))).collect();
    words.join(" ").into_bytes()
}

fn q_plain(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            '!' | '*'
                | '+'
                | '-'
                | '/'
                | ' '
                | '.'
                | ','
                | ':'
                | '['
                | ']'
                | '\''
                | '('
                | ')'
                | '@'
        )
}

fn q_size(c: char) -> usize {
    if q_plain(c) { 1 } else { 3 * c.len_utf8() }
}

fn q_encode(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c == ' ' {
            out.push('_');
        } else if q_plain(c) {
            out.push(c);
        } else {
            let mut buffer = [0; 4];
            c.encode_utf8(&mut buffer).bytes().for_each(|b| out.push_str(&format!("={b:02X}")));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{decode_header, decode_transfer};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_encoded_decodes(text in "[ -~éà€\n]{0,300}", width in 40usize..80) {
            let lines = crate::signature::canonical::crlf(text.as_bytes());
            let quoted = quoted_printable(text.as_bytes(), width);
            let decoded = decode_transfer(&quoted, "quoted-printable").into_owned();
            prop_assert_eq!(decoded, lines);
            prop_assert!(quoted.split(|c| *c == b'\n').all(|l| l.len() <= width + 1));
            let encoded = base64(text.as_bytes(), width / 4 * 4);
            let decoded = decode_transfer(&encoded, "base64").into_owned();
            prop_assert_eq!(decoded, text.as_bytes());
        }

        #[test]
        fn words_decode(text in "[a-zé€\\[\\]:]{1,20}( [a-zé€\\[\\]:]{1,20}){0,8}") {
            for words in words(&text) {
                prop_assert_eq!(decode_header(&words), text.clone());
            }
        }
    }
}
