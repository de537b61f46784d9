//! `Received` fields: the hops of a route, as each server wrote its own (RFC 5321 §4.4).
//!
//! The grammar is kept by nobody. This reader takes words and comments apart and looks for the
//! clauses (`from`, `by`, `with`, `id`, `for`) that the field carries in any of the forms of
//! Postfix, Sendmail, Exim, Exchange, Google, qmail and fetchmail; what is missing is None.

use core::net::IpAddr;

use memchr::memmem;
use serde::{Deserialize, Serialize};

use super::Defect;
use super::date::{self, Stated};
use super::email::{Field, Mail};
use crate::evidence::Span;
use crate::limits;

/// One `Received` field. Names are in lower case, without the final dot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// The whole field.
    pub span: Span,
    /// The name the sending side gave itself (HELO, EHLO).
    pub greeted: Option<String>,
    /// The name the receiving side looked up for the address.
    pub looked_up: Option<String>,
    /// The address of the sending side, as the receiving side saw it.
    pub address: Option<IpAddr>,
    pub by: Option<String>,
    /// The protocol, up to the next clause (`esmtps`, `microsoft smtp server`).
    pub with: Option<String>,
    pub id: Option<String>,
    /// Without angle brackets, as it stands.
    pub recipient: Option<String>,
    /// The version as it stands (`TLS1_3`, `TLSv1.2`).
    pub tls: Option<String>,
    /// Seconds since 1970, UTC. None without a date or with a zone that is a mere name.
    pub time: Option<i64>,
    /// Seconds east of UTC the time was written in.
    pub offset: Option<i32>,
    /// What the grammar does not have.
    pub defects: Vec<Defect>,
}

/// The host behind `by`, lower case; empty when there is none.
pub fn by_host(received: &[u8]) -> String {
    let text = String::from_utf8_lossy(received).to_ascii_lowercase();
    let mut words = text.split_whitespace();
    words.find(|word| *word == "by").and_then(|_| words.next()).unwrap_or_default().to_owned()
}

/// The hops of a mail, the last one (topmost) first, at most [`limits::HOPS`].
pub fn hops(raw: &[u8], mail: &Mail) -> Vec<Hop> {
    mail.fields(raw, "Received").take(limits::HOPS).map(|field| hop(raw, field)).collect()
}

/// The date text behind the last semicolon that is in no comment.
pub fn date_text(value: &[u8]) -> Option<&[u8]> {
    let (mut depth, mut at) = (0i32, None);
    for (index, c) in value.iter().enumerate() {
        match c {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b';' if depth <= 0 => at = Some(index),
            _ => {}
        }
    }
    // A comment left open swallows the semicolon.
    at.or_else(|| memchr::memrchr(b';', value)).map(|at| &value[at + 1..])
}

fn hop(raw: &[u8], field: &Field) -> Hop {
    let value = field.value.of(raw);
    let mut hop = Hop { span: field.span, ..Hop::default() };
    let stamp = date_text(value);
    match stamp {
        None => hop.defect("no date"),
        Some(text) => match date::parse(text) {
            None => hop.defect("a date that cannot be read"),
            Some(Stated { epoch, offset }) if date::has_offset(text) => {
                hop.time = Some(epoch);
                hop.offset = Some(offset);
            }
            Some(_) => hop.defect("a time zone that is no offset"),
        },
    }
    let clauses = &value[..value.len() - stamp.map_or(0, |s| s.len() + 1)];
    let text = String::from_utf8_lossy(clauses);
    let words = words(&text, &mut hop);
    read_clauses(&words, &mut hop);
    hop.tls = tls(&text);
    hop
}

impl Hop {
    fn defect(&mut self, what: &str) {
        self.defects.push(Defect { what: what.to_owned(), span: self.span });
    }

    /// The name of the sending side: looked up where it was, else greeted.
    pub fn sender(&self) -> Option<&str> {
        self.looked_up.as_deref().or(self.greeted.as_deref())
    }

    /// Whether the sending side stood inside somebody's network, or was the server itself.
    pub fn is_internal(&self) -> bool {
        self.address.is_some_and(is_private)
            || self.sender().is_some_and(|n| n.starts_with("localhost"))
    }
}

/// Private, loopback and shared addresses (RFC 1918, 4193, 4291, 6598).
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || (a == 100 && b & 0xc0 == 64)
        }
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || v6.segments()[0] & 0xfe00 == 0xfc00
                || v6.segments()[0] & 0xffc0 == 0xfe80
        }
    }
}

