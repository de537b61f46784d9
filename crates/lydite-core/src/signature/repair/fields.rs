//! What a header field may have said before a list, a gateway or a reader changed it.
//!
//! Everything comes out of the mail itself: lists leave the sender in Reply-To, X-MailFrom or the
//! envelope, the type in the part they wrapped, the tag in brackets.

use super::encode;
use super::steps::Step;
use crate::limits;
use crate::parse::email::{Field, Mail};
use crate::text;

/// A value, the steps that lead to it and how rare it is.
pub type Value = (Vec<u8>, Vec<Step>, u32);

/// A mailbox as the mail names it somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Person {
    name: Vec<u8>,
    address: Vec<u8>,
}

/// What other places of the mail say about its fields.
pub struct Hints {
    people: Vec<Person>,
    /// Mailboxes as the text of the mail writes them: attribution lines, trailers.
    named: Vec<Vec<u8>>,
    /// `Content-` fields of first parts, outermost first: name in lower case, value.
    inner: Vec<(String, Vec<u8>)>,
    /// Fields of other copies of the mail: name in lower case, value.
    copied: Vec<(String, Vec<u8>)>,
}

/// Fields in which relays keep the sender they replaced.
const KEEP_SENDER: &[&str] = &[
    "reply-to",
    "x-original-from",
    "x-mailfrom",
    "x-original-sender",
    "x-envelope-from",
    "original-from",
    "cc",
    "sender",
    "return-path",
];

impl Hints {
    pub fn of(raw: &[u8], mail: &Mail, copies: &[(&[u8], Mail)]) -> Self {
        let mut people: Vec<Person> = Vec::new();
        let mut meet = |person: Person| {
            if people.len() < PEOPLE && people.iter().all(|p| p.address != person.address) {
                people.push(person);
            }
        };
        let value = |field: &Field| {
            let value = field.value.of(raw);
            unfold(&value[..value.len().min(limits::REPAIR_VALUE)])
        };
        for name in KEEP_SENDER {
            for field in mail.fields(raw, name) {
                split_addresses(&value(field)).iter().filter_map(|a| person(a)).for_each(&mut meet);
            }
        }
        for field in mail.fields(raw, "received") {
            envelope_from(&value(field)).into_iter().for_each(&mut meet);
        }
        let mut inner = Vec::new();
        let mut entity = mail.root.children.first();
        for _ in 0..3 {
            let Some(part) = entity else { break };
            inner.extend(part.fields.iter().map(|f| lowered(raw, f)));
            entity = part.children.first();
        }
        let mut copied = Vec::new();
        for (raw, copy) in copies {
            copied.extend(copy.root.fields.iter().take(COPIED).map(|f| lowered(raw, f)));
        }
        Hints { people, named: named(mail.root.body.of(raw)), inner, copied }
    }

    /// What other copies of the mail say in that field.
    fn copied(&self, name: &str) -> impl Iterator<Item = Value> + '_ {
        let name = name.to_owned();
        let same = self.copied.iter().filter(move |(n, _)| *n == name);
        same.map(|(_, value)| (value.clone(), vec![Step::TakenFromCopy], 1))
    }

    fn inner(&self, name: &str) -> impl Iterator<Item = &Vec<u8>> {
        self.inner.iter().filter(move |(n, _)| n == name).map(|(_, value)| value)
    }
}

/// Name in lower case and unfolded value.
fn lowered(raw: &[u8], field: &Field) -> (String, Vec<u8>) {
    let name = String::from_utf8_lossy(field.name.of(raw)).to_ascii_lowercase();
    (name, unfold(field.value.of(raw)))
}

/// Fields taken of one copy.
const COPIED: usize = 200;

/// Persons taken as the one a list replaced.
const PEOPLE: usize = 8;

