//! OpenPGP signatures on mail: PGP/MIME (RFC 3156 §5) and cleartext in a text part (RFC 9580 §7).
//!
//! A signature carries the first two bytes of its digest in the open. They tell without any key that
//! a text is not the one that was signed; that they fit says next to nothing, since anybody can write them.

use ::pgp::packet::{Signature as Packet, SignatureType};
use memchr::memmem;

use super::openpgp_key::{self, OpenPgpKey, Signer};
use super::signed_part::{self, Form, SignedPart, Spent};
use super::smime::UNHASHED;
use crate::evidence::Span;
use crate::fact::Facts;
use crate::limits;
use crate::parse::email::{Entity, Mail};
use crate::text;

/// One signature, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub part: SignedPart,
    /// Cleartext inside a text part, whose type and charset are unsigned.
    pub inline: bool,
    pub outcome: Outcome,
    pub form: Form,
    /// Digest and key algorithm as RFC 9580 §9 names them, lower case.
    pub digest: String,
    pub algorithm: String,
    /// Fingerprint, else key id, of the key that the signature names; empty where it names none.
    pub issuer: String,
    /// The signer's clock, seconds since 1970.
    pub created: Option<i64>,
    pub signer: Option<Signer>,
    /// The fact, where the user supplied the key.
    pub supplied: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Holds,
    /// Not even the digest's first two bytes fit.
    OtherText,
    /// The two bytes fit; no key is at hand.
    KeyUnknown,
    CannotTell(&'static str),
}

/// An OpenPGP key that stands in the mail.
pub struct Carried {
    pub place: Place,
    pub span: Span,
    pub keys: Vec<OpenPgpKey>,
    pub unread: bool,
}

/// Where a key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `Autocrypt` (autocrypt.org, level 1 §2.1), with the address it names.
    Autocrypt(String),
    /// A part of type `application/pgp-keys` (RFC 3156 §7), by section.
    Attached(String),
}

const BEGIN: &[u8] = b"-----BEGIN PGP SIGNED MESSAGE-----";
const BEGIN_SIGNATURE: &[u8] = b"-----BEGIN PGP SIGNATURE-----";
const BEGIN_MESSAGE: &[u8] = b"-----BEGIN PGP MESSAGE-----";
const END_SIGNATURE: &[u8] = b"-----END PGP SIGNATURE-----";

/// Every OpenPGP signature of the mail's own, in order.
pub fn open(raw: &[u8], mail: &Mail, facts: &Facts) -> Vec<Signed> {
    let mut found: Vec<(SignedPart, bool, Vec<u8>, Vec<u8>)> = Vec::new();
    for pair in signed_part::detached(raw, mail, is_signature) {
        let armor =
            text::decode_transfer(pair.signature.body.of(raw), &pair.signature.media.encoding);
        let signed = pair.part.signed.of(raw).to_vec();
        found.push((pair.part, false, signed, armor.into_owned()));
    }
    for leaf in texts(mail) {
        inline(raw, mail, leaf, &mut found);
    }
    if found.is_empty() {
        return Vec::new();
    }
    let carried: Vec<OpenPgpKey> = carried(raw, mail).into_iter().flat_map(|c| c.keys).collect();
    let known = Known { given: facts.openpgp_keys(), carried: &carried, spent: Spent::default() };
    let mut out = Vec::new();
    for (part, inline, text, armor) in found {
        let packets = match openpgp_key::dearmored(&armor) {
            Some(plain) => openpgp_key::signatures(&plain),
            None => openpgp_key::signatures(&armor),
        };
        if packets.is_empty() {
            out.push(Signed::unread(part.clone(), inline));
        }
        let opened = packets.iter().map(|p| signature(p, part.clone(), inline, &text, &known));
        out.extend(opened);
    }
    out
}

/// What the signatures of a mail name as their makers, without opening them: fingerprints or key ids.
pub fn issuers(raw: &[u8], mail: &Mail) -> Vec<String> {
    let signed = open(raw, mail, &Facts::default()).into_iter();
    signed.map(|s| s.issuer).filter(|issuer| !issuer.is_empty()).collect()
}

/// Whether a text part holds an OpenPGP message, which may be encrypted.
pub fn messages(raw: &[u8], mail: &Mail) -> Vec<Span> {
    let multipart = signed_part::own_entities(mail).into_iter();
    let multipart = multipart.filter(|e| e.media.essence == "multipart/encrypted").map(|e| e.body);
    let inline = texts(mail).filter(|leaf| may_hold(raw, leaf)).filter(|leaf| {
        let text = text::decode_transfer(leaf.body.of(raw), &leaf.media.encoding);
        line_start(&text, BEGIN_MESSAGE, 0).is_some()
    });
    multipart.chain(inline.map(|leaf| leaf.body)).take(limits::BODY_SIGNATURES).collect()
}

