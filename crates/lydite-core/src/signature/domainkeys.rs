//! `DomainKey-Signature` (RFC 4870), of Yahoo and Gmail from 2004 to 2012.
//!
//! One digest over the fields behind the signature and the body: when it differs, nothing says
//! which of the two does.

use aws_lc_rs::digest::Context;

use super::canonical::Canon;
use super::key::{self, Algorithm, Question};
use super::message::Message;
use super::tags::Tags;
use super::{CannotTell, Covered, Hash, NeutralStep, Outcome, Signature, Stop, canonical};
use crate::fact::Facts;
use crate::text::hex;

/// Opens the signature field at `at`.
pub fn open(
    message: &mut Message,
    facts: &Facts,
    at: usize,
    out: &mut Signature,
) -> Result<(), Stop> {
    let tags = Tags::parse(message.fields[at].value.of(message.raw))?;
    super::common(&tags, out);
    if out.algorithm.is_empty() {
        // RFC 4870 §3.3: the default.
        out.algorithm = "rsa-sha1".to_owned();
    }
    out.canonicalization = tags.text("c").unwrap_or_default().to_ascii_lowercase();
    if let Some(name) =
        ["b", "c", "d", "s"].iter().find(|n| tags.get(n).is_none_or(<[u8]>::is_empty))
    {
        return Err(Stop::new(CannotTell::Malformed, &format!("{name}= is missing")));
    }
    let without_blanks = match out.canonicalization.as_str() {
        "simple" => false,
        "nofws" => true,
        _ => {
            return Err(Stop::new(CannotTell::Unsupported, "c= names an unknown form"));
        }
    };
    if out.algorithm != "rsa-sha1" {
        return Err(Stop::new(CannotTell::Unsupported, "a= names an unknown algorithm"));
    }
    let signature = tags.base64("b").transpose()?.unwrap_or_default();

    // RFC 4870 §3.4: in the order they stand in, all instances, and only behind the signature.
    let names = tags.list("h");
    let is_signed = |at: &usize| {
        let name = message.fields[*at].name.of(message.raw).to_ascii_lowercase();
        names.as_ref().is_none_or(|names| names.iter().any(|n| n.as_bytes() == name))
    };
    let fields: Vec<usize> = (at + 1..message.fields.len()).filter(is_signed).collect();
    out.covered = fields.iter().map(|at| Covered::of(message, *at)).collect();
    message.spend(fields.iter().map(|at| message.fields[*at].span.len()).sum())?;
    message.spend(message.body().len())?;
    let mut context = Context::new(Hash::Sha1.algorithm());
    for at in &fields {
        context.update(&field(message, *at, without_blanks));
    }
    body(message.body(), without_blanks, &mut context);
    let digest = context.finish();
    out.header_digest = Some(hex(digest.as_ref()));

    let question = Question {
        domain: &out.domain,
        selector: &out.selector,
        algorithm: Algorithm::Rsa(Hash::Sha1),
        identity: None,
        digest: &digest,
        signature: &signature,
        may_hold: true,
    };
    let signed = key::ask(facts, &question).noted_in(out)?;
    if signed != digest.as_ref() {
        return Err(CannotTell::OneDigest.into());
    }
    out.outcome = Outcome::Holds;
    if fields.iter().any(|at| message.has_bare_lf(*at)) || canonical::has_bare_lf(message.body()) {
        out.steps.push(NeutralStep::LineEnds);
    }
    Ok(())
}

/// RFC 4870 §3.4.2.1 and §3.4.2.2.
fn field(message: &Message, at: usize, without_blanks: bool) -> Vec<u8> {
    let field = &message.fields[at];
    if !without_blanks {
        return canonical::header(message.raw, field, Canon::Simple);
    }
    let mut out = field.span.of(message.raw).to_vec();
    out.retain(|c| !is_blank(c));
    out.extend_from_slice(b"\r\n");
    out
}

/// The empty line and the body, empty lines at the end left out; an empty body leaves not even the
/// line between.
fn body(text: &[u8], without_blanks: bool, context: &mut Context) {
    let mut empty_lines = 1u64;
    for line in text.split_inclusive(|c| *c == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let mut line = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
        if without_blanks {
            line.retain(|c| !is_blank(c));
        }
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        (0..std::mem::take(&mut empty_lines)).for_each(|_| context.update(b"\r\n"));
        context.update(&line);
        context.update(b"\r\n");
    }
}

fn is_blank(c: &u8) -> bool {
    matches!(c, b' ' | b'\t' | b'\r' | b'\n')
}
