//! What goes over the pipe between a collector in a process of its own and the one who listens.

use lydite_core::parse::sniff::Format;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::passwords::Passwords;
use super::{Found, Position, REASONS, Totals};

/// A word of a closed list: where a leaf lies, what a container was opened as, why something was
/// skipped.
pub type Word = &'static str;

/// What a collector is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub from: Position,
    pub avoid: Vec<Avoid>,
    pub passwords: Passwords,
    /// Whether every step is told at once, so that it is known where the collector is lost.
    pub is_careful: bool,
}

/// A place at which collectors were lost: after `events` of a file of the walk (from 0), with
/// `path` the innermost that was open. As many events are told again, then what is left of `path`
/// is passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Avoid {
    pub path: String,
    pub file: u64,
    pub events: u64,
    /// How the collector was lost.
    pub why: String,
}

/// What a collector tells. The bytes of a leaf follow in a message of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// What lies at the path is read from now on; where the walk is.
    Entering {
        path: String,
        file: u64,
        events: u64,
    },
    /// The path entered last is done.
    Left,
    /// An event that was told to an earlier run is passed over.
    Passed {
        file: u64,
        events: u64,
    },
    /// Bytes come in, nothing was found for a while.
    Working,
    Found(Found, Position),
    Done(Totals),
    /// Collecting cannot go on, whoever collects.
    Failed(String),
}

/// Names of containers that are no name of a [`Format`] opened as such.
const CONTAINERS: [Word; 1] = ["folder"];
const FORMATS: [Format; 25] = [
    Format::Message,
    Format::Mbox,
    Format::Zip,
    Format::Tar,
    Format::Gzip,
    Format::Bzip2,
    Format::Xz,
    Format::Zstd,
    Format::Pst,
    Format::Msg,
    Format::Tnef,
    Format::Emlx,
    Format::SevenZip,
    Format::ForeignArchive("rar"),
    Format::ForeignArchive("ar"),
    Format::ForeignArchive("cab"),
    Format::ForeignArchive("cpio"),
    Format::ForeignArchive("iso"),
    Format::ForeignArchive("lha"),
    Format::ForeignArchive("rpm"),
    Format::ForeignArchive("xar"),
    Format::ForeignStream("lz"),
    Format::ForeignStream("lz4"),
    Format::ForeignStream("lzo"),
    Format::ForeignStream("z"),
];

/// Reads a word back. One of no list is an error: the process that wrote it may no longer be ours.
pub fn word<'de, D: Deserializer<'de>>(from: D) -> Result<Word, D::Error> {
    let text = String::deserialize(from)?;
    let formats = FORMATS.iter().map(|format| format.name());
    let mut words = CONTAINERS.into_iter().chain(formats).chain(REASONS);
    words.find(|word| *word == text).ok_or_else(|| D::Error::custom("a word of no list"))
}
