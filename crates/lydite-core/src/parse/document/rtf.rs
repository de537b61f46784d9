//! Rich Text Format (RTF 1.9.1): what it says of itself, and its text by paragraphs.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use super::ole::Out;
use super::ole::compound::{Compound, Object};
use super::profile::{Name, Profile};
use super::{Detail, Document, Format, code_page, language, stamp};
use crate::evidence::Span;
use crate::item::Sha256;
use crate::limits;
use crate::parse::mapi::msg::MAGIC;

/// What only RTF has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rtf {
    /// The clock of the machine, whole minutes, no zone.
    pub created: Option<Dated>,
    pub revised: Option<Dated>,
    /// The latest time in the compound file that Word 2007 and later put into `\datastore`:
    /// seconds since 1970, UTC.
    pub stored: Option<Dated>,
    /// Ids of editing sessions (`\rsidtbl`), and of the first: documents of one origin share them.
    pub sessions: Vec<u32>,
    pub root_session: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated {
    pub at: i64,
    pub span: Span,
}

/// Where text of a group goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Skipped,
    /// A text of the document; empty for the body.
    Text(&'static str),
    Info,
    Value(Name, &'static str),
    Date(Name, &'static str),
    Fonts,
    Sessions,
    Data,
    CustomName,
    CustomValue,
}

#[derive(Clone, Copy)]
struct Group {
    place: Place,
    start: usize,
    /// Code page of the font that holds.
    page: Option<u32>,
    /// Characters behind `\u` that are for readers without Unicode.
    fallback: usize,
    starred: bool,
    /// Nothing was read of it yet: only there does `\*` mark a destination.
    fresh: bool,
}

struct Reader<'a, 'o> {
    raw: &'a [u8],
    at: usize,
    out: Out<'o>,
    rtf: Rtf,
    groups: Vec<Group>,
    /// Groups opened beyond the bound: as many ends are passed over.
    deeper: usize,
    group: Group,
    /// Of the document.
    page: u32,
    fonts: BTreeMap<i32, u32>,
    font: i32,
    /// Bytes in a code page, and a first half of a pair, that are not decoded yet.
    pending: Vec<u8>,
    high: Option<u16>,
    left_out: usize,
    /// The paragraph, or the value, being read.
    text: String,
    /// Text of outer groups, with the depth of the group that interrupts it.
    kept: Vec<(usize, String)>,
    counts: BTreeMap<&'static str, usize>,
    clock: [i16; 5],
    custom: String,
    data: Vec<u8>,
    /// The table of sessions, as far as it is read.
    table: Span,
}

/// Reads a document. None where the bytes do not begin as one.
pub fn read(raw: &[u8]) -> Option<Document<'_>> {
    if !raw.starts_with(b"{\\rtf") {
        return None;
    }
    let (mut profile, mut text, mut defects) = (Profile::default(), Vec::new(), Vec::new());
    let out = Out::new(&mut profile, &mut text, &mut defects);
    let group = Group {
        place: Place::Text(""),
        start: 0,
        page: None,
        fallback: 1,
        starred: false,
        fresh: false,
    };
    let mut reader = Reader {
        raw,
        at: 0,
        out,
        rtf: Rtf::default(),
        groups: Vec::new(),
        deeper: 0,
        group,
        page: 1_252,
        fonts: BTreeMap::new(),
        font: 0,
        pending: Vec::new(),
        high: None,
        left_out: 0,
        text: String::new(),
        kept: Vec::new(),
        counts: BTreeMap::new(),
        clock: [0; 5],
        custom: String::new(),
        data: Vec::new(),
        table: Span::default(),
    };
    reader.read();
    reader.sessions();
    let detail = Detail::Rtf(Box::new(reader.rtf));
    Some(Document { raw, format: Format::Rtf, profile, text, detail, defects })
}

impl<'a> Reader<'a, '_> {
    /// Told last, since there are hundreds.
    fn sessions(&mut self) {
        for id in self.rtf.sessions.iter().take(limits::DOCUMENT_RSID_ROWS) {
            let id = format!("{id:08X}");
            self.out.property(Name::RevisionSaveId, &id, "\\rsidtbl", self.table);
        }
    }

    fn read(&mut self) {
        while let Some(&first) = self.raw.get(self.at) {
            self.at += 1;
            match first {
                b'{' => self.open(),
                b'}' => {
                    self.close();
                    if self.groups.is_empty() && self.deeper == 0 {
                        break;
                    }
                }
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => {}
                byte => self.byte(byte),
            }
        }
        if !self.groups.is_empty() {
            self.out.defect("ends inside a group", Span::new(self.raw.len(), self.raw.len()));
        }
        self.paragraph();
        let behind = self.raw.get(self.at..).unwrap_or(&[]);
        if behind.iter().any(|b| !matches!(b, b'\r' | b'\n' | b' ' | 0)) {
            self.out.defect("bytes behind the end", Span::new(self.at, self.raw.len()));
        }
    }

    fn open(&mut self) {
        self.flush();
        self.left_out = 0;
        if self.groups.len() >= limits::HTML_DEPTH {
            self.deeper += 1;
            return;
        }
        self.groups.push(self.group);
        self.group.start = self.at - 1;
        self.group.starred = false;
        self.group.fresh = true;
    }

    fn close(&mut self) {
        self.flush();
        self.left_out = 0;
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let depth = self.groups.len();
        let Some(outer) = self.groups.pop() else { return };
        let inner = std::mem::replace(&mut self.group, outer);
        if let Some((_, text)) = self.kept.pop_if(|(at, _)| *at == depth) {
            self.end_of(inner);
            self.text = text;
        }
    }

    /// What a group that ended has said.
    fn end_of(&mut self, group: Group) {
        let span = Span::new(group.start, self.at);
        match group.place {
            Place::Text(_) => self.paragraph_in(group.place),
            Place::Value(name, place) => {
                let text = std::mem::take(&mut self.text);
                self.out.property(name, text.trim_end_matches(';'), place, span);
            }
            Place::Date(name, place) => self.date(name, place, span),
            Place::CustomName => self.custom = std::mem::take(&mut self.text),
            Place::CustomValue => {
                let (name, value) =
                    (std::mem::take(&mut self.custom), std::mem::take(&mut self.text));
                if !name.is_empty() && !value.is_empty() {
                    let place =
                        format!("\\userprops {}", name.chars().take(64).collect::<String>());
                    self.out.property(Name::Label, &format!("{name}: {value}"), &place, span);
                }
            }
            Place::Data => self.datastore(span),
            Place::Fonts | Place::Sessions | Place::Info | Place::Skipped => self.text.clear(),
        }
    }

    fn date(&mut self, name: Name, place: &'static str, span: Span) {
        let [year, month, day, hour, minute] = std::mem::take(&mut self.clock);
        let small = |part: i16| i8::try_from(part).unwrap_or(-1);
        let clock = DateTime::new(year, small(month), small(day), small(hour), small(minute), 0, 0);
        // Word writes 1601 for no date.
        let Some(clock) = clock.ok().filter(|c| c.year() > 1_601) else { return };
        let text = clock.to_string();
        let text = text.strip_suffix(":00").unwrap_or(&text);
        let property = stamp::local(name, clock, text, place, span);
        let dated = Some(Dated { at: stamp::local_seconds(clock), span });
        match place {
            "\\creatim" => self.rtf.created = dated,
            "\\revtim" => self.rtf.revised = dated,
            _ => {}
        }
        self.out.keep(Some(property));
    }

    /// The compound file in `\datastore`, written in hex: its storages carry times of the saving.
    fn datastore(&mut self, span: Span) {
        self.high = None;
        let data = std::mem::take(&mut self.data);
        if !data.is_empty() {
            // Equal in documents of one origin, as a file pasted around.
            let id = Sha256::of(&data).to_string();
            self.out.property(Name::Id, &id, "SHA-256 of \\datastore", span);
        }
        let Some(at) = memchr::memmem::find(&data, MAGIC) else { return };
        let Some(file) = Compound::parse(&data[at..]) else { return };
        let storages = file.entries.iter().filter(|e| e.object != Object::Stream);
        let Some(time) = storages.flat_map(|e| [e.created, e.modified]).max() else { return };
        let stored = stamp::filetime(Name::Stored, time, "\\datastore", span);
        if let Some(at) = stored.as_ref().and_then(|p| p.at).filter(|at| *at > 0) {
            self.rtf.stored = Some(Dated { at, span });
        }
        self.out.keep(stored);
    }

    fn byte(&mut self, byte: u8) {
        self.group.fresh = false;
        if self.left_out > 0 {
            self.left_out -= 1;
            return;
        }
        match self.group.place {
            Place::Skipped | Place::Info | Place::Sessions | Place::Date(..) => {}
            Place::Data => {
                if let Some(digit) = char::from(byte).to_digit(16) {
                    self.digit(digit);
                }
            }
            Place::Fonts if byte == b';' => self.end_of_font(),
            _ => self.pending.push(byte),
        }
    }

    /// Hex digits of `\datastore`, kept one a byte until there are two.
    fn digit(&mut self, digit: u32) {
        let digit = u8::try_from(digit).unwrap_or(0);
        match self.high.take() {
            Some(high) => self.data.push((high as u8) << 4 | digit),
            None => self.high = Some(u16::from(digit)),
        }
    }

    fn end_of_font(&mut self) {
        self.flush();
        let name = std::mem::take(&mut self.text);
        if self.fonts.len() <= limits::RTF_FONTS {
            let span = Span::new(self.group.start, self.at);
            self.out.property(Name::Font, &name, "\\fonttbl", span);
        }
    }

    /// Decodes what stands in a code page. Half a pair without its other half is lost.
    fn flush(&mut self) {
        if self.group.place != Place::Data && self.high.take().is_some() {
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
        if !self.pending.is_empty() {
            let page = match self.group.place {
                Place::Text(_) | Place::Fonts => self.group.page.unwrap_or(self.page),
                _ => self.page,
            };
            self.text.push_str(&code_page::decode(&self.pending, page));
            self.pending.clear();
        }
        if self.text.len() > limits::DOCUMENT_TEXT {
            self.text.clear();
        }
    }

    fn character(&mut self, c: &str) {
        if self.left_out > 0 {
            self.left_out -= 1;
        } else if matches!(
            self.group.place,
            Place::Text(_)
                | Place::Value(..)
                | Place::CustomName
                | Place::CustomValue
                | Place::Fonts
        ) {
            self.flush();
            self.text.push_str(c);
        }
    }

    fn paragraph(&mut self) {
        self.flush();
        self.paragraph_in(self.group.place);
    }

    fn paragraph_in(&mut self, place: Place) {
        let Place::Text(name) = place else { return };
        let name = if name.is_empty() { "paragraph" } else { name };
        let count = self.counts.entry(name).or_default();
        *count += 1;
        let text = std::mem::take(&mut self.text);
        self.out.piece(|| format!("{name} {count}"), &text);
    }

    fn control(&mut self) {
        let Some(&first) = self.raw.get(self.at) else { return };
        if first.is_ascii_alphabetic() {
            let (word, number) = self.word();
            return self.control_word(word, number);
        }
        self.at += 1;
        match first {
            b'\'' => {
                let digits = self.raw.get(self.at..self.at + 2);
                let digits = digits.and_then(|d| std::str::from_utf8(d).ok());
                if let Some(byte) = digits.and_then(|d| u8::from_str_radix(d, 16).ok()) {
                    self.at += 2;
                    self.byte(byte);
                }
            }
            b'*' => self.group.starred = self.group.fresh,
            b'~' => self.character("\u{a0}"),
            b'_' => self.character("\u{2011}"),
            b'\\' | b'{' | b'}' => self.byte(first),
            b'\r' | b'\n' => self.paragraph(),
            _ => {}
        }
    }

    /// A control word and its number; one blank behind it belongs to it.
    fn word(&mut self) -> (&'a [u8], Option<i32>) {
        let raw = self.raw;
        let rest = &raw[self.at..];
        let length = rest.iter().take(32).take_while(|c| c.is_ascii_alphabetic()).count();
        let (word, rest) = rest.split_at(length);
        let sign = usize::from(rest.first() == Some(&b'-'));
        let digits = rest[sign..].iter().take(10).take_while(|c| c.is_ascii_digit()).count();
        let end = if digits == 0 { 0 } else { sign + digits };
        let number = std::str::from_utf8(&rest[..end]).ok().and_then(|n| n.parse().ok());
        self.at += length + end;
        self.at += usize::from(self.raw.get(self.at) == Some(&b' '));
        (word, number)
    }

    fn control_word(&mut self, word: &[u8], number: Option<i32>) {
        self.group.fresh = false;
        if word == b"bin" {
            let length = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
            self.at = self.at.saturating_add(length).min(self.raw.len());
            return;
        }
        if word != b"u" && self.left_out > 0 {
            // A control word counts as one character of the fallback.
            self.left_out -= 1;
            return;
        }
        if let Some(place) = self.destination(word) {
            return self.enter(place);
        }
        if std::mem::take(&mut self.group.starred) {
            self.enter(Place::Skipped);
        }
        if let Place::Date(..) = self.group.place {
            return self.date_part(word, number);
        }
        let n = number.unwrap_or(0);
        match word {
            b"par" | b"sect" | b"page" | b"row" | b"cell" | b"nestcell" => self.paragraph(),
            b"line" | b"softline" => self.character("\n"),
            b"tab" => self.character("\t"),
            b"lquote" => self.character("\u{2018}"),
            b"rquote" => self.character("\u{2019}"),
            b"ldblquote" => self.character("\u{201c}"),
            b"rdblquote" => self.character("\u{201d}"),
            b"bullet" => self.character("\u{2022}"),
            b"endash" => self.character("\u{2013}"),
            b"emdash" => self.character("\u{2014}"),
            b"u" => self.unicode(n),
            b"uc" => self.group.fallback = usize::try_from(n).unwrap_or(1).min(8),
            b"f" => self.font(n),
            b"plain" => self.font(-1),
            _ => self.of_document(word, n),
        }
    }

    /// Words that hold for the document or for a table of it.
    fn of_document(&mut self, word: &[u8], n: i32) {
        let unsigned = u32::try_from(n).unwrap_or(0);
        match word {
            b"ansicpg" => {
                self.page = unsigned;
                let span = Span::new(self.group.start, self.at);
                self.out.property(Name::Codepage, &unsigned.to_string(), "\\ansicpg", span);
            }
            b"mac" => self.page = 10_000,
            b"pc" => self.page = 437,
            b"pca" => self.page = 850,
            b"fcharset" | b"cpg" if self.group.place == Place::Fonts => {
                let page =
                    if word == b"cpg" { Some(unsigned) } else { code_page::of_charset(unsigned) };
                if let Some(page) = page.filter(|_| self.fonts.len() < limits::RTF_FONTS) {
                    self.fonts.insert(self.font, page);
                    self.group.page = Some(page);
                }
            }
            b"deflang" | b"deflangfe" if n != 1_024 && n > 0 => {
                let place = if word == b"deflang" { "\\deflang" } else { "\\deflangfe" };
                let language = language::tag(u16::try_from(n).unwrap_or(0));
                self.out.property(
                    Name::Language,
                    &language,
                    place,
                    Span::new(self.group.start, self.at),
                );
            }
            b"rsidroot" => {
                self.rtf.root_session = Some(unsigned);
                let span = Span::new(self.group.start, self.at);
                self.out.property(Name::Id, &format!("{unsigned:08X}"), "\\rsidroot", span);
            }
            b"rsid"
                if self.group.place == Place::Sessions
                    && self.rtf.sessions.len() < limits::RTF_SESSIONS =>
            {
                self.rtf.sessions.push(unsigned);
                self.table = Span::new(self.group.start, self.at);
            }
            b"version" | b"edmins" | b"nofpages" | b"nofwords"
                if self.group.place == Place::Info =>
            {
                let (name, place) = match word {
                    b"version" => (Name::Revision, "\\version"),
                    b"edmins" => (Name::EditMinutes, "\\edmins"),
                    b"nofpages" => (Name::Pages, "\\nofpages"),
                    _ => (Name::Words, "\\nofwords"),
                };
                self.out.property(
                    name,
                    &n.to_string(),
                    place,
                    Span::new(self.group.start, self.at),
                );
            }
            _ => {}
        }
    }

    fn font(&mut self, number: i32) {
        self.flush();
        self.font = number;
        self.group.page = self.fonts.get(&number).copied();
        if self.group.place == Place::Fonts {
            self.text.clear();
        }
    }

    /// `\uN`, a UTF-16 unit as a signed number; halves of a pair follow each other.
    fn unicode(&mut self, number: i32) {
        let unit = (number & 0xFFFF) as u16;
        let high = self.high.take();
        self.left_out = 0;
        let units = match (high, unit) {
            (Some(high), 0xDC00..=0xDFFF) => vec![high, unit],
            (_, 0xD800..=0xDBFF) => {
                self.flush();
                self.high = Some(unit);
                self.left_out = self.group.fallback;
                return;
            }
            _ => vec![unit],
        };
        // Symbol fonts count from U+F000; what they show is not told by the number.
        self.character(&String::from_utf16_lossy(&units));
        self.left_out = self.group.fallback;
    }

    fn date_part(&mut self, word: &[u8], number: Option<i32>) {
        let part = match word {
            b"yr" => 0,
            b"mo" => 1,
            b"dy" => 2,
            b"hr" => 3,
            b"min" => 4,
            _ => return,
        };
        self.clock[part] = number.and_then(|n| i16::try_from(n).ok()).unwrap_or(0);
    }

    fn enter(&mut self, place: Place) {
        self.flush();
        self.group.starred = false;
        // What stands before a note goes on behind it.
        let depth = self.groups.len();
        let text = std::mem::take(&mut self.text);
        if self.kept.last().is_none_or(|(at, _)| *at < depth) {
            self.kept.push((depth, text));
        }
        self.group.place = place;
    }

    /// The place that a destination leads to.
    fn destination(&self, word: &[u8]) -> Option<Place> {
        let in_info = self.group.place == Place::Info;
        Some(match word {
            b"info" => Place::Info,
            b"title" if in_info => Place::Value(Name::Title, "\\title"),
            b"subject" if in_info => Place::Value(Name::Subject, "\\subject"),
            b"author" if in_info => Place::Value(Name::Author, "\\author"),
            b"operator" if in_info => Place::Value(Name::LastAuthor, "\\operator"),
            b"manager" if in_info => Place::Value(Name::Manager, "\\manager"),
            b"company" if in_info => Place::Value(Name::Company, "\\company"),
            b"keywords" if in_info => Place::Value(Name::Keywords, "\\keywords"),
            b"comment" | b"doccomm" if in_info => Place::Value(Name::Description, "\\doccomm"),
            b"hlinkbase" if in_info => Place::Value(Name::Path, "\\hlinkbase"),
            b"creatim" if in_info => Place::Date(Name::Created, "\\creatim"),
            b"revtim" if in_info => Place::Date(Name::Modified, "\\revtim"),
            b"printim" if in_info => Place::Date(Name::Printed, "\\printim"),
            b"generator" => Place::Value(Name::Program, "\\generator"),
            b"template" => Place::Value(Name::Template, "\\template"),
            b"userprops" => Place::Skipped,
            b"propname" => Place::CustomName,
            b"staticval" => Place::CustomValue,
            b"fonttbl" => Place::Fonts,
            b"rsidtbl" => Place::Sessions,
            b"datastore" => Place::Data,
            b"header" | b"headerl" | b"headerr" | b"headerf" => Place::Text("header"),
            b"footer" | b"footerl" | b"footerr" | b"footerf" => Place::Text("footer"),
            b"footnote" => Place::Text("footnote"),
            b"annotation" => Place::Text("comment"),
            b"atnauthor" => Place::Text("author of a comment"),
            b"shptxt" => Place::Text("text box"),
            word if SKIPPED.contains(&word) => Place::Skipped,
            _ => return None,
        })
    }
}

/// Destinations without text of the document.
const SKIPPED: &[&[u8]] = &[
    b"colortbl",
    b"stylesheet",
    b"pict",
    b"pntext",
    b"listtext",
    b"objdata",
    b"objclass",
    b"themedata",
    b"fldinst",
    b"bkmkstart",
    b"bkmkend",
    b"revtbl",
    b"filetbl",
    b"nonshppict",
    b"sp",
    b"listtable",
    b"leveltext",
    b"levelnumbers",
    b"listname",
    b"listoverridetable",
    b"xe",
    b"tc",
    b"falt",
    b"panose",
    b"atnid",
    b"atnref",
    b"atntime",
    b"atndate",
    b"datafield",
    b"keycode",
    b"private",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn values(rtf: &str, name: Name) -> Vec<String> {
        let document = read(rtf.as_bytes()).unwrap();
        document.profile.all(name).map(|p| p.value.clone()).collect()
    }

    fn texts(rtf: &[u8]) -> Vec<(String, String)> {
        let document = read(rtf).unwrap();
        document.text.into_iter().map(|p| (p.place, p.text)).collect()
    }

    #[test]
    fn info_is_read_with_its_clock() {
        let rtf = r"{\rtf1\ansi\ansicpg1251\deflang1049{\info{\author \'c0\'ed\'ed\'e0}{\operator Luc}
{\creatim\yr2017\mo3\dy27\hr10\min52}{\revtim\yr2017\mo3\dy27\hr10\min54}{\version3}}{\*\generator Riched20 1;}{\*\rsidtbl \rsid66\rsid171}{\mmathPr}\rsidroot171 x}";
        assert_eq!(values(rtf, Name::Author), ["Анна"]);
        assert_eq!(values(rtf, Name::LastAuthor), ["Luc"]);
        assert_eq!(values(rtf, Name::Created), ["2017-03-27T10:52"]);
        assert_eq!(values(rtf, Name::Program), ["Riched20 1"]);
        assert_eq!(values(rtf, Name::Language), ["ru-RU"]);
        assert_eq!(values(rtf, Name::Revision), ["3"]);
        assert_eq!(values(rtf, Name::Id), ["000000AB"]);
        let document = read(rtf.as_bytes()).unwrap();
        let Detail::Rtf(detail) = document.detail else { panic!("no detail") };
        assert_eq!(detail.revised.unwrap().at - detail.created.unwrap().at, 120);
        assert_eq!((detail.sessions, detail.root_session), (vec![66, 171], Some(171)));
        assert_eq!(values(rtf, Name::RevisionSaveId), ["00000042", "000000AB"]);
    }

    #[test]
    fn text_is_decoded_by_font_and_notes_stand_apart() {
        let rtf = br"{\rtf1\ansi\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204{\*\panose 02}Arial CYR;}}
{\stylesheet{\s0 Normal;}}one {\f1\'e4\'e0} \u8364?5{\footnote a note}, more\par \u-10179?\u-8704?\par{\*\unknown gone}{\b\*\cs7 shown}{\header top}}";
        let expected = [
            ("footnote 1", "a note"),
            ("paragraph 1", "one да €5, more"),
            ("paragraph 2", "😀"),
            ("header 1", "top"),
            ("paragraph 3", "shown"),
        ];
        let expected = expected.map(|(place, text)| (place.to_owned(), text.to_owned()));
        assert_eq!(texts(rtf), expected);
    }

    #[test]
    fn damage_ends_nothing() {
        let rtf = br"{\rtf1{\info{\author A}}{\fonttbl{\f0\fcharset204 X;}}\f0 \'e4\u1090?{\*\datastore d0cf11e0a1b11ae1}\bin9999 x}";
        for cut in 5..rtf.len() {
            read(&rtf[..cut]);
        }
        let deep = format!("{{\\rtf1 {}x{}y}}", "{".repeat(2_000), "}".repeat(2_000));
        assert_eq!(texts(deep.as_bytes()), [("paragraph 1".to_owned(), "xy".to_owned())]);
    }
}
