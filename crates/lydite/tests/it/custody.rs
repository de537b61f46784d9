//! Custody from outside: what other programs make of bags, signatures, proofs, stamps and seals.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::dump::{error, lydite, small, stdout};

/// A case of the small dump in `dir/a.case`.
fn case(dir: &Path) {
    small(&dir.join("dump"));
    stdout(dir, &["assay", "dump", "--case", "a.case"], 0);
}

/// What a program of this machine answers; `None` where it is not installed, which is said.
fn ask(dir: &Path, program: &str, arguments: &[&str], input: &Path) -> Option<Output> {
    let input = if input.as_os_str().is_empty() { Path::new("/dev/null") } else { input };
    let file = fs::File::open(dir.join(input)).ok()?;
    let run = Command::new(program).args(arguments).current_dir(dir).stdin(file).output();
    if run.is_err() {
        eprintln!("{program} is not installed: not asked");
    }
    run.ok()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { out.extend(files(&path)) } else { out.push(path) }
    }
    out.sort();
    out
}

#[test]
fn every_command_is_in_the_log_and_the_case_verifies() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    stdout(dir.path(), &["custody", "note", "a.case", "rang the sender", "--as", "Ada"], 0);
    stdout(dir.path(), &["report", "a.case", "-o", "r.html"], 0);
    stdout(dir.path(), &["weigh", "a.case"], 0);
    let log = stdout(dir.path(), &["custody", "a.case", "--json"], 0);
    let log: serde_json::Value = serde_json::from_str(&log).unwrap();
    let actions: Vec<_> =
        log["entries"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    let expected = ["case-made", "collected", "weighed", "assay", "note", "report", "weigh"];
    assert_eq!(actions, expected);
    assert_eq!((&log["size"], &log["signed"]), (&7.into(), &7.into()));
    let report = &log["entries"][5]["outputs"][0];
    let hash = lydite_core::item::Sha256::of(&fs::read(dir.path().join("r.html")).unwrap());
    assert_eq!(report["sha256"].as_str().unwrap(), hash.to_string());
    let said = stdout(dir.path(), &["verify", "a.case"], 0);
    assert!(said.contains("every byte is as the case was left"), "{said}");
    let said = stdout(dir.path(), &["--lang", "fr", "custody", "a.case"], 0);
    assert!(said.contains("Ada: note") && said.contains("la signature couvre"), "{said}");
}

#[test]
fn a_damaged_table_is_named_and_made_again() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    let shard = dir.path().join("a.case/tables/mails/000000-0.parquet");
    let whole = fs::read(&shard).unwrap();
    fs::write(&shard, &whole[1..]).unwrap();
    let said = stdout(dir.path(), &["verify", "a.case"], 1);
    assert!(said.contains("tables/mails/000000-0.parquet") && said.contains("--repair"), "{said}");
    let said = error(dir.path(), &["verdicts", "a.case"]);
    assert!(said.contains("000000-0.parquet"), "{said}");
    stdout(dir.path(), &["verify", "a.case", "--repair"], 0);
    assert_eq!(fs::read(&shard).unwrap(), whole);
}

