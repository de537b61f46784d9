//! Annotations that are laid over words of their page (ISO 32000-2 §12.5).
//!
//! A filled shape or an image of an annotation is painted upon the page, so that what stands below is
//! not seen, though it is found by searching. Transparent ones, highlights and comments in the margin
//! cover nothing.

use super::file::View;
use super::object::{Dict, Object, Parser};
use super::page::Page;
use crate::limits;

/// An opaque area of an annotation, in the units of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// The annotation's object; 0 where it is none of its own.
    pub number: u32,
    pub kind: String,
    /// Left, bottom, right, top.
    pub sides: [f64; 4],
}

/// Words that are covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// The annotation's object that covers them, 0 where it is none of its own; None of the page itself.
    pub annotation: Option<u32>,
    /// `FreeText`, `Stamp`, `Square` …
    pub kind: String,
    pub text: String,
}

/// Kinds that are painted areas.
const KINDS: [&[u8]; 6] = [b"FreeText", b"Stamp", b"Square", b"Circle", b"Polygon", b"Redact"];
/// Flags Hidden and NoView (§12.5.3).
const UNSEEN: i64 = 2 | 32;
/// Below, what lies under is still read.
const OPAQUE: f64 = 0.9;
/// A smaller share of an annotation's own box is a frame, a letter or a line.
const LEAST: f64 = 0.25;

/// The opaque areas of a page's annotations.
pub fn areas(view: View, page: &Page, left: &mut usize) -> Vec<Area> {
    let mut out = Vec::new();
    let Object::Array(list) = view.of(&page.dict, b"Annots") else { return out };
    for annotation in list.iter().take(limits::PDF_ANNOTATIONS) {
        *left = left.saturating_sub(4);
        if *left == 0 || out.len() >= limits::PDF_COVERS {
            break;
        }
        let Some(dict) = view.resolved(annotation).dict().cloned() else { continue };
        let kind = view.of(&dict, b"Subtype");
        let Some(kind) = kind.name().filter(|kind| KINDS.contains(kind)) else { continue };
        let flags = view.of(&dict, b"F").int().unwrap_or(0);
        let opacity = view.of(&dict, b"CA").number().unwrap_or(1.0);
        if flags & UNSEEN != 0 || opacity < OPAQUE {
            continue;
        }
        let sides = sides(view, &dict, b"Rect").and_then(|rect| painted(view, &dict, rect, left));
        if let Some(sides) = sides {
            let kind = String::from_utf8_lossy(kind).into_owned();
            out.push(Area { number: annotation.reference().unwrap_or(0), kind, sides });
        }
    }
    out
}

pub fn sides(view: View, dict: &Dict, key: &[u8]) -> Option<[f64; 4]> {
    let Object::Array(list) = view.of(dict, key) else { return None };
    let side = |n: usize| view.resolved(list.get(n)?).number().filter(|n| n.is_finite());
    let (a, b, c, d) = (side(0)?, side(1)?, side(2)?, side(3)?);
    Some([a.min(c), b.min(d), a.max(c), b.max(d)])
}

/// The part of its rectangle that it fills: by its appearance, else by its colour of filling.
fn painted(view: View, dict: &Dict, rect: [f64; 4], left: &mut usize) -> Option<[f64; 4]> {
    let looks = view.dict_of(dict, b"AP").unwrap_or_default();
    let Object::Stream(stream) = view.of(&looks, b"N") else {
        let has_colour = |key: &[u8]| view.of(dict, key).array().is_some_and(|c| !c.is_empty());
        let is_text = view.of(dict, b"Subtype").name() == Some(b"FreeText");
        return has_colour(if is_text { b"C" } else { b"IC" }).then_some(rect);
    };
    let own = sides(view, &stream.dict, b"BBox")?;
    let resources = view.dict_of(&stream.dict, b"Resources").unwrap_or_default();
    if is_transparent(view, &resources) {
        return None;
    }
    let content = view.decode(&stream).ok()?;
    let filled = filled(view, &content, &resources, 0, left)?;
    let filled: [f64; 4] = std::array::from_fn(|n| match n {
        0 | 1 => filled[n].max(own[n]),
        _ => filled[n].min(own[n]),
    });
    let size = |s: [f64; 4]| ((s[2] - s[0]).max(0.0), (s[3] - s[1]).max(0.0));
    let ((width, height), (own_width, own_height)) = (size(filled), size(own));
    // The box is set upon the rectangle (§12.5.5); turned ones keep the rectangle as a whole.
    let is_area = width * height >= LEAST * own_width * own_height && own_width * own_height > 0.0;
    let on = |n: usize| {
        let (low, span, own_span) = match n % 2 {
            0 => (rect[0], rect[2] - rect[0], own_width),
            _ => (rect[1], rect[3] - rect[1], own_height),
        };
        low + (filled[n] - own[n % 2]) / own_span * span
    };
    is_area.then(|| match stream.dict.get(b"Matrix") {
        None => std::array::from_fn(on),
        Some(_) => rect,
    })
}

/// Whether a state of graphics lets through what lies below.
fn is_transparent(view: View, resources: &Dict) -> bool {
    let states = view.dict_of(resources, b"ExtGState").unwrap_or_default();
    states.0.iter().take(limits::PDF_KEYS).any(|entry| {
        let state = view.resolved(&entry.value);
        state.dict().is_some_and(|state| opacity(view, state) == Some(false))
    })
}

