//! One mail as fields and body, and how its texts are encoded.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Header fields in order, values with their folds (`\r\n\t`), and the body with CRLF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub fields: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Mail {
    /// The topmost field of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let is = |field: &&(String, String)| field.0.eq_ignore_ascii_case(name);
        self.fields.iter().find(is).map(|(_, value)| value.as_str())
    }

    /// Replaces the topmost field of that name, or adds it below the others.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.fields.iter_mut().find(|field| field.0.eq_ignore_ascii_case(name)) {
            Some(field) => field.1 = value,
            None => self.fields.push((name.to_owned(), value)),
        }
    }

    pub fn put_on_top(&mut self, name: &str, value: impl Into<String>) {
        self.fields.insert(0, (name.to_owned(), value.into()));
    }

    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.fields.push((name.to_owned(), value.into()));
    }

    pub fn remove(&mut self, name: &str) {
        self.fields.retain(|field| !field.0.eq_ignore_ascii_case(name));
    }

    /// The signatures and what servers wrote: all that a stored copy of the sender's has not.
    pub fn without_trace(mut self) -> Mail {
        for name in ["Received", "Return-Path", "Delivered-To", "DKIM-Signature"] {
            self.remove(name);
        }
        self.remove("X-Google-DKIM-Signature");
        self.remove("Authentication-Results");
        self
    }

    /// As on the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.body.len() + 2_048);
        for (name, value) in &self.fields {
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(value.as_bytes());
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&self.body);
        out
    }
}

/// How a part travels (RFC 2045 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    EightBit,
    QuotedPrintable,
    Base64,
}

impl Encoding {
    pub fn name(self) -> &'static str {
        match self {
            Encoding::EightBit => "8bit",
            Encoding::QuotedPrintable => "quoted-printable",
            Encoding::Base64 => "base64",
        }
    }

    /// A text (lines end in `\n`) as this encoding has it, ending in CRLF.
    pub fn text(self, text: &str) -> Vec<u8> {
        match self {
            Encoding::EightBit => crlf(text).into_bytes(),
            Encoding::QuotedPrintable => quoted_printable(text).into_bytes(),
            Encoding::Base64 => base64_lines(crlf(text).as_bytes()),
        }
    }
}

/// `text` with CRLF, ending in one.
pub fn crlf(text: &str) -> String {
    let mut out = text.trim_end_matches('\n').replace('\n', "\r\n");
    out.push_str("\r\n");
    out
}

/// Lines of 76 characters (RFC 2045 §6.8).
pub fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    let text = STANDARD.encode(bytes);
    let mut out = Vec::with_capacity(text.len() + text.len() / 32 + 2);
    for line in text.as_bytes().chunks(76) {
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// RFC 2045 §6.7; lines of at most 76 characters.
fn quoted_printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for line in text.trim_end_matches('\n').split('\n') {
        let mut width = 0;
        for (at, byte) in line.bytes().enumerate() {
            let is_last_blank = byte == b' ' && at + 1 == line.len();
            let piece = match byte {
                b'=' => "=3D".to_owned(),
                b'\t' | b' '..=b'~' if !is_last_blank => char::from(byte).to_string(),
                _ => format!("={byte:02X}"),
            };
            // The last piece of a line needs no room for a soft line end.
            if width + piece.len() > 76 - usize::from(at + 1 < line.len()) {
                out.push_str("=\r\n");
                width = 0;
            }
            width += piece.len();
            out.push_str(&piece);
        }
        out.push_str("\r\n");
    }
    out
}

/// A header text, as encoded words where it is not ASCII (RFC 2047), folded between them.
pub fn word(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words: Vec<String> = vec![String::new()];
    for c in text.chars() {
        // An encoded word is at most 75 characters: 45 bytes are 60 in base64.
        let is_full = words.last().is_some_and(|word| word.len() + c.len_utf8() > 45);
        if is_full {
            words.push(String::new());
        }
        if let Some(last) = words.last_mut() {
            last.push(c);
        }
    }
    let encoded = words.iter().map(|word| format!("=?UTF-8?B?{}?=", STANDARD.encode(word)));
    encoded.collect::<Vec<_>>().join("\r\n ")
}

/// One part of a multipart: header lines (without the last line end) and encoded content.
pub struct Part {
    pub header: String,
    pub content: Vec<u8>,
}

/// The body of a multipart.
pub fn multipart(boundary: &str, parts: &[Part]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in parts {
        out.extend_from_slice(format!("--{boundary}\r\n{}\r\n\r\n", part.header).as_bytes());
        out.extend_from_slice(&part.content);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_from_their_encoding() {
        use lydite_core::text::decode_transfer;
        let text = "Été = 12 € \nune ligne bien trop longue pour tenir en soixante-seize caractères, n'est-ce pas ?";
        for encoding in [Encoding::EightBit, Encoding::QuotedPrintable, Encoding::Base64] {
            let sent = encoding.text(text);
            let lines = sent.split(|c| *c == b'\n');
            assert!(
                encoding == Encoding::EightBit || lines.into_iter().all(|line| line.len() <= 77)
            );
            let back = decode_transfer(&sent, encoding.name());
            assert_eq!(back.as_ref(), crlf(text).as_bytes(), "{}", encoding.name());
        }
    }

    #[test]
    fn encoded_words_are_short() {
        let long =
            word("Réunion publique du quartier des pêcheurs et des maraîchers à la salle d'été");
        assert!(long.split("\r\n ").count() > 1 && long.split("\r\n ").all(|w| w.len() <= 75));
        assert_eq!(word("Hello"), "Hello");
    }
}
