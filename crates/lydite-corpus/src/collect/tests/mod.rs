use std::cell::RefCell;
use std::fs;
use std::io::Write;

use super::passwords::Passwords;
use super::*;

mod archives;
mod attached;
mod corpora;

const MAIL: &str = "From: a@b.example\nTo: c@d.example\nSubject: x\n\nbody\n";
const LINE: &str = "From a@b.example Mon Jan  1 00:00:00 2024\n";
/// Every password of the archives made here.
const PASSWORDS: &[u8] = b"wrong\r\n\ncorrect horse\n";

fn mbox(count: usize) -> Vec<u8> {
    (0..count).map(|n| format!("{LINE}{MAIL}{n}\n\n")).collect::<String>().into_bytes()
}

/// A zip of stored or deflated entries; the local header's name may differ.
fn zip_of(entries: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for (name, local, content) in entries {
        let mut packed =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(content).unwrap();
        let packed = packed.finish().unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let u32s = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
        let fixed = |name: &str| {
            let mut fixed = vec![20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0x58];
            fixed.extend(crc.sum().to_le_bytes());
            fixed.extend(u32s(packed.len()));
            fixed.extend(u32s(content.len()));
            fixed.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
            fixed.extend([0, 0]);
            fixed
        };
        central.extend(b"PK\x01\x02\x14\x00");
        central.extend(fixed(name));
        central.extend([0; 10]);
        central.extend(u32s(out.len()));
        central.extend(name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(fixed(local));
        out.extend(local.as_bytes());
        out.extend(packed);
    }
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let start = u32::try_from(out.len()).unwrap().to_le_bytes();
    let size = u32::try_from(central.len()).unwrap().to_le_bytes();
    out.extend(central);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].concat());
    out.extend([size, start].concat());
    out.extend([0, 0]);
    out
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let entries: Vec<_> = entries.iter().map(|(name, content)| (*name, *name, *content)).collect();
    zip_of(&entries)
}

fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, content) in entries {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        if name.len() > 100 {
            builder.append_data(&mut header, name, *content).unwrap();
        } else {
            // Written by hand: the builder refuses names that climb.
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            builder.append(&header, *content).unwrap();
        }
    }
    builder.into_inner().unwrap()
}

fn gz(content: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(content).unwrap();
    out.finish().unwrap()
}

struct Dump(tempfile::TempDir);

impl Dump {
    fn of(files: &[(&str, &[u8])]) -> Dump {
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = dir.path().join("dump").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        Dump(dir)
    }

    fn sources(&self) -> Vec<PathBuf> {
        vec![self.0.path().join("dump")]
    }

    /// Up to `most` events from a position on.
    fn events(&self, from: Position, most: usize) -> Vec<(Found, Position)> {
        let mut events = Vec::new();
        collect(
            &self.sources(),
            self.0.path(),
            &Passwords::new(PASSWORDS),
            from,
            &mut |found, position| {
                if let Found::Skipped { reason, .. } = &found {
                    assert!(REASONS.contains(reason), "{reason}");
                }
                // As it comes back from a process of its own.
                let told = serde_json::to_vec(&Told::Found(found.clone(), position)).unwrap();
                let back: Told = serde_json::from_slice(&told).unwrap();
                assert_eq!(back, Told::Found(found.clone(), position));
                events.push((found, position));
                if events.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            },
        )
        .unwrap();
        events
    }

    fn found(&self) -> Vec<Found> {
        self.events(Position::default(), usize::MAX).into_iter().map(|(found, _)| found).collect()
    }
}

fn leaves(found: &[Found]) -> Vec<&Leaf> {
    found.iter().filter_map(|f| if let Found::Leaf(leaf) = f { Some(leaf) } else { None }).collect()
}

fn paths(found: &[Found]) -> Vec<&str> {
    leaves(found).into_iter().map(|leaf| leaf.path.as_str()).collect()
}

fn reasons(found: &[Found]) -> Vec<(&str, &str)> {
    let reason = |f: &'_ Found| matches!(f, Found::Skipped { .. });
    found
        .iter()
        .filter(|f| reason(f))
        .filter_map(|f| match f {
            Found::Skipped { path, reason, .. } => Some((path.as_str(), *reason)),
            _ => None,
        })
        .collect()
}

