//! Content streams (ISO 32000-2 §7.8, §8, §9): the text they show, where lines and words end, and
//! whether one image fills the page.

use std::collections::HashMap;
use std::rc::Rc;

use super::canvas::{Canvas, Paint};
use super::cover::{self, Area, Covered};
use super::file::View;
use super::font::Font;
use super::object::{Dict, Object, Parser, is_space};
use crate::limits;

/// What one page shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    pub text: String,
    /// Characters that are painted; text of a layer behind an image is not.
    pub visible: usize,
    /// The largest share of the page that one image covers.
    pub image: f64,
    /// Marks that Acrobat's text tool leaves (`/TouchUp_TextEdit MP`).
    pub touched_up: usize,
    /// What opaque areas of annotations cover of it, each area that covers some.
    pub covered: Vec<Covered>,
    /// More operators than are read.
    pub is_cut: bool,
}

/// Operators that take as long as reading a font.
const FONT_WORK: usize = 500;
const FORM_WORK: usize = 50;
/// Fewer letters below an area are its edge upon a neighbour.
pub const COVERED_LETTERS: usize = 3;

pub type Matrix = [f64; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `a`, then `b`.
fn times(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

#[derive(Clone)]
struct State {
    ctm: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    spacing: f64,
    word_spacing: f64,
    scale: f64,
    leading: f64,
    rise: f64,
    mode: i64,
    paint: Paint,
}

/// Fonts of the whole document, by number of the object.
pub type Fonts = HashMap<(u32, usize), Rc<Font>>;

struct Reader<'r, 'f, 'a> {
    view: View<'f, 'a>,
    fonts: &'r mut Fonts,
    out: Shown,
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
    /// Where the last glyph ended, and how large it was.
    last: Option<(f64, f64)>,
    page: f64,
    areas: &'r [Area],
    /// Words below each of the areas.
    below: Vec<String>,
    canvas: Canvas,
    left: &'r mut usize,
}

/// Reads the content of one page; `area` is that of its media box, `areas` what is laid upon it, `left`
/// the operators that may still be read of the document.
pub fn page(
    view: View,
    content: &[u8],
    resources: &Dict,
    area: f64,
    areas: &[Area],
    fonts: &mut Fonts,
    left: &mut usize,
) -> Shown {
    let state = State {
        ctm: IDENTITY,
        font: None,
        size: 0.0,
        spacing: 0.0,
        word_spacing: 0.0,
        scale: 1.0,
        leading: 0.0,
        rise: 0.0,
        mode: 0,
        paint: Paint::default(),
    };
    let mut reader = Reader {
        view,
        fonts,
        out: Shown::default(),
        state,
        saved: Vec::new(),
        text: IDENTITY,
        line: IDENTITY,
        last: None,
        page: area,
        areas,
        below: vec![String::new(); areas.len()],
        canvas: Canvas::default(),
        left,
    };
    reader.run(content, resources, 0);
    let Reader { mut out, below, canvas, .. } = reader;
    let covers = areas
        .iter()
        .zip(below)
        .filter(|(_, text)| text.chars().filter(|c| !c.is_whitespace()).count() >= COVERED_LETTERS);
    out.covered = covers
        .map(|(area, text)| Covered {
            annotation: Some(area.number),
            kind: area.kind.clone(),
            text: text.trim().to_owned(),
        })
        .chain(canvas.covered)
        .collect();
    out
}

impl Reader<'_, '_, '_> {
    fn run(&mut self, content: &[u8], resources: &Dict, depth: usize) {
        let mut parser = Parser::content(content);
        let mut operands: Vec<Object> = Vec::new();
        while parser.at < content.len() {
            match parser.object() {
                Some(Object::Word(word)) if word == b"BI" => {
                    skip_image(&mut parser);
                    self.image();
                    operands.clear();
                }
                Some(Object::Word(word)) => {
                    if *self.left == 0 {
                        self.out.is_cut = true;
                        return;
                    }
                    *self.left -= 1;
                    self.operator(&word, &operands, resources, depth);
                    operands.clear();
                }
                Some(object) if operands.len() < limits::PDF_OPERANDS => operands.push(object),
                Some(_) => {}
                None => parser.at += 1,
            }
        }
    }

    fn operator(&mut self, word: &[u8], operands: &[Object], resources: &Dict, depth: usize) {
        let number = |n: usize| operands.get(n).and_then(Object::number).unwrap_or(0.0);
        let matrix = || -> Matrix { std::array::from_fn(number) };
        match word {
            b"q" if self.saved.len() < limits::PDF_STATES => self.saved.push(self.state.clone()),
            b"Q" => self.state = self.saved.pop().unwrap_or_else(|| self.state.clone()),
            b"cm" => self.state.ctm = times(matrix(), self.state.ctm),
            b"BT" => (self.text, self.line) = (IDENTITY, IDENTITY),
            b"Tc" => self.state.spacing = number(0),
            b"Tw" => self.state.word_spacing = number(0),
            b"Tz" => self.state.scale = number(0) / 100.0,
            b"TL" => self.state.leading = number(0),
            b"Ts" => self.state.rise = number(0),
            b"Tr" => self.state.mode = operands.first().and_then(Object::int).unwrap_or(0),
            b"Tf" => {
                self.state.size = number(1);
                let name = operands.first().and_then(Object::name).unwrap_or(b"");
                self.state.font = self.font(resources, name);
            }
            b"Td" => self.move_by(number(0), number(1)),
            b"TD" => {
                self.state.leading = -number(1);
                self.move_by(number(0), number(1));
            }
            b"Tm" => (self.text, self.line) = (matrix(), matrix()),
            b"T*" => self.move_by(0.0, -self.state.leading),
            b"Tj" => self.show(operands.first()),
            b"'" => {
                self.move_by(0.0, -self.state.leading);
                self.show(operands.first());
            }
            b"\"" => {
                self.state.word_spacing = number(0);
                self.state.spacing = number(1);
                self.move_by(0.0, -self.state.leading);
                self.show(operands.get(2));
            }
            b"TJ" => {
                for part in operands.first().and_then(Object::array).unwrap_or(&[]) {
                    match part.number() {
                        Some(back) => {
                            let by = -back / 1_000.0 * self.state.size * self.state.scale;
                            self.text = times([1.0, 0.0, 0.0, 1.0, by, 0.0], self.text);
                        }
                        None => self.show(Some(part)),
                    }
                }
            }
            b"MP" if operands.first().and_then(Object::name) == Some(b"TouchUp_TextEdit") => {
                self.out.touched_up += 1;
            }
            b"Do" => {
                let name = operands.first().and_then(Object::name).unwrap_or(b"");
                self.external(resources, name, depth);
            }
            _ => self.paint(word, operands, resources),
        }
    }

    /// What tells whether words are painted over.
    fn paint(&mut self, word: &[u8], operands: &[Object], resources: &Dict) {
        let number = |n: usize| operands.get(n).and_then(Object::number).unwrap_or(0.0);
        match word {
            b"gs" => {
                let name = operands.first().and_then(Object::name).unwrap_or(b"");
                self.graphics(resources, name);
            }
            b"sc" | b"scn" => {
                let is_pattern = operands.last().is_some_and(|o| o.name().is_some());
                self.state.paint.is_plain = !is_pattern;
            }
            b"g" | b"rg" | b"k" | b"cs" => self.state.paint.is_plain = true,
            b"BDC" if operands.first().and_then(Object::name) == Some(b"OC") => {
                self.canvas.has_layers = true;
            }
            _ => {
                let State { ctm, paint, .. } = &mut self.state;
                let (count, text) = (operands.len(), &self.out.text);
                let before = self.canvas.compared;
                self.canvas.operator(word, number, count, *ctm, paint, text);
                *self.left = self.left.saturating_sub((self.canvas.compared - before) / 64);
            }
        }
    }

    /// Whether a state of graphics lets through what lies below.
    fn graphics(&mut self, resources: &Dict, name: &[u8]) {
        let Some(states) = self.view.dict_of(resources, b"ExtGState") else { return };
        *self.left = self.left.saturating_sub(states.0.len() / 16);
        if let Some(state) = self.view.dict_of(&states, name) {
            let was = self.state.paint.is_opaque;
            self.state.paint.is_opaque = cover::opacity(self.view, &state).unwrap_or(was);
        }
    }

    fn move_by(&mut self, x: f64, y: f64) {
        self.line = times([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }

    fn font(&mut self, resources: &Dict, name: &[u8]) -> Option<Rc<Font>> {
        let fonts = self.view.dict_of(resources, b"Font")?;
        *self.left = self.left.saturating_sub(fonts.0.len() / 16);
        let value = fonts.get(name)?;
        let key = value.reference().map(|number| (number, self.view.revision));
        if let Some(known) = key.and_then(|key| self.fonts.get(&key)) {
            return Some(Rc::clone(known));
        }
        *self.left = self.left.saturating_sub(FONT_WORK);
        self.view.file.in_font(true);
        let dict = self.view.resolved(value).dict().cloned();
        let font = dict.map(|dict| Font::read(self.view, &dict));
        self.view.file.in_font(false);
        let font = font?;
        if let Some(key) = key {
            self.fonts.insert(key, Rc::clone(&font));
        }
        Some(font)
    }

    fn show(&mut self, text: Option<&Object>) {
        let (Some(Object::String(text)), Some(font)) = (text, self.state.font.clone()) else {
            return;
        };
        let State { size, spacing, word_spacing, scale, rise, mode, .. } = self.state;
        for glyph in font.glyphs(text) {
            if self.out.text.len() > limits::PDF_PAGE_TEXT {
                self.out.is_cut = true;
                return;
            }
            let at = times([size * scale, 0.0, 0.0, size, 0.0, rise], self.text);
            let at = times(at, self.state.ctm);
            self.part(&glyph.text, at);
            if mode != 3 && mode != 7 {
                self.out.visible += glyph.text.chars().filter(|c| !c.is_whitespace()).count();
            }
            let start = self.out.text.len();
            self.out.text.push_str(&glyph.text);
            let spaced = spacing + if glyph.is_space { word_spacing } else { 0.0 };
            let by = (glyph.advance / 1_000.0 * size + spaced) * scale;
            if mode != 3 && mode != 7 {
                self.cover(&glyph.text, start, at, by);
            }
            self.text = times([1.0, 0.0, 0.0, 1.0, by, 0.0], self.text);
            let end = times(self.text, self.state.ctm);
            self.last = Some((end[4], end[5]));
        }
    }

    /// Keeps a glyph for the areas that its middle lies in.
    fn cover(&mut self, glyph: &str, start: usize, at: Matrix, by: f64) {
        let middle = times([1.0, 0.0, 0.0, 1.0, by / 2.0, 0.0], self.text);
        let middle = times(middle, self.state.ctm);
        self.canvas.mark(at, (middle[4], middle[5]), start..self.out.text.len());
        // A quarter of its height above the line it stands on.
        let (x, y) = (middle[4] + at[2] / 4.0, middle[5] + at[3] / 4.0);
        for (area, text) in self.areas.iter().zip(&mut self.below) {
            let [left, bottom, right, top] = area.sides;
            let is_below = (left..=right).contains(&x) && (bottom..=top).contains(&y);
            if is_below && text.len() < limits::PDF_SAID_TEXT {
                text.push_str(glyph);
            }
        }
    }

    /// A blank or a line end, where the next glyph does not follow on the last.
    fn part(&mut self, next: &str, at: Matrix) {
        let Some((x, y)) = self.last else { return };
        let size = (at[0] * at[3] - at[1] * at[2]).abs().sqrt();
        let across_size = at[0].hypot(at[1]);
        if !size.is_finite() || size < 1e-9 || across_size < 1e-9 {
            return;
        }
        let (dx, dy) = (at[4] - x, at[5] - y);
        let (ux, uy) = (at[0] / across_size, at[1] / across_size);
        let (along, across) = (dx * ux + dy * uy, dy * ux - dx * uy);
        let has_end = self.out.text.ends_with(['\n', ' ']) || self.out.text.is_empty();
        if across.abs() > 0.45 * size || along < -1.5 * size {
            while self.out.text.ends_with(' ') {
                self.out.text.pop();
            }
            if !self.out.text.ends_with('\n') && !self.out.text.is_empty() {
                self.out.text.push('\n');
            }
        } else if along > 0.18 * size && !has_end && !next.starts_with(' ') {
            self.out.text.push(' ');
        }
    }

    /// An image fills the unit square of its space (§8.9.5).
    fn image(&mut self) {
        let [a, b, c, d, ..] = self.state.ctm;
        let share = (a * d - b * c).abs() / self.page;
        if share.is_finite() {
            self.out.image = self.out.image.max(share);
        }
    }

    fn external(&mut self, resources: &Dict, name: &[u8], depth: usize) {
        let Some(objects) = self.view.dict_of(resources, b"XObject") else { return };
        *self.left = self.left.saturating_sub(FORM_WORK + objects.0.len() / 16);
        let Object::Stream(stream) = self.view.of(&objects, name) else { return };
        if stream.dict.is(b"Subtype", b"Image") {
            return self.image();
        }
        if depth >= limits::PDF_FORMS || !stream.dict.is(b"Subtype", b"Form") {
            return;
        }
        let Ok(content) = self.view.decode(&stream) else { return };
        let own = self.view.dict_of(&stream.dict, b"Resources");
        let matrix = self.view.of(&stream.dict, b"Matrix");
        let kept = (self.state.clone(), self.text, self.line, std::mem::take(&mut self.saved));
        if let Some(list) = matrix.array().filter(|m| m.len() == 6) {
            let matrix = std::array::from_fn(|n| list[n].number().unwrap_or(0.0));
            self.state.ctm = times(matrix, self.state.ctm);
        }
        if let Some(sides) = cover::sides(self.view, &stream.dict, b"BBox") {
            self.canvas.form(sides, self.state.ctm, &mut self.state.paint);
        }
        self.run(&content, own.as_ref().unwrap_or(resources), depth + 1);
        (self.state, self.text, self.line, self.saved) = kept;
    }
}

/// Behind `BI`: its dictionary, `ID`, data up to `EI` between blanks.
fn skip_image(parser: &mut Parser) {
    let bytes = parser.bytes;
    while let Some(object) = parser.object() {
        if object == Object::Word(b"ID".to_vec()) {
            break;
        }
    }
    let mut from = parser.at;
    while let Some(at) = memchr::memmem::find(&bytes[from..], b"EI") {
        let (start, end) = (from + at, from + at + 2);
        let before = start == 0 || is_space(bytes[start - 1]);
        if before && bytes.get(end).is_none_or(|c| is_space(*c)) {
            parser.at = end;
            return;
        }
        from = end;
    }
    parser.at = bytes.len();
}
