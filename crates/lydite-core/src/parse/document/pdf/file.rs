//! The file as its revisions made it, and objects of any of them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use memchr::memmem;

use super::crypt::Crypt;
use super::filter::{self, Closed};
use super::object::{self, Dict, Object, Parser, Stream};
use super::xref::{self, Chain, Entry};
use crate::evidence::Span;
use crate::limits;

/// One state of the file: what it was when a program had saved it.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Its bytes are the file's up to here.
    pub end: usize,
    /// Its own bytes: what was written behind the revision before.
    pub span: Span,
    /// Where its newest cross-reference section stands.
    pub section: usize,
    /// Cross-reference sections: a linearized file has two in one revision.
    pub sections: usize,
    pub trailer: Dict,
    pub is_hybrid: bool,
    /// Its end is told by `%%EOF` behind `startxref`.
    pub is_closed: bool,
    pub added: Vec<u32>,
    pub replaced: Vec<u32>,
    pub freed: Vec<u32>,
}

/// Where an object stands once its object stream is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    At(usize),
    /// Offset of the object stream, place in it.
    In(usize, u32),
}

/// An object and the bytes it was read from; of a packed one, those of its object stream.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub object: Object,
    pub span: Span,
    pub is_packed: bool,
    /// Bytes it was read from.
    size: usize,
}

struct Packed {
    data: Vec<u8>,
    /// Number and offset of each object.
    index: Vec<(u32, usize)>,
    span: Span,
}

/// All revisions of one file, the oldest first.
pub struct File<'a> {
    pub raw: &'a [u8],
    /// Where `%PDF-` stands.
    pub base: usize,
    pub revisions: Vec<Revision>,
    history: BTreeMap<u32, Vec<(usize, Entry)>>,
    pub crypt: Option<Crypt>,
    /// It is encrypted, and the empty password does not open it.
    pub is_locked: bool,
    pub is_encrypted: bool,
    /// Metadata stay open where the rest is locked.
    has_open_metadata: bool,
    encrypt: Option<u32>,
    /// The chain was of no use: objects were searched, and revisions are not told apart.
    pub is_repaired: bool,
    pub broken: Option<&'static str>,
    /// Where every section that is followed stands.
    pub sections: Vec<usize>,
    objects: RefCell<HashMap<(u32, Place), Rc<Loaded>>>,
    packed: RefCell<HashMap<usize, Rc<Packed>>>,
    kept: Cell<usize>,
    spent: Cell<usize>,
    /// Bytes read as objects so far: broken ones can overlap.
    read: Cell<usize>,
    depth: Cell<usize>,
    touched: RefCell<BTreeSet<u32>>,
    of_fonts: RefCell<BTreeSet<u32>>,
    in_font: Cell<bool>,
}

/// The file as it was in one revision.
#[derive(Clone, Copy)]
pub struct View<'f, 'a> {
    pub file: &'f File<'a>,
    pub revision: usize,
}

/// Reads the structure of a file. None where no object is found.
pub fn open(raw: &[u8]) -> Option<File<'_>> {
    let head = &raw[..raw.len().min(limits::PDF_HEAD)];
    let base = memmem::find(head, b"%PDF-").unwrap_or(0);
    let chain = memmem::rfind(raw, b"startxref")
        .and_then(|at| Parser::new(raw, at + 9).number())
        .and_then(|number| usize::try_from(number).ok())
        .map(|start| xref::chain(raw, base, start))
        .unwrap_or_default();
    let mut file = File {
        raw,
        base,
        revisions: Vec::new(),
        history: BTreeMap::new(),
        crypt: None,
        is_locked: false,
        is_encrypted: false,
        has_open_metadata: false,
        encrypt: None,
        is_repaired: false,
        broken: chain.broken,
        sections: chain.sections.iter().map(|s| s.at).collect(),
        objects: RefCell::default(),
        packed: RefCell::default(),
        kept: Cell::new(0),
        spent: Cell::new(0),
        read: Cell::new(0),
        depth: Cell::new(0),
        touched: RefCell::default(),
        of_fonts: RefCell::default(),
        in_font: Cell::new(false),
    };
    file.of_chain(chain);
    file.unlock();
    // A chain whose first section is lost shows too little; with a catalogue and pages it will do.
    if !file.is_usable() {
        file.repair();
        file.unlock();
    }
    if file.history.is_empty() { None } else { Some(file) }
}

