"""The cases beside the checks: every code of every check, and one malformed mail for each check.

A case is `crates/lydite-core/src/checks/<id>/<name>.eml` and `.toml`: why, origin, the facts given,
and the codes that this one check must report, in order.
"""

import base64
import json
import re
import shutil
from pathlib import Path

import dkim
from cases import (BODY, HORIZON_KEY, OTHER_BODY, SIGNED_AT, evil, fact, horizon, mail, received,
                   replaced, signed, unsigned)
from insider import GOOGLE_HOP, RESULTS

CHECKS = Path(__file__).parents[2] / "crates/lydite-core/src/checks/email"
GOOGLE = ("sealer", "google.com", "arc-20160816")
SEALER_KEY = fact("google.com", "arc-20160816", "sealer")


def case(check, name, why, codes, data, keys=(HORIZON_KEY,), sealers=(), shipped=False):
    folder = CHECKS / check
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.eml").write_bytes(data)
    head = {"why": " ".join(why.split()), "origin": "synthetic, examples/make/checks.py",
            "codes": codes, "sealers": list(sealers), "shipped": shipped}
    text = "".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in head.items())
    for row in keys:
        text += "\n[[keys]]\n" + "".join(
            f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in row.items())
    (folder / f"{name}.toml").write_text(text)


def dkim_signature():
    def add(name, why, codes, data, keys=(HORIZON_KEY,)):
        case("dkim_signature", name, why, codes, data, keys)

    fields, body = mail()
    plain = signed(fields, body)
    add("holds", "Header and body as signed.", ["holds"], plain)
    add("holds-weak-key", "The same with rsa-sha1.", ["holds-weak-key"],
        signed(fields, body, horizon(fields, body, algorithm="rsa-sha1")))
    short = fact("parti-horizon.example", "s512", "weak")
    add("holds-short-key", "A 512-bit key: anyone factors it in a day. Rule 7.", ["holds-short-key"],
        signed(fields, body, horizon(fields, body, name="weak", selector="s512")), [short])
    exposed = fact("parti-horizon.example", "old", "exposed", private_since="2016-12-01")
    add("holds-exposed-key", "The private half was published after rotation. Rule 7.",
        ["holds-exposed-key"],
        signed(fields, body, horizon(fields, body, name="exposed", selector="old")), [exposed])
    add("holds-unanchored-key", "The key is known from the dump alone. Rule 6.",
        ["holds-unanchored-key"], plain, [{**HORIZON_KEY, "grade": "D"}])
    later = {**HORIZON_KEY, "first_seen": "2019-02-01", "last_seen": "2020-02-01"}
    add("holds-outside-window", "The key was seen in use only two years later. Rule 6.",
        ["holds-outside-window"], plain, [later])
    bare = dkim.domainkey(fields, body, "horizon", "parti-horizon.example", "h2017", unsigned())
    add("holds-without-blanks", "DomainKeys with c=nofws, and a blank put into the text afterwards.",
        ["holds-without-blanks"], signed(fields, body.replace(b"12,000", b"12, 000"), bare))
    add("holds-unaligned", "A service of another domain signed.", ["holds-unaligned"],
        signed(fields, body, evil(fields, body)), [fact("evil.example", "e1", "evil")])
    footer = plain + b"_____\r\nmember of the assembly list\r\n"
    add("headers-hold", "A footer was added behind the signed body.", ["headers-hold"], footer)
    add("body-differs", "A footer behind a body that another domain signed.", ["body-differs"],
        signed(fields, body, evil(fields, body)) + b"_____\r\n", [fact("evil.example", "e1", "evil")])
    tagged = plain.replace(b"Subject: Rouen", b"Subject: [assembly] Rouen")
    add("headers-differ", "A list put its tag into Subject.", ["headers-differ"], tagged)
    add("both-differ", "Tag and footer.", ["both-differ"], tagged + b"_____\r\n")
    add("differs-unanchored-key", "The same, under a key known from the dump alone.",
        ["differs-unanchored-key"], tagged + b"_____\r\n", [{**HORIZON_KEY, "grade": "D"}])
    add("cannot-tell", "No key is known for the selector.", ["cannot-tell"], plain, [])
    add("malformed", "The header is cut inside b=, and there is no body.", ["cannot-tell"],
        plain[:plain.index(b" b=") + 40])


