//! Traces that programs leave in a PDF.
//!
//! ## What it examines
//! Marks of Acrobat's text tool in page contents, data that illustration programs keep in the file,
//! bytes before its header and behind its end, cross-reference sections that stand in no chain, pages
//! that are one image, embedded files, annotations that are laid over words, whole files behind the first,
//! and encryption.
//!
//! ## What it can show
//! That text on a page was edited by hand in the finished file; that it carries more than a reader
//! shows, and what stands below an opaque annotation; that its pages are pictures, whose words are not read.
//!
//! ## What it cannot show
//! What an edited line said before, unless an earlier revision keeps it. Whether a scan shows the paper.
//! Layers, masks and compression that scanners make are not looked at: they mean nothing.
//!
//! ## How it can be fooled
//! Every trace goes when the file is printed to a new one.
//!
//! ## References
//! ISO 32000-2 §14.5 (page pieces), §14.6 (marked content), §7.5.2; lydite research docs.md PD09, PD12,
//! PD10, PD16 and its cases of scans that were called altered and were not.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Mark};
use crate::parse::document::{Detail, Document};

pub static CHECK: Check = Check {
    id: "document/pdf-traces",
    version: 2,
    claim: Claim::DocumentAsSaved,
    group: "pdf-traces",
    since: (1993, 6), // PDF 1.0
    codes: &[
        &TOUCHED_UP,
        &PIECES,
        &SCANNED,
        &EMBEDDED,
        &BEFORE,
        &BEHIND,
        &UNFOLLOWED,
        &COVERED,
        &SECOND_FILE,
        &ENCRYPTED,
    ],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("pdf_traces.rs"),
};

fn run(document: &Document) -> Vec<Finding> {
    let Detail::Pdf(pdf) = &document.detail else { return Vec::new() };
    let whole = || Evidence::bytes("document", document.span());
    let mut findings = Vec::new();
    if let Some((page, _)) = pdf.touched_up.first() {
        let marks: usize = pdf.touched_up.iter().map(|(_, marks)| marks).sum();
        let note = format!("{marks} marks on {} pages, first page {page}", pdf.touched_up.len());
        findings.push(TOUCHED_UP.at(whole()).noting(note));
    }
    if let Some((programs, span)) = pdf.pieces.first() {
        findings.push(PIECES.at(Evidence::bytes("PieceInfo", *span)).noting(programs.clone()));
    }
    if pdf.scanned > 0 {
        let note = format!("{} of {} pages are one image each", pdf.scanned, pdf.pages);
        findings.push(SCANNED.at(whole()).noting(note));
    }
    if let Some((name, span)) = pdf.embedded.first() {
        let note = format!("{} files, the first {name:?}", pdf.embedded.len());
        findings.push(EMBEDDED.at(Evidence::bytes("embedded file", *span)).noting(note));
    }
    if !pdf.before.is_empty() {
        let note = format!("{} bytes", pdf.before.len());
        findings.push(BEFORE.at(Evidence::bytes("before the header", pdf.before)).noting(note));
    }
    if !pdf.after.is_empty() {
        let note = format!("{} bytes", pdf.after.len());
        findings.push(BEHIND.at(Evidence::bytes("behind the end", pdf.after)).noting(note));
    }
    if let Some(first) = pdf.unfollowed.first() {
        let note = format!("{} sections", pdf.unfollowed.len());
        findings.push(UNFOLLOWED.at(Evidence::bytes("startxref", *first)).noting(note));
    }
    if let Some((page, covered)) = pdf.covered.first() {
        let more = match pdf.covered.len() {
            1 => String::new(),
            many => format!("; {many} such places"),
        };
        let note = format!("page {page}, {} over {:?}{more}", covered.kind, covered.text);
        findings.push(COVERED.at(whole()).noting(note));
    }
    if pdf.others.len() > 1 {
        let note = format!("{} files, one behind the other", pdf.others.len());
        let parts = pdf.others.iter().map(|part| Evidence::bytes("a whole file", *part));
        let finding = SECOND_FILE.at(whole()).noting(note).marked(Mark::Ambiguous);
        findings.push(parts.fold(finding, Finding::citing));
    }
    if pdf.is_locked {
        findings.push(ENCRYPTED.at(whole()).marked(Mark::Encrypted));
    }
    findings
}

static TOUCHED_UP: Code = Code {
    check: "document/pdf-traces",
    name: "text-tool",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "text on a page was edited with Acrobat’s text tool",
        fr: "du texte d’une page a été modifié avec l’outil texte d’Acrobat",
    },
    innocent: Text {
        en: "typing errors are corrected in the finished file; text recognition leaves such marks too",
        fr: "des fautes sont corrigées dans le fichier achevé ; la reconnaissance de texte laisse aussi de telles marques",
    },
};

