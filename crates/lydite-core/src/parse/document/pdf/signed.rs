//! Signatures (ISO 32000-2 §12.8): which bytes each covers, whether it holds over them, and who made
//! it when. The CMS object is opened by `signature/smime.rs`.

use memchr::memmem;

use super::changes::{self, Later};
use super::encoding::text_string;
use super::file::{File, View};
use super::object::{self, Dict, Object};
use crate::evidence::Span;
use crate::fact::Facts;
use crate::limits;
use crate::parse::document::time;
use crate::signature::ber::{self, Reader};
use crate::signature::scheme::Digest;
use crate::signature::smime::{self, Outcome, Part};

/// One signature field's value.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Its dictionary.
    pub span: Span,
    /// `/SubFilter`: how it is coded.
    pub coding: String,
    /// The bytes it was made over.
    pub ranges: Vec<Span>,
    /// The gap between them is its own `/Contents` and nothing else.
    pub is_in_place: bool,
    /// The revision whose end it covers, counted from 0.
    pub revision: Option<usize>,
    pub outcome: Outcome,
    /// As the certificate names its subject; as the dictionary does (`/Name`) where there is none.
    pub signer: Option<String>,
    /// Seconds since 1970: by the CMS object, else by the dictionary (`/M`).
    pub time: Option<i64>,
    /// A time stamp of the document (`ETSI.RFC3161`), no person's signature.
    pub is_time_stamp: bool,
    /// MD5 or SHA-1, or a short key.
    pub is_weak: bool,
    /// What a certifying signature permits (DocMDP, §12.8.2.2): 1 nothing, 2 forms, 3 annotations too.
    pub permits: Option<i64>,
    /// What later revisions changed.
    pub later: Later,
    /// What that was, in words.
    pub changes: Vec<String>,
    /// Words of the signed pages that later annotations cover.
    pub covered: Vec<String>,
}

/// Every signature, in the order of the file.
pub fn signatures(file: &File) -> Vec<Signature> {
    let mut out = Vec::new();
    let Some(view) = file.newest() else { return out };
    let mut done = Vec::new();
    let mut left = limits::SIGNED_BYTES;
    for at in memmem::find_iter(file.raw, b"/ByteRange").take(limits::PDF_SIGNATURES) {
        let Some(number) = holder(file, at) else { continue };
        // What no revision shows any more was not signed for any reader.
        let shown = (0..file.revisions.len()).rev().map(|r| file.view(r)).find_map(|view| {
            let loaded = view.get(number)?;
            (loaded.span.start <= at && at < loaded.span.end).then_some((view, loaded))
        });
        let Some((at_view, loaded)) = shown else { continue };
        if done.contains(&loaded.span) {
            continue;
        }
        done.push(loaded.span);
        if let Some(dict) = loaded.object.dict() {
            out.extend(signature(at_view, view, dict, loaded.span, &mut left));
        }
    }
    out
}

/// The number of the object in which that byte stands: the nearest `obj` before it.
fn holder(file: &File, at: usize) -> Option<u32> {
    let mut before = at;
    for _ in 0..limits::PDF_LINKS {
        let from = at.saturating_sub(limits::PDF_SIGNATURE_BYTES).min(before);
        let mark = from + memmem::rfind(&file.raw[from..before], b" obj")?;
        let line = file.raw[..mark]
            .iter()
            .rev()
            .take(24)
            .take_while(|c| c.is_ascii_digit() || **c == b' ');
        let start = mark - line.count();
        if let Some(read) = object::indirect(file.raw, start)
            && read.span.end > at
        {
            return Some(read.id.0);
        }
        before = mark;
    }
    None
}

fn signature(
    at_view: View,
    newest: View,
    dict: &Dict,
    span: Span,
    left: &mut u64,
) -> Option<Signature> {
    let file = newest.file;
    let coding = String::from_utf8_lossy(at_view.of(dict, b"SubFilter").name()?).into_owned();
    let numbers: Vec<usize> = at_view
        .of(dict, b"ByteRange")
        .array()?
        .iter()
        .filter_map(|o| usize::try_from(o.int()?).ok())
        .collect();
    let ranges: Vec<Span> = numbers
        .chunks_exact(2)
        .take(limits::PDF_RANGES)
        .filter_map(|p| Some(Span::new(p[0], p[0].checked_add(p[1])?)))
        .collect();
    // Between brackets, which are no part of it.
    let contents = dict.entry(b"Contents").map(|e| e.span)?;
    let gap = match ranges.as_slice() {
        [first, second] if first.start == 0 => Span::new(first.end, second.start),
        _ => Span::default(),
    };
    let is_whole = ranges.last().is_some_and(|r| r.end <= file.raw.len());
    let is_in_place = gap == contents && !gap.is_empty() && is_whole;
    let revision = ranges.last().filter(|_| is_in_place).and_then(|last| {
        let ends = |end: usize| last.end <= end && end - last.end <= 2;
        file.revisions.iter().position(|r| ends(r.end))
    });
    let mut out = Signature {
        span,
        coding,
        is_in_place,
        revision,
        outcome: Outcome::CannotTell("its ranges are not those of this file"),
        signer: at_view.of(dict, b"Name").string().map(|s| bounded(&text_string(s))),
        time: at_view.of(dict, b"M").string().and_then(|s| time::pdf(&text_string(s))?.utc()),
        is_time_stamp: false,
        is_weak: false,
        permits: permits(at_view, dict),
        later: Later::Nothing,
        changes: Vec::new(),
        covered: Vec::new(),
        ranges,
    };
    out.is_time_stamp = out.coding == "ETSI.RFC3161";
    let size: u64 = out.ranges.iter().map(|r| r.len() as u64).sum();
    if is_in_place && size > *left {
        out.outcome = Outcome::CannotTell("more bytes than are hashed");
    } else if is_in_place {
        *left -= size;
        open(file, contents, &mut out);
    }
    if let Some(revision) = revision {
        let what = changes::since(file, revision, out.permits);
        (out.later, out.changes, out.covered) = (what.later, what.said, what.covered);
    }
    Some(out)
}

