//! Outlook's message files (.msg): one message in a compound file ([MS-OXMSG]).
//!
//! The compound file is opened by `cfb`; the properties are read here. A stream that cannot be read
//! costs its property and nothing else.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use super::{Attachment, Content, Message, Properties, Value, kind, tag};
use crate::limits;

/// First bytes of every compound file ([MS-CFB] §2.2).
pub const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const PROPERTIES: &str = "__properties_version1.0";
const RECIPIENT: &str = "__recip_version1.0_#";
const ATTACHMENT: &str = "__attach_version1.0_#";
/// The storage of an embedded message or object: `PidTagAttachDataObject`.
const EMBEDDED: &str = "__substg1.0_3701000D";

type File<'a> = cfb::CompoundFile<Cursor<&'a [u8]>>;

/// Reads a message. `None` where the bytes are no compound file with a message in it.
pub fn parse(bytes: &[u8]) -> Option<Message> {
    if !bytes.starts_with(MAGIC) {
        return None;
    }
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let root = PathBuf::from("/");
    if !file.is_stream(root.join(PROPERTIES)) {
        return None;
    }
    Some(message(&mut file, &root, 0))
}

fn message(file: &mut File, at: &Path, depth: usize) -> Message {
    // Behind the header of the property stream ([MS-OXMSG] §2.4.1): 32 bytes at the top, 24 inside.
    let header = if depth == 0 { 32 } else { 24 };
    let mut out = Message::default();
    out.properties = properties(file, at, header, &mut out.defects);
    for storage in storages(file, at, RECIPIENT) {
        let recipient = properties(file, &storage, 8, &mut out.defects);
        out.recipients.push(recipient);
    }
    for storage in storages(file, at, ATTACHMENT).into_iter().take(limits::MAPI_ATTACHMENTS) {
        let attachment = attachment(file, &storage, depth, &mut out.defects);
        out.attachments.push(attachment);
    }
    out
}

/// Storages of that name and a number, in order.
fn storages(file: &File, at: &Path, start: &str) -> Vec<PathBuf> {
    let Ok(entries) = file.read_storage(at) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .filter(|entry| entry.is_storage() && entry.name().starts_with(start))
        .map(|entry| entry.path().to_owned())
        .collect();
    found.sort();
    found
}

fn attachment(file: &mut File, at: &Path, depth: usize, defects: &mut Vec<String>) -> Attachment {
    let mut properties = properties(file, at, 8, defects);
    let data = properties.take(tag::ATTACH_DATA);
    let inner = at.join(EMBEDDED);
    let content = match data {
        Some(Value::Bytes(bytes)) => Content::Bytes(bytes),
        _ if !file.is_storage(&inner) => Content::Absent("it has no content here".to_owned()),
        _ if depth >= limits::MAPI_DEPTH => {
            Content::Absent("messages nested deeper than the bound".to_owned())
        }
        _ if file.is_stream(inner.join(PROPERTIES)) => {
            Content::Message(Box::new(message(file, &inner, depth + 1)))
        }
        _ => Content::Absent(format!("an embedded object of {} streams", streams(file, &inner))),
    };
    Attachment { properties, content }
}

fn streams(file: &File, at: &Path) -> usize {
    file.walk_storage(at).map_or(0, |entries| entries.filter(cfb::Entry::is_stream).count())
}

/// The properties of one storage (§2.4.2): fixed ones in the property stream, others in a stream
/// each.
fn properties(file: &mut File, at: &Path, header: usize, defects: &mut Vec<String>) -> Properties {
    let mut out = Properties::default();
    let Some(table) = read(file, &at.join(PROPERTIES)) else {
        defects.push("a property stream cannot be read".to_owned());
        return out;
    };
    for entry in table.get(header..).unwrap_or(&[]).chunks_exact(16) {
        let of = u16::from_le_bytes([entry[0], entry[1]]);
        let id = u16::from_le_bytes([entry[2], entry[3]]);
        if kind::size(of).is_some_and(|size| size <= 8) {
            if let Some(value) = kind::decode(of, &entry[8..]) {
                out.insert(id, value);
            }
            continue;
        }
        let name = format!("__substg1.0_{id:04X}{of:04X}");
        if of == kind::OBJECT {
            out.insert(id, Value::Object(Vec::new()));
        } else if let Some(bytes) = read(file, &at.join(&name)) {
            let value = match of & !kind::MANY {
                kind::TEXT8 | kind::TEXT | kind::BYTES if of & kind::MANY != 0 => {
                    Some(many(file, at, &name, of & !kind::MANY))
                }
                _ => kind::decode(of, &bytes),
            };
            value.into_iter().for_each(|value| out.insert(id, value));
        } else if entry[8..12] != [0; 4] && defects.len() < limits::DEFECTS {
            defects.push(format!("the stream of property {id:04x} cannot be read"));
        }
    }
    out
}

/// Values that have a stream each (§2.1.4.1): the name of the list with a number behind it.
fn many(file: &mut File, at: &Path, list: &str, of: u16) -> Value {
    let value = |n: usize| kind::decode(of, &read(file, &at.join(format!("{list}-{n:08X}")))?);
    Value::Many((0..limits::MAPI_VALUES).map_while(value).collect())
}

fn read(file: &mut File, path: &Path) -> Option<Vec<u8>> {
    if !file.is_stream(path) {
        return None;
    }
    let mut bytes = Vec::new();
    // What was read before a broken sector chain ends is kept.
    let _ = file.open_stream(path).ok()?.take(limits::ITEM_BYTES as u64).read_to_end(&mut bytes);
    Some(bytes)
}
