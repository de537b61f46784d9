//! The page around the items.

use std::collections::HashSet;
use std::path::Path;

use anyhow::Result;
use askama::Template;
use lydite_core::check::Text;
use lydite_core::fact::{Facts, Grade};
use lydite_core::limits;
use lydite_core::verdict::Status;
use lydite_corpus::case::Case;
use lydite_corpus::ledger::Tally;
use lydite_corpus::reading::Accounting;

use super::tables::{self, KeyRow, OutcomeRow};
use super::{Gathered, Items, Printed, Row, words};
use crate::face::{self, visible};
use crate::sandbox::{held, probe};
use crate::wording::{self, Lang};

/// Everything but the items.
#[derive(Template)]
#[template(path = "report.html", blocks = ["top", "bottom"])]
pub struct Page {
    lang: Lang,
    code: &'static str,
    /// The case as commands name it.
    pub case: String,
    sources: String,
    version: &'static str,
    /// What confined the processes that read the items.
    confinement: Vec<String>,
    digest: String,
    statuses: Vec<StatusRow>,
    total: String,
    accounting: Vec<AccountRow>,
    identity: [String; 2],
    signers: Vec<OutcomeRow>,
    steps: Vec<(String, String)>,
    searched: Vec<OutcomeRow>,
    back: Vec<(String, String)>,
    routes: Vec<OutcomeRow>,
    keys_used: Vec<KeyRow>,
    keys_wanted: Vec<[String; 4]>,
    /// Wanted keys left out.
    wanted_left: Option<String>,
    has_supplied: bool,
    rows: Vec<ItemRow>,
    rows_left: Option<String>,
    /// What was chosen to be printed in full, in a sentence.
    chosen: String,
    checks: Vec<(&'static str, u32, String, &'static str)>,
}

struct StatusRow {
    class: &'static str,
    sign: char,
    word: String,
    says: String,
    count: String,
    share: String,
    /// Left edge and width in the bar, in percent.
    bar: [String; 2],
    is_empty: bool,
}

struct AccountRow {
    name: String,
    is_reason: bool,
    items: String,
    bytes: String,
}

struct ItemRow {
    /// Where its evidence stands, if it is printed.
    anchor: Option<String>,
    class: &'static str,
    sign: char,
    status: String,
    strength: Option<String>,
    marks: String,
    reason: Option<String>,
    subject: String,
    from: String,
    date: String,
    path: String,
}

impl Page {
    pub fn new(
        case: &Case,
        lang: Lang,
        items: Items,
        gathered: &Gathered,
        counted: &Accounting,
        facts: &Facts,
    ) -> Result<Page> {
        let (keys_wanted, wanted_left) = tables::keys_wanted(case, lang)?;
        let left = |n: usize| (n > 0).then(|| lang.number(n as u64));
        let (rows, rows_left) = item_rows(&gathered.rows, items, lang);
        let total: u64 = gathered.statuses.values().sum();
        Ok(Page {
            lang,
            code: match lang {
                Lang::En => "en",
                Lang::Fr => "fr",
            },
            case: visible(&last(&case.root().to_string_lossy())),
            sources: sources(case),
            version: env!("CARGO_PKG_VERSION"),
            confinement: confinement(case, lang),
            digest: gathered.digest.clone(),
            statuses: status_rows(gathered, total, lang),
            total: lang.number(total),
            accounting: account_rows(counted, lang),
            identity: identity(counted, lang),
            signers: tables::signers(case, lang)?,
            steps: tables::steps(case, lang)?,
            searched: tables::searched(case, lang)?,
            back: tables::back(case, lang)?,
            routes: tables::routes(case, lang)?,
            keys_used: tables::keys_used(case, facts, lang)?,
            keys_wanted,
            wanted_left: left(wanted_left),
            has_supplied: facts.all_keys().any(|key| key.grade == Grade::Supplied),
            rows,
            rows_left: left(rows_left),
            chosen: chosen(&gathered.rows, lang),
            checks: tables::checks(lang),
        })
    }

    fn say(&self, text: Text) -> String {
        self.lang.typeset(text)
    }

    fn colon(&self) -> &'static str {
        self.lang.colon()
    }
}

/// Each layer that held in every run that read items of the case; those that did not in one are
/// named as absent.
fn confinement(case: &Case, lang: Lang) -> Vec<String> {
    let runs = held::noted(case.root());
    if runs.is_empty() {
        return vec![lang.typeset(wording::LAYERS_UNKNOWN)];
    }
    let layers = probe::LAYERS.iter().map(|layer| {
        let said = lang.typeset(wording::layer(layer));
        let holds = runs.iter().all(|run| run.layers.get(*layer) == Some(&true));
        let absent = lang.typeset(wording::NOT_HERE);
        if holds { said } else { format!("{absent}{} {said}", lang.colon()) }
    });
    layers.collect()
}

/// Only the names: where a case lay is nobody's business who reads the report.
fn sources(case: &Case) -> String {
    let names = case.manifest().sources.iter().map(|source| visible(&last(source)));
    names.collect::<Vec<_>>().join(", ")
}

