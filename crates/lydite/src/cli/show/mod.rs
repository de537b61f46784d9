mod beside;
mod message;

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use lydite_core::difference::difference;
use lydite_core::evidence::{Cover, Coverage, Finding};
use lydite_core::examine::{DocumentRecord, Examined};
use lydite_core::item::Sha256;
use lydite_core::parse::document::pdf;
use lydite_core::parse::document::profile::Name;
use lydite_core::signature::Signature;
use lydite_core::verdict::{self, Verdict};
use lydite_corpus::case::Case;
use lydite_corpus::engine::Engine;
use lydite_corpus::reading::Reader;
use lydite_corpus::tables::sightings;
use serde_json::json;

use self::message::{Block, blocks, strongest};
use super::Done;
use crate::beside::steps as steps_of;
use crate::chain::{self, Link, Step};
use crate::face::{Face, thousands, visible};
use crate::line::{Line, status};
use crate::reading::{self, Entry, quoted};
use crate::report::difference::{Shown, shown};
use crate::restored::{Restored, restored};
use crate::sandbox::beside::Comparer;
use crate::wording;

/// Print one item: verdict, message with its signed parts marked, and every finding.
#[derive(clap::Args)]
pub struct Args {
    case: PathBuf,
    /// A path inside the dump, the first digits of a SHA-256, or a Message-ID.
    #[arg(value_name = "ITEM")]
    item: String,
    #[arg(long)]
    json: bool,
    /// Print the bytes of the mail that was signed, where it is recovered, and nothing else.
    #[arg(long, conflicts_with = "json")]
    original: bool,
    /// Print how the item differs from another one of the case, named in the same way: texts by cell,
    /// row, paragraph and page, sums, stated values, pictures.
    #[arg(long, value_name = "OTHER", conflicts_with = "original")]
    against: Option<String>,
    /// Of two images: write both side by side, with boxes around what differs, as a PNG.
    #[arg(long, value_name = "FILE", requires = "against")]
    picture: Option<PathBuf>,
}

/// One item with all that is known of it.
struct Item {
    entry: Entry,
    /// Every place where these bytes were found.
    paths: Vec<String>,
    examined: Option<Examined>,
    restored: Option<Restored>,
    message: Vec<Block>,
    /// What it rests on, down to a signature.
    chain: Vec<Step>,
    /// Some of its links, and how many it has.
    links: (Vec<Link>, u64),
    /// Of a PDF: what each saving changed, or why that is not known.
    steps: Result<Vec<pdf::Step>, String>,
}

pub fn run(args: &Args, face: Face, out: &mut dyn Write) -> Result<Done> {
    let case = super::open(&args.case)?;
    let tables = Engine::open(&case)?;
    let item = named(&case, &tables, &args.item)?;
    if let Some(other) = &args.against {
        let other = named(&case, &tables, other)?;
        let how = (args.picture.as_deref(), args.json);
        beside::run((&item, &other), &case, how, face, out)?;
    } else if args.original {
        let bytes = item.restored.as_ref().and_then(|restored| restored.original.as_ref());
        let path = visible(&item.entry.path);
        let Some(bytes) = bytes else { bail!("no signed original of {path} is recovered") };
        out.write_all(bytes)?;
    } else if args.json {
        super::print_json(out, &as_json(&item))?;
    } else {
        print(&case, &tables, &item, face, out)?;
    }
    Ok(Done::All)
}

fn named(case: &Case, tables: &Engine, wanted: &str) -> Result<Item> {
    // The name of a recovered original leads to the mail behind which it was found.
    let signed = signed_behind(tables, wanted)?;
    let mut reader = Reader::new(case)?;
    let (entry, paths) = find(case, tables, &mut reader, signed.as_deref().unwrap_or(wanted))?;
    load(case, tables, &mut reader, entry, paths)
}

