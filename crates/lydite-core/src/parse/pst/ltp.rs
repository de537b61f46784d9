//! Lists, tables and properties ([MS-PST] §2.3): the heap on a node, the B-tree on a heap, property
//! contexts and table contexts.

use std::collections::BTreeMap;

use super::ndb::{Node, Store, number};
use crate::limits;
use crate::parse::mapi::{Properties, Value, kind};

/// The data of a node as a heap (§2.3.1), with its subnodes.
pub struct Heap {
    blocks: Vec<Vec<u8>>,
    pub subnodes: BTreeMap<u32, Node>,
}

/// Marks of what a heap holds (§2.3.1.2).
const PROPERTY_CONTEXT: u8 = 0xBC;
const TABLE_CONTEXT: u8 = 0x7C;
const TREE: u8 = 0xB5;

impl Heap {
    pub fn read(store: &Store, node: Node) -> Heap {
        Heap { blocks: store.data(node.data), subnodes: store.subnodes(node.subnodes) }
    }

    /// What kind of heap it is, and its root; none where it is no heap.
    fn root(&self) -> Option<(u8, u32)> {
        let first = self.blocks.first()?;
        let is_heap = first.get(2) == Some(&0xEC);
        is_heap.then(|| (number(first, 3, 1) as u8, number(first, 4, 4) as u32))
    }

    /// The allocation a heap id names (§2.3.1.1).
    fn get(&self, id: u32) -> Option<&[u8]> {
        let index = (id >> 5 & 0x7FF) as usize;
        let block = self.blocks.get((id >> 16) as usize)?;
        if id & 0x1F != 0 || index == 0 {
            return None;
        }
        let map = number(block, 0, 2) as usize;
        let count = number(block, map, 2) as usize;
        if index > count {
            return None;
        }
        let bound = |n: usize| number(block, map + 4 + 2 * n, 2) as usize;
        block.get(bound(index - 1)..bound(index))
    }

    /// Records of a B-tree on the heap (§2.3.2) in the order they stand: key and data.
    fn tree(&self, root: u32) -> Vec<(&[u8], &[u8])> {
        let mut out = Vec::new();
        let Some(head) = self.get(root).filter(|head| head.first() == Some(&TREE)) else {
            return out;
        };
        let (key, data, levels) = (number(head, 1, 1), number(head, 2, 1), number(head, 3, 1));
        let (key, data) = (key as usize, data as usize);
        if key == 0 || levels > 8 {
            return out;
        }
        let mut open = vec![(number(head, 4, 4) as u32, levels)];
        let mut met = 0;
        while let Some((id, level)) = open.pop() {
            met += 1;
            let bytes = self.get(id).unwrap_or(&[]);
            if met > limits::PST_RECORDS || out.len() > limits::PST_RECORDS {
                break;
            }
            if level == 0 {
                out.extend(bytes.chunks_exact(key + data).map(|record| record.split_at(key)));
                continue;
            }
            let children = bytes.chunks_exact(key + 4).rev();
            open.extend(children.map(|record| (number(record, key, 4) as u32, level - 1)));
        }
        out
    }

    /// The properties of a property context (§2.3.3).
    pub fn properties(&self, store: &Store) -> Properties {
        let mut out = Properties::default();
        let Some((PROPERTY_CONTEXT, root)) = self.root() else {
            return out;
        };
        for (key, record) in self.tree(root) {
            let (id, of) = (number(key, 0, 2) as u16, number(record, 0, 2) as u16);
            if let Some(value) = self.value(store, of, &record[2.min(record.len())..]) {
                out.insert(id, value);
            }
        }
        out
    }

    /// A value from its four bytes: in place, in the heap, or in a subnode.
    fn value(&self, store: &Store, of: u16, field: &[u8]) -> Option<Value> {
        if kind::size(of).is_some_and(|size| size <= 4) {
            return kind::decode(of, field);
        }
        let id = number(field, 0, 4) as u32;
        if id == 0 {
            return kind::decode(of, &[]);
        }
        if id & 0x1F == 0 {
            return kind::decode(of, self.get(id)?);
        }
        let node = self.subnodes.get(&id)?;
        kind::decode(of, &store.data(node.data).concat())
    }

    /// The rows of a table context (§2.3.4).
    pub fn rows(&self, store: &Store) -> Vec<Properties> {
        let Some((TABLE_CONTEXT, root)) = self.root() else {
            return Vec::new();
        };
        let info = self.get(root).unwrap_or(&[]);
        let (columns, exists) = (number(info, 1, 1) as usize, number(info, 6, 2) as usize);
        let width = number(info, 8, 2) as usize;
        let (index, rows) = (number(info, 10, 4) as u32, number(info, 14, 4) as u32);
        if width < 4 || exists > width {
            return Vec::new();
        }
        let columns: Vec<&[u8]> =
            info.get(22..).unwrap_or(&[]).chunks_exact(8).take(columns).collect();
        let blocks = match rows {
            0 => Vec::new(),
            id if id & 0x1F == 0 => vec![self.get(id).unwrap_or(&[]).to_vec()],
            id => self.subnodes.get(&id).map(|node| store.data(node.data)).unwrap_or_default(),
        };
        // Rows do not cross blocks. The index names those that count; others are left over.
        let matrix: Vec<&[u8]> =
            blocks.iter().flat_map(|block| block.chunks_exact(width)).collect();
        let live = self.indexed(index).into_iter().take(limits::PST_ROWS);
        live.filter_map(|(at, _)| matrix.get(at))
            .map(|row| self.row(store, row, &columns, exists))
            .collect()
    }

    /// The ids of a table's rows, in order.
    pub fn row_ids(&self) -> Vec<u32> {
        let Some((TABLE_CONTEXT, root)) = self.root() else {
            return Vec::new();
        };
        let index = number(self.get(root).unwrap_or(&[]), 10, 4) as u32;
        self.indexed(index).into_iter().map(|(_, id)| id).collect()
    }

    /// Position and id of each row that counts, by position.
    fn indexed(&self, index: u32) -> Vec<(usize, u32)> {
        let records = self.tree(index).into_iter();
        let mut live: Vec<(usize, u32)> = records
            .map(|(key, at)| (number(at, 0, at.len()) as usize, number(key, 0, 4) as u32))
            .collect();
        live.sort_unstable();
        live
    }

    fn row(&self, store: &Store, row: &[u8], columns: &[&[u8]], exists: usize) -> Properties {
        let mut out = Properties::default();
        for column in columns {
            let (of, id) = (number(column, 0, 2) as u16, number(column, 2, 2) as u16);
            let (at, size) = (number(column, 4, 2) as usize, number(column, 6, 1) as usize);
            let bit = number(column, 7, 1) as usize;
            let there = row.get(exists + bit / 8).is_some_and(|b| b & (0x80 >> (bit % 8)) != 0);
            let Some(cell) = row.get(at..at + size).filter(|_| there) else {
                continue;
            };
            let in_place = kind::size(of).is_some_and(|size| size <= 8);
            let value = if in_place { kind::decode(of, cell) } else { self.value(store, of, cell) };
            if let Some(value) = value {
                out.insert(id, value);
            }
        }
        out
    }
}
