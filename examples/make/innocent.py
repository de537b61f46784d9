"""The innocent set: odd but untouched mail, with the status it earns exactly."""

import dkim
from cases import (BODY, HORIZON, HORIZON_KEY, OTHER_BODY, SIGNED_AT, fact, fresh, horizon, mail, received,
                   signed, unsigned, write)
from insider import GOOGLE_HOP, RESULTS

GAZETTE_KEY = fact("gazette.example", "g1", "gazette")
LIST_HOP = ("Received: from lists.assembly.example (lists.assembly.example [192.0.2.77])\r\n\tby "
            "mx.parti-horizon.example (Postfix) with ESMTPS id 5D2E33B1\r\n\tfor <luc.besnard@parti-"
            "horizon.example>; Tue, 14 Mar 2017 09:13:10 +0100 (CET)")


def case(name, why, status, data, marks=(), keys=(HORIZON_KEY,), sealers=None):
    """One innocent case; `marks` is the whole list, sorted."""
    head = {"why": why, "expect_status": status, "marks": sorted(marks), "sealers": sealers}
    write("innocent", name, data, head, keys)


def transport():
    fields, body = mail()
    plain = signed(fields, body)
    case("plain-pass", "A signed mail as it was sent.", "verified", plain)
    case("line-ends-lf", "The same saved with bare LF, as on most disks. Rule 10: neutral step.",
         "verified", plain.replace(b"\r\n", b"\n"), ["repaired"])
    fields, body = mail(BODY + "\r\nFrom here the train takes an hour.\r\n")
    stuffed = signed(fields, body).replace(b"\r\nFrom here", b"\r\n>From here")
    case("mbox-stuffed", "A mailbox put > in front of a body line that begins with From. Rule 10.",
         "verified", stuffed, ["repaired"])
    case("mbox-stuffed-lf", "Stuffed and saved with bare LF.", "verified",
         stuffed.replace(b"\r\n", b"\n"), ["repaired"])
    quoted, text = mail(BODY + "\r\n>From here the train takes an hour.\r\n>From me too.\r\n")
    case("stuffed-when-sent", "The body had >From lines when it was signed: nothing to repair.",
         "verified", signed(quoted, text))
    fields, body = mail(BODY + "\r\n\r\n\r\n")
    case("trailing-empty-lines", "Empty lines at the end, which both canonical forms ignore.",
         "verified", signed(fields, body).rstrip(b"\r\n") + b"\r\n")
    case("empty-body", "No body at all.", "verified", signed(*mail("")))
    for canon in ("simple/simple", "relaxed/simple", "simple/relaxed"):
        fields, body = mail()
        case(f"canon-{canon.replace('/', '-')}", f"c={canon}.", "verified",
             signed(fields, body, horizon(fields, body, canon=canon)))
    fields, body = mail()
    folded = signed(fields, body).replace(b"To: Luc Besnard <", b"To:  Luc Besnard\r\n\t<")
    case("refolded-relaxed", "A relay folded To anew; relaxed headers allow it.", "verified", folded)
    fields, body = mail(Subject="Réunion à l'hôtel, été 2017")
    case("eight-bit-subject", "Raw UTF-8 in Subject (RFC 6532).", "verified", signed(fields, body))
    people = ",\r\n\t".join(f"Member {n} <member{n}@parti-horizon.example>" for n in range(400))
    case("long-header", "400 recipients in one To, 20 kB folded.", "verified", signed(*mail(To=people)))
    fields, body = mail()
    case("ascii-type-unsigned", """Content-Type and the transfer encoding are not in h=, as many large
         providers sign; the body is bare ASCII that reads the same in any charset.""", "verified",
         signed(fields, body, horizon(fields, body, headers=unsigned(
             "Content-Type", "MIME-Version", "Content-Transfer-Encoding"))))
    fields, body = mail(dkim.b64(b"The deposit is paid.\r\n") + "\r\n", Content_Transfer_Encoding="base64",
                        Content_Type="text/plain; charset=us-ascii")
    case("base64-type-unsigned", """The same habit with a body in base64: read as plain text it would show
         signs, no other words.""", "verified", signed(fields, body, horizon(
             fields, body, headers=unsigned("Content-Type", "MIME-Version",
                                            "Content-Transfer-Encoding"))))
    fields, body = mail("Done\r\n")
    case("one-word-type-unsigned", """A body of one word that happens to be base64: decoded it is no text at
         all.""", "verified", signed(fields, body, horizon(fields, body, headers=unsigned(
             "Content-Type", "MIME-Version", "Content-Transfer-Encoding"))))
    parts = ("--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe café is paid.\r\n--b1\r\n"
             "Content-Type: text/html; charset=utf-8\r\n\r\n<p>The café is paid.</p>\r\n--b1--\r\n")
    case("multipart-signed-type", "Two alternatives, everything signed.", "verified",
         signed(*mail(parts, Content_Type="multipart/alternative; boundary=b1",
                      Content_Transfer_Encoding="8bit")))


