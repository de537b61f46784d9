//! Takes keys out of the archive, recovers them from mail, and compares: with the archive, with GMP
//! on the same pairs, and with every other signature of the same name.
//!
//!     lydite-bench-recover FOLDER NAME...      NAME: selector._domainkey.domain
//!
//! `benches/recover/run` sets it up. LYDITE_BENCH_PYTHON names a Python with gmpy2.

use std::collections::HashSet;
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lydite_core::examine::examine;
use lydite_core::fact::Facts;
use lydite_core::signature::recover::{self, Candidate, Opens, Witness};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Of nearly all keys, and the most work.
const EXPONENT: u32 = 65_537;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, names @ ..] = arguments.as_slice() else {
        return Err("usage: lydite-bench-recover FOLDER NAME...".into());
    };
    // Nothing is known when the mails are read: no row of the archive can help.
    let mut all: Vec<Vec<Witness>> = names.iter().map(|_| Vec::new()).collect();
    let mut mails = 0;
    for file in files(Path::new(folder))? {
        let raw = std::fs::read(file)?;
        mails += 1;
        for signature in examine(&raw, &Facts::default()).signatures {
            let name = format!("{}._domainkey.{}", signature.selector, signature.domain);
            if let Some(at) = names.iter().position(|n| n.eq_ignore_ascii_case(&name)) {
                all[at].extend(Witness::read(&raw, &signature));
            }
        }
    }
    println!("{mails} files");
    for (name, witnesses) in names.iter().zip(all) {
        one(name, witnesses)?;
    }
    Ok(())
}

fn one(name: &str, mut witnesses: Vec<Witness>) -> Outcome<()> {
    let mut known = HashSet::new();
    witnesses.retain(|w| known.insert(w.signature().to_vec()));
    println!("\n{name}: {} signatures", witnesses.len());
    for [a, b] in recover::pairs(&witnesses) {
        let pair = [&witnesses[a], &witnesses[b]];
        let start = cpu_seconds();
        let found = recover::from_pair(pair, EXPONENT);
        println!("  pair {a}, {b}: {:.1} s", cpu_seconds() - start);
        gmp(pair)?;
        if let Some(found) = found {
            compare(name, &found, &witnesses);
            return Ok(());
        }
    }
    println!("  no pair gave a key");
    Ok(())
}

fn compare(name: &str, found: &Candidate, witnesses: &[Witness]) {
    let opens: Vec<Opens> = witnesses.iter().map(|w| found.opens(w)).collect();
    let count = |how| opens.iter().filter(|opens| **opens == how).count();
    println!(
        "  {} bits; opens {} exactly and {} over other headers, of {}",
        found.bits,
        count(Opens::Exactly),
        count(Opens::Otherwise),
        witnesses.len()
    );
    let shipped = Facts::shipped();
    let (selector, domain) = name.split_once("._domainkey.").unwrap_or_default();
    for key in shipped.keys(domain, selector) {
        let is = if found.is_published_in(&key.record) { "equal to" } else { "not" };
        println!("  {is} the shipped key of grade {:?}", key.grade);
    }
    println!("  {}", found.record);
}

/// The same pair by GMP.
fn gmp(pair: [&Witness; 2]) -> Outcome<()> {
    let Ok(python) = std::env::var("LYDITE_BENCH_PYTHON") else {
        return Ok(());
    };
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let numbers: Vec<Value> = pair
        .iter()
        .map(|w| json!([hex(w.signature()), hex(&w.block().unwrap_or_default())]))
        .collect();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/gmp_pair.py");
    let mut child = Command::new(python)
        .args([script, &EXPONENT.to_string()])
        .stdin(Stdio::piped())
        .spawn()?;
    child.stdin.take().ok_or("no pipe")?.write_all(json!(numbers).to_string().as_bytes())?;
    child.wait()?;
    Ok(())
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            out.extend(files(&path)?);
        } else {
            out.push(path);
        }
    }
    out.sort();
    Ok(out)
}

fn cpu_seconds() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}
