//! One row per examined document or image.

use lydite_core::item::Sha256;
use lydite_core::parse::document::Format;
use serde::{Deserialize, Serialize};

use super::{Column, Table, Type, column, optional};

/// One document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub format: Format,
    pub size: u64,
    pub look: Option<String>,
    pub sketch: Vec<u64>,
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the document's blob"),
    column("format", Type::Text, "what its bytes are; `unknown` where no reader knows them"),
    column("size", Type::Int, "bytes"),
    optional(
        "look",
        Type::Text,
        "of a JPEG or PNG: a difference hash, 64 bits in hexadecimal; alike where few bits differ",
    ),
    column(
        "sketch",
        Type::List(&Type::Count),
        "the smallest hashes of runs of words of its text (`text/shingle.rs`)",
    ),
];

pub static TABLE: Table =
    Table { name: "documents", about: "One row per examined document or image.", columns: COLUMNS };