/// What the field `name` may have said, given what it says; nothing that it says now.
pub fn values(name: &str, value: &[u8], hints: &Hints) -> Vec<Value> {
    let value = unfold(value);
    let mut out = match name {
        "subject" if value.len() <= limits::REPAIR_SUBJECT => subject(&value),
        "from" | "sender" => from(&value, hints),
        "to" | "cc" => [addresses(&value), arranged(&value, hints)].concat(),
        "reply-to" => addresses(&value),
        "content-type" => media_type(&value, hints),
        name if name.starts_with("content-") => missing(name, hints),
        "date" => date(&value),
        "mime-version" if value != b"1.0" => vec![(b"1.0".to_vec(), vec![Step::FieldRestored], 1)],
        _ => Vec::new(),
    };
    out.extend(hints.copied(name));
    if matches!(name, "subject" | "date" | "from" | "to") {
        // Of the value as it stands, and of the one a list is likely to have changed it from.
        let likely: Vec<Value> =
            out.iter().filter(|(_, _, cost)| *cost == 1).take(2).cloned().collect();
        out.extend(digits(&value, &[], 0));
        likely.iter().for_each(|(value, steps, cost)| out.extend(digits(value, steps, *cost)));
    }
    out.retain(|(v, _, _)| *v != value);
    out.sort_by(|a, b| (a.2, a.1.len(), &a.0).cmp(&(b.2, b.1.len(), &b.0)));
    let mut seen: Vec<Vec<u8>> = Vec::new();
    out.retain(|(v, _, _)| {
        !seen.contains(v) && {
            seen.push(v.clone());
            true
        }
    });
    out
}

/// What a field may have said that is not there any more: relays move what tells how to read a
/// text into the part they wrap, and write it anew when they recode.
pub fn missing(name: &str, hints: &Hints) -> Vec<Value> {
    let step = match name {
        "content-transfer-encoding" => Step::TransferRecoded,
        _ => Step::FieldRestored,
    };
    let restored = |value: &[u8], cost| (value.to_vec(), vec![step], cost);
    let mut out: Vec<Value> = hints.inner(name).map(|value| restored(value, 1)).collect();
    let usual: &[&[u8]] = match name {
        "content-transfer-encoding" => {
            &[b"7bit", b"8bit", b"quoted-printable", b"base64", b"binary"]
        }
        "content-language" => &[b"en-US", b"en-GB", b"en", b"fr", b"de-DE", b"fr-FR", b"de"],
        "mime-version" => &[b"1.0"],
        _ => &[],
    };
    out.extend(usual.iter().map(|value| restored(value, 1)));
    out.extend(hints.copied(name));
    out
}

/// A value in relaxed form: unfolded, blanks as single spaces.
pub fn unfold(value: &[u8]) -> Vec<u8> {
    let words = value.split(|c| c.is_ascii_whitespace()).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join(&b' ')
}

// ---- Subject

const REPLIES: &[&str] = &[
    "re", "aw", "sv", "vs", "antw", "res", "odp", "rif", "ref", "tr", "fwd", "fw", "wg", "r", "ynt",
];

/// `Re: ` or its kin at the start, as written, and the rest.
fn reply_prefix(text: &str) -> Option<(&str, &str)> {
    let colon = text.find(':')?;
    let word = text[..colon]
        .trim_end()
        .trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')'));
    let known = REPLIES.iter().any(|r| r.eq_ignore_ascii_case(word));
    known.then(|| (&text[..=colon], text[colon + 1..].trim_start()))
}

/// `[tag] ` at the start and the rest.
fn tag(text: &str) -> Option<(&str, &str)> {
    let end = text.strip_prefix('[')?.find(']')? + 2;
    Some((&text[..end], text[end..].trim_start()))
}

fn subject(value: &[u8]) -> Vec<Value> {
    let mut out = Vec::new();
    let plain = String::from_utf8_lossy(value).into_owned();
    let decoded = text::decode_header(value);
    let encoded = plain.contains("=?");
    for (shown, steps, cost) in untagged(&plain) {
        out.push((shown.into_bytes(), steps, cost));
    }
    if encoded {
        let mut texts = untagged(&decoded);
        texts.push((decoded, Vec::new(), 0));
        for (shown, mut steps, cost) in texts {
            steps.push(Step::WordsRecoded);
            out.extend(encode::words(&shown).into_iter().map(|w| (w, steps.clone(), cost + 1)));
            // A prefix in letters before the encoded words.
            if let Some((prefix, rest)) = reply_prefix(&shown) {
                let with = |w: Vec<u8>| [prefix.as_bytes(), b" ", &w].concat();
                out.extend(
                    encode::words(rest).into_iter().map(|w| (with(w), steps.clone(), cost + 1)),
                );
            }
            out.push((shown.into_bytes(), steps, cost + 1));
        }
    }
    out
}

