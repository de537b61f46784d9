//! Earlier revisions that a PDF still holds.
//!
//! ## What it examines
//! Every revision of the file, by the chain of its cross-reference sections, and the words of each page
//! in it. Both sections of a linearized file are one revision.
//!
//! ## What it can show
//! That the file was saved again with its earlier state kept, how often, and which words were there
//! before. An earlier revision is the file's bytes up to its end, and opens as a file of its own.
//!
//! ## What it cannot show
//! Who saved it. What was changed in a file that was written anew, which keeps nothing.
//!
//! ## How it can be fooled
//! Any optimiser removes earlier revisions. Anybody can append one.
//!
//! ## References
//! ISO 32000-2 §7.5.6 (incremental updates), Annex F (linearized); lydite research docs.md PD06.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::limits;
use crate::parse::document::{Detail, Document};

pub static CHECK: Check = Check {
    id: "document/pdf-revisions",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "pdf-revisions",
    since: (1993, 6), // PDF 1.0
    codes: &[&EARLIER, &OTHER_TEXT],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("pdf_revisions.rs"),
};

fn run(document: &Document) -> Vec<Finding> {
    let Detail::Pdf(pdf) = &document.detail else { return Vec::new() };
    let mut findings = Vec::new();
    if pdf.revisions.len() < 2 {
        return findings;
    }
    for (number, revision) in pdf.revisions.iter().enumerate().skip(1).take(limits::PDF_SAID) {
        let at = || Evidence::bytes(format!("revision {}", number + 1), revision.span);
        let note = format!(
            "revision {} of {}: {} objects added, {} replaced, {} freed, {} pages",
            number + 1,
            pdf.revisions.len(),
            revision.added,
            revision.replaced,
            revision.freed,
            revision.pages
        );
        findings.push(EARLIER.at(at()).noting(note));
        if let Some(change) = revision.changes.first() {
            let others = match revision.changes.len() {
                1 => String::new(),
                many => format!("; {} pages in all", many),
            };
            let note = format!(
                "revision {}, page {}: {:?} stands where {:?} stood{others}",
                number + 1,
                change.page,
                change.after,
                change.before
            );
            findings.push(OTHER_TEXT.at(at()).noting(note));
        }
    }
    findings
}

static EARLIER: Code = Code {
    check: "document/pdf-revisions",
    name: "earlier-revision",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the file holds an earlier state of itself, to which this revision was added",
        fr: "le fichier contient un état antérieur de lui-même, auquel cette révision a été ajoutée",
    },
    innocent: Text {
        en: "saving, commenting, filling forms, signing and time-stamping add revisions every day",
        fr: "enregistrer, annoter, remplir un formulaire, signer ou horodater ajoute chaque jour des révisions",
    },
};

static OTHER_TEXT: Code = Code {
    name: "earlier-text-differs",
    meaning: Text {
        en: "a page reads otherwise than in the revision before",
        fr: "une page se lit autrement que dans la révision précédente",
    },
    innocent: Text {
        en: "a document is corrected before it is finished; forms are filled; stamps and page numbers are put on",
        fr: "un document est corrigé avant d’être achevé ; formulaires remplis ; tampons et numéros de page apposés",
    },
    ..EARLIER
};
