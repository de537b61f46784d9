//! What servers wrote about signatures, beside what the signatures say here.
//!
//! ## What it examines
//! `Authentication-Results` and `ARC-Authentication-Results`: which server speaks, which signature
//! it speaks of (`header.b`, RFC 6008), and the address it asked SPF for; `Received-SPF` likewise.
//! Beside them, `d=` of every signature that no domain can have.
//!
//! ## What it can show
//! That a result belongs to a signature of this mail or to none of them, that it agrees with what
//! we find when we open that signature or not, that it comes from the last server of the route or
//! from another, and whether SPF's address stands on the route.
//!
//! ## What it cannot show
//! Anything by itself: the fields are text that anybody can write, so no finding here speaks for or
//! against a mail. A signature that held for a server and does not here was changed in between, by a
//! list, a gateway, an export or a person; or the text was written by somebody else.
//!
//! ## How it can be fooled
//! By writing the field. Software that believes it can be fooled by names with quotes and brackets.
//!
//! ## References
//! RFC 8601; RFC 6008 (6,815 of 6,815 prefixes fit, lydite research email.md C17); RFC 7208; Chen,
//! Paxson, Jiang: Composition Kills, USENIX Security 2020, attacks A4 to A6 (espoofer).

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::examine::Subject;
use crate::limits;
use crate::parse::email::Field;
use crate::parse::results::{self, Results, Stated};
use crate::signature::align::organisational_domain;
use crate::signature::{Family, Outcome, Signature};

pub static CHECK: Check = Check {
    id: "email/authentication-results",
    version: 1,
    claim: Claim::HeadersAsSent,
    group: "route",
    since: (2009, 4), // RFC 5451
    codes: &[
        &AGREES,
        &SAYS_OTHER,
        &OTHER_SIGNATURE,
        &LAST_SERVER,
        &ANOTHER_SERVER,
        &SPF_ON_ROUTE,
        &SPF_OFF_ROUTE,
        &ODD_SIGNING_DOMAIN,
    ],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject)),
    source: include_str!("authentication_results.rs"),
};

const FIELDS: [&str; 2] = ["authentication-results", "arc-authentication-results"];

fn run(subject: &Subject) -> Vec<Finding> {
    let mut findings = odd_signing_domains(subject);
    let is_result = |field: &&Field| {
        let name = field.name.of(subject.raw);
        FIELDS.iter().any(|n| name.eq_ignore_ascii_case(n.as_bytes()))
    };
    let fields = subject.mail.root.fields.iter().filter(is_result).take(limits::HOPS);
    let stated: Vec<(&Field, Results)> =
        fields.map(|field| (field, results::parse(field.value.of(subject.raw)))).collect();
    if stated.iter().any(|(_, read)| read.results.iter().any(|r| r.method == "dkim")) {
        findings.extend(of_signatures(subject, &stated));
    }
    findings.extend(of_server(subject, &stated));
    findings.extend(of_spf(subject, &stated));
    findings
}

/// One finding a code, on the topmost result that gives it.
fn of_signatures(subject: &Subject, stated: &[(&Field, Results)]) -> Vec<Finding> {
    let values: Vec<(&Signature, Vec<u8>)> = subject
        .signatures
        .iter()
        .filter(|s| s.family == Family::Dkim)
        .map(|s| (s, signature_value(s.span.of(subject.raw))))
        .collect();
    let mut findings: Vec<Finding> = Vec::new();
    for (field, read) in stated {
        for result in read.results.iter().filter(|r| r.method == "dkim") {
            let Some((code, note)) = compare(result, &values) else { continue };
            if findings.iter().any(|f| f.code == code.name) {
                continue;
            }
            let server = read.server.as_deref().unwrap_or("a server without a name");
            let finding = code.at(Evidence::bytes("Authentication-Results", field.span));
            findings.push(finding.noting(format!("{server} wrote dkim={}: {note}", result.result)));
        }
    }
    findings
}

