"""The labelled set: kinds of forged mail by who made them, and innocent oddities."""

import base64
import re

import dkim
from cases import (BODY, EVIL_KEY, HORIZON, HORIZON_KEY, OTHER_BODY, SIGNED_AT, evil, fact, fresh,
                   horizon, mail, replaced, signed, unsigned, write)
from clients import BAT, THUNDERBIRD
from clocks import DAY, filetime, gmail_boundary, multipart, next_part, outlook_id, whole
from insider import GOOGLE_HOP, RESULTS
from routes import FIRST, FROM, HTML, PLAIN, TOP, at, letter, parts

YEAR = 365 * DAY
OUTLOOK = "Microsoft Outlook 16.0"
EXPRESS = "Microsoft Outlook Express 6.00.2600.0000"
# 14 March 2017 was a Tuesday; other days with the weekday a calendar gives them.
MARCH_16 = "Mon, 14 Mar 2016 09:12:44 +0100"
JANUARY = "Mon, 09 Jan 2017 10:00:00 +0100"
PDF = b"%PDF-1.4\n%\xe2\xe3\n1 0 obj\n"
GOOGLE_KEY = fact("1e100.net", "20161025", "xgoogle")
SEALER_KEY = fact("google.com", "arc-20160816", "sealer")
LIST = ["List-Id: <budget.lists.assembly.example>", "Precedence: list",
        "List-Post: <mailto:budget@lists.assembly.example>"]


def forged(forger):
    """How a kind of one forger is written: `found` are the findings that bring it to light."""
    def add(name, why, status, data, found=(), marks=(), keys=(), shipped=False, sealers=()):
        head = {"why": why, "forger": forger, "expect_status": status,
                "expect_findings": [f"email/{code}" for code in found], "marks": sorted(marks),
                "shipped": shipped, "sealers": list(sealers)}
        write("labelled/forged", name, data, head, keys)

    def silent(name, why, status, data, found=(), keys=(), **more):
        """The same where nothing tells; `found` are findings that stand all the same."""
        head = {"why": why, "forger": forger, "expect_status": status, "nothing_tells": True,
                "expect_findings": [f"email/{code}" for code in found], "marks": [], **more}
        write("labelled/forged", name, data, head, keys)

    return add, silent


def odd(name, why, status, data, marks=(), found=(), keys=(), shipped=False):
    head = {"why": why, "expect_status": status, "marks": sorted(marks),
            "expect_findings": [f"email/{code}" for code in found], "shipped": shipped}
    write("labelled/odd", name, data, head, keys)


def with_lines(data, *lines):
    """`lines` above the mail `data`."""
    return b"".join(line.encode() + b"\r\n" for line in lines) + data


def thread_index(seconds):
    """The root of a conversation in the older layout: six bytes of time, a GUID."""
    high, low = filetime(seconds)
    time = (high << 32 | low).to_bytes(8, "big")[:6]
    return base64.b64encode(time + bytes(range(16))).decode()


def google_hop(seconds, stamp="Tue, 14 Mar 2017 01:12:45 -0700 (PDT)"):
    return ("X-Received: by 2002:a17:906:1 with SMTP id a17csp1234567abc.12."
            f"{seconds}001;\r\n        {stamp}")


def sheet(content, kind="application/pdf", filename="budget.pdf"):
    """A mail with one attachment, as `mail()` takes it."""
    head = (f"Content-Type: {kind}; name=\"{filename}\"\r\nContent-Transfer-Encoding: base64\r\n"
            f"Content-Disposition: attachment; filename=\"{filename}\"")
    return parts("mixed", (PLAIN, "The budget is attached."),
                 (head, base64.b64encode(content).decode()))


def careless_dates():
    add, silent = forged("careless")
    add("date-moved-ids-left", """Date was put back a year; Outlook's Message-ID and the stamps kept
        the day it was sent.""", "anomalous",
        letter(Date=MARCH_16, Message_ID=outlook_id(SIGNED_AT), X_Mailer=OUTLOOK),
        ["embedded-clock:clock-later"])
    add("date-moved-boundary-left", """Date and the typed id were put back a year; Gmail's boundary
        counts microseconds and was left.""", "anomalous",
        multipart(gmail_boundary(SIGNED_AT), Date=MARCH_16, Message_ID="<note1@parti-horizon.example>"),
        ["embedded-clock:clock-later"])
    add("date-moved-thread-index-left", """Date was put back a year; the time in Thread-Index was
        not.""", "anomalous",
        letter(Date=MARCH_16, Message_ID="<note2@parti-horizon.example>",
               Thread_Index=thread_index(SIGNED_AT)), ["embedded-clock:clock-later"])
    add("date-moved-on-ids-left", """Date was moved on by a year and the stamps were taken out; the
        id is a year older.""", "anomalous",
        letter((), Date="Wed, 14 Mar 2018 09:12:44 +0100", Message_ID=outlook_id(SIGNED_AT)),
        ["embedded-clock:clock-earlier"])
    add("date-moved-on-stamps-left", """Date was moved to April; the servers had stamped the mail in
        March.""", "anomalous", letter(Date="Tue, 11 Apr 2017 09:12:44 +0200"),
        ["route-times:date-behind-route"])
    add("date-moved-back-stamps-left", """Date was put back two months and the stamps stand: drafts
        look the same, so nothing is said against it.""", "undetermined", letter(Date=JANUARY),
        ["route-times:date-long-before"])
    add("weekday-left", "The day in Date was changed by hand, the weekday was not.", "anomalous",
        letter(Date="Tue, 15 Mar 2017 09:12:44 +0100", hops=()), ["weekday:date-differs"])
    add("stamp-weekday-left", "The day in a stamp was changed by hand, the weekday was not.",
        "consistent", letter((TOP, at(FIRST, "Tue, 13 Mar 2017 09:12:46 +0100")),
                               Date="Mon, 13 Mar 2017 09:12:44 +0100"), ["weekday:stamp-differs"])


