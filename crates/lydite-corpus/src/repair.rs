//! Making damaged tables again from the packs.
//!
//! The packs are examined and weighed in a case of its own under `tmp/`; a table counts as made
//! again only when its bytes have the SHA-256 that the ledger names. Another version or other
//! facts than the case was weighed with give other bytes: then a copy must be restored.

use std::fs;
use std::path::PathBuf;

use crate::assay::{Work, examine_each};
use crate::case::{Case, Error, Result, VERSION, cannot_read, cannot_write};
use crate::ledger::{FileEntry, Line, Phase, Tally};
use crate::pack;
use crate::shard::{self, Encoded, Rows};
use crate::tables::{blobs, containers, sightings};
use crate::weigh::{Judge, weigh};

/// What became of the damaged tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// Paths in the case folder.
    pub made: Vec<String>,
    pub left: Vec<String>,
}

/// Makes again what can be made. What the sources alone can give (sightings, containers, where
/// bytes lie) and damaged packs cannot.
pub fn repair(case: &Case, work: Work, judge: &Judge) -> Result<Repaired> {
    let mut out = Repaired::default();
    let damaged = damaged(case);
    if damaged.is_empty() {
        return Ok(out);
    }
    let folder = case.scratch().join("again");
    let made = again(case, &folder, work, judge);
    for entry in damaged {
        let bytes = made.as_ref().ok().and_then(|made| made.get(&entry));
        match bytes {
            Some(bytes) => {
                case.put(&entry.path, [bytes.as_slice()])?;
                out.made.push(entry.path);
            }
            None => out.left.push(entry.path),
        }
    }
    fs::remove_dir_all(&folder).map_err(cannot_write(&folder))?;
    Ok(out)
}

/// Tables that are missing or not as the ledger names them.
fn damaged(case: &Case) -> Vec<FileEntry> {
    let files = case.files();
    let tables = files.iter().filter(|(folder, _)| folder.starts_with("tables/"));
    let entries = tables.flat_map(|(_, shards)| shards.values());
    entries.filter(|entry| case.read(entry).is_err()).cloned().collect()
}

/// A case made again from the packs of another.
struct Again(Case);

impl Again {
    /// The bytes of a table, if they are those.
    fn get(&self, wanted: &FileEntry) -> Option<Vec<u8>> {
        let (folder, name) = wanted.path.rsplit_once('/')?;
        let files = self.0.files();
        let made = files.get(folder)?.get(name.split(['-', '.']).next()?)?;
        let is_same = made.sha256 == wanted.sha256;
        if is_same { self.0.read(made).ok() } else { None }
    }
}

fn again(case: &Case, folder: &PathBuf, work: Work, judge: &Judge) -> Result<Again> {
    let files = case.files();
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(cannot_write(folder))?;
    }
    let made = Case::create(folder, &[])?;
    for batch in shard::batches(&files) {
        let name = shard::name(batch);
        let mut entries = Vec::new();
        for table in [&sightings::TABLE, &containers::TABLE, &blobs::TABLE] {
            let entry = files.get(&format!("tables/{}", table.name)).and_then(|f| f.get(&name));
            if let Some(entry) = entry {
                entries.push(made.put(&entry.path, [case.read(entry)?.as_slice()])?);
            }
        }
        let all: Vec<blobs::Row> = shard::rows(case, &files, &blobs::TABLE, &name)?;
        if !all.is_empty() {
            let path = case.pack_path(batch);
            let bytes = fs::read(&path).map_err(cannot_read(&path))?;
            entries.push(made.put(&pack::path(batch), [bytes.as_slice()])?);
        }
        let examined: Vec<&blobs::Row> = all.iter().filter(|b| b.reason.is_none()).collect();
        let bytes = examined.iter().map(|b| pack::read(case, b)).collect::<Result<Vec<_>>>()?;
        let items: Vec<_> = bytes.iter().map(|raw| (raw.as_slice(), Vec::new())).collect();
        let mut rows = Rows::default();
        for (blob, answer) in examined.iter().zip(examine_each(&items, work)) {
            let lost = |why| Error::Damaged {
                path: case.pack_path(batch),
                at: format!("item {}", blob.sha256),
                why,
            };
            let answer = answer.map_err(lost)?;
            let wants = shard::met(blob.sha256, &answer, work.facts);
            rows.push(blob.sha256, blob.size, &answer, wants);
        }
        for encoded in rows.encode()? {
            entries.extend(put(&made, &encoded, &name)?);
        }
        made.commit(line(Phase::Collect, entries))?;
    }
    made.commit(line(Phase::Collected, Vec::new()))?;
    weigh(&made, work, judge)?;
    Ok(Again(made))
}

fn put(made: &Case, encoded: &Encoded, shard: &str) -> Result<Option<FileEntry>> {
    encoded.put(made, &made.files(), shard, 0)
}

fn line(phase: Phase, files: Vec<FileEntry>) -> Line {
    let (number, generation, position) = (0, 0, None);
    let (seen, version) = (Tally::default(), VERSION.to_owned());
    Line { number, phase, generation, position, seen, files, version }
}
