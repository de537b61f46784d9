//! Natural numbers of any size, as far as recovering a key needs them: product, power, greatest
//! common divisor, all in time that grows little faster than their length.
//!
//! Numbers are little-endian limbs of 64 bits. Where nothing else is said they are trimmed: the
//! last limb is not zero, and zero has no limbs.

mod fourier;
mod half_gcd;

use std::cmp::Ordering;

pub(crate) use self::fourier::Fourier;
pub(crate) use self::half_gcd::gcd;
use crate::limits;

/// Limbs of the shorter factor up to which every limb is multiplied by every limb.
const SCHOOL_LIMBS: usize = 40;

pub(crate) fn trim(a: &mut Vec<u64>) {
    let length = a.iter().rposition(|limb| *limb != 0).map_or(0, |last| last + 1);
    a.truncate(length);
}

/// Reads big-endian bytes.
pub(crate) fn from_bytes(bytes: &[u8]) -> Vec<u64> {
    let limb = |chunk: &[u8]| chunk.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let mut out: Vec<u64> = bytes.rchunks(8).map(limb).collect();
    trim(&mut out);
    out
}

/// Big-endian bytes without leading zeros.
pub(crate) fn to_bytes(a: &[u64]) -> Vec<u8> {
    let bytes = a.iter().rev().flat_map(|limb| limb.to_be_bytes());
    bytes.skip_while(|byte| *byte == 0).collect()
}

/// Bits up to the highest that is set.
pub(crate) fn bits(a: &[u64]) -> usize {
    a.last().map_or(0, |top| 64 * a.len() - top.leading_zeros() as usize)
}

/// Zero bits below the lowest that is set; of zero, none.
pub(crate) fn trailing_zeros(a: &[u64]) -> usize {
    let at = a.iter().position(|limb| *limb != 0);
    at.map_or(0, |at| 64 * at + a[at].trailing_zeros() as usize)
}

