//! Client grammars on real mail, where it is at hand (`LYDITE_CORPORA`): the counts of
//! `client_grammars.tsv` are measured again, and nobody innocent is accused.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lydite_core::client::{self, grammars};
use lydite_core::evidence::Direction;
use lydite_core::examine::examine;
use lydite_core::fact::Facts;
use lydite_core::item::Kind;
use lydite_core::parse::email;
use lydite_core::verdict::{Status, decide};

use super::clocks::mails;

fn corpora() -> Option<PathBuf> {
    std::env::var_os("LYDITE_CORPORA").map(PathBuf::from)
}

/// Agreed, seen, others, all others, for every row.
fn measure(root: &Path) -> Vec<[u32; 4]> {
    let mut counts = vec![[0; 4]; grammars().len()];
    for (_, raw) in ["lists", "ham"].into_iter().flat_map(|set| mails(root, set)) {
        let mail = email::parse(&raw);
        let shown = client::shown(&raw, &mail);
        let own = client::of(&shown);
        for (row, count) in grammars().iter().zip(&mut counts) {
            let is_own = own.contains(&row);
            let is_named = own.iter().any(|other| other.client != row.client);
            let same_client = own.iter().any(|other| other.client == row.client);
            let Some(agrees) = client::agrees(row, &raw, &mail, &shown) else { continue };
            if is_own {
                count[0] += u32::from(agrees);
                count[1] += 1;
            } else if is_named && !same_client {
                count[2] += u32::from(agrees);
                count[3] += 1;
            }
        }
    }
    counts
}

#[test]
fn grammars_say_what_is_measured() {
    let Some(root) = corpora() else { return };
    let mut wrong = Vec::new();
    for (row, now) in grammars().iter().zip(measure(&root)) {
        println!("{}\t{:?}\t{now:?}", row.id(), row.versions);
        if now != [row.agreed, row.seen, row.others, row.others_seen] {
            wrong.push(format!("{} {now:?}", row.id()));
        }
    }
    assert!(wrong.is_empty(), "measured otherwise:\n{}", wrong.join("\n"));
}

const CHECKS: [&str; 2] = ["email/client-grammar", "email/client-release"];

/// Codes of the two checks over one set, what of theirs speaks against a mail, and the verdicts of
/// the whole examination; prints what any check says against a mail.
fn say(root: &Path, set: &str) -> (BTreeMap<String, usize>, Vec<String>, BTreeMap<Status, usize>) {
    let (mut codes, mut against, mut all) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
    let facts = Facts::shipped();
    for (name, raw) in mails(root, set) {
        let findings = examine(&raw, &facts).findings;
        *all.entry(decide(Kind::Message, &findings).status).or_default() += 1;
        for finding in findings {
            let is_ours = CHECKS.contains(&finding.check.as_str());
            let line = format!("{name} {}:{} {}", finding.check, finding.code, finding.note);
            if finding.direction == Direction::Contradicts {
                println!("  {line}");
                against.extend(is_ours.then_some(line));
            } else if finding.note.contains("has the form of") {
                println!("  {line}");
            }
            if is_ours {
                *codes.entry(finding.code).or_default() += 1;
            }
        }
    }
    println!("{set}: {codes:?} {all:?}");
    (codes, against, all)
}

#[test]
fn nobody_innocent_is_accused_of_another_client() {
    let Some(root) = corpora() else { return };
    for set in ["lists", "ham"] {
        let (codes, against, all) = say(&root, set);
        assert!(against.is_empty(), "{}", against.join("\n"));
        assert!(codes["agrees"] > 500, "{set}: {codes:?}");
        assert_eq!(all.get(&Status::Contradicted), None, "{set}");
        let total: usize = all.values().sum();
        assert!(all.get(&Status::Anomalous).unwrap_or(&0) * 1_000 <= total * 5, "{set}: {all:?}");
    }
}

#[test]
fn unwanted_mail_names_clients_that_did_not_write_it() {
    let Some(root) = corpora() else { return };
    let (_, against, _) = say(&root, "spam");
    say(&root, "phish");
    assert!(against.len() >= 24, "{}", against.len());
}
