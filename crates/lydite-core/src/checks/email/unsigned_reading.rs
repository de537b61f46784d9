//! Another reading of signed bytes, where the way to read them is not signed.
//!
//! ## What it examines
//! Messages with a signature that holds and whose `h=` does not name Content-Type or
//! Content-Transfer-Encoding. Many providers leave them out, so the fields may be other than sent,
//! added or taken away while the body bytes stand. For each of boundary, type, charset and
//! transfer encoding: is there another value under which the same bytes plausibly show other text?
//! Asked are the signatures of the From domain that lift the mail, or that a sealer saw; where
//! there is none, all that hold. A signature that a relay or a forger puts beside them later
//! settles nothing.
//!
//! ## What it can show
//! That the reading now declared may not be the one that was sent (design rule 8).
//!
//! ## What it cannot show
//! That the fields were changed. A reading that is merely garbled is no other text.
//!
//! ## How it can be fooled
//! By bytes made from the start to be plausible in two ways that these rules do not know.
//!
//! ## References
//! Ullrich: Breaking DKIM, <https://noxxi.de/research/breaking-dkim-on-purpose-and-by-chance.html>;
//! RFC 6376 §8.15 and its list of fields to sign (§5.4.1); RFC 2045 §6.7.

use std::collections::BTreeSet;

use memchr::memmem;

use super::signed;
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Mark, Span};
use crate::examine::Subject;
use crate::fact::Facts;
use crate::parse::email::dash_lines;
use crate::signature::{Alignment, Family, Outcome, Signature};

pub static CHECK: Check = Check {
    id: "email/unsigned-reading",
    version: 1,
    claim: Claim::BodyAsSent,
    group: "reading",
    since: (1992, 6), // RFC 1341
    codes: &[&OTHER_TEXT],
    wants: |_| Vec::new(),
    run: Run::Mail(run),
    source: include_str!("unsigned_reading.rs"),
};

fn run(subject: &Subject, facts: &Facts) -> Vec<Finding> {
    let holding: Vec<_> =
        subject.signatures.iter().filter(|s| s.outcome == Outcome::Holds).collect();
    if holding.is_empty() {
        return Vec::new();
    }
    let lifting: Vec<_> =
        holding.iter().copied().filter(|s| signed::lifts(subject, facts, s)).collect();
    // What a seal lifts rests on the signatures of the From domain that the sealer saw.
    let sealed = holding.iter().any(|s| s.family == Family::ArcMessage);
    let aligned = subject.signatures.iter();
    let aligned: Vec<_> = aligned
        .filter(|s| sealed && s.family == Family::Dkim && s.alignment != Alignment::None)
        .collect();
    let is_open = |name: &str| match (lifting.as_slice(), aligned.as_slice()) {
        ([], []) => !holding.iter().any(|s| names(s, name)),
        ([], aligned) => !aligned.iter().all(|s| names(s, name)),
        (lifting, _) => !lifting.iter().any(|s| names(s, name)),
    };
    let of_type = [other_boundary, other_parts, other_type, other_charset];
    let of_type = of_type.iter().filter(|_| is_open("content-type"));
    let of_encoding = [other_encoding];
    let of_encoding = of_encoding.iter().filter(|_| is_open("content-transfer-encoding"));
    let doubts = of_type.filter_map(|doubt| doubt(subject));
    doubts
        .chain(of_encoding.filter_map(|doubt| doubt(subject)))
        .map(|(note, span)| {
            let finding = OTHER_TEXT.at(Evidence::bytes("body", span)).noting(note);
            finding.marked(Mark::Ambiguous)
        })
        .collect()
}

/// Whether `h=` names a field: that settles it, or that there was none (RFC 6376 §5.4).
fn names(s: &Signature, name: &str) -> bool {
    s.oversigned.iter().any(|n| n == name) || s.covered.iter().any(|c| c.name == name)
}

