//! The case folder of an investigation: collecting into it, its tables, SQL over them.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod assay;
pub mod bag;
pub mod case;
pub mod collect;
pub mod context;
pub mod custody;
pub mod engine;
pub mod facts;
pub mod joins;
pub mod ledger;
mod lock;
pub mod pack;
pub mod purge;
pub mod reading;
pub mod recover;
pub mod reference;
pub mod repair;
pub mod seal;
pub mod search;
mod shard;
pub mod tables;
#[cfg(test)]
mod tests;
pub mod verify;
pub mod weigh;
