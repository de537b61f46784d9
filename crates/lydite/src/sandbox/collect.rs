//! The outside of the collector: starts it, takes what it tells, and starts it again behind that
//! when it is lost.
//!
//! The first time it is lost it is started again to tell every step. Lost twice at one place then,
//! what is left of the innermost container or entry there is listed and passed over. Killed by
//! somebody else it is started again many times before that is concluded: it changes nothing.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lydite_core::limits;
use lydite_corpus::collect::passwords::Passwords;
use lydite_corpus::collect::wire::{Asked, Avoid, Told};
use lydite_corpus::collect::{CollectError, Found, Position, Totals};

use super::collector::Emit;
use super::process::{Lost, Process, Watchman};

/// A program that collects.
pub struct Collectors {
    program: PathBuf,
    arguments: Vec<OsString>,
    /// What it may stay silent.
    patience: Duration,
}

/// How a collector ended.
enum End {
    Done(Totals),
    /// Nobody wants to hear more.
    Enough,
    Lost(Lost),
}

/// Where a collector is, as far as it told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Place {
    file: u64,
    events: u64,
    /// What is open, the innermost last.
    open: Vec<String>,
}

/// How often collectors were lost at one place.
#[derive(Default)]
struct Losses {
    place: Option<Place>,
    times: usize,
    kills: usize,
}

impl Collectors {
    /// `program` with `arguments`, the spool folder and the sources must end up in
    /// [`super::collector::serve`]. `patience` is what it may stay silent.
    pub fn new(program: PathBuf, arguments: Vec<OsString>, patience: Duration) -> Collectors {
        Collectors { program, arguments, patience }
    }

    /// As [`lydite_corpus::collect::collect`], in a process of its own.
    pub fn collect(
        &self,
        sources: &[PathBuf],
        spool_dir: &Path,
        passwords: &Passwords,
        from: Position,
        emit: Emit,
    ) -> Result<Totals, CollectError> {
        let watchman = Watchman::new();
        let passwords = passwords.clone();
        let mut asked = Asked { from, avoid: Vec::new(), passwords, is_careful: false };
        let mut losses = Losses::default();
        loop {
            let mut place = Place { file: asked.from.file, ..Place::default() };
            let lost = match self.run(&watchman, sources, spool_dir, &mut asked, &mut place, emit) {
                Ok(End::Done(totals)) => return Ok(totals),
                Ok(End::Enough) => return Ok(Totals::default()),
                Ok(End::Lost(lost)) => lost,
                Err(error) => return Err(error),
            };
            if losses.is_enough(place, &lost, asked.is_careful) {
                let place = losses.place.take().unwrap_or_default();
                avoid(&mut asked.avoid, place, lost.why)?;
                losses = Losses::default();
            }
            asked.avoid.retain(|avoid| avoid.file >= asked.from.file);
            asked.is_careful = true;
        }
    }

    fn run(
        &self,
        watchman: &Watchman,
        sources: &[PathBuf],
        spool_dir: &Path,
        asked: &mut Asked,
        place: &mut Place,
        emit: Emit,
    ) -> Result<End, CollectError> {
        let sources = sources.iter().map(|source| source.as_os_str());
        let arguments = self.arguments.iter().map(OsString::as_os_str);
        // Behind `--`, so that no source is taken for an option.
        let fixed = [OsStr::new("--"), spool_dir.as_os_str()];
        let arguments = arguments.chain(fixed).chain(sources);
        let mut process = watchman
            .start(&self.program, arguments, self.patience)
            .map_err(|why| CollectError::Elsewhere(format!("collector could not start: {why}")))?;
        let ended = postcard::to_stdvec(asked)
            .map_err(io::Error::other)
            .and_then(|question| process.send(&question))
            .and_then(|()| self.listen(&mut process, asked, place, emit));
        match ended {
            Ok(Told::Done(totals)) => Ok(End::Done(totals)),
            Ok(Told::Failed(why)) => Err(CollectError::Elsewhere(why)),
            Ok(_) => Ok(End::Enough),
            Err(why) => Ok(End::Lost(process.lost(&why))),
        }
    }

    /// Hands on what is told until the collector ends or nobody wants more; returns what it told
    /// last. Keeps the position and the place up to date.
    fn listen(
        &self,
        process: &mut Process,
        asked: &mut Asked,
        place: &mut Place,
        emit: Emit,
    ) -> io::Result<Told> {
        loop {
            process.expect(Some(self.patience));
            let told = process.receive(limits::FOUND_BYTES)?;
            let told = postcard::from_bytes(&told).map_err(|_| unreadable("record"))?;
            match told {
                Told::Entering { path, file, events } => {
                    place.is_at(file, events, asked.from);
                    place.open.push(path);
                }
                Told::Left => drop(place.open.pop()),
                Told::Passed { file, events } => place.is_at(file, events, asked.from),
                Told::Working => {}
                Told::Found(mut found, position) => {
                    if let Found::Leaf(leaf) = &mut found {
                        leaf.bytes = process.receive(limits::ITEM_BYTES)?;
                    }
                    asked.from = position;
                    place.is_at(position.file, position.events, position);
                    // What is done with it takes its own time.
                    process.expect(None);
                    if emit(found, position).is_break() {
                        return Ok(Told::Left);
                    }
                }
                Told::Done(_) | Told::Failed(_) => return Ok(told),
            }
        }
    }
}

fn unreadable(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{what} that cannot be read"))
}

impl Place {
    /// Moves on. What was told of a file stays told, though the next run counts it again or enters
    /// a mailbox behind it: a place before that would have its own record passed over in silence.
    fn is_at(&mut self, file: u64, events: u64, told: Position) {
        let before = if file == told.file { told.events } else { 0 };
        (self.file, self.events) = (file, events.max(before));
    }
}

impl Losses {
    /// Counts one more. Whether the place is to be passed over.
    fn is_enough(&mut self, place: Place, lost: &Lost, was_careful: bool) -> bool {
        // One that does not tell every step was somewhere behind the place.
        if !was_careful || self.place.as_ref() != Some(&place) {
            *self = Losses { place: Some(place), times: 0, kills: 0 };
        }
        if lost.was_killed {
            self.kills += 1;
        } else {
            self.times += usize::from(was_careful);
        }
        self.times > limits::ITEM_RETRIES || self.kills > limits::KILLED_RETRIES
    }
}

/// Adds the innermost path of a place that is not avoided yet.
fn avoid(list: &mut Vec<Avoid>, place: Place, why: String) -> Result<(), CollectError> {
    let Place { file, events, open } = place;
    let is_known = |path: &String| list.iter().any(|a| a.file == file && a.path == *path);
    let Some(path) = open.into_iter().rev().find(|path| !is_known(path)) else {
        return Err(CollectError::Elsewhere(format!(
            "the collector is lost each time it is started: {why}. \
             `--no-sandbox` collects in the main process"
        )));
    };
    list.push(Avoid { path, file, events, why });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_never_before_what_was_told() {
        let told = Position { file: 3, events: 10, ..Position::default() };
        let mut place = Place::default();
        place.is_at(3, 4, told);
        assert_eq!((place.file, place.events), (3, 10), "counted again, or entered behind");
        place.is_at(3, 12, told);
        assert_eq!((place.file, place.events), (3, 12));
        place.is_at(4, 1, told);
        assert_eq!((place.file, place.events), (4, 1), "of another file nothing was told");
    }
}
