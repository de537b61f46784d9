//! The other fields that name a sender: Return-Path, Sender, Resent-From.
//!
//! ## What it examines
//! The envelope sender that the last server wrote into `Return-Path`, `Sender` and `Resent-From`,
//! against the address in From; and whether the envelope sender has a form that servers read
//! differently.
//!
//! ## What it can show
//! That a program which shows or judges Sender, Resent-From or the envelope sees another sender than
//! From: several published ways to pass for somebody else rest on that.
//!
//! ## What it cannot show
//! That anybody meant to: assistants, lists, mailing services and forwarders do it every day.
//!
//! ## How it can be fooled
//! An export may have dropped Return-Path, and with it what the envelope said.
//!
//! ## References
//! RFC 5322 §3.6.2 and §3.6.6; RFC 5321 §4.4 (Return-Path); Chen, Paxson, Jiang: Composition Kills,
//! USENIX Security 2020, attacks A1, A2, A5 to A7, A12, A13 (espoofer).

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::examine::Subject;
use crate::parse::address;
use crate::parse::email::Field;
use crate::signature::align::organisational_domain;

pub static CHECK: Check = Check {
    id: "email/other-senders",
    version: 1,
    claim: Claim::SentByDomain,
    group: "route",
    since: (1982, 8), // RFC 822
    codes: &[&ODD_ENVELOPE, &ENVELOPE_BELOW_FROM, &SENDER_DIFFERS, &RESENT],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject)),
    source: include_str!("other_senders.rs"),
};

fn run(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    let from = subject.from.list.first().map(|m| m.domain.as_str()).unwrap_or_default();
    let field = |name| subject.mail.field(subject.raw, name);
    if let Some(field) = field("Return-Path") {
        findings.extend(envelope(subject, field, from));
    }
    for (name, code) in [("Sender", &SENDER_DIFFERS), ("Resent-From", &RESENT)] {
        let Some(field) = field(name) else { continue };
        let boxes = address::parse(field.value.of(subject.raw));
        let Some(other) = boxes.list.first().filter(|m| !is_same_house(&m.domain, from)) else {
            continue;
        };
        let finding = code.at(Evidence::bytes(name, field.span));
        findings.push(finding.noting(format!("{name} is at {}, From at {from}", other.domain)));
    }
    findings
}

fn envelope(subject: &Subject, field: &Field, from: &str) -> Option<Finding> {
    let value = field.value.of(subject.raw);
    let boxes = address::parse(value);
    let found = Evidence::bytes("Return-Path", field.span);
    let odd_quote = boxes.list.iter().any(|m| m.domain.contains('\''));
    // `<>` is the envelope of a bounce (RFC 5321 §4.5.5).
    let unread = boxes.list.is_empty() && memchr::memchr(b'@', value).is_some();
    if !boxes.doubts.is_empty() || odd_quote || unread {
        let doubts = if boxes.doubts.is_empty() { vec!["no address"] } else { boxes.doubts };
        return Some(ODD_ENVELOPE.at(found).noting(doubts.join(", ")));
    }
    let domain = &boxes.list.first()?.domain;
    let is_below = domain.strip_suffix(from).is_some_and(|name| name.ends_with('.'));
    (is_below && !from.is_empty())
        .then(|| ENVELOPE_BELOW_FROM.at(found).noting(format!("{domain}, below {from}")))
}

fn is_same_house(a: &str, b: &str) -> bool {
    a == b
        || organisational_domain(a).is_some_and(|domain| organisational_domain(b) == Some(domain))
}

static ODD_ENVELOPE: Code = Code {
    check: "email/other-senders",
    name: "odd-envelope",
    claim: Claim::SentByDomain,
    direction: Direction::Inconclusive,
    strength: None,
    meaning: Text {
        en: "the envelope sender has a form that servers read as different addresses",
        fr: "l’expéditeur d’enveloppe a une forme que les serveurs lisent comme des adresses différentes",
    },
    innocent: Text {
        en: "old gateways write routes and comments into it",
        fr: "d’anciennes passerelles y écrivent des routes et des commentaires",
    },
};

static ENVELOPE_BELOW_FROM: Code = Code {
    name: "envelope-below-from",
    direction: Direction::Neutral,
    meaning: Text {
        en: "the envelope sender is at a name below the From domain; whether the name exists, only DNS told",
        fr: "l’expéditeur d’enveloppe est à un nom situé sous le domaine de From ; seul le DNS disait s’il existe",
    },
    innocent: Text {
        en: "organisations send bulk mail from names below their own",
        fr: "les organisations envoient leurs envois en nombre depuis des sous-domaines",
    },
    ..ODD_ENVELOPE
};

static SENDER_DIFFERS: Code = Code {
    name: "sender-differs",
    direction: Direction::Neutral,
    meaning: Text {
        en: "Sender names somebody at another organisation than From",
        fr: "Sender nomme quelqu’un d’une autre organisation que From",
    },
    innocent: Text {
        en: "lists and mailing services name themselves there",
        fr: "les listes et services d’envoi s’y nomment",
    },
    ..ODD_ENVELOPE
};

static RESENT: Code = Code {
    name: "resent",
    direction: Direction::Neutral,
    meaning: Text {
        en: "somebody at another organisation than From sent it again",
        fr: "quelqu’un d’une autre organisation que From l’a renvoyé",
    },
    innocent: Text {
        en: "redirecting a mail adds this field",
        fr: "rediriger un message ajoute ce champ",
    },
    ..ODD_ENVELOPE
};
