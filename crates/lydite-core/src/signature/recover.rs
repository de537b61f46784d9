//! Public keys from the signatures they made.
//!
//! For signatures `s₁`, `s₂` of one RSA key over the blocks `EM₁`, `EM₂` (RFC 8017 §9.2),
//! `gcd(s₁ᵉ − EM₁, s₂ᵉ − EM₂) = k·n` with a small `k`: each difference is a multiple of the modulus
//! `n`, and of nothing else in common but by chance. The block follows from the header as it
//! stands, so one changed header spoils a pair.
//!
//! Soundness does not rest on this arithmetic: a modulus counts only when both signatures open
//! under it to exactly their digests, by the code that opens all signatures. Whose key it is it
//! cannot show: whoever made the dump can have made the pair (design rule 6).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::key::{Algorithm, KeyRecord, Public};
use super::rsa::{self, PublicKey};
use super::tags::Tags;
use super::{Hash, Signature, unhex};
use crate::limits;
use crate::natural::{self, Fourier};

/// Public exponents in the order they are tried. Nearly all keys have the last one; the others
/// cost nothing beside it.
pub const EXPONENTS: [u32; 3] = [3, 17, 65_537];
/// Factors under this are taken out of a divisor. Two differences share a prime above it with
/// probability 10⁻⁶ (the sum of 1/p² over the primes beyond).
const SMALL_FACTORS: u64 = 1 << 16;
/// Bits the modulus may be shorter than the signature: keys are made to a size, most exactly.
const SHORTER: usize = 8;

/// One signature, as far as recovering its key needs it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Witness {
    hash: Hash,
    /// Of the headers as they stand.
    digest: Vec<u8>,
    signature: Vec<u8>,
    /// The body, if the signature names its hash, is the signed one: then the headers more often
    /// are, too.
    pub is_body_intact: bool,
}

/// How a key takes a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opens {
    /// Exactly over the headers as they stand.
    Exactly,
    /// This key made it, over other headers.
    Otherwise,
    No,
}

/// A key that two signatures gave.
#[derive(Debug)]
pub struct Candidate {
    key: PublicKey,
    pub exponent: u32,
    /// Of the modulus.
    pub bits: u32,
    /// As a domain would publish it.
    pub record: String,
}

impl Witness {
    /// What an RSA signature of a message holds; None for other algorithms, for what cannot be
    /// read, and for sizes beyond the bounds.
    pub fn read(raw: &[u8], signature: &Signature) -> Option<Self> {
        let Some(Algorithm::Rsa(hash)) = Algorithm::named(&signature.algorithm) else {
            return None;
        };
        let field = raw.get(signature.span.start..signature.span.end)?;
        let colon = memchr::memchr(b':', field)?;
        let b = Tags::parse(&field[colon + 1..]).ok()?.base64("b")?.ok()?;
        let digest = unhex(signature.header_digest.as_ref()?)?;
        let bits = limits::RSA_BITS.0..=limits::RECOVERED_BITS;
        let is_body_intact = match (&signature.body_hash, &signature.signed_body_hash) {
            (Some(stands), Some(signed)) => stands == signed,
            _ => true,
        };
        (bits.contains(&(8 * b.len())) && digest.len() == hash.size()).then_some(Witness {
            hash,
            digest,
            signature: b,
            is_body_intact,
        })
    }

    /// Bytes of the signature, and so of the modulus.
    pub fn size(&self) -> usize {
        self.signature.len()
    }

    /// The number that was made with the private key, big-endian. Equal ones are one signature, over
    /// whatever headers they stand.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The block it should be over (RFC 8017 §9.2), big-endian; None where the digest does not fit.
    pub fn block(&self) -> Option<Vec<u8>> {
        rsa::block(self.hash, &self.digest, self.size())
    }

    /// `sᵉ − EM`.
    fn multiple(&self, exponent: u32, fourier: &mut Fourier) -> Option<Vec<u64>> {
        let block = self.block()?;
        let power = natural::power(&natural::from_bytes(&self.signature), exponent, fourier);
        natural::subtract(&power, &natural::from_bytes(&block)).filter(|x| !x.is_empty())
    }
}

