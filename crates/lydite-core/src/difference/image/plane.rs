//! Rectangles of pictures, and pictures turned and brought to another size.

use serde::{Deserialize, Serialize};

use crate::parse::document::image::pixels::Pixels;

/// How a picture was turned. Quarters are told as the eye sees the picture move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    Upright,
    Right,
    Half,
    Left,
    Mirrored,
    MirroredRight,
    MirroredHalf,
    MirroredLeft,
}

impl Turn {
    pub const ALL: [Turn; 8] = [
        Turn::Upright,
        Turn::Right,
        Turn::Half,
        Turn::Left,
        Turn::Mirrored,
        Turn::MirroredRight,
        Turn::MirroredHalf,
        Turn::MirroredLeft,
    ];

    pub fn is_mirrored(self) -> bool {
        self as u8 >= Turn::Mirrored as u8
    }

    /// Whether sides change places.
    fn is_quarter(self) -> bool {
        self as u8 % 2 == 1
    }

    /// Width and height behind the turn.
    pub fn size(self, (width, height): (usize, usize)) -> (usize, usize) {
        if self.is_quarter() { (height, width) } else { (width, height) }
    }

    /// The pixel of the picture before the turn that stands at `x`, `y` behind it. Mirrored left to
    /// right first, then turned.
    fn source(self, x: usize, y: usize, (width, height): (usize, usize)) -> (usize, usize) {
        let (x, y) = match self as u8 % 4 {
            0 => (x, y),
            1 => (y, height - 1 - x),
            2 => (width - 1 - x, height - 1 - y),
            _ => (width - 1 - y, x),
        };
        if self.is_mirrored() { (width - 1 - x, y) } else { (x, y) }
    }
}

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    pub left: usize,
    pub top: usize,
    pub width: usize,
    pub height: usize,
}

impl Area {
    pub fn right(&self) -> usize {
        self.left + self.width
    }

    pub fn bottom(&self) -> usize {
        self.top + self.height
    }
}

/// A rectangle between pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    pub fn whole(width: usize, height: usize) -> Rect {
        Rect { left: 0.0, top: 0.0, width: width as f64, height: height as f64 }
    }

    pub fn area(&self) -> f64 {
        self.width * self.height
    }

    pub fn scaled(&self, across: f64, down: f64) -> Rect {
        Rect {
            left: self.left * across,
            top: self.top * down,
            width: self.width * across,
            height: self.height * down,
        }
    }

    /// What of `other`'s frame stands here when its whole is this rectangle.
    pub fn part(&self, of: Rect, part: Rect) -> Rect {
        let (across, down) = (self.width / of.width, self.height / of.height);
        Rect {
            left: self.left + (part.left - of.left) * across,
            top: self.top + (part.top - of.top) * down,
            width: part.width * across,
            height: part.height * down,
        }
    }

    /// All pixels it touches, within a frame.
    pub fn pixels(&self, width: usize, height: usize) -> Area {
        let (left, top) = (self.left.max(0.0) as usize, self.top.max(0.0) as usize);
        let right = ((self.left + self.width).ceil().max(0.0) as usize).clamp(1, width);
        let bottom = ((self.top + self.height).ceil().max(0.0) as usize).clamp(1, height);
        let (left, top) = (left.min(right - 1), top.min(bottom - 1));
        Area { left, top, width: right - left, height: bottom - top }
    }
}

/// A whole picture, turned.
pub fn turned(pixels: &Pixels, turn: Turn) -> Pixels {
    let size = (pixels.width, pixels.height);
    let (width, height) = turn.size(size);
    let mut rgb = Vec::with_capacity(pixels.rgb.len());
    for y in 0..height {
        for x in 0..width {
            let (x, y) = turn.source(x, y, size);
            rgb.extend(pixels.at(x, y));
        }
    }
    Pixels { width, height, rgb }
}

/// An area of a turned picture, in the picture before the turn, whose size is given.
pub fn turned_back(area: Area, turn: Turn, size: (usize, usize)) -> Area {
    let (a, b) = turn.source(area.left, area.top, size);
    let (c, d) = turn.source(area.right() - 1, area.bottom() - 1, size);
    let (left, top) = (a.min(c), b.min(d));
    Area { left, top, width: a.max(c) + 1 - left, height: b.max(d) + 1 - top }
}

