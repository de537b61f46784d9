//! The words evidence is said in: claims, findings, strength, coverage, marks.
//!
//! A [`Finding`] can only be made with a pointer to what it rests on ([`Evidence`]): the one
//! constructor, [`crate::check::Code::at`], takes the first piece by value.

use serde::{Deserialize, Serialize};

use crate::item::{Kind, Sha256};

/// Half-open range of byte offsets into the raw bytes of a blob.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub const fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    pub fn len(&self) -> usize {
        self.end.saturating_sub(self.start)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of `raw` this span names; empty when the span lies outside.
    pub fn of<'a>(&self, raw: &'a [u8]) -> &'a [u8] {
        raw.get(self.start..self.end).unwrap_or(&[])
    }
}

/// What a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// Bytes of the examined blob, and what stands there (`DKIM-Signature`, `body`, …).
    Bytes { what: String, span: Span },
    /// A fact from outside the dump, by its id (see [`crate::fact`]).
    Fact { id: String },
    /// Another item of the dump.
    Item { sha256: Sha256 },
}

impl Evidence {
    pub fn bytes(what: impl Into<String>, span: Span) -> Self {
        Evidence::Bytes { what: what.into(), span }
    }

    pub fn fact(id: impl Into<String>) -> Self {
        Evidence::Fact { id: id.into() }
    }
}

/// What is being judged. Findings act on claims, never on an item as a whole (design rule 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// The servers of the From domain sent these bytes.
    SentByDomain,
    /// The body is the body that was sent.
    BodyAsSent,
    /// The displayed headers are the headers that were sent.
    HeadersAsSent,
    /// It was sent when `Date` says; of a document: its dates are those of the work on it.
    DateAsStated,
    /// The file is as the program and person that it names saved it.
    DocumentAsSaved,
    /// A domain mailed these very bytes, by a time.
    MailedByDomain,
}

impl Claim {
    /// What is judged of an item of that kind.
    pub fn of(kind: Kind) -> &'static [Claim] {
        match kind {
            Kind::Document | Kind::Image => {
                &[Claim::DateAsStated, Claim::DocumentAsSaved, Claim::MailedByDomain]
            }
            _ => {
                &[Claim::SentByDomain, Claim::BodyAsSent, Claim::HeadersAsSent, Claim::DateAsStated]
            }
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Claim::SentByDomain => "sent-by-domain",
            Claim::BodyAsSent => "body-as-sent",
            Claim::HeadersAsSent => "headers-as-sent",
            Claim::DateAsStated => "date-as-stated",
            Claim::DocumentAsSaved => "document-as-saved",
            Claim::MailedByDomain => "mailed-by-domain",
        }
    }
}

/// Which way a finding points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    Supports,
    Contradicts,
    /// Worth knowing, speaks neither way.
    Neutral,
    /// The check ran and cannot tell.
    Inconclusive,
}

/// ENFSI's bands of likelihood ratio, "as presented" against "altered or made".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    Weak,
    Moderate,
    ModeratelyStrong,
    Strong,
    VeryStrong,
    ExtremelyStrong,
}

impl Strength {
    /// Lower and upper edge of the band. ENFSI guideline for evaluative reporting (2015), table 3;
    /// the open top band is closed at 10⁷ so that a number can be printed.
    pub fn band(self) -> [u64; 2] {
        match self {
            Strength::Weak => [2, 10],
            Strength::Moderate => [10, 100],
            Strength::ModeratelyStrong => [100, 1_000],
            Strength::Strong => [1_000, 10_000],
            Strength::VeryStrong => [10_000, 1_000_000],
            Strength::ExtremelyStrong => [1_000_000, 10_000_000],
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Strength::Weak => "weak",
            Strength::Moderate => "moderate",
            Strength::ModeratelyStrong => "moderately strong",
            Strength::Strong => "strong",
            Strength::VeryStrong => "very strong",
            Strength::ExtremelyStrong => "extremely strong",
        }
    }
}

