//! Binary Office documents, RTF and web pages: any bytes are survived, hostile ones in bounded time, what
//! is read equals what ExifTool reads, and untouched ones are not accused.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use lydite_core::checks;
use lydite_core::evidence::Direction;
use lydite_core::item::Sha256;
use lydite_core::limits;
use lydite_core::parse::document::profile::{Name, Property};
use lydite_core::parse::document::{Detail, Document, Format, html, ole, rtf};
use proptest::prelude::*;

use super::cases::{checks_folder, files};
use super::corpora::corpora;

fn read(raw: &[u8]) -> Option<Document<'_>> {
    ole::read(raw).or_else(|| rtf::read(raw)).or_else(|| html::read(raw))
}

fn case(name: &str) -> Vec<u8> {
    fs::read(checks_folder().join("document").join(name)).unwrap()
}

/// What must hold of any reading: evidence lies in the blob.
fn hold(raw: &[u8]) {
    let Some(document) = read(raw) else { return };
    for property in &document.profile.properties {
        let (start, end) = (property.span.start, property.span.end);
        assert!(start <= end && end <= raw.len(), "{property:?}");
    }
    for defect in &document.defects {
        assert!(defect.span.start <= defect.span.end && defect.span.end <= raw.len(), "{defect:?}");
    }
    checks::run_on_document(&document);
}

#[test]
fn values_stand_where_their_span_says() {
    let raw = case("word_save_time/agree.doc");
    let document = read(&raw).unwrap();
    let bytes = |place: &str, name: Name| {
        let found = document.profile.all(name).find(|p| p.place == place);
        found.unwrap_or_else(|| panic!("{place}")).span.of(&raw).to_vec()
    };
    assert_eq!(&bytes("SummaryInformation 0x04", Name::Author)[8..], b"Anna Morel\0");
    let utf16: Vec<u8> = "Luc Perrin".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(bytes("SttbfAssoc last saved by", Name::LastAuthor), utf16);
    assert_eq!(bytes("FIB lProductRevised", Name::Version), 31_714u32.to_le_bytes());
    assert_eq!(document.text[0].place, "paragraph 1");
    assert!(document.text[1].text.starts_with("Ordre du jour : budget des écoles"));

    let raw = case("opened_later/other-user.xls");
    let document = read(&raw).unwrap();
    assert_eq!(document.text[0].place, "Budget!A1");
    let opened = document.profile.first(Name::LastOpenedBy).unwrap();
    assert_eq!(&opened.span.of(&raw)[7..19], b"Claire Duval");
}

#[test]
fn encrypted_documents_give_no_names_of_garbage() {
    let raw = case("ole_encrypted/encrypted.xls");
    let document = read(&raw).unwrap();
    assert!(document.profile.first(Name::LastOpenedBy).is_none());
    assert!(document.text.is_empty());
    let Detail::Ole(ole) = &document.detail else { panic!("no detail") };
    assert!(ole.encrypted);
}

#[test]
fn every_cut_of_a_document_is_survived() {
    for name in [
        "word_save_time/agree.doc",
        "saved_by/listed.doc",
        "opened_later/other-user.xls",
        "rtf_time_zone/offset.rtf",
    ] {
        let raw = case(name);
        for cut in (0..raw.len()).step_by(7) {
            hold(&raw[..cut]);
        }
    }
}

/// Found by fuzzing: the last sector is cut inside the root's entry, which goes on elsewhere.
#[test]
fn an_entry_in_pieces_is_cited_within_the_file() {
    let mut raw = case("word_save_time/agree.doc");
    let number = |raw: &[u8], at: usize| {
        u32::from_le_bytes([raw[at], raw[at + 1], raw[at + 2], raw[at + 3]]) as usize
    };
    let (directory, fat, last) = (number(&raw, 48), number(&raw, 76), raw.len() / 512 - 1);
    let at = (directory + 1) * 512;
    let root = raw[at..at + 128].to_vec();
    raw[at..at + 18].copy_from_slice(&root[110..]);
    let next = (fat + 1) * 512 + 4 * last;
    raw[next..next + 4].copy_from_slice(&(directory as u32).to_le_bytes());
    raw[48..52].copy_from_slice(&(last as u32).to_le_bytes());
    raw.extend_from_slice(&root[..110]);
    let document = read(&raw).unwrap();
    let modified = document.profile.all(Name::Stored).find(|p| p.place.ends_with("modified"));
    assert!(modified.is_some_and(|p| p.place.starts_with("directory")));
    hold(&raw);
}

/// Chains, trees and tables that lead back to themselves, written over whole documents.
#[test]
fn circles_end() {
    for name in ["word_save_time/agree.doc", "opened_later/other-user.xls"] {
        let whole = case(name);
        for value in [0u32, 1, 2, 5, 0x7FFF_FFFF, 0xFFFF_FFFE] {
            for at in (24..whole.len().min(3_000)).step_by(4) {
                let mut raw = whole.clone();
                raw[at..at + 4].copy_from_slice(&value.to_le_bytes());
                hold(&raw);
            }
        }
    }
    // All sectors of 2 MB are one circle that every entry begins in.
    let mut raw = case("word_save_time/agree.doc");
    raw.resize(2 << 20, 1);
    let fat: Vec<u8> = (0..128u32).flat_map(|n| ((n + 1) % 128).to_le_bytes()).collect();
    raw[512..1_024].copy_from_slice(&fat);
    let started = Instant::now();
    hold(&raw);
    assert!(started.elapsed() < Duration::from_secs(30));
}

