//! The contract with other programs (design section 7), key by key.

use serde_json::Value;

use crate::dump::{lydite, small, stdout};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// A case over the small dump, and the folder it lies in.
fn case() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    small(&dir.path().join("dump"));
    stdout(dir.path(), &["assay", "dump"], 0);
    dir
}

fn json(dir: &tempfile::TempDir, arguments: &[&str]) -> Value {
    serde_json::from_str(&stdout(dir.path(), arguments, 0)).unwrap()
}

#[test]
fn verdicts_are_one_line_a_sighting_with_every_key() {
    let dir = case();
    let text = stdout(dir.path(), &["verdicts", "dump.case", "--jsonl"], 0);
    let lines: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let mut paths: Vec<_> = lines.iter().map(|l| l["path"].as_str().unwrap()).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "inbox.mbox!/1",
            "inbox.mbox!/2",
            "inbox.mbox!/3",
            "letters/again.eml",
            "letters/note.eml",
            "readme.bin",
        ]
    );
    for line in &lines {
        let mut expected = [
            "path",
            "sha256",
            "kind",
            "message_id",
            "mailbox",
            "status",
            "strength",
            "coverage",
            "marks",
            "claims",
            "counterpart",
            "findings",
        ];
        expected.sort_unstable();
        assert_eq!(keys(line), expected);
        assert_eq!(line["sha256"].as_str().unwrap().len(), 64);
        let mut claims = ["sent-by-domain", "body-as-sent", "headers-as-sent", "date-as-stated"];
        claims.sort_unstable();
        assert_eq!(keys(&line["claims"]), claims);
        for finding in line["findings"].as_array().unwrap() {
            let expected = ["check", "code", "direction", "evidence", "note", "strength"];
            assert_eq!(keys(finding), expected);
            assert!(!finding["evidence"].as_array().unwrap().is_empty());
        }
        if line["kind"] == "message" {
            let expected = [
                "attachments",
                "body",
                "cc",
                "date",
                "from",
                "message_id",
                "reading",
                "subject",
                "to",
            ];
            assert_eq!(keys(&line["coverage"]), expected);
        } else {
            assert_eq!(line["coverage"], Value::Null);
        }
    }
}

#[test]
fn verdicts_filter_by_status_and_speak_csv() {
    let dir = case();
    let none = ["verdicts", "dump.case", "--jsonl", "--status", "contradicted"];
    assert_eq!(stdout(dir.path(), &none, 0), "");
    let csv = stdout(dir.path(), &["verdicts", "dump.case", "--csv"], 0);
    assert!(csv.starts_with("path,sha256,kind,message_id,mailbox,status,strength,coverage,"));
    assert_eq!(csv.lines().count(), 7);
    let people = stdout(dir.path(), &["verdicts", "dump.case", "--lang", "fr"], 0);
    assert!(people.contains("indéterminé"));
    assert!(!people.contains('\x1b'), "no colour where there is no terminal");
}

#[test]
fn summary_has_every_key_and_the_accounting_holds() {
    let dir = case();
    let summary = json(&dir, &["summary", "dump.case", "--json"]);
    let expected = [
        "accounting",
        "keys",
        "mailboxes",
        "phish",
        "seconds",
        "staging",
        "status",
        "version",
        "withheld",
    ];
    assert_eq!(keys(&summary), expected);
    let accounting = &summary["accounting"];
    for (seen, examined, skipped) in
        [("seen", "examined", "skipped"), ("bytes", "bytes_examined", "bytes_skipped")]
    {
        let skipped = accounting[skipped].as_object().unwrap().values();
        let skipped: u64 = skipped.map(|n| n.as_u64().unwrap()).sum();
        let examined = accounting[examined].as_u64().unwrap();
        assert_eq!(accounting[seen].as_u64().unwrap(), examined + skipped, "{seen}");
    }
    assert_eq!(accounting["seen"], 6);
    assert_eq!(accounting["skipped"]["not-mail"], 1);
    let counted = summary["status"].as_object().unwrap();
    assert_eq!(counted.len(), 7, "every status is named");
    assert_eq!(counted.values().map(|n| n.as_u64().unwrap()).sum::<u64>(), 6);
}

#[test]
fn assay_prints_the_same_summary() {
    let dir = tempfile::tempdir().unwrap();
    small(&dir.path().join("dump"));
    let assay = json(&dir, &["assay", "dump", "--json", "--case", "x.case"]);
    assert_eq!(assay, json(&dir, &["summary", "x.case", "--json"]));
}

