use std::io::Write;

use anyhow::Result;
use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Done};

/// Print a completion script for a shell.
#[derive(clap::Args)]
pub struct Args {
    shell: Shell,
}

pub fn run(args: &Args, mut out: &mut dyn Write) -> Result<Done> {
    clap_complete::generate(args.shell, &mut Cli::command(), "lydite", &mut out);
    Ok(Done::All)
}