/// The text without its tag, and with the reply prefix where and how it may have stood.
fn untagged(text: &str) -> Vec<(String, Vec<Step>, u32)> {
    let cut = vec![Step::SubjectTagCut];
    let moved = vec![Step::SubjectTagCut, Step::SubjectPrefixRestored];
    let mut out = Vec::new();
    if let Some((tag, rest)) = tag(text) {
        out.push((rest.to_owned(), cut.clone(), 1));
        if let Some((prefix, rest)) = reply_prefix(rest) {
            // Lists take the tag of a reply out and put it before the prefix.
            for written in spellings(prefix) {
                let cost = if written == prefix { 1 } else { 2 };
                out.push((format!("{written} {tag} {rest}"), moved.clone(), cost));
                out.push((format!("{written} {rest}"), moved.clone(), cost));
                for second in spellings(prefix) {
                    out.push((format!("{written} {tag} {second} {rest}"), moved.clone(), 3));
                    out.push((format!("{written} {second} {tag} {rest}"), moved.clone(), 3));
                    out.push((format!("{written} {second} {rest}"), moved.clone(), 3));
                }
            }
        } else {
            // A list that drops a reply's own tag may have dropped its prefix.
            out.push((format!("Re: {rest}"), moved.clone(), 3));
            out.push((format!("Re: {tag} {rest}"), moved.clone(), 3));
            out.push((format!("{tag} {tag} {rest}"), cut.clone(), 3));
        }
    } else if let Some((prefix, rest)) = reply_prefix(text)
        && let Some((_, rest)) = tag(rest)
    {
        out.push((format!("{prefix} {rest}"), cut, 1));
        for written in spellings(prefix) {
            out.push((format!("{written} {rest}"), moved.clone(), 2));
        }
    }
    out
}

/// Ways a reply prefix is written; the first as it stands.
fn spellings(prefix: &str) -> Vec<String> {
    let mut out = vec![prefix.to_owned()];
    for other in [
        "Re:",
        "RE:",
        "re:",
        "Re :",
        "AW:",
        "Aw:",
        "Fwd:",
        "FW:",
        "Fw:",
        "fwd:",
        "EXT:",
        "[EXT] Re:",
    ] {
        if other != prefix {
            out.push(other.to_owned());
        }
    }
    out
}

/// The value with one of its digits replaced.
fn digits(value: &[u8], steps: &[Step], cost: u32) -> Vec<Value> {
    let places = (0..value.len()).filter(|at| value[*at].is_ascii_digit()).take(DIGITS);
    let other = |at: usize, digit: u8| {
        let mut other = value.to_vec();
        other[at] = digit;
        (other, [steps, &[Step::DigitReplaced]].concat(), cost + 4)
    };
    places.flat_map(|at| (b'0'..=b'9').map(move |digit| other(at, digit))).collect()
}

/// Digits of one field that are tried.
const DIGITS: usize = 24;

// ---- addresses

/// The mailboxes of a list, each as written.
pub fn split_addresses(value: &[u8]) -> Vec<Vec<u8>> {
    let (mut out, mut from, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, &c) in value.iter().enumerate() {
        match c {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                out.push(value[from..at].trim_ascii().to_vec());
                from = at + 1;
            }
            _ => {}
        }
    }
    out.push(value[from..].trim_ascii().to_vec());
    out.retain(|entry| !entry.is_empty());
    out
}

/// Name without quotes, and address, of one mailbox.
fn person(entry: &[u8]) -> Option<Person> {
    let (name, address) = match memchr::memrchr(b'<', entry) {
        Some(open) => {
            let close = memchr::memchr(b'>', &entry[open..])? + open;
            (entry[..open].trim_ascii(), &entry[open + 1..close])
        }
        None => (&b""[..], entry),
    };
    let name = match name {
        [b'"', inner @ .., b'"'] => inner,
        other => other,
    };
    address
        .contains(&b'@')
        .then(|| Person { name: name.to_vec(), address: address.trim_ascii().to_vec() })
}

/// `(envelope-from <a@b>)` as Exim and Postfix write it.
fn envelope_from(received: &[u8]) -> Option<Person> {
    let at = memchr::memmem::find(received, b"envelope-from <")? + 15;
    let end = memchr::memchr(b'>', &received[at..])? + at;
    person(&received[at..end])
}

