//! Excel's binary workbooks ([MS-XLS], BIFF5 to BIFF8): who opened it last, code page and country,
//! sheets, and what stands in the cells.

use super::Out;
use super::compound::{Stream, half, u16_at, u32_at};
use super::strings::{Shared, shared_strings, string16};
use crate::evidence::Span;
use crate::limits;
use crate::parse::document::code_page;
use crate::parse::document::profile::Name;

/// Types of records ([MS-XLS] §2.3).
mod record {
    pub const FORMULA: u16 = 0x06;
    pub const EOF: u16 = 0x0A;
    pub const HEADER: u16 = 0x14;
    pub const FOOTER: u16 = 0x15;
    pub const NOTE: u16 = 0x1C;
    pub const FILE_PASS: u16 = 0x2F;
    pub const CONTINUE: u16 = 0x3C;
    pub const CODE_PAGE: u16 = 0x42;
    pub const PLS: u16 = 0x4D;
    pub const WRITE_ACCESS: u16 = 0x5C;
    pub const BOUND_SHEET: u16 = 0x85;
    pub const COUNTRY: u16 = 0x8C;
    pub const MUL_RK: u16 = 0xBD;
    pub const RICH_STRING: u16 = 0xD6;
    pub const SST: u16 = 0xFC;
    pub const LABEL_SST: u16 = 0xFD;
    pub const SUP_BOOK: u16 = 0x1AE;
    pub const TXO: u16 = 0x1B6;
    pub const NUMBER: u16 = 0x203;
    pub const LABEL: u16 = 0x204;
    pub const BOOL_ERR: u16 = 0x205;
    pub const STRING: u16 = 0x207;
    pub const RK: u16 = 0x27E;
    pub const BOF: u16 = 0x809;
}

/// What only workbooks have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// 0x0600 of BIFF8 (Excel 97 and later), 0x0500 of BIFF5 (5.0 and 95).
    pub version: u16,
    pub encrypted: bool,
    /// The user who opened it last, by WRITEACCESS.
    pub opened_by: Option<(String, Span)>,
    pub code_page: Option<u16>,
    pub sheets: Vec<Sheet>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    pub name: String,
    /// Hidden by the menu, or by a program so that no menu shows it ("very hidden").
    pub visible: Visibility,
    /// A sheet that is one chart: its cells are the values it shows.
    pub is_chart: bool,
    /// The record that lists it.
    pub span: Span,
    start: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    Shown,
    Hidden,
    VeryHidden,
}

/// One record: its type, content and where the content begins in the stream.
struct Record<'a> {
    kind: u16,
    at: usize,
    data: &'a [u8],
}

struct Reader<'a> {
    stream: &'a Stream,
    book: Book,
    shared: Vec<String>,
    /// Bytes of records that may still be walked: sheets may overlap in what is hostile.
    left: usize,
}

pub fn read(stream: &Stream, out: &mut Out) -> Book {
    let left = stream.bytes.len().saturating_mul(2);
    let mut reader = Reader { stream, book: Book::default(), shared: Vec::new(), left };
    reader.globals(out);
    if !reader.book.encrypted {
        for number in 0..reader.book.sheets.len() {
            reader.sheet(number, out);
        }
    }
    if reader.left == 0 {
        out.defect("sheets that overlap are not read to their end", Span::default());
    }
    reader.book
}

/// The record at an offset, and where the next begins.
fn record(bytes: &[u8], at: usize) -> Option<(Record<'_>, usize)> {
    let (kind, length) = (u16_at(bytes, at)?, usize::from(u16_at(bytes, at + 2)?));
    let end = (at + 4 + length).min(bytes.len());
    Some((Record { kind, at: at + 4, data: bytes.get(at + 4..end)? }, end))
}

