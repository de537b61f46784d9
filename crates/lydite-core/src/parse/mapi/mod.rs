//! Messages as Outlook and Exchange keep them: properties in place of bytes ([MS-OXCMSG],
//! [MS-OXPROPS]). PST, OST, MSG and TNEF hold them; each reader fills a [`Message`], and
//! [`render`] makes a mail of it.

mod body;
pub mod msg;
pub mod render;
pub mod rtf;
pub mod tnef;

use std::collections::BTreeMap;

use crate::text;

/// A property's value ([MS-OXCDATA] §2.11.1).
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Integer(i64),
    Real(f64),
    Boolean(bool),
    /// 100 ns since 1601, UTC.
    Time(u64),
    Text(String),
    /// In a code page that other properties name.
    Text8(Vec<u8>),
    Bytes(Vec<u8>),
    /// A reference to something beside: what it holds depends on the format.
    Object(Vec<u8>),
    Many(Vec<Value>),
}

/// What one message, recipient or attachment says of itself, by property id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties {
    values: BTreeMap<u16, Value>,
    /// Code page of 8-bit text where the properties name none.
    pub code_page: Option<u32>,
}

/// A message with all that belongs to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    pub properties: Properties,
    pub recipients: Vec<Properties>,
    pub attachments: Vec<Attachment>,
    /// Lower case, no full stop.
    pub defects: Vec<String>,
}

/// One attachment.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    pub properties: Properties,
    pub content: Content,
}

/// A text or attachment by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub essence: String,
    pub filename: Option<String>,
    pub content: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Bytes(Vec<u8>),
    Message(Box<Message>),
    /// Why there is nothing.
    Absent(String),
}

/// Ids of the properties that are used by name ([MS-OXPROPS] §2).
pub mod tag {
    pub const IMPORTANCE: u16 = 0x0017;
    pub const MESSAGE_CLASS: u16 = 0x001A;
    pub const SUBJECT: u16 = 0x0037;
    pub const CLIENT_SUBMIT_TIME: u16 = 0x0039;
    pub const SUBJECT_PREFIX: u16 = 0x003D;
    pub const SENT_REPRESENTING_NAME: u16 = 0x0042;
    pub const SENT_REPRESENTING_EMAIL: u16 = 0x0065;
    pub const CONVERSATION_TOPIC: u16 = 0x0070;
    pub const CONVERSATION_INDEX: u16 = 0x0071;
    pub const TRANSPORT_HEADERS: u16 = 0x007D;
    pub const SENDER_NAME: u16 = 0x0C1A;
    pub const RECIPIENT_TYPE: u16 = 0x0C15;
    pub const SENDER_EMAIL: u16 = 0x0C1F;
    pub const DISPLAY_BCC: u16 = 0x0E02;
    pub const DISPLAY_CC: u16 = 0x0E03;
    pub const DISPLAY_TO: u16 = 0x0E04;
    pub const DELIVERY_TIME: u16 = 0x0E06;
    pub const MESSAGE_FLAGS: u16 = 0x0E07;
    pub const NORMALIZED_SUBJECT: u16 = 0x0E1D;
    pub const RECORD_KEY: u16 = 0x0FF9;
    pub const ENTRY_ID: u16 = 0x0FFF;
    pub const BODY: u16 = 0x1000;
    pub const RTF: u16 = 0x1009;
    pub const HTML: u16 = 0x1013;
    pub const MESSAGE_ID: u16 = 0x1035;
    pub const REFERENCES: u16 = 0x1039;
    pub const IN_REPLY_TO: u16 = 0x1042;
    pub const DISPLAY_NAME: u16 = 0x3001;
    pub const EMAIL: u16 = 0x3003;
    pub const CREATION_TIME: u16 = 0x3007;
    pub const MODIFICATION_TIME: u16 = 0x3008;
    pub const SEARCH_KEY: u16 = 0x300B;
    pub const ATTACH_DATA: u16 = 0x3701;
    pub const ATTACH_FILENAME: u16 = 0x3704;
    pub const ATTACH_METHOD: u16 = 0x3705;
    pub const ATTACH_LONG_FILENAME: u16 = 0x3707;
    pub const ATTACH_PATHNAME: u16 = 0x3708;
    pub const ATTACH_LONG_PATHNAME: u16 = 0x370D;
    pub const ATTACH_MIME: u16 = 0x370E;
    pub const ATTACH_CONTENT_ID: u16 = 0x3712;
    pub const SMTP_ADDRESS: u16 = 0x39FE;
    pub const INTERNET_CODE_PAGE: u16 = 0x3FDE;
    pub const MESSAGE_CODE_PAGE: u16 = 0x3FFD;
    pub const SENDER_SMTP: u16 = 0x5D01;
    pub const SENT_REPRESENTING_SMTP: u16 = 0x5D02;
    /// Checksum of a mailbox's password ([MS-PST] §2.4.3.1).
    pub const PASSWORD: u16 = 0x67FF;
}

