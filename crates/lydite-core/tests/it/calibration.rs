//! How often every code stands on mail that nobody touched, on unwanted mail and on the labelled set.
//! Rewrites `docs/calibration.tsv` and `.md`. The public corpora are counted where they are at hand
//! (`LYDITE_CORPORA`); where they are not, their committed rows stay, and the labelled set is counted.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use lydite_core::check::{Check, Run};
use lydite_core::checks;
use lydite_core::evidence::Direction;
use lydite_core::fact::Facts;
use lydite_core::verdict::Status;

use super::corpora::corpora;
use super::labelled::{Case, Forger, cases};
use super::tidy::{keep_current, repository};

#[path = "../../examples/calibrate.rs"]
#[allow(dead_code)] // its main and its folder walk are for the command line
mod calibrate;

use calibrate::Counts;

/// One set of mails: its label, what it is, and its folders below the corpora (none: the labelled set).
struct Set {
    label: &'static str,
    what: &'static str,
    folders: &'static [&'static str],
    /// Nobody changed these mails, so each code that speaks against one is listed by the mail's hash.
    untouched: bool,
}

const SETS: &[Set] = &[
    Set {
        label: "lists",
        what: "untouched: three public mailing lists, 2019 to 2026",
        folders: &["email/lists"],
        untouched: true,
    },
    Set {
        label: "ham",
        what: "untouched: SpamAssassin's public corpus, ham of 2002 and 2003",
        folders: &[
            "email/spamassassin-public-corpus/data/easy-ham-1",
            "email/spamassassin-public-corpus/data/easy-ham-2",
            "email/spamassassin-public-corpus/data/hard-ham-1",
        ],
        untouched: true,
    },
    Set {
        label: "spam",
        what: "unwanted: SpamAssassin's public corpus, spam of 2001 to 2005",
        folders: &[
            "email/spamassassin-public-corpus/data/spam-1",
            "email/spamassassin-public-corpus/data/spam-2",
        ],
        untouched: false,
    },
    Set {
        label: "phish",
        what: "unwanted: phishing_pot, 2022 to 2025",
        folders: &["phish/phishing_pot"],
        untouched: false,
    },
    Set {
        label: "forged",
        what: "the labelled set: one mail for each kind, by three kinds of forger",
        folders: &[],
        untouched: false,
    },
    Set {
        label: "odd",
        what: "the labelled set: one mail for each innocent oddity",
        folders: &[],
        untouched: true,
    },
];

#[test]
fn counts_on_public_and_labelled_mail_are_current() {
    let docs = repository().join("docs");
    let committed = fs::read_to_string(docs.join("calibration.tsv")).unwrap_or_default();
    let mut counted: BTreeMap<&str, Counts> = BTreeMap::new();
    let root = corpora();
    for set in SETS {
        let counts = match &root {
            _ if set.folders.is_empty() => labelled(set.label),
            Some(root) => {
                let folders: Vec<PathBuf> = set.folders.iter().map(|f| root.join(f)).collect();
                calibrate::count(&folders, &Facts::shipped())
            }
            None => read(&committed, set.label),
        };
        counted.insert(set.label, counts);
    }
    let mut table = String::from(
        "# Rewritten by tests/it/calibration.rs. against: SHA-256 of an untouched mail, its status, and the codes that speak against it.\n# set\tkind\tname\tmails\n",
    );
    for set in SETS {
        table.push_str(&counted[set.label].rows(set.label, set.untouched));
    }
    let page = page(&counted);
    // Both are written before either fails.
    let written = std::panic::catch_unwind(|| keep_current(&docs.join("calibration.tsv"), &table));
    keep_current(&docs.join("calibration.md"), &page);
    assert!(written.is_ok(), "calibration.tsv was not current and is rewritten: commit it");
}

fn labelled(kind: &str) -> Counts {
    let mut counts = Counts::default();
    cases(kind).iter().for_each(|case| counts.add(&case.raw, &case.facts));
    counts
}