#[test]
fn nested_containers_open_and_paths_follow_the_contract() {
    let inner = zip(&[("a#1.eml", MAIL.as_bytes())]);
    let packed = gz(&tar(&[("in.zip", &inner), ("x", b"text")]));
    let dump = Dump::of(&[
        ("b/outer.zip", &zip(&[("t.tar.gz", &packed)])),
        ("a.mbox", &mbox(2)),
        ("lying.jpg", MAIL.as_bytes()),
    ]);
    let found = dump.found();
    assert_eq!(
        paths(&found),
        [
            "a.mbox!/1",
            "a.mbox!/2",
            "b/outer.zip!/t.tar.gz!/t.tar!/in.zip!/a%231.eml",
            "b/outer.zip!/t.tar.gz!/t.tar!/x",
            "lying.jpg",
        ]
    );
    let leaves = leaves(&found);
    assert_eq!(leaves[2].bytes, MAIL.as_bytes());
    assert_eq!(leaves[2].container, "zip");
    assert_eq!(leaves[2].parent, "b/outer.zip!/t.tar.gz!/t.tar!/in.zip");
    assert!(leaves.iter().all(|leaf| leaf.defects.is_empty()));
    assert_eq!(leaves.iter().filter(|leaf| leaf.kind == Kind::Message).count(), 4);
}

#[test]
fn entries_of_one_name_stay_two_and_lying_local_headers_are_noted() {
    let archive = zip_of(&[("a", "a", b"one"), ("a", "b", b"two")]);
    let found = Dump::of(&[("d.zip", &archive)]).found();
    let leaves = leaves(&found);
    assert_eq!(paths(&found), ["d.zip!/a", "d.zip!/a", "d.zip!/~local/b"]);
    assert_eq!((leaves[0].order, leaves[1].order), (1, 2));
    assert_eq!((&leaves[0].bytes[..], &leaves[1].bytes[..]), (&b"one"[..], &b"two"[..]));
    let defects = ["the local header names it b", "another entry goes by the same path"];
    assert_eq!(leaves[1].defects, defects);
    assert_eq!(leaves[2].bytes, b"two");
}

#[test]
fn names_that_climb_stay_text_and_long_ones_are_whole() {
    let long = "d/".repeat(80) + "x";
    let archive = tar(&[("../../etc/passwd", b"x"), ("/abs", b"y"), (&long, b"z")]);
    let dump = Dump::of(&[("t.tar", &archive), ("z.zip", &zip(&[("../../up", b"x")]))]);
    let expected = ["t.tar!/../../etc/passwd".to_owned(), "t.tar!//abs".to_owned()];
    let found = dump.found();
    assert_eq!(paths(&found)[..2], expected);
    assert_eq!(paths(&found)[2..], [format!("t.tar!/{long}"), "z.zip!/../../up".to_owned()]);
    assert_eq!(fs::read_dir(dump.0.path()).unwrap().count(), 1);
}

#[test]
fn what_is_cut_gives_what_can_be_read_and_says_so() {
    let content: Vec<u8> = (0..60_000u32).flat_map(u32::to_le_bytes).collect();
    for (name, whole) in [
        ("x.gz", gz(&content)),
        ("x.zip", zip(&[("a", &content), ("b", b"x")])),
        ("x.tar", tar(&[("a", &content)])),
    ] {
        let found = Dump::of(&[(name, &whole[..whole.len() / 2])]).found();
        let leaf = leaves(&found)[0];
        assert!(!leaf.bytes.is_empty() && content.starts_with(&leaf.bytes), "{name}");
        assert!(!leaf.defects.is_empty(), "{name}");
    }
    for cut in 0..400 {
        let whole = gz(&tar(&[("z.zip", &zip(&[("m.mbox", &mbox(3))]))]));
        Dump::of(&[("x", &whole[..cut.min(whole.len())])]).found();
    }
}

#[test]
fn bombs_end_and_what_they_held_is_listed() {
    let zeros = vec![0; 8 << 20];
    let names: Vec<String> = (0..10).map(|n| format!("f{n}")).collect();
    let entries: Vec<_> = names.iter().map(|name| (name.as_str(), &zeros[..])).collect();
    let twice = zip(&[("bomb.zip", &zip(&entries))]);
    let found = Dump::of(&[("b.zip", &twice)]).found();
    assert!(leaves(&found).len() <= 8);
    assert!(reasons(&found).contains(&("b.zip!/bomb.zip", "over-bound")));

    let deep = (0..=limits::CONTAINER_DEPTH).fold(b"x".to_vec(), |inner, _| zip(&[("n", &inner)]));
    let found = Dump::of(&[("deep", &deep)]).found();
    assert_eq!(reasons(&found).len(), 1);
    assert_eq!(reasons(&found)[0].1, "over-bound");
}

