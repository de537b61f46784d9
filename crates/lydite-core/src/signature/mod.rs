//! Signatures of mail, opened: what each one says was signed, and what of that still stands.
//!
//! An RSA signature over PKCS#1 v1.5 is not only good or bad. `s^e mod n` shows the very digest
//! that was signed, so a key that is known tells "this key signed another text" apart from "this
//! key never signed this" (research: email.md 2.1).

pub(crate) mod align;
pub(crate) mod arc;
pub(crate) mod ber;
pub mod canonical;
pub mod certificate;
pub mod cose;
mod coverage;
mod dkim;
mod domainkeys;
pub(crate) mod key;
mod message;
pub mod openpgp_key;
pub mod pgp;
pub mod recover;
pub mod repair;
mod rsa;
pub mod scheme;
pub mod signed_part;
pub mod smime;
mod tags;
#[cfg(test)]
mod tests;
pub mod xmldsig;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

pub use self::align::alignment;
pub use self::arc::{Chain, chain};
use self::canonical::Canon;
use self::message::Message;
use self::tags::{Flaw, Tags};
use crate::evidence::{Coverage, Span};
use crate::fact::Facts;
use crate::limits;
use crate::parse::email::Mail;

/// Which header field family a signature belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// `DKIM-Signature`, RFC 6376.
    Dkim,
    /// `X-Google-DKIM-Signature`: the same, hashed under the name `DKIM-Signature`.
    XGoogle,
    /// `ARC-Message-Signature`, RFC 8617 §4.1.2.
    ArcMessage,
    /// `ARC-Seal`, RFC 8617 §4.1.3.
    ArcSeal,
    /// `DomainKey-Signature`, RFC 4870.
    DomainKeys,
}

/// The five outcomes of opening a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Headers and body are what was signed.
    Holds,
    /// The signed headers are intact, the body is not the signed body.
    BodyDiffers,
    /// The key made this signature, the body is intact, over other headers.
    HeadersDiffer,
    /// The key made this signature, over other headers and another body.
    BothDiffer,
    /// No key, another key, or nothing that can be opened. Evidence of nothing.
    CannotTell,
}

/// Why an outcome is [`Outcome::CannotTell`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CannotTell {
    KeyUnknown,
    /// No known key of the selector opens it: rotation, a damaged `b=`, or never signed.
    KeyDoesNotOpen,
    /// The only record known is revoked (`p=` empty).
    KeyRevoked,
    /// The record forbids this use (`s=`, `h=`, `k=`, `t=s`).
    KeyNotForThis,
    /// A required tag is missing or unreadable.
    Malformed,
    /// `a=`, `c=`, `q=` or `v=` that no standard defines.
    Unsupported,
    /// Ed25519 carries no digest: accept or nothing.
    Ed25519,
    /// DomainKeys hashes headers and body together: accept or nothing more.
    OneDigest,
    /// A bound of `limits.rs` was reached.
    Bounded,
}

/// How the signing domain relates to the From domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alignment {
    /// Same domain.
    Strict,
    /// Same organisational domain by the public suffix list (RFC 7489 §3.1).
    Relaxed,
    /// A Google Workspace default domain (`example-com.20150623.gappssmtp.com`) that can only
    /// stand for the From domain.
    Tenant,
    None,
}

/// One covered header field instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// Lower case. Nearly all names fit without memory of their own.
    pub name: CompactString,
    pub span: Span,
}

/// Neutral steps under which the signature holds: they change how the bytes travelled, not what
/// they say (design rule 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NeutralStep {
    /// Bare LF (or CR) line ends read as CRLF.
    LineEnds,
    /// `>From ` lines of the body unstuffed once (mboxrd: any number of `>`).
    UnstuffedMboxrd,
    /// `>From ` lines of the body unstuffed (mboxo: exactly one `>`).
    UnstuffedMboxo,
}

