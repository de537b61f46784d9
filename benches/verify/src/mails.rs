//! The mails: made here, or read from a folder.

use std::path::{Path, PathBuf};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lydite_core::fact::{Facts, import};
use mail_auth::common::crypto::{RsaKey, Sha256};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::DkimSigner;
use rustls_pki_types::PrivateKeyDer;

use crate::Outcome;

pub struct Mail {
    /// As found: what Lydite reads.
    pub raw: Vec<u8>,
    /// With CRLF line ends, where `raw` has others: the others take nothing else.
    converted: Option<Vec<u8>>,
}

impl Mail {
    pub fn new(raw: Vec<u8>) -> Self {
        let bare = memchr_bare_lf(&raw);
        let converted = bare.then(|| {
            let mut out = Vec::with_capacity(raw.len() + raw.len() / 32);
            for (at, byte) in raw.iter().enumerate() {
                if *byte == b'\n' && (at == 0 || raw[at - 1] != b'\r') {
                    out.push(b'\r');
                }
                out.push(*byte);
            }
            out
        });
        Mail { raw, converted }
    }

    pub fn crlf(&self) -> &[u8] {
        self.converted.as_deref().unwrap_or(&self.raw)
    }
}

fn memchr_bare_lf(raw: &[u8]) -> bool {
    raw.iter().enumerate().any(|(at, byte)| *byte == b'\n' && (at == 0 || raw[at - 1] != b'\r'))
}

/// All files of a folder and the folders in it, by path.
pub fn read(folder: &Path) -> Outcome<Vec<Mail>> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let into = if path.is_dir() { &mut folders } else { &mut paths };
            into.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| Ok(Mail::new(std::fs::read(path)?))).collect()
}

/// Adds the keys of an archive in any form that Lydite reads.
pub fn insert_keys(facts: &mut Facts, text: &str) {
    import(text).0.into_iter().for_each(|key| facts.insert(key));
}

const SIGNERS: [(&str, &str); 2] = [("courier.example", "s2024"), ("relay.example", "r1")];

/// `count` mails of about 10 kB, every second one a multipart, each signed by two 2048-bit keys
/// made for this run: rsa-sha256, relaxed/relaxed, by mail-auth, so that Lydite verifies what
/// another program signed.
pub fn make(count: usize, facts: &mut Facts) -> Outcome<Vec<Mail>> {
    let mut signers = Vec::new();
    for (domain, selector) in SIGNERS {
        let pair = KeyPair::generate(KeySize::Rsa2048)?;
        let public: PublicKeyX509Der = pair.public_key().as_der()?;
        let record = format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(public.as_ref()));
        insert_keys(
            facts,
            &format!("{selector}._domainkey.{domain}\t{record}\tmade for this run\n"),
        );
        let private: Pkcs8V1Der = pair.as_der()?;
        let private = PrivateKeyDer::Pkcs8(private.as_ref().to_vec().into());
        let names = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"];
        let signer = DkimSigner::from_key(RsaKey::<Sha256>::from_key_der(private)?);
        signers.push(signer.domain(domain).selector(selector).headers(names));
    }
    let mut mails = Vec::with_capacity(count);
    for number in 0..count {
        let text = mail(number);
        let mut raw = String::new();
        for signer in &signers {
            raw.push_str(&signer.sign(text.as_bytes())?.to_header());
        }
        mails.push(Mail::new((raw + &text).into_bytes()));
    }
    Ok(mails)
}

