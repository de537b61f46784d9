//! `lydite search`: what it prints, its JSON, and the index beside everything else of a case.

use std::fs;

use crate::dump::{error, lydite, small, stdout};

#[test]
fn a_case_is_searched_after_its_assay() {
    let dir = tempfile::tempdir().unwrap();
    small(&dir.path().join("dump"));
    stdout(dir.path(), &["assay", "dump"], 0);
    assert!(dir.path().join("dump.case/index/made.json").exists());
    let search = |query: &str| stdout(dir.path(), &["search", "dump.case", query], 0);
    let said = search("subject:note");
    assert!(said.contains("items found") && said.contains("· undetermined"), "{said}");
    assert!(said.contains("letters/again.eml") && said.contains("[note]"), "{said}");
    assert!(search("notes -note").starts_with("0 items found"), "by its stem, and not");
    let french = stdout(dir.path(), &["search", "dump.case", "note", "--lang", "fr"], 0);
    assert!(french.contains("éléments trouvés") && french.contains("indéterminé"), "{french}");
    for order in [["--json", "note"], ["note", "--json"]] {
        let arguments = [&["search", "dump.case"][..], &order].concat();
        let json: serde_json::Value =
            serde_json::from_str(&stdout(dir.path(), &arguments, 0)).unwrap();
        let keys: Vec<_> = json.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["hits", "items", "months", "query", "status"]);
        assert!(json["hits"].as_u64().unwrap() >= 1 && json["items"][0]["sha256"].is_string());
    }
    assert!(error(dir.path(), &["search", "dump.case", "\"open"]).contains("character 6"));
    stdout(dir.path(), &["verify", "dump.case"], 0);
}

#[test]
fn an_index_that_is_not_there_is_made_and_said_so() {
    let dir = tempfile::tempdir().unwrap();
    small(&dir.path().join("dump"));
    stdout(dir.path(), &["assay", "dump"], 0);
    let before = stdout(dir.path(), &["search", "dump.case", "note"], 0);
    fs::remove_dir_all(dir.path().join("dump.case/index")).unwrap();
    let output = lydite(dir.path(), &["search", "dump.case", "note"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("indexing"));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), before);
    let again = lydite(dir.path(), &["search", "dump.case", "note"]);
    assert!(again.stderr.is_empty());
    stdout(dir.path(), &["verify", "dump.case"], 0);
}
