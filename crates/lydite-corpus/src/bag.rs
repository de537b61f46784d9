//! A bag to hand on (BagIt 1.0, RFC 8493): what `sha256sum -c` and `ssh-keygen -Y verify` check
//! without Lydite.
//!
//! ```text
//! bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
//! manifest-sha256.txt.sig  allowed_signers      the manifest, signed with the case's key
//! data/…                                        the payload
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use lydite_core::custody::note::{Note, Signer, Verifier};
use lydite_core::custody::sshsig;
use lydite_core::item::Sha256;
use sha2::Digest;

use crate::case::{Error, Result, VERSION, cannot_read, cannot_write};
use crate::custody::{CustodyError, Log, hash};
use crate::verify::{Problem, What};

const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const MANIFEST: &str = "manifest-sha256.txt";
const TAGS: &str = "tagmanifest-sha256.txt";
const SIGNATURE: &str = "manifest-sha256.txt.sig";
const SIGNERS: &str = "allowed_signers";
/// What `ssh-keygen -Y verify -n` is told.
pub const NAMESPACE: &str = "lydite-bag";
/// The case's log and checkpoint in a bag, and the ledger that entries name.
pub const LOG: &str = "data/custody/log.jsonl";
pub const CHECKPOINT: &str = "data/custody/checkpoint";
pub const LEDGER: &str = "data/ledger.jsonl";

/// A bag being filled. It appears under its name when it is finished, or not at all.
pub struct Bag {
    target: PathBuf,
    root: PathBuf,
    /// Length and hash of each file of the payload.
    payload: BTreeMap<String, (u64, Sha256)>,
}

/// Whether a folder says it is a bag.
pub fn is_bag(path: &Path) -> bool {
    path.join("bagit.txt").exists()
}

impl Bag {
    /// `target` must not exist.
    pub fn new(target: &Path) -> Result<Bag> {
        if target.exists() {
            let why = format!("{} is there already: name another folder", target.display());
            return Err(CustodyError::Refused(why).into());
        }
        let mut beside = target.as_os_str().to_owned();
        beside.push(format!(".part{}", std::process::id()));
        let root = PathBuf::from(beside);
        fs::create_dir_all(root.join("data")).map_err(cannot_write(&root))?;
        Ok(Bag { target: target.to_owned(), root, payload: BTreeMap::new() })
    }

    /// Adds `data/NAME`, written by `fill`. Names are of this program, of letters that every system
    /// can write.
    pub fn add<E: From<Error>>(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut dyn Write) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let name = format!("data/{name}");
        let path = self.root.join(&name);
        let made =
            path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| File::create(&path));
        let file = made.map_err(cannot_write(&path))?;
        let mut out = Hashing { file: BufWriter::new(file), digest: sha2::Sha256::new(), bytes: 0 };
        fill(&mut out)?;
        let (bytes, digest) = (out.bytes, out.digest);
        let written = out.file.into_inner().map_err(io::IntoInnerError::into_error);
        written.and_then(|file| file.sync_all()).map_err(cannot_write(&path))?;
        self.payload.insert(name, (bytes, Sha256(digest.finalize().into())));
        Ok(())
    }

    /// Adds bytes at hand.
    pub fn add_bytes(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.root.join(name);
        self.add(name, |out| out.write_all(bytes).map_err(cannot_write(&path)))
    }

    /// Writes manifests and signature and gives the bag its name. `day` is `YYYY-MM-DD`. Returns the
    /// SHA-256 of the manifest.
    pub fn finish(self, signer: &Signer, day: &str) -> Result<(u64, Sha256)> {
        let manifest: String =
            self.payload.iter().map(|(name, (_, sha256))| format!("{sha256}  {name}\n")).collect();
        let bytes: u64 = self.payload.values().map(|(bytes, _)| bytes).sum();
        let case = &signer.verifier.name;
        let info = format!(
            "Bag-Software-Agent: lydite {VERSION}\nBagging-Date: {day}\n\
             External-Identifier: {case}\nPayload-Oxum: {bytes}.{}\n",
            self.payload.len()
        );
        let signature = sshsig::sign(signer, NAMESPACE, manifest.as_bytes());
        let signers = sshsig::allowed_signer(case, NAMESPACE, &signer.verifier.key);
        let tags = [
            (SIGNERS, signers.as_str()),
            ("bag-info.txt", info.as_str()),
            ("bagit.txt", DECLARATION),
            (MANIFEST, manifest.as_str()),
            (SIGNATURE, signature.as_str()),
        ];
        let all: String = tags
            .iter()
            .map(|(name, text)| format!("{}  {name}\n", Sha256::of(text.as_bytes())))
            .collect();
        for (name, text) in tags.into_iter().chain([(TAGS, all.as_str())]) {
            let path = self.root.join(name);
            fs::write(&path, text).map_err(cannot_write(&path))?;
        }
        fs::rename(&self.root, &self.target).map_err(cannot_write(&self.target))?;
        Ok((manifest.len() as u64, Sha256::of(manifest.as_bytes())))
    }
}

impl Drop for Bag {
    fn drop(&mut self) {
        // Finished, it has another name; else nothing half made stays.
        let _ = fs::remove_dir_all(&self.root);
    }
}

