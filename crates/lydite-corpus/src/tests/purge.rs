//! Removing an item by order, sealing a case, making tables again.

use super::custody::{copy, told};
use super::*;
use crate::collect::Position;
use crate::ledger::Phase;
use crate::purge::{Held, held, purge};
use crate::repair::repair;
use crate::seal::{self, By, To};
use crate::verify::What;

fn item(place: &Place, n: usize) -> Sha256 {
    Sha256::of(&fs::read(place.dump().join(format!("{n:03}.eml"))).unwrap())
}

impl Place {
    fn purge(&self, sha256: &Sha256) {
        let case = Case::open_to_write(&self.case()).unwrap();
        held(&case, sha256).unwrap();
        purge(&case, sha256).unwrap();
    }

    fn holds(&self, text: &str) -> Vec<PathBuf> {
        let has = |path: &PathBuf| {
            let bytes = fs::read(self.case().join(path)).unwrap();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        };
        contents(&self.case()).into_keys().filter(has).collect()
    }

    /// Rows of any table in which a text stands.
    fn rows_with(&self, text: &str) -> usize {
        let engine = Engine::open(&Case::open(&self.case()).unwrap()).unwrap();
        let tables = crate::tables::ALL.iter();
        let all = tables.map(|table| {
            let rows = engine.sql(&format!("SELECT * FROM {}", table.name)).unwrap();
            let json = render(&rows, Format::Jsonl).unwrap();
            json.lines().filter(|line| line.contains(text)).count()
        });
        all.sum()
    }
}

#[test]
fn a_removed_item_leaves_its_name_and_nothing_it_said() {
    let place = Place::recorded();
    let sha256 = item(&place, 17);
    assert_eq!(place.holds("number 17").len(), 1, "the pack");
    assert!(place.rows_with("number 17") > 0);
    place.purge(&sha256);
    assert_eq!(place.holds("number 17"), Vec::<PathBuf>::new());
    assert_eq!(place.rows_with("number 17"), 0);
    assert_eq!(told(&place.verify()), [(What::Unsigned, "ledger.jsonl")]);
    place.open(&place.keeper(), |_| ());
    assert_eq!(place.actions().last().unwrap(), "purged");
    assert_eq!(place.verify().problems, []);
    let case = Case::open(&place.case()).unwrap();
    let reader = Reader::new(&case).unwrap();
    assert!(matches!(reader.bytes(&sha256), Err(Error::Purged(_))));
    // Its neighbours in the pack are whole.
    assert!(reader.bytes(&item(&place, 16)).is_ok() && reader.bytes(&item(&place, 18)).is_ok());
    let found = accounting(&case).unwrap();
    assert_eq!((found.seen.items, found.skipped["purged"].items), (41, 1));
    drop(case);
    let judged = "SELECT count(*) FROM verdicts";
    assert_eq!(count(&place.case(), judged), "38");
    // Judged again, everything else comes out as before, and it does not come back.
    assert_eq!(place.weigh(&Facts::default()).changes, []);
    place.assay(2, &plain).unwrap();
    assert_eq!((place.rows_with("number 17"), count(&place.case(), judged)), (0, "38".to_owned()));
    place.weigh(&key());
    assert_eq!(place.rows_with("number 17"), 0);
}

#[test]
fn all_places_where_it_was_found_say_that_it_was_removed() {
    let place = Place::recorded();
    // Found twice, in two batches.
    place.purge(&item(&place, 0));
    let statement = "SELECT count(*) FROM sightings WHERE reason = 'purged'";
    assert_eq!(count(&place.case(), statement), "2");
}

#[test]
fn a_removal_cut_anywhere_is_not_begun_or_ended_by_the_next() {
    let place = Place::recorded();
    let sha256 = item(&place, 17);
    let whole = place.copy("whole");
    place.purge(&sha256);
    let after = place.copy("after");
    let tables = |root: &Path| {
        let mut all = contents(root);
        all.retain(|path, _| !path.starts_with("custody"));
        all
    };
    // Killed before the ledger's line: the new files stand beside the old ones.
    copy(&whole, &place.case());
    place.open(&place.keeper(), |_| ());
    assert_eq!(tables(&place.case()), tables(&whole));
    // Killed behind it: the old ones stand beside the new ones, and verify says so.
    copy(&after, &place.case());
    let problems = place.verify().problems;
    let left = |p: &crate::verify::Problem| p.what == What::NotRemoved;
    assert!(problems.iter().any(left), "{problems:?}");
    place.purge(&sha256);
    assert_eq!(tables(&place.case()), tables(&after));
}

#[test]
fn nothing_is_removed_under_a_reader_or_before_the_end_of_collecting() {
    let place = Place::recorded();
    let reader = Case::open(&place.case()).unwrap();
    let case = Case::open_to_write(&place.case()).unwrap();
    let before = contents(&place.case());
    assert!(matches!(purge(&case, &item(&place, 3)), Err(Error::BeingRead(_))));
    drop(reader);
    assert_eq!(contents(&place.case()), before);
    assert!(matches!(purge(&case, &Sha256([0; 32])), Err(Error::NoSuchItem(_))));
    assert_eq!(held(&case, &item(&place, 3)).unwrap(), Held::Here);
    drop(case);
    let ledger = fs::read_to_string(place.case().join("ledger.jsonl")).unwrap();
    let first = ledger.split_inclusive('\n').next().unwrap();
    fs::write(place.case().join("ledger.jsonl"), first).unwrap();
    let case = Case::open_to_write(&place.case()).unwrap();
    assert!(held(&case, &item(&place, 3)).unwrap_err().to_string().contains("assay"));
}

