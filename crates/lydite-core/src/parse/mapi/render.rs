//! A mail made of a message's properties: the same one every time, and never the bytes that were
//! sent.
//!
//! The first field says so (`X-Lydite-Rendering`, see [`Mark`]). `PidTagTransportMessageHeaders`
//! stands behind it verbatim where the message has it, so that signatures over the header can
//! still be opened; else fields are made of properties, and nobody may take them for sent text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::body::Pieces;
use super::{Message, Properties, Value, tag};
use crate::item::Sha256;
use crate::limits;
use crate::parse::email;
use crate::text::hex;

/// Name of the field that marks a rendering.
pub const FIELD: &str = "X-Lydite-Rendering";
/// What a content field of the transport headers is renamed with where the body cannot have the
/// form it states.
const REPLACED: &str = "X-Lydite-Stated-";
/// Seconds from 1601, where Windows begins to count, to 1970.
pub const SECONDS_1601: i64 = 11_644_473_600;

/// Where the header of a rendering comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Verbatim from the transport headers, the mark itself and `X-Lydite-` fields apart.
    Transport,
    /// Made of properties.
    Properties,
}

impl Mark {
    fn name(self) -> &'static str {
        match self {
            Mark::Transport => "transport",
            Mark::Properties => "properties",
        }
    }

    /// Reads the mark off a mail whose first field it is.
    pub fn of(raw: &[u8], mail: &email::Mail) -> Option<Mark> {
        let first = mail.root.fields.first()?;
        if first.name.of(raw) != FIELD.as_bytes() {
            return None;
        }
        let value = String::from_utf8_lossy(first.value.of(raw));
        let value = value.trim().strip_prefix("mapi; headers=")?;
        [Mark::Transport, Mark::Properties].into_iter().find(|mark| value == mark.name())
    }
}

/// A rendering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub bytes: Vec<u8>,
    pub mark: Mark,
    /// What stands beside it in the container's words.
    pub meta: Vec<(String, String)>,
    /// Lower case, no full stop.
    pub defects: Vec<String>,
}

/// Renders a message.
pub fn render(message: &Message) -> Rendered {
    let mut pieces = Pieces::of(message);
    if !message.is_mail() {
        pieces.list(&listed(&message.properties));
    }
    let sent = message.properties.text(tag::TRANSPORT_HEADERS).and_then(|text| block(&text));
    let mark = if sent.is_some() { Mark::Transport } else { Mark::Properties };
    let mut bytes = format!("{FIELD}: mapi; headers={}\r\n", mark.name()).into_bytes();
    let mut defects = message.defects.clone();
    match sent {
        Some((fields, left)) => {
            if left > 0 {
                defects.push(format!("{left} bytes behind the transport headers are left out"));
            }
            under(&fields, &mut pieces, &mut bytes, &mut defects);
        }
        None => {
            bytes.extend_from_slice(fields(message).as_bytes());
            let own = pieces.own();
            bytes.extend_from_slice(b"MIME-Version: 1.0\r\n");
            bytes.extend_from_slice(own.fields.as_bytes());
            bytes.extend_from_slice(b"\r\n");
            bytes.extend_from_slice(&own.body);
        }
    }
    defects.extend(pieces.defects);
    defects.truncate(limits::DEFECTS);
    Rendered { bytes, mark, meta: meta(message, mark), defects }
}

/// The body under headers that were sent, in the form they state where that is possible.
fn under(fields: &[u8], pieces: &mut Pieces, bytes: &mut Vec<u8>, defects: &mut Vec<String>) {
    let whole = [fields, b"\r\n"].concat();
    let mail = email::parse(&whole);
    if let Some(body) = pieces.as_stated(&mail.root.media) {
        bytes.extend_from_slice(fields);
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&body);
        return;
    }
    let own = pieces.own();
    let is_content = |name: &[u8]| {
        ["content-type", "content-transfer-encoding"]
            .iter()
            .any(|content| name.eq_ignore_ascii_case(content.as_bytes()))
    };
    bytes.extend_from_slice(own.fields.as_bytes());
    if mail.field(&whole, "MIME-Version").is_none() {
        bytes.extend_from_slice(b"MIME-Version: 1.0\r\n");
    }
    let mut replaced = false;
    for field in &mail.root.fields {
        if is_content(field.name.of(&whole)) {
            bytes.extend_from_slice(REPLACED.as_bytes());
            replaced = true;
        }
        bytes.extend_from_slice(field.span.of(&whole));
    }
    if replaced {
        defects.push("the body cannot have the type that the transport headers state".to_owned());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(&own.body);
}

