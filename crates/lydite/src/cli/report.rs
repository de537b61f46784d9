use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use lydite_corpus::custody::keys::Keeper;

use super::Done;
use crate::face::{Face, visible};
use crate::keeper::note_output;
use crate::report::{self, Items};
use crate::wording;

/// Write a report: one HTML file, self-contained, without script, for screen and paper.
#[derive(clap::Args)]
pub struct Args {
    case: PathBuf,
    /// The file to write; one that is there is replaced once the new one is whole.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Items printed in full: those that ask for a person and some of every status, or all.
    #[arg(long, value_enum, default_value_t)]
    items: Items,
}

pub fn run(args: &Args, keeper: &Keeper, face: Face, out: &mut dyn Write) -> Result<Done> {
    let case = super::open(&args.case)?;
    if !case.ledger().is_weighed() {
        let case = args.case.display();
        bail!("{case} is not weighed yet: let `lydite assay` end, or run it again to go on");
    }
    whole(&args.output, |file| report::write(&case, face.lang, args.items, file))?;
    drop(case);
    note_output(&args.case, keeper, "report", &args.output, face);
    let bytes = fs::metadata(&args.output).map(|meta| meta.len()).unwrap_or_default();
    let (name, bytes) = (visible(&args.output.display().to_string()), face.lang.number(bytes));
    writeln!(out, "{name}: {bytes} {}", face.say(wording::BYTES))?;
    Ok(Done::All)
}

/// Writes a file whole or not at all: beside its place, then renamed.
fn whole(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let (Some(name), false) = (path.file_name(), path.is_dir()) else {
        bail!("{} is a folder: name a file in it with -o", path.display());
    };
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}", std::process::id()));
    let beside = path.with_file_name(beside);
    let done = filled(&beside, write).and_then(|()| fs::rename(&beside, path).map_err(Into::into));
    let Err(error) = done else { return Ok(()) };
    // Nothing half written stays; that it was never made is no second error.
    let _ = fs::remove_file(&beside);
    // A case that cannot be read says itself what to do.
    if error.downcast_ref::<lydite_corpus::case::Error>().is_some() {
        return Err(error);
    }
    Err(error.context(format!(
        "cannot write {}: make its folder, make room or give write permission, and run the same \
         command again",
        path.display()
    )))
}

fn filled(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut file = BufWriter::new(File::create_new(path)?);
    write(&mut file)?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok(())
}
