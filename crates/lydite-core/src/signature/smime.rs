//! S/MIME (RFC 8551): CMS signed-data (RFC 5652 §5), beside the part it signs or around it.
//!
//! The signature is over attributes, and one of these is the digest of the text: so a text that
//! differs is told from a signature that this key did not make.

use std::borrow::Cow;

use jiff::Timestamp;
use x509_cert::der::Decode;
use x509_cert::time::Time;

use super::ber::{self, Element, Reader};
use super::certificate::{self, Certificate, Chain};
use super::scheme::{self, Digest, Says, Scheme};
use super::signed_part::{self, Form, SignedPart, Spent};
use crate::evidence::Span;
use crate::fact::Facts;
use crate::limits;
use crate::parse::email::{Entity, Mail};
use crate::text::{self, hex};

/// What an S/MIME part of a mail is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Signed(Box<Signed>),
    /// Encrypted; the span of the part.
    Enveloped(Span),
    /// Certificates without a signature.
    Certificates(Span, Vec<Certificate>),
    /// A part that says it is S/MIME and is not read, and why.
    Unread(Span, &'static str),
}

/// One signature, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub part: SignedPart,
    pub outcome: Outcome,
    /// How the text was read where it is what was signed.
    pub form: Form,
    pub scheme: Option<Scheme>,
    pub digest: Option<Digest>,
    /// `signingTime` of the signed attributes (RFC 5652 §11.3), seconds since 1970: the signer's clock.
    pub signing_time: Option<i64>,
    pub signer: Option<Certificate>,
    /// How the mail names the signer: issuer, or key id.
    pub named: String,
    pub chain: Chain,
    /// Of the mail, the signer's too.
    pub certificates: Vec<Certificate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Holds,
    /// The key made this signature, over another text.
    OtherText,
    /// The key made this signature, over other attributes than these.
    OtherAttributes,
    CannotTell(&'static str),
}

/// More bytes than [`limits::SIGNED_BYTES`] would have to be hashed.
pub(super) const UNHASHED: &str = "more bytes than are hashed";

const DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
const SIGNED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const ENVELOPED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
const AUTH_ENVELOPED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17";
const CONTENT_TYPE: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03";
const MESSAGE_DIGEST: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04";
const SIGNING_TIME: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05";

/// Every S/MIME part of the mail's own, in order. `date` stands in for the signing time where the signer
/// states none.
pub fn open(raw: &[u8], mail: &Mail, date: Option<i64>, facts: &Facts) -> Vec<Part> {
    let mut out = Vec::new();
    let spent = Spent::default();
    for pair in signed_part::detached(raw, mail, is_detached) {
        let content = pair.part.signed.of(raw);
        let cms = decoded(raw, pair.signature);
        read(&cms, pair.part, Some(content), (date, facts, &spent), &mut out);
    }
    let opaque = signed_part::own_entities(mail).into_iter().filter(|e| is_opaque(e));
    for leaf in opaque.take(limits::BODY_SIGNATURES) {
        let part = SignedPart {
            section: leaf.section.clone(),
            signed: leaf.body,
            signature: leaf.body,
            beside: signed_part::beside(raw, mail, &[leaf]),
        };
        read(&decoded(raw, leaf), part, None, (date, facts, &spent), &mut out);
    }
    out
}

/// The text inside a signed envelope: a MIME entity of its own, which no mail shows without opening it.
pub fn content(raw: &[u8], leaf: &Entity) -> Option<Vec<u8>> {
    enclosed(&decoded(raw, leaf))
}

/// The signatures of a CMS object over bytes that stand beside it exactly as they were signed (PDF), or
/// over its own content. `span` is where it stands.
pub fn over(cms: &[u8], content: Option<&[u8]>, span: Span, facts: &Facts) -> Vec<Part> {
    let mut out = Vec::new();
    if cms.len() > limits::CMS_BYTES {
        return vec![Part::Unread(span, "longer than is read")];
    }
    let opened = signed_data(cms).and_then(|(_, fields)| fields_of(fields));
    let Some(mut fields) = opened else { return vec![Part::Unread(span, "no signed-data in it")] };
    if let Some(content) = content {
        fields.content = Some(Cow::Borrowed(content));
    }
    let part =
        SignedPart { section: String::new(), signed: span, signature: span, beside: Vec::new() };
    let spent = Spent::default();
    let mut signers = fields.signers.read();
    for _ in 0..limits::CMS_SIGNERS {
        let Some(signer) = signers.take(ber::SEQUENCE) else { break };
        let signed = signature(signer, &fields, part.clone(), None, (None, facts, &spent));
        out.push(match signed {
            Some(signed) => Part::Signed(Box::new(signed)),
            None => Part::Unread(span, "a signer's record that cannot be read"),
        });
    }
    out
}

