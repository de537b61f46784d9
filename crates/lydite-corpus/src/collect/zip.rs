//! zip, read by its central directory (APPNOTE 6.3.10 §4.3), entry by entry: repeated names stay
//! two entries. Where the local header says something else than the directory, or bytes lie
//! outside both, other readers see another archive, and that is noted.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;

use lydite_core::item::encode_name;
use lydite_core::limits;
use lydite_core::parse::sniff::Format;

use super::input::{Input, Level};
use super::{CollectError, Collector, Flow, Place, Stop, Tally};

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const LOCAL_BYTES: u64 = 30;
const CENTRAL_BYTES: usize = 46;
const END_BYTES: u64 = 22;
/// A comment takes at most 65,535 bytes; a locator and a zip64 record may stand before the end.
const TAIL_BYTES: u64 = END_BYTES + 65_535 + 20;

/// Where the central directory lies.
#[derive(Debug)]
struct Directory {
    start: u64,
    end: u64,
    /// What to add to stated offsets: bytes were put in front of the archive.
    shift: u64,
    entries: u64,
    defects: Vec<&'static str>,
}

/// One entry, as the directory (or, without one, its local header) says.
#[derive(Debug, Default)]
struct Entry {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    made_by: Option<u16>,
    /// DOS time and date.
    time: u16,
    date: u16,
    crc: Option<u32>,
    packed: u64,
    size: u64,
    /// Of the local header, as stated.
    offset: u64,
    mode: u32,
    mtime: Option<i32>,
    defects: Vec<String>,
}

/// Bytes `at..end` of a file. Seeks before each read, so that several can share the file.
struct Section<'a> {
    file: &'a File,
    at: u64,
    end: u64,
    consumed: Option<Rc<Cell<u64>>>,
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let room = room.min(buffer.len());
        let mut file = self.file;
        file.seek(SeekFrom::Start(self.at))?;
        let count = file.read(&mut buffer[..room])?;
        self.at += count as u64;
        if let Some(consumed) = &self.consumed {
            consumed.set(consumed.get() + count as u64);
        }
        Ok(count)
    }
}