impl Reader<'_> {
    fn is_biff8(&self) -> bool {
        self.book.version >= 0x0600
    }

    fn page(&self) -> u32 {
        u32::from(self.book.code_page.unwrap_or(1_252))
    }

    /// The part of the workbook itself, up to its end.
    fn globals(&mut self, out: &mut Out) {
        let bytes = &self.stream.bytes;
        let (mut at, mut ended) = (0, false);
        while let Some((found, next)) = record(bytes, at) {
            let span = self.stream.span(at, next);
            at = next;
            match found.kind {
                record::EOF => {
                    ended = true;
                    break;
                }
                record::FILE_PASS => {
                    self.book.encrypted = true;
                    out.defect("encrypted: cells and the name of who opened it are not read", span);
                }
                record::SST if !self.book.encrypted => {
                    at = self.shared(&found, next);
                }
                _ => self.global(&found, span, out),
            }
        }
        if !ended {
            out.defect("the workbook ends before its end record", Span::default());
        }
    }

    fn global(&mut self, found: &Record, span: Span, out: &mut Out) {
        let data = found.data;
        let word = |at| u16_at(data, at);
        match found.kind {
            record::BOF => {
                self.book.version = word(0).unwrap_or(0);
                if let (Some(build), Some(year)) = (word(4), word(6)) {
                    let value = format!("build {build}, {year}");
                    out.property(Name::Version, &value, "BOF rupBuild, rupYear", span);
                }
            }
            // Whatever follows FILEPASS is encrypted, but for a few records that tell nothing.
            _ if self.book.encrypted => {}
            record::CODE_PAGE => {
                self.book.code_page = word(0);
                let page = word(0).map(|p| p.to_string()).unwrap_or_default();
                // 1200 is what every BIFF8 states of its strings and tells nothing.
                if word(0) != Some(1_200) {
                    out.property(Name::Codepage, &page, "CODEPAGE 0x42", span);
                }
            }
            record::COUNTRY => {
                if let (Some(program), Some(system)) = (word(0), word(2)) {
                    // Telephone codes: of Excel's language, and of Windows' settings.
                    let value = format!("countries {program} (Excel), {system} (Windows)");
                    out.property(Name::Language, &value, "COUNTRY 0x8C", span);
                }
            }
            record::WRITE_ACCESS => {
                let name = self.user(data);
                let name = name.trim_matches(['\0', ' ']).to_owned();
                if !name.is_empty() && !name.chars().any(char::is_control) {
                    out.property(Name::LastOpenedBy, &name, "WRITEACCESS 0x5C", span);
                    self.book.opened_by = Some((name, span));
                }
            }
            record::BOUND_SHEET => self.bound_sheet(data, span),
            record::SUP_BOOK => {
                let path = string16(data.get(2..).unwrap_or(&[]));
                // A path begins with 1 (§2.5.277); what else stands here is no file.
                let path = path.filter(|_| word(2) != Some(0x0401) && word(2) != Some(0x3A01));
                if let Some(path) = path.and_then(|p| p.strip_prefix('\u{1}').map(virtual_path)) {
                    out.property(Name::Path, &path, "SUPBOOK 0x1AE", span);
                }
            }
            _ => {}
        }
    }

    /// The name in WRITEACCESS (§2.4.349): a counted text in a field filled with blanks.
    fn user(&self, data: &[u8]) -> String {
        if self.is_biff8() {
            let count = usize::from(u16_at(data, 0).unwrap_or(0));
            match string16(data).filter(|_| count < data.len()) {
                Some(text) => text,
                // Some writers put the name without a count.
                None => code_page::decode(data, 1_252),
            }
        } else {
            let length = usize::from(data.first().copied().unwrap_or(0));
            let bytes = data.get(1..1 + length).unwrap_or(&[]);
            code_page::decode(bytes, self.page())
        }
    }

    fn bound_sheet(&mut self, data: &[u8], span: Span) {
        let (Some(start), Some(state)) = (u32_at(data, 0), data.get(4)) else { return };
        let name = if self.is_biff8() {
            strings_short(data.get(6..).unwrap_or(&[]))
        } else {
            let length = usize::from(data.get(6).copied().unwrap_or(0));
            code_page::decode(data.get(7..7 + length).unwrap_or(&[]), self.page())
        };
        let visible = match state & 3 {
            0 => Visibility::Shown,
            1 => Visibility::Hidden,
            _ => Visibility::VeryHidden,
        };
        if self.book.sheets.len() < limits::SHEETS {
            let is_chart = data.get(5) == Some(&2);
            self.book.sheets.push(Sheet { name, visible, is_chart, span, start: start as usize });
        }
    }

    /// The table of shared strings with the records that continue it; where the next begins.
    fn shared(&mut self, first: &Record, next: usize) -> usize {
        let bytes = &self.stream.bytes;
        let mut parts = vec![first.data];
        let mut at = next;
        while let Some((found, next)) =
            record(bytes, at).filter(|(r, _)| r.kind == record::CONTINUE)
        {
            parts.push(found.data);
            at = next;
        }
        self.shared = shared_strings(&Shared { parts });
        at
    }

    /// One sheet's cells, header, footer and comments, as they stand.
    fn sheet(&mut self, number: usize, out: &mut Out) {
        let Some(sheet) = self.book.sheets.get(number).cloned() else { return };
        let place = Place { sheet: &sheet };
        let bytes = &self.stream.bytes;
        let mut at = sheet.start;
        let mut depth = 0;
        // A formula's text stands in the record behind it.
        let mut waiting: Option<(u16, u16)> = None;
        let mut beside = 0;
        while let Some((found, next)) = record(bytes, at) {
            self.left = self.left.saturating_sub(next - at);
            at = next;
            if self.left == 0 || out.room == 0 {
                break;
            }
            match found.kind {
                record::BOF => depth += 1,
                record::EOF => {
                    depth -= 1;
                    if depth <= 0 {
                        break;
                    }
                }
                // A chart inside the sheet.
                _ if depth > 1 => {}
                record::STRING => {
                    if let Some(((row, column), text)) = waiting.take().zip(self.label(found.data))
                    {
                        out.piece(|| format!("{place}!{}", name(row, column)), &text);
                    }
                }
                record::PLS => printer(found.data, self.stream.span(found.at, next), out),
                record::HEADER | record::FOOTER | record::NOTE | record::TXO => {
                    if let Some((what, text)) = self.beside(&found, &mut at) {
                        beside += 1;
                        out.piece(|| format!("{place} {what} {beside}"), &text);
                    }
                }
                // Records of shared formulas may stand between a formula and its text.
                _ => waiting = self.cell(&found, &place, out).or(waiting),
            }
        }
    }

    /// What stands beside the cells: header and footer, comments' authors, texts of comments and boxes.
    fn beside(&self, found: &Record, at: &mut usize) -> Option<(String, String)> {
        let data = found.data;
        match found.kind {
            record::TXO => Some(("comment or text box".to_owned(), self.text_object(data, at)?)),
            _ if !self.is_biff8() => None,
            record::HEADER => Some(("header".to_owned(), string16(data)?)),
            record::FOOTER => Some(("footer".to_owned(), string16(data)?)),
            _ => {
                let cell = name(u16_at(data, 0)?, u16_at(data, 2)?);
                Some((format!("author of the comment on {cell}"), string16(data.get(8..)?)?))
            }
        }
    }

    /// Tells the cells of a record; the cell whose text follows, of a formula.
    fn cell(&self, found: &Record, place: &Place, out: &mut Out) -> Option<(u16, u16)> {
        let data = found.data;
        let (row, column) = u16_at(data, 0).zip(u16_at(data, 2))?;
        let float = |at: usize| data.get(at..)?.first_chunk().map(|b| f64::from_le_bytes(*b));
        let text = match found.kind {
            record::LABEL_SST => self.shared.get(u32_at(data, 6)? as usize).cloned(),
            record::LABEL | record::RICH_STRING => self.label(data.get(6..)?),
            record::NUMBER => float(6).map(number),
            record::RK => u32_at(data, 6).map(|rk| number(rk_value(rk))),
            record::BOOL_ERR => Some(truth(*data.get(6)?, *data.get(7)? != 0)),
            record::MUL_RK => {
                let values = data.get(4..data.len().saturating_sub(2))?;
                for (value, column) in values.chunks_exact(6).zip(column..=u16::MAX) {
                    let text = number(rk_value(u32_at(value, 2)?));
                    out.piece(|| format!("{place}!{}", name(row, column)), &text);
                }
                None
            }
            record::FORMULA | 0x206 | 0x406 => {
                let result = data.get(6..14)?;
                match (result[6..] == [0xFF, 0xFF], result[0]) {
                    (true, 0) => return Some((row, column)),
                    (true, 1) => Some(truth(result[2], false)),
                    (true, 2) => Some(truth(result[2], true)),
                    (true, _) => None,
                    (false, _) => float(6).map(number),
                }
            }
            _ => None,
        };
        out.piece(|| format!("{place}!{}", name(row, column)), &text?);
        None
    }

    fn label(&self, data: &[u8]) -> Option<String> {
        if self.is_biff8() {
            return string16(data);
        }
        let length = usize::from(u16_at(data, 0)?);
        let bytes = data.get(2..)?;
        Some(code_page::decode(&bytes[..length.min(bytes.len())], self.page()))
    }

    /// The text of a comment or text box stands in the record that continues it (§2.4.329).
    fn text_object(&self, data: &[u8], at: &mut usize) -> Option<String> {
        let count = usize::from(u16_at(data, 10)?);
        let (found, next) = record(&self.stream.bytes, *at)?;
        if count == 0 || found.kind != record::CONTINUE {
            return None;
        }
        *at = next;
        let (flags, text) = found.data.split_first()?;
        Some(if flags & 1 != 0 {
            let units: Vec<u16> = text.chunks_exact(2).take(count).map(half).collect();
            String::from_utf16_lossy(&units)
        } else {
            text.iter().take(count).map(|b| *b as char).collect()
        })
    }
}

