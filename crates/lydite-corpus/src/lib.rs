//! The case folder of an investigation: collecting into it, its tables, SQL over them.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod assay;
pub mod case;
pub mod collect;
pub mod engine;
pub mod facts;
pub mod joins;
pub mod ledger;
pub mod pack;
pub mod reading;
pub mod recover;
mod shard;
pub mod tables;
#[cfg(test)]
mod tests;
pub mod weigh;
