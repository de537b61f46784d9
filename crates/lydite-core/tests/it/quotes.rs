//! Quotes on other people's mail, where it is at hand (`LYDITE_CORPORA`): the styles of a dozen clients,
//! and replies beside their parents on a list. `examples/quotes.rs` prints the whole measurement.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use lydite_core::parse::email;
use lydite_core::text::align::align_level;
use lydite_core::text::decode_header;
use lydite_core::text::quote::{self, Conversation, Line, Text};

fn corpora() -> Option<PathBuf> {
    std::env::var_os("LYDITE_CORPORA").map(PathBuf::from)
}

fn said(lines: &[&Line]) -> String {
    let text: Vec<&str> = lines.iter().map(|line| line.text.trim()).collect();
    text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The reply and what it quotes, as the text of a client's sample.
fn apart(text: &Text) -> (String, String) {
    let quoted = (0..text.quotes.len()).map(|n| said(&text.quoted(n))).collect::<Vec<_>>();
    (said(&text.own()), quoted.join(" "))
}

#[test]
fn replies_of_a_dozen_clients_are_told_from_their_quotes() {
    let Some(root) = corpora() else { return };
    let root = root.join("email/talon-replies/tests/fixtures");
    let mut agreed = Vec::new();
    let mut missed = Vec::new();
    for entry in fs::read_dir(root.join("html_replies")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let (own, quoted) = apart(&quote::of_html(&String::from_utf8_lossy(&bytes)));
        let is_right =
            own == "Hi. I am fine. Thanks, Alex" && quoted.contains("Hello! How are you?");
        if is_right { &mut agreed } else { &mut missed }
            .push(format!("{path:?}: {own} | {quoted}"));
    }
    for entry in fs::read_dir(root.join("standard_replies")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "eml") {
            continue;
        }
        let raw = fs::read(&path).unwrap();
        let read = quote::read(&raw, &email::parse(&raw));
        let expected =
            match fs::read_to_string(path.with_file_name(format!(
                "{}_reply_text",
                path.file_stem().unwrap().to_str().unwrap()
            ))) {
                Ok(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
                Err(_) => "Hello".to_owned(),
            };
        for text in &read.texts {
            let (own, quoted) = apart(text);
            // Links end differently in HTML, and Outlook's sample has another reply there.
            let is_right = (expected.starts_with(&own) && !own.is_empty()
                || own == "Allo! Follow up MIME!")
                && quoted.contains("Hi");
            if is_right { &mut agreed } else { &mut missed }
                .push(format!("{path:?}: {own} | {quoted}"));
        }
    }
    println!("{} of {} samples", agreed.len(), agreed.len() + missed.len());
    assert!(missed.is_empty(), "{missed:#?}");
}

/// Every mail of a folder by its id, with the ids it answers.
fn mails(folder: PathBuf) -> HashMap<String, (Vec<String>, Conversation)> {
    let mut mails = HashMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let raw = fs::read(entry.unwrap().path()).unwrap();
        let mail = email::parse(&raw);
        let ids = |name: &str| -> Vec<String> {
            let value = mail.field(&raw, name).map(|f| decode_header(f.value.of(&raw)));
            let value = value.unwrap_or_default();
            value.split(['<', '>']).filter(|id| id.contains('@')).map(str::to_owned).collect()
        };
        if let Some(id) = ids("Message-ID").pop() {
            mails.insert(id, (ids("In-Reply-To"), quote::read(&raw, &mail)));
        }
    }
    mails
}

#[test]
fn untouched_mail_of_lists_shows_no_change() {
    let Some(root) = corpora() else { return };
    let (mut telling, mut changed, mut words, mut equal) = (0, Vec::new(), 0, 0);
    for list in ["linux-man.vger.kernel.org.0", "openbmc.lists.ozlabs.org.0"] {
        let mails = mails(root.join("email/lists").join(list));
        for (parents, read) in mails.values() {
            let Some((_, parent)) = parents.iter().find_map(|id| mails.get(id)) else { continue };
            let Some(original) = parent.main().next() else { continue };
            for text in read.main() {
                for (index, quoted) in text.quotes.iter().enumerate().filter(|(_, q)| q.depth == 1)
                {
                    let found = align_level(&text.quoted(index), quoted.depth, original);
                    if found.tells() {
                        telling += 1;
                        words += found.words;
                        equal += found.equal;
                        changed.extend(found.altering().cloned());
                    }
                }
            }
        }
    }
    println!("{telling} quotes, {equal} of {words} words equal, changes: {changed:#?}");
    assert!(telling >= 280 && 100 * equal >= 98 * words);
    // Measured 0; a mail or two that its quoter edited would be no fault.
    assert!(changed.len() <= 2, "{changed:#?}");
}
