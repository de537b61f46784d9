//! What a revision says of itself: Info, XMP, ids, fonts, embedded files.

use std::collections::BTreeSet;

use super::encoding::text_string;
use super::file::View;
use super::filter::Closed;
use super::font;
use super::object::{Dict, Object};
use crate::evidence::Span;
use crate::limits;
use crate::parse::Defect;
use crate::parse::document::profile::{Name, Property};
use crate::parse::document::{time, xmp};

/// A font of the newest revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FontFact {
    /// Without the tag of a subset (`ABCDEF+`).
    pub name: String,
    pub span: Span,
    pub program: Option<font::Program>,
}

/// Keys of the Info dictionary (§14.3.3) and what they say.
const INFO: &[(&[u8], Name)] = &[
    (b"Title", Name::Title),
    (b"Author", Name::Author),
    (b"Subject", Name::Subject),
    (b"Keywords", Name::Keywords),
    (b"Creator", Name::Program),
    (b"Producer", Name::Program),
    (b"CreationDate", Name::Created),
    (b"ModDate", Name::Modified),
    // Written by Acrobat's PDFMaker from Office's own properties.
    (b"Company", Name::Company),
    (b"Manager", Name::Manager),
    (b"SourceModified", Name::Edited),
    (b"LastSavedBy", Name::LastAuthor),
];

/// Info and XMP of one revision, each value under `prefix`.
pub fn properties(view: View, prefix: &str, defects: &mut Vec<Defect>) -> Vec<Property> {
    let mut out = Vec::new();
    if !view.file.is_locked {
        info(view, prefix, &mut out);
    }
    metadata(view, prefix, &mut out, defects);
    out
}

/// What tells whether two revisions say the same: where Info and XMP stand in each.
pub fn sources(view: View) -> (Option<super::file::Place>, Option<super::file::Place>) {
    let place = |value: Option<&Object>| view.place(value?.reference()?);
    let catalogue = view.catalogue().unwrap_or_default();
    (place(view.info()), place(catalogue.get(b"Metadata")))
}

fn info(view: View, prefix: &str, out: &mut Vec<Property>) {
    let Some(value) = view.info() else { return };
    let (dict, own, is_packed) = match value {
        Object::Ref(number, _) => {
            let Some(loaded) = view.get(*number) else { return };
            let Some(dict) = loaded.object.dict().cloned() else { return };
            (dict, loaded.span, loaded.is_packed)
        }
        Object::Dict(dict) => (dict.clone(), Span::default(), false),
        _ => return,
    };
    for entry in &dict.0 {
        let Some((_, name)) = INFO.iter().find(|(key, _)| *key == entry.key) else { continue };
        let span = if is_packed { own } else { entry.span };
        let text = match view.resolved(&entry.value) {
            Object::String(text) => text_string(&text),
            Object::Name(text) => String::from_utf8_lossy(&text).into_owned(),
            _ => continue,
        };
        let place = format!("{prefix}Info /{}", String::from_utf8_lossy(&entry.key));
        if text.trim_matches(['\0', ' ']).is_empty() {
            continue;
        }
        out.push(match name {
            Name::Created | Name::Modified | Name::Edited => {
                let moment = time::pdf(&text).or_else(|| time::iso(&text));
                time::property(*name, &text, moment, place, span)
            }
            _ => Property::text(*name, &text, place, span),
        });
    }
}

fn metadata(view: View, prefix: &str, out: &mut Vec<Property>, defects: &mut Vec<Defect>) {
    let Some(catalogue) = view.catalogue() else { return };
    let Object::Stream(stream) = view.of(&catalogue, b"Metadata") else { return };
    let is_plain = stream.dict.get(b"Filter").is_none() && !view.file.is_encrypted;
    let data = match view.decode(&stream) {
        Err(Closed::Locked) => return,
        other => other,
    };
    let Ok(data) = data else {
        return defects.push(Defect {
            what: "a metadata stream that cannot be unpacked".to_owned(),
            span: stream.data,
        });
    };
    let start = if is_plain { stream.data.start } else { 0 };
    let packet = xmp::read(&data, start);
    for mut property in packet.properties(&format!("{prefix}XMP")) {
        if !is_plain {
            property.span = stream.data;
        }
        out.push(property);
    }
    for mut defect in packet.defects {
        if !is_plain {
            defect.span = stream.data;
        }
        defects.push(defect);
    }
}

