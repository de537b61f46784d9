//! Counts what is found in mailboxes and messages kept as properties: `containers PATH…` prints one
//! tab-separated line a file (bytes, format, messages, other items, hidden ones, orphans, with
//! transport headers, attachments, embedded messages, defects, status of the renderings). See
//! `benches/containers`.

#![allow(clippy::disallowed_methods)] // an example does I/O, core does not

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use lydite_core::examine::examine;
use lydite_core::fact::Facts;
use lydite_core::item::Kind;
use lydite_core::parse::mapi::render::{Mark, render};
use lydite_core::parse::mapi::{Content, Message, msg, tnef};
use lydite_core::parse::pst;
use lydite_core::verdict::decide;

#[derive(Default)]
struct Count {
    mails: u64,
    others: u64,
    hidden: u64,
    orphans: u64,
    transport: u64,
    attachments: u64,
    embedded: u64,
    defects: u64,
    status: BTreeMap<String, u64>,
}

fn main() {
    let facts = Facts::shipped();
    for path in std::env::args().skip(1) {
        let mut count = Count::default();
        let format = match read(Path::new(&path), &facts, &mut count) {
            Ok(format) => format.to_owned(),
            Err(why) => why,
        };
        let Count {
            mails, others, hidden, orphans, transport, attachments, embedded, defects, ..
        } = count;
        println!(
            "{path}\t{format}\t{mails}\t{others}\t{hidden}\t{orphans}\t{transport}\t{attachments}\t\
             {embedded}\t{defects}\t{:?}",
            count.status
        );
    }
}

fn read(path: &Path, facts: &Facts, count: &mut Count) -> Result<&'static str, String> {
    let mut file = File::open(path).map_err(|error| error.to_string())?;
    let mut head = [0; 8];
    let _ = file.read(&mut head);
    if head.starts_with(b"!BDN") {
        let file = RefCell::new(file);
        let source = |at: u64, size: usize| {
            let mut file = file.borrow_mut();
            let mut bytes = Vec::new();
            if file.seek(SeekFrom::Start(at)).is_ok() {
                let _ = file.by_ref().take(size as u64).read_to_end(&mut bytes);
            }
            bytes
        };
        let store = pst::Store::open(&source).map_err(|refusal| format!("{refusal:?}"))?;
        for folder in pst::folders(&store) {
            for entry in folder.entries {
                count.hidden += u64::from(entry.associated);
                count.orphans += u64::from(entry.orphan);
                match pst::message(&store, entry.node) {
                    Some(message) if !entry.associated => {
                        eprintln!("  {}: {}", folder.path.join(" > "), message.class());
                        add(&message, facts, count);
                    }
                    Some(_) => {}
                    None => count.defects += 1,
                }
            }
        }
        return Ok("pst");
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let (format, message) = match (msg::parse(&bytes), tnef::parse(&bytes)) {
        (Some(message), _) => ("msg", message),
        (_, Some(message)) => ("tnef", message),
        _ => return Err("neither".to_owned()),
    };
    add(&message, facts, count);
    Ok(format)
}

fn add(message: &Message, facts: &Facts, count: &mut Count) {
    let rendered = render(message);
    count.attachments += message.attachments.len() as u64;
    let is_message = |content: &Content| matches!(content, Content::Message(_));
    count.embedded += message.attachments.iter().filter(|a| is_message(&a.content)).count() as u64;
    count.defects += rendered.defects.len() as u64;
    count.transport += u64::from(rendered.mark == Mark::Transport);
    for defect in &rendered.defects {
        eprintln!("  {defect}");
    }
    if !message.is_mail() {
        count.others += 1;
        return;
    }
    count.mails += 1;
    if std::env::var("SHOW").is_ok() {
        println!("{}\n=====", String::from_utf8_lossy(&rendered.bytes));
    }
    let verdict = decide(Kind::Message, &examine(&rendered.bytes, facts).findings);
    *count.status.entry(verdict.status.name().to_owned()).or_default() += 1;
}
