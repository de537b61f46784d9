//! Recovering public keys from the signatures of a case: which could be had at what cost, the work,
//! and its record.
//!
//! `facts/recovered.jsonl` has one line per key that was tried, found or given up, so that no
//! work is done twice; it is written whole after each. A key found is a fact of the case of grade
//! C or D: it shows that mails agree with each other, and lifts nothing above `consistent`, since
//! whoever made the dump can have made its signatures (design rule 6).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use lydite_core::fact::{Facts, Grade, Key};
use lydite_core::item::Sha256;
use lydite_core::limits;
use lydite_core::signature::recover::{self, Candidate, Opens, Witness};
use lydite_core::signature::{CannotTell, Signature};
use serde::{Deserialize, Serialize};

use crate::case::{Case, Result, json_lines};
use crate::ledger::Files;
use crate::pack;
use crate::shard;
use crate::tables::{blobs, findings, mails, signatures};

const FILE: &str = "facts/recovered.jsonl";

/// Which keys to recover.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Only this signing domain, this selector; without case.
    pub domain: Option<String>,
    pub selector: Option<String>,
    /// Different signatures a key must have made. Two give a key, the third confirms it.
    pub least: usize,
    /// Also selectors that have a key: to compare, or because none of theirs opens.
    pub known_too: bool,
}

/// The signatures of one selector that one key can have made: they are of one length.
#[derive(Clone, Debug, Default)]
pub struct Group {
    pub domain: String,
    pub selector: String,
    /// Of the modulus, as the signatures are long.
    pub bits: usize,
    /// Those of mail that no rewriting relay touched first; a copy over the same headers once.
    witnesses: Vec<Witness>,
    /// The mail of each.
    mails: Vec<Sha256>,
    about: HashMap<Sha256, About>,
    pairs: Vec<[usize; 2]>,
}

/// What the mails opened are counted by.
#[derive(Clone, Debug, Default)]
struct About {
    from: Option<String>,
    to: Option<String>,
    /// Days since 1970 of the stated Date.
    day: Option<i32>,
}

/// What came of one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub domain: String,
    pub selector: String,
    pub bits: usize,
    /// Different signatures at hand. More make it worth trying again.
    pub signatures: usize,
    /// None: no pair gave a key.
    pub found: Option<Found>,
}

/// A key, what it was recovered from and what it opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub key: Key,
    pub exponent: u32,
    /// The mails whose signatures gave it.
    pub pair: [Sha256; 2],
    /// Signatures that open to exactly the digest of their headers, the pair with them.
    pub exact: usize,
    /// Signatures this key made over other headers than those that stand.
    pub otherwise: usize,
    /// Mails besides the pair with an exact one; their From addresses, To fields, stated days.
    pub mails: usize,
    pub senders: usize,
    pub recipients: usize,
    pub days: usize,
    pub archive: Archive,
}

/// The recovered key beside the keys known from elsewhere for the selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Archive {
    /// None is known.
    Absent,
    Equal,
    Different,
}

impl Group {
    /// Different ones.
    pub fn signatures(&self) -> usize {
        self.witnesses.iter().map(Witness::signature).collect::<HashSet<_>>().len()
    }

    pub fn mails(&self) -> usize {
        self.about.len()
    }

    /// Pairs of signatures that would be tried at most.
    pub fn pairs(&self) -> usize {
        self.pairs.len()
    }

    /// Expected for one pair on one core. Measured: 20 s at 2,048 bits with e = 65537 (release
    /// build); the numbers grow with the length, the work little faster.
    pub fn seconds(&self) -> f64 {
        20.0 * (self.bits as f64 / 2_048.0).powf(1.15)
    }
}

/// The groups a choice comes to, most signatures first, without those already tried; and what came
/// of these.
pub fn plan(case: &Case, choice: &Choice) -> Result<(Vec<Group>, Vec<Attempt>)> {
    let files = case.files();
    let mut groups = BTreeMap::new();
    for batch in shard::batches(&files) {
        collect(case, &files, batch, choice, &mut groups)?;
    }
    let tried = attempts(case)?;
    let (mut due, mut done) = (Vec::new(), Vec::new());
    for mut group in groups.into_values() {
        group.put_in_order();
        let before = tried.iter().find(|attempt| attempt.is_of(&group));
        match before {
            Some(attempt) if attempt.signatures >= group.signatures() => done.push(attempt.clone()),
            _ if group.signatures() >= choice.least.max(2) && !group.pairs.is_empty() => {
                due.push(group);
            }
            _ => {}
        }
    }
    due.sort_by_key(|group| std::cmp::Reverse(group.signatures()));
    Ok((due, done))
}

