//! A small XML document as a tree, and its canonical form (Canonical XML 1.0, without comments).

use std::collections::BTreeMap;
use std::fmt::Write;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::limits;

/// Elements in document order; the first is the root.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    pub nodes: Vec<Node>,
}

/// One element.
#[derive(Clone, Debug, Default)]
pub struct Node {
    pub parent: Option<usize>,
    /// With its prefix.
    pub name: String,
    /// Namespaces it declares: prefix (empty for the default) and name.
    pub declares: Vec<(String, String)>,
    /// With their prefixes, values as they read.
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Child>,
}

#[derive(Clone, Debug)]
pub enum Child {
    Element(usize),
    Text(String),
}

impl Node {
    /// Without its prefix.
    pub fn local(&self) -> &str {
        self.name.rsplit_once(':').map_or(&self.name, |(_, local)| local)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

impl Tree {
    /// Reads a document; None where it is not well formed, too large, or has a document type, whose
    /// entities and defaults would be part of its meaning.
    pub fn parse(text: &str) -> Option<Tree> {
        if text.len() > limits::XML_TREE_BYTES {
            return None;
        }
        let mut reader = Reader::from_str(text);
        let mut tree = Tree::default();
        let mut open: Vec<usize> = Vec::new();
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) => {
                    let at = tree.push(&start, &open)?;
                    open.push(at);
                }
                Event::Empty(start) => drop(tree.push(&start, &open)?),
                Event::End(_) => drop(open.pop()?),
                Event::Text(text) => tree.text(&open, &text.xml10_content()),
                Event::CData(text) => tree.text(&open, &text.xml10_content()),
                Event::GeneralRef(name) => {
                    let text = match name.resolve_char_ref().ok()? {
                        Some(char) => char.to_string(),
                        None => quick_xml::escape::resolve_predefined_entity(&name)?.to_owned(),
                    };
                    tree.text(&open, &text);
                }
                Event::DocType(_) => return None,
                // Instructions inside the root would be part of its canonical form.
                Event::PI(_) if !open.is_empty() => return None,
                Event::Eof => break,
                _ => {}
            }
        }
        (open.is_empty() && !tree.nodes.is_empty()).then_some(tree)
    }

    fn push(&mut self, start: &BytesStart, open: &[usize]) -> Option<usize> {
        let is_second_root = open.is_empty() && !self.nodes.is_empty();
        if is_second_root || open.len() >= limits::XML_TREE_DEPTH {
            return None;
        }
        let mut node = Node {
            parent: open.last().copied(),
            name: start.name().0.to_owned(),
            ..Node::default()
        };
        for attribute in start.attributes() {
            let attribute = attribute.ok()?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
            match attribute.key.0.strip_prefix("xmlns") {
                Some("") => node.declares.push((String::new(), value)),
                Some(prefix) if prefix.starts_with(':') => {
                    node.declares.push((prefix[1..].to_owned(), value));
                }
                _ => node.attributes.push((attribute.key.0.to_owned(), value)),
            }
        }
        let at = self.nodes.len();
        if let Some(parent) = node.parent {
            self.nodes[parent].children.push(Child::Element(at));
        }
        self.nodes.push(node);
        Some(at)
    }

    fn text(&mut self, open: &[usize], text: &str) {
        let Some(parent) = open.last() else { return };
        match self.nodes[*parent].children.last_mut() {
            Some(Child::Text(before)) => before.push_str(text),
            _ => self.nodes[*parent].children.push(Child::Text(text.to_owned())),
        }
    }

    /// Child elements of that local name.
    pub fn children<'t>(&'t self, of: usize, local: &'t str) -> impl Iterator<Item = usize> + 't {
        self.nodes[of].children.iter().filter_map(move |child| match child {
            Child::Element(at) if self.nodes[*at].local() == local => Some(*at),
            _ => None,
        })
    }

    pub fn child(&self, of: usize, local: &str) -> Option<usize> {
        let mut found = self.children(of, local);
        found.next()
    }

    /// The text directly inside an element.
    pub fn words(&self, of: usize) -> String {
        let texts = self.nodes[of].children.iter().filter_map(|child| match child {
            Child::Text(text) => Some(text.as_str()),
            Child::Element(_) => None,
        });
        texts.collect()
    }

    /// The one element of that id, below `root`; none where two have it.
    pub fn by_id(&self, id: &str) -> Option<usize> {
        let has = |node: &Node| ["Id", "ID", "id"].iter().any(|name| node.get(name) == Some(id));
        let mut found = self.nodes.iter().enumerate().filter(|(_, node)| has(node));
        let first = found.next()?.0;
        found.next().is_none().then_some(first)
    }

    /// Whether `node` is `of` or stands inside it.
    pub fn is_inside(&self, node: usize, of: usize) -> bool {
        let mut at = Some(node);
        while let Some(node) = at {
            if node == of {
                return true;
            }
            at = self.nodes[node].parent;
        }
        false
    }

    /// Canonical form of an element with all that stands in it.
    pub fn canonical(&self, at: usize) -> Vec<u8> {
        let mut scope = BTreeMap::new();
        let mut above = Vec::new();
        let mut up = self.nodes[at].parent;
        while let Some(node) = up {
            above.push(node);
            up = self.nodes[node].parent;
        }
        let mut inherited = Vec::new();
        for node in above.iter().rev() {
            scope.extend(self.nodes[*node].declares.iter().cloned());
            // §2.4: the apex of a subset takes over xml: attributes from above.
            for (name, value) in &self.nodes[*node].attributes {
                if name.starts_with("xml:") {
                    inherited.retain(|(known, _): &(String, String)| known != name);
                    inherited.push((name.clone(), value.clone()));
                }
            }
        }
        inherited.retain(|(name, _)| self.nodes[at].get(name).is_none());
        let mut out = String::new();
        self.write(at, &scope, &BTreeMap::new(), &inherited, &mut out);
        out.into_bytes()
    }

    fn write(
        &self,
        at: usize,
        scope: &BTreeMap<String, String>,
        rendered: &BTreeMap<String, String>,
        inherited: &[(String, String)],
        out: &mut String,
    ) {
        let node = &self.nodes[at];
        let mut scope = scope.clone();
        scope.extend(node.declares.iter().cloned());
        let mut shown = rendered.clone();
        let _ = write!(out, "<{}", node.name);
        // Namespaces come in order of their prefixes, the default first.
        for (prefix, name) in &scope {
            let known = shown.get(prefix).map_or("", String::as_str);
            if known == name || prefix == "xml" {
                continue;
            }
            let colon = if prefix.is_empty() { "" } else { ":" };
            let _ = write!(out, " xmlns{colon}{prefix}=\"{}\"", attribute(name));
            shown.insert(prefix.clone(), name.clone());
        }
        let namespace = |name: &str| match name.split_once(':') {
            Some(("xml", _)) => "http://www.w3.org/XML/1998/namespace",
            Some((prefix, _)) => scope.get(prefix).map_or("", String::as_str),
            None => "",
        };
        let local = |name: &str| name.rsplit_once(':').map_or(name, |(_, local)| local).to_owned();
        let mut attributes: Vec<&(String, String)> =
            node.attributes.iter().chain(inherited).collect();
        attributes.sort_by_key(|(name, _)| (namespace(name).to_owned(), local(name)));
        for (name, value) in attributes {
            let _ = write!(out, " {name}=\"{}\"", attribute(value));
        }
        out.push('>');
        for child in &node.children {
            match child {
                Child::Element(child) => self.write(*child, &scope, &shown, &[], out),
                Child::Text(text) => out.push_str(&escaped(text)),
            }
        }
        let _ = write!(out, "</{}>", node.name);
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', "&#xD;")
}

