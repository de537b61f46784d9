//! What a person meets: exit codes, errors with a remedy, help, pages and completions.

use crate::dump::{LYDITE, error, lydite, small, stdout};

#[test]
fn a_missing_path_is_named_with_a_remedy_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let said = error(dir.path(), &["assay", "no-such-dump"]);
    assert!(said.starts_with("error: ") && said.contains("no-such-dump"), "{said}");
    let said = error(dir.path(), &["verdicts", "no-such.case"]);
    assert!(said.contains("no-such.case") && said.contains("lydite assay"), "{said}");
}

#[test]
fn an_unknown_item_check_or_status_is_an_error_that_helps() {
    let dir = tempfile::tempdir().unwrap();
    small(&dir.path().join("dump"));
    stdout(dir.path(), &["assay", "dump"], 0);
    assert!(error(dir.path(), &["show", "dump.case", "nowhere"]).contains("lydite verdicts"));
    assert!(error(dir.path(), &["explain", "no/check"]).contains("lydite checks"));
    let status = ["verdicts", "dump.case", "--status", "true"];
    assert!(error(dir.path(), &status).contains("undetermined"));
    assert!(error(dir.path(), &["keys", "import", "dump.case", "gone.tsv"]).contains("gone.tsv"));
    assert!(!error(dir.path(), &["sql", "dump.case", "SELEC 1"]).is_empty());
    assert!(!error(dir.path(), &["sql", "dump.case", "DROP TABLE findings"]).is_empty());
}

#[test]
fn a_person_is_told_where_to_look_next_in_both_languages() {
    let dir = tempfile::tempdir().unwrap();
    small(&dir.path().join("dump"));
    let english = stdout(dir.path(), &["assay", "dump"], 0);
    assert!(english.contains("6 items seen = 5 examined + 1 not examined"), "{english}");
    assert!(english.contains("lydite show ./dump.case ITEM"));
    let french = stdout(dir.path(), &["assay", "dump", "--lang", "fr"], 0);
    assert!(french.contains("6 éléments vus = 5 examinés + 1 non examinés"), "{french}");
    let show = stdout(dir.path(), &["show", "dump.case", "letters/note.eml"], 0);
    assert!(show.contains("· Subject: Note 9"), "{show}");
}

#[test]
fn without_the_sandbox_it_says_so_and_finds_the_same() {
    let dir = tempfile::tempdir().unwrap();
    small(&dir.path().join("dump"));
    let confined = lydite(dir.path(), &["assay", "dump", "--case", "a.case"]);
    let open = lydite(dir.path(), &["assay", "dump", "--case", "b.case", "--no-sandbox"]);
    assert!(confined.stderr.is_empty());
    assert!(String::from_utf8_lossy(&open.stderr).contains("--no-sandbox"));
    let lines = |case: &str| stdout(dir.path(), &["verdicts", case, "--jsonl"], 0);
    assert_eq!(lines("a.case"), lines("b.case"));
}

#[test]
fn threads_do_not_change_a_byte() {
    let dir = tempfile::tempdir().unwrap();
    small(&dir.path().join("dump"));
    for n in ["1", "8"] {
        let case = format!("{n}.case");
        stdout(dir.path(), &["assay", "dump", "--threads", n, "--case", &case], 0);
    }
    let digest = |case: &str| crate::same::digest(&dir.path().join(case)).unwrap();
    assert_eq!(digest("1.case"), digest("8.case"));
}

#[test]
fn the_case_never_lies_in_the_dump() {
    let dir = tempfile::tempdir().unwrap();
    small(&dir.path().join("dump"));
    let said = error(dir.path(), &["assay", "dump", "--case", "dump/x.case"]);
    assert!(said.contains("--case"), "{said}");
    assert!(!dir.path().join("dump/x.case").exists());
}

#[test]
fn keys_are_imported_and_rejected_lines_are_named() {
    let dir = tempfile::tempdir().unwrap();
    small(&dir.path().join("dump"));
    stdout(dir.path(), &["assay", "dump"], 0);
    let rows = "s1._domainkey.horizon.example\tv=DKIM1; p=MFww\tnote\nnot a key\n";
    std::fs::write(dir.path().join("keys.tsv"), rows).unwrap();
    let said = stdout(dir.path(), &["keys", "import", "dump.case", "keys.tsv"], 0);
    assert!(said.contains("1 keys taken") && said.contains("keys.tsv:2: "), "{said}");
    assert!(said.contains("lydite weigh dump.case"));
    stdout(dir.path(), &["weigh", "dump.case"], 0);
}

#[test]
fn manual_and_completions_come_from_the_definition() {
    let dir = tempfile::tempdir().unwrap();
    let page = stdout(dir.path(), &["man"], 0);
    assert!(page.contains(".TH lydite 1") && page.contains("assay") && page.contains("weigh"));
    stdout(dir.path(), &["man", "--dir", "."], 0);
    assert!(dir.path().join("lydite-assay.1").exists());
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(stdout(dir.path(), &["completions", shell], 0).contains("assay"), "{shell}");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let dir = tempfile::tempdir().unwrap();
    let script = format!("'{LYDITE}' man | head -n 1; exit ${{PIPESTATUS[0]}}");
    let output = std::process::Command::new("bash")
        .args(["-c", &script])
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
}
