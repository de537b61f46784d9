//! The whole of a case with a synthetic dump and an examiner made up for it.

mod custody;
mod joins;
mod purge;
mod search;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use lydite_core::evidence::{Claim, Coverage, Direction, Evidence, Finding, Span, Strength};
use lydite_core::examine::{Examined, MailRecord};
use lydite_core::fact::{FactKey, Facts, Grade, Key};
use lydite_core::item::{Kind, Sha256};
use lydite_core::signature::{Alignment, Covered, Family, Outcome, Signature};
use lydite_core::verdict::{Status, Verdict};

use crate::assay::{self, Bounds, Work};
use crate::case::{Case, Error, Result};
use crate::collect::collect;
use crate::engine::{Engine, Format, render};
use crate::reading::{Reader, accounting};
use crate::shard;
use crate::weigh::{Weighed, weigh};

const BOUNDS: Bounds = Bounds { events: 7, bytes: 1 << 20 };

/// A folder to put a dump and its case into.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        fs::create_dir(place.dump()).unwrap();
        place
    }

    fn dump(&self) -> PathBuf {
        self.0.path().join("dump")
    }

    fn case(&self) -> PathBuf {
        self.0.path().join("a [b] %20 é.case")
    }

    /// 40 mails, two of them alike, and a file that is none.
    fn filled() -> Place {
        let place = Place::new();
        for n in 0..40 {
            place.mail(n, &format!("number {}", n % 39));
        }
        fs::write(place.dump().join("notes.bin"), [0, 1, 2]).unwrap();
        place
    }

    fn mail(&self, n: usize, subject: &str) {
        let text = format!(
            "From: a@x.example\r\nTo: b@y.example\r\nDate: Fri, 5 May 2017 20:35:00 +0200\r\n\
             Message-ID: <{subject}@x.example>\r\nSubject: {subject}\r\n\r\nHello.\r\n"
        );
        fs::write(self.dump().join(format!("{n:03}.eml")), text).unwrap();
    }

    fn assay(&self, threads: usize, examiner: &assay::Examiner) -> Result<()> {
        let case = Case::create(&self.case(), &[PathBuf::from("dump")])?;
        self.assay_in(&case, threads, examiner)
    }

    fn assay_in(&self, case: &Case, threads: usize, examiner: &assay::Examiner) -> Result<()> {
        let work = Work {
            threads,
            collect: &collect,
            examiner,
            facts: &Facts::default(),
            progress: &|_| {},
        };
        assay::run(case, &[self.dump()], work, BOUNDS)
    }

    fn weigh(&self, facts: &Facts) -> Weighed {
        self.weigh_by(facts, &|raw, _| Ok(examine(raw, facts)))
    }

    fn weigh_by(&self, facts: &Facts, examiner: &assay::Examiner) -> Weighed {
        let case = Case::open_to_write(&self.case()).unwrap();
        let work =
            Work { threads: 2, collect: &collect, examiner: &examiner, facts, progress: &|_| {} };
        weigh(&case, work, &judge).unwrap()
    }
}

fn subject(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let line = text.lines().find_map(|line| line.strip_prefix("Subject: "));
    line.unwrap_or_default().to_owned()
}

fn finding(check: &str, code: &str, direction: Direction, note: &str) -> Finding {
    Finding {
        check: check.to_owned(),
        code: code.to_owned(),
        claim: Claim::HeadersAsSent,
        direction,
        strength: (direction == Direction::Supports).then_some(Strength::Strong),
        coverage: None,
        marks: Vec::new(),
        note: note.to_owned(),
        evidence: vec![Evidence::bytes("header", Span::new(0, 5))],
    }
}

fn signature(outcome: Outcome) -> Signature {
    Signature {
        family: Family::Dkim,
        index: 0,
        span: Span::new(0, 17),
        instance: None,
        cv: None,
        domain: "x.example".to_owned(),
        selector: "S1".to_owned(),
        identity: None,
        algorithm: "rsa-sha256".to_owned(),
        canonicalization: "relaxed/simple".to_owned(),
        outcome,
        cannot_tell: None,
        key: Some("dkim-key:x".to_owned()),
        key_bits: Some(2048),
        header_digest: None,
        signed_header_digest: None,
        body_hash: None,
        signed_body_hash: None,
        body_length: Some(u64::MAX),
        tail_bytes: 0,
        tail: Some(Span::new(3, 4)),
        signed_at: Some(-1),
        expires: None,
        covered: vec![Covered { name: "from".into(), span: Span::new(0, 17) }],
        oversigned: vec!["to".to_owned()],
        copied_differ: vec![("subject".to_owned(), "x".to_owned())],
        alignment: Alignment::Strict,
        coverage: Coverage::default(),
        steps: Vec::new(),
        quirks: Vec::new(),
    }
}

