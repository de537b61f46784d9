//! Greatest common divisor by the half-gcd with the simple stop condition (Möller, "On Schönhage's
//! algorithm and subquadratic integer GCD computation", Mathematics of Computation 77, 2008): the
//! upper halves of two numbers already tell half of Euclid's quotients.

use std::cmp::Ordering;
use std::mem;

use super::fourier::{Fourier, Spectrum};
use super::{add_in, add_to, compare, divide, multiply, subtract_in, trim};

/// Limbs under which quotients are taken two limbs at a time (Lehmer). Measured.
const HALF_GCD_LIMBS: usize = 200;
/// The same for the outermost loop, which ends in Euclid's algorithm.
const GCD_LIMBS: usize = 300;

/// Entries m₀₀ m₀₁ m₁₀ m₁₁, not negative, of determinant 1 and equal length.
struct Matrix([Vec<u64>; 4]);

/// A pair of numbers of equal length, of which one at least is trimmed.
struct Pair(Vec<u64>, Vec<u64>);

/// The greatest common divisor. None when it would take a division longer than is made.
pub(crate) fn gcd(a: Vec<u64>, b: Vec<u64>, fourier: &mut Fourier) -> Option<Vec<u64>> {
    let mut pair = Pair(a, b);
    pair.level();
    while pair.len() >= GCD_LIMBS {
        let from = pair.len() / 2;
        if reduce_high(&mut pair, from, None, fourier) {
            continue;
        }
        trim(&mut pair.0);
        trim(&mut pair.1);
        if compare(&pair.0, &pair.1) == Ordering::Less {
            mem::swap(&mut pair.0, &mut pair.1);
        }
        if pair.1.is_empty() {
            return Some(pair.0);
        }
        pair.0 = divide(&pair.0, &pair.1)?.1;
        pair.level();
    }
    let Pair(mut a, mut b) = pair;
    trim(&mut a);
    trim(&mut b);
    while !b.is_empty() {
        let rest = divide(&a, &b)?.1;
        a = mem::replace(&mut b, rest);
    }
    Some(a)
}

impl Pair {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn level(&mut self) {
        trim(&mut self.0);
        trim(&mut self.1);
        let length = self.0.len().max(self.1.len());
        self.0.resize(length, 0);
        self.1.resize(length, 0);
    }
}

/// Reduces a pair while both, and their difference, keep more than half its limbs: `pair before =
/// matrix · pair after`, multiplied to `matrix` from the right. Whether anything was reduced.
fn half_gcd(pair: &mut Pair, matrix: &mut Matrix, fourier: &mut Fourier) -> bool {
    let size = pair.len();
    let stop = size / 2 + 1;
    let mut reduced = false;
    if size >= HALF_GCD_LIMBS {
        reduced |= reduce_high(pair, size / 2, Some(matrix), fourier);
        while pair.len() > 3 * size / 4 + 1 {
            if !step(pair, stop, matrix, fourier) {
                return reduced;
            }
            reduced = true;
        }
        if pair.len() > stop + 2 {
            let from = 2 * stop - pair.len() + 1;
            reduced |= reduce_high(pair, from, Some(matrix), fourier);
        }
    }
    while step(pair, stop, matrix, fourier) {
        reduced = true;
    }
    reduced
}

/// Half-gcd of the limbs of a pair above `from`, carried over to the whole pair.
fn reduce_high(
    pair: &mut Pair,
    from: usize,
    matrix: Option<&mut Matrix>,
    fourier: &mut Fourier,
) -> bool {
    let mut high = Pair(pair.0[from..].to_vec(), pair.1[from..].to_vec());
    high.level();
    let mut inner = Matrix::identity();
    if high.len() < 3 || !half_gcd(&mut high, &mut inner, fourier) {
        return false;
    }
    let outer = matrix.as_ref().filter(|m| !m.is_identity()).map_or(0, |m| m.len());
    let size = fourier.size(inner.len() + from.max(outer));
    let low = [&pair.0, &pair.1].map(|number| fourier.spectrum(&number[..from], size));
    // The inverse of a matrix of determinant 1, applied to the limbs below: m₁₁a − m₀₁b, m₀₀b − m₁₀a.
    let mut kept = Vec::new();
    let rows = [
        (&mut pair.0, &high.0, [3, 1], [&low[0], &low[1]]),
        (&mut pair.1, &high.1, [0, 2], [&low[1], &low[0]]),
    ];
    for (number, high, entries, [x, y]) in rows {
        let [first, second] = entries.map(|at| fourier.spectrum(&inner.0[at], size));
        let spectrum = if outer == 0 {
            let spectrum = first.difference(x, &second, y);
            fourier.drop(second);
            spectrum
        } else {
            let spectrum = fourier.copy(&first).difference(x, &second, y);
            kept.extend([first, second]);
            spectrum
        };
        let mut sum = fourier.number(spectrum);
        // Room for the high part too; the sign goes on upwards.
        let sign = if sum.last().is_some_and(|top| top >> 63 == 1) { u64::MAX } else { 0 };
        sum.resize(number.len().max(from + high.len()), sign);
        add_in(&mut sum[from..], high);
        *number = sum;
    }
    low.into_iter().for_each(|spectrum| fourier.drop(spectrum));
    pair.level();
    if let Some(matrix) = matrix {
        if let [n11, n01, n00, n10] = kept.as_slice() {
            matrix.multiply([n00, n01, n10, n11], size, fourier);
        } else {
            *matrix = inner;
        }
    }
    kept.into_iter().for_each(|spectrum| fourier.drop(spectrum));
    true
}

