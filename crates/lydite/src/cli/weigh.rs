use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use lydite_core::verdict::decide;
use lydite_corpus::assay::Work;
use lydite_corpus::context::Context;
use lydite_corpus::custody::keys::Keeper;
use lydite_corpus::custody::writing::{Custody, Deed};
use lydite_corpus::reference;
use lydite_corpus::weigh::{self, Change, Weighed};
use serde_json::json;

use super::progress::Meter;
use super::{Done, summary};
use crate::face::{Face, thousands, visible};
use crate::reading;
use crate::sandbox::{self, Examiner, held};
use crate::wording;

/// Judge again after new keys, without collecting again, and print which verdicts changed.
#[derive(clap::Args)]
pub struct Args {
    case: PathBuf,
    /// What you know of the case, in place of what it was told before.
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// A copy from outside the dump and from before the break-in. Repeatable.
    #[arg(long, value_name = "PATH")]
    reference: Vec<PathBuf>,
    /// Print the changes as JSON, and progress as JSON lines on standard error.
    #[arg(long)]
    json: bool,
    /// Read items inside this process: one that crashes it ends the run.
    #[arg(long)]
    no_sandbox: bool,
}

pub fn run(args: &Args, keeper: &Keeper, face: Face, out: &mut dyn Write) -> Result<Done> {
    let case = super::open_to_write(&args.case)?;
    let mut custody = Custody::open(&case, keeper, &[])?;
    if let Some(file) = &args.context {
        Context::read(file)?.keep(&case)?;
    }
    let facts = reading::facts(&case)?;
    let examiner = Examiner::new(args.no_sandbox, facts.clone())?;
    if args.no_sandbox {
        eprintln!("{}", face.say(wording::UNCONFINED));
    }
    let collect = sandbox::collector(args.no_sandbox)?;
    let held = held::start(&case, args.no_sandbox);
    let meter = Meter::new(args.json, face);
    let start = Instant::now();
    let work = Work {
        threads: super::cores(),
        collect: &*collect,
        examiner: &|raw, copies| examiner.examine(raw, copies),
        facts: &facts,
        progress: &|progress| meter.show(&progress),
    };
    for archive in &args.reference {
        reference::take(&case, archive, work)?;
    }
    let Weighed { changes, lost } = weigh::weigh(&case, work, &decide)?;
    let weighed = start.elapsed().as_secs_f64();
    super::index(&case, &meter, face);
    let indexed = start.elapsed().as_secs_f64() - weighed;
    let seconds = [("weigh".to_owned(), weighed), ("index".to_owned(), indexed)];
    summary::add_seconds(&case, &BTreeMap::from(seconds))?;
    custody.record(Deed {
        action: "weigh",
        parameters: BTreeMap::from([("verdicts_changed".to_owned(), json!(changes.len()))]),
        isolation: held.layers()?,
        ..Deed::default()
    })?;
    if args.json {
        super::print_json(out, &changes.iter().map(as_json).collect::<Vec<_>>())?;
    } else {
        print(&changes, face, out)?;
    }
    for (sha256, why) in &lost {
        eprintln!("{sha256}: {}: {why}", face.say(wording::STANDS_AS_BEFORE));
    }
    Ok(if lost.is_empty() { Done::All } else { Done::WithFailures })
}

fn as_json(change: &Change) -> serde_json::Value {
    json!({
        "sha256": change.sha256,
        "path": change.path,
        "before": change.before,
        "after": change.after,
        "why": change.why,
    })
}

fn print(changes: &[Change], face: Face, out: &mut dyn Write) -> Result<()> {
    if changes.is_empty() {
        writeln!(out, "{}", face.say(wording::NO_CHANGE))?;
        return Ok(());
    }
    writeln!(out, "{} {}", thousands(changes.len() as u64), face.say(wording::CHANGED))?;
    for change in changes {
        let before = face.status(change.before, 16);
        let after = face.status(change.after, 16);
        writeln!(out, "{before} → {after} {}  {}", visible(&change.path), visible(&change.why))?;
    }
    Ok(())
}
