//! Counts every code and status over folders of mail, to see how often a check speaks on mail that
//! nobody touched and on mail that is known to be otherwise:
//!
//! ```text
//! cargo run -p lydite-core --example calibrate -- ours=FOLDER theirs=FOLDER theirs=FOLDER
//! ```
//!
//! Each argument is a label and a folder, walked whole; a label may stand several times. Every file
//! is taken for one mail, but for `PROVENANCE.txt` and `case.toml`. Only shipped facts are used, and
//! no joins: each mail is weighed by its own findings. The table (label, kind of row, name, mails)
//! goes to standard output; `tests/it/calibration.rs` counts the same for `docs/calibration.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use lydite_core::evidence::Direction;
use lydite_core::examine::examine;
use lydite_core::fact::Facts;
use lydite_core::item::Kind;
use lydite_core::item::Sha256;
use lydite_core::verdict::decide;

/// What one set of mails gave. The order in which mails are added does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub mails: usize,
    /// Name of a status to the number of mails that have it.
    pub statuses: BTreeMap<String, usize>,
    /// `check:code` to the number of mails in which it stands at least once.
    pub codes: BTreeMap<String, usize>,
    /// SHA-256 of every mail of which a code speaks against a claim, with its status and those codes.
    pub against: BTreeSet<String>,
}

impl Counts {
    pub fn add(&mut self, raw: &[u8], facts: &Facts) {
        let findings = examine(raw, facts).findings;
        let status = decide(Kind::Message, &findings).status.name();
        let name = |f: &lydite_core::evidence::Finding| format!("{}:{}", f.check, f.code);
        let codes: BTreeSet<String> = findings.iter().map(name).collect();
        let against = findings.iter().filter(|f| f.direction == Direction::Contradicts);
        let against: BTreeSet<String> = against.map(name).collect();
        self.mails += 1;
        *self.statuses.entry(status.to_owned()).or_default() += 1;
        for code in codes {
            *self.codes.entry(code).or_default() += 1;
        }
        if !against.is_empty() {
            let codes: Vec<String> = against.into_iter().collect();
            self.against.insert(format!("{} {status} {}", Sha256::of(raw), codes.join(" ")));
        }
    }

    fn merge(&mut self, other: Counts) {
        self.mails += other.mails;
        for (into, from) in [(&mut self.statuses, other.statuses), (&mut self.codes, other.codes)] {
            for (name, mails) in from {
                *into.entry(name).or_default() += mails;
            }
        }
        self.against.extend(other.against);
    }

    /// Rows of the table: label, kind of row, name, mails. Whose codes speak against is listed only
    /// where `listed` says so.
    pub fn rows(&self, label: &str, listed: bool) -> String {
        let mut text = format!("{label}\tmails\t\t{}\n", self.mails);
        for (kind, counts) in [("status", &self.statuses), ("code", &self.codes)] {
            for (name, mails) in counts {
                text.push_str(&format!("{label}\t{kind}\t{name}\t{mails}\n"));
            }
        }
        for line in self.against.iter().filter(|_| listed) {
            text.push_str(&format!("{label}\tagainst\t{line}\t1\n"));
        }
        text
    }
}

/// Every mail below the folders, counted on all cores.
pub fn count(folders: &[PathBuf], facts: &Facts) -> Counts {
    let mut mails = Vec::new();
    folders.iter().for_each(|folder| walk(folder, &mut mails));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let each = mails.len().div_ceil(threads).max(1);
    let mut total = Counts::default();
    std::thread::scope(|scope| {
        let share = |mails: &[PathBuf]| {
            let mut counts = Counts::default();
            for path in mails {
                counts.add(&fs::read(path).expect("a file that can be read"), facts);
            }
            counts
        };
        let parts: Vec<_> =
            mails.chunks(each).map(|mails| scope.spawn(move || share(mails))).collect();
        for part in parts {
            total.merge(part.join().expect("examining does not panic"));
        }
    });
    total
}

fn walk(folder: &Path, mails: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder that can be read") {
        let path = entry.expect("an entry that can be read").path();
        if path.is_dir() {
            walk(&path, mails);
        } else if !path.ends_with("PROVENANCE.txt") && !path.ends_with("case.toml") {
            mails.push(path);
        }
    }
}

fn main() {
    let mut sets: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for argument in std::env::args().skip(1) {
        let (label, folder) = argument.split_once('=').expect("label=folder");
        sets.entry(label.to_owned()).or_default().push(folder.into());
    }
    let facts = Facts::shipped();
    for (label, folders) in sets {
        print!("{}", count(&folders, &facts).rows(&label, true));
    }
}
