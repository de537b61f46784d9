#!/usr/bin/env python3
"""A dump of any size from real mail: `repeat.py FOLDER COUNT OUT` writes COUNT mails into mailboxes of
5,000 under OUT, the mails of FOLDER over and over, each time with a field of its own on top, so that
no two are the same bytes. Signatures stay as they are."""
import pathlib
import sys

folder, count, out = pathlib.Path(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3])
mails = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".txt"]
out.mkdir(parents=True)
box = None
for number in range(count):
    if number % 5_000 == 0:
        if box:
            box.close()
        box = open(out / f"box{number // 5_000:03}.mbox", "wb")
    mail = mails[number % len(mails)].read_bytes().replace(b"\nFrom ", b"\n>From ")
    box.write(b"From a@b.example Thu May  4 20:35:00 2017\n")
    box.write(b"X-Copy: %d\n" % number + mail.rstrip(b"\n") + b"\n\n")
if box:
    box.close()
