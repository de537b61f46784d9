//! Packages of documents: no bytes upset the readers, and public collections are not accused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lydite_core::evidence::Direction;
use lydite_core::examine::examine;
use lydite_core::fact::Facts;
use lydite_core::item::Kind;
use lydite_core::parse::document::profile::Name;
use lydite_core::parse::document::{self, Detail, zip};
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
        for step in 0..20 {
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
    let text =
        |place: &str| document.text.iter().find(|p| p.place == place).map(|p| p.text.as_str());
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
    let sessions: Vec<&str> =
        document.profile.all(Name::RevisionSaveId).map(|p| p.value.as_str()).collect();
    assert_eq!(sessions, ["00A13F02"]);
    // Sessions come last: a report shows the first values of a document.
    assert_eq!(document.profile.properties.last().unwrap().name, Name::RevisionSaveId);
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

/// A zip of stored parts, written without care.
fn stored(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let half = |n: usize| u16::try_from(n).unwrap().to_le_bytes();
    let word = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    for (name, data) in parts {
        let crc = [0; 4];
        let sizes = [word(data.len()), word(data.len())].concat();
        let middle =
            [&[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0][..], &crc, &sizes, &half(name.len())].concat();
        let local = out.len();
        out.extend([&b"PK\x03\x04"[..], &middle, &[0, 0], name.as_bytes(), data].concat());
        let record = [&b"PK\x01\x02\x2d\0"[..], &middle, &[0; 12], &word(local), name.as_bytes()];
        directory.extend(record.concat());
    }
    let end = [&b"PK\x05\x06\0\0\0\0"[..], &half(parts.len()), &half(parts.len())].concat();
    let sizes = [word(directory.len()), word(out.len())].concat();
    [out, directory, end, sizes, vec![0, 0]].concat()
}

/// Parts with pieces left out, repeated or exchanged are read without a panic: what a mutation of
/// packed bytes seldom reaches.
#[test]
fn mangled_parts_are_read_as_far_as_they_go() {
    let mut seed = 1u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below.max(1)
    };
    let odd =
        ["4294967295", "-1", "0", "A1:XFD1048576", "9999-12-31T23:59:59Z", "<p>", "]]>", "&#0;"];
    let mut kept = 0;
    for path in fixtures() {
        let raw = fs::read(&path).unwrap();
        let package = zip::read(&raw);
        let parts = package.entries.iter();
        let parts: Vec<(String, Vec<u8>)> =
            parts.map(|e| (e.name.clone(), zip::open(&raw, e, 1 << 20).0)).collect();
        for _ in 0..15 {
            let mut parts = parts.clone();
            let chosen = random(parts.len());
            let Some((_, data)) = parts.get_mut(chosen) else { continue };
            let (a, b) = (random(data.len()), random(data.len()));
            let (from, to) = (a.min(b), a.max(b).min(a.min(b) + 200));
            match random(3) {
                0 => drop(data.drain(from..to)),
                1 => {
                    let piece = data[from..to].to_vec();
                    data.splice(b..b, piece);
                }
                // A number or date becomes an odd one.
                _ => {
                    let text = String::from_utf8_lossy(data).into_owned();
                    let quotes: Vec<usize> = text.match_indices('"').map(|(at, _)| at).collect();
                    if let [start, end, ..] = quotes[random(quotes.len()) / 2 * 2..] {
                        data.splice(start + 1..end, odd[random(odd.len())].bytes());
                    }
                }
            }
            let examined = examine(&stored(&parts), &Facts::default());
            assert!(examined.findings.iter().all(|f| f.code != "failed"), "{}", path.display());
            kept += usize::from(examined.document.is_some_and(|d| !d.text.is_empty()));
        }
    }
    assert!(kept > 500, "{kept} of the mangled packages had text left");
}
