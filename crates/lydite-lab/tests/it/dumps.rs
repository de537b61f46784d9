//! A made dump, read back by Lydite's splitter.

use std::collections::BTreeMap;
use std::io::Read;

use lydite_core::parse::mbox::Splitter;
use lydite_lab::make::{Lab, make};
pub use lydite_lab::truth::Row;

pub fn lab(seed: u64) -> Lab {
    make(seed, 1_500).unwrap()
}

/// Every item of the dump by its path.
pub fn items(lab: &Lab) -> BTreeMap<String, Vec<u8>> {
    let mut items = BTreeMap::new();
    for (path, bytes) in &lab.files {
        if let Some(path) = path.strip_prefix("dump/") {
            open(path, bytes, &mut items);
        }
    }
    items
}

fn open(path: &str, bytes: &[u8], items: &mut BTreeMap<String, Vec<u8>>) {
    if path.ends_with(".mbox") {
        let mut count = 0;
        let mut splitter = Splitter::new(0);
        let mut emit = |member: lydite_core::parse::mbox::Member| {
            count += 1;
            assert!(member.defects.is_empty(), "{path}: {:?}", member.defects);
            items.insert(format!("{path}!/{count}"), member.bytes);
        };
        splitter.push(bytes, &mut emit);
        splitter.finish(&mut emit);
    } else if path.ends_with(".zip") {
        for (name, content) in unzipped(bytes) {
            open(&format!("{path}!/{name}"), &content, items);
        }
    } else {
        items.insert(path.to_owned(), bytes.to_vec());
    }
}

/// The entries in their order, by their local headers.
fn unzipped(mut bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    while bytes.starts_with(b"PK\x03\x04") {
        let short = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
        let packed = u32::from_le_bytes(bytes[18..22].try_into().unwrap()) as usize;
        let start = 30 + short(26) + short(28);
        let name = String::from_utf8(bytes[30..30 + short(26)].to_vec()).unwrap();
        let data = &bytes[start..start + packed];
        let mut content = Vec::new();
        match short(8) {
            8 => drop(flate2::read::DeflateDecoder::new(data).read_to_end(&mut content).unwrap()),
            _ => content.extend_from_slice(data),
        }
        out.push((name, content));
        bytes = &bytes[start + packed..];
    }
    out
}

#[test]
fn the_same_seed_makes_the_same_bytes() {
    let (one, other) = (lab(7), lab(7));
    assert!(one.files == other.files);
    assert!(one.files != lab(8).files);
}

#[test]
fn every_item_has_one_row_of_truth() {
    let lab = lab(7);
    let found: Vec<String> = items(&lab).into_keys().collect();
    let (parts, mut told): (Vec<String>, Vec<String>) =
        lab.truth.iter().map(|row| row.path.clone()).partition(|path| path.contains('#'));
    told.sort();
    assert_eq!(found, told);
    let items = items(&lab);
    for path in &parts {
        let (mail, section) = path.split_once('#').unwrap();
        let examined = lydite_core::examine::examine(&items[mail], &Default::default());
        let part = examined.parts.iter().find(|part| part.section == section);
        assert!(part.is_some_and(|part| part.is_attachment), "{path}");
    }
    assert!(parts.len() > 10);
}
