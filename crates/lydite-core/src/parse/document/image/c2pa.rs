//! Content credentials (C2PA 2.1) in their JUMBF boxes (ISO 19566-5): who claims what.
//!
//! The active manifest is held against the file by [`super::binding`]; what others say is not. The names
//! are what the file says.

use super::binding::{self, Verified};
use super::cbor::{self, Value};
use super::joined::{BIG, Joined};
use crate::evidence::Span;
use crate::limits;
use crate::signature::certificate::Certificate;

/// One manifest of the store. The last one of a file is the active one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    pub label: String,
    /// The program that made the claim, as it names itself.
    pub generator: Option<String>,
    pub title: Option<String>,
    /// Subject of the certificate that comes with the signature.
    pub signer: Option<String>,
    pub actions: Vec<Action>,
    /// Names of every assertion.
    pub assertions: Vec<String>,
    /// Of the active manifest alone.
    pub verified: Verified,
    pub span: Span,
}

/// One entry of `c2pa.actions`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Action {
    pub action: String,
    pub when: Option<String>,
    pub agent: Option<String>,
    /// IPTC's term for the source (`trainedAlgorithmicMedia`, `digitalCapture`), last part of its URI.
    pub source: Option<String>,
    pub span: Span,
}

/// A content box and the labels of the boxes it is in.
pub struct Leaf {
    pub path: Vec<String>,
    pub kind: [u8; 4],
    pub start: usize,
    pub end: usize,
}

/// A box of boxes: its label behind those it is in, and its content.
pub struct Super {
    pub path: Vec<String>,
    pub start: usize,
    pub end: usize,
}

/// All that a store holds.
#[derive(Default)]
pub struct Boxes {
    pub leaves: Vec<Leaf>,
    pub boxes: Vec<Super>,
}

/// Reads a store; the last manifest, which is the active one, is held against the file.
pub fn read(file: &[u8], store: &Joined) -> Vec<Manifest> {
    let raw: &[u8] = &store.bytes;
    let mut boxes = Boxes::default();
    walk(raw, 0, raw.len(), &mut Vec::new(), &mut boxes);
    let mut out: Vec<Manifest> = Vec::new();
    for leaf in &boxes.leaves {
        // `c2pa`, the manifest, what is in it.
        let [_, label, inner @ ..] = leaf.path.as_slice() else {
            continue;
        };
        let span = store.span(leaf.start, leaf.end);
        if out.last().is_none_or(|m| &m.label != label) {
            if out.len() >= limits::C2PA_MANIFESTS {
                break;
            }
            out.push(Manifest { label: label.clone(), span, ..Manifest::default() });
        }
        let Some(manifest) = out.last_mut() else {
            continue;
        };
        manifest.span =
            Span::new(manifest.span.start.min(span.start), manifest.span.end.max(span.end));
        let content = &raw[leaf.start..leaf.end];
        match inner {
            [name] if name.starts_with("c2pa.claim") && &leaf.kind == b"cbor" => {
                claim(manifest, content);
            }
            [name] if name == "c2pa.signature" => manifest.signer = signer(content),
            [list, name] if list == "c2pa.assertions" => {
                manifest.assertions.push(name.clone());
                if name.starts_with("c2pa.actions") && &leaf.kind == b"cbor" {
                    actions(manifest, content, span);
                }
            }
            _ => {}
        }
    }
    if let Some(active) = out.last_mut() {
        active.verified = binding::verify(file, store, &boxes, &active.label);
    }
    out
}

/// Whether bytes are a box of JUMBF.
pub fn is_store(raw: &[u8]) -> bool {
    raw.get(4..8) == Some(b"jumb")
}

fn walk(raw: &[u8], start: usize, end: usize, path: &mut Vec<String>, out: &mut Boxes) {
    let mut at = start;
    let mut depth = 0;
    while at + 8 <= end && out.leaves.len() < limits::JUMBF_BOXES {
        let Some((kind, head, stop)) = box_at(raw, at, end) else {
            break;
        };
        match &kind {
            b"jumb" if path.len() < limits::JUMBF_DEPTH => {
                if let Some((kind, inner, end)) = box_at(raw, head, stop)
                    && &kind == b"jumd"
                    && out.boxes.len() < limits::JUMBF_BOXES
                {
                    let mut path = path.clone();
                    path.push(label(&raw[inner..end]));
                    out.boxes.push(Super { path, start: head, end: stop });
                }
                walk(raw, head, stop, path, out);
            }
            // The description of the box we are in comes first, and names it.
            b"jumd" => {
                path.push(label(&raw[head..stop]));
                depth += 1;
            }
            _ => out.leaves.push(Leaf { path: path.clone(), kind, start: head, end: stop }),
        }
        at = stop;
    }
    path.truncate(path.len() - depth);
}

