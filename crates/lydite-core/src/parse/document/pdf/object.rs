//! Tokens and objects (ISO 32000-2 §7.2, §7.3), from bytes that may be anything.

use crate::evidence::Span;
use crate::limits;

/// An object by value; a stream's data stay where they are.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    String(Vec<u8>),
    Name(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    Stream(Stream),
    Ref(u32, u16),
    /// An operator of a content stream, or a word that has no place there.
    Word(Vec<u8>),
}

/// Keys with their values in the order they stand.
#[derive(Clone, Debug, Default)]
pub struct Dict(pub Vec<Entry>);

/// One value and the bytes of the buffer it was read from.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: Vec<u8>,
    pub value: Object,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Stream {
    pub dict: Dict,
    /// The data as they stand in the file.
    pub data: Span,
    /// Number and generation of the object, which its encryption takes part of the key from.
    pub id: (u32, u16),
}

/// By keys and values; where they stand is no part of it.
impl PartialEq for Dict {
    fn eq(&self, other: &Dict) -> bool {
        let pairs = self.0.iter().zip(&other.0);
        self.0.len() == other.0.len()
            && (pairs.into_iter().all(|(a, b)| a.key == b.key && a.value == b.value)
                || (self.0.len() <= limits::PDF_KEYS
                    && self.0.iter().all(|e| other.get(&e.key) == Some(&e.value))))
    }
}

/// By dictionary alone: the data need the file.
impl PartialEq for Stream {
    fn eq(&self, other: &Stream) -> bool {
        self.dict == other.dict
    }
}

impl Dict {
    pub fn entry(&self, key: &[u8]) -> Option<&Entry> {
        // Of a key that stands twice the last counts, as in most readers.
        self.0.iter().rev().find(|e| e.key == key)
    }

    pub fn get(&self, key: &[u8]) -> Option<&Object> {
        self.entry(key).map(|e| &e.value)
    }

    pub fn int(&self, key: &[u8]) -> Option<i64> {
        self.get(key)?.int()
    }

    pub fn name(&self, key: &[u8]) -> Option<&[u8]> {
        self.get(key)?.name()
    }

    pub fn is(&self, key: &[u8], name: &[u8]) -> bool {
        self.name(key) == Some(name)
    }
}

