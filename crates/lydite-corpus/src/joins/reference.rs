//! Items that a copy from outside the dump has too.
//!
//! ## What it examines
//! Items of the dump beside the reference copies that the user supplied: the victim's own archive
//! from before the break-in, or a provider's. Equal are the same bytes, or mails that display the
//! same under one Message-ID.
//!
//! ## What it can show
//! That the item stood in an archive that whoever made the dump did not hold, as it is displayed.
//!
//! ## What it cannot show
//! That the sender's servers sent it: a mail with a borrowed From lies in archives too. And nothing
//! of items that the archive does not have.
//!
//! ## How it can be fooled
//! By an archive made after the break-in, into whose mailbox a mail was put. So it counts only when
//! the context file states the break-in, everything dated in the archive is older, by Date and by what
//! servers stamped on it, and signed mail that the dump has too stands in it that is younger than the
//! item: an item that is the last of its archive would itself say how old the archive is. An archive of
//! one old folder, made after the break-in, cannot be told from one made before: that is the user's word.
//!
//! ## References
//! - Design rule 15

use datafusion::arrow::record_batch::RecordBatch;
use lydite_core::check::{Code, Text};
use lydite_core::evidence::{Claim, Cover, Coverage, Direction, Evidence, Finding, Strength};
use lydite_core::item::{Kind, Sha256};
use lydite_core::parse::date::day;
use serde::Deserialize;

use super::{Found, Join, Stage, Texts, beside, rows, words_of};
use crate::case::Result;

pub static JOIN: Join = Join {
    id: "corpus/reference",
    version: 2,
    claim: Claim::BodyAsSent,
    group: "reference",
    stage: Stage::Standing,
    codes: &[&MAIL, &DOCUMENT, &LATE, &OTHER],
    made: &[],
    sql,
    findings,
    source: include_str!("reference.rs"),
};

static MAIL: Code = Code {
    check: "corpus/reference",
    name: "equal-mail",
    claim: Claim::BodyAsSent,
    direction: Direction::Supports,
    strength: Some(Strength::VeryStrong),
    meaning: Text {
        en: "the reference copy from before the break-in has this mail, and it displays the same",
        fr: "la copie de référence d’avant l’intrusion contient ce message, et il affiche la même \
             chose",
    },
    innocent: Text { en: "", fr: "" },
};

static DOCUMENT: Code = Code {
    name: "equal-document",
    claim: Claim::DocumentAsSaved,
    meaning: Text {
        en: "the reference copy from before the break-in has these very bytes",
        fr: "la copie de référence d’avant l’intrusion contient exactement ces octets",
    },
    ..MAIL
};

static LATE: Code = Code {
    name: "equal-undated",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the reference copy has it too, but nothing shows that the copy is from before the \
             break-in",
        fr: "la copie de référence le contient aussi, mais rien ne montre qu’elle date d’avant \
             l’intrusion",
    },
    ..MAIL
};

static OTHER: Code = Code {
    name: "other-mail",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the reference copy has a mail of this Message-ID that displays something else",
        fr: "la copie de référence a un message de ce Message-ID qui affiche autre chose",
    },
    innocent: Text {
        en: "a draft or later version; a copy of the sender beside that of a recipient; a footer or \
             note that one of them got on its way; a program that uses one id for many mails",
        fr: "un brouillon ou une version ultérieure ; la copie de l’expéditeur à côté de celle d’un \
             destinataire ; un pied ou une note ajoutés en chemin ; un logiciel qui emploie un \
             identifiant pour plusieurs messages",
    },
    ..MAIL
};