def x_google_signature():
    fields, body = mail()
    google = dkim.sign(fields, body, "xgoogle", "1e100.net", "20161025",
                       field="X-Google-DKIM-Signature", hashed="DKIM-Signature")
    data = signed(fields, body, google)
    key = fact("1e100.net", "20161025", "xgoogle")

    def add(name, why, codes, data, keys=(key,)):
        case("x_google_signature", name, why, codes, data, keys)

    add("holds", "Hashed under the name DKIM-Signature.", ["holds"], data)
    add("holds-unanchored-key", "The key is known from the dump alone.", ["holds-unanchored-key"],
        data, [{**key, "grade": "C"}])
    add("differs", "A list added a footer.", ["differs"], data + b"_____\r\n")
    add("cannot-tell", "No key is known.", ["cannot-tell"], data, [])
    add("malformed", "The signature ends in the middle of a tag.", ["cannot-tell"],
        b"X-Google-DKIM-Signature: v=1; a=rsa-sha256; c=rel")


def arc_chain():
    fields, body = mail()
    own = horizon(fields, body)
    prefix = re.sub(rb"\s", b"", own.rsplit(b"b=", 1)[1])[:8].decode()
    results = RESULTS.format("parti-horizon.example", prefix)
    headers = ["DKIM-Signature", *unsigned()]
    sets = dkim.seal([own, *fields], body, *GOOGLE, results, at=SIGNED_AT, headers=headers)
    data = dkim.render([*sets, GOOGLE_HOP, own, *fields], body)

    def add(name, why, codes, data, keys=(SEALER_KEY,), sealers=("google.com",)):
        case("arc_chain", name, why, codes, data, keys, sealers)

    add("sealed-pass", "Sealed on receipt, with an aligned pass.", ["sealed-pass"], data)
    add("sealed", "The sealer is not on the list. Rule 12.", ["sealed"], data, sealers=())
    add("sealed-no-pass", "The sealed results name another domain.", ["sealed"], dkim.render(
        [*dkim.seal([own, *fields], body, *GOOGLE, RESULTS.format("other.example", "AAAAAAAA"),
                    at=SIGNED_AT), GOOGLE_HOP, own, *fields], body))
    add("sealed-unknown-pass", "The sealer's message signature leaves the signature that passed open: "
        "it may be another one now.", ["sealed"], dkim.render(
            [*dkim.seal([own, *fields], body, *GOOGLE, results, at=SIGNED_AT), GOOGLE_HOP, own, *fields],
            body))
    smuggled = results.replace("header.i=@parti-horizon.example",
                               "header.i=@parti-horizon.example(.evil.example")
    add("sealed-smuggled-result", "The result hides the real domain behind a bracket (espoofer A4).",
        ["sealed"], dkim.render([*dkim.seal([own, *fields], body, *GOOGLE, smuggled, at=SIGNED_AT),
                                 GOOGLE_HOP, own, *fields], body))
    add("incomplete", "The seal is missing.", ["incomplete"],
        dkim.render([*sets[1:], GOOGLE_HOP, own, *fields], body))
    failed = dkim.seal([own, *fields], body, *GOOGLE, results, cv="fail", at=SIGNED_AT)
    add("incomplete-cv-fail", "The seal says that the chain had failed.", ["incomplete"],
        dkim.render([*failed, GOOGLE_HOP, own, *fields], body))
    add("cannot-tell", "The key of the seal is not known.", ["cannot-tell"], data, [])
    add("cannot-tell-other-body", "The seals are whole and the body is another.", ["cannot-tell"],
        dkim.render([*sets, GOOGLE_HOP, own, *fields], OTHER_BODY.encode()))
    add("malformed", "A lone seal whose tags are cut off.", ["incomplete"],
        b"ARC-Seal: i=1; a=rsa-sha\r\nFrom: a@b.example\r\n\r\n")


