//! One row per container that was opened.

use serde::{Deserialize, Serialize};

use super::{Column, TEXTS, Table, Type, column};

/// One container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub path: String,
    pub format: String,
    pub bytes_in: u64,
    pub framing: u64,
    pub members: u64,
    pub defects: Vec<String>,
}

const COLUMNS: &[Column] = &[
    column("path", Type::Text, "path inside the dump"),
    column(
        "format",
        Type::Text,
        "format it was opened as, known by content; `volume`: a file of a split archive",
    ),
    column("bytes_in", Type::Int, "bytes of the container"),
    column("framing", Type::Int, "bytes that belong to the container and to no member"),
    column("members", Type::Int, "members met"),
    column("defects", TEXTS, "what was malformed"),
];

pub static TABLE: Table = Table {
    name: "containers",
    about: "One row per mailbox or archive that was opened.",
    columns: COLUMNS,
};