/// What is written to cost much: 4 MB each, read in seconds without optimisation, and nothing grows
/// beyond its bound.
#[test]
fn hostile_sizes_cost_bounded_time() {
    let long = |start: &str, part: &str| {
        let mut raw = start.as_bytes().to_vec();
        while raw.len() < 4 << 20 {
            raw.extend_from_slice(part.as_bytes());
        }
        raw
    };
    let mut inputs = vec![
        long("{\\rtf1", "{"),
        long("{\\rtf1", "}{"),
        long("{\\rtf1", "x\\par"),
        long("{\\rtf1", "\\deflang1036 "),
        long("{\\rtf1", "{\\header x{\\footnote y}"),
        long("{\\rtf1{\\fonttbl", "\\f1\\fcharset204 x;"),
        long("{\\rtf1{\\*\\datastore ", "d0cf11e0a1b11ae1"),
        long("{\\rtf1", "\\u-10179?"),
        long("<html>", "<meta name=author content=x>"),
        long("<html><!--", "<!-- saved from url=(1)x"),
        long("<html>", "<title>"),
        long("<html><meta ", "name="),
    ];
    // Sectors that all point to the next, and a directory, mini table and streams that begin anywhere.
    for name in ["word_save_time/agree.doc", "opened_later/other-user.xls"] {
        let mut raw = case(name);
        raw.resize(4 << 20, 0x2);
        let tables = 64u32;
        raw[44..48].copy_from_slice(&tables.to_le_bytes());
        for n in 0..tables {
            let listed = 76 + 4 * n as usize;
            raw[listed..listed + 4].copy_from_slice(&(4_000 + n).to_le_bytes());
            for slot in 0..128 {
                let at = (4_001 + n as usize) * 512 + 4 * slot;
                let next = n * 128 + u32::try_from(slot).unwrap() + 1;
                raw[at..at + 4].copy_from_slice(&next.to_le_bytes());
            }
        }
        inputs.push(raw);
    }
    for raw in inputs {
        let started = Instant::now();
        let document = read(&raw).unwrap();
        assert!(document.profile.properties.len() <= limits::PROPERTIES);
        hold(&raw);
        let head = String::from_utf8_lossy(&raw[..40]).into_owned();
        assert!(started.elapsed() < Duration::from_secs(60), "{head}: {:?}", started.elapsed());
        println!("{:?} {head:?}", started.elapsed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_are_survived(
        which in 0usize..4,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..30),
    ) {
        let names = ["word_save_time/agree.doc", "saved_by/listed.doc", "opened_later/other-user.xls", "rtf_time_zone/offset.rtf"];
        let mut raw = case(names[which]);
        for (at, byte) in changes {
            let at = at.index(raw.len());
            raw[at] = byte;
        }
        hold(&raw);
    }

    #[test]
    fn any_rtf_is_survived(words in "(\\{|\\}|\\\\\\*|\\\\info|\\\\author |\\\\u-10179\\?|\\\\'e9|\\\\f1|\\\\fonttbl|\\\\fcharset204|\\\\datastore |d0cf|\\\\par|\\\\bin5 |\\\\revtim|\\\\yr2017|;|x| ){0,60}") {
        hold(format!("{{\\rtf1{words}").as_bytes());
    }

    #[test]
    fn any_page_is_survived(words in "(<|>|/|html|title|meta|name=|content=|\"|'|charset=|utf-8|author|<o:Author>|<!--|-->|saved from url=\\(|é| |x){0,60}") {
        hold(format!("<html>{words}").as_bytes());
    }
}

/// The documents of the corpora, each content once.
fn documents(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for path in all_files(root) {
        let Ok(raw) = fs::read(&path) else { continue };
        if read(&raw).is_some() && seen.insert(Sha256::of(&raw)) {
            out.push((path, raw));
        }
    }
    out
}

fn all_files(root: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(entry.path()),
                Ok(kind) if kind.is_file() => out.push(entry.path()),
                _ => {}
            }
        }
    }
    out.sort();
    out
}

/// Nothing in the corpora is known to have been altered: nothing may speak against any of it, and no
/// file may take long.
#[test]
fn untouched_documents_are_not_accused() {
    let Some(root) = corpora() else { return };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut against = Vec::new();
    for (path, raw) in documents(&root) {
        let started = Instant::now();
        let document = read(&raw).unwrap();
        hold(&raw);
        assert!(started.elapsed() < Duration::from_secs(30), "{}", path.display());
        *counts.entry(document.format.name().to_owned()).or_default() += 1;
        if document.text.is_empty() {
            *counts.entry(format!("{} without text", document.format.name())).or_default() += 1;
        }
        for finding in checks::run_on_document(&document) {
            *counts.entry(format!("{}:{}", finding.check, finding.code)).or_default() += 1;
            if finding.direction == Direction::Contradicts {
                let at = format!("{} {}: {}", path.display(), finding.code, finding.note);
                against.push(at);
            }
        }
    }
    counts.iter().for_each(|(what, count)| println!("{count:6} {what}"));
    assert!(against.is_empty(), "{}", against.join("\n"));
    assert!(counts["doc"] >= 50 && counts["xls"] >= 100 && counts["rtf"] >= 50);
}

