//! Which cells of two aligned pictures differ by more than their own noise.
//!
//! Saving a JPEG anew changes every pixel a little, most where much is drawn, hardly the mean of a
//! cell. So means of small cells are compared, and what counts as noise is asked of the two pictures
//! themselves: cells are sorted by how much is drawn around them in both, and of each sort the median
//! difference and its spread say what all cells of that sort suffered. What stands out is a difference.
//! Where nine tenths of what is drawn are the same to the last bit nothing was saved anew; there little
//! counts.

use super::plane::Area;
use crate::parse::document::image::pixels::Pixels;

/// Side of a cell in pixels: a quarter of a JPEG block, as small as the strokes of a digit.
pub(super) const SIDE: usize = 4;
/// Cells around one that say how much is drawn there: a block of a JPEG, wherever its edges lie.
const AROUND: usize = 2;
/// Range of luminance below which a cell belongs to each sort.
const SORTS: [u8; 7] = [4, 8, 16, 32, 64, 128, 255];
/// Spreads above the median, and levels that are noise in any case: of a picture saved anew, and of
/// one that was not.
const SPREADS: f64 = 14.0;
const FLOOR: f64 = 5.0;
const FLOOR_EXACT: f64 = 2.0;
/// The same where one was brought to another size or brightness, by a program that rounds otherwise.
const FLOOR_MADE: f64 = 12.0;
/// Levels above which no saving explains a difference where little is drawn, and for each level of
/// range besides: else a table altered throughout would pass as noise.
const CAP: f64 = 12.0;
const CAP_RANGE: f64 = 0.22;
/// What the cells of a region must add up to, in thresholds.
const REGION: f64 = 4.0;
/// Cells between two parts of one region.
const GAP: usize = 2;
/// Gain and levels of a change of brightness that is one of the whole picture.
const GAIN: std::ops::RangeInclusive<f64> = 0.6..=1.7;
const OFFSET: f64 = 100.0;

/// Mean luminance and both colour differences of each cell, and the least and greatest luminance.
struct Cells {
    columns: usize,
    rows: usize,
    means: Vec<[f64; 3]>,
    ranges: Vec<(u8, u8)>,
}

pub(super) struct Blocks {
    /// In pixels of the pictures compared, with the mean difference in levels.
    pub regions: Vec<(Area, f64)>,
    /// Of all cells.
    pub share: f64,
    /// Brightness or contrast of the whole were changed.
    pub is_toned: bool,
    /// Colours were taken away from the whole.
    pub is_grey: bool,
}

/// Compares two pictures of one size.
pub(super) fn differing(found: &Pixels, original: &Pixels, is_sized: bool) -> Blocks {
    let is = Cells::of(found);
    let toned = toned(&is, &Cells::of(original), found, original);
    let original = toned.as_ref().unwrap_or(original);
    let was = Cells::of(original);
    let is_grey = is.is_grey() != was.is_grey();
    let drawn = |n: usize| is.drawn(n).min(was.drawn(n));
    let sort_of: Vec<usize> = (0..is.means.len())
        .map(|n| SORTS.iter().position(|edge| drawn(n) <= *edge).unwrap_or(SORTS.len() - 1))
        .collect();
    let is_toned = toned.is_some();
    let off: Vec<f64> = (0..is.means.len()).map(|n| is.off(&was, n, is_grey)).collect();
    let worst = worst(found, original, &is);
    let thresholds = thresholds(&off, &worst, &sort_of, is_sized || is_toned);
    let over: Vec<f64> = off.iter().zip(&sort_of).map(|(o, sort)| o / thresholds[*sort]).collect();
    let (regions, cells) = regions(&over, &off, is.columns, is.rows);
    let share = cells as f64 / over.len() as f64;
    let within = |(area, off): (Area, f64)| {
        let right = (area.right() * SIDE).min(found.width);
        let bottom = (area.bottom() * SIDE).min(found.height);
        let (left, top) = (area.left * SIDE, area.top * SIDE);
        (Area { left, top, width: right - left, height: bottom - top }, off)
    };
    Blocks { regions: regions.into_iter().map(within).collect(), share, is_toned, is_grey }
}

