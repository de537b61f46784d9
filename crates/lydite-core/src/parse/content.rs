//! What kind of thing the content of a part is, by its first bytes, and what its name and type say.

use memchr::memmem;

use super::document::film;
use super::sniff::{self, Format};

/// Kinds that a reader tells apart. What cannot be known from the first bytes has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Pdf,
    /// Word processing, tables, slides in any format.
    Office,
    Image,
    Archive,
    /// Code that a system runs when the file is opened.
    Program,
    Html,
    Mail,
    Text,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Pdf => "PDF",
            Kind::Office => "office document",
            Kind::Image => "image",
            Kind::Archive => "archive",
            Kind::Program => "program",
            Kind::Html => "HTML",
            Kind::Mail => "mail",
            Kind::Text => "text",
        }
    }
}

/// Programs by their magic numbers: PE and DOS, ELF, Mach-O and Java classes, Windows shortcuts
/// (MS-SHLLINK §2.1).
const PROGRAMS: &[&[u8]] = &[
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"L\0\0\0\x01\x14\x02\0",
];

/// The kind of content that begins so.
pub fn of(head: &[u8]) -> Option<Kind> {
    if PROGRAMS.iter().any(|magic| head.starts_with(magic)) && !is_text(head) {
        return Some(Kind::Program);
    }
    if head.starts_with(b"#!/") {
        return Some(Kind::Program);
    }
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |tag: &[u8]| start.get(..tag.len()).is_some_and(|s| s.eq_ignore_ascii_case(tag));
    match sniff::sniff(head) {
        Format::Document if memmem::find(&head[..head.len().min(1_024)], b"%PDF-").is_some() => {
            Some(Kind::Pdf)
        }
        // Films and sounds are documents that no ending here names.
        Format::Document if film::format(head).is_some() => None,
        Format::Document => match sniff::page(head) {
            None => Some(Kind::Office),
            Some(sniff::Page::Archive) => Some(Kind::Mail),
            Some(sniff::Page::Html) if begins(b"<!doctype html") || begins(b"<html") => {
                Some(Kind::Html)
            }
            // Behind a comment or a declaration.
            Some(sniff::Page::Html) => is_text(head).then_some(Kind::Text),
        },
        Format::Image => Some(Kind::Image),
        Format::Zip
        | Format::Tar
        | Format::Gzip
        | Format::Bzip2
        | Format::Xz
        | Format::Zstd
        | Format::SevenZip
        | Format::ForeignArchive(_)
        | Format::ForeignStream(_) => Some(Kind::Archive),
        _ if begins(b"<!doctype html") || begins(b"<html") => Some(Kind::Html),
        _ if head.starts_with(b"BM") && !is_text(head) => Some(Kind::Image),
        Format::Message | Format::Mbox => Some(Kind::Mail),
        _ if is_text(head) => Some(Kind::Text),
        _ => None,
    }
}

/// Letters in UTF-8 or an eight-bit alphabet, without control characters.
fn is_text(head: &[u8]) -> bool {
    let control = |c: &u8| *c < 0x20 && !matches!(c, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    !head.is_empty() && !head.iter().any(control)
}

/// Endings of names, by kind. Of programs: what Windows runs on a double click.
const ENDINGS: &[(Kind, &[&str])] = &[
    (Kind::Pdf, &["pdf"]),
    (
        Kind::Office,
        &[
            "doc", "docx", "docm", "dot", "dotx", "xls", "xlsx", "xlsm", "ppt", "pptx", "pps",
            "ppsx", "odt", "ods", "odp", "rtf",
        ],
    ),
    (Kind::Image, &["jpg", "jpeg", "png", "gif", "tif", "tiff", "bmp", "webp"]),
    (Kind::Archive, &["zip", "rar", "7z", "gz", "tgz", "bz2", "xz", "tar", "cab"]),
    (
        Kind::Program,
        &[
            "exe", "scr", "com", "pif", "bat", "cmd", "vbs", "vbe", "js", "jse", "wsf", "hta",
            "lnk", "msi", "ps1", "jar", "cpl", "dll",
        ],
    ),
    (Kind::Html, &["htm", "html", "xhtml"]),
    (Kind::Mail, &["eml"]),
    (Kind::Text, &["txt", "csv", "log", "md"]),
];

/// The kind a file name's ending says.
pub fn of_name(name: &str) -> Option<Kind> {
    let (_, ending) = name.trim_end_matches(['.', ' ']).rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    ENDINGS.iter().find(|(_, list)| list.contains(&ending.as_str())).map(|(kind, _)| *kind)
}

/// The kind a media type says; None for the general ones.
pub fn of_type(essence: &str) -> Option<Kind> {
    let office = ["msword", "officedocument", "opendocument", "ms-excel", "ms-powerpoint", "rtf"];
    match essence {
        "application/pdf" => Some(Kind::Pdf),
        "application/zip" | "application/gzip" | "application/x-gzip" => Some(Kind::Archive),
        "text/html" => Some(Kind::Html),
        // Drawings in text, and camera formats of their own.
        "image/svg+xml" => None,
        _ if essence.starts_with("image/") => Some(Kind::Image),
        _ if office.iter().any(|word| essence.contains(word)) => Some(Kind::Office),
        _ => None,
    }
}

/// Whether content of one kind stands under the name of another for ordinary reasons: Word reads
/// HTML, RTF and text as `.doc`; every office package is a zip; mail and programs are kept as text.
pub fn goes_as(content: Kind, stated: Kind) -> bool {
    content == stated
        || matches!(
            (content, stated),
            (Kind::Html | Kind::Text, Kind::Office)
                | (Kind::Office, Kind::Archive)
                | (Kind::Archive, Kind::Office)
                | (Kind::Mail, Kind::Text)
                | (Kind::Text, Kind::Html | Kind::Mail | Kind::Program)
                | (Kind::Html, Kind::Text)
                | (Kind::Mail, Kind::Html)
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_known_by_its_bytes() {
        for (head, kind) in [
            (&b"%PDF-1.4\n"[..], Some(Kind::Pdf)),
            (b"MZ\x90\0\x03", Some(Kind::Program)),
            (b"MZ is how a sentence may begin", Some(Kind::Text)),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Some(Kind::Office)),
            (b"\x89PNG\r\n\x1a\n\0", Some(Kind::Image)),
            (b"PK\x03\x04", Some(Kind::Archive)),
            (b" <!DOCTYPE html>", Some(Kind::Html)),
            (b"caf\xe9", Some(Kind::Text)),
            (b"\0\x01\x02", None),
            (b"", None),
        ] {
            assert_eq!(of(head), kind, "{head:?}");
        }
    }

    #[test]
    fn names_and_types_say_a_kind() {
        assert_eq!(of_name("invoice.pdf.exe"), Some(Kind::Program));
        assert_eq!(of_name("README"), None);
        assert_eq!(of_type("application/msword"), Some(Kind::Office));
        assert_eq!(of_type("application/octet-stream"), None);
        assert!(goes_as(Kind::Html, Kind::Office) && !goes_as(Kind::Program, Kind::Pdf));
    }
}
