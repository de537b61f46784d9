//! The bound: what nobody who verifies these mails can do without.

use std::collections::HashMap;
use std::hint::black_box;

use aws_lc_rs::digest::{Digest, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lydite_core::examine::examine;
use lydite_core::fact::{Facts, Key};
use lydite_core::signature::Signature;

use crate::mails::Mail;
use crate::{Pass, timed};

/// One RSA verification that Lydite makes, ready to be made alone.
struct Work {
    key: ParsedPublicKey,
    digest: Digest,
    signature: Vec<u8>,
}

pub fn contestant<'a>(
    mails: &'a [Mail],
    facts: &Facts,
) -> impl FnMut() -> crate::Outcome<Pass> + 'a {
    let keys: HashMap<String, &Key> = facts.all_keys().map(|key| (key.id(), key)).collect();
    let mut work: Vec<(&[u8], Vec<Work>)> = Vec::new();
    for mail in mails {
        let signatures = examine(&mail.raw, facts).signatures;
        work.push((
            &mail.raw,
            signatures.iter().filter_map(|s| prepare(&mail.raw, s, &keys)).collect(),
        ));
    }
    move || {
        let mut next = work.iter();
        Ok(timed(mails, |_| {
            let Some((raw, verifications)) = next.next() else { return 0 };
            black_box(digest(&SHA256, raw));
            let held = verifications
                .iter()
                .filter(|w| w.key.verify_digest_sig(&w.digest, &w.signature).is_ok());
            held.count() as u32
        }))
    }
}

/// `None` where no RSA key that aws-lc takes is known, or the signature cannot be read.
fn prepare(raw: &[u8], signature: &Signature, keys: &HashMap<String, &Key>) -> Option<Work> {
    let sha1 = match signature.algorithm.as_str() {
        "rsa-sha1" => true,
        "rsa-sha256" => false,
        _ => return None,
    };
    let record = keys.get(signature.key.as_deref()?)?.record.as_bytes();
    let key = ParsedPublicKey::new(
        if sha1 {
            &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY
        } else {
            &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY
        },
        tag(record, b"p")?,
    );
    let algorithm = if sha1 { &SHA1_FOR_LEGACY_USE_ONLY } else { &SHA256 };
    let field = signature.span.of(raw);
    let value = &field[field.iter().position(|c| *c == b':')? + 1..];
    Some(Work {
        key: key.ok()?,
        digest: Digest::import_less_safe(&unhex(signature.header_digest.as_deref()?)?, algorithm)
            .ok()?,
        signature: tag(value, b"b")?,
    })
}

/// The value of a base64 tag in a tag list.
fn tag(list: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let mut tags = list.split(|c| *c == b';').map(|tag| tag.trim_ascii());
    let value =
        tags.find_map(|tag| tag.strip_prefix(name)?.trim_ascii_start().strip_prefix(b"="))?;
    let compact: Vec<u8> = value.iter().copied().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(compact).ok()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks_exact(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
