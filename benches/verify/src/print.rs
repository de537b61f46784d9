//! The table, the ratios and where the contestants differ.

use lydite_core::examine::examine;
use lydite_core::fact::Facts;
use lydite_core::item::Sha256;
use lydite_core::signature::Family;

use crate::Contestant;
use crate::mails::Mail;
use crate::others;

/// Lydite against whom, at least what (the goals of design section 9).
const GOALS: [(&str, f64); 3] =
    [("dkimpy 1.1.8", 15.0), ("mail-auth 0.13.3", 1.0), ("the bound", 0.40)];
/// Differences listed at most.
const LISTED: usize = 40;

impl Contestant<'_> {
    fn best(&self) -> f64 {
        self.rounds.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn median(&self) -> f64 {
        let mut sorted = self.rounds.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    }
}

pub fn table(mails: &[Mail], contestants: &[Contestant]) {
    let bytes: usize = mails.iter().map(|mail| mail.raw.len()).sum();
    let megabytes = bytes as f64 / 1e6;
    println!(
        "{} mails, {megabytes:.1} MB, {:.1} kB each; {} rounds, interleaved; CPU time of one thread\n",
        mails.len(),
        megabytes * 1e3 / mails.len() as f64,
        contestants.first().map_or(0, |c| c.rounds.len()),
    );
    println!("{:<18}{:>12}{:>14}{:>9}{:>9}", "", "best msg/s", "median msg/s", "MB/s", "µs/msg");
    for c in contestants {
        let count = mails.len() as f64;
        let (best, median) = (c.best(), c.median());
        println!(
            "{:<18}{:>12.0}{:>14.0}{:>9.1}{:>9.1}",
            c.name,
            count / best,
            count / median,
            megabytes / best,
            best / count * 1e6
        );
    }
    println!();
    for ours in contestants.iter().filter(|c| c.name.starts_with("Lydite")) {
        for (name, goal) in GOALS {
            let Some(other) = contestants.iter().find(|c| c.name == name) else {
                continue;
            };
            let (best, median) = (other.best() / ours.best(), other.median() / ours.median());
            let reached = if best >= goal { "reached" } else { "not reached" };
            let pair = format!("{} / {name}", ours.name);
            println!(
                "{pair:<37} best {best:>6.2}, median {median:>6.2}   goal {goal:.2}: {reached}"
            );
        }
    }
}

/// How many `DKIM-Signature` fields hold by each, and the mails on which they differ.
pub fn agreement(mails: &[Mail], facts: &Facts, contestants: &[Contestant]) {
    let verifiers: Vec<&Contestant> =
        contestants.iter().filter(|c| c.name != "the bound").collect();
    println!("\nDKIM-Signature fields that hold");
    for c in &verifiers {
        let mails_with = c.holds.iter().filter(|n| **n > 0).count();
        println!("{:<18}{:>8} on {mails_with} mails", c.name, c.holds.iter().sum::<u32>());
    }
    let differ: Vec<usize> = (0..mails.len())
        .filter(|at| verifiers.windows(2).any(|pair| pair[0].holds[*at] != pair[1].holds[*at]))
        .collect();
    println!("mails on which they differ: {}", differ.len());
    let shown: Vec<&Mail> = differ.iter().take(LISTED).map(|at| &mails[*at]).collect();
    let words = others::mail_auth_words(&shown, facts).unwrap_or_default();
    for ((at, mail), words) in differ.iter().zip(&shown).zip(words) {
        let id = Sha256::of(&mail.raw).to_string();
        let counts: Vec<String> =
            verifiers.iter().map(|c| format!("{} {}", c.name, c.holds[*at])).collect();
        println!(
            "  {} {}\n    Lydite: {}\n    mail-auth: {words}",
            &id[..16],
            counts.join(", "),
            ours(mail, facts)
        );
    }
}

/// What Lydite says of each `DKIM-Signature` of a mail.
fn ours(mail: &Mail, facts: &Facts) -> String {
    let signatures = examine(&mail.raw, facts).signatures;
    let dkim = signatures.iter().filter(|s| s.family == Family::Dkim);
    dkim.map(|s| {
        let why = s.cannot_tell.map(|why| format!(" ({why:?})")).unwrap_or_default();
        let bits = s.key_bits.map(|bits| format!(" {bits} bits")).unwrap_or_default();
        let quirks =
            if s.quirks.is_empty() { String::new() } else { format!(" [{}]", s.quirks.join("; ")) };
        format!("{:?}{why} {} {}{bits}{quirks}", s.outcome, s.algorithm, s.canonicalization)
    })
    .collect::<Vec<_>>()
    .join(", ")
}