/// The one item that `wanted` names, and all places where its bytes were found.
fn find(
    case: &Case,
    tables: &Engine,
    reader: &mut Reader,
    wanted: &str,
) -> Result<(Entry, Vec<String>)> {
    let mut named = format!("s.path = {}", quoted(wanted));
    let id = quoted(wanted.trim_matches(['<', '>']));
    named += &format!(" OR btrim(m.message_id, '<>') = {id}");
    if wanted.len() >= 4 && wanted.bytes().all(|c| c.is_ascii_hexdigit()) {
        let start = quoted(&wanted.to_ascii_lowercase());
        named += &format!(" OR starts_with(s.sha256, {start})");
    }
    let statement = format!(
        "WITH named AS (
            SELECT DISTINCT s.sha256 FROM sightings s LEFT JOIN mails m ON m.sha256 = s.sha256
            WHERE s.sha256 IS NOT NULL AND ({named}))
        SELECT s.* FROM sightings s JOIN named n ON n.sha256 = s.sha256 ORDER BY s.seq"
    );
    let mut found: Vec<(Sha256, sightings::Row, Vec<String>)> = Vec::new();
    for row in reading::rows_of(tables, &statement)? {
        let row: sightings::Row = serde_json::from_value(row).context("a sighting")?;
        let Some(id) = row.sha256 else { continue };
        let path = row.path.clone();
        match found.iter_mut().find(|(known, ..)| *known == id) {
            Some((_, shown, paths)) => {
                paths.push(path);
                // Of several places the one that was asked for.
                if row.path == wanted {
                    *shown = row;
                }
            }
            None => found.push((id, row, vec![path])),
        }
    }
    if found.len() > 1 {
        let list = found.iter().map(|(id, row, _)| format!("\n  {id}  {}", visible(&row.path)));
        bail!("{} items are called {wanted}; name one:{}", found.len(), list.collect::<String>());
    }
    let Some((_, row, paths)) = found.pop() else {
        bail!(
            "no item is called {wanted}: give a path, the first digits of a SHA-256 or a \
             Message-ID as `lydite verdicts {}` prints them",
            case.root().display()
        );
    };
    Ok((Entry::of(reader.item(row)?), paths))
}

