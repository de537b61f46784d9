//! Repair: the mail that was signed, searched for behind the mail that was found.
//!
//! An opened signature shows the digest of the signed headers, and those headers the hash of the
//! signed body. So every guess at what a list, a gateway or a forger changed costs one hash, and a
//! guess that has the digest is proven: nobody can make another text with it. Headers and body are
//! two targets, searched apart (research: email.md sections 0.2 and 4).

mod body;
pub(crate) mod encode;
mod fields;
mod header;
pub mod same;
pub mod steps;

use aws_lc_rs::digest::Context;
use serde::{Deserialize, Serialize};

use self::body::Guess;
use self::header::{Alternative, Slot};
use self::steps::Step;
use super::canonical::{self, Canon};
use super::message::{BodyForm, Message};
use super::tags::Tags;
use super::{Family, Hash, Outcome, Signature, dkim, own_field, unhex};
use crate::evidence::Coverage;
use crate::item::Sha256;
use crate::limits;
use crate::parse::email::{self, Entity, Mail};
use crate::parse::received;
use crate::text;
use crate::verdict::Status;

/// What the search behind one signature gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// [`Signature::index`].
    pub signature: u32,
    /// Steps back to the signed headers; `None` where they were not found.
    pub header: Option<Vec<Step>>,
    /// Steps back to the signed body.
    pub body: Option<Vec<Step>>,
    pub hypotheses: u64,
    /// What the found mail has that the signed one has not.
    pub residue: Vec<Residue>,
    /// Displayed fields that were signed with other values.
    pub fields: Vec<Restored>,
    /// The list, or else the last server, of the route.
    pub relay: String,
    /// Other copies of the mail that the search was given.
    pub beside: Vec<Sha256>,
    /// The mail that was signed, where both its headers and its body were found.
    pub original: Option<Original>,
}

/// A mail that was signed and is not the one found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    pub sha256: Sha256,
    pub size: u64,
    /// What it earns by itself.
    pub status: Status,
    /// What its signature covers.
    pub coverage: Coverage,
    /// The found mail says the same, field by field and part by part, and nothing but neutral
    /// steps lead back (design rule 10).
    pub equal: bool,
}

/// A header field with another value than the signed one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// Lower case.
    pub name: String,
    /// As found and as signed, unfolded; `None` where there is, or was, no such field.
    pub found: Option<String>,
    pub signed: Option<String>,
}

/// Something the found mail has in place of, or beside, what was signed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Residue {
    /// Where: a field's name, `body end`, `part text/plain` …
    pub part: String,
    /// What: with `{name}` and `{address}` for those of the sender, so that templates are equal.
    pub text: String,
}

impl Repair {
    /// Whether no step back takes away or puts in anything that is shown.
    pub fn is_neutral(&self) -> bool {
        self.header.iter().chain(&self.body).flatten().all(|step| step.row().neutral)
    }

    /// Puts among the residue what the found mail `raw` shows otherwise and no step left a residue
    /// of. Named by the found mail's hash, it is nobody's template.
    pub fn name_unnamed(&mut self, raw: &[u8], differing: &[&str]) {
        for place in differing {
            let is_named = |r: &Residue| match *place {
                "body" => r.is_of_body(),
                field => r.part == field,
            };
            if !self.residue.iter().any(is_named) {
                let text = format!("not as signed, in mail sha256:{}", Sha256::of(raw));
                self.residue.push(Residue { part: (*place).to_owned(), text });
            }
        }
    }
}

/// All repairs of one mail, each with the bytes of its original if that was found.
pub type Repaired = Vec<(Repair, Option<Vec<u8>>)>;

impl Residue {
    /// Whether it stands in the text or the parts, or in how they are to be read.
    pub fn is_of_body(&self) -> bool {
        ["body", "part", "digit", "content-"].iter().any(|start| self.part.starts_with(start))
    }

    fn of_text(part: &str, bytes: &[u8]) -> Self {
        Residue::of_letters(part, &String::from_utf8_lossy(bytes), bytes)
    }

