//! Writing to the log: what a command did, bound to the ledger, under a signed checkpoint.
//!
//! Entries are written and on disk first, the checkpoint second. A crash before leaves ledger lines
//! that no entry names: the next command writes the entry. A crash between leaves entries that are
//! not signed: the next command says so in an entry of its own and signs them.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use lydite_core::custody::checkpoint::Checkpoint;
use lydite_core::custody::entry::{Entry, Named, Place, utc};
use lydite_core::custody::merkle;
use lydite_core::custody::note::{Note, Signer};
use lydite_core::item::Sha256;
use lydite_core::limits;
use serde_json::{Value, json};

use super::keys::Keeper;
use super::{CHECKPOINT, CustodyError, LEDGER, LOG, Log, hash, last_name};
use crate::case::{Case, Result, VERSION, cannot_write, sync_folder};
use crate::collect;
use crate::ledger::{Line, Phase, Tally};

/// Files beside the tables that commands write, and that the ledger does not name.
pub const LOOSE: [&str; 6] = [
    "case.json",
    "facts/keys.jsonl",
    "facts/people.jsonl",
    "facts/recovered.jsonl",
    "layers.json",
    "seconds.json",
];

/// One thing that was done.
#[derive(Clone, Debug, Default)]
pub struct Deed {
    pub action: &'static str,
    /// A person by name; None for the program.
    pub actor: Option<String>,
    pub inputs: Vec<Named>,
    pub outputs: Vec<Named>,
    pub parameters: BTreeMap<String, Value>,
    pub isolation: Vec<String>,
}

/// The log of a case that is open to write.
pub struct Custody<'a> {
    case: &'a Case,
    keeper: &'a Keeper,
    log: Log,
    signer: Signer,
    /// Lines not yet written.
    pending: Vec<u8>,
}

