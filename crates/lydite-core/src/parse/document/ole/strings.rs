//! Texts of BIFF8 ([MS-XLS] §2.5.293, §2.5.294): counted, one or two bytes a character, with runs of
//! format behind them; and the table of shared strings, cut into records anywhere.

use super::compound::{half, u16_at, u32_at};
use crate::limits;

/// A text that lies whole in its record.
pub fn string16(data: &[u8]) -> Option<String> {
    let count = usize::from(u16_at(data, 0)?);
    let flags = *data.get(2)?;
    let mut at = 3;
    at += if flags & 8 != 0 { 2 } else { 0 };
    at += if flags & 4 != 0 { 4 } else { 0 };
    let text = data.get(at..)?;
    Some(characters(text, count, flags & 1 != 0))
}

fn characters(bytes: &[u8], count: usize, wide: bool) -> String {
    if wide {
        let units: Vec<u16> = bytes.chunks_exact(2).take(count).map(half).collect();
        return String::from_utf16_lossy(&units);
    }
    bytes.iter().take(count).map(|b| *b as char).collect()
}

/// The contents of an SST record and of those that continue it.
pub struct Shared<'a> {
    pub parts: Vec<&'a [u8]>,
}

/// Reads across the ends of records.
struct Cursor<'a> {
    parts: &'a [&'a [u8]],
    part: usize,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// What is left of this record; steps to the next at its end.
    fn left(&mut self) -> Option<&'a [u8]> {
        loop {
            let part = *self.parts.get(self.part)?;
            if self.at < part.len() {
                return Some(&part[self.at..]);
            }
            self.part += 1;
            self.at = 0;
        }
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            let step = self.left()?.len().min(count);
            self.at += step;
            count -= step;
        }
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.left()?.first()?;
        self.at += 1;
        Some(byte)
    }

    fn half(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn word(&mut self) -> Option<u32> {
        Some(u32::from(self.half()?) | u32::from(self.half()?) << 16)
    }

    /// Characters; where a record ends among them, the next begins with its own flags (§2.4.58).
    fn characters(&mut self, count: usize, mut wide: bool) -> Option<String> {
        let mut units: Vec<u16> = Vec::new();
        loop {
            let unit = if wide { 2 } else { 1 };
            let left = self.parts.get(self.part).map_or(0, |p| p.len().saturating_sub(self.at));
            let bytes = self.parts.get(self.part).map_or(&[][..], |p| &p[p.len() - left..]);
            let take = (count - units.len()).min(left / unit);
            let bytes = &bytes[..take * unit];
            match wide {
                true => units.extend(bytes.chunks_exact(2).map(half)),
                false => units.extend(bytes.iter().map(|b| u16::from(*b))),
            }
            self.at += take * unit;
            if units.len() >= count {
                return Some(String::from_utf16_lossy(&units));
            }
            self.part += 1;
            self.at = 0;
            wide = self.byte()? & 1 != 0;
        }
    }
}

/// All strings of the table, as many as are whole.
pub fn shared_strings(shared: &Shared) -> Vec<String> {
    let mut out = Vec::new();
    let first = shared.parts.first().copied().unwrap_or(&[]);
    let count = (u32_at(first, 4).unwrap_or(0) as usize).min(limits::SHARED_STRINGS);
    let mut cursor = Cursor { parts: &shared.parts, part: 0, at: 8 };
    let mut one = || {
        let count = usize::from(cursor.half()?);
        let flags = cursor.byte()?;
        let runs = if flags & 8 != 0 { usize::from(cursor.half()?) } else { 0 };
        let phonetic = if flags & 4 != 0 { cursor.word()? as usize } else { 0 };
        let text = cursor.characters(count, flags & 1 != 0)?;
        cursor.skip(4 * runs)?;
        cursor.skip(phonetic)?;
        Some(text)
    };
    while out.len() < count {
        let Some(text) = one() else { break };
        out.push(text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_goes_on_in_the_next_record_in_another_width() {
        let first = [2, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, b'a', b'b'];
        let second = [1, 0x36, 4, 0x36, 4, 0x36, 4, 1, 0, 8, 1, 0, b'z', 9, 9];
        let third = [9, 9];
        let shared = Shared { parts: vec![&first, &second, &third] };
        assert_eq!(shared_strings(&shared), ["abжжж", "z"]);
        for cut in 0..second.len() {
            shared_strings(&Shared { parts: vec![&first, &second[..cut]] });
        }
    }
}
