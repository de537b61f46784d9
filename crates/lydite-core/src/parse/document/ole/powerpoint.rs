//! PowerPoint's binary presentations ([MS-PPT]): who saved last, and the text of slides and notes.

use std::collections::{BTreeMap, BTreeSet};

use super::Out;
use super::compound::{Compound, Stream, half, u16_at, u32_at, utf16};
use crate::limits;
use crate::parse::document::profile::Name;

/// Types of records (§2.13.24).
mod record {
    pub const DOCUMENT: u16 = 0x03E8;
    pub const SLIDE: u16 = 0x03EE;
    pub const NOTES: u16 = 0x03F0;
    pub const SLIDE_PERSIST: u16 = 0x03F3;
    pub const TEXT_CHARS: u16 = 0x0FA0;
    pub const TEXT_BYTES: u16 = 0x0FA8;
    pub const STRING: u16 = 0x0FBA;
    pub const HEADERS_FOOTERS: u16 = 0x0FD9;
    pub const SLIDE_LIST: u16 = 0x0FF0;
    pub const USER_EDIT: u16 = 0x0FF5;
    /// Records of later versions, inside one that is no container by its header.
    pub const LATER_VERSION: u16 = 0x138B;
    pub const PERSIST: u16 = 0x1772;
    pub const COMMENT: u16 = 0x2EE0;
}
/// `headerToken` of the stream of the current user, of an encrypted document (§2.3.2).
const ENCRYPTED: u32 = 0xF3D1_C4DF;

/// What only presentations have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slides {
    pub encrypted: bool,
    /// Times it was saved by appending since it was last written whole (§2.3.3).
    pub edits: usize,
}

pub fn read(file: &Compound, main: &Stream, out: &mut Out) -> Slides {
    let mut slides = Slides::default();
    let user = file.stream("Current User").unwrap_or_default();
    slides.encrypted = u32_at(&user.bytes, 12) == Some(ENCRYPTED);
    if slides.encrypted {
        out.defect("encrypted: text is not read", user.span(12, 16));
        return slides;
    }
    current_user(&user, out);
    let edit = u32_at(&user.bytes, 16).map_or(0, |at| at as usize);
    let (objects, edits, document) = persisted(&main.bytes, edit);
    slides.edits = edits;
    if edits == 0 {
        out.defect("the list of the presentation's objects cannot be read", main.span(0, 8));
    }
    let left = main.bytes.len().saturating_mul(2);
    Text { bytes: &main.bytes, objects, left }.read(document, out);
    slides
}

/// The last user (§2.3.2), in the code page of the machine and in Unicode behind it. PowerPoint
/// writes it when a file is opened for writing, whether it is saved or not.
fn current_user(user: &Stream, out: &mut Out) {
    let bytes = &user.bytes;
    let Some(length) = u16_at(bytes, 20).map(usize::from) else { return };
    let name = bytes.get(28..28 + length).unwrap_or(&[]);
    let wide = bytes.get(32 + length..32 + 3 * length).unwrap_or(&[]);
    let text = match utf16(wide) {
        text if !text.is_empty() => text,
        _ => name.iter().take_while(|b| **b != 0).map(|b| *b as char).collect(),
    };
    let span = user.span(28, 28 + length);
    out.property(Name::LastOpenedBy, &text, "Current User", span);
}

/// One record: its header's parts and content, and where the next begins.
struct Record {
    kind: u16,
    instance: u16,
    start: usize,
    end: usize,
}

fn record(bytes: &[u8], at: usize) -> Option<Record> {
    let (version, kind, length) =
        (u16_at(bytes, at)?, u16_at(bytes, at + 2)?, u32_at(bytes, at + 4)?);
    let end = (at + 8).saturating_add(length as usize).min(bytes.len());
    Some(Record { kind, instance: version >> 4, start: at + 8, end })
}

