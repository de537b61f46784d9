//! What was found: identity of bytes, kinds of item, and the text of a path inside the dump.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Digest;

/// SHA-256 of bytes: the only identity Lydite knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    pub fn of(bytes: &[u8]) -> Self {
        Sha256(sha2::Sha256::digest(bytes).into())
    }

    /// Parses 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        if text.len() != 64 {
            return None;
        }
        let mut out = [0; 32];
        for (byte, pair) in out.iter_mut().zip(text.chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Sha256(out))
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Sha256 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Sha256::from_hex(&text).ok_or_else(|| serde::de::Error::custom("not a SHA-256"))
    }
}

/// What a blob is examined as. Known by content, never by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Message,
    Document,
    Image,
    Archive,
    Post,
    Other,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Message => "message",
            Kind::Document => "document",
            Kind::Image => "image",
            Kind::Archive => "archive",
            Kind::Post => "post",
            Kind::Other => "other",
        }
    }
}

/// A name as it stands in a path of the contract: `%`, `!`, `#`, control bytes and bytes that are
/// not UTF-8 are percent-encoded, everything else (`/` too) stays.
pub fn encode_name(name: &[u8]) -> String {
    let mut out = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            if matches!(c, '%' | '!' | '#') || c.is_control() {
                let mut buffer = [0; 4];
                percent(&mut out, c.encode_utf8(&mut buffer).as_bytes());
            } else {
                out.push(c);
            }
        }
        percent(&mut out, chunk.invalid());
    }
    out
}

fn percent(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        out.push_str(&format!("%{byte:02X}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_encode_what_the_path_grammar_uses() {
        assert_eq!(encode_name(b"a/b c"), "a/b c");
        assert_eq!(encode_name(b"100%!#\n"), "100%25%21%23%0A");
        assert_eq!(encode_name(b"caf\xe9 \xc3\xa9"), "caf%E9 é");
    }

    #[test]
    fn sha256_text_round_trips() {
        let id = Sha256::of(b"abc");
        assert_eq!(Sha256::from_hex(&id.to_string()), Some(id));
        assert_eq!(Sha256::from_hex("xyz"), None);
    }
}
