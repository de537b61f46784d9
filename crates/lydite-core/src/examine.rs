//! The one function per item: bytes and facts in, everything found out. Never fails.

use serde::{Deserialize, Serialize};

use crate::clock::{self, Reading};
use crate::evidence::{Finding, Mark, Span};
use crate::fact::{FactKey, Facts};
use crate::item::{Kind, Sha256};
use crate::parse::Defect;
use crate::parse::address::{self, Mailboxes};
use crate::parse::date::{self, Stated};
use crate::parse::document::image::look;
use crate::parse::document::profile::Profile;
use crate::parse::document::{self, Document, Format, Piece};
use crate::parse::email::{self, Entity, Mail};
use crate::parse::mapi::tnef;
use crate::parse::other_readings;
use crate::parse::received::{self, Hop};
use crate::parse::sniff::sniff;
use crate::parse::thread;
use crate::signature::repair::{self, Repair};
use crate::signature::{self, Signature, signed_part, smime};
use crate::text::quote;
use crate::text::record::{self, Body, Quote};
use crate::verdict::decide;
use crate::{checks, limits, text};

/// What checks look at: one mail, split and opened once.
pub struct Subject<'a> {
    pub raw: &'a [u8],
    pub mail: &'a Mail,
    /// The mailboxes of the topmost From.
    pub from: Mailboxes,
    /// The topmost Date.
    pub date: Option<Stated>,
    pub signatures: &'a [Signature],
    /// What was searched behind signatures that are real and do not hold.
    pub repairs: &'a [Repair],
    pub clocks: &'a [Reading],
    /// The route, the last server first.
    pub hops: &'a [Hop],
}

/// Everything one blob gave. Plain data: it crosses the pipe from a worker and fills the tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examined {
    pub kind: Kind,
    pub mail: Option<MailRecord>,
    pub document: Option<DocumentRecord>,
    pub parts: Vec<PartRecord>,
    /// The mail's texts, and whom they quote.
    pub bodies: Vec<Body>,
    pub quotes: Vec<Quote>,
    pub signatures: Vec<Signature>,
    pub repairs: Vec<Repair>,
    pub clocks: Vec<Reading>,
    /// The route as its servers wrote it, the last one first.
    pub hops: Vec<Hop>,
    pub findings: Vec<Finding>,
    /// Facts that checks would have used, whether known or not.
    pub wants: Vec<FactKey>,
    pub defects: Vec<Defect>,
}

/// The displayed values of a mail, decoded, cut at `limits::TABLE_TEXT` characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRecord {
    pub message_id: Option<String>,
    /// Addresses of the topmost From, comma-separated; likewise To and Cc.
    pub from: Option<String>,
    /// Of the topmost From: its text without addresses, decoded.
    pub from_name: Option<String>,
    pub to: Option<String>,
    pub cc: Option<String>,
    pub subject: Option<String>,
    /// As it stands in the topmost Date field.
    pub date_text: Option<String>,
    /// Seconds since 1970, UTC.
    pub date: Option<i64>,
    /// Seconds east of UTC.
    pub date_offset: Option<i32>,
    /// The ids of References, then of In-Reply-To, each once, the oldest first.
    pub references: Vec<String>,
    /// Of Outlook's Thread-Index, the 22 bytes that all mails of a conversation share, in hex.
    pub conversation: Option<String>,
    /// Whether a mail program marked it as not sent yet.
    pub is_draft: bool,
    /// Equal for mails that say the same to a reader and have one Message-ID.
    pub displayed: Option<Sha256>,
    pub marks: Vec<Mark>,
}

/// What a document or image says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRecord {
    pub format: Format,
    pub profile: Profile,
    pub text: Vec<Piece>,
    /// What a picture looks like ([`look`]), in 16 digits of hexadecimal.
    pub look: Option<String>,
    /// The smallest hashes of runs of words of its text (`text/shingle.rs`).
    pub sketch: Vec<u64>,
}

/// One MIME leaf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRecord {
    /// `1.2` as in paths behind `#`.
    pub section: String,
    pub media_type: String,
    pub filename: Option<String>,
    pub is_attachment: bool,
    /// Of the decoded content.
    pub sha256: Sha256,
    pub size: u64,
    pub span: Span,
}

/// Examines one blob with the facts given, as a document or image if its bytes are one, else as
/// a mail.
pub fn examine(raw: &[u8], facts: &Facts) -> Examined {
    examine_beside(raw, &[], facts)
}

/// The same, where a signed text may be looked for in other copies of the mail too.
pub fn examine_beside(raw: &[u8], copies: &[Vec<u8>], facts: &Facts) -> Examined {
    match sniff(&raw[..raw.len().min(limits::SNIFF_BYTES)]).kind() {
        kind @ (Kind::Document | Kind::Image) => examine_document(kind, raw),
        _ => examine_mail(raw, Some(copies), facts),
    }
}

