//! How replies and forwards repeat the mail they answer, in the ways of their programs.

use crate::moment::Moment;
use crate::people::{Client, Lang};

/// What is repeated, and of whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    pub name: String,
    pub address: String,
    /// The recipients' names.
    pub to: String,
    pub at: Moment,
    pub subject: String,
    /// Lines ending in `\n`, as the quoted mail had them.
    pub text: String,
    pub is_forward: bool,
    /// The answer stands between the paragraphs.
    pub is_between: bool,
}

/// The text of a mail: what its author wrote, and what is repeated above or below it.
pub fn text(client: Client, lang: Lang, own: &str, quoted: Option<&Quoted>) -> String {
    let Some(quoted) = quoted else { return own.to_owned() };
    let marks = !matches!(client, Client::Outlook | Client::Zimbra);
    if quoted.is_between && marks {
        return between(client, lang, own, quoted);
    }
    let block = match quoted.is_forward {
        true => forwarded(client, lang, quoted),
        false => replied(client, lang, quoted),
    };
    // Thunderbird and Roundcube put the answer below.
    match client {
        Client::Thunderbird | Client::Roundcube if !quoted.is_forward => {
            format!("{block}\n\n{own}")
        }
        _ => format!("{own}\n\n{block}"),
    }
}

/// Paragraph by paragraph: what was said, and the answer to it.
fn between(client: Client, lang: Lang, own: &str, quoted: &Quoted) -> String {
    let mut answers = own.split("\n\n");
    // The first paragraph of a letter is its greeting.
    let greeting = answers.next().unwrap_or_default();
    let mut out = String::from(greeting);
    let mut paragraphs = quoted.text.trim_end_matches('\n').split("\n\n");
    let first = Quoted { text: paragraphs.next().unwrap_or_default().to_owned(), ..quoted.clone() };
    out.push_str(&format!("\n\n{}", replied(client, lang, &first)));
    for paragraph in paragraphs {
        out.push_str(&format!("\n\n{}", marked(paragraph)));
        if let Some(answer) = answers.next() {
            out.push_str(&format!("\n\n{answer}"));
        }
    }
    for answer in answers {
        out.push_str(&format!("\n\n{answer}"));
    }
    out
}

/// Every line behind a mark; a line that is a quotation gets no blank between the marks.
pub fn marked(text: &str) -> String {
    let mark = |line: &str| match line {
        "" => ">".to_owned(),
        _ if line.starts_with('>') => format!(">{line}"),
        _ => format!("> {line}"),
    };
    text.trim_end_matches('\n').split('\n').map(mark).collect::<Vec<_>>().join("\n")
}

fn replied(client: Client, lang: Lang, q: &Quoted) -> String {
    let (name, address) = (&q.name, &q.address);
    let body = marked(&q.text);
    let attribution = match (client, lang) {
        (Client::Outlook, _) => return format!("{}\n\n{}", header_block(lang, q), q.text),
        (Client::Thunderbird, Lang::Fr) => {
            format!("Le {} à {}, {name} a écrit :", q.at.day_figures(), q.at.clock())
        }
        (Client::Thunderbird, Lang::En) => {
            format!("On {} {}, {name} wrote:", q.at.day_figures(), q.at.clock())
        }
        (Client::Gmail, Lang::En) => format!(
            "On {} at {}, {name} <{address}> wrote:\n",
            q.at.day_short(),
            q.at.clock_english()
        ),
        (Client::Gmail, Lang::Fr) => format!(
            "Le {} à {}, {name} <{address}> a écrit :\n",
            q.at.day_words(lang),
            q.at.clock()
        ),
        (Client::AppleMail, Lang::En) => {
            let (day, clock) = (q.at.day_words(lang), q.at.clock_english());
            return marked(&format!(
                "On {day}, at {clock}, {name} <{address}> wrote:\n\n{}",
                q.text
            ));
        }
        (Client::AppleMail, Lang::Fr) => {
            let (day, clock) = (q.at.day_words(lang), q.at.clock());
            return marked(&format!(
                "Le {day} à {clock}, {name} <{address}> a écrit :\n\n{}",
                q.text
            ));
        }
        (Client::IPhone, Lang::En) => format!(
            "On {}, at {}, {name} <{address}> wrote:\n",
            q.at.day_words(lang),
            q.at.clock_english()
        ),
        (Client::IPhone, Lang::Fr) => format!(
            "Le {} à {}, {name} <{address}> a écrit :\n",
            q.at.day_words(lang),
            q.at.clock()
        ),
        (Client::Roundcube, Lang::Fr) => {
            format!("Le {} {}, {name} a écrit :", q.at.day_iso(), q.at.clock())
        }
        (Client::Roundcube, Lang::En) => {
            format!("On {} {}, {name} wrote:", q.at.day_iso(), q.at.clock())
        }
        (Client::Zimbra | Client::PhpMailer | Client::Service, _) => {
            return format!("{}\n\n{body}", zimbra_block(lang, q));
        }
    };
    format!("{attribution}\n{body}")
}

