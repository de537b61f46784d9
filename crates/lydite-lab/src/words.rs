//! What the mails say: sentences from a grammar, with figures, names and amounts, so that no two
//! paragraphs are alike.

use crate::people::Lang;
use crate::random::Random;

/// Slots in braces: a amount, n number, p person, l place, d day, r reference, h hour, o object.
const FR: &[&str] = &[
    "La {l} demande un acompte de {a} euros avant {d} pour la soirée du {d2}.",
    "Le devis complet est de {a} euros, {o} compris, référence {r}.",
    "J'ai fait le virement de {a} euros ce matin, le reçu porte le numéro {r}.",
    "Il reste {n} affiches au local, {p} en apporte le double {d}.",
    "{p} confirme la venue de {n} personnes à la {l}, dont {n2} élus.",
    "Rendez-vous {d} à {h} devant la {l} ; prévoir {o}.",
    "Le chiffre de {n} emplois vient de la note {r}, page {n2}.",
    "Les recettes du mois atteignent {a} euros pour {n} donateurs.",
    "Nous sommes à {n2} % du plafond, il faut ralentir sur {o}.",
    "{p} propose de déplacer la réunion de {d} à {d2}, même salle.",
    "L'imprimeur facture {a} euros au lieu des {a2} convenus, {p} l'appelle.",
    "Peux-tu relire le paragraphe sur {o} avant {d} à {h} ?",
    "Le dossier {r} est complet, il manque seulement la signature de {p}.",
    "La commission répond sous {n2} jours, référence {r}.",
    "Le train de {h} arrive à temps ; {p} prend la voiture avec {o}.",
    "Trois questions pour {p} : le budget de {a} euros, {o}, et la date du {d}.",
    "Le journal publie l'entretien {d}, {n} lignes et une photo de la {l}.",
    "{p} a compté {n} signatures hier, il en faut encore {n2}.",
    "La location coûte {a} euros par jour, {o} en plus pour {a2} euros.",
    "Garde la liste des dons de plus de {n} euros, la commission la demandera avec le dossier {r}.",
    "L'assurance couvre {o} jusqu'à {a} euros, contrat {r}.",
    "On partage les frais avec l'association : notre part est de {a} euros.",
    "Je ne pourrai pas venir {d}, {p} me remplace à partir de {h}.",
    "Le sondage donne {n2} % à {l}, sur {n} personnes interrogées.",
    "Le contrat avec {p} s'arrête {d} ; il a demandé {a} euros pour le prolonger.",
    "La clé du local est chez {p}, au numéro {n2} de la rue derrière la {l}.",
    "Le serveur tombe en panne vers {h}, {p} a ouvert le ticket {r}.",
    "Nous avons {n} inscrits pour {d}, la {l} ferme à {h}.",
    "La note de {p} chiffre la mesure sur {o} à {a} millions d'euros.",
    "Merci de ne pas diffuser la version {r}, il y a une erreur page {n2}.",
];
const EN: &[&str] = &[
    "The {l} asks for a deposit of {a} euros before {d} for the evening of {d2}.",
    "The full quote is {a} euros, {o} included, reference {r}.",
    "I made the transfer of {a} euros this morning, the receipt has number {r}.",
    "There are {n} posters left at the office, {p} brings twice as many on {d}.",
    "{p} confirms that {n} people come to the {l}, {n2} of them elected.",
    "We meet on {d} at {h} in front of the {l}; please bring {o}.",
    "The figure of {n} jobs is from note {r}, page {n2}.",
    "Income this month is {a} euros from {n} donors.",
    "We stand at {n2} % of the ceiling and must slow down on {o}.",
    "{p} suggests moving the meeting from {d} to {d2}, same room.",
    "The printer bills {a} euros instead of the {a2} agreed, {p} will call them.",
    "Could you read the paragraph on {o} before {d} at {h}?",
    "File {r} is complete, only the signature of {p} is missing.",
    "The commission answers within {n2} days, reference {r}.",
    "Three questions for {p}: the budget of {a} euros, {o}, and the date of {d}.",
    "The paper runs the interview on {d}, {n} lines and a picture of the {l}.",
    "{p} counted {n} signatures yesterday, we need another {n2}.",
    "The hire is {a} euros a day, {o} on top for {a2} euros.",
    "Insurance covers {o} up to {a} euros, contract {r}.",
    "We share the cost with the association: our part is {a} euros.",
    "I cannot come on {d}, {p} takes over from {h}.",
    "The poll gives {n2} % at {l}, with {n} people asked.",
    "The translation of {o} is ready, {n} pages; {p} asks for it before {d}.",
    "The server goes down at about {h}, {p} opened ticket {r}.",
    "Please do not pass on version {r}, there is a mistake on page {n2}.",
];
const PLACES_FR: &[&str] = &[
    "salle des Quais",
    "mairie de Port-Lumière",
    "gare du Nord",
    "bibliothèque Beaulieu",
    "halle aux grains",
    "cantine solidaire",
    "maison des associations",
    "librairie du Phare",
    "salle Saint-Aubin",
];
const PLACES_EN: &[&str] = &[
    "harbour hall",
    "town library",
    "north station",
    "corn exchange",
    "old school",
    "Beaulieu theatre",
];
const OBJECTS_FR: &[&str] = &[
    "le chauffage",
    "les chaises",
    "la sonorisation",
    "les tracts",
    "la rampe d'accès",
    "le logement",
    "la pêche",
    "les transports scolaires",
    "la traduction",
    "les affiches",
    "le vestiaire",
    "le micro",
    "l'énergie",
    "la garde d'enfants",
    "les badges",
];
const OBJECTS_EN: &[&str] = &[
    "heating",
    "the chairs",
    "the sound system",
    "leaflets",
    "the ramp",
    "housing",
    "fisheries",
    "school buses",
    "translation",
    "posters",
    "the cloakroom",
    "childcare",
    "badges",
];
const DAYS_FR: &[&str] = &[
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "le 3", "le 9", "le 17", "le 24",
];
const DAYS_EN: &[&str] = &[
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "the 3rd",
    "the 9th",
    "the 17th",
];
const SUBJECTS_FR: &[&str] = &[
    "{l}, acompte",
    "Comptes du mois, dossier {r}",
    "Réunion de {d}",
    "Devis {r}",
    "Affichage et {o}",
    "Entretien avec {p}",
    "Liste des inscrits, {l}",
    "Note sur {o}",
    "Facture {r}",
    "Planning de {d}",
    "Relecture : {o}",
    "Déplacement à {l}",
    "Contrat {r}",
    "Question de {p}",
];
const SUBJECTS_EN: &[&str] = &[
    "{l}, deposit",
    "Accounts, file {r}",
    "Meeting on {d}",
    "Quote {r}",
    "Interview with {p}",
    "Draft on {o}",
    "Invoice {r}",
    "Travel on {d}",
    "Question from {p}",
    "Translation of {o}",
];

