//! The whole lab: dump, key archive, context, reference and truth, of one seed and size.

use std::collections::{BTreeMap, BTreeSet};

use lydite_core::item::{Sha256, encode_name};
use serde_json::json;

use crate::anchor::{self, Anchors, Documents};
use crate::campaign::{
    Campaign, EARLIEST_BREAK_IN, END, File, Message, PARTY_SIGNS, Planted, Repeats, START,
};
use crate::document::Form;
use crate::dump::{self, OutFile, Placed};
use crate::letter::Attachment;
use crate::moment::{DAY, Moment};
use crate::odd::ODDITIES;
use crate::people::Sending;
use crate::truth::{Row, UNTOUCHED};

/// Written into `lab.json`; other versions make other bytes of one seed.
pub const VERSION: u32 = 1;
/// Below this the kinds that need numbers (habits, templates) cannot be made.
pub const LEAST_MESSAGES: usize = 1_000;

/// Every file of the lab, by its path below the folder it is written to.
pub struct Lab {
    pub files: Vec<OutFile>,
    pub truth: Vec<Row>,
}

/// Makes a lab of about so many mails. None where a seed gives no keys.
pub fn make(seed: u64, messages: usize) -> Option<Lab> {
    let messages = messages.max(LEAST_MESSAGES);
    let mut campaign = Campaign::new(seed)?;
    let kinds = (messages / 1_250).max(2);
    let oddities = (messages / 500).max(4);
    campaign.newsletters(messages / 2);
    while campaign.sightings.len() < messages * 88 / 100 {
        campaign.converse();
    }
    campaign.oddities(oddities);
    let reference = campaign.reference(messages / 60);
    campaign.loose_files(oddities * 3);
    let withheld = campaign.withhold(oddities);
    campaign.careless(kinds);
    campaign.expert(kinds);
    campaign.insider(kinds);
    campaign.reference_changed(kinds, &reference);
    campaign.others(kinds);
    Some(written(&campaign, seed, messages, &reference, &withheld))
}

/// The victim's own archive, of before the break-in: messages, and the file.
pub struct Reference {
    pub messages: BTreeSet<usize>,
    mbox: Vec<u8>,
}

impl Campaign {
    fn reference(&mut self, count: usize) -> Reference {
        let mut all: Vec<usize> = (0..self.sightings.len())
            .filter(|at| {
                let sighting = &self.sightings[*at];
                let message = &self.messages[sighting.message];
                sighting.mailbox == 0
                    && sighting.is_equal
                    && message.handed_in.epoch < EARLIEST_BREAK_IN
            })
            .collect();
        self.random.shuffle(&mut all);
        all.truncate(count);
        all.sort_unstable();
        let mut reference = Reference { messages: BTreeSet::new(), mbox: Vec::new() };
        for at in all {
            let sighting = &self.sightings[at];
            let time = self.messages[sighting.message].handed_in;
            reference.messages.insert(sighting.message);
            reference.mbox.extend_from_slice(&dump::member(&sighting.mail, time).0);
        }
        reference
    }

    /// Unsigned mails changed whose originals lie in the reference.
    fn reference_changed(&mut self, each: usize, reference: &Reference) {
        let signed = anchor::signed(self);
        for _ in 0..each {
            let taken = self.taken.clone();
            let Some(at) = self.some_sighting(|s, m| {
                reference.messages.contains(&s.message)
                    && !signed.contains(&s.message)
                    && !taken.contains(&s.message)
                    && s.is_equal
                    && s.oddity.is_none()
                    && m.letter.special.is_none()
            }) else {
                return;
            };
            let message = self.sightings[at].message;
            let letter = self.messages[message].letter.clone();
            self.sightings[at].mail.body = crate::forge::falsified(&letter, self).mail().body;
            self.plant(
                at,
                Planted {
                    kind: "reference-changed",
                    class: Some("expert"),
                    attacked: Some("body-as-sent"),
                    is_detectable: true,
                    story: "changed; the victim's own archive has it as it was".to_owned(),
                    told_by: vec![message],
                },
            );
        }
    }

