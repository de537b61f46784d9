//! Our own splitter of mail: where every header field and MIME part lies in the raw bytes.
//!
//! It decodes nothing. RFC 5322 for the header, RFC 2046 §5.1 for parts, read strictly: a
//! delimiter stands at the start of a line, is followed only by white space, and an outer one ends
//! every inner part. What breaks the grammar stays where it is and becomes a [`Defect`].

use std::borrow::Cow;

use memchr::{memchr, memmem};

use super::{Defect, mime_form};
use crate::evidence::Span;
use crate::limits;

/// One header field with everything that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field with its folded lines and final line end.
    pub span: Span,
    /// Without white space before the colon. Empty for a line that has no colon.
    pub name: Span,
    /// From behind the colon up to the final line end.
    pub value: Span,
}

/// A header block with its body: the message, a MIME part, or an attached message.
#[derive(Clone, Debug, Default)]
pub struct Entity {
    /// `""` for the message, then `1`, `1.2` … as IMAP numbers parts (RFC 3501 §6.4.5).
    pub section: String,
    pub fields: Vec<Field>,
    /// All fields, without the empty line behind them.
    pub header: Span,
    pub body: Span,
    pub media: Media,
    /// Parts of a multipart, or the one message inside a `message/rfc822`.
    pub children: Vec<Entity>,
}

/// What the MIME fields of an entity say, as this splitter reads them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    /// Lower case `type/subtype`; `text/plain` when absent (RFC 2045 §5.2).
    pub essence: String,
    pub boundary: Option<Vec<u8>>,
    /// Lower case.
    pub charset: Option<String>,
    /// Lower case `Content-Transfer-Encoding`; `7bit` when absent.
    pub encoding: String,
    pub filename: Option<String>,
    pub is_attachment: bool,
}

/// A message, split.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    /// An mbox separator line left in front of the header.
    pub envelope: Option<Span>,
    pub root: Entity,
    /// Where programs are known to read on differently, and bounds behind which this reader does
    /// not see: whatever stands here leaves the mail without one reading (design rule 18).
    pub doubts: Vec<Defect>,
    /// Parts met, the message itself not counted.
    pub parts: usize,
    /// Lines compared with boundaries.
    lines: usize,
}

impl Mail {
    /// All fields of the message's own header with that name, top to bottom.
    pub fn fields<'a>(&'a self, raw: &'a [u8], name: &'a str) -> impl Iterator<Item = &'a Field> {
        self.root.fields(raw, name)
    }

    /// The first (topmost) such field.
    pub fn field<'a>(&'a self, raw: &'a [u8], name: &'a str) -> Option<&'a Field> {
        self.fields(raw, name).next()
    }

    fn doubt(&mut self, what: &str, span: Span) {
        if self.doubts.len() < limits::DEFECTS {
            self.doubts.push(Defect { what: what.to_owned(), span });
        }
    }
}

impl Entity {
    pub fn fields<'a>(&'a self, raw: &'a [u8], name: &'a str) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(move |f| f.name.of(raw).eq_ignore_ascii_case(name.as_bytes()))
    }

    /// This entity and everything in it, outermost first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Entity)) {
        visit(self);
        for child in &self.children {
            child.walk(visit);
        }
    }

    /// The entities without children, in order.
    pub fn leaves(&self) -> Vec<&Entity> {
        let mut leaves = Vec::new();
        self.walk(&mut |entity| {
            if entity.children.is_empty() {
                leaves.push(entity);
            }
        });
        leaves
    }

    /// Whether a part of it is attached, has a file's name, or is a mail.
    pub fn has_attachment(&self) -> bool {
        let mut found = false;
        self.walk(&mut |part| {
            let media = &part.media;
            found |= media.is_attachment
                || media.filename.is_some()
                || media.essence == "message/rfc822";
        });
        found
    }
}

