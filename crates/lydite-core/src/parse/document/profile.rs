//! The one normalised profile of a document: who, when, with what, each value with its bytes.

use serde::{Deserialize, Serialize};

use crate::evidence::Span;

/// What a property says. Closed list; what a format holds beyond it stays in its `detail`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Name {
    /// Who wrote it first, as the program was told.
    Author,
    /// Who saved it last.
    LastAuthor,
    /// Who opened it last (BIFF WRITEACCESS), which needs no saving.
    LastOpenedBy,
    /// Who made tracked changes or comments, printed it, or reserved it for writing.
    Editor,
    Title,
    Subject,
    Keywords,
    Description,
    Company,
    Manager,
    Created,
    Modified,
    Printed,
    /// When a change was made or a comment written, by tracked changes and histories.
    Edited,
    /// When a container noted it: directory entry of a compound file, entry of a zip.
    Stored,
    /// The program that made or saved it, as it names itself.
    Program,
    /// Its version or build, as stated.
    Version,
    Template,
    Language,
    Codepage,
    Revision,
    /// Minutes of editing.
    EditMinutes,
    Pages,
    Words,
    Printer,
    /// Of a file or folder on the machine where it was made.
    Path,
    /// Document, instance or revision id.
    Id,
    /// Id of one editing session (Word’s rsids): documents of one origin share many, others seldom one.
    RevisionSaveId,
    Font,
    /// Maker and model of a camera or scanner.
    Device,
    Place,
    /// A label of classification, a tenant, a custom property that names an organisation.
    Label,
}

/// One value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    pub name: Name,
    /// Decoded text; of a date, as it stands.
    pub value: String,
    /// Of a date: seconds since 1970. Of a local time (`is_local`): as if it were UTC.
    pub at: Option<i64>,
    /// Of a date that states its zone: seconds east of UTC.
    pub offset: Option<i32>,
    /// Of a date: it is the wall clock of an unstated zone.
    pub is_local: bool,
    /// Where it stands, in the format's own words: `docProps/core.xml dcterms:created`,
    /// `SummaryInformation 0x0C`, `Info /CreationDate`, `XMP xmp:CreateDate`, `Exif 0x9003`.
    pub place: String,
    /// Bytes of the blob. Of a packed part: the bytes of the packed part.
    pub span: Span,
}

impl Property {
    /// A text, cut at `limits::PROPERTY_TEXT` characters.
    pub fn text(name: Name, value: &str, place: impl Into<String>, span: Span) -> Property {
        let value = value.trim_matches(['\0', ' ', '\t', '\r', '\n']);
        let value = value.chars().take(crate::limits::PROPERTY_TEXT).collect();
        Property { name, value, at: None, offset: None, is_local: false, place: place.into(), span }
    }
}

/// All properties, in the order they stand in the document's own parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub properties: Vec<Property>,
}

impl Profile {
    pub fn all(&self, name: Name) -> impl Iterator<Item = &Property> {
        self.properties.iter().filter(move |p| p.name == name)
    }

    /// The first of that name.
    pub fn first(&self, name: Name) -> Option<&Property> {
        self.all(name).next()
    }
}
