//! Profiles of packed documents beside ExifTool's, field by field, over folders.
//!
//! `cargo run -p lydite-core --example exiftool -- DIR...`; needs `exiftool` on the path.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout
)]

use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};

use lydite_core::examine::examine;
use lydite_core::fact::Facts;
use lydite_core::parse::document::profile::{Name, Property};
use lydite_core::parse::document::{self, Detail, w3c};

/// ExifTool's name, ours, and whether it is a date.
const FIELDS: &[(&str, Name, bool)] = &[
    ("XMP-dc:Creator", Name::Author, false),
    ("XMP-cp:LastModifiedBy", Name::LastAuthor, false),
    ("XML:LastModifiedBy", Name::LastAuthor, false),
    ("XMP-dc:Title", Name::Title, false),
    ("XMP-dc:Subject", Name::Subject, false),
    ("XML:Keywords", Name::Keywords, false),
    ("XMP-dc:Description", Name::Description, false),
    ("XML:CreateDate", Name::Created, true),
    ("XML:ModifyDate", Name::Modified, true),
    ("XML:LastPrinted", Name::Printed, true),
    ("XML:RevisionNumber", Name::Revision, false),
    ("XML:Application", Name::Program, false),
    ("XML:AppVersion", Name::Version, false),
    ("XML:Template", Name::Template, false),
    ("XML:Company", Name::Company, false),
    ("XML:Manager", Name::Manager, false),
    ("XML:TotalEditTime", Name::EditMinutes, false),
    ("XML:Pages", Name::Pages, false),
    ("XML:Words", Name::Words, false),
    ("XMP-meta:Generator", Name::Program, false),
    ("XMP-meta:Initial-creator", Name::Author, false),
    ("XMP-dc:Date", Name::Modified, true),
    ("XMP-meta:Creation-date", Name::Created, true),
    ("XMP-meta:Print-date", Name::Printed, true),
    ("XMP-meta:Editing-cycles", Name::Revision, false),
];

fn main() {
    let folders: Vec<String> = std::env::args().skip(1).collect();
    let out = Command::new("exiftool")
        .args(["-json", "-G1", "-r", "-n", "-struct", "-api", "largefilesupport=1"])
        .args(&folders)
        .output()
        .expect("exiftool");
    let all: Vec<serde_json::Value> = serde_json::from_slice(&out.stdout).unwrap();
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let (mut packages, mut bytes, mut time) = (0u32, 0, Duration::ZERO);
    for row in &all {
        let path = row["SourceFile"].as_str().unwrap();
        let raw = std::fs::read(path).unwrap();
        let document = document::parse(&raw);
        if matches!(document.detail, Detail::None) {
            continue;
        }
        let start = Instant::now();
        examine(&raw, &Facts::default());
        time += start.elapsed();
        (packages, bytes) = (packages + 1, bytes + raw.len());
        for (tag, name, is_date) in FIELDS {
            let theirs = row.get(*tag).map(text).filter(|t| !t.is_empty());
            // ODF's creator is its last author.
            let is_odf = matches!(document.detail, Detail::Odf(_));
            let name = if is_odf && *tag == "XMP-dc:Creator" { Name::LastAuthor } else { *name };
            let Some(theirs) = theirs else { continue };
            let list: Vec<&Property> = document.profile.all(name).collect();
            let count = counts.entry(tag).or_default();
            count[0] += 1;
            let agrees = list.iter().any(|p| same(p, &theirs, *is_date));
            if agrees {
                count[1] += 1;
            } else {
                count[if list.is_empty() { 2 } else { 3 }] += 1;
                let ours: Vec<&str> = list.iter().take(3).map(|p| p.value.as_str()).collect();
                println!("{path}: {tag}: {theirs:?} beside {ours:?}");
            }
        }
    }
    println!(
        "{packages} packages, {bytes} bytes, examined in {time:?}: {:.0} a second",
        f64::from(packages) / time.as_secs_f64()
    );
    println!("field\tExifTool has\tagree\tmissing\tother");
    for (tag, [has, agree, missing, other]) in counts {
        println!("{tag}\t{has}\t{agree}\t{missing}\t{other}");
    }
}

fn text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.trim().to_owned(),
        serde_json::Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn same(ours: &Property, theirs: &str, is_date: bool) -> bool {
    if is_date {
        // 2015:03:01 10:00:00Z
        let (day, time) = theirs.split_once(' ').unwrap_or((theirs, ""));
        let iso = format!("{}T{time}", day.replace(':', "-"));
        let read = w3c::read(iso.trim_end_matches('T'));
        return match (ours.at, read) {
            (Some(at), Some(moment)) => at == moment.at,
            _ => ours.value == theirs,
        };
    }
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let number = |text: &str| text.parse::<f64>().ok();
    plain(&ours.value) == plain(theirs)
        || number(&ours.value).is_some_and(|n| Some(n) == number(theirs))
}
