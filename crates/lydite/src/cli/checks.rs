use std::io::Write;

use anyhow::Result;
use lydite_core::check::Code;
use lydite_core::checks;
use lydite_core::evidence::Claim;
use lydite_corpus::joins;
use serde_json::{Value, json};

use super::Done;
use crate::line::Band;

/// List every check with its claim, its group and what it can say.
#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    json: bool,
}

/// What checks and joins declare alike.
pub struct Rule {
    pub id: &'static str,
    pub codes: &'static [&'static Code],
    pub documentation: String,
    version: u32,
    claim: Claim,
    group: &'static str,
    /// Year and month since which it can apply; a join applies always.
    since: Option<(i16, i8)>,
}

/// Every check of one item, then every join over all.
pub fn rules() -> impl Iterator<Item = Rule> {
    let checks = checks::ALL.iter().map(|c| Rule {
        id: c.id,
        codes: c.codes,
        documentation: c.documentation(),
        version: c.version,
        claim: c.claim,
        group: c.group,
        since: Some(c.since),
    });
    let joins = joins::ALL.iter().map(|j| Rule {
        id: j.id,
        codes: j.codes,
        documentation: j.documentation(),
        version: j.version,
        claim: j.claim,
        group: j.group,
        since: None,
    });
    checks.chain(joins)
}

pub fn run(args: &Args, out: &mut dyn Write) -> Result<Done> {
    if args.json {
        super::print_json(out, &rules().map(|rule| as_json(&rule)).collect::<Vec<_>>())?;
        return Ok(Done::All);
    }
    for Rule { id, codes, claim, group, .. } in rules() {
        let codes = codes.iter().map(|code| code.name).collect::<Vec<_>>().join(" ");
        writeln!(out, "{id:<32} {:<16} {group:<16} {codes}", claim.name())?;
    }
    Ok(Done::All)
}

fn as_json(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "version": rule.version,
        "claim": rule.claim,
        "group": rule.group,
        "since": rule.since.map(|(year, month)| format!("{year:04}-{month:02}")),
        "codes": rule.codes.iter().map(|code| code_json(code)).collect::<Vec<_>>(),
    })
}

pub fn code_json(code: &Code) -> Value {
    json!({
        "code": code.name,
        "claim": code.claim,
        "direction": code.direction,
        "strength": code.strength.map(Band::from),
        "meaning": { "en": code.meaning.en, "fr": code.meaning.fr },
        "innocent": { "en": code.innocent.en, "fr": code.innocent.fr },
    })
}
