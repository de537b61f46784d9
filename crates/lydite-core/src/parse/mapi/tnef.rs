//! TNEF ([MS-OXTNEF]), the `winmail.dat` that Exchange and Outlook send: a message's properties as
//! a list of attributes.

use super::{Attachment, Content, Message, Properties, Value, kind, tag};
use crate::limits;

/// Signature of a stream (§2.1.3.1), little-endian.
pub const MAGIC: &[u8] = b"\x78\x9f\x3e\x22";

/// Attributes (§2.1.3.2) that say what the properties do not.
mod attribute {
    pub const FROM: u32 = 0x0000_8000;
    pub const SUBJECT: u32 = 0x0001_8004;
    pub const ATTACH_TITLE: u32 = 0x0001_8010;
    pub const BODY: u32 = 0x0002_800C;
    pub const DATE_SENT: u32 = 0x0003_8005;
    pub const ATTACH_DATA: u32 = 0x0006_800F;
    pub const ATTACH_PROPERTIES: u32 = 0x0006_9005;
    pub const ATTACH_RENDERING: u32 = 0x0006_9002;
    pub const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
    pub const RECIPIENTS: u32 = 0x0006_9004;
    pub const OEM_CODE_PAGE: u32 = 0x0006_9007;
    pub const MESSAGE_CLASS: u32 = 0x0007_8008;
}

/// Reads a stream. `None` where the bytes do not start as one.
pub fn parse(bytes: &[u8]) -> Option<Message> {
    read(bytes, 0)
}

fn read(bytes: &[u8], depth: usize) -> Option<Message> {
    let mut rest = bytes.strip_prefix(MAGIC)?.get(2..)?;
    let mut out = Message::default();
    let mut code_page = None;
    while let Some(Attribute { level, id, data, sum, behind }) = next(rest) {
        rest = behind;
        let added = data.iter().fold(0u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
        if added != sum {
            defect(&mut out, format!("attribute {id:08x} does not fit its checksum"));
        }
        if id == attribute::OEM_CODE_PAGE {
            code_page = data.first_chunk().map(|page| u32::from_le_bytes(*page));
        } else if level == 2 {
            of_attachment(&mut out, id, data, depth);
        } else {
            of_message(&mut out, id, data, depth);
        }
    }
    if !rest.is_empty() {
        defect(&mut out, format!("{} bytes at the end are no attribute", rest.len()));
    }
    out.properties.code_page = code_page;
    out.recipients.iter_mut().for_each(|recipient| recipient.code_page = code_page);
    out.attachments.iter_mut().for_each(|attachment| attachment.properties.code_page = code_page);
    Some(out)
}

struct Attribute<'a> {
    level: u8,
    id: u32,
    data: &'a [u8],
    sum: u16,
    /// What follows.
    behind: &'a [u8],
}

fn next(bytes: &[u8]) -> Option<Attribute<'_>> {
    let level = *bytes.first().filter(|level| matches!(level, 1 | 2))?;
    let id = u32::from_le_bytes(*bytes.get(1..)?.first_chunk()?);
    let size = usize::try_from(u32::from_le_bytes(*bytes.get(5..)?.first_chunk()?)).ok()?;
    let rest = bytes.get(9..)?;
    let data = rest.get(..size)?;
    let sum = u16::from_le_bytes(*rest.get(size..)?.first_chunk()?);
    Some(Attribute { level, id, data, sum, behind: &rest[size + 2..] })
}

fn defect(message: &mut Message, what: String) {
    if message.defects.len() < limits::DEFECTS {
        message.defects.push(what);
    }
}

fn of_message(out: &mut Message, id: u32, data: &[u8], depth: usize) {
    let text = || Value::Text8(until_nul(data).to_vec());
    match id {
        attribute::MESSAGE_PROPERTIES => {
            let (properties, complete) = list(&mut { data }, depth);
            properties.iter().for_each(|(id, value)| out.properties.insert(id, value.clone()));
            if !complete {
                defect(out, "its properties break off".to_owned());
            }
        }
        attribute::RECIPIENTS => {
            let mut rest = data.get(4..).unwrap_or(&[]);
            let count = data.first_chunk().map_or(0, |count| u32::from_le_bytes(*count));
            for _ in 0..count.min(limits::MAILBOX_TOKENS as u32) {
                let (properties, complete) = list(&mut rest, depth);
                if !complete {
                    defect(out, "its recipients break off".to_owned());
                    break;
                }
                out.recipients.push(properties);
            }
        }
        attribute::SUBJECT => out.properties.insert(tag::SUBJECT, text()),
        attribute::BODY => out.properties.insert(tag::BODY, text()),
        attribute::MESSAGE_CLASS => out.properties.insert(tag::MESSAGE_CLASS, text_class(data)),
        attribute::FROM => sender(out, data),
        attribute::DATE_SENT => {
            let time = date(data).map(Value::Time);
            time.into_iter().for_each(|t| out.properties.insert(tag::CLIENT_SUBMIT_TIME, t));
        }
        _ => {}
    }
}

/// Old names of classes (§2.1.3.3.2): `IPM.Microsoft Mail.Note` is `IPM.Note`.
fn text_class(data: &[u8]) -> Value {
    let class = until_nul(data);
    match class.strip_prefix(b"IPM.Microsoft Mail.") {
        Some(rest) => Value::Text8([b"IPM.", rest].concat()),
        None => Value::Text8(class.to_vec()),
    }
}