/// Splits a message. Never fails: bytes without any header are a body.
pub fn parse(raw: &[u8]) -> Mail {
    let mut mail = Mail::default();
    let mut start = 0;
    if is_envelope(raw) {
        start = line_end(raw, 0, raw.len());
        mail.envelope = Some(Span::new(0, start));
    }
    mail.root = entity(raw, Span::new(start, raw.len()), "", 0, &mut mail);
    doubt_boundaries(&mut mail);
    mail
}

/// Whether an mbox separator stands first, and not the field `From :`.
fn is_envelope(raw: &[u8]) -> bool {
    let rest = raw.strip_prefix(b">").unwrap_or(raw).strip_prefix(b"From ");
    rest.is_some_and(|rest| rest.trim_ascii_start().first() != Some(&b':'))
}

/// A boundary that stands twice or begins another: readers that compare prefixes see other parts.
fn doubt_boundaries(mail: &mut Mail) {
    let mut all: Vec<(Vec<u8>, Span)> = Vec::new();
    mail.root.walk(&mut |e| all.extend(e.media.boundary.clone().map(|b| (b, e.header))));
    all.sort();
    // Sorted, whatever begins another stands right before something that it begins.
    let begun = all.windows(2).find(|pair| pair[1].0.starts_with(&pair[0].0));
    if let Some(span) = begun.map(|pair| pair[1].1) {
        mail.doubt("a boundary that begins another boundary", span);
    }
}

/// Whether a carriage return stands without its line feed.
fn has_bare_cr(text: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', text).any(|at| text.get(at + 1) != Some(&b'\n'))
}

/// Offset behind the line feed of the line that starts at `from`, at most `end`.
fn line_end(raw: &[u8], from: usize, end: usize) -> usize {
    memchr(b'\n', &raw[from..end]).map_or(end, |at| from + at + 1)
}

/// `raw[span]` without one final LF or CRLF.
fn without_line_end(raw: &[u8], span: Span) -> Span {
    let mut end = span.end;
    if end > span.start && raw[end - 1] == b'\n' {
        end -= 1;
        if end > span.start && raw[end - 1] == b'\r' {
            end -= 1;
        }
    }
    Span::new(span.start, end)
}

fn entity(raw: &[u8], span: Span, section: &str, depth: usize, mail: &mut Mail) -> Entity {
    let (fields, header, body) = header_fields(raw, span, mail);
    let mut entity =
        Entity { section: section.to_owned(), fields, header, body, ..Entity::default() };
    entity.media = media(raw, &entity, mail);
    doubt_forms(raw, &entity, mail);
    if memchr(0, header.of(raw)).is_some() {
        mail.doubt("NUL in a header", header);
    }
    if has_bare_cr(header.of(raw)) {
        mail.doubt("a carriage return alone in a header, where some readers end the line", header);
    }
    if entity.media.essence.starts_with("multipart/")
        && !matches!(entity.media.encoding.as_str(), "7bit" | "8bit" | "binary")
    {
        mail.doubt("a multipart with an encoding, which some readers undo first", header);
    }
    let is_message = entity.media.essence == "message/rfc822"
        && matches!(entity.media.encoding.as_str(), "7bit" | "8bit" | "binary");
    if !is_message && !entity.media.essence.starts_with("multipart/") {
        if entity.media.encoding != "binary" && memchr(0, body.of(raw)).is_some() {
            mail.doubt("NUL in a body", body);
        }
        return entity;
    }
    if depth >= limits::MIME_DEPTH {
        mail.doubt("parts nested deeper than the bound", body);
        return entity;
    }
    let spans = if is_message { vec![body] } else { part_spans(raw, &entity, mail) };
    for (index, part) in spans.into_iter().enumerate() {
        if mail.parts >= limits::MIME_PARTS {
            mail.doubt("more parts than the bound", Span::new(part.start, body.end));
            break;
        }
        mail.parts += 1;
        let section = match section {
            "" => (index + 1).to_string(),
            outer => format!("{outer}.{}", index + 1),
        };
        entity.children.push(self::entity(raw, part, &section, depth + 1, mail));
    }
    entity
}

