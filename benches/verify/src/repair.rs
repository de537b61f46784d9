//! How many texts a second the search for signed headers and bodies tries.

use lydite_core::fact::Facts;
use lydite_core::parse::{address, email};
use lydite_core::signature::repair::repair;
use lydite_core::signature::{Signature, open};

use crate::mails::{self, Mail};
use crate::{Outcome, cpu_seconds};

const ROUNDS: usize = 5;
/// Hypotheses a second and core that the search should reach on header sets of 2 kB.
const GOAL: f64 = 500_000.0;

/// Searches behind made mail whose headers, and whose body, are changed beyond recovery.
pub fn run(count: usize) -> Outcome<()> {
    let mut facts = Facts::default();
    let mails = mails::make_long_headers(count, &mut facts)?;
    let lost = |from: &str, to: &str| -> Vec<Mail> {
        let change = |mail: &Mail| Mail::new(replaced(&mail.raw, from, to));
        mails.iter().map(change).collect()
    };
    println!("hypotheses a second, one core; {ROUNDS} rounds, CPU time, the search alone");
    let signed = mails.first().map_or(0, |mail| signed_bytes(&mail.raw));
    let headers = measure(&lost("harbour council", "harbour committee"), &facts);
    println!(
        "{:<28} {headers:>12.0}  {:.2} of the goal of {GOAL}",
        format!("headers, {signed} bytes"),
        headers / GOAL
    );
    let bodies = measure(&lost("end\r\n", "and\r\n"), &facts);
    println!("{:<28} {bodies:>12.0}", "bodies, 2 kB");
    Ok(())
}

fn replaced(raw: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8_lossy(raw).replace(from, to).into_bytes()
}

fn signed_bytes(raw: &[u8]) -> usize {
    let end = raw.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(raw.len());
    end
}

/// The best round.
fn measure(mails: &[Mail], facts: &Facts) -> f64 {
    let opened: Vec<(&Mail, email::Mail, Vec<Signature>)> = mails
        .iter()
        .map(|mail| {
            let parsed = email::parse(&mail.raw);
            let from =
                parsed.field(&mail.raw, "From").map(|f| address::parse(f.value.of(&mail.raw)));
            let domain = from.and_then(|from| from.list.first().map(|m| m.domain.clone()));
            let signatures = open(&mail.raw, &parsed, domain.as_deref(), facts);
            (mail, parsed, signatures)
        })
        .collect();
    let mut best: f64 = 0.0;
    for _ in 0..ROUNDS {
        let start = cpu_seconds();
        let tried: u64 = opened
            .iter()
            .flat_map(|(mail, parsed, signatures)| repair(&mail.raw, parsed, signatures, &[]))
            .map(|(repair, _)| repair.hypotheses)
            .sum();
        best = best.max(tried as f64 / (cpu_seconds() - start));
    }
    best
}
