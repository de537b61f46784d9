//! 7z, foreign formats, passwords, split archives, and the second reading of zips. The small
//! archives in `archives/` are made by `examples/make/archives.py`.

use super::*;

const SEVEN_ZIP: &[u8] = include_bytes!("archives/plain.7z");
const SEVEN_ZIP_CLOSED: &[u8] = include_bytes!("archives/hidden_names.7z");
const RAR: &[u8] = include_bytes!("archives/stored.rar");
const ZIP_AES: &[u8] = include_bytes!("archives/aes256.zip");
const ZIP_CRYPTO: &[u8] = include_bytes!("archives/zipcrypto.zip");

fn texts(found: &[Found]) -> Vec<(&str, String)> {
    let text = |leaf: &Leaf| String::from_utf8_lossy(&leaf.bytes).into_owned();
    leaves(found).into_iter().map(|leaf| (leaf.path.as_str(), text(leaf))).collect()
}

fn defects<'a>(found: &'a [Found], of: &str) -> Vec<&'a str> {
    let of = |f: &'a Found| match f {
        Found::Container { path, defects, .. } if path == of => Some(defects),
        _ => None,
    };
    found.iter().find_map(of).unwrap().iter().map(String::as_str).collect()
}

fn has_bsdtar() -> bool {
    foreign::find("bsdtar").is_some()
}

#[test]
fn a_7z_gives_its_entries_in_the_folder_and_inside_a_zip() {
    let nested = zip(&[("in.7z", SEVEN_ZIP)]);
    let found = Dump::of(&[("a.7z", SEVEN_ZIP), ("b.zip", &nested)]).found();
    assert_eq!(
        paths(&found),
        [
            "a.7z!/one.eml",
            "a.7z!/two.txt",
            "a.7z!/empty",
            "b.zip!/in.7z!/one.eml",
            "b.zip!/in.7z!/two.txt",
            "b.zip!/in.7z!/empty"
        ]
    );
    let leaves = leaves(&found);
    assert_eq!((leaves[0].kind, leaves[0].container), (Kind::Message, "7z"));
    assert_eq!(leaves[1].bytes, b"second file\n".repeat(50));
    assert!(leaves[0].meta.iter().any(|(name, value)| name == "7z-mtime" && value == "1700000000"));
    assert!(leaves.iter().all(|leaf| leaf.defects.is_empty()));
}

#[test]
fn a_password_of_the_list_opens_and_only_its_line_is_told() {
    let archives = [("a.7z", SEVEN_ZIP_CLOSED), ("b.zip", ZIP_AES), ("c.zip", ZIP_CRYPTO)];
    let found = Dump::of(&archives).found();
    assert_eq!(
        texts(&found),
        [
            ("a.7z!/secret.txt", "a secret\n".to_owned()),
            ("b.zip!/secret.txt", "a secret\n".to_owned()),
            ("c.zip!/secret.txt", "a secret\n".to_owned())
        ]
    );
    for leaf in leaves(&found) {
        let line = ("password".to_owned(), "line 3 of the password list".to_owned());
        assert!(leaf.meta.contains(&line), "{}", leaf.path);
    }
    assert!(!format!("{found:?}").contains("correct horse"));
}

#[test]
fn without_the_password_the_archive_is_listed_as_encrypted() {
    let dump = Dump::of(&[("a.7z", SEVEN_ZIP_CLOSED), ("b.zip", ZIP_AES), ("c.zip", ZIP_CRYPTO)]);
    let mut found = Vec::new();
    let emit = &mut |f: Found, _: Position| {
        found.push(f);
        ControlFlow::Continue(())
    };
    let passwords = Passwords::new(b"wrong\nworse\n");
    collect(&dump.sources(), dump.0.path(), &passwords, Position::default(), emit).unwrap();
    let expected = [
        ("a.7z", "encrypted"),
        ("b.zip!/secret.txt", "encrypted"),
        ("c.zip!/secret.txt", "encrypted"),
    ];
    assert_eq!(reasons(&found), expected);
    assert!(format!("{found:?}").contains("--passwords"));
}

#[test]
fn damage_anywhere_in_a_7z_ends_nothing_else() {
    for at in 0..SEVEN_ZIP.len() {
        let mut broken = SEVEN_ZIP.to_vec();
        broken[at] ^= 0x55;
        let cut = &SEVEN_ZIP[..at];
        let found = Dump::of(&[("a.7z", &broken), ("b", cut), ("z", b"z")]).found();
        assert_eq!(*paths(&found).last().unwrap(), "z", "byte {at}");
    }
}

