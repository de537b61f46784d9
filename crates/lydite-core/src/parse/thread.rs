//! What ties a mail to others of its conversation: References and In-Reply-To (RFC 5322 §3.6.4),
//! Outlook's Thread-Index ([MS-OXOMSG] §2.2.1.3), and the marks of mail that was not sent yet.

use super::email::Mail;
use crate::limits;
use crate::text;

/// The ids of References, then of In-Reply-To, without angle brackets, each once. Of more than
/// [`limits::REFERENCES`] the last ones count: they are the nearest.
pub fn references(raw: &[u8], mail: &Mail) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in ["References", "In-Reply-To"] {
        let Some(field) = mail.field(raw, name) else { continue };
        for id in ids(field.value.of(raw)) {
            if !out.contains(&id) {
                out.push(id);
            }
        }
        let over = out.len().saturating_sub(limits::REFERENCES);
        out.drain(..over);
    }
    out
}

/// What stands between angle brackets, blanks and folds taken out.
fn ids(value: &[u8]) -> impl Iterator<Item = String> {
    value.split(|byte| *byte == b'<').skip(1).filter_map(|piece| {
        let end = memchr::memchr(b'>', piece)?;
        let id: String = String::from_utf8_lossy(&piece[..end])
            .chars()
            .filter(|c| !c.is_whitespace())
            .take(limits::TABLE_TEXT)
            .collect();
        (!id.is_empty()).then_some(id)
    })
}

/// The part of a Thread-Index that every mail of the conversation has: a byte, five of time and the
/// conversation's GUID.
pub fn conversation(raw: &[u8], mail: &Mail) -> Option<String> {
    let value: Vec<u8> = mail.field(raw, "Thread-Index")?.value.of(raw).to_vec();
    let value: Vec<u8> = value.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let decoded = text::decode_transfer(&value, "base64");
    (decoded.len() >= 22 && decoded[0] == 1).then(|| text::hex(&decoded[..22]))
}

/// Whether a mail program marked it as not sent yet: Thunderbird, Outlook's .eml, Gmail's export.
pub fn is_draft(raw: &[u8], mail: &Mail) -> bool {
    let value = |name| mail.field(raw, name).map(|f| text::decode_header(f.value.of(raw)));
    let labels = value("X-Gmail-Labels").unwrap_or_default();
    mail.field(raw, "X-Mozilla-Draft-Info").is_some()
        || value("X-Unsent").is_some_and(|v| v.trim() == "1")
        || labels.split(',').any(|l| {
            ["Drafts", "Draft", "Brouillons", "Entwürfe", "Borradores", "Bozze", "Черновики"]
                .contains(&l.trim())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::email;

    #[test]
    fn ids_stand_once_and_the_nearest_are_kept() {
        let raw =
            b"References: <a@x>\r\n <b@ x> junk <c@x\r\nIn-Reply-To: <b@x> (of then) <d@x>\r\n\r\n";
        assert_eq!(references(raw, &email::parse(raw)), ["a@x", "b@x", "d@x"]);
        let many: String = (0..2 * limits::REFERENCES).map(|n| format!("<{n}@x> ")).collect();
        let raw = format!("References: {many}\r\n\r\n");
        let found = references(raw.as_bytes(), &email::parse(raw.as_bytes()));
        assert_eq!((found.len(), found[0].as_str()), (limits::REFERENCES, "100@x"));
    }

    #[test]
    fn a_conversation_is_the_start_of_the_thread_index() {
        let of = |value: &str| {
            let raw = format!("Thread-Index: {value}\r\n\r\n");
            conversation(raw.as_bytes(), &email::parse(raw.as_bytes()))
        };
        let first = of("AdLFxkzXg4vWZEFvT5y0KxuUAAAAAA==").unwrap();
        assert_eq!(of("AdLFxkzXg4vWZEFvT5y0KxuUAAAAAAAC aWQ="), Some(first));
        assert_eq!(of("short"), None);
    }

    #[test]
    fn drafts_say_so() {
        let of = |field: &str| {
            let raw = format!("{field}\r\n\r\n");
            is_draft(raw.as_bytes(), &email::parse(raw.as_bytes()))
        };
        assert!(of("X-Unsent: 1") && of("X-Mozilla-Draft-Info: internal/draft; vcard=0"));
        assert!(of("X-Gmail-Labels: Important,Brouillons"));
        assert!(!of("X-Gmail-Labels: Sent") && !of("X-Unsent: 0"));
    }
}