def displayed():
    """Headers as people and programs write them: one reading each."""
    addresses = {
        "from-quoted-comma": '"Morel, Anna" <anna.morel@parti-horizon.example>',
        "from-encoded-name": "=?utf-8?Q?Anna_Morel=2C_tr=C3=A9sorerie?= <anna.morel@parti-horizon.example>",
        "from-bare-address": "anna.morel@parti-horizon.example",
        "from-address-as-name": '"anna.morel@parti-horizon.example" <anna.morel@parti-horizon.example>',
        "from-old-comment": "anna.morel@parti-horizon.example (Anna Morel)",
    }
    for name, value in addresses.items():
        case(name, "A usual way to write From: one reading.", "verified", signed(*mail(From=value)))
    case("to-undisclosed", "To names no one (RFC 5322 §3.4, a group).", "verified",
         signed(*mail(To="undisclosed-recipients:;")))
    case("cc-signed", "A Cc that is signed.", "verified",
         signed(*mail(Cc="Tom Reyes <tom.reyes@parti-horizon.example>")))
    case("no-subject", "No Subject at all.", "verified", signed(*mail(Subject=None)))
    fields, body = mail()
    for name, seconds, what in [("clock-ahead", -240, "The sender's clock runs four minutes ahead."),
                                ("queued", 5400, "The mail waited an hour and a half in a queue.")]:
        case(name, what + " Rule 5: soft, and here nothing.", "verified",
             signed(fields, body, horizon(fields, body, tags=f"t={SIGNED_AT + seconds}; ")))
    case("list-untouched", "Through a list that changed nothing: the signature holds.", "verified",
         signed(fields, body, b"List-Id: <budget.lists.assembly.example>", b"Precedence: list",
                horizon(fields, body), hop=LIST_HOP))
    inner = ("--b2\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee below.\r\n--b2\r\nContent-Type:"
             " message/rfc822\r\n\r\nFrom: Hugo Marchetti <hugo.marchetti@gazette.example>\r\nSubject: Debate"
             "\r\n\r\nShall we?\r\n\r\n--b2--\r\n")
    case("forwarded-inside", "A signed mail that carries another as an attachment.", "verified",
         signed(*mail(inner, Content_Type="multipart/mixed; boundary=b2")))
    sheet = ("--b3\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe sheet.\r\n--b3\r\nContent-Type:"
             " text/csv; name=\"a.csv\"\r\nContent-Disposition: attachment; filename=\"a.csv\"\r\n"
             "Content-Transfer-Encoding: base64\r\n\r\ncG9zdGU7bW9udGFudAo=\r\n--b3--\r\n")
    case("attachment", "A signed mail with an attachment.", "verified",
         signed(*mail(sheet, Content_Type="multipart/mixed; boundary=b3")))
    case("html-only", "HTML and nothing else, its type signed.", "verified",
         signed(*mail("<html><body><p>The deposit is paid.</p></body></html>\r\n",
                      Content_Type="text/html; charset=utf-8")))
    case("base64-body", "The body in base64, as mail in French often is.", "verified",
         signed(*mail(dkim.b64("Réunion à l'hôtel, été 2017.\r\n".encode()) + "\r\n",
                      Content_Transfer_Encoding="base64")))