impl Cells {
    fn of(pixels: &Pixels) -> Cells {
        let (columns, rows) = (pixels.width.div_ceil(SIDE), pixels.height.div_ceil(SIDE));
        let mut means = Vec::with_capacity(columns * rows);
        let mut ranges = Vec::with_capacity(columns * rows);
        for n in 0..columns * rows {
            let (mut sums, mut count, mut range) = ([0.0; 3], 0.0, (255, 0));
            for pixel in cell(pixels, n, columns) {
                let [red, green, blue] = pixel.map(f64::from);
                let light = 0.299 * red + 0.587 * green + 0.114 * blue;
                sums[0] += light;
                // Half of Cb and Cr: savings keep colours worse than light.
                sums[1] += 0.282 * (blue - light);
                sums[2] += 0.357 * (red - light);
                count += 1.0;
                range = (range.0.min(light as u8), range.1.max(light as u8));
            }
            means.push(sums.map(|sum| sum / count));
            ranges.push(range);
        }
        let mut out = Cells { columns, rows, means, ranges };
        out.widen();
        out
    }

    /// Each cell's range becomes that of the cells around it, first along rows, then columns.
    fn widen(&mut self) {
        for by_row in [true, false] {
            let old = self.ranges.clone();
            for (n, range) in self.ranges.iter_mut().enumerate() {
                let (row, column) = (n / self.columns, n % self.columns);
                let (at, line) = if by_row { (column, self.columns) } else { (row, self.rows) };
                for beside in at.saturating_sub(AROUND)..(at + AROUND + 1).min(line) {
                    let place = if by_row {
                        row * self.columns + beside
                    } else {
                        beside * self.columns + column
                    };
                    *range = (range.0.min(old[place].0), range.1.max(old[place].1));
                }
            }
        }
    }

    fn drawn(&self, cell: usize) -> u8 {
        self.ranges[cell].1.saturating_sub(self.ranges[cell].0)
    }

    /// Whether no cell has a colour.
    fn is_grey(&self) -> bool {
        let coloured = self.means.iter().filter(|m| m[1].abs() > 2.0 || m[2].abs() > 2.0).count();
        coloured * 1000 <= self.means.len()
    }

    fn off(&self, other: &Cells, cell: usize, is_grey: bool) -> f64 {
        let (is, was) = (self.means[cell], other.means[cell]);
        let parts = if is_grey { 1 } else { 3 };
        (0..parts).map(|k| (is[k] - was[k]).abs()).fold(0.0, f64::max)
    }
}

/// The pixels of a cell.
fn cell(pixels: &Pixels, number: usize, columns: usize) -> impl Iterator<Item = [u8; 3]> + '_ {
    let (left, top) = (number % columns * SIDE, number / columns * SIDE);
    let (right, bottom) = ((left + SIDE).min(pixels.width), (top + SIDE).min(pixels.height));
    (top..bottom).flat_map(move |y| (left..right).map(move |x| pixels.at(x, y)))
}

/// Largest difference of one pixel of each cell, in levels.
fn worst(found: &Pixels, original: &Pixels, cells: &Cells) -> Vec<u8> {
    let of_cell = |n: usize| {
        let pairs = cell(found, n, cells.columns).zip(cell(original, n, cells.columns));
        let each = pairs.flat_map(|(a, b)| (0..3).map(move |k| a[k].abs_diff(b[k])));
        each.max().unwrap_or(0)
    };
    (0..cells.means.len()).map(of_cell).collect()
}

/// The original with the brightness and contrast of what was found, where one change of both explains
/// most of what is drawn in both; None where none does, or none is needed.
fn toned(is: &Cells, was: &Cells, found: &Pixels, original: &Pixels) -> Option<Pixels> {
    // What is drawn in both tells: even paper would follow any line. What lies at the ends of the scale
    // was cut off there.
    let drawn = |n: &usize| is.drawn(*n).min(was.drawn(*n)) > SORTS[2];
    let is_inside = |n: &usize| (12.0..243.0).contains(&is.means[*n][0]);
    let cells: Vec<usize> = (0..is.means.len()).filter(|n| drawn(n) && is_inside(n)).collect();
    if cells.len() < 50 {
        return None;
    }
    let pairs: Vec<(f64, f64)> =
        cells.iter().map(|n| (was.means[*n][0], is.means[*n][0])).collect();
    let (gain, offset) = line(&pairs)?;
    if !GAIN.contains(&gain) || offset.abs() > OFFSET {
        return None;
    }
    let off = |gain: f64, offset: f64| {
        median(pairs.iter().map(|(w, i)| (i - (gain * w + offset)).abs()).collect())
    };
    if off(1.0, 0.0) < 2.0 || off(gain, offset) * 2.0 > off(1.0, 0.0) {
        return None;
    }
    let curve: Vec<u8> =
        (0..=255).map(|v| (gain * f64::from(v) + offset).round().clamp(0.0, 255.0) as u8).collect();
    let rgb = original.rgb.iter().map(|v| curve[usize::from(*v)]).collect();
    Some(Pixels { width: found.width, height: found.height, rgb })
}

