//! Which layers held when items of a case were read: a small file beside the tables, since a report
//! is printed later, perhaps elsewhere. It is no evidence, and nothing in the tables rests on it.

use std::collections::BTreeMap;
use std::path::Path;
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, anyhow};
use lydite_corpus::case::Case;
use serde::{Deserialize, Serialize};

use super::probe;

/// Name in the case folder.
const FILE: &str = "layers.json";

/// One way in which items were read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Of Lydite.
    pub version: String,
    /// Every layer, and whether it held.
    pub layers: BTreeMap<String, bool>,
}

/// What is being tried beside the work.
pub struct Trying(JoinHandle<Result<Vec<String>>>);

/// Starts [`note`] beside the work of a command: the probes take most of a second.
pub fn start(case: &Case, no_sandbox: bool) -> Trying {
    let (root, scratch) = (case.root().to_owned(), case.scratch());
    Trying(thread::spawn(move || note(&root, &scratch, no_sandbox)))
}

impl Trying {
    /// The layers that held. To be asked before the scratch folder is swept.
    pub fn layers(self) -> Result<Vec<String>> {
        self.0.join().map_err(|_| anyhow!("the layers could not be tried"))?
    }
}

/// Tries every layer, with `scratch` for files, and notes in the case at `root` what held, once for
/// each different outcome. Gives the layers that held.
fn note(root: &Path, scratch: &Path, no_sandbox: bool) -> Result<Vec<String>> {
    let layers: BTreeMap<String, bool> = if no_sandbox {
        probe::LAYERS.iter().map(|layer| ((*layer).to_owned(), false)).collect()
    } else {
        probe::try_all(scratch)?
            .into_iter()
            .map(|tried| (tried.layer.to_owned(), tried.holds))
            .collect()
    };
    let held = layers.iter().filter(|(_, holds)| **holds).map(|(layer, _)| layer.clone()).collect();
    let run = Run { version: env!("CARGO_PKG_VERSION").to_owned(), layers };
    let mut runs = noted(root);
    if runs.contains(&run) {
        return Ok(held);
    }
    runs.push(run);
    let path = root.join(FILE);
    let text = serde_json::to_vec_pretty(&runs)?;
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(held)
}

/// What was noted; nothing for a case of an older Lydite.
pub fn noted(root: &Path) -> Vec<Run> {
    let text = std::fs::read(root.join(FILE)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}
