//! How one picture lies over another: turned, at another size, cut, or moved.
//!
//! Both are reduced to small planes of luminance and compared by grids of means, whose sums come from
//! an integral, so that a place costs the same whatever its size. Three families are tried: whole over
//! whole, one cut from the other at any scale, and one moved over the other at the same scale. The best
//! of each is refined; of these that one counts by which most of both pictures is explained, so that a
//! large alteration is not taken for a cut that leaves it out. Where pixels have the same size in both,
//! the last step finds the place to the pixel.

use super::plane::{Rect, Turn, resized, turned};
use crate::limits;
use crate::parse::document::image::pixels::{Pixels, luminance};

/// Where a picture lies over another: the common part in each, in pixels; of the original behind
/// its turn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    pub turn: Turn,
    pub found: Rect,
    pub original: Rect,
    /// Pearson's correlation of the grids of the common parts.
    pub correlation: f64,
}

/// Long side of the planes that are searched, in pixels.
const SMALL: usize = 320;
/// Cells along a side of the grids: to search, to refine, to weigh.
const COARSE: usize = 8;
const FINE: usize = 32;
/// What must be explained for no cut and move to be tried, and for none of other turns; and the
/// correlation below which a place does not count.
const WHOLE: f64 = 0.98;
const SURE: f64 = 0.5;
const LEAST: f64 = 0.7;
/// What must be explained of two pictures of one size for them to be compared in place all the same.
const HALF: f64 = 0.5;
/// Coarse correlation of a place that is refined, and how many of a family are.
const WORTH: f64 = 0.5;
const REFINED: usize = 10;
/// Of a side, how far places are apart that are refined each.
const NEAR: f64 = 0.05;
/// What a picture out of shape is worth.
const STRETCHED: f64 = 0.7;
/// Of each frame, what a cut must leave.
const CUT: f64 = 0.3;
/// Pixels of a plane along a side that can be told apart from others.
const LEAST_SIDE: f64 = 4.0;
/// Levels by which a cell may be off and still be explained.
const EXPLAINED: f64 = 5.0;

/// Where the original lies over what was found; None where they show nothing in common that this
/// search finds.
pub(super) fn align(found: &Pixels, original: &Pixels) -> Option<Fit> {
    let small = Small::of(found);
    let mut best: Option<(f64, Fit)> = None;
    for turn in Turn::ALL {
        let other = Small::turned(original, turn);
        if let Some((score, fit)) = best_of(&small, &other, turn, Family::Whole) {
            let across = fit.found.width / fit.original.width;
            let down = fit.found.height / fit.original.height;
            // Pictures are cut to another shape more often than they are stretched to one.
            let is_stretched = (across / down - 1.0).abs() > 0.02;
            keep(&mut best, (if is_stretched { score * STRETCHED } else { score }, fit));
        }
    }
    // Cuts and moves of the turn that is likest; of every turn where none is like enough.
    let likest = best.map_or(Turn::Upright, |(_, fit)| fit.turn);
    let others = Turn::ALL.into_iter().filter(|turn| !turn.is_mirrored() && *turn != likest);
    for turn in std::iter::once(likest).chain(others) {
        let enough = if turn == likest { WHOLE } else { SURE };
        if best.is_some_and(|(score, _)| score >= enough) {
            break;
        }
        let other = Small::turned(original, turn);
        for family in [Family::Moved, Family::FoundIsCut, Family::OriginalIsCut] {
            if let Some(fit) = best_of(&small, &other, turn, family) {
                keep(&mut best, fit);
            }
        }
    }
    let (_, fit) = best?;
    Some(to_the_pixel(fit, found, original))
}