def keys_and_signers():
    fields, body = mail()
    bank, text = mail(From="Banque Riviere <alertes@banque-riviere.example>")
    case("ed25519", "An Ed25519 signature (RFC 8463).", "verified",
         signed(bank, text, dkim.sign(bank, text, "banque", "banque-riviere.example", "ed1")),
         keys=[fact("banque-riviere.example", "ed1", "banque")])
    news, text = mail(From="Gazette <redaction@gazette.example>")
    gazette = dkim.sign(news, text, "gazette", "gazette.example", "g1", tags=f"t={SIGNED_AT}; ")
    case("rsa-1024", "A 1024-bit key, usual until about 2015. Rule 7: weak-key.", "verified",
         signed(news, text, gazette), ["weak-key"], [GAZETTE_KEY])
    case("rsa-sha1", "rsa-sha1, usual until about 2012. Rule 7: weak-key, never an accusation.", "verified",
         signed(fields, body, horizon(fields, body, algorithm="rsa-sha1")), ["weak-key"])
    case("domainkeys", "A DomainKey-Signature of before 2012, c=nofws: words may have been joined or parted (RFC 4870).",
         "consistent", signed(fields, body, dkim.domainkey(fields, body, "horizon", HORIZON, "h2017",
                                                         unsigned())), ["weak-key"])
    case("expired", "x= passed long ago. Rule 7: expiry and the wall clock do not matter.", "verified",
         signed(fields, body, horizon(fields, body, tags=f"t={SIGNED_AT}; x={SIGNED_AT + 604800}; ")))
    case("length-whole-body", "l= covers every byte: no tail.", "verified",
         signed(fields, body, horizon(fields, body, length=len(body))))
    case("oversigned", "h= names From, Subject and Cc once more than present: nothing was added.",
         "verified", signed(fields, body, horizon(fields, body, headers=[
             *unsigned(), "From", "Subject", "Cc"])))
    case("copied-headers-equal", "z= repeats headers as they stand.", "verified", signed(
        fields, body, horizon(fields, body, tags="z=Subject:Rouen=20hall,=20deposit; ")))
    rotated = [fact(HORIZON, "h2017", "horizon-new", first="2017-07-01", last="2018-06-30"),
               fact(HORIZON, "h2017", "horizon", first="2016-01-04", last="2017-06-30")]
    case("key-rotated", "Two keys were published under one selector, one after the other: the one of the"
         " time opens it.", "verified", signed(fields, body), keys=rotated)
    case("key-supplied", "The key comes from the user's own archive. Rule 6: verified, and says so.",
         "verified", signed(fields, body), ["supplied-key"],
         [fact(HORIZON, "h2017", "horizon", "Supplied", first=None, last=None)])
    case("key-unknown", "Nobody kept the key. Rule 2: nothing for, nothing against.", "undetermined",
         signed(fields, body), keys=[])
    case("key-testing", "The record says t=y, testing: must not lower anything (RFC 6376 §3.6.1).",
         "verified", signed(fields, body), keys=[fact(HORIZON, "h2017", "horizon", extra="t=y; ")])
    broken = signed(fields, body)
    at = broken.index(b"; b=") + 30
    case("signature-damaged", "One character of b= was lost in transport. Rule 2.", "undetermined",
         broken[:at] + (b"A" if broken[at:at + 1] != b"A" else b"B") + broken[at + 1:])
    case("signed-twice", "Signed by the party and by its mailing service; the aligned one counts.",
         "verified", signed(fields, body, horizon(fields, body), dkim.sign(
             fields, body, "mailer", "mailer-service.example", "m1")),
         keys=[HORIZON_KEY, fact("mailer-service.example", "m1", "mailer")])
    other = dkim.sign(fields, OTHER_BODY.encode(), "mailer", "mailer-service.example", "m1")
    case("second-signature-broken", "The service's signature broke, the party's holds. Rule 2.", "verified",
         signed(fields, body, other, horizon(fields, body)),
         keys=[HORIZON_KEY, fact("mailer-service.example", "m1", "mailer")])
    google = dkim.sign(fields, body, "xgoogle", "1e100.net", "20161025",
                       field="X-Google-DKIM-Signature", hashed="DKIM-Signature")
    case("x-google-beside", "Google's relay signed, and the party: the usual Workspace mail.", "verified",
         signed(fields, body, google, horizon(fields, body)),
         keys=[HORIZON_KEY, fact("1e100.net", "20161025", "xgoogle")])
    case("service-unaligned", "A newsletter signed by the mailing service only: body as sent by that"
         " service.", "consistent", signed(fields, body, dkim.sign(
             fields, body, "mailer", "mailer-service.example", "m1")),
         keys=[HORIZON_KEY, fact("mailer-service.example", "m1", "mailer")])
    sub, text = mail(From="Ines Caron <ines.caron@press.parti-horizon.example>")
    case("aligned-parent", "d= is the parent of From's domain: one organisation (RFC 7489 §3.1).",
         "verified", signed(sub, text))
    case("aligned-subdomain", "d= is a subdomain of From's domain: one organisation.", "verified",
         signed(fields, body, horizon(fields, body, domain="bulk.parti-horizon.example")),
         keys=[fact("bulk.parti-horizon.example", "h2017", "horizon")])
    case("domain-case", "From in capitals, d= in small letters.", "verified",
         signed(*mail(From="Anna Morel <Anna.Morel@Parti-Horizon.EXAMPLE>")))
    tenant, text = mail(From="Anna Morel <anna.morel@horizon.example>")
    name = "horizon-example.20150623.gappssmtp.com"
    case("tenant", "Google Workspace's default domain with one hyphen: it can only stand for"
         " horizon.example. Rule 12.", "verified",
         signed(tenant, text, dkim.sign(tenant, text, "xgoogle", name, "20150623")),
         keys=[fact(name, "20150623", "xgoogle")])


