//! What is odd about innocent mail: wrong clocks, lists, gateways, exports, machines. As many kinds as
//! there are forgeries, and none of them may be accused.

use crate::campaign::{
    Author, Campaign, Draft, END, Folder, Message, PARTY_SIGNS, Repeats, START, Signed, sign_for,
};
use crate::document::{Document, Form};
use crate::letter::{Letter, Special, typed};
use crate::mail::{Encoding, Mail, word};
use crate::moment::{DAY, HOUR, MINUTE, Moment};
use crate::people::{Client, Lang, PARTY};
use crate::route::{Host, hop};
use crate::words;

/// Every oddity, and what makes it.
pub const ODDITIES: &[(&str, &str)] = &[
    ("answered-before-sent", "the answering clock is behind the mail it answers"),
    ("answered-between", "the answer stands between the paragraphs that it quotes"),
    ("attachment-removed", "a program took the attachment out of the stored copy and left a note"),
    ("automatic-reply", "a machine answers that somebody is away"),
    ("backup-without-trace", "an export dropped the servers' fields and the signature"),
    ("bounce", "a server reports that a mail was not delivered"),
    ("clock-days-ahead", "the author's clock is two days ahead; one mail of the whole dump"),
    ("clock-off", "the author's clock is minutes or hours off"),
    ("delayed", "the recipient's server was not there for days"),
    ("delivered-twice", "the same mail came by two aliases"),
    ("draft", "the draft of a sent mail, shorter; every second one keeps the id"),
    ("edited-in-answer", "an answer, itself innocent, repeats it with other words"),
    ("encoded-anew", "an export wrote the signed text in another transfer encoding"),
    ("forwarded-inline", "a mail sent on with its text below"),
    ("from-line", "a line that a mailbox file must mark"),
    ("gateway-lines", "a gateway puts its lines below every mail from outside, in the days it ran"),
    ("gateway-mark", "a gateway puts its mark before every Subject, in the days it ran"),
    ("hidden-copy", "the stored copy names a hidden recipient"),
    ("invitation", "a calendar's invitation"),
    ("later-version", "two versions of one document under one name, days apart"),
    ("moved-with-new-id", "an older system's mail was brought over under new ids"),
    ("one-id-for-all", "a newsletter gives every issue one id, and began to sign half-way"),
    ("packed-anew", "a gateway took a document's package apart and packed it again"),
    ("printer", "the office copier sends past the server that signs"),
    ("quote-edited", "the answer mends a word of what it quotes, hides a name, drops a sentence"),
    ("quote-trimmed", "the answer cuts what it quotes"),
    ("receipt", "a receipt that a mail was read"),
    ("sent-on-by-hand", "a mail sent again to another by hand, with Resent fields"),
    (
        "signed-with-notice",
        "the party's border adds a notice and signs; the author's own copy is without it",
    ),
    (
        "stored-otherwise",
        "the author's own copy is in another encoding than the one that travelled",
    ),
    ("through-list", "a list puts its name into Subject and its lines below"),
    ("zone-other", "a journey, or a machine whose zone was never set"),
];

/// Copies of one gateway's addition before it counts as a template (design rule 10), and some more.
const TEMPLATES: usize = 9;

impl Campaign {
    /// So many of every kind, some kinds more where a habit needs numbers.
    pub fn oddities(&mut self, each: usize) {
        for _ in 0..each {
            self.wrong_clock();
            self.wrong_zone();
            self.forwarded_inline();
            self.automatic_reply();
            self.out_of_order();
            self.invitation();
            self.receipt();
            self.bounce();
            self.hidden_copy();
            self.delayed();
            self.line_to_be_marked();
            self.later_version();
        }
        self.days_ahead();
        for _ in 0..each.max(TEMPLATES) {
            self.printer();
            self.through_list();
            self.signed_with_notice();
            self.through_gateway(true);
            self.through_gateway(false);
        }
        self.again(each);
        self.copies(each);
        self.exports(each);
    }

