//! Comparison and look of pictures: photographs and pages of the corpora against themselves saved anew,
//! made small, cut and brightened by ImageMagick, and against themselves with one figure altered.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use lydite_core::difference::image::{Comparison, compare};
use lydite_core::parse::document;
use lydite_core::parse::document::image::{look, pixels};

use super::corpora::corpora;

/// What nobody altered, as ImageMagick does it, and how many bits of the look may move: None where the
/// picture is cut.
const INNOCENT: &[(&str, &str, Option<u32>)] = &[
    ("saved at 90", "-quality 90", Some(6)),
    ("saved at 75", "-quality 75", Some(6)),
    ("saved at 50", "-quality 50", Some(6)),
    ("saved at 30", "-quality 30", Some(8)),
    ("saved twice", "-quality 60 -sampling-factor 4:2:0", Some(8)),
    ("made small", "-resize 60% -quality 85", Some(8)),
    ("made large", "-resize 130% -quality 85", Some(8)),
    ("cut", "-gravity Center -crop 80%x85%+11+7 +repage -quality 85", None),
    (
        "cut and made small",
        "-gravity NorthWest -crop 75%x75%+31+17 +repage -resize 70% -quality 85",
        None,
    ),
    ("brightened", "-brightness-contrast 12x8 -quality 85", None),
    ("turned", "-rotate 90 -quality 85", None),
];

