"""The insider set: one case for every hole that rules 1 to 12 of the design close."""

import base64
import re

import dkim
from cases import (BODY, EVIL_KEY, HORIZON, HORIZON_KEY, OTHER_BODY, SIGNED_AT, evil, fact, fresh,
                   horizon, mail, replaced, signed, unsigned, write)

SENT, BODY_CLAIM, HEADERS, DATE = "sent-by-domain", "body-as-sent", "headers-as-sent", "date-as-stated"
ANNA = "Anna Morel <anna.morel@parti-horizon.example>"
MALLORY = "Mallory <mallory@evil.example>"


def case(name, why, attacked, files, keys=(HORIZON_KEY,), item_may=None, may_why=None, others=(),
         sealers=None):
    """One insider case; `others` are (file, expect_status) of further mails of the case."""
    head = {"why": why, "attacked": attacked, "never": ["verified", "corroborated"],
            "item_may": item_may, "item_may_why": may_why, "sealers": sealers}
    write("insider", name, files, head, keys,
          [("others", [{"file": f, "expect_status": s} for f, s in others])])


def from_cases():
    fields, body = mail()
    forged = "From: Ines Caron <ines.caron@gazette.example>"
    case("from-second-above", """A second From above the signed one: verifiers sign from the bottom,
         readers show the top. Rules 8 and 18: exactly one of each displayed header.""",
         [SENT, HEADERS], signed([forged.encode(), *fields], body, horizon(fields, body)))
    case("from-second-spaced", """The second From has a blank before its colon (RFC 5322 §4.5, obsolete):
         a verifier that compares names byte by byte does not see it, readers do. Rules 8 and 18.""",
         [SENT, HEADERS], signed([forged.replace("From:", "From :").encode(), *fields], body,
                                 horizon(fields, body)))
    fields, body = mail(OTHER_BODY, From=MALLORY)
    both = [*fields, f"From: {ANNA}".encode()]
    case("from-second-below", """The attacker's domain signs the lower From, which names the victim,
         while the upper one aligns with the signer; a reader that shows the last From shows the
         victim. Rules 8 and 18.""", [SENT, HEADERS], signed(both, body, evil(both, body)),
         [HORIZON_KEY, EVIL_KEY])
    both = [f"From: {ANNA}".encode(), *fields]
    case("from-second-both-signed", """Two From fields, both signed (h=from:from) by the attacker's
         domain, which aligns with one of them. Covered is not displayed: rule 18.""",
         [SENT, HEADERS], signed(both, body, evil(both, body, headers=["From", *unsigned()])),
         [HORIZON_KEY, EVIL_KEY])
    readings = {
        "from-two-addresses": (f"{MALLORY}, {ANNA}", """One From field with two addresses: the signer
            aligns with one, readers may show the other. Rules 8 and 18."""),
        "from-two-angles": ("<anna.morel@parti-horizon.example> <mallory@evil.example>", """Two angle
            addresses in one From: parsers pick different ones. Rule 18."""),
        "from-encoded-address": ("=?utf-8?B?" + base64.b64encode(
            b"<anna.morel@parti-horizon.example>,").decode() + "?=<mallory@evil.example>",
            """An encoded word that decodes to an address in front of the real one: some readers
            show the decoded address as the sender (USENIX Security 2020). Rules 8 and 18."""),
        "from-nul": ("anna.morel@parti-horizon.example\0<mallory@evil.example>", """A NUL inside From:
            readers that stop there show the victim, the signer aligns with the rest. Rule 18."""),
        "from-bracket-in-name": ('"<anna.morel@parti-horizon.example>" <mallory@evil.example>', """An
            address in brackets inside the quoted name: readers that look for the first bracket show
            it. Rule 18."""),
        "from-address-before": ("anna.morel@parti-horizon.example <mallory@evil.example>", """An address
            where the name stands: readers that look for the first address show it. Rule 18."""),
        "from-bracket-in-comment": ("mallory@evil.example (<anna.morel@parti-horizon.example>)", """An
            address in brackets inside a comment. Rule 18."""),
        "from-source-route": ("<@parti-horizon.example,@any.example:mallory@evil.example>",
            """A source route (RFC 5322 §4.4): readers show different ends. Rule 18."""),
        "from-comment": ("anna.morel@parti-horizon.example(<mallory@evil.example>", """A comment that
            never closes hides one address from some parsers. Rule 18."""),
    }
    for name, (value, why) in readings.items():
        fields, body = mail(OTHER_BODY, From=value)
        case(name, why, [SENT], signed(fields, body, evil(fields, body)), [HORIZON_KEY, EVIL_KEY])
    fields, body = mail(OTHER_BODY, Sender=MALLORY)
    case("from-victim-sender-attacker", """From names the victim, Sender the attacker, whose domain
         signs. Alignment is with From alone: rule 8.""", [SENT],
         signed(fields, body, evil(fields, body)), [HORIZON_KEY, EVIL_KEY])
    fields, body = mail(From="Ines Caron <ines.caron@parti-horizon.example>")
    case("from-not-signed", """The victim's own signature, its h= without From (forbidden by RFC 6376
         §5.4), under a From put in later.""", [SENT, HEADERS],
         signed(fields, body, horizon(fields, body, headers=unsigned("From"))))
    fields, body = mail(OTHER_BODY, From='"anna.morel@parti-horizon.example" <mallory@evil.example>')
    case("from-display-name", """The victim stands only in the display name; address and signature
         are the attacker's. Nothing here was altered: the claim that evil.example sent it may hold,
         the name beside it is no claim of any server.""", [],
         signed(fields, body, evil(fields, body)), [HORIZON_KEY, EVIL_KEY], "verified",
         "as mail of evil.example; never a word about parti-horizon.example")


