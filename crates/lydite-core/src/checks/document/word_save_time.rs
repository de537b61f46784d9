//! The time of the last saving, which Word keeps in several places.
//!
//! ## What it examines
//! Binary documents (.doc) that name Microsoft Word: the dates of `SummaryInformation`; the time in
//! the file information block (`dwLowDateTime`, 100 ns, UTC); the clock in the document's properties
//! (`dttmRevised`, minutes, local, with a weekday); and the day on which the Word that saved it was
//! built (`lProductRevised`: until 2014 or so a date, later a number whose release is listed).
//!
//! ## What it can show
//! Word writes one event into all of them: whole minutes into `SummaryInformation`, the same instant
//! with its seconds into the information block, the same minute of the wall clock into the
//! properties, some quarters of an hour away. Whoever sets the dates that Explorer and other programs
//! show leaves the others behind. A Word that was built after the day it is said to have saved on
//! cannot have saved then by a right clock.
//!
//! ## What it cannot show
//! A document opened and saved under a clock that was set back agrees with itself, but for the build.
//! Encrypted documents and those of other programs are not looked at.
//!
//! ## How it can be fooled
//! With a hex editor and this page.
//!
//! ## References
//! [MS-DOC] §2.5.6 (`dwLowDateTime`, `dwHighDateTime`), §2.7.2 (`dttmRevised`), DTTM; Microsoft
//! Office Word 97-2007 Binary File Format, FIB (`lProductRevised`: "10695 indicates the creator program
//! was compiled on Jan 6, 1995"); `data/office_builds.tsv`, source and date in each row. Measured on the shared corpora: all 48
//! documents that Word says it saved have whole minutes, the same minute in all three places, the right
//! weekday, and a build before it.

use super::layers::{at_place, evidence, instant, is_of_word, lasting, ole, summary_date};
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::fact::rows;
use crate::parse::document::Document;
use crate::parse::document::ole::word::Clock;
use crate::parse::document::profile::{Name, Property};
use crate::parse::document::stamp;

pub static CHECK: Check = Check {
    id: "document/word-save-time",
    version: 1,
    claim: Claim::DateAsStated,
    group: "document-dates",
    since: (1996, 11), // Word 97
    codes: &[
        &AGREE,
        &SECONDS,
        &MADE_WITH_SECONDS,
        &INSTANT_DIFFERS,
        &CLOCK_DIFFERS,
        &WEEKDAY_DIFFERS,
        &BUILD_LATER,
    ],
    wants: |_| Vec::new(),
    run: Run::Document(run),
    source: include_str!("word_save_time.rs"),
};

/// Seconds by which places of one event may differ: Word takes the clock more than once in a saving.
const SLACK: i64 = 120;
/// Between the first testers of a build and its release: six months.
const RELEASE_SLACK: i64 = 183 * 86_400;
/// A build's day has no zone, and a machine may be a day ahead.
const BUILD_SLACK: i64 = 2 * 86_400;

fn run(document: &Document) -> Vec<Finding> {
    if !is_of_word(document) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (name, code) in [(Name::Modified, &SECONDS), (Name::Created, &MADE_WITH_SECONDS)] {
        let date = summary_date(document, name);
        if let Some((property, _)) = date.filter(|(p, at)| at % 60 != 0 || p.value.contains('.')) {
            let note = format!("{} is {}", property.place, property.value);
            findings.push(code.at(evidence(property)).noting(note));
        }
    }
    let revised = ole(document).and_then(|ole| ole.word.as_ref()?.revised);
    if let Some(revised) = revised
        && let Some(note) = weekday_slip(revised)
    {
        let bytes = Evidence::bytes("DOP revised", revised.span);
        findings.push(WEEKDAY_DIFFERS.at(bytes).noting(note));
    }
    let Some(saved) = summary_date(document, Name::Modified) else { return findings };
    let same_instant = instants(document, saved, &mut findings);
    let same_clock = clocks(revised, saved, &mut findings);
    build(document, saved, &mut findings);
    if findings.iter().all(|finding| finding.direction == Direction::Neutral)
        && let (Some(one), Some(other)) = (same_instant, same_clock)
    {
        let note = format!("saved at {}", instant(saved.1));
        findings.push(AGREE.at(evidence(saved.0)).citing(one).citing(other).noting(note));
    }
    findings
}

