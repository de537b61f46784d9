//! What differs between two pictures: how the one lies over the other, and where it shows another
//! thing.
//!
//! A picture for a person, never a finding: where two pictures differ says neither which was there
//! first nor what a change means. Saving anew, another size, a turn, a cut and a change of brightness are
//! found and told; they are no differences. What the search does not find: a mirrored cut, a cut to less than a
//! third of a side, perspective, and what differs by less than the noise of saving.
//!
//! Measured on 22 photographs and 18 pages (`tests/it/pictures.rs`): saved anew at qualities of 90 to 30, 200
//! pairs lay over each other and none was told to differ; a figure of the size of a digit, put in before saving,
//! was told in 40 of 40, and nothing else. Made larger 3 of 40 were told to differ, cut and made smaller 4,
//! brightened until light parts were cut off 11, nearly all of them in under a hundredth of the picture.

mod align;
mod blocks;
mod picture;
mod plane;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use self::picture::{encoded, side_by_side};
pub use self::plane::{Area, Turn};
use self::plane::{Rect, resized, turned, turned_back};
use crate::limits;
use crate::parse::document::image::pixels::{self, Pixels};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Width and height of each, in pixels.
    pub found: (usize, usize),
    pub original: (usize, usize),
    /// Every pixel is the same.
    pub is_equal: bool,
    /// None where the two show nothing in common that the search finds; then nothing below is told.
    pub alignment: Option<Alignment>,
    /// Where they differ, what differs most first.
    pub regions: Vec<Region>,
    /// Regions beyond `limits::PICTURE_REGIONS`.
    pub regions_left: usize,
    /// Of the common part, what differs: 0 to 1.
    pub share: f64,
}

/// How the original lies over what was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alignment {
    /// How the original was turned to lie so.
    pub turn: Turn,
    /// The part of each that both show, in pixels as they are stored.
    pub found: Area,
    pub original: Area,
    /// Pixels found for one of the original, along the found picture's width and height.
    pub scale: (f64, f64),
    /// Pearson's correlation of both, coarsely: 1 for the same picture.
    pub correlation: f64,
    /// Brightness or contrast of the whole differ.
    pub is_toned: bool,
    /// Only one of the two has colours.
    pub is_grey: bool,
}

/// One place that differs, in pixels of each picture as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Region {
    pub found: Area,
    pub original: Area,
    /// Mean difference of its cells, in levels of 255.
    pub levels: f64,
}

impl Alignment {
    /// Whether one picture shows more at its edges than the other.
    pub fn is_cut(&self, found: (usize, usize), original: (usize, usize)) -> bool {
        let is_whole = |area: &Area, size: (usize, usize)| {
            let slack = |side: usize| side - side / 100;
            area.width >= slack(size.0) && area.height >= slack(size.1)
        };
        !is_whole(&self.found, found) || !is_whole(&self.original, original)
    }

    pub fn is_scaled(&self) -> bool {
        [self.scale.0, self.scale.1].iter().any(|scale| (scale - 1.0).abs() > 0.004)
    }
}

/// A comparison and what a person sees of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pictures {
    pub comparison: Comparison,
    /// A PNG: see [`side_by_side`].
    pub shown: Vec<u8>,
}

/// The bytes of two pictures, compared; None where either cannot be decoded
/// ([`crate::parse::document::image::pixels::decode`]).
pub fn pictures(found: &[u8], original: &[u8]) -> Option<Pictures> {
    let (found, original) = (pixels::decode(found)?, pixels::decode(original)?);
    let comparison = compare(&found, &original);
    let shown = side_by_side(&found, &original, &comparison);
    Some(Pictures { comparison, shown })
}

/// `found` against `original`.
pub fn compare(found: &Pixels, original: &Pixels) -> Comparison {
    let mut out = Comparison {
        found: (found.width, found.height),
        original: (original.width, original.height),
        is_equal: found == original,
        alignment: None,
        regions: Vec::new(),
        regions_left: 0,
        share: 0.0,
    };
    let Some(fit) = align::align(found, original) else {
        return out;
    };
    // At the lower of both resolutions: pixels that were made up by enlarging say nothing.
    let side = |a: f64, b: f64| (a.min(b).round() as usize).max(1);
    let width = side(fit.found.width, fit.original.width);
    let height = side(fit.found.height, fit.original.height);
    let upright = turned(original, fit.turn);
    let blocks = blocks::differing(
        &resized(found, fit.found, width, height),
        &resized(&upright, fit.original, width, height),
        fit.found.width != fit.original.width || fit.found.height != fit.original.height,
    );
    let compared = Rect::whole(width, height);
    let in_found = |part: Rect| fit.found.part(compared, part).pixels(found.width, found.height);
    let in_original = |part: Rect| {
        let area = fit.original.part(compared, part).pixels(upright.width, upright.height);
        turned_back(area, fit.turn, out.original)
    };
    let region = |(area, levels): &(Area, f64)| {
        let part = Rect {
            left: area.left as f64,
            top: area.top as f64,
            width: area.width as f64,
            height: area.height as f64,
        };
        Region { found: in_found(part), original: in_original(part), levels: *levels }
    };
    out.regions = blocks.regions.iter().take(limits::PICTURE_REGIONS).map(region).collect();
    out.regions_left = blocks.regions.len() - out.regions.len();
    out.share = blocks.share;
    out.alignment = Some(Alignment {
        turn: fit.turn,
        found: in_found(compared),
        original: in_original(compared),
        scale: (fit.found.width / fit.original.width, fit.found.height / fit.original.height),
        correlation: fit.correlation,
        is_toned: blocks.is_toned,
        is_grey: blocks.is_grey,
    });
    out
}