/// The first header block of transport headers with CRLF, and how much stands behind it. Outlook
/// keeps the fields of MIME parts there too, and old Exchange writes a title before.
fn block(text: &str) -> Option<(Vec<u8>, usize)> {
    let text = text.trim_start_matches(['\r', '\n', ' ', '\u{feff}', '\0']);
    let text = match text.strip_prefix("Microsoft Mail Internet Headers Version 2.0") {
        Some(rest) => rest.trim_start_matches(['\r', '\n', ' ']),
        None => text,
    };
    let (mut out, mut used) = (Vec::new(), 0);
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\r', '\n', '\0']);
        if content.is_empty() {
            break;
        }
        used += line.len();
        // A lone CR would end a line for some readers.
        out.extend_from_slice(content.replace(['\r', '\0'], " ").as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    let left = text[used..].trim_matches(['\r', '\n', ' ', '\0']).len();
    let first = out.split(|c| *c == b'\n').next().unwrap_or(&[]);
    let is_field = memchr::memchr(b':', first).is_some_and(|colon| {
        let name = &first[..colon];
        !name.is_empty() && name.iter().all(|c| matches!(c, b'!'..=b'~'))
    });
    is_field.then_some((out, left))
}

/// Fields made of properties.
fn fields(message: &Message) -> String {
    let properties = &message.properties;
    let mut out = String::new();
    let mut field = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            out.push_str(&format!("{name}: {value}\r\n"));
        }
    };
    let plain = |id| properties.text(id).map(|text| one_line(&text));
    let sender = person(
        plain(tag::SENDER_NAME),
        plain(tag::SENDER_SMTP).or_else(|| plain(tag::SENDER_EMAIL)),
    );
    let author = person(
        plain(tag::SENT_REPRESENTING_NAME),
        plain(tag::SENT_REPRESENTING_SMTP).or_else(|| plain(tag::SENT_REPRESENTING_EMAIL)),
    );
    let other = sender.clone().filter(|sender| author.as_ref().is_some_and(|a| a != sender));
    field("From", author.or(sender));
    field("Sender", other);
    for (name, of, shown) in
        [("To", 1, tag::DISPLAY_TO), ("Cc", 2, tag::DISPLAY_CC), ("Bcc", 3, tag::DISPLAY_BCC)]
    {
        let listed = recipients(&message.recipients, of);
        field(name, listed.or_else(|| plain(shown).map(|text| words(&text))));
    }
    field("Subject", subject(properties).map(|text| words(&one_line(&text))));
    let sent = properties.time(tag::CLIENT_SUBMIT_TIME);
    field("Date", sent.or_else(|| properties.time(tag::DELIVERY_TIME)).and_then(date));
    let id = |id| plain(id).filter(|text| text.is_ascii());
    field("Message-ID", id(tag::MESSAGE_ID));
    field("In-Reply-To", id(tag::IN_REPLY_TO));
    field("References", id(tag::REFERENCES));
    field("Thread-Topic", plain(tag::CONVERSATION_TOPIC).map(|text| words(&text)));
    field("Thread-Index", properties.bytes(tag::CONVERSATION_INDEX).map(|b| STANDARD.encode(b)));
    out
}

/// The subject; a mailbox marks the length of its prefix in two characters before it ([MS-PST]
/// §2.5.3.1.1.1).
fn subject(properties: &Properties) -> Option<String> {
    if let Some(text) = properties.text(tag::SUBJECT) {
        let marked = text.strip_prefix('\u{1}').map(|rest| {
            let mut rest = rest.chars();
            rest.next();
            rest.as_str().to_owned()
        });
        return Some(marked.unwrap_or(text));
    }
    let rest = properties.text(tag::NORMALIZED_SUBJECT)?;
    Some(properties.text(tag::SUBJECT_PREFIX).unwrap_or_default() + &rest)
}

fn recipients(all: &[Properties], of: i64) -> Option<String> {
    let listed = all.iter().filter(|one| one.integer(tag::RECIPIENT_TYPE) == Some(of));
    let people = listed.filter_map(|one| {
        let text = |id| one.text(id).map(|text| one_line(&text)).filter(|text| !text.is_empty());
        person(text(tag::DISPLAY_NAME), text(tag::SMTP_ADDRESS).or_else(|| text(tag::EMAIL)))
    });
    let people: Vec<String> = people.collect();
    (!people.is_empty()).then(|| people.join(",\r\n\t"))
}