impl<'a> Custody<'a> {
    /// Begins the log or goes on with it: whatever an interrupted command left unsaid is said now.
    /// `sources` are hashed if the log begins here.
    pub fn open(case: &'a Case, keeper: &'a Keeper, sources: &[PathBuf]) -> Result<Custody<'a>> {
        let mut log = Log::read(case.root())?;
        cut_torn(case, &mut log)?;
        if log.is_empty() {
            return Custody::begin(case, keeper, sources);
        }
        let head_error =
            |why: String| CustodyError::Head { path: case.root().join(CHECKPOINT), why };
        let signed = log.signed();
        let total = log.entries.len() as u64;
        // A crash before the very first checkpoint leaves entries and no checkpoint.
        let signed = match signed {
            Err(_) if log.checkpoint.is_none() => 0,
            other => other.map_err(head_error)?,
        };
        check_ledger(case, &log)?;
        let key =
            log.key_at(total).ok_or_else(|| head_error("no entry names its key".to_owned()))?;
        let found = keeper.find(&key)?;
        let why = match (&found, rolled_back(&log, keeper)?) {
            (None, _) => Some("the key is not kept on this machine"),
            (_, true) => Some("the log does not continue the last checkpoint signed here"),
            _ => None,
        };
        let signer = match (found, why) {
            (Some(signer), None) => signer,
            _ => keeper.make(log.origin())?,
        };
        let mut custody = Custody { case, keeper, log, signer, pending: Vec::new() };
        if let Some(why) = why {
            custody.hand_over(&key.text(), why)?;
        }
        if signed < total {
            let parameters = BTreeMap::from([
                ("from".to_owned(), json!(signed)),
                ("to".to_owned(), json!(total - 1)),
            ]);
            custody.append(Deed { action: "found-unsigned", parameters, ..Deed::default() })?;
        }
        let outputs = custody.changed_files()?;
        if !outputs.is_empty() {
            custody.append(Deed { action: "found-changed", outputs, ..Deed::default() })?;
        }
        custody.follow()?;
        custody.sign()?;
        Ok(custody)
    }

    fn begin(case: &'a Case, keeper: &'a Keeper, sources: &[PathBuf]) -> Result<Custody<'a>> {
        let inputs = acquired(sources)?;
        let signer = keeper.make(None)?;
        let names = case.manifest().sources.iter().map(|source| last_name(Path::new(source)));
        let names: Vec<_> = names.collect();
        let is_late = !case.ledger().lines.is_empty();
        let parameters = BTreeMap::from([
            ("log".to_owned(), json!(signer.verifier.name)),
            ("key".to_owned(), json!(signer.verifier.text())),
            ("sources".to_owned(), json!(names)),
            ("files".to_owned(), json!(collect::measure(sources).map_or(0, |t| t.files))),
        ]);
        let action = if is_late { "log-begun" } else { "case-made" };
        let log = Log::default();
        let mut custody = Custody { case, keeper, log, signer, pending: Vec::new() };
        let outputs = custody.changed_files()?;
        custody.append(Deed { action, inputs, outputs, parameters, ..Deed::default() })?;
        custody.follow()?;
        custody.sign()?;
        Ok(custody)
    }

    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The key the log is signed with.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Says what the ledger has and the log has not, and signs.
    pub fn catch_up(&mut self) -> Result<()> {
        self.follow()?;
        self.sign()
    }

    /// Says what a command did: what it added to the ledger, what it changed beside it, the deed
    /// itself; and signs.
    pub fn record(&mut self, mut deed: Deed) -> Result<()> {
        self.follow()?;
        deed.outputs.extend(self.changed_files()?);
        self.append(deed)?;
        self.sign()
    }

    fn hand_over(&mut self, old: &str, why: &str) -> Result<()> {
        let parameters = BTreeMap::from([
            ("key".to_owned(), json!(self.signer.verifier.text())),
            ("before".to_owned(), json!(old)),
            ("why".to_owned(), json!(why)),
        ]);
        self.append(Deed { action: "handover", parameters, ..Deed::default() })
    }

    fn append(&mut self, deed: Deed) -> Result<()> {
        let entry = Entry {
            seq: self.log.entries.len() as u64,
            time: utc((self.keeper.clock)()),
            actor: deed.actor.unwrap_or_else(|| "lydite".to_owned()),
            action: deed.action.to_owned(),
            inputs: deed.inputs,
            outputs: deed.outputs,
            parameters: deed.parameters,
            version: VERSION.to_owned(),
            platform: format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH),
            isolation: deed.isolation,
        };
        let no_line =
            || CustodyError::Refused("an entry holds a number that is no whole one".into());
        let line = entry.line().ok_or_else(no_line)?;
        self.log.leaves.push(merkle::leaf(line.as_bytes()));
        self.log.entries.push(entry);
        self.pending.extend(line.into_bytes());
        self.pending.push(b'\n');
        Ok(())
    }

    /// Files beside the tables that are not as the log names them.
    fn changed_files(&self) -> Result<Vec<Named>> {
        let known = self.log.files();
        let mut out = Vec::new();
        for name in LOOSE {
            let path = self.case.root().join(name);
            if !path.exists() {
                continue;
            }
            let (bytes, sha256) = hash(&path)?;
            if known.get(name).is_none_or(|known| known.sha256 != sha256) {
                out.push(Named { place: Place::Case, name: name.to_owned(), bytes, sha256 });
            }
        }
        Ok(out)
    }

    /// An entry for what the ledger has that the log does not name: one for each run of batches,
    /// weighing and removal.
    fn follow(&mut self) -> Result<()> {
        let lines = self.case.ledger().lines.clone();
        if lines.is_empty() {
            return Ok(());
        }
        let path = self.case.root().join(LEDGER);
        let text = fs::read(&path).map_err(crate::case::cannot_read(&path))?;
        let told = self.log.ledger_heads().last().map_or(0, |head| head.bytes);
        let mut end = 0;
        let mut run: Vec<&Line> = Vec::new();
        for (line, chunk) in lines.iter().zip(text.split_inclusive(|&b| b == b'\n')) {
            end += chunk.len();
            if end as u64 <= told {
                continue;
            }
            run.push(line);
            let is_last = line.number + 1 == lines.len() as u64;
            let next = lines.get(line.number as usize + 1).map(|next| next.phase);
            if line.phase == Phase::Collect
                && !is_last
                && matches!(next, Some(Phase::Collect | Phase::Collected))
            {
                continue;
            }
            let sha256 = Sha256::of(&text[..end]);
            let bytes = end as u64;
            let name = LEDGER.to_owned();
            let output = Named { place: Place::CaseHead, name, bytes, sha256 };
            let (action, parameters) = told_of(&run);
            self.append(Deed { action, outputs: vec![output], parameters, ..Deed::default() })?;
            run.clear();
        }
        Ok(())
    }

    /// Writes what is pending and the checkpoint over all. Nothing if nothing is.
    fn sign(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let path = self.case.root().join(LOG);
        let folder = self.case.root().join("custody");
        fs::create_dir_all(&folder).map_err(cannot_write(&folder))?;
        let written =
            OpenOptions::new().create(true).append(true).open(&path).and_then(|mut file| {
                file.write_all(&self.pending)?;
                file.sync_all()
            });
        written.map_err(cannot_write(&path))?;
        self.log.bytes += self.pending.len();
        self.pending.clear();
        let note = self.checkpoint().ok_or(CustodyError::None(path))?;
        self.case.put(CHECKPOINT, [note.text().as_bytes()])?;
        sync_folder(&folder)?;
        self.keeper.keep(&self.signer.verifier.name, &note.text())?;
        self.log.checkpoint = Some(note);
        Ok(())
    }

    fn checkpoint(&self) -> Option<Note> {
        let text = self.log.head(self.log.entries.len() as u64)?.text();
        let signatures = vec![self.signer.sign(&text, 0)];
        Some(Note { text, signatures })
    }

    /// Puts a file of the log's own into the case and returns how an entry names it.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<Named> {
        let folder = self.case.root().join(name);
        let folder = folder.parent().unwrap_or(self.case.root());
        fs::create_dir_all(folder).map_err(cannot_write(folder))?;
        let entry = self.case.put(name, [bytes])?;
        sync_folder(folder)?;
        let (bytes, sha256) = (entry.length, entry.sha256);
        Ok(Named { place: Place::Case, name: entry.path, bytes, sha256 })
    }
}

