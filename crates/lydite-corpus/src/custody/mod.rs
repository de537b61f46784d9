//! The custody log of a case: what was done with it, in order, signed.
//!
//! ```text
//! custody/log.jsonl      one canonical JSON line per entry; the leaves of the Merkle tree
//! custody/checkpoint     the head of the log, signed by the case's key
//! custody/witness/…      checkpoints that others cosigned
//! custody/stamps/…       time stamps of checkpoints
//! ```
//!
//! It stands beside the tables: it carries wall time, and nothing in a table or verdict depends on
//! it. Entries name the first bytes of the ledger by hash, and the ledger names every other file.
//! The private key lies outside the case (`keys.rs`).

pub mod keys;
pub mod writing;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use lydite_core::custody::checkpoint::Checkpoint;
use lydite_core::custody::entry::{Entry, Named, Place};
use lydite_core::custody::merkle;
use lydite_core::custody::note::{Note, Verifier};
use lydite_core::item::Sha256;

use crate::case::{Result, cannot_read};

pub const LOG: &str = "custody/log.jsonl";
pub const CHECKPOINT: &str = "custody/checkpoint";
pub const LEDGER: &str = "ledger.jsonl";

/// What can go wrong with the log alone. Every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum CustodyError {
    #[error(
        "{path}, line {line}: {why}: `lydite verify` says what else is damaged; restore the \
             file from a copy of the case"
    )]
    Line { path: PathBuf, line: usize, why: String },
    #[error(
        "{path}: {why}: `lydite verify` says what else is damaged; restore the folder \
             `custody` and the ledger from a copy of the case"
    )]
    Head { path: PathBuf, why: String },
    #[error("{0}: {1}")]
    Key(PathBuf, String),
    #[error(
        "there is no folder to keep the case's key in: set XDG_DATA_HOME or HOME, or name a \
             file with --custody-key"
    )]
    NoHome,
    #[error("{0} has no custody log yet: any command that changes the case begins one")]
    None(PathBuf),
    #[error("{0}")]
    Refused(String),
}

/// The log as it stands in the folder.
#[derive(Clone, Debug, Default)]
pub struct Log {
    pub entries: Vec<Entry>,
    /// Of each entry.
    pub leaves: Vec<Sha256>,
    /// Bytes of the entries, with line ends.
    pub bytes: usize,
    /// Bytes behind them that are no whole line: a crash cut it.
    pub torn: usize,
    /// The head that is signed, unverified.
    pub checkpoint: Option<Note>,
}

/// A file as the log last named it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub bytes: u64,
    pub sha256: Sha256,
    /// Number of the entry.
    pub seq: u64,
}

impl Log {
    /// Reads the log of a case; an empty one if there is none.
    pub fn read(root: &Path) -> Result<Log> {
        let path = root.join(LOG);
        let Some(bytes) = read_if_there(&path)? else { return Ok(Log::default()) };
        let mut log =
            Log::parse(&bytes).map_err(|(line, why)| CustodyError::Line { path, line, why })?;
        let path = root.join(CHECKPOINT);
        if let Some(bytes) = read_if_there(&path)? {
            let note = Note::parse(&bytes)
                .map_err(|why| CustodyError::Head { path, why: why.to_owned() })?;
            log.checkpoint = Some(note);
        }
        Ok(log)
    }

    /// Entries of a text, or the line that is none and why. A last line without its end is torn.
    pub fn parse(bytes: &[u8]) -> std::result::Result<Log, (usize, String)> {
        let mut log = Log::default();
        for chunk in bytes.split_inclusive(|&b| b == b'\n') {
            let Some(line) = chunk.strip_suffix(b"\n") else {
                log.torn = chunk.len();
                break;
            };
            let number = log.entries.len();
            let text = std::str::from_utf8(line).map_err(|e| (number + 1, e.to_string()))?;
            let entry = Entry::parse(text).map_err(|why| (number + 1, why))?;
            if entry.seq != number as u64 {
                return Err((number + 1, format!("has number {}", entry.seq)));
            }
            log.leaves.push(merkle::leaf(line));
            log.entries.push(entry);
            log.bytes += chunk.len();
        }
        Ok(log)
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Name of the log: `lydite/case/` and 16 digits of its first key's SHA-256.
    pub fn origin(&self) -> Option<&str> {
        self.entries.first()?.parameters.get("log")?.as_str()
    }

    /// The keys that signed, each with the number of the entry that introduced it.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = (u64, Verifier)> {
        let key = |entry: &Entry| {
            let text = entry.parameters.get("key")?.as_str()?;
            Some((entry.seq, Verifier::parse(text)?))
        };
        self.entries.iter().filter(|entry| introduces_key(entry)).filter_map(key)
    }