/// What a result is to the signatures that stand here; None where it names no signature.
fn compare(result: &Stated, values: &[(&Signature, Vec<u8>)]) -> Option<(&'static Code, String)> {
    let prefix = result.property("header.b").filter(|b| b.len() >= 8)?;
    let named = values.iter().find(|(_, value)| value.starts_with(prefix.as_bytes()));
    let Some((signature, _)) = named else {
        let domain = result.property("header.d").unwrap_or_default().to_ascii_lowercase();
        let alike = values.iter().any(|(s, _)| s.domain == domain);
        return alike.then(|| (&OTHER_SIGNATURE, format!("d={domain} b={prefix}")));
    };
    let passed = result.result == "pass";
    let of = format!("d={} s={}", signature.domain, signature.selector);
    match signature.outcome {
        Outcome::CannotTell => None,
        Outcome::Holds if passed => Some((&AGREES, of)),
        Outcome::Holds => Some((&SAYS_OTHER, format!("{of} holds here"))),
        _ if passed => Some((&SAYS_OTHER, format!("{of} is over another text here"))),
        _ => Some((&AGREES, of)),
    }
}

/// The value of `b=`, without white space.
fn signature_value(field: &[u8]) -> Vec<u8> {
    let value = memchr::memchr(b':', field).map_or(field, |colon| &field[colon + 1..]);
    let mut tags = value.split(|c| *c == b';').map(<[u8]>::trim_ascii);
    let tag = tags
        .find_map(|tag| tag.strip_prefix(b"b").map(<[u8]>::trim_ascii_start)?.strip_prefix(b"="));
    let text = tag.unwrap_or_default().iter().copied();
    text.filter(|c| !c.is_ascii_whitespace()).collect()
}

/// Whether the topmost result comes from the server that received the mail last.
fn of_server(subject: &Subject, stated: &[(&Field, Results)]) -> Option<Finding> {
    let (field, read) = stated.first()?;
    let server = read.server.as_deref()?;
    let last = subject.hops.iter().find_map(|hop| hop.by.as_deref())?;
    let house = organisational_domain(server);
    let same = server == last || (house.is_some() && house == organisational_domain(last));
    let code = if same { &LAST_SERVER } else { &ANOTHER_SERVER };
    let finding = code.at(Evidence::bytes("Authentication-Results", field.span));
    Some(finding.noting(format!("{server}; the last server is {last}")))
}

/// Whether the address that SPF was asked for is one that the route names.
fn of_spf(subject: &Subject, stated: &[(&Field, Results)]) -> Option<Finding> {
    let from_results =
        stated.iter().find_map(|(field, read)| Some((read.spf_address?, field.span)));
    let (address, span) = from_results.or_else(|| {
        let field = subject.mail.field(subject.raw, "Received-SPF")?;
        let text = String::from_utf8_lossy(field.value.of(subject.raw)).into_owned();
        Some((results::spf_address(&text)?, field.span))
    })?;
    if !subject.hops.iter().any(|hop| hop.address.is_some()) {
        return None;
    }
    let hop = subject.hops.iter().find(|hop| hop.address == Some(address));
    let code = if hop.is_some() { &SPF_ON_ROUTE } else { &SPF_OFF_ROUTE };
    let mut finding = code.at(Evidence::bytes("SPF result", span)).noting(address.to_string());
    if let Some(hop) = hop {
        finding = finding.citing(Evidence::bytes("Received", hop.span));
    }
    Some(finding)
}

