//! Documents whose content is encrypted.
//!
//! ## What it examines
//! Compound files: Word's flag, Excel's `FILEPASS` record, PowerPoint's token, and the packages of
//! Office 2007 and later that lie encrypted in a compound file; documents under rights management.
//!
//! ## What it can show
//! That text, names and dates inside could not be read, so that every other check is silent for want of
//! them and not for want of findings.
//!
//! ## What it cannot show
//! Anything of the content.
//!
//! ## How it can be fooled
//! It cannot gain anything: it lifts and accuses nothing.
//!
//! ## References
//! [MS-DOC] §2.5.2 (`fEncrypted`); [MS-XLS] §2.4.117; [MS-PPT] §2.3.2; [MS-OFFCRYPTO] §2.2, §2.3.

use super::layers::ole;
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Mark};
use crate::parse::document::Document;

pub static CHECK: Check = Check {
    id: "document/ole-encrypted",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "encrypted",
    since: (1993, 1), // OLE 2
    codes: &[&ENCRYPTED],
    wants: |_| Vec::new(),
    run: Run::Document(|document| run(document).into_iter().collect()),
    source: include_str!("ole_encrypted.rs"),
};

fn run(document: &Document) -> Option<Finding> {
    let ole = ole(document).filter(|ole| ole.encrypted || ole.rights_managed)?;
    let how = if ole.encrypted { "a password" } else { "rights management" };
    let finding = ENCRYPTED.at(Evidence::bytes("document", document.span()));
    Some(finding.noting(format!("content is closed by {how}")).marked(Mark::Encrypted))
}

static ENCRYPTED: Code = Code {
    check: "document/ole-encrypted",
    name: "encrypted",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Inconclusive,
    strength: None,
    meaning: Text {
        en: "its content is encrypted and was not read",
        fr: "son contenu est chiffré et n’a pas été lu",
    },
    innocent: Text { en: "", fr: "" },
};
