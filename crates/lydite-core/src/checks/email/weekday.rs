//! The weekday written beside a date.
//!
//! ## What it examines
//! Date and the stamps of all `Received` fields that begin with an English weekday.
//!
//! ## What it can show
//! That the weekday is not the one the date falls on, in the zone it is written in. Programs
//! compute the weekday; whoever changes a date by hand has to.
//!
//! ## What it cannot show
//! Who wrote it. A date that moved by whole weeks keeps its weekday.
//!
//! ## How it can be fooled
//! With a calendar.
//!
//! ## References
//! RFC 5322 §3.3 ("the day-of-week (if included) MUST be the day implied by the date"); design
//! rule 5 (a weekday slip is soft); lydite research email.md S5.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::examine::Subject;
use crate::parse::date::{self, Stated};
use crate::parse::received;

pub static CHECK: Check = Check {
    id: "email/weekday",
    version: 1,
    claim: Claim::DateAsStated,
    // The program that sets the sender's clock wrong is the one that writes the weekday.
    group: "clock",
    since: (1982, 8), // RFC 822
    codes: &[&DATE_DIFFERS, &STAMP_DIFFERS],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject)),
    source: include_str!("weekday.rs"),
};

const NAMES: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

fn run(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let (Some(field), Some(date)) = (subject.mail.field(subject.raw, "Date"), subject.date)
        && let Some(note) = slip(field.value.of(subject.raw), date)
    {
        findings.push(DATE_DIFFERS.at(Evidence::bytes("Date", field.span)).noting(note));
    }
    let slips = subject.hops.iter().filter_map(|hop| {
        let stated = Stated { epoch: hop.time?, offset: hop.offset? };
        let note = slip(received::date_text(hop.span.of(subject.raw))?, stated)?;
        Some(STAMP_DIFFERS.at(Evidence::bytes("Received", hop.span)).noting(note))
    });
    findings.extend(slips.take(1));
    findings
}

/// What is written and what the date falls on, where they differ.
fn slip(text: &[u8], date: Stated) -> Option<String> {
    let (stated, falls) = date::weekdays(text, date)?;
    (stated != falls)
        .then(|| format!("{} stands, the date falls on {}", NAMES[stated], NAMES[falls]))
}

static DATE_DIFFERS: Code = Code {
    check: "email/weekday",
    name: "date-differs",
    claim: Claim::DateAsStated,
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the weekday in Date is not the one the date falls on",
        fr: "le jour de la semaine indiqué dans Date n’est pas celui de la date",
    },
    innocent: Text {
        en: "a home-made program computed the weekday wrongly or left it fixed",
        fr: "un programme artisanal a mal calculé le jour ou l’a laissé fixe",
    },
};

static STAMP_DIFFERS: Code = Code {
    name: "stamp-differs",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the weekday in a Received field is not the one its date falls on",
        fr: "le jour de la semaine d’un champ Received n’est pas celui de sa date",
    },
    innocent: Text {
        en: "senders of bulk mail add such fields themselves; home-made servers compute the weekday wrongly",
        fr: "des expéditeurs en masse ajoutent eux-mêmes de tels champs ; des serveurs artisanaux calculent mal le jour",
    },
    ..DATE_DIFFERS
};
