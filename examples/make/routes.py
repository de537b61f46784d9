"""The cases beside the checks of routes and of structure: plain mails, hardly any signed."""

import base64
import re

import checks
from cases import BODY, HORIZON_KEY, horizon, mail, signed

FROM = "Anna Morel <anna.morel@parti-horizon.example>"
DATE = "Tue, 14 Mar 2017 09:12:44 +0100"
TOP = ("from mx.parti-horizon.example (mx.parti-horizon.example [192.0.2.30])\r\n"
       "\tby box.lettres.example (Postfix) with ESMTPS id 5C2D33B1\r\n"
       "\tfor <luc@lettres.example>; Tue, 14 Mar 2017 09:12:50 +0100 (CET)")
FIRST = ("from mail.parti-horizon.example (mail.parti-horizon.example [192.0.2.25])\r\n"
         "\tby mx.parti-horizon.example (Postfix) with ESMTPS id 4B1C22A0;\r\n"
         "\tTue, 14 Mar 2017 09:12:46 +0100 (CET)")


def letter(hops=(TOP, FIRST), body=BODY, extra=(), **changes):
    """A mail with these Received values, topmost first, and header lines `extra` above them."""
    fields, body = mail(body, **changes)
    lines = [line.encode() for line in extra]
    lines += [f"Received: {hop}".encode() for hop in hops]
    return b"\r\n".join(lines + fields) + b"\r\n\r\n" + body


def case(check, name, why, codes, data, keys=(), shipped=False):
    checks.case(check, name, why, codes, data, keys, shipped=shipped)
    path = checks.CHECKS / check / f"{name}.toml"
    path.write_text(path.read_text().replace("examples/make/checks.py", "examples/make/routes.py"))


def at(hop, date):
    return hop.rsplit(";", 1)[0] + "; " + date


def route_times():
    def add(name, why, codes, hops=(TOP, FIRST), **changes):
        case("route_times", name, why, codes, letter(hops, **changes))

    add("agrees", "Two organisations' servers, in order, beginning two seconds after Date.", ["agrees"])
    add("in-order", "One organisation's servers only.", ["in-order"],
        (TOP.replace("box.lettres.example", "box.parti-horizon.example"), FIRST))
    add("clocks-differ", "The border's clock is ten minutes ahead.", ["clocks-differ"],
        (TOP, at(FIRST, "Tue, 14 Mar 2017 09:23:46 +0100")))
    add("skew-of-minutes", "Two minutes of skew are no word worth.", ["agrees"],
        (TOP, at(FIRST, "Tue, 14 Mar 2017 09:14:46 +0100")))
    add("goes-back", "A server whose clock stands at the year it was installed.", ["goes-back"],
        (at(TOP, "Sat, 1 Jan 2000 00:10:00 +0100"), FIRST))
    add("date-behind-route", "Date was moved to April; the stamps stand.",
        ["in-order", "date-behind-route"], Date="Tue, 11 Apr 2017 09:12:44 +0200")
    add("first-clock-behind", "The first server's clock stands at the year it was installed; the next agrees.",
        ["in-order"], (TOP, at(FIRST, "Sat, 1 Jan 2000 00:10:00 +0100")))
    add("date-long-before", "A draft of February, sent in March.", ["in-order", "date-long-before"],
        Date="Tue, 14 Feb 2017 09:12:44 +0100")
    add("travel", "Written on a journey: the sender's zone is another, the moment the same.",
        ["agrees"], Date="Tue, 14 Mar 2017 17:12:44 +0900")
    add("summer-time", "One server has gone over to summer time, the other not.", ["agrees"],
        (at(TOP, "Tue, 14 Mar 2017 10:12:50 +0200"), FIRST))
    add("grey-list", "Held for three days on the way.", ["in-order"],
        (at(TOP, "Fri, 17 Mar 2017 11:00:00 +0100"), at(FIRST, "Fri, 17 Mar 2017 10:59:00 +0100")))
    fetched = ("from mx.parti-horizon.example [192.0.2.30]\r\n\tby localhost with POP3 (fetchmail-6.3)"
               "\r\n\tfor <luc@localhost> (single-drop); Thu, 13 Apr 2017 21:00:00 +0200 (CEST)")
    add("fetched-later", "Fetched by POP a month later.", ["in-order"], (fetched, TOP, FIRST))
    add("date-without-zone", "A stamp whose zone is a mere name says no moment.", [],
        (at(FIRST, "Tue, 14 Mar 2017 09:12:46 CEST"),))
    add("no-stamps", "Received fields without dates.", [],
        (TOP.rsplit(";", 1)[0], FIRST.rsplit(";", 1)[0]))
    inside = ("from a.parti-horizon.example (10.0.0.5) by b.parti-horizon.example (10.0.0.6)\r\n"
              "\twith Microsoft SMTP Server id 15.1.845; Tue, 14 Mar 2017 09:12:45 +0100")
    back = inside.replace("a.parti", "c.parti").replace("09:12:45", "09:12:47")
    add("hybrid-loop", "Exchange hands it out and takes it back.", ["agrees"],
        (TOP.replace("09:12:50", "09:12:58"), back, FIRST, inside))
    listed = ("from box.lettres.example (box.lettres.example [192.0.2.40])\r\n\tby in.listes.example"
              " (Postfix) with ESMTP id 77; Wed, 15 Mar 2017 18:00:00 +0100 (CET)")
    add("list-release", "A moderator released it a day later.", ["agrees"], (listed, TOP, FIRST))
    add("malformed", "No date can be read anywhere.", [], ("((((;", "from by; 99 Foo 2017"), Date="soon")