/// Stock programs and the second implementation agree with ours, on the bag and on changed ones.
#[test]
fn a_bag_is_checked_by_other_programs_alike() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    stdout(dir.path(), &["export", "a.case", "-o", "bag", "--with-originals"], 0);
    stdout(dir.path(), &["verify", "bag"], 0);
    let bag = dir.path().join("bag");
    let lists = ["-c", "--strict", "tagmanifest-sha256.txt", "manifest-sha256.txt"];
    let nothing = Path::new("");
    if let Some(done) = ask(&bag, "sha256sum", &lists, nothing) {
        assert!(done.status.success(), "{done:?}");
    }
    let who = fs::read_to_string(bag.join("allowed_signers")).unwrap();
    let who = who.split(' ').next().unwrap();
    let signed = |who: &str| {
        let options = ["-Y", "verify", "-f", "allowed_signers", "-I", who, "-n", "lydite-bag"];
        let options = [&options[..], &["-s", "manifest-sha256.txt.sig"]].concat();
        ask(&bag, "ssh-keygen", &options, Path::new("manifest-sha256.txt"))
    };
    assert!(signed(who).is_none_or(|done| done.status.success()));
    assert!(signed("another").is_none_or(|done| !done.status.success()));
    assert!(bag.join("data/originals").read_dir().unwrap().count() == 5);

    let verifier = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/verify.py");
    let python = || ask(dir.path(), "python3", &[verifier, "bag"], nothing);
    if python().is_none() {
        return;
    }
    let agree = |holds: bool, what: &str| {
        let ours = lydite(dir.path(), &["verify", "bag"]);
        let theirs = python().unwrap();
        let said = String::from_utf8_lossy(&theirs.stdout).into_owned();
        assert_eq!(ours.status.code(), Some(i32::from(!holds)), "{what}: {ours:?}");
        assert_eq!(theirs.status.code(), Some(i32::from(!holds)), "{what}: {said}");
    };
    agree(true, "the bag");
    for (n, path) in files(&bag).iter().enumerate() {
        let bytes = fs::read(path).unwrap();
        // No key opened a signature: that list is empty.
        let Some(at) = (n * 7_919 + 13).checked_rem(bytes.len()) else { continue };
        let mut other = bytes.clone();
        other[at] ^= 1 << (n % 8);
        fs::write(path, other).unwrap();
        agree(false, &format!("{}, byte {at}", path.display()));
        fs::write(path, &bytes).unwrap();
    }
    let path = bag.join("data/x");
    fs::write(&path, "x").unwrap();
    agree(false, "a file more");
    fs::remove_file(&path).unwrap();
    let path = bag.join("data/verdicts.jsonl");
    let bytes = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    agree(false, "a file less");
    fs::write(&path, bytes).unwrap();
    agree(true, "the bag again");
}

/// Somebody who writes manifests anew has no key: the signature is of the old ones.
#[test]
fn a_bag_made_anew_is_not_signed() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    stdout(dir.path(), &["export", "a.case", "-o", "bag"], 0);
    let bag = dir.path().join("bag");
    let hash =
        |name: &str| lydite_core::item::Sha256::of(&fs::read(bag.join(name)).unwrap()).to_string();
    let replace = |list: &str, name: &str, edit: &dyn Fn(String) -> String| {
        let before = hash(name);
        let text = edit(fs::read_to_string(bag.join(name)).unwrap());
        fs::write(bag.join(name), text).unwrap();
        let rows = fs::read_to_string(bag.join(list)).unwrap();
        fs::write(bag.join(list), rows.replace(&before, &hash(name))).unwrap();
    };
    replace("manifest-sha256.txt", "data/verdicts.jsonl", &|text| text.replace("undeter", "deter"));
    let tags = fs::read_to_string(bag.join("tagmanifest-sha256.txt")).unwrap();
    let rows: Vec<String> = tags
        .lines()
        .map(|row| row.split_once("  ").unwrap().1)
        .map(|name| format!("{}  {name}\n", hash(name)))
        .collect();
    fs::write(bag.join("tagmanifest-sha256.txt"), rows.concat()).unwrap();
    let said = stdout(dir.path(), &["verify", "bag"], 1);
    assert!(said.contains("manifest-sha256.txt.sig") && said.starts_with("manifest"), "{said}");
    let verifier = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/verify.py");
    if let Some(done) = ask(dir.path(), "python3", &[verifier, "bag"], Path::new("")) {
        assert_eq!(done.status.code(), Some(1), "{done:?}");
    }
}

#[test]
fn proofs_hold_for_a_second_implementation() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    let log = fs::read_to_string(dir.path().join("a.case/custody/log.jsonl")).unwrap();
    let first: serde_json::Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    let key = first["parameters"]["key"].as_str().unwrap();
    let verifier = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/verify.py");
    for (n, line) in log.lines().enumerate() {
        let proof = stdout(dir.path(), &["custody", "prove", "a.case", &n.to_string()], 0);
        fs::write(dir.path().join("proof"), proof).unwrap();
        for (text, code) in [(line.to_owned(), 0), (line.replace("0.1.0", "0.1.1"), 1)] {
            fs::write(dir.path().join("entry"), text).unwrap();
            let options = [verifier, "--proof", "proof", "entry", "--key", key];
            if let Some(done) = ask(dir.path(), "python3", &options, Path::new("")) {
                assert_eq!(done.status.code(), Some(code), "entry {n}: {done:?}");
            }
            // A third, by others (PyPI, proofbundle).
            let options = ["verify-proof", "proof", "--payload-file", "entry", "--log-vkey", key];
            if let Some(done) = ask(dir.path(), "proofbundle", &options, Path::new("")) {
                assert_eq!(done.status.success(), code == 0, "entry {n}: {done:?}");
            }
        }
    }
    let said = error(dir.path(), &["custody", "prove", "a.case", "99"]);
    assert!(said.contains("entry 99"), "{said}");
}

