//! The same mails and the same keys, verified by Lydite, mail-auth and dkimpy, and beside them the
//! bound: each byte hashed once and each RSA verification made once, and nothing else.
//!
//!     lydite-bench-verify [MAILS | FOLDER KEYS... | repair]      `run` beside this package sets it up

mod bound;
mod lydite;
mod mails;
mod others;
mod print;
mod repair;

use std::error::Error;
use std::path::Path;

use lydite_core::fact::Facts;
use mails::Mail;
use rustix::time::{ClockId, clock_gettime};

/// The allocator of Lydite's binary, here for every contestant.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub type Outcome<T> = Result<T, Box<dyn Error>>;

const ROUNDS: usize = 5;
const DEFAULT_MAILS: usize = 2000;
/// Seconds that a round of a contestant should last at least, so that the clock's grain is nothing.
const ROUND_SECONDS: f64 = 0.5;

/// What one pass over all mails gave.
pub struct Pass {
    /// CPU time of the one thread that ran it: another program on the machine does not count.
    pub seconds: f64,
    /// Of each mail, how many of its `DKIM-Signature` fields hold.
    pub holds: Vec<u32>,
}

pub struct Contestant<'a> {
    pub name: String,
    pub pass: Box<dyn FnMut() -> Outcome<Pass> + 'a>,
    pub rounds: Vec<f64>,
    pub holds: Vec<u32>,
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "repair") {
        return repair::run(20);
    }
    let (mails, facts) = input(&arguments)?;
    let mut contestants = contestants(&mails, &facts)?;
    for _ in 0..ROUNDS {
        // Interleaved, so that a machine that slows down slows all of them.
        for contestant in &mut contestants {
            round(contestant)?;
        }
    }
    print::table(&mails, &contestants);
    print::agreement(&mails, &facts, &contestants);
    Ok(())
}

fn input(arguments: &[String]) -> Outcome<(Vec<Mail>, Facts)> {
    let mut facts = Facts::shipped();
    let mails = match arguments {
        [folder, keys @ ..] if Path::new(folder).is_dir() => {
            for file in keys {
                mails::insert_keys(&mut facts, &std::fs::read_to_string(file)?);
            }
            mails::read(Path::new(folder))?
        }
        [] => mails::make(DEFAULT_MAILS, &mut facts)?,
        [count] => mails::make(count.parse()?, &mut facts)?,
        _ => return Err("usage: run [MAILS | FOLDER KEYS... | repair]".into()),
    };
    if mails.is_empty() { Err("no mails".into()) } else { Ok((mails, facts)) }
}

fn contestants<'a>(mails: &'a [Mail], facts: &'a Facts) -> Outcome<Vec<Contestant<'a>>> {
    let mut out = vec![
        new("Lydite", lydite::verification(mails, facts)),
        new("Lydite, all of it", lydite::contestant(mails, facts)),
        new("mail-auth 0.13.3", others::mail_auth(mails, facts)?),
    ];
    if let Ok(python) = std::env::var("LYDITE_BENCH_PYTHON") {
        out.push(new("dkimpy 1.1.8", others::dkimpy(mails, facts, &python)?));
    }
    out.push(new("the bound", bound::contestant(mails, facts)));
    if let Ok(only) = std::env::var("LYDITE_BENCH_ONLY") {
        out.retain(|c| c.name == only);
    }
    Ok(out)
}

fn new<'a>(name: &str, pass: impl FnMut() -> Outcome<Pass> + 'a) -> Contestant<'a> {
    let (rounds, holds) = (Vec::new(), Vec::new());
    Contestant { name: name.to_owned(), pass: Box::new(pass), rounds, holds }
}

/// One round: as many passes as fill it, their mean being the round's time.
fn round(contestant: &mut Contestant) -> Outcome<()> {
    let (mut seconds, mut passes) = (0.0, 0.0);
    while seconds < ROUND_SECONDS {
        let pass = (contestant.pass)()?;
        seconds += pass.seconds;
        passes += 1.0;
        contestant.holds = pass.holds;
    }
    contestant.rounds.push(seconds / passes);
    Ok(())
}

/// Runs `work` on every mail and takes this thread's CPU time.
pub fn timed(mails: &[Mail], mut work: impl FnMut(&Mail) -> u32) -> Pass {
    let start = cpu_seconds();
    let holds = mails.iter().map(&mut work).collect();
    Pass { seconds: cpu_seconds() - start, holds }
}

pub fn cpu_seconds() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}
