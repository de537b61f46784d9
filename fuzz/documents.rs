//! What the targets of documents share: read, checked and judged without a panic; every place that is
//! cited lies inside the bytes, and reading twice gives the same.

use lydite_core::checks;
use lydite_core::evidence::Evidence;
use lydite_core::item::Kind;
use lydite_core::parse::document;
use lydite_core::verdict::decide;

/// Checks that panic are caught and told; libFuzzer's hook would end the process before.
pub fn may_panic() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}

pub fn examine(raw: &[u8]) {
    let document = document::parse(raw);
    let inside = |start: usize, end: usize| start <= end && end <= raw.len();
    for property in &document.profile.properties {
        assert!(inside(property.span.start, property.span.end), "{}", property.place);
    }
    for finding in checks::run_on_document(&document) {
        assert_ne!(finding.code, "failed", "{} panicked", finding.check);
        assert!(!finding.evidence.is_empty(), "{} without evidence", finding.code);
        for evidence in &finding.evidence {
            if let Evidence::Bytes { span, .. } = evidence {
                assert!(inside(span.start, span.end), "{}", finding.code);
            }
        }
        decide(Kind::Document, &[finding]);
    }
}
