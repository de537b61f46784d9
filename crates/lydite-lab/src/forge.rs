//! What the careless do to mail they hold: change it and leave what contradicts them.

use std::collections::BTreeMap;

use crate::anchor::{self, Anchor, Anchors, Friends};
use crate::campaign::{Author, Campaign, File, Folder, Message, Planted, Sighting};
use crate::document::Form;
use crate::letter::Letter;
use crate::mail::{Mail, word};
use crate::moment::{DAY, HOUR};
use crate::people::Client;
use crate::words;

/// Signed mails of the same signer, route and form beside which a broken one stands out (design rule 11
/// asks for 20).
const SIBLINGS: usize = 25;

/// The program makes one edit: another figure where one stands, else a sentence more.
pub fn falsified(letter: &Letter, campaign: &mut Campaign) -> Letter {
    let mut letter = letter.clone();
    let digits = letter.own.find(|c: char| c.is_ascii_digit());
    match digits {
        Some(at) => {
            let figure = letter.own[at..].chars().next().unwrap_or('0');
            let other = if figure == '9' { '4' } else { '9' };
            letter.own.replace_range(at..=at, &format!("{other}{}", campaign.random.digits(1)));
        }
        None => {
            let more = words::sentence(letter.lang, &campaign.names, &mut campaign.random);
            letter.own = format!("{more}\n\n{}", letter.own);
        }
    }
    letter
}

/// Signer, last server, type and transfer encoding of a mail.
fn form(sighting: &Sighting, message: &Message) -> Option<String> {
    let mail = &sighting.mail;
    let is_relayed =
        mail.fields.iter().any(|(name, _)| name.to_ascii_lowercase().starts_with("list-"));
    if is_relayed || mail.get("Resent-From").is_some() {
        return None;
    }
    let signer = message.letter.from.1.rsplit('@').next()?;
    let top = mail.get("Received")?.split("by ").nth(1)?.split(' ').next()?;
    let kind = mail.get("Content-Type")?.split(';').next()?;
    let encoding = mail.get("Content-Transfer-Encoding").unwrap_or_default();
    Some(format!("{signer} {top} {kind} {encoding}"))
}

impl Campaign {
    /// How many mails of each form hold as found.
    pub fn forms(&self) -> BTreeMap<String, usize> {
        let mut forms = BTreeMap::new();
        for sighting in self.sightings.iter().filter(|s| s.holds && s.planted.is_none()) {
            if let Some(form) = form(sighting, &self.messages[sighting.message]) {
                *forms.entry(form).or_default() += 1;
            }
        }
        forms
    }

    /// A sighting that holds, nobody's yet, with siblings enough.
    fn signed_victim(&mut self, fits: impl Fn(&Sighting, &Message) -> bool) -> Option<usize> {
        let forms = self.forms();
        let taken = self.taken.clone();
        self.some_sighting(|s, m| {
            let siblings = form(s, m).and_then(|form| forms.get(&form).copied());
            s.holds
                && s.oddity.is_none()
                && !m.is_made
                && !taken.contains(&s.message)
                && siblings.is_some_and(|count| count > SIBLINGS)
                && fits(s, m)
        })
    }

    pub fn plant(&mut self, sighting: usize, planted: Planted) {
        let sighting = &mut self.sightings[sighting];
        self.taken.insert(sighting.message);
        self.taken.extend(&planted.told_by);
        sighting.holds = false;
        sighting.is_equal = false;
        sighting.is_restorable = false;
        sighting.oddity = None;
        sighting.planted = Some(planted);
    }

    /// So many of each kind.
    pub fn careless(&mut self, each: usize) {
        for _ in 0..each {
            self.signed_field_changed("signed-subject-changed", "headers-as-sent");
            self.signed_field_changed("signed-date-changed", "date-as-stated");
            self.signed_field_changed("signed-sender-changed", "sent-by-domain");
            self.signed_text_changed("signed-text-changed", "careless");
            self.date_put_back();
            self.date_put_on();
            self.other_clients_form();
            self.client_too_new();
            self.boundary_of_later();
            self.copy_changed("copy-changed", "careless", Folder::Sent);
            self.quoted_figure_changed("careless");
            self.signature_pasted();
            self.file_changed();
            self.planted_bare();
        }
    }

