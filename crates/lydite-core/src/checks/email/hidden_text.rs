//! Text in HTML that style keeps from sight.
//!
//! ## What it examines
//! Every HTML part: text inside elements whose own style gives it no display, no size, no height,
//! the colour of its ground, or a place off the page.
//!
//! ## What it can show
//! That a search, a quote or a filter finds words in the mail which its reader did not see, and
//! which; so that nobody quotes them as read.
//!
//! ## What it cannot show
//! What style sheets and scripts hide: only what stands on the element counts. Why it is hidden:
//! nearly every newsletter hides a preview line. Nothing here speaks against a mail.
//!
//! ## How it can be fooled
//! By classes, by pictures behind text, by letters of nearly the colour of their ground.
//!
//! ## References
//! CSS 2.2 §9.2.4, §11.2; lydite research security.md (measured on phishing_pot).

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::examine::Subject;
use crate::limits;
use crate::parse::html::{self, Hidden};
use crate::text;

pub static CHECK: Check = Check {
    id: "email/hidden-text",
    version: 1,
    claim: Claim::BodyAsSent,
    group: "structure",
    since: (1997, 1), // HTML 3.2
    codes: &[&PREVIEW, &HIDDEN, &INVISIBLE_LETTERS],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject)),
    source: include_str!("hidden_text.rs"),
};

/// Preview lines that mail programs show in the list of messages are up to so many characters.
const PREVIEW_LETTERS: usize = 300;
/// Invisible letters inside words that are no accident of an editor.
const INVISIBLE: usize = 5;

fn run(subject: &Subject) -> Vec<Finding> {
    let leaves = subject.mail.root.leaves();
    let pages = leaves.iter().filter(|e| e.media.essence == "text/html");
    let mut findings = Vec::new();
    for leaf in pages.take(limits::TEXT_PARTS) {
        let bytes = text::decode_transfer(leaf.body.of(subject.raw), &leaf.media.encoding);
        let page = html::read(&text::decode_charset(&bytes, leaf.media.charset.as_deref()));
        let at = || Evidence::bytes("HTML", leaf.body);
        if let Some((code, note)) = weigh(&page.hidden) {
            findings.push(code.at(at()).noting(note));
        }
        let parted = parted_words(&page.shown);
        if parted >= INVISIBLE {
            let note = format!("{parted} invisible letters inside words");
            findings.push(INVISIBLE_LETTERS.at(at()).noting(note));
        }
    }
    findings
}

/// How much is hidden, by what, and how it begins.
fn weigh(hidden: &[Hidden]) -> Option<(&'static Code, String)> {
    // Filler of preview lines is no text.
    let is_letter = |c: &char| c.is_alphanumeric();
    let letters = |h: &Hidden| h.text.chars().filter(is_letter).count();
    let longest = hidden.iter().max_by_key(|h| letters(h))?;
    let total: usize = hidden.iter().map(letters).sum();
    if total == 0 {
        return None;
    }
    let begin: String = longest.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let begin: String = begin.chars().filter(|c| !c.is_control()).take(80).collect();
    let code = if hidden.len() == 1 && total <= PREVIEW_LETTERS { &PREVIEW } else { &HIDDEN };
    Some((code, format!("{total} letters by {}, the longest beginning {begin:?}", longest.by)))
}

/// Letters without width between two letters of the Latin alphabet, where no script needs them.
fn parted_words(text: &str) -> usize {
    let mut count = 0;
    let (mut before, mut between) = ('\0', 0);
    for c in text.chars() {
        if matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}') {
            // A soft hyphen is an ordinary mark of typesetting.
            between += usize::from(c != '\u{ad}');
            continue;
        }
        if between > 0 && before.is_ascii_alphanumeric() && c.is_ascii_alphanumeric() {
            count += between;
        }
        (before, between) = (c, 0);
    }
    count
}

static PREVIEW: Code = Code {
    check: "email/hidden-text",
    name: "preview",
    claim: Claim::BodyAsSent,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "one short text is kept from sight, as the preview lines of newsletters are",
        fr: "un court texte est soustrait à la vue, comme les lignes d’aperçu des lettres d’information",
    },
    innocent: Text {
        en: "newsletters put the line shown in the list of messages there",
        fr: "les lettres d’information y placent la ligne montrée dans la liste des messages",
    },
};

static HIDDEN: Code = Code {
    name: "hidden",
    meaning: Text {
        en: "text is kept from sight: readers did not see these words, searches find them",
        fr: "du texte est soustrait à la vue : les lecteurs n’ont pas vu ces mots, les recherches les trouvent",
    },
    innocent: Text {
        en: "layouts for telephones and screens in one page; alternatives that one program shows and another hides",
        fr: "mises en page pour téléphones et écrans dans une même page ; variantes montrées par un logiciel et cachées par un autre",
    },
    ..PREVIEW
};

static INVISIBLE_LETTERS: Code = Code {
    name: "invisible-letters",
    meaning: Text {
        en: "letters without width part the words: searches do not find what readers see",
        fr: "des lettres sans largeur coupent les mots : les recherches ne trouvent pas ce que voient les lecteurs",
    },
    innocent: Text {
        en: "editors and address tools leave them behind",
        fr: "des éditeurs et outils d’adresses en laissent",
    },
    ..PREVIEW
};
