//! Whole messages: signed here, then changed.

use aws_lc_rs::digest::Digest;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::OnceLock;

use super::*;
use crate::evidence::Cover;
use crate::fact::{Grade, Key};
use crate::parse::email;

fn pair() -> &'static KeyPair {
    static PAIR: OnceLock<KeyPair> = OnceLock::new();
    PAIR.get_or_init(|| KeyPair::generate(KeySize::Rsa2048).unwrap())
}

fn key(domain: &str, selector: &str, record: &str) -> Key {
    Key {
        domain: domain.to_owned(),
        selector: selector.to_owned(),
        record: record.to_owned(),
        grade: Grade::Supplied,
        first_seen: None,
        last_seen: None,
        source: "test".to_owned(),
        private_since: None,
    }
}

/// Facts with the test key under `s._domainkey.example.org`, its record with `more` tags.
fn facts_with(more: &str) -> Facts {
    let mut facts = Facts::default();
    let p = STANDARD.encode(pair().public_key().as_ref());
    facts.insert(key("example.org", "s", &format!("{more}p={p}")));
    facts
}

fn facts() -> Facts {
    facts_with("")
}

fn all(raw: &[u8], facts: &Facts) -> Vec<Signature> {
    open(raw, &email::parse(raw), Some("example.org"), facts)
}

fn one(raw: &[u8]) -> Signature {
    all(raw, &facts()).swap_remove(0)
}

/// Fills `~BH~` and then `~SIG~` of the topmost signature.
fn sign(unsigned: &str) -> Vec<u8> {
    let first = one(unsigned.replace("~BH~", "AAAA").replace("~SIG~", "AAAA").as_bytes());
    let body = STANDARD.encode(unhex(&first.body_hash.unwrap_or_default()).unwrap());
    let with_body = unsigned.replace("~BH~", &body);
    let second = one(with_body.replace("~SIG~", "AAAA").as_bytes());
    let digest = unhex(&second.header_digest.unwrap()).unwrap();
    let digest = Digest::import_less_safe(&digest, Hash::Sha256.algorithm()).unwrap();
    let mut signature = vec![0; 256];
    pair().sign_digest(&RSA_PKCS1_SHA256, &digest, &mut signature).unwrap();
    with_body.replace("~SIG~", &STANDARD.encode(signature)).into_bytes()
}

/// A signed message; `tags` replaces the usual ones.
fn message(tags: &str, rest: &str) -> Vec<u8> {
    sign(&format!("DKIM-Signature: v=1; {tags}; d=example.org; s=s; bh=~BH~; b=~SIG~\r\n{rest}"))
}

const TAGS: &str = "a=rsa-sha256; c=relaxed/relaxed; h=from:to:subject:date";
const MAIL: &str = "From: a@example.org\r\nTo: b@example.net\r\nSubject: x  y\r\n\
    Date: Fri, 5 May 2017 20:35:00 +0200\r\n\r\nHello\r\n>From me\r\nend\r\n";

