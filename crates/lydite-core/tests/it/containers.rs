//! Mail kept as properties: what is found in it, what is made of it, and what may be said of that.

use std::fs;
use std::path::{Path, PathBuf};

use lydite_core::evidence::Direction;
use lydite_core::examine::examine;
use lydite_core::fact::Facts;
use lydite_core::item::Kind;
use lydite_core::parse::emlx;
use lydite_core::parse::mapi::render::{Mark, Rendered, render};
use lydite_core::parse::mapi::{Message, msg, tnef};
use lydite_core::parse::pst::{self, Store};
use lydite_core::verdict::{Status, decide};
use proptest::prelude::*;
use serde::Deserialize;

use super::cases::{KeyRow, checks_folder, facts, files};

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/containers").join(name);
    fs::read(path).unwrap()
}

/// The key of the fixtures' sender, from a case of the signature check.
fn known_key() -> Facts {
    #[derive(Deserialize)]
    struct Keys {
        keys: Vec<KeyRow>,
    }
    let case = fs::read_to_string(checks_folder().join("email/dkim_signature/holds.toml")).unwrap();
    let case: Keys = toml::from_str(&case).unwrap();
    facts(&case.keys, &[], false)
}

fn status(bytes: &[u8], facts: &Facts) -> Status {
    decide(Kind::Message, &examine(bytes, facts).findings).status
}

/// Folder, whether orphan, and message, for everything a mailbox holds.
fn mailbox(bytes: &[u8]) -> Vec<(String, bool, Message)> {
    let source = |at: u64, size: usize| {
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        bytes[at..bytes.len().min(at.saturating_add(size))].to_vec()
    };
    let Ok(store) = Store::open(&source) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for folder in pst::folders(&store) {
        for entry in folder.entries {
            let message = pst::message(&store, entry.node);
            out.extend(message.map(|m| (folder.path.join(" > "), entry.orphan, m)));
        }
    }
    out
}

fn text(rendered: &Rendered) -> String {
    String::from_utf8_lossy(&rendered.bytes).into_owned()
}

#[test]
fn a_signature_holds_over_kept_headers_and_text() {
    let facts = known_key();
    let from_msg = render(&msg::parse(&fixture("signed.msg")).unwrap());
    assert_eq!(from_msg.mark, Mark::Transport);
    assert_eq!(status(&from_msg.bytes, &facts), Status::Verified);
    let codes = examine(&from_msg.bytes, &facts).findings;
    assert!(codes.iter().any(|f| f.is("email/rendering", "transport-headers")));
    for name in ["ansi.pst", "plain.pst", "permuted.pst", "cyclic.pst"] {
        let found = mailbox(&fixture(name));
        let signed = found.iter().map(|(_, _, m)| render(m)).find(|r| r.mark == Mark::Transport);
        assert_eq!(signed.unwrap().bytes, from_msg.bytes, "{name}");
    }
    let changed = text(&from_msg).replace("hall", "barn").into_bytes();
    assert_eq!(status(&changed, &facts), Status::Undetermined);
}

#[test]
fn all_layouts_of_a_mailbox_give_the_same_items() {
    let mut before: Option<Vec<Vec<u8>>> = None;
    for name in ["ansi.pst", "plain.pst", "permuted.pst", "cyclic.pst"] {
        let found = mailbox(&fixture(name));
        let folders: Vec<&str> = found.iter().map(|(folder, ..)| folder.as_str()).collect();
        assert_eq!(folders, ["Top > Inbox/new"; 4], "{name}");
        let orphans: Vec<bool> = found.iter().map(|(_, orphan, _)| *orphan).collect();
        assert_eq!(orphans, [false, false, true, true], "{name}");
        assert_eq!(found.iter().filter(|(.., m)| m.is_mail()).count(), 3, "{name}");
        let rendered: Vec<Rendered> = found.iter().map(|(.., m)| render(m)).collect();
        assert!(rendered.iter().all(|r| r.defects.is_empty()), "{name}: {rendered:?}");
        let first = text(&rendered[0]);
        for part in [
            "Subject: =?utf-8?B?UsOpdW5pb24=?=\r\n",
            "To: \"Ines Morel\" <ines@citron-media.example>\r\n",
            "Date: Mon, 16 Jan 2017 10:00:00 +0000\r\n",
            "filename=\"plan.txt\"",
            "Content-Type: message/rfc822\r\n",
            "An attached message.\r\n",
        ] {
            assert!(first.contains(part), "{name}: no {part} in {first}");
        }
        let contact = text(&rendered[3]);
        assert!(contact.contains("001a IPM.Contact") && contact.contains("3001 Ines Morel"));
        let bytes: Vec<Vec<u8>> = rendered.into_iter().map(|r| r.bytes).collect();
        // The contact lists what it holds, which a code page does not change.
        assert!(before.is_none_or(|before| before == bytes), "{name} differs");
        before = Some(bytes);
    }
}