/// One signature, opened with the facts at hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    pub family: Family,
    /// Position among the message's signature fields, from the top, 0-based.
    pub index: u32,
    /// The whole header field.
    pub span: Span,
    /// `i=` of an ARC set.
    pub instance: Option<u32>,
    /// `d=`, lower case A-labels as written.
    pub domain: String,
    /// `s=`, as written.
    pub selector: String,
    /// `cv=` of an ARC-Seal, lower case.
    pub cv: Option<String>,
    /// `i=` of DKIM, the domain in lower case.
    pub identity: Option<String>,
    /// `a=`, as written, lower case.
    pub algorithm: String,
    /// `c=`, header/body, normalised (`relaxed/simple`).
    pub canonicalization: String,
    pub outcome: Outcome,
    pub cannot_tell: Option<CannotTell>,
    /// Id of the key fact that opened it (or would have to), see [`crate::fact::Key::id`].
    pub key: Option<String>,
    pub key_bits: Option<u32>,
    /// SHA-1 or SHA-256 of the canonical signed headers as they stand, hex.
    pub header_digest: Option<String>,
    /// The digest inside the signature, opened with the key, hex.
    pub signed_header_digest: Option<String>,
    /// Hash of the canonical body as it stands, hex.
    pub body_hash: Option<String>,
    /// `bh=`, hex.
    pub signed_body_hash: Option<String>,
    /// `l=`.
    pub body_length: Option<u64>,
    /// Bytes of the canonical body beyond `l=`.
    pub tail_bytes: u64,
    /// The raw bytes of the body beyond `l=`.
    pub tail: Option<Span>,
    /// `t=`, seconds since 1970.
    pub signed_at: Option<i64>,
    /// `x=`, seconds since 1970. Judged at signing time, never at the wall clock.
    pub expires: Option<i64>,
    /// Header field instances the signature covers, in the order of `h=`.
    pub covered: Vec<Covered>,
    /// Names in `h=` listed more often than present: a later added one breaks the signature.
    pub oversigned: Vec<String>,
    /// `z=` copies that differ from the fields as they stand: name, signed value.
    pub copied_differ: Vec<(String, String)>,
    pub alignment: Alignment,
    pub coverage: Coverage,
    pub steps: Vec<NeutralStep>,
    /// What is odd about the signature itself (missing NULL in DigestInfo, `x` before `t`, …).
    pub quirks: Vec<String>,
}

/// Opens every signature field of a message, top to bottom, with the facts at hand. `from_domain`
/// is the domain of the one From mailbox, in lower case.
pub fn open(raw: &[u8], mail: &Mail, from_domain: Option<&str>, facts: &Facts) -> Vec<Signature> {
    let mut message = Message::new(raw, mail);
    let sets = arc::Sets::collect(&message);
    let fields = mail.root.fields.iter().enumerate();
    let families = fields.filter_map(|(at, field)| Some((at, Family::named(field.name.of(raw))?)));
    families
        .take(limits::SIGNATURES)
        .zip(0..)
        .map(|((at, family), index)| {
            let mut out = Signature::unread(family, index, mail.root.fields[at].span);
            let opened = match family {
                _ if out.span.len() > limits::SIGNATURE_BYTES => {
                    Err(Stop::new(CannotTell::Bounded, "a longer field than the bound"))
                }
                Family::ArcSeal => arc::open(&mut message, &sets, facts, at, &mut out),
                Family::DomainKeys => domainkeys::open(&mut message, facts, at, &mut out),
                _ => dkim::open(&mut message, facts, at, &mut out),
            };
            if let Err(stop) = opened {
                out.outcome = Outcome::CannotTell;
                out.cannot_tell = Some(stop.why);
                out.quirks.extend(stop.quirk);
            }
            out.alignment = alignment(&out.domain, from_domain);
            out.coverage = coverage::coverage(&message, &out);
            out
        })
        .collect()
}

impl Family {
    /// By field name, without case.
    pub fn named(name: &[u8]) -> Option<Self> {
        let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
        match name.len() {
            8 if is("arc-seal") => Some(Family::ArcSeal),
            14 if is("dkim-signature") => Some(Family::Dkim),
            19 if is("domainkey-signature") => Some(Family::DomainKeys),
            21 if is("arc-message-signature") => Some(Family::ArcMessage),
            23 if is("x-google-dkim-signature") => Some(Family::XGoogle),
            _ => None,
        }
    }
}

