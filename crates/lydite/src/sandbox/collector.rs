//! The inside of the boundary, for the process that walks the sources: what is asked first, then
//! everything it finds until the walk is done.

use std::cell::RefCell;
use std::io::{self, BufWriter, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use lydite_core::limits;
use lydite_corpus::collect::passwords::Passwords;
use lydite_corpus::collect::wire::{Asked, Told};
use lydite_corpus::collect::{CollectError, Found, Position, Totals, Watch};

use super::{frame, worker};

/// Takes what was found; breaks when nobody listens any more.
pub type Emit<'a> = &'a mut dyn FnMut(Found, Position) -> ControlFlow<()>;

/// Collects with `collect` and tells everything on `output`.
pub fn serve(
    mut input: impl Read,
    output: impl Write + 'static,
    sources: &[PathBuf],
    spool_dir: &Path,
    collect: impl Fn(
        &[PathBuf],
        &Path,
        &Passwords,
        Position,
        &Watch,
        Emit,
    ) -> Result<Totals, CollectError>,
) -> Result<()> {
    worker::speak_plainly();
    // What is asked comes from Lydite itself, not from the dump.
    let asked = frame::read(&mut input, usize::MAX)?.context("nothing was asked")?;
    let asked: Asked = postcard::from_bytes(&asked).context("unreadable question")?;
    let output = BufWriter::with_capacity(limits::PIPE_BYTES, output);
    let teller = Teller { output, flushed: Instant::now(), is_careful: asked.is_careful };
    let teller = Rc::new(RefCell::new(teller));
    let step = |told| heard(teller.borrow_mut().tell(&told));
    let still = Rc::clone(&teller);
    let watch = Watch {
        avoid: &asked.avoid,
        step: asked.is_careful.then_some(&step as &dyn Fn(Told)),
        working: Rc::new(move || heard(still.borrow_mut().work())),
    };
    let mut emit = |found, position| {
        heard(teller.borrow_mut().found(found, position));
        ControlFlow::Continue(())
    };
    let last = match collect(sources, spool_dir, &asked.passwords, asked.from, &watch, &mut emit) {
        Ok(totals) => Told::Done(totals),
        Err(error) => Told::Failed(error.to_string()),
    };
    let mut teller = teller.borrow_mut();
    teller.tell(&last)?;
    Ok(teller.output.flush()?)
}

/// Without a listener there is nothing left to do.
fn heard(told: Result<()>) {
    if let Err(why) = told {
        eprintln!("{why}");
        std::process::exit(1);
    }
}

struct Teller<W: Write> {
    output: BufWriter<W>,
    flushed: Instant,
    is_careful: bool,
}

impl<W: Write> Teller<W> {
    fn tell(&mut self, told: &Told) -> Result<()> {
        let message = postcard::to_stdvec(told)?;
        let (length, bound) = (message.len(), limits::FOUND_BYTES);
        ensure!(length <= bound, "record of {length} bytes, bound {bound}");
        frame::put(&mut self.output, &message)?;
        if self.is_careful { self.flush() } else { Ok(()) }
    }

    fn found(&mut self, mut found: Found, position: Position) -> Result<()> {
        let bytes = match &mut found {
            Found::Leaf(leaf) => Some(std::mem::take(&mut leaf.bytes)),
            _ => None,
        };
        self.tell(&Told::Found(found, position))?;
        if let Some(bytes) = bytes {
            frame::put(&mut self.output, &bytes)?;
        }
        if self.is_careful { self.flush() } else { Ok(()) }
    }

    /// Lets nobody wait longer than [`limits::BEAT_SECONDS`] for a sign.
    fn work(&mut self) -> Result<()> {
        if self.flushed.elapsed() < Duration::from_secs(limits::BEAT_SECONDS) {
            return Ok(());
        }
        self.tell(&Told::Working)?;
        self.flush()
    }

    fn flush(&mut self) -> Result<()> {
        self.output.flush()?;
        self.flushed = Instant::now();
        Ok(())
    }
}

/// Standard output without its buffer of lines, which would cut what is no text into many writes.
pub fn pipe() -> io::Result<impl Write> {
    #[cfg(unix)]
    let output = std::fs::File::from(std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?);
    #[cfg(not(unix))]
    let output = io::stdout();
    Ok(output)
}
