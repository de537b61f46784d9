//! Why two runs of words differ where nobody changed what they say. Applied only to words that differ,
//! and named, so that a reader sees both and the reason.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::normalise::{Kind, Word, split};

/// What explains a difference, or what it concerns.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// A number is among what changed.
    Number,
    /// A word that begins with a capital inside a sentence.
    Name,
    Words,
    /// Only signs differ: editors draw bullets, quotes, tables and stress their own way.
    Signs,
    /// The same letters with other blanks: a long word or link was wrapped.
    Blanks,
    /// The same letters in other case.
    Case,
    /// What an encoding leaves: `=20`, `&gt;`, letters lost to `?`, UTF-8 read as Latin, accents lost.
    Encoding,
    /// A link put in or left out beside its text, or wrapped by a gateway that hides its target.
    Link,
    /// A placeholder for a picture.
    Picture,
    /// Whoever quotes put words into square brackets, as one marks one's own in a quote.
    Bracketed,
    /// What a list or its archive puts below a mail, or in place of an address.
    List,
}

impl Class {
    /// Whether carriage explains it.
    pub fn is_neutral(self) -> bool {
        self > Class::Words
    }

    pub fn name(self) -> &'static str {
        match self {
            Class::Number => "number",
            Class::Name => "name",
            Class::Words => "words",
            Class::Signs => "signs",
            Class::Blanks => "blanks",
            Class::Case => "case",
            Class::Encoding => "encoding",
            Class::Link => "link",
            Class::Picture => "picture",
            Class::Bracketed => "bracketed",
            Class::List => "list",
        }
    }
}

/// The class of a change: `was` and `is` are the words, `before` what the original has before them.
pub(super) fn class(was: &[Word], is: &[Word], before: Option<&Word>) -> Class {
    let counting = |words: &[Word]| -> Vec<String> {
        words.iter().filter(|w| w.counts()).map(|w| w.key.clone()).collect()
    };
    let (old, new) = (counting(was), counting(is));
    if old == new {
        return if amount(was) == amount(is) { Class::Signs } else { Class::Number };
    }
    let joined = |words: &[Word]| words.iter().map(|w| w.key.as_str()).collect::<String>();
    let (old_text, new_text) = (joined(was), joined(is));
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let digits = |text: &str| text.chars().filter(|c| !c.is_alphabetic()).collect::<String>();
    // Signs inside numbers stay: 32,000 is not 320,00.
    let same_letters = letters(&old_text) == letters(&new_text);
    if old_text == new_text || same_letters && digits(&old_text) == digits(&new_text) {
        return Class::Blanks;
    }
    if same_letters && !was.iter().chain(is).any(|w| w.kind == Kind::Number) {
        return Class::Blanks;
    }
    if !old_text.is_empty() && old_text.to_lowercase() == new_text.to_lowercase() {
        return Class::Case;
    }
    if is_link(was, is) {
        return Class::Link;
    }
    if is_picture(was, is) || is_picture(is, was) {
        return Class::Picture;
    }
    // `code.=20`: the blank behind a sentence; behind a word or number it may be said.
    if old_text.is_empty() && new_text == "=20" && before.is_none_or(|w| !w.counts()) {
        return Class::Encoding;
    }
    if is_bracketed(is) {
        return Class::Bracketed;
    }
    if is_list(was, is) {
        return Class::List;
    }
    if is_encoding(&old_text, &new_text) {
        return Class::Encoding;
    }
    concern(was, is, before)
}

/// Signs of a sum beside digits: minus, per cent, currencies.
fn amount(words: &[Word]) -> Vec<&str> {
    let is_sign = |w: &&Word| {
        w.kind == Kind::Sign
            && matches!(w.key.as_str(), "%" | "‰" | "€" | "$" | "£" | "¥" | "₽" | "≤" | "≥" | "≠")
    };
    words.iter().filter(is_sign).map(|w| w.key.as_str()).collect()
}

fn is_link(was: &[Word], is: &[Word]) -> bool {
    let links =
        |words: &[Word]| words.iter().filter(|w| w.kind == Kind::Link || w.key == "tel").count();
    // `<tel:…>` is what a page makes of a number, and stands where the number does.
    let is_other = |w: &Word| !matches!(w.kind, Kind::Link | Kind::Sign) && w.key != "tel";
    let others = |words: &[Word]| words.iter().any(is_other);
    let hidden = |words: &[Word]| {
        let gateways = [
            "mimecastprotect.com",
            "protect-",
            "secure-web.cisco.com",
            "url.emailprotection.link",
            "urldefense.",
        ];
        words.iter().any(|w| {
            w.kind == Kind::Link
                && gateways.iter().any(|g| w.key.starts_with(g) || w.key.contains(&format!(".{g}")))
        })
    };
    !others(was)
        && !others(is)
        && (links(was) == 0 && links(is) > 0
            || links(is) == 0 && links(was) > 0
            || links(was) == links(is) && hidden(is) != hidden(was))
}

