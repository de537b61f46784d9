//! Where a picture says it was taken, and in which time zone.
//!
//! ## What it examines
//! The position in EXIF, the satellites' time against the camera's clock, and the offset from UTC that
//! EXIF states since 2016.
//!
//! ## What it can show
//! A place and a zone to hold against what is said of the picture.
//!
//! ## What it cannot show
//! That the picture was taken there: the values are written by a program and can be written by hand. A
//! phone may note the place where it last saw a satellite.
//!
//! ## How it can be fooled
//! By any tool that writes EXIF.
//!
//! ## References
//! EXIF 2.32 §4.6.6 (GPS), §4.6.5 (OffsetTime). Zones of the world lie between UTC−12 and UTC+14.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::parse::document::Document;
use crate::parse::document::image::{
    self, exif,
    tiff::{Directory, Tiff},
};
use crate::parse::document::time::Precision;

pub static CHECK: Check = Check {
    id: "document/image-place",
    version: 1,
    claim: Claim::DateAsStated,
    group: "image-metadata",
    since: (1998, 6), // EXIF 2.1
    codes: &[&POSITION, &ZONE, &SATELLITE_TIME_DIFFERS],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("image_place.rs"),
};

fn run(document: &Document) -> Vec<Finding> {
    let Some(tiff) = image::of(document).and_then(|i| i.exif.as_ref()) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    if let (Some((north, east)), Some(at)) = (exif::position(tiff), cite(tiff, Directory::Gps, 2)) {
        let finding =
            POSITION.at(at).noting(format!("{north:.5} {east:.5}, degrees north and east"));
        findings.push(cite(tiff, Directory::Gps, 4).into_iter().fold(finding, Finding::citing));
    }
    findings.extend(zone(tiff));
    findings
}

fn cite(tiff: &Tiff, directory: Directory, tag: u16) -> Option<Evidence> {
    let entry = tiff.entry(directory, tag)?;
    Some(Evidence::bytes(entry.place("Exif"), entry.span))
}

/// The zone as stated, else as the satellites' time gives it, to the quarter of an hour.
fn zone(tiff: &Tiff) -> Option<Finding> {
    let taken = exif::taken(tiff)?;
    let at = cite(tiff, Directory::Exif, 0x9003)?;
    if let Some(offset) = taken.offset {
        let finding = ZONE.at(at).noting(format!("UTC{} as stated", hours(i64::from(offset))));
        return Some(
            cite(tiff, Directory::Exif, 0x9011).into_iter().fold(finding, Finding::citing),
        );
    }
    let satellites = exif::satellites(tiff).filter(|m| m.precision >= Precision::Day)?;
    let finding = |code: &Code, note: String| {
        let finding = code.at(at).noting(note);
        let parts = [0x1d, 0x07].into_iter().filter_map(|tag| cite(tiff, Directory::Gps, tag));
        parts.fold(finding, Finding::citing)
    };
    let apart = taken.at - satellites.at;
    if !(-12 * 3_600 - 900..=14 * 3_600 + 900).contains(&apart) {
        let days = apart.abs() / 86_400;
        let note = format!(
            "the camera’s clock and the satellites are {days} days and {} hours apart",
            apart.abs() % 86_400 / 3_600
        );
        return Some(finding(&SATELLITE_TIME_DIFFERS, note));
    }
    let quarter = (apart + 450).div_euclid(900) * 900;
    // A clock that is minutes off every zone shows none.
    (apart - quarter)
        .abs()
        .le(&180)
        .then(|| finding(&ZONE, format!("UTC{} by the satellites’ time", hours(quarter))))
}

fn hours(seconds: i64) -> String {
    let sign = if seconds < 0 { '−' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

static POSITION: Code = Code {
    check: "document/image-place",
    name: "position",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the picture states where it was taken",
        fr: "l’image indique où elle a été prise",
    },
    innocent: Text { en: "", fr: "" },
};

static ZONE: Code = Code {
    name: "zone",
    claim: Claim::DateAsStated,
    meaning: Text {
        en: "the picture tells in which time zone the camera’s clock stood",
        fr: "l’image révèle le fuseau horaire de l’horloge de l’appareil",
    },
    ..POSITION
};

static SATELLITE_TIME_DIFFERS: Code = Code {
    name: "satellite-time-differs",
    claim: Claim::DateAsStated,
    meaning: Text {
        en: "the camera’s clock and the satellites’ time are further apart than any time zone",
        fr: "l’horloge de l’appareil et l’heure des satellites diffèrent de plus qu’aucun fuseau",
    },
    innocent: Text {
        en: "the camera’s clock was never set; the place is that of an earlier fix or was copied from another picture",
        fr: "horloge jamais réglée ; position d’un relevé antérieur ou copiée d’une autre image",
    },
    ..POSITION
};