fn forwarded(client: Client, lang: Lang, q: &Quoted) -> String {
    let (name, address, to, subject) = (&q.name, &q.address, &q.to, &q.subject);
    let (day, clock) = (q.at.day_words(lang), q.at.clock());
    match (client, lang) {
        (
            Client::Outlook
            | Client::Zimbra
            | Client::Roundcube
            | Client::PhpMailer
            | Client::Service,
            _,
        ) => {
            format!("{}\n\n{}", header_block(lang, q), q.text)
        }
        (Client::Gmail, Lang::Fr) => format!(
            "---------- Message transféré ----------\nDe : {name} <{address}>\nDate : {day} à {clock}\nObjet : {subject}\nÀ : {to}\n\n\n{}",
            q.text
        ),
        (Client::Gmail, Lang::En) => format!(
            "---------- Forwarded message ----------\nFrom: {name} <{address}>\nDate: {} at {}\nSubject: {subject}\nTo: {to}\n\n\n{}",
            q.at.day_short(),
            q.at.clock_english(),
            q.text
        ),
        (Client::Thunderbird, Lang::Fr) => format!(
            "-------- Message transféré --------\nSujet : {subject}\nDate : {}\nDe : {name} <{address}>\nPour : {to}\n\n{}",
            q.at.mail(),
            q.text
        ),
        (Client::Thunderbird, Lang::En) => format!(
            "-------- Forwarded Message --------\nSubject: {subject}\nDate: {}\nFrom: {name} <{address}>\nTo: {to}\n\n{}",
            q.at.mail(),
            q.text
        ),
        (Client::AppleMail | Client::IPhone, Lang::Fr) => format!(
            "Début du message réexpédié :\n\n{}",
            marked(&format!(
                "De: {name} <{address}>\nObjet: {subject}\nDate: {day} à {clock}\nÀ: {to}\n\n{}",
                q.text
            ))
        ),
        (Client::AppleMail | Client::IPhone, Lang::En) => format!(
            "Begin forwarded message:\n\n{}",
            marked(&format!(
                "From: {name} <{address}>\nSubject: {subject}\nDate: {day} at {clock}\nTo: {to}\n\n{}",
                q.text
            ))
        ),
    }
}

/// What Outlook puts above the mail it answers.
fn header_block(lang: Lang, q: &Quoted) -> String {
    let (name, address, to, subject) = (&q.name, &q.address, &q.to, &q.subject);
    let (weekday, day, clock) = (q.at.weekday_word(lang), q.at.day_words(lang), q.at.clock());
    match lang {
        Lang::Fr => format!(
            "-----Message d'origine-----\nDe : {name} [mailto:{address}]\nEnvoyé : {weekday} {day} {clock}\nÀ : {to}\nObjet : {subject}"
        ),
        Lang::En => format!(
            "-----Original Message-----\nFrom: {name} [mailto:{address}]\nSent: {weekday}, {day} {}\nTo: {to}\nSubject: {subject}",
            q.at.clock_english()
        ),
    }
}

