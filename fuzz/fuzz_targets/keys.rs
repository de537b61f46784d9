//! Any text as a key archive, and mail opened with whatever keys it gave: the archive ends at the
//! first NUL byte, the mail begins behind it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lydite_core::examine::examine;
use lydite_core::fact::{self, Facts};

/// mail-parser's own assertions fail on known inputs; Lydite catches that (`parse/second.rs`), so a
/// panic must not end the process at once. Those that are not caught still do.
fn may_panic() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}

fuzz_target!(init: may_panic(), |data: &[u8]| {
    let end = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (keys, _) = fact::import(&String::from_utf8_lossy(&data[..end]));
    let mut facts = Facts::default();
    for key in keys {
        facts.insert(key);
    }
    let examined = examine(data.get(end + 1..).unwrap_or_default(), &facts);
    assert!(examined.findings.iter().all(|finding| finding.code != "failed"));
});
