//! What they do who know every check, and those who hold an opened account: what they make agrees with
//! itself, and only what lies outside their reach can tell.

use crate::campaign::{
    Author, Campaign, Draft, EARLIEST_BREAK_IN, END, File, Folder, PARTY_SIGNS, Planted, Repeats,
    START, sign_for,
};
use crate::client::ThreadIndex;
use crate::document::Document;
use crate::letter::Letter;
use crate::moment::{DAY, HOUR, Moment};
use crate::people::{BulkKind, Client, FREEMAIL, LOOKALIKE, Lang, PARTY, Person, Sending};
use crate::sign::{Signer, sign};
use crate::words;

impl Campaign {
    pub fn expert(&mut self, each: usize) {
        for _ in 0..each {
            self.planted_coherent();
            self.planted_before_signing();
            self.signature_removed_alone();
            self.copy_with_new_id();
            self.own_key();
            self.planted_with_file();
            self.planted_file();
            self.moved_in_time();
            self.persona(false);
            self.persona(true);
            self.copy_changed("signature-removed", "expert", Folder::Backup);
            self.quoted_figure_changed("expert");
            self.quote_changed();
        }
        self.habit_broken();
    }

    pub fn insider(&mut self, each: usize) {
        for _ in 0..each {
            self.insider_sent();
            self.insider_put_back();
            self.signed_text_changed("stored-copy-edited", "insider");
            self.insider_draft();
            self.insider_sent_item();
            self.insider_forged_reply();
            self.insider_mailed_file();
        }
    }

    /// Decoys of the victim, files saved again after the theft, mails that asked for passwords.
    pub fn others(&mut self, each: usize) {
        for _ in 0..each {
            self.decoy();
            self.staged();
            self.phish();
        }
    }

    fn planted_coherent(&mut self) {
        let Some(letter) = self.made_letter("made") else { return };
        let mail = letter.mail();
        let planted = expert(
            "planted-coherent",
            "sent-by-domain",
            false,
            "made from nothing, in agreement with itself; its domain signs nothing",
        );
        self.put_made(letter, mail, Folder::Inbox, planted);
    }

    /// From the party itself, of the time when its server did not sign.
    fn planted_before_signing(&mut self) {
        let staff = self.cast.staff();
        let (author, to) = (*self.random.pick(&staff), self.custodian());
        let at = self.some_day(START, PARTY_SIGNS - 2 * DAY);
        let draft = self.plain_draft(author, to, at, "made");
        let letter = self.letter(&draft);
        let mail = letter.mail();
        let planted = expert(
            "planted-before-signing",
            "sent-by-domain",
            false,
            "made from nothing, dated before the party signed its mail",
        );
        self.put_made(letter, mail, Folder::Inbox, planted);
    }

    /// One mail of a domain that signs all, without a signature.
    fn habit_broken(&mut self) {
        let domains: Vec<usize> = (0..self.cast.bulk.len())
            .filter(|b| {
                let bulk = &self.cast.bulk[*b];
                // Letters name a list, behind which no habit is looked for.
                let is_signed = self.cast.domains[bulk.domain].sending == Sending::Signed;
                is_signed && bulk.kind != BulkKind::Letter
            })
            .collect();
        for bulk in domains {
            let domain = self.cast.bulk[bulk].domain;
            let issues: Vec<usize> = (0..self.messages.len())
                .filter(|m| {
                    self.messages[*m].author == Author::Machine(domain)
                        && !self.messages[*m].is_made
                })
                .filter(|m| !self.taken.contains(m))
                .collect();
            // With an issue before and behind it, and enough of them to be a habit.
            if issues.len() < 60 {
                continue;
            }
            let model = &self.messages[issues[issues.len() / 2]];
            let mut letter = model.letter.clone();
            letter.at = letter.at.later(50 * 60);
            let host = self.cast.domains[domain].name.clone();
            letter.marks = letter.client.marks(letter.at, &host, &mut self.random);
            letter.subject = words::subject(letter.lang, &self.names, &mut self.random);
            letter.own =
                words::paragraphs(letter.lang, 3, &self.names, &mut self.random).join("\n\n");
            let planted = expert(
                "habit-broken",
                "sent-by-domain",
                true,
                "made from nothing; every other mail of its domain on this path is signed",
            );
            let mail = letter.mail();
            let message = self.put_made(letter, mail, Folder::Inbox, planted);
            // Its route is that of its domain, not of a person.
            self.messages[message].author = Author::Machine(domain);
            let to = self.messages[message].recipients[0];
            let mail = self.delivered(message, to, 3);
            if let Some(last) = self.sightings.last_mut() {
                last.mail = mail;
            }
        }
    }

