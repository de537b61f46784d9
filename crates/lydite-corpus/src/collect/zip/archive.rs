//! What a zip's own records say: end record, directory, local headers, extra fields.

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

use lydite_core::item::encode_name;
use lydite_core::limits;

use super::super::input::Level;
use super::super::source::{Section, Source};
use super::crypt::Aes;

pub const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
pub const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const DESCRIPTOR: &[u8] = b"PK\x07\x08";
pub const LOCAL_BYTES: u64 = 30;
const CENTRAL_BYTES: usize = 46;
const END_BYTES: u64 = 22;
/// A comment takes at most 65,535 bytes; a locator and a zip64 record may stand before the end.
pub const TAIL_BYTES: usize = 22 + 65_535 + 20;

/// Where a central directory lies.
#[derive(Debug)]
pub struct Directory {
    pub start: u64,
    /// Where the end record (or its zip64 kin) behind it starts.
    pub end: u64,
    /// End of the last end record.
    pub closed: u64,
    /// What to add to stated offsets: bytes were put in front of the archive.
    pub shift: u64,
    pub entries: u64,
    pub defects: Vec<&'static str>,
}

/// What an end record states.
struct Stated {
    start: u64,
    size: u64,
    end: u64,
    entries: u64,
}

/// One entry, as the directory (or a local header) says.
#[derive(Debug, Default, Clone)]
pub struct Entry {
    pub name: Vec<u8>,
    pub flags: u16,
    pub method: u16,
    made_by: Option<u16>,
    /// DOS time and date.
    pub time: u16,
    date: u16,
    pub crc: Option<u32>,
    pub packed: u64,
    pub size: u64,
    /// Of the local header, from the start of the bytes.
    pub offset: u64,
    mode: u32,
    mtime: Option<i32>,
    pub aes: Option<Aes>,
    /// The sizes stand behind the content and are not known.
    pub sizes_follow: bool,
    /// It has the extra field of zip64.
    has_zip64: bool,
    /// Bytes its header takes.
    pub header: u64,
    pub defects: Vec<String>,
}

/// How a local header differs from the directory.
#[derive(Clone, Copy, Default)]
pub struct Difference {
    pub name: bool,
    /// Other bytes may come out.
    pub content: bool,
}

/// The bytes, their length, and what may come out of them.
pub struct Archive<'a> {
    pub source: &'a Source,
    pub length: u64,
    pub level: Rc<Level>,
    /// Passwords tried, and the one that opened the last entry.
    pub tries: Cell<usize>,
    pub opened_by: Cell<Option<usize>>,
}

impl<'a> Archive<'a> {
    pub fn new(source: &'a Source, length: u64, level: Rc<Level>) -> Archive<'a> {
        Archive { source, length, level, tries: Cell::new(0), opened_by: Cell::new(None) }
    }

    pub fn section(&self, at: u64, end: u64) -> Section<'a> {
        self.source.section(at, end)
    }

    /// Up to `count` bytes at `at`.
    pub fn bytes(&self, at: u64, count: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let end = at.saturating_add(count).min(self.length);
        let _ = self.section(at, end).read_to_end(&mut bytes);
        bytes
    }

