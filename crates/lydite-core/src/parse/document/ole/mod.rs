//! OLE compound documents: Word, Excel and PowerPoint up to 2003, and whatever else keeps property
//! sets in a compound file.

pub mod compound;
pub mod excel;
pub mod powerpoint;
pub mod property_set;
mod strings;
pub mod word;

use super::profile::{Name, Profile, Property};
use super::{Detail, Document, Format, Piece, stamp};
use crate::evidence::Span;
use crate::limits;
use crate::parse::Defect;
use compound::{Compound, Object};
use property_set::{Set, Value};

/// What only compound documents have.
#[derive(Clone, Debug, Default)]
pub struct Ole {
    /// When the file itself was last written, by its root entry: 100 ns since 1601, UTC; 0 unknown.
    pub root_modified: u64,
    pub root_span: Span,
    pub encrypted: bool,
    /// The document lies encrypted inside a stub that says so ([MS-OFFCRYPTO] §2.2).
    pub rights_managed: bool,
    pub word: Option<word::Word>,
    pub book: Option<excel::Book>,
    pub slides: Option<powerpoint::Slides>,
}

/// What a reader of a part fills.
pub struct Out<'a> {
    pub profile: &'a mut Profile,
    pub text: &'a mut Vec<Piece>,
    pub defects: &'a mut Vec<Defect>,
    /// Bytes of text that may still be kept.
    pub room: usize,
}

impl<'a> Out<'a> {
    pub fn new(
        profile: &'a mut Profile,
        text: &'a mut Vec<Piece>,
        defects: &'a mut Vec<Defect>,
    ) -> Out<'a> {
        Out { profile, text, defects, room: limits::DOCUMENT_TEXT }
    }

    pub fn property(&mut self, name: Name, value: &str, place: &str, span: Span) {
        self.keep(Some(Property::text(name, value, place, span)));
    }

    /// Keeps a property that has a value.
    pub fn keep(&mut self, property: Option<Property>) {
        let Some(property) = property.filter(|p| !p.value.is_empty()) else { return };
        let full = "more properties than are kept";
        if self.profile.properties.len() < limits::PROPERTIES {
            self.profile.properties.push(property);
        } else if self.defects.iter().all(|defect| defect.what != full) {
            self.defect(full, property.span);
        }
    }

    pub fn defect(&mut self, what: &str, span: Span) {
        if self.defects.len() < limits::DEFECTS {
            self.defects.push(Defect { what: what.to_owned(), span });
        }
    }

    /// Keeps a text, its ends without blanks, if there is one.
    pub fn piece(&mut self, place: impl FnOnce() -> String, text: &str) {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
        if text.is_empty() || self.room == 0 {
            return;
        }
        let place = place();
        let needed = text.len() + place.len();
        if needed > self.room {
            self.room = 0;
            self.defect("more text than is kept", Span::default());
            return;
        }
        self.room -= needed;
        self.text.push(Piece { place, text: text.to_owned() });
    }
}

/// Reads a compound document. None where the bytes do not begin as one.
pub fn read(raw: &[u8]) -> Option<Document<'_>> {
    let mut file = Compound::parse(raw)?;
    let mut document = Document {
        raw,
        format: Format::Compound,
        profile: Profile::default(),
        text: Vec::new(),
        detail: Detail::None,
        defects: std::mem::take(&mut file.defects),
    };
    let mut ole = Ole::default();
    let mut format = Format::Compound;
    let Document { profile, text, defects, .. } = &mut document;
    let mut out = Out::new(profile, text, defects);
    property_sets(&file, &mut out);
    if let Some(main) = file.stream("WordDocument") {
        format = Format::Doc;
        ole.word = Some(word::read(&file, &main, &mut out));
    } else if let Some(main) = file.stream("Workbook").or_else(|| file.stream("Book")) {
        format = Format::Xls;
        ole.book = Some(excel::read(&main, &mut out));
    } else if let Some(main) = file.stream("PowerPoint Document") {
        format = Format::Ppt;
        ole.slides = Some(powerpoint::read(&file, &main, &mut out));
    } else if let Some(package) = file.find("EncryptedPackage") {
        ole.encrypted = true;
        out.defect(
            "encrypted: a package of Office 2007 or later, its content is not read",
            package.span,
        );
    }
    ole.rights_managed =
        file.find("\u{6}DataSpaces").or_else(|| file.find("\u{9}DRMContent")).is_some();
    directory_times(&file, &mut ole, &mut out);
    let room = out.room;
    objects(&mut file, room, text, defects);
    ole.encrypted |= ole.word.as_ref().is_some_and(|w| w.encrypted)
        || ole.book.as_ref().is_some_and(|b| b.encrypted)
        || ole.slides.as_ref().is_some_and(|s| s.encrypted);
    document.format = format;
    document.detail = Detail::Ole(Box::new(ole));
    Some(document)
}

