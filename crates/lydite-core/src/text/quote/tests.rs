use proptest::prelude::*;

use super::*;
use crate::parse::email;

/// The own lines and, per quote: depth, name, address, text.
type Read = (String, Vec<(usize, Option<String>, Option<String>, String)>);

fn join(lines: Vec<&Line>) -> String {
    let text: Vec<&str> = lines.iter().map(|l| l.text.trim()).filter(|t| !t.is_empty()).collect();
    text.join("|")
}

fn told(text: &Text) -> Read {
    let quotes = (0..text.quotes.len()).map(|n| {
        let quote = &text.quotes[n];
        let named = quote.attribution.clone().unwrap_or_default();
        (quote.depth, named.name, named.address, join(text.quoted(n)))
    });
    (join(text.own()), quotes.collect())
}

fn plain(text: &str) -> Read {
    told(&of_plain(text, false))
}

fn one(
    depth: usize,
    name: &str,
    address: &str,
    text: &str,
) -> (usize, Option<String>, Option<String>, String) {
    let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    (depth, some(name), some(address), text.to_owned())
}

#[test]
fn attribution_lines_of_six_languages() {
    for (line, name, address) in [
        (
            "On Fri, May 5, 2017 at 8:35 PM, Ann Li <ann@li.example> wrote:",
            "Ann Li",
            "ann@li.example",
        ),
        (
            "On Fri, May 5, 2017 at 8:35 PM Ann Li via Harbour-list\n<harbour@lists.example> wrote:",
            "Ann Li via Harbour-list",
            "harbour@lists.example",
        ),
        (
            "On Mon, 19 Jul 2021 at 09:30, Ann Li <ann@li.example>\nwrote:",
            "Ann Li",
            "ann@li.example",
        ),
        ("On 05/05/2017 20:35, Ann Li wrote:", "Ann Li", ""),
        ("At 2024-12-14T01:37:16+0100, Ann Li wrote:", "Ann Li", ""),
        ("Ann Li <ann@li.example> writes:", "Ann Li", "ann@li.example"),
        ("* Ann Li:", "Ann Li", ""),
        (
            "Le ven. 5 mai 2017 à 20:35, Anne Li <ann@li.example> a écrit :",
            "Anne Li",
            "ann@li.example",
        ),
        ("Le 05/05/2017 à 20:35, Anne Li a écrit :", "Anne Li", ""),
        ("Am 05.05.2017 um 20:35 schrieb Anna Li:", "Anna Li", ""),
        ("Am Freitag, den 05.05.2017, 20:35 +0200 schrieb Anna Li:", "Anna Li", ""),
        (
            "Anna Li <ann@li.example> schrieb am Fr., 5. Mai 2017, 20:35:",
            "Anna Li",
            "ann@li.example",
        ),
        (
            "El vie, 5 may 2017 a las 20:35, Ana Li (<ann@li.example>) escribió:",
            "Ana Li",
            "ann@li.example",
        ),
        (
            "Il giorno ven 5 mag 2017 alle ore 20:35 Anna Li <ann@li.example> ha scritto:",
            "Anna Li",
            "ann@li.example",
        ),
        ("пт, 5 мая 2017 г. в 20:35, Анна Ли <ann@li.example>:", "Анна Ли", "ann@li.example"),
        ("05.05.2017 20:35, Анна Ли пишет:", "Анна Ли", ""),
        (
            "05.05.2017 20:35 пользователь \"Анна Ли\" <\nann@li.example> написал:",
            "Анна Ли",
            "ann@li.example",
        ),
        ("05.05.2017, 20:35, \"Anna Li\" <ann@li.example>:", "Anna Li", "ann@li.example"),
    ] {
        let (own, quotes) = plain(&format!("Yes.\n\n{line}\n\n> Shall we?\n> Ann\n"));
        assert_eq!(own, "Yes.", "{line}");
        assert_eq!(quotes, [one(1, name, address, "Shall we?|Ann")], "{line}");
    }
}