def unsigned_headers():
    changes = {"Subject": "Subject: Money from abroad, burn this",
               "To": "To: Ivan Petrov <ivan.petrov@foreign-bank.example>",
               "Date": "Date: Fri, 05 May 2017 20:12:44 +0200"}
    for name, new in changes.items():
        fields, body = mail()
        signature = horizon(fields, body, headers=unsigned(name), tags="")
        attacked = [HEADERS, DATE] if name == "Date" else [HEADERS]
        case(f"unsigned-{name.lower()}-changed", f"""{name} is not in h=, so its change leaves the
             signature whole. Rule 8: a displayed header outside the signature keeps the item from
             verified.""", attacked, signed(replaced(fields, name, new), body, signature))
    fields, body = mail()
    plain = horizon(fields, body)
    case("unsigned-cc-added", """A Cc put in beside the signed headers: Cc is not in h=, no verifier
         notices. Rule 8.""", [HEADERS],
         signed([*fields, b"Cc: Ivan Petrov <ivan.petrov@foreign-bank.example>"], body, plain))
    for name in ("Subject", "To", "Date"):
        new = changes[name].encode()
        attacked = [HEADERS, DATE] if name == "Date" else [HEADERS]
        case(f"prepended-{name.lower()}", f"""A second {name} above the signed one; the signature
             takes the lower, readers show the upper. Rules 8 and 18.""", attacked,
             signed([new, *fields], body, plain))
    over = horizon(fields, body, headers=[*unsigned(), "Cc", "Subject"])
    case("oversigned-cc-added", """h= lists Cc although the mail had none, and Subject twice: a Cc
         added later breaks the signature, and must not be waved through as uncovered.""", [HEADERS],
         signed([*fields, b"Cc: Ivan Petrov <ivan.petrov@foreign-bank.example>"], body, over))
    copied = ("z=From:Anna=20Morel=20<anna.morel@parti-horizon.example>|"
              "Subject:Rouen=20hall,=20deposit; ")
    case("copied-headers-differ", """z= carries the Subject as it was at signing, Subject itself is
         not in h= and was changed. Rule 8; the copy shows what stood there.""", [HEADERS],
         signed(replaced(fields, "Subject", changes["Subject"]), body,
                horizon(fields, body, headers=unsigned("Subject"), tags=copied)))
    case("signed-subject-changed", """A signed Subject rewritten: the signature is real, over other
         headers.""", [HEADERS], signed(replaced(fields, "Subject", changes["Subject"]), body, plain))
    for name, line, what in [
            ("header-blank-fold", b"X-Note: a\r\n \r\n\tThe deposit is 400,000 euros, burn this.",
             "a folded line of blanks only, which some readers take for the end of the header"),
            ("header-carriage-return", b"X-Note: a\rSubject: Burn this\r\r<p>The deposit is 400,000 euros.",
             "a carriage return alone, where some readers end the line, and two, where they begin the body"),
            ("header-name-with-blank", b"X Note: The deposit is 400,000 euros, burn this.",
             "a field name with a blank in it, where some readers let the body begin"),
            ("header-line-without-colon", b"The deposit is 400,000 euros, burn this.",
             "a line without a colon, where some readers let the body begin")]:
        case(name, f"""Unsigned, below the signed headers: {what}; then the text behind it is shown above
             the signed body. Rule 18.""", [BODY_CLAIM], signed([*fields, line], body, plain))
    nul, body = mail(Subject="Rouen hall\0, deposit of 400,000")
    case("subject-nul", """A NUL inside a signed Subject: some readers show the part before it, some
         the whole. Rule 18.""", [HEADERS], signed(nul, body))


