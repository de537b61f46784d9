//! What a check is: a plain static value, one per file under `checks/`.

use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::examine::Subject;
use crate::fact::{FactKey, Facts};
use crate::parse::document::Document;

/// One rule that examines an item and may report findings from a closed list of codes.
pub struct Check {
    /// Equal to the file's path: `email/dkim-signature` is `checks/email/dkim_signature.rs`.
    pub id: &'static str,
    /// Raised when any outcome may change.
    pub version: u32,
    pub claim: Claim,
    /// Correlated findings form a group, and a group counts once (design rule 4).
    pub group: &'static str,
    /// Since when the rule can apply: the year and month its format was published.
    pub since: (i16, i8),
    /// Everything it can ever say.
    pub codes: &'static [&'static Code],
    /// The facts from outside it would use for a mail; asked for, never fetched.
    pub wants: fn(&Subject) -> Vec<FactKey>,
    pub run: Run,
    /// `include_str!` of the check's own file: its documentation and the rule text of record.
    pub source: &'static str,
}

/// The one function of a check, by what it examines.
pub enum Run {
    Mail(fn(&Subject, &Facts) -> Vec<Finding>),
    /// Documents and images. A check of one format finds nothing in the others.
    Document(fn(&Document) -> Vec<Finding>),
}

impl Check {
    /// The leading `//!` lines of the check's file, without the marker.
    pub fn documentation(&self) -> String {
        documentation(self.source)
    }
}

/// The leading `//!` lines of a source file, without the marker.
pub fn documentation(source: &str) -> String {
    source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// A sentence in the languages Lydite speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    pub en: &'static str,
    pub fr: &'static str,
}

/// One thing a check can say. Direction and strength are fixed here, never computed.
#[derive(Debug)]
pub struct Code {
    pub check: &'static str,
    pub name: &'static str,
    pub claim: Claim,
    pub direction: Direction,
    pub strength: Option<Strength>,
    pub meaning: Text,
    /// How the same finding can arise without anybody having altered anything. Empty only for
    /// findings that do not speak against the item.
    pub innocent: Text,
}

impl Code {
    /// The only way to make a finding: with what it rests on.
    pub fn at(&self, evidence: Evidence) -> Finding {
        Finding {
            check: self.check.to_owned(),
            code: self.name.to_owned(),
            claim: self.claim,
            direction: self.direction,
            strength: self.strength,
            coverage: None,
            marks: Vec::new(),
            note: String::new(),
            evidence: vec![evidence],
        }
    }
}
