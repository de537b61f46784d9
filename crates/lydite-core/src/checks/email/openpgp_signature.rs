//! OpenPGP signatures: a person's, over a text, with a key of his own making.
//!
//! ## What it examines
//! Every `multipart/signed` with an OpenPGP signature (RFC 3156 §5) and every cleartext-signed text in a
//! text part (RFC 9580 §7), in the mail itself and inside what lists wrap around it, not in attached
//! mails. The text is held against the signature with the keys that the user supplied and with those
//! that stand in the mail (`Autocrypt`, `application/pgp-keys`).
//!
//! ## What it can show
//! That the part named is what the holder of a key signed. Where the user supplied the key, and it names
//! the address in From, that the body is as its holder signed it: `consistent`, marked `supplied-key`.
//! Without the key: that the text is not the one signed, by the two bytes of the digest that a signature
//! shows. That a key says it was made after Date.
//!
//! ## What it cannot show
//! That From, To, Subject and Date are as sent: they stand outside, so a signed text can be put under
//! other ones, and OpenPGP alone never makes a mail `verified`. When it was signed: the time is the
//! signer's word. Whether a key was revoked elsewhere, and who certified it: neither is looked at. A
//! signature that does not hold is evidence of nothing.
//!
//! ## How it can be fooled
//! Anybody can make a key with any name and address: a key that only the mail gives supports weakly, as a
//! clock does, because a careless change would break it. A text signed once can be sent again. What stands
//! beside a signed part is nobody's word, so a part never supports the mail. The two bytes of a digest can be
//! written by anybody, and fit another text once in 65,536 times.
//!
//! ## References
//! RFC 9580 (OpenPGP); RFC 4880 (its forerunner); RFC 3156 (PGP/MIME); Autocrypt level 1, §2.1 and §3.1.

use super::body_signed::{self, Codes, Held};
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Mark, Strength};
use crate::examine::Subject;
use crate::fact::{FactKey, Facts};
use crate::signature::pgp::{self, Outcome, Signed};

pub static CHECK: Check = Check {
    id: "email/openpgp-signature",
    version: 1,
    claim: Claim::BodyAsSent,
    group: "personal-signature",
    since: (1996, 10), // RFC 2015
    codes: &[
        &HOLDS_SUPPLIED_KEY,
        &HOLDS_UNANCHORED_KEY,
        &HOLDS_PART,
        &HOLDS_OTHER_ADDRESS,
        &HOLDS_UNFIT_KEY,
        &HOLDS_WEAK_KEY,
        &OTHER_TEXT,
        &KEY_UNKNOWN,
        &CANNOT_TELL,
        &KEY_LATER,
        &SIGNED_ELSEWHEN,
        &ENCRYPTED,
    ],
    wants,
    run: Run::Mail(run),
    source: include_str!("openpgp_signature.rs"),
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

const WHAT: &str = "OpenPGP signature";

fn wants(subject: &Subject) -> Vec<FactKey> {
    let issuers = pgp::issuers(subject.raw, subject.mail).into_iter();
    issuers.map(|id| FactKey::OpenPgpKey { id }).collect()
}

fn run(subject: &Subject, facts: &Facts) -> Vec<Finding> {
    let signed = pgp::open(subject.raw, subject.mail, facts);
    let mut out: Vec<Finding> = signed.iter().flat_map(|s| opened(subject, s)).collect();
    let messages = pgp::messages(subject.raw, subject.mail).into_iter();
    out.extend(messages.map(|span| {
        ENCRYPTED.at(Evidence::bytes("OpenPGP message", span)).marked(Mark::Encrypted)
    }));
    out
}

fn opened(subject: &Subject, signed: &Signed) -> Vec<Finding> {
    let at = |code: &Code, why: &str| {
        let separator = if why.is_empty() { "" } else { "; " };
        let note = format!("{}{separator}{why}", describe(signed));
        vec![code.at(Evidence::bytes(WHAT, signed.part.signature)).noting(note)]
    };
    match (signed.outcome, &signed.signer) {
        (Outcome::Holds, Some(signer)) => {
            let text = (!signed.inline).then(|| signed.part.signed.of(subject.raw));
            let held = Held {
                what: WHAT,
                part: &signed.part,
                text,
                form: signed.form,
                addresses: &signer.addresses,
                anchor: signed.supplied.as_deref(),
                broken: broken(signed),
                old: signed.digest == "sha1" || signer.factored_bits.is_some_and(|b| b <= 1_024),
                unfit: signer.unfit,
                made: signed.created,
                key_since: signer.created,
                note: describe(signed),
            };
            body_signed::findings(subject, &held, &CODES)
        }
        (Outcome::OtherText, _) => at(&OTHER_TEXT, ""),
        (Outcome::KeyUnknown, _) => at(&KEY_UNKNOWN, signed.form.note()),
        (Outcome::CannotTell(why), _) => at(&CANNOT_TELL, why),
        (Outcome::Holds, None) => Vec::new(),
    }
}

/// What anybody can break today (design rule 7).
fn broken(signed: &Signed) -> Option<&'static str> {
    if signed.digest == "md5" {
        return Some("MD5");
    }
    let bits = signed.signer.as_ref()?.factored_bits?;
    (bits < 1_024).then_some("a key under 1,024 bits")
}