impl Matrix {
    fn identity() -> Self {
        Matrix([vec![1], vec![0], vec![0], vec![1]])
    }

    fn is_identity(&self) -> bool {
        matches!(self.0.each_ref().map(Vec::as_slice), [[1], [0], [0], [1]])
    }

    fn len(&self) -> usize {
        self.0[0].len()
    }

    fn level(&mut self) {
        self.0.iter_mut().for_each(trim);
        let length = self.0.iter().map(Vec::len).max().unwrap_or_default();
        self.0.iter_mut().for_each(|entry| entry.resize(length, 0));
    }

    /// Multiplies by the matrix of these spectra from the right.
    fn multiply(&mut self, by: [&Spectrum; 4], size: usize, fourier: &mut Fourier) {
        let [n00, n01, n10, n11] = by;
        for row in [0, 2] {
            let left = fourier.spectrum(&self.0[row], size);
            let right = fourier.spectrum(&self.0[row + 1], size);
            let sum = fourier.copy(&left).sum(n00, &right, n10);
            self.0[row] = fourier.number(sum);
            let sum = left.sum(n01, &right, n11);
            self.0[row + 1] = fourier.number(sum);
            fourier.drop(right);
        }
        self.level();
    }

    /// Multiplies by a matrix of limbs from the right. The sums of two entries of a column of
    /// `by` are under 2⁶⁴, so a carry is one limb.
    fn multiply_small(&mut self, by: [u64; 4]) {
        let [u00, u01, u10, u11] = by.map(u128::from);
        let [m00, m01, m10, m11] = &mut self.0;
        let mut over = [0; 4];
        for (row, (left, right)) in [(m00, m01), (m10, m11)].into_iter().enumerate() {
            let (mut first, mut second) = (0u128, 0u128);
            for (a, b) in left.iter_mut().zip(right.iter_mut()) {
                let (x, y) = (u128::from(*a), u128::from(*b));
                first += x * u00 + y * u10;
                second += x * u01 + y * u11;
                *a = first as u64;
                *b = second as u64;
                first >>= 64;
                second >>= 64;
            }
            over[2 * row] = first as u64;
            over[2 * row + 1] = second as u64;
        }
        if over != [0; 4] {
            self.0.iter_mut().zip(over).for_each(|(entry, limb)| entry.push(limb));
        }
    }

    /// Adds `quotient` times one column to the other, `to`.
    fn add_column(&mut self, quotient: &[u64], to: usize, fourier: &mut Fourier) {
        for row in [0, 2] {
            let mut from = self.0[row + 1 - to].clone();
            trim(&mut from);
            let product = multiply(&from, quotient, fourier);
            add_to(&mut self.0[row + to], &product);
        }
        self.level();
    }
}

/// Takes some quotients from the uppermost two limbs, or one by division. False when a further one
/// would leave `stop` limbs or fewer in a number or in the difference.
fn step(pair: &mut Pair, stop: usize, matrix: &mut Matrix, fourier: &mut Fourier) -> bool {
    let size = pair.len();
    if size <= stop || size < 3 {
        return false;
    }
    if let Some(by) = top_quotients(pair, size == stop + 1) {
        matrix.multiply_small(by);
        apply_inverse(pair, by);
        return true;
    }
    step_by_division(pair, stop, matrix, fourier)
}

fn top_quotients(pair: &Pair, is_last_limb: bool) -> Option<[u64; 4]> {
    let size = pair.len();
    let mask = pair.0[size - 1] | pair.1[size - 1];
    if is_last_limb && mask < 4 {
        return None;
    }
    // Quotients taken above the last limb may not reach below it.
    let shift = if is_last_limb { 0 } else { mask.leading_zeros() };
    let top = |a: &[u64]| {
        let window = u128::from(a[size - 1]) << 64 | u128::from(a[size - 2]);
        let below = u128::from(a[size - 3]) << 64;
        window << shift | (below >> 1 >> (127 - shift))
    };
    quotients(top(&pair.0), top(&pair.1))
}

