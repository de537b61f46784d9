//! A small dump in the making: a party whose account was opened, those who write with it, and the attacker.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex};

use lydite_core::signature::canonical::Canon;
use lydite_lab::dump::member;
use lydite_lab::letter::{Attachment, Letter};
use lydite_lab::mail::Mail;
use lydite_lab::moment::{DAY, HOUR, Moment};
use lydite_lab::people::{Client, Lang};
use lydite_lab::quote::Quoted;
use lydite_lab::random::Random;
use lydite_lab::sign::{Key, Signer, key_of, sign};
use serde_json::json;

/// Which of the two dumps of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Attack,
    Twin,
}

impl Side {
    pub fn name(self) -> &'static str {
        match self {
            Side::Attack => "attack",
            Side::Twin => "twin",
        }
    }

    /// One thing on the attacker's side, another on the innocent one.
    pub fn or<T>(self, attack: T, twin: T) -> T {
        match self {
            Side::Attack => attack,
            Side::Twin => twin,
        }
    }
}

pub type Person = (&'static str, &'static str);

/// Whose mailbox it is; the party's server signs.
pub const ANNA: Person = ("Anna Morel", "anna@party.example");
/// Another account of the party.
pub const BRUNO: Person = ("Bruno Caron", "bruno@party.example");
/// A journalist; her server signs.
pub const GRACE: Person = ("Grace Hollis", "grace@gazette.example");
/// A banker whose server signs nothing: in his name mail is planted.
pub const OTTO: Person = ("Otto Brandt", "otto@bank.example");
/// Accounts that the attacker has at two providers, both of which sign.
pub const TESS: Person = ("Tess Varga", "tess@freemail.example");
pub const OLEK: Person = ("Olek Sand", "olek@postbox.example");
/// The attacker's own domain and server.
pub const VERA: Person = ("Vera Varga", "vera@mail.varga.example");
pub const IGOR: Person = ("Igor Varga", "igor@desk.varga.example");

/// 20 March 2017, 00:00 UTC: the earliest break-in. Days are counted from here.
pub const BREAK_IN: i64 = 1_489_968_000;

pub const ITEM: &str = "anna/item.eml";

/// What the planted mails say.
pub const TEXT: &str = "Dear Anna,\n\nthe board agreed to pay 40,000 euros to the printers in March, from the \
account\nthat the treasurer keeps in Bern. Please tell nobody of it before the vote.\n\nOtto";

/// Mails of others around those of a scenario that has a dump of its own, so that nobody in it is taken for
/// the mailbox's owner.
const OTHERS: usize = 60;

/// What one scenario lays. Its people and domains are its own, so that many lie in one dump.
pub struct Stage {
    name: &'static str,
    /// Behind the names of its domains; also its folder.
    mark: String,
    random: Random,
    /// Below `dump/`.
    files: BTreeMap<String, Vec<u8>>,
    planted: BTreeSet<String>,
    reference: Vec<u8>,
    keys: Vec<String>,
    pub context: Option<Context>,
    /// It needs a dump of its own: its context or reference would concern the others.
    pub is_alone: bool,
    minute: i64,
}

/// What the victim tells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Context {
    Domains,
    DomainsAndBreakIn,
}

impl Stage {
    pub fn new(name: &'static str, number: usize) -> Stage {
        let context = Context::DomainsAndBreakIn;
        let mut stage = Stage {
            name,
            mark: format!("w{number:02}"),
            random: Random::of(1, name),
            files: BTreeMap::new(),
            planted: BTreeSet::new(),
            reference: Vec::new(),
            keys: Vec::new(),
            context: Some(context),
            is_alone: false,
            minute: 0,
        };
        for domain in ["party", "gazette", "freemail", "postbox"] {
            stage.key(&format!("{domain}.example"), "s1", domain, 2_048);
        }
        for domain in ["varga.example", "mail.varga.example", "desk.varga.example"] {
            stage.key(domain, "s1", "varga", 2_048);
        }
        stage
    }

    /// Ordinary mail of others in the same mailbox.
    fn others(&mut self) {
        for number in 0..OTHERS {
            let day = i64::try_from(number).unwrap() - 40;
            let mut letter = self.letter(OTTO, &[ANNA], day, &format!("Market {number}"), "");
            letter.from = ("Market".to_owned(), format!("desk{number}@market{number}.example"));
            letter.own = format!("Prices of day {number}: apples {number}, pears {}.", 3 * number);
            self.put(&format!("anna/other-{number:02}.eml"), &letter.mail());
        }
    }

    /// A domain or address as it is called in this scenario.
    fn local(&self, name: &str) -> String {
        let own = format!("-{}.example", self.mark);
        if name.ends_with(&own) { name.to_owned() } else { name.replace(".example", &own) }
    }

    pub fn mailbox(&self, person: Person) -> (String, String) {
        (person.0.to_owned(), self.local(person.1))
    }