    /// Changed, its signature taken away; no other copy is in the dump.
    fn signature_removed_alone(&mut self) {
        let taken = self.taken.clone();
        let mut copies = std::collections::BTreeMap::new();
        for sighting in &self.sightings {
            *copies.entry(sighting.message).or_insert(0) += 1;
        }
        let parents: std::collections::BTreeSet<usize> =
            self.messages.iter().filter_map(|m| m.parent).collect();
        let Some(at) = self.some_sighting(|s, m| {
            s.holds
                && s.oddity.is_none()
                && copies.get(&s.message) == Some(&1)
                && !parents.contains(&s.message)
                && matches!(m.author, Author::Person(_))
                && m.letter.special.is_none()
                && !taken.contains(&s.message)
        }) else {
            return;
        };
        let letter = self.messages[self.sightings[at].message].letter.clone();
        let body = crate::forge::falsified(&letter, self).mail().body;
        let mail = &mut self.sightings[at].mail;
        mail.body = body;
        mail.remove("DKIM-Signature");
        mail.remove("X-Google-DKIM-Signature");
        self.plant(
            at,
            expert(
                "signature-removed-alone",
                "body-as-sent",
                false,
                "changed, its signature taken away, no other copy in the dump",
            ),
        );
    }

    /// A signed mail again: changed, without signature, under an id and a minute of its own.
    fn copy_with_new_id(&mut self) {
        let taken = self.taken.clone();
        let Some(at) = self.some_sighting(|s, m| {
            s.holds
                && s.oddity.is_none()
                && matches!(m.author, Author::Person(_))
                && m.letter.special.is_none()
                && !taken.contains(&s.message)
        }) else {
            return;
        };
        let source = self.sightings[at].message;
        let letter = self.messages[source].letter.clone();
        let mut letter = crate::forge::falsified(&letter, self);
        letter.at = letter.at.later(240);
        let host = letter.host().to_owned();
        letter.marks = letter.client.marks(letter.at, &host, &mut self.random);
        let mail = letter.mail();
        let planted = expert(
            "copy-with-new-id",
            "body-as-sent",
            false,
            "a signed mail again, changed, as a version of its own",
        );
        self.put_made(letter, mail, Folder::Inbox, planted);
        self.taken.insert(source);
    }

    /// Signed with a key of the forger's making, under a selector that no archive has.
    fn own_key(&mut self) {
        let authors: Vec<usize> = self
            .cast
            .outsiders()
            .into_iter()
            .filter(|p| self.cast.domain_of(*p).sending == Sending::Signed)
            .collect();
        let (author, to) = (*self.random.pick(&authors), self.custodian());
        let at = self.some_day(START, END - DAY);
        let draft = self.plain_draft(author, to, at, "made");
        let letter = self.letter(&draft);
        let mut mail = letter.mail();
        let domain = self.cast.domain_of(author).name.clone();
        if let Some(key) = self.keys.get("minted") {
            let signer = Signer {
                key,
                domain: &domain,
                selector: "mail2",
                at: Some(at.epoch + 2),
                canon: lydite_core::signature::canonical::Canon::Relaxed,
                length: None,
                is_google: false,
            };
            sign(&mut mail, &signer);
        }
        let planted = expert(
            "own-key",
            "sent-by-domain",
            false,
            "signed with a key of the forger's own under a new selector",
        );
        self.put_made(letter, mail, Folder::Inbox, planted);
    }

    fn some_document(&mut self, author: &str, at: Moment) -> Document {
        Document::of(Lang::Fr, author, at, &self.names, &mut self.random)
    }

    fn planted_with_file(&mut self) {
        let Some(mut letter) = self.made_letter("made") else { return };
        let document = self.some_document(&letter.from.0.clone(), letter.at.later(-4 * HOUR));
        letter.attachments = vec![document.attachment()];
        let mail = letter.mail();
        let planted = expert(
            "planted-with-file",
            "body-as-sent",
            false,
            "made from nothing, with a document",
        );
        self.put_made(letter, mail, Folder::Inbox, planted);
    }

    fn planted_file(&mut self) {
        let author = self.custodian();
        let at = self.some_day(START, EARLIEST_BREAK_IN);
        let name = self.cast.people[author].name.clone();
        let document = self.some_document(&name, at);
        let planted =
            expert("planted-file", "document-as-saved", false, "a document made from nothing");
        self.files.push(File { document, mailed: None, oddity: None, planted: Some(planted) });
    }