/// Name and address of the sender (§2.1.3.3.1, a structure TRP).
fn sender(out: &mut Message, data: &[u8]) {
    let size = |at: usize| {
        let size = data.get(at..).and_then(|d| d.first_chunk());
        usize::from(size.map_or(0, |size| u16::from_le_bytes(*size)))
    };
    let (name_end, end) = (8 + size(4), 8 + size(4) + size(6));
    let name = data.get(8..name_end).map(until_nul).unwrap_or(&[]);
    let address = data.get(name_end..end).map(until_nul).unwrap_or(&[]);
    out.properties.insert(tag::SENDER_NAME, Value::Text8(name.to_vec()));
    let address = address.strip_prefix(b"SMTP:").unwrap_or(address);
    out.properties.insert(tag::SENDER_EMAIL, Value::Text8(address.to_vec()));
}

/// Year, month, day, hour, minute, second (§2.1.3.3.4) as 100 ns since 1601.
fn date(data: &[u8]) -> Option<u64> {
    let field = |n: usize| {
        let bytes = data.get(2 * n..)?.first_chunk()?;
        i16::try_from(u16::from_le_bytes(*bytes)).ok()
    };
    let small = |n: usize| i8::try_from(field(n)?).ok();
    let date = jiff::civil::Date::new(field(0)?, small(1)?, small(2)?).ok()?;
    let time = jiff::civil::Time::new(small(3)?, small(4)?, small(5)?, 0).ok()?;
    let moment = date.to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    let seconds = u64::try_from(moment.as_second() + super::render::SECONDS_1601).ok()?;
    Some(seconds * 10_000_000)
}

fn of_attachment(out: &mut Message, id: u32, data: &[u8], depth: usize) {
    if id == attribute::ATTACH_RENDERING {
        if out.attachments.len() >= limits::MAPI_ATTACHMENTS {
            return defect(out, "more attachments than are read".to_owned());
        }
        let content = Content::Absent("it has no content here".to_owned());
        out.attachments.push(Attachment { properties: Properties::default(), content });
        return;
    }
    let mut broken = false;
    let Some(attachment) = out.attachments.last_mut() else {
        return defect(out, format!("attribute {id:08x} belongs to no attachment"));
    };
    match id {
        attribute::ATTACH_DATA => attachment.content = Content::Bytes(data.to_vec()),
        attribute::ATTACH_TITLE => {
            let name = Value::Text8(until_nul(data).to_vec());
            attachment.properties.insert(tag::ATTACH_FILENAME, name);
        }
        attribute::ATTACH_PROPERTIES => {
            let (mut properties, complete) = list(&mut { data }, depth);
            broken = !complete;
            match properties.take(tag::ATTACH_DATA) {
                // An interface id stands before the content of an object (§2.1.3.4.2.2).
                Some(Value::Object(object)) => {
                    let inner = object.get(16..).unwrap_or(&[]);
                    attachment.content = match read(inner, depth + 1) {
                        Some(_) if depth >= limits::MAPI_DEPTH => {
                            Content::Absent("messages nested deeper than the bound".to_owned())
                        }
                        Some(message) => Content::Message(Box::new(message)),
                        None => Content::Bytes(inner.to_vec()),
                    };
                }
                Some(Value::Bytes(bytes)) => attachment.content = Content::Bytes(bytes),
                _ => {}
            }
            properties.iter().for_each(|(id, value)| {
                attachment.properties.insert(id, value.clone());
            });
        }
        _ => {}
    }
    if broken {
        defect(out, "the properties of an attachment break off".to_owned());
    }
}

/// A list of properties (§2.1.3.4), and whether it was whole.
fn list(rest: &mut &[u8], depth: usize) -> (Properties, bool) {
    let mut out = Properties::default();
    let Some(count) = word(rest) else {
        return (out, false);
    };
    // Inside so many messages nothing more is unfolded; what is there stays bytes.
    if depth > limits::MAPI_DEPTH {
        return (out, false);
    }
    for _ in 0..count {
        let Some((id, value)) = property(rest) else {
            return (out, false);
        };
        value.into_iter().for_each(|value| out.insert(id, value));
    }
    (out, true)
}

fn property(rest: &mut &[u8]) -> Option<(u16, Option<Value>)> {
    let head = word(rest)?;
    let (of, id) = ((head & 0xFFFF) as u16, (head >> 16) as u16);
    if id >= 0x8000 {
        // A named property: set, kind, and number or name.
        taken(rest, 16)?;
        if word(rest)? == 0 {
            word(rest)?;
        } else {
            let size = word(rest)?;
            padded(rest, size)?;
        }
    }
    let single = of & !kind::MANY;
    let sized = kind::size(single);
    // Only what varies in size or in number is counted.
    let count = if of & kind::MANY != 0 || sized.is_none() { word(rest)? } else { 1 };
    let mut values = Vec::new();
    for _ in 0..count {
        let size = match sized {
            Some(size) => size as u32,
            None => word(rest)?,
        };
        let value = kind::decode(single, padded(rest, size)?);
        if values.len() < limits::MAPI_VALUES {
            values.extend(value);
        }
    }
    let value = if of & kind::MANY != 0 { Some(Value::Many(values)) } else { values.pop() };
    Some((id, value))
}

fn word(rest: &mut &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(*taken(rest, 4)?.first_chunk()?))
}

/// So many bytes, and up to the next multiple of four.
fn padded<'a>(rest: &mut &'a [u8], size: u32) -> Option<&'a [u8]> {
    let size = usize::try_from(size).ok()?;
    let bytes = taken(rest, size)?;
    let pad = (size.next_multiple_of(4) - size).min(rest.len());
    taken(rest, pad)?;
    Some(bytes)
}

fn taken<'a>(rest: &mut &'a [u8], size: usize) -> Option<&'a [u8]> {
    let (bytes, behind) = rest.split_at_checked(size)?;
    *rest = behind;
    Some(bytes)
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    &bytes[..end]
}
