//! Making the index: one document per examined blob, from the tables as committed.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use lydite_core::item::Sha256;
use lydite_core::limits;
use lydite_core::parse::document::profile::Name;
use lydite_core::verdict::{Status, decide};
use serde::Deserialize;
use tantivy::indexer::NoMergePolicy;
use tantivy::{Index, IndexSettings, IndexWriter, TantivyDocument};

use super::fields::Fields;
use super::{FOLDER, MADE, Made, ledger_digest};
use crate::assay::Progress;
use crate::case::{Case, Result, cannot_read, cannot_write, sync_folder};
use crate::custody::hash;
use crate::ledger::Files;
use crate::shard;
use crate::tables::{
    blobs, bodies, documents, mails, parts, properties, sightings, texts, verdicts,
};

/// Makes the index of a case anew. Until it is whole it lies under `tmp/`.
pub fn make(case: &Case, progress: &dyn Fn(Progress)) -> Result<()> {
    super::forget(case)?;
    let files = case.files();
    let ledger = ledger_digest(case.root())?;
    let scratch = case.scratch().join(FOLDER);
    if scratch.exists() {
        fs::remove_dir_all(&scratch).map_err(cannot_write(&scratch))?;
    }
    fs::create_dir_all(&scratch).map_err(cannot_write(&scratch))?;
    let fields = Fields::new();
    let folder =
        tantivy::directory::MmapDirectory::open(&scratch).map_err(tantivy::TantivyError::from)?;
    let mut index = Index::create(folder, fields.schema.clone(), IndexSettings::default())?;
    index.set_tokenizers(Fields::tokenizers());
    let mut writer: IndexWriter = index.writer_with_num_threads(1, limits::SEARCH_HEAP)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let mut items = 0;
    for batch in shard::batches(&files) {
        for document in batch_of(case, &files, batch, &fields)? {
            writer.add_document(document)?;
            items += 1;
        }
        let statuses = [0; Status::ALL.len()];
        progress(Progress { phase: "index", items, bytes: 0, total: 0, statuses });
    }
    writer.commit()?;
    // One segment: a query then asks one dictionary.
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.garbage_collect_files().wait()?;
    writer.wait_merging_threads()?;
    drop(index);
    finish(&scratch, ledger)?;
    let target = case.root().join(FOLDER);
    fs::rename(&scratch, &target).map_err(cannot_write(&target))?;
    sync_folder(case.root())
}

/// Takes the locks away and lists what stays.
fn finish(scratch: &Path, ledger: Sha256) -> Result<()> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(scratch).map_err(cannot_read(scratch))? {
        let path = entry.map_err(cannot_read(scratch))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".lock") {
            fs::remove_file(&path).map_err(cannot_write(&path))?;
        } else {
            let (bytes, sha256) = hash(&path)?;
            files.insert(name, (bytes, sha256));
        }
    }
    let made = serde_json::to_vec(&Made { form: super::FORM, ledger, files }).unwrap_or_default();
    let path = scratch.join(MADE);
    fs::write(&path, made).map_err(cannot_write(&path))?;
    sync_folder(scratch)
}

/// The status of each examined blob of a batch; until the case is weighed, of its own findings.
pub fn statuses(case: &Case, files: &Files, batch: u32) -> Result<HashMap<Sha256, Status>> {
    #[derive(Deserialize)]
    struct Judged {
        sha256: Sha256,
        status: Status,
    }
    let name = shard::name(batch);
    let mut out = HashMap::new();
    if case.ledger().is_weighed() {
        let columns = &["sha256", "status"];
        let judged: Vec<Judged> = shard::columns(case, files, &verdicts::TABLE, &name, columns)?;
        out.extend(judged.into_iter().map(|row| (row.sha256, row.status)));
        return Ok(out);
    }
    let mut own = shard::findings(case, files, &name)?;
    for blob in shard::rows::<blobs::Row>(case, files, &blobs::TABLE, &name)? {
        let found = own.remove(&blob.sha256).unwrap_or_default();
        out.insert(blob.sha256, decide(blob.kind, &found).status);
    }
    Ok(out)
}

/// The documents of a batch, in the order of its blobs. The text of one batch is in memory.
fn batch_of(
    case: &Case,
    files: &Files,
    batch: u32,
    fields: &Fields,
) -> Result<Vec<TantivyDocument>> {
    let name = shard::name(batch);
    let blobs = shard::examined_blobs(case, files, &name)?;
    let mut items: HashMap<Sha256, Indexed> = HashMap::new();
    for row in shard::rows::<sightings::Row>(case, files, &sightings::TABLE, &name)? {
        if let Some(sha256) = row.sha256 {
            items.entry(sha256).or_insert_with(|| Indexed { path: row.path, ..Indexed::default() });
        }
    }
    for row in shard::rows::<mails::Row>(case, files, &mails::TABLE, &name)? {
        items.entry(row.sha256).or_default().mail(row);
    }
    for row in shard::rows::<bodies::Row>(case, files, &bodies::TABLE, &name)? {
        let is_alternative = row.body.is_alternative;
        items.entry(row.sha256).or_default().body(row.body.text, is_alternative);
    }
    for row in shard::rows::<parts::Row>(case, files, &parts::TABLE, &name)? {
        items.entry(row.sha256).or_default().attachments.extend(row.filename);
    }
    for row in shard::rows::<documents::Row>(case, files, &documents::TABLE, &name)? {
        items.entry(row.sha256).or_default().format = Some(row.format.name());
    }
    for row in shard::rows::<properties::Row>(case, files, &properties::TABLE, &name)? {
        items.entry(row.sha256).or_default().property(row);
    }
    for row in shard::rows::<texts::Row>(case, files, &texts::TABLE, &name)? {
        items.entry(row.sha256).or_default().texts.push(row.text);
    }
    let statuses = statuses(case, files, batch)?;
    let document = |blob: &blobs::Row| {
        let item = items.remove(&blob.sha256).unwrap_or_default();
        let status = statuses.get(&blob.sha256).copied().unwrap_or(Status::Undetermined);
        item.document(fields, blob, status, batch)
    };
    Ok(blobs.iter().map(document).collect())
}

