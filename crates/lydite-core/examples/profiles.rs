//! Lydite's profile of documents and images beside ExifTool's, field by field:
//!
//! ```text
//! cargo run --release -p lydite-core --example profiles -- FOLDER...
//! ```
//!
//! Needs `exiftool` (measured with 12.57). A field is compared where ExifTool's tag and the place in
//! Lydite's profile are the same thing in the file; it is equal if one of the values that either reads
//! there is. Dates are compared as instants if both state a zone, else as wall clocks. Prints a table
//! and every value that differs; with `--missing` also what only one of the two reads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lydite_core::examine::examine;
use lydite_core::fact::Facts;
use lydite_core::parse::document::profile::{Profile, Property};
use serde_json::Value;

/// What a field is, so that dates are compared as dates, and for the sums of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Date,
    Person,
    Program,
    Other,
}

use Sort::{Date, Other, Person, Program};

const OFFICE: &[&str] = &["docx", "xlsx", "xlsb", "pptx", "opc"];
const OLE: &[&str] = &["doc", "xls", "ppt", "compound"];
const ODF: &[&str] = &["odt", "ods", "odp", "odf"];
const IMAGE: &[&str] = &["jpeg", "png", "tiff", "gif", "webp", "bmp"];
const WITH_XMP: &[&str] = &["pdf", "jpeg", "png", "tiff", "gif", "webp"];

/// A field that both read.
struct Field {
    formats: &'static [&'static str],
    sort: Sort,
    /// ExifTool's group 1 and tag.
    tag: &'static str,
    /// How the place in Lydite's profile begins.
    place: &'static str,
}

const fn field(
    formats: &'static [&'static str],
    sort: Sort,
    tag: &'static str,
    place: &'static str,
) -> Field {
    Field { formats, sort, tag, place }
}