impl Object {
    pub fn int(&self) -> Option<i64> {
        match self {
            Object::Int(n) => Some(*n),
            Object::Real(n) => Some(*n as i64),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match self {
            Object::Int(n) => Some(*n as f64),
            Object::Real(n) => Some(*n),
            _ => None,
        }
    }

    pub fn name(&self) -> Option<&[u8]> {
        match self {
            Object::Name(name) => Some(name),
            _ => None,
        }
    }

    pub fn string(&self) -> Option<&[u8]> {
        match self {
            Object::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn array(&self) -> Option<&[Object]> {
        match self {
            Object::Array(list) => Some(list),
            _ => None,
        }
    }

    /// Of a dictionary, or of a stream.
    pub fn dict(&self) -> Option<&Dict> {
        match self {
            Object::Dict(dict) => Some(dict),
            Object::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }

    pub fn reference(&self) -> Option<u32> {
        match self {
            Object::Ref(number, _) => Some(*number),
            _ => None,
        }
    }
}

/// §7.2.3.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

pub fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

/// Reads objects one behind the other.
#[derive(Clone, Debug)]
pub struct Parser<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
    /// `N G R` is a reference; in content streams it is three operands.
    refs: bool,
}

impl<'a> Parser<'a> {
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Parser { bytes, at: at.min(bytes.len()), refs: true }
    }

    /// Of a content stream, in which no references stand.
    pub fn content(bytes: &'a [u8]) -> Self {
        Parser { bytes, at: 0, refs: false }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Blanks and comments.
    pub fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if is_space(byte) {
                self.at += 1;
            } else if byte == b'%' {
                let rest = &self.bytes[self.at..];
                self.at += memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
            } else {
                return;
            }
        }
    }

    /// Whether that word stands next; it is taken.
    pub fn take(&mut self, word: &[u8]) -> bool {
        self.skip_space();
        let is_it = self.bytes[self.at..].starts_with(word);
        if is_it {
            self.at += word.len();
        }
        is_it
    }

    /// A whole number without sign; nothing is taken else.
    pub fn number(&mut self) -> Option<u64> {
        self.skip_space();
        let rest = &self.bytes[self.at..];
        let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        if digits == 0 || digits > 19 {
            return None;
        }
        let text = std::str::from_utf8(&rest[..digits]).ok()?;
        let number = text.parse().ok()?;
        self.at += digits;
        Some(number)
    }

    /// The next object; None at the end and before a closing bracket.
    pub fn object(&mut self) -> Option<Object> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Option<Object> {
        self.skip_space();
        let byte = self.peek()?;
        match byte {
            b'/' => Some(Object::Name(self.name())),
            b'(' => Some(Object::String(self.literal())),
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                if depth >= limits::PDF_DEPTH {
                    return None;
                }
                self.at += 2;
                Some(Object::Dict(self.dict(depth + 1)))
            }
            b'<' => Some(Object::String(self.hexadecimal())),
            b'[' => {
                if depth >= limits::PDF_DEPTH {
                    return None;
                }
                self.at += 1;
                Some(Object::Array(self.array(depth + 1)))
            }
            b'+' | b'-' | b'.' | b'0'..=b'9' => Some(self.numeric()),
            b']' | b'>' | b')' | b'}' | b'{' => None,
            _ => Some(self.word()),
        }
    }