    /// Documents beside the mailboxes: saved from mails, and others.
    fn loose_files(&mut self, count: usize) {
        let with_file: Vec<usize> =
            (0..self.messages.len()).filter(|m| self.messages[*m].document.is_some()).collect();
        let packed = with_file.iter().filter_map(|m| self.messages[*m].document.clone());
        let packed: Vec<_> = packed.filter(|document| document.form == Form::Docx).collect();
        for mut document in packed.into_iter().take(count / 6) {
            // A gateway unpacked it to look inside, and packed it again.
            document.packed = Some(document.saved.later(DAY));
            self.files.push(File {
                document,
                mailed: None,
                oddity: Some("packed-anew"),
                planted: None,
            });
        }
        for nth in 0..count {
            let file = if nth % 3 < 2 && !with_file.is_empty() {
                let message = *self.random.pick(&with_file);
                self.messages[message].document.clone().map(|document| File {
                    document,
                    mailed: Some(message),
                    oddity: self.messages[message].oddity,
                    planted: None,
                })
            } else {
                let author = self.custodian();
                let name = self.cast.people[author].name.clone();
                let lang = self.cast.people[author].lang;
                let at = self.some_day(START, END - DAY);
                let document =
                    crate::document::Document::of(lang, &name, at, &self.names, &mut self.random);
                Some(File { document, mailed: None, oddity: None, planted: None })
            };
            self.files.extend(file);
        }
    }

    /// Takes mails out of the dump that others in it answer; their ids.
    fn withhold(&mut self, count: usize) -> Vec<String> {
        let answered: BTreeSet<usize> = self.messages.iter().filter_map(|m| m.parent).collect();
        let mut all: Vec<usize> =
            answered.into_iter().filter(|m| self.messages[*m].oddity.is_none()).collect();
        self.random.shuffle(&mut all);
        all.truncate(count);
        let gone: BTreeSet<usize> = all.into_iter().collect();
        self.sightings.retain(|s| !gone.contains(&s.message));
        gone.iter().map(|m| self.messages[*m].letter.marks.id.clone()).collect()
    }
}

fn written(
    campaign: &Campaign,
    seed: u64,
    messages: usize,
    reference: &Reference,
    withheld: &[String],
) -> Lab {
    let (placed, mut files) = dump::lay_out(campaign);
    let anchors = Anchors::of(campaign, &reference.messages);
    let edited = edited_in_answers(campaign);
    let row = |(at, place): (&usize, &Placed)| mail_row(campaign, &anchors, &edited, *at, place);
    let mut truth: Vec<Row> = placed.iter().map(row).collect();
    let documents = Documents::of(campaign, &reference.messages);
    attached(campaign, &documents, &placed, &mut truth);
    files.iter_mut().for_each(|(path, _)| path.insert_str(0, "dump/"));
    lay_files(campaign, &documents, &mut files, &mut truth);
    truth.sort_by(|a, b| a.path.cmp(&b.path));
    let mut text = String::new();
    for row in &truth {
        text.push_str(&serde_json::to_string(row).unwrap_or_default());
        text.push('\n');
    }
    files.push(("truth.jsonl".to_owned(), text.into_bytes()));
    files.push(("keys.jsonl".to_owned(), keys(campaign).into_bytes()));
    files.push(("context.json".to_owned(), context(campaign, &placed)));
    files.push(("lab.json".to_owned(), about(campaign, seed, messages, withheld)));
    files.push(("reference/archive.mbox".to_owned(), reference.mbox.clone()));
    Lab { files, truth }
}

/// Messages that an answer repeats with other words: what is odd stands in another mail.
fn edited_in_answers(campaign: &Campaign) -> BTreeSet<usize> {
    let is_edited = |m: &&Message| m.repeats == Repeats::Edited && !m.is_made;
    campaign.messages.iter().filter(is_edited).filter_map(|m| m.parent).collect()
}

