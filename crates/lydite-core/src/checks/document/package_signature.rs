//! XML signatures in office documents.
//!
//! ## What it examines
//! Signatures that an OOXML or OpenDocument package carries: whether the key of a certificate that
//! stands beside opens it, and whether each part it names has the bytes that were signed.
//!
//! ## What it can show
//! That parts are byte for byte as they were signed, by whoever holds the key; that a part was
//! changed after signing; which parts nobody signed.
//!
//! ## What it cannot show
//! Who the signer is: the certificate is the file's own word, and its chain is not followed. When it
//! was signed: the time is the signer's. Office leaves the properties, with names and dates, unsigned.
//!
//! ## How it can be fooled
//! By signing anew with a certificate of any name. That is why a signature that holds supports
//! weakly, as a clock does: a careless change would break it.
//!
//! ## References
//! XMLDSIG 1.1; Canonical XML 1.0; ECMA-376 part 2 §13; [MS-OFFCRYPTO] §2.5.2; ISO/IEC 26300-2 §5;
//! lydite research docs.md OX24.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::parse::document::zip::Package;
use crate::parse::document::{Detail, Document};
use crate::signature::xmldsig::{Outcome, XmlSignature};

pub static CHECK: Check = Check {
    id: "document/package-signature",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "document-signature",
    since: (2006, 11), // Office 2007, ODF 1.1
    codes: &[&HOLDS, &HOLDS_IN_PART, &PART_DIFFERS, &BROKEN, &UNREAD],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("package_signature.rs"),
};

/// Parts named in a note.
const NAMED: usize = 5;

fn run(document: &Document) -> Vec<Finding> {
    let (signatures, package, main) = match &document.detail {
        Detail::Ooxml(own) => (&own.signatures, &own.package, own.main_part.as_str()),
        Detail::Odf(own) => (&own.signatures, &own.package, "content.xml"),
        _ => return Vec::new(),
    };
    signatures.iter().map(|signature| finding(signature, package, main)).collect()
}

fn finding(signature: &XmlSignature, package: &Package, main: &str) -> Finding {
    let evidence = Evidence::bytes(signature.part.clone(), signature.span);
    let has = |list: &[String], name: &str| list.iter().any(|n| n.eq_ignore_ascii_case(name));
    let outside: Vec<&str> = package
        .entries
        .iter()
        .map(|entry| entry.name.as_str())
        .filter(|name| !is_framing(name) && !has(&signature.covered, name))
        .collect();
    let code = match signature.outcome {
        Outcome::Unread => &UNREAD,
        Outcome::Broken => &BROKEN,
        Outcome::Holds if !signature.differing.is_empty() => &PART_DIFFERS,
        Outcome::Holds
            if !signature.unread.is_empty()
                || !has(&signature.covered, main)
                || !outside.iter().all(|name| is_property(name)) =>
        {
            &HOLDS_IN_PART
        }
        Outcome::Holds => &HOLDS,
    };
    let mut note = Vec::new();
    if let Some(signer) = &signature.signer {
        note.push(format!("certificate of {}", signer.subject));
    }
    note.extend(signature.signed_at.as_ref().map(|at| format!("signed, it says, {at}")));
    if signature.outcome == Outcome::Holds {
        note.push(format!("{} parts as signed", signature.covered.len()));
        for (what, list) in [("differing", &signature.differing), ("not read", &signature.unread)] {
            let names: Vec<&str> = list.iter().map(String::as_str).collect();
            note.extend(listed(what, &names));
        }
        let in_part: Vec<&str> = signature.in_part.iter().map(String::as_str).collect();
        note.extend(listed("chosen rows alone of", &in_part));
        note.extend(listed("outside", &outside));
    }
    let mut finding = code.at(evidence).noting(note.join(", ").trim_end_matches('.'));
    for name in signature.differing.iter().take(NAMED) {
        if let Some(entry) = package.entries.iter().find(|e| e.name.eq_ignore_ascii_case(name)) {
            finding = finding.citing(Evidence::bytes(name.clone(), entry.packed));
        }
    }
    finding
}

/// Office signs no properties.
fn is_property(name: &str) -> bool {
    name.to_ascii_lowercase().starts_with("docprops/")
}

/// Parts that hold the package together, and the signatures themselves.
fn is_framing(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let of_signature = name.starts_with("_xmlsignatures/") || name.starts_with("meta-inf/");
    of_signature || name.ends_with('/') || name == "[content_types].xml" || name == "mimetype"
}

fn listed(what: &str, names: &[&str]) -> Option<String> {
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let shown = &names[..names.len().min(NAMED)];
    (!names.is_empty()).then(|| format!("{what}: {}{more}", shown.join(" ")))
}

static HOLDS: Code = Code {
    check: "document/package-signature",
    name: "holds",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Supports,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "a signature holds over everything but the properties, made with the key of a certificate that only the file gives",
        fr: "une signature tient sur tout sauf les propriétés, faite avec la clé d’un certificat que seul le fichier donne",
    },
    innocent: Text { en: "", fr: "" },
};

static HOLDS_IN_PART: Code = Code {
    name: "holds-in-part",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "a signature holds, and leaves parts out that are shown, or names parts in a way that is not read",
        fr: "une signature tient en laissant de côté des parties affichées, ou désigne des parties d’une manière qui n’est pas lue",
    },
    innocent: Text {
        en: "programs may sign single parts",
        fr: "des logiciels peuvent signer certaines parties seulement",
    },
    ..HOLDS
};

static PART_DIFFERS: Code = Code {
    name: "part-differs",
    direction: Direction::Contradicts,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "the signature holds over its list of parts, and a part listed has other bytes than were signed",
        fr: "la signature tient sur sa liste de parties, et une partie listée a d’autres octets que ceux signés",
    },
    innocent: Text {
        en: "a program that fills in, labels or repacks documents changed a part after signing and left the signature",
        fr: "un logiciel qui remplit, étiquette ou recompresse les documents a changé une partie après signature et laissé la signature",
    },
    ..HOLDS
};

static BROKEN: Code = Code {
    name: "broken",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the signature does not open with the certificate’s key over what it lists",
        fr: "la signature ne s’ouvre pas avec la clé du certificat sur ce qu’elle liste",
    },
    innocent: Text {
        en: "a program wrote the signature’s text anew in another form; a damaged file",
        fr: "un logiciel a réécrit le texte de la signature sous une autre forme ; un fichier endommagé",
    },
    ..HOLDS
};

static UNREAD: Code = Code {
    name: "unread",
    direction: Direction::Inconclusive,
    strength: None,
    meaning: Text {
        en: "a signature of a form or algorithm that is not read",
        fr: "une signature d’une forme ou d’un algorithme qui n’est pas lu",
    },
    ..HOLDS
};
