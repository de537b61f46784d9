//! One row per clock inside an examined mail, with the time stated beside it.

use lydite_core::clock::Reading;
use lydite_core::item::Sha256;
use serde::{Deserialize, Serialize};

use super::{Column, SPAN, Table, Type, column, optional};

/// One clock: [`Reading`] with the mail it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub seq: u32,
    #[serde(flatten)]
    pub reading: Reading,
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the mail's blob"),
    column("seq", Type::Int, "position among the mail's clocks, from 0"),
    column("kind", Type::Text, "what writes it: `outlook-id`, `gmail-boundary`, `exim-hop` …"),
    column("field", Type::Text, "the header field it stands in"),
    column("span", SPAN, "the id in the blob; for a boundary, the end of its field"),
    column(
        "scale",
        Type::Text,
        "`utc`, `local` (a wall clock), `unsure` (either) or `fraction` (of a second)",
    ),
    optional(
        "at",
        Type::Int,
        "microseconds since 1970 in that scale; null where the form is exact and holds no time",
    ),
    column("against", Type::Text, "what it is held against: `date`, or the `hop`'s own stamp"),
    optional("offset", Type::Int, "seconds that the clock is later than that"),
    optional("utc_offset", Type::Int, "the writer's zone, seconds east of UTC, where it shows"),
];

pub static TABLE: Table = Table {
    name: "clocks",
    about: "One row per clock inside an examined mail: times in ids, boundaries and queue numbers.",
    columns: COLUMNS,
};
