//! One item in full: what is claimed, what was found, what it rests on, what would change it.

use std::collections::HashMap;

use askama::Template;
use lydite_core::check::Text;
use lydite_core::difference::Grain;
use lydite_core::evidence::{Direction, Finding, Mark};
use lydite_core::examine::Examined;
use lydite_core::fact::Facts;
use lydite_core::item::Sha256;
use lydite_core::signature::Signature;
use lydite_core::verdict::{self, Verdict};

use super::difference::{self, Difference, Shown};
use super::{Row, words};
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
    status: &'static str,
    path: String,
    subject: String,
    /// Label and value of the displayed fields.
    fields: Vec<(&'static str, String)>,
    says: &'static str,
    because: Option<&'static str>,
    strength: Option<String>,
    marks: Vec<&'static str>,
    claims: Vec<(&'static str, &'static str)>,
    coverage: Vec<(&'static str, &'static str)>,
    /// All places, where the same bytes were found more than once.
    places: Vec<String>,
    signatures: Vec<SignatureView>,
    differences: Vec<DifferenceView>,
    /// Those that speak for or against, those against first.
    telling: Vec<FindingView>,
    others: Vec<FindingView>,
    defects: Vec<String>,
    changes: &'static str,
    missing: String,
    again: String,
}

struct SignatureView {
    family: &'static str,
    signer: String,
    how: String,
    outcome: String,
    relation: &'static str,
    signed_at: String,
}

struct DifferenceView {
    what: String,
    basis: &'static str,
    pieces: Vec<Shown>,
    grain: Option<&'static str>,
    steps: Vec<String>,
    residue: Option<&'static str>,
}

struct FindingView {
    class: &'static str,
    direction: &'static str,
    claim: &'static str,
    strength: Option<String>,
    name: String,
    meaning: Option<&'static str>,
    note: String,
    evidence: String,
    innocent: Option<&'static str>,
    common: String,
}

impl View {
    pub fn new(
        row: &Row,
        examined: &Examined,
        verdict: Option<&Verdict>,
        raw: &[u8],
        context: &Context,
    ) -> View {
        let lang = context.lang;
        let says = |text: Text| lang.say(text);
        let because = verdict.and_then(|v| verdict::TABLE.iter().find(|t| t.name == v.row));
        let mut findings: Vec<&Finding> = examined.findings.iter().collect();
        findings.sort_by_key(|f| f.direction != Direction::Contradicts);
        let (telling, others): (Vec<_>, Vec<_>) = findings
            .into_iter()
            .partition(|f| matches!(f.direction, Direction::Contradicts | Direction::Supports));
        let claims = verdict.into_iter().flat_map(|v| &v.claims);
        let coverage = verdict.into_iter().flat_map(|v| v.coverage.parts());
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
            fields: fields(row, raw.len(), lang),
            says: says(wording::status_says(row.status)),
            because: because.map(|t| says(t.meaning)),
            strength: row.strength.map(|s| lang.band(s)),
            marks: row.marks.iter().map(|mark| says(wording::mark(*mark))).collect(),
            claims: claims
                .map(|(c, s)| (says(wording::claim(*c)), says(wording::status(*s))))
                .collect(),
            coverage: coverage.map(|(p, c)| (part(p, lang), says(wording::cover(c)))).collect(),
            places: places.into_iter().map(|path| visible(path)).collect(),
            signatures: examined.signatures.iter().map(|s| signature(s, lang)).collect(),
            differences: difference::copied(raw, &examined.signatures, lang)
                .into_iter()
                .map(|d| shown(d, lang))
                .collect(),
            telling: telling.into_iter().map(|f| finding(f, context)).collect(),
            others: others.into_iter().map(|f| finding(f, context)).collect(),
            defects: defects.collect(),
            changes: says(wording::status_changes(row.status)),
            missing: visible(&reading::missing_keys(&examined.wants, context.facts).join(", ")),
            again: again(row, context),
        }
    }

    fn say(&self, text: Text) -> &'static str {
        self.lang.say(text)
    }
}

/// The command that shows the item.
fn again(row: &Row, context: &Context) -> String {
    format!("lydite show {} {}", context.case, &row.sha256.to_string()[..16])
}