fn examine_document(kind: Kind, raw: &[u8]) -> Examined {
    let document = document::parse(raw);
    let findings = checks::run_on_document(&document);
    let look = look::of(&document).map(look::written);
    let Document { format, profile, text, defects, .. } = document;
    let sketch = record::sketch_of(&text);
    Examined {
        kind,
        document: Some(DocumentRecord { format, profile, text, look, sketch }),
        findings,
        defects,
        mail: None,
        parts: Vec::new(),
        bodies: Vec::new(),
        quotes: Vec::new(),
        signatures: Vec::new(),
        repairs: Vec::new(),
        clocks: Vec::new(),
        hops: Vec::new(),
        wants: Vec::new(),
    }
}

/// The mails that were signed where this one was found, by id: made again from its bytes.
pub fn originals(raw: &[u8], copies: &[Vec<u8>], facts: &Facts) -> Vec<(Sha256, Vec<u8>)> {
    let mail = email::parse(raw);
    let signatures = signature::open(raw, &mail, None, facts);
    let found = repair::repair(raw, &mail, &signatures, &slices(copies))
        .into_iter()
        .filter_map(|(_, bytes)| bytes);
    found.map(|bytes| (Sha256::of(&bytes), bytes)).collect()
}

fn slices(copies: &[Vec<u8>]) -> Vec<&[u8]> {
    copies.iter().map(Vec::as_slice).collect()
}

/// Without `copies` no signed text is looked for: the mail is one that was found so.
fn examine_mail(raw: &[u8], copies: Option<&[Vec<u8>]>, facts: &Facts) -> Examined {
    let mail = email::parse(raw);
    let from = match mail.field(raw, "From") {
        Some(field) => address::parse(field.value.of(raw)),
        None => Mailboxes::default(),
    };
    let date = mail.field(raw, "Date").and_then(|f| date::parse(f.value.of(raw)));
    let from_domain = match from.list.as_slice() {
        [one] => Some(one.domain.as_str()),
        _ => None,
    };
    let signatures = signature::open(raw, &mail, from_domain, facts);
    let repairs = match copies {
        Some(copies) => repairs(raw, &mail, &signatures, copies, facts),
        None => Vec::new(),
    };
    let clocks = clock::read(raw, &mail, date);
    let hops = received::hops(raw, &mail);
    let subject = Subject {
        raw,
        mail: &mail,
        from,
        date,
        signatures: &signatures,
        repairs: &repairs,
        clocks: &clocks,
        hops: &hops,
    };
    let findings = checks::run_all(&subject, facts);
    let wants = checks::wants(&subject);
    let mut defects = mail.doubts.clone();
    if let Some(last) = signatures.get(limits::SIGNATURES - 1) {
        defects.push(Defect {
            what: "maybe more signatures than are opened".to_owned(),
            span: last.span,
        });
    }
    let record = mail_record(&subject);
    // An original made again is not kept, nor are its texts.
    let (bodies, quotes) = match copies {
        Some(_) => record::records(&quote::read(raw, &mail)),
        None => Default::default(),
    };
    let mut parts = part_records(&subject);
    parts.extend(enveloped_parts(&subject));
    // Whatever leaves the parts open shows there as a finding of this check (design rule 18).
    if findings.iter().any(|f| f.check == "email/second-reading") {
        let others = other_parts(&subject, &parts);
        parts.extend(others);
    }
    Examined {
        kind: Kind::Message,
        mail: Some(record),
        document: None,
        parts,
        bodies,
        quotes,
        findings,
        wants,
        signatures,
        repairs,
        clocks,
        hops,
        defects,
    }
}

/// The repairs of a mail, each original examined by itself.
fn repairs(
    raw: &[u8],
    mail: &Mail,
    signatures: &[Signature],
    copies: &[Vec<u8>],
    facts: &Facts,
) -> Vec<Repair> {
    let found = repair::repair(raw, mail, signatures, &slices(copies)).into_iter();
    found
        .map(|(mut repair, bytes)| {
            repair.original = bytes.map(|bytes| {
                let verdict = decide(Kind::Message, &examine_mail(&bytes, None, facts).findings);
                let original = email::parse(&bytes);
                let differing = repair::same::differing((raw, mail), (&bytes, &original));
                repair.name_unnamed(raw, &differing);
                repair::Original {
                    equal: differing.is_empty() && repair.is_neutral(),
                    sha256: Sha256::of(&bytes),
                    size: bytes.len() as u64,
                    status: verdict.status,
                    coverage: verdict.coverage,
                }
            });
            repair
        })
        .collect()
}

impl Subject<'_> {
    pub fn span(&self) -> Span {
        Span::new(0, self.raw.len())
    }

    /// PGP/MIME (RFC 3156 §4) or an S/MIME envelope (RFC 8551 §3.3).
    pub fn is_encrypted(&self) -> bool {
        let media = &self.mail.root.media;
        let content_type = self.mail.field(self.raw, "Content-Type");
        let value = content_type.map(|f| f.value.of(self.raw).to_ascii_lowercase());
        let enveloped =
            value.is_some_and(|v| memchr::memmem::find(&v, b"enveloped-data").is_some());
        media.essence == "multipart/encrypted"
            || (media.essence.ends_with("pkcs7-mime") && enveloped)
    }
}

