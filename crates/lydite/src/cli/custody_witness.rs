//! Others who vouch for the log, by files that are carried: witnesses and time stamp authorities.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use lydite_core::custody::checkpoint::Checkpoint;
use lydite_core::custody::merkle;
use lydite_core::custody::note::{Growth, Note, Signature, Signer, Use, Verifier};
use lydite_core::custody::{entry, stamp as rfc3161};
use lydite_core::item::Sha256;
use lydite_corpus::case::Case;
use lydite_corpus::custody::keys::{Keeper, read_private, write_private};
use lydite_corpus::custody::writing::{Custody, Deed};
use serde_json::json;

use super::custody::{head_of, signed};
use super::custody_words as words;
use crate::face::{Face, visible};
use crate::keeper;

/// As a witness, sign a checkpoint that somebody brought; remembers it beside the key.
#[derive(clap::Args)]
pub struct Cosign {
    /// A checkpoint, or what `custody since` wrote from the last one signed here.
    file: PathBuf,
    /// The witness's private key; made if it is not there.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Name of a new key, such as `witness.example/counsel`.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The cosigned checkpoint to write.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// Take a cosigned checkpoint, or the answer of a time stamp authority, into a case.
#[derive(clap::Args)]
pub struct Add {
    case: PathBuf,
    file: PathBuf,
    /// The witness's public key, as it told you itself.
    #[arg(long, value_name = "KEY")]
    witness: Option<String>,
}

/// Signs only what continues the last checkpoint of the same log signed here.
pub fn cosign(args: &Cosign, face: Face, out: &mut dyn Write) -> Result<()> {
    let signer = witness_key(args)?;
    let name = args.file.display();
    let bytes = fs::read(&args.file).with_context(|| format!("cannot read {name}"))?;
    let growth = Growth::parse(&bytes).ok();
    let note = match &growth {
        Some(growth) => growth.note.clone(),
        None => Note::parse(&bytes).map_err(|why| anyhow!("{name} is no signed note: {why}"))?,
    };
    let head = Checkpoint::parse(&note.text).with_context(|| format!("{name}: no checkpoint"))?;
    let seen = seen_path(&args.key, &head.origin);
    if seen.exists() {
        let old = head_of(&seen)?;
        let proof = growth.map(|growth| (growth.old, growth.proof)).unwrap_or_default();
        let is_same = old == head;
        let (before, now) = ((old.size, old.root), (head.size, head.root));
        ensure!(
            is_same || (proof.0 == old.size && merkle::is_consistent(before, now, &proof.1)),
            "{name} is not shown to continue what was signed here before, {} entries: ask for \
             `lydite custody since CASE {}`",
            old.size,
            seen.display()
        );
    }
    let time = u64::try_from(keeper::now()).unwrap_or_default();
    let mut cosigned = note;
    cosigned.signatures.push(signer.sign(&cosigned.text, time));
    fs::write(&seen, cosigned.text())
        .with_context(|| format!("cannot write {}", seen.display()))?;
    let output = args.output.display();
    fs::write(&args.output, cosigned.text()).with_context(|| format!("cannot write {output}"))?;
    writeln!(out, "{}: {}", face.say(words::WITNESS_KEY), signer.verifier.text())?;
    Ok(())
}

fn witness_key(args: &Cosign) -> Result<Signer> {
    if args.key.exists() {
        let signer = read_private(&args.key, &fs::read(&args.key)?)?;
        ensure!(
            signer.verifier.of == Use::Cosignature,
            "{} is a key of another use: name a witness's, or a new file",
            args.key.display()
        );
        return Ok(signer);
    }
    let Some(name) = &args.name else {
        bail!("{} is not there: a new key needs a --name", args.key.display());
    };
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| anyhow!("no random numbers: {error}"))?;
    let signer = Signer::new(name, Use::Cosignature, seed);
    let signer = signer.with_context(|| format!("{name:?} has spaces or `+`: choose another"))?;
    write_private(&args.key, &signer.text())?;
    Ok(signer)
}

/// Where a witness keeps the last checkpoint of a log.
fn seen_path(key: &Path, origin: &str) -> PathBuf {
    let mut path = key.as_os_str().to_owned();
    path.push(format!(".{}.seen", &Sha256::of(origin.as_bytes()).to_string()[..16]));
    path.into()
}

