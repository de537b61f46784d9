//! Mails that are signed in whole by one sender's servers: given to joins while a case is weighed.

use lydite_core::evidence::{Coverage, Mark};
use lydite_core::item::Sha256;
use serde::{Deserialize, Serialize};

use super::{COVERAGE, Column, TEXTS, Table, Type, column, optional};

/// One `verified` mail whose whole body is covered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub sender: String,
    pub domain: String,
    pub id: Option<String>,
    pub date: i64,
    pub thread: String,
    pub is_timed: bool,
    pub coverage: Coverage,
    pub marks: Vec<Mark>,
    pub references: Vec<String>,
    /// Not the attacker's, as far as is known (`joins/standing.rs`).
    pub is_free: bool,
    /// May vouch.
    pub is_established: bool,
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the mail's blob"),
    column("sender", Type::Text, "the one address of From, lower case"),
    column("domain", Type::Text, "of the sender"),
    optional("id", Type::Text, "Message-ID without brackets"),
    column("date", Type::Int, "the stated moment, seconds since 1970, UTC"),
    column("thread", Type::Text, "the conversation it is in"),
    column("is_timed", Type::Bool, "whether its claim `date-as-stated` is `verified`"),
    column("coverage", COVERAGE, "of each part"),
    column("marks", TEXTS, "marks of its verdict, which go along every link"),
    column("references", TEXTS, "ids that it names"),
    column("is_free", Type::Bool, "whether its sender had the account alone, as far as is known"),
    column("is_established", Type::Bool, "whether it may vouch: free, and its sender is known"),
];

/// Not a table of the case: it exists while joins run.
pub static TABLE: Table = Table {
    name: "signed",
    about: "One row per `verified` mail of one sender whose whole body is covered.",
    columns: COLUMNS,
};