/// Half-gcd of two numbers of two limbs: the matrix of the quotients that are the same whatever
/// stands below. None if there is none.
fn quotients(mut a: u128, mut b: u128) -> Option<[u64; 4]> {
    const LEAST: u128 = 2 << 64;
    if a < LEAST || b < LEAST {
        return None;
    }
    let mut u = if a > b {
        a -= b;
        [1, 1, 0, 1]
    } else {
        b -= a;
        [1, 0, 1, 1]
    };
    if a < LEAST || b < LEAST {
        return None;
    }
    let mut is_first = a >= b;
    loop {
        // The larger, the smaller; the column that the quotient is added to.
        let (large, small, to) = if is_first { (&mut a, b, 1) } else { (&mut b, a, 0) };
        if *large < small {
            is_first = !is_first;
            continue;
        }
        *large -= small;
        if *large < LEAST {
            break;
        }
        let mut quotient = 1;
        if *large >= small {
            let (more, rest) = short_division(*large, small);
            *large = rest;
            quotient = more + u64::from(rest >= LEAST);
        }
        u[to] += quotient * u[1 - to];
        u[2 + to] += quotient * u[3 - to];
        if *large < LEAST {
            break;
        }
        is_first = !is_first;
    }
    Some(u)
}

/// Quotient and remainder; nearly all quotients are small.
fn short_division(mut a: u128, b: u128) -> (u64, u128) {
    let mut quotient = 0;
    while a >= b {
        if quotient == 8 {
            return (quotient + (a / b) as u64, a % b);
        }
        a -= b;
        quotient += 1;
    }
    (quotient, a)
}

/// `pair = by⁻¹ · pair`.
fn apply_inverse(pair: &mut Pair, by: [u64; 4]) {
    let [u00, u01, u10, u11] = by.map(u128::from);
    let Pair(a, b) = pair;
    let mut carries = [0u128; 4];
    let (mut borrow_a, mut borrow_b) = (false, false);
    for (a, b) in a.iter_mut().zip(b.iter_mut()) {
        let (x, y) = (u128::from(*a), u128::from(*b));
        let [xa, ya, xb, yb] = &mut carries;
        (*xa, *ya) = (u11 * x + *xa, u01 * y + *ya);
        (*yb, *xb) = (u00 * y + *yb, u10 * x + *xb);
        (*a, borrow_a) = (*xa as u64).borrowing_sub(*ya as u64, borrow_a);
        (*b, borrow_b) = (*yb as u64).borrowing_sub(*xb as u64, borrow_b);
        carries.iter_mut().for_each(|carry| *carry >>= 64);
    }
    pair.level_near();
}

impl Pair {
    /// [`Pair::level`] for numbers of equal length.
    fn level_near(&mut self) {
        let is_used = |at: &usize| self.0[*at] | self.1[*at] != 0;
        let length = (0..self.0.len()).rev().find(is_used).map_or(0, |at| at + 1);
        self.0.truncate(length);
        self.1.truncate(length);
    }
}

/// One quotient by subtraction and division.
fn step_by_division(
    pair: &mut Pair,
    stop: usize,
    matrix: &mut Matrix,
    fourier: &mut Fourier,
) -> bool {
    let mut numbers = [mem::take(&mut pair.0), mem::take(&mut pair.1)];
    numbers.iter_mut().for_each(trim);
    let done = divided(&mut numbers, stop, matrix, fourier);
    let [a, b] = numbers;
    *pair = Pair(a, b);
    pair.level();
    done
}

/// As [`step_by_division`], of trimmed numbers; unchanged when false.
fn divided(
    numbers: &mut [Vec<u64>; 2],
    stop: usize,
    matrix: &mut Matrix,
    fourier: &mut Fourier,
) -> bool {
    let order = compare(&numbers[0], &numbers[1]);
    let large = usize::from(order == Ordering::Less);
    let small = 1 - large;
    if order == Ordering::Equal || numbers[small].len() <= stop {
        return false;
    }
    let mut rest = numbers[large].clone();
    subtract_in(&mut rest, &numbers[small]);
    trim(&mut rest);
    if rest.len() <= stop {
        return false;
    }
    let Some((mut quotient, mut rest)) = divide(&numbers[large], &numbers[small]) else {
        return false;
    };
    if rest.len() <= stop {
        // One less leaves enough.
        add_to(&mut rest, &numbers[small]);
        subtract_in(&mut quotient, &[1]);
        trim(&mut quotient);
    }
    numbers[large] = rest;
    // large = quotient · small + rest: the column of the small one takes the quotient.
    matrix.add_column(&quotient, small, fourier);
    true
}
