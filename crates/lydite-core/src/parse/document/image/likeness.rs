//! How alike a picture and the thumbnail kept in it are.
//!
//! Both are reduced to a small grid of mean luminance, and the grids are correlated. A thumbnail may be
//! turned, mirrored, stretched, framed in bars or cut to another shape without anybody having altered
//! anything; the best of all these readings counts, so that the answer errs on the side of likeness.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::limits;

/// A picture's luminance, row by row.
#[derive(Clone, Debug)]
pub struct Grey {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    /// Pearson's or Spearman's correlation of the grids, the greater, in the best reading, −1 to 1.
    pub correlation: f64,
    /// Largest difference of one cell after brightness and contrast are fitted, in standard
    /// deviations of the picture.
    pub worst_cell: f64,
    /// Its row and column in the thumbnail, from 1.
    pub worst_place: (usize, usize),
}

/// Cells along each side of a grid: coarse enough that sharpening, noise and other colours leave it
/// as it is.
const SIDE: usize = 16;
const CELLS: usize = SIDE * SIDE;

/// Decodes a JPEG to luminance; None where it cannot be decoded or is larger than is looked at.
pub fn decode(jpeg: &[u8]) -> Option<Grey> {
    // A damaged picture is none to compare: the decoder must not guess what is missing.
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .jpeg_set_out_colorspace(ColorSpace::Luma)
        .set_max_width(limits::PICTURE_SIDE)
        .set_max_height(limits::PICTURE_SIDE)
        .jpeg_set_max_scans(limits::PICTURE_SCANS);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
    decoder.decode_headers().ok()?;
    let info = decoder.info()?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    if width == 0 || height == 0 || width * height > limits::PICTURE_PIXELS {
        return None;
    }
    let pixels = decoder.decode().ok()?;
    (pixels.len() == width * height).then_some(Grey { width, height, pixels })
}

/// Compares the two; None where either is too even for an answer.
pub fn compare(picture: &Grey, thumbnail: &Grey) -> Option<Likeness> {
    let mut best: Option<Likeness> = None;
    // Where the whole of one is even, a part that is not would be compared with the wrong one.
    grid(picture, whole(picture)).and(grid(thumbnail, whole(thumbnail)))?;
    for (shown, kept) in readings(picture, thumbnail) {
        let (Some(shown), Some(kept)) = (grid(picture, shown), grid(thumbnail, kept)) else {
            continue;
        };
        for turned in turns(&shown) {
            let likeness = correlate(&turned, &kept);
            let is_better = |b: Likeness| likeness.correlation > b.correlation;
            if best.is_none_or(is_better) {
                best = Some(likeness);
            }
        }
    }
    best
}

/// A rectangle: left, top, width, height.
type Part = (usize, usize, usize, usize);

fn whole(grey: &Grey) -> Part {
    (0, 0, grey.width, grey.height)
}

/// Which part of the picture may stand in which part of the thumbnail.
fn readings(picture: &Grey, thumbnail: &Grey) -> Vec<(Part, Part)> {
    let mut out = vec![(whole(picture), whole(thumbnail))];
    for (width, height) in [(picture.width, picture.height), (picture.height, picture.width)] {
        // Bars beside the picture: it keeps its shape within the thumbnail's frame.
        out.push((whole(picture), centred(thumbnail, width, height)));
    }
    for (width, height) in
        [(thumbnail.width, thumbnail.height), (thumbnail.height, thumbnail.width)]
    {
        // The thumbnail shows the middle of the picture, cut to its own shape.
        out.push((centred(picture, width, height), whole(thumbnail)));
    }
    let (framed, inner) = (without_bars(picture), without_bars(thumbnail));
    out.extend([(whole(picture), inner), (framed, whole(thumbnail)), (framed, inner)]);
    out
}

/// The largest part of that shape in the middle.
fn centred(grey: &Grey, width: usize, height: usize) -> Part {
    let (mut w, mut h) = (grey.width, grey.height);
    if w * height > h * width {
        w = (h * width / height.max(1)).max(1);
    } else {
        h = (w * height / width.max(1)).max(1);
    }
    ((grey.width - w) / 2, (grey.height - h) / 2, w, h)
}

