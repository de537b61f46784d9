//! Key archives that a user supplies, in three forms known by content (design section 7): JSON
//! lines, TSV (name, record, note), BIND zone text (RFC 1035 §5.1).

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::{Grade, Key, name};

/// A line of an archive that gave no key, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Counted from 1.
    pub line: usize,
    pub why: String,
}

/// Reads an archive. What cannot be read is listed; what is no key record is passed over only in
/// zone text, where other records are normal.
pub fn import(text: &str) -> (Vec<Key>, Vec<Unread>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut out = Imported::default();
    let told = |l: &&str| !l.is_empty() && !l.starts_with(['#', ';']);
    let mut lines = text.lines().map(str::trim).filter(told);
    match lines.clone().find(|line| line.starts_with('{') || is_tsv(line)) {
        Some(line) if line.starts_with('{') => json_lines(text, &mut out),
        Some(_) => tsv(text, &mut out),
        None => zone(text, &mut out),
    }
    if lines.next().is_some() && out.keys.is_empty() && out.unread.is_empty() {
        out.skip(1, "no key record: neither JSON lines, tab-separated rows nor zone text");
    }
    (out.keys, out.unread)
}

/// `2017-05-05` or an RFC 3339 moment, as days since 1970 (UTC).
pub fn day(text: &str) -> Option<i32> {
    let text = text.trim();
    let seconds = match text.parse::<Date>() {
        Ok(date) if text.len() == 10 => {
            date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second()
        }
        _ => text.parse::<Timestamp>().ok()?.as_second(),
    };
    i32::try_from(seconds.div_euclid(86_400)).ok()
}

#[derive(Default)]
struct Imported {
    keys: Vec<Key>,
    unread: Vec<Unread>,
}

impl Imported {
    fn skip(&mut self, line: usize, why: impl Into<String>) {
        self.unread.push(Unread { line, why: why.into() });
    }

    fn key(&mut self, line: usize, selector: &str, domain: &str, record: &str, source: &str) {
        let (selector, domain) = (selector.trim(), name(domain.trim()).into_owned());
        if selector.is_empty() || domain.is_empty() {
            return self.skip(line, "domain or selector is empty");
        }
        if !record
            .split(';')
            .any(|tag| tag.trim_start().starts_with("p=") || tag.trim_start().starts_with("p ="))
        {
            return self.skip(line, "the record has no p=");
        }
        self.keys.push(Key {
            domain,
            selector: selector.to_owned(),
            record: record.trim().to_owned(),
            grade: Grade::Supplied,
            first_seen: None,
            last_seen: None,
            source: if source.trim().is_empty() {
                "supplied".to_owned()
            } else {
                source.trim().to_owned()
            },
            private_since: None,
        });
    }
}

#[derive(Deserialize)]
struct Row {
    domain: String,
    selector: String,
    record: String,
    first_seen: Option<String>,
    last_seen: Option<String>,
    source: Option<String>,
}

fn json_lines(text: &str, out: &mut Imported) {
    for (line, row) in text.lines().enumerate().filter(|(_, row)| !row.trim().is_empty()) {
        let line = line + 1;
        let row: Row = match serde_json::from_str(row) {
            Ok(row) => row,
            Err(error) => {
                out.skip(line, format!("no JSON object with domain, selector and record: {error}"));
                continue;
            }
        };
        let dates = [&row.first_seen, &row.last_seen].map(|date| match date.as_deref() {
            None | Some("") => Ok(None),
            Some(text) => day(text).map(Some).ok_or(text),
        });
        let [first, last] = match dates {
            [Ok(first), Ok(last)] => [first, last],
            [Err(text), _] | [_, Err(text)] => {
                out.skip(line, format!("no date: {text}"));
                continue;
            }
        };
        let before = out.keys.len();
        out.key(line, &row.selector, &row.domain, &row.record, row.source.as_deref().unwrap_or(""));
        if let Some(key) = out.keys.get_mut(before) {
            (key.first_seen, key.last_seen) = (first, last);
        }
    }
}

fn is_tsv(line: &str) -> bool {
    let mut columns = line.split('\t');
    let first = columns.next().unwrap_or_default();
    let is_name = first.contains("._domainkey.") && !first.trim().contains(' ');
    is_name && columns.next().is_some_and(|record| record.contains('='))
}

