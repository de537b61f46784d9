//! Parts of a mail that a person signed: where they lie, what stands beside them, and the neutral
//! forms in which their bytes may have been signed (RFC 1847 §2.1, RFC 8551 §3.1.1, RFC 3156 §5).

use std::borrow::Cow;
use std::cell::Cell;

use super::canonical::{has_bare_lf, push_crlf_lines};
use crate::evidence::Span;
use crate::limits;
use crate::parse::email::{Entity, Mail};

/// A signature and the bytes it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedPart {
    /// The part that is signed, as IMAP numbers it; empty for the whole body.
    pub section: String,
    /// Its raw bytes.
    pub signed: Span,
    /// The raw bytes of the part that holds the signature.
    pub signature: Span,
    /// Sections with content that the signature does not cover.
    pub beside: Vec<String>,
}

/// Where a `multipart/signed` stands whose signature is of these types.
pub struct Detached<'a> {
    pub part: SignedPart,
    pub signature: &'a Entity,
    pub content: &'a Entity,
}

/// Every entity of the mail's own, not of mails attached to it.
pub fn own_entities(mail: &Mail) -> Vec<&Entity> {
    let mut out = Vec::new();
    own(&mail.root, &mut out);
    out
}

fn own<'a>(entity: &'a Entity, out: &mut Vec<&'a Entity>) {
    out.push(entity);
    if entity.media.essence != "message/rfc822" {
        entity.children.iter().for_each(|child| own(child, out));
    }
}

/// The detached signatures of a mail whose type `is_signature` knows, at most
/// `limits::BODY_SIGNATURES`. A mail without `multipart/signed` costs a look at its parts' types.
pub fn detached<'a>(
    raw: &[u8],
    mail: &'a Mail,
    is_signature: fn(&Entity) -> bool,
) -> Vec<Detached<'a>> {
    let entities = own_entities(mail);
    let signed = entities.iter().filter(|e| e.media.essence == "multipart/signed");
    let pairs = signed.filter_map(|e| match e.children.as_slice() {
        [content, signature, ..] if is_signature(signature) => Some((content, signature)),
        _ => None,
    });
    pairs
        .take(limits::BODY_SIGNATURES)
        .map(|(content, signature)| Detached {
            part: SignedPart {
                section: content.section.clone(),
                signed: Span::new(content.header.start, content.body.end),
                signature: signature.body,
                beside: beside(raw, mail, &[content, signature]),
            },
            content,
            signature,
        })
        .collect()
}

/// Leaves with content outside of these entities.
pub fn beside(raw: &[u8], mail: &Mail, within: &[&Entity]) -> Vec<String> {
    let is_in = |leaf: &Entity| {
        let holds =
            |e: &&Entity| e.header.start <= leaf.header.start && leaf.body.end <= e.body.end;
        within.iter().any(holds)
    };
    let leaves = mail.root.leaves().into_iter();
    let outside = leaves.filter(|leaf| !is_in(leaf) && !leaf.body.of(raw).trim_ascii().is_empty());
    outside.map(|leaf| leaf.section.clone()).collect()
}

/// How the signed bytes differ from those found, by steps that change no word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    AsFound,
    /// Bare LF line ends read as CRLF.
    LineEnds,
    /// The same with a last line end, which a delimiter behind it took along.
    LastLineEnd,
    /// Without blank lines at the end.
    BlankLines,
    /// Blanks at the ends of lines left out (RFC 9580 §7.2 does so; some programs do for all text).
    LineBlanks,
    /// `>From ` lines unstuffed once, as mailboxes stuff them.
    Unstuffed,
    /// Signed over bare LF line ends, which no standard allows.
    BareLf,
}

impl Form {
    pub fn note(self) -> &'static str {
        match self {
            Form::AsFound => "",
            Form::LineEnds => "line ends read as CRLF",
            Form::LastLineEnd => "with a line end behind the last line",
            Form::BlankLines => "without blank lines at the end",
            Form::LineBlanks => "without blanks at the ends of lines",
            Form::Unstuffed => ">From lines unstuffed",
            Form::BareLf => "signed over bare LF line ends",
        }
    }

    /// Whether reading it so is no more than the standards ask for.
    pub fn is_plain(self) -> bool {
        matches!(self, Form::AsFound | Form::LineEnds)
    }
}

const FORMS: &[Form] = &[
    Form::LineEnds,
    Form::LastLineEnd,
    Form::BlankLines,
    Form::LineBlanks,
    Form::Unstuffed,
    Form::BareLf,
];

/// Bytes hashed so far for the signatures of people on one mail.
#[derive(Debug, Default)]
pub struct Spent(Cell<u64>);

impl Spent {
    /// Counts one more pass over `text`; false where the bound is reached.
    fn pass(&self, text: &[u8]) -> bool {
        self.0.set(self.0.get().saturating_add(text.len() as u64));
        !self.is_over()
    }

    /// Whether something was left unhashed.
    pub fn is_over(&self) -> bool {
        self.0.get() > limits::SIGNED_BYTES
    }
}

