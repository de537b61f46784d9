//! Whether the parts of a picture's metadata agree.
//!
//! ## What it examines
//! Dates and programs that EXIF, IPTC and XMP each state, the digest that Photoshop keeps of the IPTC
//! block, and whether the file was changed after it was taken; of a PNG, the time of its last change
//! (tIME) against every date of making.
//!
//! ## What it can show
//! That a program wrote one part and left another as it was, and what the older part still says.
//!
//! ## What it cannot show
//! Which of the two is right, and whether the picture itself was touched. Clocks of cameras are often wrong.
//!
//! ## How it can be fooled
//! By a tool that writes all parts, or takes them all out.
//!
//! ## References
//! Metadata Working Group, "Guidelines for Handling Image Metadata" 2.0 §5 (which parts mean the same);
//! EXIF 2.32 §4.6.4; PNG (ISO/IEC 15948) §11.3.4 and §11.3.6.1; IPTC IIM 4.2; ISO 16684-1. Two clocks on earth are at most 26 hours apart.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Span};
use crate::parse::document::Document;
use crate::parse::document::image::{self, Image, exif, tiff::Tiff};
use crate::parse::document::profile::{Name, Property};

pub static CHECK: Check = Check {
    id: "document/image-metadata",
    version: 2,
    claim: Claim::DateAsStated,
    group: "image-metadata",
    since: (1995, 10), // EXIF 1.0
    codes: &[&DATES_DIFFER, &CHANGED_BEFORE_TAKEN, &PROGRAMS_DIFFER, &DIGEST_STALE],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("image_metadata.rs"),
};

/// UTC−12 to UTC+14.
const ZONES: i64 = 26 * 3_600;

/// Places that mean when the picture was taken, and when the file was changed.
const TAKEN: &[&str] = &[
    "Exif 0x9003",
    "TIFF 0x9003",
    "IPTC 2:55",
    "XMP exif:DateTimeOriginal",
    "XMP photoshop:DateCreated",
];
const CHANGED: &[&str] =
    &["Exif 0x0132", "TIFF 0x0132", "XMP xmp:ModifyDate", "XMP tiff:DateTime", PNG_TIME];
/// The last change of a PNG's picture, in UTC, and when the picture was first made (§11.3.4 and §11.3.6.1
/// of its standard).
const PNG_TIME: &str = "PNG tIME";
const PNG_MADE: &str = "PNG Creation Time";

fn run(document: &Document) -> Vec<Finding> {
    let Some(image) = image::of(document) else {
        return Vec::new();
    };
    let properties = &document.profile.properties;
    let mut findings = Vec::new();
    for places in [TAKEN, CHANGED] {
        let dates: Vec<&Property> = properties
            .iter()
            .filter(|p| p.at.is_some() && places.contains(&p.place.as_str()))
            .collect();
        findings.extend(differing(&dates));
    }
    findings.extend(image.exif.as_ref().and_then(|tiff| order(tiff, properties)));
    findings.extend(order_of_png(properties));
    findings.extend(programs(properties));
    findings.extend(digest(image));
    findings
}

/// EXIF's own two dates.
fn order(tiff: &Tiff, properties: &[Property]) -> Option<Finding> {
    let (taken, changed) = (exif::taken(tiff)?, exif::changed(tiff)?);
    if changed.at >= taken.at - ZONES {
        return None;
    }
    let find = |places: &[&str]| properties.iter().find(|p| places.contains(&p.place.as_str()));
    let (taken, changed) = (find(&TAKEN[..2])?, find(&CHANGED[..2])?);
    let note = format!("taken {}, changed {}", taken.value, changed.value);
    Some(CHANGED_BEFORE_TAKEN.at(cite(taken)).citing(cite(changed)).noting(note))
}

/// The time of a PNG's last change, against all that tells when its picture was made.
fn order_of_png(properties: &[Property]) -> Option<Finding> {
    let changed = properties.iter().find(|p| p.place == PNG_TIME)?;
    let is_made =
        |p: &&Property| p.place.eq_ignore_ascii_case(PNG_MADE) || TAKEN.contains(&p.place.as_str());
    let made = properties.iter().filter(is_made).max_by_key(|p| p.at)?;
    // A date without a clock is the start of a day.
    (changed.at? < made.at? - ZONES).then(|| {
        let note = format!("{}: {}, {}: {}", made.place, made.value, changed.place, changed.value);
        CHANGED_BEFORE_TAKEN.at(cite(made)).citing(cite(changed)).noting(note)
    })
}

