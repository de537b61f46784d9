//! What a lost worker costs: its item, and nothing else.
//!
//! This program is both sides: run by `cargo test` it drives a pool; as `worker` it is a worker
//! with an examiner that aborts, hangs and lies on demand. The shipped program has no such hook.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code, unused_imports)]
#[path = "../src/sandbox/mod.rs"]
mod sandbox;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::abort;
use std::time::{Duration, Instant};

use lydite_core::examine::Examined;
use lydite_core::fact::Facts;
use lydite_core::item::Kind;
use lydite_corpus::assay::{WORKER_LOST, Work, assay};
use lydite_corpus::case::Case;
use lydite_corpus::reading::accounting;
use sandbox::Pool;

const TESTS: &[(&str, fn())] = &[
    ("each_way_of_losing_a_worker_costs_one_item", each_way_of_losing_a_worker_costs_one_item),
    ("the_reason_is_the_same_each_time", the_reason_is_the_same_each_time),
    ("a_hang_is_cut", a_hang_is_cut),
    ("threads_lose_only_their_own_items", threads_lose_only_their_own_items),
    ("a_program_that_is_no_worker_is_an_error", a_program_that_is_no_worker_is_an_error),
    ("an_assay_loses_one_mail", an_assay_loses_one_mail),
];

fn main() {
    if std::env::args().nth(1).as_deref() == Some("worker") {
        sandbox::worker::serve(io::stdin(), io::stdout(), frail).unwrap();
        return;
    }
    for (name, test) in TESTS {
        print!("test {name} ... ");
        io::stdout().flush().unwrap();
        test();
        println!("ok");
    }
}

/// Does what the bytes ask for; otherwise answers with their number as a defect.
fn frail(raw: &[u8], _: &[Vec<u8>], _: &Facts) -> Examined {
    let asks = |what: &str| raw.windows(what.len()).any(|w| w == what.as_bytes());
    if asks("please-abort") {
        abort();
    }
    if asks("please-panic") {
        panic!("as asked");
    }
    if asks("please-exit") {
        std::process::exit(0);
    }
    if asks("please-overflow") {
        overflow(raw.len());
    }
    if asks("please-hang") {
        std::thread::sleep(Duration::from_secs(3_600));
    }
    if asks("please-lie") {
        io::stdout().write_all(&[3, 0, 0, 0, 255, 255, 255]).unwrap();
    }
    if asks("please-boast") {
        io::stdout().write_all(&[255; 4]).unwrap();
    }
    if asks("please-chatter") {
        eprint!("{}", "chatter ".repeat(1 << 17));
    }
    Examined {
        kind: Kind::Message,
        mail: None,
        parts: Vec::new(),
        signatures: Vec::new(),
        repairs: Vec::new(),
        clocks: Vec::new(),
        hops: Vec::new(),
        findings: Vec::new(),
        wants: Vec::new(),
        defects: vec![lydite_core::parse::Defect {
            what: raw.len().to_string(),
            span: lydite_core::evidence::Span::default(),
        }],
    }
}

#[allow(unconditional_recursion)]
fn overflow(depth: usize) -> usize {
    let page = [depth; 512];
    overflow(depth + 1) + std::hint::black_box(page)[depth % 512]
}

fn pool(patience: Duration) -> Pool {
    let program = std::env::current_exe().unwrap();
    Pool::new(program, vec!["worker".into()], &Facts::default(), patience).unwrap()
}

const LONG: Duration = Duration::from_secs(60);

fn each_way_of_losing_a_worker_costs_one_item() {
    let pool = pool(LONG);
    let ways = [
        ("please-abort", "signal: 6"),
        ("please-panic", "as asked"),
        ("please-exit", "exit status: 0"),
        ("please-overflow", "overflowed its stack"),
        ("please-lie", "answer that cannot be read"),
        ("please-boast", "more than the bound"),
    ];
    for (way, expected) in ways {
        let why = pool.examine(way.as_bytes(), &[]).unwrap_err();
        assert!(why.contains(expected), "{way}: {why}");
        let after = pool.examine(b"12345", &[]).unwrap();
        assert_eq!(after.defects[0].what, "5", "after {way}");
    }
    assert!(pool.examine(b"please-chatter", &[]).is_ok(), "a full error stream blocks nothing");
}

fn the_reason_is_the_same_each_time() {
    for way in ["please-panic", "please-overflow", "please-abort"] {
        let why = || pool(LONG).examine(way.as_bytes(), &[]).unwrap_err();
        assert_eq!(why(), why());
    }
}

fn a_hang_is_cut() {
    let pool = pool(Duration::from_millis(500));
    let start = Instant::now();
    assert_eq!(pool.examine(b"please-hang", &[]).unwrap_err(), "no answer in time");
    assert!(start.elapsed() < Duration::from_secs(30));
    assert!(pool.examine(b"fine", &[]).is_ok());
}

fn threads_lose_only_their_own_items() {
    let pool = pool(LONG);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let pool = &pool;
            scope.spawn(move || {
                for item in 0..50 {
                    let is_bad = (item + thread) % 10 == 0;
                    let text = format!("{item} {}", if is_bad { "please-abort" } else { "fine" });
                    assert_eq!(pool.examine(text.as_bytes(), &[]).is_err(), is_bad, "{text}");
                }
            });
        }
    });
}

fn a_program_that_is_no_worker_is_an_error() {
    let none = Pool::new(PathBuf::from("/nonexistent/x"), vec![], &Facts::default(), LONG);
    assert!(none.unwrap().examine(b"x", &[]).unwrap_err().contains("could not start"));
}

fn an_assay_loses_one_mail() {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("dump");
    std::fs::create_dir(&dump).unwrap();
    for number in 0..20 {
        let wish = if number == 7 { "please-abort" } else { "fine" };
        let mail = format!(
            "From: a@b.example\r\nTo: c@d.example\r\nDate: Fri, 5 May 2017 20:35:00 +0200\r\n\
             Message-ID: <{number}@b.example>\r\nSubject: {number}\r\n\r\n{wish}\r\n"
        );
        std::fs::write(dump.join(format!("{number:02}.eml")), mail).unwrap();
    }
    let sources = [dump];
    let case = Case::create(&dir.path().join("x.case"), &sources).unwrap();
    let pool = pool(LONG);
    let facts = Facts::default();
    let examiner = |raw: &[u8], copies: &[Vec<u8>]| pool.examine(raw, copies);
    let work = Work { threads: 2, examiner: &examiner, facts: &facts, progress: &|_| () };
    assay(&case, &sources, work).unwrap();
    let counted = accounting(&case).unwrap();
    assert_eq!((counted.seen.items, counted.examined.items), (20, 19));
    assert_eq!(counted.skipped[WORKER_LOST].items, 1);
}