/// Types of properties ([MS-OXCDATA] §2.11.1).
pub mod kind {
    use super::Value;
    use crate::limits;

    pub const OBJECT: u16 = 0x000D;
    pub const TEXT8: u16 = 0x001E;
    pub const TEXT: u16 = 0x001F;
    pub const BYTES: u16 = 0x0102;
    /// Set in types that hold many values.
    pub const MANY: u16 = 0x1000;

    /// Bytes of a value of fixed size.
    pub fn size(of: u16) -> Option<usize> {
        Some(match of {
            0x000B => 1,
            0x0002 => 2,
            0x0001 | 0x0003 | 0x0004 | 0x000A => 4,
            0x0005..=0x0007 | 0x0014 | 0x0040 => 8,
            0x0048 => 16,
            _ => return None,
        })
    }

    /// A value out of its bytes; numbers may stand in more bytes than they need.
    pub fn decode(of: u16, bytes: &[u8]) -> Option<Value> {
        let word = || bytes.first_chunk().map(|b| i32::from_le_bytes(*b));
        let long = || bytes.first_chunk().map(|b| i64::from_le_bytes(*b));
        Some(match of {
            0x0002 => Value::Integer(i16::from_le_bytes(*bytes.first_chunk()?).into()),
            0x0003 | 0x000A => Value::Integer(word()?.into()),
            0x0004 => Value::Real(f32::from_bits(word()?.cast_unsigned()).into()),
            0x0005 | 0x0007 => Value::Real(f64::from_bits(long()?.cast_unsigned())),
            0x0006 | 0x0014 => Value::Integer(long()?),
            0x000B => Value::Boolean(*bytes.first()? != 0),
            0x0040 => Value::Time(long()?.cast_unsigned()),
            OBJECT => Value::Object(bytes.to_vec()),
            TEXT8 => Value::Text8(until_nul(bytes).to_vec()),
            TEXT => Value::Text(utf16(bytes)),
            0x0048 | BYTES => Value::Bytes(bytes.to_vec()),
            of if of & MANY != 0 => Value::Many(many(of & !MANY, bytes)),
            _ => return None,
        })
    }

    /// Many values in one run of bytes ([MS-PST] §2.3.3.4): fixed ones side by side, others
    /// behind their count and offsets.
    fn many(of: u16, bytes: &[u8]) -> Vec<Value> {
        if let Some(size) = size(of) {
            let values = bytes.chunks_exact(size).take(limits::MAPI_VALUES);
            return values.filter_map(|value| decode(of, value)).collect();
        }
        let offset = |n: usize| {
            let at = bytes.get(4 * n..4 * n + 4)?.first_chunk()?;
            usize::try_from(u32::from_le_bytes(*at)).ok()
        };
        let count = offset(0).unwrap_or(0).min(limits::MAPI_VALUES);
        let value = |n: usize| {
            let end = if n == count { bytes.len() } else { offset(n + 1)? };
            decode(of, bytes.get(offset(n)?..end)?)
        };
        (1..=count).map_while(value).collect()
    }

    /// Text up to its first NUL.
    pub fn utf16(bytes: &[u8]) -> String {
        let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let units: Vec<u16> = units.collect();
        let end = units.iter().rposition(|unit| *unit != 0).map_or(0, |last| last + 1);
        String::from_utf16_lossy(&units[..end])
    }

    fn until_nul(bytes: &[u8]) -> &[u8] {
        let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        &bytes[..end]
    }
}

impl Properties {
    pub fn insert(&mut self, id: u16, value: Value) {
        self.values.entry(id).or_insert(value);
    }

    pub fn get(&self, id: u16) -> Option<&Value> {
        self.values.get(&id)
    }

    pub fn take(&mut self, id: u16) -> Option<Value> {
        self.values.remove(&id)
    }

