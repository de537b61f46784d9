//! Content credentials (C2PA): who claims what of a picture.
//!
//! ## What it examines
//! The manifests in a picture: program, signer's certificate, actions and the stated kind of source; of
//! the active one its signature over the claim, the claim's hashes of its assertions and the hash of the
//! file's bytes; and the same kind of source in XMP.
//!
//! ## What it can show
//! What a program or service says it did, which name its certificate carries, and whether the file's bytes
//! are still those that it signed.
//!
//! ## What it cannot show
//! Who holds the key: the chain of certificates is followed as far as the file gives it, no list of trusted
//! ones ships, and neither time stamps nor revocation are looked at. Manifests before the active one, and
//! hashes of boxes and of films' parts, are not computed. A picture without credentials is as good as one
//! with them.
//!
//! ## How it can be fooled
//! Anybody can sign claims with a certificate of their own, and take them out again.
//!
//! ## References
//! C2PA Technical Specification 2.1 §8 to §18; ISO 19566-5; RFC 9052 §4; IPTC's vocabulary of digital source
//! types; measured on the files of c2pa-rs, whose names say what was done to them (`tests/it/images.rs`).

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::parse::document::Document;
use crate::parse::document::image::binding::Binding;
use crate::parse::document::image::{self, c2pa::Manifest};

pub static CHECK: Check = Check {
    id: "document/image-credentials",
    version: 2,
    claim: Claim::DocumentAsSaved,
    group: "image-metadata",
    since: (2022, 1), // C2PA 1.0
    codes: &[&CREDENTIALS, &HOLDS, &OTHER_BYTES, &OTHER_CLAIM, &NOT_TOLD, &GENERATED_STATED],
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
        findings.push(CREDENTIALS.at(at.clone()).noting(said(active, image.c2pa.len())));
        findings.extend(bound(document, active, at));
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

/// Whether the active manifest still belongs to the file.
fn bound(document: &Document, active: &Manifest, at: Evidence) -> Option<Finding> {
    let verified = &active.verified;
    let (code, why) = match &verified.binding {
        Binding::Holds => (&HOLDS, String::new()),
        Binding::OtherBytes => (&OTHER_BYTES, String::new()),
        Binding::OtherClaim(why) => (&OTHER_CLAIM, why.clone()),
        Binding::CannotTell(why) => (&NOT_TOLD, why.clone()),
        Binding::NotTried => return None,
    };
    let chain = verified.signer.as_ref().map(|signer| {
        let issuer = verified.issuer.as_deref().unwrap_or(signer);
        format!(
            "certificate of {signer}, chain to {issuer} ({}), which is on no list here",
            verified.end
        )
    });
    let note: Vec<String> =
        [Some(why).filter(|why| !why.is_empty()), chain].into_iter().flatten().collect();
    let finding = code.at(at).noting(note.join("; "));
    Some(finding.citing(Evidence::bytes("file", document.span())))
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
    parts.join("; ")
}

static CREDENTIALS: Code = Code {
    check: "document/image-credentials",
    name: "credentials",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the picture carries content credentials: what a program or service says of it",
        fr: "l’image porte des attestations de contenu : ce qu’un logiciel ou un service en dit",
    },
    innocent: Text { en: "", fr: "" },
};

static HOLDS: Code = Code {
    name: "holds",
    direction: Direction::Supports,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the file’s bytes are those that were signed with its content credentials, with a key that only the file gives",
        fr: "les octets du fichier sont ceux signés avec ses attestations de contenu, avec une clé que seul le fichier donne",
    },
    innocent: Text { en: "", fr: "" },
    ..CREDENTIALS
};

static OTHER_BYTES: Code = Code {
    name: "other-bytes",
    meaning: Text {
        en: "the file’s bytes are not those that were signed with its content credentials",
        fr: "les octets du fichier ne sont pas ceux signés avec ses attestations de contenu",
    },
    innocent: Text {
        en: "programs that add a caption, turn or shrink a picture carry the credentials along without renewing them",
        fr: "les logiciels qui légendent, tournent ou réduisent une image gardent les attestations sans les renouveler",
    },
    ..CREDENTIALS
};

static OTHER_CLAIM: Code = Code {
    name: "other-claim",
    meaning: Text {
        en: "the content credentials are not as they were signed",
        fr: "les attestations de contenu ne sont pas telles qu’elles ont été signées",
    },
    innocent: Text {
        en: "damage on the way or on disk; a signing program with a defect, or of an early form of the standard",
        fr: "dommage en chemin ou sur disque ; un logiciel de signature défectueux ou d’une forme ancienne de la norme",
    },
    ..CREDENTIALS
};

static NOT_TOLD: Code = Code {
    name: "not-told",
    direction: Direction::Inconclusive,
    meaning: Text {
        en: "whether the content credentials belong to these bytes cannot be told",
        fr: "on ne peut dire si les attestations de contenu appartiennent à ces octets",
    },
    innocent: Text { en: "", fr: "" },
    ..CREDENTIALS
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
