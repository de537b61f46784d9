//! Whether the truth is what it says: by the dump's own items.

use std::collections::{BTreeMap, BTreeSet};

use crate::dumps::lab;

/// As many kinds of innocent oddity as a dump of every size must have, and of forgery.
const KINDS: usize = 15;

#[test]
fn there_are_as_many_kinds_of_oddity_as_of_forgery() {
    for seed in [7, 9] {
        let lab = lab(seed);
        let forged: BTreeSet<_> =
            lab.truth.iter().filter(|r| r.is_forged()).map(|r| &r.what).collect();
        let odd: BTreeSet<_> = lab.truth.iter().filter_map(|r| r.oddity.as_ref()).collect();
        assert!(forged.len() >= 2 * KINDS, "{forged:?}");
        assert!(odd.len() >= KINDS, "{odd:?}");
        let classes: BTreeSet<_> = lab.truth.iter().filter_map(|r| r.class.as_deref()).collect();
        assert_eq!(classes.into_iter().collect::<Vec<_>>(), ["careless", "expert", "insider"]);
        for (kind, detectable) in [
            ("planted-coherent", false),
            ("insider-put-back", true),
            ("quoted-figure-changed", true),
        ] {
            let row = lab.truth.iter().find(|r| r.what == kind).unwrap();
            assert_eq!(row.detectable, detectable, "{kind}");
        }
    }
}

#[test]
fn what_tells_of_a_forgery_lies_in_the_dump() {
    let lab = lab(9);
    let signed: BTreeSet<usize> =
        lab.truth.iter().filter(|row| row.by_signature).filter_map(|row| row.message).collect();
    let mut told = 0;
    for row in lab.truth.iter().filter(|row| row.detectable && !row.chain.is_empty()) {
        let first = row.chain[0];
        assert!(signed.contains(&first) || row.what == "reference-changed", "{row:?}");
        told += 1;
    }
    assert!(told >= 10, "{told}");
}

#[test]
fn chains_begin_where_a_signature_holds() {
    let lab = lab(9);
    let mut of_message: BTreeMap<usize, Vec<_>> = BTreeMap::new();
    for row in lab.truth.iter() {
        if let Some(message) = row.message {
            of_message.entry(message).or_default().push(row);
        }
    }
    let mut seen = BTreeSet::new();
    for row in lab.truth.iter().filter(|row| row.anchored) {
        let anchor = row.anchor.as_deref().unwrap();
        assert!(row.is_untouched(), "{row:?}");
        assert_eq!(row.by_signature, anchor == "signature", "{row:?}");
        let begins = |row: &&crate::dumps::Row| {
            row.by_signature || row.anchor.as_deref() == Some("restored")
        };
        let of_first = of_message.get(&row.chain[0]);
        let has_start = of_first.is_some_and(|rows| rows.iter().any(begins));
        assert!(has_start || anchor == "reference", "{row:?}");
        seen.insert(anchor);
    }
    let all = ["attachment", "copy", "quote", "quote-part", "reference", "restored", "signature"];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), all);
}

/// `docs/lab.md` between its two marks: every kind, who plants it, what it attacks, whether anything
/// tells. Rewritten here; fails once so that it is committed.
#[test]
fn the_documentation_of_the_lab_is_current() {
    let lab = lab(9);
    let mut kinds = BTreeMap::new();
    for row in lab.truth.iter().filter(|row| !row.is_untouched()) {
        let class = row.class.clone().unwrap_or_else(|| "-".to_owned());
        let attacked = row.attacked.clone().unwrap_or_else(|| "-".to_owned());
        let tells = if row.detectable { "yes" } else { "no" };
        let text = format!("| {class} | `{}` | {attacked} | {tells} | {} |\n", row.what, row.story);
        kinds.insert((class, row.what.clone()), text);
    }
    let mut table = String::from(
        "| by | kind | claim attacked | something tells | what was done |\n|---|---|---|---|---|\n",
    );
    kinds.values().for_each(|row| table.push_str(row));
    table.push_str("\n| oddity of innocent mail | what makes it |\n|---|---|\n");
    let seen: BTreeSet<_> = lab.truth.iter().filter_map(|r| r.oddity.as_deref()).collect();
    for (oddity, cause) in lydite_lab::odd::ODDITIES {
        assert!(seen.contains(oddity), "{oddity} is made nowhere");
        table.push_str(&format!("| `{oddity}` | {cause} |\n"));
    }
    assert_eq!(seen.len(), lydite_lab::odd::ODDITIES.len());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/lab.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (before, rest) = text.split_once("<!-- kinds -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end -->").unwrap();
    let current = format!("{before}<!-- kinds -->\n{table}<!-- end -->{after}");
    if current != text {
        std::fs::write(path, current).unwrap();
        panic!("docs/lab.md was not current and has been rewritten: commit it");
    }
}
