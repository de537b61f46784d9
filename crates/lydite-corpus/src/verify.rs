//! Whether every byte of a case is as the case was left: each file against the hash that the ledger
//! or the custody log names, the ledger against the log, the log against its signed checkpoint.
//!
//! What it cannot see: a folder made anew as a whole, log and key included. For that it wants the
//! key, kept outside the case, or a checkpoint that somebody else kept.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use lydite_core::custody::checkpoint::Checkpoint;
use lydite_core::custody::note::{Note, Verifier};
use lydite_core::item::Sha256;

use crate::case::{Error, Result, cannot_read};
use crate::custody::keys::Keeper;
use crate::custody::{CHECKPOINT, LEDGER, LOG, Log, Recorded, hash, read_if_there};
use crate::ledger::{Ledger, Line, Phase};
use crate::lock::Lock;
use crate::search;
use crate::tables::{self, blobs};

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Missing,
    /// Same length, other bytes.
    Changed,
    Shorter,
    Longer,
    /// Holds the bytes of another file of the case.
    Swapped,
    /// Nothing of the case names it.
    Added,
    /// Superseded or half written; the next command that writes removes it.
    LeftOver,
    /// Bytes that were removed by order are still there.
    NotRemoved,
    /// The log does not hold together, or its signature is not of its key.
    Log,
    /// The ledger does not hold together, or is not the one the log names.
    Ledger,
    /// A command was interrupted: the next one that writes signs or says what is left.
    Unsigned,
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub what: What,
    /// In the case folder.
    pub path: String,
    /// Line, offset or item where known; particulars.
    pub at: String,
}

/// What was compared.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// In order of path.
    pub problems: Vec<Problem>,
    pub files: u64,
    pub bytes: u64,
    /// The log's name, entries and root. None if there is no log that can be read.
    pub head: Option<Checkpoint>,
    pub key: Option<Verifier>,
    /// Whether the private key is kept on this machine.
    pub is_key_here: bool,
}

/// Compares everything. `expected` are checkpoints kept elsewhere that the log must continue. An
/// error only where the folder cannot be read or somebody writes in it.
pub fn verify(root: &Path, keeper: Option<&Keeper>, expected: &[Note]) -> Result<Verified> {
    if !root.is_dir() {
        return Err(Error::NotACase(root.to_owned()));
    }
    let _still = Lock::at_rest(root)?;
    let mut check = Check { root, out: Verified::default() };
    let log = check.log(keeper, expected)?;
    let lines = check.ledger(&log)?;
    check.files(&log, &lines)?;
    check.out.problems.sort_by(|a, b| a.path.cmp(&b.path).then(a.what.cmp(&b.what)));
    Ok(check.out)
}

struct Check<'a> {
    root: &'a Path,
    out: Verified,
}