    /// `bytes` as they read. Where a letter could not be read they are told apart by their hash:
    /// texts of which only blots are alike are no template of each other.
    fn of_letters(part: &str, letters: &str, bytes: &[u8]) -> Self {
        let mut text = bounded(letters.replace("\r\n", "\n").trim());
        if letters.contains('\u{fffd}') {
            text.push_str(&format!(" sha256:{}", Sha256::of(bytes)));
        }
        Residue { part: part.to_owned(), text }
    }
}

fn bounded(text: &str) -> String {
    match text.char_indices().nth(limits::TABLE_TEXT) {
        // What is cut off still tells two texts apart.
        Some((cut, _)) => {
            format!("{}… sha256:{}", &text[..cut], Sha256::of(text.as_bytes()))
        }
        None => text.to_owned(),
    }
}

fn residue_of_part(raw: &[u8], part: &Entity) -> Residue {
    let content = text::decode_transfer(part.body.of(raw), &part.media.encoding);
    let name = format!("part {}", part.media.essence);
    if part.children.is_empty()
        && part.media.essence.starts_with("text/")
        && !part.media.is_attachment
    {
        let letters = text::decode_charset(&content, part.media.charset.as_deref());
        return Residue::of_letters(&name, &letters, &content);
    }
    let whole = Sha256::of(part.body.of(raw));
    let file = part.media.filename.as_deref().unwrap_or("no name");
    Residue {
        part: name,
        text: bounded(&format!("{file}, {} bytes, sha256:{whole}", content.len())),
    }
}

/// Signatures that are real and do not hold as found; none where one of the From domain holds.
fn searched(signatures: &[Signature]) -> Vec<&Signature> {
    let holds = |s: &Signature| s.outcome == Outcome::Holds && s.family == Family::Dkim;
    if signatures.iter().any(|s| holds(s) && s.alignment != super::Alignment::None) {
        return Vec::new();
    }
    let differs = [Outcome::BodyDiffers, Outcome::HeadersDiffer, Outcome::BothDiffer];
    let real = signatures.iter().filter(|s| {
        matches!(s.family, Family::Dkim | Family::XGoogle) && differs.contains(&s.outcome)
    });
    real.take(limits::REPAIR_SIGNATURES).collect()
}

/// Searches behind every signature that is real and does not hold as found, unless one of the
/// From domain holds already.
pub fn repair(raw: &[u8], mail: &Mail, signatures: &[Signature], copies: &[&[u8]]) -> Repaired {
    let real = searched(signatures);
    // Most mail ends here, before anything is read for hints.
    if real.is_empty() {
        return Repaired::new();
    }
    let mut out = Repaired::new();
    let mut message = Message::new(raw, mail);
    let parsed: Vec<(&[u8], Mail)> =
        copies.iter().map(|copy| (*copy, email::parse(copy))).collect();
    let hints = fields::Hints::of(raw, mail, &parsed);
    let relay = relay(raw, mail);
    let beside: Vec<Sha256> = copies.iter().map(|copy| Sha256::of(copy)).collect();
    let mut bodies: Vec<((BodyForm, Vec<u8>), body::Search)> = Vec::new();
    let mut failed: Vec<(usize, Vec<String>)> = Vec::new();
    for signature in real {
        let Some(at) = mail.root.fields.iter().position(|f| f.span == signature.span) else {
            continue;
        };
        let Some(target) = Target::of(&message, signature, at) else { continue };
        let key = (target.form, target.body.clone());
        let known = bodies.iter().position(|(k, _)| *k == key);
        let (index, fresh) = match known {
            Some(index) => (index, false),
            None => {
                let search = body::search(raw, mail, &parsed, target.form, &target.body);
                bodies.push((key, search));
                (bodies.len() - 1, true)
            }
        };
        let body = &bodies[index].1;
        // A signature that stands below one was made before it, and what changed since then changed
        // both: where the later one's fields are not found, more fields of the earlier one are not.
        let is_lost = failed.iter().any(|(later, names)| *later < at && target.signs_all(names));
        let (slots, found, tried) = match is_lost {
            true => (Vec::new(), None, 0),
            false => headers(&mut message, &hints, &target, at),
        };
        if found.is_none() {
            failed.push((at, target.names.clone()));
        }
        let chosen = found.map(|chosen| choose(&slots, &chosen));
        let mut residue = body.found.as_ref().map(|b| b.residue.clone()).unwrap_or_default();
        // A body taken out of another brings the fields that say how to read it.
        let is_read_anew = body.found.as_ref().is_some_and(|b| b.fields.is_some());
        residue.extend(chosen.iter().flat_map(|c| residue_of_fields(raw, mail, c, is_read_anew)));
        let bytes = match (&chosen, &body.found) {
            (Some(chosen), Some(body)) => Some(original(raw, mail, chosen, body)),
            _ => None,
        };
        let repair = Repair {
            signature: signature.index,
            header: chosen
                .as_ref()
                .map(|c| steps(c.iter().flat_map(|(_, a)| a.steps.clone()).collect())),
            body: body.found.as_ref().map(|b| steps(b.steps.clone())),
            hypotheses: tried + if fresh { body.hypotheses } else { 0 },
            residue,
            fields: chosen.iter().flat_map(|c| restored_fields(raw, mail, c)).collect(),
            relay: relay.clone(),
            beside: beside.clone(),
            original: None,
        };
        out.push((repair, bytes));
    }
    out
}

