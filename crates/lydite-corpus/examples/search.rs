//! How long indexing a case and searching it take.
//!
//! `cargo run --release -p lydite-corpus --example search -- CASE [QUERIES]` makes the index anew and runs
//! queries of words drawn from the case's own texts: one word, two, a phrase, a word in a month, a start.

use std::path::Path;
use std::time::{Duration, Instant};

use lydite_corpus::case::Case;
use lydite_corpus::reading::Reader;
use lydite_corpus::search::{self, FOLDER, Search};

/// Texts that words are drawn from: the first of the case.
const TEXTS: usize = 5_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let root = args.next().ok_or("name a case")?;
    let count: usize = args.next().map_or(Ok(1_000), |n| n.parse())?;
    let case = Case::open_to_write(Path::new(&root))?;
    let start = Instant::now();
    search::make(&case, &|_| ())?;
    println!("indexed in {:.1} s", start.elapsed().as_secs_f64());
    let files = std::fs::read_dir(case.root().join(FOLDER))?;
    let bytes: u64 = files.map(|f| f?.metadata().map(|m| m.len())).sum::<Result<_, _>>()?;
    println!("index: {:.1} MB", bytes as f64 / 1e6);
    let queries = queries(&case, count)?;
    println!("{} queries drawn", queries.len());
    let search = Search::open(&case)?;
    let mut times = Vec::new();
    let (mut hits, mut slowest) = (0, (Duration::ZERO, ""));
    for query in &queries {
        let start = Instant::now();
        hits += search.find(query, 20)?.hits;
        let time = start.elapsed();
        times.push(time);
        slowest = slowest.max((time, query));
    }
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1e3;
    println!("items: {}; {} queries, {hits} hits", search.find("*", 1)?.hits, queries.len());
    println!("p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms", at(50), at(95), at(99));
    println!("slowest {:.1} ms: {}", slowest.0.as_secs_f64() * 1e3, slowest.1);
    Ok(())
}

/// Words of the texts of the case, in five forms of query, the same in every run.
fn queries(case: &Case, count: usize) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut words: Vec<Vec<String>> = Vec::new();
    let walked = Reader::new(case)?.walk(|item| {
        let bodies = item.examined.iter().flat_map(|examined| &examined.bodies);
        for body in bodies.take(1) {
            let all = body.text.split(|c: char| !c.is_alphanumeric());
            let all: Vec<String> =
                all.filter(|w| w.chars().count() > 2).take(200).map(str::to_owned).collect();
            words.extend((all.len() > 4).then_some(all));
        }
        if words.len() < TEXTS { Ok(()) } else { Err(Box::<dyn std::error::Error>::from("enough")) }
    });
    if words.len() < TEXTS {
        walked?;
    }
    let mut state = 1_u64;
    let mut random = |below: usize| {
        // Knuth's MMIX; its high bits are random enough to draw words.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut out = Vec::new();
    for n in 0..count {
        let text = &words[random(words.len())];
        let at = random(text.len() - 1);
        let (one, two) = (&text[at], &text[at + 1]);
        out.push(match n % 5 {
            0 => one.to_lowercase(),
            1 => format!("{} {}", one.to_lowercase(), two.to_lowercase()),
            2 => format!("\"{one} {two}\""),
            3 => format!("{} date:[2016-01 TO 2018-06]", one.to_lowercase()),
            _ => format!("{}*", one.to_lowercase().chars().take(3).collect::<String>()),
        });
    }
    Ok(out)
}
