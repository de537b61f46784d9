//! The page of contradictions describes every way to `contradicted`, and no other.

use std::collections::{BTreeMap, BTreeSet};

use lydite_core::checks;
use lydite_core::evidence::{Direction, Strength};
use lydite_core::verdict::{ALTERED, HARD};

const PAGE: &str = include_str!("../../../../docs/contradictions.md");

#[test]
fn every_way_to_a_contradiction_is_described() {
    let mut expected: BTreeSet<String> =
        HARD.iter().map(|(check, code)| format!("`{check}:{code}`")).collect();
    let of_checks = checks::ALL.iter().flat_map(|check| check.codes);
    let of_joins = lydite_corpus::joins::ALL.iter().flat_map(|join| join.codes);
    // No item is both a mail and a document.
    let mut groups: BTreeMap<(bool, &str), BTreeSet<&str>> = BTreeMap::new();
    for code in of_checks.chain(of_joins) {
        // What shows the signed original decides first: `altered`.
        let is_altered = ALTERED.contains(&(code.check, code.name));
        let counts = code.direction == Direction::Contradicts && !is_altered;
        if counts && code.strength >= Some(Strength::Moderate) {
            let claim = (code.check.starts_with("document/"), code.claim.name());
            groups.entry(claim).or_default().insert(checks::group(code.check));
        }
    }
    for ((_, claim), groups) in groups {
        let groups: Vec<&str> = groups.into_iter().collect();
        for (at, first) in groups.iter().enumerate() {
            let pairs = groups[at + 1..].iter();
            expected.extend(pairs.map(|second| format!("`{claim}`: `{first}` and `{second}`")));
        }
    }
    let described: BTreeSet<String> =
        PAGE.lines().filter_map(|line| line.strip_prefix("### ")).map(str::to_owned).collect();
    assert_eq!(described, expected);
}
