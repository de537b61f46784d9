//! Public key records (RFC 6376 §3.6.1), and trying the known keys of a selector on a signature.

use aws_lc_rs::digest::Digest;
use aws_lc_rs::signature::{ED25519, ParsedPublicKey};
use compact_str::CompactString;

use super::tags::Tags;
use super::{CannotTell, Hash, Signature, rsa};
use crate::fact::Facts;
use crate::text::hex;

/// `a=` of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Rsa(Hash),
    /// RFC 8463: Ed25519 over the SHA-256 of the header.
    Ed25519,
}

impl Algorithm {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "rsa-sha1" => Some(Algorithm::Rsa(Hash::Sha1)),
            "rsa-sha256" => Some(Algorithm::Rsa(Hash::Sha256)),
            "ed25519-sha256" => Some(Algorithm::Ed25519),
            _ => None,
        }
    }

    pub fn hash(self) -> Hash {
        match self {
            Algorithm::Rsa(hash) => hash,
            Algorithm::Ed25519 => Hash::Sha256,
        }
    }
}

/// A key record, read once.
#[derive(Debug)]
pub struct KeyRecord {
    pub public: Result<Public, Void>,
    /// `h=`: the only hashes it allows.
    hashes: Option<Vec<CompactString>>,
    /// `s=` allows mail.
    for_mail: bool,
    /// `t=s`: `i=` must name the very domain.
    exact_identity: bool,
}

#[derive(Debug)]
pub enum Public {
    Rsa(Box<rsa::PublicKey>),
    Ed25519(ParsedPublicKey),
}

/// Why a record holds no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Void {
    /// `p=` is empty.
    Revoked,
    Unreadable(&'static str),
}

impl KeyRecord {
    /// Reads a TXT record as published. Never fails: a record without a key says why.
    pub fn parse(record: &str) -> Self {
        let void = |why| KeyRecord {
            public: Err(Void::Unreadable(why)),
            hashes: None,
            for_mail: true,
            exact_identity: false,
        };
        let Ok(tags) = Tags::parse(record.as_bytes()) else {
            return void("not a tag list");
        };
        if tags.text("v").is_some_and(|v| v != "DKIM1") {
            return void("v= is not DKIM1");
        }
        let any = |name, wanted: &[&str], absent| {
            let list = tags.list(name);
            list.map_or(absent, |l| l.iter().any(|item| wanted.contains(&item.as_str())))
        };
        KeyRecord {
            public: public(&tags),
            hashes: tags.list("h"),
            for_mail: any("s", &["*", "email"], true),
            exact_identity: any("t", &["s"], false),
        }
    }

    /// Bits of an RSA modulus; 256 for Ed25519.
    pub fn bits(&self) -> Option<u32> {
        match &self.public {
            Ok(Public::Rsa(key)) => Some(key.bits),
            Ok(Public::Ed25519(_)) => Some(256),
            Err(_) => None,
        }
    }
}

fn public(tags: &Tags) -> Result<Public, Void> {
    let bytes = match tags.base64("p") {
        None => return Err(Void::Unreadable("no p=")),
        Some(Err(_)) => return Err(Void::Unreadable("p= is not base64")),
        Some(Ok(bytes)) if bytes.is_empty() => return Err(Void::Revoked),
        Some(Ok(bytes)) => bytes,
    };
    match tags.text("k").as_deref() {
        None | Some("rsa") => rsa::PublicKey::from_der(&bytes)
            .map(|key| Public::Rsa(Box::new(key)))
            .map_err(Void::Unreadable),
        Some("ed25519") => ParsedPublicKey::new(&ED25519, &bytes)
            .map(Public::Ed25519)
            .map_err(|_| Void::Unreadable("no Ed25519 key")),
        Some(_) => Err(Void::Unreadable("k= names an unknown key type")),
    }
}

/// A signature to be opened.
pub struct Question<'a> {
    pub domain: &'a str,
    pub selector: &'a str,
    pub algorithm: Algorithm,
    /// Domain of `i=`.
    pub identity: Option<&'a str>,
    pub digest: &'a Digest,
    pub signature: &'a [u8],
    /// Whether it may well be over `digest`: then that is asked first, being quicker.
    pub may_hold: bool,
}

