//! How long each join takes over a weighed case, and that it finds the same however its work is divided.
//!
//! `cargo run --release -p lydite-corpus --example joins -- CASE...` prints for each case the seconds of every
//! join, all its rounds together, in one partition and in four; findings and links of both must be equal.
//! Each is run twice and the shorter time told: another program on the machine only ever adds to it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use lydite_core::verdict::decide;
use lydite_corpus::case::Case;
use lydite_corpus::joins::rounds::join;
use lydite_corpus::joins::{Found, Join};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for root in std::env::args().skip(1) {
        let case = Case::open(Path::new(&root))?;
        let mut times: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        let mut runs = Vec::new();
        for (column, partitions) in [(0, 1), (1, 4), (0, 1), (1, 4)] {
            let mut own: BTreeMap<&str, f64> = BTreeMap::new();
            let mut heard = |join: &Join, found: &Found, time: Duration| {
                *own.entry(join.id).or_default() += time.as_secs_f64();
                counts.insert(join.id, (found.findings.len(), found.links.len()));
            };
            runs.push(join(&case, &case.files(), &decide, partitions, &mut heard)?);
            for (id, time) in own {
                let known = &mut times.entry(id).or_insert([f64::INFINITY; 2])[column];
                *known = known.min(time);
            }
        }
        println!(
            "{root}: {} mails in threads, {} links",
            runs[0].threads.len(),
            runs[0].links.len()
        );
        println!(
            "{:<24} {:>9} {:>9} {:>9} {:>9}",
            "join", "findings", "links", "1 part", "4 parts"
        );
        for (id, [one, four]) in &times {
            let (findings, links) = counts[id];
            println!("{id:<24} {findings:>9} {links:>9} {one:>7.2} s {four:>7.2} s");
        }
        let sum = |column: usize| times.values().map(|times| times[column]).sum::<f64>();
        println!("{:<44} {:>7.2} s {:>7.2} s", "together", sum(0), sum(1));
        if runs.windows(2).any(|pair| pair[0] != pair[1]) {
            return Err(format!("{root}: one partition and four find different rows").into());
        }
        println!("equal rows from 1 and 4 partitions");
    }
    Ok(())
}
