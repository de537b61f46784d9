//! Examines all documents and images under folders and counts: per format how many were read, with
//! how many defects, every status and code; then each that is accused, with what speaks against it.
//!
//! ```text
//! cargo run --release -p lydite-core --example documents -- FOLDER...
//! cargo run --release -p lydite-core --example documents -- --profile FILE...
//! ```
//!
//! Over documents that nobody altered the list at the end must be empty but for what its reasons
//! explain. `--profile` prints what one file says of itself instead. Files that are neither document
//! nor image by content are counted and left.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lydite_core::evidence::Direction;
use lydite_core::examine::{Examined, examine};
use lydite_core::fact::Facts;
use lydite_core::limits;
use lydite_core::verdict::{Status, decide};

/// What the documents of one set gave.
#[derive(Default)]
struct Counts {
    /// Of no interest here: neither document nor image.
    others: usize,
    documents: usize,
    bytes: u64,
    with_defects: BTreeMap<&'static str, usize>,
    without_text: BTreeMap<&'static str, usize>,
    formats: BTreeMap<&'static str, usize>,
    statuses: BTreeMap<&'static str, usize>,
    /// `check:code` to the number of documents in which it stands.
    codes: BTreeMap<String, usize>,
    /// Path, status and what speaks against it.
    accused: Vec<String>,
    /// Examining alone, on all threads together.
    busy: Duration,
    slowest: Vec<(Duration, PathBuf)>,
}

impl Counts {
    fn add(&mut self, path: &Path, raw: &[u8], facts: &Facts) {
        let start = Instant::now();
        let examined = examine(raw, facts);
        let took = start.elapsed();
        let Some(document) = &examined.document else {
            self.others += 1;
            return;
        };
        let format = document.format.name();
        let status = decide(examined.kind, &examined.findings).status;
        self.documents += 1;
        self.bytes += raw.len() as u64;
        self.busy += took;
        self.slowest.push((took, path.to_owned()));
        *self.formats.entry(format).or_default() += 1;
        *self.with_defects.entry(format).or_default() += usize::from(!examined.defects.is_empty());
        *self.without_text.entry(format).or_default() += usize::from(document.text.is_empty());
        *self.statuses.entry(status.name()).or_default() += 1;
        let mut codes: Vec<String> = named(&examined, |_| true);
        codes.dedup();
        for code in codes {
            *self.codes.entry(code).or_default() += 1;
        }
        let against = named(&examined, |direction| direction == Direction::Contradicts);
        if !against.is_empty() {
            self.accused.push(format!("{}\t{}", path.display(), status.name()));
            let notes = examined.findings.iter().filter(|f| f.direction == Direction::Contradicts);
            self.accused.extend(notes.map(|f| format!("\t{}:{} {}", f.check, f.code, f.note)));
        } else if status > Status::Undetermined {
            self.accused.push(format!("{}\t{}\tno code", path.display(), status.name()));
        }
    }

    fn merge(&mut self, other: Counts) {
        self.others += other.others;
        self.documents += other.documents;
        self.bytes += other.bytes;
        self.busy += other.busy;
        for (into, from) in [
            (&mut self.with_defects, other.with_defects),
            (&mut self.without_text, other.without_text),
            (&mut self.formats, other.formats),
            (&mut self.statuses, other.statuses),
        ] {
            for (name, count) in from {
                *into.entry(name).or_default() += count;
            }
        }
        for (name, count) in other.codes {
            *self.codes.entry(name).or_default() += count;
        }
        self.accused.extend(other.accused);
        self.slowest.extend(other.slowest);
    }
}

/// `check:code` of findings of a direction, sorted.
fn named(examined: &Examined, which: fn(Direction) -> bool) -> Vec<String> {
    let findings = examined.findings.iter().filter(|f| which(f.direction));
    let mut codes: Vec<String> = findings.map(|f| format!("{}:{}", f.check, f.code)).collect();
    codes.sort();
    codes
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

/// Examines every file on all cores; files are taken one by one, since their sizes differ widely.
fn count(files: &[PathBuf]) -> Counts {
    let facts = Facts::shipped();
    let (next, total) = (AtomicUsize::new(0), Mutex::new(Counts::default()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut counts = Counts::default();
                while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let raw = fs::read(path).expect("a file that can be read");
                    if raw.len() <= limits::ITEM_BYTES {
                        counts.add(path, &raw, &facts);
                    }
                }
                total.lock().expect("no thread panicked").merge(counts);
            });
        }
    });
    total.into_inner().expect("no thread panicked")
}

fn profile(path: &Path) {
    let raw = fs::read(path).expect("a file that can be read");
    let examined = examine(&raw, &Facts::shipped());
    println!("{}", path.display());
    for finding in &examined.findings {
        println!("  {:?} {}:{} {}", finding.direction, finding.check, finding.code, finding.note);
    }
    let Some(document) = examined.document else {
        return println!("  no document");
    };
    println!("  {}", document.format.name());
    for property in &document.profile.properties {
        println!(
            "  {:?}\t{}\t{}\t{:?} {:?} {}",
            property.name,
            property.place,
            property.value,
            property.at,
            property.offset,
            property.is_local
        );
    }
    for piece in &document.text {
        println!("  [{}] {}", piece.place, piece.text);
    }
    for defect in &examined.defects {
        println!("  defect: {}", defect.what);
    }
}

/// Most memory this process ever had, in MiB, where Linux tells.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

fn main() {
    let mut arguments: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    if arguments.first().is_some_and(|first| first == Path::new("--profile")) {
        arguments.remove(0);
        return arguments.iter().for_each(|path| profile(path));
    }
    let mut files = Vec::new();
    arguments.iter().for_each(|path| walk(path, &mut files));
    let start = Instant::now();
    let mut counts = count(&files);
    let wall = start.elapsed();
    println!(
        "{} files, {} documents and images, {} bytes",
        files.len(),
        counts.documents,
        counts.bytes
    );
    println!("format\tread\twith defects\twithout text");
    for (format, read) in &counts.formats {
        let (defects, empty) = (counts.with_defects[format], counts.without_text[format]);
        println!("{format}\t{read}\t{defects}\t{empty}");
    }
    counts.statuses.iter().for_each(|(status, count)| println!("status\t{status}\t{count}"));
    counts.codes.iter().for_each(|(code, count)| println!("code\t{code}\t{count}"));
    let documents = counts.documents as f64;
    println!(
        "{:.0} a second, {:.0} a second and core; {:.1} s, {:.1} s on all cores; at most {} MiB",
        documents / wall.as_secs_f64(),
        documents / counts.busy.as_secs_f64(),
        wall.as_secs_f64(),
        counts.busy.as_secs_f64(),
        peak().map_or("?".to_owned(), |peak| peak.to_string())
    );
    counts.slowest.sort();
    for (took, path) in counts.slowest.iter().rev().take(10) {
        println!("slow\t{:.3}\t{}", took.as_secs_f64(), path.display());
    }
    println!("{} documents with a code that speaks against them:", accused(&counts));
    counts.accused.iter().for_each(|line| println!("{line}"));
}

fn accused(counts: &Counts) -> usize {
    counts.accused.iter().filter(|line| !line.starts_with('\t')).count()
}
