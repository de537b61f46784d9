//! A made leak, assayed and scored.

use serde_json::Value;

use crate::dump::{error, stdout};

#[test]
fn a_made_leak_is_assayed_and_scored_without_a_false_lift() {
    let dir = tempfile::tempdir().unwrap();
    let made = ["lab", "make", "leak", "--messages", "1000", "--seed", "3"];
    assert!(stdout(dir.path(), &made, 0).contains("lydite lab score"));
    assert!(error(dir.path(), &made).contains("name a new folder"));
    let assay = ["assay", "leak/dump", "--case", "leak.case", "--keys", "leak/keys.jsonl"];
    stdout(dir.path(), &assay, 0);
    let truth = "leak/truth.jsonl";
    let text = stdout(dir.path(), &["lab", "score", "leak.case", truth, "--json"], 0);
    let score: Value = serde_json::from_str(&text).unwrap();
    assert!(score["items"].as_u64().unwrap() > 900);
    assert_eq!((&score["missing"], &score["unknown"]), (&serde_json::json!([]), &0.into()));
    assert_eq!(score["false_lifts"], serde_json::json!([]), "{}", score["false_lifts"]);
    assert_eq!(score["hard_accusations"]["count"], 0, "{}", score["accused"]);
    let (signed, settled) = (&score["settled"]["by_signature"], &score["settled"]["of_all"]);
    assert!(signed["count"].as_u64().unwrap() > 100);
    assert!(settled["count"].as_u64() >= signed["count"].as_u64().map(|n| n * 9 / 10));
    let shown = stdout(dir.path(), &["--lang", "fr", "lab", "score", "leak.case", truth], 0);
    assert!(shown.contains("éléments intacts") && shown.contains("insider"), "{shown}");
    assert!(
        error(dir.path(), &["lab", "score", "leak.case", "gone.jsonl"]).contains("truth.jsonl")
    );
}

#[test]
fn a_lab_too_small_for_its_kinds_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    assert!(error(dir.path(), &["lab", "make", "leak", "--messages", "10"]).contains("1000"));
}

/// What is planted stays unlifted, whatever copy the victim hands over: one made after the theft holds
/// what was planted too.
#[test]
fn a_reference_made_after_the_theft_lifts_nothing() {
    let dir = tempfile::tempdir().unwrap();
    stdout(dir.path(), &["lab", "make", "leak", "--messages", "1000", "--seed", "4"], 0);
    let score = |case: &str, more: &[&str]| -> Value {
        let assay = ["assay", "leak/dump", "--case", case, "--keys", "leak/keys.jsonl"];
        stdout(dir.path(), &[&assay[..], more].concat(), 0);
        let score = ["lab", "score", case, "leak/truth.jsonl", "--json"];
        serde_json::from_str(&stdout(dir.path(), &score, 0)).unwrap()
    };
    let codes = |case: &str| stdout(dir.path(), &["verdicts", case, "--jsonl"], 0);
    let late = score("late.case", &["--reference", "leak/dump"]);
    assert_eq!(late["false_lifts"], serde_json::json!([]), "{}", late["false_lifts"]);
    let said = codes("late.case");
    assert!(said.contains("equal-undated") && !said.contains("equal-mail"));

    let context = ["--reference", "leak/reference", "--context", "leak/context.json"];
    let early = score("early.case", &context);
    assert_eq!(early["false_lifts"], serde_json::json!([]), "{}", early["false_lifts"]);
    assert_eq!(early["hard_accusations"]["count"], 0, "{}", early["accused"]);
    assert!(
        codes("early.case").contains("equal-mail") && codes("early.case").contains("\"decoy\"")
    );
    assert!(!said.contains("\"decoy\""), "nobody named one");
    let of_all = |score: &Value| score["settled"]["of_all"]["count"].as_u64().unwrap();
    assert!(of_all(&early) > of_all(&late));
}
