//! The pages of a revision, and what each says: content, annotations, form fields.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::content::{self, Fonts, Shown};
use super::cover;
use super::encoding::text_string;
use super::file::View;
use super::object::{Dict, Object};
use crate::limits;

/// One page, as found in the tree.
#[derive(Clone, Debug)]
pub struct Page {
    pub number: u32,
    pub dict: Dict,
    pub resources: Rc<Dict>,
    /// Square units of the media box.
    pub area: f64,
}

/// What a page inherits (§7.7.3.4).
#[derive(Clone, Default)]
struct Inherited {
    resources: Rc<Dict>,
    area: Option<f64>,
}

/// The pages in order, and whether there are more than are read.
pub fn pages(view: View) -> (Vec<Page>, bool) {
    let mut out = Vec::new();
    let mut seen = BTreeSet::new();
    let Some(root) = view.pages_root() else { return (out, false) };
    let mut open = vec![(root, Inherited::default())];
    while let Some((node, inherited)) = open.pop() {
        if out.len() >= limits::PDF_PAGES || open.len() > limits::PDF_PAGES {
            return (out, true);
        }
        let number = node.reference().unwrap_or(0);
        if number != 0 && !seen.insert(number) {
            continue;
        }
        let Some(dict) = view.resolved(&node).dict().cloned() else { continue };
        let mut own = inherited;
        if let Some(resources) = view.dict_of(&dict, b"Resources") {
            own.resources = Rc::new(resources);
        }
        own.area = area(view, &dict).or(own.area);
        match view.of(&dict, b"Kids") {
            Object::Array(kids) => {
                for kid in kids.into_iter().take(limits::PDF_PAGES).rev() {
                    open.push((kid, own.clone()));
                }
            }
            _ => out.push(Page {
                number,
                dict,
                resources: own.resources,
                area: own.area.unwrap_or(612.0 * 792.0),
            }),
        }
    }
    (out, false)
}

fn area(view: View, dict: &Dict) -> Option<f64> {
    let Object::Array(list) = view.of(dict, b"MediaBox") else { return None };
    let side = |n: usize| view.resolved(list.get(n)?).number();
    let area = ((side(2)? - side(0)?) * (side(3)? - side(1)?)).abs();
    (area > 1.0).then_some(area)
}

/// The content of a page, its streams joined by blanks.
fn content_of(view: View, page: &Page) -> Vec<u8> {
    let mut out = Vec::new();
    let streams = match view.of(&page.dict, b"Contents") {
        Object::Array(list) => list.iter().map(|o| view.resolved(o)).collect(),
        one => vec![one],
    };
    for stream in streams.iter().take(limits::PDF_PAGES) {
        if let Object::Stream(stream) = stream {
            out.extend(view.decode(stream).unwrap_or_default());
            out.push(b'\n');
        }
        if out.len() > limits::PDF_STREAM_BYTES {
            break;
        }
    }
    out
}

/// What the content of a page shows.
pub fn shown(view: View, page: &Page, fonts: &mut Fonts, left: &mut usize) -> Shown {
    let content = content_of(view, page);
    let areas = cover::areas(view, page, left);
    let mut shown = content::page(view, &content, &page.resources, page.area, &areas, fonts, left);
    let end = shown.text.trim_end().len();
    shown.text.truncate(end);
    shown
}

/// What annotations and fields show on the page (§12.5.5), where that is more than their own texts.
pub fn appearances(view: View, page: &Page, fonts: &mut Fonts, left: &mut usize) -> Vec<String> {
    let mut out = Vec::new();
    let Object::Array(list) = view.of(&page.dict, b"Annots") else { return out };
    for annotation in list.iter().take(limits::PDF_ANNOTATIONS) {
        // As much work as some operators, and pages may share their annotations.
        *left = left.saturating_sub(16);
        if *left == 0 {
            break;
        }
        let Some(dict) = view.resolved(annotation).dict().cloned() else { continue };
        let looks = view.dict_of(&dict, b"AP").unwrap_or_default();
        let stream = match view.of(&looks, b"N") {
            Object::Dict(states) => match view.of(&dict, b"AS") {
                Object::Name(state) => view.of(&states, &state),
                _ => continue,
            },
            other => other,
        };
        let Object::Stream(stream) = stream else { continue };
        let Ok(data) = view.decode(&stream) else { continue };
        let resources = view.dict_of(&stream.dict, b"Resources").unwrap_or_default();
        let shown = content::page(view, &data, &resources, page.area, &[], fonts, left);
        let text = shown.text.trim();
        if !text.is_empty() {
            out.push(bounded(text));
        }
    }
    out
}

/// Texts of annotations and values of form fields on a page: what it is, and the text.
pub fn notes(view: View, page: &Page, left: &mut usize) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let Object::Array(list) = view.of(&page.dict, b"Annots") else { return out };
    for annotation in list.iter().take(limits::PDF_ANNOTATIONS) {
        // As much work as some operators, and pages may share their annotations.
        *left = left.saturating_sub(16);
        if *left == 0 {
            break;
        }
        let Some(dict) = view.resolved(annotation).dict().cloned() else { continue };
        let string = |dict: &Dict, key: &[u8]| {
            view.of(dict, key).string().map(text_string).filter(|t| !t.trim().is_empty())
        };
        if view.of(&dict, b"Subtype").name() == Some(b"Widget") {
            let parent = view.dict_of(&dict, b"Parent").unwrap_or_default();
            let name = string(&dict, b"T").or_else(|| string(&parent, b"T")).unwrap_or_default();
            let value = string(&dict, b"V").or_else(|| string(&parent, b"V"));
            out.extend(value.map(|value| (format!("field {}", bounded(&name)), bounded(&value))));
        } else if let Some(text) = string(&dict, b"Contents") {
            out.push(("annotation".to_owned(), bounded(&text)));
        }
    }
    out
}

fn bounded(text: &str) -> String {
    text.chars().take(limits::PDF_NOTE).collect()
}