const FIELDS: &[Field] = &[
    field(OFFICE, Person, "XMP-dc:Creator", "docProps/core.xml creator"),
    field(OFFICE, Person, "XML:LastModifiedBy", "docProps/core.xml lastModifiedBy"),
    field(OFFICE, Person, "XML:Company", "docProps/app.xml Company"),
    field(OFFICE, Person, "XML:Manager", "docProps/app.xml Manager"),
    field(OFFICE, Date, "XML:CreateDate", "docProps/core.xml created"),
    field(OFFICE, Date, "XML:ModifyDate", "docProps/core.xml modified"),
    field(OFFICE, Date, "XML:LastPrinted", "docProps/core.xml lastPrinted"),
    field(OFFICE, Program, "XML:Application", "docProps/app.xml Application"),
    field(OFFICE, Program, "XML:AppVersion", "docProps/app.xml AppVersion"),
    field(OFFICE, Other, "XML:Template", "docProps/app.xml Template"),
    field(OFFICE, Other, "XML:RevisionNumber", "docProps/core.xml revision"),
    field(OFFICE, Other, "XMP-dc:Title", "docProps/core.xml title"),
    field(OLE, Person, "FlashPix:Author", "SummaryInformation 0x04"),
    field(OLE, Person, "FlashPix:LastModifiedBy", "SummaryInformation 0x08"),
    field(OLE, Person, "FlashPix:Company", "DocumentSummaryInformation 0x0F"),
    field(OLE, Person, "FlashPix:Manager", "DocumentSummaryInformation 0x0E"),
    field(OLE, Date, "FlashPix:CreateDate", "SummaryInformation 0x0C"),
    field(OLE, Date, "FlashPix:ModifyDate", "SummaryInformation 0x0D"),
    field(OLE, Date, "FlashPix:LastPrinted", "SummaryInformation 0x0B"),
    field(OLE, Program, "FlashPix:Software", "SummaryInformation 0x12"),
    field(OLE, Other, "FlashPix:Template", "SummaryInformation 0x07"),
    field(OLE, Other, "FlashPix:RevisionNumber", "SummaryInformation 0x09"),
    field(OLE, Other, "FlashPix:Title", "SummaryInformation 0x02"),
    field(&["rtf"], Person, "RTF:Author", "\\author"),
    field(&["rtf"], Person, "RTF:LastModifiedBy", "\\operator"),
    field(&["rtf"], Person, "RTF:Company", "\\company"),
    field(&["rtf"], Date, "RTF:CreateDate", "\\creatim"),
    field(&["rtf"], Date, "RTF:ModifyDate", "\\revtim"),
    field(&["rtf"], Date, "RTF:LastPrinted", "\\printim"),
    field(&["rtf"], Other, "RTF:Title", "\\title"),
    field(ODF, Person, "XMP-meta:Initial-creator", "meta.xml initial-creator"),
    field(ODF, Person, "XMP-dc:Creator", "meta.xml creator"),
    field(ODF, Date, "XMP-meta:Creation-date", "meta.xml creation-date"),
    field(ODF, Date, "XMP-dc:Date", "meta.xml date"),
    field(ODF, Date, "XMP-meta:Print-date", "meta.xml print-date"),
    field(ODF, Program, "XMP-meta:Generator", "meta.xml generator"),
    field(ODF, Other, "XMP-dc:Title", "meta.xml title"),
    field(&["pdf"], Person, "PDF:Author", "Info /Author"),
    field(&["pdf"], Date, "PDF:CreateDate", "Info /CreationDate"),
    field(&["pdf"], Date, "PDF:ModifyDate", "Info /ModDate"),
    field(&["pdf"], Program, "PDF:Producer", "Info /Producer"),
    field(&["pdf"], Program, "PDF:Creator", "Info /Creator"),
    field(&["pdf"], Other, "PDF:Title", "Info /Title"),
    field(&["html"], Program, "HTML:Generator", "meta generator"),
    field(&["html"], Person, "HTML:Author", "meta author"),
    field(WITH_XMP, Person, "XMP-dc:Creator", "XMP dc:creator"),
    field(WITH_XMP, Person, "XMP-tiff:Artist", "XMP tiff:Artist"),
    field(WITH_XMP, Date, "XMP-xmp:CreateDate", "XMP xmp:CreateDate"),
    field(WITH_XMP, Date, "XMP-xmp:ModifyDate", "XMP xmp:ModifyDate"),
    field(WITH_XMP, Date, "XMP-xmp:MetadataDate", "XMP xmp:MetadataDate"),
    field(WITH_XMP, Date, "XMP-photoshop:DateCreated", "XMP photoshop:DateCreated"),
    field(WITH_XMP, Date, "XMP-exif:DateTimeOriginal", "XMP exif:DateTimeOriginal"),
    field(WITH_XMP, Program, "XMP-xmp:CreatorTool", "XMP xmp:CreatorTool"),
    field(WITH_XMP, Program, "XMP-pdf:Producer", "XMP pdf:Producer"),
    field(WITH_XMP, Program, "XMP-tiff:Software", "XMP tiff:Software"),
    field(WITH_XMP, Other, "XMP-dc:Title", "XMP dc:title"),
    field(WITH_XMP, Other, "XMP-xmpMM:DocumentID", "XMP xmpMM:DocumentID"),
    field(WITH_XMP, Other, "XMP-xmpMM:InstanceID", "XMP xmpMM:InstanceID"),
    field(WITH_XMP, Other, "XMP-xmpMM:OriginalDocumentID", "XMP xmpMM:OriginalDocumentID"),
    field(IMAGE, Person, "IFD0:Artist", "Exif 0x013B"),
    field(IMAGE, Date, "IFD0:ModifyDate", "Exif 0x0132"),
    field(IMAGE, Date, "ExifIFD:DateTimeOriginal", "Exif 0x9003"),
    field(IMAGE, Date, "ExifIFD:CreateDate", "Exif 0x9004"),
    field(IMAGE, Program, "IFD0:Software", "Exif 0x0131"),
    field(IMAGE, Program, "IFD0:ProcessingSoftware", "Exif 0x000B"),
    field(IMAGE, Other, "IFD0:Make", "Exif 0x010F"),
    field(IMAGE, Other, "IFD0:Model", "Exif 0x0110"),
    field(IMAGE, Person, "IPTC:By-line", "IPTC 2:80"),
    field(IMAGE, Program, "IPTC:OriginatingProgram", "IPTC 2:65"),
];

/// One number of the table: how often each outcome was.
#[derive(Clone, Copy, Default)]
struct Outcome {
    equal: usize,
    different: usize,
    only_exiftool: usize,
    only_lydite: usize,
}

