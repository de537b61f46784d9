//! Copies from outside the dump: given to joins while a case is weighed.

use lydite_core::item::Sha256;
use serde::{Deserialize, Serialize};

use super::{Column, Table, Type, column, optional};

/// One item of a reference copy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub displayed: Option<Sha256>,
    pub date: Option<i64>,
    pub message_id: Option<String>,
    /// Of a mail: its first text.
    pub text: Option<String>,
    /// The archive as the user named it, and the path inside.
    pub path: String,
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "SHA-256 of the bytes"),
    optional("displayed", Type::Text, "of a mail: as in `mails`"),
    optional(
        "date",
        Type::Int,
        "of a mail: the latest of Date and what servers stamped on it, seconds since 1970, UTC",
    ),
    optional("message_id", Type::Text, "of a mail: Message-ID"),
    optional("text", Type::Text, "of a mail: its first text"),
    column("path", Type::Text, "where it lies in what the user supplied"),
];

/// Not a table of the case: it exists while joins run.
pub static TABLE: Table = Table {
    name: "reference",
    about: "One row per item of the reference copies that the user supplied.",
    columns: COLUMNS,
};
