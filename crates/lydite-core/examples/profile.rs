//! Prints the profile and text of documents, one JSON line each: what the comparison with other
//! readers starts from. `cargo run --example profile -- FILE…`, or `-` for names on standard input.

use std::io::BufRead;

use lydite_core::checks;
use lydite_core::parse::document;

fn main() {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    if names == ["-"] {
        names = std::io::stdin().lock().lines().map_while(Result::ok).collect();
    }
    for name in names {
        let Ok(raw) = std::fs::read(&name) else { continue };
        let document = document::parse(&raw);
        let findings = checks::run_on_document(&document);
        let line = serde_json::json!({
            "file": name,
            "format": document.format,
            "properties": document.profile.properties,
            "text": document.text,
            "findings": findings,
            "defects": document.defects,
        });
        println!("{line}");
    }
}
