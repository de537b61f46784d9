//! What is compared behind the boundary: the pixels of two pictures, and the revisions of a PDF, for
//! which their bytes are read once more.

use std::io::{self, Read, Write};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use lydite_core::difference::image::{Pictures, pictures};
use lydite_core::limits;
use lydite_core::parse::document::pdf::{Step, steps};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::frame;
use super::process::{Process, Watchman};
use super::worker::speak_plainly;

/// First message of each question.
const PICTURES: &[u8] = b"pictures";
const STEPS: &[u8] = b"steps";

/// A process that compares, started when first asked.
pub struct Comparer {
    watchman: Watchman,
    process: Option<Process>,
}

impl Comparer {
    pub fn new() -> Comparer {
        Comparer { watchman: Watchman::new(), process: None }
    }

    /// Two pictures, by their bytes; `None` where either is none that is decoded.
    pub fn pictures(&mut self, found: &[u8], original: &[u8]) -> Result<Option<Pictures>> {
        self.ask(&[PICTURES, found, original])
    }

    /// What each saving of a PDF changed.
    pub fn steps(&mut self, pdf: &[u8]) -> Result<Vec<Step>> {
        self.ask(&[STEPS, pdf])
    }

    /// A process that is lost costs this question only.
    fn ask<T: DeserializeOwned>(&mut self, question: &[&[u8]]) -> Result<T> {
        let patience = Duration::from_secs(limits::ITEM_SECONDS);
        let mut process = match self.process.take() {
            Some(process) => process,
            None => self.watchman.start(&super::myself()?, ["worker", "--beside"], patience)?,
        };
        process.expect(Some(patience));
        let answer = question
            .iter()
            .try_for_each(|message| process.send(message))
            .and_then(|()| process.receive(limits::ANSWER_BYTES));
        match answer {
            Ok(answer) => {
                process.expect(None);
                self.process = Some(process);
                postcard::from_bytes(&answer).context("an answer that cannot be read")
            }
            Err(why) => {
                Err(anyhow!("the process that compares was lost: {}", process.lost(&why).why))
            }
        }
    }
}

/// The inside: answers until the pipe ends.
pub fn serve(mut input: impl Read, mut output: impl Write) -> Result<()> {
    speak_plainly();
    while let Some(question) = frame::read(&mut input, limits::PIPE_BYTES)? {
        let mut item = || -> Result<Vec<u8>> {
            frame::read(&mut input, limits::ITEM_BYTES)?.context("a question without its item")
        };
        match &question[..] {
            PICTURES => {
                let (found, original) = (item()?, item()?);
                answer(&mut output, &pictures(&found, &original))?;
            }
            STEPS => answer(&mut output, &steps(&item()?))?,
            _ => bail!("a question that nobody asks"),
        }
    }
    Ok(())
}

fn answer(output: &mut impl Write, answer: &impl Serialize) -> Result<()> {
    let bytes = postcard::to_stdvec(answer)?;
    ensure!(bytes.len() <= limits::ANSWER_BYTES, "an answer of {} bytes", bytes.len());
    let written: io::Result<()> = frame::write(output, &bytes);
    Ok(written?)
}
