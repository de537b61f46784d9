//! XML signatures of packed documents: OOXML (ECMA-376 part 2 §13), OpenDocument (part 3 §5).
//!
//! A signature counts as read when the key of a certificate that it carries opens it over its own
//! references; then every part it names is hashed and compared. Canonical XML 1.0 and the transform
//! of relationships are read; other transforms leave the part open.

pub mod tree;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::certificate::Certificate;
use super::scheme::{self, Digest, Says, Scheme};
use crate::evidence::Span;
use crate::limits;
use tree::Tree;

/// One signature and what it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlSignature {
    /// Part it stands in, and that part's packed bytes.
    pub part: String,
    pub span: Span,
    pub outcome: Outcome,
    pub signer: Option<Certificate>,
    /// As stated, signed too.
    pub signed_at: Option<String>,
    /// Parts whose bytes are those that were signed.
    pub covered: Vec<String>,
    /// Of these, parts of relationships of which chosen rows alone are signed.
    pub in_part: Vec<String>,
    /// Parts whose bytes are not those that were signed, or that are gone.
    pub differing: Vec<String>,
    /// Parts it names in a way that is not read.
    pub unread: Vec<String>,
}

/// What became of the signature itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The certificate's key made it over these references.
    Holds,
    /// It does not open with the certificate's key, or its own objects differ.
    Broken,
    /// Key, algorithm or form that is not read.
    Unread,
}

const CANONICAL: [&str; 2] = [
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
];
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform";

/// Gives the unpacked bytes of a part: none where there is no such part, and none inside where it
/// cannot be unpacked whole.
pub type Open<'o> = dyn FnMut(&str) -> Option<Option<Vec<u8>>> + 'o;

/// Reads all signatures of one part.
pub fn read(text: &str, part: &str, span: Span, open: &mut Open) -> Vec<XmlSignature> {
    let Some(tree) = Tree::parse(text) else {
        return vec![empty(part, span)];
    };
    let roots = (0..tree.nodes.len()).filter(|at| tree.nodes[*at].local() == "Signature");
    let roots: Vec<usize> = roots.take(limits::XML_SIGNATURES).collect();
    roots.into_iter().map(|root| signature(&tree, root, part, span, open)).collect()
}

fn empty(part: &str, span: Span) -> XmlSignature {
    XmlSignature {
        part: part.to_owned(),
        span,
        outcome: Outcome::Unread,
        signer: None,
        signed_at: None,
        covered: Vec::new(),
        in_part: Vec::new(),
        differing: Vec::new(),
        unread: Vec::new(),
    }
}

fn signature(tree: &Tree, root: usize, part: &str, span: Span, open: &mut Open) -> XmlSignature {
    let mut found = empty(part, span);
    let Some(info) = tree.child(root, "SignedInfo") else { return found };
    found.outcome = value(tree, root, info, &mut found.signer);
    if found.outcome != Outcome::Holds {
        return found;
    }
    found.signed_at = signed_at(tree, root);
    for reference in tree.children(info, "Reference").take(limits::XML_REFERENCES) {
        let uri = tree.nodes[reference].get("URI").unwrap_or_default();
        let Some(id) = uri.strip_prefix('#') else {
            part_reference(tree, reference, open, &mut found);
            continue;
        };
        // A target outside this signature, or named twice, could be another than the one shown.
        let target = tree.by_id(id).filter(|at| tree.is_inside(*at, root));
        let Some(target) = target.filter(|_| only_canonical(tree, reference)) else {
            found.outcome = Outcome::Unread;
            return found;
        };
        if !matches(tree, reference, &tree.canonical(target)) {
            found.outcome = Outcome::Broken;
            return found;
        }
        for manifest in tree.children(target, "Manifest") {
            for reference in tree.children(manifest, "Reference").take(limits::XML_REFERENCES) {
                part_reference(tree, reference, open, &mut found);
            }
        }
    }
    found
}

