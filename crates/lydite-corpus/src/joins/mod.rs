//! Joins: analyses over the whole case, one file each: prose, SQL, and how its rows become
//! findings. Built like checks, with SQL in place of the function.

pub mod alike;
pub mod attached;
pub mod copies;
pub mod domain_habit;
mod kept;
pub mod look_alike;
pub mod quotes;
pub mod quoting;
pub mod reference;
pub mod relay_template;
pub mod rounds;
pub mod same_id;
pub mod same_saving;
pub mod signer_siblings;
pub mod standing;
pub mod threads;

use datafusion::arrow::record_batch::RecordBatch;
use lydite_core::check::Code;
use lydite_core::evidence::{Claim, Evidence, Finding, Mark};
use lydite_core::item::Sha256;
use lydite_core::text::align::{Aligned, Change, align};
use lydite_core::text::record::lines;

use crate::case::{Error, Result};
use crate::tables::{self, links};
pub use kept::Texts;

/// What a join found: findings, each with the item it speaks of, and links.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub findings: Vec<(Sha256, Finding)>,
    pub links: Vec<links::Row>,
}

impl FromIterator<(Sha256, Finding)> for Found {
    fn from_iter<I: IntoIterator<Item = (Sha256, Finding)>>(findings: I) -> Found {
        Found { findings: findings.into_iter().collect(), links: Vec::new() }
    }
}

/// What a join rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// What each item shows by itself.
    Items,
    /// Also what others are worth: runs again while that changes.
    Standing,
    /// The same, and it says nothing that changes what anything is worth: runs once, behind the rounds.
    Settled,
}

/// A table's name and the statement whose rows it holds.
pub type Made = (&'static str, fn() -> String);

/// One analysis over all items.
pub struct Join {
    /// Equal to the file's path: `corpus/signer-siblings` is `joins/signer_siblings.rs`.
    pub id: &'static str,
    /// Raised when any outcome may change.
    pub version: u32,
    pub claim: Claim,
    /// Correlated findings form a group, and a group counts once (design rule 4).
    pub group: &'static str,
    pub stage: Stage,
    /// Everything it can ever say.
    pub codes: &'static [&'static Code],
    /// Tables that the statement names, each made once, in this order.
    pub made: &'static [Made],
    /// One statement over the tables; its order decides the order of findings. It selects no texts.
    pub sql: fn() -> String,
    /// The findings its rows make, with the texts that they name.
    pub findings: fn(&RecordBatch, &Texts) -> Result<Found>,
    /// The join's own file.
    pub source: &'static str,
}

impl Join {
    /// The leading `//!` lines of the join's file, without the marker.
    pub fn documentation(&self) -> String {
        lydite_core::check::documentation(self.source)
    }
}

/// Every join, in the order they run.
pub const ALL: &[&Join] = &[
    &domain_habit::JOIN,
    &relay_template::JOIN,
    &signer_siblings::JOIN,
    &copies::JOIN,
    &same_saving::JOIN,
    &same_id::JOIN,
    &quotes::JOIN,
    &quoting::JOIN,
    &attached::JOIN,
    &reference::JOIN,
    &alike::JOIN,
    &look_alike::JOIN,
];

/// The route of a mail: the host that wrote its topmost Received field.
const ROUTE: &str = "route AS (
    SELECT sha256, min(note) AS route FROM findings
    WHERE \"check\" = 'email/route-rewrites' AND code = 'route' GROUP BY sha256)";

/// Mails on whose route a relay that rewrites left a trace, and those that we made of a mailbox's
/// properties: neither are the bytes that were sent.
const RELAYED: &str = "relayed AS (
    SELECT DISTINCT sha256 FROM findings
    WHERE \"check\" = 'email/route-rewrites' AND code = 'relay'
        OR \"check\" = 'email/rendering')";

/// Two kept texts laid beside each other.
fn beside(one: &str, other: &str) -> Aligned {
    let (one, other) = (lines(one), lines(other));
    align(&one.iter().collect::<Vec<_>>(), &other.iter().collect::<Vec<_>>())
}

/// The first of those that have most words in common.
fn most(laid: impl Iterator<Item = Aligned>) -> Option<Aligned> {
    laid.reduce(|known, next| if next.equal > known.equal { next } else { known })
}

/// Whether most of it is the other text, so that the rest is a change of it.
fn is_mostly_equal(aligned: &Aligned) -> bool {
    2 * aligned.equal >= aligned.words && aligned.equal > 0
}

/// Equal words beside changed ones, before and behind together, so that their place is sure.
const FIRM: usize = 4;
/// Changes named in a note.
const NAMED: usize = 3;

/// Changes of words whose place is sure.
fn firm_changes(aligned: &Aligned) -> impl Iterator<Item = &Change> {
    // Words put behind the last one of a line may be a remark.
    let is_inside =
        |change: &Change| change.behind > 0 || (change.was_words > 0 && change.is_words > 0);
    aligned.altering().filter(move |c| c.before + c.behind >= FIRM && is_inside(c))
}

/// How much of a text stands in another, and the first words that differ.
fn words_of(aligned: &Aligned) -> String {
    let words = format!("{} of {} words", aligned.equal, aligned.words);
    let change = |change: &Change| format!("“{}” for “{}”", change.is, change.was);
    let changes: Vec<String> = firm_changes(aligned).take(NAMED).map(change).collect();
    if changes.is_empty() { words } else { format!("{words}: {}", changes.join(", ")) }
}

/// A subject without what answers, forwards and lists put before it.
fn bare_subject(subject: &str) -> String {
    let mut rest = subject.trim();
    loop {
        let tag = rest.strip_prefix('[').and_then(|r| r.split_once(']')).map(|(_, r)| r);
        let prefix = rest.split_once(':').filter(|(word, _)| {
            let word = word.trim_end();
            word.chars().count() <= 4 && word.chars().all(char::is_alphabetic)
        });
        match tag.or(prefix.map(|(_, r)| r)) {
            Some(behind) => rest = behind.trim(),
            None => return rest.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase(),
        }
    }
}

/// Marks of what an item rests on that go along with it (design rules 6 and 7).
fn carried_marks(marks: &[Mark]) -> impl Iterator<Item = Mark> {
    [Mark::WeakKey, Mark::SuppliedKey].into_iter().filter(|mark| marks.contains(mark))
}

/// Mails that show how the sender of what a finding rests on is known, cited behind it (design rule 13).
fn witnessed(finding: Finding, known_by: &[Sha256]) -> Finding {
    let items = known_by.iter().take(2).map(|sha256| Evidence::Item { sha256: *sha256 });
    items.fold(finding, Finding::citing)
}

/// The rows of a join's statement as plain data.
fn rows<R: serde::de::DeserializeOwned>(batch: &RecordBatch) -> Result<Vec<R>> {
    tables::rows_of(batch).map_err(|source| Error::Table { table: "join", source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_compared_without_what_is_put_before_them() {
        assert_eq!(bare_subject("Re: [list] TR : Fwd: The  Vote"), "the vote");
        assert_eq!(bare_subject("Vote: now"), "now");
        assert_eq!(bare_subject("Budget: now"), "budget: now");
    }
}
