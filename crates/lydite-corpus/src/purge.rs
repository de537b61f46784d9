//! Removing an item's bytes from a case on legal order.
//!
//! A later generation of its pack has zeros in place of the bytes; every row that was read out of
//! them goes with them: subject, addresses, parts, signatures, findings, verdict. What stays says
//! that something was here: hash, size, kind and paths, the ledger's line, the custody entry.
//!
//! One commit. Killed before it, nothing was removed; killed behind it, the next run takes away the
//! files it superseded.

use std::fs;

use lydite_core::item::Sha256;

use crate::case::{Case, Error, Result, VERSION, cannot_read};
use crate::custody::CustodyError;
use crate::ledger::{FileEntry, Files, Line, Phase, Tally, overlay};
use crate::pack::{self, PURGED};
use crate::shard::{self, Encoded, JOINS, Rows};
use crate::tables::sightings::{self, Outcome};
use crate::tables::{blobs, findings, verdicts, wants};

/// Whether an item's bytes are in the case, and so can be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    Here,
    /// Removed before; superseded files may still be there.
    Purged,
}

/// What the case holds of these bytes. All must be collected, and nobody be reading.
pub fn held(case: &Case, sha256: &Sha256) -> Result<Held> {
    if !case.ledger().is_collected() {
        let why = "the case is not collected to its end: run `lydite assay` again first";
        return Err(CustodyError::Refused(why.to_owned()).into());
    }
    case.sweep_or_fail()?;
    let (_, blob) = find(case, &case.files(), sha256)?;
    Ok(if blob.reason.as_deref() == Some(PURGED) { Held::Purged } else { Held::Here })
}

/// Bytes of an item.
pub fn size(case: &Case, sha256: &Sha256) -> Result<u64> {
    Ok(find(case, &case.files(), sha256)?.1.size)
}

/// Removes an item. Nobody may be reading the case. Does nothing but tidy up if it is gone already.
pub fn purge(case: &Case, sha256: &Sha256) -> Result<()> {
    // Before anything is written: superseded files could not be removed either.
    case.sweep_or_fail()?;
    // Its words stand in the index; a later search makes one without them.
    crate::search::forget(case)?;
    let files = case.files();
    let (batch, blob) = find(case, &files, sha256)?;
    if blob.reason.as_deref() == Some(PURGED) {
        return Ok(());
    }
    let generation = case.ledger().generation() + 1;
    let mut purging = Purging { case, generation, files, written: Vec::new() };
    purging.pack(&blob)?;
    purging.batch(batch, sha256)?;
    purging.sightings(sha256)?;
    purging.joins(sha256)?;
    case.commit(Line {
        number: 0,
        phase: Phase::Purge,
        generation,
        position: None,
        seen: Tally::default(),
        files: purging.written,
        version: VERSION.to_owned(),
    })?;
    case.sweep_or_fail()
}

fn find(case: &Case, files: &Files, sha256: &Sha256) -> Result<(u32, blobs::Row)> {
    for batch in shard::batches(files) {
        let rows: Vec<blobs::Row> = shard::rows(case, files, &blobs::TABLE, &shard::name(batch))?;
        if let Some(row) = rows.into_iter().find(|row| row.sha256 == *sha256) {
            return Ok((batch, row));
        }
    }
    Err(Error::NoSuchItem(*sha256))
}

/// A generation without an item, in the making.
struct Purging<'a> {
    case: &'a Case,
    generation: u32,
    /// The files as they will be once committed.
    files: Files,
    written: Vec<FileEntry>,
}

impl Purging<'_> {
    fn put(&mut self, shard: &str, encoded: &Encoded) -> Result<()> {
        let entry = encoded.put(self.case, &self.files, shard, self.generation)?;
        overlay(&mut self.files, entry.as_slice());
        self.written.extend(entry);
        Ok(())
    }

    fn pack(&mut self, blob: &blobs::Row) -> Result<()> {
        let path = self.case.pack_path(blob.pack);
        let mut bytes = fs::read(&path).map_err(cannot_read(&path))?;
        let span = usize::try_from(blob.start).ok().zip(usize::try_from(blob.size).ok());
        let gone = span.and_then(|(at, size)| bytes.get_mut(at..at.checked_add(size)?));
        let Some(gone) = gone else {
            let at = format!("offset {}", blob.start);
            return Err(Error::Damaged { path, at, why: "it ends before".to_owned() });
        };
        gone.fill(0);
        let later = pack::later_path(blob.pack, self.generation);
        self.written.push(self.case.put(&later, [bytes.as_slice()])?);
        Ok(())
    }

    /// The tables of the batch that holds the bytes.
    fn batch(&mut self, batch: u32, sha256: &Sha256) -> Result<()> {
        let name = shard::name(batch);
        let (case, files) = (self.case, self.files.clone());
        let mut all: Vec<blobs::Row> = shard::rows(case, &files, &blobs::TABLE, &name)?;
        let examined = shard::examined(case, &files, &name)?;
        let met: Vec<wants::Row> = shard::rows(case, &files, &wants::TABLE, &name)?;
        let mut rows = Rows::default();
        for blob in &mut all {
            if blob.sha256 == *sha256 {
                blob.reason = Some(PURGED.to_owned());
            } else if let Some(examined) = examined.get(&blob.sha256) {
                let wants = met.iter().filter(|row| row.sha256 == blob.sha256).cloned();
                rows.push(blob.sha256, blob.size, examined, wants);
            }
        }
        self.put(&name, &Encoded::new(&blobs::TABLE, &all)?)?;
        rows.encode()?.iter().try_for_each(|encoded| self.put(&name, encoded))?;
        let mut judged: Vec<verdicts::Row> = shard::rows(case, &files, &verdicts::TABLE, &name)?;
        judged.retain(|row| row.sha256 != *sha256);
        self.put(&name, &Encoded::new(&verdicts::TABLE, &judged)?)
    }

    /// Every place where it was found: not examined, by order; what its container said of it goes.
    fn sightings(&mut self, sha256: &Sha256) -> Result<()> {
        for batch in shard::batches(&self.files) {
            let name = shard::name(batch);
            let mut rows: Vec<sightings::Row> =
                shard::rows(self.case, &self.files, &sightings::TABLE, &name)?;
            for row in rows.iter_mut().filter(|row| row.sha256 == Some(*sha256)) {
                row.outcome = Outcome::Skipped;
                row.reason = Some(PURGED.to_owned());
                row.detail.clear();
                row.meta.clear();
                row.defects.clear();
            }
            self.put(&name, &Encoded::new(&sightings::TABLE, &rows)?)?;
        }
        Ok(())
    }

    fn joins(&mut self, sha256: &Sha256) -> Result<()> {
        let mut rows: Vec<findings::Row> =
            shard::rows(self.case, &self.files, &findings::TABLE, JOINS)?;
        rows.retain(|row| row.sha256 != *sha256);
        self.put(JOINS, &Encoded::new(&findings::TABLE, &rows)?)
    }
}
