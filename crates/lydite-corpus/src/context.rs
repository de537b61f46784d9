//! What the user says of the case: the attacked organisation, its people, the decoys it planted.
//!
//! A JSON or TOML file, every key optional. It is the user's word: nothing in it lifts an item, and
//! whoever it names vouches for nothing, since their accounts may have been opened.

use std::fs;
use std::path::Path;

use lydite_core::item::Sha256;
use serde::{Deserialize, Serialize};

use crate::case::{Case, Error, Result, cannot_read};
use crate::tables::custodians;

/// The file, as design section 7 lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Context {
    pub organisation: Option<String>,
    pub domains: Vec<String>,
    pub people: Vec<Person>,
    pub decoys: Vec<Sha256>,
    /// IANA name.
    pub timezone: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// The earliest moment at which an account can have been opened, RFC 3339. Mail that servers
    /// signed before it vouches as anybody's does.
    pub break_in: Option<String>,
}

/// Somebody of the organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Person {
    pub name: Option<String>,
    pub addresses: Vec<String>,
}

impl Context {
    /// Reads a file: JSON if it begins with a brace, else TOML.
    pub fn read(file: &Path) -> Result<Context> {
        let text = fs::read_to_string(file).map_err(cannot_read(file))?;
        let context: std::result::Result<Context, String> = if text.trim_start().starts_with('{') {
            serde_json::from_str(&text).map_err(|why| why.to_string())
        } else {
            toml::from_str(&text).map_err(|why| why.to_string())
        };
        let wrong = |why| Error::Context { path: file.to_owned(), why };
        let context = context.map_err(wrong)?;
        if let Some(time) = &context.break_in
            && context.break_in().is_none()
        {
            return Err(wrong(format!("break_in is no RFC 3339 time: {time}")));
        }
        Ok(context)
    }

    /// That of a case; an empty one if none was given.
    pub fn of(case: &Case) -> Result<Context> {
        let file = case.root().join(FILE);
        if file.exists() { Context::read(&file) } else { Ok(Context::default()) }
    }

    /// Takes it into the case.
    pub fn keep(&self, case: &Case) -> Result<()> {
        let text = serde_json::to_vec_pretty(self).unwrap_or_default();
        case.put(FILE, [text.as_slice()]).map(drop)
    }

    /// Seconds since 1970.
    pub fn break_in(&self) -> Option<i64> {
        self.break_in.as_deref().and_then(lydite_core::parse::date::rfc3339)
    }

    /// Accounts that may have been opened.
    pub fn custodians(&self) -> Vec<custodians::Row> {
        let row = |name: &String, is_domain| custodians::Row {
            name: name.trim().to_lowercase(),
            is_domain,
            break_in: self.break_in(),
            is_named: true,
        };
        let addresses = self.people.iter().flat_map(|person| &person.addresses);
        let domains = self.domains.iter().map(|domain| row(domain, true));
        addresses.map(|address| row(address, false)).chain(domains).collect()
    }
}

const FILE: &str = "facts/context.json";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_toml_say_the_same_and_mistakes_are_named() {
        let dir = tempfile::tempdir().unwrap();
        let read = |text: &str| {
            let file = dir.path().join("context");
            fs::write(&file, text).unwrap();
            Context::read(&file)
        };
        let json = read(
            "{\"domains\": [\"A.example\"], \"people\": [{\"addresses\": [\"b@c.example\"]}],
            \"break_in\": \"2017-04-01T00:00:00Z\"}",
        );
        let toml = read(
            "domains = [\"A.example\"]\nbreak_in = \"2017-04-01T00:00:00Z\"\n
            [[people]]\naddresses = [\"b@c.example\"]\n",
        );
        let json = json.unwrap();
        assert_eq!(json, toml.unwrap());
        let row = |name: &str, is_domain| {
            let break_in = Some(1_491_004_800);
            custodians::Row { name: name.to_owned(), is_domain, break_in, is_named: true }
        };
        assert_eq!(json.custodians(), [row("b@c.example", false), row("a.example", true)]);
        assert!(read("{\"domain\": []}").unwrap_err().to_string().contains("domain"));
        assert!(read("break_in = \"May\"").unwrap_err().to_string().contains("break_in"));
    }
}
