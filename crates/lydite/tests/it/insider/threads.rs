//! Who may vouch: accounts of the attacker that look like old acquaintances (`joins/standing.rs`).

use lydite_lab::moment::DAY;

use super::stage::{ANNA, BREAK_IN, BRUNO, GRACE, IGOR, OLEK, Person, Side, Stage, TESS, VERA};
use super::{Scenario, scenario};

const BODY: &str = "body-as-sent";

pub const ALL: &[Scenario] = &[
    scenario("persona-quotes", BODY, persona_quotes),
    scenario("persona-with-old-threads", BODY, persona_with_old_threads),
    scenario("threads-answered-unsigned", BODY, threads_answered_unsigned),
    scenario("threads-answered-under-a-found-key", BODY, threads_answered_under_a_found_key),
    scenario("ring", BODY, ring),
    scenario("ring-with-the-victim-in-copy", BODY, ring_with_the_victim_in_copy),
    scenario("ring-under-one-domain", BODY, ring_under_one_domain),
    scenario("tied-to-real-threads", BODY, tied_to_real_threads),
    scenario("id-of-an-answered-mail", BODY, id_of_an_answered_mail),
    scenario("answered-from-the-opened-account", BODY, answered_from_the_opened_account),
    scenario("answered-with-date-put-back", BODY, answered_with_date_put_back),
    scenario("own-server-puts-back-its-clock", BODY, own_server_puts_back_its_clock),
    scenario("known-for-days-dated-ahead", BODY, known_for_days_dated_ahead),
    scenario("one-old-thread", BODY, one_old_thread),
    scenario("reply-from-the-opened-account", BODY, reply_from_the_opened_account),
    scenario("reply-with-date-put-back", BODY, reply_with_date_put_back),
    scenario("break-in-not-stated", BODY, break_in_not_stated),
    scenario("owner-planted-in-a-small-mailbox", BODY, owner_planted),
];

const OLD: [i64; 2] = [-120, -100];

/// The attacker's own signed mail quotes what they planted; the twin is quoted by a journalist who was
/// answered in two old threads.
fn persona_quotes(stage: &mut Stage, side: Side) -> &'static str {
    if side == Side::Twin {
        stage.known(GRACE, OLD);
    }
    stage.quoted_by(side, side.or(TESS, GRACE))
}

/// Two old mails of theirs, signed, that nobody answered.
fn persona_with_old_threads(stage: &mut Stage, side: Side) -> &'static str {
    for day in OLD {
        let (asked, answer) = stage.exchange(TESS, day);
        stage.put(&format!("anna/{day}-asked.eml"), &stage.signed(&asked));
        if side == Side::Twin {
            stage.put(&format!("anna/{day}-answer.eml"), &stage.signed(&answer));
        }
    }
    stage.quoted_by(side, TESS)
}

/// Answers in Anna's name that no server signed.
fn threads_answered_unsigned(stage: &mut Stage, side: Side) -> &'static str {
    for day in OLD {
        let (asked, answer) = stage.exchange(TESS, day);
        let mail = side.or(answer.mail(), stage.signed(&answer));
        stage.put(&format!("anna/{day}-asked.eml"), &stage.signed(&asked));
        stage.put(&format!("anna/{day}-answer.eml"), &mail);
    }
    stage.quoted_by(side, TESS)
}

/// Answers in Anna's name under a selector of the attacker's making, whose key lies in the dump.
fn threads_answered_under_a_found_key(stage: &mut Stage, side: Side) -> &'static str {
    for day in OLD {
        let (asked, answer) = stage.exchange(TESS, day);
        stage.put(&format!("anna/{day}-asked.eml"), &stage.signed(&asked));
        let mut mail = answer.mail();
        stage.sign(&mut mail, "party.example", "minted", Some(answer.at.epoch + 1), None);
        stage.put(&format!("anna/{day}-answer.eml"), &mail);
    }
    if side == Side::Twin {
        stage.key("party.example", "minted", "minted", 2_048);
    }
    stage.quoted_by(side, TESS)
}