/// The information block's instant; what it rests on where it is the same.
fn instants(
    document: &Document,
    (property, saved): (&Property, i64),
    findings: &mut Vec<Finding>,
) -> Option<Evidence> {
    let own = at_place(document, Name::Modified, "FIB dwLowDateTime")?;
    let apart = own.at? - saved;
    if apart.abs() <= SLACK {
        return Some(evidence(own));
    }
    let note = format!("{} and {}, {} apart", property.value, own.value, lasting(apart));
    let finding = INSTANT_DIFFERS.at(evidence(property)).citing(evidence(own)).noting(note);
    findings.push(finding);
    None
}

/// The wall clock's minute; what it rests on where a zone explains the difference.
fn clocks(
    revised: Option<Clock>,
    (property, saved): (&Property, i64),
    findings: &mut Vec<Finding>,
) -> Option<Evidence> {
    let clock = revised?;
    let bytes = Evidence::bytes("DOP revised", clock.span);
    if stamp::zone(clock.at, saved, SLACK).is_some() {
        return Some(bytes);
    }
    let wall = instant(clock.at).trim_end_matches('Z').to_owned();
    let note = format!(
        "{} and the wall clock {wall}, {} apart",
        property.value,
        lasting(clock.at - saved)
    );
    findings.push(CLOCK_DIFFERS.at(evidence(property)).citing(bytes).noting(note));
    None
}

fn build(document: &Document, (property, saved): (&Property, i64), findings: &mut Vec<Finding>) {
    let Some(built) = at_place(document, Name::Version, "FIB lProductRevised") else { return };
    let Ok(number) = built.value.parse() else { return };
    let dated = build_day(number).map(|day| (day, BUILD_SLACK));
    let Some((day, slack)) = dated.or_else(|| Some((release(number)?, RELEASE_SLACK))) else {
        return;
    };
    if day > saved + slack {
        let what = if slack == BUILD_SLACK { "built" } else { "that came out" };
        let day = &instant(day)[..10];
        let note = format!("saved {}, by a Word {what} {day}", property.value);
        let finding = BUILD_LATER.at(evidence(property)).citing(evidence(built)).noting(note);
        findings.push(finding);
    }
}

/// The day in `lProductRevised`, as month, day and two digits of the year.
fn build_day(number: u32) -> Option<i64> {
    let (month, day, year) = (number / 10_000, number / 100 % 100, number % 100);
    let year = if year >= 90 { 1_900 + year } else { 2_000 + year };
    let part = |part| i8::try_from(part).ok();
    let date = jiff::civil::Date::new(i16::try_from(year).ok()?, part(month)?, part(day)?).ok()?;
    (number < 10_000_000).then(|| stamp::local_seconds(date.at(0, 0, 0, 0)))
}

/// When the build came out that later Words write in its place: version times 10^8, build times 10^4,
/// revision. The last listed build up to it, since not all are.
fn release(number: u32) -> Option<i64> {
    // Version 16, builds up to 29,999; another number is of no Word.
    let build = number.checked_sub(1_600_000_000).filter(|rest| *rest < 300_000_000)? / 10_000;
    let table = rows(include_str!("../../../data/office_builds.tsv"));
    let listed = table.filter_map(|row| Some((row.first()?.parse::<u32>().ok()?, *row.get(1)?)));
    let (_, day) = listed.filter(|(listed, _)| *listed <= build).last()?;
    let day: jiff::civil::Date = day.parse().ok()?;
    Some(stamp::local_seconds(day.at(0, 0, 0, 0)))
}