#[test]
fn a_witness_signs_only_what_goes_on_from_what_it_saw() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    let cosign = |from: &str| {
        ["custody", "cosign", from, "--key", "w.key", "--name", "w.example/1", "-o", "out.note"]
            .map(str::to_owned)
    };
    let run = |arguments: &[String], code: i32| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let done = lydite(dir.path(), &arguments);
        assert_eq!(done.status.code(), Some(code), "{done:?}");
        String::from_utf8(done.stdout).unwrap()
    };
    fs::copy(dir.path().join("a.case/custody/checkpoint"), dir.path().join("seen")).unwrap();
    let said = run(&cosign("seen"), 0);
    let key = said.trim().rsplit(' ').next().unwrap().to_owned();
    // The log went on: only with a proof.
    stdout(dir.path(), &["custody", "note", "a.case", "x", "--as", "Ada"], 0);
    run(&cosign("a.case/custody/checkpoint"), 2);
    let growth = stdout(dir.path(), &["custody", "since", "a.case", "seen"], 0);
    fs::write(dir.path().join("growth"), growth.replace("old 4", "old 3")).unwrap();
    run(&cosign("growth"), 2);
    fs::write(dir.path().join("growth"), growth).unwrap();
    run(&cosign("growth"), 0);
    error(dir.path(), &["custody", "add", "a.case", "out.note"]);
    stdout(dir.path(), &["custody", "add", "a.case", "out.note", "--witness", &key], 0);
    stdout(dir.path(), &["verify", "a.case", "--checkpoint", "out.note"], 0);
    let kept = files(&dir.path().join("a.case/custody/witness"));
    let mut bytes = fs::read(&kept[0]).unwrap();
    let last = bytes.len() - 10;
    bytes[last] ^= 1;
    fs::write(&kept[0], bytes).unwrap();
    stdout(dir.path(), &["verify", "a.case"], 1);
    // Another case's checkpoint is none of this log.
    stdout(dir.path(), &["assay", "dump", "--case", "b.case"], 0);
    let other = "b.case/custody/checkpoint";
    let said = stdout(dir.path(), &["verify", "b.case", "--checkpoint", "seen"], 1);
    assert!(said.contains("of another log"), "{said}");
    run(&cosign(other), 0);
    let said = error(dir.path(), &["custody", "add", "a.case", "out.note", "--witness", &key]);
    assert!(said.contains("of another log"), "{said}");
}

/// An authority made for the test by OpenSSL.
#[test]
fn a_time_stamp_is_asked_for_and_taken_by_file() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    let digest = stdout(dir.path(), &["custody", "stamp", "a.case", "-o", "q.tsq"], 0);
    let digest = digest.lines().next().unwrap().to_owned();
    fs::write(
        dir.path().join("tsa.cnf"),
        "[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n[dn]\nCN=Test\n[v3]\n\
         extendedKeyUsage=critical,timeStamping\nkeyUsage=digitalSignature\n[t]\nserial=serial\n\
         crypto_device=builtin\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\n\
         ess_cert_id_alg=sha256\n",
    )
    .unwrap();
    fs::write(dir.path().join("serial"), "01\n").unwrap();
    let openssl = |options: &str| {
        let options: Vec<&str> = options.split(' ').collect();
        ask(dir.path(), "openssl", &options, Path::new(""))
    };
    let make = "req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 9 -config tsa.cnf";
    let answer = "ts -reply -config tsa.cnf -section t -queryfile q.tsq -signer c.pem -inkey k.pem \
                  -out r.tsr";
    if openssl(make).is_none() {
        return;
    }
    let done = openssl(answer).unwrap();
    assert!(done.status.success(), "{done:?}");
    // The log has gone on meanwhile.
    stdout(dir.path(), &["custody", "note", "a.case", "x", "--as", "Ada"], 0);
    let said = stdout(dir.path(), &["custody", "add", "a.case", "r.tsr"], 0);
    assert!(said.contains(&digest) && said.contains("openssl ts -verify"), "{said}");
    stdout(dir.path(), &["verify", "a.case"], 0);
    let check = format!("ts -verify -digest {digest} -in r.tsr -CAfile c.pem");
    assert!(openssl(&check).unwrap().status.success());
    stdout(dir.path(), &["assay", "dump", "--case", "b.case"], 0);
    let said = error(dir.path(), &["custody", "add", "b.case", "r.tsr"]);
    assert!(said.contains("no checkpoint of this log"), "{said}");
}

