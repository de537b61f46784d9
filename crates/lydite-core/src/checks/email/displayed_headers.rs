//! The headers a reader is shown: how many there are of each.
//!
//! ## What it examines
//! From, To, Cc, Date, Subject, Message-ID and the MIME fields of the message's own header; the
//! address in From.
//!
//! ## What it can show
//! That a program can show another From, Date or Subject than the one that was signed: a field
//! stands twice, or From can be read in two ways. Such a mail has no one reading (design rules 8
//! and 18), whatever its signatures say.
//!
//! ## What it cannot show
//! Which of the readings the sender meant, or who added a field.
//!
//! ## How it can be fooled
//! By forms that this reader and its second (`email/second-reading`) both take the same way and a
//! mail program does not.
//!
//! ## References
//! RFC 5322 §3.6 (each at most once); RFC 6376 §8.15; Chen, Paxson, Jiang: Composition Kills,
//! USENIX Security 2020 (espoofer).

use crate::check::{Check, Code, Run, Text};
use crate::evidence::{Claim, Cover, Coverage, Direction, Evidence, Finding, Mark};
use crate::examine::Subject;

pub static CHECK: Check = Check {
    id: "email/displayed-headers",
    version: 1,
    claim: Claim::HeadersAsSent,
    group: "reading",
    since: (1982, 8), // RFC 822
    codes: &[&DISPLAYED, &SECOND_FROM, &REPEATED, &FROM_HAS_TWO_READINGS, &REPEATED_MIME_FIELD],
    wants: |_| Vec::new(),
    run: Run::Mail(|subject, _| run(subject)),
    source: include_str!("displayed_headers.rs"),
};

fn run(subject: &Subject) -> Vec<Finding> {
    let header = Evidence::bytes("header", subject.mail.root.header);
    let mut displayed = DISPLAYED.at(header).covering(present(subject));
    if subject.is_encrypted() {
        displayed = displayed.marked(Mark::Encrypted);
    }
    let mut findings = vec![displayed];
    for name in ["From", "To", "Cc", "Date", "Subject", "Message-ID"] {
        let code = if name == "From" { &SECOND_FROM } else { &REPEATED };
        findings.extend(repeated(subject, name, code));
    }
    for name in ["Content-Type", "Content-Transfer-Encoding", "MIME-Version"] {
        findings.extend(repeated(subject, name, &REPEATED_MIME_FIELD));
    }
    if let Some(from) = subject.mail.field(subject.raw, "From") {
        let mut doubts = subject.from.doubts.clone();
        match subject.from.list.len() {
            0 => doubts.push("no address"),
            1 => {}
            _ => doubts.push("several addresses"),
        }
        if !doubts.is_empty() {
            let finding = FROM_HAS_TWO_READINGS.at(Evidence::bytes("From", from.span));
            findings.push(finding.noting(doubts.join(", ")).marked(Mark::Ambiguous));
        }
    }
    findings
}

fn repeated(subject: &Subject, name: &str, code: &Code) -> Option<Finding> {
    // `From ` with a blank, `From\0` and the like are other names to us and From to some readers.
    let alike = |field: &[u8]| {
        let bare = field.iter().filter(|c| c.is_ascii_graphic()).map(u8::to_ascii_lowercase);
        bare.eq(name.bytes().map(|c| c.to_ascii_lowercase()))
    };
    let fields = subject.mail.root.fields.iter();
    let all: Vec<_> = fields.filter(|f| alike(f.name.of(subject.raw))).collect();
    let (first, others) = all.split_first()?;
    if others.is_empty() {
        return None;
    }
    let mut finding = code.at(Evidence::bytes(name, first.span)).marked(Mark::Ambiguous);
    finding.evidence.extend(others.iter().take(9).map(|f| Evidence::bytes(name, f.span)));
    Some(finding.noting(format!("{name} stands {} times", all.len())))
}

/// What is displayed, nothing of it covered yet.
fn present(subject: &Subject) -> Coverage {
    let of = |name| match subject.mail.field(subject.raw, name) {
        Some(_) => Cover::Uncovered,
        None => Cover::Absent,
    };
    let mime = ["Content-Type", "Content-Transfer-Encoding", "MIME-Version"];
    let has_mime = mime.iter().any(|name| of(name) == Cover::Uncovered);
    let if_any = |any| if any { Cover::Uncovered } else { Cover::Absent };
    Coverage {
        from: of("From"),
        to: of("To"),
        cc: of("Cc"),
        date: of("Date"),
        subject: of("Subject"),
        message_id: of("Message-ID"),
        body: if_any(!subject.mail.root.body.is_empty()),
        reading: if_any(has_mime),
        attachments: if_any(subject.mail.root.has_attachment()),
    }
}

static DISPLAYED: Code = Code {
    check: "email/displayed-headers",
    name: "displayed",
    claim: Claim::HeadersAsSent,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "which displayed headers the mail has",
        fr: "quels en-têtes affichés le message possède",
    },
    innocent: Text { en: "", fr: "" },
};

static SECOND_FROM: Code = Code {
    name: "second-from",
    direction: Direction::Inconclusive,
    meaning: Text {
        en: "From stands more than once: programs show different senders",
        fr: "l’en-tête From figure plusieurs fois : les logiciels montrent des expéditeurs différents",
    },
    innocent: Text {
        en: "broken scripts and mail merges write From twice",
        fr: "des scripts et publipostages défectueux écrivent From deux fois",
    },
    ..DISPLAYED
};

static REPEATED: Code = Code {
    name: "repeated",
    meaning: Text {
        en: "a displayed header stands more than once: programs show different ones",
        fr: "un en-tête affiché figure plusieurs fois : les logiciels n’affichent pas le même",
    },
    innocent: Text {
        en: "some list servers and scripts write To or Subject twice",
        fr: "certains serveurs de listes et scripts écrivent To ou Subject deux fois",
    },
    ..SECOND_FROM
};

static FROM_HAS_TWO_READINGS: Code = Code {
    name: "from-has-two-readings",
    meaning: Text {
        en: "programs can read different addresses out of From",
        fr: "les logiciels peuvent lire des adresses différentes dans From",
    },
    innocent: Text {
        en: "several authors are allowed; old software quotes names badly",
        fr: "plusieurs auteurs sont permis ; d’anciens logiciels citent mal les noms",
    },
    ..SECOND_FROM
};

static REPEATED_MIME_FIELD: Code = Code {
    name: "repeated-mime-field",
    claim: Claim::BodyAsSent,
    meaning: Text {
        en: "a MIME field stands more than once: programs show different bodies",
        fr: "un champ MIME figure plusieurs fois : les logiciels montrent des corps différents",
    },
    innocent: Text {
        en: "gateways add MIME fields without removing the old ones",
        fr: "des passerelles ajoutent des champs MIME sans retirer les anciens",
    },
    ..SECOND_FROM
};
