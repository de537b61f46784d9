//! What of the confinement holds on this machine, found by trying: a process that confined itself
//! attempts what it must not be able to do, and its parent judges what became of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use clap::ValueEnum;
use lydite_core::fact::Facts;

use super::confine::{self, Layer, Profile, confine};
use super::{Pool, myself};

/// What a confined process tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Attempt {
    /// Open a file that is none of its business: this program.
    ReadFile,
    /// Make a file.
    WriteFile,
    /// Write a byte into a file that was open before.
    AppendFile,
    /// Connect to a port of this machine.
    Connect,
    /// Become another program.
    StartProgram,
    /// Start a process beside it.
    StartProcess,
    /// Take an open file out of its parent, which needs the right to trace it.
    Trace,
    /// Send its parent a signal.
    Signal,
    /// Take 4 GiB of memory.
    Allocate,
    /// Give no answer.
    Hang,
    /// Announce an answer of 4 GiB.
    Boast,
}

impl Attempt {
    /// As JSON and the command line spell it.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// One layer and what came of the attempts to get through it.
#[derive(Clone, Debug)]
pub struct Tried {
    pub layer: &'static str,
    /// Whether every attempt was refused.
    pub holds: bool,
    pub attempts: Vec<(Attempt, bool)>,
}

/// Whose confinement, and which layers of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Side {
    WorkerLandlock,
    WorkerSeccomp,
    WorkerLimits,
    Worker,
    Collector,
}

/// All that [`try_all`] tries, in its order.
pub const LAYERS: [&str; 7] =
    ["process", "time", "answer", "file-system-and-network", "system-calls", "memory", "collector"];

/// What is tried of the layers behind the first three.
const PLAN: [(&str, Side, &[Attempt]); 4] = [
    (
        "file-system-and-network",
        Side::WorkerLandlock,
        &[
            Attempt::ReadFile,
            Attempt::WriteFile,
            Attempt::Connect,
            Attempt::StartProgram,
            Attempt::Trace,
            Attempt::Signal,
        ],
    ),
    (
        "system-calls",
        Side::WorkerSeccomp,
        &[
            Attempt::ReadFile,
            Attempt::Connect,
            Attempt::StartProgram,
            Attempt::StartProcess,
            Attempt::Trace,
            Attempt::Signal,
        ],
    ),
    ("memory", Side::WorkerLimits, &[Attempt::Allocate, Attempt::AppendFile, Attempt::ReadFile]),
    (
        "collector",
        Side::Collector,
        &[
            Attempt::ReadFile,
            Attempt::WriteFile,
            Attempt::Connect,
            Attempt::StartProgram,
            Attempt::Trace,
            Attempt::Signal,
            Attempt::Allocate,
        ],
    ),
];

/// Tries every layer; files that are tried to be made would lie in `folder`. An error says why
/// nothing could be tried.
pub fn try_all(folder: &Path) -> anyhow::Result<Vec<Tried>> {
    let program = myself()?;
    let pool = |more: &[&str], patience| {
        let arguments = ["worker"].iter().chain(more).map(Into::into).collect();
        Pool::new(program.clone(), arguments, &Facts::default(), patience)
    };
    let long = Duration::from_secs(10);
    let works = pool(&[], long)?.examine(b"From: a@b.example\n\n", &[]);
    let mut out = vec![tried("process", vec![], works.is_ok())];
    let short = Duration::from_millis(200);
    let hangs = pool(&["--try", "hang", "--side", "worker"], short)?.examine(b"x", &[]);
    let is_cut = hangs.is_err_and(|why| why == "no answer in time");
    out.push(tried("time", vec![(Attempt::Hang, is_cut)], works.is_ok()));
    let boasts = pool(&["--try", "boast", "--side", "worker"], long)?.examine(b"x", &[]);
    let is_bounded = boasts.is_err_and(|why| why.contains("more than the bound"));
    out.push(tried("answer", vec![(Attempt::Boast, is_bounded)], works.is_ok()));
    thread::scope(|scope| {
        let program = &program;
        let under_way = PLAN.map(|(layer, side, attempts)| {
            let attempt = |attempt: &Attempt| {
                let attempt = *attempt;
                (attempt, scope.spawn(move || is_refused(program, side, attempt, folder)))
            };
            (layer, attempts.iter().map(attempt).collect::<Vec<_>>())
        });
        for (layer, attempts) in under_way {
            let ended = attempts.into_iter();
            let ended = ended.map(|(attempt, thread)| (attempt, thread.join().unwrap_or(false)));
            out.push(tried(layer, ended.collect(), true));
        }
    });
    if let Err(why) = works {
        anyhow::bail!("no worker could examine a mail: {why}; `--no-sandbox` works without");
    }
    Ok(out)
}

fn tried(layer: &'static str, attempts: Vec<(Attempt, bool)>, works: bool) -> Tried {
    Tried { layer, holds: works && attempts.iter().all(|(_, refused)| *refused), attempts }
}

/// What a refused attempt says before its reason.
const REFUSED: &str = "refused";

