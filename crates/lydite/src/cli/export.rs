use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use lydite_core::custody::entry::{Named, Place, utc};
use lydite_core::item::Sha256;
use lydite_corpus::bag::{self, Bag};
use lydite_corpus::case::{Case, Error};
use lydite_corpus::custody::keys::Keeper;
use lydite_corpus::custody::writing::{Custody, Deed};
use lydite_corpus::reading::Reader;

use super::{Done, custody_words as words, keys};
use crate::counts;
use crate::face::{Face, visible};
use crate::line::Line;
use crate::reading;
use crate::report::{self, Items};

/// Write a bag to hand on (BagIt): verdicts, report, custody log, keys used, all of it signed.
///
/// Whoever gets it checks it without Lydite: `sha256sum -c`, `ssh-keygen -Y verify`, or the Python
/// program that lies in it.
#[derive(clap::Args)]
pub struct Args {
    case: PathBuf,
    /// The folder to make; it must not exist.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Also the bytes of every item, named by their SHA-256. They are leaked mail.
    #[arg(long)]
    with_originals: bool,
}

/// The second implementation of every check, in another language.
const VERIFIER: &str = include_str!("../../../../examples/verify.py");

pub fn run(args: &Args, keeper: &Keeper, face: Face, out: &mut dyn Write) -> Result<Done> {
    let case = super::open_to_write(&args.case)?;
    let mut custody = Custody::open(&case, keeper, &[])?;
    let mut bag = Bag::new(&args.output)?;
    fill(&mut bag, &case, face)?;
    if args.with_originals {
        originals(&mut bag, &case)?;
    }
    bag.add_bytes("verify.py", VERIFIER.as_bytes())?;
    bag::add_custody(&mut bag, case.root())?;
    let time = utc((keeper.clock)());
    let (bytes, sha256) = bag.finish(custody.signer(), time.get(..10).unwrap_or("1970-01-01"))?;
    let name = "manifest-sha256.txt".to_owned();
    let outputs = vec![Named { place: Place::File, name, bytes, sha256 }];
    custody.record(Deed { action: "export", outputs, ..Deed::default() })?;
    tell(&args.output, &custody.signer().verifier.name, face, out)?;
    Ok(Done::All)
}

fn fill(bag: &mut Bag, case: &Case, face: Face) -> Result<()> {
    bag.add("verdicts.jsonl", |file| {
        reading::walk(case, |entry| {
            if entry.sha256.is_some() {
                serde_json::to_writer(&mut *file, &Line::of(&entry))?;
                writeln!(file)?;
            }
            Ok(())
        })
    })?;
    bag.add("report.html", |file| report::write(case, face.lang, Items::Telling, file))?;
    let used: BTreeSet<String> = reading::rows(case, counts::USED)?
        .iter()
        .filter_map(|row| row["id"].as_str().map(str::to_owned))
        .collect();
    bag.add("keys.jsonl", |file| {
        let facts = reading::facts(case)?;
        for key in facts.all_keys().filter(|key| used.contains(&key.id())) {
            serde_json::to_writer(&mut *file, &keys::as_json(key))?;
            writeln!(file)?;
        }
        Ok::<_, anyhow::Error>(())
    })
}

/// Every item once. One removed by order is left out.
fn originals(bag: &mut Bag, case: &Case) -> Result<()> {
    let mut all: BTreeSet<Sha256> = BTreeSet::new();
    reading::walk(case, |entry| {
        all.extend(entry.sha256);
        Ok(())
    })?;
    let reader = Reader::new(case)?;
    for sha256 in all {
        match reader.bytes(&sha256) {
            Ok(bytes) => bag.add_bytes(&format!("originals/{sha256}"), &bytes)?,
            Err(Error::NoSuchItem(_) | Error::Purged(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn tell(bag: &Path, who: &str, face: Face, out: &mut dyn Write) -> Result<()> {
    let name = visible(&bag.display().to_string());
    writeln!(out, "{name}\n{}", face.say(words::BAG_CHECK))?;
    writeln!(out, "  cd {name}")?;
    writeln!(out, "  sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt")?;
    writeln!(
        out,
        "  ssh-keygen -Y verify -f allowed_signers -I {who} -n {} -s manifest-sha256.txt.sig < \
         manifest-sha256.txt",
        bag::NAMESPACE
    )?;
    Ok(())
}
