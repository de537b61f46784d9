//! Copies inside the dump and reference copies from outside (`joins/{copies,same_id,reference}.rs`).

use lydite_lab::letter::{Letter, typed};
use lydite_lab::mail::{Encoding, Mail, Part, multipart};
use lydite_lab::moment::DAY;

use super::stage::{ANNA, BRUNO, Context, GRACE, ITEM, OTTO, Side, Stage, TESS, TEXT};
use super::{Scenario, scenario};

pub const ALL: &[Scenario] = &[
    scenario("two-planted-copies", "sent-by-domain", two_planted_copies),
    scenario("copy-with-another-figure", "body-as-sent", copy_with_another_figure),
    scenario("copy-that-hides-a-part", "body-as-sent", copy_that_hides_a_part),
    scenario("copy-in-another-container", "body-as-sent", copy_of_related_parts),
    scenario("copy-with-pictures-exchanged", "body-as-sent", copy_with_pictures_exchanged),
    scenario("copy-with-a-form-more", "body-as-sent", copy_with_a_form_more),
    scenario(
        "copy-with-another-attached-sender",
        "body-as-sent",
        copy_with_another_attached_sender,
    ),
    scenario("copy-in-unread-letters", "body-as-sent", copy_in_unread_letters),
    Scenario {
        item_may: true,
        ..scenario("sent-from-the-opened-account", "date-as-stated", sent_from_the_opened_account)
    },
    scenario("real-mail-sent-again-changed", "sent-by-domain", real_mail_sent_again_changed),
    scenario("real-mail-quoted-changed", "body-as-sent", real_mail_quoted_changed),
    scenario("reference-made-after", "body-as-sent", reference_made_after),
    scenario("reference-without-a-stated-day", "body-as-sent", reference_without_a_stated_day),
    scenario("reference-of-one-mail", "body-as-sent", reference_of_one_mail),
    scenario("reference-stamped-after", "body-as-sent", reference_stamped_after),
    scenario("reference-of-other-bytes", "body-as-sent", reference_of_other_bytes),
];

fn plain(stage: &mut Stage, day: i64) -> Letter {
    stage.letter(OTTO, &[ANNA], day, "Transfer", TEXT)
}

/// Equal, in two mailboxes, both planted; in the twin one of them is signed.
fn two_planted_copies(stage: &mut Stage, side: Side) -> &'static str {
    stage.key("bank.example", "s1", "bank", 2_048);
    let letter = plain(stage, -5);
    let other = side.or(letter.mail(), stage.signed(&letter));
    stage.plant("bruno/copy.eml", &other);
    stage.item(side, &letter.mail());
    ITEM
}

fn copy_with_another_figure(stage: &mut Stage, side: Side) -> &'static str {
    stage.key("bank.example", "s1", "bank", 2_048);
    let mut letter = plain(stage, -5);
    stage.put("bruno/copy.eml", &stage.signed(&letter));
    letter.own = side.or(TEXT.replace("40,000", "90,000"), TEXT.to_owned());
    stage.item(side, &letter.mail());
    ITEM
}

/// The letter with parts of the types, names and contents given.
fn with_parts(letter: &Letter, kind: &str, parts: &[(&str, &str, &str)]) -> Mail {
    let part = |(kind, name, text): &(&str, &str, &str)| {
        let (fields, content) = typed(kind, Encoding::EightBit, text);
        let mut header: Vec<String> = fields.iter().map(|(n, v)| format!("{n}: {v}")).collect();
        header.push(format!("Content-ID: <{name}>"));
        Part { header: header.join("\r\n"), content }
    };
    let mut mail: Mail = letter.mail();
    mail.remove("Content-Type");
    mail.remove("Content-Transfer-Encoding");
    let boundary = &letter.marks.boundary;
    mail.add("Content-Type", format!("multipart/{kind};\r\n boundary=\"{boundary}\""));
    mail.body = multipart(boundary, &parts.iter().map(part).collect::<Vec<_>>());
    mail
}

/// A signed mail, and a copy of it.
fn copied(
    stage: &mut Stage,
    side: Side,
    letter: &Letter,
    mut signed: Mail,
    copy: &Mail,
) -> &'static str {
    stage.key("bank.example", "s1", "bank", 2_048);
    stage.sign(&mut signed, "bank.example", "s1", Some(letter.at.epoch + 1), None);
    stage.put("bruno/copy.eml", &signed);
    stage.item(side, copy);
    ITEM
}