/// Signing domains with characters that no name in DNS has: readers that copy them into a result
/// unquoted let the signer write part of it.
fn odd_signing_domains(subject: &Subject) -> Vec<Finding> {
    let is_odd = |s: &&Signature| {
        let odd = |c: char| c.is_ascii() && !(c.is_ascii_alphanumeric() || "-_.".contains(c));
        s.domain.chars().any(odd) || s.selector.chars().any(odd)
    };
    let odd = subject.signatures.iter().filter(is_odd).take(1);
    odd.map(|s| {
        let finding = ODD_SIGNING_DOMAIN.at(Evidence::bytes("DKIM-Signature", s.span));
        let shown: String = format!("d={} s={}", s.domain, s.selector).escape_default().collect();
        finding.noting(shown.chars().take(200).collect::<String>())
    })
    .collect()
}

static AGREES: Code = Code {
    check: "email/authentication-results",
    name: "agrees",
    claim: Claim::HeadersAsSent,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "a server wrote of a signature what is found here too",
        fr: "un serveur a écrit d’une signature ce qui se constate ici aussi",
    },
    innocent: Text { en: "", fr: "" },
};

static SAYS_OTHER: Code = Code {
    name: "says-other",
    meaning: Text {
        en: "a server wrote another result for a signature than is found here",
        fr: "un serveur a écrit d’une signature un autre résultat que celui constaté ici",
    },
    innocent: Text {
        en: "a list, a gateway or an export changed the mail after that server; the server knew another key or judged expiry",
        fr: "une liste, une passerelle ou un export a modifié le message après ce serveur ; le serveur connaissait une autre clé ou jugeait l’expiration",
    },
    ..AGREES
};

static OTHER_SIGNATURE: Code = Code {
    name: "other-signature",
    meaning: Text {
        en: "a result names another signature of the same domain than the one that stands here",
        fr: "un résultat nomme une autre signature du même domaine que celle qui figure ici",
    },
    innocent: Text {
        en: "the mail was signed again on the way and the older signature removed",
        fr: "le message a été signé à nouveau en route et l’ancienne signature retirée",
    },
    ..AGREES
};

static LAST_SERVER: Code = Code {
    name: "last-server",
    meaning: Text {
        en: "the topmost result comes from the server that received the mail last",
        fr: "le résultat le plus haut vient du serveur qui a reçu le message en dernier",
    },
    ..AGREES
};

static ANOTHER_SERVER: Code = Code {
    name: "another-server",
    meaning: Text {
        en: "the topmost result comes from another server than the one that received the mail last",
        fr: "le résultat le plus haut ne vient pas du serveur qui a reçu le message en dernier",
    },
    innocent: Text {
        en: "a mailbox fetched from elsewhere, a forwarder, or a provider whose border has another name",
        fr: "une boîte relevée ailleurs, un renvoi, ou un fournisseur dont l’entrée porte un autre nom",
    },
    ..AGREES
};

static SPF_ON_ROUTE: Code = Code {
    name: "spf-on-route",
    meaning: Text {
        en: "the address that SPF was asked for stands on the route",
        fr: "l’adresse soumise à SPF figure sur le trajet",
    },
    ..AGREES
};

static SPF_OFF_ROUTE: Code = Code {
    name: "spf-off-route",
    meaning: Text {
        en: "the address that SPF was asked for stands nowhere on the route",
        fr: "l’adresse soumise à SPF ne figure nulle part sur le trajet",
    },
    innocent: Text {
        en: "the border server wrote no field of its own, or addresses were removed to protect the reader",
        fr: "le serveur d’entrée n’a pas écrit de champ, ou des adresses ont été retirées pour protéger le lecteur",
    },
    ..AGREES
};

static ODD_SIGNING_DOMAIN: Code = Code {
    name: "odd-signing-domain",
    direction: Direction::Inconclusive,
    meaning: Text {
        en: "a signature names a domain or selector with characters that no such name has; software that repeats it can be made to write another result",
        fr: "une signature nomme un domaine ou un sélecteur avec des caractères impossibles ; un logiciel qui le répète peut écrire un autre résultat",
    },
    innocent: Text { en: "a badly configured signer", fr: "un signataire mal configuré" },
    ..AGREES
};
