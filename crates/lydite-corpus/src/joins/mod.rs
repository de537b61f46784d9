//! Joins: analyses over the whole case, one file each: prose, SQL, and how its rows become
//! findings. Built like checks, with SQL in place of the function.

pub mod domain_habit;
pub mod relay_template;
pub mod signer_siblings;

use datafusion::arrow::record_batch::RecordBatch;
use lydite_core::check::Code;
use lydite_core::evidence::{Claim, Finding};
use lydite_core::item::Sha256;

use crate::case::{Error, Result};
use crate::tables;

/// Findings, each with the item it speaks of.
pub type Found = Vec<(Sha256, Finding)>;

/// One analysis over all items.
pub struct Join {
    /// Equal to the file's path: `corpus/signer-siblings` is `joins/signer_siblings.rs`.
    pub id: &'static str,
    /// Raised when any outcome may change.
    pub version: u32,
    pub claim: Claim,
    /// Correlated findings form a group, and a group counts once (design rule 4).
    pub group: &'static str,
    /// Everything it can ever say.
    pub codes: &'static [&'static Code],
    /// One statement over the tables; its order decides the order of findings.
    pub sql: fn() -> String,
    /// The findings its rows make.
    pub findings: fn(&RecordBatch) -> Result<Found>,
    /// The join's own file.
    pub source: &'static str,
}

impl Join {
    /// The leading `//!` lines of the join's file, without the marker.
    pub fn documentation(&self) -> String {
        lydite_core::check::documentation(self.source)
    }
}

/// Every join, in the order they run.
pub const ALL: &[&Join] = &[&domain_habit::JOIN, &relay_template::JOIN, &signer_siblings::JOIN];

/// The route of a mail: the host that wrote its topmost Received field.
const ROUTE: &str = "route AS (
    SELECT sha256, min(note) AS route FROM findings
    WHERE \"check\" = 'email/route-rewrites' AND code = 'route' GROUP BY sha256)";

/// Mails on whose route a relay that rewrites left a trace, and those that we made of a mailbox's
/// properties: neither are the bytes that were sent.
const RELAYED: &str = "relayed AS (
    SELECT DISTINCT sha256 FROM findings
    WHERE \"check\" = 'email/route-rewrites' AND code = 'relay'
        OR \"check\" = 'email/rendering')";

/// The rows of a join's statement as plain data.
fn rows<R: serde::de::DeserializeOwned>(batch: &RecordBatch) -> Result<Vec<R>> {
    tables::rows_of(batch).map_err(|source| Error::Table { table: "join", source })
}
