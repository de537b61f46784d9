//! One entry of the custody log: what was done, by whom, from what, with what outcome. Its line is
//! canonical JSON (RFC 8785) without fractions, so that one entry has one spelling and one hash.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::item::Sha256;

/// Integers that every reader of JSON keeps whole (RFC 8785 §3.2.2.3).
const SAFE: u64 = (1 << 53) - 1;

/// One entry. Wall time is what the machine's clock said; only the order of entries is certain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// From 0, without gaps.
    pub seq: u64,
    /// UTC, `2017-05-05T18:35:00Z`.
    pub time: String,
    /// A person by the name given, or `lydite`.
    pub actor: String,
    /// What was done; a closed list, see `docs/custody.md`.
    pub action: String,
    pub inputs: Vec<Named>,
    pub outputs: Vec<Named>,
    pub parameters: BTreeMap<String, Value>,
    /// Of Lydite.
    pub version: String,
    /// Operating system and processor.
    pub platform: String,
    /// Layers that stood between hostile bytes and the program.
    pub isolation: Vec<String>,
}

/// Bytes that an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub place: Place,
    /// Path in the case folder, or a name as given.
    pub name: String,
    pub bytes: u64,
    pub sha256: Sha256,
}

/// What a name is relative to, and what the hash is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A file of the case folder, whole, until a later entry names it.
    Case,
    /// The first bytes of a file of the case folder that only grows.
    CaseHead,
    /// A file elsewhere.
    File,
    /// The listing of a folder elsewhere: a line of path and size for each file beneath.
    Listing,
    /// Bytes of an item.
    Item,
}

impl Entry {
    /// The line, without its end; None if a parameter holds a number that is not whole and safe.
    pub fn line(&self) -> Option<String> {
        canonical(&serde_json::to_value(self).ok()?)
    }

    /// Says why a line is no entry, or not spelled the one way it can be.
    pub fn parse(line: &str) -> Result<Entry, String> {
        let entry: Entry = serde_json::from_str(line).map_err(|error| error.to_string())?;
        if entry.line().as_deref() == Some(line) {
            Ok(entry)
        } else {
            Err("not spelled canonically".to_owned())
        }
    }
}

/// RFC 8785; None for fractions and integers beyond 2^53.
pub fn canonical(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("null".to_owned()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => {
            let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs))?;
            (size <= SAFE).then(|| number.to_string())
        }
        Value::String(text) => serde_json::to_string(text).ok(),
        Value::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(canonical).collect();
            Some(format!("[{}]", items?.join(",")))
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            // By UTF-16 units, as §3.2.3 asks.
            fields.sort_by_key(|(name, _)| name.encode_utf16().collect::<Vec<_>>());
            let pair = |(name, value): (&String, &Value)| {
                Some(format!("{}:{}", serde_json::to_string(name).ok()?, canonical(value)?))
            };
            let fields: Option<Vec<_>> = fields.into_iter().map(pair).collect();
            Some(format!("{{{}}}", fields?.join(",")))
        }
    }
}

/// Seconds since 1970 as entries write it. Beyond the years 1 to 9999 it is written as 1970.
pub fn utc(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_canonical_form_is_that_of_the_standard() {
        // RFC 8785 §3.2.3, without its fractions.
        let value = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter",
            "1": "One", "\u{1f600}": "Emoji", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O",
        });
        let text = canonical(&value).unwrap();
        let order = ["\\r", "\"1\"", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"];
        let found: Vec<_> = order.iter().map(|key| text.find(key).unwrap()).collect();
        assert!(found.is_sorted(), "{text}");
        let text = canonical(&json!("\u{20ac}$\u{f}\nA'\u{42}\u{22}\u{5c}\"/\u{7f}")).unwrap();
        assert_eq!(text, "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\"/\u{7f}\"");
        assert_eq!(canonical(&json!(1.5)), None);
        assert_eq!(canonical(&json!([1u64 << 60])), None);
        assert_eq!(canonical(&json!([-5, true, null])), Some("[-5,true,null]".to_owned()));
    }

    #[test]
    fn a_line_has_one_spelling() {
        let entry = Entry {
            seq: 3,
            time: utc(1_493_991_300),
            actor: "Ada".to_owned(),
            action: "note".to_owned(),
            parameters: BTreeMap::from([("text".to_owned(), json!("é \u{1}"))]),
            ..Entry::default()
        };
        let line = entry.line().unwrap();
        assert!(line.contains("2017-05-05T13:35:00Z"), "{line}");
        assert_eq!(Entry::parse(&line).unwrap(), entry);
        for other in [
            line.replace(",\"time\"", ", \"time\""),
            line.replace("\\u0001", "\\u0001\\u0002"),
            line.replace("\"é", "\"\\u00e9"),
            line.replace("\"seq\":3", "\"seq\":3,\"seq\":3"),
            line.replace("\"seq\":3", "\"seq\":3,\"x\":3"),
            line.replace("\"seq\":3", "\"seq\":03"),
        ] {
            assert_ne!(other, line);
            assert!(Entry::parse(&other).map(|e| e != entry).unwrap_or(true), "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_read_or_refused(line: String) {
            prop_assert!(Entry::parse(&line).is_err());
        }
    }
}
