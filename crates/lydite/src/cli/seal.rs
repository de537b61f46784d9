use std::collections::BTreeMap;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use lydite_corpus::custody::keys::Keeper;
use lydite_corpus::custody::last_name;
use lydite_corpus::custody::writing::{Custody, Deed};
use lydite_corpus::seal::{self, By, To};
use serde_json::json;

use super::{Done, custody_words as words};
use crate::face::{Face, visible};

/// Encrypt a case as a whole into one file, which the `age` program opens as well.
///
/// `lydite open` is the way back. With a passphrase the file is read back and compared; with
/// recipients that needs their identity file.
#[derive(clap::Args)]
pub struct Args {
    case: PathBuf,
    /// The file to make; CASE.age by default.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Who can open it: `age1…`. Repeatable. Without one, whoever knows the passphrase.
    #[arg(long, value_name = "KEY", conflicts_with = "passphrase_file")]
    recipient: Vec<String>,
    /// The passphrase is the first line of this file, not asked for.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Identity file of a recipient, to read the sealed file back.
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// Remove the plain folder once the sealed file was read back.
    #[arg(long)]
    remove: bool,
}

pub fn run(args: &Args, keeper: &Keeper, face: Face, out: &mut dyn Write) -> Result<Done> {
    let target = args.output.clone().unwrap_or_else(|| sealed_name(&args.case));
    let (to, by) = if args.recipient.is_empty() {
        let text = passphrase(args.passphrase_file.as_deref(), true, face)?;
        (To::Passphrase(text.clone()), Some(By::Passphrase(text)))
    } else {
        let by = args.identity.as_deref().map(identities).transpose()?;
        (To::Recipients(args.recipient.clone()), by)
    };
    ensure!(
        !args.remove || by.is_some(),
        "--remove wants the sealed file read back: name an identity of a recipient with --identity"
    );
    let case = super::open_to_write(&args.case)?;
    let mut custody = Custody::open(&case, keeper, &[])?;
    // Before: the sealed copy and what this machine keeps of the log are then of one state.
    let parameters = BTreeMap::from([
        ("file".to_owned(), json!(last_name(&target))),
        ("recipients".to_owned(), json!(args.recipient)),
    ]);
    custody.record(Deed { action: "seal", parameters, ..Deed::default() })?;
    let written = seal::seal(&case, &target, &to)?;
    let name = visible(&target.display().to_string());
    if let Some(by) = by {
        ensure!(seal::list(&target, &by)? == written, "{name} does not hold what was written");
        writeln!(out, "{name}: {}", face.say(words::READ_BACK))?;
    } else {
        writeln!(out, "{name}")?;
    }
    if args.remove {
        // Whoever reads it would read on in nothing.
        case.be_alone()?;
        drop(case);
        std::fs::remove_dir_all(&args.case)
            .with_context(|| format!("cannot remove {}", args.case.display()))?;
        writeln!(out, "{}", face.say(words::PLAIN_REMOVED))?;
    } else {
        writeln!(out, "{}", face.say(words::PLAIN_KEPT))?;
    }
    Ok(Done::All)
}

fn sealed_name(case: &Path) -> PathBuf {
    // `a.case/` and `a.case` are one folder.
    let mut name = case.components().as_path().as_os_str().to_owned();
    name.push(".age");
    name.into()
}

pub fn identities(file: &Path) -> Result<By> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
    Ok(By::Identities(text))
}

/// From a file, or asked for; a new one twice.
pub fn passphrase(file: Option<&Path>, is_new: bool, face: Face) -> Result<String> {
    if let Some(file) = file {
        let name = file.display();
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
        let text = text.lines().next().unwrap_or_default().to_owned();
        ensure!(!text.is_empty(), "{name}: its first line is empty");
        return Ok(text);
    }
    if !io::stdin().is_terminal() {
        bail!(
            "there is no terminal to ask for a passphrase: name --passphrase-file or --recipient"
        );
    }
    let text = ask(face)?;
    ensure!(!text.is_empty(), "no passphrase was given");
    ensure!(!is_new || ask(face)? == text, "the two passphrases are not the same");
    Ok(text)
}

fn ask(face: Face) -> Result<String> {
    eprint!("{}{} ", face.say(words::PASSPHRASE), face.lang.colon());
    io::stderr().flush()?;
    echo(false);
    let mut text = String::new();
    let read = io::stdin().lock().read_line(&mut text);
    echo(true);
    eprintln!();
    read?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Whether letters show as they are typed; where `stty` is missing they do.
fn echo(is_on: bool) {
    let mode = if is_on { "echo" } else { "-echo" };
    let _ = Command::new("stty").arg(mode).stdin(Stdio::inherit()).status();
}
