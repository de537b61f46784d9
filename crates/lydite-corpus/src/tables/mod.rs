//! The tables of a case: what each row says, one file per table.
//!
//! A row is a plain serde struct; its columns stand beside it once, as data, and everything else
//! (Arrow schema, Parquet, `docs/tables.md`) follows from that list. Shards are immutable Parquet
//! files, written so that equal rows give equal bytes.

pub mod blobs;
pub mod bodies;
pub mod clocks;
pub mod containers;
pub mod custodians;
pub mod defects;
pub mod documents;
pub mod findings;
pub mod hops;
pub mod links;
pub mod mails;
pub mod parts;
pub mod properties;
pub mod quotes;
pub mod reference;
pub mod repairs;
pub mod sightings;
pub mod signatures;
pub mod signed;
pub mod standing;
pub mod texts;
pub mod threads;
pub mod verdicts;
pub mod wants;

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::{ArrayWriter, ReaderBuilder};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::parquet::arrow::{ArrowWriter, ProjectionMask};
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::WriterProperties;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One table: its name in SQL and its folder under `tables/`, what a row is, its columns.
pub struct Table {
    pub name: &'static str,
    pub about: &'static str,
    pub columns: &'static [Column],
}

/// One column, in the order it stands in the Parquet files.
pub struct Column {
    pub name: &'static str,
    pub of: Type,
    pub optional: bool,
    pub about: &'static str,
}

/// Types of columns.
#[derive(Clone, Copy)]
pub enum Type {
    Text,
    /// Signed, 64 bits.
    Int,
    /// Unsigned, 64 bits: numbers that hostile input chooses.
    Count,
    Bool,
    List(&'static Type),
    Struct(&'static [(&'static str, Type)]),
}

pub(crate) const TEXTS: Type = Type::List(&Type::Text);
pub(crate) const SPAN: Type = Type::Struct(&[("start", Type::Int), ("end", Type::Int)]);
/// [`lydite_core::evidence::Coverage`], a word for each part.
pub(crate) const COVERAGE: Type = Type::Struct(&[
    ("from", Type::Text),
    ("to", Type::Text),
    ("cc", Type::Text),
    ("date", Type::Text),
    ("subject", Type::Text),
    ("message_id", Type::Text),
    ("body", Type::Text),
    ("reading", Type::Text),
    ("attachments", Type::Text),
]);

/// A column that is always filled.
pub(crate) const fn column(name: &'static str, of: Type, about: &'static str) -> Column {
    Column { name, of, optional: false, about }
}

/// A column that may be null.
pub(crate) const fn optional(name: &'static str, of: Type, about: &'static str) -> Column {
    Column { name, of, optional: true, about }
}

/// Every table, in the order of the documentation.
pub const ALL: [&Table; 20] = [
    &sightings::TABLE,
    &containers::TABLE,
    &blobs::TABLE,
    &mails::TABLE,
    &documents::TABLE,
    &properties::TABLE,
    &texts::TABLE,
    &parts::TABLE,
    &bodies::TABLE,
    &quotes::TABLE,
    &hops::TABLE,
    &signatures::TABLE,
    &repairs::TABLE,
    &clocks::TABLE,
    &findings::TABLE,
    &links::TABLE,
    &threads::TABLE,
    &wants::TABLE,
    &verdicts::TABLE,
    &defects::TABLE,
];

impl Type {
    fn arrow(self) -> DataType {
        match self {
            Type::Text => DataType::Utf8,
            Type::Int => DataType::Int64,
            Type::Count => DataType::UInt64,
            Type::Bool => DataType::Boolean,
            Type::List(of) => DataType::List(Arc::new(Field::new("item", of.arrow(), true))),
            Type::Struct(fields) => DataType::Struct(
                fields.iter().map(|(name, of)| Field::new(*name, of.arrow(), true)).collect(),
            ),
        }
    }

    /// As `docs/tables.md` writes it.
    fn name(self) -> String {
        match self {
            Type::Text => "text".to_owned(),
            Type::Int => "integer".to_owned(),
            Type::Count => "unsigned integer".to_owned(),
            Type::Bool => "boolean".to_owned(),
            Type::List(of) => format!("list of {}", of.name()),
            Type::Struct(fields) => {
                let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
                format!("{{{}}}", names.join(", "))
            }
        }
    }
}

impl Table {
    pub fn schema(&self) -> SchemaRef {
        let field = |c: &Column| Field::new(c.name, c.of.arrow(), c.optional);
        Arc::new(Schema::new(self.columns.iter().map(field).collect::<Vec<_>>()))
    }