/// Who is spoken of; given names of the cast and others.
pub type Names<'a> = &'a [String];

fn choose<'a>(lang: Lang, fr: &'a [&'a str], en: &'a [&'a str]) -> &'a [&'a str] {
    if lang == Lang::Fr { fr } else { en }
}

/// An amount as the language writes it: `1 240`, `1,240`.
pub fn amount(lang: Lang, number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, c) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(if lang == Lang::Fr { ' ' } else { ',' });
        }
        out.push(c);
    }
    out
}

fn filled(template: &str, lang: Lang, names: Names, random: &mut Random) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        out.push_str(&rest[..open]);
        let slot = rest[open + 1..].chars().next().unwrap_or(' ');
        let text = match slot {
            'a' => amount(lang, random.between(11, 990) * 10 + random.between(0, 9)),
            'n' => random.between(12, 480).to_string(),
            'p' => random.pick(names).clone(),
            'l' => (*random.pick(choose(lang, PLACES_FR, PLACES_EN))).to_owned(),
            'o' => (*random.pick(choose(lang, OBJECTS_FR, OBJECTS_EN))).to_owned(),
            'd' => (*random.pick(choose(lang, DAYS_FR, DAYS_EN))).to_owned(),
            'r' => format!("{}-{}", random.letters(b"ABCDEFGHJKLMNPRSTVW", 2), random.digits(4)),
            'h' if lang == Lang::Fr => {
                format!("{} h {}", random.between(8, 21), random.between(10, 55))
            }
            _ => format!("{}:{}", random.between(8, 21), random.between(10, 55)),
        };
        out.push_str(&text);
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}

