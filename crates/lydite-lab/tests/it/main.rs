//! Holds made dumps against Lydite's own readers and checks, item by item and without joins.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod dumps;
mod judged;
mod truths;
