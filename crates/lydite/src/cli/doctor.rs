use std::io::Write;

use anyhow::Result;
use lydite_core::check::Text;
use lydite_core::fact::Facts;
use serde_json::json;

use super::Done;
use crate::face::Face;
use crate::sandbox::Examiner;
use crate::wording;

/// Say which layers of protection hold on this machine.
#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    json: bool,
}

/// Layers this version does not have; a report must not claim them.
const ABSENT: [(&str, Text); 3] = [
    ("file-system-and-network", wording::LAYER_LANDLOCK),
    ("system-calls", wording::LAYER_SECCOMP),
    ("memory", wording::LAYER_MEMORY),
];

pub fn run(args: &Args, face: Face, out: &mut dyn Write) -> Result<Done> {
    let probe = Examiner::new(false, Facts::default())?.examine(b"From: a@b.example\n\n", &[]);
    let works = probe.is_ok();
    let held = [
        ("process", wording::LAYER_PROCESS, works),
        ("time", wording::LAYER_TIME, works),
        ("answer", wording::LAYER_ANSWER, works),
    ];
    let absent = ABSENT.map(|(name, text)| (name, text, false));
    let layers = held.into_iter().chain(absent);
    if args.json {
        let list = layers
            .map(|(name, text, holds)| json!({ "layer": name, "holds": holds, "what": text.en }));
        super::print_json(out, &list.collect::<Vec<_>>())?;
    } else {
        for (_, text, holds) in layers {
            let answer = if holds { wording::HOLDS } else { wording::NOT_HERE };
            writeln!(out, "{:<10} {}", face.say(answer), face.say(text))?;
        }
    }
    if let Err(why) = probe {
        anyhow::bail!("no worker could examine a mail: {why}; `--no-sandbox` works without");
    }
    Ok(Done::All)
}
