//! The boundary around hostile input: every item is read by a worker process of the same binary,
//! and one more walks the sources and opens what contains others.
//!
//! Bytes go in by pipe, typed bounded records come out; the processes confine themselves before
//! they read anything ([`confine`]), and what of that holds is found by trying ([`probe`]). A worker
//! that crashes, hangs or answers nonsense costs its item only; the next item gets a fresh one. A
//! collector that does is started again behind what it told ([`collect`]).

pub mod beside;
pub mod collect;
pub mod collector;
pub mod confine;
mod frame;
pub mod held;
pub mod probe;
mod process;
pub mod worker;

use std::any::Any;
use std::collections::HashSet;
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;
use std::{io, mem};

use anyhow::{Context, anyhow};
use lydite_core::examine::{Examined, examine_beside};
use lydite_core::fact::Facts;
use lydite_core::item::Sha256;
use lydite_core::limits;
use lydite_corpus::collect::Collect;

use collect::Collectors;
use process::{Lost, Process, Watchman, lock};

/// How items are examined: behind the boundary, or not.
pub enum Examiner {
    Workers(Pool),
    Here(Facts),
}

impl Examiner {
    pub fn new(no_sandbox: bool, facts: Facts) -> anyhow::Result<Examiner> {
        if no_sandbox {
            return Ok(Examiner::Here(facts));
        }
        let patience = Duration::from_secs(limits::ITEM_SECONDS);
        let pool = Pool::new(myself()?, vec!["worker".into()], &facts, patience)?;
        // A system on which no worker can run would have every item listed as lost.
        pool.examine(b"From: a@b.example\n\n", &[]).map_err(|why| {
            anyhow!("no worker could examine a mail: {why}; `--no-sandbox` works without")
        })?;
        Ok(Examiner::Workers(pool))
    }

    /// `Err` says why the item could not be examined.
    pub fn examine(&self, raw: &[u8], copies: &[Vec<u8>]) -> Result<Examined, String> {
        match self {
            Examiner::Workers(pool) => pool.examine(raw, copies),
            Examiner::Here(facts) => in_process(raw, copies, facts),
        }
    }
}

/// Collects as [`lydite_corpus::collect::Collect`] does: behind the boundary, or not.
pub fn collector(no_sandbox: bool) -> anyhow::Result<Box<Collect<'static>>> {
    if no_sandbox {
        return Ok(Box::new(lydite_corpus::collect::collect));
    }
    let patience = Duration::from_secs(limits::COLLECTOR_SECONDS);
    let collectors = Collectors::new(myself()?, vec!["collector".into()], patience);
    Ok(Box::new(move |sources, spool_dir, passwords, from, emit| {
        collectors.collect(sources, spool_dir, passwords, from, emit)
    }))
}

/// The program that runs.
pub fn myself() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("the path of this program is not known")
}

/// Worker processes, one for each thread that asks at the same time, spawned when first needed.
pub struct Pool {
    program: PathBuf,
    arguments: Vec<OsString>,
    /// First message to every worker.
    facts: Vec<u8>,
    patience: Duration,
    idle: Mutex<Vec<Process>>,
    /// Items that lost a worker; each further try gets one that has done nothing before.
    feared: Mutex<HashSet<Sha256>>,
    watchman: Watchman,
}

impl Pool {
    /// `program` with `arguments` must end up in [`worker::serve`]. `patience` is what one item
    /// may take.
    pub fn new(
        program: PathBuf,
        arguments: Vec<OsString>,
        facts: &Facts,
        patience: Duration,
    ) -> Result<Pool, postcard::Error> {
        let facts = postcard::to_stdvec(facts)?;
        let (idle, feared, watchman) = (Mutex::default(), Mutex::default(), Watchman::new());
        Ok(Pool { program, arguments, facts, patience, idle, feared, watchman })
    }

    /// Examines one blob in a worker. `Err` says why that worker was lost. One that somebody else
    /// killed says nothing about the blob: another takes its place.
    pub fn examine(&self, raw: &[u8], copies: &[Vec<u8>]) -> Result<Examined, String> {
        let mut kills = 0;
        loop {
            match self.try_once(raw, copies) {
                Ok(examined) => return Ok(examined),
                Err(lost) if lost.was_killed && kills < limits::KILLED_RETRIES => kills += 1,
                Err(lost) => return Err(lost.why),
            }
        }
    }

    fn try_once(&self, raw: &[u8], copies: &[Vec<u8>]) -> Result<Examined, Lost> {
        let is_feared = {
            let feared = lock(&self.feared);
            !feared.is_empty() && feared.contains(&Sha256::of(raw))
        };
        if is_feared {
            drop(mem::take(&mut *lock(&self.idle)));
        }
        let idle = lock(&self.idle).pop();
        let mut worker = match idle {
            Some(worker) => worker,
            None => self.spawn().map_err(|why| Lost {
                why: format!("worker could not start: {why}"),
                was_killed: false,
            })?,
        };
        match ask(&mut worker, raw, copies, self.patience) {
            Ok(examined) => {
                lock(&self.idle).push(worker);
                Ok(examined)
            }
            Err(why) => {
                lock(&self.feared).insert(Sha256::of(raw));
                Err(worker.lost(&why))
            }
        }
    }

    fn spawn(&self) -> io::Result<Process> {
        let mut worker = self.watchman.start(&self.program, &self.arguments, self.patience)?;
        // A worker that dies here says so at its first item.
        let _ = worker.send(&self.facts);
        Ok(worker)
    }
}

fn ask(
    worker: &mut Process,
    raw: &[u8],
    copies: &[Vec<u8>],
    patience: Duration,
) -> io::Result<Examined> {
    worker.expect(Some(patience));
    worker.send(raw)?;
    worker.send(&postcard::to_stdvec(copies).map_err(io::Error::other)?)?;
    let answer = worker.receive(limits::ANSWER_BYTES)?;
    worker.expect(None);
    postcard::from_bytes(&answer)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "answer that cannot be read"))
}

/// Examines in this process, for `--no-sandbox`. A panic costs its item only; a
/// crash or a hang ends everything.
fn in_process(raw: &[u8], copies: &[Vec<u8>], facts: &Facts) -> Result<Examined, String> {
    catch_unwind(AssertUnwindSafe(|| examine_beside(raw, copies, facts)))
        .map_err(|payload| format!("panicked: {}", panic_text(payload.as_ref())))
}

fn panic_text(payload: &dyn Any) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
