//! Who packed a document, by the habits of its zip.
//!
//! Measured on 1,300 packages of public test collections: Microsoft's programs state no date
//! (1 January 1980), made-by 4.5 for DOS, and leave room behind `[Content_Types].xml` (extra field
//! 0xA220); LibreOffice and OpenOffice.org state made-by 2.0 for DOS, UTF-8 names and the time of
//! saving, `mimetype` first and unpacked in their own formats.

use super::profile::{Name, Property};
use super::zip::{Entry, Package};
use super::{Detail, Document};

/// Habits that are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Every entry as Microsoft's programs write it.
    Microsoft,
    /// So are some; these others, by index, were written by something else.
    PartlyMicrosoft(Vec<usize>),
    /// Every entry as LibreOffice and OpenOffice.org write it.
    LibreOffice,
    Other,
    /// The directory is lost.
    Unknown,
}

/// The package of a document that is one.
pub fn package<'d>(document: &'d Document) -> Option<&'d Package> {
    match &document.detail {
        Detail::Ooxml(own) => Some(&own.package),
        Detail::Odf(own) => Some(&own.package),
        _ => None,
    }
}

/// Whether an entry is as Microsoft's programs write it.
fn is_microsoft(entry: &Entry) -> bool {
    entry.made_by == 45 && entry.states_no_date() && entry.flags & !6 == 0
}

pub fn layout(package: &Package) -> Layout {
    let entries = &package.entries;
    if !package.has_directory {
        return Layout::Unknown;
    }
    let Some(first) = entries.iter().min_by_key(|entry| entry.local.start) else {
        return Layout::Other;
    };
    let opens = first.growth_hint || first.name == "mimetype";
    let others: Vec<usize> = (0..entries.len()).filter(|at| !is_microsoft(&entries[*at])).collect();
    if others.is_empty() && opens {
        return Layout::Microsoft;
    }
    // One entry made by version 4.5 without a date can be by chance.
    if !others.is_empty() && entries.len() - others.len() >= 2 {
        return Layout::PartlyMicrosoft(others);
    }
    let libre = |entry: &Entry| {
        entry.made_by == 20 && entry.flags & !0x808 == 0 && entry.stamped().is_some()
    };
    if first.name == "mimetype" && first.method == 0 && entries.iter().all(libre) {
        return Layout::LibreOffice;
    }
    Layout::Other
}

/// What the document says wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimed {
    Microsoft,
    LibreOffice,
    Other,
}

/// The program that the document names, and the property that does.
pub fn claimed<'d>(document: &'d Document) -> Option<(Claimed, &'d Property)> {
    let program = document.profile.first(Name::Program)?;
    let starts = |names: &[&str]| names.iter().any(|name| program.value.starts_with(name));
    let claimed = if starts(&["Microsoft"]) && !program.value.contains("Compatible") {
        Claimed::Microsoft
    } else if starts(&["LibreOffice", "OpenOffice"]) {
        Claimed::LibreOffice
    } else {
        Claimed::Other
    };
    Some((claimed, program))
}

/// Whether it names a program of Microsoft's for computers and its whole zip is as they write it.
pub fn is_microsoft_throughout(document: &Document) -> bool {
    claimed(document).is_some_and(|(claimed, _)| claimed == Claimed::Microsoft)
        && package(document).is_some_and(|package| layout(package) == Layout::Microsoft)
}
