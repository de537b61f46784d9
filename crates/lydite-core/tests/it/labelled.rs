//! The labelled set: mails made by three kinds of forger, each brought to light by the check meant
//! for it or listed as one that nothing tells of, and innocent oddities, none of which is accused.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lydite_core::check::Run;
use lydite_core::checks;
use lydite_core::evidence::{Direction, Mark};
use lydite_core::examine::{Examined, examine};
use lydite_core::fact::Facts;
use lydite_core::item::Kind;
use lydite_core::verdict::{Status, Verdict, decide};
use serde::Deserialize;

use super::cases::{KeyRow, facts, files};

/// Who made a mail of the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Forger {
    /// Changes what is shown and forgets the rest.
    Careless,
    /// Knows these checks and makes everything fit that he can make.
    Knowing,
    /// Sends from an opened account, through its own servers.
    AccountHolder,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    why: String,
    origin: String,
    forger: Option<Forger>,
    expect_status: Status,
    #[serde(default)]
    expect_findings: Vec<String>,
    #[serde(default)]
    marks: Vec<Mark>,
    #[serde(default)]
    nothing_tells: bool,
    #[serde(default)]
    shipped: bool,
    #[serde(default)]
    sealers: Vec<String>,
    #[serde(default)]
    keys: Vec<KeyRow>,
}

/// One mail of the set, with what came out.
pub struct Case {
    pub name: String,
    pub why: String,
    pub forger: Option<Forger>,
    pub nothing_tells: bool,
    pub expect_status: Status,
    pub expect_findings: Vec<String>,
    pub marks: Vec<Mark>,
    pub raw: Vec<u8>,
    pub facts: Facts,
    pub examined: Examined,
    pub verdict: Verdict,
}

impl Case {
    /// `check:code` of every finding, in order.
    pub fn codes(&self) -> Vec<String> {
        self.examined.findings.iter().map(|f| format!("{}:{}", f.check, f.code)).collect()
    }

    fn against(&self) -> bool {
        self.examined.findings.iter().any(|f| f.direction == Direction::Contradicts)
    }
}

/// Every case of `tests/labelled/<kind>`, sorted by name.
pub fn cases(kind: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/labelled").join(kind);
    let case = |path: &std::path::PathBuf| {
        let row: Row = toml::from_str(&fs::read_to_string(path).unwrap())
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(!row.why.is_empty() && !row.origin.is_empty(), "{}", path.display());
        let raw = fs::read(path.with_file_name("mail.eml")).unwrap();
        let facts = facts(&row.keys, &row.sealers, row.shipped);
        let examined = examine(&raw, &facts);
        Case {
            name: path.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned(),
            why: row.why,
            forger: row.forger,
            nothing_tells: row.nothing_tells,
            expect_status: row.expect_status,
            expect_findings: row.expect_findings,
            marks: row.marks,
            verdict: decide(Kind::Message, &examined.findings),
            raw,
            facts,
            examined,
        }
    };
    files(&folder, "toml").iter().map(case).collect()
}

/// What differs from what the case expects.
fn differences(case: &Case) -> Vec<String> {
    let codes = case.codes();
    let mut wrong = Vec::new();
    if case.verdict.status != case.expect_status || case.verdict.marks != case.marks {
        wrong.push(format!(
            "expected {:?} {:?}, is {:?} {:?}",
            case.expect_status, case.marks, case.verdict.status, case.verdict.marks
        ));
    }
    for expected in case.expect_findings.iter().filter(|e| !codes.contains(e)) {
        wrong.push(format!("no {expected}"));
    }
    wrong
}

fn report(case: &Case, wrong: Vec<String>) -> Option<String> {
    let notes =
        case.examined.findings.iter().map(|f| format!("{}:{} ({})", f.check, f.code, f.note));
    let notes: Vec<String> = notes.collect();
    (!wrong.is_empty())
        .then(|| format!("{}: {}\n    {}", case.name, wrong.join("; "), notes.join("\n    ")))
}

#[test]
fn what_forgers_make_is_brought_to_light_or_listed() {
    let mut wrong = Vec::new();
    let mut table: BTreeMap<(Forger, &str), usize> = BTreeMap::new();
    let cases = cases("forged");
    for case in &cases {
        let forger = case.forger.unwrap_or_else(|| panic!("{}: no forger", case.name));
        let mut differs = differences(case);
        if case.nothing_tells && case.against() {
            differs.push("something tells".to_owned());
        }
        if !case.nothing_tells && case.expect_findings.is_empty() {
            differs.push("no finding is named that brings it to light".to_owned());
        }
        // Rule 1: whoever holds an account sends its mail. Nobody else may earn more than this.
        let lifted = case.verdict.status < Status::Consistent;
        if lifted && !(case.nothing_tells && forger == Forger::AccountHolder) {
            differs.push("lifted".to_owned());
        }
        let outcome = if case.nothing_tells { "nothing tells" } else { case.verdict.status.name() };
        *table.entry((forger, outcome)).or_default() += 1;
        wrong.extend(report(case, differs));
    }
    table.iter().for_each(|((forger, outcome), kinds)| println!("{forger:?} {outcome}: {kinds}"));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(cases.len() >= 25, "only {} kinds", cases.len());
    let forgers: BTreeSet<_> = cases.iter().map(|case| case.forger).collect();
    assert_eq!(forgers.len(), 3);
}

#[test]
fn no_innocent_oddity_is_accused() {
    let mut wrong = Vec::new();
    let cases = cases("odd");
    for case in &cases {
        let mut differs = differences(case);
        if case.against() {
            differs.push("a finding speaks against it".to_owned());
        }
        assert!(case.forger.is_none() && !case.nothing_tells, "{}", case.name);
        wrong.extend(report(case, differs));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(cases.len() >= 25, "only {} kinds", cases.len());
}

/// Checks that no mail of a forger could bring to light by themselves.
const NOT_MEANT_FOR_FORGERS: &[(&str, &str)] = &[
    ("email/rendering", "it only ever takes evidence away"),
    ("email/route-rewrites", "it only ever weakens what is said against a mail"),
];

#[test]
fn every_check_brings_some_kind_to_light() {
    let cases = cases("forged");
    let named: BTreeSet<&str> = cases
        .iter()
        .flat_map(|case| &case.expect_findings)
        .filter_map(|finding| finding.split(':').next())
        .collect();
    // Documents have a set of their own.
    for check in checks::ALL.iter().filter(|check| matches!(check.run, Run::Mail(_))) {
        let spared = NOT_MEANT_FOR_FORGERS.iter().any(|(id, _)| *id == check.id);
        assert!(named.contains(check.id) != spared, "{}: no kind is for it", check.id);
    }
}
