//! The custody log and `verify`: what every change of a case is told as.

use std::collections::BTreeSet;

use lydite_core::custody::checkpoint::Checkpoint;

use super::*;
use crate::custody::keys::Keeper;
use crate::custody::writing::{Custody, Deed};
use crate::custody::{CHECKPOINT, LOG, Log};
use crate::verify::{Verified, What, verify};

/// Bytes flipped in `cargo test`; `.ci/run` asks for 10,000.
const FLIPS: usize = 400;

impl Place {
    pub(super) fn keeper(&self) -> Keeper {
        Keeper { home: Some(self.0.path().join("keys")), file: None, clock: || 1_493_991_300 }
    }

    pub(super) fn open<R>(&self, keeper: &Keeper, work: impl FnOnce(&mut Custody) -> R) -> R {
        let case = Case::open_to_write(&self.case()).unwrap();
        work(&mut Custody::open(&case, keeper, &[]).unwrap())
    }

    pub(super) fn note(&self, keeper: &Keeper) {
        self.open(keeper, |custody| {
            custody.record(Deed { action: "note", ..Deed::default() }).unwrap();
        });
    }

    /// Collected and weighed, all of it in the log.
    pub(super) fn recorded() -> Place {
        let place = Place::filled();
        let case = Case::create(&place.case(), &[PathBuf::from("dump")]).unwrap();
        let keeper = place.keeper();
        let mut custody = Custody::open(&case, &keeper, &[place.dump()]).unwrap();
        place.assay_in(&case, 2, &plain).unwrap();
        fs::write(case.key_file(), "{}\n").unwrap();
        custody.record(Deed { action: "assayed", ..Deed::default() }).unwrap();
        drop(custody);
        drop(case);
        place.weigh(&Facts::default());
        place.note(&keeper);
        place
    }

    pub(super) fn verify(&self) -> Verified {
        verify(&self.case(), Some(&self.keeper()), &[]).unwrap()
    }

    pub(super) fn actions(&self) -> Vec<String> {
        let log = Log::read(&self.case()).unwrap();
        log.entries.into_iter().map(|entry| entry.action).collect()
    }

    pub(super) fn copy(&self, to: &str) -> PathBuf {
        let to = self.0.path().join(to);
        copy(&self.case(), &to);
        to
    }

    pub(super) fn back(&self, from: &Path) {
        fs::remove_dir_all(self.case()).unwrap();
        copy(from, &self.case());
    }
}

pub(super) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, to).unwrap();
        }
    }
}

pub(super) fn told(verified: &Verified) -> Vec<(What, &str)> {
    verified.problems.iter().map(|p| (p.what, p.path.as_str())).collect()
}

#[test]
fn a_case_whose_log_says_all_verifies() {
    let place = Place::recorded();
    assert_eq!(place.actions(), ["case-made", "collected", "assayed", "weighed", "note"]);
    let found = place.verify();
    assert_eq!(found.problems, []);
    assert!(found.files > 40 && found.bytes > 10_000 && found.is_key_here);
    let log = Log::read(&place.case()).unwrap();
    assert_eq!(log.signed(), Ok(5));
    let made = &log.entries[0];
    assert_eq!(made.time, "2017-05-05T13:35:00Z");
    // Every file of the dump lies at its top.
    assert_eq!(made.inputs.len(), 42);
    let notes = made.inputs.iter().find(|input| input.name == "notes.bin").unwrap();
    assert_eq!(notes.sha256, Sha256::of(&[0, 1, 2]));
}