/// Names of one person as a mailbox of From, the usual first.
fn mailboxes(name: &[u8], address: &[u8]) -> Vec<Vec<u8>> {
    let angle = [b"<", address, b">"].concat();
    if name.is_empty() {
        return vec![angle, address.to_vec()];
    }
    let bare: Vec<u8> = name.iter().copied().filter(|c| *c != b'\\').collect();
    vec![
        [name, b" ", &angle].concat(),
        [b"\"", name, b"\" ", angle.as_slice()].concat(),
        [bare.as_slice(), b" ", &angle].concat(),
    ]
}

fn from(value: &[u8], hints: &Hints) -> Vec<Value> {
    let mut out = Vec::new();
    let shown = person(value).unwrap_or(Person { name: Vec::new(), address: Vec::new() });
    // `X via List`, `X via List (by way of …)`, `X (via List)`.
    let before_via = [&b" via "[..], b" (via "]
        .iter()
        .filter_map(|via| memchr::memmem::find(&shown.name, via))
        .min()
        .map(|at| &shown.name[..at]);
    let name_shown = before_via.unwrap_or(&shown.name).trim_ascii().to_vec();
    let (usual, rare) = if before_via.is_some() { (1, 2) } else { (2, 3) };
    for person in &hints.people {
        let names = [name_shown.clone(), person.name.clone(), Vec::new()];
        for (at, name) in names.iter().enumerate() {
            let cost = if at == 0 || *name == names[0] { usual } else { rare };
            for mailbox in mailboxes(name, &person.address) {
                out.push((mailbox, vec![Step::FromRestored], cost));
            }
            if memchr::memmem::find(name, b"=?").is_some() {
                let text = text::decode_header(name);
                for words in encode::words(&text) {
                    let steps = vec![Step::FromRestored, Step::WordsRecoded];
                    out.push((
                        [&words[..], b" <", &person.address, b">"].concat(),
                        steps,
                        cost + 1,
                    ));
                }
                for mailbox in mailboxes(text.as_bytes(), &person.address) {
                    out.push((mailbox, vec![Step::FromRestored, Step::WordsRecoded], cost + 1));
                }
            }
        }
    }
    // Quotes that a program added or took away.
    for mailbox in mailboxes(&shown.name, &shown.address) {
        out.push((mailbox, vec![Step::AddressesRespaced], 2));
    }
    out
}

/// A found From with the signed one's name and address as `{name}` and `{address}`.
pub fn pattern(found: &[u8], signed: &[u8]) -> String {
    let found = text::decode_header(found);
    let Some(person) = person(text::decode_header(signed).as_bytes()) else { return found };
    let mut out = found.replace(&*String::from_utf8_lossy(&person.address), "{address}");
    if !person.name.is_empty() {
        out = out.replace(&*String::from_utf8_lossy(&person.name), "{name}");
    }
    out.replace('"', "")
}

fn addresses(value: &[u8]) -> Vec<Value> {
    let entries = split_addresses(value);
    let joined = |entries: &[Vec<u8>], between: &[u8]| entries.join(between);
    let neutral = vec![Step::AddressesRespaced];
    let mut out = vec![
        (joined(&entries, b", "), neutral.clone(), 1),
        (joined(&entries, b","), neutral.clone(), 2),
        (joined(&entries, b" , "), neutral.clone(), 3),
    ];
    if entries.len() > 1 && entries.len() <= 12 {
        for at in 0..entries.len() {
            let mut rest = entries.clone();
            rest.remove(at);
            out.push((joined(&rest, b", "), vec![Step::AddressCut], 2));
        }
    }
    // Quotes around names, one way for all of them.
    let requoted = |quote: bool| {
        let one = |entry: &Vec<u8>| match person(entry) {
            Some(p) if !p.name.is_empty() => {
                mailboxes(&p.name, &p.address)[usize::from(quote)].clone()
            }
            _ => entry.clone(),
        };
        entries.iter().map(one).collect::<Vec<_>>().join(&b", "[..])
    };
    out.push((requoted(true), neutral.clone(), 2));
    out.push((requoted(false), neutral.clone(), 2));
    // Names that say no more than the address.
    let bare = |entry: &Vec<u8>| match person(entry) {
        Some(p) => p.address,
        None => entry.clone(),
    };
    out.push((
        entries.iter().map(bare).collect::<Vec<_>>().join(&b", "[..]),
        vec![Step::FieldRestored],
        2,
    ));
    out
}