pub fn add(args: &Add, keeper: &Keeper, face: Face, out: &mut dyn Write) -> Result<()> {
    let name = args.file.display();
    let bytes = fs::read(&args.file).with_context(|| format!("cannot read {name}"))?;
    match Note::parse(&bytes) {
        Ok(note) => add_cosigned(args, &note, keeper, face, out),
        Err(_) => match rfc3161::read(&bytes) {
            Ok(stamp) => add_stamp(args, &bytes, &stamp, keeper, face, out),
            Err(why) => bail!("{name} is neither a signed note nor a time stamp: {why}"),
        },
    }
}

fn add_cosigned(
    args: &Add,
    note: &Note,
    keeper: &Keeper,
    face: Face,
    out: &mut dyn Write,
) -> Result<()> {
    let name = args.file.display();
    let key = args.witness.as_deref().context("name the witness's public key with --witness")?;
    let key = Verifier::parse(key).filter(|key| key.of == Use::Cosignature);
    let key = key.context("--witness is no key of a witness")?;
    let (signature, time) = seen_by(note, &key)
        .with_context(|| format!("{name} has no signature of {} that holds", key.name))?;
    let case = Case::open_to_write(&args.case)?;
    let mut custody = Custody::open(&case, keeper, &[])?;
    let head = Checkpoint::parse(&note.text).with_context(|| format!("{name}: no checkpoint"))?;
    custody.log().continues(&head).map_err(|why| anyhow!("{name}: {why}"))?;
    let kept = Note { text: note.text.clone(), signatures: vec![signature.clone()] };
    let path = format!("custody/witness/{:06}-{:08x}.note", head.size, key.id());
    let output = custody.put(&path, kept.text().as_bytes())?;
    let time = entry::utc(i64::try_from(time).unwrap_or_default());
    let parameters = BTreeMap::from([
        ("witness".to_owned(), json!(key.text())),
        ("size".to_owned(), json!(head.size)),
        ("seen".to_owned(), json!(time)),
    ]);
    let outputs = vec![output];
    custody.record(Deed { action: "cosigned", outputs, parameters, ..Deed::default() })?;
    let says = face.say(words::WITNESSED);
    writeln!(out, "{says} {}, {time}: {} {}", key.name, head.size, face.say(words::ENTRIES))?;
    Ok(())
}

fn seen_by<'a>(note: &'a Note, key: &Verifier) -> Option<(&'a Signature, u64)> {
    let mut all = note.signatures.iter();
    all.find_map(|signature| Some((signature, key.seen_at(&note.text, signature)?)))
}

/// The text of a checkpoint is stamped, not its signatures: it follows from the log alone.
pub fn stamp(case: &Path, output: &Path, face: Face, out: &mut dyn Write) -> Result<()> {
    let (_, note, _) = signed(case)?;
    let hash = Sha256::of(note.text.as_bytes());
    let request = rfc3161::request(&hash);
    fs::write(output, request).with_context(|| format!("cannot write {}", output.display()))?;
    writeln!(out, "{hash}\n{}", face.say(words::STAMP_ASK))?;
    Ok(())
}

fn add_stamp(
    args: &Add,
    bytes: &[u8],
    stamp: &rfc3161::Stamp,
    keeper: &Keeper,
    face: Face,
    out: &mut dyn Write,
) -> Result<()> {
    let case = Case::open_to_write(&args.case)?;
    let mut custody = Custody::open(&case, keeper, &[])?;
    let sizes = 1..=custody.log().entries.len() as u64;
    let is_meant = |size: &u64| {
        let head = custody.log().head(*size);
        head.is_some_and(|head| Sha256::of(head.text().as_bytes()) == stamp.hash)
    };
    let size = sizes.rev().find(is_meant).with_context(|| {
        format!("{} is of {}, which is no checkpoint of this log", args.file.display(), stamp.hash)
    })?;
    let short = &Sha256::of(bytes).to_string()[..8];
    let output = custody.put(&format!("custody/stamps/{size:06}-{short}.tsr"), bytes)?;
    let parameters = BTreeMap::from([
        ("size".to_owned(), json!(size)),
        ("stamped".to_owned(), json!(stamp.time)),
        ("digest".to_owned(), json!(stamp.hash)),
    ]);
    let outputs = vec![output];
    custody.record(Deed { action: "stamped", outputs, parameters, ..Deed::default() })?;
    writeln!(out, "{} {}", visible(&stamp.time), stamp.hash)?;
    writeln!(out, "{}", face.say(words::STAMP_CHECK))?;
    Ok(())
}