    /// Why no further entry is opened, if so. `met` counts the next one.
    pub fn stopped(&self, met: u64) -> Option<&'static str> {
        if met > limits::CONTAINER_ENTRIES {
            return Some("more entries than one archive may have");
        }
        self.level.exhausted()
    }

    /// The directories that end records (§4.3.16) and their zip64 kin (§4.3.14, §4.3.15) lead to.
    /// The first is the one that most readers take; the others are what some readers take.
    pub fn directories(&self) -> Vec<Directory> {
        let tail_at = self.length.saturating_sub(TAIL_BYTES as u64);
        let tail = self.bytes(tail_at, TAIL_BYTES as u64);
        let found: Vec<usize> =
            memchr::memmem::find_iter(&tail, END).filter(|at| tail.len() - at >= 22).collect();
        let closes = |at: usize| at + 22 + usize::from(u16_at(&tail, at + 20)) == tail.len();
        let Some(chosen) =
            found.iter().rev().find(|at| closes(**at)).or_else(|| found.last()).copied()
        else {
            return Vec::new();
        };
        let mut directories = Vec::new();
        self.lead(&tail, tail_at, chosen, &mut directories);
        // An end record inside an entry is that of a stored zip, unless it reaches the very end.
        let start = directories.first().map_or(0, |first: &Directory| first.start);
        let others: Vec<usize> = found
            .into_iter()
            .rev()
            .filter(|at| *at != chosen && (closes(*at) || tail_at + *at as u64 >= start))
            .take(limits::ZIP_END_RECORDS)
            .collect();
        others.iter().for_each(|at| self.lead(&tail, tail_at, *at, &mut directories));
        if let Some(first) = directories.first_mut() {
            if !closes(chosen) {
                first.defects.push("bytes stand behind the end record");
            }
            if !others.is_empty() {
                first.defects.push("several end records fit; readers differ in which they take");
            }
        }
        if directories.len() > 1 {
            directories[0]
                .defects
                .push("two central directories; readers differ in which they take");
        }
        directories
    }

    /// Adds the directories that the end record at `at` of the tail leads to.
    fn lead(&self, tail: &[u8], tail_at: u64, at: usize, to: &mut Vec<Directory>) {
        let end = tail_at + at as u64;
        let (disk, cd_disk) = (u16_at(tail, at + 4), u16_at(tail, at + 6));
        let (start, size) = (u32_at(tail, at + 16), u32_at(tail, at + 12));
        let (entries, here) = (u16_at(tail, at + 10), u16_at(tail, at + 8));
        let mut defects = Vec::new();
        let volumes = self.source.start_of(usize::from(cd_disk));
        if volumes.is_none() || (disk > 0 && self.source.single().is_some()) {
            defects.push("the end record speaks of volumes that are not there");
        } else if entries != here && disk == 0 {
            defects.push("the end record counts its entries in two ways");
        }
        let base = volumes.unwrap_or(0);
        let short = Stated {
            start: base + u64::from(start),
            size: size.into(),
            end,
            entries: entries.into(),
        };
        let is_saturated = start == u32::MAX || size == u32::MAX || entries == u16::MAX;
        let long = at
            .checked_sub(20)
            .filter(|locator| tail[*locator..].starts_with(LOCATOR_64))
            .and_then(|locator| self.zip64(u64_at(tail, locator + 8), end - 20, &mut defects));
        if long.is_none() && is_saturated {
            defects.push("the zip64 end record that the other points to is not there");
        }
        let states: &[Stated] = match (long, is_saturated) {
            (Some(long), true) => &[long],
            (Some(long), false) => {
                let (a, b) = (&long, &short);
                if (a.start, a.size, a.entries) != (b.start, b.size, b.entries) {
                    defects.push("the zip64 end record states another directory than the other");
                }
                &[long, short]
            }
            (None, _) => &[short],
        };
        for stated in states {
            for mut directory in self.places(stated, end + END_BYTES) {
                if !to.iter().any(|known| known.start == directory.start) {
                    directory.defects.append(&mut defects);
                    to.push(directory);
                }
            }
        }
        if let Some(first) = to.first_mut() {
            first.defects.append(&mut defects);
        }
    }

    /// The zip64 end record: where its locator says, or right before that.
    fn zip64(&self, stated: u64, locator: u64, defects: &mut Vec<&'static str>) -> Option<Stated> {
        let here = [stated, locator.saturating_sub(56)];
        let record = here.into_iter().map(|at| (at, self.bytes(at, 56)));
        let mut records = record.filter(|(_, r)| r.len() == 56 && r.starts_with(END_64));
        let Some((at, record)) = records.next() else {
            defects.push("the zip64 end record is not where its locator says");
            return None;
        };
        if at != stated || records.next().is_some_and(|(other, _)| other != at) {
            defects.push("the zip64 end record is not where its locator says");
        }
        let base = self.source.start_of(u32_at(&record, 20) as usize).unwrap_or(0);
        let start = base.saturating_add(u64_at(&record, 48));
        Some(Stated { start, size: u64_at(&record, 40), end: at, entries: u64_at(&record, 32) })
    }

    /// A directory ends where the end record starts; where the stated offset names another
    /// place, bytes were put before the archive, or there are two directories.
    fn places(&self, stated: &Stated, closed: u64) -> Vec<Directory> {
        let Stated { size, end, entries, .. } = *stated;
        let defects = Vec::new();
        if size == 0 && entries == 0 {
            return vec![Directory { start: end, end, closed, shift: 0, entries, defects }];
        }
        let is_central = |at: &u64| self.bytes(*at, 4) == CENTRAL;
        let mut places = Vec::new();
        if let Some(start) = end.checked_sub(size).filter(is_central) {
            let shift = start.saturating_sub(stated.start);
            let defects = match stated.start.cmp(&start) {
                std::cmp::Ordering::Greater => vec!["the directory is not where it is said to be"],
                _ => defects,
            };
            places.push(Directory { start, end, closed, shift, entries, defects });
        }
        if places.first().is_none_or(|first| first.start != stated.start)
            && is_central(&stated.start)
        {
            let mut defects = Vec::new();
            if places.is_empty() {
                defects.push("the directory's size does not reach the end record");
            }
            let start = stated.start;
            places.push(Directory { start, end, closed, shift: 0, entries, defects });
        }
        places
    }

    /// Reads the local header (§4.3.7) at `at`.
    pub fn local(&self, at: u64) -> Option<Local> {
        let head = self.bytes(at, LOCAL_BYTES);
        if head.len() as u64 != LOCAL_BYTES || !head.starts_with(LOCAL) {
            return None;
        }
        let (name, extra) = (u16_at(&head, 26), u16_at(&head, 28));
        let tail = self.bytes(at + LOCAL_BYTES, u64::from(name) + u64::from(extra));
        let tail_bytes = tail.len() as u64;
        let (name, extra) = tail.split_at(usize::from(name).min(tail.len()));
        let mut entry = Entry {
            flags: u16_at(&head, 6),
            method: u16_at(&head, 8),
            time: u16_at(&head, 10),
            date: u16_at(&head, 12),
            crc: Some(u32_at(&head, 14)),
            packed: u64::from(u32_at(&head, 18)),
            size: u64::from(u32_at(&head, 22)),
            offset: at,
            ..Entry::default()
        };
        entry.name(name);
        entry.extra(extra);
        Some(Local { entry, data: at + LOCAL_BYTES + tail_bytes })
    }

    /// The next local header in `at..end` that can be one.
    pub fn find_local(&self, mut at: u64, end: u64) -> Option<Local> {
        while at < end {
            let window = self.bytes(at, (limits::READ_BYTES as u64).min(end - at));
            let Some(hit) = memchr::memmem::find(&window, LOCAL) else {
                // The mark may lie across two windows.
                at += (window.len() as u64).saturating_sub(3).max(1);
                continue;
            };
            at += hit as u64;
            let fits = |local: &Local| {
                let known = matches!(local.entry.method, 0..=20 | 93..=99);
                known && !local.entry.name.is_empty() && local.data <= end
            };
            if let Some(local) = self.local(at).filter(fits) {
                return Some(local);
            }
            at += 1;
        }
        None
    }

    /// Where content of unknown size that starts at `data` ends at the latest: packed content knows
    /// its end, stored content ends at a record that states its size, else at the first record.
    pub fn latest_end(&self, entry: &Entry, data: u64, end: u64) -> u64 {
        if entry.method != 0 {
            return end;
        }
        let (mut at, mut first) = (data, None);
        while at < end {
            let window = self.bytes(at, (limits::READ_BYTES as u64).min(end - at));
            for hit in memchr::memmem::find_iter(&window, DESCRIPTOR) {
                let place = at + hit as u64;
                if u64::from(u32_at(&self.bytes(place, 16), 8)) == place - data {
                    return place;
                }
                first.get_or_insert(place);
            }
            at += (window.len() as u64).saturating_sub(3).max(1);
        }
        first.unwrap_or(end)
    }

    /// Length of the data descriptor (§4.3.9) behind the content, 0 when there is none, and
    /// whether it states what the entry does.
    pub fn descriptor(&self, entry: &Entry, at: u64) -> (u64, bool) {
        if entry.flags & 8 == 0 {
            return (0, true);
        }
        let bytes = self.bytes(at, 24);
        let signed = if bytes.starts_with(DESCRIPTOR) { 4 } else { 0 };
        let fits_crc = entry.crc.is_none_or(|crc| crc == u32_at(&bytes, signed));
        let short = (u64::from(u32_at(&bytes, signed + 4)), u64::from(u32_at(&bytes, signed + 8)));
        let long = (u64_at(&bytes, signed + 4), u64_at(&bytes, signed + 12));
        let stated = (entry.packed, entry.size);
        let is_long = long == stated && (entry.has_zip64 || short != stated);
        let fits = fits_crc && (is_long == entry.has_zip64) && (is_long || short == stated);
        (signed as u64 + if is_long { 20 } else { 12 }, fits)
    }
}

