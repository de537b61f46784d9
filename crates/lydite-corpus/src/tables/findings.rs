//! One row per finding, of checks on one item and of joins over all.

use lydite_core::evidence::{Claim, Coverage, Direction, Evidence, Finding, Mark, Span, Strength};
use lydite_core::item::Sha256;
use serde::{Deserialize, Serialize};

use super::{COVERAGE, Column, SPAN, TEXTS, Table, Type, column, optional};

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub seq: u32,
    pub check: String,
    pub code: String,
    pub claim: Claim,
    pub direction: Direction,
    pub strength: Option<String>,
    pub band_low: Option<u64>,
    pub band_high: Option<u64>,
    pub coverage: Option<Coverage>,
    pub marks: Vec<Mark>,
    pub note: String,
    pub evidence: Vec<Pointer>,
}

/// [`Evidence`] as columns: exactly one of `span`, `fact`, `item` is filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    pub what: Option<String>,
    pub span: Option<Span>,
    pub fact: Option<String>,
    pub item: Option<Sha256>,
}

impl Row {
    pub fn new(sha256: Sha256, seq: u32, finding: &Finding) -> Self {
        let band = finding.strength.map(Strength::band);
        Row {
            sha256,
            seq,
            check: finding.check.clone(),
            code: finding.code.clone(),
            claim: finding.claim,
            direction: finding.direction,
            strength: finding.strength.map(|s| s.word().to_owned()),
            band_low: band.map(|b| b[0]),
            band_high: band.map(|b| b[1]),
            coverage: finding.coverage,
            marks: finding.marks.clone(),
            note: finding.note.clone(),
            evidence: finding.evidence.iter().map(Pointer::new).collect(),
        }
    }

    pub fn into_finding(self) -> Finding {
        Finding {
            check: self.check,
            code: self.code,
            claim: self.claim,
            direction: self.direction,
            strength: self.strength.as_deref().and_then(strength),
            coverage: self.coverage,
            marks: self.marks,
            note: self.note,
            evidence: self.evidence.into_iter().filter_map(Pointer::into_evidence).collect(),
        }
    }
}

impl Pointer {
    fn new(evidence: &Evidence) -> Self {
        let mut out = Pointer { what: None, span: None, fact: None, item: None };
        match evidence {
            Evidence::Bytes { what, span } => {
                out.what = Some(what.clone());
                out.span = Some(*span);
            }
            Evidence::Fact { id } => out.fact = Some(id.clone()),
            Evidence::Item { sha256 } => out.item = Some(*sha256),
        }
        out
    }

    fn into_evidence(self) -> Option<Evidence> {
        match (self.span, self.fact, self.item) {
            (Some(span), _, _) => {
                Some(Evidence::Bytes { what: self.what.unwrap_or_default(), span })
            }
            (_, Some(id), _) => Some(Evidence::Fact { id }),
            (_, _, Some(sha256)) => Some(Evidence::Item { sha256 }),
            _ => None,
        }
    }
}

/// The strength a word of the table names.
pub(crate) fn strength(word: &str) -> Option<Strength> {
    [
        Strength::Weak,
        Strength::Moderate,
        Strength::ModeratelyStrong,
        Strength::Strong,
        Strength::VeryStrong,
        Strength::ExtremelyStrong,
    ]
    .into_iter()
    .find(|s| s.word() == word)
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the item it speaks of"),
    column("seq", Type::Int, "position among the item's findings, from 0"),
    column("check", Type::Text, "the check or join that found it (`email/dkim-signature`)"),
    column("code", Type::Text, "what it says, from the check's closed list"),
    column("claim", Type::Text, "the claim it acts on"),
    column("direction", Type::Text, "`supports`, `contradicts`, `neutral` or `inconclusive`"),
    optional("strength", Type::Text, "ENFSI's word"),
    optional("band_low", Type::Int, "lower edge of the likelihood ratio"),
    optional("band_high", Type::Int, "upper edge"),
    optional("coverage", COVERAGE, "what it speaks for; only signatures that hold have it"),
    column("marks", TEXTS, "marks it sets beside the status"),
    column("note", Type::Text, "the particulars"),
    column(
        "evidence",
        Type::List(&Type::Struct(&[
            ("what", Type::Text),
            ("span", SPAN),
            ("fact", Type::Text),
            ("item", Type::Text),
        ])),
        "what it rests on, never empty: bytes of the blob, a fact's id, or another item",
    ),
];

pub static TABLE: Table = Table {
    name: "findings",
    about: "One row per finding. Rows of a join over the whole case follow the item's own.",
    columns: COLUMNS,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_come_back_whole() {
        let finding = Finding {
            check: "email/x".to_owned(),
            code: "y".to_owned(),
            claim: Claim::BodyAsSent,
            direction: Direction::Supports,
            strength: Some(Strength::ModeratelyStrong),
            coverage: Some(Coverage::default()),
            marks: vec![Mark::WeakKey],
            note: "n".to_owned(),
            evidence: vec![
                Evidence::bytes("body", Span::new(1, 5)),
                Evidence::fact("f"),
                Evidence::Item { sha256: Sha256::of(b"o") },
            ],
        };
        let plain = Finding { strength: None, coverage: None, marks: vec![], ..finding.clone() };
        let id = Sha256::of(b"i");
        let rows = [Row::new(id, 0, &finding), Row::new(id, 1, &plain)];
        let back: Vec<Row> = super::super::decode(TABLE.encode(&rows).unwrap()).unwrap();
        let back: Vec<_> = back.into_iter().map(Row::into_finding).collect();
        assert_eq!(back, [finding, plain]);
    }
}