static PIECES: Code = Code {
    name: "program-data",
    meaning: Text {
        en: "a program keeps data of its own in the file, to go on editing it",
        fr: "un programme conserve ses propres données dans le fichier pour continuer à l’éditer",
    },
    innocent: Text {
        en: "drawings and forms are made with such programs",
        fr: "dessins et formulaires sont faits avec de tels programmes",
    },
    ..TOUCHED_UP
};

static SCANNED: Code = Code {
    name: "scanned",
    meaning: Text {
        en: "pages are pictures; their words are not read unless a text layer lies behind them",
        fr: "des pages sont des images ; leur texte n’est lu que si une couche de texte se trouve derrière",
    },
    innocent: Text {
        en: "paper is scanned in every office",
        fr: "on numérise du papier dans tous les bureaux",
    },
    ..TOUCHED_UP
};

static EMBEDDED: Code = Code {
    name: "embedded-files",
    meaning: Text {
        en: "other files are embedded, which a page need not show",
        fr: "d’autres fichiers sont incorporés, qu’aucune page ne montre nécessairement",
    },
    innocent: Text {
        en: "invoices carry their data, portfolios their parts, minutes their annexes",
        fr: "les factures portent leurs données, les porte-documents leurs pièces, les comptes rendus leurs annexes",
    },
    ..TOUCHED_UP
};

static BEFORE: Code = Code {
    name: "bytes-before",
    meaning: Text {
        en: "bytes stand before the header, which readers pass over",
        fr: "des octets précèdent l’en-tête, que les lecteurs ignorent",
    },
    innocent: Text {
        en: "servers and mail programs put line ends or headers of their own before a file",
        fr: "des serveurs et messageries placent des fins de ligne ou leurs en-têtes avant un fichier",
    },
    ..TOUCHED_UP
};

static BEHIND: Code = Code {
    name: "bytes-behind",
    meaning: Text {
        en: "bytes stand behind the end, which readers pass over",
        fr: "des octets suivent la fin, que les lecteurs ignorent",
    },
    innocent: Text {
        en: "servers append to what they send; a save that broke off leaves its beginning",
        fr: "des serveurs ajoutent à ce qu’ils envoient ; un enregistrement interrompu laisse son début",
    },
    ..TOUCHED_UP
};

static UNFOLLOWED: Code = Code {
    name: "unfollowed-sections",
    meaning: Text {
        en: "cross-reference sections stand in the file that no reader follows: states that were cut off",
        fr: "le fichier contient des sections de références qu’aucun lecteur ne suit : états retranchés",
    },
    innocent: Text {
        en: "embedded PDF files bring their own; programs that save wrongly leave some",
        fr: "des PDF incorporés apportent les leurs ; des programmes qui enregistrent mal en laissent",
    },
    ..TOUCHED_UP
};

static COVERED: Code = Code {
    name: "covered-words",
    meaning: Text {
        en: "an annotation or a filled rectangle is laid over words of the page, which are not seen and still stand below",
        fr: "une annotation ou un rectangle plein est posé sur des mots de la page, qu’on ne voit pas et qui restent dessous",
    },
    innocent: Text {
        en: "names are blacked out, stamps and labels put on, forms corrected with a white box; slides and drawings stack shapes",
        fr: "on masque des noms, appose tampons et étiquettes, corrige un formulaire avec un cadre blanc ; diapositives et dessins superposent des formes",
    },
    ..TOUCHED_UP
};

static SECOND_FILE: Code = Code {
    name: "second-file",
    meaning: Text {
        en: "two whole files stand one behind the other: readers that begin at the end show another one than those that begin at the start",
        fr: "deux fichiers entiers se suivent : les lecteurs qui commencent par la fin en montrent un autre que ceux qui commencent par le début",
    },
    innocent: Text {
        en: "downloads and scripts join files end to end",
        fr: "téléchargements et scripts mettent des fichiers bout à bout",
    },
    ..TOUCHED_UP
};

static ENCRYPTED: Code = Code {
    name: "encrypted",
    direction: Direction::Inconclusive,
    meaning: Text {
        en: "the file is encrypted with a password: names, dates and text are not readable",
        fr: "le fichier est chiffré par mot de passe : noms, dates et texte sont illisibles",
    },
    innocent: Text { en: "", fr: "" },
    ..TOUCHED_UP
};
