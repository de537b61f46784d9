//! Who writes: a party, its people and those they write with. Nobody here exists, and no domain here
//! can (RFC 2606).

use crate::random::Random;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lang {
    Fr,
    En,
}

/// Which program a person writes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    Thunderbird,
    Outlook,
    Gmail,
    AppleMail,
    IPhone,
    Roundcube,
    Zimbra,
    /// A program for newsletters on the sender's own server.
    PhpMailer,
    /// A sending service.
    Service,
}

/// How mail of a domain leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// Signed by the domain's own server, the key in the archive.
    Signed,
    /// The same in `simple` form, without `t=`.
    SignedWithoutTime,
    /// Signed by the domain and by the relay of a large provider.
    SignedTwice,
    /// Signed under a key that nobody kept.
    KeyLost,
    Unsigned,
    /// Unsigned until the party's administrator turned it on.
    SignedSince(i64),
}

#[derive(Clone, Debug)]
pub struct Domain {
    pub name: String,
    pub selector: String,
    pub sending: Sending,
    /// Which of the keys it signs with.
    pub key: &'static str,
    pub address: String,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub name: String,
    pub address: String,
    pub domain: usize,
    pub client: Client,
    pub lang: Lang,
    /// What stands under the mails.
    pub signature: String,
    /// Index of the mailbox in the dump, for those whose account was opened.
    pub custodian: Option<usize>,
}

/// Who sends the same text to many.
#[derive(Clone, Debug)]
pub struct Bulk {
    pub name: String,
    pub address: String,
    pub domain: usize,
    pub lang: Lang,
    pub kind: BulkKind,
    /// Seconds between two issues.
    pub every: i64,
    /// A program that gives every issue the same Message-ID.
    pub one_id: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkKind {
    Letter,
    Notice,
    Press,
}

pub struct Cast {
    pub organisation: String,
    pub domains: Vec<Domain>,
    pub people: Vec<Person>,
    pub bulk: Vec<Bulk>,
}

/// Index of the party's own domain in [`Cast::domains`].
pub const PARTY: usize = 0;
/// A freemail provider where anybody opens an account; the attacker too.
pub const FREEMAIL: usize = 1;
/// Looks like the party's own.
pub const LOOKALIKE: usize = 2;
const CUSTODIANS: usize = 6;
const STAFF: usize = 8;
const OUTSIDERS: usize = 30;

const GIVEN: &[&str] = &[
    "Anna", "Luc", "Inès", "Tom", "Maya", "Paul", "Chloé", "Hugo", "Léa", "Karim", "Sofia", "Marc",
    "Nadia", "Yves", "Élise", "Omar", "Clara", "Denis", "Judith", "Samuel", "Aïcha", "Victor",
    "Renée", "Basile", "Margot", "Ibrahim", "Solène", "Gaspard", "Fanny", "Noé",
];
const GIVEN_EN: &[&str] = &[
    "Grace", "Oliver", "Hannah", "Peter", "Ruth", "Simon", "Emma", "Callum", "Fiona", "George",
    "Helen", "Desmond",
];
const FAMILY: &[&str] = &[
    "Morel",
    "Besnard",
    "Caron",
    "Reyes",
    "Duvivier",
    "Marchetti",
    "Lemoine",
    "Haddad",
    "Perrin",
    "Vasseur",
    "Delcourt",
    "Guérin",
    "Lindqvist",
    "Okafor",
    "Baptiste",
    "Renaud",
    "Fabre",
    "Noiret",
    "Castel",
    "Jourdan",
    "Mercier",
    "Oualid",
    "Tessier",
    "Rivoire",
    "Blanchet",
    "Souchon",
    "Amari",
    "Pellerin",
    "Quentin",
    "Valois",
    "Chauvin",
    "Dardel",
    "Ferrand",
    "Lacombe",
];
const FAMILY_EN: &[&str] = &[
    "Whitmore",
    "Ashdown",
    "Kerr",
    "Byrne",
    "Holloway",
    "Pemberton",
    "Adeyemi",
    "Sinclair",
    "Thornbury",
    "Radley",
];
const PARTY_FIRST: &[&str] = &["rivage", "horizon", "cap", "alliance", "phare", "elan"];
const PARTY_SECOND: &[&str] = &["commun", "citoyen", "nouveau", "solidaire", "uni"];
const TRADES: &[&str] = &[
    "imprimerie",
    "cabinet",
    "mairie",
    "gazette",
    "salle",
    "traiteur",
    "agence",
    "transports",
    "atelier",
    "syndicat",
    "banque",
    "librairie",
    "radio",
    "association",
    "hotel",
    "studio",
];
const PLACES: &[&str] = &[
    "duvivier",
    "des-quais",
    "port-lumiere",
    "beaulieu",
    "saint-aubin",
    "des-halles",
    "du-fort",
    "riviere",
    "du-moulin",
    "belair",
    "mercier",
    "des-tilleuls",
    "du-phare",
    "val-clair",
];

impl Cast {
    pub fn of(seed: u64, signs_since: i64) -> Cast {
        let mut random = Random::of(seed, "people");
        let first = random.pick(PARTY_FIRST);
        let second = random.pick(PARTY_SECOND);
        let mut cast = Cast {
            organisation: format!("{} {second}", capital(first)),
            domains: Vec::new(),
            people: Vec::new(),
            bulk: Vec::new(),
        };
        cast.add_domains(&format!("{first}-{second}"), signs_since, &mut random);
        cast.add_people(&mut random);
        cast.add_bulk(&mut random);
        cast
    }

