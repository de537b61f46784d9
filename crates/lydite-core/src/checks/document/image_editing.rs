//! Marks that programs which edit pictures or their metadata leave.
//!
//! ## What it examines
//! The names of programs in EXIF, XMP, IPTC, PNG texts and comments, the history in XMP, Photoshop's
//! resources, the library that wrote the XMP packet.
//!
//! ## What it can show
//! Which programs say that they opened and saved the file, and when.
//!
//! ## What it cannot show
//! What they did: developing, cutting and captioning leave the same marks as a change of what is seen.
//!
//! ## How it can be fooled
//! Marks are text and can be taken out or written in.
//!
//! ## References
//! ISO 16684-2 (xmpMM:History); Adobe Photoshop File Formats Specification.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Span};
use crate::parse::document::Document;
use crate::parse::document::image::{self, Image};
use crate::parse::document::profile::Name;
use crate::parse::document::xmp::Packet;

pub static CHECK: Check = Check {
    id: "document/image-editing",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "image-metadata",
    since: (1990, 2), // Photoshop 1.0
    codes: &[&EDITING_PROGRAM, &METADATA_TOOL, &EDITING_HISTORY],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("image_editing.rs"),
};

/// Names by which programs that change pictures call themselves, lower case.
const EDITORS: &[&str] = &[
    "photoshop",
    "lightroom",
    "camera raw",
    "gimp",
    "paint.net",
    "paint shop",
    "paintshop",
    "pixelmator",
    "affinity",
    "acdsee",
    "picasa",
    "snapseed",
    "imagemagick",
    "graphicsmagick",
    "irfanview",
    "xnview",
    "photoscape",
    "picsart",
    "vsco",
    "canva",
    "capture one",
    "darktable",
    "rawtherapee",
    "photopea",
    "krita",
    "corel",
    "inkscape",
    "illustrator",
    "microsoft office",
    "acorn",
    "faceapp",
    "facetune",
];

/// Names of tools that write metadata alone.
const TOOLS: &[&str] =
    &["image::exiftool", "exiftool", "exiv2", "geosetter", "photo mechanic", "exifpro"];

fn run(document: &Document) -> Vec<Finding> {
    let Some(image) = image::of(document) else {
        return Vec::new();
    };
    let named = |list: &[&str]| {
        let programs =
            document.profile.all(Name::Program).chain(document.profile.all(Name::Description));
        let found = programs.into_iter().find(|p| {
            let value = p.value.to_lowercase();
            list.iter().any(|name| value.contains(name))
        });
        found.map(|p| (p.value.clone(), Evidence::bytes(p.place.clone(), p.span)))
    };
    let mut findings = Vec::new();
    if let Some((name, at)) = named(EDITORS).or_else(|| resources(image)) {
        findings.push(EDITING_PROGRAM.at(at).noting(cut(&name)));
    }
    if let Some((name, at)) = named(TOOLS).or_else(|| toolkit(image)) {
        findings.push(METADATA_TOOL.at(at).noting(cut(&name)));
    }
    findings.extend(image.xmp.iter().filter_map(history).take(1));
    findings
}

fn cut(text: &str) -> String {
    text.chars().take(120).collect::<String>().trim_end_matches('.').to_owned()
}

/// Photoshop's own resources; IPTC, its digest and copies of other metadata are written by many.
fn resources(image: &Image) -> Option<(String, Evidence)> {
    let own = |id: u16| (0x03e8..=0x0bb7).contains(&id) && !matches!(id, 0x0404 | 0x0422..=0x0425);
    let first = image.photoshop.iter().find(|r| own(r.id))?;
    let count = image.photoshop.iter().filter(|r| own(r.id)).count();
    let note = format!("{count} of Photoshop’s image resources");
    Some((note, Evidence::bytes("image resource", first.span)))
}

fn toolkit(image: &Image) -> Option<(String, Evidence)> {
    let packet = image.xmp.iter().find(|p| {
        let name = p.toolkit.as_deref().unwrap_or("").to_lowercase();
        TOOLS.iter().any(|tool| name.contains(tool))
    })?;
    Some((packet.toolkit.clone()?, Evidence::bytes("XMP x:xmptk", extent(packet)?)))
}

/// From the first field to the last.
fn extent(packet: &Packet) -> Option<Span> {
    let start = packet.fields.iter().map(|f| f.span.start).min()?;
    let end = packet.fields.iter().map(|f| f.span.end).max()?;
    Some(Span::new(start, end))
}

fn history(packet: &Packet) -> Option<Finding> {
    let steps = packet.history();
    let shown: Vec<String> = steps
        .iter()
        .take(6)
        .map(|s| [s.action, s.when, s.agent].into_iter().flatten().collect::<Vec<_>>().join(" "))
        .collect();
    let fields = packet.fields.iter().filter(|f| f.path.starts_with("xmpMM:History["));
    let spans: Vec<Span> = fields.map(|f| f.span).collect();
    let span = Span::new(spans.iter().map(|s| s.start).min()?, spans.iter().map(|s| s.end).max()?);
    let more = steps.len().saturating_sub(shown.len());
    let tail = if more > 0 { format!("; {more} more") } else { String::new() };
    let note = format!("{}{tail}", shown.join("; "));
    let at = Evidence::bytes("XMP xmpMM:History", span);
    Some(EDITING_HISTORY.at(at).noting(note.trim_end_matches('.')))
}

static EDITING_PROGRAM: Code = Code {
    check: "document/image-editing",
    name: "editing-program",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "a program that edits pictures has saved the file",
        fr: "un logiciel de retouche a enregistré le fichier",
    },
    innocent: Text {
        en: "nearly every published picture is developed, cut or made smaller with such a program",
        fr: "presque toute image publiée est développée, recadrée ou allégée par un tel logiciel",
    },
};

static METADATA_TOOL: Code = Code {
    name: "metadata-tool",
    meaning: Text {
        en: "a tool that writes metadata has written some of this file’s",
        fr: "un outil d’écriture de métadonnées en a écrit dans ce fichier",
    },
    innocent: Text {
        en: "photographers and archives place, date and caption pictures with them",
        fr: "photographes et archives s’en servent pour situer, dater et légender",
    },
    ..EDITING_PROGRAM
};

static EDITING_HISTORY: Code = Code {
    name: "editing-history",
    meaning: Text {
        en: "the file lists how it was saved and converted before",
        fr: "le fichier énumère ses enregistrements et conversions antérieurs",
    },
    innocent: Text {
        en: "Adobe’s programs keep such a list of every picture",
        fr: "les logiciels d’Adobe tiennent cette liste pour toute image",
    },
    ..EDITING_PROGRAM
};
