//! OpenPGP public keys (RFC 9580 §10.1), read by rPGP: who they say they are, and which of their keys
//! may sign. Only what the key's own signatures hold together counts.

use std::io::Read;

use memchr::memmem;
use pgp::armor::{Dearmor, DearmorOptions};
use pgp::composed::{Deserializable, SignedPublicKey, SignedPublicSubKey};
use pgp::packet::{Packet, PacketParser, Signature, SignatureType};
use pgp::ser::Serialize;
use pgp::types::{KeyDetails, PublicParams, Tag};

use crate::limits;

/// One public key with its subkeys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPgpKey {
    /// Of the primary key, lower-case hex.
    pub fingerprint: String,
    /// When the primary key says it was made, seconds since 1970.
    pub created: i64,
    /// Addresses of users whose self-signature holds, lower case.
    pub addresses: Vec<String>,
    pub revoked: bool,
    pub(super) whole: SignedPublicKey,
}

/// The key of a key that made a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Of the primary key.
    pub fingerprint: String,
    pub addresses: Vec<String>,
    /// When the key that signed says it was made, seconds since 1970.
    pub created: i64,
    /// Bits of the number whose factors are the key; None for curves.
    pub factored_bits: Option<u32>,
    /// Why it should not have made this signature.
    pub unfit: Option<&'static str>,
}

impl OpenPgpKey {
    /// Id of the fact, where the user supplied it.
    pub fn fact_id(&self) -> String {
        format!("openpgp-key:{}", self.fingerprint)
    }

    /// Without what others certified.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.whole.to_bytes().unwrap_or_default()
    }

    /// Whether an issuer named in a signature (fingerprint or key id, lower-case hex) is one of its keys.
    pub fn is_named(&self, issuer: &str) -> bool {
        let subkeys = self.whole.public_subkeys.iter().take(limits::OPENPGP_SUBKEYS);
        let ids = subkeys.flat_map(|s| names(&s.key));
        names(&self.whole.primary_key).into_iter().chain(ids).any(|id| id == issuer)
    }

    fn read(whole: SignedPublicKey) -> Self {
        let primary = &whole.primary_key;
        let revoked =
            whole.details.revocation_signatures.iter().take(limits::OPENPGP_SELF_SIGNATURES);
        let revoked = revoked.filter(|s| s.verify_key(primary).is_ok()).count() > 0;
        let mut addresses: Vec<String> = Vec::new();
        for user in whole.details.users.iter().take(limits::CERTIFICATE_ADDRESSES) {
            let own = self_signatures(&whole, &user.signatures, &user.id);
            let of_type = |t| own.iter().any(|s| s.typ() == Some(t));
            if own.is_empty() || of_type(SignatureType::CertRevocation) {
                continue;
            }
            addresses.extend(address(&String::from_utf8_lossy(user.id.id())));
        }
        addresses.sort();
        addresses.dedup();
        OpenPgpKey {
            fingerprint: primary.fingerprint().to_string(),
            created: i64::from(primary.created_at().as_secs()),
            addresses,
            revoked,
            whole,
        }
    }

    /// When the primary key ends by its newest own word, seconds since 1970.
    fn expires(&self) -> Option<i64> {
        let users = self.whole.details.users.iter().take(limits::CERTIFICATE_ADDRESSES);
        let certified = users.flat_map(|u| self_signatures(&self.whole, &u.signatures, &u.id));
        let direct = self.whole.details.direct_signatures.iter();
        let direct = direct.take(limits::OPENPGP_SELF_SIGNATURES);
        let direct = direct.filter(|s| s.verify_key(&self.whole.primary_key).is_ok());
        let newest = certified.chain(direct).max_by_key(|s| s.created().map(|t| t.as_secs()))?;
        end(self.created, newest)
    }

    /// Tries the primary key and its subkeys on a signature.
    pub fn signer(&self, signature: &Signature, text: &[u8]) -> Option<Signer> {
        let made = signature.created().map(|t| i64::from(t.as_secs()));
        let primary = &self.whole.primary_key;
        if signature.verify(primary, text).is_ok() {
            let unfit = self.unfit(made);
            return Some(self.as_signer(self.created, primary.public_params(), unfit));
        }
        let subkeys = self.whole.public_subkeys.iter().take(limits::OPENPGP_SUBKEYS);
        let subkey = subkeys.into_iter().find(|s| signature.verify(&s.key, text).is_ok())?;
        let created = i64::from(subkey.key.created_at().as_secs());
        let unfit = self.unfit(made).or_else(|| self.subkey_unfit(subkey, created, made));
        Some(self.as_signer(created, subkey.key.public_params(), unfit))
    }

    fn as_signer(
        &self,
        created: i64,
        params: &PublicParams,
        unfit: Option<&'static str>,
    ) -> Signer {
        Signer {
            fingerprint: self.fingerprint.clone(),
            addresses: self.addresses.clone(),
            created,
            factored_bits: factored_bits(params),
            unfit,
        }
    }

    fn unfit(&self, made: Option<i64>) -> Option<&'static str> {
        if self.revoked {
            return Some("its holder revoked it");
        }
        out_of_time(self.created, self.expires(), made)
    }

    /// RFC 9580 §10.1.5, §5.2.1: a subkey signs only where both keys say so.
    fn subkey_unfit(
        &self,
        subkey: &SignedPublicSubKey,
        created: i64,
        made: Option<i64>,
    ) -> Option<&'static str> {
        let primary = &self.whole.primary_key;
        let signatures = subkey.signatures.iter().take(limits::OPENPGP_SELF_SIGNATURES);
        let own: Vec<&Signature> =
            signatures.filter(|s| s.verify_subkey_binding(primary, &subkey.key).is_ok()).collect();
        if own.iter().any(|s| s.typ() == Some(SignatureType::SubkeyRevocation)) {
            return Some("its holder revoked the subkey");
        }
        let newest = own.iter().max_by_key(|s| s.created().map(|t| t.as_secs()));
        let Some(newest) = newest else { return Some("the subkey is not bound to it") };
        let back = newest.embedded_signature();
        let is_back =
            back.is_some_and(|s| s.verify_primary_key_binding(&subkey.key, primary).is_ok());
        if !newest.key_flags().sign() || !is_back {
            return Some("the subkey is not bound to it for signing");
        }
        out_of_time(created, end(created, newest), made)
    }
}

