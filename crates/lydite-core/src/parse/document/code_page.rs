//! Windows' and Macintosh' code pages ([MS-UCODEREF] §2.2.1) by number.

use encoding_rs::Encoding;

/// The encoding of a code page. None of those that no library here reads (DOS, some Macintosh).
pub fn encoding(page: u32) -> Option<&'static Encoding> {
    Some(match page {
        866 => encoding_rs::IBM866,
        874 => encoding_rs::WINDOWS_874,
        932 | 10_001 => encoding_rs::SHIFT_JIS,
        936 | 10_008 => encoding_rs::GBK,
        949 | 51_949 | 10_003 => encoding_rs::EUC_KR,
        950 | 10_002 => encoding_rs::BIG5,
        1_200 => encoding_rs::UTF_16LE,
        1_201 => encoding_rs::UTF_16BE,
        1_250 => encoding_rs::WINDOWS_1250,
        1_251 => encoding_rs::WINDOWS_1251,
        // Excel numbers Windows' western page 0x8001 and the Macintosh's 0x8000 ([MS-XLS] §2.4.52).
        1_252 | 20_127 | 28_591 | 0x8001 => encoding_rs::WINDOWS_1252,
        1_253 => encoding_rs::WINDOWS_1253,
        1_254 | 28_599 => encoding_rs::WINDOWS_1254,
        1_255 => encoding_rs::WINDOWS_1255,
        1_256 => encoding_rs::WINDOWS_1256,
        1_257 => encoding_rs::WINDOWS_1257,
        1_258 => encoding_rs::WINDOWS_1258,
        10_000 | 0x8000 => encoding_rs::MACINTOSH,
        10_007 | 10_017 => encoding_rs::X_MAC_CYRILLIC,
        20_866 => encoding_rs::KOI8_R,
        21_866 => encoding_rs::KOI8_U,
        28_592 => encoding_rs::ISO_8859_2,
        28_595 => encoding_rs::ISO_8859_5,
        28_605 => encoding_rs::ISO_8859_15,
        50_220..=50_222 => encoding_rs::ISO_2022_JP,
        51_932 => encoding_rs::EUC_JP,
        54_936 => encoding_rs::GB18030,
        65_001 => encoding_rs::UTF_8,
        _ => return None,
    })
}

/// Text in a code page; where none reads it, what is not ASCII becomes U+FFFD.
pub fn decode(bytes: &[u8], page: u32) -> String {
    match encoding(page) {
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        None => bytes.iter().map(|b| if b.is_ascii() { *b as char } else { '\u{fffd}' }).collect(),
    }
}

/// The code page of a font's character set ([MS-WMF] §2.1.1.5, RTF 1.9.1 `\fcharset`).
pub fn of_charset(charset: u32) -> Option<u32> {
    Some(match charset {
        0 => 1_252,
        77 => 10_000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1_253,
        162 => 1_254,
        163 => 1_258,
        177 => 1_255,
        178..=180 => 1_256,
        186 => 1_257,
        204 => 1_251,
        222 => 874,
        238 => 1_250,
        255 => 437,
        _ => return None,
    })
}

/// The Windows code page of a language, by the lower ten bits of its number ([MS-LCID] §2.1); None
/// where it is the western one or there is none.
pub fn of_language(id: u16) -> Option<u32> {
    Some(match id & 0x3FF {
        0x01 | 0x20 | 0x29 => 1_256,
        0x02 | 0x19 | 0x22 | 0x23 | 0x2F => 1_251,
        0x04 if matches!(id, 0x0404 | 0x0C04 | 0x1404) => 950,
        0x04 => 936,
        0x05 | 0x0E | 0x15 | 0x18 | 0x1B | 0x1C | 0x24 => 1_250,
        // Serbian in Cyrillic shares its lower bits with Croatian.
        0x1A if matches!(id, 0x0C1A | 0x1C1A | 0x281A | 0x301A) => 1_251,
        0x1A => 1_250,
        0x08 => 1_253,
        0x0D => 1_255,
        0x11 => 932,
        0x12 => 949,
        0x1E => 874,
        0x1F => 1_254,
        0x25..=0x27 => 1_257,
        0x2A => 1_258,
        _ => return None,
    })
}

/// The writing a code page was made for, where it is not the Latin one.
pub fn script(page: u32) -> Option<Script> {
    Some(match page {
        866 | 1_251 | 10_007 | 10_017 | 20_866 | 21_866 | 28_595 => Script::Cyrillic,
        737 | 1_253 | 10_006 | 28_597 => Script::Greek,
        862 | 1_255 | 10_005 | 28_598 => Script::Hebrew,
        720 | 864 | 1_256 | 10_004 | 28_596 => Script::Arabic,
        874 | 10_021 => Script::Thai,
        932 | 936 | 949 | 950 | 10_001..=10_003 | 10_008 | 51_932 | 51_949 | 54_936 => {
            Script::EastAsian
        }
        _ => return None,
    })
}

/// A family of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Script {
    Latin,
    Cyrillic,
    Greek,
    Hebrew,
    Arabic,
    Thai,
    EastAsian,
}

impl Script {
    pub fn name(self) -> &'static str {
        match self {
            Script::Latin => "Latin",
            Script::Cyrillic => "Cyrillic",
            Script::Greek => "Greek",
            Script::Hebrew => "Hebrew",
            Script::Arabic => "Arabic",
            Script::Thai => "Thai",
            Script::EastAsian => "East Asian",
        }
    }

    /// Of a letter, by Unicode's blocks; None of digits, marks and other writings.
    pub fn of(letter: char) -> Option<Script> {
        Some(match letter {
            'a'..='z' | 'A'..='Z' | 'À'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
            '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
            '\u{400}'..='\u{52F}' => Script::Cyrillic,
            '\u{590}'..='\u{5FF}' => Script::Hebrew,
            '\u{600}'..='\u{77F}' => Script::Arabic,
            '\u{E00}'..='\u{E7F}' => Script::Thai,
            '\u{1100}'..='\u{11FF}'
            | '\u{3040}'..='\u{30FF}'
            | '\u{3400}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7AF}' => Script::EastAsian,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_pages_decode_and_unknown_ones_say_so() {
        assert_eq!(decode(b"\xcf\xf0\xe8\xe2\xe5\xf2", 1_251), "Привет");
        assert_eq!(decode(b"caf\xe9", 1_252), "café");
        assert_eq!(decode(b"caf\x8e", 10_000), "café");
        assert_eq!(decode(b"caf\x82", 850), "caf\u{fffd}");
        assert_eq!(of_charset(204).and_then(script), Some(Script::Cyrillic));
        assert_eq!(of_language(0x0419).and_then(script), Some(Script::Cyrillic));
        assert_eq!(of_language(0x0415).and_then(script), None);
        assert_eq!(script(1_252), None);
        assert_eq!(Script::of('ж'), Some(Script::Cyrillic));
        assert_eq!(Script::of('7'), None);
    }
}
