//! Clocks inside ids and boundaries against Date.
//!
//! ## What it examines
//! `Message-ID`, `Thread-Index` and MIME boundaries whose form is that of a program that writes the
//! time into them (Outlook, Gmail, Mozilla, Evolution, Pine, JavaMail, Notes …), each against Date
//! and against the band measured for that program, and the zone that a wall clock tells.
//!
//! ## What it can show
//! That one act made id and Date: whoever changes Date alone leaves the id behind. An id far later
//! than Date, on a mail that also travelled at that time, or one that no exporter writes anew,
//! speaks against the date as stated; so does, softly, an id months before it. Where the boundary
//! is a wall clock and Date is in UTC, the sender's real offset.
//!
//! ## What it cannot show
//! Whose clock was right: id and Date come from one machine. When the text was written: a reply's
//! window opens before it is sent. An id that exporters and servers write anew (Outlook's
//! converter does where a stored mail has none) tells when that was done, so alone it says nothing
//! of Date. Ids that anybody's script writes, or that were seen on too few mails, raise nothing.
//!
//! ## How it can be fooled
//! Whoever knows the form computes an id that fits: agreement is weak, and no more, and of ids whose
//! digits the eye reads as a date it is nothing. Kits that send unwanted mail copy old ids.
//!
//! ## References
//! `data/clock_bands.tsv` (band, counts, source and date in each row); MS-DTYP §2.3.3 (FILETIME);
//! MS-OXOMSG §2.2.1.3 (conversation index); RFC 9562 §5.1 (UUID version 1); Metaspike, *Gmail MIME
//! boundary delimiter timestamps*; the source of Exim, Sendmail, Postfix and Python for their ids.

use std::borrow::Cow;

use crate::check::{Check, Code, Run, Text};
use crate::clock::band::{self, Band};
use crate::clock::{Against, Reading};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::examine::Subject;
use crate::fact::Facts;
use crate::parse::date;

pub static CHECK: Check = Check {
    id: "email/embedded-clock",
    version: 1,
    claim: Claim::DateAsStated,
    group: "clock",
    since: (1992, 3), // Pine 1.0, the oldest form read
    codes: &[&AGREES, &NEAR, &MADE_LATER, &CLOCK_LATER, &CLOCK_EARLIER, &SENDER_OFFSET],
    wants: |_| Vec::new(),
    run: Run::Mail(run),
    source: include_str!("embedded_clock.rs"),
};

/// A clock that is no later than the first server's stamp by more than this travelled with the
/// mail: zones are written wrong by up to 14 hours.
const TRAVELLED: i64 = 86_400;

fn run(subject: &Subject, _: &Facts) -> Vec<Finding> {
    let against_date = subject.clocks.iter().filter(|r| r.against == Against::Date);
    let mut findings = Vec::new();
    for reading in against_date {
        let Some(offset) = reading.offset else { continue };
        let Some(band) = band::of(reading.kind, &client(subject)) else { continue };
        findings.push(finding(subject, reading, band, offset));
        findings.extend(zone(subject, reading));
    }
    findings
}

fn finding(subject: &Subject, reading: &Reading, band: &Band, offset: i64) -> Finding {
    // A zone that Date does not state could be an edit by whole hours, unless Date stands in UTC.
    let stated = subject.date.map_or(0, |date| date.offset);
    let is_stated = stated == 0 || reading.utc_offset.is_none_or(|zone| zone == stated);
    let code = if offset.abs() <= band.agree && is_stated && !reading.kind.is_legible() {
        &AGREES
    } else if band.high.is_some_and(|high| offset > high) {
        if band.remade && !travelled(subject, reading) { &MADE_LATER } else { &CLOCK_LATER }
    } else if band.low.is_some_and(|low| offset < low) {
        &CLOCK_EARLIER
    } else {
        &NEAR
    };
    let side = if offset < 0 { "earlier" } else { "later" };
    let kind = reading.kind.name();
    let note = format!("{kind} is {} seconds {side} than the stated Date", offset.abs());
    let finding = code.at(Evidence::bytes(reading.field.as_str(), reading.span)).noting(note);
    with_date(subject, finding).citing(Evidence::fact(band.id()))
}