    pub fn plain_draft(
        &mut self,
        author: usize,
        to: usize,
        at: Moment,
        oddity: &'static str,
    ) -> Draft {
        let is_french = [author, to].iter().all(|p| self.cast.people[*p].lang == Lang::Fr);
        let lang = if is_french { Lang::Fr } else { Lang::En };
        let subject = words::subject(lang, &self.names, &mut self.random);
        let own = self.own_text(lang, author, to);
        let thread = self.threads;
        self.threads += 1;
        Draft {
            author,
            to: vec![to],
            cc: Vec::new(),
            bcc: Vec::new(),
            lang,
            subject,
            own,
            parent: None,
            repeats: Repeats::Nothing,
            is_forward: false,
            at,
            clock: 0,
            document: None,
            thread,
            oddity: Some(oddity),
        }
    }

    pub fn custodian(&mut self) -> usize {
        let all: Vec<usize> = self.cast.custodians().collect();
        *self.random.pick(&all)
    }

    pub fn outsider(&mut self) -> usize {
        let all = self.cast.outsiders();
        *self.random.pick(&all)
    }

    /// A draft between a custodian and somebody else, either way.
    fn letter_of_two(&mut self, oddity: &'static str) -> Draft {
        let (one, other) = (self.custodian(), self.outsider());
        let at = self.some_day(START, END - 8 * DAY);
        let (author, to) = if self.random.percent(50) { (one, other) } else { (other, one) };
        self.plain_draft(author, to, at, oddity)
    }

    fn write_and_lay(&mut self, draft: Draft) -> usize {
        let message = self.write(draft);
        self.lay(message);
        message
    }

    /// The author's clock is minutes or hours off.
    fn wrong_clock(&mut self) {
        let mut draft = self.letter_of_two("clock-off");
        draft.clock = if self.random.percent(50) {
            self.random.between(20 * MINUTE, 5 * HOUR)
        } else {
            -self.random.between(20 * MINUTE, 9 * HOUR)
        };
        self.write_and_lay(draft);
    }

    /// One author's clock is two days ahead, once in the whole dump.
    fn days_ahead(&mut self) {
        let (author, to) = (self.outsider(), self.custodian());
        let at = self.some_day(START, END - 8 * DAY);
        let mut draft = self.plain_draft(author, to, at, "clock-days-ahead");
        draft.clock = 2 * DAY;
        self.write_and_lay(draft);
    }

    /// A journey, or a machine whose zone was never set.
    fn wrong_zone(&mut self) {
        let mut draft = self.letter_of_two("zone-other");
        draft.at.offset = *self.random.pick(&[0, -18_000, 10_800, 32_400]);
        self.write_and_lay(draft);
    }

    /// A custodian sends on to another what somebody wrote to him.
    fn forwarded_inline(&mut self) {
        let all: Vec<usize> = (0..self.messages.len())
            .filter(|at| {
                let message = &self.messages[*at];
                matches!(message.author, Author::Person(_))
                    && message.parent.is_none()
                    && message.recipients.iter().any(|p| self.cast.people[*p].custodian.is_some())
            })
            .collect();
        if all.is_empty() {
            return;
        }
        let parent = *self.random.pick(&all);
        let holder = |p: &&usize| self.cast.people[**p].custodian.is_some();
        let Some(author) = self.messages[parent].recipients.iter().find(holder).copied() else {
            return;
        };
        let to = loop {
            let to = self.custodian();
            if to != author {
                break to;
            }
        };
        let at = self.messages[parent].letter.at.later(self.random.between(HOUR, 40 * HOUR));
        let mut draft = self.plain_draft(author, to, at, "forwarded-inline");
        let lang = draft.lang;
        draft.subject = format!(
            "{} {}",
            if lang == Lang::Fr { "TR:" } else { "Fwd:" },
            self.messages[parent].letter.subject
        );
        draft.parent = Some(parent);
        draft.repeats = Repeats::All;
        draft.is_forward = true;
        self.write_and_lay(draft);
    }

