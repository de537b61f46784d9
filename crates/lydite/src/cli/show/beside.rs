//! One item beside another, and the revisions of a PDF beside each other.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use lydite_core::difference::difference;
use lydite_core::difference::told::Difference;
use lydite_core::item::Kind;
use lydite_core::parse::document::pdf::Step;
use lydite_corpus::case::Case;
use lydite_corpus::reading::Reader;
use serde_json::json;

use super::{Item, heading, marked};
use crate::beside::{self, Beside, Picture, Side, words};
use crate::face::{Face, thousands, visible};
use crate::line::Line;
use crate::report::difference::shown;
use crate::restored;
use crate::sandbox::beside::Comparer;
use crate::wording;

/// Prints how `item` differs from `other`, both of the case.
pub fn run(
    (item, other): (&Item, &Item),
    case: &Case,
    (picture, is_json): (Option<&Path>, bool),
    face: Face,
    out: &mut dyn Write,
) -> Result<()> {
    let reader = Reader::new(case)?;
    let bytes = |item: &Item| {
        let id = item.entry.sha256.context("its bytes could not be read")?;
        anyhow::Ok(reader.bytes(&id)?)
    };
    let (raw, other_raw) = (bytes(item)?, bytes(other)?);
    let (Some(is), Some(was)) = (&item.examined, &other.examined) else {
        bail!("one of the two is not examined; `lydite failures` says why");
    };
    match (&is.document, &was.document) {
        (None, None) if is.kind == Kind::Message && was.kind == Kind::Message => {
            let changes = restored::changes(&raw, &other_raw);
            mails(item, other, &changes, is_json, face, out)
        }
        (Some(document), Some(original)) => {
            let found = Side { kind: is.kind, document, raw: &raw };
            let original = Side { kind: was.kind, document: original, raw: &other_raw };
            let told = beside::documents(&found, &original, &mut Comparer::new());
            if let Some(path) = picture {
                write_picture(&told, path)?;
            }
            if is_json {
                return super::super::print_json(out, &as_json(item, other, &told));
            }
            head(item, other, face, out)?;
            print(&told, face, out)?;
            if let Some(path) = picture {
                let (said, path) = (face.say(words::WRITTEN), path.display());
                writeln!(out, "  {}; {said} {path}", face.say(words::SHOWN))?;
            }
            Ok(())
        }
        _ => bail!("a mail and a document cannot be laid beside each other"),
    }
}

fn write_picture(told: &Beside, path: &Path) -> Result<()> {
    let Some(Picture::Compared(pictures)) = &told.pictures else {
        bail!("no picture to write: these are not two images that are decoded (JPEG, PNG)");
    };
    std::fs::write(path, &pictures.shown).with_context(|| path.display().to_string())
}

fn as_json(item: &Item, other: &Item, told: &Beside) -> serde_json::Value {
    let comparison = match &told.pictures {
        Some(Picture::Compared(pictures)) => Some(&pictures.comparison),
        _ => None,
    };
    json!({
        "item": Line::of(&item.entry),
        "against": Line::of(&other.entry),
        "same_bytes": told.is_same_bytes,
        "difference": told.difference,
        "pictures": comparison,
    })
}

fn mails(
    item: &Item,
    other: &Item,
    changes: &[restored::Change],
    is_json: bool,
    face: Face,
    out: &mut dyn Write,
) -> Result<()> {
    if is_json {
        let changes = changes.iter().map(|change| {
            json!({ "what": change.what, "pieces": difference(&change.found, &change.signed) })
        });
        let value = json!({
            "item": Line::of(&item.entry),
            "against": Line::of(&other.entry),
            "same_bytes": item.entry.sha256 == other.entry.sha256,
            "differences": changes.collect::<Vec<_>>(),
        });
        return super::super::print_json(out, &value);
    }
    head(item, other, face, out)?;
    if changes.is_empty() {
        writeln!(out, "  {}", face.say(wording::NO_DIFFERENCE))?;
    }
    for change in changes {
        writeln!(out, "  {}:", visible(&change.what))?;
        print_pieces(&difference(&change.found, &change.signed), face, out)?;
    }
    Ok(())
}