def displayed_headers():
    def add(name, why, codes, data):
        case("displayed_headers", name, why, codes, data, [])

    add("displayed", "One of each.", ["displayed"], signed(*mail()))
    fields, body = mail()
    add("second-from", "From stands twice.", ["displayed", "second-from"],
        dkim.render([b"From: Ines Caron <ines@gazette.example>", *fields], body))
    add("second-from-blank", "The second stands as `From :`, which some readers take for From.",
        ["displayed", "second-from"],
        dkim.render([b"From : Ines Caron <ines@gazette.example>", *fields], body))
    add("repeated", "Subject stands twice.", ["displayed", "repeated"],
        dkim.render([b"Subject: another", *fields], body))
    add("from-has-two-readings", "Two addresses in one From.", ["displayed", "from-has-two-readings"],
        dkim.render(*mail(From="a@one.example, b@two.example")))
    add("repeated-mime-field", "Content-Type stands twice.", ["displayed", "repeated-mime-field"],
        dkim.render([*fields, b"Content-Type: text/html"], body))
    add("malformed", "Bytes that are no header.", ["displayed"], b"\x00\xff\xfe no header\n\n\n")


def route_rewrites():
    def add(name, why, codes, data):
        case("route_rewrites", name, why, codes, data, [])

    fields, body = mail()
    add("route", "One hop.", ["route"], signed(fields, body))
    add("relay", "A mailing list left its field.", ["route", "relay"],
        dkim.render([received(), b"List-Id: <assembly.lists.example>", *fields], body))
    add("malformed", "A Received field without anything in it.", ["route"], b"Received:\r\n\r\n")


def second_reading():
    def add(name, why, codes, data):
        case("second_reading", name, why, codes, data, [])

    parts = "--b\r\n\r\none{0}--b\r\n\r\ntwo\r\n--b--\r\n"
    kind = {"Content_Type": "multipart/mixed; boundary=b"}
    add("same", "Both parsers see two parts.", [], dkim.render(*mail(parts.format("\r\n"), **kind)))
    add("parts-differ", "A delimiter in the middle of a line: the lenient parser splits there.",
        ["parts-differ"], dkim.render(*mail(parts.format(" "), **kind)))
    add("broken", "A NUL in the text: some readers stop there.", ["broken"],
        dkim.render(*mail("Yes.\0 No.\r\n")))
    add("malformed", "A multipart that ends in its header.", ["broken"],
        b"Content-Type: multipart/mixed; boundary=\"b")


def selector_window():
    def add(name, why, codes, data):
        case("selector_window", name, why, codes, data, [], shipped=True)

    def typed(selector, date, *hops, domain="gmail.com"):
        fields, body = mail(From="A <a@gmail.com>", Date=date)
        signature = (f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector};"
                     " h=from:to:subject:date; bh=AAAA; b=AAAA").encode()
        hops = [f"Received: from a by {host} with ESMTP; {at}".encode() for host, at in hops]
        return dkim.render([*hops, signature, *fields], body)

    day = "Tue, 14 Mar {} 09:12:44 +0100"
    add("inside", "In use at that time.", ["inside"], typed("20210112", day.format(2022)))
    add("date-before", "First used in 2021, dated 2017, and the one hop says nothing.",
        ["date-before"], typed("20210112", day.format(2017)))
    add("date-before-one-clock", "Every stamp is old, but one machine made them all.",
        ["date-before"], typed("20210112", day.format(2017), ("mx.example", day.format(2017)),
                               ("mx.example", day.format(2017))))
    add("all-times-before", "Date and two servers' stamps say 2017.", ["all-times-before"],
        typed("20210112", day.format(2017), ("mx.example", day.format(2017)),
              ("relay.example", day.format(2017))))
    add("no-day-in-the-name", "A selector first seen in 2019 whose name carries no day: it may be as "
        "old as its domain.", [], typed("fm1", day.format(2017), ("mx.example", day.format(2017)),
                                                ("relay.example", day.format(2017)), domain="messagingengine.com"))
    fields, body = mail()
    later = (b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=gmail.com; s=20230601;"
             b" h=from:to:subject:date; bh=AAAA; b=AAAA")
    case("selector_window", "typed-beside", "A later selector typed, or left by a resend, beside a "
         "signature of the From domain that holds over Date.", [],
         signed(fields, body, later, horizon(fields, body)), shipped=True)
    add("date-after", "Last used in 2023, dated 2025.", ["date-after"],
        typed("20210112", day.format(2025)))
    add("malformed", "A Date that is none.", [], typed("20210112", "yesterday"))


