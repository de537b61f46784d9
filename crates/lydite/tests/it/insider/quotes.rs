//! What an answer says of the mail that it repeats (`joins/quotes.rs`).

use lydite_lab::letter::Letter;
use lydite_lab::mail::Mail;
use lydite_lab::moment::DAY;
use lydite_lab::people::Client;

use super::stage::{GRACE, ITEM, OLEK, OTTO, Side, Stage, TEXT};
use super::{Scenario, scenario};

const BODY: &str = "body-as-sent";

pub const ALL: &[Scenario] = &[
    scenario("not-addressed", BODY, not_addressed),
    scenario("attributed-to-another-day", BODY, attributed_to_another_day),
    scenario("attributed-to-another-writer", BODY, attributed_to_another_writer),
    scenario("attributed-to-another-name", BODY, attributed_to_another_name),
    scenario("under-another-subject", BODY, under_another_subject),
    scenario("two-quotes-in-one-reply", BODY, two_quotes_in_one_reply),
    scenario("id-of-the-quoted-mail-taken", BODY, id_of_the_quoted_mail_taken),
    scenario("id-not-named", BODY, id_not_named),
    scenario("quote-behind-the-signed-length", BODY, quote_behind_the_signed_length),
    scenario("quote-by-an-unsigned-reading", BODY, quote_by_an_unsigned_reading),
    scenario("answers-under-a-short-key", BODY, answers_under_a_short_key),
    scenario("answers-under-a-key-of-the-dump", BODY, answers_under_a_key_of_the_dump),
    scenario("answered-before-it-was-written", BODY, answered_before_it_was_written),
    Scenario {
        item_may: true,
        ..scenario("other-recipients", "headers-as-sent", other_recipients)
    },
    Scenario { item_may: true, ..scenario("other-moment", "date-as-stated", other_moment) },
];

const OLD: [i64; 2] = [-120, -100];

/// Otto's letter as it was, and Grace's answer to it, who may vouch.
fn real(stage: &mut Stage) -> (Letter, Letter) {
    stage.known(GRACE, OLD);
    let asked = stage.transfer(GRACE);
    let thanks = stage.thanks(&asked, GRACE);
    (asked, thanks)
}

/// The item beside Grace's signed answer.
fn laid(stage: &mut Stage, side: Side, item: &Mail, thanks: &Letter) -> &'static str {
    stage.item(side, item);
    stage.put("anna/thanks.eml", &stage.signed(thanks));
    ITEM
}

/// Who answers was no recipient of the mail.
fn not_addressed(stage: &mut Stage, side: Side) -> &'static str {
    let (asked, thanks) = real(stage);
    let mut item = asked.clone();
    if side == Side::Attack {
        item.cc = vec![stage.mailbox(OLEK)];
    }
    laid(stage, side, &item.mail(), &thanks)
}

fn attributed_to_another_day(stage: &mut Stage, side: Side) -> &'static str {
    let (asked, thanks) = real(stage);
    let mut item = asked.clone();
    item.at = item.at.later(side.or(-9 * DAY, 0));
    laid(stage, side, &item.mail(), &thanks)
}

fn attributed_to_another_writer(stage: &mut Stage, side: Side) -> &'static str {
    let (asked, thanks) = real(stage);
    let mut item = asked.clone();
    if side == Side::Attack {
        item.from = ("Anton Brandt".to_owned(), "anton@bank.example".to_owned());
    }
    laid(stage, side, &item.mail(), &thanks)
}

/// Grace's program names the writer and no address.
fn attributed_to_another_name(stage: &mut Stage, side: Side) -> &'static str {
    let (asked, mut thanks) = real(stage);
    thanks.client = Client::Thunderbird;
    let mut item = asked.clone();
    if side == Side::Attack {
        item.from = ("Karl Weiss".to_owned(), "karl@bank.example".to_owned());
    }
    laid(stage, side, &item.mail(), &thanks)
}

/// Outlook and forwards repeat the subject.
fn under_another_subject(stage: &mut Stage, side: Side) -> &'static str {
    let (asked, mut thanks) = real(stage);
    thanks.client = Client::Outlook;
    thanks.marks = Client::Outlook.marks(
        thanks.at,
        "gazette.example",
        &mut lydite_lab::random::Random::of(1, "outlook"),
    );
    let mut item = asked.clone();
    if side == Side::Attack {
        item.subject = "Bribe".to_owned();
    }
    laid(stage, side, &item.mail(), &thanks)
}

/// Grace answers Otto's second letter, which repeats his first: the item has the id of the first and the
/// text of the second.
fn two_quotes_in_one_reply(stage: &mut Stage, side: Side) -> &'static str {
    stage.known(GRACE, OLD);
    let mut first = stage.transfer(GRACE);
    first.own =
        "Dear Anna,\n\nthe printers ask for an answer by the end of this week, and the board \
                 has met about it.\n\nOtto"
            .to_owned();
    let mut second = stage.answer(&first, OTTO, 6, TEXT);
    second.to = first.to.clone();
    second.cc = first.cc.clone();
    let thanks = stage.answer(&second, GRACE, 7, "Thank you both, noted.");
    let mut item = first.clone();
    if side == Side::Attack {
        item.own = second.own;
    }
    laid(stage, side, &item.mail(), &thanks)
}