/// Letters between two, each signed by its server.
fn between(stage: &mut Stage, one: Person, other: Person, copy: Option<Person>, day: i64) {
    let to: Vec<Person> = [other].into_iter().chain(copy).collect();
    let own = "When shall we meet about the printing, and who brings the sheets?";
    let asked = stage.letter(one, &to, day, &format!("Printing {day}"), own);
    let answer = stage.answer(&asked, other, day + 1, "On Monday. I do.");
    stage.put(&format!("anna/{day}-one.eml"), &stage.signed(&asked));
    stage.put(&format!("anna/{day}-two.eml"), &stage.signed(&answer));
}

/// Two accounts at two providers answer each other; the twin's is answered by Anna.
fn ring(stage: &mut Stage, side: Side) -> &'static str {
    for day in OLD {
        between(stage, TESS, side.or(OLEK, ANNA), None, day);
    }
    stage.quoted_by(side, TESS)
}

fn ring_with_the_victim_in_copy(stage: &mut Stage, side: Side) -> &'static str {
    for day in OLD {
        let (other, copy) = side.or((OLEK, ANNA), (ANNA, OLEK));
        between(stage, TESS, other, Some(copy), day);
    }
    stage.quoted_by(side, TESS)
}

/// Both hosts are the attacker's, below one domain.
fn ring_under_one_domain(stage: &mut Stage, side: Side) -> &'static str {
    for day in OLD {
        between(stage, VERA, side.or(IGOR, ANNA), Some(side.or(ANNA, IGOR)), day);
    }
    stage.quoted_by(side, VERA)
}

/// Anna answered others in two old threads; mails of the attacker name these in References, as if they had
/// taken part.
fn tied_to_real_threads(stage: &mut Stage, side: Side) -> &'static str {
    for day in OLD {
        let (asked, answer) = stage.exchange(side.or(GRACE, TESS), day);
        stage.put(&format!("anna/{day}-asked.eml"), &stage.signed(&asked));
        stage.put(&format!("anna/{day}-answer.eml"), &stage.signed(&answer));
        let late = stage.answer(&answer, TESS, day + 2, "I will be there too.");
        stage.put(&format!("anna/{day}-late.eml"), &stage.signed(&late));
    }
    stage.quoted_by(side, TESS)
}

/// Under the Message-ID of a real mail that Anna answered, and that is not in the dump.
fn id_of_an_answered_mail(stage: &mut Stage, side: Side) -> &'static str {
    for day in OLD {
        let (asked, answer) = stage.exchange(side.or(GRACE, TESS), day);
        let (mut taken, _) = stage.exchange(TESS, day);
        taken.marks = asked.marks.clone();
        stage.put(&format!("anna/{day}-asked.eml"), &stage.signed(&side.or(taken, asked)));
        stage.put(&format!("anna/{day}-answer.eml"), &stage.signed(&answer));
    }
    stage.quoted_by(side, TESS)
}

/// Anna's server signed the answers, after her account was opened.
fn answered_from_the_opened_account(stage: &mut Stage, side: Side) -> &'static str {
    stage.known(TESS, side.or([2, 4], OLD));
    let asked = stage.transfer(TESS);
    stage.item(side, &asked.mail());
    let thanks = stage.answer(&asked, TESS, 50, "Thank you both, noted.");
    stage.put("anna/thanks.eml", &stage.signed(&thanks));
    super::stage::ITEM
}

/// From the opened account under old Dates; the server writes no time of its own.
fn answered_with_date_put_back(stage: &mut Stage, side: Side) -> &'static str {
    for day in OLD {
        let (asked, answer) = stage.exchange(TESS, day);
        let time = side.or(None, Some(answer.at.epoch + 1));
        stage.put(&format!("anna/{day}-asked.eml"), &stage.signed_as(&asked, None));
        stage.put(&format!("anna/{day}-answer.eml"), &stage.signed_as(&answer, time));
    }
    stage.quoted_by(side, TESS)
}

/// The attacker's server signs old Dates and old times; Anna's answers are unsigned.
fn own_server_puts_back_its_clock(stage: &mut Stage, side: Side) -> &'static str {
    for day in OLD {
        let (asked, answer) = stage.exchange(VERA, day);
        let mail = side.or(answer.mail(), stage.signed(&answer));
        stage.put(&format!("anna/{day}-asked.eml"), &stage.signed(&asked));
        stage.put(&format!("anna/{day}-answer.eml"), &mail);
        between(stage, VERA, IGOR, Some(ANNA), day + 5);
    }
    stage.quoted_by(side, VERA)
}

