//! A message line by line, with a sign in the margin that says what the strongest signature
//! covers. Own splitter only: what is shown must be the reading that was judged.

use lydite_core::evidence::{Cover, Span};
use lydite_core::limits;
use lydite_core::parse::email::{self, Entity};
use lydite_core::signature::{Outcome, Signature};
use lydite_core::text;
use serde::Serialize;

/// Lines of one header field or body part that share a cover.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Block {
    /// `header`, or the section of a part (`1.2`; empty for a body without parts).
    pub place: String,
    pub cover: Cover,
    /// Decoded; from the dump, not yet safe to print.
    pub text: String,
    /// Bytes of the part that are not in `text`.
    pub cut: usize,
}

/// The signature that speaks for most: one that holds before one that does not, then by how near
/// its signer is to the From domain, then by how much it covers.
pub fn strongest(signatures: &[Signature]) -> Option<&Signature> {
    let rank = |signature: &&Signature| {
        let outcome = match signature.outcome {
            Outcome::Holds => 2,
            Outcome::BodyDiffers => 1,
            Outcome::HeadersDiffer | Outcome::BothDiffer | Outcome::CannotTell => 0,
        };
        let covered = signature.coverage.parts().into_iter().filter(|(_, c)| *c == Cover::Covered);
        (outcome, std::cmp::Reverse(signature.alignment), covered.count())
    };
    let speaks = |s: &&Signature| matches!(s.outcome, Outcome::Holds | Outcome::BodyDiffers);
    signatures.iter().rev().filter(speaks).max_by_key(rank)
}

/// The whole message in blocks, top to bottom.
pub fn blocks(raw: &[u8], signature: Option<&Signature>) -> Vec<Block> {
    let mail = email::parse(raw);
    let mut blocks = Vec::new();
    for field in &mail.root.fields {
        let covered = signature.is_some_and(|s| s.covered.iter().any(|c| c.span == field.span));
        let cover = if covered { Cover::Covered } else { Cover::Uncovered };
        let text = lossy(field.span.of(raw)).trim_end_matches(['\r', '\n']).to_owned();
        blocks.push(Block { place: "header".to_owned(), cover, text, cut: 0 });
    }
    for leaf in mail.root.leaves() {
        body(raw, leaf, signature, &mut blocks);
    }
    for (place, span) in outside_parts(raw, &mail.root) {
        let plain =
            Entity { section: place.to_owned(), body: span, media: plain(), ..Entity::default() };
        body(raw, &plain, signature, &mut blocks);
    }
    blocks
}

fn plain() -> email::Media {
    email::Media { essence: "text/plain".to_owned(), ..email::Media::default() }
}

/// Text of a multipart in front of its first delimiter and behind its last. Most programs hide
/// it; bytes behind `l=` often stand there.
fn outside_parts(raw: &[u8], root: &Entity) -> Vec<(&'static str, Span)> {
    let leaves = root.leaves();
    let (Some(last), false) = (leaves.last(), root.children.is_empty()) else {
        return Vec::new();
    };
    let mut lines = email::dash_lines(raw, root.body);
    let first = lines.next().map_or(root.body.start, |line| line.start);
    let behind = email::dash_lines(raw, Span::new(last.body.end, root.body.end)).last();
    let end = behind.map_or(last.body.end, |line| line.end);
    let all = [("preamble", root.body.start, first), ("epilogue", end, root.body.end)];
    let spans = all.map(|(place, start, end)| (place, Span::new(start, end)));
    spans.into_iter().filter(|(_, span)| !span.of(raw).trim_ascii().is_empty()).collect()
}

/// The text of a part, cut in two where the signed bytes end (`l=`).
fn body(raw: &[u8], leaf: &Entity, signature: Option<&Signature>, blocks: &mut Vec<Block>) {
    let holds = signature.filter(|s| s.outcome == Outcome::Holds);
    let signed_end = match holds {
        Some(signature) => signature.tail.map_or(leaf.body.end, |tail| tail.start),
        None => leaf.body.start,
    };
    let split = signed_end.clamp(leaf.body.start, leaf.body.end);
    let behind = if holds.is_some() { Cover::Tail } else { Cover::Uncovered };
    let halves = [
        (Span::new(leaf.body.start, split), Cover::Covered),
        (Span::new(split, leaf.body.end), behind),
    ];
    for (span, cover) in halves {
        if span.is_empty() {
            continue;
        }
        let is_text = leaf.media.essence.starts_with("text/");
        let shown = if is_text { span.len().min(limits::SHOWN_BYTES) } else { 0 };
        let bytes = Span::new(span.start, span.start + shown).of(raw);
        let text = if is_text { decoded(bytes, leaf) } else { described(leaf) };
        let cut = span.len() - shown;
        blocks.push(Block { place: leaf.section.clone(), cover, text, cut });
    }
}

fn described(leaf: &Entity) -> String {
    let name = leaf.media.filename.as_deref().unwrap_or_default();
    format!("[{} {name}]", leaf.media.essence)
}

/// Text of a part's bytes: transfer encoding undone, charset read, what cannot be read escaped.
fn decoded(bytes: &[u8], leaf: &Entity) -> String {
    let bytes = text::decode_transfer(bytes, &leaf.media.encoding);
    match leaf.media.charset.as_deref() {
        Some("utf-8" | "us-ascii") | None => lossy(&bytes),
        charset => text::decode_charset(&bytes, charset).into_owned(),
    }
}

/// UTF-8, with every byte that is none as `\xNN`.
fn lossy(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_signature_nothing_is_covered() {
        let raw = b"From: a@b\nSubject: x\n y\n\nhello\xff\n";
        let blocks = blocks(raw, None);
        assert_eq!(blocks.len(), 3);
        assert!(blocks.iter().all(|block| block.cover == Cover::Uncovered));
        assert_eq!(blocks[1].text, "Subject: x\n y");
        assert_eq!(blocks[2].text, "hello\\xff\n");
    }

    #[test]
    fn transfer_encodings_are_undone() {
        let raw = b"Content-Transfer-Encoding: quoted-printable\n\
            Content-Type: text/plain; charset=iso-8859-1\n\n=E9\n";
        assert_eq!(blocks(raw, None)[2].text, "é\n");
    }

    #[test]
    fn text_outside_the_parts_is_shown() {
        let raw = b"Content-Type: multipart/mixed; boundary=b\n\nfore\n--b\n\nin\n--b--\naft\n";
        let blocks = blocks(raw, None);
        let outside: Vec<_> =
            blocks[2..].iter().map(|b| (b.place.as_str(), b.text.trim())).collect();
        assert_eq!(outside, [("preamble", "fore"), ("epilogue", "aft")]);
    }

    #[test]
    fn long_parts_are_cut_and_say_so() {
        let mut raw = b"A: b\n\n".to_vec();
        raw.resize(raw.len() + limits::SHOWN_BYTES + 10, b'x');
        assert_eq!(blocks(&raw, None)[1].cut, 10);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_shown(raw: Vec<u8>) {
            blocks(&raw, None);
        }
    }
}
