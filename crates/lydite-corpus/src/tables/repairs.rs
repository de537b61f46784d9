//! One row per signature behind which the signed text was searched.

use lydite_core::item::Sha256;
use lydite_core::signature::repair::Repair;
use serde::{Deserialize, Serialize};

use super::{COVERAGE, Column, TEXTS, Table, Type, column, optional};

/// One search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    #[serde(flatten)]
    pub repair: Repair,
}

const ORIGINAL: Type = Type::Struct(&[
    ("sha256", Type::Text),
    ("size", Type::Int),
    ("status", Type::Text),
    ("coverage", COVERAGE),
    ("equal", Type::Bool),
]);

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the mail's blob"),
    column("signature", Type::Int, "`index` of the signature"),
    optional("header", TEXTS, "steps back to the signed headers; null if they were not found"),
    optional("body", TEXTS, "steps back to the signed body; null if it was not found"),
    column("hypotheses", Type::Int, "texts hashed on the way"),
    column(
        "residue",
        Type::List(&Type::Struct(&[("part", Type::Text), ("text", Type::Text)])),
        "what the found mail has in place of, or beside, what was signed",
    ),
    column(
        "fields",
        Type::List(&Type::Struct(&[
            ("name", Type::Text),
            ("found", Type::Text),
            ("signed", Type::Text),
        ])),
        "displayed fields that were signed with other values",
    ),
    column("relay", Type::Text, "the list of the route, or else its last server"),
    column("beside", TEXTS, "SHA-256 of other copies of the mail that the search was given"),
    optional("original", ORIGINAL, "the mail that was signed, where headers and body were found"),
];

pub static TABLE: Table = Table {
    name: "repairs",
    about: "One row per signature that is real and does not hold: what was searched behind it.",
    columns: COLUMNS,
};
