//! The search for signed headers: every field that `h=` names has a few values it may have had;
//! combinations are hashed, the likely ones first.
//!
//! Fields are hashed in the order of `h=`, so all combinations that share their first fields share
//! the state of the hash behind them: a hypothesis costs what stands behind the first difference.

use aws_lc_rs::digest::Context;

use super::steps::Step;

/// A value that one signed field may have had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// In canonical form with its line end; empty where the field was absent.
    pub canonical: Vec<u8>,
    /// As it stands behind the colon; `None` where the field was absent.
    pub value: Option<Vec<u8>>,
    pub steps: Vec<Step>,
    /// 0 as found; the higher the rarer.
    pub cost: u32,
}

/// A place of `h=`, with what may have stood there, cheapest first.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Lower case.
    pub name: String,
    /// The field as found, by its position; `None` where there is none.
    pub field: Option<usize>,
    pub alternatives: Vec<Alternative>,
}

/// What the search gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Of each slot which alternative, if one combination has the digest.
    pub found: Option<Vec<usize>>,
    pub hypotheses: u64,
}

/// The largest sum of costs that is tried.
const COST: u32 = 8;

/// Searches the combination whose hash, `own` behind it, is `digest`; at most `bound` hypotheses.
pub fn search(slots: &[Slot], own: &[u8], start: &Context, digest: &[u8], bound: u64) -> Search {
    let mut run = Run { slots, own, digest, bound, chosen: vec![0; slots.len()], hypotheses: 0 };
    // What the slots from each on can cost at most: branches that cannot spend the rest are cut.
    let mut most = vec![0; slots.len() + 1];
    for at in (0..slots.len()).rev() {
        let dearest = slots[at].alternatives.iter().map(|a| a.cost).max().unwrap_or(0);
        most[at] = most[at + 1] + dearest;
    }
    for cost in 0..=COST.min(most[0]) {
        if run.from(0, cost, &most, start.clone()) {
            return Search { found: Some(run.chosen), hypotheses: run.hypotheses };
        }
        if run.hypotheses >= bound {
            break;
        }
    }
    Search { found: None, hypotheses: run.hypotheses }
}

struct Run<'a> {
    slots: &'a [Slot],
    own: &'a [u8],
    digest: &'a [u8],
    bound: u64,
    chosen: Vec<usize>,
    hypotheses: u64,
}

impl Run<'_> {
    /// Tries every combination of the slots from `at` on that costs exactly `cost`.
    fn from(&mut self, mut at: usize, cost: u32, most: &[u32], mut context: Context) -> bool {
        if cost == 0 {
            self.hypotheses += 1;
            self.chosen[at..].fill(0);
            self.slots[at..].iter().for_each(|s| context.update(&s.alternatives[0].canonical));
            context.update(self.own);
            return context.finish().as_ref() == self.digest;
        }
        // Slots without a choice are hashed on the way.
        while let Some(slot) = self.slots.get(at)
            && slot.alternatives.len() == 1
        {
            self.chosen[at] = 0;
            context.update(&slot.alternatives[0].canonical);
            at += 1;
        }
        let Some(slot) = self.slots.get(at) else {
            return false;
        };
        for (number, alternative) in slot.alternatives.iter().enumerate() {
            if self.hypotheses >= self.bound {
                return false;
            }
            if alternative.cost > cost || cost - alternative.cost > most[at + 1] {
                continue;
            }
            self.chosen[at] = number;
            let mut next = context.clone();
            next.update(&alternative.canonical);
            if self.from(at + 1, cost - alternative.cost, most, next) {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::digest::{SHA256, digest};

    fn slot(values: &[(&str, u32)]) -> Slot {
        let alternatives = values.iter().map(|(text, cost)| Alternative {
            canonical: text.as_bytes().to_vec(),
            value: Some(text.as_bytes().to_vec()),
            steps: Vec::new(),
            cost: *cost,
        });
        Slot { name: "x".to_owned(), field: None, alternatives: alternatives.collect() }
    }

    #[test]
    fn the_combination_with_the_digest_is_found_and_every_hypothesis_counted() {
        let slots =
            [slot(&[("a", 0), ("b", 1), ("c", 2)]), slot(&[("-", 0)]), slot(&[("x", 0), ("y", 1)])];
        let start = Context::new(&SHA256);
        for (a, text_a) in ["a", "b", "c"].iter().enumerate() {
            for (x, text_x) in ["x", "y"].iter().enumerate() {
                let wanted = digest(&SHA256, format!("{text_a}-{text_x}!").as_bytes());
                let found = search(&slots, b"!", &start, wanted.as_ref(), 100);
                assert_eq!(found.found, Some(vec![a, 0, x]));
            }
        }
        let none = search(&slots, b"!", &start, digest(&SHA256, b"other").as_ref(), 100);
        assert_eq!((none.found, none.hypotheses), (None, 6));
        assert_eq!(search(&slots, b"!", &start, &[0; 32], 2).hypotheses, 2);
    }
}