/// A name and an address, as they stand in an address field.
fn person(name: Option<String>, address: Option<String>) -> Option<String> {
    let address = address.filter(|address| !address.is_empty());
    let name = name.filter(|name| !name.is_empty() && Some(name) != address.as_ref());
    let clean = |address: String| {
        let kept = address.chars().filter(|c| !matches!(c, '<' | '>' | '"') && !c.is_whitespace());
        kept.collect::<String>()
    };
    let quoted = |name: String| {
        if name.is_ascii() {
            format!("\"{}\"", name.replace(['"', '\\'], " "))
        } else {
            words(&name)
        }
    };
    match (name, address.map(clean)) {
        (Some(name), Some(address)) => Some(format!("{} <{address}>", quoted(name))),
        (None, Some(address)) => Some(format!("<{address}>")),
        (Some(name), None) => Some(quoted(name)),
        (None, None) => None,
    }
}

/// A moment as RFC 5322 writes it, in UTC.
fn date(time: u64) -> Option<String> {
    let seconds = i64::try_from(time / 10_000_000).ok()? - SECONDS_1601;
    let moment = jiff::Timestamp::from_second(seconds).ok()?;
    Some(moment.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string())
}

/// Text without line ends and other controls, so that no property can make a field.
pub fn one_line(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.trim().to_owned()
}

/// Text in a field: as it is when ASCII, else as encoded words (RFC 2047).
fn words(text: &str) -> String {
    if text.is_ascii() && !text.contains("=?") {
        return text.to_owned();
    }
    let (mut out, mut word) = (Vec::new(), String::new());
    for c in text.chars() {
        // 45 bytes become 60 characters; a word has room for 63 beside its frame.
        if word.len() + c.len_utf8() > 45 {
            out.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    out.push(word);
    let out: Vec<String> =
        out.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word))).collect();
    out.join("\r\n ")
}

/// What the container says beside the mail: ids, flags, times.
fn meta(message: &Message, mark: Mark) -> Vec<(String, String)> {
    let properties = &message.properties;
    let mut out = vec![
        ("rendered".to_owned(), "mapi".to_owned()),
        ("mapi-headers".to_owned(), mark.name().to_owned()),
        ("mapi-class".to_owned(), message.class()),
    ];
    for (name, id) in [
        ("mapi-submitted", tag::CLIENT_SUBMIT_TIME),
        ("mapi-delivered", tag::DELIVERY_TIME),
        ("mapi-created", tag::CREATION_TIME),
        ("mapi-modified", tag::MODIFICATION_TIME),
    ] {
        let moment = properties.time(id).and_then(date);
        out.extend(moment.map(|moment| (name.to_owned(), moment)));
    }
    for (name, id) in [("mapi-flags", tag::MESSAGE_FLAGS), ("mapi-importance", tag::IMPORTANCE)] {
        let number = properties.integer(id);
        out.extend(number.map(|number| (name.to_owned(), number.to_string())));
    }
    for (name, id) in [
        ("mapi-entry-id", tag::ENTRY_ID),
        ("mapi-search-key", tag::SEARCH_KEY),
        ("mapi-record-key", tag::RECORD_KEY),
    ] {
        let key = properties.bytes(id).filter(|key| key.len() <= limits::MAPI_KEY);
        out.extend(key.map(|key| (name.to_owned(), hex(key))));
    }
    out
}

/// Every property with its value, a line each, for items that are no mail.
fn listed(properties: &Properties) -> String {
    let mut out = String::new();
    for (id, value) in properties.iter() {
        let shown = match id {
            tag::BODY | tag::HTML | tag::RTF => "(a part of its own)".to_owned(),
            _ => shown(properties, value),
        };
        out.push_str(&format!("{id:04x} {shown}\r\n"));
    }
    out
}

fn shown(properties: &Properties, value: &Value) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Boolean(is) => is.to_string(),
        Value::Time(time) => date(*time).unwrap_or_else(|| time.to_string()),
        Value::Text(_) | Value::Text8(_) => {
            one_line(&properties.decoded(value).unwrap_or_default())
        }
        Value::Bytes(bytes) | Value::Object(bytes) if bytes.len() <= limits::MAPI_KEY => hex(bytes),
        Value::Bytes(bytes) | Value::Object(bytes) => {
            format!("{} bytes, SHA-256 {}", bytes.len(), Sha256::of(bytes))
        }
        Value::Many(values) => {
            let values: Vec<String> = values.iter().map(|value| shown(properties, value)).collect();
            values.join(" | ")
        }
    }
}
