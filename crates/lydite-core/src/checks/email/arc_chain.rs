//! The chain of ARC seals: what relays say they saw when they received the message.
//!
//! ## What it examines
//! The sets i=1…n of `ARC-Seal`, `ARC-Message-Signature` and `ARC-Authentication-Results`
//! (RFC 8617): whether the chain is whole, every seal and the newest message signature hold, and
//! what the sealed results say about the From domain.
//!
//! ## What it can show
//! That a provider on the shipped closed list received this message, saw a signature aligned with
//! the From domain pass, and sealed that statement together with headers and body.
//!
//! ## What it cannot show
//! Anything when the sealer is not on the list: a sealer can write what it likes. Nor who typed
//! the message.
//!
//! ## How it can be fooled
//! A seal covers only ARC headers, so it stays whole when body and headers are replaced; therefore
//! the message signature of the first sealer, which saw the pass, must itself still hold over From
//! and body. A relay may seal after rewriting; only sealers that seal what they received are listed.
//! A pass over a signature that left Subject or the end of the body open says nothing of them:
//! coverage is what both the sealer and the signature it saw cover.
//!
//! ## References
//! RFC 8617 §4.1, §5.2; RFC 8601 §2.7.1 (results for dkim); design rule 12.

use super::signed::{field_name, key_of, speaks_at, wants};
use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Cover, Coverage, Direction, Evidence, Finding, Mark, Strength};
use crate::examine::Subject;
use crate::fact::{Facts, Grade};
use crate::signature::align::organisational_domain;
use crate::signature::arc::{Chain, chain};
use crate::signature::{Alignment, Family, Signature};

pub static CHECK: Check = Check {
    id: "email/arc-chain",
    version: 1,
    claim: Claim::SentByDomain,
    group: "seal",
    since: (2016, 3), // draft-andersen-arc-00
    codes: &[&SEALED_PASS, &SEALED, &INCOMPLETE, &CANNOT_TELL],
    wants: |subject| wants(subject, &[Family::ArcMessage, Family::ArcSeal]),
    run: Run::Mail(run),
    source: include_str!("arc_chain.rs"),
};

fn run(subject: &Subject, facts: &Facts) -> Vec<Finding> {
    let seals = in_order(subject, Family::ArcSeal);
    let messages = in_order(subject, Family::ArcMessage);
    let Some(first) = seals.first().or(messages.first()) else {
        return Vec::new();
    };
    let evidence = Evidence::bytes(field_name(first.family), first.span);
    let (Some(seal), Some(message)) = (seals.last(), messages.last()) else {
        return vec![
            INCOMPLETE.at(evidence).noting("a set lacks its seal or its message signature"),
        ];
    };
    if let Some(gap) = gap(subject, &seals, &messages) {
        return vec![INCOMPLETE.at(evidence).noting(gap)];
    }
    let mut finding = match chain(subject.signatures) {
        Chain::Holds => match lifting(subject, facts, &seals, &messages) {
            Err(why) => SEALED.at(evidence).noting(why).covering(message.coverage),
            Ok(coverage) => SEALED_PASS
                .at(evidence)
                .noting(format!("sealed by {}, which saw an aligned pass", seals[0].domain))
                .covering(coverage),
        },
        Chain::Broken => CANNOT_TELL
            .at(evidence)
            .noting("a seal, or the newest message signature, is over other bytes"),
        Chain::CannotTell | Chain::None => {
            CANNOT_TELL.at(evidence).noting("a seal of the chain has no known key")
        }
    };
    finding.evidence.extend(seal.key.iter().map(Evidence::fact));
    if finding.coverage.is_some() && !message.steps.is_empty() {
        finding = finding.marked(Mark::Repaired);
    }
    let supplied = |s: &Signature| key_of(facts, s).is_some_and(|k| k.grade == Grade::Supplied);
    if seals.iter().chain([message]).any(|s| supplied(s)) {
        finding = finding.marked(Mark::SuppliedKey);
    }
    vec![finding]
}

fn in_order<'a>(subject: &Subject<'a>, family: Family) -> Vec<&'a Signature> {
    let mut all: Vec<_> = subject.signatures.iter().filter(|s| s.family == family).collect();
    all.sort_by_key(|s| s.instance);
    all
}

