//! `lydite collector`: walks the sources inside the sandbox; started by `assay`, not by people.

use std::io;
use std::path::PathBuf;

use anyhow::Result;
use lydite_corpus::collect::collect_watched;

use super::Done;
use crate::sandbox::collector;
use crate::sandbox::confine::{self, Profile, confine};

#[derive(clap::Args)]
pub struct Args {
    spool_dir: PathBuf,
    #[arg(required = true)]
    sources: Vec<PathBuf>,
}

pub fn run(args: &Args) -> Result<Done> {
    let (sources, spool_dir) = (&args.sources, &args.spool_dir);
    let output = collector::pipe()?;
    confine(&Profile::Collector { sources, spool_dir }, &confine::ALL);
    collector::serve(io::stdin().lock(), output, sources, spool_dir, collect_watched)?;
    Ok(Done::All)
}
