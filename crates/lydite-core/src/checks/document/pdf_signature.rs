//! Signatures inside a PDF, and what was changed after them.
//!
//! ## What it examines
//! Every signature that stands in the file: which bytes it covers, whether its digest and its key hold
//! over them, and every object that later revisions changed, by the places it is reached from.
//!
//! ## What it can show
//! That the signed bytes are as they were signed by the key in the file; that bytes in them were
//! changed; that pages were changed after signing, or only what signers expect: forms, annotations,
//! time stamps; that something was laid over words of a signed page.
//!
//! ## What it cannot show
//! Who holds the key: no authority is asked, and an unknown one is no sign of anything. Content that
//! was prepared before signing to look otherwise later by means a form or annotation has.
//!
//! ## How it can be fooled
//! Anybody can make a certificate of any name and sign any file again: what holds makes a document
//! `consistent` and no more.
//!
//! ## References
//! ISO 32000-2 §12.8; ETSI EN 319 142-1 (PAdES); Mladenov et al. 2019 and Mainka et al. 2021 (shadow
//! attacks); lydite research docs.md PD08.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Mark, Strength};
use crate::parse::document::pdf::{Later, Signature};
use crate::parse::document::{Detail, Document};
use crate::signature::smime::{Outcome, moment};

pub static CHECK: Check = Check {
    id: "document/pdf-signature",
    version: 2,
    claim: Claim::DocumentAsSaved,
    // As that of packages: no file is both.
    group: "document-signature",
    since: (1999, 2), // PDF 1.3
    codes: &[
        &HOLDS,
        &DIFFERS,
        &CHANGED_AFTER,
        &BESIDE_AFTER,
        &PERMITTED_AFTER,
        &COVERED_AFTER,
        &MOVED,
        &UNOPENED,
    ],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("pdf_signature.rs"),
};

fn run(document: &Document) -> Vec<Finding> {
    let Detail::Pdf(pdf) = &document.detail else { return Vec::new() };
    pdf.signatures.iter().flat_map(one).collect()
}

fn one(signature: &Signature) -> Vec<Finding> {
    let at = |code: &'static Code, note: String| {
        let finding = code.at(Evidence::bytes("signature", signature.span)).noting(note);
        // Ranges of another file may lie outside this one.
        let ranges = signature.ranges.iter().filter(|_| signature.is_in_place);
        let ranges = ranges.map(|r| Evidence::bytes("signed bytes", *r));
        ranges.fold(finding, Finding::citing)
    };
    let who = who(signature);
    if !signature.is_in_place {
        return vec![at(&MOVED, who)];
    }
    let mut findings = match signature.outcome {
        Outcome::OtherText => return vec![at(&DIFFERS, who)],
        Outcome::OtherAttributes => {
            return vec![at(&UNOPENED, format!("{who}: signed with other attributes than these"))];
        }
        Outcome::CannotTell(why) => return vec![at(&UNOPENED, format!("{who}: {why}"))],
        Outcome::Holds => Vec::new(),
    };
    let said = format!("{who}; changed since: {}", signature.changes.join(", "));
    match signature.later {
        Later::Pages => findings.push(at(&CHANGED_AFTER, said)),
        Later::Beside => findings.push(at(&BESIDE_AFTER, said)),
        Later::Permitted => findings.push(at(&PERMITTED_AFTER, said)),
        Later::Nothing | Later::Upkeep => {}
    }
    if !signature.covered.is_empty() {
        findings.push(at(&COVERED_AFTER, format!("{}: {}", who, signature.covered.join("; "))));
    }
    // Bytes behind the last revision's end, or an end that is none, are not looked into. What a reader
    // is shown of covered pages is not what was signed.
    let is_shown = signature.later < Later::Beside && signature.covered.is_empty();
    if is_shown && signature.revision.is_some() {
        let mut holds = at(&HOLDS, who);
        if signature.is_weak {
            holds = holds.marked(Mark::WeakKey);
        }
        findings.push(holds);
    }
    findings
}

