//! Which words are the same to a reader, whatever program carried them.
//!
//! Everything here is done to both texts that are compared, and no step makes two texts equal that
//! say different things. What a step of carriage explains but could also hide something (encodings
//! left over, letters lost, links put in) is not here: `neutral` names it where words differ.
//!
//! | step | why it is neutral |
//! |---|---|
//! | blanks and line ends part words and are dropped | programs wrap and re-wrap lines (RFC 3676); no-break blanks become blanks |
//! | characters without width, soft hyphens, marks of direction are dropped | nobody sees them; programs add and drop them |
//! | canonical composition (NFC) | the same letter in two spellings (UAX 15); never compatibility forms, `10²` is not `102` |
//! | quotes, apostrophes, dashes, the ellipsis, typographic ligatures become their ASCII forms | editors type them by themselves and older charsets lack them |
//! | a run of three and more equal signs becomes three | rules are redrawn to other lengths |
//! | a link is one word, unwrapped from `safelinks`, `urldefense` and the like, its scheme and last slash aside | gateways wrap the links of what they deliver, so an original and its quote have passed different ones |
//! | ` =20` at the end of a line is dropped | quoted-printable's blank, left over where a mail was encoded twice |
//! | `<mailto:a@b>` behind the address `a@b` is dropped | Outlook writes the target of a link behind its text |

use unicode_normalization::UnicodeNormalization;

use super::quote::Line;
use crate::evidence::Span;
use crate::limits;

/// What a word is to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Word,
    /// Begins with a digit: an amount, a date, a number of an account, with its inner separators.
    Number,
    Link,
    /// One sign that is no letter and no digit.
    Sign,
}

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Equal words have equal keys.
    pub key: String,
    pub kind: Kind,
    /// In the decoded text of the part; of HTML its whole line in the source.
    pub span: Span,
    /// Number of its line among those given.
    pub line: usize,
    /// Begins with a capital and has small letters or four capitals.
    pub capital: bool,
}

impl Word {
    /// Letters, digits, a link: no sign.
    pub fn counts(&self) -> bool {
        self.kind != Kind::Sign
    }
}

/// The words of lines, at most [`limits::QUOTE_WORDS_READ`], and whether there were more.
pub fn words(lines: &[&Line]) -> (Vec<Word>, bool) {
    let mut out = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let from = out.len();
        split(without_blanks_left(&line.text), |word| out.push(Word { line: number, ..word }));
        for word in &mut out[from..] {
            word.span = match line.content {
                Some(start) => Span::new(start + word.span.start, start + word.span.end),
                None => line.span,
            };
        }
        if out.len() > limits::QUOTE_WORDS_READ {
            out.truncate(limits::QUOTE_WORDS_READ);
            return (out, true);
        }
    }
    (out, false)
}

/// A line without ` =20` at its end: a blank that quoted-printable wrote, twice encoded or read as text.
fn without_blanks_left(line: &str) -> &str {
    let bare = line.trim_end().strip_suffix("=20").map(str::trim_end);
    match bare {
        Some(bare) if bare.is_empty() || line[bare.len()..].starts_with(' ') => bare,
        _ => line,
    }
}

/// Cuts one line; spans are offsets into it.
pub fn split(text: &str, mut give: impl FnMut(Word)) {
    let mut at = 0;
    let mut last = String::new();
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_whitespace() || is_unseen(first) {
            at += first.len_utf8();
            continue;
        }
        if let Some((address, length)) = mail_link(rest).filter(|(_, length)| *length > 0) {
            if last != address {
                give(word(address, Kind::Word, at, length));
                last = address.to_owned();
            }
            at += length;
            continue;
        }
        // Some letters of no script end a word where it begins; each is one of its own.
        let length = token(rest, first).max(first.len_utf8());
        let (text, kind) = (&rest[..length], kind(rest, first, length));
        let made = match kind {
            Kind::Link => Word { key: unwrapped(text), ..word("", kind, at, length) },
            _ => word(text, kind, at, length),
        };
        last.clone_from(&made.key);
        give(made);
        at += length;
    }
}