/// Where the objects of the last edit lie, by number; the number of edits, and of the document's object.
fn persisted(bytes: &[u8], mut at: usize) -> (BTreeMap<u32, usize>, usize, u32) {
    let (mut objects, mut edits, mut document) = (BTreeMap::new(), 0, 0);
    let mut left = bytes.len();
    while let Some(edit) = record(bytes, at).filter(|r| r.kind == record::USER_EDIT) {
        if edits == limits::SLIDE_EDITS {
            break;
        }
        let word = |n: usize| u32_at(bytes, edit.start + n).map_or(0, |v| v as usize);
        edits += 1;
        if edits == 1 {
            document = u32_at(bytes, edit.start + 16).unwrap_or(0);
        }
        directory(bytes, word(12), &mut objects, &mut left);
        let before = word(8);
        // Earlier edits lie before later ones: a list that goes up is a circle.
        if before == 0 || before >= at {
            break;
        }
        at = before;
    }
    (objects, edits, document)
}

/// A directory of objects (§2.3.4, §2.3.5); what a later edit placed stays.
fn directory(bytes: &[u8], at: usize, objects: &mut BTreeMap<u32, usize>, left: &mut usize) {
    let Some(table) = record(bytes, at).filter(|r| r.kind == record::PERSIST) else { return };
    let mut at = table.start;
    while at < table.end && objects.len() < limits::OLE_ENTRIES && *left > 0 {
        let Some(head) = u32_at(bytes, at) else { break };
        let (first, count) = (head & 0xF_FFFF, head >> 20);
        for n in 0..count {
            if let Some(place) = u32_at(bytes, at + 4 + 4 * n as usize) {
                objects.entry(first + n).or_insert(place as usize);
            }
        }
        let length = 4 + 4 * count as usize;
        *left = left.saturating_sub(length);
        at += length;
    }
}

struct Text<'a> {
    bytes: &'a [u8],
    objects: BTreeMap<u32, usize>,
    /// Bytes that may still be walked: objects may overlap in what is hostile.
    left: usize,
}