fn out_of_time(created: i64, expires: Option<i64>, made: Option<i64>) -> Option<&'static str> {
    let Some(made) = made else { return Some("the signature names no time") };
    if made < created {
        Some("the signature says it is older than its key")
    } else if expires.is_some_and(|end| made >= end) {
        Some("the key had ended when the signature says it was made")
    } else {
        None
    }
}

fn end(created: i64, signature: &Signature) -> Option<i64> {
    let seconds = signature.key_expiration_time()?.as_secs();
    (seconds > 0).then(|| created + i64::from(seconds))
}

/// Fingerprint and key id, lower-case hex.
fn names(key: &impl KeyDetails) -> [String; 2] {
    [key.fingerprint().to_string(), key.legacy_key_id().to_string()]
}

/// The signatures on a user that the key itself made.
fn self_signatures<'a>(
    whole: &SignedPublicKey,
    signatures: &'a [Signature],
    id: &impl Serialize,
) -> Vec<&'a Signature> {
    let primary = &whole.primary_key;
    let own = names(primary);
    let names_it = |s: &Signature| {
        let ids = s.issuer_key_id().into_iter().map(ToString::to_string);
        let prints = s.issuer_fingerprint().into_iter().map(ToString::to_string);
        ids.chain(prints).any(|issuer| own.contains(&issuer))
    };
    let tried = signatures.iter().filter(|s| names_it(s)).take(limits::OPENPGP_SELF_SIGNATURES);
    tried.filter(|s| s.verify_certification(primary, Tag::UserId, id).is_ok()).collect()
}

/// The first number of the key's parameters is the modulus (RSA) or the prime (DSA, Elgamal).
fn factored_bits(params: &PublicParams) -> Option<u32> {
    if !matches!(params, PublicParams::RSA(_) | PublicParams::DSA(_) | PublicParams::Elgamal(_)) {
        return None;
    }
    let bytes = params.to_bytes().ok()?;
    Some(u32::from(u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?])))
}

/// The address of `Name <address>`, or of an address alone.
fn address(user: &str) -> Option<String> {
    let inner = match user.rsplit_once('<') {
        Some((_, rest)) => rest.split('>').next()?,
        None => user,
    };
    let inner = inner.trim().to_lowercase();
    (inner.contains('@') && !inner.contains(char::is_whitespace)).then_some(inner)
}

/// The public keys in armored or binary form, at most [`limits::OPENPGP_KEYS`], and whether something
/// there could not be read.
pub fn read(bytes: &[u8]) -> (Vec<OpenPgpKey>, bool) {
    const BEGIN: &[u8] = b"-----BEGIN PGP PUBLIC KEY BLOCK-----";
    let mut keys = Vec::new();
    let mut unread = bytes.len() > limits::OPENPGP_BYTES;
    let bytes = &bytes[..bytes.len().min(limits::OPENPGP_BYTES)];
    let mut starts = memmem::find_iter(bytes, BEGIN).peekable();
    if starts.peek().is_none() {
        unread |= !packets(bytes, &mut keys);
    }
    for start in starts.take(limits::OPENPGP_KEYS) {
        let plain = dearmored(&bytes[start..]);
        unread |= !plain.is_some_and(|plain| packets(&plain, &mut keys));
    }
    (keys, unread)
}

/// Whether all of it were keys.
fn packets(bytes: &[u8], keys: &mut Vec<OpenPgpKey>) -> bool {
    let Ok(found) = SignedPublicKey::from_bytes_many(bytes) else { return false };
    let mut whole = !bytes.is_empty();
    let mut any = false;
    for key in found.take(limits::OPENPGP_KEYS.saturating_sub(keys.len())) {
        match key {
            Ok(key) => {
                any = true;
                keys.push(OpenPgpKey::read(key));
            }
            Err(_) => whole = false,
        }
    }
    whole && any
}

/// The bytes inside an ASCII armor (RFC 9580 §6.2). The checksum is no evidence and not looked at.
pub fn dearmored(armor: &[u8]) -> Option<Vec<u8>> {
    let options = DearmorOptions::new().set_limit(limits::OPENPGP_BYTES);
    let mut reader = Dearmor::with_options(armor, options);
    reader.read_header().ok()?;
    let mut out = Vec::new();
    reader.take(limits::OPENPGP_BYTES as u64).read_to_end(&mut out).ok()?;
    Some(out)
}

/// The signatures among packets.
pub fn signatures(bytes: &[u8]) -> Vec<Signature> {
    let bytes = &bytes[..bytes.len().min(limits::OPENPGP_BYTES)];
    let packets = PacketParser::new(bytes).take(limits::OPENPGP_PACKETS);
    let found = packets.filter_map(|packet| match packet {
        Ok(Packet::Signature(signature)) => Some(signature),
        _ => None,
    });
    found.take(limits::OPENPGP_KEYS).collect()
}
