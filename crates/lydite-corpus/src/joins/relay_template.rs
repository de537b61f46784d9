//! What lists and gateways add to every mail, and what is beside a recovered original otherwise.
//!
//! ## What it examines
//! Mails whose signed original was recovered (`email/repair`), and what each has beside it: the
//! residue. A residue is a template when the same one stands on the same list or last server of
//! the route beside at least five other recovered originals (design rule 10). Names and addresses
//! of the sender count as equal. One signed mail counts once, however many copies of it there are.
//! No list replaces a digit, takes an address in or puts lines into the middle of a text: such a
//! residue is never a template, nor is one of mails that name no relay.
//!
//! ## What it can show
//! That the difference from the original is what this relay does to everybody; then the mail
//! shares the status of its original, the residue outside coverage. Or that nothing known on its
//! route makes such a difference.
//!
//! ## What it cannot show
//! Who added what is no template. A template says nothing of whether its text is true.
//!
//! ## How it can be fooled
//! Whoever makes the dump can put one text beside six recovered originals of one list, and it is
//! taken for the list's. It is shown as residue all the same, never as what was signed. A gateway
//! that leaves no trace and adds a line to one mail looks like an alteration.
//!
//! ## References
//! - RFC 6377 §3 (what mailing lists change), §5.1; design rule 10

use std::collections::BTreeSet;

use datafusion::arrow::record_batch::RecordBatch;
use lydite_core::check::{Code, Text};
use lydite_core::checks::email::repair::covered_beside_residue;
use lydite_core::evidence::{Claim, Direction, Evidence, Finding, Mark, Strength};
use lydite_core::item::Sha256;
use lydite_core::signature::repair::Repair;
use lydite_core::signature::repair::steps::Step;
use lydite_core::verdict::Status;
use serde::Deserialize;

use super::{Found, Join, RELAYED, Stage, Texts, rows};
use crate::case::Result;

/// Other recovered originals beside which a residue must stand to be a template (design rule 10).
const OTHERS: u64 = 5;

pub static JOIN: Join = Join {
    id: "corpus/relay-template",
    version: 2,
    claim: Claim::SentByDomain,
    group: "signature",
    stage: Stage::Items,
    codes: &[&EXPLAINED_VERIFIED, &EXPLAINED_CONSISTENT, &UNEXPLAINED, &WITHOUT_RELAY],
    made: &[],
    sql,
    findings,
    source: include_str!("relay_template.rs"),
};

static EXPLAINED_VERIFIED: Code = Code {
    check: "corpus/relay-template",
    name: "explained-verified",
    claim: Claim::SentByDomain,
    direction: Direction::Supports,
    strength: Some(Strength::ExtremelyStrong),
    meaning: Text {
        en: "the signed original is recovered, and all that stands beside it is what this list or \
             gateway adds to every mail",
        fr: "l’original signé est retrouvé, et tout ce qui s’y ajoute est ce que cette liste ou \
             passerelle ajoute à tous les messages",
    },
    innocent: Text { en: "", fr: "" },
};

static EXPLAINED_CONSISTENT: Code = Code {
    name: "explained-consistent",
    claim: Claim::BodyAsSent,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "an original is recovered whose signature does not speak for all of it; what stands \
             beside it is what this list or gateway adds to every mail",
        fr: "un original est retrouvé, dont la signature ne couvre pas tout ; ce qui s’y ajoute \
             est ce que cette liste ou passerelle ajoute à tous les messages",
    },
    ..EXPLAINED_VERIFIED
};

static UNEXPLAINED: Code = Code {
    name: "unexplained",
    claim: Claim::BodyAsSent,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the original is recovered; what stands beside it here is no template of the relay on \
             its route",
        fr: "l’original est retrouvé ; ce qui s’y ajoute ici n’est pas un modèle du relais sur son \
             trajet",
    },
    innocent: Text {
        en: "a list or gateway of which the case holds few mails; a footer that was changed",
        fr: "une liste ou passerelle dont le dossier a peu de messages ; un pied de page modifié",
    },
    ..EXPLAINED_VERIFIED
};

