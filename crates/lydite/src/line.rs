//! One item as other programs read it: the line of `verdicts --jsonl` (design section 7). Keys
//! are stable; one that no phase fills yet is null, never missing.

use std::collections::BTreeMap;

use lydite_core::evidence::{Claim, Coverage, Direction, Evidence, Finding, Mark, Strength};
use lydite_core::item::{Kind, Sha256};
use lydite_core::verdict::Status;
use serde::Serialize;

use crate::reading::Entry;

/// A strength as number band and word.
#[derive(Serialize)]
pub struct Band {
    pub band: [u64; 2],
    pub word: &'static str,
}

impl From<Strength> for Band {
    fn from(strength: Strength) -> Band {
        Band { band: strength.band(), word: strength.word() }
    }
}

#[derive(Serialize)]
pub struct Line<'a> {
    pub path: &'a str,
    pub sha256: Option<Sha256>,
    pub kind: Option<Kind>,
    pub message_id: Option<&'a str>,
    /// Whose mailbox it lay in; no phase tells yet.
    pub mailbox: Option<&'a str>,
    pub status: Status,
    pub strength: Option<Band>,
    /// Null for what was not examined.
    pub coverage: Option<Coverage>,
    pub marks: &'a [Mark],
    pub claims: BTreeMap<&'static str, Option<Status>>,
    pub counterpart: Option<Sha256>,
    pub findings: Vec<FindingLine<'a>>,
}

#[derive(Serialize)]
pub struct FindingLine<'a> {
    pub check: &'a str,
    pub code: &'a str,
    pub direction: Direction,
    pub strength: Option<Band>,
    pub note: &'a str,
    pub evidence: &'a [Evidence],
}

impl<'a> Line<'a> {
    /// An item without a verdict is `undetermined`: no check that applies could tell.
    pub fn of(entry: &'a Entry) -> Line<'a> {
        let verdict = entry.verdict.as_ref();
        let claims = Claim::of(entry.kind.unwrap_or(Kind::Other));
        let claim = |claim: Claim| verdict.and_then(|v| v.claims.get(&claim).copied());
        Line {
            path: &entry.path,
            sha256: entry.sha256,
            kind: entry.kind,
            message_id: entry.message_id.as_deref(),
            mailbox: None,
            status: status(entry),
            strength: verdict.and_then(|v| v.strength).map(Band::from),
            coverage: verdict.map(|v| v.coverage),
            marks: verdict.map_or(&[], |v| &v.marks),
            claims: claims.iter().map(|c| (c.name(), claim(*c))).collect(),
            counterpart: verdict.and_then(|v| v.counterpart),
            findings: entry.findings.iter().map(FindingLine::of).collect(),
        }
    }

    /// Names of the columns of [`Line::cells`].
    pub const COLUMNS: [&'static str; 12] = [
        "path",
        "sha256",
        "kind",
        "message_id",
        "mailbox",
        "status",
        "strength",
        "coverage",
        "marks",
        "claims",
        "counterpart",
        "findings",
    ];

    /// The line for a table: lists are joined by `;`, findings are `check:code`.
    pub fn cells(&self) -> [String; 12] {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let parts = self.coverage.map(|c| c.parts().map(|(part, cover)| pair(part, &cover)));
        let claims = self.claims.iter().filter_map(|(c, s)| s.map(|s| pair(c, &s)));
        let findings = self.findings.iter().map(|f| format!("{}:{}", f.check, f.code));
        [
            self.path.to_owned(),
            self.sha256.map(|id| id.to_string()).unwrap_or_default(),
            text(self.kind.map(Kind::name)),
            text(self.message_id),
            text(self.mailbox),
            self.status.name().to_owned(),
            text(self.strength.as_ref().map(|s| s.word)),
            parts.map(|parts| parts.join(";")).unwrap_or_default(),
            self.marks.iter().map(|m| m.name()).collect::<Vec<_>>().join(";"),
            claims.collect::<Vec<_>>().join(";"),
            self.counterpart.map(|id| id.to_string()).unwrap_or_default(),
            findings.collect::<Vec<_>>().join(";"),
        ]
    }
}

impl<'a> FindingLine<'a> {
    fn of(finding: &'a Finding) -> FindingLine<'a> {
        FindingLine {
            check: &finding.check,
            code: &finding.code,
            direction: finding.direction,
            strength: finding.strength.map(Band::from),
            note: &finding.note,
            evidence: &finding.evidence,
        }
    }
}

/// The status of an entry, examined or not.
pub fn status(entry: &Entry) -> Status {
    entry.verdict.as_ref().map_or(Status::Undetermined, |v| v.status)
}

/// `name=value`, the value as the contract spells it.
fn pair(name: &str, value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    format!("{name}={}", value.as_str().unwrap_or_default())
}

/// One line of CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an
/// apostrophe in front: names and message ids come from the dump.
pub fn csv(cells: &[impl AsRef<str>]) -> String {
    let cells = cells.iter().map(|cell| {
        let cell = cell.as_ref();
        let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        if cell.contains([',', '"', '\n', '\r']) {
            format!("\"{guard}{}\"", cell.replace('"', "\"\""))
        } else {
            format!("{guard}{cell}")
        }
    });
    cells.collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            path: "a.eml".to_owned(),
            sha256: Some(Sha256::of(b"a")),
            kind: Some(Kind::Message),
            message_id: None,
            size: 1,
            reason: None,
            detail: String::new(),
            verdict: None,
            is_weighed: false,
            findings: Vec::new(),
        }
    }

    #[test]
    fn no_key_is_ever_missing() {
        let entry = entry();
        let json = serde_json::to_value(Line::of(&entry)).unwrap();
        let keys: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
        let mut expected = Line::COLUMNS.to_vec();
        expected.sort_unstable();
        assert_eq!(keys, expected);
        assert_eq!(json["claims"].as_object().unwrap().len(), Claim::of(Kind::Message).len());
        assert_eq!(json["status"], "undetermined");
    }

    #[test]
    fn strength_is_band_and_word() {
        let json = serde_json::to_value(Band::from(Strength::Moderate)).unwrap();
        assert_eq!(json, serde_json::json!({"band": [10, 100], "word": "moderate"}));
    }

    #[test]
    fn csv_quotes_and_disarms() {
        assert_eq!(csv(&["a", "b,\"c\"", "=1+1"]), "a,\"b,\"\"c\"\"\",'=1+1\r\n");
    }
}
