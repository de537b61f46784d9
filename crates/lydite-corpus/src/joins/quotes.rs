//! What answers repeat of a mail.
//!
//! ## What it examines
//! Mails that are not `verified` themselves beside the quotes in mails that name them in References or
//! In-Reply-To: word by word, wrapping, marks, encodings and links aside (`text/align.rs`). Quotes too
//! short to tell whose text they are count for nothing. A quote is the mail's by its level, which is the
//! place at which the answer names the mail (the first level of the last, and so on), or by the writer
//! and minute that the answer states. Only first-level quotes of the last and such statements vouch or
//! accuse; of answers that are not `verified` the others are not read.
//!
//! ## What it can show
//! That this text stood in the conversation by the time of the answer. It vouches for the text when
//! all of it is repeated unchanged, by an established correspondent who is no custodian of the dump and
//! a party to the mail (`joins/standing.rs`), and what the answer says of writer, day and subject is what
//! the mail displays (design rule 13). Since people shorten what they quote, what they left out can be what
//! was taken out of the mail: so the quote must also be in one piece, without a mark of shortening or a line
//! that the mail lacks, reach the writer's name below the text, and leave nothing out of another mail of the
//! same Message-ID. At every level of quoting it must have the same words, since a mark put before a line makes
//! it another's; of signs only those may differ that programs draw. Or that an answer repeats it with other
//! words: then these are shown. Where the answer is not `verified` itself that names both texts and accuses
//! neither.
//!
//! ## What it cannot show
//! Who wrote the text, to whom, and when; what was attached, so that it vouches for no mail that has more
//! parts than texts. Of a mail that is repeated in part, the rest.
//!
//! ## How it can be fooled
//! People correct, shorten and redact what they quote: other words are a reason to look, no more. A
//! correspondent whom the victim answered for a month before the break-in can repeat a made text. Where
//! somebody answering took a paragraph out of the middle and left no trace, nothing tells that it was there.
//!
//! ## References
//! - Design rules 9 and 13; RFC 5322 §3.6.4; RFC 3676 §4.5 (marks of quoting)

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::record_batch::RecordBatch;
use lydite_core::check::{Code, Text};
use lydite_core::evidence::{Claim, Direction, Evidence, Finding, Mark, Strength};
use lydite_core::item::Sha256;
use lydite_core::limits;
use lydite_core::parse::date::day;
use lydite_core::text::align::{self, Aligned, Change, align};
use lydite_core::text::normalise;
use lydite_core::text::quote::Line;
use lydite_core::text::record::lines;
use serde::Deserialize;

use super::{
    Found, Join, Stage, Texts, bare_subject, carried_marks, firm_changes, is_mostly_equal, rows,
    witnessed, words_of,
};
use crate::case::Result;
use crate::tables::links::{self, Relation};

/// Verified senders who write to an address that writes nothing itself: then it is a list.
const SENDERS: u64 = 5;
/// Words in a line below a text: a closing, a name, an office, a telephone number.
const SHORT: usize = 8;
/// Seconds between a Date and what an answer says of it: zones, and days without a time.
const NEAR: i64 = 2 * 86_400;

pub static JOIN: Join = Join {
    id: "corpus/quotes",
    version: 4,
    claim: Claim::BodyAsSent,
    group: "quote",
    stage: Stage::Standing,
    codes: &[
        &WHOLE,
        &IN_PART,
        &REPEATED,
        &OTHER_WORDS,
        &OTHER_WORDS_ELSEWHERE,
        &UNVERIFIED,
        &OTHER_DAY,
    ],
    made: &[],
    sql,
    findings,
    source: include_str!("quotes.rs"),
};

static WHOLE: Code = Code {
    check: "corpus/quotes",
    name: "quoted-whole",
    claim: Claim::BodyAsSent,
    direction: Direction::Supports,
    strength: Some(Strength::Strong),
    meaning: Text {
        en: "an established correspondent’s signed answer repeats all of this text, unchanged",
        fr: "la réponse signée d’un correspondant établi reprend tout ce texte, sans changement",
    },
    innocent: Text { en: "", fr: "" },
};

static IN_PART: Code = Code {
    name: "quoted-in-part",
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "an established correspondent’s signed answer repeats a part of this text, unchanged",
        fr: "la réponse signée d’un correspondant établi reprend une partie de ce texte, sans \
             changement",
    },
    ..WHOLE
};

static REPEATED: Code = Code {
    name: "quoted",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "a signed answer repeats text of it; its sender cannot vouch for it here",
        fr: "une réponse signée en reprend du texte ; son expéditeur ne peut pas en répondre ici",
    },
    ..WHOLE
};

