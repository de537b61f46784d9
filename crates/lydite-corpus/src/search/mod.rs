//! Searching the text of a case.
//!
//! The index lies in `index/` and is made of the tables alone: at the end of weighing, or by the first
//! search that finds none or one of an earlier state. It is no evidence. Its files differ between two
//! makings, the ledger does not name them, and a sealed case leaves them out; `index/made.json` lists
//! them, so that damage is told. What is printed of an item's verdict is read from the tables.

mod fields;
mod folder;
mod making;
mod query;
mod snippet;
mod tally;
mod words;

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::Path;

use lydite_core::item::Sha256;
use lydite_core::limits;
use lydite_core::verdict::Status;
use serde::{Deserialize, Serialize};
use tantivy::collector::TopDocs;
use tantivy::directory::MmapDirectory;
use tantivy::schema::{Field, Value};
use tantivy::{Index, IndexReader, ReloadPolicy, TantivyDocument};

use crate::case::{Case, Error, Result, cannot_write};
use crate::custody::read_if_there;
use crate::ledger::Files;

use fields::Fields;
use tally::Tally;

pub use fields::NAMES;
pub use making::make;
pub use query::Malformed;
pub use snippet::Snippet;

/// Folder of the index, in the case.
pub const FOLDER: &str = "index";
/// What lists its files.
pub(crate) const MADE: &str = "made.json";
/// Raised when fields or words change, so that older indexes are made anew.
const FORM: u32 = 1;

/// `index/made.json`: of which state of the case the index is, and its files.
#[derive(Serialize, Deserialize)]
pub(crate) struct Made {
    form: u32,
    ledger: Sha256,
    /// Length and hash by name.
    pub files: BTreeMap<String, (u64, Sha256)>,
}

/// One item that a query meets.
#[derive(Clone, Debug, Serialize)]
pub struct Hit {
    /// Where it was found first.
    pub path: String,
    pub sha256: Sha256,
    pub status: Status,
    pub kind: String,
    /// `YYYY-MM-DD`, the day as it stands in the item; of a document its last saving.
    pub date: Option<String>,
    pub subject: Option<String>,
    #[serde(flatten)]
    pub snippet: Snippet,
}

/// What a query meets.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    pub query: String,
    /// All of them, however many are listed.
    pub hits: u64,
    /// All by status, every status named.
    pub status: BTreeMap<Status, u64>,
    /// All that state a date, by `YYYY-MM`.
    pub months: BTreeMap<String, u64>,
    /// The first, best first. The order is one of words, not of evidence.
    pub items: Vec<Hit>,
}

impl Made {
    /// Whether it is of the case as it is now, and of this version.
    pub fn is_current(&self, root: &Path) -> Result<bool> {
        Ok(self.form == FORM && self.ledger == ledger_digest(root)?)
    }

    /// Whether its files are there, as long as they were: what a copy that broke off leaves.
    fn is_whole(&self, root: &Path) -> bool {
        let length = |name: &str| fs::metadata(root.join(FOLDER).join(name)).map(|m| m.len()).ok();
        self.files.iter().all(|(name, (bytes, _))| length(name) == Some(*bytes))
    }
}

/// The SHA-256 of the ledger: the state of the case.
fn ledger_digest(root: &Path) -> Result<Sha256> {
    let text = read_if_there(&root.join(crate::custody::LEDGER))?;
    Ok(Sha256::of(&text.unwrap_or_default()))
}

/// What `index/made.json` says; none if it is not there or cannot be read.
pub(crate) fn made(root: &Path) -> Option<Made> {
    let bytes = fs::read(root.join(FOLDER).join(MADE)).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Whether the index is there and of the case as it is now.
pub fn is_current(case: &Case) -> Result<bool> {
    let Some(made) = made(case.root()) else { return Ok(false) };
    Ok(made.is_whole(case.root()) && made.is_current(case.root())?)
}

/// Removes the index. The next search makes one.
pub fn forget(case: &Case) -> Result<()> {
    let folder = case.root().join(FOLDER);
    let scratch = case.scratch().join("index-before");
    if scratch.exists() {
        fs::remove_dir_all(&scratch).map_err(cannot_write(&scratch))?;
    }
    // Whole or not there, whenever this ends.
    match fs::rename(&folder, &scratch) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(cannot_write(&folder)(error)),
        Ok(()) => fs::remove_dir_all(&scratch).map_err(cannot_write(&scratch)),
    }
}

