//! Two items laid beside each other: what `show --against` and the report tell.

pub mod words;

use lydite_core::difference::document::Class;
use lydite_core::difference::image::{Area, Comparison, Pictures};
use lydite_core::difference::told::{self, BrokenSum, Change, Difference};
use lydite_core::examine::DocumentRecord;
use lydite_core::item::Kind;
use lydite_core::parse::document::Format;
use lydite_core::parse::document::pdf::Step;

use crate::sandbox::beside::Comparer;
use crate::wording::Lang;

/// A document or image with its bytes.
pub struct Side<'a> {
    pub kind: Kind,
    pub document: &'a DocumentRecord,
    pub raw: &'a [u8],
}

/// How one document differs from another.
pub struct Beside {
    pub is_same_bytes: bool,
    pub difference: Difference,
    /// Of two images.
    pub pictures: Option<Picture>,
}

pub enum Picture {
    Compared(Box<Pictures>),
    /// Of a format that is not decoded, too large or too damaged.
    NotDecoded,
    /// The process that compares was lost over them: why.
    Lost(String),
}

/// Texts and values from the tables; pixels behind the boundary.
pub fn documents(found: &Side, original: &Side, comparer: &mut Comparer) -> Beside {
    let sides =
        |side: &Side| (side.document.text.clone(), side.document.profile.properties.clone());
    let (is, was) = (sides(found), sides(original));
    let are_images = found.kind == Kind::Image && original.kind == Kind::Image;
    let pictures = match are_images {
        true => Some(match comparer.pictures(found.raw, original.raw) {
            Ok(Some(pictures)) => Picture::Compared(Box::new(pictures)),
            Ok(None) => Picture::NotDecoded,
            Err(why) => Picture::Lost(why.to_string()),
        }),
        false => None,
    };
    Beside {
        is_same_bytes: found.raw == original.raw,
        difference: told::difference((&is.0, &is.1), (&was.0, &was.1)),
        pictures,
    }
}

/// What each saving of a PDF changed; none of other documents. `Err` says why the process that
/// compares was lost over it: everything else of the item is told all the same.
pub fn steps(
    document: &DocumentRecord,
    raw: &[u8],
    comparer: &mut Comparer,
) -> Result<Vec<Step>, String> {
    match document.format {
        Format::Pdf => comparer.steps(raw).map_err(|why| why.to_string()),
        _ => Ok(Vec::new()),
    }
}

/// Where a change stands: here, or, of what stands only there, in the other.
pub fn place(change: &Change) -> String {
    let only_there =
        matches!(change.class, Class::RowRemoved | Class::ColumnRemoved | Class::Removed);
    let own = if only_there || change.found.is_empty() { &change.original } else { &change.found };
    let stretch = match own.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first, .., last] => format!("{first} – {last}"),
    };
    // A piece that moved has two places.
    match (change.found.as_slice(), change.original.as_slice()) {
        ([is], [was]) if is != was => format!("{is} ({was})"),
        _ => stretch,
    }
}

/// `Budget!B2 – Budget!B4 add up to 23340; Budget!B5 states 6690`.
pub fn sum(sum: &BrokenSum, lang: Lang) -> String {
    let BrokenSum { first, last, total, stated, sums_to } = sum;
    let (add_up, states) = (lang.typeset(words::ADD_UP), lang.typeset(words::STATES));
    // Sums of decimal numbers leave a rest far behind the point.
    let sums_to = (sums_to * 1e6).round() / 1e6;
    let stop = match lang {
        Lang::En => ";",
        Lang::Fr => " ;",
    };
    format!("{first} – {last} {add_up} {sums_to}{stop} {total} {states} {stated}")
}

/// What is said of two pictures as wholes, a remark each.
pub fn remarks(comparison: &Comparison, lang: Lang) -> Vec<String> {
    let size = |(width, height): (usize, usize)| format!("{width} × {height}");
    let colon = lang.colon();
    let mut out = vec![format!(
        "{}{colon} {}, {}",
        lang.typeset(words::PIXELS),
        size(comparison.found),
        size(comparison.original)
    )];
    if comparison.is_equal {
        out.push(lang.typeset(words::EQUAL_PIXELS));
        return out;
    }
    let Some(alignment) = &comparison.alignment else {
        out.push(lang.typeset(words::NOT_ALIGNED));
        return out;
    };
    out.extend(words::turn(alignment.turn).map(|text| lang.typeset(text)));
    if alignment.is_scaled() {
        let (across, down) = alignment.scale;
        out.push(format!("{}{colon} {across:.3}, {down:.3}", lang.typeset(words::SCALED)));
    }
    if alignment.is_cut(comparison.found, comparison.original) {
        let (here, there) = (area(&alignment.found), area(&alignment.original));
        out.push(format!("{}{colon} {here} / {there}", lang.typeset(words::CUT)));
    }
    if alignment.is_toned {
        out.push(lang.typeset(words::TONED));
    }
    if alignment.is_grey {
        out.push(lang.typeset(words::GREY));
    }
    if comparison.regions.is_empty() {
        out.push(lang.typeset(words::NO_REGIONS));
    } else {
        let count = comparison.regions.len() + comparison.regions_left;
        let share = comparison.share * 100.0;
        let share = if share < 0.1 { "< 0.1".to_owned() } else { format!("{share:.1}") };
        let (places, of) = (lang.typeset(words::REGIONS), lang.typeset(words::SHARE));
        out.push(format!("{places}{colon} {count} ({of}{colon} {share} %)"));
    }
    out
}

/// The places that differ, one each.
pub fn regions(comparison: &Comparison, lang: Lang) -> Vec<String> {
    let each = comparison.regions.iter().map(|region| {
        let other = match region.found == region.original {
            true => String::new(),
            false => format!(" ({} {})", lang.typeset(words::IN_OTHER), area(&region.original)),
        };
        let levels = lang.typeset(words::LEVELS);
        format!("{}{other}{} {:.0} {levels}", area(&region.found), lang.colon(), region.levels)
    });
    let left = comparison.regions_left;
    let left = (left > 0).then(|| format!("{} {}", left, lang.typeset(words::REGIONS_LEFT)));
    each.chain(left).collect()
}

fn area(area: &Area) -> String {
    format!("x {}, y {}, {} × {}", area.left, area.top, area.width, area.height)
}

/// `Revision 2 (bytes up to 4,711; objects …: 0, 1, 0): what this saving changed …`.
pub fn step(step: &Step, lang: Lang) -> String {
    let stop = match lang {
        Lang::En => ";",
        Lang::Fr => " ;",
    };
    format!(
        "{} {} ({} {}{stop} {}{} {}, {}, {}){} {}",
        lang.typeset(words::REVISION),
        step.revision,
        lang.typeset(words::BYTES_UP_TO),
        lang.number(step.end as u64),
        lang.typeset(words::OBJECTS),
        lang.colon(),
        step.added,
        step.replaced,
        step.freed,
        lang.colon(),
        lang.typeset(words::REVISION_SAYS)
    )
}
