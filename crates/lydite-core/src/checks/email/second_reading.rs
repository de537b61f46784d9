//! The parts of a message, read by a second parser.
//!
//! ## What it examines
//! Where the leaf parts of a multipart message begin and end: by our strict splitter (RFC 2046)
//! and by mail-parser, which is lenient. Only messages with parts can differ, and of these only
//! such as are not plain; the others are not read twice (`has_one_reading`). Besides, the places
//! where programs are known to read on differently: a NUL, a MIME parameter that stands twice, a
//! multipart that is not closed, a boundary that begins another, a header line without a colon.
//!
//! ## What it can show
//! That two programs show different parts out of the same bytes (design rule 18), so that a
//! signature over the bytes does not say which text was shown.
//!
//! ## What it cannot show
//! That a third program reads the message as these two do. Which reading was meant.
//!
//! ## How it can be fooled
//! By a trick that both parsers read alike and the recipient's program does not.
//!
//! ## References
//! RFC 2046 §5.1; Inbox Invasion, CCS 2024 (45 % of 206 crafted mails are read differently by
//! three parsers); stalwartlabs/mail-parser issue 156 (delimiters in mid-line).

use memchr::memmem;

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Mark, Span};
use crate::examine::Subject;
use crate::parse::email::{Entity, Field};
use crate::parse::{mime_form, second};

pub static CHECK: Check = Check {
    id: "email/second-reading",
    version: 1,
    claim: Claim::BodyAsSent,
    group: "reading",
    since: (1992, 6), // RFC 1341
    codes: &[&PARTS_DIFFER, &BROKEN, &DECODED_DIFFERENTLY],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject)),
    source: include_str!("second_reading.rs"),
};

fn run(subject: &Subject) -> Vec<Finding> {
    let first = subject.mail.doubts.first();
    let broken = first.map(|doubt| {
        let finding = BROKEN.at(Evidence::bytes("message", doubt.span)).noting(doubt.what.clone());
        finding.marked(Mark::Ambiguous)
    });
    parts_differ(subject).into_iter().chain(broken).chain(decoded_differently(subject)).collect()
}

/// The first leaf whose encoding programs undo in different ways.
fn decoded_differently(subject: &Subject) -> Option<Finding> {
    let leaves = subject.mail.root.leaves();
    let (leaf, doubt) = leaves.iter().find_map(|leaf| {
        let body = leaf.body.of(subject.raw);
        Some((leaf, mime_form::body_doubt(body, &leaf.media.encoding)?))
    })?;
    let finding = DECODED_DIFFERENTLY.at(Evidence::bytes("part", leaf.body)).noting(doubt);
    Some(finding.marked(Mark::Ambiguous))
}

fn parts_differ(subject: &Subject) -> Option<Finding> {
    let root = &subject.mail.root;
    if root.children.is_empty() && !mentions_parts(subject) {
        return None;
    }
    if has_one_reading(subject) { None } else { read_twice(subject) }
}

fn read_twice(subject: &Subject) -> Option<Finding> {
    let root = &subject.mail.root;
    let ours: Vec<Span> =
        root.leaves().iter().map(|leaf| trimmed(subject.raw, leaf.body)).collect();
    let start = root.header.start;
    let note = match second::leaves(subject.raw, start) {
        None => "the second parser gives up".to_owned(),
        Some(theirs) => {
            let theirs: Vec<Span> =
                theirs.into_iter().map(|leaf| trimmed(subject.raw, leaf.span)).collect();
            difference(subject.raw, &ours, &theirs)?
        }
    };
    let finding = PARTS_DIFFER.at(Evidence::bytes("body", root.body)).noting(note);
    Some(finding.marked(Mark::Ambiguous))
}

/// Whether any reader could see parts: the word stands somewhere in Content-Type.
fn mentions_parts(subject: &Subject) -> bool {
    subject.mail.fields(subject.raw, "Content-Type").any(|field| {
        let value = field.value.of(subject.raw).to_ascii_lowercase();
        [&b"multipart"[..], b"boundary", b"message"]
            .iter()
            .any(|word| memmem::find(&value, word).is_some())
    })
}

/// Whether no lenient reader can find other parts, so that a second reading need not be made.
///
/// A lenient reader finds a part where a strict one does not for two reasons: it takes a delimiter
/// that is none (in mid-line, behind the end, of a boundary read differently), or it ends a header
/// elsewhere. So: no doubt at all; headers that an empty line ends; Content-Type once
/// and written without the forms that are read differently; and every place where two dashes and
/// a declared boundary stand is a delimiter that the splitter used. Nearly all honest mail is so.
/// A delimiter hidden in a line, a second closing one, `boundary*0=`, a comment or two
/// Content-Types are not, and go to the second parser. So does whatever holds messages, which
/// readers open or leave closed for reasons of their own.
fn has_one_reading(subject: &Subject) -> bool {
    let (raw, mail) = (subject.raw, subject.mail);
    if !mail.doubts.is_empty() {
        return false;
    }
    let bare_cr = memchr::memchr_iter(b'\r', raw).any(|at| raw.get(at + 1) != Some(&b'\n'));
    let mut plain = !bare_cr;
    mail.root.walk(&mut |entity| plain = plain && is_plain(raw, entity, mail.root.body));
    plain
}

