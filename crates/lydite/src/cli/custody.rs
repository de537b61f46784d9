use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use lydite_core::custody::checkpoint::Checkpoint;
use lydite_core::custody::entry::Entry;
use lydite_core::custody::merkle;
use lydite_core::custody::note::{Growth, Inclusion, Note};
use lydite_corpus::case::Case;
use lydite_corpus::custody::keys::Keeper;
use lydite_corpus::custody::writing::{Custody, Deed};
use lydite_corpus::custody::{Log, existing};
use serde_json::json;

use super::{Done, custody_witness as witness, custody_words as words, verify::read_note};
use crate::face::{Face, visible};

/// What was done with a case: the signed log, its checkpoint, proofs from it.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
    #[arg(required = true)]
    case: Option<PathBuf>,
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Write down what a person did or decided.
    Note {
        case: PathBuf,
        text: String,
        /// Who says so.
        #[arg(long = "as", value_name = "NAME")]
        name: String,
    },
    /// Print the proof that an entry stands in the log (c2sp.org/tlog-proof).
    Prove {
        case: PathBuf,
        /// Number of the entry, from 0.
        number: u64,
    },
    /// Print the proof that the log continues an earlier checkpoint, for a witness to check.
    Since {
        case: PathBuf,
        checkpoint: PathBuf,
    },
    Cosign(witness::Cosign),
    Add(witness::Add),
    /// Write an RFC 3161 request for a time stamp of the checkpoint.
    Stamp {
        case: PathBuf,
        /// The request to write.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}

pub fn run(args: &Args, keeper: &Keeper, face: Face, out: &mut dyn Write) -> Result<Done> {
    match (&args.command, &args.case) {
        (None, Some(case)) => show(case, args.json, face, out)?,
        (None, None) => bail!("name a case"),
        (Some(Command::Note { case, text, name }), _) => note(case, text, name, keeper)?,
        (Some(Command::Prove { case, number }), _) => prove(case, *number, out)?,
        (Some(Command::Since { case, checkpoint }), _) => since(case, checkpoint, out)?,
        (Some(Command::Cosign(args)), _) => witness::cosign(args, face, out)?,
        (Some(Command::Add(args)), _) => witness::add(args, keeper, face, out)?,
        (Some(Command::Stamp { case, output }), _) => witness::stamp(case, output, face, out)?,
    }
    Ok(Done::All)
}

fn note(case: &Path, text: &str, name: &str, keeper: &Keeper) -> Result<()> {
    let case = Case::open_to_write(case)?;
    let mut custody = Custody::open(&case, keeper, &[])?;
    let parameters = BTreeMap::from([("text".to_owned(), json!(text))]);
    let actor = Some(name.to_owned());
    Ok(custody.record(Deed { action: "note", actor, parameters, ..Deed::default() })?)
}

fn prove(case: &Path, number: u64, out: &mut dyn Write) -> Result<()> {
    let (log, note, size) = signed(case)?;
    let index = usize::try_from(number)?;
    let proof = merkle::inclusion(&log.leaves[..usize::try_from(size)?], index);
    let proof = proof.with_context(|| format!("entry {number}: the signed log has {size}"))?;
    Ok(out.write_all(Inclusion { index: number, proof, note }.text().as_bytes())?)
}

fn since(case: &Path, old: &Path, out: &mut dyn Write) -> Result<()> {
    let (log, note, size) = signed(case)?;
    let head = head_of(old)?;
    log.continues(&head).map_err(|why| anyhow!("{}: {why}", old.display()))?;
    let old = usize::try_from(head.size)?;
    let proof = merkle::consistency(&log.leaves[..usize::try_from(size)?], old);
    let proof = proof.with_context(|| format!("{old} entries: the signed log has {size}"))?;
    Ok(out.write_all(Growth { old: head.size, proof, note }.text().as_bytes())?)
}

/// The checkpoint in a file.
pub fn head_of(file: &Path) -> Result<Checkpoint> {
    let note = read_note(file)?;
    Checkpoint::parse(&note.text).with_context(|| format!("{} is no checkpoint", file.display()))
}

/// The log of a case with its checkpoint, whose signature holds over so many entries.
pub fn signed(case: &Path) -> Result<(Log, Note, u64)> {
    let log = existing(case)?;
    let size = log.signed().map_err(|why| anyhow!("the checkpoint does not fit the log: {why}"))?;
    let note = log.checkpoint.clone().context("there is no checkpoint")?;
    Ok((log, note, size))
}

fn show(case: &Path, json: bool, face: Face, out: &mut dyn Write) -> Result<()> {
    let log = existing(case)?;
    let signed = log.signed();
    let total = log.entries.len() as u64;
    let (origin, key) = (log.origin().unwrap_or_default(), log.key_at(total));
    let head = log.head(total).context("the log has no name")?;
    if json {
        return super::print_json(
            out,
            &json!({
                "log": origin,
                "entries": log.entries,
                "size": total,
                "root": head.root,
                "signed": signed.as_ref().ok(),
                "unsigned_because": signed.as_ref().err(),
                "keys": log.keys().map(|(seq, key)| json!({"from": seq, "key": key.text()}))
                    .collect::<Vec<_>>(),
                "checkpoint": log.checkpoint.as_ref().map(Note::text),
            }),
        );
    }
    let mut before = "";
    for entry in &log.entries {
        print_entry(entry, before, face, out)?;
        before = &entry.time;
    }
    let (entries, root) = (face.say(words::ENTRIES), face.say(words::ROOT));
    writeln!(out, "\n{}: {total} {entries}, {root} {}", visible(origin), head.root)?;
    if let Some(key) = key {
        writeln!(out, "{} {}", face.say(words::SIGNED_BY), key.text())?;
    }
    match signed {
        Ok(size) if size == total => writeln!(out, "{}", face.say(words::SIGNATURE_HOLDS))?,
        Ok(size) => writeln!(out, "{}: {size}..{total}", face.say(words::UNSIGNED))?,
        Err(why) => writeln!(out, "{}: {}", face.say(words::LOG_BAD), visible(&why))?,
    }
    Ok(())
}

fn print_entry(entry: &Entry, before: &str, face: Face, out: &mut dyn Write) -> Result<()> {
    let what = words::action(&entry.action).map(|text| face.say(text).to_owned());
    let what = what.unwrap_or_else(|| visible(&entry.action));
    let Entry { seq, time, actor, .. } = entry;
    writeln!(out, "{seq:>4}  {}  {}: {}", visible(time), visible(actor), face.bold(&what))?;
    for (name, value) in &entry.parameters {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        writeln!(out, "        {}: {}", visible(name), visible(&value))?;
    }
    let inputs = entry.inputs.iter().map(|named| ("←", named));
    for (arrow, named) in inputs.chain(entry.outputs.iter().map(|named| ("→", named))) {
        writeln!(out, "      {arrow} {}  {}", named.sha256, visible(&named.name))?;
    }
    // Text of this form sorts as time does.
    if time.as_str() < before {
        writeln!(out, "        {}", face.say(words::CLOCK_BACK))?;
    }
    Ok(())
}