impl<'a> File<'a> {
    /// Groups sections into revisions and says what each changed.
    fn of_chain(&mut self, chain: Chain) {
        let mut groups: Vec<Vec<xref::Section>> = Vec::new();
        for section in chain.sections.into_iter().rev() {
            match groups.last_mut() {
                Some(group) if self.is_one_save(group, &section) => group.push(section),
                _ => groups.push(vec![section]),
            }
        }
        let ends: Vec<(usize, bool)> = (0..groups.len()).map(|n| self.end(&groups, n)).collect();
        let mut start = 0;
        for (group, (end, is_closed)) in groups.into_iter().zip(ends) {
            let end = end.max(start);
            let newest = group.len() - 1;
            let mut revision = Revision {
                end,
                span: Span::new(start, end),
                section: group[newest].at,
                sections: group.len(),
                trailer: group[newest].trailer.clone(),
                is_hybrid: group.iter().any(|s| s.is_hybrid),
                is_closed,
                added: Vec::new(),
                replaced: Vec::new(),
                freed: Vec::new(),
            };
            let entries: BTreeMap<u32, Entry> = group.into_iter().flat_map(|s| s.entries).collect();
            if self.writes_nothing(&entries, &revision) {
                self.join(entries, revision);
            } else {
                for (object, entry) in entries {
                    self.note(self.revisions.len(), object, entry, &mut revision);
                }
                self.revisions.push(revision);
            }
            start = end;
        }
    }

    /// Whether a section was written together with the one it goes on from: it stands in front of it,
    /// as in linearized files (Annex F), or no `startxref` stands between, so that the first never was
    /// the last of a file.
    fn is_one_save(&self, group: &[xref::Section], section: &xref::Section) -> bool {
        let from = group.iter().map(|s| s.end).max().unwrap_or(0);
        let between = self.raw.get(from..section.at);
        between.is_none_or(|bytes| memmem::find(bytes, b"startxref").is_none())
    }

    /// Office writes a hybrid's second section behind the end of the file that it completes: it brings
    /// no object of its own and shows only what the first one hid.
    fn writes_nothing(&self, entries: &BTreeMap<u32, Entry>, revision: &Revision) -> bool {
        let Some(before) = self.revisions.last() else { return false };
        let same = |key: &[u8]| before.trailer.get(key) == revision.trailer.get(key);
        let start = revision.span.start;
        let known = |number: &u32| self.history.get(number).and_then(|s| s.last()).map(|s| s.1);
        let is_old = |entry: Entry| matches!(entry, Entry::At(at) if at < start);
        let brings_nothing = |(number, entry): (&u32, &Entry)| {
            let was = known(number).unwrap_or(Entry::Free);
            was == *entry
                || (was == Entry::Free
                    && match entry {
                        Entry::In(holder, _) => {
                            let own = entries.get(holder).copied().or_else(|| known(holder));
                            own.is_some_and(is_old)
                        }
                        other => is_old(*other),
                    })
        };
        same(b"Root") && same(b"Info") && entries.iter().all(brings_nothing)
    }

    /// Adds such a section to the revision before.
    fn join(&mut self, entries: BTreeMap<u32, Entry>, revision: Revision) {
        let Some(mut before) = self.revisions.pop() else { return };
        let number = self.revisions.len();
        for (object, entry) in entries {
            self.note(number, object, entry, &mut before);
        }
        before.span.end = revision.end;
        self.revisions.push(Revision {
            end: revision.end,
            section: revision.section,
            sections: before.sections + revision.sections,
            trailer: revision.trailer,
            is_hybrid: before.is_hybrid || revision.is_hybrid,
            is_closed: revision.is_closed,
            ..before
        });
    }

    fn note(&mut self, number: usize, object: u32, entry: Entry, revision: &mut Revision) {
        let states = self.history.entry(object).or_default();
        let before = states.last().map_or(Entry::Free, |(_, entry)| *entry);
        if before == entry {
            return;
        }
        match (before, entry) {
            (_, Entry::Free) => revision.freed.push(object),
            (Entry::Free, _) => revision.added.push(object),
            _ => revision.replaced.push(object),
        }
        states.push((number, entry));
    }

