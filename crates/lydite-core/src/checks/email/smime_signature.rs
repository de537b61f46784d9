//! S/MIME signatures: a person's, over a text, with a certificate.
//!
//! ## What it examines
//! Every `multipart/signed` with a CMS signature and every CMS envelope with a signed text (RFC 8551
//! §3.5), in the mail itself and inside what lists wrap around it, not in attached mails. The digest of
//! the part's raw bytes with CRLF line ends is held against the signed one, the signature against the
//! signer's certificate, and its issuers are followed through the mail's certificates and the user's.
//!
//! ## What it can show
//! That the part named is what the holder of a key signed. Where the user supplied the signer's
//! certificate or one that issued it, and it names the address in From, that the body is as the holder of
//! that address's certificate signed it: `consistent`, marked `supplied-key`. Nothing ships as an anchor.
//! That the certificate begins after Date.
//!
//! ## What it cannot show
//! That From, To, Subject and Date are as sent: they stand outside, so a signed text can be put under
//! other ones, and S/MIME alone never makes a mail `verified`. When it was signed: the time is the
//! signer's word. Whether the certificate was revoked, and under which policy it was issued: neither is
//! looked at. A signature that does not hold is evidence of nothing.
//!
//! ## How it can be fooled
//! Anybody can make an authority and a certificate with any name and address: a chain that only the mail
//! gives supports weakly, as a clock does, because a careless change would break it. A text signed once
//! can be sent again. What stands beside a signed part is nobody's word, so a part never supports the mail.
//!
//! ## References
//! RFC 8551 (S/MIME 4.0); RFC 5652 (CMS); RFC 5280 (certificates); RFC 8550 §3 (addresses in certificates);
//! RFC 9788 (headers inside the signed part); RFC 5754, RFC 4056, RFC 8419 (algorithms).

use super::body_signed::{self, Codes, Held};
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Mark, Strength};
use crate::examine::Subject;
use crate::fact::{FactKey, Facts};
use crate::signature::scheme::Digest;
use crate::signature::signed_part;
use crate::signature::smime::{self, Outcome, Part, Signed};

pub static CHECK: Check = Check {
    id: "email/smime-signature",
    version: 1,
    claim: Claim::BodyAsSent,
    group: "personal-signature",
    since: (1998, 3), // RFC 2311
    codes: &[
        &HOLDS_SUPPLIED_KEY,
        &HOLDS_UNANCHORED_KEY,
        &HOLDS_PART,
        &HOLDS_OTHER_ADDRESS,
        &HOLDS_UNFIT_KEY,
        &HOLDS_WEAK_KEY,
        &OTHER_TEXT,
        &CANNOT_TELL,
        &KEY_LATER,
        &SIGNED_ELSEWHEN,
        &ENCRYPTED,
    ],
    wants,
    run: Run::Mail(run),
    source: include_str!("smime_signature.rs"),
};

static CODES: Codes = Codes {
    holds_supplied_key: &HOLDS_SUPPLIED_KEY,
    holds_unanchored_key: &HOLDS_UNANCHORED_KEY,
    holds_part: &HOLDS_PART,
    holds_other_address: &HOLDS_OTHER_ADDRESS,
    holds_unfit_key: &HOLDS_UNFIT_KEY,
    holds_weak_key: &HOLDS_WEAK_KEY,
    key_later: &KEY_LATER,
    signed_elsewhen: &SIGNED_ELSEWHEN,
};

const WHAT: &str = "S/MIME signature";

/// The signer's certificate and what the mail says issued it.
fn wants(subject: &Subject) -> Vec<FactKey> {
    let parts = smime::open(subject.raw, subject.mail, None, &Facts::default());
    let signed = parts.into_iter().filter_map(|part| match part {
        Part::Signed(signed) => Some(signed),
        _ => None,
    });
    let subjects = signed.flat_map(|signed| {
        let all = signed.signer.iter().chain(&signed.certificates);
        let mut names: Vec<String> =
            all.flat_map(|c| [c.subject.clone(), c.issuer.clone()]).collect();
        if signed.signer.is_none() {
            names.push(signed.named.clone());
        }
        names
    });
    subjects.map(|subject| FactKey::Certificate { subject }).collect()
}

