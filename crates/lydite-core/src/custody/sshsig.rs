//! Detached signatures that `ssh-keygen -Y verify` checks (OpenSSH's PROTOCOL.sshsig), Ed25519 only.

use aws_lc_rs::digest;

use super::note::{Signer, verifies};
use super::{base64, unbase64};

const MAGIC: &[u8] = b"SSHSIG";
const KIND: &[u8] = b"ssh-ed25519";
const HASH: &[u8] = b"sha512";
const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----\n";
const END: &str = "-----END SSH SIGNATURE-----\n";
/// Letters of base64 in a line of the armour.
const LINE: usize = 70;

/// Length and bytes (RFC 4251 §5 `string`).
fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    // All strings here are short.
    out.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(bytes);
}

fn strings(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    parts.iter().for_each(|part| string(&mut out, part));
    out
}

fn signed(namespace: &str, message: &[u8]) -> Vec<u8> {
    let hash = digest::digest(&digest::SHA512, message);
    [MAGIC, &strings(&[namespace.as_bytes(), b"", HASH, hash.as_ref()])].concat()
}

/// The public key as it stands in an `authorized_keys` file, without a comment.
pub fn public_key(key: &[u8; 32]) -> String {
    format!("ssh-ed25519 {}", base64(&strings(&[KIND, key])))
}

/// A line of the file that `ssh-keygen -Y verify -f` wants: who, for what, which key.
pub fn allowed_signer(who: &str, namespace: &str, key: &[u8; 32]) -> String {
    format!("{who} namespaces=\"{namespace}\" {}\n", public_key(key))
}

/// The armoured signature of a message.
pub fn sign(signer: &Signer, namespace: &str, message: &[u8]) -> String {
    let signature = signer.bytes(&signed(namespace, message));
    let mut blob = [MAGIC, &1u32.to_be_bytes()].concat();
    let key = strings(&[KIND, &signer.verifier.key]);
    let signature = strings(&[KIND, &signature]);
    blob.extend(strings(&[&key, namespace.as_bytes(), b"", HASH, &signature]));
    let text = base64(&blob);
    let lines = text.as_bytes().chunks(LINE).map(|line| String::from_utf8_lossy(line) + "\n");
    let body: String = lines.collect();
    format!("{BEGIN}{body}{END}")
}

/// Whether the armoured text is this key's signature of the message, written as [`sign`] does.
pub fn is_signature(text: &str, key: &[u8; 32], namespace: &str, message: &[u8]) -> bool {
    let body = text.strip_prefix(BEGIN).and_then(|text| text.strip_suffix(END));
    let Some(body) = body.filter(|body| body.ends_with('\n')) else { return false };
    let lines: Vec<&str> = body.trim_end_matches('\n').split('\n').collect();
    let is_broken = lines.iter().rev().skip(1).any(|line| line.len() != LINE)
        || lines.last().is_none_or(|line| line.is_empty() || line.len() > LINE);
    let Some(blob) = unbase64(&lines.concat()).filter(|_| !is_broken) else { return false };
    let known = strings(&[KIND, key]);
    let mut head = [MAGIC, &1u32.to_be_bytes()].concat();
    head.extend(strings(&[&known, namespace.as_bytes(), b"", HASH]));
    let Some(rest) = blob.strip_prefix(head.as_slice()) else { return false };
    let frame = strings(&[&strings(&[KIND, &[0; 64]])]);
    let (frame, _) = frame.split_at(frame.len() - 64);
    rest.strip_prefix(frame)
        .is_some_and(|signature| verifies(key, &signed(namespace, message), signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custody::note::Use;

    #[test]
    fn every_changed_letter_is_seen() {
        let signer = Signer::new("a", Use::Note, [3; 32]).unwrap();
        let key = signer.verifier.key;
        let text = sign(&signer, "lydite", b"manifest");
        assert!(is_signature(&text, &key, "lydite", b"manifest"));
        assert!(!is_signature(&text, &key, "lydite", b"manifesto"));
        assert!(!is_signature(&text, &key, "file", b"manifest"));
        assert!(!is_signature(&text, &[3; 32], "lydite", b"manifest"));
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let other = String::from_utf8_lossy(&bytes);
            assert!(!is_signature(&other, &key, "lydite", b"manifest"), "letter {at}");
            assert!(!is_signature(&text[..at], &key, "lydite", b"manifest"), "cut at {at}");
        }
    }
}