def route_continuity():
    def add(name, why, codes, hops):
        case("route_continuity", name, why, codes, letter(hops))

    add("continuous", "Each server names the one before it.", ["continuous"], (TOP, FIRST))
    add("gap", "The upper server took it from somebody else.", ["gap"],
        (TOP.replace("mx.parti-horizon", "relay.anderswo"), FIRST))
    inside = ("from box.lettres.example (box.lettres.example [10.0.0.7])\r\n"
              "\tby store.lettres.example (Dovecot) with LMTP id 1; Tue, 14 Mar 2017 09:12:51 +0100")
    add("public-behind-private", "Received from outside, handed on inside.",
        ["continuous", "public-behind-private"], (inside, TOP, FIRST))
    add("private-hops", "Two hops inside, names that follow no rule.", ["continuous"],
        (TOP.replace("192.0.2.30", "10.1.1.1"), FIRST.replace("192.0.2.25", "192.168.4.4")))
    add("qmail", "qmail notes its own steps between the hops.", ["continuous"],
        (TOP, "(qmail 44943 invoked by uid 0); 14 Mar 2017 08:12:48 -0000", FIRST))
    add("broken-field", "A field without a date.", ["continuous", "broken-field"],
        (TOP, FIRST.rsplit(";", 1)[0]))
    add("malformed", "Comments left open, no clause.", ["broken-field"], ("((((;", "from by with id"))


def weekday():
    def add(name, why, codes, hops=(TOP, FIRST), **changes):
        case("weekday", name, why, codes, letter(hops, **changes))

    add("agrees", "The weekday fits.", [])
    add("date-differs", "The day was changed, the weekday stands.", ["date-differs"],
        Date="Tue, 15 Mar 2017 09:12:44 +0100")
    add("stamp-differs", "A home-made server's weekday.", ["stamp-differs"],
        (TOP, at(FIRST, "Mon, 14 Mar 2017 09:12:46 +0100")))
    add("other-day-in-utc", "Tuesday where it was written, Monday in Greenwich.", [],
        Date="Tue, 14 Mar 2017 00:12:44 +0100")
    add("no-weekday", "A client that writes none.", [], Date="14 Mar 2017 09:12:44 +0100")
    add("other-language", "A weekday in French is no weekday of the grammar.", [],
        Date="mar., 14 Mar 2017 09:12:44 +0100")
    add("malformed", "A weekday and nothing else.", [], (TOP, "; Fri, x"), Date="Fri,")


