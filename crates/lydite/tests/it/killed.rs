//! The processes behind the boundary are killed at random while an assay runs: it must end, and
//! with the same bytes as one that nothing disturbed.

use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::same::{digest, same};

/// Assays `dump` into folders under `cases` while `kills` of its workers and collectors are killed at
/// random. Returns how many runs that took.
pub fn run(program: &Path, dump: &Path, cases: &Path, kills: u32) -> io::Result<u32> {
    std::fs::create_dir_all(cases)?;
    let undisturbed = cases.join("undisturbed.case");
    start(program, dump, &undisturbed)?.wait()?;
    let expected = digest(&undisturbed)?;
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let (mut killed, mut runs, mut pace) = (0, 0, Duration::ZERO);
    while killed < kills {
        let case = cases.join(format!("{runs}.case"));
        let mut assay = start(program, dump, &case)?;
        while killed < kills && assay.try_wait()?.is_none() {
            if killed % 10 == 0 {
                pace = birth(program)?.mul_f64(PACE);
            }
            sleep(pace.mul_f64(2.0 * unit(&mut seed)));
            killed += u32::from(kill_one(&assay, &mut seed)?);
        }
        let status = assay.wait()?;
        if !status.success() {
            return Err(io::Error::other(format!(
                "the assay of {} ended: {status}",
                case.display()
            )));
        }
        same(&expected, &digest(&case)?, &case)?;
        std::fs::remove_dir_all(&case)?;
        runs += 1;
    }
    Ok(runs)
}

/// Time between two kills, on average, in times of a start: on a busy machine no process would live
/// to do anything if they came faster.
const PACE: f64 = 3.0;

/// How long the program takes to start, now.
fn birth(program: &Path) -> io::Result<Duration> {
    let start = Instant::now();
    Command::new(program).arg("--version").stdout(Stdio::null()).status()?;
    Ok(start.elapsed())
}

fn start(program: &Path, dump: &Path, case: &Path) -> io::Result<Child> {
    let mut command = Command::new(program);
    command.arg("assay").arg(dump).arg("--case").arg(case).stdout(Stdio::null()).spawn()
}

/// Kills one of the processes that the assay started; false when there is none.
fn kill_one(assay: &Child, seed: &mut u64) -> io::Result<bool> {
    let mut children = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse::<i32>().ok()) else {
            continue;
        };
        // `pid (name) state parent …`; a process that is gone has no such file.
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let fields = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace());
        let Some((state, parent)) = fields.and_then(|mut f| Some((f.next()?, f.next()?))) else {
            continue;
        };
        if parent == assay.id().to_string() && state != "Z" {
            children.push(id);
        }
    }
    children.sort_unstable();
    let chosen = (unit(seed) * children.len() as f64) as usize;
    let Some(child) = children.get(chosen).and_then(|id| Pid::from_raw(*id)) else {
        return Ok(false);
    };
    Ok(kill_process(child, Signal::KILL).is_ok())
}

/// From 0 to 1 (xorshift64*).
fn unit(seed: &mut u64) -> f64 {
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    (seed.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40) as f64 / (1u64 << 24) as f64
}