/// Mailboxes in another order, and with one more that the text names: lists take the recipients
/// who are members out of Cc and write the others anew, in no order (Mailman's AvoidDuplicates).
fn arranged(value: &[u8], hints: &Hints) -> Vec<Value> {
    let entries = split_addresses(value);
    if entries.len() > ARRANGED {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut push = |order: &[Vec<u8>], step, cost| {
        out.push((order.join(&b", "[..]), vec![step], cost));
    };
    permutations(&entries, &mut |order| push(order, Step::AddressesReordered, 2));
    if entries.len() < ARRANGED {
        let known = |name: &&Vec<u8>| {
            let address = person(name).map(|p| p.address.to_ascii_lowercase());
            address.is_some_and(|a| !value.to_ascii_lowercase().windows(a.len()).any(|w| w == a))
        };
        for name in hints.named.iter().filter(known) {
            for at in 0..=entries.len() {
                let mut more = entries.clone();
                more.insert(at, name.clone());
                push(&more, Step::AddressRestored, 3);
            }
        }
    }
    out
}

/// Mailboxes that are tried in every order: 120 of them.
const ARRANGED: usize = 5;

fn permutations(entries: &[Vec<u8>], visit: &mut dyn FnMut(&[Vec<u8>])) {
    fn place(done: usize, order: &mut Vec<Vec<u8>>, visit: &mut dyn FnMut(&[Vec<u8>])) {
        if done + 1 >= order.len() {
            return visit(order);
        }
        for at in done..order.len() {
            order.swap(done, at);
            place(done + 1, order, visit);
            order.swap(done, at);
        }
    }
    place(0, &mut entries.to_vec(), visit);
}

/// Mailboxes that a text writes as `Name <local@domain>`, each address once.
fn named(body: &[u8]) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = Vec::new();
    for open in memchr::memchr_iter(b'<', body).take(500) {
        let near = open.saturating_sub(limits::REPAIR_NAME);
        let line = memchr::memrchr(b'\n', &body[near..open]).map_or(near, |at| near + at + 1);
        let Some(length) = body[open..].iter().take(100).position(|c| *c == b'>') else { continue };
        let address = &body[open + 1..open + length];
        let is_address = address.contains(&b'@')
            && address.iter().all(|c| c.is_ascii_alphanumeric() || b"@.-_+=".contains(c));
        // `On Mon, 5 May 2017 at 10:11, Name <a@b> wrote:` and `Reviewed-by: Name <a@b>`.
        let before = body[line..open].rsplit(|c| matches!(c, b',' | b':' | b'>')).next();
        let name = before.unwrap_or_default().trim_ascii();
        let name = match name.iter().rposition(u8::is_ascii_digit) {
            Some(at) => name[at + 1..].trim_ascii(),
            None => name,
        };
        let name = name.strip_prefix(b"PM ").or(name.strip_prefix(b"AM ")).unwrap_or(name);
        let entry = [name, b" <", address, b">"].concat().trim_ascii().to_vec();
        if is_address && !out.contains(&entry) && out.len() < NAMED {
            out.push(entry);
        }
    }
    out
}

/// Mailboxes taken from a text.
const NAMED: usize = 12;

// ---- Content-Type, Date

fn media_type(value: &[u8], hints: &Hints) -> Vec<Value> {
    let mut out = Vec::new();
    for inner in hints.inner("content-type") {
        out.push((inner.clone(), vec![Step::PartUnwrapped], 1));
        out.extend(
            requoted(inner)
                .into_iter()
                .map(|v| (v, vec![Step::PartUnwrapped, Step::TypeRequoted], 2)),
        );
    }
    out.extend(requoted(value).into_iter().map(|v| (v, vec![Step::TypeRequoted], 1)));
    out
}

/// The same type with quotes put or taken, and the charset's case changed.
fn requoted(value: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(value).into_owned();
    let mut pieces: Vec<String> = text.split(';').map(|p| p.trim().to_owned()).collect();
    pieces.retain(|p| !p.is_empty());
    let mut out = Vec::new();
    let unquoted: Vec<String> = pieces.iter().map(|p| p.replace('"', "")).collect();
    let quoted: Vec<String> = unquoted
        .iter()
        .map(|p| match p.split_once('=') {
            Some((name, value)) => format!("{name}=\"{value}\""),
            None => p.clone(),
        })
        .collect();
    for form in [&pieces, &unquoted, &quoted] {
        for between in ["; ", ";"] {
            let joined = form.join(between);
            out.push(cased_charset(&joined, str::to_ascii_uppercase));
            out.push(cased_charset(&joined, str::to_ascii_lowercase));
            out.push(joined.into_bytes());
        }
    }
    out
}