fn mail_row(
    campaign: &Campaign,
    anchors: &Anchors,
    edited: &BTreeSet<usize>,
    at: usize,
    place: &Placed,
) -> Row {
    let sighting = &campaign.sightings[at];
    let anchor = match sighting.planted {
        None => anchors.sighting(sighting),
        Some(_) => None,
    };
    let is_edited = edited.contains(&sighting.message);
    let oddity = sighting.oddity.or(is_edited.then_some("edited-in-answer"));
    let row = row(&place.path, sighting.planted.as_ref(), oddity);
    Row {
        anchored: anchor.is_some(),
        anchor: anchor.as_ref().map(|(anchor, _)| name(*anchor)),
        by_signature: sighting.holds,
        chain: anchor.map_or(row.chain, |(_, chain)| chain),
        message: Some(sighting.message),
        ..row
    }
}

/// Documents attached to mails are items behind `#` and the number of their part. What a forger attaches
/// is the forger's only where no genuine mail carries the same bytes.
fn attached(
    campaign: &Campaign,
    documents: &Documents,
    placed: &BTreeMap<usize, Placed>,
    truth: &mut Vec<Row>,
) {
    for (at, place) in placed {
        let sighting = &campaign.sightings[*at];
        let message = &campaign.messages[sighting.message];
        let has_file =
            sighting.oddity != Some("attachment-removed") && sighting.oddity != Some("draft");
        // Sheets of plain text stay parts of their mail.
        let is_item = |file: &&Attachment| has_file && file.media_type != "text/csv";
        let Some(file) = message.letter.attachments.first().filter(is_item) else { continue };
        let is_made = message.is_made && !documents.is_genuine(&file.bytes);
        let made = sighting.planted.as_ref().filter(|_| is_made);
        let planted = made.map(|planted| Planted {
            kind: "attached-to-made",
            story: "a document attached to a mail of the forger's".to_owned(),
            attacked: Some("document-as-saved"),
            is_detectable: false,
            ..planted.clone()
        });
        // The number of a part is no name to be encoded.
        let path = format!("{}#2", encode_path(&place.path));
        truth.push(Row {
            path,
            ..document_row("", documents, &file.bytes, planted.as_ref(), sighting.oddity)
        });
    }
}

fn document_row(
    path: &str,
    documents: &Documents,
    bytes: &[u8],
    planted: Option<&Planted>,
    oddity: Option<&str>,
) -> Row {
    let reached = documents.reached(bytes).filter(|_| planted.is_none());
    let row = row(path, planted, oddity);
    Row {
        anchored: reached.is_some(),
        anchor: reached.map(|(anchor, _)| name(anchor)),
        chain: reached.map_or(row.chain, |(_, message)| vec![message]),
        ..row
    }
}

fn name(anchor: anchor::Anchor) -> String {
    let value = serde_json::to_value(anchor).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn row(path: &str, planted: Option<&Planted>, oddity: Option<&str>) -> Row {
    Row {
        path: encode_path(path),
        what: planted.map_or(UNTOUCHED, |p| p.kind).to_owned(),
        class: planted.and_then(|p| p.class).map(str::to_owned),
        oddity: oddity.filter(|_| planted.is_none()).map(str::to_owned),
        attacked: planted.and_then(|p| p.attacked).map(str::to_owned),
        detectable: planted.is_some_and(|p| p.is_detectable),
        anchored: false,
        anchor: None,
        by_signature: false,
        chain: planted.map_or(Vec::new(), |p| p.told_by.clone()),
        message: None,
        story: planted.map_or_else(|| cause(oddity).to_owned(), |p| p.story.clone()),
    }
}

fn cause(oddity: Option<&str>) -> &'static str {
    let known = ODDITIES.iter().find(|(name, _)| Some(*name) == oddity);
    known.map_or("", |(_, cause)| cause)
}