#[test]
fn a_case_is_sealed_opened_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    fs::write(dir.path().join("pass"), "correct horse\n").unwrap();
    let by = ["--passphrase-file", "pass"];
    let run = |arguments: &[&str]| stdout(dir.path(), &[arguments, &by].concat(), 0);
    let said = run(&["seal", "a.case/", "--remove"]);
    assert!(said.contains("a.case.age: read back"), "{said}");
    assert!(!dir.path().join("a.case").exists());
    let said = run(&["open", "a.case.age"]);
    assert!(said.contains("every byte"), "{said}");
    stdout(dir.path(), &["weigh", "a.case"], 0);
    stdout(dir.path(), &["verify", "a.case"], 0);
    fs::write(dir.path().join("wrong"), "horse\n").unwrap();
    let said = error(dir.path(), &["open", "a.case.age", "b.case", "--passphrase-file", "wrong"]);
    assert!(said.contains("a.case.age") && !dir.path().join("b.case").exists(), "{said}");
    // The program of the standard, where it is.
    let Some(made) = ask(dir.path(), "age-keygen", &["-o", "id"], Path::new("")) else { return };
    let public = String::from_utf8(made.stderr).unwrap();
    let public = public.trim().rsplit(' ').next().unwrap();
    let seal = ["seal", "a.case", "-o", "k.age", "--recipient", public, "--identity", "id"];
    stdout(dir.path(), &seal, 0);
    let tar = ask(dir.path(), "age", &["-d", "-i", "id", "-o", "k.tar", "k.age"], Path::new(""));
    assert!(tar.unwrap().status.success());
    let ledger = ask(dir.path(), "tar", &["xOf", "k.tar", "ledger.jsonl"], Path::new("")).unwrap();
    assert_eq!(ledger.stdout, fs::read(dir.path().join("a.case/ledger.jsonl")).unwrap());
}

#[test]
fn an_item_is_removed_on_order_and_every_command_copes() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    let verdicts = stdout(dir.path(), &["verdicts", "a.case", "--jsonl"], 0);
    let first: serde_json::Value = serde_json::from_str(verdicts.lines().next().unwrap()).unwrap();
    let item = first["sha256"].as_str().unwrap();
    error(dir.path(), &["purge", "a.case", item, "--as", "Ada"]);
    let order = ["purge", "a.case", item, "--order", "Order 7 of the court", "--as", "Ada"];
    let said = stdout(dir.path(), &order, 0);
    assert!(said.contains("gone from the case"), "{said}");
    stdout(dir.path(), &order, 0);
    for command in [
        &["verify", "a.case"][..],
        &["verdicts", "a.case", "--csv"],
        &["summary", "a.case"],
        &["show", "a.case", item],
        &["failures", "a.case"],
        &["report", "a.case", "-o", "r.html"],
        &["export", "a.case", "-o", "bag", "--with-originals"],
        &["verify", "bag"],
        &["weigh", "a.case"],
        &["verify", "a.case"],
    ] {
        let said = stdout(dir.path(), command, 0);
        assert!(!said.contains("This is note 1."), "{command:?}: {said}");
    }
    let report = fs::read_to_string(dir.path().join("r.html")).unwrap();
    assert!(!report.contains("This is note 1.") && !report.contains("Note 1<"));
    assert!(!dir.path().join("bag/data/originals").join(item).exists());
    let said = stdout(dir.path(), &["custody", "a.case"], 0);
    assert_eq!(said.matches("Order 7 of the court").count(), 1, "{said}");
    stdout(dir.path(), &["assay", "dump", "--case", "a.case"], 0);
    let said = stdout(dir.path(), &["failures", "a.case"], 0);
    assert!(said.contains("purged"), "an assay run again does not bring it back: {said}");
}

#[test]
fn a_second_writer_is_told_who_the_first_is() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    let held = lydite_corpus::case::Case::open_to_write(&dir.path().join("a.case")).unwrap();
    let said = error(dir.path(), &["weigh", "a.case"]);
    let holder = format!("in use by process {}", std::process::id());
    assert!(said.contains(&holder), "{said}");
    stdout(dir.path(), &["verdicts", "a.case"], 0);
    // What was asked for is there; that no entry tells of it is said.
    let done = lydite(dir.path(), &["report", "a.case", "-o", "r.html"]);
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success() && said.contains(&holder), "{said}");
    drop(held);
}
