//! The signer's clock against the stated Date.
//!
//! ## What it examines
//! `t=` of every aligned DKIM signature that holds over Date with an anchored key.
//!
//! ## What it can show
//! That the sending domain's server signed within minutes of Date, which supports the date as
//! stated; or days later or earlier, which speaks against it. Without a signed time, Date is only
//! "as signed, time unproven" (design rule 9).
//!
//! ## What it cannot show
//! That the server's clock was right. When the text was written.
//!
//! ## How it can be fooled
//! Whoever runs the signing server sets its clock. Whoever opened an account does not, and that is
//! the case it is for: a server signs any Date its client gives it.
//!
//! ## References
//! RFC 6376 §3.5 (`t=`); RFC 5321 §4.5.4.1 (mail is retried for four to five days); design rule 9.

use super::signed::{self, field_name};
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Cover, Direction, Evidence, Finding, Strength};
use crate::examine::Subject;
use crate::fact::Facts;
use crate::signature::Signature;

pub static CHECK: Check = Check {
    id: "email/signing-time",
    version: 1,
    claim: Claim::DateAsStated,
    group: "clock",
    since: (2007, 5), // RFC 4871
    codes: &[&AGREES, &NEAR, &SIGNED_LATER, &SIGNED_EARLIER],
    wants: |_| Vec::new(),
    run: Run::Mail(run),
    source: include_str!("signing_time.rs"),
};

/// Servers sign within minutes; an hour leaves room for a queue and a slow client.
const AGREES_WITHIN: std::ops::RangeInclusive<i64> = -300..=3_600;
/// RFC 5321 §4.5.4.1: the give-up time of a queue is at least four to five days.
const QUEUE: i64 = 5 * 86_400;
/// A Date more than this ahead is no time zone (at most 14 hours) and no sloppy clock.
const AHEAD: i64 = 86_400;

fn run(subject: &Subject, facts: &Facts) -> Vec<Finding> {
    let Some(date) = subject.date else { return Vec::new() };
    let signatures = subject.signatures.iter().filter(|s| speaks(subject, facts, s));
    signatures
        .filter_map(|s| {
            let finding = finding(subject, s, s.signed_at? - date.epoch);
            Some(signed::marked(finding, s, signed::key_of(facts, s)))
        })
        .collect()
}

/// Whether the clock of this signer is the sending domain's own and the key can speak for it.
fn speaks(subject: &Subject, facts: &Facts, s: &Signature) -> bool {
    s.coverage.date == Cover::Covered && signed::lifts(subject, facts, s)
}

fn finding(subject: &Subject, s: &Signature, later: i64) -> Finding {
    let code = if AGREES_WITHIN.contains(&later) {
        &AGREES
    } else if later > QUEUE {
        &SIGNED_LATER
    } else if later < -AHEAD {
        &SIGNED_EARLIER
    } else {
        &NEAR
    };
    let mut finding = code
        .at(Evidence::bytes(field_name(s.family), s.span))
        .noting(format!("signed {later} seconds after the stated Date, by d={}", s.domain));
    if let Some(field) = subject.mail.field(subject.raw, "Date") {
        finding = finding.citing(Evidence::bytes("Date", field.span));
    }
    finding
}

static AGREES: Code = Code {
    check: "email/signing-time",
    name: "agrees",
    claim: Claim::DateAsStated,
    direction: Direction::Supports,
    strength: Some(Strength::Strong),
    meaning: Text {
        en: "the sending domain's server signed within an hour of the stated date",
        fr: "le serveur du domaine expéditeur a signé dans l’heure de la date indiquée",
    },
    innocent: Text { en: "", fr: "" },
};

static NEAR: Code = Code {
    name: "near",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the server signed hours from the stated date, as queues and clocks allow",
        fr: "le serveur a signé à quelques heures de la date indiquée, ce que files et horloges permettent",
    },
    ..AGREES
};

static SIGNED_LATER: Code = Code {
    name: "signed-later",
    direction: Direction::Contradicts,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "the server signed more than five days after the stated date",
        fr: "le serveur a signé plus de cinq jours après la date indiquée",
    },
    innocent: Text {
        en: "the sender's clock was wrong; a draft kept its old date; an old mail was sent again; a moderated list signed on release",
        fr: "l’horloge de l’expéditeur était déréglée ; un brouillon a gardé sa date ; un ancien message a été renvoyé ; une liste modérée a signé à la diffusion",
    },
    ..AGREES
};

static SIGNED_EARLIER: Code = Code {
    name: "signed-earlier",
    meaning: Text {
        en: "the stated date lies more than a day after the server signed",
        fr: "la date indiquée est postérieure de plus d’un jour à la signature du serveur",
    },
    innocent: Text {
        en: "the sender's clock was wrong",
        fr: "l’horloge de l’expéditeur était déréglée",
    },
    ..SIGNED_LATER
};