fn attribute(value: &str) -> String {
    let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    value.replace('\t', "&#x9;").replace('\n', "&#xA;").replace('\r', "&#xD;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str, id: &str) -> String {
        let tree = Tree::parse(text).unwrap();
        let at = if id.is_empty() { 0 } else { tree.by_id(id).unwrap() };
        String::from_utf8(tree.canonical(at)).unwrap()
    }

    /// Canonical XML 1.0 §3.3 (start and end tags) and §3.4 (character modifications), in part.
    #[test]
    fn examples_of_the_recommendation_come_out() {
        let text = "<?xml version='1.0'?><doc>\n   <e1   />\n   <e3   name = \"elem3\"   id=\"elem3\"   />\n   \
            <e5 a:attr=\"out\" b:attr=\"sorted\" attr2=\"all\" attr=\"I'm\"\n      \
            xmlns:b=\"http://www.ietf.org\"\n      xmlns:a=\"http://www.w3.org\"\n      \
            xmlns=\"http://example.org\"/>\n   <e6 xmlns=\"\" xmlns:a=\"http://www.w3.org\">\n       \
            <e7 xmlns=\"http://www.ietf.org\">\n           <e8 xmlns=\"\" xmlns:a=\"http://www.w3.org\">\n               \
            <e9 xmlns=\"\" xmlns:a=\"http://www.ietf.org\"/>\n           </e8>\n       </e7>\n   </e6>\n</doc>";
        let expected = "<doc>\n   <e1></e1>\n   <e3 id=\"elem3\" name=\"elem3\"></e3>\n   \
            <e5 xmlns=\"http://example.org\" xmlns:a=\"http://www.w3.org\" xmlns:b=\"http://www.ietf.org\" attr=\"I'm\" attr2=\"all\" b:attr=\"sorted\" a:attr=\"out\"></e5>\n   \
            <e6 xmlns:a=\"http://www.w3.org\">\n       <e7 xmlns=\"http://www.ietf.org\">\n           \
            <e8 xmlns=\"\">\n               <e9 xmlns:a=\"http://www.ietf.org\"></e9>\n           </e8>\n       </e7>\n   </e6>\n</doc>";
        assert_eq!(canonical(text, ""), expected);
        let text = "<doc>\r\n   <text>First line&#x0d;&#10;Second line</text>\n   <value>&#x32;</value>\n   \
            <compute><![CDATA[value>\"0\" && value<\"10\" ?\"valid\":\"error\"]]></compute>\n</doc>";
        let expected = "<doc>\n   <text>First line&#xD;\nSecond line</text>\n   <value>2</value>\n   \
            <compute>value&gt;\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"</compute>\n</doc>";
        assert_eq!(canonical(text, ""), expected);
    }

    #[test]
    fn a_subset_takes_namespaces_from_above() {
        let text = "<a xmlns='u' xmlns:p='v' xml:lang='fr'><b Id='x'><p:c/></b></a>";
        assert_eq!(
            canonical(text, "x"),
            "<b xmlns=\"u\" xmlns:p=\"v\" Id=\"x\" xml:lang=\"fr\"><p:c></p:c></b>"
        );
    }

    #[test]
    fn what_has_two_meanings_is_not_read() {
        for text in ["<a>", "<a/><b/>", "<!DOCTYPE a []><a/>", "<a b='1' b='2'/>", "<a>&x;</a>", ""]
        {
            assert!(Tree::parse(text).is_none(), "{text}");
        }
        let twice = Tree::parse("<a><b Id='x'/><c Id='x'/></a>").unwrap();
        assert_eq!(twice.by_id("x"), None);
        let deep =
            "<a>".repeat(limits::XML_TREE_DEPTH + 1) + &"</a>".repeat(limits::XML_TREE_DEPTH + 1);
        assert!(Tree::parse(&deep).is_none());
    }
}
