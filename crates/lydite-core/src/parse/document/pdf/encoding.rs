//! Characters of simple fonts and of text strings (ISO 32000-2 Annex D).

use std::collections::HashMap;
use std::sync::OnceLock;

/// A text string: UTF-16, UTF-8 or PDFDocEncoding (§7.9.2.2), language marks left out.
pub fn text_string(bytes: &[u8]) -> String {
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return without_marks(&encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0);
    }
    // Not in the standard, but written by several programs and read by most.
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return without_marks(&encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return String::from_utf8_lossy(rest).into_owned();
    }
    bytes.iter().map(|byte| pdf_doc(*byte)).collect()
}

/// §7.9.2.2.1: a language code stands between two escape characters.
fn without_marks(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let mut out = parts.next().unwrap_or("").to_owned();
    while let Some(mark) = parts.next() {
        match parts.next() {
            Some(rest) => out.push_str(rest),
            None => out.push_str(mark),
        }
    }
    out
}

/// Annex D.3.
fn pdf_doc(byte: u8) -> char {
    const LOW: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const HIGH: [char; 33] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚',
        '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{fffd}', '€',
    ];
    match byte {
        0x18..=0x1f => LOW[usize::from(byte - 0x18)],
        0x80..=0xa0 => HIGH[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

/// A named encoding of simple fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    Standard,
    WinAnsi,
    MacRoman,
}

impl Base {
    pub fn named(name: &[u8]) -> Option<Base> {
        match name {
            b"WinAnsiEncoding" => Some(Base::WinAnsi),
            b"MacRomanEncoding" => Some(Base::MacRoman),
            b"StandardEncoding" => Some(Base::Standard),
            _ => None,
        }
    }

    pub fn char(self, code: u8) -> Option<char> {
        let found = match self {
            Base::Standard => return standard(code),
            Base::WinAnsi if code == 0xa0 => ' ',
            Base::WinAnsi if code == 0xad => '-',
            Base::WinAnsi => only(encoding_rs::WINDOWS_1252, code)?,
            Base::MacRoman => only(encoding_rs::MACINTOSH, code)?,
        };
        (!found.is_control()).then_some(found)
    }
}

fn only(encoding: &'static encoding_rs::Encoding, code: u8) -> Option<char> {
    encoding.decode_without_bom_handling(&[code]).0.chars().next()
}

/// Annex D.2, column STD.
fn standard(code: u8) -> Option<char> {
    const HIGH: &str = "\
\u{0}¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ\u{0}–†‡·\u{0}¶•‚„”»…‰\u{0}¿\
\u{0}`´ˆ˜¯˘˙¨\u{0}˚¸\u{0}˝˛ˇ—\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\
\u{0}Æ\u{0}ª\u{0}\u{0}\u{0}\u{0}ŁØŒº\u{0}\u{0}\u{0}\u{0}\u{0}æ\u{0}\u{0}\u{0}ı\u{0}\u{0}łøœß\u{0}\u{0}\u{0}\u{0}";
    match code {
        0x27 => Some('’'),
        0x60 => Some('‘'),
        0x20..=0x7e => Some(char::from(code)),
        0xa0.. => HIGH.chars().nth(usize::from(code - 0xa0)).filter(|c| *c != '\0'),
        _ => None,
    }
}

/// Names of the Latin set of Annex D, beyond single letters, and those of the Greek and other signs
/// that TeX and Office write.
const NAMES: &str = "AE Æ Aacute Á Acircumflex Â Adieresis Ä Agrave À Aring Å Atilde Ã Ccedilla Ç \
Eacute É Ecircumflex Ê Edieresis Ë Egrave È Eth Ð Euro € Iacute Í Icircumflex Î Idieresis Ï Igrave Ì \
Lslash Ł Ntilde Ñ OE Œ Oacute Ó Ocircumflex Ô Odieresis Ö Ograve Ò Oslash Ø Otilde Õ Scaron Š Thorn Þ \
Uacute Ú Ucircumflex Û Udieresis Ü Ugrave Ù Yacute Ý Ydieresis Ÿ Zcaron Ž aacute á acircumflex â \
acute ´ adieresis ä ae æ agrave à ampersand & aring å asciicircum ^ asciitilde ~ asterisk * at @ \
atilde ã backslash \\ bar | braceleft { braceright } bracketleft [ bracketright ] breve ˘ brokenbar ¦ \
bullet • caron ˇ ccedilla ç cedilla ¸ cent ¢ circumflex ˆ colon : comma , copyright © currency ¤ \
dagger † daggerdbl ‡ degree ° dieresis ¨ divide ÷ dollar $ dotaccent ˙ dotlessi ı eacute é \
ecircumflex ê edieresis ë egrave è eight 8 ellipsis … emdash — endash – equal = eth ð exclam ! \
exclamdown ¡ ff ﬀ fi ﬁ fl ﬂ ffi ﬃ ffl ﬄ five 5 florin ƒ four 4 fraction ⁄ germandbls ß grave ` \
greater > guillemotleft « guillemotright » guilsinglleft ‹ guilsinglright › hungarumlaut ˝ hyphen - \
iacute í icircumflex î idieresis ï igrave ì less < logicalnot ¬ lslash ł macron ¯ minus − mu µ \
multiply × nine 9 ntilde ñ numbersign # oacute ó ocircumflex ô odieresis ö oe œ ogonek ˛ ograve ò \
one 1 onehalf ½ onequarter ¼ onesuperior ¹ ordfeminine ª ordmasculine º oslash ø otilde õ \
paragraph ¶ parenleft ( parenright ) percent % period . periodcentered · perthousand ‰ plus + \
plusminus ± question ? questiondown ¿ quotedbl \" quotedblbase „ quotedblleft “ quotedblright ” \
quoteleft ‘ quoteright ’ quotesinglbase ‚ quotesingle ' registered ® ring ˚ scaron š section § \
semicolon ; seven 7 six 6 slash / sterling £ thorn þ three 3 threequarters ¾ threesuperior ³ tilde ˜ \
trademark ™ two 2 twosuperior ² uacute ú ucircumflex û udieresis ü ugrave ù underscore _ yacute ý \
ydieresis ÿ yen ¥ zcaron ž zero 0 alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ \
iota ι kappa κ lambda λ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi φ chi χ psi ψ omega ω \
Gamma Γ Delta ∆ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω infinity ∞ \
lessequal ≤ greaterequal ≥ notequal ≠ approxequal ≈ summation ∑ product ∏ integral ∫ radical √ \
partialdiff ∂ arrowright → arrowleft ← arrowup ↑ arrowdown ↓ Abreve Ă abreve ă Aogonek Ą aogonek ą \
Cacute Ć cacute ć Ccaron Č ccaron č Dcaron Ď dcaron ď Dcroat Đ dcroat đ Ecaron Ě ecaron ě Eogonek Ę \
eogonek ę Gbreve Ğ gbreve ğ Idotaccent İ Nacute Ń nacute ń Ncaron Ň ncaron ň Ohungarumlaut Ő \
ohungarumlaut ő Rcaron Ř rcaron ř Sacute Ś sacute ś Scedilla Ş scedilla ş Tcaron Ť tcaron ť \
Tcommaaccent Ţ tcommaaccent ţ Uhungarumlaut Ű uhungarumlaut ű Uring Ů uring ů Zacute Ź zacute ź \
Zdotaccent Ż zdotaccent ż";

fn names() -> &'static HashMap<&'static str, &'static str> {
    static NAMED: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    NAMED.get_or_init(|| {
        let words: Vec<&str> = NAMES.split(' ').collect();
        words.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    })
}

