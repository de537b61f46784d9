//! A zip held in memory, entry by entry, with what its writer left in the headers.
//!
//! The central directory is followed (APPNOTE 4.3.12); where there is none, the local headers are
//! walked. Local headers are compared with it, and ranges that no entry covers are kept.

use flate2::read::DeflateDecoder;
use memchr::memmem;
use std::io::Read;

use crate::evidence::Span;
use crate::limits;
use crate::parse::Defect;

/// The directory of one zip.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// In the order of the directory, or of the file where there is none.
    pub entries: Vec<Entry>,
    /// Without it nobody knows what packed the file.
    pub has_directory: bool,
    /// Bytes between, before and behind the entries that belong to none, in order.
    pub gaps: Vec<Span>,
    /// Local headers that the directory does not list.
    pub unlisted: Vec<Entry>,
    pub defects: Vec<Defect>,
}

/// One entry as the directory and its local header have it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// As it stands, read as UTF-8.
    pub name: String,
    /// 0 stored, 8 deflated.
    pub method: u16,
    pub flags: u16,
    /// High byte: the system (0 DOS, 3 Unix); low byte: version of the format, 45 for 4.5.
    pub made_by: u16,
    /// Local date in the high half, time in the low one, as DOS counts them.
    pub dos: u32,
    pub crc: u32,
    /// Of the unpacked bytes, as stated.
    pub size: u64,
    /// Extra field 0x5455: seconds since 1970.
    pub modified: Option<i64>,
    /// Extra field 0xA220 of the local header: room that Microsoft's packaging leaves.
    pub growth_hint: bool,
    /// What the local header says otherwise than the directory.
    pub differs: Vec<&'static str>,
    pub local: Span,
    pub packed: Span,
}

impl Entry {
    /// Seconds since 1970 of the DOS stamp read as if it were UTC; none for no date and for
    /// 1 January 1980, 0:00, which says that the writer states none.
    pub fn stamped(&self) -> Option<i64> {
        let (date, time) = (self.dos >> 16, self.dos & 0xffff);
        if self.dos == 0 || self.dos == NO_DATE {
            return None;
        }
        let year = i16::try_from(1980 + (date >> 9)).ok()?;
        let part = |value: u32| i8::try_from(value).ok();
        let (month, day) = (part(date >> 5 & 15)?, part(date & 31)?);
        let (hour, minute, second) =
            (part(time >> 11)?, part(time >> 5 & 63)?, part((time & 31) * 2)?);
        let at = jiff::civil::DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
        Some(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
    }

    /// 1 January 1980, 0:00, which writers put that state no date.
    pub fn states_no_date(&self) -> bool {
        self.dos == NO_DATE
    }

    pub fn is_folder(&self) -> bool {
        self.name.ends_with('/')
    }

    /// Header and packed bytes.
    pub fn span(&self) -> Span {
        Span::new(self.local.start, self.packed.end)
    }
}

/// 1 January 1980, 0:00.
const NO_DATE: u32 = 0x0021_0000;
const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// Reads the directory of a zip.
pub fn read(raw: &[u8]) -> Package {
    let mut package = Package::default();
    match end_record(raw) {
        Some((directory, shift, end)) => {
            package.has_directory = true;
            central(raw, directory, shift, &mut package);
            mark_gaps(raw, directory, end, &mut package);
        }
        None => {
            let whole = Span::new(0, raw.len());
            package
                .defects
                .push(Defect { what: "zip without a directory".to_owned(), span: whole });
            package.entries = walk_local(raw, whole);
        }
    }
    package
}

fn u16_at(raw: &[u8], at: usize) -> Option<u16> {
    let bytes = raw.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes([bytes[0], bytes[1]]))
}

fn u32_at(raw: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16_at(raw, at)?) | u32::from(u16_at(raw, at.checked_add(2)?)?) << 16)
}

fn u64_at(raw: &[u8], at: usize) -> Option<u64> {
    Some(u64::from(u32_at(raw, at)?) | u64::from(u32_at(raw, at.checked_add(4)?)?) << 32)
}

/// Where the directory starts, how far all offsets are shifted by bytes put before the zip, and
/// where the end record stands.
fn end_record(raw: &[u8]) -> Option<(usize, usize, usize)> {
    // APPNOTE 4.3.16: 22 bytes and a comment of at most 65,535.
    let from = raw.len().saturating_sub(22 + 65_535);
    let end = from + memmem::rfind(&raw[from..], END)?;
    let size = u32_at(raw, end + 12)? as usize;
    let stated = u32_at(raw, end + 16)? as usize;
    if stated == u32::MAX as usize || size == u32::MAX as usize {
        // APPNOTE 4.3.15: the zip64 locator stands before the end record.
        let locator = end.checked_sub(20)?;
        let record = usize::try_from(u64_at(raw, locator + 8)?).ok()?;
        let is_record = raw.get(record..record.checked_add(4)?)? == b"PK\x06\x06";
        let start = is_record.then(|| u64_at(raw, record + 48)).flatten()?;
        return Some((usize::try_from(start).ok()?, 0, end));
    }
    let start = end.checked_sub(size)?;
    Some((start, start.checked_sub(stated)?, end))
}

