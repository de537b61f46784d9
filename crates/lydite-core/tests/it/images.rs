//! Pictures, films and sounds of the corpora beside ExifTool, and what the checks say of pictures that nobody altered.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use lydite_core::evidence::Direction;
use lydite_core::parse::document::image::{self, likeness};
use lydite_core::parse::document::profile::Property;
use lydite_core::parse::document::{self, film};
use lydite_core::{checks, limits, parse};

use super::corpora::corpora;

/// Our place (its start, where it ends in `[`) and the name under which ExifTool prints the same.
const FIELDS: &[(&str, &str)] = &[
    ("Exif 0x0132", "IFD0:ModifyDate"),
    ("Exif 0x9003", "ExifIFD:DateTimeOriginal"),
    ("Exif 0x9004", "ExifIFD:CreateDate"),
    ("Exif 0x013B", "IFD0:Artist"),
    ("Exif 0x0131", "IFD0:Software"),
    ("Exif 0x010F", "IFD0:Make"),
    ("Exif 0x0110", "IFD0:Model"),
    ("Exif 0xA420", "ExifIFD:ImageUniqueID"),
    ("Exif 0x9286", "ExifIFD:UserComment"),
    ("Exif GPS 0x001D", "GPS:GPSDateStamp"),
    ("IPTC 2:55", "IPTC:DateCreated"),
    ("IPTC 2:62", "IPTC:DigitalCreationDate"),
    ("IPTC 2:65", "IPTC:OriginatingProgram"),
    ("IPTC 2:80", "IPTC:By-line"),
    ("IPTC 2:105", "IPTC:Headline"),
    ("IPTC 2:120", "IPTC:Caption-Abstract"),
    ("XMP xmp:CreateDate", "XMP-xmp:CreateDate"),
    ("XMP xmp:ModifyDate", "XMP-xmp:ModifyDate"),
    ("XMP xmp:MetadataDate", "XMP-xmp:MetadataDate"),
    ("XMP xmp:CreatorTool", "XMP-xmp:CreatorTool"),
    ("XMP photoshop:DateCreated", "XMP-photoshop:DateCreated"),
    ("XMP exif:DateTimeOriginal", "XMP-exif:DateTimeOriginal"),
    ("XMP tiff:DateTime", "XMP-tiff:DateTime"),
    ("XMP tiff:Software", "XMP-tiff:Software"),
    ("XMP dc:creator[", "XMP-dc:Creator"),
    ("XMP dc:title[", "XMP-dc:Title"),
    ("XMP xmpMM:DocumentID", "XMP-xmpMM:DocumentID"),
    ("XMP xmpMM:InstanceID", "XMP-xmpMM:InstanceID"),
    ("XMP xmpMM:OriginalDocumentID", "XMP-xmpMM:OriginalDocumentID"),
    ("ICC desc", "ICC_Profile:ProfileDescription"),
    ("ICC date", "ICC-header:ProfileDateTime"),
    ("PNG tIME", "PNG:ModifyDate"),
    ("PNG Software", "PNG:Software"),
    ("comment", "File:Comment"),
    ("moov/mvhd creation", "QuickTime:CreateDate"),
    ("moov/mvhd modification", "QuickTime:ModifyDate"),
    ("moov/udta/meta/ilst/©too", "ItemList:Encoder"),
    ("moov/udta/meta/ilst/©nam", "ItemList:Title"),
    ("moov/udta/meta/ilst/©ART", "ItemList:Artist"),
    ("moov/udta/meta/ilst/©day", "ItemList:ContentCreateDate"),
    ("RIFF ICRD", "RIFF:DateCreated"),
    ("RIFF ISFT", "RIFF:Software"),
    ("ID3 TT2", "ID3v2_2:Title"),
    ("ID3 TP1", "ID3v2_2:Artist"),
    ("ID3 TYE", "ID3v2_2:Year"),
    ("ID3 TSSE", "ID3v2_3:EncoderSettings"),
];

/// What ExifTool says otherwise, by file name and its field, and what the bytes show.
const EXPLAINED: &[(&str, &str, &str)] = &[
    (
        "testJPEG_GEO_2.jpg",
        "ExifIFD:UserComment",
        "its eight bytes of character code are none of the standard's; ExifTool guesses",
    ),
    ("AFCP.jpg", "IPTC:DateCreated", BEHIND),
    ("AFCP.jpg", "IPTC:By-line", BEHIND),
    ("AFCP.jpg", "IPTC:Headline", BEHIND),
    ("AFCP.jpg", "IPTC:Caption-Abstract", BEHIND),
    ("FotoStation.jpg", "IPTC:Caption-Abstract", BEHIND),
    ("CanonRaw.cr3", "IFD0:ModifyDate", RAW),
    ("CanonRaw.cr3", "ExifIFD:DateTimeOriginal", RAW),
    ("CanonRaw.cr3", "ExifIFD:CreateDate", RAW),
    ("CanonRaw.cr3", "IFD0:Make", RAW),
    ("CanonRaw.cr3", "IFD0:Model", RAW),
    ("DNG.dng", "XMP-dc:Creator", "written dc:Creator, which is another name in XML"),
];

