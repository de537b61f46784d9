//! What the checks of people's signatures share: S/MIME and OpenPGP sign a text, not a mail.

use crate::check::{Code, Text};
use crate::evidence::{Claim, Cover, Coverage, Direction, Evidence, Finding, Mark, Span};
use crate::examine::Subject;
use crate::parse::email;
use crate::signature::signed_part::{Form, SignedPart};
use crate::signature::smime::moment;
use crate::text::decode_header;

/// The codes of one such check, by what happened.
pub struct Codes {
    pub holds_supplied_key: &'static Code,
    pub holds_unanchored_key: &'static Code,
    pub holds_part: &'static Code,
    pub holds_other_address: &'static Code,
    pub holds_unfit_key: &'static Code,
    pub holds_weak_key: &'static Code,
    pub key_later: &'static Code,
    pub signed_elsewhen: &'static Code,
}

// Codes that say the same of both kinds of signature.

pub const HOLDS_PART: Code = Code {
    check: "", // each check puts its own
    name: "holds-part",
    claim: Claim::BodyAsSent,
    direction: Direction::Neutral,
    strength: None,
    meaning: Text {
        en: "the signature holds over one part; what stands beside it is not signed",
        fr: "la signature tient sur une partie ; ce qui se trouve à côté n’est pas signé",
    },
    innocent: Text {
        en: "mailing lists and gateways put their footer beside the signed part",
        fr: "listes et passerelles placent leur pied de page à côté de la partie signée",
    },
};

pub const HOLDS_OTHER_ADDRESS: Code = Code {
    name: "holds-other-address",
    meaning: Text {
        en: "the signature holds, and its key does not name the address in From",
        fr: "la signature tient, et sa clé ne nomme pas l’adresse de l’expéditeur",
    },
    innocent: Text {
        en: "people have several addresses; mailing lists put their own into From; an assistant signs",
        fr: "une personne a plusieurs adresses ; des listes mettent la leur en expéditeur ; un assistant signe",
    },
    ..HOLDS_PART
};

pub const HOLDS_WEAK_KEY: Code = Code {
    name: "holds-weak-key",
    meaning: Text {
        en: "the signature holds, with a key that anyone can factor today, or over MD5",
        fr: "la signature tient, avec une clé que chacun peut factoriser aujourd’hui, ou sur MD5",
    },
    innocent: Text {
        en: "both were usual when the mail was sent",
        fr: "les deux étaient courants à l’époque de l’envoi",
    },
    ..HOLDS_PART
};

pub const SIGNED_ELSEWHEN: Code = Code {
    name: "signed-elsewhen",
    claim: Claim::DateAsStated,
    meaning: Text {
        en: "the signature holds, and by its own clock it was made more than a week from Date",
        fr: "la signature tient, et selon sa propre horloge elle date de plus d’une semaine avant ou après la date indiquée",
    },
    innocent: Text {
        en: "a clock was wrong; a signed text was kept as a draft or sent once more",
        fr: "une horloge était déréglée ; un texte signé est resté en brouillon ou a été renvoyé",
    },
    ..HOLDS_PART
};

/// A signature that holds.
pub struct Held<'a> {
    /// `S/MIME signature`.
    pub what: &'static str,
    pub part: &'a SignedPart,
    /// The text that is signed, as it was signed or nearly: a MIME entity, or plain text.
    pub text: Option<&'a [u8]>,
    pub form: Form,
    /// Addresses that the key names.
    pub addresses: &'a [String],
    /// The supplied fact that vouches for the key.
    pub anchor: Option<&'a str>,
    /// What anybody can break today.
    pub broken: Option<&'static str>,
    /// SHA-1 or 1,024 bits.
    pub old: bool,
    /// Why this key should not have made it.
    pub unfit: Option<&'static str>,
    /// The signer's clock, and since when his key says it is, seconds since 1970.
    pub made: Option<i64>,
    pub key_since: i64,
    pub note: String,
}

/// Days that a key may be younger than the Date of a mail signed with it: time zones and a clock put
/// right in between.
const KEY_SLACK: i64 = 2 * 86_400;
/// Seconds between the signer's clock and Date. Both are the same program's; drafts and queues take days.
const TIME_SLACK: i64 = 7 * 86_400;

/// What a signature that holds says: of the text, and of the Date beside it.
pub fn findings(subject: &Subject, held: &Held, codes: &Codes) -> Vec<Finding> {
    let span = held.part.signature;
    let mut out = vec![finding(subject, held, codes, span)];
    let Some(date) = subject.date.map(|d| d.epoch) else { return out };
    let at = |code: &Code| code.at(Evidence::bytes(held.what, span)).citing(date_field(subject));
    if held.key_since - date > KEY_SLACK {
        let note = format!("key of {}, Date {}", moment(held.key_since), moment(date));
        out.push(at(codes.key_later).noting(note));
    } else if held.broken.is_none()
        && let Some(made) = held.made
        && (made - date).abs() > TIME_SLACK
    {
        let note = format!("signed {}, Date {}", moment(made), moment(date));
        out.push(at(codes.signed_elsewhen).noting(note));
    }
    out
}

