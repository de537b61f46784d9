//! The labelled set of documents and images (`tests/documents`, made by `examples/make/documents.py`):
//! what stands against each kind of tampering, what names it, what a comparison with another copy
//! shows, and what nothing tells; and innocent changes, none of which is accused.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lydite_core::difference::document::{Class, Comparison, compare};
use lydite_core::evidence::Direction;
use lydite_core::examine::{Examined, examine};
use lydite_core::fact::Facts;
use lydite_core::parse::document::Piece;
use lydite_core::verdict::{Status, decide};

use super::tidy::{keep_current, repository};

struct Row {
    files: Vec<String>,
    before: String,
    kind: String,
    is_forger: bool,
    did: String,
    tells: String,
}

/// One kind, with what was found.
struct Case {
    row: Row,
    status: Status,
    /// Codes that speak against a file of it.
    against: BTreeSet<String>,
    /// Codes that speak neither way and do not stand on the file it was made from.
    named: BTreeSet<String>,
    beside: Option<Comparison>,
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(folder().join("documents.tsv")).unwrap();
    let row = |line: &str| {
        let [files, before, kind, who, did, tells] =
            <[&str; 6]>::try_from(line.split('\t').collect::<Vec<_>>()).unwrap();
        assert!(["forger", "innocent"].contains(&who) && !did.is_empty(), "{kind}");
        Row {
            files: files.split(' ').map(str::to_owned).collect(),
            before: before.to_owned(),
            kind: kind.to_owned(),
            is_forger: who == "forger",
            did: did.to_owned(),
            tells: tells.to_owned(),
        }
    };
    text.lines().skip(1).map(row).collect()
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents")
}

fn examined(name: &str) -> Examined {
    examine(&fs::read(folder().join(name)).unwrap(), &Facts::default())
}

fn text(examined: &Examined) -> &[Piece] {
    examined.document.as_ref().map_or(&[], |document| &document.text)
}

fn codes(examined: &Examined, which: fn(Direction) -> bool) -> BTreeSet<String> {
    let findings = examined.findings.iter().filter(|f| which(f.direction));
    findings.map(|f| format!("{}:{}", f.check, f.code)).collect()
}

fn cases() -> Vec<Case> {
    let case = |row: Row| {
        let found: Vec<Examined> = row.files.iter().map(|name| examined(name)).collect();
        let before = (!row.before.is_empty()).then(|| examined(&row.before));
        let all = |which: fn(Direction) -> bool| -> BTreeSet<String> {
            found.iter().flat_map(|file| codes(file, which)).collect()
        };
        let old = before.iter().flat_map(|file| codes(file, |_| true)).collect();
        let status = found.iter().map(|file| decide(file.kind, &file.findings).status);
        Case {
            status: status.max().unwrap(),
            against: all(|direction| direction == Direction::Contradicts),
            named: all(|direction| direction == Direction::Neutral)
                .difference(&old)
                .cloned()
                .collect(),
            beside: before.map(|before| compare(text(&found[0]), text(&before))),
            row,
        }
    };
    rows().into_iter().map(case).collect()
}

/// `2 numbers, a row inserted; 2 sums no longer hold`.
fn told(comparison: &Comparison) -> String {
    let mut counts: BTreeMap<Class, usize> = BTreeMap::new();
    for change in &comparison.changes {
        *counts.entry(change.class).or_default() += 1;
    }
    let words = counts.iter().map(|(class, count)| {
        let name = match class {
            Class::Number => "number",
            Class::Date => "date",
            Class::Name => "name",
            Class::Text => "text",
            Class::FormattingOnly => "formatting",
            Class::RowInserted => "row inserted",
            Class::RowRemoved => "row removed",
            Class::ColumnInserted => "column inserted",
            Class::ColumnRemoved => "column removed",
            Class::Inserted => "piece inserted",
            Class::Removed => "piece removed",
        };
        format!("{count} {name}")
    });
    let mut words: Vec<String> = words.collect();
    if !comparison.broken_sums.is_empty() {
        words.push(format!("{} sums no longer hold", comparison.broken_sums.len()));
    }
    words.join(", ")
}

/// What of a document is shown to differ by words, not by form alone.
fn tells_by_comparison(case: &Case) -> bool {
    let tells = |c: &Comparison| c.changes.iter().any(|c| c.class != Class::FormattingOnly);
    case.beside.as_ref().is_some_and(tells)
}

/// How a kind of tampering came to light, the strongest way first.
fn outcome(case: &Case) -> &'static str {
    if !case.against.is_empty() {
        "something speaks against it"
    } else if !case.named.is_empty() {
        "a neutral finding names it"
    } else if tells_by_comparison(case) {
        "only another copy tells"
    } else {
        "nothing tells"
    }
}