impl Outcome {
    fn add(&mut self, other: Outcome) {
        self.equal += other.equal;
        self.different += other.different;
        self.only_exiftool += other.only_exiftool;
        self.only_lydite += other.only_lydite;
    }

    fn row(&self, name: &str) -> String {
        let both = self.equal + self.different;
        let share = if both == 0 { 100.0 } else { 100.0 * self.equal as f64 / both as f64 };
        format!(
            "| {name} | {both} | {} | {} | {share:.2} % | {} | {} |",
            self.equal, self.different, self.only_exiftool, self.only_lydite
        )
    }
}

fn walk(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_owned());
        return;
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(path)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for entry in entries.iter().filter(|entry| !entry.is_symlink()) {
        walk(entry, files);
    }
}

/// ExifTool's answer for every file, by path.
fn exiftool(files: &[&PathBuf]) -> BTreeMap<PathBuf, Value> {
    let mut child = Command::new("exiftool")
        .args(["-json", "-G1", "-n", "-q", "-m", "-charset", "filename=utf8", "-@", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("exiftool is installed");
    let names: String = files.iter().map(|path| format!("{}\n", path.display())).collect();
    let mut stdin = child.stdin.take().expect("piped");
    let writer = std::thread::spawn(move || stdin.write_all(names.as_bytes()));
    let output = child.wait_with_output().expect("exiftool runs");
    writer.join().expect("no panic").expect("exiftool reads the names");
    let text = String::from_utf8_lossy(&output.stdout);
    let all: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    let named =
        all.into_iter().map(|value| (value["SourceFile"].as_str().expect("a name").into(), value));
    named.collect()
}

/// Texts of a tag: of a list every item.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Object(map) => map.values().flat_map(texts).collect(),
        other => vec![other.to_string()],
    }
}

/// Seconds since 1970 as if the wall clock were UTC, and seconds east of UTC. ExifTool writes
/// `2017:05:04 20:35:00.25+02:00`; what is missing is taken for zero.
fn wall(text: &str) -> Option<(i64, Option<i32>)> {
    let (date, time) = text.split_once(' ').unwrap_or((text, ""));
    let mut parts = date.split(':').map(|part| part.parse::<i64>().ok());
    let (year, month, day) =
        (parts.next()??, parts.next().unwrap_or(Some(1))?, parts.next().unwrap_or(Some(1))?);
    let zone_at = time.find(['Z', '+', '-']);
    let (clock, zone) = time.split_at(zone_at.unwrap_or(time.len()));
    let mut parts = clock.split(':').map(|part| part.parse::<f64>().unwrap_or(0.0) as i64);
    let seconds = parts.next().unwrap_or(0) * 3600
        + parts.next().unwrap_or(0) * 60
        + parts.next().unwrap_or(0);
    let offset = match zone {
        "" => None,
        "Z" => Some(0),
        other => {
            let sign = if other.starts_with('-') { -1 } else { 1 };
            let (hours, minutes) = other[1..].split_once(':').unwrap_or((&other[1..], "0"));
            Some(sign * (hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60))
        }
    };
    let date = jiff::civil::Date::new(year as i16, month as i8, day as i8).ok()?;
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    Some((midnight + seconds, offset))
}

fn same_date(theirs: &str, ours: &Property) -> bool {
    let Some((wall, offset)) = wall(theirs) else {
        return same_text(theirs, &ours.value);
    };
    let Some(at) = ours.at else {
        return false;
    };
    match (offset, ours.offset) {
        (Some(offset), Some(_)) => wall - i64::from(offset) == at,
        // One of the two leaves the zone open: the clocks on the wall are compared.
        (_, Some(own)) => wall == at + i64::from(own) || wall == at,
        _ => wall == at,
    }
}

fn same_text(theirs: &str, ours: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (theirs, ours) = (plain(theirs.trim_matches('\0')), plain(ours));
    // JSON has no `16.0000`: ExifTool writes a number, whose zeros are lost when it is read.
    let numbers = theirs.parse::<f64>().ok().zip(ours.parse::<f64>().ok());
    theirs == ours || numbers.is_some_and(|(a, b)| a == b)
}

struct Table {
    rows: Vec<Outcome>,
    lines: Vec<String>,
    missing: Vec<String>,
}