/// A sheet's name as it stands in places, with what hides it.
struct Place<'a> {
    sheet: &'a Sheet,
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mark = match self.sheet.visible {
            Visibility::Shown => "",
            Visibility::Hidden => " (hidden)",
            Visibility::VeryHidden => " (very hidden)",
        };
        let chart = if self.sheet.is_chart { " (chart)" } else { "" };
        write!(out, "{}{chart}{mark}", self.sheet.name)
    }
}

/// `A1` of row 0 and column 0.
fn name(row: u16, column: u16) -> String {
    let mut letters = Vec::new();
    let mut rest = u32::from(column) + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{}", u32::from(row) + 1)
}

fn number(value: f64) -> String {
    value.to_string()
}

/// A number in 30 bits (§2.5.217): an integer or the upper half of a float, maybe times 100.
fn rk_value(rk: u32) -> f64 {
    let value = if rk & 2 != 0 {
        f64::from(rk.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(rk & !3) << 32)
    };
    if rk & 1 != 0 { value / 100.0 } else { value }
}

/// A truth value, or the name of an error (§2.5.10).
fn truth(value: u8, is_error: bool) -> String {
    let text = match (is_error, value) {
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0F) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1D) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, _) => "#N/A",
    };
    text.to_owned()
}

/// A short text: its count in one byte, then flags (§2.5.240).
fn strings_short(data: &[u8]) -> String {
    let (Some(count), Some(flags)) = (data.first(), data.get(1)) else { return String::new() };
    let count = usize::from(*count);
    let text = &data[2..];
    if flags & 1 != 0 {
        let units: Vec<u16> = text.chunks_exact(2).take(count).map(half).collect();
        return String::from_utf16_lossy(&units);
    }
    text.iter().take(count).map(|b| *b as char).collect()
}

