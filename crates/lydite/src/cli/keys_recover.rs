use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use lydite_corpus::case::Case;
use lydite_corpus::custody::keys::Keeper;
use lydite_corpus::custody::writing::{Custody, Deed};
use lydite_corpus::facts;
use lydite_corpus::recover::{self, Archive, Attempt, Choice, Group};
use serde_json::json;

use super::Done;
use crate::face::{Face, thousands, visible};
use crate::wording;

/// Recover keys from pairs of signatures of a case: minutes of work a key, printed before it starts.
///
/// A key so found shows that mails agree with each other. It lifts none above `consistent`: whoever
/// made the dump can have made the signatures. Stopped, run the same command again.
#[derive(clap::Args)]
pub struct Args {
    case: PathBuf,
    /// Only keys of this signing domain.
    #[arg(long)]
    domain: Option<String>,
    /// Only keys of this selector.
    #[arg(long)]
    selector: Option<String>,
    /// Print what would be tried and what it would take, and stop.
    #[arg(long)]
    plan: bool,
    /// Keys worked on at once, 0.7 GB each at 2,048 bits; all cores if not given.
    #[arg(long)]
    jobs: Option<usize>,
    /// Different signatures there must be; with 2 nothing confirms the key.
    #[arg(long, default_value_t = 3)]
    least: usize,
    /// Also selectors whose key is known: to compare, or where none of theirs opens.
    #[arg(long)]
    known_too: bool,
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, keeper: &Keeper, face: Face, out: &mut dyn Write) -> Result<Done> {
    let choice = Choice {
        domain: args.domain.clone(),
        selector: args.selector.clone(),
        least: args.least,
        known_too: args.known_too,
    };
    let jobs = args.jobs.unwrap_or_else(super::cores);
    let case = if args.plan { super::open(&args.case)? } else { super::open_to_write(&args.case)? };
    let (due, mut done) = recover::plan(&case, &choice)?;
    if !args.json {
        print_plan(&due, jobs, face, out)?;
    }
    if args.plan {
        if args.json {
            super::print_json(out, &due.iter().map(planned).collect::<Vec<_>>())?;
        }
        return Ok(Done::All);
    }
    for attempt in done.iter().filter(|_| !args.json) {
        print(attempt, face, out)?;
    }
    let mut custody = Custody::open(&case, keeper, &[])?;
    done.extend(work(&case, &due, jobs, (!args.json).then_some(face), out)?);
    custody.record(Deed { action: "keys-recovered", ..Deed::default() })?;
    if args.json {
        done.sort_by(|a, b| {
            (&a.domain, &a.selector, a.bits).cmp(&(&b.domain, &b.selector, b.bits))
        });
        super::print_json(out, &done)?;
    } else if done.iter().any(|attempt| attempt.found.is_some()) {
        let dir = visible(&args.case.display().to_string());
        writeln!(out, "lydite weigh {dir}  {}", face.say(wording::WEIGH_NEXT))?;
    }
    Ok(Done::All)
}

/// Tries what is due, each result printed as it comes.
fn work(
    case: &Case,
    due: &[Group],
    jobs: usize,
    face: Option<Face>,
    out: &mut dyn Write,
) -> Result<Vec<Attempt>> {
    let known = facts::load(case)?;
    let mut done = Vec::new();
    let mut unprinted = Ok(());
    recover::run(case, due, jobs, &known, |attempt| {
        if let (Some(face), true) = (face, unprinted.is_ok()) {
            unprinted = print(attempt, face, out).and_then(|()| Ok(out.flush()?));
        }
        done.push(attempt.clone());
    })?;
    unprinted?;
    Ok(done)
}

fn print_plan(due: &[Group], jobs: usize, face: Face, out: &mut dyn Write) -> Result<()> {
    if due.is_empty() {
        writeln!(out, "{}", face.say(wording::NOTHING_TO_RECOVER))?;
        return Ok(());
    }
    writeln!(
        out,
        "{:>10} {:>10} {:>6} {:>9}  {}",
        face.say(wording::SIGNATURES),
        face.say(wording::MAILS),
        "bits",
        face.say(wording::SECONDS),
        face.say(wording::KEY)
    )?;
    for group in due {
        let (signatures, mails) = (group.signatures() as u64, group.mails() as u64);
        let least = group.seconds();
        writeln!(
            out,
            "{:>10} {:>10} {:>6} {:>9}  {}",
            thousands(signatures),
            thousands(mails),
            group.bits,
            format!("{least:.0}-{:.0}", least * group.pairs() as f64),
            visible(&name(&group.domain, &group.selector))
        )?;
    }
    let cores = jobs.clamp(1, due.len()) as f64;
    let least: f64 = due.iter().map(Group::seconds).sum();
    let most: f64 = due.iter().map(|group| group.seconds() * group.pairs() as f64).sum();
    let (least, most) = (least / cores / 60.0, most / cores / 60.0);
    writeln!(out, "{} {least:.1}-{most:.1} min, {jobs} jobs", face.say(wording::IN_ALL))?;
    out.flush()?;
    Ok(())
}

fn planned(group: &Group) -> serde_json::Value {
    json!({
        "domain": group.domain,
        "selector": group.selector,
        "bits": group.bits,
        "signatures": group.signatures(),
        "mails": group.mails(),
        "pairs": group.pairs(),
        "seconds_a_pair": group.seconds(),
    })
}

fn print(attempt: &Attempt, face: Face, out: &mut dyn Write) -> Result<()> {
    let name = visible(&name(&attempt.domain, &attempt.selector));
    let Some(found) = &attempt.found else {
        writeln!(out, "{name}: {}", face.say(wording::NOT_RECOVERED))?;
        return Ok(());
    };
    let number = |n: usize| thousands(n as u64);
    let grade = super::keys::grade(found.key.grade);
    writeln!(
        out,
        "{name}: {} e={}, {} {grade}",
        attempt.bits,
        found.exponent,
        face.say(wording::GRADE)
    )?;
    writeln!(
        out,
        "  {} {} / {}; {} {}, {} {}, {} {}, {} {}",
        face.say(wording::OPENS_EXACTLY),
        number(found.exact),
        number(attempt.signatures),
        number(found.mails),
        face.say(wording::OTHER_MAILS),
        number(found.senders),
        face.say(wording::SENDERS),
        number(found.recipients),
        face.say(wording::RECIPIENTS),
        number(found.days),
        face.say(wording::DAYS),
    )?;
    let archive = match found.archive {
        Archive::Absent => return Ok(()),
        Archive::Equal => wording::ARCHIVE_EQUAL,
        Archive::Different => wording::ARCHIVE_DIFFERENT,
    };
    writeln!(out, "  {}", face.say(archive))?;
    Ok(())
}

fn name(domain: &str, selector: &str) -> String {
    format!("{selector}._domainkey.{domain}")
}
