//! Whether two mails say the same to whoever reads them.

use memchr::memmem;

use super::fields;
use crate::item::Sha256;
use crate::parse::address;
use crate::parse::date;
use crate::parse::email::{Entity, Mail};
use crate::text::{self, beyond};

/// Displayed fields, those an answer goes to, and every part, decoded, are equal. Steps that only
/// change how bytes travel lead to such a pair; a changed encoding over unchanged bytes does not.
pub fn same(a: (&[u8], &Mail), b: (&[u8], &Mail)) -> bool {
    differing(a, b).is_empty()
}

/// Equal for two mails only where they are the [`same`] and have one Message-ID; and where programs show their
/// parts alike, also those that this reader does not decode: what lies in a multipart of another kind than
/// `mixed` may not be shown at all, pictures stand where their Content-ID puts them (RFC 2387 §3.4, RFC 2392),
/// and an attached mail is shown with its own fields.
pub fn digest(raw: &[u8], mail: &Mail) -> Sha256 {
    let mut said: Vec<u8> = Vec::new();
    // Lengths stand before values, so that none can be read as part of another.
    let mut say = |bytes: &[u8]| {
        said.extend((bytes.len() as u64).to_le_bytes());
        said.extend(bytes);
    };
    for field in mail.fields(raw, "message-id") {
        say(text::decode_header(field.value.of(raw)).as_bytes());
    }
    displayed(raw, &mail.root, &mut say);
    let mut is_mixed = true;
    mail.root.walk(&mut |entity| {
        is_mixed &= entity.children.is_empty() || entity.media.essence == "multipart/mixed";
    });
    mail.root.walk(&mut |entity| {
        let media = &entity.media;
        let is_leaf = entity.children.is_empty();
        if !is_mixed {
            say(entity.section.as_bytes());
            say(media.essence.as_bytes());
            say(&entity.children.len().to_le_bytes());
        }
        if !is_leaf && media.essence != "multipart/mixed" {
            let filename = media.filename.as_deref().unwrap_or_default();
            say(filename.as_bytes());
            say(&[u8::from(media.is_attachment)]);
            say(&parameter(raw, entity, b"start"));
        }
        if media.essence == "message/rfc822" {
            entity.children.iter().for_each(|inner| displayed(raw, inner, &mut say));
        }
        if is_leaf {
            leaf(raw, entity, &mut say);
        }
    });
    Sha256::of(&said)
}

/// Fields that a reader is shown; as they stand where they are read in more ways than one, or not at all.
fn displayed(raw: &[u8], entity: &Entity, say: &mut dyn FnMut(&[u8])) {
    for name in DISPLAYED {
        let values = shown((raw, entity), name);
        say(&values.len().to_le_bytes());
        values.iter().for_each(|value| say(value.as_bytes()));
        for value in entity.fields(raw, name).map(|field| field.value.of(raw)) {
            let is_unread = match name {
                "date" => {
                    let mut parts = value.splitn(2, |c| *c == b',');
                    let is_weekday = |part: &[u8]| !part.iter().any(u8::is_ascii_digit);
                    let before = parts.next().filter(|_| parts.next().is_some());
                    date::parse(value).is_none() || !before.is_none_or(is_weekday)
                }
                _ => text::decode_header(value).contains('\u{fffd}'),
            };
            say(if is_unread { value } else { &[] });
        }
    }
}

fn leaf(raw: &[u8], leaf: &Entity, say: &mut dyn FnMut(&[u8])) {
    let (essence, filename, is_attachment, content) = part(raw, leaf);
    let (body, encoding) = (leaf.body.of(raw), leaf.media.encoding.as_str());
    let is_undecoded = matches!(encoding, "base64" | "quoted-printable")
        && text::decode_transfer(body, encoding).as_ref() == body;
    say(essence.as_bytes());
    say(filename.unwrap_or_default().as_bytes());
    say(&[u8::from(is_attachment), u8::from(is_undecoded)]);
    say(&content);
    if essence.starts_with("text/") {
        // U+FFFD stands for bytes that programs show by a charset they guess.
        let is_unread = memmem::find(&content, "\u{fffd}".as_bytes()).is_some();
        say(if is_unread || beyond::has_lone_cr(body) || content.contains(&b'\r') {
            body
        } else {
            &[]
        });
        say(&parameter(raw, leaf, b"delsp"));
    }
    for name in ["content-id", "content-location"] {
        leaf.fields(raw, name).for_each(|field| say(field.value.of(raw).trim_ascii()));
    }
}

