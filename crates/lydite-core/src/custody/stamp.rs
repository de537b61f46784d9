//! RFC 3161 time stamps of a checkpoint, carried as files: the request that an authority answers,
//! and what its answer is about.
//!
//! The authority's own signature is for `openssl ts -verify`, which has the certificates.

use crate::item::Sha256;

/// DER of SHA-256's AlgorithmIdentifier (RFC 5754 §2.2).
const SHA256: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00];
/// id-ct-TSTInfo, 1.2.840.113549.1.9.16.1.4.
const TST_INFO: [u8; 11] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
/// id-signedData, 1.2.840.113549.1.7.2.
const SIGNED_DATA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const OID: u8 = 0x06;
const OCTETS: u8 = 0x04;
const TIME: u8 = 0x18;
const TAGGED_0: u8 = 0xa0;

/// A TimeStampReq (RFC 3161 §2.4.1) that asks for the certificate as well. Without a nonce: the
/// answer is bound by the hash, and may be asked for elsewhere, later, by somebody else.
pub fn request(hash: &Sha256) -> Vec<u8> {
    let imprint = der(SEQUENCE, &[&SHA256[..], &der(OCTETS, &hash.0)].concat());
    der(SEQUENCE, &[&[INTEGER, 1, 1], imprint.as_slice(), &[0x01, 0x01, 0xff]].concat())
}

/// One value under 128 bytes.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, content.len() as u8], content].concat()
}

/// What an authority says it saw, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub hash: Sha256,
    /// `YYYYMMDDHHMMSSZ`, as the authority wrote it.
    pub time: String,
}

/// Reads a TimeStampResp (RFC 3161 §2.4.2) or says why it is none that grants a stamp over SHA-256.
pub fn read(response: &[u8]) -> Result<Stamp, &'static str> {
    let shape = "not a time stamp response";
    let (response, _) = of(SEQUENCE, response).ok_or(shape)?;
    let (status, token) = of(SEQUENCE, response).ok_or(shape)?;
    let (status, _) = of(INTEGER, status).ok_or(shape)?;
    // granted, grantedWithMods
    if !matches!(status, [0 | 1]) {
        return Err("the authority refused to stamp");
    }
    let info = info(token).ok_or("no time stamp token in it")?;
    stamp(info).ok_or("the token is not over a SHA-256")
}

/// TSTInfo inside ContentInfo, SignedData, EncapsulatedContentInfo (RFC 5652 §5).
fn info(token: &[u8]) -> Option<&[u8]> {
    let (content_info, _) = of(SEQUENCE, token)?;
    let (kind, rest) = of(OID, content_info)?;
    let (signed, _) = of(TAGGED_0, rest).filter(|_| kind == SIGNED_DATA)?;
    let (signed, _) = of(SEQUENCE, signed)?;
    let (_, rest) = of(INTEGER, signed)?;
    let (_, rest) = of(SET, rest)?;
    let (content, _) = of(SEQUENCE, rest)?;
    let (kind, rest) = of(OID, content)?;
    let (octets, _) = of(TAGGED_0, rest).filter(|_| kind == TST_INFO)?;
    Some(of(OCTETS, octets)?.0)
}

fn stamp(info: &[u8]) -> Option<Stamp> {
    let (info, _) = of(SEQUENCE, info)?;
    let (_, rest) = of(INTEGER, info)?;
    let (_, rest) = of(OID, rest)?;
    let (imprint, rest) = of(SEQUENCE, rest)?;
    let (algorithm, hash) = of(SEQUENCE, imprint)?;
    let (algorithm, _) = of(OID, algorithm)?;
    let (hash, _) = of(OCTETS, hash).filter(|_| algorithm == &SHA256[4..13])?;
    let (_, rest) = of(INTEGER, rest)?;
    let (time, _) = of(TIME, rest)?;
    let time = std::str::from_utf8(time).ok().filter(|t| t.is_ascii())?.to_owned();
    Some(Stamp { hash: Sha256(hash.try_into().ok()?), time })
}

/// Content of the first value, if it has this tag, and what follows it.
fn of(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length).filter(|_| *found == tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_request_is_the_der_of_the_standard() {
        let request = request(&Sha256([7; 32]));
        assert_eq!(request.len(), 59);
        let (content, rest) = of(SEQUENCE, &request).unwrap();
        assert!(rest.is_empty());
        let (version, rest) = of(INTEGER, content).unwrap();
        assert_eq!(version, [1]);
        let (imprint, rest) = of(SEQUENCE, rest).unwrap();
        assert_eq!(rest, [1, 1, 0xff]);
        assert_eq!(imprint[17..], [7; 32]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = read(&bytes).is_ok();
        }
    }
}
