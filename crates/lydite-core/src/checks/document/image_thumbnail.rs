//! Whether the thumbnail kept in a photograph shows the same picture.
//!
//! ## What it examines
//! The small JPEG in EXIF or in Photoshop's resources against the picture of a JPEG, both reduced to a
//! grid of 16 by 16 mean luminances, in every turn, mirrored, stretched, without bars and frames and cut to
//! either shape. The likest reading counts. What is like none is looked for in parts of the thumbnail.
//!
//! ## What it can show
//! That the picture is no longer the one of which the thumbnail was made, or that a part of it is not:
//! what was there before may still be seen in the thumbnail.
//!
//! ## What it cannot show
//! What a change means. Small and faint changes. Of 68 thumbnails in public photographs that nobody is
//! known to have altered the least like had a correlation of 0.94, and no cell was further off than 1.3
//! standard deviations. Of 406 pairs of different photographs 367 stayed below 0.55, the edge that is
//! used. Framed, tilted, darkened or trimmed by a program that left the thumbnail, 32 photographs
//! each, none came below it.
//!
//! ## How it can be fooled
//! Most editing programs write a new thumbnail; tools take it out or replace it.
//!
//! ## References
//! EXIF 2.32 §4.8.1 (thumbnails); Kee and Farid, "Digital Image Authentication from Thumbnails" (2010).

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::limits;
use crate::parse::document::Document;
use crate::parse::document::image::{self, Image, likeness};

pub static CHECK: Check = Check {
    id: "document/image-thumbnail",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "image-content",
    since: (1998, 6), // EXIF 2.1
    codes: &[&OTHER_PICTURE, &CUT, &PART_DIFFERS],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("image_thumbnail.rs"),
};

fn run(document: &Document) -> Vec<Finding> {
    // What is cut or damaged shows less than the thumbnail, and nobody altered it.
    let is_whole = |i: &&Image| i.jpeg.as_ref().is_some_and(|jpeg| jpeg.has_end);
    let Some(image) = image::of(document).filter(is_whole) else {
        return Vec::new();
    };
    let least = image.width.min(image.height);
    if image.thumbnails.is_empty() || least < limits::PICTURE_LEAST {
        return Vec::new();
    }
    let Some(picture) = likeness::decode(document.raw) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for thumbnail in &image.thumbnails {
        let Some(small) = likeness::decode(&thumbnail.jpeg) else {
            continue;
        };
        if small.width.max(small.height) > limits::THUMBNAIL_SIDE {
            continue;
        }
        let Some(alike) = likeness::compare(&picture, &small) else {
            continue;
        };
        let at = Evidence::bytes(format!("{} thumbnail", thumbnail.source), thumbnail.span);
        if alike.correlation < limits::PICTURE_OTHER {
            let inner = likeness::within(&picture, &small);
            if inner >= limits::PICTURE_CUT {
                findings
                    .push(CUT.at(at).noting(format!("correlation {inner:.2} with a part of it")));
                continue;
            }
            let note = format!("correlation {:.2}", alike.correlation);
            findings.push(OTHER_PICTURE.at(at).noting(note));
        } else if alike.worst_cell > limits::PICTURE_PART {
            let (row, column) = alike.worst_place;
            let note = format!(
                "most in row {row}, column {column} of 16 of the thumbnail: {:.1} standard deviations",
                alike.worst_cell
            );
            findings.push(PART_DIFFERS.at(at).noting(note));
        }
    }
    findings
}

static OTHER_PICTURE: Code = Code {
    check: "document/image-thumbnail",
    name: "other-picture",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the thumbnail in the metadata shows another picture than the file",
        fr: "la vignette des métadonnées montre une autre image que le fichier",
    },
    innocent: Text {
        en: "simple programs cut, colour or collage a picture and leave the old thumbnail; metadata are copied from one picture to another to keep date and place",
        fr: "des logiciels simples recadrent, colorent ou assemblent une image et laissent l’ancienne vignette ; on copie les métadonnées d’une image à l’autre pour garder date et lieu",
    },
};

static CUT: Code = Code {
    name: "cut",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the picture seems to be a part of what its thumbnail shows",
        fr: "l’image semble être une partie de ce que montre sa vignette",
    },
    innocent: Text {
        en: "pictures are cut for print and web, and simple programs leave the thumbnail",
        fr: "on recadre pour l’impression et le web, et des logiciels simples laissent la vignette",
    },
    ..OTHER_PICTURE
};

static PART_DIFFERS: Code = Code {
    name: "part-differs",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "a part of the picture differs from its thumbnail: a person should look at both",
        fr: "une partie de l’image diffère de sa vignette : à regarder toutes les deux",
    },
    innocent: Text {
        en: "a date, logo or caption was printed into the picture; light and colours were corrected in parts",
        fr: "date, logo ou légende incrustés ; lumière et couleurs corrigées par endroits",
    },
    ..OTHER_PICTURE
};