def careless_ids():
    add, silent = forged("careless")
    add("outlook-id-typed", "Outlook is named, and the id has its form with digits typed at random.",
        "anomalous", letter(Message_ID="<000700e3e35c$2d5c1a60$6031a8c0@anna>", X_Mailer=EXPRESS),
        ["client-clock:no-such-time"])
    add("outlook-boundary-typed", "The boundary has Outlook's form with a time that no clock had.",
        "anomalous", multipart("----=_NextPart_000_0001_FFFFFFFF.2D5C1A60", X_Mailer=EXPRESS,
                               Message_ID="<note3@parti-horizon.example>"),
        ["client-clock:no-such-time"])
    add("gmail-boundary-typed", "A Gmail id beside a boundary in Gmail's form, filled at random.",
        "anomalous", multipart("000000000000ffffffffffffff5c", Message_ID="<CAF1@mail.gmail.com>"),
        ["client-clock:no-such-time"])
    add("google-hop-restamped", """The stamp of a Google hop was put back a year; the milliseconds in
        its number were not.""", "anomalous",
        with_lines(letter((), Date=MARCH_16), google_hop(SIGNED_AT,
                                                         "Mon, 14 Mar 2016 01:12:45 -0700 (PDT)")),
        ["hop-clock:outside"])
    add("postfix-number-typed", "A Postfix number typed by hand: its microseconds exceed a second.",
        "anomalous", letter((TOP, FIRST.replace("4B1C22A0", "FB1C22A0"))), ["hop-clock:no-such-time"])
    add("client-id-of-another", """The Bat is named beside an id in Outlook's form, which no relay writes
        anew.""", "anomalous", whole(Message_ID=outlook_id(SIGNED_AT), X_Mailer=BAT),
        ["client-grammar:another-clients-form"])
    add("client-of-the-future", "Thunderbird 68.10.0 is of 2020; Date says 2017.", "anomalous",
        whole(User_Agent=THUNDERBIRD + "68.10.0"), ["client-release:newer-than-date"])
    silent("client-of-another", """Thunderbird is named beside a boundary as Outlook writes it, its time
        fitting Date. No check holds the form of an id against the client named, since gateways and
        archives write ids of their own.""", "consistent",
        multipart(next_part(SIGNED_AT + 3600), User_Agent="Mozilla/5.0 Thunderbird/45.8.0",
                  Message_ID="<note4@parti-horizon.example>"), ["embedded-clock:agrees"])
    silent("reply-to-the-future", """A reply, dated a month before the mail it answers. No check
        reads References against the parent's Date.""", "undetermined",
        letter((), In_Reply_To="<20170414081244.AA01@mail.parti-horizon.example>",
               Subject="Re: Rouen hall, deposit"))
    typed = ("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=gmail.com; s=20210112;\r\n"
             " h=from:to:subject:date; bh=AAAA; b=AAAA")
    gmail = {"From": "Luc <luc.besnard@gmail.com>", "Message_ID": "<note5@gmail.com>"}
    add("selector-not-yet", """A signature field of 2021 pasted into a mail whose Date and stamps say
        2017.""", "contradicted", with_lines(letter(**gmail), typed),
        ["selector-window:all-times-before"], shipped=True)
    add("selector-not-yet-one-clock", "The same with Date alone: one clock is soft.", "anomalous",
        with_lines(letter((), **gmail), typed), ["selector-window:date-before"], shipped=True)


