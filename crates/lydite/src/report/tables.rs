//! The tables of the page above the items: signers, routes, keys, checks.

use std::collections::BTreeMap;

use anyhow::Result;
use lydite_core::checks;
use lydite_core::fact::{Facts, Key};
use lydite_core::limits;
use lydite_corpus::case::Case;
use lydite_corpus::joins;

use super::words;
use crate::counts::{self, Outcomes};
use crate::face::{date, visible};
use crate::wording::{self, Lang};

/// A row of outcomes: what it is of, and the numbers in the order of the columns.
pub struct OutcomeRow {
    pub name: String,
    /// A second line under the name, where the table has one.
    pub kind: String,
    pub numbers: Vec<String>,
}

fn numbers(outcomes: Outcomes, repaired: Option<u64>, lang: Lang) -> Vec<String> {
    let Outcomes { mails, holds, body_differs, headers_differ, both_differ, cannot_tell } =
        outcomes;
    let all = [Some(mails), Some(holds), repaired, Some(body_differs), Some(headers_differ)];
    let all = all.into_iter().chain([Some(both_differ), Some(cannot_tell)]);
    all.flatten().map(|n| lang.number(n)).collect()
}

pub fn signers(case: &Case, lang: Lang) -> Result<Vec<OutcomeRow>> {
    let all = counts::signers(case)?;
    let (shown, rest) = all.split_at(all.len().min(limits::REPORT_TOP));
    let mut rows: Vec<_> = shown
        .iter()
        .map(|s| OutcomeRow {
            name: visible(&s.domain),
            kind: visible(&format!("{} · {}", s.selector, wording::family(s.family))),
            numbers: numbers(s.outcomes, Some(s.repaired), lang),
        })
        .collect();
    if !rest.is_empty() {
        let sum = rest.iter().fold(Outcomes::default(), |sum, s| sum.and(s.outcomes));
        let repaired = rest.iter().map(|s| s.repaired).sum();
        rows.push(OutcomeRow {
            name: format!("{} {}", lang.number(rest.len() as u64), lang.typeset(words::REST)),
            kind: String::new(),
            numbers: numbers(sum, Some(repaired), lang),
        });
    }
    Ok(rows)
}

pub fn routes(case: &Case, lang: Lang) -> Result<Vec<OutcomeRow>> {
    let all = counts::routes(case)?;
    let row = |name: String, outcomes: Outcomes, unsigned: u64, relayed: u64| {
        let mut numbers = numbers(outcomes, None, lang);
        numbers.push(lang.number(unsigned));
        numbers.push(lang.number(relayed));
        OutcomeRow { name, kind: String::new(), numbers }
    };
    let (shown, rest) = all.split_at(all.len().min(limits::REPORT_TOP));
    let mut rows: Vec<_> = shown
        .iter()
        .map(|r| {
            let host = match r.host.as_str() {
                "" => lang.typeset(words::NO_ROUTE),
                host => visible(host),
            };
            row(host, r.outcomes, r.unsigned, r.relayed)
        })
        .collect();
    if !rest.is_empty() {
        let name = format!("{} {}", lang.number(rest.len() as u64), lang.typeset(words::REST));
        let sum = rest.iter().fold(Outcomes::default(), |sum, r| sum.and(r.outcomes));
        let unsigned = rest.iter().map(|r| r.unsigned).sum();
        rows.push(row(name, sum, unsigned, rest.iter().map(|r| r.relayed).sum()));
    }
    Ok(rows)
}

/// Step and mails.
pub fn steps(case: &Case, lang: Lang) -> Result<Vec<(String, String)>> {
    let all = counts::steps(case)?.into_iter();
    Ok(all.map(|s| (lang.typeset(wording::step(s.step)), lang.number(s.mails))).collect())
}

/// Of each signer, mails searched behind a signature, and what of them was found.
pub fn searched(case: &Case, lang: Lang) -> Result<Vec<OutcomeRow>> {
    let all = counts::searched(case)?.into_iter().take(limits::REPORT_TOP);
    let row = |s: counts::Searched| OutcomeRow {
        name: visible(&s.domain),
        kind: visible(&format!("{} · {}", s.relay, wording::family(s.family))),
        numbers: [s.mails, s.headers, s.bodies, s.originals].map(|n| lang.number(n)).to_vec(),
    };
    Ok(all.map(row).collect())
}

/// Step back and mails.
pub fn back(case: &Case, lang: Lang) -> Result<Vec<(String, String)>> {
    let all = counts::back(case)?.into_iter();
    Ok(all.map(|b| (lang.typeset(b.step.row().meaning), lang.number(b.mails))).collect())
}

/// A key that opened a signature.
pub struct KeyRow {
    /// The name in DNS in two halves, where it may be broken.
    pub name: [String; 2],
    pub bits: String,
    pub mails: String,
    pub grade: String,
    /// Days of the first and the last time.
    pub seen: [String; 2],
    pub source: String,
}

/// Keys that opened a signature, with where they come from, those of most mails first.
pub fn keys_used(case: &Case, facts: &Facts, lang: Lang) -> Result<Vec<KeyRow>> {
    let known: BTreeMap<String, &Key> = facts.all_keys().map(|key| (key.id(), key)).collect();
    let row = |used: counts::Used| {
        let key = known.get(&used.id);
        let day = |day: Option<i32>| day.map_or(lang.typeset(words::UNKNOWN_DAY), date);
        KeyRow {
            name: halves(&used.selector, &used.domain),
            bits: used.bits.map(|bits| lang.number(bits)).unwrap_or_default(),
            mails: lang.number(used.mails),
            grade: key.map(|k| grade(k, lang)).unwrap_or_default(),
            seen: [day(key.and_then(|k| k.first_seen)), day(key.and_then(|k| k.last_seen))],
            source: key.map(|k| visible(&k.source)).unwrap_or_default(),
        }
    };
    Ok(counts::used(case)?.into_iter().map(row).collect())
}

/// A key's name in DNS, cut before the domain.
fn halves(selector: &str, domain: &str) -> [String; 2] {
    [visible(&format!("{selector}._domainkey.")), visible(domain)]
}

fn grade(key: &Key, lang: Lang) -> String {
    match crate::cli::keys::grade(key.grade) {
        "supplied" => lang.typeset(words::SUPPLIED),
        letter => letter.to_owned(),
    }
}

/// Name in DNS in two halves, mails it would settle, mails that name it; and how many rows were left out.
pub fn keys_wanted(case: &Case, lang: Lang) -> Result<(Vec<[String; 4]>, usize)> {
    let all = counts::wanted(case)?;
    let left = all.len().saturating_sub(limits::REPORT_TOP);
    let row = |w: counts::Wanted| {
        let [selector, domain] = halves(&w.selector, &w.domain);
        [selector, domain, lang.number(w.settles), lang.number(w.mails)]
    };
    Ok((all.into_iter().take(limits::REPORT_TOP).map(row).collect(), left))
}

/// Id, version, claim, group of every check and join.
pub fn checks(lang: Lang) -> Vec<(&'static str, u32, String, &'static str)> {
    let single = checks::ALL.iter().map(|c| (c.id, c.version, c.claim, c.group));
    let joined = joins::ALL.iter().map(|j| (j.id, j.version, j.claim, j.group));
    let all = single.chain(joined);
    all.map(|(id, version, claim, group)| (id, version, lang.typeset(wording::claim(claim)), group))
        .collect()
}