/// What is left when even rows and columns at the edges, bars or a frame, are cut.
fn without_bars(grey: &Grey) -> Part {
    let is_even = |pixels: &mut dyn Iterator<Item = u8>| {
        let (low, high) = pixels.fold((255, 0), |(l, h), p| (p.min(l), p.max(h)));
        high.saturating_sub(low) < 40
    };
    let row =
        |y: usize| is_even(&mut grey.pixels[y * grey.width..(y + 1) * grey.width].iter().copied());
    let column = |x: usize| is_even(&mut (0..grey.height).map(|y| grey.pixels[y * grey.width + x]));
    let top = (0..grey.height).take_while(|y| row(*y)).count();
    let bottom = (top..grey.height).rev().take_while(|y| row(*y)).count();
    let left = (0..grey.width).take_while(|x| column(*x)).count();
    let right = (left..grey.width).rev().take_while(|x| column(*x)).count();
    (left, top, grey.width - left - right, grey.height - top - bottom)
}

/// How alike the picture is to any part of its own shape within the thumbnail, a third of its size or
/// more: the correlation of the likest one.
pub fn within(picture: &Grey, thumbnail: &Grey) -> f64 {
    let Some(shown) = grid(picture, whole(picture)) else {
        return 0.0;
    };
    let mut best: f64 = 0.0;
    let turned = turns(&shown);
    for (width, height) in [(picture.width, picture.height), (picture.height, picture.width)] {
        let (_, _, widest, highest) = centred(thumbnail, width, height);
        for step in 6..20 {
            let (w, h) = (widest * step / 20, highest * step / 20);
            let (across, down) = ((w / 16).max(1), (h / 16).max(1));
            for top in (0..=thumbnail.height - h).step_by(down) {
                for left in (0..=thumbnail.width - w).step_by(across) {
                    let Some(kept) = grid(thumbnail, (left, top, w, h)) else {
                        continue;
                    };
                    let each = turned.iter().map(|t| pearson(t, &kept));
                    best = each.fold(best, f64::max);
                }
            }
        }
    }
    best
}

/// Mean luminance of each cell; None where the part is smaller than the grid or quite even.
fn grid(grey: &Grey, part: Part) -> Option<[f64; CELLS]> {
    let (left, top, width, height) = part;
    if width < SIDE || height < SIDE {
        return None;
    }
    let mut cells = [0.0; CELLS];
    for (number, cell) in cells.iter_mut().enumerate() {
        let (row, column) = (number / SIDE, number % SIDE);
        let (y0, y1) = (top + row * height / SIDE, top + (row + 1) * height / SIDE);
        let (x0, x1) = (left + column * width / SIDE, left + (column + 1) * width / SIDE);
        let mut sum = 0u64;
        for y in y0..y1 {
            let line = &grey.pixels[y * grey.width + x0..y * grey.width + x1];
            sum += line.iter().map(|p| u64::from(*p)).sum::<u64>();
        }
        let count = u32::try_from((y1 - y0) * (x1 - x0)).ok()?;
        *cell = f64::from(u32::try_from(sum / u64::from(count.max(1))).ok()?);
    }
    (deviation(&cells) >= limits::PICTURE_EVEN).then_some(cells)
}

fn mean(cells: &[f64; CELLS]) -> f64 {
    cells.iter().sum::<f64>() / 256.0
}

fn deviation(cells: &[f64; CELLS]) -> f64 {
    let mean = mean(cells);
    (cells.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / 256.0).sqrt()
}

/// The grid turned by quarters and mirrored: eight ways.
fn turns(cells: &[f64; CELLS]) -> Vec<[f64; CELLS]> {
    let turned = |take: &dyn Fn(usize, usize) -> usize| {
        let mut out = [0.0; CELLS];
        for (number, cell) in out.iter_mut().enumerate() {
            *cell = cells[take(number / SIDE, number % SIDE)];
        }
        out
    };
    let last = SIDE - 1;
    vec![
        turned(&|y, x| y * SIDE + x),
        turned(&|y, x| y * SIDE + (last - x)),
        turned(&|y, x| (last - y) * SIDE + x),
        turned(&|y, x| (last - y) * SIDE + (last - x)),
        turned(&|y, x| x * SIDE + y),
        turned(&|y, x| x * SIDE + (last - y)),
        turned(&|y, x| (last - x) * SIDE + y),
        turned(&|y, x| (last - x) * SIDE + (last - y)),
    ]
}

