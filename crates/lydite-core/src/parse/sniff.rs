//! What bytes are, by content and never by name.
//!
//! Mail has no magic number: a header block counts as mail when it holds several different fields
//! that mail carries (RFC 5322 §3.6), at least one with a value such a field has, and hardly a line
//! that is no field. Source code, logs, YAML and HTTP answers fail one of the three.

use memchr::{memchr, memmem};

use super::document::image::other::is_bmp;
use super::document::{film, iso};
use super::mbox;
use crate::item::Kind;
use crate::limits;

/// What a stream of bytes is opened or examined as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Message,
    Mbox,
    Zip,
    Tar,
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    /// Outlook's mailbox (PST, OST, PAB).
    Pst,
    /// Outlook's message. Told from other compound files only when it is read whole.
    Msg,
    Tnef,
    /// Apple Mail's file. Told from a mail only when it is read whole.
    Emlx,
    Vcard,
    Calendar,
    /// A mailbox of a format that is not opened (DBX, NSF).
    ClosedMailbox,
    SevenZip,
    /// An archive, or a packed stream, that libarchive's programs open; with its name.
    ForeignArchive(&'static str),
    ForeignStream(&'static str),
    Document,
    Image,
    Other,
}

impl Format {
    /// The word that stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Format::Message => "message",
            Format::Mbox => "mbox",
            Format::Zip => "zip",
            Format::Tar => "tar",
            Format::Gzip => "gz",
            Format::Bzip2 => "bz2",
            Format::Xz => "xz",
            Format::Zstd => "zst",
            Format::Pst => "pst",
            Format::Msg => "msg",
            Format::Tnef => "tnef",
            Format::Emlx => "emlx",
            Format::Vcard => "vcard",
            Format::Calendar => "icalendar",
            Format::ClosedMailbox => "mailbox",
            Format::SevenZip => "7z",
            Format::ForeignArchive(name) | Format::ForeignStream(name) => name,
            Format::Document => "document",
            Format::Image => "image",
            Format::Other => "other",
        }
    }

    /// What a blob of this format is examined as.
    pub fn kind(self) -> Kind {
        match self {
            Format::Message => Kind::Message,
            Format::Document => Kind::Document,
            Format::Image => Kind::Image,
            Format::Other | Format::Vcard | Format::Calendar => Kind::Other,
            _ => Kind::Archive,
        }
    }
}

/// Magic numbers at the start; the first that fits decides.
const MAGIC: &[(&[u8], Format)] = &[
    (b"PK\x03\x04", Format::Zip),
    (b"PK\x05\x06", Format::Zip),
    // A spanned archive that fits in one part (APPNOTE 8.5.4).
    (b"PK00PK\x03\x04", Format::Zip),
    (b"\x1f\x8b\x08", Format::Gzip),
    (b"\xfd7zXZ\0", Format::Xz),
    (b"\x28\xb5\x2f\xfd", Format::Zstd),
    // The first volume of a spanned archive (APPNOTE 8.5.3).
    (b"PK\x07\x08PK\x03\x04", Format::Zip),
    (b"7z\xbc\xaf\x27\x1c", Format::SevenZip),
    (b"Rar!\x1a\x07", Format::ForeignArchive("rar")),
    (b"MSCF\0\0\0\0", Format::ForeignArchive("cab")),
    (b"!<arch>\n", Format::ForeignArchive("ar")),
    (b"070701", Format::ForeignArchive("cpio")),
    (b"070702", Format::ForeignArchive("cpio")),
    (b"070707", Format::ForeignArchive("cpio")),
    (b"xar!", Format::ForeignArchive("xar")),
    (b"\xed\xab\xee\xdb", Format::ForeignArchive("rpm")),
    (b"\x1f\x9d", Format::ForeignStream("z")),
    (b"LZIP\x01", Format::ForeignStream("lz")),
    (b"\x04\x22\x4d\x18", Format::ForeignStream("lz4")),
    (b"\x89LZO\0\r\n\x1a\n", Format::ForeignStream("lzo")),
    (b"%PDF-", Format::Document),
    (b"{\\rtf", Format::Document),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format::Document),
    (b"!BDN", Format::Pst),
    (b"\x78\x9f\x3e\x22", Format::Tnef),
    // Outlook Express's mailbox, and the databases of Notes.
    (b"\xcf\xad\x12\xfe", Format::ClosedMailbox),
    (b"\x1a\x00\x00\x04\x00\x00", Format::ClosedMailbox),
    (b"\xff\xd8\xff", Format::Image),
    (b"\x89PNG\r\n\x1a\n", Format::Image),
    (b"GIF87a", Format::Image),
    (b"GIF89a", Format::Image),
    (b"II*\0", Format::Image),
    (b"MM\0*", Format::Image),
];

