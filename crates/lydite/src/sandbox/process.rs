//! A process behind the boundary: its pipes, how long it may stay silent, and how it was lost.

use std::ffi::OsStr;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use lydite_core::limits;

use super::frame;

pub struct Process {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    errors: Option<JoinHandle<Vec<u8>>>,
    leash: Arc<Mutex<Leash>>,
}

/// What the watch holds of a process.
struct Leash {
    child: Child,
    /// When it is cut; `None` while nothing is asked of the process.
    deadline: Option<Instant>,
    cut: bool,
}

/// How a process was lost.
pub struct Lost {
    /// The same for the same cause, whatever the run.
    pub why: String,
    /// Whether somebody else killed it: a person, or the system for want of memory.
    pub was_killed: bool,
}

/// Kills processes that stay silent too long. Ends when it is dropped.
pub struct Watchman {
    leashes: Arc<Leashes>,
}

type Leashes = Mutex<Vec<Weak<Mutex<Leash>>>>;

/// How often the watch looks.
const WATCH: Duration = Duration::from_millis(100);

impl Watchman {
    pub fn new() -> Watchman {
        let leashes = Arc::new(Leashes::default());
        let watched = Arc::downgrade(&leashes);
        thread::spawn(move || watch(&watched));
        Watchman { leashes }
    }

    /// Starts a program, which must answer its first message within `patience`.
    pub fn start<S: AsRef<OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = S>,
        patience: Duration,
    ) -> io::Result<Process> {
        let mut child = Command::new(program)
            .args(arguments)
            // Nothing of the user's surroundings is the process's business.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let leash = Leash { child, deadline: Some(Instant::now() + patience), cut: false };
        let leash = Arc::new(Mutex::new(leash));
        lock(&self.leashes).push(Arc::downgrade(&leash));
        let (Some(input), Some(output), Some(errors)) = pipes else {
            return Err(io::Error::other("no pipes to the process"));
        };
        let errors = Some(thread::spawn(move || tail(errors)));
        let output = BufReader::with_capacity(limits::PIPE_BYTES, output);
        Ok(Process { input, output, errors, leash })
    }
}

impl Process {
    pub fn send(&mut self, message: &[u8]) -> io::Result<()> {
        frame::write(&mut self.input, message)
    }

    /// The next message, of at most `bound` bytes. A process that has closed its pipe is an error.
    pub fn receive(&mut self, bound: usize) -> io::Result<Vec<u8>> {
        frame::read(&mut self.output, bound)?.ok_or(ErrorKind::UnexpectedEof.into())
    }

    /// From now on it is killed when the patience is over; never, when there is none.
    pub fn expect(&self, patience: Option<Duration>) {
        lock(&self.leash).deadline = patience.map(|patience| Instant::now() + patience);
    }

    /// Ends the process and says how it was lost, with its last words.
    pub fn lost(mut self, why: &io::Error) -> Lost {
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
        let was_killed = !cut && status.is_some_and(is_kill);
        Lost { why: if words.is_empty() { cause } else { format!("{cause}: {words}") }, was_killed }
    }

    /// The exit status of a process that closed its pipe; a moment is allowed between the two.
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
        // Both fail only for a process that has ended already.
        let _ = leash.child.kill();
        let _ = leash.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// SIGKILL: no process does that to itself here.
fn is_kill(status: ExitStatus) -> bool {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal = status.code().filter(|_| false);
    signal == Some(9)
}

/// Kills processes past their deadline, until the watchman is gone.
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

/// What a process said last, on one line. What differs from run to run is left out: the number of
/// the thread, which the runtime puts behind `thread 'main'` when it aborts, and which allocation
/// was the one that failed, which rests on where the system laid the memory before.
fn last_words(words: &[u8]) -> String {
    let text = String::from_utf8_lossy(words);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines = lines.filter(|line| !line.starts_with("note: run with `RUST_BACKTRACE"));
    let lines = lines.map(|line| match line.strip_prefix("thread 'main' (") {
        Some(rest) => rest.split_once(") ").map_or(line, |(_, rest)| rest).to_owned(),
        None if line.starts_with("memory allocation of ") => "memory allocation failed".to_owned(),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("; ")
}

/// A panic elsewhere leaves nothing half-changed behind these locks.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
