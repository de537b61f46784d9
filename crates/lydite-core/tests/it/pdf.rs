//! PDF on other people's files, where they are at hand (`LYDITE_CORPORA`).

use std::fs;

use lydite_core::checks;
use lydite_core::evidence::Direction;
use lydite_core::parse::document::{self, Detail};

use super::cases::files;
use super::corpora::corpora;

/// What speaks against a file of the corpora, each looked at.
const AGAINST: &[(&str, &str, &str)] = &[
    (
        "pdfbox/PDFBOX-5811-362972.pdf",
        "revision-dated-back",
        "a publisher's update that replaces Info alone and sets every date to noon of the day of publication",
    ),
    (
        "pdfjs/issue20504_skia.pdf",
        "newer-than-saved",
        "a second revision put in a font of 2026 and kept the dates of 2023",
    ),
];

#[test]
fn untouched_files_are_not_accused() {
    let Some(root) = corpora() else { return };
    let (mut seen, mut against) = (0, Vec::new());
    for path in files(&root.join("docs"), "pdf") {
        let raw = fs::read(&path).unwrap();
        let document = document::parse(&raw);
        seen += 1;
        for finding in checks::run_on_document(&document) {
            assert_ne!(finding.code, "failed", "{}", path.display());
            if finding.direction == Direction::Contradicts {
                against.push(format!("{} {}", path.display(), finding.code));
            }
        }
    }
    let is_known = |line: &String| {
        AGAINST.iter().any(|(file, code, _)| line.contains(file) && line.ends_with(code))
    };
    against.retain(|line| !is_known(line));
    assert!(seen > 1_500 && against.is_empty(), "{seen} files\n{}", against.join("\n"));
}

#[test]
fn every_earlier_revision_is_a_file_with_one_revision_less() {
    let Some(root) = corpora() else { return };
    let mut earlier = 0;
    let paths = [root.join("docs"), root.join("hostile")].map(|folder| files(&folder, "pdf"));
    for path in paths.iter().flatten() {
        let raw = fs::read(path).unwrap();
        let document = document::parse(&raw);
        let Detail::Pdf(pdf) = &document.detail else { continue };
        for (number, revision) in pdf.revisions.iter().enumerate() {
            assert!(revision.end <= raw.len(), "{}", path.display());
            if number + 1 < pdf.revisions.len() {
                earlier += 1;
                let before = document::parse(&raw[..revision.end]);
                let Detail::Pdf(before) = &before.detail else { panic!("{}", path.display()) };
                assert!(!before.is_repaired, "{} {number}", path.display());
                assert_eq!(before.revisions.len(), number + 1, "{}", path.display());
            }
        }
    }
    assert!(earlier > 150, "{earlier}");
}

/// The cases with bytes changed, cut and doubled: nothing panics, no check fails.
#[test]
fn damaged_files_are_read_without_a_panic() {
    let paths = files(&super::cases::checks_folder().join("document"), "pdf");
    let mut files: Vec<_> = paths.iter().map(|path| (path, fs::read(path).unwrap())).collect();
    files.sort();
    assert!(files.len() > 60, "{}", files.len());
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below.max(1)
    };
    for (path, raw) in &files {
        for round in 0..8 {
            let mut damaged = raw.clone();
            for _ in 0..=round {
                let at = random(damaged.len());
                damaged[at] = [b'0', b'9', b' ', b'-', b'[', b'/', 0xff][random(7)];
            }
            if round % 4 == 3 {
                damaged.truncate(random(raw.len()));
            }
            let document = document::parse(&damaged);
            for finding in checks::run_on_document(&document) {
                assert_ne!(finding.code, "failed", "{} round {round}", path.display());
            }
        }
    }
}