static OTHER_WORDS: Code = Code {
    name: "quoted-with-other-words",
    direction: Direction::Contradicts,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "a signed answer repeats this text with other words",
        fr: "une réponse signée reprend ce texte avec d’autres mots",
    },
    innocent: Text {
        en: "whoever answered corrected, shortened or redacted what they quoted, or answered inside \
             it; a translation; a program that rewrites words",
        fr: "l’auteur de la réponse a corrigé, abrégé ou caviardé ce qu’il cite, ou y a répondu dans \
             le texte ; une traduction ; un logiciel qui réécrit des mots",
    },
    ..WHOLE
};

static OTHER_WORDS_ELSEWHERE: Code = Code {
    name: "quoted-with-other-words-by-others",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "a signed answer repeats this text with other words; its sender is a custodian of the dump \
             or no party to the mail, it does not say whose text that is, or others repeat it as it is",
        fr: "une réponse signée reprend ce texte avec d’autres mots ; son expéditeur est détenteur \
             d’une boîte de la fuite ou étranger au message, elle ne dit pas de qui est ce texte, ou \
             d’autres le reprennent tel quel",
    },
    ..OTHER_WORDS
};

static UNVERIFIED: Code = Code {
    name: "quoted-with-other-words-unverified",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "an answer that is not verified itself repeats this text with other words",
        fr: "une réponse qui n’est pas vérifiée elle-même reprend ce texte avec d’autres mots",
    },
    innocent: Text {
        en: "whoever answered corrected, shortened or redacted what they quoted, or answered inside \
             it; what was changed is the answer",
        fr: "l’auteur de la réponse a corrigé, abrégé ou caviardé ce qu’il cite, ou y a répondu dans \
             le texte ; c’est la réponse qui a été modifiée",
    },
    ..OTHER_WORDS
};

static OTHER_DAY: Code = Code {
    name: "quoted-of-another-day",
    claim: Claim::DateAsStated,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "a signed answer says that this text was written on another day than Date",
        fr: "une réponse signée dit ce texte écrit un autre jour que la date affichée",
    },
    innocent: Text {
        en: "a clock or zone that was wrong; a draft of another day; an answer that names the day in \
             another order",
        fr: "une horloge ou un fuseau mal réglés ; un brouillon d’un autre jour ; une réponse qui écrit le \
             jour dans un autre ordre",
    },
    ..OTHER_WORDS
};