    fn add_domain(&mut self, name: String, sending: Sending, key: &'static str, selector: &str) {
        let number = self.domains.len() + 11;
        self.domains.push(Domain {
            name,
            selector: selector.to_owned(),
            sending,
            key,
            address: format!("198.51.100.{number}"),
        });
    }

    fn add_domains(&mut self, party: &str, signs_since: i64, random: &mut Random) {
        use Sending::{KeyLost, Signed, SignedSince, SignedTwice, SignedWithoutTime, Unsigned};
        self.add_domain(format!("{party}.example"), SignedSince(signs_since), "party", "p2017");
        self.add_domain("freemail.example".into(), SignedTwice, "freemail", "20161025");
        self.add_domain(format!("{party}-compta.example"), Signed, "lookalike", "k1");
        self.add_domain("courrier.example".into(), SignedWithoutTime, "courrier", "selector1");
        // Of the others: trades and places in an order of their own, ways of sending in turn.
        let mut trades = TRADES.to_vec();
        random.shuffle(&mut trades);
        let ways = [Signed, Unsigned, Signed, KeyLost, Signed, SignedWithoutTime, Unsigned, Signed];
        for (at, trade) in trades.iter().enumerate() {
            let sending = ways[at % ways.len()];
            let key = ["office", "press", "shop"][at % 3];
            let name = format!("{trade}-{}.example", random.pick(PLACES));
            self.add_domain(name, sending, key, &format!("s{}", 1 + random.below(4)));
        }
        // Letters, notices and the press in turn, as in `add_bulk`. Notices are by far the most.
        let ways = [
            Signed, KeyLost, Unsigned, Signed, Signed, Unsigned, Signed, Unsigned, Signed, KeyLost,
            Unsigned, Unsigned,
        ];
        for (at, sending) in ways.into_iter().enumerate() {
            let key = ["press", "shop"][at % 2];
            self.add_domain(format!("lettre{}.example", at + 1), sending, key, "mail");
        }
    }

