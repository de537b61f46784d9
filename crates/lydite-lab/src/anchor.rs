//! What could be settled at all: which genuine items a chain reaches from a signature, by how the dump
//! was made. Lydite is not asked.

use std::collections::{BTreeMap, BTreeSet};

use lydite_core::item::Sha256;
use serde::Serialize;

use crate::campaign::{Author, Campaign, EARLIEST_BREAK_IN, Message, Repeats, Sighting};
use crate::moment::DAY;
use crate::people::PARTY;

/// How an item is reached; the best comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// A signature of its own holds.
    Signature,
    /// What was signed is found by undoing what a list, gateway or export does to every mail.
    Restored,
    /// An equal copy is anchored.
    Copy,
    /// It stands in the reference (design rule 15).
    Reference,
    /// Repeated whole by a reply that may vouch for it (design rule 13).
    Quote,
    /// Repeated so in part.
    QuotePart,
    /// Attached to a mail that holds (design rule 14).
    Attachment,
}

/// What reaches each message, and the messages on the way there.
pub struct Anchors {
    reached: BTreeMap<usize, (Anchor, Vec<usize>)>,
}

impl Anchors {
    /// `reference`: messages that stand in the reference archive.
    pub fn of(campaign: &Campaign, reference: &BTreeSet<usize>) -> Anchors {
        let mut reached = BTreeMap::new();
        let mut add = |message: usize, anchor: Anchor, chain: Vec<usize>| {
            let better = reached.get(&message).is_none_or(|(known, _)| anchor < *known);
            if better {
                reached.insert(message, (anchor, chain));
            }
        };
        let signed = signed(campaign);
        for message in &signed {
            add(*message, Anchor::Signature, vec![*message]);
        }
        for sighting in campaign.sightings.iter().filter(|s| s.planted.is_none() && s.is_restorable)
        {
            add(sighting.message, Anchor::Restored, vec![sighting.message]);
        }
        for message in reference {
            add(*message, Anchor::Reference, vec![*message]);
        }
        let old_friends = Friends::of(campaign, &signed);
        for reply in &signed {
            for (message, anchor) in vouched(campaign, *reply, &old_friends) {
                add(message, anchor, vec![*reply, message]);
            }
        }
        Anchors { reached }
    }

    pub fn message(&self, message: usize) -> Option<&(Anchor, Vec<usize>)> {
        self.reached.get(&message)
    }

    /// How a sighting that nobody changed is reached.
    pub fn sighting(&self, sighting: &Sighting) -> Option<(Anchor, Vec<usize>)> {
        if sighting.holds {
            return Some((Anchor::Signature, vec![sighting.message]));
        }
        if sighting.is_restorable {
            return Some((Anchor::Restored, vec![sighting.message]));
        }
        let (anchor, chain) = self.message(sighting.message)?;
        let anchor = if *anchor <= Anchor::Restored { Anchor::Copy } else { *anchor };
        sighting.is_equal.then(|| (anchor, chain.clone()))
    }
}

/// Messages of which a sighting holds as found. What was sent from an opened account anchors nothing
/// (design rule 9).
pub fn signed(campaign: &Campaign) -> BTreeSet<usize> {
    let holding = campaign.sightings.iter().filter(|s| s.holds && s.planted.is_none());
    holding.map(|s| s.message).filter(|m| !campaign.messages[*m].is_made).collect()
}

/// In which threads the party answered each correspondent, and when first: by mail that holds, of before
/// the break-in, addressed to them, that names mail of theirs that holds. Who is answered by others, or
/// later, or not at all, is no correspondent.
pub struct Friends(BTreeMap<usize, Vec<(usize, i64)>>);

impl Friends {
    pub fn of(campaign: &Campaign, signed: &BTreeSet<usize>) -> Friends {
        let mut answers: BTreeMap<&str, Vec<&Message>> = BTreeMap::new();
        let ours = signed.iter().map(|m| &campaign.messages[*m]).filter(|m| is_before(campaign, m));
        for answer in ours {
            for id in &answer.letter.references {
                answers.entry(id).or_default().push(answer);
            }
        }
        let mut friends: BTreeMap<usize, Vec<(usize, i64)>> = BTreeMap::new();
        for asked in signed.iter().map(|m| &campaign.messages[*m]) {
            let Author::Person(author) = asked.author else { continue };
            let answers = answers.get(asked.letter.marks.id.as_str()).into_iter().flatten();
            let answers =
                answers.filter(|m| m.author != asked.author && m.recipients.contains(&author));
            if let Some(first) = answers.map(|m| m.handed_in.epoch).min() {
                friends.entry(author).or_default().push((asked.thread, first));
            }
        }
        Friends(friends)
    }

