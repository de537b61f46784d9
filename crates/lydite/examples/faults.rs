//! `cargo run -p lydite --example faults -- target/debug/lydite DUMP POINTS`: the disk is full at half
//! of the points, reads of the sources fail at the others. Every run ends with a clear error or goes
//! on cleanly, and no table is ever wrong. Needs Linux, `unshare` and `strace`.

#[path = "../tests/it/same.rs"]
mod same;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use lydite_core::item::Sha256;
use serde_json::Value;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Assays on a disk of `$1` KiB, then again on a large one, checks, and copies the case out.
const FULL: &str = r#"
    mount -t tmpfs -o size="$1"k none "$2" || exit 90
    export XDG_DATA_HOME="$2/data"
    "$3" assay "$4" --case "$2/x.case" >/dev/null 2>"$5/said"
    echo $? >"$5/first"
    mount -o remount,size=4g "$2" || exit 90
    "$3" assay "$4" --case "$2/x.case" >/dev/null 2>"$5/again"
    echo $? >"$5/second"
    "$3" verify "$2/x.case" >"$5/verified" || exit 91
    cp -r "$2/x.case" "$5/x.case"
"#;

struct Setting<'a> {
    program: &'a Path,
    dump: &'a Path,
    /// The case that nothing disturbed.
    whole: &'a Path,
    scratch: &'a Path,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(program), Some(dump), Some(points)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: faults LYDITE DUMP POINTS".into());
    };
    let points: u64 = points.to_string_lossy().parse()?;
    let (program, dump) = (program.canonicalize()?, dump.canonicalize()?);
    let scratch = tempfile::tempdir()?;
    let whole = scratch.path().join("whole.case");
    let mut assay = Command::new(&program);
    assay.arg("assay").arg(&dump).arg("--case").arg(&whole);
    assay.env("XDG_DATA_HOME", scratch.path().join("data")).output()?;
    let setting =
        Setting { program: &program, dump: &dump, whole: &whole, scratch: scratch.path() };
    let (ended, went_on) = full_disks(&setting, points / 2)?;
    println!("disk full at {ended} of {} points, each resumed: {went_on} equal cases", points / 2);
    let (unread, equal) = failing_reads(&setting, points - points / 2)?;
    println!(
        "reads failed at {} points: {unread} listed what was unread, {equal} equal cases",
        points - points / 2
    );
    Ok(())
}

/// How many first runs ended for want of room, and how many cases came out equal.
fn full_disks(setting: &Setting, points: u64) -> Result<(u64, u64)> {
    let expected = same::digest(setting.whole)?;
    let needed = size(setting.whole)? / 1_024;
    let (mut ended, mut equal) = (0, 0);
    for point in 0..points {
        let out = setting.scratch.join(format!("full-{point}"));
        let disk = out.join("disk");
        fs::create_dir_all(&disk)?;
        // From almost nothing to somewhat more than is needed.
        let kib = 64 + needed * 12 * point / (10 * points);
        let mut shell = Command::new("unshare");
        shell.args(["-rm", "sh", "-c", FULL, "sh", &kib.to_string()]);
        let done = shell.arg(&disk).arg(setting.program).arg(setting.dump).arg(&out).output()?;
        let read = |name: &str| fs::read_to_string(out.join(name)).unwrap_or_default();
        let said = read("said");
        let codes = (read("first"), read("second"));
        let is_clear = match codes.0.trim() {
            "0" | "1" => true,
            "2" => said.contains("No space left") || said.contains("room"),
            _ => false,
        };
        if !done.status.success() || !is_clear || said.contains("panicked") || codes.1.trim() > "1"
        {
            let again = read("again");
            return Err(format!(
                "{kib} KiB: {codes:?}\n{said}\n{again}\n{}{}",
                read("verified"),
                String::from_utf8_lossy(&done.stderr)
            )
            .into());
        }
        ended += u64::from(codes.0.trim() == "2");
        same::same(&expected, &same::digest(&out.join("x.case"))?, &out)?;
        equal += 1;
        fs::remove_dir_all(&out)?;
    }
    Ok((ended, equal))
}

fn size(folder: &Path) -> io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        sum += if metadata.is_dir() { size(&entry.path())? } else { metadata.len() };
    }
    Ok(sum)
}

/// How many cases list something unread, and how many are equal to the undisturbed one.
fn failing_reads(setting: &Setting, points: u64) -> Result<(u64, u64)> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(setting.dump)?.map(|e| Ok(e?.path())).collect::<io::Result<_>>()?;
    files.sort();
    let whole = items(setting, setting.whole)?;
    let (mut unread, mut equal) = (0, 0);
    for point in 0..points {
        let file = &files[usize::try_from(point)? % files.len()];
        let at = 1 + point / files.len() as u64;
        // Once, or from then on.
        let when = if point % 2 == 0 { format!("{at}") } else { format!("{at}+") };
        let case = setting.scratch.join(format!("reads-{point}.case"));
        let assay = |fails: bool| -> io::Result<Output> {
            let mut command = Command::new(if fails { "strace".as_ref() } else { setting.program });
            if fails {
                command.args(["-f", "-qq", "-o", "/dev/null", "-P"]).arg(file);
                command.args(["-e", "trace=read", "-e"]);
                command.arg(format!("inject=read:error=EIO:when={when}")).arg(setting.program);
            }
            // strace answers a call by putting another number in its place, which seccomp kills.
            command.arg("assay").arg("--no-sandbox").arg(setting.dump).arg("--case").arg(&case);
            command.env("XDG_DATA_HOME", setting.scratch.join("data")).output()
        };
        let first = assay(true)?;
        let said = String::from_utf8_lossy(&first.stderr).into_owned();
        if first.status.code().is_none_or(|code| code > 2) || said.contains("panicked") {
            return Err(format!("{} read {when}: {}\n{said}", file.display(), first.status).into());
        }
        // What ended with an error is done when the disk reads again.
        let last = if first.status.code() == Some(2) { assay(false)? } else { first };
        let found = items(setting, &case)?;
        if found == whole {
            equal += 1;
        } else {
            let listed =
                lydite(setting, &["failures".as_ref(), case.as_os_str(), "--json".as_ref()])?;
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // The one item in which the file breaks off says so.
            let others: Vec<_> = found.difference(&whole).collect();
            let marked = "SELECT path FROM sightings WHERE array_length(defects) > 0";
            let marked = lydite(setting, &["sql".as_ref(), case.as_os_str(), marked.as_ref()])?;
            let is_marked = others.len() <= 1 && others.iter().all(|(p, ..)| marked.contains(p));
            if !is_marked || !listed.contains(&name) || last.status.code() != Some(1) {
                return Err(format!(
                    "{} read {when}: {others:?}\n{listed}\n{said}",
                    file.display()
                )
                .into());
            }
            unread += 1;
        }
        fs::remove_dir_all(&case)?;
    }
    Ok((unread, equal))
}

fn lydite(setting: &Setting, arguments: &[&std::ffi::OsStr]) -> io::Result<String> {
    let output = Command::new(setting.program).args(arguments).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Path, bytes and status of every item of a case.
fn items(setting: &Setting, case: &Path) -> Result<BTreeSet<(String, Sha256, String)>> {
    let text = lydite(setting, &["verdicts".as_ref(), case.as_os_str(), "--jsonl".as_ref()])?;
    let item = |line: &str| -> Result<(String, Sha256, String)> {
        let value: Value = serde_json::from_str(line)?;
        let sha256 = serde_json::from_value(value["sha256"].clone())?;
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        Ok((text("path"), sha256, text("status")))
    };
    text.lines().map(item).collect()
}
