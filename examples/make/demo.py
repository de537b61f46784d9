"""The demo leak: a small dump as a newsroom would get it, with forgeries planted in it.

Writes `examples/demo-leak/dump/` (the input), `keys.jsonl` (the key archive) and `truth.tsv` (what
each item is, for people and tests; Lydite never reads it).
"""

import base64
import hashlib
import io
import json
import quopri
import re
import shutil
import zipfile
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import dkim
from letters import BANK, HOME, LIST, PEOPLE, STAFF, STORIES, SUPPLIERS, TOPICS

OUT = Path(__file__).parents[1] / "demo-leak"
HORIZON = "parti-horizon.example"
SIGNERS = {  # domain: key, selector, first and last seen in the archive
    HORIZON: ("horizon", "h2016", "2016-09-01", "2018-02-28"),
    "freemail.example": ("freemail", "20161025", "2016-10-25", "2021-09-01"),
    "gazette.example": ("gazette", "lettre", "2014-03-12", "2017-12-31"),
    "banque-riviere.example": ("banque", "ed1", "2016-12-01", "2019-01-31"),
    "mailer-service.example": ("mailer", "m1", "2015-05-05", "2018-08-08"),
    "horizon-tresorerie.example": ("evil", "k1", "2017-04-28", "2017-05-20"),
}


def moment(day, minute=None):
    """`MM-DD HH` of 2017 as local time; minutes from the text, so that they look unplanned."""
    minute = int(hashlib.sha256((minute or day).encode()).hexdigest(), 16) % 60
    date = datetime.strptime(f"2017-{day}", "%Y-%m-%d %H").replace(minute=minute, second=minute * 7 % 60)
    summer = datetime(2017, 3, 26, 2) <= date
    return date.replace(tzinfo=timezone(timedelta(hours=2 if summer else 1)))


def word(text):
    """A header text, as an encoded word where it is not ASCII (RFC 2047)."""
    return text if text.isascii() else f"=?utf-8?B?{dkim.b64(text.encode())}?="


def mailbox(who):
    name, address = PEOPLE.get(who, who).rpartition(" ")[::2]
    return f"{word(name)} {address}".strip()


def domain_of(who):
    return PEOPLE[who].strip(">").rpartition("@")[2]


def crlf(text):
    return text.replace("\n", "\r\n") + "\r\n"


def content(text, encoding):
    """The lines of a text body in its transfer encoding."""
    if encoding == "quoted-printable":
        lines = quopri.encodestring((text + "\n").encode()).decode()
        return lines.replace("\n", "\r\n").encode()
    if encoding == "base64":
        return base64.encodebytes(crlf(text).encode()).replace(b"\n", b"\r\n")
    return crlf(text).encode()


def multipart(kind, seed, parts):
    """Content-Type value and body of a multipart of (header lines, bytes)."""
    boundary = "=_" + hashlib.sha256(seed.encode()).hexdigest()[:20]
    body = b"".join(f"--{boundary}\r\n{head}\r\n\r\n".encode() + data + b"\r\n" for head, data in parts)
    return f"multipart/{kind};\r\n\tboundary=\"{boundary}\"", body + f"--{boundary}--\r\n".encode()


def accounts(subject, text):
    """The sheet that goes with the monthly accounts."""
    figures = re.findall(r"(\d[\d ]*) euros", text)
    rows = "poste;montant\n" + "".join(f"ligne {i};{f.replace(' ', '')}\n" for i, f in enumerate(figures, 1))
    return multipart("mixed", subject, [
        ("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
         content(text, "quoted-printable")),
        ("Content-Type: text/csv; charset=utf-8; name=\"comptes.csv\"\r\nContent-Disposition: attachment;"
         " filename=\"comptes.csv\"\r\nContent-Transfer-Encoding: base64", content(rows, "base64"))])


