"""The dump of the test of `keys recover`: `crates/lydite/tests/recover`, byte for byte.

`mint` is a selector that somebody made up for the party's domain: 21 mails that agree with each
other, by several senders, on several days, and one whose Subject is another than it signed. `lone` is another, with two mails only; a third carries
the signature of the first under a changed Subject. The key has e = 3, so that the work is nothing.
"""

import shutil
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import dkim
from cases import HORIZON, mail, received

FOLDER = Path(__file__).parents[2] / "crates/lydite/tests/recover"
CET = timezone(timedelta(hours=1))
PEOPLE = ["anna.morel", "luc.besnard", "ines.caron", "hugo.reyes"]


def hop(number):
    """The receiving server, two seconds after Date."""
    stamp = format_datetime(datetime(2017, 3, number + 7, 9, 12, 46, tzinfo=CET))
    return received(received().decode().rpartition(";")[0] + f"; {stamp}")


def letter(number, selector):
    """One mail, signed; its fields, signature first, and its body."""
    sender, recipient = PEOPLE[number % 4], PEOPLE[(number + 1) % 4]
    fields, body = mail(
        f"Room {number} is free on Thursday.\r\n",
        From=f"{sender}@{HORIZON}", To=f"{recipient}@{HORIZON}", Subject=f"Room {number}",
        Date=format_datetime(datetime(2017, 3, number + 7, 9, 12, 44, tzinfo=CET)),
        Message_ID=f"<{selector}{number}@mail.{HORIZON}>")
    return [dkim.sign(fields, body, "cube", HORIZON, selector), *fields], body


def make():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for selector, count in [("mint", 21), ("lone", 2)]:
        for number in range(count):
            fields, body = letter(number, selector)
            text = dkim.render([hop(number), *fields], body)
            (FOLDER / f"{selector}-{number}.eml").write_bytes(text)
    # A wrong witness, whose header was changed on the way.
    fields, body = letter(21, "mint")
    text = dkim.render([hop(21), *fields], body).replace(b"Subject: Room", b"Subject: [list] Room")
    (FOLDER / "mint-changed.eml").write_bytes(text)
    fields, body = letter(0, "lone")
    text = dkim.render([hop(21), *fields], body).replace(b"Subject: Room", b"Subject: Suite")
    (FOLDER / "lone-copied.eml").write_bytes(text)


if __name__ == "__main__":
    make()