/// The item behind which the mail with that SHA-256, or its start, was recovered.
fn signed_behind(tables: &Engine, wanted: &str) -> Result<Option<String>> {
    if wanted.len() < 4 || wanted.len() > 64 || !wanted.bytes().all(|c| c.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let start = wanted.to_ascii_lowercase();
    let statement = format!(
        "SELECT sha256 FROM repairs WHERE starts_with(original['sha256'], '{start}') \
         ORDER BY sha256 LIMIT 1"
    );
    let rows = reading::rows_of(tables, &statement)?;
    Ok(rows.first().and_then(|row| row["sha256"].as_str()).map(str::to_owned))
}

fn load(
    case: &Case,
    tables: &Engine,
    reader: &mut Reader,
    entry: Entry,
    paths: Vec<String>,
) -> Result<Item> {
    let (message, steps) = (Vec::new(), Ok(Vec::new()));
    let (chain, links) = (Vec::new(), (Vec::new(), 0));
    let mut item =
        Item { entry, paths, examined: None, restored: None, message, chain, links, steps };
    let known = item.entry.sha256.map(|id| reading::examined(reader, &id));
    let known = known.transpose()?.flatten();
    if let Some((examined, raw)) = known {
        if let Some(document) = &examined.document {
            item.steps = steps_of(document, &raw, &mut Comparer::new());
        } else {
            item.message = blocks(&raw, strongest(&examined.signatures));
        }
        item.chain = chain::chain(&examined, reader, &|id| chain::path(tables, id))?;
        if let Some(id) = &item.entry.sha256 {
            item.links = chain::links(tables, id)?;
        }
        let blob = |id: &Sha256| reader.bytes(id).ok();
        item.restored = restored(&raw, &examined, &reading::facts(case)?, &blob);
        item.examined = Some(examined);
    }
    Ok(item)
}

fn as_json(item: &Item) -> serde_json::Value {
    let mut document = json!(item.examined.as_ref().and_then(|e| e.document.as_ref()));
    if let Some(document) = document.as_object_mut() {
        document.insert("revisions".to_owned(), json!(item.steps.as_ref().ok()));
    }
    json!({
        "item": Line::of(&item.entry),
        "paths": item.paths,
        "chain": item.chain,
        "links": item.links.0,
        "signatures": item.examined.as_ref().map(|e| &e.signatures),
        "signed": item.restored.as_ref().map(restored_json),
        "repairs": item.examined.as_ref().map(|e| &e.repairs),
        "clocks": item.examined.as_ref().map(|e| &e.clocks),
        "document": document,
        "parts": item.examined.as_ref().map(|e| &e.parts),
        "defects": item.examined.as_ref().map(|e| &e.defects),
        "wants": item.examined.as_ref().map(|e| &e.wants),
        "message": item.message,
    })
}

/// What was signed beside what was found: whole or headers alone, and each difference in pieces.
fn restored_json(restored: &Restored) -> serde_json::Value {
    let changes = restored.changes.iter().map(|change| {
        json!({ "what": change.what, "pieces": difference(&change.found, &change.signed) })
    });
    json!({
        "whole": restored.original.is_some(),
        "steps": restored.steps,
        "explained": restored.explained,
        "differences": changes.collect::<Vec<_>>(),
    })
}

fn print(case: &Case, tables: &Engine, item: &Item, face: Face, out: &mut dyn Write) -> Result<()> {
    let status = status(&item.entry);
    writeln!(out, "{}  {}", face.status(status, 0), visible(&item.entry.path))?;
    if let Some(id) = item.entry.sha256 {
        writeln!(out, "{id}")?;
    }
    match &item.entry.verdict {
        Some(verdict) => {
            if !item.entry.is_weighed {
                writeln!(out, "{}", face.say(wording::PRELIMINARY))?;
            }
            print_verdict(verdict, face, out)?;
        }
        None => {
            let reason = item.entry.reason.as_deref().unwrap_or_default();
            let detail = visible(&item.entry.detail);
            writeln!(out, "{}: {reason} {detail}", face.say(wording::NOT_EXAMINED))?;
        }
    }
    print_chain(item, face, out)?;
    if item.paths.len() > 1 {
        heading(wording::SEEN_AT, face, out)?;
        for path in &item.paths {
            writeln!(out, "  {}", visible(path))?;
        }
    }
    let document = item.examined.as_ref().and_then(|examined| examined.document.as_ref());
    if let Some(document) = document {
        print_profile(document, face, out)?;
        beside::print_steps(&item.steps, face, out)?;
    } else if let Some(examined) = &item.examined {
        print_signatures(&examined.signatures, face, out)?;
        print_restored(item, face, out)?;
        print_message(item, face, out)?;
    }
    heading(wording::FINDINGS, face, out)?;
    for finding in &item.entry.findings {
        print_finding(tables, finding, face, out)?;
    }
    if item.entry.findings.is_empty() {
        writeln!(out, "  {}", face.say(wording::NOTHING_FOUND))?;
    }
    print_links(item, face, out)?;
    print_defects(item, face, out)?;
    heading(wording::WOULD_CHANGE, face, out)?;
    writeln!(out, "  {}", face.say(wording::status_changes(status)))?;
    print_wants(case, item, face, out)
}

/// Every value that a document states of itself, and where it stands.
fn print_profile(document: &DocumentRecord, face: Face, out: &mut dyn Write) -> Result<()> {
    heading(wording::PROFILE, face, out)?;
    writeln!(out, "  {}", document.format.name())?;
    let properties = document.profile.properties.iter();
    for property in properties.filter(|p| p.name != Name::RevisionSaveId) {
        let name = face.say(wording::property(property.name));
        let (value, place) = (visible(&property.value), visible(&property.place));
        let zone = if property.is_local { face.say(wording::WALL_CLOCK) } else { "" };
        let place = [place.as_str(), zone].join("; ");
        writeln!(out, "  {name:<24} {value}  ({})", place.trim_end_matches("; "))?;
    }
    // Hundreds, for joins: the table of properties has each.
    let sessions = document.profile.all(Name::RevisionSaveId).count();
    if sessions > 0 {
        let name = face.say(wording::property(Name::RevisionSaveId));
        writeln!(out, "  {name:<24} {sessions}")?;
    }
    Ok(())
}

fn heading(text: lydite_core::check::Text, face: Face, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "\n{}", face.bold(face.say(text)))?;
    Ok(())
}

fn print_verdict(verdict: &Verdict, face: Face, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{}", face.say(wording::status_says(verdict.status)))?;
    if let Some(row) = verdict::TABLE.iter().find(|row| row.name == verdict.row) {
        writeln!(out, "{}", face.say(row.meaning))?;
    }
    if let Some(strength) = verdict.strength {
        let [low, high] = strength.band();
        let word = face.say(wording::strength(strength));
        let label = face.say(wording::STRENGTH);
        writeln!(out, "{label}: {word} ({}–{})", thousands(low), thousands(high))?;
    }
    for mark in &verdict.marks {
        writeln!(out, "{}", face.say(wording::mark(*mark)))?;
    }
    let claims = verdict.claims.iter().map(|(claim, status)| {
        format!("{}: {}", face.say(wording::claim(*claim)), face.say(wording::status(*status)))
    });
    let claims = claims.collect::<Vec<_>>().join(" · ");
    writeln!(out, "{}: {claims}", face.say(wording::CLAIMS))?;
    // Documents have none of these parts.
    if verdict.coverage == Coverage::absent() {
        return Ok(());
    }
    let cover = verdict
        .coverage
        .parts()
        .map(|(part, cover)| format!("{part}: {}", face.say(wording::cover(cover))));
    writeln!(out, "{}: {}", face.say(wording::COVERAGE), cover.join(" · "))?;
    Ok(())
}

