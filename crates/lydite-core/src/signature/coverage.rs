//! Which parts of a message a signature speaks for (design rule 8).

use super::message::Message;
use super::{Family, Outcome, Signature};
use crate::evidence::{Cover, Coverage};

/// Coverage of an opened signature: only what its outcome shows to be as signed.
pub fn coverage(message: &Message, signature: &Signature) -> Coverage {
    let headers_hold = matches!(signature.outcome, Outcome::Holds | Outcome::BodyDiffers)
        && signature.family != Family::ArcSeal;
    let field = |name: &str| {
        let present = message.count(name);
        let covered = signature.covered.iter().filter(|c| c.name == name).count();
        match present {
            0 => Cover::Absent,
            _ if headers_hold && covered == present => Cover::Covered,
            _ => Cover::Uncovered,
        }
    };
    let body = body(signature);
    let reading = ["content-type", "content-transfer-encoding", "mime-version"].map(field);
    let names_type = headers_hold
        && (signature.covered.iter().any(|c| c.name == "content-type")
            || signature.oversigned.iter().any(|n| n == "content-type"));
    Coverage {
        from: field("from"),
        to: field("to"),
        cc: field("cc"),
        date: field("date"),
        subject: field("subject"),
        message_id: field("message-id"),
        body,
        // A Content-Type that `h=` does not name may have been taken away.
        reading: match reading {
            [Cover::Absent, Cover::Absent, Cover::Absent] if !names_type => Cover::Absent,
            _ if reading.contains(&Cover::Uncovered) || !names_type => Cover::Uncovered,
            _ => Cover::Covered,
        },
        attachments: if message.has_attachments { body } else { Cover::Absent },
    }
}

/// A body hash proves the body only where the header that carries it holds.
fn body(signature: &Signature) -> Cover {
    if signature.outcome != Outcome::Holds || signature.family == Family::ArcSeal {
        Cover::Uncovered
    } else if signature.tail_bytes == 0 {
        Cover::Covered
    } else if signature.body_length == Some(0) {
        Cover::Uncovered
    } else {
        Cover::Tail
    }
}
