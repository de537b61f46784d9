//! Chance from a seed: the same numbers on every machine.

use lydite_core::item::Sha256;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A stream of chance. Streams of other labels do not move when one is drawn from more often.
#[derive(Clone)]
pub struct Random(ChaCha8Rng);

impl Random {
    pub fn of(seed: u64, label: &str) -> Self {
        let Sha256(bytes) = Sha256::of(format!("lydite-lab {seed} {label}").as_bytes());
        Random(ChaCha8Rng::from_seed(bytes))
    }

    /// The generator itself, for whoever searches primes with it.
    pub(crate) fn source(&mut self) -> &mut ChaCha8Rng {
        &mut self.0
    }

    pub fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From 0 to below `end`; 0 where `end` is 0. The remainder's bias is below 2⁻³² here.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.number() % end).unwrap_or(0)
    }

    /// From `first` to `last`, both included.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        let width = last.saturating_sub(first).max(0).unsigned_abs() + 1;
        first + i64::try_from(self.number() % width).unwrap_or(0)
    }

    /// True in so many of a hundred.
    pub fn percent(&mut self, of_hundred: usize) -> bool {
        self.below(100) < of_hundred
    }

    /// One of them; `items` is never empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// So many hexadecimal digits in lower case.
    pub fn hex(&mut self, digits: usize) -> String {
        self.letters(b"0123456789abcdef", digits)
    }

    pub fn digits(&mut self, digits: usize) -> String {
        self.letters(b"0123456789", digits)
    }

    pub fn letters(&mut self, alphabet: &[u8], count: usize) -> String {
        (0..count).map(|_| char::from(*self.pick(alphabet))).collect()
    }

    /// A UUID of version 4 (RFC 9562 §5.4), lower case.
    pub fn uuid(&mut self) -> String {
        let variant = self.letters(b"89ab", 1);
        format!(
            "{}-{}-4{}-{variant}{}-{}",
            self.hex(8),
            self.hex(4),
            self.hex(3),
            self.hex(3),
            self.hex(12)
        )
    }
}