#[test]
fn blocks_of_fields_of_six_languages() {
    for (block, name) in [
        (
            "-----Original Message-----\nFrom: Ann Li [mailto:ann@li.example]\nSent: Friday, May 5, 2017 8:35 PM\nTo: Bo\nSubject: Pier",
            "Ann Li",
        ),
        (
            "________________________________\nFrom: Ann Li <ann@li.example>\nSent: Friday, May 5, 2017 8:35 PM\nTo: Bo <bo@li.example>;\n Cy <cy@li.example>\nSubject: Pier",
            "Ann Li",
        ),
        (
            "*From:* Ann Li <ann@li.example>\n*Sent:* Friday, May 5, 2017 8:35 PM\n*To:* Bo\n*Subject:* Pier",
            "Ann Li",
        ),
        (
            "-----Message d'origine-----\nDe : Anne Li <ann@li.example>\nEnvoyé : vendredi 5 mai 2017 20:35\nÀ : Bo\nObjet : Pier",
            "Anne Li",
        ),
        (
            "De : Anne Li <ann@li.example>\nEnvoyé : vendredi 5 mai 2017 20:35\nÀ : Bo\nObjet : Pier",
            "Anne Li",
        ),
        (
            "-----Ursprüngliche Nachricht-----\nVon: Anna Li <ann@li.example>\nGesendet: Freitag, 5. Mai 2017 20:35\nAn: Bo\nBetreff: Pier",
            "Anna Li",
        ),
        (
            "De: Ana Li <ann@li.example>\nEnviado el: viernes, 5 de mayo de 2017 20:35\nPara: Bo\nAsunto: Pier",
            "Ana Li",
        ),
        (
            "----- Messaggio originale -----\nDa: \"Anna Li\" <ann@li.example>\nA: \"Bo\" <bo@li.example>\nInviato: Venerdì, 5 maggio 2017 20:35:45\nOggetto: Pier",
            "Anna Li",
        ),
        (
            "От: Анна Ли <ann@li.example>\nОтправлено: 5 мая 2017 г. 20:35\nКому: Bo\nТема: Pier",
            "Анна Ли",
        ),
        (
            "---------- Forwarded message ---------\nFrom: Ann Li <ann@li.example>\nDate: Fri, May 5, 2017 at 8:35 PM\nSubject: Pier\nTo: <bo@li.example>\n",
            "Ann Li",
        ),
        (
            "-------- Forwarded Message --------\nSubject: Pier\nDate: Fri, 5 May 2017 20:35:00 +0200\nFrom: Ann Li <ann@li.example>\nTo: Bo",
            "Ann Li",
        ),
    ] {
        let (own, quotes) = plain(&format!("Yes.\n\n{block}\n\nShall we?\nAnn\n"));
        assert_eq!(own, "Yes.", "{block}");
        assert_eq!(quotes, [one(1, name, "ann@li.example", "Shall we?|Ann")], "{block}");
        let text = of_plain(&format!("Yes.\n\n{block}\n\nShall we?\n"), false);
        let named = text.quotes[0].attribution.clone().unwrap();
        assert_eq!(named.subject.as_deref(), Some("Pier"));
        assert_eq!(named.moments[0].local / 60, 1_494_016_500 / 60, "{named:?}");
    }
}

#[test]
fn quotes_nest_and_answers_stand_between() {
    let (own, quotes) = plain(
        "On 05/05/2017 20:35, Bo Ek wrote:\n> On 04/05/2017 10:00, Ann Li wrote:\n>> Shall we?\n>> Ann\n>\n> We shall.\n\nI doubt it.\n\n> Bo\n>> PS soon\n",
    );
    assert_eq!(own, "I doubt it.");
    assert_eq!(
        quotes,
        [one(1, "Bo Ek", "", "We shall.|Bo"), one(2, "Ann Li", "", "Shall we?|Ann|PS soon")]
    );
    let (_, quotes) = plain(
        "On 05/05/2017 20:35, Bo Ek wrote:\n> a\n\nno\n\nOn 05/05/2017 20:40, Cy Oz wrote:\n> b\n",
    );
    assert_eq!(quotes, [one(1, "Bo Ek", "", "a"), one(1, "Cy Oz", "", "b")]);
}

#[test]
fn outlook_blocks_follow_each_other_deeper() {
    let block = |name: &str, said: &str| {
        format!(
            "\nFrom: {name} <x@li.example>\nSent: Friday, May 5, 2017 8:35 PM\nTo: Bo\nSubject: Pier\n\n{said}\n"
        )
    };
    let text = format!("Top.\n{}{}", block("Ann", "One."), block("Bo", "Two."));
    let (own, quotes) = plain(&text);
    assert_eq!(own, "Top.");
    assert_eq!(
        quotes,
        [one(1, "Ann", "x@li.example", "One."), one(2, "Bo", "x@li.example", "Two.")]
    );
    let (own, quotes) = plain(
        "Begin forwarded message:\n\n> From: Ann Li <ann@li.example>\n> Subject: Pier\n> Date: 5 May 2017 at 20:35:00 CEST\n> To: Bo\n>\n> Shall we?\n",
    );
    assert_eq!((own.as_str(), quotes), ("", vec![one(1, "Ann Li", "ann@li.example", "Shall we?")]));
}

#[test]
fn marks_of_other_kinds() {
    for mark in ["|", "#", "AL>", "}"] {
        let text = format!(
            "On 05/05/2017 20:35, Ann Li wrote:\n\n{mark} Shall we?\n{mark} Soon.\n\nYes.\n\n{mark} > Ann\n"
        );
        let (own, quotes) = plain(&text);
        assert_eq!(own, "Yes.", "{mark}");
        assert_eq!(
            quotes,
            [one(1, "Ann Li", "", "Shall we?|Soon."), one(2, "", "", "Ann")],
            "{mark}"
        );
    }
    let (own, _) = plain("We need, as Ann Li wrote:\n\n# apples\n\nand pears\n");
    assert_eq!(own, "We need, as Ann Li wrote:|# apples|and pears");
}

