//! Encryption by the standard handler (ISO 32000-2 §7.6), opened with the empty user password: what
//! every reader opens without asking. Anything else stays closed and is said to be.

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit};
use md5::{Digest as _, Md5};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::object::{Dict, Object};

/// The key of a document, and what strings and streams are locked with.
#[derive(Clone, Debug)]
pub struct Crypt {
    key: Vec<u8>,
    strings: Method,
    streams: Method,
    /// Streams of metadata are locked like others.
    pub metadata: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Identity,
    Rc4,
    Aes128,
    Aes256,
}

/// §7.6.4.3.2: what pads a password to 32 bytes.
const PAD: [u8; 32] = *b"\x28\xbf\x4e\x5e\x4e\x75\x8a\x41\x64\x00\x4e\x56\xff\xfa\x01\x08\
\x2e\x2e\x00\xb6\xd0\x68\x3e\x80\x2f\x0c\xa9\xfe\x64\x53\x69\x7a";

impl Crypt {
    /// Opens the document with the empty user password; None where that does not fit.
    pub fn open(dict: &Dict, id: &[u8]) -> Option<Crypt> {
        if !dict.is(b"Filter", b"Standard") {
            return None;
        }
        let version = dict.int(b"V").unwrap_or(0);
        let revision = dict.int(b"R")?;
        let metadata = dict.get(b"EncryptMetadata") != Some(&Object::Bool(false));
        let method = |key: &[u8]| method(dict, version, key);
        let (strings, streams) = (method(b"StrF")?, method(b"StmF")?);
        let key = match revision {
            2..=4 => lengths(dict, version, revision)
                .into_iter()
                .find_map(|bytes| old_key(dict, id, bytes, revision, metadata)),
            5 | 6 => new_key(dict, revision),
            _ => None,
        };
        // Where attachments alone are locked, no key is needed for the rest.
        let is_open = strings == Method::Identity && streams == Method::Identity;
        let key = if is_open { key.unwrap_or_default() } else { key? };
        Some(Crypt { key, strings, streams, metadata })
    }

    pub fn string(&self, id: (u32, u16), data: &[u8]) -> Vec<u8> {
        self.apply(self.strings, id, data)
    }

    pub fn stream(&self, id: (u32, u16), data: &[u8]) -> Vec<u8> {
        self.apply(self.streams, id, data)
    }

    fn apply(&self, method: Method, id: (u32, u16), data: &[u8]) -> Vec<u8> {
        match method {
            Method::Identity => data.to_vec(),
            Method::Rc4 => rc4(&self.object_key(id, false), data),
            Method::Aes128 => {
                let key = self.object_key(id, true);
                aes_cbc(&key, data).unwrap_or_default()
            }
            Method::Aes256 => aes_cbc(&self.key, data).unwrap_or_default(),
        }
    }

    /// §7.6.3.1, algorithm 1.
    fn object_key(&self, (number, generation): (u32, u16), is_aes: bool) -> Vec<u8> {
        let mut hash = Md5::new();
        hash.update(&self.key);
        hash.update(&number.to_le_bytes()[..3]);
        hash.update(generation.to_le_bytes());
        if is_aes {
            hash.update(b"sAlT");
        }
        hash.finalize()[..(self.key.len() + 5).min(16)].to_vec()
    }
}

/// §7.6.6: the crypt filter that a key of the dictionary names.
fn method(dict: &Dict, version: i64, key: &[u8]) -> Option<Method> {
    if version < 4 {
        return Some(Method::Rc4);
    }
    let name = dict.name(key).unwrap_or(b"Identity");
    if name == b"Identity" {
        return Some(Method::Identity);
    }
    let filter = dict.get(b"CF")?.dict()?.get(name)?.dict()?;
    match filter.name(b"CFM")? {
        b"None" => Some(Method::Identity),
        b"V2" => Some(Method::Rc4),
        b"AESV2" => Some(Method::Aes128),
        b"AESV3" => Some(Method::Aes256),
        _ => None,
    }
}

/// Bytes the key may have. Version 4 says 16, and writers mean what `/Length` says, in bits or bytes.
fn lengths(dict: &Dict, version: i64, revision: i64) -> Vec<usize> {
    if version == 1 || revision == 2 {
        return vec![5];
    }
    let stated = dict.int(b"Length").unwrap_or(40);
    let bytes = usize::try_from(if stated < 40 { stated } else { stated / 8 }).unwrap_or(5);
    if version == 4 { vec![16, bytes.clamp(5, 16)] } else { vec![bytes.clamp(5, 16)] }
}

