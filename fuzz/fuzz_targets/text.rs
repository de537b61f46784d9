//! Any text as a page of HTML, and any two texts compared: the pieces of a difference give both
//! texts back. Both as texts that quote: every line has one role, and the words of one beside the other's
//! are equal, changed or foreign.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lydite_core::difference::{Piece, difference};
use lydite_core::parse::html;
use lydite_core::text::align::align;
use lydite_core::text::quote::{Role, of_html, of_plain};
use lydite_core::text::shingle;

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
    for text in [of_plain(found, true), of_html(found)] {
        let quoted: usize = text.quotes.iter().map(|quote| quote.lines.len()).sum();
        let named = text.lines.iter().filter(|l| matches!(l.role, Role::Attribution(_))).count();
        assert_eq!(text.own().len() + quoted + named, text.lines.len());
        let other = of_plain(original, false);
        let told = align(&text.all(), &other.all());
        let changed: usize = told.changes.iter().map(|change| change.is_words).sum();
        let foreign: usize = told.foreign.iter().map(|lines| lines.words).sum();
        assert!(told.equal == 0 || told.equal + changed + foreign == told.words);
        assert!(told.runs.iter().all(|run| run.original.end <= original.len()));
        shingle::sketch(&text.all());
    }
});
