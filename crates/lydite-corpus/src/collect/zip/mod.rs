//! zip, read by its central directory (APPNOTE 6.3.10 §4.3), entry by entry: repeated names stay
//! two entries.
//!
//! Programs disagree on hostile archives: some follow the directory, some the local headers, some
//! another end record (Y. You et al., "My ZIP isn't your ZIP", USENIX Security 2025). So a second
//! reading is told beside the first: what another directory lists, what a local header says
//! otherwise, and local headers that no directory lists. Its entries stand under `~directory-2/`,
//! `~local/` and `~unlisted/`; which readers see them, their meta `zip-reading` says.

mod archive;
mod crypt;
mod spans;
mod unpack;

use std::io::{BufReader, Read};
use std::rc::Rc;

use lydite_core::item::encode_name;
use lydite_core::limits;
use lydite_core::parse::sniff::Format;

use super::input::{Input, Level};
use super::source::Source;
use super::{Collector, Flow, Place, Tally};
use archive::{Archive, Difference, Directory, Entry, Local};
use spans::{Met, Spans, normal};
use unpack::unpacker;

/// What is known of an archive while it is read.
struct Walk<'a> {
    archive: Archive<'a>,
    tally: Tally,
    /// Bytes of entries and directories.
    spans: Spans,
    /// Entries of the directories told so far; kept where there are several.
    told: Option<Met>,
    names: Met,
    /// Entries of second readings.
    others: u64,
}

/// Which readers see an entry.
#[derive(Clone, Copy)]
enum Reading {
    First,
    /// Those that take the directory of this number.
    Directory(usize),
    /// Those that follow local headers, where the directory says otherwise.
    Local,
    /// Those that follow local headers; no directory lists it.
    Unlisted,
}

