//! The clocks of the servers on the route, against each other and against Date.
//!
//! ## What it examines
//! The times of all `Received` fields whose zone is an offset, from the first server to the last,
//! and Date.
//!
//! ## What it can show
//! That the stamps of at least two organisations' servers run in order and begin within an hour of
//! Date: whoever changes only a Date fails this. Or that Date lies days behind the stamps of the
//! first two servers (of the only one, where there is one), or that a server stamped days before
//! the one that handed it the mail.
//!
//! ## What it cannot show
//! That the stamps are the servers' own: they are text, and whoever makes a dump can write them.
//! So agreement supports `consistent` at most. A mail that waited is no finding: queues, grey lists
//! and moderators hold mail for days, and readers fetch it weeks later.
//!
//! ## How it can be fooled
//! By moving every stamp and Date together.
//!
//! ## References
//! RFC 5321 §4.4 (stamps are added on top) and §4.5.4.1 (queues hold four to five days); lydite
//! research email.md S1, S3. The bounds are measured: see `tests/it/routes.rs`.

use std::collections::BTreeSet;

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::examine::Subject;
use crate::parse::date;
use crate::parse::received::Hop;
use crate::signature::align::organisational_domain;

pub static CHECK: Check = Check {
    id: "email/route-times",
    version: 2,
    claim: Claim::DateAsStated,
    group: "route",
    since: (1982, 8), // RFC 822
    codes: &[&AGREES, &IN_ORDER, &CLOCKS_DIFFER, &GOES_BACK, &DATE_BEHIND_ROUTE, &DATE_LONG_BEFORE],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject)),
    source: include_str!("route_times.rs"),
};

/// Seconds that two servers' clocks may differ without a word.
const SKEW: i64 = 300;
/// A clock that is set to another day; zones written wrongly stay below 14 hours.
const ANOTHER_DAY: i64 = 86_400;
/// A mail reaches its first server within the hour.
const HANDED_OVER: i64 = 3_600;
/// RFC 5321 §4.5.4.1: the give-up time of a queue is at least four to five days.
const QUEUE: i64 = 5 * 86_400;

fn run(subject: &Subject) -> Vec<Finding> {
    let stamped: Vec<(&Hop, i64)> =
        subject.hops.iter().filter_map(|hop| Some((hop, hop.time?))).collect();
    let mut findings = Vec::new();
    findings.extend(order(subject, &stamped));
    if let Some(date) = stated_date(subject)
        && let Some((first, time)) = stamped.last()
    {
        let next = stamped.iter().rev().nth(1).map(|(_, next)| next - date);
        findings.extend(against_date(subject, first, time - date, next));
    }
    findings
}

/// Date, where its zone is an offset.
fn stated_date(subject: &Subject) -> Option<i64> {
    let field = subject.mail.field(subject.raw, "Date")?;
    let date = subject.date?;
    date::has_offset(field.value.of(subject.raw)).then_some(date.epoch)
}

fn order(subject: &Subject, stamped: &[(&Hop, i64)]) -> Option<Finding> {
    let gaps = stamped.windows(2).map(|pair| (pair[0].1 - pair[1].1, pair[0].0, pair[1].0));
    let (least, above, below) = gaps.min_by_key(|(gap, ..)| *gap)?;
    let code = match least {
        gap if gap < -ANOTHER_DAY => &GOES_BACK,
        gap if gap < -SKEW => &CLOCKS_DIFFER,
        _ if begins_at_date(subject, stamped) => &AGREES,
        _ => &IN_ORDER,
    };
    let finding = code.at(Evidence::bytes("Received", above.span));
    let finding = finding.citing(Evidence::bytes("Received", below.span));
    Some(if least < -SKEW {
        let host = |hop: &Hop| hop.by.clone().unwrap_or_default();
        finding.noting(format!(
            "{} stamped {} seconds before {}, which had the mail first",
            host(above),
            -least,
            host(below)
        ))
    } else {
        finding.noting(format!("{} stamps in order", stamped.len()))
    })
}

