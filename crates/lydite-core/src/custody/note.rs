//! Signed notes (c2sp.org/signed-note): text, an empty line, signature lines; and the Ed25519 keys
//! that sign them.
//!
//! A verifier key is written `name+id+base64(type, key)`, a private one with `PRIVATE+KEY+` before
//! it and the seed in place of the key, as golang.org/x/mod/sumdb/note does.

use std::fmt::Write;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::{base64, decimal, unbase64};
use crate::item::Sha256;
use crate::limits;

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The text of a note, as it stands.
    Note,
    /// A checkpoint as somebody else saw it, with the time (c2sp.org/tlog-cosignature).
    Cosignature,
}

impl Use {
    /// Type byte of the signed-note specification.
    fn byte(self) -> u8 {
        match self {
            Use::Note => 1,
            Use::Cosignature => 4,
        }
    }
}

/// A public key, its name and what it signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    pub name: String,
    pub of: Use,
    pub key: [u8; 32],
}

/// One signature line: who says to have signed, and the bytes behind the key's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub name: String,
    pub id: u32,
    pub bytes: Vec<u8>,
}

/// A text with its signatures, none of them verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// With its last line end.
    pub text: String,
    pub signatures: Vec<Signature>,
}

/// Whether a text can be a key's name.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

impl Verifier {
    /// The id that stands before each of its signatures.
    pub fn id(&self) -> u32 {
        let mut text = format!("{}\n", self.name).into_bytes();
        text.push(self.of.byte());
        text.extend(self.key);
        let [a, b, c, d, ..] = Sha256::of(&text).0;
        u32::from_be_bytes([a, b, c, d])
    }

    /// `name+id+base64`.
    pub fn text(&self) -> String {
        let key = [&[self.of.byte()], &self.key[..]].concat();
        format!("{}+{:08x}+{}", self.name, self.id(), base64(&key))
    }

    /// None if it is no verifier key, of another type, or its id is not its own.
    pub fn parse(text: &str) -> Option<Verifier> {
        let (name, of, key) = parse_key(text)?;
        let verifier = Verifier { name, of, key };
        (verifier.text() == text).then_some(verifier)
    }

    /// Whether this is a signature of this key over the text. For a cosignature, see [`Self::seen_at`].
    pub fn opens(&self, text: &str, signature: &Signature) -> bool {
        match self.of {
            Use::Note => self.verifies(text.as_bytes(), signature, &signature.bytes),
            Use::Cosignature => self.seen_at(text, signature).is_some(),
        }
    }

    /// When a cosigner says it saw the text, in seconds since 1970; None if the signature is not of
    /// this key over this text.
    pub fn seen_at(&self, text: &str, signature: &Signature) -> Option<u64> {
        let (time, bytes) = signature.bytes.split_first_chunk::<8>()?;
        let time = u64::from_be_bytes(*time);
        let is_meant = self.of == Use::Cosignature;
        let holds = self.verifies(cosigned(time, text).as_bytes(), signature, bytes);
        (is_meant && holds).then_some(time)
    }

    fn verifies(&self, message: &[u8], signature: &Signature, bytes: &[u8]) -> bool {
        signature.name == self.name
            && signature.id == self.id()
            && verifies(&self.key, message, bytes)
    }
}

/// Whether these are the 64 bytes of an Ed25519 signature over the message (RFC 8032).
pub fn verifies(key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok()
}

/// What a cosigner signs.
fn cosigned(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

fn parse_key(text: &str) -> Option<(String, Use, [u8; 32])> {
    let mut parts = text.splitn(3, '+');
    let (name, id, key) = (parts.next()?, parts.next()?, parts.next()?);
    if !is_name(name) || id.len() != 8 {
        return None;
    }
    let bytes = unbase64(key)?;
    let (of, key) = bytes.split_first()?;
    let of = [Use::Note, Use::Cosignature].into_iter().find(|known| known.byte() == *of)?;
    Some((name.to_owned(), of, key.try_into().ok()?))
}

/// A key pair with its name.
pub struct Signer {
    pub verifier: Verifier,
    seed: [u8; 32],
    pair: Ed25519KeyPair,
}

const PRIVATE: &str = "PRIVATE+KEY+";

impl Signer {
    /// None if `name` cannot be a key's name. The seed must be random.
    pub fn new(name: &str, of: Use, seed: [u8; 32]) -> Option<Signer> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).ok()?;
        let key = pair.public_key().as_ref().try_into().ok()?;
        let verifier = Verifier { name: name.to_owned(), of, key };
        is_name(name).then_some(Signer { verifier, seed, pair })
    }

    /// `PRIVATE+KEY+name+id+base64`: to be kept secret.
    pub fn text(&self) -> String {
        let Verifier { name, of, .. } = &self.verifier;
        let seed = [&[of.byte()], &self.seed[..]].concat();
        format!("{PRIVATE}{name}+{:08x}+{}", self.verifier.id(), base64(&seed))
    }

    /// None if it is no private key, of another type, or its id is not its own.
    pub fn parse(text: &str) -> Option<Signer> {
        let (name, of, seed) = parse_key(text.strip_prefix(PRIVATE)?)?;
        let signer = Signer::new(&name, of, seed)?;
        (signer.text() == text).then_some(signer)
    }

    /// The signature of a text; of a cosigner, one that says it saw the text at `time`, in seconds
    /// since 1970.
    pub fn sign(&self, text: &str, time: u64) -> Signature {
        let bytes = match self.verifier.of {
            Use::Note => self.bytes(text.as_bytes()).to_vec(),
            Use::Cosignature => {
                let signature = self.bytes(cosigned(time, text).as_bytes());
                [&time.to_be_bytes()[..], &signature].concat()
            }
        };
        Signature { name: self.verifier.name.clone(), id: self.verifier.id(), bytes }
    }

    /// The 64 bytes of a signature over any message (RFC 8032).
    pub fn bytes(&self, message: &[u8]) -> [u8; 64] {
        let mut out = [0; 64];
        out.copy_from_slice(self.pair.sign(message).as_ref());
        out
    }
}