/// RFC 8617 §5.2: instances run from 1 to n, one of each field; no seal says the chain failed.
fn gap(subject: &Subject, seals: &[&Signature], messages: &[&Signature]) -> Option<String> {
    let results = subject.mail.fields(subject.raw, "ARC-Authentication-Results").count();
    let whole = |sets: &[&Signature]| {
        sets.iter().zip(1..).all(|(s, expected)| s.instance == Some(expected))
    };
    if !whole(seals) || !whole(messages) || seals.len() != messages.len() || results != seals.len()
    {
        return Some("the sets do not run from 1 to n with one field of each kind".to_owned());
    }
    let failed = seals.iter().find(|s| s.cv.as_deref() == Some("fail"))?;
    Some(format!("the seal of {} says the chain had failed", failed.domain))
}

/// What the pass that was sealed speaks for, or which condition of design rule 12 is missing.
fn lifting(
    subject: &Subject,
    facts: &Facts,
    seals: &[&Signature],
    messages: &[&Signature],
) -> Result<Coverage, String> {
    let all = || seals.iter().chain(messages);
    if let Some(s) = all().find(|s| !facts.is_sealer(&s.domain)) {
        return Err(format!("{} is not on the closed list of sealers", s.domain));
    }
    for s in all() {
        let anchored = key_of(facts, s).is_some_and(|key| {
            let seconds = s.signed_at.or(subject.date.map(|d| d.epoch));
            key.private_since.is_none()
                && !matches!(key.grade, Grade::C | Grade::D)
                && speaks_at(facts, s, key, seconds) == Some(true)
        });
        if !anchored || s.key_bits.is_some_and(|bits| bits < 1_024) {
            return Err(format!("the key of {} is not anchored for that time", s.domain));
        }
    }
    // The first sealer is the one that saw the sender's own signature before any relay. A later one
    // vouches that the chain held when it came in, not for what it changed before it sealed.
    if !saw_aligned_pass(subject) {
        return Err("the sealed results show no aligned pass".to_owned());
    }
    let first = messages[0];
    if first.coverage.from != Cover::Covered || first.coverage.body != Cover::Covered {
        return Err("the first message signature does not cover From and the whole body".to_owned());
    }
    let coverage = passed(subject, first);
    coverage
        .ok_or_else(|| "the message signature does not cover the signature that passed".to_owned())
}

/// A pass says no more than the signature that passed: what the aligned DKIM signatures cover of
/// what the sealer's message signature does. They count only where that covers their own fields;
/// else nobody knows which signature passed.
fn passed(subject: &Subject, message: &Signature) -> Option<Coverage> {
    let aligned = subject
        .signatures
        .iter()
        .filter(|s| s.family == Family::Dkim && s.alignment != Alignment::None);
    let mut seen = aligned.peekable();
    seen.peek()?;
    let mut coverage = message.coverage;
    for s in seen {
        if !message.covered.iter().any(|c| c.span == s.span) {
            return None;
        }
        let fields: [(&mut Cover, &str); 6] = [
            (&mut coverage.from, "from"),
            (&mut coverage.to, "to"),
            (&mut coverage.cc, "cc"),
            (&mut coverage.date, "date"),
            (&mut coverage.subject, "subject"),
            (&mut coverage.message_id, "message-id"),
        ];
        for (cover, name) in fields {
            if *cover == Cover::Covered && !s.covered.iter().any(|c| c.name == name) {
                *cover = Cover::Uncovered;
            }
        }
        if s.body_length.is_some() {
            coverage.body = Cover::Uncovered;
        }
        if !s.covered.iter().any(|c| c.name == "content-type") && coverage.reading == Cover::Covered
        {
            coverage.reading = Cover::Uncovered;
        }
    }
    Some(coverage)
}

/// Whether the results sealed as i=1 say `dkim=pass` for a domain aligned with From.
fn saw_aligned_pass(subject: &Subject) -> bool {
    let [from] = subject.from.list.as_slice() else {
        return false;
    };
    let Some(from) = organisational_domain(&from.domain) else {
        return false;
    };
    let fields = subject.mail.fields(subject.raw, "ARC-Authentication-Results");
    let values = fields.map(|f| String::from_utf8_lossy(f.value.of(subject.raw)).to_lowercase());
    let first = values.into_iter().find(|v| {
        let head = v.split(';').next().unwrap_or_default();
        head.split_whitespace().collect::<String>() == "i=1"
    });
    let statement = first.as_deref().and_then(without_comments);
    statement.is_some_and(|s| s.split(';').skip(1).any(|result| passes_for(result, &from)))
}