/// Each step once.
fn steps(mut all: Vec<Step>) -> Vec<Step> {
    all.sort();
    all.dedup();
    all
}

/// The displayed fields among those chosen.
fn restored_fields(raw: &[u8], mail: &Mail, chosen: &[(&Slot, &Alternative)]) -> Vec<Restored> {
    let text = |value: &[u8]| bounded(&text::decode_header(&fields::unfold(value)));
    let shown = chosen.iter().filter(|(slot, _)| DISPLAYED.contains(&slot.name.as_str()));
    shown
        .map(|(slot, alternative)| Restored {
            name: slot.name.clone(),
            found: slot.field.map(|at| text(mail.root.fields[at].value.of(raw))),
            signed: alternative.value.as_deref().map(text),
        })
        .collect()
}

const DISPLAYED: [&str; 6] = ["from", "to", "cc", "date", "subject", "reply-to"];

/// `List-Id`'s own id, or the server of the topmost Received field.
fn relay(raw: &[u8], mail: &Mail) -> String {
    let value = |name| mail.field(raw, name).map(|f| fields::unfold(f.value.of(raw)));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_lowercase();
    if let Some(list) = value("list-id") {
        let inner = list.rsplit(|c| *c == b'<').next().unwrap_or_default();
        return bounded(text(inner).trim_end_matches('>'));
    }
    bounded(&received::by_host(&value("received").unwrap_or_default()))
}

/// What one signature asks for.
struct Target {
    canon: Canon,
    hash: Hash,
    names: Vec<String>,
    own: Vec<u8>,
    digest: Vec<u8>,
    form: BodyForm,
    body: Vec<u8>,
}

impl Target {
    /// Whether every field of `names` is signed here too, as often.
    fn signs_all(&self, names: &[String]) -> bool {
        let count = |of: &[String], name| of.iter().filter(|n| *n == name).count();
        names.iter().all(|name| count(&self.names, name) >= count(names, name))
    }

    fn of(message: &Message, signature: &Signature, at: usize) -> Option<Self> {
        let tags = Tags::parse(message.fields[at].value.of(message.raw)).ok()?;
        let (header, body) = signature.canonicalization.split_once('/')?;
        let (canon, body) = (Canon::named(header)?, Canon::named(body)?);
        let hash = dkim::hash_named(&signature.algorithm)?;
        let name = (signature.family == Family::XGoogle).then_some("DKIM-Signature");
        Some(Target {
            canon,
            hash,
            names: tags.list("h")?.iter().map(ToString::to_string).collect(),
            own: own_field(message, at, &tags, canon, name),
            digest: unhex(signature.signed_header_digest.as_deref()?)?,
            form: BodyForm { canon: body, hash, limit: signature.body_length },
            body: unhex(signature.signed_body_hash.as_deref()?)?,
        })
    }
}

