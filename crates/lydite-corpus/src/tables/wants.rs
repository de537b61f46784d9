//! One row per fact that the checks of an item would use, known or not.

use lydite_core::fact::FactKey;
use lydite_core::item::Sha256;
use serde::{Deserialize, Serialize};

use super::{Column, Table, Type, column, optional};

/// One fact wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub kind: WantKind,
    pub domain: String,
    pub selector: String,
    pub met_by: Option<Sha256>,
}

/// Which fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WantKind {
    DkimKey,
    SelectorWindow,
    Certificate,
    #[serde(rename = "openpgp-key")]
    OpenPgpKey,
}

impl Row {
    pub fn new(sha256: Sha256, want: &FactKey, met_by: Option<Sha256>) -> Self {
        let empty = String::new();
        let (kind, domain, selector) = match want {
            FactKey::DkimKey { domain, selector } => (WantKind::DkimKey, domain, selector),
            FactKey::SelectorWindow { domain, selector } => {
                (WantKind::SelectorWindow, domain, selector)
            }
            FactKey::Certificate { subject } => (WantKind::Certificate, &empty, subject),
            FactKey::OpenPgpKey { id } => (WantKind::OpenPgpKey, &empty, id),
        };
        Row { sha256, kind, domain: domain.clone(), selector: selector.clone(), met_by }
    }

    pub fn want(&self) -> FactKey {
        let (domain, selector) = (self.domain.clone(), self.selector.clone());
        match self.kind {
            WantKind::DkimKey => FactKey::DkimKey { domain, selector },
            WantKind::SelectorWindow => FactKey::SelectorWindow { domain, selector },
            WantKind::Certificate => FactKey::Certificate { subject: selector },
            WantKind::OpenPgpKey => FactKey::OpenPgpKey { id: selector },
        }
    }
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the item"),
    column("kind", Type::Text, "`dkim-key`, `selector-window`, `certificate` or `openpgp-key`"),
    column("domain", Type::Text, "lower case; empty for keys of people"),
    column(
        "selector",
        Type::Text,
        "as the signature names it; of a certificate its subject, of an OpenPGP key its id",
    ),
    optional(
        "met_by",
        Type::Text,
        "digest of the facts the item was examined with; null if nothing was known",
    ),
];

pub static TABLE: Table = Table {
    name: "wants",
    about: "One row per fact from outside that the checks of an item would use, known or not. \
            `weigh` examines an item again when what is known differs from `met_by`.",
    columns: COLUMNS,
};