/// The signed mail shows two texts, one below the other; the copy calls them parts of another kind.
fn called(stage: &mut Stage, side: Side, kind: &str) -> &'static str {
    let letter = plain(stage, -5);
    let parts = [("text/plain", "a", "None of this is decided."), ("text/plain", "b", TEXT)];
    let signed = with_parts(&letter, "mixed", &parts);
    copied(stage, side, &letter, signed, &with_parts(&letter, side.or(kind, "mixed"), &parts))
}

/// Two forms of one text, of which programs show one.
fn copy_that_hides_a_part(stage: &mut Stage, side: Side) -> &'static str {
    called(stage, side, "alternative")
}

/// A page and what it shows: programs show the first.
fn copy_of_related_parts(stage: &mut Stage, side: Side) -> &'static str {
    called(stage, side, "related")
}

/// The page shows each picture where the other one was.
fn copy_with_pictures_exchanged(stage: &mut Stage, side: Side) -> &'static str {
    let letter = plain(stage, -5);
    let page = "Paid: <img src=\"cid:a\"><br>Owed: <img src=\"cid:b\">";
    let shaped = |a: &str, b: &str| {
        let parts =
            [("text/html", "page", page), ("image/png", a, "10,000"), ("image/png", b, "2")];
        with_parts(&letter, "related", &parts)
    };
    let (a, b) = side.or(("b", "a"), ("a", "b"));
    copied(stage, side, &letter, shaped("a", "b"), &shaped(a, b))
}

/// Two forms of a letter and a text below; the copy calls that the third form, which programs show instead.
fn copy_with_a_form_more(stage: &mut Stage, side: Side) -> &'static str {
    let letter = plain(stage, -5);
    let shaped = |inside: bool| {
        let [first, second, below] = ["plain", "rich", "below"].map(|name| {
            format!("Content-Type: text/plain\r\nContent-ID: <{name}>\r\n\r\n{TEXT} {name}\r\n")
        });
        let forms = format!("--f\r\n{first}\r\n--f\r\n{second}\r\n");
        let (inner, outer) = if inside {
            (format!("{forms}--f\r\n{below}\r\n--f--\r\n"), String::new())
        } else {
            (format!("{forms}--f--\r\n"), format!("--o\r\n{below}\r\n"))
        };
        let mut mail: Mail = letter.mail();
        mail.remove("Content-Type");
        mail.remove("Content-Transfer-Encoding");
        mail.add("Content-Type", "multipart/mixed; boundary=o".to_owned());
        let kind = "Content-Type: multipart/alternative; boundary=f";
        mail.body = format!("--o\r\n{kind}\r\n\r\n{inner}{outer}--o--\r\n").into_bytes();
        mail
    };
    copied(stage, side, &letter, shaped(false), &shaped(side == Side::Attack))
}

fn copy_with_another_attached_sender(stage: &mut Stage, side: Side) -> &'static str {
    let letter = plain(stage, -5);
    let shaped = |who: &str| {
        let inner = format!("From: {who} <{who}@city.example>\nSubject: Offer\n\nWe pay.");
        let parts = [("text/plain", "a", TEXT), ("message/rfc822", "b", inner.as_str())];
        with_parts(&letter, "mixed", &parts)
    };
    copied(stage, side, &letter, shaped("karl"), &shaped(side.or("mayor", "karl")))
}

/// Eight-bit letters without a charset: programs show them by the one they guess.
fn copy_in_unread_letters(stage: &mut Stage, side: Side) -> &'static str {
    let letter = plain(stage, -5);
    let shaped = |said: &[u8]| {
        let mut mail: Mail = letter.mail();
        mail.remove("Content-Type");
        mail.remove("Content-Transfer-Encoding");
        mail.add("Content-Type", "text/plain".to_owned());
        mail.add("Content-Transfer-Encoding", "8bit".to_owned());
        mail.body = [said, b"\r\n"].concat();
        mail
    };
    let (agreed, refused) =
        (b"\xd1\xee\xe3\xeb\xe0\xf1\xe5\xed", b"\xce\xf2\xea\xe0\xe7\xe0\xed\xee");
    copied(stage, side, &letter, shaped(agreed), &shaped(side.or(refused, agreed)))
}

