//! Mail kept by mail programs in formats of their own: Outlook's mailboxes and messages, TNEF, and
//! Apple Mail's files. What keeps properties is handed over as a rendering (`parse::mapi::render`);
//! the bytes of a rendering are never those that were sent, and say so.

use std::io::Read;

use lydite_core::item::{Kind, encode_name};
use lydite_core::limits;
use lydite_core::parse::emlx::Emlx;
use lydite_core::parse::mapi::render::{Rendered, render};
use lydite_core::parse::mapi::{Message, msg, tag, tnef};
use lydite_core::parse::pst::{self, Entry, Refusal, Store};
use lydite_core::parse::sniff::Format;

use super::input::Input;
use super::source::Source;
use super::{Collector, Flow, Place, Tally};

impl Collector<'_> {
    /// A mailbox of Outlook: in place when it is a file, else spooled to a file without a name.
    pub(super) fn pst(&mut self, place: Place, input: &mut Input) -> Flow {
        if let Some(source) = input.source {
            return self.pst_source(place, input, source);
        }
        let spool = self.spooled(input)?;
        self.pst_source(place, input, &spool)
    }

    fn pst_source(&mut self, place: Place, input: &mut Input, source: &Source) -> Flow {
        let length = source.len();
        let source = |at, size| bytes_at(source, at, size);
        input.taken = length;
        let store = match Store::open(&source) {
            Ok(store) => store,
            Err(refusal) => {
                let (reason, detail) = refused(refusal);
                let found = place.skipped(reason, detail, length);
                return self.tell(found, place.depth == 0);
            }
        };
        let mut tally = Tally::default();
        if pst::properties(&store).integer(tag::PASSWORD).is_some_and(|sum| sum != 0) {
            tally.defect("a password is set; Outlook asks for it, nothing is encrypted by it");
        }
        for folder in pst::folders(&store) {
            let names: Vec<String> = folder.path.iter().map(|name| folder_name(name)).collect();
            for (entry, number) in folder.entries.into_iter().zip(1..) {
                if let Some(why) = place.level.as_ref().and_then(|level| level.exhausted()) {
                    return self.tell(place.skipped("over-bound", why, 0), place.depth == 0);
                }
                tally.members += 1;
                let name = [names.as_slice(), &[format!("{number}")]].concat().join("/");
                let mut inner = place.inside("pst", &name, number);
                inner.meta.push(("pst-folder".to_owned(), names.join("/")));
                self.pst_entry(&store, entry, inner)?;
                if place.depth == 0 {
                    self.consumed.set(store.bytes_read().min(length));
                }
            }
        }
        store.take_faults().into_iter().for_each(|fault| tally.defect(fault));
        tally.member_bytes = store.bytes_read().min(length);
        self.close(place, input, Format::Pst, tally)
    }

    fn pst_entry(&mut self, store: &Store, entry: Entry, mut place: Place) -> Flow {
        place.meta.push(("pst-node".to_owned(), format!("{:x}", entry.node.id)));
        if entry.orphan {
            place.meta.push(("pst-orphan".to_owned(), "no folder lists it".to_owned()));
        }
        if entry.associated {
            place.meta.push(("pst-associated".to_owned(), "a hidden item".to_owned()));
        }
        match pst::message(store, entry.node) {
            Some(message) => self.rendering(place, &message, entry.associated),
            None => {
                let detail = format!("larger than {} MiB", limits::ITEM_BYTES >> 20);
                self.tell(place.skipped("too-large", detail, 0), false)
            }
        }
    }

    /// A file that is one message kept as properties.
    pub(super) fn message_file(
        &mut self,
        place: Place,
        input: &Input,
        format: Format,
        message: &Message,
    ) -> Flow {
        let mut inner = place.inside(format.name(), "1", 1);
        // Damage of the file is the message's: the rendering rests on what could be read.
        inner.defects = input.defects();
        self.rendering(inner, message, false)?;
        let tally = Tally { members: 1, member_bytes: input.taken, defects: Vec::new() };
        self.close(place, input, format, tally)
    }

    /// Hands over what a message is rendered as.
    fn rendering(&mut self, mut place: Place, message: &Message, hidden: bool) -> Flow {
        let Rendered { bytes, meta, defects, .. } = render(message);
        if bytes.len() > limits::ITEM_BYTES {
            let detail = format!("larger than {} MiB", limits::ITEM_BYTES >> 20);
            return self.tell(place.skipped("too-large", detail, bytes.len() as u64), false);
        }
        let kind = if message.is_mail() && !hidden { Kind::Message } else { Kind::Other };
        let encoded = meta.into_iter().map(|(name, value)| (name, encode_name(value.as_bytes())));
        place.meta.extend(encoded);
        let defects = defects.into_iter().map(|defect| encode_name(defect.as_bytes()));
        place.defects.extend(defects);
        self.hand_over(place, bytes, kind, false)
    }

    /// A mail with Apple Mail's property list around it.
    pub(super) fn emlx(&mut self, place: Place, input: &Input, emlx: Emlx) -> Flow {
        let mut inner = place.inside("emlx", "1", 1);
        let meta = emlx.properties.iter().take(limits::DEFECTS);
        inner.meta = meta
            .map(|(name, value)| {
                (format!("emlx-{}", encode_name(name.as_bytes())), encode_name(value.as_bytes()))
            })
            .collect();
        inner.defects = emlx.defects.iter().map(|what| (*what).to_owned()).collect();
        inner.defects.extend(input.defects());
        if place.path.ends_with(".partial.emlx") {
            inner.defects.push(
                "a partial copy: attachments were left on the server or lie \
                                beside it"
                    .to_owned(),
            );
        }
        self.hand_over(inner, emlx.mail.to_vec(), Kind::Message, false)?;
        let member_bytes = emlx.mail.len() as u64;
        let tally = Tally { members: 1, member_bytes, defects: Vec::new() };
        self.close(place, input, Format::Emlx, tally)
    }
}

/// The message that a whole file is, if it is one.
pub fn message_of(bytes: &[u8], format: Format) -> Option<(Format, Message)> {
    match format {
        Format::Document => msg::parse(bytes).map(|message| (Format::Msg, message)),
        Format::Tnef => tnef::parse(bytes).map(|message| (Format::Tnef, message)),
        _ => None,
    }
}

/// A folder's name in a path: a blank name or one with a slash must not make another folder.
fn folder_name(name: &str) -> String {
    encode_name(name.as_bytes()).replace('/', "%2F")
}

fn refused(refusal: Refusal) -> (&'static str, String) {
    match refusal {
        Refusal::Version(36) => (
            "unsupported-version",
            "an OST of Outlook 2013 or later (pages of 4096 bytes); open it in Outlook and export \
             it to a PST, or convert it with pffexport"
                .to_owned(),
        ),
        Refusal::Version(version) => {
            ("unsupported-version", format!("a mailbox of version {version}, which is unknown"))
        }
        Refusal::Encrypted(method) => (
            "encrypted",
            format!("encryption method {method}; open it in Outlook on its computer and export it"),
        ),
        Refusal::Damaged => ("damaged", "its header breaks off".to_owned()),
    }
}

fn bytes_at(source: &Source, at: u64, size: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What breaks off shows as missing bytes.
    let _ = source.section(at, at.saturating_add(size as u64)).read_to_end(&mut bytes);
    bytes
}
