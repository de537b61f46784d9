//! Word: text with notes, comments and what was deleted; revision ids; settings.

use std::collections::BTreeMap;

use super::parts::{Draft, Parts, by_id, targets};
use super::{Change, Name, Ooxml, Property, Written};
use crate::evidence::Span;
use crate::limits;
use crate::parse::document::w3c;
use crate::parse::document::xml::{Element, Token};

pub fn read(parts: &mut Parts, own: &mut Ooxml, draft: &mut Draft) {
    settings(parts, own, draft);
    let main = own.main_part.clone();
    let mut stories = vec![(main.clone(), String::new())];
    for kind in ["header", "footer", "footnotes", "endnotes", "comments", "glossaryDocument"] {
        for (number, part) in targets(&own.relationships, &main, kind).into_iter().enumerate() {
            let label = match kind {
                "header" | "footer" => format!("{kind} {} ", number + 1),
                "glossaryDocument" => "building blocks ".to_owned(),
                _ => String::new(),
            };
            stories.push((part, label));
        }
    }
    let mut rsids = BTreeMap::new();
    let mut languages = Vec::new();
    for (part, label) in stories {
        let mut story = Story::new(&part, parts.span(&part), label);
        parts.walk(&part, |token| story.take(token, draft));
        // Building blocks have settings, and ids, of their own.
        if !story.label.starts_with("building") {
            let written = std::mem::take(&mut story.written);
            own.word.written.extend(written.into_iter().map(|(rsid, (place, characters))| {
                Written { rsid, place, characters, part: part.clone() }
            }));
        }
        own.changes.append(&mut story.changes);
        own.word.hidden.append(&mut story.hidden);
        story.rsids.into_iter().for_each(|(id, count)| *rsids.entry(id).or_default() += count);
        let found = (story.languages, story.span);
        languages.push((part, found));
    }
    own.changes.truncate(limits::DOCUMENT_CHANGES);
    own.word.used_rsids = rsids.into_iter().collect();
    for (part, (found, span)) in languages {
        for language in found {
            draft.add(Property::text(Name::Language, &language, format!("{part} lang"), span));
        }
    }
    people(parts, own, draft);
}

/// The ids of all sessions that the settings list, for whoever looks for documents that share some.
pub fn sessions(parts: &Parts, own: &Ooxml, draft: &mut Draft) {
    let Some(part) = targets(&own.relationships, &own.main_part, "settings").into_iter().next()
    else {
        return;
    };
    let (place, span) = (format!("{part} rsids"), parts.span(&part));
    for id in own.word.rsids.iter().take(limits::DOCUMENT_RSID_ROWS) {
        draft.add(Property::text(Name::RevisionSaveId, &id.to_ascii_uppercase(), &place, span));
    }
}

/// Text of one part, paragraph by paragraph, as it is told.
pub struct Story<'p> {
    part: &'p str,
    span: Span,
    /// Before the number of a paragraph: `header 1 `.
    label: String,
    /// Note or comment that is being read, and how many there were.
    note: Option<(&'static str, usize)>,
    notes: usize,
    numbers: usize,
    /// Paragraphs that are open: text boxes hold paragraphs inside one.
    open: Vec<Paragraph>,
    run: Run,
    /// Choices between two forms of the same content (part 3, §10.2).
    choices: Vec<Choice>,
    pub changes: Vec<Change>,
    pub hidden: Vec<(String, usize)>,
    rsids: BTreeMap<String, u32>,
    /// Sessions in which words were written: where its first ones stand, and how many characters.
    written: BTreeMap<String, (String, usize)>,
    pub languages: Vec<String>,
}

#[derive(Default)]
struct Paragraph {
    number: usize,
    /// Id of the session in which the runs without one were written (part 1, §17.3.1.29).
    rsid: Option<String>,
    text: String,
    deleted: String,
    hidden: usize,
}

#[derive(Default)]
struct Run {
    is_open: bool,
    is_hidden: bool,
    rsid: Option<String>,
    writes: Writes,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Writes {
    #[default]
    Nothing,
    Text,
    Deleted,
}

#[derive(Default)]
struct Choice {
    in_fallback: bool,
    /// Without blanks, which the forms set differently.
    chosen: String,
    words: String,
    /// The other form as it reads.
    fallback: String,
}

impl<'p> Story<'p> {
    pub fn new(part: &'p str, span: Span, label: String) -> Self {
        Story {
            part,
            span,
            label,
            note: None,
            notes: 0,
            numbers: 0,
            open: Vec::new(),
            run: Run::default(),
            choices: Vec::new(),
            changes: Vec::new(),
            hidden: Vec::new(),
            rsids: BTreeMap::new(),
            written: BTreeMap::new(),
            languages: Vec::new(),
        }
    }

    pub fn take(&mut self, token: Token, draft: &mut Draft) {
        match token {
            Token::Open(element) => self.start(element),
            Token::Text(text) => match self.run.writes {
                Writes::Nothing => {}
                writes => self.write(text, writes),
            },
            Token::Close(name) => self.end(name, draft),
        }
    }