impl Collector<'_> {
    /// A zip: in place when it is a file, else spooled to a file without a name.
    pub(super) fn zip(&mut self, place: Place, input: &mut Input) -> Flow {
        if let Some(source) = input.source {
            return self.zip_source(place, input, source);
        }
        let source = self.spooled(input)?;
        self.zip_source(place, input, &source)
    }

    /// Whether content that is none by its start ends as a zip does: an end record that reaches to
    /// the very end, a directory, and a local header where its first entry says.
    pub(super) fn ends_as_zip(source: &Source) -> bool {
        let (length, level) = (source.len(), Level::new(0, None));
        let archive = Archive::new(source, length, level);
        archive.directories().first().is_some_and(|first| {
            let mut section = archive.section(first.start, first.end);
            let entry = Entry::central(&mut section, source);
            first.defects.is_empty()
                && entry.is_some_and(|entry| {
                    archive.local(entry.offset.saturating_add(first.shift)).is_some()
                })
        })
    }

    pub(super) fn zip_source(&mut self, place: Place, input: &mut Input, source: &Source) -> Flow {
        let length = source.len();
        let level = Level::new(length, place.level.clone());
        let archive = Archive::new(source, length, level);
        let directories = archive.directories();
        let mut walk = Walk {
            archive,
            tally: Tally::default(),
            spans: Spans::default(),
            told: (directories.len() > 1).then(Met::default),
            names: Met::default(),
            others: 0,
        };
        match directories.split_first() {
            Some((first, others)) => {
                self.zip_listed(&place, &mut walk, first, Reading::First)?;
                for (at, directory) in others.iter().enumerate() {
                    let reading = Reading::Directory(at + 2);
                    self.zip_listed(&place, &mut walk, directory, reading)?;
                }
                self.zip_gaps(&place, &mut walk, Reading::Unlisted)?;
            }
            None => {
                walk.tally.defect("no central directory; entries are those of the local headers");
                self.zip_gaps(&place, &mut walk, Reading::First)?;
                self.zip_rest(&place, &mut walk)?;
            }
        }
        input.taken = length;
        self.close(place, input, Format::Zip, walk.tally)
    }

    fn zip_listed(
        &mut self,
        place: &Place,
        walk: &mut Walk,
        directory: &Directory,
        reading: Reading,
    ) -> Flow {
        directory.defects.iter().for_each(|defect| walk.tally.defect(*defect));
        let section = walk.archive.section(directory.start, directory.end);
        let mut reader = BufReader::with_capacity(limits::SNIFF_BYTES, section);
        let (mut met, mut parsed) = (0, directory.start);
        while let Some(mut entry) = Entry::central(&mut reader, walk.archive.source) {
            met += 1;
            parsed += entry.header;
            let stated = entry.offset;
            entry.offset = stated.saturating_add(directory.shift);
            if let Some(why) = walk.archive.stopped(met) {
                let left = directory.entries.saturating_sub(met - 1);
                let detail = format!("{why}; {left} entries are not opened");
                return self.tell(place.skipped("over-bound", detail, 0), false);
            }
            if !walk.is_news(&entry) {
                continue;
            }
            let misled = directory.shift > 0 && walk.archive.local(stated).is_some();
            let other = misled.then(|| entry.at(stated));
            self.zip_entry(place, walk, entry, reading)?;
            if let Some(other) = other {
                // Who takes offsets as they are stated.
                self.zip_entry(place, walk, other, Reading::Local)?;
            }
        }
        if met != directory.entries {
            let stated = directory.entries;
            walk.tally.defect(format!("the directory holds {met} entries and states {stated}"));
        }
        if parsed != directory.end {
            let behind = directory.end.saturating_sub(parsed);
            walk.tally
                .defect(format!("{behind} bytes stand between the directory and its end record"));
        }
        if matches!(reading, Reading::First) {
            walk.close_first(directory);
        }
        walk.spans.add(directory.start, parsed);
        walk.spans.add(directory.end, directory.closed);
        Ok(())
    }

    /// Local headers in bytes that belong to no entry that was told.
    fn zip_gaps(&mut self, place: &Place, walk: &mut Walk, reading: Reading) -> Flow {
        let length = walk.archive.length;
        for (start, end) in walk.spans.gaps(length) {
            let mut at = start;
            while let Some(found) = walk.archive.find_local(at, end) {
                let Local { mut entry, data } = found;
                if let Some(why) = walk.archive.stopped(walk.tally.members + 1) {
                    return self.tell(place.skipped("over-bound", why, 0), false);
                }
                let follows = entry.flags & 8 != 0 && entry.packed == 0;
                if follows {
                    entry.sizes_follow = true;
                    entry.packed = walk.archive.latest_end(&entry, data, end) - data;
                }
                let next = data.saturating_add(entry.packed);
                at = if next > end || (follows && entry.method != 0) { data } else { next };
                self.zip_entry(place, walk, entry, reading)?;
            }
        }
        Ok(())
    }

    /// What is left of an archive without a directory.
    fn zip_rest(&mut self, place: &Place, walk: &mut Walk) -> Flow {
        let gaps = walk.spans.gaps(walk.archive.length);
        let rest = gaps.iter().map(|(start, end)| end - start).sum();
        if rest == 0 {
            return Ok(());
        }
        let (reason, detail) = match walk.archive.level.exhausted() {
            Some(why) => ("over-bound", why),
            None => ("damaged", "no central directory and no local header that can be followed"),
        };
        self.tell(place.skipped(reason, detail, rest), false)
    }

    /// Opens one entry, and once more as its local header says where that differs.
    fn zip_entry(
        &mut self,
        outer: &Place,
        walk: &mut Walk,
        mut entry: Entry,
        reading: Reading,
    ) -> Flow {
        let Some(local) = walk.archive.local(entry.offset) else {
            if entry.is_folder() {
                return Ok(());
            }
            let place = walk.place(outer, &entry, reading);
            let detail = "no local header where the directory says";
            return self.tell(place.skipped("damaged", detail, entry.stated_bytes()), false);
        };
        let differs = match reading {
            Reading::First | Reading::Directory(_) => entry.compare(&local),
            Reading::Local | Reading::Unlisted => Difference::default(),
        };
        let end = local.data.saturating_add(entry.packed);
        let (trailer, descriptor_fits) = match entry.sizes_follow {
            true => (0, true),
            false => walk.archive.descriptor(&entry, end),
        };
        if !matches!(reading, Reading::Local) {
            walk.spans.add(entry.offset, end.saturating_add(trailer));
        }
        let listed = matches!(reading, Reading::First | Reading::Directory(_));
        if listed && !descriptor_fits {
            entry.defects.push("the record behind it states other sizes or checksums".to_owned());
        }
        if listed && !walk.names.is_new(normal(&entry.name)) {
            entry.defects.push("another entry goes by the same path".to_owned());
            walk.tally.defect("several entries go by one path; readers differ in which they take");
        }
        let mut second = (differs.name || differs.content).then(|| entry.as_local(&local, differs));
        if !descriptor_fits && listed && local.entry.packed == 0 {
            // Who unpacks as a stream stops where the packed content ends, not where it is said to.
            let mut streamed = second.unwrap_or_else(|| entry.clone());
            let length = walk.archive.length;
            let end = walk.archive.latest_end(&streamed, local.data, length);
            (streamed.packed, streamed.sizes_follow) = (end.saturating_sub(local.data), true);
            second = Some(streamed);
        }
        if !entry.is_folder() || second.as_ref().is_some_and(|second| !second.is_folder()) {
            self.zip_content(outer, walk, entry, local.data, reading)?;
        }
        match second {
            Some(second) if !second.is_folder() => {
                self.zip_content(outer, walk, second, local.data, Reading::Local)
            }
            _ => Ok(()),
        }
    }

    /// Hands over the content that starts at `data`.
    fn zip_content(
        &mut self,
        outer: &Place,
        walk: &mut Walk,
        mut entry: Entry,
        data: u64,
        reading: Reading,
    ) -> Flow {
        if !matches!(reading, Reading::First) {
            walk.others += 1;
            if walk.others > limits::ZIP_SECOND_READING {
                walk.tally.defect("more entries of second readings than are told");
                return Ok(());
            }
        }
        let mut place = walk.place(outer, &entry, reading);
        if matches!(reading, Reading::First) && !entry.sizes_follow {
            walk.tally.member_bytes = walk.tally.member_bytes.saturating_add(entry.packed);
        }
        if let Some((reason, detail)) = entry.obstacle() {
            return self.tell(place.skipped(reason, detail, entry.stated_bytes()), false);
        }
        place.defects.append(&mut entry.defects);
        let archive = &walk.archive;
        let mut end = data.saturating_add(entry.packed);
        if end > archive.length {
            place.defects.push("the archive ends inside this entry".to_owned());
            end = archive.length;
        }
        let mut section = archive.section(data, end);
        section.consumed = (outer.depth == 0).then(|| Rc::clone(&self.consumed));
        let packed: Box<dyn Read + '_> = if entry.is_encrypted() {
            let passwords = self.passwords.tried();
            let Some((index, opened)) = crypt::open(archive, &entry, (data, end), passwords) else {
                let remedy = self.passwords.remedy();
                return self.tell(place.skipped("encrypted", remedy, entry.stated_bytes()), false);
            };
            place.meta.push(("password".to_owned(), passwords[index].label.clone()));
            Box::new(opened)
        } else {
            Box::new(section)
        };
        let level = Rc::clone(&archive.level);
        match unpacker(BufReader::with_capacity(limits::SNIFF_BYTES, packed), &entry) {
            Ok(reader) => {
                let mut content = Input::new(reader);
                content.level = Some(level);
                if !entry.sizes_follow {
                    content.stated_size = Some(entry.size);
                    // AE-2 states no checksum; its own code was verified.
                    content.stated_crc = entry.crc.filter(|crc| entry.method != 99 || *crc != 0);
                }
                self.content(place, &mut content)
            }
            Err(error) => {
                self.tell(place.skipped("damaged", error.to_string(), entry.packed), false)
            }
        }
    }
}