/// Tags of ExifTool and what they are here.
const TAGS: &[(&str, Name)] = &[
    ("Title", Name::Title),
    ("Subject", Name::Subject),
    ("Author", Name::Author),
    ("LastModifiedBy", Name::LastAuthor),
    ("Software", Name::Program),
    ("Company", Name::Company),
    ("Manager", Name::Manager),
    ("Template", Name::Template),
    ("RevisionNumber", Name::Revision),
    ("CreateDate", Name::Created),
    ("ModifyDate", Name::Modified),
    ("LastPrinted", Name::Printed),
];

/// Values that differ, and why.
const DIFFERENCES: &[(&str, &str)] = &[
    ("calamine/tests/issue_271.xls", "ExifTool reads no double-byte code page (936)"),
    ("oletools/olevba/sample_with_vba.ppt", "ExifTool reads no double-byte code page (949)"),
    ("tika/testRTF-ms932.rtf", "ExifTool takes double-byte text (932) for Windows' western page"),
    ("tika/testEXCEL_embeded.xls", "ExifTool adds the properties of a document inside"),
    ("tika/testWPSAttachment.xls", "ExifTool adds the properties of a document inside"),
];

/// ExifTool's answer as our value would be: dates in its own form.
fn ours(property: &Property) -> String {
    match property.at.and_then(|at| jiff::Timestamp::from_second(at).ok()) {
        Some(stamp) => stamp.strftime("%Y:%m:%d %H:%M:%S").to_string(),
        None => property.value.clone(),
    }
}

fn is_same(own: &str, theirs: &str) -> bool {
    let plain = |text: &str| {
        text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>()
    };
    plain(own) == plain(theirs)
}

/// Office's properties as ExifTool (installed beside) reads them; without it nothing is compared.
#[test]
fn properties_are_those_that_exiftool_reads() {
    let Some(root) = corpora() else { return };
    if Command::new("exiftool").arg("-ver").output().is_err() {
        println!("exiftool absent: skipped");
        return;
    }
    let old = [Format::Doc, Format::Xls, Format::Ppt, Format::Rtf];
    let documents: Vec<(PathBuf, Vec<u8>)> = documents(&root)
        .into_iter()
        .filter(|(_, raw)| old.contains(&read(raw).unwrap().format))
        .collect();
    let tags = TAGS.iter().map(|(tag, _)| format!("-{tag}"));
    let paths = documents.iter().map(|(path, _)| path);
    let told = Command::new("exiftool").args(["-j", "-m"]).args(tags).args(paths).output();
    let told: Vec<serde_json::Value> = serde_json::from_slice(&told.unwrap().stdout).unwrap();
    assert_eq!(told.len(), documents.len());
    let (mut same, mut explained, mut differing) = (BTreeMap::new(), Vec::new(), Vec::new());
    for ((path, raw), told) in documents.iter().zip(told) {
        let document = read(raw).unwrap();
        for (tag, name) in TAGS {
            let Some(theirs) = theirs(&told[tag]) else { continue };
            let own: Vec<String> = document.profile.all(*name).map(ours).collect();
            if own.iter().any(|own| is_same(own, &theirs)) {
                *same.entry(tag).or_insert(0usize) += 1;
                continue;
            }
            let text = format!("{} {tag}: {theirs:?}, ours {own:?}", path.display());
            match DIFFERENCES.iter().find(|(file, _)| path.ends_with(file)) {
                Some((_, why)) => explained.push(format!("{text}: {why}")),
                None => differing.push(text),
            }
        }
    }
    println!("same: {same:?}\n{}", explained.join("\n"));
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    let agreed: usize = same.values().sum();
    assert!(agreed > 1_000 && explained.len() * 100 <= agreed);
}

/// A value of ExifTool's answer, where there is one: it writes 0 and 1601 for no date.
fn theirs(value: &serde_json::Value) -> Option<String> {
    let text = match value {
        serde_json::Value::String(text) => text.split('+').next()?.to_owned(),
        serde_json::Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let none = text.trim().is_empty() || text == "0" || text.starts_with("0000:00:00");
    (!none && !text.starts_with("1601:01:01")).then_some(text)
}

#[test]
fn cases_of_documents_are_read_as_what_they_are() {
    for path in files(&checks_folder().join("document"), "doc") {
        let raw = fs::read(&path).unwrap();
        if path.file_stem().is_some_and(|stem| stem != "malformed") {
            assert_eq!(read(&raw).unwrap().format, Format::Doc, "{}", path.display());
        }
    }
}