/// The weekday that stands beside the wall clock, where its date falls on another.
fn weekday_slip(clock: Clock) -> Option<String> {
    const NAMES: [&str; 7] =
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    // 1970-01-01 was a Thursday.
    let falls = usize::try_from((clock.at.div_euclid(86_400) + 4).rem_euclid(7)).ok()?;
    let stands = usize::from(clock.weekday);
    let named = NAMES.get(stands)?;
    (stands != falls).then(|| format!("{named} stands, the date falls on {}", NAMES[falls]))
}

static AGREE: Code = Code {
    check: "document/word-save-time",
    name: "agree",
    claim: Claim::DateAsStated,
    direction: Direction::Supports,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the time of the last saving is the same in three places of the file",
        fr: "l’heure du dernier enregistrement est la même à trois endroits du fichier",
    },
    innocent: Text { en: "", fr: "" },
};

static SECONDS: Code = Code {
    name: "seconds",
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the last saving of a Word document has seconds, where Word writes whole minutes",
        fr: "le dernier enregistrement d’un document Word comporte des secondes, alors que Word écrit des minutes entières",
    },
    innocent: Text {
        en: "another program that names itself Word saved it; a document store or an archive set the date",
        fr: "un autre programme qui se nomme Word l’a enregistré ; une gestion documentaire ou un archivage a fixé la date",
    },
    ..AGREE
};

static MADE_WITH_SECONDS: Code = Code {
    name: "made-with-seconds",
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the creation of a Word document has seconds, where Word writes whole minutes",
        fr: "la création d’un document Word comporte des secondes, alors que Word écrit des minutes entières",
    },
    innocent: Text {
        en: "another program made the document, and Word kept its date",
        fr: "un autre programme a créé le document, et Word a gardé sa date",
    },
    ..AGREE
};

static INSTANT_DIFFERS: Code = Code {
    name: "instant-differs",
    meaning: Text {
        en: "the last saving that is shown is not the one Word noted inside the document",
        fr: "le dernier enregistrement affiché n’est pas celui que Word a noté dans le document",
    },
    innocent: Text {
        en: "a document store, a label or a rights service stamped the properties; another program saved the file and kept Word's note",
        fr: "une gestion documentaire, un étiquetage ou un service de droits a daté les propriétés ; un autre programme a enregistré le fichier et gardé la note de Word",
    },
    ..SECONDS
};

static CLOCK_DIFFERS: Code = Code {
    name: "clock-differs",
    meaning: Text {
        en: "no time zone explains the difference between the last saving and the wall clock in the document",
        fr: "aucun fuseau horaire n’explique l’écart entre le dernier enregistrement et l’horloge locale du document",
    },
    innocent: Text {
        en: "a document store or an archive set the date shown; another program saved the file and kept Word's clock",
        fr: "une gestion documentaire ou un archivage a fixé la date affichée ; un autre programme a enregistré le fichier et gardé l’horloge de Word",
    },
    ..SECONDS
};

static WEEKDAY_DIFFERS: Code = Code {
    name: "weekday-differs",
    meaning: Text {
        en: "the weekday beside the wall clock is not the one its date falls on",
        fr: "le jour de la semaine à côté de l’horloge locale n’est pas celui de sa date",
    },
    innocent: Text {
        en: "another program that names itself Word left the weekday out",
        fr: "un autre programme qui se nomme Word a omis le jour de la semaine",
    },
    ..SECONDS
};

static BUILD_LATER: Code = Code {
    name: "build-later",
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "the Word that saved it was built after the day it says it saved on",
        fr: "le Word qui l’a enregistré a été compilé après le jour d’enregistrement indiqué",
    },
    innocent: Text {
        en: "the clock of the machine was wrong; a document store or an archive set the date shown",
        fr: "l’horloge de la machine était déréglée ; une gestion documentaire ou un archivage a fixé la date affichée",
    },
    ..SECONDS
};