fn cased_charset(text: &str, case: impl Fn(&str) -> String) -> Vec<u8> {
    let Some(at) = text.to_ascii_lowercase().find("charset=") else {
        return text.as_bytes().to_vec();
    };
    let start = at + "charset=".len();
    let end = text[start..].find(';').map_or(text.len(), |end| start + end);
    [&text[..start], &case(&text[start..end]), &text[end..]].concat().into_bytes()
}

fn date(value: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(value).into_owned();
    let steps = vec![Step::DateRewritten];
    let mut out = Vec::new();
    if let Some((stamp, comment)) = text.split_once(" (") {
        // The name of a zone, and never another date.
        let is_zone = comment.strip_suffix(')').is_some_and(|zone| {
            zone.len() <= 40
                && zone.chars().all(|c| c.is_alphanumeric() || " +-:".contains(c))
                && zone.chars().filter(char::is_ascii_digit).count() <= 4
        });
        if is_zone {
            out.push(stamp.to_owned());
        }
    } else if let Some(rest) = text.strip_suffix("+0000") {
        out.push(format!("{rest}GMT"));
        out.push(format!("{text} (UTC)"));
        out.push(format!("{text} (GMT)"));
    } else if let Some(rest) = text.strip_suffix("GMT") {
        out.push(format!("{rest}+0000"));
    }
    // `Mon, 5 May` and `Mon, 05 May`.
    if let Some((day, rest)) = text.split_once(", ") {
        match rest.strip_prefix('0') {
            Some(shorter) => out.push(format!("{day}, {shorter}")),
            None if rest.find(' ') == Some(1) => out.push(format!("{day}, 0{rest}")),
            None => {}
        }
    }
    out.into_iter().map(|d| (d.into_bytes(), steps.clone(), 3)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::email;

    fn all(name: &str, value: &str, mail: &str) -> Vec<String> {
        let parsed = email::parse(mail.as_bytes());
        let hints = Hints::of(mail.as_bytes(), &parsed, &[]);
        let texts = values(name, value.as_bytes(), &hints).into_iter();
        texts.map(|(v, _, _)| String::from_utf8(v).unwrap()).collect()
    }

    #[test]
    fn tags_and_prefixes_of_subjects() {
        let found = all("subject", "[List] Re: a [b] c", "");
        assert_eq!(found[0], "Re: a [b] c");
        assert!(found.contains(&"Re: [List] a [b] c".to_owned()));
        assert!(found.contains(&"RE: a [b] c".to_owned()));
        assert!(all("subject", "Re: [List] a", "").contains(&"Re: a".to_owned()));
        assert!(all("subject", "plain", "").is_empty());
        assert!(
            all("subject", "=?utf-8?q?=5BList=5D_caf=C3=A9?=", "")
                .contains(&"=?UTF-8?B?Y2Fmw6k=?=".to_owned())
        );
    }

    #[test]
    fn senders_that_lists_replaced() {
        let mail = "Reply-To: Ann Lee <ann@a.example>\nX-MailFrom: b@b.example\n\n";
        let found = all("from", "Ann Lee via List <list@l.example>", mail);
        assert_eq!(found[0], "\"Ann Lee\" <ann@a.example>");
        assert!(found.contains(&"Ann Lee <ann@a.example>".to_owned()));
        assert!(found.contains(&"Ann Lee <b@b.example>".to_owned()));
    }

    #[test]
    fn types_and_dates_written_another_way() {
        let found = all("content-type", "text/plain; charset=utf-8", "");
        assert!(found.contains(&"text/plain; charset=\"UTF-8\"".to_owned()));
        assert!(
            all("date", "Mon, 05 May 2017 20:35:00 +0000", "")
                .contains(&"Mon, 5 May 2017 20:35:00 +0000".to_owned())
        );
        assert!(
            all("cc", "A <a@b.example>, c@d.example", "").contains(&"A <a@b.example>".to_owned())
        );
    }

    proptest::proptest! {
        #[test]
        fn any_value_gives_some(name in 0usize..8, value in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let names = ["subject", "from", "to", "cc", "content-type", "date", "mime-version", "x"];
            let raw = [b"Reply-To: ".as_slice(), &value, b"\n\n"].concat();
            let mail = email::parse(&raw);
            let _ = values(names[name], &value, &Hints::of(&raw, &mail, &[]));
        }
    }
}
