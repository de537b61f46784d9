//! The texts that joins lay beside each other, read from disk one by one.
//!
//! Statements find which belong together and hold none of them: a group, a sort or a join of texts takes
//! as much memory as all texts of the case.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use lydite_core::item::Sha256;
use serde::Deserialize;

use super::rows;
use crate::case::{Result, cannot_read, cannot_write};
use crate::engine::Engine;
use crate::tables::reference;

/// Where the texts of each item lie in the file, by their position among them.
type Index = BTreeMap<Sha256, BTreeMap<u32, Place>>;

#[derive(Clone, Copy)]
struct Place {
    at: u64,
    bytes: usize,
}

/// The texts of a case, in a file without a name that is gone with this.
pub struct Texts {
    file: File,
    /// For error messages.
    folder: PathBuf,
    bodies: Index,
    own: Index,
    quotes: Index,
    documents: Index,
    references: Index,
}

type Put<'a> = fn(&mut Writing<'a>, &mut Index, Sha256, u32, &str) -> Result<()>;

#[derive(Deserialize)]
struct Row {
    sha256: Sha256,
    seq: u32,
    text: String,
    own: Option<String>,
}

impl Texts {
    /// Takes the texts of the case, and those out of the rows of the reference copies.
    pub(super) fn of(
        engine: &Engine,
        scratch: &Path,
        reference: &mut [reference::Row],
    ) -> Result<Texts> {
        let file = tempfile::tempfile_in(scratch).map_err(cannot_write(scratch))?;
        let mut writing = Writing { out: BufWriter::new(file), at: 0, folder: scratch };
        let (mut bodies, mut own) = (Index::new(), Index::new());
        engine.each("SELECT sha256, seq, text, own FROM bodies", |batch| {
            for row in rows::<Row>(&batch)? {
                writing.put(&mut bodies, row.sha256, row.seq, &row.text)?;
                writing.put(
                    &mut own,
                    row.sha256,
                    row.seq,
                    row.own.as_deref().unwrap_or_default(),
                )?;
            }
            Ok(())
        })?;
        let quotes = writing.rows(engine, "SELECT sha256, seq, text FROM quotes", Writing::put)?;
        let documents =
            writing.rows(engine, "SELECT sha256, seq, text FROM texts", Writing::add)?;
        let mut references = Index::new();
        for row in reference {
            let text = row.text.take();
            text.map_or(Ok(()), |text| writing.put(&mut references, row.sha256, 0, &text))?;
        }
        let file = writing.out.into_inner().map_err(|e| cannot_write(scratch)(e.into_error()))?;
        let folder = scratch.to_owned();
        Ok(Texts { file, folder, bodies, own, quotes, documents, references })
    }

    /// Each form of a mail's text, with what it quotes.
    pub(super) fn bodies(&self, sha256: &Sha256) -> Result<Vec<String>> {
        self.all(&self.bodies, sha256)
    }

    /// Of each form the lines that are its own.
    pub(super) fn own(&self, sha256: &Sha256) -> Result<Vec<String>> {
        self.all(&self.own, sha256)
    }

    /// One of the quotes in a mail.
    pub(super) fn quote(&self, sha256: &Sha256, seq: u32) -> Result<String> {
        let place = self.quotes.get(sha256).and_then(|places| places.get(&seq));
        place.map_or(Ok(String::new()), |place| self.read(place))
    }

    /// What a document says, piece below piece; none where nothing of it was read.
    pub(super) fn document(&self, sha256: &Sha256) -> Result<Option<String>> {
        let pieces = self.all(&self.documents, sha256)?;
        Ok((!pieces.is_empty()).then(|| pieces.join("\n")))
    }

    /// The first text of a mail of the reference copies.
    pub(super) fn reference(&self, sha256: &Sha256) -> Result<Option<String>> {
        Ok(self.all(&self.references, sha256)?.pop())
    }

    fn all(&self, index: &Index, sha256: &Sha256) -> Result<Vec<String>> {
        index.get(sha256).into_iter().flatten().map(|(_, place)| self.read(place)).collect()
    }

    fn read(&self, place: &Place) -> Result<String> {
        let mut bytes = vec![0; place.bytes];
        self.file.read_exact_at(&mut bytes, place.at).map_err(cannot_read(&self.folder))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

struct Writing<'a> {
    out: BufWriter<File>,
    at: u64,
    folder: &'a Path,
}

impl<'a> Writing<'a> {
    fn rows(&mut self, engine: &Engine, statement: &str, put: Put<'a>) -> Result<Index> {
        let mut index = Index::new();
        engine.each(statement, |batch| {
            let mut rows = rows::<Row>(&batch)?.into_iter();
            rows.try_for_each(|row| put(self, &mut index, row.sha256, row.seq, &row.text))
        })?;
        Ok(index)
    }

    fn put(&mut self, index: &mut Index, sha256: Sha256, seq: u32, text: &str) -> Result<()> {
        let place = Place { at: self.at, bytes: text.len() };
        self.write(text)?;
        index.entry(sha256).or_default().insert(seq, place);
        Ok(())
    }

    /// The same, in one place with what was written before it where that is of the same item: a table has
    /// thousands of cells.
    fn add(&mut self, index: &mut Index, sha256: Sha256, seq: u32, text: &str) -> Result<()> {
        let before = index.get_mut(&sha256).and_then(|places| places.values_mut().next_back());
        let Some(place) = before.filter(|place| place.at + place.bytes as u64 == self.at) else {
            return self.put(index, sha256, seq, text);
        };
        place.bytes += text.len() + 1;
        self.write("\n")?;
        self.write(text)
    }

    fn write(&mut self, text: &str) -> Result<()> {
        self.at += text.len() as u64;
        self.out.write_all(text.as_bytes()).map_err(cannot_write(self.folder))
    }
}
