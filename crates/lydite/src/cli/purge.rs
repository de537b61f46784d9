use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use lydite_core::custody::entry::{Named, Place};
use lydite_core::item::Sha256;
use lydite_corpus::custody::keys::Keeper;
use lydite_corpus::custody::writing::{Custody, Deed};
use lydite_corpus::purge::{self, Held};
use lydite_corpus::reading::Reader;
use serde_json::json;

use super::{Done, custody_words as words};
use crate::face::Face;

/// Remove an item's bytes, and what was read in them, on legal order. The custody log keeps why.
///
/// Its hash, size and paths stay. Reports, bags and copies made before are not touched, nor is the
/// dump, nor are other mails that quote it: order their removal one by one.
#[derive(clap::Args)]
pub struct Args {
    case: PathBuf,
    /// SHA-256 of the item.
    sha256: String,
    /// The order: who gave it, when, its number. Stays in the log for ever.
    #[arg(long, value_name = "TEXT")]
    order: String,
    /// Who carries it out.
    #[arg(long = "as", value_name = "NAME")]
    name: String,
}

pub fn run(args: &Args, keeper: &Keeper, face: Face, out: &mut dyn Write) -> Result<Done> {
    let sha256 = Sha256::from_hex(&args.sha256)
        .with_context(|| format!("{} is no SHA-256: `lydite show` tells an item's", args.sha256))?;
    let case = super::open_to_write(&args.case)?;
    let mut custody = Custody::open(&case, keeper, &[])?;
    if purge::held(&case, &sha256)? == Held::Here {
        let (_, verdict) = Reader::new(&case)?.examined(&sha256)?.unzip();
        let status = verdict.flatten().map(|verdict| verdict.status);
        let bytes = purge::size(&case, &sha256)?;
        let item = Named { place: Place::Item, name: String::new(), bytes, sha256 };
        let parameters = BTreeMap::from([
            ("order".to_owned(), json!(args.order)),
            ("status".to_owned(), json!(status)),
        ]);
        let actor = Some(args.name.clone());
        let inputs = vec![item];
        custody.record(Deed {
            action: "purge-ordered",
            actor,
            inputs,
            parameters,
            ..Deed::default()
        })?;
    }
    purge::purge(&case, &sha256)?;
    custody.catch_up()?;
    writeln!(out, "{sha256}: {}", face.say(words::PURGE_DONE))?;
    writeln!(out, "{}", face.say(words::PURGE_STAYS))?;
    Ok(Done::All)
}
