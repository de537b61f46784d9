//! Signature schemes of CMS and X.509: which algorithm an `AlgorithmIdentifier` names, and whether a
//! public key made a signature with it (RFC 5754, RFC 8419, RFC 5758, RFC 4055).

use std::borrow::Cow;

use aws_lc_rs::digest as lc;
use aws_lc_rs::signature::{self as sig, UnparsedPublicKey, VerificationAlgorithm};
use pgp::crypto::hash::HashAlgorithm;

use super::ber::{self, Element, Reader};
use super::rsa;

/// A digest that signatures of people are made over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

/// OID, digest, and the start of its DigestInfo up to the value (RFC 8017 §9.2, note 1).
const DIGESTS: &[(&[u8], Digest, &[u8])] = &[
    (MD5, Digest::Md5, b"\x30\x20\x30\x0c\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05\x05\x00\x04\x10"),
    (SHA1, Digest::Sha1, b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14"),
    (
        SHA224,
        Digest::Sha224,
        b"\x30\x2d\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04\x05\x00\x04\x1c",
    ),
    (
        SHA256,
        Digest::Sha256,
        b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
    ),
    (
        SHA384,
        Digest::Sha384,
        b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
    ),
    (
        SHA512,
        Digest::Sha512,
        b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
    ),
];

const MD5: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02\x05";
const SHA1: &[u8] = b"\x2b\x0e\x03\x02\x1a";
const SHA224: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02\x04";
const SHA256: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02\x01";
const SHA384: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02\x02";
const SHA512: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02\x03";

impl Digest {
    pub fn of_oid(oid: &[u8]) -> Option<Self> {
        DIGESTS.iter().find(|(known, ..)| *known == oid).map(|(_, digest, _)| *digest)
    }

    pub fn name(self) -> &'static str {
        match self {
            Digest::Md5 => "md5",
            Digest::Sha1 => "sha1",
            Digest::Sha224 => "sha224",
            Digest::Sha256 => "sha256",
            Digest::Sha384 => "sha384",
            Digest::Sha512 => "sha512",
        }
    }

    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Digest::Md5 => return HashAlgorithm::Md5.digest(bytes).unwrap_or_default(),
            Digest::Sha1 => &lc::SHA1_FOR_LEGACY_USE_ONLY,
            Digest::Sha224 => &lc::SHA224,
            Digest::Sha256 => &lc::SHA256,
            Digest::Sha384 => &lc::SHA384,
            Digest::Sha512 => &lc::SHA512,
        };
        lc::digest(algorithm, bytes).as_ref().to_vec()
    }
}

/// How a signature was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// PKCS#1 v1.5; the digest is None where the identifier leaves it to the digest field of CMS.
    Rsa(Option<Digest>),
    Pss(Digest),
    Ecdsa(Option<Digest>),
    Ed25519,
}

const RSA_ENCRYPTION: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
const PSS: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a";
const EC_PUBLIC_KEY: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
const MGF1: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08";

/// Identifiers that name key and digest at once.
const SCHEMES: &[(&[u8], Scheme)] = &[
    (RSA_ENCRYPTION, Scheme::Rsa(None)),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04", Scheme::Rsa(Some(Digest::Md5))),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05", Scheme::Rsa(Some(Digest::Sha1))),
    (b"\x2b\x0e\x03\x02\x1d", Scheme::Rsa(Some(Digest::Sha1))),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e", Scheme::Rsa(Some(Digest::Sha224))),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", Scheme::Rsa(Some(Digest::Sha256))),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c", Scheme::Rsa(Some(Digest::Sha384))),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d", Scheme::Rsa(Some(Digest::Sha512))),
    (EC_PUBLIC_KEY, Scheme::Ecdsa(None)),
    (b"\x2a\x86\x48\xce\x3d\x04\x01", Scheme::Ecdsa(Some(Digest::Sha1))),
    (b"\x2a\x86\x48\xce\x3d\x04\x03\x02", Scheme::Ecdsa(Some(Digest::Sha256))),
    (b"\x2a\x86\x48\xce\x3d\x04\x03\x03", Scheme::Ecdsa(Some(Digest::Sha384))),
    (b"\x2a\x86\x48\xce\x3d\x04\x03\x04", Scheme::Ecdsa(Some(Digest::Sha512))),
    (b"\x2b\x65\x70", Scheme::Ed25519),
];

