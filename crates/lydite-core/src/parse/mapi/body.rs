//! MIME made for a message that has none: its texts and attachments as parts.
//!
//! Where the headers that the mail was sent with name a type, boundary, charset and encoding, these
//! are kept to as far as they can be, so that the fields stay as they were signed.

use super::rtf::{self, Wrapped};
use super::{Attachment, Content, Member, Message, Properties, Value, render, tag};
use crate::item::Sha256;
use crate::parse::email::Media;
use crate::signature::repair::encode;
use crate::text::decode_charset;

/// One part: fields and encoded body.
pub struct Part {
    pub fields: String,
    pub body: Vec<u8>,
}

/// What a message holds, before it has a form.
#[derive(Default)]
pub struct Pieces {
    text: Option<String>,
    /// With its charset.
    html: Option<(Vec<u8>, String)>,
    /// Rich text that no HTML or plain text was wrapped into.
    rtf: Option<Vec<u8>>,
    attachments: Vec<Part>,
    /// The first attachment, where it is a whole signed MIME entity (S/MIME).
    entity: Option<Vec<u8>>,
    /// Content of the only attachment, where it may be the body itself.
    only: Option<Vec<u8>>,
    pub defects: Vec<String>,
}

/// The versions of a message's text, decoded from what they are kept in.
pub fn texts(message: &Message) -> Vec<Member> {
    let mut pieces = Pieces::default();
    pieces.read_texts(&message.properties);
    let member =
        |essence: &str, content| Member { essence: essence.to_owned(), filename: None, content };
    let text = pieces.text.map(|text| member("text/plain", text.into_bytes()));
    let html = pieces.html.map(|(html, _)| member("text/html", html));
    let rtf = pieces.rtf.map(|rtf| member("text/rtf", rtf));
    text.into_iter().chain(html).chain(rtf).collect()
}

impl Pieces {
    fn read_texts(&mut self, properties: &Properties) {
        self.text = properties.text(tag::BODY);
        let html = match properties.get(tag::HTML) {
            Some(Value::Bytes(bytes) | Value::Text8(bytes)) => {
                Some((bytes.clone(), properties.html_charset()))
            }
            Some(Value::Text(text)) => Some((text.clone().into_bytes(), "utf-8".to_owned())),
            _ => None,
        };
        self.html = html.filter(|(bytes, _)| !bytes.is_empty());
        if let Some(packed) = properties.bytes(tag::RTF).filter(|packed| !packed.is_empty()) {
            self.rich_text(packed);
        }
    }

    pub fn of(message: &Message) -> Pieces {
        let mut out = Pieces::default();
        out.read_texts(&message.properties);
        for attachment in &message.attachments {
            out.attach(attachment);
        }
        if let ([one], true) = (message.attachments.as_slice(), out.attachments.len() == 1)
            && let Content::Bytes(bytes) = &one.content
        {
            out.only = Some(bytes.clone());
            let head = bytes[..bytes.len().min(200)].to_ascii_lowercase();
            let class = message.class().to_ascii_lowercase();
            let is_entity = head.starts_with(b"content-type:") && class.contains("smime");
            out.entity = is_entity.then(|| bytes.clone());
        }
        out
    }

    fn rich_text(&mut self, packed: &[u8]) {
        let Some(rtf) = rtf::decompress(packed) else {
            self.defects.push("its rich text body cannot be unpacked".to_owned());
            return;
        };
        match rtf::unwrap(&rtf) {
            Some(Wrapped::Html(html)) if self.html.is_none() => {
                self.html = Some((html.into_bytes(), "utf-8".to_owned()));
            }
            Some(Wrapped::Text(text)) if self.text.is_none() => self.text = Some(text),
            None if self.html.is_none() && !rtf.is_empty() => self.rtf = Some(rtf),
            _ => {}
        }
    }

