//! Archives of other projects' tests, where LYDITE_CORPORA names the unpacked corpora: nothing
//! crashes, everything is accounted for, and the counts stand in `docs/archives.md`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use super::*;

/// Folders below the corpora; those whose archives are meant to be opened first.
const FOLDERS: [&str; 10] = [
    "docs/libarchive-archives",
    "hostile/libarchive",
    "hostile/libzip",
    "hostile/yauzl",
    "hostile/zipdiff",
    "hostile/made",
    "hostile/zip-slip",
    "hostile/bomb-overlap",
    "hostile/bomb-42zip",
    "hostile/tika-hostile",
];

#[derive(Default)]
struct Row {
    files: u64,
    containers: BTreeMap<&'static str, u64>,
    marked: u64,
    leaves: u64,
    skipped: BTreeMap<&'static str, u64>,
    bytes: u64,
    seconds: f64,
}

fn row(folder: &Path, mut log: Option<&mut String>) -> Row {
    let start = Instant::now();
    let spool = tempfile::tempdir().unwrap();
    let mut row = Row::default();
    let passwords = Passwords::new(b"12345678\npassword\nnot this\n");
    let emit = &mut |found: Found, _: Position| {
        match &found {
            Found::Leaf(leaf) => {
                row.leaves += 1;
                row.bytes += leaf.bytes.len() as u64;
                assert!(leaf.meta.iter().all(|(name, value)| name != "password"
                    || value.starts_with("line ")
                    || value.starts_with("shipped ")));
            }
            Found::Container { format, defects, .. } => {
                *row.containers.entry(format).or_default() += 1;
                row.marked += u64::from(!defects.is_empty());
            }
            Found::Skipped { reason, .. } => {
                assert!(REASONS.contains(reason), "{reason}");
                *row.skipped.entry(reason).or_default() += 1;
            }
        }
        if let Some(log) = &mut log {
            log.push_str(&line(&found));
        }
        ControlFlow::Continue(())
    };
    let totals =
        collect(&[folder.to_owned()], spool.path(), &passwords, Position::default(), emit).unwrap();
    assert_eq!(fs::read_dir(spool.path()).unwrap().count(), 0, "only files without names");
    row.files = totals.files;
    row.seconds = start.elapsed().as_secs_f64();
    row
}

/// One event for a script that compares with other readers: tab-separated.
fn line(found: &Found) -> String {
    match found {
        Found::Leaf(leaf) => {
            let defects = leaf.defects.join(" | ");
            format!(
                "leaf\t{}\t{}\t{}\t{defects}\n",
                leaf.path,
                Sha256::of(&leaf.bytes),
                leaf.bytes.len()
            )
        }
        Found::Container { path, format, members, defects, .. } => {
            format!("container\t{path}\t{format}\t{members}\t{}\n", defects.join(" | "))
        }
        Found::Skipped { path, reason, detail, .. } => {
            format!("skipped\t{path}\t{reason}\t\t{detail}\n")
        }
    }
}

#[test]
fn archives_of_other_projects_are_read_or_listed() {
    let Some(corpora) = std::env::var_os("LYDITE_CORPORA").map(PathBuf::from) else {
        return;
    };
    let log_to = std::env::var_os("LYDITE_ARCHIVE_LOG").map(PathBuf::from);
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| folder | files | opened | marked | items | listed by reason | MiB | seconds |"
    )
    .unwrap();
    for folder in FOLDERS {
        let mut log = String::new();
        let row = row(&corpora.join(folder), log_to.is_some().then_some(&mut log));
        if let Some(log_to) = &log_to {
            fs::write(log_to.join(folder.replace('/', "-")), log).unwrap();
        }
        let each = |counts: &BTreeMap<&str, u64>| {
            counts.iter().map(|(name, n)| format!("{name} {n}")).collect::<Vec<_>>().join(", ")
        };
        writeln!(
            out,
            "| {folder} | {} | {} | {} | {} | {} | {} | {:.1} |",
            row.files,
            each(&row.containers),
            row.marked,
            row.leaves,
            each(&row.skipped),
            row.bytes >> 20,
            row.seconds,
        )
        .unwrap();
    }
}
