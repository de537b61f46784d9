//! Streams that are packed as a whole: gzip, bzip2, xz and zstd, also of several members.

use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use lydite_core::limits;
use lydite_core::parse::sniff::Format;

use super::input::{Input, Level};
use super::{Collector, Flow, Place, Tally};

/// Reads the packed side and weighs it.
struct Weighed<'a, 'b> {
    input: &'a mut Input<'b>,
    level: Rc<Level>,
}

impl Read for Weighed<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.level.weigh(count as u64);
        Ok(count)
    }
}

impl Collector<'_> {
    /// Opens a packed stream. What comes out has one name: that of the stream without its suffix.
    pub(super) fn stream(&mut self, place: Place, input: &mut Input, format: Format) -> Flow {
        let mut inner = place.inside(format.name(), &content_name(&place.path, format), 1);
        let level = Level::new(0, place.level.clone());
        inner.level = Some(Rc::clone(&level));
        if format == Format::Gzip {
            inner.meta = gzip_time(input.peek());
        }
        let mut tally = Tally { members: 1, ..Tally::default() };
        let packed = BufReader::with_capacity(
            limits::READ_BYTES,
            Weighed { input: &mut *input, level: Rc::clone(&level) },
        );
        match unpacker(packed, format) {
            Ok(reader) => {
                let mut content = Input::new(reader);
                content.level = Some(level);
                self.content(inner, &mut content)?;
                tally.defects = content.defects();
            }
            Err(error) => self.tell(inner.skipped("damaged", error.to_string(), 0), false)?,
        };
        tally.member_bytes = input.taken;
        self.close(place, input, format, tally)
    }
}

fn unpacker<'a>(packed: impl BufRead + 'a, format: Format) -> io::Result<Box<dyn Read + 'a>> {
    Ok(match format {
        Format::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
        Format::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
        Format::Xz => {
            let flags = liblzma::stream::CONCATENATED;
            let stream = liblzma::stream::Stream::new_stream_decoder(limits::UNPACK_MEMORY, flags)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(packed, stream))
        }
        _ => {
            let mut reader = zstd::stream::read::Decoder::with_buffer(packed)?;
            reader.window_log_max(limits::UNPACK_MEMORY.ilog2())?;
            Box::new(reader)
        }
    })
}

/// The last part of a path without the suffix of the packing; `content` when it has none.
pub(super) fn content_name(path: &str, format: Format) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((stem, suffix)) = name.rsplit_once('.') else {
        return "content".to_owned();
    };
    let suffix = suffix.to_ascii_lowercase();
    let packed_tar = ["tgz", "tbz", "tbz2", "txz", "tzst"].contains(&suffix.as_str());
    let is_known = suffix == format.name() || (format == Format::Zstd && suffix == "zstd");
    match (stem, packed_tar, is_known) {
        ("", ..) | (_, false, false) => "content".to_owned(),
        (stem, true, _) => format!("{stem}.tar"),
        (stem, ..) => stem.to_owned(),
    }
}

/// When gzip says its content was changed (RFC 1952 §2.3.1), seconds since 1970.
fn gzip_time(head: &[u8]) -> Vec<(String, String)> {
    let time = head.get(4..8).and_then(|t| t.try_into().ok()).map_or(0, u32::from_le_bytes);
    if time == 0 { Vec::new() } else { vec![("gz-mtime".to_owned(), time.to_string())] }
}
