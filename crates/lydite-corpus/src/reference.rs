//! Reference copies: archives from outside the dump, of the victim or a provider (design rule 15).
//!
//! They are read as a dump is, confined, and nothing of them is kept but what tells an equal copy:
//! the hash of the bytes, and of a mail the digest of what it displays.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use lydite_core::examine::Examined;
use lydite_core::item::{Kind, Sha256};
use lydite_core::limits;

use crate::assay::{Work, examine_each};
use crate::case::{Case, Result, json_lines};
use crate::collect::{Found, Leaf, Position};
use crate::tables::reference::Row;

const FILE: &str = "facts/reference.jsonl";

/// Reads an archive and takes what it holds into the case. Returns how many items were new.
pub fn take(case: &Case, source: &Path, work: Work) -> Result<usize> {
    let mut rows = of(case)?;
    let before = rows.len();
    let mut leaves: Vec<Leaf> = Vec::new();
    let mut bytes = 0;
    let mut emit = |found: Found, _: Position| {
        if let Found::Leaf(leaf) = found {
            bytes += leaf.bytes.len();
            leaves.push(leaf);
        }
        if leaves.len() >= limits::BATCH_ITEMS || bytes >= limits::BATCH_BYTES {
            rows.extend(examined(std::mem::take(&mut leaves), work));
            bytes = 0;
        }
        ControlFlow::Continue(())
    };
    let sources: [PathBuf; 1] = [source.to_owned()];
    let passwords = case.passwords()?;
    (work.collect)(&sources, &case.scratch(), &passwords, Position::default(), &mut emit)?;
    rows.extend(examined(leaves, work));
    rows.sort();
    rows.dedup();
    case.put_json_lines(FILE, &rows)?;
    Ok(rows.len() - before)
}

/// Everything the case has of reference copies.
pub fn of(case: &Case) -> Result<Vec<Row>> {
    json_lines(&case.root().join(FILE))
}

fn examined(leaves: Vec<Leaf>, work: Work) -> Vec<Row> {
    let is_mail = |leaf: &&Leaf| leaf.kind == Kind::Message;
    let mails: Vec<&Leaf> = leaves.iter().filter(is_mail).collect();
    let blobs: Vec<_> = mails.iter().map(|leaf| (leaf.bytes.as_slice(), Vec::new())).collect();
    let answers = examine_each(&blobs, work);
    let others = leaves.iter().filter(|leaf| !is_mail(leaf));
    let mut out: Vec<Row> = others.map(|leaf| row(leaf, None)).collect();
    for (leaf, answer) in mails.iter().zip(answers) {
        // One that no worker survives is still known by its bytes.
        out.push(row(leaf, answer.ok()));
    }
    out
}

fn row(leaf: &Leaf, examined: Option<Examined>) -> Row {
    let stamped = examined.iter().flat_map(|e| &e.hops).filter_map(|hop| hop.time).max();
    let (mail, bodies) = examined.map(|e| (e.mail, e.bodies)).unwrap_or_default();
    let mail = mail.unwrap_or_default();
    Row {
        sha256: Sha256::of(&leaf.bytes),
        displayed: mail.displayed,
        date: mail.date.max(stamped),
        message_id: mail.message_id,
        text: bodies.into_iter().next().map(|body| body.text),
        path: leaf.path.clone(),
    }
}