/// Keys that stand in the mail: facts about it, anchors of nothing.
pub fn carried(raw: &[u8], mail: &Mail) -> Vec<Carried> {
    let mut out = Vec::new();
    for field in mail.fields(raw, "Autocrypt").take(limits::OPENPGP_KEYS) {
        let (address, data) = autocrypt(field.value.of(raw));
        let bytes = text::decode_transfer(&data, "base64");
        let (keys, unread) = openpgp_key::read(&bytes);
        out.push(Carried { place: Place::Autocrypt(address), span: field.span, keys, unread });
    }
    let parts = signed_part::own_entities(mail).into_iter();
    let parts = parts.filter(|e| e.media.essence == "application/pgp-keys");
    for leaf in parts.take(limits::OPENPGP_KEYS) {
        let bytes = text::decode_transfer(leaf.body.of(raw), &leaf.media.encoding);
        let (keys, unread) = openpgp_key::read(&bytes);
        let place = Place::Attached(leaf.section.clone());
        out.push(Carried { place, span: leaf.body, keys, unread });
    }
    out
}

/// `addr=` and `keydata=` of an Autocrypt field, blanks taken out.
fn autocrypt(value: &[u8]) -> (String, Vec<u8>) {
    let (mut address, mut data) = (String::new(), Vec::new());
    for tag in value.split(|c| *c == b';').take(limits::TAGS) {
        let Some(equals) = memchr::memchr(b'=', tag) else { continue };
        let bare = |part: &[u8]| -> Vec<u8> {
            part.iter().copied().filter(|c| !c.is_ascii_whitespace()).collect()
        };
        match tag[..equals].trim_ascii() {
            b"addr" => address = String::from_utf8_lossy(&bare(&tag[equals + 1..])).to_lowercase(),
            b"keydata" => data = bare(&tag[equals + 1..]),
            _ => {}
        }
    }
    (address, data)
}

fn is_signature(entity: &Entity) -> bool {
    entity.media.essence == "application/pgp-signature"
}

fn texts(mail: &Mail) -> impl Iterator<Item = &Entity> {
    let leaves = signed_part::own_entities(mail).into_iter();
    let texts = leaves.filter(|e| e.children.is_empty() && e.media.essence.starts_with("text/"));
    texts.take(limits::TEXT_PARTS)
}

/// A look that costs next to nothing: the mark stands as it is in every encoding but base64, where it is
/// looked for at the start only, as programs that sign a whole text leave it.
fn may_hold(raw: &[u8], leaf: &Entity) -> bool {
    let body = leaf.body.of(raw);
    match leaf.media.encoding.as_str() {
        "base64" => body.trim_ascii_start().starts_with(b"LS0tLS1CRUdJTiBQR1Ag"),
        _ => memmem::find(body, b"-----BEGIN PGP ").is_some(),
    }
}

/// Where a line begins with `mark` and holds nothing else, at or behind `from`.
fn line_start(text: &[u8], mark: &[u8], from: usize) -> Option<usize> {
    let mut hits = memmem::find_iter(text.get(from..)?, mark).map(|at| from + at);
    hits.find(|&at| {
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |n| at + n);
        (at == 0 || text[at - 1] == b'\n') && text[at + mark.len()..end].trim_ascii().is_empty()
    })
}

fn behind_line(text: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |n| at + n + 1)
}

/// The cleartext signatures of one text part.
fn inline(
    raw: &[u8],
    mail: &Mail,
    leaf: &Entity,
    out: &mut Vec<(SignedPart, bool, Vec<u8>, Vec<u8>)>,
) {
    if !may_hold(raw, leaf) {
        return;
    }
    let text = text::decode_transfer(leaf.body.of(raw), &leaf.media.encoding);
    let mut from = 0;
    let mut spare: Vec<u8> = Vec::new();
    let first = out.len();
    while let Some((start, signed, armor)) = framework(&text, from) {
        if out.len() - first == limits::BODY_SIGNATURES {
            break;
        }
        spare.extend_from_slice(&text[from..start]);
        from = armor.end;
        let part = SignedPart {
            section: leaf.section.clone(),
            signed: leaf.body,
            signature: leaf.body,
            beside: signed_part::beside(raw, mail, &[leaf]),
        };
        out.push((part, true, cleartext(signed.of(&text)), armor.of(&text).to_vec()));
    }
    spare.extend_from_slice(&text[from..]);
    // Two signed texts in one part each stand beside the other.
    if !spare.trim_ascii().is_empty() || out.len() - first > 1 {
        let section = if leaf.section.is_empty() { "body" } else { &leaf.section };
        let rest = format!("the rest of {section}");
        out[first..].iter_mut().for_each(|(part, ..)| part.beside.push(rest.clone()));
    }
}

