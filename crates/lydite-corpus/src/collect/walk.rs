//! The walk over sources: folders before nothing, names in byte order, links not followed. Holds
//! the names of the folders that are open, not those of the whole tree.

use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use lydite_core::item::encode_name;

use super::CollectError;
use super::volumes::{self, Group};

/// A file, or what stands where a file could.
pub struct Entry {
    /// Where it lies on this machine.
    pub path: PathBuf,
    /// Where it lies in the dump, and its folder there.
    pub name: String,
    pub parent: String,
    /// Position in its folder, from 1.
    pub order: u64,
    /// Of all volumes.
    pub size: u64,
    /// The volumes of a split archive in reading order; empty when it is one file.
    pub volumes: Vec<Volume>,
    pub defects: Vec<String>,
    pub meta: Vec<(String, String)>,
    /// Why it is not read: reason and detail.
    pub skip: Option<(&'static str, String)>,
}

/// One file of a split archive.
pub struct Volume {
    pub path: PathBuf,
    /// Where it lies in the dump.
    pub name: String,
    pub size: u64,
}

/// All entries of the sources. A missing source is an error before anything else is done.
pub fn walk(sources: &[PathBuf]) -> Result<Walk, CollectError> {
    if sources.is_empty() {
        return Err(CollectError::NoSource);
    }
    let mut sources = sources.to_vec();
    sources.sort_by(|a, b| bytes(a.as_os_str()).cmp(bytes(b.as_os_str())));
    sources.dedup();
    let alone = sources.len() == 1;
    let (mut roots, mut used) = (Vec::new(), Vec::<String>::new());
    for path in sources {
        let metadata = fs::metadata(&path)
            .map_err(|source| CollectError::Source { path: path.clone(), source })?;
        let base = encode_name(bytes(&last_name(&path)));
        let mut name = if alone && metadata.is_dir() { String::new() } else { base.clone() };
        let mut number = 2;
        while used.contains(&name) {
            name = format!("{base}-{number}");
            number += 1;
        }
        used.push(name.clone());
        roots.push((path, name, metadata));
    }
    let order = 0;
    Ok(Walk { roots: roots.into_iter(), order, folders: Vec::new() })
}

/// See [`walk`].
pub struct Walk {
    roots: std::vec::IntoIter<(PathBuf, String, Metadata)>,
    /// Sources met.
    order: u64,
    /// From the outermost to the one being read.
    folders: Vec<Folder>,
}

struct Folder {
    path: PathBuf,
    name: String,
    entries: std::vec::IntoIter<Group>,
    /// Entries met.
    order: u64,
}

impl Iterator for Walk {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            let (path, name, parent, order, metadata, group) = match self.folders.last_mut() {
                Some(folder) => {
                    let Some(group) = folder.entries.next() else {
                        self.folders.pop();
                        continue;
                    };
                    folder.order += 1;
                    let path = folder.path.join(&group.name);
                    let metadata = fs::symlink_metadata(&path);
                    let name = join(&folder.name, &encode_name(bytes(&group.name)));
                    (path, name, folder.name.clone(), folder.order, metadata, Some(group))
                }
                None => {
                    let (path, name, metadata) = self.roots.next()?;
                    self.order += 1;
                    (path, name, String::new(), self.order, Ok(metadata), None)
                }
            };
            let (volumes, defects, meta) = (Vec::new(), Vec::new(), Vec::new());
            let mut entry =
                Entry { path, name, parent, order, size: 0, volumes, defects, meta, skip: None };
            match metadata {
                Ok(metadata) if metadata.is_dir() => match names(&entry.path) {
                    Ok(entries) => self.folders.push(Folder {
                        path: entry.path,
                        name: entry.name,
                        entries: entries.into_iter(),
                        order: 0,
                    }),
                    Err(error) => return Some(entry.unreadable(&error)),
                },
                Ok(metadata) => {
                    entry.describe(&metadata);
                    group.into_iter().for_each(|group| entry.gather(group));
                    return Some(entry);
                }
                Err(error) => return Some(entry.unreadable(&error)),
            }
        }
    }
}

impl Entry {
    fn unreadable(mut self, error: &std::io::Error) -> Entry {
        self.skip = Some(("unreadable", format!("{}: {error}", self.path.display())));
        self
    }

    fn describe(&mut self, metadata: &Metadata) {
        if metadata.is_symlink() {
            let target = fs::read_link(&self.path).unwrap_or_default();
            let target = encode_name(bytes(target.as_os_str()));
            self.skip = Some(("symlink", format!("points to {target} and is not followed")));
            return;
        }
        if !metadata.is_file() {
            self.skip = Some(("special-file", "neither a file nor a folder".to_owned()));
            return;
        }
        self.size = metadata.len();
        if let Some(time) = modified(metadata) {
            self.meta.push(("mtime".to_owned(), time.to_string()));
        }
        if let Some(flags) = maildir_flags(&self.path) {
            self.meta.push(("maildir-flags".to_owned(), flags));
        }
    }

    /// Takes in the volumes of its group.
    fn gather(&mut self, group: Group) {
        self.defects.extend(group.defect);
        let folder = self.path.parent().unwrap_or(Path::new("")).to_owned();
        for name in group.volumes {
            let path = folder.join(&name);
            let size = fs::symlink_metadata(&path).map_or(0, |metadata| metadata.len());
            let name = join(&self.parent, &encode_name(bytes(&name)));
            self.volumes.push(Volume { path, name, size });
        }
        if let [first, .., last] = &self.volumes[..] {
            self.size = self.volumes.iter().map(|volume| volume.size).sum();
            let count = self.volumes.len();
            let (first, last) = (&first.name, &last.name);
            self.defects.push(format!("joined from {count} volumes, {first} to {last}"));
        }
    }
}

/// Seconds since 1970, UTC.
fn modified(metadata: &Metadata) -> Option<i64> {
    let time = metadata.modified().ok()?;
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).ok(),
        Err(before) => i64::try_from(before.duration().as_secs()).ok().map(|seconds| -seconds),
    }
}

/// The flags behind `:2,` of a file in a Maildir's `cur` (Maildir++; `;` and `!` on file systems
/// that forbid the colon).
fn maildir_flags(path: &Path) -> Option<String> {
    if path.parent()?.file_name()? != "cur" {
        return None;
    }
    let name = path.file_name()?.to_str()?;
    let flags = [":2,", ";2,", "!2,"].iter().find_map(|mark| Some(name.rsplit_once(mark)?.1))?;
    flags.chars().all(|c| c.is_ascii_alphabetic()).then(|| flags.to_owned())
}

/// Names in a folder, in byte order, split archives as one.
fn names(folder: &Path) -> std::io::Result<Vec<Group>> {
    let mut names = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name()))
        .collect::<std::io::Result<Vec<_>>>()?;
    names.sort_by(|a, b| bytes(a).cmp(bytes(b)));
    Ok(volumes::group(folder, names))
}

/// The name a source goes by: its own last name, also of `.`, `x/..` and `/`.
fn last_name(path: &Path) -> OsString {
    let resolved = path.file_name().is_none().then(|| path.canonicalize().ok()).flatten();
    let name = resolved.as_deref().unwrap_or(path).file_name();
    name.map_or_else(|| OsString::from("root"), OsStr::to_owned)
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn bytes(name: &OsStr) -> &[u8] {
    name.as_encoded_bytes()
}