/// The header fields at the start of `span`, the header's own span, and the body behind it.
fn header_fields(raw: &[u8], span: Span, mail: &mut Mail) -> (Vec<Field>, Span, Span) {
    let mut fields = Vec::with_capacity(if span.start == 0 { 32 } else { 4 });
    let mut at = span.start;
    if !looks_like_header(raw, span) {
        let text = span.of(raw);
        let blanks = text.len() - text.trim_ascii_start().len();
        if blanks > 0 && looks_like_header(raw, Span::new(span.start + blanks, span.end)) {
            let line = Span::new(span.start, line_end(raw, span.start + blanks, span.end));
            mail.doubt("a header that begins with a blank, where some readers see a body", line);
        }
        return (fields, Span::new(at, at), span);
    }
    while at < span.end {
        let mut end = line_end(raw, at, span.end);
        if without_line_end(raw, Span::new(at, end)).is_empty() {
            return (fields, Span::new(span.start, at), Span::new(end, span.end));
        }
        while end < span.end && matches!(raw[end], b' ' | b'\t') {
            let folded = Span::new(end, line_end(raw, end, span.end));
            if folded.of(raw).trim_ascii().is_empty() {
                mail.doubt(
                    "a line of blanks inside a header, where some readers begin the body",
                    folded,
                );
            }
            end = folded.end;
        }
        if fields.len() == limits::HEADER_FIELDS {
            mail.doubt("more header fields than the bound", Span::new(at, span.end));
            let rest = memmem::find(&raw[at..span.end], b"\n\n")
                .into_iter()
                .chain(memmem::find(&raw[at..span.end], b"\n\r\n"))
                .min();
            let header_end = rest.map_or(span.end, |rest| at + rest + 1);
            let body = line_end(raw, header_end, span.end);
            return (fields, Span::new(span.start, header_end), Span::new(body, span.end));
        }
        fields.push(field(raw, Span::new(at, end), mail));
        at = end;
    }
    (fields, span, Span::new(span.end, span.end))
}

/// Whether the first line is empty or holds a field name and a colon.
fn looks_like_header(raw: &[u8], span: Span) -> bool {
    let line = Span::new(span.start, line_end(raw, span.start, span.end));
    let line = without_line_end(raw, line).of(raw);
    let name = memchr(b':', line).map_or(line, |colon| &line[..colon]).trim_ascii_end();
    line.is_empty() || (name.len() < line.len() && is_field_name(name))
}

/// RFC 5322 §3.6.8 `field-name`.
fn is_field_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|c| (33..=126).contains(c) && *c != b':')
}

fn field(raw: &[u8], span: Span, mail: &mut Mail) -> Field {
    let inner = without_line_end(raw, span);
    let Some(colon) = memchr(b':', inner.of(raw)) else {
        mail.doubt("header line without a colon", span);
        return Field { span, name: Span::new(span.start, span.start), value: inner };
    };
    let name = raw[span.start..span.start + colon].trim_ascii_end();
    if !is_field_name(name) {
        mail.doubt("a header field name with characters that no name may have", span);
    } else if name.len() < colon && memchr(b'\n', &raw[span.start..span.start + colon]).is_some() {
        mail.doubt("a header field name folded before its colon", span);
    }
    Field {
        span,
        name: Span::new(span.start, span.start + name.len()),
        value: Span::new(span.start + colon + 1, inner.end),
    }
}

/// Where the parts of a multipart lie, without the line end that belongs to the next delimiter.
fn part_spans(raw: &[u8], entity: &Entity, mail: &mut Mail) -> Vec<Span> {
    let mut spans = Vec::new();
    let body = entity.body;
    let Some(boundary) = entity.media.boundary.as_deref().filter(|b| !b.is_empty()) else {
        mail.doubt("multipart without a boundary", entity.header);
        return spans;
    };
    let mut open: Option<usize> = None;
    for line in dash_lines(raw, body) {
        mail.lines += 1;
        if mail.lines > limits::DELIMITER_LINES {
            mail.doubt("more lines that could be delimiters than the bound", line);
            break;
        }
        let Some(closes) = delimiter(without_line_end(raw, line).of(raw), boundary) else {
            continue;
        };
        if let Some(start) = open.take() {
            let part = without_line_end(raw, Span::new(start, line.start.max(start)));
            spans.push(part);
        }
        if closes {
            return spans;
        }
        open = Some(line.end);
        if spans.len() > limits::MIME_PARTS {
            return spans;
        }
    }
    if let Some(start) = open {
        mail.doubt("multipart without its closing delimiter", Span::new(start, body.end));
        spans.push(Span::new(start, body.end));
    } else {
        mail.doubt("multipart without its delimiter", body);
    }
    spans
}

