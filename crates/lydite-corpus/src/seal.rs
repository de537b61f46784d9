//! A case encrypted as a whole (age-encryption.org/v1, a tar inside), and opened again.
//!
//! The `age` program opens it as well: `age -d CASE.age | tar x`. What is sealed lies in no other
//! file; the plain folder is removed only when asked, and only after the sealed file was read back
//! and compared with it.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Component, Path, PathBuf};

use age::secrecy::SecretString;
use age::{Decryptor, Encryptor, Identity, Recipient, scrypt, x25519};
use lydite_core::item::Sha256;
use lydite_core::limits;

use crate::case::{Case, Error, Result, cannot_read, cannot_write, sync_folder};
use crate::custody::CustodyError;

/// Who can open it.
pub enum To {
    Passphrase(String),
    /// `age1…`
    Recipients(Vec<String>),
}

/// What opens it.
pub enum By {
    Passphrase(String),
    /// Text of an identity file: `AGE-SECRET-KEY-1…`, comments.
    Identities(String),
}

/// Path, length and hash of every file, in order.
pub type Listing = BTreeMap<String, (u64, Sha256)>;

fn refused(why: impl Into<String>) -> Error {
    CustodyError::Refused(why.into()).into()
}

/// Seals a case into a file that is not there yet. Locks and half-written files stay out. The case
/// is open to write, so that nothing changes meanwhile.
pub fn seal(case: &Case, target: &Path, to: &To) -> Result<Listing> {
    let encryptor = match to {
        To::Passphrase(text) => Encryptor::with_user_passphrase(SecretString::from(text.clone())),
        To::Recipients(all) => {
            let all: Vec<x25519::Recipient> = all
                .iter()
                .map(|text| text.parse().map_err(|why| refused(format!("{text}: {why}"))))
                .collect::<Result<_>>()?;
            Encryptor::with_recipients(all.iter().map(|one| one as &dyn Recipient))
                .map_err(|error| refused(error.to_string()))?
        }
    };
    if target.exists() {
        return Err(refused(format!("{} is there already: name another file", target.display())));
    }
    let mut beside = target.as_os_str().to_owned();
    beside.push(format!(".part{}", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = File::create_new(&beside)
        .and_then(|file| encryptor.wrap_output(BufWriter::new(file)))
        .map_err(cannot_write(&beside))
        .and_then(|mut out| {
            let listing = write_tar(case.root(), &mut out)?;
            let file = out.finish().and_then(|out| out.into_inner().map_err(|e| e.into_error()));
            file.and_then(|file| file.sync_all()).map_err(cannot_write(&beside))?;
            Ok(listing)
        });
    let named = written.and_then(|listing| {
        fs::rename(&beside, target).map_err(cannot_write(target))?;
        sync_folder(
            target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")),
        )?;
        Ok(listing)
    });
    if named.is_err() {
        let _ = fs::remove_file(&beside);
    }
    named
}

/// What a sealed file holds, read to its end.
pub fn list(sealed: &Path, by: &By) -> Result<Listing> {
    let mut out = Listing::new();
    unseal(sealed, by, |name, bytes| {
        let (length, sha256) = copy(bytes, &mut io::sink())?;
        out.insert(name.to_owned(), (length, sha256));
        Ok(())
    })?;
    Ok(out)
}

/// Opens a sealed case into a folder that is not there yet, or not at all.
pub fn open(sealed: &Path, target: &Path, by: &By) -> Result<Listing> {
    if target.exists() {
        return Err(refused(format!("{} is there already: name another folder", target.display())));
    }
    let mut beside = target.as_os_str().to_owned();
    beside.push(format!(".part{}", std::process::id()));
    let beside = PathBuf::from(beside);
    let mut out = Listing::new();
    let opened = unseal(sealed, by, |name, bytes| {
        let path = beside.join(name);
        let folder = path.parent().unwrap_or(&beside);
        let file = fs::create_dir_all(folder)
            .and_then(|()| OpenOptions::new().write(true).create_new(true).open(&path));
        let mut file = file.map_err(cannot_write(&path))?;
        let copied = copy(bytes, &mut file)?;
        file.sync_all().map_err(cannot_write(&path))?;
        out.insert(name.to_owned(), copied);
        Ok(())
    });
    let named = opened.and_then(|()| fs::rename(&beside, target).map_err(cannot_write(target)));
    if named.is_err() {
        let _ = fs::remove_dir_all(&beside);
    }
    named.map(|()| out)
}

fn copy(from: &mut dyn Read, to: &mut dyn Write) -> Result<(u64, Sha256)> {
    use sha2::Digest;
    let mut digest = sha2::Sha256::new();
    let mut buffer = vec![0; limits::READ_BYTES];
    let mut length = 0;
    loop {
        let read = from.read(&mut buffer).map_err(|e| refused(format!("sealed file: {e}")))?;
        if read == 0 {
            return Ok((length, Sha256(digest.finalize().into())));
        }
        digest.update(&buffer[..read]);
        to.write_all(&buffer[..read]).map_err(|e| refused(format!("writing: {e}")))?;
        length += read as u64;
    }
}

/// The files of a case that count at rest. The index of its words can be made again.
fn files(root: &Path) -> Result<Vec<String>> {
    let all = crate::verify::all(root)?.into_iter();
    let counts = |name: &str| {
        let is_made = name.starts_with("tmp/") || name.starts_with("index/");
        name != "lock" && name != "readers" && !is_made
    };
    Ok(all.filter(|(name, is_file)| *is_file && counts(name)).map(|(name, _)| name).collect())
}

const BLOCK: usize = 512;

/// A tar (POSIX ustar): regular files, no owner, no time, so that equal cases give equal bytes.
fn write_tar(root: &Path, out: &mut dyn Write) -> Result<Listing> {
    let mut listing = Listing::new();
    for name in files(root)? {
        let path = root.join(&name);
        let mut file = File::open(&path).map_err(cannot_read(&path))?;
        let length = file.metadata().map_err(cannot_read(&path))?.len();
        let header = header(&name, length)
            .ok_or_else(|| refused(format!("{name} has a name or length no tar can hold")))?;
        out.write_all(&header).map_err(cannot_write(root))?;
        let (written, sha256) = copy(&mut (&mut file).take(length), out)?;
        if written != length {
            return Err(refused(format!("{} became shorter", path.display())));
        }
        let rest = written.next_multiple_of(BLOCK as u64) - written;
        out.write_all(&[0; BLOCK][..rest as usize]).map_err(cannot_write(root))?;
        listing.insert(name, (written, sha256));
    }
    out.write_all(&[0; 2 * BLOCK]).map_err(cannot_write(root))?;
    Ok(listing)
}

fn header(name: &str, length: u64) -> Option<[u8; BLOCK]> {
    let mut out = [0; BLOCK];
    let mut put = |at: usize, text: &str| out[at..at + text.len()].copy_from_slice(text.as_bytes());
    if name.len() > 99 || length >= 1 << 33 {
        return None;
    }
    put(0, name);
    put(100, "0000600");
    put(108, "0000000");
    put(116, "0000000");
    put(124, &format!("{length:011o}"));
    put(136, "00000000000");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar");
    put(263, "00");
    let sum: u32 = out.iter().map(|&b| u32::from(b)).sum();
    let sum = format!("{sum:06o}\0 ");
    out[148..156].copy_from_slice(sum.as_bytes());
    Some(out)
}

/// Tells every file of a sealed case. Only files as [`write_tar`] writes them, under names that stay
/// in the folder, once each.
fn unseal(
    sealed: &Path,
    by: &By,
    mut each: impl FnMut(&str, &mut dyn Read) -> Result<()>,
) -> Result<()> {
    let file = File::open(sealed).map_err(cannot_read(sealed))?;
    let named = |why: String| refused(format!("{}: {why}", sealed.display()));
    let decryptor =
        Decryptor::new_buffered(BufReader::new(file)).map_err(|e| named(e.to_string()))?;
    let identities = identities(by)?;
    let all = identities.iter().map(|identity| identity.as_ref() as &dyn Identity);
    let mut reader = decryptor.decrypt(all).map_err(|e| named(e.to_string()))?;
    loop {
        let mut block = [0; BLOCK];
        reader.read_exact(&mut block).map_err(|e| named(e.to_string()))?;
        if block == [0; BLOCK] {
            break;
        }
        let (name, length) = entry(&block).ok_or_else(|| named("not the tar of a case".into()))?;
        let mut bytes = (&mut reader).take(length);
        each(&name, &mut bytes)?;
        if bytes.limit() != 0 {
            return Err(named(format!("ends inside {name}")));
        }
        let rest = (length.next_multiple_of(BLOCK as u64) - length) as usize;
        reader.read_exact(&mut block[..rest]).map_err(|e| named(e.to_string()))?;
    }
    // To the end: only then is the last chunk authenticated.
    io::copy(&mut reader, &mut io::sink()).map_err(|e| named(e.to_string()))?;
    Ok(())
}

fn entry(block: &[u8; BLOCK]) -> Option<(String, u64)> {
    let name = std::str::from_utf8(block[..100].split(|&b| b == 0).next()?).ok()?;
    let digits = std::str::from_utf8(&block[124..135]).ok()?;
    let length = u64::from_str_radix(digits, 8).ok()?;
    let is_plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    let known = header(name, length).filter(|_| is_plain && !name.is_empty())?;
    (known == *block).then(|| (name.to_owned(), length))
}

fn identities(by: &By) -> Result<Vec<Box<dyn Identity>>> {
    match by {
        By::Passphrase(text) => {
            let mut identity = scrypt::Identity::new(SecretString::from(text.clone()));
            identity.set_max_work_factor(limits::PASSPHRASE_WORK);
            Ok(vec![Box::new(identity)])
        }
        By::Identities(text) => {
            let lines = text.lines().map(str::trim);
            let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
            lines
                .map(|line| {
                    let identity: std::result::Result<x25519::Identity, _> = line.parse();
                    let identity =
                        identity.map_err(|why| refused(format!("identity file: {why}")))?;
                    Ok(Box::new(identity) as Box<dyn Identity>)
                })
                .collect()
        }
    }
}

/// A new identity for tests and for those who have none: its public and its secret half.
pub fn generate() -> (String, String) {
    use age::secrecy::ExposeSecret;
    let identity = x25519::Identity::generate();
    (identity.to_public().to_string(), identity.to_string().expose_secret().to_owned())
}
