use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use lydite_corpus::engine::{self, Engine, Format};

use super::Done;

/// Read-only SQL over the tables of the case; `SHOW TABLES` lists them.
#[derive(clap::Args)]
pub struct Args {
    case: PathBuf,
    #[arg(value_name = "SELECT …")]
    statement: String,
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    #[arg(long)]
    csv: bool,
}

pub fn run(args: &Args, out: &mut dyn Write) -> Result<Done> {
    let engine = Engine::open(&super::open(&args.case)?)?;
    let format = match (args.json, args.csv) {
        (true, _) => Format::Json,
        (_, true) => Format::Csv,
        _ => Format::Table,
    };
    let text = engine::render(&engine.sql(&args.statement)?, format)?;
    writeln!(out, "{}", text.trim_end_matches('\n'))?;
    Ok(Done::All)
}
