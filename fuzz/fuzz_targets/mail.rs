//! Any bytes as a mail: split, opened, repaired, checked and judged without a panic, and every
//! place that is cited lies inside the bytes.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lydite_core::evidence::Evidence;
use lydite_core::examine::examine;
use lydite_core::fact::Facts;
use lydite_core::verdict::decide;

static FACTS: LazyLock<Facts> = LazyLock::new(Facts::shipped);

/// mail-parser's own assertions fail on known inputs; Lydite catches that (`parse/second.rs`), so a
/// panic must not end the process at once. Those that are not caught still do.
fn may_panic() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}

fuzz_target!(init: may_panic(), |raw: &[u8]| {
    let examined = examine(raw, &FACTS);
    for finding in &examined.findings {
        assert_ne!(finding.code, "failed", "{} panicked", finding.check);
        assert!(!finding.evidence.is_empty(), "{} without evidence", finding.code);
        for evidence in &finding.evidence {
            if let Evidence::Bytes { span, .. } = evidence {
                assert!(span.start <= span.end && span.end <= raw.len(), "{}", finding.code);
            }
        }
    }
    for part in &examined.parts {
        assert!(part.span.start <= part.span.end && part.span.end <= raw.len());
    }
    decide(examined.kind, &examined.findings);
});
