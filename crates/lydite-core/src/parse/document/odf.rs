//! OpenDocument (ISO/IEC 26300): meta, settings, text and cells of a package.

use super::ooxml::{Draft, Parts};
use super::profile::{Name, Property};
use super::sheet::{self, Cell, Sheet, Visibility, address};
use super::w3c;
use super::xml::{Element, Token};
use super::zip::Package;
use super::{Detail, Document, Format};
use crate::evidence::Span;
use crate::limits;
use crate::signature::xmldsig::XmlSignature;

/// What a package holds beyond profile and text.
#[derive(Clone, Debug, Default)]
pub struct Odf {
    pub package: Package,
    /// Content of the part `mimetype`.
    pub media_type: String,
    pub sheets: Vec<Sheet>,
    pub cells: Vec<Cell>,
    /// Who changed or commented, and when, as written.
    pub changes: Vec<(String, Option<i64>)>,
    /// Slides that are not shown, by number from 1.
    pub hidden_slides: Vec<usize>,
    /// Whether the parts are encrypted.
    pub is_encrypted: bool,
    pub signatures: Vec<XmlSignature>,
}

/// Whether the package is one of this format.
pub fn is_one(raw: &[u8], package: &Package) -> bool {
    let has = |name: &str| package.entries.iter().any(|entry| entry.name == name);
    let kind = package.entries.iter().find(|entry| entry.name == "mimetype");
    let kind = kind.map_or(&[][..], |entry| entry.packed.of(raw));
    kind.starts_with(b"application/vnd.oasis.opendocument")
        || kind.starts_with(b"application/vnd.sun.xml")
        || (has("content.xml") && has("META-INF/manifest.xml"))
}

/// Reads a package.
pub fn read(raw: &[u8], package: Package) -> Document<'_> {
    let mut parts = Parts::new(raw, &package);
    let mut draft = Draft::default();
    let mut own = Odf::default();
    if let Some((bytes, _)) = parts.bytes("mimetype") {
        own.media_type = String::from_utf8_lossy(&bytes).trim().chars().take(200).collect();
    }
    parts.walk("META-INF/manifest.xml", |token| {
        if let Token::Open(element) = token {
            own.is_encrypted |= element.name == "encryption-data";
        }
    });
    own.signatures = parts.signatures("META-INF/documentsignatures.xml");
    meta(&mut parts, &mut draft);
    settings(&mut parts, &mut draft);
    if own.is_encrypted {
        let span = parts.span("content.xml");
        parts.defect("encrypted package: content is not read".to_owned(), span);
    } else {
        for part in ["content.xml", "styles.xml"] {
            content(&mut parts, &mut own, part, &mut draft);
        }
    }
    let format = format(&own.media_type);
    super::zip_stamps(&package, &mut draft.profile);
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
        detail: Detail::Odf(Box::new(own)),
        defects,
    }
}

fn format(media_type: &str) -> Format {
    if media_type.contains("spreadsheet") || media_type.contains(".calc") {
        Format::Ods
    } else if media_type.contains("presentation") || media_type.contains(".impress") {
        Format::Odp
    } else if media_type.contains("text") || media_type.contains(".writer") {
        Format::Odt
    } else {
        Format::Odf
    }
}