/// The two file identifiers of a trailer (§14.4): the first stays, the second changes when saved.
pub fn ids(view: View) -> Vec<Property> {
    let Object::Array(list) = view.of(view.trailer(), b"ID") else { return Vec::new() };
    let entry = view.trailer().entry(b"ID").map(|e| e.span).unwrap_or_default();
    let text = |(n, id): (usize, &Object)| {
        let hex: String = id.string()?.iter().take(64).map(|b| format!("{b:02x}")).collect();
        let place = format!("trailer /ID[{n}]");
        (!hex.is_empty()).then(|| Property::text(Name::Id, &hex, place, entry))
    };
    list.iter().take(2).enumerate().filter_map(text).collect()
}

/// What is found by looking at all objects of the newest revision.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub fonts: Vec<FontFact>,
    /// Names of embedded files.
    pub embedded: Vec<(String, Span)>,
    /// `/PieceInfo` and `/LastModified`: programs that keep their own data (Illustrator, Acrobat).
    pub pieces: Vec<(String, Span)>,
    /// Not all objects were looked at.
    pub is_cut: bool,
}

pub fn found(view: View) -> Found {
    let mut out = Found::default();
    if view.file.is_locked {
        return out;
    }
    let mut names = BTreeSet::new();
    for (seen, number) in view.file.numbers().enumerate() {
        if seen >= limits::PDF_OBJECTS_COMPARED || view.file.is_spent() {
            out.is_cut = true;
            break;
        }
        let Some(loaded) = view.get(number) else { continue };
        let Some(dict) = loaded.object.dict() else { continue };
        let kind = dict.name(b"Type");
        if kind == Some(b"Font") && out.fonts.len() < limits::PDF_FONTS {
            if let Some(fact) = font_fact(view, dict, loaded.span)
                && names.insert((fact.name.clone(), fact.program.clone().map(|p| p.modified)))
            {
                out.fonts.push(fact);
            }
        } else if kind == Some(b"Filespec") && dict.get(b"EF").is_some() {
            let name = [b"UF".as_slice(), b"F"]
                .iter()
                .find_map(|key| view.of(dict, key).string().map(text_string));
            if out.embedded.len() < limits::PDF_EMBEDDED {
                out.embedded.push((short(&name.unwrap_or_default()), loaded.span));
            }
        }
        if let Some(pieces) = view.dict_of(dict, b"PieceInfo")
            && out.pieces.len() < limits::PDF_EMBEDDED
        {
            let programs = pieces.0.iter().map(|e| String::from_utf8_lossy(&e.key).into_owned());
            out.pieces.push((short(&programs.collect::<Vec<_>>().join(", ")), loaded.span));
        }
    }
    out
}

fn font_fact(view: View, dict: &Dict, span: Span) -> Option<FontFact> {
    let name = view.of(dict, b"BaseFont");
    let name = String::from_utf8_lossy(name.name()?).into_owned();
    let bare = match name.split_once('+') {
        Some((tag, rest)) if tag.len() == 6 => rest.to_owned(),
        _ => name,
    };
    let descriptor = view.dict_of(dict, b"FontDescriptor");
    let program = descriptor.and_then(|descriptor| {
        let stream = [b"FontFile2".as_slice(), b"FontFile3"].iter().find_map(|key| {
            match view.of(&descriptor, key) {
                Object::Stream(stream) => Some(stream),
                _ => None,
            }
        })?;
        font::program(&view.decode(&stream).ok()?)
    });
    Some(FontFact { name: short(&bare), span, program })
}

fn short(text: &str) -> String {
    text.chars().take(limits::HOP_TEXT).collect()
}