fn keep(best: &mut Option<(f64, Fit)>, (score, fit): (f64, Fit)) {
    // Upright and whole stand first: another reading must explain clearly more.
    if best.is_none_or(|(known, _)| score > known + 0.01) {
        *best = Some((score, fit));
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Family {
    Whole,
    Moved,
    FoundIsCut,
    OriginalIsCut,
}

/// A picture reduced, and the integral of its luminance.
struct Small {
    width: usize,
    height: usize,
    /// Pixels of the picture for one of the plane.
    across: f64,
    down: f64,
    sums: Vec<f64>,
}

impl Small {
    fn of(pixels: &Pixels) -> Small {
        let (full_width, full_height) = (pixels.width, pixels.height);
        let factor = (full_width.max(full_height) as f64 / SMALL as f64).max(1.0);
        let side = |full: usize| ((full as f64 / factor).round() as usize).max(1);
        let (width, height) = (side(full_width), side(full_height));
        let small = resized(pixels, Rect::whole(full_width, full_height), width, height);
        let mut sums = vec![0.0; (width + 1) * (height + 1)];
        for y in 0..height {
            let mut line = 0.0;
            for x in 0..width {
                line += f64::from(luminance(small.at(x, y)));
                let above = sums[y * (width + 1) + x + 1];
                sums[(y + 1) * (width + 1) + x + 1] = above + line;
            }
        }
        let (across, down) = (full_width as f64 / width as f64, full_height as f64 / height as f64);
        Small { width, height, across, down, sums }
    }

    fn turned(pixels: &Pixels, turn: Turn) -> Small {
        let (full_width, full_height) = (pixels.width, pixels.height);
        let factor = (full_width.max(full_height) as f64 / (2 * SMALL) as f64).max(1.0);
        let side = |full: usize| ((full as f64 / factor).round() as usize).max(1);
        let whole = Rect::whole(full_width, full_height);
        // Reduced before it is turned: the turn of a large picture is a pass over all of it.
        let small = turned(&resized(pixels, whole, side(full_width), side(full_height)), turn);
        let mut out = Small::of(&small);
        let (width, height) = turn.size((full_width, full_height));
        out.across = width as f64 / out.width as f64;
        out.down = height as f64 / out.height as f64;
        out
    }

    fn whole(&self) -> Rect {
        Rect::whole(self.width, self.height)
    }

    /// The sum above and left of a point between pixels.
    fn sum(&self, x: f64, y: f64) -> f64 {
        let (x, y) = (x.clamp(0.0, self.width as f64), y.clamp(0.0, self.height as f64));
        let (left, top) = ((x as usize).min(self.width - 1), (y as usize).min(self.height - 1));
        let (dx, dy) = (x - left as f64, y - top as f64);
        let at = |x: usize, y: usize| self.sums[y * (self.width + 1) + x];
        let upper = at(left, top) * (1.0 - dx) + at(left + 1, top) * dx;
        let lower = at(left, top + 1) * (1.0 - dx) + at(left + 1, top + 1) * dx;
        upper * (1.0 - dy) + lower * dy
    }

    /// Means of the cells of a part.
    fn grid(&self, part: Rect, side: usize) -> Vec<f64> {
        let corner = |n: usize| {
            let (row, column) = (n / (side + 1), n % (side + 1));
            let share = |k: usize| k as f64 / side as f64;
            self.sum(part.left + part.width * share(column), part.top + part.height * share(row))
        };
        let corners: Vec<f64> = (0..(side + 1) * (side + 1)).map(corner).collect();
        let cell = part.area() / (side * side) as f64;
        let mean = |n: usize| {
            let at = n / side * (side + 1) + n % side;
            (corners[at] - corners[at + 1] - corners[at + side + 1] + corners[at + side + 2]) / cell
        };
        (0..side * side).map(mean).collect()
    }

    fn holds(&self, part: Rect) -> bool {
        let slack = 1e-6;
        part.left >= -slack
            && part.top >= -slack
            && part.width >= LEAST_SIDE
            && part.height >= LEAST_SIDE
            && part.left + part.width <= self.width as f64 + slack
            && part.top + part.height <= self.height as f64 + slack
    }
}

/// Mean and standard deviation.
fn spread(cells: &[f64]) -> (f64, f64) {
    let count = cells.len() as f64;
    let mean = cells.iter().sum::<f64>() / count;
    let square = cells.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / count;
    (mean, square.sqrt())
}

/// Pearson's correlation; none where either is even.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let ((mean_a, dev_a), (mean_b, dev_b)) = (spread(a), spread(b));
    if dev_a < 1.0 || dev_b < 1.0 {
        return 0.0;
    }
    let product = a.iter().zip(b).map(|(x, y)| (x - mean_a) * (y - mean_b)).sum::<f64>();
    product / a.len() as f64 / (dev_a * dev_b)
}

/// The best place of a family, refined, with what of both pictures it explains, 0 to 1.
fn best_of(found: &Small, original: &Small, turn: Turn, family: Family) -> Option<(f64, Fit)> {
    let likeness = |parts: &(Rect, Rect), side: usize| {
        if !found.holds(parts.0) || !original.holds(parts.1) {
            return -1.0;
        }
        correlation(&found.grid(parts.0, side), &original.grid(parts.1, side))
    };
    let is_one_size = found.whole() == original.whole()
        && (found.across / original.across - 1.0).abs() < 0.002
        && (found.down / original.down - 1.0).abs() < 0.002;
    let each = places(found, original, family).into_iter();
    let mut tried: Vec<(f64, (Rect, Rect))> =
        each.map(|parts| (likeness(&parts, COARSE), parts)).collect();
    tried.retain(|(like, _)| *like >= WORTH || family == Family::Whole);
    tried.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut best: Option<(f64, Fit)> = None;
    for mut parts in apart(&tried) {
        if family != Family::Whole {
            parts = refined(parts, family, &|parts| likeness(parts, FINE));
        }
        let correlation = likeness(&parts, FINE);
        let explained = explained(found, original, &parts);
        // A page and the same page emptied correlate in nothing, and most of both is the same paper.
        let is_in_place = family == Family::Whole && turn == Turn::Upright && is_one_size;
        if correlation < LEAST && !(is_in_place && explained >= HALF) {
            continue;
        }
        let full = |part: Rect, of: &Small| part.scaled(of.across, of.down);
        let (is, was) = (full(parts.0, found), full(parts.1, original));
        let fit = Fit { turn, found: is, original: was, correlation };
        let shares =
            parts.0.area() / found.whole().area() + parts.1.area() / original.whole().area();
        keep(&mut best, (explained * shares / 2.0, fit));
    }
    best
}

/// The best places that are no neighbours of each other.
fn apart(tried: &[(f64, (Rect, Rect))]) -> Vec<(Rect, Rect)> {
    let near = |a: Rect, b: Rect| {
        let off =
            (a.left - b.left).abs().max((a.left + a.width - b.left - b.width).abs()) / a.width;
        let down =
            (a.top - b.top).abs().max((a.top + a.height - b.top - b.height).abs()) / a.height;
        off.max(down) < NEAR
    };
    let mut out: Vec<(Rect, Rect)> = Vec::new();
    for (_, parts) in tried {
        if out.len() == REFINED {
            break;
        }
        if !out.iter().any(|known| near(known.0, parts.0) && near(known.1, parts.1)) {
            out.push(*parts);
        }
    }
    out
}

/// The share of what is drawn in either that is the same in both, but for a common brightness and
/// contrast: sky and paper agree wherever they lie, so edges are weighed, not areas.
fn explained(found: &Small, original: &Small, parts: &(Rect, Rect)) -> f64 {
    const SIDE: usize = 2 * FINE;
    let (a, b) = (found.grid(parts.0, SIDE), original.grid(parts.1, SIDE));
    let ((mean_a, dev_a), (mean_b, dev_b)) = (spread(&a), spread(&b));
    let slope = if dev_b < 1.0 { 1.0 } else { (dev_a / dev_b).clamp(0.5, 2.0) };
    let drawn = |cells: &[f64], n: usize| {
        let beside = if n % SIDE + 1 < SIDE { n + 1 } else { n };
        let below = if n + SIDE < cells.len() { n + SIDE } else { n };
        (cells[n] - cells[beside]).abs() + (cells[n] - cells[below]).abs()
    };
    let (mut same, mut all) = (0.0, 0.0);
    for n in 0..a.len() {
        let weight = drawn(&a, n).max(drawn(&b, n)) + 0.1;
        let toned = ((a[n] - mean_a) - slope * (b[n] - mean_b)).abs();
        let is_same = toned.min((a[n] - b[n]).abs()) < EXPLAINED + 0.15 * weight;
        all += weight;
        same += if is_same { weight } else { 0.0 };
    }
    same / all
}

/// Every place of a family that is tried: the part of the found picture and that of the original.
fn places(found: &Small, original: &Small, family: Family) -> Vec<(Rect, Rect)> {
    let (is, was) = (found.whole(), original.whole());
    match family {
        Family::Whole => vec![(is, was)],
        Family::Moved => moved(found, original),
        Family::FoundIsCut => cuts(is, was).into_iter().map(|part| (is, part)).collect(),
        Family::OriginalIsCut => cuts(was, is).into_iter().map(|part| (part, was)).collect(),
    }
}

/// Parts of a frame that have the shape of another picture.
fn cuts(whole: Rect, frame: Rect) -> Vec<Rect> {
    let mut out = Vec::new();
    let shape = whole.width / whole.height;
    let widest = frame.width.min(frame.height * shape);
    let mut width = widest;
    while width >= widest * CUT && width >= LEAST_SIDE && width / shape >= LEAST_SIDE {
        let height = width / shape;
        let steps = |room: f64, side: f64| (room / (side / 10.0)).ceil().min(50.0) as usize;
        let (across, down) = (frame.width - width, frame.height - height);
        let (columns, rows) = (steps(across, width), steps(down, height));
        for row in 0..=rows {
            for column in 0..=columns {
                let share = |n: usize, of: usize| if of == 0 { 0.5 } else { n as f64 / of as f64 };
                let (left, top) = (across * share(column, columns), down * share(row, rows));
                out.push(Rect { left, top, width, height });
            }
        }
        width /= 1.05;
    }
    out
}

/// The two laid over each other at the same scale, moved.
fn moved(found: &Small, original: &Small) -> Vec<(Rect, Rect)> {
    let mut out = Vec::new();
    // Of the original's plane in pixels of the found one's.
    let (across, down) = (original.across / found.across, original.down / found.down);
    let (is, was) = (found.whole(), original.whole().scaled(across, down));
    let least = CUT * is.area().min(was.area());
    let step = (is.width.min(was.width).min(is.height.min(was.height)) / 32.0).max(1.0);
    let range = |own: f64, other: f64| {
        let (low, high) = (-other, own);
        let count = ((high - low) / step) as usize;
        (0..=count).map(move |n| low + n as f64 * step).chain([0.0, own - other])
    };
    for top in range(is.height, was.height) {
        for left in range(is.width, was.width) {
            if let Some(common) = common(is, Rect { left, top, ..was }, least) {
                let there = Rect { left: common.left - left, top: common.top - top, ..common };
                out.push((common, there.scaled(1.0 / across, 1.0 / down)));
            }
        }
    }
    out
}

fn common(one: Rect, other: Rect, least: f64) -> Option<Rect> {
    let (left, top) = (one.left.max(other.left), one.top.max(other.top));
    let width = (one.left + one.width).min(other.left + other.width) - left;
    let height = (one.top + one.height).min(other.top + other.height) - top;
    let rect = Rect { left, top, width, height };
    (width > 0.0 && height > 0.0 && rect.area() >= least).then_some(rect)
}

/// Climbs from a place by ever smaller steps.
fn refined(
    start: (Rect, Rect),
    family: Family,
    likeness: &dyn Fn(&(Rect, Rect)) -> f64,
) -> (Rect, Rect) {
    let (mut parts, mut best) = (start, likeness(&start));
    let smaller = start.0.width.min(start.0.height).min(start.1.width).min(start.1.height);
    let mut step = smaller / 14.0;
    while step > 0.02 {
        let mut is_better = false;
        for tried in neighbours(&parts, family, step) {
            let like = likeness(&tried);
            if like > best {
                (parts, best, is_better) = (tried, like, true);
            }
        }
        if !is_better {
            step /= 2.0;
        }
    }
    parts
}

fn neighbours(parts: &(Rect, Rect), family: Family, step: f64) -> Vec<(Rect, Rect)> {
    let moves = [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)];
    let shift = |rect: Rect, (x, y): (f64, f64)| Rect {
        left: rect.left + x * step,
        top: rect.top + y * step,
        ..rect
    };
    let grow = |rect: Rect, (x, y): (f64, f64)| Rect {
        left: rect.left - x * step / 2.0,
        top: rect.top - y * step / 2.0,
        width: rect.width + x * step,
        height: rect.height + y * step,
    };
    let sizes = [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0), (1.0, 1.0), (-1.0, -1.0)];
    let (is, was) = *parts;
    match family {
        Family::Whole => Vec::new(),
        // The scale stays: only where the one lies over the other is tried.
        Family::Moved => moves.iter().map(|by| (is, shift(was, *by))).collect(),
        Family::FoundIsCut => {
            let each = moves.iter().map(|by| shift(was, *by));
            each.chain(sizes.iter().map(|by| grow(was, *by))).map(|was| (is, was)).collect()
        }
        Family::OriginalIsCut => {
            let each = moves.iter().map(|by| shift(is, *by));
            each.chain(sizes.iter().map(|by| grow(is, *by))).map(|is| (is, was)).collect()
        }
    }
}

