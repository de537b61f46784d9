//! One row per mail that an examined mail quotes.

use lydite_core::item::Sha256;
use lydite_core::text::record::Quote;
use serde::{Deserialize, Serialize};

use super::{Column, Table, Type, column, optional};

/// One quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub seq: u32,
    #[serde(flatten)]
    pub quote: Quote,
}

const MOMENTS: Type = Type::List(&Type::Struct(&[
    ("local", Type::Int),
    ("zone", Type::Int),
    ("precision", Type::Int),
]));

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the quoting mail's blob"),
    column("seq", Type::Int, "position among the mail's quotes, from 0"),
    column("section", Type::Text, "the text part it stands in, as in paths behind `#`"),
    column("depth", Type::Int, "levels of quoting, from 1"),
    column("style", Type::Text, "`marks`, `blockquote`, `fields`, `separator` or `unmarked`"),
    optional("name", Type::Text, "who is named as its writer"),
    optional("address", Type::Text, "the writer's address, lower case"),
    optional("date", Type::Text, "when it was written, as it stands"),
    column(
        "moments",
        MOMENTS,
        "readings of that date: wall clock in seconds since 1970, zone in seconds east of UTC or null, precision in seconds",
    ),
    optional("subject", Type::Text, "the subject it is said to have"),
    column("is_unbroken", Type::Bool, "nothing of the answer stands between its lines"),
    column("text", Type::Text, "its lines, with those it quotes itself"),
    column(
        "levels",
        Type::List(&Type::Count),
        "as in `bodies`, from the first level that has any on",
    ),
];

pub static TABLE: Table = Table {
    name: "quotes",
    about: "One row per mail that an examined mail quotes, as far as it says so.",
    columns: COLUMNS,
};