#[test]
fn show_finds_by_path_digest_and_message_id() {
    let dir = case();
    let by_path = json(&dir, &["show", "dump.case", "letters/note.eml", "--json"]);
    let expected = [
        "chain",
        "clocks",
        "defects",
        "document",
        "item",
        "links",
        "message",
        "parts",
        "paths",
        "repairs",
        "signatures",
        "signed",
        "wants",
    ];
    assert_eq!(keys(&by_path), expected);
    assert_eq!(by_path["paths"].as_array().unwrap().len(), 2, "both places are named");
    for block in by_path["message"].as_array().unwrap() {
        assert_eq!(keys(block), ["cover", "cut", "place", "text"]);
    }
    let digest = by_path["item"]["sha256"].as_str().unwrap();
    let item = |name: &str| json(&dir, &["show", "dump.case", name, "--json"])["item"].clone();
    assert_eq!(item(&digest[..12])["sha256"], *digest);
    assert_eq!(item("9@horizon.example")["sha256"], *digest);
    assert_eq!(item("<9@horizon.example>")["sha256"], *digest);
}

#[test]
fn lists_are_json_arrays_of_stable_objects() {
    let dir = case();
    let failures = json(&dir, &["failures", "dump.case", "--json"]);
    assert_eq!(failures.as_array().unwrap().len(), 1);
    assert_eq!(keys(&failures[0]), ["bytes", "detail", "kind", "path", "reason", "sha256"]);
    let wanted = json(&dir, &["keys", "wanted", "dump.case", "--json"]);
    assert_eq!(wanted, Value::Array(vec![]));
    let changes = json(&dir, &["weigh", "dump.case", "--json"]);
    assert_eq!(changes, Value::Array(vec![]));
    for check in json(&dir, &["checks", "--json"]).as_array().unwrap() {
        assert_eq!(keys(check), ["claim", "codes", "group", "id", "since", "version"]);
    }
    for key in json(&dir, &["keys", "list", "--json"]).as_array().unwrap() {
        let expected = [
            "domain",
            "first_seen",
            "grade",
            "last_seen",
            "private_since",
            "record",
            "selector",
            "source",
        ];
        assert_eq!(keys(key), expected);
        assert_ne!(key["source"], "");
    }
    for layer in json(&dir, &["doctor", "--json"]).as_array().unwrap() {
        assert_eq!(keys(layer), ["holds", "layer", "refused", "what"]);
    }
    for format in json(&dir, &["formats", "--json"]).as_array().unwrap() {
        assert_eq!(keys(format), ["format", "what"]);
    }
}

#[test]
fn sql_answers_in_json_and_csv() {
    let dir = case();
    let count = "SELECT count(*) AS n FROM sightings";
    assert_eq!(json(&dir, &["sql", "dump.case", count, "--json"])[0]["n"], 6);
    let csv = stdout(dir.path(), &["sql", "dump.case", count, "--csv"], 0);
    assert_eq!(csv.lines().collect::<Vec<_>>(), ["n", "6"]);
}

#[test]
fn before_the_weighing_each_item_is_judged_by_itself_and_no_report_is_written() {
    let dir = case();
    // Sign and word of the status; marks such as `duplicate` need the other items.
    let statuses = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split_whitespace().take(2).collect()).collect()
    };
    let weighed = statuses(&stdout(dir.path(), &["verdicts", "dump.case"], 0));
    // As the ledger stands while an assay runs: the weighing is not committed.
    let ledger = dir.path().join("dump.case/ledger.jsonl");
    let lines = std::fs::read_to_string(&ledger).unwrap();
    let is_before = |line: &&str| !line.contains(r#""phase":"weigh""#);
    let before: String = lines.split_inclusive('\n').filter(is_before).collect();
    assert!(before.len() < lines.len());
    std::fs::write(&ledger, before).unwrap();
    let alone = lydite(dir.path(), &["verdicts", "dump.case"]);
    assert_eq!(statuses(&String::from_utf8_lossy(&alone.stdout)), weighed);
    assert!(String::from_utf8_lossy(&alone.stderr).contains("preliminary"));
    let report = lydite(dir.path(), &["report", "dump.case", "-o", "x.html"]);
    assert_eq!(report.status.code(), Some(2));
    assert!(!dir.path().join("x.html").exists());
}