/// Where a pixel has the same size in both, to the pixel: otherwise noise would stand at every edge.
fn to_the_pixel(fit: Fit, found: &Pixels, original: &Pixels) -> Fit {
    let scales = [fit.found.width / fit.original.width, fit.found.height / fit.original.height];
    // A pixel more or less over the whole side is the search's own fault.
    let sides = [fit.found.width, fit.found.height];
    let is_same = scales.iter().zip(sides).all(|(s, side)| (s - 1.0).abs() * side < 2.5);
    if !is_same {
        return fit;
    }
    let start = (
        (fit.found.left - fit.original.left).round() as isize,
        (fit.found.top - fit.original.top).round() as isize,
    );
    let factor = (found.width.max(found.height) as f64 / SMALL as f64).max(1.0);
    let reach = (factor * 1.5).ceil() as isize + 2;
    let upright = turned(original, fit.turn);
    let place = best_shift(found, &upright, start, reach);
    let overlap = |shift: isize, own: usize, other: usize| {
        let start = shift.max(0);
        let end = (shift + other as isize).min(own as isize);
        (start, (end - start).max(0))
    };
    let (left, width) = overlap(place.0, found.width, upright.width);
    let (top, height) = overlap(place.1, found.height, upright.height);
    let rect = |left: isize, top: isize| Rect {
        left: left as f64,
        top: top as f64,
        width: width as f64,
        height: height as f64,
    };
    Fit { found: rect(left, top), original: rect(left - place.0, top - place.1), ..fit }
}

