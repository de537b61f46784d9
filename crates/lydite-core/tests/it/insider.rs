//! What insiders can make, and what innocents do: neither may earn the wrong word.

use std::fs;
use std::path::Path;

use lydite_core::evidence::{Claim, Mark};
use lydite_core::examine::examine;
use lydite_core::item::Kind;
use lydite_core::verdict::{Status, Verdict, decide};
use serde::Deserialize;

use super::cases::{KeyRow, facts, files};

#[derive(Deserialize)]
struct Insider {
    attacked: Vec<Claim>,
    never: Vec<Status>,
    item_may: Option<Status>,
    item_may_why: Option<String>,
    sealers: Option<Vec<String>>,
    #[serde(default)]
    keys: Vec<KeyRow>,
    #[serde(default)]
    others: Vec<Other>,
}

#[derive(Deserialize)]
struct Other {
    file: String,
    expect_status: Status,
}

#[derive(Deserialize)]
struct Innocent {
    expect_status: Status,
    marks: Vec<Mark>,
    sealers: Option<Vec<String>>,
    #[serde(default)]
    keys: Vec<KeyRow>,
}

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn verdict(path: &Path, keys: &[KeyRow], sealers: &Option<Vec<String>>) -> (Verdict, String) {
    let facts = facts(keys, sealers.as_deref().unwrap_or_default(), false);
    let examined = examine(&fs::read(path).unwrap(), &facts);
    let codes: Vec<String> =
        examined.findings.iter().map(|f| format!("{}:{} ({})", f.check, f.code, f.note)).collect();
    (decide(Kind::Message, &examined.findings), codes.join("\n    "))
}

#[test]
fn no_insider_case_lifts_the_claim_it_attacks() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in files(&folder("insider"), "toml") {
        let case: Insider = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let name = path.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
        let (verdict, codes) = verdict(&path.with_file_name("mail.eml"), &case.keys, &case.sealers);
        count += 1;
        for claim in &case.attacked {
            if case.never.contains(&verdict.claims[claim]) {
                wrong
                    .push(format!("{name}: {claim:?} is {:?}\n    {codes}", verdict.claims[claim]));
            }
        }
        assert_eq!(case.item_may.is_some(), case.item_may_why.is_some(), "{name}");
        if case.never.contains(&verdict.status) && case.item_may != Some(verdict.status) {
            wrong.push(format!("{name}: item is {:?}\n    {codes}", verdict.status));
        }
        for other in &case.others {
            let (verdict, codes) =
                self::verdict(&path.with_file_name(&other.file), &case.keys, &case.sealers);
            if verdict.status != other.expect_status {
                wrong.push(format!("{name}/{}: {:?}\n    {codes}", other.file, verdict.status));
            }
        }
    }
    assert!(count >= 40, "only {count} cases");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn innocents_earn_exactly_what_they_show() {
    let mut wrong = Vec::new();
    for path in files(&folder("innocent"), "toml") {
        let case: Innocent = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let name = path.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
        let (verdict, codes) = verdict(&path.with_file_name("mail.eml"), &case.keys, &case.sealers);
        let mut marks = case.marks.clone();
        marks.sort();
        if verdict.status != case.expect_status || verdict.marks != marks {
            wrong.push(format!(
                "{name}: expected {:?} {marks:?}, is {:?} {:?}\n    {codes}",
                case.expect_status, verdict.status, verdict.marks
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
