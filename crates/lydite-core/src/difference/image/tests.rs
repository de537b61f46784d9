use super::*;
use crate::parse::document::image::pixels::decode;

/// A page of lines of strokes, no two alike.
fn page(width: usize, height: usize) -> Pixels {
    let mut out = Pixels { width, height, rgb: vec![250; width * height * 3] };
    let mut random = 7u32;
    let mut next = move || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 16) as usize
    };
    for line in (30..height - 30).step_by(18) {
        let mut x = 30 + next() % 40;
        while x + 12 < width - 30 - next() % 60 {
            for _ in 0..3 {
                let (left, top, long) = (x + next() % 6, line + next() % 7, 3 + next() % 4);
                let (wide, high) = if next() % 2 == 0 { (long, 2) } else { (2, long) };
                fill(&mut out, Area { left, top, width: wide, height: high }, [20, 20, 30]);
            }
            x += 9 + if next() % 6 == 0 { 9 } else { 0 };
        }
    }
    out
}

/// Smooth hills in colours.
fn photo(width: usize, height: usize) -> Pixels {
    let mut rgb = Vec::new();
    for n in 0..width * height {
        let (x, y) = ((n % width) as f64 / 40.0, (n / width) as f64 / 40.0);
        for k in 0..3 {
            let hill = 50.0 * (x * (1.0 + 0.3 * f64::from(k)) + 1.0).sin() * (y + 0.5).cos();
            let grain = 25.0 * (x * 5.1 + y * 3.3).sin() + 20.0 * (y * 7.9 - x * 2.7).cos();
            let slope = 2.0 * x - 3.0 * y;
            rgb.push((120.0 + hill + grain + slope).clamp(0.0, 255.0) as u8);
        }
    }
    Pixels { width, height, rgb }
}

fn fill(pixels: &mut Pixels, area: Area, colour: [u8; 3]) {
    for y in area.top..area.bottom() {
        for x in area.left..area.right() {
            let at = (y * pixels.width + x) * 3;
            pixels.rgb[at..at + 3].copy_from_slice(&colour);
        }
    }
}

/// As a JPEG keeps it: blocks of eight, their cosines rounded to steps that grow with frequency.
fn saved(pixels: &Pixels, step: f64) -> Pixels {
    let cosine = |k: usize, n: usize| {
        let norm = if k == 0 { (1.0f64 / 8.0).sqrt() } else { 0.5 };
        norm * (std::f64::consts::PI * (2 * n + 1) as f64 * k as f64 / 16.0).cos()
    };
    let table: Vec<f64> = (0..64).map(|n| cosine(n / 8, n % 8)).collect();
    let mut out = pixels.clone();
    for (top, left) in
        (0..pixels.height / 8).flat_map(|y| (0..pixels.width / 8).map(move |x| (y * 8, x * 8)))
    {
        for k in 0..3 {
            let at = |y: usize, x: usize| ((top + y) * pixels.width + left + x) * 3 + k;
            let mut kept = [0.0; 64];
            for (place, kept) in kept.iter_mut().enumerate() {
                let (v, u) = (place / 8, place % 8);
                let sum: f64 = (0..64)
                    .map(|n| {
                        let value = f64::from(pixels.rgb[at(n / 8, n % 8)]) - 128.0;
                        value * table[v * 8 + n / 8] * table[u * 8 + n % 8]
                    })
                    .sum();
                let quantum = step * (1.0 + (u + v) as f64 / 2.0);
                *kept = (sum / quantum).round() * quantum;
            }
            for n in 0..64 {
                let value: f64 = (0..64)
                    .map(|p| kept[p] * table[p / 8 * 8 + n / 8] * table[p % 8 * 8 + n % 8])
                    .sum();
                out.rgb[at(n / 8, n % 8)] = (value + 128.0).round().clamp(0.0, 255.0) as u8;
            }
        }
    }
    out
}

fn cut(pixels: &Pixels, area: Area) -> Pixels {
    let mut rgb = Vec::new();
    for y in area.top..area.bottom() {
        let at = (y * pixels.width + area.left) * 3;
        rgb.extend(&pixels.rgb[at..at + area.width * 3]);
    }
    Pixels { width: area.width, height: area.height, rgb }
}

fn at(left: usize, top: usize, width: usize, height: usize) -> Area {
    Area { left, top, width, height }
}

/// Whether one place is told, and it is that one.
fn tells_only(comparison: &Comparison, area: Area) -> bool {
    let near = |a: usize, b: usize| a.abs_diff(b) <= 12;
    let is_it = |told: &Area| {
        near(told.left, area.left)
            && near(told.top, area.top)
            && near(told.right(), area.right())
            && near(told.bottom(), area.bottom())
    };
    comparison.regions.len() == 1 && is_it(&comparison.regions[0].found)
}

#[test]
fn the_same_pixels_are_equal_and_one_pixel_is_found() {
    for original in [page(320, 240), photo(320, 240)] {
        let same = compare(&original, &original);
        assert!(same.is_equal && same.regions.is_empty() && same.share == 0.0);
        let mut found = original.clone();
        let was = found.at(101, 77);
        fill(&mut found, at(101, 77, 1, 1), was.map(|value| value.wrapping_add(128)));
        let told = compare(&found, &original);
        assert!(!told.is_equal);
        assert_eq!(told.regions.len(), 1);
        let there = &told.regions[0];
        assert_eq!((there.found, there.original), (at(100, 76, 4, 4), at(100, 76, 4, 4)));
    }
}