def body_tails():
    fields, body = mail()
    tail = b"\r\nPS: the 400,000 from abroad go through the Rouen account. Burn this.\r\n"
    case("tail-appended", """l= covers the body that was sent; text was appended behind it. Rule 8:
         the tail is outside coverage (exposed-tail).""", [BODY_CLAIM],
         signed(fields, body + tail, horizon(fields, body, length=len(body))))
    case("tail-everything", """l=0 signs no byte of the body: any body passes. Rule 8.""",
         [BODY_CLAIM], signed(fields, OTHER_BODY.encode(), horizon(fields, body, length=0)))
    long = horizon(fields, body, length=len(body)).replace(b"l=%d" % len(body), b"l=9999")
    case("tail-length-too-long", """l= larger than the body (RFC 6376 §3.5): the body was cut, or l=
         edited. Nothing to verify.""", [BODY_CLAIM], signed(fields, body, long))
    shown = part(BODY).encode() + b"--in--\r\n"
    fields, _ = mail(Content_Type="multipart/mixed; boundary=in")
    signature = horizon(fields, shown, length=len(shown), headers=unsigned("Content-Type"))
    case("tail-new-boundary", """l= and an unsigned Content-Type: a part behind the signed length, and a
         boundary that shows only that part. Rule 8.""", [BODY_CLAIM],
         signed(replaced(fields, "Content-Type", "Content-Type: multipart/mixed; boundary=out"),
                shown + part(OTHER_BODY, boundary="out").encode() + b"--out--\r\n", signature))
    html = b"<html><body><p>Deposit: 4,000 euros.</p></body></html>\r\n"
    fields, _ = mail(Content_Type="text/html; charset=utf-8")
    case("tail-html-overlay", """l= on an HTML body: an appended style sheet hides the signed text
         and shows the attacker's. Rule 8.""", [BODY_CLAIM],
         signed(fields, html + b"<style>p{display:none}</style><div>Deposit: 400,000 euros.</div>"
                b"\r\n", horizon(fields, html, length=len(html))))


def part(text, kind="text/plain", boundary="in"):
    return f"--{boundary}\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{text}\r\n"


def readings():
    """Rule 8: the bytes are covered, the way to read them is not."""
    no_type = unsigned("Content-Type", "MIME-Version", "Content-Transfer-Encoding")
    two = ("--one\r\nContent-Type: text/plain\r\n\r\n" + BODY + "\r\n--one--\r\n"
           "--two\r\nContent-Type: text/plain\r\n\r\n" + OTHER_BODY + "\r\n--two--\r\n")
    swaps = {
        "boundary-swap": (two, {"Content_Type": "multipart/mixed; boundary=one"},
            {"Content-Type": "Content-Type: multipart/mixed; boundary=two"},
            "Another boundary shows another part of the same signed bytes"),
        "charset-swap": ("The deposit is +ADQALAAwADAAMA- euros, +AGI-urn this.\r\n",
            {"Content_Type": "text/plain; charset=us-ascii"},
            {"Content-Type": "Content-Type: text/plain; charset=utf-7"},
            "Another charset turns harmless signs into other words"),
        "charset-swap-8bit": ("Réunion à l'hôtel, été 2017.\r\n".encode("latin-1"),
            {"Content_Type": "text/plain; charset=iso-8859-1", "Content_Transfer_Encoding": "8bit"},
            {"Content-Type": "Content-Type: text/plain; charset=windows-1251"},
            "8-bit bytes read in another charset are other letters"),
        "encoding-swap": ("Deposit =34=30=30,000 euros=2C burn this=2E\r\n", {},
            {"Content-Transfer-Encoding": "Content-Transfer-Encoding: quoted-printable"},
            "Another transfer encoding decodes the signed signs to other text"),
        "type-swap-html": ("<!-- " + BODY + " --><p>The 400,000 from abroad are here.</p>\r\n", {},
            {"Content-Type": "Content-Type: text/html; charset=utf-8"},
            "Read as HTML, the text that was visible becomes a comment"),
        "type-removed": (two, {"Content_Type": "multipart/mixed; boundary=one"},
            {"Content-Type": "Content-Type: text/plain"},
            "Without its multipart type the whole source is shown as text, hidden part included"),
    }
    for name, (text, base, swap, what) in swaps.items():
        fields, body = mail(text, **base)
        signature = horizon(fields, body, headers=no_type)
        for header, new in swap.items():
            fields = replaced(fields, header, new)
        case(f"reading-{name}", f"""{what}; the field that says how to read is not in h=, so the
             signature holds. Rule 8: ambiguous, not verified.""", [BODY_CLAIM],
             signed(fields, body, signature))


    signature = horizon(*mail(two, Content_Type="multipart/mixed; boundary=one"), headers=no_type)
    fields, body = mail(two, Content_Type="multipart/mixed; boundary=two")
    case("reading-signed-by-another", """The boundary swap, then sent through a server of the attacker's
         own, whose signature covers Content-Type as it is now. Only a signature of the From domain
         says how its text is to be read. Rule 8.""", [BODY_CLAIM],
         signed(fields, body, evil(fields, body), signature), [HORIZON_KEY, EVIL_KEY])
    beside = "No, I do not take the 400,000.\r\n\r\n--x\r\n\r\nI take the 400,000.\r\n--x--\r\n"
    parts = ("--in\r\nContent-Type: text/plain\r\n\r\nNo, and I never said this:\r\n"
             "--in\r\nContent-Type: text/plain\r\n\r\nI take the 400,000.\r\n--in--\r\n")
    for name, text, kind, what in [
            ("preamble", beside, "multipart/mixed; boundary=x", "Read as parts, the first line, which was "
             "the answer, is hidden"),
            ("alternative", parts, "multipart/alternative; boundary=in", "Read as alternatives, only the "
             "last part is shown")]:
        fields, body = mail(text)
        signature = horizon(fields, body, headers=no_type)
        case(f"reading-hidden-{name}", f"""{what}; Content-Type is not in h=, so the signature holds.
             Rule 8: ambiguous, not verified.""", [BODY_CLAIM],
             signed(replaced(fields, "Content-Type", f"Content-Type: {kind}"), body, signature))
    bare = dict.fromkeys(("MIME_Version", "Content_Type", "Content_Transfer_Encoding"))
    fields, body = mail("Deposit =34=30=30,000 euros=2C burn this=2E\r\n", **bare)
    case("reading-encoding-added", """No MIME field was there when it was signed; one that says
         quoted-printable was added and shows other words. Rule 8: ambiguous, not verified.""",
         [BODY_CLAIM], signed([*fields, b"MIME-Version: 1.0",
                               b"Content-Transfer-Encoding: quoted-printable"], body,
                              horizon(fields, body, headers=no_type)))