/// `meta.xml` (part 3, §4.3).
fn meta(parts: &mut Parts, draft: &mut Draft) {
    let span = parts.span("meta.xml");
    let mut text = String::new();
    let (mut user_defined, mut found) = (String::new(), Vec::new());
    parts.walk("meta.xml", |token| match token {
        Token::Open(element) => {
            text.clear();
            match element.name {
                "user-defined" => user_defined = element.get("name").unwrap_or_default().to_owned(),
                "template" => {
                    for (name, value) in element.attributes() {
                        if matches!(name, "href" | "title") {
                            found.push((
                                Name::Template,
                                format!("template {name}"),
                                value.to_owned(),
                            ));
                        }
                    }
                }
                "document-statistic" => {
                    for (name, kind) in [("page-count", Name::Pages), ("word-count", Name::Words)] {
                        let value = element.get(name).map(str::to_owned);
                        found.extend(value.map(|value| (kind, name.to_owned(), value)));
                    }
                }
                _ => {}
            }
        }
        Token::Text(piece) => text.push_str(piece),
        Token::Close(name) => {
            let value = std::mem::take(&mut text);
            if name == "user-defined" && !value.trim().is_empty() {
                found.push((Name::Label, format!("user-defined {user_defined}"), value));
            } else if let Some(kind) = meta_name(name) {
                found.push((kind, name.to_owned(), value));
            }
        }
    });
    for (name, element, value) in found {
        let place = format!("meta.xml {element}");
        draft.add(match name {
            Name::Created | Name::Modified | Name::Printed => {
                w3c::property(name, &value, place, span)
            }
            Name::EditMinutes => {
                let minutes = minutes(&value).map(|m| m.to_string()).unwrap_or(value);
                Property::text(name, &minutes, place, span)
            }
            _ => Property::text(name, &value, place, span),
        });
    }
}

fn meta_name(element: &str) -> Option<Name> {
    Some(match element {
        "generator" => Name::Program,
        "initial-creator" => Name::Author,
        "creator" => Name::LastAuthor,
        "printed-by" => Name::Editor,
        "creation-date" => Name::Created,
        "date" => Name::Modified,
        "print-date" => Name::Printed,
        "editing-cycles" => Name::Revision,
        "editing-duration" => Name::EditMinutes,
        "title" => Name::Title,
        "subject" => Name::Subject,
        "description" => Name::Description,
        "keyword" => Name::Keywords,
        "language" => Name::Language,
        _ => return None,
    })
}

/// Whole minutes of an xsd:duration such as `PT1H5M30S` or `P1DT2H`.
pub fn minutes(duration: &str) -> Option<i64> {
    let rest = duration.trim().strip_prefix('P')?;
    let (mut seconds, mut number, mut in_time) = (0.0f64, String::new(), false);
    for c in rest.chars() {
        let unit = match c {
            'T' => {
                in_time = true;
                continue;
            }
            '0'..='9' | '.' => {
                number.push(c);
                continue;
            }
            'D' => 86_400.0,
            'H' => 3_600.0,
            'M' if in_time => 60.0,
            'S' => 1.0,
            _ => return None,
        };
        seconds += std::mem::take(&mut number).parse::<f64>().ok()? * unit;
    }
    // Ten thousand years hold fewer.
    (seconds < 1e12).then_some((seconds / 60.0) as i64)
}

/// Printer, and no more: the rest of `settings.xml` is how the window stood.
fn settings(parts: &mut Parts, draft: &mut Draft) {
    let span = parts.span("settings.xml");
    let (mut in_printer, mut name) = (false, String::new());
    parts.walk("settings.xml", |token| match token {
        Token::Open(element) if element.name == "config-item" => {
            in_printer = element.get("name") == Some("PrinterName");
        }
        Token::Text(text) if in_printer => name.push_str(text),
        Token::Close("config-item") => in_printer = false,
        _ => {}
    });
    draft.add(Property::text(Name::Printer, &name, "settings.xml PrinterName", span));
}

/// One part of content as it is told.
struct Content<'p> {
    part: &'p str,
    span: Span,
    /// Words that stand in paragraphs, innermost last.
    open: Vec<(usize, String)>,
    numbers: usize,
    /// Element that holds words of another kind: a note, a change, a page's margin.
    inside: Vec<&'static str>,
    slides: usize,
    hidden: bool,
    hidden_slides: Vec<usize>,
    /// Styles of tables and pages that are not shown.
    hidden_styles: Vec<String>,
    style: String,
    table: Option<Table>,
    sheets: Vec<Sheet>,
    cells: Vec<Cell>,
    is_cut: bool,
    fonts: Vec<String>,
    languages: Vec<String>,
    changes: Vec<(String, Option<i64>)>,
    /// Inside the note of who changed something.
    in_info: bool,
    writes: Option<&'static str>,
    value: String,
}

