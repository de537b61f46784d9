//! Archives split into several files of one folder: `x.7z.001`, `x.tar.gz.aa` (split(1)), `x.z01` …
//! `x.zip`, `x.part1.rar`, `x.rar` `x.r00`. Names and sizes propose a set; the content of its first
//! file decides, so that three reports called `.001` to `.003` stay three files.
//!
//! A set is one entry of the walk with the size of all its volumes. So a position, which counts
//! entries of the walk and their bytes, never stands between two volumes, and a run that goes on
//! reads the whole set again as it would one file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use lydite_core::item::{Kind, encode_name};
use lydite_core::limits;
use lydite_core::parse::sniff::{Format, sniff};

/// A name of a folder, or the names of a split archive.
pub struct Group {
    /// The name it goes by.
    pub name: OsString,
    /// All volumes in reading order; empty when it is one file.
    pub volumes: Vec<OsString>,
    /// What is missing of it.
    pub defect: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Style {
    /// One stream cut into pieces, counted by digits or by letters.
    Digits,
    Letters,
    /// Volumes with headers of their own: `part1.rar`; `rar` and `r00`; `z01` and `zip`.
    PartRar,
    OldRar,
    Zip,
}

/// What volumes of one set have in common: style, the text before the number, its width, and the
/// text behind it.
type Key<'a> = (Style, &'a str, usize, &'a str);

/// Suffixes of names that are cut into pieces. A lone second piece is told by them.
const PACKED: [&str; 10] =
    [".7z", ".zip", ".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".zst", ".mbox"];

/// Groups the names of a folder, which are in byte order.
pub fn group(folder: &Path, names: Vec<OsString>) -> Vec<Group> {
    let mut sets: BTreeMap<Key, BTreeMap<u64, usize>> = BTreeMap::new();
    for (at, name) in names.iter().enumerate() {
        if let Some((key, number)) = name.to_str().and_then(volume) {
            sets.entry(key).or_default().insert(number, at);
        }
    }
    let (mut heads, mut absorbed, mut lone) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
    for (key, set) in &sets {
        match complete(folder, &names, *key, set) {
            Some((main, volumes, missing)) => {
                absorbed.extend(volumes.iter().copied().filter(|at| *at != main));
                let behind = set.iter().filter(|(number, _)| missing.is_some_and(|m| **number > m));
                if let Some(missing) = missing {
                    let defect = format!("volume {} is missing", spell(*key, missing));
                    behind.for_each(|(_, at)| drop(lone.insert(*at, defect.clone())));
                    heads.insert(main, (volumes, Some(defect)));
                } else {
                    heads.insert(main, (volumes, None));
                }
            }
            None => lone.extend(headless(*key, set)),
        }
    }
    absorbed.sort_unstable();
    let mut groups = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        if absorbed.binary_search(&at).is_ok() {
            continue;
        }
        let (volumes, defect) = match heads.remove(&at) {
            Some((volumes, defect)) => (volumes, defect),
            None => (Vec::new(), lone.remove(&at)),
        };
        let volumes = if volumes.len() < 2 { Vec::new() } else { volumes };
        let volumes = volumes.into_iter().map(|volume| names[volume].clone()).collect();
        groups.push(Group { name: name.clone(), volumes, defect });
    }
    groups
}

/// How a name counts as a volume, if it does.
fn volume(name: &str) -> Option<(Key<'_>, u64)> {
    let dot = name.rfind('.')?;
    let (stem, suffix) = (&name[..dot], &name[dot + 1..]);
    let digits =
        |text: &str| text.bytes().all(|c| c.is_ascii_digit()).then(|| text.parse().ok())?;
    let lower = suffix.to_ascii_lowercase();
    if lower == "rar" {
        // `x.part1.rar`, else the head of `x.r00`.
        let part = stem.rfind('.').map(|dot| stem.split_at(dot + 1));
        if let Some((before, part)) = part
            && part.len() > 4
            && part.is_char_boundary(4)
            && part[..4].eq_ignore_ascii_case("part")
            && let Some(number) = digits(&part[4..])
        {
            return Some(((Style::PartRar, before, part.len() - 4, suffix), number));
        }
        return Some(((Style::OldRar, stem, 2, ""), 0));
    }
    if lower == "zip" {
        return Some(((Style::Zip, stem, 2, ""), u64::MAX));
    }
    if let (2.., Some(number)) = (suffix.len(), digits(suffix)) {
        return (suffix.len() <= 5)
            .then_some(((Style::Digits, &name[..=dot], suffix.len(), ""), number));
    }
    let letter = lower.as_bytes().first().copied();
    if lower.len() == 3
        && lower.is_char_boundary(1)
        && let Some(number) = digits(&lower[1..])
    {
        return match letter {
            Some(b'r') => Some(((Style::OldRar, stem, 2, ""), number + 1)),
            Some(b'z') if number > 0 => Some(((Style::Zip, stem, 2, ""), number)),
            _ => None,
        };
    }
    let cut = name.len().checked_sub(2).filter(|cut| name.is_char_boundary(*cut))?;
    let (before, letters) = name.split_at(cut);
    let is_cut = before.ends_with(['.', '-', '_']) || before.ends_with("part");
    (is_cut && letters.bytes().all(|c| c.is_ascii_lowercase())).then(|| {
        let number = letters.bytes().fold(0, |sum, c| sum * 26 + u64::from(c - b'a'));
        ((Style::Letters, before, 2, ""), number)
    })
}

/// The name of a volume, for people.
fn spell((style, before, width, behind): Key, number: u64) -> String {
    let name = match style {
        Style::Digits => format!("{before}{number:0width$}"),
        Style::Letters => {
            let letter = |value: u64| char::from(b'a' + u8::try_from(value % 26).unwrap_or(0));
            format!("{before}{}{}", letter(number / 26), letter(number))
        }
        Style::PartRar => format!("{before}part{number:0width$}.{behind}"),
        Style::OldRar if number == 0 => format!("{before}.rar"),
        Style::OldRar => format!("{before}.r{:02}", number - 1),
        Style::Zip if number == u64::MAX => format!("{before}.zip"),
        Style::Zip => format!("{before}.z{number:02}"),
    };
    encode_name(name.as_bytes())
}

/// A set that belongs together: the name it goes by, its volumes up to the first that is missing,
/// and the number of that one.
fn complete(
    folder: &Path,
    names: &[OsString],
    (style, ..): Key,
    set: &BTreeMap<u64, usize>,
) -> Option<(usize, Vec<usize>, Option<u64>)> {
    if set.len() < 2 {
        return None;
    }
    let first = match (style, *set.keys().next()?) {
        (Style::Digits, first @ 0..=1) => first,
        (Style::PartRar | Style::Zip, 1) => 1,
        (Style::Letters | Style::OldRar, 0) => 0,
        _ => return None,
    };
    let numbered = set.iter().filter(|(number, _)| **number != u64::MAX);
    let run = numbered.zip(first..).take_while(|((number, _), expected)| **number == *expected);
    let mut volumes: Vec<usize> = run.map(|((_, at), _)| *at).collect();
    let next = first + volumes.len() as u64;
    let mut missing =
        set.keys().any(|number| *number > next && *number != u64::MAX).then_some(next);
    let mut main = volumes[0];
    if style == Style::Zip {
        match set.get(&u64::MAX) {
            // The end lies in `x.zip`; without the volumes between, it fits to nothing.
            Some(last) if missing.is_none() => {
                volumes.push(*last);
                main = *last;
            }
            Some(_) => {}
            None => missing = Some(u64::MAX),
        }
    }
    let head = head(&folder.join(&names[volumes[0]]))?;
    let format = sniff(&head);
    let fits = match style {
        Style::PartRar | Style::OldRar => format == Format::ForeignArchive("rar"),
        Style::Zip => format == Format::Zip,
        Style::Digits | Style::Letters => {
            (format.kind() == Kind::Archive || format == Format::Mbox)
                && are_pieces(&sizes(folder, names, &volumes)?)
        }
    };
    fits.then_some((main, volumes, missing))
}

/// What is cut into pieces gives pieces of one size and a last one that is not larger.
fn are_pieces(sizes: &[u64]) -> bool {
    match sizes {
        [first, middle @ .., last] => middle.iter().all(|size| size == first) && last <= first,
        _ => true,
    }
}

fn sizes(folder: &Path, names: &[OsString], volumes: &[usize]) -> Option<Vec<u64>> {
    let size = |at: &usize| {
        let metadata = fs::symlink_metadata(folder.join(&names[*at])).ok()?;
        metadata.is_file().then_some(metadata.len())
    };
    volumes.iter().map(size).collect()
}

/// The first bytes of a file that is no link.
fn head(path: &Path) -> Option<Vec<u8>> {
    if !fs::symlink_metadata(path).ok()?.is_file() {
        return None;
    }
    let mut head = Vec::new();
    File::open(path).ok()?.take(limits::SNIFF_BYTES as u64).read_to_end(&mut head).ok()?;
    Some(head)
}

/// Later volumes of which the first is not there, where the name leaves no doubt that they are.
fn headless(key: Key<'_>, set: &BTreeMap<u64, usize>) -> Vec<(usize, String)> {
    let (style, before, ..) = key;
    let stem = before.trim_end_matches(['.', '-', '_']);
    let first = set.keys().next().copied().unwrap_or(0);
    let missing = match style {
        Style::Digits if PACKED.iter().any(|packed| stem.ends_with(packed)) && first > 1 => 1,
        Style::PartRar if first > 1 => 1,
        _ => return Vec::new(),
    };
    let defect = format!("volume {} is missing", spell(key, missing));
    set.values().map(|at| (*at, defect.clone())).collect()
}