/// Gain and offset that lead from the first to the second of each pair, the pairs that follow worst
/// left out once.
fn line(pairs: &[(f64, f64)]) -> Option<(f64, f64)> {
    let fit = |pairs: &[(f64, f64)]| {
        let count = pairs.len() as f64;
        let (x, y) = pairs.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
        let (x, y) = (x / count, y / count);
        let across: f64 = pairs.iter().map(|p| (p.0 - x) * (p.0 - x)).sum();
        let both: f64 = pairs.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
        (across > count).then(|| (both / across, y - both / across * x))
    };
    let (gain, offset) = fit(pairs)?;
    let off = |p: &(f64, f64)| (p.1 - gain * p.0 - offset).abs();
    let edge = 3.0 * median(pairs.iter().map(off).collect()) + 1.0;
    let near: Vec<(f64, f64)> = pairs.iter().copied().filter(|p| off(p) <= edge).collect();
    fit(&near)
}

fn median(mut values: Vec<f64>) -> f64 {
    let middle = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// Levels above which a cell of each sort differs.
fn thresholds(off: &[f64], worst: &[u8], sort_of: &[usize], is_made: bool) -> [f64; SORTS.len()] {
    // Paper stays paper however often it is saved: only what is drawn tells whether it was.
    let equal = |cells: &mut dyn Iterator<Item = usize>| {
        let (equal, all) =
            cells.fold((0, 0), |sum, n| (sum.0 + usize::from(worst[n] == 0), sum.1 + 1));
        (all >= 20).then_some(equal * 10 >= all * 9)
    };
    let drawn = equal(&mut (0..off.len()).filter(|n| sort_of[*n] >= 3));
    let is_exact = drawn.or_else(|| equal(&mut (0..off.len()))).unwrap_or(true);
    if is_exact {
        return [FLOOR_EXACT; SORTS.len()];
    }
    let floor = if is_made { FLOOR_MADE } else { FLOOR };
    let mut out = [floor; SORTS.len()];
    for (sort, threshold) in out.iter_mut().enumerate() {
        let noise = |of: &dyn Fn(f64) -> f64| {
            let of_sort = (0..off.len()).filter(|n| sort_of[*n] == sort && worst[*n] > 0);
            median(of_sort.map(|n| of(off[n])).collect())
        };
        let middle = noise(&|off| off);
        let spread = noise(&|off| (off - middle).abs());
        let cap = CAP + CAP_RANGE * f64::from(SORTS[sort]);
        *threshold = (middle + SPREADS * spread).clamp(floor, cap);
    }
    out
}

/// Cells that differ, put together where they touch or nearly; in cells, the strongest first, and
/// how many cells in all.
fn regions(over: &[f64], off: &[f64], columns: usize, rows: usize) -> (Vec<(Area, f64)>, usize) {
    let mut seen = vec![false; over.len()];
    let mut out: Vec<(Area, f64, f64)> = Vec::new();
    let mut cells = 0;
    for start in 0..over.len() {
        if over[start] < 1.0 || seen[start] {
            continue;
        }
        seen[start] = true;
        let mut open = vec![start];
        let mut members = Vec::new();
        while let Some(n) = open.pop() {
            members.push(n);
            let (row, column) = (n / columns, n % columns);
            for y in row.saturating_sub(GAP)..(row + GAP + 1).min(rows) {
                for x in column.saturating_sub(GAP)..(column + GAP + 1).min(columns) {
                    let beside = y * columns + x;
                    if over[beside] >= 1.0 && !seen[beside] {
                        seen[beside] = true;
                        open.push(beside);
                    }
                }
            }
        }
        let weight: f64 = members.iter().map(|n| over[*n]).sum();
        if weight < REGION {
            continue;
        }
        cells += members.len();
        let mean = members.iter().map(|n| off[*n]).sum::<f64>() / members.len() as f64;
        out.push((bounds(&members, columns), mean, weight));
    }
    out.sort_by(|a, b| b.2.total_cmp(&a.2));
    (out.into_iter().map(|(area, mean, _)| (area, mean)).collect(), cells)
}

fn bounds(cells: &[usize], columns: usize) -> Area {
    let (mut left, mut top, mut right, mut bottom) = (usize::MAX, usize::MAX, 0, 0);
    for n in cells {
        let (row, column) = (n / columns, n % columns);
        (left, top) = (left.min(column), top.min(row));
        (right, bottom) = (right.max(column + 1), bottom.max(row + 1));
    }
    Area { left, top, width: right - left, height: bottom - top }
}