/// Lets a process of its own try. What was neither refused by the system nor ended the process in
/// the way the layer does counts as not refused.
fn is_refused(program: &Path, side: Side, attempt: Attempt, folder: &Path) -> bool {
    let side_name = side.to_possible_value();
    let side_name = side_name.as_ref().map_or("", |value| value.get_name());
    let target = target(side, attempt, folder);
    let output = Command::new(program)
        .args(["worker", "--try", &attempt.name(), "--side", side_name])
        .arg("--target")
        .arg(&target)
        .env_clear()
        .stdin(Stdio::null())
        .output();
    let left = attempt == Attempt::WriteFile && target.exists();
    let grew = attempt == Attempt::AppendFile && fs::metadata(&target).is_ok_and(|m| m.len() > 0);
    if matches!(attempt, Attempt::WriteFile | Attempt::AppendFile) {
        let _ = fs::remove_file(&target);
    }
    !left && !grew && output.is_ok_and(|output| judged(&output))
}

fn judged(output: &Output) -> bool {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&output.status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    // SIGSYS of seccomp, SIGXFSZ of the limit on written bytes; the same on all Linux here.
    matches!(signal, Some(31 | 25)) || output.stdout.starts_with(REFUSED.as_bytes())
}

/// What is read, made or written to.
fn target(side: Side, attempt: Attempt, folder: &Path) -> PathBuf {
    match attempt {
        Attempt::WriteFile | Attempt::AppendFile => {
            let name = format!("lydite-doctor-{}-{side:?}-{attempt:?}", std::process::id());
            folder.join(name)
        }
        _ => myself().unwrap_or_default(),
    }
}

/// The inside: confines this process and tries.
pub fn run(side: Side, attempt: Attempt, target: &Path) -> io::Result<()> {
    let open = match attempt {
        Attempt::AppendFile => Some(OpenOptions::new().create_new(true).append(true).open(target)?),
        _ => None,
    };
    let layers = match side {
        Side::WorkerLandlock => &[Layer::Landlock][..],
        Side::WorkerSeccomp => &[Layer::Seccomp],
        Side::WorkerLimits => &[Layer::Limits],
        Side::Worker | Side::Collector => &confine::ALL,
    };
    // A collector with no source, and a spool folder in which it has nothing.
    let spool_dir = Path::new("/nonexistent");
    let profile = match side {
        Side::Collector => Profile::Collector { sources: &[], spool_dir },
        _ => Profile::Worker,
    };
    confine(&profile, layers);
    match make(attempt, target, open) {
        Err(why) if is_refusal(&why) => println!("{REFUSED}: {why}"),
        Err(why) => println!("not reached: {why}"),
        Ok(()) => println!("reached"),
    }
    Ok(())
}

fn is_refusal(why: &io::Error) -> bool {
    // EMFILE is what the limit on open files answers.
    matches!(why.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::OutOfMemory)
        || why.raw_os_error() == Some(24)
}

fn make(attempt: Attempt, target: &Path, open: Option<File>) -> io::Result<()> {
    match attempt {
        Attempt::ReadFile => File::open(target).map(drop),
        Attempt::WriteFile => File::create_new(target).map(drop),
        Attempt::AppendFile => open.map_or(Ok(()), |mut file| file.write_all(b"x")),
        // Nobody listens there; a connection refused by that was not refused by a layer.
        Attempt::Connect => TcpStream::connect(("127.0.0.1", 9)).map(drop),
        Attempt::StartProgram => Err(become_program(target)),
        Attempt::StartProcess => Command::new(target).arg("--version").output().map(drop),
        Attempt::Trace => trace_parent(),
        Attempt::Signal => signal_parent(),
        Attempt::Allocate => {
            let mut memory: Vec<u8> = Vec::new();
            memory.try_reserve_exact(4 << 30).map_err(|_| io::ErrorKind::OutOfMemory.into())
        }
        Attempt::Hang => {
            thread::sleep(Duration::from_secs(10));
            Ok(())
        }
        Attempt::Boast => io::stdout().write_all(&[255; 4]).and_then(|()| io::stdout().flush()),
    }
}

#[cfg(unix)]
fn become_program(program: &Path) -> io::Error {
    std::os::unix::process::CommandExt::exec(Command::new(program).arg("--version"))
}

#[cfg(not(unix))]
fn become_program(_: &Path) -> io::Error {
    io::ErrorKind::Unsupported.into()
}

#[cfg(target_os = "linux")]
fn trace_parent() -> io::Result<()> {
    use rustix::process::{PidfdFlags, PidfdGetfdFlags, getppid, pidfd_getfd, pidfd_open};
    let parent = getppid().ok_or(io::ErrorKind::NotFound)?;
    let parent = pidfd_open(parent, PidfdFlags::empty())?;
    pidfd_getfd(parent, 0, PidfdGetfdFlags::empty())?;
    Ok(())
}

#[cfg(target_os = "linux")]
fn signal_parent() -> io::Result<()> {
    let parent = rustix::process::getppid().ok_or(io::ErrorKind::NotFound)?;
    Ok(rustix::process::test_kill_process(parent)?)
}

#[cfg(not(target_os = "linux"))]
fn trace_parent() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
fn signal_parent() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
