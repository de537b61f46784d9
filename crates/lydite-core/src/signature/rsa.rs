//! RSA public keys, and opening a signature: `EM = s^e mod n` (RFC 8017 §5.2.2, §8.2.2, §9.2).
//!
//! The digest inside the block is what was signed. A block counts only when every byte of it is as
//! the encoding demands; a lenient reader can be made to see any digest under a key with a small
//! exponent (Bleichenbacher 2006).

use aws_lc_rs::digest::Digest;
use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
};

use super::Hash;
use crate::limits;

/// A public key, ready to open signatures.
#[derive(Debug)]
pub struct PublicKey {
    /// Little-endian limbs, as all numbers here.
    modulus: Vec<u64>,
    exponent: u64,
    /// Length of the modulus.
    pub bits: u32,
    /// `R² mod n` and `-n⁻¹ mod 2⁶⁴` of Montgomery's multiplication.
    r_squared: Vec<u64>,
    inverse: u64,
    /// The same key for aws-lc, where it takes it: half as long to say yes.
    fast: Option<(ParsedPublicKey, ParsedPublicKey)>,
}

/// What a signature holds inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub hash: Hash,
    pub digest: Vec<u8>,
    /// DigestInfo without the NULL that RFC 8017 §9.2 demands.
    pub without_null: bool,
}

impl PublicKey {
    /// Reads `SubjectPublicKeyInfo` (RFC 5280 §4.1) or a bare `RSAPublicKey` (RFC 8017 A.1.1), DER.
    pub fn from_der(der: &[u8]) -> Result<Self, &'static str> {
        let (modulus, exponent) = numbers(der).ok_or("no RSA key in DER")?;
        let bits = bit_length(modulus);
        let bits = u32::try_from(bits).unwrap_or(u32::MAX);
        let range = limits::RSA_BITS.0 as u32..=limits::RSA_BITS.1 as u32;
        if !range.contains(&bits) {
            return Err("RSA modulus too short or too long");
        }
        if modulus.last().is_none_or(|low| low % 2 == 0) {
            return Err("RSA modulus is even");
        }
        let exponent_value = exponent.iter().fold(0u64, |sum, b| (sum << 8) | u64::from(*b));
        if bit_length(exponent) > 64 || exponent_value < 3 || exponent_value % 2 == 0 {
            return Err("RSA exponent is even, under 3 or over 64 bits");
        }
        let modulus = limbs(modulus, (bits as usize).div_ceil(64));
        Ok(PublicKey {
            r_squared: r_squared(&modulus),
            inverse: negative_inverse(modulus[0]),
            fast: if bits >= 1024 { fast(der) } else { None },
            modulus,
            exponent: exponent_value,
            bits,
        })
    }

    /// Whether it is the same key, however its records are written.
    pub fn equals(&self, other: &PublicKey) -> bool {
        (&self.modulus, self.exponent) == (&other.modulus, other.exponent)
    }

    /// Whether the signature is exactly one over `digest`.
    pub fn accepts(&self, hash: Hash, digest: &Digest, signature: &[u8]) -> bool {
        self.fast.as_ref().is_some_and(|(sha1, sha256)| {
            let key = if hash == Hash::Sha1 { sha1 } else { sha256 };
            key.verify_digest_sig(digest, signature).is_ok()
        })
    }

    /// The digest inside a signature; `None` when this key did not make it.
    pub fn open(&self, signature: &[u8]) -> Option<Opened> {
        open_block(&self.block_in(signature)?)
    }

    /// `s^e mod n`, as long as the modulus; `None` for a number that is no signature under it.
    pub fn block_in(&self, signature: &[u8]) -> Option<Vec<u8>> {
        let size = (self.bits as usize).div_ceil(8);
        let significant = signature.iter().position(|b| *b != 0).unwrap_or(signature.len());
        if signature.len() - significant > size {
            return None;
        }
        let number = limbs(&signature[significant..], self.modulus.len());
        if !less(&number, &self.modulus) {
            return None;
        }
        let mut block: Vec<u8> =
            self.power(&number).iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
        Some(block.split_off(block.len() - size))
    }

    /// `number^e mod n`.
    fn power(&self, number: &[u64]) -> Vec<u64> {
        let mut base = vec![0; number.len()];
        self.multiply(number, &self.r_squared, &mut base);
        let (mut sum, mut next) = (base.clone(), vec![0; number.len()]);
        for bit in (0..63 - self.exponent.leading_zeros()).rev() {
            self.multiply(&sum, &sum, &mut next);
            if bit == 0 {
                // The exponent is odd. A factor without R leaves the product without it too.
                self.multiply(&next, number, &mut sum);
            } else if self.exponent >> bit & 1 == 1 {
                self.multiply(&next, &base, &mut sum);
            } else {
                std::mem::swap(&mut sum, &mut next);
            }
        }
        sum
    }

    /// Montgomery's product `a·b·R⁻¹ mod n` (Koç, Acar, Kaliski 1996, "FIOS"): for each limb of `a`,
    /// one pass adds its product and the multiple of `n` that clears the lowest limb.
    fn multiply(&self, a: &[u64], b: &[u64], out: &mut [u64]) {
        let n = self.modulus.as_slice();
        let size = n.len();
        // All of one length, so that the inner loop needs no bounds.
        let (b, out) = (&b[..size], &mut out[..size]);
        out.fill(0);
        let mut top = 0;
        for &limb in a {
            let (mut carry, mut carry_n) = (0, 0);
            let low = add_product(out[0], limb, b[0], &mut carry);
            let factor = low.wrapping_mul(self.inverse);
            add_product(low, factor, n[0], &mut carry_n);
            for at in 1..size {
                let sum = add_product(out[at], limb, b[at], &mut carry);
                out[at - 1] = add_product(sum, factor, n[at], &mut carry_n);
            }
            let sum = u128::from(top) + u128::from(carry) + u128::from(carry_n);
            out[size - 1] = sum as u64;
            top = (sum >> 64) as u64;
        }
        if top != 0 || !less(out, n) {
            subtract(out, n);
        }
    }
}

