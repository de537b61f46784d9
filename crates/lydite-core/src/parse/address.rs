//! Addresses of From, To and their kin (RFC 5322 §3.4), as this reader sees them.
//!
//! From is the field that decides whom a mail speaks for, so the reader also says when a second
//! reading is possible (research: espoofer's cases): several addresses, a route, an encoded
//! address, an address inside the display name.

use memchr::memchr;

use crate::limits;

/// One mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// `local@domain`; the domain in lower case.
    pub address: String,
    pub domain: String,
}

/// The mailboxes of a field's value and whether another reader could see other ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mailboxes {
    pub list: Vec<Mailbox>,
    /// Why another reader could see another address; empty when there is one reading.
    pub doubts: Vec<&'static str>,
}

/// Reads the mailboxes of a From, Sender, To … value.
pub fn parse(value: &[u8]) -> Mailboxes {
    let mut out = Mailboxes::default();
    if value.contains(&0) {
        out.doubt("NUL byte");
    }
    // Readers that decode before they parse see an address where the grammar has a name.
    if memchr::memmem::find(value, b"=?").is_some() {
        let brackets = |text: &[u8]| text.iter().filter(|c| matches!(c, b'<' | b'>')).count();
        if brackets(crate::text::decode_header(value).as_bytes()) > brackets(value) {
            out.doubt("brackets inside an encoded word");
        }
    }
    let tokens = tokens(value, &mut out);
    for entry in tokens.split(|t| matches!(t, Token::Comma)) {
        mailbox(entry, &mut out);
    }

    out
}

enum Token {
    /// Text outside quotes, comments and brackets.
    Bare(Vec<u8>),
    Quoted(Vec<u8>),
    Angle(Vec<u8>),
    Comma,
}

/// Splits into quoted strings, angle addresses, commas and what stands between, a comment as a
/// blank (RFC 5322 §3.2.2).
fn tokens(value: &[u8], doubts: &mut Mailboxes) -> Vec<Token> {
    let mut out = Vec::new();
    let mut bare = Vec::new();
    let mut at = 0;
    while at < value.len() {
        if out.len() >= limits::MAILBOX_TOKENS {
            doubts.doubt("more mailboxes than the bound");
            return out;
        }
        let c = value[at];
        match c {
            b'"' | b'(' | b'<' => {
                let (inner, next, closed) = enclosed(value, at);
                if !closed {
                    doubts.doubt("quote, comment or angle bracket left open");
                }
                if c != b'<' && inner.iter().any(|c| matches!(c, b'<' | b'>')) {
                    doubts.doubt("brackets inside a name or comment");
                }
                if c == b'(' {
                    bare.push(b' ');
                } else {
                    if !bare.trim_ascii().is_empty() {
                        out.push(Token::Bare(std::mem::take(&mut bare)));
                    }
                    out.push(if c == b'"' { Token::Quoted(inner) } else { Token::Angle(inner) });
                }
                at = next;
                continue;
            }
            // A group's name and end (RFC 5322 §3.4) separate like a comma.
            b',' | b';' => {
                if !bare.trim_ascii().is_empty() {
                    out.push(Token::Bare(std::mem::take(&mut bare)));
                }
                bare.clear();
                out.push(Token::Comma);
            }
            _ => bare.push(c),
        }
        at += 1;
    }
    if !bare.trim_ascii().is_empty() {
        out.push(Token::Bare(bare));
    }
    out
}

/// The inside of the quote, comment or bracket that opens at `at`, the offset behind it, and
/// whether it was closed.
fn enclosed(value: &[u8], at: usize) -> (Vec<u8>, usize, bool) {
    let (open, close) = match value[at] {
        b'(' => (b'(', b')'),
        b'<' => (b'<', b'>'),
        quote => (quote, quote),
    };
    let (mut inner, mut depth, mut i) = (Vec::new(), 0usize, at + 1);
    while i < value.len() {
        let c = value[i];
        if c == b'\\' && open != b'<' && i + 1 < value.len() {
            inner.push(value[i + 1]);
            i += 2;
            continue;
        }
        if c == close && depth == 0 {
            return (inner, i + 1, true);
        }
        if c == open && open == b'(' {
            depth += 1;
        } else if c == close {
            depth -= 1;
        }
        inner.push(c);
        i += 1;
    }
    (inner, value.len(), false)
}

