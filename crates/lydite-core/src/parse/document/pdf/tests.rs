//! Whole files: revisions, locks, and files that mean harm.

use proptest::prelude::*;

use super::super::profile::Name;
use super::super::{Detail, Document};
use super::{Pdf, parse, steps};
use crate::difference::Piece as Words;
use crate::difference::document::Class;

const AMENDED: &[u8] = include_bytes!("../../../checks/document/pdf_revisions/amount-changed.pdf");
const SIGNED: &[u8] = include_bytes!("../../../checks/document/pdf_signature/filled-after.pdf");
const PACKED: &[u8] = include_bytes!("../../../checks/document/pdf_traces/opened-packed.pdf");
const LINEARIZED: &[u8] = include_bytes!("../../../checks/document/pdf_traces/linearized.pdf");
const LOCKED: [&[u8]; 4] = [
    include_bytes!("../../../checks/document/pdf_traces/opened-rc4-40.pdf"),
    include_bytes!("../../../checks/document/pdf_traces/opened-rc4-128.pdf"),
    include_bytes!("../../../checks/document/pdf_traces/opened-aes-128.pdf"),
    include_bytes!("../../../checks/document/pdf_traces/opened-aes-256.pdf"),
];

fn pdf<'d>(document: &'d Document) -> &'d Pdf {
    match &document.detail {
        Detail::Pdf(pdf) => pdf,
        other => panic!("{other:?}"),
    }
}

fn text(document: &Document) -> String {
    document.text.iter().map(|p| format!("{}: {}\n", p.place, p.text)).collect()
}

#[test]
fn an_earlier_revision_is_the_file_it_was() {
    let document = parse(AMENDED);
    let revisions = &pdf(&document).revisions;
    assert_eq!(revisions.len(), 2);
    assert_eq!(
        text(&document),
        "page 1: Montant: 9200 EUR\nParti Horizon\nrevision 1 page 1: Montant: 1200 EUR\nParti Horizon\n"
    );
    let earlier = parse(&AMENDED[..revisions[0].end]);
    assert_eq!(text(&earlier), "page 1: Montant: 1200 EUR\nParti Horizon\n");
    assert_eq!(pdf(&earlier).revisions.len(), 1);
    assert!(earlier.defects.is_empty());
    let change = &revisions[1].changes[0];
    assert_eq!((change.page, &*change.before, &*change.after), (1, "1200", "9200"));
}

#[test]
fn a_step_tells_what_a_saving_changed() {
    let steps_of = steps(AMENDED);
    let [step] = &steps_of[..] else { panic!("{steps_of:?}") };
    assert_eq!((step.revision, step.end), (2, AMENDED.len()));
    assert!(step.before < step.end && step.replaced > 0);
    let [change] = &step.difference.changes[..] else { panic!("{step:?}") };
    assert_eq!((change.class, &change.found[0][..]), (Class::Number, "page 1"));
    let words = ["1200", "9200"].map(str::to_owned);
    let [was, is] = words;
    assert!(change.words.contains(&Words::Original(was)));
    assert!(change.words.contains(&Words::Found(is)));
    for once in [LINEARIZED, PACKED, LOCKED[0], b"%PDF-1.4", b""] {
        assert_eq!(steps(once), []);
    }
}

#[test]
fn values_stand_where_they_say() {
    let document = parse(AMENDED);
    let author = document.profile.first(Name::Author).unwrap();
    assert_eq!((author.value.as_str(), author.place.as_str()), ("Anna Morel", "Info /Author"));
    assert_eq!(author.span.of(AMENDED), b"(Anna Morel)");
    let created = document.profile.first(Name::Created).unwrap();
    assert_eq!((created.at, created.offset), (Some(1_489_479_164), Some(3_600)));
}

#[test]
fn locks_with_the_empty_password_open() {
    for raw in LOCKED {
        let document = parse(raw);
        assert!(pdf(&document).is_encrypted && !pdf(&document).is_locked);
        assert_eq!(text(&document), "page 1: Montant: 1200 EUR\nParti Horizon\n");
        assert_eq!(document.profile.first(Name::Author).unwrap().value, "Anna Morel");
    }
}

#[test]
fn packed_and_linearized_files_are_one_revision() {
    for (raw, sections) in [(PACKED, 1), (LINEARIZED, 2)] {
        let document = parse(raw);
        assert_eq!(text(&document), "page 1: Montant: 1200 EUR\nParti Horizon\n");
        let revisions = &pdf(&document).revisions;
        assert_eq!((revisions.len(), revisions[0].sections), (1, sections));
        assert_eq!(revisions[0].end, raw.len());
    }
}