/// A local header as an entry, and where the content behind it starts.
pub struct Local {
    pub entry: Entry,
    pub data: u64,
}

impl Entry {
    /// Reads the next entry of the directory (§4.3.12); none at its end.
    pub fn central(reader: &mut impl Read, source: &Source) -> Option<Entry> {
        let mut head = [0; CENTRAL_BYTES];
        reader.read_exact(&mut head).ok()?;
        if !head.starts_with(CENTRAL) {
            return None;
        }
        let mut read = |at| {
            let mut bytes = vec![0; usize::from(u16_at(&head, at))];
            reader.read_exact(&mut bytes).ok().map(|()| bytes)
        };
        let (name, extra, comment) = (read(28)?, read(30)?, read(32)?);
        let mut entry = Entry {
            made_by: Some(u16_at(&head, 4)),
            flags: u16_at(&head, 8),
            method: u16_at(&head, 10),
            time: u16_at(&head, 12),
            date: u16_at(&head, 14),
            crc: Some(u32_at(&head, 16)),
            packed: u64::from(u32_at(&head, 20)),
            size: u64::from(u32_at(&head, 24)),
            offset: u64::from(u32_at(&head, 42)),
            // Unix modes stand in the upper half when the maker is Unix or macOS (§4.4.2).
            mode: if matches!(head[5], 3 | 19) { u32_at(&head, 38) >> 16 } else { 0 },
            ..Entry::default()
        };
        entry.name(&name);
        entry.extra(&extra);
        entry.header = CENTRAL_BYTES as u64 + (name.len() + extra.len() + comment.len()) as u64;
        entry.odd_names(u32_at(&head, 38));
        let disk = u16_at(&head, 34);
        match source.start_of(usize::from(disk)) {
            Some(start) => entry.offset = entry.offset.saturating_add(start),
            None if disk == u16::MAX => {}
            None => entry.defects.push("it is said to lie in another volume".to_owned()),
        }
        Some(entry)
    }