/// See [`has_one_reading`]; `within` is the body of the whole message.
fn is_plain(raw: &[u8], entity: &Entity, within: Span) -> bool {
    let mut types = entity.fields(raw, "content-type").map(|field| field.value.of(raw));
    let (first, second) = (types.next(), types.next());
    let essence = entity.media.essence.as_str();
    // Readers of dates stop in the middle of a folded one, and go on as if in the header.
    let is_folded_date = |f: &Field| {
        let name = f.name.of(raw);
        let is_date = name
            .get(name.len().saturating_sub(4)..)
            .is_some_and(|n| n.eq_ignore_ascii_case(b"date"));
        is_date && f.value.of(raw).contains(&b'\n')
    };
    if entity.fields.iter().any(is_folded_date) {
        return false;
    }
    // Headers end with an empty line, which is neither theirs nor the body's.
    if entity.body.start == entity.header.end || second.is_some() || essence.starts_with("message/")
    {
        return false;
    }
    let Some(content_type) = first else {
        return entity.children.is_empty();
    };
    let Some(rest) = stripped_of(content_type.trim_ascii(), essence) else {
        return false;
    };
    let is_word = |c: u8| c.is_ascii_alphanumeric() || b"/+-._".contains(&c);
    if rest.first().is_some_and(|c| *c != b';')
        || !essence.bytes().all(is_word)
        || !essence.contains('/')
    {
        return false;
    }
    let Some(kind) = essence.strip_prefix("multipart/") else {
        return true;
    };
    let boundary = entity.media.boundary.as_deref().unwrap_or_default();
    let delimiter = [b"--", boundary].concat();
    kind != "digest"
        && is_plain_boundary(boundary, rest)
        && !entity.children.is_empty()
        // One before each part and one behind the last: those that the splitter used.
        && memmem::find_iter(within.of(raw), &delimiter).count() == entity.children.len() + 1
}

fn stripped_of<'a>(value: &'a [u8], essence: &str) -> Option<&'a [u8]> {
    let (start, rest) = value.split_at_checked(essence.len())?;
    start.eq_ignore_ascii_case(essence.as_bytes()).then_some(rest)
}

/// Whether a boundary, and the parameters it stands in, mean the same to every reader: the one
/// `boundary=` with the value right behind it, quoted where it holds more than plain letters.
fn is_plain_boundary(boundary: &[u8], parameters: &[u8]) -> bool {
    let parameters = parameters.to_ascii_lowercase();
    let mut names = memmem::find_iter(&parameters, b"boundary");
    let (Some(at), None) = (names.next(), names.next()) else {
        return false;
    };
    let Some(value) = parameters[at..].strip_prefix(b"boundary=") else {
        return false;
    };
    let boundary = boundary.to_ascii_lowercase();
    let is_quoted = value
        .strip_prefix(b"\"")
        .and_then(|v| v.strip_prefix(&*boundary))
        .is_some_and(|v| v.starts_with(b"\""));
    let is_bare =
        value.strip_prefix(&*boundary).is_some_and(|v| v.is_empty() || v.starts_with(b";"));
    let is_letter = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
    let is_mark = |c: &u8| b"=+/:'?".contains(c);
    let is_word = boundary.iter().all(|c| is_letter(c) || (is_quoted && is_mark(c)));
    (is_quoted || is_bare)
        && is_word
        && boundary.iter().any(u8::is_ascii_alphanumeric)
        && !parameters.iter().any(|c| b"()*\\".contains(c))
}

/// Line ends and blanks at either end belong to the delimiters or to nobody.
fn trimmed(raw: &[u8], span: Span) -> Span {
    let bytes = span.of(raw);
    let lead = bytes.len() - bytes.trim_ascii_start().len();
    let kept = bytes.trim_ascii().len();
    Span::new(span.start + lead, span.start + lead + kept)
}

/// Compares the parts that show something; None when they are the same bytes.
fn difference(raw: &[u8], ours: &[Span], theirs: &[Span]) -> Option<String> {
    let shown = |spans: &[Span]| -> Vec<Span> {
        let mut spans: Vec<_> = spans.iter().copied().filter(|s| !s.of(raw).is_empty()).collect();
        spans.sort();
        spans
    };
    let (ours, theirs) = (shown(ours), shown(theirs));
    if ours == theirs {
        return None;
    }
    Some(if ours.len() == theirs.len() {
        "the parts begin or end elsewhere for the second parser".to_owned()
    } else {
        format!("{} parts strictly, {} for the second parser", ours.len(), theirs.len())
    })
}

