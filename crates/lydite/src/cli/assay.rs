use std::collections::BTreeMap;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use lydite_core::verdict::decide;
use lydite_corpus::assay::{self, Work};
use lydite_corpus::case::Case;
use lydite_corpus::context;
use lydite_corpus::custody::keys::Keeper;
use lydite_corpus::custody::outside;
use lydite_corpus::custody::writing::{Custody, Deed};
use lydite_corpus::{reference, weigh};

use super::progress::Meter;
use super::{Done, keys, summary};
use crate::face::Face;
use crate::reading;
use crate::sandbox::{self, Examiner, held};
use crate::wording;

/// Collect, examine and weigh a dump.
///
/// Run again with the same paths and case, it goes on where it was stopped.
#[derive(clap::Args)]
pub struct Args {
    /// Folders, mailboxes, archives or single mails; known by content, not by name.
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Folder of the case; `./NAME.case` by default.
    #[arg(long, value_name = "DIR")]
    pub(super) case: Option<PathBuf>,
    /// Archive of public keys: JSON lines, tab-separated, or BIND zone text. Repeatable.
    #[arg(long, value_name = "FILE")]
    pub(super) keys: Vec<PathBuf>,
    /// What you know of the case, JSON or TOML: organisation, domains, people, decoys, break_in.
    #[arg(long, value_name = "FILE")]
    pub(super) context: Option<PathBuf>,
    /// A copy from outside the dump and from before the break-in: the victim's own archive, or a
    /// provider's. Repeatable.
    #[arg(long, value_name = "PATH")]
    pub(super) reference: Vec<PathBuf>,
    /// Passwords to try on closed archives, one a line. Reports name the line, not the password.
    #[arg(long, value_name = "FILE")]
    pub(super) passwords: Option<PathBuf>,
    /// Print the summary as JSON, and progress as JSON lines on standard error.
    #[arg(long)]
    pub(super) json: bool,
    /// Read items inside this process: one that crashes it ends the run.
    #[arg(long)]
    pub(super) no_sandbox: bool,
    /// Items examined at the same time; all cores by default.
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<NonZeroUsize>,
}

pub fn run(args: &Args, keeper: &Keeper, face: Face, out: &mut dyn Write) -> Result<Done> {
    let dir = match &args.case {
        Some(dir) => dir.clone(),
        None => default_case(&args.paths[0])?,
    };
    keep_apart(&dir, &args.paths)?;
    let case = Case::create(&dir, &args.paths)?;
    if let Some(file) = &args.passwords {
        let list = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
        case.set_passwords(&list)?;
    }
    if let Some(file) = &args.context {
        context::Context::read(file)?.keep(&case)?;
    }
    let mut custody = Custody::open(&case, keeper, &args.paths)?;
    for file in &args.keys {
        keys::import(&case, file, face, &mut std::io::stderr())?;
    }
    let facts = reading::facts(&case)?;
    let examiner = Examiner::new(args.no_sandbox, facts.clone())?;
    if args.no_sandbox {
        eprintln!("{}", face.say(wording::UNCONFINED));
    }
    let collect = sandbox::collector(args.no_sandbox)?;
    let held = held::start(&case, args.no_sandbox);
    let meter = Meter::new(args.json, face);
    let work = Work {
        threads: args.threads.map_or_else(super::cores, NonZeroUsize::get),
        collect: &*collect,
        examiner: &|raw, copies| examiner.examine(raw, copies),
        facts: &facts,
        progress: &|progress| meter.show(&progress),
    };

    let start = Instant::now();
    assay::assay(&case, &args.paths, work)?;
    for archive in &args.reference {
        reference::take(&case, archive, work)?;
    }
    // Before anything is swept out of the scratch folder.
    let isolation = held.layers()?;
    let examined = Instant::now();
    weigh::weigh(&case, work, &decide)?;
    let weighed = Instant::now();
    super::index(&case, &meter, face);
    summary::add_seconds(
        &case,
        &BTreeMap::from([
            ("examine".to_owned(), (examined - start).as_secs_f64()),
            ("weigh".to_owned(), (weighed - examined).as_secs_f64()),
            ("index".to_owned(), weighed.elapsed().as_secs_f64()),
        ]),
    )?;
    custody.record(Deed {
        action: "assay",
        inputs: args
            .keys
            .iter()
            .chain(&args.context)
            .map(|file| outside(file))
            .collect::<Result<_, _>>()?,
        isolation,
        ..Deed::default()
    })?;

    let summary = summary::Summary::of(&case)?;
    if args.json {
        super::print_json(out, &summary)?;
    } else {
        summary.print(&dir, face, out)?;
    }
    Ok(if summary.has_failures() { Done::WithFailures } else { Done::All })
}

/// `./NAME.case`, NAME from the first path: a folder's name, a file's without its ending.
fn default_case(path: &Path) -> Result<PathBuf> {
    let whole = std::path::absolute(path)?;
    let whole = whole.canonicalize().unwrap_or(whole);
    let name = if whole.is_dir() { whole.file_name() } else { whole.file_stem() };
    let name = name.with_context(|| {
        format!("{} has no name to call the case by: give one with --case DIR", path.display())
    })?;
    let mut name = name.to_owned();
    name.push(".case");
    Ok(Path::new(".").join(name))
}

/// A case inside the dump it examines would examine itself.
fn keep_apart(case: &Path, sources: &[PathBuf]) -> Result<()> {
    let case = resolved(case)?;
    for source in sources {
        let whole = resolved(source)?;
        if case.starts_with(&whole) {
            bail!(
                "the case folder {} would lie inside the dump {}: choose another with --case DIR",
                case.display(),
                source.display()
            );
        }
    }
    Ok(())
}

/// Absolute, with the links of the part that exists resolved.
fn resolved(path: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(path)?;
    for base in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (base.canonicalize(), path.strip_prefix(base)) {
            return Ok(if rest.as_os_str().is_empty() { real } else { real.join(rest) });
        }
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_case_is_named_after_the_dump() {
        let dir = tempfile::tempdir().unwrap();
        let dump = dir.path().join("leak.v2");
        std::fs::create_dir(&dump).unwrap();
        std::fs::write(dir.path().join("inbox.mbox"), "").unwrap();
        assert_eq!(default_case(&dump).unwrap(), Path::new("./leak.v2.case"));
        let file = dir.path().join("inbox.mbox");
        assert_eq!(default_case(&file).unwrap(), Path::new("./inbox.case"));
        assert!(default_case(Path::new("/")).is_err());
    }

    #[test]
    fn a_case_never_lies_inside_its_dump() {
        let dir = tempfile::tempdir().unwrap();
        let dump = dir.path().join("dump");
        std::fs::create_dir(&dump).unwrap();
        let sources = [dump.clone()];
        assert!(keep_apart(&dump.join("x/y.case"), &sources).is_err());
        assert!(keep_apart(&dump, &sources).is_err());
        assert!(keep_apart(&dir.path().join("dump.case"), &sources).is_ok());
    }
}
