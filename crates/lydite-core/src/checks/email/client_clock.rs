//! Ids in the form of the client that the mail names, without a time in them.
//!
//! ## What it examines
//! Where `X-Mailer` names Microsoft Outlook or Outlook Express: a `Message-ID` or boundary in the
//! exact form that they write. Where `Message-ID` is Gmail's: a boundary in Gmail's form.
//!
//! ## What it can show
//! That these programs did not write this id: theirs count the time, and this one counts a year
//! before 1990 or after 2100. Kits that send unwanted mail fill the form with chance.
//! Where Date states such a year too, the machine's clock was never set, and nothing is said.
//!
//! ## What it cannot show
//! Who wrote the mail, or that its text is other than sent: the id may be the work of a gateway.
//! Ids in another form than the client's say nothing here, and neither does a missing one.
//!
//! ## How it can be fooled
//! By counting as the program does, or by copying an id that it wrote.
//!
//! ## References
//! Measured: of 218 such ids in the ham of the SpamAssassin corpus and 19 on three lists none is
//! without a time; of 609 in its spam 594 are. MS-DTYP §2.3.3 (FILETIME).

use super::embedded_clock::client;
use crate::check::{Check, Code, Run, Text};
use crate::clock::{Kind, Reading};
use crate::evidence::{Claim, Direction, Evidence, Finding, Strength};
use crate::examine::Subject;
use crate::fact::Facts;

pub static CHECK: Check = Check {
    id: "email/client-clock",
    version: 3,
    claim: Claim::HeadersAsSent,
    // As `email/hop-clock`: who masks the numbers of a dump before it is published spoils both.
    group: "clock",
    since: (1997, 9), // Outlook Express 4.0
    codes: &[&NO_SUCH_TIME],
    wants: |_| Vec::new(),
    run: Run::Mail(run),
    source: include_str!("client_clock.rs"),
};

fn run(subject: &Subject, _: &Facts) -> Vec<Finding> {
    let without_time = subject.clocks.iter().filter(|r| r.at.is_none());
    without_time.filter_map(|reading| finding(subject, reading)).collect()
}

fn finding(subject: &Subject, reading: &Reading) -> Option<Finding> {
    let name = match reading.kind {
        Kind::OutlookId | Kind::NextPart => "X-Mailer",
        Kind::GmailBoundary => "Message-ID",
        _ => return None,
    };
    let field = subject.mail.field(subject.raw, name)?;
    let named = if name == "X-Mailer" {
        client(subject).starts_with("Microsoft Outlook")
    } else {
        field.value.of(subject.raw).trim_ascii_end().ends_with(b"@mail.gmail.com>")
    };
    let at = Evidence::bytes(reading.field.as_str(), reading.span);
    let note = format!("{} in its exact form, without a time", reading.kind.name());
    named.then(|| NO_SUCH_TIME.at(at).citing(Evidence::bytes(name, field.span)).noting(note))
}

static NO_SUCH_TIME: Code = Code {
    check: "email/client-clock",
    name: "no-such-time",
    claim: Claim::HeadersAsSent,
    direction: Direction::Contradicts,
    strength: Some(Strength::Moderate),
    meaning: Text {
        en: "an id has the form of the client named, and holds no time that it could count",
        fr: "un identifiant a la forme de ceux du logiciel nommé, sans contenir une heure possible",
    },
    innocent: Text {
        en: "a gateway or archive put its own id in the same form; ids were masked before publication; other software calls itself by that name",
        fr: "une passerelle ou une archive a mis son propre identifiant de même forme ; des identifiants ont été masqués avant publication ; un autre logiciel se donne ce nom",
    },
};
