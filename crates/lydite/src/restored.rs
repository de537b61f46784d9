//! The mail that was signed beside the one that was found: what `show` and the report tell.

use lydite_core::evidence::Evidence;
use lydite_core::examine::{self, Examined};
use lydite_core::fact::Facts;
use lydite_core::item::Sha256;
use lydite_core::parse::email::{self, Mail};
use lydite_core::signature::repair::Repair;
use lydite_core::signature::repair::steps::Step;
use lydite_core::text;

/// A recovered original, or as much of it as was found.
pub struct Restored {
    /// The whole mail that was signed; `None` where only its headers were found.
    pub original: Option<Vec<u8>>,
    pub changes: Vec<Change>,
    /// Steps that lead back, headers first.
    pub steps: Vec<Step>,
    /// Whether what stands beside the original is a template of the relay; `None` where nothing
    /// does, or the whole is not found.
    pub explained: Option<bool>,
}

/// A part that says another thing than the signed one.
pub struct Change {
    /// `Subject`, `From` …, or `body`.
    pub what: String,
    pub found: String,
    pub signed: String,
}

/// What was recovered behind a mail, made again from its bytes; `blob` reads other items.
pub fn restored(
    raw: &[u8],
    examined: &Examined,
    facts: &Facts,
    blob: &dyn Fn(&Sha256) -> Option<Vec<u8>>,
) -> Option<Restored> {
    let finding = examined.findings.iter().find(|f| f.check == "email/repair")?;
    let counterpart = finding.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Item { sha256 } => Some(*sha256),
        _ => None,
    });
    let repair = spoken_of(&examined.repairs, counterpart)?;
    let steps = repair.header.iter().chain(&repair.body).flatten().copied().collect();
    let copies: Vec<Vec<u8>> = repair.beside.iter().filter_map(blob).collect();
    let original = counterpart.and_then(|id| original(raw, &copies, &id, facts));
    let changes = match &original {
        Some(original) => changes(raw, original),
        None => repair.fields.iter().map(change_of_field).collect(),
    };
    let template = examined.findings.iter().find(|f| f.check == "corpus/relay-template");
    let explained = template.map(|f| f.code.starts_with("explained"));
    Some(Restored { original, changes, steps, explained })
}

fn spoken_of(repairs: &[Repair], counterpart: Option<Sha256>) -> Option<&Repair> {
    let names = |repair: &&Repair| repair.original.as_ref().map(|o| o.sha256) == counterpart;
    repairs.iter().filter(names).find(|repair| counterpart.is_some() || repair.header.is_some())
}

/// The bytes of a recovered original.
fn original(raw: &[u8], copies: &[Vec<u8>], id: &Sha256, facts: &Facts) -> Option<Vec<u8>> {
    examine::originals(raw, copies, facts)
        .into_iter()
        .find(|(known, _)| known == id)
        .map(|(_, bytes)| bytes)
}

fn change_of_field(field: &lydite_core::signature::repair::Restored) -> Change {
    let mut what = field.name.clone();
    what[..1].make_ascii_uppercase();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    Change { what, found: text(&field.found), signed: text(&field.signed) }
}

/// Displayed fields and text of two mails that differ.
pub fn changes(found: &[u8], signed: &[u8]) -> Vec<Change> {
    let (found_mail, signed_mail) = (email::parse(found), email::parse(signed));
    let mut out: Vec<Change> = ["From", "To", "Cc", "Date", "Subject"]
        .into_iter()
        .map(|name| Change {
            what: name.to_owned(),
            found: field(found, &found_mail, name),
            signed: field(signed, &signed_mail, name),
        })
        .collect();
    out.push(Change {
        what: "body".to_owned(),
        found: body(found, &found_mail),
        signed: body(signed, &signed_mail),
    });
    out.retain(|change| change.found != change.signed);
    out
}

fn field(raw: &[u8], mail: &Mail, name: &str) -> String {
    let values = mail.fields(raw, name).map(|f| text::decode_header(f.value.of(raw)));
    values.collect::<Vec<_>>().join("\n")
}

/// The text of all parts, one behind the other; files by name and hash.
fn body(raw: &[u8], mail: &Mail) -> String {
    let mut out = String::new();
    for leaf in mail.root.leaves() {
        let media = &leaf.media;
        let content = text::decode_transfer(leaf.body.of(raw), &media.encoding);
        if media.essence.starts_with("text/") && !media.is_attachment {
            let letters = text::decode_charset(&content, media.charset.as_deref());
            letters.lines().for_each(|line| out.extend([line.trim_end(), "\n"]));
        } else {
            let name = media.filename.as_deref().unwrap_or("-");
            let id = Sha256::of(&content);
            out.push_str(&format!("[{} {name} {} sha256:{id}]\n", media.essence, content.len()));
        }
    }
    out.truncate(out.trim_end().len());
    out
}