static PARTS_DIFFER: Code = Code {
    check: "email/second-reading",
    name: "parts-differ",
    claim: Claim::BodyAsSent,
    direction: Direction::Inconclusive,
    strength: None,
    meaning: Text {
        en: "two parsers see different parts in these bytes",
        fr: "deux analyseurs voient des parties différentes dans ces octets",
    },
    innocent: Text {
        en: "careless software writes broken MIME; digests and bounces carry cut-off parts",
        fr: "des logiciels négligents écrivent un MIME défectueux ; les rapports portent des parties coupées",
    },
};

static BROKEN: Code = Code {
    name: "broken",
    meaning: Text {
        en: "the message breaks off its grammar where programs are known to read on differently",
        fr: "le message rompt la grammaire là où les logiciels continuent de façons différentes",
    },
    ..PARTS_DIFFER
};

static DECODED_DIFFERENTLY: Code = Code {
    name: "decoded-differently",
    meaning: Text {
        en: "a part is encoded in a way that programs decode to different content",
        fr: "une partie est encodée d’une façon que les logiciels décodent en contenus différents",
    },
    innocent: Text {
        en: "lists and filters add lines behind encoded text; careless software writes broken encodings",
        fr: "listes et filtres ajoutent des lignes après un texte encodé ; des logiciels négligents encodent mal",
    },
    ..PARTS_DIFFER
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::address::Mailboxes;
    use crate::parse::email;
    use proptest::prelude::*;

    /// Whether the message is plain, and whether a second reading gives the same parts.
    fn readings(raw: &[u8]) -> (bool, bool) {
        let mail = email::parse(raw);
        let subject = Subject {
            raw,
            mail: &mail,
            from: Mailboxes::default(),
            date: None,
            signatures: &[],
            repairs: &[],
            clocks: &[],
            hops: &[],
        };
        (has_one_reading(&subject), read_twice(&subject).is_none())
    }

    const PLAIN: &str = "Content-Type: multipart/mixed; boundary=\"=_b\"\n\nignored\n--=_b\n\
        Content-Type: text/plain; name=\"a (1)\"\n\none\n--=_b\n\ntwo\n--=_b--\nignored\n";

    #[test]
    fn plain_messages_are_not_read_twice() {
        assert_eq!(readings(PLAIN.as_bytes()), (true, true));
        let crlf = PLAIN.replace('\n', "\r\n");
        assert_eq!(readings(crlf.as_bytes()), (true, true));
        for (from, to) in [
            ("one\n", "one --=_b\nother\n"),
            ("two\n", "\x0btwo --=_b\nother\n"),
            ("\nignored\n--", "\nignored --=_b\n--"),
            ("--\nignored", "--\n--=_b\n\nthree\n--=_b--"),
            ("boundary=", "boundary*0="),
            ("boundary=", "boundary=\n "),
            ("\"=_b\"", "=_b"),
            ("mixed;", "mixed (c);"),
            ("text/plain", "message/rfc822"),
            ("text/plain", "multipart"),
            ("Content-Type: text/plain", "Content-Type: text/html\nContent-Type: text/plain"),
            ("one", "o\rne"),
            ("--=_b\n\ntwo", "--=_b\n two: 2\n\ntwo"),
            ("--=_b--", "--=_b-"),
        ] {
            let raw = PLAIN.replacen(from, to, 1);
            assert_ne!(raw, PLAIN);
            assert!(!readings(raw.as_bytes()).0, "{raw}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        /// What `has_one_reading` promises, of messages put together from what readers stumble over.
        #[test]
        fn one_reading_is_the_second_parsers_too(
            boundary in "(\n )?(b|\"=_b\"|\"b\"|\"b:\")",
            parts in proptest::collection::vec("(Content-Type: (text/plain|text/html; charset=\"u\"|multipart/mixed; boundary=(c|\"-c\"|b2)|message/rfc822|multipart/digest; boundary=c|multipart; boundary=c)\r?\n|Content-Transfer-Encoding: (base64|quoted-printable|8bit)\n|X-Y: \"open\n|Subject: =\\?utf-8\\?q\\?a\n|From: <a\\(\n|Date: x\n|Received: from \\(\n|Message-ID: <\n){0,3}(\r?\n)?(--c\n(\n)?y\n--c--\n|---c\n\nz\n---c--\n|--b|=\n|=3D|aGVs\n|=zz|x\n|-|\n| ){0,6}", 0..4),
        ) {
            let mark = boundary.trim().trim_matches('"');
            let mut text = format!("From: a@b\nContent-Type: multipart/mixed; boundary={boundary}\n\npreamble\n");
            for part in &parts {
                text.push_str(&format!("--{mark}\n{part}\n"));
            }
            text.push_str(&format!("--{mark}--\nepilogue\n"));
            let (plain, same) = readings(text.as_bytes());
            prop_assert!(!plain || same, "{}", text);
        }
    }
}