#[test]
fn no_property_makes_a_field_and_attachments_stay_whole() {
    let rendered = render(&msg::parse(&fixture("attached.msg")).unwrap());
    let mail = lydite_core::parse::email::parse(&rendered.bytes);
    assert!(mail.field(&rendered.bytes, "Bcc").is_none(), "{}", text(&rendered));
    assert!(mail.doubts.is_empty());
    let parts = examine(&rendered.bytes, &Facts::default()).parts;
    let listed: Vec<(&str, Option<&str>, u64)> =
        parts.iter().map(|p| (p.media_type.as_str(), p.filename.as_deref(), p.size)).collect();
    assert_eq!(
        listed,
        [
            ("text/html", None, 28),
            ("text/plain", None, 22),
            ("application/octet-stream", Some("plan d’été.txt"), 10),
        ]
    );
}

#[test]
fn members_of_a_winmail_dat_are_parts_of_the_mail() {
    use base64::Engine;
    let attached = base64::engine::general_purpose::STANDARD.encode(fixture("winmail.dat"));
    let mail = format!(
        "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\
         \r\n--x\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{attached}\r\n--x--\r\n"
    );
    let parts = examine(mail.as_bytes(), &Facts::default()).parts;
    let sections: Vec<(&str, Option<&str>)> =
        parts.iter().map(|p| (p.section.as_str(), p.filename.as_deref())).collect();
    assert_eq!(sections, [("1", Some("winmail.dat")), ("1!1", None), ("1!2", Some("plan.txt"))]);
    let message = tnef::parse(&fixture("winmail.dat")).unwrap();
    let rendered = text(&render(&message));
    assert!(rendered.contains("Date: Mon, 16 Jan 2017 10:00:00 +0000"), "{rendered}");
    assert!(message.defects.is_empty(), "{:?}", message.defects);
}

#[test]
fn apples_file_gives_the_mail_as_it_was() {
    let file = fixture("signed.emlx");
    let emlx = emlx::split(&file).unwrap();
    assert_eq!(emlx.properties[1], ("flags".to_owned(), "8590195713".to_owned()));
    assert_eq!(status(emlx.mail, &known_key()), Status::Verified);
}

