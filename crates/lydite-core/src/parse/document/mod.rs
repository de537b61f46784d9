//! Documents and images: their properties, texts and structure, each value with its bytes.
//!
//! The format is told by content. A reader never fails: what it cannot read becomes a defect.

pub mod film;
pub mod image;
pub mod iso;
pub mod profile;
pub mod time;
pub mod xmp;

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
    Jpeg,
    Png,
    Tiff,
    Gif,
    Webp,
    Bmp,
    /// HEIC and AVIF.
    Heif,
    /// MP4, QuickTime and their like.
    Mp4,
    Wav,
    Avi,
    Mp3,
    /// Of no format that is read.
    Unknown,
}

impl Format {
    /// The word that stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Format::Jpeg => "jpeg",
            Format::Png => "png",
            Format::Tiff => "tiff",
            Format::Gif => "gif",
            Format::Webp => "webp",
            Format::Bmp => "bmp",
            Format::Heif => "heif",
            Format::Mp4 => "mp4",
            Format::Wav => "wav",
            Format::Avi => "avi",
            Format::Mp3 => "mp3",
            Format::Unknown => "unknown",
        }
    }
}

/// What only one format has, for its checks.
#[derive(Clone, Debug)]
pub enum Detail {
    Image(Box<image::Image>),
    None,
}

impl Document<'_> {
    pub fn span(&self) -> Span {
        Span::new(0, self.raw.len())
    }
}

/// Reads a document of any format.
pub fn parse(raw: &[u8]) -> Document<'_> {
    if let Some(image) = image::parse(raw) {
        return image;
    }
    if let Some(film) = film::parse(raw) {
        return film;
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