fn mailbox(entry: &[Token], out: &mut Mailboxes) {
    let angles: Vec<&Vec<u8>> =
        entry.iter().filter_map(|t| if let Token::Angle(a) = t { Some(a) } else { None }).collect();
    match angles.as_slice() {
        [] => bare_mailbox(entry, out),
        [angle] => {
            if let Some(Token::Bare(_)) = entry.last().filter(|_| entry.len() > 1)
                && !matches!(entry.last(), Some(Token::Angle(_)))
            {
                out.doubt("text behind the address");
            }
            let known = out.list.len();
            address(angle, out);
            // Readers that look for the first address, not for brackets, take the one in the name.
            let own = out.list.get(known).map(|m| m.address.as_bytes().to_ascii_lowercase());
            let others = entry.iter().any(|token| match token {
                Token::Bare(name) => {
                    name.contains(&b'@')
                        && own.as_deref() != Some(&name.trim_ascii().to_ascii_lowercase())
                }
                _ => false,
            });
            if others {
                out.doubt("another address before the address");
            }
        }
        many => {
            out.doubt("several angle addresses");
            many.iter().for_each(|angle| address(angle, out));
        }
    }
}

/// An entry without angle brackets: `local@domain`, the local part maybe quoted.
fn bare_mailbox(entry: &[Token], out: &mut Mailboxes) {
    let mut text = Vec::new();
    for token in entry {
        match token {
            Token::Bare(bytes) => text.extend_from_slice(bytes.trim_ascii()),
            Token::Quoted(bytes) => text.extend_from_slice(bytes),
            Token::Angle(_) | Token::Comma => {}
        }
    }
    // `Undisclosed recipients:` and other group names.
    let text = match memchr(b':', &text) {
        Some(colon) if memchr(b'@', &text[..colon]).is_none() => text[colon + 1..].to_vec(),
        _ => text,
    };
    if !text.trim_ascii().is_empty() {
        address(&text, out);
    }
}

fn address(text: &[u8], out: &mut Mailboxes) {
    let mut text = text.trim_ascii();
    if text.first() == Some(&b'@') || (memchr(b':', text).is_some() && text.starts_with(b"@")) {
        out.doubt("source route");
        text = memchr(b':', text).map_or(text, |colon| &text[colon + 1..]);
    }
    if text.starts_with(b"=?") {
        out.doubt("encoded address");
    }
    if text.iter().any(|c| c.is_ascii_whitespace()) {
        out.doubt("white space inside the address");
    }
    if text.iter().filter(|c| **c == b'@').count() > 1 {
        out.doubt("several @ in one address");
    }
    if text.iter().any(|c| matches!(c, b'<' | b'>' | b'"' | b'(' | b')' | b'\\' | b',' | b';')) {
        out.doubt("special characters inside the address");
    }
    let text: String =
        String::from_utf8_lossy(text).chars().filter(|c| !c.is_whitespace()).collect();
    let Some((local, domain)) = text.rsplit_once('@') else { return };
    let domain = domain.trim_end_matches('.').to_lowercase();
    if !domain.is_empty() {
        out.list.push(Mailbox { address: format!("{local}@{domain}"), domain });
    }
}

impl Mailboxes {
    fn doubt(&mut self, why: &'static str) {
        if !self.doubts.contains(&why) {
            self.doubts.push(why);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> (Vec<String>, Vec<&'static str>) {
        let out = parse(value.as_bytes());
        (out.list.into_iter().map(|m| m.address).collect(), out.doubts)
    }

    #[test]
    fn ordinary_forms_have_one_reading() {
        for value in [
            "a@b.example",
            " Alice <a@B.example>",
            "\"Alice, (x)\" <a@b.example> (comment)",
            "(c) a@b.example",
            "=?utf-8?q?Al=2C?= <a@b.example>",
            "\"a\"@b.example",
            "A@B.example <a@b.example>",
            "a@b.example (Alice)",
        ] {
            assert_eq!(read(value), (vec!["a@b.example".to_owned()], vec![]), "{value}");
        }
        assert_eq!(read("undisclosed-recipients:;").0, Vec::<String>::new());
        assert_eq!(read("a@x.example, B <b@y.example>").0.len(), 2);
    }

    #[test]
    fn what_readers_take_differently_is_doubted() {
        for value in [
            "<a@evil.example> <b@bank.example>",
            "<@evil.example,@any.example:b@bank.example>",
            "=?utf-8?Q?=61=40bank.example?=@evil.example",
            "=?utf-8?Q?=3Ca=40bank.example=3E?= <b@evil.example>",
            "<a@bank.example",
            "<a@bank.example> b@evil.example",
            "a@bank.example\0@evil.example",
            "<a@bank.example@evil.example>",
            "a@bank.example <b@evil.example>",
            "a@ba(x)nk.example",
            "b@evil.example (<a@bank.example>)",
            "\"<a@bank.example>\" <b@evil.example>",
        ] {
            assert!(!read(value).1.is_empty(), "{value}");
        }
    }
}
