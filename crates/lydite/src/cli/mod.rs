//! What can be asked, one file per subcommand. The manual page and the shell completions come
//! from the same definition.

mod assay;
mod checks;
mod collector;
mod completions;
mod custody;
mod custody_witness;
pub mod custody_words;
mod demo;
mod doctor;
mod explain;
mod export;
mod failures;
mod formats;
pub mod keys;
mod keys_recover;
mod lab;
pub mod lab_words;
mod man;
mod open;
mod progress;
mod purge;
mod report;
mod seal;
mod search;
mod show;
mod sql;
mod summary;
mod verdicts;
mod verify;
mod weigh;
mod worker;

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use lydite_corpus::case::Case;
use serde::Serialize;

use crate::face::Face;
use crate::keeper::keeper;
use crate::wording::Lang;

/// The touchstone for leaked documents: takes a dump of mail and says, with evidence, what its
/// signatures show.
///
/// Exit status: 0 done; 1 done, with items that could not be read (`lydite failures` lists them), or
/// with something that `verify` found; 2 could not run.
#[derive(Parser)]
#[command(name = "lydite", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// Language of what is printed; JSON is never translated.
    #[arg(long, global = true, value_enum, default_value_t)]
    lang: Lang,
    /// File for the private key that signs the case's custody log; by default in the user's data
    /// folder, never in the case.
    #[arg(long, global = true, value_name = "FILE")]
    custody_key: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Assay(assay::Args),
    Weigh(weigh::Args),
    Verdicts(verdicts::Args),
    Summary(summary::Args),
    Show(show::Args),
    Report(report::Args),
    Export(export::Args),
    Custody(custody::Args),
    Verify(verify::Args),
    Seal(seal::Args),
    Open(open::Args),
    Purge(purge::Args),
    Failures(failures::Args),
    Search(search::Args),
    Sql(sql::Args),
    Checks(checks::Args),
    Explain(explain::Args),
    #[command(subcommand)]
    Keys(keys::Command),
    Formats(formats::Args),
    Doctor(doctor::Args),
    Demo(demo::Args),
    #[command(subcommand)]
    Lab(lab::Command),
    Man(man::Args),
    Completions(completions::Args),
    #[command(hide = true)]
    Worker(worker::Args),
    #[command(hide = true)]
    Collector(collector::Args),
}

/// How a command that ran has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    All,
    /// Some items could not be read, and `lydite failures` lists them; or `verify` found something.
    WithFailures,
}

impl From<Done> for ExitCode {
    fn from(done: Done) -> ExitCode {
        match done {
            Done::All => ExitCode::SUCCESS,
            Done::WithFailures => ExitCode::from(1),
        }
    }
}

/// Runs what was asked.
pub fn run(cli: Cli, out: &mut dyn Write) -> Result<Done> {
    let face = Face::new(cli.lang);
    let keeper = &keeper(cli.custody_key);
    match cli.command {
        Command::Assay(args) => assay::run(&args, keeper, face, out),
        Command::Weigh(args) => weigh::run(&args, keeper, face, out),
        Command::Verdicts(args) => verdicts::run(&args, face, out),
        Command::Summary(args) => summary::run(&args, face, out),
        Command::Show(args) => show::run(&args, face, out),
        Command::Report(args) => report::run(&args, keeper, face, out),
        Command::Export(args) => export::run(&args, keeper, face, out),
        Command::Custody(args) => custody::run(&args, keeper, face, out),
        Command::Verify(args) => verify::run(&args, keeper, face, out),
        Command::Seal(args) => seal::run(&args, keeper, face, out),
        Command::Open(args) => open::run(&args, keeper, face, out),
        Command::Purge(args) => purge::run(&args, keeper, face, out),
        Command::Failures(args) => failures::run(&args, face, out),
        Command::Search(args) => search::run(&args, face, out),
        Command::Sql(args) => sql::run(&args, out),
        Command::Checks(args) => checks::run(&args, out),
        Command::Explain(args) => explain::run(&args, face, out),
        Command::Keys(command) => keys::run(&command, keeper, face, out),
        Command::Formats(args) => formats::run(&args, face, out),
        Command::Doctor(args) => doctor::run(&args, face, out),
        Command::Demo(args) => demo::run(&args, keeper, face, out),
        Command::Lab(command) => lab::run(&command, face, out),
        Command::Man(args) => man::run(&args, out),
        Command::Completions(args) => completions::run(&args, out),
        Command::Worker(args) => worker::run(&args),
        Command::Collector(args) => collector::run(&args),
    }
}

/// Opens a case to read it.
fn open(case: &Path) -> Result<Case> {
    Ok(Case::open(case)?)
}

/// Opens a case to change it: nobody else may use it meanwhile.
fn open_to_write(case: &Path) -> Result<Case> {
    Ok(Case::open_to_write(case)?)
}

/// Makes the index of words of a case that was weighed. The case stands without one: the next search
/// tries again.
fn index(case: &Case, meter: &progress::Meter, face: Face) {
    let made = lydite_corpus::search::refresh(case, &|progress| meter.show(&progress));
    meter.finish();
    if let Err(error) = made {
        eprintln!("{}: {error}", face.say(crate::wording::NOT_INDEXED));
    }
}

/// All cores.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Prints one JSON value, indented, with a line end.
fn print_json(out: &mut dyn Write, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}
