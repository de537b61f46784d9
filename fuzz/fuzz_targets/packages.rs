//! Any bytes as an office package: as the zip itself, and as the text of one of its parts. Nothing
//! panics, evidence lies inside the file, and reading the same bytes again says the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lydite_core::evidence::Evidence;
use lydite_core::examine::examine;
use lydite_core::fact::Facts;

/// Parts that hold a package of all three programs together; the fuzzed one replaces its own.
const PARTS: &[(&str, &str)] = &[
    (
        "[Content_Types].xml",
        "<Types><Default Extension='xml' ContentType='digital-signature-xmlsignature+xml'/></Types>",
    ),
    (
        "_rels/.rels",
        "<Relationships><Relationship Id='r1' Type='/officeDocument' Target='%'/></Relationships>",
    ),
    (
        "word/_rels/document.xml.rels",
        "<R><Relationship Id='r1' Type='/settings' Target='settings.xml'/><Relationship Id='r2' Type='/comments' Target='comments.xml'/></R>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<R><Relationship Id='r1' Type='/worksheet' Target='sheet1.xml'/><Relationship Id='r2' Type='/sharedStrings' Target='strings.xml'/><Relationship Id='r3' Type='/styles' Target='styles.xml'/></R>",
    ),
    (
        "ppt/_rels/presentation.xml.rels",
        "<R><Relationship Id='r1' Type='/slide' Target='slide1.xml'/></R>",
    ),
    ("word/document.xml", "<d/>"),
    ("word/settings.xml", "<s/>"),
    ("word/comments.xml", "<c/>"),
    ("xl/workbook.xml", "<w><sheet name='a' x:id='r1'/></w>"),
    ("xl/sheet1.xml", "<s/>"),
    ("xl/strings.xml", "<s><si><t>a</t></si></s>"),
    ("xl/styles.xml", "<s/>"),
    ("ppt/presentation.xml", "<p><sldId x:id='r1'/></p>"),
    ("ppt/slide1.xml", "<s/>"),
    ("docProps/core.xml", "<c/>"),
    ("docProps/app.xml", "<a/>"),
    ("docProps/custom.xml", "<c/>"),
    ("sig1.xml", "<s/>"),
    ("content.xml", "<c/>"),
    ("meta.xml", "<m/>"),
    ("META-INF/manifest.xml", "<m/>"),
    ("META-INF/documentsignatures.xml", "<d/>"),
];

fuzz_target!(|data: &[u8]| {
    check(data);
    let Some((chosen, content)) = data.split_first() else { return };
    let chosen = usize::from(*chosen) % PARTS.len();
    let mains = ["word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"];
    let folder = PARTS[chosen].0.split('/').next().unwrap_or_default();
    let main = mains.iter().find(|m| m.starts_with(folder)).unwrap_or(&mains[0]);
    // Without content types the parts of OpenDocument make it one.
    let first = usize::from(chosen >= PARTS.len() - 4);
    let parts = PARTS.iter().enumerate().skip(first).map(|(at, (name, text))| {
        let text = text.replace('%', main).into_bytes();
        (*name, if at == chosen { content.to_vec() } else { text })
    });
    check(&stored(parts));
});

fn check(raw: &[u8]) {
    let facts = Facts::default();
    let examined = examine(raw, &facts);
    for finding in &examined.findings {
        assert_ne!(finding.code, "failed", "{}", finding.check);
        for evidence in &finding.evidence {
            if let Evidence::Bytes { what, span } = evidence {
                assert!(span.start <= span.end && span.end <= raw.len(), "{what}");
            }
        }
    }
    assert_eq!(examined, examine(raw, &facts));
}

/// A zip of stored parts.
fn stored<'p>(parts: impl Iterator<Item = (&'p str, Vec<u8>)>) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let word = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
    let mut count = 0u16;
    for (name, data) in parts {
        let sizes = [word(data.len()), word(data.len())].concat();
        let length = u16::try_from(name.len()).unwrap_or(0).to_le_bytes();
        let middle =
            [&[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0, 0, 0, 0, 0][..], &sizes, &length].concat();
        let local = out.len();
        out.extend([b"PK\x03\x04", &middle[..], &[0, 0], name.as_bytes(), &data].concat());
        let record = [b"PK\x01\x02\x2d\0", &middle[..], &[0; 12], &word(local), name.as_bytes()];
        directory.extend(record.concat());
        count += 1;
    }
    let counts = [count.to_le_bytes(), count.to_le_bytes()].concat();
    let end = [b"PK\x05\x06\0\0\0\0", &counts[..]].concat();
    [
        out.clone(),
        directory.clone(),
        end,
        word(directory.len()).to_vec(),
        word(out.len()).to_vec(),
        vec![0, 0],
    ]
    .concat()
}
