//! Lydite: bytes to verdict, as the pipeline does it for every item, and what of that is
//! verification alone.

use std::hint::black_box;

use lydite_core::checks;
use lydite_core::evidence::Finding;
use lydite_core::examine::{Subject, examine};
use lydite_core::fact::Facts;
use lydite_core::parse::{address, date, email};
use lydite_core::signature::{self, Family, Outcome, Signature};
use lydite_core::verdict::decide;

use crate::mails::Mail;
use crate::{Pass, timed};

/// The checks that judge signatures.
const SIGNATURE_CHECKS: [&str; 3] =
    ["email/arc-chain", "email/dkim-signature", "email/x-google-signature"];

pub fn contestant<'a>(mails: &'a [Mail], facts: &'a Facts) -> impl FnMut() -> crate::Outcome<Pass> {
    move || {
        Ok(timed(mails, |mail| {
            let examined = examine(&mail.raw, facts);
            black_box(decide(&examined.findings));
            held(&examined.signatures)
        }))
    }
}

/// What the others do: fields and parts found, all signatures opened, what they earn.
pub fn verification<'a>(
    mails: &'a [Mail],
    facts: &'a Facts,
) -> impl FnMut() -> crate::Outcome<Pass> {
    move || Ok(timed(mails, |mail| verify(&mail.raw, facts)))
}

fn verify(raw: &[u8], facts: &Facts) -> u32 {
    let mail = email::parse(raw);
    let value = |name| mail.field(raw, name).map(|field| field.value.of(raw));
    let from = value("From").map(address::parse).unwrap_or_default();
    let domain = if let [one] = from.list.as_slice() { Some(one.domain.as_str()) } else { None };
    let signatures = signature::open(raw, &mail, domain, facts);
    let date = value("Date").and_then(date::parse);
    let subject = Subject {
        raw,
        mail: &mail,
        from,
        date,
        signatures: &signatures,
        repairs: &[],
        clocks: &[],
        hops: &[],
    };
    let judges = checks::ALL.iter().filter(|check| SIGNATURE_CHECKS.contains(&check.id));
    let findings: Vec<Finding> = judges.flat_map(|check| (check.run)(&subject, facts)).collect();
    black_box(decide(&findings));
    held(&signatures)
}

fn held(signatures: &[Signature]) -> u32 {
    signatures.iter().filter(|s| s.family == Family::Dkim && s.outcome == Outcome::Holds).count()
        as u32
}