/// The committed counts of one set.
fn read(table: &str, label: &str) -> Counts {
    let mut counts = Counts::default();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [set, kind, name, mails] = cells[..] else { panic!("calibration.tsv: {line}") };
        let mails: usize = mails.parse().expect("a number of mails");
        match kind {
            _ if set != label => {}
            "mails" => counts.mails = mails,
            "status" => drop(counts.statuses.insert(name.to_owned(), mails)),
            "code" => drop(counts.codes.insert(name.to_owned(), mails)),
            _ => drop(counts.against.insert(name.to_owned())),
        }
    }
    counts
}

fn page(counted: &BTreeMap<&str, Counts>) -> String {
    let mut text = String::from(
        "# Calibration

How often every code stands, on mail that nobody is known to have changed after it arrived, on unwanted
mail and on the labelled set. Rewritten by `tests/it/calibration.rs` from `calibration.tsv`, which it counts anew where
`LYDITE_CORPORA` names the unpacked corpora; the same count over any folders is
`cargo run -p lydite-core --example calibrate -- LABEL=FOLDER …`.

Each mail is weighed alone, with the facts that ship and without the joins across a case (a case of the
labelled set brings its own keys). Unwanted mail is no sample of forged leaks: it shows how bulk
software writes, and most of it is as it was sent. What the figures bound is the other side: how often a
code speaks against untouched mail.

| set | mails | what it is |
|---|--:|---|
",
    );
    for set in SETS {
        let _ = writeln!(text, "| {} | {} | {} |", set.label, counted[set.label].mails, set.what);
    }
    statuses(&mut text, counted);
    against(&mut text, counted);
    all_codes(&mut text, counted);
    kinds(&mut text);
    text
}

fn head(text: &mut String, first: &str) {
    let labels: Vec<&str> = SETS.iter().map(|set| set.label).collect();
    let _ = writeln!(text, "| {first} | {} |", labels.join(" | "));
    let _ = writeln!(text, "|---|{}", "--:|".repeat(SETS.len()));
}

/// Mails and their share of the set.
fn cells(counted: &BTreeMap<&str, Counts>, of: impl Fn(&Counts) -> Option<usize>) -> String {
    let cell = |set: &Set| {
        let counts = &counted[set.label];
        of(counts).map_or_else(
            || "·".to_owned(),
            |mails| format!("{mails} ({:.2} %)", percent(mails, counts.mails)),
        )
    };
    SETS.iter().map(cell).collect::<Vec<_>>().join(" | ")
}

fn percent(part: usize, of: usize) -> f64 {
    100.0 * part as f64 / of.max(1) as f64
}

fn statuses(text: &mut String, counted: &BTreeMap<&str, Counts>) {
    text.push_str("\n## Statuses\n\n");
    head(text, "status");
    for status in Status::ALL {
        let row = cells(counted, |counts| counts.statuses.get(status.name()).copied());
        let _ = writeln!(text, "| `{}` | {row} |", status.name());
    }
}

/// Codes that speak against a claim, on all untouched public mail, with the bound that the count
/// leaves: Wilson's interval for a share (JASA 22, 1927), upper end, one side, 97.5 %.
fn against(text: &mut String, counted: &BTreeMap<&str, Counts>) {
    text.push_str(
        "\n## Codes that speak against a claim, on untouched public mail\n\n\"At most\" is the upper end of Wilson's 95 % interval: what the share may be though the count is small.\n\n| code | strength | untouched mails | share | at most | spam and phish |\n|---|---|--:|--:|--:|--:|\n",
    );
    let sum = |untouched: bool, code: &str| {
        let public = SETS.iter().filter(|s| !s.folders.is_empty() && s.untouched == untouched);
        public.fold((0, 0), |(mails, of), set| {
            let counts = &counted[set.label];
            (mails + counts.codes.get(code).copied().unwrap_or(0), of + counts.mails)
        })
    };
    for code in of_mail().flat_map(|check| check.codes) {
        if code.direction != Direction::Contradicts {
            continue;
        }
        let name = format!("{}:{}", code.check, code.name);
        let (mails, of) = sum(true, &name);
        let (unwanted, of_unwanted) = sum(false, &name);
        let _ = writeln!(
            text,
            "| `{name}` | {} | {mails} of {of} | {:.3} % | {:.3} % | {unwanted} of {of_unwanted} |",
            code.strength.map_or("–", |s| s.word()),
            percent(mails, of),
            100.0 * wilson(mails, of)
        );
    }
    text.push_str("\nThe untouched mails themselves, by SHA-256:\n\n| set | mail | status | codes |\n|---|---|---|---|\n");
    for set in SETS.iter().filter(|set| set.untouched) {
        for line in &counted[set.label].against {
            let mut words = line.splitn(3, ' ');
            let mut word = || words.next().unwrap_or_default();
            let (mail, status) = (&word()[..16], word());
            let _ = writeln!(text, "| {} | `{mail}…` | `{status}` | `{}` |", set.label, word());
        }
    }
}

