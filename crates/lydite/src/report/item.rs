//! One item in full: what is claimed, what was found, what it rests on, what would change it.

use std::collections::HashMap;

use askama::Template;
use lydite_core::check::Text;
use lydite_core::difference::Grain;
use lydite_core::evidence::{Coverage, Direction, Evidence, Finding, Mark};
use lydite_core::examine::Examined;
use lydite_core::fact::Facts;
use lydite_core::item::Sha256;
use lydite_core::limits;
use lydite_core::parse::document::profile::Property;
use lydite_core::signature::Signature;
use lydite_core::verdict::{self, Status, Verdict};

use super::beside::BesideView;
use super::difference::{self, Difference, Shown};
use super::{Row, words};
use crate::chain::{self, Step};
use crate::face::{self, visible};
use crate::reading;
use crate::wording::{self, Lang};

/// What every item needs.
pub struct Context<'a> {
    pub lang: Lang,
    pub facts: &'a Facts,
    /// Items with a finding of that check and code.
    pub common: &'a HashMap<(String, String), u64>,
    /// Every place where a blob was found.
    pub places: &'a HashMap<Sha256, Vec<&'a str>>,
    /// The case as commands name it.
    pub case: &'a str,
}

#[derive(Template)]
#[template(path = "item.html")]
pub struct View {
    lang: Lang,
    anchor: String,
    sign: char,
    class: &'static str,
    status: String,
    path: String,
    subject: String,
    /// Label and value of the displayed fields.
    fields: Vec<(String, String)>,
    says: String,
    because: Option<String>,
    strength: Option<String>,
    marks: Vec<String>,
    claims: Vec<ClaimView>,
    coverage: Vec<(String, String)>,
    /// What it rests on, down to the signature.
    chain: Vec<String>,
    /// All places, where the same bytes were found more than once.
    places: Vec<String>,
    signatures: Vec<SignatureView>,
    differences: Vec<DifferenceView>,
    /// A PDF's revisions, and the item's counterpart where that is a document.
    beside: Vec<BesideView>,
    /// Those that speak for or against, those against first.
    telling: Vec<FindingView>,
    others: Vec<FindingView>,
    defects: Vec<String>,
    changes: String,
    missing: String,
    again: String,
}

struct ClaimView {
    claim: String,
    class: &'static str,
    sign: char,
    status: String,
}

struct SignatureView {
    family: &'static str,
    signer: String,
    how: String,
    outcome: String,
    relation: String,
    signed_at: String,
}

struct DifferenceView {
    what: String,
    basis: String,
    pieces: Vec<Shown>,
    grain: Option<String>,
    steps: Vec<String>,
    residue: Option<String>,
}

struct FindingView {
    class: &'static str,
    direction: String,
    claim: String,
    strength: Option<String>,
    name: String,
    meaning: Option<String>,
    note: String,
    evidence: String,
    innocent: Option<String>,
    common: String,
}