def compose(sender, to, subject, date, text, encoding="quoted-printable", extra=(), body=None):
    """Fields and body of one letter. `body` is (Content-Type, bytes) of a multipart."""
    seed = f"{sender}{to}{subject}{date}"
    mark = hashlib.sha256(seed.encode()).hexdigest()[:16].upper()
    fields = [f"From: {mailbox(sender)}", f"To: {mailbox(to)}", f"Subject: {word(subject)}",
              f"Date: {format_datetime(date)}", f"Message-ID: <{mark}@{domain_of(sender)}>",
              "MIME-Version: 1.0"]
    if body:
        fields.append(f"Content-Type: {body[0]}")
    else:
        fields += ["Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}"]
    fields = [f.encode() for f in (*fields, *extra)]
    return fields, body[1] if body else content(text, encoding)


def signature(fields, body, domain, date, **options):
    name, selector, *_ = SIGNERS[domain]
    options.setdefault("tags", f"t={int(date.timestamp())}; ")
    return dkim.sign(fields, body, options.pop("name", name), domain,
                     options.pop("selector", selector), **options)


def route(sender, to, date, relay=None):
    """The one hop the receiving server wrote."""
    address = re.search(r"[^<]+@([^>]+)", PEOPLE[to])
    here = "parti-horizon.example" if "@lists." in PEOPLE[to] else address.group(1)
    host = relay or f"mail.{domain_of(sender)}"
    mark = hashlib.sha256(f"{host}{date}".encode()).hexdigest()[:10].upper()
    return (f"Received: from {host} ({host} [192.0.2.{len(host) + 20}])\r\n\tby mx.{here} (Postfix) with "
            f"ESMTPS id {mark};\r\n\t{format_datetime(date + timedelta(seconds=3))}").encode()


def letter(sender, to, subject, date, text, **options):
    """A letter of a domain that signs its own mail."""
    fields, body = compose(sender, to, subject, date, text, **options)
    signed = [signature(fields, body, domain_of(sender), date)]
    return [route(sender, to, date), *signed, *fields], body


def gazette(number):
    """The newspaper's weekly letter: two languages, signed with `l=` over all of it."""
    date = moment(format(datetime(2017, 2, 22) + timedelta(days=7 * number), "%m-%d") + " 06", str(number))
    fr, en = TOPICS[number]
    text = (f"LA GAZETTE DU PORT, n° {480 + number}\n\n{fr}. Notre enquête en pages 2 et 3.\n\n{en}. An English"
            " summary is on our site.\n\nVous recevez cette lettre parce que vous l'avez demandée.")
    html = f"<html><body><h1>{fr}</h1><p>{text}</p></body></html>".replace("\n\n", "</p>\n<p>")
    head = "Content-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable"
    body = multipart("alternative", text, [(head.format("plain"), content(text, "quoted-printable")),
                                           (head.format("html"), content(html, "quoted-printable"))])
    fields, data = compose("gazette", "ines_home", f"{fr} / {en}", date, "", body=body)
    signed = signature(fields, data, "gazette.example", date, length=len(dkim.relaxed_body(data)))
    return date, [route("gazette", "ines_home", date), signed, *fields], data


def listed(sender, subject, date, text):
    """A letter as the budget list passed it on."""
    fields, body = compose(sender, "list", subject, date, text, encoding="8bit")
    signed = signature(fields, body, HORIZON, date)
    fields = [f"Subject: {word('[Budget] ' + subject)}".encode() if f.startswith(b"Subject") else f
              for f in fields]
    footer = crlf("_" * 47 + "\nListe budget\nbudget@lists.assemblee-port.example").encode()
    hop = route(sender, "list", date + timedelta(seconds=40), "lists.assemblee-port.example")
    return [hop, b"List-Id: <budget.lists.assemblee-port.example>", b"Precedence: list",
            b"Sender: budget-bounces@lists.assemblee-port.example", signed, *fields], body + footer