fn tsv(text: &str, out: &mut Imported) {
    for (line, row) in text.lines().enumerate() {
        if row.trim().is_empty() || row.starts_with('#') {
            continue;
        }
        let mut columns = row.split('\t');
        let key_name = columns.next().unwrap_or_default();
        let (record, note) = (columns.next(), columns.next().unwrap_or_default());
        match (key_name.split_once("._domainkey."), record) {
            (Some((selector, domain)), Some(record)) => {
                out.key(line + 1, selector, domain, record, note);
            }
            _ => out.skip(line + 1, "no name with ._domainkey. and record"),
        }
    }
}

/// A word of zone text.
struct Word {
    text: String,
    quoted: bool,
}

/// One record of zone text, parentheses joined.
struct Entry {
    line: usize,
    /// The owner is that of the entry before.
    blank_owner: bool,
    words: Vec<Word>,
}

fn zone(text: &str, out: &mut Imported) {
    let (mut origin, mut owner) = (String::new(), String::new());
    for entry in entries(text, out) {
        let mut words = entry.words.iter().peekable();
        let first = entry.words.first().map_or("", |word| word.text.as_str());
        match first.to_ascii_uppercase().as_str() {
            "$ORIGIN" => {
                let next = entry.words.get(1).map_or("", |word| word.text.as_str());
                origin = absolute(next, &origin).unwrap_or_default();
                continue;
            }
            "$TTL" => continue,
            directive if directive.starts_with('$') => {
                out.skip(entry.line, format!("{first} is not followed"));
                continue;
            }
            _ => {}
        }
        if !entry.blank_owner {
            words.next();
            first.clone_into(&mut owner);
        }
        let is_filler = |word: &Word| {
            let upper = word.text.to_ascii_uppercase();
            matches!(upper.as_str(), "IN" | "CH" | "HS")
                || upper.starts_with(|c: char| c.is_ascii_digit())
        };
        while words.peek().is_some_and(|word| is_filler(word)) {
            words.next();
        }
        if !words.next().is_some_and(|word| !word.quoted && word.text.eq_ignore_ascii_case("TXT")) {
            continue;
        }
        let record: String = words.map(|word| word.text.as_str()).collect();
        match absolute(&owner, &origin) {
            None => out.skip(entry.line, format!("{owner} is relative and no $ORIGIN is given")),
            Some(full) => {
                if let Some((selector, domain)) = full.split_once("._domainkey.") {
                    out.key(entry.line, selector, domain, &record, "");
                }
            }
        }
    }
}

/// The full name without its final dot. A name pasted without dot or `$ORIGIN` is taken as full
/// when it names a domain behind `_domainkey`.
fn absolute(owner: &str, origin: &str) -> Option<String> {
    match (owner.strip_suffix('.'), origin) {
        (Some(full), _) => Some(full.to_owned()),
        (None, "") if owner.contains("._domainkey.") || !owner.contains("_domainkey") => {
            Some(owner.to_owned())
        }
        (None, "") => None,
        (None, origin) if owner == "@" => Some(origin.to_owned()),
        (None, origin) => Some(format!("{owner}.{origin}")),
    }
}

/// Splits zone text into records: quotes, escapes, comments and parentheses (RFC 1035 §5.1).
fn entries(text: &str, out: &mut Imported) -> Vec<Entry> {
    let mut list: Vec<Entry> = Vec::new();
    let mut chars = text.chars().peekable();
    let (mut line, mut depth, mut fresh) = (1, 0usize, true);
    while let Some(c) = chars.next() {
        if fresh {
            let blank_owner = matches!(c, ' ' | '\t');
            list.push(Entry { line, blank_owner, words: Vec::new() });
            fresh = false;
        }
        match c {
            '\n' => {
                line += 1;
                fresh = depth == 0;
            }
            ' ' | '\t' | '\r' => {}
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ';' => while chars.next_if(|c| *c != '\n').is_some() {},
            _ => {
                let (word, closed, lines) = word(c, &mut chars);
                if !closed {
                    out.skip(line, "a quote is left open");
                }
                line += lines;
                if let Some(entry) = list.last_mut() {
                    entry.words.push(word);
                }
            }
        }
    }
    if depth > 0 {
        out.skip(line, "a parenthesis is left open");
    }
    list.retain(|entry| !entry.words.is_empty());
    list
}

