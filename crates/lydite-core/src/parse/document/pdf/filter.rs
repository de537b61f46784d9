//! Filters of streams (ISO 32000-2 §7.4), each bounded by what it may give.

use std::io::Read;

use flate2::read::{DeflateDecoder, ZlibDecoder};

use super::object::{Dict, Object, is_space};
use crate::limits;

/// Why data are not there in plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// An image's own coding, which is no text.
    Image,
    Unknown,
    TooLong,
    Locked,
}

/// What the filters of a stream make of its data, in their order. What breaks off gives what came
/// out before. `resolve` follows references inside the parameters.
pub fn decode(
    data: Vec<u8>,
    filters: &[Vec<u8>],
    parameters: &[Dict],
    most: usize,
) -> Result<Vec<u8>, Closed> {
    let mut data = data;
    let none = Dict::default();
    for (at, filter) in filters.iter().take(limits::PDF_FILTERS).enumerate() {
        let parameters = parameters.get(at).unwrap_or(&none);
        data = match filter.as_slice() {
            b"FlateDecode" | b"Fl" => predicted(inflate(&data, most)?, parameters)?,
            b"LZWDecode" | b"LZW" => {
                predicted(lzw(&data, parameters.int(b"EarlyChange") != Some(0), most)?, parameters)?
            }
            b"ASCII85Decode" | b"A85" => ascii85(&data),
            b"ASCIIHexDecode" | b"AHx" => hexadecimal(&data),
            b"RunLengthDecode" | b"RL" => run_length(&data, most)?,
            b"Crypt" => data,
            b"DCTDecode" | b"DCT" | b"JPXDecode" | b"CCITTFaxDecode" | b"CCF" | b"JBIG2Decode" => {
                return Err(Closed::Image);
            }
            _ => return Err(Closed::Unknown),
        };
        if data.len() > most {
            return Err(Closed::TooLong);
        }
    }
    Ok(data)
}

/// The names under `/Filter`, one or many.
pub fn names(filter: Option<&Object>) -> Vec<Vec<u8>> {
    match filter {
        Some(Object::Name(name)) => vec![name.clone()],
        Some(Object::Array(list)) => list.iter().filter_map(|o| Some(o.name()?.to_vec())).collect(),
        _ => Vec::new(),
    }
}

/// Data as they come out until `most`; broken ones as far as they go.
fn inflate(data: &[u8], most: usize) -> Result<Vec<u8>, Closed> {
    let mut out = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    let is_full = read_all(&mut ZlibDecoder::new(data), &mut buffer, &mut out, most);
    if out.is_empty() && data.len() > 2 {
        // Without or behind a broken head of zlib's.
        for skip in [2, 0] {
            read_all(&mut DeflateDecoder::new(&data[skip..]), &mut buffer, &mut out, most);
            if !out.is_empty() {
                break;
            }
        }
    }
    if is_full { Err(Closed::TooLong) } else { Ok(out) }
}

/// True where more would have come than `most`.
fn read_all(from: &mut impl Read, buffer: &mut [u8], out: &mut Vec<u8>, most: usize) -> bool {
    loop {
        match from.read(buffer) {
            Ok(0) | Err(_) => return false,
            Ok(n) if out.len() + n > most => return true,
            Ok(n) => out.extend_from_slice(&buffer[..n]),
        }
    }
}

fn lzw(data: &[u8], early: bool, most: usize) -> Result<Vec<u8>, Closed> {
    let mut decoder = match early {
        true => weezl::decode::Decoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8),
        false => weezl::decode::Decoder::new(weezl::BitOrder::Msb, 8),
    };
    let mut out = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    let mut rest = data;
    loop {
        let step = decoder.decode_bytes(rest, &mut buffer);
        rest = &rest[step.consumed_in..];
        out.extend_from_slice(&buffer[..step.consumed_out]);
        if out.len() > most {
            return Err(Closed::TooLong);
        }
        match step.status {
            Ok(weezl::LzwStatus::Ok) if step.consumed_in + step.consumed_out > 0 => {}
            _ => return Ok(out),
        }
    }
}

/// §7.4.4.4: PNG's predictors, and TIFF's on samples of eight bits.
fn predicted(data: Vec<u8>, parameters: &Dict) -> Result<Vec<u8>, Closed> {
    let predictor = parameters.int(b"Predictor").unwrap_or(1);
    if predictor < 2 {
        return Ok(data);
    }
    let least = |key: &[u8], or: i64| parameters.int(key).unwrap_or(or).clamp(1, 1 << 20) as usize;
    let (colours, bits, columns) =
        (least(b"Colors", 1).min(256), least(b"BitsPerComponent", 8).min(32), least(b"Columns", 1));
    let pixel = (colours * bits).div_ceil(8).max(1);
    // A row longer than the data is the data.
    let row = (colours * bits * columns).div_ceil(8).clamp(1, data.len().max(1));
    if predictor == 2 {
        return if bits == 8 { Ok(tiff(data, colours, row)) } else { Err(Closed::Unknown) };
    }
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0u8; row];
    for line in data.chunks(row + 1) {
        let (&kind, line) = line.split_first().unwrap_or((&0, &[]));
        let mut now = vec![0u8; row];
        for at in 0..line.len() {
            let left = if at >= pixel { now[at - pixel] } else { 0 };
            let up = above[at];
            let corner = if at >= pixel { above[at - pixel] } else { 0 };
            let guess = match kind {
                1 => left,
                2 => up,
                3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
                4 => paeth(left, up, corner),
                _ => 0,
            };
            now[at] = line[at].wrapping_add(guess);
        }
        out.extend_from_slice(&now[..line.len()]);
        above = now;
    }
    Ok(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let p = a + b - c;
    let (da, db, dc) = ((p - a).abs(), (p - b).abs(), (p - c).abs());
    if da <= db && da <= dc {
        left
    } else if db <= dc {
        up
    } else {
        corner
    }
}