def unsettled():
    fields, body = mail()
    case("unsigned", "Most mail of the time was not signed. Rule 2.", "undetermined",
         dkim.render([received(), *fields], body))
    case("bare-note", "A draft: no route, no Message-ID, no signature. Rule 2.", "undetermined",
         dkim.render([f for f in fields if not f.startswith(b"Message-ID")], body))
    signature = horizon(fields, body)
    footer = body + (b"_______________________________________________\r\nBudget mailing list\r\n"
                     b"Budget@lists.assembly.example\r\n")
    listed = [b"List-Id: <budget.lists.assembly.example>", b"Precedence: list",
              b"Sender: budget-bounces@lists.assembly.example",
              b"List-Post: <mailto:budget@lists.assembly.example>"]
    subject = [f.replace(b"Subject: ", b"Subject: [Budget] ") for f in fields]
    case("list-footer", "A mailing list added its footer. Rules 2 and 11: never anomalous.",
         "undetermined", signed(fields, footer, *listed, signature, hop=LIST_HOP))
    case("list-subject", "A mailing list put its tag into Subject. Rules 2 and 11.", "undetermined",
         signed(subject, body, *listed, signature, hop=LIST_HOP))
    case("list-mangled", "Tag in Subject and footer, the usual list. Rules 2 and 11.", "undetermined",
         signed(subject, footer, *listed, signature, hop=LIST_HOP))
    rewritten = [f.replace(b"Anna Morel <anna.morel@parti-horizon.example>",
                           b"Anna Morel via Budget <budget@lists.assembly.example>") for f in subject]
    case("list-from-rewritten", "The list also took From over, for DMARC's sake. Rules 2 and 11.",
         "undetermined", signed([*rewritten, b"Reply-To: anna.morel@parti-horizon.example"], footer,
                                *listed, signature, hop=LIST_HOP))
    own = [signature, *fields]
    prefix = signature.split(b"; b=")[1].split()[0][:8].decode()
    sets = dkim.seal(own, body, "sealer", "google.com", "arc-20160816", RESULTS.format(HORIZON, prefix),
                     at=SIGNED_AT + 2, headers=["DKIM-Signature", *unsigned()])
    case("arc-listed-sealer", "The domain's key is lost, but a listed provider sealed what it saw: an"
         " aligned pass over these very bytes. Rule 12.", "corroborated",
         dkim.render([*sets, GOOGLE_HOP, *own], body), keys=[fact("google.com", "arc-20160816", "sealer")],
         sealers=["google.com"])


def make():
    fresh("innocent")
    transport()
    displayed()
    keys_and_signers()
    unsettled()