def signing_time():
    def add(name, why, codes, data, keys=(HORIZON_KEY,)):
        case("signing_time", name, why, codes, data, keys)

    def at(seconds):
        fields, body = mail()
        return signed(fields, body, horizon(fields, body, tags=f"t={SIGNED_AT + seconds}; "))

    add("agrees", "Signed two seconds after Date.", ["agrees"], at(2))
    add("near", "Signed after a night in a queue.", ["near"], at(9 * 3600))
    add("signed-later", "Signed a year after the stated date.", ["signed-later"], at(365 * 86400))
    add("signed-earlier", "Signed a month before the stated date.", ["signed-earlier"],
        at(-30 * 86400))
    add("date-not-covered", "Date is not signed, so t= says nothing about it.", [],
        signed(*mail(), horizon(*mail(), headers=unsigned("Date"))))
    add("malformed", "t= is no number.", [],
        signed(*mail(), horizon(*mail(), tags="t=soon; ")))


def unsigned_reading():
    def add(name, why, codes, data):
        case("unsigned_reading", name, why, codes, data)

    bare = unsigned("Content-Type", "MIME-Version", "Content-Transfer-Encoding")

    def loose(body, **changes):
        fields, body = mail(body, **changes)
        return signed(fields, body, horizon(fields, body, headers=bare))

    add("ascii", "Plain ASCII reads the same whatever the fields say.", [], loose(BODY))
    two = ("--a\r\nContent-Type: text/plain\r\n\r\nYes.\r\n--a--\r\n\r\n"
           "--b\r\nContent-Type: text/plain\r\n\r\nNo.\r\n--b--\r\n")
    add("other-text-boundary", "Two sets of delimiters, and boundary= picks one.",
        ["other-text", "other-text"],
        loose(two, Content_Type="multipart/mixed; boundary=a"))
    beside = "Not for 400,000, never.\r\n\r\n--a\r\n\r\nFor 400,000.\r\n--a--\r\n"
    add("other-text-preamble", "Read as parts, the first line is hidden.", ["other-text"],
        loose(beside, Content_Type="multipart/mixed; boundary=a"))
    many = ("--a\r\nContent-Type: text/plain\r\n\r\nNo.\r\n"
            "--a\r\nContent-Type: text/plain\r\n\r\n> Do you agree?\r\nYes.\r\n--a--\r\n")
    add("other-text-parts", "Read as alternatives, the first part is hidden.", ["other-text"],
        loose(many, Content_Type="multipart/alternative; boundary=a"))
    add("alternative", "One text in two forms: nothing is hidden.", [],
        loose(many.replace("text/plain", "text/html").replace("text/html", "text/plain", 1),
              Content_Type="multipart/alternative; boundary=a"))
    add("other-text-charset", "Letters outside ASCII, the charset not covered and not UTF-8.",
        ["other-text"], loose("caf\xe9 \xa4".encode("latin-1"),
                              Content_Type="text/plain; charset=iso-8859-15",
                              Content_Transfer_Encoding="8bit"))
    add("other-text-type", "Read as HTML, the comment hides the second half.", ["other-text"],
        loose("I agree. <!-- Not. -->\r\n", Content_Type="text/html"))
    add("other-text-encoding", "A plain link whose query reads as an escape under quoted-printable.",
        ["other-text"], loose("see http://x.example/?sum=31000\r\n",
                              Content_Transfer_Encoding="quoted-printable"))
    add("malformed", "The body ends inside a delimiter.", [],
        loose("--", Content_Type="multipart/mixed; boundary=\""))