/// One result, such as `dkim=pass header.i=@example.org header.s=2016`.
fn passes_for(result: &str, from: &str) -> bool {
    let mut words = result.split_whitespace();
    if words.next() != Some("dkim=pass") {
        return false;
    }
    words.any(|word| {
        let domain = word
            .strip_prefix("header.d=")
            .or_else(|| word.strip_prefix("header.i=").and_then(|i| i.rsplit('@').next()));
        domain.and_then(organisational_domain).is_some_and(|domain| domain == from)
    })
}

/// The statement without RFC 5322 comments; None when brackets or quotes stand where a signer
/// could have put them to be misread (`header.d=bank.example(.evil.example`: espoofer, case A4).
fn without_comments(text: &str) -> Option<String> {
    let mut depth = 0usize;
    let mut before = ' ';
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Inside a comment too: a quoted local part may carry its closing bracket.
            '"' | '\'' | '\\' => return None,
            '(' if depth == 0 && !before.is_whitespace() => return None,
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            _ if depth == 0 => out.push(c),
            _ => {}
        }
        before = c;
    }
    (depth == 0).then_some(out)
}

const CHECK_ID: &str = "email/arc-chain";

static SEALED_PASS: Code = Code {
    check: CHECK_ID,
    name: "sealed-pass",
    claim: Claim::SentByDomain,
    direction: Direction::Supports,
    strength: Some(Strength::VeryStrong),
    meaning: Text {
        en: "a listed provider sealed this message and an aligned pass of its From domain",
        fr: "un fournisseur de la liste a scellé ce message et un contrôle aligné réussi du domaine de l’expéditeur",
    },
    innocent: Text { en: "", fr: "" },
};

static SEALED: Code = Code {
    name: "sealed",
    claim: Claim::BodyAsSent,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "the seals hold: the message as the sealer handled it, which lifts nothing more",
        fr: "les sceaux tiennent : le message tel que le relais l’a traité, sans plus",
    },
    ..SEALED_PASS
};

static INCOMPLETE: Code = Code {
    name: "incomplete",
    direction: Direction::Inconclusive,
    strength: None,
    meaning: Text {
        en: "the chain of seals is not whole, or says itself that it failed",
        fr: "la chaîne de sceaux n’est pas entière, ou dit elle-même avoir échoué",
    },
    innocent: Text {
        en: "relays and exports drop header fields; forwarders break earlier sets",
        fr: "relais et exports suppriment des en-têtes ; les renvois cassent les maillons antérieurs",
    },
    ..SEALED_PASS
};

static CANNOT_TELL: Code = Code {
    name: "cannot-tell",
    meaning: Text {
        en: "the chain cannot be opened, or no longer fits the message: evidence of nothing",
        fr: "la chaîne ne s’ouvre pas, ou ne correspond plus au message : aucun enseignement",
    },
    innocent: Text {
        en: "keys rotate; lists and recipients' servers change messages after sealing",
        fr: "les clés changent ; listes et serveurs destinataires modifient les messages scellés",
    },
    ..INCOMPLETE
};

#[cfg(test)]
mod tests {
    use super::{passes_for, without_comments};

    fn passes(result: &str) -> bool {
        without_comments(result).is_some_and(|r| passes_for(&r, "example.org"))
    }

    #[test]
    fn only_an_aligned_dkim_pass_counts() {
        assert!(passes(" dkim=pass (2048 bit) header.i=@mail.example.org header.s=x"));
        assert!(passes(" dkim=pass header.d=example.org"));
        assert!(!passes(" dkim=fail header.d=example.org"));
        assert!(!passes(" spf=pass smtp.mailfrom=example.org"));
        assert!(!passes(" dkim=pass (header.d=example.org) header.d=evil.example"));
    }

    #[test]
    fn what_a_signer_can_smuggle_in_counts_for_nothing() {
        assert!(!passes(" dkim=pass header.d=example.org(.evil.example"));
        assert!(!passes(" dkim=pass header.d=example.org(.evil.example)"));
        assert!(!passes(" dkim=pass header.d=example.org'.evil.example"));
        assert!(!passes(" dkim=pass (x)) header.d=example.org"));
        assert!(!passes(" dkim=pass (of \"a) header.d=example.org (b\"@evil.example)"));
    }
}