enum Word<'a> {
    Bare(&'a str),
    Comment(&'a str),
}

/// Words and outermost comments, at most [`limits::RECEIVED_WORDS`].
fn words<'a>(text: &'a str, hop: &mut Hop) -> Vec<Word<'a>> {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if out.len() == limits::RECEIVED_WORDS {
            hop.defect("more words than the bound");
            break;
        }
        match bytes[at] {
            c if c.is_ascii_whitespace() => at += 1,
            b'(' => {
                let end = comment_end(bytes, at);
                if end == bytes.len() && bytes.last() != Some(&b')') {
                    hop.defect("a comment left open");
                }
                out.push(Word::Comment(text[at + 1..end].trim_end_matches(')')));
                at = end;
            }
            _ => {
                let rest = &bytes[at..];
                let ends = |c: &u8| c.is_ascii_whitespace() || *c == b'(';
                let end = at + rest.iter().position(ends).unwrap_or(rest.len());
                out.push(Word::Bare(&text[at..end]));
                at = end;
            }
        }
    }
    out
}

/// Offset behind the comment that opens at `at`.
fn comment_end(bytes: &[u8], at: usize) -> usize {
    let mut depth = 0;
    for (index, c) in bytes.iter().enumerate().skip(at) {
        match c {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    bytes.len()
}

fn read_clauses(words: &[Word], hop: &mut Hop) {
    let mut clause = "";
    for word in words {
        match word {
            Word::Bare(word) => match keyword(word) {
                Some(next) => clause = next,
                None => bare(word, clause, hop),
            },
            Word::Comment(comment) if clause == "from" => sender_comment(comment, hop),
            Word::Comment(_) => {}
        }
    }
    if hop.by.is_none() && !matches!(words.first(), Some(Word::Comment(_))) {
        hop.defect("no server that received");
    }
}

fn keyword(word: &str) -> Option<&'static str> {
    ["from", "by", "with", "id", "for", "via"].into_iter().find(|k| word.eq_ignore_ascii_case(k))
}

fn bare(word: &str, clause: &str, hop: &mut Hop) {
    match clause {
        "from" => match address(word) {
            Some(found) => hop.address = hop.address.or(Some(found)),
            None if hop.greeted.is_none() => hop.greeted = Some(name(word)),
            None => {}
        },
        "by" if hop.by.is_none() => hop.by = Some(name(word)),
        "id" if hop.id.is_none() => hop.id = Some(bounded(word)),
        "for" if hop.recipient.is_none() => {
            hop.recipient = Some(bounded(word.trim_matches(|c| matches!(c, '<' | '>'))));
        }
        "with" => {
            let before = hop.with.take().map_or(String::new(), |with| format!("{with} "));
            hop.with = Some(bounded(&(before + &word.to_ascii_lowercase())));
        }
        _ => {}
    }
}

/// What stands in parentheses behind `from`: Postfix `name [address]`, Sendmail `user@name
/// [address]`, Exim `[address] helo=name`, qmail `HELO name` and `address`, Exchange `address`.
fn sender_comment(comment: &str, hop: &mut Hop) {
    let mut helo = false;
    for word in comment.split_ascii_whitespace().take(limits::RECEIVED_WORDS) {
        let (key, value) = word.split_once('=').unwrap_or(("", word));
        if key.eq_ignore_ascii_case("helo") || (helo && key.is_empty()) {
            // Here the word outside is the name that was looked up.
            let outside = hop.greeted.replace(name(value));
            hop.looked_up = hop.looked_up.take().or(outside).filter(|n| n.contains('.'));
            helo = false;
        } else if value.eq_ignore_ascii_case("helo") || value.eq_ignore_ascii_case("ehlo") {
            helo = true;
        } else if let Some(found) = address(value) {
            hop.address = hop.address.or(Some(found));
        } else if hop.looked_up.is_none() && hop.address.is_none() && key.is_empty() {
            let host = value.rsplit('@').next().unwrap_or(value);
            let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
            if host.contains('.') && host.chars().all(is_name) {
                hop.looked_up = Some(name(host));
            }
        }
    }
}

/// `[192.0.2.1]`, `[IPv6:2001:db8::1]`, `192.0.2.1`, `::1`, with or without a port.
fn address(word: &str) -> Option<IpAddr> {
    let inner = word.trim_start_matches('[');
    let inner = inner.split(']').next().unwrap_or(inner);
    let inner = inner
        .get(..5)
        .filter(|p| p.eq_ignore_ascii_case("ipv6:"))
        .map_or(inner, |p| &inner[p.len()..]);
    let without_port = inner.rsplit_once(':').map_or(inner, |(host, _)| host);
    inner.parse().or_else(|_| without_port.parse::<core::net::Ipv4Addr>().map(IpAddr::V4)).ok()
}

fn name(word: &str) -> String {
    bounded(word.trim_matches(|c| matches!(c, ',' | ';' | '<' | '>')))
        .trim_end_matches('.')
        .to_ascii_lowercase()
}

fn bounded(word: &str) -> String {
    word.chars().take(limits::HOP_TEXT).collect()
}

/// The first word that begins with `TLS` or `SSL` and holds a version.
fn tls(text: &str) -> Option<String> {
    let at =
        memmem::find(text.as_bytes(), b"TLS").or_else(|| memmem::find(text.as_bytes(), b"SSLv"))?;
    let rest = &text[at..];
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    let word: String = rest.chars().take_while(|c| is_part(*c)).take(16).collect();
    let versioned =
        word[3..].trim_start_matches(['v', '_']).starts_with(|c: char| c.is_ascii_digit());
    versioned.then_some(word)
}

#[cfg(test)]
mod tests {
    use super::super::email;
    use super::*;
    use proptest::prelude::*;

    fn read(value: &str) -> Hop {
        let raw = format!("Received: {value}\n\n");
        let mail = email::parse(raw.as_bytes());
        hops(raw.as_bytes(), &mail).remove(0)
    }

    fn words_of(hop: &Hop) -> [Option<&str>; 4] {
        [&hop.greeted, &hop.looked_up, &hop.by, &hop.with].map(|w| w.as_deref())
    }

    #[test]
    fn each_servers_form_is_read() {
        let forms = [
            (
                "from helo.example (mail.example [192.0.2.25]) (using TLSv1.2 with cipher X (256/256 bits))\n\tby mx.example (Postfix) with ESMTPS id 4B1C22A0\n\tfor <luc@x.example>; Tue, 14 Mar 2017 09:12:46 +0100 (CET)",
                [Some("helo.example"), Some("mail.example"), Some("mx.example"), Some("esmtps")],
            ),
            (
                "from helo.example (user@mail.example [192.0.2.25]) by mx.example (8.11.6/8.11.6) with ESMTP id g944iBK03577 for <luc@x.example>; Tue, 14 Mar 2017 09:12:46 +0100",
                [Some("helo.example"), Some("mail.example"), Some("mx.example"), Some("esmtp")],
            ),
            (
                "from mail.example ([192.0.2.25] helo=helo.example) by mx.example with esmtp (Exim 3.31 #1 (Debian)) id 17xKE1-00085D-00; Tue, 14 Mar 2017 09:12:46 +0100",
                [Some("helo.example"), Some("mail.example"), Some("mx.example"), Some("esmtp")],
            ),
            (
                "from mail.example (HELO helo.example) (192.0.2.25) by mx.example (qp 44943) with SMTP; 14 Mar 2017 08:12:46 -0000",
                [Some("helo.example"), Some("mail.example"), Some("mx.example"), Some("smtp")],
            ),
            (
                "from A.PROD.EXAMPLE (192.0.2.25) by B.PROD.EXAMPLE\n (2001:db8::10) with Microsoft SMTP Server (version=TLS1_2, cipher=X) id 15.20.1; Tue, 14 Mar 2017 08:12:46 +0000",
                [
                    Some("a.prod.example"),
                    None,
                    Some("b.prod.example"),
                    Some("microsoft smtp server"),
                ],
            ),
            (
                "from mail.example [192.0.2.25] by localhost with IMAP (fetchmail-5.9.0) for luc@x.example (single-drop); Tue, 14 Mar 2017 09:12:46 +0100 (IST)",
                [Some("mail.example"), None, Some("localhost"), Some("imap")],
            ),
        ];
        for (value, expected) in forms {
            let hop = read(value);
            assert_eq!(words_of(&hop), expected, "{value}");
            assert_eq!(hop.address, Some("192.0.2.25".parse().unwrap()), "{value}");
            assert_eq!((hop.time, hop.defects.len()), (Some(1_489_479_166), 0), "{value}");
        }
        assert_eq!(read(forms[0].0).tls.as_deref(), Some("TLSv1.2"));
        assert_eq!(read(forms[0].0).recipient.as_deref(), Some("luc@x.example"));
        assert_eq!(read(forms[4].0).tls.as_deref(), Some("TLS1_2"));
        assert_eq!(read(forms[1].0).id.as_deref(), Some("g944iBK03577"));
    }

    #[test]
    fn what_is_missing_is_said() {
        let hop = read("(qmail 44943 invoked by uid 0); 14 Mar 2017 08:12:46 -0000");
        assert_eq!((hop.by, hop.time, hop.defects.len()), (None, Some(1_489_479_166), 0));
        let hop = read("from a.example by b.example (Postfix");
        let said: Vec<_> = hop.defects.iter().map(|d| d.what.as_str()).collect();
        assert_eq!(said, ["no date", "a comment left open"]);
        assert_eq!(read("by b.example; Tue, 14 Mar 2017 09:12:46 XYZ").time, None);
        assert!(read("from a.example (localhost [127.0.0.1]) by b; x").is_internal());
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_hop(value in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut raw = b"Received: from (".to_vec();
            raw.extend(value);
            let mail = email::parse(&raw);
            prop_assert!(hops(&raw, &mail).len() <= limits::HOPS);
        }

        #[test]
        fn any_words_give_a_hop(value in "(from|by|with|id|for|\\(|\\)|\\[|\\]|;|HELO|helo=|TLS|TLSv|é|x\\.y|::1|a@b| ){0,40}") {
            read(&value.replace('\n', " "));
        }
    }
}