/// The real mail is not in the dump; under its id stands another figure.
fn id_of_the_quoted_mail_taken(stage: &mut Stage, side: Side) -> &'static str {
    let (asked, thanks) = real(stage);
    let mut item = asked.clone();
    if side == Side::Attack {
        item.own = TEXT.replace("40,000", "90,000");
    }
    laid(stage, side, &item.mail(), &thanks)
}

/// The answer repeats this text, under another id.
fn id_not_named(stage: &mut Stage, side: Side) -> &'static str {
    let (asked, thanks) = real(stage);
    let item = side.or(stage.transfer(GRACE), asked);
    laid(stage, side, &item.mail(), &thanks)
}

/// Grace's server signed so many bytes; the quote was put behind them.
fn quote_behind_the_signed_length(stage: &mut Stage, side: Side) -> &'static str {
    let (asked, thanks) = real(stage);
    let mail = asked.mail();
    stage.item(side, &mail);
    let mut whole = thanks.mail();
    let own = thanks.own.len() as u64 + 2;
    let length = side.or(own, whole.body.len() as u64);
    stage.sign(&mut whole, "gazette.example", "s1", Some(thanks.at.epoch + 1), Some(length));
    stage.put("anna/thanks.eml", &whole);
    ITEM
}

/// Grace's server signs no Content-Type; with another boundary the same body has another part, in which the
/// quote stands. The twin is what she sent.
fn quote_by_an_unsigned_reading(stage: &mut Stage, side: Side) -> &'static str {
    let (asked, thanks) = real(stage);
    stage.item(side, &asked.mail());
    let mut mail = thanks.mail();
    for name in ["Content-Type", "Content-Transfer-Encoding"] {
        mail.remove(name);
    }
    let quote = String::from_utf8(mail.body.clone()).unwrap().replace("=\r\n", "");
    let part = |boundary: &str, text: &str| {
        format!("--{boundary}\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--{boundary}--\r\n")
    };
    mail.body = match side {
        Side::Attack => part("shown", "Noted.") + "\r\n" + &part("other", &quote),
        Side::Twin => quote,
    }
    .into_bytes();
    let boundary = side.or("multipart/mixed; boundary=other", "text/plain");
    stage.sign(&mut mail, "gazette.example", "s1", Some(thanks.at.epoch + 1), None);
    mail.add("Content-Type", boundary);
    stage.put("anna/thanks.eml", &mail);
    ITEM
}

/// What can be factored today can be signed with today.
fn answers_under_a_short_key(stage: &mut Stage, side: Side) -> &'static str {
    stage.key("gazette.example", "short", "short", 512);
    let (asked, thanks) = real(stage);
    stage.item(side, &asked.mail());
    let mut mail = thanks.mail();
    stage.sign(
        &mut mail,
        "gazette.example",
        side.or("short", "s1"),
        Some(thanks.at.epoch + 1),
        None,
    );
    stage.put("anna/thanks.eml", &mail);
    ITEM
}

/// The key lies in the dump, not in the user's archive.
fn answers_under_a_key_of_the_dump(stage: &mut Stage, side: Side) -> &'static str {
    let (asked, thanks) = real(stage);
    stage.plant_file(
        "anna/keys.jsonl",
        b"{\"domain\":\"gazette.example\",\"selector\":\"minted\"}\n",
    );
    stage.item(side, &asked.mail());
    let mut mail = thanks.mail();
    stage.sign(
        &mut mail,
        "gazette.example",
        side.or("minted", "s1"),
        Some(thanks.at.epoch + 1),
        None,
    );
    stage.put("anna/thanks.eml", &mail);
    ITEM
}

/// The answer is older than the mail by days: its text was known, the mail was made of it.
fn answered_before_it_was_written(stage: &mut Stage, side: Side) -> &'static str {
    let (asked, mut thanks) = real(stage);
    thanks.at = thanks.at.later(side.or(-9 * DAY, 0));
    // The program says no day.
    if let Some(quoted) = &mut thanks.quoted {
        quoted.at = thanks.at.later(-DAY);
    }
    let mut item = asked.clone();
    item.at = item.at.later(side.or(30 * DAY, 0));
    laid(stage, side, &item.mail(), &thanks)
}

/// A recipient was put in: who got it is no part of what is quoted. In the twin its own server signed it.
fn other_recipients(stage: &mut Stage, side: Side) -> &'static str {
    let (asked, thanks) = real(stage);
    let mut item = asked.clone();
    if side == Side::Attack {
        item.cc.push(stage.mailbox(OLEK));
    }
    stage.key("bank.example", "s1", "bank", 2_048);
    let mail = side.or(item.mail(), stage.signed(&item));
    laid(stage, side, &mail, &thanks)
}

/// Date moved by hours, within what clocks and zones explain.
fn other_moment(stage: &mut Stage, side: Side) -> &'static str {
    let (asked, thanks) = real(stage);
    let mut item = asked.clone();
    item.at = item.at.later(side.or(-20 * 3_600, 0));
    stage.key("bank.example", "s1", "bank", 2_048);
    let mail = side.or(item.mail(), stage.signed(&item));
    laid(stage, side, &mail, &thanks)
}