fn fields(row: &Row, size: usize, lang: Lang) -> Vec<(&'static str, String)> {
    let mail = row.mail.clone().unwrap_or_default();
    let date = mail.date.map(|at| face::moment(at, mail.date_offset));
    let bytes = format!("{} {}", lang.number(size as u64), lang.say(wording::BYTES));
    let all = [
        (words::FROM, mail.from),
        (words::TO, mail.to),
        (words::CC, mail.cc),
        (words::DATE, date.or(mail.date_text)),
        (words::MESSAGE_ID, mail.message_id),
    ];
    let mut out: Vec<_> = all
        .into_iter()
        .filter_map(|(label, value)| Some((lang.say(label), cut(&visible(&value?)))))
        .collect();
    out.push(("SHA-256", row.sha256.to_string()));
    out.push((lang.say(words::SIZE), bytes));
    out
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

fn part(name: &'static str, lang: Lang) -> &'static str {
    match name {
        "from" => "From",
        "to" => "To",
        "cc" => "Cc",
        "date" => "Date",
        "subject" => "Subject",
        "message_id" => "Message-ID",
        "body" => lang.say(words::PART_BODY),
        "reading" => lang.say(words::PART_READING),
        "attachments" => lang.say(words::PART_ATTACHMENTS),
        other => other,
    }
}

fn signature(signature: &Signature, lang: Lang) -> SignatureView {
    let bits = signature.key_bits.map(|bits| format!(", {bits} bits")).unwrap_or_default();
    let mut outcome = lang.say(wording::outcome(signature.outcome)).to_owned();
    if let Some(why) = signature.cannot_tell {
        outcome = format!("{outcome} ({})", lang.say(wording::cannot_tell(why)));
    }
    SignatureView {
        family: wording::family(signature.family),
        signer: visible(&format!("{}._domainkey.{}", signature.selector, signature.domain)),
        how: format!("{}{bits}", visible(&signature.algorithm)),
        outcome,
        relation: lang.say(wording::alignment(signature.alignment)),
        signed_at: signature.signed_at.map(|at| face::moment(at, Some(0))).unwrap_or_default(),
    }
}

fn shown(difference: Difference, lang: Lang) -> DifferenceView {
    let grain = match difference.grain {
        Grain::Words => None,
        Grain::Lines => Some(lang.say(words::BY_LINES)),
        Grain::Block => Some(lang.say(words::BY_BLOCK)),
    };
    let residue = difference
        .residue_explained
        .map(|explained| lang.say(if explained { words::EXPLAINED } else { words::UNEXPLAINED }));
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
    let innocent = code.map(|code| lang.say(code.innocent)).filter(|text| !text.is_empty());
    let common = context.common.get(&(finding.check.clone(), finding.code.clone()));
    let evidence: Vec<_> = finding.evidence.iter().map(reading::described).collect();
    FindingView {
        class: match finding.direction {
            Direction::Contradicts => "against",
            Direction::Supports => "for",
            Direction::Neutral | Direction::Inconclusive => "open",
        },
        direction: lang.say(wording::direction(finding.direction)),
        claim: lang.say(wording::claim(finding.claim)),
        strength: finding.strength.map(|s| lang.band(s)),
        name: visible(&format!("{} {}", finding.check, finding.code)),
        meaning: code.map(|code| lang.say(code.meaning)),
        note: visible(&finding.note),
        evidence: visible(&evidence.join("; ")),
        innocent,
        common: lang.number(common.copied().unwrap_or_default()),
    }
}

impl Row {
    /// Where its evidence stands on the page: the blob's name.
    pub fn anchor(&self) -> String {
        format!("i-{}", &self.sha256.to_string()[..16])
    }

    pub fn subject(&self, lang: Lang) -> String {
        let subject = self.mail.as_ref().and_then(|m| m.subject.as_deref());
        let subject = subject.filter(|text| !text.trim().is_empty());
        subject.map_or_else(|| lang.say(words::NO_SUBJECT).to_owned(), |text| cut(&visible(text)))
    }

    /// The marks in a word each, without what they say.
    pub fn short_marks(&self, lang: Lang) -> String {
        let short = |mark: &Mark| {
            let text = lang.say(wording::mark(*mark));
            text.split(':').next().unwrap_or(text).trim_end().to_owned()
        };
        self.marks.iter().map(short).collect::<Vec<_>>().join(" · ")
    }
}
