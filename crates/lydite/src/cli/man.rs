use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::CommandFactory;

use super::{Cli, Done};

/// Print the manual page.
#[derive(clap::Args)]
pub struct Args {
    /// Write the pages of all subcommands into this folder instead.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub fn run(args: &Args, out: &mut dyn Write) -> Result<Done> {
    match &args.dir {
        Some(dir) => clap_mangen::generate_to(Cli::command(), dir).with_context(|| {
            format!("{} cannot be written to: it must be a folder", dir.display())
        })?,
        None => clap_mangen::Man::new(Cli::command()).render(&mut &mut *out)?,
    }
    Ok(Done::All)
}
