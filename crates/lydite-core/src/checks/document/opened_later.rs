//! Who opened a compound document after it was saved last.
//!
//! ## What it examines
//! Binary Office documents: when the compound file itself was written last (its root entry) beside the
//! last saving in `SummaryInformation`; and, of workbooks and presentations, the user of the program
//! that opened it (`WRITEACCESS`, `Current User`) beside who saved it last.
//!
//! ## What it can show
//! Excel and PowerPoint write their user's name into a file that is merely opened, and Windows the time
//! into its root. So a file can tell that somebody looked at it after its last saving, by name.
//!
//! ## What it cannot show
//! That anything was changed: opening changes no text. Names are what the program was told. Absence
//! shows nothing: read-only files, other programs and newer versions write neither.
//!
//! ## How it can be fooled
//! With a user name of one's choice.
//!
//! ## References
//! [MS-XLS] §2.4.349; [MS-PPT] §2.3.2; [MS-CFB] §2.6.1; df-stream.com, 2013 (measured on Excel). The case
//! it comes from: spreadsheets of the leak of May 2017. It accuses nobody: in the shared corpora the names
//! differ in 15 of 102 workbooks and presentations, and 14 of 123 files were written an hour or more after
//! their last saving.

use super::layers::{at_place, evidence, instant, lasting, ole, summary_date};
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::parse::document::Document;
use crate::parse::document::profile::Name;
use crate::parse::document::stamp;

pub static CHECK: Check = Check {
    id: "document/opened-later",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "opened-later",
    since: (1996, 11), // Office 97
    codes: &[&WRITTEN_LATER, &OTHER_USER],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("opened_later.rs"),
};

/// Seconds after the last saving from which the file counts as written again; whoever saves and closes
/// at once needs none, who goes on reading some minutes.
const LATER: i64 = 3_600;

fn run(document: &Document) -> Vec<Finding> {
    let Some(ole) = ole(document) else { return Vec::new() };
    let mut findings = Vec::new();
    let saved = summary_date(document, Name::Modified);
    if let Some((property, saved)) = saved
        && let Some(written) = stamp::seconds(ole.root_modified).filter(|at| *at - saved > LATER)
    {
        let note = format!(
            "saved {}, written {}, {} later",
            property.value,
            instant(written),
            lasting(written - saved)
        );
        let root = Evidence::bytes("root entry of the compound file", ole.root_span);
        findings.push(WRITTEN_LATER.at(root).citing(evidence(property)).noting(note));
    }
    let opened = document.profile.first(Name::LastOpenedBy);
    let saved_by = at_place(document, Name::LastAuthor, "SummaryInformation");
    if let (Some(opened), Some(saved_by)) = (opened, saved_by)
        && is_a_user(&opened.value)
        && plain(&opened.value) != plain(&saved_by.value)
    {
        let note = format!("saved last by {}, opened by {}", saved_by.value, opened.value);
        findings.push(OTHER_USER.at(evidence(opened)).citing(evidence(saved_by)).noting(note));
    }
    findings
}

/// Programs write their own name where there is no user.
fn is_a_user(name: &str) -> bool {
    name != "Calc" && !name.contains(" API v")
}

/// A name without case and blanks at its ends, as long as the field that holds it in BIFF8 lets it be.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().chars().take(54).collect()
}

static WRITTEN_LATER: Code = Code {
    check: "document/opened-later",
    name: "written-later",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the file was written once more after its last saving",
        fr: "le fichier a été écrit une fois encore après son dernier enregistrement",
    },
    innocent: Text {
        en: "opening a file is enough; indexers, virus scanners and document stores write it too",
        fr: "il suffit d’ouvrir le fichier ; indexeurs, antivirus et gestions documentaires l’écrivent aussi",
    },
};

static OTHER_USER: Code = Code {
    name: "other-user",
    meaning: Text {
        en: "another user than the one who saved it last opened the file",
        fr: "un autre utilisateur que celui du dernier enregistrement a ouvert le fichier",
    },
    innocent: Text {
        en: "somebody read it; one person has two names on two machines",
        fr: "quelqu’un l’a lu ; une personne porte deux noms sur deux machines",
    },
    ..WRITTEN_LATER
};
