//! The parts of a message as a second, lenient parser sees them: mail-parser.

use std::panic::catch_unwind;

use mail_parser::{Encoding, Message, MessageParser, MimeHeaders, PartType};

use crate::evidence::Span;
use crate::limits;

/// One leaf of the second reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Of the encoded content, in the raw bytes.
    pub span: Span,
    /// `base64`, `quoted-printable` or `7bit`.
    pub encoding: &'static str,
    /// Lower case `type/subtype`; `text/plain` where it reads none.
    pub essence: String,
    pub filename: Option<String>,
}

/// The leaves of the message that begins at `start`, in no order that means anything; None when the
/// parser gives nothing or panics, as it does on hostile input.
pub fn leaves(raw: &[u8], start: usize) -> Option<Vec<Leaf>> {
    let mut leaves = catch_unwind(|| read(raw.get(start..)?)).ok().flatten()?;
    for leaf in &mut leaves {
        leaf.span = Span::new(leaf.span.start + start, leaf.span.end + start);
    }
    Some(leaves)
}

fn read(raw: &[u8]) -> Option<Vec<Leaf>> {
    // Taken apart in a loop: nested messages are dropped by recursion otherwise, and a hostile mail
    // nests them by the hundred thousand. They carry offsets into the outermost raw bytes unless
    // they were decoded first.
    let mut open: Vec<(Message, usize, bool)> =
        vec![(MessageParser::default().parse(raw)?, 0, true)];
    let mut leaves = Vec::new();
    while let Some((message, depth, counted)) = open.pop() {
        for part in message.parts {
            let leaf = leaf(&part);
            match part.body {
                PartType::Multipart(_) => {}
                PartType::Message(inner) => {
                    let is_raw = leaf.encoding == "7bit";
                    let follow = counted && is_raw && depth < limits::MIME_DEPTH;
                    if counted && !follow {
                        leaves.push(leaf);
                    }
                    open.push((inner, depth + 1, follow));
                }
                _ if counted => leaves.push(leaf),
                _ => {}
            }
        }
    }
    Some(leaves)
}

fn leaf(part: &mail_parser::MessagePart) -> Leaf {
    let essence = part.content_type().map(|t| match &t.c_subtype {
        Some(subtype) => format!("{}/{subtype}", t.c_type).to_ascii_lowercase(),
        None => t.c_type.to_ascii_lowercase(),
    });
    Leaf {
        span: Span::new(part.offset_body as usize, part.offset_end as usize),
        encoding: match part.encoding {
            Encoding::Base64 => "base64",
            Encoding::QuotedPrintable => "quoted-printable",
            Encoding::None => "7bit",
        },
        essence: essence.unwrap_or_else(|| "text/plain".to_owned()),
        filename: part.attachment_name().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_nested_by_the_thousand_end() {
        let raw = b"Content-Type: message/rfc822\n\n".repeat(50_000);
        assert_eq!(leaves(&raw, 0).unwrap().len(), 1);
    }

    #[test]
    fn leaves_carry_their_type_and_encoding() {
        let raw = b"From x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/HTML\nContent-Transfer-Encoding: base64\n\naGk=\n--b--\n";
        let leaves = leaves(raw, 7).unwrap();
        assert_eq!((leaves[0].essence.as_str(), leaves[0].encoding), ("text/html", "base64"));
        assert!(leaves[0].span.of(raw).starts_with(b"aGk="));
    }
}
