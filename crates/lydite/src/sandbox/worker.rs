//! The inside of the boundary: facts first, then mail in (with other copies of it, if any) and what
//! it gave out, until the pipe ends.

use std::io::{Read, Write};

use anyhow::{Context, Result, ensure};
use lydite_core::examine::Examined;
use lydite_core::fact::Facts;
use lydite_core::limits;

use super::frame;

/// Answers every blob on `input` with the `Examined` that `examine` makes of it.
pub fn serve(
    mut input: impl Read,
    mut output: impl Write,
    examine: impl Fn(&[u8], &[Vec<u8>], &Facts) -> Examined,
) -> Result<()> {
    speak_plainly();
    // The facts come from Lydite itself, not from the dump.
    let facts = frame::read(&mut input, usize::MAX)?.context("no facts arrived")?;
    let facts: Facts = postcard::from_bytes(&facts).context("facts that cannot be read")?;
    while let Some(raw) = frame::read(&mut input, limits::ITEM_BYTES)? {
        // As many copies of the same mail as the bound allows, none of them large.
        let copies = frame::read(&mut input, limits::ITEM_BYTES)?.context("no copies arrived")?;
        let copies: Vec<Vec<u8>> = postcard::from_bytes(&copies).context("unreadable copies")?;
        let answer = postcard::to_stdvec(&examine(&raw, &copies, &facts))?;
        let bound = limits::ANSWER_BYTES;
        ensure!(answer.len() <= bound, "answer of {} bytes, bound {bound}", answer.len());
        frame::write(&mut output, &answer)?;
    }
    Ok(())
}

/// The standard panic message carries the number of the thread, which differs from run to run;
/// the reason an item was lost stands in the tables and must not.
pub fn speak_plainly() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("panicked at {place}: {}", super::panic_text(panic.payload()));
    }));
}
