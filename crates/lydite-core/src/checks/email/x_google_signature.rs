//! Google's second signature, which nearly every mail through Gmail carries.
//!
//! ## What it examines
//! Every `X-Google-DKIM-Signature` field. Google renames the field after signing, so it is hashed
//! under the name `DKIM-Signature` (measured: 2,470 of 2,611 list mails hold that way, none else).
//!
//! ## What it can show
//! That Google's relay (d=1e100.net) sent these headers and this body: the body as Google sent it,
//! for mail whose own domain did not sign.
//!
//! ## What it cannot show
//! That the From domain sent it: 1e100.net is aligned with nobody. Alone it makes a mail
//! `consistent`, no more (design rule 12).
//!
//! ## How it can be fooled
//! Anyone with a Google account gets this signature; Google lets an account send under other
//! addresses it has verified, and relays for tenants.
//!
//! ## References
//! RFC 6376 for the form; the renaming is measured, no document of Google describes it.

use super::signed::{field_name, key_of, wants};
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::fact::{Facts, Grade};
use crate::signature::{Family, Outcome, Signature};

pub static CHECK: Check = Check {
    id: "email/x-google-signature",
    version: 1,
    claim: Claim::BodyAsSent,
    group: "signature",
    since: (2012, 1), // selector 20120113 is the oldest known
    codes: &[&HOLDS, &HOLDS_UNANCHORED_KEY, &DIFFERS, &CANNOT_TELL],
    wants: |subject| wants(subject, &[Family::XGoogle]),
    run: Run::Mail(|subject, facts| {
        let all = subject.signatures.iter().filter(|s| s.family == Family::XGoogle);
        all.map(|s| finding(facts, s)).collect()
    }),
    source: include_str!("x_google_signature.rs"),
};

fn finding(facts: &Facts, s: &Signature) -> Finding {
    let anchored = key_of(facts, s).is_some_and(|k| !matches!(k.grade, Grade::C | Grade::D));
    let code = match s.outcome {
        Outcome::Holds if anchored => &HOLDS,
        Outcome::Holds => &HOLDS_UNANCHORED_KEY,
        Outcome::CannotTell => &CANNOT_TELL,
        _ => &DIFFERS,
    };
    let note = match s.outcome {
        Outcome::BodyDiffers => "the covered headers stand, the body differs",
        Outcome::HeadersDiffer => "the body hash agrees, covered headers differ",
        Outcome::BothDiffer => "covered headers and body differ",
        Outcome::Holds | Outcome::CannotTell => "",
    };
    let mut finding = code.at(Evidence::bytes(field_name(s.family), s.span));
    finding.note = format!("d={} s={}", s.domain, s.selector);
    if !note.is_empty() {
        finding.note.push_str(&format!("; {note}"));
    }
    finding.evidence.extend(s.key.iter().map(Evidence::fact));
    if s.outcome == Outcome::Holds { finding.covering(s.coverage) } else { finding }
}

const CHECK_ID: &str = "email/x-google-signature";

static HOLDS: Code = Code {
    check: CHECK_ID,
    name: "holds",
    claim: Claim::BodyAsSent,
    direction: Direction::Supports,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "Google's own signature holds: the body as Google's relay sent it",
        fr: "la signature propre de Google tient : le corps tel que le relais de Google l’a envoyé",
    },
    innocent: Text { en: "", fr: "" },
};

static HOLDS_UNANCHORED_KEY: Code = Code {
    name: "holds-unanchored-key",
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "Google's own signature holds with a key known only from this dump",
        fr: "la signature propre de Google tient avec une clé connue seulement par cette fuite",
    },
    ..HOLDS
};

static DIFFERS: Code = Code {
    name: "differs",
    direction: Direction::Inconclusive,
    strength: None,
    meaning: Text {
        en: "Google's key made this signature over other headers or another body",
        fr: "la clé de Google a produit cette signature sur d’autres en-têtes ou un autre corps",
    },
    innocent: Text {
        en: "mailing lists and gateways behind Google change headers and bodies",
        fr: "les listes et passerelles après Google modifient en-têtes et corps",
    },
    ..HOLDS
};

static CANNOT_TELL: Code = Code {
    name: "cannot-tell",
    meaning: Text {
        en: "no known key opens Google's own signature: evidence of nothing",
        fr: "aucune clé connue n’ouvre la signature propre de Google : aucun enseignement",
    },
    innocent: Text {
        en: "Google rotates this key about once a year",
        fr: "Google change cette clé environ une fois par an",
    },
    ..DIFFERS
};