/// A signature holds once its key is known; a subject that says so makes it differ.
fn examine(raw: &[u8], facts: &Facts) -> Examined {
    let subject = subject(raw);
    let is_known = !facts.keys("x.example", "S1").is_empty();
    let outcome = match (is_known, subject.contains("differs")) {
        (false, _) => Outcome::CannotTell,
        (true, true) => Outcome::HeadersDiffer,
        (true, false) => Outcome::Holds,
    };
    let route = if subject.contains("elsewhere") { "mx.z" } else { "mx.y" };
    let mut findings = vec![finding("email/route-rewrites", "route", Direction::Neutral, route)];
    if subject.contains("relayed") {
        findings.push(finding("email/route-rewrites", "relay", Direction::Neutral, "list"));
    }
    if outcome == Outcome::Holds && !subject.contains("bare") {
        findings.push(finding("email/dkim-signature", "holds", Direction::Supports, ""));
    }
    Examined {
        repairs: Vec::new(),
        kind: Kind::Message,
        mail: Some(record(subject.clone())),
        document: None,
        parts: Vec::new(),
        bodies: Vec::new(),
        quotes: Vec::new(),
        signatures: if subject.contains("bare") { Vec::new() } else { vec![signature(outcome)] },
        clocks: Vec::new(),
        hops: Vec::new(),
        findings,
        wants: vec![FactKey::DkimKey { domain: "x.example".to_owned(), selector: "S1".to_owned() }],
        defects: Vec::new(),
    }
}

/// Dated by the number in the subject, an hour each; nobody's where there is none.
fn record(subject: String) -> MailRecord {
    let number = subject.split(' ').filter_map(|word| word.parse::<i64>().ok()).next();
    let to = if subject.contains("inside") { "b@x.example" } else { "b@y.example" };
    MailRecord {
        from: Some("a@x.example".to_owned()),
        to: Some(to.to_owned()),
        date: number.map(|hour| hour * 3_600),
        subject: Some(subject),
        ..MailRecord::default()
    }
}

fn judge(_: Kind, findings: &[Finding]) -> Verdict {
    let has = |direction| findings.iter().any(|f| f.direction == direction);
    let status = match (has(Direction::Contradicts), has(Direction::Supports)) {
        (true, _) => Status::Anomalous,
        (_, true) => Status::Verified,
        _ => Status::Undetermined,
    };
    Verdict {
        status,
        strength: None,
        coverage: Coverage::default(),
        marks: Vec::new(),
        claims: BTreeMap::new(),
        row: "test".to_owned(),
        counterpart: None,
    }
}

fn plain(raw: &[u8], _: &[Vec<u8>]) -> std::result::Result<Examined, String> {
    Ok(examine(raw, &Facts::default()))
}

fn key() -> Facts {
    let mut facts = Facts::default();
    facts.insert(Key {
        domain: "x.example".to_owned(),
        selector: "S1".to_owned(),
        record: "v=DKIM1; p=".to_owned(),
        grade: Grade::Supplied,
        first_seen: None,
        last_seen: None,
        source: "test".to_owned(),
        private_since: None,
    });
    facts
}

/// Every file under the folder with its hash.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Sha256> {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let inner = contents(&path).into_iter();
            let name = PathBuf::from(path.file_name().unwrap());
            out.extend(inner.map(|(inner, hash)| (name.join(inner), hash)));
        } else {
            let hash = Sha256::of(&fs::read(&path).unwrap());
            out.insert(PathBuf::from(path.file_name().unwrap()), hash);
        }
    }
    out
}

fn count(case: &Path, statement: &str) -> String {
    let engine = Engine::open(&Case::open(case).unwrap()).unwrap();
    let text = render(&engine.sql(statement).unwrap(), Format::Csv).unwrap();
    text.lines().skip(1).collect::<Vec<_>>().join(";")
}