    fn automatic_reply(&mut self) {
        let (author, to) = (self.outsider(), self.custodian());
        let at = self.some_day(START, END - DAY);
        let mut draft = self.plain_draft(author, to, at, "automatic-reply");
        let back = at.later(9 * DAY).day_words(draft.lang);
        (draft.subject, draft.own) = match draft.lang {
            Lang::Fr => (
                "Réponse automatique : absence".to_owned(),
                format!("Je suis absent jusqu'au {back}. Ce message est envoyé par une machine."),
            ),
            Lang::En => (
                "Automatic reply: out of office".to_owned(),
                format!("I am away until {back}. A machine sends this message."),
            ),
        };
        let mut letter = self.letter(&draft);
        letter.extra.push(("Auto-Submitted".to_owned(), "auto-replied".to_owned()));
        self.keep_and_lay(letter, author, vec![to], at, "automatic-reply");
    }

    fn keep_and_lay(
        &mut self,
        letter: Letter,
        author: usize,
        recipients: Vec<usize>,
        at: Moment,
        oddity: &'static str,
    ) -> usize {
        let domain = self.cast.people[author].domain;
        self.keep_machine(letter, Author::Person(author), domain, recipients, at, oddity)
    }

    fn keep_machine(
        &mut self,
        letter: Letter,
        author: Author,
        domain: usize,
        recipients: Vec<usize>,
        at: Moment,
        oddity: &'static str,
    ) -> usize {
        let thread = self.threads;
        self.threads += 1;
        let message = Message {
            oddity: Some(oddity),
            ..Message::new(letter, author, recipients, thread, at.later(2))
        };
        let message = self.keep(message, domain);
        self.lay(message);
        message
    }

    /// An answer whose clock is behind the mail it answers.
    fn out_of_order(&mut self) {
        let (author, to) = (self.outsider(), self.custodian());
        let at = self.some_day(START, END - 9 * DAY);
        let draft = self.plain_draft(to, author, at, "answered-before-sent");
        let parent = self.write_and_lay(draft);
        let mut draft = self.plain_draft(author, to, at.later(15 * MINUTE), "answered-before-sent");
        draft.subject = format!("Re: {}", self.messages[parent].letter.subject);
        draft.parent = Some(parent);
        draft.repeats = Repeats::All;
        draft.clock = -40 * MINUTE;
        self.write_and_lay(draft);
    }

    fn invitation(&mut self) {
        let draft = self.letter_of_two("invitation");
        let mut letter = self.letter(&draft);
        let start = draft.at.later(3 * DAY).w3c().replace(['-', ':'], "");
        letter.special = Some(Special {
            subtype: "alternative",
            media_type: "text/calendar; method=REQUEST",
            text: format!(
                "BEGIN:VCALENDAR\nPRODID:-//Lab//EN\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:{}\nDTSTART:{start}\nSUMMARY:{}\nEND:VEVENT\nEND:VCALENDAR",
                self.random.uuid(),
                draft.subject
            ),
        });
        self.keep_and_lay(letter, draft.author, draft.to.clone(), draft.at, "invitation");
    }

    fn receipt(&mut self) {
        let draft = self.letter_of_two("receipt");
        let mut letter = self.letter(&draft);
        letter.subject = if draft.lang == Lang::Fr {
            format!("Lu : {}", draft.subject)
        } else {
            format!("Read: {}", draft.subject)
        };
        letter.own = if draft.lang == Lang::Fr {
            "Votre message a été lu.".to_owned()
        } else {
            "Your message was read.".to_owned()
        };
        letter.special = Some(Special {
            subtype: "report; report-type=disposition-notification",
            media_type: "message/disposition-notification",
            text: format!(
                "Final-Recipient: rfc822;{}\nDisposition: manual-action/MDN-sent-manually; displayed",
                letter.from.1
            ),
        });
        self.keep_and_lay(letter, draft.author, draft.to.clone(), draft.at, "receipt");
    }

