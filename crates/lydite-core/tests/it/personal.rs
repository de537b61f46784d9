//! Signatures of people: against openssl where it is at hand, on hostile bytes, and on public mail.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lydite_core::examine::{Examined, examine};
use lydite_core::fact::{Facts, import_personal};
use lydite_core::parse::email;
use lydite_core::signature::certificate::Certificate;
use lydite_core::signature::smime::{self, Outcome, Part};
use lydite_core::signature::{openpgp_key, pgp};

use super::cases::{checks_folder, files};
use super::corpora::corpora;

const FOLDERS: [&str; 3] = ["smime_signature", "openpgp_signature", "carried_keys"];

fn mails() -> Vec<PathBuf> {
    FOLDERS.iter().flat_map(|f| files(&checks_folder().join("email").join(f), "eml")).collect()
}

fn codes(examined: &Examined) -> Vec<&str> {
    let of_people = |check: &str| {
        matches!(check, "email/smime-signature" | "email/openpgp-signature" | "email/carried-keys")
    };
    let findings = examined.findings.iter().filter(|f| of_people(&f.check));
    findings.map(|f| f.code.as_str()).collect()
}

/// Bytes that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % most.max(1)
    }
}

#[test]
fn changed_bytes_never_fail_a_check() {
    let mut dice = Dice(1);
    for path in mails() {
        let (raw, facts) = (fs::read(&path).unwrap(), given(&path));
        for _ in 0..60 {
            let mut changed = raw.clone();
            for _ in 0..=dice.below(4) {
                let at = dice.below(changed.len());
                match dice.below(4) {
                    0 => changed[at] = dice.below(256) as u8,
                    1 => changed[at] = b"ABCDEFGH+/=\n"[dice.below(12)],
                    2 => {
                        let end = (at + dice.below(40)).min(changed.len() - 1).max(at);
                        changed.drain(at..end);
                    }
                    _ => changed.truncate(at.max(1)),
                }
            }
            let examined = examine(&changed, &facts);
            assert!(!codes(&examined).contains(&"failed"), "{}", path.display());
        }
    }
}

/// The keys that a case gives.
fn given(path: &Path) -> Facts {
    let text = fs::read_to_string(path.with_extension("toml")).unwrap();
    let case: toml::Table = toml::from_str(&text).unwrap();
    let mut facts = Facts::default();
    for row in case.get("personal").and_then(|rows| rows.as_array()).into_iter().flatten() {
        facts.insert_personal(row.clone().try_into().unwrap());
    }
    facts
}

/// A letter of the text replaced, under whatever signature: it never holds.
#[test]
fn a_changed_letter_never_holds() {
    let mut tried = 0;
    for path in mails() {
        let (raw, facts) = (fs::read(&path).unwrap(), given(&path));
        let Some(at) = raw.windows(6).position(|w| w == b"12,000") else { continue };
        let before = codes(&examine(&raw, &facts)).iter().any(|c| c.starts_with("holds"));
        let mut changed = raw.clone();
        changed[at] = b'9';
        let examined = examine(&changed, &facts);
        let after = codes(&examined).iter().filter(|c| c.starts_with("holds")).count();
        assert_eq!(
            after,
            usize::from(path.ends_with("holds-part-twice.eml")),
            "{}",
            path.display()
        );
        tried += usize::from(before);
    }
    assert!(tried > 35, "{tried}");
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_no_certificate_or_key(bytes in proptest::collection::vec(0u8..=255, 0..400)) {
        Certificate::parse(&bytes);
        openpgp_key::read(&bytes);
        openpgp_key::dearmored(&bytes);
        openpgp_key::signatures(&bytes);
        import_personal(&bytes, "test");
    }
}

/// Single bytes of DER and of packets changed behind their encodings: base64 hides little of what a
/// hostile mail can do, so this reads them plain.
#[test]
fn changed_certificates_and_keys_are_read_or_not() {
    let mut dice = Dice(2);
    let mut kept = [0, 0];
    for path in files(&checks_folder().join("email"), "toml") {
        let text = fs::read_to_string(&path).unwrap();
        let rows = text.lines().filter_map(|l| l.strip_prefix("content = \"")?.strip_suffix('"'));
        for row in rows.take(1) {
            let bytes = lydite_core::text::decode_transfer(row.as_bytes(), "base64").into_owned();
            for _ in 0..200 {
                let mut changed = bytes.clone();
                let at = dice.below(changed.len());
                changed[at] = dice.below(256) as u8;
                changed.truncate(changed.len() - dice.below(3) * dice.below(changed.len()) / 2);
                kept[0] += usize::from(Certificate::parse(&changed).is_some());
                kept[1] += openpgp_key::read(&changed).0.len();
            }
        }
    }
    assert!(kept[0] > 500 && kept[1] > 500, "mostly read all the same: {kept:?}");
}

/// Outcome of each S/MIME signature.
fn opened(raw: &[u8]) -> Vec<Outcome> {
    let mail = email::parse(raw);
    let parts = smime::open(raw, &mail, None, &Facts::default());
    let outcome = |part| match part {
        Part::Signed(signed) => Some(signed.outcome),
        _ => None,
    };
    parts.into_iter().filter_map(outcome).collect()
}

/// `openssl cms -verify -noverify`: the signature, not the chain.
fn openssl_holds(raw: &[u8], path: &Path) -> Option<bool> {
    fs::write(path, raw).unwrap();
    let mut command = Command::new("openssl");
    command.args(["cms", "-verify", "-noverify", "-inform", "SMIME", "-in"]).arg(path);
    Some(command.output().ok()?.status.success())
}

