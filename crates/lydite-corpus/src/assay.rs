//! One pass over the sources: collect, examine, commit batch by batch.
//!
//! Three stages run side by side, a batch each: collecting, examining on all threads, writing. A
//! batch closes at a bound of `limits.rs`, never by time, so that its bytes depend on the sources
//! alone. Memory holds three batches and the set of blobs seen (some 50 bytes each).

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use lydite_core::examine::Examined;
use lydite_core::fact::Facts;
use lydite_core::item::{Kind, Sha256};
use lydite_core::limits;
use lydite_core::verdict::{Status, decide};

use crate::case::{Case, Result, VERSION};
use crate::collect::{self, Collect, Found, Leaf, Position};
use crate::ledger::{Files, Line, Phase, Tally};
use crate::pack;
use crate::shard::{self, Encoded, Rows};
use crate::tables::sightings::{Meta, Outcome};
use crate::tables::{blobs, containers, sightings};

/// Examines one blob, with other copies of the same mail where the case has them, somewhere it can
/// do no harm; or says why the worker was lost.
pub type Examiner<'a> =
    dyn Fn(&[u8], &[Vec<u8>]) -> std::result::Result<Examined, String> + Sync + 'a;

/// What examining needs.
#[derive(Clone, Copy)]
pub struct Work<'a> {
    pub threads: usize,
    /// Needed where there are sources to read.
    pub collect: &'a Collect<'a>,
    pub examiner: &'a Examiner<'a>,
    /// The facts the examiner was given.
    pub facts: &'a Facts,
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

/// How far a phase is. `bytes` of `total` are consumed; both 0 where nothing is read.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub phase: &'static str,
    pub items: u64,
    pub bytes: u64,
    pub total: u64,
    /// Blobs of this run by preliminary status, in the order of `Status::ALL`; all 0 where nothing
    /// is examined.
    pub statuses: [u64; Status::ALL.len()],
}

/// Reason of a sighting whose kind has no reader yet.
pub const NOT_MAIL: &str = "not-mail";
/// Reason of a sighting whose worker was lost each time it was tried.
pub const WORKER_LOST: &str = collect::LOST;

/// When a batch closes: sightings and containers, bytes.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    pub events: usize,
    pub bytes: usize,
}

/// Collects and examines the sources into the case; goes on where an earlier run was cut.
pub fn assay(case: &Case, sources: &[PathBuf], work: Work) -> Result<()> {
    let bounds = Bounds { events: limits::BATCH_ITEMS, bytes: limits::BATCH_BYTES };
    run(case, sources, work, bounds)
}

pub(crate) fn run(case: &Case, sources: &[PathBuf], work: Work, bounds: Bounds) -> Result<()> {
    if case.ledger().is_collected() {
        return Ok(());
    }
    let (mut next, done) = resume(case);
    next.bounds = bounds;
    let from = next.position;
    let mut seen = seen_blobs(case)?;
    let total = collect::measure(sources)?.bytes;
    let (batches, to_examine) = sync_channel(0);
    let (examined, to_write) = sync_channel(0);
    let (scratch, passwords) = (case.scratch(), case.passwords()?);
    let items = thread::scope(|scope| {
        let collector = scope.spawn(move || -> Result<()> {
            let emit = &mut |found, position| next.take(found, position, &batches);
            (work.collect)(sources, &scratch, &passwords, from, emit)?;
            // Nobody listening means that writing failed, which is the error to report.
            let _ = next.close(&batches);
            Ok(())
        });
        let writer = scope.spawn(move || to_write.iter().try_for_each(|batch| write(case, batch)));
        let items = examine_all(to_examine, examined, &mut seen, work, (done, total));
        // The writer first: when it fails, the collector only stops because nobody listens.
        writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        collector.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok::<u64, crate::case::Error>(items)
    })?;
    case.commit(line(Phase::Collected, None, Tally::default(), Vec::new()))?;
    let statuses = [0; Status::ALL.len()];
    (work.progress)(Progress { phase: "collected", items, bytes: total, total, statuses });
    Ok(())
}

fn line(
    phase: Phase,
    position: Option<Position>,
    seen: Tally,
    files: Vec<crate::ledger::FileEntry>,
) -> Line {
    let version = VERSION.to_owned();
    Line { number: 0, phase, generation: 0, position, seen, files, version }
}

