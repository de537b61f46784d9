//! Any bytes as metadata: an XMP packet inside a JPEG.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../documents.rs"]
mod documents;

fuzz_target!(init: documents::may_panic(), |data: &[u8]| {
    // The mark in front, so that every input reaches its reader.
    documents::examine(&[&b"\xff\xd8\xff\xe1\xff\xf0http://ns.adobe.com/xap/1.0/\0"[..], data].concat());
    documents::examine(data);
});