fn finding(subject: &Subject, held: &Held, codes: &Codes, span: Span) -> Finding {
    let whole = held.part.beside.is_empty();
    let code = if held.broken.is_some() {
        codes.holds_weak_key
    } else if held.unfit.is_some() {
        codes.holds_unfit_key
    } else if !names_from(subject, held.addresses) {
        codes.holds_other_address
    } else if !whole {
        codes.holds_part
    } else if held.anchor.is_some() {
        codes.holds_supplied_key
    } else {
        codes.holds_unanchored_key
    };
    let mut finding = code
        .at(Evidence::bytes(held.what, span))
        .citing(Evidence::bytes("signed part", held.part.signed));
    finding.evidence.extend(held.anchor.map(Evidence::fact));
    finding.note = note(held);
    if std::ptr::eq(code, codes.holds_supplied_key) {
        finding = finding.covering(coverage(subject, held)).marked(Mark::SuppliedKey);
        if held.old {
            finding = finding.marked(Mark::WeakKey);
        }
        if !matches!(held.form, Form::AsFound) {
            finding = finding.marked(Mark::Repaired);
        }
    }
    finding
}

/// Whether the one mailbox of From is among the addresses.
fn names_from(subject: &Subject, addresses: &[String]) -> bool {
    match subject.from.list.as_slice() {
        [one] if subject.from.doubts.is_empty() => {
            let from = one.address.to_lowercase();
            addresses.contains(&from)
        }
        _ => false,
    }
}

fn date_field(subject: &Subject) -> Evidence {
    let field = subject.mail.field(subject.raw, "Date");
    Evidence::bytes("Date", field.map_or_else(Span::default, |f| f.span))
}

fn note(held: &Held) -> String {
    let mut note = held.note.clone();
    if let Some(made) = held.made {
        note.push_str(&format!("; signed {} by its own clock", moment(made)));
    }
    match held.part.section.as_str() {
        "" => note.push_str("; over the body"),
        section => note.push_str(&format!("; over part {section}")),
    }
    if !held.part.beside.is_empty() {
        note.push_str(&format!(", not over {}", listed(&held.part.beside)));
    }
    for words in [held.broken, held.unfit].into_iter().flatten().chain([held.form.note()]) {
        if !words.is_empty() {
            note.push_str(&format!("; {words}"));
        }
    }
    note
}

/// The first few, the rest counted.
pub fn listed(names: &[String]) -> String {
    let shown = names.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > 5 { format!("{shown} and {} more", names.len() - 5) } else { shown }
}

/// The body with its own MIME fields; of the displayed headers only those that stand signed inside too,
/// with equal words (RFC 9788).
fn coverage(subject: &Subject, held: &Held) -> Coverage {
    let inner = held.text.map(|text| (text, email::parse(text)));
    let protected = inner.as_ref().is_some_and(|(text, mail)| {
        let value = mail.field(text, "Content-Type").map(|f| f.value.of(text).to_ascii_lowercase());
        let has = |v: &[u8], word: &[u8]| memchr::memmem::find(v, word).is_some();
        value.is_some_and(|v| has(&v, b"; hp=") || has(&v, b"protected-headers"))
    });
    let of = |name| {
        let Some(outer) = subject.mail.field(subject.raw, name) else { return Cover::Absent };
        let (Some((text, mail)), true) = (&inner, protected) else { return Cover::Uncovered };
        let mut all = mail.fields(text, name).map(|f| decode_header(f.value.of(text)));
        let (first, second) = (all.next(), all.next());
        let equal = first == Some(decode_header(outer.value.of(subject.raw))) && second.is_none();
        if equal { Cover::Covered } else { Cover::Uncovered }
    };
    let has_type = inner.as_ref().is_some_and(|(t, m)| m.field(t, "Content-Type").is_some());
    let attached = inner.as_ref().is_some_and(|(_, m)| m.root.has_attachment());
    Coverage {
        from: of("From"),
        to: of("To"),
        cc: of("Cc"),
        date: of("Date"),
        subject: of("Subject"),
        message_id: of("Message-ID"),
        body: Cover::Covered,
        reading: if has_type { Cover::Covered } else { Cover::Uncovered },
        attachments: if attached { Cover::Covered } else { Cover::Absent },
    }
}
