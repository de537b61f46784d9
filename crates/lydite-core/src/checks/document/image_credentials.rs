//! Content credentials (C2PA): who claims what of a picture.
//!
//! ## What it examines
//! The manifests in a picture: program, signer's certificate, actions and the stated kind of source; and
//! the same kind of source in XMP.
//!
//! ## What it can show
//! What a program or service says it did, and which name its certificate carries.
//!
//! ## What it cannot show
//! Whether the claim belongs to these bytes. Neither hashes nor signature nor certificate are verified here
//! yet; `c2patool` does so. A picture without credentials is as good as one with them.
//!
//! ## How it can be fooled
//! Anybody can sign claims with a certificate of their own, and take them out again.
//!
//! ## References
//! C2PA Technical Specification 2.1 §8 to §18; ISO 19566-5; IPTC's vocabulary of digital source types.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::parse::document::Document;
use crate::parse::document::image::{self, c2pa::Manifest};

pub static CHECK: Check = Check {
    id: "document/image-credentials",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "image-metadata",
    since: (2022, 1), // C2PA 1.0
    codes: &[&CREDENTIALS, &GENERATED_STATED],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("image_credentials.rs"),
};

/// IPTC's terms for what a model made, whole or in part.
const GENERATED: &[&str] = &["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"];

fn run(document: &Document) -> Vec<Finding> {
    let Some(image) = image::of(document) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    if let Some(active) = image.c2pa.last() {
        let at = Evidence::bytes("C2PA manifest", active.span);
        findings.push(CREDENTIALS.at(at).noting(said(active, image.c2pa.len())));
    }
    let claimed = image.c2pa.iter().flat_map(|m| &m.actions).find_map(|action| {
        let source = action.source.as_deref().filter(|s| GENERATED.contains(s))?;
        Some((source.to_owned(), Evidence::bytes(format!("C2PA {}", action.action), action.span)))
    });
    let stated = || {
        let fields = image.xmp.iter().flat_map(|p| &p.fields);
        let field = fields
            .filter(|f| f.path == "Iptc4xmpExt:DigitalSourceType")
            .find(|f| GENERATED.iter().any(|term| f.value.ends_with(&format!("/{term}"))))?;
        let source = field.value.rsplit('/').next().unwrap_or("").to_owned();
        Some((source, Evidence::bytes(format!("XMP {}", field.path), field.span)))
    };
    if let Some((source, at)) = claimed.or_else(stated) {
        findings.push(GENERATED_STATED.at(at).noting(source));
    }
    findings
}

fn said(manifest: &Manifest, count: usize) -> String {
    let mut parts = Vec::new();
    let mut part = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            let value: String = value.chars().take(120).collect();
            parts.push(format!("{name} {value}"));
        }
    };
    part("program", manifest.generator.as_deref());
    part("signer", manifest.signer.as_deref());
    let actions: Vec<&str> = manifest.actions.iter().take(6).map(|a| a.action.as_str()).collect();
    part("actions", (!actions.is_empty()).then(|| actions.join(", ")).as_deref());
    let number = format!("{count} in all");
    part("manifests", (count > 1).then_some(number.as_str()));
    parts.push("nothing of it verified".to_owned());
    parts.join("; ")
}

static CREDENTIALS: Code = Code {
    check: "document/image-credentials",
    name: "credentials",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the picture carries content credentials; they are read and not verified",
        fr: "l’image porte des attestations de contenu ; elles sont lues et non vérifiées",
    },
    innocent: Text { en: "", fr: "" },
};

static GENERATED_STATED: Code = Code {
    name: "generated-stated",
    meaning: Text {
        en: "the picture says that a generative model made it or a part of it",
        fr: "l’image dit qu’un modèle génératif l’a produite en tout ou partie",
    },
    innocent: Text {
        en: "services also write this for small retouches",
        fr: "des services l’écrivent aussi pour de petites retouches",
    },
    ..CREDENTIALS
};
