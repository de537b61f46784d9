//! The shards of one batch: what examining its blobs gave, as rows, and back.

use std::collections::{BTreeMap, HashMap};

use datafusion::arrow::error::ArrowError;
use lydite_core::evidence::Finding;
use lydite_core::examine::{DocumentRecord, Examined};
use lydite_core::fact::Facts;
use lydite_core::item::{Kind, Sha256};
use lydite_core::parse::document::profile::{Profile, Property};
use lydite_core::text::record::{Body, Quote};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::case::{Case, Error, Result};
use crate::facts;
use crate::ledger::{FileEntry, Files, shard_path};
use crate::tables::{
    self, Table, blobs, bodies, clocks, defects, documents, findings, hops, mails, parts,
    properties, quotes, repairs, signatures, texts, wants,
};

/// Name of the shard of findings that joins over the whole case made.
pub const JOINS: &str = "joins";

/// Name of the shards of a batch.
pub fn name(batch: u32) -> String {
    format!("{batch:06}")
}

/// The rows of every table that examining fills.
#[derive(Default)]
pub struct Rows {
    mails: Vec<mails::Row>,
    documents: Vec<documents::Row>,
    properties: Vec<properties::Row>,
    texts: Vec<texts::Row>,
    parts: Vec<parts::Row>,
    bodies: Vec<bodies::Row>,
    quotes: Vec<quotes::Row>,
    hops: Vec<hops::Row>,
    signatures: Vec<signatures::Row>,
    repairs: Vec<repairs::Row>,
    clocks: Vec<clocks::Row>,
    findings: Vec<findings::Row>,
    wants: Vec<wants::Row>,
    defects: Vec<defects::Row>,
}

impl Rows {
    /// Adds what examining a blob gave. `wants` says what its wants were met by.
    pub fn push(
        &mut self,
        sha256: Sha256,
        size: u64,
        examined: &Examined,
        wants: impl IntoIterator<Item = wants::Row>,
    ) {
        self.mails.extend(examined.mail.as_ref().map(|mail| mails::Row::new(sha256, size, mail)));
        if let Some(document) = &examined.document {
            let DocumentRecord { format, profile, text, look, sketch } = document;
            let (look, sketch) = (look.clone(), sketch.clone());
            self.documents.push(documents::Row { sha256, format: *format, size, look, sketch });
            let row = |n, property: &Property| properties::Row::new(sha256, n, property);
            self.properties.extend(numbered(&profile.properties, row));
            self.texts.extend(numbered(text, |n, piece| texts::Row::new(sha256, n, piece)));
        }
        self.parts.extend(numbered(&examined.parts, |n, part| parts::Row::new(sha256, n, part)));
        let body = |seq, body: &Body| bodies::Row { sha256, seq, body: body.clone() };
        self.bodies.extend(numbered(&examined.bodies, body));
        let quote = |seq, quote: &Quote| quotes::Row { sha256, seq, quote: quote.clone() };
        self.quotes.extend(numbered(&examined.quotes, quote));
        self.hops.extend(numbered(&examined.hops, |n, hop| hops::Row::new(sha256, n, hop)));
        self.signatures.extend(
            examined
                .signatures
                .iter()
                .cloned()
                .map(|signature| signatures::Row { sha256, signature }),
        );
        let repairs = examined.repairs.iter().cloned();
        self.repairs.extend(repairs.map(|repair| repairs::Row { sha256, repair }));
        self.clocks.extend(numbered(&examined.clocks, |seq, reading| clocks::Row {
            sha256,
            seq,
            reading: reading.clone(),
        }));
        self.findings.extend(numbered(&examined.findings, |n, f| findings::Row::new(sha256, n, f)));
        self.wants.extend(wants);
        self.defects.extend(numbered(&examined.defects, |n, d| defects::Row::new(sha256, n, d)));
    }