    /// Where a revision ends: behind the first `%%EOF` after its last section, line end included.
    fn end(&self, groups: &[Vec<xref::Section>], number: usize) -> (usize, bool) {
        let from = groups[number].iter().map(|s| s.end).max().unwrap_or(0);
        let next = groups.get(number + 1).and_then(|g| g.iter().map(|s| s.at).min());
        let rest = &self.raw[from..next.unwrap_or(self.raw.len()).max(from)];
        let start = memmem::find(rest, b"startxref");
        let Some(mark) = start.and_then(|s| Some(s + memmem::find(&rest[s..], b"%%EOF")?)) else {
            let last = next.is_none();
            return (if last { self.raw.len() } else { from + rest.len() }, false);
        };
        let end = mark + 5;
        let line = match &rest[end..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        (from + end + line, true)
    }

    fn is_usable(&self) -> bool {
        let Some(view) = self.newest() else { return false };
        view.pages_root().is_some() || (self.is_locked && view.catalogue().is_some())
    }

    /// Every object found by its mark; of one number the last. One revision, since nothing tells more.
    fn repair(&mut self) {
        self.is_repaired = true;
        (self.crypt, self.encrypt, self.is_locked) = (None, None, false);
        self.objects.borrow_mut().clear();
        self.packed.borrow_mut().clear();
        let kept = self.revisions.pop().map(|r| r.trailer).filter(|t| t.get(b"Root").is_some());
        self.history.clear();
        self.revisions.clear();
        let found = xref::scan(self.raw);
        let mut trailer = xref::trailers(self.raw)
            .into_iter()
            .rev()
            .find(|t| t.get(b"Root").is_some())
            .or(kept)
            .unwrap_or_default();
        let mut holders = Vec::new();
        let mut looked_at = 0;
        for (number, at) in &found {
            self.history.insert(*number, vec![(0, Entry::At(*at))]);
            if looked_at > self.raw.len().saturating_mul(limits::PDF_READINGS) {
                continue;
            }
            let Some(read) = object::indirect(self.raw, *at) else { continue };
            looked_at += read.span.len();
            let Object::Dict(dict) = read.object else { continue };
            if dict.is(b"Type", b"ObjStm") {
                holders.push((*number, *at));
            } else if dict.is(b"Type", b"XRef") && dict.get(b"Root").is_some() {
                trailer = dict;
            } else if dict.is(b"Type", b"Catalog") && trailer.get(b"Root").is_none() {
                let value = Object::Ref(*number, 0);
                let entry = object::Entry { key: b"Root".to_vec(), value, span: read.span };
                trailer.0.push(entry);
            }
        }
        let added: Vec<u32> = self.history.keys().copied().collect();
        self.revisions.push(Revision {
            end: self.raw.len(),
            span: Span::new(0, self.raw.len()),
            section: 0,
            sections: 0,
            trailer,
            is_hybrid: false,
            is_closed: false,
            added,
            replaced: Vec::new(),
            freed: Vec::new(),
        });
        self.unlock();
        for (number, at) in holders {
            let Some(packed) = self.packed(at) else { continue };
            for (place, (object, _)) in packed.index.iter().enumerate() {
                let entry = Entry::In(number, place as u32);
                self.history.entry(*object).or_insert_with(|| vec![(0, entry)]);
            }
        }
        let newest = self.newest();
        if newest.is_some_and(|v| v.pages_root().is_none()) {
            self.root_among_packed();
        }
    }

    /// A catalogue that stands in an object stream, where no trailer names one.
    fn root_among_packed(&mut self) {
        let Some(view) = self.newest() else { return };
        let numbers: Vec<u32> = self.history.keys().copied().collect();
        let is_root =
            |n: &u32| view.get(*n).is_some_and(|l| l.object.dict().is_some_and(is_catalogue));
        let Some(number) = numbers.into_iter().find(is_root) else { return };
        let value = Object::Ref(number, 0);
        let entry = object::Entry { key: b"Root".to_vec(), value, span: Span::default() };
        self.revisions[0].trailer.0.push(entry);
    }

    fn unlock(&mut self) {
        let Some(view) = self.newest() else { return };
        let trailer = view.trailer();
        let Some(value) = trailer.get(b"Encrypt") else { return };
        let number = value.reference();
        let dict = view.resolved(value);
        let id = match view.resolved(trailer.get(b"ID").unwrap_or(&Object::Null)) {
            Object::Array(list) => list.first().map(|o| view.resolved(o)),
            _ => None,
        };
        let id = id.and_then(|o| o.string().map(<[u8]>::to_vec)).unwrap_or_default();
        let Some(dict) = dict.dict().map(|dict| view.deep(dict)) else { return };
        let crypt = Crypt::open(&dict, &id);
        self.has_open_metadata = dict.get(b"EncryptMetadata") == Some(&Object::Bool(false));
        self.encrypt = number;
        self.is_encrypted = true;
        self.is_locked = crypt.is_none();
        self.crypt = crypt;
        self.objects.borrow_mut().clear();
        self.packed.borrow_mut().clear();
    }

    pub fn newest(&self) -> Option<View<'_, 'a>> {
        Some(self.view(self.revisions.len().checked_sub(1)?))
    }

    pub fn view(&self, revision: usize) -> View<'_, 'a> {
        View { file: self, revision }
    }

    /// Numbers of all objects that ever were.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.history.keys().copied()
    }

