//! What later revisions changed of a signed one, sorted by what an honest signer has to expect.
//!
//! Every object that stood in the signed revision and stands otherwise now is judged by all the places
//! it is reached from, then and now. New objects are judged by what names them, which must have changed
//! itself.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::content::Fonts;
use super::cover;
use super::file::{File, View};
use super::object::{Dict, Object};
use super::page;
use crate::limits;

/// The worst of what was changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Later {
    #[default]
    Nothing,
    /// Certificates, revocation data, time stamps, metadata: what keeps a signature checkable.
    Upkeep,
    /// Form fields filled, annotations, further signatures.
    Permitted,
    /// Anything that stands beside the pages: outlines, names, structure, fields.
    Beside,
    /// Pages, their content, fonts and images.
    Pages,
}

/// The worst of it, and each in words.
#[derive(Clone, Debug, Default)]
pub struct Since {
    pub later: Later,
    pub said: Vec<String>,
    /// Words of the pages that new or changed annotations cover.
    pub covered: Vec<String>,
}

impl Since {
    fn add(&mut self, later: Later, what: String) {
        self.later = self.later.max(later);
        if self.said.len() < limits::PDF_SAID && !self.said.contains(&what) {
            self.said.push(what);
        }
    }
}

type Roles = BTreeMap<u32, u16>;

const PAGE_TREE: u16 = 1;
const PAGE: u16 = 2;
const CONTENT: u16 = 4;
const ANNOTATION: u16 = 8;
const FIELD: u16 = 16;
const LOOK: u16 = 32;
const FORM: u16 = 64;
const UPKEEP: u16 = 128;
const OTHER: u16 = 256;
/// A list of annotations or fields that is an object by itself.
const LIST: u16 = 512;
/// A field whose parts are known.
const OPENED: u16 = 1_024;

/// Compares a revision with the newest. `permits` is what a certifying signature allows.
pub fn since(file: &File, revision: usize, permits: Option<i64>) -> Since {
    let mut out = Since::default();
    let Some(newest) = file.newest() else { return out };
    if revision == newest.revision {
        return out;
    }
    let signed = file.view(revision);
    let (then, now) = (roles(signed), roles(newest));
    catalogues(signed, newest, &mut out);
    let mut changed: BTreeSet<u32> = BTreeSet::new();
    for later in &file.revisions[revision + 1..] {
        changed.extend(later.replaced.iter().chain(&later.freed));
    }
    for number in changed.into_iter().take(limits::PDF_OBJECTS_COMPARED) {
        let role = |roles: &Roles| roles.get(&number).copied().unwrap_or(0);
        let role = role(&then) | role(&now);
        if role != 0 && !is_same(signed, newest, number) {
            judge(signed, newest, number, role, &mut out);
        }
    }
    annotations(signed, newest, &mut out);
    // 1 permits nothing, 2 and no word of it no annotations (§12.8.2.2.2).
    let is_noted = out.said.iter().any(|said| said.contains("annotation"));
    if out.later == Later::Permitted && (permits == Some(1) || (permits == Some(2) && is_noted)) {
        out.add(Later::Beside, "more than the certifying signature permits".to_owned());
    }
    out
}

fn is_same(signed: View, newest: View, number: u32) -> bool {
    if signed.place(number) == newest.place(number) {
        return true;
    }
    match (signed.get(number), newest.get(number)) {
        (None, None) => true,
        (Some(a), Some(b)) => is_same_value(signed, newest, &a.object, &b.object),
        _ => false,
    }
}

fn is_same_value(signed: View, newest: View, a: &Object, b: &Object) -> bool {
    match (a, b) {
        (Object::Stream(a), Object::Stream(b)) => {
            let raw = signed.file.raw;
            let same_data = a.data.of(raw) == b.data.of(raw) && a.dict == b.dict;
            same_data || matches!((signed.decode(a), newest.decode(b)), (Ok(a), Ok(b)) if a == b)
        }
        _ => a == b,
    }
}

/// The keys whose values differ.
fn differing(signed: View, newest: View, a: &Dict, b: &Dict) -> Vec<String> {
    let keys: BTreeSet<&[u8]> = a.0.iter().chain(&b.0).map(|e| e.key.as_slice()).collect();
    let differs = |key: &&&[u8]| match (a.get(key), b.get(key)) {
        (None, None) => false,
        (Some(a), Some(b)) => !is_same_value(signed, newest, a, b),
        // A key with nothing in it is no key.
        (Some(one), None) | (None, Some(one)) => *one != Object::Null,
    };
    keys.iter().filter(differs).map(|k| String::from_utf8_lossy(k).into_owned()).collect()
}

