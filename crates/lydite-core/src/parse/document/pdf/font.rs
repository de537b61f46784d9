//! Fonts as far as text and dates need them: which characters codes stand for and how wide they are;
//! what an embedded font program says of itself.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use encoding_rs::Encoding;
use memchr::memmem;
use ttf_parser::{RawFace, Tag};

use super::encoding::{self, Base};
use super::file::View;
use super::object::{Dict, Object, Parser};
use crate::limits;

/// One font of a page's resources.
pub struct Font {
    /// Codes have as many bytes.
    width: usize,
    unicode: Cmap,
    /// Of simple fonts.
    simple: HashMap<u8, String>,
    /// Of composite fonts whose codes are those of a charset.
    charset: Option<&'static Encoding>,
    widths: HashMap<u32, f64>,
    missing: Option<f64>,
}

/// Ranges of a ToUnicode map: first code, last code, what the first stands for.
#[derive(Default)]
struct Cmap {
    ranges: BTreeMap<u32, (u32, Vec<u16>)>,
}

/// A code, its text, and its width in thousandths of the size.
pub struct Glyph {
    pub text: String,
    pub advance: f64,
    pub is_space: bool,
}

impl Font {
    pub fn read(view: View, dict: &Dict) -> Rc<Font> {
        let is_composite = dict.is(b"Subtype", b"Type0");
        let unicode = match view.of(dict, b"ToUnicode") {
            Object::Stream(stream) => view.decode(&stream).map(|d| cmap(&d)).unwrap_or_default(),
            _ => Cmap::default(),
        };
        let mut font = Font {
            width: if is_composite { 2 } else { 1 },
            unicode,
            simple: HashMap::new(),
            charset: None,
            widths: HashMap::new(),
            missing: None,
        };
        if is_composite {
            font.composite(view, dict);
        } else {
            font.simple(view, dict);
        }
        Rc::new(font)
    }

    fn composite(&mut self, view: View, dict: &Dict) {
        if let Some(name) = view.of(dict, b"Encoding").name() {
            self.charset = charset(name);
        }
        self.missing = Some(1_000.0);
        let Object::Array(list) = view.of(dict, b"DescendantFonts") else { return };
        let Some(first) = list.first().map(|o| view.resolved(o)) else { return };
        let Some(descendant) = first.dict() else { return };
        self.missing = view.of(descendant, b"DW").number().or(self.missing);
        let Object::Array(list) = view.of(descendant, b"W") else { return };
        let (mut at, mut written) = (0, 0);
        // §9.7.4.3: `c [w …]` or `first last w`.
        while let Some(first) = list.get(at).and_then(Object::int) {
            match list.get(at + 1).map(|o| view.resolved(o)) {
                Some(Object::Array(widths)) => {
                    for (n, width) in widths.iter().enumerate() {
                        let code = u32::try_from(first.saturating_add(n as i64)).unwrap_or(0);
                        self.widths.extend(width.number().map(|w| (code, w)));
                        written += 1;
                    }
                    at += 2;
                }
                Some(last) => {
                    let width = list.get(at + 2).and_then(Object::number).unwrap_or(1_000.0);
                    let last = last.int().unwrap_or(0).min(0xffff);
                    for code in first.max(0)..=last {
                        self.widths.insert(code as u32, width);
                        written += 1;
                    }
                    at += 3;
                }
                None => return,
            }
            if written > limits::PDF_GLYPHS {
                return;
            }
        }
    }

    fn simple(&mut self, view: View, dict: &Dict) {
        let descriptor = view.dict_of(dict, b"FontDescriptor");
        let own = descriptor.as_ref().map(|d| built_in(view, d)).unwrap_or_default();
        let encoding = view.of(dict, b"Encoding");
        let named = match &encoding {
            Object::Name(name) => Base::named(name),
            Object::Dict(dict) => view.of(dict, b"BaseEncoding").name().and_then(Base::named),
            _ => None,
        };
        let is_true_type = dict.is(b"Subtype", b"TrueType");
        let base = named.unwrap_or(if is_true_type { Base::WinAnsi } else { Base::Standard });
        for code in 0..=255u8 {
            let built_in = if named.is_none() { own.get(&code).cloned() } else { None };
            let text = built_in.or_else(|| base.char(code).map(String::from));
            self.simple.extend(text.map(|t| (code, t)));
        }
        if let Object::Dict(dict) = &encoding
            && let Object::Array(list) = view.of(dict, b"Differences")
        {
            let mut code = 0i64;
            for item in &list {
                match item {
                    Object::Name(name) => {
                        if let Ok(code) = u8::try_from(code) {
                            self.simple.insert(code, encoding::glyph(name).unwrap_or_default());
                        }
                        code = code.saturating_add(1);
                    }
                    other => code = other.int().unwrap_or(code),
                }
            }
        }
        let first = view.of(dict, b"FirstChar").int().unwrap_or(0);
        if let Object::Array(list) = view.of(dict, b"Widths") {
            for (n, width) in list.iter().take(256).enumerate() {
                let code = u32::try_from(first.saturating_add(n as i64)).unwrap_or(0);
                self.widths.extend(view.resolved(width).number().map(|w| (code, w)));
            }
            self.missing = descriptor.and_then(|d| view.of(&d, b"MissingWidth").number());
            self.missing = self.missing.or(Some(0.0));
        }
        if dict.is(b"Subtype", b"Type3") {
            // Widths are in a space of the font's own.
            let matrix = view.of(dict, b"FontMatrix");
            let scale = matrix.array().and_then(|m| m.first()?.number()).unwrap_or(0.001);
            self.widths.values_mut().for_each(|w| *w *= scale * 1_000.0);
        }
    }