    fn attach(&mut self, attachment: &Attachment) {
        let properties = &attachment.properties;
        let name = attachment.name();
        let (essence, body, encoding) = match &attachment.content {
            Content::Bytes(bytes) => (attachment.essence(), encode::base64(bytes, 76), "base64"),
            Content::Message(message) => {
                let rendered = render::render(message);
                let nested = rendered.defects.into_iter().take(10);
                self.defects.extend(nested.map(|what| format!("attached message: {what}")));
                ("message/rfc822".to_owned(), rendered.bytes, "8bit")
            }
            Content::Absent(why) => {
                let place = [tag::ATTACH_LONG_PATHNAME, tag::ATTACH_PATHNAME]
                    .iter()
                    .find_map(|id| properties.text(*id));
                let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
                let label = name.as_deref().unwrap_or("without a name");
                self.defects.push(format!("attachment {label}{place}: {why}"));
                ("application/octet-stream".to_owned(), Vec::new(), "base64")
            }
        };
        let mut fields = format!("Content-Type: {essence}\r\n");
        let id = properties.text(tag::ATTACH_CONTENT_ID).map(|id| render::one_line(&id));
        let disposition = if id.is_some() { "inline" } else { "attachment" };
        fields.push_str(&format!("Content-Disposition: {disposition}"));
        if let Some(name) = name {
            fields.push_str(&filename(&name));
        }
        fields.push_str(&format!("\r\nContent-Transfer-Encoding: {encoding}\r\n"));
        if let Some(id) = id.filter(|id| id.is_ascii() && !id.is_empty()) {
            fields.push_str(&format!("Content-ID: <{}>\r\n", id.trim_matches(['<', '>'])));
        }
        self.attachments.push(Part { fields, body });
    }

    /// A further part: what a contact or task holds, listed.
    pub fn list(&mut self, text: &str) {
        let mut part = text_part("plain", text.as_bytes(), "utf-8");
        part.fields.push_str("Content-Disposition: attachment; filename=\"properties.txt\"\r\n");
        self.attachments.push(part);
    }

    /// The whole as a form of our own.
    pub fn own(&self) -> Part {
        let main = self.main();
        if self.attachments.is_empty() { main } else { self.joined("mixed", main) }
    }

    fn joined(&self, subtype: &str, main: Part) -> Part {
        let parts: Vec<&Part> = std::iter::once(&main).chain(&self.attachments).collect();
        multipart(subtype, &parts)
    }

    fn main(&self) -> Part {
        let texts = self.texts();
        match <[Part; 1]>::try_from(texts) {
            Ok([only]) => only,
            Err(texts) if texts.is_empty() => text_part("plain", b"", "utf-8"),
            Err(texts) => multipart("alternative", &texts.iter().collect::<Vec<_>>()),
        }
    }

    fn texts(&self) -> Vec<Part> {
        let text = self.text.as_ref().map(|text| text_part("plain", text.as_bytes(), "utf-8"));
        let html = self.html.as_ref().map(|(html, charset)| text_part("html", html, charset));
        let rtf = self.rtf.as_ref().map(|rtf| Part {
            fields: "Content-Type: text/rtf\r\nContent-Transfer-Encoding: base64\r\n".to_owned(),
            body: encode::base64(rtf, 76),
        });
        text.into_iter().chain(html).chain(rtf).collect()
    }

    /// The body in the form that the headers state; `None` where what there is has no place in it.
    pub fn as_stated(&mut self, media: &Media) -> Option<Vec<u8>> {
        if let Some(subtype) = media.essence.strip_prefix("multipart/") {
            return self.as_multipart(subtype, media);
        }
        if self.attachments.is_empty() {
            let (text, charset) = self.as_text(media)?;
            return encoded(&recoded(&text, charset.as_deref(), media)?, &media.encoding);
        }
        let is_text = media.essence.starts_with("text/");
        let empty = |text: &String| text.trim().is_empty();
        let alone =
            self.html.is_none() && self.rtf.is_none() && self.text.as_ref().is_none_or(empty);
        if is_text || !alone {
            return None;
        }
        encoded(self.only.as_ref()?, &media.encoding)
    }

    /// The text of the stated type, with its charset (UTF-8 when none). The other version is left
    /// out: Outlook and Exchange make it from the one that was sent.
    fn as_text(&mut self, media: &Media) -> Option<(Vec<u8>, Option<String>)> {
        let other = match media.essence.as_str() {
            "text/html" => self.text.as_ref().map(|text| ("plain", text.len())),
            _ => self.html.as_ref().map(|(html, _)| ("HTML", html.len())),
        };
        let found = match media.essence.as_str() {
            "text/plain" => (self.text.clone()?.into_bytes(), None),
            "text/html" => self.html.clone().map(|(html, charset)| (html, Some(charset)))?,
            _ => return None,
        };
        if let Some((what, size)) = other.filter(|(_, size)| *size > 0) {
            let essence = &media.essence;
            self.defects.push(format!(
                "a {what} version of {size} bytes is left out: the headers state {essence} alone"
            ));
        }
        Some(found)
    }