struct Hashing {
    file: BufWriter<File>,
    digest: sha2::Sha256,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What a bag says of itself.
#[derive(Debug, Default)]
pub struct Verified {
    pub problems: Vec<Problem>,
    pub files: u64,
    /// The key that signed it; the same as the case's log names.
    pub key: Option<Verifier>,
}

/// Whether all of a bag is as it was made. An error only where it cannot be read.
pub fn verify(root: &Path) -> Result<Verified> {
    let mut out = Verified::default();
    let mut problems = Vec::new();
    let mut tell = |what, path: &str, at: &str| {
        problems.push(Problem { what, path: path.to_owned(), at: at.to_owned() });
    };
    let read = |name: &str| fs::read(root.join(name)).unwrap_or_default();
    if read("bagit.txt") != DECLARATION.as_bytes() {
        tell(What::Changed, "bagit.txt", "not the declaration of BagIt 1.0");
    }
    let manifest = read(MANIFEST);
    let mut named = BTreeMap::new();
    for (list, bytes, is_payload) in [(MANIFEST, &manifest, true), (TAGS, &read(TAGS), false)] {
        match parse(bytes, is_payload) {
            Ok(rows) => named.extend(rows),
            Err(line) => tell(What::Changed, list, &format!("line {line}")),
        }
    }
    let mut met = BTreeSet::from([TAGS.to_owned()]);
    for (path, is_file) in crate::verify::all(root)? {
        out.files += 1;
        match named.get(&path) {
            Some(sha256) if is_file => {
                if hash(&root.join(&path))?.1 != *sha256 {
                    tell(What::Changed, &path, "");
                }
                met.insert(path);
            }
            None if path == TAGS && is_file => {}
            _ => tell(What::Added, &path, ""),
        }
    }
    for path in named.keys().chain([&MANIFEST.to_owned()]).filter(|path| !met.contains(*path)) {
        tell(What::Missing, path, "");
    }
    match key_of(&read(LOG), &read(CHECKPOINT), &read(LEDGER)) {
        Ok(key) => {
            let signature = String::from_utf8_lossy(&read(SIGNATURE)).into_owned();
            let signer = sshsig::allowed_signer(&key.name, NAMESPACE, &key.key);
            if read(SIGNERS) != signer.as_bytes() {
                tell(What::Changed, SIGNERS, "not the key that the log names");
            }
            if !sshsig::is_signature(&signature, &key.key, NAMESPACE, &manifest) {
                tell(What::Log, SIGNATURE, "not a signature of the manifest by the case's key");
            }
            out.key = Some(key);
        }
        Err(why) => tell(What::Log, LOG, &why),
    }
    out.problems = problems;
    out.problems.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(out)
}

/// The rows of a manifest, or the number of a line that is none. Payload lies in `data/`, nothing
/// else does; no name leads out of the bag.
fn parse(
    manifest: &[u8],
    is_payload: bool,
) -> std::result::Result<BTreeMap<String, Sha256>, usize> {
    let mut out = BTreeMap::new();
    for (index, line) in manifest.split_inclusive(|&b| b == b'\n').enumerate() {
        let row = std::str::from_utf8(line).ok().and_then(|line| {
            let (digest, name) = line.strip_suffix('\n')?.split_once("  ")?;
            let sha256 = Sha256::from_hex(digest).filter(|known| known.to_string() == digest)?;
            let is_inside = name.split('/').all(|part| !matches!(part, "" | "." | ".."));
            (is_inside && name.starts_with("data/") == is_payload)
                .then(|| (name.to_owned(), sha256))
        });
        let (name, sha256) = row.ok_or(index + 1)?;
        if out.insert(name, sha256).is_some() {
            return Err(index + 1);
        }
    }
    if out.is_empty() { Err(1) } else { Ok(out) }
}

/// The key that signed the log of a bag over all of it.
fn key_of(log: &[u8], checkpoint: &[u8], ledger: &[u8]) -> std::result::Result<Verifier, String> {
    let mut log = Log::parse(log).map_err(|(line, why)| format!("line {line}: {why}"))?;
    log.checkpoint = Some(Note::parse(checkpoint)?);
    if log.signed()? != log.entries.len() as u64 || log.torn > 0 {
        return Err("entries are not signed".to_owned());
    }
    for head in log.ledger_heads() {
        let start = usize::try_from(head.bytes).ok().and_then(|bytes| ledger.get(..bytes));
        if start.is_none_or(|start| Sha256::of(start) != head.sha256) {
            return Err(format!("the ledger is not the one of entry {}", head.seq));
        }
    }
    log.key_at(log.entries.len() as u64).ok_or_else(|| "no entry names its key".to_owned())
}

/// Copies what a case keeps of its own: log, checkpoint, ledger, cosigned checkpoints, stamps.
pub fn add_custody(bag: &mut Bag, root: &Path) -> Result<()> {
    for (path, _) in crate::verify::all(root)? {
        if path.starts_with("custody/") || path == crate::custody::LEDGER {
            let from = root.join(&path);
            let bytes = fs::read(&from).map_err(cannot_read(&from))?;
            bag.add_bytes(&path, &bytes)?;
        }
    }
    Ok(())
}