/// Bytes of the token at the start of `rest`.
fn token(rest: &str, first: char) -> usize {
    if is_link(rest) {
        link_length(rest)
    } else if first.is_alphanumeric() {
        address_length(rest).unwrap_or_else(|| word_length(rest))
    } else {
        let same = rest.chars().take_while(|c| *c == first).count();
        // An em dash is typed as two.
        if same >= 3 || same == 2 && first == '-' {
            same * first.len_utf8()
        } else {
            first.len_utf8()
        }
    }
}

fn kind(rest: &str, first: char, length: usize) -> Kind {
    if is_link(rest) {
        Kind::Link
    } else if !first.is_alphanumeric() {
        Kind::Sign
    } else if first.is_numeric() && !rest[..length].contains('@') {
        Kind::Number
    } else {
        Kind::Word
    }
}

fn word(text: &str, kind: Kind, at: usize, length: usize) -> Word {
    let mut letters = text.chars();
    let first = letters.next().is_some_and(char::is_uppercase);
    let others = text.chars().skip(1);
    let capital = first
        && (others.clone().any(char::is_lowercase)
            || text.chars().count() >= 4 && others.clone().all(char::is_uppercase));
    let key = match kind {
        Kind::Sign => sign(text),
        _ => plain(text),
    };
    Word { key, kind, span: Span::new(at, at + length), line: 0, capital }
}

/// Letters as every program has them.
fn plain(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_unseen(*c)) {
        match c {
            '‘' | '’' | 'ʼ' => out.push('\''),
            '\u{2010}' | '\u{2011}' | '–' | '−' => out.push('-'),
            'ﬁ' => out.push_str("fi"),
            'ﬂ' => out.push_str("fl"),
            'ﬀ' => out.push_str("ff"),
            // Groups thousands in French, where other programs put nothing or a blank.
            '\u{a0}' | '\u{202f}' | '\u{2009}' => {}
            c => out.push(c),
        }
    }
    out.nfc().collect()
}

/// The sign that every program has for it.
fn sign(text: &str) -> String {
    let Some(first) = text.chars().next() else { return String::new() };
    let one = match first {
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => "\"",
        '‘' | '’' | '‚' | '‛' | '`' | '´' | '′' | '‹' | '›' => "'",
        '\u{2010}'..='\u{2013}' | '−' => "-",
        '\u{2014}' | '\u{2015}' => "--",
        '…' => "...",
        '•' | '◦' | '▪' => "*",
        c => {
            return if text.chars().count() >= 3 {
                [c, c, c].iter().collect()
            } else {
                text.to_owned()
            };
        }
    };
    one.to_owned()
}

/// No width and no ink: zero width blanks and joiners, soft hyphen, marks of direction, byte order
/// mark, variation selectors, control characters.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{61c}')
}

/// Letters and digits, with what binds them: separators between digits, apostrophes, underscores and
/// unseen characters between letters.
fn word_length(rest: &str) -> usize {
    let mut end = 0;
    let mut before = ' ';
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, c)| *c);
        let joins = match c {
            '.' | ',' | ':' | '/' | '-' => before.is_numeric() && next.is_numeric(),
            '\u{a0}' | '\u{202f}' | '\u{2009}' => {
                before.is_numeric() && is_thousand(&rest[at + c.len_utf8()..])
            }
            '\'' | '’' | 'ʼ' => before.is_alphanumeric() && next.is_alphanumeric(),
            '_' => {
                before.is_alphanumeric() && next.is_alphanumeric() || before == '_' || next == '_'
            }
            c if is_unseen(c) && !c.is_control() => next.is_alphanumeric(),
            c => c.is_alphanumeric() || is_combining(c),
        };
        if !joins {
            break;
        }
        before = c;
        end = at + c.len_utf8();
    }
    // An underscore at the end is a mark of stress.
    rest[..end].trim_end_matches('_').len()
}

/// Whether three figures follow, and no fourth: other figures behind a blank are another number.
fn is_thousand(rest: &str) -> bool {
    rest.bytes().take_while(u8::is_ascii_digit).count() == 3
}

