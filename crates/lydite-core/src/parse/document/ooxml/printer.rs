//! Printer settings: a DEVMODE of Windows, or a property list of macOS.

use super::parts::{Draft, Parts};
use super::{Name, Property};

/// Characters of a DEVMODE's name (wingdi.h CCHDEVICENAME).
const DEVICE_NAME: usize = 32;

pub fn read(parts: &mut Parts, draft: &mut Draft) {
    let names = parts.names();
    let of_printer = names.iter().filter(|n| n.to_ascii_lowercase().contains("printersettings"));
    for part in of_printer.filter(|n| !n.to_ascii_lowercase().ends_with(".rels")).take(100) {
        let Some((bytes, span)) = parts.bytes(part) else { continue };
        let name = if bytes.starts_with(b"<?xml") { listed(&bytes) } else { device(&bytes) };
        if let Some(name) = name {
            draft.add(Property::text(Name::Printer, &name, part.as_str(), span));
        }
    }
}

/// `dmDeviceName`, UTF-16, of a structure that states its own size.
fn device(bytes: &[u8]) -> Option<String> {
    let size = bytes.get(68..70).map(|b| u16::from_le_bytes([b[0], b[1]]))?;
    if usize::from(size) > bytes.len() || size < 100 {
        return None;
    }
    let units = bytes[..DEVICE_NAME * 2].chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    let name: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
    let name = String::from_utf16(&name).ok()?;
    (!name.is_empty() && !name.contains(char::is_control)).then_some(name)
}

/// The string behind a key of the printer's name.
fn listed(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let keys =
        ["PMPrinterName", "PMDestinationPrinterID", "com.apple.print.PrintSettings.PMPrinterName"];
    keys.iter().find_map(|key| {
        let (_, rest) = text.split_once(&format!("<key>{key}</key>"))?;
        let (_, rest) = rest.split_once("<string>")?;
        rest.split_once("</string>").map(|(name, _)| name.to_owned())
    })
}
