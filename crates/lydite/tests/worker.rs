//! What a lost worker costs: its item, and nothing else. What a lost collector costs: the entry at
//! which it was lost, and nothing else.
//!
//! This program is both sides: run by `cargo test` it drives a pool; as `worker` it is a worker, as
//! `collector` a collector, confined as the shipped ones, that aborts, hangs, lies and tries to
//! break out on demand. The shipped program has no such hook.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code, unused_imports)]
#[path = "../src/sandbox/mod.rs"]
mod sandbox;

use std::fs::File;
use std::io::{self, Write};
use std::net::TcpStream;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, abort};
use std::thread::Builder;
use std::time::{Duration, Instant};

use lydite_core::examine::Examined;
use lydite_core::fact::Facts;
use lydite_core::item::Kind;
use lydite_corpus::assay::{WORKER_LOST, Work, assay};
use lydite_corpus::case::Case;
use lydite_corpus::collect::foreign::programs;
use lydite_corpus::collect::passwords::Passwords;
use lydite_corpus::collect::{
    CollectError, Found, LOST, Position, Totals, Watch, collect, collect_watched,
};
use lydite_corpus::reading::accounting;
use sandbox::Pool;
use sandbox::collect::Collectors;
use sandbox::confine::{self, Profile, confine};

const TESTS: &[(&str, fn())] = &[
    ("each_way_of_losing_a_worker_costs_one_item", each_way_of_losing_a_worker_costs_one_item),
    ("the_reason_is_the_same_each_time", the_reason_is_the_same_each_time),
    ("a_hang_is_cut", a_hang_is_cut),
    ("threads_lose_only_their_own_items", threads_lose_only_their_own_items),
    ("a_program_that_is_no_worker_is_an_error", a_program_that_is_no_worker_is_an_error),
    ("an_assay_loses_one_mail", an_assay_loses_one_mail),
    #[cfg(target_os = "linux")]
    ("a_worker_that_tries_to_break_out_is_ended", a_worker_that_tries_to_break_out_is_ended),
    ("each_way_of_losing_the_collector_costs_one_entry", each_way_of_losing_the_collector),
    ("what_is_left_of_a_mailbox_is_listed", what_is_left_of_a_mailbox_is_listed),
    #[cfg(target_os = "linux")]
    ("a_collector_reaches_nothing_but_its_sources", a_collector_reaches_nothing_else),
    #[cfg(target_os = "linux")]
    ("a_collector_may_start_the_one_program", a_collector_may_start_the_one_program),
    ("a_collector_that_never_works_is_an_error", a_collector_that_never_works_is_an_error),
    ("an_assay_loses_one_entry", an_assay_loses_one_entry),
];