fn tiff(mut data: Vec<u8>, colours: usize, row: usize) -> Vec<u8> {
    for line in data.chunks_mut(row) {
        for at in colours..line.len() {
            line[at] = line[at].wrapping_add(line[at - colours]);
        }
    }
    data
}

fn ascii85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / 5 * 4);
    let mut group = [0u8; 5];
    let mut filled = 0;
    let data = data.strip_prefix(b"<~").unwrap_or(data);
    for &byte in data {
        match byte {
            b'~' => break,
            b'z' if filled == 0 => out.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                group[filled] = byte - b'!';
                filled += 1;
                if filled == 5 {
                    out.extend_from_slice(&base85(group));
                    filled = 0;
                }
            }
            _ => {}
        }
    }
    if filled > 1 {
        group[filled..].fill(84);
        out.extend_from_slice(&base85(group)[..filled - 1]);
    }
    out
}

fn base85(group: [u8; 5]) -> [u8; 4] {
    let number = group.iter().fold(0u64, |n, digit| n * 85 + u64::from(*digit));
    ((number & 0xffff_ffff) as u32).to_be_bytes()
}

fn hexadecimal(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data
        .iter()
        .take_while(|c| **c != b'>')
        .filter(|c| !is_space(**c))
        .filter_map(|c| Some((*c as char).to_digit(16)? as u8))
        .collect();
    digits.chunks(2).map(|p| p[0] * 16 + p.get(1).copied().unwrap_or(0)).collect()
}

fn run_length(data: &[u8], most: usize) -> Result<Vec<u8>, Closed> {
    let mut out = Vec::new();
    let mut rest = data;
    while let Some((&length, tail)) = rest.split_first() {
        let length = usize::from(length);
        match length {
            128 => break,
            0..=127 => {
                let (run, tail) = tail.split_at(tail.len().min(length + 1));
                out.extend_from_slice(run);
                rest = tail;
            }
            _ => {
                let Some((&byte, tail)) = tail.split_first() else { break };
                out.resize(out.len() + 257 - length, byte);
                rest = tail;
            }
        }
        if out.len() > most {
            return Err(Closed::TooLong);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn zlib(data: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        out.write_all(data).unwrap();
        out.finish().unwrap()
    }

    fn through(data: &[u8], filter: &str, most: usize) -> Result<Vec<u8>, Closed> {
        decode(data.to_vec(), &[filter.as_bytes().to_vec()], &[], most)
    }

    #[test]
    fn each_filter_gives_its_plain_data() {
        let plain = b"example text, example text";
        assert_eq!(through(&zlib(plain), "FlateDecode", 99).unwrap(), plain);
        assert_eq!(through(&zlib(plain)[2..], "FlateDecode", 99).unwrap(), plain);
        assert_eq!(through(b"48656c6C 6f>zz", "AHx", 99).unwrap(), b"Hello");
        assert_eq!(through(b"<~87cURD]i,\"Ebo7~>", "A85", 99).unwrap(), b"Hello World");
        assert_eq!(through(b"\x01ab\xfec\x80d", "RL", 99).unwrap(), b"abccc");
        // ISO 32000-2 §7.4.4.2, example 2.
        let packed = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        let unpacked = [45, 45, 45, 45, 45, 65, 45, 45, 45, 66];
        assert_eq!(through(&packed, "LZWDecode", 99).unwrap(), unpacked);
    }

    #[test]
    fn bombs_end_and_images_stay_closed() {
        let bomb = zlib(&vec![0; 1 << 20]);
        assert_eq!(through(&bomb, "Fl", 1_000), Err(Closed::TooLong));
        assert_eq!(through(b"\x81a\x81a\x81a", "RL", 100), Err(Closed::TooLong));
        assert_eq!(through(b"", "DCTDecode", 9), Err(Closed::Image));
        assert_eq!(through(b"", "Own", 9), Err(Closed::Unknown));
    }

    #[test]
    fn rows_are_added_to_those_above() {
        let text = b"<</Predictor 12/Columns 3>>";
        let Some(Object::Dict(dict)) = super::super::object::Parser::new(text, 0).object() else {
            panic!()
        };
        let rows = [2, 1, 2, 3, 2, 1, 1, 1, 1, 5, 1, 1];
        assert_eq!(predicted(rows.to_vec(), &dict).unwrap(), [1, 2, 3, 2, 3, 4, 5, 6, 7]);
    }
}
