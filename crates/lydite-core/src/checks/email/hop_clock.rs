//! Queue numbers of mail servers against the stamps beside them.
//!
//! ## What it examines
//! The id in every `Received` and `X-Received` of Google, Exim, Sendmail and Postfix, and
//! `X-OriginalArrivalTime`, where Exchange writes one moment twice.
//!
//! ## What it can show
//! That a server's stamp was changed and its queue number was not: one program writes both within
//! seconds. A number in the exact form of a server that holds no time at all was not counted by
//! that server. Where the stamp lies before 1990 or after 2100 too, the machine's clock was never
//! set, and nothing is said.
//!
//! ## What it cannot show
//! Anything about Date, or whether a whole field was invented. Agreement supports nothing: a
//! field copied from another mail agrees with itself. Postfix's short numbers hold the fraction of
//! a second and nothing to hold it against.
//!
//! ## How it can be fooled
//! By computing the number, or by copying whole fields.
//!
//! ## References
//! `data/clock_bands.tsv` (band, counts, source and date in each row); RFC 5321 §4.4 (trace) and
//! §4.5.4.1 (queues); the source of Exim (`receive.c`), Sendmail (`queue.c`, since 8.10) and
//! Postfix (`mail_queue.h`) for their ids.

use crate::check::{Check, Code, Run, Text};
use crate::clock::{Against, Reading, Scale, band};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::examine::Subject;
use crate::fact::Facts;

pub static CHECK: Check = Check {
    id: "email/hop-clock",
    version: 2,
    claim: Claim::HeadersAsSent,
    group: "clock",
    since: (1999, 1), // the first of these forms: Postfix and Exim 2
    codes: &[&AGREE, &OUTSIDE, &NO_SUCH_TIME],
    wants: |_| Vec::new(),
    run: Run::Mail(run),
    source: include_str!("hop_clock.rs"),
};

fn run(subject: &Subject, _: &Facts) -> Vec<Finding> {
    let mut agree: Option<(Finding, usize)> = None;
    let mut odd = Vec::new();
    for reading in subject.clocks.iter().filter(|r| r.against == Against::Hop) {
        let at = Evidence::bytes(reading.field.as_str(), reading.span);
        let kind = reading.kind.name();
        match (reading.at, reading.offset) {
            (None, _) => {
                let note = format!("{kind} in its exact form, without a time");
                odd.push(NO_SUCH_TIME.at(at).noting(note));
            }
            (_, Some(offset)) if is_outside(reading, offset) => {
                let side = if offset < 0 { "earlier" } else { "later" };
                let note = format!("{kind} is {} seconds {side} than its stamp", offset.abs());
                let band = band::of(reading.kind, "").map(|band| Evidence::fact(band.id()));
                let finding = OUTSIDE.at(at).noting(note);
                odd.push(band.into_iter().fold(finding, Finding::citing));
            }
            _ if reading.scale == Scale::Fraction || reading.offset.is_some() => {
                agree = Some(match agree {
                    Some((finding, count)) => (finding.citing(at), count + 1),
                    None => (AGREE.at(at), 1),
                });
            }
            _ => {}
        }
    }
    let agree = agree.map(|(finding, count)| finding.noting(format!("{count} of them")));
    agree.into_iter().chain(odd).collect()
}

fn is_outside(reading: &Reading, offset: i64) -> bool {
    let Some(band) = band::of(reading.kind, "") else { return false };
    band.low.is_some_and(|low| offset < low) || band.high.is_some_and(|high| offset > high)
}

static AGREE: Code = Code {
    check: "email/hop-clock",
    name: "agree",
    claim: Claim::HeadersAsSent,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "queue numbers fit the stamps beside them",
        fr: "les numéros de file s’accordent avec les horodatages voisins",
    },
    innocent: Text { en: "", fr: "" },
};

static OUTSIDE: Code = Code {
    name: "outside",
    direction: Direction::Contradicts,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "a server's queue number and its own stamp tell different days",
        fr: "le numéro de file d’un serveur et son propre horodatage indiquent des jours différents",
    },
    innocent: Text {
        en: "the server's clock was set while it held the mail; a gateway or migration rewrote the stamp; another program writes numbers that look alike",
        fr: "l’horloge du serveur a été réglée pendant qu’il gardait le message ; une passerelle ou une migration a récrit l’horodatage ; un autre programme écrit des numéros semblables",
    },
    ..AGREE
};

static NO_SUCH_TIME: Code = Code {
    name: "no-such-time",
    direction: Direction::Contradicts,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "a queue number has the form of the server named, and holds no time that it could count",
        fr: "un numéro de file a la forme de ceux du serveur nommé, sans contenir une heure possible",
    },
    innocent: Text {
        en: "a changed or rebuilt server writes numbers of its own; addresses and numbers were masked before publication",
        fr: "un serveur modifié écrit ses propres numéros ; adresses et numéros ont été masqués avant publication",
    },
    ..AGREE
};
