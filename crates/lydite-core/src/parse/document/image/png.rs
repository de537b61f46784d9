//! PNG (ISO/IEC 15948, third edition): its chunks, texts, and where the picture ends.

use std::io::Read;

use super::joined::{BIG, Joined};
use crate::evidence::Span;
use crate::limits;
use crate::parse::Defect;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Png {
    pub width: u32,
    pub height: u32,
    pub chunks: Vec<Chunk>,
    pub texts: Vec<Text>,
    pub end: usize,
    pub has_end: bool,
    pub defects: Vec<Defect>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    pub kind: [u8; 4],
    /// Length, kind, data and checksum.
    pub span: Span,
    pub data: Span,
}

/// A keyword and its text (tEXt, zTXt, iTXt), unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub keyword: String,
    pub text: String,
    pub is_packed: bool,
    /// The chunk's data; of an unpacked text the text alone.
    pub span: Span,
}

/// Reads bytes that begin with the signature.
pub fn read(raw: &[u8]) -> Png {
    let mut out = Png { end: raw.len(), ..Png::default() };
    let mut at = 8;
    loop {
        let header = BIG.size(raw, at).zip(raw.get(at + 4..at + 8));
        let Some((size, kind)) = header else {
            out.defect("a PNG ends without its end chunk", Span::new(at.min(raw.len()), raw.len()));
            break;
        };
        let kind = [kind[0], kind[1], kind[2], kind[3]];
        let start = at + 8;
        let Some(end) = start.checked_add(size).filter(|end| *end + 4 <= raw.len()) else {
            out.defect("a PNG chunk runs past the end", Span::new(at, raw.len()));
            break;
        };
        let chunk = Chunk { kind, span: Span::new(at, end + 4), data: Span::new(start, end) };
        if out.chunks.len() >= limits::PNG_CHUNKS {
            out.defect("more PNG chunks than are read", chunk.span);
            break;
        }
        out.check(raw, chunk);
        out.chunks.push(chunk);
        out.chunk(raw, chunk);
        at = end + 4;
        if &kind == b"IEND" {
            out.end = at;
            out.has_end = true;
            break;
        }
    }
    out
}

impl Png {
    fn defect(&mut self, what: &str, span: Span) {
        if self.defects.len() < limits::DEFECTS {
            self.defects.push(Defect { what: what.to_owned(), span });
        }
    }

    /// The checksum over kind and data (§5.5).
    fn check(&mut self, raw: &[u8], chunk: Chunk) {
        let mut sum = flate2::Crc::new();
        sum.update(Span::new(chunk.span.start + 4, chunk.data.end).of(raw));
        if BIG.u32(raw, chunk.data.end) != Some(sum.sum()) {
            let kind = String::from_utf8_lossy(&chunk.kind).into_owned();
            self.defect(&format!("the checksum of a PNG chunk differs: {kind}"), chunk.span);
        }
    }

    fn chunk(&mut self, raw: &[u8], chunk: Chunk) {
        let data = chunk.data.of(raw);
        match &chunk.kind {
            b"IHDR" => {
                self.width = BIG.u32(data, 0).unwrap_or(0);
                self.height = BIG.u32(data, 4).unwrap_or(0);
            }
            b"tEXt" | b"zTXt" | b"iTXt" if self.texts.len() < limits::PNG_TEXTS => {
                match text(&chunk.kind, data, chunk.data) {
                    Some(text) => self.texts.push(text),
                    None => self.defect("a text of a PNG cannot be read", chunk.span),
                }
            }
            _ => {}
        }
    }

    pub fn first(&self, kind: &[u8; 4]) -> Option<&Chunk> {
        self.chunks.iter().find(|c| &c.kind == kind)
    }

    pub fn text(&self, keyword: &str) -> Option<&Text> {
        self.texts.iter().find(|t| t.keyword.eq_ignore_ascii_case(keyword))
    }
}

