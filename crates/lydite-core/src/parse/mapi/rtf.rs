//! Rich text bodies: unpacked ([MS-OXRTFCP]), and the HTML or plain text that Outlook wraps into
//! them taken out again ([MS-OXRTFEX]).

use crate::limits;
use crate::text::decode_charset;

/// What the dictionary holds before the first byte ([MS-OXRTFCP] §2.2.2.1).
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \
\\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\
\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// Unpacks a compressed body; what comes out before damage is kept. `None` where it is none.
pub fn decompress(data: &[u8]) -> Option<Vec<u8>> {
    let size = u32::from_le_bytes(*data.get(4..)?.first_chunk()?) as usize;
    let packed = data.get(16..)?;
    match data.get(8..12)? {
        b"MELA" => Some(packed[..size.min(packed.len())].to_vec()),
        b"LZFu" => Some(unpack(packed, size.min(limits::ITEM_BYTES))),
        _ => None,
    }
}

fn unpack(packed: &[u8], size: usize) -> Vec<u8> {
    let mut ring = [b' '; 4_096];
    ring[..DICTIONARY.len()].copy_from_slice(DICTIONARY);
    let (mut at, mut out) = (DICTIONARY.len(), Vec::new());
    let mut rest = packed.iter().copied();
    while let Some(control) = rest.next() {
        for bit in 0..8 {
            let Some(first) = rest.next() else {
                return out;
            };
            if out.len() >= size {
                return out;
            }
            if control & (1 << bit) == 0 {
                out.push(first);
                ring[at % 4_096] = first;
                at += 1;
                continue;
            }
            let Some(second) = rest.next() else {
                return out;
            };
            let reference = usize::from(u16::from_be_bytes([first, second]));
            let (from, length) = (reference >> 4, (reference & 15) + 2);
            // A reference to the place being written ends the text.
            if from == at % 4_096 {
                return out;
            }
            for n in 0..length {
                let byte = ring[(from + n) % 4_096];
                out.push(byte);
                ring[at % 4_096] = byte;
                at += 1;
            }
        }
    }
    out
}

/// What rich text was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrapped {
    Html(String),
    Text(String),
}

/// Takes the wrapped text out. `None` where the text was written as rich text.
pub fn unwrap(rtf: &[u8]) -> Option<Wrapped> {
    let head = &rtf[..rtf.len().min(4_096)];
    let has = |word: &[u8]| memchr::memmem::find(head, word).is_some();
    let from_html = has(b"\\fromhtml1");
    if !from_html && !has(b"\\fromtext") {
        return None;
    }
    let text = Reader::new(rtf, from_html).read();
    Some(if from_html { Wrapped::Html(text) } else { Wrapped::Text(text) })
}

/// What holds inside one group.
#[derive(Clone, Copy)]
struct Group {
    /// A destination whose content is no text.
    skipped: bool,
    /// Between `\htmlrtf` and `\htmlrtf0`: only for readers of rich text.
    only_rtf: bool,
    /// Inside `{\*\htmltag …}`: written as it stands.
    tag: bool,
    /// Characters behind `\u` that are for readers without Unicode.
    fallback: usize,
}

struct Reader<'a> {
    rest: &'a [u8],
    html: bool,
    charset: String,
    groups: Vec<Group>,
    group: Group,
    /// Bytes in the code page that are not decoded yet.
    pending: Vec<u8>,
    /// Characters still to be left out behind `\u`.
    left_out: usize,
    out: String,
}

/// Destinations without text of the body.
const DESTINATIONS: &[&[u8]] = &[
    b"fonttbl",
    b"colortbl",
    b"stylesheet",
    b"info",
    b"pntext",
    b"pict",
    b"object",
    b"header",
    b"footer",
    b"listtable",
    b"listoverridetable",
    b"generator",
    b"themedata",
];

impl<'a> Reader<'a> {
    fn new(rest: &'a [u8], html: bool) -> Self {
        let group = Group { skipped: false, only_rtf: false, tag: false, fallback: 1 };
        Reader {
            rest,
            html,
            charset: "windows-1252".to_owned(),
            groups: Vec::new(),
            group,
            pending: Vec::new(),
            left_out: 0,
            out: String::new(),
        }
    }

    fn read(mut self) -> String {
        while let Some((&first, rest)) = self.rest.split_first() {
            self.rest = rest;
            match first {
                b'{' => {
                    if self.groups.len() < limits::HTML_DEPTH {
                        self.groups.push(self.group);
                    }
                    self.left_out = 0;
                }
                b'}' => {
                    self.flush();
                    self.group = self.groups.pop().unwrap_or(self.group);
                    self.left_out = 0;
                }
                b'\\' => self.control(),
                b'\r' | b'\n' => {}
                byte => self.byte(byte),
            }
        }
        self.flush();
        self.out
    }

    fn is_shown(&self) -> bool {
        !self.group.skipped && !self.group.only_rtf
    }

    fn byte(&mut self, byte: u8) {
        if self.left_out > 0 {
            self.left_out -= 1;
        } else if self.is_shown() {
            self.pending.push(byte);
        }
    }

    fn flush(&mut self) {
        if !self.pending.is_empty() {
            self.out.push_str(&decode_charset(&self.pending, Some(&self.charset)));
            self.pending.clear();
        }
    }

    fn write(&mut self, text: &str) {
        if self.left_out > 0 {
            self.left_out -= 1;
        } else if self.is_shown() {
            self.flush();
            self.out.push_str(text);
        }
    }