/// The two numbers of an RSA key, big-endian without leading zeros.
fn numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    /// rsaEncryption, 1.2.840.113549.1.1.1, with its tag and length.
    const OID: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
    let (key, _) = element(der, 0x30)?;
    let key = match element(key, 0x30) {
        Some((algorithm, rest)) if algorithm.starts_with(OID) => {
            let (bits, _) = element(rest, 0x03)?;
            element(bits.strip_prefix(&[0])?, 0x30)?.0
        }
        Some(_) => return None,
        None => key,
    };
    let (modulus, rest) = element(key, 0x02)?;
    let (exponent, _) = element(rest, 0x02)?;
    let positive = |number: &[u8]| number.first().is_some_and(|b| b & 0x80 == 0);
    // Some generators leave the sign byte of the modulus out; no key is negative.
    positive(exponent).then_some((strip_zeros(modulus), strip_zeros(exponent)))
}

/// The content of the DER element with that tag at the start, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (length, rest) = match der {
        [t, short @ 0..=0x7f, rest @ ..] if *t == tag => (usize::from(*short), rest),
        [t, 0x81, a, rest @ ..] if *t == tag => (usize::from(*a), rest),
        [t, 0x82, a, b, rest @ ..] if *t == tag => (usize::from(*a) << 8 | usize::from(*b), rest),
        _ => return None,
    };
    rest.split_at_checked(length)
}

fn strip_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|b| **b == 0).count();
    &number[zeros..]
}

fn bit_length(number: &[u8]) -> usize {
    number.first().map_or(0, |top| number.len() * 8 - top.leading_zeros() as usize)
}

fn fast(der: &[u8]) -> Option<(ParsedPublicKey, ParsedPublicKey)> {
    let sha1 = ParsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, der).ok()?;
    let sha256 = ParsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, der).ok()?;
    Some((sha1, sha256))
}

/// `SubjectPublicKeyInfo` of a key, DER. The modulus is big-endian without leading zeros.
pub fn to_der(modulus: &[u8], exponent: u32) -> Vec<u8> {
    /// rsaEncryption with its NULL.
    const ALGORITHM: &[u8] = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
    let number = |bytes: &[u8]| {
        let sign: &[u8] = if bytes.first().is_some_and(|top| top >> 7 == 1) { &[0] } else { &[] };
        written(0x02, &[sign, bytes].concat())
    };
    let exponent = exponent.to_be_bytes();
    let numbers = [number(modulus), number(strip_zeros(&exponent))].concat();
    let key = [&[0], written(0x30, &numbers).as_slice()].concat();
    written(0x30, &[ALGORITHM, &written(0x03, &key)].concat())
}

/// A DER element of up to 65,535 bytes.
fn written(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = match content.len() {
        short @ 0..=0x7f => vec![tag, short as u8],
        byte @ 0x80..=0xff => vec![tag, 0x81, byte as u8],
        long => vec![tag, 0x82, (long >> 8) as u8, long as u8],
    };
    out.extend_from_slice(content);
    out
}

const SHA1: &[u8] = b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14";
const SHA256: &[u8] =
    b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2) in `size` bytes; None when they are too few.
pub fn block(hash: Hash, digest: &[u8], size: usize) -> Option<Vec<u8>> {
    let info = match hash {
        Hash::Sha1 => SHA1,
        Hash::Sha256 => SHA256,
    };
    padded(&[info, digest].concat(), size)
}

