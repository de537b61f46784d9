//! One row per hop of the route of an examined mail.

use lydite_core::evidence::Span;
use lydite_core::item::Sha256;
use lydite_core::parse::Defect;
use lydite_core::parse::received::Hop;
use serde::{Deserialize, Serialize};

use super::{Column, TEXTS, Table, Type, column, optional};

/// One hop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub seq: u32,
    pub greeted: Option<String>,
    pub looked_up: Option<String>,
    pub address: Option<String>,
    pub by: Option<String>,
    pub with: Option<String>,
    pub id: Option<String>,
    pub recipient: Option<String>,
    pub tls: Option<String>,
    pub time: Option<i64>,
    pub offset: Option<i32>,
    pub defects: Vec<String>,
    pub start: usize,
    pub end: usize,
}

impl Row {
    pub fn new(sha256: Sha256, seq: u32, hop: &Hop) -> Self {
        Row {
            sha256,
            seq,
            greeted: hop.greeted.clone(),
            looked_up: hop.looked_up.clone(),
            address: hop.address.map(|address| address.to_string()),
            by: hop.by.clone(),
            with: hop.with.clone(),
            id: hop.id.clone(),
            recipient: hop.recipient.clone(),
            tls: hop.tls.clone(),
            time: hop.time,
            offset: hop.offset,
            defects: hop.defects.iter().map(|d| d.what.clone()).collect(),
            start: hop.span.start,
            end: hop.span.end,
        }
    }

    pub fn into_record(self) -> Hop {
        let span = Span::new(self.start, self.end);
        Hop {
            span,
            greeted: self.greeted,
            looked_up: self.looked_up,
            address: self.address.and_then(|address| address.parse().ok()),
            by: self.by,
            with: self.with,
            id: self.id,
            recipient: self.recipient,
            tls: self.tls,
            time: self.time,
            offset: self.offset,
            defects: self.defects.into_iter().map(|what| Defect { what, span }).collect(),
        }
    }
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the mail's blob"),
    column("seq", Type::Int, "position in the header, the last server's from 0"),
    optional("greeted", Type::Text, "the name the sending side gave itself, lower case"),
    optional("looked_up", Type::Text, "the name the receiving side looked up for the address"),
    optional("address", Type::Text, "the address of the sending side"),
    optional("by", Type::Text, "the server that received, lower case"),
    optional("with", Type::Text, "the protocol, lower case"),
    optional("id", Type::Text, "the receiving server's own id"),
    optional("recipient", Type::Text, "the address it was received for"),
    optional("tls", Type::Text, "the TLS version as it stands"),
    optional("time", Type::Int, "seconds since 1970, UTC"),
    optional("offset", Type::Int, "seconds east of UTC it was written in"),
    column("defects", TEXTS, "what is missing or cannot be read"),
    column("start", Type::Int, "offset of the field in the blob"),
    column("end", Type::Int, "offset behind it"),
];

pub static TABLE: Table = Table {
    name: "hops",
    about: "One row per `Received` field of an examined mail: what one server wrote about the step to it.",
    columns: COLUMNS,
};

#[cfg(test)]
mod tests {
    use super::*;
    use lydite_core::parse::{email, received};

    #[test]
    fn rows_give_the_hops_back() {
        let raw =
            b"Received: from a.example ([2001:db8::1]) by b.example (Postfix; x\nReceived: x\n\n";
        let hops = received::hops(raw, &email::parse(raw));
        let id = Sha256::of(raw);
        let rows: Vec<Row> = hops.iter().map(|hop| Row::new(id, 0, hop)).collect();
        let bytes = TABLE.encode(&rows).unwrap();
        let rows: Vec<Row> = super::super::decode(bytes).unwrap();
        let back: Vec<Hop> = rows.into_iter().map(Row::into_record).collect();
        assert_eq!(back, hops);
    }
}