impl Collector<'_> {
    /// A zip: in place when it is a file, else spooled to a file without a name.
    pub(super) fn zip(&mut self, place: Place, input: &mut Input) -> Flow {
        if let Some(file) = input.file {
            let length = self.size;
            return self.zip_file(place, input, file, length);
        }
        let spool =
            |source| Stop::Failed(CollectError::Spool { dir: self.spool_dir.to_owned(), source });
        let mut file = tempfile::tempfile_in(self.spool_dir).map_err(spool)?;
        let length = io::copy(input, &mut file).map_err(spool)?;
        self.zip_file(place, input, &file, length)
    }

    fn zip_file(&mut self, place: Place, input: &mut Input, file: &File, length: u64) -> Flow {
        let level = Level::new(length, place.level.clone());
        let mut tally = Tally::default();
        let archive = Archive { file, length, level };
        match archive.directory() {
            Some(directory) => self.zip_listed(&place, &archive, &directory, &mut tally)?,
            None => self.zip_unlisted(&place, &archive, &mut tally)?,
        }
        input.taken = length;
        self.close(place, input, Format::Zip, tally)
    }

    fn zip_listed(
        &mut self,
        place: &Place,
        archive: &Archive,
        directory: &Directory,
        tally: &mut Tally,
    ) -> Flow {
        directory.defects.iter().for_each(|defect| tally.defect(*defect));
        let section = archive.section(directory.start, directory.end);
        let mut reader = BufReader::with_capacity(limits::SNIFF_BYTES, section);
        let (mut met, mut used) = (0, 0);
        while let Some(mut entry) = Entry::central(&mut reader) {
            met += 1;
            entry.offset = entry.offset.saturating_add(directory.shift);
            if let Some(why) = archive.stopped(met) {
                let left = directory.entries.saturating_sub(met - 1);
                let detail = format!("{why}; {left} entries are not opened");
                return self.tell(place.skipped("over-bound", detail, 0), false);
            }
            used += self.zip_entry(place, archive, entry, tally)?;
        }
        if met != directory.entries {
            let stated = directory.entries;
            tally.defect(format!("the directory holds {met} entries and states {stated}"));
        }
        match directory.start.checked_sub(used + directory.shift) {
            None => tally.defect("entries share bytes"),
            Some(0) => {}
            Some(gap) => tally.defect(format!("{gap} bytes before the directory are in no entry")),
        }
        Ok(())
    }

    /// Without a directory (a cut download) the local headers are followed as far as they go.
    fn zip_unlisted(&mut self, place: &Place, archive: &Archive, tally: &mut Tally) -> Flow {
        tally.defect("no central directory; entries are those of the local headers");
        let mut at = 0;
        while let Some(Local { mut entry, .. }) = archive.local(at) {
            if archive.stopped(tally.members + 1).is_some() {
                break;
            }
            // Sizes that follow the content cannot be known before it is unpacked.
            if entry.flags & 8 != 0 && entry.packed == 0 {
                break;
            }
            entry.offset = at;
            at += self.zip_entry(place, archive, entry, tally)?;
        }
        let rest = archive.length.saturating_sub(at);
        if rest == 0 {
            return Ok(());
        }
        let (reason, detail) = match archive.level.exhausted() {
            Some(why) => ("over-bound", why),
            None => ("damaged", "no central directory and no local header that can be followed"),
        };
        self.tell(place.skipped(reason, detail, rest), false)
    }

    /// Opens one entry and gives the bytes of the archive it takes.
    fn zip_entry(
        &mut self,
        outer: &Place,
        archive: &Archive,
        mut entry: Entry,
        tally: &mut Tally,
    ) -> Result<u64, Stop> {
        let (start, local) = (entry.offset, archive.local(entry.offset));
        let data = match &local {
            Some(local) => {
                entry.compare(local);
                start + LOCAL_BYTES + local.header_tail
            }
            None => start,
        };
        let trailer = archive.descriptor(&entry, data.saturating_add(entry.packed));
        let span = (data - start).saturating_add(entry.packed).saturating_add(trailer);
        if entry.name.ends_with(b"/") && entry.size == 0 {
            return Ok(span);
        }
        tally.members += 1;
        tally.member_bytes = tally.member_bytes.saturating_add(entry.packed);
        let mut place = outer.inside("zip", &encode_name(&entry.name), tally.members);
        place.level = Some(Rc::clone(&archive.level));
        place.meta = entry.meta();
        if let Some((reason, detail)) = entry.obstacle(local.is_some()) {
            let bytes = if entry.size == 0 { entry.packed } else { entry.size };
            self.tell(place.skipped(reason, detail, bytes), false)?;
            return Ok(span);
        }
        place.defects = std::mem::take(&mut entry.defects);
        let end = data.saturating_add(entry.packed);
        if end > archive.length {
            place.defects.push("the archive ends inside this entry".to_owned());
        }
        let mut section = archive.section(data, end.min(archive.length));
        section.consumed = (outer.depth == 0).then(|| Rc::clone(&self.consumed));
        let packed = BufReader::with_capacity(limits::SNIFF_BYTES, section);
        match unpacker(packed, &entry) {
            Ok(reader) => {
                let mut content = Input::new(reader);
                content.level = Some(Rc::clone(&archive.level));
                content.stated_size = Some(entry.size);
                content.stated_crc = entry.crc;
                self.content(place, &mut content)?;
            }
            Err(error) => {
                self.tell(place.skipped("damaged", error.to_string(), entry.packed), false)?;
            }
        }
        Ok(span)
    }
}

/// The file, its length, and what may come out of it.
struct Archive<'a> {
    file: &'a File,
    length: u64,
    level: Rc<Level>,
}

