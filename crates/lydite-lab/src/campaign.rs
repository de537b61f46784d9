//! The months before the dump: who wrote what to whom, and where it lay afterwards.

use std::collections::{BTreeMap, BTreeSet};

use lydite_core::signature::canonical::Canon;

use crate::document::Document;
use crate::letter::{Letter, Mailbox};
use crate::mail::Mail;
use crate::moment::Moment;
use crate::people::{Cast, Client, Domain, Lang, Person, Sending};
use crate::quote::Quoted;
use crate::random::Random;
use crate::route;
use crate::sign::{self, Key, Signer};

/// 1 November 2016, 00:00 UTC.
pub const START: i64 = 1_477_958_400;
/// 5 May 2017, 18:00 UTC: the evening of the dump.
pub const END: i64 = 1_494_007_200;
/// 12 December 2016: the party's own server signs from now on.
pub const PARTY_SIGNS: i64 = 1_481_500_800;
/// 20 March 2017: no account was opened before.
pub const EARLIEST_BREAK_IN: i64 = 1_489_968_000;

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    Person(usize),
    /// A newsletter or a machine: index of its domain.
    Machine(usize),
}

/// How much of its parent a message repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeats {
    Nothing,
    All,
    /// The rest cut out, and marked so.
    Part,
    /// Changed by the answerer's hand: a word mended or shouted, a sentence left out, a name hidden.
    Edited,
    /// Its author's own words, answered paragraph by paragraph.
    Between,
}

/// What the signature of a message is worth to who has the key archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// By the From domain, over everything displayed, under a key of the archive.
    Complete,
    /// By somebody else, or under a key that nobody kept.
    Otherwise,
    No,
}

/// One message as it was really sent.
pub struct Message {
    pub letter: Letter,
    pub author: Author,
    /// The people it went to, copies and hidden copies too.
    pub recipients: Vec<usize>,
    pub thread: usize,
    pub parent: Option<usize>,
    pub repeats: Repeats,
    /// What it repeats holds what its parent repeated.
    pub nests: bool,
    /// When the server really took it.
    pub handed_in: Moment,
    /// As it left its domain.
    pub wire: Mail,
    pub signed: Signed,
    pub oddity: Option<&'static str>,
    pub document: Option<Document>,
    /// By a forger; nothing of it was sent.
    pub is_made: bool,
}

impl Message {
    /// One that answers none and is not signed yet.
    pub fn new(
        letter: Letter,
        author: Author,
        recipients: Vec<usize>,
        thread: usize,
        handed_in: Moment,
    ) -> Message {
        Message {
            letter,
            author,
            recipients,
            thread,
            parent: None,
            repeats: Repeats::Nothing,
            nests: false,
            handed_in,
            wire: Mail { fields: Vec::new(), body: Vec::new() },
            signed: Signed::No,
            oddity: None,
            document: None,
            is_made: false,
        }
    }
}

/// Where in a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Folder {
    Inbox,
    Sent,
    Drafts,
    /// An export that keeps no headers of servers.
    Backup,
    /// Brought over from an older system.
    Old,
}

/// One mail as it lies in the dump.
#[derive(Clone)]
pub struct Sighting {
    /// Of whom; see [`Person::custodian`].
    pub mailbox: usize,
    pub folder: Folder,
    pub mail: Mail,
    pub message: usize,
    /// The signature of [`Signed::Complete`] holds over it as it lies there, but for neutral changes.
    pub holds: bool,
    /// Shows the same fields and parts as were sent.
    pub is_equal: bool,
    /// What was signed can be found again by undoing what a list or gateway does to every mail.
    pub is_restorable: bool,
    pub oddity: Option<&'static str>,
    pub planted: Option<Planted>,
}

/// A document beside the mailboxes.
#[derive(Clone)]
pub struct File {
    pub document: Document,
    /// The message it was attached to with these bytes.
    pub mailed: Option<usize>,
    pub oddity: Option<&'static str>,
    pub planted: Option<Planted>,
}

