//! `lydite worker`: the inside of the sandbox; started by `assay` and `weigh`, not by people.

use std::io;

use anyhow::Result;
use lydite_core::examine::examine_beside;

use super::Done;
use crate::sandbox::worker;

pub fn run() -> Result<Done> {
    // `main` keeps the lock of standard output; the pipe is written to past it.
    worker::serve(io::stdin().lock(), io::stdout(), examine_beside)?;
    Ok(Done::All)
}