def mime_ambiguity():
    """Rule 18: everything is signed, from an opened account say, and still parsers disagree."""
    close, two_types = "--in--\r\n", "text/plain; charset=utf-8\r\nContent-Type: text/html; charset=utf-8"
    mixed = "multipart/mixed; boundary=in"
    shown, hidden = part(BODY), part(OTHER_BODY)
    shapes = {
        "boundary-midline": (mixed, "--in\r\nContent-Type: text/plain\r\n\r\nDeposit: 4,000 --in\r\n"
            "Content-Type: text/html\r\n\r\n<p>Deposit: 400,000</p>\r\n" + close,
            "the boundary stands in the middle of a line"),
        "two-content-types": (two_types, "<!-- " + BODY + " --><p>Deposit: 400,000</p>\r\n",
            "two Content-Type fields"),
        "two-boundaries": ("multipart/mixed; boundary=in; boundary=out", shown + close
            + part(OTHER_BODY, boundary="out") + "--out--\r\n", "the boundary parameter is repeated"),
        "nested-same-boundary": (mixed, "--in\r\nContent-Type: multipart/alternative; boundary=in\r\n"
            "\r\n" + shown + close + hidden + close, "an inner multipart uses the outer boundary"),
        "nul-in-boundary": ("multipart/mixed; boundary=\"in\0x\"", shown + close
            + "--in\0x\r\nContent-Type: text/plain\r\n\r\n" + OTHER_BODY + "\r\n--in\0x--\r\n",
            "a NUL stands in the boundary"),
        "nul-in-body": ("text/plain; charset=utf-8", "Deposit: 4,000\0 no, 400,000 euros\r\n",
            "a NUL stands in the text"),
        "missing-close": ("multipart/mixed; boundary=in-out", "--in-out\r\nContent-Type: multipart/"
            "alternative; boundary=in\r\n\r\n" + shown + "--in-out\r\nContent-Type: text/html\r\n\r\n"
            "<p>Deposit: 400,000</p>\r\n--in-out--\r\n",
            "an inner multipart is not closed and its boundary begins like the outer one"),
        "encoded-boundary": ("multipart/mixed; boundary==?utf-8?q?in?=", shown + close + "--=?utf-8?"
            "q?in?=\r\n\r\n" + OTHER_BODY + "\r\n--=?utf-8?q?in?=--\r\n",
            "the boundary is an encoded word, which some readers decode"),
        "charset-twice": ("text/plain; charset=us-ascii; charset=utf-7",
            "The deposit is +ADQALAAwADAAMA- euros.\r\n", "the charset parameter is repeated"),
        "bare-cr": (mixed, "--in\r\nContent-Type: text/plain\r\n\r\nDeposit: 4,000\r--in\rContent-Type:"
            " text/html\r\r<p>400,000</p>\r\n" + close, "a bare CR may or may not end a line"),
    }
    for name, (kind, text, what) in shapes.items():
        fields, body = mail(text, Content_Type=kind)
        lines = [part for f in fields for part in re.split(rb"\r\n(?=[A-Z])", f)]
        headers = unsigned() + (["Content-Type"] if len(lines) > len(fields) else [])
        case(f"mime-{name}", f"""All is signed, but {what}, and readers show different text. Rule
             18: show both, ambiguous, not verified.""", [BODY_CLAIM],
             signed(lines, body, horizon(lines, body, headers=headers)))
    case("mime-headerless", """An empty line before the header: some readers skip it and show a signed
         mail, strict ones see a body without any header. Rule 18.""", [SENT, HEADERS],
         b"\r\n" + signed(*mail()))


