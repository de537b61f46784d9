//! How far a run is: a bar on a terminal, JSON lines on standard error for programs, else silence.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lydite_core::verdict::Status;
use lydite_corpus::assay::Progress;
use serde_json::json;

use crate::face::{Face, thousands};

/// Time between two JSON lines.
const BEAT: Duration = Duration::from_secs(1);

pub enum Meter {
    Bar(ProgressBar, Face),
    Lines { start: Instant, last: Mutex<Instant> },
}

impl Meter {
    pub fn new(json: bool, face: Face) -> Meter {
        if json {
            let start = Instant::now();
            return Meter::Lines { start, last: Mutex::new(start) };
        }
        // Draws nothing where standard error is no terminal.
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} ETA {eta}";
        bar.set_style(
            ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        Meter::Bar(bar, face)
    }

    pub fn show(&self, progress: &Progress) {
        match self {
            Meter::Bar(bar, face) => {
                bar.set_length(progress.total);
                bar.set_position(progress.bytes);
                bar.set_message(message(progress, *face));
            }
            Meter::Lines { start, last } => {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                if last.elapsed() >= BEAT {
                    *last = Instant::now();
                    eprintln!("{}", line(progress, start.elapsed()));
                }
            }
        }
    }

    pub fn finish(&self) {
        if let Meter::Bar(bar, _) = self {
            bar.finish_and_clear();
        }
    }
}

/// `collect 12,000  ✔ 8,211 ! 3`: what each item says by itself so far.
fn message(progress: &Progress, face: Face) -> String {
    let mut text = format!("{} {}", progress.phase, thousands(progress.items));
    for (status, count) in Status::ALL.into_iter().zip(progress.statuses) {
        if count > 0 && status != Status::Undetermined {
            text.push_str(&format!("  {} {}", face.status(status, 0), thousands(count)));
        }
    }
    text
}

fn line(progress: &Progress, elapsed: Duration) -> serde_json::Value {
    json!({
        "phase": progress.phase,
        "items": progress.items,
        "bytes": progress.bytes,
        "total": progress.total,
        "seconds": elapsed.as_secs(),
        "status": BTreeMap::from_iter(Status::ALL.into_iter().zip(progress.statuses)),
    })
}