impl View {
    pub fn new(
        row: &Row,
        examined: &Examined,
        verdict: Option<&Verdict>,
        raw: &[u8],
        // Reads another item's bytes.
        blob: &dyn Fn(&Sha256) -> Option<Vec<u8>>,
        // What it is laid beside, and what it rests on.
        (beside, chain): (Vec<BesideView>, Vec<Step>),
        context: &Context,
    ) -> View {
        let lang = context.lang;
        let says = |text: Text| lang.typeset(text);
        // Of an anomalous item the findings themselves are the grounds.
        let because = verdict
            .filter(|v| v.status != Status::Anomalous)
            .and_then(|v| verdict::TABLE.iter().find(|t| t.name == v.row));
        let mut findings: Vec<&Finding> = examined.findings.iter().collect();
        findings.sort_by_key(|f| f.direction != Direction::Contradicts);
        let (telling, others): (Vec<_>, Vec<_>) = findings
            .into_iter()
            .partition(|f| matches!(f.direction, Direction::Contradicts | Direction::Supports));
        let claims = verdict.into_iter().flat_map(|v| &v.claims);
        // Documents have none of the parts of a mail.
        let covered = verdict.map(|v| v.coverage).filter(|c| *c != Coverage::absent());
        let coverage = covered.into_iter().flat_map(|coverage| coverage.parts());
        let defects = examined
            .defects
            .iter()
            .map(|d| format!("{} [{}..{}]", visible(&d.what), d.span.start, d.span.end));
        let places = context.places.get(&row.sha256).filter(|places| places.len() > 1);
        let places = places.map(|places| &places[..]).unwrap_or_default();
        View {
            lang,
            anchor: row.anchor(),
            sign: face::sign(row.status),
            class: row.status.name(),
            status: says(wording::status(row.status)),
            path: visible(&row.path),
            subject: row.subject(lang),
            fields: [profile(examined, lang), fields(row, raw.len(), lang)].concat(),
            says: sentence(&says(wording::status_says(row.status))),
            because: because.map(|t| sentence(&says(t.meaning))),
            strength: row.strength.map(|s| lang.band(s)),
            marks: row.marks.iter().map(|mark| says(wording::mark(*mark))).collect(),
            claims: claims
                .map(|(claim, status)| ClaimView {
                    claim: says(wording::claim(*claim)),
                    class: status.name(),
                    sign: face::sign(*status),
                    status: says(wording::status(*status)),
                })
                .collect(),
            coverage: coverage.map(|(p, c)| (part(p, lang), says(wording::cover(c)))).collect(),
            chain: chain.iter().map(|step| chained(step, lang)).collect(),
            places: places.iter().map(|path| visible(path)).collect(),
            signatures: examined.signatures.iter().map(|s| signature(s, lang)).collect(),
            differences: difference::recovered(raw, examined, context.facts, blob, lang)
                .into_iter()
                .chain(difference::copied(raw, &examined.signatures, lang))
                .map(|d| shown(d, lang))
                .collect(),
            beside,
            telling: telling.into_iter().map(|f| finding(f, context)).collect(),
            others: others.into_iter().map(|f| finding(f, context)).collect(),
            defects: defects.collect(),
            changes: sentence(&says(wording::status_changes(row.status))),
            missing: visible(&reading::missing_keys(&examined.wants, context.facts).join(", ")),
            again: again(row, context),
        }
    }

    fn say(&self, text: Text) -> String {
        self.lang.typeset(text)
    }

    fn colon(&self) -> &'static str {
        self.lang.colon()
    }
}

/// A step of the chain with those who signed it.
fn chained(step: &Step, lang: Lang) -> String {
    let mut out = sentence(&chain::line(step, lang));
    let known = step.known_by.iter().map(|w| (wording::CHAIN_KNOWN, &w.path));
    let signed = step.signed_by.iter().map(|key| (wording::CHAIN_ANCHOR, key));
    for (label, what) in known.chain(signed) {
        out += &format!(" {}", sentence(&format!("{} {}", lang.typeset(label), visible(what))));
    }
    out
}

/// A remark as a sentence of its own.
fn sentence(remark: &str) -> String {
    let mut rest = remark.chars();
    let first = rest.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(rest).chain(['.']).collect()
}

/// The command that shows the item.
fn again(row: &Row, context: &Context) -> String {
    format!("lydite show {} {}", context.case, &row.sha256.to_string()[..16])
}

fn fields(row: &Row, size: usize, lang: Lang) -> Vec<(String, String)> {
    let mail = row.mail.clone().unwrap_or_default();
    let date = mail.date.map(|at| face::moment(at, mail.date_offset));
    let bytes = format!("{} {}", lang.number(size as u64), lang.typeset(wording::BYTES));
    let all = [
        (words::FROM, mail.from),
        (words::TO, mail.to),
        (words::CC, mail.cc),
        (words::DATE, date.or(mail.date_text)),
        (words::MESSAGE_ID, mail.message_id),
    ];
    let mut out: Vec<_> = all
        .into_iter()
        .filter_map(|(label, value)| Some((lang.typeset(label), cut(&visible(&value?)))))
        .collect();
    out.push(("SHA-256".to_owned(), row.sha256.to_string()));
    out.push((lang.typeset(words::SIZE), bytes));
    out
}

/// What a document says of itself, the first values of it.
fn profile(examined: &Examined, lang: Lang) -> Vec<(String, String)> {
    let properties = examined.document.iter().flat_map(|d| &d.profile.properties);
    let field = |property: &Property| {
        let value = format!("{} ({})", visible(&property.value), visible(&property.place));
        (lang.typeset(wording::property(property.name)), cut(&value))
    };
    properties.take(limits::REPORT_PROPERTIES).map(field).collect()
}

