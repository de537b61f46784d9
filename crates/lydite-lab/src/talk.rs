//! The ordinary mail of the months: conversations and newsletters.

use crate::campaign::{Author, Campaign, Draft, END, Message, PARTY_SIGNS, Repeats, START, Signed};
use crate::document::Document;
use crate::letter::Letter;
use crate::moment::{DAY, HOUR, Moment};
use crate::people::{BulkKind, Client, Lang};
use crate::words;

impl Campaign {
    /// A moment of a working day in the window, by the clock of Paris.
    pub fn some_day(&mut self, first: i64, last: i64) -> Moment {
        let day = self.random.between(first / DAY, (last - DAY) / DAY) * DAY;
        Moment::paris(day + 7 * HOUR + self.random.between(0, 12 * HOUR))
    }

    /// A conversation of one to six messages, in which at least one custodian takes part.
    pub fn converse(&mut self) {
        let custodians: Vec<usize> = self.cast.custodians().collect();
        let first = *self.random.pick(&custodians);
        let is_internal = self.random.percent(30);
        let circle = if is_internal { self.cast.staff() } else { self.cast.outsiders() };
        let second = loop {
            // Few write often, many seldom.
            let rank = (0..3).map(|_| self.random.below(circle.len())).min().unwrap_or(0);
            let other = circle[rank];
            if other != first {
                break other;
            }
        };
        let mut people = vec![first, second];
        // A third one joins in most of them: another of the opened accounts, or somebody from elsewhere.
        let thirds = if self.random.percent(65) { custodians } else { self.cast.outsiders() };
        let third = *self.random.pick(&thirds);
        if self.random.percent(60) && !people.contains(&third) {
            people.push(third);
        }
        if self.random.percent(50) {
            people.swap(0, 1);
        }
        let is_french = people.iter().all(|person| self.cast.people[*person].lang == Lang::Fr);
        let lang = if is_french { Lang::Fr } else { Lang::En };
        let at = self.some_day(START, END - 6 * DAY);
        let subject = words::subject(lang, &self.names, &mut self.random);
        let thread = self.threads;
        self.threads += 1;
        let turns = 1 + self.random.below(6);
        self.take_turns(&people, lang, &subject, at, thread, turns);
    }

    fn take_turns(
        &mut self,
        people: &[usize],
        lang: Lang,
        subject: &str,
        mut at: Moment,
        thread: usize,
        turns: usize,
    ) {
        let mut parent: Option<usize> = None;
        for turn in 0..turns {
            let author = people[turn % people.len()];
            let others: Vec<usize> = people.iter().copied().filter(|p| *p != author).collect();
            let (to, cc) = others.split_at(1);
            let own = self.own_text(lang, author, to[0]);
            let repeats = match (turn, self.random.below(100)) {
                (0, _) => Repeats::Nothing,
                (_, 0..74) => Repeats::All,
                (_, 74..78) => Repeats::Between,
                (_, 78..87) => Repeats::Part,
                (_, 87..91) => Repeats::Edited,
                _ => Repeats::Nothing,
            };
            let oddity = match repeats {
                Repeats::Part => Some("quote-trimmed"),
                Repeats::Edited => Some("quote-edited"),
                Repeats::Between => Some("answered-between"),
                _ => None,
            };
            let document = self.random.percent(14).then(|| {
                let name = self.cast.people[author].name.clone();
                Document::of(
                    lang,
                    &name,
                    at.later(-3 * HOUR - 9_000),
                    &self.names,
                    &mut self.random,
                )
            });
            let bases = if lang == Lang::Fr { "RE: " } else { "Re: " };
            let subject = if turn == 0 { subject.to_owned() } else { format!("{bases}{subject}") };
            let draft = Draft {
                author,
                to: to.to_vec(),
                cc: cc.to_vec(),
                bcc: Vec::new(),
                lang,
                subject,
                own,
                parent,
                repeats,
                is_forward: false,
                at,
                clock: 0,
                document,
                thread,
                oddity,
            };
            let message = self.write(draft);
            self.lay(message);
            parent = Some(message);
            at = Moment::paris(at.epoch + self.random.between(15 * 60, 30 * HOUR));
            if at.epoch > END - HOUR {
                break;
            }
        }
    }