/// Whether the key of a carried certificate opens the signature over its references.
fn value(tree: &Tree, root: usize, info: usize, signer: &mut Option<Certificate>) -> Outcome {
    let algorithm = |name| Some(tree.nodes[tree.child(info, name)?].get("Algorithm")?.to_owned());
    let form = algorithm("CanonicalizationMethod").unwrap_or_default();
    let method = algorithm("SignatureMethod").unwrap_or_default();
    let Some((scheme, digest)) = method_of(&method).filter(|_| CANONICAL.contains(&form.as_str()))
    else {
        return Outcome::Unread;
    };
    let value = tree.child(root, "SignatureValue").and_then(|at| bytes(&tree.words(at)));
    let key_info = tree.child(root, "KeyInfo").and_then(|at| tree.child(at, "X509Data"));
    let (Some(value), Some(key_info)) = (value, key_info) else {
        return Outcome::Unread;
    };
    let value = match scheme {
        Scheme::Ecdsa(_) => pair_of_integers(&value),
        _ => value,
    };
    let data = tree.canonical(info);
    let mut outcome = Outcome::Unread;
    for at in tree.children(key_info, "X509Certificate").take(limits::CHAIN) {
        let certificate = bytes(&tree.words(at)).and_then(|der| Certificate::parse(&der));
        let Some(certificate) = certificate else { continue };
        match scheme::verify(&certificate.spki, scheme, digest, &data, &value) {
            Says::Holds => {
                *signer = Some(certificate);
                return Outcome::Holds;
            }
            Says::Unsupported => {}
            Says::No | Says::OtherBytes => {
                outcome = Outcome::Broken;
                signer.get_or_insert(certificate);
            }
        }
    }
    outcome
}

/// RFC 9231 §2.3; SHA-1 of XMLDSIG itself.
fn method_of(method: &str) -> Option<(Scheme, Digest)> {
    let (_, name) = method.rsplit_once('#')?;
    let (kind, digest) = name.split_once('-')?;
    let digest = match digest {
        "sha1" => Digest::Sha1,
        "sha256" => Digest::Sha256,
        "sha384" => Digest::Sha384,
        "sha512" => Digest::Sha512,
        _ => return None,
    };
    match kind {
        "rsa" => Some((Scheme::Rsa(Some(digest)), digest)),
        "ecdsa" => Some((Scheme::Ecdsa(Some(digest)), digest)),
        _ => None,
    }
}

fn digest_of(method: &str) -> Option<Digest> {
    let (_, name) = method.rsplit_once('#')?;
    [Digest::Sha1, Digest::Sha224, Digest::Sha256, Digest::Sha384, Digest::Sha512]
        .into_iter()
        .find(|digest| digest.name() == name)
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let plain: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(plain).ok()
}

/// XMLDSIG writes r and s side by side; keys want the two integers in DER.
fn pair_of_integers(value: &[u8]) -> Vec<u8> {
    let (r, s) = value.split_at(value.len() / 2);
    let integer = |number: &[u8]| {
        let start = number.iter().position(|b| *b != 0).unwrap_or(number.len());
        let mut content = number[start..].to_vec();
        if content.first().is_none_or(|b| *b & 0x80 != 0) {
            content.insert(0, 0);
        }
        [length(0x02, content.len()), content].concat()
    };
    let both = [integer(r), integer(s)].concat();
    [length(0x30, both.len()), both].concat()
}

fn length(tag: u8, size: usize) -> Vec<u8> {
    match u8::try_from(size) {
        Ok(size) if size < 0x80 => vec![tag, size],
        Ok(size) => vec![tag, 0x81, size],
        Err(_) => vec![tag, 0x82, (size >> 8 & 0xff) as u8, (size & 0xff) as u8],
    }
}

/// Whether the digest of a reference is that of these bytes.
fn matches(tree: &Tree, reference: usize, data: &[u8]) -> bool {
    let method = tree.child(reference, "DigestMethod");
    let digest = method.and_then(|at| digest_of(tree.nodes[at].get("Algorithm")?));
    let stated = tree.child(reference, "DigestValue").and_then(|at| bytes(&tree.words(at)));
    match (digest, stated) {
        (Some(digest), Some(stated)) => digest.of(data) == stated,
        _ => false,
    }
}

fn transforms(tree: &Tree, reference: usize) -> Vec<usize> {
    let list = tree.child(reference, "Transforms");
    list.map(|at| tree.children(at, "Transform").collect()).unwrap_or_default()
}

