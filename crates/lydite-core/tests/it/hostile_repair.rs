//! What hostile mails ask of the search behind a signature: that nothing shown stays unnamed, and
//! that it ends.

use std::path::Path;
use std::time::{Duration, Instant};

use lydite_core::evidence::Cover;
use lydite_core::examine::{Examined, examine};
use lydite_core::fact::{Facts, Grade, Key};
use lydite_core::signature::repair::Repair;

fn case(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/checks/email/repair");
    std::fs::read(folder.join(format!("{name}.eml"))).expect("a case")
}

/// The key of the cases, as their files give it.
fn facts() -> Facts {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/checks/email/repair");
    let text = std::fs::read_to_string(folder.join("intact.toml")).expect("a case");
    let record = text.split("record = \"").nth(1).and_then(|rest| rest.split('"').next());
    let mut facts = Facts::default();
    facts.insert(Key {
        domain: "parti-horizon.example".to_owned(),
        selector: "h2017".to_owned(),
        record: record.expect("a record").to_owned(),
        grade: Grade::A,
        first_seen: Some(16_804),
        last_seen: Some(17_712),
        source: "test case".to_owned(),
        private_since: None,
    });
    facts
}

fn repaired(raw: &[u8]) -> Repair {
    let mut all = examine(raw, &facts()).repairs;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn replaced(raw: &[u8], from: &str, to: &[u8]) -> Vec<u8> {
    let at = memchr::memmem::find(raw, from.as_bytes()).expect("the text");
    [&raw[..at], to, &raw[at + from.len()..]].concat()
}

#[test]
fn all_that_is_shown_beside_the_original_is_named() {
    let repair = repaired(&case("original-verified-base64"));
    let parts: Vec<_> = repair.residue.iter().map(|r| (r.part.as_str(), r.text.as_str())).collect();
    let words = "----\nAnd 9,000 euros in cash to my brother.";
    assert_eq!(parts, [("body end", words), ("subject", "[assembly] ")]);
    let coverage = lydite_core::checks::email::repair::covered_beside_residue(&repair);
    assert_eq!(coverage.map(|c| (c.body, c.subject)), Some((Cover::Tail, Cover::Tail)));

    let repair = repaired(&case("type-added"));
    let parts: Vec<_> = repair.residue.iter().map(|r| r.part.as_str()).collect();
    assert_eq!(parts, ["body end", "content-type"]);
}

#[test]
fn letters_that_cannot_be_read_are_not_alike() {
    let plain = case("original-verified");
    let residue = |blot: &[u8]| {
        let raw = replaced(&plain, "assembly list", &[b"\xe0\xe1", blot].concat());
        repaired(&raw).residue
    };
    assert_eq!(residue(b"\xe2"), residue(b"\xe2"));
    assert_ne!(residue(b"\xe2"), residue(b"\xe3"));
}

#[test]
fn a_wrapper_that_shows_one_part_is_named() {
    let plain = case("original-verified-wrapper");
    let raw = replaced(&plain, "multipart/mixed", b"multipart/alternative");
    let residue = repaired(&raw).residue;
    assert!(residue.iter().any(|r| r.text == "multipart/alternative"), "{residue:?}");
    assert!(!repaired(&plain).residue.iter().any(|r| r.part == "part of"));
}

/// The original of a mail is found in the time that the bounds were set for; a debug build is some
/// times slower than what is shipped.
fn within(seconds: u64, name: &str, raw: &[u8]) -> Examined {
    let start = Instant::now();
    let examined = examine(raw, &facts());
    let took = start.elapsed();
    println!(
        "{name}: {took:?}, {} bytes, {:?}",
        raw.len(),
        examined.repairs.iter().map(|r| r.hypotheses).collect::<Vec<_>>()
    );
    assert!(took < Duration::from_secs(seconds), "{name} took {took:?}");
    examined
}

#[test]
fn hostile_mails_end() {
    let plain = case("original-verified");
    let body = memchr::memmem::find(&plain, b"\r\n\r\n").expect("a body") + 4;
    let head = |more: &str| {
        replaced(&plain[..body], "\r\nSubject:", format!("\r\n{more}Subject:").as_bytes())
    };
    let mail = |more: &str, text: String| [head(more), text.into_bytes()].concat();
    let text = "12 words, 34 of them digits 567890\r\n".to_owned();
    within(10, "fields", &mail(&"X-A: b\r\n".repeat(19_000), text.clone()));
    within(
        10,
        "reply-to",
        &mail(&"Reply-To: Ann <ann@a.example>, b@b.example\r\n".repeat(2_000), text.clone()),
    );
    let cc =
        (0..100_000).map(|n| format!("N{n} <n{n}@a.example>")).collect::<Vec<_>>().join(",\r\n ");
    within(10, "cc", &mail(&format!("Cc: {cc}\r\n"), text.clone()));
    within(10, "words", &mail(&format!("X: {}\r\n", "=?utf-8?q?".repeat(100_000)), text.clone()));
    within(10, "angles", &mail("", "<".repeat(8 << 20)));
    within(10, "line", &mail("", "a<b@c>".repeat(1 << 20)));
    within(10, "lines", &mail("", "a\r\n".repeat(1 << 20)));
    within(10, "digits", &mail("", "1234567890\r\n".repeat(4_000)));
    within(10, "stuffed", &mail("", ">From a\r\n".repeat(400_000)));
    let rules = format!("{}{}", "----\r\n".repeat(10), "abcdefgh \u{e9}\r\n".repeat(250_000));
    within(20, "footers", &mail("", rules));
    let subject = format!("[a] Re: [b] =?utf-8?q?{}?=", "=C3=A9".repeat(20_000));
    let long = replaced(&plain, "[assembly] Rouen hall, deposit", subject.as_bytes());
    within(10, "subject", &long);
    let to = format!("To: {}\r\n", "Ann <ann@a.example>, ".repeat(5));
    within(10, "to", &mail(&to.repeat(5_000), text.clone()));
    let typed = |parts: usize, content: &str| {
        let raw = mail("", format!("--b\r\nContent-Type: text/plain;\r\n format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{content}\r\n").repeat(parts) + "--b--\r\n");
        replaced(&raw, "text/plain; charset=utf-8", b"multipart/mixed; boundary=b")
    };
    // A signature that names one field two thousand times.
    let named = |name: &str, field: &str| {
        let raw = mail(&field.repeat(1_900), text.clone());
        replaced(&raw, "h=From:", format!("h=From:{}", format!("{name}:").repeat(1_900)).as_bytes())
    };
    within(
        10,
        "named reply-to",
        &named("Reply-To", "Reply-To: Ann <ann@a.example>, b@b.example\r\n"),
    );
    within(
        10,
        "named subject",
        &named(
            "Subject",
            &format!("Subject: [a] Re: [b] =?utf-8?q?{}?=\r\n", "=C3=A9".repeat(500)),
        ),
    );
    let five = (0..5).map(|n| format!("\"{}\" <n{n}@a.example>", "x".repeat(1_000)));
    let five = five.collect::<Vec<_>>().join(",\r\n ");
    within(10, "named to", &named("To", &format!("To: {five}\r\n")));
    within(
        10,
        "named from",
        &named(
            "From",
            &format!(
                "Reply-To: {}\r\nFrom: {} via L <l@l.example>\r\n",
                "Ann <ann@a.example>, ".repeat(9),
                "x".repeat(1_000)
            ),
        ),
    );
    within(10, "parts", &typed(10_000, "a=3D1"));
    within(20, "large parts", &typed(6, &"abc 1=3D\r\n".repeat(100_000)));
}