fn sql() -> String {
    format!(
        "WITH answers AS (
            SELECT sha256, sender, date, marks, \"references\", true AS is_signed, is_free,
                   is_established, known_by FROM signed
            UNION ALL
            SELECT m.sha256, lower(m.from_address) AS sender, m.date, m.marks, m.\"references\",
                   false AS is_signed, false AS is_free, false AS is_established, [] AS known_by
            FROM mails m LEFT ANTI JOIN signed v ON v.sha256 = m.sha256
            WHERE m.date IS NOT NULL AND m.from_address IS NOT NULL
              AND array_length(m.\"references\") > 0),
        asked AS (
            SELECT sha256 AS answer, unnest(array_reverse(\"references\")) AS id,
                   unnest(range(1, CAST(array_length(\"references\") AS BIGINT) + 1)) AS place
            FROM answers),
        open AS (
            SELECT m.sha256, btrim(m.message_id, '<> ') AS id, lower(m.from_address) AS writer,
                   m.date, m.subject, m.from_name,
                   lower(concat_ws(', ', m.from_address, m.to_address, m.cc_address)) AS people
            FROM mails m LEFT ANTI JOIN (
                SELECT sha256 FROM standing WHERE status = 'verified') s ON s.sha256 = m.sha256),
        pair AS (
            SELECT a.answer, o.sha256, a.place
            FROM asked a JOIN open o ON o.id = a.id
            WHERE o.sha256 <> a.answer),
        addressed AS (
            SELECT DISTINCT sha256, unnest(string_to_array(
                lower(concat_ws(', ', to_address, cc_address)), ', ')) AS name FROM mails),
        writers AS (SELECT DISTINCT lower(from_address) AS name FROM mails),
        lists AS (
            SELECT a.name FROM addressed a JOIN signed v ON v.sha256 = a.sha256
            LEFT ANTI JOIN writers w ON w.name = a.name
            GROUP BY a.name HAVING count(DISTINCT v.sender) >= {SENDERS}),
        listed AS (
            SELECT DISTINCT p.answer, p.sha256 FROM pair p
            JOIN addressed x ON x.sha256 = p.answer JOIN lists l ON l.name = x.name
            JOIN addressed y ON y.sha256 = p.sha256 AND y.name = l.name),
        said AS (
            SELECT p.sha256, array_agg(named_struct(
                'answer', p.answer, 'sender', v.sender, 'at', v.date, 'marks', v.marks,
                'is_signed', v.is_signed, 'is_free', v.is_free,
                'is_established', v.is_established, 'known_by', v.known_by,
                'is_party', l.sha256 IS NOT NULL OR
                    strpos(concat(', ', o.people, ','), concat(', ', v.sender, ',')) > 0,
                'is_parent', p.place = 1 AND q.depth = 1, 'is_placed', q.depth = p.place,
                'name', q.name, 'address', q.address, 'moments', q.moments,
                'subject', q.subject, 'is_unbroken', q.is_unbroken, 'levels', q.levels,
                'seq', q.seq)) AS quotes
            FROM pair p JOIN open o ON o.sha256 = p.sha256
            JOIN answers v ON v.sha256 = p.answer
            JOIN quotes q ON q.sha256 = p.answer AND (v.is_signed OR q.depth = p.place)
            LEFT JOIN listed l ON l.answer = p.answer AND l.sha256 = p.sha256
            GROUP BY p.sha256),
        more AS (
            SELECT sha256, bool_or(shows_more) AS shows_more, array_agg(levels) AS levels
            FROM bodies GROUP BY sha256),
        vouched AS (
            SELECT DISTINCT unnest(\"references\") AS id FROM signed WHERE is_established),
        others AS (
            SELECT id, array_agg(sha256) AS mails FROM (
                SELECT w.id, m.displayed, min(m.sha256) AS sha256
                FROM vouched w JOIN mails m ON btrim(m.message_id, '<> ') = w.id
                GROUP BY w.id, m.displayed)
            GROUP BY id)
        SELECT o.sha256, o.writer, o.from_name, o.date, o.subject, b.shows_more, b.levels,
               coalesce(h.mails, []) AS of_its_id, s.quotes
        FROM said s JOIN open o ON o.sha256 = s.sha256 JOIN more b ON b.sha256 = s.sha256
        LEFT JOIN others h ON h.id = o.id
        ORDER BY o.sha256"
    )
}

/// A mail that is quoted.
#[derive(Clone, Deserialize)]
struct Row {
    sha256: Sha256,
    writer: Option<String>,
    from_name: Option<String>,
    date: Option<i64>,
    subject: Option<String>,
    /// Mails of its Message-ID that do not display the same, itself or its like among them, where somebody may
    /// vouch for it.
    of_its_id: Vec<Sha256>,
    /// The forms of its text, of each the lines that are its own, and the texts of the mails of its id.
    #[serde(skip)]
    texts: Vec<String>,
    #[serde(skip)]
    own: Vec<String>,
    #[serde(skip)]
    others: Vec<String>,
    /// Of one of the texts a reader sees something else than its lines.
    shows_more: bool,
    /// Of each text the words at every level of quoting, as numbers.
    levels: Vec<Vec<u64>>,
    quotes: Vec<Quote>,
}

/// A quote in an answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Quote {
    answer: Sha256,
    sender: String,
    /// Date of the answer.
    at: i64,
    marks: Vec<Mark>,
    /// The answer is `verified`, its body covered.
    is_signed: bool,
    is_free: bool,
    is_established: bool,
    /// Answers by which its sender is known.
    known_by: Vec<Sha256>,
    is_party: bool,
    /// The answer names the mail last, and this is its outermost quote.
    is_parent: bool,
    /// Its level is the place at which the answer names the mail, from the last.
    is_placed: bool,
    name: Option<String>,
    address: Option<String>,
    moments: Vec<Time>,
    subject: Option<String>,
    is_unbroken: bool,
    levels: Vec<u64>,
    /// Its position among the answer's quotes.
    seq: u32,
    #[serde(skip)]
    text: String,
}

/// [`lydite_core::text::quote::Moment`], with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Time {
    local: i64,
    zone: Option<i32>,
    precision: u32,
}

impl Row {
    fn with(mut self, texts: &Texts) -> Result<Row> {
        self.texts = texts.bodies(&self.sha256)?;
        self.own = texts.own(&self.sha256)?;
        for other in self.of_its_id.iter().take(limits::ID_VERSIONS) {
            self.others.extend(texts.bodies(other)?);
        }
        for quote in &mut self.quotes {
            quote.text = texts.quote(&quote.answer, quote.seq)?;
        }
        Ok(self)
    }

    /// Whether a reader sees the text alone, and it ends as letters do: a quote that was cut lacks the end.
    fn can_be_whole(&self) -> bool {
        let is_counted = self.of_its_id.len() <= limits::ID_VERSIONS;
        !self.shows_more && is_counted && self.own.iter().all(|own| self.is_signed_off(own))
    }

    /// Whether the writer's name stands in one of the short lines below the text.
    fn is_signed_off(&self, own: &str) -> bool {
        let lines: Vec<&str> = own.lines().filter(|line| !line.trim().is_empty()).collect();
        let is_short = |line: &&&str| line.split_whitespace().count() <= SHORT;
        let below = lines.iter().skip(1).rev().take_while(is_short);
        let mut said = below.flat_map(|line| name_words(line));
        let names = name_words(self.from_name.as_deref().unwrap_or_default());
        said.any(|word| names.contains(&word))
    }
}

/// A quote laid beside the mail.
struct Laid {
    quote: Quote,
    aligned: Aligned,
    is_whole: bool,
    is_named: bool,
}

fn findings(batch: &RecordBatch, texts: &Texts) -> Result<Found> {
    let mut out = Found::default();
    for row in rows::<Row>(batch)? {
        let row = row.with(texts)?;
        let laid = laid(&row);
        for one in &laid {
            out.links.push(links::Row {
                sha256: one.quote.answer,
                other: row.sha256,
                relation: Relation::Quote,
                note: words_of(&one.aligned),
            });
        }
        out.findings.extend(judged(&row, &laid).into_iter().map(|f| (row.sha256, f)));
    }
    Ok(out)
}

/// Of each answer the quote that has most of the mail, if it tells that it is this mail's text; one that
/// is said to be of it before one that is so by its level alone.
fn laid(row: &Row) -> Vec<Laid> {
    let texts: Vec<Vec<Line>> = row.texts.iter().map(|text| lines(text)).collect();
    let texts: Vec<Vec<&Line>> = texts.iter().map(|text| text.iter().collect()).collect();
    let mut quotes = row.quotes.clone();
    quotes.sort();
    let mut best: BTreeMap<Sha256, Laid> = BTreeMap::new();
    for quote in quotes.into_iter().filter(|quote| is_by_writer(row, quote)) {
        let is_named = names(row, &quote);
        if !is_named && !quote.is_placed {
            continue;
        }
        let quoted = lines(&quote.text);
        let quoted: Vec<&Line> = quoted.iter().collect();
        let beside: Vec<Aligned> = texts.iter().map(|text| align(&quoted, text)).collect();
        // Every form of the text: a reader is shown one, and an answer may quote another.
        let mut both = beside.iter().zip(&texts);
        let is_whole = quote.is_unbroken
            && row.can_be_whole()
            // Nobody's words are shown as another's.
            && row.levels.iter().all(|levels| *levels == quote.levels)
            && both.all(|(aligned, text)| is_whole(aligned, text))
            && !row.others.iter().any(|other| has_more(&quoted, other));
        let known = best.get(&quote.answer).map(|laid| (laid.is_named, laid.aligned.equal));
        let Some(aligned) = beside.into_iter().rev().max_by_key(|aligned| aligned.equal) else {
            continue;
        };
        if aligned.tells() && is_mostly_equal(&aligned) && Some((is_named, aligned.equal)) > known {
            best.insert(quote.answer, Laid { quote, aligned, is_whole, is_named });
        }
    }
    best.into_values().collect()
}

/// Whether the answer names this mail's writer for the quote, or nobody.
fn is_by_writer(row: &Row, quote: &Quote) -> bool {
    quote.address.is_none() || quote.address == row.writer
}

/// Whether the quote is said to be of this mail: by its place in the answer, or by the minute. Mails of
/// one thread share words, so words alone do not tell them apart.
fn names(row: &Row, quote: &Quote) -> bool {
    let is_minute = |time: &Time| {
        let away = row.date.map(|date| time.local - date);
        away.is_some_and(|away| match time.zone {
            Some(zone) => (away - i64::from(zone)).abs() < 60,
            // Zones are whole quarters of an hour, at most 14 hours off.
            None => away.abs() <= 14 * 3_600 && away.rem_euclid(900) < 60,
        })
    };
    quote.is_parent || quote.moments.iter().any(is_minute)
}

/// Whether another text under the same id can be what was quoted, and holds more than the quote.
fn has_more(quoted: &[&Line], other: &str) -> bool {
    let other = lines(other);
    let other: Vec<&Line> = other.iter().collect();
    let aligned = align(quoted, &other);
    let can_be = aligned.tells() && is_mostly_equal(&aligned);
    can_be && firm_changes(&aligned).next().is_none() && !is_whole(&aligned, &other)
}

/// Whether every word of the text stands in the quote, and no line does that the text lacks. Signs that programs
/// draw come and go; a link, an accent, a capital letter, figures or letters parted elsewhere, a minus or a
/// question can be what was changed.
fn is_whole(aligned: &Aligned, text: &[&Line]) -> bool {
    let (words, was_cut) = normalise::words(text);
    let all = words.iter().filter(|word| word.counts()).count();
    let changes = &aligned.changes;
    let carried: usize = changes.iter().map(|change| change.was_words).sum();
    let is_cut = was_cut || aligned.cut || aligned.is_shortened;
    !is_cut
        && aligned.foreign.is_empty()
        && changes.iter().all(is_drawn)
        && aligned.equal + carried >= all
}

/// Whether only marks of stress and rules differ, or blanks between thousands.
fn is_drawn(change: &Change) -> bool {
    let is_mark = |word: &&str| matches!(*word, "*" | "_" | "---" | "===" | "***" | "___");
    let words = |text: &str| -> Vec<String> {
        text.split(' ')
            .filter(|word| !word.is_empty() && !is_mark(word))
            .map(str::to_owned)
            .collect()
    };
    let (was, is) = (words(&change.was), words(&change.is));
    let is_shown = change.was.split(' ').count().max(change.is.split(' ').count()) < align::SAID;
    let is_parted = |one: &[String], other: &[String]| {
        one.len() == 1 && one.concat() == other.concat() && is_thousands(other)
    };
    is_shown && (was == is || is_parted(&was, &is) || is_parted(&is, &was))
}

/// Whether figures are parted as thousands are.
fn is_thousands(groups: &[String]) -> bool {
    let is_figures = |group: &String| group.chars().all(|c| c.is_ascii_digit());
    let [first, rest @ ..] = groups else { return false };
    let is_group = |group: &String| group.len() == 3 && is_figures(group);
    first.len() <= 3 && is_figures(first) && !rest.is_empty() && rest.iter().all(is_group)
}

fn judged(row: &Row, laid: &[Laid]) -> Vec<Finding> {
    let differs = |l: &&&Laid| firm_changes(&l.aligned).next().is_some();
    let (signed, others): (Vec<&Laid>, Vec<&Laid>) = laid.iter().partition(|l| l.quote.is_signed);
    let mut out = by_signed(row, &signed);
    let is_said =
        |codes: &[&Code]| out.iter().any(|f| codes.iter().any(|code| f.code == code.name));
    // A signed answer said as much, or all of the text stands in one that vouches for it.
    if !is_said(&[&OTHER_WORDS, &OTHER_WORDS_ELSEWHERE, &WHOLE]) {
        out.extend(others.iter().find(differs).map(|laid| finding(&UNVERIFIED, laid)));
    }
    out
}

/// What the answers say that are `verified`.
fn by_signed(row: &Row, laid: &[&Laid]) -> Vec<Finding> {
    let laid = laid.iter().copied();
    let vouches = |l: &&Laid| l.is_named && l.quote.is_established && l.quote.is_party;
    let is_equal = |l: &&Laid| l.aligned.altering().next().is_none();
    let differs = |l: &&Laid| firm_changes(&l.aligned).next().is_some();
    let may_accuse = |l: &&Laid| l.is_named && l.quote.is_free && l.quote.is_party;
    let equal: Vec<&Laid> = laid.clone().filter(vouches).filter(is_equal).collect();
    let other: Vec<&Laid> = laid.clone().filter(differs).collect();
    let mut out = Vec::new();
    // What one of them repeats as it is, another changed.
    let accusing = other.iter().copied().find(|l| may_accuse(l) && equal.is_empty());
    if let Some(laid) = accusing.or(other.first().copied()) {
        let code = if accusing.is_some() { &OTHER_WORDS } else { &OTHER_WORDS_ELSEWHERE };
        out.push(finding(code, laid));
    }
    let may_date = |l: &&Laid| may_accuse(l) && l.quote.is_parent && is_equal(l);
    let day_off = laid.clone().filter(may_date).find(|l| other_day(row, &l.quote));
    out.extend(day_off.map(|laid| finding(&OTHER_DAY, laid)));
    if !out.is_empty() {
        return out;
    }
    let agrees = |l: &&&Laid| agrees(row, &l.quote);
    let whole = equal.iter().filter(|l| l.is_whole).find(agrees);
    let part = whole.or_else(|| equal.iter().find(agrees));
    match (whole, part) {
        (Some(laid), _) => out.push(finding(&WHOLE, laid)),
        (None, Some(laid)) => out.push(finding(&IN_PART, laid)),
        _ => out.extend(laid.clone().next().map(|laid| finding(&REPEATED, laid))),
    }
    out
}

fn finding(code: &'static Code, laid: &Laid) -> Finding {
    let quote = &laid.quote;
    let note = format!("{} on {}, {}", quote.sender, day(quote.at), words_of(&laid.aligned));
    let finding = code.at(Evidence::Item { sha256: quote.answer }).noting(note);
    let finding = witnessed(finding, &quote.known_by);
    carried_marks(&quote.marks).fold(finding, Finding::marked)
}

/// Whether what the answer says of writer, day and subject is what the mail displays.
fn agrees(row: &Row, quote: &Quote) -> bool {
    let stripped =
        |subject: &Option<String>| subject.as_deref().map(bare_subject).unwrap_or_default();
    let is_subject = quote.subject.is_none() || stripped(&quote.subject) == stripped(&row.subject);
    let is_later = row.date.is_none_or(|date| quote.at >= date - NEAR);
    is_subject && is_later && !other_day(row, quote) && is_named(row, quote)
}

/// Whether the name that an answer gives alone, without an address, may be that of whom the mail displays:
/// one has all words of the other, or the address has one.
fn is_named(row: &Row, quote: &Quote) -> bool {
    let (Some(name), None) = (&quote.name, &quote.address) else { return true };
    let (said, shown) =
        (name_words(name), name_words(row.from_name.as_deref().unwrap_or_default()));
    let local =
        row.writer.as_deref().and_then(|writer| writer.split('@').next()).unwrap_or_default();
    let is_address =
        || said.iter().any(|word| word.chars().count() > 2 && local.contains(word.as_str()));
    said.is_empty()
        || if shown.is_empty() {
            is_address()
        } else {
            said.is_subset(&shown) || shown.is_subset(&said)
        }
}

fn name_words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1);
    words.map(str::to_lowercase).collect()
}

/// Whether every reading of the day lies away from Date.
fn other_day(row: &Row, quote: &Quote) -> bool {
    let Some(date) = row.date else { return false };
    let far = |time: &Time| {
        let utc = time.local - i64::from(time.zone.unwrap_or(0));
        (utc - date).abs() > NEAR + i64::from(time.precision)
    };
    !quote.moments.is_empty() && quote.moments.iter().all(far)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "Dear all,\nthe board agreed to pay 40,000 euros to the printers in March.\nAnne";

    fn row(quotes: Vec<Quote>) -> Row {
        Row {
            sha256: Sha256::of(b"mail"),
            writer: Some("a@b.example".to_owned()),
            from_name: Some("Anne Arden".to_owned()),
            shows_more: false,
            date: Some(1_491_000_000),
            subject: Some("Printers".to_owned()),
            texts: vec![TEXT.to_owned()],
            own: vec![TEXT.to_owned()],
            of_its_id: Vec::new(),
            others: Vec::new(),
            levels: vec![vec![1]],
            quotes,
        }
    }

    fn quote(text: &str) -> Quote {
        Quote {
            answer: Sha256::of(text.as_bytes()),
            sender: "c@d.example".to_owned(),
            at: 1_491_010_000,
            marks: Vec::new(),
            is_signed: true,
            is_free: true,
            is_established: true,
            known_by: Vec::new(),
            is_party: true,
            is_parent: true,
            name: Some("Anne Arden".to_owned()),
            is_placed: true,
            address: Some("a@b.example".to_owned()),
            moments: vec![Time { local: 1_491_000_000, zone: Some(0), precision: 60 }],
            subject: Some("Re: Printers".to_owned()),
            is_unbroken: true,
            levels: vec![1],
            seq: 0,
            text: text.to_owned(),
        }
    }

    fn codes(quotes: Vec<Quote>) -> Vec<String> {
        let row = row(quotes);
        judged(&row, &laid(&row)).into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn only_whole_unchanged_quotes_of_those_who_may_vouch_lift() {
        assert_eq!(codes(vec![quote(TEXT)]), ["quoted-whole"]);
        let part = "the board agreed to pay 40,000 euros to the printers in March.";
        assert_eq!(codes(vec![quote(part)]), ["quoted-in-part"]);
        assert_eq!(codes(vec![Quote { is_established: false, ..quote(TEXT) }]), ["quoted"]);
        assert_eq!(codes(vec![Quote { is_party: false, ..quote(TEXT) }]), ["quoted"]);
        assert_eq!(codes(vec![quote("thanks, see you then")]), [""; 0]);
        // The form that is shown may be another one than the form that is quoted.
        let mut two = row(vec![quote(TEXT)]);
        two.texts.push(TEXT.replace("40,000", "90,000"));
        assert_eq!(judged(&two, &laid(&two))[0].code, "quoted-in-part");
        let capital = TEXT.replace("printers", "Printers");
        let mut other = row(vec![quote(TEXT)]);
        other.texts = vec![capital];
        assert_ne!(judged(&other, &laid(&other))[0].code, "quoted-whole");
        let more = Row { shows_more: true, ..row(vec![quote(TEXT)]) };
        assert_eq!(judged(&more, &laid(&more))[0].code, "quoted-in-part");
        let asked = TEXT.replace("March.", "March?");
        assert_eq!(codes(vec![quote(&asked)]), ["quoted-in-part"]);
    }

    #[test]
    fn what_a_quote_leaves_out_can_be_what_was_taken_out_of_the_mail() {
        // The quote has a line that the mail lacks, within and below.
        let within = TEXT.replace("\nAnne", "\nWe will of course never do this.\nAnne");
        assert_eq!(codes(vec![quote(&within)]), ["quoted-in-part"]);
        let below = format!("{TEXT}\n\nPS: this is a joke, as you will all have understood.");
        assert_eq!(codes(vec![quote(&below)]), ["quoted-in-part"]);
        // The quote can have been shortened.
        let marked = TEXT.replace("\nAnne", "\n[...]\nAnne");
        assert_eq!(codes(vec![quote(&marked)]), ["quoted-in-part"]);
        assert_eq!(codes(vec![Quote { is_unbroken: false, ..quote(TEXT) }]), ["quoted-in-part"]);
        let unnamed = TEXT.trim_end_matches("\nAnne");
        let cut = Row {
            texts: vec![unnamed.to_owned()],
            own: vec![unnamed.to_owned()],
            ..row(vec![quote(unnamed)])
        };
        assert_eq!(judged(&cut, &laid(&cut))[0].code, "quoted-in-part");
        // Another mail of the same id holds more, or is contradicted by the quote.
        for (other, expected) in [
            (within.clone(), "quoted-in-part"),
            (TEXT.replace("40,000", "90,000"), "quoted-whole"),
            ("Minutes of the meeting in the hall, all present.\nAnne".to_owned(), "quoted-whole"),
        ] {
            let others = vec![TEXT.to_owned(), other];
            let row = Row { others, ..row(vec![quote(TEXT)]) };
            assert_eq!(judged(&row, &laid(&row))[0].code, expected);
        }
    }

    #[test]
    fn signs_and_blanks_that_programs_draw_leave_a_text_whole() {
        for (was, is, expected) in [
            ("40 000", "40000", "quoted-whole"),
            ("3 25", "32 5", "quoted-in-part"),
            ("1 23", "123", "quoted-in-part"),
            ("now here", "nowhere", "quoted-in-part"),
            ("*agreed*", "agreed", "quoted-whole"),
            ("- 5", "5", "quoted-in-part"),
            ("x > 5", "x < 5", "quoted-in-part"),
            ("(agreed)", "agreed", "quoted-in-part"),
            ("\"agreed\"", "agreed", "quoted-in-part"),
        ] {
            let with = |words: &str| TEXT.replace("agreed", words);
            for (mail, answer) in [(was, is), (is, was)] {
                let text = with(mail);
                let quote = quote(&with(answer));
                let row = Row { own: vec![text.clone()], texts: vec![text], ..row(vec![quote]) };
                assert_eq!(judged(&row, &laid(&row))[0].code, expected, "{mail} {answer}");
            }
        }
    }

    #[test]
    fn who_is_shown_to_say_what_must_agree() {
        let row = Row { levels: vec![vec![1, 2], vec![2, 1]], ..row(vec![quote(TEXT)]) };
        for (levels, expected) in [(vec![1, 2], "quoted-in-part"), (vec![2, 1], "quoted-in-part")] {
            let row = Row { quotes: vec![Quote { levels, ..quote(TEXT) }], ..row.clone() };
            assert_eq!(judged(&row, &laid(&row))[0].code, expected);
        }
        let row = Row {
            levels: vec![vec![1, 2], vec![1, 2]],
            quotes: vec![Quote { levels: vec![1, 2], ..quote(TEXT) }],
            ..row
        };
        assert_eq!(judged(&row, &laid(&row))[0].code, "quoted-whole");
    }

    #[test]
    fn what_the_answer_says_of_the_mail_must_be_what_it_displays() {
        let other = Some("x@b.example".to_owned());
        assert_eq!(codes(vec![Quote { address: other, ..quote(TEXT) }]), [""; 0]);
        let by = |name: &str| Quote { address: None, name: Some(name.to_owned()), ..quote(TEXT) };
        assert_eq!(codes(vec![by("Arden, Anne")]), ["quoted-whole"]);
        assert_eq!(codes(vec![by("Anne")]), ["quoted-whole"]);
        assert_eq!(codes(vec![by("Karl Weiss")]), ["quoted"]);
        let other = Some("Re: Painters".to_owned());
        assert_eq!(codes(vec![Quote { subject: other, ..quote(TEXT) }]), ["quoted"]);
        let moments = vec![Time { local: 1_480_000_000, zone: None, precision: 60 }];
        assert_eq!(codes(vec![Quote { moments, ..quote(TEXT) }]), ["quoted-of-another-day"]);
        assert_eq!(codes(vec![Quote { at: 1_480_000_000, ..quote(TEXT) }]), ["quoted"]);
    }

    #[test]
    fn other_words_are_shown_and_accuse_only_by_those_who_were_there() {
        let changed = TEXT.replace("40,000", "90,000");
        assert_eq!(codes(vec![quote(&changed)]), ["quoted-with-other-words"]);
        let found = row(vec![quote(&changed)]);
        let note = judged(&found, &laid(&found)).remove(0).note;
        assert!(note.contains("“90,000” for “40,000”"), "{note}");
        let theirs = Quote { is_free: false, ..quote(&changed) };
        assert_eq!(codes(vec![theirs]), ["quoted-with-other-words-by-others"]);
        let both = vec![quote(&changed), quote(TEXT)];
        assert_eq!(codes(both), ["quoted-with-other-words-by-others"]);
        // A deeper quote that states nobody: its level is where the mail is named.
        let deeper = |text: &str| Quote {
            is_parent: false,
            address: None,
            moments: Vec::new(),
            ..quote(text)
        };
        assert_eq!(codes(vec![deeper(&changed)]), ["quoted-with-other-words-by-others"]);
        assert_eq!(codes(vec![deeper(TEXT)]), ["quoted"]);
        let lost = Quote { is_placed: false, ..deeper(&changed) };
        assert_eq!(codes(vec![lost]), [""; 0]);
        let stated = Quote { is_parent: false, is_placed: false, ..quote(&changed) };
        assert_eq!(codes(vec![stated]), ["quoted-with-other-words"]);
    }

    #[test]
    fn answers_that_are_not_verified_show_other_words_and_decide_nothing() {
        let unsigned = |text: &str| Quote {
            is_signed: false,
            is_parent: false,
            is_free: false,
            is_established: false,
            ..quote(text)
        };
        let changed = TEXT.replace("40,000", "90,000");
        assert_eq!(codes(vec![unsigned(TEXT)]), [""; 0]);
        let found = row(vec![unsigned(&changed)]);
        let finding = judged(&found, &laid(&found)).remove(0);
        assert_eq!(finding.code, "quoted-with-other-words-unverified");
        assert_eq!((finding.direction, finding.strength), (Direction::Neutral, None));
        assert!(finding.note.contains("“90,000” for “40,000”"), "{}", finding.note);
        let other = Some("x@b.example".to_owned());
        assert_eq!(codes(vec![Quote { address: other, ..unsigned(&changed) }]), [""; 0]);
        // What a signed answer says goes first, and none of it is lost by an unsigned one.
        assert_eq!(codes(vec![unsigned(&changed), quote(TEXT)]), ["quoted-whole"]);
        let part = "the board agreed to pay 40,000 euros to the printers in March.";
        let both = ["quoted-in-part", "quoted-with-other-words-unverified"];
        assert_eq!(codes(vec![unsigned(&changed), quote(part)]), both);
        let elsewhere = TEXT.replace("printers", "painters");
        let signed = quote(&elsewhere);
        assert_eq!(codes(vec![unsigned(&changed), signed]), ["quoted-with-other-words"]);
    }
}
