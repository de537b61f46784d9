//! Content of a document that is not shown.
//!
//! ## What it examines
//! Sheets and slides that are hidden, text formatted as hidden, tracked changes that were neither
//! accepted nor rejected; files and a small picture of the first page that are packed inside.
//!
//! ## What it can show
//! That there is content which whoever opens the file does not see at first: earlier words, names,
//! numbers.
//!
//! ## What it cannot show
//! Why it is hidden. White letters, tiny letters and content behind pictures are not looked for.
//!
//! ## How it can be fooled
//! By any other way of hiding.
//!
//! ## References
//! ECMA-376 part 1 §17.3.2.41 (vanish), §17.13.5, §18.2.19 (state), §19.3.1.38 (show); ISO/IEC
//! 26300-3 §20; lydite research docs.md OX12, OX22, OX23.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Span};
use crate::parse::document::odf::Odf;
use crate::parse::document::ooxml::Ooxml;
use crate::parse::document::sheet::{Sheet, Visibility};
use crate::parse::document::{Detail, Document};

pub static CHECK: Check = Check {
    id: "document/hidden-content",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "document-content",
    since: (2005, 5), // OpenDocument 1.0
    codes: &[&SHEET, &DEEPLY_HIDDEN_SHEET, &SLIDE, &TEXT, &CHANGES, &EMBEDDED, &THUMBNAIL],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("hidden_content.rs"),
};

fn run(document: &Document) -> Vec<Finding> {
    match &document.detail {
        Detail::Ooxml(own) => of_ooxml(own),
        Detail::Odf(own) => of_odf(own),
        _ => Vec::new(),
    }
}

