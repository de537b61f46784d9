//! Any text as a page of HTML, and any two texts compared: the pieces of a difference give both
//! texts back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lydite_core::difference::{Piece, difference};
use lydite_core::parse::html;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    html::read(&text);
    let (found, original) = text.split_once('\0').unwrap_or((&text, ""));
    let pieces = difference(found, original);
    let side =
        |kept: fn(&Piece) -> Option<&str>| pieces.iter().filter_map(kept).collect::<String>();
    let is_found = side(|piece| match piece {
        Piece::Same(text) | Piece::Found(text) => Some(text),
        Piece::Original(_) => None,
    });
    let is_original = side(|piece| match piece {
        Piece::Same(text) | Piece::Original(text) => Some(text),
        Piece::Found(_) => None,
    });
    assert_eq!((is_found.as_str(), is_original.as_str()), (found, original));
});
