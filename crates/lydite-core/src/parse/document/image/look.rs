//! What a picture looks like, in 64 bits: pictures alike have hashes that differ in few.
//!
//! A difference hash: the picture's luminance is averaged to nine columns and eight rows, and each
//! bit says whether a cell is lighter than the one at its right (the first cell is the highest bit).
//! A step smaller than [`STEP`] counts as none, so that paper and sky, whose noise would decide, give
//! zeros. Sizes, compressions and tones move few bits; a crop, a turn or a mirror move many, so equal
//! looks are a hint where to compare ([`crate::difference::image`]) and never an answer.
//!
//! Measured (`tests/it/pictures.rs`): saved anew, made small and made large 40 pictures moved by at most 5
//! bits. Pages of text look alike: of 78 pairs of different ones 14 were within 6 bits.
//!
//! Integers throughout: the same bytes give the same hash on every machine.

use super::likeness::{self, Grey};
use super::pixels;
use crate::limits;
use crate::parse::document::{Document, Format};

const COLUMNS: usize = 9;
const ROWS: usize = 8;
/// Levels of 255 by which a cell must be lighter.
const STEP: u64 = 2;

/// The look of a picture; None of what is no JPEG or PNG, is damaged, smaller than
/// `limits::PICTURE_LEAST` or so even that its hash would say nothing.
pub fn of(document: &Document) -> Option<u64> {
    let grey = match document.format {
        Format::Jpeg => likeness::decode(document.raw),
        Format::Png => pixels::decode(document.raw).map(|p| pixels::grey(&p)),
        _ => None,
    };
    hash(&grey?)
}

/// As [`of`], from pixels.
pub fn hash(grey: &Grey) -> Option<u64> {
    if grey.width.min(grey.height) < limits::PICTURE_LEAST as usize {
        return None;
    }
    let cells = cells(grey);
    let bits = cells.iter().flat_map(|row| row.windows(2));
    let hash = bits.fold(0, |hash, pair| hash << 1 | u64::from(pair[0] >= pair[1] + STEP));
    // A bit for and against: with fewer, half of all even pictures would be alike.
    (limits::LOOK_BITS..=64 - limits::LOOK_BITS).contains(&u64::count_ones(hash)).then_some(hash)
}

/// How many of 64 bits differ.
pub fn distance(one: u64, other: u64) -> u32 {
    (one ^ other).count_ones()
}

/// As tables hold it.
pub fn written(hash: u64) -> String {
    format!("{hash:016x}")
}

/// Mean luminance of each cell, rounded down.
fn cells(grey: &Grey) -> [[u64; COLUMNS]; ROWS] {
    let mut out = [[0; COLUMNS]; ROWS];
    for (row, line) in out.iter_mut().enumerate() {
        let (top, bottom) = (row * grey.height / ROWS, (row + 1) * grey.height / ROWS);
        for (column, cell) in line.iter_mut().enumerate() {
            let (left, right) =
                (column * grey.width / COLUMNS, (column + 1) * grey.width / COLUMNS);
            let rows = (top..bottom).map(|y| &grey.pixels[y * grey.width..][left..right]);
            let sum: u64 = rows.flatten().map(|p| u64::from(*p)).sum();
            *cell = sum / ((bottom - top) * (right - left)).max(1) as u64;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene(width: usize, height: usize, shade: impl Fn(f64, f64) -> f64) -> Grey {
        let value = |n: usize| {
            let (x, y) = ((n % width) as f64 / width as f64, (n / width) as f64 / height as f64);
            shade(x, y).clamp(0.0, 255.0) as u8
        };
        Grey { width, height, pixels: (0..width * height).map(value).collect() }
    }

    fn hills(x: f64, y: f64) -> f64 {
        120.0 + 60.0 * (x * 9.0).sin() * (y * 7.0).cos() + 40.0 * (x * 3.0 + y * 5.0).sin()
    }

    fn waves(x: f64, y: f64) -> f64 {
        120.0 + 80.0 * (x * 23.0 + y * 31.0).sin()
    }

    #[test]
    fn sizes_and_tones_leave_the_look_and_other_pictures_differ() {
        let hash = |grey: &Grey| super::hash(grey).unwrap();
        let look = hash(&scene(640, 480, hills));
        assert!(distance(look, hash(&scene(200, 150, hills))) <= 2);
        assert!(distance(look, hash(&scene(640, 480, |x, y| hills(x, y) * 0.8 + 30.0))) <= 4);
        assert!(distance(look, hash(&scene(640, 480, waves))) >= 15);
        assert_eq!(written(0xab), "00000000000000ab");
    }

    #[test]
    fn an_even_or_tiny_picture_has_no_look() {
        assert_eq!(hash(&scene(200, 200, |_, _| 250.0)), None);
        assert_eq!(hash(&scene(200, 200, |x, y| 250.0 + (x + y) * 0.5)), None);
        assert_eq!(hash(&scene(20, 200, hills)), None);
    }
}
