//! Documents and images: their properties, texts and structure, each value with its bytes.
//!
//! The format is told by content. A reader never fails: what it cannot read becomes a defect.

pub mod code_page;
pub mod film;
pub mod html;
pub mod image;
pub mod iso;
pub mod language;
pub mod layout;
pub mod odf;
pub mod ole;
pub mod ooxml;
pub mod pdf;
pub mod profile;
pub mod rtf;
pub mod sheet;
pub mod stamp;
pub mod time;
pub mod w3c;
pub mod xml;
pub mod xmp;
pub mod zip;

use serde::{Deserialize, Serialize};

use super::Defect;
use crate::evidence::Span;
use crate::limits;
use profile::{Name, Profile, Property};

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
    /// Word's, Excel's and PowerPoint's files up to 2003; other compound files.
    Doc,
    Xls,
    Ppt,
    Compound,
    Rtf,
    Html,
    /// A web page with its parts in one file (RFC 2557).
    Mht,
    Pdf,
    /// HEIC and AVIF.
    Heif,
    /// MP4, QuickTime and their like.
    Mp4,
    Wav,
    Avi,
    Mp3,
    /// Of no format that is read.
    Unknown,
    /// Word's package, with or without macros, document or template.
    Docx,
    Xlsx,
    /// Excel's package with binary parts.
    Xlsb,
    Pptx,
    /// Another package of Open Packaging Conventions: Visio, XPS.
    Opc,
    Odt,
    Ods,
    Odp,
    /// Another package of OpenDocument: drawing, formula, database.
    Odf,
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
            Format::Doc => "doc",
            Format::Xls => "xls",
            Format::Ppt => "ppt",
            Format::Compound => "compound",
            Format::Rtf => "rtf",
            Format::Html => "html",
            Format::Mht => "mht",
            Format::Pdf => "pdf",
            Format::Heif => "heif",
            Format::Mp4 => "mp4",
            Format::Wav => "wav",
            Format::Avi => "avi",
            Format::Mp3 => "mp3",
            Format::Unknown => "unknown",
            Format::Docx => "docx",
            Format::Xlsx => "xlsx",
            Format::Xlsb => "xlsb",
            Format::Pptx => "pptx",
            Format::Opc => "opc",
            Format::Odt => "odt",
            Format::Ods => "ods",
            Format::Odp => "odp",
            Format::Odf => "odf",
        }
    }
}

/// What only one format has, for its checks.
#[derive(Clone, Debug)]
pub enum Detail {
    Image(Box<image::Image>),
    Ole(Box<ole::Ole>),
    Rtf(Box<rtf::Rtf>),
    None,
    Ooxml(Box<ooxml::Ooxml>),
    Odf(Box<odf::Odf>),
    Pdf(Box<pdf::Pdf>),
}

impl Document<'_> {
    pub fn span(&self) -> Span {
        Span::new(0, self.raw.len())
    }
}

/// Reads a document of any format.
pub fn parse(raw: &[u8]) -> Document<'_> {
    if raw.starts_with(b"PK") {
        return package(raw);
    }
    if memchr::memmem::find(&raw[..raw.len().min(limits::PDF_HEAD)], b"%PDF-").is_some() {
        return pdf::parse(raw);
    }
    let readers = [image::parse, ole::read, rtf::read, film::parse, html::read];
    readers.into_iter().find_map(|read| read(raw)).unwrap_or_else(|| unknown(raw))
}

fn package(raw: &[u8]) -> Document<'_> {
    let package = zip::read(raw);
    if ooxml::is_one(&package) {
        ooxml::read(raw, package)
    } else if odf::is_one(raw, &package) {
        odf::read(raw, package)
    } else {
        unknown(raw)
    }
}

fn unknown(raw: &[u8]) -> Document<'_> {
    Document {
        raw,
        format: Format::Unknown,
        profile: Profile::default(),
        text: Vec::new(),
        detail: Detail::None,
        defects: Vec::new(),
    }
}

/// Dates that a zip's entries carry, each once, with the entries that carry it.
fn zip_stamps(package: &zip::Package, profile: &mut Profile) {
    let mut stamps: Vec<(i64, bool, &zip::Entry, usize)> = Vec::new();
    for entry in &package.entries {
        let unix = entry.modified.map(|at| (at, false));
        for (at, is_local) in [entry.stamped().map(|at| (at, true)), unix].into_iter().flatten() {
            let known = stamps.iter().position(|s| (s.0, s.1) == (at, is_local));
            if let Some(known) = known {
                stamps[known].3 += 1;
            } else if stamps.len() < limits::DOCUMENT_MOMENTS {
                stamps.push((at, is_local, entry, 0));
            }
        }
    }
    for (at, is_local, entry, more) in stamps {
        let others = if more > 0 { format!(" and {more} more") } else { String::new() };
        let place = format!("zip entry {}{others}", entry.name);
        profile.properties.push(Property {
            at: Some(at),
            is_local,
            offset: (!is_local).then_some(0),
            ..Property::text(Name::Stored, &w3c::written(at, is_local), place, entry.local)
        });
    }
}

/// Whether a link's target is a file, a folder or a share and no page of the web.
fn is_path(target: &str) -> bool {
    let drive = target.as_bytes().get(..3);
    let is_drive = drive.is_some_and(|d| {
        d[0].is_ascii_alphabetic() && d[1] == b':' && matches!(d[2], b'\\' | b'/')
    });
    is_drive || target.starts_with("\\\\") || target.to_ascii_lowercase().starts_with("file:")
}