fn change(raw: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(raw.to_vec()).unwrap();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn five_outcomes() {
    let raw = message(TAGS, MAIL);
    let body = change(&raw, "Hello", "Hallo");
    for (raw, outcome) in [
        (raw.clone(), Outcome::Holds),
        (body.clone(), Outcome::BodyDiffers),
        (change(&raw, "x  y", "z"), Outcome::HeadersDiffer),
        (change(&body, "x  y", "z"), Outcome::BothDiffer),
    ] {
        let found = one(&raw);
        assert_eq!(found.outcome, outcome, "{found:?}");
        assert_eq!(found.cannot_tell, None);
        assert_eq!(found.key_bits, Some(2048));
        assert_eq!(found.signed_header_digest, one(&message(TAGS, MAIL)).header_digest);
    }
    let unknown = all(&raw, &Facts::default()).swap_remove(0);
    assert_eq!(unknown.cannot_tell, Some(CannotTell::KeyUnknown));
    assert_eq!(unknown.body_hash, unknown.signed_body_hash);
    assert_eq!(unknown.coverage.from, Cover::Uncovered);
    let damaged = change(&raw, "b=", "b=A");
    let damaged =
        if one(&damaged).cannot_tell.is_some() { damaged } else { change(&raw, "; b=", "; b=B") };
    assert_eq!(one(&damaged).outcome, Outcome::CannotTell);
}

#[test]
fn coverage_is_what_the_outcome_shows() {
    let raw = message(TAGS, MAIL);
    let held = one(&raw).coverage;
    assert!(held.is_complete());
    assert_eq!(
        (held.cc, held.reading, held.message_id),
        (Cover::Absent, Cover::Absent, Cover::Absent)
    );
    let body = one(&change(&raw, "Hello", "Hallo")).coverage;
    assert_eq!((body.from, body.body), (Cover::Covered, Cover::Uncovered));
    let headers = one(&change(&raw, "x  y", "z")).coverage;
    assert_eq!((headers.from, headers.body), (Cover::Uncovered, Cover::Uncovered));
    let added = one(&[
        b"Subject: other\r\nCc: c@example.com\r\nContent-Type: text/plain; name=a\r\n",
        &raw[..],
    ]
    .concat());
    assert_eq!(added.outcome, Outcome::Holds);
    let cover = added.coverage;
    assert_eq!(
        (cover.subject, cover.cc, cover.reading),
        (Cover::Uncovered, Cover::Uncovered, Cover::Uncovered)
    );
    assert_eq!(cover.attachments, Cover::Covered);
}

#[test]
fn oversigned_names_forbid_a_second_instance() {
    let raw = message(&TAGS.replace("subject", "subject:subject:content-type"), MAIL);
    let found = one(&raw);
    assert_eq!(found.oversigned, ["subject", "content-type"]);
    assert_eq!(found.coverage.reading, Cover::Covered);
    assert_eq!(one(&[b"Subject: other\r\n", &raw[..]].concat()).outcome, Outcome::HeadersDiffer);
}

#[test]
fn neutral_steps_are_recorded() {
    for canon in ["relaxed/relaxed", "simple/simple"] {
        let raw = message(&TAGS.replace("relaxed/relaxed", canon), MAIL);
        assert_eq!(one(&raw).steps, []);
        let lf: Vec<u8> = raw.iter().copied().filter(|c| *c != b'\r').collect();
        let found = one(&lf);
        assert_eq!((found.outcome, found.steps), (Outcome::Holds, vec![NeutralStep::LineEnds]));
        let rd = one(&change(&raw, "\r\n>From me", "\r\n>>From me"));
        assert_eq!((rd.outcome, rd.steps), (Outcome::Holds, vec![NeutralStep::UnstuffedMboxrd]));
        assert_ne!(rd.body_hash, rd.signed_body_hash);
    }
    // mboxo stuffs only `From `: the line that was `>From me` already stays as it is.
    let two = message(TAGS, &MAIL.replace("end", "From end"));
    let o = one(&change(&two, "\r\nFrom end", "\r\n>From end"));
    assert_eq!(o.outcome, Outcome::BodyDiffers, "both readings take the > of `>From me` too");
    let mixed = message(TAGS, &MAIL.replace(">From me", ">>From me\r\nFrom end"));
    let o = one(&change(&mixed, "\r\nFrom end", "\r\n>From end"));
    assert_eq!((o.outcome, o.steps), (Outcome::Holds, vec![NeutralStep::UnstuffedMboxo]));
}

#[test]
fn a_length_leaves_a_tail() {
    let raw = message(&format!("{TAGS}; l=7"), MAIL);
    let found = one(&raw);
    assert_eq!((found.outcome, found.coverage.body), (Outcome::Holds, Cover::Tail));
    assert_eq!(found.tail.unwrap().of(&raw), b">From me\r\nend\r\n");
    assert_eq!(found.tail_bytes, 15);
    let longer = one(&[&raw[..], b"more\r\n"].concat());
    assert_eq!((longer.outcome, longer.tail_bytes), (Outcome::Holds, 21));
    let too_long = message(&format!("{TAGS}; l=700"), MAIL);
    let found = one(&too_long);
    assert_eq!(found.outcome, Outcome::BodyDiffers);
    assert!(found.quirks.iter().any(|q| q.contains("l=")));
    let none = one(&message(&format!("{TAGS}; l=0"), MAIL));
    assert_eq!((none.outcome, none.coverage.body), (Outcome::Holds, Cover::Uncovered));
}

#[test]
fn what_the_rfc_forbids_is_malformed() {
    for (tags, why) in [
        ("a=rsa-sha256; h=to", CannotTell::Malformed),
        ("a=rsa-sha256; h=from; h=from", CannotTell::Malformed),
        ("a=rsa-sha256; h=from; i=a@example.com", CannotTell::Malformed),
        ("a=rsa-sha256; h=from; i=a@notexample.org", CannotTell::Malformed),
        ("a=rsa-sha256; h=from; t=now", CannotTell::Malformed),
        ("a=rsa-sha512; h=from", CannotTell::Unsupported),
        ("a=rsa-sha256; h=from; c=nofws", CannotTell::Unsupported),
        ("a=rsa-sha256; h=from; q=carrier/pigeon", CannotTell::Unsupported),
    ] {
        let raw =
            format!("DKIM-Signature: v=1; {tags}; d=example.org; s=s; bh=AAAA; b=AAAA\r\n{MAIL}");
        assert_eq!(one(raw.as_bytes()).cannot_tell, Some(why), "{tags}");
    }
    let raw = change(&message(TAGS, MAIL), "v=1; ", "");
    assert_eq!(one(&raw).cannot_tell, Some(CannotTell::Malformed));
    let raw = message(&format!("{TAGS}; t=9; x=8"), MAIL);
    assert_eq!(one(&raw).outcome, Outcome::Holds, "x= is held against no clock");
    assert_eq!(one(&raw).quirks, ["x= is before t="]);
}

#[test]
fn the_key_record_has_its_say() {
    let raw = message(&format!("{TAGS}; i=@sub.example.org"), MAIL);
    let why = |more: &str| all(&raw, &facts_with(more)).swap_remove(0).cannot_tell;
    for forbids in ["h=sha1; ", "s=web; ", "k=ed25519; ", "t=y:s; ", "v=DKIM2; "] {
        assert_eq!(why(forbids), Some(CannotTell::KeyNotForThis), "{forbids}");
    }
    for allows in ["t=y; ", "s=web:*; ", "h=sha1:sha256; ", "v=DKIM1; k=rsa; n=note; "] {
        assert_eq!(why(allows), None, "{allows}");
    }
    let mut revoked = Facts::default();
    revoked.insert(key("example.org", "s", "v=DKIM1; p="));
    assert_eq!(all(&raw, &revoked)[0].cannot_tell, Some(CannotTell::KeyRevoked));
    revoked.insert(key("example.org", "S", &facts().keys("example.org", "s")[0].record));
    assert_eq!(all(&raw, &revoked)[0].outcome, Outcome::Holds, "the key that opens is chosen");
}

#[test]
fn x_google_is_hashed_under_the_other_name() {
    for canon in ["relaxed/relaxed", "simple/simple"] {
        let raw = message(&TAGS.replace("relaxed/relaxed", canon), MAIL);
        let raw = [b"X-Google-".as_slice(), &raw].concat();
        let found = one(&raw);
        assert_eq!((found.family, found.outcome), (Family::XGoogle, Outcome::Holds));
    }
}

/// Signed with openssl and a 512-bit key made for this test, over canonical text written by hand.
#[test]
fn domainkeys_accept_or_nothing() {
    let mut facts = Facts::default();
    let p = "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANlYbbBNwPD6Uqve2LfRK8tCRCK/UDRVHz8fVC0hXuaqDzF8gYAZORo55GZcWDOIwzAM8XixhfUpsa7AbRV4G38CAwEAAQ==";
    facts.insert(key("example.org", "s", &format!("k=rsa; p={p}")));
    let one = |raw: &[u8]| all(raw, &facts).swap_remove(0);
    for (canon, b) in [
        (
            "simple",
            "Q//VwEycZrjpHGS3tBhKYQMnCgjoEHDq8AAJD+POX3Hlqy2cXb1eG/fdiAwfiCH3EJRfwxbzv5pjCtwcnlKmOA==",
        ),
        (
            "nofws",
            "FjJuPPpiLFsTxSAQmWWJvolQI51s43sYENnMbLkjExpJSPBFJpIEwusFVFzUZOJqhqMzBm666GQXKyof19oqwA==",
        ),
    ] {
        let head = format!(
            "DomainKey-Signature: a=rsa-sha1; q=dns; c={canon}; s=s; d=example.org;\r\n b={b}\r\n"
        );
        let raw = format!("{head}{MAIL}").into_bytes();
        let found = one(&raw);
        assert_eq!((found.family, found.outcome), (Family::DomainKeys, Outcome::Holds), "{canon}");
        assert!(found.coverage.is_complete());
        assert_eq!(one(&change(&raw, "Hello", "Hallo")).cannot_tell, Some(CannotTell::OneDigest));
        let blanks = one(&change(&raw, "Hello", "Hel lo")).outcome;
        assert_eq!(blanks == Outcome::Holds, canon == "nofws");
        assert_eq!(one(&[b"Received: x\r\n", &raw[..]].concat()).outcome, Outcome::Holds);
        assert_eq!(one(&[&raw[..], b"\r\n\r\n"].concat()).outcome, Outcome::Holds);
    }
}

/// A message with one ARC set, then a second on top.
fn sealed() -> Vec<u8> {
    let set = |i: u32, cv: &str, rest: &[u8]| {
        let rest = String::from_utf8(rest.to_vec()).unwrap();
        let results = format!("ARC-Authentication-Results: i={i}; example.org; dkim=pass\r\n");
        let ams = format!(
            "ARC-Message-Signature: i={i}; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from:subject; bh=~BH~; b=~SIG~\r\n"
        );
        let below = String::from_utf8(sign(&format!("{ams}{results}{rest}"))).unwrap();
        sign(&format!(
            "ARC-Seal: i={i}; a=rsa-sha256; cv={cv}; d=example.org; s=s; b=~SIG~\r\n{below}"
        ))
    };
    let first = set(1, "none", MAIL.as_bytes());
    set(2, "pass", &first)
}

#[test]
fn a_chain_holds_as_a_whole() {
    let raw = sealed();
    let found = all(&raw, &facts());
    assert_eq!(found.len(), 4);
    assert!(found.iter().all(|s| s.outcome == Outcome::Holds), "{found:#?}");
    assert_eq!(chain(&found), Chain::Holds);
    let seal = &found[0];
    assert_eq!(
        (seal.family, seal.instance, seal.cv.as_deref()),
        (Family::ArcSeal, Some(2), Some("pass"))
    );
    assert_eq!((seal.coverage.from, seal.coverage.body), (Cover::Uncovered, Cover::Uncovered));
    assert_eq!(found[1].coverage.from, Cover::Covered);

    let body = all(&change(&raw, "Hello", "Hallo"), &facts());
    assert_eq!((body[0].outcome, body[1].outcome), (Outcome::Holds, Outcome::BodyDiffers));
    assert_eq!(chain(&body), Chain::Broken);
    let results =
        all(&change(&raw, "i=1; example.org; dkim=pass", "i=1; example.org; dkim=fail"), &facts());
    assert_eq!(results[0].outcome, Outcome::HeadersDiffer);
    let gap = all(&change(&raw, "ARC-Authentication-Results: i=1", "X: i=1"), &facts());
    assert_eq!(gap[0].cannot_tell, Some(CannotTell::Malformed));
    assert_eq!(chain(&gap), Chain::Broken);
    let cv = all(&change(&raw, "cv=pass", "cv=fail"), &facts());
    assert_eq!(chain(&cv), Chain::Broken);
    assert_eq!(chain(&all(&raw, &Facts::default())), Chain::CannotTell);
    assert_eq!(chain(&all(MAIL.as_bytes(), &facts())), Chain::None);
}

/// RFC 8463 appendix A: the message of RFC 6376 appendix A, signed with both algorithms.
#[test]
fn rfc_8463_appendix_a() {
    let raw = include_bytes!("vectors/rfc8463.eml");
    let mut facts = Facts::default();
    let rsa = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";
    facts.insert(key("football.example.com", "test", rsa));
    let ed25519 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    facts.insert(key("football.example.com", "brisbane", ed25519));
    let found = all(raw, &facts);
    assert_eq!(found.iter().map(|s| s.key_bits).collect::<Vec<_>>(), [Some(256), Some(1024)]);
    assert!(found.iter().all(|s| s.outcome == Outcome::Holds));
    let changed = all(&change(raw, "Is dinner ready", "Is dinner over"), &facts);
    assert_eq!(changed[0].cannot_tell, Some(CannotTell::Ed25519));
    assert_eq!(changed[1].outcome, Outcome::HeadersDiffer);
}

#[test]
fn copies_in_z_are_compared() {
    let tags = format!("{TAGS}; z=From:a@example.org|Subject:x=20=20z|To:b@ex=\r\n ample.net");
    let found = one(&message(&tags, MAIL));
    assert_eq!(found.copied_differ[0], ("subject".to_owned(), "x z".to_owned()));
}

#[test]
fn hostile_counts_are_bounded() {
    let many = format!(
        "{}\r\n",
        "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; h=from; bh=AAAA; b=AAAA\r\n"
            .repeat(300)
    );
    assert_eq!(all(many.as_bytes(), &facts()).len(), limits::SIGNATURES);
    let lengths: String = (0..60)
        .map(|l| {
            format!(
                "DKIM-Signature: v=1; a=rsa-sha256; d=e; s=s; h=from; bh=AAAA; b=AAAA; l={l}\r\n"
            )
        })
        .collect();
    let found = all(format!("{lengths}\r\nbody\r\n").as_bytes(), &facts());
    let bounded = found.iter().filter(|s| s.cannot_tell == Some(CannotTell::Bounded)).count();
    assert_eq!(bounded, 60 - limits::BODY_HASHES);
    let names = "x:".repeat(limits::SIGNED_FIELDS + 1);
    let raw = format!(
        "DKIM-Signature: v=1; a=rsa-sha256; d=e; s=s; h={names}from; bh=AAAA; b=AAAA\r\n\r\n"
    );
    assert_eq!(one(raw.as_bytes()).cannot_tell, Some(CannotTell::Bounded));
}

proptest::proptest! {
    #[test]
    fn any_change_of_a_signed_character_is_seen(at in 0usize..MAIL.len(), byte in 0u8..255) {
        let raw = message(TAGS, MAIL);
        let start = raw.len() - MAIL.len();
        let mut changed = raw.clone();
        changed[start + at] = byte;
        let visible = |raw: &[u8]| -> Vec<u8> { raw.iter().filter(|c| !c.is_ascii_whitespace()).map(u8::to_ascii_lowercase).collect() };
        if visible(&changed) != visible(&raw) {
            proptest::prop_assert_ne!(one(&changed).outcome, Outcome::Holds);
        }
    }

    #[test]
    fn any_bytes_are_opened(text in "((DKIM-Signature|ARC-Seal|ARC-Message-Signature|DomainKey-Signature|X-Google-DKIM-Signature|From|ARC-Authentication-Results): |[abdhistvxzc]+=|[A-Z0-9;:=|@ \r\n\t]|rsa-sha256|relaxed|From|example.org|\n\n>From ){0,60}") {
        for signature in all(text.as_bytes(), &facts()) {
            proptest::prop_assert_ne!(signature.outcome, Outcome::Holds);
            proptest::prop_assert!(signature.cannot_tell.is_some());
        }
    }
}
