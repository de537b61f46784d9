//! Any bytes as the files that custody reads from elsewhere: a note, proofs, an entry, a time stamp, a
//! signature of ssh. What is read is written back as the same bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lydite_core::custody::checkpoint::Checkpoint;
use lydite_core::custody::entry::Entry;
use lydite_core::custody::note::{Growth, Inclusion, Note, Verifier};
use lydite_core::custody::{sshsig, stamp};

fuzz_target!(|data: &[u8]| {
    if let Ok(note) = Note::parse(data) {
        assert_eq!(note.text().as_bytes(), data);
        if let Some(checkpoint) = Checkpoint::parse(&note.text) {
            assert_eq!(Checkpoint::parse(&checkpoint.text()), Some(checkpoint));
        }
    }
    if let Ok(growth) = Growth::parse(data) {
        assert!(Growth::parse(growth.text().as_bytes()).is_ok());
    }
    if let Ok(inclusion) = Inclusion::parse(data) {
        assert!(Inclusion::parse(inclusion.text().as_bytes()).is_ok());
    }
    let _ = stamp::read(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(entry) = Entry::parse(text) {
        assert_eq!(entry.line().as_deref(), Some(text));
    }
    if let Some(verifier) = Verifier::parse(text) {
        assert!(Verifier::parse(&verifier.text()).is_some());
    }
    assert!(!sshsig::is_signature(text, &[7; 32], "lydite", b"message"));
});