#[test]
fn saving_anew_is_no_difference_and_an_altered_figure_is() {
    for original in [page(320, 240), photo(320, 240)] {
        for step in [2.0, 8.0, 20.0] {
            let again = saved(&original, step);
            assert!(again != original);
            let told = compare(&again, &original);
            assert!(told.regions.is_empty(), "step {step}: {:?}", told.regions);
            assert!(!told.is_equal && told.alignment.is_some());
            // A stroke the size of a digit, put in before it was saved; of a heading, where hardly
            // more is left.
            let size = if step > 10.0 { 3 } else { 1 };
            let place = at(160, 120, 8 * size, 12 * size);
            let mut found = original.clone();
            fill(&mut found, place, [255, 255, 255]);
            fill(&mut found, at(160 + 3 * size, 120, 3 * size, 12 * size), [10, 10, 10]);
            let told = compare(&saved(&found, step), &original);
            assert!(tells_only(&told, place), "step {step}: {:?}", told.regions);
        }
    }
}

#[test]
fn a_page_whose_lines_all_changed_does_not_pass_as_noise() {
    let original = page(320, 240);
    let mut found = original.clone();
    for top in (30..210).step_by(18) {
        fill(&mut found, at(30, top, 260, 14), [250, 250, 250]);
    }
    let told = compare(&found, &original);
    assert_eq!(told.alignment.unwrap().turn, Turn::Upright);
    assert!(told.share > 0.05, "{}", told.share);
}

#[test]
fn turns_and_sizes_are_found_and_a_change_beside_them() {
    let original = photo(320, 240);
    let mut found = original.clone();
    fill(&mut found, at(60, 50, 30, 20), [255, 0, 0]);
    for turn in Turn::ALL {
        let told = compare(&turned(&found, turn), &original);
        assert_eq!(told.alignment.as_ref().unwrap().turn, turn);
        assert_eq!(told.regions.len(), 1, "{turn:?}");
        let place = told.regions[0].original;
        assert!(place.left.abs_diff(60) <= 4 && place.top.abs_diff(50) <= 4, "{place:?}");
    }
    for (width, height) in [(160, 120), (200, 150), (480, 360)] {
        let sized = |p: &Pixels| resized(p, Rect::whole(320, 240), width, height);
        let alike = compare(&sized(&original), &original);
        assert!(alike.regions.is_empty(), "{width}: {:?}", alike.regions);
        assert!(alike.alignment.unwrap().is_scaled());
        assert_eq!(compare(&sized(&found), &original).regions.len(), 1, "{width}");
    }
}

#[test]
fn cuts_and_moves_are_found_to_the_pixel() {
    for original in [page(320, 240), photo(320, 240)] {
        let part = at(51, 37, 200, 160);
        let mut found = cut(&original, part);
        let told = compare(&found, &original);
        let alignment = told.alignment.as_ref().expect("found in the original");
        assert_eq!((alignment.found, alignment.original), (at(0, 0, 200, 160), part));
        assert!(alignment.is_cut(told.found, told.original) && told.regions.is_empty());
        fill(&mut found, at(80, 80, 10, 12), [128, 0, 128]);
        assert!(tells_only(&compare(&found, &original), at(80, 80, 10, 12)));
        // The other way round: what was found shows more.
        let told = compare(&original, &cut(&original, part));
        assert_eq!(told.alignment.expect("the original in it").found, part);
        // Both have what the other has not.
        let told =
            compare(&cut(&original, at(0, 0, 290, 220)), &cut(&original, at(23, 17, 290, 220)));
        assert_eq!(told.alignment.expect("both cut").found, at(23, 17, 267, 203));
        assert!(told.regions.is_empty(), "{:?}", told.regions);
    }
}

#[test]
fn a_brighter_or_grey_copy_is_the_same_picture() {
    let original = photo(320, 240);
    let mut brighter = original.clone();
    brighter.rgb.iter_mut().for_each(|v| *v = (f64::from(*v) * 0.85 + 30.0) as u8);
    let told = compare(&brighter, &original);
    assert!(told.regions.is_empty() && told.alignment.unwrap().is_toned);
    let mut grey = original.clone();
    for pixel in grey.rgb.chunks_exact_mut(3) {
        let light =
            crate::parse::document::image::pixels::luminance([pixel[0], pixel[1], pixel[2]]);
        pixel.fill(light);
    }
    let told = compare(&grey, &original);
    assert!(told.regions.is_empty() && told.alignment.unwrap().is_grey, "{:?}", told.regions);
}

#[test]
fn other_pictures_are_not_laid_over_each_other() {
    assert_eq!(compare(&page(320, 240), &photo(320, 240)).alignment, None);
    let even = Pixels { width: 100, height: 90, rgb: vec![250; 27_000] };
    assert!(compare(&even, &even).is_equal);
    for (width, height) in [(1, 1), (1, 300), (300, 2)] {
        let thin = Pixels { width, height, rgb: vec![9; width * height * 3] };
        compare(&thin, &page(320, 240));
        compare(&page(320, 240), &thin);
        assert!(compare(&thin, &thin).is_equal);
    }
}

#[test]
fn the_picture_shows_both_with_boxes() {
    let original = photo(320, 240);
    let mut found = original.clone();
    fill(&mut found, at(100, 100, 20, 20), [0, 0, 255]);
    let comparison = compare(&found, &original);
    let shown = decode(&side_by_side(&found, &original, &comparison)).unwrap();
    assert_eq!((shown.width, shown.height), (320 + 12 + 320, 240));
    assert_eq!(shown.at(332 + 110, 110), [0, 0, 255]);
    assert_eq!(shown.at(332 + 110, 97), [208, 0, 60], "the box of what was found");
    assert_eq!(shown.at(110, 97), [208, 0, 60], "the box of the original");
    assert_eq!(shown.at(326, 10), [236, 236, 236]);
}