    /// The glyphs of a string that is shown.
    pub fn glyphs(&self, text: &[u8]) -> Vec<Glyph> {
        let mut out = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let width = self.code_bytes(rest).min(rest.len());
            let (code, tail) = rest.split_at(width);
            rest = tail;
            let number = code.iter().fold(0, |n, b| (n << 8) | u32::from(*b));
            let text = self.text(number, code);
            let guess = || estimate(&text);
            let advance = self.widths.get(&number).copied().or(self.missing);
            let advance = advance.unwrap_or_else(guess);
            out.push(Glyph { advance, is_space: width == 1 && number == 32, text });
        }
        out
    }

    fn code_bytes(&self, rest: &[u8]) -> usize {
        match self.charset {
            // Two bytes behind a lead byte, else one.
            Some(set) if set != encoding_rs::UTF_16BE && rest[0] < 0x81 => 1,
            Some(set) if set == encoding_rs::SHIFT_JIS && (0xa0..0xe0).contains(&rest[0]) => 1,
            _ => self.width,
        }
    }

    fn text(&self, number: u32, code: &[u8]) -> String {
        if let Some(found) = self.unicode.get(number) {
            return found;
        }
        if let Some(charset) = self.charset {
            return charset.decode_without_bom_handling(code).0.into_owned();
        }
        match code {
            [one] => self.simple.get(one).cloned().unwrap_or_default(),
            _ => String::new(),
        }
    }
}

/// §9.7.5.2: predefined maps whose codes are those of a charset.
fn charset(name: &[u8]) -> Option<&'static Encoding> {
    let has = |part: &[u8]| memmem::find(name, part).is_some();
    if has(b"UCS2") || has(b"UTF16") {
        Some(encoding_rs::UTF_16BE)
    } else if has(b"RKSJ") {
        Some(encoding_rs::SHIFT_JIS)
    } else if has(b"GBK") || name.starts_with(b"GB-EUC") {
        Some(encoding_rs::GBK)
    } else if has(b"B5") {
        Some(encoding_rs::BIG5)
    } else if has(b"KSC") {
        Some(encoding_rs::EUC_KR)
    } else {
        None
    }
}

/// Widths of the fonts that are not in the file, roughly: Helvetica's.
fn estimate(text: &str) -> f64 {
    match text.chars().next() {
        Some('i' | 'j' | 'l' | '\'' | '|') => 222.0,
        Some('f' | 't' | 'I' | ' ' | '.' | ',' | ':' | ';' | '!' | '/') => 278.0,
        Some('r' | '-' | '(' | ')') => 333.0,
        Some('m' | 'M' | '%') => 833.0,
        Some('A'..='Z' | 'w') => 680.0,
        _ => 540.0,
    }
}

impl Cmap {
    fn get(&self, code: u32) -> Option<String> {
        let (first, (last, text)) = self.ranges.range(..=code).next_back()?;
        if code > *last {
            return None;
        }
        let mut units = text.clone();
        if let Some(end) = units.last_mut() {
            *end = end.wrapping_add((code - first) as u16);
        }
        // A zero stands for a glyph that is no character.
        Some(String::from_utf16_lossy(&units).replace('\0', ""))
    }

    fn add(&mut self, first: u32, last: u32, text: &[u8]) {
        if self.ranges.len() < limits::PDF_GLYPHS && first <= last {
            let units = text.chunks(2).map(|c| c.iter().fold(0, |n, b| (n << 8) | u16::from(*b)));
            self.ranges.insert(first, (last, units.collect()));
        }
    }
}