fn cite(property: &Property) -> Evidence {
    Evidence::bytes(property.place.clone(), property.span)
}

/// The first date and one that no two clocks can both have shown.
fn differing(dates: &[&Property]) -> Option<Finding> {
    let (first, rest) = dates.split_first()?;
    // A date without a clock is the start of a day, local or not.
    let other = rest.iter().find(|p| {
        let apart = p.at.zip(first.at).map_or(0, |(a, b)| a.abs_diff(b));
        apart > ZONES.unsigned_abs() + 86_400
    })?;
    let note = format!("{}: {}, {}: {}", first.place, first.value, other.place, other.value);
    Some(DATES_DIFFER.at(cite(first)).citing(cite(other)).noting(note))
}

/// EXIF's Software against XMP's CreatorTool.
fn programs(properties: &[Property]) -> Option<Finding> {
    let at = |places: &[&str]| {
        let program = |p: &&Property| p.name == Name::Program && places.contains(&p.place.as_str());
        properties.iter().find(program)
    };
    let (exif, xmp) = (at(&["Exif 0x0131", "TIFF 0x0131"])?, at(&["XMP xmp:CreatorTool"])?);
    let plain = |text: &str| {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    let (a, b) = (plain(&exif.value), plain(&xmp.value));
    let same = a.starts_with(&b) || b.starts_with(&a);
    let note = format!("{}: {}, {}: {}", exif.place, exif.value, xmp.place, xmp.value);
    (!same).then(|| PROGRAMS_DIFFER.at(cite(exif)).citing(cite(xmp)).noting(note))
}

fn digest(image: &Image) -> Option<Finding> {
    let (is_current, span): (bool, Span) = image.iptc_digest?;
    (!is_current).then(|| DIGEST_STALE.at(Evidence::bytes("IPTCDigest", span)))
}

static DATES_DIFFER: Code = Code {
    check: "document/image-metadata",
    name: "dates-differ",
    claim: Claim::DateAsStated,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "two parts of the metadata state different days for the same event",
        fr: "deux parties des métadonnées indiquent des jours différents pour le même fait",
    },
    innocent: Text {
        en: "programs of newsrooms and agencies write one part and leave the other; pictures are dated by hand when they are filed",
        fr: "les logiciels des rédactions et agences écrivent une partie et laissent l’autre ; on date à la main les images qu’on archive",
    },
};

static CHANGED_BEFORE_TAKEN: Code = Code {
    name: "changed-before-taken",
    meaning: Text {
        en: "the metadata say that the file was last changed before the picture was taken",
        fr: "les métadonnées disent le fichier modifié avant la prise de vue",
    },
    innocent: Text {
        en: "a clock was wrong or was set; a date was corrected by hand",
        fr: "une horloge déréglée ou réglée entre-temps ; une date corrigée à la main",
    },
    ..DATES_DIFFER
};

static PROGRAMS_DIFFER: Code = Code {
    name: "programs-differ",
    claim: Claim::DocumentAsSaved,
    meaning: Text {
        en: "EXIF and XMP name different programs: more than one has written the file",
        fr: "EXIF et XMP nomment des logiciels différents : plusieurs ont écrit le fichier",
    },
    innocent: Text {
        en: "XMP often keeps the camera’s firmware while EXIF names the program that developed the picture",
        fr: "XMP garde souvent le micrologiciel de l’appareil, EXIF nomme le logiciel qui a développé l’image",
    },
    ..DATES_DIFFER
};

static DIGEST_STALE: Code = Code {
    name: "iptc-digest-stale",
    claim: Claim::DocumentAsSaved,
    meaning: Text {
        en: "the caption block was changed after the program that keeps its digest last saved the file",
        fr: "le bloc de légende a changé après le dernier enregistrement par le logiciel qui en garde l’empreinte",
    },
    innocent: Text {
        en: "captioning tools of newsrooms and agencies write the block without its digest",
        fr: "les outils de légende des rédactions et agences écrivent le bloc sans son empreinte",
    },
    ..DATES_DIFFER
};