fn mail_record(subject: &Subject) -> MailRecord {
    let value = |name| subject.mail.field(subject.raw, name).map(|f| f.value.of(subject.raw));
    let addresses = |name| {
        let boxes = value(name).map(address::parse)?;
        let list: Vec<_> = boxes.list.into_iter().map(|m| m.address).collect();
        (!list.is_empty()).then(|| bounded(list.join(", ")))
    };
    let marks = if subject.is_encrypted() { vec![Mark::Encrypted] } else { Vec::new() };
    MailRecord {
        message_id: value("Message-ID").map(|v| bounded(text::decode_header(v))),
        from: addresses("From"),
        from_name: value("From").map(|v| bounded(text::decode_header(v))).map(without_address),
        to: addresses("To"),
        cc: addresses("Cc"),
        subject: value("Subject").map(|v| bounded(text::decode_header(v))),
        date_text: value("Date").map(|v| bounded(text::decode_header(v))),
        date: subject.date.map(|d| d.epoch),
        date_offset: subject.date.map(|d| d.offset),
        references: thread::references(subject.raw, subject.mail),
        conversation: thread::conversation(subject.raw, subject.mail),
        is_draft: thread::is_draft(subject.raw, subject.mail),
        displayed: Some(repair::same::digest(subject.raw, subject.mail)),
        marks,
    }
}

/// A From field's text without the address in angle brackets.
fn without_address(from: String) -> String {
    let name = from.rsplit_once('<').map_or(from.as_str(), |(name, _)| name);
    name.trim().trim_matches('"').to_owned()
}

fn part_records(subject: &Subject) -> Vec<PartRecord> {
    let leaves = subject.mail.root.leaves();
    let mut parts = Vec::new();
    for leaf in leaves {
        let content = text::decode_transfer(leaf.body.of(subject.raw), &leaf.media.encoding);
        if !leaf.section.is_empty() {
            parts.push(part_record(leaf.section.clone(), leaf, &content, leaf.body));
        }
        parts.extend(tnef_members(&content, leaf));
    }
    parts
}

fn part_record(section: String, leaf: &Entity, content: &[u8], span: Span) -> PartRecord {
    PartRecord {
        section,
        media_type: bounded(leaf.media.essence.clone()),
        filename: leaf.media.filename.clone().map(bounded),
        is_attachment: leaf.media.is_attachment,
        sha256: Sha256::of(content),
        size: content.len() as u64,
        span,
    }
}

/// What a `winmail.dat` holds: texts and attachments of the message in it, numbered behind `!`.
fn tnef_members(content: &[u8], leaf: &Entity) -> Vec<PartRecord> {
    let members = tnef::parse(content).map(|message| message.members()).unwrap_or_default();
    let numbered = members.into_iter().zip(1..);
    numbered
        .map(|(member, number)| PartRecord {
            section: format!("{}!{number}", leaf.section),
            media_type: bounded(member.essence),
            is_attachment: member.filename.is_some(),
            filename: member.filename.map(bounded),
            sha256: Sha256::of(&member.content),
            size: member.content.len() as u64,
            span: leaf.body,
        })
        .collect()
}

/// The parts inside signed envelopes (S/MIME), which mail programs show in their place: `1~2` is part 2
/// of the envelope in part 1. Their span is the envelope's.
fn enveloped_parts(subject: &Subject) -> Vec<PartRecord> {
    let entities = signed_part::own_entities(subject.mail).into_iter();
    let mut out = Vec::new();
    for leaf in entities.filter(|e| smime::is_opaque(e)).take(limits::BODY_SIGNATURES) {
        let Some(text) = smime::content(subject.raw, leaf) else { continue };
        let inner = email::parse(&text);
        for part in inner.root.leaves().into_iter().take(limits::TEXT_PARTS) {
            let content = text::decode_transfer(part.body.of(&text), &part.media.encoding);
            let section = format!("{}~{}", leaf.section, part.section);
            out.push(part_record(section, part, &content, leaf.body));
        }
    }
    out
}

/// What other programs take for parts and we do not.
fn other_parts(subject: &Subject, known: &[PartRecord]) -> Vec<PartRecord> {
    let mut out: Vec<PartRecord> = Vec::new();
    for other in other_readings::parts(subject.raw, subject.mail) {
        let sha256 = Sha256::of(&other.content);
        let is_new = |p: &PartRecord| p.sha256 != sha256;
        if !other.content.is_empty() && known.iter().all(is_new) && out.iter().all(is_new) {
            out.push(PartRecord {
                section: other.section,
                media_type: bounded(other.essence),
                is_attachment: other.filename.is_some(),
                filename: other.filename.map(bounded),
                sha256,
                size: other.content.len() as u64,
                span: other.span,
            });
        }
    }
    out
}

fn bounded(mut text: String) -> String {
    if let Some((cut, _)) = text.char_indices().nth(limits::TABLE_TEXT) {
        text.truncate(cut);
    }
    text
}