/// What the item rests on, each step deeper, and the signature at the end.
fn print_chain(item: &Item, face: Face, out: &mut dyn Write) -> Result<()> {
    if item.chain.is_empty() {
        return Ok(());
    }
    heading(wording::CHAIN, face, out)?;
    for (depth, step) in item.chain.iter().enumerate() {
        let indent = "  ".repeat(depth + 1);
        writeln!(out, "{indent}{}  {}", face.status(step.status, 0), chain::line(step, face.lang))?;
        for witness in &step.known_by {
            let known = face.say(wording::CHAIN_KNOWN);
            writeln!(out, "{indent}  {known} {}", visible(&witness.path))?;
        }
        for key in &step.signed_by {
            writeln!(out, "{indent}  {} {}", face.say(wording::CHAIN_ANCHOR), visible(key))?;
        }
    }
    Ok(())
}

fn print_links(item: &Item, face: Face, out: &mut dyn Write) -> Result<()> {
    let (links, total) = &item.links;
    if links.is_empty() {
        return Ok(());
    }
    heading(wording::LINKED, face, out)?;
    for link in links {
        let relation = face.say(wording::relation(link.relation, link.is_other));
        let note = if link.note.is_empty() {
            String::new()
        } else {
            format!(" ({})", visible(&link.note))
        };
        let start = &link.sha256.to_string()[..12];
        writeln!(out, "  {relation}: {start}  {}{note}", visible(&link.path))?;
    }
    let more = total - links.len() as u64;
    if more > 0 {
        writeln!(out, "  {} {}", thousands(more), face.say(wording::LINKED_MORE))?;
    }
    Ok(())
}

fn print_signatures(signatures: &[Signature], face: Face, out: &mut dyn Write) -> Result<()> {
    heading(wording::SIGNATURES, face, out)?;
    if signatures.is_empty() {
        writeln!(out, "  {}", face.say(wording::NOTHING_FOUND))?;
    }
    for signature in signatures {
        let name = wording::family(signature.family);
        let who = format!("d={} s={}", visible(&signature.domain), visible(&signature.selector));
        let bits = signature.key_bits.map(|bits| format!(" {bits} bits")).unwrap_or_default();
        let how = visible(&signature.algorithm);
        write!(
            out,
            "  {name} {who} {how}{bits}: {}",
            face.say(wording::outcome(signature.outcome))
        )?;
        if let Some(why) = signature.cannot_tell {
            write!(out, " ({})", face.say(wording::cannot_tell(why)))?;
        }
        writeln!(out, "; {}", face.say(wording::alignment(signature.alignment)))?;
    }
    Ok(())
}

/// What was signed beside what was found, in wdiff's signs.
fn print_restored(item: &Item, face: Face, out: &mut dyn Write) -> Result<()> {
    let Some(restored) = &item.restored else { return Ok(()) };
    heading(wording::ORIGINAL, face, out)?;
    let whole = restored.original.is_some();
    let basis = if whole { wording::ORIGINAL_WHOLE } else { wording::ORIGINAL_HEADERS };
    writeln!(out, "  {}", face.say(basis))?;
    let steps: Vec<_> = restored.steps.iter().map(|s| face.say(s.row().meaning)).collect();
    if !steps.is_empty() {
        writeln!(out, "  {}: {}", face.say(wording::STEPS_BACK), steps.join(" · "))?;
    }
    if restored.changes.is_empty() {
        writeln!(out, "  {}", face.say(wording::NO_DIFFERENCE))?;
        return Ok(());
    }
    writeln!(out, "  {}", face.say(wording::ORIGINAL_KEY))?;
    for change in &restored.changes {
        let pieces = difference(&change.found, &change.signed);
        let text: String = shown(&pieces, face.lang).into_iter().map(marked).collect();
        writeln!(out, "  {}:", visible(&change.what))?;
        for line in text.lines() {
            writeln!(out, "    {line}")?;
        }
    }
    Ok(())
}

