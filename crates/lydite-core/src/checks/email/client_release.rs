//! The version of the client named, against Date.
//!
//! ## What it examines
//! A version that `X-Mailer` or `User-Agent` states and whose day of release is known, against the
//! topmost Date.
//!
//! ## What it can show
//! That Date lies before the version was in anybody's hands, by more than the margin of its row
//! (betas and candidates go by the same number): the mail was made later than Date says, or the
//! client's name was.
//!
//! ## What it cannot show
//! Anything of versions that are not in the table, or older than Date: old software runs for years.
//!
//! ## How it can be fooled
//! By leaving out the name, or naming an older version.
//!
//! ## References
//! `data/client_releases.tsv`: Mozilla's own dates, source and date in each row.

use crate::check::{Check, Code, Run, Text};
use crate::client;
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::examine::Subject;
use crate::fact::Facts;

pub static CHECK: Check = Check {
    id: "email/client-release",
    version: 1,
    claim: Claim::DateAsStated,
    group: "client",
    since: (2004, 12), // Thunderbird 1.0, the first of the table
    codes: &[&NEWER_THAN_DATE],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _: &Facts| finding(subject).into_iter().collect()),
    source: include_str!("client_release.rs"),
};

fn finding(subject: &Subject) -> Option<Finding> {
    let shown = client::shown(subject.raw, subject.mail);
    let release = client::release(shown.name)?;
    let date = subject.date?;
    let day = date.epoch.div_euclid(86_400);
    let early = i64::from(release.day) - day;
    let field = subject.mail.field(subject.raw, "Date")?;
    let note = format!(
        "{}{} was released {early} days after the stated Date",
        release.client, release.version
    );
    (early > i64::from(release.margin)).then(|| {
        let finding = NEWER_THAN_DATE.at(Evidence::bytes("Date", field.span)).noting(note);
        let named = shown.named_at.unwrap_or(field.span);
        let finding = finding.citing(Evidence::bytes("the client's name", named));
        finding.citing(Evidence::fact(release.id()))
    })
}

static NEWER_THAN_DATE: Code = Code {
    check: "email/client-release",
    name: "newer-than-date",
    claim: Claim::DateAsStated,
    direction: Direction::Contradicts,
    strength: Some(Strength::Weak),
    meaning: Text {
        en: "the version of the client named was released long after the stated date",
        fr: "la version du logiciel nommé est parue longtemps après la date indiquée",
    },
    innocent: Text {
        en: "the sender's clock stood wrong; an old mail or draft was sent again by a newer client that kept its date; the user set the client's name; a version that was handed out before its release",
        fr: "l’horloge de l’expéditeur était déréglée ; un ancien message ou brouillon a été renvoyé par un logiciel plus récent qui a gardé sa date ; l’utilisateur a réglé le nom du logiciel ; une version distribuée avant sa parution",
    },
};
