//! `keys recover` on made mail (`examples/make/recover.py`): what it finds, records and may not lift.

use std::path::Path;

use serde_json::Value;

use crate::dump::stdout;

const DUMP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recover");

fn recovered(dir: &Path, more: &[&str]) -> Vec<Value> {
    let arguments = [&["keys", "recover", "a.case", "--json"], more].concat();
    serde_json::from_str(&stdout(dir, &arguments, 0)).unwrap()
}

/// Path and status of every mail.
fn statuses(dir: &Path) -> Vec<(String, String)> {
    let lines = stdout(dir, &["verdicts", "a.case", "--jsonl"], 0);
    let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.map(|row| {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        (text("path"), text("status"))
    })
    .collect()
}

#[test]
fn a_key_is_recovered_once_and_says_what_it_opens() {
    let dir = tempfile::tempdir().unwrap();
    stdout(dir.path(), &["assay", DUMP, "--case", "a.case"], 0);
    let plan = stdout(dir.path(), &["keys", "recover", "a.case", "--plan"], 0);
    assert!(plan.contains("mint._domainkey.parti-horizon.example"), "{plan}");
    assert!(!plan.contains("lone."), "two signatures are too few to confirm a key: {plan}");
    assert!(!dir.path().join("a.case/facts/recovered.jsonl").exists());

    let found = recovered(dir.path(), &["--least", "2"]);
    assert_eq!(found.len(), 2);
    let (lone, mint) = (&found[0]["found"], &found[1]["found"]);
    assert_eq!((lone["key"]["grade"].as_str(), lone["mails"].as_u64()), (Some("D"), Some(0)));
    assert_eq!((mint["key"]["grade"].as_str(), mint["mails"].as_u64()), (Some("C"), Some(19)));
    assert_eq!((mint["exact"].as_u64(), mint["otherwise"].as_u64()), (Some(21), Some(1)));
    assert_eq!(mint["archive"].as_str(), Some("absent"));

    // All is done: nothing is due, and the record stays.
    let file = dir.path().join("a.case/facts/recovered.jsonl");
    let record = std::fs::read_to_string(&file).unwrap();
    assert!(!stdout(dir.path(), &["keys", "recover", "a.case", "--plan"], 0).contains("mint."));
    assert_eq!(recovered(dir.path(), &["--least", "2"]), found);
    // As if killed between the two: only the missing one is done again, to the same bytes.
    std::fs::write(&file, format!("{}\n", record.lines().next().unwrap())).unwrap();
    assert_eq!(recovered(dir.path(), &["--least", "2", "--jobs", "1"]), found);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), record);
}

/// A minted selector, on two mails or on many that agree with each other: nothing is lifted above
/// `consistent`, and nothing is accused on its word.
#[test]
fn a_minted_selector_lifts_and_accuses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    stdout(dir.path(), &["assay", DUMP, "--case", "a.case"], 0);
    recovered(dir.path(), &["--least", "2"]);
    stdout(dir.path(), &["weigh", "a.case"], 0);
    let all = statuses(dir.path());
    assert_eq!(all.len(), 25);
    for (path, status) in all {
        let is_changed = path.contains("changed") || path.contains("copied");
        let expected = if is_changed { "undetermined" } else { "consistent" };
        assert_eq!(status, expected, "{path}");
    }
}