/// Whether a state of graphics paints opaquely (§11.6.4); None where it says nothing of it.
pub fn opacity(view: View, state: &Dict) -> Option<bool> {
    let opacity = view.of(state, b"ca").number().map(|n| n >= OPAQUE);
    let mode = view.of(state, b"BM");
    let mixes = mode.name().map(|m| m == b"Normal" || m == b"Compatible");
    let masked = view.of(state, b"SMask").dict().map(|_| false);
    let all = [opacity, mixes, masked];
    match all.contains(&Some(false)) {
        true => Some(false),
        false => all.into_iter().flatten().next(),
    }
}

/// The box around what is filled, in the units of the content.
fn filled(
    view: View,
    content: &[u8],
    resources: &Dict,
    depth: usize,
    left: &mut usize,
) -> Option<[f64; 4]> {
    let mut painter =
        Painter { ctm: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], saved: Vec::new(), path: None, out: None };
    let mut parser = Parser::content(content);
    let mut operands: Vec<Object> = Vec::new();
    while parser.at < content.len() && *left > 0 {
        match parser.object() {
            Some(Object::Word(word)) => {
                *left -= 1;
                if word == b"Do" {
                    let name = operands.first().and_then(Object::name).unwrap_or(b"");
                    painter.external(view, resources, name, depth, left);
                } else {
                    painter.operator(&word, &operands);
                }
                operands.clear();
            }
            Some(object) if operands.len() < limits::PDF_OPERANDS => operands.push(object),
            Some(_) => {}
            None => parser.at += 1,
        }
    }
    painter.out
}

struct Painter {
    ctm: [f64; 6],
    saved: Vec<[f64; 6]>,
    /// Boxes around the path that is being drawn, and around all that was filled.
    path: Option<[f64; 4]>,
    out: Option<[f64; 4]>,
}

fn join(into: &mut Option<[f64; 4]>, more: [f64; 4]) {
    let old = into.unwrap_or(more);
    *into =
        Some([old[0].min(more[0]), old[1].min(more[1]), old[2].max(more[2]), old[3].max(more[3])]);
}

impl Painter {
    fn point(&mut self, x: f64, y: f64) {
        let [a, b, c, d, e, f] = self.ctm;
        let (x, y) = (a * x + c * y + e, b * x + d * y + f);
        if x.is_finite() && y.is_finite() {
            join(&mut self.path, [x, y, x, y]);
        }
    }

    fn fill(&mut self) {
        if let Some(path) = self.path.take() {
            join(&mut self.out, path);
        }
    }

    fn operator(&mut self, word: &[u8], operands: &[Object]) {
        let number = |n: usize| operands.get(n).and_then(Object::number).unwrap_or(0.0);
        match word {
            b"q" if self.saved.len() < limits::PDF_STATES => self.saved.push(self.ctm),
            b"Q" => self.ctm = self.saved.pop().unwrap_or(self.ctm),
            b"cm" => self.concatenate(std::array::from_fn(number)),
            b"re" => {
                self.point(number(0), number(1));
                self.point(number(0) + number(2), number(1) + number(3));
            }
            b"m" | b"l" => self.point(number(0), number(1)),
            b"c" | b"v" | b"y" => {
                let last = operands.len().saturating_sub(2);
                self.point(number(last), number(last + 1));
            }
            b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" => self.fill(),
            b"S" | b"s" | b"n" => self.path = None,
            _ => {}
        }
    }

    fn concatenate(&mut self, m: [f64; 6]) {
        let c = self.ctm;
        self.ctm = [
            m[0] * c[0] + m[1] * c[2],
            m[0] * c[1] + m[1] * c[3],
            m[2] * c[0] + m[3] * c[2],
            m[2] * c[1] + m[3] * c[3],
            m[4] * c[0] + m[5] * c[2] + c[4],
            m[4] * c[1] + m[5] * c[3] + c[5],
        ];
    }

    fn external(
        &mut self,
        view: View,
        resources: &Dict,
        name: &[u8],
        depth: usize,
        left: &mut usize,
    ) {
        let objects = view.dict_of(resources, b"XObject").unwrap_or_default();
        let Object::Stream(stream) = view.of(&objects, name) else { return };
        if stream.dict.is(b"Subtype", b"Image") {
            // A mask or an image with one lets through what lies below.
            let is_whole = [&b"SMask"[..], b"Mask", b"ImageMask"]
                .iter()
                .all(|key| stream.dict.get(key).is_none());
            if is_whole {
                self.path = None;
                self.point(0.0, 0.0);
                self.point(1.0, 1.0);
                self.fill();
            }
            return;
        }
        let own = view.dict_of(&stream.dict, b"Resources").unwrap_or_default();
        if depth >= limits::PDF_COVER_FORMS || is_transparent(view, &own) {
            return;
        }
        let Ok(content) = view.decode(&stream) else { return };
        if let Some([x, y, right, top]) = filled(view, &content, &own, depth + 1, left) {
            let matrix = view.of(&stream.dict, b"Matrix");
            let kept = self.ctm;
            if let Some(list) = matrix.array().filter(|m| m.len() == 6) {
                self.concatenate(std::array::from_fn(|n| list[n].number().unwrap_or(0.0)));
            }
            self.path = None;
            self.point(x, y);
            self.point(right, top);
            self.fill();
            self.ctm = kept;
        }
    }
}