fn last(path: &str) -> String {
    let name = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| path.to_owned())
}

fn status_rows(gathered: &Gathered, total: u64, lang: Lang) -> Vec<StatusRow> {
    let mut left = 0.0;
    let row = |status: Status| {
        let count = gathered.statuses.get(&status).copied().unwrap_or_default();
        let part = 100.0 * count as f64 / total.max(1) as f64;
        let bar = [format!("{left:.3}%"), format!("{part:.3}%")];
        left += part;
        StatusRow {
            class: status.name(),
            sign: face::sign(status),
            word: lang.typeset(wording::status(status)),
            says: lang.typeset(wording::status_says(status)),
            count: lang.number(count),
            share: share(count, part, lang),
            bar,
            is_empty: count == 0,
        }
    };
    Status::ALL.into_iter().map(row).collect()
}

/// A part that is not nothing is never written as nothing, nor one that is not all as all.
fn share(count: u64, percent: f64, lang: Lang) -> String {
    let text = match percent {
        _ if count == 0 => "0".to_owned(),
        p if p < 0.1 => "< 0.1".to_owned(),
        p if p < 100.0 && p > 99.9 => "> 99.9".to_owned(),
        p => format!("{p:.1}"),
    };
    match lang {
        Lang::En => format!("{text} %"),
        Lang::Fr => format!("{}\u{202f}%", text.replace('.', ",")),
    }
}

fn identity(counted: &Accounting, lang: Lang) -> [String; 2] {
    let say = |text| lang.typeset(text);
    let skipped = |of: fn(&Tally) -> u64| counted.skipped.values().map(of).sum::<u64>();
    let line = |unit, of: fn(&Tally) -> u64| {
        format!(
            "{} {} {} = {} {} + {} {}",
            lang.number(of(&counted.seen)),
            say(unit),
            say(wording::SEEN),
            lang.number(of(&counted.examined)),
            say(wording::EXAMINED),
            lang.number(skipped(of)),
            say(wording::SKIPPED),
        )
    };
    [line(wording::ITEMS, |t| t.items), line(wording::BYTES, |t| t.bytes)]
}

fn account_rows(counted: &Accounting, lang: Lang) -> Vec<AccountRow> {
    let row = |name: String, is_reason, tally: &Tally| AccountRow {
        name,
        is_reason,
        items: lang.number(tally.items),
        bytes: lang.number(tally.bytes),
    };
    let mut rows = vec![row(lang.typeset(wording::EXAMINED), false, &counted.examined)];
    rows.extend(counted.skipped.iter().map(|(reason, tally)| row(reason.clone(), true, tally)));
    rows.push(row(lang.typeset(wording::SEEN), false, &counted.seen));
    rows
}

fn item_rows(rows: &[Row], items: Items, lang: Lang) -> (Vec<ItemRow>, usize) {
    let shown = match items {
        Items::All => rows.len(),
        Items::Telling => rows.len().min(limits::REPORT_ROWS),
    };
    (rows[..shown].iter().map(|row| item_row(row, lang)).collect(), rows.len() - shown)
}

fn item_row(row: &Row, lang: Lang) -> ItemRow {
    let mail = row.mail.clone().unwrap_or_default();
    let date = mail.date.map(|at| face::moment(at, mail.date_offset));
    ItemRow {
        anchor: (row.printed != Printed::Not).then(|| row.anchor()),
        class: row.status.name(),
        sign: face::sign(row.status),
        status: lang.typeset(wording::status(row.status)),
        strength: row.strength.map(|s| lang.typeset(wording::strength(s))),
        marks: row.short_marks(lang),
        reason: row.reason.as_deref().map(visible),
        subject: if row.mail.is_some() { row.subject(lang) } else { String::new() },
        from: match &mail.from {
            Some(from) => visible(from),
            None if row.mail.is_some() => lang.typeset(words::NO_FROM),
            None => String::new(),
        },
        date: match date.or(mail.date_text.as_deref().map(visible)) {
            Some(date) => date,
            None if row.mail.is_some() => lang.typeset(words::NO_DATE),
            None => String::new(),
        },
        path: visible(&row.path),
    }
}

fn chosen(rows: &[Row], lang: Lang) -> String {
    let printed = rows.iter().filter(|row| row.printed == Printed::Here).count();
    let examined: HashSet<_> =
        rows.iter().filter(|row| row.reason.is_none()).map(|row| row.sha256).collect();
    let examined = examined.len();
    if printed == examined {
        return lang.typeset(words::CHOSEN_ALL);
    }
    format!(
        "{} ({} {}; {} {} {} {}.)",
        lang.typeset(words::CHOSEN),
        lang.number(limits::REPORT_EACH as u64),
        lang.typeset(words::EACH),
        lang.number(printed as u64),
        lang.typeset(words::OF),
        lang.number(examined as u64),
        lang.typeset(words::PRINTED),
    )
}