fn only_canonical(tree: &Tree, reference: usize) -> bool {
    let is = |at: &usize| tree.nodes[*at].get("Algorithm").is_some_and(|a| CANONICAL.contains(&a));
    transforms(tree, reference).iter().all(is)
}

/// A reference to a part of the package.
fn part_reference(tree: &Tree, reference: usize, open: &mut Open, found: &mut XmlSignature) {
    let uri = tree.nodes[reference].get("URI").unwrap_or_default();
    let name = uri.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
    let name = percent_decoded(name);
    let mut data = match open(&name) {
        Some(Some(data)) => data,
        Some(None) => {
            found.unread.push(name);
            return;
        }
        None => {
            found.differing.push(name);
            return;
        }
    };
    let mut is_in_part = false;
    for transform in transforms(tree, reference) {
        let algorithm = tree.nodes[transform].get("Algorithm").unwrap_or_default();
        let text = String::from_utf8_lossy(&data).into_owned();
        let inner = Tree::parse(text.trim_start_matches('\u{feff}'));
        let changed = match inner {
            Some(inner) if CANONICAL.contains(&algorithm) => Some(inner.canonical(0)),
            Some(inner) if algorithm == RELATIONSHIPS => {
                is_in_part = true;
                Some(chosen_relationships(tree, transform, inner))
            }
            _ => None,
        };
        let Some(changed) = changed else {
            found.unread.push(name);
            return;
        };
        data = changed;
    }
    if !matches(tree, reference, &data) {
        found.differing.push(name);
        return;
    }
    if is_in_part {
        found.in_part.push(name.clone());
    }
    found.covered.push(name);
}

/// ECMA-376 part 2 §13.2.4.24: the rows named by id or type, sorted by id, modes written out.
fn chosen_relationships(tree: &Tree, transform: usize, mut inner: Tree) -> Vec<u8> {
    let wanted = |child: &str, name| -> Vec<&str> {
        let nodes: Vec<usize> = tree.children(transform, child).collect();
        nodes.into_iter().filter_map(|at| tree.nodes[at].get(name)).collect()
    };
    let ids = wanted("RelationshipReference", "SourceId");
    let kinds = wanted("RelationshipsGroupReference", "SourceType");
    let rows: Vec<usize> = inner.children(0, "Relationship").collect();
    let has = |at: &usize| {
        let get = |name| inner.nodes[*at].get(name).unwrap_or_default();
        ids.contains(&get("Id")) || kinds.contains(&get("Type"))
    };
    let mut rows: Vec<usize> = rows.into_iter().filter(has).collect();
    rows.sort_by_key(|at| inner.nodes[*at].get("Id").unwrap_or_default().to_owned());
    for at in &rows {
        let row = &mut inner.nodes[*at];
        row.children.clear();
        if row.get("TargetMode").is_none() {
            row.attributes.push(("TargetMode".to_owned(), "Internal".to_owned()));
        }
    }
    inner.nodes[0].children = rows.into_iter().map(tree::Child::Element).collect();
    inner.canonical(0)
}

fn percent_decoded(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let hex = name.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The time the signer states: OOXML's own element, or XAdES's.
fn signed_at(tree: &Tree, root: usize) -> Option<String> {
    let nodes = (0..tree.nodes.len()).filter(|at| tree.is_inside(*at, root));
    let is_time = |at: &usize| {
        let node = &tree.nodes[*at];
        let of_office = node.local() == "Value"
            && node.parent.is_some_and(|parent| tree.nodes[parent].local() == "SignatureTime");
        of_office || node.local() == "SigningTime"
    };
    let found = nodes.into_iter().find(is_time)?;
    Some(tree.words(found).trim().chars().take(100).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_become_integers() {
        let pair = [0x00, 0x81, 0x01, 0x02];
        assert_eq!(pair_of_integers(&pair), [0x30, 8, 2, 2, 0, 0x81, 2, 2, 1, 2]);
        assert_eq!(pair_of_integers(&[]), [0x30, 6, 2, 1, 0, 2, 1, 0]);
    }

    #[test]
    fn names_are_decoded() {
        assert_eq!(percent_decoded("word/a%20b.xml"), "word/a b.xml");
        assert_eq!(percent_decoded("a%zz%"), "a%zz%");
    }
}
