//! Parts of a package by name, their relationships and kinds, and what is gathered from them.

use std::collections::HashMap;

use crate::evidence::Span;
use crate::limits;
use crate::parse::Defect;
use crate::parse::document::Piece;
use crate::parse::document::profile::{Name, Profile, Property};
use crate::parse::document::xml::{self, Token};
use crate::parse::document::zip::{self, Package};
use crate::signature::xmldsig::{self, XmlSignature};

/// A relationship of a part (ECMA-376 part 2, §9.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relationship {
    /// Part it starts from, in lower case; empty for the package itself.
    pub part: String,
    pub id: String,
    /// Last segment of its type: `officeDocument`, `hyperlink`.
    pub kind: String,
    /// Name of a part, or what stands outside.
    pub target: String,
    pub is_external: bool,
    /// Part that states it.
    pub place: String,
}

/// Profile and text as they grow.
#[derive(Default)]
pub struct Draft {
    pub profile: Profile,
    pub text: Vec<Piece>,
    characters: usize,
    /// Properties that were given, listed or not.
    given: usize,
    pub defects: Vec<Defect>,
}

impl Draft {
    pub fn add(&mut self, property: Property) {
        let is_known = |p: &Property| p.name == property.name && p.value == property.value;
        self.given += 1;
        if self.given > limits::DOCUMENT_RELATIONSHIPS {
            return;
        }
        // Thousands of links name one folder, every part one language: the first place is enough.
        let is_listed = matches!(
            property.name,
            Name::Path | Name::Language | Name::Font | Name::Editor | Name::Printer
        );
        let is_repeated = is_listed && self.profile.properties.iter().any(is_known);
        if !property.value.is_empty()
            && !is_repeated
            && self.profile.properties.len() < limits::DOCUMENT_PROPERTIES
        {
            self.profile.properties.push(property);
        }
    }

    /// A piece of text that somebody could see.
    pub fn say(&mut self, place: String, text: &str, span: Span) {
        let text = text.trim_matches(['\r', '\n', ' ']);
        if text.is_empty() {
            return;
        }
        if self.characters > limits::DOCUMENT_TEXT {
            if self.defects.iter().all(|d| d.what != CUT) {
                self.defects.push(Defect { what: CUT.to_owned(), span });
            }
            return;
        }
        self.characters += text.len() + 16;
        self.text.push(Piece { place, text: text.to_owned() });
    }
}

const CUT: &str = "more text than is kept";

/// The parts of one package, unpacked when asked for.
pub struct Parts<'a> {
    raw: &'a [u8],
    package: &'a Package,
    index: HashMap<String, usize>,
    /// Content types by part name, and by `.extension`.
    types: HashMap<String, String>,
    /// Bytes that may still be unpacked.
    room: usize,
    pub namespaces: Vec<(String, String)>,
    pub defects: Vec<Defect>,
}

fn key(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_ascii_lowercase()
}

