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

/// Of an answer that is not verified a quote of the n-th level is of the mail that it names n-th from
/// the last.
#[test]
fn an_answer_that_is_not_verified_is_read_at_the_level_of_the_mail_it_names() {
    const SAID: &str = "the board agreed to pay 40,000 euros to the printers in March";
    let changed = SAID.replace("40,000", "90,000");
    let mail = |name: &str, references: &str, text: &str| {
        format!(
            "From: {name}@x.example\r\nTo: b@y.example\r\nDate: Fri, 5 May 2017 20:35:00 +0200\r\n\
             Message-ID: <{name}@x.example>\r\nReferences: {references}\r\n\r\n{text}\r\n"
        )
    };
    let first = format!("Not so.\r\n\r\n> {changed}.");
    let second = format!("Yes.\r\n\r\n> Is that so?\r\n>> {changed}.");
    let as_it_is = format!("So be it.\r\n\r\n> {SAID}.");
    // Names of the mails that are answered, the answers, and whether they tell.
    let answers = [
        ("one", "<one@x.example>", &first, true),
        ("two", "<two@x.example> <gone@x.example>", &second, true),
        // Another mail's words.
        ("three", "<three@x.example> <gone@x.example>", &first, false),
        ("four", "<gone@x.example>", &first, false),
        ("five", "<five@x.example>", &as_it_is, false),
    ];
    let place = Place::new();
    let asked = |name: &str| mail(name, "", &format!("Dear all,\r\n\r\n{SAID}."));
    for (name, references, text, _) in &answers {
        fs::write(place.dump().join(format!("{name}.eml")), asked(name)).unwrap();
        let answer = mail(&format!("to-{name}"), references, text);
        fs::write(place.dump().join(format!("to-{name}.eml")), answer).unwrap();
    }
    let case = Case::create(&place.case(), &[place.dump()]).unwrap();
    let facts = Facts::default();
    let work = Work {
        threads: 1,
        collect: &collect,
        examiner: &|raw, copies| Ok(examine_beside(raw, copies, &facts)),
        facts: &facts,
        progress: &|_| (),
    };
    assay::assay(&case, &[place.dump()], work).unwrap();
    let found = joined(&case, work, &decide, 2).unwrap().findings;
    for (name, _, _, tells) in answers {
        let of_asked = found.get(&Sha256::of(asked(name).as_bytes())).into_iter().flatten();
        let codes: Vec<&str> =
            of_asked.filter(|f| f.check == "corpus/quotes").map(|f| f.code.as_str()).collect();
        let told = ["quoted-with-other-words-unverified"];
        assert_eq!(codes, if tells { &told[..] } else { &[] }, "{name}");
    }
}