/// The content that a CMS object of signed-data holds.
pub fn enclosed(cms: &[u8]) -> Option<Vec<u8>> {
    let (_, mut fields) = signed_data(cms)?;
    let mut inner = fields.take(ber::SEQUENCE)?.read();
    inner.take(ber::OID)?;
    Some(inner.take(0xa0)?.read().any()?.octets().into_owned())
}

fn is_detached(entity: &Entity) -> bool {
    let essence = entity.media.essence.as_str();
    matches!(essence, "application/pkcs7-signature" | "application/x-pkcs7-signature")
        || is_named(entity, ".p7s")
}

/// Whether a part says it is a CMS envelope. RFC 8551 §3.2.1: gateways keep the name alone.
pub fn is_opaque(entity: &Entity) -> bool {
    let essence = entity.media.essence.as_str();
    matches!(essence, "application/pkcs7-mime" | "application/x-pkcs7-mime")
        || is_named(entity, ".p7m")
}

fn is_named(entity: &Entity, ending: &str) -> bool {
    entity.media.essence == "application/octet-stream"
        && entity.media.filename.as_ref().is_some_and(|n| n.to_ascii_lowercase().ends_with(ending))
}

fn decoded<'a>(raw: &'a [u8], leaf: &Entity) -> Cow<'a, [u8]> {
    text::decode_transfer(leaf.body.of(raw), &leaf.media.encoding)
}

/// Type and content of `ContentInfo` (RFC 5652 §3).
fn content_info(cms: &[u8]) -> Option<(&[u8], Element<'_>)> {
    let mut info = Reader(cms).take(ber::SEQUENCE)?.read();
    let kind = info.take(ber::OID)?.content;
    Some((kind, info.take(0xa0)?.read().any()?))
}

/// The fields of signed-data behind its digest algorithms.
fn signed_data(cms: &[u8]) -> Option<(&[u8], Reader<'_>)> {
    let (kind, content) = content_info(cms)?;
    if kind != SIGNED_DATA || content.tag != ber::SEQUENCE {
        return None;
    }
    let mut fields = content.read();
    let version = fields.take(ber::INTEGER)?.content;
    fields.take(ber::SET)?;
    Some((version, fields))
}

/// The time where the signer states none, what is known, and the bytes hashed so far.
type Known<'a> = (Option<i64>, &'a Facts, &'a Spent);

/// What one CMS object gives: a signature for each of its signers, or what else it is.
fn read(cms: &[u8], part: SignedPart, detached: Option<&[u8]>, known: Known, out: &mut Vec<Part>) {
    let span = part.signature;
    if cms.len() > limits::CMS_BYTES {
        return out.push(Part::Unread(span, "longer than is read"));
    }
    match content_info(cms) {
        None => return out.push(Part::Unread(span, "no CMS in it")),
        Some((ENVELOPED_DATA | AUTH_ENVELOPED_DATA, _)) => return out.push(Part::Enveloped(span)),
        Some((SIGNED_DATA, _)) => {}
        Some(_) => return out.push(Part::Unread(span, "CMS of a kind that is not read")),
    }
    let opened = signed_data(cms).and_then(|(_, fields)| fields_of(fields));
    let Some(fields) = opened else {
        return out.push(Part::Unread(span, "signed-data that cannot be read"));
    };
    let mut signers = fields.signers.read();
    let mut any = false;
    for _ in 0..limits::CMS_SIGNERS {
        let Some(signer) = signers.take(ber::SEQUENCE) else { break };
        any = true;
        let signed = signature(signer, &fields, part.clone(), detached, known);
        out.push(match signed {
            Some(signed) => Part::Signed(Box::new(signed)),
            None => Part::Unread(span, "a signer's record that cannot be read"),
        });
    }
    if !any {
        out.push(Part::Certificates(span, fields.certificates));
    }
}

