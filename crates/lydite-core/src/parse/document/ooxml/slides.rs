//! PowerPoint: slides in their order, notes, comments, diagrams.

use super::parts::{Draft, Parts, by_id, targets};
use super::word::Story;
use super::{Change, Name, Ooxml, Property, Slide};
use crate::limits;
use crate::parse::document::w3c;
use crate::parse::document::xml::Token;

pub fn read(parts: &mut Parts, own: &mut Ooxml, draft: &mut Draft) {
    let main = own.main_part.clone();
    let mut ids = Vec::new();
    parts.walk(&main, |token| {
        if let Token::Open(element) = token
            && element.name == "sldId"
            && ids.len() < limits::DOCUMENT_SHEETS
        {
            ids.extend(element.prefixed("id").map(str::to_owned));
        }
    });
    let listed = ids.iter().filter_map(|id| by_id(&own.relationships, &main, id));
    let listed: Vec<String> = listed.map(|r| r.target.clone()).collect();
    // Slides that the presentation holds and does not show in its order.
    let held = targets(&own.relationships, &main, "slide");
    let loose: Vec<String> = held.into_iter().filter(|part| !listed.contains(part)).collect();
    for (number, part) in listed.iter().enumerate() {
        slide(parts, own, part, &format!("slide {}", number + 1), draft);
    }
    for part in &loose {
        slide(parts, own, part, &format!("{part} (not listed)"), draft);
    }
    authors(parts, own, draft);
    for part in targets(&own.relationships, &main, "theme") {
        fonts(parts, &part, draft);
    }
}

fn slide(parts: &mut Parts, own: &mut Ooxml, part: &str, label: &str, draft: &mut Draft) {
    let mut is_hidden = false;
    parts.walk(part, |token| {
        if let Token::Open(element) = token
            && element.name == "sld"
        {
            is_hidden = matches!(element.get("show"), Some("0" | "false"));
        }
    });
    own.slides.push(Slide { part: part.to_owned(), is_hidden });
    let hidden = if is_hidden { " (hidden)" } else { "" };
    words(parts, own, part, &format!("{label}{hidden} "), draft);
    for (kind, name) in [("notesSlide", "notes"), ("diagramData", "diagram"), ("chart", "chart")] {
        for part in targets(&own.relationships, part, kind) {
            words(parts, own, &part, &format!("{label}{hidden} {name} "), draft);
        }
    }
    for part in targets(&own.relationships, part, "comments") {
        comments(parts, own, &part, label, draft);
    }
}

/// The paragraphs of a part.
pub fn words(parts: &mut Parts, own: &mut Ooxml, part: &str, label: &str, draft: &mut Draft) {
    let mut story = Story::new(part, parts.span(part), label.to_owned());
    parts.walk(part, |token| story.take(token, draft));
    let room = limits::DOCUMENT_CHANGES - own.changes.len();
    own.changes.extend(story.changes.into_iter().take(room));
    for language in story.languages {
        draft.add(Property::text(
            Name::Language,
            &language,
            format!("{part} lang"),
            parts.span(part),
        ));
    }
}

/// Comments of a slide; they name their author by number.
fn comments(parts: &mut Parts, own: &mut Ooxml, part: &str, label: &str, draft: &mut Draft) {
    let span = parts.span(part);
    let (mut writes, mut found) = (false, Vec::<(Option<i64>, String)>::new());
    parts.walk(part, |token| match token {
        Token::Open(element) => match element.name {
            "cm" => {
                let at = element.get("dt").or(element.get("created"));
                found.push((at.and_then(w3c::read).map(|m| m.at), String::new()));
            }
            "text" | "t" => writes = true,
            _ => {}
        },
        Token::Text(text) if writes => {
            found.last_mut().into_iter().for_each(|comment| comment.1.push_str(text));
        }
        Token::Close("text" | "t") => writes = false,
        _ => {}
    });
    for (number, (local, text)) in found.into_iter().enumerate() {
        draft.say(format!("{label} comment {}", number + 1), &text, span);
        if own.changes.len() < limits::DOCUMENT_CHANGES {
            let (kind, part) = ("comment".to_owned(), part.to_owned());
            own.changes.push(Change { kind, author: String::new(), local, utc: None, part, span });
        }
    }
}

/// Who commented.
fn authors(parts: &mut Parts, own: &Ooxml, draft: &mut Draft) {
    for kind in ["commentAuthors", "authors"] {
        for part in targets(&own.relationships, &own.main_part, kind) {
            let span = parts.span(&part);
            let mut found = Vec::new();
            parts.walk(&part, |token| {
                if let Token::Open(element) = token
                    && matches!(element.name, "cmAuthor" | "author")
                {
                    found.extend(element.get("name").map(str::to_owned));
                }
            });
            for name in found {
                draft.add(Property::text(Name::Editor, &name, part.as_str(), span));
            }
        }
    }
}

fn fonts(parts: &mut Parts, part: &str, draft: &mut Draft) {
    let span = parts.span(part);
    let (mut in_scheme, mut found) = (false, Vec::new());
    parts.walk(part, |token| match token {
        Token::Open(element) if element.name == "fontScheme" => in_scheme = true,
        Token::Open(element) if element.name == "latin" && in_scheme => {
            found.extend(element.get("typeface").map(str::to_owned));
        }
        Token::Close("fontScheme") => in_scheme = false,
        _ => {}
    });
    for font in found {
        draft.add(Property::text(Name::Font, &font, part, span));
    }
}