fn run(subject: &Subject, facts: &Facts) -> Vec<Finding> {
    let date = subject.date.map(|d| d.epoch);
    let mut out = Vec::new();
    for part in smime::open(subject.raw, subject.mail, date, facts) {
        match part {
            Part::Signed(signed) => out.extend(opened(subject, &signed)),
            Part::Enveloped(span) => {
                let finding = ENCRYPTED.at(Evidence::bytes("S/MIME envelope", span));
                out.push(finding.marked(Mark::Encrypted));
            }
            Part::Unread(span, why) => {
                out.push(CANNOT_TELL.at(Evidence::bytes(WHAT, span)).noting(why));
            }
            Part::Certificates(..) => {}
        }
    }
    out
}

fn opened(subject: &Subject, signed: &Signed) -> Vec<Finding> {
    let span = signed.part.signature;
    let at = |code: &Code, why: &str| {
        let separator = if why.is_empty() { "" } else { "; " };
        let note = format!("{}{separator}{why}", describe(signed));
        vec![code.at(Evidence::bytes(WHAT, span)).noting(note)]
    };
    match (signed.outcome, &signed.signer) {
        (Outcome::Holds, Some(signer)) => {
            let content = content(subject, signed);
            let held = Held {
                what: WHAT,
                part: &signed.part,
                text: content.as_deref(),
                form: signed.form,
                addresses: &signer.addresses,
                anchor: signed.chain.anchor.as_deref(),
                broken: broken(signed),
                old: signed.digest == Some(Digest::Sha1)
                    || signed.chain.weak
                    || (signer.is_rsa && signer.key_bits.is_none_or(|bits| bits <= 1_024)),
                unfit: unfit(subject, signed),
                made: signed.signing_time,
                key_since: signer.not_before,
                note: describe(signed),
            };
            body_signed::findings(subject, &held, &CODES)
        }
        (Outcome::OtherText, _) => at(&OTHER_TEXT, ""),
        (Outcome::OtherAttributes, _) => at(&OTHER_TEXT, "its attributes are not those signed"),
        (Outcome::CannotTell(why), _) => at(&CANNOT_TELL, why),
        (Outcome::Holds, None) => Vec::new(),
    }
}

/// The signed text: beside the signature, or inside it.
fn content(subject: &Subject, signed: &Signed) -> Option<Vec<u8>> {
    if signed.part.signed != signed.part.signature {
        return Some(signed.part.signed.of(subject.raw).to_vec());
    }
    let entities = signed_part::own_entities(subject.mail);
    let leaf = entities.into_iter().find(|e| e.section == signed.part.section)?;
    smime::content(subject.raw, leaf)
}

/// What anybody can break today (design rule 7).
fn broken(signed: &Signed) -> Option<&'static str> {
    let signer = signed.signer.as_ref()?;
    if signed.digest == Some(Digest::Md5) || signed.chain.md5 {
        Some("MD5, or an issuer's key under 1,024 bits")
    } else if signer.is_rsa && signer.key_bits.is_none_or(|bits| bits < 1_024) {
        Some("a key under 1,024 bits")
    } else {
        None
    }
}

fn unfit(subject: &Subject, signed: &Signed) -> Option<&'static str> {
    let signer = signed.signer.as_ref()?;
    let at = signed.signing_time.or(subject.date.map(|d| d.epoch));
    match at {
        None => Some("no time to judge the certificate at"),
        Some(at) if !signer.is_valid_at(at) => Some("the certificate is not valid at that time"),
        _ if !signer.for_mail => Some("the certificate is not for signing mail"),
        _ if !signer.is_read() => Some("the certificate demands what is not read here"),
        _ => None,
    }
}

/// `rsa sha256 2048 bits; Anna Morel <…>; chain: 2 certificates, supplied`.
fn describe(signed: &Signed) -> String {
    let mut words = Vec::new();
    words.extend(signed.scheme.map(|s| s.name().to_owned()));
    words.extend(signed.digest.map(|d| d.name().to_owned()));
    let Some(signer) = &signed.signer else {
        return format!("{}; {}", words.join(" "), signed.named);
    };
    words.extend(signer.key_bits.map(|bits| format!("{bits} bits")));
    let mut note = words.join(" ");
    note.push_str(&format!("; {}", signer.subject));
    if !signer.addresses.is_empty() {
        note.push_str(&format!("; names {}", body_signed::listed(&signer.addresses)));
    }
    let above = match signed.chain.subjects.len() {
        0 | 1 => "itself".to_owned(),
        n => format!("{} above it, {}", n - 1, signed.chain.subjects[n - 1]),
    };
    note.push_str(&format!("; chain: {above}: {}", signed.chain.end));
    note
}