    fn name(&mut self, name: &[u8]) {
        self.name = name[..name.len().min(limits::NAME_BYTES)].to_vec();
        if name.len() > limits::NAME_BYTES {
            self.defects.push("a name is longer than the bound and was cut".to_owned());
        }
    }

    /// Notes names that readers take for others. `attributes` are those of MS-DOS and Unix.
    fn odd_names(&mut self, attributes: u32) {
        let mut note = |what: &str| self.defects.push(what.to_owned());
        if self.name.contains(&0) {
            note("its name holds a NUL, where some readers end it");
        }
        if self.name.ends_with(b"\\") {
            note("its name ends in a backslash, which some readers take for a folder's");
        }
        let is_folder = attributes & 0x10 != 0 || attributes >> 28 == 4;
        if is_folder && !self.name.ends_with(b"/") {
            note("its attributes are those of a folder, its name is not");
        }
    }

    /// Extra fields (§4.5): zip64 sizes, the extended time stamp, another name.
    fn extra(&mut self, mut extra: &[u8]) {
        while extra.len() >= 4 {
            let (id, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
            let data = &extra[4..extra.len().min(4 + length)];
            if data.len() < length {
                self.defects.push("an extra field is longer than all of them".to_owned());
            }
            match id {
                0x0001 => self.zip64(data),
                0x9901 => self.aes = Aes::read(data),
                0x5455 if data.len() >= 5 && data[0] & 1 != 0 => {
                    self.mtime = Some(u32_at(data, 1).cast_signed());
                }
                0x7075 if data.len() >= 5 && data[5..] != self.name => {
                    let other = encode_name(&data[5..]);
                    self.defects.push(format!("an extra field names it {other}"));
                }
                _ => {}
            }
            extra = &extra[4 + data.len()..];
        }
        // Writers that align content pad with zeros.
        if extra.iter().any(|byte| *byte != 0) {
            self.defects.push("bytes stand behind its extra fields".to_owned());
        }
    }

    fn zip64(&mut self, data: &[u8]) {
        self.has_zip64 = true;
        let mut values = data.chunks_exact(8).map(|value| u64_at(value, 0));
        for field in [&mut self.size, &mut self.packed, &mut self.offset] {
            if *field == u64::from(u32::MAX) {
                *field = values.next().unwrap_or(*field);
            }
        }
    }

    /// Notes where the local header says something else.
    pub fn compare(&mut self, local: &Local) -> Difference {
        let other = &local.entry;
        let mut difference = Difference { name: other.name != self.name, content: false };
        if difference.name {
            let name = encode_name(&other.name);
            self.defects.push(format!("the local header names it {name}"));
        }
        let mut content = |what: &str| {
            difference.content = true;
            self.defects.push(format!("the local header states {what}"));
        };
        if other.method != self.method {
            content("another compression");
        }
        if (other.flags ^ self.flags) & 1 != 0 {
            content("another encryption");
        }
        let follows = other.flags & 8 != 0;
        let (stated, own) = ((other.packed, other.size), (self.packed, self.size));
        if stated != own && !(follows && other.packed == 0) {
            content("other sizes");
        }
        if (other.flags ^ self.flags) & 8 != 0 {
            self.defects.push("the local header differs on whether sizes follow".to_owned());
        }
        let crc = other.crc.unwrap_or(0);
        if Some(crc) != self.crc && !(follows && crc == 0) {
            self.defects.push("the local header states another checksum".to_owned());
        }
        if follows && other.has_zip64 != self.has_zip64 {
            self.defects.push("readers differ in how long the record behind it is".to_owned());
        }
        self.defects.extend(other.defects.iter().map(|defect| format!("local header: {defect}")));
        difference
    }

    /// The entry as its local header has it, where that differs.
    pub fn as_local(&self, local: &Local, differs: Difference) -> Entry {
        let other = &local.entry;
        let mut entry = Entry { name: other.name.clone(), defects: Vec::new(), ..self.clone() };
        if differs.content {
            (entry.flags, entry.method, entry.aes) = (other.flags, other.method, other.aes);
            if other.packed != 0 || other.flags & 8 == 0 {
                (entry.packed, entry.size) = (other.packed, other.size);
            }
        }
        entry
    }

    /// The entry with its local header at another place.
    pub fn at(&self, offset: u64) -> Entry {
        Entry { offset, ..self.clone() }
    }

    /// Bytes it is said to hold.
    pub fn stated_bytes(&self) -> u64 {
        if self.size == 0 { self.packed } else { self.size }
    }

    /// A folder, which has no content.
    pub fn is_folder(&self) -> bool {
        self.name.ends_with(b"/") && self.size == 0
    }

    pub fn is_encrypted(&self) -> bool {
        self.flags & 1 != 0 || self.method == 99
    }

    /// Why the content cannot be opened, if so.
    pub fn obstacle(&self) -> Option<(&'static str, String)> {
        // S_IFMT and S_IFLNK of stat(2).
        if self.mode & 0o170_000 == 0o120_000 {
            return Some(("link", "a symbolic link, not followed".to_owned()));
        }
        if self.is_encrypted() && self.flags & 0x40 != 0 {
            let detail =
                "PKWARE's strong encryption: unpack it with PKZIP or SecureZIP, then assay";
            return Some(("encrypted", detail.to_owned()));
        }
        let method = self.aes.filter(|_| self.method == 99).map_or(self.method, |aes| aes.method);
        let known = matches!(method, 0 | 8 | 12 | 14 | 93 | 95 | 98);
        let name = match method {
            1 => " (shrink)",
            2..=5 => " (reduce)",
            6 => " (implode)",
            9 => " (Deflate64)",
            96 => " (JPEG)",
            97 => " (WavPack)",
            _ => "",
        };
        let detail = format!(
            "compression method {method}{name}: unpack it with 7-Zip, then assay the folder"
        );
        (!known).then_some(("unsupported-compression", detail))
    }

    pub fn meta(&self) -> Vec<(String, String)> {
        let (date, time) = (self.date, self.time);
        let stamp = format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
            1_980 + (date >> 9),
            (date >> 5) & 15,
            date & 31,
            time >> 11,
            (time >> 5) & 63,
            (time & 31) * 2
        );
        let mut meta = vec![("zip-date".to_owned(), stamp)];
        meta.extend(self.made_by.map(|maker| ("zip-made-by".to_owned(), format!("{maker:04x}"))));
        meta.extend(self.mtime.map(|mtime| ("zip-mtime".to_owned(), mtime.to_string())));
        meta
    }
}

/// Little-endian numbers; zero where the bytes end early.
pub fn u16_at(bytes: &[u8], at: usize) -> u16 {
    number(bytes, at).map_or(0, u16::from_le_bytes)
}

pub fn u32_at(bytes: &[u8], at: usize) -> u32 {
    number(bytes, at).map_or(0, u32::from_le_bytes)
}

pub fn u64_at(bytes: &[u8], at: usize) -> u64 {
    number(bytes, at).map_or(0, u64::from_le_bytes)
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}
