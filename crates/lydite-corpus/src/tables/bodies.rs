//! One row per text part of an examined mail.

use lydite_core::item::Sha256;
use lydite_core::text::record::Body;
use serde::{Deserialize, Serialize};

use super::{Column, Table, Type, column};

/// One text part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub seq: u32,
    #[serde(flatten)]
    pub body: Body,
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the mail's blob"),
    column("seq", Type::Int, "position among the mail's texts, from 0"),
    column("section", Type::Text, "as in paths behind `#`; empty where the mail is one part"),
    column("is_html", Type::Bool, "whether it is HTML, read as text"),
    column("is_alternative", Type::Bool, "another form of a text that stands before it"),
    column("text", Type::Text, "all lines, behind their marks of quoting"),
    column("own", Type::Text, "of those, the lines that quote nobody"),
    column(
        "levels",
        Type::List(&Type::Count),
        "of each level of quoting, its own first, a number for its letters and figures in their order",
    ),
    column(
        "shows_more",
        Type::Bool,
        "whether its reader sees something else than these lines (`text/beyond.rs`)",
    ),
    column(
        "sketch",
        Type::List(&Type::Count),
        "the smallest hashes of its own runs of words (`text/shingle.rs`)",
    ),
];

pub static TABLE: Table =
    Table { name: "bodies", about: "One row per text part of an examined mail.", columns: COLUMNS };