    fn bounce(&mut self) {
        let to = self.custodian();
        let at = self.some_day(START, END - DAY);
        let draft = self.plain_draft(to, to, at, "bounce");
        let host = self.cast.domains[PARTY].name.clone();
        let mut letter = self.letter(&draft);
        letter.client = Client::PhpMailer;
        letter.marks = Client::PhpMailer.marks(at, &host, &mut self.random);
        letter.from = ("Mail Delivery System".to_owned(), format!("mailer-daemon@{host}"));
        letter.subject = "Undelivered Mail Returned to Sender".to_owned();
        letter.own = "Your message could not be delivered to one or more recipients.".to_owned();
        letter.special = Some(Special {
            subtype: "report; report-type=delivery-status",
            media_type: "message/delivery-status",
            text: format!(
                "Reporting-MTA: dns; mail.{host}\n\nFinal-Recipient: rfc822; nobody@courrier.example\nAction: failed\nStatus: 5.1.1"
            ),
        });
        self.keep_machine(letter, Author::Machine(PARTY), PARTY, vec![to], at, "bounce");
    }

    /// The office copier sends what it scanned, past the server that signs.
    fn printer(&mut self) {
        let to = self.custodian();
        let at = self.some_day(START, END - DAY);
        let draft = self.plain_draft(to, to, at, "printer");
        let host = self.cast.domains[PARTY].name.clone();
        let mut document =
            Document::of(Lang::Fr, "Copieur", at.later(-2 * HOUR), &self.names, &mut self.random);
        document.form = Form::Pdf;
        let mut letter = self.letter(&draft);
        letter.client = Client::PhpMailer;
        letter.marks = Client::PhpMailer.marks(at, &host, &mut self.random);
        letter.from = ("Copieur 2e étage".to_owned(), format!("copieur@{host}"));
        letter.subject = format!("Numérisation {}", at.packed());
        letter.own = "Document numérisé en pièce jointe.".to_owned();
        letter.thread_index = None;
        letter.attachments = vec![document.attachment()];
        let wire = letter.mail();
        let machine = Author::Machine(PARTY);
        let message = Message {
            wire,
            oddity: Some("printer"),
            document: Some(document),
            ..Message::new(letter, machine, vec![to], self.threads, at.later(1))
        };
        self.threads += 1;
        self.messages.push(message);
        let message = self.messages.len() - 1;
        self.lay(message);
    }

    fn hidden_copy(&mut self) {
        let (author, to) = (self.custodian(), self.outsider());
        let at = self.some_day(START, END - DAY);
        let mut draft = self.plain_draft(author, to, at, "hidden-copy");
        let hidden = self.custodian();
        if hidden != author {
            draft.bcc.push(hidden);
        }
        self.write_and_lay(draft);
    }

    /// The recipient's server was not there for days.
    fn delayed(&mut self) {
        let (author, to) = (self.outsider(), self.custodian());
        let at = self.some_day(START, END - 8 * DAY);
        let draft = self.plain_draft(author, to, at, "delayed");
        let message = self.write(draft);
        let seconds = self.random.between(DAY, 4 * DAY);
        let mail = self.delivered(message, to, seconds);
        let holds = self.messages[message].signed == Signed::Complete;
        let Some(mailbox) = self.cast.people[to].custodian else { return };
        self.put(message, mailbox, Folder::Inbox, mail, holds);
    }

    /// A line that a mailbox file must mark.
    fn line_to_be_marked(&mut self) {
        let mut draft = self.letter_of_two("from-line");
        draft.own = format!(
            "{}\n\nFrom here on the text stays as it is, {}.",
            draft.own,
            self.random.digits(4)
        );
        self.write_and_lay(draft);
    }

