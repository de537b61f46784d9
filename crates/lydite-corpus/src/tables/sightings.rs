//! One row per place where something was found. Deduplication never drops a row here.

use lydite_core::item::{Kind, Sha256};
use serde::{Deserialize, Serialize};

use super::{Column, TEXTS, Table, Type, column, optional};

/// One sighting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub seq: u64,
    pub path: String,
    pub parent: String,
    pub container: String,
    pub position: u64,
    pub sha256: Option<Sha256>,
    pub kind: Option<Kind>,
    pub size: u64,
    pub outcome: Outcome,
    pub reason: Option<String>,
    pub detail: String,
    pub meta: Vec<Meta>,
    pub defects: Vec<String>,
}

/// What became of a sighting. Seen = examined + skipped, always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Examined,
    Skipped,
}

/// One thing the container says about its member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    pub name: String,
    pub value: String,
}

const COLUMNS: &[Column] = &[
    column("seq", Type::Int, "number of the sighting in the case, from 1, in the order found"),
    column(
        "path",
        Type::Text,
        "path inside the dump, percent-encoded (`mail.zip!/inbox.mbox!/17`)",
    ),
    column("parent", Type::Text, "path of the container it was found in"),
    column(
        "container",
        Type::Text,
        "format of that container (`folder`, `mbox`, `zip` …); empty if skipped",
    ),
    column("position", Type::Int, "position in its container, from 1; 0 if skipped"),
    optional("sha256", Type::Text, "SHA-256 of the bytes; null if they could not be read"),
    optional("kind", Type::Text, "`message`, `document`, `image`, `archive`, `post` or `other`"),
    column("size", Type::Int, "bytes"),
    column("outcome", Type::Text, "`examined` or `skipped`"),
    optional("reason", Type::Text, "why it was skipped, a closed list; null if examined"),
    column("detail", Type::Text, "particulars of the reason"),
    column(
        "meta",
        Type::List(&Type::Struct(&[("name", Type::Text), ("value", Type::Text)])),
        "what the container says about it (time, flags, envelope line)",
    ),
    column("defects", TEXTS, "what was malformed in how the container holds it"),
];

pub static TABLE: Table = Table {
    name: "sightings",
    about: "One row per place where something was found, in the order found. \
            Duplicates keep a row each.",
    columns: COLUMNS,
};
