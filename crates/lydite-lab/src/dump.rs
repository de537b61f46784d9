//! Lays sightings into mailboxes of different formats, and says the path of each.

use std::collections::BTreeMap;

use crate::campaign::{Campaign, Folder, Sighting};
use crate::mail::Mail;
use crate::moment::Moment;
use crate::zip;

/// One file of the output and its bytes.
pub type OutFile = (String, Vec<u8>);

/// Where a sighting lies, and the bytes that are the item.
pub struct Placed {
    pub path: String,
    pub blob: Vec<u8>,
}

/// How a mailbox came out of its account.
#[derive(Clone, Copy)]
enum Format {
    /// One mbox a folder.
    Mbox,
    Maildir,
    /// One file a mail.
    Loose,
    /// Mboxes in a zip.
    ZippedMbox,
    /// One mbox with labels, as a large provider exports.
    Labelled,
    ZippedLoose,
}

const FORMATS: [Format; 6] = [
    Format::Mbox,
    Format::Maildir,
    Format::Loose,
    Format::ZippedMbox,
    Format::Labelled,
    Format::ZippedLoose,
];

impl Folder {
    fn name(self) -> &'static str {
        match self {
            Folder::Inbox => "Inbox",
            Folder::Sent => "Sent",
            Folder::Drafts => "Drafts",
            Folder::Backup => "Backup-2017",
            Folder::Old => "Ancienne messagerie",
        }
    }
}

/// Every sighting's place, by its index, and the files of the dump below `dump/`.
pub fn lay_out(campaign: &Campaign) -> (BTreeMap<usize, Placed>, Vec<OutFile>) {
    let mut placed = BTreeMap::new();
    let mut files = Vec::new();
    for person in campaign.cast.custodians() {
        let holder = &campaign.cast.people[person];
        let Some(mailbox) = holder.custodian else { continue };
        let slug = holder.address.split('@').next().unwrap_or_default();
        let mut folders: BTreeMap<Folder, Vec<usize>> = BTreeMap::new();
        for (at, sighting) in campaign.sightings.iter().enumerate() {
            if sighting.mailbox == mailbox {
                folders.entry(sighting.folder).or_default().push(at);
            }
        }
        for list in folders.values_mut() {
            list.sort_by_key(|at| (time(campaign, *at).epoch, *at));
        }
        let mut out = Out { campaign, slug, placed: &mut placed, files: &mut files };
        match FORMATS[mailbox % FORMATS.len()] {
            Format::Mbox => out.mboxes(&folders, ""),
            Format::Maildir => out.maildir(&folders),
            Format::Loose => out.loose(&folders, &format!("{slug}/")),
            Format::ZippedMbox => out.zipped(|out, root| out.mboxes(&folders, root), ".zip"),
            Format::Labelled => out.labelled(&folders),
            Format::ZippedLoose => out.zipped(|out, root| out.loose(&folders, root), "-mail.zip"),
        }
    }
    (placed, files)
}

fn time(campaign: &Campaign, sighting: usize) -> Moment {
    campaign.messages[campaign.sightings[sighting].message].handed_in
}

struct Out<'a> {
    campaign: &'a Campaign,
    slug: &'a str,
    placed: &'a mut BTreeMap<usize, Placed>,
    files: &'a mut Vec<OutFile>,
}