    /// Checkpoint over the first `size` entries; None if there are fewer or no name.
    pub fn head(&self, size: u64) -> Option<Checkpoint> {
        let leaves = self.leaves.get(..usize::try_from(size).ok()?)?;
        let origin = self.origin()?.to_owned();
        Some(Checkpoint { origin, size, root: merkle::root(leaves) })
    }

    /// The key that signs a log of so many entries.
    pub fn key_at(&self, size: u64) -> Option<Verifier> {
        self.keys().take_while(|(seq, _)| *seq < size).last().map(|(_, key)| key)
    }

    /// How many entries the signed checkpoint covers, or why it does not fit the log.
    pub fn signed(&self) -> std::result::Result<u64, String> {
        let note = self.checkpoint.as_ref().ok_or("there is no checkpoint")?;
        let head = Checkpoint::parse(&note.text).ok_or("its text is no checkpoint")?;
        self.continues(&head)?;
        let key = self.key_at(head.size).ok_or("no entry names its key")?;
        note.opened_by(&key).ok_or("its signature is not of the key that the log names")?;
        Ok(head.size)
    }

    /// Whether the log begins with what that checkpoint was of; else why not.
    pub fn continues(&self, head: &Checkpoint) -> std::result::Result<(), String> {
        if Some(head.origin.as_str()) != self.origin() {
            return Err(format!("it is of another log, {}", head.origin));
        }
        let ours = self.head(head.size).ok_or_else(|| {
            format!("it is of {} entries, the log has {}", head.size, self.entries.len())
        })?;
        if ours.root == head.root {
            Ok(())
        } else {
            Err(format!("the first {} entries of the log are not those it is of", head.size))
        }
    }

    /// Files of the case folder as the log last named them, but for the ledger.
    pub fn files(&self) -> BTreeMap<&str, Recorded> {
        let named = self.entries.iter().flat_map(|e| e.outputs.iter().map(move |o| (e.seq, o)));
        let files = named.filter(|(_, output)| output.place == Place::Case);
        files.map(|(seq, output)| (output.name.as_str(), recorded(seq, output))).collect()
    }

    /// How the ledger began, each time an entry named it.
    pub fn ledger_heads(&self) -> impl Iterator<Item = Recorded> {
        let named = self.entries.iter().flat_map(|e| e.outputs.iter().map(move |o| (e.seq, o)));
        named
            .filter(|(_, o)| o.place == Place::CaseHead && o.name == LEDGER)
            .map(|(seq, output)| recorded(seq, output))
    }
}

/// The log, which must be there.
pub fn existing(root: &Path) -> Result<Log> {
    let log = Log::read(root)?;
    if log.is_empty() { Err(CustodyError::None(root.to_owned()).into()) } else { Ok(log) }
}

fn recorded(seq: u64, output: &Named) -> Recorded {
    Recorded { bytes: output.bytes, sha256: output.sha256, seq }
}

fn introduces_key(entry: &Entry) -> bool {
    matches!(entry.action.as_str(), "case-made" | "log-begun" | "handover")
}

/// Name of a log whose first key this is.
pub fn origin_of(key: &[u8; 32]) -> String {
    format!("lydite/case/{}", &Sha256::of(key).to_string()[..16])
}

pub(crate) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some).map_err(cannot_read(path)),
    }
}

/// A file elsewhere, whole.
pub fn outside(path: &Path) -> Result<Named> {
    let (bytes, sha256) = hash(path)?;
    Ok(Named { place: Place::File, name: last_name(path), bytes, sha256 })
}

/// What entries call a file or folder elsewhere: the log is handed on, and where somebody keeps
/// their files is nobody's business.
pub fn last_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Length and SHA-256 of a file, read once from beginning to end.
pub(crate) fn hash(path: &Path) -> Result<(u64, Sha256)> {
    use sha2::Digest;
    let mut file = fs::File::open(path).map_err(cannot_read(path))?;
    let mut digest = sha2::Sha256::new();
    let mut buffer = vec![0; lydite_core::limits::READ_BYTES];
    let mut length = 0;
    loop {
        let read = io::Read::read(&mut file, &mut buffer).map_err(cannot_read(path))?;
        if read == 0 {
            return Ok((length, Sha256(digest.finalize().into())));
        }
        digest.update(&buffer[..read]);
        length += read as u64;
    }
}
