//! Keys of people that a user supplies: certificates (PEM or DER) and OpenPGP public keys (armored or
//! binary), known by content. They anchor, and every verdict resting on one says so (design rule 6).

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;
use serde::{Deserialize, Serialize};

use super::Unread;
use crate::signature::certificate::Certificate;
use crate::signature::openpgp_key::{self, OpenPgpKey};

/// What a supplied key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonalKind {
    /// An X.509 certificate: of a person, or of an authority that issues them.
    Certificate,
    OpenPgpKey,
}

/// One supplied key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PersonalKey {
    pub kind: PersonalKind,
    /// DER, or OpenPGP packets; base64.
    pub content: String,
    /// Where it comes from, for a person to look up.
    pub source: String,
}

/// All supplied keys of people, read when first asked for.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Personal {
    keys: Vec<PersonalKey>,
    #[serde(skip)]
    certificates: OnceLock<Vec<Certificate>>,
    #[serde(skip)]
    openpgp: OnceLock<Vec<OpenPgpKey>>,
}

impl Clone for Personal {
    fn clone(&self) -> Self {
        Personal { keys: self.keys.clone(), ..Personal::default() }
    }
}

impl PartialEq for Personal {
    fn eq(&self, other: &Self) -> bool {
        self.keys == other.keys
    }
}

impl Eq for Personal {}

impl Personal {
    pub fn insert(&mut self, key: PersonalKey) {
        if let Err(at) = self.keys.binary_search(&key) {
            self.keys.insert(at, key);
            *self = self.clone();
        }
    }

    pub fn keys(&self) -> &[PersonalKey] {
        &self.keys
    }

    fn contents(&self, kind: PersonalKind) -> impl Iterator<Item = Vec<u8>> {
        let of_kind = self.keys.iter().filter(move |key| key.kind == kind);
        of_kind.filter_map(|key| STANDARD.decode(&key.content).ok())
    }

    pub fn certificates(&self) -> &[Certificate] {
        let read = || {
            let contents = self.contents(PersonalKind::Certificate);
            contents.filter_map(|der| Certificate::parse(&der)).collect()
        };
        self.certificates.get_or_init(read)
    }

    pub fn openpgp(&self) -> &[OpenPgpKey] {
        let read = || {
            let contents = self.contents(PersonalKind::OpenPgpKey);
            contents.flat_map(|bytes| openpgp_key::read(&bytes).0).collect()
        };
        self.openpgp.get_or_init(read)
    }
}

const PEM: &[u8] = b"-----BEGIN CERTIFICATE-----";
const PEM_END: &[u8] = b"-----END CERTIFICATE-----";
const ARMOR: &[u8] = b"-----BEGIN PGP PUBLIC KEY BLOCK-----";

/// Reads certificates and OpenPGP public keys out of a file; None for a file of another kind.
pub fn import_personal(bytes: &[u8], source: &str) -> Option<(Vec<PersonalKey>, Vec<Unread>)> {
    let mut out = Taken { source, keys: Vec::new(), unread: Vec::new() };
    let has = |mark: &[u8]| memmem::find(bytes, mark).is_some();
    if has(PEM) || has(ARMOR) {
        for start in memmem::find_iter(bytes, PEM) {
            pem(bytes, start, &mut out);
        }
        for start in memmem::find_iter(bytes, ARMOR) {
            let rest = &bytes[start + ARMOR.len()..];
            let end = memmem::find(rest, ARMOR).map_or(bytes.len(), |at| start + ARMOR.len() + at);
            out.openpgp(&bytes[start..end], line(bytes, start));
        }
    } else if has(b"-----BEGIN PGP PRIVATE KEY BLOCK-----") || has(b"PRIVATE KEY-----") {
        out.skip(1, "a private key; only the public half is taken");
    } else if bytes.starts_with(&[0x30, 0x82]) || bytes.starts_with(&[0x30, 0x81]) {
        out.certificate(bytes, 1);
    } else if bytes.first().is_some_and(|tag| matches!(tag, 0x98 | 0x99 | 0x9a | 0xc6)) {
        out.openpgp(bytes, 1);
    } else {
        return None;
    }
    Some((out.keys, out.unread))
}

struct Taken<'a> {
    source: &'a str,
    keys: Vec<PersonalKey>,
    unread: Vec<Unread>,
}

impl Taken<'_> {
    fn skip(&mut self, line: usize, why: &str) {
        self.unread.push(Unread { line, why: why.to_owned() });
    }

    fn take(&mut self, kind: PersonalKind, content: &[u8]) {
        let (content, source) = (STANDARD.encode(content), self.source.to_owned());
        self.keys.push(PersonalKey { kind, content, source });
    }

    fn certificate(&mut self, der: &[u8], line: usize) {
        match Certificate::parse(der) {
            Some(_) => self.take(PersonalKind::Certificate, der),
            None => self.skip(line, "no certificate that can be read"),
        }
    }

    fn openpgp(&mut self, bytes: &[u8], line: usize) {
        let (keys, unread) = openpgp_key::read(bytes);
        if unread {
            self.skip(line, "OpenPGP packets that cannot be read, or more keys than are taken");
        }
        keys.iter().for_each(|key| self.take(PersonalKind::OpenPgpKey, &key.to_bytes()));
    }
}

fn pem(bytes: &[u8], start: usize, out: &mut Taken) {
    let body = &bytes[start + PEM.len()..];
    let text = memmem::find(body, PEM_END).map(|end| &body[..end]);
    let bare: Vec<u8> =
        text.unwrap_or_default().iter().copied().filter(u8::is_ascii_graphic).collect();
    match STANDARD.decode(&bare) {
        Ok(der) if !der.is_empty() => out.certificate(&der, line(bytes, start)),
        _ => out.skip(line(bytes, start), "no base64 up to its end line"),
    }
}

/// Counted from 1.
fn line(bytes: &[u8], at: usize) -> usize {
    1 + memchr::memchr_iter(b'\n', &bytes[..at]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_left_to_other_readers() {
        for text in [&b""[..], b"s._domainkey.a.example\tv=DKIM1; p=AAAA\n", b"{\"domain\":\"a\"}"]
        {
            assert_eq!(import_personal(text, "test"), None);
        }
    }

    #[test]
    fn what_is_broken_or_private_is_listed() {
        let broken = b"one\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let (keys, unread) = import_personal(broken, "test").unwrap();
        assert_eq!((keys.len(), unread[0].line), (0, 2));
        for text in [&b"-----BEGIN PRIVATE KEY-----\n"[..], ARMOR, b"\x30\x82\x01", b"\x99\x01\x00"]
        {
            let (keys, unread) = import_personal(text, "test").unwrap();
            assert_eq!((keys.len(), unread.len()), (0, 1), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(0u8..=255, 0..300), first in 0usize..4) {
            let start: [&[u8]; 4] = [PEM, ARMOR, b"\x30\x82", b"\x99"];
            import_personal(&[start[first], &bytes].concat(), "test");
        }
    }
}