impl Text<'_> {
    /// Slides and notes in the order of the document's lists.
    fn read(&mut self, document: u32, out: &mut Out) {
        let list = self.objects.get(&document).and_then(|at| record(self.bytes, *at));
        let Some(list) = list.filter(|r| r.kind == record::DOCUMENT) else { return };
        let mut read = BTreeSet::new();
        let mut at = list.start;
        while let Some(found) = record(self.bytes, at).filter(|_| at < list.end) {
            at = found.end;
            if found.kind == record::HEADERS_FOOTERS {
                self.strings(&found, "footer of all slides", out);
            }
            if found.kind == record::SLIDE_LIST && found.instance != 1 {
                let name = if found.instance == 0 { "slide" } else { "notes" };
                self.list(&found, name, &mut read, out);
            }
        }
    }

    /// One list (§2.4.14.3): for each slide its number and the texts of its outline.
    fn list(&mut self, list: &Record, name: &str, read: &mut BTreeSet<u32>, out: &mut Out) {
        let mut number = 0;
        let mut at = list.start;
        while let Some(found) = record(self.bytes, at).filter(|_| at < list.end) {
            at = found.end;
            let place = |number: usize| format!("{name} {number}");
            if found.kind == record::SLIDE_PERSIST {
                number += 1;
                let id = u32_at(self.bytes, found.start).unwrap_or(0);
                // One object is read once, however often a list names it.
                let object = self.objects.get(&id).and_then(|at| record(self.bytes, *at));
                if read.insert(id)
                    && let Some(object) = object
                    && matches!(object.kind, record::SLIDE | record::NOTES)
                {
                    self.texts(object.start, object.end, &place(number), out);
                }
            } else if let Some(text) = self.text(&found) {
                out.piece(|| place(number), &text);
            }
        }
    }

    /// All texts inside an object, at any depth: containers are stepped into.
    fn texts(&mut self, start: usize, end: usize, place: &str, out: &mut Out) {
        let mut at = start;
        while let Some(found) = record(self.bytes, at).filter(|_| at < end && self.left > 0) {
            let is_container = u16_at(self.bytes, at).is_some_and(|v| v & 0xF == 0xF)
                || found.kind == record::LATER_VERSION;
            match found.kind {
                record::COMMENT => self.strings(&found, &format!("{place} comment"), out),
                record::HEADERS_FOOTERS => self.strings(&found, &format!("{place} footer"), out),
                _ => {
                    if let Some(text) = self.text(&found) {
                        out.piece(|| place.to_owned(), &text);
                    }
                }
            }
            let next = if is_container { found.start } else { found.end };
            self.left = self.left.saturating_sub(next - at);
            at = next;
        }
    }

    /// The plain strings of a comment (author, text, initials), or of headers and footers.
    fn strings(&self, container: &Record, place: &str, out: &mut Out) {
        let mut at = container.start;
        while let Some(found) = record(self.bytes, at).filter(|_| at < container.end) {
            at = found.end;
            if found.kind == record::STRING {
                let units: Vec<u16> =
                    self.bytes[found.start..found.end].chunks_exact(2).map(half).collect();
                out.piece(|| place.to_owned(), &String::from_utf16_lossy(&units));
            }
        }
    }

    fn text(&self, found: &Record) -> Option<String> {
        let data = self.bytes.get(found.start..found.end)?;
        let text: String = match found.kind {
            record::TEXT_CHARS => {
                let units: Vec<u16> = data.chunks_exact(2).map(half).collect();
                String::from_utf16_lossy(&units)
            }
            record::TEXT_BYTES => data.iter().map(|b| *b as char).collect(),
            _ => return None,
        };
        Some(text.replace(['\r', '\u{b}'], "\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Span;

    fn record(version: u16, kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap();
        [&version.to_le_bytes()[..], &kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
    }

    fn long(values: &[u32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    #[test]
    fn a_later_edit_hides_an_earlier_slide() {
        let slide = |text: &[u8]| record(0xF, record::SLIDE, &record(0, record::TEXT_BYTES, text));
        let mut bytes = slide(b"earlier");
        let later = bytes.len();
        bytes.extend(slide(b"later"));
        let document = bytes.len();
        let list = record(0xF, record::SLIDE_LIST, &record(0, record::SLIDE_PERSIST, &long(&[2])));
        bytes.extend(record(0xF, record::DOCUMENT, &list));
        let place = |at: usize| u32::try_from(at).unwrap();
        // Two objects from number 1: the document, and the slide.
        let first = bytes.len();
        bytes.extend(record(0, record::PERSIST, &long(&[2 << 20 | 1, place(document), 0])));
        let edit = bytes.len();
        bytes.extend(record(0, record::USER_EDIT, &long(&[0, 0, 0, place(first), 1, 0])));
        let second = bytes.len();
        bytes.extend(record(0, record::PERSIST, &long(&[1 << 20 | 2, place(later)])));
        let last = bytes.len();
        bytes.extend(record(
            0,
            record::USER_EDIT,
            &long(&[0, 0, place(edit), place(second), 1, 0]),
        ));
        let (objects, edits, number) = persisted(&bytes, last);
        assert_eq!((objects.get(&2), edits, number), (Some(&later), 2, 1));
        let (mut profile, mut pieces, mut defects) = Default::default();
        let mut out = Out::new(&mut profile, &mut pieces, &mut defects);
        let left = bytes.len() * 2;
        Text { bytes: &bytes, objects, left }.read(number, &mut out);
        let found: Vec<_> = pieces.iter().map(|p| (p.place.as_str(), p.text.as_str())).collect();
        assert_eq!(found, [("slide 1", "later")]);
    }

    #[test]
    fn edits_that_lead_in_circles_end() {
        let edit = record(0, record::USER_EDIT, &long(&[0, 0, 0, 0, 1, 0]));
        let mut bytes = [edit.clone(), edit].concat();
        // The first names the second as the edit before it.
        bytes[16..20].copy_from_slice(&32u32.to_le_bytes());
        bytes[48..52].copy_from_slice(&0u32.to_le_bytes());
        assert_eq!(persisted(&bytes, 0).1, 1);
        for cut in 0..bytes.len() {
            let stream = Stream::of(&bytes, Span::new(0, cut));
            persisted(&stream.bytes, 32);
        }
    }
}