const CHECK_ID: &str = "email/smime-signature";

static HOLDS_SUPPLIED_KEY: Code = Code {
    check: CHECK_ID,
    name: "holds-supplied-key",
    claim: Claim::BodyAsSent,
    direction: Direction::Supports,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "the signature holds over the body, with a certificate for the From address that one of the user’s vouches for",
        fr: "la signature tient sur le corps, avec un certificat pour l’adresse de l’expéditeur dont répond un certificat fourni",
    },
    innocent: Text { en: "", fr: "" },
};

static HOLDS_UNANCHORED_KEY: Code = Code {
    name: "holds-unanchored-key",
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the signature holds over the body, with a certificate for the From address that nobody outside the mail vouches for",
        fr: "la signature tient sur le corps, avec un certificat pour l’adresse de l’expéditeur dont nul ne répond hors du message",
    },
    ..HOLDS_SUPPLIED_KEY
};

static HOLDS_PART: Code = Code { check: CHECK_ID, ..body_signed::HOLDS_PART };

static HOLDS_OTHER_ADDRESS: Code = Code { check: CHECK_ID, ..body_signed::HOLDS_OTHER_ADDRESS };

static HOLDS_UNFIT_KEY: Code = Code {
    name: "holds-unfit-key",
    meaning: Text {
        en: "the signature holds, with a certificate that was not valid then or is not for signing mail",
        fr: "la signature tient, avec un certificat qui n’était pas valide alors ou n’est pas destiné à signer des messages",
    },
    innocent: Text {
        en: "people go on signing with keys that have ended, and clocks are wrong",
        fr: "on continue de signer avec des clés expirées, et des horloges se trompent",
    },
    ..HOLDS_PART
};

static HOLDS_WEAK_KEY: Code = Code { check: CHECK_ID, ..body_signed::HOLDS_WEAK_KEY };

static OTHER_TEXT: Code = Code {
    name: "other-text",
    direction: Direction::Inconclusive,
    meaning: Text {
        en: "the certificate’s key signed, but another text than this one",
        fr: "la clé du certificat a bien signé, mais un autre texte que celui-ci",
    },
    innocent: Text {
        en: "mailing lists, gateways and exports change bodies: footers, banners, re-encoding",
        fr: "listes, passerelles et exports modifient les corps : pieds de page, bandeaux, réencodage",
    },
    ..HOLDS_PART
};

static CANNOT_TELL: Code = Code {
    name: "cannot-tell",
    meaning: Text {
        en: "this S/MIME signature cannot be opened: evidence of nothing",
        fr: "cette signature S/MIME ne peut être ouverte : aucun enseignement",
    },
    innocent: Text {
        en: "certificates are left out to save room; relays damage signatures",
        fr: "des certificats sont omis pour gagner de la place ; les relais abîment les signatures",
    },
    ..OTHER_TEXT
};

static KEY_LATER: Code = Code {
    name: "key-later-than-date",
    claim: Claim::DateAsStated,
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the signature holds, and its certificate begins more than two days after Date",
        fr: "la signature tient, et son certificat commence plus de deux jours après la date indiquée",
    },
    innocent: Text {
        en: "the clock of the sender or of the key’s maker was wrong; a gateway signed the mail again later",
        fr: "l’horloge de l’expéditeur ou de l’émetteur de la clé était déréglée ; une passerelle a signé de nouveau plus tard",
    },
    ..HOLDS_SUPPLIED_KEY
};

static SIGNED_ELSEWHEN: Code = Code { check: CHECK_ID, ..body_signed::SIGNED_ELSEWHEN };

static ENCRYPTED: Code = Code {
    name: "encrypted",
    meaning: Text {
        en: "a part is encrypted with S/MIME and is not read",
        fr: "une partie est chiffrée par S/MIME et n’est pas lue",
    },
    innocent: Text { en: "", fr: "" },
    ..HOLDS_PART
};
