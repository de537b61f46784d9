//! HTML files and archives of web pages (MHT): generator, author, dates as Office and browsers write
//! them, and the text.

use memchr::{memchr, memmem};

use super::ole::Out;
use super::profile::{Name, Profile, Property};
use super::{Detail, Document, Format};
use crate::evidence::Span;
use crate::limits;
use crate::parse::{date, email, html, sniff};
use crate::text;

/// Reads a page or an archive of one. None where the bytes are neither.
pub fn read(raw: &[u8]) -> Option<Document<'_>> {
    let format = match sniff::page(&raw[..raw.len().min(limits::SNIFF_BYTES)])? {
        sniff::Page::Html => Format::Html,
        sniff::Page::Archive => Format::Mht,
    };
    let (mut profile, mut pieces, mut defects) = (Profile::default(), Vec::new(), Vec::new());
    let mut out = Out::new(&mut profile, &mut pieces, &mut defects);
    if format == Format::Html {
        let page = Page { bytes: raw, at: Place::Raw(0), charset: None, prefix: "" };
        page.read(&mut out);
    } else {
        archive(raw, &mut out);
    }
    Some(Document { raw, format, profile, text: pieces, detail: Detail::None, defects })
}

/// The header and the pages of an archive (RFC 2557).
fn archive(raw: &[u8], out: &mut Out) {
    let mail = email::parse(raw);
    let fields = [
        (Name::Program, "From"),
        (Name::Title, "Subject"),
        (Name::Created, "Date"),
        (Name::Path, "Snapshot-Content-Location"),
        (Name::Path, "Content-Location"),
    ];
    for (name, field) in fields {
        let Some(found) = mail.field(raw, field) else { continue };
        let value = found.value.of(raw);
        let mut property = Property::text(name, &text::decode_header(value), field, found.value);
        if name == Name::Created {
            let stated = date::parse(value);
            property.at = stated.map(|s| s.epoch);
            property.offset = stated.map(|s| s.offset);
        }
        if !property.value.is_empty() {
            out.keep(Some(property));
        }
    }
    let mut number = 0;
    for leaf in mail.root.leaves().into_iter().take(limits::TEXT_PARTS) {
        if leaf.media.essence != "text/html" {
            continue;
        }
        number += 1;
        let content = text::decode_transfer(leaf.body.of(raw), &leaf.media.encoding);
        let charset = leaf.media.charset.clone();
        let prefix = format!("part {} ", leaf.section);
        let page = Page { bytes: &content, at: Place::Packed(leaf.body), charset, prefix: &prefix };
        page.read(out);
    }
    if number == 0 {
        out.defect("an archive without a page", Span::new(0, raw.len()));
    }
}

/// Where a page lies.
#[derive(Clone, Copy)]
enum Place {
    /// In the blob as it is, from this offset.
    Raw(usize),
    /// Encoded, in these bytes.
    Packed(Span),
}

struct Page<'a> {
    bytes: &'a [u8],
    at: Place,
    charset: Option<String>,
    prefix: &'a str,
}

