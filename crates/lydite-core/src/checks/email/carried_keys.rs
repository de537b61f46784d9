//! Public keys and certificates that stand in the mail: facts about it.
//!
//! ## What it examines
//! `Autocrypt` fields, parts of type `application/pgp-keys`, and S/MIME parts that hold certificates
//! without a signature.
//!
//! ## What it can show
//! Which keys the mail brings: fingerprint, addresses, the day a key says it was made. Mails of one person
//! bring one key for years, so a key that differs from the others is worth a look.
//!
//! ## What it cannot show
//! Whose key it is. A key found inside a dump never anchors (design rule 6).
//!
//! ## How it can be fooled
//! Anybody can write any key into a mail, and any day of making into a key.
//!
//! ## References
//! Autocrypt level 1, §2.1; RFC 3156 §7; RFC 8551 §3.9 (certificates only).

use super::body_signed::listed;
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Span};
use crate::examine::Subject;
use crate::fact::Facts;
use crate::signature::openpgp_key::OpenPgpKey;
use crate::signature::pgp::{self, Carried, Place};
use crate::signature::smime::{self, Part, moment};

pub static CHECK: Check = Check {
    id: "email/carried-keys",
    version: 1,
    claim: Claim::BodyAsSent,
    group: "personal-signature",
    since: (1996, 10), // RFC 2015; Autocrypt since 2017-12
    codes: &[&AUTOCRYPT, &ATTACHED_KEY, &ATTACHED_CERTIFICATE, &UNREADABLE],
    wants: |_| Vec::new(),
    run: Run::Mail(run),
    source: include_str!("carried_keys.rs"),
};

fn run(subject: &Subject, facts: &Facts) -> Vec<Finding> {
    let carried = pgp::carried(subject.raw, subject.mail);
    let mut out: Vec<Finding> = carried.iter().flat_map(keys).collect();
    for part in smime::open(subject.raw, subject.mail, None, facts) {
        let Part::Certificates(span, certificates) = part else { continue };
        if certificates.is_empty() {
            out.push(UNREADABLE.at(Evidence::bytes("certificates", span)));
        }
        for one in certificates {
            let mut note = format!("{}; sha256 {}", one.subject, one.sha256);
            if !one.addresses.is_empty() {
                note.push_str(&format!("; names {}", listed(&one.addresses)));
            }
            note.push_str(&format!("; {} to {}", moment(one.not_before), moment(one.not_after)));
            let finding = ATTACHED_CERTIFICATE.at(Evidence::bytes("certificate", span));
            out.push(finding.noting(note));
        }
    }
    out
}

fn keys(carried: &Carried) -> Vec<Finding> {
    let (code, what, place) = match &carried.place {
        Place::Autocrypt(address) => (&AUTOCRYPT, "Autocrypt", format!("for {address}; ")),
        Place::Attached(section) => (&ATTACHED_KEY, "OpenPGP key", format!("part {section}; ")),
    };
    let found = carried.keys.iter().map(|key| at(code, what, carried.span, &place, key));
    let mut out: Vec<Finding> = found.collect();
    if carried.unread {
        let finding = UNREADABLE.at(Evidence::bytes(what, carried.span));
        out.push(finding.noting(place.trim_end_matches("; ")));
    }
    out
}

fn at(code: &Code, what: &str, span: Span, place: &str, key: &OpenPgpKey) -> Finding {
    let mut note = format!("{place}key {} made {}", key.fingerprint, moment(key.created));
    if !key.addresses.is_empty() {
        note.push_str(&format!("; names {}", listed(&key.addresses)));
    }
    if key.revoked {
        note.push_str("; revoked by its holder");
    }
    code.at(Evidence::bytes(what, span)).noting(note)
}

static AUTOCRYPT: Code = Code {
    check: "email/carried-keys",
    name: "autocrypt",
    claim: Claim::BodyAsSent,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "an Autocrypt field brings an OpenPGP key",
        fr: "un champ Autocrypt apporte une clé OpenPGP",
    },
    innocent: Text { en: "", fr: "" },
};

static ATTACHED_KEY: Code = Code {
    name: "attached-key",
    meaning: Text { en: "an OpenPGP key is attached", fr: "une clé OpenPGP est jointe" },
    ..AUTOCRYPT
};

static ATTACHED_CERTIFICATE: Code = Code {
    name: "attached-certificate",
    meaning: Text { en: "a certificate is attached", fr: "un certificat est joint" },
    ..AUTOCRYPT
};

static UNREADABLE: Code = Code {
    name: "unreadable",
    meaning: Text {
        en: "a key or certificate stands in the mail that cannot be read",
        fr: "une clé ou un certificat du message ne peut être lu",
    },
    innocent: Text {
        en: "relays cut long fields; keys of kinds that are not read here",
        fr: "des relais coupent les champs longs ; clés de types que nous ne lisons pas",
    },
    ..AUTOCRYPT
};