#[test]
fn a_rar_is_read_by_bsdtar_or_handed_over_closed_with_the_remedy() {
    let found = Dump::of(&[("a.rar", RAR)]).found();
    if has_bsdtar() {
        assert_eq!(
            texts(&found),
            [("a.rar!/helloworld.txt", "hello from a stored entry\n".into())]
        );
        assert_eq!(leaves(&found)[0].container, "rar");
        assert!(defects(&found, "a.rar")[0].starts_with("read by bsdtar "));
    } else {
        assert_eq!(leaves(&found)[0].kind, Kind::Archive);
        assert!(leaves(&found)[0].defects[0].contains("install libarchive-tools"));
    }
}

#[test]
fn what_bsdtar_cannot_open_is_handed_over_whole() {
    let broken = [&RAR[..30], &[0xff; 60]].concat();
    let found = Dump::of(&[("a.rar", &broken)]).found();
    assert_eq!(leaves(&found)[0].bytes, broken);
    assert!(!leaves(&found)[0].defects.is_empty());
}

#[test]
fn the_encryption_of_a_rar_is_seen_in_its_headers() {
    // RAR 5: main header, then a file header with an extra record of type 1.
    let header = |body: &[u8]| [&[0; 4][..], &[u8::try_from(body.len()).unwrap()], body].concat();
    let extra = [2, 1, 0];
    let file = [&[2, 3, 3, 9, 0, 10, 0, 0, 1, 3][..], b"a.x", &extra].concat();
    let rar =
        [b"Rar!\x1a\x07\x01\0".to_vec(), header(&[1, 0, 0]), header(&file), vec![0; 9]].concat();
    let found = Dump::of(&[("a.rar", &rar)]).found();
    if has_bsdtar() {
        assert_eq!(reasons(&found), [("a.rar!/a.x", "encrypted")]);
    }
}

#[test]
fn split_archives_are_joined_and_go_on_behind_any_event() {
    let whole = zip(&[("1", b"x"), ("m", &mbox(3)), ("2", MAIL.as_bytes())]);
    let packed = gz(&tar(&[("t", b"text"), ("m", &mbox(2))]));
    let mailbox = mbox(7);
    let piece = whole.len() / 3;
    let dump = Dump::of(&[
        ("a.zip.001", &whole[..piece]),
        ("a.zip.002", &whole[piece..2 * piece]),
        ("a.zip.003", &whole[2 * piece..2 * piece + piece.min(whole.len() - 2 * piece)]),
        ("a.zip.004", &whole[(3 * piece).min(whole.len())..]),
        ("b.tar.gz.aa", &packed[..100]),
        ("b.tar.gz.ab", &packed[100..]),
        ("c.mbox.aa", &mailbox[..mailbox.len() / 2 + 1]),
        ("c.mbox.ab", &mailbox[mailbox.len() / 2 + 1..]),
        ("d", b"z"),
    ]);
    let all = dump.events(Position::default(), usize::MAX);
    let found: Vec<Found> = all.iter().map(|(found, _)| found.clone()).collect();
    assert_eq!(leaves(&found).len(), 5 + 3 + 7 + 1);
    assert!(reasons(&found).is_empty());
    for done in 0..all.len() {
        assert_eq!(dump.events(all[done].1, usize::MAX), all[done + 1..], "behind {done}");
    }
    let totals = measure(&dump.sources()).unwrap();
    let last = all.last().unwrap().1;
    assert_eq!((last.file, last.bytes), (totals.files, totals.bytes));
    let sizes = whole.len() + packed.len() + mailbox.len() + 1;
    assert_eq!((totals.files, totals.bytes), (4, sizes as u64));
    let volumes = found.iter().filter_map(|f| match f {
        Found::Container { volumes, bytes_in, .. } if !volumes.is_empty() => {
            let sum: u64 = volumes.iter().map(|(_, size)| size).sum();
            Some((volumes.len(), sum == *bytes_in))
        }
        _ => None,
    });
    assert_eq!(volumes.collect::<Vec<_>>(), [(4, true), (2, true), (2, true)]);
}

#[test]
fn a_missing_volume_is_named_and_what_is_no_set_stays_apart() {
    let whole = zip(&[("1", MAIL.as_bytes()), ("2", b"y")]);
    let dump = Dump::of(&[
        ("a.zip.001", &whole[..90]),
        ("a.zip.003", &whole[90..]),
        ("b.7z.002", b"second"),
        ("c.001", b"a report"),
        ("c.002", b"a report"),
        ("e.zip.001", &whole),
        ("e.zip.002", &[&whole[..], b"longer"].concat()),
    ]);
    let found = dump.found();
    assert!(defects(&found, "a.zip.001").contains(&"volume a.zip.002 is missing"));
    let by_path = |path: &str| leaves(&found).into_iter().find(|leaf| leaf.path == path);
    assert_eq!(by_path("a.zip.003").unwrap().defects, ["volume a.zip.002 is missing"]);
    assert_eq!(by_path("b.7z.002").unwrap().defects, ["volume b.7z.001 is missing"]);
    assert!(by_path("c.001").unwrap().defects.is_empty() && by_path("c.002").is_some());
    assert!(by_path("e.zip.001!/1").is_some() && by_path("e.zip.002!/1").is_some());
}

