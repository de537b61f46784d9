//! Which entries of a RAR are encrypted, from its headers: libarchive opens none of them, and
//! older versions take the encrypted bytes for packed ones. RAR 5: rarlab.com/technote.htm; RAR 4:
//! technote.txt of WinRAR 4.

use super::source::Source;
use std::io::Read;

use lydite_core::limits;

/// What the headers say.
#[derive(Debug, Default)]
pub struct Listed {
    /// The headers are encrypted themselves, so that no name can be read.
    pub hidden: bool,
    pub any_encrypted: bool,
    /// Names and sizes of the files.
    pub files: Vec<(Vec<u8>, u64)>,
}

/// Reads the headers as far as they can be followed.
pub fn list(source: &Source) -> Listed {
    let mut listed = Listed::default();
    let head = bytes(source, 0, 8);
    let is_five = head.starts_with(b"Rar!\x1a\x07\x01\0");
    let mut at = if is_five { 8 } else { 7 };
    while listed.files.len() < limits::RAR_ENTRIES && !listed.hidden {
        let next =
            if is_five { five(source, at, &mut listed) } else { four(source, at, &mut listed) };
        match next {
            Some(next) if next > at => at = next,
            _ => break,
        }
    }
    listed
}

fn bytes(source: &Source, at: u64, count: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let end = at.saturating_add(count).min(source.len());
    let _ = source.section(at, end).read_to_end(&mut bytes);
    bytes
}

/// One block of RAR 4: checksum, type, flags, size; files add the size of their data.
fn four(source: &Source, at: u64, listed: &mut Listed) -> Option<u64> {
    let fixed = bytes(source, at, 7);
    let (kind, flags) = (*fixed.get(2)?, u16::from_le_bytes(fixed.get(3..5)?.try_into().ok()?));
    let size = u16::from_le_bytes(fixed.get(5..7)?.try_into().ok()?);
    let block = bytes(source, at, u64::from(size));
    let long = |at: usize| Some(u32::from_le_bytes(block.get(at..at + 4)?.try_into().ok()?));
    listed.hidden |= kind == 0x73 && flags & 0x80 != 0;
    let mut data = if flags & 0x8000 != 0 || kind == 0x74 { u64::from(long(7)?) } else { 0 };
    if kind == 0x74 {
        let is_large = flags & 0x100 != 0;
        if is_large {
            data += u64::from(long(32)?) << 32;
        }
        let length = usize::from(u16::from_le_bytes(block.get(26..28)?.try_into().ok()?));
        let start = if is_large { 40 } else { 32 };
        let name = block.get(start..start + length)?;
        // Behind a NUL stands the same name in another encoding.
        let name = name.split(|byte| *byte == 0).next().unwrap_or(name);
        listed.any_encrypted |= flags & 4 != 0;
        listed.files.push((name.to_vec(), u64::from(long(11)?)));
    }
    at.checked_add(u64::from(size))?.checked_add(data)
}

/// One block of RAR 5: checksum, then numbers of seven bits a byte.
fn five(source: &Source, at: u64, listed: &mut Listed) -> Option<u64> {
    let start = bytes(source, at, 16);
    let mut rest = start.get(4..)?;
    let before = rest.len();
    let size = number(&mut rest)?;
    let header = at + 4 + (before - rest.len()) as u64;
    let block = bytes(source, header, size.min(limits::TAR_RECORDS as u64));
    let mut rest = &block[..];
    let (kind, flags) = (number(&mut rest)?, number(&mut rest)?);
    let extra = if flags & 1 != 0 { number(&mut rest)? } else { 0 };
    let data = if flags & 2 != 0 { number(&mut rest)? } else { 0 };
    listed.hidden |= kind == 4;
    if kind == 2 {
        let (attributes, unpacked, _mode) =
            (number(&mut rest)?, number(&mut rest)?, number(&mut rest)?);
        let times = usize::from(attributes & 2 != 0) + usize::from(attributes & 4 != 0);
        rest = rest.get(4 * times..)?;
        let (_packing, _system) = (number(&mut rest)?, number(&mut rest)?);
        let length = usize::try_from(number(&mut rest)?).ok()?;
        listed.files.push((rest.get(..length)?.to_vec(), unpacked));
        let records = block.len().checked_sub(usize::try_from(extra).ok()?)?;
        let mut records = &block[records..];
        while let Some(size) = number(&mut records) {
            let record = records.get(..usize::try_from(size).ok()?)?;
            listed.any_encrypted |= number(&mut &record[..]) == Some(1);
            records = &records[record.len()..];
        }
    }
    header.checked_add(size)?.checked_add(data)
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in 0..9 {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        value |= u64::from(byte & 0x7f) << (7 * shift);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