/// The batch to begin with, and the sightings committed before it.
fn resume(case: &Case) -> (Batch, u64) {
    let ledger = case.ledger();
    let done = ledger.of(Phase::Collect).map(|l| l.seen.items).sum();
    let number = ledger.of(Phase::Collect).count();
    let position = ledger.of(Phase::Collect).next_back().and_then(|l| l.position);
    let batch = Batch {
        number: u32::try_from(number).unwrap_or(u32::MAX),
        first_seq: done + 1,
        position: position.unwrap_or_default(),
        ..Batch::default()
    };
    (batch, done)
}

/// Every blob of the case, and why it was not examined if so.
type Seen = HashMap<Sha256, Option<&'static str>>;

fn seen_blobs(case: &Case) -> Result<Seen> {
    let files = case.files();
    let mut seen = Seen::new();
    for batch in shard::batches(&files) {
        for row in shard::rows::<blobs::Row>(case, &files, &blobs::TABLE, &shard::name(batch))? {
            let reason = [NOT_MAIL, WORKER_LOST, pack::PURGED]
                .into_iter()
                .find(|r| row.reason.as_deref() == Some(r));
            seen.insert(row.sha256, reason);
        }
    }
    Ok(seen)
}

/// Everything found since the last commit.
struct Batch {
    number: u32,
    first_seq: u64,
    found: Vec<(Option<Sha256>, Found)>,
    bytes: usize,
    seen: Tally,
    /// Behind the last of `found`.
    position: Position,
    bounds: Bounds,
}

impl Default for Batch {
    fn default() -> Self {
        Batch {
            number: 0,
            first_seq: 1,
            found: Vec::new(),
            bytes: 0,
            seen: Tally::default(),
            position: Position::default(),
            bounds: Bounds { events: limits::BATCH_ITEMS, bytes: limits::BATCH_BYTES },
        }
    }
}

impl Batch {
    fn take(
        &mut self,
        found: Found,
        position: Position,
        to: &SyncSender<Batch>,
    ) -> ControlFlow<()> {
        let sha256 = match &found {
            Found::Leaf(leaf) => {
                self.bytes += leaf.bytes.len();
                self.seen.add(leaf.bytes.len() as u64);
                Some(Sha256::of(&leaf.bytes))
            }
            Found::Skipped { bytes, sha256, .. } => {
                self.seen.add(*bytes);
                *sha256
            }
            Found::Container { .. } => None,
        };
        self.found.push((sha256, found));
        self.position = position;
        if self.found.len() < self.bounds.events && self.bytes < self.bounds.bytes {
            return ControlFlow::Continue(());
        }
        self.close(to)
    }