fn catalogues(signed: View, newest: View, out: &mut Since) {
    let (Some(a), Some(b)) = (signed.catalogue(), newest.catalogue()) else {
        return out.add(Later::Pages, "the catalogue".to_owned());
    };
    for key in differing(signed, newest, &a, &b) {
        match key.as_str() {
            "DSS" | "Extensions" | "Metadata" | "Version" | "Type" | "Perms" => {
                out.add(Later::Upkeep, format!("catalogue {key}"));
            }
            "AcroForm" => forms(signed, newest, &a, &b, out),
            "Pages" => out.add(Later::Pages, "the tree of pages".to_owned()),
            // Which layers are shown.
            "OCProperties" => out.add(Later::Pages, "the layers that are shown".to_owned()),
            _ => out.add(Later::Beside, format!("catalogue {key}")),
        }
    }
}

fn forms(signed: View, newest: View, a: &Dict, b: &Dict, out: &mut Since) {
    let form = |view: View, dict: &Dict| view.dict_of(dict, b"AcroForm").unwrap_or_default();
    let (a, b) = (form(signed, a), form(newest, b));
    for key in differing(signed, newest, &a, &b) {
        match key.as_str() {
            "Fields" => {}
            "SigFlags" => out.add(Later::Upkeep, "form SigFlags".to_owned()),
            "DR" | "DA" | "NeedAppearances" | "XFA" => {
                out.add(Later::Permitted, format!("form {key}"));
            }
            _ => out.add(Later::Beside, format!("form {key}")),
        }
    }
    let fields = |view: View, dict: &Dict| match view.of(dict, b"Fields") {
        Object::Array(list) => list,
        _ => Vec::new(),
    };
    let (a, b) = (fields(signed, &a), fields(newest, &b));
    let kept: BTreeSet<Option<u32>> = b.iter().map(Object::reference).collect();
    if a.iter().any(|field| !kept.contains(&field.reference())) {
        out.add(Later::Beside, "a form field taken away".to_owned());
    }
    let known: BTreeSet<Option<u32>> = a.iter().map(Object::reference).collect();
    for field in b.iter().filter(|f| !known.contains(&f.reference())).take(limits::PDF_ANNOTATIONS)
    {
        let Some(dict) = newest.resolved(field).dict().cloned() else { continue };
        if newest.of(&dict, b"FT").name() != Some(b"Sig") {
            out.add(Later::Beside, "a form field added".to_owned());
            continue;
        }
        let value = newest.dict_of(&dict, b"V").unwrap_or_default();
        if newest.of(&value, b"Type").name() == Some(b"DocTimeStamp") {
            out.add(Later::Upkeep, "a time stamp".to_owned());
        } else {
            out.add(Later::Permitted, "a further signature".to_owned());
        }
    }
}

/// Annotations that came or went, page by page.
fn annotations(signed: View, newest: View, out: &mut Since) {
    let (then, _) = page::pages(signed);
    let (now, _) = page::pages(newest);
    if then.len() != now.len() {
        out.add(Later::Pages, format!("{} pages, {} then", now.len(), then.len()));
    }
    for (number, (a, b)) in then.iter().zip(&now).enumerate() {
        covered(signed, newest, number + 1, (a, b), out);
        let list = |view: View, dict: &Dict| match view.of(dict, b"Annots") {
            Object::Array(list) => list,
            _ => Vec::new(),
        };
        let (a, b) = (list(signed, &a.dict), list(newest, &b.dict));
        if a == b {
            continue;
        }
        let kind = |view: View, o: &Object| {
            let dict = view.resolved(o).dict().cloned()?;
            view.of(&dict, b"Subtype").name().map(<[u8]>::to_vec)
        };
        let named = |list: &[Object]| -> BTreeSet<Option<u32>> {
            list.iter().take(limits::PDF_ANNOTATIONS).map(Object::reference).collect()
        };
        let (kept, known) = (named(&b), named(&a));
        let gone = a.iter().filter(|o| !kept.contains(&o.reference()));
        for gone in gone.take(limits::PDF_ANNOTATIONS) {
            let is_field = kind(signed, gone).as_deref() == Some(b"Widget");
            let later = if is_field { Later::Beside } else { Later::Permitted };
            out.add(later, "an annotation taken away".to_owned());
        }
        let new = b.iter().filter(|o| !known.contains(&o.reference()));
        for new in new.take(limits::PDF_ANNOTATIONS) {
            // Fields that came are told by the form.
            if kind(newest, new).as_deref() != Some(b"Widget") {
                out.add(Later::Permitted, "an annotation added".to_owned());
            }
        }
    }
}