    fn word(&mut self) -> Object {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|c| !is_regular(*c)).unwrap_or(rest.len());
        self.at += end;
        match &rest[..end] {
            b"true" => Object::Bool(true),
            b"false" => Object::Bool(false),
            b"null" => Object::Null,
            word => Object::Word(word[..end.min(limits::PDF_NAME)].to_vec()),
        }
    }

    fn numeric(&mut self) -> Object {
        let start = self.at;
        if let Some(reference) = self.reference() {
            return reference;
        }
        self.at = start;
        let rest = &self.bytes[self.at..];
        let is_part = |c: &u8| c.is_ascii_digit() || matches!(c, b'+' | b'-' | b'.');
        let end = rest.iter().position(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += end;
        let text = std::str::from_utf8(&rest[..end]).unwrap_or("");
        // Writers give `--5` and `5-3`; readers take the first number in it.
        let text = text.trim_start_matches('+');
        let doubled = text.trim_start_matches('-');
        let negative = doubled.len() < text.len();
        let digits = doubled.split(['-', '+']).next().unwrap_or("");
        let number = if digits.contains('.') {
            let mut parts = digits.splitn(3, '.');
            let whole: f64 = parts.next().and_then(|p| p.parse().ok()).unwrap_or(0.0);
            let fraction = parts.next().unwrap_or("");
            let fraction: f64 = format!("0.{fraction}").parse().unwrap_or(0.0);
            Object::Real(whole + fraction)
        } else {
            digits.parse().map_or(Object::Real(digits.parse().unwrap_or(0.0)), Object::Int)
        };
        match number {
            Object::Int(n) if negative => Object::Int(-n),
            Object::Real(n) if negative => Object::Real(-n),
            other => other,
        }
    }

    /// `12 0 R`.
    fn reference(&mut self) -> Option<Object> {
        if !self.refs || !self.peek()?.is_ascii_digit() {
            return None;
        }
        let number = self.number()?;
        if !is_space(self.peek()?) {
            return None;
        }
        let generation = self.number()?;
        if !is_space(self.peek()?) {
            return None;
        }
        self.skip_space();
        let rest = &self.bytes[self.at..];
        if rest.first() != Some(&b'R') || rest.get(1).is_some_and(|c| is_regular(*c)) {
            return None;
        }
        self.at += 1;
        Some(Object::Ref(u32::try_from(number).ok()?, u16::try_from(generation).ok()?))
    }

    fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut out = Vec::new();
        while let Some(byte) = self.peek().filter(|c| is_regular(*c)) {
            self.at += 1;
            let digits = self.bytes.get(self.at..self.at + 2);
            let escaped = digits.filter(|_| byte == b'#').and_then(hex_pair);
            self.at += if escaped.is_some() { 2 } else { 0 };
            if out.len() < limits::PDF_NAME {
                out.push(escaped.unwrap_or(byte));
            }
        }
        out
    }

    /// §7.3.4.2.
    fn literal(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut out = Vec::new();
        let mut open = 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    self.escape(&mut out);
                    continue;
                }
                b'\r' => {
                    self.at += usize::from(self.peek() == Some(b'\n'));
                    out.push(b'\n');
                    continue;
                }
                _ => {}
            }
            out.push(byte);
        }
        out
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit) = self.peek().filter(|c| (b'0'..=b'7').contains(c)) else {
                        break;
                    };
                    self.at += 1;
                    code = code * 8 + u32::from(digit - b'0');
                }
                out.push((code & 0xff) as u8);
            }
            other => out.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut out = Vec::new();
        let mut half = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = (byte as char).to_digit(16) else { continue };
            match half.take() {
                None => half = Some(digit),
                Some(high) => out.push((high * 16 + digit) as u8),
            }
        }
        out.extend(half.map(|high| (high * 16) as u8));
        out
    }

    fn array(&mut self, depth: usize) -> Vec<Object> {
        let mut out = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                None => return out,
                Some(b']') => {
                    self.at += 1;
                    return out;
                }
                Some(_) => {}
            }
            match self.nested(depth) {
                Some(Object::Word(word)) if ends_object(&word) => {
                    self.at -= word.len();
                    return out;
                }
                Some(_) if out.len() >= limits::PDF_ELEMENTS => return out,
                Some(object) => out.push(object),
                None if self.is_closing_dict() => return out,
                None => self.at += 1,
            }
        }
    }

    fn is_closing_dict(&self) -> bool {
        self.bytes[self.at.min(self.bytes.len())..].starts_with(b">>")
    }

    fn dict(&mut self, depth: usize) -> Dict {
        let mut out = Dict::default();
        loop {
            self.skip_space();
            match self.peek() {
                None => return out,
                Some(b'>') => {
                    self.at += if self.is_closing_dict() { 2 } else { 1 };
                    return out;
                }
                Some(b'/') => {}
                Some(_) => match self.nested(depth) {
                    Some(Object::Word(word)) if ends_object(&word) => {
                        self.at -= word.len();
                        return out;
                    }
                    Some(_) => continue,
                    None => {
                        self.at += 1;
                        continue;
                    }
                },
            }
            let key = self.name();
            self.skip_space();
            if self.peek() == Some(b'>') && self.is_closing_dict() {
                continue;
            }
            let start = self.at;
            let Some(value) = self.nested(depth) else { continue };
            if let Object::Word(word) = &value
                && ends_object(word)
            {
                self.at = start;
                return out;
            }
            if out.0.len() >= limits::PDF_ELEMENTS / 4 {
                return out;
            }
            let span = Span::new(start, self.at);
            out.0.push(Entry { key, value, span });
        }
    }
}

fn ends_object(word: &[u8]) -> bool {
    matches!(word, b"endobj" | b"stream" | b"obj" | b"xref" | b"trailer" | b"startxref")
}

fn hex_pair(digits: &[u8]) -> Option<u8> {
    let high = (*digits.first()? as char).to_digit(16)?;
    let low = (*digits.get(1)? as char).to_digit(16)?;
    Some((high * 16 + low) as u8)
}