fn list(codes: &BTreeSet<String>) -> String {
    let short = codes.iter().map(|code| code.trim_start_matches("document/").to_owned());
    short.collect::<Vec<_>>().join(", ")
}

fn page(cases: &[Case]) -> String {
    let mut text = String::from(
        "# The labelled set of documents and images\n\n\
         Rewritten by `tests/it/documents.rs`. The files are made by `examples/make/documents.py` and \
         lie in `crates/lydite-core/tests/documents`; each kind is one file, or a few that belong \
         together. *Named* are codes that do not stand on the file it was made from, if that is kept. \
         *Beside another copy* is what the comparison of texts shows.\n\n## Tampering\n\n",
    );
    let (forged, innocent): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|c| c.row.is_forger);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    forged.iter().for_each(|case| *counts.entry(outcome(case)).or_default() += 1);
    text.push_str(&format!("{} kinds:\n\n", forged.len()));
    counts.iter().for_each(|(outcome, kinds)| text.push_str(&format!("- {kinds}: {outcome}\n")));
    text.push_str(
        "\n| kind | what was done | what should tell | status | speaks against it | named | beside another copy |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for case in &forged {
        let beside = case.beside.as_ref().map(told).unwrap_or_default();
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} | {beside} |\n",
            case.row.kind,
            case.row.did,
            case.row.tells,
            case.status.name(),
            list(&case.against),
            list(&case.named)
        ));
    }
    text.push_str(&format!(
        "\n## Innocent changes\n\n{} kinds, none accused.\n\n| kind | what happened | status | named | beside what it was made from |\n|---|---|---|---|---|\n",
        innocent.len()
    ));
    for case in &innocent {
        let beside = case.beside.as_ref().map(told).unwrap_or_default();
        text.push_str(&format!(
            "| {} | {} | {} | {} | {beside} |\n",
            case.row.kind,
            case.row.did,
            case.status.name(),
            list(&case.named)
        ));
    }
    text
}

#[test]
fn tampering_comes_to_light_or_is_listed_and_innocent_changes_are_not_accused() {
    let cases = cases();
    let kinds = |forger: bool| cases.iter().filter(|case| case.row.is_forger == forger).count();
    assert!(kinds(true) >= 30 && kinds(false) >= 30);
    let accused = cases.iter().filter(|case| !case.row.is_forger);
    let accused = accused.filter(|c| !c.against.is_empty() || c.status > Status::Undetermined);
    let accused: Vec<String> =
        accused.map(|c| format!("{}: {} {:?}", c.row.kind, c.status.name(), c.against)).collect();
    assert!(accused.is_empty(), "innocent, and accused:\n{}", accused.join("\n"));
    let silent = cases.iter().filter(|c| c.row.tells.contains("difference"));
    let silent: Vec<&str> = silent
        .filter(|c| !c.row.tells.contains("pictures") && !tells_by_comparison(c))
        .map(|c| c.row.kind.as_str())
        .collect();
    assert!(silent.is_empty(), "not told beside another copy: {silent:?}");
    // Rule 1: nothing that a forger alone controls lifts a document.
    let lifted = cases.iter().find(|c| c.row.is_forger && c.status < Status::Consistent);
    assert!(lifted.is_none(), "{}", lifted.unwrap().row.kind);
    keep_current(&repository().join("docs/documents.md"), &page(&cases));
}

#[test]
fn the_files_are_read_as_documents() {
    for name in rows().iter().flat_map(|row| &row.files) {
        let read = examined(name).document.is_some_and(|d| d.format.name() != "unknown");
        assert!(read, "{name}");
    }
}

#[test]
fn the_files_are_those_of_the_rows_and_small() {
    let rows = rows();
    let mut named: BTreeSet<String> = rows.iter().flat_map(|row| row.files.clone()).collect();
    named.extend(rows.iter().map(|row| row.before.clone()).filter(|before| !before.is_empty()));
    named.insert("documents.tsv".to_owned());
    let mut there = BTreeSet::new();
    let mut bytes = 0;
    for entry in fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()) {
        let files = match entry.is_dir() {
            true => fs::read_dir(&entry).unwrap().map(|entry| entry.unwrap().path()).collect(),
            false => vec![entry],
        };
        for file in files {
            bytes += fs::metadata(&file).unwrap().len();
            let relative = file.strip_prefix(folder()).unwrap();
            there.insert(relative.to_str().unwrap().to_owned());
        }
    }
    assert_eq!(named, there);
    assert!(bytes < 3 << 20, "{bytes} bytes");
}
