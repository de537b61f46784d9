//! `cargo run -p lydite --example kill9 -- target/debug/lydite DUMP KILLS`: the resumption test of
//! `tests/it` with a dump and a number of kills of one's own.

#[path = "../tests/it/kill9.rs"]
mod kill9;
#[path = "../tests/it/same.rs"]
mod same;

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(program), Some(dump), Some(kills)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: kill9 LYDITE DUMP KILLS".into());
    };
    let kills: u32 = kills.to_string_lossy().parse()?;
    let cases = tempfile::tempdir()?;
    let kill9::Killed { completed, lost } = kill9::run(&program, &dump, cases.path(), kills)?;
    println!("{kills} kills, {completed} cases completed, every one byte for byte the same");
    let seconds = |at: usize| lost.get(at).map_or(0.0, std::time::Duration::as_secs_f64);
    let (median, most) = (seconds(lost.len() / 2), seconds(lost.len().saturating_sub(1)));
    println!("work lost to a kill and done again: median {median:.2} s, at most {most:.2} s");
    Ok(())
}
