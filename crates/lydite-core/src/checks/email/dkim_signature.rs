//! DKIM signatures of a message, and those of its forerunner DomainKeys.
//!
//! ## What it examines
//! Every `DKIM-Signature` and `DomainKey-Signature` field, opened with every key known for its
//! selector (RFC 6376 §3.7, §6.1; RFC 4870). Header and body are judged apart: `s^e mod n` shows
//! the digest the signer signed, and `bh=` the body hash it signed. DomainKeys (2004 to 2012,
//! always SHA-1) hashes both together, so it holds or tells nothing.
//!
//! ## What it can show
//! That the body and the covered headers are, after canonicalisation, what a server holding the
//! key of the signing domain signed; and when they are not, which of the two differs.
//!
//! ## What it cannot show
//! Who typed the message; that uncovered headers are as sent; when it was sent; that it is true.
//! A signature that does not hold, or is missing, is evidence of nothing.
//!
//! ## How it can be fooled
//! Keys under 1,024 bits can be factored; a key whose private half is public can be used by
//! anyone; whoever has opened an account has its provider sign what he likes; a selector can be
//! minted by whoever controls a domain later. Each of these lowers the code (design rules 6, 7).
//!
//! ## References
//! RFC 6376; RFC 4870 (DomainKeys, historic); RFC 8301 (algorithms and key sizes); RFC 8463 (Ed25519); RFC 7489 §3.1 (alignment).

use super::signed::{self, Codes};
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Finding, Strength};
use crate::examine::Subject;
use crate::fact::Facts;
use crate::signature::Family;

pub static CHECK: Check = Check {
    id: "email/dkim-signature",
    version: 2,
    claim: Claim::SentByDomain,
    group: "signature",
    since: (2004, 5), // draft-delany-domainkeys-base-00; DKIM 2007-05 (RFC 4871)
    codes: &[
        &HOLDS,
        &HOLDS_WEAK_KEY,
        &HOLDS_SHORT_KEY,
        &HOLDS_EXPOSED_KEY,
        &HOLDS_UNANCHORED_KEY,
        &HOLDS_OUTSIDE_WINDOW,
        &HOLDS_WITHOUT_BLANKS,
        &HOLDS_UNALIGNED,
        &HEADERS_HOLD,
        &BODY_DIFFERS,
        &HEADERS_DIFFER,
        &BOTH_DIFFER,
        &DIFFERS_UNANCHORED_KEY,
        &CANNOT_TELL,
    ],
    wants: |subject| signed::wants(subject, FAMILIES),
    run: Run::Mail(run),
    source: include_str!("dkim_signature.rs"),
};

fn run(subject: &Subject, facts: &Facts) -> Vec<Finding> {
    signed::findings(subject, facts, FAMILIES, &CODES)
}

const FAMILIES: &[Family] = &[Family::Dkim, Family::DomainKeys];

static CODES: Codes = Codes {
    holds: &HOLDS,
    holds_weak_key: &HOLDS_WEAK_KEY,
    holds_short_key: &HOLDS_SHORT_KEY,
    holds_exposed_key: &HOLDS_EXPOSED_KEY,
    holds_unanchored_key: &HOLDS_UNANCHORED_KEY,
    holds_outside_window: &HOLDS_OUTSIDE_WINDOW,
    holds_without_blanks: &HOLDS_WITHOUT_BLANKS,
    holds_unaligned: &HOLDS_UNALIGNED,
    headers_hold: &HEADERS_HOLD,
    body_differs: &BODY_DIFFERS,
    headers_differ: &HEADERS_DIFFER,
    both_differ: &BOTH_DIFFER,
    differs_unanchored_key: &DIFFERS_UNANCHORED_KEY,
    cannot_tell: &CANNOT_TELL,
};

const CHECK_ID: &str = "email/dkim-signature";

static HOLDS: Code = Code {
    check: CHECK_ID,
    name: "holds",
    claim: Claim::SentByDomain,
    direction: Direction::Supports,
    strength: Some(Strength::ExtremelyStrong),
    meaning: Text {
        en: "the signature of the From domain holds over the covered headers and the body",
        fr: "la signature du domaine de l’expéditeur tient sur les en-têtes couverts et le corps",
    },
    innocent: Text { en: "", fr: "" },
};

static HOLDS_WEAK_KEY: Code = Code {
    name: "holds-weak-key",
    strength: Some(Strength::Strong),
    meaning: Text {
        en: "the signature of the From domain holds, with a 1024-bit key or SHA-1",
        fr: "la signature du domaine de l’expéditeur tient, avec une clé de 1024 bits ou SHA-1",
    },
    ..HOLDS
};

