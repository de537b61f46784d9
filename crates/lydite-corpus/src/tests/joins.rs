//! Joins over a made leak.

use std::collections::BTreeSet;

use lydite_core::examine::examine_beside;
use lydite_core::fact;
use lydite_core::verdict::decide;

use super::*;
use crate::joins;
use crate::weigh::joined;

/// A leak of a thousand mails, collected and examined in this process.
fn assayed() -> (Place, Facts) {
    let place = Place::new();
    let lab = lydite_lab::make::make(7, 1_000).unwrap();
    let mut facts = Facts::shipped();
    for (path, bytes) in &lab.files {
        if path.ends_with("keys.jsonl") {
            let (keys, _) = fact::import(&String::from_utf8_lossy(bytes));
            keys.into_iter().for_each(|key| facts.insert(key));
        }
        let Some(inside) = path.strip_prefix("dump/") else { continue };
        let path = place.dump().join(inside);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    (place, facts)
}

#[test]
fn joins_find_the_same_in_one_partition_and_in_many() {
    let (place, facts) = assayed();
    let case = Case::create(&place.case(), &[place.dump()]).unwrap();
    let work = Work {
        threads: 2,
        collect: &collect,
        examiner: &|raw, copies| Ok(examine_beside(raw, copies, &facts)),
        facts: &facts,
        progress: &|_| (),
    };
    assay::assay(&case, &[place.dump()], work).unwrap();
    let one = joined(&case, work, &decide, 1).unwrap();
    for partitions in [2, 5] {
        assert!(
            one == joined(&case, work, &decide, partitions).unwrap(),
            "{partitions} partitions"
        );
    }
    // Whatever every join can say of such a leak, it said.
    let told: BTreeSet<&str> =
        one.findings.values().flatten().map(|finding| finding.check.as_str()).collect();
    for join in ["corpus/copies", "corpus/quotes", "corpus/same-id", "corpus/attached"] {
        assert!(told.contains(join), "{join} found nothing");
        assert!(joins::ALL.iter().any(|known| known.id == join));
    }
}
