//! The invariants of the house, each a test that says what to do when it fails.

use std::fs;
use std::path::{Path, PathBuf};

use lydite_core::checks;
use lydite_core::verdict::{HARD, TABLE};

use super::cases::{checks_folder, files};

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Writes `text` if the file differs, and fails once so that the change is seen and committed.
pub fn keep_current(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|now| now == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    panic!("{} was not current and is rewritten: run the test again, commit it", path.display());
}

/// `email/dkim-signature` for `email/dkim_signature.rs`, for every file that declares a CHECK.
fn check_files() -> Vec<String> {
    let root = checks_folder();
    let declares = |path: &PathBuf| fs::read_to_string(path).unwrap().contains("pub static CHECK:");
    let ids = files(&root, "rs").into_iter().filter(declares).map(|path| {
        let relative = path.strip_prefix(&root).unwrap().with_extension("");
        relative.to_str().unwrap().replace('_', "-")
    });
    ids.collect()
}

#[test]
fn the_list_of_checks_is_the_list_of_files() {
    let mut text = String::from(
        "//! Rewritten by `tests/it/tidy.rs`: every check, in the order findings are listed.\n\nuse super::{document, email};\nuse crate::check::Check;\n\npub static ALL: &[&Check] = &[\n",
    );
    for id in check_files() {
        text.push_str(&format!("    &{}::CHECK,\n", id.replace('-', "_").replace('/', "::")));
    }
    text.push_str("];\n");
    keep_current(&checks_folder().join("list.rs"), &text);
}

#[test]
fn ids_are_paths_and_codes_name_their_check() {
    let ids: Vec<&str> = checks::ALL.iter().map(|c| c.id).collect();
    assert_eq!(ids, check_files());
    for check in checks::ALL {
        for code in check.codes {
            assert_eq!(code.check, check.id, "{}", code.name);
            let kebab = code.name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            assert!(kebab, "{}: codes are kebab-case", code.name);
        }
    }
    for (check, code) in HARD {
        assert!(checks::code(check, code).is_some(), "hard contradiction {check}:{code} is gone");
    }
}

#[test]
fn every_check_is_documented_under_the_five_headings() {
    for check in checks::ALL {
        let text = check.documentation();
        let headings: Vec<&str> = text.lines().filter(|l| l.starts_with("## ")).collect();
        let expected = [
            "## What it examines",
            "## What it can show",
            "## What it cannot show",
            "## How it can be fooled",
            "## References",
        ];
        assert_eq!(headings, expected, "{}", check.id);
    }
}

/// Rule 18, in both languages.
const FORBIDDEN: &[&str] = &[
    "fake",
    "forged",
    "forgery",
    "genuine",
    "authentic",
    "proved",
    "proven",
    "proves",
    "hacked",
    "truqué",
    "contrefait",
    "falsifi",
    "prouv",
    "authentiq",
    "piraté",
];

#[test]
fn nothing_that_is_said_asserts_truth_or_guilt() {
    let mut said = Vec::new();
    for check in checks::ALL {
        for code in check.codes {
            let texts = [code.meaning.en, code.meaning.fr, code.innocent.en, code.innocent.fr];
            said.extend(texts.map(|t| (format!("{}:{}", check.id, code.name), t)));
            let against = code.direction == lydite_core::evidence::Direction::Contradicts;
            assert!(!against || !code.innocent.en.is_empty(), "{}: rule 16", code.name);
            assert_eq!(code.innocent.en.is_empty(), code.innocent.fr.is_empty(), "{}", code.name);
        }
    }
    said.extend(
        TABLE
            .iter()
            .flat_map(|r| [(r.name.to_owned(), r.meaning.en), (r.name.to_owned(), r.meaning.fr)]),
    );
    for (at, text) in said {
        let lower = text.to_lowercase();
        let word = FORBIDDEN.iter().find(|word| lower.contains(**word));
        assert!(word.is_none(), "{at} says {word:?}: {text}");
        assert!(!lower.split(|c: char| !c.is_alphabetic()).any(|w| w == "bot"), "{at}: {text}");
        assert!(!text.ends_with('.'), "{at}: no full stop: {text}");
    }
}

#[test]
fn core_does_no_input_or_output() {
    let manifest = fs::read_to_string(repository().join("crates/lydite-core/Cargo.toml")).unwrap();
    let normal = manifest.split("[dev-dependencies]").next().unwrap();
    for heavy in ["tokio", "arrow", "datafusion", "reqwest", "rusqlite", "tempfile", "clap"] {
        assert!(!normal.contains(heavy), "lydite-core must not depend on {heavy}");
    }
    for path in files(&repository().join("crates/lydite-core/src"), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        for word in
            ["std::fs", "std::net", "std::env", "std::process", "SystemTime", "Instant::now"]
        {
            assert!(!text.contains(word), "{}: {word} has no place in core", path.display());
        }
    }
}

#[test]
fn only_the_binary_knows_about_faces() {
    for path in files(&repository().join("crates/lydite-corpus/src"), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        for word in ["<html", "axum", "println!", "indicatif", "clap"] {
            assert!(!text.contains(word), "{}: {word} belongs into crates/lydite", path.display());
        }
    }
}

#[test]
fn files_stay_short_and_hold_no_unfinished_work() {
    let unfinished = [concat!("to", "do!("), concat!("unimple", "mented!("), concat!("FIX", "ME")];
    for path in files(&repository().join("crates"), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.lines().count() <= 800, "{}: over 800 lines, split it", path.display());
        for word in unfinished {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn shipped_facts_carry_source_and_date_in_every_row() {
    for path in files(&repository().join("crates/lydite-core/data"), "tsv") {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().filter(|l| !l.starts_with('#'));
        let header = text.lines().rfind(|l| l.starts_with('#')).unwrap();
        let header: Vec<&str> = header.trim_start_matches('#').split('\t').collect();
        let column = |name: &str| {
            header
                .iter()
                .position(|h| h.trim() == name)
                .unwrap_or_else(|| panic!("{}: no column {name}", path.display()))
        };
        let (source, added) = (column("source"), column("added"));
        for line in lines {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), header.len(), "{}: {line}", path.display());
            assert!(!cells[source].is_empty(), "{}: no source: {line}", path.display());
            assert!(
                cells[added].parse::<jiff::civil::Date>().is_ok(),
                "{}: {line}",
                path.display()
            );
        }
    }
}

#[test]
fn the_documentation_of_checks_is_current() {
    let mut text = String::from(
        "# Checks\n\nRewritten by a test from the files themselves. `lydite explain ID` prints one.\nHow often each code stands on public mail: [calibration](calibration.md).\n",
    );
    for check in checks::ALL {
        text.push_str(&format!(
            "\n# `{}`\n\nclaim `{}` · group `{}` · since {}-{:02} · version {}\n\n{}\n\n",
            check.id,
            check.claim.name(),
            check.group,
            check.since.0,
            check.since.1,
            check.version,
            check.documentation()
        ));
        text.push_str("| code | direction | strength | meaning | innocent explanations |\n|---|---|---|---|---|\n");
        for code in check.codes {
            let strength = code.strength.map_or("–", |s| s.word());
            let direction = format!("{:?}", code.direction).to_lowercase();
            text.push_str(&format!(
                "| `{}` | {direction} | {strength} | {} | {} |\n",
                code.name, code.meaning.en, code.innocent.en
            ));
        }
    }
    keep_current(&repository().join("docs/checks.md"), &text);
}
