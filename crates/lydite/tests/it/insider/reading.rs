//! What a reader sees of the planted mail is not what is laid beside the quote (`text/`, `is_whole`).

use lydite_lab::letter::typed;
use lydite_lab::letter::{Letter, html};
use lydite_lab::mail::{Encoding, Mail, Part, multipart};

use super::stage::{GRACE, ITEM, Side, Stage, TEXT, attachment};
use super::{Scenario, scenario};

const BODY: &str = "body-as-sent";

pub const ALL: &[Scenario] = &[
    scenario("letters-of-another-script", BODY, letters_of_another_script),
    scenario("direction-turned", BODY, direction_turned),
    scenario("case-of-a-letter", BODY, case_of_a_letter),
    scenario("blank-moved-between-figures", BODY, blank_moved_between_figures),
    scenario("question-made-a-statement", BODY, question_made_a_statement),
    scenario("minus-put-in", BODY, minus_put_in),
    scenario("blank-put-in", BODY, blank_put_in),
    scenario("quoted-words-made-own", BODY, quoted_words_made_own),
    scenario("own-words-made-quoted", BODY, own_words_made_quoted),
    scenario("mark-taken-off-a-wrapped-line", BODY, mark_taken_off_a_wrapped_line),
    scenario("words-behind-an-address", BODY, words_behind_an_address),
    scenario("lines-joined", BODY, lines_joined),
    scenario("mail-put-in", BODY, mail_put_in),
    scenario("alternative-says-other", BODY, alternative_says_other),
    scenario("words-kept-from-sight", BODY, words_kept_from_sight),
    scenario("words-by-style-sheet", BODY, words_by_style_sheet),
    scenario("words-off-the-page", BODY, words_off_the_page),
    scenario("words-smaller-at-each-level", BODY, words_smaller_at_each_level),
    scenario("letters-that-are-pictures", BODY, letters_that_are_pictures),
    scenario("words-for-one-program", BODY, words_for_one_program),
    scenario("words-behind-a-title", BODY, words_behind_a_title),
    scenario("figures-parted-by-a-stray-tag", BODY, figures_parted_by_a_stray_tag),
    scenario("words-between-cells", BODY, words_between_cells),
    scenario("style-in-another-value", BODY, style_in_another_value),
    scenario("figure-raised", BODY, figure_raised),
    scenario("link-to-elsewhere", BODY, link_to_elsewhere),
    scenario("text-as-picture", BODY, text_as_picture),
    scenario("part-of-another-type", BODY, part_of_another_type),
    scenario("line-beyond-what-is-kept", BODY, line_beyond_what_is_kept),
    scenario("file-put-in", BODY, file_put_in),
    scenario("picture-put-in", BODY, picture_put_in),
    scenario("part-beyond-what-is-read", BODY, part_beyond_what_is_read),
    scenario("lines-below-the-quoted", BODY, lines_below_the_quoted),
];

/// Grace, who may vouch, answered Otto's letter, whose text was `quoted`.
fn answered(stage: &mut Stage, quoted: &str) -> Letter {
    stage.known(GRACE, [-120, -100]);
    let mut asked = stage.transfer(GRACE);
    asked.own = quoted.to_owned();
    let thanks = stage.thanks(&asked, GRACE);
    stage.put("anna/thanks.eml", &stage.signed(&thanks));
    asked
}

/// The mail with another plain text.
fn with_text(stage: &mut Stage, side: Side, quoted: &str, planted: &str) -> &'static str {
    let mut item = answered(stage, quoted);
    item.own = side.or(planted, quoted).to_owned();
    stage.item(side, &item.mail());
    ITEM
}

