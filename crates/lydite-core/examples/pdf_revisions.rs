//! Prints, for every PDF below the folders given, the revisions found and what else was, one line each;
//! with `--write FOLDER` each earlier revision is written there as a file of its own.
//!
//! ```text
//! cargo run --example pdf_revisions -- /tmp/c/docs/pdfjs > table.tsv
//! ```
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::fs;
use std::path::{Path, PathBuf};

use lydite_core::checks;
use lydite_core::parse::document::{self, Detail};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (mut folders, mut write, mut text) = (Vec::new(), None, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--write" => write = arguments.next().map(PathBuf::from),
            "--text" => text = arguments.next().map(PathBuf::from),
            _ => folders.push(PathBuf::from(argument)),
        }
    }
    println!(
        "#number\tfile\trevisions\tsections\teof_marks\tunfollowed\trepaired\tlocked\tpages\tcodes"
    );
    let mut paths = Vec::new();
    folders.iter().for_each(|folder| find(folder, &mut paths));
    paths.sort();
    let mut number = 0;
    for path in &paths {
        let raw = fs::read(path).unwrap();
        let document = document::parse(&raw);
        let Detail::Pdf(pdf) = &document.detail else { continue };
        number += 1;
        let sections: usize = pdf.revisions.iter().map(|r| r.sections).sum();
        let codes: Vec<String> = checks::run_on_document(&document)
            .iter()
            .map(|f| format!("{}:{} {:?}", f.check.trim_start_matches("document/"), f.code, f.note))
            .collect();
        println!(
            "{number:04}\t{}\t{}\t{sections}\t{}\t{}\t{}\t{}\t{}\t{}",
            path.display(),
            pdf.revisions.len(),
            pdf.marks,
            pdf.unfollowed.len(),
            pdf.is_repaired,
            pdf.is_locked,
            pdf.pages,
            codes.join("; "),
        );
        if let Some(folder) = &write {
            let earlier = pdf.revisions.len().saturating_sub(1);
            for (at, revision) in pdf.revisions[..earlier].iter().enumerate() {
                let name = format!("{number:04}-{}.pdf", at + 1);
                fs::write(folder.join(name), &raw[..revision.end]).unwrap();
            }
        }
        if let Some(folder) = &text {
            let whole: Vec<&str> = document.text.iter().map(|p| p.text.as_str()).collect();
            fs::write(folder.join(format!("{number:04}.txt")), whole.join("\n")).unwrap();
        }
    }
}

fn find(path: &Path, out: &mut Vec<PathBuf>) {
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| find(&entry.unwrap().path(), out));
    } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("pdf")) {
        out.push(path.to_owned());
    }
}