/// The character of a glyph name (Adobe Glyph List Specification §2): a name of the list, `uni20AC`,
/// `u1F600`, with any ending behind a full stop left out.
pub fn glyph(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    let name = name.split('.').next().filter(|n| !n.is_empty())?;
    if name.chars().count() == 1 {
        return Some(name.to_owned());
    }
    if matches!(name, "space" | "nbspace" | "nonbreakingspace") {
        return Some(" ".to_owned());
    }
    if matches!(name, "sfthyphen" | "softhyphen") {
        return Some("-".to_owned());
    }
    if let Some(known) = names().get(name) {
        return Some((*known).to_owned());
    }
    let of_hex = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    if let Some(digits) = name.strip_prefix("uni")
        && digits.len() >= 4
        && digits.is_ascii()
    {
        let units = digits.as_bytes().chunks_exact(4);
        return units.map(|unit| of_hex(std::str::from_utf8(unit).ok()?)).collect();
    }
    let digits = name.strip_prefix('u').filter(|d| (4..=6).contains(&d.len()))?;
    of_hex(digits).map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_strings_of_every_form() {
        assert_eq!(text_string(b"caf\xe9 \xa0\x84"), "café €—");
        assert_eq!(text_string(b"\xfe\xff\x00\x1b\x00f\x00r\x00\x1b\x00\xe9\x20\xac"), "é€");
        assert_eq!(text_string(b"\xff\xfee\x00"), "e");
        assert_eq!(text_string("\u{feff}é".as_bytes()), "é");
    }

    #[test]
    fn codes_and_names() {
        assert_eq!(Base::Standard.char(0xe1), Some('Æ'));
        assert_eq!(Base::Standard.char(0xfb), Some('ß'));
        assert_eq!(Base::Standard.char(0xd0), Some('—'));
        assert_eq!(Base::Standard.char(0xae), Some('ﬁ'));
        assert_eq!(Base::Standard.char(0xbf), Some('¿'));
        assert_eq!(Base::WinAnsi.char(0x80), Some('€'));
        assert_eq!(Base::MacRoman.char(0x8e), Some('é'));
        let name = |n: &str| glyph(n.as_bytes()).unwrap_or_default();
        assert_eq!((name("eacute"), name("Zdotaccent")), ("é".to_owned(), "Ż".to_owned()));
        assert_eq!((name("uni20AC"), name("u1F600")), ("€".to_owned(), "😀".to_owned()));
        assert_eq!((name("a.alt"), name("g123")), ("a".to_owned(), String::new()));
    }
}
