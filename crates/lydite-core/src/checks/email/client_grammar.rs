//! Ids, boundaries and the order of fields against the client that the mail names.
//!
//! ## What it examines
//! What `X-Mailer` or `User-Agent` names, or the provider in the host of `Message-ID`; and whether
//! `Message-ID`, the boundary of the message and the order of some fields have the form measured
//! for that client and version.
//!
//! ## What it can show
//! That name and forms are of one hand. Where the id or boundary has a form that only other clients
//! write, and nothing in the mail tells of a relay or list that rewrites, that the name was put on,
//! or the id.
//!
//! ## What it cannot show
//! Who wrote the mail, and whether its text is other than sent: forms stay when a text is changed.
//! A form not known is nothing against a mail: versions, plug-ins, gateways and lists write their
//! own, servers give an id to mail that has none, and fields change places on the way.
//!
//! ## How it can be fooled
//! By writing with the client named, by copying one of its mails, or by reading the table. Then the
//! forms agree, and so agreement is weak, and only a form ten times as common under this client as
//! under others says even that.
//!
//! ## References
//! `data/client_grammars.tsv` (form, counts, source and date in each row).

use crate::check::{Check, Code, Run, Text};
use crate::client::{self, Grammar, Mark, Shown};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::examine::Subject;
use crate::fact::Facts;
use crate::signature::Outcome;

use super::route_rewrites;

pub static CHECK: Check = Check {
    id: "email/client-grammar",
    version: 1,
    claim: Claim::HeadersAsSent,
    group: "client",
    since: (1982, 8), // RFC 822: the oldest clients of the table are older than MIME
    codes: &[&AGREES, &OTHER_FORM, &ANOTHER_CLIENTS_FORM],
    wants: |_| Vec::new(),
    run: Run::Mail(run),
    source: include_str!("client_grammar.rs"),
};

fn run(subject: &Subject, _: &Facts) -> Vec<Finding> {
    let shown = client::shown(subject.raw, subject.mail);
    let (mut same, mut findings) = (Vec::new(), Vec::new());
    for row in client::of(&shown).into_iter().filter(|row| row.is_known()) {
        match client::agrees(row, subject.raw, subject.mail, &shown) {
            Some(true) => same.push(row),
            Some(false) => findings.extend(differs(subject, &shown, row)),
            None => {}
        }
    }
    same.retain(|row| row.is_telling());
    // An id in the form of its client that counts no time is the matter of email/client-clock.
    let has_times = subject.clocks.iter().all(|reading| reading.at.is_some());
    if findings.is_empty() && has_times {
        findings.extend(agreement(subject, &shown, &same));
    }
    findings
}

/// One finding for all forms that agree.
fn agreement(subject: &Subject, shown: &Shown, same: &[&Grammar]) -> Option<Finding> {
    let marks: Vec<&str> = same.iter().map(|row| row.mark.name()).collect();
    let mut finding = AGREES.at(place(subject, shown, same.first()?.mark));
    for row in &same[1..] {
        finding = finding.citing(place(subject, shown, row.mark));
    }
    finding = with_name(shown, finding);
    for row in same {
        finding = finding.citing(Evidence::fact(row.id()));
    }
    Some(finding.noting(format!("{} as {} writes", marks.join(" and "), named(same[0]))))
}

/// A form that is not the client's. The order of fields is changed by servers and tells nothing.
fn differs(subject: &Subject, shown: &Shown, row: &Grammar) -> Option<Finding> {
    if row.mark == Mark::Fields {
        return None;
    }
    let other = client::another(row.mark, shown);
    let code = match other {
        Some(_) if is_direct(subject) => &ANOTHER_CLIENTS_FORM,
        _ => &OTHER_FORM,
    };
    let form = other.map_or("another form".to_owned(), |o| format!("the form of {}", named(o)));
    let note = format!("{} has {form}, {} is named", row.mark.name(), named(row));
    let finding = with_name(shown, code.at(place(subject, shown, row.mark)).noting(note));
    let finding = finding.citing(Evidence::fact(row.id()));
    Some(match other {
        Some(other) => finding.citing(Evidence::fact(other.id())),
        None => finding,
    })
}

/// Whether nothing in the mail tells of a program between client and reader that may have given it
/// another id: a relay that rewrites, a second sender, or a signature that holds, since then the
/// domain's own servers sent it so.
fn is_direct(subject: &Subject) -> bool {
    route_rewrites::trace(subject).is_none()
        && subject.mail.field(subject.raw, "Sender").is_none()
        && subject.signatures.iter().all(|signature| signature.outcome != Outcome::Holds)
}

fn place(subject: &Subject, shown: &Shown, mark: Mark) -> Evidence {
    match (mark, shown.id, shown.boundary) {
        (Mark::MessageId, Some((_, span)), _) => Evidence::bytes("Message-ID", span),
        (Mark::Boundary, _, Some((_, span))) => Evidence::bytes("Content-Type", span),
        _ => Evidence::bytes("header", subject.mail.root.header),
    }
}

fn with_name(shown: &Shown, finding: Finding) -> Finding {
    match shown.named_at {
        Some(span) => finding.citing(Evidence::bytes("the client's name", span)),
        None => finding,
    }
}

/// The client of a row as a reader would say it.
fn named(row: &Grammar) -> &'static str {
    row.client.trim_end_matches(['/', ','])
}

static AGREES: Code = Code {
    check: "email/client-grammar",
    name: "agrees",
    claim: Claim::HeadersAsSent,
    direction: Direction::Supports,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "id, boundary or order of the fields have the form of the client named",
        fr: "l’identifiant, le séparateur ou l’ordre des champs ont la forme de ceux du logiciel nommé",
    },
    innocent: Text { en: "", fr: "" },
};

static OTHER_FORM: Code = Code {
    name: "other-form",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "id or boundary have another form than those of the client named",
        fr: "l’identifiant ou le séparateur ont une autre forme que ceux du logiciel nommé",
    },
    innocent: Text {
        en: "a server, gateway or list that gives its own id; a plug-in; another version; a name that the user chose",
        fr: "un serveur, une passerelle ou une liste qui met son propre identifiant ; un module ; une autre version ; un nom choisi par l’utilisateur",
    },
    ..AGREES
};

static ANOTHER_CLIENTS_FORM: Code = Code {
    name: "another-clients-form",
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "id or boundary have the form of another client than the one named, and no relay left a trace",
        fr: "l’identifiant ou le séparateur ont la forme de ceux d’un autre logiciel que celui nommé, et aucun relais n’a laissé de trace",
    },
    innocent: Text {
        en: "a gateway that gives its own id and leaves no trace; software for bulk mail or tickets that keeps or sets another client's name; a draft begun in one client and sent from another; an export that made the id anew",
        fr: "une passerelle qui met son propre identifiant sans laisser de trace ; un logiciel d’envoi en masse ou de tickets qui garde ou met le nom d’un autre ; un brouillon commencé dans un logiciel et envoyé d’un autre ; une exportation qui a refait l’identifiant",
    },
    ..AGREES
};