def copies():
    fields, body = mail()
    original = signed(fields, body)
    signature = horizon(fields, body)
    case("copied-signature-same-headers", """Every header and the signature of a real mail over
         another body. The body hash tells.""", [BODY_CLAIM],
         {"mail.eml": signed(fields, OTHER_BODY.encode(), signature), "original.eml": original},
         others=[("original.eml", "verified")])
    other, text = mail(OTHER_BODY, Subject="Money from abroad", Date="Fri, 05 May 2017 19:02:10 +0200",
                       Message_ID="<20170505170210.11FF@mail.parti-horizon.example>")
    case("copied-signature-other-letter", """The signature of a real mail pasted on another letter:
         the digest inside it is that of the real one.""", [SENT, BODY_CLAIM, HEADERS],
         {"mail.eml": signed(other, text, signature), "original.eml": original},
         others=[("original.eml", "verified")])
    edited = body.replace(b"4,000", b"400,000")
    case("body-amount-edited", """One figure of a signed body changed, signature left in place.""",
         [BODY_CLAIM], signed(fields, edited, signature))
    patched = re.sub(rb"bh=[^;]+", b"bh=" + dkim.b64(dkim.digest("rsa-sha256", edited)).encode(),
                     signature)
    case("body-hash-patched", """Body changed and bh= set to the new body: bh= stands inside the
         signed field, so now the headers differ.""", [BODY_CLAIM, HEADERS],
         signed(fields, edited, patched))


def key_cases():
    fields, body = mail()
    weak = horizon(fields, body, name="weak", selector="old")
    for name, grade, why in [("key-512-made-today", "C", """A 512-bit key cannot tell old mail from mail
            made today: factoring costs a few euros. It stands in the facts only as recovered."""),
            ("key-512-archived", "A", """A 512-bit key, really published by the domain at the time: judged
            at acquisition it can be factored, so anybody can sign with it.""")]:
        case(name, why + " Rule 7: at most consistent.", [SENT, BODY_CLAIM, HEADERS],
             signed(fields, body, weak), [fact(HORIZON, "old", "weak", grade), HORIZON_KEY])
    minted = horizon(*mail(OTHER_BODY), name="minted", selector="mail2")
    case("selector-minted-recovered", """A key of the attacker's own making under a selector name of
         the victim's domain; recovered from a pair of signatures of this dump (grade D). Rule 6.""",
         [SENT, BODY_CLAIM, HEADERS], signed(*mail(OTHER_BODY), minted),
         [HORIZON_KEY, fact(HORIZON, "mail2", "minted", "D")])
    case("selector-minted-many", """The same with two hundred planted mails, so that the key looks well
         attested inside the dump (grade C). Rules 1 and 6.""", [SENT, BODY_CLAIM, HEADERS],
         signed(*mail(OTHER_BODY), minted), [HORIZON_KEY, fact(HORIZON, "mail2", "minted", "C")])
    case("selector-minted-unknown", """A selector nobody ever saw. Rules 2 and 6: no key, no support,
         no accusation.""", [SENT, BODY_CLAIM, HEADERS], signed(*mail(OTHER_BODY), minted))
    case("key-in-dump", """The key that opens the signature stands in the dump itself, in a header and
         in a text file beside the mail. Rule 6: keys found inside a dump never anchor.""",
         [SENT, BODY_CLAIM, HEADERS],
         {"mail.eml": signed([*mail(OTHER_BODY)[0], b"X-Public-Key: mail2._domainkey." + HORIZON.encode()
                              + b" " + dkim.record("minted").encode(),
                              b"Autocrypt: addr=anna.morel@parti-horizon.example; keydata="
                              + dkim.b64(dkim.record("minted").encode()).encode()],
                             mail(OTHER_BODY)[1], minted),
          "keys.txt": f"mail2._domainkey.{HORIZON}\t{dkim.record('minted')}\tour DNS\n".encode()}, [])
    windows = {"key-window-before": ("2018-02-01", "2019-11-30", "first seen a year after the mail"),
               "key-window-after": ("2012-03-01", "2015-04-30", "last seen two years before the mail")}
    for name, (first, last, what) in windows.items():
        case(name, f"""The domain's key, archived, but {what}: a domain can change hands. Rule 6: a key
             speaks only for its observed window.""", [SENT, BODY_CLAIM, HEADERS, DATE],
             signed(fields, body), [fact(HORIZON, "h2017", "horizon", first=first, last=last)])
    exposed = horizon(fields, body, name="exposed", selector="rotated")
    for name, since in [("key-private-half-public", "2016-11-01"),
                        ("key-private-half-public-later", "2017-09-01")]:
        case(name, """The private half of the key is public by the day the dump was acquired, so anybody
             can have made this signature, with any date. Rule 7: judged at the earliest proven
             existence of the bytes, by default the acquisition.""", [SENT, BODY_CLAIM, HEADERS],
             signed(fields, body, exposed),
             [fact(HORIZON, "rotated", "exposed", private_since=since), HORIZON_KEY])
    restricted = {"key-other-service": ("s=tlsrpt; ", "s= allows another service than mail"),
                  "key-other-hash": ("h=sha1; ", "h= does not allow SHA-256")}
    for name, (extra, what) in restricted.items():
        case(name, f"""The record's {what}: RFC 6376 §3.6.1, the key is not for this.""",
             [SENT, BODY_CLAIM, HEADERS], signed(fields, body),
             [fact(HORIZON, "h2017", "horizon", extra=extra)])
    case("key-revoked", """The only record known has an empty p=: revoked (RFC 6376 §3.6.1).""",
         [SENT, BODY_CLAIM, HEADERS], signed(fields, body),
         [fact(HORIZON, "h2017", None, record="v=DKIM1; k=rsa; p=")])
    lax = horizon(*mail(OTHER_BODY), name="cube", selector="e3", crypter=lambda name, _, data:
                  dkim.lax_cube(name, data))
    case("rsa-lax-padding", """Public exponent 3 and a cube root instead of a signature: a verifier that
         ignores what stands behind DigestInfo takes it (Bleichenbacher 2006). No private key was
         used.""", [SENT, BODY_CLAIM, HEADERS], signed(*mail(OTHER_BODY), lax),
         [fact(HORIZON, "e3", "cube")])
    late, text = mail(OTHER_BODY)
    case("selector-not-yet", """A selector the domain first used in 2021, under a Date and a route of
         2017. Rule 6: the key's window; rule 5 by margin.""", [DATE, SENT],
         signed(late, text, horizon(late, text, selector="h2021", name="horizon-new", tags="")),
         [HORIZON_KEY, fact(HORIZON, "h2021", "horizon-new", first="2021-09-01", last="2023-04-11")])