pub(crate) fn compare(a: &[u64], b: &[u64]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// `a << count`.
pub(crate) fn shift_left(a: &[u64], count: usize) -> Vec<u64> {
    let mut out = vec![0; count / 64];
    let count = count % 64;
    let mut low = 0;
    for limb in a {
        let wide = u128::from(*limb) << count | low;
        out.push(wide as u64);
        low = wide >> 64;
    }
    out.push(low as u64);
    trim(&mut out);
    out
}

/// `a >> count`.
pub(crate) fn shift_right(a: &[u64], count: usize) -> Vec<u64> {
    let kept = a.get(count / 64..).unwrap_or_default();
    let mut out = Vec::with_capacity(kept.len());
    for (at, limb) in kept.iter().enumerate() {
        let above = kept.get(at + 1).copied().unwrap_or_default();
        out.push(((u128::from(above) << 64 | u128::from(*limb)) >> (count % 64)) as u64);
    }
    trim(&mut out);
    out
}

/// `a - b`; None when `b` is larger.
pub(crate) fn subtract(a: &[u64], b: &[u64]) -> Option<Vec<u64>> {
    let mut out = a.to_vec();
    if b.len() > a.len() || subtract_in(&mut out, b) {
        return None;
    }
    trim(&mut out);
    Some(out)
}

/// `a -= b`, which is no longer than `a`; whether it borrowed beyond the end.
fn subtract_in(a: &mut [u64], b: &[u64]) -> bool {
    let (low, high) = a.split_at_mut(b.len());
    let mut borrow = false;
    for (limb, other) in low.iter_mut().zip(b) {
        (*limb, borrow) = limb.borrowing_sub(*other, borrow);
    }
    for limb in high {
        if !borrow {
            return false;
        }
        (*limb, borrow) = limb.overflowing_sub(1);
    }
    borrow
}

/// `a += b`, which is no longer than `a`; whether it carried beyond the end.
fn add_in(a: &mut [u64], b: &[u64]) -> bool {
    let (low, high) = a.split_at_mut(b.len());
    let mut carry = false;
    for (limb, other) in low.iter_mut().zip(b) {
        (*limb, carry) = limb.carrying_add(*other, carry);
    }
    for limb in high {
        if !carry {
            return false;
        }
        (*limb, carry) = limb.overflowing_add(1);
    }
    carry
}

/// `a += b`, whichever is longer.
fn add_to(a: &mut Vec<u64>, b: &[u64]) {
    if a.len() < b.len() {
        a.resize(b.len(), 0);
    }
    if add_in(a, b) {
        a.push(1);
    }
}

/// `a · b`.
pub(crate) fn multiply(a: &[u64], b: &[u64], fourier: &mut Fourier) -> Vec<u64> {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    if short.is_empty() {
        return Vec::new();
    }
    let mut out = if short.len() <= SCHOOL_LIMBS {
        let mut out = vec![0; long.len() + short.len()];
        for (at, limb) in short.iter().enumerate() {
            out[at + long.len()] = add_product(&mut out[at..at + long.len()], long, *limb);
        }
        out
    } else {
        let size = fourier.size(long.len() + short.len());
        let spectrum = fourier.spectrum(long, size);
        let product = if std::ptr::eq(a, b) {
            spectrum.square()
        } else {
            let other = fourier.spectrum(short, size);
            let product = spectrum.times(&other);
            fourier.drop(other);
            product
        };
        fourier.number(product)
    };
    trim(&mut out);
    out
}

/// `out += a · limb`, of one length; the limb that is carried out.
fn add_product(out: &mut [u64], a: &[u64], limb: u64) -> u64 {
    let mut carry = 0;
    for (sum, factor) in out.iter_mut().zip(a) {
        let wide = u128::from(*factor) * u128::from(limb) + u128::from(*sum) + u128::from(carry);
        *sum = wide as u64;
        carry = (wide >> 64) as u64;
    }
    carry
}

/// `out -= a · limb`, of one length; the limb that is borrowed.
fn subtract_product(out: &mut [u64], a: &[u64], limb: u64) -> u64 {
    let mut carry = 0;
    for (sum, factor) in out.iter_mut().zip(a) {
        let wide = u128::from(*factor) * u128::from(limb) + u128::from(carry);
        let (difference, borrow) = sum.overflowing_sub(wide as u64);
        *sum = difference;
        carry = (wide >> 64) as u64 + u64::from(borrow);
    }
    carry
}

/// `a` to the power of `exponent`.
pub(crate) fn power(a: &[u64], exponent: u32, fourier: &mut Fourier) -> Vec<u64> {
    let mut out = vec![1];
    for bit in (0..32 - exponent.leading_zeros()).rev() {
        out = multiply(&out, &out, fourier);
        if exponent >> bit & 1 == 1 {
            out = multiply(&out, a, fourier);
        }
    }
    out
}

/// Quotient and remainder of trimmed numbers (Knuth, TAOCP 2, 4.3.1, algorithm D). None when `b` is
/// zero or the division too long, see `limits::DIVISION_WORK`.
fn divide(a: &[u64], b: &[u64]) -> Option<(Vec<u64>, Vec<u64>)> {
    let top = *b.last()?;
    if compare(a, b) == Ordering::Less {
        return Some((Vec::new(), a.to_vec()));
    }
    let steps = a.len() - b.len() + 1;
    if steps.saturating_mul(b.len()) > limits::DIVISION_WORK {
        return None;
    }
    let shift = top.leading_zeros() as usize;
    let divisor = shift_left(b, shift);
    let size = divisor.len();
    let mut rest = shift_left(a, shift);
    rest.resize(a.len() + 1, 0);
    let mut quotient = vec![0; steps];
    for at in (0..steps).rev() {
        let guess = guess(&rest[..at + size + 1], &divisor);
        let window = &mut rest[at..at + size];
        let borrowed = subtract_product(window, &divisor, guess);
        let mut digit = guess;
        let (mut over, mut negative) = rest[at + size].overflowing_sub(borrowed);
        while negative {
            digit -= 1;
            let carry = add_in(&mut rest[at..at + size], &divisor);
            let (next, wrapped) = over.overflowing_add(u64::from(carry));
            (over, negative) = (next, !wrapped);
        }
        rest[at + size] = over;
        quotient[at] = digit;
    }
    trim(&mut quotient);
    trim(&mut rest);
    Some((quotient, shift_right(&rest, shift)))
}

/// `a / factor` of a trimmed number other than 0 and 1, if nothing remains.
pub(crate) fn exact_quotient(a: &[u64], factor: u64) -> Option<Vec<u64>> {
    if a.is_empty() || a == [1] {
        return None;
    }
    let mut rest = 0;
    let mut digit = |limb: &u64| {
        let wide = u128::from(rest) << 64 | u128::from(*limb);
        rest = (wide % u128::from(factor)) as u64;
        (wide / u128::from(factor)) as u64
    };
    let mut out: Vec<u64> = a.iter().rev().map(&mut digit).collect();
    out.reverse();
    trim(&mut out);
    (rest == 0).then_some(out)
}

/// The next digit of a quotient, at most two too large: the divisor's top bit is set.
fn guess(rest: &[u64], divisor: &[u64]) -> u64 {
    let top = divisor[divisor.len() - 1];
    let (high, low) = (rest[rest.len() - 1], rest[rest.len() - 2]);
    if high >= top {
        return u64::MAX;
    }
    ((u128::from(high) << 64 | u128::from(low)) / u128::from(top)) as u64
}

#[cfg(test)]
mod tests;