impl Page<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        match self.at {
            Place::Raw(at) => Span::new(at + start, at + end),
            Place::Packed(span) => span,
        }
    }

    fn read(&self, out: &mut Out) {
        self.head(out);
        let decoded = decode(self.bytes, self.charset.as_deref());
        let page = html::read(&decoded);
        if page.cut {
            out.defect("more of the page than is read", self.span(0, self.bytes.len()));
        }
        let shown = page.shown.split_whitespace().collect::<Vec<_>>().join(" ");
        out.piece(|| format!("{}page", self.prefix), &shown);
        for (hidden, number) in page.hidden.iter().zip(1..) {
            out.piece(|| format!("{}hidden {number} ({})", self.prefix, hidden.by), &hidden.text);
        }
    }

    /// What the head, and comments before it, say.
    fn head(&self, out: &mut Out) {
        let head = &self.bytes[..self.bytes.len().min(limits::HTML_HEAD)];
        let wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
        if wide {
            // Offsets would not be those of the file: properties come from the decoded text alone.
            let decoded = decode(head, None);
            return self.scan(decoded.as_bytes(), |_, _| self.span(0, self.bytes.len()), out);
        }
        self.scan(head, |start, end| self.span(start, end), out);
    }

    fn scan(&self, head: &[u8], span: impl Fn(usize, usize) -> Span, out: &mut Out) {
        let decoded = |bytes: &[u8]| {
            let text = decode(bytes, self.charset.as_deref().or(charset(head).as_deref()));
            html::read(&text).shown.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let mut put = |name: Name, value: &str, place: String, span: Span| {
            let mut property = Property::text(name, value, format!("{}{place}", self.prefix), span);
            if matches!(name, Name::Created | Name::Modified | Name::Printed) {
                let stamp: Option<jiff::Timestamp> = value.trim().parse().ok();
                property.at = stamp.map(jiff::Timestamp::as_second);
                property.offset = stamp.map(|_| 0);
            }
            if !property.value.is_empty() {
                out.keep(Some(property));
            }
        };
        let lower = head.to_ascii_lowercase();
        if let Some((start, end)) = element(&lower, b"<title") {
            put(Name::Title, &decoded(&head[start..end]), "title".to_owned(), span(start, end));
        }
        for (start, end) in tags(&lower, b"<meta").take(limits::TAGS) {
            let tag = (&head[start..end], &lower[start..end]);
            let name = attribute(tag, b"name").or_else(|| attribute(tag, b"property"));
            let (Some(name), Some(content)) = (name, attribute(tag, b"content")) else { continue };
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            if let Some(property) = meta(&name) {
                put(property, &decoded(content), format!("meta {name}"), span(start, end));
            }
        }
        for (tag, name) in OFFICE {
            if let Some((start, end)) = element(&lower, tag.as_bytes()) {
                put(*name, &decoded(&head[start..end]), (*tag).to_owned(), span(start, end));
            }
        }
        // Browsers write where a page was saved from into a comment.
        for (mark, name) in [
            (&b"saved from url=("[..], Name::Path),
            (b"saved date:", Name::Created),
            (b" url:", Name::Path),
        ] {
            if let Some((start, end)) = comment(&lower, mark) {
                let text = String::from_utf8_lossy(&head[start..end]);
                let text = text.split_once(')').map_or(&*text, |(_, rest)| rest);
                put(
                    name,
                    text,
                    "comment of the program that saved it".to_owned(),
                    span(start, end),
                );
            }
        }
    }
}

/// Elements in which Office keeps properties of a document saved as a page, in lower case.
const OFFICE: &[(&str, Name)] = &[
    ("<o:author>", Name::Author),
    ("<o:lastauthor>", Name::LastAuthor),
    ("<o:template>", Name::Template),
    ("<o:revision>", Name::Revision),
    ("<o:totaltime>", Name::EditMinutes),
    ("<o:created>", Name::Created),
    ("<o:lastsaved>", Name::Modified),
    ("<o:lastprinted>", Name::Printed),
    ("<o:pages>", Name::Pages),
    ("<o:words>", Name::Words),
    ("<o:company>", Name::Company),
    ("<o:manager>", Name::Manager),
    ("<o:version>", Name::Version),
];

/// Names of `meta` that say who, when and with what.
fn meta(name: &str) -> Option<Name> {
    Some(match name {
        "generator" | "progid" => Name::Program,
        "author" | "dc.creator" | "article:author" => Name::Author,
        "description" | "og:description" => Name::Description,
        "keywords" => Name::Keywords,
        "og:title" => Name::Title,
        "changedby" => Name::LastAuthor,
        "created" | "dc.date" | "article:published_time" | "date" => Name::Created,
        "changed" | "article:modified_time" | "last-modified" => Name::Modified,
        "og:url" => Name::Path,
        _ => return None,
    })
}

/// Text of a page: by its mark of byte order, what its part says, what it says itself, or UTF-8.
fn decode(bytes: &[u8], stated: Option<&str>) -> String {
    if let Some((encoding, length)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0.into_owned();
    }
    let own = charset(&bytes[..bytes.len().min(limits::HTML_HEAD)]);
    let name = stated.map(str::to_owned).or(own);
    let encoding = name.and_then(|name| encoding_rs::Encoding::for_label(name.as_bytes()));
    match encoding {
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            // What browsers take where nothing is said (HTML §13.2.3.2, western locales).
            Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        },
    }
}

/// The charset a page states in its head.
fn charset(head: &[u8]) -> Option<String> {
    let lower = head[..head.len().min(4_096)].to_ascii_lowercase();
    tags(&lower, b"<meta").find_map(|(start, end)| {
        let at = memmem::find(&lower[start..end], b"charset=")? + start + 8;
        let value = &lower[at..end];
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
        let length = value.iter().take_while(|c| c.is_ascii_alphanumeric() || b"-_:".contains(c));
        let length = length.count();
        (length > 0).then(|| String::from_utf8_lossy(&value[..length]).into_owned())
    })
}

