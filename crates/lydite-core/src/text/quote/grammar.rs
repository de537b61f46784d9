//! What introduces a quote: attribution lines ("On …, Ann wrote:"), lines above a forwarded mail, and
//! blocks of fields (From, Sent, To, Subject), by the words of `data/quote_grammars.tsv` and by form
//! where the language is another.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Attribution;
use super::moment;
use crate::evidence::Span;
use crate::fact::rows;
use crate::limits;
use crate::parse::date;
use crate::text::lines::{Hint, Raw};
use crate::text::quote::moment::Moment;

const TABLE: &str = include_str!("../../../data/quote_grammars.tsv");

/// Which field of a block a label names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    From,
    To,
    Cc,
    Date,
    Subject,
    Other,
}

#[derive(Default)]
struct Words {
    /// Lower case, longest first.
    verbs: Vec<String>,
    separators: Vec<String>,
    labels: HashMap<String, Field>,
    months: HashMap<String, u8>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words::default();
    for row in rows(TABLE) {
        let [kind, _language, text, value, _source, _added] = row.as_slice() else { continue };
        let text = text.to_lowercase();
        let field = match *kind {
            "wrote" => {
                words.verbs.push(text);
                continue;
            }
            "separator" => {
                words.separators.push(text);
                continue;
            }
            "month" => {
                // Of two languages that name two months alike the first listed counts.
                words.months.entry(text).or_insert(value.parse().unwrap_or(0));
                continue;
            }
            "from" => Field::From,
            "to" => Field::To,
            "cc" => Field::Cc,
            "date" => Field::Date,
            "subject" => Field::Subject,
            _ => Field::Other,
        };
        words.labels.entry(text).or_insert(field);
    }
    words.verbs.sort_by_key(|verb| std::cmp::Reverse(verb.len()));
    words
});

/// The number of a month by its name or abbreviation in lower case.
pub(super) fn month(word: &str) -> Option<u8> {
    WORDS.months.get(word).copied().filter(|n| *n > 0)
}

/// Whether a line stands above a forwarded or quoted mail: `----- Original Message -----`, `Begin
/// forwarded message:`.
pub(super) fn is_separator(text: &str) -> bool {
    let text = text.trim().trim_matches('*');
    let bare = text.trim_matches(['-', '_', '=', '—']).trim();
    let dashed = text.starts_with("--") || text.starts_with("__") || text.starts_with('—');
    let named = bare.strip_suffix(':').unwrap_or(bare).trim_end().to_lowercase();
    if bare.is_empty() || named.len() > limits::ATTRIBUTION_BYTES {
        return false;
    }
    let known = WORDS.separators.contains(&named.replace('’', "'"));
    known && (dashed || bare.ends_with(':'))
}

/// Outlook's rule above a block of fields.
pub(super) fn is_rule(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 5 && text.chars().all(|c| matches!(c, '_' | '-' | '=' | '—' | '─'))
}

/// The label of `Label: value`, in lower case, and the value. Stars of stress are taken off.
fn labelled(text: &str) -> Option<(String, &str)> {
    let text = text.trim().trim_start_matches('*');
    let (label, value) = text.split_once([':', '：'])?;
    let label = label.trim().trim_matches(['*', '\u{200e}', '\u{202a}', '\u{202c}']).trim();
    let fits = !label.is_empty()
        && label.chars().count() <= 25
        && label.chars().next().is_some_and(char::is_alphabetic)
        && label.split_whitespace().count() <= 3;
    fits.then(|| (label.to_lowercase(), value.trim_start_matches('*').trim()))
}

fn field(label: &str) -> Option<Field> {
    let known = |label: &str| WORDS.labels.get(label).copied();
    // `Enviado el:`, `Sent by:`: a short word behind.
    known(label).or_else(|| {
        let (first, last) = label.rsplit_once(' ')?;
        (last.chars().count() <= 3).then(|| known(first)).flatten()
    })
}

