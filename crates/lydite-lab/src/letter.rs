//! A letter as its author's program has it, and the mail made of it.

use crate::client::{Marks, ThreadIndex};
use crate::mail::{self, Encoding, Mail, Part, base64_lines, multipart, word};
use crate::moment::Moment;
use crate::people::{Client, Lang};
use crate::quote::{self, Quoted};
use crate::words::wrapped;

/// A name and an address.
pub type Mailbox = (String, String);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub from: Mailbox,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub bcc: Vec<Mailbox>,
    pub client: Client,
    pub lang: Lang,
    pub subject: String,
    pub at: Moment,
    pub marks: Marks,
    pub in_reply_to: Option<String>,
    pub references: Vec<String>,
    pub thread_index: Option<ThreadIndex>,
    pub own: String,
    pub quoted: Option<Quoted>,
    pub attachments: Vec<Attachment>,
    /// Further fields, below the program's own.
    pub extra: Vec<(String, String)>,
    pub special: Option<Special>,
}

/// What a machine adds to its text: an invitation, a receipt, a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Special {
    /// Behind `multipart/`, with parameters.
    pub subtype: &'static str,
    pub media_type: &'static str,
    pub text: String,
}

impl Letter {
    /// The domain of the author's address.
    pub fn host(&self) -> &str {
        self.from.1.rsplit('@').next().unwrap_or_default()
    }

    /// The whole text, wrapped as the program does.
    pub fn text(&self) -> String {
        let width = match self.client {
            Client::Thunderbird | Client::Roundcube => 72,
            _ => usize::MAX,
        };
        quote::text(self.client, self.lang, &wrapped(&self.own, width), self.quoted.as_ref())
    }

    /// The mail as it leaves the author's program, without what servers add.
    pub fn mail(&self) -> Mail {
        let mut mail = Mail { fields: Vec::new(), body: Vec::new() };
        self.address(&mut mail);
        if let Some(parent) = &self.in_reply_to {
            mail.add("In-Reply-To", format!("<{parent}>"));
        }
        if !self.references.is_empty() {
            let list: Vec<String> = self.references.iter().map(|id| format!("<{id}>")).collect();
            mail.add("References", list.join("\r\n "));
        }
        if let Some(index) = &self.thread_index {
            mail.add("Thread-Index", index.text());
        }
        for (name, value) in &self.extra {
            mail.add(name, value.clone());
        }
        let (fields, body) = self.content();
        for (name, value) in fields {
            mail.add(&name, value);
        }
        mail.body = body;
        mail
    }

    /// In the order in which the program writes them.
    fn address(&self, mail: &mut Mail) {
        let name = self.client.name();
        let id = format!("<{}>", self.marks.id);
        let lists = [("To", &self.to), ("Cc", &self.cc), ("Bcc", &self.bcc)];
        let people = |mail: &mut Mail| {
            for (name, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
                mail.add(name, mailboxes(list));
            }
        };
        let from = mailboxes(std::slice::from_ref(&self.from));
        match self.client {
            Client::Thunderbird => {
                people(mail);
                mail.add("From", from);
                mail.add("Subject", word(&self.subject));
                mail.add("Message-ID", id);
                mail.add("Date", self.at.mail());
                name.into_iter().for_each(|(field, name)| mail.add(field, name));
                mail.add("MIME-Version", "1.0");
            }
            Client::Gmail => {
                mail.add("MIME-Version", "1.0");
                mail.add("From", from);
                mail.add("Date", self.at.mail());
                mail.add("Message-ID", id);
                mail.add("Subject", word(&self.subject));
                people(mail);
            }
            _ => {
                mail.add("From", from);
                people(mail);
                mail.add("Subject", word(&self.subject));
                mail.add("Date", self.at.mail());
                mail.add("Message-ID", id);
                mail.add("MIME-Version", "1.0");
                name.into_iter().for_each(|(field, name)| mail.add(field, name));
            }
        }
    }