    /// A mail of another month, whose only copy this was: Date, ids and stamps all moved along.
    fn moved_in_time(&mut self) {
        let Some(mut letter) = self.made_letter("made") else { return };
        letter.at = Moment::paris(letter.at.epoch - 41 * DAY);
        let host = letter.host().to_owned();
        letter.marks = letter.client.marks(letter.at, &host, &mut self.random);
        if letter.thread_index.is_some() {
            letter.thread_index = Some(ThreadIndex::root(letter.at, &mut self.random));
        }
        let mail = letter.mail();
        let planted = expert(
            "moved-in-time",
            "date-as-stated",
            false,
            "a real unsigned mail, moved into another month with all its clocks",
        );
        self.put_made(letter, mail, Folder::Inbox, planted);
    }

    /// An account of the attacker's at a provider that signs; its mail quotes a forgery.
    fn persona(&mut self, has_history: bool) {
        let name = format!(
            "{} {}",
            self.random.pick(&["Alex", "Robin", "Camille", "Dominique"]),
            self.random.pick(&["Martin", "Leroy", "Simon"])
        );
        let address = format!(
            "{}{}@{}",
            crate::people::plain(&name).replace(' ', "."),
            self.random.digits(3),
            self.cast.domains[FREEMAIL].name
        );
        let person = Person {
            name,
            address,
            domain: FREEMAIL,
            client: Client::Gmail,
            lang: Lang::Fr,
            signature: "A.".to_owned(),
            custodian: None,
        };
        self.cast.people.push(person);
        self.names.push("Alex".to_owned());
        let persona = self.cast.people.len() - 1;
        let victim = self.custodian();
        let at = self.some_day(EARLIEST_BREAK_IN + 2 * DAY, END - 3 * DAY);
        if has_history {
            for days in [70, 48] {
                let draft = self.plain_draft(persona, victim, at.later(-days * DAY), "persona");
                let message = self.write(draft);
                self.lay_planted(
                    message,
                    attacker("persona-history", "the attacker's own mail, to be known later"),
                );
            }
        }
        let draft = self.plain_draft(victim, persona, at, "made");
        let letter = self.letter(&draft);
        let mail = letter.mail();
        let kind = if has_history { "quoted-by-known-persona" } else { "quoted-by-persona" };
        let planted = expert(
            kind,
            "body-as-sent",
            false,
            "made from nothing; the attacker's own account answers and quotes it",
        );
        let forged = self.put_made(letter, mail, Folder::Sent, planted);
        let mut draft = self.plain_draft(persona, victim, at.later(2 * HOUR), "persona");
        draft.parent = Some(forged);
        draft.repeats = Repeats::All;
        draft.subject = format!("Re: {}", self.messages[forged].letter.subject);
        let message = self.write(draft);
        self.lay_planted(
            message,
            attacker("persona-answer", "the attacker's own mail, quoting what was made"),
        );
    }

    fn lay_planted(&mut self, message: usize, planted: Planted) {
        let from = self.sightings.len();
        self.messages[message].is_made = true;
        self.lay(message);
        for at in from..self.sightings.len() {
            self.plant(at, planted.clone());
        }
    }

    /// An unsigned answer whose quotation of a signed mail has another figure.
    fn quote_changed(&mut self) {
        let signed = crate::anchor::signed(self);
        let taken = self.taken.clone();
        let messages: Vec<usize> = (0..self.messages.len())
            .filter(|m| {
                signed.contains(m) && !taken.contains(m) && self.messages[*m].oddity.is_none()
            })
            .filter(|m| self.messages[*m].letter.own.contains(|c: char| c.is_ascii_digit()))
            .filter(|m| {
                self.messages[*m]
                    .recipients
                    .iter()
                    .any(|p| self.cast.people[*p].custodian.is_some())
            })
            .filter(|m| matches!(self.messages[*m].author, Author::Person(_)))
            .collect();
        if messages.is_empty() {
            return;
        }
        let parent = *self.random.pick(&messages);
        let holder = |p: &&usize| self.cast.people[**p].custodian.is_some();
        let Some(author) = self.messages[parent].recipients.iter().find(holder).copied() else {
            return;
        };
        let Author::Person(to) = self.messages[parent].author else { return };
        let at = self.messages[parent].letter.at.later(3 * HOUR);
        let mut draft = self.plain_draft(author, to, at, "made");
        draft.parent = Some(parent);
        draft.repeats = Repeats::All;
        draft.subject = format!("Re: {}", self.messages[parent].letter.subject);
        let mut letter = self.letter(&draft);
        let source = self.messages[parent].letter.clone();
        let other = crate::forge::falsified(&source, self);
        if let Some(quoted) = &mut letter.quoted {
            quoted.text = other.text();
        }
        let mail = letter.mail();
        let mut planted = expert(
            "quotation-changed",
            "body-as-sent",
            true,
            "an answer made from nothing; what it quotes of a signed mail has another figure",
        );
        planted.told_by = vec![parent];
        self.put_made(letter, mail, Folder::Sent, planted);
    }

