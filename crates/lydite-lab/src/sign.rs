//! Keys from the seed, and signatures of them (RFC 6376).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lydite_core::signature::canonical::{self, Canon};
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::pkcs8::EncodePublicKey;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha2::{Digest, Sha256};

use crate::mail::Mail;
use crate::random::Random;

/// Bits of every key. Below 2,048 Lydite marks a signature as weak.
const BITS: usize = 2_048;

/// A private key and its record in DNS.
pub struct Key {
    private: Private,
    /// The TXT record.
    pub record: String,
}

enum Private {
    Usual(RsaKeyPair),
    /// Too short for the library that signs fast.
    Short(Box<RsaPrivateKey>),
}

/// The key of that name. PKCS#1 v1.5 signatures hold no chance, so that the same text has the same
/// signature.
pub fn key(seed: u64, name: &str) -> Option<Key> {
    key_of(seed, name, BITS)
}

/// The same of so many bits, 512 at least.
pub fn key_of(seed: u64, name: &str, bits: usize) -> Option<Key> {
    let mut random = Random::of(seed, &format!("key {name}"));
    let private = RsaPrivateKey::new(random.source(), bits).ok()?;
    let public = private.to_public_key().to_public_key_der().ok()?;
    let record = format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(public.as_bytes()));
    let private = if bits < BITS {
        Private::Short(Box::new(private))
    } else {
        Private::Usual(RsaKeyPair::from_der(private.to_pkcs1_der().ok()?.as_bytes()).ok()?)
    };
    Some(Key { private, record })
}

/// DigestInfo of SHA-256 before the digest (RFC 8017 §9.2, note 1).
const SHA256_INFO: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20];

impl Key {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    fn signature(&self, text: &[u8]) -> Vec<u8> {
        match &self.private {
            Private::Usual(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                // The generator is asked for and not used: this padding is fixed.
                let chance = SystemRandom::new();
                let done = pair.sign(&RSA_PKCS1_SHA256, &chance, text, &mut signature);
                debug_assert!(done.is_ok(), "a key made here signs");
                signature
            }
            Private::Short(private) => {
                let info = [SHA256_INFO.as_slice(), &Sha256::digest(text)].concat();
                private.sign(Pkcs1v15Sign::new_unprefixed(), &info).unwrap_or_default()
            }
        }
    }
}

/// Who signs, and under which name.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    pub key: &'a Key,
    pub domain: &'a str,
    pub selector: &'a str,
    /// Seconds since 1970 for `t=`; None where the signer writes none.
    pub at: Option<i64>,
    pub canon: Canon,
    /// Bytes of the canonical body that are signed (`l=`); None for all, as nearly everybody does.
    pub length: Option<u64>,
    /// Of the relay, under the name Google gives its second signature after signing.
    pub is_google: bool,
}

/// The fields that are signed where they stand, in the order of `h=`.
const SIGNED: [&str; 13] = [
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Thread-Index",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "List-Unsubscribe",
];

/// Puts the signature on top of the mail.
pub fn sign(mail: &mut Mail, signer: &Signer) {
    let (canon, name) = match signer.canon {
        Canon::Relaxed => (Canon::Relaxed, "relaxed"),
        Canon::Simple => (Canon::Simple, "simple"),
    };
    let mut hash = Sha256::new();
    canonical::body(&mail.body, canon, signer.length.unwrap_or(u64::MAX), |bytes| {
        hash.update(bytes)
    });
    let body_hash = STANDARD.encode(hash.finalize());
    let signed: Vec<&str> = SIGNED.into_iter().filter(|name| mail.get(name).is_some()).collect();
    let time = signer.at.map_or(String::new(), |at| format!(" t={at};"));
    let length = signer.length.map_or(String::new(), |length| format!(" l={length};"));
    let list = signed.join(":").to_ascii_lowercase();
    let value = format!(
        "v=1; a=rsa-sha256; c={name}/{name};\r\n\td={}; s={};{time}{length}\r\n\th={list};\r\n\tbh={body_hash};\r\n\tb=",
        signer.domain, signer.selector
    );
    let mut text = Vec::new();
    for name in signed {
        push(&mut text, canon, field_name(mail, name), mail.get(name).unwrap_or_default());
    }
    push(&mut text, canon, "DKIM-Signature", &value);
    text.truncate(text.len() - 2);
    let signature = signer.key.signature(&text);
    let encoded = STANDARD.encode(&signature);
    let folded: Vec<&str> = split(&encoded, 72);
    let name = if signer.is_google { "X-Google-DKIM-Signature" } else { "DKIM-Signature" };
    mail.put_on_top(name, format!("{value}{}", folded.join("\r\n\t ")));
}

/// The name of the topmost field as it is written there.
fn field_name<'a>(mail: &'a Mail, name: &'a str) -> &'a str {
    let is = |field: &&(String, String)| field.0.eq_ignore_ascii_case(name);
    mail.fields.iter().find(is).map_or(name, |(name, _)| name)
}

fn push(text: &mut Vec<u8>, canon: Canon, name: &str, value: &str) {
    match canon {
        Canon::Relaxed => {
            canonical::push_relaxed_header(name.as_bytes(), value.as_bytes(), text);
        }
        Canon::Simple => text.extend_from_slice(format!("{name}: {value}\r\n").as_bytes()),
    }
}

fn split(text: &str, width: usize) -> Vec<&str> {
    let mut rest = text;
    let mut out = Vec::new();
    while rest.len() > width {
        let (line, after) = rest.split_at(width);
        out.push(line);
        rest = after;
    }
    out.push(rest);
    out
}
