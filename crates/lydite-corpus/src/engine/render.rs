//! Rows as text, for people and for programs.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::csv::WriterBuilder as CsvBuilder;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::writer::{JsonArray, LineDelimited, WriterBuilder};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::error::DataFusionError;

use crate::case::{Error, Result};

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns. Control characters are made visible, so that leaked text cannot steer a
    /// terminal or pass for another row.
    Table,
    /// One array of objects; nulls are written.
    Json,
    /// One object a line; nulls are written.
    Jsonl,
    /// With a header; lists and structs as `Table` shows them.
    Csv,
}

type Arrow<T> = std::result::Result<T, ArrowError>;

/// The rows as text that ends with a line feed.
pub fn render(batches: &[RecordBatch], format: Format) -> Result<String> {
    let bytes = match format {
        Format::Table => table(batches),
        Format::Json => json(batches),
        Format::Jsonl => lines(batches),
        Format::Csv => csv(batches),
    };
    let bytes = bytes.map_err(|e| Error::Query(DataFusionError::from(e)))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn table(batches: &[RecordBatch]) -> Arrow<Vec<u8>> {
    let visible = |text: String| {
        let escape = |c: char| {
            if c.is_control() { c.escape_default().collect() } else { c.to_string() }
        };
        text.chars().map(escape).collect::<String>()
    };
    let texts =
        batches.iter().map(|batch| as_text(batch, |_| true, visible)).collect::<Arrow<Vec<_>>>()?;
    Ok(format!("{}\n", pretty_format_batches(&texts)?).into_bytes())
}

fn json(batches: &[RecordBatch]) -> Arrow<Vec<u8>> {
    let builder = WriterBuilder::new().with_explicit_nulls(true);
    let mut writer = builder.build::<_, JsonArray>(Vec::new());
    batches.iter().try_for_each(|batch| writer.write(batch))?;
    writer.finish()?;
    let mut out = writer.into_inner();
    out.push(b'\n');
    Ok(out)
}

fn lines(batches: &[RecordBatch]) -> Arrow<Vec<u8>> {
    let builder = WriterBuilder::new().with_explicit_nulls(true);
    let mut writer = builder.build::<_, LineDelimited>(Vec::new());
    batches.iter().try_for_each(|batch| writer.write(batch))?;
    writer.finish()?;
    Ok(writer.into_inner())
}

fn csv(batches: &[RecordBatch]) -> Arrow<Vec<u8>> {
    let mut out = Vec::new();
    for (index, batch) in batches.iter().enumerate() {
        let flat = as_text(batch, DataType::is_nested, |text| text)?;
        CsvBuilder::new().with_header(index == 0).build(&mut out).write(&flat)?;
    }
    Ok(out)
}

/// The batch with the columns of some types as text; nulls stay null.
fn as_text(
    batch: &RecordBatch,
    is_meant: impl Fn(&DataType) -> bool,
    change: impl Fn(String) -> String,
) -> Arrow<RecordBatch> {
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    let options = FormatOptions::default();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if !is_meant(field.data_type()) {
            fields.push(Arc::clone(field));
            columns.push(Arc::clone(column));
            continue;
        }
        let formatter = ArrayFormatter::try_new(column, &options)?;
        let text =
            |row: usize| column.is_valid(row).then(|| change(formatter.value(row).to_string()));
        columns.push(Arc::new((0..batch.num_rows()).map(text).collect::<StringArray>()));
        fields.push(Arc::new(Field::new(change(field.name().clone()), DataType::Utf8, true)));
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}
