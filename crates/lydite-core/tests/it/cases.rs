//! The cases beside the checks: facts and bytes in, codes out.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lydite_core::checks;
use lydite_core::examine::{Examined, examine};
use lydite_core::fact::{Facts, Grade, Key, PersonalKey};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    why: String,
    origin: String,
    codes: Vec<String>,
    #[serde(default)]
    sealers: Vec<String>,
    #[serde(default)]
    shipped: bool,
    #[serde(default)]
    keys: Vec<KeyRow>,
    #[serde(default)]
    personal: Vec<PersonalKey>,
}

/// One `[[keys]]` row of a case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRow {
    domain: String,
    selector: String,
    record: String,
    grade: Grade,
    first_seen: Option<String>,
    last_seen: Option<String>,
    private_since: Option<String>,
}

fn day(text: &Option<String>) -> Option<i32> {
    let date: jiff::civil::Date = text.as_ref()?.parse().expect("a date");
    let span = date - jiff::civil::date(1970, 1, 1);
    Some(span.get_days())
}

/// Facts from the rows of a case.
pub fn facts(keys: &[KeyRow], sealers: &[String], shipped: bool) -> Facts {
    let mut facts = if shipped { Facts::shipped() } else { Facts::default() };
    for row in keys {
        facts.insert(Key {
            domain: row.domain.clone(),
            selector: row.selector.clone(),
            record: row.record.clone(),
            grade: row.grade,
            first_seen: day(&row.first_seen),
            last_seen: day(&row.last_seen),
            source: "test case".to_owned(),
            private_since: day(&row.private_since),
        });
    }
    for domain in sealers {
        facts.insert_sealer(domain, "test case");
    }
    facts
}

/// Files below `folder` with that extension, sorted.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

pub fn checks_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/checks")
}

/// The bytes beside a case: the file of the same stem, `.eml` or a document's extension.
fn bytes_of(case: &Path) -> PathBuf {
    let beside = fs::read_dir(case.parent().unwrap()).unwrap().map(|e| e.unwrap().path());
    let is_it = |p: &PathBuf| p != case && p.file_stem() == case.file_stem();
    beside.into_iter().find(is_it).unwrap_or_else(|| panic!("{}: no bytes", case.display()))
}

/// Every case: the check it is for, its name, expected codes, and what came out.
fn run_all() -> Vec<(String, String, Vec<String>, Examined)> {
    let root = checks_folder();
    let mut out = Vec::new();
    for path in files(&root, "toml") {
        let case: Case = toml::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(!case.why.is_empty() && !case.origin.is_empty(), "{}", path.display());
        let folder = path.parent().unwrap().strip_prefix(&root).unwrap();
        let check = folder.to_str().unwrap().replace('_', "-");
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let raw = fs::read(bytes_of(&path)).unwrap();
        let mut facts = facts(&case.keys, &case.sealers, case.shipped);
        case.personal.into_iter().for_each(|key| facts.insert_personal(key));
        let examined = examine(&raw, &facts);
        out.push((check, name, case.codes, examined));
    }
    out
}

#[test]
fn every_case_gives_its_codes() {
    let mut wrong = Vec::new();
    for (check, name, expected, examined) in run_all() {
        let of_check = examined.findings.iter().filter(|f| f.check == check);
        let (codes, notes): (Vec<_>, Vec<_>) =
            of_check.map(|f| (f.code.clone(), f.note.clone())).unzip();
        if codes != expected {
            wrong.push(format!("{check}/{name}: expected {expected:?}, found {codes:?} {notes:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_case_and_every_check_a_malformed_one() {
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (check, name, codes, _) in run_all() {
        let entry = seen.entry(check).or_default();
        entry.extend(codes);
        entry.push(format!("case:{name}"));
    }
    for check in checks::ALL {
        let seen = seen.get(check.id).unwrap_or_else(|| panic!("{} has no case", check.id));
        assert!(seen.contains(&"case:malformed".to_owned()), "{}: no malformed case", check.id);
        for code in check.codes {
            assert!(seen.iter().any(|c| c == code.name), "{}: no case for {}", check.id, code.name);
        }
    }
}

#[test]
fn no_finding_without_evidence_and_notes_keep_the_wording_rules() {
    for (check, name, _, examined) in run_all() {
        for finding in &examined.findings {
            let at = format!("{check}/{name} {}:{}", finding.check, finding.code);
            assert!(!finding.evidence.is_empty(), "{at}: no evidence");
            assert!(!finding.note.ends_with('.'), "{at}: full stop");
            let code = checks::code(&finding.check, &finding.code);
            assert!(code.is_some(), "{at}: not in the closed list");
        }
    }
}