static WITHOUT_RELAY: Code = Code {
    name: "unexplained-without-relay",
    direction: Direction::Contradicts,
    strength: Some(Strength::Strong),
    meaning: Text {
        en: "the original is recovered; this mail differs from it as shown, and no relay that \
             rewrites left a trace on its route",
        fr: "l’original est retrouvé ; ce message en diffère comme indiqué, et aucun relais qui \
             réécrit n’a laissé de trace sur son trajet",
    },
    innocent: Text {
        en: "a gateway or virus scanner that adds text and leaves no trace; a reader or archive \
             that joined or cut mails",
        fr: "une passerelle ou un antivirus qui ajoute du texte sans laisser de trace ; un \
             logiciel de lecture ou d’archivage qui a réuni ou coupé des messages",
    },
    ..UNEXPLAINED
};

/// Every recovered original with how many originals share the rarest of its residues.
fn sql() -> String {
    format!(
    "WITH recovered AS (
        SELECT *, original['sha256'] AS signed FROM repairs
        WHERE original IS NOT NULL AND original['status'] IN ('verified', 'consistent')),
    pieces AS (SELECT sha256, signature, relay, unnest(residue) AS piece FROM recovered),
    flat AS (
        SELECT sha256, signature, relay, piece['part'] AS part, piece['text'] AS text
        FROM pieces),
    shared AS (
        SELECT f.relay, f.part, f.text,
               least(count(DISTINCT g.signed_header_digest), count(DISTINCT g.signed_body_hash))
                   AS originals
        FROM flat f JOIN signatures g ON g.sha256 = f.sha256 AND g.\"index\" = f.signature
        GROUP BY f.relay, f.part, f.text),
    rarest AS (
        SELECT f.sha256, f.signature, min(s.originals) AS originals
        FROM flat f JOIN shared s
            ON s.relay = f.relay AND s.part = f.part AND s.text = f.text
        GROUP BY f.sha256, f.signature),
    {RELAYED}
    SELECT r.sha256, r.signature, r.header, r.body, r.hypotheses, r.residue, r.fields, r.relay,
           r.beside, r.original, coalesce(x.originals, 0) AS originals, d.sha256 IS NOT NULL AS relayed
    FROM recovered r
    LEFT JOIN rarest x ON x.sha256 = r.sha256 AND x.signature = r.signature
    LEFT JOIN relayed d ON d.sha256 = r.sha256
    ORDER BY r.sha256, r.original['status'] DESC, r.signature"
    )
}

#[derive(Deserialize)]
struct Row {
    sha256: Sha256,
    #[serde(flatten)]
    repair: Repair,
    /// Originals beside which the rarest residue stands, this one among them.
    originals: u64,
    relayed: bool,
}

/// One finding a mail: the original that earns most speaks.
fn findings(batch: &RecordBatch, _: &Texts) -> Result<Found> {
    let mut out: Vec<(Sha256, Finding)> = Vec::new();
    let rows = rows::<Row>(batch)?;
    // Where one signature's original says the same as the mail, another's tells nothing more.
    let is_equal = |row: &&Row| row.repair.original.as_ref().is_none_or(|o| o.equal);
    let equal: BTreeSet<Sha256> = rows.iter().filter(is_equal).map(|row| row.sha256).collect();
    for row in &rows {
        if equal.contains(&row.sha256) || out.last().is_some_and(|(l, _)| *l == row.sha256) {
            continue;
        }
        out.extend(finding(row).map(|finding| (row.sha256, finding)));
    }
    Ok(out.into_iter().collect())
}

fn finding(row: &Row) -> Option<Finding> {
    let original = row.repair.original.as_ref()?;
    let explained = row.originals > OTHERS && may_be_template(&row.repair);
    let is_verified = original.status == Status::Verified;
    let code = match (explained, is_verified) {
        (true, true) => &EXPLAINED_VERIFIED,
        (true, false) => &EXPLAINED_CONSISTENT,
        (false, true) if is_accusing(row) => &WITHOUT_RELAY,
        (false, _) => &UNEXPLAINED,
    };
    let others = row.originals.saturating_sub(1);
    let relay = if row.repair.relay.is_empty() { "no server named" } else { &row.repair.relay };
    let note = format!("relay {relay}; the rarest residue stands beside {others} other originals");
    let mut finding =
        code.at(Evidence::Item { sha256: original.sha256 }).noting(note).marked(Mark::Repaired);
    if !row.repair.residue.is_empty() {
        finding = finding.marked(Mark::Residue);
    }
    if code.direction == Direction::Supports {
        finding.coverage = covered_beside_residue(&row.repair);
    }
    Some(finding)
}

