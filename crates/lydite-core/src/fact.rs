//! Facts from outside the dump: public keys, selector windows, the closed list of ARC sealers.
//!
//! Checks ask for facts by [`FactKey`]; nobody here fetches. Keys printed inside a dump are never
//! facts; keys recovered from its signatures are, of grades that anchor nothing (design rule 6).

pub(crate) mod archive;
mod personal;
mod shipped;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

pub use self::archive::{Unread, import};
use self::personal::Personal;
pub use self::personal::{PersonalKey, PersonalKind, import_personal};
pub(crate) use self::shipped::rows;
use crate::item::Sha256;
use crate::signature::certificate::Certificate;
use crate::signature::key::KeyRecord;
use crate::signature::openpgp_key::OpenPgpKey;

/// What a check asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactKey {
    /// The public keys of a selector. Domain in lower case, no trailing dot.
    DkimKey { domain: String, selector: String },
    /// When a selector was seen in use.
    SelectorWindow { domain: String, selector: String },
    /// The certificate of a signer or of an authority above him, by its subject's name (RFC 4514).
    Certificate { subject: String },
    /// An OpenPGP key, by fingerprint or key id, lower-case hex.
    OpenPgpKey { id: String },
}

/// How well a key is anchored (design rule 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Grade {
    /// Published by the domain and archived.
    A,
    /// Re-found from mail outside the dump.
    B,
    /// Recovered from this dump, many senders and dates.
    C,
    /// Recovered from a lone pair of signatures of this dump.
    D,
    /// Given by the user; anchors, and every verdict resting on it says so.
    Supplied,
}

/// One public key record of a selector, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// Lower case, no trailing dot.
    pub domain: String,
    /// As published; compared without case (DNS).
    pub selector: String,
    /// The TXT record as published.
    pub record: String,
    pub grade: Grade,
    /// Days since 1970 (UTC) between which the key was seen in use or in DNS; unknown edges None.
    pub first_seen: Option<i32>,
    pub last_seen: Option<i32>,
    /// Where the row comes from, for a person to look up.
    pub source: String,
    /// Day since which the private half is public, if it ever was (design rule 7).
    pub private_since: Option<i32>,
}

/// Days of slack for a key that no window was watched for.
const MARGIN_DAYS: i32 = 30;

impl Key {
    /// Stable text: the selector's name in DNS and the start of the record's SHA-256. Rows of the
    /// same record share it.
    pub fn id(&self) -> String {
        let hash = Sha256::of(self.record.as_bytes()).to_string();
        format!("dkim-key:{}._domainkey.{}#{}", self.selector, self.domain, &hash[..16])
    }

    /// Whether the key may speak for a signature of that day (days since 1970): a domain can
    /// change hands, so a key speaks only for the time it was seen in use, with the slack of the
    /// selector's window. An edge that is not known binds a shipped key to silence; a supplied key
    /// is the user's word and speaks beyond it.
    pub fn speaks_for(&self, day: i32, window: Option<&Window>) -> bool {
        let margin = window.map_or(MARGIN_DAYS, |w| w.margin);
        let unknown = self.grade == Grade::Supplied;
        self.first_seen.map_or(unknown, |first| day >= first.saturating_sub(margin))
            && self.last_seen.map_or(unknown, |last| day <= last.saturating_add(margin))
    }
}

/// When a selector was seen in use, over a known stretch of watching.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub domain: String,
    pub selector: String,
    /// Signatures seen.
    pub count: u32,
    /// Days since 1970 of the first and last use seen.
    pub first: i32,
    pub last: i32,
    /// Days of slack before `first` and behind `last`, from how densely the use was seen: seven
    /// mean gaps between uses, at least 30 days. Of gaps at random, fewer than 0.1 % (e⁻⁷) are
    /// longer.
    pub margin: i32,
    /// Days since 1970 before which the selector cannot have been in use: the day its own name
    /// carries (`20210112`), where the watching saw no use before it. Having first been *seen* says
    /// nothing of a birth: domains keep selectors for years before one of their mails is watched,
    /// and take old ones up again (`selector1` and `selector2`, `fm1` to `fm3`).
    pub born: Option<i32>,
    /// False when the watching itself ended so near the edge that the selector may have been in
    /// use after.
    pub last_is_edge: bool,
    pub source: String,
}

/// All facts at hand for one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// By domain, then selector, both in lower case.
    keys: BTreeMap<String, BTreeMap<String, Selector>>,
    windows: BTreeMap<String, BTreeMap<String, Window>>,
    /// Domains whose ARC seals may lift (design rule 12), with the source of each row.
    sealers: BTreeMap<String, String>,
    /// Mailbox providers, with the domains their outgoing servers are looked up under.
    providers: BTreeMap<String, Vec<String>>,
    /// Certificates and OpenPGP keys that the user supplied.
    personal: Personal,
}

/// The keys of one selector, best grade first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Selector {
    keys: Vec<Key>,
    #[serde(skip)]
    records: Records,
}

/// The ids and records of [`Selector::keys`], read when first asked for. No part of the value: a copy
/// starts without them.
#[derive(Debug, Default)]
struct Records(OnceLock<Vec<(String, KeyRecord)>>);

impl Clone for Records {
    fn clone(&self) -> Self {
        Records::default()
    }
}

impl PartialEq for Records {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Records {}

impl Selector {
    fn records(&self) -> &[(String, KeyRecord)] {
        let read = |key: &Key| (key.id(), KeyRecord::parse(&key.record));
        self.records.0.get_or_init(|| self.keys.iter().map(read).collect())
    }
}

impl Facts {
    /// The facts that come with Lydite.
    pub fn shipped() -> Self {
        shipped::facts()
    }