/// The places of `h=`, the combination that was signed if it was found, and how many were tried.
fn headers(
    message: &mut Message,
    hints: &fields::Hints,
    target: &Target,
    own: usize,
) -> (Vec<Slot>, Option<Vec<usize>>, u64) {
    let slots = slots(message, hints, target, own);
    let start = Context::new(target.hash.algorithm());
    let longest = |slot: &Slot| slot.alternatives.iter().map(|a| a.canonical.len()).max();
    let bytes = slots.iter().filter_map(longest).sum::<usize>() + target.own.len() + 1;
    let bound = limits::REPAIR_HEADERS.min(limits::REPAIR_HEADER_BYTES / bytes as u64).max(1);
    let search = header::search(&slots, &target.own, &start, &target.digest, bound);
    (slots, search.found, search.hypotheses)
}

fn slots(message: &mut Message, hints: &fields::Hints, target: &Target, own: usize) -> Vec<Slot> {
    let mut taken: Vec<(String, usize)> = Vec::new();
    let mut out = Vec::with_capacity(target.names.len());
    for name in &target.names {
        let nth = taken.iter().filter(|(n, _)| n == name).count();
        taken.push((name.clone(), nth));
        let field = message.named(name).rev().filter(|at| *at != own).nth(nth);
        let mut alternatives = vec![found(message, target.canon, field)];
        if out.len() >= limits::REPAIR_FIELDS || nth >= limits::REPAIR_INSTANCES {
            out.push(Slot { name: name.clone(), field, alternatives });
            continue;
        }
        if let Some(at) = field {
            let own = message.fields[at].name.of(message.raw);
            let value = message.fields[at].value.of(message.raw).to_vec();
            let short = Some(&value).filter(|value| value.len() <= limits::REPAIR_VALUE);
            let values = short.map(|value| fields::values(name, value, hints));
            for (value, steps, cost) in values.into_iter().flatten() {
                alternatives.push(alternative(target.canon, own, value, steps, cost));
            }
            if let Some(cost) = added(name) {
                let steps = vec![Step::FieldTakenOut];
                alternatives.push(Alternative { canonical: Vec::new(), value: None, steps, cost });
            }
        }
        if field.is_none() && nth == 0 {
            for (value, steps, cost) in fields::missing(name, hints) {
                alternatives.push(alternative(target.canon, name.as_bytes(), value, steps, cost));
            }
        }
        alternatives[1..].sort_by_key(|a| a.cost);
        out.push(Slot { name: name.clone(), field, alternatives });
    }
    out
}

/// How rare it is that a list or gateway added the field; `None` where they do not.
fn added(name: &str) -> Option<u32> {
    match name {
        "reply-to" | "sender" | "list-id" | "list-unsubscribe" | "list-post" | "list-help"
        | "precedence" => Some(1),
        "cc"
        | "mime-version"
        | "content-type"
        | "content-transfer-encoding"
        | "content-language"
        | "in-reply-to"
        | "references"
        | "list-archive"
        | "list-subscribe"
        | "list-owner" => Some(2),
        "to" | "subject" | "message-id" | "date" => Some(4),
        _ => None,
    }
}

fn found(message: &mut Message, canon: Canon, field: Option<usize>) -> Alternative {
    let (canonical, value) = match field {
        None => (Vec::new(), None),
        Some(at) => {
            let field = &message.fields[at];
            let value = field.value.of(message.raw).to_vec();
            (canonical::header(message.raw, field, canon), Some(value))
        }
    };
    Alternative { canonical, value, steps: Vec::new(), cost: 0 }
}

/// A field with a value it has not as found, or that is not there any more.
fn alternative(
    canon: Canon,
    name: &[u8],
    value: Vec<u8>,
    steps: Vec<Step>,
    cost: u32,
) -> Alternative {
    let value = [b" ", value.as_slice()].concat();
    let canonical = match canon {
        Canon::Relaxed => canonical::relaxed_header(name, &value),
        Canon::Simple => [name, b":", &value, b"\r\n"].concat(),
    };
    Alternative { canonical, value: Some(value), steps, cost }
}

