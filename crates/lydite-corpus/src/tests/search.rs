//! Searching a case: what is found, counted, shown, refused; and what becomes of the index.

use lydite_core::examine::DocumentRecord;
use lydite_core::parse::document::Format as Made;
use lydite_core::parse::document::profile::{Name, Profile, Property};
use lydite_core::text::record::Body;

use super::custody::told;
use super::*;
use crate::purge::{held, purge};
use crate::search::{self, Found, Search};
use crate::verify::What;

/// Subject with the day behind 1970, body.
const MAILS: [(&str, &str); 6] = [
    ("0 invoices", "Please pay the two invoices of the annual report by Friday."),
    ("24 réunion", "Les réunions du comité n'auront pas lieu, l'accord est signé."),
    ("48 договор", "Договоры подписаны вчера."),
    ("744 minutes", "The report was annual, the hid\u{200b}den word stands here."),
    ("2160 empty", ""),
    ("undated", "Nothing to pay."),
];

fn with_text(raw: &[u8], _: &[Vec<u8>]) -> std::result::Result<Examined, String> {
    let mut examined = examine(raw, &key());
    let text = String::from_utf8_lossy(raw);
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let text = body.to_owned();
    let (own, section) = (text.clone(), String::new());
    let body = Body {
        section,
        is_html: false,
        is_alternative: false,
        text,
        own,
        levels: Vec::new(),
        sketch: Vec::new(),
        shows_more: false,
    };
    examined.bodies.push(body);
    if subject(raw).contains("minutes") {
        let author = Property::text(Name::Author, "Ilse Krämer", "core", Span::new(0, 1));
        let title = Property::text(Name::Title, "Board minutes", "core", Span::new(0, 1));
        let profile = Profile { properties: vec![author, title] };
        examined.document = Some(DocumentRecord {
            format: Made::Pdf,
            profile,
            text: Vec::new(),
            look: None,
            sketch: Vec::new(),
        });
    }
    Ok(examined)
}

impl Place {
    fn written() -> Place {
        let place = Place::new();
        for (n, (subject, body)) in MAILS.iter().enumerate() {
            let text = format!(
                "From: a@x.example\r\nTo: b@y.example\r\nDate: Fri, 5 May 2017 20:35:00 +0200\r\n\
                 Message-ID: <{n}@x.example>\r\nSubject: {subject}\r\n\r\n{body}"
            );
            fs::write(place.dump().join(format!("{n:03}.eml")), text).unwrap();
        }
        place.assay(2, &with_text).unwrap();
        place.weigh_by(&key(), &with_text);
        place.index();
        place
    }

    fn index(&self) {
        let case = Case::open_to_write(&self.case()).unwrap();
        search::refresh(&case, &|_| ()).unwrap();
        assert!(search::is_current(&case).unwrap());
    }

    fn find(&self, query: &str) -> Found {
        let case = Case::open(&self.case()).unwrap();
        Search::open(&case).unwrap().find(query, 10).unwrap()
    }

    /// Numbers of the mails found.
    fn met(&self, query: &str) -> Vec<usize> {
        let found = self.find(query);
        let number = |path: &str| path.trim_end_matches(".eml").rsplit('/').next().unwrap().parse();
        let mut all: Vec<usize> =
            found.items.iter().map(|hit| number(&hit.path).unwrap()).collect();
        assert_eq!(found.hits, all.len() as u64);
        all.sort_unstable();
        all
    }
}

#[test]
fn words_phrases_fields_and_dates_are_found() {
    let place = Place::written();
    for (query, expected) in [
        // Other forms of a word, in three languages; between quotes only this one.
        ("invoice", &[0][..]),
        ("\"invoice\"", &[]),
        ("reunion", &[1]),
        ("договора", &[2]),
        // All words, one of them, none of them.
        ("annual report", &[0, 3]),
        ("\"annual report\"", &[0]),
        ("invoice OR договор", &[0, 2]),
        ("pay -invoice", &[5]),
        ("-pay", &[1, 2, 3, 4]),
        ("+pay friday", &[0, 5]),
        ("l'accord", &[1]),
        ("invo*", &[0]),
        ("hidden", &[3]),
        // Fields.
        ("subject:minutes", &[3]),
        ("text:minutes", &[]),
        ("from:a@x.example", &[0, 1, 2, 3, 4, 5]),
        ("from:b@y.example", &[]),
        ("to:b@y.example pay", &[0, 5]),
        ("author:kramer title:\"board minutes\" format:pdf", &[3]),
        ("path:004", &[4]),
        ("kind:message status:verified accord", &[1]),
        ("status: IN [altered anomalous]", &[]),
        // Days.
        ("date:1970-01", &[0, 1, 2]),
        ("date:[1970-01-02 TO 1970-02-01]", &[1, 2, 3]),
        ("date:{1970-01-02 TO 1970-02-01}", &[2]),
        ("date:>1970-02", &[4]),
        ("-date:*", &[5]),
        ("*", &[0, 1, 2, 3, 4, 5]),
    ] {
        assert_eq!(place.met(query), expected, "{query}");
    }
}