pub fn sentence(lang: Lang, names: Names, random: &mut Random) -> String {
    let template = *random.pick(choose(lang, FR, EN));
    let text = filled(template, lang, names, random);
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    first + chars.as_str()
}

pub fn subject(lang: Lang, names: Names, random: &mut Random) -> String {
    let template = *random.pick(choose(lang, SUBJECTS_FR, SUBJECTS_EN));
    let text = filled(template, lang, names, random);
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    first + chars.as_str()
}

/// Paragraphs of one to three sentences, apart by empty lines.
pub fn paragraphs(lang: Lang, count: usize, names: Names, random: &mut Random) -> Vec<String> {
    let one = |random: &mut Random| {
        let count = 1 + random.below(3);
        let sentences: Vec<String> = (0..count).map(|_| sentence(lang, names, random)).collect();
        sentences.join(" ")
    };
    (0..count).map(|_| one(random)).collect()
}

/// A letter to one person: greeting, paragraphs, closing.
pub fn letter(lang: Lang, to: &str, signature: &str, names: Names, random: &mut Random) -> String {
    let count = 1 + random.below(3);
    let greeting = match (lang, random.below(3)) {
        (Lang::Fr, 0) => format!("Bonjour {to},"),
        (Lang::Fr, 1) => format!("{to},"),
        (Lang::Fr, _) => "Bonjour,".to_owned(),
        (Lang::En, 0) => format!("Dear {to},"),
        (Lang::En, _) => format!("Hi {to},"),
    };
    let closing = match (lang, random.below(3)) {
        (Lang::Fr, 0) => "Merci,",
        (Lang::Fr, 1) => "Bien à toi,",
        (Lang::Fr, _) => "Cordialement,",
        (Lang::En, 0) => "Thanks,",
        (Lang::En, _) => "Best wishes,",
    };
    let text = paragraphs(lang, count, names, random).join("\n\n");
    format!("{greeting}\n\n{text}\n\n{closing}\n{signature}")
}

/// Breaks every line at blanks so that none is longer than `width` characters.
pub fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        if line.starts_with('>') {
            out.push_str(line);
            continue;
        }
        let mut column = 0;
        for (nth, word) in line.split(' ').enumerate() {
            let length = word.chars().count();
            if nth > 0 && column + 1 + length > width {
                out.push('\n');
                column = 0;
            } else if nth > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_is_filled_and_sentences_seldom_repeat() {
        let names = ["Anna".to_owned(), "Luc".to_owned()];
        let mut random = Random::of(1, "words");
        let mut seen = std::collections::BTreeSet::new();
        for at in 0..2_000 {
            let lang = if at % 2 == 0 { Lang::Fr } else { Lang::En };
            let text = sentence(lang, &names, &mut random);
            assert!(!text.contains(['{', '}']), "{text}");
            seen.insert(text);
        }
        assert!(seen.len() > 1_900, "{}", seen.len());
    }

    #[test]
    fn lines_are_broken_at_blanks_alone() {
        let text = wrapped("un deux trois quatre\n> cité et bien plus long que la largeur", 9);
        assert_eq!(text, "un deux\ntrois\nquatre\n> cité et bien plus long que la largeur");
        assert_eq!(amount(Lang::Fr, 12_340), "12 340");
        assert_eq!(amount(Lang::En, 999), "999");
    }
}
