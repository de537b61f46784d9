//! What other programs may take for the parts of a message that does not have one reading.
//!
//! Nothing here is likelier than the strict reading; it is kept so that no text which somebody was
//! shown is missing from the tables (design rule 18).

use super::email::{self, Entity, Mail};
use super::{mime_form, second};
use crate::evidence::Span;
use crate::{limits, text};

/// One part of another reading.
pub struct Other {
    /// `~1` for the leaves of the second parser, `1.2~base64` for another content of a leaf of ours,
    /// `~--1` for what stands behind lines that look like delimiters, `~` for the whole body.
    pub section: String,
    pub essence: String,
    pub filename: Option<String>,
    /// Of the encoded content.
    pub span: Span,
    pub content: Vec<u8>,
}

/// The parts of every other reading, at most [`limits::TEXT_PARTS`] of each.
pub fn parts(raw: &[u8], mail: &Mail) -> Vec<Other> {
    let mut out = Vec::new();
    let second = second::leaves(raw, mail.root.header.start).unwrap_or_default();
    for (at, leaf) in second.into_iter().enumerate().take(limits::TEXT_PARTS) {
        out.push(Other {
            section: format!("~{}", at + 1),
            essence: leaf.essence,
            filename: leaf.filename,
            span: leaf.span,
            content: text::decode_transfer(leaf.span.of(raw), leaf.encoding).into_owned(),
        });
    }
    let leaves = mail.root.leaves();
    let doubtful = leaves.iter().filter(|leaf| has_doubtful_encoding(raw, leaf));
    doubtful.take(limits::TEXT_PARTS).for_each(|leaf| contents(raw, leaf, &leaf.section, &mut out));
    behind_delimiters(raw, mail.root.body, &mut out);
    if !mail.doubts.is_empty() && !mail.root.body.is_empty() {
        let content = mail.root.body.of(raw).to_vec();
        out.push(Other {
            section: "~".to_owned(),
            essence: "text/plain".to_owned(),
            filename: None,
            span: mail.root.body,
            content,
        });
    }
    out
}

/// Every content that some program makes of a leaf.
fn contents(raw: &[u8], leaf: &Entity, section: &str, out: &mut Vec<Other>) {
    for (how, content) in mime_form::other_contents(leaf.body.of(raw)) {
        out.push(Other {
            section: format!("{section}~{how}"),
            essence: leaf.media.essence.clone(),
            filename: leaf.media.filename.clone(),
            span: leaf.body,
            content,
        });
    }
}

/// Whether programs decode the content of a leaf in different ways.
fn has_doubtful_encoding(raw: &[u8], leaf: &Entity) -> bool {
    let mut fields = leaf.fields(raw, "Content-Transfer-Encoding");
    let first = fields.next().map(|f| f.value.of(raw));
    fields.next().is_some()
        || first.is_some_and(|value| mime_form::encoding_doubt(value).is_some())
        || mime_form::body_doubt(leaf.body.of(raw), &leaf.media.encoding).is_some()
}

/// What stands behind each line that begins with two dashes, up to the next line that begins like
/// it, where a MIME field or an empty line follows: so a program reads that finds another boundary.
fn behind_delimiters(raw: &[u8], body: Span, out: &mut Vec<Other>) {
    let lines: Vec<Span> = email::dash_lines(raw, body).take(limits::MIME_PARTS).collect();
    let mut found = 0;
    for (at, line) in lines.iter().enumerate() {
        if found >= limits::TEXT_PARTS || !opens_part(&raw[line.end..body.end]) {
            continue;
        }
        found += 1;
        let token = line.of(raw).trim_ascii_end();
        let token = token.strip_suffix(b"--").unwrap_or(token);
        let rest = lines.iter().skip(at + 1).take(limits::TEXT_PARTS);
        let next = rest.clone().find(|next| next.of(raw).starts_with(token));
        let end = next.map_or(body.end, |next| next.start);
        let part = Span::new(line.end, end.max(line.end));
        let inner = email::parse(part.of(raw));
        let root = &inner.root;
        let shift = |span: Span| Span::new(span.start + part.start, span.end + part.start);
        let span = trimmed(raw, shift(root.body));
        let encoded = Entity { body: span, media: root.media.clone(), ..Entity::default() };
        let content = text::decode_transfer(span.of(raw), &root.media.encoding).into_owned();
        let section = format!("~--{found}");
        contents(raw, &encoded, &section, out);
        out.push(Other {
            section,
            essence: encoded.media.essence,
            filename: encoded.media.filename,
            span,
            content,
        });
    }
}

fn opens_part(rest: &[u8]) -> bool {
    let is_field = rest.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"));
    is_field || rest.starts_with(b"\n") || rest.starts_with(b"\r\n")
}

/// Without the line end before the next delimiter.
fn trimmed(raw: &[u8], span: Span) -> Span {
    let kept = span.of(raw).strip_suffix(b"\n").map_or(span.len(), <[u8]>::len);
    let kept = raw[span.start..span.start + kept].strip_suffix(b"\r").map_or(kept, <[u8]>::len);
    Span::new(span.start, span.start + kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_part_of_an_undeclared_boundary_is_found() {
        let raw = b"Content-Type: multipart/mixed; boundary=\"\"\n\n--x\nContent-Transfer-Encoding: base64\n\naGk=\n--x--\n";
        let mail = email::parse(raw);
        let found = parts(raw, &mail);
        assert!(found.iter().any(|p| p.section == "~--1" && p.content == b"hi"));
        assert!(found.iter().any(|p| p.section == "~"));
    }

    proptest! {
        #[test]
        fn any_body_gives_parts(body in "(--|b|\n|\r\n|Content-Type: multipart/mixed; boundary=b\n|content-transfer-encoding: base64\n|aGk=|=41|\n\n){0,40}") {
            let raw = format!("Content-Type: multipart/mixed; boundary=b\n\n{body}");
            let mail = email::parse(raw.as_bytes());
            for part in parts(raw.as_bytes(), &mail) {
                prop_assert!(part.span.end <= raw.len());
            }
        }
    }
}