    /// Hands the batch on and begins the next. Breaks when nobody listens any more.
    fn close(&mut self, to: &SyncSender<Batch>) -> ControlFlow<()> {
        if self.found.is_empty() {
            return ControlFlow::Continue(());
        }
        let next = Batch {
            number: self.number + 1,
            first_seq: self.first_seq + self.seen.items,
            position: self.position,
            bounds: self.bounds,
            ..Batch::default()
        };
        match to.send(std::mem::replace(self, next)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

/// A batch with everything that is to be written.
struct Ready {
    number: u32,
    seen: Tally,
    position: Position,
    blobs: Vec<blobs::Row>,
    bytes: Vec<Vec<u8>>,
    /// Length of `bytes`, all together.
    offset: u64,
    sightings: Vec<sightings::Row>,
    containers: Vec<containers::Row>,
    rows: Rows,
    statuses: [u64; Status::ALL.len()],
}

/// Examines batch after batch in order. Returns the number of sightings in the case.
fn examine_all(
    batches: Receiver<Batch>,
    to: SyncSender<Ready>,
    seen: &mut Seen,
    work: Work,
    (mut items, total): (u64, u64),
) -> u64 {
    let mut statuses = [0; Status::ALL.len()];
    for batch in batches {
        items += batch.seen.items;
        let bytes = batch.position.bytes + batch.position.offset;
        let ready = examine_batch(batch, seen, work);
        for (sum, more) in statuses.iter_mut().zip(ready.statuses) {
            *sum += more;
        }
        if to.send(ready).is_err() {
            break;
        }
        (work.progress)(Progress { phase: "collect", items, bytes, total, statuses });
    }
    items
}

fn examine_batch(batch: Batch, seen: &mut Seen, work: Work) -> Ready {
    let fresh = first_sightings(&batch.found, seen);
    let mut results = examine_leaves(&batch.found, &fresh, work);
    let mut ready = Ready {
        number: batch.number,
        seen: batch.seen,
        position: batch.position,
        blobs: Vec::new(),
        bytes: Vec::new(),
        offset: 0,
        sightings: Vec::new(),
        containers: Vec::new(),
        rows: Rows::default(),
        statuses: [0; Status::ALL.len()],
    };
    let mut seq = batch.first_seq;
    for (index, (sha256, found)) in batch.found.into_iter().enumerate() {
        match (found, sha256) {
            (Found::Leaf(leaf), Some(sha256)) => {
                let mut row = leaf_sighting(seq, sha256, &leaf);
                if fresh.contains(&index) {
                    let result = results.remove(&index);
                    let (reason, detail) = ready.keep(sha256, leaf, result, work.facts);
                    row.detail = detail;
                    seen.insert(sha256, reason);
                }
                ready.sightings.push(with_outcome(row, seen.get(&sha256).copied().flatten()));
                seq += 1;
            }
            (found @ Found::Skipped { .. }, sha256) => {
                ready.sightings.extend(skipped_sighting(seq, sha256, found));
                seq += 1;
            }
            (found, _) => ready.containers.extend(container_rows(found)),
        }
    }
    ready
}

/// Indices of the leaves whose bytes the case did not have.
fn first_sightings(found: &[(Option<Sha256>, Found)], seen: &Seen) -> HashSet<usize> {
    let mut new = HashSet::new();
    let mut fresh = HashSet::new();
    for (index, (sha256, found)) in found.iter().enumerate() {
        if let (Some(sha256), Found::Leaf(_)) = (sha256, found)
            && !seen.contains_key(sha256)
            && new.insert(*sha256)
        {
            fresh.insert(index);
        }
    }
    fresh
}

type Answer = std::result::Result<Examined, String>;

/// What the examiner answers to each fresh leaf of a kind that has a reader, by index.
fn examine_leaves(
    found: &[(Option<Sha256>, Found)],
    fresh: &HashSet<usize>,
    work: Work,
) -> HashMap<usize, Answer> {
    let mut indices = Vec::new();
    let mut blobs = Vec::new();
    for (index, (_, found)) in found.iter().enumerate() {
        if let Found::Leaf(leaf) = found
            && fresh.contains(&index)
            && matches!(leaf.kind, Kind::Message | Kind::Document | Kind::Image)
        {
            indices.push(index);
            blobs.push((leaf.bytes.as_slice(), Vec::new()));
        }
    }
    indices.into_iter().zip(examine_each(&blobs, work)).collect()
}

/// Examines blobs on all threads; the answers stand in the order of the blobs. One whose worker
/// was lost is tried again when no other is under way.
pub(crate) fn examine_each(blobs: &[(&[u8], Vec<Vec<u8>>)], work: Work) -> Vec<Answer> {
    let next = AtomicUsize::new(0);
    let answers: Vec<Mutex<Option<Answer>>> = blobs.iter().map(|_| Mutex::new(None)).collect();
    thread::scope(|scope| {
        for _ in 0..work.threads.clamp(1, blobs.len().max(1)) {
            scope.spawn(|| {
                while let Some(index) = Some(next.fetch_add(1, Ordering::Relaxed))
                    && let Some((raw, copies)) = blobs.get(index)
                {
                    let answer = (work.examiner)(raw, copies);
                    *answers[index].lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
                }
            });
        }
    });
    let answers =
        answers.into_iter().map(|a| a.into_inner().unwrap_or_else(PoisonError::into_inner));
    answers.zip(blobs).map(|(answer, (raw, copies))| settled(answer, raw, copies, work)).collect()
}

fn settled(first: Option<Answer>, raw: &[u8], copies: &[Vec<u8>], work: Work) -> Answer {
    let mut answer = first.unwrap_or_else(|| Err("not tried".to_owned()));
    for _ in 0..limits::ITEM_RETRIES {
        if answer.is_ok() {
            break;
        }
        answer = (work.examiner)(raw, copies);
    }
    answer
}

impl Ready {
    /// Keeps a blob met for the first time. Returns why it was not examined, and particulars.
    fn keep(
        &mut self,
        sha256: Sha256,
        leaf: Leaf,
        answer: Option<Answer>,
        facts: &Facts,
    ) -> (Option<&'static str>, String) {
        let size = leaf.bytes.len() as u64;
        let (reason, detail) = match answer {
            None => (Some(NOT_MAIL), String::new()),
            Some(Err(why)) => (Some(WORKER_LOST), why),
            Some(Ok(examined)) => {
                let wants = shard::met(sha256, &examined, facts);
                self.statuses[decide(leaf.kind, &examined.findings).status as usize] += 1;
                self.rows.push(sha256, size, &examined, wants);
                (None, String::new())
            }
        };
        self.blobs.push(blobs::Row {
            sha256,
            pack: self.number,
            start: self.offset,
            size,
            kind: leaf.kind,
            reason: reason.map(str::to_owned),
        });
        self.offset += size;
        self.bytes.push(leaf.bytes);
        (reason, detail)
    }
}

fn leaf_sighting(seq: u64, sha256: Sha256, leaf: &Leaf) -> sightings::Row {
    let meta = |(name, value): &(String, String)| Meta { name: name.clone(), value: value.clone() };
    sightings::Row {
        seq,
        path: leaf.path.clone(),
        parent: leaf.parent.clone(),
        container: leaf.container.to_owned(),
        position: leaf.order,
        sha256: Some(sha256),
        kind: Some(leaf.kind),
        size: leaf.bytes.len() as u64,
        outcome: Outcome::Examined,
        reason: None,
        detail: String::new(),
        meta: leaf.meta.iter().map(meta).collect(),
        defects: leaf.defects.clone(),
    }
}

fn with_outcome(mut row: sightings::Row, reason: Option<&str>) -> sightings::Row {
    if let Some(reason) = reason {
        row.outcome = Outcome::Skipped;
        row.reason = Some(reason.to_owned());
    }
    row
}

fn skipped_sighting(seq: u64, sha256: Option<Sha256>, found: Found) -> Option<sightings::Row> {
    let Found::Skipped { path, parent, reason, detail, bytes, .. } = found else {
        return None;
    };
    Some(sightings::Row {
        seq,
        path,
        parent,
        container: String::new(),
        position: 0,
        sha256,
        kind: None,
        size: bytes,
        outcome: Outcome::Skipped,
        reason: Some(reason.to_owned()),
        detail,
        meta: Vec::new(),
        defects: Vec::new(),
    })
}

/// The row of a container, and one for each file it was joined from.
fn container_rows(found: Found) -> Vec<containers::Row> {
    let Found::Container { path, format, bytes_in, framing, members, defects, volumes } = found
    else {
        return Vec::new();
    };
    let volume = |(volume, size)| containers::Row {
        path: volume,
        format: "volume".to_owned(),
        bytes_in: size,
        framing: 0,
        members: 0,
        defects: vec![format!("read as a part of {path}")],
    };
    let mut rows: Vec<_> = volumes.into_iter().map(volume).collect();
    let format = format.to_owned();
    rows.push(containers::Row { path, format, bytes_in, framing, members, defects });
    rows
}

/// Writes the pack and the shards of a batch, then the line that makes them count.
fn write(case: &Case, batch: Ready) -> Result<()> {
    let nothing = Files::new();
    let shard = shard::name(batch.number);
    let mut files = Vec::new();
    if !batch.bytes.is_empty() {
        files.push(case.put(&pack::path(batch.number), batch.bytes.iter().map(Vec::as_slice))?);
    }
    let mut shards = vec![
        Encoded::new(&sightings::TABLE, &batch.sightings)?,
        Encoded::new(&containers::TABLE, &batch.containers)?,
        Encoded::new(&blobs::TABLE, &batch.blobs)?,
    ];
    shards.extend(batch.rows.encode()?);
    for encoded in shards {
        files.extend(encoded.put(case, &nothing, &shard, 0)?);
    }
    case.commit(line(Phase::Collect, Some(batch.position), batch.seen, files))
}
