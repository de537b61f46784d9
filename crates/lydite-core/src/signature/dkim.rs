//! `DKIM-Signature` (RFC 6376), `X-Google-DKIM-Signature`, and `ARC-Message-Signature`
//! (RFC 8617 §4.1.2), which is the same but for `v=` and `i=`.

use compact_str::CompactString;

use super::canonical::{Canon, relaxed_value};
use super::key::{self, Algorithm, Question};
use super::message::{BodyForm, Message};
use super::tags::{Tags, quoted_printable};
use super::{CannotTell, Covered, Family, NeutralStep, Outcome, Signature, Stop, own_field};
use crate::evidence::Span;
use crate::fact::Facts;
use crate::limits;
use crate::text::hex;

/// What the tags ask for.
struct Stated {
    algorithm: Algorithm,
    header: Canon,
    body: Canon,
    /// `b=` and `bh=`.
    signature: Vec<u8>,
    body_hash: Vec<u8>,
    /// `h=`, lower case.
    names: Vec<CompactString>,
    /// `l=`.
    limit: Option<u64>,
}

/// Opens the signature field at `at`.
pub fn open(
    message: &mut Message,
    facts: &Facts,
    at: usize,
    out: &mut Signature,
) -> Result<(), Stop> {
    let tags = Tags::parse(message.fields[at].value.of(message.raw))?;
    let stated = read(&tags, out)?;
    let (picked, missing) = message.pick(&stated.names, at);
    out.covered = picked.iter().map(|at| Covered::of(message, *at)).collect();
    out.oversigned = missing;

    let name = (out.family == Family::XGoogle).then_some("DKIM-Signature");
    let own = own_field(message, at, &tags, stated.header, name);
    let hash = stated.algorithm.hash();
    let digest = message.header_digest(&picked, stated.header, &own, hash)?;
    out.header_digest = Some(hex(digest.as_ref()));
    compare_copies(message, &tags, out);

    let form = BodyForm { canon: stated.body, hash, limit: stated.limit };
    let body = message.match_body(form, &stated.body_hash)?;
    out.body_hash = Some(hex(body.digest.as_ref()));
    if stated.limit.is_some_and(|l| l > body.pass.length) {
        out.quirk("l= is larger than the body");
    }
    if let (Some(limit), Some(cut)) = (stated.limit, body.pass.cut) {
        out.tail_bytes = body.pass.length.saturating_sub(limit);
        out.tail = Some(Span::new(cut, message.body_end()));
    }

    let answer = key::ask(
        facts,
        &Question {
            domain: &out.domain,
            selector: &out.selector,
            algorithm: stated.algorithm,
            identity: out.identity.as_deref().and_then(|i| i.rsplit_once('@')).map(|(_, d)| d),
            digest: &digest,
            signature: &stated.signature,
            // Headers rarely stay as they were where the body did not.
            may_hold: body.holds,
        },
    );
    let signed = answer.noted_in(out)?;
    out.outcome = match (signed == digest.as_ref(), body.holds) {
        (true, true) => Outcome::Holds,
        (true, false) => Outcome::BodyDiffers,
        (false, true) => Outcome::HeadersDiffer,
        (false, false) => Outcome::BothDiffer,
    };
    let bare_lf =
        body.pass.bare_lf || picked.iter().chain([&at]).any(|at| message.has_bare_lf(*at));
    if out.outcome == Outcome::Holds && bare_lf {
        out.steps.push(NeutralStep::LineEnds);
    }
    out.steps.extend(body.step);
    Ok(())
}

/// The hash of an `a=`, lower case.
pub fn hash_named(algorithm: &str) -> Option<super::Hash> {
    Algorithm::named(algorithm).map(Algorithm::hash)
}

