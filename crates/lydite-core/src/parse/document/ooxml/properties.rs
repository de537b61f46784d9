//! Core, application and custom properties (ECMA-376 part 2 §11, part 1 §22.2 and §22.3).

use super::parts::{Draft, Parts};
use super::{Name, Ooxml, Property};
use crate::parse::document::w3c;
use crate::parse::document::xml::Token;

pub fn read(parts: &mut Parts, own: &Ooxml, draft: &mut Draft) {
    let by_kind = |kind: &str, usual: &str| {
        let found = own.relationships.iter().find(|r| r.part.is_empty() && r.kind == kind);
        found.map_or_else(|| usual.to_owned(), |r| r.target.clone())
    };
    let core = by_kind("core-properties", "docProps/core.xml");
    let application = by_kind("extended-properties", "docProps/app.xml");
    let custom = by_kind("custom-properties", "docProps/custom.xml");
    simple(parts, &core, draft, core_name);
    simple(parts, &application, draft, application_name);
    customs(parts, &custom, draft);
}

fn core_name(element: &str) -> Option<(Name, bool)> {
    Some(match element {
        "creator" => (Name::Author, false),
        "lastModifiedBy" => (Name::LastAuthor, false),
        "title" => (Name::Title, false),
        "subject" => (Name::Subject, false),
        "keywords" => (Name::Keywords, false),
        "description" => (Name::Description, false),
        "created" => (Name::Created, true),
        "modified" => (Name::Modified, true),
        "lastPrinted" => (Name::Printed, true),
        "revision" => (Name::Revision, false),
        "language" => (Name::Language, false),
        "identifier" => (Name::Id, false),
        _ => return None,
    })
}

fn application_name(element: &str) -> Option<(Name, bool)> {
    Some(match element {
        "Application" => (Name::Program, false),
        "AppVersion" => (Name::Version, false),
        "Template" => (Name::Template, false),
        "Company" => (Name::Company, false),
        "Manager" => (Name::Manager, false),
        "TotalTime" => (Name::EditMinutes, false),
        "Pages" | "Slides" => (Name::Pages, false),
        "Words" => (Name::Words, false),
        "HyperlinkBase" => (Name::Path, false),
        _ => return None,
    })
}

/// A part of one element a property.
fn simple(
    parts: &mut Parts,
    part: &str,
    draft: &mut Draft,
    name: fn(&str) -> Option<(Name, bool)>,
) {
    let span = parts.span(part);
    let (mut depth, mut text) = (0usize, String::new());
    let mut found = Vec::new();
    parts.walk(part, |token| match token {
        Token::Open(_) => {
            depth += 1;
            text.clear();
        }
        Token::Text(piece) => text.push_str(piece),
        Token::Close(element) => {
            if depth == 2
                && let Some((name, is_date)) = name(element)
            {
                found.push((name, is_date, format!("{part} {element}"), std::mem::take(&mut text)));
            }
            depth = depth.saturating_sub(1);
        }
    });
    for (name, is_date, place, value) in found {
        draft.add(match is_date {
            true => w3c::property(name, &value, place, span),
            false => Property::text(name, &value, place, span),
        });
    }
}

/// `docProps/custom.xml`: labels of classification, document ids of SharePoint, WPS's build.
fn customs(parts: &mut Parts, part: &str, draft: &mut Draft) {
    let span = parts.span(part);
    let (mut name, mut kind, mut text) = (String::new(), String::new(), String::new());
    let mut found = Vec::new();
    parts.walk(part, |token| match token {
        Token::Open(element) if element.name == "property" => {
            name = element.get("name").unwrap_or_default().to_owned();
            (kind, text) = Default::default();
        }
        Token::Open(element) => kind = element.name.to_owned(),
        Token::Text(piece) => text.push_str(piece),
        Token::Close("property") => {
            found.push((std::mem::take(&mut name), kind.clone(), std::mem::take(&mut text)));
        }
        Token::Close(_) => {}
    });
    for (name, kind, value) in found {
        let place = format!("{part} {name}");
        let as_name = match name.as_str() {
            "KSOProductBuildVer" => Name::Version,
            "_dlc_DocId" | "_dlc_DocIdItemGuid" => Name::Id,
            _ => Name::Label,
        };
        draft.add(match kind.as_str() {
            "filetime" | "date" => w3c::property(as_name, &value, place, span),
            _ => Property::text(as_name, &value, place, span),
        });
    }
}
