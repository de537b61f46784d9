//! `ARC-Seal` (RFC 8617 §4.1.3, §5.1.1), and what a chain of sets comes to (§5.2).
//!
//! A seal covers the ARC fields of its own and all earlier sets, nothing of what is displayed.

use std::collections::BTreeMap;

use super::canonical::Canon;
use super::key::{self, Algorithm, Question};
use super::message::Message;
use super::tags::Tags;
use super::{CannotTell, Covered, Family, NeutralStep, Outcome, Signature, Stop, own_field};
use crate::fact::Facts;
use crate::text::hex;

/// RFC 8617 §4.2.1: instances count from 1 to 50.
const INSTANCES: std::ops::RangeInclusive<u64> = 1..=50;

/// Positions of the fields of one set; each list has one entry in a set that is whole.
#[derive(Default)]
struct Set {
    results: Vec<usize>,
    message: Vec<usize>,
    seal: Vec<usize>,
}

/// One list of a set.
type Members = fn(&mut Set) -> &mut Vec<usize>;

/// The ARC sets of a message by instance.
pub struct Sets(BTreeMap<u32, Set>);

impl Sets {
    pub fn collect(message: &Message) -> Self {
        let mut sets: BTreeMap<u32, Set> = BTreeMap::new();
        let families: [(&str, Members); 3] = [
            ("arc-authentication-results", |set| &mut set.results),
            ("arc-message-signature", |set| &mut set.message),
            ("arc-seal", |set| &mut set.seal),
        ];
        for (name, list) in families {
            for at in message.named(name) {
                let value = message.fields[at].value.of(message.raw);
                if let Some(instance) = first_instance(name, value) {
                    list(sets.entry(instance).or_default()).push(at);
                }
            }
        }
        Sets(sets)
    }

    /// The fields a seal covers, its own last (RFC 8617 §5.1.1).
    fn sealed(&self, instance: u32) -> Option<Vec<usize>> {
        let mut fields = Vec::new();
        for i in 1..=instance {
            let set = self.0.get(&i)?;
            let ([results], [message], [seal]) =
                (set.results.as_slice(), set.message.as_slice(), set.seal.as_slice())
            else {
                return None;
            };
            fields.extend([*results, *message, *seal]);
        }
        Some(fields)
    }
}

/// `i=` of an ARC field. Results carry it in front of what is no tag list (RFC 8617 §4.1.1).
fn first_instance(name: &str, value: &[u8]) -> Option<u32> {
    if name == "arc-authentication-results" {
        return instance(&Tags::parse(value.split(|c| *c == b';').next()?).ok()?);
    }
    instance(&Tags::parse(value).ok()?)
}

pub fn instance(tags: &Tags) -> Option<u32> {
    let number = tags.number("i")?.ok()?;
    if INSTANCES.contains(&number) { u32::try_from(number).ok() } else { None }
}

/// Opens the seal at `at`.
pub fn open(
    message: &mut Message,
    sets: &Sets,
    facts: &Facts,
    at: usize,
    out: &mut Signature,
) -> Result<(), Stop> {
    let malformed = |quirk: &str| Stop::new(CannotTell::Malformed, quirk);
    let tags = Tags::parse(message.fields[at].value.of(message.raw))?;
    super::common(&tags, out);
    out.canonicalization = "relaxed".to_owned();
    out.instance = instance(&tags);
    out.cv = tags.text("cv").map(|cv| cv.to_ascii_lowercase());
    out.signed_at = tags.number("t").transpose()?.map(|t| i64::try_from(t).unwrap_or(i64::MAX));
    let instance = out.instance.ok_or_else(|| malformed("i= is no instance"))?;
    let required = ["a", "b", "cv", "d", "s"];
    if let Some(name) = required.iter().find(|name| tags.get(name).is_none_or(<[u8]>::is_empty)) {
        return Err(malformed(&format!("{name}= is missing")));
    }
    // RFC 8617 §4.1.3: a seal with h= fails; l=, bh= and c= have no meaning in it.
    if tags.get("h").is_some() {
        return Err(malformed("a seal with h="));
    }
    let algorithm = Algorithm::named(&out.algorithm)
        .ok_or_else(|| Stop::new(CannotTell::Unsupported, "a= names an unknown algorithm"))?;
    let signature = tags.base64("b").transpose()?.unwrap_or_default();
    let mut fields =
        sets.sealed(instance).ok_or_else(|| malformed("a set up to this one is not whole"))?;
    fields.pop();

    let own = own_field(message, at, &tags, Canon::Relaxed, None);
    let digest = message.header_digest(&fields, Canon::Relaxed, &own, algorithm.hash())?;
    out.header_digest = Some(hex(digest.as_ref()));
    out.covered = fields.iter().map(|at| Covered::of(message, *at)).collect();
    let question = Question {
        domain: &out.domain,
        selector: &out.selector,
        algorithm,
        identity: None,
        digest: &digest,
        signature: &signature,
        may_hold: true,
    };
    let signed = key::ask(facts, &question).noted_in(out)?;
    out.outcome = if signed == digest.as_ref() { Outcome::Holds } else { Outcome::HeadersDiffer };
    let bare_lf = fields.iter().chain([&at]).any(|at| message.has_bare_lf(*at));
    if out.outcome == Outcome::Holds && bare_lf {
        out.steps.push(NeutralStep::LineEnds);
    }
    Ok(())
}

/// What the ARC sets of a message come to (RFC 8617 §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// No set.
    None,
    /// Every seal and the newest message signature hold, every `cv=` is as it must be.
    Holds,
    /// A set is missing or void, a `cv=` is not as it must be, or a signature does not hold.
    Broken,
    /// Nothing speaks against the chain, but a key is not known.
    CannotTell,
}

/// Weighs the chain from the signatures of one message.
pub fn chain(signatures: &[Signature]) -> Chain {
    let of = |family, instance| {
        signatures.iter().find(move |s| s.family == family && s.instance == Some(instance))
    };
    let arc =
        signatures.iter().filter(|s| matches!(s.family, Family::ArcMessage | Family::ArcSeal));
    let Some(newest) = arc.clone().map(|s| s.instance.unwrap_or(0)).max() else {
        return Chain::None;
    };
    if arc.count() != 2 * newest as usize {
        return Chain::Broken;
    }
    let mut chain = Chain::Holds;
    for instance in 1..=newest {
        let Some(seal) = of(Family::ArcSeal, instance) else {
            return Chain::Broken;
        };
        let due = if instance == 1 { "none" } else { "pass" };
        let message = if instance == newest { of(Family::ArcMessage, instance) } else { None };
        if seal.cv.as_deref() != Some(due) || (instance == newest && message.is_none()) {
            return Chain::Broken;
        }
        for signature in [Some(seal), message].into_iter().flatten() {
            match (signature.outcome, signature.cannot_tell) {
                (Outcome::Holds, _) => {}
                (_, Some(CannotTell::KeyUnknown | CannotTell::Bounded)) => {
                    chain = Chain::CannotTell;
                }
                _ => return Chain::Broken,
            }
        }
    }
    chain
}