/// A part of a picture at another size: every pixel the mean of what it covers, or, where that is
/// less than one, drawn between neighbours.
pub fn resized(pixels: &Pixels, part: Rect, width: usize, height: usize) -> Pixels {
    let across = taps(part.left, part.width, width, pixels.width);
    let down = taps(part.top, part.height, height, pixels.height);
    let mut rgb = Vec::with_capacity(width * height * 3);
    let mut row = vec![0f32; width * 3];
    for (first, weights) in &down {
        row.fill(0.0);
        for (y, weight) in weights.iter().enumerate() {
            let line = &pixels.rgb[(first + y) * pixels.width * 3..][..pixels.width * 3];
            for (out, (first, weights)) in row.chunks_exact_mut(3).zip(&across) {
                let source = line[first * 3..].chunks_exact(3);
                for (pixel, share) in source.zip(weights) {
                    for (sum, value) in out.iter_mut().zip(pixel) {
                        *sum += f32::from(*value) * share * weight;
                    }
                }
            }
        }
        rgb.extend(row.iter().map(|value| (value + 0.5).clamp(0.0, 255.0) as u8));
    }
    Pixels { width, height, rgb }
}

/// For each of `count` pixels over a stretch of a line: the first pixel it covers and the share of
/// each from there on. Shares add up to one.
fn taps(start: f64, length: f64, count: usize, line: usize) -> Vec<(usize, Vec<f32>)> {
    let step = length / count as f64;
    let each = (0..count).map(|n| {
        let middle = start + (n as f64 + 0.5) * step;
        let half = step.max(1.0) / 2.0;
        let (from, to) = ((middle - half).max(0.0), (middle + half).min(line as f64));
        let first = (from as usize).min(line - 1);
        let last = (to.ceil() as usize).clamp(first + 1, line);
        let share = |pixel: usize| {
            let pixel = pixel as f64;
            ((to.min(pixel + 1.0) - from.max(pixel)).max(0.0)) as f32
        };
        let mut weights: Vec<f32> = (first..last).map(share).collect();
        let sum: f32 = weights.iter().sum();
        if sum > 0.0 {
            weights.iter_mut().for_each(|w| *w /= sum);
        } else {
            weights = vec![1.0];
        }
        (first, weights)
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three wide, two high: red counts the pixels.
    fn six() -> Pixels {
        Pixels { width: 3, height: 2, rgb: (0..6).flat_map(|n| [n, 0, 0]).collect() }
    }

    fn red(pixels: &Pixels) -> Vec<u8> {
        pixels.rgb.chunks_exact(3).map(|p| p[0]).collect()
    }

    #[test]
    fn turns_are_those_the_eye_sees_and_lead_back() {
        assert_eq!(red(&turned(&six(), Turn::Right)), [3, 0, 4, 1, 5, 2]);
        assert_eq!(red(&turned(&six(), Turn::Left)), [2, 5, 1, 4, 0, 3]);
        assert_eq!(red(&turned(&six(), Turn::Half)), [5, 4, 3, 2, 1, 0]);
        assert_eq!(red(&turned(&six(), Turn::Mirrored)), [2, 1, 0, 5, 4, 3]);
        let mut seen: Vec<Pixels> = Turn::ALL.iter().map(|t| turned(&six(), *t)).collect();
        seen.sort_by_key(|p| p.rgb.clone());
        seen.dedup();
        assert_eq!(seen.len(), 8);
        for turn in Turn::ALL {
            let shown = turned(&six(), turn);
            for (n, value) in red(&shown).into_iter().enumerate() {
                let at = Area { left: n % shown.width, top: n / shown.width, width: 1, height: 1 };
                let back = turned_back(at, turn, (3, 2));
                assert_eq!(six().at(back.left, back.top)[0], value, "{turn:?}");
            }
        }
    }

    #[test]
    fn sizes_are_means_and_the_same_size_is_the_same_picture() {
        let whole = Rect::whole(3, 2);
        assert_eq!(resized(&six(), whole, 3, 2), six());
        assert_eq!(red(&resized(&six(), whole, 1, 1)), [3]);
        let part = Rect { left: 1.0, top: 0.0, width: 2.0, height: 1.0 };
        assert_eq!(red(&resized(&six(), part, 2, 1)), [1, 2]);
        let large = resized(&six(), whole, 6, 4);
        assert_eq!(red(&large)[..3], [0, 0, 1]);
    }
}
