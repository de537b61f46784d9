//! Excel: workbook, cells with formulas and stored values, comments.

use std::collections::{HashMap, HashSet};

use super::parts::{Draft, Parts, by_id, targets};
use super::{Change, FileVersion, Name, Ooxml, Property};
use crate::evidence::Span;
use crate::limits;
use crate::parse::document::sheet::{
    self, Cell, Sheet, Visibility, address, date_of, is_date_format, position,
};
use crate::parse::document::w3c;
use crate::parse::document::xml::{Element, Token};

pub fn read(parts: &mut Parts, own: &mut Ooxml, draft: &mut Draft) {
    let main = own.main_part.clone();
    if main.ends_with(".bin") {
        let span = parts.span(&main);
        parts.defect("binary workbook: cells are not read".to_owned(), span);
        return;
    }
    workbook(parts, own, draft);
    let mut text_room = limits::DOCUMENT_TEXT;
    let strings = match targets(&own.relationships, &main, "sharedStrings").first() {
        Some(part) => shared_strings(parts, part),
        None => Vec::new(),
    };
    let styles = targets(&own.relationships, &main, "styles");
    let dates = styles.first().map(|part| date_styles(parts, part)).unwrap_or_default();
    for number in 0..own.excel.sheets.len() {
        let part = own.excel.sheets[number].part.clone();
        let span = parts.span(&part);
        let mut reading =
            Reading { sheet: number, strings: &strings, text_room, ..Reading::default() };
        let room = limits::DOCUMENT_CELLS - own.excel.cells.len();
        parts.walk(&part, |token| reading.take(token, room));
        text_room = reading.text_room;
        if reading.is_cut {
            parts.defect(format!("{part}: more cells than are read"), span);
            sheet::leave_sums(&mut reading.cells);
        }
        let sheet = &own.excel.sheets[number];
        let hidden = if sheet.visibility == Visibility::Visible { "" } else { " (hidden)" };
        for (cell, style) in reading.cells.iter().zip(&reading.styles) {
            let place = format!("{}!{}{hidden}", sheet.name, address(cell.row, cell.column));
            let date = cell.number.filter(|_| dates.contains(style));
            let date = date.and_then(|number| date_of(number, own.excel.since_1904));
            draft.say(place, date.as_ref().unwrap_or(&cell.text), span);
        }
        for text in &reading.margins {
            draft.say(format!("{}! margin{hidden}", sheet.name), text, span);
        }
        own.excel.cells.append(&mut reading.cells);
        comments(parts, own, &part, draft);
        for drawing in targets(&own.relationships, &part, "drawing") {
            super::slides::words(parts, own, &drawing, &format!("{part} drawing "), draft);
        }
    }
    fonts(parts, own, draft);
}

fn workbook(parts: &mut Parts, own: &mut Ooxml, draft: &mut Draft) {
    let main = own.main_part.clone();
    let span = parts.span(&main);
    let mut sheets: Vec<(Sheet, String)> = Vec::new();
    let mut names: Vec<(String, String, bool)> = Vec::new();
    let (mut path, mut reserved_by, mut in_name) = (None, None, false);
    let mut version = None;
    let (mut is_computed, mut since_1904) = (true, false);
    parts.walk(&main, |token| match token {
        Token::Open(element) => match element.name {
            "fileVersion" => version = Some(file_version(element, span)),
            "fileSharing" => reserved_by = element.get("userName").map(str::to_owned),
            "absPath" => path = element.get("url").map(str::to_owned),
            "sheet" if sheets.len() < limits::DOCUMENT_SHEETS => {
                let visibility = match element.get("state") {
                    Some("hidden") => Visibility::Hidden,
                    Some("veryHidden") => Visibility::VeryHidden,
                    _ => Visibility::Visible,
                };
                let name = element.get("name").unwrap_or_default().to_owned();
                let id = element.prefixed("id").unwrap_or_default().to_owned();
                sheets.push((Sheet { name, visibility, part: String::new() }, id));
            }
            "definedName" if names.len() < limits::DOCUMENT_NAMES => {
                in_name = true;
                let name = element.get("name").unwrap_or_default().to_owned();
                names.push((name, String::new(), element.get("hidden") == Some("1")));
            }
            "workbookPr" => since_1904 = matches!(element.get("date1904"), Some("1" | "true")),
            "calcPr" => is_computed = states_values(element),
            _ => {}
        },
        Token::Text(text) if in_name => {
            if let Some(name) = names.last_mut() {
                name.1.push_str(text);
            }
        }
        Token::Close("definedName") => in_name = false,
        _ => {}
    });
    own.excel.is_computed = is_computed;
    own.excel.since_1904 = since_1904;
    own.excel.version = version;
    own.excel.names = names;
    own.excel.sheets = sheets
        .into_iter()
        .map(|(sheet, id)| {
            let part = by_id(&own.relationships, &main, &id).map(|r| r.target.clone());
            Sheet { part: part.unwrap_or_default(), ..sheet }
        })
        .collect();
    if let Some(path) = path {
        draft.add(Property::text(Name::Path, &path, format!("{main} absPath"), span));
    }
    if let Some(name) = reserved_by {
        draft.add(Property::text(Name::Editor, &name, format!("{main} fileSharing"), span));
    }
    if let Some(build) = own.excel.version.as_ref().and_then(|v| v.build) {
        draft.add(Property::text(
            Name::Version,
            &build.to_string(),
            format!("{main} rupBuild"),
            span,
        ));
    }
}