#[test]
fn encrypted_unknown_and_linked_entries_are_skipped_with_their_reason() {
    let mut archive = zip(&[("a", b"secret")]);
    let central = memchr::memmem::find(&archive, b"PK\x01\x02").unwrap();
    archive[central + 8] |= 1;
    let mut odd = zip(&[("a", b"x")]);
    let central = memchr::memmem::find(&odd, b"PK\x01\x02").unwrap();
    odd[central + 10] = 9;
    let mut builder = ::tar::Builder::new(Vec::new());
    let mut header = ::tar::Header::new_gnu();
    header.set_entry_type(::tar::EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, "l", "/etc/passwd").unwrap();
    let linked = builder.into_inner().unwrap();
    let dump = Dump::of(&[("a.zip", &archive), ("b.zip", &odd), ("c.tar", &linked)]);
    let found = dump.found();
    let expected =
        [("a.zip!/a", "encrypted"), ("b.zip!/a", "unsupported-compression"), ("c.tar!/l", "link")];
    assert_eq!(reasons(&found), expected);
}

#[cfg(unix)]
#[test]
fn links_are_listed_and_not_followed() {
    let dump = Dump::of(&[("a", b"x")]);
    std::os::unix::fs::symlink("/etc", dump.sources()[0].join("etc")).unwrap();
    assert_eq!(reasons(&dump.found()), [("etc", "symlink")]);
}

#[test]
fn all_packings_give_their_content() {
    let xz = {
        let mut out = liblzma::write::XzEncoder::new(Vec::new(), 6);
        out.write_all(MAIL.as_bytes()).unwrap();
        out.finish().unwrap()
    };
    let bz2 = {
        let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
        out.write_all(MAIL.as_bytes()).unwrap();
        out.finish().unwrap()
    };
    let zst = zstd::encode_all(MAIL.as_bytes(), 3).unwrap();
    let twice = [gz(b"From: a@b.example\n"), gz(b"Subject: x\n\n")].concat();
    let dump = Dump::of(&[
        ("a.eml.bz2", &bz2),
        ("b.eml.gz", &twice),
        ("c.eml.xz", &xz),
        ("d.eml.zst", &zst),
        ("e", &gz(b"text")),
    ]);
    let found = dump.found();
    let expected = [
        "a.eml.bz2!/a.eml",
        "b.eml.gz!/b.eml",
        "c.eml.xz!/c.eml",
        "d.eml.zst!/d.eml",
        "e!/content",
    ];
    assert_eq!(paths(&found), expected);
    assert_eq!(leaves(&found)[1].bytes, b"From: a@b.example\nSubject: x\n\n");
}

#[test]
fn a_later_run_goes_on_behind_any_event() {
    let dump = Dump::of(&[
        ("a.zip", &zip(&[("1", b"x"), ("m", &mbox(3)), ("2", b"y")])),
        ("b.mbox", &mbox(4)),
        ("c", b"z"),
    ]);
    let all = dump.events(Position::default(), usize::MAX);
    assert_eq!(all.len(), 6 + 1 + 4 + 1 + 1);
    for done in 0..all.len() {
        assert_eq!(dump.events(all[done].1, usize::MAX), all[done + 1..], "behind {done}");
        assert_eq!(dump.events(Position::default(), done + 1), all[..=done]);
    }
    let bytes = measure(&dump.sources()).unwrap().bytes;
    assert_eq!(all.last().unwrap().1.bytes, bytes);
}

#[test]
fn every_byte_of_a_mailbox_is_accounted_for() {
    let found = Dump::of(&[("m", &mbox(5))]).found();
    let members: u64 = leaves(&found).iter().map(|leaf| leaf.bytes.len() as u64).sum();
    let Some(Found::Container { bytes_in, framing, members: count, .. }) = found.last() else {
        panic!("the container comes last");
    };
    assert_eq!((*bytes_in, *count), (mbox(5).len() as u64, 5));
    assert_eq!(members + framing, *bytes_in);
}

