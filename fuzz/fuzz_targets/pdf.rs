//! Any bytes as a PDF: what is told of it lies in the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lydite_core::parse::document::{Detail, pdf};

fuzz_target!(|data: &[u8]| {
    let document = pdf::parse(data);
    for property in &document.profile.properties {
        assert!(property.span.end <= data.len());
    }
    let Detail::Pdf(found) = &document.detail else { panic!("not read as a PDF") };
    for revision in &found.revisions {
        assert!(revision.end <= data.len());
    }
});
