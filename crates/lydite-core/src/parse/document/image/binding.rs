//! Whether the active manifest of content credentials is bound to the file (C2PA 2.1 §13, §15): its
//! signature over the claim, the claim's hashes of its assertions, and the hash of the file's bytes.

use super::c2pa::{Boxes, Leaf, Super};
use super::cbor::{self, Value};
use super::joined::Joined;
use crate::limits;
use crate::signature::cose;
use crate::signature::scheme::{Digest, Says};

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Binding {
    /// Signature, assertions and the file's bytes are in step.
    Holds,
    /// The claim is as it was signed, the file's bytes are not those that it names.
    OtherBytes,
    /// An assertion is not the one that was signed, or the signature is not over this claim.
    OtherClaim(String),
    #[default]
    NotTried,
    CannotTell(String),
}

/// Binding, and whose certificate: signer, last issuer, why the chain ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    pub binding: Binding,
    pub signer: Option<String>,
    pub issuer: Option<String>,
    pub end: &'static str,
}

/// In front of the store: marker, length, name, number and order of JPEG's segment; behind it: the
/// checksum of PNG's chunk.
const FRONT: usize = 12;
const BEHIND: usize = 4;

/// Verifies the manifest of that label.
pub fn verify(file: &[u8], store: &Joined, boxes: &Boxes, label: &str) -> Verified {
    let mut out = Verified::default();
    out.binding = tried(file, store, boxes, label, &mut out).unwrap_or_else(|why| why);
    out
}

fn cannot(why: &str) -> Binding {
    Binding::CannotTell(why.to_owned())
}

fn tried(
    file: &[u8],
    store: &Joined,
    boxes: &Boxes,
    label: &str,
    out: &mut Verified,
) -> Result<Binding, Binding> {
    let raw: &[u8] = &store.bytes;
    let content = |leaf: &Leaf| &raw[leaf.start..leaf.end];
    let leaf = |is_it: &dyn Fn(&str) -> bool| {
        let is_of = |leaf: &&Leaf| matches!(leaf.path.as_slice(), [_, of, name] if of == label && is_it(name));
        boxes.leaves.iter().filter(|leaf| &leaf.kind == b"cbor").find(is_of).map(content)
    };
    let is_claim = |name: &str| name.starts_with("c2pa.claim");
    let claim = leaf(&is_claim).ok_or(cannot("no claim"))?;
    let of_claim =
        |b: &&Super| matches!(b.path.as_slice(), [_, of, name] if of == label && is_claim(name));
    if boxes.boxes.iter().filter(of_claim).count() > 1 {
        return Err(cannot("more than one claim"));
    }
    let signature = leaf(&|name| name == "c2pa.signature").ok_or(cannot("no signature"))?;
    let signed = cose::open(signature, claim).ok_or(cannot("a signature that cannot be read"))?;
    (out.signer, out.issuer, out.end) = (Some(signed.signer), Some(signed.issuer), signed.end);
    match signed.says {
        Says::Holds => {}
        Says::Unsupported => return Err(cannot("an algorithm or key that is not opened")),
        Says::OtherBytes | Says::No => {
            return Err(Binding::OtherClaim("the signature is not over this claim".to_owned()));
        }
    }
    let claim = cbor::read(claim).ok_or(cannot("a claim that cannot be read"))?;
    let names = assertions(raw, boxes, label, &claim)?;
    let hard = names.iter().find(|name| name.starts_with("c2pa.hash."));
    let hard = hard.ok_or(cannot("no hash of the file in this manifest"))?;
    if !hard.starts_with("c2pa.hash.data") {
        return Err(Binding::CannotTell(format!(
            "the file is bound by {hard}, which is not computed"
        )));
    }
    let is_hard = |leaf: &&Leaf| {
        let of = [label, "c2pa.assertions", hard.as_str()];
        leaf.path.get(1..).is_some_and(|path| path == of) && &leaf.kind == b"cbor"
    };
    let hash = boxes.leaves.iter().find(is_hard).map(content).and_then(cbor::read);
    let hash = hash.ok_or(cannot("a hash of the file that cannot be read"))?;
    data(file, store, &hash, digest_of(&hash).or(digest_of(&claim)))
}