fn main() {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let role = arguments.first().map(|role| role.to_string_lossy().into_owned());
    if role.as_deref() == Some("worker") {
        confine(&Profile::Worker, &confine::ALL);
        sandbox::worker::serve(io::stdin(), io::stdout(), frail).unwrap();
        return;
    }
    if role.as_deref() == Some("collector") {
        let (spool_dir, sources) = (&arguments[2], &arguments[3..]);
        let output = sandbox::collector::pipe().unwrap();
        confine(&Profile::Collector { sources, spool_dir }, &confine::ALL);
        sandbox::collector::serve(io::stdin(), output, sources, spool_dir, frail_collect).unwrap();
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
    obey(raw);
    Examined {
        kind: Kind::Message,
        mail: None,
        document: None,
        parts: Vec::new(),
        bodies: Vec::new(),
        quotes: Vec::new(),
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

/// Collects, and does what the bytes of an item ask for before it tells of it.
fn frail_collect(
    sources: &[PathBuf],
    spool_dir: &Path,
    passwords: &Passwords,
    from: Position,
    watch: &Watch,
    emit: &mut dyn FnMut(Found, Position) -> ControlFlow<()>,
) -> Result<Totals, CollectError> {
    collect_watched(sources, spool_dir, passwords, from, watch, &mut |found, position| {
        if let Found::Leaf(leaf) = &found {
            obey(&leaf.bytes);
        }
        emit(found, position)
    })
}

/// A cpio archive (odc) of one file, `a`, that holds `hello`.
const ODC: &[u8] =
    b"0707070000010000011006440000000000000000010000000000000000000000200000000005a\0hello\
0707070000000000000000000000000000000000010000000000000000000001300000000000TRAILER!!!\0";

fn obey(raw: &[u8]) {
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
    if asks("please-grow") {
        std::hint::black_box(Vec::<u8>::with_capacity(5 << 30));
    }
    if asks("please-lie") {
        io::stdout().write_all(&[3, 0, 0, 0, 255, 255, 255]).unwrap();
        io::stdout().flush().unwrap();
    }
    if asks("please-boast") {
        io::stdout().write_all(&[255; 4]).unwrap();
        io::stdout().flush().unwrap();
    }
    if asks("please-convert") {
        let mut archive = Command::new(programs().remove(1));
        let archive = archive.args(["-cf", "-", "--format=pax", "@-"]).env_clear();
        let archive = archive.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut archive = archive.unwrap();
        archive.stdin.take().unwrap().write_all(ODC).unwrap();
        let output = archive.wait_with_output().unwrap();
        panic!("{}: {} bytes with hello: {}", output.status, output.stdout.len(), {
            output.stdout.windows(5).any(|w| w == b"hello")
        });
    }
    if asks("please-chatter") {
        eprint!("{}", "chatter ".repeat(1 << 17));
    }
    let me = || std::env::current_exe().unwrap_or("/proc/self/exe".into());
    let tried: Option<(&str, io::Result<()>)> = if asks("please-open") {
        Some(("open", File::open("/proc/self/exe").map(drop)))
    } else if asks("please-write") {
        Some(("write", File::create("/tmp/lydite-escaped").map(drop)))
    } else if asks("please-connect") {
        Some(("connect", TcpStream::connect(("127.0.0.1", 9)).map(drop)))
    } else if asks("please-start") {
        Some(("start", Command::new(me()).spawn().map(drop)))
    } else if asks("please-thread") {
        Some(("thread", Builder::new().spawn(|| ()).map(drop)))
    } else {
        None
    };
    if let Some((what, tried)) = tried {
        let refused = tried.is_err_and(|why| why.kind() == io::ErrorKind::PermissionDenied);
        assert!(!refused, "{what} was refused");
        println!("{what} was possible");
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
        ("please-grow", "memory allocation failed"),
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
    let work = Work {
        threads: 2,
        collect: &collect,
        examiner: &examiner,
        facts: &facts,
        progress: &|_| (),
    };
    assay(&case, &sources, work).unwrap();
    let counted = accounting(&case).unwrap();
    assert_eq!((counted.seen.items, counted.examined.items), (20, 19));
    assert_eq!(counted.skipped[WORKER_LOST].items, 1);
}

#[cfg(target_os = "linux")]
fn a_worker_that_tries_to_break_out_is_ended() {
    let pool = pool(LONG);
    for way in ["open", "write", "connect", "start", "thread"] {
        let why = pool.examine(format!("please-{way}").as_bytes(), &[]).unwrap_err();
        assert!(why.contains("signal: 31"), "{way}: {why}");
        assert!(pool.examine(b"fine", &[]).is_ok(), "after {way}");
    }
    assert!(!Path::new("/tmp/lydite-escaped").exists());
}

fn collectors(patience: Duration) -> Collectors {
    Collectors::new(std::env::current_exe().unwrap(), vec!["collector".into()], patience)
}

/// A folder with a dump in which one entry of a zip in a tar holds `wish`.
fn wishful(wish: &str) -> (tempfile::TempDir, Vec<PathBuf>) {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("dump");
    std::fs::create_dir(&dump).unwrap();
    let entries = [("1", "fine"), ("2", wish), ("3", "fine")];
    let mut archive = Vec::new();
    for (name, content) in entries {
        let mut header = [0; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        header[148..156].fill(b' ');
        header[156] = b'0';
        header[257..263].copy_from_slice(b"ustar\0");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        archive.extend(header);
        let mut block = [0; 512];
        block[..content.len()].copy_from_slice(content.as_bytes());
        archive.extend(block);
    }
    archive.extend([0; 1_024]);
    std::fs::write(dump.join("a.tar"), archive).unwrap();
    std::fs::write(dump.join("b"), "fine").unwrap();
    let sources = vec![dump];
    (dir, sources)
}

const START: Position = Position {
    file: 0,
    bytes: 0,
    events: 0,
    offset: 0,
    framing: 0,
    members: 0,
    inside: 0,
    behind: 0,
};

fn told(
    sources: &[PathBuf],
    from: Position,
    collect: impl Fn(
        &[PathBuf],
        &Path,
        Position,
        &mut dyn FnMut(Found, Position) -> ControlFlow<()>,
    ) -> Result<Totals, CollectError>,
) -> Result<Vec<(Found, Position)>, CollectError> {
    let mut events = Vec::new();
    let spool = tempfile::tempdir().unwrap();
    collect(sources, spool.path(), from, &mut |mut found, position| {
        if let Found::Leaf(leaf) = &mut found {
            leaf.meta.clear();
        }
        events.push((found, position));
        ControlFlow::Continue(())
    })?;
    Ok(events)
}

fn each_way_of_losing_the_collector() {
    let (_dir, sources) = wishful("nothing");
    let near = |s: &[PathBuf], d: &Path, p, e: &mut dyn FnMut(Found, Position) -> _| {
        collect(s, d, &Passwords::default(), p, e)
    };
    let whole = told(&sources, START, near).unwrap();
    let far = |s: &[PathBuf], d: &Path, p, e: &mut dyn FnMut(Found, Position) -> _| {
        collectors(Duration::from_secs(3)).collect(s, d, &Passwords::default(), p, e)
    };
    assert_eq!(told(&sources, START, far).unwrap(), whole, "nothing is lost on the way");
    let ways = [
        ("please-abort", "signal: 6"),
        ("please-panic", "as asked"),
        ("please-exit", "exit status: 0"),
        ("please-overflow", "overflowed its stack"),
        ("please-hang", "no answer in time"),
        ("please-lie", "that cannot be read"),
        ("please-boast", "more than the bound"),
        ("please-grow", "memory allocation failed"),
    ];
    for (way, expected) in ways {
        let (_dir, sources) = wishful(way);
        let events = told(&sources, START, far).unwrap();
        assert_eq!(events.len(), whole.len(), "{way}");
        for (event, usual) in events.iter().zip(&whole) {
            match event {
                (Found::Skipped { path, reason, detail, .. }, _) => {
                    assert_eq!((path.as_str(), *reason), ("a.tar!/2", LOST));
                    assert!(detail.contains(expected), "{way}: {detail}");
                }
                (Found::Leaf(leaf), _) => {
                    assert_eq!(event, usual);
                    assert_ne!(leaf.path, "a.tar!/2");
                }
                (Found::Container { path, .. }, _) => assert_eq!(path, "a.tar"),
            }
        }
        if way == "please-hang" {
            continue;
        }
        assert_eq!(told(&sources, START, far).unwrap(), events, "{way}: the same each time");
        for (done, (_, position)) in events.iter().enumerate() {
            let rest = told(&sources, *position, far).unwrap();
            assert_eq!(rest, events[done + 1..], "{way}: everything was killed behind {done}");
        }
    }
}

#[cfg(target_os = "linux")]
fn a_collector_reaches_nothing_else() {
    let mut ways = vec!["open", "write", "connect", "start"];
    // Where a program of the system reads archives, one may be started.
    ways.extend(programs().is_empty().then_some("thread"));
    for way in ways {
        let (_dir, sources) = wishful(&format!("please-{way}"));
        let far = |s: &[PathBuf], d: &Path, p, e: &mut dyn FnMut(Found, Position) -> _| {
            collectors(LONG).collect(s, d, &Passwords::default(), p, e)
        };
        let events = told(&sources, START, far).unwrap();
        let why = events.iter().find_map(|(found, _)| match found {
            Found::Skipped { detail, .. } => Some(detail.as_str()),
            _ => None,
        });
        let why = why.unwrap_or("it was told");
        let refused = format!("{way} was refused");
        assert!(why.contains("signal: 31") || why.contains(&refused), "{way}: {why}");
    }
    assert!(!Path::new("/tmp/lydite-escaped").exists());
}

#[cfg(target_os = "linux")]
fn a_collector_may_start_the_one_program() {
    let Some(program) = programs().pop() else {
        println!("bsdtar is not here");
        return;
    };
    let (_dir, sources) = wishful("please-convert");
    let far = |s: &[PathBuf], d: &Path, p, e: &mut dyn FnMut(Found, Position) -> _| {
        collectors(LONG).collect(s, d, &Passwords::default(), p, e)
    };
    let events = told(&sources, START, far).unwrap();
    let details: Vec<&str> = events
        .iter()
        .filter_map(|(found, _)| match found {
            Found::Skipped { detail, .. } => Some(detail.as_str()),
            _ => None,
        })
        .collect();
    let is_said = |d: &&str| d.contains("exit status: 0") && d.ends_with("with hello: true");
    assert!(details.iter().any(is_said), "{} inside: {details:?}", program.display());
}

/// A mailbox is entered again behind the members that were told: the loss is one place each time.
fn what_is_left_of_a_mailbox_is_listed() {
    let (_dir, sources) = wishful("nothing");
    let member = |text: &str| format!("From - Fri May 05 20:35:00 2017\nSubject: x\n\n{text}\n\n");
    let texts = ["fine", "fine", "please-abort", "fine"].map(member);
    std::fs::write(sources[0].join("a.mbox"), texts.concat()).unwrap();
    let far = |s: &[PathBuf], d: &Path, p, e: &mut dyn FnMut(Found, Position) -> _| {
        collectors(LONG).collect(s, d, &Passwords::default(), p, e)
    };
    let events = told(&sources, START, far).unwrap();
    let names: Vec<String> = events
        .iter()
        .map(|(found, _)| match found {
            Found::Leaf(leaf) => leaf.path.clone(),
            Found::Container { path, .. } => format!("({path})"),
            Found::Skipped { path, reason, bytes, .. } => format!("{path} {reason} {bytes}"),
        })
        .collect();
    let left = texts[2].len() + texts[3].len();
    let expected = ["a.mbox!/1", "a.mbox!/2", &format!("a.mbox worker-lost {left}"), "a.tar!/1"];
    assert_eq!(names[..4], expected);
    assert_eq!(names.last().map(String::as_str), Some("b"));
    for (done, (_, position)) in events.iter().enumerate() {
        assert_eq!(told(&sources, *position, far).unwrap(), events[done + 1..], "behind {done}");
    }
}

fn a_collector_that_never_works_is_an_error() {
    let (_dir, sources) = wishful("nothing");
    let far = |s: &[PathBuf], d: &Path, p, e: &mut dyn FnMut(Found, Position) -> _| {
        Collectors::new("/bin/false".into(), vec![], LONG).collect(
            s,
            d,
            &Passwords::default(),
            p,
            e,
        )
    };
    let error = told(&sources, START, far).unwrap_err().to_string();
    assert!(
        error.contains("lost each time it is started: worker ended: exit status: 1"),
        "{error}"
    );
}

fn an_assay_loses_one_entry() {
    let (dir, sources) = wishful("please-abort");
    let case = Case::create(&dir.path().join("x.case"), &sources).unwrap();
    let (pool, collectors, facts) = (pool(LONG), collectors(LONG), Facts::default());
    let work = Work {
        threads: 2,
        collect: &|s, d, w, p, e| collectors.collect(s, d, w, p, e),
        examiner: &|raw, copies| pool.examine(raw, copies),
        facts: &facts,
        progress: &|_| (),
    };
    assay(&case, &sources, work).unwrap();
    let counted = accounting(&case).unwrap();
    assert_eq!(counted.seen.items, 4);
    assert_eq!(counted.skipped[WORKER_LOST].items, 1);
}
