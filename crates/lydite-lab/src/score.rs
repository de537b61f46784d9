//! What a case says, held against the truth of the lab it was made of.
//!
//! A forged item is *brought to light* when its status is `anomalous`, `altered` or `contradicted`, when
//! its verdict names a counterpart, or when it carries a finding of [`NAMES_A_DIFFERENCE`]: one that
//! names another item and what differs, and accuses nobody. It is a *false lift* when the claim that
//! was attacked comes out `verified` or `corroborated`, whatever the item's own status. An item is
//! *settled* when its status is `verified` or `corroborated`. An untouched item is *accused softly* as
//! `anomalous`, *hard* as `altered` or `contradicted`.

use std::collections::BTreeMap;

use lydite_core::verdict::Status;
use serde::Serialize;

use crate::truth::Row;

/// Findings (check and code) that name another item and what differs from it. A join that says so adds
/// its own.
pub const NAMES_A_DIFFERENCE: &[(&str, &str)] = &[
    ("corpus/alike", "other-words"),
    ("corpus/quotes", "quoted-with-other-words-by-others"),
    ("corpus/quotes", "quoted-with-other-words-unverified"),
    ("corpus/quoting", "quotes-with-other-words"),
    ("corpus/reference", "other-mail"),
    ("corpus/relay-template", "unexplained"),
    ("corpus/same-saving", "other-words"),
    ("corpus/same-id", "other-mail"),
];

/// Paths kept of a list that should be empty.
const LISTED: usize = 200;

/// What a case says of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    pub status: Status,
    /// By the claim's name.
    pub claims: BTreeMap<String, Status>,
    pub has_counterpart: bool,
    /// Check and code of every finding.
    pub findings: Vec<(String, String)>,
}

impl Judged {
    /// Whether it accuses the item, or shows what it differs from.
    pub fn is_brought_to_light(&self) -> bool {
        let names = |(check, code): &(String, String)| {
            NAMES_A_DIFFERENCE.contains(&(check.as_str(), code.as_str()))
        };
        self.status >= Status::Anomalous || self.has_counterpart || self.findings.iter().any(names)
    }

    fn is_settled(&self) -> bool {
        self.status <= Status::Corroborated
    }
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    pub count: usize,
    pub of: usize,
}

impl Share {
    fn add(&mut self, counts: bool) {
        self.count += usize::from(counts);
        self.of += 1;
    }

    /// In hundredths of a percent; 0 of 0 is 0.
    pub fn hundredths(self) -> usize {
        (self.count * 10_000).checked_div(self.of).unwrap_or(0)
    }
}

/// A forged item whose attacked claim was lifted, or an innocent one that was accused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wrong {
    pub path: String,
    /// Kind of forgery, or oddity.
    pub what: String,
    pub class: Option<String>,
    pub claim: Option<String>,
    pub status: &'static str,
}

/// One kind of forgery of one class.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Kind {
    pub detectable: Share,
    /// Of those that nothing could tell.
    pub undetectable: Share,
    pub lifted: usize,
    pub statuses: BTreeMap<&'static str, usize>,
}

/// Untouched items of one oddity, or of none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Innocent {
    pub count: usize,
    pub soft: usize,
    pub hard: usize,
    pub statuses: BTreeMap<&'static str, usize>,
}

/// How many genuine items are settled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Settled {
    pub of_all: Share,
    /// Of those that any chain reaches.
    pub of_anchored: Share,
    /// By what reaches them.
    pub by_anchor: BTreeMap<String, Share>,
    /// Those on which a signature of their own holds, of all: what signatures alone give.
    pub by_signature: Share,
    /// Settled although the truth knows no chain: it is kept strict, so that these are to be looked at.
    pub beyond: Vec<String>,
}

/// The whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    pub items: usize,
    /// Of the truth, not in the case.
    pub missing: Vec<String>,
    /// In the case, not of the truth.
    pub unknown: usize,
    pub false_lifts: Vec<Wrong>,
    /// Forged items brought to light, of those that something could tell.
    pub recall: Share,
    /// By class, then kind.
    pub planted: BTreeMap<String, BTreeMap<String, Kind>>,
    pub soft_accusations: Share,
    pub hard_accusations: Share,
    pub accused: Vec<Wrong>,
    /// By oddity; `-` where nothing is odd.
    pub innocent: BTreeMap<String, Innocent>,
    /// Neither forged nor untouched: decoys, files saved again, mail really sent by the attacker.
    pub others: BTreeMap<String, BTreeMap<&'static str, usize>>,
    pub settled: Settled,
    /// Paths that a chain reaches and that are not settled; so many as are listed.
    pub unsettled: Vec<String>,
    /// Detectable and not brought to light.
    pub unseen: Vec<Wrong>,
}

/// Holds what a case says against the truth.
pub fn score(truth: &[Row], judged: &BTreeMap<String, Judged>) -> Score {
    let mut score = Score { items: truth.len(), ..Score::default() };
    for row in truth {
        match judged.get(&row.path) {
            None => score.missing.push(row.path.clone()),
            Some(judged) if row.is_forged() => score.forged(row, judged),
            Some(judged) if row.is_untouched() => score.innocent(row, judged),
            Some(judged) => {
                let of_kind = score.others.entry(row.what.clone()).or_default();
                *of_kind.entry(judged.status.name()).or_default() += 1;
            }
        }
    }
    score.unknown = (judged.len() + score.missing.len()).saturating_sub(truth.len());
    score.unsettled.truncate(LISTED);
    score.settled.beyond.truncate(LISTED);
    score
}

