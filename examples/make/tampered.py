"""A list's mail as it should be, and changed by hand: `crates/lydite/tests/tampered`, byte for byte.

Eight mails came through the Budget list, which puts its tag into Subject, takes From over and adds
a footer, and eight more through a gateway that wraps them. Each tampered mail is one more of them,
changed once. `truth.json` says which word or digit must be reported, and where.
"""

import json
import shutil
from pathlib import Path

import dkim
from cases import HORIZON, HORIZON_KEY, horizon, mail, received

FOLDER = Path(__file__).parents[2] / "crates/lydite/tests/tampered"
FOOTER = b"_______________________________________________\r\nBudget mailing list\r\nbudget@lists.assembly.example\r\n"
LIST = [b"List-Id: Budget <budget.lists.assembly.example>", b"X-Mailman-Version: 2.1.29", b"Precedence: list"]
HOP = ("Received: from lists.assembly.example (lists.assembly.example [192.0.2.77])\r\n\tby "
       "mx.parti-horizon.example (Postfix) with ESMTPS id 4B1C22A0;\r\n\tTue, 14 Mar 2017 09:12:50 +0100")


def sent(number):
    """Fields, signature and body as the sender's server sent them."""
    body = (f"Dear all,\r\n\r\nposition {number} of the budget stands at {number}2,500 euros this year.\r\n"
            f"Room {number} is booked for Thursday at 18:30.\r\n\r\nAnna\r\n")
    fields, body = mail(body, To="Budget <budget@lists.assembly.example>", Subject=f"Money, position {number}",
                        Message_ID=f"<{number}.budget@parti-horizon.example>")
    return fields, horizon(fields, body), body


def listed(number, change=lambda data: data, wrap=False, extra=b"", footer=FOOTER):
    """The same as the list delivered it."""
    fields, signature, body = sent(number)
    out = []
    for field in fields:
        if field.startswith(b"Subject: "):
            field = b"Subject: [Budget] " + field[9:]
        elif field.startswith(b"From: "):
            out.append(b"Reply-To: Anna Morel <anna.morel@parti-horizon.example>")
            field = b"From: Anna Morel via Budget <budget@lists.assembly.example>"
        elif wrap and field.startswith(b"Content-Type: "):
            field = b'Content-Type: multipart/mixed; boundary="=-list"'
        elif wrap and field.startswith(b"Content-Transfer-Encoding"):
            continue
        out.append(field)
    if wrap:
        plain = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
        body = (b"--=-list\r\n" + plain + body + b"\r\n--=-list\r\n" + extra
                + b"Content-Type: text/plain\r\n\r\n" + footer + b"\r\n--=-list--\r\n")
    else:
        body += footer
    return change(dkim.render([received(HOP), *LIST, signature, *out], body))


def replaced(old, new):
    def change(data):
        assert data.count(old) == 1, (old, data.count(old))
        return data.replace(old, new)
    return change


def tampered():
    """Name, bytes, and what must be reported: part, what is found, what was signed."""
    ask = b"Whoever has paid already asks Luc for the second envelope.\r\n"
    yield ("footer-paragraph", listed(21, replaced(b"budget@lists.assembly.example\r\n", b"budget@lists.assembly.example\r\n" + ask),
                                      footer=FOOTER), [["body", "second envelope", ""]])
    yield ("paragraph-above-footer", listed(22, replaced(b"Anna\r\n____", b"Anna\r\n\r\n" + ask + b"____")),
           [["body", "second envelope", ""]])
    part = (b"Content-Type: application/pdf; name=\"offshore.pdf\"\r\nContent-Disposition: attachment; "
            b"filename=\"offshore.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--=-list\r\n")
    yield "attachment-wrapped", listed(23, wrap=True, extra=part), [["body", "offshore.pdf", ""]]
    yield ("subject-word", listed(24, replaced(b"[Budget] Money, position 24", b"[Budget] Bribes, position 24")),
           [["Subject", "Bribes", "Money"]])
    yield ("subject-digit", listed(25, replaced(b"[Budget] Money, position 25", b"[Budget] Money, position 85")),
           [["Subject", "85", "25"]])
    yield ("from-name", listed(26, replaced(b"From: Anna Morel via", b"From: Ines Caron via")),
           [["From", "Ines Caron", "Anna Morel"]])
    yield ("one-digit", listed(27, replaced(b"at 272,500 euros", b"at 972,500 euros")), [["body", "972,500", "272,500"]])
    yield ("one-digit-wrapped", listed(28, replaced(b"at 282,500 euros", b"at 292,500 euros"), wrap=True),
           [["body", "292,500", "282,500"]])
    yield ("words", listed(29, replaced(b"is booked for Thursday", b"is closed since Sunday")),
           [["body", "closed", "booked"], ["body", "Sunday", "Thursday"]])


def make():
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "dump").mkdir(parents=True)
    for number in range(1, 9):
        (FOLDER / f"dump/listed-{number}.eml").write_bytes(listed(number))
        (FOLDER / f"dump/wrapped-{number}.eml").write_bytes(listed(number + 10, wrap=True))
    truth = {}
    for name, data, reported in tampered():
        (FOLDER / f"dump/{name}.eml").write_bytes(data)
        truth[f"{name}.eml"] = reported
    # What the sender kept of two of them, unsigned: another copy, by its Message-ID.
    for number in (24, 29):
        fields, _, body = sent(number)
        (FOLDER / f"dump/kept-{number}.eml").write_bytes(dkim.render(fields, body))
    (FOLDER / "truth.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n")
    key = {k: v for k, v in HORIZON_KEY.items() if k in ("domain", "selector", "record", "first_seen", "last_seen")}
    (FOLDER / "keys.jsonl").write_text(json.dumps({**key, "source": "made"}) + "\n")