    fn start(&mut self, element: &Element) {
        match element.name {
            "p" if !self.in_fallback() => {
                self.numbers += 1;
                let number = self.numbers;
                let rsid = rsid(element, "rsidRDefault");
                self.open.push(Paragraph { number, rsid, ..Paragraph::default() });
            }
            "r" => {
                let rsid = rsid(element, "rsidR");
                self.run = Run { is_open: true, rsid, ..Run::default() };
            }
            "vanish" if self.run.is_open => self.run.is_hidden = element.is_on(),
            "t" => self.run.writes = Writes::Text,
            "delText" => self.run.writes = Writes::Deleted,
            "tab" if self.run.is_open => self.write("\t", Writes::Text),
            "br" | "cr" => self.write("\n", Writes::Text),
            "noBreakHyphen" => self.write("-", Writes::Text),
            "AlternateContent" => self.choices.push(Choice::default()),
            "Fallback" => self.in_choice(true),
            "footnote" | "endnote" | "comment" => {
                self.notes += 1;
                self.numbers = 0;
                let name = match element.name {
                    "footnote" => "footnote",
                    "endnote" => "endnote",
                    _ => "comment",
                };
                self.note = Some((name, self.notes));
            }
            "lang" => {
                let names = ["val", "eastAsia", "bidi"].map(|name| element.get(name));
                names.into_iter().flatten().for_each(|language| self.language(language));
            }
            // DrawingML, in slides and text boxes.
            "rPr" | "endParaRPr" => {
                element.get("lang").into_iter().for_each(|language| self.language(language));
            }
            _ => {}
        }
        self.change(element);
        for (name, value) in element.attributes() {
            let is_id = name.starts_with("rsid") && value.len() == 8;
            if is_id
                && (self.rsids.len() < limits::DOCUMENT_RSIDS || self.rsids.contains_key(value))
            {
                *self.rsids.entry(value.to_ascii_uppercase()).or_default() += 1;
            }
        }
    }

    fn in_choice(&mut self, fallback: bool) {
        if let Some(choice) = self.choices.last_mut() {
            choice.in_fallback = fallback;
        }
    }

    fn in_fallback(&self) -> bool {
        self.choices.iter().any(|choice| choice.in_fallback)
    }

    fn language(&mut self, language: &str) {
        let is_new = !self.languages.iter().any(|known| known == language);
        if is_new && self.languages.len() < limits::DOCUMENT_LANGUAGES {
            self.languages.push(language.to_owned());
        }
    }

    fn change(&mut self, element: &Element) {
        let Some(author) = element.get("author") else { return };
        if self.changes.len() == limits::DOCUMENT_CHANGES {
            return;
        }
        self.changes.push(Change {
            kind: element.name.to_owned(),
            author: author.chars().take(limits::PROPERTY_TEXT).collect(),
            local: element
                .get("date")
                .and_then(w3c::read)
                .map(|m| m.at + i64::from(m.offset.unwrap_or(0))),
            utc: element.get("dateUtc").and_then(w3c::read).map(|m| m.at),
            part: self.part.to_owned(),
            span: self.span,
        });
    }

    fn write(&mut self, text: &str, writes: Writes) {
        if self.in_fallback() {
            if let Some(choice) = self.choices.iter_mut().rev().find(|c| c.in_fallback) {
                push_bounded(&mut choice.words, text);
                if choice.fallback.len() < limits::DOCUMENT_CHOICE {
                    choice.fallback.push_str(text);
                }
            }
            return;
        }
        if let Some(choice) = self.choices.last_mut() {
            push_bounded(&mut choice.chosen, text);
        }
        let is_hidden = self.run.is_hidden;
        if self.run.is_open && writes == Writes::Text && !text.trim().is_empty() {
            self.written_in(text.chars().count());
        }
        let Some(paragraph) = self.open.last_mut() else { return };
        match writes {
            Writes::Deleted => paragraph.deleted.push_str(text),
            _ => paragraph.text.push_str(text),
        }
        if is_hidden {
            paragraph.hidden += text.chars().count();
        }
    }

    /// Counts words to the session of their run, or of the paragraph where the run names none.
    fn written_in(&mut self, characters: usize) {
        let Some(paragraph) = self.open.last() else { return };
        let Some(rsid) = self.run.rsid.as_ref().or(paragraph.rsid.as_ref()) else { return };
        if let Some((_, count)) = self.written.get_mut(rsid) {
            *count += characters;
        } else if self.written.len() < limits::DOCUMENT_RSIDS {
            let place = self.place(paragraph.number);
            self.written.insert(rsid.clone(), (place, characters));
        }
    }

    fn end(&mut self, name: &str, draft: &mut Draft) {
        match name {
            "t" | "delText" => self.run.writes = Writes::Nothing,
            "r" => self.run = Run::default(),
            "Fallback" => self.in_choice(false),
            "AlternateContent" => self.end_choice(draft),
            "footnote" | "endnote" | "comment" => self.note = None,
            "p" if !self.in_fallback() => {
                if let Some(paragraph) = self.open.pop() {
                    let place = self.place(paragraph.number);
                    if paragraph.hidden > 0 {
                        self.hidden.push((place.clone(), paragraph.hidden));
                    }
                    draft.say(format!("{place} (deleted)"), &paragraph.deleted, self.span);
                    draft.say(place, &paragraph.text, self.span);
                }
            }
            _ => {}
        }
    }

