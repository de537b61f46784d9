//! `Authentication-Results` and `ARC-Authentication-Results` fields (RFC 8601, RFC 8617 §4.1.1), read
//! for what they state. They are text that anybody can write.

use core::net::IpAddr;

use crate::limits;

/// What one field states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// The server that speaks, in lower case; None in Exchange's form, which names none.
    pub server: Option<String>,
    pub results: Vec<Stated>,
    /// The address that SPF was asked for, wherever it stands.
    pub spf_address: Option<IpAddr>,
}

/// One method's result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// `dkim`, `spf`, … in lower case.
    pub method: String,
    /// `pass`, `fail`, … in lower case.
    pub result: String,
    /// `header.d`, `header.b`, `smtp.mailfrom` … with their values, as they stand.
    pub properties: Vec<(String, String)>,
}

impl Stated {
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a field's value. Anything gives something; what is no result is passed over.
pub fn parse(value: &[u8]) -> Results {
    let text = String::from_utf8_lossy(value);
    let mut out = Results { spf_address: spf_address(&text), ..Results::default() };
    let bare = without_comments(&text);
    for piece in bare.split(';').take(limits::TAGS) {
        let mut words = piece.split_ascii_whitespace();
        let Some(first) = words.next() else { continue };
        match first.split_once('=') {
            // The instance of an ARC set.
            Some(("i", _)) => {}
            Some((method, result)) => {
                let pairs = words.filter_map(|word| word.split_once('=')).take(limits::TAGS);
                out.results.push(Stated {
                    // `dkim/1=pass` names a version (RFC 8601 §2.2).
                    method: method.split('/').next().unwrap_or(method).to_ascii_lowercase(),
                    result: result.to_ascii_lowercase(),
                    properties: pairs.map(|(n, v)| (n.to_ascii_lowercase(), unquoted(v))).collect(),
                });
            }
            None if out.results.is_empty() && out.server.is_none() => {
                out.server = Some(first.to_ascii_lowercase());
            }
            None => {}
        }
    }
    out
}

fn unquoted(value: &str) -> String {
    value.trim_matches('"').to_owned()
}

/// The text without comments; one left open runs to the end.
fn without_comments(text: &str) -> String {
    let mut depth = 0usize;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// The client's address in the forms of Postfix' and Microsoft's SPF and of Received-SPF.
pub fn spf_address(text: &str) -> Option<IpAddr> {
    let lower = text.to_ascii_lowercase();
    ["client-ip=", "sender ip is ", "designates "].iter().find_map(|mark| {
        let rest = &lower[lower.find(mark)? + mark.len()..];
        let end = |c: char| !(c.is_ascii_hexdigit() || matches!(c, '.' | ':'));
        rest.split(end).next()?.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_forms_of_servers_are_read() {
        let read = parse(
            b" mx.example; dkim=pass (2048-bit key; unprotected) header.d=a.example\r\n\theader.s=s1 header.b=\"j+8QHMyX\"; spf=pass (sender SPF authorized) smtp.mailfrom=a.example (client-ip=192.0.2.25; helo=x)",
        );
        assert_eq!(read.server.as_deref(), Some("mx.example"));
        assert_eq!(read.results[0].property("header.b"), Some("j+8QHMyX"));
        assert_eq!((&*read.results[1].method, &*read.results[1].result), ("spf", "pass"));
        assert_eq!(read.spf_address, "192.0.2.25".parse().ok());
        let read = parse(b"spf=pass (sender IP is 192.0.2.25) smtp.mailfrom=a.example; dkim=none");
        assert_eq!((read.server, read.results.len()), (None, 2));
        let read = parse(b"i=1; mx.example 1; arc=none");
        assert_eq!(read.server.as_deref(), Some("mx.example"));
        assert_eq!(parse(b"; (; =x; dkim").server, None);
    }

    proptest! {
        #[test]
        fn any_bytes_give_results(value in proptest::collection::vec(any::<u8>(), 0..200)) {
            parse(&value);
        }
    }
}