type Groups = BTreeMap<(String, String, usize), Group>;

fn collect(
    case: &Case,
    files: &Files,
    batch: u32,
    choice: &Choice,
    groups: &mut Groups,
) -> Result<()> {
    let name = shard::name(batch);
    let mut rows: Vec<signatures::Row> = shard::rows(case, files, &signatures::TABLE, &name)?;
    rows.retain(|row| choice.takes(&row.signature));
    if rows.is_empty() {
        return Ok(());
    }
    let found: Vec<findings::Row> = shard::rows(case, files, &findings::TABLE, &name)?;
    let relayed: HashSet<Sha256> = found
        .into_iter()
        .filter(|f| f.check == "email/route-rewrites" && f.code == "relay")
        .map(|f| f.sha256)
        .collect();
    rows.sort_by_key(|row| (relayed.contains(&row.sha256), row.sha256, row.signature.index));
    let known: Vec<blobs::Row> = shard::rows(case, files, &blobs::TABLE, &name)?;
    let known: HashMap<Sha256, blobs::Row> = known.into_iter().map(|b| (b.sha256, b)).collect();
    let displayed: Vec<mails::Row> = shard::rows(case, files, &mails::TABLE, &name)?;
    let displayed: HashMap<Sha256, About> =
        displayed.into_iter().map(|mail| (mail.sha256, About::of(mail))).collect();
    let mut last: Option<(Sha256, Vec<u8>)> = None;
    for row in rows {
        let sha256 = row.sha256;
        let raw = match last.take() {
            Some((same, raw)) if same == sha256 => raw,
            _ => match known.get(&sha256) {
                Some(blob) => pack::read(case, blob)?,
                None => continue,
            },
        };
        if let Some(witness) = Witness::read(&raw, &row.signature) {
            let (domain, selector) = (row.signature.domain, row.signature.selector);
            let of = (domain.clone(), selector.to_ascii_lowercase(), witness.size());
            let group = groups.entry(of).or_insert_with(|| Group {
                domain,
                selector,
                bits: 8 * witness.size(),
                ..Group::default()
            });
            let about = displayed.get(&sha256).cloned().unwrap_or_default();
            group.push(witness, sha256, about);
        }
        last = Some((sha256, raw));
    }
    Ok(())
}

impl Choice {
    fn takes(&self, signature: &Signature) -> bool {
        let is = |wanted: &Option<String>, name: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(name))
        };
        let is_due = match signature.cannot_tell {
            Some(CannotTell::KeyUnknown) => true,
            None | Some(CannotTell::KeyDoesNotOpen) => self.known_too,
            Some(_) => false,
        };
        is_due && is(&self.domain, &signature.domain) && is(&self.selector, &signature.selector)
    }
}

impl About {
    fn of(mail: mails::Row) -> About {
        let day = mail.date.and_then(|date| i32::try_from(date.div_euclid(86_400)).ok());
        About { from: mail.from_address, to: mail.to_address, day }
    }
}

impl Group {
    fn push(&mut self, witness: Witness, mail: Sha256, about: About) {
        self.witnesses.push(witness);
        self.mails.push(mail);
        self.about.insert(mail, about);
    }

    /// Drops copies over the same headers and chooses the pairs.
    fn put_in_order(&mut self) {
        let mut known: HashSet<Witness> = HashSet::new();
        let held =
            std::mem::take(&mut self.witnesses).into_iter().zip(std::mem::take(&mut self.mails));
        for (witness, mail) in held {
            if known.insert(witness.clone()) {
                self.witnesses.push(witness);
                self.mails.push(mail);
            }
        }
        self.pairs = recover::pairs(&self.witnesses);
    }

    fn attempt(&self, facts: &Facts) -> Attempt {
        // The cheap exponents on every pair first.
        let all = recover::EXPONENTS.into_iter();
        let mut tried = all.flat_map(|exponent| self.pairs.iter().map(move |p| (*p, exponent)));
        let found = tried.find_map(|([a, b], exponent)| {
            let pair = [&self.witnesses[a], &self.witnesses[b]];
            let candidate = recover::from_pair(pair, exponent)?;
            Some(self.found([a, b], &candidate, facts))
        });
        Attempt {
            domain: self.domain.clone(),
            selector: self.selector.clone(),
            bits: self.bits,
            signatures: self.signatures(),
            found,
        }
    }