def foreign_signers():
    fields, body = mail(OTHER_BODY)
    domains = {
        "signer-attacker-domain": ("evil.example", "the attacker's own domain"),
        "signer-victim-as-label": ("parti-horizon.example.evil.example",
            "a domain that only begins with the victim's name"),
        "signer-victim-as-suffix": ("evilparti-horizon.example",
            "a domain that only ends in the victim's name, without the dot"),
        "signer-lookalike": ("xn--parti-horzon-hib.example", "a domain that only looks like the victim's"),
        "signer-top-level": ("example", "a top-level domain: a public suffix is nobody's"),
    }
    for name, (domain, what) in domains.items():
        case(name, f"""A real signature of {what}, under a From of the victim. Alignment (rule 8,
             RFC 7489 §3.1): at most consistent, as sent by that signer.""", [SENT],
             signed(fields, body, evil(fields, body, domain=domain)),
             [HORIZON_KEY, fact(domain, "e1", "evil")])
    twice = dkim.sign(fields, body, "evil", "evil.example", "e1", tags=f"d={HORIZON}; ")
    case("signer-domain-twice", """d= stands twice, the attacker's and the victim's: a repeated tag makes
         the signature void (RFC 6376 §3.2).""", [SENT], signed(fields, body, twice),
         [HORIZON_KEY, EVIL_KEY])
    suffixes = {"signer-public-suffix": ("horizon-exemple.co.uk", "co.uk"),
                "signer-same-suffix": ("horizon-exemple.co.uk", "evil-exemple.co.uk"),
                "signer-private-suffix": ("horizon-exemple.github.io", "evil-exemple.github.io")}
    for name, (victim, domain) in suffixes.items():
        fields, body = mail(OTHER_BODY, From=f"Anna Morel <anna.morel@{victim}>",
                            Message_ID=f"<20170314081244.7A1C@{victim}>")
        case(name, f"""d={domain} under From @{victim}: they share only a public suffix. The public
             suffix list decides, private section too: not aligned.""", [SENT],
             signed(fields, body, evil(fields, body, domain=domain)), [fact(domain, "e1", "evil")])
    fields, body = mail(OTHER_BODY)
    tenant = "parti-horizon-example.20150623.gappssmtp.com"
    case("signer-ambiguous-tenant", """A Google Workspace default domain whose hyphens may stand for dots:
         parti.horizon.example and parti-horizon.example give the same name. Rule 12: not aligned.""",
         [SENT], signed(fields, body, dkim.sign(fields, body, "xgoogle", tenant, "20150623")),
         [HORIZON_KEY, fact(tenant, "20150623", "xgoogle")])
    case("identity-outside-domain", """i= names another domain than d= (RFC 6376 §3.5 forbids it): such a
         signature is none.""", [SENT],
         signed(*mail(), horizon(*mail(), tags="i=editor@gazette.example; ")))
    case("identity-sub-forbidden", """The key says t=s, so i= must be in d= itself and not in a
         subdomain (RFC 6376 §3.6.1).""", [SENT],
         signed(*mail(), horizon(*mail(), tags="i=@press.parti-horizon.example; ")),
         [fact(HORIZON, "h2017", "horizon", extra="t=s; ")])
    google = dkim.sign(fields, body, "xgoogle", "1e100.net", "20161025",
                       field="X-Google-DKIM-Signature", hashed="DKIM-Signature")
    case("x-google-only", """X-Google-DKIM-Signature alone speaks for Google's relay, not for the domain
         of From. Rule 12: consistent.""", [SENT], signed(fields, body, google),
         [HORIZON_KEY, fact("1e100.net", "20161025", "xgoogle")])


