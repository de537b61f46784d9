use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use lydite_core::check::Text;
use lydite_core::limits;
use lydite_core::verdict::Status;
use lydite_corpus::assay::NOT_MAIL;
use lydite_corpus::case::Case;
use lydite_corpus::pack::PURGED;
use lydite_corpus::reading::accounting;
use serde::Serialize;
use serde_json::Value;

use super::Done;
use crate::counts::{self, Back, Outcomes, Route, Searched, Signer, Step, Wanted};
use crate::face::{Face, thousands, visible};
use crate::line;
use crate::reading;
use crate::report::words;
use crate::wording;

/// What the case holds: the accounting, the verdicts by status, the keys that spoke.
#[derive(clap::Args)]
pub struct Args {
    case: PathBuf,
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, face: Face, out: &mut dyn Write) -> Result<Done> {
    let summary = Summary::of(&super::open(&args.case)?)?;
    if args.json {
        super::print_json(out, &summary)?;
    } else {
        summary.print(&args.case, face, out)?;
    }
    Ok(Done::All)
}

/// `summary --json` (design section 7). Keys that no phase fills yet are null.
#[derive(Serialize)]
pub struct Summary {
    accounting: Accounting,
    /// Sightings by status, every status named.
    status: BTreeMap<Status, u64>,
    /// Whether the items were weighed beside each other; until then each stands alone. For a
    /// person: programs find the phase `weigh` in `seconds`.
    #[serde(skip)]
    is_weighed: bool,
    mailboxes: Option<()>,
    staging: Option<()>,
    phish: Option<()>,
    withheld: Option<()>,
    /// Keys that opened a signature of the case, with the mails each speaks for.
    keys: Vec<Value>,
    /// By phase, all runs that ended added.
    seconds: BTreeMap<String, f64>,
    version: &'static str,
    /// For a person only: the contract's keys stay as they are.
    #[serde(skip)]
    tallies: Tallies,
}

/// What the case adds up to by signer, route and key that is not known.
struct Tallies {
    signers: Vec<Signer>,
    steps: Vec<Step>,
    searched: Vec<Searched>,
    back: Vec<Back>,
    routes: Vec<Route>,
    wanted: Vec<Wanted>,
}

/// seen = examined + skipped, in items and in bytes.
#[derive(Serialize)]
struct Accounting {
    seen: u64,
    examined: u64,
    skipped: BTreeMap<String, u64>,
    bytes: u64,
    bytes_examined: u64,
    bytes_skipped: BTreeMap<String, u64>,
}

/// What was not examined has no verdict and is undetermined, as in `verdicts`.
const STATUS: &str = "SELECT coalesce(v.status, 'undetermined') AS status, count(*) AS n \
    FROM sightings s LEFT JOIN verdicts v ON v.sha256 = s.sha256 \
    WHERE s.sha256 IS NOT NULL GROUP BY 1 ORDER BY 1";

impl Summary {
    pub fn of(case: &Case) -> Result<Summary> {
        let mut status: BTreeMap<_, _> = Status::ALL.map(|status| (status, 0)).into();
        let is_weighed = case.ledger().is_weighed();
        if is_weighed {
            for row in reading::rows(case, STATUS)? {
                let name = row["status"].as_str();
                let named = Status::ALL.into_iter().find(|s| Some(s.name()) == name);
                let count = row["n"].as_u64().unwrap_or(0);
                status.insert(named.unwrap_or(Status::Undetermined), count);
            }
        } else {
            reading::walk(case, |entry| {
                let is_judged = u64::from(entry.sha256.is_some());
                *status.entry(line::status(&entry)).or_default() += is_judged;
                Ok(())
            })?;
        }
        let counted = accounting(case)?;
        Ok(Summary {
            accounting: Accounting {
                seen: counted.seen.items,
                examined: counted.examined.items,
                skipped: counted.skipped.iter().map(|(r, t)| (r.clone(), t.items)).collect(),
                bytes: counted.seen.bytes,
                bytes_examined: counted.examined.bytes,
                bytes_skipped: counted.skipped.into_iter().map(|(r, t)| (r, t.bytes)).collect(),
            },
            status,
            is_weighed,
            mailboxes: None,
            staging: None,
            phish: None,
            withheld: None,
            keys: reading::rows(case, counts::USED)?,
            seconds: seconds(case),
            version: env!("CARGO_PKG_VERSION"),
            tallies: Tallies {
                signers: counts::signers(case)?,
                steps: counts::steps(case)?,
                searched: counts::searched(case)?,
                back: counts::back(case)?,
                routes: counts::routes(case)?,
                wanted: counts::wanted(case)?,
            },
        })
    }

