//! Whether two cases hold the same evidence, byte for byte.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use lydite_core::item::Sha256;

/// The digest of every file that is evidence: tables, packs and the ledger.
pub fn digest(case: &Path) -> io::Result<BTreeMap<PathBuf, Sha256>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![case.join("tables"), case.join("packs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                add(&mut all, case, path)?;
            }
        }
    }
    add(&mut all, case, case.join("ledger.jsonl"))?;
    Ok(all)
}

fn add(all: &mut BTreeMap<PathBuf, Sha256>, case: &Path, path: PathBuf) -> io::Result<()> {
    let digest = Sha256::of(&std::fs::read(&path)?);
    all.insert(path.strip_prefix(case).unwrap_or(&path).to_owned(), digest);
    Ok(())
}

pub fn same(
    expected: &BTreeMap<PathBuf, Sha256>,
    found: &BTreeMap<PathBuf, Sha256>,
    case: &Path,
) -> io::Result<()> {
    let names = expected.keys().chain(found.keys());
    let differs: Vec<_> = names.filter(|name| expected.get(*name) != found.get(*name)).collect();
    if differs.is_empty() {
        return Ok(());
    }
    Err(io::Error::other(format!("{} differs in {differs:?}", case.display())))
}
