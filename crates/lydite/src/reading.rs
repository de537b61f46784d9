//! What the commands read of a case, in the shape they need it.

use anyhow::{Context, Result};
use lydite_core::check::Code;
use lydite_core::checks;
use lydite_core::evidence::{Evidence, Finding};
use lydite_core::examine::Examined;
use lydite_core::fact::{FactKey, Facts};
use lydite_core::item::{Kind, Sha256};
use lydite_core::verdict::Verdict;
use lydite_corpus::case::Case;
use lydite_corpus::engine::{self, Engine, Format};
use lydite_corpus::joins;
use lydite_corpus::reading::{Item, Reader};
use serde_json::Value;

/// One sighting with what is known of its blob.
pub struct Entry {
    pub path: String,
    /// `None` when its bytes could not be read at all.
    pub sha256: Option<Sha256>,
    pub kind: Option<Kind>,
    pub message_id: Option<String>,
    /// In bytes.
    pub size: u64,
    /// Why it was not examined, from the closed list of reasons, and the particulars.
    pub reason: Option<String>,
    pub detail: String,
    pub verdict: Option<Verdict>,
    /// As in [`Item`].
    pub is_weighed: bool,
    pub findings: Vec<Finding>,
}

/// Every sighting, in the order they were found. `visit` ends the walk with an error of its own.
pub fn walk(case: &Case, mut visit: impl FnMut(Entry) -> Result<()>) -> Result<()> {
    Reader::new(case)?.walk(|item| visit(Entry::of(item)))
}

impl Entry {
    /// What is known of one sighting.
    pub fn of(item: Item) -> Entry {
        let mail = item.examined.as_ref().and_then(|e| e.mail.as_ref());
        Entry {
            path: item.sighting.path,
            sha256: item.sighting.sha256,
            kind: item.sighting.kind,
            message_id: mail.and_then(|m| m.message_id.clone()),
            size: item.sighting.size,
            reason: item.sighting.reason,
            detail: item.sighting.detail,
            verdict: item.verdict,
            is_weighed: item.is_weighed,
            findings: item.examined.map(|e| e.findings).unwrap_or_default(),
        }
    }
}

/// What the tables hold of one examined blob, and its bytes.
pub fn examined(reader: &mut Reader, sha256: &Sha256) -> Result<Option<(Examined, Vec<u8>)>> {
    let Some((examined, _)) = reader.examined(sha256)? else {
        return Ok(None);
    };
    Ok(Some((examined, reader.bytes(sha256)?)))
}

/// The rows of a statement, each an object of column name to value.
pub fn rows(case: &Case, sql: &str) -> Result<Vec<Value>> {
    rows_of(&Engine::open(case)?, sql)
}

/// The same, over tables that are open: opening reads and hashes them all.
pub fn rows_of(tables: &Engine, sql: &str) -> Result<Vec<Value>> {
    let batches = tables.sql(sql)?;
    let text = engine::render(&batches, Format::Json)?;
    serde_json::from_str(&text).context("rows that are not JSON")
}

/// A text as SQL writes it.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// How many items of the case carry the same finding (design rule 16).
pub fn how_common(tables: &Engine, finding: &Finding) -> Result<Option<u64>> {
    let (check, code) = (quoted(&finding.check), quoted(&finding.code));
    let rows = rows_of(
        tables,
        &format!(
            "SELECT count(DISTINCT sha256) AS n FROM findings WHERE \"check\" = {check} AND code = {code}"
        ),
    )?;
    Ok(rows.first().and_then(|row| row["n"].as_u64()))
}

/// The facts of a case: those shipped, and the keys its user supplied.
pub fn facts(case: &Case) -> Result<Facts> {
    Ok(lydite_corpus::facts::load(case)?)
}

/// The keys that checks asked for and that are not known, by their names in DNS.
pub fn missing_keys(wants: &[FactKey], facts: &Facts) -> Vec<String> {
    let missing = wants.iter().filter_map(|want| match want {
        FactKey::DkimKey { domain, selector } if facts.keys(domain, selector).is_empty() => {
            Some(format!("{selector}._domainkey.{domain}"))
        }
        _ => None,
    });
    missing.collect()
}

/// The code a finding was made from, by a check or by a join.
pub fn code(finding: &Finding) -> Option<&'static Code> {
    code_of(&finding.check, &finding.code)
}

/// The code of that name of a check or a join.
pub fn code_of(check: &str, name: &str) -> Option<&'static Code> {
    let joined = || {
        let join = joins::ALL.iter().find(|join| join.id == check)?;
        join.codes.iter().copied().find(|code| code.name == name)
    };
    checks::code(check, name).or_else(joined)
}

/// Where a piece of evidence lies, in a few words.
pub fn described(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Bytes { what, span } => format!("{what} [{}..{}]", span.start, span.end),
        Evidence::Fact { id } => id.clone(),
        Evidence::Item { sha256 } => sha256.to_string(),
    }
}