/// §9.10.3: `beginbfchar` and `beginbfrange`.
fn cmap(data: &[u8]) -> Cmap {
    let mut out = Cmap::default();
    let mut parser = Parser::content(data);
    let mut held: Vec<Object> = Vec::new();
    let number = |o: &Object| {
        let bytes = o.string().filter(|s| s.len() <= 4)?;
        Some(bytes.iter().fold(0u32, |n, b| (n << 8) | u32::from(*b)))
    };
    loop {
        let Some(object) = parser.object() else {
            parser.at += 1;
            if parser.at >= data.len() {
                return out;
            }
            continue;
        };
        match &object {
            Object::Word(word) if word == b"endbfchar" => {
                for pair in held.chunks_exact(2) {
                    if let (Some(code), Some(text)) = (number(&pair[0]), pair[1].string()) {
                        out.add(code, code, text);
                    }
                }
            }
            Object::Word(word) if word == b"endbfrange" => {
                for row in held.chunks_exact(3) {
                    let (Some(first), Some(last)) = (number(&row[0]), number(&row[1])) else {
                        continue;
                    };
                    match &row[2] {
                        Object::String(text) => out.add(first, last, text),
                        Object::Array(list) => {
                            let texts = list.iter().filter_map(Object::string);
                            for (code, text) in (first..=last).zip(texts) {
                                out.add(code, code, text);
                            }
                        }
                        _ => {}
                    }
                }
            }
            Object::Word(_) => {}
            _ => {
                held.push(object);
                continue;
            }
        }
        held.clear();
    }
}

/// The encoding inside a Type 1 font program.
fn built_in(view: View, descriptor: &Dict) -> HashMap<u8, String> {
    let mut out = HashMap::new();
    if let Object::Stream(stream) = view.of(descriptor, b"FontFile")
        && let Ok(data) = view.decode(&stream)
    {
        let clear = &data[..memmem::find(&data, b"eexec").unwrap_or(data.len())];
        for at in memmem::find_iter(clear, b"dup ").take(512) {
            let mut parser = Parser::new(clear, at + 4);
            let code = parser.number().and_then(|n| u8::try_from(n).ok());
            if let (Some(code), Some(Object::Name(name))) = (code, parser.object()) {
                out.extend(encoding::glyph(&name).map(|text| (code, text)));
            }
        }
    }
    out
}

/// What a TrueType or OpenType program says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// `head.created` and `head.modified`, seconds since 1970, UTC.
    pub created: Option<i64>,
    pub modified: Option<i64>,
    /// `head.fontRevision`, in thousandths; name 5 where it is kept.
    pub revision: Option<i64>,
    pub version: Option<String>,
}

/// Seconds from 1904 to 1970 (OpenType, LONGDATETIME).
const EPOCH: i64 = 2_082_844_800;

pub fn program(data: &[u8]) -> Option<Program> {
    let face = RawFace::parse(data, 0).ok()?;
    let head = face.table(Tag::from_bytes(b"head"))?;
    let date = |at: usize| {
        let bytes: [u8; 8] = head.get(at..at + 8)?.try_into().ok()?;
        let seconds = i64::from_be_bytes(bytes);
        // Subsetting programs write zero, or nonsense.
        let seconds = seconds.checked_sub(EPOCH)?;
        limits::FONT_SECONDS.contains(&seconds).then_some(seconds)
    };
    let revision = head.get(4..8).and_then(|b| b.try_into().ok()).map(i32::from_be_bytes);
    let names = face.table(Tag::from_bytes(b"name")).and_then(ttf_parser::name::Table::parse);
    let version = names.and_then(|table| {
        let named = table.names.into_iter().filter(|n| n.name_id == ttf_parser::name_id::VERSION);
        named.filter_map(|n| n.to_string()).next()
    });
    Some(Program {
        created: date(20),
        modified: date(28),
        revision: revision.map(|r| i64::from(r) * 1_000 / 65_536),
        version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_to_unicode() {
        let text = b"/CIDInit begincmap 2 beginbfchar <01> <0041> <02> <D83DDE00> endbfchar \
            2 beginbfrange <10> <12> <0061> <20> <21> [<0078> <0066006C>] endbfrange endcmap";
        let map = cmap(text);
        let read = |code| map.get(code).unwrap_or_default();
        assert_eq!((read(1), read(2), read(0x12)), ("A".into(), "😀".into(), "c".into()));
        assert_eq!((read(0x21), map.get(0x13)), ("fl".into(), None));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_to_an_end(bytes in proptest::collection::vec(0u8..=255, 0..200)) {
            cmap(&bytes);
            cmap(&[b"<00> <ffffffff> [<00>] endbfrange ".as_slice(), &bytes].concat());
            program(&bytes);
        }
    }
}
