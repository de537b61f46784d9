//! A case as one HTML page for people: self-contained, without script, readable on paper.
//!
//! Everything of the dump goes through [`crate::face::visible`] and the template's escaping; it is
//! never markup. No clock: the same case gives the same bytes.

mod beside;
pub mod difference;
mod item;
mod page;
mod tables;
pub mod words;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;

use anyhow::Result;
use askama::Template;
use lydite_core::evidence::{Mark, Strength};
use lydite_core::examine::{DocumentRecord, MailRecord};
use lydite_core::item::Sha256;
use lydite_core::limits;
use lydite_core::parse::document::profile::Name;
use lydite_core::verdict::Status;
use lydite_corpus::case::Case;
use lydite_corpus::reading::{Accounting, Reader, accounting};
use sha2::Digest;

use self::item::Context;
use self::page::Page;
use crate::chain;
use crate::line::{self, Line};
use crate::reading::{self, Entry};
use crate::sandbox::beside::Comparer;
use crate::wording::Lang;

/// Which items are printed in full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Items {
    /// Those that ask for a person, and some of every status.
    #[default]
    Telling,
    /// Every item, and every row of the table.
    All,
}

/// One sighting, as the table of verdicts needs it.
struct Row {
    /// Number in the case, from 1, in the order found.
    seq: u64,
    path: String,
    sha256: Sha256,
    mail: Option<MailRecord>,
    /// What a document is called.
    title: Option<String>,
    status: Status,
    strength: Option<Strength>,
    marks: Vec<Mark>,
    /// Why it was not examined.
    reason: Option<String>,
    printed: Printed,
}

/// Whether the evidence of a sighting is printed in full.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Printed {
    Here,
    /// The same bytes were found earlier: under that sighting.
    Before,
    Not,
}

/// What one walk over the case gives.
#[derive(Default)]
struct Gathered {
    rows: Vec<Row>,
    statuses: BTreeMap<Status, u64>,
    /// Items with a finding of that check and code (design rule 16).
    common: HashMap<(String, String), u64>,
    /// SHA-256 of what `verdicts --jsonl` prints.
    digest: String,
}

/// Writes the report of a case.
pub fn write(case: &Case, lang: Lang, items: Items, out: &mut dyn Write) -> Result<()> {
    let mut reader = Reader::new(case)?;
    let mut gathered = gather(&mut reader)?;
    gathered.rows.sort_by_key(|row| (concern(row.status), row.seq));
    choose(&mut gathered.rows, items);
    let facts = reading::facts(case)?;
    let counted: Accounting = accounting(case)?;
    let page = Page::new(case, lang, items, &gathered, &counted, &facts)?;
    page.as_top().write_into(&mut &mut *out)?;
    let mut places: HashMap<Sha256, Vec<&str>> = HashMap::new();
    for row in &gathered.rows {
        places.entry(row.sha256).or_default().push(&row.path);
    }
    let common = &gathered.common;
    let context = Context { lang, facts: &facts, common, places: &places, case: &page.case };
    let mut comparer = Comparer::new();
    for row in gathered.rows.iter().filter(|row| row.printed == Printed::Here) {
        if let Some((examined, verdict)) = reader.examined(&row.sha256)? {
            let raw = reader.bytes(&row.sha256)?;
            let counterpart = verdict.as_ref().and_then(|v| v.counterpart);
            let sides = beside::Sides { examined: &examined, raw: &raw, counterpart };
            let beside = beside::of(&sides, &mut reader, &mut comparer, lang)?;
            let place = |id: &Sha256| places.get(id).map(|p| p[0].to_owned()).unwrap_or_default();
            let chain = chain::chain(&examined, &mut reader, &place)?;
            let blob = |id: &Sha256| reader.bytes(id).ok();
            item::View::new(
                row,
                &examined,
                verdict.as_ref(),
                &raw,
                &blob,
                (beside, chain),
                &context,
            )
            .write_into(&mut &mut *out)?;
        }
    }
    page.as_bottom().write_into(&mut &mut *out)?;
    Ok(())
}