/// The first form of `text` under which `fits` says yes.
pub fn fitting(text: &[u8], spent: &Spent, mut fits: impl FnMut(&[u8]) -> bool) -> Option<Form> {
    let mut fits = |text: &[u8]| spent.pass(text) && fits(text);
    let crlf = match has_bare_lf(text) {
        true => {
            let mut out = Vec::with_capacity(text.len() + text.len() / 32);
            push_crlf_lines(text, &mut out);
            Cow::Owned(out)
        }
        false => Cow::Borrowed(text),
    };
    let same = matches!(crlf, Cow::Borrowed(_));
    if fits(&crlf) {
        return Some(if same { Form::AsFound } else { Form::LineEnds });
    }
    if text.len() > limits::SIGNED_PART_FORMS {
        return None;
    }
    FORMS.iter().skip(1).copied().find(|form| written(&crlf, *form).is_some_and(|t| fits(&t)))
}

/// The text in another form; None where that changes nothing.
fn written(crlf: &[u8], form: Form) -> Option<Vec<u8>> {
    match form {
        Form::AsFound | Form::LineEnds => None,
        Form::LastLineEnd => Some([crlf, b"\r\n"].concat()),
        Form::BlankLines => {
            let end = crlf.iter().rposition(|c| !b"\r\n".contains(c)).map_or(0, |at| at + 1);
            (end < crlf.len()).then(|| [&crlf[..end], b"\r\n"].concat())
        }
        Form::LineBlanks => {
            let out = without_line_blanks(crlf);
            (out.len() < crlf.len()).then_some(out)
        }
        Form::Unstuffed => {
            let stuffed = memchr::memmem::find(crlf, b"\n>From ").is_some();
            stuffed.then(|| replaced(crlf, b"\n>From ", b"\nFrom "))
        }
        Form::BareLf => Some(replaced(crlf, b"\r\n", b"\n")),
    }
}

/// Every line without the blanks at its end.
pub fn without_line_blanks(crlf: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(crlf.len());
    for (at, line) in crlf.split(|c| *c == b'\n').enumerate() {
        if at > 0 {
            out.extend_from_slice(b"\r\n");
        }
        let end = line.iter().rposition(|c| !b" \t\r".contains(c)).map_or(0, |at| at + 1);
        out.extend_from_slice(&line[..end]);
    }
    out
}

fn replaced(text: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    for at in memchr::memmem::find_iter(text, old) {
        out.extend_from_slice(&text[from..at]);
        out.extend_from_slice(new);
        from = at + old.len();
    }
    out.extend_from_slice(&text[from..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::email;

    #[test]
    fn forms_change_no_word() {
        let found = b"a \r\n>From b\r\n\r\n";
        let fits = |wanted: &[u8]| fitting(found, &Spent::default(), |text| text == wanted);
        assert_eq!(fits(found), Some(Form::AsFound));
        assert_eq!(fits(b"a\r\n>From b\r\n\r\n"), Some(Form::LineBlanks));
        assert_eq!(fits(b"a \r\nFrom b\r\n\r\n"), Some(Form::Unstuffed));
        assert_eq!(fits(b"a \r\n>From b\r\n"), Some(Form::BlankLines));
        assert_eq!(fits(b"a \n>From b\n\n"), Some(Form::BareLf));
        assert_eq!(fits(b"other"), None);
        let over = Spent(Cell::new(limits::SIGNED_BYTES));
        assert_eq!(fitting(found, &over, |_| true), None);
        assert!(over.is_over());
        assert_eq!(fitting(b"a\nb", &Spent::default(), |t| t == b"a\r\nb"), Some(Form::LineEnds));
        assert_eq!(
            fitting(b"a\nb", &Spent::default(), |t| t == b"a\r\nb\r\n"),
            Some(Form::LastLineEnd)
        );
    }

    #[test]
    fn a_footer_stands_beside_and_attached_mail_is_not_looked_into() {
        let signed = "Content-Type: multipart/signed; boundary=s\n\n--s\n\nhi\n--s\n\
            Content-Type: application/pgp-signature\n\nx\n--s--\n";
        let list = format!(
            "Content-Type: multipart/mixed; boundary=m\n\n--m\n{signed}\n--m\n\nfooter\n--m--\n"
        );
        let known = |e: &Entity| e.media.essence == "application/pgp-signature";
        for (text, section, beside) in [(signed, "1", vec![]), (&list, "1.1", vec!["2"])] {
            let mail = email::parse(text.as_bytes());
            let found = detached(text.as_bytes(), &mail, known);
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].part.section, section);
            assert_eq!(found[0].part.signed.of(text.as_bytes()), b"\nhi");
            assert_eq!(found[0].part.beside, beside);
        }
        let forwarded = format!("Content-Type: message/rfc822\n\n{signed}");
        let mail = email::parse(forwarded.as_bytes());
        assert!(detached(forwarded.as_bytes(), &mail, known).is_empty());
    }
}
