use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use lydite_core::verdict::Status;
use lydite_corpus::assay::NOT_MAIL;
use lydite_corpus::case::Case;
use lydite_corpus::reading::accounting;
use serde::Serialize;
use serde_json::Value;

use super::Done;
use crate::counts;
use crate::face::{Face, thousands, visible};
use crate::reading;
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
    mailboxes: Option<()>,
    staging: Option<()>,
    phish: Option<()>,
    withheld: Option<()>,
    /// Keys that opened a signature of the case, with the mails each speaks for.
    keys: Vec<Value>,
    /// By phase, all runs that ended added.
    seconds: BTreeMap<String, f64>,
    version: &'static str,
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
        for row in reading::rows(case, STATUS)? {
            let named = Status::ALL.into_iter().find(|s| Some(s.name()) == row["status"].as_str());
            status.insert(named.unwrap_or(Status::Undetermined), row["n"].as_u64().unwrap_or(0));
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
            mailboxes: None,
            staging: None,
            phish: None,
            withheld: None,
            keys: reading::rows(case, counts::USED)?,
            seconds: seconds(case),
            version: env!("CARGO_PKG_VERSION"),
        })
    }

    /// Whether items could not be read. Kinds that have no reader yet do not count.
    pub fn has_failures(&self) -> bool {
        self.accounting.skipped.iter().any(|(reason, n)| reason != NOT_MAIL && *n > 0)
    }

    /// For a person; ends with where to look next.
    pub fn print(&self, case: &Path, face: Face, out: &mut dyn Write) -> Result<()> {
        self.accounting.print(face, out)?;
        writeln!(out)?;
        for status in Status::ALL {
            let n = self.status.get(&status).copied().unwrap_or_default();
            writeln!(out, "{} {:>12}", face.status(status, 16), thousands(n))?;
        }
        writeln!(out, "\n{}", face.bold(face.say(wording::NEXT)))?;
        let case = visible(&case.display().to_string());
        let next = [
            ("verdicts", "", wording::NEXT_VERDICTS),
            ("show", " ITEM", wording::NEXT_SHOW),
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
