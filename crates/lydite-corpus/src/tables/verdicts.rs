//! One row per examined item: what its findings earn it.

use std::collections::BTreeMap;

use lydite_core::evidence::{Claim, Coverage, Mark, Strength};
use lydite_core::item::Sha256;
use lydite_core::verdict::{Status, Verdict};
use serde::{Deserialize, Serialize};

use super::{COVERAGE, Column, TEXTS, Table, Type, column, optional};

/// One verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub status: Status,
    pub strength: Option<String>,
    pub band_low: Option<u64>,
    pub band_high: Option<u64>,
    pub coverage: Coverage,
    pub marks: Vec<Mark>,
    pub claims: Vec<ClaimStatus>,
    pub decided_by: String,
    pub counterpart: Option<Sha256>,
    pub findings: u32,
}

/// The status of one claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimStatus {
    pub claim: Claim,
    pub status: Status,
}

impl Row {
    pub fn new(sha256: Sha256, verdict: &Verdict, findings: usize) -> Self {
        let band = verdict.strength.map(Strength::band);
        let claim = |(&claim, &status): (&Claim, &Status)| ClaimStatus { claim, status };
        Row {
            sha256,
            status: verdict.status,
            strength: verdict.strength.map(|s| s.word().to_owned()),
            band_low: band.map(|b| b[0]),
            band_high: band.map(|b| b[1]),
            coverage: verdict.coverage,
            marks: verdict.marks.clone(),
            claims: verdict.claims.iter().map(claim).collect(),
            decided_by: verdict.row.clone(),
            counterpart: verdict.counterpart,
            findings: u32::try_from(findings).unwrap_or(u32::MAX),
        }
    }

    pub fn into_verdict(self) -> Verdict {
        Verdict {
            status: self.status,
            strength: self.strength.as_deref().and_then(super::findings::strength),
            coverage: self.coverage,
            marks: self.marks,
            claims: self.claims.iter().map(|c| (c.claim, c.status)).collect::<BTreeMap<_, _>>(),
            row: self.decided_by,
            counterpart: self.counterpart,
        }
    }
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the item"),
    column(
        "status",
        Type::Text,
        "`verified`, `corroborated`, `consistent`, `undetermined`, `anomalous`, `altered` or \
         `contradicted`",
    ),
    optional("strength", Type::Text, "ENFSI's word"),
    optional("band_low", Type::Int, "lower edge of the likelihood ratio"),
    optional("band_high", Type::Int, "upper edge"),
    column("coverage", COVERAGE, "what the strongest evidence speaks for"),
    column("marks", TEXTS, "marks beside the status"),
    column(
        "claims",
        Type::List(&Type::Struct(&[("claim", Type::Text), ("status", Type::Text)])),
        "the status of each claim",
    ),
    column("decided_by", Type::Text, "the row of the table of verdicts that decided"),
    optional("counterpart", Type::Text, "the item it was altered from, where known"),
    column("findings", Type::Int, "number of findings"),
];

pub static TABLE: Table = Table {
    name: "verdicts",
    about: "One row per examined item, as last weighed.",
    columns: COLUMNS,
};

#[cfg(test)]
mod tests {
    use lydite_core::item::Kind;

    use super::*;

    #[test]
    fn verdicts_come_back_whole() {
        let verdict = Verdict {
            status: Status::Anomalous,
            strength: Some(Strength::Strong),
            coverage: Coverage::default(),
            marks: vec![Mark::Duplicate],
            claims: Claim::of(Kind::Message).iter().map(|c| (*c, Status::Consistent)).collect(),
            row: "r".to_owned(),
            counterpart: Some(Sha256::of(b"c")),
        };
        let rows = [Row::new(Sha256::of(b"i"), &verdict, 3)];
        let back: Vec<Row> = super::super::decode(TABLE.encode(&rows).unwrap()).unwrap();
        assert_eq!(back, rows);
        assert_eq!(back[0].clone().into_verdict(), verdict);
    }
}