impl Out<'_> {
    fn sighting(&self, at: usize) -> &Sighting {
        &self.campaign.sightings[at]
    }

    fn mbox(&mut self, list: &[usize], path: &str, label: bool) -> Vec<u8> {
        let mut out = Vec::new();
        for (nth, at) in list.iter().enumerate() {
            let sighting = self.sighting(*at);
            let mut mail = sighting.mail.clone();
            if label {
                mail.put_on_top("X-Gmail-Labels", sighting.folder.name());
            }
            let (text, blob) = member(&mail, time(self.campaign, *at));
            out.extend_from_slice(&text);
            self.placed.insert(*at, Placed { path: format!("{path}!/{}", nth + 1), blob });
        }
        out
    }

    fn mboxes(&mut self, folders: &BTreeMap<Folder, Vec<usize>>, root: &str) {
        for (folder, list) in folders {
            let name = match root {
                "" => format!("{}/{}.mbox", self.slug, folder.name()),
                _ => format!("{root}{}.mbox", folder.name()),
            };
            let bytes = self.mbox(list, &name, false);
            self.files.push((name, bytes));
        }
    }

    fn labelled(&mut self, folders: &BTreeMap<Folder, Vec<usize>>) {
        let apart = |folder: &Folder| matches!(folder, Folder::Backup | Folder::Old);
        let mut together: Vec<usize> =
            folders.iter().filter(|(f, _)| !apart(f)).flat_map(|(_, list)| list).copied().collect();
        together.sort_by_key(|at| (time(self.campaign, *at).epoch, *at));
        let name = format!("{}-takeout/All mail.mbox", self.slug);
        let bytes = self.mbox(&together, &name, true);
        self.files.push((name, bytes));
        for (folder, list) in folders.iter().filter(|(f, _)| apart(f)) {
            let name = format!("{}-takeout/{}.mbox", self.slug, folder.name());
            let bytes = self.mbox(list, &name, false);
            self.files.push((name, bytes));
        }
    }

    fn loose(&mut self, folders: &BTreeMap<Folder, Vec<usize>>, root: &str) {
        for (folder, list) in folders {
            for (nth, at) in list.iter().enumerate() {
                let path = format!("{root}{}/{:04}.eml", folder.name(), nth + 1);
                let blob = self.sighting(*at).mail.bytes();
                self.files.push((path.clone(), blob.clone()));
                self.placed.insert(*at, Placed { path, blob });
            }
        }
    }

    fn maildir(&mut self, folders: &BTreeMap<Folder, Vec<usize>>) {
        for (folder, list) in folders {
            let below = match folder {
                Folder::Inbox => String::new(),
                other => format!(".{}/", other.name()),
            };
            for (nth, at) in list.iter().enumerate() {
                let epoch = time(self.campaign, *at).epoch;
                let path = format!("{}/Maildir/{below}cur/{epoch}.M{nth}P77.mail:2,S", self.slug);
                let blob = unix(&self.sighting(*at).mail.bytes());
                self.files.push((path.clone(), blob.clone()));
                self.placed.insert(*at, Placed { path, blob });
            }
        }
    }

    /// What `write` lays below a root, as a zip.
    fn zipped(&mut self, write: impl FnOnce(&mut Self, &str), ending: &str) {
        let name = format!("{}{ending}", self.slug);
        let root = format!("{name}!/");
        let before = self.files.len();
        write(self, &root);
        let inner: Vec<OutFile> = self
            .files
            .drain(before..)
            .map(|(path, bytes)| (path[root.len()..].to_owned(), bytes))
            .collect();
        let bytes = zip::archive(&inner, Moment::paris(crate::campaign::END));
        self.files.push((name, bytes));
    }
}

/// Lines as Unix stores them.
fn unix(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            out.push(*byte);
        }
    }
    out
}

/// A member with its separator, and the member alone.
pub fn member(mail: &Mail, at: Moment) -> (Vec<u8>, Vec<u8>) {
    let text = unix(&mail.bytes());
    let mut blob = Vec::with_capacity(text.len() + 16);
    for (nth, line) in text.split_inclusive(|c| *c == b'\n').enumerate() {
        let marks = line.iter().take_while(|c| **c == b'>').count();
        if nth > 0 && line[marks..].starts_with(b"From ") {
            blob.push(b'>');
        }
        blob.extend_from_slice(line);
    }
    let mut out = format!("From MAILER-DAEMON {}\n", at.separator()).into_bytes();
    out.extend_from_slice(&blob);
    out.push(b'\n');
    (out, blob)
}
