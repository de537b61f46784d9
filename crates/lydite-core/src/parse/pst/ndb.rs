//! The node database ([MS-PST] §2.2): header, pages, the two B-trees, blocks.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use super::{Refusal, crypt};
use crate::limits;

/// Reads up to so many bytes at an offset; fewer where the file ends.
pub type Source<'a> = &'a dyn Fn(u64, usize) -> Vec<u8>;

/// A node: an id with the blocks of its data and of its subnodes (§2.2.2.7.7.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Node {
    pub id: u32,
    pub data: u64,
    pub subnodes: u64,
    pub parent: u32,
}

/// An open mailbox.
pub struct Store<'a> {
    source: Source<'a>,
    /// Unicode: ids and offsets of eight bytes in place of four.
    wide: bool,
    crypt: u8,
    node_root: u64,
    block_root: u64,
    pages: RefCell<HashMap<u64, Rc<Vec<u8>>>>,
    /// Bytes that the item being read may still take.
    left: Cell<u64>,
    /// Bytes of blocks read, each block once.
    read: Cell<u64>,
    met: RefCell<HashSet<u64>>,
    faults: RefCell<Vec<String>>,
}

const PAGE: usize = 512;
const BLOCK_TREE: u8 = 0x80;
const NODE_TREE: u8 = 0x81;