def copied_headers():
    fields, body = mail()
    same = "z=Subject:Rouen=20hall,=20deposit; "
    case("copied_headers", "no-difference", "The copy equals the field.", [],
         signed(fields, body, horizon(fields, body, tags=same)))
    case("copied_headers", "differ", "A list tagged Subject after signing; z= keeps the original.",
         ["differ"], signed(fields, body, horizon(fields, body, tags=same)).replace(
             b"Subject: Rouen", b"Subject: [list] Rouen"))
    case("copied_headers", "malformed", "z= is no list of fields.", ["differ"],
         signed(fields, body, horizon(fields, body, tags="z==G1|||:; ")))


def rendering():
    fields, body = mail()
    whole = signed(fields, body)
    field = b"X-Lydite-Rendering: mapi; headers="
    case("rendering", "transport-headers", "Outlook kept the header; the text was put under it.",
         ["transport-headers"], field + b"transport\r\n" + whole)
    case("rendering", "properties", "A sent item: Outlook keeps no header of it.", ["properties"],
         field + b"properties\r\n" + dkim.render(fields[:4], body))
    case("rendering", "not-first", "The field stands below: another program wrote it.", [],
         whole.replace(b"From: ", field + b"transport\r\nFrom: ", 1))
    case("rendering", "malformed", "The field says nothing that a rendering says.", [],
         field + b"\xff\xfe; transport\r\n" + whole)


