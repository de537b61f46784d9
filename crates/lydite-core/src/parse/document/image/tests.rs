use super::jpeg::tests::made as jpeg;
use super::photoshop::tests::resource;
use super::png::tests::made as png;
use super::tiff::tests::made as tiff;
use super::*;

const XMP: &str = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Drawer 2"/></rdf:RDF></x:xmpmeta>"#;

fn image(document: &Document) -> Image {
    match &document.detail {
        Detail::Image(image) => (**image).clone(),
        _ => panic!("no image"),
    }
}

/// A JPEG with everything that is read of one.
fn full() -> Vec<u8> {
    let exif = [
        b"Exif\0\0".to_vec(),
        tiff(&[
            (0x010f, 2, b"Maker\0".to_vec()),
            (0x0110, 2, b"Model 1\0".to_vec()),
            (0x0132, 2, b"2017:05:04 20:35:00\0".to_vec()),
        ]),
    ]
    .concat();
    let packet = ["http://ns.adobe.com/xap/1.0/\0", XMP].concat();
    let iptc = [0x1c, 2, 80, 0, 3, b'A', b'd', b'a'];
    let digest = Md5::digest(iptc);
    let block = [resource(photoshop::IPTC, &iptc), resource(photoshop::IPTC_DIGEST, &digest)];
    let block = [b"Photoshop 3.0\0".to_vec(), block.concat()].concat();
    let table = [&[0u8][..], &[3; 64]].concat();
    jpeg(&[
        (0xe1, &exif),
        (0xe1, packet.as_bytes()),
        (0xed, &block),
        (0xfe, b"a remark"),
        (0xdb, &table),
        (0xc0, &[8, 0, 40, 0, 60, 1, 1, 0x11, 0]),
        (0xda, &[1, 1, 0, 0, 63, 0]),
    ])
}

#[test]
fn every_part_of_a_jpeg_speaks() {
    let mut raw = full();
    let end = raw.len();
    raw.extend(b"\0\0PK\x03\x04");
    let document = parse(&raw).unwrap();
    assert_eq!(document.format, Format::Jpeg);
    assert!(document.defects.is_empty(), "{:?}", document.defects);
    let values: Vec<(Name, &str, &str)> =
        document.profile.properties.iter().map(|p| (p.name, &*p.value, &*p.place)).collect();
    assert_eq!(
        values,
        [
            (Name::Device, "Maker", "Exif 0x010F"),
            (Name::Device, "Model 1", "Exif 0x0110"),
            (Name::Modified, "2017:05:04 20:35:00", "Exif 0x0132"),
            (Name::Program, "Drawer 2", "XMP xmp:CreatorTool"),
            (Name::Author, "Ada", "IPTC 2:80"),
            (Name::Description, "a remark", "comment"),
        ]
    );
    for property in &document.profile.properties {
        let bytes = String::from_utf8_lossy(property.span.of(&raw)).into_owned();
        assert!(bytes.contains(&property.value), "{property:?}: {bytes}");
    }
    let image = image(&document);
    assert_eq!((image.width, image.height), (60, 40));
    assert_eq!(image.iptc_digest.map(|d| d.0), Some(true));
    assert_eq!(image.behind, Some(Span::new(end + 2, raw.len())));
    assert_eq!(document.text[0].text, "a remark");
}

#[test]
fn announced_pictures_are_not_behind_the_end() {
    let entry = |size: u32, offset: u32| {
        [&[0; 4][..], &size.to_le_bytes(), &offset.to_le_bytes(), &[0; 4]].concat()
    };
    let second = jpeg(&[(0xfe, b"second")]);
    let size = u32::try_from(second.len()).unwrap();
    let made = |offset: u32| {
        let index = tiff(&[(0xb002, 7, [entry(0, 0), entry(size, offset)].concat())]);
        let mut raw = jpeg(&[(0xe2, &[b"MPF\0".to_vec(), index].concat())]);
        raw.extend(&second);
        raw
    };
    // The index begins behind SOI, marker, length and signature.
    let start = made(0).len() - second.len() - 10;
    let raw = made(u32::try_from(start).unwrap());
    let found = image(&parse(&raw).unwrap());
    assert_eq!(found.further.len(), 1);
    assert_eq!(found.further[0].of(&raw), second);
    assert_eq!(found.behind, None);
}

#[test]
fn a_png_speaks_in_its_chunks() {
    let hex: String = b"Exif\0\0"
        .iter()
        .chain(&tiff(&[(0x0131, 2, b"Drawer\0\0".to_vec())]))
        .map(|b| format!("{b:02x}"))
        .collect();
    let profile = format!("Raw profile type exif\0\nexif\n      30\n{hex}\n");
    let raw = png(&[
        (b"tEXt", b"Creation Time\0Thu, 04 May 2017 20:35:00 +0200"),
        (b"tEXt", profile.as_bytes()),
        (b"tIME", &[0x07, 0xe1, 5, 4, 18, 35, 0]),
        (b"iTXt", format!("XML:com.adobe.xmp\0\0\0\0\0{XMP}").as_bytes()),
    ]);
    let document = parse(&raw).unwrap();
    let at = |name| document.profile.first(name).and_then(|p| p.at);
    assert_eq!(at(Name::Created), Some(1_493_922_900));
    assert_eq!(at(Name::Modified), Some(1_493_922_900));
    let programs: Vec<_> = document.profile.all(Name::Program).map(|p| p.value.as_str()).collect();
    assert_eq!(programs, ["Drawer", "Drawer 2"]);
    let last = document.profile.all(Name::Program).last().unwrap();
    assert!(last.span.of(&raw).ends_with(b"\"/>"));
}

#[test]
fn no_bytes_break_a_reader() {
    let other = [
        full(),
        png(&[(b"tEXt", b"Software\0Drawer")]),
        tiff(&[(0x02bc, 1, XMP.as_bytes().to_vec()), (0x0100, 3, vec![9, 0])]),
    ];
    for raw in other {
        for end in 0..raw.len() {
            parse(&raw[..end]);
        }
        for at in 8..raw.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut changed = raw.clone();
                changed[at] = value;
                let document = parse(&changed).unwrap();
                for property in &document.profile.properties {
                    assert!(property.span.end <= raw.len(), "{property:?}");
                }
            }
        }
    }
}