/// `SignedData` (RFC 5652 §5.1).
struct Fields<'a> {
    content_type: &'a [u8],
    content: Option<Cow<'a, [u8]>>,
    certificates: Vec<Certificate>,
    signers: Element<'a>,
}

fn fields_of(mut fields: Reader) -> Option<Fields> {
    let mut inner = fields.take(ber::SEQUENCE)?.read();
    let content_type = inner.take(ber::OID)?.content;
    let content = inner.take(0xa0).and_then(|e| e.read().any()).map(|e| e.octets());
    let mut certificates = Vec::new();
    if let Some(set) = fields.take(0xa0) {
        let mut set = set.read();
        while let Some(one) = set.any() {
            if certificates.len() < limits::CMS_CERTIFICATES {
                certificates.extend(Certificate::parse(one.whole));
            }
        }
    }
    fields.take(0xa1);
    Some(Fields { content_type, content, certificates, signers: fields.take(ber::SET)? })
}

/// `SignerInfo` (RFC 5652 §5.3).
fn signature(
    signer: Element,
    fields: &Fields,
    part: SignedPart,
    detached: Option<&[u8]>,
    (date, facts, spent): Known,
) -> Option<Signed> {
    let mut reader = signer.read();
    reader.take(ber::INTEGER)?;
    let sid = reader.any()?;
    let digest = Digest::of_oid(reader.take(ber::SEQUENCE)?.read().take(ber::OID)?.content);
    let attributes = reader.take(0xa0);
    let scheme = Scheme::of(reader.take(ber::SEQUENCE)?);
    let value = reader.any().filter(|e| e.tag & !0x20 == ber::OCTET_STRING)?.octets();
    let given = facts.certificates();
    let known = fields.certificates.iter().chain(given);
    let certificate = known.clone().find(|c| is_signer(c, sid)).cloned();
    let mut out = Signed {
        part,
        outcome: Outcome::CannotTell("the signer's certificate is not at hand"),
        form: Form::AsFound,
        scheme,
        digest,
        signing_time: attributes.and_then(signing_time),
        named: named(sid),
        chain: Chain::default(),
        certificates: fields.certificates.clone(),
        signer: None,
    };
    let Some(certificate) = certificate else { return Some(out) };
    let content = detached.or(fields.content.as_deref());
    let exact = detached.is_none();
    out.outcome = match (scheme, digest, content) {
        (None, ..) | (_, None, _) => Outcome::CannotTell("an algorithm that is not opened"),
        (.., None) => Outcome::CannotTell("nothing that it could have signed is there"),
        (Some(scheme), Some(digest), Some(content)) => {
            let signed = Made { scheme, digest, value: &value, key: &certificate.spki, spent };
            let content_type = fields.content_type;
            match attributes {
                Some(attributes) => over_attributes(
                    &signed,
                    attributes,
                    content_type,
                    content,
                    exact,
                    &mut out.form,
                ),
                None => over_text(&signed, content_type, content, exact, &mut out.form),
            }
        }
    };
    let at = out.signing_time.or(date);
    out.chain = certificate::chain(&certificate, &fields.certificates, given, at);
    out.signer = Some(certificate);
    Some(out)
}

/// A signature value and what it was made with.
struct Made<'a> {
    scheme: Scheme,
    digest: Digest,
    value: &'a [u8],
    key: &'a [u8],
    spent: &'a Spent,
}

impl Made<'_> {
    fn over(&self, data: &[u8]) -> Says {
        scheme::verify(self.key, self.scheme, self.digest, data, self.value)
    }

    /// What stands inside an envelope is signed as it stands; a part beside it may have been changed on
    /// its way in neutral steps.
    fn found(&self, text: &[u8], exact: bool, mut fits: impl FnMut(&[u8]) -> bool) -> Option<Form> {
        match exact {
            true => fits(text).then_some(Form::AsFound),
            false => signed_part::fitting(text, self.spent, fits),
        }
    }
}