    pub fn encode(&self) -> Result<Vec<Encoded>> {
        Ok(vec![
            Encoded::new(&mails::TABLE, &self.mails)?,
            Encoded::new(&documents::TABLE, &self.documents)?,
            Encoded::new(&properties::TABLE, &self.properties)?,
            Encoded::new(&texts::TABLE, &self.texts)?,
            Encoded::new(&parts::TABLE, &self.parts)?,
            Encoded::new(&bodies::TABLE, &self.bodies)?,
            Encoded::new(&quotes::TABLE, &self.quotes)?,
            Encoded::new(&hops::TABLE, &self.hops)?,
            Encoded::new(&signatures::TABLE, &self.signatures)?,
            Encoded::new(&repairs::TABLE, &self.repairs)?,
            Encoded::new(&clocks::TABLE, &self.clocks)?,
            Encoded::new(&findings::TABLE, &self.findings)?,
            Encoded::new(&wants::TABLE, &self.wants)?,
            Encoded::new(&defects::TABLE, &self.defects)?,
        ])
    }
}

/// The wants of an item, met by these facts.
pub fn met(sha256: Sha256, examined: &Examined, facts: &Facts) -> Vec<wants::Row> {
    let met = |want| wants::Row::new(sha256, want, facts::digest(facts, want));
    examined.wants.iter().map(met).collect()
}

fn numbered<T, R>(items: &[T], row: impl Fn(u32, &T) -> R) -> impl Iterator<Item = R> {
    items.iter().zip(0..).map(move |(item, n)| row(n, item))
}

/// A shard of a table, ready to be written.
pub struct Encoded {
    table: &'static Table,
    bytes: Vec<u8>,
    is_empty: bool,
}

impl Encoded {
    pub fn new<R: Serialize>(table: &'static Table, rows: &[R]) -> Result<Encoded> {
        let bytes = table.encode(rows).map_err(in_table(table.name))?;
        Ok(Encoded { table, bytes, is_empty: rows.is_empty() })
    }

    /// Writes the shard, unless it would replace its like or nothing by nothing.
    pub fn put(
        &self,
        case: &Case,
        current: &Files,
        shard: &str,
        generation: u32,
    ) -> Result<Option<FileEntry>> {
        let before = entry(current, self.table.name, shard);
        let is_same = match before {
            Some(before) => {
                before.length == self.bytes.len() as u64 && before.sha256 == Sha256::of(&self.bytes)
            }
            None => self.is_empty,
        };
        if is_same {
            return Ok(None);
        }
        let path = shard_path(self.table.name, shard, generation);
        case.put(&path, [self.bytes.as_slice()]).map(Some)
    }
}

fn in_table(table: &'static str) -> impl FnOnce(ArrowError) -> Error {
    move |source| Error::Table { table, source }
}

fn entry<'a>(files: &'a Files, table: &str, shard: &str) -> Option<&'a FileEntry> {
    files.get(&format!("tables/{table}"))?.get(shard)
}

/// The rows of one shard; none if it was never written.
pub fn rows<R: DeserializeOwned>(
    case: &Case,
    files: &Files,
    table: &'static Table,
    shard: &str,
) -> Result<Vec<R>> {
    match entry(files, table.name, shard) {
        None => Ok(Vec::new()),
        Some(entry) => tables::decode(case.read(entry)?).map_err(in_table(table.name)),
    }
}

/// The same rows, of these columns alone.
pub fn columns<R: DeserializeOwned>(
    case: &Case,
    files: &Files,
    table: &'static Table,
    shard: &str,
    columns: &[&str],
) -> Result<Vec<R>> {
    match entry(files, table.name, shard) {
        None => Ok(Vec::new()),
        Some(entry) => {
            tables::decode_columns(case.read(entry)?, columns).map_err(in_table(table.name))
        }
    }
}