    pub fn iter(&self) -> impl Iterator<Item = (u16, &Value)> {
        self.values.iter().map(|(id, value)| (*id, value))
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub fn integer(&self, id: u16) -> Option<i64> {
        if let Some(Value::Integer(number)) = self.get(id) { Some(*number) } else { None }
    }

    pub fn time(&self, id: u16) -> Option<u64> {
        if let Some(Value::Time(time)) = self.get(id) { Some(*time) } else { None }
    }

    pub fn bytes(&self, id: u16) -> Option<&[u8]> {
        if let Some(Value::Bytes(bytes)) = self.get(id) { Some(bytes) } else { None }
    }

    /// Text, decoded from its code page where it is not Unicode.
    pub fn text(&self, id: u16) -> Option<String> {
        self.decoded(self.get(id)?)
    }

    pub fn decoded(&self, value: &Value) -> Option<String> {
        match value {
            Value::Text(text) => Some(text.clone()),
            Value::Text8(bytes) => {
                Some(text::decode_charset(bytes, Some(&self.charset())).into_owned())
            }
            _ => None,
        }
    }

    /// The charset of 8-bit text: of the message's code page, or Windows' western one.
    fn charset(&self) -> String {
        let page = self.integer(tag::MESSAGE_CODE_PAGE).and_then(|page| u32::try_from(page).ok());
        charset(page.or(self.code_page).unwrap_or(1_252))
    }

    /// The charset of the HTML body: of the internet code page, or of the message.
    pub fn html_charset(&self) -> String {
        let page = self.integer(tag::INTERNET_CODE_PAGE).and_then(|page| u32::try_from(page).ok());
        page.map_or_else(|| self.charset(), charset)
    }
}

/// The name of a Windows code page ([MS-UCODEREF] §2.2.1), lower case.
fn charset(page: u32) -> String {
    match page {
        65_001 | 1_200 => "utf-8".to_owned(),
        20_127 => "us-ascii".to_owned(),
        28_591..=28_606 => format!("iso-8859-{}", page - 28_590),
        874 => "windows-874".to_owned(),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        50_220..=50_222 => "iso-2022-jp".to_owned(),
        51_932 => "euc-jp".to_owned(),
        51_949 => "euc-kr".to_owned(),
        54_936 => "gb18030".to_owned(),
        20_866 => "koi8-r".to_owned(),
        21_866 => "koi8-u".to_owned(),
        1_250..=1_258 => format!("windows-{page}"),
        _ => "windows-1252".to_owned(),
    }
}

impl Message {
    /// Its class, as `IPM.Note`; empty where it names none.
    pub fn class(&self) -> String {
        self.properties.text(tag::MESSAGE_CLASS).unwrap_or_default()
    }

    /// Whether it is something that was sent: mail, a meeting's request, a report, or what names
    /// no class and has headers. Contacts, tasks, notes and settings are not.
    pub fn is_mail(&self) -> bool {
        let class = self.class().to_ascii_lowercase();
        let sent =
            ["ipm.note", "ipm.schedule", "report.", "ipm.sharing", "ipm.recall", "ipm.outlook"];
        sent.iter().any(|start| class.starts_with(start))
            || class == "ipm"
            || self.properties.get(tag::TRANSPORT_HEADERS).is_some()
    }

    /// Its texts and attachments, decoded; an attached message as it is rendered.
    pub fn members(&self) -> Vec<Member> {
        let mut out = body::texts(self);
        for attachment in &self.attachments {
            let (essence, content) = match &attachment.content {
                Content::Bytes(bytes) => (attachment.essence(), bytes.clone()),
                Content::Message(message) => {
                    ("message/rfc822".to_owned(), render::render(message).bytes)
                }
                Content::Absent(_) => continue,
            };
            let filename = Some(attachment.name().unwrap_or_default());
            out.push(Member { essence, filename, content });
        }
        out
    }
}

impl Attachment {
    /// Its name; the long one where there are two.
    pub fn name(&self) -> Option<String> {
        [tag::ATTACH_LONG_FILENAME, tag::ATTACH_FILENAME, tag::DISPLAY_NAME]
            .iter()
            .find_map(|id| self.properties.text(*id).filter(|name| !name.is_empty()))
    }

    /// Its media type as it may stand in a field. What would be taken apart again is bytes.
    pub fn essence(&self) -> String {
        let stated = self.properties.text(tag::ATTACH_MIME).unwrap_or_default();
        let token = |text: &str| {
            let is_token = |c: char| c.is_ascii_alphanumeric() || "-+._".contains(c);
            !text.is_empty() && text.chars().all(is_token)
        };
        let lower = stated.trim().to_ascii_lowercase();
        match lower.split_once('/') {
            Some((first, second))
                if token(first) && token(second) && first != "multipart" && first != "message" =>
            {
                lower
            }
            _ => "application/octet-stream".to_owned(),
        }
    }
}
