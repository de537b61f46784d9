//! A made leak with ground truth, and the score of a case against it.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod anchor;
pub mod campaign;
pub mod client;
pub mod document;
pub mod dump;
mod expert;
mod forge;
pub mod letter;
pub mod mail;
pub mod make;
pub mod moment;
pub mod odd;
pub mod people;
pub mod quote;
pub mod random;
pub mod route;
pub mod score;
pub mod sign;
mod talk;
pub mod truth;
pub mod words;
pub mod zip;