/// Everything that examining the blobs of a batch gave, put together again from its shards.
pub fn examined(case: &Case, files: &Files, shard: &str) -> Result<HashMap<Sha256, Examined>> {
    let mut out: HashMap<Sha256, Examined> = HashMap::new();
    for row in rows::<mails::Row>(case, files, &mails::TABLE, shard)? {
        let sha256 = row.sha256;
        at(&mut out, sha256).mail = Some(row.into_record());
    }
    documents_of(case, files, shard, &mut out)?;
    for row in rows::<parts::Row>(case, files, &parts::TABLE, shard)? {
        at(&mut out, row.sha256).parts.push(row.into_record());
    }
    for row in rows::<bodies::Row>(case, files, &bodies::TABLE, shard)? {
        at(&mut out, row.sha256).bodies.push(row.body);
    }
    for row in rows::<quotes::Row>(case, files, &quotes::TABLE, shard)? {
        at(&mut out, row.sha256).quotes.push(row.quote);
    }
    for row in rows::<hops::Row>(case, files, &hops::TABLE, shard)? {
        at(&mut out, row.sha256).hops.push(row.into_record());
    }
    for row in rows::<signatures::Row>(case, files, &signatures::TABLE, shard)? {
        at(&mut out, row.sha256).signatures.push(row.signature);
    }
    for row in rows::<repairs::Row>(case, files, &repairs::TABLE, shard)? {
        at(&mut out, row.sha256).repairs.push(row.repair);
    }
    for row in rows::<clocks::Row>(case, files, &clocks::TABLE, shard)? {
        at(&mut out, row.sha256).clocks.push(row.reading);
    }
    for row in rows::<findings::Row>(case, files, &findings::TABLE, shard)? {
        at(&mut out, row.sha256).findings.push(row.into_finding());
    }
    for row in rows::<wants::Row>(case, files, &wants::TABLE, shard)? {
        at(&mut out, row.sha256).wants.push(row.want());
    }
    for row in rows::<defects::Row>(case, files, &defects::TABLE, shard)? {
        at(&mut out, row.sha256).defects.push(row.into_defect());
    }
    Ok(out)
}

fn documents_of(
    case: &Case,
    files: &Files,
    shard: &str,
    out: &mut HashMap<Sha256, Examined>,
) -> Result<()> {
    let kinds: HashMap<Sha256, Kind> = rows::<blobs::Row>(case, files, &blobs::TABLE, shard)?
        .into_iter()
        .map(|row| (row.sha256, row.kind))
        .collect();
    for row in rows::<documents::Row>(case, files, &documents::TABLE, shard)? {
        let examined = at(out, row.sha256);
        examined.kind = kinds.get(&row.sha256).copied().unwrap_or(Kind::Document);
        examined.document = Some(DocumentRecord {
            format: row.format,
            profile: Profile::default(),
            text: Vec::new(),
            look: row.look,
            sketch: row.sketch,
        });
    }
    for row in rows::<properties::Row>(case, files, &properties::TABLE, shard)? {
        if let Some(document) = &mut at(out, row.sha256).document {
            document.profile.properties.push(row.into_property());
        }
    }
    for row in rows::<texts::Row>(case, files, &texts::TABLE, shard)? {
        if let Some(document) = &mut at(out, row.sha256).document {
            document.text.push(row.into_piece());
        }
    }
    Ok(())
}

fn at(map: &mut HashMap<Sha256, Examined>, sha256: Sha256) -> &mut Examined {
    map.entry(sha256).or_insert_with(|| nothing(Kind::Message))
}

/// An examination that found nothing to say.
pub fn nothing(kind: Kind) -> Examined {
    Examined {
        kind,
        mail: None,
        document: None,
        parts: Vec::new(),
        bodies: Vec::new(),
        quotes: Vec::new(),
        signatures: Vec::new(),
        repairs: Vec::new(),
        clocks: Vec::new(),
        hops: Vec::new(),
        findings: Vec::new(),
        wants: Vec::new(),
        defects: Vec::new(),
    }
}

/// The batches of a case, in order.
pub fn batches(files: &Files) -> Vec<u32> {
    let shards = files.get("tables/sightings").or(files.get("tables/blobs"));
    let mut all: Vec<u32> = shards
        .into_iter()
        .chain(files.get("tables/blobs"))
        .flat_map(|shards| shards.keys())
        .filter_map(|shard| shard.parse().ok())
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The blobs of a batch that were examined.
pub fn examined_blobs(case: &Case, files: &Files, shard: &str) -> Result<Vec<blobs::Row>> {
    let mut blobs: Vec<blobs::Row> = rows(case, files, &blobs::TABLE, shard)?;
    blobs.retain(|blob| blob.reason.is_none());
    Ok(blobs)
}

/// The findings of one shard, by item: of a batch what examining found, of [`JOINS`] what joins did.
pub fn findings(case: &Case, files: &Files, shard: &str) -> Result<BTreeMap<Sha256, Vec<Finding>>> {
    let mut out: BTreeMap<Sha256, Vec<Finding>> = BTreeMap::new();
    for row in rows::<findings::Row>(case, files, &findings::TABLE, shard)? {
        out.entry(row.sha256).or_default().push(row.into_finding());
    }
    Ok(out)
}