/// What the best of the known keys says.
pub struct Answer {
    /// Id of the key fact and its bits.
    pub key: Option<String>,
    pub bits: Option<u32>,
    /// The digest that was signed.
    pub signed: Result<Vec<u8>, CannotTell>,
    pub quirk: Option<String>,
}

impl Answer {
    /// Notes the key and what it shows in the signature; the digest that was signed, if any.
    pub fn noted_in(self, out: &mut Signature) -> Result<Vec<u8>, CannotTell> {
        (out.key, out.key_bits) = (self.key, self.bits);
        out.quirks.extend(self.quirk);
        let signed = self.signed?;
        out.signed_header_digest = Some(hex(&signed));
        Ok(signed)
    }
}

/// The rank of an answer that no other key can better.
const MOST: u32 = 5;

/// Tries all known keys of the selector; the one that says most answers.
pub fn ask(facts: &Facts, question: &Question) -> Answer {
    let mut best =
        Answer { key: None, bits: None, signed: Err(CannotTell::KeyUnknown), quirk: None };
    let mut best_rank = 0;
    for (id, record) in facts.records(question.domain, question.selector) {
        let (signed, quirk) = try_one(record, question);
        let rank = match &signed {
            Ok(digest) if digest == question.digest.as_ref() => MOST,
            Ok(_) => 4,
            Err(CannotTell::KeyDoesNotOpen | CannotTell::Ed25519) => 3,
            Err(CannotTell::KeyNotForThis) => 2,
            Err(_) => 1,
        };
        if rank > best_rank {
            best_rank = rank;
            best = Answer { key: Some(id.clone()), bits: record.bits(), signed, quirk };
        }
        if rank == MOST {
            break;
        }
    }
    best
}

type Said = (Result<Vec<u8>, CannotTell>, Option<String>);

fn try_one(record: &KeyRecord, question: &Question) -> Said {
    let refuse = |why: &str| (Err(CannotTell::KeyNotForThis), Some(why.to_owned()));
    let public = match &record.public {
        Ok(public) => public,
        Err(Void::Revoked) => return (Err(CannotTell::KeyRevoked), None),
        Err(Void::Unreadable(why)) => return refuse(&format!("key record void: {why}")),
    };
    let hash = question.algorithm.hash();
    if record.hashes.as_ref().is_some_and(|list| !list.iter().any(|h| h == hash.name())) {
        return refuse("the key record's h= does not allow this hash");
    }
    if !record.for_mail {
        return refuse("the key record's s= does not allow mail");
    }
    if record.exact_identity && question.identity.is_some_and(|d| d != question.domain) {
        return refuse("the key record's t=s forbids an i= in a subdomain");
    }
    match (public, question.algorithm) {
        (Public::Rsa(key), Algorithm::Rsa(_)) => open_rsa(key, hash, question),
        (Public::Ed25519(key), Algorithm::Ed25519) => {
            let digest = question.digest.as_ref();
            match key.verify_sig(digest, question.signature) {
                Ok(()) => (Ok(digest.to_vec()), None),
                Err(_) => (Err(CannotTell::Ed25519), None),
            }
        }
        _ => refuse("the key is of another type than a= says"),
    }
}

fn open_rsa(key: &rsa::PublicKey, hash: Hash, question: &Question) -> Said {
    if question.may_hold && key.accepts(hash, question.digest, question.signature) {
        return (Ok(question.digest.as_ref().to_vec()), None);
    }
    match key.open(question.signature) {
        None => (Err(CannotTell::KeyDoesNotOpen), None),
        Some(opened) if opened.hash != hash => {
            let quirk = format!(
                "made by this key over a {} digest, which a= does not say",
                opened.hash.name()
            );
            (Err(CannotTell::KeyDoesNotOpen), Some(quirk))
        }
        Some(opened) => {
            let quirk = opened.without_null.then(|| "DigestInfo without its NULL".to_owned());
            (Ok(opened.digest), quirk)
        }
    }
}