/// Whether bytes that do not start as a zip end in a record that could be one's end.
pub fn may_end_as_zip(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(archive::TAIL_BYTES)..];
    !bytes.starts_with(b"PK")
        && memchr::memmem::rfind(tail, archive::END)
            .is_some_and(|at| at + 22 + usize::from(archive::u16_at(tail, at + 20)) == tail.len())
}

impl Walk<'_> {
    /// Whether no directory before listed the entry.
    fn is_news(&mut self, entry: &Entry) -> bool {
        let Entry { name, offset, method, packed, size, flags, .. } = entry;
        self.told
            .as_mut()
            .is_none_or(|told| told.is_new((name, offset, method, packed, size, flags)))
    }

    /// Notes what the first reading leaves over.
    fn close_first(&mut self, directory: &Directory) {
        let start = directory.start;
        let mut reaches = self.spans.overlap();
        let gaps = self.spans.gaps(start);
        reaches |= self.spans.reach() > start;
        if reaches {
            self.tally.defect("entries share bytes");
        }
        let is_marker = |gap: &(u64, u64)| {
            let volume_mark = [&b"PK00"[..], b"PK\x07\x08"];
            *gap == (0, 4) && volume_mark.contains(&&self.archive.bytes(0, 4)[..])
        };
        let (mut before, mut between) = (0, 0);
        for gap in gaps.iter().filter(|gap| !is_marker(gap)) {
            if gap.0 == 0 { before += gap.1 } else { between += gap.1 - gap.0 }
        }
        if before > 0 {
            self.tally.defect(format!("{before} bytes stand before the first entry"));
        }
        if between > 0 {
            self.tally.defect(format!("{between} bytes before the directory are in no entry"));
        }
    }

    fn place(&mut self, outer: &Place, entry: &Entry, reading: Reading) -> Place {
        self.tally.members += 1;
        let name = encode_name(&entry.name);
        let (name, seen_by) = match reading {
            Reading::First => (name, None),
            Reading::Directory(number) => {
                (format!("~directory-{number}/{name}"), Some(format!("directory {number}")))
            }
            Reading::Local => (format!("~local/{name}"), Some("local header".to_owned())),
            Reading::Unlisted => {
                (format!("~unlisted/{name}"), Some("local header, in no directory".to_owned()))
            }
        };
        let mut place = outer.inside("zip", &name, self.tally.members);
        place.level = Some(Rc::clone(&self.archive.level));
        place.meta = entry.meta();
        if let Some(seen_by) = seen_by {
            self.tally.defect("readers differ in its entries; a second reading is told beside");
            place.meta.push(("zip-reading".to_owned(), seen_by));
        }
        place
    }
}