/// Kind, start of the content and end of a box.
fn box_at(raw: &[u8], at: usize, end: usize) -> Option<([u8; 4], usize, usize)> {
    let kind: [u8; 4] = raw.get(at + 4..at + 8)?.try_into().ok()?;
    let (head, size) = match BIG.size(raw, at)? {
        0 => (at + 8, end - at),
        1 => {
            let high = BIG.u32(raw, at + 8)?;
            (at + 16, BIG.size(raw, at + 12).filter(|_| high == 0)?)
        }
        size => (at + 8, size),
    };
    let stop = at.checked_add(size)?;
    (stop >= head && stop <= end).then_some((kind, head, stop))
}

fn label(description: &[u8]) -> String {
    let has_label = description.get(16).is_some_and(|toggles| toggles & 2 != 0);
    let text = description.get(17..).filter(|_| has_label).unwrap_or(&[]);
    super::tiff::text(&text[..text.len().min(limits::PROPERTY_TEXT)])
}

fn claim(manifest: &mut Manifest, content: &[u8]) {
    let Some(claim) = cbor::read(content) else {
        return;
    };
    let text = |value: Option<&Value>| value.and_then(Value::text).map(short);
    // A list in version 1, one entry in version 2.
    let info = claim.get("claim_generator_info");
    let info = info.and_then(|i| i.list().first().or(Some(i)));
    let named = info.and_then(|info| {
        let name = text(info.get("name"))?;
        Some(match text(info.get("version")) {
            Some(version) => format!("{name} {version}"),
            None => name,
        })
    });
    manifest.generator = text(claim.get("claim_generator")).or(named);
    manifest.title = text(claim.get("dc:title"));
}

fn actions(manifest: &mut Manifest, content: &[u8], span: Span) {
    let Some(value) = cbor::read(content) else {
        return;
    };
    for action in value.get("actions").map(Value::list).unwrap_or(&[]) {
        if manifest.actions.len() >= limits::C2PA_ACTIONS {
            break;
        }
        let text = |key: &str| action.get(key).and_then(Value::text).map(short);
        let agent = action.get("softwareAgent");
        let named = agent.and_then(|a| a.text().or_else(|| a.get("name")?.text())).map(short);
        let source = text("digitalSourceType");
        manifest.actions.push(Action {
            action: text("action").unwrap_or_default(),
            when: text("when"),
            agent: named,
            source: source.map(|s| s.rsplit('/').next().unwrap_or("").to_owned()),
            span,
        });
    }
}

/// The first certificate of a COSE_Sign1 (RFC 9360: header 33, in C2PA 1 by name).
fn signer(content: &[u8]) -> Option<String> {
    let cose = cbor::read(content)?;
    let [protected, unprotected, ..] = cose.list() else {
        return None;
    };
    let inner = cbor::read(protected.bytes()?);
    let maps = inner.iter().chain([unprotected]);
    let chain = maps.filter_map(|m| m.at(33).or_else(|| m.get("x5chain"))).next()?;
    let der = chain.bytes().or_else(|| chain.list().first()?.bytes())?;
    Some(short(&Certificate::parse(der)?.subject))
}

fn short(text: &str) -> String {
    text.trim().chars().take(limits::PROPERTY_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let size = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
        [&size[..], kind, content].concat()
    }

    fn named(label: &str, content: &[u8]) -> Vec<u8> {
        let description = [&[0; 16][..], &[3], label.as_bytes(), &[0]].concat();
        made(b"jumb", &[made(b"jumd", &description), content.to_vec()].concat())
    }

    #[test]
    fn a_manifest_says_who_claims_what() {
        let claim = b"\xa2\x6fclaim_generator\x66Drawer\x68dc:title\x61t";
        let actions =
            b"\xa1\x67actions\x81\xa2\x66action\x6cc2pa.created\x64when\xc0\x6a2017-05-04";
        let raw = named(
            "c2pa",
            &named(
                "urn:uuid:1",
                &[
                    named("c2pa.assertions", &named("c2pa.actions", &made(b"cbor", actions))),
                    named("c2pa.claim", &made(b"cbor", claim)),
                ]
                .concat(),
            ),
        );
        assert!(is_store(&raw));
        let read = |raw: &[u8]| super::read(raw, &Joined::within(raw, Span::new(0, raw.len())));
        let found = read(&raw);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].generator.as_deref(), Some("Drawer"));
        assert_eq!(found[0].assertions, ["c2pa.actions"]);
        assert_eq!(found[0].actions[0].action, "c2pa.created");
        assert_eq!(found[0].actions[0].when.as_deref(), Some("2017-05-04"));
        for end in 0..raw.len() {
            read(&raw[..end]);
        }
        for at in 0..raw.len() {
            let mut other = raw.clone();
            other[at] = 0xff;
            read(&other);
        }
    }
}
