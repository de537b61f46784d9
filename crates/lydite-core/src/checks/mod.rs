//! All checks. `list.rs` is kept equal to the files by `tests/it/tidy.rs`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::check::{Code, Run};
use crate::evidence::{Evidence, Finding, Mark};
use crate::examine::Subject;
use crate::fact::{FactKey, Facts};
use crate::parse::document::Document;
use crate::parse::mapi::render;

pub mod document;
pub mod email;
mod failed;
mod list;

pub use list::ALL;

/// Runs every check of mail. One that panics yields the finding `failed` in place of its own.
pub fn run_all(subject: &Subject, facts: &Facts) -> Vec<Finding> {
    let whole = Evidence::bytes("message", subject.span());
    let mut findings = run_each(&whole, |run| match run {
        Run::Mail(run) => run(subject, facts),
        Run::Document(_) => Vec::new(),
    });
    // Of a mail that we made ourselves nothing counts that our making could have caused.
    if let Some(mark) = render::Mark::of(subject.raw, subject.mail) {
        findings.retain(|finding| email::rendering::admits(mark, finding));
    }
    findings
}

/// Runs every check of documents and images in the same way.
pub fn run_on_document(document: &Document) -> Vec<Finding> {
    let whole = Evidence::bytes("document", document.span());
    run_each(&whole, |run| match run {
        Run::Document(run) => run(document),
        Run::Mail(_) => Vec::new(),
    })
}

fn run_each(whole: &Evidence, run: impl Fn(&Run) -> Vec<Finding>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for check in ALL {
        // A check only reads; what it leaves behind when it panics is dropped with it.
        match catch_unwind(AssertUnwindSafe(|| run(&check.run))) {
            Ok(found) => findings.extend(found),
            Err(_) => {
                let mut finding = failed::FAILED.at(whole.clone());
                finding.check = check.id.to_owned();
                // What a broken check would have seen is open: nothing is lifted past it.
                findings.push(finding.marked(Mark::Ambiguous));
            }
        }
    }
    findings
}

/// Every fact that some check would use, once.
pub fn wants(subject: &Subject) -> Vec<FactKey> {
    let mut wanted: Vec<_> = ALL.iter().flat_map(|check| (check.wants)(subject)).collect();
    wanted.sort();
    wanted.dedup();
    wanted
}

/// The code a finding names, with its meaning and innocent explanations.
pub fn code(check: &str, name: &str) -> Option<&'static Code> {
    if name == failed::FAILED.name {
        return Some(&failed::FAILED);
    }
    let check = ALL.iter().find(|c| c.id == check)?;
    check.codes.iter().find(|c| c.name == name).copied()
}

/// The group a check's findings count in; a join is its own group.
pub fn group(check: &str) -> &str {
    ALL.iter().find(|c| c.id == check).map_or(check, |c| c.group)
}
