use std::io::Write;

use anyhow::{Context, Result};

use super::{Done, checks};
use crate::face::Face;
use crate::wording;

/// Print the documentation of a check and everything it can say.
#[derive(clap::Args)]
pub struct Args {
    /// A check, such as `email/dkim-signature`; `lydite checks` lists them.
    #[arg(value_name = "ID")]
    id: String,
}

pub fn run(args: &Args, face: Face, out: &mut dyn Write) -> Result<Done> {
    let check = checks::rules().find(|rule| rule.id == args.id).with_context(|| {
        let near = checks::rules().map(|rule| rule.id).filter(|id| id.contains(args.id.as_str()));
        let near = near.collect::<Vec<_>>().join(", ");
        let hint = if near.is_empty() { "`lydite checks` lists all".to_owned() } else { near };
        format!("no check is called {}: {hint}", args.id)
    })?;
    writeln!(out, "{}\n\n{}\n", face.bold(check.id), check.documentation)?;
    for code in check.codes {
        let strength = code.strength.map_or("", |s| face.say(wording::strength(s)));
        let direction = face.say(wording::direction(code.direction));
        let claim = face.say(wording::claim(code.claim));
        writeln!(out, "{}  {direction}: {claim}  {strength}", face.bold(code.name))?;
        writeln!(out, "    {}", face.say(code.meaning))?;
        if !code.innocent.en.is_empty() {
            let can_arise = face.say(wording::CAN_ALSO_ARISE);
            writeln!(out, "    {can_arise}: {}", face.say(code.innocent))?;
        }
    }
    Ok(Done::All)
}
