//! Where the keys of custody logs are kept on this machine, and how commands note what they did.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use lydite_corpus::case::Case;
use lydite_corpus::custody::keys::Keeper;
use lydite_corpus::custody::outside;
use lydite_corpus::custody::writing::{Custody, Deed};

use crate::cli::custody_words as words;
use crate::face::Face;

/// Keys in the user's data folder (XDG Base Directory Specification), or one file.
pub fn keeper(file: Option<PathBuf>) -> Keeper {
    let folder = |name: &str| {
        std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute())
    };
    let data = folder("XDG_DATA_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".local/share")))
        .or_else(|| folder("APPDATA"));
    Keeper { home: data.map(|data| data.join("lydite/keys")), file, clock: now }
}

/// Seconds since 1970 by the machine's clock; before 1970, 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Notes a file that was given out. The file is there already: where the case cannot be written, a
/// line on standard error says that no entry tells of it.
pub fn note_output(case: &Path, keeper: &Keeper, action: &'static str, file: &Path, face: Face) {
    let noted = || -> Result<()> {
        let outputs = vec![outside(file)?];
        let case = Case::open_to_write(case)?;
        let mut custody = Custody::open(&case, keeper, &[])?;
        Ok(custody.record(Deed { action, outputs, ..Deed::default() })?)
    };
    if let Err(error) = noted() {
        eprintln!("{}{} {error}", face.say(words::NOT_NOTED), face.lang.colon());
    }
}
