//! tar in all its dialects (v7, ustar, pax, GNU), read as a stream: POSIX pax "ustar Interchange
//! Format" and the GNU tar manual, "Basic Tar Format".
//!
//! Entries behind the end mark are read too: other readers stop there, so the mark is a place to
//! hide, and that is noted.

use std::io::{self, Read};

use lydite_core::item::encode_name;
use lydite_core::limits;
use lydite_core::parse::sniff::{Format, is_tar_header};

use super::input::Input;
use super::{Collector, Flow, Place, Tally};

const BLOCK: usize = 512;
const BLOCK_BYTES: u64 = 512;

/// What extension headers say about the entry behind them.
#[derive(Default)]
struct Extension {
    name: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
    mtime: Option<String>,
    is_sparse: bool,
    defects: Vec<String>,
}

impl Collector<'_> {
    pub(super) fn tar(&mut self, place: Place, input: &mut Input) -> Flow {
        let mut tally = Tally::default();
        self.tar_entries(&place, input, "tar", &mut tally)?;
        self.close(place, input, Format::Tar, tally)
    }

    /// The entries of a tar, told as those of a `container`.
    pub(super) fn tar_entries(
        &mut self,
        place: &Place,
        input: &mut Input,
        container: &'static str,
        tally: &mut Tally,
    ) -> Flow {
        let mut extension = Extension::default();
        let (mut ended, mut block) = (false, [0; BLOCK]);
        loop {
            let count = fill(input, &mut block);
            if count < BLOCK {
                if count > 0 || !ended {
                    tally.defect("the archive has no end mark");
                }
                break;
            }
            if block.iter().all(|byte| *byte == 0) {
                ended = true;
                continue;
            }
            if !is_tar_header(&block) {
                let detail = "no valid tar header where one should stand".to_owned();
                self.tar_rest(place, input, &detail)?;
                tally.defect(detail);
                break;
            }
            if ended {
                ended = false;
                tally.defect("entries stand behind the end mark");
            }
            if tally.members == limits::CONTAINER_ENTRIES {
                let rest = place.skipped("over-bound", "more entries than one archive may have", 0);
                self.tell(rest, false)?;
                break;
            }
            let Some(size) = number(&block[124..136]) else {
                self.tar_rest(place, input, "a tar header states no valid size")?;
                break;
            };
            match block[156] {
                b'L' | b'K' | b'x' | b'g' | b'V' => extension.read(input, &block, size),
                _ => {
                    let extension = std::mem::take(&mut extension);
                    self.tar_entry((place, container), input, &block, extension, tally)?;
                }
            }
        }
        Ok(())
    }

    fn tar_rest(&mut self, place: &Place, input: &mut Input, detail: &str) -> Flow {
        let rest = BLOCK_BYTES + io::copy(input, &mut io::sink()).unwrap_or(0);
        self.tell(place.skipped("damaged", detail, rest), false)
    }

    fn tar_entry(
        &mut self,
        (archive, container): (&Place, &'static str),
        input: &mut Input,
        block: &[u8; BLOCK],
        extension: Extension,
        tally: &mut Tally,
    ) -> Flow {
        let size = extension.size.or_else(|| number(&block[124..136])).unwrap_or(0);
        let name = extension.name.clone().unwrap_or_else(|| header_name(block));
        let kind = block[156];
        let is_folder = kind == b'5' || (matches!(kind, b'0' | 0) && name.ends_with(b"/"));
        let is_sparse = extension.is_sparse || kind == b'S';
        if kind == b'S' {
            skip_sparse_map(input, block);
        }
        let has_data = !matches!(kind, b'1'..=b'6') || (kind == b'1' && size > 0);
        let data = if has_data { size } else { 0 };
        if is_folder && data == 0 {
            return Ok(());
        }
        tally.members += 1;
        tally.member_bytes += data;
        let mut place = archive.inside(container, &encode_name(&name), tally.members);
        place.meta = meta(block, extension.mtime);
        place.defects.extend(extension.defects);
        let mut content = Input::new(input.by_ref().take(data));
        content.stated_size = Some(data);
        if is_sparse {
            self.tell(place.skipped("sparse", "holes of a sparse file are not read", data), false)?;
        } else if matches!(kind, b'1' | b'2') {
            let target = extension.link.unwrap_or_else(|| text(&block[157..257]).to_vec());
            let detail = format!("points to {} and is not followed", encode_name(&target));
            self.tell(place.skipped("link", detail, data), false)?;
        } else if matches!(kind, b'3' | b'4' | b'6') {
            self.tell(place.skipped("special-file", "a device or a pipe", data), false)?;
        } else if matches!(kind, b'M' | b'N' | b'D') {
            let detail = "a piece of a multi-volume or incremental archive";
            self.tell(place.skipped("damaged", detail, data), false)?;
        } else {
            self.content(place, &mut content)?;
        }
        let _ = io::copy(&mut content, &mut io::sink());
        drop(content);
        skip(input, padding(data));
        Ok(())
    }
}