    /// Two versions of one document, days apart, under one name.
    fn later_version(&mut self) {
        let (author, to) = (self.outsider(), self.custodian());
        let at = self.some_day(START, END - 9 * DAY);
        let mut draft = self.plain_draft(author, to, at, "later-version");
        let name = self.cast.people[author].name.clone();
        let first =
            Document::of(draft.lang, &name, at.later(-3 * HOUR), &self.names, &mut self.random);
        let mut second = first.clone();
        if let Some((_, number)) = second.lines.first_mut() {
            *number += self.random.between(10, 400);
        }
        second.saved = at.later(2 * DAY);
        second.id = self.random.hex(32);
        draft.document = Some(first);
        self.write_and_lay(draft);
        let mut draft = self.plain_draft(author, to, at.later(2 * DAY + HOUR), "later-version");
        draft.document = Some(second);
        self.write_and_lay(draft);
    }

    /// Authors whose domain signs and whose program writes plain text.
    fn plain_signers(&self) -> Vec<usize> {
        let people = &self.cast.people;
        let is_plain = |p: &usize| {
            matches!(
                people[*p].client,
                Client::Thunderbird | Client::AppleMail | Client::IPhone | Client::Roundcube
            )
        };
        let signs = |p: &usize| {
            let sending = self.cast.domain_of(*p).sending;
            matches!(sending, crate::people::Sending::Signed)
        };
        self.cast.outsiders().into_iter().filter(|p| is_plain(p) && signs(p)).collect()
    }

    /// Through a mailing list: its name in Subject, its lines below.
    fn through_list(&mut self) {
        let authors = self.plain_signers();
        if authors.is_empty() {
            return;
        }
        let author = *self.random.pick(&authors);
        let at = self.some_day(START, END - DAY);
        let to = self.custodian();
        let list = ("budget".to_owned(), "budget@lists.assemblee-port.example".to_owned());
        let draft = self.plain_draft(author, to, at, "through-list");
        let mut letter = self.letter(&draft);
        letter.to = vec![list];
        let message = Message {
            oddity: draft.oddity,
            ..Message::new(letter, Author::Person(author), vec![to], draft.thread, at.later(1))
        };
        let message = self.keep(message, self.cast.people[author].domain);
        let mut mail = self.messages[message].wire.clone();
        let subject = draft.subject.clone();
        mail.set("Subject", word(&format!("[Budget] {subject}")));
        footer(
            &mut mail,
            "_______________________________________________\nListe budget\nbudget@lists.assemblee-port.example\n",
        );
        let host = |name: &str| Host { name: name.to_owned(), address: "192.0.2.77".to_owned() };
        let party = self.cast.domains[PARTY].name.clone();
        let out = Host::outgoing(self.cast.domain_of(author));
        for (name, value) in [
            ("Sender", "budget-bounces@lists.assemblee-port.example"),
            ("Precedence", "list"),
            ("List-Id", "<budget.lists.assemblee-port.example>"),
        ] {
            mail.put_on_top(name, value);
        }
        let list_host = "lists.assemblee-port.example";
        mail.put_on_top("Received", hop(&out, list_host, None, at.later(4), &mut self.random));
        let last =
            hop(&host(list_host), &format!("mx.{party}"), None, at.later(50), &mut self.random);
        mail.put_on_top("Received", last);
        self.put_changed(message, to, mail);
    }

    /// The party's border puts a notice under what leaves it, then signs.
    fn signed_with_notice(&mut self) {
        let people = &self.cast.people;
        let is_plain =
            |p: &usize| matches!(people[*p].client, Client::Thunderbird | Client::Roundcube);
        let authors: Vec<usize> = self.cast.custodians().filter(is_plain).collect();
        let (author, to) = (*self.random.pick(&authors), self.outsider());
        let copied = loop {
            let copied = self.custodian();
            if copied != author {
                break copied;
            }
        };
        let at = self.some_day(PARTY_SIGNS + DAY, END - DAY);
        let mut draft = self.plain_draft(author, to, at, "signed-with-notice");
        draft.cc.push(copied);
        let message = self.write(draft);
        let mut wire = self.messages[message].letter.mail();
        footer(&mut wire, "-- \nCe message est confidentiel. Parti, bureau national.\n");
        let domain = &self.cast.domains[PARTY];
        let signed = sign_for(&self.keys, domain, &mut wire, self.messages[message].handed_in);
        (self.messages[message].wire, self.messages[message].signed) = (wire, signed);
        let before = self.sightings.len();
        self.lay(message);
        for sighting in self.sightings[before..].iter_mut().filter(|s| s.folder == Folder::Sent) {
            sighting.is_equal = false;
        }
    }