impl Scheme {
    /// From an `AlgorithmIdentifier` (RFC 5280 §4.1.1.2).
    pub fn of(identifier: Element) -> Option<Self> {
        let mut reader = identifier.read();
        let oid = reader.take(ber::OID)?.content;
        if oid == PSS {
            return pss(reader.any()?);
        }
        SCHEMES.iter().find(|(known, _)| *known == oid).map(|(_, scheme)| *scheme)
    }

    pub fn name(self) -> &'static str {
        match self {
            Scheme::Rsa(_) => "rsa",
            Scheme::Pss(_) => "rsa-pss",
            Scheme::Ecdsa(_) => "ecdsa",
            Scheme::Ed25519 => "ed25519",
        }
    }

    /// The digest that the identifier itself names.
    pub fn digest(self) -> Option<Digest> {
        match self {
            Scheme::Rsa(digest) | Scheme::Ecdsa(digest) => digest,
            Scheme::Pss(digest) => Some(digest),
            Scheme::Ed25519 => None,
        }
    }
}

/// RFC 4055 §3.1, where mask and salt are of the digest's kind and size, as is usual. The
/// longest salt, which openssl takes when it is told nothing, is not opened by aws-lc.
fn pss(parameters: Element) -> Option<Scheme> {
    let mut reader = parameters.read();
    let digest_of = |identifier: Element| Digest::of_oid(identifier.read().take(ber::OID)?.content);
    let digest = digest_of(reader.take(0xa0)?.read().any()?)?;
    let mut mask = reader.take(0xa1)?.read().any()?.read();
    let is_mgf1 = mask.take(ber::OID)?.content == MGF1;
    let same = digest_of(mask.any()?)? == digest;
    let salt = reader.take(0xa2)?.read().take(ber::INTEGER)?.content;
    let size = match digest {
        Digest::Sha256 => 32,
        Digest::Sha384 => 48,
        Digest::Sha512 => 64,
        _ => return None,
    };
    (is_mgf1 && same && salt == [size]).then_some(Scheme::Pss(digest))
}

/// What a key says of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    Holds,
    /// RSA shows the digest inside: this key signed other bytes.
    OtherBytes,
    /// Another key, other bytes, or a damaged signature.
    No,
    /// A key, curve or size that is not opened.
    Unsupported,
}

/// Holds `signature` over `data` against a `SubjectPublicKeyInfo`. `digest` stands in where the scheme
/// names none.
pub fn verify(spki: &[u8], scheme: Scheme, digest: Digest, data: &[u8], signature: &[u8]) -> Says {
    let digest = scheme.digest().unwrap_or(digest);
    let algorithm: &'static dyn VerificationAlgorithm = match scheme {
        Scheme::Rsa(_) => return rsa(spki, digest, data, signature),
        Scheme::Pss(Digest::Sha384) => &sig::RSA_PSS_2048_8192_SHA384,
        Scheme::Pss(Digest::Sha512) => &sig::RSA_PSS_2048_8192_SHA512,
        Scheme::Pss(_) => &sig::RSA_PSS_2048_8192_SHA256,
        Scheme::Ecdsa(_) => match ecdsa(spki, digest) {
            Some(algorithm) => algorithm,
            None => return Says::Unsupported,
        },
        Scheme::Ed25519 => &sig::ED25519,
    };
    let key = match scheme {
        // RFC 4055 §1.2: a key marked for PSS is an RSA key like any other.
        Scheme::Pss(_) => as_plain_rsa(spki).unwrap_or(Cow::Borrowed(spki)),
        _ => Cow::Borrowed(spki),
    };
    match UnparsedPublicKey::new(algorithm, &key).parse() {
        Err(_) => Says::Unsupported,
        Ok(key) if key.verify_sig(data, signature).is_ok() => Says::Holds,
        Ok(_) => Says::No,
    }
}

