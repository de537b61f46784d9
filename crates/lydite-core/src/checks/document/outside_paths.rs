//! Files, shares and servers outside a document that it names.
//!
//! ## What it examines
//! Relationships to targets outside an OOXML package, the path that Excel notes of the workbook, the
//! attached template.
//!
//! ## What it can show
//! Names of users, folders and servers where the document or its template was kept; content that is
//! fetched from elsewhere when it is opened.
//!
//! ## What it cannot show
//! Whether the one who kept it there wrote it. Links and templates travel with copies.
//!
//! ## How it can be fooled
//! By editing the parts that hold them.
//!
//! ## References
//! ECMA-376 part 2 §9.3; [MS-XLSX] `x15ac:absPath`; lydite research docs.md OX21.

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding};
use crate::parse::document::ooxml::Ooxml;
use crate::parse::document::profile::{Name, Property};
use crate::parse::document::{Detail, Document};

pub static CHECK: Check = Check {
    id: "document/outside-paths",
    version: 1,
    claim: Claim::DocumentAsSaved,
    group: "document-history",
    since: (2006, 11), // Office 2007
    codes: &[&USER_FOLDER, &SHARE, &FETCHED],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("outside_paths.rs"),
};

/// Relationships whose target is loaded when the document is opened.
const LOADED: &[&str] = &[
    "attachedTemplate",
    "oleObject",
    "frame",
    "image",
    "subDocument",
    "externalLinkPath",
    "externalLink",
];
/// Paths named in a note.
const NAMED: usize = 5;

fn run(document: &Document) -> Vec<Finding> {
    let Detail::Ooxml(own) = &document.detail else { return Vec::new() };
    let templates = document.profile.all(Name::Template);
    let paths: Vec<&Property> = document.profile.all(Name::Path).chain(templates).collect();
    let mut findings = Vec::new();
    for (code, is) in [(&USER_FOLDER, is_user_folder as fn(&str) -> bool), (&SHARE, is_share)] {
        let found: Vec<(&str, Evidence)> = paths
            .iter()
            .filter(|p| is(&p.value))
            .map(|p| (p.value.as_str(), Evidence::bytes(p.place.clone(), p.span)))
            .collect();
        findings.extend(listed(code, found));
    }
    findings.extend(listed(&FETCHED, fetched(own)));
    findings
}

fn listed(code: &Code, found: Vec<(&str, Evidence)>) -> Option<Finding> {
    let names: Vec<&str> = found.iter().take(NAMED).map(|(name, _)| *name).collect();
    let more = found.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let note = format!("{}{more}", names.join(", ")).trim_end_matches('.').to_owned();
    let mut evidence = found.into_iter().take(NAMED).map(|(_, evidence)| evidence);
    let finding = code.at(evidence.next()?).noting(note);
    Some(evidence.fold(finding, Finding::citing))
}

fn fetched(own: &Ooxml) -> Vec<(&str, Evidence)> {
    let external = own.relationships.iter().filter(|r| r.is_external);
    let loaded = external.filter(|r| LOADED.contains(&r.kind.as_str()));
    let remote = loaded.filter(|r| {
        let target = r.target.to_ascii_lowercase();
        target.starts_with("http:") || target.starts_with("https:") || is_share(&r.target)
    });
    let span = |part: &str| own.span_of(part).unwrap_or_default();
    remote.map(|r| (r.target.as_str(), Evidence::bytes(r.place.clone(), span(&r.place)))).collect()
}

fn is_user_folder(path: &str) -> bool {
    let path = path.replace('\\', "/").replace("%20", " ").to_lowercase();
    let is_file =
        path.starts_with("file:") || path.starts_with('/') || path.get(1..3) == Some(":/");
    let folders = ["/users/", "/documents and settings/", "/home/", "/utilisateurs/"];
    is_file && folders.iter().any(|folder| path.contains(folder))
}

fn is_share(path: &str) -> bool {
    let path = path.replace('\\', "/").to_lowercase();
    let host = path.strip_prefix("file:").unwrap_or(&path);
    let host = host.strip_prefix("///").filter(|rest| rest.starts_with("//")).unwrap_or(host);
    let Some(host) = host.strip_prefix("//") else { return false };
    !host.starts_with('/') && !host.starts_with("localhost/") && host.contains('/')
}

static USER_FOLDER: Code = Code {
    check: "document/outside-paths",
    name: "user-folder",
    claim: Claim::DocumentAsSaved,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "it names a folder of a user of the computer where it, its template or something it links to was kept",
        fr: "il nomme le dossier d’un utilisateur de l’ordinateur où lui, son modèle ou un fichier lié se trouvait",
    },
    innocent: Text {
        en: "links and templates travel with copies; the folder may be of whoever made the template",
        fr: "liens et modèles voyagent avec les copies ; le dossier peut être celui de l’auteur du modèle",
    },
};

static SHARE: Code = Code {
    name: "share",
    meaning: Text { en: "it names a share of a network", fr: "il nomme un partage de réseau" },
    innocent: Text {
        en: "links and templates travel with copies",
        fr: "liens et modèles voyagent avec les copies",
    },
    ..USER_FOLDER
};

static FETCHED: Code = Code {
    name: "fetched",
    meaning: Text {
        en: "opening it fetches a template, picture or object from elsewhere",
        fr: "l’ouvrir charge un modèle, une image ou un objet situé ailleurs",
    },
    innocent: Text {
        en: "house templates and linked pictures on servers; text copied from a web page",
        fr: "modèles de la maison et images liées sur des serveurs ; texte copié d’une page web",
    },
    ..USER_FOLDER
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_users_and_shares_are_told_apart() {
        for path in [
            "file:///C:\\Users\\amorel\\x.docx",
            "C:\\Documents and Settings\\a\\b",
            "/Users/anna/x/",
            "file:///home/a/b",
        ] {
            assert!(is_user_folder(path), "{path}");
        }
        for path in ["https://example.com/users/a", "Normal.dotm", "file:///D:\\data\\x.xlsx"] {
            assert!(!is_user_folder(path), "{path}");
        }
        for path in [
            "\\\\server\\share\\x.dot",
            "file:///\\\\server\\share\\x.dot",
            "file://server/share/x",
        ] {
            assert!(is_share(path), "{path}");
        }
        for path in ["file:///C:\\x", "https://example.com/x", "//", "file:////"] {
            assert!(!is_share(path), "{path}");
        }
    }
}