fn is_combining(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Bytes of a mail address.
fn address_length(rest: &str) -> Option<usize> {
    let local = |c: &u8| c.is_ascii_alphanumeric() || b"._%+-".contains(c);
    let bytes = rest.as_bytes();
    let at = bytes.iter().take(limits::ADDRESS_BYTES).position(|c| !local(c))?;
    if bytes[at] != b'@' {
        return None;
    }
    let host = bytes[at + 1..].iter().take(limits::ADDRESS_BYTES);
    let host = host.take_while(|c| c.is_ascii_alphanumeric() || **c == b'.' || **c == b'-').count();
    let host = rest[at + 1..at + 1 + host].trim_end_matches(['.', '-']);
    host.contains('.').then_some(at + 1 + host.len())
}

/// The address of `<mailto:a@b>` or `[mailto:a@b]`, and bytes of the whole.
fn mail_link(rest: &str) -> Option<(&str, usize)> {
    let inner = rest.strip_prefix(['<', '['])?;
    let prefix = inner.get(..7).filter(|p| p.eq_ignore_ascii_case("mailto:"))?;
    let end =
        inner.bytes().take(2 * limits::ADDRESS_BYTES).position(|c| matches!(c, b'>' | b']'))?;
    let address = inner.get(prefix.len()..end)?;
    let address = address.split('?').next().unwrap_or(address);
    Some((address, 1 + end + 1))
}

fn is_link(rest: &str) -> bool {
    let starts = |with: &str| rest.get(..with.len()).is_some_and(|r| r.eq_ignore_ascii_case(with));
    matches!(rest.as_bytes().first(), Some(b'h' | b'H' | b'f' | b'F' | b'w' | b'W'))
        && (starts("http://") || starts("https://") || starts("ftp://") || starts("www."))
}

/// Up to a blank or what encloses links; a closing bracket that none opened, and the signs that end
/// sentences, belong to the text.
fn link_length(rest: &str) -> usize {
    let end = rest
        .find(|c: char| {
            c.is_whitespace() || is_unseen(c) || matches!(c, '<' | '>' | '"' | '“' | '”' | '»')
        })
        .unwrap_or(rest.len());
    let mut link = &rest[..end];
    loop {
        let shorter = link.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*']);
        let open = |one, other| shorter.matches(one).count() < shorter.matches(other).count();
        let shorter = match shorter.chars().last() {
            Some(')') if open('(', ')') => &shorter[..shorter.len() - 1],
            Some(']') if open('[', ']') => &shorter[..shorter.len() - 1],
            _ => shorter,
        };
        if shorter.len() == link.len() || shorter.is_empty() {
            return link.len();
        }
        link = shorter;
    }
}

/// The link that a gateway wrapped, its scheme's and host's case and a last slash aside.
pub(super) fn unwrapped(link: &str) -> String {
    let mut link = link.to_owned();
    // Two gateways wrap one after the other; more is a game.
    for _ in 0..4 {
        match unwrap_once(&link) {
            Some(inner) => link = inner,
            None => break,
        }
    }
    let link = link.trim_end_matches('/');
    let scheme = link.find("://").map_or(0, |at| at + 3);
    let host = link[scheme..].find(['/', '?']).map_or(link.len(), |at| scheme + at);
    let (head, tail) = link.split_at(host);
    let head = head.to_ascii_lowercase();
    let head = head.strip_prefix("http://").or(head.strip_prefix("https://")).unwrap_or(&head);
    format!("{head}{tail}")
}

/// Hosts of Proofpoint's.
const URLDEFENSE: &[&str] = &["urldefense.com", "urldefense.proofpoint.com", "urldefense.us"];

/// Microsoft's safelinks, Proofpoint's urldefense (1 to 3), Google's and Barracuda's redirection: those
/// that carry the target in readable form.
fn unwrap_once(link: &str) -> Option<String> {
    let host = link.split("://").nth(1)?.split(['/', '?']).next()?.to_ascii_lowercase();
    let query = |name: &str| {
        let (_, query) = link.split_once('?')?;
        query.split(['&', ';']).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    };
    let target = if host.ends_with("safelinks.protection.outlook.com") {
        percent(query("url")?)
    } else if URLDEFENSE.contains(&host.as_str()) {
        match link.split_once("/v3/__") {
            Some((_, inner)) => inner.split_once("__;").map_or(inner, |(url, _)| url).to_owned(),
            None if link.contains("/v2/") => {
                percent(&query("u")?.replace('-', "%").replace('_', "/"))
            }
            None => percent(query("u")?),
        }
    } else if host == "www.google.com" && link.contains("/url?") {
        percent(query("q").or(query("url"))?)
    } else if host == "linkprotect.cudasvc.com" {
        percent(query("a")?)
    } else {
        return None;
    };
    is_link(&target).then_some(target)
}

fn percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digit = |n: usize| bytes.get(at + n).and_then(|c| char::from(*c).to_digit(16));
        match (bytes[at], digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (c, ..) => {
                out.push(c);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        split(text, |word| out.push(word.key));
        out
    }

    #[test]
    fn what_programs_do_to_text_leaves_the_words() {
        for (one, other) in [
            ("l’hôtel — “là”…", "l'ho\u{302}tel\u{a0} -- \"là\" ..."),
            ("soft\u{ad}ware zero\u{200b}width", "software zerowidth"),
            ("--------- x", "----- x"),
            ("Ann <a@b.example<mailto:a@b.example>>", "Ann <a@b.example>"),
            ("1\u{202f}000\u{a0}000 €", "1000000 €"),
            ("3\u{a0}25", "3 25"),
            ("the ﬁle • one", "the file * one"),
            (
                "see https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.com%2Fa%3Fb&data=05%7C.",
                "see https://example.com/a?b.",
            ),
            (
                "https://urldefense.proofpoint.com/v2/url?u=https-3A__example.com_a&d=DwIC https://urldefense.com/v3/__https://example.com/b__;!!x$",
                "https://example.com/a https://example.com/b",
            ),
            ("(https://example.com/a_(b)), x", "(https://example.com/a_(b)) , x"),
        ] {
            assert_eq!(keys(one), keys(other));
        }
    }

    #[test]
    fn what_says_something_else_stays_apart() {
        for (one, other) in [
            ("10²", "102"),
            ("32,000", "320,00"),
            ("a@b.example", "c@b.example"),
            ("[mailto:a@b.example]", "[mailto:c@b.example]"),
            ("https://example.com/a", "https://example.com/b"),
            ("resume", "résumé"),
            ("May", "may"),
        ] {
            assert_ne!(keys(one), keys(other));
        }
        assert_eq!(
            keys("don't pay 3.5% to snake_case, _now_!"),
            ["don't", "pay", "3.5", "%", "to", "snake_case", ",", "_", "now", "_", "!"]
        );
    }

    proptest! {
        #[test]
        fn words_lie_in_the_text_in_order(text: String) {
            let mut at = 0;
            split(&text, |word| {
                assert!(word.span.start >= at && word.span.end <= text.len());
                assert!(text.get(word.span.start..word.span.end).is_some());
                at = word.span.end;
            });
        }

        #[test]
        fn blanks_do_not_matter(words in prop::collection::vec("[a-zé]{1,5}|[0-9]{1,4}|[.,!]", 0..20)) {
            prop_assert_eq!(keys(&words.join(" ")), keys(&words.join("\u{a0}  \u{200b} ")));
        }
    }

    #[test]
    fn every_character_is_passed() {
        for c in ('\0'..='\u{ffff}').chain('\u{1d400}'..='\u{1f6ff}') {
            for text in [format!("{c}"), format!("{c}a@b.example 1{c}2"), format!("http://{c}")] {
                let mut last = 0;
                split(&text, |word| {
                    assert!(word.span.end > last || word.span.start >= last, "{c:?}");
                    assert!(word.span.end > word.span.start, "{c:?}");
                    last = word.span.end;
                });
            }
        }
    }
}