#[test]
fn hits_are_counted_by_status_and_month_and_shown() {
    let place = Place::written();
    let found = place.find("from:x.example");
    assert_eq!(found.status[&Status::Verified], 6);
    assert_eq!(found.status.len(), Status::ALL.len());
    let months: Vec<_> = found.months.iter().map(|(month, n)| (month.as_str(), *n)).collect();
    assert_eq!(months, [("1970-01", 3), ("1970-02", 1), ("1970-04", 1)]);
    let json = serde_json::to_value(place.find("subject:invoices pay")).unwrap();
    let item = &json["items"][0];
    assert_eq!(item["path"], "000.eml");
    assert_eq!((&item["status"], &item["date"]), (&"verified".into(), &"1970-01-01".into()));
    assert_eq!(item["snippet"], "Please pay the two invoices of the annual report by Friday.");
    assert_eq!(item["marked"], serde_json::json!([[7, 10], [19, 27]]));
    let case = Case::open(&place.case()).unwrap();
    let search = Search::open(&case).unwrap();
    assert_eq!(search.find("*", 2).unwrap().items.len(), 2);
    assert_eq!(search.find("*", 0).unwrap().hits, 6);
    let error = search.find("subject:", 1).unwrap_err().to_string();
    assert!(error.contains("character 9") && error.contains("For example"), "{error}");
}

#[test]
fn the_index_is_of_one_state_and_any_damage_is_told() {
    let place = Place::written();
    let index = place.case().join("index");
    let before = contents(&index);
    let reader = Case::open(&place.case()).unwrap();
    Search::open(&reader).unwrap().find("pay", 1).unwrap();
    drop(reader);
    assert_eq!(contents(&index), before, "searching writes nothing");
    let of_index = |place: &Place| {
        let all = place.verify().problems.into_iter();
        all.filter(|p| p.path.starts_with("index/")).map(|p| p.what).collect::<Vec<_>>()
    };
    assert_eq!(of_index(&place), []);
    for name in before.keys() {
        let path = index.join(name);
        let bytes = fs::read(&path).unwrap();
        let mut other = bytes.clone();
        other[bytes.len() / 2] ^= 1;
        fs::write(&path, other).unwrap();
        assert!(!of_index(&place).is_empty(), "{name:?}");
        fs::write(&path, &bytes[1..]).unwrap();
        let case = Case::open(&place.case()).unwrap();
        assert!(!search::is_current(&case).unwrap(), "{name:?}");
        drop(case);
        fs::write(&path, bytes).unwrap();
    }
    fs::write(index.join("planted"), "x").unwrap();
    assert_eq!(of_index(&place), [What::Added]);
    place.weigh_by(&Facts::default(), &|raw, _| Ok(examine(raw, &Facts::default())));
    let case = Case::open_to_write(&place.case()).unwrap();
    assert!(!search::is_current(&case).unwrap(), "verdicts changed");
    drop(case);
    assert_eq!(of_index(&place), [What::LeftOver, What::Added]);
    fs::remove_file(index.join("planted")).unwrap();
    assert_eq!(of_index(&place), [What::LeftOver]);
    let case = Case::open_to_write(&place.case()).unwrap();
    search::refresh(&case, &|_| ()).unwrap();
    drop(case);
    assert_eq!(of_index(&place), []);
    assert_eq!(place.find("*").status[&Status::Undetermined], 6);
}

#[test]
fn a_status_that_the_tables_do_not_have_is_never_shown() {
    let place = Place::written();
    let case = Case::open_to_write(&place.case()).unwrap();
    let stale = place.0.path().join("stale");
    super::custody::copy(&case.root().join("index"), &stale);
    drop(case);
    place.weigh_by(&Facts::default(), &|raw, _| Ok(examine(raw, &Facts::default())));
    super::custody::copy(&stale, &place.case().join("index"));
    let case = Case::open(&place.case()).unwrap();
    let error = Search::open(&case).unwrap().find("invoice", 1).unwrap_err();
    assert!(matches!(error, Error::Index { .. }), "{error}");
}

#[test]
fn a_removed_item_is_found_no_more_and_a_sealed_case_has_no_index() {
    let place = Place::written();
    let sha256 = place.find("invoice").items[0].sha256;
    let case = Case::open_to_write(&place.case()).unwrap();
    held(&case, &sha256).unwrap();
    purge(&case, &sha256).unwrap();
    assert!(!place.case().join("index").exists());
    drop(case);
    place.index();
    assert_eq!(place.met("pay"), [5]);
    assert_eq!(place.met("path:000"), Vec::<usize>::new());
    let sealed = place.0.path().join("x.age");
    let case = Case::open_to_write(&place.case()).unwrap();
    let to = crate::seal::To::Passphrase("secret".to_owned());
    let listing = crate::seal::seal(&case, &sealed, &to).unwrap();
    assert!(!listing.keys().any(|name| name.starts_with("index/")) && !listing.is_empty());
    drop(case);
    assert!(told(&place.verify()).iter().all(|(_, path)| !path.starts_with("index/")));
}

#[test]
fn before_weighing_each_item_speaks_for_itself() {
    let place = Place::new();
    place.mail(1, "number 1");
    place.assay(1, &with_text).unwrap();
    place.index();
    let found = place.find("hello");
    assert_eq!((found.hits, found.items[0].snippet.text.as_str()), (1, "Hello."));
}
