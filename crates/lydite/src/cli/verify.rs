use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use lydite_core::custody::note::Note;
use lydite_core::verdict::decide;
use lydite_corpus::assay::Work;
use lydite_corpus::custody::keys::Keeper;
use lydite_corpus::custody::writing::{Custody, Deed};
use lydite_corpus::verify::{Problem, verify};
use lydite_corpus::{bag, collect, repair};
use serde_json::json;

use super::{Done, custody_words as words};
use crate::face::{Face, thousands, visible};
use crate::reading;
use crate::sandbox::{Examiner, held};

/// Compare every byte of a case, or of a bag that `export` wrote, with what its signed log says.
///
/// Exit status 1 when something is missing, changed, cut, swapped or added.
#[derive(clap::Args)]
pub struct Args {
    /// A case or a bag.
    path: PathBuf,
    /// A checkpoint kept elsewhere that the log must continue. Repeatable.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// Make damaged tables again from the packs, where that gives the very bytes that are recorded.
    #[arg(long)]
    repair: bool,
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, keeper: &Keeper, face: Face, out: &mut dyn Write) -> Result<Done> {
    if bag::is_bag(&args.path) {
        return run_bag(args, face, out);
    }
    let expected: Vec<Note> =
        args.checkpoint.iter().map(|file| read_note(file)).collect::<Result<_>>()?;
    if args.repair {
        repair_tables(args, keeper)?;
    }
    if !args.json {
        return tell_against(&args.path, keeper, &expected, face, out);
    }
    let found = verify(&args.path, Some(keeper), &expected)?;
    let head = found.head.as_ref();
    super::print_json(
        out,
        &json!({
            "holds": found.problems.is_empty(),
            "problems": as_json(&found.problems),
            "files": found.files,
            "bytes": found.bytes,
            "log": head.map(|head| &head.origin),
            "entries": head.map(|head| head.size),
            "root": head.map(|head| head.root),
            "key": found.key.as_ref().map(|key| key.text()),
            "key_is_here": found.is_key_here,
        }),
    )?;
    Ok(if found.problems.is_empty() { Done::All } else { Done::WithFailures })
}

/// Verifies a case and tells a person.
pub fn tell(case: &Path, keeper: &Keeper, face: Face, out: &mut dyn Write) -> Result<Done> {
    tell_against(case, keeper, &[], face, out)
}

fn tell_against(
    case: &Path,
    keeper: &Keeper,
    expected: &[Note],
    face: Face,
    out: &mut dyn Write,
) -> Result<Done> {
    let found = verify(case, Some(keeper), expected)?;
    print_problems(&found.problems, face, out)?;
    let (files, bytes) = (thousands(found.files), thousands(found.bytes));
    let (of_files, of_bytes) = (face.say(words::FILES), face.say(crate::wording::BYTES));
    writeln!(out, "{files} {of_files}, {bytes} {of_bytes}")?;
    if let (Some(head), Some(key)) = (&found.head, &found.key) {
        let (entries, root) = (face.say(words::ENTRIES), face.say(words::ROOT));
        writeln!(out, "{}: {} {entries}, {root} {}", head.origin, head.size, head.root)?;
        let here = if found.is_key_here { words::KEY_HERE } else { words::KEY_ELSEWHERE };
        writeln!(out, "{} {:08x}; {}", face.say(words::SIGNED_BY), key.id(), face.say(here))?;
    }
    Ok(if found.problems.is_empty() { Done::All } else { Done::WithFailures })
}

/// What was made again is told by the comparison that follows.
fn repair_tables(args: &Args, keeper: &Keeper) -> Result<()> {
    let case = super::open_to_write(&args.path)?;
    let mut custody = Custody::open(&case, keeper, &[])?;
    let facts = reading::facts(&case)?;
    let examiner = Examiner::new(false, facts.clone())?;
    let work = Work {
        threads: super::cores(),
        collect: &collect::collect,
        examiner: &|raw, copies| examiner.examine(raw, copies),
        facts: &facts,
        progress: &|_| {},
    };
    let held = held::start(&case, false);
    let done = repair::repair(&case, work, &decide)?;
    if done.made.is_empty() {
        return Ok(());
    }
    let parameters = BTreeMap::from([
        ("tables".to_owned(), json!(done.made)),
        ("left".to_owned(), json!(done.left)),
    ]);
    let isolation = held.layers()?;
    custody.record(Deed { action: "repaired", parameters, isolation, ..Deed::default() })?;
    Ok(())
}

fn run_bag(args: &Args, face: Face, out: &mut dyn Write) -> Result<Done> {
    let found = bag::verify(&args.path)?;
    if args.json {
        super::print_json(
            out,
            &json!({
                "holds": found.problems.is_empty(),
                "problems": as_json(&found.problems),
                "files": found.files,
                "key": found.key.as_ref().map(|key| key.text()),
            }),
        )?;
    } else {
        print_problems(&found.problems, face, out)?;
        writeln!(out, "{} {}", thousands(found.files), face.say(words::FILES))?;
        if let Some(key) = &found.key {
            writeln!(out, "{}: {} {:08x}", key.name, face.say(words::SIGNED_BY), key.id())?;
        }
    }
    Ok(if found.problems.is_empty() { Done::All } else { Done::WithFailures })
}

fn as_json(problems: &[Problem]) -> Vec<serde_json::Value> {
    let each = problems.iter().map(|problem| {
        json!({
            "what": words::what(problem.what).en,
            "path": problem.path,
            "at": problem.at,
            "remedy": words::remedy(problem).en,
        })
    });
    each.collect()
}

fn print_problems(problems: &[Problem], face: Face, out: &mut dyn Write) -> Result<()> {
    for problem in problems {
        let (what, remedy) = (face.say(words::what(problem.what)), words::remedy(problem));
        let mut place = visible(&problem.path);
        if !problem.at.is_empty() {
            place = format!("{place} ({})", visible(&problem.at));
        }
        writeln!(out, "{place}: {what}\n    {}", face.say(remedy))?;
    }
    match problems.len() {
        0 => writeln!(out, "{}", face.say(words::ALL_HOLDS))?,
        n => writeln!(out, "{} {}", thousands(n as u64), face.say(words::NOT_ALL))?,
    }
    Ok(())
}

/// A checkpoint from a file, with whoever signed it.
pub fn read_note(file: &Path) -> Result<Note> {
    let name = file.display();
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {name}"))?;
    Note::parse(&bytes).map_err(|why| anyhow!("{name} is no signed note: {why}"))
}
