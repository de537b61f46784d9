//! What mail programs and providers write: the forms of their ids and boundaries and the order of
//! their fields (`data/client_grammars.tsv`), and since when a version exists
//! (`data/client_releases.tsv`).

pub mod form;
mod release;

use std::sync::OnceLock;

use crate::evidence::Span;
use crate::fact::rows;
use crate::parse::email::Mail;

pub use release::{Release, release};

const GRAMMARS: &str = include_str!("../../data/client_grammars.tsv");

/// Which habit of a client a row speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    MessageId,
    /// Of the message itself; parts of parts are the work of plug-ins and gateways.
    Boundary,
    /// The order of some header fields.
    Fields,
}

/// One form that one client writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grammar {
    /// A word of the client's own name; `@host` where the host of `Message-ID` names a provider;
    /// `relay` for what servers and lists put in place of a client's own.
    pub client: &'static str,
    /// First and last number of the version, where the form is that of some versions.
    pub versions: Option<(u32, u32)>,
    pub mark: Mark,
    pub form: &'static str,
    /// Beginnings of the names of all programs that write the first of these forms, where no others
    /// do and none of them lets its users choose the name; empty where that is not so.
    pub writers: &'static str,
    /// Measured on innocent mail: how many of this client have the form, of how many with the mark;
    /// how many of other named clients have it, of how many with the mark.
    pub agreed: u32,
    pub seen: u32,
    pub others: u32,
    pub others_seen: u32,
}

/// Least mails of a client on which a form is measured before anything follows from it.
const ENOUGH: u32 = 15;
/// How much more common a form must be under its client than under others to support anything: the
/// upper edge of ENFSI's band `weak`, so that what is said stays below what was measured.
const TELLING: u64 = 10;

impl Grammar {
    /// Stable text for evidence.
    pub fn id(&self) -> String {
        format!("client-grammar:{}/{}/{}", self.client, self.mark.name(), self.form)
    }

    /// Whether enough of the client's mail was seen for its form to be known.
    pub fn is_known(&self) -> bool {
        self.seen >= ENOUGH && self.agreed * 10 >= self.seen * 9
    }

    /// Whether others have the form so seldom that having it tells something.
    pub fn is_telling(&self) -> bool {
        let [agreed, seen, others, others_seen] =
            [self.agreed, self.seen, self.others, self.others_seen].map(u64::from);
        seen >= u64::from(ENOUGH) && agreed * others_seen >= TELLING * others * seen
    }

    fn is_for(&self, version: Option<u32>) -> bool {
        self.versions.is_none_or(|(from, to)| version.is_some_and(|v| (from..=to).contains(&v)))
    }
}

impl Mark {
    pub fn name(self) -> &'static str {
        match self {
            Mark::MessageId => "message-id",
            Mark::Boundary => "boundary",
            Mark::Fields => "fields",
        }
    }
}

/// Every row, in the order of the table.
pub fn grammars() -> &'static [Grammar] {
    static ALL: OnceLock<Vec<Grammar>> = OnceLock::new();
    ALL.get_or_init(|| rows(GRAMMARS).filter_map(|row| grammar(&row)).collect())
}

/// client, from, to, mark, form, writers, agreed, seen, others, others seen, corpus, source, added.
fn grammar(row: &[&'static str]) -> Option<Grammar> {
    let [client, from, to, mark, form, writers, agreed, seen, others, others_seen, _, _, _] = row
    else {
        return None;
    };
    let versions = match *from {
        "-" => None,
        from => Some((from.parse().ok()?, to.parse().ok()?)),
    };
    Some(Grammar {
        client,
        versions,
        mark: match *mark {
            "message-id" => Mark::MessageId,
            "boundary" => Mark::Boundary,
            "fields" => Mark::Fields,
            _ => return None,
        },
        form,
        writers: if *writers == "-" { "" } else { writers },
        agreed: agreed.parse().ok()?,
        seen: seen.parse().ok()?,
        others: others.parse().ok()?,
        others_seen: others_seen.parse().ok()?,
    })
}

/// What one mail shows of its writer.
pub struct Shown<'a> {
    /// The client's own name, as `X-Mailer` or else `User-Agent` gives it, and its field.
    pub name: &'a [u8],
    pub named_at: Option<Span>,
    /// Between the brackets of `Message-ID`, and its field.
    pub id: Option<(&'a [u8], Span)>,
    pub boundary: Option<(&'a [u8], Span)>,
}

/// Reads what a mail shows.
pub fn shown<'a>(raw: &'a [u8], mail: &'a Mail) -> Shown<'a> {
    let field = |name| mail.field(raw, name);
    let named = field("X-Mailer").or_else(|| field("User-Agent"));
    let id = field("Message-ID").and_then(|field| {
        let value = field.value.of(raw).trim_ascii();
        Some((value.strip_prefix(b"<")?.strip_suffix(b">")?, field.span))
    });
    let boundary = mail.root.media.boundary.as_deref();
    let typed = field("Content-Type");
    Shown {
        name: named.map_or(&b""[..], |field| field.value.of(raw).trim_ascii()),
        named_at: named.map(|field| field.span),
        id,
        boundary: boundary.zip(typed.map(|field| field.span)),
    }
}

/// The rows of the client that the mail names: those of the longest name that fits, then those of
/// the provider whose host stands in the id.
pub fn of(shown: &Shown) -> Vec<&'static Grammar> {
    let fits = |row: &&Grammar| behind(shown.name, row.client).is_some();
    let name = grammars().iter().filter(fits).map(|row| row.client).max_by_key(|name| name.len());
    let version = name.and_then(|name| number(behind(shown.name, name)?));
    let host = shown.id.and_then(|(id, _)| Some(&id[memchr::memrchr(b'@', id)?..]));
    let is_own = |row: &&Grammar| {
        let of_host = row.client.starts_with('@')
            && host.is_some_and(|host| host.ends_with(&row.client.as_bytes()[1..]));
        (Some(row.client) == name && row.is_for(version)) || of_host
    };
    grammars().iter().filter(is_own).collect()
}

/// What stands behind `word` in a client's name, where the word stands first or behind a blank.
pub fn behind<'a>(name: &'a [u8], word: &str) -> Option<&'a [u8]> {
    if word == "relay" || word.starts_with('@') {
        return None;
    }
    let at = memchr::memmem::find(name, word.as_bytes())?;
    let begins = at == 0 || name[at - 1].is_ascii_whitespace();
    begins.then(|| &name[at + word.len()..])
}