/// Words that an annotation of a page covers which was not there, or not so, in the signed revision.
fn covered(
    signed: View,
    newest: View,
    number: usize,
    (then, page): (&page::Page, &page::Page),
    out: &mut Since,
) {
    // Most pages have no such annotation, and are not read again for it.
    let mut left = limits::PDF_OPERATORS;
    // One that is no object of its own changes with the page's list.
    let is_new = |n: u32| match n {
        0 => then.dict.get(b"Annots") != page.dict.get(b"Annots"),
        n => signed.get(n).is_none() || !is_same(signed, newest, n),
    };
    if !cover::areas(newest, page, &mut left).iter().any(|area| is_new(area.number)) {
        return;
    }
    let shown = page::shown(newest, page, &mut Fonts::new(), &mut left);
    for covered in shown.covered.iter().filter(|c| c.annotation.is_some_and(is_new)) {
        if out.covered.len() < limits::PDF_SAID {
            out.covered.push(format!("page {number}, {} over {:?}", covered.kind, covered.text));
        }
    }
}

fn judge(signed: View, newest: View, number: u32, role: u16, out: &mut Since) {
    let has = |bit: u16| role & bit != 0;
    if has(CONTENT | PAGE_TREE) {
        return out.add(Later::Pages, format!("object {number} of a page's content"));
    }
    let dict = |view: View| view.get(number).and_then(|l| l.object.dict().cloned());
    let keys = || {
        let (a, b) = (dict(signed).unwrap_or_default(), dict(newest).unwrap_or_default());
        differing(signed, newest, &a, &b)
    };
    if has(PAGE) {
        for key in keys() {
            match key.as_str() {
                "Annots" | "Tabs" | "LastModified" => {}
                "StructParents" | "PieceInfo" | "Metadata" | "AA" => {
                    out.add(Later::Beside, format!("page {key}"));
                }
                _ => out.add(Later::Pages, format!("page {key}")),
            }
        }
    }
    if has(FIELD) {
        for key in keys() {
            match key.as_str() {
                "V" | "AP" | "AS" | "MK" | "M" | "RV" | "I" | "Ff" | "F" | "DA" | "Lock" => {
                    out.add(Later::Permitted, format!("field {key}"));
                }
                "Kids" => out.add(Later::Beside, "the parts of a field".to_owned()),
                _ => out.add(Later::Beside, format!("field {key}")),
            }
        }
    }
    if has(OTHER) {
        out.add(Later::Beside, format!("object {number} beside the pages"));
    } else if has(ANNOTATION) {
        out.add(Later::Permitted, "an annotation".to_owned());
    } else if has(LOOK) {
        out.add(Later::Permitted, "how a field or annotation looks".to_owned());
    } else if has(UPKEEP) {
        out.add(Later::Upkeep, "data of signatures".to_owned());
    }
}

