//! The one binary: everything a person or another program can ask of Lydite.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod beside;
mod chain;
mod cli;
mod counts;
mod face;
mod keeper;
mod line;
mod reading;
mod report;
mod restored;
mod sandbox;
mod wording;

use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;

/// Measured: a mail is some two hundred small allocations; glibc's cost 5 % more of verification.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let done = cli::run(cli::Cli::parse(), &mut out).and_then(|done| Ok((done, out.flush()?).0));
    match done {
        Ok(done) => done.into(),
        // The reader of the pipe (`| head`) has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", told_once(&error));
            ExitCode::from(2)
        }
    }
}

/// The error and its causes; a cause whose words stand in the one before is left out.
fn told_once(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if told.is_empty() {
            told = cause;
        } else if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = cause.downcast_ref::<serde_json::Error>().and_then(|e| e.io_error_kind());
        io.or(json) == Some(ErrorKind::BrokenPipe)
    })
}
