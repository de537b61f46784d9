//! A PDF's revisions and an item's counterpart, for the page.

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lydite_core::difference::Piece;
use lydite_core::difference::told::{Difference, PropertyChange};
use lydite_core::examine::{DocumentRecord, Examined};
use lydite_core::item::Sha256;
use lydite_core::limits;
use lydite_corpus::reading::Reader;

use super::difference::{Shown, shown};
use crate::beside::{self, Beside, Picture, Side, words};
use crate::face::visible;
use crate::sandbox::beside::Comparer;
use crate::wording::{self, Lang};

/// One comparison.
pub struct BesideView {
    pub title: String,
    /// Remarks, a sentence each.
    pub notes: Vec<String>,
    pub changes: Vec<ChangeView>,
    pub sums: Vec<String>,
    pub regions: Vec<String>,
    /// A PNG in base64.
    pub picture: Option<String>,
}

pub struct ChangeView {
    pub place: String,
    pub kind: String,
    pub pieces: Vec<Shown>,
}

/// An item and what its verdict names beside it.
pub struct Sides<'a> {
    pub examined: &'a Examined,
    pub raw: &'a [u8],
    pub counterpart: Option<Sha256>,
}

/// Everything that is laid beside an item.
pub fn of(
    sides: &Sides,
    reader: &mut Reader,
    comparer: &mut Comparer,
    lang: Lang,
) -> Result<Vec<BesideView>> {
    let Some(document) = &sides.examined.document else {
        return Ok(Vec::new());
    };
    let mut out: Vec<BesideView> = Vec::new();
    if let Some(id) = sides.counterpart
        && let Some((original, _)) = reader.examined(&id)?
        && let Some(other) = &original.document
    {
        let raw = reader.bytes(&id)?;
        let found = Side { kind: sides.examined.kind, document, raw: sides.raw };
        let original = Side { kind: original.kind, document: other, raw: &raw };
        let told = beside::documents(&found, &original, comparer);
        let title = format!("{} ({})", lang.typeset(words::BESIDE_COUNTERPART), short(&id));
        out.push(counterpart(title, &told, lang));
    }
    out.extend(revisions(document, sides.raw, comparer, lang));
    Ok(out)
}

/// As items are called elsewhere on the page.
fn short(id: &Sha256) -> String {
    id.to_string()[..16].to_owned()
}

fn revisions(
    document: &DocumentRecord,
    raw: &[u8],
    comparer: &mut Comparer,
    lang: Lang,
) -> Vec<BesideView> {
    let mut steps = match beside::steps(document, raw, comparer) {
        Ok(steps) => steps,
        Err(why) => {
            let mut lost = view(lang.typeset(words::REVISIONS_LOST), &Difference::default(), lang);
            lost.notes = vec![visible(&why)];
            return vec![lost];
        }
    };
    let left = steps.len().saturating_sub(limits::REPORT_REVISIONS);
    let steps = steps.split_off(left);
    let mut out: Vec<BesideView> =
        steps.iter().map(|step| view(beside::step(step, lang), &step.difference, lang)).collect();
    if let Some(first) = out.first_mut().filter(|_| left > 0) {
        first.notes.insert(0, counted(words::REVISIONS_LEFT, left, lang));
    }
    out
}

fn counterpart(title: String, told: &Beside, lang: Lang) -> BesideView {
    if told.is_same_bytes {
        let mut out = view(title, &Difference::default(), lang);
        out.notes = vec![lang.typeset(words::SAME_BYTES)];
        return out;
    }
    let mut out = view(title, &told.difference, lang);
    match &told.pictures {
        None => {}
        Some(Picture::Lost(why)) => {
            let said = lang.typeset(words::PIXELS_LOST);
            out.notes.push(format!("{said}{} {}", lang.colon(), visible(why)));
        }
        Some(Picture::NotDecoded) => out.notes.push(lang.typeset(words::NOT_DECODED)),
        Some(Picture::Compared(pictures)) => {
            out.notes.push(lang.typeset(words::PICTURES_SAY));
            out.notes.extend(beside::remarks(&pictures.comparison, lang));
            out.regions = beside::regions(&pictures.comparison, lang);
            out.picture = Some(STANDARD.encode(&pictures.shown));
        }
    }
    out
}

fn view(title: String, told: &Difference, lang: Lang) -> BesideView {
    let changes = told.changes.iter().take(limits::REPORT_CHANGES).map(|change| ChangeView {
        place: visible(&beside::place(change)),
        kind: lang.typeset(words::class(change.class)),
        pieces: shown(&change.words, lang),
    });
    let stated = told.properties.iter().take(limits::REPORT_CHANGES).map(|p| property(p, lang));
    let left = told.changes.len().saturating_sub(limits::REPORT_CHANGES)
        + told.properties.len().saturating_sub(limits::REPORT_CHANGES)
        + told.changes_left;
    let mut notes = Vec::new();
    if told.is_empty() {
        notes.push(lang.typeset(words::SAME_TEXT));
    }
    if left > 0 {
        notes.push(counted(words::CHANGES_LEFT, left, lang));
    }
    let sums = told.broken_sums.iter().take(limits::REPORT_CHANGES);
    BesideView {
        title,
        notes,
        changes: changes.chain(stated).collect(),
        sums: sums.map(|sum| visible(&beside::sum(sum, lang))).collect(),
        regions: Vec::new(),
        picture: None,
    }
}

fn counted(what: lydite_core::check::Text, count: usize, lang: Lang) -> String {
    format!("{}{} {}", lang.typeset(what), lang.colon(), lang.number(count as u64))
}

fn property(change: &PropertyChange, lang: Lang) -> ChangeView {
    let original = change.original.clone().map(Piece::Original);
    let pieces: Vec<Piece> =
        original.into_iter().chain(change.found.clone().map(Piece::Found)).collect();
    ChangeView {
        place: lang.typeset(wording::property(change.name)),
        kind: visible(&change.place),
        pieces: shown(&pieces, lang),
    }
}

#[cfg(test)]
mod tests {
    use lydite_core::difference::image::{encoded, pictures};
    use lydite_core::parse::document::image::pixels::Pixels;

    use super::*;

    #[test]
    fn two_pictures_stand_on_the_page_with_what_differs() {
        let value = |n: usize| (120.0 + 90.0 * (n as f64 / 41.0).sin()) as u8;
        let original = Pixels { width: 90, height: 80, rgb: (0..90 * 80 * 3).map(value).collect() };
        let mut found = original.clone();
        let at = (40 * 90 + 40) * 3;
        found.rgb[at..at + 30].fill(255);
        let compared = pictures(&encoded(&found), &encoded(&original)).unwrap();
        let told = Beside {
            is_same_bytes: false,
            difference: Difference::default(),
            pictures: Some(Picture::Compared(Box::new(compared))),
        };
        let page = counterpart("a".to_owned(), &told, Lang::Fr);
        assert_eq!(page.regions.len(), 1);
        assert!(page.regions[0].contains("niveaux sur 255"), "{}", page.regions[0]);
        assert!(page.notes.iter().any(|note| note.contains("non un constat")));
        // A PNG begins so.
        assert!(page.picture.unwrap().starts_with("iVBORw0KGgo"));
        let same = Beside { is_same_bytes: true, ..told };
        assert_eq!(counterpart("a".to_owned(), &same, Lang::En).notes, ["the same bytes"]);
    }
}