/// Tells the format from the first bytes, up to [`crate::limits::SNIFF_BYTES`] of them.
pub fn sniff(head: &[u8]) -> Format {
    if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        let is_office = *format == Format::Zip && is_office_package(head);
        return if is_office { Format::Document } else { *format };
    }
    if head.starts_with(b"BZh") && matches!(head.get(3), Some(b'1'..=b'9')) {
        let block = head.get(4..10);
        // Pi opens a block, its square root an empty stream.
        if block == Some(b"1AY&SY") || block == Some(b"\x17\x72\x45\x38\x50\x90") {
            return Format::Bzip2;
        }
    }
    let is_webp = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    let is_heif = iso::brand(head).is_some_and(|brand| iso::is_picture(&brand));
    if is_webp || is_heif || is_bmp(head) {
        return Format::Image;
    }
    if film::format(head).is_some() {
        return Format::Document;
    }
    if head.get(..512).is_some_and(is_tar_header) {
        return Format::Tar;
    }
    // LHA names its method at offset 2: -lh5-, -lz4-, -pm1-.
    if let Some([b'-', b'l' | b'p', b'h' | b'z' | b'm', _, b'-']) = head.get(2..7) {
        return Format::ForeignArchive("lha");
    }
    // ECMA-119 §8.1: the first volume descriptor stands in sector 16.
    if head.get(32_769..32_774) == Some(b"CD001") {
        return Format::ForeignArchive("iso");
    }
    // Some writers put a few bytes before a PDF's mark; readers look within 1,024 bytes.
    if memmem::find(&head[..head.len().min(1_024)], b"%PDF-1.").is_some() && head.contains(&0) {
        return Format::Document;
    }
    let text = skip_empty_lines(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head));
    let opens = |mark: &[u8]| text.get(..mark.len()).is_some_and(|t| t.eq_ignore_ascii_case(mark));
    if opens(b"BEGIN:VCARD") {
        return Format::Vcard;
    }
    if opens(b"BEGIN:VCALENDAR") {
        return Format::Calendar;
    }
    if mbox::opens(text) {
        Format::Mbox
    } else if is_page_archive(text) {
        Format::Document
    } else if is_message(text) {
        Format::Message
    } else if is_page(head) {
        Format::Document
    } else {
        Format::Other
    }
}

/// What of the web the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    Html,
    /// A page with its parts in one file (RFC 2557).
    Archive,
}

/// Tells a page from its first bytes. What is mail is none.
pub fn page(head: &[u8]) -> Option<Page> {
    let text = skip_empty_lines(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head));
    if is_page_archive(text) {
        Some(Page::Archive)
    } else if is_page(head) && !mbox::opens(text) && !is_message(text) {
        Some(Page::Html)
    } else {
        None
    }
}