def careless_routes():
    add, silent = forged("careless")
    add("hop-spliced", """The topmost stamp was taken from another mail: it names another server before
        it.""", "consistent", letter((TOP.replace("mx.parti-horizon", "relay.anderswo"), FIRST)),
        ["route-continuity:gap"])
    add("hops-out-of-order", "The stamps were pasted in the wrong order, a week apart.", "undetermined",
        letter((FIRST, at(TOP, "Tue, 21 Mar 2017 09:12:50 +0100")), Date="Tue, 21 Mar 2017 09:10:00 +0100",
               Message_ID="<note6@parti-horizon.example>"), ["route-times:goes-back"])
    add("hop-of-the-future", "One stamp lies two years after the one above it.", "undetermined",
        letter((TOP, at(FIRST, "Thu, 14 Mar 2019 09:12:46 +0100"))), ["route-times:goes-back"])
    add("hop-by-hand", "A stamp typed by hand, without a date.", "undetermined",
        letter((FIRST.rsplit(";", 1)[0],)), ["route-continuity:broken-field"])
    add("gmail-never-at-google", "A Gmail address under a route that never touched Google.",
        "consistent", letter(From="Luc <luc.besnard@gmail.com>"), ["provider-route:not-seen"],
        shipped=True)
    fields, body = mail()
    plain = signed(fields, body)
    mx = "Authentication-Results: mx.parti-horizon.example;\r\n\t"
    add("results-pasted", "Authentication results of another mail: not the last server of this route wrote them.",
        "consistent", with_lines(letter(), f"{mx}dkim=pass header.d={HORIZON} header.b=AAAAAAAA"),
        ["authentication-results:another-server"])
    add("results-pasted-beside-signature", "The same above a mail that bears a signature of its own.",
        "undetermined", with_lines(plain.replace(b"4,000", b"9,000"),
                                   f"{mx}dkim=pass header.d={HORIZON} header.b=AAAAAAAA"),
        ["authentication-results:other-signature"], keys=[HORIZON_KEY])
    add("spf-of-another-hop", "An SPF pass for an address that no stamp names.", "consistent",
        with_lines(letter(), f"{mx}spf=pass smtp.mailfrom={HORIZON} (client-ip=198.51.100.7; helo=x)"),
        ["authentication-results:spf-off-route"])
    add("sender-left", "From was changed to the victim, Sender was left.", "consistent",
        with_lines(letter(), "Sender: Mallory <mallory@evil.example>"), ["other-senders:sender-differs"])


def careless_texts():
    add, silent = forged("careless")
    own = {"keys": [HORIZON_KEY]}
    fields, body = mail()
    plain = signed(fields, body)
    differs, original = ["dkim-signature:headers-hold"], ["repair:original-verified"]
    add("amount-digit-changed", """One digit of the amount in a signed mail was changed: the signed text is found
        again. (Across a case a join then calls it altered, where no relay explains it.)""",
        "undetermined", plain.replace(b"4,000", b"9,000"), original, **own)
    add("paragraph-added", "A paragraph was put into a signed mail: without it the signature holds.", "undetermined",
        plain.replace(b"Anna\r\n", b"The money from abroad stays between us.\r\n\r\nAnna\r\n"), original,
        **own)
    add("subject-changed", "A signed Subject was rewritten.", "undetermined",
        plain.replace(b"Rouen hall, deposit", b"Money from abroad"), ["dkim-signature:headers-differ"], **own)
    add("from-name-changed", "The name in a signed From was exchanged, the address left.", "undetermined",
        plain.replace(b"From: Anna Morel", b"From: Ines Caron"), ["dkim-signature:headers-differ"], **own)
    changes = sheet(PDF)
    fields, body = mail(changes.pop("body"), **changes)
    add("attachment-swapped", "The attachment of a signed mail was exchanged for another.",
        "undetermined", signed(fields, body).replace(
            base64.b64encode(PDF), base64.b64encode(b"%PDF-1.7\n%\xe2\xe3\n9 0 obj\n")), differs, **own)
    fields, body = mail()
    tail = b"\r\nPS: the 400,000 from abroad go through the Rouen account.\r\n"
    add("tail-behind-length", "Text was put behind the length that l= signs.", "consistent",
        signed(fields, body + tail, horizon(fields, body, length=len(body))),
        ["dkim-signature:holds"], ["exposed-tail"], **own)
    other, text = mail(OTHER_BODY, Subject="The money", To="Ivan <ivan@foreign-bank.example>")
    add("signature-pasted", "The signature of another mail was pasted above an invented one.",
        "undetermined", signed(other, text, horizon(fields, body)), ["dkim-signature:both-differ"], **own)
    google = dkim.sign(fields, body, "xgoogle", "1e100.net", "20161025",
                       field="X-Google-DKIM-Signature", hashed="DKIM-Signature")
    add("text-under-google", "The text of a mail that Google's relay signed was changed.",
        "undetermined", signed(fields, OTHER_BODY.encode(), google), ["x-google-signature:differs"],
        keys=[GOOGLE_KEY])
    copied = "z=From:Anna=20Morel=20<anna.morel@parti-horizon.example>|Subject:Rouen=20hall,=20deposit; "
    add("copied-headers-left", "An unsigned Subject was rewritten; z= still holds the one it had.",
        "consistent", signed(replaced(fields, "Subject", "Subject: Burn this"), body, horizon(
            fields, body, headers=unsigned("Subject"), tags=copied)), ["copied-headers:differ"], **own)
    prefix = b"".join(horizon(fields, body).rsplit(b"b=", 1)[1].split())[:8].decode()
    sealed = [horizon(fields, body), *fields]
    sets = dkim.seal(sealed, body, "sealer", "google.com", "arc-20160816",
                     RESULTS.format(HORIZON, prefix), at=SIGNED_AT)
    add("seal-stripped", "The text was changed, and the seal that no longer held was cut out.",
        "undetermined", dkim.render([*sets[1:], GOOGLE_HOP, *sealed], OTHER_BODY.encode()),
        ["arc-chain:incomplete"], keys=[SEALER_KEY], sealers=["google.com"])