/// `[image: name.png]`, `[cid:image001.png@01D2]`, `[inline image]` against nothing.
fn is_picture(some: &[Word], none: &[Word]) -> bool {
    let begins = some.first().is_some_and(|w| w.key == "[");
    let word = some.get(1).map(|w| w.key.to_lowercase()).unwrap_or_default();
    begins
        && !none.iter().any(Word::counts)
        && some.last().is_some_and(|w| w.key == "]")
        && matches!(word.as_str(), "image" | "cid" | "inline" | "bild" | "imagen" | "immagine")
}

/// `[hard links]`: nothing but signs outside the brackets.
fn is_bracketed(is: &[Word]) -> bool {
    let open = is.iter().position(|w| w.key == "[");
    let close = is.iter().rposition(|w| w.key == "]");
    let (Some(open), Some(close)) = (open, close) else { return false };
    open < close && !is[..open].iter().chain(&is[close..]).any(Word::counts)
}

/// How to leave a list, or an address as archives mask it.
fn is_list(was: &[Word], is: &[Word]) -> bool {
    let has = |words: &[Word], text: &str| words.iter().any(|w| w.key.contains(text));
    let footer =
        |words: &[Word]| ["unsubscribe", "majordomo", "listinfo"].iter().any(|w| has(words, w));
    let masked = |words: &[Word]| has(words, "@public.gmane.org");
    footer(was) || footer(is) || masked(was) != masked(is) && has(was, "@") && has(is, "@")
}

fn is_encoding(old: &str, new: &str) -> bool {
    if old.is_empty() || new.is_empty() {
        return false;
    }
    let keys = |text: &str| {
        let mut out = String::new();
        split(&decoded(text), |word| out.push_str(&word.key));
        out
    };
    let bare = |text: &str| text.nfd().filter(|c| !is_combining_mark(*c)).collect::<String>();
    // Letters of a broken encoding around the same ASCII.
    let ascii = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let broken = |text: &str| text.contains(['\u{fffd}', 'Ã', 'â', 'Â']);
    keys(old) == keys(new)
        || (broken(old) != broken(new)) && ascii(old) == ascii(new)
        || lost(old, new)
        || lost(new, old)
        || latin(old).is_some_and(|t| t == new)
        || latin(new).is_some_and(|t| t == old)
        || bare(old) == bare(new)
}

/// Without what quoted-printable and HTML leave in a text.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let upper = |n: usize| {
            bytes.get(at + n).filter(|c| c.is_ascii_digit() || (b'A'..=b'F').contains(c))
        };
        let value = |c: &u8| char::from(*c).to_digit(16).unwrap_or(0);
        match (bytes[at], upper(1), upper(2)) {
            (b'=', Some(high), Some(low))
                if value(high) * 16 + value(low) == 0x20
                    || value(high) * 16 + value(low) >= 0x80 =>
            {
                out.push((value(high) * 16 + value(low)) as u8);
                at += 3;
            }
            (c, ..) => {
                out.push(c);
                at += 1;
            }
        }
    }
    let mut text = String::new();
    crate::parse::html::decode(&String::from_utf8_lossy(&out), &mut text);
    text
}

/// Whether `poor` is `rich` with letters beyond ASCII replaced, one by one or byte by byte.
fn lost(rich: &str, poor: &str) -> bool {
    let is_hole = |c: char| matches!(c, '?' | '\u{fffd}');
    if !poor.contains(is_hole) || rich.is_ascii() {
        return false;
    }
    let (mut left, mut holes) = (rich.chars().peekable(), poor.chars().peekable());
    while let Some(c) = holes.next() {
        if !is_hole(c) {
            if left.next() != Some(c) {
                return false;
            }
            continue;
        }
        while holes.next_if(|c| is_hole(*c)).is_some() {}
        let mut any = false;
        while left.next_if(|c| !c.is_ascii()).is_some() {
            any = true;
        }
        if !any {
            return false;
        }
    }
    left.next().is_none()
}

/// UTF-8 that was read as Windows-1252, read again.
fn latin(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let (bytes, _, failed) = encoding_rs::WINDOWS_1252.encode(text);
    (!failed).then(|| String::from_utf8(bytes.into_owned()).ok())?
}

/// What weighs most among the words that differ.
fn concern(was: &[Word], is: &[Word], before: Option<&Word>) -> Class {
    let differs = |one: &[Word], other: &[Word], kind| {
        let of = |words: &[Word]| -> Vec<String> {
            words.iter().filter(|w| w.kind == kind).map(|w| w.key.clone()).collect()
        };
        of(one) != of(other)
    };
    if differs(was, is, Kind::Number) {
        return Class::Number;
    }
    let name = |words: &[Word]| {
        (0..words.len()).any(|at| {
            let last = at.checked_sub(1).map(|at| &words[at]).or(before);
            let starts =
                last.is_none_or(|w| matches!(w.key.as_str(), "." | "!" | "?" | ":" | "*" | "-"));
            words[at].capital && !starts
        })
    };
    if name(was) || name(is) { Class::Name } else { Class::Words }
}