    /// Sent from the opened account on a day after the break-in, by its own server.
    fn insider_sent(&mut self) {
        let (author, to) = (self.custodian(), self.custodian());
        let at = self.some_day(EARLIEST_BREAK_IN + 20 * DAY, END - DAY);
        let draft = self.plain_draft(author, to, at, "made");
        let message = self.write(draft);
        self.lay_planted(
            message,
            Planted {
                attacked: None,
                ..insider(
                    "insider-sent",
                    "",
                    false,
                    "sent from the opened account under the day's own date; its server signed it",
                )
            },
        );
    }

    /// The same under a Date before the break-in; the server signs the Date it is given and its own time.
    fn insider_put_back(&mut self) {
        let author = self.custodian();
        let to = loop {
            let to = self.custodian();
            if to != author {
                break to;
            }
        };
        let at = self.some_day(EARLIEST_BREAK_IN + 20 * DAY, END - DAY);
        let draft = Draft {
            clock: -self.random.between(30, 50) * DAY,
            ..self.plain_draft(author, to, at, "made")
        };
        let message = self.write(draft);
        let holder = self.cast.people[to].custodian.unwrap_or(0);
        let mail = self.delivered(message, to, 4);
        self.messages[message].is_made = true;
        let sighting = self.put(message, holder, Folder::Inbox, mail, false);
        self.plant(sighting, insider("insider-put-back", "date-as-stated", true, "sent from the opened account under a Date of weeks before; the server signed its own time"));
    }

    fn insider_draft(&mut self) {
        let (author, to) = (self.custodian(), self.outsider());
        let at = self.some_day(START, EARLIEST_BREAK_IN);
        let draft = self.plain_draft(author, to, at, "made");
        let mut letter = self.letter(&draft);
        letter.extra.push((
            "X-Mozilla-Draft-Info".to_owned(),
            "internal/draft; vcard=0; receipt=0; DSN=0; uuencode=0".to_owned(),
        ));
        let mail = letter.mail();
        self.put_made(
            letter,
            mail,
            Folder::Drafts,
            insider("planted-draft", "body-as-sent", false, "a draft put into the mailbox"),
        );
    }

    fn insider_sent_item(&mut self) {
        let (author, to) = (self.custodian(), self.outsider());
        let at = self.some_day(START, END - DAY);
        let draft = self.plain_draft(author, to, at, "made");
        let letter = self.letter(&draft);
        let mail = letter.mail();
        self.put_made(
            letter,
            mail,
            Folder::Sent,
            insider(
                "planted-sent-item",
                "body-as-sent",
                false,
                "put into the folder of sent mail; its clocks fit",
            ),
        );
    }

    /// A signed answer from the opened account quotes a mail that was put beside it.
    fn insider_forged_reply(&mut self) {
        let Some(letter) = self.made_letter("made") else { return };
        let mail = letter.mail();
        let made = self.put_made(
            letter,
            mail,
            Folder::Inbox,
            insider(
                "quoted-from-opened-account",
                "body-as-sent",
                false,
                "made from nothing; an answer really sent from the opened account quotes it",
            ),
        );
        let (Some(author), Author::Person(to)) =
            (self.messages[made].recipients.first().copied(), self.messages[made].author)
        else {
            return;
        };
        let at = self.some_day(EARLIEST_BREAK_IN + 20 * DAY, END - DAY);
        let mut draft = self.plain_draft(author, to, at, "made");
        draft.parent = Some(made);
        draft.repeats = Repeats::All;
        draft.subject = format!("Re: {}", self.messages[made].letter.subject);
        let other = self.custodian();
        draft.cc = vec![other];
        let message = self.write(draft);
        self.lay_planted(
            message,
            Planted {
                attacked: None,
                ..insider(
                    "insider-answer",
                    "",
                    false,
                    "sent from the opened account, quoting what was put there",
                )
            },
        );
    }