impl Covered {
    fn of(message: &Message, at: usize) -> Self {
        let field = &message.fields[at];
        let mut name = CompactString::from_utf8_lossy(field.name.of(message.raw));
        name.make_ascii_lowercase();
        Covered { name, span: field.span }
    }
}

impl Signature {
    fn unread(family: Family, index: u32, span: Span) -> Self {
        Signature {
            family,
            index,
            span,
            instance: None,
            domain: String::new(),
            selector: String::new(),
            cv: None,
            identity: None,
            algorithm: String::new(),
            canonicalization: String::new(),
            outcome: Outcome::CannotTell,
            cannot_tell: None,
            key: None,
            key_bits: None,
            header_digest: None,
            signed_header_digest: None,
            body_hash: None,
            signed_body_hash: None,
            body_length: None,
            tail_bytes: 0,
            tail: None,
            signed_at: None,
            expires: None,
            covered: Vec::new(),
            oversigned: Vec::new(),
            copied_differ: Vec::new(),
            alignment: Alignment::None,
            coverage: Coverage::default(),
            steps: Vec::new(),
            quirks: Vec::new(),
        }
    }

    fn quirk(&mut self, what: &str) {
        self.quirks.push(what.to_owned());
    }
}

/// Why opening ended early.
pub(crate) struct Stop {
    why: CannotTell,
    quirk: Option<String>,
}

impl Stop {
    fn new(why: CannotTell, quirk: &str) -> Self {
        Stop { why, quirk: Some(quirk.to_owned()) }
    }
}

impl From<CannotTell> for Stop {
    fn from(why: CannotTell) -> Self {
        Stop { why, quirk: None }
    }
}

impl From<Flaw> for Stop {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Malformed(what) => Stop::new(CannotTell::Malformed, what),
            Flaw::TooMany => Stop::new(CannotTell::Bounded, "more tags than the bound"),
        }
    }
}

/// The digests that signatures of mail are made over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
}

impl Hash {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Hash::Sha1 => "sha1",
            Hash::Sha256 => "sha256",
        }
    }

    /// Bytes of the digest.
    pub(crate) fn size(self) -> usize {
        self.algorithm().output_len()
    }

    fn algorithm(self) -> &'static aws_lc_rs::digest::Algorithm {
        match self {
            Hash::Sha1 => &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY,
            Hash::Sha256 => &aws_lc_rs::digest::SHA256,
        }
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pair = |at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..text.len()).step_by(2).map(pair).collect()
}

/// The tags every family has.
fn common(tags: &Tags, out: &mut Signature) {
    let text = |name| tags.text(name).unwrap_or_default();
    out.domain = text("d").to_ascii_lowercase();
    out.selector = text("s");
    out.algorithm = text("a").to_ascii_lowercase();
}

/// The signature's own field as it is hashed: canonical, the value of `b=` taken out, without the
/// final CRLF (RFC 6376 §3.7). `name` stands in for the field's own.
fn own_field(
    message: &Message,
    at: usize,
    tags: &Tags,
    canon: Canon,
    name: Option<&str>,
) -> Vec<u8> {
    let field = &message.fields[at];
    let value = field.value.of(message.raw);
    let without = match tags.tag("b") {
        Some(b) => [&value[..b.at], &value[b.at + b.value.len()..]].concat(),
        None => value.to_vec(),
    };
    let own_name = name.map_or(field.name.of(message.raw), str::as_bytes);
    let mut out = match canon {
        Canon::Relaxed => canonical::relaxed_header(own_name, &without),
        Canon::Simple => {
            let colon = Span::new(field.name.end, field.value.start).of(message.raw);
            let mut out = [own_name, colon].concat();
            canonical::push_crlf_lines(&without, &mut out);
            return out;
        }
    };
    out.truncate(out.len() - 2);
    out
}
