//! Outlook's mailbox files (PST, OST): folders and messages out of the node database ([MS-PST]).
//!
//! Read by the node tree and not by the tables of folders alone: a message that a folder no longer
//! lists but that still has its node is found too, and marked. No file is held in memory; the
//! caller lends a function that reads bytes at an offset. Nothing here fails: what does not decode
//! becomes a fault of the item, or of the store.

mod crypt;
mod ltp;
mod ndb;

use std::collections::{BTreeMap, HashSet};

use super::mapi::{Attachment, Content, Message, Properties, Value, tag};
use crate::limits;
use ltp::Heap;
use ndb::{Node, Nodes};
pub use ndb::{Source, Store};

/// Types of nodes ([MS-PST] §2.2.2.1), the low five bits of an id.
const NORMAL_FOLDER: u32 = 0x02;
const NORMAL_MESSAGE: u32 = 0x04;
const ATTACHMENT: u32 = 0x05;
const ASSOCIATED_MESSAGE: u32 = 0x08;
const CONTENTS_TABLE: u32 = 0x0E;
/// Fixed ids: the store's own properties (§2.4.1), the table of a message's recipients (§2.4.5).
const MESSAGE_STORE: u32 = 0x21;
const RECIPIENTS: u32 = 0x692;
const ROOT_FOLDER: u32 = 0x122;

/// Why a file with the mark of a mailbox is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Neither ANSI nor Unicode with pages of 512 bytes: Outlook 2013's OST (version 36), and what
    /// nobody described.
    Version(u16),
    /// Encryption that is not one of the two by a fixed table (§5.1, §5.2): Windows' own.
    Encrypted(u8),
    /// The header breaks off.
    Damaged,
}

/// One message of a mailbox, before its content is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub node: Node,
    /// No folder lists it: deleted, or left over from damage.
    pub orphan: bool,
    /// One of the hidden items of a folder (views, rules, forms).
    pub associated: bool,
}

/// One folder with its messages, in the order the folder lists them, then those it does not list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Names from the top, not encoded.
    pub path: Vec<String>,
    pub entries: Vec<Entry>,
}

/// All folders, parents before children, and messages whose folder is gone (its path is empty).
pub fn folders(store: &Store) -> Vec<Folder> {
    let nodes = store.nodes();
    let mut by_parent: BTreeMap<u32, Vec<Node>> = BTreeMap::new();
    for node in nodes.of(&[NORMAL_FOLDER]).filter(|node| node.parent != node.id) {
        by_parent.entry(node.parent).or_default().push(node);
    }
    let mut messages: BTreeMap<u32, Vec<Node>> = BTreeMap::new();
    for node in nodes.of(&[NORMAL_MESSAGE, ASSOCIATED_MESSAGE]) {
        messages.entry(node.parent).or_default().push(node);
    }
    let mut out = Vec::new();
    let mut met = HashSet::new();
    let mut open: Vec<(u32, Vec<String>)> = vec![(ROOT_FOLDER, Vec::new())];
    while let Some((id, path)) = open.pop() {
        if !met.insert(id) || path.len() > limits::PST_FOLDER_DEPTH {
            continue;
        }
        let children = by_parent.get(&id).map_or(&[][..], Vec::as_slice);
        for child in children.iter().rev() {
            let name = folder_name(store, *child);
            open.push((child.id, [path.as_slice(), &[name]].concat()));
        }
        let entries = entries(store, &nodes, id, messages.remove(&id).unwrap_or_default());
        out.push(Folder { path, entries });
    }
    // Folders cut off from the root, then messages without any folder: damage must not hide them.
    let cut_off: Vec<(u32, Vec<Node>)> = std::mem::take(&mut messages).into_iter().collect();
    for (id, left) in cut_off {
        let path = nodes.get(id).map(|node| vec![folder_name(store, node)]).unwrap_or_default();
        out.push(Folder { path, entries: entries(store, &nodes, id, left) });
    }
    out
}

fn folder_name(store: &Store, node: Node) -> String {
    let name = Heap::read(store, node).properties(store).text(tag::DISPLAY_NAME);
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("folder {:x}", node.id))
}

/// The messages of one folder: listed ones in the table's order, then the others by id.
fn entries(store: &Store, nodes: &Nodes, folder: u32, members: Vec<Node>) -> Vec<Entry> {
    let table = nodes.get(folder >> 5 << 5 | CONTENTS_TABLE);
    let listed = table.map(|table| Heap::read(store, table).row_ids()).unwrap_or_default();
    let mut left: BTreeMap<u32, Node> = members.into_iter().map(|node| (node.id, node)).collect();
    let mut out = Vec::new();
    for id in &listed {
        if let Some(node) = left.remove(id) {
            out.push(Entry { node, orphan: false, associated: false });
        }
    }
    let rest = left.into_values().map(|node| {
        let associated = node.id & 0x1F == ASSOCIATED_MESSAGE;
        Entry { node, orphan: !associated, associated }
    });
    out.extend(rest);
    out
}

/// The store's own properties: display name, password checksum.
pub fn properties(store: &Store) -> Properties {
    match store.node(MESSAGE_STORE) {
        Some(node) => Heap::read(store, node).properties(store),
        None => Properties::default(),
    }
}

/// Reads a whole message with its attachments. `None` when it is larger than an item may be.
pub fn message(store: &Store, node: Node) -> Option<Message> {
    store.begin_item();
    let message = read_message(store, node, 0);
    (!store.is_over_bound()).then_some(message)
}

fn read_message(store: &Store, node: Node, depth: usize) -> Message {
    let heap = Heap::read(store, node);
    let mut message = Message { properties: heap.properties(store), ..Message::default() };
    if message.properties.is_empty() {
        message.defects.push("its properties cannot be read".to_owned());
    }
    if let Some(table) = heap.subnodes.get(&RECIPIENTS) {
        message.recipients = Heap::read(store, *table).rows(store);
    }
    let attachments = heap.subnodes.values().filter(|node| node.id & 0x1F == ATTACHMENT);
    for node in attachments.take(limits::MAPI_ATTACHMENTS) {
        message.attachments.push(attachment(store, *node, depth));
    }
    message.defects.extend(store.take_faults());
    message
}

fn attachment(store: &Store, node: Node, depth: usize) -> Attachment {
    let heap = Heap::read(store, node);
    let mut properties = heap.properties(store);
    let content = match properties.take(tag::ATTACH_DATA) {
        Some(Value::Bytes(bytes)) => Content::Bytes(bytes),
        // An object names its subnode (§2.3.3.5).
        Some(Value::Object(reference)) => {
            let id = reference.first_chunk().map(|id| u32::from_le_bytes(*id));
            let inner = id.and_then(|id| heap.subnodes.get(&id));
            match (inner, properties.integer(tag::ATTACH_METHOD)) {
                (Some(_), Some(5)) if depth >= limits::MAPI_DEPTH => {
                    Content::Absent("messages nested deeper than the bound".to_owned())
                }
                (Some(inner), Some(5)) => {
                    Content::Message(Box::new(read_message(store, *inner, depth + 1)))
                }
                (Some(inner), _) => Content::Bytes(store.data(inner.data).concat()),
                (None, _) => Content::Absent("its content is missing".to_owned()),
            }
        }
        _ => Content::Absent("it has no content here".to_owned()),
    };
    Attachment { properties, content }
}