def untouched():
    """Everything that was really sent: (box, date, fields, body, kind)."""
    boxes = {"luc": "mbox", "anna": "mbox", "tom": "zip"}
    for sender, to, subject, day, text in STAFF:
        date = moment(day, subject)
        body = accounts(subject, text) if subject.startswith("Comptes") else None
        yield boxes.get(to, "maildir"), date, *letter(sender, to, subject, date, text, body=body), "untouched"
    for sender, to, subject, day, text in HOME:
        date = moment(day, subject)
        yield "maildir", date, *letter(sender, to, subject, date, text, encoding="base64"), "untouched"
    for sender, to, subject, day, text in SUPPLIERS:
        date = moment(day, subject)
        fields, body = compose(sender, to, subject, date, text, encoding="8bit")
        yield boxes.get(to, "maildir"), date, [route(sender, to, date), *fields], body, "unsigned"
    for sender, _, subject, day, text in LIST:
        date = moment(day, subject)
        yield "mbox", date, *listed(sender, subject, date, text), "list"
    for day, amount, payee in BANK:
        date = moment(day + " 07", payee + day)
        text = (f"Bonjour,\n\nun virement de {amount} EUR vers {payee} a été exécuté sur le compte du parti"
                " (••• 4417).\n\nFrom our English service: this notice needs no answer.\n\nBanque Rivière")
        yield "mbox", date, *letter("bank", "luc", f"Virement {payee}", date, text), "untouched"
    for number in range(len(TOPICS)):
        yield "maildir", *gazette(number), "untouched"
    for number, week in enumerate(("01-20", "02-17", "03-17", "04-14", "05-05", "05-12"), 1):
        date = moment(week + " 17", f"lettre {number}")
        text = (f"Lettre n° {number} d'Horizon commun\n\nRendez-vous au local chaque samedi à 9 h. Le "
                "programme tient en quatre pages, il est sur le site.\n\nPour ne plus recevoir : répondez STOP.")
        fields, body = compose("news", "tom", f"La lettre d'Horizon, n° {number}", date, text)
        signed = signature(fields, body, "mailer-service.example", date)
        yield "zip", date, [route("news", "tom", date, "out7.mailer-service.example"), signed, *fields], body, "service"


def edited(mails, subject, kind, edit):
    """Puts an edit in place of the letter with that subject."""
    for index, (box, date, fields, body, _) in enumerate(mails):
        if any(f == f"Subject: {word(subject)}".encode() for f in fields):
            mails[index] = (box, date, *edit(fields, body), kind)
            return
    raise LookupError(subject)


def plant(mails):
    """The forgeries, each by another way."""
    edited(mails, "Rouen, cantine solidaire", "amount-edited",
           lambda fields, body: (fields, body.replace(b"320 euros", b"320 000 euros")))
    edited(mails, "Solde de la salle", "subject-edited", lambda fields, body: (
        [f.replace(b"Solde de la salle", b"Solde de la salle, en liquide") for f in fields], body))
    edited(mails, "Re: Débat à la Gazette", "second-from", lambda fields, body: (
        [fields[0], b"From: Hugo Marchetti <hugo.marchetti@gazette.example>", *fields[1:]], body))
    tail = crlf("\n--tail\nContent-Type: text/plain\n\nDerniere minute : Horizon commun finance par l'etranger.")
    edited(mails, " / ".join(TOPICS[8]), "tail-appended", lambda fields, body: (fields, body + tail.encode()))
    box, date, fields, _, _ = next(m for m in mails if b"Subject: Affichage quartier nord" in m[2])
    mails.append((box, date + timedelta(minutes=5), fields, content(
        "Tom,\n\nfais arracher les affiches des autres listes cette nuit. Pas un mot à Luc.\n\nAnna",
        "quoted-printable"), "signature-copied"))
    for sender, to, subject, day, text, kind in (
            ("anna", "luc", "Virement de Gothenburg", "02-08 23", "Luc,\n\nles 400 000 euros sont arrivés. Fais-les"
             " passer par la salle et brûle cette lettre.\n\nAnna", "selector-minted"),
            ("luc", "anna", "Double comptabilité", "01-15 22", "Anna,\n\nle second cahier est chez ma soeur. Personne"
             " ne doit voir janvier.\n\nLuc", "back-dated"),
            ("luc", "tom", "Liquide", "05-08 22", "Tom,\n\nprends 5 000 en liquide pour samedi, pas de reçu.\n\nLuc",
             "own-domain"),
            ("anna", "editor", "Entre nous", "05-10 23", "Hugo,\n\nLuc tient deux cahiers. Vous ne l'avez pas de moi."
             "\n\nA.", "invented")):
        date = moment(day, subject)
        fields, body = compose(sender, to, subject, date, text)
        signed = {"selector-minted": [HORIZON, date, {"name": "minted", "selector": "mail2"}],
                  "back-dated": [HORIZON, moment("05-06 03", subject), {}],
                  "own-domain": ["horizon-tresorerie.example", date, {}]}.get(kind)
        head = [signature(fields, body, signed[0], signed[1], **signed[2])] if signed else []
        box = {"anna": "mbox", "luc": "mbox", "tom": "zip"}.get(to, "loose")
        mails.append((box, date, [route(sender, to, date), *head, *fields], body, kind))