/// RFC 5652 §5.4: over the attributes, written as a SET; among them the digest of the text.
fn over_attributes(
    made: &Made,
    attributes: Element,
    content_type: &[u8],
    text: &[u8],
    exact: bool,
    form: &mut Form,
) -> Outcome {
    let (Some(stated), Some(kind)) =
        (attribute(attributes, MESSAGE_DIGEST), attribute(attributes, CONTENT_TYPE))
    else {
        return Outcome::CannotTell("signed attributes without digest and type of the text");
    };
    let set = [&[ber::SET], &attributes.whole[1..]].concat();
    match made.over(&set) {
        Says::Unsupported => return Outcome::CannotTell("a key that is not opened"),
        Says::No => return Outcome::CannotTell("the signer's key did not make this signature"),
        Says::OtherBytes => return Outcome::OtherAttributes,
        Says::Holds => {}
    }
    if kind.content != content_type {
        return Outcome::CannotTell("signed as another type of content");
    }
    let fits = |text: &[u8]| made.digest.of(text) == stated.content;
    match made.found(text, exact, fits) {
        Some(fitting) => {
            *form = fitting;
            Outcome::Holds
        }
        None if made.spent.is_over() => Outcome::CannotTell(UNHASHED),
        None => Outcome::OtherText,
    }
}

/// Without attributes the text itself is signed. Only plain data may be: attributes given as text would
/// else pass for one (RFC 8933 and RFC 5652 §5.3).
fn over_text(
    made: &Made,
    content_type: &[u8],
    text: &[u8],
    exact: bool,
    form: &mut Form,
) -> Outcome {
    if content_type != DATA {
        return Outcome::CannotTell("a type of content that must be signed with attributes");
    }
    let mut last = Says::No;
    let fitting = made.found(text, exact, |text| {
        last = made.over(text);
        last == Says::Holds
    });
    match (fitting, last) {
        (Some(fitting), _) => {
            *form = fitting;
            Outcome::Holds
        }
        (None, _) if made.spent.is_over() => Outcome::CannotTell(UNHASHED),
        (None, Says::OtherBytes) => Outcome::OtherText,
        (None, Says::Unsupported) => Outcome::CannotTell("a key that is not opened"),
        (None, _) => Outcome::CannotTell("this key does not open it over this text"),
    }
}

/// The one value of the one attribute with that OID; two of them are none.
fn attribute<'a>(attributes: Element<'a>, oid: &[u8]) -> Option<Element<'a>> {
    let mut reader = attributes.read();
    let mut found = None;
    while let Some(attribute) = reader.take(ber::SEQUENCE) {
        let mut attribute = attribute.read();
        if attribute.take(ber::OID)?.content != oid {
            continue;
        }
        let mut values = attribute.take(ber::SET)?.read();
        let value = values.any()?;
        if found.is_some() || values.any().is_some() {
            return None;
        }
        found = Some(value);
    }
    found
}

fn signing_time(attributes: Element) -> Option<i64> {
    let value = attribute(attributes, SIGNING_TIME)?;
    let seconds = Time::from_der(value.whole).ok()?.to_unix_duration().as_secs();
    i64::try_from(seconds).ok()
}

/// `SignerIdentifier`: issuer and serial number, or [0] subject key identifier.
fn is_signer(certificate: &Certificate, sid: Element) -> bool {
    if sid.tag & !0x20 == 0x80 {
        return certificate.key_id.as_deref() == Some(&sid.octets());
    }
    let mut reader = sid.read();
    let issuer = reader.take(ber::SEQUENCE).map(|e| e.whole);
    let serial = reader.take(ber::INTEGER).map(|e| e.content);
    issuer == Some(&certificate.issuer_der) && serial == Some(&certificate.serial)
}

fn named(sid: Element) -> String {
    if sid.tag & !0x20 == 0x80 {
        return format!("key {}", hex(&sid.octets()));
    }
    let mut reader = sid.read();
    let issuer = reader.take(ber::SEQUENCE).map(certificate::name);
    let serial = reader.take(ber::INTEGER).map(|e| hex(e.content)).unwrap_or_default();
    let serial: String = serial.chars().take(2 * limits::SERIAL_BYTES).collect();
    format!("number {serial} of {}", issuer.unwrap_or_default())
}

/// `2017-03-15T09:12:44Z`.
pub fn moment(seconds: i64) -> String {
    Timestamp::from_second(seconds).map(|t| t.to_string()).unwrap_or_default()
}