def dates():
    fields, body = mail(OTHER_BODY, Date="Mon, 09 Jan 2017 10:00:00 +0100")
    later = 1493992930  # 2017-05-05
    case("backdated-time-signed", """Sent from an opened account in May with a Date of January: the
         victim's server signs it, and t= tells. Rules 3 and 9: Date as stated needs a signed t= that
         agrees; the item is never above its worst displayed claim.""", [DATE],
         signed(fields, body, horizon(fields, body, tags=f"t={later}; ")))
    paid, text = mail("The deposit is now here.\r\n")
    nofws = dkim.domainkey(paid, text, "horizon", HORIZON, "h2017", unsigned())
    case("blanks-moved", """DomainKeys with c=nofws leaves every blank out before it hashes: one taken out
         of the text makes another word. Rule 10: no neutral step.""", [BODY_CLAIM, HEADERS],
         signed(paid, text.replace(b"now here", b"nowhere"), nofws))
    case("backdated-no-time", """The same without t=: nothing proves when it was signed. Rule 9: date as
         signed, time unproven.""", [DATE], signed(fields, body, horizon(fields, body, tags="")),
         item_may="verified", may_why="the server did sign this Date; only its truth is open")


GOOGLE_HOP = (b"Received: from mail.parti-horizon.example (mail.parti-horizon.example. [192.0.2.25])\r\n"
              b"\tby mx.google.com with ESMTPS id a12si3456789wma.45.2017.03.14.01.12.46\r\n"
              b"\tfor <luc.besnard@parti-horizon.example>; Tue, 14 Mar 2017 01:12:46 -0700 (PDT)")
RESULTS = ("mx.google.com; dkim=pass header.i=@{0} header.s=h2017 header.b={1}; spf=pass "
           "smtp.mailfrom=anna.morel@{0}; dmarc=pass (p=NONE) header.from={0}")


