"""Reads keys and mails from standard input, then verifies them all once for every further line.

Answers with a line: CPU seconds, then of each mail how many of its DKIM-Signature fields hold.
"""

import logging
import sys
import time

import dkim

logging.disable(logging.CRITICAL)
source = sys.stdin.buffer


def holds(message, records):
    def answer(name, timeout=5):
        name = name.decode() if isinstance(name, bytes) else name
        return records.get(name.lower())

    try:
        mail = dkim.DKIM(message)
    except dkim.DKIMException:
        return 0
    count = 0
    for index in range(sum(name.lower() == b"dkim-signature" for name, _ in mail.headers)):
        try:
            count += bool(mail.verify(index, dnsfunc=answer))
        except Exception:  # malformed fields raise all sorts
            pass
    return count


key_count, mail_count = map(int, source.readline().split())
records = dict(source.readline().rstrip(b"\n").decode().split("\t", 1) for _ in range(key_count))
records = {name: record.encode() for name, record in records.items()}
mails = [source.read(int(source.readline())) for _ in range(mail_count)]
while source.readline():
    start = time.thread_time()
    counts = [holds(message, records) for message in mails]
    print(time.thread_time() - start, *counts, flush=True)