/// What each object is reached as.
fn roles(view: View) -> Roles {
    let mut walk = Walk {
        view,
        roles: Roles::new(),
        barrier: BTreeSet::new(),
        left: limits::PDF_OBJECTS_COMPARED,
    };
    let Some(catalogue) = view.catalogue() else { return walk.roles };
    walk.tree(&catalogue);
    let (pages, _) = page::pages(view);
    for page in &pages {
        walk.mark(page.number, PAGE);
        walk.list(page.dict.get(b"Annots"), |walk, annotation| {
            let dict = walk.view.resolved(annotation).dict().cloned().unwrap_or_default();
            let is_field = walk.view.of(&dict, b"Subtype").name() == Some(b"Widget");
            walk.mark(
                annotation.reference().unwrap_or(0),
                if is_field { FIELD } else { ANNOTATION },
            );
        });
    }
    let form = catalogue.get(b"AcroForm");
    walk.mark(form.and_then(Object::reference).unwrap_or(0), FORM);
    let form = view.dict_of(&catalogue, b"AcroForm").unwrap_or_default();
    walk.fields(form.get(b"Fields"), 0);
    let mut last = Rc::default();
    // Below this line nothing goes into a page, a field or an annotation from outside.
    for page in &pages {
        for entry in page.dict.0.iter().filter(|e| e.key != b"Annots" && e.key != b"Parent") {
            walk.below(&entry.value, CONTENT);
        }
        // Inherited ones are the same for many pages.
        if page.dict.get(b"Resources").is_none() && page.resources != last {
            walk.below(&Object::Dict(Dict::clone(&page.resources)), CONTENT);
            last = page.resources.clone();
        }
    }
    let looks: Vec<u32> = walk.barrier.iter().copied().collect();
    for number in looks {
        if walk.roles.get(&number).is_some_and(|r| r & (FIELD | ANNOTATION) != 0)
            && let Some(loaded) = view.get(number)
        {
            let dict = loaded.object.dict().cloned().unwrap_or_default();
            for entry in dict.0.iter().filter(|e| e.key != b"P" && e.key != b"Parent") {
                walk.below(&entry.value, LOOK);
            }
        }
    }
    for entry in form.0.iter().filter(|e| e.key != b"Fields") {
        walk.below(&entry.value, LOOK);
    }
    for entry in &catalogue.0 {
        match entry.key.as_slice() {
            b"Pages" | b"AcroForm" => {}
            b"DSS" | b"Metadata" | b"Extensions" | b"Perms" => walk.below(&entry.value, UPKEEP),
            b"OCProperties" => walk.below(&entry.value, CONTENT),
            _ => walk.below(&entry.value, OTHER),
        }
    }
    walk.roles
}

struct Walk<'f, 'a> {
    view: View<'f, 'a>,
    roles: Roles,
    /// Pages, annotations, fields: each is judged by itself.
    barrier: BTreeSet<u32>,
    left: usize,
}

impl Walk<'_, '_> {
    fn mark(&mut self, number: u32, role: u16) {
        if number != 0 {
            *self.roles.entry(number).or_default() |= role;
            self.barrier.insert(number);
        }
    }

    /// The nodes of the page tree.
    fn tree(&mut self, catalogue: &Dict) {
        let mut open: Vec<Object> = catalogue.get(b"Pages").cloned().into_iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(node) = open.pop() {
            let number = node.reference().unwrap_or(0);
            if (number != 0 && !seen.insert(number)) || seen.len() > limits::PDF_PAGES {
                continue;
            }
            let Some(dict) = self.view.resolved(&node).dict().cloned() else { continue };
            if let Object::Array(kids) = self.view.of(&dict, b"Kids") {
                self.mark(number, PAGE_TREE);
                open.extend(kids.into_iter().take(limits::PDF_PAGES));
            }
        }
    }

    /// The members of a list, which may be an object of its own.
    fn list(&mut self, list: Option<&Object>, mut each: impl FnMut(&mut Self, &Object)) {
        let Some(list) = list else { return };
        self.mark(list.reference().unwrap_or(0), LIST);
        let Object::Array(members) = self.view.resolved(list) else { return };
        for member in members.iter().take(limits::PDF_ANNOTATIONS) {
            each(self, member);
        }
    }

    fn fields(&mut self, list: Option<&Object>, depth: usize) {
        self.list(list, |walk, field| {
            let number = field.reference().unwrap_or(0);
            let is_new = walk.roles.get(&number).is_none_or(|r| r & OPENED == 0);
            walk.mark(number, FIELD | OPENED);
            let dict = walk.view.resolved(field).dict().cloned().unwrap_or_default();
            if depth < limits::PDF_FORMS && is_new && number != 0 {
                walk.fields(dict.get(b"Kids"), depth + 1);
            }
        });
    }

    /// Everything below an object, up to the barrier.
    fn below(&mut self, object: &Object, role: u16) {
        let mut open = vec![object.clone()];
        while let Some(object) = open.pop() {
            match object {
                Object::Ref(number, _) => {
                    let known = self.roles.get(&number).copied().unwrap_or(0);
                    if known & role != 0 || self.barrier.contains(&number) || self.left == 0 {
                        continue;
                    }
                    self.left -= 1;
                    self.roles.insert(number, known | role);
                    open.extend(self.view.get(number).map(|l| l.object.clone()));
                }
                Object::Array(list) => open.extend(list),
                Object::Dict(dict) => open.extend(dict.0.into_iter().map(|e| e.value)),
                Object::Stream(stream) => open.extend(stream.dict.0.into_iter().map(|e| e.value)),
                _ => {}
            }
        }
    }
}