fn pearson(a: &[f64; CELLS], b: &[f64; CELLS]) -> f64 {
    let (mean_a, mean_b) = (mean(a), mean(b));
    let product = a.iter().zip(b).map(|(x, y)| (x - mean_a) * (y - mean_b)).sum::<f64>() / 256.0;
    product / (deviation(a) * deviation(b))
}

/// The place of each cell in the order of all, equal ones sharing theirs (Spearman): a few cells that
/// are white or black, a frame's or a corner's, weigh no more than others.
fn ranks(cells: &[f64; CELLS]) -> [f64; CELLS] {
    cells.map(|cell| {
        let (mut below, mut equal) = (0.0, 0.0);
        for other in cells {
            if *other < cell {
                below += 1.0;
            } else if *other <= cell {
                equal += 1.0;
            }
        }
        below + equal / 2.0
    })
}

fn correlate(a: &[f64; CELLS], b: &[f64; CELLS]) -> Likeness {
    let linear = pearson(a, b);
    let (mean_a, mean_b) = (mean(a), mean(b));
    let dev_a = deviation(a);
    // What is left of each cell when b is fitted to a by a line.
    let slope = linear * dev_a / deviation(b);
    let left = a.iter().zip(b).map(|(x, y)| ((x - mean_a) - slope * (y - mean_b)).abs());
    let worst = left.enumerate().fold((0, 0.0), |w, (n, d)| if d > w.1 { (n, d) } else { w });
    Likeness {
        correlation: linear.max(pearson(&ranks(a), &ranks(b))),
        worst_cell: worst.1 / dev_a,
        worst_place: (worst.0 / SIDE + 1, worst.0 % SIDE + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A slope with a dark square whose place tells up from down and left from right.
    fn scene(width: usize, height: usize) -> Grey {
        let mut pixels = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let square = x * 4 < width && y * 3 < height;
                let slope = x * 150 / width + y * 60 / height;
                pixels.push(if square { 10 } else { u8::try_from(slope + 40).unwrap() });
            }
        }
        Grey { width, height, pixels }
    }

    fn turned(grey: &Grey) -> Grey {
        let mut pixels = Vec::new();
        for x in 0..grey.width {
            for y in (0..grey.height).rev() {
                pixels.push(grey.pixels[y * grey.width + x]);
            }
        }
        Grey { width: grey.height, height: grey.width, pixels }
    }

    #[test]
    fn bars_turns_and_other_shapes_are_alike() {
        let picture = scene(600, 400);
        let alike = |thumbnail: &Grey| compare(&picture, thumbnail).unwrap().correlation > 0.95;
        assert!(alike(&scene(160, 120)), "stretched");
        assert!(alike(&turned(&scene(150, 100))), "turned");
        let inner = scene(160, 106);
        let mut framed = vec![0; 160 * 7];
        framed.extend(&inner.pixels);
        framed.extend([0; 160 * 7]);
        assert!(alike(&Grey { width: 160, height: 120, pixels: framed }), "framed");
        let mut cut = Vec::new();
        let middle = scene(180, 120);
        for y in 0..120 {
            cut.extend(&middle.pixels[y * 180 + 10..y * 180 + 170]);
        }
        assert!(alike(&Grey { width: 160, height: 120, pixels: cut }), "cut");
    }

    #[test]
    fn other_pictures_are_not_alike() {
        let picture = scene(600, 400);
        let rings = (0..160 * 120).map(|n: usize| {
            let (x, y) = (n % 160, n / 160);
            let far = (x.abs_diff(80)).max(y.abs_diff(60)) / 15;
            if far.is_multiple_of(2) { 220 } else { 30 }
        });
        let other = Grey { width: 160, height: 120, pixels: rings.collect() };
        assert!(compare(&picture, &other).unwrap().correlation < 0.6);
        let even = Grey { width: 160, height: 120, pixels: vec![90; 160 * 120] };
        assert_eq!(compare(&picture, &even), None);
    }

    #[test]
    fn bytes_that_are_no_jpeg_give_nothing() {
        assert!(decode(b"\xff\xd8\xff").is_none());
        assert!(decode(&[0xff; 100]).is_none());
    }
}