impl<'a> Archive<'a> {
    fn section(&self, at: u64, end: u64) -> Section<'a> {
        Section { file: self.file, at, end, consumed: None }
    }

    /// Up to `count` bytes at `at`.
    fn bytes(&self, at: u64, count: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let end = at.saturating_add(count).min(self.length);
        let _ = self.section(at, end).read_to_end(&mut bytes);
        bytes
    }

    /// Why no further entry is opened, if so. `met` counts the next one.
    fn stopped(&self, met: u64) -> Option<&'static str> {
        if met > limits::CONTAINER_ENTRIES {
            return Some("more entries than one archive may have");
        }
        self.level.exhausted()
    }

    /// Finds the directory from the end record (§4.3.16) and its zip64 kin (§4.3.14, §4.3.15).
    fn directory(&self) -> Option<Directory> {
        let tail_at = self.length.saturating_sub(TAIL_BYTES);
        let tail = self.bytes(tail_at, TAIL_BYTES);
        let found: Vec<usize> =
            memchr::memmem::find_iter(&tail, END).filter(|at| tail.len() - at >= 22).collect();
        let closes = |at: &&usize| **at + 22 + usize::from(u16_at(&tail, **at + 20)) == tail.len();
        let at = *found.iter().rev().find(closes).or_else(|| found.last())?;
        let end = tail_at + at as u64;
        let mut directory = Directory {
            start: u64::from(u32_at(&tail, at + 16)),
            end,
            shift: 0,
            entries: u64::from(u16_at(&tail, at + 10)),
            defects: Vec::new(),
        };
        if found.iter().filter(closes).count() > 1 {
            directory.defects.push("several end records fit; readers differ in which they take");
        }
        if !closes(&&at) {
            directory.defects.push("bytes stand behind the end record");
        }
        let mut size = u64::from(u32_at(&tail, at + 12));
        if let Some(locator) = at.checked_sub(20).filter(|l| tail[*l..].starts_with(LOCATOR_64)) {
            self.read_zip64(&mut directory, &mut size, u64_at(&tail, locator + 8), end - 20);
        }
        self.place(&mut directory, size)
    }

    fn read_zip64(&self, directory: &mut Directory, size: &mut u64, stated: u64, locator: u64) {
        let here = [stated, locator.saturating_sub(56)].into_iter();
        let record = here.map(|at| (at, self.bytes(at, 56)));
        let Some((at, record)) =
            record.into_iter().find(|(_, r)| r.len() == 56 && r.starts_with(END_64))
        else {
            directory.defects.push("the zip64 end record is not where its locator says");
            return;
        };
        directory.end = at;
        directory.entries = u64_at(&record, 32);
        *size = u64_at(&record, 40);
        directory.start = u64_at(&record, 48);
    }

    /// The directory ends where the end record starts; where the stated offset names another
    /// place, bytes were put before the archive, or it has two directories.
    fn place(&self, directory: &mut Directory, size: u64) -> Option<Directory> {
        let stated = directory.start;
        let is_central = |at: u64| self.bytes(at, 4) == CENTRAL;
        let by_size = directory.end.checked_sub(size);
        if size == 0 && directory.entries == 0 {
            directory.start = directory.end;
            directory.shift = 0;
        } else if let Some(start) = by_size.filter(|start| is_central(*start)) {
            if start != stated && is_central(stated) {
                directory
                    .defects
                    .push("two central directories; readers differ in which they take");
            }
            directory.shift = start.saturating_sub(stated);
            directory.start = start;
        } else if is_central(stated) {
            directory.defects.push("the directory's size does not reach the end record");
        } else {
            return None;
        }
        Some(Directory { defects: std::mem::take(&mut directory.defects), ..*directory })
    }

    /// Reads the local header (§4.3.7) at `at`.
    fn local(&self, at: u64) -> Option<Local> {
        let head = self.bytes(at, LOCAL_BYTES);
        if head.len() as u64 != LOCAL_BYTES || !head.starts_with(LOCAL) {
            return None;
        }
        let (name, extra) = (u16_at(&head, 26), u16_at(&head, 28));
        let tail = self.bytes(at + LOCAL_BYTES, u64::from(name) + u64::from(extra));
        let (name, extra) = tail.split_at(usize::from(name).min(tail.len()));
        let mut entry = Entry {
            flags: u16_at(&head, 6),
            method: u16_at(&head, 8),
            time: u16_at(&head, 10),
            date: u16_at(&head, 12),
            crc: Some(u32_at(&head, 14)),
            packed: u64::from(u32_at(&head, 18)),
            size: u64::from(u32_at(&head, 22)),
            ..Entry::default()
        };
        entry.name(name);
        entry.extra(extra);
        Some(Local { entry, header_tail: tail.len() as u64 })
    }

    /// Length of the data descriptor (§4.3.9) behind the content, 0 when there is none.
    fn descriptor(&self, entry: &Entry, at: u64) -> u64 {
        if entry.flags & 8 == 0 {
            return 0;
        }
        let bytes = self.bytes(at, 16);
        let signed = if bytes.starts_with(b"PK\x07\x08") { 4 } else { 0 };
        let short = bytes.get(signed + 4..signed + 8).is_some_and(|packed| {
            u64::from(u32_at(packed, 0)) == entry.packed && entry.packed <= u64::from(u32::MAX)
        });
        // A zip64 descriptor holds the same low half; its high half is zero, so the next four
        // bytes tell: there the short one has the size.
        let size = bytes.get(signed + 8..signed + 12).map_or(0, |size| u32_at(size, 0));
        let is_short = short && u64::from(size) == entry.size;
        signed as u64 + if is_short { 12 } else { 20 }
    }
}

/// A local header as an entry, and the bytes of name and extra fields behind its fixed part.
struct Local {
    entry: Entry,
    header_tail: u64,
}