    /// Begins to note which objects are looked at.
    pub fn watch(&self) {
        self.touched.borrow_mut().clear();
    }

    /// The objects looked at since [`File::watch`], and those any font rests on.
    pub fn watched(&self) -> BTreeSet<u32> {
        self.touched.borrow().union(&self.of_fonts.borrow()).copied().collect()
    }

    /// Fonts are read once for all pages, so what they rest on is noted for all.
    pub fn in_font(&self, on: bool) {
        self.in_font.set(on);
    }

    fn load(&self, number: u32, place: Place) -> Option<Rc<Loaded>> {
        if let Some(known) = self.objects.borrow().get(&(number, place)) {
            return Some(Rc::clone(known));
        }
        // A stream's length may be an object, whose object stream has a length: no deeper than that.
        if self.depth.get() > limits::PDF_DEPTH || self.is_worn() {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        let loaded = match place {
            Place::At(at) => self.load_at(number, at),
            Place::In(holder, index) => self.load_in(number, holder, index),
        };
        self.depth.set(self.depth.get() - 1);
        let loaded = Rc::new(loaded?);
        self.read.set(self.read.get() + loaded.size);
        if loaded.size > limits::PDF_OBJECT_KEPT {
            return Some(loaded);
        }
        let mut objects = self.objects.borrow_mut();
        if objects.len() >= limits::PDF_OBJECTS_KEPT {
            objects.clear();
        }
        objects.insert((number, place), Rc::clone(&loaded));
        Some(loaded)
    }

    fn load_at(&self, number: u32, at: usize) -> Option<Loaded> {
        let read = object::indirect(self.raw, at)?;
        if read.id.0 != number {
            return None;
        }
        let mut object = read.object;
        let mut span = read.span;
        let mut size = span.len();
        if let Some(crypt) = &self.crypt
            && self.encrypt != Some(number)
            && !object.dict().is_some_and(|d| d.is(b"Type", b"XRef"))
        {
            unlock_strings(&mut object, crypt, read.id);
        }
        if let (Some(from), Object::Dict(dict)) = (read.data, &mut object) {
            let length = match dict.get(b"Length") {
                Some(Object::Ref(n, _)) => self.newest().and_then(|v| v.get(*n)?.object.int()),
                Some(other) => other.int(),
                None => None,
            };
            let length = length.and_then(|l| usize::try_from(l).ok());
            let data = Span::new(from, xref::stream_end(self.raw, from, length));
            // Where no end is found, all the rest was looked through.
            size += if data.end == self.raw.len() { data.len() } else { 0 };
            span.end = data.end;
            object = Object::Stream(Stream { dict: std::mem::take(dict), data, id: read.id });
        }
        Some(Loaded { object, span, is_packed: false, size })
    }

    fn load_in(&self, number: u32, holder: usize, index: u32) -> Option<Loaded> {
        let packed = self.packed(holder)?;
        let stated = packed.index.get(index as usize).filter(|(n, _)| *n == number);
        let (_, at) = stated.or_else(|| packed.index.iter().find(|(n, _)| *n == number))?;
        let mut parser = Parser::new(&packed.data, *at);
        let object = parser.object()?;
        let size = parser.at - at;
        Some(Loaded { object, span: packed.span, is_packed: true, size })
    }

    /// The object stream at that offset, unpacked (§7.5.7).
    fn packed(&self, at: usize) -> Option<Rc<Packed>> {
        if let Some(known) = self.packed.borrow().get(&at) {
            return Some(Rc::clone(known));
        }
        let number = object::indirect(self.raw, at)?.id.0;
        let loaded = self.load(number, Place::At(at))?;
        let Object::Stream(stream) = &loaded.object else { return None };
        let view = self.newest()?;
        let data = view.decode(stream).ok()?;
        let first = usize::try_from(stream.dict.int(b"First")?).ok()?;
        let count = usize::try_from(stream.dict.int(b"N")?).ok()?.min(limits::PDF_OBJECTS);
        let mut parser = Parser::new(&data, 0);
        let mut index = Vec::new();
        while index.len() < count {
            let (Some(number), Some(offset)) = (parser.number(), parser.number()) else { break };
            let offset = usize::try_from(offset).ok().and_then(|o| o.checked_add(first));
            let (Ok(number), Some(offset)) = (u32::try_from(number), offset) else { break };
            index.push((number, offset));
        }
        let size = data.len() + 16 * index.len();
        let packed = Rc::new(Packed { data, index, span: loaded.span });
        if self.kept.get() + size > limits::PDF_PACKED_KEPT {
            self.packed.borrow_mut().clear();
            self.kept.set(0);
        }
        self.kept.set(self.kept.get() + size);
        self.packed.borrow_mut().insert(at, Rc::clone(&packed));
        Some(packed)
    }

    /// Whether there is more than is unpacked or read.
    pub fn is_spent(&self) -> bool {
        self.spent.get() >= limits::PDF_UNPACKED || self.is_worn()
    }

    fn is_worn(&self) -> bool {
        let most = self.raw.len().saturating_mul(limits::PDF_READINGS);
        self.read.get() > most.saturating_add(limits::PDF_STREAM_BYTES)
    }
}

fn is_catalogue(dict: &Dict) -> bool {
    dict.is(b"Type", b"Catalog")
}

fn unlock_strings(object: &mut Object, crypt: &Crypt, id: (u32, u16)) {
    match object {
        Object::String(text) => *text = crypt.string(id, text),
        Object::Array(list) => list.iter_mut().for_each(|o| unlock_strings(o, crypt, id)),
        Object::Dict(dict) => {
            dict.0.iter_mut().for_each(|e| unlock_strings(&mut e.value, crypt, id));
        }
        _ => {}
    }
}

impl<'f, 'a> View<'f, 'a> {
    /// Where an object stands in this revision.
    pub fn place(self, number: u32) -> Option<Place> {
        match self.entry(number)? {
            Entry::Free => None,
            Entry::At(at) => Some(Place::At(at)),
            Entry::In(holder, index) => match self.entry(holder)? {
                Entry::At(at) => Some(Place::In(at, index)),
                _ => None,
            },
        }
    }