fn central(raw: &[u8], directory: usize, shift: usize, package: &mut Package) {
    let mut at = directory;
    while raw.get(at..at.saturating_add(4)) == Some(CENTRAL) {
        if package.entries.len() == limits::DOCUMENT_PARTS {
            let span = Span::new(at, raw.len());
            package.defects.push(Defect { what: "more parts than are read".to_owned(), span });
            return;
        }
        match central_entry(raw, at, shift) {
            Some((entry, next)) => {
                package.entries.extend(entry);
                at = next;
            }
            None => {
                let span = Span::new(at, raw.len());
                let what = "the zip's directory breaks off".to_owned();
                package.defects.push(Defect { what, span });
                return;
            }
        }
    }
}

/// One record of the directory and where the next starts. The entry is none where its local header
/// lies outside the file.
fn central_entry(raw: &[u8], at: usize, shift: usize) -> Option<(Option<Entry>, usize)> {
    let (name, extra, comment) =
        (u16_at(raw, at + 28)?, u16_at(raw, at + 30)?, u16_at(raw, at + 32)?);
    let name_end = at + 46 + usize::from(name);
    let extra_end = name_end + usize::from(extra);
    let next = extra_end + usize::from(comment);
    let name = raw.get(at + 46..name_end)?;
    let extra = raw.get(name_end..extra_end)?;
    let mut packed = u64::from(u32_at(raw, at + 20)?);
    let mut size = u64::from(u32_at(raw, at + 24)?);
    let mut offset = u64::from(u32_at(raw, at + 42)?);
    // APPNOTE 4.5.3: only what is all ones stands here, in this order.
    let mut wide = field(extra, 0x0001).unwrap_or(&[]);
    for value in [&mut size, &mut packed, &mut offset] {
        if *value == u64::from(u32::MAX) && wide.len() >= 8 {
            *value = u64_at(wide, 0)?;
            wide = &wide[8..];
        }
    }
    let entry = Entry {
        name: String::from_utf8_lossy(name).into_owned(),
        made_by: u16_at(raw, at + 4)?,
        flags: u16_at(raw, at + 8)?,
        method: u16_at(raw, at + 10)?,
        dos: u32_at(raw, at + 12)?,
        crc: u32_at(raw, at + 16)?,
        size,
        modified: unix_time(extra),
        growth_hint: false,
        differs: Vec::new(),
        local: Span::default(),
        packed: Span::default(),
    };
    let local = usize::try_from(offset).ok().and_then(|offset| offset.checked_add(shift));
    let packed = usize::try_from(packed).ok();
    let entry = match (local, packed) {
        (Some(local), Some(packed)) => with_local(raw, entry, local, packed),
        _ => None,
    };
    Some((entry, next))
}

/// Joins what the local header says.
fn with_local(raw: &[u8], mut entry: Entry, at: usize, packed: usize) -> Option<Entry> {
    if raw.get(at..at.checked_add(30)?)?.get(..4) != Some(LOCAL) {
        return None;
    }
    let name_end = at + 30 + usize::from(u16_at(raw, at + 26)?);
    let data = name_end + usize::from(u16_at(raw, at + 28)?);
    let extra = raw.get(name_end..data)?;
    let name = String::from_utf8_lossy(raw.get(at + 30..name_end)?);
    entry.local = Span::new(at, data);
    entry.packed = Span::new(data, data.checked_add(packed)?.min(raw.len()));
    entry.growth_hint = field(extra, 0xa220).is_some();
    entry.modified = unix_time(extra).or(entry.modified);
    let is_streamed = u16_at(raw, at + 6)? & 8 != 0;
    let pairs = [
        (name != entry.name, "name"),
        (u16_at(raw, at + 8)? != entry.method, "method"),
        (u32_at(raw, at + 10)? != entry.dos, "date"),
        (!is_streamed && u32_at(raw, at + 14)? != entry.crc, "checksum"),
    ];
    entry.differs = pairs.iter().filter(|(differs, _)| *differs).map(|(_, what)| *what).collect();
    Some(entry)
}

