//! Accounts that whoever made the dump may have controlled: given to joins while a case is weighed.

use serde::{Deserialize, Serialize};

use super::{Column, Table, Type, column, optional};

/// One address, or all addresses of a domain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Row {
    /// Lower case.
    pub name: String,
    pub is_domain: bool,
    /// Before this moment nobody else had the account, the user says; seconds since 1970, UTC.
    pub break_in: Option<i64>,
    /// The user named it; else it is a guess from how often it stands in a mailbox.
    pub is_named: bool,
}

const COLUMNS: &[Column] = &[
    column("name", Type::Text, "an address or a domain, lower case"),
    column("is_domain", Type::Bool, "whether it is a domain, with all domains below it"),
    optional("break_in", Type::Int, "the earliest break-in as the user states it"),
    column("is_named", Type::Bool, "whether the user named it, else it is a guess"),
];

/// Not a table of the case: it exists while joins run.
pub static TABLE: Table = Table {
    name: "custodians",
    about: "One row per account that the maker of the dump may have controlled.",
    columns: COLUMNS,
};