/// The mail with another content.
fn with_parts(stage: &mut Stage, side: Side, kind: &str, parts: &[(&str, &str)]) -> &'static str {
    let item = answered(stage, TEXT);
    let part = |(kind, text): &(&str, &str)| {
        let (fields, content) = typed(kind, Encoding::QuotedPrintable, text);
        let header: Vec<String> = fields.iter().map(|(n, v)| format!("{n}: {v}")).collect();
        Part { header: header.join("\r\n"), content }
    };
    let mut mail: Mail = item.mail();
    mail.remove("Content-Type");
    mail.remove("Content-Transfer-Encoding");
    match parts {
        [(kind, text)] => {
            let (fields, content) = typed(kind, Encoding::QuotedPrintable, text);
            fields.iter().for_each(|(name, value)| mail.add(name, value.clone()));
            mail.body = content;
        }
        _ => {
            let boundary = item.marks.boundary.clone();
            mail.add("Content-Type", format!("multipart/{kind};\r\n boundary=\"{boundary}\""));
            mail.body = multipart(&boundary, &parts.iter().map(part).collect::<Vec<_>>());
        }
    }
    stage.item(side, &mail);
    ITEM
}

fn with_page(stage: &mut Stage, side: Side, planted: &str) -> &'static str {
    let page = html(TEXT);
    with_parts(stage, side, "", &[("text/html", side.or(planted, &page))])
}

/// A Cyrillic letter that looks like the Latin one.
fn letters_of_another_script(stage: &mut Stage, side: Side) -> &'static str {
    with_text(stage, side, TEXT, &TEXT.replace("Bern", "B\u{435}rn"))
}

/// Marks that nobody sees show the figure's digits from right to left.
fn direction_turned(stage: &mut Stage, side: Side) -> &'static str {
    let turned = TEXT.replace("40,000", "\u{202e}40,000\u{202c}");
    with_text(stage, side, TEXT, &turned)
}

fn case_of_a_letter(stage: &mut Stage, side: Side) -> &'static str {
    with_text(stage, side, TEXT, &TEXT.replace("board", "Board"))
}

fn blank_moved_between_figures(stage: &mut Stage, side: Side) -> &'static str {
    let quoted = TEXT.replace("40,000 euros", "3 25 euro notes");
    with_text(stage, side, &quoted, &quoted.replace("3 25", "32 5"))
}

fn question_made_a_statement(stage: &mut Stage, side: Side) -> &'static str {
    let quoted = TEXT.replace("the vote.", "the vote?");
    with_text(stage, side, &quoted, TEXT)
}

fn minus_put_in(stage: &mut Stage, side: Side) -> &'static str {
    with_text(stage, side, TEXT, &TEXT.replace("40,000", "-40,000"))
}

/// Parted as figures are, though not as thousands are.
fn blank_put_in(stage: &mut Stage, side: Side) -> &'static str {
    let quoted = TEXT.replace("40,000", "405");
    with_text(stage, side, &quoted, &quoted.replace("405", "40\u{a0}5"))
}

/// A letter in which Otto repeats what somebody else wrote to him.
fn repeating() -> String {
    TEXT.replace("\n\nOtto", "\n\n> Then let us pay the mayor as well.\n\nOtto")
}

/// Without its mark the line is Otto's.
fn quoted_words_made_own(stage: &mut Stage, side: Side) -> &'static str {
    with_text(stage, side, &repeating(), &repeating().replace("> Then", "Then"))
}

fn own_words_made_quoted(stage: &mut Stage, side: Side) -> &'static str {
    let own = repeating().replace("> Then", "Then");
    with_text(stage, side, &own, &repeating())
}

/// The line above is as long as lines are before programs wrap them.
fn mark_taken_off_a_wrapped_line(stage: &mut Stage, side: Side) -> &'static str {
    let question = "> Will the board agree to pay for the mayor's house in Bern, as asked?\n\
                    > Then let us pay the mayor as well.\n> And when?\n\nOtto";
    let quoted = TEXT.replace("Otto", question);
    with_text(stage, side, &quoted, &quoted.replace("> Then", "Then"))
}

fn words_behind_an_address(stage: &mut Stage, side: Side) -> &'static str {
    let quoted = TEXT.replace("\n\nOtto", "\n\nOtto\notto@bank.example");
    let more = "otto@bank.example <mailto:otto@bank.example? None of this is decided.>";
    with_text(stage, side, &quoted, &quoted.replace("otto@bank.example", more))
}

