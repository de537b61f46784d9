//! What each item is worth so far: given to joins that rest on it, while a case is weighed.

use lydite_core::evidence::{Claim, Coverage, Mark};
use lydite_core::item::Sha256;
use lydite_core::verdict::{Status, Verdict};
use serde::{Deserialize, Serialize};

use super::{COVERAGE, Column, TEXTS, Table, Type, column};

/// One item that something speaks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub status: Status,
    /// Status of the claim `date-as-stated`.
    pub date: Status,
    pub coverage: Coverage,
    /// Something else than an equal copy speaks for it.
    pub is_source: bool,
    pub marks: Vec<Mark>,
}

impl Row {
    pub fn new(sha256: Sha256, verdict: &Verdict, is_source: bool) -> Row {
        let date = verdict.claims.get(&Claim::DateAsStated).copied();
        Row {
            sha256,
            status: verdict.status,
            date: date.unwrap_or(Status::Undetermined),
            coverage: verdict.coverage,
            is_source,
            marks: verdict.marks.clone(),
        }
    }
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the item's blob"),
    column("status", Type::Text, "its status in the round before"),
    column("date", Type::Text, "status of its claim `date-as-stated`"),
    column("coverage", COVERAGE, "of each part"),
    column("is_source", Type::Bool, "whether something else than an equal copy speaks for it"),
    column("marks", TEXTS, "marks of its verdict, which go along every link"),
];

/// Not a table of the case: it exists while joins run.
pub static TABLE: Table = Table {
    name: "standing",
    about: "One row per item that is `verified` or `corroborated` in the round before.",
    columns: COLUMNS,
};