fn gather(reader: &mut Reader) -> Result<Gathered> {
    let mut out = Gathered::default();
    let mut known = HashSet::new();
    let mut digest = sha2::Sha256::new();
    reader.walk(|found| -> Result<()> {
        let (seq, mail) =
            (found.sighting.seq, found.examined.as_ref().and_then(|e| e.mail.clone()));
        let title = found.examined.as_ref().and_then(|e| e.document.as_ref()).map(titled);
        let entry = Entry::of(found);
        // As `verdicts`: what could not be read at all has no bytes to judge.
        let Some(sha256) = entry.sha256 else {
            return Ok(());
        };
        let mut text = serde_json::to_vec(&Line::of(&entry))?;
        text.push(b'\n');
        digest.update(&text);
        let status = line::status(&entry);
        *out.statuses.entry(status).or_default() += 1;
        if known.insert(sha256) {
            let codes: HashSet<_> =
                entry.findings.iter().map(|f| (f.check.clone(), f.code.clone())).collect();
            for code in codes {
                *out.common.entry(code).or_default() += 1;
            }
        }
        out.rows.push(Row {
            seq,
            path: entry.path,
            sha256,
            mail,
            title,
            status,
            strength: entry.verdict.as_ref().and_then(|v| v.strength),
            marks: entry.verdict.map(|v| v.marks).unwrap_or_default(),
            reason: entry.reason,
            printed: Printed::Not,
        });
        Ok(())
    })?;
    out.digest = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(out)
}

/// A document's title, or the name of its format.
fn titled(document: &DocumentRecord) -> String {
    let title = document.profile.all(Name::Title).find(|title| !title.value.is_empty());
    title.map_or_else(|| document.format.name().to_owned(), |title| title.value.clone())
}

/// What speaks against an item stands first, the worst before; then by status.
fn concern(status: Status) -> i32 {
    match status {
        Status::Contradicted | Status::Altered | Status::Anomalous => -(status as i32),
        other => other as i32,
    }
}

/// Marks that ask for a person. The others say how a verdict came about.
const ASKING: [Mark; 5] =
    [Mark::Ambiguous, Mark::Conflict, Mark::Truncated, Mark::Encrypted, Mark::ExposedTail];

/// Sets which items are printed in full, each blob once.
fn choose(rows: &mut [Row], items: Items) {
    let all = items == Items::All || rows.len() <= limits::REPORT_WHOLE;
    let mut printed = HashSet::new();
    // Those that ask are counted together, the others by status.
    let mut counts: BTreeMap<Option<Status>, usize> = BTreeMap::new();
    for row in rows.iter_mut().filter(|row| row.reason.is_none()) {
        let asks =
            row.status >= Status::Anomalous || row.marks.iter().any(|mark| ASKING.contains(mark));
        let count = counts.entry((!asks).then_some(row.status)).or_default();
        let bound = if asks { limits::REPORT_ASKING } else { limits::REPORT_EACH };
        if printed.contains(&row.sha256) {
            row.printed = Printed::Before;
        } else if all || *count < bound {
            *count += 1;
            printed.insert(row.sha256);
            row.printed = Printed::Here;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: u64, status: Status, marks: &[Mark]) -> Row {
        Row {
            seq,
            path: seq.to_string(),
            sha256: Sha256::of(&seq.to_be_bytes()),
            mail: None,
            title: None,
            status,
            strength: None,
            marks: marks.to_vec(),
            reason: None,
            printed: Printed::Not,
        }
    }

    fn printed(rows: &[Row]) -> Vec<u64> {
        rows.iter().filter(|row| row.printed == Printed::Here).map(|row| row.seq).collect()
    }

    #[test]
    fn what_asks_for_a_person_is_printed_and_some_of_every_status() {
        let mut rows: Vec<_> = (0..200).map(|n| row(n, Status::Verified, &[])).collect();
        rows.push(row(200, Status::Anomalous, &[]));
        rows.push(row(201, Status::Undetermined, &[Mark::Conflict]));
        rows.push(row(202, Status::Consistent, &[Mark::Repaired]));
        choose(&mut rows, Items::Telling);
        assert_eq!(printed(&rows), (0..10).chain(200..203).collect::<Vec<_>>());
        choose(&mut rows, Items::All);
        assert_eq!(printed(&rows).len(), 203);
    }

    #[test]
    fn a_blob_is_printed_once_and_what_was_not_examined_never() {
        let mut rows = vec![row(1, Status::Verified, &[]), row(1, Status::Verified, &[])];
        rows.push(Row { reason: Some("not-mail".to_owned()), ..row(2, Status::Undetermined, &[]) });
        choose(&mut rows, Items::All);
        assert!(rows[0].printed == Printed::Here && rows[1].printed == Printed::Before);
        assert!(rows[2].printed == Printed::Not);
    }

    #[test]
    fn what_speaks_against_an_item_stands_first() {
        let mut all = Status::ALL;
        all.sort_by_key(|status| concern(*status));
        let first = [Status::Contradicted, Status::Altered, Status::Anomalous, Status::Verified];
        assert_eq!(all[..4], first);
    }
}
