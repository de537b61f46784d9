//! `lydite worker`: the inside of the sandbox; started by other commands, not by
//! people.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;
use lydite_core::examine::examine_beside;

use super::Done;
use crate::sandbox::confine::{self, Profile, confine};
use crate::sandbox::{beside, probe, worker};

#[derive(clap::Args)]
pub struct Args {
    /// Instead of examining, try to get through the confinement: what `doctor` asks for.
    #[arg(long = "try", requires = "side")]
    attempt: Option<probe::Attempt>,
    #[arg(long)]
    side: Option<probe::Side>,
    #[arg(long)]
    target: Option<PathBuf>,
    /// Instead of examining, compare: what `show` and `report` ask for.
    #[arg(long, conflicts_with = "attempt")]
    beside: bool,
}

pub fn run(args: &Args) -> Result<Done> {
    if let (Some(attempt), Some(side)) = (args.attempt, args.side) {
        probe::run(side, attempt, args.target.as_deref().unwrap_or(Path::new("")))?;
        return Ok(Done::All);
    }
    confine(&Profile::Worker, &confine::ALL);
    if args.beside {
        beside::serve(io::stdin().lock(), io::stdout())?;
        return Ok(Done::All);
    }
    // `main` keeps the lock of standard output; the pipe is written to past it.
    worker::serve(io::stdin().lock(), io::stdout(), examine_beside)?;
    Ok(Done::All)
}
