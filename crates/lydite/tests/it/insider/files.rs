//! Files that were mailed to the victim in order to be vouched for (`joins/attached.rs`).

use lydite_lab::letter::Letter;
use lydite_lab::mail::{Mail, Part, multipart};

use super::stage::{ANNA, BRUNO, GRACE, OLEK, Person, Side, Stage, TESS, attachment};
use super::{Scenario, scenario};

const MAILED: &str = "mailed-by-domain";
const FILE: &str = "anna/plan.pdf";
/// As much of a document as tells its kind.
const BYTES: &str = "%PDF-1.4\n% NAME\n1 0 obj\n<</Type/Catalog/Plan(mayor 40000)>>\nendobj\n\
                     trailer\n<</Root 1 0 R>>\n%%EOF\n";

pub const ALL: &[Scenario] = &[
    scenario("planted-by-mail", MAILED, planted_by_mail),
    scenario("planted-by-mail-of-a-ring", MAILED, planted_by_mail_of_a_ring),
    scenario("mailed-from-the-opened-account", MAILED, mailed_from_the_opened_account),
    scenario("mailed-with-date-put-back", MAILED, mailed_with_date_put_back),
    scenario("inside-a-forwarded-mail", MAILED, inside_a_forwarded_mail),
    scenario("behind-the-signed-length", MAILED, behind_the_signed_length),
    scenario("mailed-unsigned-in-a-known-name", MAILED, mailed_unsigned_in_a_known_name),
    scenario("other-bytes-of-the-same-name", MAILED, other_bytes_of_the_same_name),
];

const OLD: [i64; 2] = [-120, -100];

/// The loose file, and a letter that carries it.
fn carrying(stage: &mut Stage, from: Person, to: Person, day: i64) -> Letter {
    let bytes = stage.bytes(BYTES);
    stage.plant_file(FILE, &bytes);
    let own = "Here is the plan, as it was agreed. Please keep it to yourself.";
    let mut letter = stage.letter(from, &[to], day, "The plan", own);
    letter.attachments.push(attachment("plan.pdf", &bytes));
    letter
}

fn planted_by_mail(stage: &mut Stage, side: Side) -> &'static str {
    let who = side.or(TESS, GRACE);
    for day in OLD {
        let (asked, answer) = stage.exchange(who, day);
        stage.put(&format!("anna/{day}-asked.eml"), &stage.signed(&asked));
        let mail = side.or(answer.mail(), stage.signed(&answer));
        stage.put(&format!("anna/{day}-answer.eml"), &mail);
    }
    let letter = carrying(stage, who, ANNA, 5);
    stage.put("anna/carrier.eml", &stage.signed(&letter));
    FILE
}

fn planted_by_mail_of_a_ring(stage: &mut Stage, side: Side) -> &'static str {
    for day in OLD {
        let asked = stage.letter(TESS, &[OLEK, ANNA], day, "Sheets", "Who brings the sheets?");
        let answer = stage.answer(&asked, side.or(OLEK, ANNA), day + 1, "I do.");
        stage.put(&format!("anna/{day}-asked.eml"), &stage.signed(&asked));
        stage.put(&format!("anna/{day}-answer.eml"), &stage.signed(&answer));
    }
    let letter = carrying(stage, TESS, ANNA, 5);
    stage.put("anna/carrier.eml", &stage.signed(&letter));
    FILE
}

fn mailed_from_the_opened_account(stage: &mut Stage, side: Side) -> &'static str {
    stage.known(BRUNO, OLD);
    let letter = carrying(stage, BRUNO, ANNA, side.or(5, -5));
    stage.put("anna/carrier.eml", &stage.signed(&letter));
    FILE
}

fn mailed_with_date_put_back(stage: &mut Stage, side: Side) -> &'static str {
    stage.known(BRUNO, OLD);
    let letter = carrying(stage, BRUNO, ANNA, -5);
    let time = side.or(None, Some(letter.at.epoch + 1));
    stage.put("anna/carrier.eml", &stage.signed_as(&letter, time));
    FILE
}

/// The mail that carries the file is itself attached to a signed one.
fn inside_a_forwarded_mail(stage: &mut Stage, side: Side) -> &'static str {
    stage.known(GRACE, OLD);
    let who = side.or(TESS, GRACE);
    let inner = carrying(stage, TESS, OLEK, 4);
    let letter = stage.letter(who, &[ANNA], 5, "Fwd: The plan", "");
    let mut mail = letter.mail();
    mail.remove("Content-Type");
    mail.remove("Content-Transfer-Encoding");
    let boundary = letter.marks.boundary.clone();
    mail.add("Content-Type", format!("multipart/mixed;\r\n boundary=\"{boundary}\""));
    let part = |header: &str, content: Vec<u8>| Part { header: header.to_owned(), content };
    let parts = [
        part("Content-Type: text/plain", b"See below.\r\n".to_vec()),
        part("Content-Type: message/rfc822", inner.mail().bytes()),
    ];
    mail.body = multipart(&boundary, &parts);
    stage.sign(&mut mail, letter.host(), "s1", Some(letter.at.epoch + 1), None);
    stage.put("anna/carrier.eml", &mail);
    FILE
}

/// Grace's server signed so many bytes; the attachment was put behind them.
fn behind_the_signed_length(stage: &mut Stage, side: Side) -> &'static str {
    stage.known(GRACE, OLD);
    let letter = carrying(stage, GRACE, ANNA, 5);
    let mut mail = letter.mail();
    let all = mail.body.len() as u64;
    let text = String::from_utf8_lossy(&mail.body);
    let first = text.match_indices(&letter.marks.boundary).nth(1).unwrap().0 as u64 - 2;
    stage.sign(
        &mut mail,
        letter.host(),
        "s1",
        Some(letter.at.epoch + 1),
        Some(side.or(first, all)),
    );
    stage.put("anna/carrier.eml", &mail);
    FILE
}

fn mailed_unsigned_in_a_known_name(stage: &mut Stage, side: Side) -> &'static str {
    stage.known(GRACE, OLD);
    let letter = carrying(stage, GRACE, ANNA, 5);
    let mail: Mail = side.or(letter.mail(), stage.signed(&letter));
    stage.put("anna/carrier.eml", &mail);
    FILE
}

/// Grace mailed a plan of that name; the loose one has another figure.
fn other_bytes_of_the_same_name(stage: &mut Stage, side: Side) -> &'static str {
    stage.known(GRACE, OLD);
    let letter = carrying(stage, GRACE, ANNA, 5);
    if side == Side::Attack {
        let other = stage.bytes(&BYTES.replace("40000", "90000"));
        stage.plant_file(FILE, &other);
    }
    stage.put("anna/carrier.eml", &stage.signed(&letter));
    FILE
}