struct Table {
    row: u32,
    column: u32,
    /// What the cell states: its number, formula, and how often it and its row are repeated.
    number: Option<f64>,
    formula: Option<String>,
    text: String,
    columns: u32,
    rows: u32,
    /// Where its row begins among all cells.
    first: usize,
}

const INSIDE: [(&str, &str); 8] = [
    ("annotation", "comment "),
    ("note-body", "note "),
    ("deletion", "deleted "),
    ("header", "header "),
    ("footer", "footer "),
    ("notes", "notes "),
    ("header-left", "header "),
    ("footer-left", "footer "),
];

fn content(parts: &mut Parts, own: &mut Odf, part: &str, draft: &mut Draft) {
    let mut reading = Content {
        part,
        span: parts.span(part),
        open: Vec::new(),
        numbers: 0,
        inside: Vec::new(),
        slides: 0,
        hidden: false,
        hidden_slides: Vec::new(),
        hidden_styles: Vec::new(),
        style: String::new(),
        table: None,
        sheets: Vec::new(),
        cells: Vec::new(),
        is_cut: false,
        fonts: Vec::new(),
        languages: Vec::new(),
        changes: Vec::new(),
        in_info: false,
        writes: None,
        value: String::new(),
    };
    let is_sheet = format(&own.media_type) == Format::Ods;
    parts.walk(part, |token| match token {
        Token::Open(element) => reading.start(element, is_sheet),
        Token::Text(text) => reading.text(text),
        Token::Close(name) => reading.end(name, draft),
    });
    if reading.is_cut {
        parts.defect(format!("{part}: more cells than are read"), reading.span);
        sheet::leave_sums(&mut reading.cells);
    }
    for font in &reading.fonts {
        draft.add(Property::text(Name::Font, font, part, reading.span));
    }
    for language in &reading.languages {
        draft.add(Property::text(Name::Language, language, part, reading.span));
    }
    for (who, when) in &reading.changes {
        draft.add(Property::text(Name::Editor, who, format!("{part} creator"), reading.span));
        if let Some(at) = when {
            let value = w3c::written(*at, true);
            let mut property =
                Property::text(Name::Edited, &value, format!("{part} date"), reading.span);
            (property.at, property.is_local) = (Some(*at), true);
            draft.add(property);
        }
    }
    if part == "content.xml" {
        own.sheets = reading.sheets;
        own.cells = reading.cells;
        own.hidden_slides = reading.hidden_slides;
    }
    own.changes.append(&mut reading.changes);
    own.changes.truncate(limits::DOCUMENT_CHANGES);
}