static HOLDS_SHORT_KEY: Code = Code {
    name: "holds-short-key",
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the signature holds, but its key is so short that anyone can factor it today",
        fr: "la signature tient, mais sa clé est si courte que chacun peut la factoriser aujourd’hui",
    },
    ..HOLDS
};

static HOLDS_EXPOSED_KEY: Code = Code {
    name: "holds-exposed-key",
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the signature holds, but the private half of its key is public",
        fr: "la signature tient, mais la moitié privée de sa clé est publique",
    },
    ..HOLDS
};

static HOLDS_UNANCHORED_KEY: Code = Code {
    name: "holds-unanchored-key",
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the signature holds with a key known only from this dump",
        fr: "la signature tient avec une clé connue seulement par cette fuite",
    },
    ..HOLDS
};

static HOLDS_OUTSIDE_WINDOW: Code = Code {
    name: "holds-outside-window",
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the signature holds, but the key was not seen in use at that time",
        fr: "la signature tient, mais l’usage de la clé n’a pas été observé à cette date",
    },
    ..HOLDS
};

static HOLDS_WITHOUT_BLANKS: Code = Code {
    name: "holds-without-blanks",
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "the signature holds over the text with every blank left out: blanks may have been added or removed",
        fr: "la signature tient sur le texte sans ses blancs : des blancs ont pu être ajoutés ou retirés",
    },
    ..HOLDS
};

static HOLDS_UNALIGNED: Code = Code {
    name: "holds-unaligned",
    claim: Claim::BodyAsSent,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "the signature of another domain than the From domain holds: the body as that domain sent it",
        fr: "la signature d’un autre domaine que celui de l’expéditeur tient : le corps tel que ce domaine l’a envoyé",
    },
    ..HOLDS
};

static HEADERS_HOLD: Code = Code {
    name: "headers-hold",
    claim: Claim::HeadersAsSent,
    strength: Some(Strength::Strong),
    meaning: Text {
        en: "the covered headers are what was signed, the body is not the signed body",
        fr: "les en-têtes couverts sont ceux qui ont été signés, le corps n’est pas le corps signé",
    },
    innocent: Text {
        en: "mailing lists, gateways and exports change bodies: footers, banners, re-encoding",
        fr: "listes, passerelles et exports modifient les corps : pieds de page, bandeaux, réencodage",
    },
    ..HOLDS
};

static HEADERS_DIFFER: Code = Code {
    name: "headers-differ",
    claim: Claim::HeadersAsSent,
    direction: Direction::Inconclusive,
    strength: None,
    meaning: Text {
        en: "the key made this signature over other headers; the body hash agrees",
        fr: "la clé a produit cette signature sur d’autres en-têtes ; l’empreinte du corps concorde",
    },
    innocent: Text {
        en: "mailing lists tag subjects and rewrite From; relays re-encode or re-fold headers",
        fr: "les listes marquent les objets et réécrivent l’expéditeur ; les relais réencodent les en-têtes",
    },
    ..HOLDS
};

static BODY_DIFFERS: Code = Code {
    name: "body-differs",
    meaning: Text {
        en: "the body is not the signed body; the headers agree, under a key that cannot speak for the From domain",
        fr: "le corps n’est pas le corps signé ; les en-têtes concordent, sous une clé qui ne parle pas pour le domaine de l’expéditeur",
    },
    innocent: HEADERS_HOLD.innocent,
    ..HEADERS_DIFFER
};

static BOTH_DIFFER: Code = Code {
    name: "both-differ",
    meaning: Text {
        en: "the key made this signature over other headers and another body",
        fr: "la clé a produit cette signature sur d’autres en-têtes et un autre corps",
    },
    ..HEADERS_DIFFER
};

static DIFFERS_UNANCHORED_KEY: Code = Code {
    name: "differs-unanchored-key",
    meaning: Text {
        en: "a key known only from this dump made this signature over other headers or another body: evidence of nothing",
        fr: "une clé connue seulement par cette fuite a produit cette signature sur d’autres en-têtes ou un autre corps : aucun enseignement",
    },
    ..HEADERS_DIFFER
};

static CANNOT_TELL: Code = Code {
    name: "cannot-tell",
    claim: Claim::SentByDomain,
    meaning: Text {
        en: "no known key opens this signature: evidence of nothing",
        fr: "aucune clé connue n’ouvre cette signature  : aucun enseignement",
    },
    innocent: Text {
        en: "keys rotate and are rarely archived; relays damage signatures",
        fr: "les clés changent et sont rarement archivées ; les relais abîment les signatures",
    },
    ..HEADERS_DIFFER
};