impl Extension {
    /// Reads the data of a `L`, `K`, `x`, `g` or `V` header. Global records and labels say
    /// nothing about one entry.
    fn read(&mut self, input: &mut Input, block: &[u8; BLOCK], size: u64) {
        let mut data = Vec::new();
        let _ = input.by_ref().take(size.min(limits::TAR_RECORDS as u64)).read_to_end(&mut data);
        skip(input, size - data.len() as u64);
        skip(input, padding(size));
        let name = || text(&data[..data.len().min(limits::NAME_BYTES)]).to_vec();
        match block[156] {
            b'L' => self.name = Some(name()),
            b'K' => self.link = Some(name()),
            b'x' => self.records(&data),
            _ => {}
        }
        if size > limits::TAR_RECORDS as u64 {
            self.defects
                .push("an extension header is larger than the bound and was cut".to_owned());
        }
    }

    /// pax records: `length key=value\n`, the length counting all of it.
    fn records(&mut self, mut data: &[u8]) {
        while !data.is_empty() {
            let record = data.iter().position(|c| *c == b' ').and_then(|blank| {
                let length: usize = std::str::from_utf8(&data[..blank]).ok()?.parse().ok()?;
                let record = data.get(blank + 1..length)?.strip_suffix(b"\n")?;
                let equals = record.iter().position(|c| *c == b'=')?;
                Some((length, &record[..equals], &record[equals + 1..]))
            });
            let Some((length, key, value)) = record else {
                self.defects.push("a pax record is malformed".to_owned());
                return;
            };
            let value = &value[..value.len().min(limits::NAME_BYTES)];
            let decimal = || std::str::from_utf8(value).ok().map(str::to_owned);
            match key {
                b"path" => self.name = Some(value.to_vec()),
                b"linkpath" => self.link = Some(value.to_vec()),
                b"size" => self.size = decimal().and_then(|size| size.parse().ok()),
                b"mtime" => self.mtime = decimal(),
                key if key.starts_with(b"GNU.sparse.") => self.is_sparse = true,
                _ => {}
            }
            data = &data[length..];
        }
    }
}

/// `prefix/name` of a ustar header, `name` of any other.
fn header_name(block: &[u8; BLOCK]) -> Vec<u8> {
    let name = text(&block[..100]);
    let prefix = if &block[257..263] == b"ustar\0" { text(&block[345..500]) } else { b"" };
    if prefix.is_empty() { name.to_vec() } else { [prefix, b"/", name].concat() }
}

fn meta(block: &[u8; BLOCK], mtime: Option<String>) -> Vec<(String, String)> {
    let mut meta = Vec::new();
    if let Some(time) = mtime.or_else(|| number(&block[136..148]).map(|time| time.to_string())) {
        meta.push(("tar-mtime".to_owned(), encode_name(time.as_bytes())));
    }
    if &block[257..262] == b"ustar" && block[265] != 0 {
        let (user, group) = (text(&block[265..297]), text(&block[297..329]));
        meta.push(("tar-owner".to_owned(), encode_name(&[user, b":", group].concat())));
    }
    meta
}

/// Octal text, or GNU's base-256 when the top bit is set; none for what is neither or negative.
fn number(field: &[u8]) -> Option<u64> {
    match field {
        [0x80, rest @ ..] => {
            let (high, low) = rest.split_at_checked(rest.len().checked_sub(8)?)?;
            let low = low.try_into().ok().map(u64::from_be_bytes)?;
            (high.iter().all(|byte| *byte == 0) && low <= i64::MAX.cast_unsigned()).then_some(low)
        }
        _ => {
            let digits = text(field).trim_ascii();
            if digits.is_empty() {
                return Some(0);
            }
            u64::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()
        }
    }
}

/// The bytes before the first NUL.
fn text(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or(field)
}

fn padding(size: u64) -> u64 {
    (BLOCK_BYTES - size % BLOCK_BYTES) % BLOCK_BYTES
}

fn skip(input: &mut Input, count: u64) {
    let _ = io::copy(&mut input.by_ref().take(count), &mut io::sink());
}

/// The blocks that continue an old GNU sparse header (flag at 482, then at 504 of each).
fn skip_sparse_map(input: &mut Input, header: &[u8; BLOCK]) {
    let (mut goes_on, mut block) = (header[482] != 0, [0; BLOCK]);
    while goes_on && fill(input, &mut block) == BLOCK {
        goes_on = block[504] != 0;
    }
}

/// Reads until the buffer is full or the input ends.
fn fill(input: &mut Input, buffer: &mut [u8]) -> usize {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(count @ 1..) => filled += count,
            _ => break,
        }
    }
    filled
}
