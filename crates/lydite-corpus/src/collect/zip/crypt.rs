//! Encrypted entries: the traditional cipher (APPNOTE 6.3.10 §6.1) and WinZip's AES ("AES Encryption
//! Information: Encryption Specification AE-1 and AE-2", winzip.com).

use std::io::{self, BufReader, Read};

use aes::cipher::generic_array::GenericArray;
use aes::cipher::{BlockEncrypt, KeyInit};
use hmac::{Hmac, Mac};
use lydite_core::limits;
use sha1::Sha1;

use super::super::passwords::Password;
use super::super::source::Section;
use super::archive::{Archive, Entry, u16_at};
use super::unpack::unpacker;

/// The extra field of AES entries.
#[derive(Clone, Copy, Debug)]
pub struct Aes {
    /// 1 to 3: keys of 128, 192 and 256 bits.
    strength: u8,
    /// How the content is packed.
    pub method: u16,
}

impl Aes {
    pub fn read(data: &[u8]) -> Option<Aes> {
        let strength = *data.get(4)?;
        (data.len() >= 7 && (1..=3).contains(&strength))
            .then(|| Aes { strength, method: u16_at(data, 5) })
    }
}

/// The content of an entry, decrypted and still packed.
pub struct Decrypted<'a> {
    packed: Section<'a>,
    cipher: Cipher,
}

enum Cipher {
    Traditional([u32; 3]),
    /// The key stream: a counter from 1, least significant byte first.
    Aes {
        key: Box<AesKey>,
        counter: u128,
        block: [u8; 16],
        used: usize,
    },
}

enum AesKey {
    Bits128(aes::Aes128),
    Bits192(aes::Aes192),
    Bits256(aes::Aes256),
}

impl Read for Decrypted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.packed.read(buffer)?;
        buffer[..count].iter_mut().for_each(|byte| *byte = self.cipher.open(*byte));
        Ok(count)
    }
}

impl Cipher {
    fn open(&mut self, byte: u8) -> u8 {
        match self {
            Cipher::Traditional(keys) => {
                let low = u16::try_from(keys[2] & 0xffff).unwrap_or(0) | 2;
                let [_, mask] = low.wrapping_mul(low ^ 1).to_le_bytes();
                let plain = byte ^ mask;
                stir(keys, plain);
                plain
            }
            Cipher::Aes { key, counter, block, used } => {
                if *used == block.len() {
                    *counter = counter.wrapping_add(1);
                    *block = counter.to_le_bytes();
                    let block = GenericArray::from_mut_slice(block);
                    match &**key {
                        AesKey::Bits128(key) => key.encrypt_block(block),
                        AesKey::Bits192(key) => key.encrypt_block(block),
                        AesKey::Bits256(key) => key.encrypt_block(block),
                    }
                    *used = 0;
                }
                *used += 1;
                byte ^ block[*used - 1]
            }
        }
    }
}

/// Takes one plain byte into the three keys (§6.1.5).
fn stir(keys: &mut [u32; 3], plain: u8) {
    keys[0] = crc_step(keys[0], plain);
    keys[1] = keys[1].wrapping_add(keys[0] & 0xff).wrapping_mul(134_775_813).wrapping_add(1);
    let [.., high] = keys[1].to_le_bytes();
    keys[2] = crc_step(keys[2], high);
}

fn crc_step(crc: u32, byte: u8) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    (0..8).fold(crc ^ u32::from(byte), step)
}

/// Finds the password of an entry: its index, and the content. That of the entry before is tried
/// first.
pub fn open<'a>(
    archive: &Archive<'a>,
    entry: &Entry,
    (data, end): (u64, u64),
    passwords: &[Password],
) -> Option<(usize, Decrypted<'a>)> {
    let last = archive.opened_by.get();
    for index in last.into_iter().chain((0..passwords.len()).filter(|index| Some(*index) != last)) {
        if last != Some(index) && archive.tries.get() >= limits::ARCHIVE_TRIES {
            return None;
        }
        archive.tries.set(archive.tries.get() + 1);
        let Some(content) = unlock(archive, entry, (data, end), &passwords[index].bytes) else {
            continue;
        };
        archive.opened_by.set(Some(index));
        return Some((index, content));
    }
    None
}