/// §7.6.4.3.2, algorithm 2, for the empty password; and whether `/U` fits (algorithms 4 to 6).
fn old_key(dict: &Dict, id: &[u8], bytes: usize, revision: i64, metadata: bool) -> Option<Vec<u8>> {
    let owner = dict.get(b"O")?.string()?.get(..32)?;
    let user = dict.get(b"U")?.string()?;
    let mut hash = Md5::new();
    hash.update(PAD);
    hash.update(owner);
    hash.update(((dict.int(b"P")? & 0xffff_ffff) as u32).to_le_bytes());
    hash.update(id);
    if revision >= 4 && !metadata {
        hash.update([0xff; 4]);
    }
    let mut key = hash.finalize().to_vec();
    if revision >= 3 {
        for _ in 0..50 {
            key = Md5::digest(&key[..bytes]).to_vec();
        }
    }
    key.truncate(bytes);
    let fits = if revision == 2 {
        user.starts_with(&rc4(&key, &PAD))
    } else {
        let mut hash = Md5::new();
        hash.update(PAD);
        hash.update(id);
        let mut made = hash.finalize().to_vec();
        for round in 0..20u8 {
            let turned: Vec<u8> = key.iter().map(|byte| byte ^ round).collect();
            made = rc4(&turned, &made);
        }
        user.starts_with(&made)
    };
    fits.then_some(key)
}

/// §7.6.4.3.3, algorithm 2.A, for the empty user password.
fn new_key(dict: &Dict, revision: i64) -> Option<Vec<u8>> {
    let user = dict.get(b"U")?.string()?.get(..48)?;
    let (digest, validation, salt) = (&user[..32], &user[32..40], &user[40..48]);
    if hash(validation, revision) != digest {
        return None;
    }
    let locked = dict.get(b"UE")?.string()?.get(..32)?;
    let key = hash(salt, revision);
    let mut data = locked.to_vec();
    cbc::Decryptor::<aes::Aes256>::new_from_slices(&key, &[0; 16])
        .ok()?
        .decrypt_padded_mut::<NoPadding>(&mut data)
        .ok()?;
    Some(data)
}

/// §7.6.4.3.4, algorithm 2.B, of the empty password and that salt.
fn hash(salt: &[u8], revision: i64) -> Vec<u8> {
    let mut key = Sha256::digest(salt).to_vec();
    if revision < 6 {
        return key;
    }
    let mut round = 0;
    loop {
        let mut data = key.repeat(64);
        let length = data.len();
        let Ok(cipher) = cbc::Encryptor::<aes::Aes128>::new_from_slices(&key[..16], &key[16..32])
        else {
            return key;
        };
        if cipher.encrypt_padded_mut::<NoPadding>(&mut data, length).is_err() {
            return key;
        }
        let rest: u32 = data[..16].iter().map(|byte| u32::from(*byte)).sum::<u32>() % 3;
        key = match rest {
            0 => Sha256::digest(&data).to_vec(),
            1 => Sha384::digest(&data).to_vec(),
            _ => Sha512::digest(&data).to_vec(),
        };
        round += 1;
        if round >= 64 && i32::from(data[length - 1]) <= round - 32 {
            key.truncate(32);
            return key;
        }
    }
}

fn rc4(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut state: [u8; 256] = std::array::from_fn(|n| n as u8);
    let mut j = 0u8;
    for i in 0..256 {
        j = j.wrapping_add(state[i]).wrapping_add(key[i % key.len()]);
        state.swap(i, usize::from(j));
    }
    let (mut i, mut j) = (0u8, 0u8);
    let step = |byte: &u8| {
        i = i.wrapping_add(1);
        j = j.wrapping_add(state[usize::from(i)]);
        state.swap(usize::from(i), usize::from(j));
        byte ^ state[usize::from(state[usize::from(i)].wrapping_add(state[usize::from(j)]))]
    };
    data.iter().map(step).collect()
}

/// The first block is the initial vector, the last byte says how many are padding.
fn aes_cbc(key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let (vector, body) = data.split_at_checked(16)?;
    let mut out = body[..body.len() / 16 * 16].to_vec();
    if key.len() == 16 {
        let cipher = cbc::Decryptor::<aes::Aes128>::new_from_slices(key, vector).ok()?;
        cipher.decrypt_padded_mut::<NoPadding>(&mut out).ok()?;
    } else {
        let cipher = cbc::Decryptor::<aes::Aes256>::new_from_slices(key, vector).ok()?;
        cipher.decrypt_padded_mut::<NoPadding>(&mut out).ok()?;
    }
    let padding = usize::from(*out.last()?);
    if (1..=16).contains(&padding) {
        out.truncate(out.len() - padding);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6229 gives key streams; the words of Wikipedia's article give whole texts.
    #[test]
    fn rc4_gives_the_known_answers() {
        assert_eq!(rc4(b"Key", b"Plaintext"), b"\xbb\xf3\x16\xe8\xd9\x40\xaf\x0a\xd3");
        assert_eq!(rc4(&[1, 2, 3, 4, 5], &[0; 4]), b"\xb2\x39\x63\x05");
    }

    #[test]
    fn what_is_no_dictionary_of_the_standard_handler_stays_closed() {
        assert!(Crypt::open(&Dict::default(), b"").is_none());
    }
}
