//! The case folder: everything of one investigation, relative paths only, so that it can be
//! copied, zipped and archived.
//!
//! ```text
//! case.json                      what it was made from
//! lock                           held by the one program that writes, with its process number
//! readers                        held by each program that reads
//! ledger.jsonl                   one line per commit; see `ledger.rs`
//! packs/NNNNNN.pack              the bytes of the blobs, one behind the other
//! tables/<table>/NNNNNN-G.parquet   shards: batch, generation
//! facts/keys.jsonl               keys the user supplied
//! facts/people.jsonl             certificates and OpenPGP keys the user supplied
//! facts/passwords.txt            passwords tried on closed archives, one a line, if any were given
//! facts/recovered.jsonl          keys recovered from signatures of the case, or given up
//! custody/                       what was done with the case, signed; see `custody.rs`
//! index/                         words of all texts, made of the tables alone; see `search/`
//! tmp/                           files being written, spilled queries; empty when at rest
//! ```
//!
//! Nothing in it depends on a clock, the number of threads or the time zone.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lydite_core::item::Sha256;
use serde::{Deserialize, Serialize};
use sha2::Digest;

use crate::collect::passwords::Passwords;
use crate::ledger::{FileEntry, Files, Ledger, Line, Phase};
use crate::lock::Lock;
use crate::tables;

/// Raised when an older Lydite could not read the folder.
pub const FORMAT: u32 = 1;
/// Version of Lydite, as ledger lines carry it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

const PASSWORD_FILE: &str = "facts/passwords.txt";