    /// Whether items could not be read. Kinds that have no reader yet and what was removed by order
    /// do not count.
    pub fn has_failures(&self) -> bool {
        let counts = |reason: &str| reason != NOT_MAIL && reason != PURGED;
        self.accounting.skipped.iter().any(|(reason, n)| counts(reason) && *n > 0)
    }

    /// For a person; ends with where to look next.
    pub fn print(&self, case: &Path, face: Face, out: &mut dyn Write) -> Result<()> {
        self.accounting.print(face, out)?;
        writeln!(out)?;
        for status in Status::ALL {
            let n = self.status.get(&status).copied().unwrap_or_default();
            writeln!(out, "{} {:>12}", face.status(status, 16), thousands(n))?;
        }
        if !self.is_weighed {
            writeln!(out, "{}", face.say(wording::PRELIMINARY))?;
        }
        self.tallies.print(face, out)?;
        writeln!(out, "\n{}", face.bold(face.say(wording::NEXT)))?;
        let case = visible(&case.display().to_string());
        let next = [
            ("verdicts", "", wording::NEXT_VERDICTS),
            ("show", " ITEM", wording::NEXT_SHOW),
            ("report", " -o FILE", wording::NEXT_REPORT),
            ("keys wanted", "", wording::NEXT_KEYS),
            ("failures", "", wording::NEXT_FAILURES),
        ];
        for (command, rest, what) in next {
            let command = format!("lydite {command} {case}{rest}");
            writeln!(out, "  {command:<40} {}", face.say(what))?;
        }
        Ok(())
    }
}

impl Accounting {
    fn print(&self, face: Face, out: &mut dyn Write) -> Result<()> {
        let say = |text| face.say(text);
        let items = [self.seen, self.examined, self.skipped.values().sum()];
        let bytes = [self.bytes, self.bytes_examined, self.bytes_skipped.values().sum()];
        for (unit, [seen, examined, skipped]) in [(wording::ITEMS, items), (wording::BYTES, bytes)]
        {
            writeln!(
                out,
                "{} {} {} = {} {} + {} {}",
                thousands(seen),
                say(unit),
                say(wording::SEEN),
                thousands(examined),
                say(wording::EXAMINED),
                thousands(skipped),
                say(wording::SKIPPED),
            )?;
        }
        for (reason, n) in &self.skipped {
            let bytes = self.bytes_skipped.get(reason).copied().unwrap_or_default();
            let unit = say(wording::BYTES);
            writeln!(out, "  {:>12} {reason} ({} {unit})", thousands(*n), thousands(bytes))?;
        }
        Ok(())
    }
}

impl Tallies {
    /// The first of each, those of most mails before; the others are counted.
    fn print(&self, face: Face, out: &mut dyn Write) -> Result<()> {
        if !self.signers.is_empty() {
            let columns = [wording::MAILS, words::HOLD, words::REPAIRED];
            print_head(words::SIGNERS, &columns, face, out)?;
        }
        print_rows(&self.signers, face, out, |s| {
            let name = format!("{} {} {}", s.domain, s.selector, wording::family(s.family));
            (name, vec![s.outcomes.mails, s.outcomes.holds, s.repaired], Some(s.outcomes))
        })?;
        if !self.steps.is_empty() {
            print_head(words::STEPS, &[wording::MAILS], face, out)?;
        }
        print_rows(&self.steps, face, out, |s| {
            (face.say(wording::step(s.step)).to_owned(), vec![s.mails], None)
        })?;
        self.print_searched(face, out)?;
        if !self.routes.is_empty() {
            let columns = [words::SIGNED_MAILS, words::HOLD, words::NO_SIGNATURE];
            print_head(words::ROUTES, &columns, face, out)?;
        }
        print_rows(&self.routes, face, out, |r| {
            let host = if r.host.is_empty() { face.say(words::NO_ROUTE) } else { &r.host };
            let numbers = vec![r.outcomes.mails, r.outcomes.holds, r.unsigned];
            (host.to_owned(), numbers, Some(r.outcomes))
        })?;
        if !self.wanted.is_empty() {
            let columns = [words::SETTLES, words::WANTED_BY];
            print_head(words::KEYS_WANTED, &columns, face, out)?;
        }
        print_rows(&self.wanted, face, out, |w| {
            let name = format!("{}._domainkey.{}", w.selector, w.domain);
            (name, vec![w.settles, w.mails], None)
        })
    }
}

