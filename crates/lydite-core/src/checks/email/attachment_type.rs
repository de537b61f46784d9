//! Attachments whose content is not what their name or type says.
//!
//! ## What it examines
//! Every part with a file name and every part that is no text: the first bytes of its decoded
//! content against the ending of its name and its stated type.
//!
//! ## What it can show
//! That the content is of another kind (a program named as a document), that it runs when it is
//! opened, or that its name is written to hide that.
//!
//! ## What it cannot show
//! What the content does. Whether it was so when it was sent.
//!
//! ## How it can be fooled
//! By files that are of two kinds at once, by archives that hold the program, by macros.
//!
//! ## References
//! RFC 2183 §2.3 (file names are a suggestion); UAX #9 (direction); the magic numbers of
//! `parse/content.rs`.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::examine::Subject;
use crate::parse::content::{self, Kind};
use crate::parse::email::Entity;
use crate::{limits, text};

pub static CHECK: Check = Check {
    id: "email/attachment-type",
    version: 1,
    claim: Claim::BodyAsSent,
    group: "structure",
    since: (1992, 6), // RFC 1341
    codes: &[&OTHER_KIND, &PROGRAM, &MISLEADING_NAME],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject)),
    source: include_str!("attachment_type.rs"),
};

fn run(subject: &Subject) -> Vec<Finding> {
    let leaves = subject.mail.root.leaves();
    let attached = leaves
        .iter()
        .filter(|leaf| leaf.media.filename.is_some() || !leaf.media.essence.starts_with("text/"));
    attached.take(limits::TEXT_PARTS).flat_map(|leaf| part(subject, leaf)).collect()
}

fn part(subject: &Subject, leaf: &Entity) -> Vec<Finding> {
    let body = leaf.body.of(subject.raw);
    let head = &body[..body.len().min(limits::CONTENT_HEAD)];
    let head = text::decode_transfer(head, &leaf.media.encoding);
    let name = leaf.media.filename.as_deref().map(|n| text::decode_header(n.as_bytes()));
    let shown = name.as_deref().unwrap_or(&leaf.media.essence);
    let shown: String = shown.chars().take(120).flat_map(char::escape_default).collect();
    let at = || Evidence::bytes("attachment", leaf.body);
    let mut findings = Vec::new();

    let by_name = name.as_deref().and_then(content::of_name);
    let found = content::of(&head);
    let stated = by_name.or_else(|| content::of_type(&leaf.media.essence));
    if let (Some(found), Some(stated)) = (found, stated)
        && !content::goes_as(found, stated)
    {
        let note =
            format!("{shown} is stated as {}, its content is {}", stated.name(), found.name());
        findings.push(OTHER_KIND.at(at()).noting(note));
    }
    if found == Some(Kind::Program) || by_name == Some(Kind::Program) {
        findings.push(PROGRAM.at(at()).noting(shown.clone()));
    }
    if let Some(name) = name.as_deref()
        && misleads(name, by_name)
    {
        findings.push(MISLEADING_NAME.at(at()).noting(shown));
    }
    findings
}

/// Names that show another ending than they have: turned round, pushed out of sight by blanks, or a
/// program behind the ending of a document.
fn misleads(name: &str, kind: Option<Kind>) -> bool {
    let turned =
        name.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
    let inner = name.rsplit_once('.').and_then(|(stem, _)| content::of_name(stem));
    let doubled = kind == Some(Kind::Program) && inner.is_some_and(|k| k != Kind::Program);
    turned || doubled || (name.contains("          ") && kind == Some(Kind::Program))
}

static OTHER_KIND: Code = Code {
    check: "email/attachment-type",
    name: "other-kind",
    claim: Claim::BodyAsSent,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the content of an attachment is of another kind than its name or type says",
        fr: "le contenu d’une pièce jointe n’est pas du genre indiqué par son nom ou son type",
    },
    innocent: Text {
        en: "files are renamed by hand; filters replace removed attachments by a note; broken encodings",
        fr: "fichiers renommés à la main ; filtres qui remplacent une pièce retirée par une note ; encodages défectueux",
    },
};

static PROGRAM: Code = Code {
    name: "program",
    meaning: Text {
        en: "an attachment runs as a program when it is opened",
        fr: "une pièce jointe s’exécute comme programme quand on l’ouvre",
    },
    innocent: Text {
        en: "developers and administrators mail scripts and installers",
        fr: "développeurs et administrateurs envoient scripts et installateurs",
    },
    ..OTHER_KIND
};

static MISLEADING_NAME: Code = Code {
    name: "misleading-name",
    meaning: Text {
        en: "the name of an attachment is written so that another ending is seen",
        fr: "le nom d’une pièce jointe est écrit de façon à montrer une autre extension",
    },
    innocent: Text {
        en: "names in right-to-left scripts carry direction marks",
        fr: "les noms en écritures de droite à gauche portent des marques de sens",
    },
    ..OTHER_KIND
};
