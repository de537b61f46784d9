//! Any bytes as a document, from seeds of pictures, films and sounds: read and checked without a panic, every place within the bytes; as an
//! XMP packet; and as a picture, laid over its own left half and over itself, which differs in nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lydite_core::checks;
use lydite_core::difference::image::compare;
use lydite_core::evidence::Evidence;
use lydite_core::parse::document::image::pixels::{self, Pixels};
use lydite_core::parse::document::image::look;
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
    look::of(&document);
    // A search takes as long whatever the size: the fuzzer's time is for the decoders.
    if let Some(picture) = pixels::decode(raw).filter(|p| p.width * p.height < 4_000) {
        let told = compare(&picture, &picture);
        assert!(told.is_equal && told.regions.is_empty());
        let half = picture.width.div_ceil(2);
        let rows = picture.rgb.chunks_exact(picture.width * 3);
        let rgb = rows.flat_map(|row| &row[..half * 3]).copied().collect();
        compare(&Pixels { width: half, height: picture.height, rgb }, &picture);
    }
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