impl Tallies {
    /// What was found behind signatures that do not hold, and by which steps.
    fn print_searched(&self, face: Face, out: &mut dyn Write) -> Result<()> {
        if self.searched.is_empty() {
            return Ok(());
        }
        let columns =
            [words::SEARCHED_MAILS, words::FOUND_HEADERS, words::FOUND_BODY, words::FOUND_WHOLE];
        print_head(words::SEARCHED, &columns, face, out)?;
        print_rows(&self.searched, face, out, |s| {
            let name = format!("{} {} {}", s.domain, wording::family(s.family), s.relay);
            (name, vec![s.mails, s.headers, s.bodies, s.originals], None)
        })?;
        if !self.back.is_empty() {
            print_head(words::BACK, &[wording::MAILS], face, out)?;
        }
        print_rows(&self.back, face, out, |b| {
            (face.say(b.step.row().meaning).to_owned(), vec![b.mails], None)
        })
    }
}

fn print_head(what: Text, columns: &[Text], face: Face, out: &mut dyn Write) -> Result<()> {
    write!(out, "\n{}\n ", face.bold(face.say(what)))?;
    for column in columns {
        write!(out, " {:>16}", face.say(*column))?;
    }
    writeln!(out)?;
    Ok(())
}

/// Numbers, name, and what does not hold in words; then how many rows are left.
fn print_rows<T>(
    rows: &[T],
    face: Face,
    out: &mut dyn Write,
    row: impl Fn(&T) -> (String, Vec<u64>, Option<Outcomes>),
) -> Result<()> {
    for one in rows.iter().take(limits::SUMMARY_TOP) {
        let (name, numbers, outcomes) = row(one);
        write!(out, " ")?;
        for number in numbers {
            write!(out, " {:>16}", thousands(number))?;
        }
        write!(out, "  {}", visible(&name))?;
        let counted = outcomes.map(|o| {
            [
                (o.body_differs, words::BODY),
                (o.headers_differ, words::HEADERS),
                (o.both_differ, words::BOTH),
                (o.cannot_tell, words::CANNOT),
            ]
        });
        let rest = counted.into_iter().flatten().filter(|(n, _)| *n > 0);
        let told = |(n, what)| {
            let colon = face.lang.colon();
            format!("{}{colon} {}", face.say(what).to_lowercase(), thousands(n))
        };
        let rest: Vec<_> = rest.map(told).collect();
        if !rest.is_empty() {
            write!(out, " ({})", rest.join(", "))?;
        }
        writeln!(out)?;
    }
    let left = rows.len().saturating_sub(limits::SUMMARY_TOP);
    if left > 0 {
        writeln!(out, "  + {} {}", thousands(left as u64), face.say(words::OTHERS))?;
    }
    Ok(())
}

/// Wall time is no evidence and differs from run to run: it stands beside the tables, not in them.
const SECONDS: &str = "seconds.json";

fn seconds(case: &Case) -> BTreeMap<String, f64> {
    let text = std::fs::read(case.root().join(SECONDS)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Adds the wall time of a run, by phase.
pub fn add_seconds(case: &Case, more: &BTreeMap<String, f64>) -> Result<()> {
    let mut all = seconds(case);
    for (phase, seconds) in more {
        let sum = all.entry(phase.clone()).or_default();
        *sum = ((*sum + seconds) * 1000.0).round() / 1000.0;
    }
    std::fs::write(case.root().join(SECONDS), serde_json::to_vec(&all)?)?;
    Ok(())
}
