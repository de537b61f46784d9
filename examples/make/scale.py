"""Writes N signed mails as one mbox, for tests of size and speed.

    python3 scale.py N OUT.mbox SEED      also writes keys.jsonl beside OUT.mbox

About 10 kB a mail, in a mix like that of a leaked mailbox: six signers in ten use RSA 2048, some
1024 or Ed25519, one mail in ten is unsigned, some were changed by a list, some keys nobody kept.
The same N and SEED give the same bytes on any number of cores.
"""

import json
import multiprocessing
import random
import re
import sys
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

import dkim

CHUNK = 250
# domain, key, selector, weight, in keys.jsonl
SIGNERS = [("parti-horizon.example", "horizon", "h2016", 35, True),
           ("freemail.example", "freemail", "20161025", 22, True),
           ("gazette.example", "gazette", "lettre", 14, True),
           ("old-host.example", "gazette", "default", 5, True),
           ("banque-riviere.example", "banque", "ed1", 6, True),
           ("lost-key.example", "relay", "k1", 8, False),
           ("unsigned.example", None, None, 10, False)]
WORDS = ("harbour school budget meeting poster train letter office council vote answer question paper "
         "notice réunion budget tract affiche quai marché école bureau semaine samedi dimanche réponse "
         "the of and to in a is that for on with as are this by or le la les des une pour dans avec "
         "sur nous vous il elle pas plus tout bien demain hier encore jamais toujours").split()


def crypt(name, algorithm, data):
    """As `dkim.crypt`, by the library: five times as fast."""
    if algorithm.startswith("rsa"):
        return dkim.key(name).sign(data, padding.PKCS1v15(), hashes.SHA256())
    return dkim.crypt(name, algorithm, data)


def sentences(rng, count=400):
    return [" ".join(rng.choices(WORDS, k=rng.randint(8, 12))).capitalize() + "." for _ in range(count)]


def body_of(rng, stock, number):
    """Content-Type value and body: plain text, text with HTML, or text with an attachment."""
    text = "\r\n".join(rng.choices(stock, k=max(5, int(rng.lognormvariate(3.6, 0.9))))) + "\r\n"
    if rng.random() < 0.03:
        text = "From " + text  # a line that a mailbox stuffs
    kind = rng.random()
    if kind < 0.45:
        return "text/plain; charset=utf-8", text.encode()
    mark = f"=_{number:016x}"
    if kind < 0.8:
        other = f"Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>{text}</p></body></html>"
        media = "alternative"
    else:
        data = dkim.b64(rng.randbytes(int(rng.lognormvariate(9.3, 0.8))))
        lines = "\r\n".join(data[i:i + 76] for i in range(0, len(data), 76))
        other = (f"Content-Type: application/pdf; name=\"a{number}.pdf\"\r\nContent-Disposition: attachment;"
                 f" filename=\"a{number}.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}")
        media = "mixed"
    body = (f"--{mark}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            f"{text}\r\n--{mark}\r\n{other}\r\n--{mark}--\r\n")
    return f"multipart/{media}; boundary=\"{mark}\"", body.encode()


def one(rng, stock, number):
    """One mail as a member of an mbox, LF, stuffed."""
    domain, key, selector, *_ = rng.choices(SIGNERS, [s[3] for s in SIGNERS])[0]
    date = datetime(2017, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=rng.randrange(140 * 86400))
    media, body = body_of(rng, stock, number)
    subject = " ".join(rng.choices(WORDS, k=5)).encode("ascii", "replace").decode()
    fields = [f.encode() for f in (
        f"From: Person {number % 211} <person{number % 211}@{domain}>",
        f"To: Person {number % 89} <person{number % 89}@parti-horizon.example>", f"Subject: {subject}",
        f"Date: {format_datetime(date)}", f"Message-ID: <{number:012x}@{domain}>", "MIME-Version: 1.0",
        f"Content-Type: {media}", "Content-Transfer-Encoding: 8bit")]
    head = [(f"Received: from mail.{domain} (mail.{domain} [192.0.2.9])\r\n\tby mx.parti-horizon.example "
             f"(Postfix) with ESMTPS id {number:010X};\r\n\t{format_datetime(date)}").encode()]
    if key:
        head.append(dkim.sign(fields, body, key, domain, selector, crypter=crypt,
                              tags=f"t={int(date.timestamp())}; "))
    if rng.random() < 0.06:
        head.insert(1, b"List-Id: <budget.lists.example>")
        body += b"_______________\r\nBudget mailing list\r\n"
    raw = dkim.render(head + fields, body).replace(b"\r\n", b"\n")
    return (f"From MAILER-DAEMON {date:%a %b %d %H:%M:%S %Y}\n".encode()
            + re.sub(rb"(?m)^(>*From )", rb">\1", raw) + b"\n")


def chunk(job):
    seed, start, end = job
    rng = random.Random(f"{seed}/{start}")
    stock = sentences(rng)
    return b"".join(one(rng, stock, number) for number in range(start, end))


def main(count, out, seed):
    jobs = [(seed, start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
    with multiprocessing.Pool() as pool, open(out, "wb") as mbox:
        for data in pool.imap(chunk, jobs):
            mbox.write(data)
    rows = [{"domain": domain, "selector": selector, "record": dkim.record(key), "first_seen": "2014-01-01",
             "last_seen": "2018-12-31", "source": "examples/make/scale.py"}
            for domain, key, selector, _, kept in SIGNERS if kept]
    Path(out).with_name("keys.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
