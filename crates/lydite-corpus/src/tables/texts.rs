//! One row per piece of a document's text, in reading order.

use lydite_core::item::Sha256;
use lydite_core::parse::document::Piece;
use serde::{Deserialize, Serialize};

use super::{Column, Table, Type, column};

/// One piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub seq: u32,
    pub place: String,
    pub text: String,
}

impl Row {
    pub fn new(sha256: Sha256, seq: u32, piece: &Piece) -> Self {
        Row { sha256, seq, place: piece.place.clone(), text: piece.text.clone() }
    }

    pub fn into_piece(self) -> Piece {
        Piece { place: self.place, text: self.text }
    }
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the document's blob"),
    column("seq", Type::Int, "position in reading order, from 0"),
    column("place", Type::Text, "`paragraph 12`, `Sheet1!B3`, `page 2`, `comment 1` …"),
    column("text", Type::Text, "as a reader of the document sees it, or could"),
];

pub static TABLE: Table = Table {
    name: "texts",
    about: "One row per piece of text of an examined document: paragraph, cell, page.",
    columns: COLUMNS,
};
