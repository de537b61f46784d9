//! Office Open XML (ECMA-376): the package of Word, Excel and PowerPoint.
//!
//! Parts are found by their relationships (part 2, §9.3), their kinds by content types. Both the
//! transitional and the strict namespaces are read, since elements go by their local names.

mod excel;
mod parts;
mod printer;
mod properties;
mod slides;
mod word;

pub use parts::{Draft, Parts, Relationship};

use super::profile::{Name, Property};
use super::sheet::{Cell, Sheet};
use super::zip::Package;
use super::{Detail, Document, Format};
use crate::evidence::Span;
use crate::limits;
use crate::signature::xmldsig::XmlSignature;

/// What a package holds beyond profile and text.
#[derive(Clone, Debug, Default)]
pub struct Ooxml {
    pub package: Package,
    /// Part of the document itself, `word/document.xml`.
    pub main_part: String,
    /// Its content type.
    pub main_type: String,
    pub relationships: Vec<Relationship>,
    /// Namespaces declared, each with the first part that does.
    pub namespaces: Vec<(String, String)>,
    pub word: Word,
    pub excel: Excel,
    /// In order of showing.
    pub slides: Vec<Slide>,
    /// Tracked changes and comments of any of the three.
    pub changes: Vec<Change>,
    pub signatures: Vec<XmlSignature>,
}

#[derive(Clone, Debug, Default)]
pub struct Word {
    pub rsid_root: Option<String>,
    /// Listed in the settings.
    pub rsids: Vec<String>,
    /// Used in the text, with how often, by name.
    pub used_rsids: Vec<(String, u32)>,
    /// Words by the session in which they were written, in each part.
    pub written: Vec<Written>,
    /// Characters of text that is not shown, by place.
    pub hidden: Vec<(String, usize)>,
}

/// Words of one editing session in one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Upper case.
    pub rsid: String,
    pub part: String,
    /// Where its first words stand.
    pub place: String,
    pub characters: usize,
}

#[derive(Clone, Debug, Default)]
pub struct Excel {
    pub sheets: Vec<Sheet>,
    pub cells: Vec<Cell>,
    /// Name, formula, whether hidden.
    pub names: Vec<(String, String, bool)>,
    pub version: Option<FileVersion>,
    /// Values are stored as last computed: not by hand, not left to the next reader, not rounded to
    /// what is shown.
    pub is_computed: bool,
    /// Dates count from 1904, as on older Macs.
    pub since_1904: bool,
}

/// `fileVersion` of a workbook (part 1, §18.2.13).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileVersion {
    pub last_edited: Option<u32>,
    pub lowest_edited: Option<u32>,
    pub build: Option<u32>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slide {
    pub part: String,
    pub is_hidden: bool,
}

/// A tracked change or a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Local name of the element: `ins`, `del`, `comment`, `rPrChange`.
    pub kind: String,
    pub author: String,
    /// As if it were UTC. Word writes its wall clock and marks it `Z`.
    pub local: Option<i64>,
    /// `w16du:dateUtc`, since 2023.
    pub utc: Option<i64>,
    pub part: String,
    pub span: Span,
}

impl Ooxml {
    /// Packed bytes of a part, for evidence.
    pub fn span_of(&self, part: &str) -> Option<Span> {
        let found = self.package.entries.iter().find(|e| e.name.eq_ignore_ascii_case(part));
        found.map(|entry| entry.packed)
    }
}

/// Which of the three by the content type of its main part, or by its folder.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Word,
    Excel,
    PowerPoint,
    Other,
}

fn family(main_part: &str, main_type: &str) -> Family {
    let folder = main_part.split('/').next().unwrap_or_default();
    let kinds = [
        (Family::Word, "wordprocessingml", "ms-word", "word"),
        (Family::Excel, "spreadsheetml", "ms-excel", "xl"),
        (Family::PowerPoint, "presentationml", "ms-powerpoint", "ppt"),
    ];
    let found = kinds.iter().find(|(_, iso, ms, own)| {
        main_type.contains(iso)
            || main_type.contains(ms)
            || (main_type.is_empty() && folder.eq_ignore_ascii_case(own))
    });
    found.map_or(Family::Other, |kind| kind.0)
}

