//! Mails with what is attached to them. A mail is an item; documents, images, archives and mails
//! attached to it are items of their own behind `#` and the number of their part. Text bodies,
//! signatures and whatever no reader knows stay parts: they lie in the mail, and `parts` lists them.

use std::borrow::Cow;

use lydite_core::evidence::Span;
use lydite_core::item::Kind;
use lydite_core::limits;
use lydite_core::parse::email::{self, Entity};
use lydite_core::parse::sniff::{Format, sniff};
use lydite_core::text::decode_transfer;

use super::input::Input;
use super::{Collector, Flow, Found, Place, Tally};

/// One attachment as it lies in the mail.
struct Attachment {
    section: String,
    /// Of the encoded content.
    span: Span,
    encoding: String,
    is_mail: bool,
}

impl Place {
    /// The place of a part of the mail at `self`.
    fn part(&self, section: &str, order: u64) -> Place {
        Place {
            path: format!("{}#{section}", self.path),
            parent: self.path.clone(),
            container: Format::Message.name(),
            order,
            meta: Vec::new(),
            defects: Vec::new(),
            depth: self.depth + 1,
            level: self.level.clone(),
        }
    }
}

impl Collector<'_> {
    /// Hands over an item; of a mail, what is attached too.
    pub(super) fn hand_over(
        &mut self,
        place: Place,
        bytes: Vec<u8>,
        kind: Kind,
        is_last: bool,
    ) -> Flow {
        let may_have = kind == Kind::Message && place.depth < limits::CONTAINER_DEPTH;
        let attachments = if may_have { attachments(&bytes) } else { Vec::new() };
        if attachments.is_empty() {
            return self.tell(place.leaf(bytes, kind), is_last);
        }
        let outer = Place { meta: Vec::new(), defects: Vec::new(), ..place.clone() };
        self.tell(place.leaf(bytes.clone(), kind), false)?;
        let mut tally = Tally::default();
        for attachment in attachments {
            tally.members += 1;
            tally.member_bytes += attachment.span.len() as u64;
            let content = decode_transfer(attachment.span.of(&bytes), &attachment.encoding);
            let inner = outer.part(&attachment.section, tally.members);
            self.attachment(inner, content, attachment.is_mail)?;
        }
        let size = bytes.len() as u64;
        let container = Found::Container {
            path: outer.path,
            format: Format::Message.name(),
            bytes_in: size,
            framing: size.saturating_sub(tally.member_bytes),
            members: tally.members,
            defects: Vec::new(),
            volumes: Vec::new(),
        };
        self.tell(container, is_last)
    }

    fn attachment(&mut self, place: Place, content: Cow<[u8]>, is_mail: bool) -> Flow {
        if is_mail {
            let content = content.into_owned();
            return self.guarded(place, |collector, place| {
                collector.hand_over(place, content, Kind::Message, false)
            });
        }
        self.content(place, &mut Input::new(&content[..]))
    }
}

/// What of a mail is opened, in order.
fn attachments(raw: &[u8]) -> Vec<Attachment> {
    // Without a MIME field there is nothing but text.
    if memchr::memmem::find(raw, b"ontent-").is_none()
        && memchr::memmem::find(raw, b"ONTENT-").is_none()
    {
        return Vec::new();
    }
    let mut out = Vec::new();
    gather(raw, &email::parse(raw).root, &mut out);
    out
}

fn gather(raw: &[u8], entity: &Entity, out: &mut Vec<Attachment>) {
    let section = if entity.section.is_empty() { "1" } else { &entity.section };
    let is_mail = entity.media.essence == "message/rfc822";
    // An attached mail opens its own parts.
    if !is_mail && !entity.children.is_empty() {
        return entity.children.iter().for_each(|child| gather(raw, child, out));
    }
    if entity.body.is_empty() || !(is_mail || is_opened(raw, entity)) {
        return;
    }
    out.push(Attachment {
        section: section.to_owned(),
        span: entity.body,
        encoding: entity.media.encoding.clone(),
        is_mail,
    });
}

/// Whether a part holds something that has a reader of its own; bodies are read with their mail.
fn is_opened(raw: &[u8], entity: &Entity) -> bool {
    let media = &entity.media;
    let is_body = media.essence.starts_with("text/") && media.filename.is_none();
    if is_body && !media.is_attachment {
        return false;
    }
    let head = decode_transfer(entity.body.of(raw), &media.encoding);
    let format = sniff(&head[..head.len().min(limits::SNIFF_BYTES)]);
    let is_eml =
        media.filename.as_deref().is_some_and(|n| n.to_ascii_lowercase().ends_with(".eml"));
    match format {
        Format::Message => is_eml,
        Format::Mbox
        | Format::Tnef
        | Format::ClosedMailbox
        | Format::Vcard
        | Format::Calendar
        | Format::Other => false,
        _ => true,
    }
}