fn marked(piece: Shown) -> String {
    match piece {
        Shown::Same(text) => text,
        Shown::Found(text) => format!("{{+{text}+}}"),
        Shown::Original(text) => format!("[-{text}-]"),
        Shown::Gap(text) => format!(" […{text}…] "),
    }
}

/// Sign of the margin; shape, not colour.
fn margin(cover: Cover) -> char {
    match cover {
        Cover::Covered => '┃',
        Cover::Tail => '╎',
        Cover::Uncovered | Cover::Absent => '·',
    }
}

fn print_message(item: &Item, face: Face, out: &mut dyn Write) -> Result<()> {
    heading(wording::MESSAGE, face, out)?;
    let legend = [
        (Cover::Covered, wording::LEGEND),
        (Cover::Uncovered, wording::LEGEND_NOT),
        (Cover::Tail, wording::LEGEND_TAIL),
    ];
    if item.message.iter().all(|block| block.cover == Cover::Uncovered) {
        writeln!(out, "  ({})", face.say(wording::NO_COVER))?;
    } else {
        let legend = legend.map(|(cover, text)| format!("{} {}", margin(cover), face.say(text)));
        writeln!(out, "  ({})", legend.join("; "))?;
    }
    let mut place = "header";
    for block in &item.message {
        let sign = margin(block.cover);
        if block.place != place {
            place = &block.place;
            writeln!(
                out,
                "  {}",
                if place.is_empty() { String::new() } else { format!("#{place}") }
            )?;
        }
        for line in block.text.lines() {
            writeln!(out, "{sign} {}", visible(line))?;
        }
        if block.cut > 0 {
            let cut = thousands(block.cut as u64);
            writeln!(out, "{sign} … {}: {cut}", face.say(wording::CUT))?;
        }
    }
    Ok(())
}

fn print_finding(
    tables: &Engine,
    finding: &Finding,
    face: Face,
    out: &mut dyn Write,
) -> Result<()> {
    let name = format!("{} {}", finding.check, finding.code);
    let direction = face.say(wording::direction(finding.direction));
    let claim = face.say(wording::claim(finding.claim));
    let strength = finding.strength.map(|s| format!(" ({})", face.say(wording::strength(s))));
    let strength = strength.unwrap_or_default();
    writeln!(out, "  {}  {direction}: {claim}{strength}", face.bold(&visible(&name)))?;
    let code = reading::code(finding);
    if let Some(code) = code {
        writeln!(out, "    {}", face.say(code.meaning))?;
    }
    if !finding.note.is_empty() {
        writeln!(out, "    {}", visible(&finding.note))?;
    }
    let evidence = finding.evidence.iter().map(reading::described).collect::<Vec<_>>().join("; ");
    writeln!(out, "    {}: {}", face.say(wording::RESTS_ON), visible(&evidence))?;
    if let Some(code) = code.filter(|code| !code.innocent.en.is_empty()) {
        let can_arise = face.say(wording::CAN_ALSO_ARISE);
        writeln!(out, "    {can_arise}: {}", face.say(code.innocent))?;
    }
    if let Some(count) = reading::how_common(tables, finding)? {
        writeln!(out, "    {}: {}", face.say(wording::IN_THIS_DUMP), thousands(count))?;
    }
    Ok(())
}

fn print_defects(item: &Item, face: Face, out: &mut dyn Write) -> Result<()> {
    let defects = item.examined.as_ref().map_or(&[][..], |e| &e.defects);
    if !defects.is_empty() {
        heading(wording::DEFECTS, face, out)?;
    }
    for defect in defects {
        let (start, end) = (defect.span.start, defect.span.end);
        writeln!(out, "  {} [{start}..{end}]", visible(&defect.what))?;
    }
    Ok(())
}

/// The keys that checks asked for and that are not known.
fn print_wants(case: &Case, item: &Item, face: Face, out: &mut dyn Write) -> Result<()> {
    let wants = item.examined.as_ref().map_or(&[][..], |e| &e.wants);
    let missing = reading::missing_keys(wants, &reading::facts(case)?);
    if !missing.is_empty() {
        let label = face.say(wording::MISSING_KEYS);
        writeln!(out, "  {label}: {}", visible(&missing.join(", ")))?;
    }
    Ok(())
}
