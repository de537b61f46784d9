//! Settings and names in another writing than the text.
//!
//! ## What it examines
//! Binary Office and RTF documents: the code page, the language and the countries that the program
//! noted, and the names of authors, beside the letters of the text.
//!
//! ## What it can show
//! That the machine was set to a writing (Cyrillic, Greek, Hebrew, Arabic, Thai, East Asian) of which the
//! text has no letter, or that somebody's name is in one: the document went through hands or machines
//! that its text does not tell of.
//!
//! ## What it cannot show
//! Whose. People write in languages that are not their machine's, everywhere.
//!
//! ## How it can be fooled
//! By setting a machine to any country: such marks can be planted, and were.
//!
//! ## References
//! [MS-XLS] §2.4.52 (CODEPAGE), §2.4.63 (COUNTRY); [MS-DOC] §2.5.2 (`lid`); [MS-LCID]; RTF 1.9.1
//! (`\ansicpg`, `\deflang`). The cases it comes from: the documents of 2016 and the spreadsheets of
//! May 2017, both with Russian settings around English and French text.

use std::collections::BTreeMap;

use super::layers::evidence;
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Finding};
use crate::parse::document::code_page::{Script, script};
use crate::parse::document::profile::{Name, Property};
use crate::parse::document::{Detail, Document};

pub static CHECK: Check = Check {
    id: "document/writing",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "writing",
    since: (1993, 1), // Word 6, RTF 1.2
    codes: &[&SETTING, &NAME],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("writing.rs"),
};

/// Letters a text needs before what it lacks counts.
const LETTERS: usize = 40;

fn run(document: &Document) -> Vec<Finding> {
    if !matches!(document.detail, Detail::Ole(_) | Detail::Rtf(_)) {
        return Vec::new();
    }
    let letters = document.text.iter().flat_map(|piece| piece.text.chars()).filter_map(Script::of);
    let mut counts: BTreeMap<Script, usize> = BTreeMap::new();
    letters.for_each(|script| *counts.entry(script).or_default() += 1);
    if counts.values().sum::<usize>() < LETTERS {
        return Vec::new();
    }
    let lacking = |script: &Script| !counts.contains_key(script);
    let mut findings = Vec::new();
    let settings = document.profile.properties.iter().find_map(|p| {
        let script = setting(p).filter(lacking)?;
        Some((p, script))
    });
    if let Some((property, script)) = settings {
        let note = format!("{} {} ({})", property.place, property.value, script.name());
        findings.push(SETTING.at(evidence(property)).noting(note));
    }
    let people = [Name::Author, Name::LastAuthor, Name::LastOpenedBy];
    let names = document.profile.properties.iter().filter(|p| people.contains(&p.name));
    let foreign = names.filter_map(|p| {
        // A name of Latin letters stands in documents of every writing.
        let other = |script: &Script| *script != Script::Latin && lacking(script);
        Some((p, p.value.chars().filter_map(Script::of).find(other)?))
    });
    if let Some((property, script)) = foreign.into_iter().next() {
        let note = format!("{} is {} ({})", property.place, property.value, script.name());
        findings.push(NAME.at(evidence(property)).noting(note));
    }
    findings
}

/// The writing of a code page, language or country that a program noted.
fn setting(property: &Property) -> Option<Script> {
    match property.name {
        Name::Codepage => script(property.value.parse().ok()?),
        Name::Language => of_language(&property.value).or_else(|| {
            let numbers = property.value.split(|c: char| !c.is_ascii_digit());
            numbers.filter_map(|n| n.parse().ok()).find_map(of_country)
        }),
        _ => None,
    }
}

/// By the tag of a language (RFC 5646), of those written in one of these writings alone.
fn of_language(tag: &str) -> Option<Script> {
    Some(match tag.split('-').next()? {
        "be" | "bg" | "kk" | "ky" | "mk" | "ru" | "tg" | "tt" | "uk" => Script::Cyrillic,
        "el" => Script::Greek,
        "he" => Script::Hebrew,
        "ar" | "fa" | "ps" | "ur" => Script::Arabic,
        "th" => Script::Thai,
        "ja" | "ko" | "zh" => Script::EastAsian,
        _ => return None,
    })
}

/// By the country's number ([MS-XLS] §2.4.63), where nearly all write so.
fn of_country(country: u32) -> Option<Script> {
    Some(match country {
        7 | 359 | 375 | 380 => Script::Cyrillic,
        30 => Script::Greek,
        66 => Script::Thai,
        81 | 82 | 86 | 886 => Script::EastAsian,
        20 | 961..=966 | 971 | 974 => Script::Arabic,
        972 => Script::Hebrew,
        _ => return None,
    })
}

static SETTING: Code = Code {
    check: "document/writing",
    name: "setting",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the program was set to a writing of which the text has no letter",
        fr: "le programme était réglé sur une écriture dont le texte n’a aucune lettre",
    },
    innocent: Text {
        en: "its author lives in another country or writes in a second language; a machine or template from elsewhere",
        fr: "son auteur vit dans un autre pays ou écrit dans une langue seconde ; une machine ou un modèle venu d’ailleurs",
    },
};

static NAME: Code = Code {
    name: "name",
    meaning: Text {
        en: "a name in the document's properties is in a writing of which the text has no letter",
        fr: "un nom dans les propriétés du document est dans une écriture dont le texte n’a aucune lettre",
    },
    ..SETTING
};