/// What was done to an item, or why it was put there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planted {
    pub kind: &'static str,
    /// `careless`, `expert`, `insider`; None where nobody lies (decoys of the victim, staged files).
    pub class: Option<&'static str>,
    /// As [`lydite_core::evidence::Claim::name`].
    pub attacked: Option<&'static str>,
    /// Whether something outside the forger's reach contradicts it, or he left a contradiction.
    pub is_detectable: bool,
    pub story: String,
    /// Messages that tell.
    pub told_by: Vec<usize>,
}

/// Everything while it is made.
pub struct Campaign {
    pub cast: Cast,
    pub keys: BTreeMap<&'static str, Key>,
    pub messages: Vec<Message>,
    pub sightings: Vec<Sighting>,
    pub threads: usize,
    pub files: Vec<File>,
    /// Messages that a forgery rests on or attacks; each serves once.
    pub taken: BTreeSet<usize>,
    /// Given names that texts speak of.
    pub names: Vec<String>,
    pub random: Random,
}

/// What a letter is made of; the rest follows from its author.
pub struct Draft {
    pub author: usize,
    pub to: Vec<usize>,
    pub cc: Vec<usize>,
    pub bcc: Vec<usize>,
    pub lang: Lang,
    pub subject: String,
    pub own: String,
    pub parent: Option<usize>,
    pub repeats: Repeats,
    pub is_forward: bool,
    pub at: Moment,
    /// Seconds that the author's clock is ahead.
    pub clock: i64,
    pub document: Option<Document>,
    pub thread: usize,
    pub oddity: Option<&'static str>,
}

/// Of whom the keys are, in the order they are made.
pub const KEYS: [&str; 9] =
    ["party", "freemail", "lookalike", "courrier", "office", "press", "shop", "relay", "minted"];

impl Campaign {
    /// People and keys, no mail yet. None if no key could be made, which a seed decides alone.
    pub fn new(seed: u64) -> Option<Campaign> {
        let keys: Option<BTreeMap<_, _>> =
            KEYS.iter().map(|name| Some((*name, sign::key(seed, name)?))).collect();
        let cast = Cast::of(seed, PARTY_SIGNS);
        let given = |person: &Person| person.name.split(' ').next().unwrap_or("Anna").to_owned();
        let names = cast.people.iter().map(given).collect();
        Some(Campaign {
            cast,
            keys: keys?,
            messages: Vec::new(),
            sightings: Vec::new(),
            threads: 0,
            files: Vec::new(),
            taken: BTreeSet::new(),
            names,
            random: Random::of(seed, "campaign"),
        })
    }

    pub fn mailbox_of(&self, person: usize) -> Mailbox {
        let Person { name, address, .. } = &self.cast.people[person];
        (name.clone(), address.clone())
    }

    fn mailboxes(&self, people: &[usize]) -> Vec<Mailbox> {
        people.iter().map(|person| self.mailbox_of(*person)).collect()
    }

    /// Writes, signs and keeps a message; its number.
    pub fn write(&mut self, draft: Draft) -> usize {
        let letter = self.letter(&draft);
        let handed_in = draft.at.later(self.random.between(1, 6));
        let recipients: Vec<usize> =
            draft.to.iter().chain(&draft.cc).chain(&draft.bcc).copied().collect();
        let domain = self.cast.people[draft.author].domain;
        let author = Author::Person(draft.author);
        let is_cut = draft.parent.is_some_and(|at| is_deep(&self.messages[at].letter));
        let message = Message {
            parent: draft.parent,
            repeats: draft.repeats,
            nests: draft.repeats == Repeats::All && !is_cut,
            oddity: draft.oddity,
            document: draft.document,
            ..Message::new(letter, author, recipients, draft.thread, handed_in)
        };
        self.keep(message, domain)
    }

    /// Signs what a domain sends, and keeps it.
    pub fn keep(&mut self, mut message: Message, domain: usize) -> usize {
        let (wire, signed) = self.sent(&message.letter, domain, message.handed_in);
        message.wire = wire;
        message.signed = signed;
        self.messages.push(message);
        self.messages.len() - 1
    }