/// The content of an extra field (APPNOTE 4.5).
fn field(mut extra: &[u8], id: u16) -> Option<&[u8]> {
    while let (Some(found), Some(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
        let end = 4 + usize::from(length);
        let content = extra.get(4..end)?;
        if found == id {
            return Some(content);
        }
        extra = &extra[end..];
    }
    None
}

/// Extra field 0x5455 of Info-ZIP: flags, then the time of change.
fn unix_time(extra: &[u8]) -> Option<i64> {
    let content = field(extra, 0x5455)?;
    let has_time = content.first()? & 1 != 0;
    has_time.then(|| u32_at(content, 1)).flatten().map(|time| i64::from(time.cast_signed()))
}

/// Entries of local headers alone, as long as each is followed by the next.
fn walk_local(raw: &[u8], within: Span) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut at = within.start;
    let end = within.end.min(raw.len());
    while entries.len() < limits::DOCUMENT_PARTS {
        let Some(found) = raw.get(at..end).and_then(|rest| memmem::find(rest, LOCAL)) else {
            break;
        };
        let start = at + found;
        let Some(entry) = local_entry(raw, start, end) else {
            at = start + 4;
            continue;
        };
        at = entry.packed.end.max(start + 30);
        entries.push(entry);
    }
    entries
}

fn local_entry(raw: &[u8], at: usize, end: usize) -> Option<Entry> {
    let name_end = at + 30 + usize::from(u16_at(raw, at + 26)?);
    let name = raw.get(at + 30..name_end)?;
    let is_name = !name.is_empty() && name.iter().all(|c| *c >= b' ');
    is_name.then_some(())?;
    let flags = u16_at(raw, at + 6)?;
    let data = name_end + usize::from(u16_at(raw, at + 28)?);
    let stated = u32_at(raw, at + 18)? as usize;
    // Streamed entries state no size; the next signature ends them.
    let packed = if flags & 8 != 0 && stated == 0 {
        let mut rest = raw.get(data..end)?;
        for mark in [LOCAL, CENTRAL, b"PK\x07\x08"] {
            rest = &rest[..memmem::find(rest, mark).unwrap_or(rest.len())];
        }
        rest.len()
    } else {
        stated
    };
    let entry = Entry {
        name: String::from_utf8_lossy(name).into_owned(),
        method: u16_at(raw, at + 8)?,
        flags,
        made_by: u16_at(raw, at + 4)?,
        dos: u32_at(raw, at + 10)?,
        crc: u32_at(raw, at + 14)?,
        size: u64::from(u32_at(raw, at + 22)?),
        modified: None,
        growth_hint: false,
        differs: Vec::new(),
        local: Span::default(),
        packed: Span::default(),
    };
    with_local(raw, entry, at, packed)
}

/// Ranges that no entry covers, and entries in them that the directory does not list.
fn mark_gaps(raw: &[u8], directory: usize, end: usize, package: &mut Package) {
    let mut covered: Vec<Span> = package.entries.iter().map(Entry::span).collect();
    covered.push(Span::new(directory, (end + 22).min(raw.len())));
    covered.sort();
    let mut at = 0;
    for span in covered {
        // A data descriptor (APPNOTE 4.3.9) has at most 24 bytes.
        if span.start > at && !(at > 0 && span.start - at <= 24) {
            let gap = Span::new(at, span.start);
            let room = limits::DOCUMENT_PARTS - package.unlisted.len();
            package.unlisted.extend(walk_local(raw, gap).into_iter().take(room));
            package.gaps.push(gap);
        }
        at = at.max(span.end);
    }
}

/// The unpacked bytes of an entry, as many as `room` holds, and what was wrong with them.
pub fn open(raw: &[u8], entry: &Entry, room: usize) -> (Vec<u8>, Option<&'static str>) {
    let packed = entry.packed.of(raw);
    let room = room.min(limits::DOCUMENT_PART_BYTES);
    if entry.flags & 1 != 0 {
        return (Vec::new(), Some("encrypted part"));
    }
    let mut bytes = Vec::new();
    let broken = match entry.method {
        0 => {
            bytes.extend_from_slice(&packed[..packed.len().min(room)]);
            packed.len() > room
        }
        8 => {
            let bound = u64::try_from(room).unwrap_or(u64::MAX);
            let read = DeflateDecoder::new(packed).take(bound).read_to_end(&mut bytes);
            read.is_err()
        }
        _ => return (bytes, Some("part packed in a way that is not read")),
    };
    let mut crc = flate2::Crc::new();
    crc.update(&bytes);
    let what = if bytes.len() == room && entry.size > room as u64 {
        Some("part cut at the bound")
    } else if broken {
        Some("part that breaks off")
    } else if crc.sum() != entry.crc {
        Some("part whose checksum differs")
    } else {
        None
    };
    (bytes, what)
}