fn who(signature: &Signature) -> String {
    let kind = if signature.is_time_stamp { "time stamp" } else { "signature" };
    let signer = signature.signer.as_deref().unwrap_or("nobody that is named");
    let time = signature.time.map(|t| format!(", at {}", moment(t))).unwrap_or_default();
    let revision = match signature.revision {
        Some(n) => format!(", over revision {}", n + 1),
        None => String::new(),
    };
    format!("{kind} of {signer}{time}{revision}")
}

static HOLDS: Code = Code {
    check: "document/pdf-signature",
    name: "holds",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Supports,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "a signature holds over the whole file as it was signed, with a key that only the file gives",
        fr: "une signature tient sur tout le fichier tel qu’il a été signé, avec une clé que seul le fichier donne",
    },
    innocent: Text { en: "", fr: "" },
};

static DIFFERS: Code = Code {
    name: "differs",
    direction: Direction::Contradicts,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "the signature stands in its place, and the bytes around it are not those that were signed",
        fr: "la signature est à sa place, et les octets qui l’entourent ne sont pas ceux qui ont été signés",
    },
    innocent: Text {
        en: "damage on the way or on disk; a signing program with a defect",
        fr: "dommage en chemin ou sur disque ; un programme de signature défectueux",
    },
    ..HOLDS
};

static CHANGED_AFTER: Code = Code {
    name: "pages-changed-after",
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "pages were changed after the file was signed",
        fr: "des pages ont été modifiées après la signature du fichier",
    },
    innocent: Text {
        en: "an office stamped or numbered the pages, or joined others to them, after signing; a program rewrote fonts",
        fr: "un service a tamponné, numéroté ou complété les pages après signature ; un programme a réécrit des polices",
    },
    ..HOLDS
};

static BESIDE_AFTER: Code = Code {
    name: "changed-after",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the file was changed after signing in ways that no signature permits, but not on its pages",
        fr: "le fichier a été modifié après signature d’une façon qu’aucune signature n’autorise, mais pas sur ses pages",
    },
    innocent: Text {
        en: "readers save outlines, structure and form fields of their own accord",
        fr: "des lecteurs enregistrent d’eux-mêmes signets, structure et champs de formulaire",
    },
    ..HOLDS
};

static PERMITTED_AFTER: Code = Code {
    name: "filled-after",
    meaning: Text {
        en: "after signing, form fields were filled, annotations made or further signatures added",
        fr: "après signature, des champs ont été remplis, des annotations faites ou d’autres signatures ajoutées",
    },
    innocent: Text {
        en: "what forms and contracts with several signers are for",
        fr: "c’est l’usage des formulaires et des contrats à plusieurs signataires",
    },
    ..BESIDE_AFTER
};

static COVERED_AFTER: Code = Code {
    name: "covered-after",
    meaning: Text {
        en: "after signing, an annotation was laid over words of the signed pages, which are no longer seen",
        fr: "après signature, une annotation a été posée sur des mots des pages signées, qu’on ne voit plus",
    },
    innocent: Text {
        en: "names are blacked out before a document is passed on; an office puts its stamp where there is text",
        fr: "on masque des noms avant de transmettre un document ; un service appose son tampon sur du texte",
    },
    ..BESIDE_AFTER
};

static MOVED: Code = Code {
    name: "not-in-place",
    meaning: Text {
        en: "a signature is left in the file, its ranges are not where it stands",
        fr: "une signature subsiste dans le fichier, ses plages ne correspondent pas à sa place",
    },
    innocent: Text {
        en: "a program wrote the signed file anew, as printing, joining and compressing do",
        fr: "un programme a réécrit le fichier signé, comme le font impression, assemblage et compression",
    },
    ..BESIDE_AFTER
};

static UNOPENED: Code = Code {
    name: "unopened",
    direction: Direction::Inconclusive,
    meaning: Text {
        en: "a signature that cannot be opened",
        fr: "une signature qui ne peut être ouverte",
    },
    innocent: Text { en: "", fr: "" },
    ..BESIDE_AFTER
};
