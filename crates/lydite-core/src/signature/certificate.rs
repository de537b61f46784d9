//! X.509 certificates (RFC 5280), as S/MIME needs them, and chains of them up to one the user gave.
//!
//! A chain is followed only where every certificate says it may issue, is valid at the time asked
//! for, and carries nothing critical that is not read here. Revocation lists and policies are not
//! looked at: a dump read years later has neither. Nothing ships as an anchor.

use x509_cert::der::Decode;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
use x509_cert::name::Name;
use x509_cert::time::Time;

use super::ber::{self, Element, Reader};
use super::scheme::{self, Digest, Says, Scheme};
use crate::item::Sha256;
use crate::limits;

/// One certificate, its fields as they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Of its DER: the fingerprint that programs print.
    pub sha256: Sha256,
    pub subject: String,
    pub issuer: String,
    /// Addresses in the subject alternative name and the subject (emailAddress), lower case.
    pub addresses: Vec<String>,
    /// Seconds since 1970, UTC.
    pub not_before: i64,
    pub not_after: i64,
    pub key_bits: Option<u32>,
    /// RSA, whose bits are those of a factored number.
    pub is_rsa: bool,
    /// Whether it may sign mail by its key usages; without such a field it may.
    pub for_mail: bool,
    /// May issue certificates, with at most so many issuers below it.
    issues: Option<Option<u8>>,
    /// A critical extension that is not read here.
    has_unread: bool,
    pub(super) subject_der: Vec<u8>,
    pub(super) issuer_der: Vec<u8>,
    pub(super) serial: Vec<u8>,
    pub(super) key_id: Option<Vec<u8>>,
    pub(super) spki: Vec<u8>,
    /// What its issuer signed.
    signed: Vec<u8>,
    scheme: Option<Scheme>,
    signature: Vec<u8>,
}

const BASIC_CONSTRAINTS: &[u8] = b"\x55\x1d\x13";
const KEY_USAGE: &[u8] = b"\x55\x1d\x0f";
const EXTENDED_KEY_USAGE: &[u8] = b"\x55\x1d\x25";
const ALTERNATIVE_NAME: &[u8] = b"\x55\x1d\x11";
const SUBJECT_KEY_ID: &[u8] = b"\x55\x1d\x0e";
const POLICIES: &[u8] = b"\x55\x1d\x20";
const EMAIL_ADDRESS: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01";
const EMAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";
const ANY_USAGE: &str = "2.5.29.37.0";

impl Certificate {
    /// Reads one certificate; None for bytes that are none.
    pub fn parse(der: &[u8]) -> Option<Self> {
        let whole = Reader(der).take(ber::SEQUENCE)?;
        let mut outer = whole.read();
        let signed = outer.take(ber::SEQUENCE)?;
        let scheme = Scheme::of(outer.take(ber::SEQUENCE)?);
        let signature = outer.take(ber::BIT_STRING)?.content.strip_prefix(&[0])?.to_vec();
        let mut fields = signed.read();
        fields.take(0xa0);
        let serial = fields.take(ber::INTEGER)?.content.to_vec();
        fields.take(ber::SEQUENCE)?;
        let issuer = fields.take(ber::SEQUENCE)?;
        let mut validity = fields.take(ber::SEQUENCE)?.read();
        let (not_before, not_after) = (time(validity.any()?)?, time(validity.any()?)?);
        let subject = fields.take(ber::SEQUENCE)?;
        let spki = fields.take(ber::SEQUENCE)?;
        let mut out = Certificate {
            sha256: Sha256::of(whole.whole),
            subject: name(subject),
            issuer: name(issuer),
            addresses: Vec::new(),
            not_before,
            not_after,
            key_bits: scheme::key_bits(spki.whole),
            is_rsa: scheme::is_rsa(spki.whole),
            for_mail: true,
            issues: None,
            has_unread: false,
            subject_der: subject.whole.to_vec(),
            issuer_der: issuer.whole.to_vec(),
            serial,
            key_id: None,
            spki: spki.whole.to_vec(),
            signed: signed.whole.to_vec(),
            scheme,
            signature,
        };
        while let Some(field) = fields.any() {
            if field.tag == 0xa3 {
                out.extensions(field)?;
            }
        }
        addresses_of_name(subject, &mut out.addresses);
        out.addresses.sort();
        out.addresses.dedup();
        Some(out)
    }

    fn extensions(&mut self, field: Element) -> Option<()> {
        let mut list = field.read().take(ber::SEQUENCE)?.read();
        let (mut issues, mut may_issue) = (None, true);
        while let Some(extension) = list.take(ber::SEQUENCE) {
            let mut parts = extension.read();
            let oid = parts.take(ber::OID)?.content;
            let critical = parts.take(0x01).is_some_and(|flag| flag.content != [0]);
            let value = parts.take(ber::OCTET_STRING)?.content;
            match oid {
                BASIC_CONSTRAINTS => {
                    let read = BasicConstraints::from_der(value).ok()?;
                    issues = read.ca.then_some(read.path_len_constraint);
                }
                KEY_USAGE => {
                    let usage = KeyUsage::from_der(value).ok()?;
                    may_issue = usage.key_cert_sign();
                    self.for_mail &= usage.digital_signature() || usage.non_repudiation();
                }
                EXTENDED_KEY_USAGE => {
                    let usages = ExtendedKeyUsage::from_der(value).ok()?.0;
                    let mail = [EMAIL_PROTECTION, ANY_USAGE];
                    self.for_mail &= usages.iter().any(|oid| mail.contains(&&*oid.to_string()));
                }
                ALTERNATIVE_NAME => addresses_of_alternatives(value, &mut self.addresses)?,
                SUBJECT_KEY_ID => {
                    self.key_id = Some(Reader(value).take(ber::OCTET_STRING)?.content.to_vec());
                }
                POLICIES => {}
                _ => self.has_unread |= critical,
            }
        }
        self.issues = issues.filter(|_| may_issue);
        Some(())
    }

