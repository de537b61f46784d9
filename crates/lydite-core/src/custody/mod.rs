//! Custody: what was done with a case, as a log that outsiders can check.
//!
//! The log is a Merkle tree over its entries (RFC 6962), its head a signed checkpoint (C2SP). All of
//! it is plain text that other programs verify; nothing here reads a clock or a file.

pub mod checkpoint;
pub mod entry;
pub mod merkle;
pub mod note;
pub mod sshsig;
pub mod stamp;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Standard base64 (RFC 4648 §4), with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads it; one text for each run of bytes, so that no letter can change unseen.
pub(crate) fn unbase64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// A decimal number without sign or leading zeros.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let is_plain =
        text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain)
}
