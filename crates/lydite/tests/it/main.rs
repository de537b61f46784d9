//! The built binary, from outside.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod beside;
mod commands;
mod contract;
mod contradictions;
mod corpora;
mod custody;
mod determinism;
mod dump;
mod insider;
mod kill9;
#[cfg(target_os = "linux")]
mod killed;
mod lab;
mod recover;
mod report;
mod same;
mod search;
mod tampered;

/// Kills in `cargo test`; `.ci/run` asks for 50 through `cargo run --example kill9`.
const KILLS: u32 = 12;

#[test]
fn kill_9_at_any_moment_and_run_again_gives_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("dump");
    dump::many(&dump, 3_000);
    let program = std::path::Path::new(dump::LYDITE);
    let killed = kill9::run(program, &dump, &dir.path().join("cases"), KILLS).unwrap();
    assert!(killed.completed > 0);
    assert_eq!(killed.lost.len(), KILLS as usize);
}

/// As above: `.ci/run` asks for 1,000.
#[cfg(target_os = "linux")]
#[test]
fn workers_killed_by_somebody_else_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("dump");
    dump::many(&dump, 1_000);
    let program = std::path::Path::new(dump::LYDITE);
    killed::run(program, &dump, &dir.path().join("cases"), 60).unwrap();
}
