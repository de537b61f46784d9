//! What Lydite says of single items, without the joins.

use std::collections::BTreeMap;

use lydite_core::evidence::{Claim, Direction};
use lydite_core::examine::examine;
use lydite_core::fact::{Facts, import};
use lydite_core::verdict::{Status, Verdict, decide};
use lydite_lab::truth::Row;

use crate::dumps::{items, lab};

/// Truth, verdict, and the codes that speak against.
fn judged(seed: u64) -> Vec<(Row, Verdict, Vec<String>)> {
    let lab = lab(seed);
    let mut facts = Facts::shipped();
    let keys = lab.files.iter().find(|(path, _)| path == "keys.jsonl").unwrap();
    let (keys, unread) = import(std::str::from_utf8(&keys.1).unwrap());
    assert_eq!(unread, []);
    keys.into_iter().for_each(|key| facts.insert(key));
    let items = items(&lab);
    let one = |row: &Row| {
        let examined = examine(&items[&row.path], &facts);
        let against = examined.findings.iter().filter(|f| f.direction == Direction::Contradicts);
        let against = against.map(|f| format!("{} {}: {}", f.check, f.code, f.note)).collect();
        (row.clone(), decide(examined.kind, &examined.findings), against)
    };
    lab.truth.iter().filter(|row| !row.path.contains('#')).map(one).collect()
}

#[test]
fn what_was_signed_is_verified_and_nothing_innocent_is_accused() {
    let mut statuses: BTreeMap<(String, Status), usize> = BTreeMap::new();
    for (row, verdict, against) in judged(5) {
        let what = row.oddity.clone().unwrap_or_else(|| row.what.clone());
        *statuses.entry((what, verdict.status)).or_default() += 1;
        // A clock two days ahead speaks against its Date, and lies: the one soft accusation left in.
        let is_days_ahead = row.oddity.as_deref() == Some("clock-days-ahead");
        if row.by_signature && !is_days_ahead {
            assert_eq!(verdict.status, Status::Verified, "{row:?} {against:?}");
        }
        if row.is_untouched() && !is_days_ahead {
            assert!(verdict.status < Status::Anomalous, "{row:?} {against:?}");
        }
        let attacked = row.attacked.as_deref();
        for (claim, status) in &verdict.claims {
            let is_lifted = *status <= Status::Corroborated;
            assert!(!is_lifted || attacked != Some(Claim::name(*claim)), "{row:?} {verdict:?}");
        }
    }
    statuses
        .iter()
        .for_each(|((what, status), count)| println!("{count:5} {} {what}", status.name()));
}