    /// Where it lies in the dump: all in one folder, in which no address stands in every fifth mail.
    pub fn path(&self, path: &str) -> String {
        format!("{}-{}", self.mark, path.replace('/', "-"))
    }

    /// Bytes of a file that no other scenario has.
    pub fn bytes(&self, text: &str) -> Vec<u8> {
        text.replace("NAME", self.name).into_bytes()
    }

    /// Takes a key into the archive that the user has.
    pub fn key(&mut self, domain: &str, selector: &str, name: &'static str, bits: usize) {
        let row = json!({
            "domain": self.local(domain), "selector": selector, "record": made(name, bits).record,
            "first_seen": "2015-01-01", "last_seen": "2018-01-01", "source": "insider set",
        });
        self.keys.push(row.to_string());
    }

    /// A letter of a day, counted from the break-in; each a minute later than the one before.
    pub fn letter(
        &mut self,
        from: Person,
        to: &[Person],
        day: i64,
        subject: &str,
        own: &str,
    ) -> Letter {
        self.minute += 1;
        let at = Moment::paris(BREAK_IN + day * DAY + 8 * HOUR + 60 * self.minute);
        let from = self.mailbox(from);
        let host = from.1.rsplit('@').next().unwrap();
        let marks = Client::IPhone.marks(at, host, &mut self.random);
        Letter {
            to: to.iter().map(|person| self.mailbox(*person)).collect(),
            from,
            cc: Vec::new(),
            bcc: Vec::new(),
            client: Client::IPhone,
            lang: Lang::En,
            subject: subject.to_owned(),
            at,
            marks,
            in_reply_to: None,
            references: Vec::new(),
            thread_index: None,
            own: own.to_owned(),
            quoted: None,
            attachments: Vec::new(),
            extra: Vec::new(),
            special: None,
        }
    }

    /// An answer that repeats all of a letter, to everybody in it.
    pub fn answer(&mut self, asked: &Letter, from: Person, day: i64, own: &str) -> Letter {
        let mut letter = self.letter(from, &[], day, &format!("Re: {}", asked.subject), own);
        let people = [&asked.from].into_iter().chain(&asked.to).chain(&asked.cc);
        letter.to = people.filter(|(_, address)| *address != letter.from.1).cloned().collect();
        letter.in_reply_to = Some(asked.marks.id.clone());
        letter.references = asked.references.clone();
        letter.references.push(asked.marks.id.clone());
        letter.quoted = Some(Quoted {
            name: asked.from.0.clone(),
            address: asked.from.1.clone(),
            to: asked.to.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", "),
            at: asked.at,
            subject: asked.subject.clone(),
            text: asked.text() + "\n",
            is_forward: false,
            is_between: false,
        });
        letter
    }

    /// As the server of its author's domain signs it, with its own time.
    pub fn signed(&self, letter: &Letter) -> Mail {
        self.signed_as(letter, Some(letter.at.epoch + 1))
    }

    /// The same with another time, or none.
    pub fn signed_as(&self, letter: &Letter, time: Option<i64>) -> Mail {
        let mut mail = letter.mail();
        self.sign(&mut mail, letter.host(), "s1", time, None);
        mail
    }

    /// Signs with the key that goes with a domain and selector; `length` bytes of the body, or all.
    pub fn sign(
        &self,
        mail: &mut Mail,
        domain: &str,
        selector: &str,
        at: Option<i64>,
        length: Option<u64>,
    ) {
        let domain = self.local(domain);
        let name = domain.split(['.', '-']).next().unwrap();
        let (name, bits) = match selector {
            "short" => ("short", 512),
            "minted" => ("minted", 2_048),
            _ if domain.contains("varga") => ("varga", 2_048),
            _ => (name, 2_048),
        };
        let (key, domain, canon) = (made(name, bits), domain.as_str(), Canon::Relaxed);
        sign(mail, &Signer { key: &key, domain, selector, at, canon, length, is_google: false });
    }

    pub fn put(&mut self, path: &str, mail: &Mail) {
        self.files.insert(self.path(path), mail.bytes());
    }

    /// What the attacker made, or had a server sign.
    pub fn plant(&mut self, path: &str, mail: &Mail) {
        self.put(path, mail);
        self.planted.insert(self.path(path));
    }

    pub fn plant_file(&mut self, path: &str, bytes: &[u8]) {
        self.files.insert(self.path(path), bytes.to_vec());
        self.planted.insert(self.path(path));
    }

    /// A mailbox of some letters, each signed by its author's server.
    pub fn put_mailbox(&mut self, path: &str, letters: &[Letter]) {
        let members = letters.iter().map(|letter| member(&self.signed(letter), letter.at).0);
        let bytes = members.collect::<Vec<_>>().concat();
        self.files.insert(self.path(path), bytes);
    }

    /// The item that is attacked: innocent on the other side.
    pub fn item(&mut self, side: Side, mail: &Mail) {
        match side {
            Side::Attack => self.plant(ITEM, mail),
            Side::Twin => self.put(ITEM, mail),
        }
    }

    pub fn is_planted(&self, path: &str) -> bool {
        self.planted.contains(path.split(['#', '!']).next().unwrap_or(path))
    }

    /// Takes a mail into the reference copy.
    pub fn refer(&mut self, mail: &Mail, at: Moment) {
        self.is_alone = true;
        self.reference.extend_from_slice(&member(mail, at).0);
    }

    /// Mail to and from somebody in two old threads: they ask, Anna answers, both signed.
    pub fn known(&mut self, who: Person, days: [i64; 2]) {
        for day in days {
            let (asked, answer) = self.exchange(who, day);
            self.put(&format!("anna/{day}-asked.eml"), &self.signed(&asked));
            self.put(&format!("anna/{day}-answer.eml"), &self.signed(&answer));
        }
    }

    /// A question to Anna and her answer of the day after.
    pub fn exchange(&mut self, who: Person, day: i64) -> (Letter, Letter) {
        let own = format!("Dear Anna,\n\nwhen will you speak at meeting {day}?\n\n{}", who.0);
        let asked = self.letter(who, &[ANNA], day, &format!("Meeting {day}"), &own);
        let answer = self.answer(&asked, ANNA, day + 1, "At noon, in the small hall.\n\nAnna");
        (asked, answer)
    }

    /// Otto's letter to Anna, with somebody in copy.
    pub fn transfer(&mut self, copy: Person) -> Letter {
        let mut letter = self.letter(OTTO, &[ANNA], 5, "Transfer", TEXT);
        letter.cc = vec![self.mailbox(copy)];
        letter
    }

    /// Somebody's answer to it, which repeats all of it.
    pub fn thanks(&mut self, asked: &Letter, from: Person) -> Letter {
        self.answer(asked, from, 6, "Thank you both, noted.")
    }

    /// Otto's letter, unsigned, and somebody's signed answer that repeats it.
    pub fn quoted_by(&mut self, side: Side, from: Person) -> &'static str {
        let asked = self.transfer(from);
        self.item(side, &asked.mail());
        let thanks = self.thanks(&asked, from);
        self.put("anna/thanks.eml", &self.signed(&thanks));
        ITEM
    }
}