/// `/Reference` with the transform DocMDP; without parameters it permits forms (§12.8.2.2.2).
fn permits(view: View, dict: &Dict) -> Option<i64> {
    let Object::Array(list) = view.of(dict, b"Reference") else { return None };
    list.iter().take(limits::PDF_RANGES).find_map(|reference| {
        let reference = view.resolved(reference);
        let reference = reference.dict()?;
        if view.of(reference, b"TransformMethod").name() != Some(b"DocMDP") {
            return None;
        }
        let parameters = view.dict_of(reference, b"TransformParams").unwrap_or_default();
        Some(view.of(&parameters, b"P").int().unwrap_or(2))
    })
}

fn open(file: &File, contents: Span, out: &mut Signature) {
    let digits = contents.of(file.raw);
    let cms = match object::Parser::new(digits, 0).object() {
        Some(Object::String(cms)) => cms,
        _ => return out.outcome = Outcome::CannotTell("its contents are no string"),
    };
    let content: Vec<u8> =
        out.ranges.iter().flat_map(|range| range.of(file.raw)).copied().collect();
    let facts = Facts::default();
    let (parts, fits) = match out.coding.as_str() {
        "adbe.pkcs7.detached" | "ETSI.CAdES.detached" => {
            (smime::over(&cms, Some(&content), contents, &facts), true)
        }
        "adbe.pkcs7.sha1" => {
            let stated = smime::enclosed(&cms).unwrap_or_default();
            let fits = stated == Digest::Sha1.of(&content);
            out.is_weak = true;
            (smime::over(&cms, None, contents, &facts), fits)
        }
        "ETSI.RFC3161" => {
            let token = smime::enclosed(&cms).unwrap_or_default();
            let Some((digest, imprint, time)) = imprint(&token) else {
                return out.outcome = Outcome::CannotTell("a time stamp that cannot be read");
            };
            out.time = time.or(out.time);
            (smime::over(&cms, None, contents, &facts), digest.of(&content) == imprint)
        }
        _ => return out.outcome = Outcome::CannotTell("a coding that is not opened"),
    };
    // One signer is what the standard allows (§12.8.3.3.2).
    let [Part::Signed(signed)] = parts.as_slice() else {
        return out.outcome = Outcome::CannotTell("no single signature that can be read");
    };
    out.outcome = match signed.outcome {
        Outcome::Holds if !fits => Outcome::OtherText,
        outcome => outcome,
    };
    let weak = matches!(signed.digest, Some(Digest::Md5 | Digest::Sha1));
    out.is_weak |= weak;
    if let Some(signer) = &signed.signer {
        out.signer = Some(bounded(&signer.subject));
        out.is_weak |= signer.is_rsa && signer.key_bits.is_none_or(|bits| bits <= 1_024);
    }
    out.time = signed.signing_time.filter(|_| !out.is_time_stamp).or(out.time);
}

/// Digest, value and time of a time stamp's token (RFC 3161 §2.4.2).
fn imprint(token: &[u8]) -> Option<(Digest, Vec<u8>, Option<i64>)> {
    let mut fields = Reader(token).take(ber::SEQUENCE)?.read();
    fields.take(ber::INTEGER)?;
    fields.take(ber::OID)?;
    let mut imprint = fields.take(ber::SEQUENCE)?.read();
    let digest = Digest::of_oid(imprint.take(ber::SEQUENCE)?.read().take(ber::OID)?.content)?;
    let value = imprint.take(ber::OCTET_STRING)?.content.to_vec();
    fields.take(ber::INTEGER)?;
    // GeneralizedTime: `20170504203500Z`, which a date of PDF is written like.
    let moment = fields.any().and_then(|e| {
        let text = std::str::from_utf8(e.content).ok()?;
        let text = text.trim_end_matches('Z').split('.').next()?;
        Some(time::pdf(text)?.at)
    });
    Some((digest, value, moment))
}

fn bounded(text: &str) -> String {
    text.chars().take(limits::HOP_TEXT).collect()
}
