//! Counting all hits by status and month, from the two columns that hold them.

use std::collections::BTreeMap;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

/// All hits, counted.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    pub hits: u64,
    /// By place in `Status::ALL`.
    pub statuses: BTreeMap<u64, u64>,
    /// By `yyyymm`. Hits without a date are in none.
    pub months: BTreeMap<u64, u64>,
}

pub struct Tally;

pub struct Segment {
    ranks: Column<u64>,
    days: Column<u64>,
    counted: Counted,
}

impl Collector for Tally {
    type Fruit = Counted;
    type Child = Segment;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<Segment> {
        let columns = reader.fast_fields();
        let (ranks, days) = (columns.u64("rank")?, columns.u64("date")?);
        Ok(Segment { ranks, days, counted: Counted::default() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, all: Vec<Counted>) -> tantivy::Result<Counted> {
        let mut out = Counted::default();
        for one in all {
            out.hits += one.hits;
            one.statuses.iter().for_each(|(k, n)| *out.statuses.entry(*k).or_default() += n);
            one.months.iter().for_each(|(k, n)| *out.months.entry(*k).or_default() += n);
        }
        Ok(out)
    }
}

impl SegmentCollector for Segment {
    type Fruit = Counted;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.counted.hits += 1;
        if let Some(rank) = self.ranks.first(doc) {
            *self.counted.statuses.entry(rank).or_default() += 1;
        }
        if let Some(day) = self.days.first(doc) {
            *self.counted.months.entry(day / 100).or_default() += 1;
        }
    }

    fn harvest(self) -> Counted {
        self.counted
    }
}
