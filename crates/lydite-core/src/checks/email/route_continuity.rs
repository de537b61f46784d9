//! Whether each server on the route took the mail from the one before it.
//!
//! ## What it examines
//! For each two neighbouring `Received` fields: the server that wrote the lower one (`by`) and the
//! sending side that the upper one names (greeting, looked-up name, address).
//!
//! ## What it can show
//! Where the chain of names holds and where it does not, which addresses on it are public, and how
//! many organisations' servers stamped it. A field taken from another mail shows as a gap.
//!
//! ## What it cannot show
//! That a gap is a change: clusters, NAT, renamed hosts and servers that drop internal fields leave
//! gaps in honest mail every day. So nothing here speaks for or against a mail.
//!
//! ## How it can be fooled
//! By writing fields whose names fit.
//!
//! ## References
//! RFC 5321 §4.4; RFC 1918, 4193, 6598 (addresses of networks inside); lydite research email.md S2.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::examine::Subject;
use crate::parse::received::{Hop, is_private};
use crate::signature::align::organisational_domain;

pub static CHECK: Check = Check {
    id: "email/route-continuity",
    version: 1,
    claim: Claim::HeadersAsSent,
    group: "route",
    since: (1982, 8), // RFC 822
    codes: &[&CONTINUOUS, &GAP, &PUBLIC_BEHIND_PRIVATE, &BROKEN_FIELD],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject)),
    source: include_str!("route_continuity.rs"),
};

fn run(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    // qmail notes its own steps in fields without a server; they are no hops between servers.
    let hops: Vec<&Hop> = subject.hops.iter().filter(|hop| hop.by.is_some()).collect();
    let pairs: Vec<_> = hops.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let gaps: Vec<_> = pairs.iter().filter(|(upper, lower)| !follows(upper, lower)).collect();
    if let Some((upper, lower)) = gaps.first() {
        let from = upper.sender().unwrap_or("nobody");
        let finding = GAP
            .at(Evidence::bytes("Received", upper.span))
            .citing(Evidence::bytes("Received", lower.span))
            .noting(format!(
                "{} of {} steps; first between {} and {from}",
                gaps.len(),
                pairs.len(),
                lower.by.as_deref().unwrap_or_default()
            ));
        findings.push(finding);
    } else if let (Some((first, _)), Some((_, last))) = (pairs.first(), pairs.last()) {
        let finding = CONTINUOUS.at(Evidence::bytes("Received", first.span));
        let finding = finding.citing(Evidence::bytes("Received", last.span));
        findings.push(finding.noting(format!("{} steps", pairs.len())));
    }
    findings.extend(behind_private(&hops));
    if let Some(hop) = subject.hops.iter().find(|hop| !hop.defects.is_empty()) {
        let what: Vec<&str> = hop.defects.iter().map(|d| d.what.as_str()).collect();
        let finding = BROKEN_FIELD.at(Evidence::bytes("Received", hop.span));
        findings.push(finding.noting(what.join(", ")));
    }
    findings
}

/// Whether the sending side of `upper` can be the server that wrote `lower`.
fn follows(upper: &Hop, lower: &Hop) -> bool {
    let Some(by) = lower.by.as_deref() else { return true };
    // Handed over inside one machine or network: names there follow no rule.
    if upper.is_internal()
        || upper.by == lower.by
        || (upper.sender().is_none() && upper.address.is_none())
    {
        return true;
    }
    let names = [upper.greeted.as_deref(), upper.looked_up.as_deref()];
    names.into_iter().flatten().any(|name| is_same_house(name, by))
        || upper.address.is_some_and(|address| by.trim_matches(['[', ']']) == address.to_string())
}

/// Equal names, or names below one organisation's domain.
fn is_same_house(a: &str, b: &str) -> bool {
    a == b
        || organisational_domain(a).is_some_and(|domain| organisational_domain(b) == Some(domain))
}

/// A public sender's field above which the mail came out of a private network of somebody else:
/// the usual sign of a forwarder inside.
fn behind_private(hops: &[&Hop]) -> Option<Finding> {
    let at = hops.iter().position(|hop| hop.address.is_some_and(is_private))?;
    let hop = hops.get(at + 1..)?.iter().find(|hop| hop.address.is_some_and(|a| !is_private(a)))?;
    let finding = PUBLIC_BEHIND_PRIVATE.at(Evidence::bytes("Received", hop.span));
    let finding = finding.citing(Evidence::bytes("Received", hops[at].span));
    Some(finding.noting(format!("{}", hop.address?)))
}

static CONTINUOUS: Code = Code {
    check: "email/route-continuity",
    name: "continuous",
    claim: Claim::HeadersAsSent,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "each server on the route names the one before it",
        fr: "chaque serveur du trajet nomme celui qui le précède",
    },
    innocent: Text { en: "", fr: "" },
};

static GAP: Code = Code {
    name: "gap",
    meaning: Text {
        en: "a server on the route names another sending side than the server before it",
        fr: "un serveur du trajet nomme un autre émetteur que le serveur qui le précède",
    },
    innocent: Text {
        en: "clusters, NAT and renamed hosts; fields of internal servers are dropped",
        fr: "grappes, NAT et machines renommées ; les champs des serveurs internes sont retirés",
    },
    ..CONTINUOUS
};

static PUBLIC_BEHIND_PRIVATE: Code = Code {
    name: "public-behind-private",
    meaning: Text {
        en: "the route leads from a public address through a private network",
        fr: "le trajet mène d’une adresse publique à travers un réseau privé",
    },
    innocent: Text {
        en: "every mail that is received and then handed on inside looks like this",
        fr: "tout message reçu puis transmis en interne a cette allure",
    },
    ..CONTINUOUS
};

static BROKEN_FIELD: Code = Code {
    name: "broken-field",
    meaning: Text {
        en: "a Received field lacks what servers write, or cannot be read",
        fr: "un champ Received n’a pas ce qu’écrivent les serveurs, ou ne se lit pas",
    },
    innocent: Text {
        en: "old and private software writes the field in its own form",
        fr: "des logiciels anciens ou privés écrivent ce champ à leur façon",
    },
    ..CONTINUOUS
};