    pub fn signed_text_changed(&mut self, kind: &'static str, class: &'static str) {
        let Some(at) = self.signed_victim(|_, m| m.letter.special.is_none()) else { return };
        let message = self.sightings[at].message;
        let letter = self.messages[message].letter.clone();
        self.sightings[at].mail.body = falsified(&letter, self).mail().body;
        self.plant(
            at,
            Planted {
                kind,
                class: Some(class),
                attacked: Some("body-as-sent"),
                is_detectable: true,
                story: "a figure of a signed text was changed, the signature left".to_owned(),
                told_by: Vec::new(),
            },
        );
    }

    fn signed_field_changed(&mut self, kind: &'static str, attacked: &'static str) {
        let Some(at) = self.signed_victim(|_, _| true) else { return };
        let date = self.messages[self.sightings[at].message].letter.at;
        let from = self.messages[self.sightings[at].message].letter.from.1.clone();
        let (other, (name, address)) = loop {
            let other = self.custodian();
            let mailbox = self.mailbox_of(other);
            if mailbox.1 != from {
                break (other, mailbox);
            }
        };
        let lang = self.cast.people[other].lang;
        let subject = words::subject(lang, &self.names, &mut self.random);
        let mail = &mut self.sightings[at].mail;
        match attacked {
            "headers-as-sent" => mail.set("Subject", word(&subject)),
            "date-as-stated" => mail.set("Date", date.later(-23 * DAY).mail()),
            _ => mail.set("From", format!("{} <{address}>", word(&name))),
        }
        self.plant(
            at,
            Planted {
                kind,
                class: Some("careless"),
                attacked: Some(attacked),
                is_detectable: true,
                story: "a signed field was changed, the signature left".to_owned(),
                told_by: Vec::new(),
            },
        );
    }

    /// An unsigned mail whose id counts the moment, under an earlier Date.
    fn date_put_back(&mut self) {
        let taken = self.taken.clone();
        let counts = [Client::Outlook, Client::Thunderbird, Client::Zimbra, Client::Service];
        let Some(at) = self.some_sighting(|s, m| {
            s.folder == Folder::Inbox
                && m.wire.get("DKIM-Signature").is_none()
                && s.oddity.is_none()
                && counts.contains(&m.letter.client)
                && !taken.contains(&s.message)
        }) else {
            return;
        };
        let days = self.random.between(20, 80);
        let date = self.messages[self.sightings[at].message].letter.at.later(-days * DAY);
        self.sightings[at].mail.set("Date", date.mail());
        self.plant(
            at,
            careless(
                "date-put-back",
                "date-as-stated",
                true,
                "Date was put back weeks, the id left",
            ),
        );
    }

    /// Date moved behind the stamps of two servers.
    fn date_put_on(&mut self) {
        let taken = self.taken.clone();
        let Some(at) = self.some_sighting(|s, m| {
            s.folder == Folder::Inbox
                && m.wire.get("DKIM-Signature").is_none()
                && s.oddity.is_none()
                && s.mail.fields.iter().filter(|(name, _)| name == "Received").count() >= 2
                && !taken.contains(&s.message)
        }) else {
            return;
        };
        let date = self.messages[self.sightings[at].message].letter.at.later(11 * DAY);
        self.sightings[at].mail.set("Date", date.mail());
        self.plant(
            at,
            careless(
                "date-put-on",
                "date-as-stated",
                true,
                "Date was put behind the servers' stamps",
            ),
        );
    }

    /// A letter that nobody sent, from somebody whose domain does not sign, and its sighting.
    pub fn made_letter(&mut self, kind: &'static str) -> Option<Letter> {
        let unsigned: Vec<usize> = self
            .cast
            .outsiders()
            .into_iter()
            .filter(|p| self.cast.domain_of(*p).sending == crate::people::Sending::Unsigned)
            .collect();
        let author = *self.random.pick(&unsigned);
        let to = self.custodian();
        let at = self.some_day(crate::campaign::START, crate::campaign::END - 3 * DAY);
        let draft = self.plain_draft(author, to, at, kind);
        let mut letter = self.letter(&draft);
        letter.extra.clear();
        Some(letter)
    }