/// Anna answered twice in the days before the break-in; the attacker's own server dates the vouching
/// mail two months ahead.
fn known_for_days_dated_ahead(stage: &mut Stage, side: Side) -> &'static str {
    stage.known(VERA, side.or([-6, -4], OLD));
    let asked = stage.transfer(VERA);
    stage.item(side, &asked.mail());
    let thanks = stage.answer(&asked, VERA, 60, "Thank you both, noted.");
    stage.put("anna/thanks.eml", &stage.signed(&thanks));
    super::stage::ITEM
}

/// Answered in one old thread, twice.
fn one_old_thread(stage: &mut Stage, side: Side) -> &'static str {
    let (asked, answer) = stage.exchange(TESS, OLD[0]);
    stage.put("anna/1.eml", &stage.signed(&asked));
    stage.put("anna/2.eml", &stage.signed(&answer));
    let (mut again, _) = stage.exchange(TESS, OLD[1]);
    if side == Side::Attack {
        again.references = vec![asked.marks.id.clone(), answer.marks.id.clone()];
    }
    let answer = stage.answer(&again, ANNA, OLD[1] + 1, "At noon again.");
    stage.put("anna/3.eml", &stage.signed(&again));
    stage.put("anna/4.eml", &stage.signed(&answer));
    stage.quoted_by(side, TESS)
}

/// A colleague's account was opened too and answers, signed by the party's server; the twin's answer is
/// from an account outside.
fn reply_from_the_opened_account(stage: &mut Stage, side: Side) -> &'static str {
    let who = side.or(BRUNO, GRACE);
    stage.known(who, OLD);
    stage.quoted_by(side, who)
}

/// The same under a Date before the break-in; the server writes no time. In the twin it does, and nobody
/// else had the account yet.
fn reply_with_date_put_back(stage: &mut Stage, side: Side) -> &'static str {
    stage.known(BRUNO, OLD);
    let mut asked = stage.transfer(BRUNO);
    asked.at = asked.at.later(-15 * DAY);
    stage.item(side, &asked.mail());
    let mut thanks = stage.thanks(&asked, BRUNO);
    thanks.at = thanks.at.later(-15 * DAY);
    assert!(thanks.at.epoch < BREAK_IN);
    let time = side.or(None, Some(thanks.at.epoch + 1));
    stage.put("anna/thanks.eml", &stage.signed_as(&thanks, time));
    super::stage::ITEM
}

/// Nobody says when the accounts were opened: then Anna's answers may be the attacker's.
fn break_in_not_stated(stage: &mut Stage, side: Side) -> &'static str {
    stage.known(TESS, OLD);
    stage.is_alone = true;
    if side == Side::Attack {
        stage.context = None;
    }
    stage.quoted_by(side, TESS)
}

/// An account of the attacker's fills a small mailbox of the dump, so that it looks like one that was
/// opened, and answers the other one; the twin's is Anna's.
fn owner_planted(stage: &mut Stage, side: Side) -> &'static str {
    let owner = side.or(OLEK, ANNA);
    let mut letters = Vec::new();
    for day in OLD {
        let own = "When shall we meet about the printing, and who brings the sheets?";
        let asked = stage.letter(TESS, &[owner], day, &format!("Printing {day}"), own);
        let answer = stage.answer(&asked, owner, day + 1, "On Monday. I do.");
        letters.extend([asked, answer]);
    }
    let from = side.or(OLEK, ANNA);
    for day in 0..6 {
        letters.push(stage.letter(from, &[ANNA], day - 90, &format!("Note {day}"), "As agreed."));
    }
    // Grace fills it on, so that who quotes is not taken for an owner, too.
    for day in 0..20 {
        letters.push(stage.letter(GRACE, &[owner], day - 80, &format!("News {day}"), "As agreed."));
    }
    stage.put_mailbox("small.mbox", &letters);
    stage.quoted_by(side, TESS)
}
