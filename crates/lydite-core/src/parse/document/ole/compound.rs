//! Compound files ([MS-CFB]): sectors, directory, streams, each byte with its place in the blob.
//!
//! Read here and not by `cfb`, which gives no offsets and refuses a file for one broken entry. Every
//! chain ends after as many sectors as the file has, so that cycles cost no more than the file.

use std::collections::BTreeSet;

use crate::evidence::Span;
use crate::limits;
use crate::parse::Defect;
use crate::parse::mapi::msg::MAGIC;

/// Bytes of a directory entry (§2.6).
const ENTRY: usize = 128;
/// Sector numbers from here on are marks (§2.1).
const LAST_SECTOR: u32 = 0xFFFF_FFFA;
const NO_STREAM: u32 = 0xFFFF_FFFF;
/// Sector numbers of the table that stand in the header (§2.2).
const HEADER_DIFAT: usize = 109;

/// A compound file, its tables read.
#[derive(Clone, Debug, Default)]
pub struct Compound<'a> {
    raw: &'a [u8],
    sector: usize,
    mini_sector: usize,
    /// Streams shorter than this lie in the mini stream.
    mini_cutoff: u64,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini: Stream,
    /// The storage that names are looked for in; the root's if none.
    top: Option<usize>,
    pub entries: Vec<Entry>,
    pub defects: Vec<Defect>,
}

/// One entry of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub object: Object,
    /// 100 ns since 1601, UTC; 0 where none is kept.
    pub created: u64,
    pub modified: u64,
    pub start: u32,
    pub size: u64,
    /// The 128 bytes of the entry.
    pub span: Span,
    /// The storage it stands in. None of the root, and of what the tree does not reach.
    pub parent: Option<usize>,
    left: u32,
    right: u32,
    child: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    Root,
    Storage,
    Stream,
}

/// The bytes of one stream.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    pub bytes: Vec<u8>,
    /// Where runs of neighbouring bytes begin: in the stream, and in the blob.
    runs: Vec<(usize, usize)>,
}

impl Stream {
    /// Bytes that lie in one piece of the blob.
    pub fn of(raw: &[u8], span: Span) -> Stream {
        Stream { bytes: span.of(raw).to_vec(), runs: vec![(0, span.start)] }
    }

    /// Where bytes of the stream lie in the blob; of bytes in several pieces, the first piece.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let start = start.min(self.bytes.len());
        let run = self.runs.partition_point(|(at, _)| *at <= start);
        let Some(&(at, place)) = run.checked_sub(1).and_then(|run| self.runs.get(run)) else {
            return Span::default();
        };
        let piece_end = self.runs.get(run).map_or(self.bytes.len(), |(next, _)| *next);
        let end = end.min(piece_end).max(start);
        Span::new(place + (start - at), place + (end - at))
    }

    fn push(&mut self, bytes: &[u8], place: usize) {
        let follows =
            self.runs.last().is_some_and(|(at, from)| from + (self.bytes.len() - at) == place);
        if !follows {
            self.runs.push((self.bytes.len(), place));
        }
        self.bytes.extend_from_slice(bytes);
    }
}