    fn entry(self, number: u32) -> Option<Entry> {
        let states = self.file.history.get(&number)?;
        Some(states.iter().rev().find(|(revision, _)| *revision <= self.revision)?.1)
    }

    /// An object of this revision.
    pub fn get(self, number: u32) -> Option<Rc<Loaded>> {
        let noted = if self.file.in_font.get() { &self.file.of_fonts } else { &self.file.touched };
        noted.borrow_mut().insert(number);
        self.file.load(number, self.place(number)?)
    }

    /// The object itself, or the one it refers to.
    pub fn resolved(self, object: &Object) -> Object {
        let mut object = object.clone();
        for _ in 0..limits::PDF_LINKS {
            let Object::Ref(number, _) = object else { return object };
            object = self.get(number).map_or(Object::Null, |l| l.object.clone());
        }
        Object::Null
    }

    /// The value of a key, followed.
    pub fn of(self, dict: &Dict, key: &[u8]) -> Object {
        dict.get(key).map_or(Object::Null, |value| self.resolved(value))
    }

    pub fn dict_of(self, dict: &Dict, key: &[u8]) -> Option<Dict> {
        match self.of(dict, key) {
            Object::Dict(dict) => Some(dict),
            Object::Stream(stream) => Some(stream.dict),
            _ => None,
        }
    }

