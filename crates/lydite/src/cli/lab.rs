use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use lydite_lab::make::{LEAST_MESSAGES, make};
use lydite_lab::score::{Judged, Score, Share, score};
use lydite_lab::truth::Row;

use super::{Done, lab_words as words};
use crate::face::{Face, thousands, visible};
use crate::{line, reading};

/// Make a leak with known truth, and score a case against it.
#[derive(clap::Subcommand)]
pub enum Command {
    Make(Make),
    Score(Scored),
}

/// Write a leak of fictional people: dump, key archive, context, reference and the truth.
///
/// The same seed and size make the same bytes. `truth.jsonl` says of each item what was done to it
/// and what could tell; Lydite never reads it but to score.
#[derive(clap::Args)]
pub struct Make {
    /// A folder that does not exist yet, or is empty.
    dir: PathBuf,
    /// About so many mails.
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    messages: usize,
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

/// Hold what a case says of each item against the truth it was made with.
#[derive(clap::Args)]
pub struct Scored {
    case: PathBuf,
    /// `truth.jsonl` of the leak.
    truth: PathBuf,
    #[arg(long)]
    json: bool,
}

pub fn run(command: &Command, face: Face, out: &mut dyn Write) -> Result<Done> {
    match command {
        Command::Make(args) => write(args, face, out),
        Command::Score(args) => judge(args, face, out),
    }
}

fn write(args: &Make, face: Face, out: &mut dyn Write) -> Result<Done> {
    let dir = &args.dir;
    if dir.exists() && dir.read_dir()?.next().is_some() {
        bail!("{} holds other files: name a new folder, `lydite lab make DIR`", dir.display());
    }
    if args.messages < LEAST_MESSAGES {
        bail!("{} messages are too few: name at least {LEAST_MESSAGES}", args.messages);
    }
    let lab = make(args.seed, args.messages)
        .context("no key could be made of that seed: name another")?;
    for (path, bytes) in &lab.files {
        let path = dir.join(path);
        let folder = path.parent().unwrap_or(dir);
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let shown = dir.display();
    writeln!(out, "{} {shown}", face.say(words::MADE))?;
    writeln!(out, "{} {}", thousands(lab.truth.len() as u64), face.say(words::ITEMS))?;
    writeln!(out, "\n{}{}", face.say(words::NEXT), face.lang.colon())?;
    writeln!(out, "  lydite assay {shown}/dump --case {shown}/case --keys {shown}/keys.jsonl \\")?;
    writeln!(out, "      --context {shown}/context.json --reference {shown}/reference")?;
    writeln!(out, "  lydite lab score {shown}/case {shown}/truth.jsonl")?;
    Ok(Done::All)
}

fn judge(args: &Scored, face: Face, out: &mut dyn Write) -> Result<Done> {
    let truth = truth(&args.truth)?;
    let mut judged = BTreeMap::new();
    reading::walk(&super::open(&args.case)?, |entry| {
        // What has no bytes of its own has no row of truth either.
        if entry.sha256.is_some() {
            let status = line::status(&entry);
            let verdict = entry.verdict.as_ref();
            let claims = verdict.map(|v| v.claims.iter().map(|(c, s)| (c.name().to_owned(), *s)));
            let findings = entry.findings.iter().map(|f| (f.check.clone(), f.code.clone()));
            let one = Judged {
                status,
                claims: claims.map_or(BTreeMap::new(), Iterator::collect),
                has_counterpart: verdict.is_some_and(|v| v.counterpart.is_some()),
                findings: findings.collect(),
            };
            judged.insert(entry.path, one);
        }
        Ok(())
    })?;
    let score = score(&truth, &judged);
    if args.json {
        super::print_json(out, &score)?;
    } else {
        print(&score, face, out)?;
    }
    Ok(Done::All)
}

fn truth(path: &Path) -> Result<Vec<Row>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read {}: name truth.jsonl of the leak", path.display()))?;
    let row = |(at, line): (usize, &str)| {
        serde_json::from_str(line)
            .with_context(|| format!("{}:{}: no row of truth", path.display(), at + 1))
    };
    text.lines().enumerate().map(row).collect()
}

fn print(score: &Score, face: Face, out: &mut dyn Write) -> Result<()> {
    let settled = &score.settled;
    writeln!(out, "{:>15}  {}", score.false_lifts.len(), face.say(words::LIFTS))?;
    let shares = [
        (score.hard_accusations, words::HARD),
        (score.soft_accusations, words::SOFT),
        (score.recall, words::RECALL),
        (settled.of_anchored, words::REACHED),
        (settled.of_all, words::OF_ALL),
        (settled.by_signature, words::SIGNED),
    ];
    for (share, says) in shares {
        writeln!(out, "{:>15}  {:>8}  {}", counted(share), percent(share), face.say(says))?;
    }
    for (count, says) in [
        (settled.beyond.len(), words::BEYOND),
        (score.missing.len(), words::MISSING),
        (score.unknown, words::UNKNOWN),
    ] {
        if count > 0 {
            writeln!(out, "{count:>15}  {}", face.say(says))?;
        }
    }
    writeln!(out, "\n{}", face.bold(face.say(words::CHAINS)))?;
    for (anchor, share) in &settled.by_anchor {
        writeln!(out, "{:>15}  {:>8}  {anchor}", counted(*share), percent(*share))?;
    }
    planted(score, face, out)?;
    innocent(score, face, out)?;
    for wrong in score.false_lifts.iter().chain(&score.accused).chain(&score.unseen) {
        let class = wrong.class.as_deref().unwrap_or("-");
        writeln!(out, "  {} {} {class} {}", wrong.status, wrong.what, visible(&wrong.path))?;
    }
    Ok(())
}

fn planted(score: &Score, face: Face, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "\n{}", face.bold(face.say(words::PLANTED)))?;
    writeln!(out, "  {}", face.say(words::TOLD))?;
    for (class, kinds) in &score.planted {
        for (kind, row) in kinds {
            let name = format!("{class} {kind}");
            let (told, other) = (counted(row.detectable), counted(row.undetectable));
            let statuses = listed(&row.statuses);
            writeln!(out, "  {name:<44} {told:>9} {other:>9} {:>4}  {statuses}", row.lifted)?;
        }
    }
    writeln!(out, "\n{}", face.bold(face.say(words::OTHERS)))?;
    for (what, statuses) in &score.others {
        writeln!(out, "  {what:<44} {}", listed(statuses))?;
    }
    Ok(())
}

fn innocent(score: &Score, face: Face, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "\n{}", face.bold(face.say(words::INNOCENT)))?;
    writeln!(out, "  {}", face.say(words::ACCUSED))?;
    for (oddity, row) in &score.innocent {
        let statuses = listed(&row.statuses);
        writeln!(
            out,
            "  {oddity:<30} {:>6} {:>4} {:>4}  {statuses}",
            row.count, row.soft, row.hard
        )?;
    }
    Ok(())
}

fn listed(statuses: &BTreeMap<&'static str, usize>) -> String {
    let each = statuses.iter().map(|(status, count)| format!("{count} {status}"));
    each.collect::<Vec<_>>().join(", ")
}

/// `12/34`; nothing where there is none.
fn counted(share: Share) -> String {
    match share.of {
        0 => "-".to_owned(),
        of => format!("{}/{of}", share.count),
    }
}

fn percent(share: Share) -> String {
    let hundredths = share.hundredths();
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}