fn file_version(element: &Element, span: Span) -> FileVersion {
    let number = |name| element.get(name).and_then(|value| value.parse().ok());
    FileVersion {
        last_edited: number("lastEdited"),
        lowest_edited: number("lowestEdited"),
        build: number("rupBuild"),
        span,
    }
}

/// Part 1, §18.2.2: not computed by hand, not left to the next reader, not rounded as shown.
fn states_values(element: &Element) -> bool {
    let is = |name, values: [&str; 2]| element.get(name).is_some_and(|v| values.contains(&v));
    !(element.get("calcMode") == Some("manual")
        || is("fullCalcOnLoad", ["1", "true"])
        || is("forceFullCalc", ["1", "true"])
        || is("fullPrecision", ["0", "false"]))
}

/// Numbers of the cell formats that show dates.
fn date_styles(parts: &mut Parts, part: &str) -> HashSet<usize> {
    let mut codes = HashMap::new();
    let (mut in_cells, mut count, mut dates) = (false, 0, HashSet::new());
    parts.walk(part, |token| match token {
        Token::Open(element) => {
            let number = |name| element.get(name).and_then(|n| n.parse::<u32>().ok());
            match element.name {
                "numFmt" if codes.len() < limits::DOCUMENT_NAMES => {
                    let code = element.get("formatCode").unwrap_or_default().to_owned();
                    codes.extend(number("numFmtId").map(|id| (id, code)));
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = number("numFmtId").unwrap_or(0);
                    if is_date_format(id, codes.get(&id).map(String::as_str)) {
                        dates.insert(count);
                    }
                    count += 1;
                }
                _ => {}
            }
        }
        Token::Close("cellXfs") => in_cells = false,
        _ => {}
    });
    dates
}

/// Strings that cells name by number; phonetic hints left out.
fn shared_strings(parts: &mut Parts, part: &str) -> Vec<String> {
    let mut strings: Vec<String> = Vec::new();
    let (mut in_text, mut in_hint) = (false, false);
    parts.walk(part, |token| match token {
        Token::Open(element) => match element.name {
            "si" if strings.len() < limits::DOCUMENT_CELLS => strings.push(String::new()),
            "t" => in_text = !in_hint,
            "rPh" => in_hint = true,
            _ => {}
        },
        Token::Text(text) if in_text => {
            if let Some(string) = strings.last_mut() {
                string.push_str(text);
            }
        }
        Token::Close("t") => in_text = false,
        Token::Close("rPh") => in_hint = false,
        _ => {}
    });
    strings
}

/// One sheet as it is told.
#[derive(Default)]
struct Reading<'s> {
    sheet: usize,
    strings: &'s [String],
    cells: Vec<Cell>,
    /// Number of the format of each cell.
    styles: Vec<usize>,
    style: usize,
    /// Headers and footers of its pages.
    margins: Vec<String>,
    row: u32,
    column: u32,
    /// `t` of the cell: `s` shared string, `str` string, `b`, `e`, `n`, `inlineStr`.
    kind: String,
    value: String,
    formula: Option<String>,
    is_array: bool,
    writes: Into,
    /// Bytes of cells' texts that may still be kept: many cells may name one long string.
    text_room: usize,
    is_cut: bool,
}

#[derive(Default, PartialEq, Eq)]
enum Into {
    #[default]
    Nothing,
    Value,
    Formula,
    Margin,
}

const MARGINS: [&str; 6] =
    ["oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"];