/// Mails whose signed headers take 2 kB and whose body takes as much, signed once.
pub fn make_long_headers(count: usize, facts: &mut Facts) -> Outcome<Vec<Mail>> {
    let pair = KeyPair::generate(KeySize::Rsa2048)?;
    let public: PublicKeyX509Der = pair.public_key().as_der()?;
    let record = format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(public.as_ref()));
    insert_keys(facts, &format!("l1._domainkey.courier.example\t{record}\tmade for this run\n"));
    let private: Pkcs8V1Der = pair.as_der()?;
    let private = PrivateKeyDer::Pkcs8(private.as_ref().to_vec().into());
    let names = ["References", "From", "To", "Subject", "Date", "Message-ID", "Reply-To"];
    let signer = DkimSigner::from_key(RsaKey::<Sha256>::from_key_der(private)?)
        .domain("courier.example")
        .selector("l1")
        .headers(names);
    let mut mails = Vec::with_capacity(count);
    for number in 0..count {
        let references: Vec<_> =
            (0..20).map(|n| format!("<{n}.{number:040}@courier.example>")).collect();
        let to: Vec<_> = (0..10).map(|n| format!("Person {n} <p{n}@harbour.example>")).collect();
        let text = format!(
            "References: {}\r\nFrom: A {number} <a@courier.example>\r\nTo: {}\r\n\
             Subject: [council] Re: [board] number {number} of the harbour council\r\n\
             Date: Fri, 5 May 2017 20:35:00 +0000\r\nMessage-ID: <{number}@courier.example>\r\n\
             Reply-To: A <a@courier.example>\r\n\r\n{}end\r\n",
            references.join("\r\n "),
            to.join(",\r\n "),
            "A line of the letter, as long as lines of letters are.\r\n".repeat(36),
        );
        let signature = signer.sign(text.as_bytes())?.to_header();
        mails.push(Mail::new((signature + &text).into_bytes()));
    }
    Ok(mails)
}

const WORDS: [&str; 24] = [
    "harbour", "budget", "meeting", "the", "of", "poster", "train", "and", "letter", "to",
    "office", "council", "in", "vote", "question", "réunion", "affiche", "quai", "marché",
    "bureau", "semaine", "nous", "avec", "toujours",
];

/// An unsigned mail, the same for the same number.
fn mail(number: usize) -> String {
    let mut state = number as u64 + 1;
    let mut random = |below: usize| {
        // Marsaglia's xorshift64: only variety is asked of it.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize % below
    };
    let mut text = |bytes: usize| {
        let mut out = String::new();
        while out.len() < bytes {
            // Indents, quotes and the blank at the end of a flowed line: what relaxing has to touch.
            out.push_str(["", "", "", "", "> ", "  "][random(6)]);
            for _ in 0..8 + random(4) {
                out.push_str(WORDS[random(WORDS.len())]);
                out.push(' ');
            }
            out.push_str(["\r\n", ".\r\n", "!\r\n"][random(3)]);
        }
        out + "end\r\n"
    };
    let received = "Received: from mx.relay.example (mx.relay.example [192.0.2.7])\r\n\tby in.harbour.example \
        (Postfix) with ESMTPS id 4Wx1y22BzQz9sQ\r\n\tfor <b@harbour.example>; Fri, 5 May 2017 20:35:01 +0000\r\n";
    let (media, body) = if number.is_multiple_of(2) {
        ("text/plain; charset=utf-8".to_owned(), text(8400))
    } else {
        let mark = format!("=_{number:016x}");
        let attached = STANDARD.encode(text(3600));
        let lines: Vec<&str> =
            attached.as_bytes().chunks(76).filter_map(|c| std::str::from_utf8(c).ok()).collect();
        let body = format!(
            "--{mark}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
            {}\r\n--{mark}\r\nContent-Type: application/octet-stream; name=\"a.bin\"\r\n\
            Content-Disposition: attachment; filename=\"a.bin\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
            {}\r\n--{mark}--\r\n",
            text(3200),
            lines.join("\r\n"),
        );
        (format!("multipart/mixed; boundary=\"{mark}\""), body)
    };
    format!(
        "{received}{received}From: Person {number} <p{number}@courier.example>\r\nTo: B <b@harbour.example>\r\n\
        Subject: Number {number} of the harbour council\r\nDate: Fri, 5 May 2017 20:{:02}:00 +0000\r\n\
        Message-ID: <{number}.made@courier.example>\r\nMIME-Version: 1.0\r\nContent-Type: {media}\r\n\r\n{body}",
        number % 60,
    )
}