/// Upper end of Wilson's 95 % interval.
fn wilson(part: usize, of: usize) -> f64 {
    let (n, z) = (of.max(1) as f64, 1.96);
    let p = part as f64 / n;
    let centre = p + z * z / (2.0 * n);
    let width = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    (centre + width) / (1.0 + z * z / n)
}

/// Documents are counted apart.
fn of_mail() -> impl Iterator<Item = &'static Check> {
    checks::ALL.iter().copied().filter(|check| matches!(check.run, Run::Mail(_)))
}

fn all_codes(text: &mut String, counted: &BTreeMap<&str, Counts>) {
    text.push_str("\n## Every code\n\nMails in which it stands at least once; a dot where it stands in none.\n\n");
    head(text, "code");
    for check in of_mail() {
        for code in check.codes {
            let name = format!("{}:{}", check.id, code.name);
            let row = cells(counted, |counts| counts.codes.get(&name).copied());
            let _ = writeln!(text, "| `{name}` | {row} |");
        }
    }
}

/// Status and marks.
fn outcome(case: &Case) -> String {
    let marks = case.verdict.marks.iter().map(|mark| mark.name());
    let words: Vec<&str> = [case.verdict.status.name()].into_iter().chain(marks).collect();
    format!("`{}`", words.join("` `"))
}

fn forger_name(forger: Forger) -> &'static str {
    match forger {
        Forger::Careless => "A careless forger, who changes what is shown and forgets the rest",
        Forger::Knowing => "A forger who knows these checks and makes all fit that he can make",
        Forger::AccountHolder => "The holder of an opened account, who sends through its servers",
    }
}

fn kinds(text: &mut String) {
    text.push_str("\n## The labelled set\n\n`crates/lydite-core/tests/labelled`, made by `examples/make/labelled.py`: fictional people, keys of our own.\n\n");
    text.push_str("A kind is named where the finding meant for it stands. Most of those findings are neutral, because innocent mail carries them too; they show a person where to look, and the status stays `undetermined` or `consistent`.\n\n| forger | kinds | spoken against | named, not spoken against | nothing tells |\n|---|--:|--:|--:|--:|\n");
    let forged = cases("forged");
    for forger in [Forger::Careless, Forger::Knowing, Forger::AccountHolder] {
        let of: Vec<&Case> = forged.iter().filter(|case| case.forger == Some(forger)).collect();
        let untold = of.iter().filter(|case| case.nothing_tells).count();
        let against = of.iter().filter(|case| case.verdict.status >= Status::Anomalous).count();
        let named = of.len() - untold - against;
        let _ = writeln!(
            text,
            "| {} | {} | {against} | {named} | {untold} |",
            forger_name(forger),
            of.len()
        );
    }
    for forger in [Forger::Careless, Forger::Knowing, Forger::AccountHolder] {
        let of: Vec<&Case> = forged.iter().filter(|case| case.forger == Some(forger)).collect();
        let (untold, told): (Vec<&Case>, Vec<&Case>) = of.iter().partition(|c| c.nothing_tells);
        let _ = write!(
            text,
            "\n### {}\n\n| kind | status | named by | what was done |\n|---|---|---|---|\n",
            forger_name(forger)
        );
        for case in told.iter().chain(&untold) {
            let by = match case.nothing_tells {
                true => "nothing tells".to_owned(),
                false => format!("`{}`", case.expect_findings.join("`, `")),
            };
            let _ = writeln!(text, "| {} | {} | {by} | {} |", case.name, outcome(case), case.why);
        }
    }
    text.push_str("\n### Innocent oddities\n\n| kind | status | what happened |\n|---|---|---|\n");
    for case in cases("odd") {
        let _ = writeln!(text, "| {} | {} | {} |", case.name, outcome(&case), case.why);
    }
}