/// A block of fields that begins at `lines[0]`: how many lines it takes, and what it says. `sure` is how
/// many known labels are enough, a sender always among them: three in the middle of a text, since notes
/// and patches have labels too; two where something above says that a mail follows; a sender with an
/// address where a quote begins.
pub(super) fn header_block(lines: &[Raw], enough: usize) -> Option<(usize, Attribution)> {
    let level = lines.first()?.marks;
    let hinted = lines[0].hint == Hint::Header;
    labelled(&lines[0].text).filter(|(label, _)| hinted || field(label).is_some())?;
    let mut fields: Vec<(Option<Field>, String)> = Vec::new();
    let mut taken = 0;
    for line in lines.iter().take(limits::ATTRIBUTION_FIELDS) {
        if line.text.trim().is_empty() || line.marks != level || is_separator(&line.text) {
            break;
        }
        match labelled(&line.text) {
            Some((label, value)) if field(&label).is_some() || (hinted && fields.len() < 6) => {
                fields.push((field(&label), value.to_owned()));
            }
            // A value goes on in the next line, until the subject, behind which the text may begin.
            _ => match fields.last_mut() {
                Some((Some(Field::Subject), _)) | None => break,
                Some((_, value)) => {
                    value.push(' ');
                    value.push_str(line.text.trim());
                }
            },
        }
        taken += 1;
    }
    if hinted && fields.iter().filter(|(field, _)| field.is_some()).count() < 2 {
        // A language without labels here: Outlook's order is from, sent, to, subject.
        let last = fields.len().saturating_sub(1);
        for (at, (field, _)) in fields.iter_mut().enumerate() {
            *field = match at {
                0 => Some(Field::From),
                1 => Some(Field::Date),
                n if n == last => Some(Field::Subject),
                _ => None,
            };
        }
    }
    let has = |wanted: Field| fields.iter().any(|(field, _)| *field == Some(wanted));
    let known = fields.iter().filter(|(field, _)| field.is_some()).count();
    let value =
        |wanted: Field| fields.iter().find(|(f, _)| *f == Some(wanted)).map(|(_, v)| v.as_str());
    let enough = if hinted { enough.min(2) } else { enough };
    let other = has(Field::Date) || has(Field::Subject) || has(Field::To);
    let from = value(Field::From).unwrap_or_default();
    let is_block = known >= enough && has(Field::From) && (other || address(from).is_some());
    if !is_block {
        return None;
    }
    let value =
        |wanted: Field| fields.iter().find(|(f, _)| *f == Some(wanted)).map(|(_, v)| v.as_str());
    let from = value(Field::From).unwrap_or_default();
    let date = value(Field::Date).map(str::to_owned);
    let moments = date.as_deref().map(moments).unwrap_or_default();
    let span = Span::new(lines[0].span.start, lines[taken - 1].span.end);
    Some((
        taken,
        Attribution {
            name: name_of(from),
            address: address(from).map(|(address, _)| address),
            moments,
            date,
            subject: value(Field::Subject).map(str::to_owned),
            to: value(Field::To).map(str::to_owned),
            span,
        },
    ))
}

fn moments(text: &str) -> Vec<Moment> {
    if let Some(stated) = date::parse(text.as_bytes()).filter(|_| date::has_offset(text.as_bytes()))
    {
        let zone = Some(stated.offset);
        return vec![Moment { local: stated.epoch + i64::from(stated.offset), zone, precision: 1 }];
    }
    moment::find(text).map(|found| found.readings).unwrap_or_default()
}

/// An attribution in the last lines of `lines`, directly above a quote or alone: how many lines it takes.
pub(super) fn attribution(lines: &[Raw]) -> Option<(usize, Attribution)> {
    let mut best = None;
    for count in 1..=lines.len().min(limits::ATTRIBUTION_LINES) {
        let chosen = &lines[lines.len() - count..];
        if chosen[0].text.trim().is_empty() {
            break;
        }
        let text = joined(chosen);
        if count > 1 && ends_sentence(&chosen[0].text) {
            break;
        }
        let Some(read) = attributed(&text, chosen) else { continue };
        let better = |old: &Attribution| {
            read.moments.len() > old.moments.len()
                || old.date.is_none() && read.date.is_some()
                || old.name.is_none() && read.name.is_some()
                || old.address.is_none() && read.address.is_some()
        };
        if best.as_ref().is_none_or(|(_, old)| better(old)) {
            best = Some((count, read));
        }
    }
    best
}

