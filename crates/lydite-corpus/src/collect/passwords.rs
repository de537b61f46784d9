//! Passwords to try on closed archives: the user's list first, then the few that are shipped.
//!
//! Reports say which line opened an archive, never the password itself: the list lies in the case
//! folder, for who has the case.

use lydite_core::limits;
use serde::{Deserialize, Serialize};

const SHIPPED: &str = include_str!("../../../lydite-core/data/passwords.tsv");

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passwords {
    tried: Vec<Password>,
}

/// One password, and how it is spoken of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Password {
    pub bytes: Vec<u8>,
    /// `line 3 of the password list`.
    pub label: String,
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords::new(b"")
    }
}

impl Passwords {
    /// A list with one password a line. Empty lines count as lines and are not tried.
    pub fn new(list: &[u8]) -> Passwords {
        let line = |(at, line): (usize, &[u8])| {
            let bytes = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
            Password { bytes, label: format!("line {} of the password list", at + 1) }
        };
        let listed = list.split(|byte| *byte == b'\n').enumerate().map(line);
        let shipped = SHIPPED.lines().filter(|line| !line.starts_with('#'));
        let shipped =
            shipped.filter_map(|row| row.split('\t').next()).enumerate().map(|(at, word)| {
                Password {
                    bytes: word.as_bytes().to_vec(),
                    label: format!("shipped password {}", at + 1),
                }
            });
        let tried = listed.chain(shipped).filter(|password| !password.bytes.is_empty());
        Passwords { tried: tried.collect() }
    }

    /// Those that are tried on one archive, in order.
    pub fn tried(&self) -> &[Password] {
        &self.tried[..self.tried.len().min(limits::PASSWORD_TRIES)]
    }

    /// What is said of content that none of them opens.
    pub fn remedy(&self) -> String {
        format!(
            "needs a password that is not among the {} tried: assay again with --passwords FILE",
            self.tried().len()
        )
    }
}