/// The shift, in whole pixels around one, at which least differs: by up to
/// `limits::ALIGNED_POINTS` points spread over both.
fn best_shift(
    found: &Pixels,
    original: &Pixels,
    start: (isize, isize),
    reach: isize,
) -> (isize, isize) {
    let stride = (found.width * found.height / limits::ALIGNED_POINTS) | 1;
    let off = |(dx, dy): (isize, isize)| {
        let (mut sum, mut count) = (0u64, 0u64);
        for n in (0..found.width * found.height).step_by(stride) {
            let (x, y) = (n % found.width, n / found.width);
            let (Some(u), Some(v)) = (x.checked_add_signed(-dx), y.checked_add_signed(-dy)) else {
                continue;
            };
            if u < original.width && v < original.height {
                let (a, b) = (luminance(found.at(x, y)), luminance(original.at(u, v)));
                sum += u64::from(a.abs_diff(b));
                count += 1;
            }
        }
        if count == 0 { f64::MAX } else { sum as f64 / count as f64 }
    };
    let mut best = (start, off(start));
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let tried = (start.0 + dx, start.1 + dy);
            let value = off(tried);
            // Equal and nearly equal places: the first guess stays.
            if value < best.1 * 0.98 {
                best = (tried, value);
            }
        }
    }
    best.0
}
