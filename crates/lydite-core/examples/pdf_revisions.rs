//! Prints, for every PDF below the folders given, the revisions found beside pdfresurrect's count, one
//! line each, and the sums at the end; `docs/pdf-revisions.md` is made of them. With `--write FOLDER`
//! each earlier revision is written there, opened by poppler's pdftotext and checked by qpdf.
//!
//! ```text
//! cargo run --example pdf_revisions -- --write /tmp/revisions /tmp/c/docs/pdfjs > table.tsv
//! ```
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lydite_core::parse::document::pdf::Pdf;
use lydite_core::parse::document::{self, Detail};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (mut folders, mut write) = (Vec::new(), None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--write" => write = arguments.next().map(PathBuf::from),
            _ => folders.push(PathBuf::from(argument)),
        }
    }
    println!(
        "#file\trevisions\tsections\teof_marks\tlinearized\trepaired\tlocked\tpdfresurrect\twhy"
    );
    let mut paths = Vec::new();
    folders.iter().for_each(|folder| find(folder, &mut paths));
    paths.sort();
    let mut sums: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |what: &str| *sums.entry(what.to_owned()).or_default() += 1;
    for (number, path) in paths.iter().enumerate() {
        let raw = fs::read(path).unwrap();
        let document = document::parse(&raw);
        let Detail::Pdf(pdf) = &document.detail else { continue };
        let peer = pdfresurrect(path);
        let why = why(pdf, peer);
        count(why);
        let sections: usize = pdf.revisions.iter().map(|r| r.sections).sum();
        println!(
            "{}\t{}\t{sections}\t{}\t{}\t{}\t{}\t{}\t{why}",
            path.display(),
            pdf.revisions.len(),
            pdf.marks,
            pdf.is_linearized,
            pdf.is_repaired,
            pdf.is_locked,
            peer.map_or("none".to_owned(), |n| n.to_string()),
        );
        let Some(folder) = &write else { continue };
        let earlier = pdf.revisions.len().saturating_sub(1);
        for (at, revision) in pdf.revisions[..earlier].iter().enumerate() {
            let file = folder.join(format!("{number:04}-{}.pdf", at + 1));
            fs::write(&file, &raw[..revision.end]).unwrap();
            let poppler = Command::new("pdftotext").arg("-q").arg(&file).arg("/dev/null").status();
            let opens = poppler.unwrap().success();
            count(if opens { "earlier: poppler opens" } else { "earlier: poppler does not open" });
            let qpdf = Command::new("qpdf").arg("--check").arg(&file).output().unwrap();
            // 3 is "with warnings".
            let reads = matches!(qpdf.status.code(), Some(0 | 3));
            count(if reads { "earlier: qpdf reads" } else { "earlier: qpdf does not read" });
        }
    }
    sums.iter().for_each(|(what, n)| eprintln!("{n}\t{what}"));
}

/// Its count, where it gives one: it reads no file whose newest section is a stream.
fn pdfresurrect(path: &Path) -> Option<usize> {
    let out = Command::new("pdfresurrect").arg("-q").arg(path).output().unwrap();
    String::from_utf8_lossy(&out.stdout).trim().rsplit_once(": ")?.1.parse().ok()
}

fn why(pdf: &Pdf, peer: Option<usize>) -> &'static str {
    let ours = pdf.revisions.len();
    let sections: usize = pdf.revisions.iter().map(|r| r.sections).sum();
    match peer {
        None => "pdfresurrect gives no count",
        Some(theirs) if theirs == ours => "equal",
        Some(_) if pdf.is_repaired => "no chain: searched, told as one",
        Some(theirs) if pdf.is_linearized && theirs + 1 == ours => {
            "linearized and saved again: one is taken off too many"
        }
        Some(theirs) if theirs == pdf.marks && sections == theirs => {
            "a section that brings nothing, as Office writes: one save"
        }
        Some(theirs) if theirs == pdf.marks => "%%EOF inside an embedded file",
        Some(_) => "other",
    }
}

fn find(path: &Path, out: &mut Vec<PathBuf>) {
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| find(&entry.unwrap().path(), out));
    } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("pdf")) {
        out.push(path.to_owned());
    }
}