/// What is searched of an item.
#[derive(Default)]
struct Indexed {
    path: String,
    from: Option<String>,
    to: Vec<String>,
    subject: Option<String>,
    message_id: Option<String>,
    format: Option<&'static str>,
    texts: Vec<String>,
    attachments: Vec<String>,
    authors: Vec<String>,
    titles: Vec<String>,
    /// Seconds since 1970 of the day as it stands.
    created: Option<i64>,
    dated: Option<i64>,
}

impl Indexed {
    fn mail(&mut self, row: mails::Row) {
        let offset = i64::from(row.date_offset.unwrap_or_default());
        self.dated = row.date.map(|at| at.saturating_add(offset));
        self.from = row.from_address;
        self.to.extend(row.to_address);
        self.to.extend(row.cc_address);
        self.subject = row.subject;
        self.message_id = row.message_id;
    }

    /// Another form of the same words is left out; one with other words stays.
    fn body(&mut self, text: String, is_alternative: bool) {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let is_same = is_alternative && {
            let these = letters(&text);
            self.texts.iter().any(|known| letters(known) == these)
        };
        if !is_same {
            self.texts.push(text);
        }
    }

    /// The last saving dates a document, else its making.
    fn property(&mut self, row: properties::Row) {
        let offset = i64::from(row.offset.unwrap_or_default());
        let at = row.at.map(|at| at.saturating_add(offset));
        match row.name {
            Name::Author | Name::LastAuthor | Name::Editor => self.authors.push(row.value),
            Name::Title | Name::Subject => self.titles.push(row.value),
            Name::Modified => self.dated = self.dated.or(at),
            Name::Created => self.created = self.created.or(at),
            _ => {}
        }
    }

    fn document(
        self,
        fields: &Fields,
        blob: &blobs::Row,
        status: Status,
        batch: u32,
    ) -> TantivyDocument {
        let mut out = TantivyDocument::default();
        out.add_text(fields.sha256, blob.sha256.to_string());
        out.add_text(fields.path, self.path);
        out.add_text(fields.kind, blob.kind.name());
        out.add_text(fields.status, status.name());
        let rank = Status::ALL.iter().position(|one| *one == status);
        out.add_u64(fields.rank, rank.unwrap_or(Status::ALL.len()) as u64);
        out.add_u64(fields.batch, u64::from(batch));
        if let Some(day) = self.dated.or(self.created).and_then(day) {
            out.add_u64(fields.day, day);
        }
        out.add_text(fields.format, self.format.unwrap_or("mail"));
        for (field, text) in [(fields.from, &self.from), (fields.message_id, &self.message_id)] {
            if let Some(text) = text {
                out.add_text(field, text);
            }
        }
        let lists = [
            (fields.to, &self.to),
            (fields.attachment, &self.attachments),
            (fields.author, &self.authors),
            (fields.title, &self.titles),
        ];
        for (field, texts) in lists {
            texts.iter().for_each(|text| out.add_text(field, text));
        }
        if let Some(subject) = &self.subject {
            out.add_text(fields.subject.english, subject);
            out.add_text(fields.subject.french, subject);
            out.add_text(fields.subject.plain, subject);
        }
        let text = self.texts.join("\n");
        out.add_text(fields.text.english, &text);
        out.add_text(fields.text.french, &text);
        out.add_text(fields.text.plain, text);
        out
    }
}

/// `yyyymmdd` of a moment; none outside the years 1 to 9999.
fn day(at: i64) -> Option<u64> {
    // Days from civil, and back: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    let shifted = at.div_euclid(86_400) + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let day = u64::try_from((year * 100 + month) * 100 + day).ok()?;
    (1..10_000).contains(&year).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_moments() {
        for (at, expected) in [
            (0, Some(19_700_101)),
            (-1, Some(19_691_231)),
            (951_782_400, Some(20_000_229)),
            (1_488_326_400, Some(20_170_301)),
            (i64::MAX, None),
            (i64::MIN, None),
        ] {
            assert_eq!(day(at), expected, "{at}");
        }
    }

    #[test]
    fn an_html_form_of_the_same_words_is_left_out() {
        let mut item = Indexed::default();
        item.body("Dear Anna, pay 10.".to_owned(), false);
        item.body("Dear Anna,\n\npay 10.".to_owned(), true);
        item.body("Dear Anna, pay 100.".to_owned(), true);
        assert_eq!(item.texts.len(), 2);
    }
}
