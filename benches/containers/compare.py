"""Items found in every PST and OST of a folder: ours beside readpst and pffexport.

    cargo build -p lydite-core --example containers
    python3 compare.py target/debug/examples/containers FOLDER      # needs pst-utils and pff-tools
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

KINDS = r"(Message|Contact|Task|Appointment|Meeting|Note|Activity|Document|Email)\w*\d{5}$"


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=120).stdout


def readpst(path, folder):
    run("readpst", "-D", "-j", "0", "-q", "-S", "-o", folder, path)
    names = [name for _, _, names in os.walk(folder) for name in names]
    return sum(1 for name in names if re.fullmatch(r"\d+(\.(eml|ics|vcf))?", name))


def pffexport(path, folder):
    run("pffexport", "-q", "-m", "items", "-f", "text", "-t", f"{folder}/pff", path)
    folders = [Path(at) for at, _, _ in os.walk(f"{folder}/pff.export")]
    return sum(1 for at in folders
               if re.match(KINDS, at.name) and "Attachments" not in at.parent.parts)


def main(ours, root):
    seen = set()
    for path in sorted([*Path(root).rglob("*.pst"), *Path(root).rglob("*.ost")]):
        digest = hashlib.sha256(path.read_bytes()).digest()
        if digest in seen:
            continue
        seen.add(digest)
        cells = run(ours, str(path)).split("\t")
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            theirs = readpst(str(path), one), pffexport(str(path), two)
        print(path.relative_to(root), int(cells[2]) + int(cells[3]), *cells[2:6], *theirs, sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