#[test]
fn damaged_tables_are_made_again_to_the_byte_or_left() {
    let place = Place::recorded();
    let whole = contents(&place.case());
    let examiner = |raw: &[u8], _: &[Vec<u8>]| Ok(examine(raw, &Facts::default()));
    let facts = Facts::default();
    let work = Work {
        threads: 2,
        collect: &crate::collect::collect,
        examiner: &examiner,
        facts: &facts,
        progress: &|_| {},
    };
    let mend = || {
        let case = Case::open_to_write(&place.case()).unwrap();
        repair(&case, work, &judge).unwrap()
    };
    assert_eq!(mend().made, Vec::<String>::new());
    for table in ["mails/000001-0", "findings/000000-0", "verdicts/000002-1"] {
        fs::write(place.case().join(format!("tables/{table}.parquet")), "x").unwrap();
    }
    fs::remove_file(place.case().join("tables/wants/000003-0.parquet")).unwrap();
    let done = mend();
    assert_eq!((done.made.len(), done.left), (4, Vec::new()));
    assert_eq!(contents(&place.case()), whole);
    // Where bytes lie is known from the sources alone, and a damaged pack gives nothing.
    fs::write(place.case().join("tables/blobs/000001-0.parquet"), "x").unwrap();
    assert_eq!(mend().left, ["tables/blobs/000001-0.parquet"]);
}

#[test]
fn a_sealed_case_opens_to_the_same_bytes_for_whoever_may() {
    let place = Place::recorded();
    let (public, secret) = seal::generate();
    let sealed = place.0.path().join("a.age");
    let case = Case::open_to_write(&place.case()).unwrap();
    assert!(seal::seal(&case, &sealed, &To::Recipients(vec!["age1x".to_owned()])).is_err());
    assert!(!sealed.exists());
    let to = To::Recipients(vec![public]);
    let written = seal::seal(&case, &sealed, &to).unwrap();
    assert!(seal::seal(&case, &sealed, &to).is_err(), "nothing is written over");
    drop(case);
    assert_eq!(place.holds("number 17").len(), 1);
    let bytes = fs::read(&sealed).unwrap();
    for plain in ["number 17", "ledger", "PAR1"] {
        assert!(!bytes.windows(plain.len()).any(|w| w == plain.as_bytes()), "{plain}");
    }
    let by = By::Identities(format!("# mine\n{secret}\n"));
    assert_eq!(seal::list(&sealed, &by).unwrap(), written);
    let opened = place.0.path().join("opened.case");
    assert_eq!(seal::open(&sealed, &opened, &by).unwrap(), written);
    assert!(seal::open(&sealed, &opened, &by).is_err(), "nothing is written over");
    let at_rest = |root: &Path| {
        let mut all = contents(root);
        all.retain(|path, _| path != Path::new("lock") && path != Path::new("readers"));
        all
    };
    assert_eq!(at_rest(&opened), at_rest(&place.case()));
    let found = crate::verify::verify(&opened, Some(&place.keeper()), &[]).unwrap();
    assert_eq!(found.problems, []);
    let other = By::Identities(seal::generate().1);
    assert!(seal::list(&sealed, &other).is_err());
    assert!(seal::list(&sealed, &By::Passphrase("x".to_owned())).is_err());
    // Changed or cut anywhere, it opens to nothing.
    let third = place.0.path().join("third.case");
    for at in (0..bytes.len()).step_by(bytes.len() / 40) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        for damaged in [&changed, &bytes[..at]] {
            fs::write(&sealed, damaged).unwrap();
            assert!(seal::open(&sealed, &third, &by).is_err(), "byte {at}");
            assert!(!third.exists());
        }
    }
}

#[test]
fn a_passphrase_seals_as_well() {
    let place = Place::recorded();
    let sealed = place.0.path().join("a.age");
    let case = Case::open_to_write(&place.case()).unwrap();
    let written = seal::seal(&case, &sealed, &To::Passphrase("correct horse".into())).unwrap();
    assert_eq!(seal::list(&sealed, &By::Passphrase("correct horse".into())).unwrap(), written);
    assert!(seal::list(&sealed, &By::Passphrase("battery staple".into())).is_err());
}

#[test]
fn a_line_of_the_ledger_says_what_was_removed() {
    let place = Place::recorded();
    place.purge(&item(&place, 17));
    let case = Case::open(&place.case()).unwrap();
    let ledger = case.ledger();
    let line = ledger.lines.last().unwrap();
    assert_eq!((line.phase, line.position), (Phase::Purge, None::<Position>));
    assert!(line.files.iter().any(|file| file.path == "packs/000002-2.pack"), "{:?}", line.files);
}
