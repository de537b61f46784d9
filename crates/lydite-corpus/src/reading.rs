//! Reading a case: items in the order they were found, bytes, the accounting.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::rc::Rc;

use lydite_core::evidence::Finding;
use lydite_core::examine::Examined;
use lydite_core::item::Sha256;
use lydite_core::limits;
use lydite_core::verdict::{Verdict, decide};

use crate::case::{Case, Error, Result};
use crate::ledger::{Files, Tally};
use crate::pack;
use crate::shard;
use crate::tables::sightings::{self, Outcome};
use crate::tables::{blobs, verdicts};

/// One sighting with what is known of its blob.
#[derive(Clone, Debug)]
pub struct Item {
    pub sighting: sightings::Row,
    /// None for what was not examined.
    pub verdict: Option<Verdict>,
    /// Whether the verdict was weighed beside all other items. Until then it is preliminary: what
    /// the item's own findings earn it.
    pub is_weighed: bool,
    /// With the findings of joins behind the item's own. None for what was not examined.
    pub examined: Option<Examined>,
}

/// What examining and weighing a batch gave.
struct Batch {
    examined: HashMap<Sha256, Examined>,
    verdicts: HashMap<Sha256, Verdict>,
}

/// Reads items, and remembers the batches it read last.
pub struct Reader<'a> {
    case: &'a Case,
    files: Files,
    /// Where each blob is: its row in `blobs`. Some 200 bytes a blob.
    blobs: HashMap<Sha256, blobs::Row>,
    joined: BTreeMap<Sha256, Vec<Finding>>,
    kept: VecDeque<(u32, Rc<Batch>)>,
}

impl<'a> Reader<'a> {
    pub fn new(case: &'a Case) -> Result<Reader<'a>> {
        let files = case.files();
        let mut blobs = HashMap::new();
        for batch in shard::batches(&files) {
            let rows = shard::rows::<blobs::Row>(case, &files, &blobs::TABLE, &shard::name(batch))?;
            blobs.extend(rows.into_iter().map(|row| (row.sha256, row)));
        }
        let joined = shard::findings(case, &files, shard::JOINS)?;
        Ok(Reader { case, files, blobs, joined, kept: VecDeque::new() })
    }

    /// Every sighting, in the order found. `visit` ends the walk with an error of its own kind.
    pub fn walk<E: From<Error>>(
        &mut self,
        mut visit: impl FnMut(Item) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        for batch in shard::batches(&self.files) {
            let name = shard::name(batch);
            let rows: Vec<sightings::Row> =
                shard::rows(self.case, &self.files, &sightings::TABLE, &name)?;
            for row in rows {
                visit(self.item(row)?)?;
            }
        }
        Ok(())
    }

    /// A sighting with what is known of its blob.
    pub fn item(&mut self, sighting: sightings::Row) -> Result<Item> {
        let known = match sighting.sha256 {
            Some(sha256) if sighting.outcome == Outcome::Examined => self.examined(&sha256)?,
            _ => None,
        };
        let is_weighed = known.as_ref().is_some_and(|(_, weighed)| weighed.is_some());
        let (examined, weighed) = known.unzip();
        let alone = |examined: &Examined| decide(examined.kind, &examined.findings);
        let verdict = weighed.flatten().or_else(|| examined.as_ref().map(alone));
        Ok(Item { sighting, verdict, is_weighed, examined })
    }

    /// What examining and weighing a blob gave; None if it was not examined.
    pub fn examined(&mut self, sha256: &Sha256) -> Result<Option<(Examined, Option<Verdict>)>> {
        let Some(blob) = self.blobs.get(sha256).filter(|blob| blob.reason.is_none()) else {
            return Ok(None);
        };
        let (pack, kind) = (blob.pack, blob.kind);
        let batch = self.batch(pack)?;
        let mut examined =
            batch.examined.get(sha256).cloned().unwrap_or_else(|| shard::nothing(kind));
        examined.findings.extend(self.joined.get(sha256).into_iter().flatten().cloned());
        Ok(Some((examined, batch.verdicts.get(sha256).cloned())))
    }

    /// The bytes of a blob, compared with its SHA-256.
    pub fn bytes(&self, sha256: &Sha256) -> Result<Vec<u8>> {
        let blob = self.blobs.get(sha256).ok_or(Error::NoSuchItem(*sha256))?;
        pack::read(self.case, blob)
    }

    fn batch(&mut self, number: u32) -> Result<Rc<Batch>> {
        if let Some((_, batch)) = self.kept.iter().find(|(n, _)| *n == number) {
            return Ok(Rc::clone(batch));
        }
        let name = shard::name(number);
        let rows: Vec<verdicts::Row> =
            shard::rows(self.case, &self.files, &verdicts::TABLE, &name)?;
        let verdicts = rows.into_iter().map(|row| (row.sha256, row.into_verdict())).collect();
        let examined = shard::examined(self.case, &self.files, &name)?;
        let batch = Rc::new(Batch { examined, verdicts });
        self.kept.truncate(limits::BATCHES_KEPT - 1);
        self.kept.push_front((number, Rc::clone(&batch)));
        Ok(batch)
    }
}

/// Seen = examined + skipped by reason, in items and in bytes. Sightings are counted, so a blob
/// seen twice counts twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounting {
    pub seen: Tally,
    pub examined: Tally,
    pub skipped: BTreeMap<String, Tally>,
}

/// Counts what became of everything seen. The two sides are counted apart, at the moment of
/// collecting and from the table; if they differ that is an error.
pub fn accounting(case: &Case) -> Result<Accounting> {
    let files = case.files();
    let mut out = Accounting::default();
    for line in &case.ledger().lines {
        out.seen.items += line.seen.items;
        out.seen.bytes += line.seen.bytes;
    }
    for batch in shard::batches(&files) {
        let rows: Vec<sightings::Row> =
            shard::rows(case, &files, &sightings::TABLE, &shard::name(batch))?;
        for row in rows {
            match (row.outcome, row.reason) {
                (Outcome::Examined, _) => out.examined.add(row.size),
                (Outcome::Skipped, reason) => {
                    out.skipped.entry(reason.unwrap_or_default()).or_default().add(row.size);
                }
            }
        }
    }
    let mut counted = out.examined;
    for tally in out.skipped.values() {
        counted.items += tally.items;
        counted.bytes += tally.bytes;
    }
    if counted != out.seen {
        return Err(Error::Accounting(format!("seen {:?}, accounted for {counted:?}", out.seen)));
    }
    Ok(out)
}