/// RFC 3676 programs join lines that end in a blank, without it where the mail says so.
fn lines_joined(stage: &mut Stage, side: Side) -> &'static str {
    let quoted = TEXT.replace("40,000 euros", "3 500 euro notes");
    let mut item = answered(stage, &quoted);
    item.own = quoted.replace("3 500", "3 \n500");
    let mut mail = item.mail();
    if side == Side::Attack {
        mail.remove("Content-Type");
        mail.add("Content-Type", "text/plain; charset=utf-8; format=flowed; delsp=yes".to_owned());
    }
    stage.item(side, &mail);
    ITEM
}

/// Programs show it below the text, with its own sender.
fn mail_put_in(stage: &mut Stage, side: Side) -> &'static str {
    let item = answered(stage, TEXT);
    let mut mail = item.mail();
    if side == Side::Attack {
        let inner =
            "From: Otto <otto@bank.example>\r\nSubject: More\r\n\r\nAnd pay the mayor, too.\r\n";
        let (fields, content) = typed("text/plain", Encoding::EightBit, TEXT);
        let header: Vec<String> = fields.iter().map(|(n, v)| format!("{n}: {v}")).collect();
        let (header, text) = (header.join("\r\n"), String::from_utf8_lossy(&content));
        mail.remove("Content-Type");
        mail.remove("Content-Transfer-Encoding");
        let file =
            "Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=a.eml";
        mail.add("Content-Type", "multipart/mixed; boundary=o".to_owned());
        mail.body =
            format!("--o\r\n{header}\r\n\r\n{text}\r\n--o\r\n{file}\r\n\r\n{inner}--o--\r\n")
                .into_bytes();
    }
    stage.item(side, &mail);
    ITEM
}

fn alternative_says_other(stage: &mut Stage, side: Side) -> &'static str {
    let page = html(&side.or(TEXT.replace("40,000", "90,000"), TEXT.to_owned()));
    with_parts(stage, side, "alternative", &[("text/plain", TEXT), ("text/html", &page)])
}

/// The quoted words are all in the page; some of them no reader sees.
fn words_kept_from_sight(stage: &mut Stage, side: Side) -> &'static str {
    let page = html(TEXT).replace("nobody", "<span style=\"display:none\">nobody</span>");
    with_page(stage, side, &page)
}

/// A style sheet writes and hides words.
fn words_by_style_sheet(stage: &mut Stage, side: Side) -> &'static str {
    let style = "<style>i{font-size:0} i::after{content:\"everybody\";font-size:12pt}</style>";
    let page = html(TEXT).replace("nobody", "<i>nobody</i>").replace("<body>", style);
    with_page(stage, side, &page)
}

fn words_off_the_page(stage: &mut Stage, side: Side) -> &'static str {
    let moved = "<p style=\"text-indent:-90pt\">nobody</p>";
    with_page(stage, side, &html(TEXT).replace("nobody", moved))
}

fn words_smaller_at_each_level(stage: &mut Stage, side: Side) -> &'static str {
    let (open, close) = ("<span style=\"font-size:.5em\">".repeat(5), "</span>".repeat(5));
    with_page(stage, side, &html(TEXT).replace("nobody", &format!("{open}nobody{close}")))
}

fn letters_that_are_pictures(stage: &mut Stage, side: Side) -> &'static str {
    let drawn = "<font face=\"Wingdings\">nobody</font>";
    with_page(stage, side, &html(TEXT).replace("nobody", drawn))
}

/// Outlook leaves out what stands there.
fn words_for_one_program(stage: &mut Stage, side: Side) -> &'static str {
    with_page(stage, side, &html(TEXT).replace("nobody", "<![if !mso]>nobody<![endif]>"))
}

fn words_behind_a_title(stage: &mut Stage, side: Side) -> &'static str {
    let titled = "<title></titles>nobody</title>";
    with_page(stage, side, &html(TEXT).replace("nobody", titled))
}

