//! Two items of a case laid beside each other, and the revisions of a PDF: what `show` and the report
//! say of the labelled documents.

use std::path::Path;

use serde_json::Value;

use crate::dump::{error, mail, stdout};

const DOCUMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../lydite-core/tests/documents");

/// Names in the dump, and the labelled files they are.
const FILES: &[(&str, &str)] = &[
    ("budget.xlsx", "before/xlsx-typed-sum-no-longer-adds-up.xlsx"),
    ("budget-2.xlsx", "forger/xlsx-typed-sum-no-longer-adds-up.xlsx"),
    ("rows.xlsx", "before/xlsx-cell-changed-resaved.xlsx"),
    ("rows-2.xlsx", "forger/xlsx-row-inserted.xlsx"),
    ("letter.docx", "before/docx-backdated-one-part.docx"),
    ("letter-2.docx", "forger/docx-one-part-replaced.docx"),
    ("bill.pdf", "forger/pdf-amount-by-update.pdf"),
    ("bill-1.pdf", "before/pdf-amount-by-update.pdf"),
    ("photo.jpg", "before/jpeg-thumbnail-stale.jpg"),
    ("pasted.jpg", "forger/jpeg-region-pasted.jpg"),
    ("small.jpg", "innocent/jpeg-resized.jpg"),
    ("scan.tif", "innocent/tiff-scan.tif"),
];

fn case() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("dump");
    std::fs::create_dir(&dump).unwrap();
    for (name, from) in FILES {
        std::fs::copy(Path::new(DOCUMENTS).join(from), dump.join(name)).unwrap();
    }
    std::fs::write(dump.join("a.eml"), mail(1)).unwrap();
    std::fs::write(dump.join("b.eml"), mail(1).replace("note 1", "note 1, of 320,000 euros"))
        .unwrap();
    stdout(dir.path(), &["assay", "dump"], 0);
    dir
}

fn against(dir: &tempfile::TempDir, item: &str, other: &str, more: &[&str]) -> String {
    let arguments = [&["show", "dump.case", item, "--against", other], more].concat();
    stdout(dir.path(), &arguments, 0)
}

fn json(dir: &tempfile::TempDir, item: &str, other: &str) -> Value {
    serde_json::from_str(&against(dir, item, other, &["--json"])).unwrap()
}

#[test]
fn a_changed_cell_is_shown_with_the_sums_it_breaks() {
    let dir = case();
    let told = json(&dir, "budget-2.xlsx", "budget.xlsx");
    let changes = told["difference"]["changes"].as_array().unwrap();
    assert!(changes.iter().any(|change| change["class"] == "number"), "{changes:?}");
    let sum = &told["difference"]["broken_sums"][0];
    let said = against(&dir, "budget-2.xlsx", "budget.xlsx", &[]);
    let total =
        format!("{} states {}", sum["total"].as_str().unwrap(), sum["stated"].as_str().unwrap());
    assert!(said.contains(&total), "{said}");
    assert!(said.contains("[-") && said.contains("{+"), "{said}");
    let french = against(&dir, "budget-2.xlsx", "budget.xlsx", &["--lang", "fr"]);
    assert!(french.contains("font ensemble") && french.contains("(nombre)"), "{french}");
    let rows = json(&dir, "rows-2.xlsx", "rows.xlsx");
    let rows = rows["difference"]["changes"].as_array().unwrap();
    assert!(rows.iter().any(|change| change["class"] == "row-inserted"), "{rows:?}");
}

#[test]
fn two_versions_of_a_letter_differ_by_their_words() {
    let dir = case();
    let told = json(&dir, "letter-2.docx", "letter.docx");
    let changes = told["difference"]["changes"].as_array().unwrap();
    assert!(
        changes.iter().all(|change| change["found"][0].as_str().unwrap().contains("paragraph"))
    );
    assert!(!changes.is_empty());
    // The other way round the same stands on the other side.
    let back = json(&dir, "letter.docx", "letter-2.docx");
    assert_eq!(back["difference"]["changes"].as_array().unwrap().len(), changes.len());
    let same = against(&dir, "letter.docx", "letter.docx", &[]);
    assert!(same.contains("the same bytes"), "{same}");
    assert!(
        error(dir.path(), &["show", "dump.case", "a.eml", "--against", "letter.docx"])
            .contains("mail")
    );
    assert!(
        error(dir.path(), &["show", "dump.case", "a.eml", "--against", "gone"]).contains("gone")
    );
}