fn zimbra_block(lang: Lang, q: &Quoted) -> String {
    let (name, address, to, subject) = (&q.name, &q.address, &q.to, &q.subject);
    let (weekday, day, clock) = (q.at.weekday_word(lang), q.at.day_words(lang), q.at.clock());
    match lang {
        Lang::Fr => format!(
            "----- Mail original -----\nDe: \"{name}\" <{address}>\nÀ: {to}\nEnvoyé: {weekday} {day} {clock}\nObjet: {subject}"
        ),
        Lang::En => format!(
            "----- Original Message -----\nFrom: \"{name}\" <{address}>\nTo: {to}\nSent: {weekday}, {day} {}\nSubject: {subject}",
            q.at.clock_english()
        ),
    }
}

/// The first and last paragraph of a text, what stands between left out, as people shorten.
pub fn trimmed(text: &str) -> String {
    let parts: Vec<&str> = text.trim_end_matches('\n').split("\n\n").collect();
    match parts.as_slice() {
        [first, second, _, .., last] => format!("{first}\n\n{second}\n\n[...]\n\n{last}"),
        [first, second, ..] => format!("{first}\n\n{second}\n\n[...]"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(is_forward: bool) -> Quoted {
        Quoted {
            name: "Anna Morel".to_owned(),
            address: "anna@club.example".to_owned(),
            to: "Luc".to_owned(),
            at: Moment::paris(1_489_479_164),
            subject: "Devis".to_owned(),
            text: "Bonjour,\n\n> plus tôt\nle devis est de 120 euros".to_owned(),
            is_forward,
            is_between: false,
        }
    }

    #[test]
    fn answers_stand_where_their_program_puts_them() {
        let q = quoted(false);
        let below = text(Client::Thunderbird, Lang::Fr, "D'accord.", Some(&q));
        assert_eq!(
            below,
            "Le 14/03/2017 à 09:12, Anna Morel a écrit :\n> Bonjour,\n>\n>> plus tôt\n> le devis est de 120 euros\n\nD'accord."
        );
        let above = text(Client::Outlook, Lang::En, "Fine.", Some(&q));
        assert!(
            above.starts_with("Fine.\n\n-----Original Message-----\nFrom: Anna Morel [mailto:")
        );
        assert!(above.ends_with("le devis est de 120 euros"));
    }

    #[test]
    fn every_program_repeats_every_line() {
        use Client::{AppleMail, Gmail, IPhone, Outlook, Roundcube, Thunderbird, Zimbra};
        for client in [AppleMail, Gmail, IPhone, Outlook, Roundcube, Thunderbird, Zimbra] {
            for (lang, is_forward) in [(Lang::Fr, false), (Lang::En, true)] {
                let all = text(client, lang, "Ja.", Some(&quoted(is_forward)));
                assert!(all.contains("le devis est de 120 euros"), "{client:?} {all}");
                assert!(all.contains("Anna Morel"), "{client:?}");
            }
        }
        let mut q = quoted(false);
        (q.text, q.is_between) = ("Eins.\n\nZwei.\n\nDrei.".to_owned(), true);
        let all = text(Client::Thunderbird, Lang::En, "Hello,\n\nyes.\n\nno.\n\nL.", Some(&q));
        assert!(
            all.ends_with("wrote:\n> Eins.\n\n> Zwei.\n\nyes.\n\n> Drei.\n\nno.\n\nL."),
            "{all}"
        );
        assert_eq!(trimmed("a\n\nb\n\nc\n\nd"), "a\n\nb\n\n[...]\n\nd");
    }
}