/// Writes the dump that some scenarios make together; the arguments that assay it.
pub fn write(stages: &mut [&mut Stage], dir: &Path) -> Vec<String> {
    if let [alone] = stages {
        alone.others();
    }
    for (path, bytes) in stages.iter().flat_map(|stage| &stage.files) {
        let path = dir.join("dump").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let keys: Vec<&str> = stages.iter().flat_map(|s| &s.keys).map(String::as_str).collect();
    std::fs::write(dir.join("keys.jsonl"), keys.join("\n") + "\n").unwrap();
    let mut arguments = vec!["assay", "dump", "--case", "case", "--keys", "keys.jsonl"];
    if let Some(context) = stages[0].context {
        let people = |stage: &Stage| json!({"name": ANNA.0, "addresses": [stage.mailbox(ANNA).1]});
        let mut told = json!({
            "domains": stages.iter().map(|s| s.local("party.example")).collect::<Vec<_>>(),
            "people": stages.iter().map(|s| people(s)).collect::<Vec<_>>(),
        });
        if context == Context::DomainsAndBreakIn {
            told["break_in"] = Moment::utc(BREAK_IN).w3c().into();
        }
        std::fs::write(dir.join("context.json"), told.to_string()).unwrap();
        arguments.extend(["--context", "context.json"]);
    }
    let reference = stages.iter().flat_map(|stage| &stage.reference).copied().collect::<Vec<u8>>();
    if !reference.is_empty() {
        std::fs::create_dir_all(dir.join("reference")).unwrap();
        std::fs::write(dir.join("reference/archive.mbox"), reference).unwrap();
        arguments.extend(["--reference", "reference"]);
    }
    arguments.into_iter().map(str::to_owned).collect()
}

/// Each key is made once: the primes of one take a second.
fn made(name: &str, bits: usize) -> Arc<Key> {
    static KEYS: Mutex<Option<HashMap<String, Arc<Key>>>> = Mutex::new(None);
    let mut keys = KEYS.lock().unwrap();
    let keys = keys.get_or_insert_default();
    let make = || Arc::new(key_of(1, name, bits).unwrap());
    Arc::clone(keys.entry(name.to_owned()).or_insert_with(make))
}

/// A file as a mail carries it.
pub fn attachment(name: &str, bytes: &[u8]) -> Attachment {
    Attachment {
        name: name.to_owned(),
        media_type: "application/octet-stream",
        bytes: bytes.to_vec(),
    }
}