#[test]
fn a_zip_in_volumes_of_its_own_format_is_read_over_all() {
    // Info-ZIP's form: a mark, `x.z01`, `x.zip`; offsets count from the start of their volume.
    let mut whole = zip(&[("1", MAIL.as_bytes()), ("2", b"y")]);
    let directory = memchr::memmem::find(&whole, b"PK\x01\x02").unwrap();
    let second = memchr::memmem::rfind(&whole[..directory], b"PK\x03\x04").unwrap();
    let second_central = memchr::memmem::rfind(&whole, b"PK\x01\x02").unwrap();
    let end = memchr::memmem::rfind(&whole, b"PK\x05\x06").unwrap();
    let mut write = |at: usize, value: usize| {
        whole[at..at + 4].copy_from_slice(&u32::try_from(value).unwrap().to_le_bytes());
    };
    write(directory + 42, 4);
    write(second_central + 42, 0);
    write(end + 16, directory - second);
    whole[second_central + 34] = 1;
    (whole[end + 4], whole[end + 6]) = (1, 1);
    let first = [b"PK\x07\x08", &whole[..second]].concat();
    let found = Dump::of(&[("x.z01", &first), ("x.zip", &whole[second..])]).found();
    assert_eq!(paths(&found), ["x.zip!/1", "x.zip!/2"]);
    assert!(leaves(&found).iter().all(|leaf| leaf.defects.is_empty()));
    assert_eq!(defects(&found, "x.zip"), ["joined from 2 volumes, x.z01 to x.zip"]);
}

#[test]
fn a_zip_that_readers_see_differently_is_marked_and_told_both_ways() {
    // A local header that no directory lists, before the archive that all see.
    let hidden = zip(&[("hidden", b"other text")]);
    let hidden = &hidden[..memchr::memmem::find(&hidden, b"PK\x01\x02").unwrap()];
    let shown = zip(&[("shown", b"text")]);
    let before = [hidden, &shown].concat();
    let found = Dump::of(&[("d.zip", &before)]).found();
    // Offsets as they are stated lead to the hidden one, to be read in the length of the shown.
    assert_eq!(paths(&found), ["d.zip!/shown", "d.zip!/~local/shown", "d.zip!/~unlisted/hidden"]);
    let texts = texts(&found);
    assert_eq!((&texts[0].1[..], &texts[2].1[..]), ("text", "other text"));
    assert!(defects(&found, "d.zip").iter().any(|defect| defect.contains("readers differ")));

    // A whole second archive in the comment of the first.
    let mut outer = shown.clone();
    let inner = zip(&[("inner", b"comment")]);
    let length = outer.len();
    outer[length - 2..].copy_from_slice(&u16::try_from(inner.len()).unwrap().to_le_bytes());
    outer.extend(&inner);
    let found = Dump::of(&[("d.zip", &outer)]).found();
    let texts: Vec<String> =
        super::archives::texts(&found).into_iter().map(|(_, text)| text).collect();
    assert!(texts.contains(&"text".to_owned()) && texts.contains(&"comment".to_owned()));
    assert!(!defects(&found, "d.zip").is_empty());
}

#[test]
fn an_image_that_ends_as_a_zip_is_both() {
    let image =
        [b"\x89PNG\r\n\x1a\n and the rest of an image".as_slice(), &zip(&[("a", b"x")])].concat();
    let found = Dump::of(&[("i.png", &image), ("t.tar", &tar(&[("j.png", &image)]))]).found();
    assert_eq!(paths(&found), ["i.png", "i.png!/a", "t.tar!/j.png", "t.tar!/j.png!/a"]);
    assert_eq!(leaves(&found)[0].bytes, image);
    assert_eq!(leaves(&found)[0].kind, Kind::Image);
}

#[test]
fn exports_in_several_zips_keep_their_paths() {
    // Google Takeout: several zips of one export, each with the same top folder.
    let part = |name: &str, count| zip(&[(name, &mbox(count)[..])]);
    let dump = Dump::of(&[
        ("takeout-20240101T000000Z-001.zip", &part("Takeout/Mail/Inbox.mbox", 2)),
        ("takeout-20240101T000000Z-002.zip", &part("Takeout/Mail/Sent.mbox", 1)),
    ]);
    let found = dump.found();
    assert_eq!(
        paths(&found),
        [
            "takeout-20240101T000000Z-001.zip!/Takeout/Mail/Inbox.mbox!/1",
            "takeout-20240101T000000Z-001.zip!/Takeout/Mail/Inbox.mbox!/2",
            "takeout-20240101T000000Z-002.zip!/Takeout/Mail/Sent.mbox!/1",
        ]
    );
}