#[test]
fn two_mails_differ_by_fields_and_body() {
    let dir = case();
    let (a, b) = ("a.eml", "b.eml");
    let said = against(&dir, b, a, &[]);
    assert!(said.contains("body:") && said.contains("{+, of 320,000 euros+}"), "{said}");
    let told = json(&dir, b, a);
    assert_eq!(told["differences"][0]["what"], "body");
}

#[test]
fn a_pdf_shows_what_its_later_saving_changed() {
    let dir = case();
    let said = stdout(dir.path(), &["show", "dump.case", "bill.pdf"], 0);
    assert!(said.contains("Revision 2 (bytes up to"), "{said}");
    let words = said.split("Revision 2").nth(1).unwrap();
    assert!(words.contains("page 1 (number):") && words.contains("[-"), "{said}");
    let value: Value =
        serde_json::from_str(&stdout(dir.path(), &["show", "dump.case", "bill.pdf", "--json"], 0))
            .unwrap();
    let steps = value["document"]["revisions"].as_array().unwrap();
    assert_eq!((steps.len(), &steps[0]["revision"]), (1, &Value::from(2)));
    // Its earlier state is the other file: the same words differ, once.
    let told = json(&dir, "bill.pdf", "bill-1.pdf");
    assert_eq!(told["difference"]["changes"], steps[0]["difference"]["changes"]);
    let once = stdout(dir.path(), &["show", "dump.case", "bill-1.pdf"], 0);
    assert!(!once.contains("Revision"), "{once}");
}

#[test]
fn two_pictures_are_shown_side_by_side() {
    let dir = case();
    let png = ["--picture", "beside.png"];
    let said = against(&dir, "pasted.jpg", "photo.jpg", &png);
    assert!(said.contains("places that differ: 1 (share of what both show: "), "{said}");
    assert!(said.contains("no finding") && said.contains("beside.png"), "{said}");
    let written = std::fs::read(dir.path().join("beside.png")).unwrap();
    assert!(written.starts_with(b"\x89PNG\r\n\x1a\n"));
    let told = json(&dir, "pasted.jpg", "photo.jpg");
    assert!(told["pictures"]["share"].as_f64().unwrap() > 0.0);
    let told = json(&dir, "photo.jpg", "photo.jpg");
    assert_eq!(told["pictures"]["is_equal"], true);
    let scan = against(&dir, "scan.tif", "photo.jpg", &[]);
    assert!(scan.contains("only JPEG and PNG"), "{scan}");
    let show = ["show", "dump.case", "scan.tif", "--against", "photo.jpg", "--picture", "no.png"];
    assert!(error(dir.path(), &show).contains("no picture"));
    assert!(!dir.path().join("no.png").exists());
    let looks =
        stdout(dir.path(), &["sql", "dump.case", "SELECT count(look) AS n FROM documents"], 0);
    assert!(looks.contains("| 3 |"), "{looks}");
}

#[test]
fn the_report_prints_what_a_pdf_was_before() {
    let dir = case();
    for (lang, key) in
        [("en", "what this saving changed"), ("fr", "ce que cet enregistrement a changé")]
    {
        stdout(dir.path(), &["report", "dump.case", "-o", "r.html", "--lang", lang], 0);
        let page = std::fs::read_to_string(dir.path().join("r.html")).unwrap();
        assert_eq!(page.matches(key).count(), 1, "{lang}");
        let after = page.split(key).nth(1).unwrap();
        assert!(after[..2_000].contains("<ins>") && after[..2_000].contains("<del>"), "{lang}");
    }
}