#[test]
fn threads_change_no_byte() {
    let place = Place::filled();
    let mut all = Vec::new();
    for threads in [1, 2, 8] {
        place.assay(threads, &plain).unwrap();
        place.weigh(&Facts::default());
        all.push(contents(&place.case()));
        fs::remove_dir_all(place.case()).unwrap();
    }
    assert!(all[0].len() > 40, "{:?}", all[0]);
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0], all[2]);
}

/// Files are written once and before their line, so any crash leaves a prefix of the ledger, maybe
/// with a torn line, and some files behind it: all of that is tried.
#[test]
fn a_run_cut_anywhere_goes_on_to_the_same_bytes() {
    let place = Place::filled();
    place.assay(2, &plain).unwrap();
    place.weigh(&Facts::default());
    let whole = contents(&place.case());
    let ledger = fs::read(place.case().join("ledger.jsonl")).unwrap();
    let mut ends = vec![0];
    ends.extend((1..=ledger.len()).filter(|&n| ledger[n - 1] == b'\n'));
    for (cut, torn) in ends.iter().flat_map(|&cut| [(cut, 0), (cut, 30)]) {
        let kept = (cut + torn).min(ledger.len());
        fs::write(place.case().join("ledger.jsonl"), &ledger[..kept]).unwrap();
        fs::write(place.case().join("tmp/packs-000009.pack"), "half").unwrap();
        place.assay(2, &plain).unwrap();
        place.weigh(&Facts::default());
        assert_eq!(contents(&place.case()), whole, "cut at {cut}, torn {torn}");
    }
}

