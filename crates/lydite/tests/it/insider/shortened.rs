//! Words were taken out of a real mail that Grace's answer repeats (`joins/quotes.rs`, `is_whole`).

use lydite_lab::letter::Letter;

use super::stage::{GRACE, ITEM, Side, Stage, TEXT};
use super::{Scenario, scenario};

const BODY: &str = "body-as-sent";
/// What the attacker would rather have nobody read.
const DENIED: &str = "This is what Varga claims; we never had such an account.";

pub const ALL: &[Scenario] = &[
    scenario("paragraph-taken-out", BODY, paragraph_taken_out),
    scenario("sentence-taken-out", BODY, sentence_taken_out),
    scenario("end-taken-off", BODY, end_taken_off),
    scenario("cut-where-the-answer-cut", BODY, cut_where_the_answer_cut),
    scenario("cut-where-the-answer-says-so", BODY, cut_where_the_answer_says_so),
    scenario("cut-where-the-answer-stands-between", BODY, cut_where_the_answer_stands_between),
    scenario("cut-and-a-whole-copy-beside", BODY, cut_and_a_whole_copy_beside),
];

/// The real letter, with what was denied above its writer's name.
fn real() -> String {
    TEXT.replace("\n\nOtto", &format!("\n\n{DENIED}\n\nOtto"))
}

/// Otto's real letter to Anna and Grace, whom Anna knows.
fn asked(stage: &mut Stage, text: &str) -> Letter {
    stage.known(GRACE, [-120, -100]);
    let mut asked = stage.transfer(GRACE);
    asked.own = text.to_owned();
    asked
}

/// The item has one text, Grace's signed answer repeats another.
fn laid(stage: &mut Stage, side: Side, asked: &Letter, item: &str, quoted: &str) -> &'static str {
    let item = Letter { own: item.to_owned(), ..asked.clone() };
    stage.item(side, &item.mail());
    let quoted = Letter { own: quoted.to_owned(), ..asked.clone() };
    let thanks = stage.thanks(&quoted, GRACE);
    stage.put("anna/thanks.eml", &stage.signed(&thanks));
    ITEM
}

/// The answer still has the paragraph.
fn paragraph_taken_out(stage: &mut Stage, side: Side) -> &'static str {
    let asked = asked(stage, &real());
    laid(stage, side, &asked, side.or(TEXT, &real()), &real())
}

fn sentence_taken_out(stage: &mut Stage, side: Side) -> &'static str {
    let real = TEXT.replace("Please tell", &format!("{DENIED} Please tell"));
    let asked = asked(stage, &real);
    laid(stage, side, &asked, side.or(TEXT, &real), &real)
}

fn end_taken_off(stage: &mut Stage, side: Side) -> &'static str {
    let real = format!("{TEXT}\n\nPS: {DENIED}");
    // The twin's end is its writer's name.
    let real = side.or(real, TEXT.to_owned());
    let asked = asked(stage, &real);
    laid(stage, side, &asked, TEXT, &real)
}

/// Grace repeated the first paragraphs only; the item ends where she ended.
fn cut_where_the_answer_cut(stage: &mut Stage, side: Side) -> &'static str {
    let asked = asked(stage, &real());
    let cut = TEXT.trim_end_matches("\n\nOtto").to_owned();
    let text = side.or(cut, real());
    laid(stage, side, &asked, &text, &text)
}

fn cut_where_the_answer_says_so(stage: &mut Stage, side: Side) -> &'static str {
    let asked = asked(stage, &real());
    let quoted = real().replace(DENIED, "[...]");
    laid(stage, side, &asked, side.or(TEXT, &real()), side.or(&quoted, &real()))
}

/// Grace answered paragraph by paragraph and left one out.
fn cut_where_the_answer_stands_between(stage: &mut Stage, side: Side) -> &'static str {
    let asked = asked(stage, &real());
    let text = side.or(TEXT.to_owned(), real());
    let item = Letter { own: text.clone(), ..asked.clone() };
    stage.item(side, &item.mail());
    let mut thanks = stage.thanks(&item, GRACE);
    "Dear both,\n\nthank you.\n\nNoted.".clone_into(&mut thanks.own);
    if let Some(quoted) = &mut thanks.quoted {
        quoted.is_between = side == Side::Attack;
    }
    stage.put("anna/thanks.eml", &stage.signed(&thanks));
    ITEM
}

/// Grace left the paragraph out without a sign; the real mail lies beside, unsigned like the item.
fn cut_and_a_whole_copy_beside(stage: &mut Stage, side: Side) -> &'static str {
    let asked = asked(stage, &real());
    stage.put("anna/archive/otto.eml", &asked.mail());
    let text = side.or(TEXT.to_owned(), real());
    laid(stage, side, &asked, &text, &text)
}
