//! Any bytes as Outlook's mailbox, behind a header whose magic, version and encryption fit, so that
//! most inputs get past it: every message of every folder is read, within its bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lydite_core::parse::mapi::render::render;
use lydite_core::parse::pst::{self, Store};

fuzz_target!(|data: &[u8]| {
    let mut file = data.to_vec();
    if file.len() > 513 {
        file[..4].copy_from_slice(b"!BDN");
        file[10] = if file[10] & 1 == 0 { 14 } else { 23 };
        file[11] = 0;
        file[461] %= 3;
        file[513] %= 3;
    }
    let read = |at: u64, size: usize| {
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(file.len());
        file[at..at.saturating_add(size).min(file.len())].to_vec()
    };
    let Ok(store) = Store::open(&read) else { return };
    pst::properties(&store);
    for folder in pst::folders(&store).iter().take(20) {
        for entry in folder.entries.iter().take(20) {
            if let Some(message) = pst::message(&store, entry.node) {
                render(&message);
            }
        }
    }
});