    /// Adds a key; one already there stays one.
    pub fn insert(&mut self, mut key: Key) {
        key.domain = name(&key.domain).into_owned();
        let domain = self.keys.entry(key.domain.clone()).or_default();
        let selector = domain.entry(name(&key.selector).into_owned()).or_default();
        if !selector.keys.contains(&key) {
            selector.keys.push(key);
            selector.keys.sort_by(|a, b| (a.grade, a).cmp(&(b.grade, b)));
            selector.records = Records::default();
        }
    }

    /// The keys of a selector, best grade first, whatever the order they came in.
    pub fn keys(&self, domain: &str, selector: &str) -> &[Key] {
        self.selector(domain, selector).map_or(&[], |s| &s.keys)
    }

    /// The ids of the keys and their records, in the order of [`Facts::keys`].
    pub(crate) fn records(&self, domain: &str, selector: &str) -> &[(String, KeyRecord)] {
        self.selector(domain, selector).map_or(&[], Selector::records)
    }

    /// The key of a selector with that id, see [`Key::id`].
    pub fn key(&self, domain: &str, selector: &str, id: &str) -> Option<&Key> {
        let selector = self.selector(domain, selector)?;
        let at = selector.records().iter().position(|(known, _)| known == id)?;
        selector.keys.get(at)
    }

    fn selector(&self, domain: &str, selector: &str) -> Option<&Selector> {
        self.keys.get(name(domain).as_ref())?.get(name(selector).as_ref())
    }

    /// All keys, by domain and selector.
    pub fn all_keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.values().flat_map(BTreeMap::values).flat_map(|s| &s.keys)
    }

    /// Adds a certificate or OpenPGP key of the user's.
    pub fn insert_personal(&mut self, key: PersonalKey) {
        self.personal.insert(key);
    }

    /// All of them, sorted.
    pub fn personal_keys(&self) -> &[PersonalKey] {
        self.personal.keys()
    }

    /// The certificates the user supplied: each anchors.
    pub fn certificates(&self) -> &[Certificate] {
        self.personal.certificates()
    }

    /// The OpenPGP keys the user supplied.
    pub fn openpgp_keys(&self) -> &[OpenPgpKey] {
        self.personal.openpgp()
    }

    pub fn window(&self, domain: &str, selector: &str) -> Option<&Window> {
        self.windows.get(name(domain).as_ref())?.get(name(selector).as_ref())
    }

    /// Adds a domain to the closed list of sealers.
    pub fn insert_sealer(&mut self, domain: &str, source: &str) {
        self.sealers.insert(name(domain).into_owned(), source.to_owned());
    }

    /// Whether ARC seals of that domain may lift (design rule 12).
    pub fn is_sealer(&self, domain: &str) -> bool {
        self.sealers.contains_key(name(domain).as_ref())
    }

    /// The domains under which the outgoing servers of a mailbox provider are looked up; empty for
    /// a domain that is none of the known ones.
    pub fn provider_hosts(&self, domain: &str) -> &[String] {
        self.providers.get(name(domain).as_ref()).map_or(&[], Vec::as_slice)
    }
}

/// A DNS name as it is compared.
fn name(text: &str) -> Cow<'_, str> {
    let text = text.trim_end_matches('.');
    if text.bytes().any(|c| c.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(record: &str, grade: Grade) -> Key {
        Key {
            domain: "Example.org.".to_owned(),
            selector: "Sel".to_owned(),
            record: record.to_owned(),
            grade,
            first_seen: Some(100),
            last_seen: Some(200),
            source: "test".to_owned(),
            private_since: None,
        }
    }

    #[test]
    fn keys_are_found_without_case_in_one_order() {
        let (a, b) = (key("p=a", Grade::Supplied), key("p=b", Grade::A));
        let mut one = Facts::default();
        let mut other = Facts::default();
        for k in [&a, &b, &a] {
            one.insert(k.clone());
        }
        for k in [&b, &a] {
            other.insert(k.clone());
        }
        assert_eq!(one, other);
        let found = one.keys("EXAMPLE.org", "sel");
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].grade, found[0].selector.as_str()), (Grade::A, "Sel"));
        assert_eq!(one.records("example.org.", "SEL").len(), 2);
        assert!(found[0].id().starts_with("dkim-key:Sel._domainkey.example.org#"));
    }

    #[test]
    fn a_key_speaks_only_for_its_time() {
        let shipped = key("p=a", Grade::A);
        let spoken = |k: &Key, days: [i32; 4]| days.map(|d| k.speaks_for(d, None));
        assert_eq!(spoken(&shipped, [69, 70, 230, 231]), [false, true, true, false]);
        let silent = Key { last_seen: None, ..shipped.clone() };
        assert_eq!(spoken(&silent, [69, 70, 230, 231]), [false; 4]);
        let supplied = Key { grade: Grade::Supplied, ..silent };
        assert_eq!(spoken(&supplied, [69, 70, 230, 231]), [false, true, true, true]);
    }

    #[test]
    fn facts_cross_a_pipe() {
        let facts = Facts::shipped();
        assert!(facts.records("gmail.com", "20161025").len() == 1);
        let bytes = postcard::to_stdvec(&facts).unwrap();
        assert_eq!(postcard::from_bytes::<Facts>(&bytes).unwrap(), facts);
    }
}
