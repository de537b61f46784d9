//! Any bytes as a compound document (doc, xls, ppt).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../documents.rs"]
mod documents;

fuzz_target!(init: documents::may_panic(), |data: &[u8]| {
    // The mark in front, so that every input reaches its reader.
    documents::examine(&[&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], data].concat());
    documents::examine(data);
});
