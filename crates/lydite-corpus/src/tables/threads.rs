//! One row per mail: the conversation it belongs to.

use lydite_core::item::Sha256;
use serde::{Deserialize, Serialize};

use super::{Column, Table, Type, column};

/// One mail of a thread.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub thread: String,
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the mail's blob"),
    column(
        "thread",
        Type::Text,
        "the same for all mails that name each other in References, In-Reply-To or Thread-Index: the least of their ids",
    ),
];

pub static TABLE: Table = Table {
    name: "threads",
    about: "One row per mail: the conversation it belongs to. Filled when a case is weighed.",
    columns: COLUMNS,
};
