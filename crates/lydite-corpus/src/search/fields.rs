//! The fields of the index and what a query calls them.

use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::TokenizerManager;

use super::words;

const PLAIN: &str = "lydite-plain";
const ENGLISH: &str = "lydite-english";
const FRENCH: &str = "lydite-french";

/// A text as it stands, and by its stems.
#[derive(Clone, Copy, Debug)]
pub struct Stemmed {
    pub plain: Field,
    pub english: Field,
    pub french: Field,
}

/// Every field of the index.
#[derive(Clone, Debug)]
pub struct Fields {
    pub schema: Schema,
    pub text: Stemmed,
    pub subject: Stemmed,
    pub from: Field,
    pub to: Field,
    pub path: Field,
    pub message_id: Field,
    pub author: Field,
    pub title: Field,
    pub attachment: Field,
    pub sha256: Field,
    pub kind: Field,
    pub status: Field,
    pub format: Field,
    /// `yyyymmdd`, the day as it stands in the item; none where it states none.
    pub day: Field,
    /// Place of the status in `Status::ALL`, for counting.
    pub rank: Field,
    /// The batch whose tables hold it.
    pub batch: Field,
}

/// What a name in a query asks.
#[derive(Clone, Copy, Debug)]
pub enum Asked {
    /// Words, and their stems.
    Stemmed(Stemmed),
    /// Words as they stand.
    Words(Field),
    /// One value of a closed list.
    Exact(Field),
    Day(Field),
}

/// Names a query can use, in the order they are listed to who uses another.
pub const NAMES: [&str; 14] = [
    "text",
    "subject",
    "from",
    "to",
    "date",
    "status",
    "kind",
    "format",
    "path",
    "attachment",
    "author",
    "title",
    "message_id",
    "sha256",
];

impl Fields {
    pub fn new() -> Fields {
        let mut schema = Schema::builder();
        let text = stemmed(&mut schema, "text");
        let subject = stemmed(&mut schema, "subject");
        let exact = |schema: &mut SchemaBuilder, name: &str| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_fieldnorms(false)
                .set_index_option(IndexRecordOption::Basic);
            let options = TextOptions::default().set_indexing_options(indexing).set_stored();
            schema.add_text_field(name, options)
        };
        let number = NumericOptions::default().set_fast();
        Fields {
            text,
            subject,
            from: words_of(&mut schema, "from"),
            to: words_of(&mut schema, "to"),
            path: words_of(&mut schema, "path"),
            message_id: words_of(&mut schema, "message_id"),
            author: words_of(&mut schema, "author"),
            title: words_of(&mut schema, "title"),
            attachment: words_of(&mut schema, "attachment"),
            sha256: exact(&mut schema, "sha256"),
            kind: exact(&mut schema, "kind"),
            status: exact(&mut schema, "status"),
            format: exact(&mut schema, "format"),
            day: schema.add_u64_field("date", number.clone().set_stored()),
            rank: schema.add_u64_field("rank", number.clone()),
            batch: schema.add_u64_field("batch", number.set_stored()),
            schema: schema.build(),
        }
    }

    pub fn named(&self, name: &str) -> Option<Asked> {
        Some(match name {
            "text" => Asked::Stemmed(self.text),
            "subject" => Asked::Stemmed(self.subject),
            "from" => Asked::Words(self.from),
            "to" => Asked::Words(self.to),
            "date" => Asked::Day(self.day),
            "status" => Asked::Exact(self.status),
            "kind" => Asked::Exact(self.kind),
            "format" => Asked::Exact(self.format),
            "path" => Asked::Words(self.path),
            "attachment" => Asked::Words(self.attachment),
            "author" => Asked::Words(self.author),
            "title" => Asked::Words(self.title),
            "message_id" => Asked::Words(self.message_id),
            "sha256" => Asked::Exact(self.sha256),
            _ => return None,
        })
    }

    /// Where a word without a name is looked for.
    pub fn unnamed(&self) -> [Asked; 4] {
        [
            Asked::Stemmed(self.text),
            Asked::Stemmed(self.subject),
            Asked::Words(self.from),
            Asked::Words(self.to),
        ]
    }

    pub fn tokenizers() -> TokenizerManager {
        let all = TokenizerManager::default();
        all.register(PLAIN, words::plain());
        all.register(ENGLISH, words::english());
        all.register(FRENCH, words::french());
        all
    }
}

fn stemmed(schema: &mut SchemaBuilder, name: &str) -> Stemmed {
    // A phrase is looked for as it stands: stems need no positions.
    let stems = |tokenizer: &str| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(IndexRecordOption::WithFreqs),
        )
    };
    Stemmed {
        plain: words_of(schema, name),
        english: schema.add_text_field(&format!("{name}_english"), stems(ENGLISH)),
        french: schema.add_text_field(&format!("{name}_french"), stems(FRENCH)),
    }
}

fn words_of(schema: &mut SchemaBuilder, name: &str) -> Field {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(PLAIN)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing).set_stored())
}