def authentication_results():
    fields, body = mail()
    plain = signed(fields, body, horizon(fields, body))
    b = re.search(rb"\bb=([^;]+?)(?:\r\n[A-Z]|;)", plain).group(1)
    prefix = b"".join(b.split())[:8].decode()

    def add(name, why, codes, results, data=plain, above="Authentication-Results"):
        line = f"{above}: {results}\r\n".encode()
        case("authentication_results", name, why, codes, line + data, [HORIZON_KEY])

    mx = "mx.parti-horizon.example"
    passed = f"dkim=pass header.d=parti-horizon.example header.s=h2017 header.b={prefix}"
    add("agrees", "The last server says what we find.", ["agrees", "last-server"], f"{mx};\r\n\t{passed}")
    add("says-other", "It held for the server; the text was changed afterwards.",
        ["says-other", "last-server"], f"{mx}; {passed}", plain.replace(b"4,000", b"9,000"))
    add("other-signature", "The result of another mail.", ["other-signature", "last-server"],
        f"{mx}; dkim=pass header.d=parti-horizon.example header.b=AAAAAAAA")
    add("another-server", "A result from elsewhere.", ["agrees", "another-server"],
        f"mx.anderswo.example; {passed}")
    spf = "spf=pass smtp.mailfrom=parti-horizon.example (client-ip=%s; helo=x)"
    add("spf-on-route", "SPF was asked for the address of the hop.", ["last-server", "spf-on-route"],
        f"{mx}; {spf % '192.0.2.25'}")
    add("spf-off-route", "SPF was asked for an address that no hop names.",
        ["last-server", "spf-off-route"], f"{mx}; {spf % '198.51.100.7'}")
    add("exchange", "Exchange names no server.", ["spf-on-route"],
        "spf=pass (sender IP is 192.0.2.25) smtp.mailfrom=parti-horizon.example; dkim=none")
    add("list-changed-it", "A list tagged the subject after its border wrote the result.",
        ["says-other", "another-server"], f"lists.anderswo.example; {passed}",
        plain.replace(b"Subject: ", b"List-Id: <a.lists.example>\r\nSubject: [a] "))
    odd = plain.replace(b"d=parti-horizon.example", b"d=parti-horizon.example'a.evil.example", 1)
    add("odd-signing-domain", "A quote in d=: espoofer's A4.", ["odd-signing-domain", "last-server"],
        f"{mx}; dkim=none", odd)
    add("malformed", "Comments and quotes left open.", [], '(((;;=; "x; dkim=(', plain)


def other_senders():
    def add(name, why, codes, *extra):
        case("other_senders", name, why, codes, letter(extra=extra))

    add("same-house", "Every sender is at the From domain.", [],
        "Return-Path: <anna.morel@parti-horizon.example>", "Sender: <office@parti-horizon.example>")
    add("bounce", "A bounce has no envelope sender.", [], "Return-Path: <>")
    add("odd-envelope", "A comment in the envelope sender: espoofer's A5.", ["odd-envelope"],
        "Return-Path: <any@parti-horizon.example(a.evil.example>")
    add("odd-envelope-empty", "A comment in place of it: espoofer's A2.", ["odd-envelope"],
        "Return-Path: <(any@parti-horizon.example>")
    add("odd-envelope-quote", "A quote inside the name: espoofer's A6.", ["odd-envelope"],
        "Return-Path: <any@parti-horizon.example'@any.evil.example>")
    add("odd-envelope-route", "A route: espoofer's A7.", ["odd-envelope"],
        "Return-Path: <@parti-horizon.example,@any.example:'any@evil.example>")
    add("envelope-below-from", "A name below the From domain: espoofer's A1.", ["envelope-below-from"],
        "Return-Path: <any@mailfrom.notexist.parti-horizon.example>")
    add("sender-differs", "Sender elsewhere: espoofer's A12.", ["sender-differs"],
        "Sender: <first@evil.example>")
    add("resent", "Resent-From elsewhere: espoofer's A13.", ["resent"],
        "Resent-From: <first@evil.example>")
    add("malformed", "No address anywhere.", ["odd-envelope"], "Return-Path: <<@", "Sender: @@")


