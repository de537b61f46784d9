//! Kill -9 at random moments, run again, compare with a run that nothing disturbed.

use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::same::{digest, same};

/// A case is killed that often at most before it may end, so that many ends are compared.
const KILLS_A_CASE: usize = 4;

/// What a series of kills gave.
pub struct Killed {
    /// Cases that were completed.
    pub completed: u32,
    /// What each kill cost at most: see [`lost`]. Sorted.
    pub lost: Vec<Duration>,
}

/// Assays `dump` into folders under `cases`, killed `kills` times in all, and fails when an
/// interrupted case differs from an undisturbed one.
pub fn run(program: &Path, dump: &Path, cases: &Path, kills: u32) -> io::Result<Killed> {
    std::fs::create_dir_all(cases)?;
    let undisturbed = cases.join("undisturbed.case");
    let start = Instant::now();
    start_assay(program, dump, &undisturbed)?.wait()?;
    let whole = start.elapsed();
    let expected = digest(&undisturbed)?;

    // Fixed, so that a failure can be repeated; the machine adds the rest.
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut lost = Vec::new();
    let mut completed = 0;
    while lost.len() < kills as usize {
        let case = cases.join(format!("{completed}.case"));
        for _ in 0..(kills as usize - lost.len()).min(KILLS_A_CASE) {
            match killed_run(program, dump, &case, moment(&mut seed, whole))? {
                Some(time) => lost.push(time),
                None => break,
            }
        }
        start_assay(program, dump, &case)?.wait()?;
        same(&expected, &digest(&case)?, &case)?;
        verified(program, &case)?;
        completed += 1;
    }
    lost.sort();
    Ok(Killed { completed, lost })
}

fn start_assay(program: &Path, dump: &Path, case: &Path) -> io::Result<Child> {
    Command::new(program)
        .arg("assay")
        .arg(dump)
        .arg("--case")
        .arg(case)
        .env("XDG_DATA_HOME", case.with_extension("data"))
        .stdout(Stdio::null())
        .spawn()
}

/// The custody log says all that was done, whatever was interrupted.
fn verified(program: &Path, case: &Path) -> io::Result<()> {
    let mut verify = Command::new(program);
    verify.arg("verify").arg(case).env("XDG_DATA_HOME", case.with_extension("data"));
    let done = verify.output()?;
    let said = String::from_utf8_lossy(&done.stdout);
    if done.status.success() { Ok(()) } else { Err(io::Error::other(said.into_owned())) }
}

/// Runs for `time` and kills; how much work was lost at most, None when the run had ended by itself.
fn killed_run(
    program: &Path,
    dump: &Path,
    case: &Path,
    time: Duration,
) -> io::Result<Option<Duration>> {
    let start = Instant::now();
    let mut child = start_assay(program, dump, case)?;
    // When each line of the ledger was first seen; those of earlier runs at the start.
    let mut commits = vec![start; lines(case).len()];
    while start.elapsed() < time {
        sleep(Duration::from_millis(10).min(time));
        commits.resize(lines(case).len().max(commits.len()), Instant::now());
        if child.try_wait()?.is_some() {
            return Ok(None);
        }
    }
    child.kill()?;
    child.wait()?;
    Ok(Some(lost(&commits, &lines(case), start)))
}

/// Time since what is not committed was begun. Three batches are under way at once, one each being
/// collected, examined and written: the oldest was begun after the last commit but two. A weighing
/// was begun behind the line that says all is collected.
fn lost(commits: &[Instant], lines: &[String], start: Instant) -> Duration {
    let back = match lines.last() {
        Some(line) if line.contains("\"collected\"") => 1,
        _ => 3,
    };
    let begun = commits.len().checked_sub(back).map_or(start, |at| commits[at]);
    begun.elapsed()
}

fn lines(case: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(case.join("ledger.jsonl")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// A moment below `most` (xorshift64*).
fn moment(seed: &mut u64, most: Duration) -> Duration {
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    let unit = (seed.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40) as f64 / (1u64 << 24) as f64;
    most.mul_f64(unit)
}
