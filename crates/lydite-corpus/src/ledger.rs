//! The ledger of a case: an append-only file of JSON lines, one per commit.
//!
//! Files are written first; the line that names them makes them count. A line cut short by a
//! crash never counted, and a file that no line names does not either.

use std::collections::BTreeMap;

use lydite_core::item::Sha256;
use serde::{Deserialize, Serialize};

use crate::collect::Position;
use crate::pack;

/// One commit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    /// From 0, without gaps.
    pub number: u64,
    pub phase: Phase,
    /// 0 for what was collected, then one more with each weighing that changed something.
    pub generation: u32,
    /// Where collecting goes on behind this batch; only in `collect` lines.
    pub position: Option<Position>,
    /// Counted when it was met, before anything was done with it.
    pub seen: Tally,
    pub files: Vec<FileEntry>,
    /// Version of Lydite that made the files.
    pub version: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// A batch was collected and examined.
    Collect,
    /// All sources were read to their end.
    Collected,
    /// A generation was weighed.
    Weigh,
    /// Bytes were removed by order.
    Purge,
}

/// Sightings and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub items: u64,
    pub bytes: u64,
}

impl Tally {
    pub fn add(&mut self, bytes: u64) {
        self.items += 1;
        self.bytes += bytes;
    }
}

/// A committed file: path relative to the case folder, with `/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    pub path: String,
    pub sha256: Sha256,
    pub length: u64,
}

/// Where a shard belongs: `tables/<table>/<shard>-<generation>.parquet`. `shard` is the number of
/// a batch, or `joins` for findings over the whole case.
pub fn shard_path(table: &str, shard: &str, generation: u32) -> String {
    format!("tables/{table}/{shard}-{generation}.parquet")
}

/// The files that count, by folder (`packs`, `tables/mails`) and shard: the last line that names
/// a shard wins. Batches sort before `joins`.
pub type Files = BTreeMap<String, BTreeMap<String, FileEntry>>;

/// Lays the files of a line over those of the lines before.
pub fn overlay(files: &mut Files, entries: &[FileEntry]) {
    for entry in entries {
        let (folder, name) = entry.path.rsplit_once('/').unwrap_or(("", &entry.path));
        let stem = name.split(['-', '.']).next().unwrap_or(name);
        files.entry(folder.to_owned()).or_default().insert(stem.to_owned(), entry.clone());
    }
}

/// All commits of a case, in order.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    pub lines: Vec<Line>,
}

impl Ledger {
    /// Reads a ledger file; also says how many of its bytes count. Only the last line may be torn;
    /// a broken line before it is damage: its number (from 1) and why.
    pub fn read(text: &[u8]) -> Result<(Ledger, usize), (usize, String)> {
        let mut ledger = Ledger::default();
        let mut good = 0;
        for chunk in text.split_inclusive(|&b| b == b'\n') {
            let is_whole = chunk.ends_with(b"\n");
            match serde_json::from_slice::<Line>(chunk) {
                Ok(line) if is_whole && line.number == ledger.lines.len() as u64 => {
                    ledger.lines.push(line);
                    good += chunk.len();
                }
                _ if good + chunk.len() == text.len() && !is_whole => break,
                Ok(line) => {
                    return Err((ledger.lines.len() + 1, format!("has number {}", line.number)));
                }
                Err(error) => return Err((ledger.lines.len() + 1, error.to_string())),
            }
        }
        Ok((ledger, good))
    }

    pub fn files(&self) -> Files {
        let mut files = Files::new();
        self.lines.iter().for_each(|line| overlay(&mut files, &line.files));
        files
    }

    pub fn of(&self, phase: Phase) -> impl DoubleEndedIterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.phase == phase)
    }

    /// The pack of a batch as it is now: only removals write one again.
    pub fn pack_path(&self, batch: u32) -> String {
        let first = pack::path(batch);
        let stem = first.trim_end_matches(".pack");
        let later = self.of(Phase::Purge).rev().flat_map(|line| &line.files);
        let later = later
            .map(|file| &file.path)
            .find(|path| path.strip_prefix(stem).is_some_and(|rest| rest.starts_with('-')));
        later.cloned().unwrap_or(first)
    }

    /// Whether all sources were read to their end.
    pub fn is_collected(&self) -> bool {
        self.of(Phase::Collected).next().is_some()
    }

    /// Whether verdicts stand that were weighed beside all other items.
    pub fn is_weighed(&self) -> bool {
        self.of(Phase::Weigh).next().is_some()
    }

    /// The generation last committed.
    pub fn generation(&self) -> u32 {
        self.lines.last().map_or(0, |line| line.generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: u64) -> String {
        let line = Line {
            number,
            phase: Phase::Collect,
            generation: 0,
            position: None,
            seen: Tally::default(),
            files: vec![FileEntry {
                path: format!("packs/{number:06}.pack"),
                sha256: Sha256::of(b""),
                length: 0,
            }],
            version: "0".to_owned(),
        };
        serde_json::to_string(&line).unwrap() + "\n"
    }

    #[test]
    fn a_torn_last_line_does_not_count_wherever_it_is_cut() {
        let first = line(0);
        let both = first.clone() + &line(1);
        for cut in first.len()..both.len() {
            let (ledger, good) = Ledger::read(&both.as_bytes()[..cut]).unwrap();
            assert_eq!((ledger.lines.len(), good), (1, first.len()), "cut at {cut}");
        }
        assert_eq!(Ledger::read(both.as_bytes()).unwrap().0.lines.len(), 2);
    }

    #[test]
    fn damage_before_the_end_is_an_error_that_names_the_line() {
        let text = line(0) + "{\"number\":1\n" + &line(2);
        assert_eq!(Ledger::read(text.as_bytes()).unwrap_err().0, 2);
        let gap = line(0) + &line(2);
        assert_eq!(Ledger::read(gap.as_bytes()).unwrap_err().0, 2);
    }

    #[test]
    fn the_last_line_that_names_a_shard_wins() {
        let entry = |path: String| FileEntry { path, sha256: Sha256::of(b""), length: 0 };
        let mut files = Files::new();
        overlay(&mut files, &[entry(shard_path("mails", "000001", 0))]);
        overlay(&mut files, &[entry(shard_path("mails", "000001", 12))]);
        assert_eq!(files["tables/mails"]["000001"].path, "tables/mails/000001-12.parquet");
    }
}