def provider_route():
    def add(name, why, codes, hop, **changes):
        data = letter((hop,), **{"From": "Luc <luc.besnard@gmail.com>", **changes})
        case("provider_route", name, why, codes, data, shipped=True)

    google = FIRST.replace("mail.parti-horizon.example", "mail-a.google.com")
    add("through-provider", "The border looked the provider's server up.", ["through-provider"], google)
    add("only-greeted", "Somebody greets with the provider's name.", ["not-seen"],
        google.replace("(mail-a.google.com", "(dsl-17.anderswo.example"))
    add("not-seen", "Sent through the employer's server.", ["not-seen"], FIRST)
    add("private", "A name that a network inside gives itself.", ["not-seen"],
        google.replace("192.0.2.25", "10.0.0.1"))
    add("no-provider", "From is at no provider of the table.", [], FIRST, From=FROM)
    add("malformed", "A route that says nothing.", ["not-seen"], "(((")


def parts(kind, *entities):
    lines = [f"--b\r\n{head}\r\n\r\n{text}\r\n" for head, text in entities]
    return {"body": "".join(lines) + "--b--\r\n", "Content_Transfer_Encoding": None,
            "Content_Type": f"multipart/{kind}; boundary=b"}


PLAIN = "Content-Type: text/plain; charset=utf-8"
HTML = "Content-Type: text/html; charset=utf-8"


def hidden_text():
    def add(name, why, codes, html):
        case("hidden_text", name, why, codes, letter(body=html, Content_Type="text/html; charset=utf-8"))

    add("shown", "Layout that hides nothing.", [],
        "<table style=\"font-size:0\"><td style=\"font-size:14px\">The hall.</td></table>\r\n")
    add("preview", "The preview line of a newsletter.", ["preview"],
        "<div style=\"display:none;max-height:0\">News of March</div><p>The hall.</p>\r\n")
    add("hidden", "Words of no size between those that are read.", ["hidden"],
        "<p>Pay <span style=\"font-size:0\">not</span> the deposit <font color=\"#ffffff\">never</font>."
        "</p>\r\n")
    zero = "\u200b"
    add("invisible-letters", "No search finds these words.", ["invisible-letters"],
        f"<p>a{zero}ccount p{zero}ass{zero}word e{zero}x{zero}pires</p>\r\n")
    add("joiners", "Joiners where a script needs them.", [], "<p>نمی‌خواهم می‌روم خانه‌ها کتاب‌ها نامه‌ها می‌شود</p>\r\n")
    add("malformed", "Tags left open.", [], "<p style=\"<div <<!-- <style><a\r\n")


def alternatives_differ():
    def add(name, why, codes, plain, html):
        case("alternatives_differ", name, why, codes,
             letter(**parts("alternative", (PLAIN, plain), (HTML, html))))

    text = "The hall in Rouen costs 12,000 euros for the evening, heating included."
    add("same-words", "The same text twice.", ["same-words"], text, f"<p>{text}</p>")
    add("entities", "Letters written as entities are the same letters.", ["same-words"],
        "La salle de Rouen coûte trop cher pour la soirée, chauffage inclus.",
        "<p>La salle de Rouen co&ucirc;te trop cher pour la soir&eacute;e, chauffage inclus.</p>")
    add("other-words", "One word stands in the HTML only.", ["other-words"], text,
        f"<p>{text.replace('evening', 'night')}</p>")
    add("other-numbers", "Another sum.", ["other-numbers"], text,
        f"<p>{text.replace('12,', '21,')}</p>")
    add("other-text", "Two texts.", ["other-text"], text,
        "<p>The money from abroad arrived yesterday, nobody must hear about this.</p>")
    add("note", "A note in place of the text is no other text.", [], "Please see HTML.", f"<p>{text}</p>")
    add("malformed", "An alternative that ends in its header.", [], "", "<")