/// What can go wrong with a case. Every message names the place and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{path}: {source}: {remedy}")]
    Io { path: PathBuf, source: io::Error, remedy: &'static str },
    #[error("{0} is not a case: make one with `lydite assay PATH --case {0}`")]
    NotACase(PathBuf),
    #[error("{0} holds other files: name a new or empty folder with --case")]
    NotEmpty(PathBuf),
    #[error("{path} is in use by {holder}: wait until it ends, or name another folder")]
    Locked { path: PathBuf, holder: String },
    #[error("{0} is being read by another program: close it and run the same command again")]
    BeingRead(PathBuf),
    #[error("{path} was made from other sources ({sources}): name another folder with --case")]
    OtherSources { path: PathBuf, sources: String },
    #[error("{0} was collected with another password list: name another folder with --case")]
    OtherPasswords(PathBuf),
    #[error("{path} has case format {found}, this program reads {FORMAT}: use a newer Lydite")]
    Format { path: PathBuf, found: u32 },
    #[error("{path} is damaged at {at}: {why}: restore the file from a copy of the case")]
    Damaged { path: PathBuf, at: String, why: String },
    #[error("{path}: {why}: `lydite assay --help` names the keys of a context file")]
    Context { path: PathBuf, why: String },
    #[error("{0} was opened for reading only")]
    ReadOnly(PathBuf),
    #[error("{0} is not in the case")]
    NoSuchItem(Sha256),
    #[error("{0} was removed from the case by order: `lydite custody CASE` says which")]
    Purged(Sha256),
    #[error(transparent)]
    Custody(#[from] crate::custody::CustodyError),
    #[error("accounting does not add up: {0}: this is a defect of Lydite, report it")]
    Accounting(String),
    #[error("collecting stopped: {0}")]
    Collect(#[from] crate::collect::CollectError),
    #[error("table {table}: {source}")]
    Table { table: &'static str, source: datafusion::arrow::error::ArrowError },
    #[error("query: {0}")]
    Query(#[from] datafusion::error::DataFusionError),
    #[error(
        "the query is not understood: {0}. For example: from:anna \"annual report\" date:2017-03"
    )]
    Malformed(crate::search::Malformed),
    #[error("{path} is not of this case as it is: {why}: remove that folder and search again")]
    Index { path: PathBuf, why: String },
    #[error("searching: {0}: remove the folder `index` in the case and search again")]
    Search(#[from] tantivy::TantivyError),
}

pub type Result<T> = std::result::Result<T, Error>;

const WRITE_REMEDY: &str =
    "make room or give write permission and run the same command again; nothing written is lost";
const READ_REMEDY: &str = "check that the file is there and may be read";

pub(crate) fn cannot_write(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io { path, source, remedy: WRITE_REMEDY }
}

/// The rows of a file of JSON lines; none where the file is not there.
pub(crate) fn json_lines<R: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<R>> {
    let text = match fs::read_to_string(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => String::new(),
        other => other.map_err(cannot_read(path))?,
    };
    let row = |(index, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|error| Error::Damaged {
            path: path.to_owned(),
            at: format!("line {}", index + 1),
            why: error.to_string(),
        })
    };
    text.lines().enumerate().map(row).collect()
}

pub(crate) fn cannot_read(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io { path, source, remedy: READ_REMEDY }
}

/// `case.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    pub version: String,
    /// As given on the command line.
    pub sources: Vec<String>,
}

/// An open case. One program writes at a time; others read what was committed when they opened it.
#[derive(Debug)]
pub struct Case {
    root: PathBuf,
    manifest: Manifest,
    is_writable: bool,
    ledger: Mutex<Ledger>,
    /// Held until dropped. None where a reader can make no lock, and no writer could either.
    _lock: Option<Lock>,
}

impl Case {
    /// Makes a case for these sources, or opens one that was made for the same sources, to go on
    /// with it.
    pub fn create(root: &Path, sources: &[PathBuf]) -> Result<Case> {
        let sources: Vec<_> = sources.iter().map(|s| s.to_string_lossy().into_owned()).collect();
        if root.join("case.json").exists() {
            let case = Case::open_to_write(root)?;
            return if case.manifest.sources == sources {
                Ok(case)
            } else {
                let sources = case.manifest.sources.join(", ");
                Err(Error::OtherSources { path: root.to_owned(), sources })
            };
        }
        let mut folders = ["packs", "facts", "tmp", "custody"].map(str::to_owned).to_vec();
        folders.extend(tables::ALL.iter().map(|table| format!("tables/{}", table.name)));
        fs::create_dir_all(root).map_err(cannot_write(root))?;
        for entry in fs::read_dir(root).map_err(cannot_read(root))? {
            let name = entry.map_err(cannot_read(root))?.file_name();
            let known = ["lock", "readers", "packs", "facts", "tmp", "tables", "custody"];
            if !known.iter().any(|known| name == *known) {
                return Err(Error::NotEmpty(root.to_owned()));
            }
        }
        let lock = Some(Lock::to_write(root)?);
        drop(Lock::alone(root)?);
        for folder in folders {
            let folder = root.join(folder);
            fs::create_dir_all(&folder).map_err(cannot_write(&folder))?;
        }
        let manifest = Manifest { format: FORMAT, version: VERSION.to_owned(), sources };
        let ledger = Mutex::default();
        let case = Case { root: root.to_owned(), manifest, is_writable: true, ledger, _lock: lock };
        case.put("case.json", [json(&case.manifest).as_slice()])?;
        sync_folder(root)?;
        Ok(case)
    }

    /// Opens a case to read it. Changes nothing in the folder.
    pub fn open(root: &Path) -> Result<Case> {
        Case::open_as(root, false)
    }

    /// Opens a case to go on with it: what a crash left half done is removed.
    pub fn open_to_write(root: &Path) -> Result<Case> {
        let case = Case::open_as(root, true)?;
        case.sweep()?;
        Ok(case)
    }

    fn open_as(root: &Path, is_writable: bool) -> Result<Case> {
        let manifest_path = root.join("case.json");
        if !manifest_path.exists() {
            return Err(Error::NotACase(root.to_owned()));
        }
        let lock = if is_writable { Some(Lock::to_write(root)?) } else { Lock::to_read(root)? };
        let text = fs::read(&manifest_path).map_err(cannot_read(&manifest_path))?;
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|e| Error::Damaged {
            path: manifest_path,
            at: format!("line {}", e.line()),
            why: e.to_string(),
        })?;
        if manifest.format != FORMAT {
            return Err(Error::Format { path: root.to_owned(), found: manifest.format });
        }
        let ledger = Mutex::new(read_ledger(root, is_writable)?);
        Ok(Case { root: root.to_owned(), manifest, is_writable, ledger, _lock: lock })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Certificates and OpenPGP keys the user supplied, JSON lines.
    pub fn people_file(&self) -> PathBuf {
        self.root.join("facts/people.jsonl")
    }

    /// Keys the user supplied, JSON lines.
    pub fn key_file(&self) -> PathBuf {
        self.root.join("facts/keys.jsonl")
    }

    /// The pack of a batch as it is now.
    pub(crate) fn pack_path(&self, batch: u32) -> PathBuf {
        self.root.join(self.ledger().pack_path(batch))
    }

    /// Keeps the password list that archives are tried with. What is collected depends on it, so
    /// it cannot change once collecting has begun.
    pub fn set_passwords(&self, list: &[u8]) -> Result<()> {
        if self.password_list()?.as_deref() == Some(list) {
            return Ok(());
        }
        if self.ledger().of(Phase::Collect).next().is_some() || self.ledger().is_collected() {
            return Err(Error::OtherPasswords(self.root.clone()));
        }
        self.put(PASSWORD_FILE, [list]).map(drop)
    }

    /// The passwords that archives are tried with.
    pub(crate) fn passwords(&self) -> Result<Passwords> {
        Ok(Passwords::new(&self.password_list()?.unwrap_or_default()))
    }

    fn password_list(&self) -> Result<Option<Vec<u8>>> {
        let path = self.root.join(PASSWORD_FILE);
        match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            other => other.map(Some).map_err(cannot_read(&path)),
        }
    }

    /// Where files are spooled while they are needed.
    pub fn scratch(&self) -> PathBuf {
        self.root.join("tmp")
    }

    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The files that count now.
    pub fn files(&self) -> Files {
        self.ledger().files()
    }

    /// Writes rows as JSON lines, which [`json_lines`] reads.
    pub(crate) fn put_json_lines<R: Serialize>(&self, path: &str, rows: &[R]) -> Result<()> {
        let mut text = Vec::new();
        for row in rows {
            text.extend(serde_json::to_vec(row).unwrap_or_default());
            text.push(b'\n');
        }
        self.put(path, [text.as_slice()]).map(drop)
    }

    /// Writes a file whole, through `tmp/`: it appears under its name complete and on disk, or not
    /// at all. It counts once a ledger line names it.
    pub(crate) fn put<'a>(
        &self,
        path: &str,
        chunks: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<FileEntry> {
        if !self.is_writable {
            return Err(Error::ReadOnly(self.root.clone()));
        }
        let scratch = self.scratch().join(path.replace('/', "-"));
        let target = self.root.join(path);
        let mut digest = sha2::Sha256::new();
        let mut length = 0;
        let written = File::create(&scratch).and_then(|mut file| {
            for chunk in chunks {
                digest.update(chunk);
                length += chunk.len() as u64;
                file.write_all(chunk)?;
            }
            file.sync_all()
        });
        written.map_err(cannot_write(&scratch))?;
        fs::rename(&scratch, &target).map_err(cannot_write(&target))?;
        Ok(FileEntry { path: path.to_owned(), sha256: Sha256(digest.finalize().into()), length })
    }

    /// Makes the files of the line count. Its number is set here.
    pub(crate) fn commit(&self, mut line: Line) -> Result<()> {
        let mut folders: Vec<_> = line
            .files
            .iter()
            .filter_map(|f| self.root.join(&f.path).parent().map(Path::to_owned))
            .collect();
        folders.dedup();
        folders.iter().try_for_each(|folder| sync_folder(folder))?;
        let mut ledger = self.ledger();
        line.number = ledger.lines.len() as u64;
        let path = self.root.join("ledger.jsonl");
        let mut text = json(&line);
        text.push(b'\n');
        let is_new = ledger.lines.is_empty();
        let appended =
            OpenOptions::new().create(true).append(true).open(&path).and_then(|mut f| {
                f.write_all(&text)?;
                f.sync_all()
            });
        appended.map_err(cannot_write(&path))?;
        if is_new {
            sync_folder(&self.root)?;
        }
        ledger.lines.push(line);
        Ok(())
    }

    /// Reads a committed file and compares it with what the ledger says of it.
    pub(crate) fn read(&self, entry: &FileEntry) -> Result<Vec<u8>> {
        let path = self.root.join(&entry.path);
        let bytes = fs::read(&path).map_err(cannot_read(&path))?;
        if Sha256::of(&bytes) != entry.sha256 {
            let at = format!("some of its {} bytes", bytes.len());
            return Err(Error::Damaged { path, at, why: "its SHA-256 is another one".to_owned() });
        }
        Ok(bytes)
    }

    /// Removes what no ledger line names any more: files of a crash, superseded generations. Leaves
    /// them to the next run where somebody may be reading them.
    pub(crate) fn sweep(&self) -> Result<()> {
        let Some(_alone) = Lock::alone(&self.root)? else { return Ok(()) };
        self.sweep_alone()
    }

    /// As [`Self::sweep`], but an error where somebody may be reading.
    pub(crate) fn sweep_or_fail(&self) -> Result<()> {
        match Lock::alone(&self.root)? {
            Some(_alone) => self.sweep_alone(),
            None => Err(Error::BeingRead(self.root.clone())),
        }
    }

    /// An error where somebody may be reading.
    pub fn be_alone(&self) -> Result<()> {
        match Lock::alone(&self.root)? {
            Some(_) => Ok(()),
            None => Err(Error::BeingRead(self.root.clone())),
        }
    }

    fn sweep_alone(&self) -> Result<()> {
        let files = self.files();
        let mut folders = vec!["packs".to_owned(), "tmp".to_owned()];
        folders.extend(tables::ALL.iter().map(|table| format!("tables/{}", table.name)));
        for folder in folders {
            let path = self.root.join(&folder);
            let kept: HashSet<_> =
                files.get(&folder).into_iter().flat_map(|f| f.values()).map(|f| &f.path).collect();
            fs::create_dir_all(&path).map_err(cannot_write(&path))?;
            for entry in fs::read_dir(&path).map_err(cannot_read(&path))? {
                let entry = entry.map_err(cannot_read(&path))?;
                let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
                if !kept.contains(&name) {
                    remove(&entry.path()).map_err(cannot_write(&entry.path()))?;
                }
            }
        }
        Ok(())
    }
}

fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

/// A torn last line is cut off when the case is opened to write, ignored otherwise.
fn read_ledger(root: &Path, is_writable: bool) -> Result<Ledger> {
    let path = root.join("ledger.jsonl");
    let text = match fs::read(&path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
        other => other.map_err(cannot_read(&path))?,
    };
    let (ledger, good) = Ledger::read(&text).map_err(|(line, why)| Error::Damaged {
        path: path.clone(),
        at: format!("line {line}"),
        why,
    })?;
    if is_writable && good < text.len() {
        OpenOptions::new()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_len(good as u64).and_then(|()| file.sync_all()))
            .map_err(cannot_write(&path))?;
    }
    Ok(ledger)
}

/// Makes renames in a folder survive a loss of power. Only Unix can open a folder to do so.
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(path).and_then(|f| f.sync_all()).map_err(cannot_write(path))?;
    }
    Ok(())
}

/// Plain data of this crate always has a JSON form.
fn json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources() -> Vec<PathBuf> {
        vec![PathBuf::from("dump")]
    }

    #[test]
    fn a_second_program_is_told_which_folder_is_in_use() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("a.case");
        let case = Case::create(&root, &sources()).unwrap();
        for second in [Case::open_to_write(&root), Case::create(&root, &sources())] {
            let text = second.unwrap_err().to_string();
            let holder = format!("a.case is in use by process {}", std::process::id());
            assert!(text.contains(&holder), "{text}");
        }
        let reader = Case::open(&root).unwrap();
        assert!(matches!(reader.put("packs/x", [&b""[..]]), Err(Error::ReadOnly(_))));
        drop(case);
        assert_eq!(fs::read(root.join("lock")).unwrap(), b"", "at rest nobody holds it");
        assert!(Case::open_to_write(&root).is_ok());
    }

    #[test]
    fn wrong_folders_are_refused_with_a_remedy() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(Case::open(dir.path()), Err(Error::NotACase(_))));
        fs::write(dir.path().join("diary.txt"), "x").unwrap();
        assert!(matches!(Case::create(dir.path(), &sources()), Err(Error::NotEmpty(_))));
        let root = dir.path().join("b");
        drop(Case::create(&root, &sources()).unwrap());
        assert!(matches!(
            Case::create(&root, &[PathBuf::from("other")]),
            Err(Error::OtherSources { .. })
        ));
        assert!(Case::create(&root, &sources()).is_ok());
    }

    #[test]
    fn the_password_list_stays_once_collecting_has_begun() {
        let dir = tempfile::tempdir().unwrap();
        let case = Case::create(dir.path(), &sources()).unwrap();
        case.set_passwords(b"one\n").unwrap();
        case.set_passwords(b"two\n").unwrap();
        let line = Line {
            number: 0,
            phase: Phase::Collected,
            generation: 0,
            position: None,
            seen: crate::ledger::Tally::default(),
            files: Vec::new(),
            version: VERSION.to_owned(),
        };
        case.commit(line).unwrap();
        case.set_passwords(b"two\n").unwrap();
        assert!(matches!(case.set_passwords(b"one\n"), Err(Error::OtherPasswords(_))));
        drop(case);
        let case = Case::create(dir.path(), &sources()).unwrap();
        assert_eq!(case.passwords().unwrap().tried()[0].bytes, b"two");
    }

    #[test]
    fn what_no_line_names_is_swept_away() {
        let dir = tempfile::tempdir().unwrap();
        let case = Case::create(dir.path(), &sources()).unwrap();
        case.put("packs/000000.pack", [&b"ab"[..], b"c"]).unwrap();
        fs::write(dir.path().join("tmp/x"), "half").unwrap();
        drop(case);
        let reader = Case::open(dir.path()).unwrap();
        assert!(dir.path().join("tmp/x").exists(), "reading changes nothing");
        let writer = Case::open_to_write(dir.path()).unwrap();
        assert!(dir.path().join("tmp/x").exists(), "nothing goes while somebody reads");
        assert!(matches!(writer.sweep_or_fail(), Err(Error::BeingRead(_))));
        drop((reader, writer));
        drop(Case::open_to_write(dir.path()).unwrap());
        assert!(!dir.path().join("packs/000000.pack").exists());
        assert!(!dir.path().join("tmp/x").exists());
    }
}