/// The path with its names as Lydite writes them; `!/` stays.
fn encode_path(path: &str) -> String {
    let parts: Vec<String> = path.split("!/").map(|part| encode_name(part.as_bytes())).collect();
    parts.join("!/")
}

/// Documents into `documents/`, each name once in its folder.
fn lay_files(
    campaign: &Campaign,
    documents: &Documents,
    files: &mut Vec<OutFile>,
    truth: &mut Vec<Row>,
) {
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    for file in &campaign.files {
        let name = file.document.file_name();
        let count = used.entry(name.clone()).or_default();
        *count += 1;
        let path = format!("documents/{count}/{name}");
        let bytes = file.document.bytes();
        let row = document_row(&path, documents, &bytes, file.planted.as_ref(), file.oddity);
        truth.push(Row { message: file.mailed, ..row });
        files.push((format!("dump/{path}"), bytes));
    }
}

/// The key archive of a newsroom: what the domains published, but for keys that nobody kept.
fn keys(campaign: &Campaign) -> String {
    let mut out = String::new();
    let mut add = |domain: &str, selector: &str, key: &str, first: i64| {
        let Some(key) = campaign.keys.get(key) else { return };
        let row = json!({
            "domain": domain,
            "selector": selector,
            "record": key.record,
            "first_seen": Moment::utc(first).day_iso(),
            "last_seen": Moment::utc(END + 40 * DAY).day_iso(),
            "source": "made by lydite lab",
        });
        out.push_str(&format!("{row}\n"));
    };
    for domain in &campaign.cast.domains {
        let first = match domain.sending {
            Sending::Unsigned | Sending::KeyLost => continue,
            Sending::SignedSince(since) => since,
            _ => START - 200 * DAY,
        };
        add(&domain.name, &domain.selector, domain.key, first);
    }
    add("1e100.net", "lab2016", "relay", START - 200 * DAY);
    out
}

/// What the party tells of itself (design section 7).
fn context(campaign: &Campaign, placed: &BTreeMap<usize, Placed>) -> Vec<u8> {
    let is_decoy =
        |at: &&usize| campaign.sightings[**at].planted.as_ref().is_some_and(|p| p.kind == "decoy");
    let decoys: Vec<String> =
        placed.keys().filter(is_decoy).map(|at| Sha256::of(&placed[at].blob).to_string()).collect();
    let people: Vec<_> = campaign
        .cast
        .staff()
        .iter()
        .map(|p| &campaign.cast.people[*p])
        .map(|p| json!({"name": p.name, "addresses": [p.address]}))
        .collect();
    let context = json!({
        "organisation": campaign.cast.organisation,
        "domains": [campaign.cast.domains[crate::people::PARTY].name],
        "people": people,
        "decoys": decoys,
        "break_in": Moment::utc(EARLIEST_BREAK_IN).w3c(),
        "timezone": "Europe/Paris",
        "language": "fr",
    });
    format!("{context:#}\n").into_bytes()
}

fn about(campaign: &Campaign, seed: u64, messages: usize, withheld: &[String]) -> Vec<u8> {
    let custodians: Vec<_> = campaign
        .cast
        .custodians()
        .map(|p| {
            let opened = EARLIEST_BREAK_IN + 3 * DAY * i64::try_from(p).unwrap_or(0);
            json!({"address": campaign.cast.people[p].address, "opened": Moment::utc(opened).w3c()})
        })
        .collect();
    let about = json!({
        "version": VERSION,
        "seed": seed,
        "messages": messages,
        "party_signs_since": Moment::utc(PARTY_SIGNS).w3c(),
        "earliest_break_in": Moment::utc(EARLIEST_BREAK_IN).w3c(),
        "custodians": custodians,
        "withheld": withheld,
    });
    format!("{about:#}\n").into_bytes()
}
