//! What several checks ask of documents that keep their dates in more than one place.

use crate::check::{Code, Text};
use crate::evidence::{Claim, Direction, Evidence};
use crate::parse::document::ole::Ole;
use crate::parse::document::profile::{Name, Property};
use crate::parse::document::{Detail, Document};

/// A compound document's own part.
pub fn ole<'a>(document: &'a Document) -> Option<&'a Ole> {
    if let Detail::Ole(ole) = &document.detail { Some(ole) } else { None }
}

/// The property of that name whose place begins so.
pub fn at_place<'a>(document: &'a Document, name: Name, place: &str) -> Option<&'a Property> {
    document.profile.all(name).find(|p| p.place.starts_with(place))
}

/// The date of `SummaryInformation`, with its seconds.
pub fn summary_date<'a>(document: &'a Document, name: Name) -> Option<(&'a Property, i64)> {
    let property = at_place(document, name, "SummaryInformation")?;
    Some((property, property.at.filter(|at| *at > 0)?))
}

/// Whether it says that Microsoft's Word saved it, and what it shows is the document itself.
pub fn is_of_word(document: &Document) -> bool {
    let Some(ole) = ole(document).filter(|ole| !ole.rights_managed) else { return false };
    let program = at_place(document, Name::Program, "SummaryInformation");
    let says_word = |p: &Property| p.value.starts_with("Microsoft") && p.value.contains("Word");
    ole.word.is_some() && program.is_some_and(says_word)
}

/// A property as what a finding rests on.
pub fn evidence(property: &Property) -> Evidence {
    Evidence::bytes(property.place.clone(), property.span)
}

/// Seconds since 1970 as they are told: `2017-03-27T10:52:31Z`.
pub fn instant(at: i64) -> String {
    jiff::Timestamp::from_second(at).map_or_else(|_| at.to_string(), |stamp| stamp.to_string())
}

/// A span of seconds in days, hours and minutes.
pub fn lasting(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    match (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

/// What both checks of a saving's time zone say.
pub(super) const OFFSET: Code = Code {
    check: "", // each check puts its own
    name: "offset",
    claim: Claim::DateAsStated,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the document gives away the offset from UTC of the machine that saved it",
        fr: "le document révèle le décalage UTC de la machine qui l’a enregistré",
    },
    innocent: Text { en: "", fr: "" },
};
