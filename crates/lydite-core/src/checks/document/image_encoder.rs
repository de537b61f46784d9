//! How a JPEG was written: tables, sampling, form.
//!
//! ## What it examines
//! The quantisation tables against those of the IJG's library at its hundred qualities, and whether
//! a file that names a camera has a form that software writes: progressive, arithmetic coding, four
//! components, twelve bits.
//!
//! ## What it can show
//! Which kind of program wrote the file last, and at which quality. Together with a named camera: that
//! the bytes are probably not as they left it.
//!
//! ## What it cannot show
//! That anything in the picture was changed. Many cameras and nearly all phones and messengers use the
//! library's tables: of 92 public JPEGs that name a camera, 42 had them.
//!
//! ## How it can be fooled
//! Any encoder can be given any tables, and a file can name any camera.
//!
//! ## References
//! ITU-T T.81 Annex K; the scale of qualities in the IJG's `jpeg_quality_scaling`; Kee, Johnson and Farid,
//! "Digital Image Authentication from JPEG Headers" (2011).

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::parse::document::Document;
use crate::parse::document::image::{
    self, exif,
    jpeg::{Frame, Jpeg},
    quantisation,
};

pub static CHECK: Check = Check {
    id: "document/image-encoder",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "image-metadata",
    since: (1992, 9), // T.81
    codes: &[&IJG_TABLES, &SOFTWARE_FORM],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("image_encoder.rs"),
};

fn run(document: &Document) -> Vec<Finding> {
    let Some((image, jpeg)) = image::of(document).and_then(|i| Some((i, i.jpeg.as_ref()?))) else {
        return Vec::new();
    };
    let Some(frame) = &jpeg.frame else {
        return Vec::new();
    };
    let camera = image.exif.as_ref().and_then(exif::camera);
    let mut findings = Vec::new();
    if let Some(quality) = quantisation::ijg_quality(jpeg) {
        let named = camera.as_ref().map_or(String::new(), |c| format!("; the file names {c}"));
        let note = format!("quality {quality}, {}{named}", structure(jpeg, frame));
        let mut tables = jpeg.tables.iter().map(|t| Evidence::bytes("quantisation table", t.span));
        if let Some(first) = tables.next() {
            let finding = IJG_TABLES.at(first).noting(note);
            findings.push(tables.take(3).fold(finding, Finding::citing));
        }
    }
    if let (Some(camera), Some(form)) = (camera, form(frame)) {
        let note = format!("{form}; the file names {camera}");
        findings.push(SOFTWARE_FORM.at(Evidence::bytes("frame", frame.span)).noting(note));
    }
    findings
}

/// The form in words: `4:2:0, own Huffman tables, restart every 4`.
fn structure(jpeg: &Jpeg, frame: &Frame) -> String {
    let mut parts = vec![frame.sampling()];
    if jpeg.scans > 1 {
        parts.push(format!("{} scans", jpeg.scans));
    }
    if jpeg.is_huffman_standard == Some(false) {
        parts.push("own Huffman tables".to_owned());
    }
    if jpeg.restart > 0 {
        parts.push(format!("restart every {}", jpeg.restart));
    }
    if let Some(transform) = jpeg.adobe_transform {
        parts.push(format!("Adobe marker, transform {transform}"));
    }
    parts.join(", ")
}

/// What cameras do not write: DCF (CIPA DC-009 §3.3.1) asks for baseline with three components.
fn form(frame: &Frame) -> Option<&'static str> {
    match (frame.kind, frame.components.len(), frame.precision) {
        (2 | 6, ..) => Some("progressive"),
        (9.., ..) => Some("arithmetic coding"),
        (_, 4.., _) => Some("four components"),
        (_, _, 9..) => Some("more than eight bits a sample"),
        _ => None,
    }
}

static IJG_TABLES: Code = Code {
    check: "document/image-encoder",
    name: "ijg-tables",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the quantisation tables are those of the IJG’s library, which programs, messengers, phones and many cameras use",
        fr: "les tables de quantification sont celles de la bibliothèque de l’IJG, qu’emploient logiciels, messageries, téléphones et beaucoup d’appareils photo",
    },
    innocent: Text {
        en: "many cameras and phones write them; messengers and web sites write every picture anew",
        fr: "beaucoup d’appareils et de téléphones les écrivent ; messageries et sites web récrivent toute image",
    },
};

static SOFTWARE_FORM: Code = Code {
    name: "software-form",
    meaning: Text {
        en: "the file names a camera and has a form that cameras do not write: it was written anew by a program",
        fr: "le fichier nomme un appareil photo et a une forme que les appareils n’écrivent pas : un logiciel l’a récrit",
    },
    innocent: Text {
        en: "web sites, newsrooms and mail programs write pictures anew to make them smaller",
        fr: "sites web, rédactions et logiciels de courrier récrivent les images pour les alléger",
    },
    ..IJG_TABLES
};
