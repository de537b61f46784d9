//! The two pictures side by side, what differs in boxes, as a PNG for a person.

use super::Comparison;
use super::plane::{Area, Rect, resized};
use crate::limits;
use crate::parse::document::image::pixels::Pixels;

/// Between the two, in pixels; its colour is that of the page behind.
const GUTTER: usize = 12;
const PAPER: [u8; 3] = [236, 236, 236];
/// A box is drawn in two colours, so that it stands out on any ground.
const LINE: [u8; 3] = [208, 0, 60];
const EDGE: [u8; 3] = [255, 255, 255];
/// Pixels between what differs and its box.
const MARGIN: usize = 3;

/// The original at the left, what was found at the right, each at most `limits::SHOWN_SIDE` pixels
/// on its longer side.
pub fn side_by_side(found: &Pixels, original: &Pixels, comparison: &Comparison) -> Vec<u8> {
    let boxes = |which: fn(&super::Region) -> Area| -> Vec<Area> {
        comparison.regions.iter().map(which).collect()
    };
    let left = framed(original, &boxes(|region| region.original));
    let right = framed(found, &boxes(|region| region.found));
    let (width, height) = (left.width + GUTTER + right.width, left.height.max(right.height));
    let mut out = Pixels { width, height, rgb: PAPER.repeat(width * height) };
    for (picture, start) in [(&left, 0), (&right, left.width + GUTTER)] {
        for (y, row) in picture.rgb.chunks_exact(picture.width * 3).enumerate() {
            let at = (y * width + start) * 3;
            out.rgb[at..at + row.len()].copy_from_slice(row);
        }
    }
    encoded(&out)
}

/// A picture as a PNG.
pub fn encoded(pixels: &Pixels) -> Vec<u8> {
    let mut raw = Vec::new();
    let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    let mut encoder = png::Encoder::new(&mut raw, side(pixels.width), side(pixels.height));
    encoder.set_color(png::ColorType::Rgb);
    // Writing into memory fails for no picture that has pixels.
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&pixels.rgb)?;
        writer.finish()
    });
    if written.is_err() { Vec::new() } else { raw }
}

/// A picture made small, with its boxes.
fn framed(pixels: &Pixels, boxes: &[Area]) -> Pixels {
    let factor = (pixels.width.max(pixels.height) as f64 / limits::SHOWN_SIDE as f64).max(1.0);
    let side = |side: usize| ((side as f64 / factor).round() as usize).max(1);
    let whole = Rect::whole(pixels.width, pixels.height);
    let mut out = resized(pixels, whole, side(pixels.width), side(pixels.height));
    for area in boxes {
        let shrunk = |n: usize| (n as f64 / factor) as usize;
        let (left, top) = (shrunk(area.left), shrunk(area.top));
        let (right, bottom) = (shrunk(area.right()), shrunk(area.bottom()));
        for (margin, colour) in [(MARGIN, LINE), (MARGIN + 1, LINE), (MARGIN + 2, EDGE)] {
            outline(&mut out, (left, top, right, bottom), margin, colour);
        }
    }
    out
}

/// One line around a box, within the picture.
fn outline(
    pixels: &mut Pixels,
    (left, top, right, bottom): (usize, usize, usize, usize),
    margin: usize,
    colour: [u8; 3],
) {
    let (left, top) = (left.saturating_sub(margin), top.saturating_sub(margin));
    let right = (right + margin).min(pixels.width - 1);
    let bottom = (bottom + margin).min(pixels.height - 1);
    let mut set = |x: usize, y: usize| {
        let at = (y * pixels.width + x) * 3;
        pixels.rgb[at..at + 3].copy_from_slice(&colour);
    };
    (left..=right).for_each(|x| [top, bottom].into_iter().for_each(|y| set(x, y)));
    (top..=bottom).for_each(|y| [left, right].into_iter().for_each(|x| set(x, y)));
}
