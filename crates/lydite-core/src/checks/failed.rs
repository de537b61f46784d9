//! What stands in place of a check that broke.

use crate::check::{Code, Text};
use crate::evidence::{Claim, Direction};

pub static FAILED: Code = Code {
    check: "",
    name: "failed",
    claim: Claim::BodyAsSent,
    direction: Direction::Inconclusive,
    strength: None,
    meaning: Text {
        en: "this check broke on this item and says nothing about it",
        fr: "ce contrôle a échoué sur cet élément et n’en dit rien",
    },
    innocent: Text {
        en: "a defect of Lydite: please report it with the item's hash",
        fr: "un défaut de Lydite : merci de le signaler avec l’empreinte de l’élément",
    },
};
