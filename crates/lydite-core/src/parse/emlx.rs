//! Apple Mail's files (.emlx): the length of a mail in a line, the mail, a property list.
//!
//! Apple publishes no description; the layout is that of its own files (and of Tika's test file).

use memchr::memmem;

/// The pieces of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emlx<'a> {
    pub mail: &'a [u8],
    /// What the property list says: `flags`, `date-received` and others, as text.
    pub properties: Vec<(String, String)>,
    pub defects: Vec<&'static str>,
}

/// Takes a file apart. `None` where no length stands first, or none that leads to a property list.
pub fn split(bytes: &[u8]) -> Option<Emlx<'_>> {
    let end = memchr::memchr(b'\n', &bytes[..bytes.len().min(32)])?;
    let digits = bytes[..end].trim_ascii_end();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let length: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let rest = &bytes[end + 1..];
    let is_list = |tail: &[u8]| {
        let tail = tail.trim_ascii_start();
        tail.starts_with(b"<?xml") || tail.starts_with(b"<!DOCTYPE plist")
    };
    if let Some((mail, list)) = rest.split_at_checked(length)
        && (list.trim_ascii().is_empty() || is_list(list))
    {
        return Some(Emlx { mail, properties: properties(list), defects: Vec::new() });
    }
    // The length is wrong, or the file is cut: the list, where there is one, ends the mail.
    let at =
        memmem::rfind(rest, b"<?xml").filter(|at| memmem::find(&rest[*at..], b"<plist").is_some());
    let (mail, list) = rest.split_at(at.unwrap_or(rest.len()));
    let what = if mail.len() < length {
        "fewer bytes of mail than its first line states"
    } else {
        "more bytes of mail than its first line states"
    };
    Some(Emlx { mail, properties: properties(list), defects: vec![what] })
}

/// Keys of the list with a plain value, in their order.
fn properties(list: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(list);
    let mut out = Vec::new();
    for piece in text.split("<key>").skip(1).take(50) {
        let Some((key, rest)) = piece.split_once("</key>") else {
            continue;
        };
        let rest = rest.trim_start();
        let value = ["integer", "string", "real", "date"].iter().find_map(|of| {
            let inner = rest.strip_prefix('<')?.strip_prefix(of)?.strip_prefix('>')?;
            Some(inner.split_once("</")?.0)
        });
        let value = value.or_else(|| rest.starts_with("<true/>").then_some("true"));
        out.extend(value.map(|value| (key.to_owned(), value.to_owned())));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: a@b.example\nSubject: x\n\nbody\n";
    const LIST: &str = "<?xml version=\"1.0\"?>\n<plist version=\"1.0\"><dict>\n<key>flags</key>\n\
        <integer>8623489</integer>\n<key>subject</key>\n<string>x</string></dict></plist>\n";

    #[test]
    fn the_mail_is_the_bytes_between_length_and_list() {
        let file = format!("{}  \n{MAIL}{LIST}", MAIL.len());
        let emlx = split(file.as_bytes()).unwrap();
        assert_eq!(emlx.mail, MAIL.as_bytes());
        assert_eq!(emlx.properties[0], ("flags".to_owned(), "8623489".to_owned()));
        assert!(emlx.defects.is_empty());
    }

    #[test]
    fn a_wrong_length_is_noted_and_the_list_is_no_mail() {
        let file = format!("9999\n{MAIL}{LIST}");
        let emlx = split(file.as_bytes()).unwrap();
        assert_eq!((emlx.mail, emlx.defects.len()), (MAIL.as_bytes(), 1));
        let file = format!("3\n{MAIL}");
        assert_eq!(split(file.as_bytes()).unwrap().mail, MAIL.as_bytes());
        assert_eq!(split(b"12 monkeys\nFrom: x\n\n"), None);
    }
}