impl Score {
    fn forged(&mut self, row: &Row, judged: &Judged) {
        let class = row.class.clone().unwrap_or_default();
        let kind = self.planted.entry(class).or_default().entry(row.what.clone()).or_default();
        let is_told = judged.is_brought_to_light();
        let claimed = row.attacked.as_ref().and_then(|claim| judged.claims.get(claim));
        let lifted = claimed.filter(|status| **status <= Status::Corroborated);
        *kind.statuses.entry(judged.status.name()).or_default() += 1;
        kind.lifted += usize::from(lifted.is_some());
        let wrong = |status: Status| Wrong {
            path: row.path.clone(),
            what: row.what.clone(),
            class: row.class.clone(),
            claim: row.attacked.clone(),
            status: status.name(),
        };
        if row.detectable {
            kind.detectable.add(is_told);
            self.recall.add(is_told);
            if !is_told {
                self.unseen.push(wrong(judged.status));
            }
        } else {
            kind.undetectable.add(is_told);
        }
        self.false_lifts.extend(lifted.map(|status| wrong(*status)));
    }

    fn innocent(&mut self, row: &Row, judged: &Judged) {
        let oddity = row.oddity.clone().unwrap_or_else(|| "-".to_owned());
        let innocent = self.innocent.entry(oddity.clone()).or_default();
        let is_soft = judged.status == Status::Anomalous;
        let is_hard = judged.status > Status::Anomalous;
        innocent.count += 1;
        innocent.soft += usize::from(is_soft);
        innocent.hard += usize::from(is_hard);
        *innocent.statuses.entry(judged.status.name()).or_default() += 1;
        self.soft_accusations.add(is_soft);
        self.hard_accusations.add(is_hard);
        if is_soft || is_hard {
            self.accused.push(Wrong {
                path: row.path.clone(),
                what: oddity,
                class: None,
                claim: None,
                status: judged.status.name(),
            });
        }
        let is_settled = judged.is_settled();
        let settled = &mut self.settled;
        settled.of_all.add(is_settled);
        settled.by_signature.add(row.by_signature);
        match &row.anchor {
            None if is_settled => settled.beyond.push(row.path.clone()),
            None => {}
            Some(anchor) => {
                settled.of_anchored.add(is_settled);
                settled.by_anchor.entry(anchor.clone()).or_default().add(is_settled);
                if !is_settled {
                    self.unsettled.push(row.path.clone());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &str, what: &str, attacked: Option<&str>, detectable: bool) -> Row {
        Row {
            path: path.to_owned(),
            what: what.to_owned(),
            class: attacked.map(|_| "expert".to_owned()),
            oddity: None,
            attacked: attacked.map(str::to_owned),
            detectable,
            anchored: false,
            anchor: None,
            by_signature: false,
            chain: Vec::new(),
            message: None,
            story: String::new(),
        }
    }

    fn judged(status: Status, claims: &[(&str, Status)]) -> Judged {
        Judged {
            status,
            claims: claims.iter().map(|(claim, status)| ((*claim).to_owned(), *status)).collect(),
            has_counterpart: false,
            findings: Vec::new(),
        }
    }

    #[test]
    fn lifts_and_accusations_are_counted_by_claim_and_kind() {
        let body = "body-as-sent";
        let anchored = Row {
            anchored: true,
            anchor: Some("copy".to_owned()),
            ..row("g", "untouched", None, false)
        };
        let truth = [
            row("a", "changed", Some(body), true),
            row("b", "changed", Some(body), true),
            row("c", "changed", Some(body), false),
            row("d", "untouched", None, false),
            row("e", "untouched", None, false),
            row("f", "decoy", None, false),
            anchored,
            row("h", "untouched", None, false),
        ];
        let lifted = judged(Status::Undetermined, &[(body, Status::Corroborated)]);
        let other = judged(
            Status::Verified,
            &[("date-as-stated", Status::Verified), (body, Status::Undetermined)],
        );
        let mut told = judged(Status::Undetermined, &[]);
        told.findings.push(("corpus/relay-template".to_owned(), "unexplained".to_owned()));
        let cases = [
            ("a", lifted),
            ("b", told),
            ("c", other),
            ("d", judged(Status::Anomalous, &[])),
            ("e", judged(Status::Altered, &[])),
            ("f", judged(Status::Consistent, &[])),
            ("g", judged(Status::Consistent, &[])),
            ("x", judged(Status::Consistent, &[])),
        ];
        let cases = cases.into_iter().map(|(path, judged)| (path.to_owned(), judged)).collect();
        let score = score(&truth, &cases);
        assert_eq!(score.false_lifts.iter().map(|l| l.path.as_str()).collect::<Vec<_>>(), ["a"]);
        assert_eq!(score.recall, Share { count: 1, of: 2 });
        assert_eq!(score.unseen.len(), 1);
        assert_eq!(score.soft_accusations, Share { count: 1, of: 3 });
        assert_eq!(score.hard_accusations, Share { count: 1, of: 3 });
        assert_eq!(score.settled.of_anchored, Share { count: 0, of: 1 });
        assert_eq!(score.unsettled, ["g"]);
        assert_eq!((score.missing.as_slice(), score.unknown), (&["h".to_owned()][..], 1));
        assert_eq!(score.others["decoy"]["consistent"], 1);
        assert_eq!(score.planted["expert"]["changed"].undetectable, Share { count: 0, of: 1 });
    }
}
