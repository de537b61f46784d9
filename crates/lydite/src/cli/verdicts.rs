use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use lydite_core::evidence::{Direction, Finding};
use lydite_core::verdict::Status;

use super::Done;
use crate::face::{Face, thousands, visible};
use crate::line::{self, Line};
use crate::reading::{self, Entry};
use crate::wording;

/// One line for every item found, as often as it was found.
///
/// While an assay runs it lists what is examined so far, each item judged by itself.
#[derive(clap::Args)]
pub struct Args {
    case: PathBuf,
    /// Only items of this status. Repeatable.
    #[arg(long, value_name = "STATUS", value_parser = parse_status)]
    status: Vec<Status>,
    /// One JSON object a line: the form for other programs.
    #[arg(long, conflicts_with = "csv")]
    jsonl: bool,
    /// Comma-separated, for a spreadsheet.
    #[arg(long)]
    csv: bool,
}

fn parse_status(text: &str) -> Result<Status, String> {
    let known = Status::ALL.iter().copied().find(|status| status.name() == text);
    known.ok_or_else(|| format!("known are {}", Status::ALL.map(Status::name).join(", ")))
}

pub fn run(args: &Args, face: Face, out: &mut dyn Write) -> Result<Done> {
    let case = super::open(&args.case)?;
    if args.csv {
        out.write_all(line::csv(&Line::COLUMNS).as_bytes())?;
    }
    let mut preliminary = 0;
    reading::walk(&case, |entry| {
        // What could not be read at all has no bytes to judge; `failures` lists it.
        let is_asked = args.status.is_empty() || args.status.contains(&line::status(&entry));
        if entry.sha256.is_none() || !is_asked {
            return Ok(());
        }
        preliminary += u64::from(entry.verdict.is_some() && !entry.is_weighed);
        if args.jsonl {
            serde_json::to_writer(&mut *out, &Line::of(&entry))?;
            writeln!(out)?;
        } else if args.csv {
            out.write_all(line::csv(&Line::of(&entry).cells()).as_bytes())?;
        } else {
            print(&entry, face, out)?;
        }
        Ok(())
    })?;
    if preliminary > 0 {
        eprintln!("{} {}", thousands(preliminary), face.say(wording::PRELIMINARY));
    }
    Ok(Done::All)
}

/// Status, path, marks, and the note of the finding that weighs most.
fn print(entry: &Entry, face: Face, out: &mut dyn Write) -> Result<()> {
    let mut text = format!("{:<32}", visible(&entry.path));
    for mark in entry.verdict.iter().flat_map(|verdict| &verdict.marks) {
        text.push_str(&format!(" [{}]", mark.name()));
    }
    if let Some(finding) = telling(entry) {
        text.push_str(&format!("  {}", visible(&finding.note)));
    }
    if let Some(reason) = &entry.reason {
        text.push_str(&format!("  {reason}"));
    }
    let status = face.status(line::status(entry), 16);
    writeln!(out, "{status} {}", text.trim_end())?;
    Ok(())
}

/// The strongest finding that points where the verdict does; the first of equals.
fn telling(entry: &Entry) -> Option<&Finding> {
    let direction = match line::status(entry) {
        Status::Anomalous | Status::Altered | Status::Contradicted => Direction::Contradicts,
        Status::Verified | Status::Corroborated | Status::Consistent => Direction::Supports,
        Status::Undetermined => return None,
    };
    let fitting = entry.findings.iter().filter(|f| f.direction == direction);
    fitting.rev().max_by_key(|f| f.strength)
}