    /// A letter as it leaves its domain.
    pub fn sent(&self, letter: &Letter, domain: usize, at: Moment) -> (Mail, Signed) {
        let mut mail = letter.mail();
        mail.remove("Bcc");
        let signed = sign_for(&self.keys, &self.cast.domains[domain], &mut mail, at);
        (mail, signed)
    }

    pub fn letter(&mut self, draft: &Draft) -> Letter {
        let Person { client, domain, .. } = self.cast.people[draft.author];
        let at = draft.at.later(draft.clock);
        let host = self.cast.domains[domain].name.clone();
        let marks = client.marks(at, &host, &mut self.random);
        let mut letter = Letter {
            from: self.mailbox_of(draft.author),
            to: self.mailboxes(&draft.to),
            cc: self.mailboxes(&draft.cc),
            bcc: self.mailboxes(&draft.bcc),
            client,
            lang: draft.lang,
            subject: draft.subject.clone(),
            at,
            marks,
            in_reply_to: None,
            references: Vec::new(),
            thread_index: None,
            own: draft.own.clone(),
            quoted: None,
            attachments: draft.document.iter().map(Document::attachment).collect(),
            extra: Vec::new(),
            special: None,
        };
        self.answer(&mut letter, draft);
        letter
    }

    /// What ties a letter to the one it answers.
    fn answer(&mut self, letter: &mut Letter, draft: &Draft) {
        let opened = letter.at.later(-self.random.between(20, 240));
        let Some(parent) = draft.parent.map(|at| &self.messages[at]) else {
            if letter.client == Client::Outlook {
                letter.thread_index =
                    Some(crate::client::ThreadIndex::root(opened, &mut self.random));
            }
            return;
        };
        letter.quoted = repeated(parent, draft);
        // A forward by these programs names nothing it came from.
        let is_tied = !draft.is_forward || letter.client == Client::Thunderbird;
        if is_tied {
            letter.in_reply_to = Some(parent.letter.marks.id.clone());
            letter.references = parent.letter.references.clone();
            letter.references.push(parent.letter.marks.id.clone());
        }
        if letter.client == Client::Outlook {
            letter.thread_index = Some(match &parent.letter.thread_index {
                Some(index) => index.reply(opened, &mut self.random),
                None => crate::client::ThreadIndex::root(opened, &mut self.random),
            });
        }
    }

    /// The copy that lies in the mailbox of a recipient.
    pub fn delivered(&mut self, message: usize, person: usize, seconds: i64) -> Mail {
        let Message { wire, author, handed_in, .. } = &self.messages[message];
        let sender = match author {
            Author::Person(author) => self.cast.people[*author].domain,
            Author::Machine(domain) => *domain,
        };
        let (mut mail, handed_in) = (wire.clone(), *handed_in);
        let recipient = &self.cast.people[person];
        route::deliver(
            &mut mail,
            &self.cast.domains[sender],
            &self.cast.domains[recipient.domain],
            &recipient.address.clone(),
            handed_in,
            seconds,
            &mut self.random,
        );
        mail
    }

    /// Lays a message into the mailboxes of all that are in the dump.
    pub fn lay(&mut self, message: usize) {
        if let Author::Person(author) = self.messages[message].author
            && let Some(mailbox) = self.cast.people[author].custodian
            && self.random.percent(88)
        {
            let mail = self.messages[message].letter.mail();
            self.put(message, mailbox, Folder::Sent, mail, false);
        }
        for person in self.messages[message].recipients.clone() {
            let Some(mailbox) = self.cast.people[person].custodian else { continue };
            let seconds = self.random.between(2, 40);
            let mail = self.delivered(message, person, seconds);
            let holds = self.messages[message].signed == Signed::Complete;
            self.put(message, mailbox, Folder::Inbox, mail, holds);
        }
    }

