//! Where the private key of a case is kept: outside its folder, so that a copy of the case cannot
//! be written on in its name.
//!
//! Beside the key lies the last checkpoint signed with it. A case that does not continue it was
//! rolled back.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use lydite_core::custody::note::{Signer, Use, Verifier};

use super::{CustodyError, origin_of, read_if_there};
use crate::case::{Result, cannot_write, sync_folder};

/// Where keys are, and what time it is.
#[derive(Clone, Debug)]
pub struct Keeper {
    /// A folder with a folder for each case.
    pub home: Option<PathBuf>,
    /// A file instead, for the key of one case.
    pub file: Option<PathBuf>,
    /// Seconds since 1970.
    pub clock: fn() -> i64,
}

impl Keeper {
    /// A new key, kept. `origin` of a log that has one; a new log takes its name from the key.
    pub fn make(&self, origin: Option<&str>) -> Result<Signer> {
        if let Some(file) = self.file.as_ref().filter(|file| file.exists()) {
            // A crash may have left a key that never signed.
            if origin.is_none() && !self.head_path("")?.exists() {
                return read_private(file, &read_if_there(file)?.unwrap_or_default());
            }
            let why = "holds a key already: name a new file with --custody-key";
            return Err(CustodyError::Key(file.clone(), why.to_owned()).into());
        }
        let mut seed = [0; 32];
        let no_random = |error| CustodyError::Refused(format!("no random numbers: {error}"));
        getrandom::fill(&mut seed).map_err(no_random)?;
        let bad_name = || CustodyError::Refused("the log's name cannot be a key's".to_owned());
        let first = Signer::new("key", Use::Note, seed).ok_or_else(bad_name)?;
        let name = origin.map_or_else(|| origin_of(&first.verifier.key), str::to_owned);
        let signer = Signer::new(&name, Use::Note, seed).ok_or_else(bad_name)?;
        let path = self.path(&signer.verifier)?;
        write_private(&path, &signer.text())?;
        Ok(signer)
    }

    /// The private key of this public one; None if it is not kept here.
    pub fn find(&self, verifier: &Verifier) -> Result<Option<Signer>> {
        let path = self.path(verifier)?;
        let Some(bytes) = read_if_there(&path)? else { return Ok(None) };
        match read_private(&path, &bytes)? {
            signer if signer.verifier == *verifier => Ok(Some(signer)),
            _ => {
                let why = "is the key of another case: name a new file with --custody-key";
                Err(CustodyError::Key(path, why.to_owned()).into())
            }
        }
    }

    fn path(&self, verifier: &Verifier) -> Result<PathBuf> {
        if let Some(file) = &self.file {
            return Ok(file.clone());
        }
        Ok(self.folder(&verifier.name)?.join(format!("{:08x}.key", verifier.id())))
    }

    fn folder(&self, origin: &str) -> Result<PathBuf> {
        let home = self.home.as_ref().ok_or(CustodyError::NoHome)?;
        // A name that the folder of a hostile case chose must stay one name.
        let is_plain = |c: char| c.is_ascii_alphanumeric();
        let name = origin.rsplit('/').next().filter(|n| !n.is_empty() && n.chars().all(is_plain));
        let name =
            name.ok_or_else(|| CustodyError::Refused(format!("{origin:?} names no case")))?;
        Ok(home.join(name))
    }

    fn head_path(&self, origin: &str) -> Result<PathBuf> {
        match &self.file {
            Some(file) => {
                let mut path = file.clone().into_os_string();
                path.push(".checkpoint");
                Ok(path.into())
            }
            None => Ok(self.folder(origin)?.join("checkpoint")),
        }
    }

    /// The checkpoint last signed here for this log.
    pub fn last(&self, origin: &str) -> Result<Option<Vec<u8>>> {
        read_if_there(&self.head_path(origin)?)
    }

    /// Keeps the checkpoint just signed.
    pub fn keep(&self, origin: &str, checkpoint: &str) -> Result<()> {
        let path = self.head_path(origin)?;
        let beside = path.with_extension(format!("new{}", std::process::id()));
        let written = fs::write(&beside, checkpoint).and_then(|()| fs::rename(&beside, &path));
        written.map_err(cannot_write(&path))
    }
}

/// A private key from a file's bytes.
pub fn read_private(path: &Path, bytes: &[u8]) -> Result<Signer> {
    let text = String::from_utf8_lossy(bytes);
    let signer = Signer::parse(text.trim_end());
    let bad = || CustodyError::Key(path.to_owned(), "is no private key of a log".to_owned());
    Ok(signer.ok_or_else(bad)?)
}

/// Writes a private key for its owner alone. A file that is there stays as it is: an error.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    make_private(folder).map_err(cannot_write(folder))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        writeln!(file, "{text}")?;
        file.sync_all()
    });
    written.map_err(cannot_write(path))?;
    sync_folder(folder)
}

fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