/// The slots that are other than found, with what they were.
fn choose<'a>(slots: &'a [Slot], chosen: &[usize]) -> Vec<(&'a Slot, &'a Alternative)> {
    let pairs = slots.iter().zip(chosen).filter(|(_, at)| **at > 0);
    pairs.map(|(slot, at)| (slot, &slot.alternatives[*at])).collect()
}

/// What the found fields have that the signed ones had not.
fn residue_of_fields(
    raw: &[u8],
    mail: &Mail,
    chosen: &[(&Slot, &Alternative)],
    is_read_anew: bool,
) -> Vec<Residue> {
    let from =
        chosen.iter().find(|(slot, _)| slot.name == "from").and_then(|(_, a)| a.value.clone());
    let found_from = || mail.field(raw, "from").map(|f| f.value.of(raw).to_vec());
    let sender = fields::unfold(&from.or_else(found_from).unwrap_or_default());
    let content = chosen.iter().filter(|(_, a)| a.steps.iter().any(|s| !s.row().neutral));
    content
        .filter(|(slot, _)| !(is_read_anew && slot.name.starts_with("content-")))
        .filter_map(|(slot, alternative)| {
            let found = fields::unfold(mail.root.fields[slot.field?].value.of(raw));
            let signed = fields::unfold(alternative.value.as_deref().unwrap_or_default());
            let text = match slot.name.as_str() {
                "from" => fields::pattern(&found, &signed),
                "sender" | "reply-to" | "cc" if signed.is_empty() => {
                    fields::pattern(&found, &sender)
                }
                _ => difference(&text::decode_header(&found), &text::decode_header(&signed)),
            };
            Some(Residue { part: slot.name.clone(), text: bounded(&text) })
        })
        .collect()
}

/// What stands in one text where the other has something else, from the end: `[tag] `, or
/// `[tag] Re: for Re: [tag] `.
fn difference(found: &str, signed: &str) -> String {
    let (found, signed): (Vec<char>, Vec<char>) =
        (found.chars().collect(), signed.chars().collect());
    let behind = found.iter().rev().zip(signed.iter().rev()).take_while(|(a, b)| a == b).count();
    let (found, signed) = (&found[..found.len() - behind], &signed[..signed.len() - behind]);
    let before = found.iter().zip(signed).take_while(|(a, b)| a == b).count();
    let text = |chars: &[char]| chars[before..].iter().collect::<String>();
    match signed.len() > before {
        true => format!("{} for {}", text(found), text(signed)),
        false => text(found),
    }
}

/// The bytes of the mail that was signed, with CRLF at every line end.
fn original(raw: &[u8], mail: &Mail, chosen: &[(&Slot, &Alternative)], body: &Guess) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut push = |name: &[u8], value: &[u8]| {
        out.extend_from_slice(name);
        out.push(b':');
        out.extend_from_slice(&canonical::crlf(value));
        out.extend_from_slice(b"\r\n");
    };
    let is_content = |name: &[u8]| name.len() > 8 && name[..8].eq_ignore_ascii_case(b"content-");
    for (at, field) in mail.root.fields.iter().enumerate() {
        let name = field.name.of(raw);
        match chosen.iter().find(|(slot, _)| slot.field == Some(at)) {
            Some((_, alternative)) => {
                if let Some(value) = &alternative.value {
                    push(name, value);
                }
            }
            // How the found body is to be read says nothing of the signed one.
            None if body.fields.is_some() && is_content(name) => {}
            None => push(name, field.value.of(raw)),
        }
    }
    let lost = chosen.iter().filter(|(slot, _)| slot.field.is_none());
    for (slot, alternative) in lost {
        push(slot.name.as_bytes(), alternative.value.as_deref().unwrap_or_default());
    }
    let chosen_has = |name: &[u8]| {
        chosen.iter().any(|(slot, _)| slot.name.as_bytes().eq_ignore_ascii_case(name))
    };
    for (name, value) in body.fields.iter().flatten() {
        if !chosen_has(name) {
            push(name, value);
        }
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(&canonical::crlf(&body.text));
    out
}