fn joined(lines: &[Raw]) -> String {
    lines.iter().map(|l| l.text.trim()).collect::<Vec<_>>().join(" ")
}

fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end();
    text.ends_with(['!', '?', ':', ';']) || text.ends_with('.') && !text.ends_with("г.")
}

/// Reads one attribution: a verb, or a date and an address, and a colon at the end.
fn attributed(text: &str, lines: &[Raw]) -> Option<Attribution> {
    let text = text.trim();
    if text.len() > limits::ATTRIBUTION_BYTES || is_separator(text) {
        return None;
    }
    let bare = text.trim_end_matches(['-', ' ', '\u{a0}']).trim_start_matches(['-', '*', ' ', '>']);
    let colon = bare.ends_with([':', '：']);
    let hinted = lines.iter().any(|l| l.hint == Hint::Attribution);
    let verb = verb(bare);
    let verb_last =
        verb.is_some_and(|v| bare[v.end..].trim_matches([' ', ':', '：', '\u{a0}']).is_empty());
    if !(colon || verb_last || hinted) {
        return None;
    }
    let found = moment::find(bare);
    let address = address(bare);
    let dated = found.as_ref().is_some_and(|f| !f.readings.is_empty());
    let name = name(bare, verb, found.as_ref().map(|f| f.span), address.as_ref().map(|a| a.1));
    let starred = text.starts_with("* ") && colon && text.len() <= 80;
    let is_one = match verb {
        // `as the minister wrote:` inside a text has no capital name at its start and no date.
        Some(_) => dated || address.is_some() || name.as_deref().is_some_and(is_name) && verb_last,
        None => {
            dated && address.is_some()
                || address.is_some() && colon && bare.ends_with(">:")
                || starred
                || hinted && (dated || address.is_some())
        }
    };
    is_one.then(|| Attribution {
        name,
        address: address.map(|(address, _)| address),
        date: found.as_ref().and_then(|f| bare.get(f.span.start..f.span.end)).map(str::to_owned),
        moments: found.map(|f| f.readings).unwrap_or_default(),
        subject: None,
        to: None,
        span: Span::new(lines[0].span.start, lines[lines.len() - 1].span.end),
    })
}

/// Up to five words, each with a capital but for what stands between names (`de`, `van`).
fn is_name(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let capital = |w: &&&str| {
        w.trim_start_matches(['"', '(', '\''])
            .chars()
            .next()
            .is_some_and(|c| c.is_uppercase() || !c.is_alphabetic())
    };
    (1..=6).contains(&words.len()) && 2 * words.iter().filter(capital).count() >= words.len()
}

/// Where the verb of an attribution stands: the last that is a word of its own.
fn verb(text: &str) -> Option<Span> {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return None;
    }
    let is_word = |start: usize, end: usize| {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        let ideograph =
            !lower[start..end].is_ascii() && lower[start..end].chars().all(|c| c as u32 >= 0x3000);
        ideograph
            || !letter(lower[..start].chars().next_back()) && !letter(lower[end..].chars().next())
    };
    WORDS.verbs.iter().find_map(|verb| {
        let at = lower
            .rmatch_indices(verb.as_str())
            .map(|(at, _)| at)
            .find(|at| is_word(*at, at + verb.len()))?;
        Some(Span::new(at, at + verb.len()))
    })
}

