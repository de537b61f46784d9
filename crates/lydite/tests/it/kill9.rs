//! Kill -9 at random moments, run again, compare with a run that nothing disturbed.

use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::same::{digest, same};

/// A case is killed that often at most before it may end, so that many ends are compared.
const KILLS_A_CASE: u32 = 4;

/// Assays `dump` into folders under `cases`, killed `kills` times in all, and fails when an
/// interrupted case differs from an undisturbed one. Returns how many cases were completed.
pub fn run(program: &Path, dump: &Path, cases: &Path, kills: u32) -> io::Result<u32> {
    std::fs::create_dir_all(cases)?;
    let undisturbed = cases.join("undisturbed.case");
    let start = Instant::now();
    start_assay(program, dump, &undisturbed)?.wait()?;
    let whole = start.elapsed();
    let expected = digest(&undisturbed)?;

    // Fixed, so that a failure can be repeated; the machine adds the rest.
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut killed = 0;
    let mut completed = 0;
    while killed < kills {
        let case = cases.join(format!("{completed}.case"));
        for _ in 0..(kills - killed).min(KILLS_A_CASE) {
            if killed_run(program, dump, &case, moment(&mut seed, whole))? {
                break;
            }
            killed += 1;
        }
        start_assay(program, dump, &case)?.wait()?;
        same(&expected, &digest(&case)?, &case)?;
        verified(program, &case)?;
        completed += 1;
    }
    Ok(completed)
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

/// Runs for `time` and kills; true when the run had ended by itself before.
fn killed_run(program: &Path, dump: &Path, case: &Path, time: Duration) -> io::Result<bool> {
    let mut child = start_assay(program, dump, case)?;
    sleep(time);
    let ended = child.try_wait()?.is_some();
    if !ended {
        child.kill()?;
        child.wait()?;
    }
    Ok(ended)
}

/// A moment below `most` (xorshift64*).
fn moment(seed: &mut u64, most: Duration) -> Duration {
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    let unit = (seed.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40) as f64 / (1u64 << 24) as f64;
    most.mul_f64(unit)
}