    /// The rows as a batch; None of no rows.
    pub fn batch<R: Serialize>(&self, rows: &[R]) -> Result<Option<RecordBatch>, ArrowError> {
        let mut decoder = ReaderBuilder::new(self.schema())
            .with_batch_size(rows.len().max(1))
            .with_strict_mode(true)
            .build_decoder()?;
        decoder.serialize(rows)?;
        decoder.flush()
    }

    /// The rows as a Parquet file.
    pub fn encode<R: Serialize>(&self, rows: &[R]) -> Result<Vec<u8>, ArrowError> {
        let schema = self.schema();
        let mut out = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut out, schema, Some(properties()?))
            .map_err(ArrowError::from)?;
        if let Some(batch) = self.batch(rows)? {
            writer.write(&batch).map_err(ArrowError::from)?;
        }
        writer.close().map_err(ArrowError::from)?;
        Ok(out)
    }
}

/// `created_by` is fixed so that the bytes do not change with a library's version string.
fn properties() -> Result<WriterProperties, ParquetError> {
    Ok(WriterProperties::builder()
        .set_created_by("lydite".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .build())
}

/// The rows of a Parquet file that [`Table::encode`] wrote.
pub fn decode<R: DeserializeOwned>(file: Vec<u8>) -> Result<Vec<R>, ArrowError> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(file))
        .and_then(|builder| builder.build())
        .map_err(ArrowError::from)?;
    let mut rows = Vec::new();
    for batch in reader {
        rows.extend(rows_of(&batch?)?);
    }
    Ok(rows)
}

/// The same rows, of these columns alone: faster where few of many are asked.
pub fn decode_columns<R: DeserializeOwned>(
    file: Vec<u8>,
    columns: &[&str],
) -> Result<Vec<R>, ArrowError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(file))?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let mut rows = Vec::new();
    for batch in builder.with_projection(mask).build()? {
        rows.extend(rows_of(&batch?)?);
    }
    Ok(rows)
}

/// The rows of a batch, matched by column name.
pub fn rows_of<R: DeserializeOwned>(batch: &RecordBatch) -> Result<Vec<R>, ArrowError> {
    if batch.num_rows() == 0 {
        return Ok(Vec::new());
    }
    let mut writer = ArrayWriter::new(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    serde_json::from_slice(&writer.into_inner())
        .map_err(|error| ArrowError::JsonError(error.to_string()))
}

/// `docs/tables.md`: every table and column, from the definitions.
pub fn documentation() -> String {
    let mut out = String::from(
        "# Tables\n\nEvery table of a case, as `lydite sql CASE \"SELECT …\"` sees it. \
         Written from the definitions in `crates/lydite-corpus/src/tables/` by a test; \
         change it there.\n",
    );
    for table in ALL {
        out.push_str(&format!(
            "\n## {}\n\n{}\n\n| column | type | |\n|---|---|---|\n",
            table.name, table.about
        ));
        for column in table.columns {
            let null = if column.optional { ", or null" } else { "" };
            let of = column.of.name();
            out.push_str(&format!("| `{}` | {of}{null} | {} |\n", column.name, column.about));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_documented() {
        for table in ALL {
            let mut names: Vec<_> = table.columns.iter().map(|c| c.name).collect();
            assert!(table.columns.iter().all(|c| !c.about.is_empty()), "{}", table.name);
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), table.columns.len(), "{}", table.name);
        }
    }

    /// Rewrites the file, so that the run after the failing one passes.
    #[test]
    fn the_documentation_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/tables.md");
        let wanted = documentation();
        if std::fs::read_to_string(path).unwrap_or_default() != wanted {
            std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs")).unwrap();
            std::fs::write(path, wanted).unwrap();
            panic!("docs/tables.md was not current; it has been rewritten, commit it");
        }
    }

    #[test]
    fn equal_rows_give_equal_bytes_and_come_back() {
        let rows = vec![
            defects::Row {
                sha256: lydite_core::item::Sha256::of(b"x"),
                seq: 0,
                what: "odd \"quote\" \u{1}".to_owned(),
                start: 1,
                end: 2,
            };
            3
        ];
        let bytes = defects::TABLE.encode(&rows).unwrap();
        assert_eq!(bytes, defects::TABLE.encode(&rows).unwrap());
        assert_eq!(decode::<defects::Row>(bytes).unwrap(), rows);
        let none: [defects::Row; 0] = [];
        let empty = defects::TABLE.encode(&none).unwrap();
        assert_eq!(decode::<defects::Row>(empty).unwrap(), none);
    }
}