/// Whether the strongest evidence speaks for a part of the item.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Cover {
    Covered,
    #[default]
    Uncovered,
    /// A piece of it is covered, what stands beside it is not (`l=`, a list's footer or tag).
    Tail,
    /// The item has no such part.
    Absent,
}

/// Coverage of each part of a mail. `reading` is the way the body bytes are to be read: MIME
/// type, boundary, charset and transfer encoding (design rule 8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    pub from: Cover,
    pub to: Cover,
    pub cc: Cover,
    pub date: Cover,
    pub subject: Cover,
    pub message_id: Cover,
    pub body: Cover,
    pub reading: Cover,
    pub attachments: Cover,
}

impl Coverage {
    /// Of an item that has none of these parts.
    pub fn absent() -> Self {
        let none = Cover::Absent;
        Coverage {
            from: none,
            to: none,
            cc: none,
            date: none,
            subject: none,
            message_id: none,
            body: none,
            reading: none,
            attachments: none,
        }
    }

    /// Every displayed header that is present and the whole body (design, status `verified`).
    pub fn is_complete(&self) -> bool {
        let displayed = [self.from, self.to, self.cc, self.date, self.subject];
        self.from == Cover::Covered
            && displayed.iter().all(|c| matches!(c, Cover::Covered | Cover::Absent))
            && matches!(self.body, Cover::Covered | Cover::Absent)
    }

    /// The same, parts that have something beside what is covered taken for covered.
    pub fn is_complete_but_for_tails(&self) -> bool {
        let whole = |c: Cover| if c == Cover::Tail { Cover::Covered } else { c };
        let Coverage { from, to, cc, date, subject, body, .. } = *self;
        Coverage {
            from: whole(from),
            to: whole(to),
            cc: whole(cc),
            date: whole(date),
            subject: whole(subject),
            body: whole(body),
            ..*self
        }
        .is_complete()
    }

    pub fn parts(&self) -> [(&'static str, Cover); 9] {
        [
            ("from", self.from),
            ("to", self.to),
            ("cc", self.cc),
            ("date", self.date),
            ("subject", self.subject),
            ("message_id", self.message_id),
            ("body", self.body),
            ("reading", self.reading),
            ("attachments", self.attachments),
        ]
    }
}

/// A word that stands beside a status. Closed list (design section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    Repaired,
    Residue,
    Ambiguous,
    Conflict,
    Decoy,
    Duplicate,
    Truncated,
    Encrypted,
    ExposedTail,
    WeakKey,
    SuppliedKey,
}

impl Mark {
    pub fn name(self) -> &'static str {
        match self {
            Mark::Repaired => "repaired",
            Mark::Residue => "residue",
            Mark::Ambiguous => "ambiguous",
            Mark::Conflict => "conflict",
            Mark::Decoy => "decoy",
            Mark::Duplicate => "duplicate",
            Mark::Truncated => "truncated",
            Mark::Encrypted => "encrypted",
            Mark::ExposedTail => "exposed-tail",
            Mark::WeakKey => "weak-key",
            Mark::SuppliedKey => "supplied-key",
        }
    }
}

/// One observation of one check on one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub check: String,
    pub code: String,
    pub claim: Claim,
    pub direction: Direction,
    pub strength: Option<Strength>,
    /// What the finding speaks for; only signatures that hold have it.
    pub coverage: Option<Coverage>,
    pub marks: Vec<Mark>,
    /// The particulars, in English: names, figures, what differs. Lower case, no full stop.
    pub note: String,
    /// Never empty.
    pub evidence: Vec<Evidence>,
}

impl Finding {
    pub fn citing(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    pub fn noting(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    pub fn covering(mut self, coverage: Coverage) -> Self {
        self.coverage = Some(coverage);
        self
    }

    pub fn marked(mut self, mark: Mark) -> Self {
        if !self.marks.contains(&mark) {
            self.marks.push(mark);
            self.marks.sort();
        }
        self
    }

    pub fn is(&self, check: &str, code: &str) -> bool {
        self.check == check && self.code == code
    }
}