/// Under a Date before the break-in; the server writes no time. In the twin it does.
fn sent_from_the_opened_account(stage: &mut Stage, side: Side) -> &'static str {
    let letter = stage.letter(ANNA, &[BRUNO], -9, "Transfer", TEXT);
    let time = side.or(None, Some(letter.at.epoch + 1));
    stage.plant("bruno/copy.eml", &letter.mail());
    stage.item(side, &stage.signed_as(&letter, time));
    ITEM
}

/// The opened account sends a changed text under the id, the Date and to the recipient of a real mail,
/// whose stored copy nobody signed: the real one must not be accused. The twin is the mail as it was sent.
fn real_mail_sent_again_changed(stage: &mut Stage, side: Side) -> &'static str {
    let mut letter = stage.letter(ANNA, &[BRUNO], -9, "Transfer", TEXT);
    let stored = letter.mail();
    letter.own = side.or(TEXT.replace("40,000", "90,000"), TEXT.to_owned());
    let again = stage.signed_as(&letter, None);
    stage.plant("bruno/again.eml", &again);
    stage.put(ITEM, &stored);
    ITEM
}

/// An account of the attacker's answers a real mail and repeats it with other words.
fn real_mail_quoted_changed(stage: &mut Stage, side: Side) -> &'static str {
    let who = side.or(TESS, GRACE);
    stage.known(GRACE, [-120, -100]);
    let asked = stage.transfer(who);
    stage.put(ITEM, &asked.mail());
    let mut thanks = stage.thanks(&asked, who);
    if let (Side::Attack, Some(quoted)) = (side, &mut thanks.quoted) {
        quoted.text = quoted.text.replace("40,000", "90,000").replace("printers", "painters");
    }
    stage.plant("anna/thanks.eml", &stage.signed(&thanks));
    ITEM
}

/// Anna's archive of the time before: signed mail of others, and an unsigned one.
fn archive(stage: &mut Stage, last: i64) -> Letter {
    for day in [-60, -40, last] {
        let (asked, _) = stage.exchange(GRACE, day);
        let mail = stage.signed(&asked);
        stage.put(&format!("anna/{day}-asked.eml"), &mail);
        stage.refer(&mail, asked.at);
    }
    let item = plain(stage, -50);
    stage.refer(&item.mail(), item.at);
    item
}

fn reference_made_after(stage: &mut Stage, side: Side) -> &'static str {
    let item = archive(stage, side.or(3, -10));
    stage.item(side, &item.mail());
    ITEM
}

/// Planted on the day of the break-in, copied a week later; the dump was taken after that. Nobody says when
/// the account was opened.
fn reference_without_a_stated_day(stage: &mut Stage, side: Side) -> &'static str {
    let item = archive(stage, side.or(7, -10));
    stage.item(side, &item.mail());
    let (late, _) = stage.exchange(GRACE, 30);
    stage.put("anna/late.eml", &stage.signed(&late));
    if side == Side::Attack {
        stage.context = Some(Context::Domains);
    }
    ITEM
}

/// One mail, looked out for the purpose: nothing in it but the item itself tells of when it was made.
fn reference_of_one_mail(stage: &mut Stage, side: Side) -> &'static str {
    let item = match side {
        Side::Attack => {
            let item = plain(stage, -50);
            stage.refer(&item.mail(), item.at);
            item
        }
        Side::Twin => archive(stage, -10),
    };
    stage.item(side, &item.mail());
    ITEM
}

/// Every Date in it is old; what a server wrote on its arrival is not.
fn reference_stamped_after(stage: &mut Stage, side: Side) -> &'static str {
    let item = archive(stage, -10);
    let mut slow = stage.letter(GRACE, &[ANNA], -20, "Slow", "This one took its time.");
    slow.at = slow.at.later(0);
    let mut mail = slow.mail();
    let arrived = slow.at.later(side.or(30 * DAY, 60)).mail();
    let hop = format!(
        "from mail.gazette.example (mail.gazette.example [192.0.2.7])\r\n\tby mx.party.example (Postfix) \
         with ESMTPS id 0A1B2C3D4E5F;\r\n\t{arrived}"
    );
    mail.put_on_top("Received", hop);
    stage.refer(&mail, slow.at);
    stage.item(side, &item.mail());
    ITEM
}

/// The archive has the mail as it was.
fn reference_of_other_bytes(stage: &mut Stage, side: Side) -> &'static str {
    let mut item = archive(stage, -10);
    item.own = side.or(TEXT.replace("40,000", "90,000"), TEXT.to_owned());
    stage.item(side, &item.mail());
    ITEM
}
