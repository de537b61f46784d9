//! SQL over the tables of a case, by DataFusion inside the program.
//!
//! Only the committed files are read, and only read: statements that write or change anything are
//! refused. One partition, so that rows come out in one order whatever the machine.

mod render;

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::error::DataFusionError;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionState;
use datafusion::object_store::local::LocalFileSystem;
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext};
use futures::StreamExt;
use lydite_core::limits;
use serde::Serialize;
use tokio::runtime::Runtime;

use crate::case::{Case, Error, Result, cannot_read};
use crate::ledger::Files;
use crate::tables::{self, Table};

pub use render::{Format, render};

/// The address of the case folder inside plans: they hold no path of the machine.
const CASE_URL: &str = "case://case/";

/// Settings and functions that every statement runs with, wherever it runs. Queries spill into
/// `scratch`, never elsewhere: what they spill is leaked mail.
pub fn session_state(scratch: &Path, partitions: usize) -> Result<SessionState> {
    let config = SessionConfig::new()
        .with_information_schema(true)
        .with_target_partitions(partitions)
        .with_sort_spill_reservation_bytes(limits::SORT_BYTES)
        .set_bool("datafusion.sql_parser.enable_ident_normalization", true);
    let spill = DiskManagerBuilder::default()
        .with_mode(DiskManagerMode::Directories(vec![scratch.to_owned()]));
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(limits::QUERY_BYTES)))
        .with_disk_manager_builder(spill)
        .build_arc()?;
    Ok(SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_default_features()
        .build())
}

/// The tables of a case, ready for statements.
pub struct Engine {
    context: SessionContext,
    runtime: Runtime,
}

impl Engine {
    /// Opens the tables as last committed. Each file is compared with the ledger first: a damaged
    /// one is an error, not a wrong answer.
    pub fn open(case: &Case) -> Result<Engine> {
        let files = case.files();
        for (folder, shards) in &files {
            if folder != "packs" {
                shards.values().try_for_each(|entry| case.read(entry).map(drop))?;
            }
        }
        Engine::over(case, &files)
    }

    /// Opens these files of the case.
    pub(crate) fn over(case: &Case, files: &Files) -> Result<Engine> {
        Engine::in_partitions(case, files, 1)
    }

    /// The same, the work of a statement in as many partitions.
    pub(crate) fn in_partitions(case: &Case, files: &Files, partitions: usize) -> Result<Engine> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(cannot_read(case.root()))?;
        let context = SessionContext::new_with_state(session_state(&case.scratch(), partitions)?);
        let store = LocalFileSystem::new_with_prefix(case.root())
            .map_err(|e| Error::Query(DataFusionError::from(e)))?;
        let url = ListingTableUrl::parse(CASE_URL)?.object_store();
        context.runtime_env().register_object_store(url.as_ref(), Arc::new(store));
        for table in tables::ALL {
            let shards = files.get(&format!("tables/{}", table.name));
            let paths = shards.into_iter().flat_map(|s| s.values()).map(|f| f.path.as_str());
            context.register_table(table.name, provider(table.schema(), paths)?)?;
        }
        Ok(Engine { context, runtime })
    }

    /// Adds a table that is no file of the case, or puts others in place of its rows.
    pub(crate) fn give<R: Serialize>(&self, table: &'static Table, rows: &[R]) -> Result<()> {
        let batch =
            table.batch(rows).map_err(|source| Error::Table { table: table.name, source })?;
        let given = MemTable::try_new(table.schema(), vec![batch.into_iter().collect()])?;
        self.context.deregister_table(table.name)?;
        self.context.register_table(table.name, Arc::new(given))?;
        Ok(())
    }

    /// Keeps the rows of a statement as a table of this name, or puts them in place of its rows:
    /// what a statement names twice is else worked out twice.
    pub(crate) fn make(&self, name: &str, statement: &str) -> Result<()> {
        let frame = self.runtime.block_on(self.context.sql_with_options(statement, reading()))?;
        let schema = Arc::clone(frame.schema().inner());
        let rows = self.runtime.block_on(frame.collect())?;
        let made = MemTable::try_new(schema, vec![rows])?;
        self.context.deregister_table(name)?;
        self.context.register_table(name, Arc::new(made))?;
        Ok(())
    }

    /// Runs one statement that reads and hands over its rows, batch after batch.
    pub(crate) fn each(
        &self,
        statement: &str,
        mut visit: impl FnMut(RecordBatch) -> Result<()>,
    ) -> Result<()> {
        let mut stream = self.runtime.block_on(async {
            let frame = self.context.sql_with_options(statement, reading()).await?;
            frame.execute_stream().await
        })?;
        while let Some(batch) = self.runtime.block_on(stream.next()) {
            visit(batch?)?;
        }
        Ok(())
    }

    /// Runs one statement that reads: SELECT, EXPLAIN, SHOW or DESCRIBE.
    pub fn sql(&self, statement: &str) -> Result<Vec<RecordBatch>> {
        let rows = self.runtime.block_on(async {
            let frame = self.context.sql_with_options(statement, reading()).await?;
            let schema = Arc::clone(frame.schema().inner());
            let mut batches = frame.collect().await?;
            if batches.is_empty() {
                batches.push(RecordBatch::new_empty(schema));
            }
            Ok::<_, DataFusionError>(batches)
        })?;
        Ok(rows)
    }
}

/// Statements that write or change anything are refused.
fn reading() -> SQLOptions {
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false)
}

fn provider<'a>(
    schema: SchemaRef,
    paths: impl Iterator<Item = &'a str>,
) -> Result<Arc<dyn TableProvider>> {
    let urls = paths
        .map(|path| ListingTableUrl::parse(format!("{CASE_URL}{path}")))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    if urls.is_empty() {
        return Ok(Arc::new(EmptyTable::new(schema)));
    }
    let options = ListingOptions::new(Arc::new(ParquetFormat::default()));
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(schema);
    Ok(Arc::new(ListingTable::try_new(config)?))
}
