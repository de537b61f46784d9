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
    (
        "zip (stored, deflate, bzip2, LZMA, xz, zstd, PPMd; ZipCrypto, AES)",
        wording::OPENED_OR_LISTED,
    ),
    ("zip with Deflate64, shrink, reduce, implode, JPEG, WavPack", wording::LISTED_UNPACK),
    ("zip with PKWARE's strong encryption", wording::LISTED_STRONG),
    ("zip behind other content (self-extracting, in an image)", wording::OPENED),
    ("7z (LZMA, LZMA2, PPMd, bzip2, deflate, filters; AES)", wording::OPENED_OR_LISTED),
    ("7z with zstd, brotli, LZ4, Deflate64", wording::LISTED_UNPACK),
    ("RAR 4 and 5, cab, iso, cpio, ar (deb), lha, xar, rpm", wording::OPENED_BY_LIBARCHIVE),
    ("compress (.Z), lzip, lz4, lzop", wording::OPENED_BY_LIBARCHIVE),
    ("RAR with a password", wording::LISTED_UNRAR),
    (".001 .002, .aa .ab, .z01 .zip, .part1.rar, .rar .r00 in one folder", wording::OPENED_JOINED),
    ("self-extracting 7z and RAR, cab over several files", wording::KEPT_UNPACK),
    ("tar", wording::OPENED),
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
        writeln!(out, "{format:<68} {}", face.say(*what))?;
    }
    Ok(Done::All)
}