/// Whether the route begins within the hour of Date and is short, and the servers of at least two
/// organisations stamped it.
fn begins_at_date(subject: &Subject, stamped: &[(&Hop, i64)]) -> bool {
    let (Some(date), Some(first), Some(last)) =
        (stated_date(subject), stamped.last(), stamped.first())
    else {
        return false;
    };
    let domains: BTreeSet<_> =
        stamped.iter().filter_map(|(hop, _)| organisational_domain(hop.by.as_deref()?)).collect();
    (-SKEW..=HANDED_OVER).contains(&(first.1 - date))
        && last.1 - first.1 <= QUEUE
        && stamped.len() == subject.hops.len()
        && domains.len() >= 2
}

/// `later` and `next` are the stamps of the first server and the one behind it, in seconds after Date.
fn against_date(subject: &Subject, first: &Hop, later: i64, next: Option<i64>) -> Option<Finding> {
    let code = match later {
        // One server's clock can stand years behind; a Date moved on leaves every stamp behind.
        later if later < -ANOTHER_DAY && next.is_none_or(|next| next < -ANOTHER_DAY) => {
            &DATE_BEHIND_ROUTE
        }
        later if later > QUEUE => &DATE_LONG_BEFORE,
        _ => return None,
    };
    let field = subject.mail.field(subject.raw, "Date")?;
    let finding = code.at(Evidence::bytes("Date", field.span));
    let finding = finding.citing(Evidence::bytes("Received", first.span));
    Some(finding.noting(format!("the first server stamped {later} seconds after Date")))
}

static AGREES: Code = Code {
    check: "email/route-times",
    name: "agrees",
    claim: Claim::DateAsStated,
    direction: Direction::Supports,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the servers of several organisations stamped it in order, beginning within an hour of the stated date",
        fr: "les serveurs de plusieurs organisations l’ont horodaté dans l’ordre, à partir de l’heure qui suit la date indiquée",
    },
    innocent: Text { en: "", fr: "" },
};

static IN_ORDER: Code = Code {
    name: "in-order",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the servers on the route stamped it in order",
        fr: "les serveurs du trajet l’ont horodaté dans l’ordre",
    },
    ..AGREES
};

static CLOCKS_DIFFER: Code = Code {
    name: "clocks-differ",
    meaning: Text {
        en: "a server stamped it minutes or hours before the server that handed it over",
        fr: "un serveur l’a horodaté minutes ou heures avant celui qui le lui a remis",
    },
    innocent: Text {
        en: "a server's clock or time zone was wrong",
        fr: "l’horloge ou le fuseau d’un serveur était mal réglé",
    },
    ..IN_ORDER
};

static GOES_BACK: Code = Code {
    name: "goes-back",
    meaning: Text {
        en: "a server stamped it more than a day before the server that handed it over",
        fr: "un serveur l’a horodaté plus d’un jour avant celui qui le lui a remis",
    },
    innocent: Text {
        en: "a server's clock was days wrong; a sender or a relay added lines of its own; an export put the fields in another order",
        fr: "l’horloge d’un serveur avait des jours d’écart ; un expéditeur ou un relais a ajouté ses propres lignes ; un export a changé l’ordre des champs",
    },
    ..IN_ORDER
};

static DATE_BEHIND_ROUTE: Code = Code {
    name: "date-behind-route",
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the stated date lies more than a day behind the stamp of the first server",
        fr: "la date indiquée est postérieure de plus d’un jour à l’horodatage du premier serveur",
    },
    innocent: Text {
        en: "the sender's clock was wrong; the first server's clock was wrong",
        fr: "l’horloge de l’expéditeur était déréglée ; celle du premier serveur aussi, peut-être",
    },
    ..IN_ORDER
};

static DATE_LONG_BEFORE: Code = Code {
    name: "date-long-before",
    meaning: Text {
        en: "the first server stamped it more than five days after the stated date",
        fr: "le premier serveur l’a horodaté plus de cinq jours après la date indiquée",
    },
    innocent: Text {
        en: "a draft kept its old date; it was written offline; an old mail was sent or put into the mailbox again; the sender's clock was wrong",
        fr: "un brouillon a gardé sa date ; il a été écrit hors ligne ; un ancien message a été renvoyé ou remis dans la boîte ; l’horloge de l’expéditeur était déréglée",
    },
    ..IN_ORDER
};
