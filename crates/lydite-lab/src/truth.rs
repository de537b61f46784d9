//! What each item of a made dump is.

use serde::{Deserialize, Serialize};

/// Word for an item that nobody changed, made or put there.
pub const UNTOUCHED: &str = "untouched";

/// One row of `truth.jsonl`: one sighting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// As Lydite names places in a dump.
    pub path: String,
    /// [`UNTOUCHED`], or what was done.
    pub what: String,
    /// `careless`, `expert`, `insider`; null where nobody lies.
    pub class: Option<String>,
    /// What is odd about an innocent item.
    pub oddity: Option<String>,
    /// The claim that a forgery attacks; null for what attacks none (mail really sent from an opened
    /// account, decoys, files saved again).
    pub attacked: Option<String>,
    /// Whether something outside the forger's reach contradicts it, or he left a contradiction in it.
    /// By construction, not by asking Lydite.
    pub detectable: bool,
    /// Whether a chain reaches it from a signature that holds under a key of the archive, or from the
    /// reference.
    pub anchored: bool,
    /// How: see [`crate::anchor::Anchor`].
    pub anchor: Option<String>,
    /// A signature of the From domain holds over it as it lies there, everything displayed covered.
    pub by_signature: bool,
    /// Numbers of the messages from the anchor to this one; of a forgery, of those that tell.
    pub chain: Vec<usize>,
    /// Number of the message: equal for all copies of one.
    pub message: Option<usize>,
    pub story: String,
}

impl Row {
    pub fn is_untouched(&self) -> bool {
        self.what == UNTOUCHED
    }

    /// Whether it lies: made or changed by a forger, to attack a claim.
    pub fn is_forged(&self) -> bool {
        self.attacked.is_some()
    }
}