#[test]
fn a_lost_worker_costs_one_mail() {
    let place = Place::filled();
    let tries = AtomicUsize::new(0);
    let examiner = |raw: &[u8], copies: &[Vec<u8>]| {
        if subject(raw) == "number 0" {
            tries.fetch_add(1, Ordering::Relaxed);
            return Err("crashed".to_owned());
        }
        plain(raw, copies)
    };
    place.assay(4, &examiner).unwrap();
    assert_eq!(tries.into_inner(), 1 + lydite_core::limits::ITEM_RETRIES);
    let case = Case::open(&place.case()).unwrap();
    let found = accounting(&case).unwrap();
    assert_eq!((found.seen.items, found.examined.items), (41, 38));
    // Both sightings of the lost blob, in two batches, and the file that is no mail.
    assert_eq!(found.skipped["worker-lost"].items, 2);
    assert_eq!(found.skipped["not-mail"].items, 1);
    assert_eq!(found.skipped["not-mail"].bytes, 3);
    let mut details = Vec::new();
    Reader::new(&case)
        .unwrap()
        .walk(|item| {
            details.extend(item.sighting.reason.map(|_| item.sighting.detail));
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(details[0], "crashed");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_names_the_file_and_loses_nothing() {
    let place = Place::filled();
    place.assay(2, &plain).unwrap();
    let whole = contents(&place.case());
    fs::remove_dir_all(place.case()).unwrap();
    let case = Case::create(&place.case(), &[PathBuf::from("dump")]).unwrap();
    let scratch = case.scratch().join("packs-000002.pack");
    std::os::unix::fs::symlink("/dev/full", &scratch).unwrap();
    let text = place.assay_in(&case, 2, &plain).unwrap_err().to_string();
    assert!(text.contains("packs-000002.pack") && text.contains("make room"), "{text}");
    drop(case);
    let case = Case::open(&place.case()).unwrap();
    assert_eq!(case.ledger().lines.len(), 2);
    assert_eq!(accounting(&case).unwrap().seen.items, 14);
    drop(case);
    place.assay(2, &plain).unwrap();
    assert_eq!(contents(&place.case()), whole);
}

#[test]
fn statements_only_read() {
    let place = Place::filled();
    place.assay(2, &plain).unwrap();
    let engine = Engine::open(&Case::open(&place.case()).unwrap()).unwrap();
    let target = place.0.path().join("out.parquet");
    for statement in [
        format!("COPY sightings TO '{}'", target.display()),
        "CREATE TABLE t AS SELECT 1".to_owned(),
        format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{}'", target.display()),
        "INSERT INTO mails SELECT * FROM mails".to_owned(),
        "DROP TABLE mails".to_owned(),
        "SET datafusion.execution.batch_size = 1".to_owned(),
        "SELECT * FROM '/etc/passwd'".to_owned(),
    ] {
        assert!(engine.sql(&statement).is_err(), "{statement}");
    }
    assert!(!target.exists());
    for statement in ["EXPLAIN SELECT * FROM mails", "SHOW TABLES", "DESCRIBE findings"] {
        let rows: usize = engine.sql(statement).unwrap().iter().map(|b| b.num_rows()).sum();
        assert!(rows > 0, "{statement}");
    }
}

#[test]
fn every_table_answers_even_when_empty() {
    let place = Place::new();
    place.assay(1, &plain).unwrap();
    for table in crate::tables::ALL {
        let statement = format!("SELECT count(*) FROM {}", table.name);
        assert_eq!(count(&place.case(), &statement), "0", "{}", table.name);
    }
    assert_eq!(place.weigh(&key()).changes, []);
}

#[test]
fn rows_come_in_the_order_found_and_read_back_whole() {
    let place = Place::filled();
    place.assay(3, &plain).unwrap();
    place.weigh(&Facts::default());
    assert_eq!(
        count(&place.case(), "SELECT count(*), count(DISTINCT sha256), max(seq) FROM sightings"),
        "41,40,41"
    );
    let case = Case::open(&place.case()).unwrap();
    let mut reader = Reader::new(&case).unwrap();
    let mut items = Vec::new();
    reader
        .walk(|item| {
            items.push(item);
            Ok::<_, Error>(())
        })
        .unwrap();
    assert!(items.windows(2).all(|w| w[0].sighting.seq + 1 == w[1].sighting.seq));
    for item in items.iter().filter(|i| i.sighting.kind == Some(Kind::Message)) {
        let raw = reader.bytes(&item.sighting.sha256.unwrap()).unwrap();
        assert_eq!(item.examined.as_ref(), Some(&examine(&raw, &Facts::default())));
        assert!(item.verdict.is_some());
    }
    let twice = "SELECT count(*) FROM verdicts WHERE array_has(marks, 'duplicate')";
    assert_eq!(count(&place.case(), twice), "1");
}

#[test]
fn damage_is_named() {
    let place = Place::filled();
    place.assay(2, &plain).unwrap();
    let flip = |path: &Path| {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    let shard = place.case().join("tables/mails/000001-0.parquet");
    flip(&shard);
    let case = Case::open(&place.case()).unwrap();
    let text = Engine::open(&case).err().unwrap().to_string();
    assert!(text.contains("000001-0.parquet"), "{text}");
    flip(&shard);
    flip(&place.case().join("packs/000000.pack"));
    let reader = Reader::new(&case).unwrap();
    let files = case.files();
    let blobs = shard::rows(&case, &files, &crate::tables::blobs::TABLE, "000000").unwrap();
    let blobs: Vec<crate::tables::blobs::Row> = blobs;
    let errors: Vec<_> = blobs.iter().filter_map(|b| reader.bytes(&b.sha256).err()).collect();
    assert_eq!(errors.len(), 1);
    let text = errors[0].to_string();
    assert!(text.contains("000000.pack") && text.contains("offset"), "{text}");
}

#[test]
fn a_new_key_is_weighed_once_and_says_what_changed() {
    let place = Place::filled();
    place.assay(2, &plain).unwrap();
    assert_eq!(place.weigh(&Facts::default()), Weighed::default());
    let before = contents(&place.case());
    assert_eq!(place.weigh(&Facts::default()), Weighed::default());
    assert_eq!(contents(&place.case()), before, "nothing new, nothing written");

    let saved = place.0.path().join("saved");
    copy(&place.case(), &saved);

    let weighed = place.weigh(&key());
    assert_eq!(weighed.changes.len(), 39);
    let first = &weighed.changes[0];
    assert_eq!((first.before, first.after), (Status::Undetermined, Status::Verified));
    assert_eq!(
        (first.path.as_str(), first.why.as_str()),
        ("000.eml", "key S1._domainkey.x.example")
    );
    let after = contents(&place.case());

    // Killed before its line: all files are there, and the generation before stands.
    fs::remove_file(place.case().join("ledger.jsonl")).unwrap();
    copy(&saved, &place.case());
    let verified = "SELECT count(*) FROM verdicts WHERE status = 'verified'";
    assert_eq!(count(&place.case(), verified), "0");
    assert_eq!(place.weigh(&key()), weighed);
    assert_eq!(contents(&place.case()), after);
    assert_eq!(count(&place.case(), verified), "39");
}

#[test]
fn a_worker_lost_while_weighing_is_retried_then_and_the_next_time() {
    let place = Place::filled();
    place.assay(2, &plain).unwrap();
    place.weigh(&Facts::default());
    let facts = key();
    let tries = AtomicUsize::new(0);
    let lost_until = |most: usize| {
        let (tries, facts) = (&tries, &facts);
        move |raw: &[u8], _: &[Vec<u8>]| {
            let is_lost =
                subject(raw) == "number 0" && tries.fetch_add(1, Ordering::Relaxed) < most;
            if is_lost { Err("crashed".to_owned()) } else { Ok(examine(raw, facts)) }
        }
    };
    let weighed = place.weigh_by(&facts, &lost_until(2));
    assert_eq!(weighed.lost.len(), 1, "it was lost each time it was tried");
    assert_eq!(weighed.changes.len(), 38);
    let weighed = place.weigh_by(&facts, &lost_until(3));
    assert_eq!((weighed.lost.len(), weighed.changes.len()), (0, 1), "once, and not the next time");
    assert_eq!(place.weigh(&facts), Weighed::default());
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn siblings_make_one_that_differs_stand_out() {
    for (siblings, subject, expected) in
        [(20, "differs", 1), (19, "differs", 0), (20, "differs relayed", 0), (20, "holds", 0)]
    {
        let place = Place::new();
        place.mail(0, subject);
        (1..=siblings).for_each(|n| place.mail(n, &format!("sibling {n}")));
        place.assay(2, &plain).unwrap();
        let weighed = place.weigh(&key());
        assert!(weighed.changes.is_empty(), "the first weighing has nothing to compare with");
        let case = place.case();
        let found = "SELECT note, cardinality(evidence), seq FROM findings \
                     WHERE \"check\" = 'corpus/signer-siblings'";
        let rows = count(&case, found);
        let wanted = "20 other mails signed with s1._domainkey.x.example on the route mx.y hold \
                      as found,6,1";
        assert_eq!(rows, if expected == 1 { wanted } else { "" }, "{siblings} {subject}");
        let anomalous = "SELECT count(*) FROM verdicts WHERE status = 'anomalous'";
        assert_eq!(count(&case, anomalous), expected.to_string(), "{siblings} {subject}");
    }
}

#[test]
fn one_without_a_signature_stands_out_where_all_others_have_one() {
    for (signed, bare, expected) in [
        (20, &["bare 9"][..], 1),
        (19, &["bare 9"], 0),
        (20, &["bare 9", "bare 10"], 0),
        (20, &["bare 9", "bare 40"], 1),
        (20, &["bare 0"], 0),
        (20, &["bare 20"], 0),
        (20, &["bare"], 0),
        (20, &["bare 9 relayed"], 0),
        (20, &["bare 9 elsewhere"], 0),
        (20, &["bare 9 inside"], 0),
        (20, &["differs 9"], 0),
    ] {
        let place = Place::new();
        (0..signed).for_each(|n| place.mail(n, &format!("signed {}", n + 1)));
        (0..bare.len()).for_each(|n| place.mail(100 + n, bare[n]));
        place.assay(2, &plain).unwrap();
        place.weigh(&key());
        let found = "SELECT f.note, f.strength, cardinality(f.evidence), m.subject \
                     FROM findings f JOIN mails m ON m.sha256 = f.sha256 \
                     WHERE f.\"check\" = 'corpus/domain-habit'";
        let wanted = "20 other mails of x.example on the route mx.y carry its signature and 0 \
                      carry none,weak,5,bare 9";
        let rows = count(&place.case(), found);
        assert_eq!(rows, if expected == 1 { wanted } else { "" }, "{signed} {bare:?}");
    }
}

#[test]
fn supplied_keys_are_taken_once() {
    let place = Place::new();
    place.assay(1, &plain).unwrap();
    let archive = place.0.path().join("keys.jsonl");
    fs::write(
        &archive,
        "{\"domain\":\"x.example\",\"selector\":\"S1\",\"record\":\"v=DKIM1; p=AAAA\"}\n",
    )
    .unwrap();
    let case = Case::open_to_write(&place.case()).unwrap();
    assert_eq!(crate::facts::import(&case, &archive).unwrap().taken.len(), 1);
    assert_eq!(crate::facts::import(&case, &archive).unwrap().known, 1);
    assert_eq!(crate::facts::load(&case).unwrap().keys("x.example", "S1").len(), 1);
}
