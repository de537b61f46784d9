//! Words about two items laid beside each other, for `show` and the report.

use lydite_core::check::Text;
use lydite_core::difference::document::Class;
use lydite_core::difference::image::Turn;

use crate::wording::texts;

texts! {
    BESIDE: "Difference from", "Différence avec";
    KEY: "[-only in the other-] {+only in this one+}",
        "[-seulement dans l'autre-] {+seulement dans celui-ci+}";
    KEY_BEFORE: "[-before-] {+after+}", "[-avant-] {+après+}";
    REVISION: "Revision", "Révision";
    REVISION_SAYS: "what this saving changed in the file as it was before",
        "ce que cet enregistrement a changé dans le fichier tel qu'il était";
    REVISIONS_LOST: "the revisions are not compared", "les révisions ne sont pas comparées";
    REVISIONS_LEFT: "earlier savings not shown here", "enregistrements antérieurs non montrés ici";
    BYTES_UP_TO: "bytes up to", "octets jusqu'à";
    OBJECTS: "objects added, replaced, freed", "objets ajoutés, remplacés, libérés";
    BESIDE_COUNTERPART: "The item that the verdict names beside it",
        "L'élément que le verdict nomme à côté";
    DIFFERENCES: "Differences from other states and items",
        "Différences avec d'autres états et éléments";
    DIFFERENCES_KEY:
        "Struck out with −: only in the other one, or before. Underlined with +: only in this one, or after.",
        "Barré avec − : seulement dans l'autre, ou avant. Souligné avec + : seulement dans celui-ci, ou après.";
    SAME_BYTES: "the same bytes", "les mêmes octets";
    SAME_TEXT: "no text and no stated value that is read differs; other bytes may",
        "aucun texte ni aucune valeur déclarée qui soient lus ne diffèrent ; d'autres octets peuvent différer";
    TEXT_CHANGES: "Text", "Texte";
    CHANGES_LEFT: "changes not shown", "changements non montrés";
    SUMS: "Sums that held in the other one and do not hold here",
        "Sommes justes dans l'autre, qui ne le sont pas ici";
    STATES: "states", "indique";
    ADD_UP: "add up to", "font ensemble";
    STATED: "What the files state of themselves", "Ce que les fichiers disent d'eux-mêmes";

    NUMBER: "number", "nombre";
    DATE: "date", "date";
    NAME: "name", "nom";
    WORDS: "text", "texte";
    FORM: "form alone", "forme seule";
    ROW_INSERTED: "row only here", "ligne seulement ici";
    ROW_REMOVED: "row only in the other", "ligne seulement dans l'autre";
    COLUMN_INSERTED: "column only here", "colonne seulement ici";
    COLUMN_REMOVED: "column only in the other", "colonne seulement dans l'autre";
    INSERTED: "only here", "seulement ici";
    REMOVED: "only in the other", "seulement dans l'autre";

    PICTURES: "Pictures", "Images";
    PICTURES_SAY:
        "a picture for a person and no finding: where two pictures differ says neither which was \
         first nor what a change means",
        "une image pour une personne et non un constat : là où deux images diffèrent, rien ne dit \
         laquelle était la première ni ce que signifie un changement";
    PIXELS: "pixels here and in the other", "pixels ici et dans l'autre";
    NOT_DECODED:
        "the pixels are not compared: only JPEG and PNG are decoded, up to a bound and if whole enough",
        "les pixels ne sont pas comparés : seuls JPEG et PNG sont décodés, jusqu'à une borne et s'ils \
         sont assez entiers";
    PIXELS_LOST: "the pixels are not compared", "les pixels ne sont pas comparés";
    EQUAL_PIXELS: "every pixel is the same", "chaque pixel est le même";
    NOT_ALIGNED: "they show nothing in common that the search finds",
        "elles ne montrent rien de commun que la recherche trouve";
    NO_REGIONS: "nothing differs by more than saving anew explains",
        "rien ne diffère de plus que ce qu'explique un nouvel enregistrement";
    REGIONS: "places that differ", "endroits qui diffèrent";
    SHARE: "share of what both show", "part de ce que toutes deux montrent";
    REGIONS_LEFT: "places not listed", "endroits non listés";
    LEVELS: "levels of 255", "niveaux sur 255";
    IN_OTHER: "in the other", "dans l'autre";
    SCALED: "another size: pixels here for one of the other, across and down",
        "une autre taille : pixels ici pour un de l'autre, en largeur et en hauteur";
    CUT: "one shows more at its edges; what both show, here and in the other",
        "l'une montre davantage sur ses bords ; ce que toutes deux montrent, ici et dans l'autre";
    TONED: "brightness or contrast of the whole differ",
        "la luminosité ou le contraste de l'ensemble diffèrent";
    GREY: "only one of the two has colours", "une seule des deux est en couleurs";
    SHOWN: "the other at the left, this one at the right; boxes around what differs",
        "l'autre à gauche, celle-ci à droite ; des cadres autour de ce qui diffère";
    WRITTEN: "written to", "écrit dans";

    TURNED_RIGHT: "the other, turned right by a quarter", "l'autre, tournée d'un quart vers la droite";
    TURNED_HALF: "the other, turned upside down", "l'autre, tête en bas";
    TURNED_LEFT: "the other, turned left by a quarter", "l'autre, tournée d'un quart vers la gauche";
    MIRRORED: "the other, mirrored left to right", "l'autre, en miroir de gauche à droite";
    MIRRORED_RIGHT: "the other, mirrored and turned right by a quarter",
        "l'autre, en miroir et tournée d'un quart vers la droite";
    MIRRORED_HALF: "the other, mirrored top to bottom", "l'autre, en miroir de haut en bas";
    MIRRORED_LEFT: "the other, mirrored and turned left by a quarter",
        "l'autre, en miroir et tournée d'un quart vers la gauche";
}

pub fn class(class: Class) -> Text {
    match class {
        Class::Number => NUMBER,
        Class::Date => DATE,
        Class::Name => NAME,
        Class::Text => WORDS,
        Class::FormattingOnly => FORM,
        Class::RowInserted => ROW_INSERTED,
        Class::RowRemoved => ROW_REMOVED,
        Class::ColumnInserted => COLUMN_INSERTED,
        Class::ColumnRemoved => COLUMN_REMOVED,
        Class::Inserted => INSERTED,
        Class::Removed => REMOVED,
    }
}

/// None for upright.
pub fn turn(turn: Turn) -> Option<Text> {
    Some(match turn {
        Turn::Upright => return None,
        Turn::Right => TURNED_RIGHT,
        Turn::Half => TURNED_HALF,
        Turn::Left => TURNED_LEFT,
        Turn::Mirrored => MIRRORED,
        Turn::MirroredRight => MIRRORED_RIGHT,
        Turn::MirroredHalf => MIRRORED_HALF,
        Turn::MirroredLeft => MIRRORED_LEFT,
    })
}