/// Every mail of the labelled sets, changed ones too, as though it came out of a mailbox file.
#[test]
fn form_is_never_held_against_a_rendering() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut count = 0;
    for set in ["labelled", "innocent", "insider"] {
        for path in files(&tests.join(set), "eml") {
            let raw = fs::read(&path).unwrap();
            let made = [&b"X-Lydite-Rendering: mapi; headers=properties\r\n"[..], &raw].concat();
            let found = examine(&made, &Facts::shipped()).findings;
            let speaks = |d| matches!(d, Direction::Supports | Direction::Contradicts);
            assert!(found.iter().all(|f| !speaks(f.direction)), "{}", path.display());
            let kept = [&b"X-Lydite-Rendering: mapi; headers=transport\r\n"[..], &raw].concat();
            for finding in examine(&kept, &Facts::shipped()).findings {
                let form = ["email/client-grammar", "email/client-clock", "email/second-reading"];
                let of_form = form.contains(&finding.check.as_str());
                assert!(!of_form || !speaks(finding.direction), "{}", path.display());
            }
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

/// The mark can only take away: no mail comes out better for it.
#[test]
fn writing_the_mark_into_a_mail_lifts_nothing() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let facts = known_key();
    for set in ["labelled", "insider"] {
        for path in files(&tests.join(set), "eml") {
            let raw = fs::read(&path).unwrap();
            let bare = status(&raw, &facts);
            for mark in ["transport", "properties"] {
                let mark = format!("X-Lydite-Rendering: mapi; headers={mark}\r\n");
                let made = status(&[mark.as_bytes(), &raw].concat(), &facts);
                let lifted = made < Status::Consistent && made < bare;
                assert!(!lifted, "{}: {bare:?} becomes {made:?}", path.display());
            }
        }
    }
}

#[test]
fn damage_costs_items_and_never_the_run() {
    let mut seed = 1u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for name in ["ansi.pst", "cyclic.pst", "attached.msg", "signed.msg", "winmail.dat"] {
        let whole = fixture(name);
        let read = |bytes: &[u8]| {
            let messages: Vec<Message> = match name.ends_with(".pst") {
                true => mailbox(bytes).into_iter().map(|(.., m)| m).collect(),
                false => msg::parse(bytes).or_else(|| tnef::parse(bytes)).into_iter().collect(),
            };
            assert!(messages.len() <= 20, "{name}: {} items", messages.len());
            messages.iter().for_each(|message| drop(render(message)));
        };
        for round in 0..300 {
            let mut bytes = whole.clone();
            if round % 3 == 0 {
                bytes.truncate(random(whole.len()));
            }
            // Where a mailbox's pages, blocks and heaps lie.
            let from = if name.ends_with(".pst") && round % 2 == 0 { 0x4800 } else { 0 };
            for _ in 0..=random(8) {
                let at = (from + random(whole.len() - from)).min(bytes.len().saturating_sub(1));
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = u8::try_from(random(256)).unwrap();
                }
            }
            read(&bytes);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let tnef = [tnef::MAGIC, &bytes].concat();
        tnef::parse(&tnef).iter().for_each(|message| drop(render(message)));
        let compound = [msg::MAGIC, &bytes].concat();
        msg::parse(&compound).iter().for_each(|message| drop(render(message)));
        emlx::split(&bytes);
    }
}

/// With LYDITE_CORPORA set: every mailbox and message of the corpora. Nothing is held against any.
#[test]
fn corpora_are_read_and_nothing_is_held_against_them() {
    let Some(root) = std::env::var_os("LYDITE_CORPORA").map(PathBuf::from) else {
        return;
    };
    let facts = Facts::shipped();
    let (mut mailboxes, mut messages, mut mails) = (0, 0, 0);
    for path in ["pst", "ost", "msg", "tnef"].iter().flat_map(|suffix| files(&root, suffix)) {
        let bytes = fs::read(&path).unwrap();
        let found: Vec<Message> = if bytes.starts_with(b"!BDN") {
            mailboxes += 1;
            mailbox(&bytes).into_iter().map(|(.., message)| message).collect()
        } else {
            msg::parse(&bytes).or_else(|| tnef::parse(&bytes)).into_iter().collect()
        };
        for message in &found {
            messages += 1;
            let once = render(message);
            assert_eq!(once, render(message), "{}", path.display());
            if message.is_mail() {
                mails += 1;
                let status = status(&once.bytes, &facts);
                let fine = matches!(status, Status::Consistent | Status::Undetermined);
                // A signature that holds over the rebuilt bytes is cryptography, not form.
                let signed = status == Status::Verified && once.mark == Mark::Transport;
                assert!(fine || signed, "{}: {status:?}", path.display());
            }
        }
    }
    assert!(mailboxes >= 30 && messages >= 600 && mails >= 300, "{mailboxes} {messages} {mails}");
}