/// A path as it is written in links to other workbooks (§2.5.277), its signs made readable.
fn virtual_path(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path.chars();
    while let Some(c) = rest.next() {
        match c {
            '\u{1}' => match rest.next() {
                Some('@') => out.push_str("\\\\"),
                Some(drive) => {
                    out.push(drive);
                    out.push_str(":\\");
                }
                None => {}
            },
            '\u{2}' | '\u{3}' => out.push('\\'),
            '\u{4}' => out.push_str("..\\"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// The name of the printer (§2.4.199): DEVMODE's first 32 characters, of Windows only.
fn printer(data: &[u8], span: Span, out: &mut Out) {
    if u16_at(data, 0) == Some(0)
        && let Some(device) = data.get(2..66)
    {
        let device = super::compound::utf16(device);
        if !device.chars().any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER) {
            out.property(Name::Printer, &device, "PLS 0x4D", span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_and_numbers_unpacked() {
        assert_eq!(name(0, 0), "A1");
        assert_eq!(name(65_535, 255), "IV65536");
        assert_eq!(name(1, 26), "AA2");
        assert_eq!(rk_value(1_234 << 2 | 2), 1_234.0);
        assert_eq!(rk_value(1_234 << 2 | 3), 12.34);
        assert_eq!(rk_value(0x3FF0_0000), 1.0);
        assert_eq!(truth(7, true), "#DIV/0!");
        assert_eq!(virtual_path("\u{1}CBooks\u{3}a.xls"), "C:\\Books\\a.xls");
    }

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    fn read_bytes(bytes: &[u8]) -> (Book, Vec<crate::parse::document::Piece>, Vec<String>) {
        let (mut profile, mut pieces, mut defects) = Default::default();
        let mut out = Out::new(&mut profile, &mut pieces, &mut defects);
        let book = read(&Stream::of(bytes, Span::new(0, bytes.len())), &mut out);
        (book, pieces, defects.into_iter().map(|d: crate::parse::Defect| d.what).collect())
    }

    /// A thousand sheets that are all the same million of bytes.
    #[test]
    fn sheets_that_overlap_cost_no_more_than_the_file() {
        let mut bytes = record(record::BOF, &[0, 6, 5, 0]);
        let sheets = 1_000;
        let start = u32::try_from(8 + 14 * sheets + 4).unwrap();
        for _ in 0..sheets {
            let sheet = [&start.to_le_bytes()[..], &[0, 0, 1, 0, b'x', 0]].concat();
            bytes.extend(record(record::BOUND_SHEET, &sheet));
        }
        bytes.extend(record(record::EOF, &[]));
        bytes.extend(record(record::BOF, &[0, 6, 0x10, 0]));
        for row in 0..50_000u16 {
            let cell = [&row.to_le_bytes()[..], &[0; 4], &1.5f64.to_le_bytes()].concat();
            bytes.extend(record(record::NUMBER, &cell));
        }
        let (book, pieces, defects) = read_bytes(&bytes);
        assert_eq!(book.sheets.len(), sheets);
        assert!((50_000..110_000).contains(&pieces.len()), "{}", pieces.len());
        assert_eq!(pieces[0].place, "x!A1");
        assert!(defects.contains(&"sheets that overlap are not read to their end".to_owned()));
    }

    /// BIFF5: text in a code page, hidden sheets, the name in a counted field.
    #[test]
    fn a_workbook_of_excel_95_is_read_by_its_code_page() {
        let mut bytes = record(record::BOF, &[0, 5, 5, 0, 0, 0, 0xCB, 7]);
        bytes.extend(record(record::CODE_PAGE, &1_251u16.to_le_bytes()));
        let mut user = vec![4, 0xC0, 0xED, 0xED, 0xE0];
        user.resize(32, b' ');
        bytes.extend(record(record::WRITE_ACCESS, &user));
        let start = u32::try_from(bytes.len() + 4 + 9 + 4).unwrap();
        bytes.extend(record(
            record::BOUND_SHEET,
            &[&start.to_le_bytes()[..], &[2, 0, 2, 0xE4, 0xE0]].concat(),
        ));
        bytes.extend(record(record::EOF, &[]));
        bytes.extend(record(record::BOF, &[0, 5, 0x10, 0]));
        bytes.extend(record(record::LABEL, &[1, 0, 1, 0, 0, 0, 2, 0, 0xE4, 0xE0]));
        // A formula whose text stands behind the record of a shared formula.
        bytes.extend(record(record::FORMULA, &[2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]));
        bytes.extend(record(0x4BC, &[0; 8]));
        bytes.extend(record(record::STRING, &[1, 0, b'y']));
        bytes.extend(record(record::EOF, &[]));
        let (book, pieces, defects) = read_bytes(&bytes);
        assert_eq!(book.opened_by.map(|(name, _)| name), Some("Анна".to_owned()));
        let cells: Vec<_> = pieces.iter().map(|p| (p.place.as_str(), p.text.as_str())).collect();
        assert_eq!(cells, [("да (very hidden)!B2", "да"), ("да (very hidden)!A3", "y")]);
        assert_eq!(defects, Vec::<String>::new());
    }
}