fn of_ooxml(own: &Ooxml) -> Vec<Finding> {
    let span = |part: &str| own.span_of(part).unwrap_or_default();
    let mut findings = sheets(&own.excel.sheets, &span);
    let slides = own.slides.iter().enumerate().filter(|(_, slide)| slide.is_hidden);
    let slides = slides.map(|(at, slide)| ((at + 1).to_string(), slide.part.clone()));
    findings.extend(listed(&SLIDE, slides.collect(), &span));
    let characters: usize = own.word.hidden.iter().map(|(_, count)| count).sum();
    if let Some((place, _)) = own.word.hidden.first() {
        let finding = TEXT.at(Evidence::bytes(own.main_part.clone(), span(&own.main_part)));
        findings.push(finding.noting(format!("{characters} characters, first in {place}")));
    }
    let kinds =
        ["ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "cellIns", "cellDel"];
    let open = own.changes.iter().filter(|c| kinds.contains(&c.kind.as_str()));
    let mut authors: Vec<&str> = Vec::new();
    let mut count = 0;
    let mut first = None;
    for change in open {
        count += 1;
        first = first.or(Some(change));
        if !authors.contains(&change.author.as_str()) && authors.len() < 5 {
            authors.push(&change.author);
        }
    }
    if let Some(change) = first {
        let finding = CHANGES.at(Evidence::bytes(change.part.clone(), change.span));
        let note = format!("{count} changes, by {}", authors.join(", "));
        findings.push(finding.noting(note.trim_end_matches('.')));
    }
    let names = || own.package.entries.iter().map(|entry| entry.name.clone());
    let embedded = names().filter(|n| n.contains("/embeddings/") && !n.ends_with(".rels"));
    findings.extend(listed(&EMBEDDED, embedded.map(|n| (n.clone(), n)).collect(), &span));
    let thumbnail = own.relationships.iter().filter(|r| r.kind == "thumbnail");
    let thumbnail = thumbnail.map(|r| (r.target.clone(), r.target.clone()));
    findings.extend(listed(&THUMBNAIL, thumbnail.collect(), &span));
    findings
}

fn of_odf(own: &Odf) -> Vec<Finding> {
    let entry = own.package.entries.iter().find(|entry| entry.name == "content.xml");
    let span = |_: &str| entry.map_or(Span::default(), |entry| entry.packed);
    let mut findings = sheets(&own.sheets, &span);
    let slides = own.hidden_slides.iter().map(|n| (n.to_string(), "content.xml".to_owned()));
    findings.extend(listed(&SLIDE, slides.collect(), &span));
    findings
}

fn sheets(all: &[Sheet], span: &dyn Fn(&str) -> Span) -> Vec<Finding> {
    let of = |visibility| {
        let found = all.iter().filter(move |sheet| sheet.visibility == visibility);
        found.map(|sheet| (sheet.name.clone(), sheet.part.clone())).collect()
    };
    let hidden = listed(&SHEET, of(Visibility::Hidden), span);
    let deeply = listed(&DEEPLY_HIDDEN_SHEET, of(Visibility::VeryHidden), span);
    [hidden, deeply].into_iter().flatten().collect()
}

fn listed(
    code: &Code,
    found: Vec<(String, String)>,
    span: &dyn Fn(&str) -> Span,
) -> Option<Finding> {
    let (_, part) = found.first()?;
    let names: Vec<&str> = found.iter().take(5).map(|(name, _)| name.as_str()).collect();
    let more = found.len().saturating_sub(5);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let note = format!("{}{more}", names.join(", ")).trim_end_matches('.').to_owned();
    Some(code.at(Evidence::bytes(part.clone(), span(part))).noting(note))
}

static SHEET: Code = Code {
    check: "document/hidden-content",
    name: "sheet",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text { en: "sheets are hidden", fr: "des feuilles sont masquées" },
    innocent: Text {
        en: "helper tables and older years are hidden every day",
        fr: "tableaux auxiliaires et années passées sont masqués chaque jour",
    },
};

static DEEPLY_HIDDEN_SHEET: Code = Code {
    name: "deeply-hidden-sheet",
    meaning: Text {
        en: "sheets are hidden so that the program’s menus do not offer to show them",
        fr: "des feuilles sont masquées de sorte que les menus ne proposent pas de les afficher",
    },
    innocent: Text {
        en: "add-ins and macros keep their settings there",
        fr: "des extensions et macros y gardent leurs réglages",
    },
    ..SHEET
};

static SLIDE: Code = Code {
    name: "slide",
    meaning: Text { en: "slides are hidden", fr: "des diapositives sont masquées" },
    innocent: Text {
        en: "slides kept for questions are hidden every day",
        fr: "des diapositives gardées pour les questions sont masquées chaque jour",
    },
    ..SHEET
};

static TEXT: Code = Code {
    name: "text",
    meaning: Text {
        en: "text is formatted as hidden",
        fr: "du texte est mis en forme comme masqué",
    },
    innocent: Text {
        en: "entries of indexes and contents are hidden by the program itself",
        fr: "le logiciel masque lui-même les entrées d’index et de tables",
    },
    ..SHEET
};

static CHANGES: Code = Code {
    name: "changes",
    meaning: Text {
        en: "tracked changes stand in it, with what was there before",
        fr: "des modifications suivies s’y trouvent, avec ce qui était là avant",
    },
    innocent: Text {
        en: "drafts that several people work on",
        fr: "brouillons auxquels plusieurs personnes travaillent",
    },
    ..SHEET
};

static EMBEDDED: Code = Code {
    name: "embedded",
    meaning: Text {
        en: "other files are packed inside",
        fr: "d’autres fichiers sont contenus à l’intérieur",
    },
    innocent: Text {
        en: "charts and tables keep the workbook they were made from",
        fr: "graphiques et tableaux gardent le classeur dont ils proviennent",
    },
    ..SHEET
};

static THUMBNAIL: Code = Code {
    name: "thumbnail",
    meaning: Text {
        en: "a small picture of the first page is packed inside, as it was at some saving",
        fr: "une vignette de la première page s’y trouve, telle qu’elle était lors d’un enregistrement",
    },
    innocent: Text {
        en: "PowerPoint and templates keep one; it is not always renewed",
        fr: "PowerPoint et les modèles en gardent une ; elle n’est pas toujours renouvelée",
    },
    ..SHEET
};
