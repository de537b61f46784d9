//! One row per mail that was examined: its displayed values.

use lydite_core::evidence::Mark;
use lydite_core::examine::MailRecord;
use lydite_core::item::Sha256;
use serde::{Deserialize, Serialize};

use super::{Column, TEXTS, Table, Type, column, optional};

/// One mail. Columns that SQL would read as its own words carry `_address`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sha256: Sha256,
    pub size: u64,
    pub message_id: Option<String>,
    pub from_address: Option<String>,
    pub from_name: Option<String>,
    pub to_address: Option<String>,
    pub cc_address: Option<String>,
    pub subject: Option<String>,
    pub date_text: Option<String>,
    pub date: Option<i64>,
    pub date_offset: Option<i32>,
    pub references: Vec<String>,
    pub conversation: Option<String>,
    pub is_draft: bool,
    pub displayed: Option<Sha256>,
    pub marks: Vec<Mark>,
}

impl Row {
    pub fn new(sha256: Sha256, size: u64, mail: &MailRecord) -> Self {
        let mail = mail.clone();
        Row {
            sha256,
            size,
            message_id: mail.message_id,
            from_address: mail.from,
            from_name: mail.from_name,
            to_address: mail.to,
            cc_address: mail.cc,
            subject: mail.subject,
            date_text: mail.date_text,
            date: mail.date,
            date_offset: mail.date_offset,
            references: mail.references,
            conversation: mail.conversation,
            is_draft: mail.is_draft,
            displayed: mail.displayed,
            marks: mail.marks,
        }
    }

    pub fn into_record(self) -> MailRecord {
        MailRecord {
            message_id: self.message_id,
            from: self.from_address,
            from_name: self.from_name,
            to: self.to_address,
            cc: self.cc_address,
            subject: self.subject,
            date_text: self.date_text,
            date: self.date,
            date_offset: self.date_offset,
            references: self.references,
            conversation: self.conversation,
            is_draft: self.is_draft,
            displayed: self.displayed,
            marks: self.marks,
        }
    }
}

const COLUMNS: &[Column] = &[
    column("sha256", Type::Text, "the mail's blob"),
    column("size", Type::Int, "bytes of the blob"),
    optional("message_id", Type::Text, "Message-ID"),
    optional("from_address", Type::Text, "addresses of the topmost From, comma-separated"),
    optional("from_name", Type::Text, "the text of the topmost From without its address, decoded"),
    optional("to_address", Type::Text, "addresses of the topmost To"),
    optional("cc_address", Type::Text, "addresses of the topmost Cc"),
    optional("subject", Type::Text, "topmost Subject, decoded"),
    optional("date_text", Type::Text, "topmost Date as it stands"),
    optional("date", Type::Int, "the stated moment, seconds since 1970, UTC"),
    optional("date_offset", Type::Int, "its offset from UTC, seconds to the east"),
    column(
        "references",
        TEXTS,
        "ids of References, then of In-Reply-To, each once, without brackets",
    ),
    optional(
        "conversation",
        Type::Text,
        "what all mails of an Outlook conversation share of their Thread-Index, hex",
    ),
    column("is_draft", Type::Bool, "whether a mail program marked it as not sent yet"),
    optional(
        "displayed",
        Type::Text,
        "the same for mails of one Message-ID that say the same to a reader: fields, texts, attachments",
    ),
    column("marks", TEXTS, "marks the reader set (`ambiguous`, `truncated` …)"),
];

pub static TABLE: Table = Table {
    name: "mails",
    about: "One row per mail that was examined. Texts are cut at 2,000 characters; the bytes \
            are in the pack.",
    columns: COLUMNS,
};
