//! Packages of documents: no bytes upset the readers, and public collections are not accused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lydite_core::evidence::Direction;
use lydite_core::examine::examine;
use lydite_core::fact::Facts;
use lydite_core::item::Kind;
use lydite_core::parse::document::profile::Name;
use lydite_core::parse::document::{self, Detail};
use lydite_core::verdict::{Status, decide};

use crate::cases::{checks_folder, files};

/// Documents that stand beside the checks.
fn fixtures() -> Vec<PathBuf> {
    let folder = checks_folder().join("document");
    let kinds = ["docx", "xlsx", "pptx", "odt", "ods", "odp"];
    kinds.iter().flat_map(|kind| files(&folder, kind)).collect()
}

#[test]
fn broken_packages_are_read_as_far_as_they_go() {
    let all = fixtures();
    assert!(all.len() > 20, "{} fixtures", all.len());
    for (number, path) in all.iter().enumerate() {
        let raw = fs::read(path).unwrap();
        for cut in [raw.len() / 3, raw.len() / 2, raw.len() - 1, raw.len() - 23] {
            document::parse(&raw[..cut]);
        }
        // One byte at a time, at places that differ from file to file.
        for step in 0..40 {
            let mut changed = raw.clone();
            let at = (number * 7_919 + step * 104_729) % changed.len();
            changed[at] ^= 0x55;
            examine(&changed, &Facts::default());
        }
    }
}

#[test]
fn a_package_without_its_directory_is_read_by_its_entries() {
    let path = fixtures().into_iter().find(|p| p.ends_with("word_seconds/minute.docx")).unwrap();
    let raw = fs::read(path).unwrap();
    let whole = document::parse(&raw);
    let directory = memchr::memmem::find(&raw, b"PK\x01\x02").unwrap();
    let cut = document::parse(&raw[..directory]);
    assert_eq!(cut.text, whole.text);
    assert!(!whole.text.is_empty());
    assert!(cut.defects.iter().any(|d| d.what == "zip without a directory"));
}

fn packages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if fs::read(&path).is_ok_and(|raw| raw.starts_with(b"PK")) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Public collections, none altered: none may be contradicted, hardly any anomalous.
#[test]
fn public_packages_are_not_accused() {
    let Some(corpora) = std::env::var_os("LYDITE_CORPORA") else { return };
    let mut codes: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut status: BTreeMap<Status, usize> = BTreeMap::new();
    let (mut count, mut against) = (0, Vec::new());
    for path in packages(&Path::new(&corpora).join("docs")) {
        let raw = fs::read(&path).unwrap();
        let examined = examine(&raw, &Facts::default());
        if examined.kind != Kind::Document || matches!(document::parse(&raw).detail, Detail::None) {
            continue;
        }
        count += 1;
        let verdict = decide(examined.kind, &examined.findings);
        *status.entry(verdict.status).or_default() += 1;
        for finding in &examined.findings {
            let name = format!("{:?} {}:{}", finding.direction, finding.check, finding.code);
            codes.entry(name).or_insert((0, format!("{} {}", path.display(), finding.note))).0 += 1;
            assert_ne!(finding.code, "failed", "{}", path.display());
            if finding.direction == Direction::Contradicts {
                against.push(format!("{} {}: {}", path.display(), finding.code, finding.note));
            }
        }
    }
    println!("{count} packages, {status:?}");
    for (name, (count, example)) in &codes {
        println!("{count:5} {name}   e.g. {example}");
    }
    against.iter().for_each(|line| println!("AGAINST {line}"));
    assert!(count > 500, "{count} packages");
    assert_eq!(status.get(&Status::Contradicted), None);
    assert!(status.get(&Status::Anomalous).copied().unwrap_or(0) * 100 <= count);
}

/// A Word document with all that is read of one; the case of tracked changes and a template.
#[test]
fn words_of_every_kind_are_told_with_their_places() {
    let folder = checks_folder().join("document");
    let read = |path: &str| fs::read(folder.join(path)).unwrap();
    let raw = read("hidden_content/changes.docx");
    let document = document::parse(&raw);
    let text = |place: &str| document.text.iter().find(|p| p.place == place).map(|p| p.text.as_str());
    assert_eq!(text("paragraph 2"), Some("The budget of the campaign is 12,000 euros."));
    assert_eq!(text("paragraph 3 (deleted)"), Some("120,000"));
    let value = |name| document.profile.first(name).map(|p| p.value.as_str());
    assert_eq!(value(Name::Author), Some("Anna Morel"));
    assert_eq!(value(Name::LastAuthor), Some("Luc Perrin"));
    assert_eq!(value(Name::Modified), Some("2017-03-14T09:12:00Z"));
    assert_eq!(value(Name::EditMinutes), Some("25"));
    let edited = document.profile.first(Name::Edited).unwrap();
    assert!(edited.is_local && edited.at == Some(1_488_362_400));
    let modified = document.profile.first(Name::Modified).unwrap();
    assert!(modified.span.len() > 50 && modified.span.end <= raw.len());
    let Detail::Ooxml(own) = &document.detail else { panic!("no OOXML") };
    assert_eq!(own.word.rsid_root.as_deref(), Some("00A13F02"));
    assert_eq!(own.word.used_rsids, [("00A13F02".to_owned(), 2)]);

    let raw = read("hidden_content/sheet.xlsx");
    let places: Vec<String> = document::parse(&raw).text.into_iter().map(|p| p.place).collect();
    assert_eq!(places[..3], ["Budget!A1", "Budget!A2", "Budget!A3"]);
    assert_eq!(places[3], "Before!A1 (hidden)");
    let raw = read("stored_sums/other-sum-ods.ods");
    let document = document::parse(&raw);
    assert_eq!(document.text[2].place, "Budget!A3");
    assert_eq!(document.text[2].text, "245000");
    let raw = read("hidden_content/slide.pptx");
    let document = document::parse(&raw);
    assert_eq!(document.text[1].place, "slide 2 (hidden) paragraph 1");
}
