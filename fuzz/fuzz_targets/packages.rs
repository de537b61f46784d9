//! Any bytes as an office package (OOXML, OpenDocument).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../documents.rs"]
mod documents;

fuzz_target!(init: documents::may_panic(), |data: &[u8]| {
    // The mark in front, so that every input reaches its reader.
    documents::examine(&[&b"PK\x03\x04"[..], data].concat());
    documents::examine(data);
});
