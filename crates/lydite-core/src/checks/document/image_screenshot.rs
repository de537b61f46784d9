//! Pictures that say they are screenshots.
//!
//! ## What it examines
//! Titles, descriptions, comments and names of programs for the word by which phones and desktops mark
//! what they take of their screen.
//!
//! ## What it can show
//! That the file is a picture of a screen and not the document or photograph that is seen in it.
//!
//! ## What it cannot show
//! Most screenshots carry no such mark. Sizes of screens are not compared.
//!
//! ## How it can be fooled
//! The mark is text.
//!
//! ## References
//! EXIF 2.32 §4.6.5 (UserComment), where iOS and macOS write it; ISO/IEC 15948 §11.3.3.2 (Software).

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::parse::document::Document;
use crate::parse::document::image;
use crate::parse::document::profile::Name;

pub static CHECK: Check = Check {
    id: "document/image-screenshot",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "image-metadata",
    since: (1995, 10), // EXIF 1.0
    codes: &[&SCREENSHOT],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("image_screenshot.rs"),
};

const WORDS: &[&str] =
    &["screenshot", "screen shot", "screen capture", "capture d’écran", "capture d'écran"];

fn run(document: &Document) -> Vec<Finding> {
    if image::of(document).is_none() {
        return Vec::new();
    }
    let names = [Name::Description, Name::Program, Name::Title];
    let properties = document.profile.properties.iter().filter(|p| names.contains(&p.name));
    // A mark is the word and little else; a caption may speak of one.
    let marked = properties.filter(|p| p.value.chars().count() <= 40).find(|p| {
        let value = p.value.to_lowercase();
        WORDS.iter().any(|word| value.contains(word))
    });
    let each = marked.map(|p| {
        let note = p.value.trim_end_matches('.').to_owned();
        SCREENSHOT.at(Evidence::bytes(p.place.clone(), p.span)).noting(note)
    });
    each.into_iter().collect()
}

static SCREENSHOT: Code = Code {
    check: "document/image-screenshot",
    name: "screenshot",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the file says that it is a picture of a screen",
        fr: "le fichier se dit capture d’écran",
    },
    innocent: Text { en: "", fr: "" },
};
