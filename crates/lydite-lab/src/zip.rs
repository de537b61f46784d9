//! A small writer of zip archives (APPNOTE 6.3.10 §4.3): unpacked or deflated, times as given.

use flate2::{Compress, Compression, Crc, FlushCompress};

use crate::moment::Moment;

/// An archive of files, each last changed at that moment.
pub fn archive(files: &[(String, Vec<u8>)], at: Moment) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    let (time, date) = dos(at);
    for (name, bytes) in files {
        let (method, packed) = packed(bytes);
        let offset = out.len();
        let mut crc = Crc::new();
        crc.update(bytes);
        let mut common = Vec::new();
        for number in [20, 0x0800, method, time, date] {
            common.extend(number.to_le_bytes());
        }
        for number in [crc.sum(), short(packed.len()), short(bytes.len())] {
            common.extend(number.to_le_bytes());
        }
        common.extend(u16::try_from(name.len()).unwrap_or(0).to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(&packed);
        directory.extend(b"PK\x01\x02");
        directory.extend(20u16.to_le_bytes());
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(short(offset).to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = out.len();
    out.extend(&directory);
    let count = u16::try_from(files.len()).unwrap_or(0).to_le_bytes();
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count);
    out.extend(count);
    out.extend(short(directory.len()).to_le_bytes());
    out.extend(short(start).to_le_bytes());
    out.extend([0, 0]);
    out
}

/// Archives here are far below 4 GiB.
fn short(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The smaller of both forms.
fn packed(bytes: &[u8]) -> (u16, Vec<u8>) {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    let mut state = Compress::new(Compression::default(), false);
    let done = state.compress_vec(bytes, &mut out, FlushCompress::Finish);
    let is_whole = matches!(done, Ok(flate2::Status::StreamEnd));
    if is_whole && out.len() < bytes.len() { (8, out) } else { (0, bytes.to_vec()) }
}

/// Time and date in MS-DOS form, two seconds fine.
fn dos(at: Moment) -> (u16, u16) {
    let civil = at.civil();
    let number = |n: i8| u16::from(n.unsigned_abs());
    let year = u16::try_from(civil.year()).unwrap_or(1980).saturating_sub(1980);
    let time =
        number(civil.hour()) << 11 | number(civil.minute()) << 5 | (number(civil.second()) / 2);
    (time, year << 9 | number(civil.month()) << 5 | number(civil.day()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lydite_core::parse::sniff::sniff;

    #[test]
    fn what_is_packed_is_known_as_an_archive() {
        let files = [("a.txt".to_owned(), vec![b'a'; 5_000]), ("b".to_owned(), vec![1, 2, 3])];
        let bytes = archive(&files, Moment::paris(1_489_479_164));
        assert!(bytes.len() < 1_000);
        assert_eq!(sniff(&bytes).kind(), lydite_core::item::Kind::Archive);
    }
}