/// Every file but the empty locks. `LYDITE_FLIPS` asks for more.
#[test]
fn a_flipped_bit_anywhere_is_told() {
    let place = Place::recorded();
    let flips = std::env::var("LYDITE_FLIPS").ok().and_then(|n| n.parse().ok()).unwrap_or(FLIPS);
    let mut files = Vec::new();
    for path in contents(&place.case()).into_keys() {
        let path = place.case().join(path);
        let bytes = fs::read(&path).unwrap();
        files.push((path, bytes));
    }
    let total: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut touched = BTreeSet::new();
    for n in 0..flips {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        // Half anywhere by size, half by file, so that small ones are met as well.
        let mut at = (seed >> 8) as usize % total;
        let filled: Vec<_> = files.iter().filter(|(_, bytes)| !bytes.is_empty()).collect();
        let (path, bytes) = if n % 2 == 0 {
            let (path, bytes) = filled[at % filled.len()];
            at %= bytes.len();
            (path, bytes)
        } else {
            let found = filled.iter().find(|(_, bytes)| {
                let is_here = at < bytes.len();
                at -= if is_here { 0 } else { bytes.len() };
                is_here
            });
            let (path, bytes) = found.unwrap();
            (path, bytes)
        };
        let mut other = bytes.clone();
        other[at] ^= 1 << (seed & 7);
        fs::write(path, &other).unwrap();
        let found = place.verify();
        let name = path.strip_prefix(place.case()).unwrap().to_str().unwrap().to_owned();
        let is_named = found.problems.iter().any(|p| p.path == name)
            || (name == LOG && found.problems.iter().any(|p| p.path == CHECKPOINT));
        assert!(is_named, "{name}, byte {at}: {:?}", found.problems);
        fs::write(path, bytes).unwrap();
        touched.insert(name);
    }
    assert!(touched.len() * 10 > files.len() * 7, "{} of {}", touched.len(), files.len());
    assert_eq!(place.verify().problems, []);
}

#[test]
fn what_is_missing_added_cut_or_swapped_is_named() {
    let place = Place::recorded();
    let whole = place.copy("whole");
    let root = place.case();
    let expect = |what: What, path: &str| {
        let found = place.verify();
        assert!(told(&found).contains(&(what, path)), "{what:?} {path}: {:?}", found.problems);
        place.back(&whole);
    };
    fs::remove_file(root.join("packs/000001.pack")).unwrap();
    expect(What::Missing, "packs/000001.pack");
    fs::write(root.join("tables/mails/x.parquet"), "x").unwrap();
    expect(What::Added, "tables/mails/x.parquet");
    fs::write(root.join("tmp/x"), "x").unwrap();
    expect(What::LeftOver, "tmp/x");
    fs::write(root.join("facts/recovered.jsonl"), "").unwrap();
    expect(What::Added, "facts/recovered.jsonl");
    let (a, b) = (root.join("packs/000000.pack"), root.join("packs/000001.pack"));
    fs::rename(&a, root.join("c")).unwrap();
    fs::rename(&b, &a).unwrap();
    fs::rename(root.join("c"), &b).unwrap();
    expect(What::Swapped, "packs/000000.pack");
    let bytes = fs::read(&a).unwrap();
    fs::write(&a, &bytes[1..]).unwrap();
    expect(What::Shorter, "packs/000000.pack");
    fs::write(&a, [&bytes[..], b"x"].concat()).unwrap();
    expect(What::Longer, "packs/000000.pack");
    let mut other = bytes.clone();
    other[0] ^= 1;
    fs::write(&a, other).unwrap();
    let found = place.verify();
    let item = Sha256::of(&fs::read(place.dump().join("000.eml")).unwrap());
    assert_eq!(found.problems[0].at, format!("offset 0, item {item}"));
    expect(What::Changed, "packs/000000.pack");
    fs::remove_file(root.join(CHECKPOINT)).unwrap();
    expect(What::Missing, CHECKPOINT);
    fs::remove_dir_all(root.join("custody")).unwrap();
    expect(What::Missing, LOG);
    fs::remove_file(root.join("ledger.jsonl")).unwrap();
    expect(What::Missing, "ledger.jsonl");
    let ledger = fs::read_to_string(root.join("ledger.jsonl")).unwrap();
    let short = &ledger[..ledger[..ledger.len() - 1].rfind('\n').unwrap() + 1];
    fs::write(root.join("ledger.jsonl"), short).unwrap();
    expect(What::Ledger, "ledger.jsonl");
}