fn head(item: &Item, other: &Item, face: Face, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{}", visible(&item.entry.path))?;
    let id = other.entry.sha256.map(|id| id.to_string()).unwrap_or_default();
    let path = visible(&other.entry.path);
    writeln!(out, "{} {path}\n{id}", face.bold(face.say(words::BESIDE)))?;
    writeln!(out, "  {}", face.say(words::KEY))?;
    Ok(())
}

fn print(told: &Beside, face: Face, out: &mut dyn Write) -> Result<()> {
    if told.is_same_bytes {
        writeln!(out, "  {}", face.say(words::SAME_BYTES))?;
        return Ok(());
    }
    print_difference(&told.difference, face, out)?;
    match &told.pictures {
        None => {}
        Some(Picture::NotDecoded) => {
            heading(words::PICTURES, face, out)?;
            writeln!(out, "  {}", face.say(words::NOT_DECODED))?;
        }
        Some(Picture::Lost(why)) => {
            heading(words::PICTURES, face, out)?;
            writeln!(out, "  {}: {}", face.say(words::PIXELS_LOST), visible(why))?;
        }
        Some(Picture::Compared(pictures)) => {
            heading(words::PICTURES, face, out)?;
            writeln!(out, "  ({})", face.say(words::PICTURES_SAY))?;
            for remark in beside::remarks(&pictures.comparison, face.lang) {
                writeln!(out, "  {remark}")?;
            }
            for region in beside::regions(&pictures.comparison, face.lang) {
                writeln!(out, "    {region}")?;
            }
        }
    }
    Ok(())
}

/// Texts, sums and stated values that differ.
fn print_difference(told: &Difference, face: Face, out: &mut dyn Write) -> Result<()> {
    if told.is_empty() {
        writeln!(out, "  {}", face.say(words::SAME_TEXT))?;
        return Ok(());
    }
    if !told.changes.is_empty() {
        heading(words::TEXT_CHANGES, face, out)?;
    }
    for change in &told.changes {
        let (class, place) = (face.say(words::class(change.class)), beside::place(change));
        writeln!(out, "  {} ({class}):", visible(&place))?;
        print_pieces(&change.words, face, out)?;
    }
    if told.changes_left > 0 {
        let left = thousands(told.changes_left as u64);
        writeln!(out, "  {}: {left}", face.say(words::CHANGES_LEFT))?;
    }
    if !told.broken_sums.is_empty() {
        heading(words::SUMS, face, out)?;
    }
    for sum in &told.broken_sums {
        writeln!(out, "  {}", visible(&beside::sum(sum, face.lang)))?;
    }
    if !told.properties.is_empty() {
        heading(words::STATED, face, out)?;
    }
    for change in &told.properties {
        let name = face.say(wording::property(change.name));
        let value = |value: &Option<String>| visible(value.as_deref().unwrap_or_default());
        let original =
            change.original.is_some().then(|| format!("[-{}-]", value(&change.original)));
        let found = change.found.is_some().then(|| format!("{{+{}+}}", value(&change.found)));
        let both: Vec<String> = original.into_iter().chain(found).collect();
        writeln!(out, "  {name:<24} {}  ({})", both.join(" "), visible(&change.place))?;
    }
    Ok(())
}

fn print_pieces(
    pieces: &[lydite_core::difference::Piece],
    face: Face,
    out: &mut dyn Write,
) -> Result<()> {
    let text: String = shown(pieces, face.lang).into_iter().map(marked).collect();
    for line in text.lines() {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}

/// What each later saving of a PDF changed.
pub fn print_steps(
    steps: &Result<Vec<Step>, String>,
    face: Face,
    out: &mut dyn Write,
) -> Result<()> {
    if let Err(why) = steps {
        writeln!(out, "\n{}: {}", face.say(words::REVISIONS_LOST), visible(why))?;
    }
    for step in steps.iter().flatten() {
        writeln!(out, "\n{}", face.bold(&beside::step(step, face.lang)))?;
        writeln!(out, "  {}", face.say(words::KEY_BEFORE))?;
        print_difference(&step.difference, face, out)?;
    }
    Ok(())
}
