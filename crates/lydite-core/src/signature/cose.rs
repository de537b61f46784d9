//! COSE_Sign1 (RFC 9052 §4.2) with the signer's certificates beside it (RFC 9360), as C2PA writes it.

use super::certificate::{self, Certificate};
use super::scheme::{self, Digest, Says, Scheme};
use crate::limits;
use crate::parse::document::image::cbor::{self, Value};

/// What a signature says of a payload that stands outside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub says: Says,
    /// Subject of the signer's certificate.
    pub signer: String,
    /// Subject of the last certificate that the file's own chain leads to, and why it ends there. Neither
    /// is on a list: none ships.
    pub issuer: String,
    pub end: &'static str,
}

/// Algorithms (RFC 9053 §2, RFC 8230) by number.
fn scheme(number: i64) -> Option<(Scheme, Digest)> {
    Some(match number {
        -7 => (Scheme::Ecdsa(Some(Digest::Sha256)), Digest::Sha256),
        -35 => (Scheme::Ecdsa(Some(Digest::Sha384)), Digest::Sha384),
        -36 => (Scheme::Ecdsa(Some(Digest::Sha512)), Digest::Sha512),
        -37 => (Scheme::Pss(Digest::Sha256), Digest::Sha256),
        -38 => (Scheme::Pss(Digest::Sha384), Digest::Sha384),
        -39 => (Scheme::Pss(Digest::Sha512), Digest::Sha512),
        -8 => (Scheme::Ed25519, Digest::Sha512),
        _ => return None,
    })
}

/// Opens a signature over `payload`; None where it is no such object, or names no certificate.
pub fn open(cose: &[u8], payload: &[u8]) -> Option<Signed> {
    let cose = cbor::read(cose)?;
    let [protected, unprotected, _, signature] = cose.list() else { return None };
    let (protected, signature) = (protected.bytes()?, signature.bytes()?);
    let inner = cbor::read(protected)?;
    let chain: Vec<Certificate> = certificates(&inner, unprotected);
    let (signer, others) = chain.split_first()?;
    // Issuers are asked for when the signer's certificate was made: no clock is at hand.
    let followed = certificate::chain(signer, others, &[], Some(signer.not_before));
    let mut out = Signed {
        says: Says::Unsupported,
        signer: signer.subject.clone(),
        issuer: followed.subjects.last().cloned().unwrap_or_default(),
        end: followed.end,
    };
    let Some((scheme, digest)) = inner.at(1).and_then(Value::number).and_then(scheme) else {
        return Some(out);
    };
    let signature = match scheme {
        Scheme::Ecdsa(_) => as_der(signature)?,
        _ => signature.to_vec(),
    };
    out.says =
        scheme::verify(signer.key(), scheme, digest, &signed(protected, payload), &signature);
    Some(out)
}

/// The chain in header 33, in early versions of C2PA by name, protected or not.
fn certificates(inner: &Value, unprotected: &Value) -> Vec<Certificate> {
    let chain = [inner, unprotected].into_iter().find_map(|map| map.at(33).or(map.get("x5chain")));
    let Some(chain) = chain else { return Vec::new() };
    let one = chain.bytes().into_iter();
    let list = one.chain(chain.list().iter().filter_map(Value::bytes));
    list.take(limits::CHAIN).map_while(Certificate::parse).collect()
}

/// Sig_structure (§4.4): what the signature is made over.
fn signed(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut out = b"\x84\x6aSignature1".to_vec();
    for bytes in [protected, &[], payload] {
        let size = bytes.len() as u64;
        match size {
            0..24 => out.push(0x40 | size.to_be_bytes()[7]),
            24..=0xff => out.extend([0x58, size.to_be_bytes()[7]]),
            0x100..=0xffff => out.extend([&[0x59], &size.to_be_bytes()[6..]].concat()),
            0x1_0000..=0xffff_ffff => out.extend([&[0x5a], &size.to_be_bytes()[4..]].concat()),
            _ => out.extend([&[0x5b][..], &size.to_be_bytes()].concat()),
        }
        out.extend_from_slice(bytes);
    }
    out
}

/// Two numbers of equal length, as ASN.1 writes them.
fn as_der(raw: &[u8]) -> Option<Vec<u8>> {
    // P-521 has the longest: 66 bytes each.
    if raw.is_empty() || !raw.len().is_multiple_of(2) || raw.len() > 132 {
        return None;
    }
    let number = |half: &[u8]| {
        let zeros = half.iter().take_while(|b| **b == 0).count().min(half.len() - 1);
        let digits = &half[zeros..];
        let sign: &[u8] = if digits[0] & 0x80 != 0 { &[0] } else { &[] };
        let size = u8::try_from(sign.len() + digits.len()).unwrap_or(0);
        [&[2, size], sign, digits].concat()
    };
    let (r, s) = raw.split_at(raw.len() / 2);
    let both = [number(r), number(s)].concat();
    let size = u8::try_from(both.len()).ok()?;
    let head: &[u8] = if size < 128 { &[0x30, size] } else { &[0x30, 0x81, size] };
    Some([head, &both].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_asn1_does() {
        assert_eq!(as_der(&[0, 1, 0x80, 2]).unwrap(), [0x30, 8, 2, 1, 1, 2, 3, 0, 0x80, 2]);
        assert_eq!(as_der(&[0, 0]).unwrap(), [0x30, 6, 2, 1, 0, 2, 1, 0]);
        assert_eq!(as_der(&[1, 2, 3]), None);
        assert_eq!(as_der(&[0xff; 132]).unwrap()[..3], [0x30, 0x81, 138]);
    }

    #[test]
    fn what_is_signed_is_written_as_cbor() {
        assert_eq!(signed(b"\xa0", b"ab"), b"\x84\x6aSignature1\x41\xa0\x40\x42ab");
        assert_eq!(signed(b"", &[7; 300])[12..17], [0x40, 0x40, 0x59, 1, 44]);
        assert_eq!(open(b"\x84\x40\xa0\xf6\x40", b"x"), None);
    }
}
