//! The selector of a signature against the time it was seen in use.
//!
//! ## What it examines
//! For every signature whose selector is in the table of windows (311 selectors, watched in
//! 152,173 public list mails): Date, `t=` and every `Received` stamp against first and last use.
//!
//! ## What it can show
//! That a selector is named which did not exist yet. Providers name selectors after the day they
//! make them, and a mail dated 2017 that names `20210112` was not signed in 2017. Selectors whose
//! names carry no day say nothing here: they may be older than their first use seen, or come back.
//!
//! ## What it cannot show
//! Who wrote the name there: it needs no key to type a selector. So where a signature of the From
//! domain holds over Date, only such signatures are asked: what else stands beside it was added
//! later, by a resend, a migration or anybody. After a window that is cut off by the end of the
//! watching nothing is said.
//!
//! ## How it can be fooled
//! A forger who knows the table types a selector that fits; that is why fitting supports nothing.
//! A sender's clock can be years wrong, so Date alone is soft. Only when Date and the stamps of
//! servers of at least two organisations all lie before the window is it hard: no single wrong
//! clock does that.
//!
//! ## References
//! `data/selector_windows.tsv` (source and date in each row); margins: see [`crate::fact`].

use std::collections::BTreeSet;

use super::signed::{self, field_name};
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Cover, Direction, Evidence, Finding, Strength};
use crate::examine::Subject;
use crate::fact::{FactKey, Facts, Window};
use crate::parse::date;
use crate::signature::{Signature, align::organisational_domain};

pub static CHECK: Check = Check {
    id: "email/selector-window",
    version: 2,
    claim: Claim::DateAsStated,
    group: "clock",
    since: (2019, 4), // the watching began
    codes: &[&INSIDE, &DATE_BEFORE, &ALL_TIMES_BEFORE, &DATE_AFTER],
    wants: |subject| {
        let all = subject.signatures.iter();
        all.map(|s| FactKey::SelectorWindow {
            domain: s.domain.clone(),
            selector: s.selector.clone(),
        })
        .collect()
    },
    run: Run::Mail(run),
    source: include_str!("selector_window.rs"),
};

fn run(subject: &Subject, facts: &Facts) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let dated =
        |s: &Signature| signed::lifts(subject, facts, s) && s.coverage.date == Cover::Covered;
    let is_dated = subject.signatures.iter().any(dated);
    let all = subject.signatures.iter().filter(|s| !is_dated || dated(s));
    let once = all.filter(|s| seen.insert((s.domain.clone(), s.selector.to_lowercase())));
    let stamps = stamps(subject);
    once.filter_map(|s| {
        let window = facts.window(&s.domain, &s.selector)?;
        finding(subject, s, window, stamps)
    })
    .collect()
}

fn finding(
    subject: &Subject,
    s: &Signature,
    window: &Window,
    stamps: Option<i64>,
) -> Option<Finding> {
    let stated = day(subject.date?.epoch);
    let before = |day: i64| window.born.is_some_and(|b| day < i64::from(b - window.margin));
    let watched = i64::from(window.first - window.margin)..=i64::from(window.last + window.margin);
    let after = |day: i64| window.last_is_edge && day > i64::from(window.last + window.margin);
    // A signature's own time beats a sender's clock: a mail signed inside the window with an older
    // Date is `email/signing-time`'s business.
    let signed_inside = s.signed_at.is_some_and(|t| !before(day(t)));
    let code = if before(stated) && signed_inside {
        return None;
    } else if before(stated) && stamps.is_some_and(before) {
        &ALL_TIMES_BEFORE
    } else if before(stated) {
        &DATE_BEFORE
    } else if after(stated) {
        &DATE_AFTER
    } else if watched.contains(&stated) {
        &INSIDE
    } else {
        return None;
    };
    let id = format!("selector-window:{}._domainkey.{}", s.selector, s.domain);
    let mut finding = code
        .at(Evidence::bytes(field_name(s.family), s.span))
        .citing(Evidence::fact(id))
        .noting(format!(
            "d={} s={} seen {} times from {} to {}, margin {} days",
            s.domain,
            s.selector,
            window.count,
            text_of_day(window.first),
            text_of_day(window.last),
            window.margin
        ));
    if let Some(field) = subject.mail.field(subject.raw, "Date") {
        finding = finding.citing(Evidence::bytes("Date", field.span));
    }
    Some(finding)
}

/// The latest day that a receiving server stamped, if servers of at least two organisations did and
/// every stamp can be read. Machines of one house can share a wrong clock.
fn stamps(subject: &Subject) -> Option<i64> {
    let mut houses = BTreeSet::new();
    let mut latest = None;
    for field in subject.mail.fields(subject.raw, "Received") {
        let value = String::from_utf8_lossy(field.value.of(subject.raw));
        let stamp = value.rsplit(';').next().and_then(|v| date::parse(v.as_bytes()))?;
        let mut words = value.split_whitespace();
        let host = words.find(|word| word.eq_ignore_ascii_case("by")).and_then(|_| words.next())?;
        houses.extend(organisational_domain(host));
        latest = latest.max(Some(day(stamp.epoch)));
    }
    latest.filter(|_| houses.len() >= 2)
}

fn day(seconds: i64) -> i64 {
    seconds.div_euclid(86_400)
}

fn text_of_day(day: i32) -> String {
    let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(day));
    date.map_or_else(|_| format!("day {day}"), |date| date.to_string())
}

static INSIDE: Code = Code {
    check: "email/selector-window",
    name: "inside",
    claim: Claim::DateAsStated,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the selector was in use when the mail is dated",
        fr: "le sélecteur était en usage à la date du message",
    },
    innocent: Text { en: "", fr: "" },
};

static DATE_BEFORE: Code = Code {
    name: "date-before",
    direction: Direction::Contradicts,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "the mail is dated before its selector existed",
        fr: "le message est daté d’avant l’existence de son sélecteur",
    },
    innocent: Text {
        en: "the sender's clock was wrong, or an old mail was sent again",
        fr: "l’horloge de l’expéditeur était déréglée, ou un ancien message a été renvoyé",
    },
    ..INSIDE
};

static ALL_TIMES_BEFORE: Code = Code {
    name: "all-times-before",
    direction: Direction::Contradicts,
    strength: Some(Strength::ModeratelyStrong),
    meaning: Text {
        en: "Date and the stamps of every server lie before the selector existed",
        fr: "la date et les horodatages de tous les serveurs précèdent l’existence du sélecteur",
    },
    innocent: Text {
        en: "the clocks of the sender and of every receiving server were wrong alike",
        fr: "les horloges de l’expéditeur et de tous les serveurs étaient déréglées de la même façon",
    },
    ..INSIDE
};

static DATE_AFTER: Code = Code {
    name: "date-after",
    meaning: Text {
        en: "the mail is dated after its selector was last seen",
        fr: "le message est daté d’après le dernier usage observé de son sélecteur",
    },
    innocent: Text {
        en: "lists hold mail for weeks; clocks run ahead; rare servers keep old selectors",
        fr: "les listes retiennent des messages ; des horloges avancent ; de rares serveurs gardent d’anciens sélecteurs",
    },
    ..INSIDE
};