/// Whether the package is one of this format.
pub fn is_one(package: &Package) -> bool {
    package.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case("[Content_Types].xml"))
}

/// Reads a package.
pub fn read(raw: &[u8], package: Package) -> Document<'_> {
    let mut parts = Parts::new(raw, &package);
    let mut draft = Draft::default();
    let mut own = Ooxml::default();
    parts.content_types();
    own.relationships = parts.relationships();
    let main = own.relationships.iter().find(|r| r.part.is_empty() && r.kind == "officeDocument");
    own.main_part = match main {
        Some(main) => main.target.clone(),
        None => parts.first_of(&["word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"]),
    };
    own.main_type = parts.content_type(&own.main_part);
    properties::read(&mut parts, &own, &mut draft);
    let format = match family(&own.main_part, &own.main_type) {
        Family::Word => {
            word::read(&mut parts, &mut own, &mut draft);
            Format::Docx
        }
        Family::Excel => {
            excel::read(&mut parts, &mut own, &mut draft);
            if own.main_part.ends_with(".bin") { Format::Xlsb } else { Format::Xlsx }
        }
        Family::PowerPoint => {
            slides::read(&mut parts, &mut own, &mut draft);
            Format::Pptx
        }
        Family::Other => Format::Opc,
    };
    printer::read(&mut parts, &mut draft);
    let signed = parts
        .names()
        .into_iter()
        .filter(|name| parts.content_type(name).ends_with("digital-signature-xmlsignature+xml"));
    let signed: Vec<String> = signed.take(limits::XML_SIGNATURES).collect();
    own.signatures = signed.iter().flat_map(|part| parts.signatures(part)).collect();
    changes(&own, &mut draft);
    paths(&parts, &own, &mut draft);
    super::zip_stamps(&package, &mut draft.profile);
    // Last: there are hundreds, and other values come before them.
    word::sessions(&parts, &own, &mut draft);
    own.namespaces = std::mem::take(&mut parts.namespaces);
    let mut defects = package.defects.clone();
    defects.append(&mut parts.defects);
    defects.append(&mut draft.defects);
    defects.truncate(limits::DEFECTS);
    own.package = package;
    Document {
        raw,
        format,
        profile: draft.profile,
        text: draft.text,
        detail: Detail::Ooxml(Box::new(own)),
        defects,
    }
}

/// Who changed and commented, and when, each person and each moment once.
fn changes(own: &Ooxml, draft: &mut Draft) {
    let mut authors: Vec<&str> = Vec::new();
    let mut moments: Vec<(i64, bool)> = Vec::new();
    for change in &own.changes {
        let place = format!("{} {}", change.part, change.kind);
        let is_new = !change.author.is_empty() && !authors.contains(&change.author.as_str());
        if is_new && authors.len() < limits::DOCUMENT_MOMENTS {
            authors.push(&change.author);
            draft.add(Property::text(Name::Editor, &change.author, &place, change.span));
        }
        for (at, is_local) in [(change.local, true), (change.utc, false)] {
            let Some(at) = at else { continue };
            if moments.contains(&(at, is_local)) || moments.len() == limits::DOCUMENT_MOMENTS {
                continue;
            }
            moments.push((at, is_local));
            let value = super::w3c::written(at, is_local);
            let mut property = Property::text(Name::Edited, &value, &place, change.span);
            (property.at, property.is_local) = (Some(at), is_local);
            property.offset = (!is_local).then_some(0);
            draft.add(property);
        }
    }
}

/// Targets outside the package that name a file, a folder or a share.
fn paths(parts: &Parts, own: &Ooxml, draft: &mut Draft) {
    for relationship in own.relationships.iter().filter(|r| r.is_external) {
        if super::is_path(&relationship.target) {
            let place = format!("{} {}", relationship.place, relationship.kind);
            let span = parts.span(&relationship.place);
            draft.add(Property::text(Name::Path, &relationship.target, place, span));
        }
    }
}
