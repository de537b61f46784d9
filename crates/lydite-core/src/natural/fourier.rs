//! Products by the fast Fourier transform in floating point.
//!
//! A number is cut into digits of 16 bits, each in −2¹⁵..2¹⁵, and read as a polynomial. Polynomials
//! of `2h` real coefficients modulo `x²ʰ + 1` are polynomials of `h` complex ones modulo `xʰ − i`
//! (the upper half becomes the imaginary part), and with `x = w·y`, `wʰ = i`, modulo `yʰ − 1`: one
//! complex transform of length `h`, products digit by digit, one transform back.
//!
//! Error: a coefficient is a sum of at most 2²³ products of two digits (4,096-bit keys, e = 65537).
//! Digits of numbers that nobody chose are as random: their products are 2³⁰/3 in the root mean
//! square and the sum 2⁴⁰, of which a transform in 53 bits loses few of the last. Measured over the
//! power and the divisor of a 2,048-bit key: no coefficient was farther than 2⁻⁸ from a whole number,
//! where 2⁻¹ would be wrong. Digits that somebody chose can do worse, so the largest such
//! distance is kept and a result beyond 2⁻² refused, see [`Fourier::is_sound`].

use std::collections::HashMap;
use std::f64::consts::FRAC_PI_2;
use std::sync::Arc;

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use crate::limits;

type Point = Complex<f64>;

const DIGIT_BITS: usize = 16;
/// Digits of a limb.
const DIGITS: usize = 64 / DIGIT_BITS;
/// 2¹⁵ in every digit: added to a number, it makes each digit its balanced one plus 2¹⁵.
const HALVES: u64 = 0x8000_8000_8000_8000;
/// Weights are products of one of the nearer and one of the farther table.
const NEAR: usize = 1 << 10;
/// Added to a number under 2⁵¹ and taken away again, it rounds to a whole one; in between, its low
/// bits are that number.
const ROUND: f64 = 1.5 * (1u64 << 52) as f64;

/// Transforms of every length that was used, and their memory.
pub(crate) struct Fourier {
    plans: Plans,
    scratch: Vec<Point>,
    /// Buffers to be used again.
    spare: Vec<Vec<Point>>,
    limbs: Vec<u64>,
    worst: f64,
}

/// The transforms in memory, by length.
#[derive(Default)]
struct Plans {
    of: HashMap<usize, Plan>,
    /// Counts the uses.
    clock: u64,
}

struct Plan {
    /// When it was used last.
    used: u64,
    transform: Arc<dyn Fft<f64>>,
    /// `wʲ` for the first [`NEAR`] of them, then for every [`NEAR`]th.
    near: Vec<Point>,
    far: Vec<Point>,
}

/// A number transformed, at a length.
pub(crate) struct Spectrum(Vec<Point>);

impl Spectrum {
    fn with(mut self, change: impl Fn(Point, usize) -> Point) -> Self {
        self.0.iter_mut().enumerate().for_each(|(at, point)| *point = change(*point, at));
        self
    }

    /// `self²`
    pub(crate) fn square(self) -> Self {
        self.with(|point, _| point * point)
    }

    /// `self·by`
    pub(crate) fn times(self, by: &Spectrum) -> Self {
        let by = &by.0[..self.0.len()];
        self.with(|point, at| point * by[at])
    }

    /// `self·a + other·b`
    pub(crate) fn sum(self, a: &Spectrum, other: &Spectrum, b: &Spectrum) -> Self {
        let size = self.0.len();
        let (a, other, b) = (&a.0[..size], &other.0[..size], &b.0[..size]);
        self.with(|point, at| point * a[at] + other[at] * b[at])
    }

    /// `self·a − other·b`
    pub(crate) fn difference(self, a: &Spectrum, other: &Spectrum, b: &Spectrum) -> Self {
        let size = self.0.len();
        let (a, other, b) = (&a.0[..size], &other.0[..size], &b.0[..size]);
        self.with(|point, at| point * a[at] - other[at] * b[at])
    }
}

impl Fourier {
    pub(crate) fn new() -> Self {
        Fourier {
            plans: Plans::default(),
            scratch: Vec::new(),
            spare: Vec::new(),
            limbs: Vec::new(),
            worst: 0.0,
        }
    }

    /// Whether every coefficient so far was clearly one whole number.
    pub(crate) fn is_sound(&self) -> bool {
        self.worst < 0.25
    }

    /// The length for products of so many limbs, signed.
    pub(crate) fn size(&self, limbs: usize) -> usize {
        // One limb more, for the sign and for the carry of balancing.
        let least = (limbs + 1) * DIGITS / 2;
        let power = least.next_power_of_two().max(64);
        // Three quarters and five eighths of a power of two are nearly as quick for their length.
        let shorter = [power / 8 * 5, power / 4 * 3, power / 8 * 7];
        shorter.into_iter().find(|size| *size >= least).unwrap_or(power)
    }

    /// The smallest spare buffer of that size, or a new one; empty.
    fn buffer(&mut self, size: usize) -> Vec<Point> {
        let fits = self.spare.iter().enumerate().filter(|(_, spare)| spare.capacity() >= size);
        match fits.min_by_key(|(_, spare)| spare.capacity()) {
            Some((at, _)) => {
                let mut buffer = self.spare.swap_remove(at);
                buffer.clear();
                buffer
            }
            None => Vec::with_capacity(size),
        }
    }

