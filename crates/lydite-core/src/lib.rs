//! Lydite's evidence: bytes in, values out. No I/O, no clock, no network, no async (invariant I1).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod check;
pub mod checks;
pub mod client;
pub mod clock;
pub mod custody;
pub mod difference;
pub mod evidence;
pub mod examine;
pub mod fact;
pub mod item;
pub mod limits;
mod natural;
pub mod parse;
pub mod signature;
pub mod text;
pub mod verdict;