impl Reading<'_> {
    fn take(&mut self, token: Token, room: usize) {
        match token {
            Token::Open(element) => self.start(element),
            Token::Text(text) => match self.writes {
                Into::Nothing => {}
                Into::Value => self.value.push_str(text),
                Into::Formula => self.formula.get_or_insert_default().push_str(text),
                Into::Margin => {
                    if let Some(margin) = self.margins.last_mut() {
                        margin.push_str(text);
                    }
                }
            },
            Token::Close(name) => self.end(name, room),
        }
    }

    fn start(&mut self, element: &Element) {
        match element.name {
            "row" => {
                let stated = element.get("r").and_then(|r| r.parse::<u32>().ok());
                self.row = stated.and_then(|r| r.checked_sub(1)).unwrap_or(self.row);
                self.column = 0;
            }
            "c" => {
                if let Some((row, column)) = element.get("r").and_then(position) {
                    (self.row, self.column) = (row, column);
                }
                self.style = element.get("s").and_then(|s| s.parse().ok()).unwrap_or(0);
                self.kind = element.get("t").unwrap_or("n").to_owned();
                self.value.clear();
                self.formula = None;
                self.is_array = false;
            }
            "v" => self.writes = Into::Value,
            "t" => self.writes = Into::Value,
            "f" => {
                self.writes = Into::Formula;
                self.formula = Some(String::new());
                self.is_array = matches!(element.get("t"), Some("array" | "dataTable"));
            }
            name if MARGINS.contains(&name) => {
                self.margins.push(String::new());
                self.writes = Into::Margin;
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str, room: usize) {
        match name {
            "c" => {
                self.finish(room);
                self.column = self.column.saturating_add(1);
            }
            "row" => self.row = self.row.saturating_add(1),
            "v" | "f" | "t" => self.writes = Into::Nothing,
            name if MARGINS.contains(&name) => self.writes = Into::Nothing,
            _ => {}
        }
    }

    fn finish(&mut self, room: usize) {
        if self.value.is_empty() && self.formula.is_none() {
            return;
        }
        if self.cells.len() >= room {
            self.is_cut = true;
            return;
        }
        let text = match self.kind.as_str() {
            "s" => {
                let index = self.value.trim().parse::<usize>().ok();
                index.and_then(|i| self.strings.get(i)).cloned().unwrap_or_default()
            }
            _ => std::mem::take(&mut self.value),
        };
        let number = (self.kind == "n").then(|| text.trim().parse().ok()).flatten();
        // The formula of an array is not that of its cell alone.
        let formula = self.formula.take();
        let formula = if self.is_array { Some(String::new()) } else { formula };
        let size = text.len() + formula.as_ref().map_or(0, String::len);
        let Some(left) = self.text_room.checked_sub(size) else {
            self.is_cut = true;
            return;
        };
        self.text_room = left;
        self.styles.push(self.style);
        self.cells.push(Cell {
            sheet: self.sheet,
            row: self.row,
            column: self.column,
            text,
            number,
            formula,
        });
    }
}

/// Notes of a sheet and, since 2018, threads of comments.
fn comments(parts: &mut Parts, own: &mut Ooxml, sheet: &str, draft: &mut Draft) {
    for kind in ["comments", "threadedComment"] {
        for part in targets(&own.relationships, sheet, kind) {
            let span = parts.span(&part);
            let (mut authors, mut in_author, mut writes) = (Vec::<String>::new(), false, false);
            let mut found: Vec<(String, String, Option<i64>, String)> = Vec::new();
            parts.walk(&part, |token| match token {
                Token::Open(element) => match element.name {
                    "author" => {
                        in_author = true;
                        authors.push(String::new());
                    }
                    "comment" | "threadedComment" => {
                        let id = element.get("authorId").or(element.get("personId"));
                        let at = element.get("dT").and_then(w3c::read).map(|m| m.at);
                        let place = element.get("ref").unwrap_or_default().to_owned();
                        found.push((id.unwrap_or_default().to_owned(), place, at, String::new()));
                    }
                    "t" | "text" => writes = true,
                    _ => {}
                },
                Token::Text(text) if in_author => {
                    authors.last_mut().into_iter().for_each(|author| author.push_str(text));
                }
                Token::Text(text) if writes => {
                    found.last_mut().into_iter().for_each(|comment| comment.3.push_str(text));
                }
                Token::Close("author") => in_author = false,
                Token::Close("t" | "text") => writes = false,
                _ => {}
            });
            for (id, place, local, text) in found {
                let author = id.parse::<usize>().ok().and_then(|id| authors.get(id)).cloned();
                draft.say(format!("comment {place} of {sheet}"), &text, span);
                if own.changes.len() < limits::DOCUMENT_CHANGES {
                    own.changes.push(Change {
                        kind: "comment".to_owned(),
                        author: author.unwrap_or_default(),
                        local,
                        utc: None,
                        part: part.clone(),
                        span,
                    });
                }
            }
        }
    }
}

fn fonts(parts: &mut Parts, own: &Ooxml, draft: &mut Draft) {
    for part in targets(&own.relationships, &own.main_part, "styles") {
        let span = parts.span(&part);
        let (mut in_fonts, mut found) = (false, Vec::new());
        parts.walk(&part, |token| match token {
            Token::Open(element) if element.name == "fonts" => in_fonts = true,
            Token::Open(element) if element.name == "name" && in_fonts => {
                found.extend(element.get("val").map(str::to_owned));
            }
            Token::Close("fonts") => in_fonts = false,
            _ => {}
        });
        for font in found {
            draft.add(Property::text(Name::Font, &font, part.as_str(), span));
        }
    }
}
