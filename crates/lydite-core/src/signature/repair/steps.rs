//! The catalogue of steps that lead from a mail as found back to the mail as signed (research:
//! email.md section 4). Neutral steps change how bytes travelled, content steps what they say
//! (design rule 10).

use serde::{Deserialize, Serialize};

use crate::check::Text;

/// One step back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    Unstuffed,
    TransferRecoded,
    PartsRecoded,
    PartFieldsUnfolded,
    PartsClosedUp,
    WordsRecoded,
    AddressesRespaced,
    AddressesReordered,
    TypeRequoted,
    DateRewritten,
    EndCut,
    StartCut,
    LinesCut,
    PartUnwrapped,
    LastPartCut,
    DigitReplaced,
    SubjectTagCut,
    SubjectPrefixRestored,
    FromRestored,
    AddressCut,
    AddressRestored,
    FieldTakenOut,
    FieldRestored,
    TakenFromCopy,
}

/// What the table says of a step.
pub struct Row {
    pub step: Step,
    pub id: &'static str,
    pub neutral: bool,
    pub meaning: Text,
}

/// The table, neutral steps first.
pub static STEPS: &[Row] = &[
    row(
        Step::Unstuffed,
        "unstuffed",
        true,
        "`>From ` lines of a mailbox undone",
        "lignes « >From » d’une boîte rétablies",
    ),
    row(
        Step::TransferRecoded,
        "transfer-recoded",
        true,
        "another transfer encoding of the same text",
        "autre codage de transfert du même texte",
    ),
    row(
        Step::PartsRecoded,
        "parts-recoded",
        true,
        "parts in the 8-bit encoding they were sent in",
        "parties dans le codage 8 bits d’origine",
    ),
    row(
        Step::PartFieldsUnfolded,
        "part-fields-unfolded",
        true,
        "fields of parts on one line, as sent",
        "champs des parties sur une ligne, comme envoyés",
    ),
    row(
        Step::PartsClosedUp,
        "parts-closed-up",
        true,
        "an empty line behind an inner multipart taken out",
        "ligne vide après une partie multiple intérieure retirée",
    ),
    row(
        Step::WordsRecoded,
        "words-recoded",
        true,
        "encoded words of a header written another way",
        "mots codés d’un en-tête écrits autrement",
    ),
    row(
        Step::AddressesRespaced,
        "addresses-respaced",
        true,
        "blanks between addresses",
        "espaces entre les adresses",
    ),
    row(
        Step::AddressesReordered,
        "addresses-reordered",
        true,
        "the same mailboxes in another order",
        "les mêmes adresses dans un autre ordre",
    ),
    row(
        Step::TypeRequoted,
        "type-requoted",
        true,
        "quotes or case in Content-Type",
        "guillemets ou casse dans Content-Type",
    ),
    row(
        Step::DateRewritten,
        "date-rewritten",
        true,
        "the same moment written another way",
        "le même instant écrit autrement",
    ),
    row(
        Step::EndCut,
        "end-cut",
        false,
        "text behind the signed end cut off",
        "texte après la fin signée retiré",
    ),
    row(
        Step::StartCut,
        "start-cut",
        false,
        "lines above the signed start cut off",
        "lignes avant le début signé retirées",
    ),
    row(
        Step::LinesCut,
        "lines-cut",
        false,
        "lines inside the signed text taken out",
        "lignes au milieu du texte signé retirées",
    ),
    row(
        Step::PartUnwrapped,
        "part-unwrapped",
        false,
        "the first part taken out of a wrapper",
        "première partie sortie d’une enveloppe",
    ),
    row(
        Step::LastPartCut,
        "last-part-cut",
        false,
        "a part added at the end taken out",
        "partie ajoutée à la fin retirée",
    ),
    row(Step::DigitReplaced, "digit-replaced", false, "one digit replaced", "un chiffre remplacé"),
    row(
        Step::SubjectTagCut,
        "subject-tag-cut",
        false,
        "a tag in brackets taken out of Subject",
        "étiquette entre crochets retirée de l’objet",
    ),
    row(
        Step::SubjectPrefixRestored,
        "subject-prefix-restored",
        false,
        "the reply prefix of Subject as it was",
        "préfixe de réponse de l’objet rétabli",
    ),
    row(
        Step::FromRestored,
        "from-restored",
        false,
        "From restored from the fields that kept it",
        "expéditeur rétabli d’après les champs qui l’ont gardé",
    ),
    row(
        Step::AddressCut,
        "address-cut",
        false,
        "an added address taken out",
        "adresse ajoutée retirée",
    ),
    row(
        Step::AddressRestored,
        "address-restored",
        false,
        "a mailbox that the list took out, as the text names it",
        "adresse retirée par la liste, telle que le texte la nomme",
    ),
    row(
        Step::FieldTakenOut,
        "field-taken-out",
        false,
        "an added header field taken out",
        "champ d’en-tête ajouté retiré",
    ),
    row(
        Step::FieldRestored,
        "field-restored",
        false,
        "a header field restored from another place of the mail",
        "champ d’en-tête rétabli d’après un autre endroit du message",
    ),
    row(
        Step::TakenFromCopy,
        "taken-from-copy",
        false,
        "as another copy of the same mail has it",
        "tel qu’un autre exemplaire du même message",
    ),
];

const fn row(
    step: Step,
    id: &'static str,
    neutral: bool,
    en: &'static str,
    fr: &'static str,
) -> Row {
    Row { step, id, neutral, meaning: Text { en, fr } }
}

impl Step {
    /// The step's row: the table is in the order of the enumeration, as a test holds it to.
    pub fn row(self) -> &'static Row {
        &STEPS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_its_row() {
        for (at, row) in STEPS.iter().enumerate() {
            assert_eq!(row.step as usize, at);
            assert_eq!(serde_json::to_string(&row.step).unwrap(), format!("\"{}\"", row.id));
        }
        assert_eq!(Step::TakenFromCopy as usize + 1, STEPS.len());
    }
}