impl<'a> Compound<'a> {
    /// Reads header, tables and directory. None where the bytes do not begin as a compound file.
    pub fn parse(raw: &'a [u8]) -> Option<Compound<'a>> {
        if !raw.starts_with(MAGIC) {
            return None;
        }
        let mut file = Compound { raw, ..Compound::default() };
        let shift = u16_at(raw, 30).unwrap_or(9);
        // §2.2 knows 512 and 4,096 bytes; old programs wrote 128 and more.
        file.sector = if (7..=16).contains(&shift) { 1 << shift } else { 512 };
        let mini_shift = u16_at(raw, 32).unwrap_or(6);
        file.mini_sector = if (2..=12).contains(&mini_shift) { 1 << mini_shift } else { 64 };
        file.mini_cutoff = u64::from(u32_at(raw, 56).unwrap_or(4_096));
        if raw.len() < 512 {
            file.defect("a compound file that ends in its header", 0, raw.len());
            return Some(file);
        }
        file.read_fat();
        file.read_directory();
        let mini_fat = file.chain(u32_at(raw, 60).unwrap_or(NO_STREAM), u64::MAX);
        file.mini_fat = mini_fat.bytes.chunks_exact(4).map(word).collect();
        if let Some(root) = file.entries.iter().find(|e| e.object == Object::Root) {
            file.mini = file.chain(root.start, root.size);
        }
        Some(file)
    }

    fn defect(&mut self, what: &str, start: usize, end: usize) {
        if self.defects.len() < limits::DEFECTS {
            self.defects.push(Defect { what: what.to_owned(), span: Span::new(start, end) });
        }
    }

    /// Sectors the file has, the last maybe cut.
    fn sectors(&self) -> usize {
        self.raw.len().saturating_sub(self.sector).div_ceil(self.sector)
    }

    /// The bytes of one sector: the header takes the place of one.
    fn sector_span(&self, number: u32) -> Option<Span> {
        let start = (usize::try_from(number).ok()?.checked_add(1)?).checked_mul(self.sector)?;
        (start < self.raw.len())
            .then(|| Span::new(start, start.saturating_add(self.sector).min(self.raw.len())))
    }

    /// The sector allocation table, listed in the header and in sectors of their own (§2.3, §2.5).
    fn read_fat(&mut self) {
        let per_sector = self.sector / 4;
        let needed = self.sectors().div_ceil(per_sector).max(1);
        let in_header = (0..HEADER_DIFAT).filter_map(|n| u32_at(self.raw, 76 + 4 * n));
        let mut listed: Vec<u32> = in_header.filter(|sector| *sector < LAST_SECTOR).collect();
        let mut next = u32_at(self.raw, 68).unwrap_or(NO_STREAM);
        for _ in 0..needed.div_ceil(per_sector.saturating_sub(1).max(1)) + 1 {
            if next >= LAST_SECTOR || listed.len() >= needed {
                break;
            }
            let Some(span) = self.sector_span(next) else {
                self.defect("the list of sector tables leaves the file", 68, 72);
                break;
            };
            let words: Vec<u32> = span.of(self.raw).chunks_exact(4).map(word).collect();
            let (last, numbers) = words.split_last().map_or((NO_STREAM, &[][..]), |(l, n)| (*l, n));
            listed.extend(numbers.iter().filter(|sector| **sector < LAST_SECTOR));
            next = last;
        }
        listed.truncate(needed);
        for sector in listed {
            match self.sector_span(sector) {
                Some(span) => {
                    let words = span.of(self.raw).chunks_exact(4).map(word);
                    self.fat.extend(words);
                    // A cut sector must not move the numbers behind it.
                    let whole = self.fat.len().next_multiple_of(per_sector);
                    self.fat.resize(whole, NO_STREAM);
                }
                None => {
                    self.fat.resize(self.fat.len() + per_sector, NO_STREAM);
                    self.defect("a table of sectors lies behind the end", 76, 512);
                }
            }
        }
    }

    /// The bytes of a chain of sectors, `size` at most; what comes before damage is kept.
    fn chain(&self, start: u32, size: u64) -> Stream {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let mut out = Stream::default();
        let mut seen = vec![false; self.sectors()];
        let mut next = start;
        while next < LAST_SECTOR && out.bytes.len() < size {
            let Some(span) = self.sector_span(next) else { break };
            let Some(seen) = seen.get_mut(next as usize) else { break };
            if std::mem::replace(seen, true) {
                break;
            }
            let take = span.len().min(size - out.bytes.len());
            out.push(&self.raw[span.start..span.start + take], span.start);
            next = self.fat.get(next as usize).copied().unwrap_or(NO_STREAM);
        }
        out
    }

    /// The same inside the mini stream (§2.4).
    fn mini_chain(&self, start: u32, size: u64) -> Stream {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let mut out = Stream::default();
        let mut left = self.mini.bytes.len() / self.mini_sector + 1;
        let mut next = start;
        while next < LAST_SECTOR && out.bytes.len() < size && left > 0 {
            left -= 1;
            let from = (next as usize).saturating_mul(self.mini_sector);
            let end = from.saturating_add(self.mini_sector.min(size - out.bytes.len()));
            let end = end.min(self.mini.bytes.len());
            let Some(bytes) = self.mini.bytes.get(from..end).filter(|b| !b.is_empty()) else {
                break;
            };
            out.push(bytes, self.mini.span(from, end).start);
            next = self.mini_fat.get(next as usize).copied().unwrap_or(NO_STREAM);
        }
        out
    }

    /// The directory and its tree of names (§2.6).
    fn read_directory(&mut self) {
        let start = u32_at(self.raw, 48).unwrap_or(NO_STREAM);
        let bound = (limits::OLE_ENTRIES * ENTRY) as u64;
        let directory = self.chain(start, bound);
        if directory.bytes.len() as u64 >= bound {
            self.defect("more directory entries than are read", 48, 52);
        }
        let mut numbers = vec![None; directory.bytes.len() / ENTRY];
        let mut entries = Vec::new();
        for (number, bytes) in directory.bytes.chunks_exact(ENTRY).enumerate() {
            let span = directory.span(number * ENTRY, (number + 1) * ENTRY);
            if let Some(entry) = entry(bytes, span) {
                numbers[number] = Some(entries.len());
                entries.push(entry);
            }
        }
        if !entries.first().is_some_and(|e| e.object == Object::Root) {
            self.defect("the directory does not begin with a root", 48, 52);
        }
        link(&mut entries, &numbers);
        self.entries = entries;
        self.doubt_names();
    }

    /// Names that other readers may take otherwise: two of one name in one storage, and entries that
    /// the tree does not reach, as deleted ones whose content is still there.
    fn doubt_names(&mut self) {
        let (mut seen, mut doubts) = (BTreeSet::new(), Vec::new());
        for entry in self.entries.iter().filter(|e| e.object != Object::Root) {
            let span = entry.span;
            match entry.parent {
                None => doubts.push(("a directory entry that no storage holds", span)),
                Some(parent) if !seen.insert((parent, entry.name.to_uppercase())) => {
                    doubts.push(("two directory entries of one name", span));
                }
                Some(_) => {}
            }
        }
        for (what, span) in doubts.into_iter().take(limits::DEFECTS) {
            self.defect(what, span.start, span.end);
        }
    }

    /// The bytes of an entry that is a stream.
    pub fn read(&self, entry: &Entry) -> Stream {
        if entry.size < self.mini_cutoff {
            self.mini_chain(entry.start, entry.size)
        } else {
            self.chain(entry.start, entry.size)
        }
    }

    pub fn root(&self) -> Option<&Entry> {
        self.entries.iter().find(|e| e.object == Object::Root)
    }

    /// The stream or storage of that name at the top; where the tree is damaged, anywhere.
    pub fn find(&self, name: &str) -> Option<&Entry> {
        let named = || self.entries.iter().filter(|e| e.name.eq_ignore_ascii_case(name));
        if let Some(top) = self.top {
            return named().find(|e| e.parent == Some(top));
        }
        let top = |e: &&Entry| e.parent.is_some_and(|p| self.entries[p].object == Object::Root);
        named().find(top).or_else(|| named().find(|e| e.parent.is_none()))
    }

    /// Looks for names in another storage from now on.
    pub fn enter(&mut self, storage: usize) {
        self.top = Some(storage);
    }

    /// Storages inside others that hold a stream of one of these names, in the directory's order.
    pub fn storages_with(&self, names: &[&str]) -> Vec<usize> {
        let is_one = |e: &&Entry| names.iter().any(|name| e.name.eq_ignore_ascii_case(name));
        let parents = self.entries.iter().filter(is_one).filter_map(|e| e.parent);
        let mut inner: Vec<usize> =
            parents.filter(|p| self.entries[*p].object == Object::Storage).collect();
        inner.sort_unstable();
        inner.dedup();
        inner
    }

    pub fn stream(&self, name: &str) -> Option<Stream> {
        self.find(name).filter(|e| e.object == Object::Stream).map(|e| self.read(e))
    }
}

/// One entry; None where it is empty or of no kind that is known.
fn entry(bytes: &[u8], span: Span) -> Option<Entry> {
    let object = match bytes[66] {
        1 => Object::Storage,
        2 => Object::Stream,
        5 => Object::Root,
        _ => return None,
    };
    let length = usize::from(u16_at(bytes, 64)?).saturating_sub(2).min(64);
    let units: Vec<u16> = bytes[..length].chunks_exact(2).map(half).collect();
    let long = |at: usize| bytes.get(at..)?.first_chunk().map(|b| u64::from_le_bytes(*b));
    Some(Entry {
        name: String::from_utf16_lossy(&units),
        object,
        created: long(100)?,
        modified: long(108)?,
        start: u32_at(bytes, 116)?,
        // The upper half is not always cleared where sectors have 512 bytes (§2.6.1).
        size: long(120)? & 0xFFFF_FFFF,
        span,
        parent: None,
        left: u32_at(bytes, 68)?,
        right: u32_at(bytes, 72)?,
        child: u32_at(bytes, 76)?,
    })
}

/// Gives every entry that the root reaches its storage. Each entry is visited once.
fn link(entries: &mut [Entry], numbers: &[Option<usize>]) {
    let place = |number: u32| numbers.get(usize::try_from(number).ok()?).copied().flatten();
    let Some(root) = entries.iter().position(|e| e.object == Object::Root) else { return };
    let mut visited = vec![false; entries.len()];
    visited[root] = true;
    let mut open: Vec<(usize, usize)> = Vec::new();
    open.extend(place(entries[root].child).map(|child| (child, root)));
    while let Some((at, parent)) = open.pop() {
        if std::mem::replace(&mut visited[at], true) {
            continue;
        }
        entries[at].parent = Some(parent);
        let Entry { left, right, child, object, .. } = entries[at];
        open.extend([left, right].into_iter().filter_map(place).map(|next| (next, parent)));
        if object == Object::Storage {
            open.extend(place(child).map(|next| (next, at)));
        }
    }
}

pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|b| u16::from_le_bytes(*b))
}

pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|b| u32::from_le_bytes(*b))
}

/// A chunk of four bytes.
fn word(bytes: &[u8]) -> u32 {
    u32_at(bytes, 0).unwrap_or(0)
}

/// A chunk of two bytes.
pub fn half(bytes: &[u8]) -> u16 {
    u16_at(bytes, 0).unwrap_or(0)
}

/// Text of UTF-16 units, up to a NUL.
pub fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(half).take_while(|unit| *unit != 0);
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