impl Note {
    /// Says why the bytes are no signed note.
    pub fn parse(bytes: &[u8]) -> Result<Note, &'static str> {
        if bytes.len() > limits::NOTE_BYTES {
            return Err("longer than a note may be");
        }
        let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8")?;
        if text.contains(|c: char| c < ' ' && c != '\n') {
            return Err("holds control characters");
        }
        let cut = text.rfind("\n\n").ok_or("no empty line before the signatures")?;
        let (text, lines) = (&text[..=cut], &text[cut + 2..]);
        let lines = lines.strip_suffix('\n').ok_or("the last line has no end")?;
        let signatures: Option<Vec<_>> = lines.split('\n').map(Signature::parse).collect();
        let signatures = signatures.ok_or("a signature line that is none")?;
        if signatures.len() > limits::NOTE_SIGNATURES {
            return Err("more signatures than a note may have");
        }
        Ok(Note { text: text.to_owned(), signatures })
    }

    /// As it is written.
    pub fn text(&self) -> String {
        let mut out = format!("{}\n", self.text);
        for signature in &self.signatures {
            let bytes = [&signature.id.to_be_bytes()[..], &signature.bytes].concat();
            // Writing to a string cannot fail.
            let _ = writeln!(out, "— {} {}", signature.name, base64(&bytes));
        }
        out
    }

    /// The signature of this key over the text, if it is there.
    pub fn opened_by(&self, verifier: &Verifier) -> Option<&Signature> {
        self.signatures.iter().find(|signature| verifier.opens(&self.text, signature))
    }
}

impl Signature {
    fn parse(line: &str) -> Option<Signature> {
        let (name, bytes) = line.strip_prefix("— ")?.split_once(' ')?;
        let bytes = unbase64(bytes)?;
        let (id, bytes) = bytes.split_first_chunk::<4>()?;
        let id = u32::from_be_bytes(*id);
        (is_name(name) && !bytes.is_empty()).then(|| Signature {
            name: name.to_owned(),
            id,
            bytes: bytes.to_vec(),
        })
    }
}

/// The proof that one log grew out of another state of it, for a cosigner: the body of a request of
/// c2sp.org/tlog-witness.
pub struct Growth {
    pub old: u64,
    pub proof: Vec<Sha256>,
    /// The checkpoint it leads to.
    pub note: Note,
}

impl Growth {
    pub fn text(&self) -> String {
        format!("old {}\n{}\n{}", self.old, hashes(&self.proof), self.note.text())
    }

    pub fn parse(bytes: &[u8]) -> Result<Growth, &'static str> {
        let (head, note) = head_and_note(bytes)?;
        let (first, rest) = head.split_once('\n').ok_or("no first line")?;
        let old = first.strip_prefix("old ").and_then(decimal).ok_or("no line `old N`")?;
        let proof = parse_hashes(rest).ok_or("a line that is no hash")?;
        Ok(Growth { old, proof, note })
    }
}

const PROOF: &str = "c2sp.org/tlog-proof@v1\n";

/// The proof that an entry stands in a log (c2sp.org/tlog-proof).
pub struct Inclusion {
    pub index: u64,
    pub proof: Vec<Sha256>,
    pub note: Note,
}

impl Inclusion {
    pub fn text(&self) -> String {
        format!("{PROOF}index {}\n{}\n{}", self.index, hashes(&self.proof), self.note.text())
    }

    pub fn parse(bytes: &[u8]) -> Result<Inclusion, &'static str> {
        let (head, note) = head_and_note(bytes)?;
        let head = head.strip_prefix(PROOF).ok_or("no first line `c2sp.org/tlog-proof@v1`")?;
        let head = match head.split_once('\n') {
            Some((first, rest)) if first.starts_with("extra ") => rest,
            _ => head,
        };
        let (first, rest) = head.split_once('\n').ok_or("no line `index N`")?;
        let index = first.strip_prefix("index ").and_then(decimal).ok_or("no line `index N`")?;
        let proof = parse_hashes(rest).ok_or("a line that is no hash")?;
        Ok(Inclusion { index, proof, note })
    }
}