    fn control(&mut self) {
        let Some((&first, rest)) = self.rest.split_first() else {
            return;
        };
        if !first.is_ascii_alphabetic() {
            self.rest = rest;
            match first {
                b'\'' => {
                    let digits = rest.get(..2).and_then(|d| std::str::from_utf8(d).ok());
                    if let Some(byte) = digits.and_then(|d| u8::from_str_radix(d, 16).ok()) {
                        self.rest = &rest[2..];
                        self.byte(byte);
                    }
                }
                b'*' => self.starred(),
                b'~' => self.write("\u{a0}"),
                b'_' => self.write("\u{ad}"),
                b'\\' | b'{' | b'}' => self.byte(first),
                b'\r' | b'\n' => self.write("\r\n"),
                _ => {}
            }
            return;
        }
        let (word, number) = self.word();
        match word {
            b"htmlrtf" => {
                self.flush();
                self.group.only_rtf = number != Some(0);
            }
            b"par" | b"line" => self.write("\r\n"),
            b"tab" => self.write("\t"),
            b"lquote" => self.write(if self.html { "&lsquo;" } else { "\u{2018}" }),
            b"rquote" => self.write(if self.html { "&rsquo;" } else { "\u{2019}" }),
            b"ldblquote" => self.write(if self.html { "&ldquo;" } else { "\u{201c}" }),
            b"rdblquote" => self.write(if self.html { "&rdquo;" } else { "\u{201d}" }),
            b"bullet" => self.write(if self.html { "&bull;" } else { "\u{2022}" }),
            b"endash" => self.write(if self.html { "&ndash;" } else { "\u{2013}" }),
            b"emdash" => self.write(if self.html { "&mdash;" } else { "\u{2014}" }),
            b"ansicpg" => {
                let page = number.and_then(|page| u32::try_from(page).ok());
                self.charset = super::charset(page.unwrap_or(1_252));
            }
            b"uc" => self.group.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(8),
            b"u" => self.unicode(number.unwrap_or(0)),
            word if DESTINATIONS.contains(&word) => self.group.skipped = true,
            _ => {}
        }
    }

    /// A control word and its number; one blank behind it belongs to it.
    fn word(&mut self) -> (&'a [u8], Option<i32>) {
        let length = self.rest.iter().take_while(|c| c.is_ascii_alphabetic()).count();
        let (word, rest) = self.rest.split_at(length);
        let sign = usize::from(rest.first() == Some(&b'-'));
        let digits = rest[sign..].iter().take_while(|c| c.is_ascii_digit()).count();
        let end = if digits == 0 { 0 } else { sign + digits };
        let number = std::str::from_utf8(&rest[..end]).ok().and_then(|n| n.parse().ok());
        let rest = &rest[end..];
        self.rest = rest.strip_prefix(b" ").unwrap_or(rest);
        (word, number)
    }

    /// `{\*\htmltag…}` is text of the page; every other starred group is for its own program.
    fn starred(&mut self) {
        let Some(rest) = self.rest.strip_prefix(b"\\") else {
            return;
        };
        let is_tag = self.html && rest.starts_with(b"htmltag");
        if is_tag {
            self.rest = rest;
            self.word();
            self.flush();
            self.group.tag = true;
            self.group.only_rtf = false;
        } else {
            self.group.skipped = true;
        }
    }

    /// `\uN`, a UTF-16 unit as a signed number; halves of a pair follow each other.
    fn unicode(&mut self, number: i32) {
        let unit = (number & 0xFFFF) as u16;
        let mut units = vec![unit];
        if (0xD800..0xDC00).contains(&unit) {
            // The fallback of the first half stands between them.
            let ahead = &self.rest[..self.rest.len().min(24)];
            if let Some(at) = memchr::memmem::find(ahead, b"\\u") {
                self.rest = &self.rest[at + 1..];
                let (_, low) = self.word();
                units.push((low.unwrap_or(0) & 0xFFFF) as u16);
            }
        }
        self.left_out = 0;
        self.write(&String::from_utf16_lossy(&units));
        self.left_out = self.group.fallback;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_comes_out_as_it_was_wrapped() {
        // The example of [MS-OXRTFEX] §4.1, shortened.
        let rtf = br"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl {\f0\fswiss Arial;}}
            {\*\htmltag64 <p>}\htmlrtf \par \htmlrtf0 caf\'e9 \{x\} {\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 \u8364?5{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}}";
        let Some(Wrapped::Html(html)) = unwrap(rtf) else { panic!("no HTML") };
        let words: Vec<&str> = html.split_whitespace().collect();
        assert_eq!(words.join(" "), "<p>café {x} <b>€5</b></p>");
        assert_eq!(
            unwrap(br"{\rtf1\ansi\fromtext \pard one\par two}"),
            Some(Wrapped::Text("one\r\ntwo".to_owned()))
        );
        assert_eq!(unwrap(br"{\rtf1\ansi\b rich}"), None);
    }

    #[test]
    fn compressed_text_unpacks_and_damage_ends_it() {
        // [MS-OXRTFCP] §3.1.1 and §3.2.1.
        let one = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\n\0rcpg125\x422\n\xf3 hel\t\0 b\
w\x05\xb0ld}\n\x80\x0f\xa0";
        let text = decompress(one).unwrap();
        assert_eq!(text, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        for cut in 0..one.len() {
            let part = decompress(&one[..cut]).unwrap_or_default();
            assert!(text.starts_with(&part));
        }
    }
}
