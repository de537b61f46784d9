//! Any bytes as a PDF.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../documents.rs"]
mod documents;

fuzz_target!(init: documents::may_panic(), |data: &[u8]| {
    // The mark in front, so that every input reaches its reader.
    documents::examine(&[&b"%PDF-1.7\n"[..], data].concat());
    documents::examine(data);
});