    fn found(&self, pair: [usize; 2], candidate: &Candidate, facts: &Facts) -> Found {
        let opens: Vec<Opens> = self.witnesses.iter().map(|w| candidate.opens(w)).collect();
        let with = |how| {
            let all = self.witnesses.iter().zip(&opens).filter(move |(_, opens)| **opens == how);
            all.map(|(witness, _)| witness.signature()).collect::<HashSet<_>>()
        };
        let (exactly, otherwise) = (with(Opens::Exactly), with(Opens::Otherwise));
        let pair = pair.map(|at| self.mails[at]);
        let exact = self.mails.iter().zip(&opens).filter(|(_, opens)| **opens == Opens::Exactly);
        let exact: BTreeSet<Sha256> = exact.map(|(mail, _)| *mail).collect();
        let others: Vec<&About> =
            exact.iter().filter(|mail| !pair.contains(mail)).map(|m| &self.about[m]).collect();
        let different = |value: fn(&About) -> Option<&str>| {
            others.iter().filter_map(|about| value(about)).collect::<BTreeSet<_>>().len()
        };
        let senders = different(|about| about.from.as_deref());
        let recipients = different(|about| about.to.as_deref());
        let days = others.iter().filter_map(|a| a.day).collect::<BTreeSet<_>>().len();
        let is_many = others.len() >= limits::RECOVERED_MAILS
            && senders.max(recipients) >= limits::RECOVERED_PEOPLE
            && days >= limits::RECOVERED_DAYS;
        let seen = || exact.iter().filter_map(|mail| self.about[mail].day);
        let published = facts.keys(&self.domain, &self.selector).iter();
        let archived: Vec<bool> = published
            .filter(|key| !matches!(key.grade, Grade::C | Grade::D))
            .map(|key| candidate.is_published_in(&key.record))
            .collect();
        let [one, other] = pair.map(|mail| mail.to_string()[..16].to_owned());
        let key = Key {
            domain: self.domain.clone(),
            selector: self.selector.clone(),
            record: candidate.record.clone(),
            grade: if is_many { Grade::C } else { Grade::D },
            first_seen: seen().min(),
            last_seen: seen().max(),
            source: format!(
                "recovered from this dump, signatures of the mails {one} and {other}; opens those \
                 of {} other mails, {senders} senders, {recipients} recipients, {days} days",
                others.len()
            ),
            private_since: None,
        };
        Found {
            key,
            exponent: candidate.exponent,
            pair,
            exact: exactly.len(),
            otherwise: otherwise.difference(&exactly).count(),
            mails: others.len(),
            senders,
            recipients,
            days,
            archive: match archived.as_slice() {
                [] => Archive::Absent,
                keys if keys.contains(&true) => Archive::Equal,
                _ => Archive::Different,
            },
        }
    }
}

impl Attempt {
    fn is_of(&self, group: &Group) -> bool {
        self.bits == group.bits
            && self.domain == group.domain
            && self.selector.eq_ignore_ascii_case(&group.selector)
    }
}

/// Tries the groups, so many at once, and records each as it ends. `tell` is called in the order
/// they end.
pub fn run(
    case: &Case,
    groups: &[Group],
    jobs: usize,
    facts: &Facts,
    mut tell: impl FnMut(&Attempt),
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    let send = Mutex::new(send);
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, groups.len().max(1)) {
            let send = send.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let next = &next;
            scope.spawn(move || {
                while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if send.send(group.attempt(facts)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        // Records here, so that one line at a time is added. An error ends the threads, too.
        receive.into_iter().try_for_each(|attempt| {
            record(case, &attempt)?;
            tell(&attempt);
            Ok(())
        })
    })
}

/// Every key tried, in order of domain, selector and length.
pub fn attempts(case: &Case) -> Result<Vec<Attempt>> {
    json_lines(&case.root().join(FILE))
}

/// The keys recovered, but for those known from elsewhere.
pub fn keys(case: &Case) -> Result<Vec<Key>> {
    let found = attempts(case)?.into_iter().filter_map(|attempt| attempt.found);
    Ok(found.filter(|found| found.archive != Archive::Equal).map(|found| found.key).collect())
}

fn record(case: &Case, attempt: &Attempt) -> Result<()> {
    let order = |a: &Attempt| (a.domain.clone(), a.selector.to_ascii_lowercase(), a.bits);
    let mut all = attempts(case)?;
    all.retain(|known| order(known) != order(attempt));
    all.push(attempt.clone());
    all.sort_by_key(order);
    case.put_json_lines(FILE, &all)
}