/// `rsa sha512; key 0123…; names a@b.example`.
fn describe(signed: &Signed) -> String {
    let mut note = format!("{} {}", signed.algorithm, signed.digest).trim().to_owned();
    match &signed.signer {
        Some(signer) => {
            note.push_str(&format!("; key {}", signer.fingerprint));
            if !signer.addresses.is_empty() {
                note.push_str(&format!(" names {}", body_signed::listed(&signer.addresses)));
            }
        }
        None if !signed.issuer.is_empty() => note.push_str(&format!("; by key {}", signed.issuer)),
        None => {}
    }
    if signed.inline {
        note.push_str("; cleartext in a text part");
    }
    note
}

const CHECK_ID: &str = "email/openpgp-signature";

static HOLDS_SUPPLIED_KEY: Code = Code {
    check: CHECK_ID,
    name: "holds-supplied-key",
    claim: Claim::BodyAsSent,
    direction: Direction::Supports,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "the signature holds over the body, with a key for the From address that the user supplied",
        fr: "la signature tient sur le corps, avec une clé fournie pour l’adresse de l’expéditeur",
    },
    innocent: Text { en: "", fr: "" },
};

static HOLDS_UNANCHORED_KEY: Code = Code {
    name: "holds-unanchored-key",
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the signature holds over the body, with a key for the From address that only the mail itself gives",
        fr: "la signature tient sur le corps, avec une clé pour l’adresse de l’expéditeur que seul le message donne",
    },
    ..HOLDS_SUPPLIED_KEY
};

static HOLDS_PART: Code = Code { check: CHECK_ID, ..body_signed::HOLDS_PART };

static HOLDS_OTHER_ADDRESS: Code = Code { check: CHECK_ID, ..body_signed::HOLDS_OTHER_ADDRESS };

static HOLDS_UNFIT_KEY: Code = Code {
    name: "holds-unfit-key",
    meaning: Text {
        en: "the signature holds, with a key that was ended, revoked or not bound for signing",
        fr: "la signature tient, avec une clé expirée, révoquée ou non liée pour signer",
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
        en: "the text is not the one that was signed",
        fr: "le texte n’est pas celui qui a été signé",
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
        en: "this OpenPGP signature cannot be opened: evidence of nothing",
        fr: "cette signature OpenPGP ne peut être ouverte : aucun enseignement",
    },
    innocent: Text {
        en: "relays damage signatures; programs write kinds that are not read here",
        fr: "les relais abîment les signatures ; des logiciels en écrivent que nous ne lisons pas",
    },
    ..OTHER_TEXT
};

static KEY_LATER: Code = Code {
    name: "key-later-than-date",
    claim: Claim::DateAsStated,
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the signature holds, and its key says it was made more than two days after Date",
        fr: "la signature tient, et sa clé dit avoir été créée plus de deux jours après la date indiquée",
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
        en: "a part is an OpenPGP message and is not read",
        fr: "une partie est un message OpenPGP et n’est pas lue",
    },
    innocent: Text { en: "", fr: "" },
    ..HOLDS_PART
};

static KEY_UNKNOWN: Code = Code {
    name: "key-unknown",
    meaning: Text {
        en: "no key for this signature is at hand; the text fits the two bytes of the digest that it shows",
        fr: "aucune clé pour cette signature ; le texte correspond aux deux octets d’empreinte qu’elle montre",
    },
    innocent: Text {
        en: "keys of people are found on key servers and in address books, not in their mail",
        fr: "les clés des personnes se trouvent sur des serveurs de clés et dans des carnets, pas dans leurs messages",
    },
    ..OTHER_TEXT
};