    /// A dictionary whose values, and theirs, are followed.
    fn deep(self, dict: &Dict) -> Dict {
        let followed = |value: &Object| match self.resolved(value) {
            Object::Dict(inner) => Object::Dict(Dict(
                inner
                    .0
                    .into_iter()
                    .map(|mut e| {
                        e.value = self.resolved(&e.value);
                        e
                    })
                    .collect(),
            )),
            other => other,
        };
        let entry = |e: &object::Entry| object::Entry { value: followed(&e.value), ..e.clone() };
        Dict(dict.0.iter().map(entry).collect())
    }

    pub fn trailer(self) -> &'f Dict {
        &self.file.revisions[self.revision].trailer
    }

    pub fn catalogue(self) -> Option<Dict> {
        // A later trailer may leave out what an earlier one said.
        let trailers = self.file.revisions[..=self.revision].iter().rev();
        trailers.map(|r| self.of(&r.trailer, b"Root")).find_map(|root| root.dict().cloned())
    }

    /// The value of `/Info`; of an earlier trailer where the later one leaves it out.
    pub fn info(self) -> Option<&'f Object> {
        let trailers = self.file.revisions[..=self.revision].iter().rev();
        trailers.map(|r| &r.trailer).find_map(|trailer| trailer.get(b"Info"))
    }

    pub fn pages_root(self) -> Option<Object> {
        let catalogue = self.catalogue()?;
        let pages = catalogue.get(b"Pages")?;
        self.resolved(pages).dict()?;
        Some(pages.clone())
    }

    /// The data of a stream, unlocked and unpacked.
    pub fn decode(self, stream: &Stream) -> Result<Vec<u8>, Closed> {
        let file = self.file;
        let data = stream.data.of(file.raw);
        let names: Vec<Vec<u8>> = match self.filter_of(&stream.dict, b"Filter", b"F") {
            Object::Array(list) => {
                list.iter().filter_map(|o| Some(self.resolved(o).name()?.to_vec())).collect()
            }
            other => filter::names(Some(&other)),
        };
        let parameters = match self.filter_of(&stream.dict, b"DecodeParms", b"DP") {
            Object::Dict(one) => vec![self.deep(&one)],
            Object::Array(many) => many
                .iter()
                .map(|o| self.resolved(o).dict().map(|d| self.deep(d)).unwrap_or_default())
                .collect(),
            _ => Vec::new(),
        };
        let kind = stream.dict.name(b"Type");
        let is_own = names.first().is_some_and(|n| n == b"Crypt");
        let data = match &file.crypt {
            _ if kind == Some(b"XRef") || is_own => data.to_vec(),
            Some(crypt) if kind == Some(b"Metadata") && !crypt.metadata => data.to_vec(),
            Some(crypt) => crypt.stream(stream.id, data),
            None if kind == Some(b"Metadata") && file.has_open_metadata => data.to_vec(),
            None if file.is_locked => return Err(Closed::Locked),
            None => data.to_vec(),
        };
        let left = limits::PDF_UNPACKED.saturating_sub(file.spent.get());
        let most = limits::PDF_STREAM_BYTES.min(left);
        let out = filter::decode(data, &names, &parameters, most);
        let cost = match &out {
            Ok(out) => out.len(),
            Err(Closed::TooLong) => most,
            Err(_) => 0,
        };
        // Small results of large data cost too; a byte packed is eight unpacked, roughly.
        file.spent.set(file.spent.get() + cost.max(stream.data.len() / 8));
        out
    }

    fn filter_of(self, dict: &Dict, key: &[u8], short: &[u8]) -> Object {
        match self.of(dict, key) {
            Object::Null => match self.of(dict, short) {
                // `/F` of a stream names an external file.
                Object::String(_) => Object::Null,
                other => other,
            },
            other => other,
        }
    }
}
