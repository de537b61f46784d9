//! A list's mail, some of it changed by hand (`examples/make/tampered.py`): what the list did is
//! told from what a hand did, and every changed word and digit is reported.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::dump::stdout;

const SET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tampered");

fn assayed(dir: &Path) -> BTreeMap<String, Value> {
    let (dump, keys) = (format!("{SET}/dump"), format!("{SET}/keys.jsonl"));
    stdout(dir, &["assay", &dump, "--case", "a.case", "--keys", &keys], 0);
    let lines = stdout(dir, &["verdicts", "a.case", "--jsonl"], 0);
    let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.map(|row| (row["path"].as_str().unwrap().to_owned(), row)).collect()
}

/// The pieces of one kind in the differences of a part, joined.
fn pieces(shown: &Value, part: &str, kind: &str) -> String {
    let differences = shown["signed"]["differences"].as_array().cloned().unwrap_or_default();
    let of_part = differences.iter().filter(|d| d["what"] == part);
    let all = of_part.flat_map(|d| d["pieces"].as_array().cloned().unwrap_or_default());
    all.filter_map(|piece| piece[kind].as_str().map(str::to_owned)).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_a_list_adds_is_told_from_what_a_hand_changes() {
    let dir = tempfile::tempdir().unwrap();
    let rows = assayed(dir.path());
    let truth = std::fs::read_to_string(format!("{SET}/truth.json")).unwrap();
    let truth: BTreeMap<String, Vec<[String; 3]>> = serde_json::from_str(&truth).unwrap();
    // What is attached is an item of its own, and none of this.
    for (path, row) in rows.iter().filter(|(path, _)| !path.contains('#')) {
        let (status, marks) = (row["status"].as_str().unwrap(), row["marks"].to_string());
        if path.starts_with("listed") || path.starts_with("wrapped") {
            assert_eq!(status, "verified", "{path}: {row}");
            assert!(marks.contains("repaired") && marks.contains("residue"), "{path}: {marks}");
            assert_eq!(row["coverage"]["body"], "tail", "{path}: the footer is outside coverage");
            assert!(row["counterpart"].is_string(), "{path}");
        } else if path.starts_with("kept") {
            assert_ne!(status, "verified", "{path} is not signed");
        } else {
            let reported = truth.get(path).unwrap_or_else(|| panic!("{path} is in no list"));
            assert_eq!(status, "undetermined", "{path}: {row}");
            let shown = stdout(dir.path(), &["show", "a.case", path, "--json"], 0);
            let shown: Value = serde_json::from_str(&shown).unwrap();
            for [part, found, signed] in reported {
                let (in_found, in_signed) =
                    (pieces(&shown, part, "found"), pieces(&shown, part, "original"));
                assert!(in_found.contains(found), "{path} {part}: {in_found:?} lacks {found:?}");
                assert!(
                    in_signed.contains(signed),
                    "{path} {part}: {in_signed:?} lacks {signed:?}"
                );
            }
        }
    }
    assert_eq!(truth.len(), 9);
}

/// The recovered mail is a mail of its own: it verifies where it is assayed alone.
#[test]
fn a_recovered_original_verifies_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let rows = assayed(dir.path());
    for path in ["listed-1.eml", "wrapped-1.eml", "words.eml", "one-digit.eml"] {
        let original = stdout(dir.path(), &["show", "a.case", path, "--original"], 0);
        let counterpart = rows[path]["counterpart"].as_str().unwrap();
        let named = stdout(dir.path(), &["show", "a.case", counterpart, "--original"], 0);
        assert_eq!(named, original, "{path}: found by its own name");
        let folder = dir.path().join(format!("{path}-alone"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("original.eml"), original).unwrap();
        let (folder, case) = (folder.display().to_string(), format!("{path}.case"));
        let keys = format!("{SET}/keys.jsonl");
        stdout(dir.path(), &["assay", &folder, "--case", &case, "--keys", &keys], 0);
        let line = stdout(dir.path(), &["verdicts", &case, "--jsonl"], 0);
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["status"], "verified", "{path}: {line}");
        assert_eq!(line["sha256"], counterpart, "{path}");
    }
}