/// For a browser there is no blank between them.
fn figures_parted_by_a_stray_tag(stage: &mut Stage, side: Side) -> &'static str {
    let quoted = TEXT.replace("40,000 euros", "3 25 euro notes");
    let item = answered(stage, &quoted);
    let page = html(&quoted);
    let (fields, content) = typed(
        "text/html",
        Encoding::QuotedPrintable,
        &side.or(page.replace("3 25", "3</li>25"), page.clone()),
    );
    let mut mail: Mail = item.mail();
    mail.remove("Content-Type");
    mail.remove("Content-Transfer-Encoding");
    fields.iter().for_each(|(name, value)| mail.add(name, value.clone()));
    mail.body = content;
    stage.item(side, &mail);
    ITEM
}

/// Programs show them above the table.
fn words_between_cells(stage: &mut Stage, side: Side) -> &'static str {
    let page = html(TEXT)
        .replace("<body>", "<body><table><tr><td>")
        .replace("nobody", "</td></tr>nobody<tr><td>")
        .replace("</body>", "</td></tr></table></body>");
    with_page(stage, side, &page)
}

/// A value that looks like the attribute stands before it.
fn style_in_another_value(stage: &mut Stage, side: Side) -> &'static str {
    let hidden = "<b title=\" style=color:black \" style=\"opacity:.01\">nobody</b>";
    with_page(stage, side, &html(TEXT).replace("nobody", hidden))
}

fn figure_raised(stage: &mut Stage, side: Side) -> &'static str {
    with_page(stage, side, &html(TEXT).replace("40,000", "40,0<sup>00</sup>"))
}

fn link_to_elsewhere(stage: &mut Stage, side: Side) -> &'static str {
    let page = html(TEXT).replace("printers", "<a href=\"https://varga.example/pay\">printers</a>");
    with_page(stage, side, &page)
}

fn text_as_picture(stage: &mut Stage, side: Side) -> &'static str {
    let picture = "<img src=\"data:image/png;base64,iVBORw0KGgo=\" alt=\"\">";
    let page = html(TEXT).replace("</body>", &format!("{picture}</body>"));
    with_page(stage, side, &page)
}

/// Programs show it below the text, and it is no plain text and no page.
fn part_of_another_type(stage: &mut Stage, side: Side) -> &'static str {
    let more = "And pay the mayor, too.";
    match side {
        Side::Attack => {
            with_parts(stage, side, "mixed", &[("text/plain", TEXT), ("text/enriched", more)])
        }
        Side::Twin => with_parts(stage, side, "", &[("text/plain", TEXT)]),
    }
}

/// A contract attached to a letter that was really sent.
fn file_put_in(stage: &mut Stage, side: Side) -> &'static str {
    let mut item = answered(stage, TEXT);
    if side == Side::Attack {
        item.attachments =
            vec![attachment("contract.pdf", b"%PDF-1.4 in which Otto sells the party")];
    }
    stage.item(side, &item.mail());
    ITEM
}

/// Programs show it below the text.
fn picture_put_in(stage: &mut Stage, side: Side) -> &'static str {
    match side {
        Side::Attack => {
            with_parts(stage, side, "mixed", &[("text/plain", TEXT), ("image/png", "a picture")])
        }
        Side::Twin => with_parts(stage, side, "", &[("text/plain", TEXT)]),
    }
}

/// More text than is kept to be laid beside quotes.
fn line_beyond_what_is_kept(stage: &mut Stage, side: Side) -> &'static str {
    let more = "And pay the mayor, too. ".repeat(50_000);
    with_text(stage, side, TEXT, &format!("{TEXT}\n{more}"))
}

/// More parts than are read.
fn part_beyond_what_is_read(stage: &mut Stage, side: Side) -> &'static str {
    let mut parts = vec![("text/plain", TEXT)];
    if side == Side::Attack {
        parts.extend([("text/plain", " "); 100]);
        parts.push(("text/plain", "And pay the mayor, too."));
    }
    with_parts(stage, side, "mixed", &parts)
}

fn lines_below_the_quoted(stage: &mut Stage, side: Side) -> &'static str {
    with_text(
        stage,
        side,
        TEXT,
        &format!("{TEXT}\n\nAnd pay the mayor, too, from the same account."),
    )
}