fn sql() -> String {
    "WITH newest AS (SELECT max(date) AS at FROM reference),
    bound AS (
        SELECT n.at AS newest, b.at AS before
        FROM newest n CROSS JOIN (SELECT min(break_in) AS at FROM custodians) b),
    running AS (
        SELECT max(m.date) AS at FROM mails m
        JOIN standing s ON s.sha256 = m.sha256 AND s.status = 'verified'
        JOIN reference r ON r.displayed = m.displayed),
    met AS (
        SELECT b.sha256, b.kind, min(r.path) AS path FROM blobs b
        JOIN reference r ON r.sha256 = b.sha256 WHERE b.reason IS NULL
        GROUP BY b.sha256, b.kind
        UNION
        SELECT m.sha256, 'message' AS kind, min(r.path) AS path FROM mails m
        JOIN reference r ON r.displayed = m.displayed AND m.message_id <> ''
        GROUP BY m.sha256),
    equal AS (SELECT sha256, kind, min(path) AS path FROM met GROUP BY sha256, kind),
    other AS (
        SELECT m.sha256, 'message' AS kind, min(r.path) AS path FROM mails m
        JOIN reference r ON r.message_id = m.message_id AND m.message_id <> ''
        LEFT ANTI JOIN equal e ON e.sha256 = m.sha256
        GROUP BY m.sha256),
    once AS (
        SELECT *, true AS is_equal FROM equal UNION ALL SELECT *, false AS is_equal FROM other)
    SELECT o.sha256, o.kind, o.path, o.is_equal, b.newest,
           coalesce(b.newest < b.before AND coalesce(m.date, n.at) <= n.at, false) AS is_before, f.coverage AS displayed,
           r.sha256 AS other
    FROM once o CROSS JOIN bound b CROSS JOIN running n LEFT JOIN mails m ON m.sha256 = o.sha256
    LEFT JOIN reference r ON r.path = o.path AND NOT o.is_equal
    LEFT JOIN findings f ON f.sha256 = o.sha256
        AND f.\"check\" = 'email/displayed-headers' AND f.code = 'displayed'
    ORDER BY o.sha256"
        .to_owned()
}

#[derive(Deserialize)]
struct Row {
    sha256: Sha256,
    kind: Kind,
    path: String,
    newest: Option<i64>,
    is_before: bool,
    is_equal: bool,
    /// The mail of the reference copy that is not equal.
    other: Option<Sha256>,
    /// Which parts the mail has.
    displayed: Option<Coverage>,
}

fn findings(batch: &RecordBatch, texts: &Texts) -> Result<Found> {
    let finding = |row: Row| {
        if !row.is_equal {
            return Ok((row.sha256, other(&row, texts)?));
        }
        let code = match (row.is_before, row.kind) {
            (false, _) => &LATE,
            (true, Kind::Message) => &MAIL,
            (true, _) => &DOCUMENT,
        };
        let newest = row.newest.map(|at| format!(", the last of it dated {}", day(at)));
        let note = format!("{}{}", row.path, newest.unwrap_or_default());
        let mut finding = code.at(Evidence::fact(format!("reference:{}", row.sha256))).noting(note);
        if let (true, Some(displayed)) = (std::ptr::eq(code, &MAIL), row.displayed) {
            finding.coverage = Some(covered(displayed));
        }
        Ok((row.sha256, finding))
    };
    rows::<Row>(batch)?.into_iter().map(finding).collect()
}

fn other(row: &Row, texts: &Texts) -> Result<Finding> {
    let text = texts.bodies(&row.sha256)?.into_iter().next();
    let other = row.other.map_or(Ok(None), |other| texts.reference(&other))?;
    let words = text.zip(other).map(|(text, other)| words_of(&beside(&text, &other)));
    let note = [Some(row.path.clone()), words].into_iter().flatten().collect::<Vec<_>>().join("; ");
    Ok(OTHER.at(Evidence::fact(format!("reference:{}", row.sha256))).noting(note))
}

/// Every part that is there.
fn covered(displayed: Coverage) -> Coverage {
    let of = |part: Cover| if part == Cover::Absent { part } else { Cover::Covered };
    let Coverage { from, to, cc, date, subject, message_id, body, reading, attachments } =
        displayed;
    Coverage {
        from: of(from),
        to: of(to),
        cc: of(cc),
        date: of(date),
        subject: of(subject),
        message_id: of(message_id),
        body: of(body),
        reading: of(reading),
        attachments: of(attachments),
    }
}