#[test]
fn what_only_looks_like_a_quote_is_own() {
    for text in [
        "As the minister wrote: nothing.\nNothing more.\n",
        "Please note:\nFrom: the office\nwe close early.\n",
        "a\n>From here on\nb\n",
        "Subject: to change\nDate: open\nText.\n",
    ] {
        assert_eq!(plain(text).1, [], "{text}");
    }
    let (own, quotes) = plain(
        "Yes.\n\nOn Fri, May 5, 2017 at 8:35 PM, Ann Li <ann@li.example> wrote:\n\nShall we?\n",
    );
    assert_eq!(
        (own.as_str(), quotes),
        ("Yes.", vec![one(1, "Ann Li", "ann@li.example", "Shall we?")])
    );
    let footer = "Yes.\n\n-----Original Message-----\nFrom: Ann <ann@li.example>\nSubject: Pier\n\nShall we?\n\n_______________\nHarbour mailing list\n";
    assert_eq!(plain(footer).0, "Yes.|_______________|Harbour mailing list");
}

#[test]
fn pages_of_real_clients() {
    for (page, name, address) in [
        (
            "<div dir=ltr>Yes.</div><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On Fri, May 5, 2017 at 8:35 PM Ann Li &lt;<a href=\"mailto:ann@li.example\">ann@li.example</a>&gt; wrote:<br></div><blockquote class=\"gmail_quote\"><div>Shall we?</div></blockquote></div>",
            "Ann Li",
            "ann@li.example",
        ),
        (
            "Yes.<div class=\"moz-cite-prefix\">Le 05/05/2017 à 20:35, Ann Li a écrit :<br></div><blockquote type=\"cite\" cite=\"mid:x\"><p>Shall we?</p></blockquote>",
            "Ann Li",
            "",
        ),
        (
            "<p>Yes.</p><hr><div id=\"divRplyFwdMsg\"><b>From:</b> Ann Li &lt;ann@li.example&gt;<br><b>Sent:</b> Friday, May 5, 2017 8:35 PM<br><b>To:</b> Bo<br><b>Subject:</b> Pier</div><div>Shall we?</div>",
            "Ann Li",
            "ann@li.example",
        ),
        (
            "<p>Yes.</p><div id=\"divRplyFwdMsg\"><b>Frá:</b> Ann Li &lt;ann@li.example&gt;<br><b>Sent var:</b> föstudagur 5. maí 2017 20:35<br><b>Til einhvers:</b> Bo<br><b>Efni:</b> Pier</div><div><br></div><div>Shall we?</div>",
            "Ann Li",
            "ann@li.example",
        ),
        (
            "<p class=MsoNormal>Yes.</p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>De&nbsp;:</b> Ann Li &lt;ann@li.example&gt; <br><b>Envoyé&nbsp;:</b> vendredi 5 mai 2017 20:35<br><b>À&nbsp;:</b> Bo<br><b>Objet&nbsp;:</b> Pier</p></div><p>Shall we?</p>",
            "Ann Li",
            "ann@li.example",
        ),
        (
            "Yes.<div><br><blockquote type=\"cite\"><div>Am 05.05.2017 um 20:35 schrieb Ann Li &lt;<a href=x>ann@li.example</a>&gt;:</div><br><div>Shall we?</div></blockquote></div>",
            "Ann Li",
            "ann@li.example",
        ),
    ] {
        let (own, quotes) = told(&of_html(page));
        assert_eq!(own.trim_matches('|'), "Yes.", "{page}");
        assert_eq!(quotes, [one(1, name, address, "Shall we?")], "{page}");
    }
}

#[test]
fn plain_text_is_preferred_and_attached_mail_is_left() {
    let raw = b"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\
        Content-Type: text/plain; charset=utf-8; format=flowed\n\none\n > two\n--b\nContent-Type: text/html\n\n<p>one</p>\n--b--\n--o\n\
        Content-Type: message/rfc822\n\nSubject: x\n\nthree\n--o--\n";
    let read = read(raw, &email::parse(raw));
    let main: Vec<_> = read.main().map(|t| (t.section.as_str(), join(t.own()))).collect();
    assert_eq!(main, [("1.1", "one|> two".to_owned())]);
    assert_eq!(read.texts.len(), 2);
}

proptest! {
    #[test]
    fn every_line_has_one_role(
        text in "((> ?){0,3}(On 5 May 2017 20:35, Ann Li wrote:|From: Ann|Sent: 5 May|To: Bo|Subject: x|-----Original Message-----|____________|x y|Begin forwarded message:|\\[\\.\\.\\.\\]|)\n){0,14}"
    ) {
        for text in [of_plain(&text, false), of_plain(&text, true), of_html(&text.replace('\n', "<br>"))] {
            let mut counted = text.own().len();
            for (index, quote) in text.quotes.iter().enumerate() {
                prop_assert!(quote.depth >= 1);
                if let Some(outer) = quote.within {
                    prop_assert_eq!(text.quotes[outer].depth + 1, quote.depth);
                }
                counted += text.quoted(index).len();
            }
            let named = |l: &&Line| matches!(l.role, Role::Attribution(_));
            prop_assert_eq!(counted + text.lines.iter().filter(named).count(), text.lines.len());
        }
    }

    #[test]
    fn any_bytes_give_a_conversation(raw: Vec<u8>) {
        read(&raw, &email::parse(&raw));
    }
}