def repair():
    def add(name, why, codes, data, keys=(HORIZON_KEY,)):
        case("repair", name, why, codes, data, keys)

    fields, body = mail()
    plain = signed(fields, body)
    footer = b"_____\r\nmember of the assembly list\r\n"
    tagged = plain.replace(b"Subject: Rouen", b"Subject: [assembly] Rouen")
    add("original-verified", "A list put its tag into Subject and a footer under the text.",
        ["original-verified"], tagged + footer)
    add("original-verified-digit", "12,000 euros became 42,000: one digit, found again.",
        ["original-verified"], plain.replace(b"12,000", b"42,000"))
    add("original-verified-paragraph", "A paragraph was put between two others.",
        ["original-verified"], plain.replace(b"\r\n\r\nAnna", b"\r\nThe rest in cash.\r\n\r\nAnna"))
    wrapped = replaced(fields, "Content-Type", 'Content-Type: multipart/mixed; boundary="wrap"')
    inner = (b"--wrap\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit"
             b"\r\n\r\n" + body + b"--wrap\r\nContent-Type: text/plain\r\n\r\n" + footer + b"--wrap--\r\n")
    add("original-verified-wrapper", "The text became the first part of a wrapper.",
        ["original-verified"], signed(wrapped, inner, horizon(fields, body)))
    via = replaced(fields, "From", "From: Anna Morel via Assembly <list@lists.example>",
                   "Reply-To: Anna Morel <anna.morel@parti-horizon.example>")
    add("original-verified-via", "A list took From over and left the sender in Reply-To.",
        ["original-verified"], signed(via, body, horizon(fields, body)))
    accents = "Déjà payé : 4 000 euros.\r\n"
    said, text = mail(accents, Content_Transfer_Encoding="8bit")
    coded = replaced(said, "Content-Transfer-Encoding", "Content-Transfer-Encoding: base64")
    add("equal-verified", "A relay recoded an 8-bit text as base64: another dress of the same.",
        ["equal-verified"],
        signed(coded, b64lines(text), horizon(said, text)))
    relabelled = replaced(fields, "Content-Transfer-Encoding", "Content-Transfer-Encoding: base64")
    add("label-alone-is-no-dress", "The bytes stand and their label is another: readers show other text.",
        ["original-verified"], signed(relabelled, body, horizon(fields, body)))
    short = fact("parti-horizon.example", "s512", "weak")
    weak = horizon(said, text, name="weak", selector="s512")
    add("equal-consistent", "The same under a key that anyone can factor.", ["equal-consistent"],
        signed(coded, b64lines(text), weak), [short])
    add("original-consistent", "Tag and footer under such a key.", ["original-consistent"],
        signed(fields, body, horizon(fields, body, name="weak", selector="s512")).replace(
            b"Subject: Rouen", b"Subject: [assembly] Rouen") + footer, [short])
    lost = plain.replace(b"heating included", b"wine and heating included")
    add("headers-found", "A tag in Subject; the body lost words for good.", ["headers-found"],
        lost.replace(b"Subject: Rouen", b"Subject: [assembly] Rouen"))
    add("body-found", "A footer; Subject is another one altogether.", ["body-found"],
        plain.replace(b"Subject: Rouen hall, deposit", b"Subject: nothing of the kind") + footer)
    add("nothing-found", "Other words in both.", [],
        lost.replace(b"Subject: Rouen hall, deposit", b"Subject: nothing of the kind"))
    whole = BODY.encode().replace(b"\r\n", b"\n").strip() + b"\n"
    coded_fields, _ = mail(Content_Transfer_Encoding="base64")
    padded = signed(coded_fields, b64lines(whole + b"----\nAnd 9,000 euros in cash to my brother.\n"),
                    horizon(coded_fields, b64lines(whole)))
    add("original-verified-base64", """Words under a line inside base64, beside a list's tag: the
        tag is no cover for them.""", ["original-verified"],
        padded.replace(b"Subject: Rouen", b"Subject: [assembly] Rouen"))
    answered, _ = mail(Reply_To="Anna Morel <anna.morel@parti-horizon.example>")
    add("reply-to-with-another", "Another address behind the one that was signed in Reply-To.",
        ["original-verified"],
        signed(replaced(answered, "Reply-To", "Reply-To: Anna Morel "
                        "<anna.morel@parti-horizon.example> anna.morel@evil.example"), body,
               horizon(answered, body, headers=[*unsigned(), "Reply-To"])))
    add("date-with-another", "A second date as the comment of the signed one.", ["body-found"],
        plain.replace(b"09:12:44 +0100", b"09:12:44 +0100 (Wed, 15 Mar 2017 09:12:44 +0100)"))
    add("date-with-zone", "The name of the zone behind the signed date.", ["equal-verified"],
        plain.replace(b"09:12:44 +0100", b"09:12:44 +0100 (CET)"))
    bare, _ = mail(Content_Type=None, Content_Transfer_Encoding=None, MIME_Version=None)
    typed = signed(bare, body, horizon(bare, body, headers=unsigned()))
    add("type-added", "Signed as having no type, shown as HTML, under a list's footer.",
        ["original-verified"],
        typed.replace(b"\r\nMessage-ID:", b"\r\nContent-Type: text/html\r\nMessage-ID:") + footer)
    add("intact", "What holds is not searched.", [], plain)
    add("malformed", "A real signature over a mail of which nothing is left.", [],
        horizon(fields, body) + b"\r\n\0--\r\n")


def b64lines(text):
    """Base64 as mail carries it."""
    return base64.encodebytes(text).replace(b"\n", b"\r\n")


def make():
    for folder in CHECKS.glob("*/"):
        shutil.rmtree(folder)
    for build in (arc_chain, copied_headers, displayed_headers, dkim_signature, rendering, repair,
                  route_rewrites,
                  second_reading, selector_window, signing_time, unsigned_reading,
                  x_google_signature):
        build()
