//! Which bytes of an archive belong to entries, to tell overlaps and gaps, and which names repeat.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use lydite_core::limits;

/// Ranges of bytes. Entries that follow each other, as nearly all do, make one.
#[derive(Default)]
pub struct Spans {
    list: Vec<(u64, u64)>,
    /// More ranges than are kept: nothing can be told of gaps.
    pub is_full: bool,
}

impl Spans {
    pub fn add(&mut self, start: u64, end: u64) {
        let is_full = self.list.len() == limits::ZIP_SPANS;
        match self.list.last_mut() {
            Some((_, last)) if *last == start => *last = end,
            _ if is_full => self.is_full = true,
            _ => self.list.push((start, end)),
        }
    }

    /// Whether ranges share bytes.
    pub fn overlap(&mut self) -> bool {
        self.list.sort_unstable();
        self.list.windows(2).any(|pair| pair[1].0 < pair[0].1)
    }

    /// Where the last one ends.
    pub fn reach(&self) -> u64 {
        self.list.iter().map(|(_, end)| *end).max().unwrap_or(0)
    }

    /// The ranges of `0..length` in none of them, in order.
    pub fn gaps(&mut self, length: u64) -> Vec<(u64, u64)> {
        if self.is_full {
            return Vec::new();
        }
        self.list.sort_unstable();
        let (mut gaps, mut at) = (Vec::new(), 0);
        for (start, end) in self.list.iter().copied().chain([(length, length)]) {
            let start = start.min(length);
            if start > at {
                gaps.push((at, start));
            }
            at = at.max(end);
        }
        gaps
    }
}

/// Values met before, up to a bound.
#[derive(Default)]
pub struct Met(HashSet<u64>);

impl Met {
    /// Whether it is new, as far as is remembered.
    pub fn is_new(&mut self, value: impl Hash) -> bool {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        if self.0.len() == limits::ZIP_SPANS {
            return !self.0.contains(&hasher.finish());
        }
        self.0.insert(hasher.finish())
    }
}

/// A name as programs that unpack see it: `\` is `/`, and `.`, empty parts and a leading `/` go.
pub fn normal(name: &[u8]) -> Vec<u8> {
    let parts = name.split(|byte| matches!(byte, b'/' | b'\\'));
    let parts: Vec<&[u8]> = parts.filter(|part| !part.is_empty() && *part != b".").collect();
    parts.join(&b'/')
}