    pub fn is_valid_at(&self, seconds: i64) -> bool {
        (self.not_before..=self.not_after).contains(&seconds)
    }

    /// Its `SubjectPublicKeyInfo`.
    pub fn key(&self) -> &[u8] {
        &self.spki
    }

    pub fn is_self_issued(&self) -> bool {
        self.subject_der == self.issuer_der
    }

    /// Id of the fact, where the user supplied it.
    pub fn fact_id(&self) -> String {
        format!("certificate:{}", self.sha256)
    }

    /// Whether this certificate's key signed `other`, and may.
    fn issued(&self, other: &Certificate) -> bool {
        let Some(scheme) = other.scheme else { return false };
        // An identifier of a certificate names its digest; nothing stands in for it.
        let named = scheme.digest().is_some() || scheme == Scheme::Ed25519;
        let digest = scheme.digest().unwrap_or(Digest::Sha256);
        named
            && self.subject_der == other.issuer_der
            && scheme::verify(&self.spki, scheme, digest, &other.signed, &other.signature)
                == Says::Holds
    }
}

/// How far a certificate's issuers were followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// Subjects, the signer's first.
    pub subjects: Vec<String>,
    /// The supplied certificate it ends at.
    pub anchor: Option<String>,
    /// The weakest digest under a signature of the chain is MD5 or SHA-1.
    pub weak: bool,
    pub md5: bool,
    /// The last one is its own issuer, or it could be followed no further, and why.
    pub end: &'static str,
}

/// Follows `signer` upwards through `found` (the mail's own certificates) and `given` (the user's), at
/// that time (seconds since 1970).
pub fn chain(
    signer: &Certificate,
    found: &[Certificate],
    given: &[Certificate],
    at: Option<i64>,
) -> Chain {
    let mut out = Chain::default();
    let mut at_top = signer;
    let mut tried = 0;
    loop {
        out.subjects.push(at_top.subject.clone());
        if given.iter().any(|known| known.sha256 == at_top.sha256) {
            out.anchor = Some(at_top.fact_id());
            out.end = "supplied";
            return out;
        }
        if out.subjects.len() > limits::CHAIN {
            out.end = "longer than is followed";
            return out;
        }
        if at_top.is_self_issued() {
            out.end = "its own issuer";
            return out;
        }
        let below = u8::try_from(out.subjects.len() - 1).unwrap_or(u8::MAX);
        let issuer = given.iter().chain(found).find(|issuer| {
            if issuer.subject_der != at_top.issuer_der || tried >= limits::CHAIN_TRIED {
                return false;
            }
            tried += 1;
            may_issue(issuer, below, at) && issuer.issued(at_top)
        });
        let Some(issuer) = issuer else {
            out.end = "the issuer's certificate is not at hand";
            return out;
        };
        let digest = at_top.scheme.and_then(Scheme::digest);
        out.weak |= matches!(digest, Some(Digest::Md5 | Digest::Sha1));
        out.md5 |= digest == Some(Digest::Md5);
        // Short keys of issuers are as easily had as short keys of signers.
        out.weak |= issuer.is_rsa && issuer.key_bits.is_none_or(|bits| bits <= 1_024);
        out.md5 |= issuer.is_rsa && issuer.key_bits.is_none_or(|bits| bits < 1_024);
        at_top = issuer;
    }
}

/// RFC 5280 §6.1.4: an authority, within its path length, valid then, with nothing unread.
fn may_issue(issuer: &Certificate, below: u8, at: Option<i64>) -> bool {
    issuer.issues.is_some_and(|most| most.is_none_or(|most| below <= most))
        && !issuer.has_unread
        && at.is_some_and(|at| issuer.is_valid_at(at))
}

impl Certificate {
    /// Nothing critical in it is left unread.
    pub fn is_read(&self) -> bool {
        !self.has_unread
    }
}

fn time(element: Element) -> Option<i64> {
    let seconds = Time::from_der(element.whole).ok()?.to_unix_duration().as_secs();
    i64::try_from(seconds).ok()
}

/// As RFC 4514 writes names.
pub(super) fn name(element: Element) -> String {
    Name::from_der(element.whole).map_or_else(
        |_| "a name that is not read".to_owned(),
        |n| {
            let text = n.to_string();
            text.chars().take(limits::HOP_TEXT).collect()
        },
    )
}

fn address(bytes: &[u8], out: &mut Vec<String>) {
    let text = String::from_utf8_lossy(bytes).trim().to_lowercase();
    if text.contains('@') && out.len() < limits::CERTIFICATE_ADDRESSES {
        out.push(text);
    }
}

/// rfc822Name, [1] of GeneralName (RFC 5280 §4.2.1.6).
fn addresses_of_alternatives(value: &[u8], out: &mut Vec<String>) -> Option<()> {
    let mut names = Reader(value).take(ber::SEQUENCE)?.read();
    while let Some(name) = names.any() {
        if name.tag == 0x81 {
            address(name.content, out);
        }
    }
    Some(())
}

fn addresses_of_name(subject: Element, out: &mut Vec<String>) {
    let mut sets = subject.read();
    while let Some(set) = sets.take(ber::SET) {
        let mut pairs = set.read();
        while let Some(pair) = pairs.take(ber::SEQUENCE) {
            let mut pair = pair.read();
            if pair.take(ber::OID).is_some_and(|oid| oid.content == EMAIL_ADDRESS)
                && let Some(value) = pair.any()
            {
                address(value.content, out);
            }
        }
    }
}
