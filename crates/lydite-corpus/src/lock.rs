//! Who uses a case: one writer, and readers that go on while it writes.
//!
//! Committed files never change, so a reader is only in the way of removing superseded ones: these
//! stay while somebody reads. Locks are the operating system's and end with the process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::Path;

use crate::case::{Error, Result, cannot_write};

/// A lock, held until dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
    is_named: bool,
}

impl Lock {
    /// The one writer's. An error that names the process if there is another.
    pub fn to_write(root: &Path) -> Result<Lock> {
        let path = root.join("lock");
        let mut file = open(&path).map_err(cannot_write(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(root)),
            Err(TryLockError::Error(source)) => return Err(cannot_write(&path)(source)),
        }
        let named = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        named.map_err(cannot_write(&path))?;
        Ok(Lock { file, is_named: true })
    }

    /// One reader's. None where no lock can be made: nobody can write there either.
    pub fn to_read(root: &Path) -> Result<Option<Lock>> {
        let path = root.join("readers");
        let file = match open(&path) {
            Err(e) if is_read_only(&e) => match File::open(&path) {
                Ok(file) => file,
                Err(_) => return Ok(None),
            },
            other => other.map_err(cannot_write(&path))?,
        };
        file.lock_shared().map_err(cannot_write(&path))?;
        Ok(Some(Lock { file, is_named: false }))
    }

    /// Nobody reads while it is held; None where somebody does.
    pub fn alone(root: &Path) -> Result<Option<Lock>> {
        let path = root.join("readers");
        let file = open(&path).map_err(cannot_write(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock { file, is_named: false })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(cannot_write(&path)(source)),
        }
    }

    /// Nobody writes while it is held. None where no lock can be made.
    pub fn at_rest(root: &Path) -> Result<Option<Lock>> {
        let path = root.join("lock");
        let Ok(file) = File::open(&path) else { return Ok(None) };
        match file.try_lock_shared() {
            Ok(()) => Ok(Some(Lock { file, is_named: false })),
            Err(TryLockError::WouldBlock) => Err(in_use(root)),
            Err(TryLockError::Error(source)) => Err(cannot_write(&path)(source)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.is_named {
            // Left behind it would only be a number; the lock itself ends here.
            let _ = self.file.set_len(0);
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

fn in_use(root: &Path) -> Error {
    let text = std::fs::read_to_string(root.join("lock")).unwrap_or_default();
    let holder = match text.trim().parse::<u32>() {
        Ok(number) => format!("process {number}"),
        Err(_) => "another program".to_owned(),
    };
    Error::Locked { path: root.to_owned(), holder }
}
