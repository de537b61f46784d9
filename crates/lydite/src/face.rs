//! How things look on a terminal: language, colour, and text from the dump made harmless.

use std::io::IsTerminal;

use lydite_core::verdict::Status;

use crate::wording::{self, Lang};

/// What a command needs to know to speak to a person.
#[derive(Clone, Copy, Debug)]
pub struct Face {
    pub lang: Lang,
    colour: bool,
}

impl Face {
    /// Colour only on a terminal, and never against <https://no-color.org>.
    pub fn new(lang: Lang) -> Face {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Face { lang, colour: !refused && std::io::stdout().is_terminal() }
    }

    pub fn say(self, text: lydite_core::check::Text) -> &'static str {
        self.lang.say(text)
    }

    /// Sign and word of a status, in `width` columns. Colour repeats what both already say.
    pub fn status(self, status: Status, width: usize) -> String {
        let text = format!("{} {}", sign(status), self.say(wording::status(status)));
        let text = format!("{text:<width$}");
        if self.colour { format!("\x1b[{}m{text}\x1b[0m", hue(status)) } else { text }
    }

    /// A heading.
    pub fn bold(self, text: &str) -> String {
        if self.colour { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// One column wide, different in shape.
pub fn sign(status: Status) -> char {
    match status {
        Status::Verified => '✔',
        Status::Corroborated => '◆',
        Status::Consistent => '○',
        Status::Undetermined => '·',
        Status::Anomalous => '!',
        Status::Altered => '≠',
        Status::Contradicted => '✖',
    }
}

/// SGR colour.
fn hue(status: Status) -> u8 {
    match status {
        Status::Verified => 32,
        Status::Corroborated => 36,
        Status::Consistent => 34,
        Status::Undetermined => 90,
        Status::Anomalous => 33,
        Status::Altered => 35,
        Status::Contradicted => 31,
    }
}

/// Text from the dump, safe to print: control characters become their pictures, and characters
/// that reorder or hide text (bidirectional controls, zero width, tags) become their numbers.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0'..='\x1f' => out.extend(char::from_u32(0x2400 + c as u32)),
            '\x7f' => out.push('␡'),
            '\u{80}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}' => {
                out.push_str(&format!("<U+{:04X}>", c as u32));
            }
            _ => out.push(c),
        }
    }
    out
}

/// `1234567` as `1,234,567`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_or_hides_text_is_printed() {
        assert_eq!(visible("a\x1b[2J\u{202e}b\r"), "a␛[2J<U+202E>b␍");
        assert_eq!(visible("Élysée — тест"), "Élysée — тест");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }

    #[test]
    fn signs_differ() {
        let signs: std::collections::BTreeSet<_> = Status::ALL.into_iter().map(sign).collect();
        assert_eq!(signs.len(), Status::ALL.len());
    }
}
