//! One row per value that a document states of itself: who, when, with what.

use lydite_core::evidence::Span;
use lydite_core::item::Sha256;
use lydite_core::parse::document::profile::{Name, Property};
use serde::{Deserialize, Serialize};

use super::{Column, Table, Type, column, optional};

/// One property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub seq: u32,
    pub name: Name,
    pub value: String,
    pub at: Option<i64>,
    pub offset: Option<i32>,
    pub is_local: bool,
    pub place: String,
    pub start: usize,
    pub end: usize,
}

impl Row {
    pub fn new(sha256: Sha256, seq: u32, property: &Property) -> Self {
        let Property { name, value, at, offset, is_local, place, span } = property.clone();
        let (start, end) = (span.start, span.end);
        Row { sha256, seq, name, value, at, offset, is_local, place, start, end }
    }

    pub fn into_property(self) -> Property {
        let Row { name, value, at, offset, is_local, place, start, end, .. } = self;
        Property { name, value, at, offset, is_local, place, span: Span::new(start, end) }
    }
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the document's blob"),
    column("seq", Type::Int, "position among the document's properties, from 0"),
    column("name", Type::Text, "what it says: `author`, `last-author`, `created`, `program` …"),
    column("value", Type::Text, "decoded; a date as it stands"),
    optional("at", Type::Int, "of a date: seconds since 1970, UTC; of a wall clock as if it were"),
    optional("offset", Type::Int, "of a date that states its zone: seconds east of UTC"),
    column("is_local", Type::Bool, "of a date: a wall clock of an unstated zone"),
    column("place", Type::Text, "where it stands, in the format's own words"),
    column(
        "start",
        Type::Int,
        "offset of its bytes in the blob, or of the packed part they lie in",
    ),
    column("end", Type::Int, "offset behind them"),
];

pub static TABLE: Table = Table {
    name: "properties",
    about: "One row per value that a document or image states of itself.",
    columns: COLUMNS,
};