/// A list of hundreds of recipients is not read on paper; the case has it whole.
fn cut(text: &str) -> String {
    const CHARACTERS: usize = 300;
    let mut out: String = text.chars().take(CHARACTERS).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

/// A part of a mail: header fields have their names in every language.
fn part(name: &str, lang: Lang) -> String {
    let text = match name {
        "body" => words::PART_BODY,
        "reading" => words::PART_READING,
        "attachments" => words::PART_ATTACHMENTS,
        "message_id" => return "Message-ID".to_owned(),
        name => {
            let (first, rest) = name.split_at(1);
            return format!("{}{rest}", first.to_ascii_uppercase());
        }
    };
    lang.typeset(text)
}

fn signature(signature: &Signature, lang: Lang) -> SignatureView {
    let bits = signature.key_bits.map(|bits| format!(", {bits} bits")).unwrap_or_default();
    let mut outcome = lang.typeset(wording::outcome(signature.outcome));
    if let Some(why) = signature.cannot_tell {
        outcome = format!("{outcome} ({})", lang.typeset(wording::cannot_tell(why)));
    }
    SignatureView {
        family: wording::family(signature.family),
        signer: visible(&format!("{}._domainkey.{}", signature.selector, signature.domain)),
        how: format!("{}{bits}", visible(&signature.algorithm)),
        outcome,
        relation: lang.typeset(wording::alignment(signature.alignment)),
        signed_at: signature.signed_at.map(|at| face::moment(at, Some(0))).unwrap_or_default(),
    }
}

fn shown(difference: Difference, lang: Lang) -> DifferenceView {
    let grain = match difference.grain {
        Grain::Words => None,
        Grain::Lines => Some(lang.typeset(words::BY_LINES)),
        Grain::Block => Some(lang.typeset(words::BY_BLOCK)),
    };
    let residue = difference.residue_explained.map(|explained| {
        lang.typeset(if explained { words::EXPLAINED } else { words::UNEXPLAINED })
    });
    DifferenceView {
        what: visible(&difference.what),
        basis: difference.basis,
        pieces: difference::shown(&difference.pieces, lang),
        grain,
        steps: difference.steps,
        residue,
    }
}

fn finding(finding: &Finding, context: &Context) -> FindingView {
    let lang = context.lang;
    let code = reading::code(finding);
    let innocent = code.map(|code| lang.typeset(code.innocent)).filter(|text| !text.is_empty());
    let common = context.common.get(&(finding.check.clone(), finding.code.clone()));
    let evidence: Vec<_> = finding.evidence.iter().map(described).collect();
    FindingView {
        class: match finding.direction {
            Direction::Contradicts => "against",
            Direction::Supports => "for",
            Direction::Neutral | Direction::Inconclusive => "open",
        },
        direction: lang.typeset(wording::direction(finding.direction)),
        claim: lang.typeset(wording::claim(finding.claim)),
        strength: finding.strength.map(|s| lang.band(s)),
        name: visible(&format!("{} {}", finding.check, finding.code)),
        meaning: code.map(|code| sentence(&lang.typeset(code.meaning))),
        note: visible(&finding.note),
        evidence: visible(&evidence.join("; ")),
        innocent,
        common: lang.number(common.copied().unwrap_or_default()),
    }
}

/// Other items by the start of their SHA-256, as their anchors on the page.
fn described(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Item { sha256 } => sha256.to_string()[..16].to_owned(),
        other => reading::described(other),
    }
}

impl Row {
    /// Where its evidence stands on the page: the blob's name.
    pub fn anchor(&self) -> String {
        format!("i-{}", &self.sha256.to_string()[..16])
    }

    pub fn subject(&self, lang: Lang) -> String {
        let titled = || self.title.as_deref();
        let subject = self.mail.as_ref().and_then(|m| m.subject.as_deref()).or_else(titled);
        let subject = subject.filter(|text| !text.trim().is_empty());
        subject.map_or_else(|| lang.typeset(words::NO_SUBJECT), |text| cut(&visible(text)))
    }

    /// The marks in a word each, without what they say.
    pub fn short_marks(&self, lang: Lang) -> String {
        let short = |mark: &Mark| {
            let text = lang.typeset(wording::mark(*mark));
            text.split(':').next().unwrap_or_default().trim_end().to_owned()
        };
        self.marks.iter().map(short).collect::<Vec<_>>().join(" · ")
    }
}