/// Content-Type where it names a parameter.
fn parameter(raw: &[u8], entity: &Entity, name: &[u8]) -> Vec<u8> {
    let field = entity.fields(raw, "content-type").next();
    let value = field.map(|field| field.value.of(raw).to_ascii_lowercase());
    value.filter(|value| memmem::find(value, name).is_some()).unwrap_or_default()
}

/// Fields that are displayed, and those an answer goes to.
const DISPLAYED: [&str; 7] = ["from", "to", "cc", "subject", "date", "reply-to", "sender"];

/// Where two mails say other things: names of fields, `body`.
pub fn differing(a: (&[u8], &Mail), b: (&[u8], &Mail)) -> Vec<&'static str> {
    let mut out = DISPLAYED.to_vec();
    out.retain(|name| shown((a.0, &a.1.root), name) != shown((b.0, &b.1.root), name));
    if parts(a) != parts(b) || containers(a.1) != containers(b.1) || relabelled(a, b) {
        out.push("body");
    }
    out
}

/// Whether a part has another transfer encoding over the same bytes: readers that are more or less
/// lenient than this one show other text.
fn relabelled((raw_a, a): (&[u8], &Mail), (raw_b, b): (&[u8], &Mail)) -> bool {
    let dress = |e: &str| if matches!(e, "7bit" | "8bit" | "binary") { "" } else { e }.to_owned();
    let pairs = a.root.leaves().into_iter().zip(b.root.leaves());
    pairs.into_iter().any(|(a, b)| {
        dress(&a.media.encoding) != dress(&b.media.encoding)
            && letters(a.body.of(raw_a)).eq(letters(b.body.of(raw_b)))
    })
}

/// A displayed field as a reader has it; every instance, so that a second one is a difference.
fn shown((raw, entity): (&[u8], &Entity), name: &str) -> Vec<String> {
    let values = entity.fields(raw, name).map(|field| field.value.of(raw));
    match name {
        "date" => values.map(|value| format!("{:?}", date::parse(value))).collect(),
        "subject" => values.map(text::decode_header).collect(),
        _ => values.map(mailboxes).collect(),
    }
}

/// Mailboxes with their names. Order, blanks and quotes are how they are written.
fn mailboxes(value: &[u8]) -> String {
    let mut boxes: Vec<String> =
        address::parse(value).list.into_iter().map(|m| m.address).collect();
    let entry = |entry: &Vec<u8>| -> String {
        let text = text::decode_header(entry);
        text.chars().filter(|c| !c.is_whitespace() && *c != '"').collect()
    };
    let mut entries: Vec<String> = fields::split_addresses(value).iter().map(entry).collect();
    boxes.sort();
    entries.sort();
    format!("{} {}", boxes.join(","), entries.join(","))
}

/// The bytes of a text, its blanks and line ends left out.
fn letters(bytes: &[u8]) -> impl Iterator<Item = &u8> {
    bytes.iter().filter(|c| !c.is_ascii_whitespace())
}

/// Where what lies in multiparts is one of several forms, of which programs show the last they can: how
/// many, in the order of the mail. Other multiparts are shown as their parts are.
fn containers(mail: &Mail) -> Vec<String> {
    let mut out = Vec::new();
    mail.root.walk(&mut |entity| {
        let count = entity.children.len();
        if count > 1 && entity.media.essence == "multipart/alternative" {
            out.push(format!("{} {count}", entity.section));
        }
    });
    out
}

type Part = (String, Option<String>, bool, Vec<u8>);

fn parts((raw, mail): (&[u8], &Mail)) -> Vec<Part> {
    mail.root.leaves().into_iter().map(|leaf| part(raw, leaf)).collect()
}