fn digest_of(value: &Value) -> Option<Digest> {
    let named = value.get("alg").and_then(Value::text)?;
    [Digest::Sha256, Digest::Sha384, Digest::Sha512].into_iter().find(|d| d.name() == named)
}

/// Compares every assertion with the hash that the claim has of it, and gives their names.
fn assertions(
    raw: &[u8],
    boxes: &Boxes,
    label: &str,
    claim: &Value,
) -> Result<Vec<String>, Binding> {
    // One list in version 1, two in version 2.
    let lists = ["assertions", "created_assertions", "gathered_assertions"];
    let all = lists.iter().filter_map(|key| claim.get(key)).flat_map(Value::list);
    let mut names = Vec::new();
    for link in all.take(limits::C2PA_ASSERTIONS) {
        let (Some(url), Some(hash)) =
            (link.get("url").and_then(Value::text), link.get("hash").and_then(Value::bytes))
        else {
            return Err(cannot("an assertion that is named without a hash"));
        };
        let name =
            url.strip_prefix("self#jumbf=").and_then(|path| path.split_once("c2pa.assertions/"));
        let Some((before, name)) = name else {
            return Err(cannot("an assertion that is kept elsewhere"));
        };
        let is_own = before.is_empty() || before.trim_end_matches('/').ends_with(label);
        let path = ["c2pa.assertions", name];
        let mut found = boxes.boxes.iter().filter(
            |b| matches!(b.path.as_slice(), [_, of, inner @ ..] if of == label && inner == path),
        );
        // Of two of one name nobody knows which one is read.
        let (Some(found), None, true) = (found.next(), found.next(), is_own) else {
            return Err(Binding::CannotTell(format!("assertion {name} is not once in the file")));
        };
        let digest = digest_of(link).or(digest_of(claim)).unwrap_or(Digest::Sha256);
        if digest.of(&raw[found.start..found.end]) != hash {
            return Err(Binding::OtherClaim(format!(
                "assertion {name} is not the one that was signed"
            )));
        }
        names.push(name.to_owned());
    }
    let is_own = |b: &&Super| matches!(b.path.as_slice(), [_, of, list, _] if of == label && list == "c2pa.assertions");
    let own = boxes.boxes.iter().filter(is_own).filter_map(|b| b.path.last());
    match own.into_iter().find(|name| !names.contains(name)) {
        Some(name) => Err(Binding::OtherClaim(format!("assertion {name} is in no claim"))),
        None => Ok(names),
    }
}

/// The hash of the file without the ranges that the assertion leaves out (§18.5).
fn data(
    file: &[u8],
    store: &Joined,
    hash: &Value,
    digest: Option<Digest>,
) -> Result<Binding, Binding> {
    let stated = hash.get("hash").and_then(Value::bytes);
    let stated = stated.ok_or(cannot("a hash of the file that cannot be read"))?;
    let mut ranges = Vec::new();
    for range in hash.get("exclusions").map(Value::list).unwrap_or(&[]) {
        let number = |key: &str| usize::try_from(range.get(key)?.number()?).ok();
        let (start, length) = number("start").zip(number("length")).unwrap_or((0, usize::MAX));
        let end = start.checked_add(length).filter(|end| *end <= file.len());
        ranges.push((start, end.ok_or(cannot("ranges that lie outside the file"))?));
    }
    ranges.sort_unstable();
    let mut kept = Vec::with_capacity(file.len());
    let mut at = 0;
    for (start, end) in &ranges {
        kept.extend_from_slice(file.get(at..*start).unwrap_or(&[]));
        at = at.max(*end);
    }
    kept.extend_from_slice(&file[at.min(file.len())..]);
    if digest.unwrap_or(Digest::Sha256).of(&kept) != stated {
        return Ok(Binding::OtherBytes);
    }
    let whole = store.whole;
    let frame = whole.start.saturating_sub(FRONT)..=whole.end.saturating_add(BEHIND);
    if !ranges.iter().all(|(start, end)| frame.contains(start) && frame.contains(end)) {
        return Err(cannot("the hash leaves out more of the file than the credentials"));
    }
    Ok(Binding::Holds)
}
