//! The tables of the page above the items: signers, routes, keys, checks.

use std::collections::BTreeMap;

use anyhow::Result;
use lydite_core::checks;
use lydite_core::fact::{Facts, Key};
use lydite_core::limits;
use lydite_core::signature::NeutralStep;
use lydite_corpus::case::Case;
use lydite_corpus::joins;

use super::words;
use crate::counts::{self, Outcomes};
use crate::face::{date, visible};
use crate::wording::{self, Lang};

/// A row of outcomes: what it is of, and the numbers in the order of the columns.
pub struct OutcomeRow {
    pub name: String,
    /// A second cell of text, where the table has one.
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
            name: visible(&format!("{}._domainkey.{}", s.selector, s.domain)),
            kind: wording::family(s.family).to_owned(),
            numbers: numbers(s.outcomes, Some(s.repaired), lang),
        })
        .collect();
    if !rest.is_empty() {
        let sum = rest.iter().fold(Outcomes::default(), |sum, s| sum.and(s.outcomes));
        let repaired = rest.iter().map(|s| s.repaired).sum();
        rows.push(OutcomeRow {
            name: format!("{} {}", lang.number(rest.len() as u64), lang.say(words::REST)),
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
                "" => lang.say(words::NO_ROUTE).to_owned(),
                host => visible(host),
            };
            row(host, r.outcomes, r.unsigned, r.relayed)
        })
        .collect();
    if !rest.is_empty() {
        let name = format!("{} {}", lang.number(rest.len() as u64), lang.say(words::REST));
        let sum = rest.iter().fold(Outcomes::default(), |sum, r| sum.and(r.outcomes));
        let unsigned = rest.iter().map(|r| r.unsigned).sum();
        rows.push(row(name, sum, unsigned, rest.iter().map(|r| r.relayed).sum()));
    }
    Ok(rows)
}

/// Step and mails.
pub fn steps(case: &Case, lang: Lang) -> Result<Vec<(&'static str, String)>> {
    let name = |step: NeutralStep| match step {
        NeutralStep::LineEnds => words::LINE_ENDS,
        NeutralStep::UnstuffedMboxrd | NeutralStep::UnstuffedMboxo => words::UNSTUFFED,
    };
    let all = counts::steps(case)?.into_iter();
    Ok(all.map(|s| (lang.say(name(s.step)), lang.number(s.mails))).collect())
}

/// A key that opened a signature.
pub struct KeyRow {
    pub name: String,
    pub bits: String,
    pub mails: String,
    pub grade: String,
    pub seen: String,
    pub source: String,
}

/// Keys that opened a signature, with where they come from, those of most mails first.
pub fn keys_used(case: &Case, facts: &Facts, lang: Lang) -> Result<Vec<KeyRow>> {
    let known: BTreeMap<String, &Key> = facts.all_keys().map(|key| (key.id(), key)).collect();
    let row = |used: counts::Used| {
        let key = known.get(&used.id);
        let day = |day: Option<i32>| day.map_or(lang.say(words::UNKNOWN_DAY).to_owned(), date);
        KeyRow {
            name: visible(&format!("{}._domainkey.{}", used.selector, used.domain)),
            bits: used.bits.map(|bits| lang.number(bits)).unwrap_or_default(),
            mails: lang.number(used.mails),
            grade: key.map(|k| grade(k, lang)).unwrap_or_default(),
            seen: key
                .filter(|k| k.first_seen.or(k.last_seen).is_some())
                .map(|k| format!("{} – {}", day(k.first_seen), day(k.last_seen)))
                .unwrap_or_else(|| lang.say(words::UNKNOWN_DAY).to_owned()),
            source: key.map(|k| visible(&k.source)).unwrap_or_default(),
        }
    };
    Ok(counts::used(case)?.into_iter().map(row).collect())
}

fn grade(key: &Key, lang: Lang) -> String {
    match crate::cli::keys::grade(key.grade) {
        "supplied" => lang.say(words::SUPPLIED).to_owned(),
        letter => letter.to_owned(),
    }
}

/// Name in DNS, mails it would settle, mails that name it; and how many rows were left out.
pub fn keys_wanted(case: &Case, lang: Lang) -> Result<(Vec<[String; 3]>, usize)> {
    let all = counts::wanted(case)?;
    let left = all.len().saturating_sub(limits::REPORT_TOP);
    let row = |w: counts::Wanted| {
        let name = visible(&format!("{}._domainkey.{}", w.selector, w.domain));
        [name, lang.number(w.settles), lang.number(w.mails)]
    };
    Ok((all.into_iter().take(limits::REPORT_TOP).map(row).collect(), left))
}

/// Id, version, claim, group of every check and join.
pub fn checks(lang: Lang) -> Vec<(&'static str, u32, &'static str, &'static str)> {
    let single = checks::ALL.iter().map(|c| (c.id, c.version, c.claim, c.group));
    let joined = joins::ALL.iter().map(|j| (j.id, j.version, j.claim, j.group));
    let all = single.chain(joined);
    all.map(|(id, version, claim, group)| (id, version, lang.say(wording::claim(claim)), group))
        .collect()
}
