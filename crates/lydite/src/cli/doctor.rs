use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use serde_json::json;

use super::Done;
use crate::face::Face;
use crate::sandbox::probe::{self, Tried};
use crate::wording;

/// Say which layers of protection hold on this machine, by trying to get through them.
#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, face: Face, out: &mut dyn Write) -> Result<Done> {
    let layers = probe::try_all(&std::env::temp_dir())?;
    if args.json {
        super::print_json(out, &layers.iter().map(as_json).collect::<Vec<_>>())?;
        return Ok(Done::All);
    }
    for tried in &layers {
        let answer = if tried.holds { wording::HOLDS } else { wording::NOT_HERE };
        writeln!(out, "{:<10} {}", face.say(answer), face.say(wording::layer(tried.layer)))?;
        for (attempt, refused) in &tried.attempts {
            let answer = if *refused { wording::REFUSED } else { wording::NOT_REFUSED };
            let what = face.say(wording::attempt(*attempt));
            writeln!(out, "{:<10}   {}: {what}", "", face.say(answer))?;
        }
    }
    Ok(Done::All)
}

fn as_json(tried: &Tried) -> serde_json::Value {
    let refused: BTreeMap<_, _> =
        tried.attempts.iter().map(|(attempt, refused)| (attempt.name(), *refused)).collect();
    json!({
        "layer": tried.layer,
        "holds": tried.holds,
        "what": wording::layer(tried.layer).en,
        "refused": refused,
    })
}