    /// A delivered copy that a relay changed as it changes all.
    fn put_changed(&mut self, message: usize, to: usize, mail: Mail) {
        let Some(mailbox) = self.cast.people[to].custodian else { return };
        let at = self.put(message, mailbox, Folder::Inbox, mail, false);
        self.sightings[at].is_equal = false;
        self.sightings[at].is_restorable = self.messages[message].signed == Signed::Complete;
    }

    /// A gateway at the party's border puts its lines below, or its mark into Subject.
    fn through_gateway(&mut self, is_below: bool) {
        let authors = self.plain_signers();
        if authors.is_empty() {
            return;
        }
        let author = *self.random.pick(&authors);
        let to = self.custodian();
        let oddity = if is_below { "gateway-lines" } else { "gateway-mark" };
        let at = self.some_day(PARTY_SIGNS, PARTY_SIGNS + 30 * DAY);
        let draft = self.plain_draft(author, to, at, oddity);
        let message = self.write(draft);
        let mut mail = self.delivered(message, to, 9);
        if is_below {
            footer(
                &mut mail,
                "-- \nCe message vient de l'exterieur du parti. Ne suivez aucun lien sans verifier.\n",
            );
        } else {
            let subject = self.messages[message].letter.subject.clone();
            mail.set("Subject", word(&format!("[EXT] {subject}")));
        }
        self.put_changed(message, to, mail);
    }

    /// Mails that came twice, and mails sent on by hand.
    fn again(&mut self, each: usize) {
        for nth in 0..each * 2 {
            let Some(at) = self.some_sighting(|s, m| {
                s.folder == Folder::Inbox && s.oddity.is_none() && m.parent.is_none()
            }) else {
                return;
            };
            let mut copy = self.sightings[at].clone();
            copy.oddity = Some(if nth % 2 == 0 { "delivered-twice" } else { "sent-on-by-hand" });
            if nth % 2 == 1 {
                let time = self.messages[copy.message].handed_in.later(5 * HOUR);
                let (name, address) = self.mailbox_of(self.messages[copy.message].recipients[0]);
                copy.mail.put_on_top("Resent-Date", time.mail());
                copy.mail.put_on_top("Resent-From", format!("{} <{address}>", word(&name)));
            }
            self.sightings.push(copy);
        }
    }

    /// A sighting that fits, by chance.
    pub fn some_sighting(
        &mut self,
        fits: impl Fn(&crate::campaign::Sighting, &Message) -> bool,
    ) -> Option<usize> {
        let all: Vec<usize> = (0..self.sightings.len())
            .filter(|at| {
                let sighting = &self.sightings[*at];
                sighting.planted.is_none() && fits(sighting, &self.messages[sighting.message])
            })
            .collect();
        (!all.is_empty()).then(|| *self.random.pick(&all))
    }

    /// Drafts, copies without their attachments, copies in another encoding.
    fn copies(&mut self, each: usize) {
        for nth in 0..each {
            if let Some(at) = self.some_sighting(|s, m| {
                s.folder == Folder::Sent && s.oddity.is_none() && m.repeats == Repeats::Nothing
            }) {
                self.draft_of(at, nth % 2 == 0);
            }
            if let Some(at) = self.some_sighting(|s, m| {
                s.folder == Folder::Sent && s.oddity.is_none() && m.document.is_some()
            }) {
                let mut letter = self.messages[self.sightings[at].message].letter.clone();
                letter.attachments.clear();
                letter.own.push_str("\n\n[pièce jointe retirée]");
                self.sightings[at].mail = letter.mail();
                self.sightings[at].is_equal = false;
                self.sightings[at].oddity = Some("attachment-removed");
            }
            self.stored_otherwise();
            let is_plain =
                |m: &Message| m.wire.get("Content-Transfer-Encoding") == Some("quoted-printable");
            if let Some(at) =
                self.some_sighting(|s, m| s.holds && s.oddity.is_none() && is_plain(m))
            {
                let message = &self.messages[self.sightings[at].message];
                let (fields, body) = typed("text/plain", Encoding::Base64, &message.letter.text());
                let sighting = &mut self.sightings[at];
                for (name, value) in fields {
                    sighting.mail.set(&name, value);
                }
                sighting.mail.body = body;
                sighting.holds = false;
                sighting.is_restorable = true;
                sighting.oddity = Some("encoded-anew");
            }
        }
    }

