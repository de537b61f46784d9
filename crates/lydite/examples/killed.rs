//! `cargo run -p lydite --example killed -- target/debug/lydite DUMP KILLS`: workers and collectors
//! killed during an assay, with a dump and a number of kills of one's own. One run takes all kills
//! when the dump is large enough; otherwise further runs do.

#[cfg(target_os = "linux")]
#[path = "../tests/it/killed.rs"]
mod killed;
#[cfg(target_os = "linux")]
#[path = "../tests/it/same.rs"]
mod same;

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::path::PathBuf;

    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(program), Some(dump), Some(kills)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: killed LYDITE DUMP KILLS".into());
    };
    let kills: u32 = kills.to_string_lossy().parse()?;
    let cases = tempfile::tempdir()?;
    let runs = killed::run(&program, &dump, cases.path(), kills)?;
    println!("{kills} workers and collectors killed in {runs} runs, every case the same bytes");
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
