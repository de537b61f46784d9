//! All checks. `list.rs` is kept equal to the files by `tests/it/tidy.rs`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::check::Code;
use crate::evidence::{Evidence, Finding, Mark};
use crate::examine::Subject;
use crate::fact::{FactKey, Facts};
use crate::parse::mapi::render;

pub mod email;
mod failed;
mod list;

pub use list::ALL;

/// Runs every check. One that panics yields the finding `failed` in place of its own.
pub fn run_all(subject: &Subject, facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for check in ALL {
        // A check only reads; what it leaves behind when it panics is dropped with it.
        match catch_unwind(AssertUnwindSafe(|| (check.run)(subject, facts))) {
            Ok(found) => findings.extend(found),
            Err(_) => {
                let mut finding = failed::FAILED.at(Evidence::bytes("message", subject.span()));
                finding.check = check.id.to_owned();
                // What a broken check would have seen is open: nothing is lifted past it.
                findings.push(finding.marked(Mark::Ambiguous));
            }
        }
    }
    // Of a mail that we made ourselves nothing counts that our making could have caused.
    if let Some(mark) = render::Mark::of(subject.raw, subject.mail) {
        findings.retain(|finding| email::rendering::admits(mark, finding));
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