/// The first mail address, and the bytes it takes with its brackets.
fn address(text: &str) -> Option<(String, Span)> {
    let at = text.find('@')?;
    let local = |c: char| c.is_alphanumeric() || "._%+-='/".contains(c);
    let start = text[..at]
        .char_indices()
        .rev()
        .take_while(|(_, c)| local(*c))
        .last()
        .map_or(at, |(i, _)| i);
    let host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let end = at + 1 + text[at + 1..].find(|c| !host(c)).unwrap_or(text.len() - at - 1);
    let address = text[start..end].trim_end_matches(['.', '-']).to_lowercase();
    let address = address.strip_prefix("mailto:").unwrap_or(&address);
    let domain = address.split_once('@').map_or("", |(_, domain)| domain);
    if start == at || domain.is_empty() {
        return None;
    }
    let open = text[..start].rfind(['<', '[', '(']).filter(|open| {
        let between = text[open + 1..start].trim();
        between.is_empty() || between.eq_ignore_ascii_case("mailto:")
    });
    let close =
        text[end..].find(['>', ']', ')']).filter(|_| open.is_some()).map(|close| end + close + 1);
    Some((address.to_owned(), Span::new(open.unwrap_or(start), close.unwrap_or(end))))
}

/// The display name of a From value.
fn name_of(from: &str) -> Option<String> {
    let name = match address(from) {
        Some((_, span)) => from[..span.start].trim(),
        None => from,
    };
    tidy(name)
}

/// Without quotes, brackets, commas and words that stand before a name.
fn tidy(piece: &str) -> Option<String> {
    let edge = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\''
                    | ','
                    | ':'
                    | '<'
                    | '>'
                    | '*'
                    | '“'
                    | '”'
                    | '„'
                    | '«'
                    | '»'
                    | '-'
                    | '['
                    | ';'
            )
    };
    let mut piece = piece.trim_matches(edge).trim_end_matches('(').trim_end_matches(edge);
    for before in ["пользователь ", "użytkownik ", "používateľ "] {
        piece = piece.strip_prefix(before).unwrap_or(piece).trim_matches(edge);
    }
    piece.chars().any(char::is_alphabetic).then(|| piece.to_owned())
}

/// The name in an attribution: what stands before the address, else beside the verb.
fn name(
    text: &str,
    verb: Option<Span>,
    date: Option<Span>,
    address: Option<Span>,
) -> Option<String> {
    let mut parts: Vec<(Span, u8)> = Vec::new();
    parts.extend(date.map(|s| (s, b'd')));
    parts.extend(verb.map(|s| (s, b'v')));
    parts.extend(address.map(|s| (s, b'a')));
    parts.sort();
    let mut pieces: Vec<(u8, u8, &str)> = Vec::new();
    let (mut at, mut before) = (0, b's');
    for (span, kind) in &parts {
        if span.start >= at {
            pieces.push((before, *kind, &text[at..span.start]));
        }
        at = at.max(span.end);
        before = *kind;
    }
    pieces.push((before, b'e', &text[at..]));
    let choose = |fits: &dyn Fn(u8, u8) -> bool| {
        let one = pieces.iter().find(|(before, behind, piece)| {
            fits(*before, *behind) && tidy(piece).is_some_and(|p| !is_joint(&p))
        });
        one.and_then(|(.., piece)| tidy(piece))
    };
    choose(&|_, behind| behind == b'a')
        .or_else(|| choose(&|before, behind| behind == b'v' && before != b'a'))
        .or_else(|| choose(&|before, behind| before == b'v' && behind != b'd'))
        .or_else(|| choose(&|before, behind| matches!(before, b'd' | b's') && behind == b'e'))
}

/// A word that joins date, verb and name, or the first words before a date.
fn is_joint(piece: &str) -> bool {
    let words: Vec<&str> = piece.split_whitespace().collect();
    let short =
        |w: &&str| w.chars().count() <= 4 && w.chars().next().is_some_and(char::is_lowercase);
    let first = matches!(
        piece.to_lowercase().as_str(),
        "on" | "am"
            | "le"
            | "el"
            | "il"
            | "il giorno"
            | "in data"
            | "em"
            | "op"
            | "den"
            | "w dniu"
            | "dnia"
            | "dne"
            | "at"
            | "po"
    );
    first || words.iter().all(|w| short(&w)) && words.len() <= 3
}
