//! One row per relation between two items that a join found.

use lydite_core::item::Sha256;
use serde::{Deserialize, Serialize};

use super::{Column, Table, Type, column};

/// What kind of relation: the closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The same mail in other bytes: everything displayed is equal.
    Copy,
    /// The same Message-ID, and not the same mail.
    SameId,
    /// It names the other one in References or In-Reply-To.
    Reply,
    /// It quotes text of the other one.
    Quote,
    /// It carries the other one, attached or in an archive that is attached.
    Attachment,
    /// Much of the same text.
    Variant,
    /// A picture that looks like the other one.
    LookAlike,
    /// A copy that the user supplied from outside the dump.
    Reference,
}

impl Relation {
    pub fn name(self) -> &'static str {
        match self {
            Relation::Copy => "copy",
            Relation::SameId => "same-id",
            Relation::Reply => "reply",
            Relation::Quote => "quote",
            Relation::Attachment => "attachment",
            Relation::Variant => "variant",
            Relation::LookAlike => "look-alike",
            Relation::Reference => "reference",
        }
    }
}

/// One link, from the item that says something of the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub other: Sha256,
    pub relation: Relation,
    /// Particulars, lower case.
    pub note: String,
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the item that says something of the other"),
    column("other", Type::Text, "the other item"),
    column(
        "relation",
        Type::Text,
        "`copy`, `same-id`, `reply`, `quote`, `attachment`, `variant`, `look-alike` or `reference`",
    ),
    column("note", Type::Text, "particulars: the part, the words that differ, the distance"),
];

pub static TABLE: Table = Table {
    name: "links",
    about: "One row per relation between two items that a join found. A link by itself lifts \
            nothing and accuses nobody.",
    columns: COLUMNS,
};
