//! Mails of one Message-ID that are not the same mail, where one of them is signed.
//!
//! ## What it examines
//! A mail beside the `verified` or otherwise vouched-for mail of its Message-ID, where both display
//! something else: their texts word by word, wrapping, encodings, links and list tags aside.
//!
//! ## What it can show
//! That this copy claims to be the same instance (sender, recipients and Date are equal, and all
//! vouched-for mails of the id display one thing) and has other words inside its text, or another
//! subject. Then both are shown. Otherwise that the id was used again.
//!
//! ## What it cannot show
//! Which program or person made the change. Anything, where the signed mail is one that an opened account
//! may have sent later under the same id and Date: no clock of a server says when. Lines put before, behind or between say nothing here:
//! banners, footers and notes about attachments do that every day.
//!
//! ## How it can be fooled
//! A copy with another Message-ID, or another recipient, claims to be another mail.
//!
//! ## References
//! - Design section 2 (`altered`: the same instance; `variant`: drafts, later versions, stripped
//!   attachments); RFC 5322 §3.6.4

use datafusion::arrow::record_batch::RecordBatch;
use lydite_core::check::{Code, Text};
use lydite_core::evidence::{Claim, Direction, Evidence, Finding, Strength};
use lydite_core::item::Sha256;
use lydite_core::text::align::Aligned;
use serde::Deserialize;

use super::{
    Found, Join, RELAYED, Stage, Texts, bare_subject, beside, firm_changes, is_mostly_equal, most,
    rows, words_of,
};
use crate::case::Result;
use crate::tables::links::{self, Relation};

pub static JOIN: Join = Join {
    id: "corpus/same-id",
    version: 2,
    claim: Claim::BodyAsSent,
    group: "copy",
    stage: Stage::Standing,
    codes: &[&OTHER_WORDS, &OTHER_SUBJECT, &OTHER_DATE, &OTHER_MAIL],
    made: &[],
    sql,
    findings,
    source: include_str!("same_id.rs"),
};

static OTHER_WORDS: Code = Code {
    check: "corpus/same-id",
    name: "other-words",
    claim: Claim::BodyAsSent,
    direction: Direction::Contradicts,
    strength: Some(Strength::Strong),
    meaning: Text {
        en: "the signed copy of this very mail has other words inside its text",
        fr: "la copie signée de ce même message a d’autres mots dans son texte",
    },
    innocent: Text {
        en: "a program that wrote one text under two recipients’ names and kept the id; a translation \
             or correction by an archive",
        fr: "un logiciel qui a écrit un texte pour deux destinataires en gardant l’identifiant ; une \
             traduction ou correction par une archive",
    },
};

static OTHER_SUBJECT: Code = Code {
    name: "other-subject",
    claim: Claim::HeadersAsSent,
    meaning: Text {
        en: "the signed copy of this very mail has another subject",
        fr: "la copie signée de ce même message a un autre objet",
    },
    innocent: Text {
        en: "a ticket system or list that rewrites subjects",
        fr: "un système de tickets ou une liste qui réécrit les objets",
    },
    ..OTHER_WORDS
};

static OTHER_DATE: Code = Code {
    name: "other-date",
    claim: Claim::DateAsStated,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the signed copy with the same text has a Date of another day",
        fr: "la copie signée de même texte porte une date d’un autre jour",
    },
    innocent: Text {
        en: "a draft whose text was sent unchanged days later; a mail sent again; an import that sets \
             Date anew",
        fr: "un brouillon dont le texte a été envoyé tel quel des jours plus tard ; un message \
             renvoyé ; une importation qui réécrit la date",
    },
    ..OTHER_WORDS
};

static OTHER_MAIL: Code = Code {
    name: "other-mail",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "a signed mail of the same Message-ID displays something else",
        fr: "un message signé de même Message-ID affiche autre chose",
    },
    innocent: Text {
        en: "a draft or later version; a list’s footer or gateway’s note; an attachment taken out; a \
             program that uses one id for many mails",
        fr: "un brouillon ou une version ultérieure ; un pied de liste ou une note de passerelle ; une \
             pièce jointe retirée ; un logiciel qui emploie un identifiant pour plusieurs messages",
    },
    ..OTHER_WORDS
};

fn sql() -> String {
    format!(
        "WITH {RELAYED},
        shown AS (
            SELECT m.*, s.status, s.is_source FROM mails m
            LEFT JOIN standing s ON s.sha256 = m.sha256 WHERE m.message_id <> ''),
        source AS (
            SELECT message_id, min(sha256) AS sha256, count(DISTINCT displayed) AS versions
            FROM shown WHERE is_source GROUP BY message_id),
        pair AS (
            SELECT c.sha256, o.sha256 AS other, o.versions,
                   c.is_draft, c.date, a.date AS other_date,
                   c.subject, a.subject AS other_subject,
                   coalesce(c.from_address, '') = coalesce(a.from_address, '')
                       AND coalesce(c.to_address, '') = coalesce(a.to_address, '')
                       AND coalesce(c.cc_address, '') = coalesce(a.cc_address, '') AS is_same_people
            FROM shown c JOIN source o ON o.message_id = c.message_id
            JOIN mails a ON a.sha256 = o.sha256
            WHERE c.displayed <> a.displayed AND coalesce(c.status, '') <> 'verified'),
        later AS (SELECT sha256 FROM signed WHERE NOT is_free AND NOT is_timed)
        SELECT p.*, x.sha256 IS NOT NULL AS is_relayed, y.sha256 IS NOT NULL AS may_be_later
        FROM pair p LEFT JOIN relayed x ON x.sha256 = p.sha256
        LEFT JOIN later y ON y.sha256 = p.other
        ORDER BY p.sha256"
    )
}

