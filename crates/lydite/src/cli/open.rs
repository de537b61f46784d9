use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use lydite_corpus::custody::keys::Keeper;
use lydite_corpus::seal;

use super::{Done, seal as sealing, verify};
use crate::face::Face;

/// Open a sealed case into a folder, and verify it.
#[derive(clap::Args)]
pub struct Args {
    /// What `lydite seal` wrote.
    file: PathBuf,
    /// The folder to make; the file's name without `.age` by default.
    dir: Option<PathBuf>,
    /// Identity file of a recipient: `AGE-SECRET-KEY-1…`.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_file")]
    identity: Option<PathBuf>,
    /// The passphrase is the first line of this file, not asked for.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

pub fn run(args: &Args, keeper: &Keeper, face: Face, out: &mut dyn Write) -> Result<Done> {
    let dir = match &args.dir {
        Some(dir) => dir.clone(),
        None => plain_name(&args.file)?,
    };
    let by = match &args.identity {
        Some(file) => sealing::identities(file)?,
        None => {
            let text = sealing::passphrase(args.passphrase_file.as_deref(), false, face)?;
            seal::By::Passphrase(text)
        }
    };
    seal::open(&args.file, &dir, &by)?;
    verify::tell(&dir, keeper, face, out)
}

fn plain_name(file: &Path) -> Result<PathBuf> {
    let is_named = file.extension().is_some_and(|end| end == "age");
    let name = file.file_stem().filter(|_| is_named);
    let name = name.context("the file's name does not end in .age: name the folder to make")?;
    Ok(file.with_file_name(name))
}