fn unlock<'a>(
    archive: &Archive<'a>,
    entry: &Entry,
    span: (u64, u64),
    password: &[u8],
) -> Option<Decrypted<'a>> {
    match entry.aes.filter(|_| entry.method == 99) {
        Some(aes) => unlock_aes(archive, aes, span, password),
        None if entry.method == 99 => None,
        None => {
            let opened = unlock_traditional(archive, entry, span, password)?;
            // One byte tells little: the content must unpack to its checksum.
            fits(opened, entry).then(|| unlock_traditional(archive, entry, span, password))?
        }
    }
}

fn unlock_traditional<'a>(
    archive: &Archive<'a>,
    entry: &Entry,
    (data, end): (u64, u64),
    password: &[u8],
) -> Option<Decrypted<'a>> {
    let mut keys = [0x1234_5678, 0x2345_6789, 0x3456_7890];
    password.iter().for_each(|byte| stir(&mut keys, *byte));
    let packed = archive.section(data, end);
    let mut opened = Decrypted { packed, cipher: Cipher::Traditional(keys) };
    let mut head = [0; 12];
    opened.read_exact(&mut head).ok()?;
    let [.., crc] = entry.crc?.to_le_bytes();
    let [_, time] = entry.time.to_le_bytes();
    (head[11] == crc || head[11] == time).then_some(opened)
}

/// Whether decrypted content unpacks to the checksum of its entry, as far as the bound goes.
fn fits(opened: Decrypted, entry: &Entry) -> bool {
    let Ok(content) = unpacker(BufReader::with_capacity(limits::SNIFF_BYTES, opened), entry) else {
        return false;
    };
    let mut content = content.take(limits::PASSWORD_TRIAL_BYTES);
    let (mut crc, mut buffer) = (flate2::Crc::new(), vec![0; limits::SNIFF_BYTES]);
    loop {
        match content.read(&mut buffer) {
            Ok(0) => return content.limit() == 0 || Some(crc.sum()) == entry.crc,
            Ok(count) => crc.update(&buffer[..count]),
            Err(_) => return false,
        }
    }
}

/// Salt, two bytes that tell a wrong password, content, ten bytes of an HMAC over it.
fn unlock_aes<'a>(
    archive: &Archive<'a>,
    aes: Aes,
    (data, end): (u64, u64),
    password: &[u8],
) -> Option<Decrypted<'a>> {
    let length = 8 + 8 * usize::from(aes.strength);
    let salt = archive.bytes(data, length as u64 / 2);
    let start = data + length as u64 / 2 + 2;
    let stop = end.checked_sub(10).filter(|stop| *stop >= start)?;
    let mut derived = vec![0; 2 * length + 2];
    pbkdf2::pbkdf2_hmac::<Sha1>(password, &salt, 1_000, &mut derived);
    if derived[2 * length..] != archive.bytes(start - 2, 2) {
        return None;
    }
    let mut mac = <Hmac<Sha1> as Mac>::new_from_slice(&derived[length..2 * length]).ok()?;
    let (mut packed, mut buffer) = (archive.section(start, stop), vec![0; limits::SNIFF_BYTES]);
    while let Ok(count @ 1..) = packed.read(&mut buffer) {
        mac.update(&buffer[..count]);
    }
    mac.verify_truncated_left(&archive.bytes(stop, 10)).ok()?;
    let key = match aes.strength {
        1 => AesKey::Bits128(aes::Aes128::new(GenericArray::from_slice(&derived[..length]))),
        2 => AesKey::Bits192(aes::Aes192::new(GenericArray::from_slice(&derived[..length]))),
        _ => AesKey::Bits256(aes::Aes256::new(GenericArray::from_slice(&derived[..length]))),
    };
    let cipher = Cipher::Aes { key: Box::new(key), counter: 0, block: [0; 16], used: 16 };
    Some(Decrypted { packed: archive.section(start, stop), cipher })
}