impl Content<'_> {
    fn start(&mut self, element: &Element, is_sheet: bool) {
        if let Some((_, word)) = INSIDE.iter().find(|(name, _)| *name == element.name) {
            self.inside.push(word);
        }
        match element.name {
            "p" | "h" => {
                self.numbers += 1;
                self.open.push((self.numbers, String::new()));
            }
            "tab" => self.text("\t"),
            "line-break" => self.text("\n"),
            "s" => {
                let count = element.get("c").and_then(|c| c.parse().ok()).unwrap_or(1usize);
                self.text(&" ".repeat(count.min(100)));
            }
            "page" => {
                self.slides += 1;
                self.numbers = 0;
                self.hidden = self.has_hidden_style(element);
                if self.hidden {
                    self.hidden_slides.push(self.slides);
                }
            }
            "style" => self.style = element.get("name").unwrap_or_default().to_owned(),
            "table-properties" if element.get("display") == Some("false") => self.hide_style(),
            "drawing-page-properties" if element.get("visibility") == Some("hidden") => {
                self.hide_style();
            }
            "font-face" => {
                let family = element.get("font-family").or(element.get("name"));
                self.fonts.extend(family.map(|f| f.trim_matches('\'').to_owned()));
            }
            "text-properties" => self.language(element),
            "change-info" => self.in_info = true,
            "creator" if self.states_change(element) => self.writes = Some("creator"),
            "date" if self.states_change(element) => self.writes = Some("date"),
            "table" if is_sheet && self.table.is_none() => self.sheet(element),
            "table-row" | "table-cell" | "covered-table-cell" => self.cell(element),
            _ => {}
        }
    }

    /// Whether `dc:creator` or `dc:date` is of a change or comment, and no field in the text.
    fn states_change(&self, element: &Element) -> bool {
        let is_plain = element.attributes().next().is_none();
        is_plain && (self.in_info || self.inside.last() == Some(&"comment "))
    }

    fn has_hidden_style(&self, element: &Element) -> bool {
        element.get("style-name").is_some_and(|s| self.hidden_styles.iter().any(|h| h == s))
    }

    fn hide_style(&mut self) {
        if self.hidden_styles.len() < limits::DOCUMENT_SHEETS {
            self.hidden_styles.push(self.style.clone());
        }
    }

    fn language(&mut self, element: &Element) {
        let (language, country) = (element.get("language"), element.get("country"));
        let Some(language) = language.filter(|l| *l != "none" && *l != "zxx") else { return };
        let name = match country.filter(|c| *c != "none") {
            Some(country) => format!("{language}-{country}"),
            None => language.to_owned(),
        };
        if !self.languages.contains(&name) && self.languages.len() < limits::DOCUMENT_LANGUAGES {
            self.languages.push(name);
        }
    }

    fn sheet(&mut self, element: &Element) {
        if self.sheets.len() == limits::DOCUMENT_SHEETS {
            return;
        }
        self.hidden = self.has_hidden_style(element);
        let name = element.get("name").unwrap_or_default().to_owned();
        let visibility = if self.hidden { Visibility::Hidden } else { Visibility::Visible };
        self.sheets.push(Sheet { name, visibility, part: self.part.to_owned() });
        self.table = Some(Table {
            row: 0,
            column: 0,
            number: None,
            formula: None,
            text: String::new(),
            columns: 1,
            rows: 1,
            first: self.cells.len(),
        });
    }

    fn cell(&mut self, element: &Element) {
        let Some(table) = &mut self.table else { return };
        let repeated = |name| element.get(name).and_then(|n| n.parse().ok()).unwrap_or(1u32).max(1);
        if element.name == "table-row" {
            table.column = 0;
            table.first = self.cells.len();
            table.rows = repeated("number-rows-repeated");
            return;
        }
        table.columns = repeated("number-columns-repeated");
        let is_number =
            matches!(element.get("value-type"), Some("float" | "currency" | "percentage"));
        let value = element.get("value").filter(|_| is_number);
        table.number = value.and_then(|v| v.parse().ok());
        table.text = value.unwrap_or_default().to_owned();
        table.formula = element.get("formula").map(plain_formula);
    }

    fn text(&mut self, text: &str) {
        if self.writes.is_some() {
            self.value.push_str(text);
        } else if let Some((_, open)) = self.open.last_mut()
            // Blanks are written as a count, so a paragraph can outgrow its part.
            && open.len() < limits::DOCUMENT_TEXT
        {
            open.push_str(text);
        }
    }

    fn end(&mut self, name: &str, draft: &mut Draft) {
        match name {
            "p" | "h" => {
                let Some((number, text)) = self.open.pop() else { return };
                match &mut self.table {
                    Some(table) if self.inside.is_empty() => {
                        if table.number.is_none() {
                            table.text.push_str(if table.text.is_empty() { "" } else { "\n" });
                            table.text.push_str(&text);
                        }
                    }
                    _ => draft.say(self.place(number), &text, self.span),
                }
            }
            "creator" | "date" => {
                let value = std::mem::take(&mut self.value);
                if self.changes.len() < limits::DOCUMENT_CHANGES {
                    match (self.writes.take(), self.changes.last_mut()) {
                        (Some("date"), Some(last)) if last.1.is_none() => {
                            last.1 = w3c::read(&value).map(|m| m.at);
                        }
                        (Some("creator"), _) => self.changes.push((value, None)),
                        _ => {}
                    }
                }
                self.writes = None;
            }
            "change-info" => self.in_info = false,
            "table-cell" | "covered-table-cell" => self.end_cell(draft),
            "table-row" => self.end_row(draft),
            "table" => self.table = None,
            _ => {}
        }
        if INSIDE.iter().any(|(inside, _)| *inside == name) {
            self.inside.pop();
        }
    }

    /// LibreOffice writes equal neighbours once, with their number: each is told at its own place.
    fn end_cell(&mut self, draft: &mut Draft) {
        let Some(table) = &mut self.table else { return };
        let sheet = self.sheets.len() - 1;
        let (row, first, columns) = (table.row, table.column, table.columns);
        table.column = table.column.saturating_add(columns);
        let (number, text) = (table.number, std::mem::take(&mut table.text));
        let mut formula = table.formula.take();
        if text.is_empty() && formula.is_none() {
            return;
        }
        let columns = self.told(columns);
        for column in first..first.saturating_add(columns) {
            let cell =
                Cell { sheet, row, column, text: text.clone(), number, formula: formula.clone() };
            self.keep(cell, draft);
            // Beside its first place a formula means other cells.
            formula = formula.map(|_| String::new());
        }
    }

    fn end_row(&mut self, draft: &mut Draft) {
        let Some(table) = &mut self.table else { return };
        let (first, rows) = (table.row, table.rows);
        let own = table.first..self.cells.len();
        table.row = table.row.saturating_add(rows);
        if own.is_empty() {
            return;
        }
        let rows = self.told(rows);
        for row in first.saturating_add(1)..first.saturating_add(rows) {
            for at in own.clone() {
                let cell = &self.cells[at];
                let formula = cell.formula.as_ref().map(|_| String::new());
                self.keep(Cell { row, formula, ..cell.clone() }, draft);
            }
            if self.cells.len() == limits::DOCUMENT_CELLS {
                return;
            }
        }
    }

    /// How often what is repeated is told: once where it fills a sheet to its edge.
    fn told(&mut self, times: u32) -> u32 {
        let fits = times <= limits::DOCUMENT_REPEATED;
        self.is_cut |= !fits;
        if fits { times } else { 1 }
    }

    fn keep(&mut self, cell: Cell, draft: &mut Draft) {
        if self.cells.len() == limits::DOCUMENT_CELLS {
            self.is_cut = true;
            return;
        }
        let hidden = if self.hidden { " (hidden)" } else { "" };
        let sheet = &self.sheets[cell.sheet].name;
        let place = format!("{sheet}!{}{hidden}", address(cell.row, cell.column));
        draft.say(place, &cell.text, self.span);
        self.cells.push(cell);
    }

    fn place(&self, number: usize) -> String {
        let inside = self.inside.last().copied().unwrap_or_default();
        let hidden = if self.hidden { " (hidden)" } else { "" };
        match (self.slides, self.part) {
            (0, "styles.xml") => format!("{inside}style paragraph {number}"),
            (0, _) => format!("{inside}paragraph {number}"),
            (slide, _) => format!("slide {slide}{hidden} {inside}paragraph {number}"),
        }
    }
}

/// `of:=SUM([.A1:.A3])` in Excel's grammar: `SUM(A1:A3)`.
fn plain_formula(formula: &str) -> String {
    let formula = formula.split_once(":=").map_or(formula, |(_, rest)| rest);
    let formula = formula.strip_prefix('=').unwrap_or(formula);
    formula.replace(['[', ']', '$'], "").replace(":.", ":").replace("(.", "(").replace(";.", ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_formulas_are_read() {
        assert_eq!(minutes("PT1H5M30S"), Some(65));
        assert_eq!(minutes("P1DT2H"), Some(1_560));
        assert_eq!(minutes("PT0.2S"), Some(0));
        assert_eq!(minutes("P1M"), None);
        assert_eq!(minutes("x"), None);
        assert_eq!(plain_formula("of:=SUM([.A1:.A3];[.B2])"), "SUM(A1:A3,B2)");
        assert_eq!(plain_formula("oooc:=SUM([.A1:.A3])"), "SUM(A1:A3)");
    }
}