def careless_shows():
    add, silent = forged("careless")
    html = {"Content_Type": "text/html; charset=utf-8"}
    add("name-is-an-address", "The victim's address stands as the name of another sender.", "consistent",
        letter(From='"anna.morel@parti-horizon.example" <mallory@evil.example>'),
        ["display-name:other-address"])
    add("name-in-two-alphabets", "A Cyrillic letter inside a Latin name.", "consistent",
        letter(From="=?utf-8?q?=D0=90nna_M=D0=BErel?= <anna.morel@evil.example>"),
        ["display-name:mixed-alphabets"])
    add("domain-homograph", "A domain in Cyrillic letters that look like Latin ones.", "consistent",
        letter(From="Anna Morel <anna@xn--80ak6aa92e.example>"), ["display-name:lookalike-domain"])
    add("hidden-words", "Words of no size change what a program reads, not what is seen.", "consistent",
        letter(body="<p>Pay <span style=\"font-size:0\">not</span> the deposit <font color=\"#ffffff\">"
                    "never</font>.</p>\r\n", **html), ["hidden-text:hidden"])
    add("invisible-letters", "Letters without width, so that no search finds the words.", "consistent",
        letter(body="<p>a\u200bccount p\u200bass\u200bword e\u200bx\u200bpires</p>\r\n", **html),
        ["hidden-text:invisible-letters"])
    text = "The hall in Rouen costs 12,000 euros for the evening, heating included."
    add("one-alternative-changed", "The amount was changed in the HTML and not in the plain text.",
        "consistent", letter(**parts("alternative", (PLAIN, text), (
            HTML, f"<p>{text.replace('12,000', '92,000')}</p>"))), ["alternatives-differ:other-numbers"])
    add("program-as-document", "A program under the name of a document.", "consistent",
        letter(**sheet(b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", "application/octet-stream",
                       "budget.pdf.exe")), ["attachment-type:misleading-name"])
    add("other-kind-attached", "A picture under the name and type of a PDF.", "consistent",
        letter(**sheet(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")), ["attachment-type:other-kind"])


def knowing_signatures():
    add, silent = forged("knowing")
    fields, body = mail(OTHER_BODY)
    own, text = mail()
    add("second-from", "A second From above the signed one: verifiers take the lower, readers the upper.",
        "undetermined", signed([b"From: Ines Caron <ines.caron@gazette.example>", *own], text,
                               horizon(own, text)), ["displayed-headers:second-from"], ["ambiguous"],
        [HORIZON_KEY])
    two = ("--b\r\nContent-Type: text/plain\r\n\r\nDeposit: 4,000 --b\r\nContent-Type: text/html\r\n\r\n"
           "<p>Deposit: 400,000</p>\r\n--b--\r\n")
    mixed, shown = mail(two, Content_Type="multipart/mixed; boundary=b")
    add("parts-read-differently", "A delimiter in mid-line, where readers split differently; all is signed.",
        "undetermined", signed(mixed, shown), ["second-reading:parts-differ"], ["ambiguous"], [HORIZON_KEY])
    swap, seen = mail("Deposit =34=30=30,000 euros=2C burn this=2E\r\n")
    loose = horizon(swap, seen, headers=unsigned("Content-Type", "MIME-Version",
                                                 "Content-Transfer-Encoding"))
    swap = replaced(swap, "Content-Transfer-Encoding", "Content-Transfer-Encoding: quoted-printable")
    add("encoding-exchanged", "The unsigned transfer encoding was exchanged: the signed bytes read otherwise.",
        "undetermined", signed(swap, seen, loose), ["unsigned-reading:other-text"], ["ambiguous"],
        [HORIZON_KEY])
    add("key-of-the-dump", """Signed with a key made for the victim's domain, which only the dump
        holds.""", "consistent", signed(fields, body, horizon(fields, body, name="minted")),
        ["dkim-signature:holds-unanchored-key"], keys=[fact(HORIZON, "h2017", "minted", "D")])
    add("key-factored", "Signed with a 512-bit key of the domain, which anybody factors in a day.",
        "consistent", signed(fields, body, horizon(fields, body, name="weak", selector="s512")),
        ["dkim-signature:holds-short-key"], ["weak-key"], keys=[fact(HORIZON, "s512", "weak")])
    add("key-published", "Signed with a key whose private half the domain published after rotation.",
        "consistent", signed(fields, body, horizon(fields, body, name="exposed", selector="old")),
        ["dkim-signature:holds-exposed-key"],
        keys=[fact(HORIZON, "old", "exposed", private_since="2016-11-01")])
    add("key-of-other-years", "The domain changed hands; its new owner signs a mail of the old one's days.",
        "consistent", signed(fields, body), ["dkim-signature:holds-outside-window"],
        keys=[fact(HORIZON, "h2017", "horizon", first="2019-02-01", last="2020-02-01")])
    add("signed-by-own-domain", "The forger's own domain signs under the victim's address.", "consistent",
        signed(fields, body, evil(fields, body)), ["dkim-signature:holds-unaligned"], keys=[EVIL_KEY])
    passed = RESULTS.format(HORIZON, "AAAAAAAA")
    add("sealed-by-own-relay", "Sealed by the forger's own relay, with a pass that he wrote.", "consistent",
        dkim.render([*dkim.seal(fields, body, "relay", "relay.example", "r1", passed, at=SIGNED_AT),
                     GOOGLE_HOP, *fields], body), ["arc-chain:sealed"],
        keys=[fact("relay.example", "r1", "relay")])
    nofws = dkim.domainkey(own, text, "horizon", HORIZON, "h2017", unsigned())
    add("blanks-moved", "DomainKeys leaves blanks out before it hashes: one was put into an amount.",
        "consistent", signed(own, text.replace(b"12,000", b"1 2,000"), nofws),
        ["dkim-signature:holds-without-blanks"], marks=["weak-key"], keys=[HORIZON_KEY])
    silent("signature-typed", """A signature field with a selector of the domain and random digits: no
        archive has the key, and a lost key looks the same.""", "undetermined",
           signed(fields, body, horizon(fields, body, name="minted", selector="mail2")),
           ["dkim-signature:cannot-tell"])


def knowing_clocks():
    add, silent = forged("knowing")
    silent("all-computed", """An invented mail: Outlook's id counted for the Date, two servers' stamps in
        order, a Postfix number that can be. Agreement supports no more than consistent.""", "consistent",
        letter(body=OTHER_BODY, Message_ID=outlook_id(SIGNED_AT + 20), X_Mailer=OUTLOOK),
        ["embedded-clock:agrees", "route-times:agrees"])
    silent("boundary-computed", "Gmail's boundary counted for the Date that was typed.", "consistent",
           multipart(gmail_boundary(SIGNED_AT), Message_ID="<CAF2@mail.gmail.com>"),
           ["embedded-clock:agrees"])
    silent("bare-invention", "No id, no stamp, no signature: nothing that could disagree.", "undetermined",
           letter((), OTHER_BODY, Message_ID=None))
    silent("date-moved-by-weeks", "Date, its weekday and the date in the id were moved together.",
           "undetermined", letter((), Date="Tue, 10 Jan 2017 09:12:44 +0100",
                                  Message_ID="<20170110081244.7A1C@mail.parti-horizon.example>"))
    silent("date-within-the-queue", "Date was put back four days, which is less than a queue may take.",
           "undetermined", letter((TOP, FIRST), Date="Fri, 10 Mar 2017 09:12:44 +0100",
                                  Message_ID="<note7@parti-horizon.example>"), ["route-times:in-order"])
    silent("date-within-the-hour", "Date was put back by 40 minutes, which a slow server explains.",
           "consistent", letter(Date="Tue, 14 Mar 2017 08:32:44 +0100",
                                Message_ID="<note8@parti-horizon.example>"), ["route-times:agrees"])
    silent("text-of-unsigned-mail", "The text of a real, unsigned mail was changed; every clock stays true.",
           "consistent", letter(body=BODY.replace("4,000", "40,000")), ["route-times:agrees"])
    silent("quoted-text-changed", "In a reply the quoted words were changed; the quoted mail is not there.",
           "consistent", letter(body="Agreed.\r\n\r\n> " + OTHER_BODY.replace("\r\n", "\r\n> ") + "\r\n",
                                Subject="Re: Rouen hall, deposit"), ["route-times:agrees"])
    silent("attachment-of-unsigned-mail", "The attachment of an unsigned mail was exchanged, type and name kept.",
           "consistent", letter(**sheet(b"%PDF-1.7\n%\xe2\xe3\n9 0 obj\n")), ["route-times:agrees"])
    silent("google-hop-copied", "Whole Google hops were copied from a mail of the same minute.", "undetermined",
           with_lines(letter((), OTHER_BODY), google_hop(SIGNED_AT)), ["hop-clock:agree"])


def account_holder():
    add, silent = forged("account-holder")
    own = {"keys": [HORIZON_KEY]}
    fields, body = mail(OTHER_BODY, Date=JANUARY)
    may, april = 1493992930, 1491380000
    add("backdated-and-signed", "Sent in May under a Date of January: the server's t= tells.", "anomalous",
        signed(fields, body, horizon(fields, body, tags=f"t={may}; ")), ["signing-time:signed-later"], **own)
    late, text = mail(OTHER_BODY, Date="Mon, 08 May 2017 10:00:00 +0200")
    add("postdated-and-signed", "Sent in April under a Date of May.", "anomalous",
        signed(late, text, horizon(late, text, tags=f"t={april}; ")), ["signing-time:signed-earlier"], **own)
    add("backdated-outlook", """Sent in March under a Date of January from the victim's Outlook, unsigned: its
        id counts the moment.""", "anomalous",
        letter(body=OTHER_BODY, Date=JANUARY, Message_ID=outlook_id(SIGNED_AT), X_Mailer=OUTLOOK),
        ["embedded-clock:clock-later"])
    add("backdated-webmail", "Sent through Gmail's web page; only a stored copy's Date was put back.",
        "anomalous", with_lines(multipart(gmail_boundary(SIGNED_AT), Date=JANUARY,
                                          Message_ID="<CAF3@mail.gmail.com>"), google_hop(SIGNED_AT)),
        ["embedded-clock:clock-later"])
    now, text = mail()
    add("stored-copy-edited", "A signed mail was edited and put back into the mailbox by IMAP.",
        "undetermined", signed(now, text).replace(b"Friday", b"Monday"), ["dkim-signature:headers-hold"],
        **own)
    add("sent-as-another", "Sent under a second address that the account may use; Sender tells the first.",
        "consistent", with_lines(letter(body=OTHER_BODY), "Sender: <luc@lettres.example>"),
        ["other-senders:sender-differs"])
    silent("backdated-unsigned-time", """Sent under a Date of January; the server signs the Date it is
        given and writes no t=. The mail is as its server sent it; its date is signed, its time unproven.""",
        "verified", signed(fields, body, horizon(fields, body, tags="")), ["dkim-signature:holds"], **own)
    new, text = mail(OTHER_BODY)
    silent("sent-as-the-owner", """Sent from the opened account under the day's own Date: the bytes are the
        server's, and who typed them no mail can tell.""", "verified", signed(new, text),
        ["signing-time:agrees"], **own)
    google = dkim.sign(new, text, "xgoogle", "1e100.net", "20161025",
                       field="X-Google-DKIM-Signature", hashed="DKIM-Signature")
    silent("sent-through-google", "The same from a domain that does not sign, through Google's relay.",
           "consistent", signed(new, text, google), ["x-google-signature:holds"], keys=[GOOGLE_KEY])
    silent("planted-draft", "A draft put into the mailbox: drafts have no route and no signature.",
           "undetermined", letter((), OTHER_BODY, Message_ID=None, X_Mozilla_Draft_Info="internal/draft"))
    silent("planted-sent-item", "A mail put into the folder of sent mail, its Outlook id counted to fit.",
           "consistent", letter((), OTHER_BODY, Message_ID=outlook_id(SIGNED_AT)),
           ["embedded-clock:agrees"])


def odd_clocks():
    odd("travel", "Written on a journey: another zone, the same moment.", "consistent",
        letter(Date="Tue, 14 Mar 2017 17:12:44 +0900"))
    odd("clock-two-hours-fast", "The sender's clock runs two hours ahead of every server.", "undetermined",
        letter(Date="Tue, 14 Mar 2017 11:12:44 +0100"))
    odd("clock-minutes-slow", "The sender's clock is eleven minutes behind.", "consistent",
        letter(Date="Tue, 14 Mar 2017 09:01:44 +0100", Message_ID=outlook_id(SIGNED_AT - 660)))
    odd("zone-never-set", "A machine whose zone was never set calls its local time UTC: an hour ahead.",
        "undetermined", letter(Date="Tue, 14 Mar 2017 09:12:44 +0000"))
    odd("summer-time-on-one-server", "One server has gone over to summer time, the other not.", "consistent",
        letter((at(TOP, "Tue, 14 Mar 2017 10:12:50 +0200"), FIRST)))
    odd("night-of-summer-time", "Sent in the hour that does not exist, on the night of summer time.",
        "consistent", letter((at(TOP, "Sun, 26 Mar 2017 03:30:10 +0200"), at(FIRST, "Sun, 26 Mar 2017 03:30:04 +0200")),
                             Date="Sun, 26 Mar 2017 02:30:00 +0100", Message_ID=outlook_id(1490491800)))
    odd("leap-second", """Sent in the leap second at the end of 2016, which the reader of dates does not
        know: nothing follows.""", "undetermined",
        letter((at(TOP, "Sun, 01 Jan 2017 00:00:04 +0000"), at(FIRST, "Sun, 01 Jan 2017 00:00:01 +0000")),
               Date="Sat, 31 Dec 2016 23:59:60 +0000", Message_ID="<note9@parti-horizon.example>"))
    odd("zone-by-name", "An old client writes its zone as a name.", "undetermined",
        letter(Date="Tue, 14 Mar 2017 03:12:44 EST", Message_ID="<note10@parti-horizon.example>"))
    odd("weekday-in-french", "A client writes the weekday in its own language.", "consistent",
        letter(Date="mar., 14 Mar 2017 09:12:44 +0100"))
    odd("server-clock-of-2000", "A server started again without a battery and stamps the year 2000.",
        "undetermined", letter((at(TOP, "Sat, 1 Jan 2000 00:10:00 +0100"), FIRST)), found=["route-times:goes-back"])
    odd("first-server-clock-of-2000", "The same on the first server: the next one's stamp agrees with Date.",
        "undetermined", letter((TOP, at(FIRST, "Sat, 1 Jan 2000 00:10:00 +0100"))))
    odd("server-weekday-fixed", "A home-made relay writes the same weekday every day.", "consistent",
        letter((TOP, at(FIRST, "Mon, 14 Mar 2017 09:12:46 +0100"))), found=["weekday:stamp-differs"])
    odd("offline-for-weeks", "Written on a boat without a line, sent three weeks later.", "consistent",
        letter(Date="Tue, 21 Feb 2017 09:12:44 +0100", Message_ID=outlook_id(1487664764)),
        found=["route-times:date-long-before"])
    odd("reply-open-for-days", "The window of the reply stood open for three days.", "consistent",
        letter(Message_ID=outlook_id(SIGNED_AT - 3 * DAY)), found=["embedded-clock:near"])
    odd("device-changed", "Begun on a phone, sent from Outlook: the older id was kept.", "consistent",
        letter(Message_ID="<5A1B2C3D-4E5F-4A6B-8C7D-1E2F3A4B5C6D@parti-horizon.example>", X_Mailer=OUTLOOK))
    odd("export-made-new-id", "An export gave an old mail without an id one of its own day.", "undetermined",
        letter((FIRST,), Message_ID=outlook_id(SIGNED_AT + 3 * YEAR)), found=["embedded-clock:made-later"])
    odd("calendar-sent-again", "A calendar sends the invitation of January again, with its first date.",
        "undetermined", letter(Date=JANUARY, Message_ID="<note11@calendar.parti-horizon.example>", **{
            k: v for k, v in parts("alternative", (PLAIN, "Budget meeting"), (
                "Content-Type: text/calendar; method=REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR")).items()}),
        found=["route-times:date-long-before"])
    battery = 315_800_000  # 1980-01-04 01:46:40 UTC
    odd("battery-dead", """The battery of an old machine is empty: its clock stands at January 1980, in Date and
        in Outlook's id alike.""", "undetermined",
        letter(Date="Fri, 04 Jan 1980 02:46:40 +0100", Message_ID=outlook_id(battery), X_Mailer=OUTLOOK),
        found=["route-times:date-long-before"])
    started = ("from mail.parti-horizon.example (mail.parti-horizon.example [192.0.2.25])\r\n\tby "
               "mx.parti-horizon.example with esmtp (Exim 4.84)\r\n\tid 000002-0001Ab-00; "
               "Thu, 01 Jan 1970 00:00:02 +0000")
    odd("relay-without-clock", """A small relay has no clock of its own: it stamped the first second of 1970, and its
        queue number counts the same.""", "undetermined", letter((TOP, started), Date=None))
    odd("signed-on-release", "A moderator released it a day later; the list signed it then.", "consistent",
        letter((at(TOP, "Wed, 15 Mar 2017 18:00:00 +0100"), FIRST), extra=LIST))


def odd_routes():
    fetched = ("from mx.parti-horizon.example [192.0.2.30]\r\n\tby localhost with POP3 (fetchmail-6.3)"
               "\r\n\tfor <luc@localhost> (single-drop); Thu, 13 Apr 2017 21:00:00 +0200 (CEST)")
    odd("fetched-a-month-later", "Fetched by POP a month after it came.", "undetermined",
        letter((fetched, TOP, FIRST)))
    odd("grey-listed", "The first server turned it away twice; it came three days later.", "undetermined",
        letter((at(TOP, "Fri, 17 Mar 2017 11:00:00 +0100"), at(FIRST, "Fri, 17 Mar 2017 10:59:00 +0100"))))
    odd("cluster-behind-nat", "Two machines of one house call each other by other names.", "consistent",
        letter((TOP.replace("mx.parti-horizon", "out7.parti-horizon").replace("192.0.2.30", "198.51.100.3"),
                FIRST)))
    odd("sent-at-the-office", "A Gmail address, sent through the employer's server.", "consistent",
        letter(From="Luc <luc.besnard@gmail.com>"), found=["provider-route:not-seen"], shipped=True)
    odd("newsletter-envelope", "A service sends for the paper: bounces go to the service.", "consistent",
        with_lines(letter(), "Return-Path: <b-77@bounce.mailer-service.example>",
                   "Sender: <news@mailer-service.example>"), found=["other-senders:sender-differs"])
    odd("sent-on-by-hand", "The secretary sent it on with her program's redirect.", "consistent",
        letter(extra=["Resent-From: <office@lettres.example>", "Resent-Date: Tue, 14 Mar 2017 12:00:00 +0100"]),
        found=["other-senders:resent"])
    odd("auto-reply", "An answer from a machine: no envelope sender, an answer's Subject.", "consistent",
        letter(extra=["Return-Path: <>", "Auto-Submitted: auto-replied"], Subject="Out of office: Rouen hall"))
    odd("draft", "A draft has no route and often no id.", "undetermined", letter((), Message_ID=None))
    odd("results-of-another-house", "The copy was forwarded; the results are those of the first house.",
        "consistent", with_lines(letter(), "Authentication-Results: mx.elsewhere.example; spf=pass "
                                 "smtp.mailfrom=parti-horizon.example"),
        found=["authentication-results:another-server"])


def odd_signatures():
    own = {"keys": [HORIZON_KEY]}
    fields, body = mail()
    plain = signed(fields, body)
    lines = [line.encode() for line in LIST]
    footer = body + b"_______________\r\nBudget mailing list\r\nBudget@lists.assembly.example\r\n"
    listed = [f.replace(b"Subject: ", b"Subject: [Budget] ") for f in fields]
    found = ["route-rewrites:relay"]
    hop = ("Received: from lists.assembly.example (lists.assembly.example [192.0.2.77])\r\n\tby mx.parti-"
           "horizon.example (Postfix) with ESMTPS id 5D2E33B1;\r\n\tTue, 14 Mar 2017 09:13:10 +0100 (CET)")
    signature = horizon(fields, body)
    odd("list-footer", "A list put its footer under a signed mail.", "undetermined",
        signed(fields, footer, *lines, signature, hop=hop), found=found, **own)
    odd("list-subject-tag", "A list put its name into Subject.", "undetermined",
        signed(listed, body, *lines, signature, hop=hop), found=found, **own)
    odd("ticket-copies-signature", """A ticket system copies the whole header of a mail, signature included,
        onto its own text.""", "undetermined", signed(*mail("Ticket 77 was opened for you.\r\n", Subject=(
            "[#77] Rouen hall, deposit"), Auto_Submitted="auto-generated"), signature),
        found=["dkim-signature:both-differ"], **own)
    odd("scanner-note", "The gateway put a note above the text: external sender.", "undetermined",
        signed(fields, b"[EXTERNAL] Be careful with links.\r\n\r\n" + body, signature),
        found=["dkim-signature:headers-hold"], **own)
    odd("folded-anew", "A relay folded To anew; relaxed canonicalisation allows it.", "verified",
        plain.replace(b"To: Luc Besnard <", b"To: Luc Besnard\r\n\t<"), **own)
    odd("folded-anew-simple", "The same under simple canonicalisation: the signature breaks.", "undetermined",
        signed(fields, body, horizon(fields, body, canon="simple/simple")).replace(
            b"To: Luc Besnard <", b"To: Luc Besnard\r\n\t<"), found=["dkim-signature:headers-differ"], **own)
    odd("mbox-quoted", "A mailbox put > before a line that begins with From.", "verified",
        signed(*mail(BODY + "\r\nFrom here the train takes an hour.\r\n")).replace(
            b"\r\nFrom here", b"\r\n>From here"), ["repaired"], **own)
    odd("key-forgotten", "The domain rotated its key, and nobody kept the old one.", "undetermined", plain)
    odd("length-and-footer", "The sender signs with l=, the list's footer lies behind it.", "consistent",
        signed(fields, footer, *lines, horizon(fields, body, length=len(body)), hop=hop), ["exposed-tail"],
        **own)
    queued = horizon(fields, body, tags=f"t={SIGNED_AT + 7200}; ")
    odd("signed-after-the-queue", "The mail waited two hours before the border signed it.", "verified",
        signed(fields, body, queued), found=["signing-time:near"], **own)


def odd_shows():
    text = "The hall in Rouen costs 12,000 euros for the evening, heating included."
    odd("html-has-a-link-more", "The HTML of a newsletter says where to read it on the web.", "consistent",
        letter(**parts("alternative", (PLAIN, text), (HTML, f"<p>Read this online</p><p>{text}</p>"))))
    odd("preview-line", "A newsletter hides the line that mailboxes show as a preview.", "consistent",
        letter(body="<div style=\"display:none;max-height:0\">News of March</div><p>The hall.</p>\r\n",
               Content_Type="text/html; charset=utf-8"), found=["hidden-text:preview"])
    odd("attachment-removed", "A filter put a note in place of the attachment.", "consistent",
        letter(**sheet(b"The attachment was removed.\r\n")), found=["attachment-type:other-kind"])
    odd("rtf-named-doc", "Word saves RTF under .doc.", "consistent",
        letter(**sheet(b"{\\rtf1 The hall.}", "application/msword", "budget.doc")))
    odd("name-is-own-address", "The name is the sender's own address.", "consistent",
        letter(From='"anna.morel@parti-horizon.example" <anna.morel@parti-horizon.example>'))
    odd("domain-with-accents", "A domain with accents.", "consistent",
        letter(From="Anna Morel <anna@xn--caf-dma.example>"))
    odd("name-in-two-scripts", "A name written twice, in Latin and in Cyrillic letters.", "consistent",
        letter(From="=?utf-8?q?Anna_=D0=90=D0=BD=D0=BD=D0=B0?= <anna.morel@parti-horizon.example>"))
    odd("bounce-cut-short", "A bounce that quotes the first lines of a multipart and breaks off.",
        "undetermined", letter(body="--b\r\nContent-Type: text/plain\r\n\r\nYour mail was not delivered.\r\n",
                               Content_Type="multipart/report; boundary=b",
                               Content_Transfer_Encoding=None), ["ambiguous"])
    odd("digest-of-mails", "A digest carries whole mails, each with its own Date.", "consistent",
        letter(**parts("digest", ("Content-Type: message/rfc822", f"From: {FROM}\r\nDate: {JANUARY}\r\n"
                                  "Subject: One\r\n\r\nThe first.\r\n"))))


def make():
    fresh("labelled/forged")
    fresh("labelled/odd")
    for part in (careless_dates, careless_ids, careless_routes, careless_texts, careless_shows,
                 knowing_signatures, knowing_clocks, account_holder, odd_clocks, odd_routes,
                 odd_signatures, odd_shows):
        part()