    /// Adds a sighting that shows what was sent.
    pub fn put(
        &mut self,
        message: usize,
        mailbox: usize,
        folder: Folder,
        mail: Mail,
        holds: bool,
    ) -> usize {
        self.sightings.push(Sighting {
            mailbox,
            folder,
            mail,
            message,
            holds,
            is_equal: true,
            is_restorable: false,
            oddity: self.messages[message].oddity,
            planted: None,
        });
        self.sightings.len() - 1
    }
}

/// Signs as a domain does.
pub fn sign_for(
    keys: &BTreeMap<&'static str, Key>,
    domain: &Domain,
    mail: &mut Mail,
    at: Moment,
) -> Signed {
    let mut put =
        |key: &str, domain: &str, selector: &str, canon: Canon, has_time: bool, is_google| {
            if let Some(key) = keys.get(key) {
                let at = has_time.then_some(at.epoch + 1);
                let length = None;
                sign::sign(mail, &Signer { key, domain, selector, at, canon, length, is_google });
            }
        };
    let (name, selector) = (domain.name.as_str(), domain.selector.as_str());
    match domain.sending {
        Sending::Unsigned => return Signed::No,
        Sending::SignedSince(since) if at.epoch < since => return Signed::No,
        Sending::Signed | Sending::SignedSince(_) => {
            put(domain.key, name, selector, Canon::Relaxed, true, false);
        }
        Sending::SignedWithoutTime => put(domain.key, name, selector, Canon::Simple, false, false),
        Sending::SignedTwice => {
            put("relay", "1e100.net", "lab2016", Canon::Relaxed, false, true);
            put(domain.key, name, selector, Canon::Relaxed, true, false);
        }
        Sending::KeyLost => {
            put(domain.key, name, selector, Canon::Relaxed, true, false);
            return Signed::Otherwise;
        }
    }
    Signed::Complete
}

/// What a reply or forward repeats of its parent.
fn repeated(parent: &Message, draft: &Draft) -> Option<Quoted> {
    let letter = &parent.letter;
    let whole = if is_deep(letter) { letter.own.clone() } else { letter.text() };
    let text = match draft.repeats {
        Repeats::Nothing => return None,
        Repeats::All => whole,
        Repeats::Part => crate::quote::trimmed(&letter.own),
        Repeats::Edited => edited(&letter.own, parent.thread),
        Repeats::Between => letter.own.clone(),
    };
    let names: Vec<&str> = letter.to.iter().map(|(name, _)| name.as_str()).collect();
    Some(Quoted {
        name: letter.from.0.clone(),
        address: letter.from.1.clone(),
        to: names.join(", "),
        at: Moment { offset: draft.at.offset, ..letter.at },
        subject: letter.subject.clone(),
        text,
        is_forward: draft.is_forward,
        is_between: draft.repeats == Repeats::Between,
    })
}

/// Long conversations are cut, as people do: what the parent's author wrote alone is left.
fn is_deep(letter: &Letter) -> bool {
    letter.quoted.as_ref().is_some_and(|quoted| quoted.text.len() > 4_000)
}

/// A text as answerers change it without meaning harm; in which way, `nth` says.
fn edited(text: &str, nth: usize) -> String {
    let is_long = |word: &str| word.chars().count() > 4 && word.chars().all(char::is_alphabetic);
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let Some(at) = words.iter().skip(7).position(|word| is_long(word)).map(|at| at + 7) else {
        return text.to_owned();
    };
    match nth % 4 {
        0 => words[at] = words[at].to_uppercase(),
        1 => {
            let mut letters: Vec<char> = words[at].chars().collect();
            letters.swap(2, 3);
            words[at] = letters.into_iter().collect();
        }
        2 => words[at] = "XXX".to_owned(),
        _ => {
            let sentences: Vec<&str> = text.split(". ").collect();
            let left: Vec<&str> =
                sentences.iter().enumerate().filter(|(n, _)| *n != 1).map(|(_, s)| *s).collect();
            return left.join(". ");
        }
    }
    words.join(" ")
}
