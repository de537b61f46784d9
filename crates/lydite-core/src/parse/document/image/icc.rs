//! ICC profiles (ICC.1:2022): who made the colour profile and when, as it states.

use super::super::time;
use super::joined::{BIG, Joined};
use crate::evidence::Span;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub description: Option<String>,
    /// Seconds since 1970 (§7.2.8 asks for UTC). It is the profile's date, not the picture's.
    pub made: Option<i64>,
    /// Signatures of four characters: the preferred colour engine, the platform, the maker.
    pub engine: String,
    pub platform: String,
    pub creator: String,
    pub span: Span,
}

pub fn read(icc: &Joined) -> Option<Profile> {
    let raw: &[u8] = &icc.bytes;
    if raw.get(36..40)? != b"acsp" {
        return None;
    }
    let part = |at: usize| BIG.u16(raw, 24 + at * 2).map(i64::from);
    let made = time::instant((part(0)?, part(1)?, part(2)?), (part(3)?, part(4)?, part(5)?));
    let signature = |at: usize| {
        let bytes = raw.get(at..at + 4).unwrap_or(&[]);
        let shown = bytes.iter().filter(|b| b.is_ascii_graphic());
        shown.map(|b| char::from(*b)).collect::<String>()
    };
    Some(Profile {
        description: description(raw),
        made,
        engine: signature(4),
        platform: signature(40),
        creator: signature(80),
        span: icc.whole,
    })
}

/// The tag `desc`: a textDescriptionType (ICC.1:2001) or a multiLocalizedUnicodeType.
fn description(raw: &[u8]) -> Option<String> {
    let count = BIG.size(raw, 128)?.min(100);
    let tag = (0..count).map(|n| 132 + n * 12).find(|at| raw.get(*at..at + 4) == Some(b"desc"))?;
    let (start, size) = (BIG.size(raw, tag + 4)?, BIG.size(raw, tag + 8)?);
    let data = raw.get(start..start.checked_add(size)?)?;
    let text = match data.get(..4)? {
        b"desc" => {
            let length = BIG.size(data, 8)?;
            super::tiff::text(data.get(12..12usize.checked_add(length)?)?)
        }
        b"mluc" => {
            let (length, at) = (BIG.size(data, 20)?, BIG.size(data, 24)?);
            let text = data.get(at..at.checked_add(length)?)?;
            encoding_rs::UTF_16BE.decode_without_bom_handling(text).0.into_owned()
        }
        _ => return None,
    };
    let text: String = text.trim_matches(['\0', ' ']).chars().take(200).collect();
    (!text.is_empty()).then_some(text)
}