/// Whether bytes begin as HTML, comments and an XML declaration before it passed over.
fn is_page(head: &[u8]) -> bool {
    let narrow: Vec<u8>;
    let mut text = match head {
        // UTF-16: one byte of each pair is enough to tell.
        [0xFF, 0xFE, rest @ ..] | [0xFE, 0xFF, rest @ ..] => {
            narrow = rest.iter().take(8_192).copied().filter(|b| *b != 0).collect();
            &narrow
        }
        _ => head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head),
    };
    for _ in 0..16 {
        text = text.trim_ascii_start();
        let end: &[u8] = match text {
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            [b'<', b'?', b'x', b'm', b'l', ..] => b"?>",
            _ => break,
        };
        let Some(at) = memmem::find(text, end) else { return false };
        text = &text[at + end.len()..];
    }
    let opens = |mark: &[u8]| text.get(..mark.len()).is_some_and(|t| t.eq_ignore_ascii_case(mark));
    let ended = |length: usize| text.get(length).is_some_and(|c| !c.is_ascii_alphanumeric());
    opens(b"<!doctype html")
        || [&b"<html"[..], b"<head", b"<body"].iter().any(|m| opens(m) && ended(m.len()))
}

/// Whether a header is that of a web page saved as one file: of a browser, which names itself where
/// mail names its sender, or of Office. Whatever names a person or a server stays mail.
fn is_page_archive(text: &[u8]) -> bool {
    let (mut saved, mut related) = (false, false);
    let mut rest = text;
    while !rest.is_empty() {
        let (line, behind) = next_line(rest);
        rest = behind;
        if line.is_empty() {
            break;
        }
        if matches!(line[0], b' ' | b'\t') {
            continue;
        }
        let Some(colon) = memchr(b':', line) else { return false };
        let (name, value) = (line[..colon].to_ascii_lowercase(), line[colon + 1..].trim_ascii());
        match name.as_slice() {
            b"from" => {
                let opening = value.iter().take_while(|c| matches!(c, b'<' | b'"')).count();
                let value = &value[opening..];
                if memchr(b'@', value).is_some() || !value.starts_with(b"Saved by ") {
                    return false;
                }
                saved = true;
            }
            b"snapshot-content-location" | b"x-document-type" => saved = true,
            b"content-type" => {
                related = value.to_ascii_lowercase().starts_with(b"multipart/related");
            }
            b"subject"
            | b"date"
            | b"mime-version"
            | b"content-location"
            | b"x-mimeole"
            | b"content-transfer-encoding" => {}
            _ => return false,
        }
    }
    // Office names nobody, and gives its pages places on the disk; its preamble speaks its language.
    let first = &rest[..rest.len().min(4_096)];
    related && (saved || memmem::find(first, b"\nContent-Location: file:///").is_some())
}

/// Whether 512 bytes are a tar header with a valid checksum (POSIX pax, "ustar Interchange
/// Format"): the sum of all bytes, its own field counted as blanks; old writers sum signed bytes.
pub fn is_tar_header(block: &[u8]) -> bool {
    let (Some(field), Some(name)) = (block.get(148..156), block.first()) else {
        return false;
    };
    let Some(stated) = octal(field) else {
        return false;
    };
    let (mut unsigned, mut signed) = (0i64, 0i64);
    for (at, byte) in block[..block.len().min(512)].iter().enumerate() {
        let byte = if (148..156).contains(&at) { b' ' } else { *byte };
        unsigned += i64::from(byte);
        signed += i64::from(byte.cast_signed());
    }
    let is_ustar = block.get(257..262) == Some(b"ustar");
    (*name != 0 || is_ustar) && (stated == unsigned || stated == signed)
}

/// Octal digits with blanks before, and blanks or NUL behind.
fn octal(field: &[u8]) -> Option<i64> {
    let text = field.trim_ascii_start();
    let end = text.iter().position(|c| matches!(c, 0 | b' ')).unwrap_or(text.len());
    i64::from_str_radix(std::str::from_utf8(&text[..end]).ok()?, 8).ok()
}

/// Whether the first entry of a zip is one that office packages start with: OOXML (ECMA-376-2),
/// OpenDocument and EPUB (whose first entry is an unpacked `mimetype`).
fn is_office_package(head: &[u8]) -> bool {
    let Some(length) = head.get(26..28) else {
        return false;
    };
    let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
    let name = head.get(30..30 + length).unwrap_or(&[]);
    let starts = [&b"word/"[..], b"xl/", b"ppt/", b"docProps/", b"_rels/.rels", b"customXml/"];
    name == b"[Content_Types].xml"
        || starts.iter().any(|start| name.starts_with(start))
        || (name == b"mimetype" && head[30 + length..].starts_with(b"application/"))
        || is_zipped_by_hand(head)
}

