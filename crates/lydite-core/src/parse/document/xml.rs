//! XML of packed documents as a stream of elements and texts, by local name.
//!
//! Entities other than XML's own five and character references are not expanded, so a part never
//! grows. What follows a mistake is not read, and the mistake is told.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use crate::limits;

/// An element's start.
#[derive(Debug)]
pub struct Element<'a> {
    /// Without its prefix.
    pub name: &'a str,
    /// Names with their prefix, values as they read.
    attributes: Vec<(&'a str, Cow<'a, str>)>,
}

impl Element<'_> {
    /// The attribute of that local name, one without a prefix first.
    pub fn get(&self, local: &str) -> Option<&str> {
        let plain = self.attributes.iter().find(|(name, _)| *name == local);
        plain.map_or_else(|| self.prefixed(local), |(_, value)| Some(value))
    }

    /// The attribute of that local name that has a prefix.
    pub fn prefixed(&self, local: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(name, _)| {
            name.split_once(':').is_some_and(|(prefix, name)| name == local && prefix != "xmlns")
        });
        found.map(|(_, value)| &**value)
    }

    /// Local names and values, namespaces left out.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = self.attributes.iter().filter(|(name, _)| !name.starts_with("xmlns"));
        own.map(|(name, value)| (local(name), &**value))
    }

    /// Whether a switch such as `<w:vanish/>` is on.
    pub fn is_on(&self) -> bool {
        !matches!(self.get("val"), Some("0" | "false" | "off"))
    }
}

/// One piece of the stream.
#[derive(Debug)]
pub enum Token<'a, 'b> {
    Open(&'b Element<'a>),
    Text(&'b str),
    /// Local name of the element that ends.
    Close(&'b str),
}

/// What a walk leaves behind.
#[derive(Clone, Debug, Default)]
pub struct Walked {
    /// Namespaces declared anywhere, each once, in order.
    pub namespaces: Vec<String>,
    /// Why the walk ended before the end.
    pub broken: Option<String>,
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Bytes of a part as text: UTF-8, or UTF-16 by its mark (XML 1.0 §4.3.3), or what it declares.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let declared = head.split_once("encoding=").and_then(|(_, rest)| {
        let quote = rest.chars().next()?;
        rest[quote.len_utf8()..].split_once(quote)
    });
    let encoding =
        declared.and_then(|(label, _)| encoding_rs::Encoding::for_label(label.as_bytes()));
    match encoding {
        Some(encoding)
            if encoding != encoding_rs::UTF_16LE && encoding != encoding_rs::UTF_16BE =>
        {
            encoding.decode_without_bom_handling(bytes).0
        }
        _ => String::from_utf8_lossy(bytes),
    }
}

/// Tells every element and text in order.
pub fn walk(text: &str, mut tell: impl FnMut(Token)) -> Walked {
    let mut reader = Reader::from_str(text);
    let mut walked = Walked::default();
    let mut depth = 0usize;
    loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                walked.broken = Some(error.to_string());
                break;
            }
        };
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > limits::DOCUMENT_XML_DEPTH {
                    walked.broken = Some("elements nested too deep".to_owned());
                    break;
                }
                open(&start, &mut walked, &mut tell);
            }
            Event::Empty(start) => {
                open(&start, &mut walked, &mut tell);
                tell(Token::Close(local(start.name().0)));
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                tell(Token::Close(local(end.name().0)));
            }
            Event::Text(text) if depth > 0 => tell(Token::Text(&text.xml10_content())),
            Event::CData(text) if depth > 0 => tell(Token::Text(&text.xml10_content())),
            Event::GeneralRef(name) if depth > 0 => match name.resolve_char_ref() {
                Ok(Some(char)) => tell(Token::Text(char.encode_utf8(&mut [0; 4]))),
                _ => tell(Token::Text(resolve_predefined_entity(&name).unwrap_or_default())),
            },
            Event::Eof => break,
            _ => {}
        }
    }
    if depth > 0 && walked.broken.is_none() {
        walked.broken = Some("the text ends inside an element".to_owned());
    }
    walked
}

fn open(start: &BytesStart, walked: &mut Walked, tell: &mut impl FnMut(Token)) {
    let mut attributes = Vec::new();
    let mut all = start.attributes();
    // Repetitions are a mistake of the writer; the first counts.
    for attribute in all.with_checks(false).flatten() {
        let name = attribute.key.0;
        let value = match attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0) {
            Ok(value) => value,
            Err(_) => attribute.value.clone(),
        };
        if name.starts_with("xmlns") {
            let is_new = !walked.namespaces.iter().any(|known| *known == *value);
            if is_new && walked.namespaces.len() < limits::DOCUMENT_NAMESPACES {
                walked.namespaces.push(value.into_owned());
            }
        } else if attributes.len() < limits::DOCUMENT_ATTRIBUTES {
            attributes.push((name, value));
        }
    }
    let name = start.name();
    tell(Token::Open(&Element { name: local(name.0), attributes }));
}

/// The text of the first element of that local name.
pub fn text_of(text: &str, name: &str) -> Option<String> {
    let mut found: Option<String> = None;
    let (mut inside, mut done) = (false, false);
    walk(text, |token| match token {
        Token::Open(element) if element.name == name && !done => {
            inside = true;
            found = Some(String::new());
        }
        Token::Close(closed) if closed == name => {
            inside = false;
            done |= found.is_some();
        }
        Token::Text(text) if inside => found.get_or_insert_default().push_str(text),
        _ => {}
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> (String, Walked) {
        let mut out = String::new();
        let walked = walk(text, |token| match token {
            Token::Open(element) => {
                out.push_str(&format!("<{}", element.name));
                element.attributes().for_each(|(n, v)| out.push_str(&format!(" {n}={v}")));
                out.push('>');
            }
            Token::Text(text) => out.push_str(text),
            Token::Close(name) => out.push_str(&format!("</{name}>")),
        });
        (out, walked)
    }

    #[test]
    fn elements_and_texts_come_in_order() {
        let (out, walked) =
            told("<w:a xmlns:w='u' w:b='1 &amp; 2'>x &lt;&#65;<c/><![CDATA[<y>]]></w:a>");
        assert_eq!(out, "<a b=1 & 2>x <A<c></c><y></a>");
        assert_eq!(walked.namespaces, ["u"]);
        assert_eq!(walked.broken, None);
    }

    #[test]
    fn what_was_read_before_a_mistake_stands() {
        let (out, walked) = told("<a><b>x</a>");
        assert!(out.starts_with("<a><b>x") && walked.broken.is_some(), "{out}");
        assert!(told("<a>").1.broken.is_some());
        let deep = "<a>".repeat(limits::DOCUMENT_XML_DEPTH + 5);
        assert!(told(&deep).1.broken.is_some());
    }

    #[test]
    fn entities_are_not_expanded() {
        let (out, _) = told("<!DOCTYPE a [<!ENTITY x 'long long'>]><a>1&x;2</a>");
        assert_eq!(out, "<a>12</a>");
    }

    #[test]
    fn other_encodings_are_read() {
        let utf16: Vec<u8> = "\u{feff}<a>é</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16), "<a>é</a>");
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>";
        assert!(decode(latin).ends_with("<a>é</a>"));
        assert_eq!(text_of(&decode(latin), "a").as_deref(), Some("é"));
    }
}