fn with_date(subject: &Subject, finding: Finding) -> Finding {
    match subject.mail.field(subject.raw, "Date") {
        Some(field) => finding.citing(Evidence::bytes("Date", field.span)),
        None => finding,
    }
}

/// The zone of the sender's wall clock, where Date states another.
fn zone(subject: &Subject, reading: &Reading) -> Option<Finding> {
    let zone = reading.utc_offset.filter(|zone| Some(*zone) != subject.date.map(|d| d.offset))?;
    let sign = if zone < 0 { '-' } else { '+' };
    let (hours, minutes) = (zone.abs() / 3_600, zone.abs() / 60 % 60);
    let note = format!("the wall clock stood at {sign}{hours:02}{minutes:02} from UTC");
    let at = Evidence::bytes(reading.field.as_str(), reading.span);
    Some(with_date(subject, SENDER_OFFSET.at(at).noting(note)))
}

/// Whether the first server took the mail no earlier than the clock, so that the clock was made
/// before the mail travelled and not by an export afterwards.
fn travelled(subject: &Subject, reading: &Reading) -> bool {
    let first = subject.mail.fields(subject.raw, "Received").last();
    let stamp = first.and_then(|field| {
        let value = field.value.of(subject.raw);
        date::parse(&value[memchr::memrchr(b';', value)? + 1..])
    });
    let at = reading.at.map(|at| at.div_euclid(1_000_000));
    stamp.zip(at).is_some_and(|(stamp, at)| stamp.epoch >= at - TRAVELLED)
}

/// What the client calls itself.
pub fn client<'a>(subject: &Subject<'a>) -> Cow<'a, str> {
    let field = |name| subject.mail.field(subject.raw, name);
    let named = field("X-Mailer").or_else(|| field("User-Agent"));
    let value = named.map_or(&b""[..], |field| field.value.of(subject.raw));
    String::from_utf8_lossy(value.trim_ascii())
}

static AGREES: Code = Code {
    check: "email/embedded-clock",
    name: "agrees",
    claim: Claim::DateAsStated,
    direction: Direction::Supports,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "a clock inside an id agrees with the stated date",
        fr: "une horloge contenue dans un identifiant concorde avec la date indiquée",
    },
    innocent: Text { en: "", fr: "" },
};

static NEAR: Code = Code {
    name: "near",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "a clock inside an id lies as far from the stated date as such clocks do",
        fr: "une horloge contenue dans un identifiant s’écarte de la date indiquée autant que ses semblables",
    },
    ..AGREES
};

static MADE_LATER: Code = Code {
    name: "made-later",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "an id was made after the stated date and not while the mail travelled: an export or conversion does that",
        fr: "un identifiant a été créé après la date indiquée, hors de l’acheminement : une exportation ou une conversion en est capable",
    },
    ..AGREES
};

static CLOCK_LATER: Code = Code {
    name: "clock-later",
    direction: Direction::Contradicts,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "a clock inside an id lies more than a day after the stated date",
        fr: "une horloge contenue dans un identifiant est postérieure de plus d’un jour à la date indiquée",
    },
    innocent: Text {
        en: "the sender's clock was set back between the two; a client kept the date of an old draft; a server converted it days later; software gave an old item its first date; a gateway rewrote Date",
        fr: "l’horloge de l’expéditeur a été reculée entre-temps ; un client a gardé la date d’un ancien brouillon ; un serveur l’a converti des jours plus tard ; un logiciel a repris la date d’origine d’un élément ancien ; une passerelle a récrit la date",
    },
    ..AGREES
};

static CLOCK_EARLIER: Code = Code {
    name: "clock-earlier",
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "a clock inside an id lies more than 90 days before the stated date",
        fr: "une horloge contenue dans un identifiant précède de plus de 90 jours la date indiquée",
    },
    innocent: Text {
        en: "a draft or template was sent months after it was begun; the clock was set between the two; bulk mail software copies ids",
        fr: "un brouillon ou un modèle a été envoyé des mois après avoir été commencé ; l’horloge a été réglée entre-temps ; des logiciels d’envoi en masse recopient des identifiants",
    },
    ..AGREES
};

static SENDER_OFFSET: Code = Code {
    name: "sender-offset",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the sender's wall clock stood in another time zone than Date states",
        fr: "l’horloge locale de l’expéditeur suivait un autre fuseau que celui de la date",
    },
    ..AGREES
};
