//! What differs between an item and its original, for the page.

use lydite_core::difference::{Grain, Piece, difference, grain};
use lydite_core::examine::Examined;
use lydite_core::fact::Facts;
use lydite_core::item::Sha256;
use lydite_core::limits;
use lydite_core::parse::email;
use lydite_core::signature::{Outcome, Signature};
use lydite_core::text;

use super::words;
use crate::face::visible;
use crate::restored::restored;
use crate::wording::Lang;

/// The difference of one part of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `Subject`, `From`, `body` …
    pub what: String,
    /// What the original is, and what it is worth.
    pub basis: String,
    pub pieces: Vec<Piece>,
    pub grain: Grain,
    /// The steps that led from the original to what was found, in words.
    pub steps: Vec<String>,
    /// Whether what no step explains equals what the same list or gateway adds to other mail; None
    /// where nothing is left or nobody asked.
    pub residue_explained: Option<bool>,
}

/// Copies of header fields inside signatures (`z=`) that differ from the fields as they stand.
pub fn copied(raw: &[u8], signatures: &[Signature], lang: Lang) -> Vec<Difference> {
    let mut out: Vec<Difference> = Vec::new();
    if signatures.iter().all(|signature| signature.copied_differ.is_empty()) {
        return out;
    }
    let mail = email::parse(raw);
    for signature in signatures {
        let over_headers = matches!(signature.outcome, Outcome::Holds | Outcome::BodyDiffers);
        let basis = if over_headers { words::COPY_SIGNED } else { words::COPY_CLAIMED };
        for (name, copy) in &signature.copied_differ {
            let field = mail.field(raw, name);
            let found = field.map(|f| text::decode_header(f.value.of(raw))).unwrap_or_default();
            let what = field.map(|f| String::from_utf8_lossy(f.name.of(raw)).into_owned());
            let original = text::decode_header(copy.as_bytes());
            let found: String = found.chars().take(limits::TABLE_TEXT).collect();
            let one = Difference {
                what: what.unwrap_or_else(|| name.clone()),
                basis: lang.typeset(basis),
                pieces: difference(&found, &original),
                grain: grain(&found, &original),
                steps: Vec::new(),
                residue_explained: None,
            };
            // Where only folding or encoding differs there is nothing to show.
            if found != original && !out.contains(&one) {
                out.push(one);
            }
        }
    }
    out
}

/// What was recovered of the mail that was signed, and how this one differs from it.
pub fn recovered(
    raw: &[u8],
    examined: &Examined,
    facts: &Facts,
    blob: &dyn Fn(&Sha256) -> Option<Vec<u8>>,
    lang: Lang,
) -> Vec<Difference> {
    let Some(restored) = restored(raw, examined, facts, blob) else { return Vec::new() };
    let whole = restored.original.is_some();
    let basis = if whole { words::RECOVERED } else { words::RECOVERED_HEADERS };
    let steps: Vec<_> = restored.steps.iter().map(|s| lang.typeset(s.row().meaning)).collect();
    let mut out: Vec<Difference> = restored
        .changes
        .iter()
        .map(|change| Difference {
            what: change.what.clone(),
            basis: lang.typeset(basis),
            pieces: difference(&change.found, &change.signed),
            grain: grain(&change.found, &change.signed),
            steps: Vec::new(),
            residue_explained: None,
        })
        .collect();
    // Steps and residue are of the whole mail: said once, under the last part.
    if let Some(last) = out.last_mut() {
        last.steps = steps;
        last.residue_explained = restored.explained;
    }
    out
}

/// A piece as it is printed.
pub enum Shown {
    Same(String),
    Found(String),
    Original(String),
    /// Text left out, in words.
    Gap(String),
}

/// The pieces for the page: long runs that are alike keep their edges only, and a difference that
/// goes on and on is cut, both said in words.
pub fn shown(pieces: &[Piece], lang: Lang) -> Vec<Shown> {
    let mut out = Vec::new();
    let last = pieces.len().saturating_sub(1);
    let mut room = limits::REPORT_DIFFERENCE;
    for (at, piece) in pieces.iter().enumerate() {
        if room == 0 {
            let rest: usize = pieces[at..].iter().map(length).sum();
            out.push(gap(rest, words::NOT_SHOWN, lang));
            break;
        }
        let (text, put): (&str, fn(String) -> Shown) = match piece {
            Piece::Same(text) => {
                same(text, at == 0, at == last, lang, &mut out);
                continue;
            }
            Piece::Found(text) => (text, Shown::Found),
            Piece::Original(text) => (text, Shown::Original),
        };
        let kept: String = text.chars().take(room).collect();
        let (count, rest) = (kept.chars().count(), text.chars().count());
        out.push(put(visible_lines(&kept)));
        if rest > count {
            out.push(gap(rest - count, words::NOT_SHOWN, lang));
        }
        room -= count;
    }
    out
}

fn length(piece: &Piece) -> usize {
    match piece {
        Piece::Same(text) | Piece::Found(text) | Piece::Original(text) => text.chars().count(),
    }
}

/// A run that is alike: the end that touches a difference, or both.
fn same(text: &str, is_first: bool, is_last: bool, lang: Lang, out: &mut Vec<Shown>) {
    let edge = limits::REPORT_CONTEXT;
    let (head, tail) = (if is_first { 0 } else { edge }, if is_last { 0 } else { edge });
    let total = text.chars().count();
    // A cut that saves less than it says is no cut.
    if total <= head + tail + edge {
        out.push(Shown::Same(visible_lines(text)));
        return;
    }
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(total - tail).collect();
    out.push(Shown::Same(visible_lines(&start)));
    out.push(gap(total - head - tail, words::ALIKE, lang));
    out.push(Shown::Same(visible_lines(&end)));
}

fn gap(count: usize, what: lydite_core::check::Text, lang: Lang) -> Shown {
    Shown::Gap(format!("{} {}", lang.number(count as u64), lang.typeset(what)))
}

/// As [`visible`], but lines stay lines.
fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(shown: &[Shown]) -> String {
        let say = |piece: &Shown| match piece {
            Shown::Same(text) => text.clone(),
            Shown::Found(text) => format!("+{text}+"),
            Shown::Original(text) => format!("-{text}-"),
            Shown::Gap(text) => format!("[{text}]"),
        };
        shown.iter().map(say).collect()
    }

    #[test]
    fn long_runs_that_are_alike_keep_their_edges() {
        let alike = "word ".repeat(400);
        let pieces = difference(&format!("{alike}320,000 {alike}"), &format!("{alike}320 {alike}"));
        let told = text(&shown(&pieces, Lang::En));
        assert!(told.contains("-320-+320,000+"), "{told}");
        assert!(told.starts_with("[1,800 characters alike]word "), "{told}");
        assert!(told.ends_with("word[1,801 characters alike]"), "{told}");
        assert!(told.len() < 500);
    }

    #[test]
    fn an_endless_difference_is_cut_and_says_so() {
        let pieces = difference(&"x".repeat(limits::REPORT_DIFFERENCE + 5), "");
        let told = text(&shown(&pieces, Lang::Fr));
        assert!(told.ends_with("+[5 caractères non montrés]"));
    }

    #[test]
    fn what_hides_or_moves_text_is_shown_and_lines_stay_lines() {
        let pieces = difference("a\u{202e}\nb", "");
        assert_eq!(text(&shown(&pieces, Lang::En)), "+a<U+202E>\nb+");
    }
}
