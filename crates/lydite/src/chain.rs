//! What an item is tied to: the chain by which it was lifted, down to a signature that holds, and links.

use anyhow::Result;
use lydite_core::evidence::{Cover, Coverage, Evidence, Finding};
use lydite_core::examine::Examined;
use lydite_core::item::Sha256;
use lydite_core::limits;
use lydite_core::signature::Outcome;
use lydite_core::verdict::{Status, rests_on};
use lydite_corpus::engine::Engine;
use lydite_corpus::reading::Reader;
use lydite_corpus::tables::links::Relation;
use serde::{Deserialize, Serialize};

use crate::face::visible;
use crate::reading;
use crate::wording::{self, Lang};

/// Links of one item that are shown; a template's first issue has hundreds.
const SHOWN: usize = 20;

/// One item of a chain, which the one before rests on.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    pub sha256: Sha256,
    /// The first place where it was found.
    pub path: String,
    pub status: Status,
    /// The finding that leads here.
    pub check: String,
    pub code: String,
    pub note: String,
    /// What of the item before it speaks for: names of parts, or the claim.
    pub covers: Vec<String>,
    /// The signatures of it that hold, `selector._domainkey.domain`, where it is `verified`.
    pub signed_by: Vec<String>,
    /// Mails that show how its writer is known (design rule 13).
    pub known_by: Vec<Witness>,
}

/// A mail that is cited beside the one a finding leads to.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Witness {
    pub sha256: Sha256,
    pub path: String,
}

/// The chain of an item, from what it rests on to the signature; empty where its own signature holds
/// or nothing lifts it.
pub fn chain(
    examined: &Examined,
    reader: &mut Reader,
    path: &dyn Fn(&Sha256) -> String,
) -> Result<Vec<Step>> {
    let mut out: Vec<Step> = Vec::new();
    let mut findings = examined.findings.clone();
    while out.len() < limits::ROUNDS {
        let Some((finding, sha256)) = findings.iter().find_map(|f| Some((f, rests_on(f)?))) else {
            break;
        };
        let (next, verdict) = reader.examined(&sha256)?.unzip();
        let Some((next, Some(verdict))) = next.zip(verdict) else { break };
        let holds = next.signatures.iter().filter(|s| s.outcome == Outcome::Holds);
        let is_end = verdict.status == Status::Verified;
        let signed_by = holds
            .filter(|_| is_end)
            .map(|s| format!("{}._domainkey.{}", s.selector, s.domain))
            .collect();
        let known_by = finding.evidence.iter().filter_map(|evidence| match evidence {
            Evidence::Item { sha256: other } if *other != sha256 => {
                Some(Witness { sha256: *other, path: path(other) })
            }
            _ => None,
        });
        out.push(Step {
            sha256,
            path: path(&sha256),
            status: verdict.status,
            check: finding.check.clone(),
            code: finding.code.clone(),
            note: finding.note.clone(),
            covers: covers(finding),
            signed_by,
            known_by: known_by.collect(),
        });
        if is_end {
            break;
        }
        findings = next.findings;
    }
    Ok(out)
}

/// The parts that a finding speaks for; of one without them its claim.
fn covers(finding: &Finding) -> Vec<String> {
    let coverage = finding.coverage.filter(|coverage| *coverage != Coverage::absent());
    let Some(coverage) = coverage else { return vec![finding.claim.name().to_owned()] };
    let covered = coverage.parts().into_iter().filter(|(_, cover)| *cover == Cover::Covered);
    covered.map(|(part, _)| part.to_owned()).collect()
}

/// A step in one line.
pub fn line(step: &Step, lang: Lang) -> String {
    let meaning = reading::code_of(&step.check, &step.code)
        .map(|code| lang.say(code.meaning))
        .unwrap_or_default();
    let mut out = format!("{meaning}: {}", visible(&step.path));
    if !step.note.is_empty() {
        out += &format!(" ({})", visible(&step.note));
    }
    out += &format!("; {} {}", lang.say(wording::CHAIN_COVERS), step.covers.join(", "));
    out
}

/// Where an item was found first.
pub fn path(tables: &Engine, sha256: &Sha256) -> String {
    let statement =
        format!("SELECT path FROM sightings WHERE sha256 = '{sha256}' ORDER BY seq LIMIT 1");
    let rows = reading::rows_of(tables, &statement).unwrap_or_default();
    rows.first().and_then(|row| row["path"].as_str()).unwrap_or_default().to_owned()
}

/// A link of an item.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub relation: Relation,
    /// The other one says it of this.
    pub is_other: bool,
    pub sha256: Sha256,
    /// The first place where the other one was found.
    pub path: String,
    pub note: String,
}

/// The links of an item, at most [`SHOWN`], and how many there are.
pub fn links(tables: &Engine, sha256: &Sha256) -> Result<(Vec<Link>, u64)> {
    let statement = format!(
        "WITH tied AS (
            SELECT relation, false AS is_other, other AS sha256, note FROM links
            WHERE sha256 = '{sha256}'
            UNION ALL
            SELECT relation, true AS is_other, sha256, note FROM links WHERE other = '{sha256}'),
        shown AS (
            SELECT *, count(*) OVER () AS total FROM tied
            ORDER BY relation, is_other, sha256, note LIMIT {SHOWN}),
        placed AS (
            SELECT s.sha256, first_value(s.path ORDER BY s.seq) AS path FROM sightings s
            JOIN (SELECT DISTINCT sha256 FROM shown) t ON t.sha256 = s.sha256 GROUP BY s.sha256)
        SELECT t.*, coalesce(p.path, '') AS path FROM shown t
        LEFT JOIN placed p ON p.sha256 = t.sha256
        ORDER BY t.relation, t.is_other, t.sha256, t.note"
    );
    let rows = reading::rows_of(tables, &statement)?;
    let total = rows.first().and_then(|row| row["total"].as_u64()).unwrap_or(0);
    let links = rows.into_iter().map(serde_json::from_value).collect::<Result<_, _>>()?;
    Ok((links, total))
}
