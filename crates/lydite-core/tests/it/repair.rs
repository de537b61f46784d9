//! Repair on lists that mangle every mail, where they are at hand.

use std::collections::BTreeMap;

use lydite_core::fact::Facts;
use lydite_core::parse::{address, email};
use lydite_core::signature::repair::repair;
use lydite_core::signature::{Outcome, Signature, open};

use crate::corpora::corpora;

#[test]
fn lists_are_repaired_as_far_as_measured() {
    let Some(root) = corpora() else { return };
    let facts = Facts::shipped();
    let list = std::env::var("LYDITE_LIST").unwrap_or("usrp-users.lists.ettus.com.0".to_owned());
    let mut paths: Vec<_> = std::fs::read_dir(root.join("email/lists").join(list))
        .expect("list")
        .map(|e| e.expect("entry").path())
        .collect();
    paths.sort();
    let mut counts: BTreeMap<String, [u32; 4]> = BTreeMap::new();
    let mut steps: BTreeMap<String, u32> = BTreeMap::new();
    let mut hypotheses = 0;
    for path in &paths {
        let raw = std::fs::read(path).expect("mail");
        let mail = email::parse(&raw);
        let from = mail.field(&raw, "from").map(|f| address::parse(f.value.of(&raw)).list);
        let domain = from.and_then(|l| l.first().map(|m| m.domain.clone()));
        let signatures = open(&raw, &mail, domain.as_deref(), &facts);
        for (r, original) in repair(&raw, &mail, &signatures, &[]) {
            let s = &signatures[r.signature as usize];
            hypotheses += r.hypotheses;
            let row = counts.entry(format!("{:?} {}", s.family, s.domain)).or_default();
            row[0] += 1;
            row[1] += u32::from(r.body.is_some());
            row[2] += u32::from(r.header.is_some());
            row[3] += u32::from(original.is_some());
            *steps.entry(format!("H {:?}", r.header)).or_default() += 1;
            *steps.entry(format!("B {:?}", r.body)).or_default() += 1;
            if std::env::var("LYDITE_SHOW").is_ok() && original.is_none() {
                let (body, header) = (r.body.is_some(), r.header.is_some());
                println!("{} {:?} body {body} header {header}", path.display(), s.family);
            }
            let Some(original) = original else { continue };
            let mail = email::parse(&original);
            let again = open(&original, &mail, None, &facts);
            let same = |o: &&Signature| {
                (&o.domain, &o.selector, o.family) == (&s.domain, &s.selector, s.family)
            };
            let holds = again.iter().filter(same).any(|o| o.outcome == Outcome::Holds);
            assert!(holds, "the original of {} does not hold", path.display());
        }
    }
    println!("hypotheses {hypotheses}");
    counts.iter().for_each(|(k, v)| println!("{k}: {v:?}"));
    let mut steps: Vec<_> = steps.into_iter().collect();
    steps.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    steps.iter().take(40).for_each(|(k, v)| println!("{v} {k}"));
}