impl<'a> Store<'a> {
    /// Reads the header (§2.2.2.6).
    pub fn open(source: Source<'a>) -> Result<Store<'a>, Refusal> {
        let head = source(0, 576);
        if head.len() < 514 || !head.starts_with(b"!BDN") {
            return Err(Refusal::Damaged);
        }
        let version = u16::from_le_bytes([head[10], head[11]]);
        let wide = match version {
            14 | 15 => false,
            23 => true,
            other => return Err(Refusal::Version(other)),
        };
        let crypt = head[if wide { 513 } else { 461 }];
        if crypt > 2 {
            return Err(Refusal::Encrypted(crypt));
        }
        let (node_root, block_root) = if wide {
            (number(&head, 224, 8), number(&head, 240, 8))
        } else {
            (number(&head, 188, 4), number(&head, 196, 4))
        };
        Ok(Store {
            source,
            wide,
            crypt,
            node_root,
            block_root,
            pages: RefCell::default(),
            left: Cell::new(limits::ITEM_BYTES as u64),
            read: Cell::new(0),
            met: RefCell::default(),
            faults: RefCell::default(),
        })
    }

    /// Whether text is Unicode, pages and ids wide.
    pub fn is_unicode(&self) -> bool {
        self.wide
    }

    pub fn bytes_read(&self) -> u64 {
        self.read.get()
    }

    /// From here on blocks count towards the bound of one item.
    pub fn begin_item(&self) {
        self.left.set(limits::ITEM_BYTES as u64);
        self.faults.borrow_mut().clear();
    }

    pub fn is_over_bound(&self) -> bool {
        self.left.get() == 0
    }

    pub fn take_faults(&self) -> Vec<String> {
        std::mem::take(&mut *self.faults.borrow_mut())
    }

    pub(super) fn fault(&self, what: String) {
        let mut faults = self.faults.borrow_mut();
        if faults.len() < limits::DEFECTS && !faults.contains(&what) {
            faults.push(what);
        }
    }

    /// Bytes of an id and of an offset.
    fn word(&self) -> usize {
        if self.wide { 8 } else { 4 }
    }

    /// A page of a B-tree (§2.2.2.7.7.1): its entries, the size of one, its level.
    fn page(&self, at: u64, kind: u8) -> Option<(Rc<Vec<u8>>, Fanout)> {
        let known = self.pages.borrow().get(&at).cloned();
        let page = known.unwrap_or_else(|| Rc::new((self.source)(at, PAGE)));
        let (fields, trailer) = if self.wide { (488, 496) } else { (496, 500) };
        if page.len() != PAGE || page[trailer] != kind || page[trailer + 1] != kind {
            self.fault(format!("no page of its tree at offset {at}"));
            return None;
        }
        let (sum_at, covered) = if self.wide { (500, 496) } else { (508, 500) };
        if number(&page, sum_at, 4) != u64::from(checksum(&page[..covered])) {
            self.fault(format!("the page at offset {at} does not fit its checksum"));
        }
        let mut pages = self.pages.borrow_mut();
        if pages.len() >= limits::PST_PAGES_KEPT {
            pages.clear();
        }
        pages.insert(at, Rc::clone(&page));
        let (count, size) = (usize::from(page[fields]), usize::from(page[fields + 2]));
        let least = 3 * self.word();
        if size < least || count * size > fields {
            self.fault(format!("the page at offset {at} counts more than it holds"));
            return None;
        }
        let level = page[fields + 3];
        Some((page, Fanout { count, size, level }))
    }

    /// The leaf entry of a key.
    fn find(&self, root: u64, kind: u8, key: u64) -> Option<Vec<u8>> {
        let (mut at, mut above) = (root, u8::MAX);
        loop {
            let (page, fanout) = self.page(at, kind)?;
            if fanout.level >= above {
                return None;
            }
            above = fanout.level;
            let entries = page.chunks_exact(fanout.size).take(fanout.count);
            let entry = entries.take_while(|e| number(e, 0, self.word()) <= key).last()?;
            if fanout.level == 0 {
                return (number(entry, 0, self.word()) == key).then(|| entry.to_vec());
            }
            at = number(entry, 2 * self.word(), self.word());
        }
    }

    /// Every node of the store, by id.
    pub fn nodes(&self) -> Nodes {
        let mut nodes = BTreeMap::new();
        let mut met = HashSet::new();
        let mut open = vec![(self.node_root, u8::MAX)];
        while let Some((at, above)) = open.pop() {
            if !met.insert(at) || nodes.len() > limits::PST_NODES {
                continue;
            }
            let Some((page, fanout)) = self.page(at, NODE_TREE).filter(|(_, f)| f.level < above)
            else {
                continue;
            };
            for entry in page.chunks_exact(fanout.size).take(fanout.count) {
                if fanout.level > 0 {
                    open.push((number(entry, 2 * self.word(), self.word()), fanout.level));
                    continue;
                }
                let node = self.node_entry(entry);
                nodes.entry(node.id).or_insert(node);
            }
        }
        Nodes(nodes)
    }

    pub fn node(&self, id: u32) -> Option<Node> {
        let entry = self.find(self.node_root, NODE_TREE, u64::from(id))?;
        Some(self.node_entry(&entry))
    }

    fn node_entry(&self, entry: &[u8]) -> Node {
        let word = self.word();
        Node {
            id: number(entry, 0, 4) as u32,
            data: number(entry, word, word),
            subnodes: number(entry, 2 * word, word),
            parent: number(entry, 3 * word, 4) as u32,
        }
    }

    /// A block (§2.2.2.8.3.1), decoded. The lowest bit of an id is no part of it.
    fn block(&self, id: u64) -> Option<Vec<u8>> {
        let id = id & !1;
        let Some(entry) = self.find(self.block_root, BLOCK_TREE, id) else {
            self.fault(format!("block {id:x} is missing"));
            return None;
        };
        let word = self.word();
        let (at, size) = (number(&entry, word, word), number(&entry, 2 * word, 2) as usize);
        if (size as u64) > self.left.get() {
            self.left.set(0);
            return None;
        }
        self.left.set(self.left.get() - size as u64);
        let trailer = 2 * word;
        let trailer = if self.wide { trailer } else { trailer + 4 };
        let whole = (size + trailer).div_ceil(64) * 64;
        let mut data = (self.source)(at, whole);
        if data.len() < size {
            self.fault(format!("block {id:x} lies behind the end of the file"));
            return None;
        }
        if self.met.borrow_mut().insert(at) {
            self.read.set(self.read.get() + size as u64);
        }
        let tail = data.get(whole - trailer..).unwrap_or(&[]);
        let (sum, stated) = if self.wide {
            (number(tail, 4, 4), number(tail, 8, 8))
        } else {
            (number(tail, 8, 4), number(tail, 4, 4))
        };
        if stated & !1 != id || sum != u64::from(checksum(&data[..size])) {
            self.fault(format!("block {id:x} does not fit its checksum"));
        }
        data.truncate(size);
        if id & 2 == 0 {
            match self.crypt {
                1 => crypt::permute(&mut data),
                2 => crypt::cyclic(&mut data, id),
                _ => {}
            }
        }
        Some(data)
    }

    /// The data blocks behind an id, in order (§2.2.2.8.3.2). A block that cannot be read is empty,
    /// so that the others keep their places.
    pub(super) fn data(&self, id: u64) -> Vec<Vec<u8>> {
        let mut out = Vec::new();
        if id & !1 != 0 {
            self.data_into(id, 2, &mut out);
        }
        out
    }

    fn data_into(&self, id: u64, depth: u8, out: &mut Vec<Vec<u8>>) {
        let block = self.block(id).unwrap_or_default();
        if id & 2 == 0 {
            out.push(block);
            return;
        }
        let level = block.get(1).copied().unwrap_or(0);
        if block.first() != Some(&1) || level == 0 || level > depth {
            self.fault(format!("block {id:x} lists no data"));
            return;
        }
        let count = number(&block, 2, 2) as usize;
        for child in block[8.min(block.len())..].chunks_exact(self.word()).take(count) {
            if self.is_over_bound() || out.len() >= limits::PST_BLOCKS {
                self.left.set(0);
                return;
            }
            self.data_into(number(child, 0, self.word()), level - 1, out);
        }
    }

    /// The subnodes behind an id (§2.2.2.8.3.3).
    pub(super) fn subnodes(&self, id: u64) -> BTreeMap<u32, Node> {
        let mut out = BTreeMap::new();
        if id & !1 != 0 {
            self.subnodes_into(id, 1, &mut out);
        }
        out
    }

    fn subnodes_into(&self, id: u64, depth: u8, out: &mut BTreeMap<u32, Node>) {
        let block = self.block(id).unwrap_or_default();
        let level = block.get(1).copied().unwrap_or(0);
        if block.first() != Some(&2) || level > depth {
            self.fault(format!("block {id:x} lists no subnodes"));
            return;
        }
        let (word, count) = (self.word(), number(&block, 2, 2) as usize);
        let start = if self.wide { 8 } else { 4 };
        let size = if level == 0 { 3 * word } else { 2 * word };
        for entry in block[start.min(block.len())..].chunks_exact(size).take(count) {
            if self.is_over_bound() || out.len() >= limits::PST_SUBNODES {
                return;
            }
            if level > 0 {
                self.subnodes_into(number(entry, word, word), level - 1, out);
                continue;
            }
            let node = Node {
                id: number(entry, 0, 4) as u32,
                data: number(entry, word, word),
                subnodes: number(entry, 2 * word, word),
                parent: 0,
            };
            out.entry(node.id).or_insert(node);
        }
    }
}

/// How a page of a B-tree is laid out.
struct Fanout {
    count: usize,
    size: usize,
    level: u8,
}

/// The leaves of the node tree.
pub struct Nodes(BTreeMap<u32, Node>);

impl Nodes {
    pub fn get(&self, id: u32) -> Option<Node> {
        self.0.get(&id).copied()
    }

