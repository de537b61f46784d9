"""What the insider and innocent cases are made of: one base mail, one way to write a case."""

import json
import shutil
from pathlib import Path

import dkim

TESTS = Path(__file__).parents[2] / "crates/lydite-core/tests"
HORIZON = "parti-horizon.example"
BODY = ("Luc,\r\n\r\nthe hall in Rouen costs 12,000 euros for the evening, heating included.\r\n"
        "Please pay the deposit of 4,000 euros before Friday and keep the receipt.\r\n\r\nAnna\r\n")
OTHER_BODY = ("Luc,\r\n\r\nthe money from abroad has arrived, 400,000 euros in all.\r\n"
              "Burn this letter and tell nobody, least of all the auditors.\r\n\r\nAnna\r\n")
SIGNED_AT = 1489479164  # 2017-03-14 08:12:44 UTC, as Date says


def mail(body=BODY, **changes):
    """Fields (bytes) and body of the base mail. `changes` replace or add a field by name, with
    `_` for `-`; None leaves it out."""
    fields = {
        "From": "Anna Morel <anna.morel@parti-horizon.example>",
        "To": "Luc Besnard <luc.besnard@parti-horizon.example>",
        "Subject": "Rouen hall, deposit",
        "Date": "Tue, 14 Mar 2017 09:12:44 +0100",
        "Message-ID": "<20170314081244.7A1C@mail.parti-horizon.example>",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "7bit",
    }
    fields.update({name.replace("_", "-"): value for name, value in changes.items()})
    lines = [f"{name}: {value}".encode() for name, value in fields.items() if value is not None]
    return lines, body.encode() if isinstance(body, str) else body


def received(text=None):
    """The hop every mail of the base route carries on top, unsigned."""
    return (text or "Received: from mail.parti-horizon.example (mail.parti-horizon.example "
            "[192.0.2.25])\r\n\tby mx.parti-horizon.example (Postfix) with ESMTPS id 4B1C22A0\r\n"
            "\tfor <luc.besnard@parti-horizon.example>; Tue, 14 Mar 2017 09:12:46 +0100 (CET)"
            ).encode()


def horizon(fields, body, **options):
    """The party's own signature."""
    options.setdefault("tags", f"t={SIGNED_AT}; ")
    return dkim.sign(fields, body, options.pop("name", "horizon"), options.pop("domain", HORIZON),
                     options.pop("selector", "h2017"), **options)


def unsigned(*names):
    """The usual `h=` without `names`."""
    return [h for h in dkim.HEADERS if h not in names and h != "Cc"]


def signed(fields, body, *signatures, hop=None):
    """The whole mail: one hop, the signatures given (or the party's), the fields, the body."""
    signatures = signatures or (horizon(fields, body),)
    return dkim.render([received(hop), *signatures, *fields], body)


def replaced(fields, name, *new):
    """`fields` with the field called `name` replaced by `new` (text), in its place."""
    out = []
    for field in fields:
        if field.split(b":", 1)[0] == name.encode():
            out += [n if isinstance(n, bytes) else n.encode() for n in new]
        else:
            out.append(field)
    return out


def fact(domain, selector, name, grade="A", first="2016-01-04", last="2018-06-30", extra="",
         private_since=None, record=None):
    """One row of `[[keys]]`."""
    row = {"domain": domain, "selector": selector, "record": record or dkim.record(name, extra),
           "grade": grade, "first_seen": first, "last_seen": last, "private_since": private_since}
    return {k: v for k, v in row.items() if v is not None}


HORIZON_KEY = fact(HORIZON, "h2017", "horizon")
EVIL_KEY = fact("evil.example", "e1", "evil")


def evil(fields, body, **options):
    """A real signature of the attacker's own domain."""
    return dkim.sign(fields, body, "evil", options.pop("domain", "evil.example"), "e1",
                     tags=options.pop("tags", f"t={SIGNED_AT}; "), **options)


def write(kind, name, files, head, keys=(), tables=()):
    """`tests/<kind>/<name>/`: the mails and `case.toml`. `files` is bytes (mail.eml) or a dict."""
    folder = TESTS / kind / name
    folder.mkdir(parents=True)
    for file, data in (files if isinstance(files, dict) else {"mail.eml": files}).items():
        (folder / file).write_bytes(data)
    head = {"why": " ".join(head.pop("why").split()),
            "origin": "synthetic, examples/make/make.py", **head}
    text = "".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in head.items()
                   if v is not None)
    for table, rows in [("keys", keys), *tables]:
        for row in rows:
            text += f"\n[[{table}]]\n" + "".join(
                f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in row.items())
    (folder / "case.toml").write_text(text)


def fresh(kind):
    """Empties the folder of one kind of case, its README kept."""
    for folder in (TESTS / kind).glob("*/"):
        shutil.rmtree(folder)
