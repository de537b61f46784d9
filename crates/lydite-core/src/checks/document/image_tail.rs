//! Bytes behind the end of a picture.
//!
//! ## What it examines
//! What stands behind the end mark of a JPEG, PNG, GIF, WebP or BMP, without zeros and blanks and without
//! the further pictures that a multi-picture index announces.
//!
//! ## What it can show
//! That something else is in the file, and by its first bytes what: another picture, an archive, a film.
//!
//! ## What it cannot show
//! Who put it there. Phones append films and depth maps, cameras and cataloguing programs append data of
//! their own.
//!
//! ## How it can be fooled
//! Data can be hidden within the picture as well.
//!
//! ## References
//! CIPA DC-007 (Multi-Picture Format); ISO/IEC 15948 §5.6; T.81 §B.1.1.3.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::parse::content;
use crate::parse::document::Document;
use crate::parse::document::image;

pub static CHECK: Check = Check {
    id: "document/image-tail",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "image-structure",
    since: (1989, 7), // GIF89a
    codes: &[&BYTES_BEHIND],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("image_tail.rs"),
};

fn run(document: &Document) -> Vec<Finding> {
    let Some(span) = image::of(document).and_then(|i| i.behind) else {
        return Vec::new();
    };
    let bytes = span.of(document.raw);
    let kind = match bytes {
        _ if bytes.get(4..8) == Some(b"ftyp") => "a film or picture of the ISO format",
        _ if bytes.starts_with(b"AXS!") || bytes.starts_with(b"AXS*") => {
            "data of AXS File Concatenation"
        }
        _ => match content::of(bytes) {
            Some(kind) => kind.name(),
            None if image::format(bytes).is_some() => "a picture",
            None => "data of no known kind",
        },
    };
    let note = format!("{} bytes: {kind}", span.len());
    vec![BYTES_BEHIND.at(Evidence::bytes("behind the end", span)).noting(note)]
}

static BYTES_BEHIND: Code = Code {
    check: "document/image-tail",
    name: "bytes-behind-the-end",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the file goes on behind the end of the picture",
        fr: "le fichier continue après la fin de l’image",
    },
    innocent: Text {
        en: "phones append films and depth maps, cameras and cataloguing programs their own data",
        fr: "les téléphones ajoutent films et cartes de profondeur, appareils et catalogues leurs propres données",
    },
};