/// What stands before the first empty line, with its last line end, and the note behind it.
fn head_and_note(bytes: &[u8]) -> Result<(&str, Note), &'static str> {
    let cut = bytes.windows(2).position(|two| two == b"\n\n").ok_or("no empty line")?;
    let head = std::str::from_utf8(&bytes[..=cut]).map_err(|_| "not UTF-8")?;
    Ok((head, Note::parse(&bytes[cut + 2..])?))
}

fn hashes(all: &[Sha256]) -> String {
    all.iter().map(|hash| base64(&hash.0) + "\n").collect()
}

fn parse_hashes(text: &str) -> Option<Vec<Sha256>> {
    text.lines().map(|line| Some(Sha256(unbase64(line)?.try_into().ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // The example of golang.org/x/mod/sumdb/note.
    const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const PETER_PRIVATE: &str =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const SAYING: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp\
        RZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_published_note_opens_and_is_signed_again_to_the_letter() {
        let note = Note::parse(SAYING.as_bytes()).unwrap();
        let verifier = Verifier::parse(PETER).unwrap();
        assert!(note.opened_by(&verifier).is_some());
        let signer = Signer::parse(PETER_PRIVATE).unwrap();
        assert_eq!(signer.verifier, verifier);
        let signatures = vec![signer.sign(&note.text, 0)];
        assert_eq!(Note { text: note.text, signatures }.text(), SAYING);
    }

    #[test]
    fn every_changed_bit_of_a_note_or_key_is_seen() {
        let verifier = Verifier::parse(PETER).unwrap();
        for at in 0..SAYING.len() * 8 {
            let mut bytes = SAYING.as_bytes().to_vec();
            bytes[at / 8] ^= 1 << (at % 8);
            let opened = Note::parse(&bytes).is_ok_and(|n| n.opened_by(&verifier).is_some());
            assert!(!opened, "bit {at}");
        }
        for at in 0..PETER.len() * 8 {
            let mut bytes = PETER.as_bytes().to_vec();
            bytes[at / 8] ^= 1 << (at % 8);
            let text = String::from_utf8_lossy(&bytes);
            assert!(Verifier::parse(&text).is_none(), "bit {at}");
        }
    }

    #[test]
    fn keys_of_other_shapes_are_refused() {
        // Cases of golang.org/x/mod/sumdb/note's own tests.
        for bad in [
            "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3",
            "",
        ] {
            assert!(Verifier::parse(bad).is_none(), "{bad}");
            assert!(Signer::parse(&format!("{PRIVATE}{bad}")).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_cosignature_binds_its_time() {
        let signer = Signer::new("witness.example/w1", Use::Cosignature, [7; 32]).unwrap();
        let verifier = Verifier::parse(&signer.verifier.text()).unwrap();
        let signature = signer.sign("log\n1\nx\n", 1_679_315_147);
        assert_eq!(verifier.seen_at("log\n1\nx\n", &signature), Some(1_679_315_147));
        assert_eq!(verifier.seen_at("log\n2\nx\n", &signature), None);
        for at in 0..signature.bytes.len() {
            let mut other = signature.clone();
            other.bytes[at] ^= 1;
            assert!(!verifier.opens("log\n1\nx\n", &other), "byte {at}");
        }
        let plain = Verifier { of: Use::Note, ..verifier };
        assert!(!plain.opens("log\n1\nx\n", &signature));
    }

    #[test]
    fn proofs_come_back() {
        let note = Note::parse(SAYING.as_bytes()).unwrap();
        let proof = vec![Sha256::of(b"a"), Sha256::of(b"b")];
        for proof in [proof, Vec::new()] {
            let one = Inclusion { index: 5, proof: proof.clone(), note: note.clone() };
            let back = Inclusion::parse(one.text().as_bytes()).unwrap();
            assert_eq!((back.index, &back.proof, &back.note), (5, &proof, &note));
            let one = Growth { old: 3, proof: proof.clone(), note: note.clone() };
            let back = Growth::parse(one.text().as_bytes()).unwrap();
            assert_eq!((back.old, back.proof, back.note), (3, proof, note.clone()));
        }
        // With the line that applications may add.
        let text = format!("{PROOF}extra YQ==\nindex 0\n\n{SAYING}");
        assert_eq!(Inclusion::parse(text.as_bytes()).unwrap().index, 0);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, text in "(— [a-z]{0,3} [A-Za-z=]{0,9}\n|\n|old 1\n)*") {
            for bytes in [bytes.as_slice(), text.as_bytes()] {
                if let Ok(note) = Note::parse(bytes) {
                    let text = note.text();
                    prop_assert_eq!(text.as_bytes(), bytes);
                }
                let _ = (Growth::parse(bytes).is_ok(), Inclusion::parse(bytes).is_ok());
            }
        }
    }
}