#[test]
fn several_sources_keep_their_names_and_a_missing_one_stops_before_anything() {
    let dump = Dump::of(&[("x/in/a", b"1"), ("y/in/a", b"2"), ("f", b"3")]);
    let root = &dump.sources()[0];
    let sources = [root.join("y/in"), root.join("f"), root.join("x/in")];
    let mut found = Vec::new();
    let mut emit = |f, _| {
        found.push(f);
        ControlFlow::Continue(())
    };
    collect(&sources, dump.0.path(), &Passwords::default(), Position::default(), &mut emit)
        .unwrap();
    assert_eq!(paths(&found), ["f", "in/a", "in-2/a"]);

    let missing = [root.join("f"), root.join("nowhere")];
    let mut none = |_, _| panic!("nothing is told");
    let error =
        collect(&missing, dump.0.path(), &Passwords::default(), Position::default(), &mut none)
            .unwrap_err();
    assert!(error.to_string().contains("nowhere"), "{error}");
}

/// What a collector tells that is lost behind event `lost` of the whole run, and the place.
fn lost_behind(dump: &Dump, avoid: &[Avoid], from: Position, lost: usize) -> (Vec<Event>, Avoid) {
    let mut open: Vec<String> = Vec::new();
    let place = RefCell::new(Avoid { path: String::new(), file: 0, events: 0, why: String::new() });
    let open = RefCell::new(&mut open);
    let step = |told: Told| {
        let mut place = place.borrow_mut();
        match told {
            Told::Entering { path, file, events } => {
                open.borrow_mut().push(path);
                (place.file, place.events) = (file, events);
            }
            Told::Left => drop(open.borrow_mut().pop()),
            Told::Passed { file, events } => (place.file, place.events) = (file, events),
            _ => {}
        }
    };
    let watch = Watch { avoid, step: Some(&step), working: Rc::new(|| ()) };
    let mut events = Vec::new();
    let mut emit = |found, position: Position| {
        events.push((found, position));
        let mut place = place.borrow_mut();
        (place.file, place.events) = (position.file, position.events);
        place.path = open.borrow().last().cloned().unwrap_or_default();
        if events.len() < lost { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    collect_watched(&dump.sources(), dump.0.path(), &Passwords::default(), from, &watch, &mut emit)
        .unwrap();
    (events, place.into_inner())
}

type Event = (Found, Position);

#[test]
fn a_container_is_passed_over_from_any_event_on_and_everything_else_is_told() {
    let inner = zip(&[("m", &mbox(3)), ("n", b"n")]);
    let archive = tar(&[("1", b"x"), ("in.zip", &inner), ("2", b"y")]);
    let dump = Dump::of(&[("a.tar", &archive), ("b.mbox", &mbox(4)), ("c", b"z")]);
    let all = dump.events(Position::default(), usize::MAX);
    for lost in 1..all.len() {
        let (told, mut place) = lost_behind(&dump, &[], Position::default(), lost);
        assert_eq!(told, all[..lost]);
        if place.events == 0 {
            continue;
        }
        place.why = "signal".to_owned();
        let prefix = format!("{}!/", place.path);
        let avoid = [place];
        let from = told.last().unwrap().1;
        let (rest, _) = lost_behind(&dump, &avoid, from, usize::MAX);
        let of = |found: &Found| match found {
            Found::Leaf(leaf) => leaf.path.clone(),
            Found::Container { path, .. } | Found::Skipped { path, .. } => path.clone(),
        };
        let is_inside = |path: &String| *path == avoid[0].path || path.starts_with(&prefix);
        let Found::Skipped { path, reason, detail, .. } = &rest[0].0 else {
            panic!("behind {lost}: {:?}", rest[0].0);
        };
        assert_eq!((path, *reason, detail.as_str()), (&avoid[0].path, LOST, "signal"));
        let expected: Vec<_> = all[lost..].iter().map(|(f, _)| of(f)).collect();
        let expected: Vec<_> = expected.into_iter().filter(|path| !is_inside(path)).collect();
        let found: Vec<_> = rest[1..].iter().map(|(f, _)| of(f)).collect();
        assert_eq!(found, expected, "behind {lost}");
        // A later run, which must be told of the place again, says the same.
        for done in 0..rest.len() {
            let (again, _) = lost_behind(&dump, &avoid, rest[done].1, usize::MAX);
            assert_eq!(again, rest[done + 1..], "behind {lost}, then {done}");
        }
    }
}

const PST: &[u8] = include_bytes!("../../../../lydite-core/tests/containers/permuted.pst");
const MSG: &[u8] = include_bytes!("../../../../lydite-core/tests/containers/signed.msg");
const TNEF: &[u8] = include_bytes!("../../../../lydite-core/tests/containers/winmail.dat");
const EMLX: &[u8] = include_bytes!("../../../../lydite-core/tests/containers/signed.emlx");

#[test]
fn mail_kept_by_mail_programs_is_handed_over_item_by_item() {
    let dump = Dump::of(&[
        ("a.pst", PST),
        ("b.zip", &zip(&[("in.pst", PST)])),
        ("c.msg", MSG),
        ("d.partial.emlx", EMLX),
        ("e.dat", TNEF),
        ("f.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n"),
    ]);
    let found = dump.found();
    let numbers = ["1", "1#3", "2", "3", "4"];
    let mailbox = |at: &str| numbers.map(|n| format!("{at}!/Top/Inbox%2Fnew/{n}")).to_vec();
    let expected: Vec<String> = [
        mailbox("a.pst"),
        mailbox("b.zip!/in.pst"),
        ["c.msg!/1", "d.partial.emlx!/1", "e.dat!/1", "f.vcf"].map(str::to_owned).to_vec(),
    ]
    .concat();
    assert_eq!(paths(&found), expected);
    let mut leaves = leaves(&found);
    assert_eq!(leaves[1].kind, Kind::Message, "an attached one");
    leaves.retain(|leaf| !leaf.path.contains('#'));
    assert_eq!(leaves[0].bytes, leaves[4].bytes);
    assert!(leaves[1].bytes == leaves[8].bytes, "the same mail in a mailbox and in a file");
    let kinds: Vec<Kind> = leaves[..4].iter().map(|leaf| leaf.kind).collect();
    assert_eq!(kinds, [Kind::Message, Kind::Message, Kind::Message, Kind::Other]);
    let says = |at: usize, name: &str| {
        let meta = leaves[at].meta.iter().find(|(n, _)| n == name);
        meta.map(|(_, value)| value.as_str())
    };
    assert_eq!(says(0, "mapi-headers"), Some("properties"));
    assert_eq!(says(1, "mapi-headers"), Some("transport"));
    assert_eq!(says(2, "pst-orphan"), Some("no folder lists it"));
    assert_eq!(says(8, "rendered"), Some("mapi"));
    assert_eq!(says(9, "emlx-flags"), Some("8590195713"));
    assert!(leaves[9].defects[0].starts_with("a partial copy"), "{:?}", leaves[9].defects);
    assert_eq!(says(11, "format"), Some("vcard"));
    for container in &found {
        if let Found::Container { path, bytes_in, framing, members, .. } = container {
            assert!(*members > 0 && framing <= bytes_in, "{path}");
        }
    }
}

#[test]
fn a_later_run_goes_on_inside_a_mailbox_of_outlook() {
    let dump = Dump::of(&[("a.pst", PST), ("b.msg", MSG), ("c.emlx", EMLX)]);
    let all = dump.events(Position::default(), usize::MAX);
    assert_eq!(all.len(), 5 + 2 + 2 + 2, "of one mail an attachment, and that it was opened");
    for done in 0..all.len() {
        assert_eq!(dump.events(all[done].1, usize::MAX), all[done + 1..], "behind {done}");
    }
    let bytes = measure(&dump.sources()).unwrap().bytes;
    assert_eq!(all.last().unwrap().1.bytes, bytes);
}

#[test]
fn mailboxes_that_are_not_opened_are_listed_with_the_remedy() {
    let mut new = PST.to_vec();
    new[10] = 36;
    let mut closed = PST.to_vec();
    closed[513] = 16;
    let found = Dump::of(&[("a.ost", &new), ("b.pst", &closed), ("c.pst", &PST[..100])]).found();
    let expected = [("a.ost", "unsupported-version"), ("b.pst", "encrypted"), ("c.pst", "damaged")];
    assert_eq!(reasons(&found), expected);
}