/// The word that starts with `first`, whether it was closed, and the line feeds inside it.
fn word(first: char, chars: &mut std::iter::Peekable<std::str::Chars>) -> (Word, bool, usize) {
    let quoted = first == '"';
    let mut text = String::new();
    let mut lines = 0;
    let mut next = if quoted { chars.next() } else { Some(first) };
    while let Some(c) = next {
        match c {
            '"' if quoted => return (Word { text, quoted }, true, lines),
            '\\' => {
                let digits: String = chars.clone().take(3).filter(char::is_ascii_digit).collect();
                match digits.parse::<u8>() {
                    Ok(code) if digits.len() == 3 => {
                        text.push(char::from(code));
                        chars.nth(2);
                    }
                    _ => text.extend(chars.next()),
                }
            }
            _ => {
                lines += usize::from(c == '\n');
                text.push(c);
            }
        }
        let ends = |c: &char| c.is_ascii_whitespace() || matches!(c, ';' | '(' | ')' | '"');
        next = if quoted { chars.next() } else { chars.next_if(|c| !ends(c)) };
    }
    (Word { text, quoted }, !quoted, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_archive_says_so() {
        assert_eq!(import("").1.len(), 0);
        assert_eq!(import("Dear all,\nsee below\n").1[0].line, 1);
        let (keys, unread) = import("garbage\ns._domainkey.a.example\tv=DKIM1; p=AAAA\tnote\n");
        assert_eq!((keys.len(), unread.len()), (1, 1));
    }

    fn names(text: &str) -> Vec<(String, String, String)> {
        let (keys, unread) = import(text);
        assert_eq!(unread, [], "{text}");
        keys.into_iter().map(|k| (k.selector, k.domain, k.record)).collect()
    }

    fn one(selector: &str, domain: &str, record: &str) -> Vec<(String, String, String)> {
        vec![(selector.to_owned(), domain.to_owned(), record.to_owned())]
    }

    #[test]
    fn json_lines_carry_dates_and_source() {
        let (keys, unread) = import(
            "{\"domain\":\"Example.org\",\"selector\":\"a\",\"record\":\"p=x\",\"first_seen\":\"1970-01-11\",\
             \"last_seen\":\"1970-02-01T23:30:00-01:00\",\"source\":\"s\",\"more\":1}\n\nnot json\n\
             {\"domain\":\"e\",\"selector\":\"a\",\"record\":\"p=x\",\"first_seen\":\"soon\",\"last_seen\":null,\"source\":null}\n",
        );
        assert_eq!(keys.len(), 1);
        assert_eq!((keys[0].first_seen, keys[0].last_seen), (Some(10), Some(32)));
        assert_eq!((keys[0].grade, keys[0].source.as_str()), (Grade::Supplied, "s"));
        assert_eq!(unread.iter().map(|u| u.line).collect::<Vec<_>>(), [3, 4]);
    }

    #[test]
    fn tsv_is_name_record_note() {
        let text = "# c\na.b._domainkey.example.org\tk=rsa; p=x\tnote\n";
        assert_eq!(names(text), one("a.b", "example.org", "k=rsa; p=x"));
        assert_eq!(import("a._domainkey.e\tp=x\nrubbish\n").1[0].line, 2);
    }

    #[test]
    fn zone_text_in_all_its_forms() {
        for text in [
            "a._domainkey.example.org. 3600 IN TXT \"k=rsa; p=x\"",
            "$ORIGIN example.org.\na._domainkey TXT ( \"k=rsa; \" ; comment\n \"p=x\" )\n",
            "$TTL 1h\n$ORIGIN org.\n$ORIGIN example\na._domainkey 1h IN TXT \"k=rsa\\; p=x\"\n",
            "a._domainkey.example.org IN\tTXT\t\"k=rsa; \\112=x\"",
            "@ IN SOA ns. me. ( 1 2 3\n 4 5 )\na._domainkey.Example.org. IN MX 1 x.\n IN TXT \"k=rsa; p=x\"\n",
        ] {
            assert_eq!(names(text), one("a", "example.org", "k=rsa; p=x"), "{text}");
        }
    }

    #[test]
    fn broken_zone_text_is_listed() {
        assert_eq!(import("a._domainkey IN TXT \"p=x\"\n").1.len(), 1);
        assert_eq!(import("a._domainkey.e. IN TXT \"v=1\"\n").1[0].why, "the record has no p=");
        assert_eq!(import("a._domainkey.e. IN TXT ( \"p=x\n").1.len(), 2);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,40}|([a-z\"\\\\();\n\t $.0-9=]|_domainkey|TXT){0,60}") {
            import(&text);
        }
    }
}