    /// The other form is told where its words differ: some programs show it (design rule 18).
    fn end_choice(&mut self, draft: &mut Draft) {
        let Some(choice) = self.choices.pop() else { return };
        if choice.chosen != choice.words {
            let place = self.place(self.open.last().map_or(self.numbers, |p| p.number));
            draft.say(format!("{place} (other form)"), &choice.fallback, self.span);
        }
        // Of nested choices the outer one holds the words too.
        if let Some(outer) = self.choices.last_mut() {
            match outer.in_fallback {
                true => push_bounded(&mut outer.words, &choice.chosen),
                false => push_bounded(&mut outer.chosen, &choice.chosen),
            }
        }
    }

    fn place(&self, number: usize) -> String {
        match self.note {
            Some((name, note)) if number <= 1 => format!("{name} {note}"),
            Some((name, note)) => format!("{name} {note} paragraph {number}"),
            None => format!("{}paragraph {number}", self.label),
        }
    }
}

fn rsid(element: &Element, attribute: &str) -> Option<String> {
    element.get(attribute).filter(|id| id.len() == 8).map(str::to_ascii_uppercase)
}

/// Both forms of a choice are cut at the same length, so that equal ones stay equal.
fn push_bounded(text: &mut String, more: &str) {
    for c in more.chars() {
        if text.len() >= limits::DOCUMENT_CHOICE {
            return;
        }
        if !c.is_whitespace() {
            text.push(c);
        }
    }
}

/// Template, languages, listed revision ids; default language of the styles; fonts.
fn settings(parts: &mut Parts, own: &mut Ooxml, draft: &mut Draft) {
    let main = own.main_part.clone();
    let first = |kind: &str, all: &[_]| targets(all, &main, kind).into_iter().next();
    if let Some(part) = first("settings", &own.relationships) {
        let span = parts.span(&part);
        let mut template = None;
        let mut found = Vec::new();
        let (root, listed) = (&mut own.word.rsid_root, &mut own.word.rsids);
        parts.walk(&part, |token| {
            let Token::Open(element) = token else { return };
            let value = element.get("val").map(str::to_owned);
            match element.name {
                "attachedTemplate" => template = element.prefixed("id").map(str::to_owned),
                "themeFontLang" => found.extend(element.attributes().map(|(_, v)| v.to_owned())),
                "rsidRoot" => *root = value,
                "rsid" if listed.len() < limits::DOCUMENT_RSIDS => listed.extend(value),
                _ => {}
            }
        });
        if let Some(root) = &own.word.rsid_root {
            draft.add(Property::text(Name::Id, root, format!("{part} rsidRoot"), span));
        }
        for language in found {
            draft.add(Property::text(
                Name::Language,
                &language,
                format!("{part} themeFontLang"),
                span,
            ));
        }
        let template = template.and_then(|id| by_id(&own.relationships, &part, &id));
        if let Some(template) = template {
            let place = format!("{} attachedTemplate", template.place);
            let span = parts.span(&template.place);
            draft.add(Property::text(Name::Template, &template.target, place, span));
        }
    }
    if let Some(part) = first("styles", &own.relationships) {
        let span = parts.span(&part);
        let (mut in_defaults, mut found) = (false, Vec::new());
        parts.walk(&part, |token| match token {
            Token::Open(element) if element.name == "docDefaults" => in_defaults = true,
            Token::Open(element) if element.name == "lang" && in_defaults => {
                found.extend(element.get("val").map(str::to_owned));
            }
            Token::Close("docDefaults") => in_defaults = false,
            _ => {}
        });
        for language in found {
            draft.add(Property::text(
                Name::Language,
                &language,
                format!("{part} docDefaults"),
                span,
            ));
        }
    }
    if let Some(part) = first("fontTable", &own.relationships) {
        fonts(parts, &part, draft);
    }
}

fn fonts(parts: &mut Parts, part: &str, draft: &mut Draft) {
    let span = parts.span(part);
    let mut found = Vec::new();
    parts.walk(part, |token| {
        if let Token::Open(element) = token
            && element.name == "font"
        {
            found.extend(element.get("name").map(str::to_owned));
        }
    });
    for font in found {
        draft.add(Property::text(Name::Font, &font, part, span));
    }
}

/// Accounts of those who commented and changed (`people.xml`, since Word 2013).
fn people(parts: &mut Parts, own: &Ooxml, draft: &mut Draft) {
    for part in targets(&own.relationships, &own.main_part, "people") {
        let span = parts.span(&part);
        let mut found = Vec::new();
        parts.walk(&part, |token| {
            if let Token::Open(element) = token
                && element.name == "presenceInfo"
                && element.get("providerId") != Some("None")
            {
                found.extend(element.get("userId").map(str::to_owned));
            }
        });
        for account in found {
            draft.add(Property::text(Name::Editor, &account, format!("{part} presenceInfo"), span));
        }
    }
}