/// A DigestInfo behind its padding, in `size` bytes; None when they are too few.
pub fn padded(info: &[u8], size: usize) -> Option<Vec<u8>> {
    let padding = size.checked_sub(info.len() + 3).filter(|n| *n >= 8)?;
    Some([&[0, 1], vec![0xff; padding].as_slice(), &[0], info].concat())
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2): `00 01 FF… 00 DigestInfo`, nothing before, between, behind.
fn open_block(block: &[u8]) -> Option<Opened> {
    const SHA1_WITHOUT_NULL: &[u8] = b"\x30\x1f\x30\x07\x06\x05\x2b\x0e\x03\x02\x1a\x04\x14";
    const SHA256_WITHOUT_NULL: &[u8] =
        b"\x30\x2f\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x04\x20";

    let rest = block.strip_prefix(&[0, 1])?;
    let padding = rest.iter().take_while(|b| **b == 0xff).count();
    if padding < 8 {
        return None;
    }
    let info = rest[padding..].strip_prefix(&[0])?;
    let forms = [
        (SHA1, Hash::Sha1, false),
        (SHA1_WITHOUT_NULL, Hash::Sha1, true),
        (SHA256, Hash::Sha256, false),
        (SHA256_WITHOUT_NULL, Hash::Sha256, true),
    ];
    forms.into_iter().find_map(|(prefix, hash, without_null)| {
        let digest = info.strip_prefix(prefix)?;
        (digest.len() == hash.size()).then(|| Opened {
            hash,
            digest: digest.to_vec(),
            without_null,
        })
    })
}

/// Big-endian bytes as `count` little-endian limbs.
fn limbs(bytes: &[u8], count: usize) -> Vec<u64> {
    let mut out: Vec<u64> = bytes
        .rchunks(8)
        .map(|chunk| chunk.iter().fold(0, |limb, b| limb << 8 | u64::from(*b)))
        .collect();
    out.resize(count, 0);
    out
}

/// `a < b`, equal lengths.
fn less(a: &[u64], b: &[u64]) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

/// `a -= b`, the borrow dropped.
fn subtract(a: &mut [u64], b: &[u64]) {
    let mut borrow = false;
    for (x, y) in a.iter_mut().zip(b) {
        let (difference, under) = x.overflowing_sub(*y);
        let (difference, under_again) = difference.overflowing_sub(u64::from(borrow));
        *x = difference;
        borrow = under | under_again;
    }
}

/// The low limb of `sum + a·b + carry`; the high one is the new carry.
fn add_product(sum: u64, a: u64, b: u64, carry: &mut u64) -> u64 {
    let product = u128::from(a) * u128::from(b) + u128::from(sum) + u128::from(*carry);
    *carry = (product >> 64) as u64;
    product as u64
}

/// `-n⁻¹ mod 2⁶⁴` of an odd `n`, by Newton's iteration: each round doubles the right bits.
fn negative_inverse(n: u64) -> u64 {
    let inverse = (0..6).fold(1u64, |x, _| x.wrapping_mul(2u64.wrapping_sub(n.wrapping_mul(x))));
    inverse.wrapping_neg()
}