/// Whether a list or gateway can have made the difference: it is named, and does such things.
fn may_be_template(repair: &Repair) -> bool {
    let never = [
        Step::DigitReplaced,
        Step::LinesCut,
        Step::AddressCut,
        Step::AddressRestored,
        Step::TakenFromCopy,
    ];
    let mut steps = repair.header.iter().chain(&repair.body).flatten();
    !repair.relay.is_empty() && !steps.any(|step| never.contains(step))
}

/// Whether the difference speaks against the mail: it can be shown, stands on this mail alone, and
/// a route is there on which no relay that rewrites left a trace. What other mails have beside them
/// too is some gateway's; an export without its route does not say which.
fn is_accusing(row: &Row) -> bool {
    !row.relayed
        && row.originals == 1
        && !row.repair.relay.is_empty()
        && !row.repair.is_neutral()
        && !is_of_archive(&row.repair)
}

/// Whether the residue is what archives and readers write around a mail: the next mail of a
/// mailbox, fields of its header, a property list (Apple Mail's `.emlx`).
fn is_of_archive(repair: &Repair) -> bool {
    let starts = ["From ", "<?xml", "\u{1}\u{1}"];
    let fields = ["received:", "return-path:", "delivered-to:", "message-id:", "x-mozilla-"];
    let is_field = |line: &str| {
        let line = line.to_ascii_lowercase();
        fields.iter().any(|field| line.starts_with(field))
    };
    let residue = repair.residue.iter().map(|residue| residue.text.as_str());
    residue.clone().any(|text| starts.iter().any(|start| text.starts_with(start)))
        || residue.flat_map(str::lines).any(is_field)
}

#[cfg(test)]
mod tests {
    use lydite_core::evidence::Coverage;
    use lydite_core::signature::repair::{Original, Residue};

    use super::*;

    fn row(body: &[Step], text: &str, originals: u64) -> Row {
        let sha256 = Sha256::of(b"mail");
        let residue = Residue { part: "body end".to_owned(), text: text.to_owned() };
        let repair = Repair {
            beside: Vec::new(),
            signature: 0,
            header: Some(Vec::new()),
            body: Some(body.to_vec()),
            hypotheses: 1,
            residue: vec![residue],
            fields: Vec::new(),
            relay: "mx.example".to_owned(),
            original: Some(Original {
                sha256: Sha256::of(b"original"),
                size: 1,
                status: Status::Verified,
                coverage: Coverage::absent(),
                equal: false,
            }),
        };
        Row { sha256, repair, originals, relayed: false }
    }

    fn code(row: &Row) -> String {
        finding(row).expect("a finding").code
    }

    #[test]
    fn templates_are_what_lists_do_to_many_mails() {
        assert_eq!(code(&row(&[Step::EndCut], "____", 6)), "explained-verified");
        assert_eq!(code(&row(&[Step::DigitReplaced], "4 for 1", 6)), "unexplained");
        assert_eq!(code(&row(&[Step::LinesCut], "and cash", 6)), "unexplained");
        let mut nowhere = row(&[Step::EndCut], "____", 6);
        nowhere.repair.relay.clear();
        assert_eq!(code(&nowhere), "unexplained");
    }

    #[test]
    fn only_what_can_be_shown_and_stands_alone_accuses() {
        assert_eq!(code(&row(&[Step::EndCut], "burn this", 1)), "unexplained-without-relay");
        assert_eq!(code(&row(&[Step::EndCut], "checked by a gateway", 2)), "unexplained");
        assert_eq!(code(&row(&[Step::Unstuffed], "not as signed", 1)), "unexplained");
        for text in ["From a@b.example", "<?xml version", "\nReturn-Path: <a@b.example>"] {
            assert_eq!(code(&row(&[Step::EndCut], text, 1)), "unexplained", "{text}");
        }
        let mut nowhere = row(&[Step::EndCut], "____", 1);
        nowhere.repair.relay.clear();
        assert_eq!(code(&nowhere), "unexplained");
        let mut empty = row(&[Step::PartUnwrapped], "", 0);
        empty.repair.residue.clear();
        assert_eq!(code(&empty), "unexplained");
    }
}