fn told_of(run: &[&Line]) -> (&'static str, BTreeMap<String, Value>) {
    let (first, last) = (run.first(), run.last());
    let mut seen = Tally::default();
    for line in run {
        seen.items += line.seen.items;
        seen.bytes += line.seen.bytes;
    }
    let number = |line: Option<&&Line>| json!(line.map_or(0, |line| line.number));
    let mut parameters = BTreeMap::from([
        ("from_line".to_owned(), number(first)),
        ("to_line".to_owned(), number(last)),
    ]);
    let phase = last.map_or(Phase::Collect, |line| line.phase);
    let action = match phase {
        Phase::Collect | Phase::Collected => {
            parameters.insert("items".to_owned(), json!(seen.items));
            parameters.insert("bytes".to_owned(), json!(seen.bytes));
            parameters.insert("complete".to_owned(), json!(phase == Phase::Collected));
            "collected"
        }
        Phase::Weigh => "weighed",
        Phase::Purge => "purged",
    };
    let generation = last.map_or(0, |line| line.generation);
    parameters.insert("generation".to_owned(), json!(generation));
    (action, parameters)
}

/// What was acquired: every top-level file by its hash, and one listing of all.
fn acquired(sources: &[PathBuf]) -> Result<Vec<Named>> {
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    let mut listing = String::new();
    let mut total = 0;
    for file in collect::list(sources)? {
        listing.push_str(&format!("{}\t{}\n", file.name, file.size));
        total += file.size;
        if file.is_top && out.len() < limits::SOURCES_HASHED {
            // One that cannot be read is told as such when it is collected.
            if let Ok((bytes, sha256)) = hash(&file.path) {
                out.push(Named { place: Place::File, name: file.name, bytes, sha256 });
            }
        }
    }
    let sha256 = Sha256::of(listing.as_bytes());
    let name = "all files: path, tab, size, line end".to_owned();
    out.push(Named { place: Place::Listing, name, bytes: total, sha256 });
    Ok(out)
}

/// A line that a crash cut was never signed.
fn cut_torn(case: &Case, log: &mut Log) -> Result<()> {
    if log.torn == 0 {
        return Ok(());
    }
    let path = case.root().join(LOG);
    OpenOptions::new()
        .write(true)
        .open(&path)
        .and_then(|file| file.set_len(log.bytes as u64).and_then(|()| file.sync_all()))
        .map_err(cannot_write(&path))?;
    log.torn = 0;
    Ok(())
}

/// The ledger must begin as the log says it did: nothing is signed on top of a changed one.
fn check_ledger(case: &Case, log: &Log) -> Result<()> {
    let path = case.root().join(LEDGER);
    let text = super::read_if_there(&path)?.unwrap_or_default();
    for head in log.ledger_heads() {
        let start = usize::try_from(head.bytes).ok().and_then(|bytes| text.get(..bytes));
        if start.is_none_or(|start| Sha256::of(start) != head.sha256) {
            let why = format!("the first {} bytes are not those of entry {}", head.bytes, head.seq);
            return Err(CustodyError::Head { path, why }.into());
        }
    }
    Ok(())
}

/// Whether this machine signed a state of the log that this one does not continue.
fn rolled_back(log: &Log, keeper: &Keeper) -> Result<bool> {
    let Some(origin) = log.origin() else { return Ok(false) };
    let Some(last) = keeper.last(origin)? else { return Ok(false) };
    let head = Note::parse(&last).ok().and_then(|note| Checkpoint::parse(&note.text));
    Ok(head.is_some_and(|head| log.continues(&head).is_err()))
}