/// An indirect object at `at`: `N G obj … endobj`.
pub struct Indirect {
    pub id: (u32, u16),
    pub object: Object,
    pub span: Span,
    /// Where the data of a stream begin; how long they are its dictionary says.
    pub data: Option<usize>,
}

/// Reads the object that begins there, its stream's length left open.
pub fn indirect(raw: &[u8], at: usize) -> Option<Indirect> {
    let mut parser = Parser::new(raw, at);
    parser.skip_space();
    let start = parser.at;
    let number = u32::try_from(parser.number()?).ok()?;
    let generation = u16::try_from(parser.number()?).unwrap_or(u16::MAX);
    if !parser.take(b"obj") {
        return None;
    }
    let object = match parser.object() {
        Some(Object::Word(word)) if ends_object(&word) => {
            parser.at -= word.len();
            Object::Null
        }
        Some(object) => object,
        None => Object::Null,
    };
    let mut data = None;
    if matches!(object, Object::Dict(_)) && parser.take(b"stream") {
        // §7.3.8.1: CR LF or LF; some writers give CR alone, or blanks before.
        let rest = &raw[parser.at..];
        let skip = match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\n' | b'\r', ..] => 1,
            [b' ', b'\r', b'\n', ..] => 3,
            [b' ', b'\n', ..] => 2,
            _ => 0,
        };
        data = Some(parser.at + skip);
    } else {
        parser.take(b"endobj");
    }
    let span = Span::new(start, parser.at);
    Some(Indirect { id: (number, generation), object, span, data })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &[u8]) -> Object {
        Parser::new(text, 0).object().unwrap()
    }

    #[test]
    fn objects_of_every_kind() {
        assert_eq!(one(b" % note\n -12"), Object::Int(-12));
        assert_eq!(one(b"-.5"), Object::Real(-0.5));
        assert_eq!(one(b"4."), Object::Real(4.0));
        assert_eq!(one(b"/A#42c"), Object::Name(b"ABc".to_vec()));
        assert_eq!(one(b"(a(b)\\)\\053\\\nc\r\nd)"), Object::String(b"a(b))+c\nd".to_vec()));
        assert_eq!(one(b"<48 65 6>"), Object::String(b"He`".to_vec()));
        let list = [Object::Ref(1, 0), Object::Int(1), Object::Int(0), Object::Bool(true)];
        assert_eq!(one(b"[1 0 R 1 0 true]"), Object::Array(list.to_vec()));
        let dict = one(b"<</A 1/B<</C[(x)]>>/A 2>>");
        assert_eq!(dict.dict().unwrap().int(b"A"), Some(2));
        let entry = dict.dict().unwrap().entry(b"B").unwrap();
        assert_eq!((entry.span.start, entry.span.end), (8, 19));
    }

    #[test]
    fn what_is_broken_or_deep_ends() {
        for text in [&b"<</A"[..], b"[[[", b"(((", b"<4", b"<</A endobj", b"[1 endobj"] {
            Parser::new(text, 0).object();
        }
        let deep = b"[".repeat(100_000);
        Parser::new(&deep, 0).object();
        let deep = b"<</A".repeat(100_000);
        Parser::new(&deep, 0).object();
    }

    #[test]
    fn an_indirect_object_and_where_its_data_begin() {
        let text = b"\n7 0 obj\n<</Length 3>>stream\r\nabc\nendstream endobj";
        let read = indirect(text, 0).unwrap();
        assert_eq!((read.id, read.data), ((7, 0), Some(30)));
        assert!(indirect(b"7 0 object", 0).is_some());
        assert!(indirect(b"7 obj", 0).is_none());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_to_an_end(bytes in proptest::collection::vec(0u8..=255, 0..200)) {
            let mut parser = Parser::new(&bytes, 0);
            while parser.object().is_some() {}
            assert!(parser.at <= bytes.len());
            indirect(&bytes, 0);
        }
    }
}