    fn add_people(&mut self, random: &mut Random) {
        let mut names = Vec::new();
        for given in GIVEN {
            names.extend(FAMILY.iter().map(|family| (Lang::Fr, *given, *family)));
        }
        random.shuffle(&mut names);
        let mut english = Vec::new();
        for given in GIVEN_EN {
            english.extend(FAMILY_EN.iter().map(|family| (Lang::En, *given, *family)));
        }
        random.shuffle(&mut english);
        let total = CUSTODIANS + STAFF + OUTSIDERS;
        // Trades stand behind the first four domains, newsletters behind them.
        let trades = 4..4 + TRADES.len();
        for at in 0..total {
            let is_english = at % 4 == 3;
            let Some((lang, given, family)) =
                (if is_english { english.pop() } else { names.pop() })
            else {
                break;
            };
            let is_own = at < CUSTODIANS + STAFF;
            let domain = match at {
                _ if is_own => PARTY,
                _ if at % 5 == 0 => FREEMAIL,
                _ if at % 5 == 1 || at % 5 == 3 => 3,
                _ => trades.start + (at * 7) % trades.len(),
            };
            let custodian = (at < CUSTODIANS).then_some(at);
            self.add_person(given, family, lang, domain, custodian, random);
        }
    }

    fn add_person(
        &mut self,
        given: &str,
        family: &str,
        lang: Lang,
        domain: usize,
        custodian: Option<usize>,
        random: &mut Random,
    ) {
        use Client::{AppleMail, Gmail, IPhone, Outlook, Roundcube, Thunderbird, Zimbra};
        let of_people =
            [Thunderbird, Outlook, Gmail, AppleMail, Outlook, Roundcube, Zimbra, IPhone];
        let client = match domain {
            FREEMAIL => Gmail,
            _ => of_people[self.people.len() % of_people.len()],
        };
        let name = format!("{given} {family}");
        let address = format!("{}.{}@{}", plain(given), plain(family), self.domains[domain].name);
        let phone = format!("0{} {} {}", 1 + random.below(5), random.digits(2), random.digits(2));
        let signature = match random.below(3) {
            0 => given.to_owned(),
            1 => name.clone(),
            _ => format!("{name}\n{phone}"),
        };
        self.people.push(Person { name, address, domain, client, lang, signature, custodian });
    }

    fn add_bulk(&mut self, random: &mut Random) {
        const NAMES: &[&str] = &[
            "La Lettre du Port",
            "Harbour Weekly",
            "Billets & Trains",
            "Alerte Presse",
            "Cloud Notes",
            "Chambre des métiers",
            "The Morning Ballot",
            "Coopérative Énergie",
            "Agenda Culturel",
            "Bourse du Logement",
            "Open Data Digest",
            "Mutuelle Claire",
        ];
        let first = self.domains.len() - NAMES.len();
        for (at, name) in NAMES.iter().enumerate() {
            let kind = [BulkKind::Letter, BulkKind::Notice, BulkKind::Press][at % 3];
            self.bulk.push(Bulk {
                name: (*name).to_owned(),
                address: format!(
                    "{}@{}",
                    ["lettre", "noreply", "info"][at % 3],
                    self.domains[first + at].name
                ),
                domain: first + at,
                lang: if at % 3 == 1 || at == 6 { Lang::En } else { Lang::Fr },
                kind,
                every: 86_400 * [7, 1, 3][at % 3]
                    - 1_800 * i64::try_from(random.below(8)).unwrap_or(0),
                one_id: at == 6,
            });
        }
    }

    /// Those whose mailbox is in the dump.
    pub fn custodians(&self) -> impl Iterator<Item = usize> {
        let is_one = |at: &usize| self.people[*at].custodian.is_some();
        (0..self.people.len()).filter(is_one)
    }

    pub fn staff(&self) -> Vec<usize> {
        (0..self.people.len()).filter(|at| self.people[*at].domain == PARTY).collect()
    }

    pub fn outsiders(&self) -> Vec<usize> {
        (0..self.people.len()).filter(|at| self.people[*at].domain != PARTY).collect()
    }

    pub fn domain_of(&self, person: usize) -> &Domain {
        &self.domains[self.people[person].domain]
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |c| c.to_uppercase().collect::<String>() + chars.as_str())
}

/// A name as it stands in an address.
pub fn plain(name: &str) -> String {
    let letter = |c: char| match c {
        'é' | 'è' | 'ê' | 'ë' | 'É' => 'e',
        'ï' | 'î' => 'i',
        'à' | 'â' => 'a',
        'ô' => 'o',
        'ç' => 'c',
        _ => c.to_ascii_lowercase(),
    };
    name.chars().map(letter).collect()
}