/// Whether the first entries are those of an OpenDocument that somebody zipped anew, its `mimetype`
/// packed or behind others: its text and its list of parts are there, and nothing else than such parts.
fn is_zipped_by_hand(head: &[u8]) -> bool {
    let starts = [
        &b"mimetype"[..],
        b"content.xml",
        b"styles.xml",
        b"meta.xml",
        b"settings.xml",
        b"manifest.rdf",
        b"layout-cache",
        b"META-INF/",
        b"Configurations2/",
        b"Thumbnails/",
        b"Pictures/",
        b"Object",
    ];
    let (mut text, mut list) = (false, false);
    for at in memmem::find_iter(head, b"PK\x03\x04") {
        let Some(length) = head.get(at + 26..at + 28) else { break };
        let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
        let Some(name) = head.get(at + 30..at + 30 + length) else { break };
        if !starts.iter().any(|start| name.starts_with(start)) {
            return false;
        }
        text |= name == b"content.xml";
        list |= name == b"META-INF/manifest.xml";
    }
    text && list
}

fn skip_empty_lines(head: &[u8]) -> &[u8] {
    let blank = head.iter().take(1_000).take_while(|c| matches!(c, b'\r' | b'\n')).count();
    &head[blank..]
}

/// Fields that only mail and news carry.
const STRONG: &[&str] = &[
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "message-id",
    "received",
    "return-path",
    "delivered-to",
    "dkim-signature",
    "mime-version",
    "in-reply-to",
    "references",
    "reply-to",
    "sender",
    "envelope-to",
    "x-mailer",
    "x-received",
    "authentication-results",
    "received-spf",
    "domainkey-signature",
    "arc-seal",
    "list-id",
    "list-unsubscribe",
    "thread-topic",
    "thread-index",
    "x-originating-ip",
    "x-google-dkim-signature",
    "x-gm-thrid",
    "errors-to",
    "newsgroups",
    "user-agent",
    "apparently-to",
    "resent-from",
    "x-original-to",
    "arc-authentication-results",
    "arc-message-signature",
    "x-mozilla-status",
    "x-spam-status",
];
/// Fields that mail shares with HTTP and others.
const WEAK: &[&str] = &[
    "date",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "precedence",
    "organization",
    "status",
    "x-status",
    "lines",
    "importance",
    "x-priority",
];

/// What the lines up to the first empty one look like.
#[derive(Default)]
struct Block {
    /// Bit per entry of [`STRONG`].
    strong: u64,
    weak: u64,
    fields: usize,
    /// Lines that are neither a field nor folded.
    odd: usize,
    /// A known field has a value that such a field has.
    anchored: bool,
    /// An empty line ended it.
    closed: bool,
    /// Its content type is that of a MIME multipart.
    multipart: bool,
}

fn is_message(text: &[u8]) -> bool {
    let envelope = text.starts_with(b"From ") || text.starts_with(b">From ");
    let text = if envelope { next_line(text).1 } else { text };
    let block = Block::read(text);
    let known = block.strong.count_ones() + block.weak.count_ones();
    if block.fits() && block.strong != 0 && (known >= 2 || envelope) {
        return true;
    }
    // One field is enough where nothing but fields stands before an empty line.
    if block.closed && block.odd == 0 && (block.multipart || (block.anchored && block.strong != 0))
    {
        return true;
    }
    // A header larger than what is looked at: hiding a mail behind it must not work.
    let endless = !block.closed && text.len() >= limits::SNIFF_BYTES / 2 && block.odd == 0;
    if endless && (block.fields >= 500 || (block.anchored && block.strong != 0)) {
        return true;
    }
    // An odd first line (a byte count, a client's mark) before what is clearly a header.
    let block = Block::read(next_line(text).1);
    block.fits() && block.odd == 0 && block.strong.count_ones() >= 3
}