fn text(kind: &[u8; 4], data: &[u8], span: Span) -> Option<Text> {
    let (keyword, rest) = at_zero(data)?;
    let keyword = latin(&keyword[..keyword.len().min(200)]);
    let whole = |text: String, is_packed: bool, rest: &[u8]| {
        let start = if is_packed { span.start } else { span.end - rest.len() };
        Some(Text { keyword: keyword.clone(), text, is_packed, span: Span::new(start, span.end) })
    };
    match kind {
        b"tEXt" => whole(latin(rest), false, rest),
        b"zTXt" => {
            let packed = rest.get(1..)?;
            whole(latin(&inflate(packed)?), true, rest)
        }
        _ => {
            let (is_packed, rest) = (*rest.first()? == 1, rest.get(2..)?);
            let (_, rest) = at_zero(rest)?;
            let (_, rest) = at_zero(rest)?;
            if is_packed {
                let text = inflate(rest)?;
                return whole(String::from_utf8_lossy(&text).into_owned(), true, rest);
            }
            whole(String::from_utf8_lossy(rest).into_owned(), false, rest)
        }
    }
}

fn at_zero(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(0, data)?;
    Some((&data[..at], &data[at + 1..]))
}

/// Latin-1 by the standard; programs write UTF-8 there.
fn latin(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::mem::decode_latin1(bytes).into_owned(),
    }
}

/// A zlib stream, up to the bound.
pub fn inflate(packed: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let most = u64::try_from(limits::PNG_UNPACKED).ok()?;
    flate2::read::ZlibDecoder::new(packed).take(most).read_to_end(&mut out).ok()?;
    Some(out)
}

/// `Raw profile type exif` and its like, as ImageMagick writes them: a name, a length, hex digits.
pub fn raw_profile(text: &Text) -> Option<Joined<'static>> {
    let mut lines = text.text.trim_start().lines();
    lines.next()?;
    lines.next()?;
    let digits: Vec<u8> = lines
        .flat_map(|line| line.bytes())
        .filter_map(|c| u8::try_from(char::from(c).to_digit(16)?).ok())
        .collect();
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|d| d[0] << 4 | d[1]).collect();
    Some(Joined::unpacked(bytes, text.span))
}

/// The colour profile, unpacked (iCCP).
pub fn profile(raw: &[u8], chunk: &Chunk) -> Option<Joined<'static>> {
    let (_, rest) = at_zero(chunk.data.of(raw))?;
    Some(Joined::unpacked(inflate(rest.get(1..)?)?, chunk.data))
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn made(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
        let header = [&[0, 0, 0, 8, 0, 0, 0, 4][..], &[8, 2, 0, 0, 0]].concat();
        let all = [(b"IHDR", &header[..])].into_iter();
        for (kind, data) in all.chain(chunks.iter().copied()).chain([(b"IEND", &[][..])]) {
            out.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
            let mut sum = flate2::Crc::new();
            sum.update(kind);
            sum.update(data);
            out.extend_from_slice(kind);
            out.extend_from_slice(data);
            out.extend(sum.sum().to_be_bytes());
        }
        out
    }

    #[test]
    fn chunks_texts_and_end() {
        let mut raw =
            made(&[(b"tEXt", b"Software\0Drawer \xe9"), (b"iTXt", b"Title\0\0\0\0\0A table")]);
        let end = raw.len();
        raw.extend(b"behind");
        let png = read(&raw);
        assert_eq!((png.width, png.height, png.end, png.has_end), (8, 4, end, true));
        assert_eq!(png.text("software").unwrap().text, "Drawer é");
        assert_eq!(png.text("Title").unwrap().span.of(&raw), b"A table");
        assert!(png.defects.is_empty());
        raw[50] ^= 1;
        assert_eq!(read(&raw).defects.len(), 1);
        for end in 8..raw.len() {
            read(&raw[..end]);
        }
    }
}