    /// Content fields and body.
    fn content(&self) -> (Vec<(String, String)>, Vec<u8>) {
        if let Some(special) = &self.special {
            return self.machine(special);
        }
        let has_html = matches!(
            self.client,
            Client::Gmail | Client::Outlook | Client::PhpMailer | Client::Service
        );
        let text = if has_html {
            let inner =
                if self.attachments.is_empty() { &self.marks.boundary } else { &self.marks.inner };
            self.alternative(inner)
        } else {
            self.plain()
        };
        if self.attachments.is_empty() {
            return text;
        }
        let (fields, content) = text;
        let header: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let mut parts = vec![Part { header: header.join("\r\n"), content }];
        parts.extend(self.attachments.iter().map(attachment));
        let kind = format!("multipart/mixed;\r\n boundary=\"{}\"", self.marks.boundary);
        (vec![("Content-Type".to_owned(), kind)], multipart(&self.marks.boundary, &parts))
    }

    fn machine(&self, special: &Special) -> (Vec<(String, String)>, Vec<u8>) {
        let part = |kind: &str, text: &str, encoding: Encoding| {
            let (fields, content) = typed(kind, encoding, text);
            let header: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            Part { header: header.join("\r\n"), content }
        };
        let text = self.text();
        let parts = [
            part("text/plain", &text, Encoding::QuotedPrintable),
            part(special.media_type, &special.text, Encoding::EightBit),
        ];
        let boundary = &self.marks.boundary;
        let kind = format!("multipart/{};\r\n boundary=\"{boundary}\"", special.subtype);
        (vec![("Content-Type".to_owned(), kind)], multipart(boundary, &parts))
    }

    fn encoding(&self, text: &str) -> Encoding {
        let is_short = text.lines().all(|line| line.len() <= 200);
        match self.client {
            Client::Thunderbird | Client::Roundcube if is_short => Encoding::EightBit,
            Client::AppleMail if text.is_ascii() && is_short => Encoding::EightBit,
            Client::Zimbra if !text.is_ascii() => Encoding::Base64,
            _ => Encoding::QuotedPrintable,
        }
    }

    fn plain(&self) -> (Vec<(String, String)>, Vec<u8>) {
        let text = self.text();
        typed("text/plain", self.encoding(&text), &text)
    }

    fn alternative(&self, boundary: &str) -> (Vec<(String, String)>, Vec<u8>) {
        let text = self.text();
        let part = |kind: &str, text: &str| {
            let (fields, content) = typed(kind, self.encoding(text), text);
            let header: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            Part { header: header.join("\r\n"), content }
        };
        let parts = [part("text/plain", &text), part("text/html", &html(&text))];
        let kind = format!("multipart/alternative;\r\n boundary=\"{boundary}\"");
        (vec![("Content-Type".to_owned(), kind)], multipart(boundary, &parts))
    }
}

/// Content fields and content of one text part.
pub fn typed(kind: &str, encoding: Encoding, text: &str) -> (Vec<(String, String)>, Vec<u8>) {
    let label = match encoding {
        Encoding::EightBit if text.is_ascii() => "7bit",
        other => other.name(),
    };
    let fields = vec![
        ("Content-Type".to_owned(), format!("{kind}; charset=utf-8")),
        ("Content-Transfer-Encoding".to_owned(), label.to_owned()),
    ];
    (fields, encoding.text(text))
}

fn attachment(file: &Attachment) -> Part {
    let name = word(&file.name);
    let header = format!(
        "Content-Type: {}; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64",
        file.media_type
    );
    Part { header, content: base64_lines(&file.bytes) }
}

/// Addresses as a header has them.
pub fn mailboxes(list: &[Mailbox]) -> String {
    let one = |(name, address): &Mailbox| format!("{} <{address}>", mail::word(name));
    list.iter().map(one).collect::<Vec<_>>().join(",\r\n ")
}

/// The same words as a page: lines end in breaks, quotations are blocks.
pub fn html(text: &str) -> String {
    let mut out = String::from("<html><body><div dir=\"ltr\">");
    let mut depth = 0;
    for line in text.split('\n') {
        let mut rest = line;
        let mut level = 0;
        while let Some(after) = rest.strip_prefix('>') {
            rest = after.strip_prefix(' ').unwrap_or(after);
            level += 1;
        }
        for _ in depth..level {
            out.push_str("<blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex\">");
        }
        for _ in level..depth {
            out.push_str("</blockquote>");
        }
        depth = level;
        let escaped = rest.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        out.push_str(&escaped);
        out.push_str("<br>\n");
    }
    for _ in 0..depth {
        out.push_str("</blockquote>");
    }
    out.push_str("</div></body></html>");
    out
}