impl Block {
    fn read(mut text: &[u8]) -> Block {
        let mut block = Block::default();
        while !text.is_empty() {
            let (line, rest) = next_line(text);
            text = rest;
            match line.first() {
                None => {
                    block.closed = true;
                    break;
                }
                Some(b' ' | b'\t') if block.fields > 0 => continue,
                Some(_) => block.line(line),
            }
            if block.odd > 2 + block.fields / 4 {
                break;
            }
        }
        block
    }

    fn line(&mut self, line: &[u8]) {
        let Some(colon) = memchr(b':', line) else {
            self.odd += 1;
            return;
        };
        let (name, value) = (line[..colon].trim_ascii_end(), &line[colon + 1..]);
        if name.is_empty() || !name.iter().all(|c| c.is_ascii_alphanumeric() || b"-_.".contains(c))
        {
            self.odd += 1;
            return;
        }
        self.fields += 1;
        let within =
            |list: &[&str]| list.iter().position(|n| name.eq_ignore_ascii_case(n.as_bytes()));
        if let Some(at) = within(STRONG) {
            self.strong |= 1 << at;
            self.anchored |= is_plausible(STRONG[at], value);
        } else if let Some(at) = within(WEAK) {
            self.weak |= 1 << at;
            self.anchored |= WEAK[at] == "date" && super::date::parse(value).is_some();
            self.multipart |=
                WEAK[at] == "content-type" && value.trim_ascii().starts_with(b"multipart/");
        }
    }

    fn fits(&self) -> bool {
        self.anchored && self.odd <= 1 + self.fields / 4
    }
}

/// Whether a value is one that a field of that name has. A folded value shows on its first line.
fn is_plausible(name: &str, value: &[u8]) -> bool {
    let has = |needle: &[u8]| memmem::find(value, needle).is_some();
    match name {
        "subject" | "user-agent" | "thread-topic" => false,
        "mime-version" => has(b"1.0"),
        "received" | "x-received" => has(b"from ") || has(b"by ") || has(b"("),
        "dkim-signature" | "domainkey-signature" | "arc-seal" => has(b"="),
        _ => has(b"@") || has(b"<"),
    }
}

