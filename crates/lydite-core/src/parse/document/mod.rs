//! Documents and images: their properties, texts and structure, each value with its bytes.
//!
//! The format is told by content. A reader never fails: what it cannot read becomes a defect.

pub mod code_page;
pub mod html;
pub mod language;
pub mod ole;
pub mod profile;
pub mod rtf;
pub mod stamp;

use serde::{Deserialize, Serialize};

use super::Defect;
use crate::evidence::Span;
use profile::Profile;

/// One document, read once.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    pub raw: &'a [u8],
    pub format: Format,
    pub profile: Profile,
    /// Its text in reading order.
    pub text: Vec<Piece>,
    pub detail: Detail,
    pub defects: Vec<Defect>,
}

/// A run of text and where a reader of the document would look for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// `paragraph 12`, `Sheet1!B3`, `slide 4`, `page 2`, `comment 1`.
    pub place: String,
    pub text: String,
}

/// What the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Word's, Excel's and PowerPoint's files up to 2003; other compound files.
    Doc,
    Xls,
    Ppt,
    Compound,
    Rtf,
    Html,
    /// A web page with its parts in one file (RFC 2557).
    Mht,
    /// Of no format that is read.
    Unknown,
}

impl Format {
    /// The word that stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Format::Doc => "doc",
            Format::Xls => "xls",
            Format::Ppt => "ppt",
            Format::Compound => "compound",
            Format::Rtf => "rtf",
            Format::Html => "html",
            Format::Mht => "mht",
            Format::Unknown => "unknown",
        }
    }
}

/// What only one format has, for its checks.
#[derive(Clone, Debug)]
pub enum Detail {
    Ole(Box<ole::Ole>),
    Rtf(Box<rtf::Rtf>),
    None,
}

impl Document<'_> {
    pub fn span(&self) -> Span {
        Span::new(0, self.raw.len())
    }
}

/// Reads a document of any format.
pub fn parse(raw: &[u8]) -> Document<'_> {
    if let Some(document) = ole::read(raw).or_else(|| rtf::read(raw)).or_else(|| html::read(raw)) {
        return document;
    }
    Document {
        raw,
        format: Format::Unknown,
        profile: Profile::default(),
        text: Vec::new(),
        detail: Detail::None,
        defects: Vec::new(),
    }
}