type Doubt = Option<(&'static str, Span)>;

/// Delimiters of a boundary that no field declares, each with a part's header behind it, standing
/// where the declared reading shows plain text, a preamble or an epilogue.
fn other_boundary(subject: &Subject) -> Doubt {
    let raw = subject.raw;
    let root = &subject.mail.root;
    let mut declared: BTreeSet<&[u8]> = BTreeSet::new();
    root.walk(&mut |entity| declared.extend(entity.media.boundary.as_deref()));
    let line = dash_lines(raw, root.body).find(|line| {
        let text = line.of(raw).trim_ascii_end();
        let token = &text[2..];
        let known = |t: &[u8]| declared.contains(t);
        let closed = token.strip_suffix(b"--").unwrap_or(token);
        let own = !token.is_empty() && !known(token) && !known(closed);
        own && starts_part(&raw[line.end..root.body.end])
    })?;
    Some(("delimiters of a boundary that no field declares", line))
}

/// Whether a MIME part's own header begins here (RFC 2046 §5.1: only Content- fields count).
fn starts_part(rest: &[u8]) -> bool {
    let start = rest.get(..8).unwrap_or(rest);
    start.eq_ignore_ascii_case(b"content-")
}

/// Parts that the declared type of the whole hides, where another type would show them: all but one
/// of `multipart/alternative`, text before the first delimiter and behind the last.
fn other_parts(subject: &Subject) -> Doubt {
    let root = &subject.mail.root;
    let essence = root.media.essence.as_str();
    if !essence.starts_with("multipart/") {
        return None;
    }
    let kinds: Vec<&str> = root.children.iter().map(|c| c.media.essence.as_str()).collect();
    let attached = root.children.iter().any(|c| c.media.is_attachment);
    let texts = kinds.iter().filter(|k| k.starts_with("text/")).count();
    let shown = match essence {
        "multipart/mixed" | "multipart/report" => true,
        // One text in forms ever richer (RFC 2046 §5.1.4).
        "multipart/alternative" => {
            let richness = |kind: &&str| match *kind {
                "text/plain" => Some(0),
                "text/enriched" | "text/richtext" | "text/markdown" | "text/x-amp-html" => Some(1),
                "text/html" | "multipart/related" | "multipart/mixed" => Some(2),
                "text/calendar" => Some(3),
                _ => None,
            };
            let order: Vec<_> = kinds.iter().map(richness).collect();
            !attached && !order.contains(&None) && order.is_sorted_by(|a, b| a < b || *b == Some(1))
        }
        // The first part with what it refers to, never further text (RFC 2387 §3.4).
        "multipart/related" => {
            texts <= 1 && !kinds.iter().skip(1).any(|k| k.starts_with("multipart/"))
        }
        "multipart/signed" => kinds.len() == 2 && kinds[1].ends_with("signature"),
        "multipart/encrypted" => texts == 0,
        _ => false,
    };
    if !shown {
        return Some(("parts that another type of the whole would show", root.body));
    }
    let first = root.children.first().map_or(root.body.end, |c| c.header.start);
    let last = root.children.last().map_or(root.body.end, |c| c.body.end);
    let text = |span: Span| {
        let lines = span.of(subject.raw).split(|c| *c == b'\n').map(<[u8]>::trim_ascii);
        lines.filter(|line| !line.is_empty() && !line.starts_with(b"--")).count() > 0
    };
    let before = Span::new(root.body.start, first);
    let behind = Span::new(last, root.body.end);
    let hidden = (text(before) && !is_note(before.of(subject.raw))) || text(behind);
    hidden
        .then_some(("text beside the parts, which another type of the whole would show", root.body))
}

/// The sentence for readers without MIME that software puts before the first part.
fn is_note(text: &[u8]) -> bool {
    let text = text.to_ascii_lowercase();
    text.len() < 400
        && [&b"mime"[..], b"multi-part", b"multipart"]
            .iter()
            .any(|word| memmem::find(&text, word).is_some())
}

/// HTML that does not begin as HTML: as plain text it shows what tags and comments hide.
fn other_type(subject: &Subject) -> Doubt {
    let root = &subject.mail.root;
    let essence = root.media.essence.as_str();
    if essence.starts_with("multipart/") || essence == "text/plain" {
        return None;
    }
    if essence != "text/html" {
        return Some(("the type of the whole body is not covered and not plain text", root.body));
    }
    let text = crate::text::decode_transfer(root.body.of(subject.raw), &root.media.encoding);
    let start = text.trim_ascii_start();
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let is_html = [
        &b"<!doctype"[..],
        b"<html",
        b"<head",
        b"<body",
        b"<div",
        b"<p",
        b"<table",
        b"<span",
        b"<meta",
        b"<style",
        b"<br",
        b"<font",
        b"<center",
    ]
    .iter()
    .any(|tag| start.get(..tag.len()).is_some_and(|s| s.eq_ignore_ascii_case(tag)));
    (!is_html).then_some(("HTML that does not begin as HTML", root.body))
}

/// Bytes outside ASCII that are not the UTF-8 they are declared to be, or a charset in which
/// ASCII bytes mean something else.
fn other_charset(subject: &Subject) -> Doubt {
    let root = &subject.mail.root;
    if root.media.essence.starts_with("multipart/") {
        return None;
    }
    let charset = root.media.charset.as_deref().unwrap_or("us-ascii");
    // Where ASCII bytes are ASCII, but for escapes (ISO 2022).
    let known = [
        "us-ascii",
        "ascii",
        "utf-8",
        "utf8",
        "iso-8859-",
        "iso8859-",
        "windows-125",
        "cp125",
        "koi8-",
        "gb2312",
        "gbk",
        "gb18030",
        "big5",
        "euc-",
        "shift_jis",
        "ks_c_5601",
        "windows-874",
        "tis-620",
        "macintosh",
        "iso-2022-",
        "ansi_x3.4",
        "unknown-8bit",
        "windows-31j",
        "cp932",
    ];
    let text = crate::text::decode_transfer(root.body.of(subject.raw), &root.media.encoding);
    if text.is_ascii() {
        let is_known = known.iter().any(|name| charset.starts_with(name));
        // ISO-2022 without its escapes reads as ASCII; with them, only so (RFC 1468).
        let escapes =
            memmem::find(&text, b"\x1b$").is_some() || memmem::find(&text, b"\x1b(").is_some();
        let other = !is_known || (escapes && !charset.starts_with("iso-2022"));
        return other.then_some(("a charset in which plain letters are read otherwise", root.body));
    }
    let utf8 = matches!(charset, "utf-8" | "utf8") && std::str::from_utf8(&text).is_ok();
    (!utf8).then_some(("letters outside ASCII whose charset is not covered", root.body))
}

/// Bytes that are plausible under another transfer encoding than the declared one.
fn other_encoding(subject: &Subject) -> Doubt {
    let root = &subject.mail.root;
    if !root.children.is_empty() {
        return None;
    }
    let body = root.body.of(subject.raw);
    let doubt = match root.media.encoding.as_str() {
        "quoted-printable" => has_needless_escape(body),
        "base64" => !is_base64_of_text(body),
        "7bit" | "8bit" | "binary" => is_quoted_printable(body) || is_base64_of_text(body),
        _ => true,
    };
    doubt.then_some(("a transfer encoding that fits the bytes less than another", root.body))
}

/// An escape that no encoder writes: of a printable character other than `=`, not at a line's
/// start (where `.` and `F` are escaped) nor a blank at its end.
fn has_needless_escape(body: &[u8]) -> bool {
    memchr::memchr_iter(b'=', body).any(|at| {
        let hex = body.get(at + 1..at + 3).and_then(|h| std::str::from_utf8(h).ok());
        let Some(code) = hex.and_then(|h| u8::from_str_radix(h, 16).ok()) else {
            return false;
        };
        let at_start = at == 0 || body[at - 1] == b'\n';
        let behind = body.get(at + 3..).unwrap_or_default();
        let at_end = behind.is_empty() || matches!(behind[0], b'\r' | b'\n' | b'=');
        match code {
            b'=' => false,
            b' ' | b'\t' => !at_end,
            b'.' | b'F' | b'-' => !at_start,
            // Encoders escape these for EBCDIC gateways (RFC 2045 §6.7 rule 5) and RFC 2047 words.
            b'!' | b'"' | b'#' | b'$' | b'@' | b'[' | b'\\' | b']' | b'^' | b'`' | b'{' | b'|'
            | b'}' | b'~' | b'?' | b'_' => false,
            0x21..=0x7e => true,
            _ => false,
        }
    })
}

/// Soft line breaks or escaped equals signs: the marks of an encoder.
fn is_quoted_printable(body: &[u8]) -> bool {
    let soft = memmem::find_iter(body, b"=\n").count() + memmem::find_iter(body, b"=\r\n").count();
    let escapes = memmem::find_iter(body, b"=3D").count();
    soft + escapes >= 3
}

/// Base64 of text: letters alone that decode to words, as `Done` does not (RFC 2045 §6.8).
fn is_base64_of_text(body: &[u8]) -> bool {
    let is_base64 = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/' | b'=');
    let letters: Vec<u8> = body.iter().copied().filter(|c| !c.is_ascii_whitespace()).collect();
    if letters.is_empty() || !letters.len().is_multiple_of(4) || !letters.iter().all(is_base64) {
        return false;
    }
    let decoded = crate::text::decode_transfer(&letters, "base64");
    let is_text = |b: &u8| *b >= 0x20 || matches!(b, b'\t' | b'\r' | b'\n');
    std::str::from_utf8(&decoded).is_ok() && decoded.iter().all(is_text)
}

static OTHER_TEXT: Code = Code {
    check: "email/unsigned-reading",
    name: "other-text",
    claim: Claim::BodyAsSent,
    direction: Direction::Inconclusive,
    strength: None,
    meaning: Text {
        en: "the body bytes stand, but how to read them is not covered, and they can be read otherwise",
        fr: "les octets du corps tiennent, mais la façon de les lire n’est pas couverte et ils se lisent aussi autrement",
    },
    innocent: Text {
        en: "many providers do not sign Content-Type; quoted mail source looks like another reading",
        fr: "beaucoup de fournisseurs ne signent pas Content-Type ; du source cité ressemble à une autre lecture",
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoders_escapes_are_known_from_others() {
        assert!(!has_needless_escape(b"caf=C3=A9 a=3Db soft=\r\nend=20\r\n=2E dot"));
        assert!(has_needless_escape(b"see http://x.example/?a=20&b=1"));
        assert!(has_needless_escape(b"pay =31=30 euros"));
    }

    #[test]
    fn encoded_text_is_known() {
        assert!(is_quoted_printable(b"a=\nb=\nc=3D"));
        assert!(!is_quoted_printable(b"x = 3\ny == 4"));
        assert!(is_base64_of_text(b"aGVsbG8gd29ybGQhIQ==\r\n"));
        assert!(!is_base64_of_text(b"hello world\n"));
        assert!(!is_base64_of_text(b"Done\r\n"));
    }
}