const RAW: &str = "a camera's raw format in ISO boxes of its own, read as a film";
const BEHIND: &str =
    "in a block of another program behind the end, which is told as bytes and not read";

fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// Every file of the folder that we read as a picture.
fn pictures(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = media(folder);
    files.retain(|(_, raw)| image::format(raw).is_some());
    files
}

/// Pictures, films and sounds.
fn media(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut paths = Vec::new();
    walk(folder, &mut paths);
    paths.sort();
    let each = paths.into_iter().filter_map(|path| {
        let raw = std::fs::read(&path).ok()?;
        let is_medium = image::format(&raw).is_some() || film::format(&raw).is_some();
        is_medium.then_some((path, raw))
    });
    each.collect()
}

/// Letters and digits alone: the two write dates, blanks and quotes differently.
fn plain(text: &str) -> String {
    let is_date = text.get(..4).is_some_and(|y| y.bytes().all(|c| c.is_ascii_digit()));
    let text = if is_date { text.trim_end_matches("+00:00") } else { text };
    text.chars()
        .filter(|c| !is_date || !matches!(*c, 'T' | 'Z'))
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// All values of ExifTool, by file and field.
type Peer = BTreeMap<String, BTreeMap<String, Vec<String>>>;

fn exiftool(root: &Path, files: &[(PathBuf, Vec<u8>)]) -> Option<Peer> {
    let list: String = files.iter().map(|(p, _)| format!("{}\n", p.display())).collect();
    let list_file = std::env::temp_dir().join(format!("lydite-images-{}", std::process::id()));
    std::fs::write(&list_file, list).unwrap();
    let output = Command::new("exiftool")
        .args(["-j", "-a", "-G1:4", "-charset", "exif=Latin", "-charset", "iptc=Latin", "-@"])
        .arg(&list_file)
        .current_dir(root)
        .output();
    std::fs::remove_file(&list_file).unwrap();
    let output = output.ok()?;
    let rows: Vec<BTreeMap<String, serde_json::Value>> =
        serde_json::from_slice(&output.stdout).ok()?;
    let mut peer = Peer::new();
    for row in rows {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (key, value) in &row {
            let parts: Vec<&str> = key.split(':').collect();
            // IPTC2 is a second block of the kind, not where the standard puts it.
            let group = if parts[0] == "IPTC2" { "IPTC" } else { parts[0] };
            let name = format!("{group}:{}", parts[parts.len() - 1]);
            let texts: Vec<String> = match value {
                serde_json::Value::Array(list) => list.iter().map(text_of).collect(),
                other => vec![text_of(other)],
            };
            fields.entry(name).or_default().extend(texts);
        }
        let file = row.get("SourceFile").map(text_of).unwrap_or_default();
        peer.insert(file, fields);
    }
    Some(peer)
}

fn text_of(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A TIFF's own directories are named by another word.
fn is_at(property: &Property, place: &str) -> bool {
    let at = property.place.replacen("TIFF ", "Exif ", 1);
    match place.strip_suffix('[') {
        Some(list) => at.starts_with(list),
        None => at == place,
    }
}

/// Width and height, where the format's own header states them.
fn size_of(theirs: &BTreeMap<String, Vec<String>>) -> Option<(u32, u32)> {
    let groups = ["File", "PNG", "GIF", "RIFF", "IFD0", "Meta"];
    let side = |side: &str| {
        let found = groups.iter().find_map(|g| theirs.get(&format!("{g}:{side}")))?;
        found[0].parse::<u32>().ok()
    };
    side("ImageWidth").zip(side("ImageHeight"))
}

/// The same but for signs; of a date with its clock ExifTool prints the date alone in some fields.
fn agree(ours: &str, theirs: &str) -> bool {
    let (ours, theirs) = (plain(ours), plain(theirs));
    ours == theirs || (!theirs.is_empty() && ours.starts_with(&theirs))
}

#[test]
fn pictures_read_as_exiftool_reads_them() {
    let Some(root) = corpora() else { return };
    let files = media(&root.join("docs"));
    let Some(peer) = exiftool(&root, &files) else {
        println!("exiftool absent: skipped");
        return;
    };
    let mut table: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut explained = 0;
    for (path, raw) in &files {
        let name = path.display().to_string();
        let Some(theirs) = peer.get(&name) else { continue };
        let document = document::parse(raw);
        let ours = image::of(&document).map(|i| (i.width, i.height));
        if let Some((ours, theirs)) = ours.zip(size_of(theirs)) {
            let row = table.entry("size").or_default();
            if ours == theirs {
                row.0 += 1;
            } else {
                row.1 += 1;
                wrong.push(format!("{name} size: {ours:?} beside {theirs:?}"));
            }
        }
        for (place, field) in FIELDS {
            let ours: Vec<&str> = document
                .profile
                .properties
                .iter()
                .filter(|p| is_at(p, place))
                .map(|p| p.value.as_str())
                .collect();
            let theirs = theirs.get(*field).map(Vec::as_slice).unwrap_or(&[]);
            let theirs: Vec<&String> = theirs.iter().filter(|t| !plain(t).is_empty()).collect();
            // Each reads the same field of one file; which of several copies it is may differ.
            if ours.is_empty()
                && (theirs.is_empty()
                    || place.starts_with("TIFF")
                    || name.ends_with(".tif")
                    || name.ends_with(".tiff"))
            {
                continue;
            }
            let agrees = ours.iter().any(|o| theirs.iter().any(|t| agree(o, t)));
            let row = table.entry(field).or_default();
            let file = path.file_name().unwrap().to_str().unwrap();
            let known = EXPLAINED.iter().any(|(f, t, _)| *f == file && t == field);
            if agrees {
                row.0 += 1;
            } else if known {
                explained += 1;
            } else {
                row.1 += 1;
                wrong.push(format!("{name} {field}: {ours:?} beside {theirs:?}"));
            }
        }
    }
    for (field, (same, other)) in &table {
        println!("{field:40} {same:5} {other:4}");
    }
    let same: usize = table.values().map(|t| t.0).sum();
    println!(
        "{} files: {same} values agree, {explained} differ for a known reason, {} for none",
        files.len(),
        wrong.len()
    );
    wrong.iter().for_each(|w| println!("{w}"));
    assert!(wrong.len() * 100 <= same, "over one in a hundred disagree");
}

/// Thumbnail and picture of photographs that nobody altered, and of each with the next ones'.
#[test]
fn thumbnails_are_like_their_own_pictures_and_not_like_others() {
    let Some(root) = corpora() else { return };
    let mut own = Vec::new();
    let mut kept = Vec::new();
    for (path, raw) in pictures(&root.join("docs")) {
        let document = image::parse(&raw).unwrap();
        let image = image::of(&document).unwrap();
        if image.width.min(image.height) < limits::PICTURE_LEAST || image.jpeg.is_none() {
            continue;
        }
        for thumbnail in &image.thumbnails {
            let Some(small) = likeness::decode(&thumbnail.jpeg) else { continue };
            let alike = likeness::decode(&raw).and_then(|big| likeness::compare(&big, &small));
            let Some(alike) = alike else { continue };
            own.push((alike.correlation, alike.worst_cell, path.clone()));
            // Series of one place and copies of one picture are alike.
            let folder = path.parent().unwrap();
            if thumbnail.source == "Exif"
                && (folder.ends_with("jpg") || folder.ends_with("exif-org"))
            {
                kept.push(small);
            }
        }
    }
    own.sort_by(|a, b| a.0.total_cmp(&b.0));
    let least = &own[0];
    let worst = own.iter().map(|o| o.1).fold(0.0, f64::max);
    println!("{} thumbnails, least like {:.3} ({})", own.len(), least.0, least.2.display());
    println!("largest difference of a cell {worst:.2} standard deviations");
    assert!(least.0 > limits::PICTURE_OTHER + 0.1 && worst < limits::PICTURE_PART);
    let mut others = Vec::new();
    for (at, one) in kept.iter().enumerate() {
        for other in &kept[at + 1..] {
            others.extend(likeness::compare(one, other).map(|l| l.correlation));
        }
    }
    let below = |edge: f64| others.iter().filter(|c| **c < edge).count();
    println!(
        "{} pairs of different pictures: {} below 0.5, {} below 0.6, {} below {}, most {:.3}",
        others.len(),
        below(0.5),
        below(0.6),
        below(limits::PICTURE_OTHER),
        limits::PICTURE_OTHER,
        others.iter().copied().fold(0.0, f64::max)
    );
    assert!(below(limits::PICTURE_OTHER) * 10 > others.len() * 7, "others are told apart");
}

#[test]
fn what_the_checks_say_of_pictures_that_nobody_altered() {
    let Some(root) = corpora() else { return };
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut against = Vec::new();
    let files = pictures(&root.join("docs"));
    let mut spent = std::time::Duration::ZERO;
    for (path, raw) in &files {
        assert_eq!(parse::sniff::sniff(raw).name(), "image", "{}", path.display());
        let start = std::time::Instant::now();
        let document = image::parse(raw).unwrap();
        let findings = checks::run_on_document(&document);
        spent += start.elapsed();
        for finding in findings {
            if finding.direction == Direction::Contradicts {
                against.push(format!("{} {} {}", path.display(), finding.code, finding.note));
            }
            let camera =
                if finding.note.contains("the file names") { " beside a camera" } else { "" };
            *counts.entry((finding.check, finding.code + camera)).or_default() += 1;
        }
    }
    let bytes: usize = files.iter().map(|(_, raw)| raw.len()).sum();
    println!("{} pictures, {bytes} bytes, {:.2} s", files.len(), spent.as_secs_f64());
    for ((check, code), count) in &counts {
        println!("{check}:{code} {count} of {}", files.len());
    }
    against.iter().for_each(|a| println!("{a}"));
    assert!(against.len() * 100 <= files.len(), "{against:?}");
    assert!(!counts.keys().any(|(_, code)| code == "failed"));
}

/// The cases and, where they are at hand, small pictures of the corpora, with bytes changed, cut and
/// doubled: nothing panics, and every place lies within the bytes.
#[test]
fn damaged_pictures_are_read_without_a_panic() {
    let mut files = media(&super::cases::checks_folder());
    let whole = files.len();
    if let Some(root) = corpora() {
        files.extend(media(&root).into_iter().filter(|(_, raw)| raw.len() < 40_000));
    }
    assert!(whole > 40);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below.max(1)
    };
    let mut failed = Vec::new();
    for (path, raw) in &files {
        for round in 0..12 {
            let mut damaged = raw.clone();
            for _ in 0..=round {
                let at = random(damaged.len().min(if round % 2 == 0 { 600 } else { usize::MAX }));
                damaged[at] = [0, 1, 0x7f, 0x80, 0xff][random(5)];
            }
            if round % 3 == 2 {
                damaged.truncate(random(raw.len()));
            }
            let document = document::parse(&damaged);
            let spans = document.profile.properties.iter().map(|p| p.span);
            let spans = spans.chain(document.defects.iter().map(|d| d.span));
            for span in spans {
                assert!(span.start <= span.end && span.end <= damaged.len(), "{}", path.display());
            }
            for finding in checks::run_on_document(&document) {
                if finding.code == "failed" {
                    failed.push(format!("{} round {round}: {}", path.display(), finding.check));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

/// The files of c2pa-rs, whose names say what was done to them: `E-sig` in the claim, `XCA` in the bytes.
#[test]
fn content_credentials_hold_where_their_makers_say_so() {
    let Some(folder) = corpora().map(|folder| folder.join("docs/c2pa-rs-fixtures")) else { return };
    let expected = [
        ("C.jpg", "holds"),
        ("CA.jpg", "holds"),
        ("CACA.jpg", "holds"),
        ("CA_ct.jpg", "holds"),
        // What is wrong is in an ingredient, not in the active manifest.
        ("CIE-sig-CA.jpg", "holds"),
        ("CACAE-uri-CA.jpg", "holds"),
        ("C_with_CAWG_data.jpg", "holds"),
        ("boxhash.jpg", "holds"),
        ("legacy_ingredient_hash.jpg", "holds"),
        // By Adobe Photoshop.
        ("ocsp.jpg", "holds"),
        ("XCA.jpg", "other-bytes"),
        ("E-sig-CA.jpg", "other-claim"),
        // Hashes as before version 1.
        ("prerelease.jpg", "other-claim"),
        // Only its parent is bound to bytes.
        ("update_manifest.jpg", "not-told"),
    ];
    for (name, code) in expected {
        let raw = std::fs::read(folder.join(name)).unwrap();
        let findings = checks::run_on_document(&document::parse(&raw));
        let of_check = findings.iter().filter(|f| f.check == "document/image-credentials");
        let codes: Vec<&str> = of_check.map(|f| f.code.as_str()).collect();
        assert!(codes.contains(&code), "{name}: {codes:?}");
    }
}
