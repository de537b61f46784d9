//! Any bytes as a file of a dump: opened as whatever they are, without a panic; every member of a
//! container lies under its path (`x!/member`), every attachment of a mail too (`x#1.2`), and no container
//! has more framing than bytes. Programs of the system are not started: archives of theirs are kept closed here.
#![no_main]
#![allow(dead_code)]

#[path = "../../crates/lydite-corpus/src/collect/mod.rs"]
mod collect;

use std::ops::ControlFlow;

use collect::passwords::Passwords;
use collect::{Found, Position};
use libfuzzer_sys::fuzz_target;
use lydite_core::parse::sniff::{Format, sniff};

fuzz_target!(|data: &[u8]| {
    if matches!(sniff(data), Format::ForeignArchive(_) | Format::ForeignStream(_)) {
        return;
    }
    let Ok(folder) = tempfile::tempdir() else { return };
    let file = folder.path().join("x");
    if std::fs::write(&file, data).is_err() {
        return;
    }
    let mut told = |found: Found, _: Position| {
        let path = match &found {
            Found::Leaf(leaf) => &leaf.path,
            Found::Skipped { path, .. } => path,
            Found::Container { path, bytes_in, framing, .. } => {
                assert!(framing <= bytes_in, "{path}");
                path
            }
        };
        let is_inside = ["x!/", "x#"].iter().any(|inner| path.starts_with(inner));
        assert!(path == "x" || is_inside, "{path}");
        ControlFlow::Continue(())
    };
    let sources = [file];
    let passwords = Passwords::default();
    let done =
        collect::collect(&sources, folder.path(), &passwords, Position::default(), &mut told);
    assert!(done.is_ok(), "{:?}", done.err());
});