    /// Nodes of the types named, by id.
    pub fn of<'n>(&'n self, types: &'n [u32]) -> impl Iterator<Item = Node> + 'n {
        self.0.values().copied().filter(move |node| types.contains(&(node.id & 0x1F)))
    }
}

/// A little-endian number of `size` bytes; bytes that are missing count as zero.
pub fn number(bytes: &[u8], at: usize, size: usize) -> u64 {
    let mut out = [0; 8];
    let there = bytes.get(at..).unwrap_or(&[]);
    let size = size.min(8).min(there.len());
    out[..size].copy_from_slice(&there[..size]);
    u64::from_le_bytes(out)
}

/// The checksum of pages and blocks (§5.3): CRC-32 begun with zero and not inverted.
pub fn checksum(bytes: &[u8]) -> u32 {
    static TABLE: [u32; 256] = {
        let (mut table, mut n) = ([0; 256], 0);
        while n < 256 {
            let (mut value, mut bit) = (n as u32, 0);
            while bit < 8 {
                value = if value & 1 == 1 { 0xEDB8_8320 ^ (value >> 1) } else { value >> 1 };
                bit += 1;
            }
            table[n] = value;
            n += 1;
        }
        table
    };
    bytes.iter().fold(0, |sum, byte| TABLE[((sum ^ u32::from(*byte)) & 0xFF) as usize] ^ (sum >> 8))
}
