//! The others, given the same keys and no network.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;

use lydite_core::fact::Facts;
use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::DomainKey;
use mail_auth::{
    AuthenticatedMessage, DkimResult, DnsError, Error, MessageAuthenticator, Parameters,
    ResolverCache, Txt,
};
use tokio::runtime::{Builder, Runtime};

use crate::mails::Mail;
use crate::{Outcome, Pass, cpu_seconds};

/// One record per selector, the best first, by its name in DNS: neither of the others takes more.
fn records(facts: &Facts) -> HashMap<String, &str> {
    let mut out = HashMap::new();
    for key in facts.all_keys() {
        let name = format!("{}._domainkey.{}.", key.selector.to_lowercase(), key.domain);
        out.entry(name).or_insert(key.record.as_str());
    }
    out
}

/// Answers every question at once, so that mail-auth never asks DNS.
struct Known(HashMap<Box<str>, Txt>);

impl ResolverCache<Box<str>, Txt> for Known {
    fn get<Q: Hash + Eq + ?Sized>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
    {
        let unknown = || Txt::Error(Error::Dns(DnsError::Resolver("no such record".into())));
        Some(self.0.get(name).cloned().unwrap_or_else(unknown))
    }

    fn remove<Q: Hash + Eq + ?Sized>(&self, _: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
    {
        None
    }

    fn insert(&self, _: Box<str>, _: Txt, _: std::time::Instant) {}
}

/// mail-auth with its verifier, the known records and a runtime of this thread alone.
struct MailAuth {
    runtime: Runtime,
    verifier: MessageAuthenticator,
    known: Known,
}

impl MailAuth {
    fn new(facts: &Facts) -> Outcome<Self> {
        let runtime = Builder::new_current_thread().build()?;
        let verifier = {
            let _inside = runtime.enter();
            MessageAuthenticator::new_cloudflare()?
        };
        let parse = |record: &str| match DomainKey::parse(record.as_bytes()) {
            Ok(key) => Txt::DomainKey(Arc::new(key)),
            Err(error) => Txt::Error(error),
        };
        let known = records(facts).into_iter().map(|(name, r)| (name.into(), parse(r))).collect();
        Ok(MailAuth { runtime, verifier, known: Known(known) })
    }

    /// The result for every `DKIM-Signature`; the ARC set is verified too, as Lydite does.
    async fn verify(&self, mail: &Mail) -> Vec<DkimResult> {
        // `l=` allowed, as Lydite allows it.
        let Some(message) = AuthenticatedMessage::parse_with_opts(mail.crlf(), None, false) else {
            return Vec::new();
        };
        let ask = || Parameters::new(&message).with_txt_cache(&self.known);
        let results = self.verifier.verify_dkim(ask()).await;
        std::hint::black_box(self.verifier.verify_arc(ask()).await);
        results.iter().map(|output| output.result().clone()).collect()
    }
}

pub fn mail_auth<'a>(
    mails: &'a [Mail],
    facts: &Facts,
) -> Outcome<impl FnMut() -> Outcome<Pass> + 'a> {
    let auth = MailAuth::new(facts)?;
    Ok(move || {
        let start = cpu_seconds();
        let holds = auth.runtime.block_on(async {
            let mut holds = Vec::with_capacity(mails.len());
            for mail in mails {
                let results = auth.verify(mail).await;
                holds.push(results.iter().filter(|r| **r == DkimResult::Pass).count() as u32);
            }
            holds
        });
        Ok(Pass { seconds: cpu_seconds() - start, holds })
    })
}

/// What mail-auth says of each mail given, in its own words.
pub fn mail_auth_words(mails: &[&Mail], facts: &Facts) -> Outcome<Vec<String>> {
    let auth = MailAuth::new(facts)?;
    let words = mails.iter().map(|mail| {
        let results = auth.runtime.block_on(auth.verify(mail));
        results.iter().map(|r| format!("{r:?}")).collect::<Vec<_>>().join(", ")
    });
    Ok(words.collect())
}

/// dkimpy in a Python of its own, which reads the mails once and then makes a pass per line that it
/// is sent.
pub fn dkimpy(
    mails: &[Mail],
    facts: &Facts,
    python: &str,
) -> Outcome<impl FnMut() -> Outcome<Pass> + use<>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/dkimpy_pass.py");
    let mut child =
        Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let (Some(mut to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("dkimpy has no pipes".into());
    };
    let records = records(facts);
    writeln!(to, "{} {}", records.len(), mails.len())?;
    for (name, record) in records {
        writeln!(to, "{name}\t{record}")?;
    }
    for mail in mails {
        writeln!(to, "{}", mail.crlf().len())?;
        to.write_all(mail.crlf())?;
    }
    let mut lines = BufReader::new(from).lines();
    Ok(move || {
        writeln!(to, "pass")?;
        to.flush()?;
        let line = lines.next().ok_or("dkimpy ended early")??;
        let mut numbers = line.split(' ');
        let seconds = numbers.next().unwrap_or_default().parse()?;
        Ok(Pass { seconds, holds: numbers.map(str::parse).collect::<Result<_, _>>()? })
    })
}