/// Bits of an RSA key; of a curve, its size.
pub fn key_bits(spki: &[u8]) -> Option<u32> {
    let plain = as_plain_rsa(spki);
    if let Ok(key) = rsa::PublicKey::from_der(plain.as_deref().unwrap_or(spki)) {
        return Some(key.bits);
    }
    let (oid, curve) = algorithm(spki)?;
    match (oid, curve) {
        (EC_PUBLIC_KEY, curve) => Some(CURVES.iter().find(|(known, _)| *known == curve)?.1),
        (b"\x2b\x65\x70", _) => Some(256),
        _ => None,
    }
}

/// Whether the key is of RSA or DSA kind, whose strength is that of a factored number.
pub fn is_rsa(spki: &[u8]) -> bool {
    algorithm(spki).is_some_and(|(oid, _)| oid == RSA_ENCRYPTION || oid == PSS)
}

const CURVES: &[(&[u8], u32)] = &[
    (b"\x2a\x86\x48\xce\x3d\x03\x01\x07", 256),
    (b"\x2b\x81\x04\x00\x22", 384),
    (b"\x2b\x81\x04\x00\x23", 521),
];

/// Algorithm and parameter OIDs of a `SubjectPublicKeyInfo`.
fn algorithm(spki: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut identifier = Reader(spki).take(ber::SEQUENCE)?.read().take(ber::SEQUENCE)?.read();
    let oid = identifier.take(ber::OID)?.content;
    Some((oid, identifier.take(ber::OID).map_or(&[], |curve| curve.content)))
}

/// A key marked id-RSASSA-PSS, written as a plain RSA key.
fn as_plain_rsa(spki: &[u8]) -> Option<Cow<'_, [u8]>> {
    if algorithm(spki)?.0 != PSS {
        return None;
    }
    let mut fields = Reader(spki).take(ber::SEQUENCE)?.read();
    fields.take(ber::SEQUENCE)?;
    let bits = fields.take(ber::BIT_STRING)?.content.strip_prefix(&[0])?;
    Some(Cow::Owned(bits.to_vec()))
}

fn ecdsa(spki: &[u8], digest: Digest) -> Option<&'static dyn VerificationAlgorithm> {
    let (_, curve) = algorithm(spki)?;
    let bits = CURVES.iter().find(|(known, _)| *known == curve)?.1;
    Some(match (bits, digest) {
        (256, Digest::Sha1) => &sig::ECDSA_P256_SHA1_ASN1,
        (256, Digest::Sha256) => &sig::ECDSA_P256_SHA256_ASN1,
        (256, Digest::Sha384) => &sig::ECDSA_P256_SHA384_ASN1,
        (256, Digest::Sha512) => &sig::ECDSA_P256_SHA512_ASN1,
        (384, Digest::Sha256) => &sig::ECDSA_P384_SHA256_ASN1,
        (384, Digest::Sha384) => &sig::ECDSA_P384_SHA384_ASN1,
        (384, Digest::Sha512) => &sig::ECDSA_P384_SHA512_ASN1,
        (521, Digest::Sha256) => &sig::ECDSA_P521_SHA256_ASN1,
        (521, Digest::Sha384) => &sig::ECDSA_P521_SHA384_ASN1,
        (521, Digest::Sha512) => &sig::ECDSA_P521_SHA512_ASN1,
        _ => return None,
    })
}

/// PKCS#1 v1.5. The block is made and compared, never read leniently.
fn rsa(spki: &[u8], digest: Digest, data: &[u8], signature: &[u8]) -> Says {
    let Ok(key) = rsa::PublicKey::from_der(spki) else { return Says::Unsupported };
    let Some(block) = key.block_in(signature) else { return Says::No };
    let Some((_, _, prefix)) = DIGESTS.iter().find(|(_, known, _)| *known == digest) else {
        return Says::Unsupported;
    };
    let info = [prefix, digest.of(data).as_slice()].concat();
    if rsa::padded(&info, block.len()).is_some_and(|made| made == block) {
        return Says::Holds;
    }
    let is_block = |(_, _, prefix): &(&[u8], Digest, &[u8])| {
        let size = usize::from(prefix.last().copied().unwrap_or_default());
        let other = block.len().checked_sub(size).map(|at| [prefix, &block[at..]].concat());
        other.and_then(|info| rsa::padded(&info, block.len())).is_some_and(|made| made == block)
    };
    if DIGESTS.iter().any(is_block) { Says::OtherBytes } else { Says::No }
}