/// Texts of documents inside this one: what they say of themselves is not said of it.
fn objects(file: &mut Compound, room: usize, text: &mut Vec<Piece>, defects: &mut Vec<Defect>) {
    let mut room = room;
    let inner = file.storages_with(&["WordDocument", "Workbook", "Book", "PowerPoint Document"]);
    if inner.len() > limits::OLE_OBJECTS {
        let what = "more documents inside than are read".to_owned();
        defects.push(Defect { what, span: Span::default() });
    }
    for (storage, number) in inner.into_iter().zip(1..=limits::OLE_OBJECTS) {
        file.enter(storage);
        let (mut profile, mut pieces) = (Profile::default(), Vec::new());
        let mut out = Out { profile: &mut profile, text: &mut pieces, defects, room };
        if let Some(main) = file.stream("WordDocument") {
            word::read(file, &main, &mut out);
        } else if let Some(main) = file.stream("Workbook").or_else(|| file.stream("Book")) {
            excel::read(&main, &mut out);
        } else if let Some(main) = file.stream("PowerPoint Document") {
            powerpoint::read(file, &main, &mut out);
        }
        room = out.room;
        let placed = pieces
            .into_iter()
            .map(|piece| Piece { place: format!("object {number}: {}", piece.place), ..piece });
        text.extend(placed);
    }
}

/// What the directory kept of times: of the root and of storages ([MS-CFB] §2.6.1; streams have none).
fn directory_times(file: &Compound, ole: &mut Ole, out: &mut Out) {
    if let Some(root) = file.root() {
        ole.root_modified = root.modified;
        ole.root_span = root.span;
    }
    let timed = file.entries.iter().filter(|e| e.object != Object::Stream);
    for entry in timed.take(limits::OLE_PROPERTIES) {
        let name: String = entry.name.chars().filter(|c| !c.is_control()).take(32).collect();
        for (time, which, at) in
            [(entry.created, "created", 100), (entry.modified, "modified", 108)]
        {
            // An entry in several pieces is cited by its first.
            let whole = entry.span.len() >= at + 8;
            let exact = Span::new(entry.span.start + at, entry.span.start + at + 8);
            let span = if whole { exact } else { entry.span };
            let place = format!("directory {name} {which}");
            out.keep(stamp::filetime(Name::Stored, time, place, span));
        }
    }
}

fn property_sets(file: &Compound, out: &mut Out) {
    for name in ["\u{5}SummaryInformation", "\u{5}DocumentSummaryInformation"] {
        let Some(stream) = file.stream(name) else { continue };
        let (properties, damaged) = property_set::parse(&stream);
        for property in &properties {
            add(property, out);
        }
        if let Some(damaged) = damaged {
            out.defect(damaged, stream.span(0, stream.bytes.len()));
        }
    }
}

/// A property of a set as one of the profile.
fn add(property: &property_set::Property, out: &mut Out) {
    let set = match property.set {
        Set::Summary => "SummaryInformation",
        Set::Document => "DocumentSummaryInformation",
        Set::Custom => return add_custom(property, out),
        Set::Other => return,
    };
    let place = format!("{set} 0x{:02X}", property.id);
    let Some(name) = name_of(property.set, property.id) else { return };
    let span = property.span;
    match &property.value {
        Value::Text(text) => out.property(name, text, &place, span),
        Value::Time(time) if name == Name::EditMinutes => {
            out.property(name, &(time / 600_000_000).to_string(), &place, span);
        }
        Value::Time(time) => out.keep(stamp::filetime(name, *time, place, span)),
        Value::Integer(number) if name == Name::Version => {
            let version = format!("{}.{}", number >> 16 & 0xFFFF, number & 0xFFFF);
            out.property(name, &version, &place, span);
        }
        Value::Integer(number) if name == Name::Codepage => {
            out.property(name, &(number & 0xFFFF).to_string(), &place, span);
        }
        Value::Integer(number) => out.property(name, &number.to_string(), &place, span),
        _ => {}
    }
}

/// Ids of [MS-OSHARED] §2.3.3.2.1.1 and §2.3.3.2.2.1.
fn name_of(set: Set, id: u32) -> Option<Name> {
    Some(match (set, id) {
        (Set::Summary, 0x01) => Name::Codepage,
        (Set::Summary, 0x02) => Name::Title,
        (Set::Summary, 0x03) => Name::Subject,
        (Set::Summary, 0x04) => Name::Author,
        (Set::Summary, 0x05) => Name::Keywords,
        (Set::Summary, 0x06) => Name::Description,
        (Set::Summary, 0x07) => Name::Template,
        (Set::Summary, 0x08) => Name::LastAuthor,
        (Set::Summary, 0x09) => Name::Revision,
        (Set::Summary, 0x0A) => Name::EditMinutes,
        (Set::Summary, 0x0B) => Name::Printed,
        (Set::Summary, 0x0C) => Name::Created,
        (Set::Summary, 0x0D) => Name::Modified,
        (Set::Summary, 0x0E) => Name::Pages,
        (Set::Summary, 0x0F) => Name::Words,
        (Set::Summary, 0x12) => Name::Program,
        (Set::Document, 0x0E) => Name::Manager,
        (Set::Document, 0x0F) => Name::Company,
        (Set::Document, 0x17) => Name::Version,
        (Set::Document, 0x1C) => Name::Language,
        _ => return None,
    })
}

/// A property of the user's own, or of a program that labels documents.
fn add_custom(property: &property_set::Property, out: &mut Out) {
    let Some(name) = &property.name else { return };
    let value = match &property.value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Time(time) => {
            let date = stamp::filetime(Name::Label, *time, "", property.span);
            date.map_or_else(String::new, |date| date.value)
        }
        Value::Other => return,
    };
    let place = format!("custom property {}", name.chars().take(64).collect::<String>());
    let kind = if name == "_PID_LINKBASE" { Name::Path } else { Name::Label };
    let text = if kind == Name::Path { value } else { format!("{name}: {value}") };
    out.property(kind, &text, &place, property.span);
}
