//! 7z, by sevenz-rust2: entry by entry in the order in which the blocks are packed, then the empty
//! files. An encrypted archive is tried with the password list.

use std::io::{self, Read};
use std::rc::Rc;

use lydite_core::item::encode_name;
use lydite_core::limits;
use lydite_core::parse::sniff::Format;
use sevenz_rust2::{Archive, ArchiveEntry, BlockDecoder, EncoderMethod, Error, NtTime, Password};

use super::input::{Input, Level};
use super::source::{Section, Source};
use super::{Collector, Flow, Place, Tally};

/// Methods that change no sizes: nothing in what they give tells a wrong password but a checksum.
const UNPACKED: [&[u8]; 3] =
    [EncoderMethod::ID_COPY, EncoderMethod::ID_DELTA, EncoderMethod::ID_AES256_SHA256];

impl Collector<'_> {
    /// A 7z: in place when it is a file, else spooled to a file without a name.
    pub(super) fn seven_zip(&mut self, place: Place, input: &mut Input) -> Flow {
        if let Some(source) = input.source {
            return self.seven_zip_source(place, input, source);
        }
        let source = self.spooled(input)?;
        self.seven_zip_source(place, input, &source)
    }

    fn seven_zip_source(&mut self, mut place: Place, input: &mut Input, source: &Source) -> Flow {
        let mut section = source.section(0, source.len());
        let mut tally = Tally::default();
        let (archive, mut password) = match self.header(&mut section) {
            Ok((archive, None)) => (archive, None),
            Ok((archive, Some(index))) => {
                let label = &self.passwords.tried()[index].label;
                tally.defect(format!("its list of entries was opened with {label}"));
                (archive, Some(index))
            }
            Err(Error::PasswordRequired) => {
                return self.closed(place, source, "encrypted", self.passwords.remedy());
            }
            // 7-Zip writes an empty archive without a list.
            Err(_) if list_end(source) == Some(32) => (Archive::default(), None),
            Err(error) => {
                let mut detail = format!("its list of entries cannot be read: {}", say(&error));
                let lacking = list_end(source).and_then(|end| end.checked_sub(source.len()));
                if let Some(lacking) = lacking.filter(|lacking| *lacking > 0) {
                    detail = format!("{lacking} bytes are missing at its end");
                    if !self.volumes.is_empty() {
                        detail.push_str("; the volumes behind the last are missing");
                    }
                }
                place.defects.push(detail);
                return self.unopened(place, input, source, Format::SevenZip);
            }
        };
        let level = Level::new(source.len(), place.level.clone());
        let inner = Place { level: Some(level), ..place.inside("7z", "", 0) };
        let outer = Place { level: inner.level.clone(), ..place };
        for block in 0..archive.blocks.len() {
            self.block(&outer, &archive, block, &mut section, &mut password, &mut tally)?;
        }
        for (index, entry) in archive.files.iter().enumerate() {
            if archive.stream_map.file_block_index.get(index).is_some_and(Option::is_none) {
                self.seven_zip_entry(&outer, entry, index, &mut io::empty(), None, &mut tally)?;
            }
        }
        tally.member_bytes = packed_bytes(&archive);
        input.taken = source.len();
        self.close(outer, input, Format::SevenZip, tally)
    }

    /// The list of entries, and the password that opened it if it is encrypted.
    fn header(&self, section: &mut Section) -> Result<(Archive, Option<usize>), Error> {
        let read = |section: &mut Section, password: &Password| {
            Archive::read_with_memory_limit(section, password, limits::SEVEN_ZIP_KIB)
        };
        match read(section, &Password::empty()) {
            Err(Error::PasswordRequired) => {}
            other => return other.map(|archive| (archive, None)),
        }
        for (index, password) in self.passwords.tried().iter().enumerate() {
            if let Ok(archive) = read(section, &key(&password.bytes)) {
                return Ok((archive, Some(index)));
            }
        }
        Err(Error::PasswordRequired)
    }

    /// Entries that are packed together.
    fn block(
        &mut self,
        outer: &Place,
        archive: &Archive,
        block: usize,
        section: &mut Section,
        password: &mut Option<usize>,
        tally: &mut Tally,
    ) -> Flow {
        let first = archive.stream_map.block_first_file_index[block];
        let mut used = Password::empty();
        let count = decoder(archive, block, &used, section).entry_count();
        let level = outer.level.clone();
        let exhausted = || level.as_ref().and_then(|level| level.exhausted());
        if let Some(why) = exhausted() {
            let detail = format!("{why}; {count} entries are not opened");
            return self.tell(outer.skipped("over-bound", detail, 0), false);
        }
        let is_encrypted = archive.blocks[block]
            .coders
            .iter()
            .any(|coder| coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256);
        let mut label = None;
        if is_encrypted {
            let Some(index) = self.password_of(archive, block, section, *password) else {
                let remedy = self.passwords.remedy();
                let rest = first..first + count;
                return self.not_opened(outer, archive, rest, ("encrypted", &remedy), tally);
            };
            *password = Some(index);
            used = key(&self.passwords.tried()[index].bytes);
            label = Some(self.passwords.tried()[index].label.clone());
        }
        let (mut flow, mut told) = (Ok(()), 0);
        let result =
            decoder(archive, block, &used, section).for_each_entries(&mut |entry, reader| {
                let (index, label) = (first + told, label.as_deref());
                told += 1;
                flow = self.seven_zip_entry(outer, entry, index, reader, label, tally);
                Ok(flow.is_ok() && exhausted().is_none())
            });
        flow?;
        let rest = first + told..first + count;
        let detail = match result {
            Err(Error::UnsupportedCompressionMethod(method)) => {
                let detail = format!("{method}: unpack it with 7-Zip, then assay the folder");
                return self.not_opened(
                    outer,
                    archive,
                    rest,
                    ("unsupported-compression", &detail),
                    tally,
                );
            }
            Err(Error::MaxMemLimited { .. }) => {
                let detail = "needs more memory to unpack than the bound";
                return self.not_opened(outer, archive, rest, ("over-bound", detail), tally);
            }
            Err(error) => say(&error),
            Ok(_) => String::new(),
        };
        if !detail.is_empty() {
            tally.defect(format!("a block breaks off: {detail}"));
        }
        match exhausted() {
            Some(why) => self.not_opened(outer, archive, rest, ("over-bound", why), tally),
            None => self.not_opened(outer, archive, rest, ("damaged", &detail), tally),
        }
    }

    /// The first password that unpacks the first file of a block to its checksum.
    fn password_of(
        &self,
        archive: &Archive,
        block: usize,
        section: &mut Section,
        last: Option<usize>,
    ) -> Option<usize> {
        let passwords = self.passwords.tried();
        let is_unpacked = archive.blocks[block]
            .coders
            .iter()
            .all(|coder| UNPACKED.contains(&coder.encoder_method_id()));
        let bound = if is_unpacked { u64::MAX } else { limits::PASSWORD_TRIAL_BYTES };
        let order = last.into_iter().chain((0..passwords.len()).filter(|at| Some(*at) != last));
        let mut read = 0;
        for index in order {
            if is_unpacked && read > limits::RATIO_FREE_BYTES.max(16 * packed_bytes(archive)) {
                return None;
            }
            let password = key(&passwords[index].bytes);
            let mut fits = false;
            let decoder = decoder(archive, block, &password, section);
            let result = decoder.for_each_entries(&mut |entry, reader| {
                if !entry.has_stream {
                    return Ok(true);
                }
                // Reading past the last byte compares the checksum.
                let count = io::copy(&mut reader.take(bound), &mut io::sink())?;
                read += count;
                fits = count == bound || count == entry.size;
                Ok(false)
            });
            if result.is_ok() && fits {
                return Some(index);
            }
        }
        None
    }

    fn seven_zip_entry(
        &mut self,
        outer: &Place,
        entry: &ArchiveEntry,
        index: usize,
        reader: &mut dyn Read,
        password: Option<&str>,
        tally: &mut Tally,
    ) -> Flow {
        if entry.is_directory || entry.is_anti_item {
            return Ok(());
        }
        tally.members += 1;
        let name = encode_name(bounded(entry.name()).as_bytes());
        let mut place = outer.inside("7z", &name, index as u64 + 1);
        place.meta = meta(entry);
        place.meta.extend(password.map(|label| ("password".to_owned(), label.to_owned())));
        // 7-Zip on Unix keeps st_mode in the upper half; S_IFMT and S_IFLNK of stat(2).
        let mode = entry.windows_attributes >> 16;
        if entry.has_windows_attributes && mode & 0o170_000 == 0o120_000 {
            let detail = "a symbolic link, not followed";
            return self.tell(place.skipped("link", detail, entry.size), false);
        }
        let mut content = Input::new(reader);
        content.level = outer.level.as_ref().map(Rc::clone);
        content.stated_size = entry.has_stream.then_some(entry.size);
        self.content(place, &mut content)
    }

    /// Lists the files of a block that were not handed over.
    fn not_opened(
        &mut self,
        outer: &Place,
        archive: &Archive,
        range: std::ops::Range<usize>,
        (reason, detail): (&'static str, &str),
        tally: &mut Tally,
    ) -> Flow {
        for index in range {
            let Some(entry) = archive.files.get(index).filter(|entry| !entry.is_directory) else {
                continue;
            };
            tally.members += 1;
            let name = encode_name(bounded(entry.name()).as_bytes());
            let place = outer.inside("7z", &name, index as u64 + 1);
            self.tell(place.skipped(reason, detail, entry.size), false)?;
        }
        Ok(())
    }
}