def write_boxes(mails):
    """The dump's files; gives (path in the dump, kind) of every mail."""
    dump, truth = OUT / "dump", []
    mbox, archive = bytearray(), zipfile.ZipFile(packed := io.BytesIO(), "w")
    for folder in ("caron/cur", "caron/new", "divers"):
        (dump / folder).mkdir(parents=True)
    members = 0
    for number, (box, date, fields, body, kind) in enumerate(mails):
        raw, stamp = dkim.render(fields, body), int(date.timestamp())
        if box == "mbox":
            members += 1
            mbox += f"From MAILER-DAEMON {date.astimezone(timezone.utc):%a %b %d %H:%M:%S %Y}\n".encode()
            mbox += re.sub(rb"(?m)^(>*From )", rb">\1", raw.replace(b"\r\n", b"\n")) + b"\n"
            path = f"besnard.mbox!/{members}"
        elif box == "zip":
            name = f"reyes/{date:%m}/{number:03}.eml"
            info = zipfile.ZipInfo(name, date.timetuple()[:6])
            info.create_system = 3  # the same bytes on every system
            archive.writestr(info, raw)
            path = f"reyes.zip!/{name}"
        elif box == "maildir":
            path = f"caron/cur/{stamp}.M{number}P7.atlas;2,S" if number % 7 else f"caron/new/{stamp}.M{number}P7.atlas"
            (dump / path).write_bytes(raw.replace(b"\r\n", b"\n"))
        else:
            path = f"divers/{number:03}.eml"
            (dump / path).write_bytes(raw)
        truth.append((path, kind))
    archive.close()
    (dump / "besnard.mbox").write_bytes(mbox)
    (dump / "reyes.zip").write_bytes(packed.getvalue())
    (dump / "divers/cles.txt").write_text(f"mail2._domainkey.{HORIZON}\t{dkim.record('minted')}\tDNS du parti\n")
    return truth


def make():
    shutil.rmtree(OUT, ignore_errors=True)
    mails = list(untouched())
    plant(mails)
    mails.sort(key=lambda m: (m[1], m[2]))
    lines = ["path\twhat\tclaim\ten\tfr"]
    for path, kind in sorted(write_boxes(mails)):
        claim, en, fr = STORIES[kind]
        what = "untouched" if kind in ("unsigned", "list", "service") else kind
        lines.append("\t".join((path, what, claim, en, fr)))
    (OUT / "truth.tsv").write_text("\n".join(lines) + "\n")
    keys = [{"domain": domain, "selector": selector, "record": dkim.record(name), "first_seen": first,
             "last_seen": last, "source": "key archive of the demo, examples/make/demo.py"}
            for domain, (name, selector, first, last) in SIGNERS.items()]
    (OUT / "keys.jsonl").write_text("".join(json.dumps(row) + "\n" for row in keys))