    /// The author's own copy in another encoding than the one that travelled.
    fn stored_otherwise(&mut self) {
        let is_plain =
            |m: &Message| m.wire.get("Content-Transfer-Encoding") == Some("quoted-printable");
        let Some(at) = self.some_sighting(|s, m| {
            s.folder == Folder::Sent && s.oddity.is_none() && s.is_equal && is_plain(m)
        }) else {
            return;
        };
        let text = self.messages[self.sightings[at].message].letter.text();
        let (fields, body) = typed("text/plain", Encoding::Base64, &text);
        let sighting = &mut self.sightings[at];
        for (name, value) in fields {
            sighting.mail.set(&name, value);
        }
        sighting.mail.body = body;
        sighting.oddity = Some("stored-otherwise");
    }

    /// The draft that a sent mail was made from; some programs keep the id.
    fn draft_of(&mut self, sent: usize, keeps_id: bool) {
        let (message, mailbox) = (self.sightings[sent].message, self.sightings[sent].mailbox);
        let mut letter = self.messages[message].letter.clone();
        letter.at = letter.at.later(-self.random.between(10 * MINUTE, 3 * HOUR));
        letter.own = crate::quote::trimmed(&letter.own).replace("[...]", "...");
        letter.attachments.clear();
        if !keeps_id {
            let host = letter.host().to_owned();
            letter.marks = letter.client.marks(letter.at, &host, &mut self.random);
        }
        letter.extra.push((
            "X-Mozilla-Draft-Info".to_owned(),
            "internal/draft; vcard=0; receipt=0; DSN=0; uuencode=0".to_owned(),
        ));
        let at = self.put(message, mailbox, Folder::Drafts, letter.mail(), false);
        self.sightings[at].is_equal = false;
        self.sightings[at].oddity = Some("draft");
    }

    /// What exports and moves do: a backup without the servers' fields, an old mailbox with new ids.
    fn exports(&mut self, each: usize) {
        for _ in 0..each * 4 {
            let Some(at) = self.some_sighting(|s, _| {
                s.folder == Folder::Inbox && s.oddity.is_none() && s.mailbox == 4
            }) else {
                break;
            };
            let mut copy = self.sightings[at].clone();
            copy.mail = copy.mail.without_trace();
            copy.folder = Folder::Backup;
            copy.holds = false;
            copy.oddity = Some("backup-without-trace");
            self.sightings.push(copy);
        }
        let party = self.cast.domains[PARTY].name.clone();
        for _ in 0..each * 3 {
            let Some(at) = self.some_sighting(|s, m| {
                s.folder == Folder::Inbox
                    && s.oddity.is_none()
                    && s.mailbox == 5
                    && m.handed_in.epoch < START + 40 * DAY
            }) else {
                break;
            };
            let id = format!("<{}@migration.{party}>", self.random.hex(32));
            let sighting = &mut self.sightings[at];
            sighting.mail = sighting.mail.clone().without_trace();
            sighting.mail.set("Message-ID", id);
            sighting.folder = Folder::Old;
            sighting.holds = false;
            sighting.is_equal = false;
            sighting.oddity = Some("moved-with-new-id");
        }
    }
}

/// Puts lines below a plain body.
fn footer(mail: &mut Mail, text: &str) {
    mail.body.extend_from_slice(crate::mail::crlf(text).as_bytes());
}