impl Check<'_> {
    fn tell(&mut self, what: What, path: &str, at: impl Into<String>) {
        self.out.problems.push(Problem { what, path: path.to_owned(), at: at.into() });
    }

    fn log(&mut self, keeper: Option<&Keeper>, expected: &[Note]) -> Result<Log> {
        let Some(bytes) = read_if_there(&self.root.join(LOG))? else {
            self.tell(What::Missing, LOG, "no entry says what was done with the case");
            return Ok(Log::default());
        };
        let mut log = match Log::parse(&bytes) {
            Ok(log) => log,
            Err((line, why)) => {
                self.tell(What::Log, LOG, format!("line {line}: {why}"));
                return Ok(Log::default());
            }
        };
        if log.torn > 0 {
            let at = format!("{} bytes at the end are no whole line", log.torn);
            self.tell(What::Unsigned, LOG, at);
        }
        self.checkpoint(&mut log)?;
        let total = log.entries.len() as u64;
        self.out.head = log.head(total);
        self.out.key = log.key_at(total);
        let first = log.keys().next().map(|(_, key)| crate::custody::origin_of(&key.key));
        if first.as_deref() != log.origin() {
            self.tell(What::Log, LOG, "its name is not that of its first key");
        }
        for note in expected {
            let head = Checkpoint::parse(&note.text);
            let fits = head.ok_or("it is no checkpoint".to_owned()).and_then(|h| log.continues(&h));
            if let Err(why) = fits {
                self.tell(What::Log, LOG, format!("the checkpoint given is not continued: {why}"));
            }
        }
        self.outside(&log, keeper);
        Ok(log)
    }

    fn checkpoint(&mut self, log: &mut Log) -> Result<()> {
        let Some(bytes) = read_if_there(&self.root.join(CHECKPOINT))? else {
            self.tell(What::Missing, CHECKPOINT, "");
            return Ok(());
        };
        match Note::parse(&bytes) {
            Ok(note) if note.signatures.len() == 1 && note.text().as_bytes() == bytes => {
                log.checkpoint = Some(note);
            }
            Ok(_) => {
                self.tell(What::Log, CHECKPOINT, "more than the one signature of the case's key");
                return Ok(());
            }
            Err(why) => {
                self.tell(What::Log, CHECKPOINT, why);
                return Ok(());
            }
        }
        match log.signed() {
            Err(why) => self.tell(What::Log, CHECKPOINT, why),
            Ok(signed) if signed < log.entries.len() as u64 => {
                let at = format!("entries from {signed} on are not signed");
                self.tell(What::Unsigned, LOG, at);
            }
            Ok(_) => {}
        }
        Ok(())
    }

    /// What this machine keeps of the log's key.
    fn outside(&mut self, log: &Log, keeper: Option<&Keeper>) {
        let (Some(keeper), Some(origin), Some(key)) = (keeper, log.origin(), &self.out.key) else {
            return;
        };
        // A key that cannot be read is as good as none.
        self.out.is_key_here = matches!(keeper.find(key), Ok(Some(_)));
        let last = keeper.last(origin).ok().flatten().and_then(|bytes| Note::parse(&bytes).ok());
        let head = last.and_then(|note| Checkpoint::parse(&note.text));
        if let Some(Err(why)) = head.map(|head| log.continues(&head)) {
            let at = format!("the checkpoint last signed on this machine is not continued: {why}");
            self.tell(What::Log, LOG, at);
        }
    }

    /// The lines of the ledger that can be read.
    fn ledger(&mut self, log: &Log) -> Result<Vec<Line>> {
        let Some(text) = read_if_there(&self.root.join(LEDGER))? else {
            if log.ledger_heads().next().is_some() {
                self.tell(What::Missing, LEDGER, "");
            }
            return Ok(Vec::new());
        };
        let (ledger, good) = match Ledger::read(&text) {
            Ok(read) => read,
            Err((line, why)) => {
                self.tell(What::Ledger, LEDGER, format!("line {line}: {why}"));
                let good: usize =
                    text.split_inclusive(|&b| b == b'\n').take(line - 1).map(<[u8]>::len).sum();
                Ledger::read(&text[..good]).unwrap_or_default()
            }
        };
        let mut told = 0;
        for head in log.ledger_heads() {
            told = usize::try_from(head.bytes).unwrap_or(usize::MAX);
            if text.get(..told).is_none_or(|start| Sha256::of(start) != head.sha256) {
                let at = format!("its first {} bytes are not those of entry {}", told, head.seq);
                self.tell(What::Ledger, LEDGER, at);
                break;
            }
        }
        if good < text.len() {
            self.tell(What::Unsigned, LEDGER, "its last line is cut");
        } else if told < text.len() {
            self.tell(
                What::Unsigned,
                LEDGER,
                format!("no entry names what stands from byte {told} on"),
            );
        }
        Ok(ledger.lines)
    }

    fn files(&mut self, log: &Log, lines: &[Line]) -> Result<()> {
        let ledger = Ledger { lines: lines.to_vec() };
        let current = ledger.files();
        let recorded = |file: &crate::ledger::FileEntry| Recorded {
            bytes: file.length,
            sha256: file.sha256,
            seq: 0,
        };
        let mut known: BTreeMap<String, Recorded> = BTreeMap::new();
        for file in current.values().flat_map(|files| files.values()) {
            known.insert(file.path.clone(), recorded(file));
        }
        known.extend(log.files().into_iter().map(|(name, file)| (name.to_owned(), file)));
        let names: BTreeMap<Sha256, String> =
            known.iter().map(|(name, file)| (file.sha256, name.clone())).collect();
        let before: BTreeSet<&str> =
            lines.iter().flat_map(|line| &line.files).map(|file| file.path.as_str()).collect();
        let is_purged = |path: &str| {
            path.starts_with("packs/") && lines.iter().any(|line| line.phase == Phase::Purge)
        };
        known.extend(index_files(self.root));
        let mut met = BTreeSet::new();
        for (path, is_file) in all(self.root)? {
            self.out.files += 1;
            match path.as_str() {
                _ if !is_file => self.tell(What::Added, &path, "neither file nor folder"),
                LOG | CHECKPOINT | LEDGER => self.out.bytes += size(self.root, &path)?,
                "lock" | "readers" => self.lock(&path)?,
                INDEX_MADE => self.index(&path)?,
                name if known.contains_key(name) => {
                    self.compare(&path, known[name], &names)?;
                    met.insert(path);
                }
                name if before.contains(name) && is_purged(name) => {
                    self.tell(What::NotRemoved, name, "");
                }
                name if before.contains(name) || name.starts_with("tmp/") => {
                    self.tell(What::LeftOver, name, "");
                }
                name => self.tell(What::Added, name, ""),
            }
        }
        for path in known.keys().filter(|path| !met.contains(*path)) {
            self.tell(What::Missing, path, "");
        }
        Ok(())
    }

    fn compare(
        &mut self,
        path: &str,
        known: Recorded,
        names: &BTreeMap<Sha256, String>,
    ) -> Result<()> {
        let (bytes, sha256) = hash(&self.root.join(path))?;
        self.out.bytes += bytes;
        if sha256 == known.sha256 {
            return Ok(());
        }
        if let Some(other) = names.get(&sha256) {
            self.tell(What::Swapped, path, format!("it holds the bytes of {other}"));
            return Ok(());
        }
        let what = match bytes.cmp(&known.bytes) {
            std::cmp::Ordering::Less => What::Shorter,
            std::cmp::Ordering::Equal => What::Changed,
            std::cmp::Ordering::Greater => What::Longer,
        };
        let lengths = format!("{bytes} bytes instead of {}", known.bytes);
        let lengths = if what == What::Changed { String::new() } else { lengths };
        let places = if path.starts_with("packs/") { self.blobs_of(path) } else { Vec::new() };
        if places.is_empty() {
            self.tell(what, path, lengths);
        }
        for at in places {
            self.tell(what, path, at);
        }
        Ok(())
    }

    /// Where in a pack the bytes of an item are not its own, as far as the table tells.
    fn blobs_of(&self, path: &str) -> Vec<String> {
        let name = path.trim_start_matches("packs/");
        let Some(batch) = name.split(['-', '.']).next() else { return Vec::new() };
        let folder = self.root.join("tables/blobs");
        let shards = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path());
        let mut shards: Vec<PathBuf> = shards
            .filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with(batch)))
            .collect();
        shards.sort();
        let rows = shards.last().and_then(|shard| fs::read(shard).ok());
        let rows: Vec<blobs::Row> =
            rows.and_then(|bytes| tables::decode(bytes).ok()).unwrap_or_default();
        let pack = fs::read(self.root.join(path)).unwrap_or_default();
        let is_damaged = |row: &&blobs::Row| {
            let start = usize::try_from(row.start).ok();
            let size = usize::try_from(row.size).ok();
            let bytes = start.zip(size).and_then(|(at, n)| pack.get(at..at.checked_add(n)?));
            row.reason.as_deref() != Some(crate::pack::PURGED)
                && bytes.is_none_or(|bytes| Sha256::of(bytes) != row.sha256)
        };
        let told = |row: &blobs::Row| format!("offset {}, item {}", row.start, row.sha256);
        rows.iter().filter(is_damaged).map(told).collect()
    }

    /// What lists the files of the index is read; the files are compared with it.
    fn index(&mut self, path: &str) -> Result<()> {
        self.out.bytes += size(self.root, path)?;
        match search::made(self.root) {
            None => self.tell(What::Changed, path, "it is no list: remove the folder `index`"),
            Some(made) if !made.is_current(self.root)? => {
                self.tell(
                    What::LeftOver,
                    path,
                    "of an earlier state: the next search makes another",
                );
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// A lock holds the number of a process or nothing.
    fn lock(&mut self, path: &str) -> Result<()> {
        let bytes = fs::read(self.root.join(path)).map_err(cannot_read(&self.root.join(path)))?;
        let is_number = bytes
            .strip_suffix(b"\n")
            .is_some_and(|number| number.len() <= 10 && number.iter().all(u8::is_ascii_digit));
        if !bytes.is_empty() && !is_number {
            self.tell(What::Changed, path, "a lock holds a process number or nothing");
        }
        Ok(())
    }
}

const INDEX_MADE: &str = "index/made.json";

/// The files of the index, as it lists them itself. It is made of the tables: what is wrong with it is
/// damage, and another can be made.
fn index_files(root: &Path) -> BTreeMap<String, Recorded> {
    let files = search::made(root).map(|made| made.files).unwrap_or_default();
    let recorded = |(name, (bytes, sha256))| {
        (format!("{}/{name}", search::FOLDER), Recorded { bytes, sha256, seq: 0 })
    };
    files.into_iter().map(recorded).collect()
}

fn size(root: &Path, path: &str) -> Result<u64> {
    let path = root.join(path);
    Ok(fs::metadata(&path).map_err(cannot_read(&path))?.len())
}

/// Every path under the folder that is no folder, `/` between names, in order; whether it is a file.
pub(crate) fn all(root: &Path) -> Result<Vec<(String, bool)>> {
    let mut out = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(cannot_read(&folder))? {
            let entry = entry.map_err(cannot_read(&folder))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().map_err(cannot_read(&entry.path()))?;
            if kind.is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            } else {
                out.push((name, kind.is_file()));
            }
        }
    }
    out.sort();
    Ok(out)
}