def display_name():
    def add(name, why, codes, sender):
        case("display_name", name, why, codes, letter(From=sender))

    add("plain", "A name.", [], FROM)
    add("own-address", "The name is the address.", [], '"anna@parti-horizon.example" <anna@parti-horizon.example>')
    add("other-address", "Another's address as a name.", ["other-address"],
        '"luc@lettres.example" <anna@parti-horizon.example>')
    add("mixed-alphabets", "A Cyrillic a in a Latin word.", ["mixed-alphabets"],
        "=?utf-8?q?B=D0=B0nk?= <anna@parti-horizon.example>")
    add("two-languages", "Words in two alphabets, each in one.", [],
        "=?utf-8?q?Anna_=D0=90=D0=BD=D0=BD=D0=B0?= <anna@parti-horizon.example>")
    add("turned", "The direction of writing is turned.", ["turned-or-invisible"],
        "=?utf-8?q?Anna_=E2=80=AEknab?= <anna@parti-horizon.example>")
    add("lookalike-domain", "Cyrillic letters that look like a plain name.", ["lookalike-domain"],
        "Anna <anna@xn--80ak6aa92e.example>")
    add("accents", "A domain with accents is no look-alike.", [], "Anna <anna@xn--caf-dma.example>")
    add("malformed", "Nothing but brackets.", [], "<<=?utf-8?q?=FF?= @")


def attachment_type():
    def add(name, why, codes, kind, filename, data):
        head = (f"Content-Type: {kind}; name=\"{filename}\"\r\nContent-Transfer-Encoding: base64\r\n"
                f"Content-Disposition: attachment; filename=\"{filename}\"")
        text = base64.b64encode(data).decode()
        case("attachment_type", name, why, codes,
             letter(**parts("mixed", (PLAIN, "See attached."), (head, text))))

    pdf, program = b"%PDF-1.4\n%\xe2\xe3\n1 0 obj\n", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"
    add("as-stated", "A PDF named so.", [], "application/pdf", "budget.pdf", pdf)
    add("other-kind", "A picture named as a PDF.", ["other-kind"], "application/pdf", "budget.pdf",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    add("program", "An installer, named so.", ["program"], "application/octet-stream", "setup.exe", program)
    add("program-as-document", "A program named as a PDF.", ["other-kind", "program"],
        "application/pdf", "budget.pdf", program)
    add("misleading-name", "Two endings.", ["program", "misleading-name"],
        "application/octet-stream", "budget.pdf.exe", program)
    add("rtf-as-doc", "Word opens RTF under .doc.", [], "application/msword", "budget.doc", b"{\\rtf1 x}")
    add("removed", "A filter put a note in its place.", ["other-kind"], "application/pdf", "budget.pdf",
        b"The attachment was removed.\r\n")
    add("malformed", "No content, no ending.", [], "x", ".", b"")


def second_reading():
    def add(name, why, codes, data):
        case("second_reading", name, why, codes, data)

    body = base64.b64encode(BODY.encode()).decode()
    add("decoded-differently", "A list's footer behind base64.", ["decoded-differently"],
        letter(body=body + "\r\n-- \r\nlist footer\r\n", Content_Transfer_Encoding="base64"))
    add("encoding-in-comment", "A comment inside the encoding's name.", ["broken"],
        letter(**parts("mixed", (PLAIN + "\r\nContent-Transfer-Encoding: bas(c)e64", body))))


def make():
    for build in (route_times, route_continuity, weekday, authentication_results, other_senders,
                  provider_route, hidden_text, alternatives_differ, display_name, attachment_type,
                  second_reading):
        build()