#[test]
fn entries_cannot_be_left_out_moved_or_doubled() {
    let place = Place::recorded();
    let path = place.case().join(LOG);
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let renumbered = |order: &[usize]| {
        let lines = order.iter().zip(0..).map(|(&from, to)| {
            lines[from].replace(&format!("\"seq\":{from},"), &format!("\"seq\":{to},"))
        });
        lines.collect::<String>()
    };
    for order in [&[0, 1, 3, 4][..], &[0, 2, 1, 3, 4], &[0, 1, 2, 3], &[0, 1, 2, 3, 4, 4]] {
        fs::write(&path, renumbered(order)).unwrap();
        let found = place.verify();
        let is_told = found.problems.iter().any(|p| p.path == CHECKPOINT || p.path == LOG);
        assert!(is_told, "{order:?}: {:?}", found.problems);
    }
    fs::write(&path, text).unwrap();
    assert_eq!(place.verify().problems, []);
}

#[test]
fn what_an_interrupted_command_left_unsaid_is_said_by_the_next() {
    let place = Place::filled();
    let keeper = place.keeper();
    drop(Case::create(&place.case(), &[PathBuf::from("dump")]).unwrap());
    place.open(&keeper, |_| ());
    // Killed after the tables were committed.
    place.assay(2, &plain).unwrap();
    assert_eq!(told(&place.verify()), [(What::Unsigned, "ledger.jsonl")]);
    place.open(&keeper, |_| ());
    assert_eq!(place.actions(), ["case-made", "collected"]);
    assert_eq!(place.verify().problems, []);
    // Killed between the entry and the checkpoint, and while an entry was written.
    let before = fs::read(place.case().join(CHECKPOINT)).unwrap();
    place.note(&keeper);
    fs::write(place.case().join(CHECKPOINT), before).unwrap();
    let log = fs::read(place.case().join(LOG)).unwrap();
    fs::write(place.case().join(LOG), [&log[..], b"{\"action\":\"no"].concat()).unwrap();
    let problems = place.verify().problems;
    assert!(problems.iter().any(|p| p.what == What::Unsigned), "{problems:?}");
    fs::remove_file(place.0.path().join("keys").join(id(&place)).join("checkpoint")).unwrap();
    place.open(&keeper, |_| ());
    assert_eq!(place.actions(), ["case-made", "collected", "note", "found-unsigned"]);
    assert_eq!(place.verify().problems, []);
    // Keys supplied and killed before they were told of.
    fs::write(place.case().join("facts/keys.jsonl"), "").unwrap();
    place.open(&keeper, |_| ());
    assert_eq!(place.actions()[4..], ["found-changed"]);
    assert_eq!(place.verify().problems, []);
}

fn id(place: &Place) -> String {
    let log = Log::read(&place.case()).unwrap();
    log.origin().unwrap().rsplit('/').next().unwrap().to_owned()
}

#[test]
fn without_its_key_a_case_is_read_and_handed_over() {
    let place = Place::recorded();
    let elsewhere = Keeper { home: Some(place.0.path().join("other")), ..place.keeper() };
    let found = verify(&place.case(), Some(&elsewhere), &[]).unwrap();
    assert_eq!((found.problems, found.is_key_here), (Vec::new(), false));
    let before = Log::read(&place.case()).unwrap();
    place.note(&elsewhere);
    let log = Log::read(&place.case()).unwrap();
    assert_eq!(place.actions()[5..], ["handover", "note"]);
    assert_eq!(log.origin(), before.origin());
    let old = log.entries[5].parameters["before"].as_str().unwrap();
    assert_eq!(old, before.key_at(5).unwrap().text());
    assert_ne!(log.key_at(7), log.key_at(5));
    let found = verify(&place.case(), Some(&elsewhere), &[]).unwrap();
    assert_eq!((found.problems, found.is_key_here), (Vec::new(), true));
}