/// Pairs worth trying, best first, at most `limits::RECOVERY_PAIRS`: no signature twice while there
/// are others, those with an intact body before the others. Copies of one signature are no pair:
/// their differences say nothing; over other headers they may stand in for each other.
pub fn pairs(witnesses: &[Witness]) -> Vec<[usize; 2]> {
    let mut order: Vec<usize> = (0..witnesses.len()).collect();
    order.sort_by_key(|at| !witnesses[*at].is_body_intact);
    // More than the pairs could use are never needed.
    let most = 2 * limits::RECOVERY_PAIRS;
    let (mut apart, mut copies) = (Vec::new(), Vec::new());
    for at in order {
        let is_new = |known: &usize| can_pair(&witnesses[*known], &witnesses[at]);
        let list = if apart.iter().all(is_new) { &mut apart } else { &mut copies };
        if list.len() < most {
            list.push(at);
        }
    }
    let mut out: Vec<[usize; 2]> = apart.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
    apart.extend(copies);
    for (n, first) in apart.iter().enumerate() {
        for second in &apart[n + 1..] {
            let is_pair = can_pair(&witnesses[*first], &witnesses[*second]);
            if is_pair && !out.contains(&[*first, *second]) {
                out.push([*first, *second]);
            }
        }
    }
    out.truncate(limits::RECOVERY_PAIRS);
    out
}

fn can_pair(a: &Witness, b: &Witness) -> bool {
    a.signature != b.signature && a.digest != b.digest
}

/// The key that made both signatures, if they are over their headers as these stand and its
/// exponent is `exponent`.
pub fn from_pair(pair: [&Witness; 2], exponent: u32) -> Option<Candidate> {
    let size = pair[0].size();
    if pair[1].size() != size || pair[0].signature == pair[1].signature {
        return None;
    }
    let mut fourier = Fourier::new();
    let mut x = pair[0].multiple(exponent, &mut fourier)?;
    let mut y = pair[1].multiple(exponent, &mut fourier)?;
    // Equal lengths, so that the first quotient is small; powers of two are taken out below.
    let (bits_x, bits_y) = (natural::bits(&x), natural::bits(&y));
    if bits_x < bits_y {
        x = natural::shift_left(&x, bits_y - bits_x);
    } else if bits_y < bits_x {
        y = natural::shift_left(&y, bits_x - bits_y);
    }
    let modulus = without_small_factors(natural::gcd(x, y, &mut fourier)?);
    let bits = natural::bits(&modulus);
    if !fourier.is_sound() || bits > 8 * size || bits + SHORTER < 8 * size {
        return None;
    }
    let der = rsa::to_der(&natural::to_bytes(&modulus), exponent);
    let candidate = Candidate {
        key: PublicKey::from_der(&der).ok()?,
        exponent,
        bits: u32::try_from(bits).ok()?,
        record: format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(&der)),
    };
    pair.iter().all(|w| candidate.opens(w) == Opens::Exactly).then_some(candidate)
}

impl Candidate {
    pub fn opens(&self, witness: &Witness) -> Opens {
        match self.key.open(&witness.signature) {
            None => Opens::No,
            Some(o) if o.hash == witness.hash && o.digest == witness.digest => Opens::Exactly,
            Some(_) => Opens::Otherwise,
        }
    }

    /// Whether a record publishes this very key, however it is written.
    pub fn is_published_in(&self, record: &str) -> bool {
        let record = KeyRecord::parse(record);
        matches!(&record.public, Ok(Public::Rsa(key)) if key.equals(&self.key))
    }
}

/// Takes out every factor under [`SMALL_FACTORS`]: what is left of `k·n` is `n`, whose own factors
/// are enormous.
fn without_small_factors(number: Vec<u64>) -> Vec<u64> {
    let zeros = natural::trailing_zeros(&number);
    let mut out = natural::shift_right(&number, zeros);
    // A divisor much longer than a modulus is none.
    if natural::bits(&out) > 2 * limits::RSA_BITS.1 {
        return out;
    }
    for factor in (3..SMALL_FACTORS).step_by(2) {
        while let Some(quotient) = natural::exact_quotient(&out, factor) {
            out = quotient;
        }
    }
    out
}

#[cfg(test)]
mod tests;