    fn as_multipart(&self, subtype: &str, media: &Media) -> Option<Vec<u8>> {
        let boundary = std::str::from_utf8(media.boundary.as_ref()?).ok()?;
        if !matches!(media.encoding.as_str(), "7bit" | "8bit" | "binary") {
            return None;
        }
        if let Some(entity) = self.entity.as_ref().filter(|_| subtype == "signed") {
            let at = memchr::memmem::find(entity, b"\r\n\r\n")?;
            let opens = format!("--{boundary}");
            let body = &entity[at + 4..];
            return memchr::memmem::find(body, opens.as_bytes()).map(|_| body.to_vec());
        }
        let mut parts = match subtype {
            "alternative" => self.texts(),
            _ => vec![self.main()],
        };
        if parts.is_empty() {
            parts.push(self.main());
        }
        let parts: Vec<&Part> = parts.iter().chain(&self.attachments).collect();
        join(&parts, boundary)
    }
}

/// The parts between delimiters; `None` where one of them holds a delimiter.
fn join(parts: &[&Part], boundary: &str) -> Option<Vec<u8>> {
    let delimiter = format!("--{boundary}");
    let mut out = Vec::new();
    for part in parts {
        if memchr::memmem::find(&part.body, delimiter.as_bytes()).is_some() {
            return None;
        }
        out.extend_from_slice(format!("{delimiter}\r\n{}\r\n", part.fields).as_bytes());
        out.extend_from_slice(&part.body);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("{delimiter}--\r\n").as_bytes());
    Some(out)
}

/// A multipart whose boundary is drawn from its content, so that no part can hold it.
fn multipart(subtype: &str, parts: &[&Part]) -> Part {
    let mut seed = Vec::new();
    for part in parts {
        seed.extend_from_slice(&Sha256::of(&part.body).0);
        seed.extend_from_slice(part.fields.as_bytes());
    }
    let hash = Sha256::of(&seed).to_string();
    let boundary = format!("lydite_{}", &hash[..32]);
    let fields = format!("Content-Type: multipart/{subtype}; boundary=\"{boundary}\"\r\n");
    Part { fields, body: join(parts, &boundary).unwrap_or_default() }
}

/// A text as a part; 7bit where no reader could see anything else in it.
fn text_part(subtype: &str, text: &[u8], charset: &str) -> Part {
    let plain =
        |line: &[u8]| line.len() < 900 && !line.starts_with(b"--") && !line.starts_with(b"From ");
    let readable = text.iter().all(|c| matches!(c, b' '..=b'~' | b'\t' | b'\r' | b'\n'))
        && text.split(|c| *c == b'\n').all(plain);
    let (encoding, body) =
        if readable { ("7bit", lines(text)) } else { ("base64", encode::base64(text, 76)) };
    let fields = format!(
        "Content-Type: text/{subtype}; charset=\"{charset}\"\r\nContent-Transfer-Encoding: {encoding}\r\n"
    );
    Part { fields, body }
}

/// Every line end as CRLF, also a lone CR.
fn lines(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 32);
    let mut rest = text.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\r' => {
                rest.next_if_eq(&b'\n');
                out.extend_from_slice(b"\r\n");
            }
            b'\n' => out.extend_from_slice(b"\r\n"),
            _ => out.push(byte),
        }
    }
    out
}

/// Text in the charset that the headers state; `None` where this cannot be written.
fn recoded(text: &[u8], charset: Option<&str>, media: &Media) -> Option<Vec<u8>> {
    let wanted = media.charset.as_deref().unwrap_or("us-ascii");
    if text.is_ascii() || charset.unwrap_or("utf-8") == wanted {
        return Some(lines(text));
    }
    let text = decode_charset(text, charset);
    let bytes: Vec<u8> = match wanted {
        "utf-8" => text.into_owned().into_bytes(),
        "iso-8859-1" => text.chars().map(|c| u8::try_from(c).ok()).collect::<Option<_>>()?,
        _ => return None,
    };
    Some(lines(&bytes))
}

fn encoded(bytes: &[u8], encoding: &str) -> Option<Vec<u8>> {
    match encoding {
        "base64" => Some(encode::base64(bytes, 76)),
        "quoted-printable" => Some(encode::quoted_printable(bytes, 76)),
        "7bit" if !bytes.is_ascii() => None,
        "7bit" | "8bit" | "binary" => Some(bytes.to_vec()),
        _ => None,
    }
}

/// The parameter with a file's name (RFC 2183 §2.3; in UTF-8 where it is not ASCII, RFC 6532).
fn filename(name: &str) -> String {
    let name: String = render::one_line(name)
        .chars()
        .map(|c| if matches!(c, '"' | '\\') { ' ' } else { c })
        .collect();
    format!("; filename=\"{name}\"")
}