#[test]
fn a_case_rolled_back_is_seen_where_its_last_checkpoint_is_kept() {
    let place = Place::recorded();
    let old = place.copy("old");
    place.note(&place.keeper());
    let seen = Log::read(&place.case()).unwrap().checkpoint.unwrap();
    place.back(&old);
    let problems = place.verify().problems;
    assert!(problems.iter().any(|p| p.what == What::Log && p.path == LOG), "{problems:?}");
    // Elsewhere nothing is known of it, but for a checkpoint that somebody kept.
    assert_eq!(verify(&place.case(), None, &[]).unwrap().problems, []);
    let found = verify(&place.case(), None, std::slice::from_ref(&seen)).unwrap();
    assert_eq!(told(&found), [(What::Log, LOG)]);
    // Nothing is signed that contradicts what was: another key goes on.
    place.note(&place.keeper());
    assert_eq!(place.actions()[5..], ["handover", "note"]);
    let head = Checkpoint::parse(&seen.text).unwrap();
    assert!(Log::read(&place.case()).unwrap().continues(&head).is_err());
}

#[test]
fn nothing_is_signed_on_top_of_a_changed_ledger_or_log() {
    let place = Place::recorded();
    let whole = place.copy("whole");
    for name in ["ledger.jsonl", LOG, CHECKPOINT] {
        let path = place.case().join(name);
        let text = fs::read_to_string(&path).unwrap();
        let other = text.replacen("0.1.0", "0.1.1", 1).replacen("\n5\n", "\n4\n", 1);
        assert_ne!(text, other);
        fs::write(&path, other).unwrap();
        let case = Case::open_to_write(&place.case()).unwrap();
        let refused = Custody::open(&case, &place.keeper(), &[]).err().unwrap().to_string();
        assert!(refused.contains("lydite verify"), "{refused}");
        drop(case);
        place.back(&whole);
    }
}

#[test]
fn a_clock_that_jumps_back_breaks_nothing() {
    let place = Place::recorded();
    let early = Keeper { clock: || 0, ..place.keeper() };
    place.note(&early);
    let never = Keeper { clock: || i64::MAX, ..place.keeper() };
    place.note(&never);
    let log = Log::read(&place.case()).unwrap();
    assert_eq!(log.entries[5].time, "1970-01-01T00:00:00Z");
    assert_eq!(place.verify().problems, []);
}

#[test]
fn a_key_in_a_file_of_ones_own_serves_one_case() {
    let place = Place::recorded();
    let file = place.0.path().join("my.key");
    let own = Keeper { file: Some(file.clone()), ..place.keeper() };
    place.note(&own);
    assert_eq!(place.actions()[5..], ["handover", "note"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let other = Place::recorded();
    let case = Case::open_to_write(&other.case()).unwrap();
    let refused = Custody::open(&case, &own, &[]).err().unwrap().to_string();
    assert!(refused.contains("another case"), "{refused}");
    drop(case);
    fs::remove_dir_all(other.case().join("custody")).unwrap();
    let case = Case::open_to_write(&other.case()).unwrap();
    assert!(Custody::open(&case, &own, &[]).is_err(), "one log has one name");
}

/// Two programs that want to write: one does, the other is told who.
#[test]
fn of_many_writers_one_goes_first() {
    let place = Place::recorded();
    let (root, keeper) = (place.case(), place.keeper());
    let done = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    match Case::open_to_write(&root) {
                        Ok(case) => {
                            let mut custody = Custody::open(&case, &keeper, &[]).unwrap();
                            custody.record(Deed { action: "note", ..Deed::default() }).unwrap();
                            done.fetch_add(1, Ordering::Relaxed);
                            return;
                        }
                        Err(Error::Locked { .. }) => std::thread::yield_now(),
                        Err(other) => panic!("{other}"),
                    }
                }
            });
        }
        scope.spawn(|| {
            while done.load(Ordering::Relaxed) < 8 {
                let case = Case::open(&root).unwrap();
                let mut items = 0;
                let mut reader = Reader::new(&case).unwrap();
                reader
                    .walk(|_| {
                        items += 1;
                        Ok::<_, Error>(())
                    })
                    .unwrap();
                assert_eq!(items, 41);
            }
        });
    });
    assert_eq!(place.actions().iter().filter(|action| *action == "note").count(), 9);
    assert_eq!(place.verify().problems, []);
}