/// Reads the tags into `out`, as far as they can be read, and into what is to be computed.
fn read(tags: &Tags, out: &mut Signature) -> Result<Stated, Stop> {
    let is_arc = out.family == Family::ArcMessage;
    super::common(tags, out);
    if is_arc {
        out.instance = super::arc::instance(tags);
        if out.instance.is_none() {
            return Err(Stop::new(CannotTell::Malformed, "i= is no instance"));
        }
    } else {
        match tags.text("v").as_deref() {
            None => return Err(Stop::new(CannotTell::Malformed, "v= is missing")),
            Some("1") => {}
            Some(_) => return Err(Stop::new(CannotTell::Unsupported, "v= is not 1")),
        }
        identity(tags, out)?;
    }
    let (header, body) = canonicalization(tags, out)?;
    times(tags, out)?;
    out.body_length = tags.number("l").transpose()?;
    let body_hash = tags.base64("bh").transpose()?;
    out.signed_body_hash = body_hash.as_deref().map(hex);
    let names = tags.list("h").unwrap_or_default();
    if names.len() > limits::SIGNED_FIELDS {
        return Err(Stop::new(CannotTell::Bounded, "h= names more fields than the bound"));
    }
    let required = ["a", "b", "bh", "d", "h", "s"];
    if let Some(name) = required.iter().find(|name| tags.get(name).is_none_or(<[u8]>::is_empty)) {
        return Err(Stop::new(CannotTell::Malformed, &format!("{name}= is missing")));
    }
    if !is_arc && !names.iter().any(|name| name == "from") {
        return Err(Stop::new(CannotTell::Malformed, "h= does not name From"));
    }
    if is_arc && names.iter().any(|name| name == "arc-seal") {
        return Err(Stop::new(CannotTell::Malformed, "h= names ARC-Seal"));
    }
    let algorithm = Algorithm::named(&out.algorithm)
        .ok_or_else(|| Stop::new(CannotTell::Unsupported, "a= names an unknown algorithm"))?;
    if tags.list("q").is_some_and(|q| !q.iter().any(|method| method == "dns/txt")) {
        return Err(Stop::new(CannotTell::Unsupported, "q= names an unknown method"));
    }
    Ok(Stated {
        algorithm,
        header,
        body,
        signature: tags.base64("b").transpose()?.unwrap_or_default(),
        body_hash: body_hash.unwrap_or_default(),
        names,
        limit: out.body_length,
    })
}

/// `c=`: header and body, each simple when not given (RFC 6376 §3.5).
fn canonicalization(tags: &Tags, out: &mut Signature) -> Result<(Canon, Canon), Stop> {
    let text = tags.text("c").unwrap_or_default().to_ascii_lowercase();
    let (header, body) = text.split_once('/').unwrap_or((&text, "simple"));
    let header = if header.is_empty() { "simple" } else { header };
    out.canonicalization = format!("{header}/{body}");
    match (Canon::named(header), Canon::named(body)) {
        (Some(header), Some(body)) => Ok((header, body)),
        _ => Err(Stop::new(CannotTell::Unsupported, "c= names an unknown form")),
    }
}

/// `t=` and `x=`. Neither is held against any clock.
fn times(tags: &Tags, out: &mut Signature) -> Result<(), Stop> {
    let seconds = |name| -> Result<Option<i64>, Stop> {
        let number = tags.number(name).transpose()?;
        Ok(number.map(|n| i64::try_from(n).unwrap_or(i64::MAX)))
    };
    out.signed_at = seconds("t")?;
    out.expires = seconds("x")?;
    if let (Some(signed), Some(expires)) = (out.signed_at, out.expires)
        && expires < signed
    {
        out.quirk("x= is before t=");
    }
    Ok(())
}

/// `i=`: its domain must be `d=` or below it (RFC 6376 §3.5, §6.1.1).
fn identity(tags: &Tags, out: &mut Signature) -> Result<(), Stop> {
    out.identity = tags.text("i");
    let Some(identity) = &mut out.identity else {
        return Ok(());
    };
    let Some((local, domain)) = identity.rsplit_once('@') else {
        return Err(Stop::new(CannotTell::Malformed, "i= has no @"));
    };
    let domain = domain.to_ascii_lowercase();
    let below =
        domain.strip_suffix(&out.domain).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'));
    *identity = format!("{local}@{domain}");
    if below { Ok(()) } else { Err(Stop::new(CannotTell::Malformed, "i= is not in d=")) }
}

/// Compares `z=` with the fields as they stand (RFC 6376 §3.5).
fn compare_copies(message: &mut Message, tags: &Tags, out: &mut Signature) {
    let Some(copies) = tags.get("z") else { return };
    for copy in copies.split(|c| *c == b'|').take(limits::TAGS) {
        let Some(colon) = memchr::memchr(b':', copy) else {
            continue;
        };
        let name = String::from_utf8_lossy(copy[..colon].trim_ascii()).to_ascii_lowercase();
        let mut value = Vec::new();
        relaxed_value(&quoted_printable(&copy[colon + 1..]), &mut value);
        let instances: Vec<usize> = message.named(&name).collect();
        let stands = instances.into_iter().any(|at| {
            let field = message.relaxed(at);
            field.get(name.len() + 1..field.len() - 2) == Some(value.as_slice())
        });
        if !stands {
            let text: String =
                String::from_utf8_lossy(&value).chars().take(limits::TABLE_TEXT).collect();
            out.copied_differ.push((name, text));
        }
    }
}