impl Entry {
    /// Reads the next entry of the directory (§4.3.12); none at its end.
    fn central(reader: &mut impl Read) -> Option<Entry> {
        let mut head = [0; CENTRAL_BYTES];
        reader.read_exact(&mut head).ok()?;
        if !head.starts_with(CENTRAL) {
            return None;
        }
        let mut read = |at| {
            let mut bytes = vec![0; usize::from(u16_at(&head, at))];
            reader.read_exact(&mut bytes).ok().map(|()| bytes)
        };
        let (name, extra, _comment) = (read(28)?, read(30)?, read(32)?);
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
        Some(entry)
    }

    fn name(&mut self, name: &[u8]) {
        self.name = name[..name.len().min(limits::NAME_BYTES)].to_vec();
        if name.len() > limits::NAME_BYTES {
            self.defects.push("a name is longer than the bound and was cut".to_owned());
        }
    }

    /// Extra fields (§4.5): zip64 sizes, the extended time stamp, another name.
    fn extra(&mut self, mut extra: &[u8]) {
        while extra.len() >= 4 {
            let (id, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
            let data = &extra[4..extra.len().min(4 + length)];
            match id {
                0x0001 => self.zip64(data),
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
    }

    fn zip64(&mut self, data: &[u8]) {
        let mut values = data.chunks_exact(8).map(|value| u64_at(value, 0));
        for field in [&mut self.size, &mut self.packed, &mut self.offset] {
            if *field == u64::from(u32::MAX) {
                *field = values.next().unwrap_or(*field);
            }
        }
    }

    /// Notes where the local header says something else.
    fn compare(&mut self, local: &Local) {
        let other = &local.entry;
        if other.name != self.name {
            let name = encode_name(&other.name);
            self.defects.push(format!("the local header names it {name}"));
        }
        if other.method != self.method {
            self.defects.push("the local header states another compression".to_owned());
        }
        let follows = other.flags & 8 != 0;
        if !follows && (other.packed, other.size) != (self.packed, self.size) {
            self.defects.push("the local header states other sizes".to_owned());
        }
    }

    /// Why the content cannot be opened, if so.
    fn obstacle(&self, has_local: bool) -> Option<(&'static str, String)> {
        if !has_local {
            return Some(("damaged", "no local header where the directory says".to_owned()));
        }
        if self.flags & 1 != 0 || self.method == 99 {
            return Some(("encrypted", "needs a password".to_owned()));
        }
        // S_IFMT and S_IFLNK of stat(2).
        if self.mode & 0o170_000 == 0o120_000 {
            return Some(("link", "a symbolic link, not followed".to_owned()));
        }
        let known = matches!(self.method, 0 | 8 | 12 | 14 | 93 | 95);
        let detail = format!("compression method {}", self.method);
        (!known).then_some(("unsupported-compression", detail))
    }

    fn meta(&self) -> Vec<(String, String)> {
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

/// Opens the content by its compression method (§4.4.5).
fn unpacker<'a>(mut packed: impl BufRead + 'a, entry: &Entry) -> io::Result<Box<dyn Read + 'a>> {
    use liblzma::stream::Stream;
    Ok(match entry.method {
        0 => Box::new(packed),
        8 => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
        12 => Box::new(bzip2::bufread::BzDecoder::new(packed)),
        14 => {
            // §5.8.8: version, size of the properties, properties; liblzma wants the header of
            // a .lzma file, with the size unknown unless no end mark is written (flag bit 1).
            let mut head = [0; 9];
            packed.read_exact(&mut head)?;
            let size = if entry.flags & 2 == 0 { entry.size } else { u64::MAX };
            let head = [&head[4..9], &size.to_le_bytes()].concat();
            let stream = Stream::new_lzma_decoder(limits::UNPACK_MEMORY)?;
            let whole = BufReader::new(io::Cursor::new(head).chain(packed));
            Box::new(liblzma::bufread::XzDecoder::new_stream(whole, stream))
        }
        93 => {
            let mut reader = zstd::stream::read::Decoder::with_buffer(packed)?;
            reader.window_log_max(limits::UNPACK_MEMORY.ilog2())?;
            Box::new(reader)
        }
        _ => {
            let stream = Stream::new_stream_decoder(limits::UNPACK_MEMORY, 0)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(packed, stream))
        }
    })
}

/// Little-endian numbers; zero where the bytes end early.
fn u16_at(bytes: &[u8], at: usize) -> u16 {
    number(bytes, at).map_or(0, u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    number(bytes, at).map_or(0, u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    number(bytes, at).map_or(0, u64::from_le_bytes)
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}
