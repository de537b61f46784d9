//! One row per distinct run of bytes: where it lies, and what became of it.

use lydite_core::item::{Kind, Sha256};
use serde::{Deserialize, Serialize};

use super::{Column, Table, Type, column, optional};

/// One blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub pack: u32,
    pub start: u64,
    pub size: u64,
    pub kind: Kind,
    pub reason: Option<String>,
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "SHA-256 of the bytes: the blob's identity"),
    column("pack", Type::Int, "number of the pack file (`packs/NNNNNN.pack`) and of the batch"),
    column("start", Type::Int, "offset of its first byte in the pack"),
    column("size", Type::Int, "bytes"),
    column("kind", Type::Text, "what it is examined as"),
    optional("reason", Type::Text, "why it was not examined; null if it was"),
];

pub static TABLE: Table = Table {
    name: "blobs",
    about: "One row per distinct run of bytes. The bytes lie in the pack files, one behind the \
            other, without framing.",
    columns: COLUMNS,
};