/// The first line without its line end, and what follows.
fn next_line(text: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = match memchr(b'\n', text) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &text[text.len()..]),
    };
    (line.strip_suffix(b"\r").unwrap_or(line), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_is_found_by_its_header() {
        for mail in [
            "From: a@b.example\nSubject: x\n\nbody",
            "Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000\r\nDate: x\r\n\r\n",
            "\r\n\nReturn-Path: <a@b.example>\nSubject: x\n",
            "From nobody\nTo: a@b.example\n\n",
            "1234\nFrom: a@b.example\nTo: c@d.example\nMessage-ID: <1@b.example>\n\n",
            "\u{feff}From: a@b.example\nDate: x\n\n",
            "From: a@b.example\n\nbody",
            "Content-Type: multipart/mixed; boundary=x\n\n--x\n",
            "from: a@b.example\nto: c@d.example\nno field here\n\n",
        ] {
            assert_eq!(sniff(mail.as_bytes()), Format::Message, "{mail:?}");
        }
    }

    #[test]
    fn an_endless_header_is_mail() {
        assert_eq!(sniff(&b"X-H: v\n".repeat(10_000)), Format::Message);
        let long = format!("DKIM-Signature: v=1; b={}\n", "A".repeat(4_000)).repeat(20);
        assert_eq!(sniff(long.as_bytes()), Format::Message);
        assert_ne!(sniff(&b"a: b\nthis is no field\n".repeat(5_000)), Format::Message);
    }

    #[test]
    fn what_has_colons_is_not_mail() {
        for other in [
            "",
            "name: x\nfrom: y\nto: z\n",
            "---\ntitle: x\ndate: 2017-05-05\n---\n",
            "Date: Mon, 01 Jan 2024 00:00:00 GMT\nContent-Type: text/html\nServer: x\n\n",
            "import sys\nfrom x import y\n\ndef f(): pass\n",
            "{\n  \"from\": \"a@b.example\",\n  \"to\": \"c\"\n}\n",
            "path,from,to\n1,a@b.example,c@d.example\n",
            "2024-01-01 00:00:00 from: a@b.example to: x\n2024-01-01 00:00:01 subject: y\n",
            "Package: x\nVersion: 1\nMaintainer: A <a@b.example>\n",
            "To: be\nor: not\n",
        ] {
            assert_eq!(sniff(other.as_bytes()), Format::Other, "{other:?}");
        }
    }

    #[test]
    fn pages_are_documents_and_what_looks_like_mail_stays_mail() {
        for page in [
            "<!DOCTYPE html>\n<html>",
            "\n <HTML lang=fr>",
            "<?xml version=\"1.0\"?><!-- saved from url=(0014)about:internet -->\n<html>",
            "From: <Saved by Blink>\nSubject: x\nContent-Type: multipart/related; boundary=x\n\n",
            "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\nUne page\n--x\nContent-Location: file:///C:/x.htm\n",
        ] {
            assert_eq!(sniff(page.as_bytes()), Format::Document, "{page:?}");
        }
        for mail in [
            "From: Saved by Ada <a@b.example>\nContent-Type: multipart/related; boundary=x\n\n",
            "From: <Saved by Blink>\nTo: a@b.example\nContent-Type: multipart/related; boundary=x\n\n",
            "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n",
            "From: a@b.example\nSubject: x\n\n<html>",
        ] {
            assert_eq!(sniff(mail.as_bytes()), Format::Message, "{mail:?}");
        }
        for other in ["<svg></svg>", "<htmlx>", "<?xml version=\"1.0\"?><x/>", "a <html>"] {
            assert_eq!(sniff(other.as_bytes()), Format::Other, "{other:?}");
        }
    }

    #[test]
    fn magic_numbers_decide_and_office_is_not_an_archive() {
        let zip = |name: &str, content: &str| {
            let mut head = b"PK\x03\x04".to_vec();
            head.resize(26, 0);
            head.extend([u8::try_from(name.len()).unwrap(), 0, 0, 0]);
            head.extend(name.as_bytes());
            head.extend(content.as_bytes());
            head
        };
        assert_eq!(sniff(&zip("a.eml", "")), Format::Zip);
        assert_eq!(sniff(&zip("[Content_Types].xml", "")), Format::Document);
        assert_eq!(sniff(&zip("mimetype", "application/vnd.oasis")), Format::Document);
        let parts = ["styles.xml", "content.xml", "META-INF/manifest.xml", "mimetype"];
        let by_hand: Vec<u8> = parts.iter().flat_map(|name| zip(name, "")).collect();
        assert_eq!(sniff(&by_hand), Format::Document);
        let beside = [by_hand, zip("letter.eml", "")].concat();
        assert_eq!(sniff(&beside), Format::Zip);
        assert_eq!(sniff(b"PK\x03\x04"), Format::Zip);
        assert_eq!(sniff(b"7z\xbc\xaf\x27\x1c\0\x04"), Format::SevenZip);
        assert_eq!(sniff(b"Rar!\x1a\x07\x01\0"), Format::ForeignArchive("rar"));
        assert_eq!(sniff(b"!\0-lh5-"), Format::ForeignArchive("lha"));
        assert_eq!(sniff(b"- -lh is a list"), Format::Other);
        assert_eq!(sniff(b"BZh91AY&SY"), Format::Bzip2);
        assert_eq!(sniff(b"BZh is a text"), Format::Other);
        assert_eq!(sniff(b"!BDN\0\0\0\0SM"), Format::Pst);
        assert_eq!(sniff(b"\x78\x9f\x3e\x22\0\0"), Format::Tnef);
        assert_eq!(sniff(b"\nbegin:vcard\r\nVERSION:3.0\r\n"), Format::Vcard);
        assert_eq!(sniff(b"BEGIN:VCALENDAR\r\n").kind(), Kind::Other);
        assert_eq!(sniff(b"RIFF....WEBP"), Format::Image);
        assert_eq!(sniff(&[0; 512]), Format::Other);
    }
}