#[test]
fn openssl_says_the_same() {
    let folder = std::env::temp_dir().join(format!("lydite-smime-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (mut same, mut different) = (0, Vec::new());
    for path in files(&checks_folder().join("email/smime_signature"), "eml") {
        let raw = fs::read(&path).unwrap();
        let ours = opened(&raw);
        // A list's wrapping and an attached mail are not looked into by openssl.
        let name = path.file_stem().unwrap().to_str().unwrap();
        // openssl 3.0 opens no Ed25519 in CMS ("invalid digest"), and no CMS without its certificate.
        let skipped = ["holds-part", "holds-certificates-given", "holds-ed25519"];
        if ours.is_empty() || skipped.iter().any(|s| name.starts_with(s)) {
            continue;
        }
        let Some(theirs) = openssl_holds(&raw, &folder.join("mail")) else {
            println!("openssl absent: skipped");
            break;
        };
        match (ours == [Outcome::Holds]) == theirs {
            true => same += 1,
            false => different.push((name.to_owned(), ours, theirs)),
        }
    }
    fs::remove_dir_all(&folder).unwrap();
    println!("{same} as openssl says");
    assert!(different.is_empty(), "{different:?}");
}

/// What was counted on public mail.
#[derive(Default)]
struct Counted {
    /// By set and outcome.
    table: BTreeMap<(String, String), usize>,
    /// Seconds between signing and Date.
    apart: Vec<i64>,
}

impl Counted {
    fn add(&mut self, set: &str, what: String) {
        *self.table.entry((set.to_owned(), what)).or_default() += 1;
    }

    fn mail(&mut self, set: &str, raw: &[u8], folder: &Path) {
        let mail = email::parse(raw);
        let date = mail.field(raw, "Date");
        let date = date.and_then(|f| lydite_core::parse::date::parse(f.value.of(raw)));
        let apart = |made: Option<i64>| Some((made? - date?.epoch).abs());
        for signed in pgp::open(raw, &mail, &Facts::default()) {
            let inline = if signed.inline { "inline" } else { "mime" };
            self.add(set, format!("pgp {inline} {:?} {:?}", signed.outcome, signed.form));
            self.apart.extend(apart(signed.created));
        }
        for part in smime::open(raw, &mail, None, &Facts::default()) {
            match part {
                Part::Signed(s) => {
                    self.add(set, format!("smime {:?} {:?}", s.outcome, s.form));
                    self.apart.extend(apart(s.signing_time));
                    let inner = unwrapped(raw, &mail);
                    let theirs = inner.and_then(|raw| openssl_holds(&raw, &folder.join("m")));
                    if let Some(theirs) = theirs {
                        let ours = s.outcome == Outcome::Holds;
                        self.add(set, format!("smime openssl same: {}", ours == theirs));
                    }
                }
                Part::Enveloped(_) => self.add(set, "smime enveloped".to_owned()),
                Part::Certificates(..) => self.add(set, "smime certificates".to_owned()),
                Part::Unread(_, why) => self.add(set, format!("smime unread: {why}")),
            }
        }
    }

    fn on_lists(&self, what: &str) -> usize {
        let is_row = |(set, w): &(String, String)| set == "email/lists" && w.starts_with(what);
        self.table.iter().filter(|(row, _)| is_row(row)).map(|(_, n)| n).sum()
    }
}

/// What stands on public mail: per list, signatures by outcome and form. Every OpenPGP text fits the
/// digest's two bytes, which other readings of the signed part would do once in 65,536.
#[test]
fn public_lists_hold_as_far_as_measured() {
    let Some(root) = corpora() else { return };
    let folder = std::env::temp_dir().join(format!("lydite-lists-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut counted = Counted::default();
    let sets = [
        "email/lists",
        "email/spamassassin-public-corpus/data",
        "email/mimekit",
        "email/mail-parser",
        "email/mikel-mail",
        "email/mu",
        "email/notmuch-corpora",
        "email/flanker",
        "phish",
    ];
    let signs = ["multipart/signed", "pkcs7-mime", "BEGIN PGP SIGNED"];
    for set in sets {
        for path in all_files(&root.join(set)) {
            let raw = fs::read(&path).unwrap();
            if signs.iter().any(|sign| memchr::memmem::find(&raw, sign.as_bytes()).is_some()) {
                counted.mail(set, &raw, &folder);
            }
        }
    }
    fs::remove_dir_all(&folder).unwrap();
    counted.table.iter().for_each(|((set, what), n)| println!("{set}\t{what}\t{n}"));
    let over = |seconds| counted.apart.iter().filter(|s| **s > seconds).count();
    println!(
        "signing time from Date, of {}: over 1 h {}, 1 day {}, 7 days {}",
        counted.apart.len(),
        over(3_600),
        over(86_400),
        over(7 * 86_400)
    );
    let of = |what| counted.on_lists(what);
    assert_eq!((of("pgp"), of("pgp mime OtherText")), (801, 0));
    let smime = (of("smime Holds"), of("smime OtherText"), of("smime openssl same: false"));
    assert_eq!(smime, (15, 2, 0));
}

/// The signed part as a mail of its own, for a program that does not look inside lists' wrapping.
fn unwrapped(raw: &[u8], mail: &email::Mail) -> Option<Vec<u8>> {
    let mut found = None;
    mail.root.walk(&mut |e| {
        if e.media.essence == "multipart/signed" && found.is_none() {
            let header = e.fields(raw, "Content-Type").next();
            let header = header.map(|f| f.span.of(raw)).unwrap_or_default();
            found = Some([b"MIME-Version: 1.0\r\n", header, b"\r\n", e.body.of(raw)].concat());
        }
    });
    found
}

fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => open.push(path),
                false => found.push(path),
            }
        }
    }
    found.sort();
    found
}
