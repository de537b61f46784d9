"""The small archives beside the tests of the collector. Needs 7-Zip (`p7zip-full`).

RAR has no free writer, so the one stored entry of `stored.rar` is written by hand
(rarlab.com/technote.htm).
"""

import os
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

TO = Path(__file__).parents[2] / "crates/lydite-corpus/src/collect/tests/archives"
MAIL = b"From: ada@meadow.example\nTo: bo@meadow.example\nSubject: x\n\nbody\n"


def seven_zip(name, files, *options):
    target = TO / name
    target.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for file, content in files:
            path = Path(folder) / file
            path.write_bytes(content)
            os.utime(path, (1_700_000_000, 1_700_000_000))
        command = ["7z", "a", *options, str(target), *[file for file, _ in files]]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def number(value):
    out = bytearray()
    while value > 0x7f:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def block(*fields):
    """A RAR 5 block: numbers are packed, bytes are taken as they are."""
    body = b"".join(field if isinstance(field, bytes) else number(field) for field in fields)
    sized = number(len(body)) + body
    return struct.pack("<I", zlib.crc32(sized)) + sized


def rar(name, content):
    checksum = struct.pack("<I", zlib.crc32(content))
    # Type, flags (data follows), size of the data; flags (checksum), size, mode, checksum, stored,
    # Unix, name.
    file = block(2, 2, len(content), 4, len(content), 0o100644, checksum, 0, 1, len(name), name)
    return b"Rar!\x1a\x07\x01\0" + block(1, 0, 0) + file + content + block(5, 0, 0)


def main():
    TO.mkdir(parents=True, exist_ok=True)
    secret, password = [("secret.txt", b"a secret\n")], "-pcorrect horse"
    plain = [("one.eml", MAIL), ("two.txt", b"second file\n" * 50), ("empty", b"")]
    seven_zip("plain.7z", plain)
    seven_zip("hidden_names.7z", secret, password, "-mhe=on")
    seven_zip("aes256.zip", secret, password, "-tzip", "-mem=AES256")
    seven_zip("zipcrypto.zip", secret, password, "-tzip", "-mem=ZipCrypto")
    (TO / "stored.rar").write_bytes(rar(b"helloworld.txt", b"hello from a stored entry\n"))


if __name__ == "__main__":
    main()