    /// Puts a made mail into the mailbox of its first recipient, by the route of its domain.
    pub fn put_made(
        &mut self,
        letter: Letter,
        mail: Mail,
        folder: Folder,
        planted: Planted,
    ) -> usize {
        let find = |address: &str| self.cast.people.iter().position(|p| p.address == address);
        let author = find(&letter.from.1);
        let recipients: Vec<usize> =
            letter.to.iter().filter_map(|(_, address)| find(address)).collect();
        let holder = if folder == Folder::Inbox { recipients.first().copied() } else { author };
        let mailbox = holder.and_then(|p| self.cast.people[p].custodian).unwrap_or(0);
        let thread = self.threads;
        self.threads += 1;
        let handed_in = letter.at.later(2);
        let author = Author::Person(author.unwrap_or(0));
        self.messages.push(Message {
            wire: mail.clone(),
            is_made: true,
            ..Message::new(letter, author, recipients, thread, handed_in)
        });
        let message = self.messages.len() - 1;
        let mail = match (folder, self.messages[message].recipients.first().copied()) {
            (Folder::Inbox, Some(person)) => {
                let seconds = self.random.between(2, 30);
                self.delivered(message, person, seconds)
            }
            _ => mail,
        };
        let at = self.put(message, mailbox, folder, mail, false);
        self.plant(at, planted);
        message
    }

    fn other_clients_form(&mut self) {
        let Some(mut letter) = self.made_letter("made") else { return };
        let host = letter.host().to_owned();
        letter.client = Client::AppleMail;
        letter.thread_index = None;
        letter.marks = Client::Outlook.marks(letter.at, &host, &mut self.random);
        let mail = letter.mail();
        let planted = careless(
            "other-clients-form",
            "headers-as-sent",
            true,
            "Apple Mail is named, the id is Outlook's",
        );
        self.put_made(letter, mail, Folder::Inbox, planted);
    }

    fn client_too_new(&mut self) {
        let Some(mut letter) = self.made_letter("made") else { return };
        letter.client = Client::Thunderbird;
        letter.thread_index = None;
        letter.marks.id = format!("{}@{}", self.random.uuid(), letter.host());
        let mut mail = letter.mail();
        mail.set(
            "User-Agent",
            "Mozilla/5.0 (Windows NT 10.0; rv:68.0) Gecko/20100101 Thunderbird/68.10.0",
        );
        let planted = careless(
            "client-too-new",
            "headers-as-sent",
            true,
            "the program named was released years later",
        );
        self.put_made(letter, mail, Folder::Inbox, planted);
    }

    /// Gmail's boundary counts a moment months behind Date.
    fn boundary_of_later(&mut self) {
        let Some(mut letter) = self.made_letter("made") else { return };
        letter.client = Client::Gmail;
        letter.thread_index = None;
        let late = letter.at.later(75 * DAY + HOUR);
        letter.marks = Client::Gmail.marks(late, "", &mut self.random);
        let mail = letter.mail();
        let planted = careless(
            "boundary-of-later",
            "date-as-stated",
            true,
            "the boundary counts a moment months behind Date",
        );
        self.put_made(letter, mail, Folder::Inbox, planted);
    }

    /// Nothing in it can be held against it.
    fn planted_bare(&mut self) {
        let Some(mut letter) = self.made_letter("made") else { return };
        letter.client = Client::Roundcube;
        letter.thread_index = None;
        letter.marks.id = format!("{}@{}", self.random.hex(20), letter.host());
        let mut mail = letter.mail();
        mail.remove("User-Agent");
        let planted = careless(
            "planted-bare",
            "sent-by-domain",
            false,
            "made from nothing, names no program",
        );
        self.put_made(letter, mail, Folder::Inbox, planted);
    }

    /// An unsigned copy of a mail that lies signed in another mailbox.
    pub fn copy_changed(&mut self, kind: &'static str, class: &'static str, folder: Folder) {
        let signed = anchor::signed(self);
        let taken = self.taken.clone();
        let Some(at) = self.some_sighting(|s, m| {
            s.folder == folder
                && !s.holds
                && (s.oddity.is_none() || folder == Folder::Backup)
                && s.is_equal
                && m.letter.special.is_none()
                && signed.contains(&s.message)
                && !taken.contains(&s.message)
        }) else {
            return;
        };
        let message = self.sightings[at].message;
        let letter = self.messages[message].letter.clone();
        self.sightings[at].mail = falsified(&letter, self).mail();
        self.plant(
            at,
            Planted {
                kind,
                class: Some(class),
                attacked: Some("body-as-sent"),
                is_detectable: true,
                story: "the stored copy was changed; the signed one lies in another mailbox"
                    .to_owned(),
                told_by: vec![message],
            },
        );
    }