/// The first number of a version: `68` of `/68.10.0`, `2` of ` (2.3445)`.
fn number(text: &[u8]) -> Option<u32> {
    let skipped = text.iter().take_while(|c| matches!(c, b' ' | b'/' | b'(' | b'v')).count();
    let digits = text[skipped..].iter().take_while(|c| c.is_ascii_digit()).count();
    std::str::from_utf8(&text[skipped..skipped + digits]).ok()?.parse().ok()
}

/// Whether the mail has the form of a row; None where it lacks the mark, or has in its place what
/// servers and lists put there.
pub fn agrees(row: &Grammar, raw: &[u8], mail: &Mail, shown: &Shown) -> Option<bool> {
    let Some(text) = marked(row.mark, shown) else {
        return if row.mark == Mark::Fields { order(row.form, raw, mail) } else { None };
    };
    let has = |row: &Grammar| row.form.split(" | ").any(|form| form::matches(form, text));
    let mut relays = grammars().iter().filter(|r| r.client == "relay" && r.mark == row.mark);
    if has(row) {
        return Some(true);
    }
    (!relays.any(has)).then_some(false)
}

/// The row of a client, other than the one named, that alone writes the form which the mail has.
pub fn another(mark: Mark, shown: &Shown) -> Option<&'static Grammar> {
    let text = marked(mark, shown).filter(|_| !shown.name.is_empty())?;
    let mut rows = grammars().iter().filter(|row| row.mark == mark && !row.writers.is_empty());
    rows.find(|row| {
        let is_named = |writer| behind(shown.name, writer).is_some();
        let first = row.form.split(" | ").next().unwrap_or_default();
        !row.writers.split(',').any(is_named) && form::matches(first, text)
    })
}

fn marked<'a>(mark: Mark, shown: &Shown<'a>) -> Option<&'a [u8]> {
    match mark {
        Mark::MessageId => shown.id.map(|(text, _)| text),
        Mark::Boundary => shown.boundary.map(|(text, _)| text),
        Mark::Fields => None,
    }
}

/// Whether the fields named stand in that order. Servers move and repeat fields, so that the
/// topmost of each counts; None where one is missing.
fn order(names: &str, raw: &[u8], mail: &Mail) -> Option<bool> {
    let mut last = 0;
    let mut sorted = true;
    for name in names.split(' ') {
        let at = mail.field(raw, name)?.span.start;
        sorted &= at >= last;
        last = at;
    }
    Some(sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        assert_eq!(grammars().len(), rows(GRAMMARS).count());
        for row in grammars() {
            assert!(row.agreed <= row.seen && row.others <= row.others_seen, "{}", row.id());
            let well_written = row.form.split(" | ").all(form::is_form);
            assert!(row.mark == Mark::Fields || well_written, "{}", row.id());
        }
    }

    #[test]
    fn the_longest_name_wins_and_versions_choose() {
        let raw = b"User-Agent: Mozilla/5.0 (X11; rv:68.0)\n Thunderbird/68.10.0\n\n";
        let mail = crate::parse::email::parse(raw);
        let rows = of(&shown(raw, &mail));
        assert!(rows.iter().all(|row| row.client == "Thunderbird/"));
        assert!(rows.iter().any(|row| row.versions == Some((60, 78))));
        assert!(rows.iter().all(|row| row.versions != Some((91, 102))));
        assert_eq!(
            (number(b"/68.10"), number(b" (2.3)"), number(b"x1")),
            (Some(68), Some(2), None)
        );
    }
}
