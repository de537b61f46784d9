use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use lydite_core::fact::{Facts, Grade, Key, Unread};
use lydite_corpus::case::Case;
use lydite_corpus::custody::keys::Keeper;
use lydite_corpus::custody::outside;
use lydite_corpus::custody::writing::{Custody, Deed};
use lydite_corpus::facts::{self, Imported};
use serde_json::json;

use super::{Done, keys_recover};
use crate::counts;
use crate::face::{Face, date, thousands, visible};
use crate::reading;
use crate::wording;

/// Public keys: known, wanted, supplied, recovered.
#[derive(clap::Subcommand)]
pub enum Command {
    /// List the keys Lydite ships, and those of a case.
    List {
        case: Option<PathBuf>,
        #[arg(long)]
        json: bool,
    },
    /// Give a case the keys of an archive (JSON lines, tab-separated, BIND zone text), certificates
    /// (PEM, DER) or OpenPGP public keys.
    Import {
        case: PathBuf,
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// List the keys that would settle mail of a case, the most useful first.
    Wanted {
        case: PathBuf,
        #[arg(long)]
        json: bool,
    },
    Recover(keys_recover::Args),
}

pub fn run(command: &Command, keeper: &Keeper, face: Face, out: &mut dyn Write) -> Result<Done> {
    match command {
        Command::List { case, json } => list(case.as_deref(), *json, out)?,
        Command::Import { case: dir, files } => {
            let case = super::open_to_write(dir)?;
            let mut custody = Custody::open(&case, keeper, &[])?;
            for file in files {
                import(&case, file, face, out)?;
            }
            let inputs = files.iter().map(|file| outside(file)).collect::<Result<_, _>>()?;
            custody.record(Deed { action: "keys-imported", inputs, ..Deed::default() })?;
            let dir = visible(&dir.display().to_string());
            writeln!(out, "lydite weigh {dir}  {}", face.say(wording::WEIGH_NEXT))?;
        }
        Command::Wanted { case, json } => wanted(&super::open(case)?, *json, face, out)?,
        Command::Recover(args) => return keys_recover::run(args, keeper, face, out),
    }
    Ok(Done::All)
}

fn list(case: Option<&Path>, json: bool, out: &mut dyn Write) -> Result<()> {
    let facts = match case {
        Some(case) => reading::facts(&super::open(case)?)?,
        None => Facts::shipped(),
    };
    if json {
        return super::print_json(out, &facts.all_keys().map(as_json).collect::<Vec<_>>());
    }
    for key in facts.all_keys() {
        let name = format!("{}._domainkey.{}", key.selector, key.domain);
        let seen = format!("{}..{}", day(key.first_seen), day(key.last_seen));
        let (grade, source) = (grade(key.grade), visible(&key.source));
        writeln!(out, "{:<60} {grade:<8} {seen:<22} {source}", visible(&name))?;
    }
    Ok(())
}

pub fn as_json(key: &Key) -> serde_json::Value {
    json!({
        "domain": key.domain,
        "selector": key.selector,
        "record": key.record,
        "grade": grade(key.grade),
        "first_seen": key.first_seen.map(date),
        "last_seen": key.last_seen.map(date),
        "private_since": key.private_since.map(date),
        "source": key.source,
    })
}

pub fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "A",
        Grade::B => "B",
        Grade::C => "C",
        Grade::D => "D",
        Grade::Supplied => "supplied",
    }
}

/// Adds the keys of one file and says what became of its lines.
pub fn import(case: &Case, file: &Path, face: Face, out: &mut dyn Write) -> Result<()> {
    let Imported { taken, people, known, rejected } = facts::import(case, file)?;
    let name = visible(&file.display().to_string());
    let rows = thousands((taken.len() + people.len() + known) as u64);
    writeln!(out, "{name}: {rows} {}", face.say(wording::ROWS_TAKEN))?;
    if !rejected.is_empty() {
        let n = thousands(rejected.len() as u64);
        writeln!(out, "{name}: {n} {}", face.say(wording::ROWS_REJECTED))?;
    }
    for Unread { line, why } in rejected {
        writeln!(out, "{name}:{line}: {}", visible(&why))?;
    }
    Ok(())
}

fn wanted(case: &Case, json: bool, face: Face, out: &mut dyn Write) -> Result<()> {
    let rows = reading::rows(case, counts::WANTED)?;
    if json {
        return super::print_json(out, &rows);
    }
    if rows.is_empty() {
        writeln!(out, "{}", face.say(wording::NO_WANTED))?;
        return Ok(());
    }
    writeln!(
        out,
        "{:>10} {:>10}  {}",
        face.say(wording::SETTLES),
        face.say(wording::MAILS),
        face.say(wording::KEY)
    )?;
    for row in rows {
        let text = |column: &str| row[column].as_str().map(visible).unwrap_or_default();
        let number = |column: &str| thousands(row[column].as_u64().unwrap_or_default());
        let name = format!("{}._domainkey.{}", text("selector"), text("domain"));
        writeln!(out, "{:>10} {:>10}  {name}", number("settles"), number("mails"))?;
    }
    Ok(())
}

fn day(day: Option<i32>) -> String {
    day.map_or_else(|| "?".to_owned(), date)
}
