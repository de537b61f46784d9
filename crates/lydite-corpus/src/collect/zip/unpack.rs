//! The content of an entry, by its compression method.

use std::io::{self, BufRead, BufReader, Read};

use lydite_core::limits;
use ppmd_rust::{Ppmd8Decoder, RestoreMethod};

use super::archive::Entry;

/// Opens the content by its compression method (APPNOTE §4.4.5).
pub fn unpacker<'a>(
    mut packed: impl BufRead + 'a,
    entry: &Entry,
) -> io::Result<Box<dyn Read + 'a>> {
    use liblzma::stream::Stream;
    let method = entry.aes.filter(|_| entry.method == 99).map_or(entry.method, |aes| aes.method);
    Ok(match method {
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
        98 => {
            // §5.10.3: order less one in 4 bits, memory in MiB less one in 8, restoring in 4.
            let mut head = [0; 2];
            packed.read_exact(&mut head)?;
            let head = u16::from_le_bytes(head);
            let memory = u32::from((head >> 4) & 0xff) + 1;
            let restore = match head >> 12 {
                0 => RestoreMethod::Restart,
                1 => RestoreMethod::CutOff,
                _ => return Err(io::Error::other("an unknown way to restore the PPMd model")),
            };
            if u64::from(memory) << 20 > limits::UNPACK_MEMORY {
                return Err(io::Error::other("the PPMd model takes more memory than the bound"));
            }
            let decoder =
                Ppmd8Decoder::new(packed, u32::from(head & 15) + 1, memory << 20, restore)
                    .map_err(|error| io::Error::other(error.to_string()))?;
            // Writers leave out the end mark.
            Box::new(decoder.take(entry.size))
        }
        _ => {
            let stream = Stream::new_stream_decoder(limits::UNPACK_MEMORY, 0)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(packed, stream))
        }
    })
}