impl<'a> Parts<'a> {
    pub fn new(raw: &'a [u8], package: &'a Package) -> Self {
        let mut index = HashMap::new();
        // Of parts of one name the first counts; the others are told by a check.
        for (at, entry) in package.entries.iter().enumerate() {
            index.entry(key(&entry.name)).or_insert(at);
        }
        Parts {
            raw,
            package,
            index,
            types: HashMap::new(),
            room: limits::DOCUMENT_BYTES,
            namespaces: Vec::new(),
            defects: Vec::new(),
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.index.contains_key(&key(name))
    }

    /// The first of these that is there; empty if none is.
    pub fn first_of(&self, names: &[&str]) -> String {
        names.iter().find(|n| self.has(n)).map_or(String::new(), |n| (*n).to_owned())
    }

    /// Packed bytes of a part; empty if there is none.
    pub fn span(&self, name: &str) -> Span {
        let found = self.index.get(&key(name)).map(|at| self.package.entries[*at].packed);
        found.unwrap_or_default()
    }

    /// Names of all parts, in the order of the directory.
    pub fn names(&self) -> Vec<String> {
        self.package.entries.iter().map(|entry| entry.name.clone()).collect()
    }

    pub fn bytes(&mut self, name: &str) -> Option<(Vec<u8>, Span)> {
        let entry = &self.package.entries[*self.index.get(&key(name))?];
        let (bytes, wrong) = zip::open(self.raw, entry, self.room);
        self.room -= bytes.len();
        if let Some(wrong) = wrong {
            self.defect(format!("{}: {wrong}", entry.name), entry.packed);
        }
        Some((bytes, entry.packed))
    }

    pub fn defect(&mut self, what: String, span: Span) {
        if self.defects.len() < limits::DEFECTS {
            self.defects.push(Defect { what, span });
        }
    }

    /// Tells a part's elements and texts. Gives its packed bytes, if there is such a part.
    pub fn walk(&mut self, name: &str, tell: impl FnMut(Token)) -> Option<Span> {
        let (bytes, span) = self.bytes(name)?;
        let walked = xml::walk(&xml::decode(&bytes), tell);
        for namespace in walked.namespaces {
            let is_new = !self.namespaces.iter().any(|(known, _)| *known == namespace);
            if is_new && self.namespaces.len() < limits::DOCUMENT_NAMESPACES {
                self.namespaces.push((namespace, name.to_owned()));
            }
        }
        if let Some(broken) = walked.broken {
            self.defect(format!("{name}: {broken}"), span);
        }
        Some(span)
    }

    /// The XML signatures that stand in a part.
    pub fn signatures(&mut self, part: &str) -> Vec<XmlSignature> {
        let Some((bytes, span)) = self.bytes(part) else { return Vec::new() };
        let text = xml::decode(&bytes);
        xmldsig::read(&text, part, span, &mut |name| {
            let entry = &self.package.entries[*self.index.get(&key(name))?];
            let (bytes, wrong) = zip::open(self.raw, entry, self.room);
            self.room -= bytes.len();
            Some(wrong.is_none().then_some(bytes))
        })
    }

    /// Reads `[Content_Types].xml` (part 2, §10.1.2.2).
    pub fn content_types(&mut self) {
        let mut types = HashMap::new();
        self.walk("[Content_Types].xml", |token| {
            let Token::Open(element) = token else { return };
            let Some(kind) = element.get("ContentType") else { return };
            let name = match element.name {
                "Default" => {
                    element.get("Extension").map(|e| format!(".{}", e.to_ascii_lowercase()))
                }
                "Override" => element.get("PartName").map(key),
                _ => None,
            };
            types.extend(name.map(|name| (name, kind.to_owned())));
        });
        self.types = types;
    }

    pub fn content_type(&self, part: &str) -> String {
        let part = key(part);
        let extension = part.rsplit_once('.').map(|(_, e)| format!(".{e}"));
        let found = self.types.get(&part);
        found.or_else(|| self.types.get(&extension?)).cloned().unwrap_or_default()
    }

    /// Reads every part of relationships.
    pub fn relationships(&mut self) -> Vec<Relationship> {
        let mut all: Vec<Relationship> = Vec::new();
        for place in self.names().into_iter().filter(|n| n.to_ascii_lowercase().ends_with(".rels"))
        {
            let part = source(&place);
            self.walk(&place, |token| {
                let Token::Open(element) = token else { return };
                let (Some(kind), Some(target)) = (element.get("Type"), element.get("Target"))
                else {
                    return;
                };
                if element.name != "Relationship" || all.len() == limits::DOCUMENT_RELATIONSHIPS {
                    return;
                }
                let is_external = element.get("TargetMode") == Some("External");
                all.push(Relationship {
                    id: element.get("Id").unwrap_or_default().to_owned(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: if is_external { target.to_owned() } else { resolve(&part, target) },
                    part: part.clone(),
                    is_external,
                    place: place.clone(),
                });
            });
        }
        // Stable: those of one part stay in their order.
        all.sort_by(|a, b| a.part.cmp(&b.part));
        all
    }
}

/// The part that relationships start from: `word/_rels/document.xml.rels` is of `word/document.xml`.
fn source(place: &str) -> String {
    let place = place.replace('\\', "/");
    let place = place.trim_start_matches('/');
    let (folder, name) = place.rsplit_once('/').unwrap_or(("", place));
    let name = &name[..name.len() - ".rels".len()];
    let folder = folder.strip_suffix("_rels").unwrap_or(folder);
    format!("{folder}{name}").to_ascii_lowercase()
}

/// A target as a part name (part 2, §9.3.4), relative to the folder of the part it starts from.
fn resolve(part: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut folders: Vec<&str> = Vec::new();
    if !target.starts_with('/') {
        folders.extend(part.split('/'));
        folders.pop();
    }
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(folders.pop()),
            step => folders.push(step),
        }
    }
    folders.join("/")
}

/// Relationships of a part, of all in order of their parts.
fn of_part<'r>(all: &'r [Relationship], part: &str) -> &'r [Relationship] {
    let part = part.to_ascii_lowercase();
    let start = all.partition_point(|r| r.part < part);
    let end = all.partition_point(|r| r.part <= part);
    &all[start..end]
}

/// Targets of a part's relationships of one kind, in order.
pub fn targets(all: &[Relationship], part: &str, kind: &str) -> Vec<String> {
    let of_kind = of_part(all, part).iter().filter(|r| r.kind == kind);
    of_kind.filter(|r| !r.is_external).map(|r| r.target.clone()).collect()
}

/// The relationship of a part with that id.
pub fn by_id<'r>(all: &'r [Relationship], part: &str, id: &str) -> Option<&'r Relationship> {
    of_part(all, part).iter().find(|r| r.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_against_their_part() {
        assert_eq!(resolve("word/document.xml", "media/a.png"), "word/media/a.png");
        assert_eq!(resolve("xl/worksheets/sheet1.xml", "../drawings/d.xml"), "xl/drawings/d.xml");
        assert_eq!(resolve("", "/word/document.xml"), "word/document.xml");
        assert_eq!(resolve("", "../../../etc/passwd"), "etc/passwd");
        assert_eq!(source("word/_rels/document.xml.rels"), "word/document.xml");
        assert_eq!(source("_rels/.rels"), "");
    }
}
