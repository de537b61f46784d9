//! Facts of a case: what ships with Lydite, the keys its user supplied, and those recovered from its
//! signatures.
//!
//! Only the last come from the dump: graded C or D, they anchor nothing (design rule 6). Nothing
//! comes from the network.

use std::fs;
use std::path::Path;

use lydite_core::fact::{self, FactKey, Facts, Key, PersonalKey, PersonalKind, Unread};
use lydite_core::item::Sha256;

use crate::case::{Case, Result, cannot_read, json_lines};
use crate::recover;

/// Everything known for this case.
pub fn load(case: &Case) -> Result<Facts> {
    let mut facts = Facts::shipped();
    for key in supplied(case)?.into_iter().chain(recover::keys(case)?) {
        facts.insert(key);
    }
    for key in json_lines::<PersonalKey>(&case.people_file())? {
        facts.insert_personal(key);
    }
    Ok(facts)
}

/// The keys the user supplied, in the order they came.
pub fn supplied(case: &Case) -> Result<Vec<Key>> {
    json_lines(&case.key_file())
}

/// What an import did: rows new to the case, how many it had, lines that could not be read.
#[derive(Debug, Default)]
pub struct Imported {
    pub taken: Vec<Key>,
    /// Certificates and OpenPGP keys new to the case.
    pub people: Vec<PersonalKey>,
    pub known: usize,
    pub rejected: Vec<Unread>,
}

/// Takes a key archive into the case, in any format [`fact::import`] reads.
pub fn import(case: &Case, file: &Path) -> Result<Imported> {
    let bytes = fs::read(file).map_err(cannot_read(file))?;
    let source = file.file_name().unwrap_or_default().to_string_lossy();
    if let Some((keys, rejected)) = fact::import_personal(&bytes, &source) {
        return import_people(case, keys, rejected);
    }
    let (rows, rejected) = fact::import(&String::from_utf8_lossy(&bytes));
    let mut all = supplied(case)?;
    let mut out = Imported { rejected, ..Imported::default() };
    for key in rows {
        if all.contains(&key) {
            out.known += 1;
        } else {
            all.push(key.clone());
            out.taken.push(key);
        }
    }
    case.put_json_lines("facts/keys.jsonl", &all)?;
    Ok(out)
}

fn import_people(case: &Case, keys: Vec<PersonalKey>, rejected: Vec<Unread>) -> Result<Imported> {
    let mut all: Vec<PersonalKey> = json_lines(&case.people_file())?;
    let mut out = Imported { rejected, ..Imported::default() };
    for key in keys {
        let is_same =
            |known: &PersonalKey| (known.kind, &known.content) == (key.kind, &key.content);
        if all.iter().any(is_same) {
            out.known += 1;
        } else {
            all.push(key.clone());
            out.people.push(key);
        }
    }
    case.put_json_lines("facts/people.jsonl", &all)?;
    Ok(out)
}

/// Digest of everything known that a want can use; None if nothing is. Items whose wants have
/// another digest than when they were examined are examined again.
pub fn digest(facts: &Facts, want: &FactKey) -> Option<Sha256> {
    match want {
        FactKey::DkimKey { domain, selector } | FactKey::SelectorWindow { domain, selector } => {
            let (keys, window) = (facts.keys(domain, selector), facts.window(domain, selector));
            if keys.is_empty() && window.is_none() {
                return None;
            }
            serde_json::to_vec(&(keys, window)).ok().map(|json| Sha256::of(&json))
        }
        // Any certificate can stand between a signer and an authority.
        FactKey::Certificate { .. } => {
            let keys = facts.personal_keys().iter();
            let all: Vec<_> = keys.filter(|k| k.kind == PersonalKind::Certificate).collect();
            let json = serde_json::to_vec(&all).ok().filter(|_| !all.is_empty());
            json.map(|json| Sha256::of(&json))
        }
        FactKey::OpenPgpKey { id } => {
            let named = facts.openpgp_keys().iter().filter(|key| key.is_named(id));
            let bytes: Vec<u8> = named.flat_map(|key| key.to_bytes()).collect();
            (!bytes.is_empty()).then(|| Sha256::of(&bytes))
        }
    }
}