impl Table {
    fn compare(&mut self, path: &Path, format: &str, profile: &Profile, tags: &Value) {
        for (number, field) in FIELDS.iter().enumerate() {
            if !field.formats.contains(&format) {
                continue;
            }
            let theirs: Vec<String> = texts(&tags[field.tag])
                .into_iter()
                .filter(|text| !text.trim().is_empty())
                .collect();
            let ours: Vec<&Property> = profile
                .properties
                .iter()
                .filter(|p| {
                    p.place == field.place
                        || p.place
                            .strip_prefix(field.place)
                            .is_some_and(|rest| rest.starts_with([' ', '[', ',']))
                })
                .filter(|p| !p.value.is_empty())
                .collect();
            let outcome = &mut self.rows[number];
            let value = |p: &&Property| match field.sort {
                Date => theirs.iter().any(|text| same_date(text, p)),
                _ => theirs.iter().any(|text| same_text(text, &p.value)),
            };
            let whole = ours.iter().map(|p| p.value.as_str()).collect::<Vec<_>>().join(", ");
            let said =
                || format!("{}\t{}\t{}\t{whole}", path.display(), field.tag, theirs.join(", "));
            match (theirs.is_empty(), ours.is_empty()) {
                (true, true) => {}
                (true, false) => {
                    outcome.only_lydite += 1;
                    self.missing.push(said());
                }
                (false, true) => {
                    outcome.only_exiftool += 1;
                    self.missing.push(said());
                }
                _ if ours.iter().any(value) || same_text(&theirs.join(", "), &whole) => {
                    outcome.equal += 1
                }
                _ => {
                    outcome.different += 1;
                    self.lines.push(said());
                }
            }
        }
    }

    fn print(&self, with_missing: bool) {
        println!("| field | both | equal | different | agreement | only ExifTool | only Lydite |");
        println!("|---|---:|---:|---:|---:|---:|---:|");
        let mut sums: BTreeMap<Sort, Outcome> = BTreeMap::new();
        for (field, outcome) in FIELDS.iter().zip(&self.rows) {
            sums.entry(field.sort).or_default().add(*outcome);
            if outcome.equal + outcome.different + outcome.only_exiftool + outcome.only_lydite > 0 {
                println!("{}", outcome.row(&format!("{} {}", field.formats.join(" "), field.tag)));
            }
        }
        for (sort, outcome) in sums {
            println!("{}", outcome.row(&format!("all of sort {sort:?}")));
        }
        println!("\nfile\ttag\tExifTool\tLydite");
        self.lines.iter().for_each(|line| println!("{line}"));
        if with_missing {
            println!("\nOnly one of the two:");
            self.missing.iter().for_each(|line| println!("{line}"));
        }
    }
}

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let with_missing = arguments.iter().any(|argument| argument == "--missing");
    arguments.retain(|argument| argument != "--missing");
    let mut files = Vec::new();
    arguments.iter().for_each(|folder| walk(Path::new(folder), &mut files));
    let (facts, mut took) = (Facts::shipped(), Duration::ZERO);
    let mut read = Vec::new();
    for path in &files {
        let raw = fs::read(path).expect("a file that can be read");
        let start = Instant::now();
        let examined = examine(&raw, &facts);
        let took_now = start.elapsed();
        if let Some(document) = examined.document.filter(|d| d.format.name() != "unknown") {
            took += took_now;
            read.push((path, document.format.name(), document.profile));
        }
    }
    let start = Instant::now();
    let mut answers = BTreeMap::new();
    for some in read.chunks(500) {
        answers.extend(exiftool(&some.iter().map(|(path, ..)| *path).collect::<Vec<_>>()));
    }
    let theirs = start.elapsed();
    let mut table = Table {
        rows: vec![Outcome::default(); FIELDS.len()],
        lines: Vec::new(),
        missing: Vec::new(),
    };
    for (path, format, profile) in &read {
        if let Some(tags) = answers.get(*path) {
            table.compare(path, format, profile, tags);
        }
    }
    println!(
        "{} documents and images; one core: Lydite {:.1} s ({:.0} a second), ExifTool {:.1} s ({:.0} a second)\n",
        read.len(),
        took.as_secs_f64(),
        read.len() as f64 / took.as_secs_f64(),
        theirs.as_secs_f64(),
        read.len() as f64 / theirs.as_secs_f64()
    );
    table.print(with_missing);
}