fn decoder<'a, 's>(
    archive: &'a Archive,
    block: usize,
    password: &'a Password,
    section: &'a mut Section<'s>,
) -> BlockDecoder<'a, Section<'s>> {
    let limit = limits::SEVEN_ZIP_KIB;
    BlockDecoder::new_with_memory_limit(1, limit, block, archive, password, section)
}

/// Bytes of all packed streams.
fn packed_bytes(archive: &Archive) -> u64 {
    archive.pack_sizes().iter().fold(0, |sum: u64, size| sum.saturating_add(*size))
}

/// 7-Zip takes passwords as UTF-16.
fn key(password: &[u8]) -> Password {
    Password::from(String::from_utf8_lossy(password).as_ref())
}

/// Where the list of entries ends by the file's first record: its offset and size stand at 12 and
/// 20, counted from 32 (7zFormat.txt of the LZMA SDK).
fn list_end(source: &Source) -> Option<u64> {
    let mut head = [0; 32];
    source.section(0, 32).read_exact(&mut head).ok()?;
    let number = |at: usize| head[at..at + 8].try_into().map(u64::from_le_bytes).ok();
    Some(number(12)?.saturating_add(number(20)?).saturating_add(32))
}

fn meta(entry: &ArchiveEntry) -> Vec<(String, String)> {
    let times = [
        ("7z-mtime", entry.has_last_modified_date, entry.last_modified_date),
        ("7z-ctime", entry.has_creation_date, entry.creation_date),
        ("7z-atime", entry.has_access_date, entry.access_date),
    ];
    let known = times.into_iter().filter(|(_, has, _)| *has);
    known.map(|(name, _, time)| (name.to_owned(), seconds(time).to_string())).collect()
}

/// Seconds since 1970 of a count of 100 ns since 1601.
fn seconds(time: NtTime) -> i64 {
    i64::try_from(u64::from(time) / 10_000_000).map_or(i64::MAX, |since| since - 11_644_473_600)
}

fn bounded(name: &str) -> &str {
    &name[..name.floor_char_boundary(limits::NAME_BYTES)]
}

/// An error of the library in words.
fn say(error: &Error) -> String {
    match error {
        Error::Io(error, _) | Error::MaybeBadPassword(error) => error.to_string(),
        Error::Other(text) | Error::Unsupported(text) => text.to_lowercase(),
        Error::ChecksumVerificationFailed | Error::NextHeaderCrcMismatch => {
            "content does not fit its checksum".to_owned()
        }
        other => format!("{other:?}"),
    }
}
