//! Joins over a made leak.

use std::collections::BTreeSet;

use lydite_core::examine::examine_beside;
use lydite_core::fact;
use lydite_core::verdict::decide;

use super::*;
use crate::joins;
use crate::joins::rounds::join;

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
fn versions_of_texts_and_pictures_saved_anew_are_linked() {
    let place = Place::new();
    let text = "The board agreed to pay 40,000 euros to the printers in March, and to leave the halls as \
        they are until we know how many will come on the last evening of the campaign.";
    let other = "The list of those who brought chairs, tables and lamps to the hall in April, with what \
        each of them was promised and who is to bring it all back before the end of the month.";
    let letters =
        [("one.rtf", text), ("two.rtf", &text.replace("40,000", "90,000")), ("three.rtf", other)];
    for (name, text) in letters {
        fs::write(place.dump().join(name), format!("{{\\rtf1\\ansi {text}}}")).unwrap();
    }
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lydite-core/tests/documents");
    for name in
        ["innocent/jpeg-as-taken.jpg", "innocent/jpeg-resized.jpg", "forger/jpeg-other-picture.jpg"]
    {
        let to = place.dump().join(name.replace('/', "-"));
        fs::copy(pictures.join(name), to).unwrap();
    }
    let case = Case::create(&place.case(), &[place.dump()]).unwrap();
    let facts = Facts::shipped();
    let work = Work {
        threads: 1,
        collect: &collect,
        examiner: &|raw, copies| Ok(examine_beside(raw, copies, &facts)),
        facts: &facts,
        progress: &|_| (),
    };
    assay::assay(&case, &[place.dump()], work).unwrap();
    weigh(&case, work, &decide).unwrap();
    let engine = Engine::open(&case).unwrap();
    let links = engine.sql(
        "SELECT l.relation, a.path AS one, b.path AS other, l.note FROM links l
        JOIN sightings a ON a.sha256 = l.sha256 JOIN sightings b ON b.sha256 = l.other
        WHERE l.relation IN ('variant', 'look-alike') ORDER BY l.relation, l.note",
    );
    let told = render(&links.unwrap(), Format::Csv).unwrap();
    let lines: Vec<&str> = told.lines().skip(1).collect();
    let is_pair = |line: &&str, relation: &str, names: [&str; 2]| {
        line.starts_with(relation) && names.iter().all(|name| line.contains(name))
    };
    assert_eq!(lines.len(), 2, "{told}");
    assert!(is_pair(&lines[0], "look-alike", ["jpeg-as-taken.jpg", "jpeg-resized.jpg"]), "{told}");
    assert!(is_pair(&lines[1], "variant", ["one.rtf", "two.rtf"]), "{told}");
    assert!(lines[1].contains("40,000") && lines[1].contains("90,000"), "{told}");
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
    let run =
        |partitions| join(&case, &case.files(), &decide, partitions, &mut |_, _, _| ()).unwrap();
    let one = run(1);
    for partitions in [2, 5] {
        assert!(one == run(partitions), "{partitions} partitions");
    }
    // Whatever every join can say of such a leak, it said.
    let told: BTreeSet<&str> =
        one.findings.values().flatten().map(|finding| finding.check.as_str()).collect();
    for join in
        ["corpus/alike", "corpus/attached", "corpus/copies", "corpus/quotes", "corpus/same-id"]
    {
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
    let found = join(&case, &case.files(), &decide, 2, &mut |_, _, _| ()).unwrap().findings;
    for (name, _, _, tells) in answers {
        let of_asked = found.get(&Sha256::of(asked(name).as_bytes())).into_iter().flatten();
        let codes: Vec<&str> =
            of_asked.filter(|f| f.check == "corpus/quotes").map(|f| f.code.as_str()).collect();
        let told = ["quoted-with-other-words-unverified"];
        assert_eq!(codes, if tells { &told[..] } else { &[] }, "{name}");
    }
}