    /// A document of an old date, mailed by the opened account after the break-in.
    fn insider_mailed_file(&mut self) {
        let (author, to) = (self.custodian(), self.custodian());
        let at = self.some_day(EARLIEST_BREAK_IN + 20 * DAY, END - DAY);
        let name = self.cast.people[author].name.clone();
        let document = self.some_document(&name, at.later(-60 * DAY));
        let mut draft = self.plain_draft(author, to, at, "made");
        draft.document = Some(document.clone());
        let message = self.write(draft);
        self.lay_planted(
            message,
            Planted {
                attacked: None,
                ..insider(
                    "insider-sent",
                    "",
                    false,
                    "sent from the opened account with a document of an old date",
                )
            },
        );
        let planted = insider(
            "file-mailed-after",
            "document-as-saved",
            false,
            "a document of an old date, made after the break-in and mailed from the opened account",
        );
        self.files.push(File { document, mailed: None, oddity: None, planted: Some(planted) });
    }

    /// The victim's own bait, in the register that the context names.
    fn decoy(&mut self) {
        let staff = self.cast.staff();
        let (author, to) = (*self.random.pick(&staff), self.custodian());
        let at = self.some_day(PARTY_SIGNS - 20 * DAY, PARTY_SIGNS - DAY);
        let draft = self.plain_draft(author, to, at, "made");
        let letter = self.letter(&draft);
        let mail = letter.mail();
        let planted = Planted {
            class: None,
            attacked: None,
            ..expert("decoy", "", false, "put there by the victim for the thieves to find")
        };
        self.put_made(letter, mail, Folder::Inbox, planted);
    }

    /// A file saved again after the theft, its content as it was.
    fn staged(&mut self) {
        let with_file: Vec<usize> = (0..self.messages.len())
            .filter(|m| self.messages[*m].document.is_some() && !self.messages[*m].is_made)
            .collect();
        if with_file.is_empty() {
            return;
        }
        let message = *self.random.pick(&with_file);
        let Some(mut document) = self.messages[message].document.clone() else { return };
        document.saved = Moment::utc(END - 2 * DAY - self.random.between(0, DAY));
        document.saved_by = "user".to_owned();
        document.name = format!("{}_", document.name);
        let planted = Planted {
            class: None,
            attacked: None,
            ..expert("staged", "", false, "saved again after the theft, the content as it was")
        };
        self.files.push(File { document, mailed: None, oddity: None, planted: Some(planted) });
    }

    /// A mail that asked for the password, really sent by a domain that looks like the party's.
    fn phish(&mut self) {
        let to = self.custodian();
        let at = self.some_day(EARLIEST_BREAK_IN - 3 * DAY, EARLIEST_BREAK_IN + 15 * DAY);
        let draft = self.plain_draft(to, to, at, "made");
        let host = self.cast.domains[LOOKALIKE].name.clone();
        let mut letter: Letter = self.letter(&draft);
        letter.client = Client::PhpMailer;
        letter.thread_index = None;
        letter.marks = Client::PhpMailer.marks(at, &host, &mut self.random);
        letter.from = ("Service informatique".to_owned(), format!("support@{host}"));
        letter.subject = "Votre boîte est presque pleine".to_owned();
        letter.own = format!(
            "Bonjour,\n\nvotre boîte atteint {} % de sa taille. Confirmez votre compte sur https://{host}/compte avant demain.",
            self.random.between(91, 99)
        );
        let mut mail = letter.mail();
        sign_for(&self.keys, &self.cast.domains[LOOKALIKE], &mut mail, at);
        let planted = Planted {
            class: None,
            attacked: None,
            ..expert(
                "phish",
                "",
                false,
                "asked for the password; really sent by the domain it names",
            )
        };
        let message = self.put_made(letter, mail, Folder::Inbox, planted);
        self.messages[message].author = Author::Machine(LOOKALIKE);
        let mail = self.delivered(message, to, 3);
        let mailbox = self.cast.people[to].custodian.unwrap_or(0);
        if let Some(last) = self.sightings.last_mut() {
            (last.mail, last.mailbox) = (mail, mailbox);
        }
        debug_assert_eq!(self.cast.people[to].domain, PARTY);
    }
}

fn expert(kind: &'static str, attacked: &'static str, is_detectable: bool, story: &str) -> Planted {
    Planted {
        kind,
        class: Some("expert"),
        attacked: Some(attacked),
        is_detectable,
        story: story.to_owned(),
        told_by: Vec::new(),
    }
}

fn insider(
    kind: &'static str,
    attacked: &'static str,
    is_detectable: bool,
    story: &str,
) -> Planted {
    Planted { class: Some("insider"), ..expert(kind, attacked, is_detectable, story) }
}

/// What the attacker really sends: it attacks no claim of its own.
fn attacker(kind: &'static str, story: &str) -> Planted {
    Planted { attacked: None, ..expert(kind, "", false, story) }
}
