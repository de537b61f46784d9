//! One row per thing malformed inside an examined item.

use lydite_core::evidence::Span;
use lydite_core::item::Sha256;
use lydite_core::parse::Defect;
use serde::{Deserialize, Serialize};

use super::{Column, Table, Type, column};

/// One defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub seq: u32,
    pub what: String,
    pub start: usize,
    pub end: usize,
}

impl Row {
    pub fn new(sha256: Sha256, seq: u32, defect: &Defect) -> Self {
        let Defect { what, span } = defect.clone();
        Row { sha256, seq, what, start: span.start, end: span.end }
    }

    pub fn into_defect(self) -> Defect {
        Defect { what: self.what, span: Span::new(self.start, self.end) }
    }
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the item"),
    column("seq", Type::Int, "position among the item's defects, from 0"),
    column("what", Type::Text, "what is malformed"),
    column("start", Type::Int, "offset in the blob"),
    column("end", Type::Int, "offset behind it"),
];

pub static TABLE: Table = Table {
    name: "defects",
    about: "One row per thing malformed inside an examined item.",
    columns: COLUMNS,
};
