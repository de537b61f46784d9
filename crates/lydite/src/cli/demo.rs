use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use include_dir::{Dir, DirEntry, include_dir};
use lydite_core::evidence::Claim;
use lydite_core::item::Kind;
use lydite_core::verdict::Status;
use lydite_corpus::case::Case;
use lydite_corpus::custody::keys::Keeper;

use super::{Done, assay};
use crate::face::{Face, visible};
use crate::reading;
use crate::wording::{self, Lang};

/// Assay a small labelled leak of fictional people and compare.
///
/// Writes the leak that comes with Lydite into DIR, assays it there, and prints what was planted
/// beside what was found.
#[derive(clap::Args)]
pub struct Args {
    /// A folder that does not exist yet, or an earlier demo's.
    #[arg(default_value = "lydite-demo")]
    dir: PathBuf,
}

static LEAK: Dir = include_dir!("$CARGO_MANIFEST_DIR/../../examples/demo-leak");

/// One row of `truth.tsv`.
struct Truth {
    path: String,
    /// What was planted; `untouched` otherwise.
    what: String,
    attacked: Option<Claim>,
    story: String,
}

pub fn run(args: &Args, keeper: &Keeper, face: Face, out: &mut dyn Write) -> Result<Done> {
    unpack(&args.dir)?;
    let case = args.dir.join("case");
    writeln!(out, "{} {}\n", face.say(wording::DEMO_LEAK), args.dir.display())?;
    let assayed = assay::Args {
        paths: vec![args.dir.join("dump")],
        case: Some(case.clone()),
        context: None,
        reference: Vec::new(),
        passwords: None,
        keys: vec![args.dir.join("keys.jsonl")],
        json: false,
        no_sandbox: false,
        threads: None,
    };
    let done = assay::run(&assayed, keeper, face, out)?;
    compare(&case, face, out)?;
    Ok(done)
}

/// Writes the leak; a folder with anything else in it is left alone.
fn unpack(dir: &Path) -> Result<()> {
    let is_other = dir.exists()
        && dir.read_dir()?.next().is_some()
        && !(dir.join("truth.tsv").exists() && dir.join("dump").exists());
    if is_other {
        bail!("{} holds other files: name a new folder, `lydite demo DIR`", dir.display());
    }
    write(&LEAK, dir)
}

fn write(from: &Dir, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in from.entries() {
        match entry {
            DirEntry::Dir(inner) => {
                write(inner, &to.join(inner.path().file_name().unwrap_or_default()))?
            }
            DirEntry::File(file) => {
                let path = to.join(file.path().file_name().unwrap_or_default());
                std::fs::write(&path, file.contents())
                    .with_context(|| format!("cannot write {}", path.display()))?;
            }
        }
    }
    Ok(())
}

fn truth(lang: Lang) -> Result<Vec<Truth>> {
    let text = LEAK.get_file("truth.tsv").and_then(|f| f.contents_utf8());
    let text = text.context("the demo's truth.tsv is not in this build")?;
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |n: usize| cells.get(n).copied().unwrap_or_default().to_owned();
        Truth {
            path: cell(0),
            what: cell(1),
            attacked: Claim::of(Kind::Message)
                .iter()
                .copied()
                .find(|claim| claim.name() == cell(2)),
            story: cell(if lang == Lang::Fr { 4 } else { 3 }),
        }
    });
    Ok(rows.collect())
}

/// What was planted beside what was found.
fn compare(case: &Path, face: Face, out: &mut dyn Write) -> Result<()> {
    let mut found = BTreeMap::new();
    reading::walk(&Case::open(case)?, |entry| {
        let status = crate::line::status(&entry);
        found.insert(entry.path, (status, entry.verdict.map(|v| v.claims).unwrap_or_default()));
        Ok(())
    })?;
    let truth = truth(face.lang)?;
    let (planted, untouched): (Vec<_>, Vec<_>) = truth.iter().partition(|t| t.what != "untouched");
    let (mut lifted, mut accused) = (0, 0);
    writeln!(out, "\n{}", face.bold(face.say(wording::DEMO_PLANTED)))?;
    for row in planted {
        let Some((status, claims)) = found.get(&row.path) else {
            bail!("{} of truth.tsv was not found in the dump", row.path);
        };
        writeln!(out, "  {} {}", face.status(*status, 16), visible(&row.path))?;
        writeln!(out, "      {}", row.story)?;
        if let Some((claim, judged)) = row.attacked.and_then(|c| Some((c, claims.get(&c)?))) {
            let says = face.say(wording::DEMO_ATTACKED);
            let word = face.say(wording::status(*judged));
            writeln!(out, "      {says} {}: {word}", face.say(wording::claim(claim)))?;
            lifted += usize::from(matches!(judged, Status::Verified | Status::Corroborated));
        }
    }
    let mut by_status: BTreeMap<Status, usize> = BTreeMap::new();
    for row in &untouched {
        if let Some((status, _)) = found.get(&row.path) {
            *by_status.entry(*status).or_default() += 1;
            accused += usize::from(*status >= Status::Anomalous);
        }
    }
    writeln!(out, "\n{}", face.bold(face.say(wording::DEMO_UNTOUCHED)))?;
    for (status, count) in by_status {
        writeln!(out, "  {} {count:>3}", face.status(status, 16))?;
    }
    writeln!(out, "\n  {lifted} {}", face.say(wording::DEMO_LIFTED))?;
    writeln!(out, "  {accused} {}", face.say(wording::DEMO_ACCUSED))?;
    let hint = case.display();
    writeln!(out, "\n  lydite show {hint} 'besnard.mbox!/22'\n  lydite verdicts {hint}")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_leaves_other_folders_alone() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("thesis.txt"), "mine").unwrap();
        assert!(unpack(dir.path()).is_err());
        let fresh = dir.path().join("new");
        unpack(&fresh).unwrap();
        unpack(&fresh).unwrap();
        assert!(fresh.join("dump/besnard.mbox").exists());
    }

    #[test]
    fn every_row_of_the_truth_is_readable() {
        let rows = truth(Lang::En).unwrap();
        assert!(rows.len() > 60);
        for row in rows.iter().filter(|row| row.what != "untouched") {
            assert!(row.attacked.is_some() && !row.story.is_empty(), "{}", row.path);
        }
    }
}