/// The lines of `within` that start with `--`.
pub fn dash_lines<'a>(raw: &'a [u8], within: Span) -> impl Iterator<Item = Span> + 'a {
    let bytes = within.of(raw);
    let first = bytes.starts_with(b"--").then_some(0);
    let others = memmem::find_iter(bytes, b"\n--").map(|at| at + 1);
    first.into_iter().chain(others).map(move |at| {
        let start = within.start + at;
        Span::new(start, line_end(raw, start, within.end))
    })
}

/// Whether a line is a delimiter of `boundary`, and whether it closes the multipart.
fn delimiter(line: &[u8], boundary: &[u8]) -> Option<bool> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?;
    let (rest, closes) = match rest.strip_prefix(b"--") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    // RFC 2046 §5.1.1: transport padding may follow, nothing else.
    rest.iter().all(|c| matches!(c, b' ' | b'\t')).then_some(closes)
}

fn media(raw: &[u8], entity: &Entity, mail: &mut Mail) -> Media {
    let value = |name| entity.fields(raw, name).next().map(|f| f.value.of(raw));
    let mut read = |name| match value(name) {
        Some(value) => {
            let (essence, list, doubt) = parameters(value);
            if let Some(doubt) = doubt {
                mail.doubt(doubt, entity.header);
            }
            (essence, list)
        }
        None => (String::new(), Vec::new()),
    };
    let (essence, parameters) = read("content-type");
    let (disposition, disposed) = read("content-disposition");
    let get = |list: &[(String, Vec<u8>)], name: &str| {
        list.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone())
    };
    let encoding = value("content-transfer-encoding")
        .map(|v| lower(without_comments(v).trim_ascii().to_vec()))
        .filter(|v| !v.is_empty());
    Media {
        essence: if essence.is_empty() { "text/plain".to_owned() } else { essence },
        boundary: get(&parameters, "boundary"),
        charset: get(&parameters, "charset").map(lower),
        encoding: encoding.unwrap_or_else(|| "7bit".to_owned()),
        filename: get(&disposed, "filename").or_else(|| get(&parameters, "name")).map(text),
        is_attachment: disposition == "attachment",
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

fn lower(mut bytes: Vec<u8>) -> String {
    bytes.make_ascii_lowercase();
    text(bytes)
}

/// MIME fields that stand twice, under a name that only some readers know, or in a form of
/// [`mime_form`].
fn doubt_forms(raw: &[u8], entity: &Entity, mail: &mut Mail) {
    for name in ["content-type", "content-transfer-encoding"] {
        let mut fields = entity.fields(raw, name);
        let Some(field) = fields.next() else { continue };
        if fields.next().is_some() {
            mail.doubt("a MIME field stands twice", entity.header);
        }
        let value = field.value.of(raw);
        let doubt = match name {
            "content-type" => mime_form::type_doubt(value),
            _ => mime_form::encoding_doubt(value),
        };
        if let Some(what) = doubt {
            mail.doubt(what, field.span);
        }
        if field.value.start - field.name.end > 1 {
            mail.doubt("a MIME field name with a blank before its colon", field.span);
        }
    }
}

/// `value` without RFC 5322 comments.
fn without_comments(value: &[u8]) -> Cow<'_, [u8]> {
    if memchr(b'(', value).is_none() {
        return Cow::Borrowed(value);
    }
    let mut out = Vec::with_capacity(value.len());
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for &c in value {
        if escaped {
            escaped = false;
        } else if c == b'\\' && (quoted || depth > 0) {
            escaped = true;
        } else if c == b'"' && depth == 0 {
            quoted = !quoted;
        } else if !quoted && c == b'(' {
            depth += 1;
            continue;
        } else if !quoted && c == b')' && depth > 0 {
            depth -= 1;
            continue;
        }
        if depth == 0 {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Names in lower case, with their values.
type Parameters = Vec<(String, Vec<u8>)>;

/// `type/subtype; name=value; name="value"`: the first word in lower case and the parameters,
/// the first of a repeated name winning; and why another reader could see others.
fn parameters(value: &[u8]) -> (String, Parameters, Option<&'static str>) {
    let value = without_comments(value);
    let (first, pieces) = split_semicolons(&value);
    let essence: Vec<u8> = first.iter().copied().filter(|c| !c.is_ascii_whitespace()).collect();
    let mut list: Vec<(String, Vec<u8>)> = Vec::new();
    let mut doubt = (pieces.len() == limits::TAGS).then_some("more MIME parameters than the bound");
    for piece in pieces {
        let Some(equals) = memchr(b'=', piece) else { continue };
        let name = lower(piece[..equals].trim_ascii().to_vec());
        // RFC 2231: `name*`, `name*0`; readers differ in whether they know them and which one wins.
        let known = name.starts_with("boundary*") || name.starts_with("charset*");
        if list.iter().any(|(n, _)| *n == name) {
            doubt = Some("a MIME parameter stands twice");
        } else {
            if known {
                doubt =
                    Some("a boundary or charset in an extended form that some readers do not know");
            }
            list.push((name, unquote(piece[equals + 1..].trim_ascii())));
        }
    }
    (lower(essence), list, doubt)
}

/// What stands before the first semicolon outside quotes, and between the next ones, at most
/// `limits::TAGS` pieces.
fn split_semicolons(value: &[u8]) -> (&[u8], Vec<&[u8]>) {
    let mut pieces = Vec::new();
    let mut from = 0;
    let (mut quoted, mut escaped) = (false, false);
    for (at, &c) in value.iter().enumerate() {
        if pieces.len() > limits::TAGS {
            break;
        }
        if c == b';' && !quoted {
            pieces.push(&value[from..at]);
            from = at + 1;
        } else if escaped {
            escaped = false;
        } else if c == b'\\' && quoted {
            escaped = true;
        } else if c == b'"' {
            quoted = !quoted;
        }
    }
    if pieces.len() <= limits::TAGS {
        pieces.push(&value[from..]);
    }
    let first = pieces.remove(0);
    (first, pieces)
}

/// A quoted string's content, folding removed; anything else as it stands.
fn unquote(value: &[u8]) -> Vec<u8> {
    let Some(inner) = value.strip_prefix(b"\"") else {
        return value.to_vec();
    };
    let mut out = Vec::with_capacity(inner.len());
    let mut escaped = false;
    for &c in inner {
        match c {
            _ if escaped => {
                escaped = false;
                out.push(c);
            }
            b'\\' => escaped = true,
            b'"' => break,
            b'\r' | b'\n' => {}
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<'a>(raw: &'a [u8], entity: &Entity) -> Vec<&'a [u8]> {
        entity.fields.iter().map(|f| f.name.of(raw)).collect()
    }

    #[test]
    fn fields_keep_their_offsets_folded_and_broken() {
        let raw = b"From: a@b\r\nSubject : x\r\n y\r\nno colon here\r\nTo:\r\n\r\nbody\r\n";
        let mail = parse(raw);
        let root = &mail.root;
        assert_eq!(names(raw, root), [&b"From"[..], b"Subject", b"", b"To"]);
        assert_eq!(root.fields[1].value.of(raw), b" x\r\n y");
        assert_eq!(root.body.of(raw), b"body\r\n");
        assert_eq!(mail.doubts.len(), 1);
        let whole: Vec<u8> = root.fields.iter().flat_map(|f| f.span.of(raw).to_vec()).collect();
        assert_eq!(whole, root.header.of(raw));
    }

    #[test]
    fn without_header_all_is_body() {
        let mail = parse(b"Hello there\nsecond line\n");
        assert!(mail.root.fields.is_empty());
        assert_eq!(mail.root.body, Span::new(0, 24));
        assert_eq!(parse(b"").root.body, Span::new(0, 0));
    }

    #[test]
    fn a_delimiter_stands_at_the_start_of_a_line() {
        let raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none --b\ntwo\n--b  \n\n3\n--b--\nend";
        let mail = parse(raw);
        let bodies: Vec<_> = mail.root.children.iter().map(|c| c.body.of(raw)).collect();
        assert_eq!(bodies, [&b"one --b\ntwo"[..], b"3"]);
        assert!(mail.doubts.is_empty());
    }

    #[test]
    fn an_outer_delimiter_ends_inner_parts() {
        let raw = b"Content-Type: multipart/mixed; boundary=\"a b\"\n\n--a b\n\
            Content-Type: multipart/alternative; boundary=in\n\n--in\n\nx\n--a b\n\ny\n--a b--\n";
        let mail = parse(raw);
        assert_eq!(mail.root.children.len(), 2);
        assert_eq!(mail.root.children[0].children[0].body.of(raw), b"x");
        assert_eq!(mail.root.children[0].children[0].section, "1.1");
        assert_eq!(mail.doubts.len(), 1, "inner multipart is not closed");
    }

    #[test]
    fn parameters_survive_comments_quotes_and_repeats() {
        let (essence, list, doubt) =
            parameters(b" Text/(c)Plain; charset=\"U\\TF-8\"; x; charset=other; name=\"a;b\"");
        assert!(doubt.is_some());
        assert_eq!(essence, "text/plain");
        assert_eq!(list[0], ("charset".to_owned(), b"UTF-8".to_vec()));
        assert_eq!(list[1], ("name".to_owned(), b"a;b".to_vec()));
    }

    #[test]
    fn bounds_are_defects() {
        let mut raw = b"A: b\n".repeat(limits::HEADER_FIELDS + 5);
        raw.extend_from_slice(b"\nbody");
        let mail = parse(&raw);
        assert_eq!(mail.root.body.of(&raw), b"body");
        assert_eq!(mail.doubts.len(), 1, "what lies behind the bound is not read");
        let many = format!("Content-Type: text/plain{}\n\n", "; a=b".repeat(limits::TAGS + 5));
        assert_eq!(parse(many.as_bytes()).doubts.len(), 1);
    }

    #[test]
    fn where_readers_part_ways_is_doubted() {
        for header in [
            "X-Note: a\rFrom: b@c",
            "X Note: a",
            "X-Note\n : a",
            "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64",
            "Content-Type: text/plain; charset*=utf-7''x",
            "Content-Type: multipart/mixed; boundary=b; boundary*0=c",
        ] {
            let raw = format!("To: d@e\n{header}\n\n--b\n\nx\n--b--\n");
            assert_eq!(parse(raw.as_bytes()).doubts.len(), 1, "{header:?}");
        }
        assert!(parse(b"X-Note: a\r\nTo : d@e\r\n\r\n\rx").doubts.is_empty());
    }

    proptest::proptest! {
        #[test]
        fn fields_and_body_give_the_input_back(text in "(([A-C]:|\n|\r\n| |--b|x|Content-Type: multipart/mixed; boundary=b\n){0,40})") {
            let raw = text.as_bytes();
            let mail = parse(raw);
            let root = &mail.root;
            let fields: usize = root.fields.iter().map(|f| f.span.len()).sum();
            assert_eq!(fields, root.header.len());
            let between = root.body.start - root.header.end;
            assert!(between <= 2);
            assert_eq!(root.header.len() + between + root.body.len(), raw.len());
            root.walk(&mut |e| assert!(e.body.end <= raw.len() && e.header.end <= raw.len()));
        }
    }
}