/// The next signed text: where it starts, its lines, and its armor (RFC 9580 §7.1).
fn framework(text: &[u8], from: usize) -> Option<(usize, Span, Span)> {
    let start = line_start(text, BEGIN, from)?;
    let mut body = behind_line(text, start);
    // Hash headers up to an empty line.
    loop {
        let end = behind_line(text, body);
        let line = text[body..end].trim_ascii();
        if end == body {
            return None;
        }
        body = end;
        if line.is_empty() {
            break;
        }
        if !line.starts_with(b"Hash:") {
            return None;
        }
    }
    let armor = line_start(text, BEGIN_SIGNATURE, body)?;
    let end = line_start(text, END_SIGNATURE, armor).map(|at| behind_line(text, at))?;
    Some((start, Span::new(body, armor), Span::new(armor, end)))
}

/// The text as it was hashed: dashes unescaped, blanks at line ends and the last line end left out
/// (RFC 9580 §7.2).
fn cleartext(lines: &[u8]) -> Vec<u8> {
    let lines = lines.strip_suffix(b"\n").unwrap_or(lines);
    let lines = lines.strip_suffix(b"\r").unwrap_or(lines);
    let mut plain = Vec::with_capacity(lines.len());
    for (at, line) in lines.split(|c| *c == b'\n').enumerate() {
        if at > 0 {
            plain.push(b'\n');
        }
        plain.extend_from_slice(line.strip_prefix(b"- ").unwrap_or(line));
    }
    signed_part::without_line_blanks(&plain)
}

/// Keys to try.
struct Known<'a> {
    given: &'a [OpenPgpKey],
    carried: &'a [OpenPgpKey],
    spent: Spent,
}

impl Signed {
    fn unread(part: SignedPart, inline: bool) -> Self {
        Signed {
            part,
            inline,
            outcome: Outcome::CannotTell("no OpenPGP signature that can be read"),
            form: Form::AsFound,
            digest: String::new(),
            algorithm: String::new(),
            issuer: String::new(),
            created: None,
            signer: None,
            supplied: None,
        }
    }
}

fn signature(
    packet: &Packet,
    part: SignedPart,
    inline: bool,
    text: &[u8],
    known: &Known,
) -> Signed {
    let mut out = Signed::unread(part, inline);
    let Some(config) = packet.config() else {
        out.outcome = Outcome::CannotTell("a version of signature that is not opened");
        return out;
    };
    out.digest = config.hash_alg.to_string().to_ascii_lowercase();
    out.algorithm = format!("{:?}", config.pub_alg).to_ascii_lowercase();
    out.created = packet.created().map(|t| i64::from(t.as_secs()));
    let print = packet.issuer_fingerprint().first().map(ToString::to_string);
    let id = || packet.issuer_key_id().first().map(ToString::to_string);
    out.issuer = print.or_else(id).unwrap_or_default();
    if !matches!(config.typ, SignatureType::Binary | SignatureType::Text) {
        out.outcome = Outcome::CannotTell("a signature that is over no text");
        return out;
    }
    // Supplied keys first, so that one which is also carried anchors.
    let issuer = out.issuer.clone();
    let is_named = |key: &&OpenPgpKey| issuer.is_empty() || key.is_named(&issuer);
    let given = known.given.iter().filter(is_named).map(|key| (key, true));
    let carried = known.carried.iter().filter(is_named).map(|key| (key, false));
    let keys: Vec<_> = given.chain(carried).take(limits::OPENPGP_KEYS).collect();
    let mut marked = None;
    let fitting = signed_part::fitting(text, &known.spent, |text| {
        if !fits_mark(packet, text) {
            return false;
        }
        marked = Some(());
        let opened = keys.iter().find_map(|(k, given)| Some((*k, *given, k.signer(packet, text)?)));
        if let Some((key, given, signer)) = opened {
            out.signer = Some(signer);
            out.supplied = given.then(|| key.fact_id());
        }
        out.signer.is_some() || keys.is_empty()
    });
    out.form = fitting.unwrap_or(Form::AsFound);
    out.outcome = match (fitting, marked, keys.is_empty()) {
        (Some(_), _, false) => Outcome::Holds,
        (Some(_), _, true) => Outcome::KeyUnknown,
        (None, Some(()), _) => {
            Outcome::CannotTell("the key it names did not make it over this text")
        }
        (None, None, _) if known.spent.is_over() => Outcome::CannotTell(UNHASHED),
        (None, None, _) => Outcome::OtherText,
    };
    out
}

/// Whether the digest of the text begins with the two bytes that the signature shows.
fn fits_mark(packet: &Packet, text: &[u8]) -> bool {
    let digest = || {
        let config = packet.config()?;
        let mut hasher = config.hash_alg.new_hasher().ok()?;
        if let ::pgp::packet::SignatureVersionSpecific::V6 { salt } = &config.version_specific {
            hasher.update(salt.as_ref());
        }
        config.hash_data_to_sign(&mut hasher, text).ok()?;
        let length = config.hash_signature_data(&mut hasher).ok()?;
        hasher.update(&config.trailer(length).ok()?);
        Some(hasher.finalize())
    };
    digest().is_some_and(|d| packet.signed_hash_value().is_some_and(|mark| d.starts_with(&mark)))
}