    pub fn own_text(&mut self, lang: Lang, author: usize, to: usize) -> String {
        let given = self.names[to].clone();
        let signature = self.cast.people[author].signature.clone();
        words::letter(lang, &given, &signature, &self.names, &mut self.random)
    }

    /// One issue of a newsletter to one custodian.
    fn issue(&mut self, bulk: usize, person: usize, text: &str, subject: &str, at: Moment) {
        let sender = self.cast.bulk[bulk].clone();
        let host = self.cast.domains[sender.domain].name.clone();
        let client =
            if sender.kind == BulkKind::Notice { Client::Service } else { Client::PhpMailer };
        let mut marks = client.marks(at, &host, &mut self.random);
        if sender.one_id {
            marks.id = format!("newsletter@{host}");
        }
        let mut extra = Vec::new();
        if sender.kind == BulkKind::Letter {
            extra.push((
                "List-Unsubscribe".to_owned(),
                format!("<https://{host}/u/{}>", self.random.hex(12)),
            ));
        }
        let letter = Letter {
            from: (sender.name.clone(), sender.address.clone()),
            to: vec![self.mailbox_of(person)],
            cc: Vec::new(),
            bcc: Vec::new(),
            client,
            lang: sender.lang,
            subject: subject.to_owned(),
            at,
            marks,
            in_reply_to: None,
            references: Vec::new(),
            thread_index: None,
            own: text.to_owned(),
            quoted: None,
            attachments: Vec::new(),
            extra,
            special: None,
        };
        let thread = self.threads;
        self.threads += 1;
        // A program that gives every issue one id began to sign in the middle of it all.
        let signs = !sender.one_id || at.epoch >= PARTY_SIGNS;
        let domain = sender.domain;
        let message = Message {
            oddity: sender.one_id.then_some("one-id-for-all"),
            ..Message::new(letter, Author::Machine(domain), vec![person], thread, at.later(1))
        };
        let number = self.keep(message, domain);
        if !signs {
            let message = &mut self.messages[number];
            message.wire.remove("DKIM-Signature");
            message.signed = Signed::No;
        }
        self.lay(number);
    }

    /// So many newsletters and notices, spread over the months.
    pub fn newsletters(&mut self, count: usize) {
        let custodians: Vec<usize> = self.cast.custodians().collect();
        let mut readers = Vec::new();
        for _ in 0..self.cast.bulk.len() {
            let mut of_one: Vec<usize> =
                custodians.iter().copied().filter(|_| self.random.percent(60)).collect();
            if of_one.is_empty() {
                of_one.push(custodians[0]);
            }
            readers.push(of_one);
        }
        // Issues at the senders' own pace would be so many; the pace is changed to give the count.
        let window = END - START;
        let own: i64 = self
            .cast
            .bulk
            .iter()
            .zip(&readers)
            .map(|(bulk, readers)| window / bulk.every * i64::try_from(readers.len()).unwrap_or(1))
            .sum();
        let wanted = i64::try_from(count).unwrap_or(1).max(1);
        for (bulk, readers) in readers.iter().enumerate() {
            let every = (self.cast.bulk[bulk].every * own / wanted).max(600);
            let mut at = START + self.random.between(0, every);
            while at < END {
                self.issue_to_all(bulk, readers, Moment::paris(at));
                at += every;
            }
        }
    }

    fn issue_to_all(&mut self, bulk: usize, readers: &[usize], at: Moment) {
        let lang = self.cast.bulk[bulk].lang;
        let subject = words::subject(lang, &self.names, &mut self.random);
        let count = 2 + self.random.below(4);
        let text = words::paragraphs(lang, count, &self.names, &mut self.random).join("\n\n");
        let end = match lang {
            Lang::Fr => "Vous recevez cette lettre parce que vous l'avez demandée.",
            Lang::En => "You get this letter because you asked for it.",
        };
        let text = format!("{subject}\n\n{text}\n\n{end}");
        for (nth, person) in readers.iter().enumerate() {
            let seconds = i64::try_from(nth).unwrap_or(0);
            self.issue(bulk, *person, &text, &subject, at.later(seconds));
        }
    }
}