    /// Gives a spectrum's memory back.
    pub(crate) fn drop(&mut self, spectrum: Spectrum) {
        let spare: usize = self.spare.iter().map(Vec::capacity).sum();
        if spare + spectrum.0.capacity() <= limits::SPARE_POINTS {
            self.spare.push(spectrum.0);
        }
    }

    /// The same again.
    pub(crate) fn copy(&mut self, spectrum: &Spectrum) -> Spectrum {
        let mut points = self.buffer(spectrum.0.len());
        points.extend_from_slice(&spectrum.0);
        Spectrum(points)
    }

    /// Transforms a number, at a length of [`Fourier::size`].
    pub(crate) fn spectrum(&mut self, number: &[u64], size: usize) -> Spectrum {
        let mut points = self.buffer(size);
        let half = size / DIGITS;
        self.limbs.clear();
        let mut carry = false;
        for limb in number {
            let (sum, carried) = limb.carrying_add(HALVES, carry);
            self.limbs.push(sum);
            carry = carried;
        }
        self.limbs.push(HALVES + u64::from(carry));
        self.limbs.resize(2 * half, HALVES);
        let plan = self.plans.plan(size);
        let (low, high) = self.limbs.split_at(half);
        let chunks = low.chunks(NEAR / DIGITS).zip(high.chunks(NEAR / DIGITS));
        for ((low, high), far) in chunks.zip(&plan.far) {
            let weights = plan.near.chunks_exact(DIGITS);
            for ((low, high), weights) in low.iter().zip(high).zip(weights) {
                for (at, near) in weights.iter().enumerate() {
                    let point = Point::new(digit(*low, at), digit(*high, at));
                    points.push(point * (near * far));
                }
            }
        }
        transform(plan, &mut points, &mut self.scratch);
        Spectrum(points)
    }

    /// The number a spectrum is of, in two's complement: all limbs of the length, not trimmed.
    pub(crate) fn number(&mut self, spectrum: Spectrum) -> Vec<u64> {
        let mut points = spectrum.0;
        let size = points.len();
        // The transform back is the conjugate of the transform of the conjugate.
        points.iter_mut().for_each(|point| *point = point.conj());
        let plan = self.plans.plan(size);
        transform(plan, &mut points, &mut self.scratch);
        let scale = 1.0 / size as f64;
        let mut worst = 0.0f64;
        for (points, far) in points.chunks_mut(NEAR).zip(&plan.far) {
            let far = far * scale;
            for (point, near) in points.iter_mut().zip(&plan.near) {
                let exact = (*point * (near * far)).conj();
                let whole = Point::new(exact.re + ROUND, exact.im + ROUND);
                let rounded = Point::new(whole.re - ROUND, whole.im - ROUND);
                let (re, im) = ((exact.re - rounded.re).abs(), (exact.im - rounded.im).abs());
                let more = if re > im { re } else { im };
                worst = if more > worst { more } else { worst };
                *point = whole;
            }
        }
        self.worst = self.worst.max(worst);
        let mut out = Vec::with_capacity(2 * size / DIGITS);
        let mut carry = 0;
        let reals = points.chunks_exact(DIGITS);
        out.extend(reals.map(|p| limb([p[0].re, p[1].re, p[2].re, p[3].re], &mut carry)));
        let imaginaries = points.chunks_exact(DIGITS);
        out.extend(imaginaries.map(|p| limb([p[0].im, p[1].im, p[2].im, p[3].im], &mut carry)));
        self.drop(Spectrum(points));
        out
    }
}

fn digit(limb: u64, at: usize) -> f64 {
    f64::from((limb >> (DIGIT_BITS * at)) as u16) - 32_768.0
}

/// Four coefficients as a limb; what is beyond is carried on.
fn limb(coefficients: [f64; DIGITS], carry: &mut i64) -> u64 {
    let mut out = 0;
    for (at, coefficient) in coefficients.into_iter().enumerate() {
        let sum = (coefficient.to_bits() as i64).wrapping_sub(ROUND.to_bits() as i64) + *carry;
        out |= u64::from(sum as u16) << (DIGIT_BITS * at);
        *carry = sum >> DIGIT_BITS;
    }
    out
}

fn transform(plan: &Plan, points: &mut [Point], scratch: &mut Vec<Point>) {
    let needed = plan.transform.get_inplace_scratch_len();
    if scratch.len() < needed {
        scratch.resize(needed, Point::default());
    }
    plan.transform.process_with_scratch(points, scratch);
}

impl Plans {
    fn plan(&mut self, size: usize) -> &Plan {
        self.clock += 1;
        if !self.of.contains_key(&size) {
            while self.of.keys().sum::<usize>() + size > limits::PLANNED_POINTS
                && let Some(oldest) = self.of.iter().min_by_key(|(_, plan)| plan.used)
            {
                let oldest = *oldest.0;
                self.of.remove(&oldest);
            }
        }
        let plan = self.of.entry(size).or_insert_with(|| Plan::new(size));
        plan.used = self.clock;
        plan
    }
}

impl Plan {
    fn new(size: usize) -> Self {
        let weight = |at: usize| Point::from_polar(1.0, FRAC_PI_2 * at as f64 / size as f64);
        Plan {
            used: 0,
            // A planner keeps all it ever planned; this one does not outlive its plan.
            transform: FftPlanner::new().plan_fft_forward(size),
            near: (0..NEAR.min(size)).map(weight).collect(),
            far: (0..size).step_by(NEAR).map(weight).collect(),
        }
    }
}