    /// An unsigned mail that a signed reply repeats, changed in what is repeated.
    pub fn quoted_figure_changed(&mut self, class: &'static str) {
        let anchors = Anchors::of(self, &Default::default());
        let taken = self.taken.clone();
        let is_quoted = |m: usize| matches!(anchors.message(m), Some((Anchor::Quote, _)));
        let Some(at) = self.some_sighting(|s, m| {
            is_quoted(s.message)
                && s.is_equal
                && s.oddity.is_none()
                && m.letter.special.is_none()
                && !taken.contains(&s.message)
        }) else {
            return;
        };
        let message = self.sightings[at].message;
        let chain = anchors.message(message).map(|(_, chain)| chain.clone()).unwrap_or_default();
        let letter = self.messages[message].letter.clone();
        let changed = falsified(&letter, self).mail();
        self.sightings[at].mail.body = changed.body;
        self.plant(
            at,
            Planted {
                kind: "quoted-figure-changed",
                class: Some(class),
                attacked: Some("body-as-sent"),
                is_detectable: true,
                story: "a figure was changed that a signed reply repeats".to_owned(),
                told_by: chain,
            },
        );
        // Other copies would tell too: a forger takes them out of the dump.
        self.sightings.retain(|s| s.message != message || s.planted.is_some());
    }

    /// A real signature, on another letter.
    fn signature_pasted(&mut self) {
        let Some(at) = self.signed_victim(|_, m| matches!(m.author, Author::Machine(_))) else {
            return;
        };
        let (source, mailbox) = (self.sightings[at].message, self.sightings[at].mailbox);
        let mut mail = self.sightings[at].mail.clone();
        let mut letter = self.messages[source].letter.clone();
        let subject = words::subject(letter.lang, &self.names, &mut self.random);
        letter.own = words::paragraphs(letter.lang, 3, &self.names, &mut self.random).join("\n\n");
        letter.marks.id = format!("x{}", letter.marks.id);
        mail.body = letter.mail().body;
        mail.set("Subject", word(&subject));
        mail.set("Message-ID", format!("<{}>", letter.marks.id));
        letter.subject = subject;
        let Message { author, recipients, thread, handed_in, .. } = &self.messages[source];
        let like = (*author, recipients.clone(), *thread, *handed_in);
        self.messages.push(Message {
            wire: mail.clone(),
            is_made: true,
            ..Message::new(letter, like.0, like.1, like.2, like.3)
        });
        let message = self.messages.len() - 1;
        let at = self.put(message, mailbox, Folder::Inbox, mail, false);
        let planted = careless(
            "signature-pasted",
            "sent-by-domain",
            true,
            "another letter under the signature of a real one",
        );
        self.plant(at, planted);
    }

    /// A document that says it was saved as the one that was mailed, and holds another figure.
    fn file_changed(&mut self) {
        let signed = anchor::signed(self);
        let friends = Friends::of(self, &signed);
        let taken = self.taken.clone();
        let all: Vec<usize> = (0..self.messages.len())
            .filter(|m| !taken.contains(m) && anchor::file(self, &signed, &friends, *m))
            .filter(|m| self.messages[*m].oddity.is_none())
            .filter(|m| self.messages[*m].document.as_ref().is_some_and(|d| d.form != Form::Csv))
            .collect();
        if all.is_empty() {
            return;
        }
        let message = *self.random.pick(&all);
        let Some(mut document) = self.messages[message].document.clone() else { return };
        if let Some((_, number)) = document.lines.last_mut() {
            *number += 90_000;
        }
        self.taken.insert(message);
        let mut planted = careless(
            "file-changed",
            "document-as-saved",
            true,
            "the file states the saving of the one that was mailed, with another figure",
        );
        planted.told_by = vec![message];
        self.files.push(File { document, mailed: None, oddity: None, planted: Some(planted) });
    }
}

fn careless(
    kind: &'static str,
    attacked: &'static str,
    is_detectable: bool,
    story: &str,
) -> Planted {
    Planted {
        kind,
        class: Some("careless"),
        attacked: Some(attacked),
        is_detectable,
        story: story.to_owned(),
        told_by: Vec::new(),
    }
}
