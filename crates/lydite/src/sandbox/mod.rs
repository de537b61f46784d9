//! The boundary around hostile input: every item is read by a worker process of the same binary.
//!
//! Bytes go in by pipe, typed bounded records come out. A worker that crashes, hangs or answers
//! nonsense costs its item only; the next item gets a fresh one.

mod frame;
pub mod worker;

use std::any::Any;
use std::ffi::OsString;
use std::io::{self, BufReader, ErrorKind, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Context;
use lydite_core::examine::{Examined, examine_beside};
use lydite_core::fact::Facts;
use lydite_core::limits;

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
        let program = std::env::current_exe().context("the path of this program is not known")?;
        let patience = Duration::from_secs(limits::ITEM_SECONDS);
        Ok(Examiner::Workers(Pool::new(program, vec!["worker".into()], &facts, patience)?))
    }

    /// `Err` says why the item could not be examined.
    pub fn examine(&self, raw: &[u8], copies: &[Vec<u8>]) -> Result<Examined, String> {
        match self {
            Examiner::Workers(pool) => pool.examine(raw, copies),
            Examiner::Here(facts) => in_process(raw, copies, facts),
        }
    }
}

/// Worker processes, one for each thread that asks at the same time, spawned when first needed.
pub struct Pool {
    program: PathBuf,
    arguments: Vec<OsString>,
    /// First message to every worker.
    facts: Vec<u8>,
    patience: Duration,
    idle: Mutex<Vec<Worker>>,
    leashes: Arc<Leashes>,
}

type Leashes = Mutex<Vec<Weak<Mutex<Leash>>>>;

/// How often the watch looks for workers that take too long.
const WATCH: Duration = Duration::from_millis(100);

impl Pool {
    /// `program` with `arguments` must end up in [`worker::serve`]. `patience` is what one item
    /// may take.
    pub fn new(
        program: PathBuf,
        arguments: Vec<OsString>,
        facts: &Facts,
        patience: Duration,
    ) -> Result<Pool, postcard::Error> {
        let leashes = Arc::new(Leashes::default());
        let watched = Arc::downgrade(&leashes);
        thread::spawn(move || watch(&watched));
        let facts = postcard::to_stdvec(facts)?;
        Ok(Pool { program, arguments, facts, patience, idle: Mutex::default(), leashes })
    }

    /// Examines one blob in a worker. `Err` says why that worker was lost.
    pub fn examine(&self, raw: &[u8], copies: &[Vec<u8>]) -> Result<Examined, String> {
        let idle = lock(&self.idle).pop();
        let mut worker = match idle {
            Some(worker) => worker,
            None => self.spawn().map_err(|why| format!("worker could not start: {why}"))?,
        };
        match worker.ask(raw, copies, self.patience) {
            Ok(examined) => {
                lock(&self.idle).push(worker);
                Ok(examined)
            }
            Err(why) => Err(worker.obituary(&why)),
        }
    }

    fn spawn(&self) -> io::Result<Worker> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            // Nothing of the user's surroundings is the worker's business.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let leash = Leash { child, deadline: Some(Instant::now() + self.patience), cut: false };
        let leash = Arc::new(Mutex::new(leash));
        lock(&self.leashes).push(Arc::downgrade(&leash));
        let (Some(input), Some(output), Some(errors)) = pipes else {
            return Err(io::Error::other("no pipes to the worker"));
        };
        let errors = Some(thread::spawn(move || tail(errors)));
        let mut worker = Worker { input, output: BufReader::new(output), errors, leash };
        // A worker that dies here says so at its first item.
        let _ = frame::write(&mut worker.input, &self.facts);
        Ok(worker)
    }
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

struct Worker {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    errors: Option<JoinHandle<Vec<u8>>>,
    leash: Arc<Mutex<Leash>>,
}

/// What the watch holds of a worker.
struct Leash {
    child: Child,
    /// When it is cut; `None` while the worker has nothing to do.
    deadline: Option<Instant>,
    cut: bool,
}

impl Worker {
    fn ask(&mut self, raw: &[u8], copies: &[Vec<u8>], patience: Duration) -> io::Result<Examined> {
        lock(&self.leash).deadline = Some(Instant::now() + patience);
        frame::write(&mut self.input, raw)?;
        frame::write(&mut self.input, &postcard::to_stdvec(copies).map_err(io::Error::other)?)?;
        let answer =
            frame::read(&mut self.output, limits::ANSWER_BYTES)?.ok_or(ErrorKind::UnexpectedEof)?;
        lock(&self.leash).deadline = None;
        postcard::from_bytes(&answer)
            .map_err(|_| io::Error::new(ErrorKind::InvalidData, "answer that cannot be read"))
    }

    /// Ends the worker and says why it was lost, with its last words.
    fn obituary(mut self, why: &io::Error) -> String {
        let closed = matches!(why.kind(), ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe);
        let status = if closed { self.last_breath() } else { None };
        let cut = lock(&self.leash).cut;
        let cause = match status {
            _ if cut => "no answer in time".to_owned(),
            Some(status) => format!("worker ended: {status}"),
            None => why.to_string(),
        };
        self.end();
        let words = self.errors.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        let words = last_words(&words);
        if words.is_empty() { cause } else { format!("{cause}: {words}") }
    }

    /// The exit status of a worker that closed its pipe; a moment is allowed between the two.
    fn last_breath(&self) -> Option<ExitStatus> {
        let until = Instant::now() + Duration::from_secs(1);
        while Instant::now() < until {
            if let Ok(Some(status)) = lock(&self.leash).child.try_wait() {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(1));
        }
        None
    }

    fn end(&mut self) {
        let mut leash = lock(&self.leash);
        leash.deadline = None;
        // Both fail only for a worker that has ended already.
        let _ = leash.child.kill();
        let _ = leash.child.wait();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

/// Kills workers past their deadline, until the pool is gone.
fn watch(leashes: &Weak<Leashes>) {
    while let Some(leashes) = leashes.upgrade() {
        lock(&leashes).retain(|leash| {
            let Some(leash) = leash.upgrade() else {
                return false;
            };
            let mut leash = lock(&leash);
            if leash.deadline.is_some_and(|deadline| deadline < Instant::now()) {
                leash.cut = true;
                leash.deadline = None;
                let _ = leash.child.kill();
            }
            true
        });
        drop(leashes);
        thread::sleep(WATCH);
    }
}

/// The last bytes of a stream, read to its end so that the writer never blocks.
fn tail(mut stream: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut chunk) {
        kept.extend_from_slice(&chunk[..length]);
        let surplus = kept.len().saturating_sub(limits::WORKER_STDERR_BYTES);
        kept.drain(..surplus);
    }
    kept
}

/// What a worker said last, on one line. The number of the thread, which the runtime puts behind
/// `thread 'main'` when it aborts, is left out: it differs from run to run.
fn last_words(words: &[u8]) -> String {
    let text = String::from_utf8_lossy(words);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines = lines.map(|line| match line.strip_prefix("thread 'main' (") {
        Some(rest) => rest.split_once(") ").map_or(line, |(_, rest)| rest).to_owned(),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("; ")
}

/// A panic elsewhere leaves nothing half-changed behind these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