def arc_cases():
    """Rule 12, from each of its sides. The mail's own DKIM key is in no archive."""
    fields, body = mail()
    signature = horizon(fields, body)
    own = [signature, *fields]
    prefix = re.search(rb"\bb=\s*([^;]+)", signature).group(1).split()[0][:8].decode()
    passed = RESULTS.format(HORIZON, prefix)
    google = ("sealer", "google.com", "arc-20160816")
    key = fact("google.com", "arc-20160816", "sealer")
    chain = dkim.seal(own, body, *google, passed, at=SIGNED_AT + 2)

    def arc(name, why, attacked, fields, body, sets, keys=(key,)):
        case(name, why + " Rule 12.", attacked, dkim.render([*sets, GOOGLE_HOP, *fields], body), keys,
             sealers=["google.com"])

    forged, text = mail(OTHER_BODY, From="Anna Morel <anna.morel@parti-horizon.example>")
    every = [SENT, BODY_CLAIM]
    arc("arc-moved", """A real ARC set over another body: ARC-Seal covers only the ARC fields and still
        holds.""", every, own, text, chain)
    arc("arc-moved-headers", """A real ARC set over another From and Subject.""", [SENT, HEADERS],
        [signature, *mail(From="Ines Caron <ines.caron@parti-horizon.example>", Subject="Burn")[0]],
        body, chain)
    arc("arc-unlisted-sealer", """Anybody may seal and write any result; this sealer is on no list.""",
        every, forged, text, dkim.seal(forged, text, "relay", "relay.example", "r1", passed, at=SIGNED_AT),
        [fact("relay.example", "r1", "relay")])
    arc("arc-chain-failed", """The seal itself says cv=fail: the sealer saw a broken chain.""", every,
        forged, text, dkim.seal(forged, text, *google, passed, cv="fail", at=SIGNED_AT))
    arc("arc-other-domain", """The sealed results show a pass, but for another domain than From's.""",
        every, forged, text, dkim.seal(forged, text, *google, RESULTS.format("evil.example", "AAAAAAAA"),
                                       at=SIGNED_AT))
    arc("arc-other-domain-suffix", """The sealed pass is for a domain that only contains From's name.""",
        every, forged, text, dkim.seal(forged, text, *google, RESULTS.format(
            "parti-horizon.example.evil.example", "AAAAAAAA"), at=SIGNED_AT))
    arc("arc-result-failed", """The sealed results show a failure for From's domain.""", every, forged,
        text, dkim.seal(forged, text, *google, passed.replace("=pass", "=fail"), at=SIGNED_AT))
    arc("arc-result-in-comment", """The aligned pass stands in a comment and in reason= text, the result
        is none.""", every, forged, text, dkim.seal(forged, text, *google, "mx.google.com; dkim=none "
        f"(dkim=pass header.i=@{HORIZON} dmarc=pass) reason=\"dmarc=pass header.from={HORIZON}\"; "
        "dmarc=none", at=SIGNED_AT))
    arc("arc-unanchored-key", """A seal in the name of a listed sealer, its key only recovered from this
        dump.""", every, forged, text, dkim.seal(forged, text, "minted", "google.com", "arc-2017", passed,
                                                 at=SIGNED_AT),
        [key, fact("google.com", "arc-2017", "minted", "D")])
    arc("arc-first-set-missing", """A chain that begins at i=2: what the first sealer saw is gone.""",
        every, forged, text, dkim.seal(forged, text, *google, passed, 2, "pass", SIGNED_AT))
    first = dkim.seal(forged, text, "relay", "relay.example", "r1", passed, at=SIGNED_AT)
    second = dkim.seal([*first, *forged], text, *google, "mx.google.com; arc=pass (i=1 dkim=pass "
                       f"dkdomain={HORIZON}); dkim=none; dmarc=none", 2, "pass", SIGNED_AT + 3)
    arc("arc-borrowed-pass", """The pass was written by an unlisted first sealer; the listed one only
        vouches that the chain is whole.""", every, forged, text, [*second, *first],
        [key, fact("relay.example", "r1", "relay")])
    arc("arc-tail", """A message signature with l=0: it holds over any body.""", [BODY_CLAIM], own, text,
        dkim.seal(own, text, *google, passed, at=SIGNED_AT, length=0))
    arc("arc-set-twice", """Two sets with i=1, a real one and one that suits (RFC 8617 §5.2: the chain
        fails).""", every, forged, text, [*dkim.seal(
            forged, text, "relay", "relay.example", "r1", passed, at=SIGNED_AT), *chain],
        [key, fact("relay.example", "r1", "relay")])
    loose = horizon(fields, body, headers=unsigned("Subject"))
    altered = [loose, *mail(Subject="The 400,000 from abroad")[0]]
    full = ["DKIM-Signature", *unsigned()]
    arc("arc-pass-over-less", """The signature that passed left Subject open; it was changed and the mail
        sent to a listed provider, which seals it as it came in. A pass says no more than the
        signature that passed.""", [HEADERS], altered, body,
        dkim.seal(altered, body, *google, passed, at=SIGNED_AT, headers=full))
    arc("arc-pass-exchanged", """The same, and the signature that passed is exchanged afterwards for one
        whose h= looks better: the sealer's message signature does not cover it.""", [HEADERS, SENT],
        [signature, *altered[1:]], body, dkim.seal(altered, body, *google, passed, at=SIGNED_AT))
    first = dkim.seal(own, body, *google, passed, at=SIGNED_AT + 2, headers=full)
    changed = [*first, signature, *forged]
    second = dkim.seal(changed, text, *google, "mx.google.com; arc=pass; dkim=fail", 2, "pass",
                       SIGNED_AT + 3, headers=full)
    arc("arc-rewritten-before-second", """Received with a pass, rewritten by rules of the attacker's own
        group at the same listed provider, and sealed again with cv=pass: the second seal vouches for
        the chain as it came in, not for the text that went out.""", every, changed[3:], text,
        [*second, *first])
    smuggled = RESULTS.format("evil.example", "AAAAAAAA") + (
        f" (domain of \"a); dkim=pass header.i=@{HORIZON} (b\"@evil.example)")
    arc("arc-result-smuggled", """A quoted local part closes the provider's comment and opens another: the
        pass between them is the attacker's.""", every, [signature, *forged], text, dkim.seal(
            [signature, *forged], text, *google, smuggled, at=SIGNED_AT, headers=full))
    arc("arc-from-unsigned", """A set whose message signature leaves From out.""", [SENT], forged, text,
        dkim.seal(forged, text, *google, passed, at=SIGNED_AT, headers=unsigned("From")))


def make():
    fresh("insider")
    for part in (from_cases, unsigned_headers, body_tails, readings, mime_ambiguity, copies, key_cases,
                 foreign_signers, dates, arc_cases):
        part()