#[derive(Deserialize)]
struct Row {
    sha256: Sha256,
    other: Sha256,
    /// What the vouched-for mails of the id display: how many different things.
    versions: u64,
    is_draft: bool,
    is_relayed: bool,
    /// The other mail may have been sent after this one, from an opened account.
    may_be_later: bool,
    is_same_people: bool,
    date: Option<i64>,
    other_date: Option<i64>,
    subject: Option<String>,
    other_subject: Option<String>,
    /// The forms of each text.
    #[serde(skip)]
    texts: Vec<String>,
    #[serde(skip)]
    others: Vec<String>,
}

fn findings(batch: &RecordBatch, texts: &Texts) -> Result<Found> {
    let mut out = Found::default();
    for mut row in rows::<Row>(batch)? {
        (row.texts, row.others) = (texts.bodies(&row.sha256)?, texts.bodies(&row.other)?);
        let aligned = laid(&row);
        let note = aligned.as_ref().map(words_of).unwrap_or_default();
        let (code, note) = judged(&row, aligned.as_ref(), note);
        out.links.push(links::Row {
            sha256: row.sha256,
            other: row.other,
            relation: Relation::SameId,
            note: note.clone(),
        });
        let finding: Finding = code.at(Evidence::Item { sha256: row.other }).noting(note);
        out.findings.push((row.sha256, finding));
    }
    Ok(out)
}

/// The text of this mail laid beside the other's: of all their forms the two that agree most.
fn laid(row: &Row) -> Option<Aligned> {
    let pairs = row.texts.iter().flat_map(|text| row.others.iter().map(move |other| (text, other)));
    most(pairs.map(|(text, other)| beside(text, other)))
}

fn judged(row: &Row, aligned: Option<&Aligned>, note: String) -> (&'static Code, String) {
    let is_instance = row.versions == 1 && row.is_same_people && !row.is_draft && !row.is_relayed;
    let is_instance = is_instance && !row.may_be_later;
    let Some(aligned) = aligned.filter(|_| is_instance) else {
        return (&OTHER_MAIL, note);
    };
    let is_same_time = row.date.is_some() && row.date == row.other_date;
    let is_same_text = is_mostly_equal(aligned);
    let is_equal = is_same_text && aligned.altering().next().is_none();
    if is_same_time && is_same_text && firm_changes(aligned).next().is_some() {
        return (&OTHER_WORDS, note);
    }
    let subjects = [&row.subject, &row.other_subject].map(|s| s.as_deref().map(bare_subject));
    if let [Some(subject), Some(other)] = &subjects
        && is_same_time
        && is_equal
        && !subject.contains(other.as_str())
        && !other.contains(subject.as_str())
    {
        return (&OTHER_SUBJECT, format!("“{subject}” for “{other}”"));
    }
    let days = row.date.zip(row.other_date).map(|(date, other)| (date - other).abs() / 86_400);
    match days {
        Some(days @ 1..) if is_equal && aligned.left_out == 0 && aligned.foreign.is_empty() => {
            (&OTHER_DATE, format!("{days} days apart"))
        }
        _ => (&OTHER_MAIL, note),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "Dear all,\nthe board agreed to pay 40,000 euros to the printers in March.\nAnne";

    fn row(text: &str) -> Row {
        Row {
            sha256: Sha256::of(b"copy"),
            other: Sha256::of(b"signed"),
            versions: 1,
            is_draft: false,
            is_relayed: false,
            may_be_later: false,
            is_same_people: true,
            date: Some(5),
            other_date: Some(5),
            subject: Some("Printers".to_owned()),
            other_subject: Some("Printers".to_owned()),
            texts: vec![text.to_owned()],
            others: vec![TEXT.to_owned()],
        }
    }

    fn code(row: &Row) -> &'static str {
        let aligned = laid(row);
        judged(row, aligned.as_ref(), String::new()).0.name
    }

    #[test]
    fn the_same_instance_with_other_words_is_told_from_other_mails() {
        let changed = TEXT.replace("40,000", "90,000");
        assert_eq!(code(&row(&changed)), "other-words");
        assert_eq!(code(&Row { versions: 2, ..row(&changed) }), "other-mail");
        assert_eq!(code(&Row { is_draft: true, ..row(&changed) }), "other-mail");
        assert_eq!(code(&Row { is_relayed: true, ..row(&changed) }), "other-mail");
        assert_eq!(code(&Row { may_be_later: true, ..row(&changed) }), "other-mail");
        assert_eq!(code(&Row { is_same_people: false, ..row(&changed) }), "other-mail");
        assert_eq!(code(&Row { date: Some(9), ..row(&changed) }), "other-mail");
        let footer = format!("CAUTION: from outside\n{TEXT}\n--\nThe list of lists");
        assert_eq!(code(&row(&footer)), "other-mail");
        assert_eq!(
            code(&row("Something else altogether, which nobody ever wrote there.")),
            "other-mail"
        );
    }

    #[test]
    fn another_subject_or_day_under_the_same_text_is_told() {
        let subject = |text: &str| Row { subject: Some(text.to_owned()), ..row(TEXT) };
        assert_eq!(code(&subject("Painters")), "other-subject");
        assert_eq!(code(&subject("[list] Re: Printers")), "other-mail");
        assert_eq!(code(&subject("Printers ***SPAM***")), "other-mail");
        assert_eq!(code(&Row { date: Some(5 + 9 * 86_400), ..row(TEXT) }), "other-date");
    }
}