#[test]
fn a_broken_table_is_searched_and_told() {
    let broken = String::from_utf8_lossy(AMENDED).replace("startxref\n", "startxref\n9");
    let document = parse(broken.as_bytes());
    assert!(pdf(&document).is_repaired && !document.defects.is_empty());
    // Of an object that stands twice the last counts.
    assert_eq!(text(&document), "page 1: Montant: 9200 EUR\nParti Horizon\n");
}

/// Objects without a table, as many readers find them.
fn bare(objects: &str) -> String {
    format!("%PDF-1.4\n{objects}\ntrailer<</Root 1 0 R>>\n")
}

#[test]
fn circles_end() {
    let catalogue = "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n";
    for rest in [
        // A page tree that holds itself, and a page whose parent it is.
        "2 0 obj<</Type/Pages/Kids[2 0 R 3 0 R 2 0 R]/Parent 3 0 R>>endobj 3 0 obj<</Kids[2 0 R]>>endobj",
        // An object that is itself, and a length that is its own stream.
        "2 0 obj 2 0 R endobj",
        "2 0 obj<</Kids[3 0 R]>>endobj 3 0 obj<</Contents 4 0 R>>endobj 4 0 obj<</Length 4 0 R>>stream\nBT ET\nendstream endobj",
        // A form that draws itself twice, and twice again.
        "2 0 obj<</Kids[3 0 R]>>endobj 3 0 obj<</Resources 5 0 R/Contents 4 0 R>>endobj 4 0 obj<</Length 10>>stream\n/F Do /F Do\nendstream endobj 5 0 obj<</XObject<</F 6 0 R>>>>endobj 6 0 obj<</Subtype/Form/Length 10>>stream\n/F Do /F Do\nendstream endobj",
        // An object stream that stands in itself.
        "2 0 obj<</Kids[3 0 R]>>endobj 9 0 obj<</Type/ObjStm/N 1/First 4/Length 8>>stream\n9 0 <<>>\nendstream endobj",
    ] {
        let raw = bare(&format!("{catalogue}{rest}"));
        let document = parse(raw.as_bytes());
        assert!(matches!(document.detail, Detail::Pdf(_)));
    }
}

#[test]
fn huge_counts_end() {
    for raw in [
        "%PDF-1.4\nxref\n0 4294967295\ntrailer<</Size 4294967295/Root 1 0 R>>\nstartxref\n9\n%%EOF",
        "%PDF-1.4\n1 0 obj<</Type/XRef/W[1 8 8]/Size 9223372036854775807/Index[0 9223372036854775807]/Length 0>>stream\n\nendstream endobj\nstartxref\n9\n%%EOF",
        "%PDF-1.4\n1 0 obj<</Type/XRef/W[0 0 0]/Size 99999999/Length 0>>stream\n\nendstream endobj\nstartxref\n9\n%%EOF",
        "%PDF-1.4\nxref\n0 0\ntrailer<</Prev 9/XRefStm 9/Root 1 0 R>>\nstartxref\n9\n%%EOF",
    ] {
        parse(raw.as_bytes());
    }
    let widths = "[0 65535 1]".repeat(3).replace("][", " ");
    parse(
        bare(&format!(
            "1 0 obj<</Pages 2 0 R>>endobj 2 0 obj<</Kids[3 0 R]>>endobj 3 0 obj<</Contents 4 0 R/Resources<</Font<</A<</Subtype/Type0/DescendantFonts[<</W{widths}>>]>>>>>>>>endobj 4 0 obj<</Length 20>>stream\nBT /A 9 Tf (aa) Tj ET\nendstream endobj"
        ))
        .as_bytes(),
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Bytes changed, cut out and doubled at random; spans stay inside the file.
    #[test]
    fn damaged_files_are_read_to_an_end(
        which in 0usize..5,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0usize..4), 1..12),
    ) {
        let mut raw = [AMENDED, SIGNED, PACKED, LINEARIZED, LOCKED[3]][which].to_vec();
        for (at, byte, kind) in edits {
            let at = at.index(raw.len());
            match kind {
                0 => raw[at] = byte,
                1 => {
                    raw.drain(at..(at + usize::from(byte)).min(raw.len() - 1).max(at));
                }
                2 => raw.truncate((at + 1).max(raw.len() / 2)),
                _ => {
                    let piece = raw[at..(at + usize::from(byte)).min(raw.len())].to_vec();
                    raw.splice(at..at, piece);
                }
            }
        }
        let document = parse(&raw);
        for property in &document.profile.properties {
            prop_assert!(property.span.end <= raw.len(), "{property:?}");
        }
        let Detail::Pdf(pdf) = &document.detail else { panic!() };
        for revision in &pdf.revisions {
            prop_assert!(revision.end <= raw.len());
        }
    }
}
