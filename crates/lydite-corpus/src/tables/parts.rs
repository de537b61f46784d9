//! One row per MIME leaf of an examined mail.

use lydite_core::evidence::Span;
use lydite_core::examine::PartRecord;
use lydite_core::item::Sha256;
use serde::{Deserialize, Serialize};

use super::{Column, Table, Type, column, optional};

/// One part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub seq: u32,
    pub section: String,
    pub media_type: String,
    pub filename: Option<String>,
    pub is_attachment: bool,
    pub part_sha256: Sha256,
    pub size: u64,
    pub start: usize,
    pub end: usize,
}

impl Row {
    pub fn new(sha256: Sha256, seq: u32, part: &PartRecord) -> Self {
        Row {
            sha256,
            seq,
            section: part.section.clone(),
            media_type: part.media_type.clone(),
            filename: part.filename.clone(),
            is_attachment: part.is_attachment,
            part_sha256: part.sha256,
            size: part.size,
            start: part.span.start,
            end: part.span.end,
        }
    }

    pub fn into_record(self) -> PartRecord {
        PartRecord {
            section: self.section,
            media_type: self.media_type,
            filename: self.filename,
            is_attachment: self.is_attachment,
            sha256: self.part_sha256,
            size: self.size,
            span: Span::new(self.start, self.end),
        }
    }
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the mail's blob"),
    column("seq", Type::Int, "position among the mail's parts, from 0"),
    column(
        "section",
        Type::Text,
        "as in paths behind `#`, numbered as IMAP does (`1.2`); with `~` a part that only another reading of the bytes has, or one inside a signed envelope",
    ),
    column("media_type", Type::Text, "lower case `type/subtype`"),
    optional("filename", Type::Text, "stated file name"),
    column("is_attachment", Type::Bool, "disposition `attachment`, or named and not text"),
    column("part_sha256", Type::Text, "SHA-256 of the decoded content"),
    column("size", Type::Int, "bytes of the decoded content"),
    column("start", Type::Int, "offset of the encoded content in the blob"),
    column("end", Type::Int, "offset behind it"),
];

pub static TABLE: Table =
    Table { name: "parts", about: "One row per MIME leaf of an examined mail.", columns: COLUMNS };
