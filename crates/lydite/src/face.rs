//! How things look on a terminal: language, colour, and text from the dump made harmless.

use std::io::IsTerminal;

use lydite_core::check::Text;
use lydite_core::evidence::Strength;
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

/// A moment in seconds since 1970 as it stood on a clock `offset` seconds east of UTC.
pub fn moment(at: i64, offset: Option<i32>) -> String {
    let zone = offset.unwrap_or_default();
    let local = at.saturating_add(i64::from(zone));
    let day = i32::try_from(local.div_euclid(86_400)).map(date).unwrap_or_else(|_| "?".to_owned());
    let (minute, zone) = (local.rem_euclid(86_400) / 60, zone / 60);
    let sign = if zone < 0 { '−' } else { '+' };
    let (hours, minutes) = (zone.abs() / 60, zone.abs() % 60);
    format!("{day} {:02}:{:02} {sign}{hours:02}{minutes:02}", minute / 60, minute % 60)
}

impl Lang {
    /// A number with its thousands grouped.
    pub fn number(self, number: u64) -> String {
        match self {
            Lang::En => thousands(number),
            Lang::Fr => thousands(number).replace(',', "\u{202f}"),
        }
    }

    /// A text as it is set on a page: curved apostrophes, and in French the blanks before double
    /// signs and inside quotation marks such that no line breaks there.
    pub fn typeset(self, text: Text) -> String {
        let said = self.say(text).replace('\'', "’");
        if self == Lang::En {
            return said;
        }
        let narrow = [";", "?", "!"].into_iter();
        let said =
            narrow.fold(said, |s, sign| s.replace(&format!(" {sign}"), &format!("\u{202f}{sign}")));
        let wide = [(" :", "\u{a0}:"), (" »", "\u{a0}»"), ("« ", "«\u{a0}")].into_iter();
        wide.fold(said, |s, (from, to)| s.replace(from, to))
    }

    /// A colon with the blank French puts before it.
    pub fn colon(self) -> &'static str {
        match self {
            Lang::En => ":",
            Lang::Fr => "\u{a0}:",
        }
    }

    /// A strength as word and band.
    pub fn band(self, strength: Strength) -> String {
        let [low, high] = strength.band().map(|edge| self.number(edge));
        format!("{} ({low}–{high})", self.say(wording::strength(strength)))
    }
}

/// A day counted from 1970 as YYYY-MM-DD (proleptic Gregorian; eras of 400 years from 1 March).
pub fn date(day: i32) -> String {
    let shifted = i64::from(day) + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_stand_as_on_the_clock_that_stated_them() {
        assert_eq!(moment(1_494_009_300, Some(7_200)), "2017-05-05 20:35 +0200");
        assert_eq!(moment(0, Some(-12_600)), "1969-12-31 20:30 −0330");
        assert_eq!(moment(i64::MAX, None), "? 15:30 +0000");
    }

    #[test]
    fn french_is_set_with_its_blanks() {
        let text = Text { en: "the sender's", fr: "l'un ; l'autre : « tous »" };
        assert_eq!(Lang::En.typeset(text), "the sender’s");
        assert_eq!(Lang::Fr.typeset(text), "l’un\u{202f}; l’autre\u{a0}: «\u{a0}tous\u{a0}»");
    }

    #[test]
    fn days_are_dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(17_291), "2017-05-05");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(-1), "1969-12-31");
    }

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