/// `2^(128·size) mod n`, by doubling.
fn r_squared(n: &[u64]) -> Vec<u64> {
    let mut value = vec![0u64; n.len()];
    value[0] = 1;
    for _ in 0..128 * n.len() {
        let mut carry = 0;
        for limb in &mut value {
            (*limb, carry) = (*limb << 1 | carry, *limb >> 63);
        }
        if carry == 1 || !less(&value, n) {
            subtract(&mut value, n);
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    /// A key made for this test with `openssl genrsa 512`, and its signatures over `lydite`.
    const SPKI: &str = "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANlYbbBNwPD6Uqve2LfRK8tCRCK/UDRVHz8fVC0hXuaqDzF8gYAZORo55GZcWDOIwzAM8XixhfUpsa7AbRV4G38CAwEAAQ==";
    const PKCS1: &str = "MEgCQQDZWG2wTcDw+lKr3ti30SvLQkQiv1A0VR8/H1QtIV7mqg8xfIGAGTkaOeRmXFgziMMwDPF4sYX1KbGuwG0VeBt/AgMBAAE=";
    const SHA256: &str =
        "uYaiEzEcnf8JVnBpxFPlc68UJT+0Bho3mzwbyoeX7VytGmrZ/RDvX9klbDVnEOAqdQSsxVYIDKv8t02sslRxFw==";
    const SHA1: &str =
        "WHIni42M9q2DE80COgEmVCmULiNPBeFj9YRB6Bo3b9xJP/6L8MJvKJfrFveVvfh9X/N5og9yw5r+CMPdkZsCRg==";
    const WITHOUT_NULL: &str =
        "yfit5NcQC5yFkShB5CgoOAZv3BFWdolxgItcx/vwYmBHDNBbrzicsos02v9QkEGz6jbj+J/NxhjeWg63oVLYtg==";

    fn bytes(text: &str) -> Vec<u8> {
        STANDARD.decode(text).unwrap()
    }

    fn digest(hash: Hash) -> Vec<u8> {
        aws_lc_rs::digest::digest(hash.algorithm(), b"lydite").as_ref().to_vec()
    }

    #[test]
    fn a_signature_shows_the_digest_that_was_signed() {
        for der in [SPKI, PKCS1] {
            let key = PublicKey::from_der(&bytes(der)).unwrap();
            assert_eq!(key.bits, 512);
            for (signature, hash, without_null) in [
                (SHA256, Hash::Sha256, false),
                (SHA1, Hash::Sha1, false),
                (WITHOUT_NULL, Hash::Sha256, true),
            ] {
                let opened = Opened { hash, digest: digest(hash), without_null };
                assert_eq!(key.open(&bytes(signature)), Some(opened));
            }
        }
    }

    #[test]
    fn powers_of_powers_are_powers() {
        let power = |number: &[u64], exponent| {
            let mut key = PublicKey::from_der(&bytes(SPKI)).unwrap();
            key.exponent = exponent;
            key.power(number)
        };
        let number = limbs(&bytes(SHA256), 8);
        let expected = power(&power(&power(&number, 3), 5), 7);
        assert_eq!(power(&number, 105), expected);
        assert_eq!(power(&power(&number, 7), 15), expected);
        assert_ne!(power(&number, 107), expected);
    }

    #[test]
    fn other_bytes_open_nothing() {
        let key = PublicKey::from_der(&bytes(SPKI)).unwrap();
        let signature = bytes(SHA256);
        for at in [0, 31, 63] {
            let mut changed = signature.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(&changed), None);
        }
        assert_eq!(key.open(&[]), None);
        assert_eq!(key.open(&[0xff; 64]), None, "not below the modulus");
        assert_eq!(key.open(&[signature.clone(), vec![0]].concat()), None);
        assert!(key.open(&[vec![0], signature].concat()).is_some(), "a leading zero is no change");
    }

    #[test]
    fn both_ways_to_open_agree_for_every_size() {
        use aws_lc_rs::rsa::{KeyPair, KeySize};
        use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
        for size in [KeySize::Rsa2048, KeySize::Rsa3072] {
            let pair = KeyPair::generate(size).unwrap();
            let key = PublicKey::from_der(pair.public_key().as_ref()).unwrap();
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"lydite");
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign_digest(&RSA_PKCS1_SHA256, &digest, &mut signature).unwrap();
            assert!(key.accepts(Hash::Sha256, &digest, &signature));
            assert_eq!(key.open(&signature).unwrap().digest, digest.as_ref());
            signature[9] ^= 1;
            assert!(!key.accepts(Hash::Sha256, &digest, &signature));
            assert_eq!(key.open(&signature), None);
        }
    }

    /// `00 01`, `padding`, `00`, DigestInfo of SHA-1 with its digest, `behind`.
    fn block(padding: &[u8], behind: &[u8]) -> Vec<u8> {
        let info = b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14";
        [&[0, 1], padding, &[0], info, &[7; 20], behind].concat()
    }

    /// Bleichenbacher 2006: with e = 3 anyone can make a block whose start is right.
    #[test]
    fn only_the_exact_block_counts() {
        assert!(open_block(&block(&[0xff; 8], b"")).is_some());
        assert!(open_block(&block(&[0xff; 90], b"")).is_some());
        assert_eq!(open_block(&block(&[0xff; 8], &[0; 82])), None, "bytes behind the digest");
        assert_eq!(open_block(&block(&[0xff; 7], b"")), None, "short padding");
        assert_eq!(open_block(&block(b"\xff\xff\xff\xff\xfe\xff\xff\xff\xff", b"")), None);
        let mut other = block(&[0xff; 8], b"");
        other[1] = 2;
        assert_eq!(open_block(&other), None);
        assert_eq!(open_block(&block(&[0xff; 8], b"")[1..]), None);
        assert_eq!(open_block(&[]), None);
    }

    #[test]
    fn keys_that_are_none_say_why() {
        let der = bytes(PKCS1);
        let changed = |at: usize, byte: u8| {
            let mut der = der.clone();
            der[at] = byte;
            PublicKey::from_der(&der).err()
        };
        assert_eq!(
            changed(der.len() - 1, 2),
            Some("RSA exponent is even, under 3 or over 64 bits")
        );
        assert_eq!(changed(68, 0x7e), Some("RSA modulus is even"));
        assert!(changed(1, 0x7f).is_some());
        assert!(PublicKey::from_der(b"").is_err());
        for cut in 0..der.len() {
            assert!(PublicKey::from_der(&der[..cut]).is_err(), "{cut}");
        }
    }
}