/// Makes the index if it is not current. The case is open to write.
pub fn refresh(case: &Case, progress: &dyn Fn(crate::assay::Progress)) -> Result<()> {
    if is_current(case)? { Ok(()) } else { make(case, progress) }
}

/// An index that is open.
pub struct Search<'a> {
    case: &'a Case,
    files: Files,
    fields: Fields,
    reader: IndexReader,
    /// Of the batches whose items were shown: some 50 bytes an item.
    statuses: RefCell<HashMap<u32, HashMap<Sha256, Status>>>,
}

impl<'a> Search<'a> {
    /// Opens the index of a case; it must be current.
    pub fn open(case: &'a Case) -> Result<Search<'a>> {
        let path = case.root().join(FOLDER);
        let folder = MmapDirectory::open(&path).map_err(tantivy::TantivyError::from)?;
        let mut index = Index::open(folder::ReadOnly(folder))?;
        index.set_tokenizers(Fields::tokenizers());
        let fields = Fields::new();
        if index.schema() != fields.schema {
            let why = "its fields are not those of this version".to_owned();
            return Err(Error::Damaged { path, at: "meta.json".to_owned(), why });
        }
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let (files, statuses) = (case.files(), RefCell::default());
        Ok(Search { case, files, fields, reader, statuses })
    }

    /// Runs a query; lists the first `limit` hits.
    pub fn find(&self, text: &str, limit: usize) -> Result<Found> {
        let asking = query::parse(&self.fields, text).map_err(Error::Malformed)?;
        let searcher = self.reader.searcher();
        let top = TopDocs::with_limit(limit.clamp(1, limits::SEARCH_HITS)).order_by_score();
        let (best, counted) = searcher.search(&asking.query, &(top, Tally))?;
        let of_rank = |(at, status): (usize, &Status)| {
            (*status, counted.statuses.get(&(at as u64)).copied().unwrap_or_default())
        };
        let mut items = Vec::new();
        for (_, address) in best.into_iter().take(limit) {
            let document: TantivyDocument = searcher.doc(address)?;
            items.push(self.hit(&document, &asking.marks)?);
        }
        Ok(Found {
            query: text.to_owned(),
            hits: counted.hits,
            status: Status::ALL.iter().enumerate().map(of_rank).collect(),
            months: counted.months.iter().map(|(month, n)| (month_text(*month), *n)).collect(),
            items,
        })
    }

    fn hit(&self, document: &TantivyDocument, marks: &query::Marks) -> Result<Hit> {
        let fields = &self.fields;
        let text = |field: Field| document.get_first(field).and_then(|value| value.as_str());
        let number = |field: Field| document.get_first(field).and_then(|value| value.as_u64());
        let sha256 = text(fields.sha256).and_then(Sha256::from_hex);
        let batch = number(fields.batch).and_then(|batch| u32::try_from(batch).ok());
        let (Some(sha256), Some(batch)) = (sha256, batch) else {
            return Err(self.other("an item without its hash"));
        };
        let mut statuses = self.statuses.borrow_mut();
        if let Entry::Vacant(entry) = statuses.entry(batch) {
            entry.insert(making::statuses(self.case, &self.files, batch)?);
        }
        let status = statuses.get(&batch).and_then(|all| all.get(&sha256)).copied();
        let status = status.ok_or_else(|| self.other("an item that the tables do not have"))?;
        if text(fields.status) != Some(status.name()) {
            return Err(self.other("another status than the tables"));
        }
        let shown = [fields.text.plain, fields.subject.plain, fields.title, fields.attachment];
        let texts: Vec<&str> = shown.into_iter().filter_map(text).collect();
        Ok(Hit {
            path: text(fields.path).unwrap_or_default().to_owned(),
            sha256,
            status,
            kind: text(fields.kind).unwrap_or_default().to_owned(),
            date: number(fields.day)
                .map(|day| format!("{}-{:02}", month_text(day / 100), day % 100)),
            subject: text(fields.subject.plain).map(str::to_owned),
            snippet: snippet::of(&texts, marks),
        })
    }

    fn other(&self, why: &str) -> Error {
        Error::Index { path: self.case.root().join(FOLDER), why: format!("it has {why}") }
    }
}

/// `yyyymm` as `YYYY-MM`.
fn month_text(month: u64) -> String {
    format!("{:04}-{:02}", month / 100, month % 100)
}
