//! The name that mail programs show in place of the address.
//!
//! ## What it examines
//! The display name of From, and the domain of its address.
//!
//! ## What it can show
//! That the name holds another address than the one the mail is from; that a word of it mixes
//! alphabets, holds letters without width or turns the direction of writing; that the domain is
//! written with letters that look like those of a plain one.
//!
//! ## What it cannot show
//! That anybody meant to. Lists and mailing services write addresses into names, people write
//! names in several alphabets. Nothing here speaks against a mail: it is from the address it says.
//!
//! ## How it can be fooled
//! By a plausible name, which no rule knows.
//!
//! ## References
//! RFC 5322 §3.4; UTS #39 §4 (confusables) and §5 (mixed scripts), tables of the crate
//! unicode-security; UAX #9 (direction).

use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::examine::Subject;
use crate::parse::address;
use crate::signature::align::organisational_domain;
use crate::{limits, text};

pub static CHECK: Check = Check {
    id: "email/display-name",
    version: 1,
    claim: Claim::SentByDomain,
    group: "structure",
    since: (1982, 8), // RFC 822
    codes: &[&OTHER_ADDRESS, &MIXED_ALPHABETS, &TURNED_OR_INVISIBLE, &LOOKALIKE_DOMAIN],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject)),
    source: include_str!("display_name.rs"),
};

fn run(subject: &Subject) -> Vec<Finding> {
    let (Some(field), Some(from)) =
        (subject.mail.field(subject.raw, "From"), subject.from.list.first())
    else {
        return Vec::new();
    };
    let name = name(&text::decode_header(field.value.of(subject.raw)));
    let at = || Evidence::bytes("From", field.span);
    let mut findings = Vec::new();
    if let Some(other) = other_domain(&name, &from.domain) {
        let note =
            format!("the name holds an address at {other}, the mail is from {}", from.domain);
        findings.push(OTHER_ADDRESS.at(at()).noting(note));
    }
    if !name.is_ascii() {
        findings.extend(mixed(&name).map(|word| MIXED_ALPHABETS.at(at()).noting(escaped(word))));
        let odd = name.chars().find(|c| is_turning(*c) || is_invisible(*c));
        findings.extend(odd.map(|c| {
            TURNED_OR_INVISIBLE.at(at()).noting(format!("U+{:04X} in the name", u32::from(c)))
        }));
    }
    if let Some(plain) = lookalike(&from.domain) {
        let note = format!("{} looks like {plain}", from.domain);
        findings.push(LOOKALIKE_DOMAIN.at(at()).noting(note));
    }
    findings
}

/// What stands before the address, without its quotes; or the comment behind it.
fn name(from: &str) -> String {
    let name = match from.rsplit_once('<') {
        Some((name, _)) => name,
        None => from.split_once('(').map_or("", |(_, comment)| comment.trim_end_matches(')')),
    };
    name.trim().trim_matches(['"', '\'']).chars().take(limits::TABLE_TEXT).collect()
}

/// The domain of an address inside the name, if it belongs to another organisation.
fn other_domain(name: &str, from: &str) -> Option<String> {
    if !name.contains('@') {
        return None;
    }
    let words = name.split(|c: char| c.is_whitespace() || "<>()[]\"',;:".contains(c));
    words.filter(|word| word.contains('@')).find_map(|word| {
        let found = address::parse(word.as_bytes()).list.into_iter().next()?;
        let house = organisational_domain(&found.domain)?;
        (Some(&house) != organisational_domain(from).as_ref()).then_some(found.domain)
    })
}

/// A word whose letters come from alphabets that no language writes together.
fn mixed(name: &str) -> Option<&str> {
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.find(|word| !word.is_ascii() && !word.is_single_script())
}

/// UAX #9: embeddings, overrides and isolates.
fn is_turning(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{115f}' | '\u{3164}')
}

/// The ASCII name that a name outside ASCII looks like.
fn lookalike(domain: &str) -> Option<String> {
    if domain.is_ascii() && !domain.contains("xn--") {
        return None;
    }
    let (shown, read) = idna::domain_to_unicode(domain);
    let plain: String = skeleton(&shown).collect();
    (read.is_ok() && !shown.is_ascii() && plain.is_ascii()).then_some(plain)
}

fn escaped(word: &str) -> String {
    let odd =
        |c: char| if c.is_ascii() { c.to_string() } else { format!("{c}(U+{:04X})", u32::from(c)) };
    word.chars().take(40).map(odd).collect()
}

static OTHER_ADDRESS: Code = Code {
    check: "email/display-name",
    name: "other-address",
    claim: Claim::SentByDomain,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the display name holds an address of another organisation than the mail is from",
        fr: "le nom affiché contient une adresse d’une autre organisation que celle d’envoi",
    },
    innocent: Text {
        en: "lists, ticket systems and mailing services name the writer's address so",
        fr: "listes, systèmes de tickets et services d’envoi indiquent ainsi l’adresse de l’auteur",
    },
};

static MIXED_ALPHABETS: Code = Code {
    name: "mixed-alphabets",
    meaning: Text {
        en: "a word of the display name mixes letters of several alphabets that look alike",
        fr: "un mot du nom affiché mêle des lettres de plusieurs alphabets qui se ressemblent",
    },
    innocent: Text {
        en: "brand names and units are written so; keyboards are switched late",
        fr: "marques et unités s’écrivent ainsi ; clavier basculé trop tard",
    },
    ..OTHER_ADDRESS
};

static TURNED_OR_INVISIBLE: Code = Code {
    name: "turned-or-invisible",
    meaning: Text {
        en: "the display name holds letters without width or marks that turn the direction of writing",
        fr: "le nom affiché contient des lettres sans largeur ou des marques qui inversent le sens d’écriture",
    },
    innocent: Text {
        en: "address books in right-to-left scripts write such marks",
        fr: "les carnets d’adresses en écritures de droite à gauche écrivent de telles marques",
    },
    ..OTHER_ADDRESS
};

static LOOKALIKE_DOMAIN: Code = Code {
    name: "lookalike-domain",
    meaning: Text {
        en: "the domain is written with letters that look like those of a plain name",
        fr: "le domaine s’écrit avec des lettres semblables à celles d’un nom ordinaire",
    },
    innocent: Text {
        en: "short names in other alphabets look like Latin ones by chance",
        fr: "des noms courts d’autres alphabets ressemblent par hasard à des noms latins",
    },
    ..OTHER_ADDRESS
};
