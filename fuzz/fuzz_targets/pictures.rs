//! Any bytes as a picture: JPEG, and whatever the seeds are (PNG, TIFF, GIF, WebP).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../documents.rs"]
mod documents;

fuzz_target!(init: documents::may_panic(), |data: &[u8]| {
    // The mark in front, so that every input reaches its reader.
    documents::examine(&[&b"\xff\xd8\xff"[..], data].concat());
    documents::examine(data);
});
