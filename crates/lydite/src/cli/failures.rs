use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use serde_json::json;

use super::Done;
use crate::face::{Face, thousands, visible};
use crate::reading;
use crate::wording;

/// Every item that was found and not examined, and why.
#[derive(clap::Args)]
pub struct Args {
    case: PathBuf,
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, face: Face, out: &mut dyn Write) -> Result<Done> {
    let case = super::open(&args.case)?;
    let mut list = Vec::new();
    let mut count = 0;
    reading::walk(&case, |entry| {
        let Some(reason) = &entry.reason else {
            return Ok(());
        };
        count += 1;
        if args.json {
            list.push(json!({
                "path": entry.path,
                "sha256": entry.sha256,
                "kind": entry.kind,
                "bytes": entry.size,
                "reason": reason,
                "detail": entry.detail,
            }));
            return Ok(());
        }
        let size = format!("{} {}", thousands(entry.size), face.say(wording::BYTES));
        let detail = visible(&entry.detail);
        let text = format!("{reason:<24} {size:>20}  {}  {detail}", visible(&entry.path));
        writeln!(out, "{}", text.trim_end())?;
        Ok(())
    })?;
    if args.json {
        super::print_json(out, &list)?;
    } else if count == 0 {
        writeln!(out, "{}", face.say(wording::NO_FAILURES))?;
    }
    Ok(Done::All)
}
