//! Any bytes as a document, from seeds of pictures, films and sounds: read and checked without a panic, every place within the bytes; and as an
//! XMP packet.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lydite_core::checks;
use lydite_core::evidence::Evidence;
use lydite_core::parse::document::{self, xmp};

fuzz_target!(|raw: &[u8]| {
    let packet = xmp::read(raw, 0);
    packet.history();
    packet.properties("XMP");
    for field in &packet.fields {
        assert!(field.span.start <= field.span.end && field.span.end <= raw.len(), "{field:?}");
    }
    xmp::find(raw);
    let document = document::parse(raw);
    for property in &document.profile.properties {
        let span = property.span;
        assert!(span.start <= span.end && span.end <= raw.len(), "{property:?}");
    }
    for finding in checks::run_on_document(&document) {
        assert_ne!(finding.code, "failed", "{} panicked", finding.check);
        for evidence in &finding.evidence {
            if let Evidence::Bytes { span, .. } = evidence {
                assert!(span.start <= span.end && span.end <= raw.len(), "{}", finding.code);
            }
        }
    }
});