    /// Whether a message may vouch: of nobody in the party, or of before the break-in, as its server's
    /// signed time shows; and its author was answered in two other threads, thirty days before it and
    /// before the break-in.
    pub fn may_vouch(&self, campaign: &Campaign, message: &Message) -> Option<usize> {
        let Author::Person(author) = message.author else { return None };
        let before = message.handed_in.epoch.min(EARLIEST_BREAK_IN) - 30 * DAY;
        let threads: BTreeSet<usize> = self
            .0
            .get(&author)
            .into_iter()
            .flatten()
            .filter(|(thread, at)| *thread != message.thread && *at <= before)
            .map(|(thread, _)| *thread)
            .collect();
        let is_free = campaign.cast.people[author].domain != PARTY || is_before(campaign, message);
        (is_free && threads.len() >= 2).then_some(author)
    }
}

/// Of the party, before anybody else can have had an account.
fn is_before(campaign: &Campaign, message: &Message) -> bool {
    domain(campaign, message) == PARTY && message.handed_in.epoch < EARLIEST_BREAK_IN
}

fn domain(campaign: &Campaign, message: &Message) -> usize {
    match message.author {
        Author::Person(author) => campaign.cast.people[author].domain,
        Author::Machine(domain) => domain,
    }
}

/// The messages that a signed reply vouches for.
fn vouched(campaign: &Campaign, reply: usize, friends: &Friends) -> Vec<(usize, Anchor)> {
    let message = &campaign.messages[reply];
    let Some(author) = friends.may_vouch(campaign, message) else { return Vec::new() };
    let mut out = Vec::new();
    let (mut at, mut anchor) = (message, Anchor::Quote);
    while let Some(parent) = at.parent {
        anchor = match at.repeats {
            Repeats::Nothing => break,
            Repeats::All | Repeats::Between => anchor,
            Repeats::Part | Repeats::Edited => Anchor::QuotePart,
        };
        let quoted = &campaign.messages[parent];
        let is_party =
            quoted.author == Author::Person(author) || quoted.recipients.contains(&author);
        let is_named = message.letter.references.contains(&quoted.letter.marks.id);
        if is_party && is_named && !quoted.is_made {
            out.push((parent, anchor));
        }
        if !at.nests {
            break;
        }
        at = quoted;
    }
    out
}

/// Whether a file is reached: attached to a mail that holds and may vouch.
pub fn file(
    campaign: &Campaign,
    signed: &BTreeSet<usize>,
    friends: &Friends,
    mailed: usize,
) -> bool {
    signed.contains(&mailed) && friends.may_vouch(campaign, &campaign.messages[mailed]).is_some()
}

/// Documents by their bytes: of equal ones each is as genuine, and reached, as the best.
pub struct Documents(BTreeMap<Sha256, Option<(Anchor, usize)>>);

impl Documents {
    /// Those attached to messages that nobody made. `reference`: messages of the reference archive.
    pub fn of(campaign: &Campaign, reference: &BTreeSet<usize>) -> Documents {
        let signed = signed(campaign);
        let friends = Friends::of(campaign, &signed);
        let mut documents: BTreeMap<Sha256, Option<(Anchor, usize)>> = BTreeMap::new();
        for (at, message) in campaign.messages.iter().enumerate().filter(|(_, m)| !m.is_made) {
            let anchor = if reference.contains(&at) {
                Some(Anchor::Reference)
            } else {
                file(campaign, &signed, &friends, at).then_some(Anchor::Attachment)
            };
            for attachment in &message.letter.attachments {
                let known = documents.entry(Sha256::of(&attachment.bytes)).or_default();
                let found = anchor.map(|anchor| (anchor, at));
                *known = [*known, found].into_iter().flatten().min();
            }
        }
        Documents(documents)
    }

    /// Whether a message that nobody made carries these bytes.
    pub fn is_genuine(&self, bytes: &[u8]) -> bool {
        self.0.contains_key(&Sha256::of(bytes))
    }

    /// What reaches these bytes, and the message that carries them.
    pub fn reached(&self, bytes: &[u8]) -> Option<(Anchor, usize)> {
        self.0.get(&Sha256::of(bytes)).copied().flatten()
    }
}
