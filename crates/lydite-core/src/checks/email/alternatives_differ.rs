//! The versions of one text inside `multipart/alternative`.
//!
//! ## What it examines
//! The words of the plain and the HTML version of each `multipart/alternative`, link targets and what
//! is kept from sight left out.
//!
//! ## What it can show
//! That the two versions say different things, so that two readers of one mail read different texts;
//! and which words or numbers stand in one only.
//!
//! ## What it cannot show
//! Which version was read. Who made them differ: many senders write "please switch to HTML" into
//! the plain one, others shorten it. Nothing here speaks against a mail.
//!
//! ## How it can be fooled
//! By pictures of text; by words common to both in another order.
//!
//! ## References
//! RFC 2046 §5.1.4 (alternatives carry the same information); the bounds are measured, see
//! `tests/it/routes.rs`.

use std::collections::BTreeSet;

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::examine::Subject;
use crate::limits;
use crate::parse::email::Entity;
use crate::parse::html;
use crate::text;

pub static CHECK: Check = Check {
    id: "email/alternatives-differ",
    version: 1,
    claim: Claim::BodyAsSent,
    group: "structure",
    since: (1992, 6), // RFC 1341
    codes: &[&SAME_WORDS, &OTHER_WORDS, &OTHER_NUMBERS, &OTHER_TEXT],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject)),
    source: include_str!("alternatives_differ.rs"),
};

/// Different words below which a version is a mere note.
const FEW: usize = 5;

fn run(subject: &Subject) -> Vec<Finding> {
    let mut found = Vec::new();
    subject.mail.root.walk(&mut |entity| {
        if entity.media.essence == "multipart/alternative" && found.len() < limits::TEXT_PARTS {
            found.extend(compare(subject, entity));
        }
    });
    found
}

fn compare(subject: &Subject, entity: &Entity) -> Option<Finding> {
    let of = |essence: &str| entity.children.iter().find_map(|child| first(child, essence));
    let (plain, rich) = (of("text/plain")?, of("text/html")?);
    let decoded = |leaf: &Entity| {
        let bytes = text::decode_transfer(leaf.body.of(subject.raw), &leaf.media.encoding);
        text::decode_charset(&bytes, leaf.media.charset.as_deref()).into_owned()
    };
    let page = html::read(&decoded(rich));
    let (plain_words, rich_words) = (words(&decoded(plain)), words(&page.shown));
    let (code, note) = weigh(&plain_words, &rich_words)?;
    let finding = code.at(Evidence::bytes("plain text", plain.body));
    Some(finding.citing(Evidence::bytes("HTML", rich.body)).noting(note))
}

/// The first leaf of that type that is shown in place, not attached.
fn first<'a>(entity: &'a Entity, essence: &str) -> Option<&'a Entity> {
    let shown = |e: &&&'a Entity| e.media.essence == essence && !e.media.is_attachment;
    entity.leaves().iter().find(shown).copied()
}

fn weigh(plain: &BTreeSet<String>, rich: &BTreeSet<String>) -> Option<(&'static Code, String)> {
    if plain.is_empty() || rich.is_empty() {
        return None;
    }
    let missing: Vec<&String> = plain.difference(rich).collect();
    let extra: Vec<&String> = rich.difference(plain).collect();
    let shared = plain.len() - missing.len();
    let less = plain.len().min(rich.len());
    let note = |list: &[&String]| {
        let begin: Vec<_> = list.iter().take(8).map(|w| w.as_str()).collect();
        begin.join(" ")
    };
    if less > FEW && shared * 2 < less {
        return Some((&OTHER_TEXT, format!("{shared} of {less} words stand in both")));
    }
    if less <= FEW {
        return None;
    }
    if missing.is_empty() && extra.is_empty() {
        return Some((&SAME_WORDS, format!("{} words", plain.len())));
    }
    // Where one is an extract of the other, only what the shorter has alone is a difference.
    let alone = if missing.len() <= extra.len() { missing } else { extra };
    let is_number = |w: &&&String| w.chars().all(|c| c.is_ascii_digit());
    let numbers: Vec<&String> = alone.iter().filter(is_number).copied().collect();
    if alone.is_empty() {
        Some((&SAME_WORDS, format!("{shared} words, one version has more")))
    } else if !numbers.is_empty() {
        Some((&OTHER_NUMBERS, format!("in one version only: {}", note(&numbers))))
    } else {
        Some((&OTHER_WORDS, format!("in one version only: {}", note(&alone))))
    }
}

/// The words of at least three letters and the numbers of at least two digits, lower case, without
/// addresses of pages and mail: these stand behind links in HTML.
fn words(text: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for chunk in text.split_whitespace() {
        if chunk.contains("://") || chunk.contains('@') || chunk.contains("www.") {
            continue;
        }
        for word in chunk.split(|c: char| !c.is_alphanumeric()) {
            let is_number = word.bytes().all(|c| c.is_ascii_digit());
            if word.chars().count() >= if is_number { 2 } else { 3 } {
                out.insert(word.to_lowercase());
            }
        }
        if out.len() >= limits::WORDS {
            break;
        }
    }
    out
}

static SAME_WORDS: Code = Code {
    check: "email/alternatives-differ",
    name: "same-words",
    claim: Claim::BodyAsSent,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the plain and the HTML version use the same words",
        fr: "les versions texte et HTML emploient les mêmes mots",
    },
    innocent: Text { en: "", fr: "" },
};

static OTHER_WORDS: Code = Code {
    name: "other-words",
    meaning: Text {
        en: "some words stand in one of the two versions only",
        fr: "certains mots ne figurent que dans une des deux versions",
    },
    innocent: Text {
        en: "programs that make one version out of the other write link texts, lists and pictures differently",
        fr: "les logiciels qui tirent une version de l’autre écrivent autrement liens, listes et images",
    },
    ..SAME_WORDS
};

static OTHER_NUMBERS: Code = Code {
    name: "other-numbers",
    meaning: Text {
        en: "a number stands in one of the two versions only: two readers may have read different figures",
        fr: "un nombre ne figure que dans une des deux versions : deux lecteurs ont pu lire des chiffres différents",
    },
    innocent: Text {
        en: "numbered links and footnotes, dates written in two ways",
        fr: "liens numérotés et notes, dates écrites de deux façons",
    },
    ..SAME_WORDS
};

static OTHER_TEXT: Code = Code {
    name: "other-text",
    meaning: Text {
        en: "the plain and the HTML version are different texts",
        fr: "les versions texte et HTML sont des textes différents",
    },
    innocent: Text {
        en: "the plain version only asks to switch to HTML, or was never kept up by the sender's template",
        fr: "la version texte invite seulement à passer au HTML, ou n’a jamais été tenue à jour dans le modèle",
    },
    ..SAME_WORDS
};