/// The tags of that start: behind `<`, up to `>`.
fn tags<'a>(head: &'a [u8], start: &'a [u8]) -> impl Iterator<Item = (usize, usize)> + 'a {
    let mut at = 0;
    std::iter::from_fn(move || {
        let from = at + memmem::find(&head[at..], start)?;
        let length = memchr(b'>', &head[from..]).unwrap_or(head.len() - from);
        at = from + length;
        Some((from + 1, from + length))
    })
}

/// What stands between the first tag of that start and the next `</`.
fn element(head: &[u8], start: &[u8]) -> Option<(usize, usize)> {
    let from = memmem::find(head, start)?;
    let behind = from + memchr(b'>', &head[from..])? + 1;
    let length = memmem::find(&head[behind..], b"</")?;
    Some((behind, behind + length))
}

/// The rest of the line behind a mark, inside a comment that begins in the first 4,096 bytes.
fn comment(head: &[u8], mark: &[u8]) -> Option<(usize, usize)> {
    let head = &head[..head.len().min(4_096)];
    let open = memmem::find(head, b"<!--")?;
    let close = open + memmem::find(&head[open..], b"-->")?;
    let from = open + memmem::find(&head[open..close], mark)? + mark.len();
    let length = head[from..close].iter().position(|c| matches!(c, b'\r' | b'\n'));
    Some((from, length.map_or(close, |length| from + length)))
}

/// The value of an attribute in a tag, given as it stands and in lower case.
fn attribute<'a>((tag, lower): (&'a [u8], &[u8]), name: &[u8]) -> Option<&'a [u8]> {
    let found = memmem::find_iter(lower, name).find(|found| {
        let before = found.checked_sub(1).and_then(|i| tag.get(i));
        let behind = tag[found + name.len()..].trim_ascii_start();
        before.is_some_and(u8::is_ascii_whitespace) && behind.starts_with(b"=")
    })?;
    let value = tag[found + name.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    match value.first()? {
        quote @ (b'"' | b'\'') => value[1..].split(|c| c == quote).next(),
        _ => value.split(|c| c.is_ascii_whitespace()).next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(page: &[u8]) -> Vec<(Name, String)> {
        let document = read(page).unwrap();
        document.profile.properties.into_iter().map(|p| (p.name, p.value)).collect()
    }

    #[test]
    fn a_page_of_word_says_who_and_when() {
        let page = b"<html xmlns:o=\"x\"><head><meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\">
<meta name=Generator content=\"Microsoft Word 11\"><title>\xd2\xe5\xf1\xf2</title>
<!--[if gte mso 9]><xml><o:DocumentProperties><o:Author>\xc0\xed\xed\xe0</o:Author><o:Created>2005-02-01T10:00:00Z</o:Created></o:DocumentProperties></xml><![endif]-->
</head><body><p>\xe4\xe0 &amp; so<p style='display:none'>gone</body></html>";
        let expected = [
            (Name::Title, "\u{422}\u{435}\u{441}\u{442}"),
            (Name::Program, "Microsoft Word 11"),
            (Name::Author, "\u{410}\u{43d}\u{43d}\u{430}"),
            (Name::Created, "2005-02-01T10:00:00Z"),
        ];
        assert_eq!(values(page), expected.map(|(name, value)| (name, value.to_owned())));
        let document = read(page).unwrap();
        assert_eq!(document.profile.first(Name::Created).unwrap().at, Some(1_107_252_000));
        let texts: Vec<_> = document.text.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(texts, ["\u{434}\u{430} & so", "gone"]);
    }

    #[test]
    fn an_archive_of_a_browser_is_a_document() {
        let page = b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://horizon.example/\r\n\
Subject: Horizon\r\nDate: Tue, 14 Mar 2017 09:12:44 -0000\r\nMIME-Version: 1.0\r\n\
Content-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"x\"\r\n\r\n--x\r\n\
Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html><body>=C3=A9t=C3=A9\r\n--x--\r\n";
        let document = read(page).unwrap();
        assert_eq!(document.format, Format::Mht);
        let path = document.profile.first(Name::Path).unwrap();
        assert_eq!(path.value, "https://horizon.example/");
        assert_eq!(path.span.of(page).trim_ascii(), b"https://horizon.example/");
        assert_eq!(document.profile.first(Name::Created).unwrap().at, Some(1_489_482_764));
        assert_eq!(document.text[0].text, "\u{e9}t\u{e9}");
    }
}