/// Runs ImageMagick on a PNG of the picture; the answer as JPEG.
fn made(folder: &Path, from: &Path, how: &[String]) -> Option<Vec<u8>> {
    let to = folder.join("made.jpg");
    let done = Command::new("convert").arg(from).args(how).arg(&to).status().ok()?;
    done.success().then(|| std::fs::read(&to).unwrap())
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn pictures(root: &Path, folder: &Path) -> Vec<(PathBuf, bool)> {
    let mut paths = Vec::new();
    super::images::walk(&root.join("docs"), &mut paths);
    paths.sort();
    let mut out = Vec::new();
    let (mut photographs, mut pages) = (0, 0);
    let mut sizes = std::collections::BTreeSet::new();
    for path in paths {
        let raw = std::fs::read(&path).unwrap_or_default();
        let kept = folder.join(format!("{}.png", out.len()));
        if raw.starts_with(b"%PDF") && pages < 18 && raw.len() < 400_000 {
            let stem = kept.with_extension("");
            let done = Command::new("pdftoppm")
                .args(["-png", "-r", "90", "-singlefile", "-l", "1"])
                .args([&path, &stem])
                .stderr(std::process::Stdio::null())
                .status();
            let drawn = |p: &Path| pixels::decode(&std::fs::read(p).unwrap_or_default());
            // A page with something on it, of an everyday size.
            let is_page = drawn(&kept).is_some_and(|p| {
                let dark = p.rgb.chunks_exact(3).filter(|c| c[0] < 100).count();
                p.width > 500 && p.width < 1500 && dark * 200 > p.width * p.height
            });
            if done.is_ok_and(|s| s.success())
                && is_page
                && sizes.insert(std::fs::read(&kept).unwrap())
            {
                pages += 1;
                out.push((kept, true));
            }
        } else if raw.starts_with(b"\xff\xd8\xff") && photographs < 22 {
            let Some(picture) = pixels::decode(&raw) else { continue };
            let side = picture.width.min(picture.height);
            if side < 300 || picture.width * picture.height > 6_000_000 {
                continue;
            }
            let png = lydite_core::difference::image::encoded(&picture);
            if sizes.insert(png.clone()) {
                std::fs::write(&kept, png).unwrap();
                photographs += 1;
                out.push((kept, false));
            }
        }
    }
    out
}

fn told(found: &[u8], original: &[u8]) -> Comparison {
    let decoded = |raw: &[u8]| pixels::decode(raw).unwrap();
    compare(&decoded(found), &decoded(original))
}

/// What came of one kind.
#[derive(Default)]
struct Tally {
    pictures: usize,
    aligned: usize,
    told: usize,
    /// At most told, of the common part.
    share: f64,
    /// Bits by which the look moved at most.
    moved: u32,
}

/// A picture against what ImageMagick made of it; what should not be told is listed.
fn innocent(
    (folder, path): (&Path, &Path),
    original: &[u8],
    table: &mut BTreeMap<&'static str, Tally>,
    wrong: &mut Vec<String>,
) {
    let look_of = |raw: &[u8]| look::of(&document::parse(raw));
    for (kind, how, bits) in INNOCENT {
        let Some(other) = made(folder, path, &words(how)) else { continue };
        let comparison = told(&other, original);
        let row = table.entry(kind).or_default();
        row.pictures += 1;
        row.aligned += usize::from(comparison.alignment.is_some());
        row.share = row.share.max(comparison.share);
        if !comparison.regions.is_empty() || comparison.alignment.is_none() {
            row.told += 1;
            let (share, first) = (comparison.share, comparison.regions.first());
            let how = comparison.alignment;
            wrong.push(format!("{kind} {}: {share:.4} {how:?} {first:?}", path.display()));
        }
        if let (Some(bits), Some(look), Some(other)) = (bits, look_of(original), look_of(&other)) {
            let distance = look::distance(look, other);
            row.moved = row.moved.max(distance);
            assert!(distance <= *bits, "{kind} {}: {distance}", path.display());
        }
    }
}

/// Whether a figure put over a picture, the size of a digit on a page, is told, and hardly more.
fn altered(folder: &Path, path: &Path, original: &[u8], wrong: &mut Vec<String>) -> bool {
    let size = pixels::decode(original).unwrap();
    let (x, y) = (size.width * 2 / 5, size.height * 3 / 7);
    let (right, bottom) = (x + 9, y + 12);
    let (left_of_stroke, right_of_stroke) = (x + 3, x + 5);
    let paper = format!("-fill|white|-draw|rectangle {x},{y} {right},{bottom}");
    let stroke =
        format!("-fill|black|-draw|rectangle {left_of_stroke},{y} {right_of_stroke},{bottom}");
    let how = format!("{paper}|{stroke}|-quality|75");
    let how: Vec<String> = how.split('|').map(str::to_owned).collect();
    let comparison = told(&made(folder, path, &how).unwrap(), original);
    let is_there = comparison.regions.iter().any(|region| {
        let area = region.found;
        area.left <= right && area.right() >= x && area.top <= bottom && area.bottom() >= y
    });
    let is_alone = is_there && comparison.regions.len() <= 2;
    if !is_alone {
        wrong.push(format!("altered {}: {} regions", path.display(), comparison.regions.len()));
    }
    is_alone
}

/// How far looks of different pictures are apart.
fn apart(looks: &[u64]) -> String {
    let mut pairs: Vec<u32> = Vec::new();
    for (at, one) in looks.iter().enumerate() {
        pairs.extend(looks[at + 1..].iter().map(|other| look::distance(*one, *other)));
    }
    let within = |bits: u32| pairs.iter().filter(|d| **d <= bits).count();
    format!("of {} pairs {} within 6 bits, {} within 10", pairs.len(), within(6), within(10))
}

#[test]
fn saving_and_cutting_are_no_differences_and_altered_figures_are_found() {
    let Some(root) = corpora() else { return };
    let folder = std::env::temp_dir().join(format!("lydite-pictures-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut table = BTreeMap::new();
    let (mut found, mut looks, mut wrong) = ([0, 0], [Vec::new(), Vec::new()], Vec::new());
    let start = std::time::Instant::now();
    let pictures = pictures(&root, &folder);
    for (path, is_page) in &pictures {
        let original = std::fs::read(path).unwrap();
        looks[usize::from(*is_page)].extend(look::of(&document::parse(&original)));
        innocent((&folder, path), &original, &mut table, &mut wrong);
        found[usize::from(altered(&folder, path, &original, &mut wrong))] += 1;
    }
    std::fs::remove_dir_all(&folder).unwrap();
    println!("{} pictures, {:.1} s", pictures.len(), start.elapsed().as_secs_f64());
    for (kind, row) in &table {
        let Tally { pictures, aligned, told, share, moved } = row;
        println!(
            "{kind:20} {pictures} pictures, {aligned} aligned, {told} told to differ, at most \
             {share:.4} of it; look moved by {moved}"
        );
    }
    println!("looks of photographs: {}; of pages: {}", apart(&looks[0]), apart(&looks[1]));
    println!("altered figures: {} found alone, {} not", found[1], found[0]);
    wrong.iter().for_each(|line| println!("{line}"));
    let saved = table.iter().filter(|(kind, _)| !kind.starts_with("cut") && **kind != "brightened");
    let (all, aligned, told) = saved.fold((0, 0, 0), |sum, (_, row)| {
        (sum.0 + row.pictures, sum.1 + row.aligned, sum.2 + row.told)
    });
    assert!(aligned == all && told * 20 <= all, "{told} of {all} told to differ");
    assert!(found[1] >= found[0] * 20, "{} altered figures not found", found[0]);
}
