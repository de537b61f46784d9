//! Each state of a PDF against the one before: what its next saving changed.

use serde::{Deserialize, Serialize};

use super::file::{self, File};
use super::{facts, revision};
use crate::difference::told::{self, Difference};
use crate::limits;
use crate::parse::document::Piece;
use crate::parse::document::profile::Property;

/// One saving behind the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Of the revision that it made, counted from 1: 2 for the first saving behind the file as it was.
    pub revision: usize,
    /// Where the bytes of that revision end, and of the one before.
    pub end: usize,
    pub before: usize,
    /// Numbers of objects.
    pub added: usize,
    pub replaced: usize,
    pub freed: usize,
    pub difference: Difference,
}

/// What a revision says: its pages with their notes, its Info and XMP.
struct State {
    text: Vec<Piece>,
    properties: Vec<Property>,
}

/// The steps of a PDF, the oldest first; none of one that was saved once, is locked, or whose
/// revisions cannot be told apart. Of more than `limits::PDF_REVISIONS_READ` the newest.
pub fn steps(raw: &[u8]) -> Vec<Step> {
    let Some(file) = file::open(raw) else {
        return Vec::new();
    };
    if file.is_locked || file.revisions.len() < 2 {
        return Vec::new();
    }
    let mut left = limits::PDF_OPERATORS;
    let mut out = Vec::new();
    let (mut later, mut after): (Option<Vec<revision::Seen>>, Option<State>) = (None, None);
    for number in (0..file.revisions.len()).rev().take(limits::PDF_REVISIONS_READ) {
        let seen = revision::seen(&file, number, later.as_deref(), &mut left, &mut false);
        if left == 0 {
            // Pages that were not read would be told as removed.
            break;
        }
        let state = State {
            text: revision::pieces(&seen),
            properties: facts::properties(file.view(number), "", &mut Vec::new()),
        };
        if let Some(after) = after {
            out.push(step(&file, number, &after, &state));
        }
        (later, after) = (Some(seen), Some(state));
    }
    out.reverse();
    out
}

fn step(file: &File, before: usize, after: &State, state: &State) -> Step {
    let (was, is) = (&file.revisions[before], &file.revisions[before + 1]);
    Step {
        revision: before + 2,
        end: is.end,
        before: was.end,
        added: is.added.len(),
        replaced: is.replaced.len(),
        freed: is.freed.len(),
        difference: told::difference(
            (&after.text, &after.properties),
            (&state.text, &state.properties),
        ),
    }
}
