use std::io::Write;

use anyhow::Result;
use lydite_core::check::Text;
use serde_json::json;

use super::Done;
use crate::face::Face;
use crate::wording;

/// List the formats Lydite meets and what happens to each.
#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    json: bool,
}

/// Known by content, never by name.
const FORMATS: &[(&str, Text)] = &[
    ("folder, Maildir, MH", wording::OPENED),
    ("mbox (mboxo, mboxrd, mboxcl, mboxcl2, Thunderbird, Gmail Takeout)", wording::OPENED),
    ("zip, tar", wording::OPENED),
    ("gzip, bzip2, xz, zstd", wording::OPENED),
    ("mail (RFC 5322)", wording::READ),
    ("PDF, OOXML, OLE, RTF", wording::KEPT),
    ("JPEG, PNG, GIF, TIFF, WebP", wording::KEPT),
    ("PST (ANSI, Unicode, either encoding, with a password), OST to 2010", wording::RENDERED),
    ("OST of Outlook 2013 and later (pages of 4096 bytes)", wording::NEW_OST),
    ("msg (Outlook), TNEF (winmail.dat)", wording::RENDERED),
    ("emlx (Apple Mail)", wording::OPENED),
    ("MHT (a saved page)", wording::READ),
    ("OLM (Outlook for Mac)", wording::OPENED_XML),
    ("DBX (Outlook Express), NSF (Notes)", wording::CLOSED_MAIL),
    ("vCard, iCalendar", wording::NAMED),
    ("anything else", wording::KEPT),
];

pub fn run(args: &Args, face: Face, out: &mut dyn Write) -> Result<Done> {
    if args.json {
        let row = |(format, what): &(&str, Text)| json!({ "format": format, "what": what.en });
        super::print_json(out, &FORMATS.iter().map(row).collect::<Vec<_>>())?;
        return Ok(Done::All);
    }
    for (format, what) in FORMATS {
        writeln!(out, "{format:<66} {}", face.say(*what))?;
    }
    Ok(Done::All)
}