/// Type, file name, disposition and content; of a text its letters, line ends and trailing blanks
/// aside.
fn part(raw: &[u8], leaf: &Entity) -> Part {
    let media = &leaf.media;
    let content = text::decode_transfer(leaf.body.of(raw), &media.encoding);
    let content = if media.essence.starts_with("text/") {
        let letters = text::decode_charset(&content, media.charset.as_deref());
        let lines: Vec<&str> = letters.lines().map(str::trim_end).collect();
        lines.join("\n").trim_end().as_bytes().to_vec()
    } else {
        content.trim_ascii_end().to_vec()
    };
    (media.essence.clone(), media.filename.clone(), media.is_attachment, content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::email;

    fn are_same(a: &str, b: &str) -> bool {
        let (a, b) = (a.as_bytes(), b.as_bytes());
        same((a, &email::parse(a)), (b, &email::parse(b)))
    }

    #[test]
    fn encodings_are_the_same_and_their_labels_are_not() {
        let plain = "Subject: caf\u{e9}\nFrom: A <a@b.example>\n\nd\u{e9}j\u{e0}\n";
        let coded = "Subject: =?utf-8?q?caf=C3=A9?=\nFrom: \"A\" <a@b.example>\n\
                     Content-Transfer-Encoding: base64\n\nZMOpasOgCg==\n";
        assert!(are_same(plain, coded));
        assert!(!are_same("\nZGVqYQ==\n", "Content-Transfer-Encoding: base64\n\nZGVqYQ==\n"));
        assert!(!are_same("\na b\n", "Content-Transfer-Encoding: base64\n\na b\n"));
        assert!(!are_same("Subject: a\n\n", "Subject: a\nSubject: a\n\n"));
        assert!(!are_same("Reply-To: a@b.example\n\n", "Reply-To: a@b.example c@d.example\n\n"));
        assert!(!are_same("\n12,000\n", "\n42,000\n"));
        assert!(are_same(
            "Cc: a@b.example, C <c@d.example>\n\n",
            "Cc: \"C\" <c@d.example>,a@b.example\n\n"
        ));
        assert!(!are_same(
            "Cc: a@b.example, C <c@d.example>\n\n",
            "Cc: D <c@d.example>,a@b.example\n\n"
        ));
        assert!(!are_same("Content-Type: text/html\n\na\n", "\na\n"));
        let two = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\n\nc\n--b--\n";
        assert!(are_same(two, &two.replace("=b", "=\"b\"")));
        assert!(!are_same(two, &two.replace("mixed", "alternative")));
    }

    #[test]
    fn equal_digests_are_equal_mails_of_one_id() {
        let of = |raw: &str| digest(raw.as_bytes(), &email::parse(raw.as_bytes()));
        let plain =
            "Message-ID: <1@x>\nSubject: caf\u{e9}\nFrom: A <a@b.example>\n\nd\u{e9}j\u{e0}\n";
        let coded = "From: \"A\" <a@b.example>\r\nX-Added: 1\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\n\
                     Message-ID: <1@x>\r\nContent-Transfer-Encoding: base64\r\n\r\nZMOpasOgCg==\r\n";
        assert_eq!(of(plain), of(coded));
        assert_ne!(of(plain), of(&plain.replace("<1@x>", "<2@x>")));
        assert_ne!(of(plain), of(&plain.replace("From: A", "From: B")));
        assert_ne!(of(plain), of(&plain.replace("d\u{e9}", "D\u{e9}")));
        let two = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\nContent-ID: <1>\n\nc\n--b--\n";
        assert_eq!(of(two), of(&two.replace("=b", "=\"b\"")));
        assert_ne!(of(two), of(&two.replace("mixed", "related")));
        assert_ne!(of(two), of(&two.replace("<1>", "<2>")));
        let related = two.replace("mixed", "related");
        assert_ne!(of(&related), of(&related.replace("=b\n", "=b; start=\"<1>\"\n")));
        let inside = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nFYI\n--b\nContent-Type: message/rfc822\n\n\
                      From: Karl <k@b.example>\nSubject: Offer\n\nWe pay 40.\n--b--\n";
        assert_eq!(of(inside), of(&inside.replace("Karl", "\"Karl\"")));
        for (was, is) in [
            ("Karl", "Otto"),
            ("Offer", "Bribe"),
            ("Content-Type: message/rfc822\n\nFrom: Karl <k@b.example>\nSubject: Offer\n", ""),
        ] {
            assert_ne!(of(inside), of(&inside.replace(was, is)));
        }
        let forms = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n\
                     --c\n\na\n--c\n\nb\n--c--\n--b\n\nd\n--b--\n";
        let more = forms.replace("--c--\n--b\n\nd\n--b--", "--c\n\nd\n--c--\n--b--");
        assert_ne!(of(forms), of(&more));
        for (one, other) in [
            ("Date: 5 mai 2017\n\n", "Date: 5 mai 2011\n\n"),
            (
                "Date: Fri, 5 May 2017 20:35:00 +0200\n\n",
                "Date: 1 Jan 2010, 5 May 2017 20:35:00 +0200\n\n",
            ),
            ("\n40\n5\n", "Content-Type: text/plain; delsp=yes\n\n40\n5\n"),
        ] {
            assert_ne!(of(one), of(other));
        }
        let bytes = |raw: &[u8]| digest(raw, &email::parse(raw));
        assert_ne!(bytes(b"\n\xd1\xee\n"), bytes(b"\n\xce\xf2\n"));
        assert_ne!(bytes(b"Subject: \xd1\n\n"), bytes(b"Subject: \xce\n\n"));
        assert_ne!(of("\na b\n"), of("Content-Transfer-Encoding: base64\n\na b\n"));
    }
}
